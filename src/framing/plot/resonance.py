"""Resonance: which documents said something new, and whether it stayed."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from framing.plot.check import check, once
from framing.plot.labels import around, place
from framing.plot.style import (
    DARK,
    FONT,
    NEUTRAL,
    SMALL,
    TEXT,
    looks,
    new_axes,
    root,
    styled,
)
from framing.plot.words import dress, words_of
from framing.verdicts import CLEAR
from framing.wording import count_of

MANY = 300
"""With more documents than this, marks are small and see-through."""


@styled
def plot_resonance(table: pd.DataFrame, ax: Axes | None = None, *, n: int = 6) -> Axes:
    """Draw resonance against novelty, a mark a document.

    To the right: further from those before than random order would have it. Above nought: those
    after are nearer to it than those before, so what was new stayed. Marks are filled where
    resonance differs clearly from a random order of the documents (q < .05).

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.resonance` returns.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    n : int
        Documents named: those whose resonance is largest, up or down, among the filled.

    Returns
    -------
    matplotlib.axes.Axes
    """
    columns = ("document", "estimate", "q_value", "n_tests")
    check(table, "plot_resonance", "resonance", columns, ("resonance",), feature=False)
    table = table if "group" in table else table.assign(group="")
    keys = ["group", "document", "statistic"]
    once(table, keys, "plot_resonance", "give one table")
    wide = table.pivot(index=keys[:2], columns="statistic", values=["estimate", "q_value"])
    estimate = wide["estimate"].astype(float)
    points = pd.DataFrame(
        {
            "x": estimate["novelty"] - estimate["expected"],
            "y": estimate["resonance"],
            "clear": wide["q_value"]["resonance"].astype(float) < CLEAR,
        }
    )
    shown = points.dropna(subset=["x", "y"])
    if ax is None:
        ax = new_axes(5.2, 3.6)
    names = [str(group) for group in dict.fromkeys(table["group"])]
    look = looks(names) if names != [""] else {"": NEUTRAL}
    small = len(shown) > MANY
    for name in names:
        here = shown[shown.index.get_level_values("group") == name]
        for clear in (False, True):
            some = here[here["clear"] == clear]
            ax.plot(
                some["x"], some["y"], ls="none", marker=look[name].marker, ms=2.2 if small else 4.2,
                mec=look[name].colour, mew=0.4 if small else 0.8,
                mfc=look[name].colour if clear else "white",
                alpha=0.35 if small else 1.0, zorder=3 if clear else 2,
            )  # fmt: skip
    ax.margins(0.08)
    for line in (ax.axhline, ax.axvline):
        line(0, color="#9A9A9A", lw=0.6, zorder=1)
    ax.set_ylabel("resonance, bits: what it brought stayed →", family=FONT, fontsize=TEXT)
    if names != [""]:
        _legend(ax, names)
    left_out = len(points) - len(shown)
    dress(
        ax,
        title="What was new, and what stayed",
        subtitle=["filled: clearly other than in random order"] if shown["clear"].any() else [],
        xlabel="novelty less what random order gives, bits: newer →",
        below=[f"left out: {count_of(left_out, 'document')} without whole windows"]
        * (left_out > 0),
        grid="",
    )
    _name(ax, shown, n)
    words_of(ax).settle()
    return ax


def _legend(ax: Axes, names: list[str]) -> None:
    look = looks(names)
    marks = [
        Line2D([], [], ls="none", marker=look[name].marker, ms=4.2, color=look[name].colour)
        for name in names
    ]
    ax.legend(
        marks, names, loc="upper left", bbox_to_anchor=(1, 1), handletextpad=0.2,
        prop={"family": FONT, "size": TEXT},
    )  # fmt: skip


def _name(ax: Axes, shown: pd.DataFrame, n: int) -> None:
    """Write the names of the documents that resonate most and least, where there is room."""
    clear = shown[shown["clear"]]
    named = clear.loc[clear["y"].abs().sort_values(ascending=False, kind="stable").index[:n]]
    notes = [
        ax.annotate(
            textwrap.shorten(str(document), 28, placeholder="…"), (row.x, row.y), xytext=(0, 0),
            textcoords="offset points", ha="center", va="center", fontsize=SMALL, color=DARK,
            family=FONT, zorder=4,
        )
        for (_, document), row in zip(named.index, named.itertuples(), strict=True)
    ]  # fmt: skip
    if not notes:
        return
    root(ax).draw_without_rendering()
    others = shown if len(shown) <= MANY else named
    marks = around(ax.transData.transform(others[["x", "y"]].to_numpy(dtype=float)), 5)
    at = np.asarray(ax.transData.transform(named[["x", "y"]].to_numpy(dtype=float)))
    place(ax, notes, at, marks, [])
