"""Shares through time: slopes, changes, and whether sides changed differently."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from framing.cells import By, Cells, both, with_q
from framing.columns import tidy
from framing.corrected import cells_of
from framing.errors import InputError, one_of
from framing.features import Features
from framing.inference import Floats, band_factor, effective_units
from framing.settings import Settings

PERIODS = ("year", "quarter", "month")
SCALES = ("share", "log_odds")
SHARED = 12
"""Fewest units that lie in several periods, for a band or for a slope of log-odds."""


def trend(
    features: Features,
    by: By | None = None,
    over: str = "year",
    *,
    scale: str = "share",
    **settings: Any,
) -> pd.DataFrame:
    """Follow shares through time, with the slope of every group and feature.

    Parameters
    ----------
    features : Features
    by : str or list of str, optional
        Groups to follow; default all documents together.
    over : {"year", "quarter", "month"}
    scale : {"share", "log_odds"}
        Of the slopes.
    **settings
        As in :func:`framing.emphasis`.

    Returns
    -------
    pandas.DataFrame
        Rows with ``statistic`` "share", one a group, period and feature, as
        :func:`framing.emphasis` returns them; and rows with ``statistic`` "slope", one a group and
        feature: change per period (least squares on the periods' shares; on their log-odds with
        ``statistic`` "slope of log-odds"), ``period`` being "first–last", ``p_value`` from
        permuting the periods of documents within the group, ``p_min``, ``test``; ``q_value`` and
        ``n_tests`` over all slopes.
        Like every comparison it also has ``level``, ``unit``, ``n_documents``, ``n_segments``,
        ``note`` and, with `cluster`, ``n_clusters``: see :data:`framing.COLUMNS`.

    Notes
    -----
    A straight line through shares can leave the scale: read as a forecast, it would promise shares
    above 1. With ``scale="log_odds"`` the line runs through ``log[(np+½)/(n−np+½)]``, n being the
    segments (tokens, for terms) of the period, and no fitted share can leave 0 to 1. Tests are of
    the slope of the shares in both cases.
    """
    if scale not in SCALES:
        raise one_of("scale", scale, SCALES)
    cells = cells_of(features, with_time(by, over), Settings.of(settings), compared="group")
    slopes = []
    for members in cells.by_group():
        group, periods = cells.index[members[0]][0], [str(cells.index[c][1]) for c in members]
        if len(members) > 1:
            table = cells.linear(members, slope_weights(periods), "slope")
            if scale == "log_odds":
                ends = cells.combined(members, slope_weights(periods), log_odds(cells))
                table["estimate"], table["low"], table["high"] = ends
                table["statistic"] = "slope of log-odds"
                if why := _too_few_shared(cells, members):
                    table[["low", "high"]] = np.nan
                    table["note"] = [both(note, f"no interval: {why}") for note in table["note"]]
            table["period"] = f"{periods[0]}–{periods[-1]}"
            slopes.append(table if group is None else table.assign(group=group))
    if not slopes:
        who = "all documents lie" if by is None else "every group lies"
        raise InputError(f"{who} in one {over}; a trend needs two or more.")
    return tidy(
        pd.concat([cells.shares(), with_q(pd.concat(slopes, ignore_index=True))], ignore_index=True)
    )


def change(
    features: Features,
    by: By | None = None,
    over: str = "year",
    *,
    first: str | None = None,
    **settings: Any,
) -> pd.DataFrame:
    """How far shares moved since the first period, and whether sides moved differently.

    Parameters
    ----------
    features : Features
    by : str or list of str, optional
        Sides; default all documents together.
    over : {"year", "quarter", "month"}
    first : str, optional
        The period that changes are counted from; default the first that a side has, or both
        sides of a pair have.
    **settings
        As in :func:`framing.emphasis`.

    Returns
    -------
    pandas.DataFrame
        ``statistic`` "change", a row a side, later period and feature: the share less that in the
        first period. ``statistic`` "difference in change", a row a pair of sides (``group``,
        ``reference``), later period and feature: by how much more the group's share rose. Each with
        ``estimate``, ``low``, ``high``; ``band_low``, ``band_high`` (all periods of a curve lie in
        the band at once, with probability ``level``); ``p_value``, ``p_min``, ``test``, ``q_value``
        and ``n_tests`` (over the rows of the same statistic); ``period`` is "first–later".
        Like every comparison it also has ``level``, ``unit``, ``n_documents``, ``n_segments``,
        ``note`` and, with `cluster`, ``n_clusters``: see :data:`framing.COLUMNS`.

    Notes
    -----
    A difference in change, ``(R_A,t − R_A,0) − (R_B,t − R_B,0)``, is the interaction of side and
    period. Its test permutes all four cells' labels with a studentised statistic (Pauly, Brunner &
    Konietschke 2015); where clusters lie in several periods, it flips signs instead. Bands widen
    the interval by :func:`framing.inference.band_factor`.
    """
    chosen = Settings.of(settings)
    cells = cells_of(features, with_time(by, over), chosen)
    curves = [{str(cells.index[c][1]): c for c in members} for members in cells.by_group()]
    names = [cells.index[next(iter(curve.values()))][0] for curve in curves]
    if first is not None and not any(str(first) in curve for curve in curves):
        raise one_of("first", first, sorted({period for curve in curves for period in curve}))
    parts = []
    for name, curve in zip(names, curves, strict=True):
        start = _start([curve], first)
        rows = {t: {curve[t]: 1.0, curve[start]: -1.0} for t in _later([curve], start)}
        table = _curve(cells, rows, start, "change")
        parts.append(table if name is None else table.assign(group=name))
    for i, j in combinations(range(len(curves)), 2):
        a, b = curves[i], curves[j]
        start = _start([a, b], first)
        later = _later([a, b], start)
        rows = {t: {a[t]: 1.0, a[start]: -1.0, b[t]: -1.0, b[start]: 1.0} for t in later}
        table = _curve(cells, rows, start, "difference in change")
        parts.append(table.assign(group=names[i], reference=names[j]))
    parts = [part for part in parts if len(part)]
    if not parts:
        since = f" since {first}" if first is not None else ""
        raise InputError(
            f"no side has documents in two {over}s{since}; a change needs two {over}s."
        )
    table = pd.concat(parts, ignore_index=True)
    families = [with_q(rows) for _, rows in table.groupby("statistic", sort=False)]
    return tidy(pd.concat(families))


def _start(curves: list[dict[str, int]], first: str | None) -> str:
    """The period that changes are counted from; empty if the curves have none in common."""
    common = set.intersection(*map(set, curves))
    if first is not None:
        return str(first) if str(first) in common else ""
    return min(common, default="")


def _later(curves: list[dict[str, int]], start: str) -> list[str]:
    """Periods after the start that all curves have."""
    common = set.intersection(*map(set, curves)) if start else set()
    return sorted(period for period in common if period > start)


def _curve(
    cells: Cells, rows: dict[str, dict[int, float]], start: str, statistic: str
) -> pd.DataFrame:
    """Rows of one curve, with the band that holds all of it that has intervals."""
    if not rows:
        return pd.DataFrame()
    settings = cells.settings
    known = [row for row in rows.values() if not cells.too_few(list(row))]
    widen = np.full(cells.sums.n_features, np.nan)
    members = sorted({cell for row in known for cell in row})
    why = _too_few_shared(cells, members)
    if settings.unit == "segment":
        why = "these documents are taken as given"
    if known and not why:
        coefficients = np.array([[row.get(cell, 0.0) for cell in members] for row in known])
        widen = band_factor(
            cells.sums,
            members,
            coefficients,
            level=settings.level,
            replicates=min(settings.replicates, 2000),
            seed=settings.seed + 2,
            client=settings.client,
        )
    parts = []
    for period, row in rows.items():
        some = list(row)
        table = cells.linear(some, np.array(list(row.values())), statistic)
        table["band_low"] = table["estimate"] - widen * (table["estimate"] - table["low"])
        table["band_high"] = table["estimate"] + widen * (table["high"] - table["estimate"])
        if why:
            table["note"] = [both(note, f"no band: {why}") for note in table["note"]]
        parts.append(table.assign(period=f"{start}–{period}"))
    return pd.concat(parts, ignore_index=True)


def _too_few_shared(cells: Cells, members: list[int]) -> str:
    """Why units that lie in several periods are too few for more than plain intervals."""
    if not members or cells.sums.partitions(members):
        return ""
    bearing = int(effective_units(cells.sums, members))
    if bearing >= SHARED:
        return ""
    return f"only about {bearing} {cells.units}, which lie in several periods; {SHARED} are needed"


def log_odds(cells: Cells) -> tuple[Floats, Floats, Floats]:
    """Shares and the ends of their intervals as smoothed log-odds, log[(np+½)/(n−np+½)]."""
    n = cells.size[:, None]
    return tuple(  # type: ignore[return-value]
        np.log(n * p + 0.5) - np.log(n - n * p + 0.5) for p in (cells.share, cells.low, cells.high)
    )


def with_time(by: By | None, over: str) -> list[str]:
    """Name the groups, and time after them."""
    if over not in PERIODS:
        raise one_of("over", over, PERIODS)
    return [*([] if by is None else [by] if isinstance(by, str) else by), over]


def slope_weights(periods: list[str]) -> Floats:
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
