"""Search: how models with more and fewer topics compare."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from framing.plot.check import check
from framing.plot.panels import small_multiples
from framing.plot.style import NEUTRAL, new_axes, styled
from framing.plot.words import dress
from framing.wording import listed, percent

BETTER = {
    "heldout_score": ("Held-out likelihood", "higher: foretells words better"),
    "heldout_gain": ("Gain on fewer topics", "above nought: foretells better"),
    "semantic_coherence": ("Semantic coherence", "higher: words stand together more"),
    "exclusivity": ("Exclusivity", "higher: words are the topic’s own"),
    "residual_dispersion": ("Residual dispersion", "1: as much as the model foresees"),
}
"""What each statistic is called, and how it is read."""
LINES = {"heldout_gain": 0.0, "residual_dispersion": 1.0}
"""Where a line is drawn: no gain, and as much dispersion as the model foresees."""


@styled
def plot_search(table: pd.DataFrame, *, width: float = 7.0) -> npt.NDArray[np.object_]:
    """Draw how held-out likelihood, coherence and the like change with the number of topics.

    A panel a statistic of :data:`BETTER`, as far as the table has it. Where there are several fits
    of a number each is a dot, and the line runs through their means.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.topics.search_topics` returns.
    width : float
        Of the figure, in inches.

    Returns
    -------
    array of matplotlib.axes.Axes
        One row; a panel a statistic.
    """
    columns = ("n_topics", "estimate")
    check(table, "plot_search", "search_topics", columns, tuple(BETTER), feature=False)
    parts = [table[table["statistic"] == name] for name in BETTER]
    whole = pd.concat(parts)
    names = whole["statistic"].map({name: title for name, (title, _) in BETTER.items()})
    number = whole["statistic"].nunique()
    across = min(number, 3 if number > 4 else 4)
    return small_multiples(
        _panel,
        whole.assign(named=names),
        "named",
        columns=across,
        title="How many topics",
        width=width,
        height=0.9 + 1.85 * -(-number // across),
    )


def _panel(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw one statistic against the number of topics."""
    ax = new_axes(2.4, 2.2) if ax is None else ax
    level = table["level"].max() if "level" in table else np.nan
    statistic = str(table["statistic"].iloc[0])
    known = table[table["estimate"].notna()]
    means: Any = known.groupby("n_topics")["estimate"].mean()
    if (known.groupby("n_topics").size() > 1).any():
        ax.plot(
            known["n_topics"], known["estimate"], ls="none", marker="o", ms=2.6, color="#9AA3AD"
        )
    if {"low", "high"} <= set(known) and not known["n_topics"].duplicated().any():
        some = known[known["low"].notna()]
        ax.vlines(some["n_topics"], some["low"], some["high"], color=NEUTRAL.colour, lw=1.3)
    ax.plot(means.index, means, color=NEUTRAL.colour, marker="o", ms=3.6, lw=1.2, zorder=3)
    if statistic in LINES and len(known):
        ax.axhline(LINES[statistic], color=NEUTRAL.colour, lw=0.7, ls=(0, (3, 2)), zorder=1)
    tried = sorted(table["n_topics"].unique())
    room = 0.08 * max(tried[-1] - tried[0], 1)
    ax.set_xlim(tried[0] - room, tried[-1] + room)
    step = -(-len(tried) // 4)
    ax.set_xticks(tried, ["" if i % step else f"{n:g}" for i, n in enumerate(tried)])
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    dress(
        ax,
        title=statistic,
        subtitle=[BETTER[statistic][1]],
        xlabel="number of topics",
        below=[
            "none of these decides by itself",
            "" if np.isnan(level) else f"lines: {percent(float(level))} intervals",
            _missing(table),
        ],
        grid="y",
    )
    return ax


def _missing(table: pd.DataFrame) -> str:
    """Say for which numbers of topics nothing is known, and why."""
    blank = table[table["estimate"].isna()]
    if not len(blank):
        return ""
    numbers = listed([f"{number:g}" for number in dict.fromkeys(blank["n_topics"])])
    why = str(blank["note"].iloc[0]) if "note" in blank else ""
    return f"{numbers} topics: none" + (f" ({why})" if why else "")
