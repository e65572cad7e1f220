"""How far shares vary by chance, in closed form: no resampling is needed for a ratio of sums.

A share's *influence* is what one unit adds to its error. Its variance over corpora of as many
units, which a bootstrap would find by drawing them again and again, is the sum of their squares.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from framing.inference.sums import Floats, Integers, Sums

_HELD = 4_000_000
"""Numbers held at a time: features are taken in blocks of so many units × features."""


def influence(sums: Sums, cell: int, units: Integers, columns: slice) -> Floats:
    """What each unit adds to the error of a cell's shares.

    ``z_u = Σ_s π_s (n_us − R_s d_us) / D_s``; they add up to nought.

    Parameters
    ----------
    units : array of int, shape (k,)
    columns : slice
        Features wanted.

    Returns
    -------
    array, shape (k, n_columns)
    """
    z = np.zeros((len(units), len(range(*columns.indices(sums.n_features)))))
    for part, size, standard in zip(
        sums.numerators[cell], sums.denominators[:, cell].T, sums.standard[cell], strict=True
    ):
        total = size.sum()
        if total > 0 and standard > 0:
            some = part[:, columns]
            share = some.sum(axis=0) / total
            z += standard / total * (some[units].toarray() - np.outer(size[units], share))
    return z


def variance(sums: Sums) -> tuple[Floats, Floats]:
    """Variance of every share, and the degrees of freedom it is known with.

    ``v = n/(n−1) Σ_u z_u²`` over the n units of the cell: the "sandwich" variance of a ratio, to
    which a bootstrap's converges. A variance is itself an estimate, the worse the more a few
    units make of it: by Satterthwaite's rule its degrees of freedom are ``2n/(κ − (n−3)/(n−1))``, κ
    the kurtosis of the influences, and at most n − 1.

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
    for cell in range(sums.n_cells):
        units = np.flatnonzero((sums.denominators[:, cell] > 0).any(axis=1))
        n = len(units)
        if n < 2:
            continue
        for columns in feature_blocks(sums.n_features, n):
            z = influence(sums, cell, units, columns)
            if sums.unit == "segment":
                z = _within_classes(z, sums.resampled_within[units])
            else:
                z *= np.sqrt(n / (n - 1))
            squares = z**2
            second, fourth = squares.sum(axis=0), (squares**2).sum(axis=0)
            kurtosis = np.divide(n * fourth, second**2, out=np.full_like(second, 3.0),
                                 where=second > 0)  # fmt: skip
            found[cell, columns] = second
            spare = np.maximum(kurtosis - (n - 3) / (n - 1), 1e-9)
            degrees[cell, columns] = np.clip(2 * n / spare, 1, n - 1)
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
        z = np.stack([influence(sums, cell, units, columns) for cell in cells])
        if sums.unit == "segment":
            z = np.stack([_within_classes(one, sums.resampled_within[units]) for one in z])
        covariance = np.einsum("iuf,juf->fij", z, z)
        scale = np.sqrt(np.einsum("fii->fi", covariance))
        scale = scale[:, :, None] * scale[:, None, :]
        flat = np.zeros_like(covariance)
        out[columns] = np.divide(covariance, scale, out=flat, where=scale > 0)
    out[:, range(k), range(k)] = 1.0
    return out


def feature_blocks(n_features: int, n_rows: int) -> Iterator[slice]:
    """Cut the features so that a block of rows × features stays small."""
    width = max(1, _HELD // max(n_rows, 1))
    for start in range(0, n_features, width):
        yield slice(start, min(start + width, n_features))


def _within_classes(z: Floats, classes: Integers) -> Floats:
    """Deviations from the mean of each class, scaled up for the one degree of freedom it costs."""
    _, which, n = np.unique(classes, return_inverse=True, return_counts=True)
    totals = np.zeros((len(n), z.shape[1]))
    np.add.at(totals, which, z)
    scale = np.sqrt(n / np.maximum(n - 1, 1))
    return np.asarray((z - totals[which] / n[which, None]) * scale[which, None])
