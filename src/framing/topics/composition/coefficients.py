"""The method of composition: regressions of topics whose shares are themselves uncertain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd

from framing.errors import InputError
from framing.inference import MINIMUM, Floats, Integers
from framing.topics.composition.clusters import Clusters, Sides
from framing.topics.composition.regressions import pooled, robust
from framing.topics.composition.rows import Rows, read_draws, tell_unexpected
from framing.topics.composition.sandwich import Leverage
from framing.topics.composition.settings import EffectSettings
from framing.topics.frames.mapping import TopicFrames

FEWEST_DEGREES = 4
"""With fewer degrees of freedom Satterthwaite's rule errs, and intervals with it (Tipton 2015)."""
_DISTINCT = 12  # most values of what counts as sides
_ROWS = 60  # looked at to see what a variable does to the design


@dataclass(frozen=True, eq=False)
class Composition:
    """Coefficients of every topic on a design, with what chance and the draws do to them.

    Attributes
    ----------
    settings : EffectSettings
    rows : Rows
    names : list of str
        Topics, or frames.
    kind : {"topic", "frame"}
    coefficients : array, shape (n_columns, n_topics)
    covariance : array, shape (n_topics, n_columns, n_columns)
    leverages : list of Leverage
        One for all topics, or one each where they weigh segments differently.
    errors : array, shape (n_units, n_columns, n_topics), or None
        What each unit adds to the errors of the coefficients; they add up to nought.
    clusters : Clusters or None
    """

    settings: EffectSettings
    rows: Rows
    names: list[str]
    kind: str
    coefficients: Floats
    covariance: Floats
    leverages: list[Leverage]
    errors: Floats | None = None
    clusters: Clusters | None = None

    @classmethod
    def of(cls, model: Any, formula: str, settings: EffectSettings) -> Composition:
        """Regress the topics of a fitted model, or frames above them, on covariates."""
        rows = Rows.of(model, formula, settings)
        sums, names, kind = _outcomes(model, settings.frames)
        draws, prior = read_draws(model, settings)
        if hasattr(model, "sigma_"):
            tell_unexpected(model, rows)
        if settings.variance == "classical":
            found = pooled(draws, rows, sums)
        else:
            found = robust(draws, prior, rows, sums, settings)
        return cls(settings, rows, names, kind, **found)

    def spread(self, gradients: Floats) -> tuple[Floats, Floats]:
        """Standard errors and degrees of freedom of functions of the coefficients.

        Parameters
        ----------
        gradients : array, shape (n, n_columns) or (n, n_columns, n_topics)

        Returns
        -------
        error, degrees : array, shape (n, n_topics)
            Of freedom: Satterthwaite's for the CR2 variance; those of the residuals where segments
            are independent.
        """
        covariance = self.covariances(gradients)
        error = np.sqrt(np.maximum(np.einsum("tii->it", covariance), 0.0))
        if self.settings.variance == "classical":
            spare = len(self.rows.kept) - len(self.coefficients)
            return error, np.full(error.shape, float(spare))
        degrees = [one.degrees(some) for one, some in self._each(gradients)]
        return error, np.broadcast_to(np.stack(degrees, axis=1), error.shape)

    def covariances(self, gradients: Floats) -> Floats:
        """Covariances of functions of the coefficients, shape (n_topics, n, n)."""
        if gradients.ndim == 2:
            return np.asarray(gradients @ self.covariance @ gradients.T)
        each = gradients.transpose(2, 0, 1)
        return np.asarray(each @ self.covariance @ each.transpose(0, 2, 1))

    def gradients(self, contrasts: Floats) -> Floats:
        """Contrasts of coefficients, with an axis of topics where these weigh segments unlike."""
        if len(self.leverages) == 1:
            return contrasts
        return np.repeat(contrasts[:, :, None], len(self.names), axis=2)

    def wald(self, contrasts: Floats) -> tuple[Floats, Floats]:
        """Test that several contrasts are nought, jointly.

        Returns
        -------
        F, degrees : array, shape (n_topics,)
            Degrees of freedom of the denominator; missing, as F is, where they are below 1.
        """
        n, values = len(contrasts), contrasts @ self.coefficients
        covariance = self.covariances(self.gradients(contrasts))
        inverse = np.linalg.pinv(np.nan_to_num(covariance), hermitian=True)
        square = np.einsum("pt,tpq,qt->t", values, inverse, values)
        if self.settings.variance == "classical":
            spare = float(len(self.rows.kept) - len(self.coefficients))
            return square / n, np.full(len(square), spare)
        known = np.array([one.joint_degrees(contrasts) for one in self.leverages])
        known = np.where(known - n + 1 >= 1, known, np.nan)
        left = np.broadcast_to(known - n + 1, square.shape)
        return square * left / (np.broadcast_to(known, square.shape) * n), left

    def columns_of(self, variable: str) -> Integers:
        """Columns of the design that a variable bears on, interactions included."""
        values = np.sort(self.rows.table[variable].unique())
        values = values[np.unique(np.linspace(0, len(values) - 1, _DISTINCT).astype(int))]
        return np.flatnonzero(np.ptp(self._set(variable, values), axis=0).max(axis=0) > 1e-12)

    def _set(self, variable: str, values: Any) -> Floats:
        """Rows of the design for a few segments, were they to have each of some values."""
        distinct = self.rows.table.drop_duplicates()
        some = distinct.iloc[:: -(-len(distinct) // _ROWS)]
        table = pd.concat([some.assign(**{variable: value}) for value in values])
        made = self.rows.design.transform(table.reset_index(drop=True))
        return made.reshape(len(values), len(some), -1)

    def lacking(self, gradients: Floats, degrees: Floats) -> list[list[str]]:
        """Why there is no interval, for every function and topic; empty where there is one."""
        if self.settings.variance == "classical":
            return [[""] * degrees.shape[1]] * len(degrees)
        unit, few = self.settings.unit, self.rows.n_units
        if few < MINIMUM:
            of = f"clusters of {unit!r}" if self.settings.cluster else "documents"
            return [[f"only {few} {of}; an interval needs {MINIMUM}"] * degrees.shape[1]] * len(
                degrees
            )
        alone = np.stack([one.alone(some) for one, some in self._each(gradients)], axis=1)
        alone = np.broadcast_to(alone, degrees.shape)
        return [
            [self._why(int(a), float(d)) for a, d in zip(units, row, strict=True)]
            for units, row in zip(alone, degrees, strict=True)
        ]

    def bearing(self, gradients: Floats) -> list[Floats]:
        """Part that each unit has in each function, shape (n_units, 1 or n_topics) each."""
        each = [[one.bearing(row) for row in some] for one, some in self._each(gradients)]
        return [np.stack([topic[i] for topic in each], axis=1) for i in range(len(gradients))]

    @cached_property
    def sides(self) -> list[Sides]:
        """Variables that are the same all over each cluster and have no interactions."""
        if self.clusters is None:
            return []
        found = (self._sides(name) for name in self.rows.design.variables)
        return [one for one in found if one is not None]

    def label(self, table: pd.DataFrame) -> pd.DataFrame:
        """Add what every row of a result carries."""
        given: dict[str, Any] = {
            "unit": self.settings.unit,
            "level": self.settings.level,
            "n_documents": self.rows.n_documents,
            "n_segments": len(self.rows.kept),
        }
        if self.settings.cluster is not None:
            given["n_clusters"] = self.rows.n_units
        return table.assign(**{name: one for name, one in given.items() if name not in table})

    def _each(self, gradients: Floats) -> list[tuple[Leverage, Floats]]:
        """Gradients with the leverage that goes with them: one for all topics, or one each."""
        if gradients.ndim == 2:
            return [(one, gradients) for one in self.leverages]
        if len(self.leverages) == 1:
            return [(self.leverages[0], gradients[:, :, t]) for t in range(gradients.shape[2])]
        return [(one, gradients[:, :, t]) for t, one in enumerate(self.leverages)]

    def _why(self, alone: int, degrees: float) -> str:
        if alone >= 0:
            what = self.settings.cluster or "document"
            return f"it rests on {what} {self.rows.names[alone]!r} alone"
        if not degrees >= FEWEST_DEGREES - 1e-6:
            rounded = np.floor(10 * degrees + 1e-6) / 10
            known = "no" if np.isnan(degrees) else f"only about {rounded:.1f}"
            return f"{known} degrees of freedom; {FEWEST_DEGREES} are needed"
        return ""

    def _sides(self, variable: str) -> Sides | None:
        """See whether a variable is the same in each cluster, and adds the same to every row."""
        rows = self.rows
        values, units = rows.table[variable], rows.units[rows.kept]
        levels = sorted(values.unique())
        if not 2 <= len(levels) <= _DISTINCT or values.groupby(units).nunique().max() > 1:
            return None
        made = self._set(variable, levels)
        steps = np.stack([one[0] - made[0][0] for one in made])
        if any(np.ptp(one - made[0], axis=0).max() > 1e-9 for one in made):
            return None
        of = np.full(len(rows.names), -1)
        of[units] = np.searchsorted(levels, values)
        return Sides(variable, [text(level) for level in levels], steps, of)


def _outcomes(model: Any, frames: Any) -> tuple[Floats, list[str], str]:
    """Which sums of topics are wanted, shape (n_topics, n_outcomes), and their names."""
    topics = list(model.topic_names_)
    if frames is None:
        return np.eye(len(topics)), topics, "topic"
    if isinstance(frames, (TopicFrames, str, PathLike)):
        mapping = frames if isinstance(frames, TopicFrames) else TopicFrames.load(frames)
        mapping.tell(topics)
        return mapping.matrix(topics), list(mapping.names), "frame"
    matrix = np.asarray(frames, dtype=float)
    if matrix.ndim != 2 or len(matrix) != len(topics) or not np.isin(matrix, (0, 1)).all():
        raise InputError(
            f"frames must be TopicFrames, the path of one, or {len(topics)} rows (topics) of 0 and "
            "1, a column a frame."
        )
    if not matrix.any(axis=0).all():
        at = int(np.flatnonzero(~matrix.any(axis=0))[0]) + 1
        raise InputError(f"frame {at} has no topic; leave it out.")
    names = getattr(frames, "columns", [f"frame {i + 1}" for i in range(matrix.shape[1])])
    return matrix, [str(name) for name in names], "frame"


def text(level: Any) -> str:
    """Write a level; a number without needless decimals.

    >>> text(2021.0), text(0.25), text("EU")
    ('2021', '0.25', 'EU')
    """
    if not isinstance(level, (float, np.floating)):
        return str(level)
    return str(int(level)) if float(level).is_integer() else f"{level:g}"
