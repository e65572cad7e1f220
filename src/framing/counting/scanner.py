"""The rules of :func:`framing.tokens.words` in compiled loops: bytes in, numbers of words out.

Each function works on a batch of texts and lets go of Python's lock, so that threads can share the
batches. Words get numbers in the order in which a :class:`Table` first meets them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from framing.counting.characters import (
    ALNUM,
    CONTEXTUAL,
    DIGIT,
    LETTER,
    MARK,
    NUMERAL,
    SPACE,
    UNSETTLED,
    UPPER,
    WORD,
)
from framing.tokens import BOUND

compiled = njit(cache=True, nogil=True)
inlined = njit(cache=True, nogil=True, inline="always")

PIECE = 1 << 14
"""Bytes after which a text is cut at the next blank: no word, address or accent goes past one."""
FRAMING, PLAIN = 0, 1

_AMPERSAND, _APOSTROPHE, _PLUS, _COMMA, _HYPHEN, _DOT, _AT, _DOLLAR = map(ord, "&'+,-.@$")
_BLANK, _NEWLINE, _SLASH, _COLON = map(ord, " \n/:")
_A, _Z, _S, _H, _P, _T, _W, _LOWER_S = map(ord, "AZShptws")
_PRIME, _LONG = np.uint64(0x9E3779B97F4A7C15), np.uint64(1 << 63)
_NOTHING, _ONE, _TWO, _THREE = map(np.uint64, range(4))
_BYTE, _POINT = np.uint64(8), np.uint64(21)  # bits of an ASCII letter, and of any code point


def _packed(word: str) -> int:
    return int.from_bytes(word.encode("ascii"), "big")


_BOUND = np.array(sorted(map(_packed, BOUND)), dtype=np.uint64)
_LONGEST_BOUND = max(map(len, BOUND))


class Table(NamedTuple):
    """Words met so far, hashed with open addresses.

    Attributes
    ----------
    slots : array of uint64, shape (a power of two, 2)
        Keys of words, nought where empty, and their numbers.
    keys : array of uint64, shape (room,)
    ends : array of int64, shape (room + 1,)
        Where the letters of each word end; the first is 0.
    letters : array of uint32
        Code points of all words, one after another.
    size : int
        How many there are.
    """

    slots: npt.NDArray[np.uint64]
    keys: npt.NDArray[np.uint64]
    ends: npt.NDArray[np.int64]
    letters: npt.NDArray[np.uint32]
    size: int

    @classmethod
    def empty(cls, room: int = 1 << 14) -> Table:
        """Make a table without words."""
        return cls(
            np.zeros((4 * room, 2), dtype=np.uint64),
            np.empty(room, dtype=np.uint64),
            np.zeros(room + 1, dtype=np.int64),
            np.empty(16 * room, dtype=np.uint32),
            0,
        )

    def words(self) -> list[str]:
        """Spell the words, in the order of their numbers."""
        ends = self.ends[: self.size + 1]
        text = self.letters[: ends[-1]].tobytes().decode("utf-32-le", "surrogatepass")
        return [text[a:b] for a, b in pairwise(ends.tolist())]


@compiled
def read(
    data: Any, bounds: Any, kinds: Any, rule: int, settled: bool, table: Any
) -> tuple[Any, Any, Any, bool]:
    """Number the words of a batch of texts.

    Parameters
    ----------
    data : array of uint8
        The texts in UTF-8, one after another.
    bounds : array of int64, shape (n_texts + 1,)
    kinds : array of uint16
        :func:`framing.counting.characters.kinds`.
    rule : int
        :data:`FRAMING` or :data:`PLAIN`.
    settled : bool
        Whether the texts are normalised (with `FRAMING`) or in lower case (`PLAIN`) already.
    table : Table

    Returns
    -------
    ids : array of int32
    ends : array of int64, shape (n_texts + 1,)
        Where the words of each text end; the first is 0.
    table : Table
        To be used from now on.
    unsettled : bool
        The batch needs to be settled first; nothing was read.
    """
    ids = np.empty(len(data) // 5 + 64, dtype=np.int32)
    ends = np.zeros(len(bounds), dtype=np.int64)
    trouble = UNSETTLED if rule == FRAMING else CONTEXTUAL
    codes, kind = np.empty(2 * PIECE, dtype=np.uint32), np.empty(2 * PIECE, dtype=np.uint16)
    first, last = np.empty(2 * PIECE, dtype=np.uint64), np.empty(2 * PIECE, dtype=np.uint64)
    keys = np.empty(2 * PIECE, dtype=np.uint64)
    n = 0
    for text in range(len(bounds) - 1):
        start, end = bounds[text], bounds[text + 1]
        while start < end:
            stop = min(start + PIECE, end)
            while stop < end and data[stop] != _BLANK and data[stop] != _NEWLINE:
                stop += 1
            if stop - start > len(codes):
                room = 2 * (stop - start)
                codes, kind = np.empty(room, dtype=np.uint32), np.empty(room, dtype=np.uint16)
                first, last = np.empty(room, dtype=np.uint64), np.empty(room, dtype=np.uint64)
                keys = np.empty(room, dtype=np.uint64)
            size, met = decode(data[start:stop], kinds, rule == FRAMING, codes, kind)
            if met & trouble and not settled:
                return ids[:0], ends, table, True
            if rule == FRAMING:
                found = scan(codes, kind, size, first, last, keys)
            else:
                found = scan_plain(codes, kind, size, first, last, keys)
            if n + found > len(ids):
                ids = _longer(ids, n, 2 * (n + found))
            table = intern(codes, first, last, keys, found, table, ids[n:])
            n += found
            start = stop
        ends[text + 1] = n
    return ids[:n].copy(), ends, table, False


@compiled
def decode(data: Any, kinds: Any, ours: bool, codes: Any, kind: Any) -> tuple[int, int]:
    """Write the code points of a piece of UTF-8 and their kinds; tell how many, and all bits met.

    With `ours`, typographic quotes and dashes become plain, and what does not show is left out, as
    :data:`framing.tokens.SAME` says.
    """
    n, met, i = 0, 0, 0
    while i < len(data):
        byte = np.uint32(data[i])
        if byte < 0x80:
            code = byte
            i += 1
        elif byte < 0xE0:
            code = ((byte & 0x1F) << 6) | (data[i + 1] & 0x3F)
            i += 2
        elif byte < 0xF0:
            code = ((byte & 0x0F) << 12) | ((data[i + 1] & 0x3F) << 6) | (data[i + 2] & 0x3F)
            i += 3
        else:
            code = ((byte & 0x07) << 18) | ((data[i + 1] & 0x3F) << 12)
            code |= ((data[i + 2] & 0x3F) << 6) | (data[i + 3] & 0x3F)
            i += 4
        if ours and code > 0x7F:
            if code == 0x2018 or code == 0x2019 or code == 0x02BC:
                code = np.uint32(_APOSTROPHE)
            elif 0x2010 <= code <= 0x2013:
                code = np.uint32(_HYPHEN)
            elif code == 0xAD or code == 0x200B or code == 0xFEFF:
                continue
        codes[n] = code
        kind[n] = kinds[code]
        met |= kind[n]
        n += 1
    return n, met


@compiled
def scan_plain(codes: Any, kind: Any, n: int, first: Any, last: Any, keys: Any) -> int:
    r"""Find the words of ``(?u)\b\w\w+\b``."""
    m, i = 0, 0
    while i < n:
        if not kind[i] & WORD:
            i += 1
            continue
        end, key, met = i, _NOTHING, _NOTHING
        while end < n and kind[end] & WORD:
            key = (key << _BYTE) | np.uint64(codes[end])
            met |= np.uint64(codes[end])
            end += 1
        if end - i > 1:
            first[m], last[m], keys[m] = i, end, _short(key, met, end - i)
            m += 1
        i = end
    return m


@compiled
def scan(codes: Any, kind: Any, n: int, first: Any, last: Any, keys: Any) -> int:
    """Find words as :func:`framing.tokens.words` does: where each begins and ends in `codes`.

    Dots inside acronyms are taken out of `codes`. Keys of short words are written where they come
    for nothing, else nought.
    """
    m, i = 0, 0
    addresses = False
    for k in range(n):
        addresses |= codes[k] == _AT
    while i < n:
        if kind[i] & SPACE:
            i += 1
            continue
        end, key, met = i, _NOTHING, _NOTHING
        while end < n and kind[end] & (ALNUM | MARK):
            key = (key << _BYTE) | np.uint64(codes[end])
            met |= np.uint64(codes[end])
            end += 1
        if end > i and (end == n or kind[end] & SPACE or _closes(codes, kind, i, end, addresses)):
            first[m], last[m], keys[m] = i, end, _short(key, met, end - i)
            m += 1
        elif end > i or addresses:
            before = m
            end, m = _marked(codes, kind, n, i, first, last, m, addresses)
            keys[before:m] = _NOTHING
        i = max(end, i + 1)
    return m


@inlined
def _short(key: Any, met: Any, length: int) -> Any:
    """Up to eight ASCII letters side by side; nought if there are more or others."""
    return key if length <= 8 and met < 0x80 else _NOTHING


@inlined
def _closes(codes: Any, kind: Any, i: int, end: int, addresses: bool) -> bool:
    """Whether a plain word ends before a sign that can be no part of it: most do."""
    sign = codes[end]
    if addresses or not kind[i] & LETTER:
        return False
    if sign == _DOT:  # U.S., www.
        return end - i != 1 and end - i != 3
    return sign not in (_APOSTROPHE, _HYPHEN, _COLON, _AMPERSAND, _DOLLAR)


@compiled
def _marked(
    codes: Any, kind: Any, n: int, i: int, first: Any, last: Any, m: int, addresses: bool
) -> tuple[int, int]:
    """Read what begins at i by all the rules; tell where it ends and how many words there are."""
    end = _skipped(codes, kind, n, i, addresses)
    if end > i:
        return end, m
    end = _number(codes, kind, n, i)
    if end > i:
        first[m], last[m] = i, end
        return end, m + 1
    end = _compound(codes, kind, n, i)
    if end > i:
        m = _words_of(codes, kind, i, end, first, last, m)
    return end, m


@compiled
def _skipped(codes: Any, kind: Any, n: int, i: int, addresses: bool) -> int:
    """Where an address or a currency mark that begins at i ends; i if none does."""
    c = codes[i]
    if c == _H and _is_http(codes, n, i):
        j = i + 4
        if j < n and codes[j] == _LOWER_S:
            j += 1
        if j + 3 < n and codes[j] == _COLON and codes[j + 1] == codes[j + 2] == _SLASH:
            end = _to_space(kind, n, j + 3)
            if end > j + 3:
                return end
    if c == _W and i + 4 < n and codes[i + 1] == codes[i + 2] == _W and codes[i + 3] == _DOT:
        end = _to_space(kind, n, i + 4)
        if end > i + 4:
            return end
    if addresses and (i == 0 or kind[i - 1] & SPACE or codes[i - 1] == _AT):
        end = _mail(codes, kind, n, i)
        if end > i:
            return end
    if _A <= c <= _Z and (i == 0 or not kind[i - 1] & WORD):
        j = i + 1
        while j < n and j < i + 3 and _A <= codes[j] <= _Z:
            j += 1
        if j < n and codes[j] == _DOLLAR:
            return j + 1
    return i


@inlined
def _is_http(codes: Any, n: int, i: int) -> bool:
    return bool(i + 3 < n and codes[i + 1] == _T and codes[i + 2] == _T and codes[i + 3] == _P)


@inlined
def _to_space(kind: Any, n: int, i: int) -> int:
    while i < n and not kind[i] & SPACE:
        i += 1
    return i


@compiled
def _mail(codes: Any, kind: Any, n: int, i: int) -> int:
    """Where the mail address that begins at i ends; i if there is none."""
    at = i
    while at < n and codes[at] != _AT and not kind[at] & SPACE:
        at += 1
    if at in (i, n) or codes[at] != _AT:
        return i
    dot, j = 0, at + 1
    while j < n and codes[j] != _AT and not kind[j] & SPACE:
        if codes[j] == _DOT and j > at + 1 and j + 1 < n and kind[j + 1] & WORD:
            dot = j
        j += 1
    if not dot:
        return i
    end = dot + 1
    while end < n and kind[end] & WORD:
        end += 1
    return end


@compiled
def _number(codes: Any, kind: Any, n: int, i: int) -> int:
    """Where R&D, 2+2 or 1,000.5 ends that begins at i; i if none does."""
    if kind[i] & LETTER:
        return _chain(codes, kind, n, i, i + 1, LETTER, _AMPERSAND, _AMPERSAND)
    if kind[i] & DIGIT:
        j = i
        while j < n and kind[j] & DIGIT:
            j += 1
        end = _chain(codes, kind, n, i, j, DIGIT, _PLUS, _PLUS)
        return end if end > i else _chain(codes, kind, n, i, j, DIGIT, _DOT, _COMMA)
    return i


@inlined
def _chain(
    codes: Any, kind: Any, n: int, i: int, j: int, wanted: int, sign: int, other: int
) -> int:
    """Where links joined by a sign end, before what is no word; the last may have to go."""
    links, before = 0, i
    while j + 1 < n and (codes[j] == sign or codes[j] == other) and kind[j + 1] & wanted:
        links, before = links + 1, j
        j += 2
        while wanted == DIGIT and j < n and kind[j] & DIGIT:
            j += 1
    if j < n and kind[j] & WORD:
        links, j = links - 1, before
    return j if links > 0 else i


@compiled
def _compound(codes: Any, kind: Any, n: int, i: int) -> int:
    """Where words joined by hyphens and apostrophes end that begin at i; i if none does."""
    end = _element(codes, kind, n, i)
    if end == i:
        return i
    while end < n and (codes[end] == _APOSTROPHE or codes[end] == _HYPHEN):
        after = _element(codes, kind, n, end + 1)
        if after == end + 1:
            break
        end = after
    return end


@inlined
def _element(codes: Any, kind: Any, n: int, i: int) -> int:
    """Where an acronym with dots or a plain word ends that begins at i; i if none does."""
    j = i
    while j + 1 < n and kind[j] & LETTER and codes[j + 1] == _DOT:
        j += 2
    if j - i >= 4:
        return j
    if j - i == 2 and j < n and kind[j] & LETTER and (j + 1 == n or not kind[j + 1] & WORD):
        return j + 1
    j = i
    while j < n and kind[j] & (ALNUM | MARK):
        j += 1
    return j


@compiled
def _words_of(codes: Any, kind: Any, start: int, end: int, first: Any, last: Any, m: int) -> int:
    """Undo possessives, dots, and compounds of names; tell how many words there are now."""
    if not _names_something(codes, kind, start, end):
        return _word(codes, kind, start, end, first, last, m)
    part = start
    for j in range(start, end + 1):
        if j == end or codes[j] == _HYPHEN:
            m = _word(codes, kind, part, j, first, last, m)
            part = j + 1
    return m


@compiled
def _names_something(codes: Any, kind: Any, start: int, end: int) -> bool:
    """Whether a compound joins a name to something else, so that its parts are words."""
    part, parts, named = start, 0, False
    numeral = True
    for j in range(start, end + 1):
        if j < end and codes[j] != _HYPHEN:
            numeral = numeral and kind[j] & NUMERAL != 0
            continue
        if j == end and not parts:
            return False
        if numeral or j - part == 1 or (not parts and _is_bound(codes, part, j)):
            return False
        named |= kind[part] & UPPER != 0
        part, parts, numeral = j + 1, parts + 1, True
    return named


@compiled
def _is_bound(codes: Any, start: int, end: int) -> bool:
    if end - start > _LONGEST_BOUND:
        return False
    packed = np.uint64(0)
    for j in range(start, end):
        packed = (packed << np.uint64(8)) | np.uint64(codes[j] | 0x20)
        if codes[j] > 0x7F:
            return False
    return bool((packed == _BOUND).any())


@compiled
def _word(codes: Any, kind: Any, start: int, end: int, first: Any, last: Any, m: int) -> int:
    if end - start > 1 and codes[end - 2] == _APOSTROPHE and codes[end - 1] | 0x20 == _LOWER_S:
        end -= 2
    if not kind[start] & NUMERAL:
        kept = start
        for j in range(start, end):
            if codes[j] != _DOT:
                codes[kept] = codes[j]
                kept += 1
        end = kept
    if end > start:
        first[m], last[m] = start, end
        m += 1
    return m


@compiled
def intern(codes: Any, first: Any, last: Any, keys: Any, m: int, table: Any, ids: Any) -> Any:
    """Write the numbers of m words; return the table, which may have grown."""
    word = 0
    while True:
        word = _look_up(codes, first, last, keys, word, m, table, ids)
        if word == m:
            return table
        table = _add(codes[first[word] : last[word]], table)


@compiled
def _look_up(
    codes: Any, first: Any, last: Any, keys: Any, word: int, m: int, table: Any, ids: Any
) -> Any:
    """Write the numbers of words from `word` on; tell which is the first that is new.

    Places are unsigned, so that no place is looked at for being counted from the end.
    """
    slots, _, ends, letters, _ = table
    mask = np.uint64(len(slots) - 1)
    for i in range(np.uint64(word), np.uint64(m)):
        start, end = first[i], last[i]
        key = keys[i] or _key(codes, start, end)
        slot = _start(key) & mask
        while slots[slot, _NOTHING] != _NOTHING:
            if slots[slot, _NOTHING] == key:
                known = slots[slot, _ONE]
                if not key & _LONG or _spelt(codes, start, end, letters, ends, known):
                    ids[i] = known
                    break
            slot = (slot + _ONE) & mask
        else:
            return np.int64(i)
    return m


@inlined
def _spelt(codes: Any, start: Any, end: Any, letters: Any, ends: Any, known: Any) -> Any:
    """Whether a word is spelt as one that is known."""
    at = np.uint64(ends[known])
    same = np.uint64(ends[known + _ONE]) - at == end - start
    while same and start < end:
        same = letters[at] == codes[start]
        at, start = at + _ONE, start + _ONE
    return same


@compiled
def _add(word: Any, table: Any) -> Any:
    """Give a word that is new the next number."""
    slots, keys, ends, letters, size = table
    length = ends[size] + len(word)
    if length > len(letters):
        letters = _longer(letters, ends[size], 2 * length)
    if size + 1 == len(keys):
        keys, ends = _longer(keys, size, 2 * size), _longer(ends, size + 1, 2 * size + 1)
        slots = _spread(keys, size, 2 * len(slots))
    letters[ends[size] : length] = word
    keys[size], ends[size + 1] = _key(word, _NOTHING, np.uint64(len(word))), length
    _settle(slots, keys[size], size)
    return Table(slots, keys, ends, letters, size + 1)


@compiled
def _spread(keys: Any, size: int, room: int) -> Any:
    slots = np.zeros((room, 2), dtype=np.uint64)
    for number in range(size):
        _settle(slots, keys[number], number)
    return slots


@compiled
def _settle(slots: Any, key: Any, number: int) -> None:
    mask = np.uint64(len(slots) - 1)
    slot = _start(key) & mask
    while slots[slot, 0] != 0:
        slot = (slot + _ONE) & mask
    slots[slot, 0], slots[slot, 1] = key, number


@inlined
def _key(codes: Any, start: Any, end: Any) -> Any:
    """Up to eight ASCII letters as they are; else a hash, three at a time, marked as such."""
    key = _NOTHING
    if end - start <= _BYTE:
        met = _NOTHING
        for j in range(start, end):
            key = (key << _BYTE) | np.uint64(codes[j])
            met |= np.uint64(codes[j])
        if met < 0x80:
            return key
        key = _NOTHING
    j = start
    while j + _THREE <= end:
        three = np.uint64(codes[j]) | np.uint64(codes[j + _ONE]) << _POINT
        three |= np.uint64(codes[j + _TWO]) << (_POINT + _POINT)
        key = (key ^ three) * _PRIME
        j += _THREE
    while j < end:
        key = (key ^ np.uint64(codes[j])) * _PRIME
        j += _ONE
    return key | _LONG


@inlined
def _start(key: Any) -> Any:
    high = key * _PRIME  # its upper bits depend on every letter
    return (high >> np.uint64(40)) ^ (high >> np.uint64(20))


@compiled
def _longer(array: Any, used: int, room: int) -> Any:
    grown = np.empty(room, dtype=array.dtype)
    grown[:used] = array[:used]
    return grown
