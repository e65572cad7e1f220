"""What is counted in segments, as matrices."""

from __future__ import annotations

from collections import deque
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

    def count(_: int, ends: Integers, ids: Integers) -> sparse.csr_array:
        return tally_block(ends, ids, n_items, which)

    return stack(deque(tokens.each(count, title="counting")), n_items)


def tally_block(
    ends: Integers, ids: Integers, n_items: int, which: Integers | None = None
) -> sparse.csr_array:
    """Count items in some segments, as :meth:`Tokens.each` gives them; see :func:`tally`."""
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
    lengths = np.bincount(row.astype(np.int64), minlength=n_rows)
    ends = np.append(0, lengths.cumsum())
    return sparse.csr_array((counts, item.astype(np.int32), ends), shape=(n_rows, n_items))


def stack(blocks: deque[sparse.csr_array], n_items: int) -> sparse.csr_array:
    """Stack blocks of rows, and empty the deque meanwhile: there are never two copies of all."""
    n_rows, size = sum(one.shape[0] for one in blocks), sum(one.nnz for one in blocks)
    number = np.int32 if size < 2**31 else np.int64
    data: Integers = np.empty(size, dtype=np.int32)
    at: Integers = np.empty(size, dtype=number)
    ends, row = np.zeros(n_rows + 1, dtype=number), 0
    while blocks:
        block = blocks.popleft()
        start = ends[row]
        data[start : start + block.nnz] = block.data
        at[start : start + block.nnz] = block.indices
        ends[row + 1 : row + 1 + block.shape[0]] = block.indptr[1:] + start
        row += block.shape[0]
    matrix: Any = sparse.csr_array((n_rows, n_items), dtype=np.int32)
    matrix.data, matrix.indices, matrix.indptr = data, at, ends
    matrix.has_canonical_format = True
    return sparse.csr_array(matrix)


def keep_columns(matrix: sparse.csr_array, column: Integers, n: int) -> sparse.csr_array:
    """Keep what is not nought, in some columns; `column` gives their new places, in order, or −1.

    Examples
    --------
    >>> matrix = sparse.csr_array([[1, 0, 2], [3, 4, 0]])
    >>> keep_columns(matrix, np.array([0, -1, 1]), 2).toarray().tolist()
    [[1, 2], [3, 0]]
    """
    at = np.take(column, matrix.indices)
    kept = np.flatnonzero((at >= 0) & (matrix.data != 0))
    ends = np.searchsorted(kept, matrix.indptr)
    shape = (matrix.shape[0], n)
    return sparse.csr_array((matrix.data[kept], at[kept].astype(np.int32), ends), shape=shape)


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
