"""What is counted in segments, as matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from framing.counting.numbered import HeldTokens, Integers, Tokens


def tally(tokens: Tokens, n_items: int, which: Integers | None = None) -> sparse.csr_array:
    """Count items in every segment.

    Parameters
    ----------
    tokens : Tokens
    n_items : int
    which : array of int, shape (n_types,), optional
        The item that each type counts for, from 0 to `n_items` − 1; −1 for none. Default: itself.

    Returns
    -------
    csr_array of int32, shape (n_segments, n_items)
        Columns in order.

    Examples
    --------
    >>> tokens = HeldTokens(["a", "b"], np.array([1, 0, 1, 1]), np.array([0, 3, 4]))
    >>> tally(tokens, 2).toarray().tolist()
    [[1, 2], [0, 1]]
    """

    def count(_: int, ends: Integers, ids: Integers) -> tuple[Integers, Integers, Integers]:
        n_rows = len(ends) - 1
        number: Any = np.uint32 if n_rows * n_items < 2**32 else np.uint64
        cell: Any = np.repeat(np.arange(n_rows, dtype=number), np.diff(ends))
        items = ids if which is None else np.take(which, ids)
        if items.min(initial=0) < 0:
            cell, items = cell[items >= 0], items[items >= 0]
        cell *= number(n_items)
        cell += items.astype(number)
        cell.sort()
        first = np.flatnonzero(np.diff(cell, prepend=cell[:1] + number(1)))
        counts = np.diff(first, append=len(cell)).astype(np.int32)
        row, item = np.divmod(cell[first], number(max(n_items, 1)))
        return np.bincount(row.astype(np.int64), minlength=n_rows), item.astype(np.int32), counts

    lengths, items, counts = [np.empty(0, np.int64)], [np.empty(0, np.int32)], []
    for part in tokens.each(count, title="counting"):
        lengths.append(part[0])
        items.append(part[1])
        counts.append(part[2])
    ends = np.append(0, np.concatenate(lengths).cumsum())
    shape = (len(tokens), n_items)
    return sparse.csr_array((np.concatenate(counts), np.concatenate(items), ends), shape=shape)


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
        items = tally(HeldTokens((), items, ends), n_items).indices
    return np.bincount(items, minlength=n_items)
