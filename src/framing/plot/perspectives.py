"""Perspectives: how two sides word one topic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, FuncFormatter

from framing.errors import InputError, one_of
from framing.plot.check import check, once
from framing.plot.style import DARK, FONT, GREY, SMALL, looks, new_axes, root, size, styled
from framing.plot.words import dress, ends, words_of
from framing.wording import count_of

Floats = npt.NDArray[np.float64]
ALL = "all"
"""What the levels of a content model are called when they are taken together."""
FURTHEST = 3.0
"""Doublings from the middle to the edge, at most; words further out stand at the edge."""
ALIKE = 0.1
"""Up to so many doublings, ×1.07, a word is in grey: both sides use it."""
LARGEST = 15.0
_GAP = 1.5  # points between words


@styled
def plot_perspectives(
    table: pd.DataFrame,
    topic: str | None = None,
    levels: Sequence[str] | None = None,
    ax: Axes | None = None,
    *,
    n: int = 25,
) -> Axes:
    """Draw the words of one topic between two sides, placed by how much more one side uses them.

    Words are the larger the more probable they are on the two sides together. Up and down means
    nothing: words only make room for each other. There are no intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        What ``model.topic_terms(n=None, statistics="probability")`` returns of a model with
        `content`.
    topic : str, optional
        Needed if the table holds several.
    levels : (left, right), optional
        The two sides; needed if the table holds more.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own, as high as the words need. In other axes the least
        probable words are left out if there is no room, and counted.
    n : int
        The most probable words of either side, so many of each.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> rows = {"group": ["EU", "EU", "US", "US"], "term": ["rules", "chips"] * 2}
    >>> rows |= {"topic": "topic 1", "estimate": [0.6, 0.4, 0.3, 0.7]}
    >>> ax = plot_perspectives(pd.DataFrame(rows).assign(statistic="probability"))
    >>> [text.get_text() for text in ax.texts if text.get_position()[0] > 0]  # towards the US
    ['chips']
    """
    columns = ("term", "topic", "group", "estimate")
    check(table, "plot_perspectives", "topic_terms", columns, ("probability",))
    rows = table[(table["statistic"] == "probability") & (table["group"] != ALL)]
    topics = list(dict.fromkeys(rows["topic"]))
    topic = str(topics[0]) if topic is None and len(topics) == 1 else topic
    if topic not in topics:
        raise one_of("topic", topic, topics)
    rows = rows[rows["topic"] == topic]
    once(rows, ["group", "term"], "plot_perspectives", "give the table of one model")
    left, right = _pair(list(dict.fromkeys(rows["group"])), levels)
    wide = rows.pivot(index="term", columns="group", values="estimate")[[left, right]].dropna()
    first = [wide[side].nlargest(n).index for side in (left, right)]
    wide = wide.loc[first[0].union(first[1])]
    if wide.empty:
        raise InputError("plot_perspectives: no word stands on both sides; ask for all (n=None).")
    wide["both"] = wide[[left, right]].mean(axis=1)
    wide = (
        wide.rename_axis("term")
        .reset_index()
        .sort_values(["both", "term"], ascending=[False, True])
    )
    with np.errstate(divide="ignore"):
        apart = np.log2(wide[right].to_numpy()) - np.log2(wide[left].to_numpy())

    own = ax is None
    if ax is None:
        ax = new_axes(6.0, 3.4)
    ax.set_yticks([])
    ax.axvline(0, color=DARK, lw=0.7, zorder=1)
    ax.xaxis.set_major_locator(FixedLocator(list(np.arange(-FURTHEST, FURTHEST + 1))))
    furthest = float(np.abs(apart).max())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda d, _: _times(d, furthest)))
    dress(
        ax,
        title=f"How {left} and {right} word {topic}",
        subtitle=["the larger, the more probable on the two sides together"],
        xlabel="times as probable on one side as on the other",
        below=["no intervals: a word off the middle need not differ clearly"],
        raised=12.0,
    )
    look = looks([left, right])
    ends(ax, left, right, (look[left].ink, look[right].ink))
    x = np.clip(apart, -FURTHEST, FURTHEST)
    inks = [GREY if abs(at) < ALIKE else look[right if at > 0 else left].ink for at in x]
    texts = [
        _write(ax, str(term), float(large), ink)
        for term, large, ink in zip(wide["term"], _sizes(wide["both"]), inks, strict=True)
    ]
    left_out = _spread_words(ax, texts, x, own=own)
    words = words_of(ax)
    if left_out:
        rest = count_of(left_out, "less probable word")
        words.remarks.append(f"not shown, for lack of room: {rest}")
    words.settle()
    return ax


def _pair(found: list[str], levels: Sequence[str] | None) -> tuple[str, str]:
    """The two levels compared."""
    if levels is None and len(found) == 2:
        levels = found
    if levels is None or isinstance(levels, str) or len(levels) != 2 or levels[0] == levels[1]:
        raise InputError(
            f"plot_perspectives: name two levels to set side by side, levels=({found[0]!r}, …); "
            f"the table has {', '.join(map(repr, found))}."
        )
    for level in levels:
        if level not in found:
            raise one_of("level", level, found)
    return str(levels[0]), str(levels[1])


def _times(doublings: float, furthest: float) -> str:
    """Write a tick; the outermost also stands for what lies further out."""
    more = abs(doublings) == FURTHEST and furthest > FURTHEST
    return f"×{2 ** abs(doublings):g}{' or more' if more else ''}"


def _sizes(probability: pd.Series[float]) -> Floats:
    """Points, so that the area of a letter grows with the probability."""
    part = np.sqrt(probability.to_numpy(dtype=float) / probability.max())
    return np.asarray(SMALL + (LARGEST - SMALL) * part)


def _write(ax: Axes, term: str, large: float, ink: str) -> Text:
    """Write a word, with a little white around it, where lines pass behind."""
    text = ax.text(0, 0, term, ha="center", va="center", fontsize=large, family=FONT, color=ink)
    text.set_path_effects([withStroke(linewidth=2, foreground="white")])
    text.set_in_layout(False)
    return text


def _spread_words(ax: Axes, texts: Sequence[Text], x: Floats, *, own: bool) -> int:
    """Move words up and down until none overlaps another; return how many found no room."""
    figure = root(ax)
    width, height = size(ax)
    points = 72 / figure.dpi
    boxes = [text.get_window_extent() for text in texts]
    wide = np.array([box.width for box in boxes]) * points + 2 * _GAP
    tall = np.array([box.height for box in boxes]) * points + _GAP
    reach = float((np.abs(x) / np.maximum(1 - wide / width, 0.2)).max()) or 1.0
    across = packed(x * width / (2 * reach), wide, tall, np.inf if own else height / 2)
    for text, at, y in zip(texts, x, across, strict=True):
        if np.isnan(y):
            text.remove()
        else:
            text.set_position((at, y))
    if own:
        low, high = float((across - tall / 2).min()), float((across + tall / 2).max())
        more = (high - low - height) / 72
        figure.set_size_inches(figure.get_figwidth(), figure.get_figheight() + more)
    else:
        low, high = -height / 2, height / 2
    ax.set_xlim(-reach, reach)
    ax.set_ylim(low, high)
    return int(np.isnan(across).sum())


def packed(x: Floats, wide: Floats, tall: Floats, most: float = np.inf) -> Floats:
    """Stack boxes about a line, in order, each as close to it as there is room.

    Parameters
    ----------
    x, wide, tall : array, shape (n,)
        Centres along the line, and sizes.
    most : float
        How far from the line a box may reach.

    Returns
    -------
    array, shape (n,)
        Centres across the line; missing where there is no room.

    Examples
    --------
    >>> packed(np.array([0.0, 1.0, 9.0]), np.full(3, 4.0), np.full(3, 2.0)).tolist()
    [0.0, 2.0, 0.0]
    """
    y = np.full(len(x), np.nan)
    for i in range(len(x)):
        near = np.abs(x - x[i]) < (wide + wide[i]) / 2 - 1e-9
        near = np.flatnonzero(near & ~np.isnan(y))
        apart = (tall[near] + tall[i]) / 2
        spots = np.concatenate([[0.0], y[near] + apart, y[near] - apart])
        spots = spots[np.abs(spots) + tall[i] / 2 <= most]
        for spot in spots[np.argsort(np.abs(spots), kind="stable")]:
            if (np.abs(y[near] - spot) >= apart - 1e-9).all():
                y[i] = spot
                break
    return y
