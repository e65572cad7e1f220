"""Topics of an analysis: a model of the corpus, and the tables that it gives."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import pandas as pd
from threadpoolctl import threadpool_limits

from framing.cache import Cache
from framing.cells import with_q
from framing.columns import tidy
from framing.corpus import Corpus
from framing.count import count
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.groups import groups
from framing.plan import Plan, Topics
from framing.wording import count_of

if TYPE_CHECKING:
    from framing.topics.structural import StructuralTopicModel

TOPICS = ("topics", "topic_prevalence", "topic_differences", "topic_stability")
"""Tables that a topic model gives."""

FEWEST_DOCUMENTS, FEWEST_WORDS = 100, 10_000
"""A corpus with fewer is too small: topics would be the words of single documents.
A convention; words are counted without stop words and rare ones."""

NEARBY = (0.75, 1.25)
"""Numbers of topics, as parts of the model's, with which topics are looked for again."""


def n_topics_for(n_documents: int) -> int:
    """How many topics a model has where nobody has chosen: a convention, and no finding.

    Examples
    --------
    >>> [n_topics_for(n) for n in (189, 2_000, 10_000)]
    [10, 20, 40]
    """
    return 10 if n_documents < 500 else 20 if n_documents < 5_000 else 40


@dataclass(frozen=True)
class Fit:
    """How a topic model was fitted.

    Attributes
    ----------
    n_topics, n_terms, n_iter : int
    converged : bool
    formula : str or None
        What prevalence was taken to depend on.
    """

    n_topics: int
    n_terms: int
    n_iter: int
    converged: bool
    formula: str | None


@dataclass(frozen=True, eq=False)
class Modelled:
    """A topic model of a corpus, fitted when it is first asked for.

    Attributes
    ----------
    corpus : Corpus
    plan : Plan
    skipped : dict of str
        Where readings of a comparison that could not be made are told.
    results : Cache
        Where tables may be found that were made before.
    """

    corpus: Corpus
    plan: Plan
    skipped: dict[str, str]
    results: Cache = field(default_factory=Cache)

    @property
    def settings(self) -> Topics:
        """What the plan says of topics."""
        return self.plan.topics or Topics()

    def steps(self) -> dict[str, Callable[[], pd.DataFrame]]:
        """How the tables of :data:`TOPICS` are made; where there can be none, how that is said."""
        if self.settings.n_topics == 0:
            return {}
        if self.why_not:
            return {"topics": self._refuse}
        settings = self.plan.replicates, self.plan.cluster
        made = (
            (self.summary, ()),
            (self.prevalence, settings[:1]),
            (self.differences, settings),
            (self.stability, ()),
        )
        return {
            name: partial(self._found, name, step, *more)
            for name, (step, more) in zip(TOPICS, made, strict=True)
        }

    @cached_property
    def counts(self) -> Features:
        """Terms, without rare ones."""
        cache = self.results.on
        return count(self.corpus, min_documents=self.settings.min_documents, cache=cache)

    @cached_property
    def why_not(self) -> str:
        """Why there can be no topics; empty if there can."""
        if not self.corpus.has_words and self.corpus.terms is None:
            return "a topic model needs words, and this corpus holds none, only codes."
        if self.plan.topics is not None:
            return ""
        needs = (
            f"a topic model needs about {FEWEST_DOCUMENTS} documents and {FEWEST_WORDS:,} words "
            "that are not rare; this corpus has"
        )
        n_documents = len(self.corpus.documents)
        if n_documents < FEWEST_DOCUMENTS:
            return f"{needs} {count_of(n_documents, 'document')}."
        words = int(self.counts.matrix.sum())
        return f"{needs} {count_of(words, 'word')}." if words < FEWEST_WORDS else ""

    @cached_property
    def model(self) -> StructuralTopicModel:
        """The model, with the richest formula that the corpus bears."""
        from framing.topics.structural import StructuralTopicModel

        n_documents = int(self.counts.segments["document"].nunique())
        n_topics = self.settings.n_topics or n_topics_for(n_documents)
        model = StructuralTopicModel(n_topics, self.formula, random_state=self.plan.seed)
        with threadpool_limits(1, user_api="blas"):  # small products gain nothing from more
            return model.fit(self.counts)

    @cached_property
    def fit(self) -> Fit:
        """How the model was fitted; itself it need not be there."""
        return Fit(**self.results.found(["fit", *self._fitted_to], self._facts, always=True))

    def _facts(self) -> dict[str, Any]:
        model = self.model
        return {
            "n_topics": len(model.topic_names_),
            "n_terms": len(model.terms_),
            "n_iter": int(model.n_iter_),
            "converged": bool(model.converged_),
            "formula": model.prevalence,
        }

    @property
    def _fitted_to(self) -> list[Any]:
        """Everything that decides what the model is."""
        plan = self.plan
        return [self.counts, self.settings, plan.by, plan.over, plan.seed]

    def _found(self, name: str, step: Callable[[], pd.DataFrame], *settings: Any) -> pd.DataFrame:
        """Make a table, or find it; `settings` are those that it depends on and the model does not.

        However soon it is made, it is kept: without it the model would have to be fitted again.
        """

        def made() -> tuple[pd.DataFrame, dict[str, str]]:
            before = dict(self.skipped)
            with threadpool_limits(1, user_api="blas"):
                table = step()
            return table, {k: why for k, why in self.skipped.items() if before.get(k) != why}

        _ = self.fit
        table, skipped = self.results.found([name, *self._fitted_to, *settings], made, always=True)
        self.skipped.update(skipped)
        return table

    @cached_property
    def formula(self) -> str | None:
        """The plan's formula, or sides and time as far as the corpus bears them."""
        from framing.topics.fitting.design import Design

        if self.settings.prevalence is not None:
            return self.settings.prevalence
        side, time = self.side, self._time
        both = [f"{_quoted(side)} * {time}", f"{_quoted(side)} + {time}"] if side and time else []
        for right in [*both, *filter(None, [side and _quoted(side), time])]:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", InputWarning)
                    Design.fit(f"~ {right}", self.counts.segments)
            except InputError:
                continue
            return f"~ {right}"
        return None

    @cached_property
    def side(self) -> str | None:
        """The column of sides; None where there is none, or a document can be on several sides."""
        table, by = self.counts.segments, self.plan.by
        several = by in table and len(table[by].dropna().unique()) > 1
        return by if several else None

    @cached_property
    def variables(self) -> list[str]:
        """Columns that the formula of the model names."""
        design = self.model.design_
        return [] if design is None else design.variables

    def summary(self) -> pd.DataFrame:
        """How much of the text each topic is, with its terms."""
        from framing.topics.diagnostics.summary import topic_summary

        return topic_summary(self.model)

    def prevalence(self) -> pd.DataFrame:
        """Predicted prevalence by side and period."""
        from framing.topics.composition.predicted import prevalence

        by, over = self._compared()
        table = prevalence(self.model, str(self.model.prevalence), by, over, **self._chosen())
        return self._in_order(table)

    def differences(self) -> pd.DataFrame:
        """Differences of sides at all times together, also by clusters; changes, first to last."""
        from framing.topics.composition.predicted import prevalence_differences

        by, over = self._compared()
        formula, cluster = str(self.model.prevalence), self.plan.cluster
        table = prevalence_differences(self.model, formula, by, over, **self._chosen())
        parts = []
        if by is not None:
            plain = table[table["statistic"] == "difference"]
            parts.append(plain if over is None else with_q(plain[_overall(plain)]))
        if by is not None and cluster is not None:
            try:
                again = prevalence_differences(
                    self.model, formula, by, cluster=cluster, **self._chosen()
                )
            except InputError as reason:
                self.skipped[f"difference of topics by {cluster}"] = str(reason)
            else:
                parts.append(again.assign(statistic=f"difference by {cluster}"))
        if over is not None:
            changes = table[table["statistic"] == "change"]
            parts.append(with_q(changes[changes["period"] == changes["period"].iloc[-1]]))
        return self._in_order(tidy(pd.concat(parts, ignore_index=True)))

    def stability(self) -> pd.DataFrame:
        """How far each topic comes back in models with a few topics less and a few more."""
        from framing.topics.refitting.stability import stability

        n = len(self.model.topic_names_)
        others = sorted({max(2, round(part * n)) for part in NEARBY} - {n})
        return stability(self.model, over="n_topics", n_topics=others, seed=self.plan.seed)

    def _in_order(self, table: pd.DataFrame) -> pd.DataFrame:
        """Put sides in the order of every other table, and turn differences accordingly."""
        if "group" not in table:
            return table
        place = {str(name): i for i, name in enumerate(groups(self.corpus, self.plan.by))}
        if "reference" in table:
            turned = table["group"].map(place) > table["reference"].map(place)
            other = {"group": table["reference"], "reference": table["group"]}
            ends = {"estimate": "estimate", "low": "high", "high": "low"}
            other |= {end: -table[opposite] for end, opposite in ends.items()}
            table = table.assign(**{k: table[k].mask(turned, v) for k, v in other.items()})
        keys = [key for key in ("statistic", "group", "reference") if key in table]
        rank = {name: i for i, name in enumerate(dict.fromkeys(table["statistic"]))} | place
        return table.sort_values(
            keys, key=lambda names: names.map(rank), kind="stable", ignore_index=True
        )

    def _compared(self) -> tuple[str | None, str | None]:
        """Sides and time, as far as the formula has them."""
        by = self.side if self.side in self.variables else None
        over = self.plan.over if {"date", self.plan.over} & set(self.variables) else None
        if by is None and over is None:
            raise InputError("there are no two sides and no two periods to compare topics by.")
        return by, over

    def _chosen(self) -> dict[str, Any]:
        return {"link": "logit", "replicates": self.plan.replicates, "seed": self.plan.seed}

    @property
    def _time(self) -> str:
        """A curve over time; empty if there are no two periods."""
        table = self.counts.segments
        if "date" not in table or table["date"].dt.year.nunique() < 2:
            return ""
        return "s(year)" if self.plan.over == "year" else "s(date)"

    def _refuse(self) -> pd.DataFrame:
        raise InputError(self.why_not)


def _overall(table: pd.DataFrame) -> pd.Series[bool]:
    """Which rows are of all periods together."""
    whole: pd.Series[bool] = table["period"].astype(str).str.contains("–")
    return whole


def _quoted(column: str) -> str:
    """Write the name of a column as formulas want it."""
    return column if column.isidentifier() else f"`{column}`"
