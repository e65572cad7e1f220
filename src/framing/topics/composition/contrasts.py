"""Rows of a result: numbers made of coefficients, with interval, test and note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtr, stdtrit

from framing.cells import both
from framing.inference import BEARING, Floats, Null, adjust
from framing.topics.composition.clusters import turn_signs
from framing.topics.composition.coefficients import Composition


@dataclass(frozen=True, eq=False)
class Numbers:
    """Numbers made of coefficients, for every topic.

    Attributes
    ----------
    composition : Composition
    values : array, shape (n, n_topics)
    gradients : array, shape (n, n_columns) or (n, n_columns, n_topics)
        How the numbers follow the coefficients.
    error, degrees : array, shape (n, n_topics)
    lacking : list of list of str
        Why there is no interval.
    """

    composition: Composition
    values: Floats
    gradients: Floats
    error: Floats
    degrees: Floats
    lacking: list[list[str]]

    @classmethod
    def of(cls, composition: Composition, values: Floats, gradients: Floats) -> Numbers:
        """Find standard errors, degrees of freedom, and what forbids an interval."""
        error, degrees = composition.spread(gradients)
        lacking = composition.lacking(gradients, degrees)
        never = "never used in some part; link='identity' takes that for a share of nought"
        lost = np.isnan(values)
        for i, t in np.argwhere(lost):
            lacking[i] = [*lacking[i][:t], lacking[i][t] or never, *lacking[i][t + 1 :]]
        error = np.where(lost, np.nan, error)
        return cls(composition, values, gradients, error, degrees, lacking)

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Where there is an interval, shape (n, n_topics)."""
        return np.array([[not why for why in row] for row in self.lacking])

    def half(self, level: float | Floats | None = None) -> Floats:
        """Half the width of intervals, shape (n, n_topics); missing where there is none.

        Parameters
        ----------
        level : float or array, shape (n, n_topics), optional
            Default that of the settings.
        """
        level = self.composition.settings.level if level is None else level
        quantile = stdtrit(np.maximum(self.degrees, 1), (1 + level) / 2)
        return np.asarray(np.where(self.known, quantile * self.error, np.nan))

    def tests(self, hypotheses: Floats) -> list[dict[str, Any]]:
        """Test that each number is nought; a dictionary of columns for each.

        Parameters
        ----------
        hypotheses : array, shape (n, n_columns)
            Combinations of coefficients that are nought if the numbers are.
        """
        settings = self.composition.settings
        if settings.test == "wild bootstrap":
            return self._wild()
        found = []
        dealt: dict[tuple[str, tuple[int, ...]], dict[str, Any]] = {}
        for i, hypothesis in enumerate(hypotheses):
            columns = self._t(i)
            for sides in self.composition.sides if settings.test == "auto" else []:
                pair = sides.pair(hypothesis)
                if pair is None or self.composition.clusters is None:
                    continue
                key = sides.variable, tuple(sorted(pair))
                if key not in dealt:
                    null = self.composition.clusters.relabel(
                        sides, list(pair), settings.replicates, settings.seed, settings.client
                    )
                    dealt[key] = {} if null is None else permuted(null, settings.level)
                columns |= dealt[key]
                break
            found.append(columns)
        return found

    def _t(self, i: int) -> dict[str, Any]:
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.abs(self.values[i]) / self.error[i]
            p = 2 * stdtr(np.maximum(self.degrees[i], 1), -ratio)
        known = np.array([not why for why in self.lacking[i]]) & (self.error[i] > 0)
        said = ["" if one else "no p-value" for one in known]
        p = np.where(known, p, np.nan)
        return {"p_value": p, "p_min": np.nan, "test": np.where(known, "t", ""), "said": said}

    def _wild(self) -> list[dict[str, Any]]:
        composition, settings = self.composition, self.composition.settings
        assert composition.errors is not None
        found = []
        for i, shares in enumerate(composition.bearing(self.gradients)):
            if (bearing := float((1 / (shares**2).sum(axis=0)).min())) < BEARING:
                said = f"no p-value: only about {int(bearing)} {settings.unit}s bear on it"
                none = {"p_value": np.nan, "p_min": np.nan, "test": "", "said": said}
                found.append(none)
                continue
            gradient = self.gradients[i]
            axes = "upt,p->ut" if gradient.ndim == 1 else "upt,pt->ut"
            scores = np.einsum(axes, composition.errors, gradient) + shares * self.values[i]
            draws: Any = {"replicates": settings.replicates, "seed": settings.seed + 1}
            null = turn_signs(np.nan_to_num(scores), **draws, client=settings.client)
            p = np.where(np.isnan(self.error[i]), np.nan, null.p_value[0])
            found.append({"p_value": p, "p_min": np.nan, "test": null.test, "said": ""})
        return found

    def table(self, keys: pd.DataFrame, tests: list[dict[str, Any]] | None = None) -> pd.DataFrame:
        """A row a number and topic.

        Parameters
        ----------
        keys : pandas.DataFrame
            A row a number: what it is.
        tests : list of dict, optional
            As :meth:`tests` gives them.
        """
        half, names = self.half(), self.composition.names
        n, n_topics = self.values.shape
        given: dict[str, Any] = {
            self.composition.kind: np.tile(names, n),
            "estimate": self.values.ravel(),
            "error": self.error.ravel(),
            "low": (self.values - half).ravel(),
            "high": (self.values + half).ravel(),
        }
        said = [""] * (n * n_topics)
        if tests is not None:
            given["degrees"] = self.degrees.ravel()
            for name in ("p_value", "p_min", "test", "said"):
                each = [np.broadcast_to(test[name], (n_topics,)) for test in tests]
                given[name] = np.concatenate(each)
            said = given.pop("said").tolist()
        reasons = [why for row in self.lacking for why in row]
        given["note"] = [_note(why, one) for why, one in zip(reasons, said, strict=True)]
        for column in keys:
            given[str(column)] = np.repeat(keys[column].to_numpy(), n_topics)
        return self.composition.label(pd.DataFrame(given))


def permuted(null: Null, level: float) -> dict[str, Any]:
    """Columns of an exact permutation test."""
    least = float(np.nanmin(null.p_min))
    said = ""
    if least > 1 - level:
        ways = null.replicates
        said = f"p cannot be below {least:.2g}: labels can be dealt out in {ways} ways only"
    p, p_min = null.p_value[0], null.p_min[0]
    return {"p_value": p, "p_min": p_min, "test": null.test, "said": said}


def with_q_in(table: pd.DataFrame, families: Iterable[str]) -> pd.DataFrame:
    """Adjust p-values within families of tests, and give the size of each."""
    by = list(families)
    q = np.full(len(table), np.nan)
    size = np.zeros(len(table), dtype=int)
    for rows in table.groupby(by, sort=False, dropna=False).indices.values():
        p = table["p_value"].to_numpy(dtype=float)[rows]
        q[rows], size[rows] = adjust(p), int((~np.isnan(p)).sum())
    return table.assign(q_value=q, n_tests=size)


def _note(why: str, said: str) -> str:
    """Join why there is no interval with what is to be said of the test."""
    if not why:
        return "" if said == "no p-value" else said
    if said == "no p-value":
        return f"no interval, no p-value: {why}"
    return both(f"no interval: {why}", said)
