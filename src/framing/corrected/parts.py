"""The parts of a corrected share: how sure each is, and how they are weighed."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy import sparse

from framing.cells import Cells
from framing.inference import Floats, Sums, effective_size, errors, estimate, variance

HAND, MACHINE, MISSED, OVERCODED = range(4)
"""The parts: H(y), M(m), H((y−m)₊) and H((m−y)₊)."""

BORROWED = 10
"""How many documents' worth of what all cells, and all frames, tell speaks in the power of each."""


class Parts(NamedTuple):
    """The parts of the shares of k cells, in the order :data:`HAND` … :data:`OVERCODED`.

    Attributes
    ----------
    share, effective, degrees : array, shape (4, n_cells, n_features)
    """

    share: Floats
    effective: Floats
    degrees: Floats


def parts_of(plain: Cells, hand: Sums, marks: bool, machine_marks: bool) -> Parts:
    """Shares of the four parts, with the sizes and degrees of freedom of their intervals.

    What the sample tells is at most what its segments would, were they as alike in weight as its
    documents, if codes (of people, and of the machine) are marks that are there or not. Its
    variance is known as well as so many documents of equal weight can tell, in so far as their
    shares are 0 or 1, and else as well as that of y (:func:`framing.inference.variance`).
    """
    sums, units = plain.sums, _kish(hand)[:, None]
    share, (found, freedom) = estimate(hand), variance(hand)
    alike = units / np.maximum(hand.n_units, 1)[:, None]
    most = hand.n_segments[:, None] * alike
    whole_codes = np.repeat([marks, machine_marks, machine_marks], sums.n_features)
    effective = effective_size(share, found, units, np.where(whole_codes, most, np.inf))
    best = np.maximum(units - 1, 1)
    least = np.minimum(freedom[:, : sums.n_features], best)
    degrees = np.tile(least + _all_or_none(hand, sums.n_features) ** 2 * (best - least), 3)
    whole, (spread, known) = plain.share, variance(sums)
    size = plain.size[:, None] if machine_marks else np.full_like(most, np.inf)
    size = effective_size(whole, spread, sums.n_units[:, None], size)

    def joined(sampled: Floats, all_: Floats) -> Floats:
        y, missed, overcoded = np.split(sampled, 3, axis=1)
        return np.stack([y, all_, missed, overcoded])

    parts = Parts(joined(share, whole), joined(effective, size), joined(degrees, known))
    # Errors of a kind that never came up are taken to cluster in documents as the frame does.
    as_frame = np.maximum(parts.effective, parts.effective[HAND])
    unseen = parts.share == 0
    unseen[MACHINE] = False
    return parts._replace(effective=np.where(unseen, as_frame, parts.effective))


def _all_or_none(hand: Sums, n_features: int) -> Floats:
    """How near the shares of units are to 0 or 1: Σ n_u²/Σ n_u d_u of y, from 0 to 1."""
    found = np.ones((hand.n_cells, n_features))
    for cell, parts in enumerate(hand.numerators):
        squares, crossed = np.zeros(n_features), np.zeros(n_features)
        for part, size in zip(parts, hand.denominators[:, cell].T, strict=True):
            y = part[:, :n_features]
            squares += np.asarray(y.multiply(y).sum(axis=0)).ravel()
            crossed += y.T @ size
        found[cell] = np.divide(squares, crossed, out=found[cell], where=crossed > 0)
    return found


def _kish(sums: Sums) -> Floats:
    """How many units of equal weight would tell as much, (Σw)²/Σw² (Kish 1965), of every cell."""
    totals = sums.denominators.sum(axis=0)
    weights = (sums.denominators * sums.standard / np.where(totals > 0, totals, 1.0)).sum(axis=2)
    squares = (weights**2).sum(axis=0)
    whole = weights.sum(axis=0) ** 2
    return np.asarray(np.divide(whole, squares, out=np.zeros_like(squares), where=squares > 0))


def part_errors(machine: Sums, hand: Sums, cell: int) -> Floats:
    """Influences of all units on the parts of a cell, shape (4, n_units, n_features)."""
    n, units = machine.n_features, np.arange(len(machine.denominators))
    z = errors(hand, cell, units, slice(0, 3 * n))
    whole = errors(machine, cell, units, slice(0, n))
    return np.stack([z[:, :n], whole, z[:, n : 2 * n], z[:, 2 * n :]])


def tuned_power(machine: Sums, hand: Sums, share: Floats) -> Floats:
    """λ of every cell and feature: −Cov(H(y), M(m) − H(m)) / Var(M(m) − H(m)), from 0 to 1.

    Where documents are few, the sample may by chance tell nothing of how good a coder is, or too
    much. So what all cells tell of a frame speaks in each of them, and what all frames tell of the
    coder in each frame, with the weight of ten documents.

    Parameters
    ----------
    share : array, shape (n_cells, n_features)
        Of the machine's codes: p(1 − p) is how much they vary.
    """
    shape = machine.n_cells, machine.n_features
    n = hand.n_units[:, None].astype(float)
    covariance, spread = np.zeros(shape), np.zeros(shape)
    for cell in range(shape[0]):
        y, whole, missed, overcoded = part_errors(machine, hand, cell)
        gain = whole - (y - missed + overcoded)
        covariance[cell] = -(y * gain).sum(axis=0)
        spread[cell] = (gain**2).sum(axis=0)
    dust = spread <= (16 * np.finfo(float).eps) ** 2
    told = (n > 1) & ~dust
    covariance, spread = (np.where(told, n**2 * one, 0.0) for one in (covariance, spread))
    prior = BORROWED * np.where(dust & (n > 1), 0.0, share * (1 - share))

    def ratio(above: Floats, below: Floats) -> Floats:
        return np.divide(above, below, out=np.zeros_like(above), where=below > 0)

    of_all = ratio(covariance.sum(keepdims=True), spread.sum(keepdims=True))
    of_frame = ratio(
        covariance.sum(axis=0) + prior.mean(axis=0) * of_all[0],
        spread.sum(axis=0) + prior.mean(axis=0),
    )
    return np.asarray(np.clip(ratio(covariance + prior * of_frame, spread + prior), 0.0, 1.0))


def pseudo_sums(machine: Sums, hand: Sums, power: Floats) -> Sums:
    """Sums of λm + H + (y − λm − H)/probability: their shares, and influences, are those of R."""
    n_features = machine.n_features
    numerators: list[list[sparse.csr_array]] = []
    for cell, parts in enumerate(machine.numerators):
        numerators.append([])
        lam = power[cell]
        for stratum, whole in enumerate(parts):
            sums = hand.numerators[cell][stratum].toarray()
            y, missed, over = np.split(sums, [n_features, 2 * n_features], axis=1)
            size = machine.denominators[:, cell, stratum]
            sampled = hand.denominators[:, cell, stratum]
            rest = y - lam * (y - missed + over)
            n, n_all = np.count_nonzero(sampled), np.count_nonzero(size)
            if n == 0:
                numerators[cell].append(sparse.csr_array(np.full_like(rest, np.nan)))
                continue
            mean = rest.sum(axis=0) / sampled.sum()
            scale = size.sum() / sampled.sum()
            if 1 < n < n_all:  # the squares of few units must make up for the mean that they share
                scale *= np.sqrt((n / (n - 1)) / (n_all / (n_all - 1)))
            made = whole.toarray() * lam + np.outer(size, mean)
            made += scale * (rest - np.outer(sampled, mean))
            numerators[cell].append(sparse.csr_array(made))
    return replace(machine, numerators=numerators, n_units=hand.n_units)
