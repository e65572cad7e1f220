"""Timeline: how many documents stand behind each side and period."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes

from framing.plot.check import check, once
from framing.plot.style import DARK, FONT, GREY, SMALL, TEXT, looks, new_axes, styled
from framing.plot.words import dress
from framing.trend import ordinal

LABELLED = 12
"""With more periods than this, bars are not labelled one by one."""


@styled
def plot_timeline(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the documents of every side and period: what every comparison over time rests on.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.timeline` returns.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> rows = {"group": ["US", "EU"], "period": ["2021"] * 2, "n_documents": [3, 0]}
    >>> ax = plot_timeline(pd.DataFrame(rows).assign(n_segments=[9, 0]))
    >>> [text.get_text() for text in ax.texts if text.get_text() in ("3", "none")]
    ['3', 'none']
    """
    columns = ("group", "period", "n_documents", "n_segments")
    check(table, "plot_timeline", "timeline", columns, feature=False)
    once(table, ["group", "period"], "plot_timeline", "give one table")
    groups, periods = list(dict.fromkeys(table["group"])), sorted(set(table["period"]))
    at = {period: ordinal(str(period)) for period in periods}
    paragraphs = bool((table["n_documents"] != table["n_segments"]).any())
    if ax is None:
        ax = new_axes(min(7.0, 2.4 + 0.75 * len(periods)), 1.0 + 0.72 * len(groups))

    look, most = looks(groups), max(int(table["n_documents"].max()), 1)
    wide = 0.66 * min((at[b] - at[a] for a, b in pairwise(periods)), default=1)
    for lane, group in enumerate(groups):
        floor = -float(lane)
        here = table[table["group"] == group].sort_values("period")
        ax.axhline(floor, color="#9A9A9A", lw=0.6, zorder=1)
        documents, segments = int(here["n_documents"].sum()), int(here["n_segments"].sum())
        more = f"\n{segments:,} segments" if paragraphs else ""
        _beside(ax, floor, str(group), f"{documents:,} documents{more}", look[str(group)].ink)
        for row in here.itertuples():
            n, x = int(row.n_documents), at[str(row.period)]
            tall = 0.68 * n / most
            ax.bar(x, tall, width=wide, bottom=floor, color=look[str(group)].colour, lw=0, zorder=2)
            if len(periods) <= LABELLED:
                ax.annotate(
                    f"{n:,}" if n else "none",
                    (x, floor + tall),
                    xytext=(0, 1.5),
                    textcoords="offset points",
                    ha="center",
                    va="bottom",
                    fontsize=SMALL,
                    color=DARK if n else GREY,
                    family=FONT,
                )
    step = -(-len(periods) // LABELLED)
    ax.set_xticks([at[p] for p in periods[::step]], [str(p) for p in periods[::step]])
    ax.set_yticks([])
    ax.set_ylim(-len(groups) + 0.98, 0.95)
    ax.set_xlim(min(at.values()) - 0.75 * wide, max(at.values()) + 0.75 * wide)
    dress(ax, title="How many documents stand behind each comparison", grid="")
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(axis="x", length=0)
    return ax


def _beside(ax: Axes, floor: float, group: str, text: str, colour: str) -> None:
    for line, rise, size, ink, weight in (
        (group, 1, TEXT + 0.5, colour, "bold"),
        (text, -2, SMALL, GREY, "normal"),
    ):
        ax.annotate(
            line,
            (0, floor + 0.36),
            xycoords=ax.get_yaxis_transform(),
            xytext=(-6, rise),
            textcoords="offset points",
            ha="right",
            va="bottom" if weight == "bold" else "top",
            fontsize=size,
            color=ink,
            fontweight=weight,
            family=FONT,
            linespacing=1.25,
        )
