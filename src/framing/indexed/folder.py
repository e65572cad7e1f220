"""The folder of an index: written part by part, finished in one go, and read without its texts."""

from __future__ import annotations

import json
import shutil
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from filelock import FileLock, Timeout

from framing.corpus import Corpus, check_together, some
from framing.errors import InputError, InputWarning, NoWords, one_of
from framing.files import write_whole
from framing.indexed.opened import (
    DOCUMENTS,
    MANIFEST,
    PARTS,
    SCHEMA,
    SEGMENTS,
    TYPES,
    WORDS,
    manifest_of,
    read_index,
    read_types,
)
from framing.indexed.parts import Part, Reading, write_types
from framing.indexed.sources import Batch, batches, state_of
from framing.indexed.tokens import NUMBER
from framing.inference.blocks import in_blocks, progress
from framing.tokens import TOKENIZER

LOCK = ".lock"
_FILES = (MANIFEST, DOCUMENTS, SEGMENTS, TYPES, WORDS, LOCK)


def index(
    source: str | PathLike[str] | Sequence[str | PathLike[str]],
    folder: str | PathLike[str],
    *,
    text: str = "text",
    id: str = "id",
    date: str | None = "date",
    segment: str = "paragraph",
    clean: bool = True,
    name: str | None = None,
    encoding: str = "utf-8",
    overwrite: bool = False,
    client: Any = None,
) -> Corpus:
    r"""Read texts that are too many for memory, once, into a folder of numbered words.

    Parameters
    ----------
    source : str or path, or several
        ``.parquet``, ``.jsonl`` or ``.jsonl.gz``: one row or line a document, any number of them.
    folder : str or path
        Made if it is not there. It holds every word of the texts in order: keep it as you keep
        them. :func:`framing.read` opens it again.
    text, id, date : str
        Columns, as for :func:`framing.read`. All others become metadata.
    segment : {"paragraph", "document"}
        Sentences would need all texts at once.
    clean : bool
        Take out web residue.
    name : str, optional
        A short name for titles; default the name of the folder.
    encoding : str
        Of JSON lines.
    overwrite : bool
        Begin anew, whatever is in the folder.
    client : distributed.Client, optional
        A cluster whose workers clean and read the batches; default this process alone. The folder
        is written here.

    Returns
    -------
    Corpus
        Its metadata are in memory, its words in the folder: it is counted, coded and compared as
        any other, with the same results. There are no texts to quote.

    Raises
    ------
    InputError
        For whatever cannot be read: the file and rows are named. If the folder holds an index of
        something else, as of a file that was mended since, or another process is writing it. After
        Ctrl-C, a crash or a full disk what was finished is kept: the same call goes on from there.

    Examples
    --------
    >>> import json, tempfile
    >>> with tempfile.TemporaryDirectory() as home:
    ...     path = Path(home, "speeches.jsonl")
    ...     line = {"id": "a", "date": "2023-05", "text": "Chips matter."}
    ...     _ = path.write_text(json.dumps(line), "utf-8")
    ...     corpus = index(path, Path(home, "speeches.index"))
    ...     list(corpus.tokens)
    [['Chips', 'matter']]
    """
    if segment not in ("paragraph", "document"):
        raise one_of("segment", segment, ["paragraph", "document"])
    single = isinstance(source, (str, PathLike))
    given: Sequence[Any] = [source] if single else list(source)  # type: ignore[arg-type]
    sources = [Path(one) for one in given]
    reading = Reading(text, id, date, segment, clean)
    target = Path(folder)
    asked = {
        "schema": SCHEMA,
        "tokenizer": TOKENIZER,
        "reading": {**asdict(reading), "encoding": encoding},
        "sources": [[str(path), *state_of(path)] for path in sources],
    }
    _check_target(target)
    target.mkdir(parents=True, exist_ok=True)
    with _alone(target):
        if overwrite:
            _clear(target)
        begun = manifest_of(target)
        if begun is None:
            write_whole(target / MANIFEST, _json({**asked, "complete": False}))
        elif {key: begun.get(key) for key in asked} != asked:
            differs = next(key for key in asked if begun.get(key) != asked[key])
            raise InputError(
                f"{target} holds an index of other {differs}: {begun.get(differs)}, and you ask "
                f"for {asked[differs]}; pass overwrite=True to begin anew, or name another folder."
            )
        if begun is None or not begun["complete"]:
            _read_parts(sources, reading, encoding, target / PARTS, client)
            _finish(target, {**asked, "name": name or target.resolve().name})
    return read_index(target, name)


def _check_target(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise InputError(f"{target} is a file; name a folder to index into.")
    others = [one.name for one in target.iterdir()] if target.exists() else []
    if others and not (target / MANIFEST).exists() and set(others) - {LOCK}:
        raise InputError(f"{target} holds other files ({some(others)}); name a folder of its own.")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        with FileLock(folder / LOCK, timeout=0):
            yield
    except Timeout:
        raise InputError(
            f"{folder} is being written by another process; wait for it, or stop it."
        ) from None


def _clear(folder: Path) -> None:
    shutil.rmtree(folder / PARTS, ignore_errors=True)
    for file in _FILES:
        if file != LOCK:
            (folder / file).unlink(missing_ok=True)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _read_parts(
    sources: list[Path], reading: Reading, encoding: str, parts: Path, client: Any
) -> None:
    """Read what has not been read yet."""
    parts.mkdir(exist_ok=True)
    waiting: deque[str] = deque()
    warned: tuple[str, ...] = ()

    def unread() -> Iterator[Batch]:
        for number, source in enumerate(sources):
            done = len(list(parts.glob(f"{number:04d}-*")))
            for batch in batches(source, reading.text, encoding, done):
                waiting.append(f"{number:04d}-{batch.number:06d}")
                yield batch

    def read(batch: Batch) -> Part:
        return Part.of(batch, reading)

    held: Iterator[Part] = map(read, unread())
    if client is not None:
        options: Any = {"title": "indexing", "unit": "batch", "client": client}
        held = in_blocks(read, None, items=unread(), **options)
    with progress(None, "indexing", "document") as bar:
        for part in held:
            part.write(parts / waiting.popleft())
            warned += part.warned
            bar.update(len(part.documents))
    if warned:
        more = f" (and {len(warned) - 1} more such warnings)" if len(warned) > 1 else ""
        warnings.warn(warned[0] + more, InputWarning, stacklevel=3)


def _finish(folder: Path, about: dict[str, Any]) -> None:
    """Put the parts together; the manifest comes last."""
    parts = sorted((folder / PARTS).glob("[0-9]*"))
    documents = _together(parts, DOCUMENTS)
    check_together(documents, str(folder))
    types = sorted(set().union(*(read_types(part / TYPES) for part in parts)))
    number = {word: i for i, word in enumerate(types)}
    try:
        with (folder / WORDS).open("wb") as words:
            for part in parts:
                which = np.array([number[word] for word in read_types(part / TYPES)], NUMBER)
                np.take(which, np.fromfile(part / WORDS, NUMBER)).tofile(words)
        write_types(folder / TYPES, types)
        documents.to_parquet(folder / DOCUMENTS, index=False)
        _together(parts, SEGMENTS).to_parquet(folder / SEGMENTS, index=False)
        write_whole(folder / MANIFEST, _json({**about, "complete": True}))
    except OSError as error:
        raise InputError(
            f"{folder} could not be finished ({error.strerror or error}); make room, and call "
            "index again."
        ) from error
    shutil.rmtree(folder / PARTS)


def _together(parts: list[Path], file: str) -> pd.DataFrame:
    tables = [table for part in parts if len(table := pd.read_parquet(part / file))]
    if not tables:
        raise NoWords("no document has any words; is text= the column that holds the texts?")
    return pd.concat(tables, ignore_index=True)
