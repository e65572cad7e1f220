"""Two codings by group: the four ways in which they agree or differ, summed over documents."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from framing.cells import By, Cells
from framing.features import Features
from framing.groups import groups
from framing.inference import Floats, Integers, effective_size, score_interval, variance
from framing.settings import Settings
from framing.validation.aligned import Aligned


@dataclass(frozen=True, eq=False)
class Codes:
    """Machine codes and hand codes of segments in groups.

    Attributes
    ----------
    segments : Features
    rows : array of int, shape (n_segments,)
        Which segment each is: one of several groups may be repeated.
    machine, hand : array, shape (n_segments, n_frames)
        Codes from 0 to 1.
    weight : array, shape (n_segments,)
        How much each segment counts.
    by : str or list of str, optional
    table : pandas.DataFrame
        What that makes of the segments: see :func:`framing.groups`.
    settings : Settings
    """

    segments: Features
    rows: Integers
    machine: Floats
    hand: Floats
    weight: Floats
    by: By | None
    table: pd.DataFrame
    settings: Settings

    @classmethod
    def of(cls, aligned: Aligned, by: By | None, settings: Settings) -> Codes:
        """Put segments into groups, and find how much each counts.

        Parameters
        ----------
        aligned : Aligned
        by : str or list of str, optional
            Default: all documents together.
        settings : Settings
            With ``weights="document"`` each document counts once in each group: a segment, by one
            over how many of them the machine coded there. Segments of several groups are repeated.
        """
        segments, weight = aligned.segments, aligned.stands_for
        rows = np.arange(len(segments))
        if settings.weights == "document":
            table = _table(aligned.source, by, settings)
            member = table.to_numpy()[aligned.rows]
            rows, cell = np.nonzero(member)
            weight = weight[rows] / _held(aligned.source, table)[aligned.rows[rows], cell]
            table = table.iloc[aligned.rows[rows]] * (np.arange(table.shape[1]) == cell[:, None])
            table = table[table.columns[member.any(axis=0)]]
            segments = _repeated(segments, rows)
        else:
            table = _table(segments, by, settings)
        # Where all count alike, each counts as one: intervals then know how many there are.
        weight = weight / weight.min()
        machine, hand = aligned.machine[rows], aligned.hand[rows]
        settings = replace(settings, weights="segment")
        return cls(segments, rows, machine, hand, weight, by, table, settings)

    @property
    def names(self) -> list[str]:
        """The frames."""
        return [str(name) for name in self.segments.names]

    @property
    def found(self) -> Floats:
        """Rightly coded."""
        return self.machine * self.hand

    @property
    def missed(self) -> Floats:
        """Not coded, though the frame is there."""
        return (1 - self.machine) * self.hand

    @property
    def overcoded(self) -> Floats:
        """Coded, though the frame is not there."""
        return self.machine * (1 - self.hand)

    @property
    def left(self) -> Floats:
        """Rightly left alone."""
        return (1 - self.machine) * (1 - self.hand)

    def positives(self) -> Floats:
        """Segments of each cell in which people found each frame, (n_cells, n_frames)."""
        member = self.table.to_numpy(dtype=float)
        return np.asarray(member.T @ self.hand)

    def cells(
        self,
        part: Floats,
        whole: Floats,
        names: list[str],
        compared: str | None = None,
        *,
        capped: bool = True,
    ) -> Cells:
        """Sum a part, shape (n_segments, n_names), and the whole, shape (n_segments,), by cell.

        With `capped`, shares tell no more than as many segments as there are.
        """
        matrix = sparse.csr_array(part * self.weight[:, None])
        shares = replace(self.segments, matrix=matrix, names=names, size=whole * self.weight)
        cells = Cells.of(shares, self.by or "all", self.settings, compared, self.table)
        alike = bool((self.weight == 1).all())  # then intervals are capped already
        return cells if alike or not capped else self._capped(cells, whole)

    def _capped(self, cells: Cells, whole: Floats) -> Cells:
        """Intervals that reckon with no more than (Σ w d)² / Σ w² d segments of equal weight.

        Kish, L. (1965). *Survey Sampling*. Wiley. d is what a segment adds to the whole.
        """
        used = self.table.to_numpy().any(axis=1)
        held = whole[used] * self.weight[used]
        squares = held * self.weight[used]
        most = [held[rows].sum() ** 2 / squares[rows].sum() if len(rows) else 0.0
                for rows in cells.held]  # fmt: skip
        found, degrees = variance(cells.sums)
        units = cells.sums.n_units[:, None]
        effective = effective_size(cells.share, found, units, np.array(most)[:, None])
        low, high = score_interval(cells.share, effective, degrees, self.settings.level)
        missing = np.isnan(cells.low)
        low, high = np.where(missing, np.nan, low), np.where(missing, np.nan, high)
        return replace(cells, low=low, high=high)

    def n_segments(self, cells: Cells, members: list[int]) -> int:
        """How many segments stand behind some cells."""
        used = self.rows[self.table.to_numpy().any(axis=1)]
        return len(np.unique(used[np.concatenate([cells.held[cell] for cell in members])]))


def _table(source: Features, by: By | None, settings: Settings) -> pd.DataFrame:
    if by is None:
        everything = np.ones((len(source), 1), dtype=np.int8)
        return pd.DataFrame(everything, columns=pd.Index(["all"], name="group"))
    return groups(source, by, actors=settings.actors, levels=settings.levels)


def _held(source: Features, table: pd.DataFrame) -> Floats:
    """How many segments the document of each segment has in each cell."""
    documents = pd.factorize(source.segments["document"])[0]
    counts = [np.bincount(documents, column) for column in table.to_numpy(dtype=float).T]
    return np.asarray(np.stack(counts, axis=1)[documents], dtype=float)


def _repeated(features: Features, rows: Integers) -> Features:
    """Take segments, some of them more than once."""
    about = features.segments.iloc[rows].drop(columns="segment")
    return Features(features.matrix[rows], features.names, about, features.kind, features.corpus)
