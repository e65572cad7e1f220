"""Emphasis of sides, the contrast between them, and how both change over time."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from framing.cells import By, Cells, Settings, label_cells, with_q
from framing.columns import tidy
from framing.errors import InputError, one_of
from framing.features import Features
from framing.groups import groups
from framing.inference import Floats, adjust, p_value, percentile_interval, permute

PERIODS = ("year", "quarter", "month")


def emphasis(features: Features, by: By, **settings: Any) -> pd.DataFrame:
    """How much of what each group says uses each frame, topic or term.

    For frames and topics the estimate is a share of segments; for terms, of tokens. Every
    document counts once by default.

    Parameters
    ----------
    features : Features
    by : str or list of str
        ``"actor"``, ``"year"``, ``"quarter"``, ``"month"``, a metadata column, or a list of them.
    **settings
        See :class:`framing.cells.Settings`: `weights`, `within`, `unit`, `replicates`, `level`,
        `seed`, `actors`, `levels`.

    Returns
    -------
    pandas.DataFrame
        A row a group (and period) and feature: ``period``, ``group``, the feature's kind, ``n``
        (segments that use it, or occurrences of a term), ``statistic`` ("share"), ``estimate``,
        ``low``, ``high``, ``level``, ``unit``, ``n_documents``, ``n_segments``, ``note``.

    Notes
    -----
    ``share = Σ_d w_d x_d / Σ_d w_d`` over the documents d of the group, x_d the share within the
    document. The interval is Wilson's at the effective sample size that resampling documents
    implies; see :func:`framing.inference.score_interval`. With fewer than six units it is missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": list("abcd"), "region": ["US", "US", "EU", "EU"]})
    >>> frames = Features([[1], [1], [0], [1]], ["security"], rows, kind="frame")
    >>> emphasis(frames, by="region")[["group", "frame", "estimate", "note"]]
      group     frame  estimate                                    note
    0    US  security       1.0  only 2 documents; an interval needs 6
    1    EU  security       0.5  only 2 documents; an interval needs 6
    """
    return tidy(Cells.of(features, by, Settings.of(settings)).shares())


def contrast(features: Features, by: By, **settings: Any) -> pd.DataFrame:
    """How far the shares of every two groups differ, within each period if there are periods.

    Parameters
    ----------
    features, by, **settings
        As in :func:`emphasis`.

    Returns
    -------
    pandas.DataFrame
        A row a pair and feature: ``group``, ``reference``, (``period``), the feature's kind,
        ``statistic`` ("difference"), ``estimate`` (group minus reference), ``low``, ``high``,
        ``level``, ``p_value`` (labels of documents permuted within the pair), ``q_value`` (over the
        whole table), ``unit``, ``n_documents``, ``n_segments``, ``note``.

    Notes
    -----
    Intervals by :func:`framing.inference.combine`. Where documents belong to several groups (as
    with actors) or segments are resampled, labels cannot be exchanged and p is missing.
    """
    cells = Cells.of(features, by, Settings.of(settings), compared="period")
    parts = []
    for i, j in combinations(range(len(cells.index)), 2):
        (group, period), (reference, other) = cells.index[i], cells.index[j]
        if period == other and group is not None:
            table = cells.linear([i, j], np.array([1.0, -1.0]), "difference")
            table["group"], table["reference"] = group, reference
            parts.append(table if period is None else table.assign(period=period))
    if not parts:
        raise InputError(f"by={by!r} gives fewer than two groups; there is nothing to contrast.")
    return tidy(with_q(pd.concat(parts, ignore_index=True)))


def trend(
    features: Features, by: By | None = None, over: str = "year", **settings: Any
) -> pd.DataFrame:
    """Follow shares through time, with the slope of every group and feature.

    Parameters
    ----------
    features : Features
    by : str or list of str, optional
        Groups to follow; default all documents together.
    over : {"year", "quarter", "month"}
    **settings
        As in :func:`emphasis`.

    Returns
    -------
    pandas.DataFrame
        Rows with ``statistic`` "share", one a group, period and feature, as :func:`emphasis`
        returns them; and rows with ``statistic`` "slope", one a group and feature: change of the
        share per period (least squares on the periods' shares), ``period`` being "first–last",
        ``p_value`` from permuting the periods of documents within the group, ``q_value`` over all
        slopes.
    """
    cells = Cells.of(features, _with_time(by, over), Settings.of(settings), compared="group")
    slopes = []
    for members in cells.by_group():
        group, periods = cells.index[members[0]][0], [str(cells.index[c][1]) for c in members]
        if len(members) > 1:
            table = cells.linear(members, _slope(periods), "slope")
            table["period"] = f"{periods[0]}–{periods[-1]}"
            slopes.append(table if group is None else table.assign(group=group))
    if not slopes:
        raise InputError(f"all documents lie in one {over}; a trend needs two or more.")
    return tidy(
        pd.concat([cells.shares(), with_q(pd.concat(slopes, ignore_index=True))], ignore_index=True)
    )


def shift(
    features: Features,
    over: str = "year",
    by: By | None = None,
    *,
    first: str | None = None,
    last: str | None = None,
    **settings: Any,
) -> pd.DataFrame:
    """How far the mix of frames or terms moved between two periods, and what moved it.

    Parameters
    ----------
    features : Features
    over : {"year", "quarter", "month"}
    by : str or list of str, optional
        Measure the shift inside every group.
    first, last : str, optional
        Periods compared; default the first and the last.
    **settings
        As in :func:`emphasis`.

    Returns
    -------
    pandas.DataFrame
        For each group found in two periods. Without a feature: ``statistic`` "divergence" (with
        ``p_value``, and ``q_value`` over the groups), "null_mean" (what sampling alone gives: the
        mean over permuted document labels) and "excess" (divergence less null_mean). With a
        feature: "contribution" (its part of the divergence, never negative; ``p_value`` against
        its own null, ``q_value`` over all contributions), "contribution_null" (the mean of that
        null) and "change" (its part of the mix, last minus first). ``period`` is "first–last".

    Notes
    -----
    Jensen–Shannon divergence in bits, both periods weighing ½; see :func:`jensen_shannon`. The mix
    is the vector of shares divided by its sum. A plug-in divergence is never zero even where
    nothing changed: read the excess. Changes have percentile intervals over resampled documents;
    the divergence and its contributions have none, because resampling adds to them the very noise
    that null_mean measures.
    """
    chosen, wanted = Settings.of(settings), _with_time(by, over)
    table = groups(features, wanted, actors=chosen.actors, levels=chosen.levels)
    ends, alone = _ends(label_cells(table.columns), over, first, last)
    if not ends:
        raise InputError(f"only {over} {', '.join(alone)} to look at; a shift needs two {over}s.")
    chosen_cells = [cell for pair in ends for cell in pair]
    used = table.iloc[:, chosen_cells]
    some = np.asarray(used.to_numpy() > 0).sum(axis=1) > 0
    cells = Cells.of(features.where(some), wanted, chosen, "group", used.loc[some])
    parts = []
    for i in range(0, len(cells.index), 2):
        (group, start), (_, end) = cells.index[i], cells.index[i + 1]
        rows = _shift(cells, i, i + 1).assign(period=f"{start}–{end}")
        parts.append(rows if group is None else rows.assign(group=group))
    shifts = pd.concat(parts, ignore_index=True)
    shifts["q_value"] = np.nan
    for statistic in ("divergence", "contribution"):
        tested = shifts["statistic"] == statistic
        p_values = shifts.loc[tested, "p_value"].to_numpy(dtype=float)
        shifts.loc[tested, "q_value"] = adjust(p_values)
    return tidy(shifts)


def jensen_shannon(first: Floats, last: Floats) -> Floats:
    """Contributions of features to the Jensen–Shannon divergence of two mixes, in bits.

    ``JSD = Σ_f ½ [p_f log₂(p_f/m_f) + q_f log₂(q_f/m_f)]``, ``m = ½(p + q)``.

    Parameters
    ----------
    first, last : array, shape (..., n_features)
        Not negative; each is divided by its sum.

    Returns
    -------
    array, shape (..., n_features)
        All at least zero; their sum is the divergence, at most 1.

    References
    ----------
    Lin, J. (1991). Divergence measures based on the Shannon entropy. *IEEE Transactions on
    Information Theory*, 37(1), 145–151.

    Examples
    --------
    >>> float(jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 1.0])).sum())
    1.0
    """
    mixes = _mix(first), _mix(last)
    middle = (mixes[0] + mixes[1]) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(mix == 0, 0.0, mix * np.log2(mix / middle)) for mix in mixes]
    return np.maximum((parts[0] + parts[1]) / 2, 0.0)


def _mix(shares: Floats) -> Floats:
    total = shares.sum(axis=-1, keepdims=True)
    nothing = np.where(np.isnan(total), np.nan, np.zeros_like(shares))
    mix: Floats = np.divide(shares, total, out=nothing, where=total > 0)
    return mix


def _shift(cells: Cells, start: int, end: int) -> pd.DataFrame:
    settings, ends, kind = cells.settings, [start, end], cells.features.kind
    few, why = cells.too_few(ends), cells.not_exchangeable(ends)
    parts = jensen_shannon(cells.share[start], cells.share[end])
    null = np.full((1, *parts.shape), np.nan)
    p_total, p_parts = np.nan, np.full(len(parts), np.nan)
    if not why:
        shuffled = permute(cells.sums, ends, len(cells.replicates), settings.seed + 1)
        null = jensen_shannon(shuffled[:, 0], shuffled[:, 1])
        p_total, p_parts = float(p_value(parts.sum(), null.sum(axis=1))), p_value(parts, null)
    floor = null.mean(axis=0)

    drawn = cells.replicates[:, start], cells.replicates[:, end]
    units = cells.sums.n_units[ends].min()

    def rows(statistic: str, value: Floats, resampled: Floats | None = None) -> pd.DataFrame:
        table = pd.DataFrame({kind: np.asarray(cells.features.names), "estimate": value})
        low = high = np.full(len(value), np.nan)
        if resampled is not None and not few:
            low, high = percentile_interval(resampled, units, settings.level)
        return table.assign(statistic=statistic, low=low, high=high, note=few)

    no_interval = why or "no interval: resampling would add the noise that null_mean measures"
    total = pd.DataFrame(
        {
            "statistic": ["divergence", "null_mean", "excess"],
            "estimate": [parts.sum(), floor.sum(), parts.sum() - floor.sum()],
            "p_value": [p_total, np.nan, np.nan],
            "note": no_interval,
        }
    )
    contribution = rows("contribution", parts).assign(p_value=p_parts, note=no_interval)
    change = rows(
        "change", _mix(cells.share[end]) - _mix(cells.share[start]), _mix(drawn[1]) - _mix(drawn[0])
    )
    expected = rows("contribution_null", floor).assign(note=no_interval)
    parts_table = [total, contribution, expected, change]
    return cells.label(pd.concat(parts_table, ignore_index=True), ends)


def _ends(
    index: list[tuple[str | None, str | None]], over: str, first: str | None, last: str | None
) -> tuple[list[tuple[int, int]], list[str]]:
    """Find the cells of each group's first and last period; name groups that have only one."""
    by_group: dict[str | None, list[int]] = {}
    for cell, (group, _) in enumerate(index):
        by_group.setdefault(group, []).append(cell)
    ends, alone = [], []
    for group, cells in by_group.items():
        cells = sorted(cells, key=lambda cell: str(index[cell][1]))
        periods = [str(index[cell][1]) for cell in cells]
        start, end = _position(first, periods, 0, "first"), _position(last, periods, -1, "last")
        if start == end:
            alone.append(periods[start] + (f" ({group})" if group is not None else ""))
        else:
            ends.append((cells[start], cells[end]))
    return ends, alone


def _with_time(by: By | None, over: str) -> list[str]:
    if over not in PERIODS:
        raise one_of("over", over, PERIODS)
    return [*([] if by is None else [by] if isinstance(by, str) else by), over]


def _slope(periods: list[str]) -> Floats:
    """Least-squares weights: the slope is their product with the shares of the periods."""
    time = np.array([ordinal(period) for period in periods])
    centred = time - time.mean()
    return np.asarray(centred / (centred**2).sum(), dtype=float)


def ordinal(period: str) -> float:
    """Count years, quarters or months.

    >>> ordinal("2022") - ordinal("2021"), ordinal("2022Q1") - ordinal("2021Q4")
    (1.0, 1.0)
    """
    year, rest = int(period[:4]), period[4:]
    if rest.startswith("Q"):
        return float(4 * year + int(rest[1:]))
    return float(12 * year + int(rest[1:])) if rest else float(year)


def _position(name: str | None, periods: list[str], default: int, what: str) -> int:
    if name is None:
        return default % len(periods)
    if str(name) not in periods:
        raise one_of(what, name, periods)
    return periods.index(str(name))
