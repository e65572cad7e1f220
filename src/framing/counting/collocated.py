"""Pairs of words that stand together more often than chance would have it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.association import g_squared
from framing.counting.numbered import Integers, Tokens

DIGITS = 6
"""Of a score after the point: those further on differ from one processor to another."""
MOST = 1 << 25
"""About as many pairs, different or not, are counted at a time."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Words of a corpus in folded form, to be paired with the next.

    Parameters
    ----------
    tokens : Tokens
    form_of : array of int, shape (n_types,)
        The form of each type.
    meant : array of bool, shape (n_forms,)
        Which forms may be part of a pair.
    documents : array of int, shape (n_segments,)
        Which document each segment is of.
    """

    tokens: Tokens
    form_of: Integers
    meant: npt.NDArray[np.bool_]
    documents: Integers

    def strongest(self, most: int, min_count: int, min_documents: int) -> list[tuple[int, int]]:
        """Find the pairs with the largest likelihood ratio, ties in the order of forms."""
        totals = np.bincount(self.form_of, self.tokens.totals, len(self.meant))
        meant = self.meant & (totals >= min_count)
        parts = [self._counted(some, meant, min_count) for some in _shared_out(meant, totals)]
        keys, counts = (np.concatenate(part) for part in zip(*parts, strict=True))
        one, two = np.divmod(keys, len(self.meant))
        score = g_squared(counts, totals[one], totals[two] - counts, totals.sum() - totals[one])
        keys, score = keys[score > 0], score[score > 0]  # below nought: rarer than by chance
        keys = keys[np.lexsort((keys, -score.round(DIGITS)))]
        found: list[int] = []
        while len(keys) and len(found) < most:
            some, keys = keys[: 2 * most], keys[2 * most :]
            spread = self._documents_of(some) >= min_documents
            found += some[spread].tolist()
        return [divmod(key, len(self.meant)) for key in found[:most]]

    def _counted(
        self, one: npt.NDArray[np.bool_], two: npt.NDArray[np.bool_], min_count: int
    ) -> tuple[Integers, Integers]:
        """Count pairs of certain first and second forms: keys ``one · n_forms + two``, in order."""
        form_of = self.form_of

        def unique(_: int, ends: Integers, ids: Integers) -> tuple[Integers, Integers]:
            keys, _places = _pairs(ends, np.take(form_of, ids), one, two)
            return np.unique(keys, return_counts=True)

        parts = self.tokens.each(unique, title="pairing words")
        keys, counts = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.argsort(keys, kind="stable")
        keys, counts = keys[order], counts[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        counts = np.add.reduceat(counts, first) if len(first) else counts
        often = counts >= min_count
        return keys[first][often], counts[often]

    def _documents_of(self, wanted: Integers) -> Integers:
        """Count the documents that hold each of a few pairs."""
        form_of, documents, ordered = self.form_of, self.documents, np.sort(wanted)
        n_documents = int(documents.max(initial=0)) + 1
        one, two = np.zeros((2, len(self.meant)), dtype=bool)
        one[wanted // len(self.meant)] = two[wanted % len(self.meant)] = True

        def uses(first: int, ends: Integers, ids: Integers) -> Integers:
            keys, places = _pairs(ends, np.take(form_of, ids), one, two)
            number = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
            hit = ordered[number] == keys
            segments = np.searchsorted(ends, places[hit], side="right") - 1 + first
            return np.unique(number[hit] * n_documents + documents[segments])

        parts = self.tokens.each(uses, title="finding pairs")
        held = np.unique(np.concatenate(list(parts)))
        spread = np.bincount(held // n_documents, minlength=len(ordered))
        return spread[np.searchsorted(ordered, wanted)]


def _shared_out(meant: npt.NDArray[np.bool_], totals: Integers) -> Iterator[npt.NDArray[np.bool_]]:
    """Share out first forms, so that the pairs of each share fit into memory."""
    share = np.where(meant, totals, 0).cumsum() // MOST
    for number in np.unique(share[meant]) if meant.any() else [0]:
        yield meant & (share == number)


def _pairs(
    ends: Integers, forms: Integers, one: npt.NDArray[np.bool_], two: npt.NDArray[np.bool_]
) -> tuple[Integers, Integers]:
    """Keys and places of the pairs in some segments, of certain first and second forms."""
    paired = np.take(one, forms)[:-1] & np.take(two, forms)[1:]
    inner = ends[(ends > 0) & (ends < ends[-1])]
    paired[inner - 1] = False  # across segments
    places = np.flatnonzero(paired)
    return forms[places].astype(np.int64) * len(one) + forms[places + 1], places


def spelt(pairs: Sequence[tuple[int, int]], forms: Sequence[str]) -> list[str]:
    """Spell pairs."""
    return [f"{forms[one]} {forms[two]}" for one, two in pairs]
