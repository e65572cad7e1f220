"""The words of a corpus, ready to be searched by how they begin."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from framing.patterns import Pattern


class Vocabulary:
    """Words in the order of their letters in lower case.

    Parameters
    ----------
    types : sequence of str
        Distinct words.
    """

    def __init__(self, types: Sequence[str]) -> None:
        lower = [word.lower() for word in types]
        self.numbers = sorted(range(len(types)), key=lower.__getitem__)
        self.words = [types[number] for number in self.numbers]
        self.lower = [lower[number] for number in self.numbers]

    def __len__(self) -> int:
        return len(self.words)

    def matching(self, pattern: Pattern) -> list[int]:
        """Give the positions in `types` of the words that a pattern matches.

        Examples
        --------
        >>> Vocabulary(["chips", "Chip", "shop", "chip-making"]).matching(Pattern.parse("chip*"))
        [1, 3, 0]
        """
        before, star, rest = "-".join(pattern.parts).lower().partition("*")
        first = bisect_left(self.lower, before)
        last = bisect_left(self.lower, before + ("\U0010ffff" if star else "\0"), first)
        places: Iterable[int] = range(first, last)
        if not before:
            inside = rest.split("-")[0].rstrip("*")
            places = [i for i, lower in enumerate(self.lower) if inside in lower]
        return [self.numbers[i] for i in places if pattern.matches(self.words[i])]

    def matched(self, patterns: Iterable[Pattern]) -> npt.NDArray[np.bool_]:
        """Tell which of `types` some pattern matches."""
        found = np.zeros(len(self), dtype=bool)
        for pattern in dict.fromkeys(patterns):
            found[self.matching(pattern)] = True
        return found
