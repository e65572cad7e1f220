"""Tests of regressions where few clusters vary: labels dealt out anew, or signs turned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.inference import Floats, Integers, Null, Relabelling
from framing.inference.blocks import in_blocks, sizes
from framing.inference.bootstrap import WEBB
from framing.inference.null import EXACT, Tally, gather

_SLACK = 1e-9
_RIDGE = 1e-10


@dataclass(frozen=True, eq=False)
class Sides:
    """A variable whose levels are what clusters are compared by: it is the same all over a cluster.

    Attributes
    ----------
    variable : str
    levels : list of str
    steps : array, shape (n_levels, n_columns)
        What a row of the design changes by from the first level to each, whatever else it holds.
    of : array of int, shape (n_clusters,)
        The level of each cluster; −1 where a cluster has no rows.
    """

    variable: str
    levels: list[str]
    steps: Floats
    of: Integers

    def pair(self, contrast: Floats) -> tuple[int, int] | None:
        """Find the two levels that a contrast compares, if it does."""
        apart = self.steps[:, None] - self.steps[None]
        size = max(float(np.abs(contrast).max()), 1e-300)
        same = np.abs(apart - contrast).max(axis=2) <= 1e-9 * size
        found = np.argwhere(same)
        return (int(found[0, 0]), int(found[0, 1])) if len(found) else None


@dataclass(frozen=True, eq=False)
class Clusters:
    """What each cluster adds to a regression.

    Attributes
    ----------
    moments : array, shape (n_clusters, n_columns, n_columns)
        ``Σ w x xᵀ``.
    products : array, shape (n_clusters, n_columns, n_outcomes)
        ``Σ w x y``, y freed of what a prior drew it to.
    """

    moments: Floats
    products: Floats

    def relabel(
        self, sides: Sides, tested: list[int], replicates: int, seed: int, client: Any = None
    ) -> Null | None:
        """Test whether some levels differ, by dealing them out to the clusters in every way.

        Other covariates are partialled out, from the outcomes under the null and from the labels
        (Freedman & Lane 1983). The statistic is Wald's with the clusters' own variance, so that
        sides may vary differently.

        Parameters
        ----------
        sides : Sides
        tested : list of int
            The levels; others stay where they are.
        replicates : int
            If there are more ways than this, there is no test.
        client : distributed.Client, optional
            See :func:`framing.inference.in_blocks`.

        Returns
        -------
        Null or None

        References
        ----------
        Freedman, D. & Lane, D. (1983). A nonstochastic interpretation of reported significance
        levels. *Journal of Business & Economic Statistics*, 1, 292–298.
        """
        held = np.flatnonzero(np.isin(sides.of, tested))
        observed = np.searchsorted(np.sort(tested), sides.of[held])
        label = Relabelling(observed, np.zeros(len(held), dtype=np.int64), replicates, seed)
        if not label.exact:
            return None
        order = np.sort(tested)
        moved = np.zeros(self.moments.shape[:2])
        moved[held] = sides.steps[order[observed]] - sides.steps[order[0]]
        reduced = _Reduced.of(self, moved)

        def compute(labels: npt.NDArray[np.int16]) -> Floats:
            chosen = np.zeros((len(labels), len(self.moments), len(order) - 1))
            for level in range(1, len(order)):
                chosen[:, held, level - 1] = labels == level
            return reduced.wald(chosen)

        seen = compute(observed[None].astype(np.int16))

        def work(block: int) -> Tally:
            drawn = compute(label.block(block))
            return Tally.of(seen[0][None], drawn.T[None], _SLACK)

        blocks = in_blocks(work, len(label.sizes), title="permutations", client=client)
        return gather(seen[0][None], blocks, EXACT, _SLACK)


def turn_signs(scores: Floats, *, replicates: int, seed: int, client: Any = None) -> Null:
    """Test whether what units add to a number is nought on average, by turning their signs.

    ``|Σ z_u| / √Σ z_u²`` against ``|Σ ω_u z_u| / √Σ (ω_u z_u)²`` with Webb's weights ω, as
    :func:`framing.inference.wild_test` does.

    Parameters
    ----------
    scores : array, shape (n_units, n_outcomes)
        Under the null hypothesis.
    client : distributed.Client, optional
        See :func:`framing.inference.in_blocks`.
    """
    blocks = sizes(replicates)

    def compute(weights: Floats) -> Floats:
        spread = np.sqrt(weights**2 @ scores**2)
        total = np.abs(weights @ scores)
        return np.asarray(np.divide(total, spread, out=np.zeros_like(total), where=spread > 0))

    seen = compute(np.ones((1, len(scores))))

    def work(block: int) -> Tally:
        rng = np.random.default_rng([seed, block])
        shape = blocks[block], len(scores)
        weights = rng.choice(WEBB, shape) * rng.choice([-1.0, 1.0], shape)
        return Tally.of(seen, compute(weights).T[None], _SLACK)

    drawn = in_blocks(work, len(blocks), title="wild bootstrap", client=client)
    whole = reduce(partial(Tally.add, slack=_SLACK), drawn)
    null = gather(seen, [whole], "wild bootstrap", _SLACK)
    return replace(null, p_min=np.full_like(seen, np.nan))  # a limit of the draws alone


@dataclass(frozen=True, eq=False)
class _Reduced:
    """The regression under the null: levels that are tested count as one.

    Attributes
    ----------
    moments : array, shape (n_clusters, n_columns, n_columns)
    means : array, shape (n_clusters, n_columns)
        ``Σ w x``; nothing else is needed of the rows, since labels are alike all over a cluster.
    inverse : array, shape (n_columns, n_columns)
    size : array, shape (n_clusters,)
    residual, scores : array, shape (n_clusters, n_outcomes), (n_clusters, n_columns, n_outcomes)
        ``Σ w r`` and ``Σ w x r``.
    """

    moments: Floats
    means: Floats
    inverse: Floats
    size: Floats
    residual: Floats
    scores: Floats

    @classmethod
    def of(cls, clusters: Clusters, moved: Floats) -> _Reduced:
        """Move rows of each cluster by so much, and regress.

        The first column of the design is the intercept, which does not move.
        """
        size, means = clusters.moments[:, 0, 0], clusters.moments[:, 0]
        crossed = means[:, :, None] * moved[:, None, :]
        moments = clusters.moments - crossed - crossed.transpose(0, 2, 1)
        moments = moments + size[:, None, None] * moved[:, :, None] * moved[:, None, :]
        outcome = clusters.products[:, 0]
        products = clusters.products - moved[:, :, None] * outcome[:, None, :]
        means = means - size[:, None] * moved
        inverse = np.linalg.pinv(moments.sum(axis=0), rcond=1e-10, hermitian=True)
        beta = inverse @ products.sum(axis=0)
        return cls(moments, means, inverse, size, outcome - means @ beta, products - moments @ beta)

    def wald(self, chosen: Floats) -> Floats:
        """Wald's statistic of labels, shape (n_replicates, n_outcomes).

        Parameters
        ----------
        chosen : array of 0/1, shape (n_replicates, n_clusters, n_labels)
        """
        coefficients = np.einsum("bul,up,pq->blq", chosen, self.means, self.inverse)
        scores = np.einsum("bul,ut->bult", chosen, self.residual)
        scores -= np.einsum("blp,upt->bult", coefficients, self.scores, optimize=True)
        total = scores.sum(axis=1)
        cross = np.einsum("bul,bmp,up->bulm", chosen, coefficients, self.means, optimize=True)
        own = chosen[:, :, :, None] * np.eye(chosen.shape[2]) * self.size[None, :, None, None]
        own = own - cross - cross.transpose(0, 1, 3, 2)
        own += np.einsum(
            "blp,upq,bmq->bulm", coefficients, self.moments, coefficients, optimize=True
        )
        moments = own.sum(axis=1)
        effect = np.linalg.pinv(moments, hermitian=True) @ total
        left = scores - np.einsum("bulm,bmt->bult", own, effect, optimize=True)
        meat = np.einsum("bult,bumt->btlm", left, left, optimize=True)
        # Where every side has one cluster nothing is left; effects are then compared by size alone.
        scale = np.einsum("ut,ut->t", self.residual, self.residual) / self.size.sum()
        meat += _RIDGE * scale[None, :, None, None] * moments[:, None]
        flat = total.transpose(0, 2, 1)[..., None]
        solved = np.linalg.solve(meat, flat)
        return np.asarray((flat * solved).sum(axis=(2, 3)))
