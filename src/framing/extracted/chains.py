"""Phrases that could be laid end to end: what keeps extracted features from giving sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

LONGEST_CHAIN = 8
"""Most words that phrases counted in one paragraph may run to when laid over one another."""

_PART = re.compile(r"[^\W_]+")

Unit = tuple[str, ...]


def without_chains(phrases: Iterable[str]) -> list[str]:
    """Keep phrases that cannot be laid end to end to more than eight words.

    Two phrases overlap where the end of one is the beginning of the other, as in *critical supply
    chain* and *supply chain resilience*. Case and hyphens do not matter, and a phrase may be used
    any number of times, so the rule does not depend on how often each is counted.

    Parameters
    ----------
    phrases : iterable of str
        Those counted in one paragraph, the most needed first: what comes later gives way.

    Returns
    -------
    list of str
        In the same order.

    Examples
    --------
    >>> without_chains(["a b c d", "d e f g", "g h i j"])
    ['a b c d', 'd e f g']
    """
    kept = []
    starts: dict[Unit, list[Unit]] = {}
    ends: dict[Unit, list[Unit]] = {}
    for phrase in phrases:
        unit = tuple(_PART.findall(phrase.lower()))
        if unit not in starts.get(unit, ()):
            _index(starts, unit)
            _index(ends, unit[::-1])
            room = LONGEST_CHAIN + 1 - len(unit)
            grown = _grow(unit, starts, room, {}) + _grow(unit[::-1], ends, room, {})
            if grown >= room:
                _forget(starts, unit)
                _forget(ends, unit[::-1])
                continue
        kept.append(phrase)
    return kept


def _index(starts: dict[Unit, list[Unit]], unit: Unit) -> None:
    for length in range(1, len(unit) + 1):
        starts.setdefault(unit[:length], []).append(unit)


def _forget(starts: dict[Unit, list[Unit]], unit: Unit) -> None:
    for length in range(1, len(unit) + 1):
        starts[unit[:length]].remove(unit)


def _grow(
    unit: Unit, starts: Mapping[Unit, list[Unit]], room: int, known: dict[tuple[Unit, int], int]
) -> int:
    """Count the words that phrases can add after `unit`, up to `room`."""
    if room <= 0:
        return 0
    if (unit, room) not in known:
        most = 0
        for overlap in range(1, len(unit) + 1):
            for after in starts.get(unit[-overlap:], ()):
                added = len(after) - overlap
                if added > 0 and most < room:
                    most = max(most, added + _grow(after, starts, room - added, known))
        known[unit, room] = min(most, room)
    return known[unit, room]
