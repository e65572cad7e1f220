"""Codes that people wrote into sheets, read back as one long table."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from numbers import Integral
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing.coding.sample import Sample
from framing.coding.sheet import ABOUT, FILLED, NAMES, frame_names, metadata
from framing.coding.spreadsheet import coded_files, read_cells, whole
from framing.columns import tidy
from framing.corpus import some
from framing.errors import InputError, InputWarning, one_of
from framing.frames import Codebook

BLANKS = ("missing", "zero")
_UNCODED = "no row is coded; write 0 and 1, or 1 in column 'done'"


def read_codes(
    paths: str | PathLike[str] | Sequence[str | PathLike[str]],
    *,
    sample: Sample | None = None,
    codebook: Codebook | str | PathLike[str] | None = None,
    blank: str = "missing",
    coder: str | Sequence[str] | None = None,
    highest: int = 1,
    encoding: str = "utf-8",
) -> pd.DataFrame:
    r"""Read the codes of one or several coders.

    Parameters
    ----------
    paths : path or sequence of paths
        Sheets as :func:`framing.write_sheet` and :func:`framing.code_by_hand` write them, or other
        tables with a column ``segment`` and one a frame: CSV (commas or semicolons), TSV, XLSX.
    sample : Sample, optional
        What was coded: a segment outside it is an error.
    codebook : Codebook, str or path, optional
        Its frames are read, and must be there. Without one, every column is taken for a frame that
        is not one of a sheet's others, nor metadata of the sample.
    blank : {"missing", "zero"}
        What an empty cell means in a row that has some code: not coded, or 0, for coders who
        write only ones.
    coder : str or sequence of str, optional
        Who coded, one name a file. Default the column ``coder``, else the file's name.
    highest : int
        The highest code: 1 where a frame is there or not, more for ranks.
    encoding : str
        Of CSV and TSV.

    Returns
    -------
    pandas.DataFrame
        A row a segment, frame and coder: ``document``, ``segment``, ``frame``, ``coder``, ``code``
        (missing where a coded row lacks it). Rows that were not coded are left out.

    Raises
    ------
    InputError
        For what is no code, an unknown segment, one that stands twice, a missing frame, a file
        without codes. The message names the file, the row as spreadsheet programs count, and the
        column.

    Notes
    -----
    A row is coded if it has some code. A column ``done`` says so outright: a row with 1 is coded
    and blank cells are 0, a row with 0 is not. Without it, a row in which a coder who writes only
    ones found nothing cannot be told from one that was not read: such coders should use it.

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> table = "segment,document,trade,rules\na/000,a,1,0\na/001,a,,\nb/000,b,0, 1.0\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "ana.csv")
    ...     _ = path.write_text(table)
    ...     codes = fr.read_codes(path)
    >>> codes
      document segment  frame coder  code
    0        a   a/000  trade   ana   1.0
    1        a   a/000  rules   ana   0.0
    2        b   b/000  trade   ana   0.0
    3        b   b/000  rules   ana   1.0
    """
    files = coded_files(paths, coder)
    if blank not in BLANKS:
        raise one_of("blank", blank, BLANKS)
    if not isinstance(highest, Integral) or highest < 1:
        raise InputError(f"highest must be a whole number from 1 on; got {highest!r}.")
    if codebook is not None and not isinstance(codebook, Codebook):
        codebook = Codebook.load(codebook)
    frames = None if codebook is None else frame_names(codebook)
    tables: list[pd.DataFrame] = []
    for path, name in files:
        cells = read_cells(path, NAMES, encoding)
        if cells.empty:
            raise InputError(f"{path}: {_UNCODED}.")
        frames = _frames(cells, frames, sample, path)
        about = _about(cells, sample, name, path)
        marks = _marks(cells, frames, int(highest), path)
        coded = _coded(about["segment"], marks, blank, path)
        tables.append(pd.concat([about, coded], axis=1, join="inner"))
    table = pd.concat(tables, keys=[str(path) for path, _ in files], names=["file", "row"])
    twice = table.duplicated(["coder", "segment"])
    if twice.any():
        one = table[twice].iloc[0]
        same = (table["coder"] == one["coder"]) & (table["segment"] == one["segment"])
        first, second = table.index.get_level_values("file")[same][:2]
        raise InputError(
            f"{first} and {second}: both hold codes of segment {one['segment']!r} by "
            f"{one['coder']!r}; tell coders apart by coder=, or drop one."
        )
    assert frames is not None
    long = table[["segment", "document", "coder"]].loc[table.index.repeat(len(frames))]
    long["frame"] = np.tile(np.asarray(frames, dtype=object), len(table))
    long["code"] = table[frames].to_numpy(dtype=float).ravel()
    return tidy(long)


def _frames(
    cells: pd.DataFrame, frames: list[str] | None, sample: Sample | None, path: Path
) -> list[str]:
    """Tell which columns are frames; the frames of the codebook, or of the first file, must be."""
    if "segment" not in cells:
        raise InputError(
            f"{path}, row 1: no column 'segment'; the columns are {some(list(cells), 20)}."
        )
    known = () if sample is None else metadata(sample).columns
    other = [str(name) for name in cells if name not in (*ABOUT, *FILLED, *known)]
    if frames is None:
        if not other:
            raise InputError(f"{path}, row 1: no column is a frame; give every frame a column.")
        return other
    for name in frames:
        if name not in cells:
            raise InputError(
                f"{path}, row 1: no column for frame {name!r}; the columns are "
                f"{some(list(cells), 20)}."
            )
    extra = [name for name in other if name not in frames]
    if extra:
        _warn(f"{path}: left out is what is no frame of the codebook: columns {some(extra)}.")
    return frames


def _about(cells: pd.DataFrame, sample: Sample | None, coder: str, path: Path) -> pd.DataFrame:
    """Tell for every row which segment it is, of which document, and who coded it."""
    about = pd.DataFrame({"segment": cells["segment"]})
    _refuse(about["segment"] == "", cells, path, "segment", "is empty; name the segment")
    if sample is not None:
        documents = sample.segments.set_index("segment")["document"]
        why = "is not in the sample; spreadsheet programs change some names, XLSX keeps them"
        _refuse(~about["segment"].isin(documents.index), cells, path, "segment", why)
        about["document"] = about["segment"].map(documents)
        if "document" in cells:
            why = "is not the segment's document; were columns sorted apart?"
            _refuse(cells["document"] != about["document"], cells, path, "document", why)
    elif "document" in cells:
        about["document"] = cells["document"]
        _refuse(about["document"] == "", cells, path, "document", "is empty; name the document")
    else:
        raise InputError(f"{path}, row 1: no column 'document'; add one, or pass sample=.")
    named = not coder and "coder" in cells and (cells["coder"] != "").any()
    about["coder"] = cells["coder"] if named else coder or path.stem
    _refuse(about["coder"] == "", cells, path, "coder", "is empty; name the coder")
    twice = about.duplicated(["coder", "segment"])
    if twice.any():
        one = about[twice].iloc[0]
        same = (about["coder"] == one["coder"]) & (about["segment"] == one["segment"])
        why = f"stands in row {about.index[same][0]} already; keep one row a segment and coder"
        _refuse(twice, cells, path, "segment", why)
    return about


def _marks(cells: pd.DataFrame, frames: Sequence[str], highest: int, path: Path) -> pd.DataFrame:
    """Make numbers of what was written."""
    marks = {}
    for name in [*frames, *(["done"] if "done" in cells else [])]:
        most = 1 if name == "done" else highest
        number = cells[name].map(whole).astype(float)
        known = number.notna() | (cells[name] == "")
        choice = "0, 1" if most == 1 else f"0 to {most}"
        why = f"is not a code; write {choice} or nothing"
        _refuse(~known | (number > most), cells, path, name, why)
        marks[name] = number
    return pd.DataFrame(marks, index=cells.index)


def _coded(segments: pd.Series[str], marks: pd.DataFrame, blank: str, path: Path) -> pd.DataFrame:
    """Keep the rows that were coded, and say what an empty cell in them means."""
    done = marks.pop("done") if "done" in marks else pd.Series(np.nan, index=marks.index)
    begun = marks.notna().any(axis=1)
    coded = (done == 1) | (begun & done.isna())
    if not coded.any():
        raise InputError(f"{path}: {_UNCODED}.")
    drafts = segments[begun & (done == 0)].tolist()
    if drafts:
        _warn(
            f"{path}: {len(drafts)} segments are begun but not done, and left out ({some(drafts)})."
        )
    before = np.arange(len(coded)) < np.flatnonzero(coded)[-1]
    empty = segments[~begun & done.isna() & before].tolist()
    if blank == "zero" and empty:
        _warn(
            f"{path}: {len(empty)} segments before the last coded one have no code and are taken "
            f"as not read ({some(empty)}); write a 0, or 1 in column 'done', where no frame was "
            "found."
        )
    filled = marks.fillna(0.0)
    zero = (done == 1) | (blank == "zero")
    return marks.where(~zero, filled)[coded]


def _refuse(wrong: pd.Series[Any], cells: pd.DataFrame, path: Path, column: str, why: str) -> None:
    """Name the first row at fault."""
    if not wrong.any():
        return
    row = cells.loc[wrong.to_numpy()].iloc[0]
    what = "" if column not in row or row[column] == "" else f": {row[column][:60]!r}"
    of = f" (segment {row['segment'][:60]!r})" if column != "segment" else ""
    raise InputError(f"{path}, row {row.name}{of}, column {column!r}{what} {why}.")


def _warn(message: str) -> None:
    warnings.warn(message, InputWarning, stacklevel=4)
