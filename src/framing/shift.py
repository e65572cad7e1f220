"""Shift: how far the mix of a side moved between two periods, and what moved it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from framing.cells import By, Cells, label_cells
from framing.columns import tidy
from framing.divergence import adjusted, measured
from framing.errors import InputError, one_of
from framing.features import Features
from framing.groups import groups
from framing.settings import Settings
from framing.trend import with_time


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
        See :class:`framing.settings.Settings`.

    Returns
    -------
    pandas.DataFrame
        For each group found in two periods the rows of :func:`framing.divergence` (without
        partisanship), in bits, both periods weighing ½; and rows with ``statistic`` "change": the
        part of the mix in the last period less that in the first, with interval. ``period`` is
        "first–last".
        Like every comparison it also has ``level``, ``unit``, ``n_documents``, ``n_segments``,
        ``note`` and, with `cluster`, ``n_clusters``: see :data:`framing.COLUMNS`.

    Notes
    -----
    A plug-in divergence is never nought even where nothing changed: read the excess.
    """
    chosen, wanted = Settings.of(settings), with_time(by, over)
    table = groups(features, wanted, actors=chosen.actors, levels=chosen.levels)
    ends, alone = _ends(label_cells(table.columns), over, first, last)
    if not ends:
        raise InputError(f"only {over} {', '.join(alone)} to look at; a shift needs two {over}s.")
    used = table.iloc[:, [cell for pair in ends for cell in pair]]
    some = np.asarray(used.to_numpy() > 0).sum(axis=1) > 0
    cells = Cells.of(features.where(some), wanted, chosen, "group", used.loc[some]).mixes()
    parts = []
    for i in range(0, len(cells.index), 2):
        (group, start), (_, end) = cells.index[i], cells.index[i + 1]
        value, low, high = cells.combined([i, i + 1], np.array([-1.0, 1.0]))
        moved = pd.DataFrame({"estimate": value, "low": low, "high": high})
        moved = moved.assign(statistic="change", note=cells.too_few([i, i + 1]))
        rows = [measured(cells, [i, i + 1]), cells.label(moved, [i, i + 1])]
        both_of = pd.concat(rows, ignore_index=True).assign(period=f"{start}–{end}")
        keep = ~both_of["statistic"].str.startswith("partisanship")
        parts.append(both_of[keep] if group is None else both_of[keep].assign(group=group))
    return tidy(adjusted(pd.concat(parts, ignore_index=True)))


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


def _position(name: str | None, periods: list[str], default: int, what: str) -> int:
    if name is None:
        return default % len(periods)
    if str(name) not in periods:
        raise one_of(what, name, periods)
    return periods.index(str(name))
