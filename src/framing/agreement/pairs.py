"""Pairs of codes that coders gave to the same segments: all that agreement is computed from.

A table of pairs is a sum over documents, so it is linear in their weights: the estimate weighs all
alike, and its interval comes from weights drawn at random.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.inference import Floats, Integers, effective_size

Booleans = npt.NDArray[np.bool_]

SCALES = ("nominal", "ordinal", "interval")
ALPHA, KAPPA, PERCENT = STATISTICS = ("krippendorff_alpha", "cohen_kappa", "percent_agreement")


@dataclass(frozen=True, eq=False)
class Pairs:
    """How often one coder said c and another k, document by document.

    Attributes
    ----------
    values : array, shape (k,)
        The codes, in order.
    scale : {"nominal", "ordinal", "interval"}
    matrix : array, shape (n_documents, k, k)
        Rows are the first coder's codes, columns the other's.
    paired : array of bool, shape (n_segments,)
        Segments that have a pair.
    segments : array of int, shape (n_documents,)
        How many of them each document holds.
    coders : array of bool, shape (n_coders,)
        Who coded them.
    others : float
        Pairs that are independent: codes of these segments beyond the first of each.
    """

    values: Floats
    scale: str
    matrix: Floats
    paired: Booleans
    segments: Integers
    coders: Booleans
    others: float

    @classmethod
    def of(
        cls,
        given: Booleans,
        values: Floats,
        gather: sparse.csr_array,
        scale: str = "nominal",
        who: Sequence[int] = (),
    ) -> Pairs:
        """Pair the codes of all coders, of one with those of all others, or of two.

        A segment that m coders coded has m (m − 1) pairs, in either order. Each counts 1/(m − 1),
        and half of that where all coders come first in turn.

        Parameters
        ----------
        given : array of bool, shape (n_segments, n_coders, k)
            Who gave which code.
        gather : sparse array of 0/1, shape (n_documents, n_segments)
            Which segments each document holds.
        who : sequence of int
            No coder, one, or two.
        """
        if len(who) == 2:
            given = given & np.isin(np.arange(given.shape[1]), who)[:, None]
        everyone = given.sum(axis=1).astype(float)
        first = given[:, who[0]].astype(float) if len(who) else everyone / 2
        weight = 1 / np.maximum(everyone.sum(axis=1) - 1, 1.0)
        k = len(values)
        matrix = np.empty((gather.shape[0], k, k))
        paired = np.zeros(len(given), dtype=bool)
        for c in range(k):
            others = everyone - (np.arange(k) == c)  # a code is not paired with itself
            pairs = (weight * first[:, c])[:, None] * others
            matrix[:, c] = gather @ pairs
            paired |= (pairs > 0).any(axis=1)
        held = np.asarray(gather @ paired.astype(np.int64))
        coders = np.asarray(given[paired].any(axis=(0, 2)))
        beyond = float((everyone[paired].sum(axis=1) - 1).sum())
        return cls(values, scale, matrix, paired, held, coders, beyond)

    @cached_property
    def total(self) -> Floats:
        """All documents together, shape (k, k)."""
        return np.asarray(self.matrix.sum(axis=0))

    @cached_property
    def unit(self) -> float:
        """Pairs that tell as much as one independent pair of codes.

        As few as there are to one further coder of a segment, or as many as a document has; between
        these it follows from how much documents differ, in how far coders disagree or in how often
        they use a code.
        """
        held = self.segments > 0
        matrix, n = self.matrix[held], np.array([held.sum()])
        size = matrix.sum(axis=(1, 2))
        apart = size - np.trace(matrix, axis1=1, axis2=2)
        use = (matrix.sum(axis=1) + matrix.sum(axis=2)) / 2
        counts = np.column_stack([apart, use])
        share = counts.sum(axis=0) / size.sum()
        errors = (counts - np.outer(size, share)) / size.sum()
        variance = (errors**2).sum(axis=0) * n / np.maximum(n - 1, 1)
        most = np.array([self.others])
        return float(size.sum() / effective_size(share, variance, n, most).min())


def disagreement(statistic: str, total: Floats, pairs: Pairs) -> tuple[Floats, Floats]:
    """Disagreement observed, and expected by chance.

    ``Σ o_ck δ²_ck`` and ``Σ r_c s_k δ²_ck / n``, r and s being the row and column sums of o and n
    their sum. For κ, o is the table of pairs; for α, o = P + Pᵀ (Krippendorff's coincidences), and
    what is expected is multiplied by n/(n − 1), with the n of the data where documents are
    weighted. Percent agreement expects the worst: that no pair agrees.

    Parameters
    ----------
    total : array, shape (..., k, k)
        Sums of `pairs`, weighted or not.

    Returns
    -------
    observed, expected : array, shape (...)
    """
    if statistic == PERCENT:
        whole = total.sum(axis=(-1, -2))
        return whole - np.trace(total, axis1=-2, axis2=-1), whole
    table, far = _compared(statistic, total, pairs)
    observed = (table * far).sum(axis=(-1, -2))
    expected = _by_chance(table, far) / np.maximum(table.sum(axis=(-1, -2)), 1e-300)
    n = 2 * pairs.total.sum()
    return observed, expected * (n / (n - 1) if statistic == ALPHA else 1.0)


def _compared(statistic: str, total: Floats, pairs: Pairs) -> tuple[Floats, Floats]:
    """The table that a statistic looks at, and how far codes lie apart, δ²: (..., k, k) both."""
    symmetric = statistic == ALPHA
    table = total + np.swapaxes(total, -1, -2) if symmetric else total
    k = len(pairs.values)
    if pairs.scale == "nominal":
        return table, 1 - np.eye(k)
    at = pairs.values
    if pairs.scale == "ordinal":
        use = table.sum(axis=-1)
        at = np.cumsum(use, axis=-1) - use / 2 if symmetric else np.arange(k, dtype=float)
    return table, np.asarray((at[..., :, None] - at[..., None, :]) ** 2)


def _by_chance(table: Floats, far: Floats) -> Floats:
    rows, columns = table.sum(axis=-1), table.sum(axis=-2)
    return np.asarray(np.einsum("...c,...k,...ck->...", rows, columns, far))
