"""What belongs under which page, and pages that are lists: told here, so that files stay plain."""

import hashlib
import json
import re
from html import unescape
from pathlib import Path

from sphinx.util.matching import patfilter

from framing import COLUMNS, gallery

CONTENTS = {
    "README": {
        "Course": "notebooks/README",
        "Corpora": "corpus/README",
        "Figures": "figures/README",
        "Methods": "docs/README",
        "Reference": "docs/reference/README",
        "Contributing": "CONTRIBUTING",
        "Changes": "CHANGELOG",
    },
    "notebooks/README": ["notebooks/[0-9]*", "notebooks/*"],
    "corpus/README": ["corpus/*/README"],
    "docs/README": [
        *(f"docs/{name}" for name in ("methods", "calibration*", "conformance", "coding")),
        *(f"docs/{name}" for name in ("codebooks", "coders", "topic*", "bench/README", "bench/*")),
        "docs/*",
    ],
    "docs/reference/README": [
        *(f"docs/reference/{name}" for name in ("corpora", "frames", "comparisons", "coding")),
        *(f"docs/reference/{name}" for name in ("coders", "topics", "figures", "explorer", "*")),
    ],
}


def tree(entries, pages):
    """Make a table of contents: a mapping of titles to pages, or a list of patterns."""
    if isinstance(entries, dict):
        lines = [f"{title} </{page}>" for title, page in entries.items()]
    else:
        found = [page for pattern in entries for page in sorted(patfilter(pages, pattern))]
        lines = [f"/{page}" for page in dict.fromkeys(found)]
    return "\n".join(["```{toctree}", ":hidden:", *lines, "```"])


def figures(folder, env):
    """Show every figure that is committed, each with its words and its numbers."""
    titles = {f"{i:02d}_{one.name}": one for i, one in enumerate(gallery.FIGURES, 1)}
    lines = []
    for corpus in ("openings", "articles", "leaders"):
        lines.append(f"## Figures of `{corpus}`")
        for path in sorted((folder / corpus).glob("*.svg")):
            env.note_dependency(path)
            words = re.search(r"<desc>(.*?)</desc>", path.read_text("utf-8"), re.DOTALL)
            title = titles[path.stem].title if path.stem in titles else path.stem
            lines += [
                f"### {title} (`{corpus}`)",
                f"```{{image}} {corpus}/{path.name}\n:alt: {json.dumps(unescape(words[1]))}\n```",
                f"[Numbers]({corpus}/{path.stem}.csv)",
            ]
    return "\n\n".join(lines)


def columns():
    """List the columns of results."""
    rows = [f"| `{name}` | {meaning} |" for name, meaning in COLUMNS.items()]
    return "\n".join(["| column | what it means |", "|---|---|", *rows])


def add(app, page, source):
    """Put under a page what it needs in the site and not in the file."""
    added = [tree(CONTENTS[page], app.env.found_docs - {page})] if page in CONTENTS else []
    if page == "figures/README":
        added.insert(0, figures(Path(app.srcdir) / "figures", app.env))
    if page == "docs/reference/columns":
        added.insert(0, columns())
    if added:
        source[0] = "\n\n".join([source[0], *added, ""])


def outdated(app, env, added, changed, removed):
    """List pages anew when there are others to list."""
    return list(CONTENTS) if added or removed else []


def home(app, failed):
    """Let the site begin at the page that the checkout begins at."""
    if not failed:
        folder = Path(app.outdir)
        (folder / "index.html").write_bytes((folder / "README.html").read_bytes())


def setup(app):
    """Have it done."""
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", add)
    app.connect("build-finished", home)
    parts = sorted(Path(__file__).parent.glob("*.py"))
    made = hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()
    safe = {"parallel_read_safe": True, "parallel_write_safe": True}
    return {"env_version": int(made[:8], 16), **safe}  # read all pages anew when a part changes
