"""What is counted in segments, as matrices."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.inference.blocks import in_blocks

BLOCK = 1 << 20
"""About as many items as one core counts at a time."""

Integers = npt.NDArray[Any]


def tally(
    ends: Integers, items: Integers, n_items: int, which: Integers | None = None
) -> sparse.csr_array:
    """Count the items of every row.

    Parameters
    ----------
    ends : array of int, shape (n_rows + 1,)
        Row i holds ``items[ends[i]:ends[i + 1]]``.
    items : array of int
        From 0 to `n_items` − 1; those below nought are not counted.
    n_items : int
    which : array of int, optional
        Count ``which[item]`` for every item.

    Returns
    -------
    csr_array of int32, shape (n_rows, n_items)
        Columns in order.

    Examples
    --------
    >>> tally(np.array([0, 3, 4]), np.array([1, 0, 1, 1]), 2).toarray().tolist()
    [[1, 2], [0, 1]]
    """
    blocks = blocks_of(ends, n_items)

    def work(block: int) -> tuple[Integers, Integers, Integers]:
        first, last = blocks[block]
        some = items[ends[first] : ends[last]]
        some = some if which is None else np.take(which, some)
        row = np.repeat(np.arange(last - first, dtype=np.uint32), np.diff(ends[first : last + 1]))
        if some.min(initial=0) < 0:
            row, some = row[some >= 0], some[some >= 0]
        row *= np.uint32(n_items)
        row += some.astype(np.uint32)
        row.sort()
        starts = np.flatnonzero(np.diff(row, prepend=row[:1] + np.uint32(1)))
        counts = np.diff(starts, append=len(row)).astype(np.int32)
        row, column = np.divmod(row[starts], np.uint32(n_items))
        return np.bincount(row, minlength=last - first), column.astype(np.int32), counts

    parts = list(in_blocks(work, len(blocks), title="counting"))
    lengths, columns, counts = (np.concatenate(one) for one in zip(*parts, strict=True))
    return sparse.csr_array(
        (counts, columns, np.concatenate([[0], lengths.cumsum()])),
        shape=(len(ends) - 1, n_items),
    )


def blocks_of(ends: Integers, n_items: int = 1) -> list[tuple[int, int]]:
    """Cut rows into runs of about :data:`BLOCK` items whose cells 32 bits can number."""
    most = (2**32 - 1) // max(n_items, 1)
    which = np.arange(len(ends) - 1) // most + ends[:-1] // BLOCK
    starts = np.flatnonzero(np.diff(which, prepend=-1)).tolist()
    return list(pairwise([*starts, len(ends) - 1]))


def used_in(matrix: sparse.csr_array, documents: Integers) -> Integers:
    """Count the documents that use each column.

    Parameters
    ----------
    matrix : csr_array, shape (n_segments, n_items)
        Without stored zeros.
    documents : array of int, shape (n_segments,)
        Which document each segment is of.

    Examples
    --------
    >>> used_in(sparse.csr_array([[1, 0], [2, 1], [0, 3]]), np.array([0, 0, 1])).tolist()
    [1, 2]
    """
    if (np.diff(documents) < 0).any():
        order = np.argsort(documents, kind="stable")
        matrix, documents = matrix[order], documents[order]
    first = np.flatnonzero(np.diff(documents, prepend=-1))
    items, n_items = matrix.indices, matrix.shape[1]
    if len(first) < len(documents):
        ends = matrix.indptr[np.append(first, len(documents))]
        items = tally(ends, items, n_items).indices
    return np.bincount(items, minlength=n_items)
