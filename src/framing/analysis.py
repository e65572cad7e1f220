"""One corpus, every table: the comparisons that the report and the figures show."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.agreement import agreement
from framing.cache import Cache
from framing.coding import Sample, read_codes
from framing.columns import tidy
from framing.compare import contrast, emphasis
from framing.corpus import Corpus
from framing.corrected import correction
from framing.count import count
from framing.divergence import divergence
from framing.errors import InputError, one_of
from framing.features import Features
from framing.frames import Codebook, code
from framing.inference import MINIMUM
from framing.keyness import keyness
from framing.plan import Coding, Plan
from framing.shift import shift
from framing.tf_idf import tf_idf
from framing.timeline import timeline
from framing.topic_tables import TOPICS, Fit, Modelled
from framing.trend import change, trend
from framing.validation import bias, evaluate

if TYPE_CHECKING:
    from framing.topics.structural import StructuralTopicModel

__all__ = ["CODER", "CORRECTED", "TOPICS", "Analysis", "Plan", "analyse", "quietly"]

TERMS = 60
"""Terms placed in the ternary plot are chosen among so many of the most frequent."""

CODER = ("agreement", "evaluation", "bias", "correction")
"""Tables that need hand codes: they tell how far a machine coder can be trusted."""

CORRECTED = "with hand codes"
"""How the ``statistic`` of corrected differences and slopes ends."""


Kept = Callable[..., pd.DataFrame]
"""Calls a measure, or finds what it gave before; see :meth:`framing.cache.Cache.kept`."""


@dataclass(frozen=True, eq=False)
class Analysis:
    """Tables by name, and what they were computed from.

    Attributes
    ----------
    tables : dict of pandas.DataFrame
        ``timeline``, ``keyness``, ``emphasis``, ``contrast``, ``divergence``, ``trend``,
        ``change``, ``shift``, ``tf_idf`` and, where there are terms, ``terms`` (emphasis of
        frequent ones); see the functions of the same names. ``contrast`` and ``trend`` hold the
        plain differences and slopes and, where the plan asks, the same ones within a column, by
        clusters, in a subset and corrected, told apart by ``statistic`` ("difference within
        topic", "difference with hand codes"). Where the plan names hand codes there are also
        ``agreement``, ``evaluation`` (of all sides together, ``group`` missing, and of each),
        ``bias`` and ``correction``. Of a corpus large enough for a topic model, or where the plan
        asks for one, ``topics``, ``topic_prevalence``, ``topic_differences`` and
        ``topic_stability``: see :mod:`framing.topic_tables`.
    skipped : dict of str
        Tables that could not be made, and why. One in neither was not asked for.
    modelled : Modelled, optional
        The topic model behind the tables of topics.
    """

    corpus: Corpus
    plan: Plan
    frames: Features
    counts: Features | None
    unit: str
    tables: dict[str, pd.DataFrame]
    skipped: dict[str, str] = field(default_factory=dict)
    modelled: Modelled | None = None

    @property
    def topic_model(self) -> StructuralTopicModel | None:
        """The model behind the tables of topics; fitted now, if these were computed earlier."""
        return None if self.modelled is None else self.modelled.model

    @property
    def topic_fit(self) -> Fit | None:
        """What there is to say of how the topic model was fitted."""
        return None if self.modelled is None else self.modelled.fit

    @property
    def features(self) -> Features:
        """Terms, or frames where the corpus holds no terms."""
        return self.frames if self.counts is None else self.counts


def analyse(
    corpus: Corpus,
    plan: Plan | None = None,
    *,
    only: Collection[str] | None = None,
    progress: Callable[[str], None] = lambda step: None,
    cache: bool = True,
) -> Analysis:
    """Compute every table of the report.

    Parameters
    ----------
    corpus : Corpus
    plan : Plan, optional
        Default ``Plan.of(corpus)``.
    only : collection of str, optional
        Names of the tables wanted, where not all are.
    progress : callable
        Told the name of each step as it begins.
    cache : bool
        Take from :mod:`framing.cache` the tables that were computed from the same before, and keep
        the others there.

    Returns
    -------
    Analysis

    Notes
    -----
    With fewer documents than an interval needs, segments are taken to vary within documents
    (``unit="segment"``), and intervals describe these documents only.

    Hand codes that the plan names check a machine: where the frames compared are themselves coded
    by hand, the tables of :data:`CODER` are skipped. Unsound files of hand codes raise InputError.
    """
    plan = plan or Plan.of(corpus)
    results = Cache.of_user(cache)
    kept = results.kept
    progress("frames")
    frames = _coded(corpus, _codebook(corpus, plan), results)

    def wanted(name: str) -> bool:
        return only is None or name in only

    skipped: dict[str, str] = {}
    checked = plan.coding is not None and any(map(wanted, (*CODER, "contrast", "trend")))
    if checked and plan.codebook is None and corpus.frames is not None:
        skipped |= dict.fromkeys(CODER, "frames were coded by hand; name a codebook to check one")
        checked = False
    hand = _Hand.of(corpus, plan.coding) if checked and plan.coding else None
    progress("terms")
    has_terms = corpus.has_words or corpus.terms is not None
    least = 2 if len(corpus.documents) > 2 else 1
    counts = count(corpus, min_documents=least, cache=cache) if has_terms else None
    features = frames if counts is None else counts
    unit = "document" if len(corpus.documents) >= MINIMUM else "segment"
    chosen: dict[str, Any] = {"unit": unit, "replicates": plan.replicates, "seed": plan.seed}

    def guarded(measure: Callable[..., pd.DataFrame], statistic: str) -> pd.DataFrame:
        readings = _readings(frames, plan, unit, hand)
        return _guarded(partial(kept, measure), statistic, readings, chosen, skipped)

    steps: dict[str, Callable[[], pd.DataFrame]] = {
        "timeline": lambda: kept(timeline, frames, plan.by, plan.over),
        "keyness": lambda: kept(keyness, features, plan.by, **chosen),
        "emphasis": lambda: kept(emphasis, frames, plan.by, **chosen),
        "contrast": lambda: guarded(partial(contrast, by=plan.by), "difference"),
        "divergence": lambda: kept(divergence, frames, plan.by, **chosen),
        "trend": lambda: guarded(partial(trend, by=plan.by, over=plan.over), "slope"),
        "change": lambda: kept(change, frames, plan.by, plan.over, **chosen),
        "shift": lambda: kept(shift, frames, plan.over, plan.by, **chosen),
        "tf_idf": lambda: kept(tf_idf, features, plan.over, **chosen),
    }
    if counts is not None:
        steps["terms"] = lambda: kept(emphasis, _frequent(counts), plan.by, **chosen)
    if hand is not None:
        steps |= hand.steps(frames, plan, chosen, kept)
    modelled = Modelled(corpus, plan, skipped, results)
    if any(map(wanted, TOPICS)):
        steps |= modelled.steps()
    tables: dict[str, pd.DataFrame] = {}
    for name, step in steps.items():
        if not wanted(name):
            continue
        progress(name)
        try:
            tables[name] = step()
        except InputError as reason:
            skipped[name] = str(reason)
    about_topics = modelled if set(TOPICS) & set(tables) else None
    return Analysis(corpus, plan, frames, counts, unit, tables, skipped, about_topics)


@dataclass(frozen=True, eq=False)
class _Hand:
    """Codes of people: what each coder said, and what counts."""

    codes: pd.DataFrame
    labelled: Features

    @classmethod
    def of(cls, corpus: Corpus, coding: Coding) -> _Hand:
        sample = Sample.load(coding.sample, corpus)
        codes = read_codes(coding.codes, sample=sample)
        settled = read_codes(coding.settled, sample=sample) if coding.settled else codes
        return cls(codes, sample.labelled(settled))

    def steps(
        self, frames: Features, plan: Plan, chosen: dict[str, Any], kept: Kept
    ) -> dict[str, Callable[[], pd.DataFrame]]:
        """How the tables of :data:`CODER` are made."""

        def evaluation() -> pd.DataFrame:
            sides = (None, plan.by)
            parts = [kept(evaluate, frames, self.labelled, by, **chosen) for by in sides]
            return tidy(pd.concat(parts, ignore_index=True))

        def errors() -> pd.DataFrame:
            try:
                return kept(bias, frames, self.labelled, plan.by, plan.over, **chosen)
            except InputError:  # hand codes of one year only, or without dates
                return kept(bias, frames, self.labelled, plan.by, **chosen)

        def corrected() -> pd.DataFrame:
            if chosen["unit"] == "segment":
                raise InputError(f"hand codes correct shares of {MINIMUM} documents or more.")
            return kept(correction, frames, plan.by, labelled=self.labelled, **chosen)

        def agreed() -> pd.DataFrame:
            return kept(agreement, self.codes, replicates=plan.replicates, seed=plan.seed)

        return dict(zip(CODER, (agreed, evaluation, errors, corrected), strict=True))


def _coded(corpus: Corpus, codebook: str | None, results: Cache) -> Features:
    """Code the frames of a corpus, by a codebook or as it was coded by hand."""
    if codebook is None:
        return code(corpus)

    def found() -> tuple[Any, list[str]]:
        frames = code(corpus, book)
        return frames.matrix, list(frames.names)

    book = Codebook.load(codebook)
    matrix, names = results.found(["frames", corpus, book], found)
    return Features(matrix, names, corpus.table(), "frame", corpus)


def _codebook(corpus: Corpus, plan: Plan) -> str | None:
    if plan.codebook is None and corpus.frames is None:
        return "critical-technology"
    return plan.codebook


def _readings(
    frames: Features, plan: Plan, unit: str, hand: _Hand | None
) -> dict[str, tuple[Features, dict[str, Any]]]:
    """Frames and settings of the plain comparison and of every guarded one, by name."""
    readings: dict[str, tuple[Features, dict[str, Any]]] = {"": (frames, {})}
    if plan.within is not None:
        readings[f"within {plan.within}"] = frames, {"within": plan.within}
    if plan.cluster is not None and unit == "document":
        readings[f"by {plan.cluster}"] = frames, {"cluster": plan.cluster}
    if plan.subset is not None:
        column, levels = plan.subset["column"], plan.subset["levels"]
        if column not in frames.segments:
            raise one_of("subset column", column, frames.segments.columns)
        some = frames.where(frames.segments[column].isin(levels))
        readings[f"in {plan.subset['label']}"] = some, {}
    if hand is not None and unit == "document":
        readings[CORRECTED] = frames, {"labelled": hand.labelled}
    return readings


def _guarded(
    measure: Callable[..., pd.DataFrame],
    statistic: str,
    readings: dict[str, tuple[Features, dict[str, Any]]],
    chosen: dict[str, Any],
    skipped: dict[str, str],
) -> pd.DataFrame:
    """Measure, then measure `statistic` again in every other reading."""
    tables = [measure(readings[""][0], **chosen)]
    for how, (frames, settings) in readings.items():
        if not how:
            continue
        try:
            table = measure(frames, **settings, **chosen)
        except InputError as reason:
            skipped[f"{statistic} {how}"] = str(reason)
        else:
            rows = table[table["statistic"] == statistic]
            tables.append(rows.assign(statistic=f"{statistic} {how}"))
    return pd.concat(tables, ignore_index=True)


def _frequent(counts: Features) -> Features:
    total = pd.Series(counts.matrix.sum(axis=0), index=list(counts.names))
    order = total.sort_index().sort_values(ascending=False, kind="stable")
    return counts.select(list(order.index[:TERMS]))


def quietly(work: Callable[[], Analysis]) -> tuple[Analysis, list[str]]:
    """Run an analysis, and return its warnings as sentences, each once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = work()
    return result, list(dict.fromkeys(str(warning.message) for warning in caught))
