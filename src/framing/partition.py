"""The best partition of a series into levels, and how surely it is found again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

_BLOCK = 2_000_000
"""Numbers held at once."""


def partition(shares: Floats, n: Integers, cost: float, shortest: int) -> tuple[Floats, Booleans]:
    """Best partition of every series into levels.

    ``best(b) = max_a max(none(a), best(a)) + fit(a, b) − cost``, where ``none(b) = fit(0, b)`` and
    ``fit(a, b) = (Σ_{a ≤ t < b} n_t y_t)² / σ² Σ n_t`` is what a level of its own explains.

    Parameters
    ----------
    shares : array, shape (n_series, n_periods, n_features)
        The features of one series change together.
    n : array, shape (n_periods,)
    cost : float
    shortest : int

    Returns
    -------
    gain : array, shape (n_series,)
        Of the best partition with a change over none; −∞ where the shares never vary.
    change : array of bool, shape (n_series, n_periods)
        The first periods of new levels; none if the gain is not positive.
    """
    n_series, n_periods, _ = shares.shape
    steps = np.diff(shares, axis=1) ** 2 / (1 / n[1:] + 1 / n[:-1])[:, None]
    noise = steps.mean(axis=1, keepdims=True)
    noise[noise < 1e-20] = np.inf
    centred = (shares - np.average(shares, axis=1, weights=n)[:, None]) / np.sqrt(noise)
    sums = np.pad((centred * n[:, None]).cumsum(axis=1), ((0, 0), (1, 0), (0, 0)))
    size = np.r_[0, n.cumsum()]

    none = (sums**2).sum(axis=2) / np.maximum(size, 1)
    best = np.full((n_series, n_periods + 1), -np.inf)
    origin = np.zeros((n_series, n_periods + 1), dtype=np.int64)
    for b in range(2 * shortest, n_periods + 1):
        a = slice(shortest, b - shortest + 1)
        fit = ((sums[:, [b]] - sums[:, a]) ** 2).sum(axis=2) / (size[b] - size[a])
        value = np.maximum(none[:, a], best[:, a]) + fit - cost
        origin[:, b] = value.argmax(axis=1) + shortest
        best[:, b] = value.max(axis=1)
    gain = best[:, -1] - none[:, -1]

    change = np.zeros((n_series, n_periods), dtype=bool)
    every = np.arange(n_series)
    at = np.where(gain > 1e-9, origin[:, -1], 0)
    while at.any():
        change[every[at > 0], at[at > 0]] = True
        at = np.where((at > 0) & (best[every, at] > none[every, at]), origin[every, at], 0)
    return np.where(np.isinf(noise).all(axis=(1, 2)), -np.inf, gain), change


def levels_of(y: Floats, n: Integers, at: Booleans) -> Floats:
    """Mean share between changes, for every period."""
    part = at.cumsum()
    sums = np.zeros((part[-1] + 1, y.shape[1]))
    np.add.at(sums, part, y * n[:, None])
    return np.asarray((sums / np.bincount(part, weights=n)[:, None])[part])


def support(
    residual: Floats,
    level: Floats,
    n: Integers,
    at: Booleans,
    cost: float,
    shortest: int,
    replicates: int,
    rng: np.random.Generator,
) -> Floats:
    """In what part of redrawn series each change is found again, one period early or late."""
    if not at.any():
        return np.empty(0)
    weight = np.sqrt(n)[:, None]
    n_periods = len(n)
    wider = np.sqrt(n_periods / max(n_periods - at.sum() - 1, 1))
    found = []
    for some in split(replicates, residual.size):
        drawn = rng.integers(n_periods, size=(some, n_periods))
        series = level + wider * (weight * residual)[drawn] / weight
        found.append(partition(series, n, cost, shortest)[1])
    change = np.pad(np.concatenate(found), ((0, 0), (1, 1)))
    near = change[:, :-2] | change[:, 1:-1] | change[:, 2:]
    return np.asarray(near[:, at].mean(axis=0))


def split(replicates: int, size: int) -> list[int]:
    """Cut replicates of `size` numbers into blocks of bounded memory.

    Examples
    --------
    >>> split(5, 1_000_000)
    [2, 2, 1]
    """
    block = max(_BLOCK // size, 1)
    return [min(block, replicates - start) for start in range(0, replicates, block)]
