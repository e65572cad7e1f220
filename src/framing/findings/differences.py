"""Findings on differences between sides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from framing.analysis import CORRECTED
from framing.findings.checks import corrected, doubts, ends, strength, survival
from framing.findings.voice import SHOWN, STRENGTHS, Finding, Voice, each
from framing.wording import MINUS, at_most, count_of, points, points_interval, probability, sentence


def differences(contrasts: pd.DataFrame, shares: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    """Judge every plain difference, with what becomes of it in the guarded comparisons.

    Parameters
    ----------
    contrasts : pandas.DataFrame
        As :func:`framing.contrast` returns it, with a column ``feature``; rows whose
        ``statistic`` is not "difference" are guards, like "difference within topic".
    shares : pandas.DataFrame
        As :func:`framing.emphasis` returns it, with a column ``feature``.
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
        found = strength(row, guards)
        if found == "open":
            undecided.append(row.Index)
        else:
            judged.append(_judged(row, guards, found, family, shares, voice, rows))
    rank = list(STRENGTHS)
    yield from sorted(judged, key=lambda finding: rank.index(finding.strength))
    for row in each(plain[~tested].head(SHOWN)):
        text = f"{_shares(row, shares, voice)}{_size(row)})."
        text = voice.begin(text) + _few(row, shares, voice)
        rows = plain.loc[[row.Index]]
        yield Finding("difference", "described", _headline(row, voice), text, "contrast", rows)
    yield from _undecided(plain.loc[undecided].sort_index(), contrasts, voice)


def _judged(
    row: Any,
    guards: pd.DataFrame,
    found: str,
    family: int,
    shares: pd.DataFrame,
    voice: Voice,
    rows: pd.DataFrame,
) -> Finding:
    tests = f"{probability('q', row.q_value)}, {count_of(family, 'test')}"
    text = f"{_shares(row, shares, voice)}{_size(row)}; {tests})."
    if found == "similar":
        most = [at_most(max(abs(one.low), abs(one.high))) for one in (row, *corrected(guards))]
        room = max(most, key=int)
        pair = f"{voice.side(row.group)} and {voice.side(row.reference)}"
        headline = f"{sentence(row.feature)}: {pair} probably differ by no more than {room} points"
        text += f" Not a clear difference; the interval leaves room for {most[0]} points at most."
        kind, check = "similarity", _also(row, guards)
    else:
        headline = _headline(row, voice)
        kind, check = "difference", survival(found, row, guards)
    text = voice.begin(text) + _few(row, shares, voice)
    return Finding(kind, found, headline, text, "contrast", rows, check)


def _also(row: Any, guards: pd.DataFrame) -> str:
    """Say that hand codes bear out that a difference is not large; empty without them."""
    said = ""
    for one in corrected(guards):
        sign = -1 if row.estimate < 0 else 1
        low, high = sorted([sign * one.low, sign * one.high])
        size, interval = points(sign * one.estimate), points_interval(low, high, one.level)
        unit = "point" if size.strip(MINUS) == "1" else "points"
        said = f"Nor is it large {CORRECTED} ({size} {unit}, {interval})."
    return said


def _undecided(rows: pd.DataFrame, contrasts: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    """Name, pair by pair, the differences whose intervals are too wide."""
    for (group, reference), pair in rows.groupby(["group", "reference"], sort=False):
        parts = [
            f"{row.feature} {points(row.estimate, signed=True)} ({ends(row)})" for row in each(pair)
        ]
        headline = f"{sentence(voice.side(group))} and {voice.side(reference)}: "
        headline += f"{count_of(len(pair), 'comparison')} left open"
        text = (
            f"Neither clearly different nor clearly alike. {sentence(voice.side(group))} less "
            f"{voice.side(reference)}, in percentage points with intervals: {'; '.join(parts)}."
        )
        text += doubts([(row, _same(contrasts, row), 1.0) for row in each(pair)])
        yield Finding("open", "open", headline, text, "contrast", pair)


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
