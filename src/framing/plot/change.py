"""Change: how far each side moved since the first period, and whether sides moved alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from framing.errors import one_of
from framing.plot.check import cannot, check, notes_by_period
from framing.plot.grid import TOPS, explain, grid
from framing.plot.style import (
    DARK,
    FONT,
    GREY,
    NEUTRAL,
    SMALL,
    Look,
    looks,
    styled,
)
from framing.plot.trend import marks, time_axis
from framing.trend import ordinal
from framing.verdicts import direction
from framing.wording import MINUS, count_of, percent, points

CHANGE, DIFFERENCE = STATISTICS = ("change", "difference in change")


@styled
def plot_change(
    table: pd.DataFrame, statistic: str | None = None, *, n: int = 12, width: float = 7.0
) -> npt.NDArray[np.object_]:
    """Draw changes since the first period, or how they differ between sides, frame by frame.

    A row of panels a pair of sides (or a side), a column a frame. The darker band is the interval
    of each period by itself; the paler one holds the whole curve. A mark is filled where it is
    clear (q < .05, and its interval leaves out nought), in the colour of the side that rose more;
    the surest one is written over the panel, in percentage points, with its interval.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.change` returns.
    statistic : {"difference in change", "change"}, optional
        What is drawn; default the differences, if there are any.
    n : int
        Frames shown: first those with something clear, then those that moved most.
    width : float
        Of the figure, in inches.

    Returns
    -------
    array of matplotlib.axes.Axes
        Pairs, or sides, × frames.
    """
    columns = ("period", "estimate", "low", "high")
    kind = check(table, "plot_change", "change", columns, STATISTICS)
    found = [name for name in STATISTICS[::-1] if (table["statistic"] == name).any()]
    statistic = statistic or found[0]
    if statistic not in found:
        raise one_of("statistic", statistic, found)
    rows = table[table["statistic"] == statistic]
    keys = ["group", "reference"] if statistic == DIFFERENCE else ["group"]
    rows = rows if "group" in rows else rows.assign(group="")
    rows = rows.assign(way=[direction(row) for row in _tested(rows).itertuples()])
    frames = _order(rows, kind)[:n]
    members = list(dict.fromkeys(rows[keys].astype(str).itertuples(index=False, name=None)))
    side = looks(name for names in members for name in names)
    ends = rows["period"].astype(str).str.split("–", expand=True)
    start, times = str(ends[0].iloc[0]), pd.DataFrame({"period": [*ends[0], *ends[1]]})
    rows = rows.assign(period=ends[1])
    band = [name for name in ("low", "high", "band_low", "band_high", "estimate") if name in rows]
    far = float(np.nanmax(rows.loc[rows[kind].isin(frames), band].abs().to_numpy(dtype=float)))
    inks = [side[names[0]].ink if names[0] and len(names) == 1 else DARK for names in members]
    heads = [f" {MINUS} ".join(names) for names in members]
    axes = grid(list(zip(heads, inks, strict=True)), [str(frame) for frame in frames], width)
    for r, names in enumerate(members):
        here = rows[(rows[keys].astype(str) == list(names)).all(axis=1)]
        for f, frame in enumerate(frames):
            curve = here[here[kind] == frame].sort_values("period")
            _panel(axes[r, f], curve, start, [side[name] for name in names], far)
            time_axis(axes[r, f], times, short=True)
    title = (
        "Whether the sides changed alike" if statistic == DIFFERENCE else "How each side changed"
    )
    explain(axes, title, [*_key(rows, start, statistic), cannot(rows), *notes_by_period(rows)])
    return axes


def _tested(rows: pd.DataFrame) -> pd.DataFrame:
    return rows if "q_value" in rows else rows.assign(q_value=np.nan)


def _order(rows: pd.DataFrame, kind: str) -> list[str]:
    """Frames with something clear first, then by the largest change."""
    clear = rows["way"].ne(0).groupby(rows[kind], sort=False).any()
    reach = rows["estimate"].abs().groupby(rows[kind], sort=False).max()
    order = pd.DataFrame({"clear": clear, "reach": reach})
    order = order.sort_values(["clear", "reach"], ascending=False, kind="stable")
    return [str(name) for name in order.index]


def _panel(ax: Axes, curve: pd.DataFrame, start: str, sides: list[Look], far: float) -> None:
    ax.set_ylim(-1.15 * far, 1.6 * far)
    tick = max(top for top in TOPS if top <= max(far, TOPS[0]))
    ax.set_yticks([-tick, 0.0, tick])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: points(y, signed=True)))
    ax.axhline(0, color=DARK, lw=0.6, zorder=1.5)
    if not len(curve):
        ax.text(
            0.5, 0.98, "none", transform=ax.transAxes, ha="center", va="top", fontsize=SMALL,
            color=GREY, family=FONT,
        )  # fmt: skip
        return
    way = curve["way"].to_numpy()
    colour = NEUTRAL.colour if len(sides) > 1 else sides[0].colour
    shade = colour if way.any() else "#939393"
    x = np.array([ordinal(period) for period in [start, *curve["period"]]])
    y = np.array([0.0, *curve["estimate"]])
    for ends, alpha in ((("band_low", "band_high"), 0.16), (("low", "high"), 0.24)):
        if set(ends) <= set(curve):
            low, high = (np.array([0.0, *curve[end]]) for end in ends)
            ax.fill_between(x, low, high, color=shade, alpha=alpha, lw=0)
    ax.plot(x, y, color=shade, lw=1.4 if way.any() else 0.9, ls="-" if way.any() else (0, (1, 1.1)))
    known = ~np.isnan(curve["low"].to_numpy(dtype=float))
    grey = Look("#939393", GREY, "o", "-")
    for sign, look in ((1, sides[0]), (-1, sides[-1]), (0, grey)):
        some = way == sign
        marks(ax, x[1:][some], y[1:][some], known[some] & (sign != 0), look, 3.4 if sign else 2.4)
    if way.any():
        _write(ax, curve[way != 0], sides)


def _write(ax: Axes, clear: pd.DataFrame, sides: list[Look]) -> None:
    """Write the surest change over the panel, with its interval."""
    row: Any = clear.sort_values("q_value", kind="stable").iloc[0]
    words = f"’{str(row['period'])[2:]}: {points(row['estimate'], signed=True)}"
    between = f"{points(row['low'])} to {points(row['high'])}"
    ink = sides[0 if row["way"] > 0 else -1].ink
    for text, y, weight, colour in ((words, 0.985, "bold", ink), (between, 0.855, "normal", GREY)):
        ax.text(
            0.5, y, text, transform=ax.transAxes, ha="center", va="top", fontsize=SMALL,
            fontweight=weight, color=colour, family=FONT,
        )  # fmt: skip


def _key(rows: pd.DataFrame, start: str, statistic: str) -> list[str]:
    """Say what lines, bands and colours mean."""
    what, which = "change in percentage points", ""
    if statistic == DIFFERENCE:
        what = "percentage points by which the first side rose more than the second"
        which = " of the side that rose more, or fell less"
    lines = [f"{what} since {start}"]
    if rows["low"].notna().any():
        level = percent(float(rows["level"].iloc[0])) if "level" in rows else ""
        drawn = "band_low" in rows and rows["band_low"].notna().any()
        band = "; paler: of the whole curve" if drawn else ""
        lines.append(f"bands: {level} interval of each period{band}")
    n = int(rows["p_value"].notna().sum()) if "p_value" in rows else 0
    if n:
        tests = count_of(n, "test")
        lines.append(f"in colour{which}: clear (q < .05, {tests}); grey: cannot be said")
    return lines
