"""Correction: machine codes taken at their word, a hand-coded sample alone, and both together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation

from framing.plot.check import base, check, notes, once
from framing.plot.rows import ROW, after, lay, stack
from framing.plot.style import BAND, FONT, NEUTRAL, SMALL, Look, looks, new_axes, root, styled
from framing.plot.words import dress
from framing.wording import percent

STATISTICS = ("machine", "hand", "corrected")


@styled
def plot_correction(table: pd.DataFrame, ax: Axes | None = None, *, n: int = 25) -> Axes:
    """Draw the shares of every frame on every side, as the machine codes them and corrected.

    The hollow mark is what the machine codes say alone; the pale band the interval of the
    hand-coded sample alone; the filled mark with its line the corrected share. A hollow mark
    outside the line was misleading.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.correction` returns, by groups without periods.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    n : int
        Frames shown, at most; those that correction moves furthest come first.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> rows = {"group": "EU", "frame": "rules", "statistic": ["machine", "hand", "corrected"]}
    >>> rows |= {"estimate": [0.3, 0.42, 0.4], "low": [0.28, 0.3, 0.34], "high": [0.32, 0.55, 0.46]}
    >>> ax = plot_correction(pd.DataFrame(rows))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['rules']
    """
    columns = ("group", "estimate", "low", "high")
    kind = check(table, "plot_correction", "correction", columns, ("corrected",))
    keys = ["group", kind, "statistic"]
    once(table, keys, "plot_correction", "compare groups without periods, or one period at a time")
    wide = table.pivot(index=[kind, "group"], columns="statistic", values="estimate")
    wide = wide.reindex(columns=list(STATISTICS))
    moved = (wide["corrected"] - wide["machine"]).abs().groupby(level=kind).max()
    order = list(dict.fromkeys(table[kind]))
    moved = moved.loc[order].sort_values(ascending=False, kind="stable")
    shown = list(moved.index[:n])
    look = looks(table["group"])
    groups = list(look)
    step = min(0.36, 0.8 / len(groups))
    if ax is None:
        ax = new_axes(4.9, ROW * max(2.1, len(groups) * 0.72) * len(shown) + 1.1)

    lay(ax, stack([len(shown)], heading=False), [shown], [])
    for i in range(0, len(shown), 2):
        ax.axhspan(i - 0.5, i + 0.5, color=BAND, lw=0, zorder=0)
    rows: Any = table.set_index(keys)[["estimate", "low", "high"]].astype(float)
    first = []
    for i, name in enumerate(shown):
        for g, group in enumerate(groups):
            y = i + (g - (len(groups) - 1) / 2) * step
            numbers = {
                statistic: rows.loc[(group, name, statistic)].to_numpy()
                for statistic in STATISTICS
                if (group, name, statistic) in rows.index
            }
            end = _marks(ax, y, numbers, look[group])
            if i == 0:
                first.append((end, y, group, look[group].ink))
    drawn = table[table["statistic"].isin(STATISTICS) & table[kind].isin(shown)]
    drawn = drawn.assign(high=drawn["high"].where(drawn["statistic"] != "machine"))
    most = float(np.nanmax(drawn[["estimate", "high"]].to_numpy(dtype=float)))
    ax.set_xlim(-0.02 * most, name_beyond(first, -0.02 * most, 1.04 * most))
    name_sides(ax, first)
    share_axis(ax)
    level = f"{percent(float(table['level'].iloc[0]))} " if "level" in table else ""
    corrected = table[table["statistic"] == "corrected"]
    dress(
        ax,
        title="What the machine says, and what holds",
        subtitle=[_labelled(corrected)],
        xlabel=f"share of {base(table, kind)}",
        below=[f"band and line: {level}intervals", *notes(corrected)],
        raised=14.0,
    )
    key(ax, _handles())
    return ax


def _marks(ax: Axes, y: float, numbers: Mapping[str, Any], look: Look) -> float:
    """Draw the three readings of one share; return how far they reach."""
    reach = [float(found[0]) for found in numbers.values()]
    if "hand" in numbers:
        share, low, high = numbers["hand"]
        ax.plot([low, high], [y, y], color=pale(look), lw=4.6, solid_capstyle="butt", zorder=1.5)
        tick = pale(look) if np.isnan(low) else "white"
        ax.plot([share], [y], marker="|", ms=4.6, mec=tick, mew=1.4, zorder=1.6)
        reach.append(high)
    if "corrected" in numbers:
        share, low, high = numbers["corrected"]
        ax.plot([low, high], [y, y], color=look.colour, lw=1.3, solid_capstyle="butt", zorder=2)
        ax.plot([share], [y], marker=look.marker, ms=4.4, color=look.colour, ls="none", zorder=4)
        reach.append(high)
    if "machine" in numbers:
        style: Any = {"mfc": "white", "mec": look.colour, "mew": 0.9, "ls": "none"}
        ax.plot([numbers["machine"][0]], [y], marker=look.marker, ms=4.4, zorder=3, **style)
    return float(np.nanmax(reach))


def pale(look: Look, part: float = 0.28) -> tuple[float, float, float]:
    """So much of a side's colour, the rest being white."""
    red, green, blue = (1 - part * (1 - tone) for tone in to_rgb(look.colour))
    return red, green, blue


def _labelled(corrected: pd.DataFrame) -> str:
    """Say how many segments were coded by hand on each side."""
    if "n_labelled" not in corrected:
        return ""
    first = corrected.drop_duplicates("group")
    each = zip(first["group"], first["n_labelled"], strict=True)
    return "segments coded by hand: " + ", ".join(f"{name} {int(n):,}" for name, n in each)


def _handles() -> dict[str, Any]:
    """What the marks mean."""
    plain: Any = {"color": NEUTRAL.colour, "ms": 4.4}
    return {
        "machine alone": Line2D([], [], ls="none", marker="o", mfc="white", mew=0.9, **plain),
        "hand-coded sample alone": Line2D([], [], color=pale(NEUTRAL), lw=4.6),
        "corrected": Line2D([], [], lw=1.3, marker="o", **plain),
    }


def key(ax: Axes, handles: Mapping[str, Any], raised: float = 0.0) -> None:
    """Say over the axes what marks mean; :func:`framing.plot.words.dress` leaves room (raised=)."""
    ax.legend(
        list(handles.values()),
        list(handles),
        loc="lower left",
        bbox_to_anchor=(0, 1),
        bbox_transform=ax.transAxes + ScaledTranslation(0, raised / 72, root(ax).dpi_scale_trans),
        borderaxespad=0.3,
        borderpad=0,
        ncols=len(handles),
        prop={"family": FONT, "size": SMALL},
        handlelength=1.6,
        handletextpad=0.5,
        columnspacing=1.1,
    )


def share_axis(ax: Axes) -> None:
    """Write shares below the axes, whichever way they go, and nothing beyond 100 %."""
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda x, _: f"{100 * abs(x):.4g}%" if abs(x) < 1 + 1e-9 else "")
    )


Name = tuple[float, float, str, str]
"""Where the marks of a side end, its row, its name and colour."""


def name_sides(ax: Axes, names: Sequence[Name]) -> None:
    """Write the name of each side behind its marks in the first row."""
    for end, y, name, ink in names:
        after(ax, end, y, name, colour=ink)


def name_beyond(names: Sequence[Name], low: float, high: float, width: float = 250.0) -> float:
    """Where axes of so many points must end, that names of sides have room.

    Examples
    --------
    >>> name_beyond([(0.5, 0.0, "EU", "k")], 0.0, 1.0)
    1.0
    >>> name_beyond([(1.0, 0.0, "a long name", "k")], 0.0, 1.0) > 1.2
    True
    """
    for end, _, name, _ in names:
        room = (8 + 0.62 * SMALL * len(name)) / width
        high = max(high, low + (end - low) / max(1 - room, 0.2))
    return high
