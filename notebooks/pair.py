"""Make every notebook from its script, always with the same bytes: python notebooks/pair.py.

The script holds the cells; the notebook adds what Jupyter needs to open it. A cell's id comes from
its source, so that nothing else in the file changes when one cell does.
"""

import hashlib
import json
from pathlib import Path

import jupytext

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook(script: str) -> str:
    """Turn a script in the percent format into a notebook without outputs."""
    cells, taken = [], set()
    for cell in jupytext.reads(script, fmt="py:percent").cells:
        name, again = f"{cell.cell_type}\n{cell.source}", 0
        while (identifier := hashlib.sha256(f"{name}{again}".encode()).hexdigest()[:8]) in taken:
            again += 1
        taken.add(identifier)
        tags = cell.metadata.get("tags")
        made = {
            "cell_type": cell.cell_type,
            "id": identifier,
            "metadata": {"tags": tags} if tags else {},
            "source": cell.source.splitlines(keepends=True),
        }
        if cell.cell_type == "code":
            made |= {"execution_count": None, "outputs": []}
        cells.append(dict(sorted(made.items())))
    whole = {"cells": cells, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for path in sorted(Path(__file__).parent.glob("[0-9][0-9]-*.py")):
        path.with_suffix(".ipynb").write_text(notebook(path.read_text("utf-8")), "utf-8")
