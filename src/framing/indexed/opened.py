"""An index, opened: metadata in memory, words in their file."""

from __future__ import annotations

import warnings
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from framing.corpus import Corpus
from framing.errors import InputError, InputWarning
from framing.extracted.records import parse_object
from framing.files import inside, read_text
from framing.indexed.tokens import NUMBER, StoredTokens
from framing.parquet import read_parquet
from framing.tokens import TOKENIZER

MANIFEST, SCHEMA = "index.json", "framing-index/1"
DOCUMENTS, SEGMENTS = "documents.parquet", "segments.parquet"
WORDS, TYPES = "words.i32", "types.txt"


def read_index(folder: Path, name: str | None = None) -> Corpus:
    """Open what :func:`framing.index` wrote."""
    about = manifest_of(folder)
    if about is None or not about["complete"]:
        raise InputError(
            f"{folder} holds an index that was not finished; call framing.index again with the "
            "same arguments, and it goes on."
        )
    if about.get("tokenizer") != TOKENIZER:
        warnings.warn(
            f"{folder}: words were divided by {about.get('tokenizer')!r}, here by {TOKENIZER!r}.",
            InputWarning,
            stacklevel=3,
        )
    documents, segments = (
        read_parquet(inside(folder, file, str(folder))) for file in (DOCUMENTS, SEGMENTS)
    )
    ends = np.append(0, segments["n_tokens"].to_numpy(dtype=np.int64).cumsum())
    path = inside(folder, WORDS, str(folder))
    if not path.is_file() or path.stat().st_size != ends[-1] * NUMBER.itemsize:
        raise InputError(f"{path} does not hold the {ends[-1]:,} words it should; index anew.")
    tokens = StoredTokens(read_types(inside(folder, TYPES, str(folder))), path, ends)
    labels = segments["document"] + "/" + segments["position"].astype(str).str.zfill(3)
    segments.insert(0, "segment", labels)
    title = name or str(about.get("name") or folder.resolve().name)
    return Corpus(title, documents, segments, indexed=tokens, folder=folder)


def manifest_of(folder: Path) -> dict[str, Any] | None:
    """Read what an index says of itself; None where there is none."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    about = parse_object(read_text(path), str(path))
    if about.get("schema") != SCHEMA or not isinstance(about.get("complete"), bool):
        raise InputError(
            f"{path} is no index of this version ({SCHEMA!r}); pass overwrite=True to begin anew."
        )
    return about


def read_types(path: Path) -> list[str]:
    """Read words one a line, in order."""
    types = path.read_text("utf-8").split("\n")[:-1]
    if any(one >= two for one, two in pairwise(types)):
        raise InputError(f"{path} is damaged: its words are not in order; index the texts anew.")
    return types
