"""Shares under other labels: products of labels with features, for blocks of relabellings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, cast

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.errors import InputError
from framing.inference.null import Drawn
from framing.inference.sums import Floats, Integers, Sums

Real: TypeAlias = type[np.float32] | type[np.float64]
Labels: TypeAlias = npt.NDArray[np.int16]

_COLUMNS = 512
"""Features looked at together."""
_CERTAIN = 1e9  # the effective size where all units agree on a share between 0 and 1


@dataclass(frozen=True, eq=False)
class Exchange:
    """Units of the cells compared: what they hold, and the label and stratum of each."""

    features: sparse.csr_array
    size: Floats
    labels: Integers
    strata: Integers
    standard: Floats
    n_cells: int

    @classmethod
    def of(cls, sums: Sums, cells: list[int]) -> Exchange:
        """Take the units of some cells; each unit must lie in one cell and one stratum."""
        if not exchangeable(sums, cells):
            raise InputError("documents belong to several of the groups; labels cannot be permuted")
        held = sums.denominators[:, cells]
        units = np.flatnonzero((held > 0).any(axis=(1, 2)))
        held = held[units]
        parts = [part for cell in cells for part in sums.numerators[cell]]
        features = sparse.csr_array(sum(parts[1:], start=parts[0])[units])
        return cls(
            features,
            held.sum(axis=(1, 2)),
            held.sum(axis=2).argmax(axis=1),
            held.sum(axis=1).argmax(axis=1),
            sums.standard[cells[0]],
            len(cells),
        )


def exchangeable(sums: Sums, cells: list[int]) -> bool:
    """Whether every unit lies in one cell and one stratum only, so that labels can change hands."""
    held = sums.denominators[:, cells] > 0
    return bool((held.sum(axis=(1, 2)) <= 1).all())


class Sides:
    """Computes what the sides' shares would be, were the units labelled otherwise.

    Parameters
    ----------
    units : Exchange
    pool : array of 0/1, shape (n_sides, n_cells)
        Which cells make up each side.
    spread : bool
        Whether effective sizes are wanted too: that takes squares of the features as well.
    kind : type
        Single or double precision.
    """

    def __init__(self, units: Exchange, pool: Floats, *, spread: bool, kind: Real) -> None:
        self.pool: Drawn = pool.astype(kind)
        strata = [s for s in np.unique(units.strata) if units.standard[s] > 0]
        self.standard = [float(units.standard[s]) for s in strata]
        self.strata = [_Stratum(units, s, kind) for s in strata]
        self.stacks = [
            [_Stack(units, one, slice(start, start + _COLUMNS), spread) for one in self.strata]
            for start in range(0, units.features.shape[1], _COLUMNS)
        ]

    def of(self, labels: Labels) -> Iterator[tuple[Drawn, Drawn | None]]:
        """Compute shares and effective sizes, features by features.

        Parameters
        ----------
        labels : array, shape (n_replicates, n_units)

        Yields
        ------
        shares, sizes : array, shape (n_sides, n_features of a stack, n_replicates)
            A share's effective size is p(1 − p)/v; the number of its units where p is 0 or 1.
        """
        drawn = [_Drawn(stratum, labels, self.pool) for stratum in self.strata]
        n = sum((one.n for one in drawn), start=np.zeros_like(drawn[0].n))[:, None]
        for stack in self.stacks:
            parts = [part.sides(one) for part, one in zip(stack, drawn, strict=True)]
            shares, variances = parts[0] if len(parts) == 1 else self._standardise(parts)
            if variances is None:
                yield shares, None
                continue
            bernoulli = np.maximum(shares * (1 - shares), 0.0)
            sizes = np.where(bernoulli > 0, _CERTAIN, n).astype(shares.dtype)
            np.divide(bernoulli, variances, out=sizes, where=(variances > 0) & (bernoulli > 0))
            yield shares, sizes

    def _standardise(self, parts: list[tuple[Drawn, Drawn | None]]) -> tuple[Drawn, Drawn | None]:
        """Average over strata: the shares, and the variances of such averages."""
        shares = sum(
            weight * share for weight, (share, _) in zip(self.standard, parts, strict=True)
        )
        errors = [
            weight**2 * error
            for weight, (_, error) in zip(self.standard, parts, strict=True)
            if error is not None
        ]
        return np.asarray(shares), np.asarray(sum(errors)) if errors else None


class _Stratum:
    """Units among which labels are exchanged."""

    def __init__(self, units: Exchange, number: int, kind: Real) -> None:
        self.n_cells, self.kind = units.n_cells, kind
        self.members = np.flatnonzero(units.strata == number)
        self.size = units.size[self.members]
        self.one_size = bool(np.allclose(self.size, 1.0, rtol=1e-12))


class _Drawn:
    """One block of labels of a stratum: who is chosen, and the sizes of the sides."""

    def __init__(self, stratum: _Stratum, labels: Labels, pool: Drawn) -> None:
        mine = labels[:, stratum.members].T
        cells = [(mine == cell).astype(stratum.kind) for cell in range(stratum.n_cells)]
        size = stratum.size.astype(stratum.kind)
        self.pool = pool
        self.n = pool @ np.stack([one.sum(axis=0) for one in cells])
        self.size = pool @ np.stack([size @ one for one in cells])
        self.squared = pool @ np.stack([size**2 @ one for one in cells])
        self.chosen = np.concatenate(cells[: max(1, len(cells) - 1)], axis=1)


class _Stack:
    """Some features of the units of a stratum: x and, for variances, x² and x d, row by row."""

    def __init__(self, units: Exchange, stratum: _Stratum, columns: slice, spread: bool) -> None:
        self.stratum = stratum
        x = sparse.csr_array(units.features[stratum.members][:, columns].T)
        moments = [x]
        if spread:
            moments.append(sparse.csr_array(x.multiply(x)))
            if not stratum.one_size:
                moments.append(sparse.csr_array(x @ sparse.diags_array(stratum.size)))
        self.shape = len(moments), x.shape[0]
        self.totals = np.stack([np.asarray(one.sum(axis=1), dtype=float) for one in moments])
        rows = np.arange(len(moments) * x.shape[0]).reshape(self.shape).T.ravel()
        self.matrix = sparse.vstack(moments, format="csr")[rows].astype(stratum.kind)
        if spread:  # where a side has one unit in the stratum, units vary as in all of it
            share, n = self.totals[0] / stratum.size.sum(), len(stratum.members)
            squares = _squares(share, self.totals, np.square(stratum.size).sum()) / max(n - 1, 1)
            self.pooled = squares.astype(stratum.kind)

    def sides(self, drawn: _Drawn) -> tuple[Drawn, Drawn | None]:
        """Shares and their variances, shape (n_sides, n_features, n_replicates)."""
        sums = self._sums(drawn)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = sums[0] / drawn.size[:, None]
        if len(sums) == 1:
            return shares, None
        squares = _squares(shares, sums, drawn.squared[:, None])
        squares *= (drawn.n / np.maximum(drawn.n - 1, 1))[:, None]
        alone = drawn.n == 1
        if alone.any():
            squares = np.where(alone[:, None], self.pooled[:, None], squares)
        with np.errstate(invalid="ignore", divide="ignore"):
            return shares, squares / (drawn.size**2)[:, None]

    def _sums(self, drawn: _Drawn) -> Drawn:
        """Sums over the units of every side, shape (n_moments, n_sides, n_features, n_replicates).

        The last cell holds what the others leave.
        """
        (n_moments, n_features), n_cells = self.shape, self.stratum.n_cells
        found = (self.matrix @ drawn.chosen).reshape(n_features, n_moments, max(1, n_cells - 1), -1)
        cells = found.transpose(1, 2, 0, 3)
        if n_cells > 1:
            totals = np.asarray(self.totals, dtype=self.stratum.kind)[..., None]
            left = totals - cells.sum(axis=1)
            left[left <= _dust(cast(Drawn, totals))] = 0.0
            cells = np.concatenate([cells, left[:, None]], axis=1)
        if np.array_equal(drawn.pool, np.eye(n_cells)):
            return np.ascontiguousarray(cells)
        return np.stack([linear(drawn.pool, one) for one in cells])


def _squares(shares: Drawn, sums: Drawn, squared: Drawn) -> Drawn:
    """Σ (x − R d)²; where every d is 1, the sums of x and of x d are the same."""
    crossed = sums[2] if len(sums) > 2 else sums[0]
    squares = sums[1] - shares * (2 * crossed - shares * squared)
    squares[squares <= _dust(sums[1])] = 0.0
    return np.asarray(squares)


def _dust(numbers: Drawn) -> Drawn:
    """What rounding may leave of a difference of such numbers."""
    return np.asarray(64 * np.finfo(numbers.dtype).eps * numbers)


def linear(coefficients: Drawn, values: Drawn) -> Drawn:
    """Combine along the first axis."""
    flat = coefficients @ values.reshape(len(values), -1)
    return np.asarray(flat.reshape(len(coefficients), *values.shape[1:]))
