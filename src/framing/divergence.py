"""Divergence of sides: how far their mixes lie apart, with what chance alone would give."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from framing.cells import By, Cells, both, with_q
from framing.columns import tidy
from framing.errors import InputError, one_of
from framing.features import Features
from framing.inference import Drawn, Floats, Null, exchangeable, permutation_test
from framing.mixes import (
    contributions,
    noncentral_interval,
    noncentral_interval_of_sum,
    signed_root_interval,
)
from framing.partisanship import partisanship
from framing.settings import Settings

MIXING = ("equal", "size")
ALL = "all"


def divergence(
    features: Features,
    by: By,
    *,
    mixing: str = "equal",
    base: float = 2.0,
    **settings: Any,
) -> pd.DataFrame:
    """How far the mixes of two or more groups lie apart, all together and two by two.

    Parameters
    ----------
    features : Features
        Frames, topics or terms; the mix is each one's part of all of them.
    by : str or list of str
        Groups; with a unit of time, groups are compared within each period.
    mixing : {"equal", "size"}
        π: every group weighs the same, or by its documents (segments, with ``weights="segment"``).
    base : float
        Of the logarithm: 2 for bits.
    **settings
        See :class:`framing.settings.Settings`.

    Returns
    -------
    pandas.DataFrame
        ``group`` and ``reference`` name the two groups, or are both "all" where all are compared;
        ``period`` where there are periods. Without a feature, ``statistic`` is

        * "divergence", with ``p_value``, ``q_value`` and ``n_tests``;
        * "null_mean", the mean of the divergence after documents were relabelled: what would be
          found if nothing differed;
        * "excess", divergence less null_mean: an estimate of the true divergence, with the
          interval of that;
        * "partisanship" and "partisanship_leave_out": see
          :func:`framing.partisanship.partisanship`.

        With a feature: "contribution", its part of the divergence, with interval, ``p_value`` and
        ``q_value``; and "contribution_null", the mean of that by chance.

        Like every comparison it also has ``level``, ``unit``, ``n_documents``, ``n_segments``,
        ``note`` and, with `cluster`, ``n_clusters``: see :data:`framing.COLUMNS`.

    Notes
    -----
    ``JSD = Σ_f Σ_g π_g p_gf log(p_gf / m_f)``, ``m = Σ_g π_g p_g``. It is at least nought, and
    so larger than nought for any two samples of the same texts: read the excess. The test asks whether
    labels can be exchanged, which is more than equal mixes: sides whose documents differ much in
    length can be told apart by that alone. For two groups the
    interval of a contribution is that of its signed root, which is nearly linear in the two shares
    (:func:`framing.mixes.signed_root_interval`); for more, and for the whole, it inverts a
    noncentral χ² (:func:`framing.mixes.noncentral_interval`).

    References
    ----------
    Lin, J. (1991). Divergence measures based on the Shannon entropy. *IEEE Transactions on
    Information Theory*, 37(1), 145–151.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": range(24), "region": ["US", "EU", "JP"] * 8})
    >>> frames = Features([[1, 0], [0, 1], [1, 1]] * 8, ["security", "rules"], rows, kind="frame")
    >>> table = divergence(frames, by="region")
    >>> table[table["statistic"] == "divergence"][["group", "reference", "estimate"]].round(2)
       group reference  estimate
    0    all       all      0.67
    9     US        EU      1.00
    18    US        JP      0.31
    27    EU        JP      0.31
    """
    if mixing not in MIXING:
        raise one_of("mixing", mixing, MIXING)
    if not base > 1:
        raise InputError(f"base must be above 1; got {base!r}.")
    cells = Cells.of(features, by, Settings.of(settings), compared="period").mixes()
    periods: dict[str | None, list[int]] = {}
    for cell, (_, period) in enumerate(cells.index):
        periods.setdefault(period, []).append(cell)
    parts = []
    for period, members in periods.items():
        sets = [members] if len(members) > 2 else []
        for some in [*sets, *map(list, combinations(members, 2))]:
            table = measured(cells, some, mixing, base)
            names = [cells.index[c][0] for c in some]
            table["group"], table["reference"] = names if len(some) == 2 else (ALL, ALL)
            parts.append(table if period is None else table.assign(period=period))
    if not parts:
        raise InputError(f"by={by!r} gives fewer than two groups; nothing can diverge.")
    return tidy(adjusted(pd.concat(parts, ignore_index=True)))


@dataclass(frozen=True)
class _Contributions:
    """Contributions to the divergence of relabelled sides, shape (1, n_features, n_replicates)."""

    weights: Floats
    needs_sizes: bool = field(default=False, init=False)

    def __call__(self, shares: Drawn, sizes: Drawn | None) -> Drawn:
        return contributions(shares, self.weights.astype(shares.dtype))[None]


def measured(cells: Cells, members: list[int], mixing: str, base: float) -> pd.DataFrame:
    """Rows of one divergence: whole, null, excess, partisanship, and every feature's part."""
    settings, kind = cells.settings, cells.features.kind
    n = (
        cells.sums.denominators[:, members].sum(axis=(0, 2))
        if mixing == "size"
        else np.ones(len(members))
    )
    weights, unit = n / (n.sum() or 1.0), np.log2(base)
    parts = contributions(cells.share[members], weights) / unit
    why = _untestable(cells, members)
    null: Null | None = None
    if not why:
        null = permutation_test(
            cells.sums,
            members,
            _Contributions(weights),
            replicates=settings.replicates,
            seed=settings.seed + 1,
        )
    few = cells.too_few(members)
    low = high = np.full(len(parts), np.nan)
    ends = np.nan, np.nan
    if not few:
        if len(members) == 2:
            low, high = signed_root_interval(cells, members, weights)
        else:
            low, high = noncentral_interval(cells, members, weights)
        ends = noncentral_interval_of_sum(cells, members, weights)
    floor = np.full(len(parts), np.nan) if null is None else null.mean[0] / unit
    note = both(few, why or cells.coarse(null))
    still = "" if few else f"no interval: {cells.units} do not vary"
    whole = float(parts.sum())
    totals = pd.DataFrame(
        {
            "statistic": ["divergence", "null_mean", "excess"],
            "estimate": [whole, floor.sum(), whole - floor.sum()],
            "low": [np.nan, np.nan, ends[0] / unit],
            "high": [np.nan, np.nan, ends[1] / unit],
            "p_value": [np.nan if null is None else null.p_total[0], np.nan, np.nan],
            "test": ["" if null is None else null.test, "", ""],
            "note": [
                both(note, "interval: see excess"),
                note or "what chance gives",
                both(note, still if np.isnan(ends[0]) else ""),
            ],
        }
    )
    plug_in, leave_out = partisanship(cells, members)
    lean = pd.DataFrame(
        {
            "statistic": ["partisanship", "partisanship_leave_out"],
            "estimate": [plug_in, leave_out],
            "note": [
                "biased upwards, most in few documents",
                f"missing: a group has fewer than two {cells.units}"
                if np.isnan(leave_out)
                else "no interval: see excess",
            ],
        }
    )
    contribution = pd.DataFrame(
        {
            kind: np.asarray(cells.features.names),
            "statistic": "contribution",
            "estimate": parts,
            "low": low / unit,
            "high": high / unit,
            "p_value": np.nan if null is None else null.p_value[0],
            "p_min": np.nan if null is None else null.p_min[0],
            "test": "" if null is None else null.test,
            "note": np.where(np.isnan(low), both(note, still), note),
        }
    )
    expected = pd.DataFrame(
        {
            kind: np.asarray(cells.features.names),
            "statistic": "contribution_null",
            "estimate": floor,
            "note": note or "what chance gives",
        }
    )
    table = pd.concat([totals, lean, contribution, expected], ignore_index=True)
    return cells.label(table, members)


def _untestable(cells: Cells, members: list[int]) -> str:
    """Why labels cannot be permuted; empty if they can."""
    if (cells.sums.n_units[members] == 0).any():
        return "no p-value: a group holds nothing to compare"
    if cells.settings.unit == "segment":
        return "no p-value: the interval describes these documents only"
    if not exchangeable(cells.sums, members):
        if cells.sums.partitions(members):
            return f"no p-value: {cells.units} lie in several levels of {cells.settings.within!r}"
        return f"no p-value: {cells.units} belong to several groups"
    return ""


def adjusted(table: pd.DataFrame) -> pd.DataFrame:
    """Adjust the p-values of divergences together, and those of contributions."""
    table["q_value"] = np.nan
    for statistic in ("divergence", "contribution"):
        rows = table["statistic"] == statistic
        adjusted = with_q(table[rows])
        table.loc[rows, "q_value"] = adjusted["q_value"]
        table.loc[rows, "n_tests"] = adjusted["n_tests"]
    return table
