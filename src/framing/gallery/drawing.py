"""How each figure of an analysis is drawn from its tables."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from framing.analysis import Analysis
from framing.plot import (
    plot_contrast,
    plot_emphasis,
    plot_keyness,
    plot_shift,
    plot_ternary,
    plot_tf_idf,
    plot_timeline,
    plot_trends,
    small_multiples,
)
from framing.plot.contrast import widest
from framing.plot.style import root
from framing.plot.tf_idf import repeated

KEYNESS_TERMS, TF_IDF_TERMS, SHIFT_FRAMES, FRAMES = 10, 10, 12, 15
ROW = 0.165


def timeline(analysis: Analysis) -> Figure:
    """Documents of each side and period."""
    return root(plot_timeline(analysis.tables["timeline"]))


def keyness(analysis: Analysis) -> Figure:
    """Terms of each side, a panel a side."""
    return _panels(plot_keyness, analysis, "keyness", "group", KEYNESS_TERMS)


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
    return _panels(plot_shift, analysis, "shift", "group", SHIFT_FRAMES)


def tf_idf(analysis: Analysis) -> Figure:
    """Terms of each period, a panel a period."""
    table = analysis.tables["tf_idf"]
    often = repeated(table, TF_IDF_TERMS)
    return _panels(
        plot_tf_idf, analysis, "tf_idf", "period", TF_IDF_TERMS, columns=4, everywhere=often
    )


def contrast(analysis: Analysis) -> Figure:
    """Differences of every two sides, in all readings, a panel a pair."""
    table = analysis.tables["contrast"]
    order = widest(table, FRAMES)
    readings = table["statistic"].nunique()
    return _panels(
        plot_contrast,
        analysis,
        "contrast",
        ["group", "reference"],
        FRAMES,
        tall=max(1.25, 0.8 * readings),
        order=order,
    )


def _panels(
    plot: Any,
    analysis: Analysis,
    name: str,
    by: str | list[str],
    n: int,
    columns: int = 3,
    tall: float = 1.25,
    **options: Any,
) -> Figure:
    """Draw panels as tall as their rows need."""
    table = analysis.tables[name]
    keys = [by] if isinstance(by, str) else by
    number = len(table[keys].drop_duplicates())
    kind = next(kind for kind in ("frame", "term", "topic", "feature") if kind in table)
    rows = min(n, table[kind].nunique())
    height = 0.55 + -(-number // columns) * (rows * ROW * tall + 0.95)
    axes = small_multiples(
        plot, table, by, columns=columns, height=min(height, 9.0), n=n, **options
    )
    return root(axes[0, 0])
