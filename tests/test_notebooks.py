import ast
import importlib.util
import json
import re
from itertools import pairwise
from pathlib import Path

import jupytext
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
SCRIPTS = sorted(FOLDER.glob("[0-9][0-9]-*.py"))
HEADER = ["Question", "You will learn", "Time", "Needs", "Data", "Method and reference"]
PARTS = [
    "## The question",
    "### The data card",
    "**What it shows.**",
    "**What it does not show.**",
    "## Exercises",
    "## Key points",
    "**Next:**",
]

pytestmark = pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)


def cells(script, kind=None):
    found = jupytext.reads(script.read_text("utf-8"), fmt="py:percent").cells
    return [cell for cell in found if kind in (None, cell.cell_type)]


def prose(script):
    return "\n\n".join(cell.source for cell in cells(script, "markdown"))


def test_the_notebook_is_what_the_script_makes(script):
    spec = importlib.util.spec_from_file_location("pair", FOLDER / "pair.py")
    pair = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pair)
    made, held = pair.notebook(script.read_text("utf-8")), script.with_suffix(".ipynb")
    assert held.read_text("utf-8") == made, "run: python notebooks/pair.py"
    identifiers = [cell["id"] for cell in json.loads(made)["cells"]]
    assert len(set(identifiers)) == len(identifiers)


def test_a_header_card_comes_first(script):
    first = cells(script)[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith(f"# {int(script.name[:2])} · ")
    assert re.findall(r"^\* \*\*(.+?):\*\*", first.source, re.MULTILINE) == HEADER


def test_all_imports_and_data_are_in_the_first_code_cell(script):
    first, *rest = [ast.parse(cell.source) for cell in cells(script, "code")]
    assert cells(script)[1].cell_type == "code"
    assert any(isinstance(node, ast.Import) for node in first.body)
    for node in (node for tree in rest for node in ast.walk(tree)):
        assert not isinstance(node, ast.Import | ast.ImportFrom)
        assert not (isinstance(node, ast.Attribute) and ast.unparse(node) == "fr.load")


def test_it_has_its_parts_in_order(script):
    text = prose(script)
    places = [text.find(part) for part in PARTS]
    assert -1 not in places, PARTS[places.index(-1)]
    assert places == sorted(places)
    assert len(cells(script)) < 40


def test_three_exercises_each_with_its_solution(script):
    found = cells(script)
    assert {tag for cell in found for tag in cell.metadata.get("tags", [])} == {"solution"}
    levels = []
    for before, cell in pairwise(found):
        if "solution" in cell.metadata.get("tags", []):
            assert cell.cell_type == "code"
            levels += re.findall(r"^\*\*(\d) · (.+?)\*\*", before.source, re.MULTILINE)
    assert levels == [("1", "Warm up."), ("2", "On your own."), ("3", "Further.")]


def test_the_last_cell_asserts_the_headline_numbers(script):
    last = cells(script)[-1]
    assert last.cell_type == "code"
    assert sum(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(last.source))) >= 5


def test_nothing_is_installed_or_downloaded_and_no_path_is_absolute(script):
    code = "\n".join(cell.source for cell in cells(script, "code"))
    assert not re.search(r"^\s*[!%]|pip install|urlopen|requests\.|https?://", code, re.MULTILINE)
    assert not re.search(r"""["'](?:/|~|[A-Z]:[\\/])\w""", code + prose(script))


def test_the_course_lists_it(script):
    title = cells(script)[0].source.splitlines()[0].removeprefix("# ")
    assert f"[{title}]({script.stem}.ipynb)" in (FOLDER / "README.md").read_text("utf-8")
