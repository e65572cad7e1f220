"""Whether the errors of a coder bias a comparison."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from framing.cells import By, Cells, whole, with_q
from framing.columns import tidy
from framing.errors import InputError
from framing.features import Features
from framing.inference import Floats
from framing.settings import Settings
from framing.trend import slope_weights, with_time
from framing.validation.aligned import align
from framing.validation.codes import Codes
from framing.validation.ratios import parts

ERRORS = ("missed", "over-coded", "net error")
"""What is compared between groups, and followed over time."""


def bias(
    machine: Features,
    hand: Features,
    by: By | None = None,
    over: str | None = None,
    **settings: Any,
) -> pd.DataFrame:
    """Whether a machine coder errs more on one side, or more as time goes by.

    What it misses and what it codes too much may cancel. Their difference, the *net error*, is by
    how much the machine's share of a frame is too high; sides are compared fairly where it is the
    same for both.

    Parameters
    ----------
    machine, hand
        As in :func:`framing.evaluate`.
    by : str or list of str, optional
        Groups to compare; default all documents together.
    over : {"year", "quarter", "month"}, optional
        Follow the errors of each group over time too.
    **settings
        As in :func:`framing.contrast`. Give the `weights` of the comparison that is to be judged:
        in both every document counts once, unless told otherwise.

    Returns
    -------
    pandas.DataFrame
        By group (and period) and frame, as shares of segments: ``statistic`` "found" (by both),
        "missed" (by the machine), "over-coded" (by the machine alone) and "net error", over-coded
        less missed. By pair of groups, "difference in missed", "difference in over-coded" and
        "difference in net error": by how much the machine's codes raise the ``group``'s share over
        the ``reference``'s. With `over`, "slope of missed" and so on: change per year, quarter or
        month, ``period`` being "first–last". Each with ``estimate``, ``low``, ``high``; differences
        and slopes with ``p_value``, ``p_min``, ``test``, and ``q_value`` and ``n_tests`` over the
        rows of the same statistic. ``n``: segments in which people found the frame.
        Like every comparison it also has ``level``, ``unit``, ``n_documents``, ``n_segments``,
        ``note`` and, with `cluster`, ``n_clusters``: see :data:`framing.COLUMNS`.

    Notes
    -----
    The net error is the mean of m − y, m being the machine's code and y that of people. As
    (1 + m − y)/2 it is a share, with the interval and tests of one (:func:`framing.contrast`,
    :func:`framing.trend`); where there are few errors the interval is that of over-coded less
    missed (:func:`framing.inference.combine`), which is narrower then, and has width where no error
    was seen.

    The test alone can reject too often where one side has few short documents, all coded by hand,
    and the other many long ones. What :func:`framing.validation.bias_in_words` calls clear is left
    out by the interval as well.

    Net errors can differ between sides although the coder is as good on both: one that misses a
    third of a frame takes more from the side that uses it more. :func:`framing.evaluate` tells
    which it is. In both cases shares are to be corrected: give the hand codes to
    ``emphasis(…, labelled=…)``.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": range(24), "region": ["EU", "US"] * 12})
    >>> hand = Features([[1]] * 12 + [[0]] * 12, ["rules"], rows, kind="frame")
    >>> machine = Features([[1], [0]] * 6 + [[0]] * 12, ["rules"], rows, kind="frame")
    >>> table = bias(machine, hand, by="region")
    >>> table[["group", "reference", "statistic", "estimate"]].iloc[[3, 7, -1]]
       group reference                statistic  estimate
    3     US       NaN                net error      -0.5
    7     EU       NaN                net error       0.0
    10    US        EU  difference in net error      -0.5
    """
    chosen, aligned = Settings.of(settings), align(machine, hand)
    codes = Codes.of(aligned, by, chosen)
    found = {"level": _levels(codes, cells := parts(codes, "period"))}
    found["difference"] = _differences(codes, cells)
    if over is not None:
        timed = Codes.of(aligned, with_time(by, over), chosen)
        found["level"] += _levels(timed, cells := parts(timed, "group"))
        found["slope"] = _slopes(timed, cells, over)
    for kind in ("difference", "slope"):
        rows = pd.concat(found.get(kind) or [pd.DataFrame({"statistic": []})])
        found[kind] = [with_q(one) for _, one in rows.groupby("statistic", sort=False)]
    table = pd.concat([one for rows in found.values() for one in rows], ignore_index=True)
    table["n"] = whole(table["n"].to_numpy(dtype=float))
    return tidy(table.drop(columns="group") if by is None else table)


def _levels(codes: Codes, cells: dict[str, Cells]) -> list[pd.DataFrame]:
    """What was found, missed and over-coded in each cell."""
    tables = []
    for cell, n in enumerate(codes.positives()):
        for name, one in cells.items():
            ends = [one.share[cell], one.low[cell], one.high[cell]]
            share, low, high = (
                (_plain(2 * end - 1) for end in ends) if name == "net error" else ends
            )
            note = one.no_interval([cell], low)
            columns = {"estimate": share, "low": low, "high": high, "note": note, "n": n}
            tables.append(one.rows(cell, statistic=name, **columns))
    return tables


def _differences(codes: Codes, cells: dict[str, Cells]) -> list[pd.DataFrame]:
    """Errors of every two groups, within each period if there are periods."""
    tables = []
    for name in ERRORS:
        index = cells[name].index
        for i, j in combinations(range(len(index)), 2):
            (group, period), (reference, other) = index[i], index[j]
            if period == other and group is not None:
                table = _linear(codes, cells, name, [i, j], np.array([1.0, -1.0]), "difference in")
                table["group"], table["reference"] = group, reference
                tables.append(table if period is None else table.assign(period=period))
    return tables


def _slopes(codes: Codes, cells: dict[str, Cells], over: str) -> list[pd.DataFrame]:
    """Least squares through the errors of a group's periods, as in :func:`framing.trend`."""
    tables = []
    for name in ERRORS:
        for members in cells[name].by_group():
            group = cells[name].index[members[0]][0]
            periods = [str(cells[name].index[cell][1]) for cell in members]
            if len(members) > 1:
                slope = slope_weights(periods)
                table = _linear(codes, cells, name, members, slope, "slope of")
                table["period"] = f"{periods[0]}–{periods[-1]}"
                tables.append(table if group is None else table.assign(group=group))
    if not tables:
        raise InputError(f"no group has hand codes in two {over}s; leave out over=.")
    return tables


def _linear(
    codes: Codes,
    cells: dict[str, Cells],
    name: str,
    members: list[int],
    coefficients: Floats,
    what: str,
) -> pd.DataFrame:
    """A linear combination of one kind of error, with its interval and test."""
    table = cells[name].linear(members, coefficients, f"{what} {name}")
    if name == "net error":
        for end in ("estimate", "low", "high"):
            table[end] = _plain(2 * table[end].to_numpy())
    n, n_segments = codes.positives()[members].sum(axis=0), codes.n_segments(cells[name], members)
    return table.assign(n=n, n_segments=n_segments)


def _plain(error: Floats) -> Floats:
    """Take away what rounding leaves where errors cancel."""
    return np.asarray(np.where(np.abs(error) < 1e-12, 0.0, error))
