"""What can be chosen of a corpus, and what becomes of a choice that it does not offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from framing.analysis import Plan
from framing.corpus import Corpus
from framing.explorer.comparison import LEVELS, SHOW, years_of
from framing.groups import groups
from framing.inference import MINIMUM
from framing.resources import bundled

HAND = "hand codes"
"""The name of the codes that people gave, where a codebook is chosen."""
MOST_SIDES = 8
CLUSTERS = ("outlet", "publisher", "speaker", "author", "country", "event")
"""Columns whose documents may not be independent."""
_NO_SIDES = frozenset(
    "document segment position n_tokens date date_precision date_basis date_reason sha256 text "
    "title url language".split()
)


@dataclass(frozen=True)
class Choice:
    """What somebody wants to see.

    Attributes
    ----------
    corpus, codebook, level, by, show, unit : str
        See :func:`framing.explorer.compare`; the corpus and the codebook by their names.
    sides : tuple of str
    years : (int, int) or None
        None: all, undated documents too.
    name : str
        The frame, term or topic whose evidence is shown; empty: none.
    side : str
        The side whose evidence is shown; empty: all.
    n : int
        Segments shown of it.
    """

    corpus: str
    codebook: str
    level: str
    show: str
    by: str
    sides: tuple[str, ...]
    years: tuple[int, int] | None
    unit: str
    name: str = ""
    side: str = ""
    n: int = 0

    @property
    def compared(self) -> tuple[object, ...]:
        """What the figure and the table depend on."""
        codebook = self.codebook if self.level == "frame" else ""
        what = (self.corpus, codebook, self.level, self.show)
        return (*what, self.by, self.sides, self.years, self.unit)


@dataclass(frozen=True)
class Offer:
    """What can be chosen of one corpus; the first of each is the default.

    Attributes
    ----------
    codebooks, levels, by, units : tuple of str
    years : tuple of int
        Empty where documents have no dates, or all the same year.
    """

    codebooks: tuple[str, ...]
    levels: tuple[str, ...]
    by: tuple[str, ...]
    units: tuple[str, ...]
    years: tuple[int, ...]


def offer(corpus: Corpus, codebooks: Sequence[str] = (), *, topics: bool = False) -> Offer:
    """Look what a corpus has to choose from.

    Parameters
    ----------
    corpus : Corpus
    codebooks : sequence of str
        Names of the reader's own, which come first.
    topics : bool
        Whether there is a topic model of the corpus.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"id": list("abc"), "region": ["US", "US", "EU"]})
    >>> table = table.assign(date=["2021", "2021", "2023"], text=["Chips.", "More.", "Rules."])
    >>> found = offer(Corpus.from_frame(table, clean=False))
    >>> found.levels, found.by, found.years
    (('frame', 'term'), ('region', 'actor'), (2021, 2022, 2023))
    """
    has_terms = corpus.has_words or corpus.terms is not None
    plan, documents = Plan.of(corpus), corpus.documents
    by_hand = [HAND] if corpus.frames is not None else []
    named = [plan.codebook] if plan.codebook in bundled("codebooks") else []
    books = [*named, *bundled("codebooks")] if has_terms else []
    first = [*(codebooks if has_terms else []), *(named if has_terms else []), *by_hand]
    few = [
        str(column)
        for column in documents
        if column not in _NO_SIDES
        and 2 <= documents[column].nunique() <= MOST_SIDES
        and documents[column].nunique() < len(documents)
    ]
    spoken_of = ["actor"] if has_terms or corpus.mentions is not None else []
    usual = [plan.by] if plan.by in (*few, *spoken_of) else []
    clusters = [
        column
        for column in CLUSTERS
        if column in documents and 2 <= documents[column].nunique() < len(documents)
    ]
    units = ["document", *clusters]
    if corpus.segments["document"].duplicated().any():
        units = ["segment", *units] if len(documents) < MINIMUM else [*units, "segment"]
    years = years_of(documents).dropna()
    span = range(int(years.min()), int(years.max()) + 1) if len(years) else range(0)
    levels = [
        *(["frame"] if first or books else []),
        *(["term"] if has_terms else []),
        *(["topic"] if topics else []),
    ]
    return Offer(
        tuple(dict.fromkeys([*first, *books])),
        tuple(levels),
        tuple(dict.fromkeys([*usual, *few[:1], *spoken_of, *few])),
        tuple(units),
        tuple(span) if len(span) > 1 else (),
    )


def sides_of(corpus: Corpus, by: str) -> tuple[str, ...]:
    """Name the sides that a column, or the actors mentioned, make of a corpus."""
    return tuple(str(name) for name in groups(corpus, by).columns)


def settled(
    wanted: Mapping[str, Any], offered: Offer, sides: Sequence[str], by: str, corpus: str
) -> Choice:
    """Keep of a choice what is offered, and take the default for the rest.

    Parameters
    ----------
    wanted : mapping
        Values by the names of a :class:`Choice`; any may be missing or none.
    offered : Offer
    sides : sequence of str
        Those that `by` makes.
    by, corpus : str

    Examples
    --------
    >>> offered = Offer(("hand codes",), ("frame",), ("region",), ("document",), (2021, 2022))
    >>> choice = settled({"level": "topic", "sides": ["EU"]}, offered, ["US", "EU"], "region", "x")
    >>> choice.level, choice.sides, choice.years
    ('frame', ('EU',), None)
    """
    chosen = wanted.get("sides")
    kept = None if chosen is None else tuple(side for side in sides if side in chosen)
    if not kept and chosen:  # sides of another column; none at all is a choice, if a bad one
        kept = None
    sides_now = tuple(sides) if kept is None else kept
    side = str(wanted.get("side") or "")
    return Choice(
        corpus=corpus,
        codebook=_among(wanted.get("codebook"), offered.codebooks),
        level=_among(wanted.get("level"), offered.levels or LEVELS),
        show=_among(wanted.get("show"), SHOW),
        by=by,
        sides=sides_now,
        years=_span(wanted.get("years"), offered.years),
        unit=_among(wanted.get("unit"), offered.units),
        name=str(wanted.get("name") or ""),
        side=side if side in sides_now else "",
        n=max(int(wanted.get("n") or 0), 0),
    )


def _among(value: object, allowed: Sequence[str]) -> str:
    return str(value) if value in allowed else (allowed[0] if allowed else "")


def _span(value: Any, years: Sequence[int]) -> tuple[int, int] | None:
    """Take two years as they are; all years together mean that undated documents stay."""
    if not years or not isinstance(value, (list, tuple)) or len(value) != 2:
        return None
    first, last = (int(year) for year in value)
    return None if (first, last) == (years[0], years[-1]) else (first, last)
