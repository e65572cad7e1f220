"""A desk to code at: the codes of one coder, kept in a file that is written at every change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from os import PathLike
from pathlib import Path
from typing import Any

from framing.coding.sample import Sample
from framing.coding.sheet import FILLED, NAMES, frame_names, passages
from framing.coding.spreadsheet import csv_text, read_cells, whole
from framing.corpus import some
from framing.errors import InputError
from framing.files import digest, write_whole
from framing.frames import Codebook

_NOTE_CHARACTERS = 10_000


@dataclass(frozen=True)
class Mark:
    """What a coder has said of a segment so far.

    Parameters
    ----------
    codes : str
        One digit a frame: "1" where the segment uses it.
    done : bool
        Whether the coder has judged every frame.
    note : str
    """

    codes: str
    done: bool = False
    note: str = ""


@dataclass(frozen=True)
class Saved:
    """Whether the codes are in a file: its name, and what the coder must know."""

    ok: bool
    file: str
    message: str = ""


class Desk:
    """The codes of one coder for one sample, and the file that holds them.

    The file is a sheet as :func:`framing.read_codes` reads it, without texts. It is written whole
    at every change. If it is there already, coding goes on where it stopped.

    Parameters
    ----------
    sample : Sample
    codebook : Codebook
    coder : str
    path : path
        Ending in ``.csv``.
    show : sequence of str, optional
        As in :func:`framing.write_sheet`.

    Attributes
    ----------
    passages : pandas.DataFrame
        What there is to read: one row a segment, in the order of the sample.
    marks : {int: Mark}
        By the place of the segment; what was not touched is not there.
    path : Path
        Where the codes go. It changes if another program changes the file meanwhile.

    Raises
    ------
    InputError
        When the file cannot be written, or belongs to another sample, codebook or coder.
    """

    def __init__(
        self,
        sample: Sample,
        codebook: Codebook,
        coder: str,
        path: str | PathLike[str],
        show: Sequence[str] | None = None,
    ) -> None:
        self.codebook, self.frames = codebook, frame_names(codebook)
        self.header = [*NAMES, "coder", *self.frames, *FILLED]
        self.passages = passages(sample, show)
        self._open(coder, Path(path))

    def _open(self, coder: str, path: Path) -> None:
        """Go on with the file of a coder, or begin it."""
        self.coder, self.path = coder, path
        if not coder.strip() or coder != coder.strip():
            raise InputError(f"coder must be a name, without space around it; got {coder!r}.")
        if path.suffix.lower() != ".csv":
            raise InputError(f"{path}: the file must end in .csv.")
        self.marks: dict[int, Mark] = {}
        self._apart = ""
        self._digest: str | None = None
        if self.path.exists():
            self._digest = digest(self.path)
            self.marks = self._read()
        elif not (saved := self.save()).ok:
            raise InputError(saved.message)

    def __repr__(self) -> str:
        done = sum(mark.done for mark in self.marks.values())
        return f"Desk({self.coder!r}, {done} of {len(self)} segments coded, {str(self.path)!r})"

    def __len__(self) -> int:
        return len(self.passages)

    def next(self, place: int = -1) -> int:
        """Find the next segment that is not done, going round; if all are, stay in place."""
        order = [*range(place + 1, len(self)), *range(place + 1)]
        undone = (one for one in order if one not in self.marks or not self.marks[one].done)
        return next(undone, max(place, 0))

    def update(self, marks: Mapping[int, Mark]) -> Saved:
        """Take the marks of all segments that were touched, and save them."""
        for place, mark in marks.items():
            sound = len(mark.codes) == len(self.frames) and set(mark.codes) <= {"0", "1"}
            if not 0 <= place < len(self) or not sound or len(mark.note) > _NOTE_CHARACTERS:
                return Saved(False, self.path.name, f"Not saved: segment {place + 1} is not sound.")
        self.marks = dict(sorted(marks.items()))
        return self.save()

    def save(self) -> Saved:
        """Write the file, or say why not. What another program wrote there is never replaced."""
        try:
            if self.path.exists() and digest(self.path) != self._digest:
                self._move_apart()
            write_whole(self.path, self._text())
            self._digest = digest(self.path)
        except OSError as error:
            reason = error.strerror or str(error)
            return Saved(
                False,
                self.path.name,
                f"Not saved in {self.path.name!r}: {reason}. Your codes are still here: keep this "
                "notebook and its kernel open, remove the cause, then try again.",
            )
        return Saved(True, self.path.name, self._apart)

    def _move_apart(self) -> None:
        changed, stem = self.path.name, self.path.stem
        numbers = ("" if n == 1 else f"-{n}" for n in count(1))
        names = (self.path.with_name(f"{stem}-apart{number}.csv") for number in numbers)
        self.path = next(path for path in names if not path.exists())
        self._apart = (
            f"{changed!r} was changed by another program and is left as it is. All codes of this "
            f"desk, from the first on, are kept in {self.path.name!r} from now on."
        )

    def _text(self) -> str:
        rows = []
        names = self.passages[list(NAMES)].itertuples(index=False)
        for place, (segment, document) in enumerate(names):
            mark = self.marks.get(place, Mark("0" * len(self.frames)))
            # "0" is written once the segment is done: before that nobody has said no
            codes = [code if mark.done or code == "1" else "" for code in mark.codes]
            done = "1" if mark.done else "0"
            rows.append([segment, document, self.coder, *codes, done, mark.note])
        return csv_text(self.header, rows, NAMES)

    def _read(self) -> dict[int, Mark]:
        table = read_cells(self.path, NAMES)
        where = str(self.path)
        missing = [name for name in self.header if name not in table]
        extra = [name for name in table if name not in self.header]
        if missing or extra:
            faults = [f"it lacks {some(missing)}"] * bool(missing)
            faults += [f"it has {some(extra)}"] * bool(extra)
            raise InputError(
                f"{where} belongs to another codebook than {self.codebook.name!r}, or is no file "
                f"of a desk: of the columns {' and '.join(faults)}. Name another file."
            )
        others = table.loc[table["coder"] != self.coder, "coder"]
        if len(others):
            raise InputError(
                f"{where}, row {others.index[0]}, belongs to another coder, {others.iloc[0]!r}; "
                f"name another file for {self.coder!r}."
            )
        places = {name: place for place, name in enumerate(self.passages["segment"])}
        marks: dict[int, Mark] = {}
        for row in table.to_dict("index").items():
            place, mark = self._mark(*row, places)
            if place in marks:
                raise InputError(f"{where}, row {row[0]}: the segment stands twice; delete one.")
            marks[place] = mark
        untouched = Mark("0" * len(self.frames))
        return {place: mark for place, mark in sorted(marks.items()) if mark != untouched}

    def _mark(self, row: Any, cells: Any, places: Mapping[str, int]) -> tuple[int, Mark]:
        where = f"{self.path}, row {row}"
        if cells["segment"] not in places:
            raise InputError(
                f"{where}, belongs to another sample: segment {cells['segment']!r} is not in this "
                "one; name another file."
            )
        codes = {name: whole(cells[name] or "0") for name in (*self.frames, "done")}
        for name, code in codes.items():
            if code not in (0, 1):
                raise InputError(f"{where}, column {name!r}: {cells[name]!r} is not 1, 0 or blank.")
        digits = "".join(str(codes[name]) for name in self.frames)
        return places[cells["segment"]], Mark(digits, codes["done"] == 1, cells["note"])


def code_by_hand(
    sample: Sample,
    codebook: Codebook | str | PathLike[str],
    coder: str,
    path: str | PathLike[str],
    *,
    show: Sequence[str] | None = None,
) -> Any:
    """Code a sample in JupyterLab, by keyboard.

    Parameters
    ----------
    sample : Sample
    codebook : Codebook, str or path
        A codebook, or what :meth:`Codebook.load` takes.
    coder : str
        Who codes.
    path : path
        Where the codes go, ending in ``.csv``; :func:`framing.read_codes` reads it. If it is there
        already, coding goes on at the first segment that is not done.
    show : sequence of str, optional
        Metadata that the coder sees; see :func:`framing.write_sheet`.

    Returns
    -------
    anywidget.AnyWidget
        Make it the last line of a cell. Digits, then letters, switch frames on and off, Enter says
        that the segment is done and shows the next; ``?`` lists the keys.

    Raises
    ------
    InputError
        When the extra ``lab`` is not installed, the file cannot be written, or it belongs to
        another sample, codebook or coder.

    Notes
    -----
    Every change is written at once, so a closed browser loses nothing. A segment counts as coded
    once it is done: a segment without any frame differs from one that was not looked at.
    """
    try:
        import_module("anywidget")
    except ImportError as error:
        raise InputError(
            "coding in a notebook needs anywidget; pip install framing[lab], or use write_sheet."
        ) from error
    widget = import_module("framing.coding.widget")
    if not isinstance(codebook, Codebook):
        codebook = Codebook.load(codebook)
    return widget.View(Desk(sample, codebook, coder, path, show))
