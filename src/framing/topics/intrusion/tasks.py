"""Tasks for people who judge topics: one of several options does not belong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing.coding.spreadsheet import csv_text, cut, writable
from framing.corpus import Corpus
from framing.errors import InputError
from framing.files import new_file, write_whole
from framing.topics.intrusion.record import SCHEMA, about, read_record

QUESTIONS: Mapping[str, str] = {
    "word intrusion": "Which word does not belong with the others?",
    "word set intrusion": "Which set of words does not belong with the others?",
    "topic intrusion": "Which of these does not describe the text?",
}
"""What is asked, by kind of task."""

NAMES = ("task", "segment", "document")
_KEY = ("task", "topic", "intruder", "answer")


@dataclass(frozen=True, eq=False)
class Tasks:
    """Tasks in the order in which they should be answered, and their hidden key.

    Make them with :func:`framing.topics.word_intrusion`,
    :func:`framing.topics.word_set_intrusion` or
    :func:`framing.topics.topic_intrusion`.

    Attributes
    ----------
    kind : {"word intrusion", "word set intrusion", "topic intrusion"}
    seed : int
    topics : tuple of str
        The topics of the model, in its order.
    table : pandas.DataFrame
        What is shown: ``task``; of topic intrusion the segment (``segment``, ``document``,
        ``title`` and ``date`` where known, and ``text``, or ``paragraph``, ``words`` and ``url``);
        then ``option 1``, ``option 2`` …
    key : pandas.DataFrame
        What is not: ``task``; ``topic`` whose words are shown, or which is the segment's largest;
        ``intruder``, the topic that the intruder comes from; ``answer``, the number of its option;
        of topic intrusion ``share 1``, ``share 2`` …: θ of the topic of each option.

    Examples
    --------
    >>> table = pd.DataFrame({"task": ["task 1"], "option 1": ["port"], "option 2": ["tulip"]})
    >>> key = pd.DataFrame({"task": ["task 1"], "topic": "a", "intruder": "b", "answer": [2]})
    >>> tasks = Tasks("word intrusion", 0, ("a", "b"), table, key)
    >>> tasks
    Tasks(1 word intrusion task of 2 options, seed 0)
    >>> tasks.question
    'Which word does not belong with the others?'
    """

    kind: str
    seed: int
    topics: tuple[str, ...]
    table: pd.DataFrame
    key: pd.DataFrame = field(repr=False)

    def __repr__(self) -> str:
        what = f"{len(self)} {self.kind} task{'' if len(self) == 1 else 's'}"
        return f"Tasks({what} of {len(self.options)} options, seed {self.seed})"

    def __len__(self) -> int:
        return len(self.table)

    @property
    def question(self) -> str:
        """What is asked."""
        return QUESTIONS[self.kind]

    @property
    def options(self) -> tuple[str, ...]:
        """The columns of `table` that hold the options."""
        return _named("option", self.table)

    @property
    def shares(self) -> tuple[str, ...]:
        """The columns of `key` that hold θ of the options' topics; none where words are shown."""
        return _named("share", self.key)

    def check_readable(self) -> None:
        """Refuse tasks about segments of which there is nothing to read.

        Raises
        ------
        InputError
        """
        if self.shares and not {"text", "words", "url"} & set(self.table):
            raise InputError(
                "these tasks were read without the texts that they are about; pass the corpus to "
                "Tasks.load."
            )

    def write(self, path: str | PathLike[str]) -> None:
        """Write the tasks and their key as JSON; texts are left out.

        Give it to nobody who is to answer: they get a sheet (:meth:`write_sheet`) or the widget of
        :func:`framing.topics.answer`, which hold no key.
        """
        rows = []
        records = (table.to_dict("records") for table in (self.table, self.key))
        for shown, hidden in zip(*records, strict=True):
            row: dict[str, Any] = {key: str(shown[key]) for key in ("task", *about(shown))}
            row["options"] = [str(shown[one]) for one in self.options]
            row |= {key: str(hidden[key]) for key in ("topic", "intruder")}
            row["answer"] = int(hidden["answer"])
            shares = [hidden[one] for one in self.shares]
            rows.append(row | ({"shares": shares} if shares else {}))
        record = {
            "schema": SCHEMA,
            "kind": self.kind,
            "seed": self.seed,
            "topics": list(self.topics),
            "tasks": rows,
        }
        write_whole(Path(path), json.dumps(record, indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def load(cls, path: str | PathLike[str], corpus: Corpus | None = None) -> Tasks:
        """Read tasks that were written.

        Parameters
        ----------
        path : path
        corpus : Corpus, optional
            Where the texts of segments are, if they are to be shown.

        Raises
        ------
        InputError
            When the file is not as :meth:`write` makes it; the message names the file, the task
            and the key.
        """
        record = read_record(Path(path), list(QUESTIONS))
        tasks = record["tasks"]
        shown = pd.DataFrame([{name: one[name] for name in ("task", *about(one))} for one in tasks])
        table = _with(shown, "option", [one["options"] for one in tasks])
        key = pd.DataFrame(tasks)[list(_KEY)]
        key = _with(key, "share", [one["shares"] for one in tasks])
        if corpus is not None and corpus.has_texts and "segment" in table:
            table = _with_texts(table, corpus, str(path))
        return cls(record["kind"], record["seed"], tuple(record["topics"]), table, key)

    def write_sheet(
        self, path: str | PathLike[str], coder: str = "", *, overwrite: bool = False
    ) -> None:
        """Write a sheet to answer in a spreadsheet program or on paper; the key is not in it.

        Parameters
        ----------
        path : path
            Ending in ``.csv``.
        coder : str
            Who will answer; else :func:`framing.topics.read_answers` takes the name from
            the file's.
        overwrite : bool
            Replace a file that is there already. It may hold answers.

        Notes
        -----
        One row a task: in column ``answer`` goes the number of the option that does not belong.
        """
        self.check_readable()
        target = Path(path)
        if target.suffix.lower() != ".csv":
            raise InputError(f"{target}: the sheet of tasks must end in .csv.")
        new_file(target, "answers", overwrite=overwrite)
        table = self.table.astype(str).map(writable)
        table = cut(table, "tasks have a text", "task", "answer them in a notebook")
        if coder:
            table.insert(1, "coder", coder)
        table = table.assign(answer="")
        names = (*NAMES, *self.options)
        write_whole(target, csv_text(table.columns.tolist(), table.to_numpy().tolist(), names))


def shuffled(
    options: Sequence[str], topic: str, intruder: str, rng: np.random.Generator
) -> dict[str, Any]:
    """Put the options of a task, of which the last is the intruder, into random order."""
    order = rng.permutation(len(options))
    answer = int(np.flatnonzero(order == len(options) - 1)[0]) + 1
    shown = [options[i] for i in order]
    return {"options": shown, "topic": topic, "intruder": intruder, "answer": answer}


def gathered(
    kind: str,
    seed: int,
    topics: tuple[str, ...],
    tasks: Sequence[Mapping[str, Any]],
    about: pd.DataFrame | None = None,
) -> Tasks:
    """Name tasks, and put what is shown apart from what is hidden.

    Parameters
    ----------
    tasks : sequence of dict
        In order: "options", "topic", "intruder", "answer" and, of texts, "shares".
    about : pandas.DataFrame, optional
        What there is to read: a row a task.
    """
    width = len(str(len(tasks)))
    named = pd.DataFrame({"task": [f"task {i:0{width}d}" for i in range(1, len(tasks) + 1)]})
    key = named.assign(**{name: [one[name] for one in tasks] for name in _KEY[1:]})
    key = _with(key, "share", [one.get("shares", []) for one in tasks])
    shown = named if about is None else pd.concat([named, about], axis=1)
    table = _with(shown, "option", [one["options"] for one in tasks])
    return Tasks(kind, int(seed), topics, table, key)


def _named(name: str, table: pd.DataFrame) -> tuple[str, ...]:
    return tuple(str(column) for column in table if str(column).startswith(f"{name} "))


def _with(table: pd.DataFrame, name: str, rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Add numbered columns, from 1."""
    columns = zip(*rows, strict=True)
    return table.assign(**{f"{name} {i}": column for i, column in enumerate(columns, 1)})


def _with_texts(table: pd.DataFrame, corpus: Corpus, where: str) -> pd.DataFrame:
    """Look up the texts of segments, and put them before the options."""
    known = corpus.segments.set_index("segment")["text"]
    lost = [name for name in table["segment"] if name not in known.index]
    if lost:
        raise InputError(
            f"{where}: segment {lost[0]!r} is not in corpus {corpus.name!r}; read the corpus that "
            "the model was fitted to, with the same segment= and clean=."
        )
    found = known.loc[table["segment"]].to_numpy()
    table.insert(list(table).index("option 1"), "text", found)
    return table
