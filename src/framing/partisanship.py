"""Partisanship: how well a single word, or frame, tells whose document it is from."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from framing.cells import Cells
from framing.inference import Floats


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
        are in its group's p. The other leaves the document out of its group:
        ``π̂ = 1/K Σ_g 1/n_g Σ_{i∈g} Σ_j q_ij ρ̂_gj^(−i)``, q_i the mix of document i. NaN where a
        group has one document only.

    References
    ----------
    Gentzkow, M., Shapiro, J. M. & Taddy, M. (2019). Measuring group differences in high-dimensional
    choices. *Econometrica*, 87, 1307–1340.
    """
    shares = cells.share[members]
    others = [np.delete(shares, g, axis=0).sum(axis=0) for g in range(len(members))]
    found = [
        _of_group(cells, cell, shares[g], others[g], len(members)) for g, cell in enumerate(members)
    ]
    plug_in, leave_out = np.mean(found, axis=0)
    return float(plug_in), float(leave_out)


def _of_group(
    cells: Cells, cell: int, share: Floats, others: Floats, k: int
) -> tuple[float, float]:
    sums, plug_in, leave_out = cells.sums, 0.0, 0.0
    for held, size, standard in zip(
        sums.numerators[cell], sums.denominators[:, cell].T, sums.standard[cell], strict=True
    ):
        units = np.flatnonzero(size > 0)
        if standard == 0 or not len(units):
            continue
        counts = sparse.csr_array(held[units]).tocoo()
        rows, columns = counts.coords
        mine, total = size[units], size.sum()
        weight = (
            mine / total
            if cells.settings.weights == "segment"
            else np.full(len(units), 1 / len(units))
        )
        mix = counts.data / mine[rows] * weight[rows]
        without = held.sum(axis=0)[columns] - counts.data
        left = (total - mine)[rows]
        rest = np.divide(without, left, out=np.full_like(left, np.nan), where=left > 0)
        plug_in += standard * float(mix @ _posterior(share[columns], others[columns], k))
        leave_out += standard * float(mix @ _posterior(np.maximum(rest, 0), others[columns], k))
    return plug_in, leave_out


def _posterior(share: Floats, others: Floats, k: int) -> Floats:
    """Share of a feature's use that is the group's; one that nobody else uses tells nothing."""
    total = share + others
    unknown = np.where(np.isnan(total), np.nan, np.full_like(total, 1 / k))
    return np.asarray(np.divide(share, total, out=unknown, where=total > 1e-15))
