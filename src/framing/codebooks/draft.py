"""Drafts: codebook files that may hold mistakes, read as far as they go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os import PathLike
from typing import Any, NamedTuple, TypeVar

from framing.errors import InputError
from framing.frames import FRAME_KEYS, KEYS, Frame
from framing.patterns import Pattern
from framing.resources import find, known_keys, read_toml, tables, text, texts

T = TypeVar("T")


class Finding(NamedTuple):
    """Something questionable in a codebook."""

    severity: str
    finding: str
    frame: str
    term: str
    note: str


def draft(source: str | PathLike[str]) -> tuple[list[Finding], tuple[Frame, ...]]:
    """Read the file of a codebook, and collect everything it would be refused for.

    Returns
    -------
    list of Finding
    tuple of Frame
        With the terms that can be read.

    Raises
    ------
    InputError
        When there is no such file.
    """
    reader = _Reader()
    path = find("codebooks", source)
    empty: dict[str, Any] = {}
    table = reader.tried("unreadable", read_toml, path, default=empty)
    if reader.found:
        return reader.found, ()
    reader.keys(table, KEYS, "the file")
    reader.tried("bad value", text, table, "name", "the file", default="")
    for key in ("title", "version", "source"):
        reader.tried("bad value", text, table, key, "the file", "", default="")
    none: list[Any] = []
    entries = reader.tried("bad value", tables, table, "frame", "the file", default=none)
    frames = [reader.frame(entry, position) for position, entry in enumerate(entries, start=1)]
    if not frames and isinstance(table.get("frame", []), list):
        reader.error("no frames", "the file has no frames; write [[frame]] for each.")
    names = [frame.name for frame in frames]
    for position, name in enumerate(names):
        if name in names[:position]:
            reader.error("twice", f"two frames are named {name!r}; rename one.", name)
    return reader.found, tuple(frames)


class _Reader:
    """Goes on after a mistake, and keeps what was said of it."""

    def __init__(self) -> None:
        self.found: list[Finding] = []

    def error(self, finding: str, note: str, frame: str = "", term: str = "") -> None:
        self.found.append(Finding("error", finding, frame, term, note))

    def tried(
        self,
        finding: str,
        read: Callable[..., T],
        *given: Any,
        default: T,
        frame: str = "",
        term: str = "",
    ) -> T:
        try:
            return read(*given)
        except InputError as error:
            self.error(finding, str(error), frame, term)
            return default

    def keys(self, table: dict[str, Any], allowed: Iterable[str], where: str) -> None:
        frame = str(table.get("name", "")) if where != "the file" else ""
        none: dict[str, Any] = {}
        for key in table:
            alone = {key: table[key]}
            self.tried("unknown key", known_keys, alone, allowed, where, default=none, frame=frame)

    def frame(self, entry: Any, position: int) -> Frame:
        where = f"frame {position}"
        if not isinstance(entry, dict):
            self.error("bad value", f"{where} must be a table; got {entry!r}.")
            return Frame(where, where, "", ())
        self.keys(entry, FRAME_KEYS, where)
        name = self.tried("bad value", text, entry, "name", where, default=where)
        label = self.tried("bad value", text, entry, "label", where, name, default=name, frame=name)
        if "definition" not in entry:
            note = "it has no definition; write what a coder by hand would go by."
            self.found.append(Finding("warning", "no definition", name, "", note))
        definition = self.tried(
            "bad value", text, entry, "definition", where, "", default="", frame=name
        )
        before = len(self.found)
        terms = self.terms(entry, "terms", name) + self.terms(entry, "case_sensitive", name)
        weak, exclude = (self.terms(entry, key, name) for key in ("weak", "exclude"))
        readable = len(self.found) == before
        if readable and not terms and len(weak) < 2 and entry.get("terms") != []:
            self.error(
                "no terms",
                "it has nothing to be recognised by; give it 'terms', or write terms = [] if it is "
                "for hand coding only.",
                name,
            )
        return Frame(name, label, definition, terms, weak, exclude)

    def terms(self, entry: dict[str, Any], key: str, frame: str) -> tuple[Pattern, ...]:
        nothing: list[str] = []
        read: list[Pattern] = []
        for term in self.tried("bad value", texts, entry, key, frame, default=nothing, frame=frame):
            try:
                pattern = Pattern.parse(term, key == "case_sensitive")
            except InputError as error:
                self.error("bad term", f"in {key!r}, {error}", frame, term)
                continue
            if pattern in read:
                self.error("twice", f"{key!r} holds it twice; delete one.", frame, str(pattern))
            else:
                read.append(pattern)
        return tuple(read)
