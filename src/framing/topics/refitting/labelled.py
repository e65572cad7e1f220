"""Labels dealt out to documents anew, and what a model makes of them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from framing.errors import InputError, InputWarning, one_of
from framing.features import Features
from framing.inference import Floats, Integers
from framing.topics.fitting.design import Design, level_column
from framing.topics.fitting.spectral import random_start, spectral_start
from framing.topics.fitting.workers import Workers
from framing.topics.refitting.alignment import Alignment, averaged
from framing.topics.refitting.refits import Given, refit, settings_of, tell_unconverged
from framing.topics.refitting.units import Units, column_of
from framing.topics.structural import StructuralTopicModel
from framing.wording import count_of

_FAILED = 1e300  # the statistic of a refit that could not be made: it counts against the effect
_DISTINCT, _ROWS = 12, 60  # looked at to see which columns a variable bears on
_ALIKE = 0.8


@dataclass(frozen=True, eq=False)
class Labelled:
    """Segments, and the values of a variable that are to be dealt out to their units.

    Attributes
    ----------
    given : Given
    formula, variable : str
    design : Design
    units : Units
    values : array, shape (n_values,)
        The distinct ones.
    codes, strata : array of int, shape (n_units,)
        Which value each unit has, and in which stratum it lies.
    tested : array of int
        Columns of the design that the variable bears on.
    """

    given: Given
    formula: str
    variable: str
    design: Design
    units: Units
    values: Any
    codes: Integers
    strata: Integers
    tested: Integers

    @classmethod
    def of(
        cls,
        model: Any,
        variable: str,
        X: Any,
        formula: str | None,
        cluster: str | None,
        within: str | None,
        covariates: pd.DataFrame | None,
    ) -> Labelled:
        """Read what is to be dealt out; see :func:`framing.topics.covariate_test`."""
        given = Given.of(model, X, covariates)
        formula = getattr(model, "prevalence", None) if formula is None else formula
        if formula is None:
            raise InputError(
                f"the model has no formula of its own; pass formula='~ {variable}', or another."
            )
        if given.table is None:
            raise InputError("a matrix has no covariates; pass covariates=, a row a segment.")
        there = given.counts.sum(axis=1) > 0
        if getattr(model, "content", None) is not None:
            there &= level_column(model.content, given.table).notna().to_numpy()
        given = given.take(np.flatnonzero(there))
        assert given.table is not None
        design = Design.fit(formula, given.table)
        if variable not in design.variables:
            raise one_of("variable", variable, design.variables)
        given = given.take(np.flatnonzero(design.kept))
        units = Units.read(given.table, len(given), cluster)
        held = units.values(pd.Series(design.covariates[variable].to_numpy()), repr(variable))
        codes, values = pd.factorize(held, sort=True)
        strata = np.zeros(len(units), dtype=np.int64)
        if within is not None:
            column = column_of(given.table, within, "within")
            strata = pd.factorize(units.values(column, f"within={within!r}"))[0]
        tested = _columns_of(design, variable, values)
        if len(given) <= len(design.columns):
            raise InputError(
                f"formula {formula!r} has {len(design.columns)} coefficients, and there are "
                f"{len(given)} segments; use fewer covariates."
            )
        return cls(given, formula, variable, design, units, values, codes, strata, tested)

    def relabelled(self, codes: Integers) -> Given:
        """Deal the values out to the units, shape (n_units,)."""
        dealt = np.asarray(self.values)[np.asarray(codes, dtype=np.int64)[self.units.of]]
        return self.given.with_columns(**{self.variable: dealt})

    def columns(self, codes: Integers) -> Floats:
        """Columns tested where the values are dealt out so, shape (n_segments, n_tested)."""
        dealt = np.asarray(codes, dtype=np.int64)[self.units.of]
        alike = self._by_value.shape[1] == 1
        return np.asarray(self._by_value[dealt, 0 if alike else np.arange(len(dealt))])

    @cached_property
    def _by_value(self) -> Floats:
        """Columns tested for every value, shape (n_values, 1 or n_segments, n_tested).

        Without interactions they are the same in all segments.
        """
        rows = self.design.covariates.astype(dict.fromkeys(self.design.levels, str))
        others = [name for name in self.design.variables if name != self.variable]
        apart = [_columns_of(self.design, name, np.sort(rows[name].unique())) for name in others]
        if not np.isin(self.tested, np.concatenate([*apart, []])).any():
            some = rows.iloc[np.zeros(len(self.values), dtype=int)]
            each = self.design.transform(some.assign(**{self.variable: list(self.values)}))
            return each[:, None, self.tested]
        made = [self.design.transform(rows.assign(**{self.variable: v})) for v in self.values]
        return np.stack([one[:, self.tested] for one in made])

    @cached_property
    def root(self) -> Floats:
        """Square roots of weights by which documents count once, shape (n_segments, 1)."""
        documents = Units.read(self.given.table, len(self.given)).of
        return np.asarray(1 / np.sqrt(np.bincount(documents)[documents])[:, None])

    def f(self, theta: Floats, x: Floats) -> Floats:
        """F of the columns tested, shape (n_topics,)."""
        y, x = theta * self.root, x * self.root
        others = np.delete(x, self.tested, axis=1)
        return self.ratio(_squares(others, y), _squares(x, y))

    def ratio(self, before: Floats, after: Floats) -> Floats:
        """F from sums of squares without the columns tested, and with them."""
        spare = len(self.given) - len(self.design.columns)
        gain = np.maximum(before - after, 0.0) / len(self.tested)
        # what is left of a perfect fit is rounding
        return np.asarray(gain / np.maximum(after / spare, 1e-14 * before + 1e-300))


class Refitted:
    """F where the model is fitted to the labels given, always from the same start.

    Attributes
    ----------
    observed : array, shape (n_topics,)
        F of each topic of `model`, with the labels observed.
    unit : str
    """

    unit = "refit"

    def __init__(self, model: Any, labelled: Labelled) -> None:
        self.model, self.labelled = settings_of(model), labelled
        n_topics, seed = len(model.topic_names_), model.random_state
        if model.init == "spectral":
            with Workers(model.n_jobs) as workers:
                self.start, _ = spectral_start(
                    labelled.given.counts, n_topics, workers, recovery=model.recovery, seed=seed
                )
        else:
            self.start = random_start(n_topics, labelled.given.counts.shape[1], seed)
        fitted = self._fit(labelled.codes)
        self.converged = [bool(fitted.converged_)]
        self.cosines: list[Floats] = []
        self.lost: list[str] = []
        self.seen = averaged(fitted)
        self.match = Alignment.of(averaged(model), self.seen)
        self.observed = self._f(fitted)

    def __call__(self, codes: Integers) -> Floats:
        """F of every topic; huge where there is no fit."""
        return self.take(self.under(codes))

    def under(self, codes: Integers) -> _Refit | str:
        """Fit to other labels; what went wrong where there is no fit."""
        try:
            fitted = self._fit(codes)
        except InputError as error:
            return str(error)
        alike = np.diag(Alignment.of(self.seen, averaged(fitted)).cosines)
        return _Refit(self._f(fitted), alike[self.match.partner], bool(fitted.converged_))

    def take(self, found: _Refit | str) -> Floats:
        """Remember what is to be told of a refit; F of every topic, huge where there is no fit."""
        if isinstance(found, str):
            self.lost.append(found)
            return np.full(len(self.seen), _FAILED)
        self.converged.append(found.converged)
        self.cosines.append(found.cosines)
        return found.f

    def notes(self) -> list[str]:
        """Say which topics did not stay what they are; warn of what went wrong."""
        if self.lost:
            warnings.warn(
                f"{count_of(len(self.lost), 'refit')} could not be made, and count against the "
                f"effect: {self.lost[0]}",
                InputWarning,
                stacklevel=4,
            )
        tell_unconverged(self.converged, self.model.max_iter)
        drift = np.mean(self.cosines or [self.match.similarity], axis=0)
        first = "fitted again with the labels observed, it is another topic (cosine {:.2f})"
        later = "under other labels it is mostly another topic (mean cosine {:.2f})"
        return [
            first.format(own) if own < _ALIKE else later.format(mean) if mean < _ALIKE else ""
            for own, mean in zip(self.match.similarity, drift, strict=True)
        ]

    def _f(self, fitted: Any) -> Floats:
        found = self.labelled.f(fitted.theta_, fitted.design_.matrix)
        return np.asarray(found[self.match.partner])

    def _fit(self, codes: Integers) -> Any:
        how = {"prevalence": self.labelled.formula, "n_topics": len(self.start)}
        given = self.labelled.relabelled(codes)
        return refit(self.model, given, start=self.start, **how)


@dataclass(frozen=True, eq=False)
class _Refit:
    """F of every topic, its cosine with what it was under the labels observed; convergence."""

    f: Floats
    cosines: Floats
    converged: bool


class Blind:
    """F where topics were found once, without the labels.

    Attributes
    ----------
    observed : array, shape (n_topics,)
    unit : str
    """

    unit = "relabelling"

    def __init__(self, model: Any, labelled: Labelled) -> None:
        self.labelled, given = labelled, labelled.given
        self.said = [""] * len(model.topic_names_)
        if isinstance(model, StructuralTopicModel):
            how: dict[str, Any] = {"prevalence": None, "n_topics": len(model.topic_names_)}
            if model.content is not None and labelled.variable in model.content:
                how["content"] = None
            blind = refit(model, given, **how)
            match = Alignment.of(averaged(model), averaged(blind))
            self.theta = blind.theta_[:, match.partner]
            self.said = [
                f"found without the labels, it is another topic (cosine {one:.2f})"
                if one < _ALIKE
                else ""
                for one in match.similarity
            ]
        else:
            counts: Any = given.counts
            if hasattr(model, "feature_names_in_"):
                rows = pd.DataFrame({"document": range(len(given))})
                counts = Features(counts, model.terms_, rows, kind="term")
            self.theta = model.transform(counts)
        self.root = labelled.root
        others = np.delete(labelled.design.matrix, labelled.tested, axis=1) * self.root
        self.known, _ = np.linalg.qr(others)
        self.left = self._beside(self.theta * self.root)
        self.observed = self(labelled.codes)

    def __call__(self, codes: Integers) -> Floats:
        """F of every topic; huge where the labels are determined by the other columns."""
        columns = self.labelled.columns(codes) * self.root
        beside = self._beside(columns)
        q, r = np.linalg.qr(beside)
        if (np.abs(np.diag(r)) < 1e-7 * np.linalg.norm(columns, axis=0)).any():
            return np.full(self.left.shape[1], _FAILED)
        gain, before = ((q.T @ self.left) ** 2).sum(axis=0), (self.left**2).sum(axis=0)
        return self.labelled.ratio(before, before - gain)

    under = __call__

    def take(self, found: Floats) -> Floats:
        """F as it was found; there is nothing to be told of it."""
        return found

    def _beside(self, y: Floats) -> Floats:
        """What the other columns of the design leave."""
        return np.asarray(y - self.known @ (self.known.T @ y))

    def notes(self) -> list[str]:
        """Say which topics are not those of the model."""
        return self.said


def _squares(x: Floats, y: Floats) -> Floats:
    """Σ (y − ŷ)² of each column of y."""
    q, _ = np.linalg.qr(x)
    return np.asarray(((y - q @ (q.T @ y)) ** 2).sum(axis=0))


def _columns_of(design: Design, variable: str, values: Any) -> Integers:
    """Columns of a design that a variable bears on, interactions included."""
    some = values[np.unique(np.linspace(0, len(values) - 1, _DISTINCT).astype(int))]
    rows = design.covariates.astype(dict.fromkeys(design.levels, str)).drop_duplicates()
    rows = rows.iloc[:: -(-len(rows) // _ROWS)]
    made = [design.transform(rows.assign(**{variable: value})) for value in some]
    return np.flatnonzero(np.ptp(np.stack(made), axis=0).max(axis=0) > 1e-12)
