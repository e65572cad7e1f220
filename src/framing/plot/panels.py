"""Small multiples: one figure of many panels, all drawn by the same function."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties

from framing.errors import InputError
from framing.plot.style import DARK, FONT, TEXT, TITLE, Panel, looks, new_figure, root, styled
from framing.plot.words import words_of, wrap


@styled
def small_multiples(
    plot: Callable[..., Axes],
    table: pd.DataFrame,
    by: str | Sequence[str] = "group",
    *,
    columns: int | None = None,
    share: bool = True,
    title: str | None = None,
    width: float = 7.0,
    height: float | None = None,
    **options: Any,
) -> npt.NDArray[np.object_]:
    """Draw a table panel by panel.

    Parameters
    ----------
    plot : callable
        A function of this package that draws on axes.
    table : pandas.DataFrame
        What that function draws.
    by : str or sequence of str
        Columns whose every combination gets a panel, in the table's order.
    columns : int, optional
        Panels in a row; default all.
    share : bool
        Whether panels have the same horizontal scale.
    title : str, optional
        Default that of the first panel.
    width, height : float
        Of the figure, in inches.
    **options
        Passed on to `plot`.

    Returns
    -------
    array of matplotlib.axes.Axes
        Rows × columns; places without a panel hold None.
    """
    keys = [by] if isinstance(by, str) else list(by)
    for key in keys:
        if key not in table:
            raise InputError(f"small_multiples: the table has no column {key!r} to split it by.")
    names = list(dict.fromkeys(table[keys].itertuples(index=False, name=None)))
    columns = min(columns or len(names), len(names))
    n_rows = -(-len(names) // columns)
    figure = new_figure(width, height or 3.0 * n_rows)
    axes = np.full((n_rows, columns), None, dtype=object)
    colours = looks(table[keys[0]]) if keys[0] == "group" else {}
    for i, _ in enumerate(names):
        axes[divmod(i, columns)] = figure.add_subplot(n_rows, columns, i + 1, axes_class=Panel)
    drawn = [ax for ax in axes.ravel() if ax is not None]
    figure.waits = True
    for ax, name in zip(drawn, names, strict=True):
        with _unsettled():
            plot(table[(table[keys] == list(name)).all(axis=1)], ax=ax, **options)
        _to_figure(ax)
        words = words_of(ax)
        title = words.title if title is None else title
        parts = [str(part) for part in name]
        words.title = " against ".join(parts) if "reference" in keys else ", ".join(parts)
        words.lines = [line.removeprefix(f"{parts[0]}: ") for line in words.lines]
        words.colour = colours[parts[0]].ink if len(keys) == 1 and colours else DARK
        words.size = TEXT + 0.5
    figure.suptitle(
        title or "", x=0.01, ha="left", fontsize=TITLE, fontweight="bold", color=DARK, family=FONT
    )
    if share:
        ends = np.array([ax.get_xlim() for ax in drawn])
        for ax in drawn:
            ax.set_xlim(ends[:, 0].min(), ends[:, 1].max())
    _labels_once(axes)
    _say_once(drawn)
    figure.waits = False
    settle(drawn)
    return axes


def settle(axes: Sequence[Axes]) -> None:
    """Write the words around the panels; twice, because they move the panels a little."""
    for layout in (_unsettled(), nullcontext()):
        with layout:
            root(axes[0]).draw_without_rendering()
        for ax in axes:
            words_of(ax).settle(laid_out=True)


@contextmanager
def _unsettled() -> Iterator[None]:
    """Draw while words that will stand under all panels still stand in each, and may not fit."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "constrained_layout not applied")
        yield


def _say_once(axes: Sequence[Axes]) -> None:
    """Write under the whole figure what every panel says."""
    words = [words_of(ax) for ax in axes]
    said: list[str] = []
    if len({word.label for word in words}) == 1:
        said.append(words[0].label)
        for word in words:
            word.label = ""
    for part in ("lines", "remarks"):
        lists = [getattr(word, part) for word in words]
        same = [line for line in lists[0] if all(line in other for other in lists)]
        said += same if len(axes) > 1 else []
        for word, lines in zip(words, lists, strict=True):
            if len(axes) > 1:
                setattr(word, part, [line for line in lines if line not in same])
    figure = root(axes[0])
    width = 72 * float(figure.get_figwidth()) - 12
    text = "\n".join(wrap(line, width) for line in said if line)
    if figure.legends:  # where the label would be
        figure.legends[0].set_title(text, prop=FontProperties(family=FONT, size=TEXT))
    else:
        figure.supxlabel(text, fontsize=TEXT, color=DARK, family=FONT, linespacing=1.3)


def _to_figure(ax: Axes) -> None:
    """Turn the legend of a panel into that of the figure, if it has none."""
    legend = ax.get_legend()
    if legend is None:
        return
    legend.remove()
    figure = root(ax)
    if not figure.legends:
        figure.legend(
            list(filter(None, legend.legend_handles)),
            [text.get_text() for text in legend.get_texts()],
            loc="outside lower center",
            ncols=len(legend.get_texts()),
            frameon=False,
            prop={"family": FONT, "size": TEXT},
        )


def _labels_once(axes: npt.NDArray[np.object_]) -> None:
    """Label rows on the left only, where a row of panels has the same labels."""
    for row in axes:
        drawn = [ax for ax in row if ax is not None]
        labels = [[text.get_text() for text in ax.get_yticklabels()] for ax in drawn]
        alike = len({ax.get_ylim() for ax in drawn}) == 1
        if alike and all(these == labels[0] for these in labels):
            for ax in drawn[1:]:
                ax.tick_params(labelleft=False)
