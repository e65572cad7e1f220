"""Reruns: a model's settings fitted again with other starts, numbers of topics or documents."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from framing.columns import tidy
from framing.errors import InputError, InputWarning, one_of
from framing.features import Features
from framing.inference import check_client
from framing.topics.composition.effects import effects
from framing.topics.composition.sandwich import rows_of_units
from framing.topics.factorised import NMF
from framing.topics.refitting.alignment import Alignment, averaged, shared_terms
from framing.topics.refitting.refits import (
    Given,
    refit,
    settings_of,
    tell_unconverged,
    until_stopped,
)
from framing.topics.refitting.units import Units
from framing.topics.structural import StructuralTopicModel
from framing.wording import count_of

OVER = {"seeds": "seed", "n_topics": "number of topics", "documents": "document"}
"""What refits may do otherwise, and what stands in column "unit"."""
ALL_TOPICS = "all topics"
"""What stands in column "topic" where all topics are taken together."""

_NEAR = (0.5, 0.75, 1.25, 1.5)


def stability_runs(
    model: Any,
    X: Any = None,
    over: str = "seeds",
    runs: int = 10,
    *,
    effect: str | tuple[str, str] | None = None,
    n_topics: Sequence[int] | None = None,
    n_terms: int = 10,
    cluster: str | None = None,
    covariates: pd.DataFrame | None = None,
    seed: int = 0,
    client: Any = None,
    **settings: Any,
) -> pd.DataFrame:
    """Fit a model's settings again, otherwise, and compare every refit with it.

    Parameters
    ----------
    model, X, over, runs, effect, n_topics, n_terms, cluster, covariates, seed, client, **settings
        As in :func:`framing.topics.stability`, which sums up what is found here.

    Returns
    -------
    pandas.DataFrame
        A row a refit, topic and ``statistic`` ("similarity", "shared_terms" and, with `effect`,
        "effect"): ``run`` (0 is the model itself, which has its effects only), ``topic``,
        ``n_topics`` (of the refit), ``reference`` (the topic's partner there), ``estimate``,
        ``low``, ``high``, ``level``, ``unit``, ``note``. Over seeds also "bound", of "all topics".

    Examples
    --------
    >>> words = np.random.default_rng(0).poisson([[8, 6, 4, 1, 1], [1, 1, 4, 6, 8]] * 30)
    >>> model = StructuralTopicModel(2).fit(words)
    >>> found = stability_runs(model, over="n_topics", n_topics=(3,), n_terms=2)
    >>> found.loc[found["statistic"] == "similarity", ["run", "topic", "n_topics"]]
       run    topic  n_topics
    0    1  topic 1         3
    1    1  topic 2         3
    """
    check_client(client)
    jobs = _jobs(model, over, runs, n_topics, seed)
    if not isinstance(n_terms, Integral) or n_terms < 1:
        raise InputError(f"n_terms must be a whole number from 1 on; got {n_terms!r}.")
    given = Given.of(model, X, covariates)
    units = Units.read(given.table, len(given), cluster)
    beta = averaged(model)
    asked = None if effect is None else _Effect.of(model, effect, cluster, settings)
    own = [] if asked is None else [asked.of_model(model, X, covariates)]
    if bounded := over == "seeds" and hasattr(model, "bound_"):
        own.append(_bound(model))
    known = settings_of(model)

    def work(job: int) -> tuple[pd.DataFrame, bool] | str:
        how: dict[str, Any] = {"n_topics": len(beta)}
        taken = given
        if over == "seeds":
            how["random_state"] = job
            how |= {"init": "random"} if isinstance(known, StructuralTopicModel) else {}
        elif over == "n_topics":
            how["n_topics"] = job
        else:
            taken = _drawn(given, units, np.random.default_rng([seed, job]))
        try:
            again = refit(known, taken, start=beta if over == "documents" else None, **how)
            parts = [_compared(known, again, n_terms)]
            if asked is not None:
                parts.append(asked.of_refit(again, taken, parts[0]))
        except InputError as error:
            return str(error)
        parts += [_bound(again)] if bounded else []
        table = pd.concat(parts).assign(n_topics=len(again.topic_names_))
        return table, getattr(again, "converged_", True)

    done = until_stopped(work, jobs, title="refits", unit="refit", client=client)
    kept = [one for one in done if not isinstance(one, str)]
    failed = [one for one in done if isinstance(one, str)]
    if failed:
        lost = f"{len(failed)} of {count_of(len(done), 'refit')} could not be made: {failed[0]}"
        if not kept:
            raise InputError(lost)
        warnings.warn(lost, InputWarning, stacklevel=2)
    tell_unconverged([converged for _, converged in kept], model.max_iter)
    first = [part.assign(run=0, n_topics=len(beta)) for part in own]
    later = [table.assign(run=run) for run, (table, _) in enumerate(kept, start=1)]
    table = pd.concat([*first, *later], ignore_index=True)
    unit = cluster if cluster is not None and over == "documents" else OVER[over]
    if "note" in table:
        table["note"] = table["note"].fillna("")
    return tidy(table.assign(unit=unit))


def _jobs(model: Any, over: str, runs: int, n_topics: Sequence[int] | None, seed: int) -> list[int]:
    """Seeds, numbers of topics, or numbers of draws."""
    if over not in OVER:
        raise one_of("over", over, OVER)
    if n_topics is not None and over != "n_topics":
        raise InputError(f"n_topics= is for over='n_topics'; here over={over!r}.")
    for name, value, least in (("runs", runs, 1), ("seed", seed, 0)):
        if not isinstance(value, Integral) or value < least:
            raise InputError(f"{name} must be a whole number from {least} on; got {value!r}.")
    if over == "documents":
        return list(range(runs))
    if over == "seeds":
        if isinstance(model, NMF):
            raise InputError("NMF does not start at random; use over='documents' or 'n_topics'.")
        drawn = np.random.default_rng(seed).choice(2**31 - 1, size=runs, replace=False)
        return [int(one) for one in drawn]
    own = len(model.topic_names_)
    if n_topics is None:
        near = {round(own * factor) for factor in _NEAR}
        return sorted(number for number in near if number not in (0, 1, own))
    wrong = [one for one in n_topics if not isinstance(one, Integral) or one < 2]
    if wrong or not len(n_topics):
        got = repr(wrong[0]) if wrong else "none"
        raise InputError(f"n_topics must be whole numbers from 2 on; got {got}.")
    return sorted({int(number) for number in n_topics})


def _drawn(given: Given, units: Units, rng: np.random.Generator) -> Given:
    """Draw whole units with replacement; one that is drawn twice is two."""
    drawn = np.sort(rng.integers(len(units), size=len(units)))
    rows_of = rows_of_units(units.of, len(units))
    taken = given.take(np.concatenate([rows_of[unit] for unit in drawn]))
    if taken.table is None:
        return taken
    copy = np.repeat(np.arange(len(drawn)), [len(rows_of[unit]) for unit in drawn])
    columns = {"document", units.unit} & set(taken.table.columns)
    renamed = {
        name: [f"{value} ({at})" for value, at in zip(taken.table[name], copy, strict=True)]
        for name in columns
    }
    return taken.with_columns(**renamed)


def _compared(model: Any, again: Any, n_terms: int) -> pd.DataFrame:
    """Pair the topics of a refit with those of the model."""
    beta, other = averaged(model), averaged(again)
    found = Alignment.of(beta, other)
    names = [*again.topic_names_, None]  # −1 is the last
    about = {"topic": model.topic_names_, "reference": [names[k] for k in found.partner]}
    shared = shared_terms(beta, other, found.partner, n_terms)
    return pd.concat(
        [
            pd.DataFrame(about | {"statistic": name, "estimate": values})
            for name, values in (("similarity", found.similarity), ("shared_terms", shared))
        ]
    )


def _bound(model: Any) -> pd.DataFrame:
    cells = {"topic": ALL_TOPICS, "statistic": "bound", "estimate": float(model.bound_[-1])}
    return pd.DataFrame([cells])


@dataclass(frozen=True, eq=False)
class _Effect:
    """A coefficient of a regression of topics."""

    formula: str
    coefficient: str
    settings: dict[str, Any]

    @classmethod
    def of(
        cls, model: Any, effect: str | tuple[str, str], cluster: str | None, given: dict[str, Any]
    ) -> _Effect:
        if "frames" in given:
            raise InputError("stability is that of topics; leave out frames=.")
        settings = given if cluster is None else given | {"cluster": cluster}
        if not hasattr(model, "sigma_"):
            settings = {"uncertainty": "none"} | settings
        if not isinstance(effect, str):
            formula, coefficient = effect
            return cls(formula, coefficient, settings)
        own = getattr(model, "prevalence", None)
        if own is None:
            raise InputError(
                f"effect={effect!r}: the model has no formula of its own; pass a pair, such as "
                f"effect=('~ region', {effect!r})."
            )
        return cls(own, effect, settings)

    def of_model(self, model: Any, X: Any, covariates: pd.DataFrame | None) -> pd.DataFrame:
        """Rows of the model itself."""
        table = covariates
        if table is None and model.segments_ is None and isinstance(X, Features):
            table = X.segments
        found = effects(model, self.formula, covariates=table, **self.settings)
        rows = found[found["coefficient"] == self.coefficient]
        if rows.empty:
            raise one_of("effect", self.coefficient, found["coefficient"].unique())
        return self._cells(rows)

    def of_refit(self, again: Any, given: Given, compared: pd.DataFrame) -> pd.DataFrame:
        """Rows of a refit: the effect on the partner of each topic."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InputWarning)
            found = effects(again, self.formula, covariates=given.table, **self.settings)
        rows = self._cells(found[found["coefficient"] == self.coefficient])
        pairs = compared.loc[compared["statistic"] == "similarity", ["topic", "reference"]]
        return pairs.merge(rows.rename(columns={"topic": "reference"}), on="reference")

    def _cells(self, rows: pd.DataFrame) -> pd.DataFrame:
        kept = rows[["topic", "estimate", "low", "high", "level", "note"]]
        return kept.assign(statistic="effect")
