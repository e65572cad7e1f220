"""The file that tells which topics make up which frame: how it is read and written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framing.errors import InputError
from framing.resources import known_keys, read_toml, tables, text

Topic = int | str
"""The number of a topic, from 1, or its name."""

_KEYS = ("frame", "none")
_FRAME_KEYS = ("name", "label", "topics")


@dataclass(frozen=True)
class TopicFrame:
    """A frame made up of topics.

    Parameters
    ----------
    name, label : str
    topics : tuple of int or str
        Numbers from 1, or names.
    """

    name: str
    label: str
    topics: tuple[Topic, ...]


def read_mapping(path: Path) -> tuple[tuple[TopicFrame, ...], tuple[Topic, ...]]:
    """Read frames, and the topics that are meant to belong to none."""
    where = str(path)
    if not path.is_file():
        raise InputError(f"there is no file {where!r}; give the path of a TOML file.")
    table = known_keys(read_toml(path), _KEYS, where)
    entries = enumerate(tables(table, "frame", where), start=1)
    frames = tuple(_frame(entry, f"{where}, frame {place}") for place, entry in entries)
    return frames, _topics(table, "none", where)


def mapping_text(
    frames: Sequence[TopicFrame], none: Sequence[Topic], words: Mapping[str, str]
) -> str:
    """Write frames as TOML, with the words of each topic in a comment beside it.

    Examples
    --------
    >>> frame = TopicFrame("trade", "Trade", ("topic 2",))
    >>> print(mapping_text([frame], [1], {"topic 2": "tariff, port"}))
    # Frames above topics: move each topic to the frame that it speaks of.
    # A topic that speaks of none stands under none.
    <BLANKLINE>
    none = [
      1,
    ]
    <BLANKLINE>
    [[frame]]
    name = "trade"
    label = "Trade"
    topics = [
      "topic 2",  # tariff, port
    ]
    <BLANKLINE>
    """
    lines = ["# Frames above topics: move each topic to the frame that it speaks of."]
    lines += ["# A topic that speaks of none stands under none.", ""]
    lines += _list("none", none, words)
    for frame in frames:
        lines += ["", "[[frame]]", f"name = {_quoted(frame.name)}"]
        lines += [f"label = {_quoted(frame.label)}", *_list("topics", frame.topics, words)]
    return "\n".join(lines) + "\n"


def _frame(entry: Any, where: str) -> TopicFrame:
    if isinstance(entry, dict) and isinstance(entry.get("name"), str):
        where = f"{where} ({entry['name']})"
    table = known_keys(entry, _FRAME_KEYS, where)
    name = text(table, "name", where)
    if "topics" not in table:
        raise InputError(f"{where}: 'topics' is missing; write topics = [1, 5].")
    return TopicFrame(name, text(table, "label", where, name), _topics(table, "topics", where))


def _topics(table: Mapping[str, Any], key: str, where: str) -> tuple[Topic, ...]:
    given = table.get(key, [])
    if not isinstance(given, list) or not all(type(one) in (int, str) for one in given):
        raise InputError(f"{where}: {key!r} must be a list of topics, by number or name.")
    twice = [one for one, n in Counter(given).items() if n > 1]
    if twice:
        raise InputError(f"{where}: {key!r} holds {twice[0]!r} twice; delete one.")
    return tuple(given)


def _list(key: str, topics: Sequence[Topic], words: Mapping[str, str]) -> list[str]:
    if not topics:
        return [f"{key} = []"]
    lines = []
    for topic in topics:
        entry = f"  {_quoted(topic) if isinstance(topic, str) else topic},"
        said = _commented(words.get(str(topic), ""))
        lines.append(f"{entry}  # {said}" if said else entry)
    return [f"{key} = [", *lines, "]"]


def _quoted(name: str) -> str:
    """Write a TOML string; JSON's escapes are TOML's too."""
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")


def _commented(words: str) -> str:
    """Keep what a comment can hold."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in words)
