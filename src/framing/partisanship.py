"""Partisanship: how well a single word, or frame, tells whose document it is from."""

from __future__ import annotations

import numpy as np

from framing.cells import Cells
from framing.inference import Floats, Integers


def partisanship(cells: Cells, members: list[int]) -> tuple[float, float]:
    """Expected chance of naming the group of a document from one feature drawn from it.

    An observer who thinks each of K groups equally likely, and sees feature j in a document of
    group g, gives g the probability ``ρ_gj = p_gj / Σ_h p_hj``. Partisanship is the mean of that
    over features, documents and groups: 1/K where groups do not differ, 1 where they share nothing.

    Parameters
    ----------
    cells : Cells
        As mixes: :meth:`framing.cells.Cells.mixes`.
    members : list of int
        The groups.

    Returns
    -------
    plug_in, leave_out : float
        The plug-in estimate exceeds 1/K even where nothing differs, because a document's own words
        are in its group's p. The other leaves the document out of every group it belongs to:
        ``π̂ = 1/K Σ_g 1/n_g Σ_{i∈g} Σ_j q_ij ρ̂_gj^(−i)``, q_i the mix of document i. NaN where a
        group has one document only.

    References
    ----------
    Gentzkow, M., Shapiro, J. M. & Taddy, M. (2019). Measuring group differences in high-dimensional
    choices. *Econometrica*, 87, 1307–1340.
    """
    found = [_of_group(cells, cell, members) for cell in members]
    plug_in, leave_out = np.mean(found, axis=0)
    return float(plug_in), float(leave_out)


def _of_group(cells: Cells, cell: int, members: list[int]) -> tuple[float, float]:
    """Means over the documents of one group, its strata standardised."""
    sums, plug_in, leave_out = cells.sums, 0.0, 0.0
    for held, size, standard in zip(
        sums.numerators[cell], sums.denominators[:, cell].T, sums.standard[cell], strict=True
    ):
        units = np.flatnonzero(size > 0)
        if standard == 0 or not len(units):
            continue
        each = size[units] / size.sum() if cells.settings.weights == "segment" else 1 / len(units)
        weight = np.zeros(len(size))
        weight[units] = each * standard
        counts = held.tocoo()
        unit, feature = (places.astype(np.int64) for places in counts.coords)
        mix = counts.data / size[unit] * weight[unit]
        plug_in += float(mix @ _posterior(cells.share[cell, feature], cells, members, feature))
        alone = _without(cells, cell, unit, feature)
        total = np.sum([_without(cells, other, unit, feature) for other in members], axis=0)
        leave_out += float(mix @ _ratio(alone, total, len(members)))
    return plug_in, leave_out


def _without(cells: Cells, cell: int, unit: Integers, feature: Integers) -> Floats:
    """Shares of features in a cell without a unit: for pairs of units and features."""
    sums, share = cells.sums, np.zeros(len(unit))
    for held, size, standard in zip(
        sums.numerators[cell], sums.denominators[:, cell].T, sums.standard[cell], strict=True
    ):
        if standard > 0:
            own = np.asarray(held[unit, feature]).ravel()
            rest, left = held.sum(axis=0)[feature] - own, size.sum() - size[unit]
            nothing = np.full_like(rest, np.nan)
            share += standard * np.divide(rest, left, out=nothing, where=left > 1e-12)
    return np.maximum(share, 0.0)


def _posterior(share: Floats, cells: Cells, members: list[int], feature: Integers) -> Floats:
    """Part of a group in the shares of all groups."""
    return _ratio(share, cells.share[members][:, feature].sum(axis=0), len(members))


def _ratio(share: Floats, total: Floats, k: int) -> Floats:
    """Part of a whole; a feature that nobody else uses tells nothing."""
    unknown = np.where(np.isnan(total), np.nan, np.full_like(total, 1 / k))
    return np.asarray(np.divide(share, total, out=unknown, where=total > 1e-15))
