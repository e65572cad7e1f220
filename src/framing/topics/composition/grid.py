"""Sides and periods for which prevalence is predicted, with other covariates as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from framing.errors import InputError, one_of
from framing.groups import TIMES
from framing.inference import Floats
from framing.topics.composition.coefficients import Composition, text
from framing.topics.composition.rows import Rows

_SIDES = 40  # most values of a number that count as sides
_DISTINCT = 60  # a number with more values is followed at _STEPS of them
_STEPS = 25
_AT_ONCE = 100_000  # rows of a design held together
_PARTS = {"year": 1, "quarter": 4, "month": 12}


@dataclass(frozen=True, eq=False)
class Values:
    """A variable of a formula, and the values that it is set to.

    Attributes
    ----------
    variable : str
    values : list of float or str
    names : list of str
        Of the values, in a result.
    of : array of int, shape (n_kept,), or None
        Which of them each segment has; None where they are steps through a range.
    """

    variable: str
    values: list[Any]
    names: list[str]
    of: npt.NDArray[np.integer[Any]] | None

    @classmethod
    def sides(cls, rows: Rows, by: str) -> Values:
        """Take the levels of a variable."""
        if by not in rows.design.variables:
            raise one_of("by", by, rows.design.variables)
        levels, of = np.unique(rows.table[by].to_numpy(), return_inverse=True)
        if by in rows.design.ranges and len(levels) > _SIDES:
            raise InputError(
                f"by={by!r} is a number with {len(levels)} values; name it as over=, or cut it "
                "into a column of levels."
            )
        return cls(by, list(levels), [text(level) for level in levels], of)

    @classmethod
    def periods(cls, rows: Rows, over: str) -> Values:
        """Take the periods, or the steps, of a variable that stands for time."""
        design = rows.design
        if over in TIMES and over not in design.variables:
            if rows.dates.empty:
                raise InputError(
                    f"over={over!r}: the formula {design.formula!r} has no date; write "
                    f"'~ … s(date)', or name one of its variables: {', '.join(design.variables)}."
                )
            return cls._dated(rows, str(rows.dates.columns[0]), over)
        if over not in design.variables:
            raise one_of("over", over, design.variables)
        levels, of = np.unique(rows.table[over].to_numpy(), return_inverse=True)
        if over in design.ranges and len(levels) > _DISTINCT:
            steps = np.linspace(levels[0], levels[-1], _STEPS)
            return cls(over, list(steps), [text(step) for step in steps], None)
        return cls(over, list(levels), [text(level) for level in levels], of)

    @classmethod
    def _dated(cls, rows: Rows, variable: str, over: str) -> Values:
        """Take the middles of years, quarters or months that have documents."""
        dates, n = rows.dates[variable].dt, _PARTS[over]
        part = (dates.month - 1) * n // 12
        numbers, of = np.unique(dates.year * n + part, return_inverse=True)
        low, high = rows.design.ranges[variable]
        middles = np.clip((numbers + 0.5) / n, low, high)
        names = [_period(int(number) // n, int(number) % n + 1, over) for number in numbers]
        return cls(variable, list(middles), names, of)


@dataclass(frozen=True, eq=False)
class Grid:
    """Predictions for every side and period.

    Attributes
    ----------
    composition : Composition
    sides, periods : Values or None
    cells : list of (int or None, int or None)
        Side and period of each prediction; None where the variable is as it is in each segment.
    values : array, shape (n_cells, n_topics)
    linear : array, shape (n_cells, n_columns)
        Means of the rows of the design.
    gradients : array, shape (n_cells, n_columns) or (n_cells, n_columns, n_topics)
    """

    composition: Composition
    sides: Values | None
    periods: Values | None
    cells: list[tuple[int | None, int | None]]
    values: Floats
    linear: Floats
    gradients: Floats

    @classmethod
    def of(cls, composition: Composition, by: str | None, over: str | None) -> Grid:
        """Predict: every segment is given the side and period, and predictions are averaged."""
        rows = composition.rows
        sides = None if by is None else Values.sides(rows, by)
        periods = None if over is None else Values.periods(rows, over)
        if sides and periods and sides.variable == periods.variable:
            raise InputError(f"by and over both name {sides.variable!r}; leave one out.")
        groups: list[int | None] = [None] if sides is None else list(range(len(sides.values)))
        times: list[int | None] = [None] if periods is None else list(range(len(periods.values)))
        cells = [(group, time) for group in groups for time in times]
        if periods is not None:
            cells += [(group, None) for group in groups]
        made = [_predict(composition, *part) for part in _designs(rows, sides, periods, cells)]
        stacked = (np.stack(part) for part in zip(*made, strict=True))
        return cls(composition, sides, periods, cells, *stacked)

    def at(self, side: int | None, period: int | None) -> int:
        """Number of a cell."""
        return self.cells.index((side, period))

    def name(self, cell: int) -> dict[str, str]:
        """Columns that tell what a cell is."""
        side, period = self.cells[cell]
        found = {}
        if self.sides is not None and side is not None:
            found["group"] = self.sides.names[side]
        if self.periods is not None:
            names = self.periods.names
            found["period"] = f"{names[0]}–{names[-1]}" if period is None else names[period]
        return found

    def counts(self, cell: int) -> tuple[int, int]:
        """Documents and segments that lie in a cell."""
        rows = self.composition.rows
        here = np.ones(len(rows.kept), dtype=bool)
        for values, number in zip((self.sides, self.periods), self.cells[cell], strict=True):
            if values is not None and values.of is not None and number is not None:
                here &= values.of == number
        return len(np.unique(rows.documents[here])), int(here.sum())


def _designs(
    rows: Rows,
    sides: Values | None,
    periods: Values | None,
    cells: list[tuple[int | None, int | None]],
) -> Iterator[tuple[Floats, Floats]]:
    """Rows of the design in each cell, with weights that add up to 1."""
    variables = rows.design.variables
    set_to = []
    for side, period in cells:
        given = {}
        if sides is not None and side is not None:
            given[sides.variable] = sides.values[side]
        if periods is not None and period is not None:
            given[periods.variable] = periods.values[period]
        set_to.append(given)
    held: list[tuple[pd.DataFrame, Floats]] = []
    for given in set_to:
        others = [name for name in variables if name not in given]
        table, weights = _distinct(rows, others)
        held.append((table.assign(**given), weights))
        if sum(len(one) for one, _ in held) >= _AT_ONCE:
            yield from _made(rows, held)
            held = []
    yield from _made(rows, held)


def _made(rows: Rows, held: list[tuple[pd.DataFrame, Floats]]) -> Iterator[tuple[Floats, Floats]]:
    if not held:
        return
    table = pd.concat([one for one, _ in held], ignore_index=True)
    matrix = rows.design.transform(table)
    ends = np.cumsum([len(one) for one, _ in held])[:-1]
    weights = [one for _, one in held]
    yield from zip(np.split(matrix, ends), weights, strict=True)


def _distinct(rows: Rows, names: list[str]) -> tuple[pd.DataFrame, Floats]:
    """Distinct values of some covariates, and what part of the documents has each."""
    if not names:
        return pd.DataFrame(index=[0]), np.ones(1)
    table = rows.table[names].assign(weight=rows.weights)
    found = table.groupby(names, sort=True, observed=True)["weight"].sum().reset_index()
    weights = found.pop("weight").to_numpy()
    return found, weights / weights.sum()


def _predict(composition: Composition, x: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean prediction, mean row of the design, and how the former follows the coefficients."""
    mean = weights @ x
    if composition.settings.link == "identity":
        return mean @ composition.coefficients, mean, mean
    fitted = expit(x @ composition.coefficients)
    slope = weights[:, None] * fitted * (1 - fitted)
    return weights @ fitted, mean, x.T @ slope


def _period(year: int, part: int, over: str) -> str:
    return {"year": f"{year}", "quarter": f"{year}Q{part}", "month": f"{year}-{part:02d}"}[over]
