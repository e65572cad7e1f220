"""Tables that people open in spreadsheet programs: written so that no cell runs, read as text."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterable, Sequence
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from framing.corpus import some
from framing.errors import InputError, InputWarning
from framing.readers.table import separated

FORMATS = (".csv", ".tsv", ".xlsx")
CELL_CHARACTERS = 32_767
"""Most characters that a cell of a spreadsheet holds; a longer one spills into others."""
# A formula starts with one of these at the start of a cell, and where a program that divides cells
# at semicolons, tabs or line ends would start one.
_FORMULA = r"(?=[=+\-@＝＋－＠])"
_BARE = re.compile(rf"(^|[;\t\r\n])(\s*)('*){_FORMULA}")
_GUARDED = re.compile(rf"(^|[;\t\r\n])(\s*)'('*){_FORMULA}")
_NUMBER = r"[.,]?\d[\d\s.,:/eE%-]*"
_BARE_NUMBER = re.compile(rf"'*{_NUMBER}")
_GUARDED_NUMBER = re.compile(rf"'+{_NUMBER}")
_WHOLE = re.compile(r"([0-9]{1,3})(?:[.,]0*)?")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def guard(cell: str, *, name: bool = False) -> str:
    """Put an apostrophe where a spreadsheet program would take a text for a formula.

    Parameters
    ----------
    cell : str
    name : bool
        The cell names a segment or document: one that looks like a number or a date is guarded
        too, or it would come back as another.

    Examples
    --------
    >>> guard("=1+1"), guard("12/003"), guard("12/003", name=True)
    ("'=1+1", '12/003', "'12/003")
    """
    if cell.isalnum() and not name:  # most cells
        return cell
    guarded = _BARE.sub(r"\1\2'\3", cell)
    return f"'{cell}" if name and guarded == cell and _BARE_NUMBER.fullmatch(cell) else guarded


def unguard(cell: str, *, name: bool = False) -> str:
    """Undo :func:`guard`.

    Examples
    --------
    >>> unguard("'=1+1"), unguard("'12/003", name=True), unguard("'quoted'")
    ('=1+1', '12/003', "'quoted'")
    """
    bare = _GUARDED.sub(r"\1\2\3", cell)
    return cell[1:] if name and bare == cell and _GUARDED_NUMBER.fullmatch(cell) else bare


def writable(cell: str) -> str:
    r"""Replace what neither format can hold, such as control characters.

    Examples
    --------
    >>> writable("a\x07b") == "a\ufffdb"
    True
    """
    return _UNWRITABLE.sub("\ufffd", cell)


def whole(cell: str) -> int | None:
    """Read a whole number below 1000 as spreadsheet programs write it.

    Examples
    --------
    >>> whole("1"), whole("1.0"), whole("1,0"), whole("0.5"), whole("")
    (1, 1, 1, None, None)
    """
    match = _WHOLE.fullmatch(cell)
    return int(match[1]) if match else None


def cut(table: pd.DataFrame, what: str, name: str, advice: str) -> pd.DataFrame:
    """Shorten what no cell of a spreadsheet holds, and say so.

    Parameters
    ----------
    table : pandas.DataFrame
        Of texts.
    what : str
        How rows that are cut are spoken of: "tasks have a text".
    name : str
        The column that names a row.
    advice : str
        What to do instead.
    """
    long = (table.map(len) > CELL_CHARACTERS).any(axis=1)
    if long.any():
        warnings.warn(
            f"{long.sum()} of {len(table)} {what} of more than the {CELL_CHARACTERS:,} "
            "characters that spreadsheet programs hold, and are cut "
            f"({some(table.loc[long, name].tolist())}); {advice}.",
            InputWarning,
            stacklevel=3,
        )
    return table.map(lambda cell: cell if len(cell) <= CELL_CHARACTERS else cell[:32_000] + " […]")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]], names: Sequence[str]) -> str:
    """Write a table as CSV that spreadsheet programs take for UTF-8.

    Parameters
    ----------
    header : sequence of str
    rows : iterable of sequences of str
    names : sequence of str
        The columns that name segments and documents.
    """
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([guard(writable(cell)) for cell in header])
    naming = [column in names for column in header]
    for row in rows:
        cells = zip(row, naming, strict=True)
        writer.writerow([guard(writable(cell), name=is_name) for cell, is_name in cells])
    return target.getvalue()


def read_cells(path: Path, names: Sequence[str], encoding: str = "utf-8") -> pd.DataFrame:
    """Read a table of which every cell is text, without the space around it.

    Parameters
    ----------
    path : Path
        CSV (commas or semicolons), TSV or XLSX.
    names : sequence of str
        The columns that name segments and documents.
    encoding : str
        Of CSV and TSV.

    Returns
    -------
    pandas.DataFrame
        Rows without any cell are left out. The index counts rows as spreadsheet programs do: the
        header is row 1.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise InputError(
            f"{path}: sheets end in {', '.join(FORMATS)}; save it as one of these from your "
            "spreadsheet program."
        )
    table: pd.DataFrame
    if ending == ".xlsx":
        table = workbooks(f"{path}: reading XLSX").read_workbook(path)
    else:
        table = separated(path, encoding, None, "\t" if ending == ".tsv" else None)
        table.index = pd.RangeIndex(2, len(table) + 2)
        table.columns = pd.Index([unguard(column) for column in table.columns])
        for column in table:
            is_name = column in names
            table[column] = [unguard(cell.strip(), name=is_name) for cell in table[column]]
    return table[(table != "").any(axis=1)]


def coded_files(
    paths: str | PathLike[str] | Sequence[str | PathLike[str]], coder: str | Sequence[str] | None
) -> list[tuple[Path, str]]:
    """Pair files with the names of their coders; empty where a name must be found elsewhere."""
    files = [Path(paths)] if isinstance(paths, (str, PathLike)) else [Path(one) for one in paths]
    if not files:
        raise InputError("paths is empty; give the sheets to read.")
    given = [coder] if isinstance(coder, str) else list(coder or [""] * len(files))
    if len(given) != len(files):
        raise InputError(f"coder has {len(given)} names for {len(files)} files; give one a file.")
    return list(zip(files, given, strict=True))


def workbooks(what: str) -> Any:
    """Import :mod:`framing.coding.workbook`, which needs openpyxl."""
    try:
        import_module("openpyxl")
    except ImportError as error:
        raise InputError(
            f"{what} needs openpyxl; pip install framing[xlsx], or use CSV."
        ) from error
    return import_module("framing.coding.workbook")
