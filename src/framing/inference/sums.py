"""Sums over documents or clusters: what each adds to each group, and the shares they make up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.errors import one_of
from framing.inference.blocks import ROWS, cut

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]

UNITS = ("document", "segment")
WEIGHTS = ("document", "segment")


@dataclass(frozen=True, eq=False)
class Sums:
    """What each unit adds to each cell: all that estimates, intervals and tests need to know.

    A cell is a group, a period, or a group in a period. The share of a feature in cell g is
    ``R_g = Σ_s π_gs N_gs / D_gs``, with N and D summed over units, and strata s.

    Attributes
    ----------
    numerators : list of list of sparse array, shape (n_units, n_features)
        ``numerators[g][s]``: the features of cell g in stratum s.
    denominators : array, shape (n_units, n_cells, n_strata)
        What they are divided by.
    standard : array, shape (n_cells, n_strata)
        π, shares of the strata in the population a cell is standardised to; zero throughout if no
        stratum holds every cell that it is compared with.
    compared : array, shape (n_cells,)
        Cells with the same number are compared with each other.
    resampled_within : array of int, shape (n_units,)
        Units are drawn with replacement inside these classes; -1 for units of no cell.
    unit : {"document", "segment"}
        Segments are drawn within documents; documents, and clusters of them, within their cell.
    n_units, n_documents, n_segments : array, shape (n_cells,)
    """

    numerators: list[list[sparse.csr_array]]
    denominators: Floats
    standard: Floats
    compared: npt.NDArray[np.generic]
    resampled_within: Integers
    unit: str
    n_units: Integers
    n_documents: Integers
    n_segments: Integers

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.n_units)

    @property
    def n_features(self) -> int:
        """Number of features."""
        return int(self.numerators[0][0].shape[1])

    def partitions(self, cells: list[int] | None = None) -> bool:
        """Whether no unit lies in two of the cells."""
        chosen = self.denominators if cells is None else self.denominators[:, cells]
        return bool(((chosen > 0).any(axis=2).sum(axis=1) <= 1).all())

    def take(self, cells: list[int], columns: slice = slice(None)) -> Sums:
        """Keep some cells, and some features."""
        return replace(
            self,
            numerators=[[part[:, columns] for part in self.numerators[c]] for c in cells],
            denominators=self.denominators[:, cells],
            standard=self.standard[cells],
            compared=self.compared[cells],
            n_units=self.n_units[cells],
            n_documents=self.n_documents[cells],
            n_segments=self.n_segments[cells],
        )

    def mixes(self) -> Sums:
        """Divide by the sum of all features instead, so that the shares of a cell add up to 1.

        A stratum in which one of the cells compared holds no feature has no mix, and is left out.
        """
        totals = [[part.sum(axis=1) for part in parts] for parts in self.numerators]
        sizes = np.stack([np.stack(parts, axis=1) for parts in totals], axis=1, dtype=float)
        standard = self.standard * (_standard(sizes.sum(axis=0), self.compared) > 0)
        whole = standard.sum(axis=1, keepdims=True)
        standard = np.divide(standard, whole, out=np.zeros_like(standard), where=whole > 0)
        sizes = sizes * (standard > 0)
        return replace(
            self,
            denominators=sizes,
            standard=standard,
            n_units=(sizes > 0).any(axis=2).sum(axis=0),
        )


def sum_units(
    features: sparse.csr_array,
    size: Floats,
    cells: npt.NDArray[np.generic] | sparse.csc_array,
    documents: Integers,
    *,
    clusters: Integers | None = None,
    strata: Integers | None = None,
    compared: Integers | None = None,
    weights: str = "document",
    unit: str = "document",
    stands_for: Floats | None = None,
) -> Sums:
    """Add up segments within units.

    Parameters
    ----------
    features : sparse array, shape (n_segments, n_features)
    size : array, shape (n_segments,)
        What a segment adds to the denominator: 1 for shares of segments, its tokens for rates.
    cells : array or sparse array of 0/1, shape (n_segments, n_cells)
    documents : array of int, shape (n_segments,)
    clusters : array of int, shape (n_segments,), optional
        What varies by chance instead of documents: each cluster holds whole documents.
    strata : array of int, shape (n_segments,), optional
        Compare cells within these, then average over the common distribution of strata. What lies
        in a stratum that not every cell has is left out.
    compared : array of int, shape (n_cells,), optional
        Cells with the same number are compared with each other; default all.
    weights : {"document", "segment"}
        Whether each document counts once in each cell it belongs to, or by its size.
    unit : {"document", "segment"}
        What varies by chance; segments do within their documents.
    stands_for : array, shape (n_segments,), optional
        For how many segments each stands: 1/probability where it is in a sample, nought where not.
        How much a document weighs, and over which strata cells are averaged, is still told by all
        segments. Default: each for itself.
    """
    if unit not in UNITS:
        raise one_of("unit", unit, UNITS)
    if weights not in WEIGHTS:
        raise one_of("weights", weights, WEIGHTS)
    n_segments, n_cells = cells.shape
    strata = np.zeros(n_segments, dtype=np.int64) if strata is None else strata
    n_strata = int(strata.max(initial=0)) + 1
    units = documents if clusters is None else clusters
    units = units if unit == "document" else np.arange(n_segments)
    n_units = int(units.max(initial=-1)) + 1
    held = [rows[size[rows] > 0] for rows in rows_of(cells)]
    weight = [
        np.ones(len(rows)) if weights == "segment" else _one_each(documents[rows], size[rows])
        for rows in held
    ]
    totals = np.zeros((n_cells, n_strata))
    for cell, (rows, part) in enumerate(zip(held, weight, strict=True)):
        totals[cell] = np.bincount(strata[rows], part * size[rows], minlength=n_strata)
    compared = np.zeros(n_cells, dtype=np.int64) if compared is None else compared
    standard = _standard(totals, compared)
    if stands_for is not None:
        weight = [part * stands_for[rows] for rows, part in zip(held, weight, strict=True)]
    numerators: list[list[sparse.csr_array]] = []
    denominators = np.zeros((n_units, n_cells, n_strata))
    for cell, (rows, part) in enumerate(zip(held, weight, strict=True)):
        numerators.append([])
        for stratum in range(n_strata):
            inside = (strata[rows] == stratum) & (standard[cell, stratum] > 0)
            some, counts = rows[inside], part[inside]
            numerators[cell].append(_gathered(features, some, counts, units[some], n_units))
            denominators[:, cell, stratum] = np.bincount(
                units[some], counts * size[some], minlength=n_units
            )
    kept = [
        rows[(standard[cell, strata[rows]] > 0) & (part > 0)]
        for cell, (rows, part) in enumerate(zip(held, weight, strict=True))
    ]
    member = (denominators > 0).any(axis=2)
    in_cells = member.sum(axis=1)
    within = member.argmax(axis=1) if (in_cells <= 1).all() else np.zeros(n_units, dtype=np.int64)
    return Sums(
        numerators,
        denominators,
        standard,
        compared,
        np.where(in_cells > 0, documents if unit == "segment" else within, -1),
        unit,
        member.sum(axis=0),
        np.array([len(np.unique(documents[rows])) for rows in kept]),
        np.array([len(rows) for rows in kept]),
    )


def _gathered(
    features: sparse.csr_array, rows: Integers, weights: Floats, units: Integers, n_units: int
) -> sparse.csr_array:
    """Add weighted rows up within units, some units at a time: products need copies of factors."""
    order = np.argsort(units, kind="stable")
    known, which = np.unique(units, return_inverse=True)
    ends = np.append(0, np.bincount(which, minlength=len(known)).cumsum())
    lengths = np.zeros(n_units, dtype=np.int64)
    parts = [sparse.csr_array((0, features.shape[1]))]
    for first, last in cut(ends, ROWS):
        some = order[ends[first] : ends[last]]
        place = which[some] - first, np.arange(len(some))
        gather = sparse.csr_array((weights[some], place), shape=(last - first, len(some)))
        parts.append(sparse.csr_array(gather @ features[rows[some]]))
        lengths[known[first:last]] = np.diff(parts[-1].indptr)
    data = np.concatenate([part.data for part in parts])
    indices = np.concatenate([part.indices for part in parts])
    ends = np.append(0, lengths.cumsum())
    return sparse.csr_array((data, indices, ends), shape=(n_units, features.shape[1]))


def rows_of(cells: npt.NDArray[np.generic] | sparse.csc_array) -> list[Integers]:
    """List the segments of every cell."""
    held = sparse.csc_array(cells)
    held.sum_duplicates()
    held.eliminate_zeros()
    return np.split(held.indices.astype(np.int64), held.indptr[1:-1])


def _one_each(documents: Integers, size: Floats) -> Floats:
    """Weights of segments by which every document adds up to 1."""
    _, which = np.unique(documents, return_inverse=True)
    return np.asarray(1 / np.bincount(which, size)[which])


def _standard(totals: Floats, compared: npt.NDArray[np.generic]) -> Floats:
    """Distribution of the strata that all cells compared have, over these cells together."""
    standard = np.zeros_like(totals, dtype=float)
    for label in np.unique(compared):
        rows = (compared == label) & totals.any(axis=1)
        if not rows.any():
            continue
        pooled = np.where((totals[rows] > 0).all(axis=0), totals[rows].sum(axis=0), 0.0)
        standard[rows] = pooled / pooled.sum() if pooled.any() else 0.0
    return standard


def estimate(sums: Sums) -> Floats:
    """Shares of the features in every cell, shape (n_cells, n_features)."""
    observed: Floats = shares(sums, np.ones((1, len(sums.denominators))))[0]
    return observed


def shares(sums: Sums, weights: Floats) -> Floats:
    """Weighted shares, standardised over strata: the product of the three matrices.

    ``share[b, g] = Σ_s π_gs (w_b · N_gs) / (w_b · D_gs)``

    Parameters
    ----------
    weights : array, shape (n_replicates, n_units)

    Returns
    -------
    array, shape (n_replicates, n_cells, n_features)
        Missing where a replicate leaves a cell without units.
    """
    out = np.zeros((len(weights), sums.n_cells, sums.n_features))
    totals = np.tensordot(weights, sums.denominators, 1)  # at once: small products wait for threads
    for g, parts in enumerate(sums.numerators):
        covered = np.zeros((len(weights), 1))
        for part, total, standard in zip(parts, totals[:, g].T, sums.standard[g], strict=True):
            total = total[:, None]
            here = (total > 0) & (standard > 0)
            out[:, g] += np.divide(
                standard * (weights @ part), total, out=np.zeros_like(out[:, g]), where=here
            )
            covered += standard * here
        empty = np.full_like(out[:, g], np.nan)
        out[:, g] = np.divide(out[:, g], covered, out=empty, where=covered > 0)
    return out
