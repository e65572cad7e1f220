"""How `make docs` makes the site: Sphinx reads the checkout itself, so that no page is a copy."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from framing import __version__

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))  # the extensions lie beside this file

project = "framing"
author = "The framing contributors"
copyright = (
    "the framing contributors. Code: BSD-3-Clause; texts and figures of the course: CC BY 4.0"
)
release = __version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "contents",
    "mathml",
    "names",
    "outputs",
]
root_doc = "README"
include_patterns = [
    "*.md",
    "corpus/README.md",
    "corpus/*/README.md",
    "docs/*.md",
    "docs/bench/*.md",
    "docs/reference/*.md",
    "figures/README.md",
    "notebooks/*.ipynb",
    "notebooks/*.md",
]
exclude_patterns = [".*", "build", "dist", "reports", "src", "students", "tests", "**/texts"]
nitpicky = True
# Types in docstrings are words for readers ("sequence of str"); only our own names are looked up.
nitpick_ignore_regex = [("py:.*", r"(?!framing\.).*")]

# --- pages in Markdown -----------------------------------------------------------------------

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4

# --- notebooks: run from a clean kernel, once for each state of the library and the data -------


def state() -> str:
    """Name everything that an output depends on, but for the notebook itself."""
    held = hashlib.sha256(sys.version.encode())
    paths = [ROOT / "requirements/dev.txt", HERE / "kernel.py"]
    for folder in (ROOT / "src/framing", ROOT / "corpus"):
        found = (path for path in folder.rglob("*") if path.is_file())
        paths += [path for path in found if not {"__pycache__", "texts"} & set(path.parts)]
    for path in sorted(paths):
        held.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return held.hexdigest()[:16]


nb_execution_mode = "cache"
nb_execution_cache_path = str(ROOT / "build/site/notebooks" / state())
nb_execution_raise_on_error = True
nb_execution_timeout = -1
nb_render_markdown_format = "myst"
nb_merge_streams = True
nb_ipywidgets_js = {}  # a widget needs a kernel: the page shows its other form, and loads nothing
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]
for old in Path(nb_execution_cache_path).parent.glob("*"):
    if old.name != Path(nb_execution_cache_path).name:
        shutil.rmtree(old)
os.environ["PYTHONSTARTUP"] = str(HERE / "kernel.py")  # read by the notebooks' kernels
os.environ["IPYTHONDIR"] = str(ROOT / "build/site/ipython")  # and nobody's own settings

# --- the reference ---------------------------------------------------------------------------

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say it for people
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
toc_object_entries_show_parents = "hide"

# --- how it looks ----------------------------------------------------------------------------

html_theme = "pydata_sphinx_theme"
html_title = "framing"
html_static_path = ["site.css", "site.js"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_show_sphinx = False
html_sidebars = {page: [] for page in ("README", "figures/README", "CONTRIBUTING", "CHANGELOG")}
html_sourcelink_suffix = ""
pygments_style = "a11y-high-contrast-light"
html_context = {"default_mode": "auto"}
html_theme_options = {
    "header_links_before_dropdown": 7,
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc", "sourcelink"],
    "show_prev_next": True,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
