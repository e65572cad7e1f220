"""Tables too large for memory, a batch of documents at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from framing.corpus import some
from framing.errors import InputError
from framing.files import LINE_CHARACTERS, lines
from framing.parquet import open_parquet
from framing.readers.table import json_record, records_table

BATCH = 1 << 24
"""Characters of text after which a batch is closed."""
PIECE = 256
"""Documents read at a time."""
LONGEST = LINE_CHARACTERS
"""Most characters in one text."""
LARGEST = 1 << 40
"""Most bytes in a file of lines, after decompression."""
ENDINGS = (".parquet", ".jsonl", ".jsonl.gz")


@dataclass(frozen=True)
class Batch:
    """Some documents of a file.

    Attributes
    ----------
    number : int
        From 0.
    where : str
        Names the file and rows (from 1) in messages.
    frame : pandas.DataFrame
    """

    number: int
    where: str
    frame: pd.DataFrame


def batches(path: Path, text: str, encoding: str, done: int = 0) -> Iterator[Batch]:
    """Read a Parquet or JSON-lines file in batches, which depend on nothing but the file.

    Parameters
    ----------
    path : Path
    text : str
        The column that holds texts.
    encoding : str
        Of JSON lines.
    done : int
        So many batches are skipped.

    Raises
    ------
    InputError
        If the file is damaged (the rows are named), or changes while it is read.
    """
    before = state_of(path)
    held: list[pd.DataFrame] = []
    number, size, first, last = 0, 0, 1, 0
    for frame in _pieces(path, encoding):
        if text not in frame:
            raise InputError(
                f"{path}: no column {text!r} for text=; the columns are {some(list(frame), 20)}."
            )
        lengths = [len(one) if isinstance(one, str) else 0 for one in frame[text]]
        if lengths and max(lengths) > LONGEST:
            row = last + 1 + lengths.index(max(lengths))
            raise InputError(
                f"{path}, row {row:,}: a text of {max(lengths):,} characters, more than the "
                f"{LONGEST:,} allowed for one; divide it."
            )
        held.append(frame)
        last += len(frame)
        size += sum(lengths)
        if size >= BATCH:
            if number >= done:
                yield _closed(path, before, number, held, first, last)
            number, held, size, first = number + 1, [], 0, last + 1
    if held and number >= done:
        yield _closed(path, before, number, held, first, last)


def state_of(path: Path) -> tuple[int, int]:
    """Size of a file, and when it was last changed."""
    try:
        status = path.stat()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from error
    return status.st_size, status.st_mtime_ns


def _closed(
    path: Path, before: tuple[int, int], number: int, held: list[Any], first: int, last: int
) -> Batch:
    if state_of(path) != before:
        raise InputError(
            f"{path} changed while it was read (near row {last:,}); wait until it is finished, and "
            "index it anew with overwrite=True."
        )
    frame = pd.concat(held, ignore_index=True)
    return Batch(number, f"{path}, of the rows from {first:,} to {last:,}", frame)


def _pieces(path: Path, encoding: str) -> Iterator[pd.DataFrame]:
    ending = path.name.lower()
    if not ending.endswith(ENDINGS):
        raise InputError(f"{path}: files that can be indexed end in {', '.join(ENDINGS)}.")
    return _parquet(path) if ending.endswith(".parquet") else _json_lines(path, encoding)


def _parquet(path: Path) -> Iterator[pd.DataFrame]:
    row = 0
    try:
        with open_parquet(path) as file:
            for piece in file.iter_batches(batch_size=PIECE):
                frame = piece.to_pandas()
                row += len(frame)
                yield frame
    except InputError:
        raise
    except (ValueError, OSError) as error:  # pyarrow's own errors are among these
        where = f"{path}, after row {row:,}"
        raise InputError(
            f"{where}: damaged ({error}); fetch or write the file again, and index it anew, with "
            "overwrite=True."
        ) from error


def _json_lines(path: Path, encoding: str) -> Iterator[pd.DataFrame]:
    records: list[dict[str, Any]] = []
    for number, line in enumerate(lines(path, encoding, LARGEST), start=1):
        if line.strip():
            records.append(json_record(line, f"{path}, line {number}"))
        if len(records) == PIECE:
            yield records_table(records)
            records = []
    if records:
        yield records_table(records)
