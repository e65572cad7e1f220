"""One batch of documents, read and numbered, as a folder of its own."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing.corpus import build
from framing.errors import InputError, InputWarning, NoWords
from framing.indexed.opened import DOCUMENTS, SEGMENTS, TYPES, WORDS
from framing.indexed.sources import Batch
from framing.indexed.tokens import NUMBER


@dataclass(frozen=True)
class Reading:
    """How texts are read: arguments of :func:`framing.index`."""

    text: str
    id: str
    date: str | None
    segment: str
    clean: bool


@dataclass(frozen=True, eq=False)
class Part:
    """What was read of one batch.

    Attributes
    ----------
    documents : pandas.DataFrame
    segments : pandas.DataFrame
        Columns ``document``, ``position``, ``n_tokens``.
    types : list of str
    ids : array of int32
    warned : tuple of str
        What the reader was warned of.
    """

    documents: pd.DataFrame
    segments: pd.DataFrame
    types: Sequence[str]
    ids: np.ndarray[Any, Any]
    warned: tuple[str, ...]

    @classmethod
    def of(cls, batch: Batch, reading: Reading) -> Part:
        """Read a batch as :meth:`framing.Corpus.from_frame` would."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", InputWarning)
            try:
                corpus = build(
                    batch.frame,
                    reading.text,
                    reading.id,
                    reading.date,
                    segment=reading.segment,
                    clean=reading.clean,
                    name="part",
                    where=batch.where,
                )
            except NoWords:
                nothing = pd.DataFrame({"document": pd.Series(dtype="str"), "n_tokens": []})
                said = f"{batch.where}: no document has any words."
                return cls(nothing, nothing, [], np.empty(0, NUMBER), (said,))
        tokens: Any = corpus.tokens
        segments = corpus.segments[["document", "position", "n_tokens"]]
        warned = tuple(str(one.message) for one in caught)
        return cls(corpus.documents, segments, tokens.types, tokens.ids, warned)

    def write(self, folder: Path) -> None:
        """Write it whole or not at all."""
        draft = folder.with_name(f".{folder.name}")
        shutil.rmtree(draft, ignore_errors=True)
        try:
            draft.mkdir()
            self.documents.to_parquet(draft / DOCUMENTS, index=False)
            self.segments.to_parquet(draft / SEGMENTS, index=False)
            self.ids.astype(NUMBER).tofile(draft / WORDS)
            write_types(draft / TYPES, self.types)
            draft.rename(folder)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            raise InputError(
                f"{folder} could not be written ({error.strerror or error}); make room, and call "
                "index again: what is finished is kept."
            ) from error


def write_types(path: Path, types: Sequence[str]) -> None:
    """Write words, one a line: none holds a line's end."""
    path.write_text("".join(f"{word}\n" for word in types), "utf-8", newline="\n")
