"""A finding, and how an analysis speaks of its sides, documents and segments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.card import segment_name
from framing.wording import count_of, percent, sentence

if TYPE_CHECKING:
    from framing.analysis import Analysis

SMALL = 30
"""With fewer documents on a side, the sentence says so."""

SHOWN = 5
"""Differences and slopes described, at most, where there is no test to choose among them."""

STRENGTHS = {
    "robust": "clear, and it survives",
    "clear": "clear",
    "partly": "clear, and survives some checks",
    "fragile": "clear only before checks",
    "guarded": "clear only in a check",
    "similar": "not large",
    "open": "cannot be said",
    "described": "description",
}

KINDS = {
    "emphasis": "What each side puts forward most",
    "difference": "Differences between sides",
    "change": "Changes over time",
    "terms": "Words that mark each side",
    "similarity": "No large difference, no large change",
    "open": "What cannot be said",
}


@dataclass(frozen=True, eq=False)
class Finding:
    """One thing the tables say.

    Attributes
    ----------
    kind, strength : str
        Keys of :data:`KINDS` and :data:`STRENGTHS`.
    headline, text : str
        The finding, and the numbers behind it in words.
    check : str
        What becomes of it when documents are compared more carefully; empty if they were not.
    table : str
        The table in ``Analysis.tables`` that the numbers come from.
    numbers : pandas.DataFrame
        Its rows.
    """

    kind: str
    strength: str
    headline: str
    text: str
    table: str
    numbers: pd.DataFrame
    check: str = ""


@dataclass(frozen=True)
class Voice:
    """How an analysis speaks of its sides, documents and segments."""

    by: str
    over: str
    segment: str
    only_these: bool
    n_documents: int

    @classmethod
    def of(cls, analysis: Analysis) -> Voice:
        """Take the names from what was analysed."""
        rows = analysis.frames.segments
        n_documents = int(rows["document"].nunique())
        plan = analysis.plan
        segment = segment_name(rows)
        return cls(plan.by, plan.over, segment, analysis.unit == "segment", n_documents)

    def side(self, group: Any) -> str:
        """Name a side; of an actor, say that it is spoken of and does not speak."""
        return f"where {group} is mentioned" if self.by == "actor" else str(group)

    def inside(self, group: Any) -> str:
        """Say of which side something is told."""
        return self.side(group) if self.by == "actor" else f"in {group}"

    def share(self, row: Any) -> str:
        """Write a share and what was counted: "41% (82 of 200 documents)"."""
        counted = f"{int(row.n):,} of {count_of(int(row.n_segments), self.segment)}"
        if self.segment != "document":
            counted += f", {count_of(int(row.n_documents), 'document')}"
        return f"{percent(row.estimate)} ({counted})"

    def few(self, n_documents: int, what: str) -> str:
        """Add a sentence where documents are few; empty otherwise."""
        if n_documents >= SMALL:
            return ""
        return f" A small sample: {what} has only {count_of(n_documents, 'document')}."

    def begin(self, text: str) -> str:
        """Begin a sentence, limited to these documents where nothing more can be said."""
        if self.only_these:
            text = f"in these {count_of(self.n_documents, 'document')}, {text}"
        return sentence(text)


def each(table: pd.DataFrame) -> Iterator[Any]:
    """Go through the rows of a table."""
    return table.itertuples()
