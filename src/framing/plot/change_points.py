"""Change points: when the share of a frame moved to another level, and how surely."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import Bbox

from framing.errors import one_of
from framing.plot.check import base, check
from framing.plot.labels import around, place, spread
from framing.plot.style import (
    FONT,
    GREY,
    NEUTRAL,
    SMALL,
    Look,
    looks,
    new_axes,
    root,
    size,
    styled,
)
from framing.plot.trend import time_axis
from framing.plot.words import dress, words_of
from framing.trend import ordinal
from framing.verdicts import CLEAR
from framing.wording import count_of, percent, probability

Floats = npt.NDArray[np.float64]


@styled
def plot_change_points(
    table: pd.DataFrame, frame: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the share of one frame on every side through time, with the levels it moved between.

    Dots are periods. At each step stand the first period of the new level and its support: in what
    part of redrawn series the change is found again. Where a series cannot be told from documents
    in random order (q ≥ .05), its levels are thin, dashed and without dates.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.change_points` returns.
    frame : str, optional
        The frame (term, topic) drawn; needed if the table holds several.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.

    Returns
    -------
    matplotlib.axes.Axes
    """
    columns = ("period", "estimate", "q_value")
    kind = check(table, "plot_change_points", "change_points", columns, ("changes",))
    frames = list(dict.fromkeys(table[kind].dropna()))
    if frame is None and len(frames) == 1:
        frame = str(frames[0])
    if frame not in frames:
        raise one_of(kind, frame, frames)
    table = table if "group" in table else table.assign(group="")
    here = table[table[kind] == frame]
    groups = list(dict.fromkeys(here["group"]))
    look = looks(groups) if groups != [""] else {"": NEUTRAL}
    if ax is None:
        ax = new_axes(5.6, 3.0)

    final: list[tuple[float, str, Look]] = []
    dated: list[tuple[float, float, str, Look]] = []
    for group in groups:
        rows = here[here["group"] == group].set_index("statistic")
        _dots(ax, rows.loc[["share"]], look[group])
        whole = rows.loc[["changes"]].iloc[0]
        words = f"{group}: {_words(whole)}".removeprefix(": ")
        final.append((float(rows.loc[["share"], "estimate"].iloc[-1]), words, look[group]))
        if "level" in rows.index:
            clear = bool(whole["q_value"] < CLEAR)
            final[-1] = (_steps(ax, rows.loc[["level"]], look[group], clear), *final[-1][1:])
            if clear and "change" in rows.index:
                dated += _dates(rows, look[group])
    shares = here[here["statistic"] == "share"]
    time_axis(ax, shares)
    ax.set_ylim(0, 1.08 * float(shares["estimate"].max()) or 1.0)
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}%"))
    support = "at each step: the first period of the new level, and its support" if dated else ""
    dress(
        ax,
        title=f"When emphasis on {frame} changed level",
        subtitle=[f"share of {base(shares, kind)}", support],
        grid="y",
    )
    _direct(ax, final)
    _write(ax, shares, dated)
    words_of(ax).settle()
    return ax


def _dots(ax: Axes, shares: pd.DataFrame, look: Look) -> None:
    x = [ordinal(str(period)) for period in shares["period"]]
    ax.plot(
        x, shares["estimate"], ls="none", marker=look.marker, ms=2.6, mfc=look.colour, mew=0,
        alpha=0.45, zorder=2, clip_on=False,
    )  # fmt: skip


def _steps(ax: Axes, levels: pd.DataFrame, look: Look, clear: bool) -> float:
    """Draw levels as one line with steps; return where it ends."""
    ends = [[ordinal(end) for end in str(period).split("–")] for period in levels["period"]]
    x = np.array([x for first, last in ends for x in (first - 0.5, last + 0.5)])
    y = levels["estimate"].to_numpy(dtype=float).repeat(2)
    ax.plot(
        x, y, color=look.colour if clear else GREY, ls="-" if clear else (0, (4, 2)),
        lw=2.0 if clear else 0.9, solid_joinstyle="miter", zorder=3,
    )  # fmt: skip
    return float(y[-1])


def _dates(rows: pd.DataFrame, look: Look) -> list[tuple[float, float, str, Look]]:
    """Place and words of every change: the top of its step, its period and support."""
    levels = rows.loc[["level"], "estimate"].to_numpy(dtype=float)
    tops = np.maximum(levels[1:], levels[:-1])
    changes, found = rows.loc[["change"], "period"], rows.loc[["support"], "estimate"]
    return [
        (ordinal(str(period)) - 0.5, float(top), f"{period}\n{percent(float(support))}", look)
        for period, support, top in zip(changes, found, tops, strict=True)
    ]


def _words(whole: pd.Series) -> str:
    if np.isnan(whole["q_value"]):
        return str(whole["note"]).removeprefix("no p-value: ").replace("; ", ",\n")
    q_value = probability("q", float(whole["q_value"]))
    if whole["q_value"] >= CLEAR:
        return f"no break that\nchance would not give\n({q_value})"
    return f"{count_of(int(whole['estimate']), 'break')}\n({q_value})"


def _direct(ax: Axes, final: list[tuple[float, str, Look]]) -> None:
    """Write each side's words to the right of its line, apart from one another."""
    _, height = size(ax)
    low, high = ax.get_ylim()
    lines = max(text.count("\n") + 1 for _, text, _ in final)
    gap = (1.3 * lines + 0.4) * SMALL * (high - low) / height
    places = spread([y for y, _, _ in final], gap, low + gap / 2, high - gap / 2)
    for where, (_, text, look) in zip(places, final, strict=True):
        ax.annotate(
            text, (1, where), xycoords=ax.get_yaxis_transform(), xytext=(6, 0),
            textcoords="offset points", va="center", fontsize=SMALL, color=look.ink,
            family=FONT, linespacing=1.2, annotation_clip=False,
        )  # fmt: skip


def _write(ax: Axes, shares: pd.DataFrame, dated: list[tuple[float, float, str, Look]]) -> None:
    """Date the steps, off the lines, off the dots and off one another."""
    if not dated:
        return
    notes = [
        ax.annotate(
            text, (x, y), xytext=(0, 0), textcoords="offset points", ha="center", va="center",
            fontsize=SMALL - 0.5, color=one.ink, family=FONT, linespacing=1.1, zorder=5,
        )
        for x, y, text, one in dated
    ]  # fmt: skip
    root(ax).draw_without_rendering()
    times = [ordinal(str(period)) for period in shares["period"]]
    dots = ax.transData.transform(np.column_stack([times, shares["estimate"]]))
    lines = [
        ax.transData.transform(line.get_xydata())
        for line in ax.lines
        if line.get_linestyle() == "-"
    ]
    box = ax.get_window_extent()
    below = Bbox.from_extents(box.x0 - 99, box.y0 - 999, box.x1 + 99, box.y0)
    marks = [*around(np.asarray(dots), 3), *(b for line in lines for b in _along(line)), below]
    at = ax.transData.transform([(x, y) for x, y, _, _ in dated])
    place(ax, notes, np.asarray(at), marks, [])


def _along(line: Floats) -> list[Bbox]:
    """Boxes around the parts of a line of steps, in pixels."""
    ends = pairwise(line)
    return [Bbox([np.minimum(a, b), np.maximum(a, b)]).padded(1.5) for a, b in ends]
