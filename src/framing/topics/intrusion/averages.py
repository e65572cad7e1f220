"""Averages of answers, and how far they vary where coders and tasks both do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import stdtrit

from framing.inference import (
    MINIMUM,
    Floats,
    Integers,
    effective_size,
    score_interval,
    sum_units,
    variance,
)
from framing.wording import count_of, listed


@dataclass(frozen=True, eq=False)
class Average:
    """A mean of answers, its variance, and what was allowed to vary.

    Attributes
    ----------
    value : float
    variance, degrees : float
        Of the mean, and the degrees of freedom it is known with; missing where too little varies.
    n_units : int
        The fewest units of what varies.
    n : int
        Answers.
    unit : str
        What varies: "coder", "task" … or "coder and task".
    note : str
        Why there is no variance; empty if there is one.
    """

    value: float
    variance: float
    degrees: float
    n_units: int
    n: int
    unit: str
    note: str

    @classmethod
    def of(cls, values: Floats, units: Mapping[str, Integers]) -> Average:
        """Average answers that lie in units of two kinds, each of which may vary.

        ``v = v₁ + v₂ − v₁₂``: the variance if units of the first kind vary, that if units of the
        second do, less that of single answers, which is part of both; but never below either.

        Parameters
        ----------
        values : array, shape (n_answers,)
        units : dict of str to array of int, shape (n_answers,)
            By name, to which unit each answer belongs. Only what has six or more varies.
        """
        n = len(values)
        sizes = {name: len(np.unique(held)) for name, held in units.items()}
        vary = [name for name in units if sizes[name] >= MINIMUM]
        value = float(values.mean()) if n else math.nan
        if not vary:
            few = listed([count_of(size, name) for name, size in sizes.items()])
            note = f"only {few}; an interval needs {MINIMUM} of either" if n else "no answer"
            return cls(value, math.nan, math.nan, 0, n, "", note)
        found = [_variance(values, units[name]) for name in vary]
        spread = max(one for one, _ in found)
        if len(vary) > 1:
            single, _ = _variance(values, np.arange(n))
            spread = max(spread, sum(one for one, _ in found) - single)
        degrees, least = min(one for _, one in found), min(sizes[name] for name in vary)
        return cls(value, spread, degrees, least, n, " and ".join(vary), "")

    def share(self, level: float) -> dict[str, Any]:
        """Columns of a share: Wilson's interval at the effective number of answers."""
        share, spread = np.array([self.value]), np.array([self.variance])
        effective = effective_size(share, spread, np.array([self.n_units]), np.array([self.n]))
        low, high = score_interval(share, effective, np.array([self.degrees]), level)
        found = {"estimate": self.value, "unit": self.unit, "note": self.note}
        return found | {"low": _known(low[0], self), "high": _known(high[0], self)}

    def mean(self, level: float) -> dict[str, Any]:
        """Columns of a mean: the interval of t, where answers are not all alike."""
        half = float(stdtrit(max(self.degrees, 1), (1 + level) / 2)) * math.sqrt(self.variance)
        found = {"estimate": self.value, "unit": self.unit, "note": self.note}
        if not self.note and self.variance == 0:
            return found | {"low": math.nan, "high": math.nan, "note": "no interval: all are alike"}
        return found | {"low": self.value - half, "high": self.value + half}


def _known(end: float, one: Average) -> float:
    return math.nan if one.note else float(end)


def _variance(values: Floats, units: Integers) -> tuple[float, float]:
    """Variance of the mean where whole units vary, and its degrees of freedom."""
    n = len(values)
    _, held = np.unique(units, return_inverse=True)
    features, one = sparse.csr_array(values[:, None]), np.ones(n)
    sums = sum_units(
        features, one, one[:, None], np.arange(n), clusters=held.astype(np.int64), weights="segment"
    )
    found, degrees = variance(sums)
    return float(found[0, 0]), float(degrees[0, 0])
