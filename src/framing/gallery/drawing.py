"""How each figure of an analysis is drawn from its tables."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from framing.analysis import CORRECTED, Analysis
from framing.columns import KINDS
from framing.errors import InputError
from framing.plot.change import plot_change
from framing.plot.contrast import plot_contrast, widest
from framing.plot.divergence import plot_divergence
from framing.plot.emphasis import plot_emphasis
from framing.plot.keyness import plot_keyness
from framing.plot.panels import small_multiples
from framing.plot.rows import ROW
from framing.plot.shift import plot_shift
from framing.plot.style import root
from framing.plot.ternary import plot_ternary
from framing.plot.tf_idf import plot_tf_idf, repeated
from framing.plot.timeline import plot_timeline
from framing.plot.trends import plot_trends

KEYNESS_TERMS, TF_IDF_TERMS, SHIFT_FRAMES, FRAMES = 10, 10, 12, 15
DIVERGENCE_FRAMES, CHANGE_FRAMES = 5, 12
PAGE = 10.0
"""Inches that panels may take, one under another."""


def timeline(analysis: Analysis) -> Figure:
    """Documents of each side and period."""
    return root(plot_timeline(analysis.tables["timeline"]))


def keyness(analysis: Analysis) -> Figure:
    """Terms of each side, a panel a side."""
    return _panels(plot_keyness, analysis, "keyness", "group", KEYNESS_TERMS, room=1.2)


def emphasis(analysis: Analysis) -> Figure:
    """Share of each frame on each side, with what is clear."""
    tables = analysis.tables
    plot = plot_emphasis(tables["emphasis"], contrasts=tables.get("contrast"), n=FRAMES)
    return root(plot)


def ternary(analysis: Analysis) -> Figure:
    """Frames, and frequent terms, between three sides."""
    tables = analysis.tables
    plot = plot_ternary(
        tables["emphasis"], contrasts=tables.get("contrast"), terms=tables.get("terms")
    )
    return root(plot)


def trend(analysis: Analysis) -> Figure:
    """Every frame on every side through time."""
    return root(plot_trends(analysis.tables["trend"])[0, 0])


def shift(analysis: Analysis) -> Figure:
    """What moved on each side, a panel a side."""
    return _panels(plot_shift, analysis, "shift", "group", SHIFT_FRAMES, room=1.2)


def tf_idf(analysis: Analysis) -> Figure:
    """Terms of each period, a panel a period."""
    table = analysis.tables["tf_idf"]
    often = repeated(table, TF_IDF_TERMS)
    return _panels(
        plot_tf_idf, analysis, "tf_idf", "period", TF_IDF_TERMS, columns=4, everywhere=often
    )


def contrast(analysis: Analysis) -> Figure:
    """Differences of every two sides, in all choices of documents, a panel a pair."""
    table = choices(analysis.tables["contrast"])
    tall = max(1.25, 0.55 + 0.6 * table["statistic"].nunique())
    order = widest(table, FRAMES)
    by = ["group", "reference"]
    return _panels(
        plot_contrast, analysis, "contrast", by, FRAMES, tall=tall, table=table, order=order
    )


def choices(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out differences that hand codes correct: they are of the same documents."""
    corrected: pd.Series[bool] = table["statistic"].astype(str).str.endswith(f" {CORRECTED}")
    return table[~corrected]


def divergence(analysis: Analysis) -> Figure:
    """How far sides lie apart, all together and two by two, and what lies between them."""
    tables = analysis.tables
    plot = plot_divergence(tables["divergence"], shares=tables["emphasis"], n=DIVERGENCE_FRAMES)
    return root(plot)


def change(analysis: Analysis) -> Figure:
    """How differently every two sides changed, frame by frame."""
    table = analysis.tables["change"]
    pairs = table[table["statistic"] == "difference in change"]
    if pairs.empty:
        raise InputError("there are no two sides with the same first period to compare.")
    figure = root(plot_change(table, n=CHANGE_FRAMES)[0, 0])
    if figure.get_figheight() > PAGE:
        number = len(pairs[["group", "reference"]].drop_duplicates())
        raise InputError(
            f"{number} pairs of sides do not fit on a page; the table 'change' has them all, and "
            "plot_change draws some."
        )
    return figure


def _panels(
    plot: Any,
    analysis: Analysis,
    name: str,
    by: str | list[str],
    n: int,
    columns: int = 3,
    tall: float = 1.25,
    room: float = 0.95,
    table: pd.DataFrame | None = None,
    **options: Any,
) -> Figure:
    """Draw panels as tall as their rows, and the words around them, need.

    More than fit on a page are refused.
    """
    table = analysis.tables[name] if table is None else table
    keys = [by] if isinstance(by, str) else by
    split = set(keys) <= set(table)
    number = len(table[keys].drop_duplicates()) if split else 1
    kind = next(kind for kind in KINDS if kind in table)
    rows = min(n, table[kind].nunique())
    high = rows * ROW * tall + room
    if number > columns * max(1, int(PAGE / high)):
        what = "pairs of sides" if len(keys) > 1 else f"{keys[0]}s"
        raise InputError(
            f"{number} {what} do not fit on a page; the table {name!r} has them all, and "
            f"{plot.__name__} draws some."
        )
    if not split:
        return root(plot(table, n=n, **options))
    height = 0.55 + -(-number // columns) * high
    return root(
        small_multiples(plot, table, by, columns=columns, height=height, n=n, **options)[0, 0]
    )
