"""Copies for students: nothing of a solution remains, and everything else does."""

import ast
import importlib.util
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NAMES = sorted(path.name for path in FOLDER.glob("[0-9][0-9]-*.ipynb"))


@pytest.fixture(scope="module")
def student():
    spec = importlib.util.spec_from_file_location("student", FOLDER / "student.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def copies(student):
    return student.copies()


def solved(cell):
    return "solution" in cell.metadata.get("tags", [])


def statements(source):
    return [ast.unparse(statement) for statement in ast.parse(source).body]


def lines(source):
    """Lines of some length, which would not stand in two cells by chance."""
    return {line.strip() for line in source.splitlines() if len(line.strip()) > 25}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_solution_remains_and_everything_else_does(name, copies):
    original, copy = nbformat.read(FOLDER / name, 4), nbformat.reads(copies[name], 4)
    nbformat.validate(copy)
    assert [cell.id for cell in copy.cells] == [cell.id for cell in original.cells]
    *before, last = original.cells
    for cell, kept in zip(before, copy.cells, strict=False):
        if solved(cell):
            assert kept.source == "# Your answer\n"
            assert kept.metadata.tags == ["answer"]
        else:
            assert kept.source == cell.source
            assert kept.cell_type == cell.cell_type
    assert set(statements(copy.cells[-1].source)) <= set(statements(last.source))
    shown = {line for cell in before if not solved(cell) for line in lines(cell.source)}
    hidden = {line for cell in before if solved(cell) for line in lines(cell.source)} - shown
    assert hidden
    assert not hidden & {line for cell in copy.cells for line in lines(cell.source)}
    assert "solution" not in {tag for cell in copy.cells for tag in cell.metadata.get("tags", [])}


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_stands_by_itself(name, copies):
    """No cell uses a name that only a solution gave."""
    original, copy = nbformat.read(FOLDER / name, 4), nbformat.reads(copies[name], 4)

    def bound(cells):
        code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
        nodes = list(ast.walk(ast.parse(code)))
        names = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        named = {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
        arguments = {n.arg for n in nodes if isinstance(n, ast.arg)}
        return names | named | arguments

    missing = bound(original.cells) - bound(copy.cells)
    code = "\n".join(cell.source for cell in copy.cells if cell.cell_type == "code")
    used = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    assert not used & missing
    assert sum(isinstance(n, ast.Assert) for n in ast.parse(copy.cells[-1].source).body) >= 3


def test_what_is_not_the_text_of_a_lesson_goes(student):
    tagged = {"tags": ["solution"], "collapsed": True}
    check = "assert first == 1\nassert second == 2\nthird = second + 1\nassert third == 3\nassert x"
    notebook = nbformat.v4.new_notebook(
        metadata={"jupytext": {"formats": "ipynb,py"}, "kernelspec": {"name": "python3",
                  "display_name": "Python 3"}},
        cells=[
            nbformat.v4.new_markdown_cell("## Exercises"),
            nbformat.v4.new_code_cell(
                "first = 1\nx = [second for second in [1]]",
                execution_count=7,
                outputs=[nbformat.v4.new_output("stream", text="seen")],
            ),
            nbformat.v4.new_code_cell("second = 2\nfirst_try = [x for x in []]", metadata=tagged),
            nbformat.v4.new_code_cell(check),
        ],
    )  # fmt: skip
    whole = nbformat.writes(notebook)
    copy = student.student_copy(notebook)
    assert nbformat.writes(notebook) == whole  # the original is left alone
    assert list(copy.metadata) == ["kernelspec"]
    assert copy.cells[0].source == "## Exercises"
    assert copy.cells[1].outputs == []
    assert copy.cells[1].execution_count is None
    assert copy.cells[2].metadata == {"tags": ["answer"]}
    assert copy.cells[3].source == "assert first == 1\nassert x"


def test_a_name_that_a_solution_gave_anew_is_not_checked(student):
    cells = [
        nbformat.v4.new_code_cell("table = 1"),
        nbformat.v4.new_code_cell("table = 2", metadata={"tags": ["solution"]}),
        nbformat.v4.new_code_cell("assert table == 2\nassert True"),
    ]
    copy = student.student_copy(nbformat.v4.new_notebook(cells=cells))
    assert copy.cells[-1].source == "assert True"


def test_a_name_of_its_own_is_no_name_of_a_solution(student):
    checks = [
        "assert [one for one in [1]] == [1]",
        "for one in (1, 2):\n    assert one",
        "assert sorted([2, 1], key=lambda one: one) == [1, 2]",
    ]
    cells = [
        nbformat.v4.new_code_cell("one = 1", metadata={"tags": ["solution"]}),
        nbformat.v4.new_code_cell("\n".join([*checks, "assert one + 1 == 2"])),
    ]
    copy = student.student_copy(nbformat.v4.new_notebook(cells=cells))
    assert copy.cells[-1].source == "\n".join(checks)


def test_the_same_bytes_each_time_and_no_other_file(student, copies, tmp_path):
    first, again = tmp_path / "first", tmp_path / "deep" / "again"
    student.write_copies(first)
    assert student.main(["--out", str(again)]) == 0
    for folder in (first, again):
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
            name: text.encode() for name, text in copies.items()
        }
    student.write_copies(first)  # nothing differs, so nothing is refused


def test_answers_are_not_replaced_unasked(student, copies, tmp_path, capsys):
    student.write_copies(tmp_path)
    answered, other = tmp_path / NAMES[1], tmp_path / NAMES[0]
    answered.write_text("an answer", encoding="utf-8")
    other.unlink()
    assert student.main(["--out", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert f"with answers in them: {NAMES[1]}. Nothing was written; name another" in said
    assert answered.read_text(encoding="utf-8") == "an answer"
    assert not other.exists()
    assert student.main(["--out", str(tmp_path), "--overwrite"]) == 0
    assert answered.read_bytes() == copies[NAMES[1]].encode()
    assert other.exists()


def test_the_notebooks_themselves_are_never_replaced(student, capsys):
    before = {name: (FOLDER / name).read_bytes() for name in NAMES}
    assert student.main(["--out", str(FOLDER / ".." / "notebooks"), "--overwrite"]) == 2
    assert "holds the notebooks themselves" in capsys.readouterr().err
    assert before == {name: (FOLDER / name).read_bytes() for name in NAMES}


def test_a_copy_is_whole_or_not_there(student, tmp_path, monkeypatch):
    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        student.write_copies(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_notebooks_is_named(student, tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no notebooks"):
        student.write_copies(tmp_path / "out", tmp_path)
