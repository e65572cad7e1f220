"""What an explorer compares: chosen segments, and the tables computed from them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.analysis import Analysis, Plan
from framing.compare import contrast, emphasis
from framing.corpus import Corpus
from framing.count import count
from framing.errors import InputError, InputWarning, one_of
from framing.features import Features
from framing.frames import Codebook, FittedCoder, code
from framing.groups import groups
from framing.inference import MINIMUM
from framing.keyness import keyness
from framing.tf_idf import tf_idf
from framing.trend import trend
from framing.wording import count_of, listed

if TYPE_CHECKING:
    from framing.topics.model import TopicModel

LEVELS = ("frame", "term", "topic")
SHOW = ("sides", "years")

Coder = Codebook | FittedCoder | str | PathLike[str] | None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Some segments of a corpus, and what they were compared by.

    Attributes
    ----------
    corpus : Corpus
    features : Features
        Frames, terms or topics of the chosen segments: those of the years and of the sides.
    by : str
    sides : tuple of str
    show : {"sides", "years"}
    unit : str
        What varies by chance: "document", "segment", or a column of clusters.
    tables : dict of pandas.DataFrame
        ``emphasis`` and, of two sides or more, ``contrast``; or ``trend``, over the years. Of
        terms, ``keyness`` or ``tf_idf``.
    coder : Codebook, fitted coder or None
        What found the frames; None: people did.
    """

    corpus: Corpus
    features: Features
    by: str
    sides: tuple[str, ...]
    show: str
    unit: str
    tables: dict[str, pd.DataFrame]
    coder: Codebook | FittedCoder | None = None
    replicates: int = 10_000

    @cached_property
    def members(self) -> pd.DataFrame:
        """Which of the segments belong to each side: 0 or 1, in the order of the features."""
        return groups(self.features, self.by, levels=list(self.sides))

    @property
    def main(self) -> str:
        """The name of the table that the figure draws."""
        return next(iter(self.tables))

    @property
    def analysis(self) -> Analysis:
        """The same, as figures, captions and findings take it."""
        unit = "segment" if self.unit == "segment" else "document"
        plan = Plan(self.by, replicates=self.replicates)
        features, counts = self.features, None
        if features.kind == "term":
            features, counts = replace(features, kind="feature"), features
        return Analysis(self.corpus, plan, features, counts, unit, self.tables)


def compare(
    corpus: Corpus,
    level: str = "frame",
    *,
    by: str | None = None,
    sides: Sequence[str] | None = None,
    years: tuple[int, int] | None = None,
    show: str = "sides",
    codebook: Coder = None,
    model: TopicModel | None = None,
    unit: str | None = None,
    features: Features | None = None,
    replicates: int = 10_000,
    seed: int = 0,
) -> Comparison:
    """Compare sides of a corpus, in all years together or over the years.

    Parameters
    ----------
    corpus : Corpus
    level : {"frame", "term", "topic"}
    by : str, optional
        A column of metadata, or ``"actor"``; default what the corpus is compared by in its report.
    sides : sequence of str, optional
        Default all. A side without documents in the years is left out, and told.
    years : (int, int), optional
        First and last, both included; default all documents, undated ones too.
    show : {"sides", "years"}
        What each side puts forward (of terms: what sets each side apart), or how that changed (of
        terms: what marks each year).
    codebook : Codebook, fitted coder, str or path, optional
        As :func:`framing.code` takes it; default hand codes.
    model : TopicModel, optional
        Fitted to Features of the corpus; for topics.
    unit : str, optional
        What varies by chance: ``"document"``, ``"segment"`` or a column of clusters, such as
        ``"outlet"``. Default documents, or segments where documents are too few for an interval.
    features : Features, optional
        Of all segments, where they are known already.
    replicates, seed : int
        See :class:`framing.settings.Settings`.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        When nothing is left to compare; the message says what to choose instead.

    Examples
    --------
    >>> table = pd.DataFrame({"id": list("abcd"), "date": "2022", "region": ["US", "EU"] * 2})
    >>> table["text"] = ["Export controls on chips.", "Trade in chips."] * 2
    >>> with warnings.catch_warnings(action="ignore"):
    ...     corpus = Corpus.from_frame(table, clean=False)
    >>> seen = compare(corpus, by="region", codebook="critical-technology")
    >>> shares = seen.tables["emphasis"]
    >>> shares.loc[shares["frame"] == "protection", ["group", "estimate"]].values.tolist()
    [['US', 1.0], ['EU', 0.0]]
    """
    for name, value, known in (("level", level, LEVELS), ("show", show, SHOW)):
        if value not in known:
            raise one_of(name, value, known)
    if isinstance(codebook, (str, PathLike)):
        codebook = Codebook.load(codebook)
    by = by or Plan.of(corpus).by
    everything = features or features_of(corpus, level, codebook, model)
    chosen = in_years(everything, years, corpus.name)
    chosen, found = on_sides(chosen, by, sides, years)
    if level == "term":
        chosen = _used(chosen)
    unit = unit or default_unit(chosen)
    settings: dict[str, Any] = {"levels": list(found), "replicates": replicates, "seed": seed}
    settings |= {"unit": unit} if unit in ("document", "segment") else {"cluster": unit}
    if show == "years":
        tables = _over_years(chosen, by, settings)
    elif level == "term":
        _two_sides(found, by)
        tables = {"keyness": keyness(chosen, by, **settings)}
    else:
        tables = {"emphasis": emphasis(chosen, by, **settings)}
        if len(found) > 1:
            tables["contrast"] = contrast(chosen, by, **settings)
    return Comparison(corpus, chosen, by, found, show, unit, tables, codebook, replicates)


def features_of(
    corpus: Corpus, level: str, codebook: Coder = None, model: TopicModel | None = None
) -> Features:
    """Find the frames, terms or topics of every segment.

    Terms found in one document only are left out, and in fewer than five of a large corpus.
    Topics are named by their number and the first of their terms.
    """
    if level == "frame":
        return code(corpus, codebook)
    if level == "term":
        documents = len(corpus.documents)
        return count(corpus, min_documents=1 if documents < 3 else 2 if documents < 50 else 5)
    if model is None:
        raise InputError("no topic model is given; fit one and name it: model=.")
    if getattr(model, "segments_", None) is None:
        raise InputError("the model was fitted to a matrix without segments; fit it to Features.")
    topics = model.topics()
    return replace(topics, names=topic_labels(model), corpus=topics.corpus or corpus)


def topic_labels(model: TopicModel, n: int = 3) -> list[str]:
    """Name every topic by its number and its first terms: "topic 1: chips, fabs, wafers"."""
    terms = model.topic_terms(n, ("frex",))
    if "group" in terms:
        terms = terms[terms["group"] == "all"]
    words = terms.groupby("topic", sort=False)["term"].agg(", ".join)
    return [f"{topic}: {words[topic]}" for topic in model.topic_names_]


def in_years(features: Features, years: tuple[int, int] | None, name: str) -> Features:
    """Keep the segments of documents dated from a first to a last year."""
    if years is None:
        return features
    first, last = years
    if first > last:
        raise InputError(f"the years go from {first} to {last}; put the earlier one first.")
    dated = years_of(features.segments)
    if dated.isna().all():
        raise InputError(f"no document of {name!r} has a date; leave the years out.")
    keep = dated.between(first, last).to_numpy()
    if not keep.any():
        span = first if first == last else f"{first} to {last}"
        raise InputError(
            f"no document of {name!r} is dated to {span}; there are some from {dated.min():.0f} "
            f"to {dated.max():.0f}."
        )
    return features.where(keep)


def years_of(table: pd.DataFrame) -> pd.Series[Any]:
    """Give the year of every row; missing where no date is known."""
    if "date" not in table:
        return pd.Series(np.nan, index=table.index)
    known = table.get("date_precision", pd.Series("day", index=table.index)) != "unknown"
    return pd.to_datetime(table["date"]).dt.year.where(known)


def on_sides(
    features: Features, by: str, sides: Sequence[str] | None, years: tuple[int, int] | None
) -> tuple[Features, tuple[str, ...]]:
    """Keep the segments of some sides; sides without any are left out, and told."""
    if sides is not None and not len(sides):
        raise InputError("no side is chosen; choose one or more.")
    members = groups(features, by)
    wanted = [str(side) for side in members] if sides is None else list(dict.fromkeys(sides))
    found = [side for side in wanted if side in members]
    empty = [side for side in wanted if side not in members]
    when = "" if years is None else f" from {years[0]} to {years[1]}"
    if not found:
        raise InputError(f"no document{when} is of {listed(empty)}; choose other sides or years.")
    if empty:
        warnings.warn(
            f"{listed(empty)}: no documents{when}, so left out.", InputWarning, stacklevel=3
        )
    return features.where(members[found].any(axis=1).to_numpy()), tuple(found)


def default_unit(features: Features) -> str:
    """Documents vary; where they are too few for an interval, segments inside them."""
    documents = features.segments["document"].nunique()
    return "document" if documents >= MINIMUM else "segment"


def _over_years(features: Features, by: str, settings: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """Follow frames and topics side by side; of terms, name those that mark each year."""
    if features.kind != "term":
        return {"trend": trend(features, by, "year", **settings)}
    if years_of(features.segments).nunique() < 2:
        raise InputError("all documents lie in one year; what marks a year needs two or more.")
    return {"tf_idf": tf_idf(features, "year", **settings | {"levels": None})}


def _used(counts: Features) -> Features:
    """Drop terms that the chosen segments do not use."""
    total = counts.matrix.sum(axis=0)
    kept = [str(name) for name, n in zip(counts.names, total, strict=True) if n]
    if not kept:
        number = count_of(counts.segments["document"].nunique(), "document")
        raise InputError(f"the {number} chosen hold no term counted; choose more years or sides.")
    return counts.select(kept)


def _two_sides(sides: Sequence[str], by: str) -> None:
    if len(sides) < 2:
        raise InputError(
            f"{sides[0]} is the only side; what sets a side apart needs two or more of {by!r}."
        )
