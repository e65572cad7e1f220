"""Topics: how much of the text each is, with the terms that mark it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from framing.plot.check import check, notes, once
from framing.plot.rows import ROW, beside, lay, mark, stack
from framing.plot.style import DARK, NEUTRAL, SMALL, new_axes, styled
from framing.plot.words import dress
from framing.wording import count_of, percent

WORDS = 3.5
"""Room for the terms of a topic, in inches; those that need more are left out."""
BESIDE = 1.6
"""Room for the terms of a topic beside its name."""
_LETTER = 0.6 * SMALL / 72


@styled
def plot_topics(table: pd.DataFrame, ax: Axes | None = None, *, n: int = 40) -> Axes:
    """Draw how much of the text each topic is, the largest on top, with its terms beside it.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.topics.topic_summary` returns.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    n : int
        Topics shown, at most.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> rows = {"topic": ["topic 1", "topic 2"], "terms": ["law, rule", "chip, fab"]}
    >>> rows |= {"estimate": [0.4, 0.6], "low": [0.3, 0.5], "high": [0.5, 0.7]}
    >>> ax = plot_topics(pd.DataFrame(rows))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['topic 2', 'topic 1']
    """
    check(table, "plot_topics", "topic_summary", ("topic", "terms", "estimate", "low", "high"))
    once(table, ["topic"], "plot_topics", "keep one row a topic")
    rows: Any = table.sort_values("estimate", ascending=False, kind="stable").head(n)
    places = stack([len(rows)], heading=False)
    if ax is None:
        ax = new_axes(6.6, ROW * 1.15 * places.height + 1.0)
    lay(ax, places, [list(rows["topic"])], [])
    for y, row in enumerate(rows.itertuples()):
        ax.plot([0, row.estimate], [y, y], color="#C9CED3", lw=3.2, solid_capstyle="butt", zorder=1)
        mark(ax, row.estimate, row.low, row.high, y, NEUTRAL)
        beside(ax, y, fitting(str(row.terms)), colour=DARK)
    beside(ax, -0.95, "terms that mark it", bold=True)
    most = float(np.nanmax(rows[["estimate", "high"]].to_numpy(dtype=float)))
    ax.set_xlim(0, 1.04 * most)
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=None if most < 0.05 else 0))
    hidden = len(table) - len(rows)
    dress(
        ax,
        title="What the topics are",
        subtitle=[_behind(table), _lines(rows)],
        xlabel="expected share of a document",
        below=[
            *notes(rows),
            f"not shown: {count_of(hidden, 'smaller topic')}" if hidden else "",
        ],
        raised=9.0,
    )
    return ax


def fitting(terms: str, width: float = WORDS) -> str:
    """Leave out the last terms, if all would take more than so many inches.

    Examples
    --------
    >>> fitting("chips, fabs, wafers", 0.8)
    'chips, fabs'
    """
    shown = terms.split(", ")
    while len(shown) > 1 and len(", ".join(shown)) * _LETTER > width:
        del shown[-1]
    return ", ".join(shown)


def named(topic: str, terms: pd.DataFrame | None, kind: str = "topic") -> str:
    """Name a topic with its first terms.

    Examples
    --------
    >>> named("topic 1", pd.DataFrame({"topic": ["topic 1"], "terms": ["chips, fabs"]}))
    'topic 1: chips, fabs'
    """
    if terms is None or kind not in terms:
        return topic
    check(terms, "terms", "topic_summary", (kind, "terms"))
    found = terms.loc[terms[kind] == topic, "terms"]
    return f"{topic}: {fitting(str(found.iloc[0]), BESIDE)}" if len(found) else topic


def _behind(table: pd.DataFrame) -> str:
    """Say how much stands behind the shares."""
    topics = count_of(len(table), "topic")
    if not {"n_documents", "n_segments"} <= set(table):
        return topics
    documents, segments = (int(table[name].iloc[0]) for name in ("n_documents", "n_segments"))
    what = count_of(documents, "document")
    if segments != documents:
        what = f"{count_of(segments, 'segment')} of {what}"
    return f"{topics} in {what}"


def _lines(table: pd.DataFrame) -> str:
    """Say what the lines are."""
    known = "level" in table and table["low"].notna().any()
    return f"lines: {percent(float(table['level'].iloc[0]))} intervals" if known else ""
