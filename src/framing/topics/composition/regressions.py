"""Regressions of drawn topics, and what each unit adds to their errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from framing.inference import Floats, Integers
from framing.topics.composition.clusters import Clusters
from framing.topics.composition.draws import ThetaDraws
from framing.topics.composition.fractional import fractional_logit
from framing.topics.composition.rows import Rows
from framing.topics.composition.sandwich import Leverage, rows_of_units
from framing.topics.composition.settings import EffectSettings
from framing.topics.composition.shrinkage import Prior


def pooled(draws: ThetaDraws, rows: Rows, sums: Floats) -> dict[str, Any]:
    """Least squares draw by draw, with the textbook variance within draws and that between them.

    Draws of segments are independent, so that the variance between is ``Σ_d a_d a_dᵀ Var(θ_d)``
    with ``a_d = (XᵀX)⁻¹ x_d``: known far better than from the spread of so few estimates.
    """
    root = rows.whole(np.sqrt(rows.weights))
    leverage = Leverage.of(rows.whole(rows.design.matrix) * root[:, None], rows.units)
    p, k = leverage.q.shape[1], sums.shape[1]
    products, squares = np.zeros((draws.draws, p, k)), np.zeros(k)
    noise = np.zeros((len(root), k))
    for some, theta in draws.blocks():
        y = (theta @ sums) * root[some, None]
        products += leverage.q[some].T @ y
        squares += (y**2).sum(axis=(0, 1)) / len(y)
        noise[some] = y.var(axis=0, ddof=1) if len(y) > 1 else 0.0
    within = squares - (products**2).sum(axis=1).mean(axis=0)
    within = np.maximum(within, 0.0) / (len(rows.kept) - p)
    between = leverage.q.T @ (noise.T[:, :, None] * leverage.q)
    covariance = within[:, None, None] * np.eye(p) + between
    return {
        "coefficients": leverage.r_inverse @ products.mean(axis=0),
        "covariance": leverage.r_inverse @ covariance @ leverage.r_inverse.T,
        "leverages": [leverage],
    }


@dataclass(frozen=True, eq=False)
class _Fit:
    """One regression: its leverage, coefficients, residuals times √weight, and which outcomes."""

    leverage: Leverage
    coefficients: Floats
    residuals: Floats
    outcomes: slice

    def errors(self, drawn: Floats | None, *, adjusted: bool) -> Floats:
        """What units add to the errors of coefficients: by their residuals, and by the prior."""
        found = self.leverage.scores(self.residuals, adjusted=adjusted)
        if drawn is None:
            return found
        bread = self.leverage.r_inverse @ self.leverage.r_inverse.T
        return found + bread @ drawn[:, :, self.outcomes]


def robust(
    draws: ThetaDraws, prior: Prior | None, rows: Rows, sums: Floats, settings: EffectSettings
) -> dict[str, Any]:
    """Regress the mean of the draws; let the variance follow from how units differ."""
    x, weights = rows.whole(rows.design.matrix), rows.whole(rows.weights)
    adjusted = plain = None
    wanted = settings.cluster is not None or settings.test == "wild bootstrap"
    if prior is None:
        mean = draws.centre
    else:
        mean, pull = prior.pull(draws, x, weights)
        before, pull = Leverage.of(prior.x, rows.units), pull @ sums
        adjusted = _follow(pull, prior.errors(before))
        plain = _follow(pull, prior.errors(before, adjusted=False)) if wanted else None
    linear = _linear(x, mean @ sums, weights, rows.units)
    fits = linear if settings.link == "identity" else _logits(x, mean @ sums, weights, rows.units)
    errors = np.concatenate([fit.errors(adjusted, adjusted=True) for fit in fits], axis=2)
    found: dict[str, Any] = {
        "coefficients": np.concatenate([fit.coefficients for fit in fits], axis=1),
        "covariance": (tall := errors.transpose(2, 1, 0)) @ tall.transpose(0, 2, 1),
        "leverages": [fit.leverage for fit in fits],
    }
    if wanted:
        parts = [fit.errors(plain, adjusted=False) for fit in fits]
        found["errors"] = np.concatenate(parts, axis=2)
    if settings.cluster is not None:
        moments = np.zeros((len(rows.names), x.shape[1], x.shape[1]))
        for unit, some in enumerate(rows_of_units(rows.units, len(moments))):
            moments[unit] = (weights[some, None] * x[some]).T @ x[some]
        free = moments.sum(axis=0) @ linear[0].errors(plain, adjusted=False)
        found["clusters"] = Clusters(moments, moments @ linear[0].coefficients + free)
    return found


def _follow(pull: Floats, errors: Floats) -> Floats:
    """What errors of γ add to Σ w x θ, shape (n_units, n_columns, n_outcomes)."""
    n, _, _, n_outcomes = pull.shape
    flat = pull.transpose(1, 2, 0, 3).reshape(-1, n * n_outcomes)
    return np.asarray(errors.reshape(len(errors), -1) @ flat).reshape(-1, n, n_outcomes)


def _linear(x: Floats, y: Floats, weights: Floats, units: Integers) -> list[_Fit]:
    root = np.sqrt(weights)[:, None]
    leverage = Leverage.of(x * root, units)
    beta = leverage.coefficients(y * root)
    return [_Fit(leverage, beta, root * (y - x @ beta), slice(None))]


def _logits(x: Floats, y: Floats, weights: Floats, units: Integers) -> list[_Fit]:
    fits = []
    for t in range(y.shape[1]):
        beta = fractional_logit(x, y[:, t], weights)
        fitted = expit(x @ np.nan_to_num(beta))
        spread = fitted * (1 - fitted)
        root = np.sqrt(weights * spread)[:, None]
        residuals = root * ((y[:, t] - fitted) / spread)[:, None]
        leverage = Leverage.of(x * root, units)
        fits.append(_Fit(leverage, beta[:, None], residuals, slice(t, t + 1)))
    return fits
