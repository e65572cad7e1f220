"""Agreement: how far coders find the same frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MultipleLocator

from framing.agreement import ALL_FRAMES
from framing.plot.check import check, notes, once
from framing.plot.rows import ROW, lay, mark, stack
from framing.plot.style import BAND, DARK, FONT, GREY, NEUTRAL, PALE, SMALL, new_axes, styled
from framing.plot.words import dress
from framing.wording import MINUS, count_of, percent

TENTATIVE, RELIABLE = 0.667, 0.8
"""Krippendorff's conventions: the least α for tentative conclusions, and for reliable data."""
ALPHA, PERCENT = "krippendorff_alpha", "percent_agreement"


@styled
def plot_agreement(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw Krippendorff's α of every frame with its interval, the surest first.

    Frames are ordered by the lower end, so that one that is hardly used, and agreed on by luck,
    does not lead. Beside α stands percent agreement, which looks better and is not: it counts what
    chance gives.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.agreement` returns; of pairs of coders, or of each against the rest, the
        rows of one comparison (see :func:`framing.plot.small_multiples` for panels).
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from framing.agreement import agreement
    >>> codes = pd.DataFrame({"segment": [*range(40)] * 2, "coder": ["x"] * 40 + ["y"] * 40})
    >>> codes = codes.assign(document=codes["segment"], frame="rules", code=[1, 0, 1, 0, 0] * 16)
    >>> ax = plot_agreement(agreement(codes))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['rules']
    """
    columns = ("frame", "estimate", "low", "high", "note", "level")
    check(table, "plot_agreement", "agreement", columns, (ALPHA,))
    once(table, ["frame", "statistic"], "plot_agreement", "keep the rows of one comparison")
    alpha = table[table["statistic"] == ALPHA].set_index("frame")
    same = table[table["statistic"] == PERCENT].set_index("frame")["estimate"]
    together = alpha.index == ALL_FRAMES
    order = alpha[~together].sort_values(["low", "estimate"], ascending=False, kind="stable")
    names = [*order.index, *alpha.index[together]]
    if ax is None:
        ax = new_axes(4.3, ROW * 1.25 * len(names) + 1.35)

    lay(ax, stack([len(names)], heading=False), [names], [])
    ax.axvspan(TENTATIVE, RELIABLE, color=BAND, lw=0, zorder=0)
    for x, text, align in ((TENTATIVE, "tentative", "right"), (RELIABLE, "reliable", "left")):
        _line(ax, x, text, align)
    least = float(np.nanmin(alpha[["estimate", "low"]].to_numpy(dtype=float), initial=0.0))
    ax.set_xlim(min(-0.03, least - 0.03), 1.02)
    for y, name in enumerate(names):
        row = alpha.loc[name]
        if name in same.index:
            _diamond(ax, float(same[name]), y)
        if np.isnan(row["estimate"]):
            _unknown(ax, y, f"α {row['note']}")
        else:
            ends = float(row["low"]), float(row["high"])
            mark(ax, float(row["estimate"]), *ends, y, NEUTRAL, size=5.0)
    if together.any() and len(names) > 1:
        ax.axhline(len(names) - 1.5, color=PALE, lw=0.8, zorder=0.5)
    ax.xaxis.set_major_locator(MultipleLocator(0.2))
    ax.xaxis.set_major_formatter(FuncFormatter(_number))
    known = alpha[alpha["estimate"].notna()].reset_index()
    dress(
        ax,
        title=f"How far {_who(table)} agree",
        subtitle=[_behind(table)],
        xlabel=f"Krippendorff’s α, with {percent(float(table['level'].iloc[0]))} intervals",
        below=["◇ percent agreement, which counts what chance alone gives", *notes(known, "frame")],
        raised=20.0,
    )
    return ax


def _line(ax: Axes, x: float, text: str, align: str) -> None:
    """Draw a convention, and write over the axes what it says."""
    ax.axvline(x, color=GREY, lw=0.8, ls=(0, (3, 2)), zorder=1)
    ax.annotate(
        f"{text}\nfrom {_number(x)}",
        (x, 1),
        xycoords=ax.get_xaxis_transform(),
        xytext=(0, 3),
        textcoords="offset points",
        ha=align,
        va="bottom",
        fontsize=SMALL,
        color=GREY,
        family=FONT,
        linespacing=1.15,
    )


def _diamond(ax: Axes, x: float, y: float) -> None:
    ax.plot([x], [y], marker="D", ms=3.6, mfc="white", mec="#8C8C8C", mew=0.9, ls="none",
            zorder=2.5, clip_on=False)  # fmt: skip


def _unknown(ax: Axes, y: float, text: str) -> None:
    ax.annotate(
        text, (0, y), xytext=(4, 0), textcoords="offset points", va="center", fontsize=SMALL,
        color=DARK, family=FONT, fontstyle="italic",
    )  # fmt: skip


def _number(x: float, _: object = None) -> str:
    """Write α as the literature does: without the nought before the point."""
    digits = f"{abs(x):.3f}".rstrip("0").rstrip(".")
    return (MINUS if x < 0 else "") + (digits if abs(x) >= 1 or digits == "0" else digits[1:])


def _who(table: pd.DataFrame) -> str:
    if "group" not in table:
        return "coders"
    other = table["reference"].iloc[0]
    return f"{table['group'].iloc[0]} and {'the others' if other == 'rest' else other}"


def _behind(table: pd.DataFrame) -> str:
    """Say how much stands behind it: where frames differ, how much behind the best known."""
    row = table.iloc[int(table["n_segments"].to_numpy().argmax())]
    segments, documents = int(row["n_segments"]), int(row["n_documents"])
    what = count_of(documents, "document")
    if segments != documents:
        what = f"{count_of(segments, 'segment')} of {what}"
    coders = int(row["n_coders"])
    return f"{what} that " + (f"two or more of {coders} coded" if coders > 2 else "both coded")
