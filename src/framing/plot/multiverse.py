"""Multiverse: a specification curve, and under it what was chosen for each of its points."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.gridspec import GridSpec
from matplotlib.ticker import FuncFormatter, MaxNLocator

from framing.errors import InputError
from framing.multiverse import TOGETHER, Specifications, multiverse_summary
from framing.plot.panels import settle
from framing.plot.rows import ROW, beside, lay, stack
from framing.plot.style import DARK, NEUTRAL, Panel, new_figure, styled
from framing.plot.words import dress
from framing.wording import count_of, percent

UNCLEAR = "#A9B2BC"
CURVE = 2.1
"""Height of the curve, in inches."""


@styled
def plot_multiverse(
    table: pd.DataFrame, *, title: str | None = None, width: float = 7.0
) -> npt.NDArray[np.object_]:
    """Draw the estimates of all specifications in order, and below them the options of each.

    Filled marks, and dark strokes, are clear: p < .05, and an interval that leaves out nought. A
    choice that matters has its dark strokes, or its strokes at one end, with one option. Beside
    each option stands the mean of the estimates with it, and beside each choice the part of their
    variance that goes with it. A ring marks specification 1, which takes all first options.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.multiverse` returns. :func:`framing.multiverse_in_words` has the words
        for whoever does not see the figure.
    title : str, optional
    width : float
        Of the figure, in inches.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (2,)
        The curve, and the choices; either shows the whole figure in a notebook.

    References
    ----------
    Simonsohn, U., Simmons, J. P. & Nelson, L. D. (2020). Specification curve analysis. *Nature
    Human Behaviour*, 4, 1208–1214.

    Examples
    --------
    >>> rows = {"specification": [1, 2, 3], "choice": "within", "option": ["none", "topic", "kind"]}
    >>> rows |= {"estimate": [0.3, 0.1, 0.2], "low": [0.1, -0.1, 0.0], "high": [0.5, 0.3, 0.4]}
    >>> rows |= {"p_value": [0.01, 0.3, 0.06], "statistic": "difference", "note": ""}
    >>> curve, choices = plot_multiverse(pd.DataFrame(rows))
    >>> [label.get_text() for label in choices.get_yticklabels()]
    ['none', 'topic', 'kind']
    """
    read = Specifications.of(table, "plot_multiverse")
    known = np.flatnonzero(read.known)
    if not len(known):
        raise InputError("plot_multiverse: no specification has an estimate; read their notes.")
    estimates = read.answers["estimate"].to_numpy(dtype=float)
    order = known[np.argsort(estimates[known], kind="stable")]
    summary = multiverse_summary(table)
    rows = stack([len(options) for options in read.options.values()])
    figure = new_figure(width, CURVE + ROW * rows.height + 1.75)
    ratios = [CURVE, ROW * rows.height]
    places = GridSpec(2, 1, figure=figure, height_ratios=ratios)
    figure.waits = True
    curve, choices = (figure.add_subplot(places[i], axes_class=Panel) for i in (0, 1))
    _curve(curve, read, order, title)
    _choices(choices, read, order, summary)
    for ax in (curve, choices):
        ax.set_xlim(-0.9, len(order) - 0.1)
    figure.waits = False
    settle([curve, choices])
    return np.array([curve, choices], dtype=object)


def _curve(ax: Axes, read: Specifications, order: npt.NDArray[np.intp], title: str | None) -> None:
    """Draw estimates with intervals, from the least to the most."""
    rows, x = read.answers.iloc[order], np.arange(len(order))
    estimate, low, high = (rows[name].to_numpy(dtype=float) for name in ("estimate", "low", "high"))
    clear = read.clear[order] != 0
    wide = float(np.clip(150 / len(order), 0.5, 1.4))
    size = float(np.clip(190 / len(order), 1.6, 4.6))
    for some, colour, z in ((~clear, UNCLEAR, 2), (clear, NEUTRAL.colour, 3)):
        ax.vlines(x[some], low[some], high[some], color=colour, lw=wide, zorder=z)
        ax.plot(
            x[some], estimate[some], ls="none", marker="o", ms=size, mew=min(0.3 * size, 1.0),
            mec=NEUTRAL.colour, mfc=colour if colour != UNCLEAR else "white", zorder=z + 2,
        )  # fmt: skip
    ax.axhline(0, color=DARK, lw=0.7, zorder=1)
    write = read.written
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: write(y)))
    ax.set_xticks([])
    if 1 in rows.index:
        at = int(np.flatnonzero(rows.index == 1)[0])
        _first(ax, at, float(estimate[at]), size)
    dress(
        ax,
        title=title or "How the answer moves with the choices made",
        subtitle=[_told(read, order), _measured(rows)],
        grid="y",
    )


def _first(ax: Axes, at: int, estimate: float, size: float) -> None:
    """Ring the specification that takes all first options, and name it below."""
    ax.plot(
        [at], [estimate], marker="o", ms=size + 4, mfc="none", mec=DARK, mew=1.1, ls="none",
        zorder=6,
    )  # fmt: skip
    ax.set_xticks([at], ["first options"])


def _choices(
    ax: Axes, read: Specifications, order: npt.NDArray[np.intp], summary: pd.DataFrame
) -> None:
    """Draw a stroke where a specification took an option."""
    rows = stack([len(options) for options in read.options.values()])
    part: Any = summary[summary["statistic"] == "part"].set_index("choice")["estimate"]
    mean: Any = summary[summary["statistic"] == "mean"].set_index(["choice", "option"])["estimate"]
    heads = [(_head(choice, float(part[choice])), DARK) for choice in read.options]
    lay(ax, rows, list(read.options.values()), heads)
    clear, wide = read.clear[order] != 0, float(np.clip(230 / len(order), 0.7, 4.0))
    for column, (choice, places) in enumerate(zip(read.options, rows.places, strict=True)):
        for option, y in enumerate(places):
            ax.axhline(y, color="#ECEEF0", lw=0.6, zorder=0)
            x = np.flatnonzero(read.taken[order, column] == option)
            for some, colour in ((x[~clear[x]], UNCLEAR), (x[clear[x]], NEUTRAL.colour)):
                ax.vlines(some, y - 0.34, y + 0.34, color=colour, lw=wide, zorder=2)
            value = float(mean[choice, read.options[choice][option]])
            told = "none" if np.isnan(value) else read.written(value)
            beside(ax, y, told, colour=DARK, end=34)
    beside(ax, rows.heads[0], "mean", bold=True, end=34)
    ax.set_xticks([])
    level = read.answers.get("level", pd.Series(dtype=float)).max()
    drawn = bool(read.answers["low"].notna().any())
    dress(
        ax,
        xlabel=f"{count_of(len(order), 'specification')}, in the order of their estimates",
        below=[
            _filled(read),
            f"lines: {percent(float(level))} intervals" if drawn and not np.isnan(level) else "",
            _together(float(part[TOGETHER])),
            _lost(read),
        ],
        grid="",
    )


def _head(choice: str, part: float) -> str:
    """Name a choice, and say how much it moves.

    Examples
    --------
    >>> _head("stop_words", 0.634), _head("within", float("nan"))
    ('stop words: 63% of the variance', 'within')
    """
    name = choice.replace("_", " ")
    return name if np.isnan(part) else f"{name}: {percent(part)} of the variance"


def _together(part: float) -> str:
    """Say how much choices move only in combination."""
    return "" if np.isnan(part) or part < 0.005 else f"choices together only: {percent(part)}"


def _told(read: Specifications, order: npt.NDArray[np.intp]) -> str:
    """Say how many are clear, each way."""
    if not read.tested:
        return "none was tested"
    up, down = (int((read.clear[order] == way).sum()) for way in (1, -1))
    n = len(order)
    ways = [f"{number} clear {where}" for number, where in ((down, "below"), (up, "above"))]
    return f"{n} specifications: {ways[0]} nought, {ways[1]}, {n - up - down} open"


def _measured(rows: pd.DataFrame) -> str:
    """Say what the estimates are."""
    first = rows.iloc[0]
    sides = [
        str(first[name]) for name in ("group", "reference") if isinstance(first.get(name), str)
    ]
    alike = all(
        len(rows[name].dropna().unique()) == 1 for name in ("group", "reference") if name in rows
    )
    statistic = str(first.get("statistic") or "estimate")
    what = "difference of shares, percentage points"
    told = what if statistic.startswith("difference") else statistic
    return f"{' − '.join(sides)}: {told}" if sides and alike else told


def _filled(read: Specifications) -> str:
    return "filled, dark: clear (p < .05, and an interval that leaves out nought)" * read.tested


def _lost(read: Specifications) -> str:
    """Say which specifications are not drawn, and why."""
    reasons = list(dict.fromkeys(read.lost))
    if not reasons:
        return ""
    more = "; …" if len(reasons) > 1 else ""
    return f"not drawn: {count_of(len(read.lost), 'specification')} ({reasons[0]}{more})"
