"""Prevalence: how much of the text a topic is on every side, through time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from framing.errors import one_of
from framing.plot.check import check, notes_by_period, once
from framing.plot.names import name_ends
from framing.plot.style import (
    NEUTRAL,
    Look,
    looks,
    new_axes,
    root,
    styled,
)
from framing.plot.topics import fitting
from framing.plot.trend import marks
from framing.plot.words import dress
from framing.trend import ordinal
from framing.wording import percent

Floats = npt.NDArray[np.float64]
FEW = 12
"""Up to so many points in time each has a mark, and its interval is a line; else all are a band."""
INTERVAL, BAND = ("low", "high"), ("band_low", "band_high")
WORDS = 2.2
"""Room for the terms of a topic, in inches: two lines of a small panel."""


@styled
def plot_prevalence(
    table: pd.DataFrame,
    topic: str | None = None,
    ax: Axes | None = None,
    *,
    terms: pd.DataFrame | None = None,
    top: float | None = None,
) -> Axes:
    """Draw the prevalence of one topic, or frame above topics, on every side through time.

    With few points in time, thick lines are the intervals of each by itself, and thin ones hold the
    whole curve of a side. With many, bands do.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.topics.prevalence` returns, by time.
    topic : str, optional
        The topic (or frame) drawn; needed if the table holds several. For a panel a topic see
        :func:`framing.plot.small_multiples`.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    terms : pandas.DataFrame, optional
        What :func:`framing.topics.topic_summary` returns: the terms stand under the title.
    top : float, optional
        Where the scale ends; default where this topic does. Give panels the same.

    Returns
    -------
    matplotlib.axes.Axes
    """
    columns = ("period", "estimate", "low", "high")
    kind = check(table, "plot_prevalence", "prevalence", columns)
    topics = list(dict.fromkeys(table[kind]))
    topic = topics[0] if topic is None and len(topics) == 1 else topic
    if topic not in topics:
        raise one_of(kind, topic, topics)
    rows = table[table[kind] == topic]
    rows = rows if "group" in rows else rows.assign(group="")
    once(rows, ["group", "period"], "plot_prevalence", "keep one statistic")
    rows = rows.assign(time=[moment(period) for period in rows["period"]])
    groups = [str(group) for group in dict.fromkeys(rows["group"])]
    look = looks(groups) if groups != [""] else {"": NEUTRAL}
    if ax is None:
        ax = new_axes(4.2, 2.9)

    few = rows["time"].nunique() <= FEW
    step = 0.03 * float(np.ptp(rows["time"])) if few else 0.0
    final = []
    for g, group in enumerate(groups):
        curve = rows[rows["group"] == group].sort_values("time", kind="stable")
        shift = step * (g - (len(groups) - 1) / 2)
        _curve(ax, curve, look[group], shift, few=few)
        final.append((float(curve["estimate"].iloc[-1]), group, look[group]))
    held = [name for name in ("estimate", "high", "band_high") if name in rows]
    highest = float(np.nanmax(rows[held].to_numpy(dtype=float)))
    ax.set_ylim(0, min(1.0, 1.05 * highest) if top is None else top)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=None if highest < 0.05 else 0))
    _time_axis(ax, rows)
    if groups != [""]:
        name_ends(ax, final)
    free = top is None and len(root(ax).axes) > 1
    dress(
        ax,
        title=f"How prevalent {topic} was",
        subtitle=[_terms(terms, kind, str(topic))],
        xlabel=f"predicted share{'; scales differ' if free else ''}",
        below=[_key(rows, few=few), *notes_by_period(rows)],
        grid="y",
    )
    return ax


def _curve(ax: Axes, curve: pd.DataFrame, look: Look, shift: float, *, few: bool) -> None:
    """Draw one side: its curve, and what is known of it."""
    x = curve["time"].to_numpy(dtype=float) + shift
    y = curve["estimate"].to_numpy(dtype=float)
    for names, wide in ((BAND, 0.7), (INTERVAL, 1.8)) if few else ((_widest(curve), 0.5),):
        if not set(names) <= set(curve):
            continue
        low, high = (curve[name].to_numpy(dtype=float) for name in names)
        if few:
            ax.vlines(x, low, high, color=look.colour, lw=wide, zorder=2)
        else:
            ax.fill_between(x, low, high, color=look.colour, alpha=0.13, lw=0, zorder=1)
            for edge in (low, high):
                ax.plot(x, edge, color=look.colour, lw=wide, zorder=1.5)
    ax.plot(x, y, color=look.colour, ls=look.dashes, lw=1.3, zorder=2.5)
    if few:
        known = curve["low"].notna().to_numpy()
        marks(ax, x, y, known, look, 3.8)


def _widest(curve: pd.DataFrame) -> tuple[str, str]:
    """What bands are drawn of: whole curves, where they are known."""
    known = BAND[0] in curve and bool(curve[BAND[0]].notna().any())
    return BAND if known else INTERVAL


def moment(period: object) -> float:
    """When a period is: a number, or the place of a year, quarter or month among its kind.

    Examples
    --------
    >>> moment("2022"), moment(2022.5), moment("2022.5")
    (2022.0, 2022.5, 2022.5)
    """
    try:
        return float(period)  # type: ignore[arg-type]
    except ValueError:
        return ordinal(str(period))


def _time_axis(ax: Axes, rows: pd.DataFrame) -> None:
    """Mark years, or the periods that there are."""
    periods = rows.drop_duplicates("time").sort_values("time", kind="stable")
    at = periods["time"].to_numpy(dtype=float)
    room = 0.06 * max(float(np.ptp(at)), 1.0)
    ax.set_xlim(at[0] - room, at[-1] + room)
    if len(periods) <= FEW:
        step = -(-len(periods) // 4)
        ax.set_xticks(at[::step], [str(name) for name in periods["period"]][::step])
    else:
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        ax.xaxis.set_major_formatter(lambda x, _: f"{x:g}")


def _key(rows: pd.DataFrame, *, few: bool) -> str:
    """Say what lines and bands are."""
    if rows["low"].isna().all():
        return "no intervals"
    level = f"{percent(float(rows['level'].iloc[0]))} " if "level" in rows else ""
    whole = _widest(rows) == BAND
    if not few:
        return f"bands: {level}{'of whole curves' if whole else 'intervals of each moment'}"
    return f"lines: {level}intervals" + ("; thin: of the whole curve" if whole else "")


def _terms(terms: pd.DataFrame | None, kind: str, topic: str) -> str:
    """The first terms that mark a topic."""
    if terms is None or kind not in terms:
        return ""
    check(terms, "plot_prevalence", "topic_summary", (kind, "terms"))
    found = terms.loc[terms[kind] == topic, "terms"]
    return fitting(str(found.iloc[0]), WORDS) if len(found) else ""
