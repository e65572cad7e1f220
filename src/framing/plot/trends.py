"""Trends: every frame on every side through time, as small multiples."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from framing.plot.check import cannot, notes_by_period
from framing.plot.grid import TOPS, explain, grid
from framing.plot.style import DARK, FONT, GREY, NEUTRAL, SMALL, Look, looks, styled
from framing.plot.trend import check_trend, marks, parts, time_axis
from framing.trend import ordinal
from framing.wording import points


@styled
def plot_trends(table: pd.DataFrame, *, n: int = 12, width: float = 7.0) -> npt.NDArray[np.object_]:
    """Draw every frame on every side through time: a row of panels a side, a column a frame.

    Where the slope is clear (q < .05) the panel is in the side's colour, dashed if another reading
    of the slope in the table is not clear; where the whole interval of the change lies within the
    margin of :mod:`framing.verdicts` it says "="; where neither can be said it is grey.
    Over each line stand the change in all, in percentage points, and its interval.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.trend` returns.
    n : int
        Frames shown: first those that moved most.
    width : float
        Of the figure, in inches.

    Returns
    -------
    array of matplotlib.axes.Axes
        Sides × frames.
    """
    kind = check_trend(table, "plot_trends")
    shares, slopes = parts(table, kind)
    frames = _order(slopes, shares, kind)[:n]
    groups = list(dict.fromkeys(shares["group"]))
    look = looks(groups) if groups != [""] else {"": NEUTRAL}
    shown = shares[shares[kind].isin(frames)]
    top = min(1.0, 1.02 * float(np.nanmax(shown[["estimate", "high"]].to_numpy(dtype=float))))
    names = [(str(group), look[str(group)].ink) for group in groups]
    axes = grid(names, [str(frame) for frame in frames], width)
    for g, group in enumerate(groups):
        for f, frame in enumerate(frames):
            here = shares[(shares["group"] == group) & (shares[kind] == frame)]
            slope = slopes[(slopes["group"] == group) & (slopes[kind] == frame)]
            _panel(axes[g, f], here.sort_values("period"), slope, look[str(group)], top)
            time_axis(axes[g, f], shares, short=True)
    remarks = [*_legend(slopes), cannot(slopes), *notes_by_period(shares)]
    explain(axes, "What each side came to say more, or less", remarks)
    return axes


def _order(slopes: pd.DataFrame, shares: pd.DataFrame, kind: str) -> list[str]:
    """Frames with a clear change first, then by the largest change on any side."""
    given = {name: rank for rank, name in enumerate(dict.fromkeys(shares[kind]))}
    clear = set(slopes.loc[slopes["verdict"].isin(["clear", "fragile"]), kind])
    reach = slopes["estimate"].abs().groupby(slopes[kind]).max()
    return sorted(given, key=lambda f: (f not in clear, -reach.get(f, 0.0), given[f]))


def _panel(ax: Axes, here: pd.DataFrame, slope: pd.DataFrame, look: Look, top: float) -> None:
    ax.set_ylim(0, top * 1.45)
    ax.set_yticks([0.0, max(t for t in TOPS if t <= max(top, 0.01))])
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    verdict = str(slope["verdict"].iloc[0]) if len(slope) else "none"
    sure = verdict in ("clear", "similar")
    shade = (
        look if sure or verdict == "fragile" else Look("#939393", GREY, look.marker, look.dashes)
    )
    x = np.array([ordinal(str(period)) for period in here["period"]])
    y, low, high = (here[name].to_numpy(dtype=float) for name in ("estimate", "low", "high"))
    ax.fill_between(x, low, high, color=shade.colour, alpha=0.28 if sure else 0.18, lw=0)
    lines: dict[str, Any] = {"clear": "-", "similar": "-", "fragile": (0, (3, 1.2))}
    line, wide = lines.get(verdict, (0, (1, 1.1))), 1.6 if verdict in ("clear", "fragile") else 0.9
    ax.plot(x, y, color=shade.colour, ls=line, lw=wide)
    known = ~np.isnan(low)
    if len(x) == 1 or not known.all():
        ax.vlines(x[known], low[known], high[known], color=shade.colour, lw=1.0, alpha=0.6)
    marks(ax, x, y, known, shade, 2.8)
    if len(slope):
        row = slope.iloc[0]
        words = ("= " if verdict == "similar" else "") + points(float(row["estimate"]), signed=True)
        ends = ""
        if not np.isnan(row["low"]):
            ends = f"{points(float(row['low']))} to {points(float(row['high']))}"
    else:
        words, ends = "", f"{here['period'].iloc[0]} only" if len(here) else "none"
    for text, y_at, weight, ink in (
        (words, 0.985, "bold" if sure else "normal", DARK if shade.ink == GREY else shade.ink),
        (ends, 0.855, "normal", GREY),
    ):
        ax.text(
            0.5, y_at, text, transform=ax.transAxes, ha="center", va="top",
            fontsize=SMALL, fontweight=weight, color=ink, family=FONT,
        )  # fmt: skip


def _legend(slopes: pd.DataFrame) -> list[str]:
    if not len(slopes):
        return []
    lines = ["change from first to last in percentage points, by the slope, with its interval"]
    found = set(slopes["verdict"])
    if found & {"clear", "similar", "open", "fragile"}:
        words = ["in colour: clear (q < .05)"]
        if "fragile" in found:
            words.append("dashed in colour: clear, but not in every reading")
        if "similar" in found:
            words.append("thin, with “=”: no large change")
        lines.append("; ".join([*words, "grey: cannot be said"]))
    return lines
