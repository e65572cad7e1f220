"""What may be said of the difference between two sides, and how it is worded.

A verdict needs a test and an interval. A difference is *clear* when its q-value (p adjusted for
the number of tests) is below .05; there is *no large difference* when it is not clear and the
whole interval lies within ±:data:`MARGIN`; anything else *cannot be said*. Where no p-value exists
numbers are described and no verdict is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from framing.voice import STRENGTHS, Finding, Voice, each
from framing.wording import (
    CLEAR,
    at_most,
    count_of,
    listed,
    points,
    points_interval,
    probability,
    sentence,
)

MARGIN = 0.15
"""A difference of shares within ±15 percentage points is not called large. The margin is a choice:
about one document in seven. The whole interval of the table has to lie within it, which with 95 %
is stricter than the 90 % interval of the usual equivalence test."""

SHOWN = 5
"""Differences and slopes described, at most, where there is no test to choose among them."""


def differences(contrasts: pd.DataFrame, shares: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    """Judge every plain difference, with what becomes of it in the guarded comparisons.

    Parameters
    ----------
    contrasts : pandas.DataFrame
        As :func:`framing.compare.contrast` returns it, with a column ``feature``; rows whose
        ``statistic`` is not "difference" are guards, like "difference within topic".
    shares : pandas.DataFrame
        As :func:`framing.compare.emphasis` returns it, with a column ``feature``.
    voice : Voice

    Yields
    ------
    Finding
        The clearest first, then the largest; what cannot be said, a finding a pair.
    """
    plain = contrasts[contrasts["statistic"] == "difference"]
    largest = plain["estimate"].abs().sort_values(ascending=False, kind="stable").index
    plain = plain.loc[largest]
    tested = plain["p_value"].notna()
    family = int(tested.sum())
    judged = []
    undecided = []
    for row in each(plain[tested]):
        rows = _same(contrasts, row)
        guards = rows[rows["statistic"] != "difference"]
        strength = verdict(row, guards)
        if strength == "open":
            undecided.append(row.Index)
        else:
            judged.append(_judged(row, guards, strength, family, shares, voice, rows))
    rank = list(STRENGTHS)
    yield from sorted(judged, key=lambda finding: rank.index(finding.strength))
    for row in each(plain[~tested].head(SHOWN)):
        text = f"{_shares(row, shares, voice)}{_size(row)})."
        text = voice.begin(text) + _few(row, shares, voice)
        rows = plain.loc[[row.Index]]
        yield Finding("difference", "described", _headline(row, voice), text, "contrast", rows)
    yield from _undecided(plain.loc[undecided].sort_index(), len(plain), voice)


def verdict(row: Any, guards: pd.DataFrame) -> str:
    """Choose the strength of a tested difference, given its guarded versions.

    Parameters
    ----------
    row : object
        With ``estimate``, ``low``, ``high`` and ``q_value``.
    guards : pandas.DataFrame
        The same difference in other comparisons.

    Returns
    -------
    str
        A key of :data:`STRENGTHS`.
    """
    if np.isnan(row.low) or np.isnan(row.high):
        return "open"
    held = [_holds(guard, row) for guard in each(guards)]
    if row.q_value < CLEAR:
        return "clear" if not held else "robust" if all(held) else "fragile"
    if any(held):
        return "guarded"
    return "similar" if max(abs(row.low), abs(row.high)) <= MARGIN else "open"


def _holds(guard: Any, row: Any) -> bool:
    return bool(guard.q_value < CLEAR and np.sign(guard.estimate) == np.sign(row.estimate))


def _judged(
    row: Any,
    guards: pd.DataFrame,
    strength: str,
    family: int,
    shares: pd.DataFrame,
    voice: Voice,
    rows: pd.DataFrame,
) -> Finding:
    tests = f"{probability('q', row.q_value)}, {count_of(family, 'test')}"
    text = f"{_shares(row, shares, voice)}{_size(row)}; {tests})."
    if strength == "similar":
        most = at_most(max(abs(row.low), abs(row.high)))
        pair = f"{voice.side(row.group)} and {voice.side(row.reference)}"
        headline = f"{sentence(row.feature)}: {pair} differ by at most {most} points"
        text += f" Not a clear difference; the interval leaves room for {most} points at most."
        kind, check = "similarity", ""
    else:
        headline = _headline(row, voice)
        kind, check = "difference", _survival(strength, row, guards)
    text = voice.begin(text) + _few(row, shares, voice)
    return Finding(kind, strength, headline, text, "contrast", rows, check)


def _survival(strength: str, row: Any, guards: pd.DataFrame) -> str:
    """Say what becomes of a difference when documents are compared more carefully."""
    word = _guard_words(row)
    held = [guard for guard in each(guards) if _holds(guard, row)]
    lost = [guard for guard in each(guards) if not _holds(guard, row)]
    if strength == "clear":
        return ""
    if strength == "robust":
        return f"Clear, and it survives {listed([word(guard) for guard in held])}."
    if strength == "guarded":
        return f"Clear only {listed([word(guard) for guard in held])}, not in the plain comparison."
    text = f"Clear only before we look {listed([word(guard) for guard in lost])}"
    return text + (f"; it survives {listed([word(guard) for guard in held])}." if held else ".")


def _guard_words(row: Any) -> Callable[[Any], str]:
    """Word a guard and its numbers, in the direction of the plain difference."""
    sign = -1 if row.estimate < 0 else 1

    def words(guard: Any) -> str:
        low, high = sorted([sign * guard.low, sign * guard.high])
        where = str(guard.statistic).removeprefix("difference ")
        text = f"{where} ({points(sign * guard.estimate)} points, "
        text += f"{points_interval(low, high, guard.level)}; {probability('q', guard.q_value)}"
        if guard.n_documents < row.n_documents:
            text += f"; {count_of(int(guard.n_documents), 'document')}"
        if (
            not _holds(guard, row)
            and row.q_value < CLEAR
            and guard.low <= row.estimate <= guard.high
        ):
            text += "; perhaps as large, but not clear"
        return text + ")"

    return words


def _undecided(rows: pd.DataFrame, n: int, voice: Voice) -> Iterator[Finding]:
    """Name, pair by pair, the differences whose intervals are too wide."""
    for (group, reference), pair in rows.groupby(["group", "reference"], sort=False):
        parts = [
            f"{row.feature} {points(row.estimate, signed=True)} ({_ends(row)})"
            for row in each(pair)
        ]
        headline = f"{sentence(voice.side(group))} and {voice.side(reference)}: "
        headline += f"{count_of(len(pair), 'comparison')} left open"
        text = (
            f"Neither clearly different nor clearly alike. {sentence(voice.side(group))} less "
            f"{voice.side(reference)}, in percentage points with intervals: {'; '.join(parts)}."
        )
        yield Finding("open", "open", headline, text, "contrast", pair)


def _ends(row: Any) -> str:
    if np.isnan(row.low):
        return row.note or "no interval"
    return f"{points(row.low)} to {points(row.high)}"


def _same(contrasts: pd.DataFrame, row: Any) -> pd.DataFrame:
    same = pd.Series(True, index=contrasts.index)
    for column in ("group", "reference", "feature"):
        same &= contrasts[column] == getattr(row, column)
    return contrasts[same]


def _sides(row: Any) -> tuple[str, str]:
    """The side with the larger share first."""
    return (row.group, row.reference) if row.estimate >= 0 else (row.reference, row.group)


def _headline(row: Any, voice: Voice) -> str:
    more, less = _sides(row)
    if voice.by == "actor":
        return f"{sentence(row.feature)}: more where {more} is mentioned than where {less} is"
    return f"{sentence(row.feature)}: {more} more than {less}"


def _shares(row: Any, shares: pd.DataFrame, voice: Voice) -> str:
    parts = []
    for side in _sides(row):
        here = shares[(shares["group"] == side) & (shares["feature"] == row.feature)]
        parts += [f"{voice.side(side)} {voice.share(one)}" for one in each(here)]
    return ", ".join(parts)


def _size(row: Any) -> str:
    """The difference and its interval, counted from the larger side; the bracket stays open."""
    sign = -1 if row.estimate < 0 else 1
    low, high = sorted([sign * row.low, sign * row.high])
    size = points(abs(row.estimate))
    unit = "percentage point" if size == "1" else "percentage points"
    return f": a difference of {size} {unit} ({points_interval(low, high, row.level)}"


def _few(row: Any, shares: pd.DataFrame, voice: Voice) -> str:
    sizes = shares.drop_duplicates("group").set_index("group")["n_documents"]
    pair = sizes.reindex([row.group, row.reference]).dropna()
    if pair.empty or voice.only_these:
        return ""
    return voice.few(int(pair.min()), str(pair.idxmin()))
