"""The file that holds tasks and their key: read with care, since it may come from anyone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from framing import resources
from framing.errors import InputError, one_of
from framing.resources import distinct, known_keys, text, texts

SCHEMA = "framing-tasks/1"
ABOUT = ("segment", "document", "title", "date", "paragraph", "words", "url")
"""What may be told of the segment of a task besides its text."""

_KEYS = ("schema", "kind", "seed", "topics", "tasks")
_TASK_KEYS = ("task", *ABOUT, "options", "topic", "intruder", "answer", "shares")


def read_record(path: Path, kinds: Sequence[str]) -> dict[str, Any]:
    """Read the file, and refuse whatever `Tasks.write` did not write.

    Every task of the record has the same keys; "shares" is empty unless texts are asked about.
    """
    where, record = str(path), resources.read_record(path, "tasks", SCHEMA, _KEYS)
    if record.get("kind") not in list(kinds):
        raise one_of(f"{where}: 'kind'", record.get("kind"), kinds)
    if type(record.get("seed")) is not int or record["seed"] < 0:
        raise InputError(f"{where}: 'seed' must be a whole number from 0 on.")
    if not isinstance(record.get("tasks"), list) or not record["tasks"]:
        raise InputError(f"{where}: 'tasks' must be a list of tasks; make them again.")
    topics = texts(record, "topics", where)
    distinct(topics, "topic", where)
    tasks = [_task(one, topics, f"{where}, task {i}") for i, one in enumerate(record["tasks"], 1)]
    distinct((one["task"] for one in tasks), "task", where)
    first = tasks[0]
    for i, one in enumerate(tasks, 1):
        for key in ("options", "shares"):
            if len(one[key]) != len(first[key]):
                raise InputError(f"{where}, task {i}: {key!r} has another length than in task 1.")
        if list(one) != list(first):
            raise InputError(f"{where}, task {i}: the keys are not those of task 1.")
    return record | {"topics": topics, "tasks": tasks}


def about(entry: Mapping[str, Any]) -> list[str]:
    """Name what is told of the segment of a task."""
    return [name for name in ABOUT if name in entry]


def _task(entry: Any, topics: Sequence[str], where: str) -> dict[str, Any]:
    table = known_keys(entry, _TASK_KEYS, where)
    found: dict[str, Any] = {key: text(table, key, where) for key in ("task", "topic", "intruder")}
    for key in ("topic", "intruder"):
        if found[key] not in topics:
            raise InputError(f"{where}: {key!r} is {found[key]!r}, which is not among 'topics'.")
    for key in about(table):
        if not isinstance(table[key], str):
            raise InputError(f"{where}: {key!r} must be text; got {table[key]!r}.")
        found[key] = table[key]
    found["options"] = options = texts(table, "options", where)
    if len(options) < 2 or len(set(options)) != len(options):
        raise InputError(f"{where}: 'options' must be two or more, all different.")
    found["answer"] = answer = table.get("answer")
    if type(answer) is not int or not 1 <= answer <= len(options):
        raise InputError(f"{where}: 'answer' must be from 1 to {len(options)}; got {answer!r}.")
    found["shares"] = shares = table.get("shares", [])
    if not isinstance(shares, list) or not all(map(_is_share, shares)):
        raise InputError(f"{where}: 'shares' must be a list of numbers from 0 to 1.")
    if shares and len(shares) != len(options):
        raise InputError(f"{where}: 'shares' must have a number for each of the options.")
    return found


def _is_share(one: Any) -> bool:
    return type(one) in (int, float) and math.isfinite(one) and 0 <= one <= 1
