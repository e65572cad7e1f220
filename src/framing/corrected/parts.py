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
"""How many documents of all cells together speak in the power of each cell."""


class Parts(NamedTuple):
    """The parts of the shares of k cells, in the order :data:`HAND` … :data:`OVERCODED`.

    Attributes
    ----------
    share, effective, degrees : array, shape (4, n_cells, n_features)
    """

    share: Floats
    effective: Floats
    degrees: Floats


def parts_of(plain: Cells, hand: Sums) -> Parts:
    """Shares of the four parts, with the sizes and degrees of freedom of their intervals."""
    sums, units = plain.sums, _kish(hand)[:, None]
    share, (found, _) = estimate(hand), variance(hand)
    effective = effective_size(share, found, units, hand.n_segments[:, None])
    degrees = np.broadcast_to(np.maximum(units - 1, 1), share.shape)
    whole, (spread, freedom) = plain.share, variance(sums)
    size = effective_size(whole, spread, sums.n_units[:, None], plain.size[:, None])

    def joined(sampled: Floats, all_: Floats) -> Floats:
        y, missed, overcoded = np.split(sampled, 3, axis=1)
        return np.stack([y, all_, missed, overcoded])

    parts = Parts(joined(share, whole), joined(effective, size), joined(degrees, freedom))
    # Errors of a kind that never came up are taken to cluster in documents as the frame does.
    as_frame = np.maximum(parts.effective, parts.effective[HAND])
    unseen = parts.share == 0
    unseen[MACHINE] = False
    return parts._replace(effective=np.where(unseen, as_frame, parts.effective))


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


def tuned_power(machine: Sums, hand: Sums) -> Floats:
    """λ of every cell and feature: −Cov(H(y), M(m) − H(m)) / Var(M(m) − H(m)), from 0 to 1.

    Where documents are few, the covariances of all cells together speak in those of each.
    """
    shape = machine.n_cells, machine.n_features
    n = hand.n_units[:, None].astype(float)
    covariance, spread = np.zeros(shape), np.zeros(shape)
    for cell in range(shape[0]):
        y, whole, missed, overcoded = part_errors(machine, hand, cell)
        gain = whole - (y - missed + overcoded)
        covariance[cell] = -(y * gain).sum(axis=0)
        spread[cell] = (gain**2).sum(axis=0)
    known = n > 1
    moments = [np.where(known, n * one, 0.0) for one in (covariance, spread)]
    pooled = [one.sum(axis=0) / max(int(known.sum()), 1) for one in moments]
    above, below = (n * own + BORROWED * all_ for own, all_ in zip(moments, pooled, strict=True))
    power = np.divide(above, below, out=np.zeros(shape), where=below > 0)
    return np.asarray(np.clip(power, 0.0, 1.0))


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
