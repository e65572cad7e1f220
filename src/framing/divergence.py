"""Divergence of sides: how far their mixes lie apart, with what chance alone would give."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from framing.cells import By, Cells, both, p_columns, with_q
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

        * "divergence", with ``p_value``, ``p_min``, ``test``, ``q_value`` and ``n_tests``;
        * "null_mean", the mean of the divergence after documents were relabelled: what would be
          found if nothing differed;
        * "excess", divergence less null_mean: an estimate of the true divergence, with the
          interval of that;
        * "partisanship" and "partisanship_leave_out": see
          :func:`framing.partisanship.partisanship`.

        With a feature: "contribution", its part of the divergence, with interval and the same
        columns of a test; and "contribution_null", the mean of that by chance.

        Like every comparison it also has ``level``, ``unit``, ``n_documents``, ``n_segments``,
        ``note`` and, with `cluster`, ``n_clusters``: see :data:`framing.COLUMNS`.

    Notes
    -----
    ``JSD = Σ_f Σ_g π_g p_gf log(p_gf / m_f)``, ``m = Σ_g π_g p_g``. It is at least nought, and so
    larger than nought for any two samples of the same texts: read the excess. The excess can be
    negative, and its interval, cut at nought, then lies above it; relabelled groups hold part of
    the difference, so that with few documents null_mean is a little too large. A mix weighs a
    document by how many features it uses; partisanship weighs documents alike.

    The test asks whether labels can be exchanged, which is more than equal mixes: sides whose
    documents differ much in length can be told apart by that alone. For two groups the interval of
    a contribution is that of its signed root, which is nearly linear in the two shares
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
    plain = Cells.of(features, by, Settings.of(settings), compared="period")
    size, cells = plain.sums.denominators.sum(axis=(0, 2)), plain.mixes()
    periods: dict[str | None, list[int]] = {}
    for cell, (_, period) in enumerate(cells.index):
        periods.setdefault(period, []).append(cell)
    parts = []
    for period, members in periods.items():
        sets = [members] if len(members) > 2 else []
        for some in [*sets, *map(list, combinations(members, 2))]:
            n = size[some] if mixing == "size" else np.ones(len(some))
            table = measured(cells, some, n / (n.sum() or 1.0), base)
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


def measured(
    cells: Cells, members: list[int], weights: Floats | None = None, base: float = 2.0
) -> pd.DataFrame:
    """Rows of one divergence: whole, null, excess, partisanship, and every feature's part.

    Parameters
    ----------
    cells : Cells
        As mixes.
    members : list of int
    weights : array, shape (n_members,), optional
        π; default equal.
    base : float
    """
    settings, bits = cells.settings, np.log2(base)
    pi = np.full(len(members), 1 / len(members)) if weights is None else weights
    why = _untestable(cells, members)
    null: Null | None = None
    if not why:
        null = permutation_test(
            cells.sums,
            members,
            _Contributions(pi),
            replicates=settings.replicates,
            seed=settings.seed + 1,
            client=settings.client,
        )
    note = both(cells.too_few(members), why or cells.coarse(null))
    parts = _parts(cells, members, pi, null, note)
    whole = _whole(cells, members, pi, null, note)
    table = pd.concat([whole, _lean(cells, members), parts], ignore_index=True)
    in_base = ~table["statistic"].str.startswith("partisanship")
    for column in ("estimate", "low", "high"):
        table.loc[in_base, column] /= bits
    return cells.label(table, members)


def _whole(
    cells: Cells, members: list[int], pi: Floats, null: Null | None, note: str
) -> pd.DataFrame:
    """Rows of the whole divergence, in bits: found, by chance, and what is left."""
    found = float(contributions(cells.share[members], pi).sum())
    floor = np.nan if null is None else float(null.total_mean[0])
    low = high = np.nan
    if not (few := cells.too_few(members)):
        low, high = noncentral_interval_of_sum(cells, members, pi)
    still = "" if few or not np.isnan(low) else f"no interval: {cells.units} do not vary"
    rows = pd.DataFrame(
        {
            "statistic": ["divergence", "null_mean", "excess"],
            "estimate": [found, floor, found - floor],
            "low": [np.nan, np.nan, low],
            "high": [np.nan, np.nan, high],
            "test": "",
            "note": [
                both(note, "interval: see excess"),
                both(note, "what chance gives"),
                both(note, still),
            ],
        }
    )
    if null is not None:
        rows.loc[0, ["p_value", "p_min"]] = null.p_total[0], null.p_min_total[0]
        rows.loc[0, "test"] = null.test
    return rows


def _lean(cells: Cells, members: list[int]) -> pd.DataFrame:
    """Rows of partisanship, plug-in and leave-out."""
    plug_in, leave_out = partisanship(cells, members)
    why = "no interval: see excess"
    if np.isnan(leave_out):
        why = f"missing: a group has fewer than two {cells.units}"
    return pd.DataFrame(
        {
            "statistic": ["partisanship", "partisanship_leave_out"],
            "estimate": [plug_in, leave_out],
            "note": ["biased upwards, most in few documents", why],
        }
    )


def _parts(
    cells: Cells, members: list[int], pi: Floats, null: Null | None, note: str
) -> pd.DataFrame:
    """Rows of every feature's contribution, in bits, and of what chance gives of it."""
    found = contributions(cells.share[members], pi)
    low = high = np.full(len(found), np.nan)
    still = ""
    if not cells.too_few(members):
        interval = signed_root_interval if len(members) == 2 else noncentral_interval
        low, high = interval(cells, members, pi)
        still = f"no interval: {cells.units} do not vary"
    names = {cells.features.kind: np.asarray(cells.features.names)}
    contribution = pd.DataFrame({**names, "estimate": found, "low": low, "high": high})
    contribution["note"] = np.where(np.isnan(low), both(note, still), note)
    contribution = contribution.assign(**p_columns(null), statistic="contribution")
    expected = pd.DataFrame({**names, "estimate": np.nan if null is None else null.mean[0]})
    expected = expected.assign(statistic="contribution_null", note=both(note, "what chance gives"))
    return pd.concat([contribution, expected], ignore_index=True)


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
