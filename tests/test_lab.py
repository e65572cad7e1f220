"""The course as a student meets it: JupyterLab in a browser, a lesson to its end, the desk."""

import json
import re

import nbformat
import pytest
from _browser import CHROMIUM, browser
from _lab import lab, until

pytest.importorskip("jupyterlab", reason="needs the extra `lab`")
pytest.importorskip("anywidget", reason="needs the extra `lab`")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs chromium on the path")

LESSON = "02-compare-emphasis.ipynb"
DESK = """
import framing as fr
import pandas as pd

texts = pd.DataFrame(
    {
        "id": list("abcdef"),
        "date": "2022-05",
        "text": [f"Harbour {letter} has new cranes." for letter in "ABCDEF"],
    }
)
sample = fr.draw(fr.Corpus.from_frame(texts, clean=False), 6, seed=1)
fr.code_by_hand(sample, "critical-technology", coder="Ana", path="ana.csv")
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A tab on a JupyterLab of our own: the tab, the course's folder, addresses."""
    with lab(tmp_path_factory.mktemp("lab")) as (folder, address), browser() as page:
        page.tab.set_default_timeout(120_000)
        yield page, folder, address
        assert {re.match(r"\w+://[\w.]+|\w+:", url)[0] for url in page.requests} <= {
            "http://127.0.0.1", "data:", "blob:",
        }  # fmt: skip


def run_all(tab, name):
    """Choose Run › Run All Cells, by the mouse, once the notebook has its kernel."""
    tab.locator("#jp-main-statusbar", has_text=name).filter(has_text="| Idle").wait_for()
    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def executed(tab, path):
    """Save, and wait, until every cell has run; give the cells with their outputs."""

    def all_done():
        tab.keyboard.press("Control+s")
        try:
            held = json.loads(path.read_text("utf-8"))
        except ValueError:  # it is being written
            return None
        cells = [cell for cell in held["cells"] if cell["cell_type"] == "code"]
        outputs = [output for cell in cells for output in cell["outputs"]]
        failed = [output for output in outputs if output["output_type"] == "error"]
        assert not failed, failed[0]["evalue"]
        return all(cell["execution_count"] for cell in cells) and cells

    return until(all_done, 600, f"every cell of {path.name} to run")


def test_a_lesson_is_opened_from_the_list_and_runs_to_its_end(course):
    page, folder, address = course
    tab = page.tab
    tab.goto(address("lab/tree/README.md"))
    tab.locator(".jp-MarkdownViewer").get_by_text("Compare emphasis").click()
    run_all(tab, LESSON)
    cells = executed(tab, folder / LESSON)
    drawn = [1 for cell in cells for output in cell["outputs"] if "image/png" in output["data"]]
    assert len(drawn) >= 3
    picture = tab.locator(".jp-RenderedImage img").first
    picture.scroll_into_view_if_needed()
    assert picture.is_visible()
    assert picture.evaluate("image => image.naturalWidth") > 300
    explore(tab)
    assert page.errors == []


def explore(tab):
    """Go back, by keys, from a frame to the openings that use it; then choose fewer years."""
    explorer = tab.locator(".framing-explorer")
    explorer.scroll_into_view_if_needed()
    frame = explorer.locator(".fx-table button", has_text="rules").first
    frame.focus()
    tab.keyboard.press("Enter")
    explorer.locator(".fx-origin .fd-heading", has_text="rules").wait_for()
    link = explorer.locator(".fx-items a").first
    link.wait_for()
    assert link.get_attribute("href").startswith("https://")
    before = explorer.locator(".fx-figure img").get_attribute("alt")
    explorer.locator(".fx-years select").first.select_option("2024")
    explorer.locator(f".fx-figure img:not([alt={json.dumps(before)}])").wait_for()


def test_segments_coded_at_the_desk_are_there_when_the_page_is_loaded_again(course):
    page, folder, address = course
    tab = page.tab
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(DESK.strip())])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "desk.ipynb")
    page.errors.clear()  # of pages that were left while they loaded
    tab.goto(address("lab/workspaces/desk/tree/desk.ipynb"))
    run_all(tab, "desk.ipynb")
    tab.locator(".fd-passage").click()
    for _ in range(3):
        tab.keyboard.press("1")
        tab.keyboard.press("Enter")
    tab.locator(".fd-progress", has_text="3 done").wait_for()
    tab.locator(".fd-saved", has_text="Saved in ana.csv").wait_for()
    executed(tab, folder / "desk.ipynb")
    assert page.errors == []
    tab.reload()
    tab.locator(".fd-progress", has_text="3 done").wait_for()
    rows = (folder / "ana.csv").read_text("utf-8").splitlines()[1:]
    assert sum(row.endswith(",1,") for row in rows) == 3
