"""Draw outlets about the truth, and documents about their outlets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from scipy import special

from framing.errors import InputError
from framing.simulate.checks import is_number, per_group
from framing.simulate.design import Floats, Integers, Layout

Amount: TypeAlias = float | tuple[float, float]
Amounts: TypeAlias = Amount | Mapping[str, Amount]


def amounts(what: str, given: Amounts, layout: Layout, rng: np.random.Generator) -> Integers:
    """Draw whole numbers from 1 on, one a document, with exactly the mean asked for.

    They are 1 plus a gamma variable, rounded up or down at random; the rounding adds up to ¼ to the
    variance.
    """
    out = np.empty(len(layout.group), dtype=np.int64)
    for g, amount in enumerate(per_group(what, given, layout.groups)):
        mean, sd = amount if isinstance(amount, tuple) and len(amount) == 2 else (amount, 0)
        if not (is_number(mean) and is_number(sd) and mean >= 1 and sd >= 0):
            raise InputError(f"{what} must be a number from 1 on, or (mean, sd); got {amount!r}.")
        here = np.flatnonzero(layout.group == g)
        more = np.full(len(here), mean - 1.0)
        if sd > 0 and mean > 1:
            more = rng.gamma(((mean - 1) / sd) ** 2, sd**2 / (mean - 1), size=len(here))
        out[here] = 1 + np.floor(more + rng.random(len(here)))
    return out


def of_documents(
    share: Floats, icc: float | Mapping[str, float], layout: Layout, rng: np.random.Generator
) -> Floats:
    """Draw the shares of every document.

    Parameters
    ----------
    share : array, shape (n_groups, n_periods, ...)
        True shares, which add up to 1 over the last axis.
    icc : float or {group: float}
    layout : Layout
    rng : numpy.random.Generator

    Returns
    -------
    array, shape (n_documents, ...)
    """
    mean = share[layout.group, layout.period]
    if layout.n_outlets:
        # One uniform for an outlet and feature, so that it leans alike in all groups and periods.
        lean = rng.random((layout.n_outlets, *share.shape[2:]))
        cell = np.stack([layout.outlet, layout.group, layout.period])
        _, first, back = np.unique(cell, axis=1, return_index=True, return_inverse=True)
        leans, alike = lean[layout.outlet[first]], _correlation("outlet_icc", None, layout)[first]
        outlets = _dirichlet(mean[first], alike, lambda shape: log_gamma_quantile(leans, shape))
        mean = outlets[back.ravel()]
    return _dirichlet(mean, _correlation("icc", icc, layout), lambda shape: log_gamma(shape, rng))


def _correlation(what: str, given: float | Mapping[str, float] | None, layout: Layout) -> Floats:
    each = per_group(what, layout.design.outlet_icc if given is None else given, layout.groups)
    for value in each:
        if not is_number(value) or not 0 <= value < 1:
            raise InputError(f"{what} must be a number from 0 to below 1; got {value!r}.")
    return np.array(each, dtype=float)[layout.group]


def _dirichlet(mean: Floats, icc: Floats, draw: Callable[[Floats], Floats]) -> Floats:
    """Draw about a mean with variance icc · mean · (1 − mean): the concentration is 1/icc − 1."""
    varies = icc > 0
    if not varies.any():
        return mean
    rows = (slice(None), *[None] * (mean.ndim - 1))
    concentration = 1 / np.where(varies, icc, 0.5) - 1
    logs = draw(mean * concentration[rows])
    drawn = np.exp(logs - logs.max(axis=-1, keepdims=True))
    drawn /= drawn.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(varies[rows], drawn, mean))


def log_gamma(shape: Floats, rng: np.random.Generator) -> Floats:
    """Draw logarithms of gamma variables, which do not underflow: G(a) = G(a + 1) · U^(1/a)."""
    with np.errstate(divide="ignore", over="ignore"):
        drawn = np.log(rng.standard_gamma(shape + 1))
        return np.asarray(drawn - rng.standard_exponential(shape.shape) / shape)


def log_gamma_quantile(p: Floats, shape: Floats) -> Floats:
    """Logarithms of gamma quantiles; where these underflow, from P(a, x) ≈ x^a / Γ(a + 1)."""
    quantile = special.gammaincinv(shape, p)
    with np.errstate(divide="ignore", over="ignore"):
        tail = (np.log(p) + special.gammaln(shape + 1)) / shape
        return np.asarray(np.where(quantile > 1e-250, np.log(quantile), tail))
