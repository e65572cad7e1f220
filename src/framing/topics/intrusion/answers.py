"""Answers to intrusion tasks: given in a notebook or a sheet, and read back."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing.coding.spreadsheet import coded_files, read_cells, whole
from framing.columns import tidy
from framing.corpus import some
from framing.errors import InputError
from framing.topics.intrusion.tasks import NAMES, Tasks


def answer(tasks: Tasks, coder: str, path: str | PathLike[str]) -> Any:
    """Answer tasks in JupyterLab, by keyboard.

    Parameters
    ----------
    tasks : Tasks
    coder : str
        Who answers.
    path : path
        Where the answers go, ending in ``.csv``; :func:`read_answers` reads it. If it is there
        already, answering goes on at the first task without an answer.

    Returns
    -------
    anywidget.AnyWidget
        Make it the last line of a cell. A digit chooses an option, Enter shows the next task that
        has no answer; ``?`` lists the keys.

    Raises
    ------
    InputError
        When the extra ``lab`` is not installed, the file cannot be written, or it belongs to other
        tasks or another coder.

    Notes
    -----
    Every answer is written at once. The key is neither in the file nor in the notebook.
    """
    try:
        import_module("anywidget")
    except ImportError as error:
        raise InputError(
            "answering in a notebook needs anywidget; pip install framing[lab], or use "
            "Tasks.write_sheet."
        ) from error
    quiz = import_module("framing.topics.intrusion.quiz")
    return quiz.View(quiz.Quiz(tasks, coder, path))


def read_answers(
    paths: str | PathLike[str] | Sequence[str | PathLike[str]],
    tasks: Tasks,
    *,
    coder: str | Sequence[str] | None = None,
    encoding: str = "utf-8",
) -> pd.DataFrame:
    r"""Read the answers of one or several coders.

    Parameters
    ----------
    paths : path or sequence of paths
        Sheets as :meth:`Tasks.write_sheet` and :func:`answer` write them, or other tables with the
        columns ``task`` and ``answer``, the number of an option or blank: CSV, TSV, XLSX.
    tasks : Tasks
        What was answered. Options that stand in a file must be those of the task.
    coder : str or sequence of str, optional
        Who answered, one name a file. Default the column ``coder``, else the file's name.
    encoding : str
        Of CSV and TSV.

    Returns
    -------
    pandas.DataFrame
        A row a row of the files: ``task``, ``coder``, ``answer`` (missing where blank).

    Raises
    ------
    InputError
        For an unknown task, what is no option, a task that a coder answers twice. The message names
        the file, the row as spreadsheet programs count, and the column.
    """
    files = coded_files(paths, coder)
    parts = [_read(path, tasks, name, encoding) for path, name in files]
    table = pd.concat(parts, keys=[str(path) for path, _ in files], names=["file", "row"])
    twice = table.duplicated(["coder", "task"])
    if twice.any():
        one = table[twice].iloc[0]
        same = (table["coder"] == one["coder"]) & (table["task"] == one["task"])
        (first, at), (second, row) = table.index[same][:2]
        raise InputError(
            f"{first}, row {at}, and {second}, row {row}: both answer {one['task']!r} by "
            f"{one['coder']!r}; tell coders apart by coder=, or drop one."
        )
    return tidy(table)


def _read(path: Path, tasks: Tasks, coder: str, encoding: str) -> pd.DataFrame:
    """Read one file; the index counts rows as spreadsheet programs do."""
    cells = read_cells(path, (*NAMES, *tasks.options), encoding)
    for column in ("task", "answer"):
        if column not in cells:
            raise InputError(
                f"{path}, row 1: no column {column!r}; the columns are {some(list(cells), 20)}."
            )
    places = pd.Index(tasks.table["task"]).get_indexer(cells["task"])
    n = len(tasks.options)
    answers = []
    for place, (row, cell) in zip(places, cells.to_dict("index").items(), strict=True):
        where = f"{path}, row {row}, column"
        if place < 0:
            raise InputError(f"{where} 'task': {cell['task'][:60]!r} is not one of these tasks.")
        for option in tasks.options:
            ours = str(tasks.table[option].iloc[place])
            if option in cell and cell[option].casefold() != ours.strip().casefold():
                raise InputError(
                    f"{where} {option!r}: {cell[option][:60]!r} is not what {cell['task']!r} has, "
                    f"{ours[:60]!r}; was the file made for other tasks?"
                )
        number = whole(cell["answer"]) if cell["answer"] else np.nan
        if number is None or number < 1 or number > n:
            given = cell["answer"][:60]
            raise InputError(f"{where} 'answer': {given!r} is no option; write 1 to {n}, or none.")
        answers.append(number)
    named = not coder and "coder" in cells and (cells["coder"] != "").all()
    table = cells[["task"]].assign(answer=np.asarray(answers, dtype=float))
    return table.assign(coder=cells["coder"] if named else coder or path.stem)
