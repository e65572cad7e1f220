"""Intervals of shares, and of what is computed from shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from scipy import special

from framing.inference.sums import Floats, Integers

Numbers: TypeAlias = Floats | Integers

MINIMUM = 6
"""Fewest units behind an interval: with fewer it would span most of the scale."""


def effective_size(share: Floats, variance: Floats, n_units: Numbers, n_most: Numbers) -> Floats:
    """Size of the simple random sample that would be as informative: p(1 − p) / v.

    Where the variance is nought, because every unit agrees, it says nothing, and the size is the
    number of units.

    Parameters
    ----------
    share, variance : array, shape (...)
    n_units, n_most : array broadcastable to `share`
        Units behind the share, and the largest size allowed: segments, or tokens of terms.

    References
    ----------
    Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. *Survey Methodology*, 24, 193–201.
    """
    units = np.broadcast_to(n_units, share.shape).astype(float)
    varies = (share > 0) & (share < 1) & (variance > 0)
    effective = np.divide(share * (1 - share), variance, out=units, where=varies)
    return np.asarray(np.minimum(effective, n_most))


def score_interval(
    share: Floats, effective: Floats, degrees: Numbers, level: float | Floats
) -> tuple[Floats, Floats]:
    """Wilson's interval for a share, at its effective sample size n*.

    The limits solve (p − π)² = t² π(1 − π)/n*. The interval never leaves [0, 1], and has width
    where the share is 0 or 1.

    Parameters
    ----------
    share, effective : array, shape (...)
    degrees : array broadcastable to `share`
        Degrees of freedom of t.
    level : float, or array broadcastable to `share`

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    *JASA*, 22, 209–212.

    Examples
    --------
    >>> low, high = score_interval(np.array([0.0]), np.array([100.0]), np.array([99.0]), 0.95)
    >>> float(low[0]), round(float(high[0]), 3)
    (0.0, 0.038)
    """
    t2 = special.stdtrit(np.maximum(degrees, 1), (1 + level) / 2) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (share + t2 / (2 * effective)) / (1 + t2 / effective)
        half = np.sqrt(t2 * (share * (1 - share) / effective + t2 / (4 * effective**2)))
        half = half / (1 + t2 / effective)
    low, high = np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
    return np.minimum(low, share), np.maximum(high, share)


def combine(
    coefficients: Floats, shares: Floats, low: Floats, high: Floats, correlation: Floats
) -> tuple[Floats, Floats, Floats]:
    """Recover the interval of a linear combination from the intervals of its parts (MOVER).

    θ = Σ c_i p_i;  L = θ − √(Σ_ij ρ_ij a_i a_j) with a_i = c_i (p_i − l_i) for c_i > 0 and
    c_i (u_i − p_i) for c_i < 0; U likewise with l and u exchanged. Differences between sides,
    changes and slopes are such combinations, so their intervals agree with those of the shares.

    Parameters
    ----------
    coefficients : array, shape (k,) or (k, n_features)
    shares, low, high : array, shape (k, n_features)
    correlation : array, shape (n_features, k, k)
        Of the shares: :func:`framing.inference.correlation`.

    References
    ----------
    Zou, G. Y. & Donner, A. (2008). Construction of confidence limits about effect measures.
    *Statistics in Medicine*, 27, 1693–1702.
    """
    c = coefficients if coefficients.ndim == 2 else coefficients[:, None]
    down = np.where(c > 0, c * (shares - low), c * (high - shares))
    up = np.where(c > 0, c * (high - shares), c * (shares - low))
    value = (c * shares).sum(axis=0)

    def spread(part: Floats) -> Floats:
        squared = np.einsum("if,fij,jf->f", part, correlation, part)
        return np.asarray(np.sqrt(np.maximum(squared, 0.0)))

    return value, value - spread(down), value + spread(up)


def invert(interval: Callable[[Floats], tuple[Floats, Floats]], n: int) -> Floats:
    """p-values of an interval: 1 less the level at which it just touches nought.

    Parameters
    ----------
    interval : callable
        Takes levels, shape (n,), and returns the ends of the intervals, wider at higher levels.
    n : int

    Examples
    --------
    >>> from scipy.stats import norm
    >>> def around_two(level):
    ...     return 2 - norm.ppf((1 + level) / 2), 2 + norm.ppf((1 + level) / 2)
    >>> round(float(invert(around_two, 1)[0]), 4), round(float(2 * norm.sf(2)), 4)
    (0.0455, 0.0455)
    """
    below, above = np.zeros(n), np.full(n, 40.0)  # of −log₂ p
    missing = np.isnan(interval(np.full(n, 0.5))[0])
    for _ in range(40):
        middle = (below + above) / 2
        low, high = interval(1 - 2.0**-middle)
        apart = (low > 0) | (high < 0)
        below, above = np.where(apart, middle, below), np.where(apart, above, middle)
    return np.where(missing, np.nan, 2.0**-above)


def adjust(p_values: Floats) -> Floats:
    """Benjamini–Hochberg q-values of the p-values that are not missing.

    References
    ----------
    Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate.
    *JRSS B*, 57, 289–300.
    """
    q_values = np.full(len(p_values), np.nan)
    order = np.argsort(p_values)[: np.count_nonzero(~np.isnan(p_values))]  # missing ones come last
    n = len(order)
    q_values[order] = p_values[order] * (n / np.arange(1, n + 1))
    q_values[order] = np.minimum.accumulate(q_values[order][::-1])[::-1]
    return np.asarray(np.clip(q_values, 0, 1))
