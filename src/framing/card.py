"""What is in a corpus: the facts that a data card opens with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from framing.dates import PRECISIONS, format_date
from framing.errors import InputError
from framing.files import inside
from framing.wording import count_of

if TYPE_CHECKING:
    from framing.corpus import Corpus

README = "README.md"
LONGEST_README = 200_000
"""Most bytes of a corpus's README that are read."""


@dataclass(frozen=True)
class Card:
    """Facts about a corpus.

    Attributes
    ----------
    n_documents, n_segments, n_tokens : int
    segment : str
        What its segments are: "paragraph", "sentence" or "document".
    form : str
        Whether texts, extracted features or hand codes are at hand.
    first, last : str
        Dates, no more precisely than they are known; empty without dates.
    precision : mapping of str to int
        Documents by how much of their date is known.
    removed : mapping of str to int
        Lines that cleaning took out, by reason.
    coded : int
        Segments with a hand code for every frame.
    n_frames : int
        Frames that were coded by hand.
    readme : str
        The data card that comes with the corpus, in Markdown; empty without one.
    """

    n_documents: int
    n_segments: int
    n_tokens: int
    segment: str
    form: str
    first: str
    last: str
    precision: Mapping[str, int]
    removed: Mapping[str, int]
    coded: int
    n_frames: int
    readme: str

    @classmethod
    def of(cls, corpus: Corpus) -> Card:
        """Count what is in a corpus."""
        documents, codes = corpus.documents, corpus.frames
        dated = documents.dropna(subset="date").sort_values("date", kind="stable")
        ends = [
            format_date(date, precision)
            for date, precision in zip(dated["date"], dated["date_precision"], strict=True)
        ] or [""]
        precision = documents["date_precision"].value_counts()
        return cls(
            n_documents=len(documents),
            n_segments=len(corpus.segments),
            n_tokens=int(corpus.segments["n_tokens"].sum()),
            segment=segment_name(corpus.segments),
            form=_form(corpus),
            first=ends[0],
            last=ends[-1],
            precision={name: int(precision[name]) for name in PRECISIONS if name in precision},
            removed={
                str(reason): int(n) for reason, n in corpus.removed["reason"].value_counts().items()
            },
            coded=0 if codes is None else int(codes.notna().all(axis=1).sum()),
            n_frames=0 if codes is None else codes.shape[1],
            readme=_readme(corpus.folder),
        )

    def rows(self) -> list[tuple[str, str]]:
        """List the facts as label and value."""
        size = count_of(self.n_documents, "document")
        if self.segment != "document":
            size += f" in {count_of(self.n_segments, self.segment)}"
        size += f", {self.n_tokens:,} words" if self.n_tokens else ""
        found = [("Size", size), ("At hand", self.form)]
        if self.first:
            found.append(("Dates", f"{self.first} to {self.last}"))
        known = [f"{_KNOWN[name]} for {n:,}" for name, n in self.precision.items()]
        found.append(("Dates known", ", ".join(known)))
        total = sum(self.removed.values())
        reasons = ", ".join(f"{reason} {n:,}" for reason, n in self.removed.items())
        if total:
            found.append(("Taken out by cleaning", f"{count_of(total, 'line')}: {reasons}"))
        if self.coded:
            found.append(
                ("Hand codes", f"{count_of(self.coded, self.segment)}, {self.n_frames} frames")
            )
        if licence := self.licence():
            found.append(("Licence", licence))
        return found

    def section(self, *headings: str) -> str:
        r"""Take what the data card says under a heading; empty where it has none.

        Examples
        --------
        >>> card = Card(
        ...     0, 0, 0, "", "", "", "", {}, {}, 0, 0, "# A\n\n## Licence\n\nCC0 1.0.\n\n## B"
        ... )
        >>> card.section("Licence", "License")
        'CC0 1.0.'
        """
        wanted = {heading.lower() for heading in headings}
        body: list[str] = []
        inside = False
        for line in self.readme.splitlines():
            if line.startswith("#") and (line.startswith("## ") or not line.startswith("##")):
                inside = line.strip("# ").lower() in wanted
            elif inside:
                body.append(line)
        return "\n".join(body).strip()

    def licence(self) -> str:
        """The first paragraph that the data card has on its licence."""
        return " ".join(self.section("Licence", "License").split("\n\n")[0].split())


_KNOWN = {"day": "to the day", "month": "to the month", "year": "to the year", "unknown": "none"}


def describe(corpus: Corpus) -> str:
    """Say what is in a corpus, in lines for a terminal.

    Returns
    -------
    str
        The facts of its :class:`Card`, and documents by side and period where sides are known.
    """
    from framing.analysis import Plan
    from framing.timeline import timeline

    facts = [("Corpus", corpus.name), *Card.of(corpus).rows()]
    width = max(len(label) for label, _ in facts)
    lines = [f"{label:{width}}  {value}" for label, value in facts]
    plan = Plan.of(corpus)
    try:
        table = timeline(corpus, plan.by, plan.over)
    except InputError as reason:
        return "\n".join([*lines, "", f"No documents by side and {plan.over}: {reason}"])
    crossed = table.pivot(index="group", columns="period", values="n_documents")
    order = list(dict.fromkeys(table["group"]))
    what = "mentioned" if plan.by == "actor" and "actor" not in corpus.documents else plan.by
    crossed = crossed.loc[order].rename_axis(index=None, columns=what)
    return "\n".join([*lines, "", "Documents:", crossed.to_string()])


def segment_name(segments: pd.DataFrame) -> str:
    """Tell what segments are from where they stand.

    Examples
    --------
    >>> segment_name(pd.DataFrame({"document": ["a", "a"], "position": [0, 1]}))
    'paragraph'
    """
    if not segments["document"].duplicated().any():
        return "document"
    again = "position" in segments and segments.duplicated(["document", "position"]).any()
    return "sentence" if again else "paragraph"


def _form(corpus: Corpus) -> str:
    if corpus.has_texts:
        return "texts"
    if corpus.indexed is not None:
        return "an index of words, without the texts"
    return "hand codes only" if corpus.terms is None else "extracted features, not the texts"


def _readme(folder: Path | None) -> str:
    if folder is None:
        return ""
    path = inside(Path(folder), README, str(folder))
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return stream.read(LONGEST_README).decode("utf-8-sig", errors="replace")
