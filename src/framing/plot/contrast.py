"""Contrast: how far sides differ, and whether that depends on which documents were chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from framing.plot.check import cannot, check, notes, once, untested
from framing.plot.rows import ROW, lay, mark, stack, zero
from framing.plot.style import BAND, DARK, FONT, TEXT, Look, looks, new_axes, styled
from framing.plot.words import dress, ends
from framing.verdicts import MARGIN, in_every_reading, verdicts
from framing.wording import points

HELD = "#DDE3EA"
READINGS = (
    Look("#1E1E1E", "#1E1E1E", "o", "-"),
    Look("#5B7C99", "#41607C", "s", "-"),
    Look("#9C8CB0", "#6F5C88", "D", "-"),
    Look("#8FA876", "#5E7546", "^", "-"),
)
"""The same differences, read in several ways: none of these is a side's colour."""


@styled
def plot_contrast(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    n: int = 25,
    order: Sequence[str] | None = None,
) -> Axes:
    """Draw the differences between two sides, all readings of them side by side.

    A difference that holds among all documents, within topics and in a subset does not come from
    the choice of documents: its row is shaded. Filled marks are clear (q < .05).

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.contrast` returns; or several of them stacked, told apart by the column
        ``statistic``. With several pairs of groups each has its section; see
        :func:`framing.plot.small_multiples` for panels.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    n : int
        Frames shown, at most.
    order : sequence of str, optional
        Frames from top to bottom; default the largest plain differences first.

    Returns
    -------
    matplotlib.axes.Axes
    """
    columns = ("group", "reference", "estimate", "low", "high", "statistic")
    kind = check(table, "plot_contrast", "contrast", columns)
    pair = ["group", "reference"]
    once(table, [*pair, kind, "statistic"], "plot_contrast", "contrast one period at a time")
    readings = list(dict.fromkeys(table["statistic"]))
    if order is None:
        order = widest(table, n)
    order = list(order)
    pairs = list(dict.fromkeys(table[pair].itertuples(index=False, name=None)))
    rows = stack([len(order)] * len(pairs), heading=len(pairs) > 1)
    step = min(0.27, 0.8 / len(readings))
    if ax is None:
        ax = new_axes(4.9, ROW * max(1.0, 0.75 * len(readings)) * rows.height + 1.2)

    marked: Any = table.assign(verdict=verdicts(table)).set_index([*pair, kind, "statistic"])
    held = in_every_reading(table, [*pair, kind]) if len(readings) > 1 else []
    why = untested(table)
    if not why:
        ax.axvspan(-MARGIN, MARGIN, color=BAND, lw=0, zorder=0)
    for (group, reference), places in zip(pairs, rows.places, strict=True):
        for name, place in zip(order, places, strict=True):
            for r, reading in enumerate(readings):
                key = (group, reference, name, reading)
                if key not in marked.index:
                    continue
                row = marked.loc[key]
                y = place + (r - (len(readings) - 1) / 2) * step
                x, low, high = (float(row[end]) for end in ("estimate", "low", "high"))
                filled = row["verdict"] == "clear"
                mark(ax, x, low, high, y, READINGS[r % 4], filled=filled, size=4.2)
            if (group, reference, name) in held:
                ax.axhspan(place - 0.48, place + 0.48, color=HELD, lw=0, zorder=0.5)
    heads = [(f"{group} against {reference}", DARK) for group, reference in pairs]
    lay(ax, rows, [order] * len(pairs), heads if len(pairs) > 1 else [])
    zero(ax)
    far = 1.05 * np.nanmax(np.abs(table[["estimate", "low", "high"]].to_numpy(dtype=float)))
    ax.set_xlim(-far, far)
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], symmetric=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: points(x, signed=True)))
    dress(
        ax,
        title="Which differences survive another choice of documents"
        if len(readings) > 1
        else "How far the sides differ",
        subtitle=[cannot(table)],
        xlabel="difference of shares, percentage points",
        below=notes(table),
        raised=12.0 if len(pairs) == 1 else 0.0,
    )
    if len(pairs) == 1:
        group, reference = map(str, pairs[0])
        look = looks([group, reference])
        inks = look[reference].ink, look[group].ink
        more = "more" if len(group + reference) <= 12 else ""
        ends(ax, f"{reference} {more}", f"{group} {more}", inks)
    if len(readings) > 1:
        _readings(ax, readings)
    return ax


def widest(table: pd.DataFrame, n: int) -> list[str]:
    """Frames by their largest difference between any two groups, in the first reading."""
    kind = check(table, "plot_contrast", "contrast", ("estimate", "statistic"))
    plain = table[table["statistic"] == table["statistic"].iloc[0]]
    reach = plain["estimate"].abs().groupby(plain[kind], sort=False).max()
    return [str(name) for name in reach.sort_values(ascending=False, kind="stable").index[:n]]


def _readings(ax: Axes, readings: Sequence[str]) -> None:
    handles = [
        Line2D([], [], color=look.colour, marker=look.marker, ms=4.5, lw=1.3)
        for look, _ in zip(READINGS * len(readings), readings, strict=False)
    ]
    names = [reading_name(reading) for reading in readings]
    ax.legend(
        handles,
        names,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.12),
        ncols=len(names),
        frameon=False,
        prop={"family": FONT, "size": TEXT},
        handlelength=2.2,
        columnspacing=1.4,
    )


def reading_name(statistic: str) -> str:
    """Name a reading of differences.

    Examples
    --------
    >>> reading_name("difference"), reading_name("difference within topic")
    ('all documents', 'within topic')
    """
    return str(statistic).removeprefix("difference").strip() or "all documents"
