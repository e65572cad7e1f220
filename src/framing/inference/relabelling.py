"""Relabelling: which labels units could have had, were labels a matter of chance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import comb, prod
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.inference.blocks import sizes
from framing.inference.sums import Integers


class Relabelling:
    """Permutations of labels within strata: all of them, where they are few.

    Parameters
    ----------
    labels : array of int, shape (n_units,)
        Numbered from 0.
    strata : array of int, shape (n_units,)
        Labels are exchanged within these only.
    replicates : int
        Permutations drawn; if there are no more than so many distinct ones, each is taken once,
        the observed one among them.
    seed : int

    Examples
    --------
    >>> few = Relabelling(np.array([0, 0, 1]), np.zeros(3, dtype=int), replicates=100, seed=0)
    >>> few.exact, few.replicates
    (True, 3)
    >>> few.block(0).tolist()
    [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    """

    def __init__(self, labels: Integers, strata: Integers, replicates: int, seed: int) -> None:
        self.labels = labels.astype(np.int16)
        self.members = [np.flatnonzero(strata == s) for s in np.unique(strata)]
        distinct = prod(_multinomial(labels[members]) for members in self.members)
        self.exact = distinct <= replicates
        self.replicates = distinct if self.exact else replicates
        self.sizes = sizes(self.replicates)
        self._seed = seed
        self._all = self._enumerate() if self.exact else None

    def block(self, number: int) -> npt.NDArray[np.int16]:
        """Labels of one block of replicates, shape (n_replicates, n_units)."""
        if self._all is not None:
            start = sum(self.sizes[:number])
            return self._all[start : start + self.sizes[number]]
        rng = np.random.default_rng([self._seed, number])
        drawn = np.tile(self.labels, (self.sizes[number], 1))
        for members in self.members:
            drawn[:, members] = rng.permuted(drawn[:, members], axis=1)
        return drawn

    def _enumerate(self) -> npt.NDArray[np.int16]:
        ways = [np.array(list(_arrangements(self.labels[one]))) for one in self.members]
        picks = np.indices([len(way) for way in ways]).reshape(len(ways), -1)
        drawn = np.empty((self.replicates, len(self.labels)), dtype=np.int16)
        for members, way, pick in zip(self.members, ways, picks, strict=True):
            drawn[:, members] = way[pick]
        return drawn


def _multinomial(labels: Integers) -> int:
    """Number of distinct arrangements: n! / Π n_k!."""
    left, found = len(labels), 1
    for count in np.bincount(labels):
        found *= comb(left, int(count))
        left -= int(count)
    return found


def _arrangements(labels: Iterable[Any]) -> Iterator[list[int]]:
    """Distinct arrangements in lexicographic order (Knuth, TAOCP 7.2.1.2, algorithm L)."""
    a: list[int] = sorted(int(label) for label in labels)
    while True:
        yield list(a)
        rises = [j for j in range(len(a) - 1) if a[j] < a[j + 1]]
        if not rises:
            return
        j = rises[-1]
        k = max(k for k in range(j + 1, len(a)) if a[k] > a[j])
        a[j], a[k] = a[k], a[j]
        a[j + 1 :] = reversed(a[j + 1 :])
