"""Score limits of what is made of several shares."""

from __future__ import annotations

import numpy as np
from scipy import special

from framing.inference.intervals import score_interval
from framing.inference.sums import Floats

ROUNDS = 40
"""How often the way to a limit is gone, half of what is left each time."""


def score_limits(
    coefficients: Floats,
    shares: Floats,
    effective: Floats,
    degrees: Floats,
    correlation: Floats,
    level: float | Floats,
) -> tuple[Floats, Floats, Floats]:
    """Find the limits at which a score test of a linear combination just does not reject.

    A limit lies ``t √(Σ_ij c_i c_j ρ_ij s_i s_j)`` from ``θ = Σ c_i p_i``, with
    ``s_i² = p_i(1 − p_i)/n_i`` taken not where the shares were found but where the limit has them:
    each goes as far towards the limit as it makes up the variance. So a share found to be nought
    still adds to the interval, the less the more others vary. For one share it is Wilson's limit.

    Parameters
    ----------
    coefficients, shares : array, shape (k, n_features)
    effective, degrees : array, shape (k, n_features)
        Effective sample sizes n_i, and degrees of freedom of t.
    correlation : array, shape (n_features, k, k)
        Of the shares.
    level : float, or array, shape (n_features,)

    Returns
    -------
    value, low, high : array, shape (n_features,)

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> found = score_limits(one, 0.1 * one, 50 * one, 1e9 * one, one[None], 0.95)
    >>> [round(float(number[0]), 4) for number in found]
    [0.1, 0.0435, 0.2136]
    >>> low, high = score_interval(0.1 * one, 50 * one, 1e9 * one, 0.95)
    >>> round(float(low[0, 0]), 4), round(float(high[0, 0]), 4)
    (0.0435, 0.2136)
    """
    c, shares = coefficients, np.clip(shares, 0.0, 1.0)
    t = special.stdtrit(np.maximum(degrees, 1), (1 + np.asarray(level)) / 2)
    ends = score_interval(shares, effective, degrees, level)

    def way(furthest: Floats) -> Floats:
        at, length = furthest, np.zeros(shares.shape[1])
        for _ in range(ROUNDS):
            with np.errstate(invalid="ignore", divide="ignore"):
                s = t * np.sqrt(np.maximum(at * (1 - at), 0.0) / effective)
            moved = s * np.einsum("fij,jf->if", correlation, c * s)
            length = np.sqrt(np.maximum((c * moved).sum(axis=0), 0.0))
            step = np.divide(np.abs(moved), length, out=np.zeros_like(moved), where=length > 0)
            reached = shares + step * np.sign(furthest - shares)
            between = np.minimum(shares, furthest), np.maximum(shares, furthest)
            at = (at + np.clip(reached, *between)) / 2
        return np.where(np.isnan(furthest).any(axis=0), np.nan, length)

    value = (c * shares).sum(axis=0)
    down, up = np.where(c > 0, ends[0], ends[1]), np.where(c > 0, ends[1], ends[0])
    return value, value - way(down), value + way(up)
