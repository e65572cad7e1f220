"""What belongs to a phrase is no longer counted for its words, nor for shorter phrases inside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy import sparse

from framing.counting.numbered import Integers
from framing.patterns import LONGEST


@dataclass(frozen=True, eq=False)
class Overlaps:
    """Which words and shorter phrases each phrase holds.

    Attributes
    ----------
    order : array of int
        Phrases in the order in which they are taken out: longer ones first, then by letters.
    words, times : arrays of int, shape (n_phrases, 4)
        For phrases in that order, the columns of their words (−1: none), and how often each stands
        in the phrase.
    inside, ends : arrays of int
        The phrases inside each, as places in that order, one after another, and where they end.
    """

    order: Integers
    words: Integers
    times: Integers
    inside: Integers
    ends: Integers

    @classmethod
    def of(cls, phrases: Sequence[str], place: Mapping[str, int]) -> Overlaps:
        """Compare phrases, words joined by blanks; `place` gives the column of each word."""
        split = [phrase.split(" ") for phrase in phrases]
        order = sorted(range(len(phrases)), key=lambda i: (-len(split[i]), phrases[i]))
        rank = {phrases[number]: i for i, number in enumerate(order)}
        words = np.full((len(phrases), LONGEST), -1)
        times = np.ones((len(phrases), LONGEST), dtype=np.int64)
        inside: list[int] = []
        ends = [0]
        for i, number in enumerate(order):
            held = Counter(split[number])
            words[i, : len(held)] = [place[word] for word in held]
            times[i, : len(held)] = list(held.values())
            inside += [rank[one] for one in _shorter(split[number]) if one in rank]
            ends.append(len(inside))
        return cls(np.array(order, dtype=np.int64), words, times, np.array(inside), np.array(ends))

    def take_out(
        self, words: sparse.csr_array, phrases: sparse.csr_array, few: bool = True
    ) -> sparse.csr_array:
        """Take out of the counts of words and phrases what longer phrases hold.

        A phrase counts no more often than each of its words is left, so that nothing falls below
        nought.

        Parameters
        ----------
        words : csr_array, shape (n_segments, n_words)
            With sorted indices; changed in place.
        phrases : csr_array, shape (n_segments, n_phrases)
        few : bool
            Whether plain Python will do, with all the segments that are still to come.

        Returns
        -------
        csr_array, shape (n_segments, n_phrases)
            What is left of the phrases.

        Examples
        --------
        >>> overlaps = Overlaps.of(["supply chain"], {"supply": 0, "chain": 1})
        >>> words = sparse.csr_array([[1, 2]])
        >>> overlaps.take_out(words, sparse.csr_array([[1]])).toarray().tolist()
        [[1]]
        >>> words.toarray().tolist()
        [[0, 1]]
        """
        ordered = sparse.csr_array(phrases[:, self.order])
        ordered.sort_indices()
        work = _take_out if few else _compiled()
        work(
            *(words.indptr, words.indices, words.data),
            *(ordered.indptr, ordered.indices, ordered.data),
            *(self.words, self.times, self.inside, self.ends),
        )
        back = np.empty_like(self.order)
        back[self.order] = np.arange(len(self.order))
        left = sparse.csr_array(ordered[:, back])
        left.sort_indices()
        return left


def _shorter(parts: Sequence[str]) -> list[str]:
    """Phrases that stand inside a longer one."""
    n = len(parts)
    stretches = ((i, j) for i in range(n) for j in range(i + 2, n + 1) if j - i < n)
    return sorted({" ".join(parts[i:j]) for i, j in stretches})


def _take_out(
    word_ends: Any,
    word_at: Any,
    word_n: Any,
    ends: Any,
    phrase_at: Any,
    phrase_n: Any,
    words: Any,
    times: Any,
    inside: Any,
    inside_ends: Any,
) -> None:
    for row in range(len(ends) - 1):
        start, end = ends[row], ends[row + 1]
        held = word_at[word_ends[row] : word_ends[row + 1]]
        for k in range(start, end):
            phrase, n = phrase_at[k], phrase_n[k]
            for j in range(words.shape[1]):
                if words[phrase, j] >= 0:
                    at = np.searchsorted(held, words[phrase, j])
                    known = at < len(held) and held[at] == words[phrase, j]
                    left = word_n[word_ends[row] + at] // times[phrase, j] if known else 0
                    n = min(n, left)
            phrase_n[k] = n
            if n == 0:
                continue
            for j in range(words.shape[1]):
                if words[phrase, j] >= 0:
                    at = word_ends[row] + np.searchsorted(held, words[phrase, j])
                    word_n[at] -= n * times[phrase, j]
            for i in range(inside_ends[phrase], inside_ends[phrase + 1]):
                at = start + np.searchsorted(phrase_at[start:end], inside[i])
                if at < end and phrase_at[at] == inside[i]:
                    phrase_n[at] = max(phrase_n[at] - n, 0)


@cache
def _compiled() -> Callable[..., None]:
    from numba import njit

    return njit(cache=True, nogil=True)(_take_out)
