"""Cells: the groups and periods of one comparison, their shares and resampled shares."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from numbers import Integral, Real
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.actors import ActorList
from framing.errors import InputError, InputWarning, one_of
from framing.features import Features
from framing.groups import groups
from framing.inference import (
    MINIMUM,
    Floats,
    Integers,
    Sums,
    adjust,
    bootstrap,
    combine,
    correlate,
    effective_size,
    estimate,
    p_value,
    permute,
    score_interval,
    sum_units,
)

By = str | Sequence[str]


@dataclass(frozen=True)
class Settings:
    """How a comparison is made; every comparison takes these by keyword.

    Parameters
    ----------
    weights : {"document", "segment"}
        Whether every document counts once in each group it belongs to (default), or by its
        number of segments (tokens, for terms).
    within : str, optional
        A column to compare within: groups are averaged over the same distribution of its levels
        (direct standardisation), and labels are permuted inside them.
    unit : {"document", "segment"}
        What is resampled. ``"segment"`` draws segments inside each document, so that intervals
        describe these documents only.
    replicates : int, optional
        Resampled corpora, and permutations; default 10,000, or 2,000 where there are more than 200
        features.
    level : float
        Nominal coverage.
    seed : int
    actors : ActorList, str or path
        Actor list, where groups are actors.
    levels : sequence of str, optional
        Groups to compare, in order; default all.
    """

    weights: str = "document"
    within: str | None = None
    unit: str = "document"
    replicates: int | None = None
    level: float = 0.95
    seed: int = 0
    actors: ActorList | str | PathLike[str] = "us-eu-japan"
    levels: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.level, Real) or not 0 < self.level < 1:
            raise InputError(f"level must lie between 0 and 1; got {self.level!r}.")
        if self.replicates is not None and (
            not isinstance(self.replicates, Integral) or self.replicates < 100
        ):
            raise InputError(f"replicates must be at least 100; got {self.replicates!r}.")
        if not isinstance(self.seed, Integral) or self.seed < 0:
            raise InputError(f"seed must be a whole number from 0 on; got {self.seed!r}.")

    def draws(self, n_features: int) -> int:
        """How many corpora to resample."""
        return self.replicates or (10_000 if n_features <= 200 else 2000)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Settings:
        """Take settings by name, and refuse a name that is none."""
        names = [field.name for field in fields(cls)]
        for name in given:
            if name not in names:
                raise one_of("a setting", name, names)
        return cls(**given)


@dataclass(frozen=True, eq=False)
class Cells:
    """Features summed over the cells of a comparison.

    Attributes
    ----------
    index : list of (group, period)
        What each cell is; None where the comparison has no groups or no periods.
    documents, segments : array of bool, shape (n_documents or n_segments, n_cells)
        What each cell holds.
    size : array, shape (n_cells,)
        What shares are shares of: tokens for terms, segments for frames and topics.
    counts, share, low, high : array, shape (n_cells, n_features)
        Raw sums, shares, and the ends of the shares' intervals.
    replicates : array, shape (replicates, n_cells, n_features)
        Shares in resampled corpora.
    """

    features: Features
    settings: Settings
    index: list[tuple[str | None, str | None]]
    sums: Sums
    documents: npt.NDArray[np.bool_]
    segments: npt.NDArray[np.bool_]
    size: Floats
    counts: Floats
    share: Floats
    replicates: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(
        cls,
        features: Features,
        by: By,
        settings: Settings,
        compared: str | None = None,
        table: pd.DataFrame | None = None,
    ) -> Cells:
        """Sum, resample and draw the interval of every share.

        Parameters
        ----------
        features, by, settings
            What, between whom, and how.
        compared : {"group", "period"}, optional
            Only cells of one group, or of one period, are compared with each other, and so need
            the same mix of what `settings.within` names; default all cells.
        table : pandas.DataFrame, optional
            Groups already made, as :func:`framing.groups.groups` returns them.
        """
        if table is None:
            table = groups(features, by, actors=settings.actors, levels=settings.levels)
        used = table.to_numpy().any(axis=1)
        if not used.any():
            raise InputError(f"by={by!r}: no segment belongs to any group.")
        features, member = features.where(used), table.to_numpy(dtype=float)[used]
        matrix = features.matrix.astype(float)
        of_terms = features.kind == "term"
        size = np.asarray(features.size, dtype=float)
        documents = pd.factorize(features.segments["document"])[0]
        strata = _strata(features, settings.within)
        index = label_cells(table.columns)
        sums = sum_units(
            matrix,
            size,
            member,
            documents,
            strata=strata,
            compared=_compared(index, compared),
            weights=settings.weights,
            unit=settings.unit,
        )
        member = member * (size > 0)[:, None]
        if strata is not None and settings.within is not None:
            kept = member * (sums.standard.T[strata] > 0)
            before, after = _held(documents, member), _held(documents, kept)
            lost = features.segments.loc[(member > kept).any(axis=1), settings.within].unique()
            what = f"within={settings.within!r}"
            _tell_left_out(sums, index, before, after, what, [str(level) for level in lost])
            member = kept
        held = _held(documents, member)
        share = estimate(sums)
        drawn = bootstrap(sums, settings.draws(sums.n_features), settings.seed)
        total = np.asarray(member.T @ size, dtype=float)
        few = sums.n_units < MINIMUM
        units, most = sums.n_units[:, None], total[:, None]
        effective = effective_size(share, drawn, units, most)
        if of_terms:
            effective = np.where(share > 0, effective, _unused(effective, share, most))
        low, high = score_interval(share, effective, units, settings.level)
        low[few], high[few] = np.nan, np.nan
        counts, inside = np.asarray((matrix.T @ member).T), member > 0
        return cls(
            features, settings, index, sums, held, inside, total, counts, share, drawn, low, high
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
                    statistic="share",
                    estimate=self.share[c],
                    low=self.low[c],
                    high=self.high[c],
                    note=self.too_few([c]),
                )
                for c in range(len(self.index))
            ],
            ignore_index=True,
        )

    def linear(self, cells: list[int], coefficients: Floats, statistic: str) -> pd.DataFrame:
        """Rows for a linear combination of cells: value, interval, permutation p.

        Under the null the labels of documents in these cells are exchangeable.
        """
        value, low, high = combine(
            coefficients,
            self.share[cells],
            self.low[cells],
            self.high[cells],
            correlate(self.replicates[:, cells]),
        )
        why = self.not_exchangeable(cells)
        p = np.full(len(value), np.nan)
        if not why:
            null = permute(self.sums, cells, len(self.replicates), self.settings.seed + 1)
            p = p_value(np.abs(value), np.abs(np.einsum("c,bcf->bf", coefficients, null)))
        table = pd.DataFrame({"estimate": value, "low": low, "high": high, "p_value": p})
        table["statistic"], table["note"] = statistic, self.too_few(cells) or why
        return self.label(table, cells)

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
        table["unit"], table["level"] = self.settings.unit, self.settings.level
        table["n_documents"] = int(self.documents[:, cells].any(axis=1).sum())
        table["n_segments"] = int(self.segments[:, cells].any(axis=1).sum())
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

    def too_few(self, cells: list[int]) -> str:
        """Why there is no interval; empty if there is one."""
        fewest, unit = int(self.sums.n_units[cells].min()), self.settings.unit
        if fewest >= MINIMUM:
            return ""
        return f"only {fewest} {unit}{'s' * (fewest != 1)}; an interval needs {MINIMUM}"

    def not_exchangeable(self, cells: list[int]) -> str:
        """Why there is no p-value; empty if there is one."""
        if self.settings.unit == "segment":
            return "no p-value: the interval describes these documents only"
        if not self.sums.partitions(cells):
            return "no p-value: documents belong to several groups"
        if (self.sums.denominators[:, cells] > 0).any(axis=1).sum(axis=1).max(initial=0) > 1:
            return f"no p-value: documents lie in several levels of {self.settings.within!r}"
        return ""


def _unused(effective: Floats, share: Floats, tokens: Floats) -> Floats:
    """Effective size, in tokens, where a group never uses a term: as clustered as elsewhere."""
    known = (share > 0) & (effective > 0)
    clustering = np.divide(tokens, effective, out=np.ones_like(share), where=known).max(axis=0)
    return np.asarray(tokens / np.maximum(clustering, 1.0))


def whole(numbers: Floats) -> npt.NDArray[Any]:
    """Write counts as whole numbers, where they are."""
    return numbers.astype(int) if (numbers == np.floor(numbers)).all() else numbers


def with_q(table: pd.DataFrame) -> pd.DataFrame:
    """Adjust the p-values of a whole table for their number."""
    return table.assign(q_value=adjust(table["p_value"].to_numpy(dtype=float)))


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


def _held(documents: Integers, member: Floats) -> npt.NDArray[np.bool_]:
    """Which documents have a segment in each cell."""
    held = np.zeros((int(documents.max(initial=-1)) + 1, member.shape[1]))
    np.add.at(held, documents, member)
    return held > 0


def _tell_left_out(
    sums: Sums,
    index: list[tuple[str | None, str | None]],
    before: npt.NDArray[np.bool_],
    after: npt.NDArray[np.bool_],
    within: str,
    lost: list[str],
) -> None:
    """Refuse a comparison without common levels; name the levels left out."""
    for cell, mix, held in zip(index, sums.standard, before.T, strict=True):
        if held.any() and not mix.any():
            name = " in ".join(part for part in cell if part is not None)
            raise InputError(
                f"{within}: no level of it holds {name} and all that it is compared with; "
                "use fewer groups or periods, broader levels, or within=None."
            )
    n, kept = int(before.any(axis=1).sum()), int(after.any(axis=1).sum())
    if kept < n:
        listed = ", ".join(sorted(lost))
        timed = any(period is not None for _, period in index)
        warnings.warn(
            f"{within}: {n - kept} of {n} documents are left out, those of {listed}: not every "
            f"{'group has one in every period' if timed else 'group has one'} compared.",
            InputWarning,
            stacklevel=5,
        )


def _strata(features: Features, within: str | None) -> np.ndarray[Any, Any] | None:
    if within is None:
        return None
    if within not in features.segments:
        raise one_of("within", within, features.segments.columns)
    if features.segments[within].isna().any():
        name = features.segments.loc[features.segments[within].isna(), "document"].iloc[0]
        raise InputError(f"within={within!r} is empty for document {name!r}; fill it or drop it.")
    return pd.factorize(features.segments[within], sort=True)[0].astype(np.int64)
