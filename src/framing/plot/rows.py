"""Rows of marks and intervals under headings: what most of the figures are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from framing.plot.style import DARK, FONT, GREY, SMALL, TEXT, Look

ROW = 0.165
"""Height of a row of text, in inches."""


@dataclass(frozen=True)
class Rows:
    """Where the rows of stacked sections lie, counted downwards.

    Attributes
    ----------
    places : tuple of tuple of float
        One a row, by section.
    heads : tuple of float
        One a section; nowhere if there is only one section.
    height : float
    """

    places: tuple[tuple[float, ...], ...]
    heads: tuple[float, ...]
    height: float


def stack(sizes: Sequence[int], heading: bool = True) -> Rows:
    """Stack sections of so many rows, each under a heading.

    Examples
    --------
    >>> stack([2, 1]).places, stack([2, 1]).heads
    (((1.0, 2.0), (4.4,)), (0.0, 3.4))
    """
    places, heads, at = [], [], 0.0
    for size in sizes:
        if heading:
            heads.append(at)
            at += 1.0
        places.append(tuple(round(at + i, 6) for i in range(size)))
        at += size + 0.4 * heading
    return Rows(tuple(places), tuple(heads), at - 0.4 * heading)


def lay(
    ax: Axes, rows: Rows, labels: Sequence[Sequence[str]], heads: Sequence[tuple[str, str]]
) -> None:
    """Label the rows, and write the headings (text and colour) over their sections."""
    at = [place for places in rows.places for place in places]
    ax.set_yticks(at, [label for section in labels for label in section], family=FONT)
    ax.set_ylim(rows.height - 0.4, -0.6)
    for place, (text, colour) in zip(rows.heads, heads, strict=False):
        ax.text(
            0,
            place,
            text,
            transform=ax.get_yaxis_transform(),
            va="center",
            fontsize=TEXT,
            fontweight="bold",
            color=colour,
            family=FONT,
        )


def mark(
    ax: Axes,
    x: float,
    low: float,
    high: float,
    y: float,
    look: Look,
    *,
    filled: bool = True,
    size: float = 4.6,
) -> None:
    """Draw an estimate and its interval; where there is none, the bare estimate in outline."""
    if not np.isnan(low) and not np.isnan(high):
        ax.plot([low, high], [y, y], color=look.colour, lw=1.3, solid_capstyle="butt", zorder=2)
    else:
        filled = False
    ax.plot(
        [x],
        [y],
        marker=look.marker,
        ms=size,
        mfc=look.colour if filled else "white",
        mec=look.colour,
        mew=1.1,
        ls="none",
        zorder=3,
        clip_on=False,
    )


def beside(
    ax: Axes, y: float, text: str, *, colour: str = GREY, bold: bool = False, end: float = 0.0
) -> None:
    """Write in the margin to the right of a row; ending so many points from the axes, if given."""
    ax.annotate(
        text,
        (1, y),
        xycoords=ax.get_yaxis_transform(),
        xytext=(end or 6, 0),
        textcoords="offset points",
        ha="right" if end else "left",
        va="center",
        fontsize=SMALL,
        color=colour,
        fontweight="bold" if bold else "normal",
        family=FONT,
        annotation_clip=False,
    )


def after(ax: Axes, x: float, y: float, text: str, *, colour: str = GREY) -> None:
    """Write behind what is drawn in a row."""
    ax.annotate(
        text, (x, y), xytext=(5, 0), textcoords="offset points", va="center", fontsize=SMALL,
        color=colour, family=FONT,
    )  # fmt: skip


def zero(ax: Axes, x: float = 0.0) -> None:
    """Draw the line of no difference."""
    ax.axvline(x, color=DARK, lw=0.7, zorder=1)
