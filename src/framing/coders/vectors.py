"""Word vectors: given as a table, or those of an optional package that carries its own."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing.errors import InputError, InputWarning, one_of
from framing.inference import Floats

PACKAGE = "wordllama"
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENS = "tokenizers/l2_supercat_tokenizer_config.json"


def vectors_of(vectors: pd.DataFrame | str, terms: Sequence[str]) -> Floats:
    """Look terms up.

    Parameters
    ----------
    vectors : DataFrame, shape (n_words, n_dimensions), or "wordllama"
        Words are looked up as they are written, or else in lower case.
    terms : sequence of str

    Returns
    -------
    array, shape (n_terms, n_dimensions)
        Nought for a term without a vector.

    Examples
    --------
    >>> table = pd.DataFrame({"x": [1.0, 0.0]}, index=["coal", "hope"])
    >>> vectors_of(table, ["Coal", "hope"]).ravel().tolist()
    [1.0, 0.0]
    """
    if isinstance(vectors, str):
        if vectors != PACKAGE:
            raise one_of("vectors", vectors, [PACKAGE, "a DataFrame"])
        return _packaged(terms)
    if not isinstance(vectors, pd.DataFrame):
        raise InputError("vectors must be a DataFrame, a row a word, or 'wordllama'.")
    if vectors.index.has_duplicates:
        twice = vectors.index[vectors.index.duplicated()][0]
        raise InputError(f"vectors: the word {twice!r} has two rows; keep one.")
    values = vectors.to_numpy(dtype=float)
    if not np.isfinite(values).all():
        raise InputError("vectors hold a value that is missing or infinite.")
    exact, lower = (vectors.index.get_indexer(pd.Index(names)) for names in (terms, _lower(terms)))
    place = np.where(exact >= 0, exact, lower)
    if 2 * (place >= 0).sum() < len(terms):
        warnings.warn(
            f"only {(place >= 0).sum()} of {len(terms)} terms have a vector; were the words "
            "written in the same way?",
            InputWarning,
            stacklevel=5,
        )
    return np.where((place >= 0)[:, None], values[place], 0.0)


def _lower(terms: Sequence[str]) -> list[str]:
    return [term.lower() for term in terms]


def _packaged(terms: Sequence[str]) -> Floats:
    """Mean vectors of the pieces that the package's tokeniser divides each term into."""
    pieces, tokeniser = _load()
    encoded = tokeniser.encode_batch(list(terms), add_special_tokens=False)
    found = np.zeros((len(terms), pieces.shape[1]))
    for row, one in enumerate(encoded):
        if one.ids:
            found[row] = pieces[one.ids].mean(axis=0)
    return found


@cache
def _load() -> tuple[Any, Any]:
    """Read the files that the package brings, without importing it.

    On import it would set up logging for the whole program, and its own loader looks for the
    tokeniser in a folder where it is not, and then on the network.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            "vectors='wordllama' needs the package of that name; install it with "
            "pip install 'framing[embeddings]'."
        )
    load_file = import_module("safetensors.numpy").load_file
    tokeniser = import_module("tokenizers").Tokenizer

    folder = Path(spec.submodule_search_locations[0])
    for name in (_WEIGHTS, _TOKENS):
        if not (folder / name).is_file():
            raise InputError(
                f"the installed package {PACKAGE!r} has no file {name!r}; install the release that "
                "framing[embeddings] names."
            )
    pieces = load_file(folder / _WEIGHTS)["embedding.weight"].astype(np.float32)
    return pieces, tokeniser.from_file(str(folder / _TOKENS))
