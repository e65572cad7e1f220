"""Texts into numbers of words, read by all cores."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, pairwise
from queue import SimpleQueue
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.counting.characters import kinds
from framing.counting.numbered import HeldTokens
from framing.inference.blocks import cores, in_blocks
from framing.tokens import words

BATCH = 1 << 22
"""Characters to a batch, which one core reads."""
LETTERS = 6
"""About so many characters to a word, those between words among them."""
SMALL = 1 << 20
"""Texts with fewer characters are read in plain Python: loading the compiled loops takes longer."""


class Rule(NamedTuple):
    """How texts are read: what settles them first, and the rule in plain Python and compiled."""

    settle: Callable[[str], str]
    words: Callable[[str], list[str]]
    number: int


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _plain(text: str) -> list[str]:
    return _RUNS.findall(text.lower())


_RUNS = re.compile(r"\w\w+")
RULES = {"framing": Rule(_nfc, words, 0), "plain": Rule(str.lower, _plain, 1)}
"""``"framing"``: :func:`framing.tokens.words`. ``"plain"``: two or more letters, digits and
underscores on end, as scikit-learn's CountVectorizer has it; case may be kept or lost."""


def tokenise(texts: Sequence[str] | pd.Series[str], rule: str = "framing") -> HeldTokens:
    """Read texts, in compiled loops on all cores where they are long enough.

    Parameters
    ----------
    texts : sequence or Series of str
        Without lone surrogates.
    rule : {"framing", "plain"}
        See :data:`RULES`.

    Returns
    -------
    HeldTokens
        One segment a text.

    Examples
    --------
    >>> tokens = tokenise(["Chips for the EU", "chips"])
    >>> tokens.types, tokens.ids.tolist(), tokens.ends.tolist()
    (['Chips', 'EU', 'chips', 'for', 'the'], [0, 3, 4, 1, 2], [0, 4, 5])
    """
    held = pd.Series(texts, dtype="str") if not isinstance(texts, pd.Series) else texts
    sizes = held.str.len().to_numpy(dtype=np.int64)
    if sizes.sum() < SMALL:
        return of_words(map(RULES[rule].words, held))
    batches = _batches(sizes)
    tables: SimpleQueue[tuple[int, Any]] = SimpleQueue()
    for number in range(cores()):
        tables.put((number, None))

    def work(batch: int) -> tuple[int, npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        number, table = tables.get()
        try:
            ids, ends, table = _read(held.iloc[slice(*batches[batch])], RULES[rule], table)
        finally:
            tables.put((number, table))
        return number, ids, ends

    read = in_blocks(work, len(batches), title="reading")
    ids, ends, spans, readers = _gathered(read, expected=int(sizes.sum()) // LETTERS)
    found = dict(tables.get() for _ in range(cores()))
    types, places = _merged({n: table.words() for n, table in found.items() if table is not None})
    del found

    def settled(batch: int) -> npt.NDArray[np.int32]:
        return np.take(places[readers[batch]], ids[spans[batch]])

    for span, some in zip(spans, in_blocks(settled, len(batches), title="numbering"), strict=True):
        ids[span] = some
    return HeldTokens(types, ids, ends)


def _gathered(
    parts: Iterable[tuple[int, Any, Any]], expected: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], list[slice], list[int]]:
    """Put batches together where they will stay: numbers, ends, where each lies, who read it."""
    ids = np.empty(expected, dtype=np.int32)
    lengths, spans, readers, end = [np.zeros(1, dtype=np.int64)], [], [], 0
    for reader, some, ends in parts:
        start, end = end, end + len(some)
        if end > len(ids):
            ids.resize(max(end, len(ids) * 5 // 4), refcheck=False)
        ids[start:end] = some
        lengths.append(np.diff(ends))
        spans.append(slice(start, end))
        readers.append(reader)
    ids.resize(end, refcheck=False)
    return ids, np.concatenate(lengths).cumsum(), spans, readers


def of_words(texts: Iterable[list[str]]) -> HeldTokens:
    """Number words that are known already."""
    found = list(texts)
    types = sorted(set(chain.from_iterable(found)))
    number = {word: i for i, word in enumerate(types)}
    ends = np.cumsum([0, *map(len, found)], dtype=np.int64)
    ids = np.fromiter((number[w] for w in chain.from_iterable(found)), np.int32, count=ends[-1])
    return HeldTokens(types, ids, ends)


def _batches(sizes: npt.NDArray[Any]) -> list[tuple[int, int]]:
    """Cut texts into runs of about :data:`BATCH` characters."""
    which = (np.cumsum(sizes) - sizes) // BATCH
    starts = np.flatnonzero(np.diff(which, prepend=-1)).tolist()
    return list(pairwise([*starts, len(sizes)]))


def _read(texts: pd.Series[str], rule: Rule, table: Any) -> Any:
    """Number the words of a batch; settle its texts only where that may change something."""
    from framing.counting import scanner

    table = scanner.Table.empty() if table is None else table
    for settled in (False, True):
        data, bounds = _encoded([rule.settle(text) for text in texts]) if settled else _utf8(texts)
        ids, ends, table, unsettled = scanner.read(
            data, bounds, kinds(), rule.number, settled, table
        )
        if not unsettled:
            break
    return ids, ends, table


def _utf8(texts: pd.Series[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Give texts in UTF-8, one after another, and their ends; without a copy where pyarrow can."""
    if getattr(texts.dtype, "storage", "") != "pyarrow":
        return _encoded(texts.tolist())
    import pyarrow as pa

    held = pa.array(texts, type=pa.large_string())
    whole = held.combine_chunks() if isinstance(held, pa.ChunkedArray) else held
    _, ends, data = whole.buffers()
    bounds = np.frombuffer(ends, dtype=np.int64)[whole.offset : whole.offset + len(whole) + 1]
    return np.frombuffer(data, dtype=np.uint8)[bounds[0] : bounds[-1]], bounds - bounds[0]


def _encoded(texts: list[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    parts = [text.encode() for text in texts]
    bounds = np.cumsum([0, *map(len, parts)], dtype=np.int64)
    return np.frombuffer(b"".join(parts), dtype=np.uint8), bounds


def _merged(
    words_of: dict[int, list[str]],
) -> tuple[list[str], dict[int, npt.NDArray[np.int32]]]:
    """Sort the words of all tables, and tell where those of each went."""
    types = sorted(set(chain.from_iterable(words_of.values())))
    number = {word: i for i, word in enumerate(types)}
    return types, {
        key: np.fromiter((number[word] for word in some), np.int32, count=len(some))
        for key, some in words_of.items()
    }
