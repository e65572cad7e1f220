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
from functools import partial
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
from scipy import sparse

from framing.analysis import CODER, TOPICS, Analysis, Plan
from framing.corpus import Corpus
from framing.errors import InputError, one_of
from framing.features import Features

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FIGURES", "Entry", "draw_all", "entry", "save"]


T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """One figure that an analysis can show.

    Attributes
    ----------
    name, title : str
    about : str
        "sides": what they put forward; "coder": how far a machine coder can be trusted, which only
        corpora with hand codes of a sample can show; "topics": a topic model, which only large
        corpora can bear.
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
    about: str
    table: str
    needs: tuple[str, ...]
    draw: Callable[[Analysis], Figure]
    caption: Callable[[Analysis], str]
    alt: Callable[[Analysis], str]

    def asked(self, analysis: Analysis) -> bool:
        """Whether the analysis was to make the table, and has it or says why not."""
        return self.table in analysis.tables or self.table in analysis.skipped

    def seen(self, analysis: Analysis) -> Analysis:
        """Leave of an analysis what the figure and its words may look at, and nothing more."""
        frames, plan = analysis.frames, analysis.plan
        rows = frames.segments.filter(["segment", "document", "position"])
        nothing = pd.DataFrame()
        return Analysis(
            Corpus("", nothing, nothing),
            Plan(plan.by, plan.over, replicates=plan.replicates),
            Features(sparse.csr_array((len(rows), 0)), [], rows, frames.kind),
            None,
            analysis.unit,
            {name: analysis.tables[name] for name in self.needs if name in analysis.tables},
        )

    def rendered(self, analysis: Analysis) -> tuple[bytes, bytes, str, str]:
        """Draw it: SVG, PNG, caption and alternative text, whatever the reader has set."""
        import matplotlib.style

        from framing.gallery.saving import rendered

        with matplotlib.style.context("default"):
            alt = self.alt(analysis)
            return *rendered(self.draw(analysis), alt), self.caption(analysis), alt


def _of_sides(name: str, title: str, *tables: str) -> Entry:
    parts = (_later(module, name) for module in ("drawing", "captions", "alternatives"))
    return _entry(name, title, "sides", (*tables, "emphasis"), *parts)


def _of_coder(name: str, title: str, *tables: str) -> Entry:
    parts = (_later("coder", f"{what}_{name}") for what in ("draw", "caption", "alt"))
    return _entry(name, title, "coder", tables, *parts)


def _of_topics(name: str, title: str, *tables: str) -> Entry:
    parts = (_later("topics", f"{what}_{name}") for what in ("draw", "caption", "alt"))
    return _entry(name, title, "topics", tables, *parts)


def _later(module: str, name: str) -> Callable[[Analysis], Any]:
    """Find a function when it is called: who has the figure already need not load matplotlib."""

    def called(analysis: Analysis) -> Any:
        return getattr(import_module(f"framing.gallery.{module}"), name)(analysis)

    return called


def _entry(
    name: str,
    title: str,
    about: str,
    tables: tuple[str, ...],
    picture: Callable[[Analysis], Figure],
    caption: Callable[[Analysis], str],
    alt: Callable[[Analysis], str],
) -> Entry:
    def draw(analysis: Analysis) -> Figure:
        import matplotlib.style

        with matplotlib.style.context("default"):  # whatever the reader has set, the same figure
            figure = picture(analysis)
            for _ in range(2):  # let the layout settle, then keep it whatever is done with it
                figure.draw_without_rendering()
            figure.set_layout_engine("none")
        return figure

    ask = partial(_asking, table=tables[0])
    needs = tuple(dict.fromkeys(tables))
    return Entry(name, title, about, tables[0], needs, ask(draw), ask(caption), ask(alt))


def _asking(work: Callable[[Analysis], T], table: str) -> Callable[[Analysis], T]:
    """Refuse an analysis without the table, with its own reason."""

    def asked(analysis: Analysis) -> T:
        if table not in analysis.tables:
            why = f"the analysis has no table {table!r}."
            if table in CODER and analysis.plan.coding is None:
                why = "no codes by hand are named in the table [coding] of a report.toml."
            if table in TOPICS:
                why = analysis.skipped.get("topics", why)
            raise InputError(analysis.skipped.get(table, why))
        return work(analysis)

    return asked


FIGURES = (
    _of_sides("timeline", "How many documents stand behind each comparison", "timeline"),
    _of_sides("keyness", "What sets each side apart", "keyness"),
    _of_sides("emphasis", "What each side puts forward", "emphasis", "contrast"),
    _of_sides("ternary", "Whose theme each frame is", "emphasis", "contrast", "terms"),
    _of_sides("trend", "What each side came to say more, or less", "trend"),
    _of_sides("shift", "What moved, and what may be noise", "shift", "timeline"),
    _of_sides("tf_idf", "What marks each period", "tf_idf"),
    _of_sides("contrast", "Which differences survive another choice of documents", "contrast"),
    _of_sides("divergence", "How far apart the sides are", "divergence"),
    _of_sides("change", "Whether the sides changed alike", "change"),
    _of_coder("agreement", "Whether people code alike", "agreement"),
    _of_coder("confusion", "What the machine finds, misses and codes too much", "bias"),
    _of_coder("correction", "What hand codes make of the machine’s shares", "correction"),
    _of_topics("topics", "What the topics are", "topics"),
    _of_topics("topic_prevalence", "Which topics came and went", "topic_prevalence", "topics"),
    _of_topics("topic_differences", "Which topics divide the sides", "topic_differences", "topics"),
    _of_topics("topic_stability", "Which topics come back", "topic_stability", "topics"),
)
"""Every figure: of sides, of the coder, of topics, in the order in which a report shows them."""


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


def save(figure: Figure, stem: str | PathLike[str], alt: str, title: str = "") -> list[Path]:
    """Write a figure as SVG and PNG; see :func:`framing.gallery.saving.save`."""
    from framing.gallery.saving import save

    return save(figure, stem, alt, title)


def draw_all(analysis: Analysis) -> tuple[dict[str, Figure], dict[str, str]]:
    """Draw every figure whose table was asked for.

    Returns
    -------
    dict of matplotlib Figure
        By name.
    dict of str
        Names of those that could not be drawn, and why.
    """
    drawn, undrawn = {}, {}
    for figure in FIGURES:
        if not figure.asked(analysis):
            continue
        try:
            drawn[figure.name] = figure.draw(analysis)
        except InputError as reason:
            undrawn[figure.name] = str(reason)
    return drawn, undrawn
