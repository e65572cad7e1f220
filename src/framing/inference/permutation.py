"""Permutation tests: labels of documents, or of clusters, exchanged within strata."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, TypeAlias

import numpy as np

from framing.inference.blocks import in_blocks
from framing.inference.null import EXACT, Drawn, Null, Tally, gather
from framing.inference.relabelled import Exchange, Labels, Real, Sides, linear
from framing.inference.relabelling import Relabelling
from framing.inference.sums import Floats, Sums

Statistic: TypeAlias = Callable[[Drawn, Drawn | None], Drawn]
"""From shares, and their effective sizes or None, of shape (n_sides, n_features, n_replicates), to
a statistic of shape (n_tests, n_features, n_replicates), larger further from the null."""

_MANY = 200
"""With more features than this, sums are held in single precision: twice as fast."""
_Z = 1.96**2


@dataclass(frozen=True)
class Studentised:
    """How many margins of error linear combinations θ of the sides' shares are from nought.

    There is one a test. The margin is the half of θ's own interval that reaches towards nought:
    those of the shares are Wilson's at their effective sizes, combined as in
    :func:`framing.inference.combine`. It is computed anew for every relabelling, which
    makes this a test of *equal shares*: exact if labels are exchangeable, and valid in large
    samples where sides differ in the number and length of their documents. A plain standard error
    would do as much, but is nought for a side that never uses a feature, as few short documents
    may not.

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
    needs_sizes: bool = field(default=True, init=False)

    def __call__(self, shares: Drawn, sizes: Drawn | None) -> Drawn:
        """Compute the statistic; nought where θ is nought but for rounding."""
        assert sizes is not None
        c = self.coefficients.astype(shares.dtype)
        theta = linear(c, shares)
        theta[np.abs(theta) <= 16 * np.finfo(theta.dtype).eps * linear(np.abs(c), shares)] = 0.0
        z = _Z / sizes
        # The limits of p lie at p ± (h ∓ k)/(1 + z); squares of those that face nought are added.
        k, h = z * (shares - 0.5), z * (shares * (1 - shares) + z / 4)
        shrink = (1 + z) ** 2
        both, skew = (h + k**2) / shrink, 2 * np.sqrt(h) * k / shrink
        margin = np.sqrt(linear(c**2, both) + np.sign(theta) * linear(c * np.abs(c), skew))
        return np.divide(np.abs(theta), margin, out=np.zeros_like(theta), where=theta != 0)


def permutation_test(
    sums: Sums,
    cells: list[int],
    statistic: Statistic,
    *,
    replicates: int,
    seed: int,
    pool: Floats | None = None,
    client: Any = None,
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
        See :data:`Statistic`; effective sizes are computed if it ``needs_sizes``.
    replicates, seed : int
        See :class:`framing.inference.Relabelling`.
    pool : array of 0/1, shape (n_sides, n_cells), optional
        Which cells make up each side: for "the rest". Default: every cell is a side.
    client : distributed.Client, optional
        See :func:`framing.inference.in_blocks`.

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
    spread = getattr(statistic, "needs_sizes", False)
    sides = Sides(units, np.eye(len(cells)) if pool is None else pool, spread=spread, kind=kind)
    label = Relabelling(units.labels, units.strata, replicates, seed)

    def compute(labels: Labels) -> Iterator[Drawn]:
        return (statistic(shares, sizes) for shares, sizes in sides.of(labels))

    observed = [part[..., 0] for part in compute(units.labels[None].astype(np.int16))]

    def work(block: int) -> Tally:
        tallies = (
            Tally.of(seen.astype(float), part, slack)
            for seen, part in zip(observed, compute(label.block(block)), strict=True)
        )
        return reduce(Tally.beside, tallies)

    blocks = in_blocks(work, len(label.sizes), title="permutations", client=client)
    whole = np.concatenate(observed, axis=1).astype(float)
    return gather(whole, blocks, EXACT if label.exact else "permutation", slack)
