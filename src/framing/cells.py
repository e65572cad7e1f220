"""Cells: the groups and periods of one comparison, their shares, intervals and tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.special import ndtri, stdtrit

from framing.counting.tallies import some_rows, sum_rows, used_in_blocks
from framing.errors import InputError
from framing.features import Features
from framing.groups import groups
from framing.inference import (
    BEARING,
    MINIMUM,
    Floats,
    Integers,
    Null,
    Studentised,
    Sums,
    adjust,
    combine,
    correlation,
    effective_size,
    effective_units,
    estimate,
    exchangeable,
    permutation_test,
    score_interval,
    sum_units,
    variance,
    wild_test,
)
from framing.inference.sums import rows_of
from framing.nesting import clusters, levels, tell_left_out
from framing.settings import Settings

By = str | Sequence[str]


@dataclass(frozen=True, eq=False)
class Cells:
    """Features summed over the cells of a comparison.

    Attributes
    ----------
    index : list of (group, period)
        What each cell is; None where the comparison has no groups or no periods.
    documents : array of int, shape (n_segments,)
        The document of each segment.
    held : list of array of int
        The segments of each cell.
    size : array, shape (n_cells,)
        What shares are shares of: tokens for terms, segments for frames and topics.
    counts, df : array, shape (n_cells, n_features)
        Raw sums, and documents with any.
    share, low, high : array, shape (n_cells, n_features)
        Shares, and the ends of their intervals.
    variance, widening : array, shape (n_cells, n_features)
        Variances of the shares; (t/z)², by how much more they count because they are estimates.
    """

    features: Features
    settings: Settings
    index: list[tuple[str | None, str | None]]
    sums: Sums
    documents: Integers
    held: list[Integers]
    size: Floats
    counts: Floats
    df: Integers
    share: Floats
    low: Floats
    high: Floats
    variance: Floats
    widening: Floats

    @classmethod
    def of(
        cls,
        features: Features,
        by: By,
        settings: Settings,
        compared: str | None = None,
        table: pd.DataFrame | None = None,
    ) -> Cells:
        """Sum features, and give every share its interval.

        Parameters
        ----------
        features, by, settings
            What, between whom, and how.
        compared : {"group", "period"}, optional
            Only cells of one group, or of one period, are compared with each other, and so need
            the same mix of what `settings.within` names; default all cells.
        table : pandas.DataFrame, optional
            Groups already made, as :func:`framing.groups` returns them.
        """
        if settings.labelled is not None or settings.power is not None:
            raise InputError(
                "labelled= and power= correct shares of frames: use them with emphasis, contrast, "
                "trend or change."
            )
        if table is None:
            table = groups(features, by, actors=settings.actors, levels=settings.levels)
        used = table.to_numpy().any(axis=1)
        if not used.any():
            raise InputError(f"by={by!r}: no segment belongs to any group.")
        member = sparse.csc_array(table.to_numpy()[used] > 0)
        features = features if used.all() else features.where(used)
        matrix = features.matrix
        size = np.asarray(features.size, dtype=float)
        _check(features, size)
        documents = pd.factorize(features.segments["document"])[0]
        strata = levels(features, settings.within, "within")
        index = label_cells(table.columns)
        sums = sum_units(
            matrix,
            size,
            member,
            documents,
            clusters=clusters(features, settings.cluster, documents),
            strata=strata,
            compared=_compared(index, compared),
            weights=settings.weights,
            unit=settings.unit,
        )
        held = [rows[size[rows] > 0] for rows in rows_of(member)]
        if strata is not None and settings.within is not None:
            kept = [
                rows[mix[strata[rows]] > 0] for rows, mix in zip(held, sums.standard, strict=True)
            ]
            values = features.segments[settings.within].to_numpy()
            tell_left_out(sums, index, held, kept, documents, settings.within, values)
            held = kept
        total = np.array([size[rows].sum() for rows in held])
        # What can only be there or not tells no more than as many segments, or tokens, as there
        # are; a share of a segment, as of a topic, can.
        marks = matrix.dtype.kind in "biu" or bool((matrix.data == np.floor(matrix.data)).all())
        bounds = _bounds(sums, total, settings, features.kind, capped=marks)
        return cls(
            features,
            settings,
            index,
            sums,
            documents,
            held,
            total,
            np.stack([sum_rows(matrix, rows) for rows in held]),
            np.stack([_document_frequency(matrix, rows, documents[rows]) for rows in held]),
            *bounds,
        )

    def mixes(self) -> Cells:
        """Take each feature's part of all that the cell holds; the parts add up to 1."""
        sums, total = self.sums.mixes(), self.counts.sum(axis=1)
        # Features of one document make room for each other, so that its marks can tell more than
        # as many marks drawn at random: the effective size is not capped.
        bounds = _bounds(sums, total, self.settings, self.features.kind, capped=False)
        share, low, high, spread, widening = bounds
        return replace(
            self,
            sums=sums,
            size=total,
            share=share,
            low=low,
            high=high,
            variance=spread,
            widening=widening,
        )

    def rows(self, cell: int, **columns: Any) -> pd.DataFrame:
        """A row a feature, for one cell."""
        group, period = self.index[cell]
        return self.label(pd.DataFrame(columns), [cell], group, period)

    def shares(self) -> pd.DataFrame:
        """Rows with ``statistic`` "share", cell by cell."""
        return pd.concat(
            [
                self.rows(
                    c,
                    n=whole(self.counts[c]),
                    df=self.df[c],
                    statistic="share",
                    estimate=self.share[c],
                    low=self.low[c],
                    high=self.high[c],
                    note=self.no_interval([c], self.low[c]),
                )
                for c in range(len(self.index))
            ],
            ignore_index=True,
        )

    def no_interval(self, cells: list[int], low: Floats) -> npt.NDArray[np.str_]:
        """Why intervals are missing, a reason a feature; empty where there is one."""
        few = self.too_few(cells)
        return np.where(np.isnan(low), few or "no interval: never used in any group", few)

    def combined(
        self, cells: list[int], coefficients: Floats, ends: Sequence[Floats] | None = None
    ) -> tuple[Floats, Floats, Floats]:
        """Value and interval of a linear combination of cells, for every feature.

        Parameters
        ----------
        ends : (estimate, low, high), optional
            Of every cell, on another scale; default shares.
        """
        share, low, high = (self.share, self.low, self.high) if ends is None else ends
        related = correlation(self.sums, cells)
        return combine(coefficients, share[cells], low[cells], high[cells], related)

    def linear(self, cells: list[int], coefficients: Floats, statistic: str) -> pd.DataFrame:
        """Rows for a linear combination of cells: value, interval, and test against nought."""
        value, low, high = self.combined(cells, coefficients)
        null, why = self.test(cells, coefficients[None])
        table = pd.DataFrame({"estimate": value, "low": low, "high": high})
        table = table.assign(**p_columns(null), statistic=statistic)
        said = why or self.coarse(null)
        table["note"] = [both(note, said) for note in self.no_interval(cells, low)]
        return self.label(table, cells)

    def test(
        self, cells: list[int], coefficients: Floats, pool: Floats | None = None
    ) -> tuple[Null | None, str]:
        """Test that linear combinations of cells are nought, by permutation where that can be.

        Parameters
        ----------
        coefficients : array, shape (n_tests, n_sides)
        pool : array of 0/1, shape (n_sides, n_cells), optional
            Which cells make up each side; default each is one.

        Returns
        -------
        Null or None
        str
            Why there is no test; empty if there is one.
        """
        if (self.sums.n_units[cells] == 0).any():
            return None, "no p-value: a group holds nothing to compare"
        chosen: Any = {
            "replicates": self.settings.replicates,
            "seed": self.settings.seed + 1,
            "client": self.settings.client,
        }
        if exchangeable(self.sums, cells) and self.settings.unit == "document":
            statistic = Studentised(coefficients)
            return permutation_test(self.sums, cells, statistic, pool=pool, **chosen), ""
        if why := self.untested(cells):
            return None, why
        return wild_test(self.sums, cells, coefficients, **chosen), ""

    def untested(self, cells: list[int]) -> str:
        """Why there is no test where labels cannot change hands; empty if there is one."""
        if self.settings.unit == "segment":
            return "no p-value: the interval describes these documents only"
        shared = "lie in several groups or levels"
        if few := self.too_few(cells):
            return f"no p-value: {self.units} {shared}, and {few}"
        if (bearing := effective_units(self.sums, cells)) < BEARING:
            n = int(bearing)
            return f"no p-value: {self.units} {shared}, and only about {n} bear on the difference"
        return ""

    def coarse(self, null: Null | None) -> str:
        """Say that the design allows no small p-value; empty if it does."""
        if null is None or not null.exact or np.isnan(null.p_min).all():
            return ""
        least = float(np.nanmin(null.p_min))
        if least <= 1 - self.settings.level or (least == 1 and null.replicates > 20):
            return ""
        ways = null.replicates
        return f"p cannot be below {least:.2g}: labels can be dealt out in {ways} ways only"

    def label(
        self,
        table: pd.DataFrame,
        cells: list[int],
        group: str | None = None,
        period: str | None = None,
    ) -> pd.DataFrame:
        """Add what every row of a result carries."""
        if len(table) == len(self.features.names) and self.features.kind not in table:
            table[self.features.kind] = np.asarray(self.features.names)
        table["unit"], table["level"] = self.settings.varies, self.settings.level
        held = np.unique(np.concatenate([self.held[cell] for cell in cells]))
        table["n_documents"] = len(np.unique(self.documents[held]))
        table["n_segments"] = len(held)
        if self.settings.cluster is not None:
            clusters = (self.sums.denominators[:, cells] > 0).any(axis=(1, 2))
            table["n_clusters"] = int(clusters.sum())
        if group is not None:
            table["group"] = group
        if period is not None:
            table["period"] = period
        return table

    def by_group(self) -> list[list[int]]:
        """Cells of each group, in order of time."""
        found: dict[str | None, list[int]] = {}
        for cell, (group, _) in enumerate(self.index):
            found.setdefault(group, []).append(cell)
        return [sorted(cells, key=lambda c: str(self.index[c][1])) for cells in found.values()]

    @property
    def units(self) -> str:
        """What varies by chance, in the plural."""
        cluster = self.settings.cluster
        return f"{self.settings.unit}s" if cluster is None else f"clusters of {cluster!r}"

    def too_few(self, cells: list[int]) -> str:
        """Why there is no interval; empty if there is one."""
        fewest, cluster = int(self.sums.n_units[cells].min()), self.settings.cluster
        if fewest >= MINIMUM:
            return ""
        unit = self.settings.unit if cluster is None else "cluster"
        of = "" if cluster is None else f" of {cluster!r}"
        return f"only {fewest} {unit}{'s' * (fewest != 1)}{of}; an interval needs {MINIMUM}"


def _bounds(
    sums: Sums, size: Floats, settings: Settings, kind: str, *, capped: bool
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Shares, the ends of their intervals, their variances, and (t/z)²."""
    share = estimate(sums)
    found, degrees = variance(sums)
    units, tokens = sums.n_units[:, None], size[:, None]
    effective = effective_size(
        share, found, units, tokens if capped else np.full_like(tokens, np.inf)
    )
    if kind == "term":
        effective = np.where(share > 0, effective, _unused(effective, share, tokens))
    low, high = score_interval(share, effective, degrees, settings.level)
    few = sums.n_units < MINIMUM
    low[few], high[few] = np.nan, np.nan
    tail = (1 + settings.level) / 2
    return share, low, high, found, (stdtrit(degrees, tail) / ndtri(tail)) ** 2


def _unused(effective: Floats, share: Floats, tokens: Floats) -> Floats:
    """Effective size, in tokens, where a group never uses a term: as clustered as elsewhere.

    Missing where no group uses it: nothing tells how it would cluster.
    """
    known = (share > 0) & (effective > 0)
    clustering = np.divide(tokens, effective, out=np.ones_like(share), where=known).max(axis=0)
    return np.asarray(np.where(known.any(axis=0), tokens / np.maximum(clustering, 1.0), np.nan))


def p_columns(null: Null | None) -> dict[str, Any]:
    """Columns that a test of one combination fills."""
    if null is None:
        return {"p_value": np.nan, "p_min": np.nan, "test": ""}
    return {"p_value": null.p_value[0], "p_min": null.p_min[0], "test": null.test}


def both(*reasons: str) -> str:
    """Join what there is to say."""
    return "; ".join(reason for reason in reasons if reason)


def whole(numbers: Floats) -> npt.NDArray[Any]:
    """Write counts as whole numbers, where they are."""
    return numbers.astype(int) if (numbers == np.floor(numbers)).all() else numbers


def with_q(table: pd.DataFrame) -> pd.DataFrame:
    """Adjust the p-values of a whole table for their number, and give the number."""
    p_values = table["p_value"].to_numpy(dtype=float)
    n_tests = int((~np.isnan(p_values)).sum())
    return table.assign(q_value=adjust(p_values), n_tests=n_tests)


def label_cells(columns: pd.Index) -> list[tuple[str | None, str | None]]:
    """Name the group and period of every column of a table of groups."""
    if isinstance(columns, pd.MultiIndex):
        return [(str(group), str(period)) for group, period in columns]
    if columns.name == "period":
        return [(None, str(period)) for period in columns]
    return [(str(group), None) for group in columns]


def _compared(
    index: list[tuple[str | None, str | None]], compared: str | None
) -> np.ndarray[Any, Any] | None:
    if compared is None:
        return None
    place = ("group", "period").index(compared)
    return pd.factorize(np.array([str(cell[place]) for cell in index], dtype=object))[0]


def _check(features: Features, size: Floats) -> None:
    """Refuse counts of what can only be there or not: their shares would exceed 1."""
    matrix = features.matrix
    largest = matrix.max(axis=1).toarray().ravel() if matrix.shape[1] else np.zeros(len(size))
    over = np.flatnonzero(largest > size * (1 + 1e-9))
    if len(over):
        row = int(over[0])
        start, end = matrix.indptr[row], matrix.indptr[row + 1]
        entry = start + int(matrix.data[start:end].argmax())
        column = matrix.indices[entry]
        kind, segment = features.kind, features.segments["segment"].iloc[row]
        raise InputError(
            f"{kind} {features.names[column]!r} is {matrix.data[entry]:g} in segment "
            f"{segment!r}, which is {size[row]:g} in all; give shares from 0 to 1, or counts with "
            "kind='term' or size=."
        )


def _document_frequency(matrix: sparse.csr_array, rows: Integers, documents: Integers) -> Integers:
    """Documents that hold each feature in some rows."""
    which = np.unique(documents, return_inverse=True)[1]
    used = used_in_blocks(some_rows(matrix, rows), which, matrix.shape[1])
    return np.asarray(used, dtype=np.int64)
