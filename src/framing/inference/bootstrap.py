"""Bootstraps: units drawn anew, or their errors turned round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial, reduce
from typing import Any, TypeVar

import numpy as np
from scipy.special import ndtri

from framing.inference.blocks import in_blocks, sizes
from framing.inference.null import Null, Tally, gather
from framing.inference.sums import Floats, Integers, Sums, estimate, shares
from framing.inference.variance import feature_blocks, influence

T = TypeVar("T")

BEARING = 10
"""Fewest units that must bear on a comparison for signs to be turned: with fewer the test errs more
often than it says."""
WEBB = np.sqrt([0.5, 1.0, 1.5])
"""Six-point weights ±√½, ±1, ±√1½: with few units they give many more outcomes than ±1."""
SLACK = 1e-9
"""What differs by less, relatively, differs by rounding."""


def bootstrap(
    sums: Sums,
    statistic: Callable[[Floats], T],
    *,
    replicates: int,
    seed: int,
    client: Any = None,
) -> Iterator[T]:
    """Compute a statistic of the shares in resampled corpora, block by block.

    Units are drawn with replacement, as many as there are, within ``resampled_within``.

    Parameters
    ----------
    sums : Sums
    statistic : callable
        From shares, shape (n_replicates, n_cells, n_features), to anything.
    replicates, seed : int
    client : distributed.Client, optional
        See :func:`framing.inference.in_blocks`.

    Yields
    ------
    object
        What `statistic` makes of each block.
    """
    within = sums.resampled_within
    classes = [np.flatnonzero(within == k) for k in np.unique(within) if k >= 0]
    blocks = sizes(replicates)

    def work(block: int) -> T:
        rng = np.random.default_rng([seed, block])
        weights = np.zeros((blocks[block], len(within)))
        for members in classes:
            n = len(members)
            weights[:, members] = rng.multinomial(n, np.full(n, 1 / n), size=len(weights))
        return statistic(shares(sums, weights))

    return in_blocks(work, len(blocks), title="resampling", client=client)


def band_factor(
    sums: Sums,
    cells: list[int],
    coefficients: Floats,
    *,
    level: float,
    replicates: int,
    seed: int,
    client: Any = None,
) -> Floats:
    """How much wider intervals must be to hold several combinations of shares at once.

    The quantile of ``max_m |θ*_m − θ_m| / q_m`` over the m combinations, in resampled corpora, q_m
    being the quantile of one alone. At most Bonferroni's factor, and less where combinations are
    related.

    Parameters
    ----------
    coefficients : array, shape (n_combinations, n_cells)
    client : distributed.Client, optional
        See :func:`framing.inference.in_blocks`.

    Returns
    -------
    array, shape (n_features,)
        At least 1.

    References
    ----------
    Montiel Olea, J. L. & Plagborg-Møller, M. (2019). Simultaneous confidence bands. *Journal of
    Applied Econometrics*, 34, 1–17.
    """
    factor = np.ones(sums.n_features)
    for columns in feature_blocks(sums.n_features, replicates * len(coefficients)):
        some = sums.take(cells, columns)
        theta = coefficients @ estimate(some)
        deviations = partial(_deviations, coefficients, theta)
        draws: Any = {"replicates": replicates, "seed": seed, "client": client}
        drawn = np.concatenate(list(bootstrap(some, deviations, **draws)))
        one = np.nanquantile(drawn, level, axis=0)
        drawn = np.divide(drawn, one, out=np.zeros_like(drawn), where=one > 0)
        factor[columns] = np.nanquantile(drawn.max(axis=1), level, axis=0)
    bonferroni = ndtri(1 - (1 - level) / (2 * len(coefficients))) / ndtri((1 + level) / 2)
    return np.clip(factor, 1.0, bonferroni)


def _deviations(coefficients: Floats, theta: Floats, drawn: Floats) -> Floats:
    """|θ* − θ|, shape (n_replicates, n_combinations, n_features)."""
    return np.asarray(np.abs(np.einsum("mc,bcf->bmf", coefficients, drawn) - theta))


def wild_test(
    sums: Sums,
    cells: list[int],
    coefficients: Floats,
    *,
    replicates: int,
    seed: int,
    client: Any = None,
) -> Null:
    """Test linear combinations of shares where labels cannot change hands.

    Units may lie in several cells: a document that mentions both sides, an outlet that publishes
    in every year. If θ = Σ_c a_c R_c is nought, what a unit adds to it, its score z_u, is as likely
    to have either sign: the statistic ``|Σ z_u| / √Σ z_u²`` is compared with
    ``|Σ ω_u z_u| / √Σ (ω_u z_u)²``, ω drawn from :data:`WEBB` with random signs. Scores are
    computed at shares moved so that θ = 0.

    Parameters
    ----------
    coefficients : array, shape (n_tests, n_cells)
    client : distributed.Client, optional
        See :func:`framing.inference.in_blocks`.

    References
    ----------
    Kline, P. & Santos, A. (2012). A score based approach to wild bootstrap inference. *Journal of
    Econometric Methods*, 1, 23–41.
    Webb, M. D. (2023). Reworking wild bootstrap-based inference for clustered errors. *Canadian
    Journal of Economics*, 56, 839–858.
    """
    units = np.flatnonzero((sums.denominators[:, cells] > 0).any(axis=(1, 2)))
    blocks = sizes(replicates)

    def compute(weights: Floats, z: Floats) -> Floats:
        total = np.abs(np.einsum("bu,tuf->tfb", weights, z, optimize=True))
        spread = np.sqrt(np.einsum("bu,tuf->tfb", weights**2, z**2, optimize=True))
        return np.asarray(np.divide(total, spread, out=np.zeros_like(total), where=spread > 0))

    def stack(columns: slice) -> tuple[Floats, Tally]:
        z = _scores(sums, cells, coefficients, units, columns)
        seen = compute(np.ones((1, len(units))), z)[..., 0]

        def work(block: int) -> Tally:
            rng = np.random.default_rng([seed, block])
            shape = blocks[block], len(units)
            weights = rng.choice(WEBB, shape) * rng.choice([-1.0, 1.0], shape)
            return Tally.of(seen, compute(weights, z), SLACK)

        drawn = in_blocks(work, len(blocks), title="wild bootstrap", client=client)
        return seen, reduce(partial(Tally.add, slack=SLACK), drawn)

    wide = len(units) * len(coefficients)
    found = [stack(columns) for columns in feature_blocks(sums.n_features, wide)]
    observed = np.concatenate([seen for seen, _ in found], axis=1)
    whole = reduce(Tally.beside, [tally for _, tally in found])
    null = gather(observed, [whole], "wild bootstrap", SLACK)
    return replace(null, p_min=np.full_like(observed, np.nan))  # a limit of the draws alone


def effective_units(sums: Sums, cells: list[int]) -> float:
    """As how many equal units those of some cells bear on a comparison: (Σ a_u²)² / Σ a_u⁴.

    a_u is what unit u weighs in the cells together. A cell of six units weighs as much as one of
    two hundred, so that these six decide.

    Returns
    -------
    float
    """
    held = sums.denominators[:, cells]
    total = held.sum(axis=0)
    part = np.divide(sums.standard[cells], total, out=np.zeros_like(total), where=total > 0)
    squares = np.einsum("ucs,cs->u", held, part) ** 2
    return float(squares.sum() ** 2 / max((squares**2).sum(), 1e-300))


def _scores(
    sums: Sums, cells: list[int], coefficients: Floats, units: Integers, columns: slice
) -> Floats:
    """What each unit adds to each combination under the null, (n_tests, n_units, n_features)."""
    shares_of = estimate(sums)[cells][:, columns]
    theta = coefficients @ shares_of
    pull = coefficients / np.maximum(sums.n_units[cells], 1)
    moved = pull / (coefficients * pull).sum(axis=1, keepdims=True)  # R_c − R̃_c = moved · θ
    z = np.zeros((len(coefficients), len(units), shares_of.shape[1]))
    for i, cell in enumerate(cells):
        held = sums.denominators[units, cell]
        total = sums.denominators[:, cell].sum(axis=0)
        part = np.divide(sums.standard[cell], total, out=np.zeros_like(total), where=total > 0)
        z += coefficients[:, i, None, None] * (
            influence(sums, cell, units, columns)
            + (held @ part)[:, None] * (moved[:, i, None] * theta)[:, None, :]
        )
    dust = 64 * np.finfo(float).eps / max(len(units), 1) * (np.abs(coefficients) @ shares_of)
    z[np.abs(z) <= dust[:, None]] = 0.0
    return z
