"""What a notebook's cells become: pictures with words, solutions folded away."""

import re
from html import unescape
from pathlib import Path

from docutils import nodes

EMPTY = re.compile(r"<th([^>]*)>(?:\s|&nbsp;)*</th>")  # pandas heads a column with nothing
SAID = re.compile(r"<desc>(.*?)</desc>", re.DOTALL)  # an SVG of ours holds its words
SHOW, HIDE = "Show a solution", "Hide the solution"


def parts(doctree, kind):
    """Find the elements of notebooks of one kind."""
    held = list(doctree.findall(nodes.container))
    return [one for one in held if one.get("nb_element") == kind]


def finish(app, doctree):
    """Give each picture its words, leave no heading empty, and fold each solution."""
    for bundle in parts(doctree, "mime_bundle"):
        forms = {form["mime_type"]: form for form in bundle.children}
        words = forms["text/plain"].astext() if "text/plain" in forms else ""
        for image in bundle.findall(nodes.image):
            held = Path(app.outdir).parent / "jupyter_execute" / Path(image["uri"]).name
            said = SAID.search(held.read_text("utf-8")) if held.suffix == ".svg" else None
            image["alt"] = f"Figure. {unescape(said[1])}" if said else words.strip()
        for raw in list(bundle.findall(nodes.raw)):
            html = EMPTY.sub(r"<td\1></td>", raw.astext())
            raw.replace_self(nodes.raw("", html, **raw.attributes))
    for cell in parts(doctree, "cell_code"):
        if "tag_solution" in cell["classes"]:
            cell.update_all_atts(
                {"hide_mode": "all", "prompt_show": SHOW, "prompt_hide": HIDE}, replace=True
            )


def setup(app):
    """Have it done to every page."""
    app.connect("doctree-read", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
