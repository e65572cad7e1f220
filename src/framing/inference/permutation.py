"""Permutation tests: labels of documents, or of clusters, exchanged within strata."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.errors import InputError
from framing.inference.blocks import in_blocks
from framing.inference.null import EXACT, Drawn, Null, Tally, gather
from framing.inference.relabelling import Relabelling
from framing.inference.sums import Floats, Integers, Sums

Statistic: TypeAlias = Callable[[Drawn, Drawn | None], Drawn]
"""From shares, and their variances or None, of shape (n_sides, n_features, n_replicates), to a
statistic of shape (n_tests, n_features, n_replicates), larger further from the null hypothesis."""

Real: TypeAlias = type[np.float32] | type[np.float64]
Labels: TypeAlias = npt.NDArray[np.int16]

_MANY = 200
"""With more features than this, sums are held in single precision: twice as fast."""
_COLUMNS = 512
"""Features looked at together."""
_HUGE = 1e9  # |θ| / se(θ) where all units of each side agree, and sides differ


@dataclass(frozen=True)
class Studentised:
    """|θ| / se(θ) for linear combinations θ of the sides' shares, one a test.

    Dividing by the standard error, computed anew for every permutation, is what makes the test of
    *equal shares* hold where sides differ in the number and length of their documents: exact if
    labels are exchangeable, and valid in large samples if they are not.

    Parameters
    ----------
    coefficients : array, shape (n_tests, n_sides)

    References
    ----------
    Chung, E. & Romano, J. P. (2013). Exact and asymptotically robust permutation tests.
    *Annals of Statistics*, 41, 484–507.
    Pauly, M., Brunner, E. & Konietschke, F. (2015). Asymptotic permutation tests in general
    factorial designs. *JRSS B*, 77, 461–473.
    """

    coefficients: Floats
    needs_variance: bool = field(default=True, init=False)

    def __call__(self, shares: Drawn, variances: Drawn | None) -> Drawn:
        """Compute the statistic; nought where shares are equal, huge where all units agree."""
        assert variances is not None
        c = self.coefficients.astype(shares.dtype)
        blur = 16 * np.finfo(shares.dtype).eps * _linear(np.abs(c), shares)
        theta = np.abs(_linear(c, shares))
        error = np.sqrt(np.maximum(_linear(c**2, variances), 0.0))
        theta[theta <= blur] = 0.0
        error[error <= blur] = 0.0
        return np.divide(theta, error, out=np.where(theta > 0, _HUGE, theta), where=error > 0)


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


def permutation_test(
    sums: Sums,
    cells: list[int],
    statistic: Statistic,
    *,
    replicates: int,
    seed: int,
    pool: Floats | None = None,
) -> Null:
    """Compare a statistic with what it is when units change labels within strata.

    Each replicate is a product: labels (0/1, units × cells) with the features, and with their
    squares for the variances of the shares.

    Parameters
    ----------
    sums : Sums
    cells : list of int
        What the labels are.
    statistic : callable
        See :data:`Statistic`; variances are computed if it ``needs_variance``.
    replicates, seed : int
        See :class:`framing.inference.Relabelling`.
    pool : array of 0/1, shape (n_sides, n_cells), optional
        Which cells make up each side: for "the rest". Default: every cell is a side.

    Returns
    -------
    Null

    Raises
    ------
    InputError
        If a unit lies in several of the cells or strata.
    """
    units = Exchange.of(sums, cells)
    kind: Real = np.float32 if sums.n_features > _MANY else np.float64
    slack = 1e-5 if kind is np.float32 else 1e-9
    pool = np.eye(len(cells)) if pool is None else pool
    spread = getattr(statistic, "needs_variance", False)
    strata = [_Stratum(units, s, kind) for s in np.unique(units.strata) if units.standard[s] > 0]
    columns = range(0, sums.n_features, _COLUMNS)
    stacks = [
        [_Stack(units, stratum, slice(start, start + _COLUMNS), spread) for stratum in strata]
        for start in columns
    ]
    standard = [float(units.standard[stratum.number]) for stratum in strata]
    label = Relabelling(units.labels, units.strata, replicates, seed)

    def compute(labels: Labels) -> Iterator[Drawn]:
        drawn = [_Drawn(stratum, labels, pool.astype(kind)) for stratum in strata]
        for stack in stacks:
            sides = [part.sides(one) for part, one in zip(stack, drawn, strict=True)]
            shares, variances = sides[0] if len(sides) == 1 else _standardise(sides, standard)
            yield statistic(shares, variances)

    observed = [part[..., 0] for part in compute(units.labels[None].astype(np.int16))]

    def work(block: int) -> Tally:
        drawn = compute(label.block(block))
        tallies = (
            Tally.of(seen.astype(float), part, slack)
            for seen, part in zip(observed, drawn, strict=True)
        )
        return reduce(Tally.beside, tallies)

    blocks = in_blocks(work, len(label.sizes), title="permutations")
    whole = np.concatenate(observed, axis=1).astype(float)
    return gather(whole, blocks, EXACT if label.exact else "permutation", slack)


class _Stratum:
    """Units among which labels are exchanged."""

    def __init__(self, units: Exchange, number: int, kind: Real) -> None:
        self.number, self.n_cells, self.kind = number, units.n_cells, kind
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
    """Features of the units of a stratum, and what their variances need, ready for products."""

    def __init__(self, units: Exchange, stratum: _Stratum, columns: slice, spread: bool) -> None:
        self.stratum, self.spread = stratum, spread
        x = sparse.csr_array(units.features[stratum.members][:, columns].T)
        parts = [x]
        if spread:
            parts.append(x.multiply(x))
            if not stratum.one_size:
                parts.append(x @ sparse.diags_array(stratum.size))
        self.products = [_Product(sparse.csr_array(part), stratum.kind) for part in parts]
        if spread:  # where a side has one unit in the stratum, units vary as in all of it
            sums = [np.asarray(part.sum(axis=1), dtype=float) for part in parts]
            share, n = sums[0] / stratum.size.sum(), len(stratum.members)
            squares = _squares(share, sums, (stratum.size**2).sum()) / max(n - 1, 1)
            self.pooled = squares.astype(stratum.kind)

    def sides(self, drawn: _Drawn) -> tuple[Drawn, Drawn | None]:
        """Shares and their variances, shape (n_sides, n_features, n_replicates)."""
        sums = [product.by_side(drawn, self.stratum.n_cells) for product in self.products]
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = sums[0] / drawn.size[:, None]
        if not self.spread:
            return shares, None
        squares = _squares(shares, sums, drawn.squared[:, None])
        squares *= (drawn.n / np.maximum(drawn.n - 1, 1))[:, None]
        alone = drawn.n == 1
        if alone.any():
            squares = np.where(alone[:, None], self.pooled[:, None], squares)
        with np.errstate(invalid="ignore", divide="ignore"):
            return shares, squares / (drawn.size**2)[:, None]


class _Product:
    """A matrix of features × units: dense where features are common, sparse where they are rare."""

    def __init__(self, matrix: sparse.csr_array, kind: Real) -> None:
        common = np.diff(matrix.indptr) > matrix.shape[1] / 8
        self.order = np.argsort(np.concatenate([np.flatnonzero(common), np.flatnonzero(~common)]))
        self.dense = matrix[np.flatnonzero(common)].toarray().astype(kind)
        self.sparse = matrix[np.flatnonzero(~common)].astype(kind)
        self.totals = matrix.sum(axis=1).astype(kind)

    def by_side(self, drawn: _Drawn, n_cells: int) -> Drawn:
        """Sum over the units of every side; the last cell holds what the others leave."""
        found = np.concatenate([self.dense @ drawn.chosen, self.sparse @ drawn.chosen])[self.order]
        cells = found.reshape(len(found), max(1, n_cells - 1), -1).transpose(1, 0, 2)
        if n_cells > 1:
            left = self.totals[:, None] - cells.sum(axis=0)
            left[left <= _dust(self.totals)[:, None]] = 0.0
            cells = np.concatenate([cells, left[None]])
        return cells if np.array_equal(drawn.pool, np.eye(n_cells)) else _linear(drawn.pool, cells)


def _squares(shares: Drawn, sums: list[Drawn], squared: Drawn) -> Drawn:
    """Σ (x − R d)²; where every d is 1, the sums of x and of x d are the same."""
    crossed = sums[2] if len(sums) > 2 else sums[0]
    squares = sums[1] - shares * (2 * crossed - shares * squared)
    squares[squares <= _dust(sums[1])] = 0.0
    return np.asarray(squares)


def _dust(numbers: Drawn) -> Drawn:
    """What rounding may leave of a difference of such numbers."""
    return np.asarray(64 * np.finfo(numbers.dtype).eps * numbers)


def _standardise(
    sides: list[tuple[Drawn, Drawn | None]], standard: list[float]
) -> tuple[Drawn, Drawn | None]:
    """Average over strata: the shares, and the variances of such averages."""
    shares = sum(weight * share for weight, (share, _) in zip(standard, sides, strict=True))
    if sides[0][1] is None:
        return np.asarray(shares), None
    errors = [
        weight**2 * error
        for weight, (_, error) in zip(standard, sides, strict=True)
        if error is not None
    ]
    return np.asarray(shares), np.asarray(sum(errors))


def _linear(coefficients: Drawn, values: Drawn) -> Drawn:
    """Combine along the first axis."""
    flat = coefficients @ values.reshape(len(values), -1)
    return np.asarray(flat.reshape(len(coefficients), *values.shape[1:]))
