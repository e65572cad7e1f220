"""What a statistic would be by chance: gathered block by block, never held whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from framing.inference.sums import Floats

EXACT = "exact permutation"

Drawn: TypeAlias = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Null:
    """A statistic against its distribution by chance; larger is further from the null hypothesis.

    Attributes
    ----------
    observed, mean : array, shape (n_tests, n_features)
        The statistic, and its mean by chance.
    p_value : array, shape (n_tests, n_features)
        (1 + #{by chance ≥ observed}) / (1 + replicates); without the ones where every relabelling
        was taken, since the observed one is among them.
    p_min : array, shape (n_tests, n_features)
        p of the most extreme value that came up, by chance or as observed: none smaller can be had
        from these data.
    p_family : array, shape (n_tests, n_features)
        p against the largest of all tests and features (Westfall & Young 1993).
    total, total_mean, p_total, p_min_total : array, shape (n_tests,)
        The same for the sum over features.
    replicates : int
    test : {"permutation", "exact permutation", "wild bootstrap"}
    """

    observed: Floats
    mean: Floats
    p_value: Floats
    p_min: Floats
    p_family: Floats
    total: Floats
    total_mean: Floats
    p_total: Floats
    p_min_total: Floats
    replicates: int
    test: str

    @property
    def exact(self) -> bool:
        """Whether every relabelling was taken."""
        return self.test == EXACT


@dataclass(eq=False)
class Tally:
    """What one block of replicates says; statistics have shape (n_tests, n_features, n_replicates).

    Tallies of features of the same replicates are put `beside` one another, those of other
    replicates are `add`-ed.
    """

    at_least: Floats
    summed: Floats
    top: Floats
    n_top: Floats
    largest: Floats
    totals: Floats

    @classmethod
    def of(cls, observed: Floats, drawn: Drawn, slack: float) -> Tally:
        """Count how often chance gives as much; what rounding made unequal is a tie."""
        summed, totals = drawn.sum(axis=2, dtype=float), drawn.sum(axis=1, dtype=float)
        if np.isnan(observed).any():
            drawn = np.where(np.isnan(observed)[..., None], -np.inf, drawn)
        bar = (observed - slack * (1 + np.abs(observed))).astype(drawn.dtype)
        top = drawn.max(axis=2)
        near = top - slack * (1 + np.abs(top))
        return cls(
            np.count_nonzero(drawn >= bar[..., None], axis=2).astype(float),
            summed,
            top.astype(float),
            np.count_nonzero(drawn >= near[..., None].astype(drawn.dtype), axis=2).astype(float),
            drawn.max(axis=(0, 1)).astype(float),
            totals,
        )

    def beside(self, other: Tally) -> Tally:
        """Join the tally of other features."""
        return Tally(
            np.concatenate([self.at_least, other.at_least], axis=1),
            np.concatenate([self.summed, other.summed], axis=1),
            np.concatenate([self.top, other.top], axis=1),
            np.concatenate([self.n_top, other.n_top], axis=1),
            np.maximum(self.largest, other.largest),
            self.totals + other.totals,
        )

    def add(self, other: Tally, slack: float) -> Tally:
        """Join the tally of other replicates."""
        top = np.maximum(self.top, other.top)
        bar = top - slack * (1 + np.abs(top))
        return Tally(
            self.at_least + other.at_least,
            self.summed + other.summed,
            top,
            np.where(self.top >= bar, self.n_top, 0) + np.where(other.top >= bar, other.n_top, 0),
            np.concatenate([self.largest, other.largest]),
            np.concatenate([self.totals, other.totals], axis=1),
        )


def gather(observed: Floats, tallies: Iterable[Tally], test: str, slack: float) -> Null:
    """Turn tallies of blocks into p-values."""
    blocks = iter(tallies)
    all_of = next(blocks)
    for block in blocks:
        all_of = all_of.add(block, slack)
    replicates = len(all_of.largest)
    one = 0 if test == EXACT else 1

    def p(count: Floats) -> Floats:
        return (one + count) / (one + replicates)

    above = np.sort(all_of.largest)
    bar = observed - slack * (1 + np.abs(observed))
    family = replicates - np.searchsorted(above, bar.ravel()).reshape(bar.shape)
    total = observed.sum(axis=1)
    reached = all_of.totals >= (total - slack * (1 + np.abs(total)))[:, None]
    furthest = all_of.totals.max(axis=1, keepdims=True)
    most = all_of.totals >= furthest - slack * (1 + np.abs(furthest))
    missing = np.isnan(observed)
    p_value = p(all_of.at_least)
    rarest = np.maximum(all_of.n_top, 1) / (one + replicates)
    return Null(
        observed,
        np.where(missing, np.nan, all_of.summed / replicates),
        np.where(missing, np.nan, p_value),
        np.where(missing, np.nan, np.minimum(rarest, p_value)),
        np.where(missing, np.nan, p(family.astype(float))),
        total,
        all_of.totals.mean(axis=1),
        np.where(np.isnan(total), np.nan, p(reached.sum(axis=1).astype(float))),
        np.where(np.isnan(total), np.nan, np.maximum(most.sum(axis=1), 1) / (one + replicates)),
        replicates,
        test,
    )
