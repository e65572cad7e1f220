"""Covariates of a structural topic model: which segments have them, and what they come to."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import InputError, InputWarning
from framing.inference import Floats, Integers
from framing.topics.fitting.design import Design, level_column


@dataclass(frozen=True, eq=False)
class Covariates:
    """The formulas of a model, applied to segments.

    Attributes
    ----------
    design : Design or None
        The formula for prevalence.
    levels : list of str
        Those of the column that words topics; empty without one.
    level_of : array of int, shape (n_segments,)
        Which each segment has, 0 without such a column; −1 where it cannot be used.
    used : array of bool, shape (n_segments,)
        Which segments have every covariate.
    """

    design: Design | None
    levels: list[str]
    level_of: Integers
    used: npt.NDArray[np.bool_]

    @classmethod
    def read(
        cls,
        prevalence: str | None,
        content: str | None,
        table: pd.DataFrame | None,
        used: npt.NDArray[np.bool_],
    ) -> Covariates:
        """Apply formulas to the segments used so far, and leave out those that lack a covariate.

        Parameters
        ----------
        prevalence, content : str or None
        table : pandas.DataFrame or None
            A row a segment.
        used : array of bool, shape (n_segments,)
        """
        design, column = None, None
        if content is not None and table is not None:
            column = level_column(content, table)
            has = column.notna().to_numpy()
            _tell_lacking(int((used & ~has).sum()), len(used), column.name)
            used = used & has
        if prevalence is not None and table is not None:
            design = Design.fit(prevalence, table[used])
            rows = np.flatnonzero(used)[design.kept]
            used = np.isin(np.arange(len(used)), rows)
        levels: list[str] = []
        level_of = np.where(used, 0, -1)
        if column is not None:
            levels = sorted(set(column[used]))
            level_of[used] = pd.Index(levels).get_indexer(pd.Index(column[used]))
            if len(levels) < 2:
                raise InputError(
                    f"content={content!r}: all segments have one level, "
                    f"{''.join(map(repr, levels)) or 'none'}; leave content out."
                )
        return cls(design, levels, level_of, used)

    @property
    def matrix(self) -> Floats:
        """The design of the segments used; a column of ones without a formula."""
        return np.ones((int(self.used.sum()), 1)) if self.design is None else self.design.matrix

    def numbered_as(self, levels: Sequence[str]) -> Covariates:
        """Number the levels as another model does, and refuse those that it has not seen."""
        new = sorted(set(self.levels) - set(levels))
        if new:
            raise InputError(
                f"the model has not seen {', '.join(new)}; it knows {', '.join(levels)}. Leave "
                "such segments out, or fit with them."
            )
        if not self.levels:
            return self
        number = np.array([list(levels).index(level) for level in self.levels])
        level_of = np.where(self.used, number[self.level_of], -1)
        return replace(self, levels=list(levels), level_of=level_of)


def known_levels(content: str, levels: Sequence[str], table: pd.DataFrame) -> Integers:
    """Find the level of every row, and refuse what the model has not seen."""
    column = level_column(content, table.reset_index(drop=True))
    found = pd.Index(levels).get_indexer(pd.Index(column))
    if (found < 0).any():
        row = int(np.flatnonzero(found < 0)[0])
        raise InputError(
            f"row {row}: {column.name!r} is {column[row]!r}, which the model has not seen; it "
            f"knows {', '.join(levels)}. Leave such rows out, or fit with them."
        )
    return found


def _tell_lacking(lacking: int, n: int, name: Any) -> None:
    if lacking:
        warnings.warn(
            f"{lacking} of {n} segments lack {name!r} and are left out; their rows of theta_ are "
            "missing.",
            InputWarning,
            stacklevel=5,
        )
