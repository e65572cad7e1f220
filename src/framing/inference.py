"""One engine for uncertainty: sums over documents, resampled or relabelled.

Every comparison is a ratio of sums over units (documents), ``Gᵀ diag(w) F`` divided by
``Gᵀ diag(w) 1``. The estimate has w = 1; a bootstrap draws w; a test permutes G.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, special

from framing.errors import InputError, one_of

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = Floats | Integers

UNITS = ("document", "segment")
WEIGHTS = ("document", "segment")
MINIMUM = 6
"""Fewest units behind an interval: with fewer it would span most of the scale."""

_BLOCK = 250  # replicates drawn at once: fixed, so that a seed draws the same for any features


@dataclass(frozen=True, eq=False)
class Sums:
    """What each unit adds to each group: the only thing resampling needs to know.

    Attributes
    ----------
    numerators : list of list of sparse array, shape (n_units, n_features)
        ``numerators[g][s]``: the features of group g in stratum s.
    denominators : array, shape (n_units, n_groups, n_strata)
        What they are divided by.
    standard : array, shape (n_groups, n_strata)
        Shares of the strata in the population a group is standardised to; zero throughout if no
        stratum holds every group that it is compared with.
    resampled_within : array of int, shape (n_units,)
        Units are drawn with replacement inside these classes; -1 for units of no group.
    unit : {"document", "segment"}
    n_units, n_documents, n_segments : array, shape (n_groups,)
    """

    numerators: list[list[sparse.csr_array]]
    denominators: Floats
    standard: Floats
    resampled_within: Integers
    unit: str
    n_units: Integers
    n_documents: Integers
    n_segments: Integers

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(self.n_units)

    @property
    def n_features(self) -> int:
        """Number of features."""
        return int(self.numerators[0][0].shape[1])

    def partitions(self, groups: list[int] | None = None) -> bool:
        """Whether no unit belongs to two of the groups, so that labels can be exchanged."""
        chosen = self.denominators if groups is None else self.denominators[:, groups]
        return bool(((chosen > 0).any(axis=2).sum(axis=1) <= 1).all())


def sum_units(
    features: sparse.csr_array,
    size: Floats,
    groups: npt.NDArray[np.float64],
    documents: Integers,
    *,
    strata: Integers | None = None,
    compared: Integers | None = None,
    weights: str = "document",
    unit: str = "document",
) -> Sums:
    """Add up segments within units.

    Parameters
    ----------
    features : sparse array, shape (n_segments, n_features)
    size : array, shape (n_segments,)
        What a segment adds to the denominator: 1 for shares of segments, its tokens for rates.
    groups : array of 0/1, shape (n_segments, n_groups)
    documents : array of int, shape (n_segments,)
    strata : array of int, shape (n_segments,), optional
        Compare groups within these, then average over the common distribution of strata. What lies
        in a stratum that not every group has is left out.
    compared : array of int, shape (n_groups,), optional
        Groups with the same number are compared with each other; default all.
    weights : {"document", "segment"}
        Whether each document counts once in each group it belongs to, or by its size.
    unit : {"document", "segment"}
        What is resampled; segments are drawn within their documents.
    """
    if unit not in UNITS:
        raise one_of("unit", unit, UNITS)
    if weights not in WEIGHTS:
        raise one_of("weights", weights, WEIGHTS)
    n_segments, n_groups = groups.shape
    strata = np.zeros(n_segments, dtype=np.int64) if strata is None else strata
    n_strata = int(strata.max(initial=0)) + 1
    inside = [strata == s for s in range(n_strata)]
    units = documents if unit == "document" else np.arange(n_segments)
    n_units = int(units.max(initial=-1)) + 1
    gather = sparse.csr_array(
        (np.ones(n_segments), (units, np.arange(n_segments))), shape=(n_units, n_segments)
    )
    weight = groups.astype(float)
    if weights == "document":
        held = np.zeros((int(documents.max(initial=-1)) + 1, n_groups))
        np.add.at(held, documents, weight * size[:, None])
        weight = np.divide(
            weight, held[documents], out=np.zeros_like(weight), where=held[documents] > 0
        )
    totals = np.stack([size[here] @ weight[here] for here in inside], axis=1)
    standard = _standard(totals, np.zeros(n_groups) if compared is None else compared)
    kept = standard[:, strata].T > 0
    groups, weight = groups * kept, weight * kept
    numerators = [
        [gather @ sparse.diags_array(weight[:, g] * here) @ features for here in inside]
        for g in range(n_groups)
    ]
    denominators = np.stack([gather @ (weight * (size * here)[:, None]) for here in inside], axis=2)
    member = (denominators > 0).sum(axis=2) > 0
    one_group = (member.sum(axis=1) <= 1).all()
    within = member.argmax(axis=1) if one_group else np.zeros(n_units, dtype=np.int64)
    within = np.where(member.sum(axis=1) > 0, documents if unit == "segment" else within, -1)
    documents_of = pd.DataFrame(groups > 0).groupby(documents).any()
    return Sums(
        numerators,
        denominators,
        standard,
        within,
        unit,
        member.sum(axis=0),
        documents_of.sum(axis=0).to_numpy(),
        (groups > 0).sum(axis=0),
    )


def _standard(totals: Floats, compared: npt.NDArray[np.generic]) -> Floats:
    """Distribution of the strata that all groups compared have, over these groups together."""
    standard = np.zeros_like(totals, dtype=float)
    for label in np.unique(compared):
        rows = (compared == label) & totals.any(axis=1)
        if not rows.any():
            continue
        pooled = np.where((totals[rows] > 0).all(axis=0), totals[rows].sum(axis=0), 0.0)
        standard[rows] = pooled / pooled.sum() if pooled.any() else 0.0
    return standard


def estimate(sums: Sums) -> Floats:
    """Shares of the features in every group, shape (n_groups, n_features)."""
    observed: Floats = shares(sums, np.ones((1, len(sums.denominators))))[0]
    return observed


def shares(sums: Sums, weights: Floats) -> Floats:
    """Weighted shares, standardised over strata.

    ``share[b, g] = Σ_s π_s (w_b · N_gs) / (w_b · D_gs)``

    Parameters
    ----------
    weights : array, shape (n_replicates, n_units)

    Returns
    -------
    array, shape (n_replicates, n_groups, n_features)
        Missing where a replicate leaves a group without units.
    """
    out = np.empty((len(weights), sums.n_groups, sums.n_features))
    for g in range(sums.n_groups):
        out[:, g] = _standardised(
            [weights @ numerator for numerator in sums.numerators[g]],
            weights @ sums.denominators[:, g],
            sums.standard[g],
        )
    return out


def _standardised(numerators: list[Floats], denominators: Floats, standard: Floats) -> Floats:
    total = np.zeros_like(numerators[0], dtype=float)
    covered = np.zeros(len(total))
    for numerator, denominator, share in zip(numerators, denominators.T, standard, strict=True):
        here = (denominator > 0) & (share > 0)
        total[here] += share * numerator[here] / denominator[here, None]
        covered += share * here
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(covered[:, None] > 0, total / covered[:, None], np.nan)


def bootstrap(sums: Sums, replicates: int, seed: int) -> Floats:
    """Shares in resampled corpora, shape (replicates, n_groups, n_features).

    Units are drawn with replacement, as many as there are, within ``resampled_within``.
    """
    draws = [shares(sums, weights) for weights in _draws(sums.resampled_within, replicates, seed)]
    return np.concatenate(draws)


def _draws(within: Integers, replicates: int, seed: int) -> Iterator[Floats]:
    """Multinomial weights in blocks of bounded memory."""
    rng = np.random.default_rng(seed)
    classes = [np.flatnonzero(within == k) for k in np.unique(within) if k >= 0]
    for start in range(0, replicates, _BLOCK):
        weights = np.zeros((min(_BLOCK, replicates - start), len(within)))
        for members in classes:
            n = len(members)
            weights[:, members] = rng.multinomial(n, np.full(n, 1 / n), size=len(weights))
        yield weights


def permute(sums: Sums, groups: list[int], replicates: int, seed: int) -> Floats:
    """Shares after permuting which of the groups each unit belongs to, strata kept.

    Returns
    -------
    array, shape (replicates, len(groups), n_features)

    Raises
    ------
    InputError
        If a unit belongs to several of the groups: its label cannot be exchanged.
    """
    if not sums.partitions(groups):
        raise InputError("documents belong to several of the groups; labels cannot be permuted.")
    rng = np.random.default_rng(seed)
    cells = sums.denominators[:, groups]
    strata = [np.flatnonzero((cells[:, :, s] > 0).any(axis=1)) for s in range(cells.shape[2])]
    labels = [cells[members, :, s].argmax(axis=1) for s, members in enumerate(strata)]
    pooled = [
        sum((sums.numerators[g][s] for g in groups[1:]), start=sums.numerators[groups[0]][s])[
            members
        ]
        for s, members in enumerate(strata)
    ]
    sizes = [cells[members, :, s].sum(axis=1) for s, members in enumerate(strata)]
    out = np.empty((replicates, len(groups), sums.n_features))
    for start in range(0, replicates, _BLOCK):
        n = min(_BLOCK, replicates - start)
        drawn = [rng.permuted(np.tile(one, (n, 1)), axis=1) for one in labels]
        for g in range(len(groups)):
            chosen = [(one == g).astype(float) for one in drawn]
            out[start : start + n, g] = _standardised(
                [c @ numerator for c, numerator in zip(chosen, pooled, strict=True)],
                np.stack([c @ size for c, size in zip(chosen, sizes, strict=True)], axis=1),
                sums.standard[groups[0]],
            )
    return out


def p_value(observed: Floats, null: Floats) -> Floats:
    """One-sided permutation p, never zero: (1 + #{null ≥ observed}) / (1 + replicates).

    Examples
    --------
    >>> float(p_value(np.array(3.0), np.array([1.0, 2.0, 3.0])))
    0.5
    """
    slack = 1e-12 + 1e-9 * np.abs(observed)  # what rounding made unequal is a tie
    p = (1 + (null >= observed - slack).sum(axis=0)) / (1 + len(null))
    return np.where(np.isnan(observed), np.nan, p)


def effective_size(share: Floats, replicates: Floats, n_units: Numbers, n_most: Numbers) -> Floats:
    """Size of the simple random sample that would be as informative: p(1 − p) / v.

    v is the variance over resampled corpora, times n/(n − 1). Where it is zero, because every unit
    agrees, it says nothing, and the size is the number of units.

    Parameters
    ----------
    share : array, shape (...)
    replicates : array, shape (n_replicates, ...)
    n_units, n_most : array broadcastable to `share`
        Units behind the share, and the largest size allowed: segments, or tokens of terms.

    References
    ----------
    Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. *Survey Methodology*, 24, 193–201.
    """
    units = np.broadcast_to(n_units, share.shape).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        centred, known = _centred(replicates)
        variance = (centred**2).sum(axis=0) / known * units / (units - 1)
        varies = (share > 0) & (share < 1) & (variance > 0)
        effective = np.where(varies, share * (1 - share) / variance, units)
    return np.minimum(effective, n_most)


def _centred(replicates: Floats) -> tuple[Floats, Integers]:
    """Subtract the mean of the replicates that are not missing; count them."""
    missing = np.isnan(replicates)
    known = (~missing).sum(axis=0)
    mean = np.where(missing, 0.0, replicates).sum(axis=0) / np.maximum(known, 1)
    return np.where(missing, 0.0, replicates - mean), known


def score_interval(
    share: Floats, effective: Floats, n_units: Numbers, level: float
) -> tuple[Floats, Floats]:
    """Wilson's interval for a share, at its effective sample size n*.

    The limits solve (p − π)² = t² π(1 − π)/n*, t having n_units − 1 degrees of freedom. The
    interval never leaves [0, 1], and has width where the share is 0 or 1.

    Parameters
    ----------
    share, effective : array, shape (...)
    n_units : array broadcastable to `share`
    level : float

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    *JASA*, 22, 209–212.

    Examples
    --------
    >>> low, high = score_interval(np.array([0.0]), np.array([100.0]), np.array([100.0]), 0.95)
    >>> float(low[0]), round(float(high[0]), 3)
    (0.0, 0.038)
    """
    t2 = special.stdtrit(np.maximum(n_units - 1, 1), (1 + level) / 2) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (share + t2 / (2 * effective)) / (1 + t2 / effective)
        half = np.sqrt(t2 * (share * (1 - share) / effective + t2 / (4 * effective**2)))
        half = half / (1 + t2 / effective)
    low, high = np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
    return np.minimum(low, share), np.maximum(high, share)


def percentile_interval(replicates: Floats, n_units: Floats, level: float) -> tuple[Floats, Floats]:
    """Percentile interval, widened as t is wider than the normal for the number of units.

    References
    ----------
    Hesterberg, T. C. (2015). What teachers should know about the bootstrap.
    *The American Statistician*, 69(4), 371–386 ("expanded percentile interval").
    """
    n = np.maximum(np.asarray(n_units, dtype=float), 2.0)
    tail = special.ndtr(np.sqrt(n / (n - 1)) * special.stdtrit(n - 1, (1 - level) / 2))
    tails = np.broadcast_to(tail, replicates.shape[1:])
    low = np.empty(replicates.shape[1:])
    high = np.empty(replicates.shape[1:])
    for value in np.unique(tails):
        here = tails == value
        low[here], high[here] = np.nanquantile(replicates[:, here], [value, 1 - value], axis=0)
    return low, high


def combine(
    coefficients: Floats, shares: Floats, low: Floats, high: Floats, correlation: Floats
) -> tuple[Floats, Floats, Floats]:
    """Recover the interval of a linear combination from the intervals of its parts (MOVER).

    θ = Σ c_i p_i;  L = θ − √(Σ_ij ρ_ij a_i a_j) with a_i = c_i (p_i − l_i) for c_i > 0 and
    c_i (u_i − p_i) for c_i < 0; U likewise with l and u exchanged. Differences between sides,
    changes and slopes are such combinations, so their intervals agree with those of the shares.

    Parameters
    ----------
    coefficients : array, shape (k,)
    shares, low, high : array, shape (k, n_features)
    correlation : array, shape (n_features, k, k)
        Correlation of the shares in the resampled corpora.

    References
    ----------
    Zou, G. Y. & Donner, A. (2008). Construction of confidence limits about effect measures.
    *Statistics in Medicine*, 27, 1693–1702.
    """
    c = coefficients[:, None]
    down = np.where(c > 0, c * (shares - low), c * (high - shares))
    up = np.where(c > 0, c * (high - shares), c * (shares - low))
    value = (c * shares).sum(axis=0)

    def spread(part: Floats) -> Floats:
        squared = np.einsum("if,fij,jf->f", part, correlation, part)
        return np.asarray(np.sqrt(np.maximum(squared, 0.0)))

    return value, value - spread(down), value + spread(up)


def correlate(replicates: Floats) -> Floats:
    """Correlation of k shares over replicates (n, k, n_features) → (n_features, k, k)."""
    centred, _ = _centred(replicates)
    covariance = np.einsum("bif,bjf->fij", centred, centred)
    scale = np.sqrt(np.einsum("fii->fi", covariance))
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = covariance / (scale[:, :, None] * scale[:, None, :])
    correlation = np.asarray(np.nan_to_num(correlation))
    k = correlation.shape[1]
    correlation[:, np.arange(k), np.arange(k)] = 1.0
    return correlation


def adjust(p_values: Floats) -> Floats:
    """Benjamini–Hochberg q-values of the p-values that are not missing.

    References
    ----------
    Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate.
    *JRSS B*, 57, 289–300.
    """
    from scipy.stats import false_discovery_control

    q_values = np.full(len(p_values), np.nan)
    known = ~np.isnan(p_values)
    if known.any():
        q_values[known] = false_discovery_control(p_values[known])
    return q_values
