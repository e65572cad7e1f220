"""Rows of a regression of topics: the segments that a model used, and what is known of them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.corpus import some
from framing.errors import InputError, InputWarning, one_of
from framing.inference import Floats, Integers
from framing.topics.composition.draws import ThetaDraws, global_covariance
from framing.topics.composition.settings import EffectSettings
from framing.topics.composition.shrinkage import Prior
from framing.topics.fitting.design import Design


@dataclass(frozen=True, eq=False)
class Rows:
    """Segments that a model used, with the design of a regression.

    Attributes
    ----------
    design : Design
    table : pandas.DataFrame
        Covariates of the segments that have them all, as numbers and text.
    kept : array of int, shape (n_kept,)
        Which of the segments used these are.
    dates : pandas.DataFrame
        Those of the covariates that are dates.
    documents : array of int, shape (n_kept,)
    units : array of int, shape (n_used,)
        What varies by chance: the document, cluster or segment of each segment used.
    names : list of str
        Of the units.
    weights : array, shape (n_kept,)
    """

    design: Design
    table: pd.DataFrame
    dates: pd.DataFrame
    kept: Integers
    documents: Integers
    units: Integers
    names: list[str]
    weights: Floats

    @classmethod
    def of(cls, model: Any, formula: str, settings: EffectSettings) -> Rows:
        """Read covariates, documents and clusters of the segments that a model used."""
        if not hasattr(model, "used_"):
            raise InputError(f"{type(model).__name__} is not fitted; call fit first.")
        table = _covariates(model, settings.covariates)
        design = Design.fit(formula, table)
        kept = np.flatnonzero(design.kept)
        named = table["document"] if "document" in table else pd.Series(np.arange(len(table)))
        documents, found = pd.factorize(named)
        names = document_names = [str(name) for name in found]
        if settings.variance == "classical":
            units, names = np.arange(len(table)), [str(row) for row in range(len(table))]
        elif settings.cluster is None:
            units = documents
        else:
            units, names = _clusters(table, settings.cluster, documents, document_names, kept)
        if len(kept) <= len(design.columns):
            raise InputError(
                f"formula {formula!r} has {len(design.columns)} coefficients, and there are "
                f"{len(kept)} segments; use fewer covariates, or s(x, df=…)."
            )
        weights = np.ones(len(kept))
        if settings.weights == "document":
            weights = 1 / np.bincount(documents[kept])[documents[kept]]
        return cls(
            design,
            _as_text(design),
            _dates(table[design.kept], design.variables),
            kept,
            documents[kept],
            units.astype(np.int64),
            names,
            weights,
        )

    @property
    def n_used(self) -> int:
        """Segments that the model used."""
        return len(self.units)

    @property
    def n_documents(self) -> int:
        """Documents with every covariate."""
        return len(np.unique(self.documents))

    @property
    def n_units(self) -> int:
        """Units with a segment that has every covariate."""
        return len(np.unique(self.units[self.kept]))

    def whole(self, values: Floats) -> Floats:
        """Lay values of the segments kept out over those used, noughts elsewhere."""
        out = np.zeros((self.n_used, *values.shape[1:]))
        out[self.kept] = values
        return out


def read_draws(model: Any, settings: EffectSettings) -> tuple[ThetaDraws, Prior | None]:
    """Prepare draws of θ for the segments that a model used, and the prior behind them."""
    rows = np.flatnonzero(model.used_)
    if settings.uncertainty == "none":
        return ThetaDraws.known(np.asarray(model.theta_, dtype=float)[rows]), None
    if not hasattr(model, "sigma_"):
        raise InputError(
            f"{type(model).__name__} does not tell how surely shares are known; pass "
            "uncertainty='none', or fit a StructuralTopicModel."
        )
    eta, mu, sigma = model.eta_[rows], model.mu_[rows], model.sigma_
    own = model.covariances() if settings.uncertainty == "local" else None
    draws = ThetaDraws.of(
        eta,
        mu,
        sigma,
        uncertainty=settings.uncertainty,
        covariances=own,
        draws=settings.draws,
        seed=settings.seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)  # the draws have said it
        known = global_covariance(eta, mu, sigma)
    x = prior_design(model, len(rows))
    return draws, Prior(x, eta, sigma, known, own, int(getattr(model, "n_iter_", 500)))


def prior_design(model: Any, n: int) -> Floats:
    """The model's own design, shape (n_used, n_prior)."""
    design = getattr(model, "design_", None)
    return np.ones((n, 1)) if design is None else np.asarray(design.matrix, dtype=float)


def tell_unexpected(model: Any, rows: Rows) -> None:
    """Warn of covariates that the model was fitted without."""
    x = prior_design(model, rows.n_used)[rows.kept]
    matrix, columns = rows.design.matrix, rows.design.columns
    left = matrix - x @ (np.linalg.pinv(x.T @ x, hermitian=True) @ (x.T @ matrix))
    centred = matrix - matrix.mean(axis=0)
    lost = (left**2).sum(axis=0) > 0.01 * np.maximum((centred**2).sum(axis=0), 1e-300)
    unknown = [name for name, out in zip(columns[1:], lost[1:], strict=True) if out]
    if unknown:
        formula = rows.design.formula
        warnings.warn(
            f"the model was fitted without {some(unknown)}: it draws the shares of segments "
            "towards those of all, and effects towards nought. Fit it with "
            f"prevalence={formula!r}.",
            InputWarning,
            stacklevel=5,
        )


def _as_text(design: Design) -> pd.DataFrame:
    """Covariates with categories as text."""
    return design.covariates.astype(dict.fromkeys(design.levels, str))


def _dates(table: pd.DataFrame, variables: list[str]) -> pd.DataFrame:
    named = [name for name in variables if name in table]
    held = [name for name in named if pd.api.types.is_datetime64_any_dtype(table[name])]
    return table[held].reset_index(drop=True)


def _covariates(model: Any, given: pd.DataFrame | None) -> pd.DataFrame:
    table = getattr(model, "segments_", None) if given is None else given
    used: npt.NDArray[np.bool_] = np.asarray(model.used_, dtype=bool)
    if table is None:
        raise InputError(
            f"{type(model).__name__} was fitted to a matrix, which has no covariates; pass "
            "covariates=, a table with a row a segment."
        )
    if len(table) != len(used):
        raise InputError(
            f"covariates has {len(table)} rows, but the model was fitted to {len(used)} segments."
        )
    return table[used].reset_index(drop=True)


def _clusters(
    table: pd.DataFrame, column: str, documents: Integers, names: list[str], kept: Integers
) -> tuple[Integers, list[str]]:
    """Number clusters; a segment without one may only be a segment without covariates."""
    if column not in table:
        raise one_of("cluster", column, table.columns)
    values = table[column]
    lacking = kept[values.iloc[kept].isna().to_numpy()]
    if len(lacking):
        name = names[documents[lacking[0]]]
        raise InputError(f"cluster={column!r} is empty for document {name!r}; fill it or drop it.")
    units, levels = pd.factorize(values, sort=True, use_na_sentinel=False)
    spread = pd.Series(units).groupby(documents).nunique()
    if (spread > 1).any():
        name = names[int(spread.index[spread > 1][0])]
        raise InputError(
            f"cluster={column!r}: document {name!r} lies in several; a document must lie in one."
        )
    return units.astype(np.int64), [str(level) for level in levels]
