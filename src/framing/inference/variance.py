"""How far shares vary by chance, in closed form: no resampling is needed for a ratio of sums.

A share's *influence* is what one unit adds to its error. Its variance over corpora of as many
units, which a bootstrap would find by drawing them again and again, is the sum of their squares.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from framing.inference.sums import Floats, Integers, Sums, estimate

_HELD = 4_000_000
"""Numbers held at a time: features are taken in blocks of so many units × features."""


def influence(
    sums: Sums, cell: int, units: Integers, columns: slice, *, unbiased: bool = False
) -> Floats:
    """What each unit adds to the error of a cell's shares.

    ``z_u = Σ_s π_s (n_us − R_s d_us) / D_s``; they add up to nought.

    Parameters
    ----------
    units : array of int, shape (k,)
    columns : slice
        Features wanted.
    unbiased : bool
        Scale up by ``√(n_s/(n_s−1))``, n_s the units of the cell in stratum s, so that the squares
        add up to a variance. Where there is one, it deviates from the share of all strata instead.

    Returns
    -------
    array, shape (k, n_columns)
    """
    z = np.zeros((len(units), len(range(*columns.indices(sums.n_features)))))
    strata = [
        (part[:, columns], size, weight / size.sum())
        for part, size, weight in zip(
            sums.numerators[cell], sums.denominators[:, cell].T, sums.standard[cell], strict=True
        )
        if weight > 0 and size.any()
    ]
    whole = np.sum([weight * part.sum(axis=0) for part, _, weight in strata], axis=0)
    for part, size, weight in strata:
        n, share = np.count_nonzero(size), part.sum(axis=0) / size.sum()
        if unbiased and n == 1:
            share = whole
        elif unbiased:
            weight *= np.sqrt(n / (n - 1))
        z += weight * (part[units].toarray() - np.outer(size[units], share))
    return z


def variance(sums: Sums) -> tuple[Floats, Floats]:
    """Variance of every share, and the degrees of freedom it is known with.

    ``v = n/(n−1) Σ_u z_u²`` over the n units of the cell: the "sandwich" variance of a ratio, to
    which a bootstrap's converges; with strata, n/(n−1) in each of them. A variance is itself an
    estimate, the worse the more a few units make of it: by Satterthwaite's rule its degrees of
    freedom are ``2n/(κ − (n−3)/(n−1))``, κ the kurtosis of the influences, and at most n − 1, or n
    less the number of strata. They are as many as that where each unit has all of a feature or
    nothing, as documents of one segment do: then the share determines the variance.

    Returns
    -------
    variance, degrees : array, shape (n_cells, n_features)

    References
    ----------
    Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex
    surveys. *International Statistical Review*, 51, 279–292.
    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components.
    *Biometrics Bulletin*, 2, 110–114.
    """
    found = np.zeros((sums.n_cells, sums.n_features))
    degrees = np.ones_like(found)
    dust = (16 * np.finfo(float).eps * np.nan_to_num(estimate(sums))) ** 2
    for cell in range(sums.n_cells):
        units = np.flatnonzero((sums.denominators[:, cell] > 0).any(axis=1))
        n = len(units)
        if n < 2:
            continue
        most = n - _means(sums.denominators[units, cell])
        for columns in feature_blocks(sums.n_features, n):
            z = errors(sums, cell, units, columns)
            squares = z**2
            second, fourth = squares.sum(axis=0), (squares**2).sum(axis=0)
            second[second <= dust[cell, columns]] = 0.0
            kurtosis = np.divide(n * fourth, second**2, out=np.full_like(second, 3.0),
                                 where=second > 0)  # fmt: skip
            found[cell, columns] = second
            spare = np.maximum(kurtosis - (n - 3) / (n - 1), 1e-9)
            few = np.clip(2 * n / spare, 1, most)
            degrees[cell, columns] = np.where(_all_or_none(sums, cell, columns), most, few)
    return found, degrees


def correlation(sums: Sums, cells: list[int]) -> Floats:
    """Correlation of the shares of k cells that have units in common.

    Returns
    -------
    array, shape (n_features, k, k)
        The identity, where no unit lies in two of the cells.
    """
    k = len(cells)
    if sums.partitions(cells):
        return np.broadcast_to(np.eye(k), (sums.n_features, k, k))
    out = np.empty((sums.n_features, k, k))
    units = np.flatnonzero((sums.denominators[:, cells] > 0).any(axis=(1, 2)))
    for columns in feature_blocks(sums.n_features, len(units) * k):
        out[columns] = related(np.stack([errors(sums, cell, units, columns) for cell in cells]))
    return out


def related(z: Floats) -> Floats:
    """Correlation of k numbers, from what the same units add to the error of each.

    Parameters
    ----------
    z : array, shape (k, n_units, n_features)
        Influences, as :func:`errors` gives them.

    Returns
    -------
    array, shape (n_features, k, k)
    """
    covariance = np.einsum("iuf,juf->fij", z, z)
    scale = np.sqrt(np.einsum("fii->fi", covariance))
    scale = scale[:, :, None] * scale[:, None, :]
    out = np.divide(covariance, scale, out=np.zeros_like(covariance), where=scale > 0)
    out[:, range(len(z)), range(len(z))] = 1.0
    return np.asarray(out)


def feature_blocks(n_features: int, n_rows: int) -> Iterator[slice]:
    """Cut the features so that a block of rows × features stays small."""
    width = max(1, _HELD // max(n_rows, 1))
    for start in range(0, n_features, width):
        yield slice(start, min(start + width, n_features))


def errors(sums: Sums, cell: int, units: Integers, columns: slice) -> Floats:
    """Influences whose squares add up to the variance, shape (n_units, n_columns)."""
    if sums.unit == "segment":
        z = influence(sums, cell, units, columns)
        return _within_classes(z, sums.resampled_within[units])
    return influence(sums, cell, units, columns, unbiased=True)


def _all_or_none(sums: Sums, cell: int, columns: slice) -> npt.NDArray[np.bool_]:
    """Whether each unit has as much of a feature as it can, or nothing: Σ n_u(d_u − n_u) = 0."""
    left, whole = 0.0, 0.0
    for part, size in zip(sums.numerators[cell], sums.denominators[:, cell].T, strict=True):
        some = part[:, columns]
        crossed = some.T @ size
        left = left + np.abs(crossed - some.multiply(some).sum(axis=0))
        whole = whole + crossed
    return np.asarray(left <= 1e-12 * np.asarray(whole))


def _means(sizes: Floats) -> int:
    """How many means influences are deviations from: one a stratum, where units lie in one each."""
    held = sizes > 0
    if (held.sum(axis=1) > 1).any():
        return 1
    return max(1, int((held.sum(axis=0) > 1).sum()))


def _within_classes(z: Floats, classes: Integers) -> Floats:
    """Deviations from the mean of each class, scaled up for the one degree of freedom it costs."""
    _, which, n = np.unique(classes, return_inverse=True, return_counts=True)
    totals = np.zeros((len(n), z.shape[1]))
    np.add.at(totals, which, z)
    scale = np.sqrt(n / np.maximum(n - 1, 1))
    return np.asarray((z - totals[which] / n[which, None]) * scale[which, None])
