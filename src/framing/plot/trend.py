"""Trend: how emphasis moved over time, and whether it can be said to have moved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from framing.errors import one_of
from framing.plot.check import base, cannot, check, notes_by_period
from framing.plot.labels import spread
from framing.plot.style import (
    FONT,
    NEUTRAL,
    SMALL,
    Look,
    looks,
    new_axes,
    size,
    styled,
)
from framing.plot.words import dress, words_of
from framing.trend import ordinal
from framing.verdicts import direction, one_way, verdicts
from framing.wording import points

LABELLED = 12
"""With more periods than this, not every one has a tick."""
Floats = npt.NDArray[np.float64]
VERDICTS = {
    "clear": "clear change",
    "fragile": "clear, but not in every reading",
    "similar": "no large change",
    "open": "cannot be said",
    "untested": "not tested",
    "unknown": "too few documents",
}


@styled
def plot_trend(table: pd.DataFrame, frame: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw the share of one frame on every side through time, with the slopes in words.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.trend` returns.
    frame : str, optional
        The frame (term, topic) drawn; needed if the table holds several.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.

    Returns
    -------
    matplotlib.axes.Axes
    """
    kind = check_trend(table, "plot_trend")
    frames = list(dict.fromkeys(table[kind]))
    if frame is None and len(frames) == 1:
        frame = str(frames[0])
    if frame not in frames:
        raise one_of(kind, frame, frames)
    shares, slopes = parts(table, kind, str(frame))
    groups = list(dict.fromkeys(shares["group"]))
    look = looks(groups) if groups != [""] else {"": NEUTRAL}
    if ax is None:
        ax = new_axes(5.2, 2.9)

    times = [ordinal(str(period)) for period in shares["period"]]
    span = max(times) - min(times)
    final: list[tuple[float, str, Look]] = []
    for g, group in enumerate(groups):
        here = shares[shares["group"] == group].sort_values("period")
        x = np.array([ordinal(str(period)) for period in here["period"]])
        x = x + 0.015 * span * (g - (len(groups) - 1) / 2)
        _line(ax, x, here, look[group])
        final.append((float(here["estimate"].iloc[-1]), _words(group, slopes), look[group]))
    time_axis(ax, shares)
    ax.set_ylim(0, min(1.0, 1.08 * np.nanmax(shares[["estimate", "high"]].to_numpy(dtype=float))))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    dress(
        ax,
        title=f"How emphasis on {frame} moved",
        subtitle=[f"share of {base(shares, kind)}", cannot(slopes)],
        below=notes_by_period(shares),
        grid="y",
    )
    _direct(ax, final)
    words_of(ax).settle()
    return ax


def check_trend(table: pd.DataFrame, plot: str) -> str:
    """Refuse what is no trend; return the kind of feature."""
    columns = ("period", "estimate", "low", "high")
    return check(table, plot, "trend", columns, ("share",))


def parts(table: pd.DataFrame, kind: str, frame: str | None = None) -> list[pd.DataFrame]:
    """Shares, and slopes with what they come to between the first and the last period.

    Slopes get a column ``verdict``: see :func:`framing.verdicts.verdict`; "fragile" where a
    slope is clear but another reading of it in the table ("slope within topic") is not, or goes the
    other way.
    """
    table = table if "group" in table else table.assign(group="")
    if frame is not None:
        table = table[table[kind] == frame]
    shares, slopes = (table[table["statistic"] == name] for name in ("share", "slope"))
    ends = slopes["period"].astype(str).str.split("–", expand=True)
    steps = (
        [ordinal(b) - ordinal(a) for a, b in ends.itertuples(index=False)] if len(slopes) else []
    )
    slopes = slopes.assign(steps=np.array(steps, dtype=float))
    for end in ("estimate", "low", "high"):
        slopes[end] = slopes[end] * slopes["steps"]
    slopes["verdict"] = verdicts(slopes)
    again = table[table["statistic"].astype(str).str.startswith("slope ")]
    for index, row in slopes[slopes["verdict"] == "clear"].iterrows():
        others = again[(again["group"] == row["group"]) & (again[kind] == row[kind])]
        if not one_way([direction(row), *map(direction, others.itertuples())]):
            slopes.loc[index, "verdict"] = "fragile"
    return [shares, slopes]


def _line(ax: Axes, x: Floats, here: pd.DataFrame, look: Look) -> None:
    y, low, high = (here[name].to_numpy(dtype=float) for name in ("estimate", "low", "high"))
    known = ~np.isnan(low)
    ax.vlines(x[known], low[known], high[known], color=look.colour, lw=1.0, alpha=0.75)
    ax.plot(x, y, color=look.colour, ls=look.dashes, lw=1.4, zorder=2)
    marks(ax, x, y, known, look, 4.4)


def marks(
    ax: Axes, x: Floats, y: Floats, known: npt.NDArray[np.bool_], look: Look, size: float
) -> None:
    """Draw estimates, those without an interval in outline."""
    for filled in (True, False):
        if (known == filled).any():
            ax.plot(
                x[known == filled], y[known == filled],
                ls="none", marker=look.marker, ms=size, mec=look.colour, mew=0.2 * size,
                mfc=look.colour if filled else "white", zorder=3, clip_on=False,
            )  # fmt: skip


def time_axis(ax: Axes, shares: pd.DataFrame, *, short: bool = False) -> None:
    """Mark the periods, at their distances in time; the first and last only, where it is short."""
    periods = sorted(set(shares["period"].astype(str)))
    at = [ordinal(period) for period in periods]
    if short:
        first, last = periods[0], periods[-1]
        cut = slice(2, 4) if first[:4] != last[:4] or len(first) == 4 else slice(4, None)
        names = {p: ("’" if cut.stop else "") + p[cut].strip("-") for p in (first, last)}
        ends = periods if len(periods) <= LABELLED else [first, last]
        ax.set_xticks([ordinal(p) for p in ends], [names.get(p, "") for p in ends])
    else:
        step = -(-len(periods) // 8)
        ax.set_xticks(at[::step], periods[::step])
    room = 0.06 * max(at[-1] - at[0], 1.0) * (2.5 if short else 1)
    ax.set_xlim(at[0] - room, at[-1] + room)


def _words(group: str, slopes: pd.DataFrame) -> str:
    """Say of a side what its slope allows to be said."""
    found = slopes[slopes["group"] == group]
    if not len(found):
        return f"{group}: one period only"
    row = found.iloc[0]
    text = f"{points(float(row['estimate']), signed=True)} points"
    if not np.isnan(row["low"]):
        text += f" ({points(float(row['low']))} to {points(float(row['high']))})"
    return f"{group}: {text}\n{VERDICTS[str(row['verdict'])]}".removeprefix(": ")


def _direct(ax: Axes, final: Sequence[tuple[float, str, Look]]) -> None:
    """Write each side's words to the right of its line, apart from one another."""
    _, height = size(ax)
    low, high = ax.get_ylim()
    gap = 2.7 * SMALL * (high - low) / height
    places = spread([y for y, _, _ in final], gap, low + gap / 2, high - gap / 2)
    for place, (_, text, look) in zip(places, final, strict=True):
        ax.annotate(
            text, (1, place), xycoords=ax.get_yaxis_transform(), xytext=(6, 0),
            textcoords="offset points", va="center", fontsize=SMALL, color=look.ink,
            family=FONT, linespacing=1.2, annotation_clip=False,
        )  # fmt: skip
