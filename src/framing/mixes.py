"""Mixes: the divergence of two or more, feature by feature, and the intervals of that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
from scipy import special

from framing.cells import Cells
from framing.errors import InputError
from framing.inference import Drawn, Floats, correlation, errors, feature_blocks

Real = TypeVar("Real", bound=Drawn)


def jensen_shannon(*mixes: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Floats:
    """Contributions of features to the Jensen–Shannon divergence of two or more mixes, in bits.

    ``JSD = Σ_f Σ_g π_g p_gf log₂(p_gf / m_f)``, ``m = Σ_g π_g p_g``.

    Parameters
    ----------
    *mixes : array, shape (..., n_features)
        Counts or shares, not negative; each is divided by its sum.
    weights : array, shape (n_mixes,), optional
        π, adding up to 1; default equal.

    Returns
    -------
    array, shape (..., n_features)
        All at least nought; their sum is the divergence, at most log₂ of the number of mixes.

    References
    ----------
    Lin, J. (1991). Divergence measures based on the Shannon entropy. *IEEE Transactions on
    Information Theory*, 37(1), 145–151.

    Examples
    --------
    >>> float(jensen_shannon([1.0, 0.0], [0.0, 1.0]).sum())
    1.0
    >>> three = [8, 1, 1], [1, 8, 1], [1, 1, 8]
    >>> jensen_shannon(*three).round(3)
    array([0.221, 0.221, 0.221])
    """
    if len(mixes) < 2:
        raise InputError("jensen_shannon needs at least two mixes.")
    named = enumerate(mixes, start=1)
    shares = np.stack(np.broadcast_arrays(*(mix(one, f"mix {i}") for i, one in named)))
    pi = np.full(len(mixes), 1 / len(mixes)) if weights is None else np.asarray(weights, float)
    if pi.shape != (len(mixes),) or (pi < 0).any() or not np.isclose(pi.sum(), 1):
        raise InputError(f"weights must be {len(mixes)} numbers that add up to 1; got {weights!r}.")
    return np.asarray(contributions(shares, pi))


def contributions(shares: Real, weights: Drawn) -> Real:
    """Σ_g π_g p_g log₂(p_g/m), over the first axis."""
    middle = np.tensordot(weights, shares, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = sum(
            weight * np.where(share == 0, 0.0, share * np.log2(share / middle))
            for weight, share in zip(weights, shares, strict=True)
        )
    return cast(Real, np.maximum(parts, 0.0))


def mix(counts: npt.ArrayLike, name: str) -> Floats:
    """Divide counts or shares by their sum; `name` is what a refusal calls them."""
    held = np.asarray(counts, dtype=float)
    total = held.sum(axis=-1, keepdims=True)
    if not ((held >= 0).all() and (total > 0).all()):
        raise InputError(
            f"{name} must hold counts or shares that are not negative, and some above 0."
        )
    return np.asarray(held / total)


def signed_root_interval(
    cells: Cells, members: list[int], weights: Floats
) -> tuple[Floats, Floats]:
    """Interval of every contribution to the divergence of two mixes.

    ``s = sign(q − p) √c(p, q)`` falls with p and rises with q, nearly as a straight line does, and
    is 0 where they are equal. Its interval is recovered from those of p and q (as in
    :func:`framing.inference.combine`); its square is the contribution's, from 0 if it holds 0.

    Returns
    -------
    low, high : array, shape (n_features,)
        In bits.
    """
    (p, q), (p_low, q_low), (p_high, q_high) = (
        ends[members] for ends in (cells.share, cells.low, cells.high)
    )
    related = correlation(cells.sums, members)[:, 0, 1]

    def root(p: Floats, q: Floats) -> Floats:
        return np.asarray(np.sign(q - p) * np.sqrt(contributions(np.stack([p, q]), weights)))

    s = root(p, q)

    def spread(a: Floats, b: Floats) -> Floats:
        return np.asarray(np.sqrt(np.maximum(a**2 + b**2 - 2 * related * a * b, 0.0)))

    low = s - spread(s - root(p_high, q), s - root(p, q_low))
    high = s + spread(root(p_low, q) - s, root(p, q_high) - s)
    nearest = np.where((low <= 0) & (high >= 0), 0.0, np.minimum(low**2, high**2))
    return nearest, np.maximum(low**2, high**2)


def noncentral_interval(cells: Cells, members: list[int], weights: Floats) -> tuple[Floats, Floats]:
    """Interval of every contribution to the divergence of several mixes.

    A contribution is about ``Σ_g π_g (p_g − m)² / (2m ln 2)``, a quadratic form of the errors of
    the shares: about ``scale · χ²(ν, λ)``, with scale and ν from its mean and variance were there
    no difference (Satterthwaite 1946). λ is bounded as the noncentral distribution allows.

    Returns
    -------
    low, high : array, shape (n_features,)
        In bits.

    References
    ----------
    Steiger, J. H. (2004). Beyond the F test: effect size confidence intervals. *Psychological
    Methods*, 9, 164–182.
    """
    mean, square = np.empty(cells.sums.n_features), np.empty(cells.sums.n_features)
    for columns, added in _added(cells, members, weights):
        added = added * np.sqrt(cells.widening[members][:, columns])
        mean[columns] = (added**2).sum(axis=(0, 1))
        spread = np.einsum("ugf,uhf->fgh", added, added)
        square[columns] = 2 * (spread**2).sum(axis=(1, 2))
    found = contributions(cells.share[members], weights)
    return _noncentral(found, mean, square, cells.settings.level)


def noncentral_interval_of_sum(
    cells: Cells, members: list[int], weights: Floats
) -> tuple[float, float]:
    """Interval of the whole divergence, as :func:`noncentral_interval` for one part, in bits."""
    gram: Floats | float = 0.0
    for _, added in _added(cells, members, weights):
        flat = added.reshape(len(added), -1)
        gram = gram + flat @ flat.T
    mean, square = np.trace(np.atleast_2d(gram)), 2 * np.square(gram).sum()
    found = contributions(cells.share[members], weights).sum()
    found, mean, square = (np.array([float(part)]) for part in (found, mean, square))
    low, high = _noncentral(found, mean, square, cells.settings.level)
    return float(low[0]), float(high[0])


def _added(cells: Cells, members: list[int], weights: Floats) -> Iterator[tuple[slice, Floats]]:
    """What each unit adds to the errors whose squares make up a divergence, in bits.

    ``A^½ z_u / √(2m ln 2)``, A = diag(π) − ππᵀ, for some features at a time, with the features'
    places; shape (n_units, n_groups, n_features). Units may lie in several groups.
    """
    sums, middle = cells.sums, np.tensordot(weights, cells.share[members], 1)
    units = np.flatnonzero((sums.denominators[:, members] > 0).any(axis=(1, 2)))
    values, vectors = np.linalg.eigh(np.diag(weights) - np.outer(weights, weights))
    root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    for columns in feature_blocks(sums.n_features, len(units) * len(members)):
        z = [errors(sums, cell, units, columns) for cell in members]
        scale = np.sqrt(2 * np.log(2) * middle[columns])
        rooted = np.einsum("gh,huf->ugf", root, np.stack(z))
        yield columns, np.divide(rooted, scale, out=np.zeros_like(rooted), where=scale > 0)


def _noncentral(found: Floats, mean: Floats, square: Floats, level: float) -> tuple[Floats, Floats]:
    """Bound what a quadratic form estimates, given its mean and variance by chance."""
    with np.errstate(invalid="ignore", divide="ignore"):
        scale, degrees = square / (2 * mean), 2 * mean**2 / square
        x = found / scale
        low = scale * special.chndtrinc(x, degrees, (1 + level) / 2)
        high = scale * special.chndtrinc(x, degrees, (1 - level) / 2)
        chance = special.chdtr(degrees, x)
    low = np.where(chance <= (1 + level) / 2, 0.0, low)
    high = np.where(chance <= (1 - level) / 2, 0.0, high)
    missing = ~(mean > 0)
    return np.where(missing, np.nan, low), np.where(missing, np.nan, high)
