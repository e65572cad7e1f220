"""The figures of an analysis: what each draws, says under it, and says in place of it.

>>> import framing as fr
>>> from framing.analysis import analyse
>>> from framing.gallery import FIGURES, draw_all
>>> [figure.name for figure in FIGURES][:3]
['timeline', 'keyness', 'emphasis']
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import matplotlib.style
from matplotlib.figure import Figure

from framing.analysis import Analysis
from framing.errors import InputError, one_of
from framing.gallery import alternatives, captions, drawing
from framing.gallery.saving import save

__all__ = ["FIGURES", "Entry", "draw_all", "entry", "save"]


T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """One figure that an analysis can show.

    Attributes
    ----------
    name, title : str
    table : str
        The table in ``Analysis.tables`` that it draws; where the analysis skipped it,
        ``Analysis.skipped`` says why.
    needs : tuple of str
        Every table that it, its caption or its alternative text looks at.
    draw : callable
        Analysis → Figure.
    caption, alt : callable
        Analysis → str: what to see, and what whoever does not see the figure is told.
    """

    name: str
    title: str
    table: str
    needs: tuple[str, ...]
    draw: Callable[[Analysis], Figure]
    caption: Callable[[Analysis], str]
    alt: Callable[[Analysis], str]


def _entry(name: str, title: str, table: str, *more: str) -> Entry:
    picture = getattr(drawing, name)

    def draw(analysis: Analysis) -> Figure:
        with matplotlib.style.context("default"):  # whatever the reader has set, the same figure
            figure: Figure = picture(analysis)
            for _ in range(2):  # let the layout settle, then keep it whatever is done with it
                figure.draw_without_rendering()
            figure.set_layout_engine("none")
        return figure

    return Entry(
        name,
        title,
        table,
        tuple(dict.fromkeys([table, *more, "emphasis"])),
        _asking(draw, table),
        _asking(getattr(captions, name), table),
        _asking(getattr(alternatives, name), table),
    )


def _asking(work: Callable[[Analysis], T], table: str) -> Callable[[Analysis], T]:
    """Refuse an analysis without the table, with its own reason."""

    def asked(analysis: Analysis) -> T:
        if table not in analysis.tables:
            raise InputError(analysis.skipped.get(table, f"the analysis has no table {table!r}."))
        return work(analysis)

    return asked


FIGURES = (
    _entry("timeline", "How many documents stand behind each comparison", "timeline"),
    _entry("keyness", "What sets each side apart", "keyness"),
    _entry("emphasis", "What each side puts forward", "emphasis", "contrast"),
    _entry("ternary", "Whose theme each frame is", "emphasis", "contrast", "terms"),
    _entry("trend", "What each side came to say more, or less", "trend"),
    _entry("shift", "What moved, and what may be noise", "shift", "timeline"),
    _entry("tf_idf", "What marks each period", "tf_idf"),
    _entry("contrast", "Which differences survive another choice of documents", "contrast"),
    _entry("divergence", "How far apart the sides are", "divergence"),
    _entry("change", "Whether the sides changed alike", "change"),
)
"""Every figure, in the order in which a report shows them."""


def entry(name: str) -> Entry:
    """Find a figure by its name.

    Examples
    --------
    >>> entry("shift").table
    'shift'
    """
    for figure in FIGURES:
        if figure.name == name:
            return figure
    raise one_of("figure", name, [figure.name for figure in FIGURES])


def draw_all(analysis: Analysis) -> tuple[dict[str, Figure], dict[str, str]]:
    """Draw every figure whose table is there.

    Returns
    -------
    dict of matplotlib Figure
        By name.
    dict of str
        Names of those that could not be drawn, and why.
    """
    drawn, undrawn = {}, {}
    for figure in FIGURES:
        try:
            drawn[figure.name] = figure.draw(analysis)
        except InputError as reason:
            undrawn[figure.name] = str(reason)
    return drawn, undrawn
