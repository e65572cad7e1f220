"""Stability: which topics, and which effects, other fits find again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from framing.plot.check import check, once
from framing.plot.rows import ROW, beside, lay, stack
from framing.plot.style import DARK, GREY, NEUTRAL, new_axes, styled
from framing.plot.topics import named
from framing.plot.words import dress
from framing.wording import count_of

ALL_TOPICS = "all topics"
OTHERWISE = {
    "seed": "from other starts",
    "number of topics": "with other numbers of topics",
    "document": "to documents drawn anew",
}
"""What was otherwise in the refits, by the unit of the table."""
COLUMNS = {
    "found_again": "found\nagain",
    "same_sign": "effect:\nsame sign",
    "clear_again": "effect:\nclear",
}
"""What is written beside the rows: of the topic, then of the effect on it."""


@styled
def plot_stability(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    n: int = 40,
    terms: pd.DataFrame | None = None,
) -> Axes:
    """Draw how far each topic comes back in other fits, and whether the effect on it does.

    Filled marks are topics that every refit found again. Lines are a range over the refits, and no
    intervals. Beside each row stands in how many refits the topic was found again and, where the
    table tells of an effect, in how many it had the same sign, and was clear.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.topics.stability` returns.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    n : int
        Topics shown, at most.
    terms : pandas.DataFrame, optional
        What :func:`framing.topics.topic_summary` returns: terms stand beside the topics.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> rows = {"topic": ["topic 1", "topic 2"], "statistic": "similarity", "n_runs": 4}
    >>> rows |= {"estimate": [0.7, 0.9], "least": [0.5, 0.85], "most": [0.9, 0.95]}
    >>> ax = plot_stability(pd.DataFrame(rows))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['topic 2', 'topic 1']
    """
    columns = ("topic", "estimate", "least", "most", "n_runs")
    check(table, "plot_stability", "stability", columns, ("similarity",))
    once(table, ["topic", "statistic"], "plot_stability", "give the table of one stability()")
    own = table[table["topic"] != ALL_TOPICS]
    likeness = own[own["statistic"] == "similarity"].set_index("topic")
    order = likeness["estimate"].sort_values(ascending=False, kind="stable").index[:n]
    beyond = {name: own[own["statistic"] == name].set_index("topic") for name in COLUMNS}
    beyond = {name: rows for name, rows in beyond.items() if len(rows)}
    places = stack([len(order)], heading=False)
    if ax is None:
        ax = new_axes(4.9 + 0.6 * (len(beyond) > 1), ROW * 1.1 * places.height + 1.3)

    lay(ax, places, [[named(str(name), terms) for name in order]], [])
    for y, name in enumerate(order):
        row: Any = likeness.loc[name]
        again = beyond["found_again"].loc[name] if "found_again" in beyond else None
        _range(ax, y, row, filled=again is not None and float(again["estimate"]) == 1)
        for c, rows in enumerate(beyond.values()):
            told = _part(rows.loc[name]) if name in rows.index else ""
            beside(ax, y, told, colour=DARK, end=38 + 46 * c)
    for c, statistic in enumerate(beyond):
        beside(ax, -1.3, COLUMNS[statistic], bold=True, end=38 + 46 * c)
    least = float(np.nanmin(likeness.loc[order, ["estimate", "least"]].to_numpy(dtype=float)))
    ax.set_xlim(max(min(least - 0.05, 0.75), 0.0), 1.0)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    dress(
        ax,
        title="Which topics come back",
        subtitle=[_refits(table)],
        xlabel="likeness (cosine) to the same topic in the other fit",
        below=[
            "lines: least to most over the refits, a range and no interval",
            "filled: found again by every refit" if "found_again" in beyond else "",
            _hidden(likeness, n),
        ],
        raised=20.0,
    )
    return ax


def _range(ax: Axes, y: float, row: Any, *, filled: bool) -> None:
    """Draw a mean, and the range over the refits."""
    if np.isnan(row["estimate"]):
        beside(ax, y, "never", colour=GREY)
        return
    ax.plot([row["least"], row["most"]], [y, y], color="#B9C0C7", lw=3.2, solid_capstyle="butt")
    ax.plot(
        [row["estimate"]], [y], marker="o", ms=4.6, ls="none", mec=NEUTRAL.colour, mew=1.1,
        mfc=NEUTRAL.colour if filled else "white", zorder=3, clip_on=False,
    )  # fmt: skip


def _part(row: Any) -> str:
    """Write a part of refits as a number of them.

    Examples
    --------
    >>> _part({"estimate": 0.75, "n_runs": 4}), _part({"estimate": float("nan"), "n_runs": 0})
    ('3 of 4', 'none')
    """
    if np.isnan(row["estimate"]) or not row["n_runs"]:
        return "none"
    return f"{round(float(row['estimate']) * int(row['n_runs']))} of {int(row['n_runs'])}"


def _refits(table: pd.DataFrame) -> str:
    """Say how many refits there were, and what was otherwise."""
    refits = count_of(int(table["n_runs"].max()), "refit")
    unit = str(table["unit"].iloc[0]) if "unit" in table else ""
    how = OTHERWISE.get(unit, f"to clusters of {unit!r} drawn anew" if unit else "")
    return f"{refits} {how}".strip()


def _hidden(likeness: pd.DataFrame, n: int) -> str:
    rest = len(likeness) - n
    return f"not shown: {count_of(rest, 'topic')} that come back less" if rest > 0 else ""
