"""What is counted in segments, as matrices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.counting.numbered import HeldTokens, Integers, Tokens
from framing.inference.blocks import ROWS


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

    stack = Stack(len(tokens), n_items, int(tokens.ends[-1]))
    for block in tokens.each(count, title="counting"):
        stack.add(block)
    return stack.matrix()


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
    new = np.ones(len(cell), dtype=bool)
    np.not_equal(cell[1:], cell[:-1], out=new[1:])
    first = np.flatnonzero(new)
    counts = np.diff(first, append=len(cell)).astype(np.int32)
    row, item = np.divmod(cell[first], number(max(n_items, 1)))
    lengths = np.bincount(row.astype(np.int64), minlength=n_rows)
    ends = np.append(0, lengths.cumsum())
    return sparse.csr_array((counts, item.astype(np.int32), ends), shape=(n_rows, n_items))


class Stack:
    """Counts of segments, put together block by block where they will stay.

    Arrays are made once, of the most entries that there can be, and memory is taken up as they are
    filled. There is no second copy, up to 2³¹ entries: beyond them SciPy needs larger indices.

    Parameters
    ----------
    n_rows, n_items : int
    most : int
        At most so many entries.

    Examples
    --------
    >>> stack = Stack(2, 2, 4)
    >>> for row in ([[1, 2]], [[0, 3]]):
    ...     stack.add(sparse.csr_array(row))
    >>> stack.keep(np.array([-1, 0]), 1)
    >>> stack.matrix().toarray().tolist()
    [[2], [3]]
    """

    def __init__(self, n_rows: int, n_items: int, most: int) -> None:
        self.n_items = n_items
        self.data: Any = np.empty(most, dtype=np.int32)
        self.at: Any = np.empty(most, dtype=np.int32)
        self.ends = np.zeros(n_rows + 1, dtype=np.int64)
        self.rows = [0]

    def add(self, block: sparse.csr_array) -> None:
        """Add the next rows."""
        row = self.rows[-1]
        start = self.ends[row]
        self.data[start : start + block.nnz] = block.data
        self.at[start : start + block.nnz] = block.indices
        self.ends[row + 1 : row + 1 + block.shape[0]] = block.indptr[1:] + start
        self.rows.append(row + block.shape[0])

    def blocks(self) -> Iterator[sparse.csr_array]:
        """Go through the blocks that were added."""
        for first, last in pairwise(self.rows):
            ends = self.ends[first : last + 1]
            part = slice(ends[0], ends[-1])
            parts = self.data[part], self.at[part], (ends - ends[0]).astype(np.int32)
            yield sparse.csr_array(parts, shape=(last - first, self.n_items))

    def keep(self, column: Integers, n: int) -> None:
        """Keep some columns; see :func:`keep_columns`."""
        old = self.ends.copy()
        for first, last in pairwise(self.rows):
            part = slice(old[first], old[last])
            at = np.take(column, self.at[part])
            kept = np.flatnonzero(at >= 0)
            start = self.ends[first]
            self.at[start : start + len(kept)] = at[kept]
            self.data[start : start + len(kept)] = self.data[part][kept]
            ends = np.searchsorted(kept, old[first + 1 : last + 1] - old[first])
            self.ends[first + 1 : last + 1] = start + ends
        self.n_items = n

    def matrix(self) -> sparse.csr_array:
        """Give the counts; nothing can be added any more."""
        size = int(self.ends[-1])
        for array in (self.data, self.at):
            array.resize(size, refcheck=False)
        ends = self.ends.astype(np.int32) if size < 2**31 else self.ends
        shape = len(self.ends) - 1, self.n_items
        return sparse.csr_array((self.data, self.at, ends), shape=shape)


def keep_columns(matrix: sparse.csr_array, column: Integers, n: int) -> sparse.csr_array:
    """Keep what is not nought, in some columns; `column` gives their new places, in order, or −1.

    Examples
    --------
    >>> matrix = sparse.csr_array([[1, 0, 2], [3, 4, 0]])
    >>> keep_columns(matrix, np.array([0, -1, 1]), 2).toarray().tolist()
    [[1, 2], [3, 0]]
    """
    if n == matrix.shape[1] and matrix.data.all():
        return matrix
    at = np.take(column, matrix.indices)
    kept = np.flatnonzero((at >= 0) & (matrix.data != 0))
    ends = np.searchsorted(kept, matrix.indptr)
    shape = (matrix.shape[0], n)
    return sparse.csr_array((matrix.data[kept], at[kept].astype(np.int32), ends), shape=shape)


def sum_rows(matrix: sparse.csr_array, rows: Integers) -> npt.NDArray[np.float64]:
    """Add some rows up.

    Examples
    --------
    >>> sum_rows(sparse.csr_array([[1, 0], [2, 1], [0, 3]]), np.array([0, 2])).tolist()
    [1.0, 3.0]
    """
    total = np.zeros(matrix.shape[1])
    for block in some_rows(matrix, rows):
        total += block.sum(axis=0)
    return total


def some_rows(matrix: sparse.csr_array, rows: Integers) -> Iterator[sparse.csr_array]:
    """Take rows out of a matrix, some at a time."""
    for start in range(0, len(rows), ROWS):
        yield sparse.csr_array(matrix[rows[start : start + ROWS]])


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


def used_in_blocks(blocks: Iterable[sparse.csr_array], documents: Integers, n: int) -> Integers:
    """Count the documents that use each term; one that lies in two blocks counts once."""
    if (np.diff(documents) < 0).any():
        return used_in(sparse.csr_array(sparse.vstack(list(blocks), format="csr")), documents)
    used = np.zeros(n, dtype=np.int64)
    first = 0
    open_document, open_terms = -1, np.zeros(n, dtype=bool)
    for block in blocks:
        some = documents[first : first + block.shape[0]]
        used += used_in(block, some)
        if some[0] == open_document:
            again = np.unique(block.indices[: block.indptr[np.sum(some == some[0])]])
            used[again[open_terms[again]]] -= 1
        if some[-1] != open_document:
            open_document, open_terms = some[-1], np.zeros(n, dtype=bool)
        open_terms[block.indices[block.indptr[np.argmax(some == some[-1])] :]] = True
        first += block.shape[0]
    return used
