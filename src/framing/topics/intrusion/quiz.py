"""A desk to answer tasks at, and what is seen of it in JupyterLab."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import pandas as pd

from framing.coding.desk import Desk, Mark, Saved
from framing.coding.spreadsheet import csv_text, read_cells
from framing.coding.widget import DESK, ELEMENT, script
from framing.coding.widget import View as DeskView
from framing.corpus import some
from framing.errors import InputError
from framing.frames import Codebook, Frame
from framing.topics.intrusion.answers import read_answers
from framing.topics.intrusion.tasks import Tasks


class Quiz(Desk):
    """The answers of one coder to some tasks, and the file that holds them.

    It is a desk (:class:`framing.coding.desk.Desk`) at which tasks are coded, of whose options one
    at most is marked: the file is written whole at every change, and left alone where another
    program changed it.

    Parameters
    ----------
    tasks : Tasks
    coder : str
    path : path
        Ending in ``.csv``; a sheet as :func:`framing.topics.read_answers` reads it, without
        texts and without the key.

    Raises
    ------
    InputError
        When the file cannot be written, or belongs to other tasks or another coder.
    """

    def __init__(self, tasks: Tasks, coder: str, path: str | PathLike[str]) -> None:
        tasks.check_readable()
        self.tasks = tasks
        self.frames = list(tasks.options)
        options = tuple(Frame(name, name, "", ()) for name in self.frames)
        self.codebook = Codebook(tasks.kind, tasks.kind.capitalize(), "", "", options)
        self.header = ["task", "coder", *self.frames, "answer"]
        shown = tasks.table.drop(columns=["segment", "document", "task"], errors="ignore")
        shown = shown.assign(question=tasks.question, document="")
        self.passages = shown.assign(segment=tasks.table["task"])
        self._open(coder, Path(path))

    def __repr__(self) -> str:
        return (
            f"Quiz({self.coder!r}, {len(self.marks)} of {len(self)} answered, {str(self.path)!r})"
        )

    def update(self, marks: Mapping[int, Mark]) -> Saved:
        """Take all answers, and save them; a task without one may be there, unmarked."""
        for place, mark in marks.items():
            if mark.codes.count("1") > 1:
                return Saved(False, self.path.name, f"Not saved: task {place + 1} is not sound.")
        done = {place: mark for place, mark in marks.items() if "1" in mark.codes}
        return super().update({place: Mark(mark.codes, True) for place, mark in done.items()})

    def _text(self) -> str:
        rows = []
        for place, row in enumerate(self.tasks.table.to_dict("records")):
            codes = self.marks[place].codes if place in self.marks else ""
            answer = str(codes.index("1") + 1) if codes else ""
            rows.append([row["task"], self.coder, *(row[name] for name in self.frames), answer])
        return csv_text(self.header, rows, ("task", *self.frames))

    def _read(self) -> dict[int, Mark]:
        columns = list(read_cells(self.path, self.header))
        if columns != self.header:
            raise InputError(
                f"{self.path} was not made by a quiz of these tasks: its columns are "
                f"{some(columns, 20)}. Name another file."
            )
        answers = read_answers(self.path, self.tasks)
        others = answers.loc[answers["coder"] != self.coder, "coder"]
        if len(others):
            raise InputError(
                f"{self.path} belongs to another coder, {others.iloc[0]!r}; name another file for "
                f"{self.coder!r}."
            )
        given = answers[answers["answer"].notna()]
        places = pd.Index(self.tasks.table["task"]).get_indexer(given["task"])
        marks = {}
        for place, answer in zip(places.tolist(), given["answer"], strict=True):
            codes = ["0"] * len(self.frames)
            codes[int(answer) - 1] = "1"
            marks[place] = Mark("".join(codes), True)
        return dict(sorted(marks.items()))


class View(DeskView):
    """A quiz, shown: the browser sets `place`, `marks` and `serial`, as at a desk."""

    _esm = script(ELEMENT, DESK, Path(__file__).with_suffix(".js"))
