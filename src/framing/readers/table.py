"""Tables with one row a document: CSV, TSV, JSON lines, Parquet."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from framing.corpus import Corpus, build
from framing.errors import InputError
from framing.extracted.records import parse_object
from framing.files import DOCUMENTS, FILE_BYTES, LINE_CHARACTERS, lines
from framing.parquet import open_parquet, unsound

FORMATS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".jsonl", ".jsonl.gz", ".parquet")

_INTEGER = re.compile(r"[+-]?(0|[1-9]\d{0,14})")
_NUMBER = re.compile(r"[+-]?(0|[1-9]\d{0,14})(\.\d+)?([eE][+-]?\d{1,2})?")
_TRUTH = {"true": True, "false": False}


def read_table(
    path: Path,
    segment: str,
    clean: bool,
    name: str | None,
    encoding: str,
    text: str,
    id: str,
    date: str | None,
) -> Corpus:
    """Read a corpus from a table; see :func:`framing.read`."""
    ending = "".join(path.suffixes[-2:]) if path.suffix.lower() == ".gz" else path.suffix
    ending = ending.lower()
    if ending not in FORMATS:
        hint = "; give the folder that holds it" if ending == ".txt" else ""
        raise InputError(f"{path}: files that can be read end in {', '.join(FORMATS)}{hint}.")
    if ending == ".parquet":
        frame = _parquet(path)
    elif ending.startswith(".jsonl"):
        frame = _json_lines(path, encoding)
    else:
        plain = {column for column in (text, id, date) if column is not None}
        frame = separated(path, encoding, plain, "\t" if ending.startswith(".tsv") else None)
    corpus_name = name or path.name[: -len(ending)]
    return build(
        frame, text, id, date, segment=segment, clean=clean, name=corpus_name, where=str(path)
    )


def separated(
    path: Path, encoding: str, plain: Collection[str] | None, delimiter: str | None = None
) -> pd.DataFrame:
    """Read a table of separated values.

    Parameters
    ----------
    path : Path
    encoding : str
    plain : collection of str or None
        Columns kept as they are written; None keeps all. Of the others, those that hold only
        whole numbers, numbers or truth values become such; an empty cell is missing.
    delimiter : str, optional
        Default a comma or a semicolon, whichever the first line has more of.

    Returns
    -------
    pandas.DataFrame
    """
    source = lines(path, encoding)
    first = next(source, "")
    if delimiter is None:
        delimiter = ";" if first.count(";") > first.count(",") else ","
    rows: list[list[str]] = []
    with _long_fields():
        reader = csv.reader(chain([first], source), delimiter=delimiter, strict=True)
        try:
            header = [column.strip() for column in next(reader, [])]
            _check_header(header, path)
            for row in reader:
                if not row:
                    continue
                if len(row) != len(header):
                    raise InputError(
                        f"{path}, line {reader.line_num}: {len(row)} cells where the header has "
                        f"{len(header)}; put quotes round cells that hold {delimiter!r}."
                    )
                _bound(len(rows), path)
                rows.append(row)
        except csv.Error as error:
            raise InputError(
                f"{path}, line {reader.line_num}: not sound CSV ({error}); is a quote not closed?"
            ) from error
    columns = {column: [row[i] for row in rows] for i, column in enumerate(header)}
    kept = columns if plain is None else plain
    return pd.DataFrame(
        {name: cells if name in kept else _typed(cells) for name, cells in columns.items()}
    )


def _check_header(header: list[str], path: Path) -> None:
    if not header:
        raise InputError(f"{path} is empty; its first line must name the columns.")
    if "" in header:
        raise InputError(
            f"{path}, line 1: column {header.index('') + 1} has no name; name it (pandas writes "
            "such a column unless told index=False)."
        )
    seen: set[str] = set()
    for column in header:
        if column in seen:
            raise InputError(f"{path}, line 1: column {column!r} stands twice; rename one.")
        seen.add(column)


@contextmanager
def _long_fields() -> Iterator[None]:
    """Let a cell be as long as a line may be; the limit belongs to the whole process."""
    before = csv.field_size_limit(LINE_CHARACTERS)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _typed(cells: list[str]) -> list[Any]:
    """Make numbers and truth values of a column, if it holds nothing else."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    convert: Any = str
    if filled and all(map(_INTEGER.fullmatch, filled)):
        convert = int
    elif filled and all(map(_NUMBER.fullmatch, filled)):
        convert = float
    elif filled and all(cell.lower() in _TRUTH for cell in filled):
        convert = lambda cell: _TRUTH[cell.strip().lower()]  # noqa: E731
    return [convert(cell) if cell.strip() else None for cell in cells]


def _json_lines(path: Path, encoding: str) -> pd.DataFrame:
    records: list[dict[str, Any]] = []
    for number, line in enumerate(lines(path, encoding), start=1):
        if not line.strip():
            continue
        _bound(len(records), path)
        records.append(json_record(line, f"{path}, line {number}"))
    return records_table(records)


def json_record(line: str, where: str) -> dict[str, Any]:
    """Read one document of JSON lines; `where` names its line in messages."""
    record = parse_object(line, where)
    for key, value in record.items():
        if isinstance(value, (list, dict)):
            raise InputError(
                f"{where}: {key!r} holds a {type(value).__name__}; give text, a number, or true or "
                "false."
            )
    return record


def records_table(records: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Make a table of documents that may lack a key."""
    names = dict.fromkeys(key for record in records for key in record)
    return pd.DataFrame({name: [record.get(name) for record in records] for name in names})


def _parquet(path: Path) -> pd.DataFrame:
    try:
        with open_parquet(path) as file:
            about = file.metadata
            size = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
            if size > FILE_BYTES:
                raise InputError(
                    f"{path} holds {size:,} bytes, more than the {FILE_BYTES:,} allowed for one "
                    "file; divide it."
                )
            _bound(about.num_rows - 1, path)
            frame: pd.DataFrame = file.read().to_pandas()
    except InputError:
        raise
    except (ValueError, OSError) as error:  # pyarrow's own errors are among these
        raise unsound(path, error) from error
    return frame.reset_index(drop=True)


def _bound(documents: int, path: Path) -> None:
    if documents >= DOCUMENTS:
        raise InputError(f"{path} has more than the {DOCUMENTS:,} documents allowed; divide it.")
