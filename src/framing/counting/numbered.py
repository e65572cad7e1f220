"""Words as numbers: what is counted, wherever it lies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from framing.counting.folding import folded
from framing.counting.vocabulary import Vocabulary
from framing.inference.blocks import cut, in_blocks

BLOCK = 1 << 20
"""About as many words as one core works on at a time."""

Integers = npt.NDArray[Any]
T = TypeVar("T")
Work = Callable[[int, Integers, Integers], T]


class Tokens(ABC):
    """The words of segments, each word a number.

    Whatever is counted goes through :meth:`each`, so that it does not matter whether the words are
    in memory, in a file or on a cluster.

    Attributes
    ----------
    types : sequence of str
        The distinct words, sorted.
    ends : array of int64, shape (n_segments + 1,)
        Segment i holds the words from ``ends[i]`` to ``ends[i + 1]``.
    """

    types: Sequence[str]
    ends: npt.NDArray[np.int64]

    @abstractmethod
    def each(self, work: Work[T], *, title: str) -> Iterator[T]:
        """Work on all segments, some at a time, on all cores; yield the results in order.

        Parameters
        ----------
        work : callable
            From the number of the first segment, the ends of some segments (the first end is 0),
            and their words (positions in `types`).
        title : str
            What a progress bar says.
        """

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __iter__(self) -> Iterator[list[str]]:
        """Go through the segments: the words of each."""
        for ends, ids in self.each(lambda _, ends, ids: (ends, ids), title="going through words"):
            for start, end in pairwise(ends.tolist()):
                yield [self.types[i] for i in ids[start:end].tolist()]

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Words of every segment."""
        return np.diff(self.ends)

    @cached_property
    def totals(self) -> npt.NDArray[np.int64]:
        """How often each type occurs."""
        totals = np.zeros(len(self.types), dtype=np.int64)
        for some in self.each(lambda *one: np.unique(one[2], return_counts=True), title="adding"):
            totals[some[0]] += some[1]
        return totals

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The types, to be searched for patterns."""
        return Vocabulary(self.types)

    @cached_property
    def fold(self) -> dict[str, str]:
        """What each type is in folded form."""
        return folded(self.types)


class HeldTokens(Tokens):
    """Words in memory.

    Parameters
    ----------
    types : sequence of str
    ids : array of int32, shape (n_tokens,)
        The words of all segments in order, as positions in `types`.
    ends : array of int64, shape (n_segments + 1,)

    Examples
    --------
    >>> tokens = HeldTokens(["chips", "trade"], np.array([1, 0, 1]), np.array([0, 2, 3]))
    >>> list(tokens), tokens.totals.tolist()
    ([['trade', 'chips'], ['trade']], [1, 2])
    """

    def __init__(self, types: Sequence[str], ids: Integers, ends: Integers) -> None:
        self.types, self.ids, self.ends = types, ids, ends

    def each(self, work: Work[T], *, title: str) -> Iterator[T]:
        """Work on some segments at a time; see :meth:`Tokens.each`."""
        blocks = cut(self.ends, BLOCK)

        def one(block: int) -> T:
            first, last = blocks[block]
            ends = self.ends[first : last + 1]
            return work(first, ends - ends[0], self.ids[ends[0] : ends[-1]])

        return in_blocks(one, len(blocks), title=title)
