"""Predicted prevalence of topics, by side and period, and how it differs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtr

from framing.cells import both
from framing.columns import tidy
from framing.errors import InputError
from framing.inference import Floats
from framing.topics.composition.coefficients import Composition
from framing.topics.composition.contrasts import Numbers, with_q_in
from framing.topics.composition.draws import square_root
from framing.topics.composition.grid import Grid
from framing.topics.composition.settings import EffectSettings

if TYPE_CHECKING:
    from framing.topics.model import TopicModel


def prevalence(
    model: TopicModel, formula: str, by: str | None = None, over: str | None = None, **settings: Any
) -> pd.DataFrame:
    """Predict how much of a document each topic is, by side and period.

    Parameters
    ----------
    model : TopicModel
        Fitted.
    formula : str
        ``"~ region * s(year)"``: what prevalence depends on.
    by : str, optional
        A variable of the formula whose levels are sides; any number of them.
    over : str, optional
        A variable of the formula that stands for time, such as ``"year"``; where the formula has
        a date, also ``"year"``, ``"quarter"`` or ``"month"``. A number with more than sixty values
        is followed at 25 steps.
    **settings
        As in :func:`framing.topics.effects`. The link is ``"logit"`` by default, so that
        nothing predicted, and no interval, leaves 0 to 1.

    Returns
    -------
    pandas.DataFrame
        A row a side (``group``), ``period`` and ``topic`` (or frame): ``statistic``
        ("prevalence"), ``estimate``, ``error``, ``low``, ``high``; with periods also ``band_low``
        and ``band_high``, which hold the whole curve of a side with the coverage ``level``.
        ``n_documents`` and ``n_segments`` are those of the side and period, where the note says if
        there are none and the formula alone speaks; the rest as in
        :func:`framing.topics.effects`.

    Notes
    -----
    A prediction is an average: every document is given the side and the period, keeps its other
    covariates, and what the regression expects of it is averaged. Sides are thus compared at the
    same mix of everything else in the formula. With a logit an interval is that of the log-odds of
    the average; with ``link="identity"`` it is symmetric, and covers less often where shares are
    small or documents few. Bands
    are intervals at the level at which the largest of all errors of a curve stays within (Montiel
    Olea & Plagborg-Møller 2019), at most Bonferroni's.

    References
    ----------
    Papke, L. E. & Wooldridge, J. M. (1996). Econometric methods for fractional response variables.
    *Journal of Applied Econometrics*, 11, 619–632.
    Montiel Olea, J. L. & Plagborg-Møller, M. (2019). Simultaneous confidence bands. *Journal of
    Applied Econometrics*, 34, 1–17.
    """
    found = Composition.of(model, formula, EffectSettings.of(settings, link="logit"))
    grid = Grid.of(found, by, over)
    cells = [c for c, (_, period) in enumerate(grid.cells) if over is None or period is not None]
    values, gradients = grid.values[cells], grid.gradients[cells]
    bounded = found.settings.link == "logit"
    if bounded:
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = 1 / (values * (1 - values))
            scaled = Numbers.of(found, logit(values), gradients * slope[:, None])
    else:
        scaled = Numbers.of(found, values, gradients)
    back = expit if bounded else np.asarray
    half = scaled.half()
    keys = pd.DataFrame([grid.name(cell) for cell in cells], index=range(len(cells)))
    counts = np.array([grid.counts(cell) for cell in cells])
    keys["n_documents"], keys["n_segments"] = counts.T
    table = scaled.table(keys.assign(statistic="prevalence"))
    table["estimate"] = values.ravel()
    if bounded:
        table["error"] = (scaled.error / slope).ravel()
    table["low"] = back(scaled.values - half).ravel()
    table["high"] = back(scaled.values + half).ravel()
    if over is not None:
        wide = scaled.half(_levels(scaled, grid, cells))
        table["band_low"] = back(scaled.values - wide).ravel()
        table["band_high"] = back(scaled.values + wide).ravel()
    empty = "no document here: what the formula makes of the others"
    table["note"] = [
        note if n else both(note, empty)
        for note, n in zip(table["note"], table["n_documents"], strict=True)
    ]
    return tidy(table)


def prevalence_differences(
    model: TopicModel, formula: str, by: str | None = None, over: str | None = None, **settings: Any
) -> pd.DataFrame:
    """How predicted prevalence differs between sides, and changes over time.

    Parameters
    ----------
    model, formula, by, over, **settings
        As in :func:`prevalence`; at least one of `by` and `over`.

    Returns
    -------
    pandas.DataFrame
        ``statistic`` "difference", a row a pair of sides (``group`` less ``reference``) and
        ``topic`` (or frame): overall, with periods as they are in the documents, and in each
        period. ``statistic`` "change", a row a side and later period: prevalence less that in the
        first period, ``period`` being "first–later". ``statistic`` "difference in change": by how
        much more that of the group rose. Each with ``estimate``, ``error``, ``low``, ``high``,
        ``p_value``, ``degrees``, ``test``, ``p_min``, ``q_value`` and ``n_tests`` (over all rows
        of the same statistic); the rest as in :func:`framing.topics.effects`.

    Notes
    -----
    Differences of the averages of :func:`prevalence`, tested as coefficients are in
    :func:`framing.topics.effects`; on the scale of shares, whatever the link. Where sides and
    periods do not interact in the formula, it makes the difference the same in every period.
    """
    if by is None and over is None:
        raise InputError("name the sides as by=, or a time as over=; nothing is compared.")
    found = Composition.of(model, formula, EffectSettings.of(settings, link="logit"))
    grid = Grid.of(found, by, over)
    keys, weights = [], []
    for key, cells in _compared(grid):
        row = np.zeros(len(grid.cells))
        for cell, weight in cells.items():
            row[cell] += weight
        keys.append(key)
        weights.append(row)
    if not keys:
        raise InputError(f"by={by!r}, over={over!r}: there is one side and one period only.")
    rows = np.array(weights)
    gradients = np.tensordot(rows, grid.gradients, 1)
    says = np.abs(gradients).reshape(len(rows), -1).max(axis=1) > 1e-12  # else nought by design
    rows, gradients = rows[says], gradients[says]
    numbers = Numbers.of(found, rows @ grid.values, gradients)
    table = numbers.table(pd.DataFrame(keys)[says], numbers.tests(rows @ grid.linear))
    return tidy(with_q_in(table, ["statistic"]))


def _compared(grid: Grid) -> Iterator[tuple[dict[str, str], dict[int, float]]]:
    """What is compared with what: columns that say so, and the weights of cells."""
    sides = [] if grid.sides is None else list(range(len(grid.sides.values)))
    times = [] if grid.periods is None else list(range(len(grid.periods.values)))
    for a, b in combinations(sides, 2):
        for time in [None, *times]:
            one, other = grid.at(a, time), grid.at(b, time)
            key = grid.name(one) | {"reference": grid.name(other)["group"]}
            yield key | {"statistic": "difference"}, {one: 1.0, other: -1.0}
    for time in times[1:]:
        for side in sides or (None,):
            first, later = grid.at(side, 0), grid.at(side, time)
            yield _change(grid, first, later) | {"statistic": "change"}, {later: 1.0, first: -1.0}
    for a, b in combinations(sides, 2):
        for time in times[1:]:
            first, later = grid.at(a, 0), grid.at(a, time)
            other_first, other_later = grid.at(b, 0), grid.at(b, time)
            key = _change(grid, first, later) | {"reference": grid.name(other_first)["group"]}
            cells = {later: 1.0, first: -1.0, other_later: -1.0, other_first: 1.0}
            yield key | {"statistic": "difference in change"}, cells


def _change(grid: Grid, first: int, later: int) -> dict[str, str]:
    between = f"{grid.name(first)['period']}–{grid.name(later)['period']}"
    return grid.name(later) | {"period": between}


def _levels(numbers: Numbers, grid: Grid, cells: list[int]) -> Floats:
    """Level at which the intervals of a curve hold all of it, shape (n, n_topics)."""
    settings = numbers.composition.settings
    out = np.full(numbers.values.shape, settings.level)
    useful = numbers.known & (numbers.error > 0)
    for side in dict.fromkeys(grid.cells[cell][0] for cell in cells):
        curve = np.array([i for i, cell in enumerate(cells) if grid.cells[cell][0] == side])
        covariances = numbers.composition.covariances(numbers.gradients[curve])
        shape = settings.replicates, len(curve)
        noise = np.random.default_rng([settings.seed, 2]).standard_normal(shape)
        for t, covariance in enumerate(covariances):
            some = useful[curve, t]
            if some.sum() < 2:
                continue
            scale = numbers.error[curve, t][some]
            root = square_root(covariance[np.ix_(some, some)] / np.outer(scale, scale))
            largest = np.abs(noise[:, some] @ root).max(axis=1)
            level = 2 * ndtr(np.quantile(largest, settings.level)) - 1
            out[curve, t] = np.clip(level, settings.level, 1 - (1 - settings.level) / some.sum())
    return out
