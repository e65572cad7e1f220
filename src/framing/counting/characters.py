"""What kind of character each code point is, as the rules of :mod:`framing.tokens` see it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt

ALNUM, LETTER, DIGIT, WORD, SPACE, UPPER, NUMERAL, MARK, UNSETTLED, CONTEXTUAL = (
    1 << bit for bit in range(10)
)
"""Bits of a kind: ``[^\\W_]``, ``[^\\W\\d_]``, ``\\d``, ``\\w``, ``\\s``, upper case,
``str.isdigit``, an accent on its own; what NFC may change; what is lower-cased by its context."""

KIND = np.uint16
POINTS = 0x110000
_ONE_BY_ONE = 0x20000
"""Case, numerals and compositions lie below; above are ideographs and what is unassigned."""
_JAMO = (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))


@cache
def kinds() -> npt.NDArray[np.uint16]:
    """Kind of every code point, shape (0x110000,).

    Examples
    --------
    >>> bool(kinds()[ord("é")] & LETTER), bool(kinds()[ord("²")] & DIGIT)
    (True, False)
    """
    table = np.zeros(POINTS, dtype=KIND)
    text = "".join(map(chr, range(POINTS)))
    for bit, pattern in (
        (ALNUM, r"[^\W_]+"),
        (LETTER, r"[^\W\d_]+"),
        (DIGIT, r"\d+"),
        (WORD, r"\w+"),
        (SPACE, r"\s+"),
        (MARK, "[\u0300-\u036f]+"),
    ):
        for run in re.finditer(pattern, text):
            table[run.start() : run.end()] |= bit
    low = text[:_ONE_BY_ONE]
    _add(table, UPPER, (ord(one) for one in low if one.isupper()))
    _add(table, NUMERAL, (ord(one) for one in low if one.isdigit()))
    _add(table, UNSETTLED, _unsettled(low))
    table[_ONE_BY_ONE:] |= UNSETTLED  # compatibility ideographs among them
    _add(table, CONTEXTUAL, map(ord, "İΣ"))
    table.flags.writeable = False
    return table


def _add(table: npt.NDArray[np.uint16], bit: int, points: Iterable[int]) -> None:
    table[np.fromiter(points, dtype=np.int64)] |= bit


def _unsettled(text: str) -> set[int]:
    """Code points that normalisation to NFC may change, by themselves or beside others.

    A text without any is normalised already: each stands for itself, none is reordered, and none
    composes with one before it.
    """
    found = {*_JAMO}
    for one in text:
        parts = unicodedata.decomposition(one)
        if unicodedata.combining(one) or not unicodedata.is_normalized("NFC", one):
            found.add(ord(one))
        if parts and not parts.startswith("<"):
            found.update(int(part, 16) for part in parts.split()[1:])
    return found
