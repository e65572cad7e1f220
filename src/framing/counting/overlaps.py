"""What belongs to a phrase is no longer counted for its words, nor for shorter phrases inside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Integers = npt.NDArray[Any]


def take_out(
    words: sparse.csc_array,
    phrases: sparse.csc_array,
    names: Sequence[str],
    place: Mapping[str, int],
) -> None:
    """Take out of the counts of words and phrases what longer phrases hold, in place.

    Longer phrases come first, then in the order of letters. A phrase counts no more often than each
    of its words is left, so that nothing falls below nought.

    Parameters
    ----------
    words : csc_array of int, shape (n_segments, n_words)
    phrases : csc_array of int, shape (n_segments, n_phrases)
        Both with sorted indices.
    names : sequence of str
        Of the phrases.
    place : mapping of str to int
        Column of each word.

    Examples
    --------
    >>> words = sparse.csc_array([[1, 2]])
    >>> phrases = sparse.csc_array([[1]])
    >>> take_out(words, phrases, ["supply chain"], {"supply": 0, "chain": 1})
    >>> words.toarray().tolist()
    [[0, 1]]
    """
    number = {name: i for i, name in enumerate(names)}
    for name in sorted(names, key=lambda name: (-name.count(" "), name)):
        parts = name.split(" ")
        rows, n = _column(phrases, number[name])
        inside = [(_places(words, place[word], rows), times) for word, times in _times(parts)]
        for (known, at), times in inside:
            left = np.zeros_like(n)
            left[known] = words.data[at] // times
            np.minimum(n, left, out=n)
        for (known, at), times in inside:
            words.data[at] -= times * n[known]
        for other in _shorter(parts):
            if other in number:
                known, at = _places(phrases, number[other], rows)
                phrases.data[at] = np.maximum(phrases.data[at] - n[known], 0)


def _times(parts: Sequence[str]) -> list[tuple[str, int]]:
    return list(Counter(parts).items())


def _shorter(parts: Sequence[str]) -> set[str]:
    """Phrases that stand inside a longer one."""
    n = len(parts)
    stretches = ((i, j) for i in range(n) for j in range(i + 2, n + 1) if j - i < n)
    return {" ".join(parts[i:j]) for i, j in stretches}


def _column(matrix: sparse.csc_array, column: int) -> tuple[Integers, Integers]:
    """Rows of a column, and a view of its counts."""
    part = slice(matrix.indptr[column], matrix.indptr[column + 1])
    return matrix.indices[part], matrix.data[part]


def _places(
    matrix: sparse.csc_array, column: int, rows: Integers
) -> tuple[npt.NDArray[np.bool_], Integers]:
    """Which of some rows a column has, and where their counts are stored."""
    held, _ = _column(matrix, column)
    at = np.searchsorted(held, rows)
    known = at < len(held)
    known[known] = held[at[known]] == rows[known]
    return known, at[known] + matrix.indptr[column]
