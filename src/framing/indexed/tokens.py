"""Words of a corpus that lie in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from framing.counting.numbered import BLOCK, Integers, T, Tokens, Work
from framing.errors import InputError
from framing.inference.blocks import cut, in_blocks

NUMBER = np.dtype("<i4")


class StoredTokens(Tokens):
    """Words in a file, read some at a time.

    Parameters
    ----------
    types : sequence of str
    path : Path
        Positions in `types`, 32 bits each, the words of all segments in order.
    ends : array of int64, shape (n_segments + 1,)
    """

    def __init__(self, types: Sequence[str], path: Path, ends: Integers) -> None:
        self.types, self.path, self.ends = types, path, ends

    def each(self, work: Work[T], *, title: str) -> Iterator[T]:
        """Work on some segments at a time; see :meth:`Tokens.each`."""
        blocks = cut(self.ends, BLOCK)

        def one(block: int) -> T:
            first, last = blocks[block]
            ends = self.ends[first : last + 1]
            return work(first, ends - ends[0], self._read(int(ends[0]), int(ends[-1])))

        return in_blocks(one, len(blocks), title=title)

    def _read(self, start: int, end: int) -> Integers:
        try:
            ids = np.fromfile(self.path, NUMBER, end - start, offset=start * NUMBER.itemsize)
        except OSError as error:
            raise InputError(f"{self.path} cannot be read ({error.strerror}).") from error
        if len(ids) < end - start or (
            len(ids) and not 0 <= ids.min() <= ids.max() < len(self.types)
        ):
            raise InputError(
                f"{self.path} is damaged near word {start:,}; index the texts anew "
                "(overwrite=True)."
            )
        return ids
