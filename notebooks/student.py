"""Write copies of the notebooks for students, without solutions: python notebooks/student.py.

Cells tagged ``solution`` are emptied and leave a place to write. The last cell of a notebook checks
its numbers; what it checks of a solution goes, too, since nothing is there to be checked. All else
stays as it is. A copy that somebody may have written in is never replaced unasked.
"""

import argparse
import ast
import sys
from pathlib import Path

import nbformat

from framing.files import write_whole

NOTEBOOKS = Path(__file__).resolve().parent
STUDENTS = NOTEBOOKS.parent / "students"
SOLUTION = "solution"
ANSWER = "answer"
PLACE = "# Your answer\n"


def student_copy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Copy a notebook without its solutions, outputs and the metadata of its pairing."""
    made = nbformat.from_dict(notebook)
    made.metadata = nbformat.from_dict(
        {key: made.metadata[key] for key in ("kernelspec", "language_info") if key in made.metadata}
    )
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    if code and not _is_solution(code[-1]):
        code[-1].source = _without(code[-1].source, _solved(code[:-1]))
    for cell in made.cells:
        solution = _is_solution(cell)
        tags = [ANSWER] if solution else cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if solution:
            cell.source = PLACE
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []
    nbformat.validate(made)
    return made


def copies(folder: Path = NOTEBOOKS) -> dict[str, str]:
    """Make the copies of all notebooks, by the names of their files."""
    made = {}
    for path in sorted(folder.glob("[0-9][0-9]-*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        made[path.name] = nbformat.writes(student_copy(notebook)) + "\n"
    if not made:
        raise FileNotFoundError(f"{folder} holds no notebooks; run python notebooks/pair.py first.")
    return made


def write_copies(out: Path, folder: Path = NOTEBOOKS, *, overwrite: bool = False) -> list[Path]:
    """Write the copies into a folder: all of them, or none if one would replace another file."""
    if out.resolve() == folder.resolve():
        raise FileExistsError(f"{out} holds the notebooks themselves; name another folder.")
    made = {out / name: text for name, text in copies(folder).items()}
    held = [
        path for path, text in made.items() if path.exists() and path.read_bytes() != text.encode()
    ]
    if held and not overwrite:
        names = ", ".join(path.name for path in held)
        raise FileExistsError(
            f"{out} holds other versions of what would be written, perhaps with answers in them: "
            f"{names}. Nothing was written; name another folder with --out, or replace them with "
            "--overwrite."
        )
    out.mkdir(parents=True, exist_ok=True)
    for path, text in made.items():
        write_whole(path, text)
    return list(made)


def _is_solution(cell: nbformat.NotebookNode) -> bool:
    return SOLUTION in cell.metadata.get("tags", [])


def _solved(cells: list[nbformat.NotebookNode]) -> set[str]:
    """Name what holds a value of a solution when the last cell is reached."""
    latest = {name: _is_solution(cell) for cell in cells for name in _bound(ast.parse(cell.source))}
    return {name for name, solved in latest.items() if solved}


def _without(source: str, names: set[str]) -> str:
    """Take out of a cell the statements that use one of the names, or what was made of them."""
    lines, gone = source.splitlines(keepends=True), set(names)
    for statement in ast.parse(source).body:
        if gone & _used(statement):
            gone |= _bound(statement)
            for at in range(statement.lineno - 1, statement.end_lineno):
                lines[at] = ""
    return "".join(lines).rstrip("\n")


def _used(tree: ast.AST) -> set[str]:
    """Name what a statement needs to have been bound before."""
    nodes = list(ast.walk(tree))
    loops = [node.target for node in nodes if isinstance(node, ast.For | ast.comprehension)]
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.id for loop in loops for node in ast.walk(loop) if isinstance(node, ast.Name)}
    return {node.id for node in nodes if isinstance(node, ast.Name)} - own


def _bound(tree: ast.AST) -> set[str]:
    """Name what a piece of code binds, outside its functions."""
    found, todo = set(), [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
            continue
        if isinstance(
            node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda
        ):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        if isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        todo.extend(ast.iter_child_nodes(node))
    return found


def main(arguments: list[str] | None = None) -> int:
    """Write the copies, and say where they are."""
    parser = argparse.ArgumentParser(description="Write copies of the notebooks without solutions.")
    parser.add_argument("--out", type=Path, default=STUDENTS, help="folder; default: students/")
    parser.add_argument("--overwrite", action="store_true", help="replace what stands there")
    options = parser.parse_args(arguments)
    try:
        written = write_copies(options.out, overwrite=options.overwrite)
    except OSError as error:
        print(f"student.py: {error}", file=sys.stderr)
        return 2
    print(f"{len(written)} notebooks without solutions in {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
