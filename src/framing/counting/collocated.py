"""Pairs of words that stand together more often than chance would have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.association import g_squared
from framing.counting.tallies import blocks_of
from framing.inference.blocks import in_blocks

Integers = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Words of a corpus in folded form, to be paired with the next.

    Parameters
    ----------
    ends : array of int64, shape (n_segments + 1,)
    forms : array of int32, shape (n_tokens,)
        The words in order, as positions in a list of forms.
    meant : array of bool, shape (n_forms,)
        Which forms may be part of a pair.
    documents : array of int, shape (n_segments,)
        Which document each segment is of.
    """

    ends: Integers
    forms: Integers
    meant: npt.NDArray[np.bool_]
    documents: Integers

    def strongest(self, most: int, min_count: int, min_documents: int) -> list[tuple[int, int]]:
        """Find the pairs with the largest likelihood ratio, ties in the order of forms."""
        keys, counts = self._counted()
        often = counts >= min_count
        keys, counts = keys[often], counts[often]
        totals = np.bincount(self.forms, minlength=len(self.meant)).astype(float)
        one, two = np.divmod(keys, len(self.meant))
        score = g_squared(counts, totals[one], totals[two] - counts, totals.sum() - totals[one])
        keys = keys[np.lexsort((keys, -score))]
        found: list[int] = []
        while len(keys) and len(found) < most:
            some, keys = keys[: 2 * most], keys[2 * most :]
            spread = self._documents_of(some) >= min_documents
            found += some[spread].tolist()
        return [divmod(key, len(self.meant)) for key in found[:most]]

    def _counted(self) -> tuple[Integers, Integers]:
        """Count every pair once: keys ``one · n_forms + two``, in order."""

        def unique(places: Integers) -> tuple[Integers, Integers]:
            return np.unique(self._key(places), return_counts=True)

        keys, counts = (np.concatenate(part) for part in zip(*self._each(unique), strict=True))
        order = np.argsort(keys, kind="stable")
        keys, counts = keys[order], counts[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        return keys[first], np.add.reduceat(counts, first) if len(first) else counts

    def _documents_of(self, wanted: Integers) -> Integers:
        """Count the documents that hold each of a few pairs."""
        ordered = np.sort(wanted)
        n_documents = int(self.documents.max(initial=0)) + 1
        one, two = np.zeros((2, len(self.meant)), dtype=bool)
        one[wanted // len(self.meant)] = two[wanted % len(self.meant)] = True

        def uses(places: Integers) -> Integers:
            places = places[one[self.forms[places]]]
            places = places[two[self.forms[places + 1]]]
            keys = self._key(places)
            number = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
            hit = ordered[number] == keys
            segments = np.searchsorted(self.ends, places[hit], side="right") - 1
            return np.unique(number[hit] * n_documents + self.documents[segments])

        held = np.unique(np.concatenate(list(self._each(uses))))
        spread = np.bincount(held // n_documents, minlength=len(ordered))
        return spread[np.searchsorted(ordered, wanted)]

    def _key(self, places: Integers) -> Integers:
        """Number the pairs that begin at some places."""
        first: Integers = self.forms[places].astype(np.int64)
        return np.asarray(first * len(self.meant) + self.forms[places + 1])

    def _each(self, work: Callable[[Integers], Any]) -> Iterator[Any]:
        """Work on the places where pairs begin, block by block."""
        blocks = blocks_of(self.ends)

        def one(block: int) -> Any:
            first, last = blocks[block]
            ends = self.ends[first : last + 1]
            meant = np.take(self.meant, self.forms[ends[0] : ends[-1]])
            paired = meant[:-1] & meant[1:]
            inner = ends[(ends > ends[0]) & (ends < ends[-1])] - ends[0]
            paired[inner - 1] = False  # across segments
            return work(np.flatnonzero(paired) + ends[0])

        return in_blocks(one, len(blocks), title="pairing words")


def written(pairs: Sequence[tuple[int, int]], forms: Sequence[str]) -> list[str]:
    """Spell pairs."""
    return [f"{forms[one]} {forms[two]}" for one, two in pairs]
