"""Findings on change over time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from framing.analysis import CORRECTED
from framing.findings.checks import corrected, doubts, ends, strength, survival
from framing.findings.voice import SHOWN, STRENGTHS, Finding, Voice, each
from framing.trend import ordinal
from framing.verdicts import verdicts
from framing.wording import (
    at_most,
    count_of,
    listed,
    percent,
    points,
    points_interval,
    probability,
    sentence,
)


def slopes(table: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    """Judge every slope, with what becomes of it in the guarded comparisons.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`framing.trend` returns it, with a column ``feature``; slopes whose
        ``statistic`` is not just "slope" are guards, like "slope within topic".
    voice : Voice

    Yields
    ------
    Finding
        The clearest first, then the steepest; small changes and open ones, a finding a side.
    """
    plain = table[table["statistic"] == "slope"]
    steepest = plain["estimate"].abs().sort_values(ascending=False, kind="stable").index
    plain = plain.loc[steepest]
    tested = plain["p_value"].notna()
    tests = count_of(int(tested.sum()), "test")
    unit = f"points a {voice.over}"
    strengths = {}
    told = []
    for row in each(plain[tested]):
        guards = _guards(table, row)
        strengths[row.Index] = found = strength(row, guards, _steps(row))
        if found not in ("similar", "open"):
            test = f"; {probability('q', row.q_value)}, {tests}"
            told.append(_slope(row, found, test, table, voice, survival(found, row, guards, unit)))
    rank = list(STRENGTHS)
    yield from sorted(told, key=lambda finding: rank.index(finding.strength))
    for row in each(plain[~tested].head(SHOWN)):
        yield _slope(row, "described", "", table, voice, "")
    for found in ("similar", "open"):
        those = [index for index, one in strengths.items() if one == found]
        for group, rows in plain.loc[those].sort_index().groupby("group", sort=False):
            of = int((plain["group"] == group).sum())
            yield _together(str(group), rows, of, found, table, voice)


def _guards(table: pd.DataFrame, row: Any) -> pd.DataFrame:
    same: pd.Series[bool] = table["statistic"].astype(str).str.startswith("slope ")
    same = same & (table["group"] == row.group) & (table["feature"] == row.feature)
    return table[same]


def _steps(row: Any) -> float:
    """Periods from the first to the last."""
    first, last = row.period.split("–")
    return ordinal(last) - ordinal(first)


def _slope(
    row: Any, found: str, test: str, table: pd.DataFrame, voice: Voice, check: str
) -> Finding:
    same = (table["group"] == row.group) & (table["feature"] == row.feature)
    first_last = row.period.split("–")
    shares = table[same & table["period"].isin(first_last) & (table["statistic"] == "share")]
    path = " to ".join(f"{voice.share(share)} in {share.period}" for share in each(shares))
    text = voice.begin(
        f"{voice.side(row.group)}, from {path}: on average {points(row.estimate, signed=True)} "
        f"percentage points a {voice.over} over {row.period} "
        f"({points_interval(row.low, row.high, row.level)}{test})."
    )
    if not voice.only_these and len(shares):
        fewest = shares.sort_values("n_documents", kind="stable").iloc[0]
        text += voice.few(int(fewest["n_documents"]), f"{row.group} in {fewest['period']}")
    moves = "rises" if row.estimate > 0 else "falls"
    headline = f"{sentence(row.feature)} {moves} {voice.inside(row.group)}"
    if voice.only_these and len(shares) == 2:
        path = " and ".join(
            f"{percent(share.estimate)} in {share.period}" for share in each(shares)
        )
        headline = f"{sentence(row.feature)} {voice.inside(row.group)}: {path}"
    rows = table.loc[[row.Index, *_guards(table, row).index, *shares.index]]
    return Finding("change", found, headline, text, "trend", rows, check)


def _together(
    group: str, rows: pd.DataFrame, of: int, found: str, table: pd.DataFrame, voice: Voice
) -> Finding:
    """One finding for all slopes of a side that are small, or that are open."""
    parts = [
        f"{row.feature} {points(row.estimate, signed=True)} ({ends(row)})" for row in each(rows)
    ]
    side = sentence(voice.side(group))
    text = f"Change in percentage points a {voice.over}, with intervals: {'; '.join(parts)}."
    if found == "similar":
        also = [(row, one) for row in each(rows) for one in corrected(_guards(table, row))]
        far = [
            _steps(row) * abs(end)
            for row, one in [*((row, row) for row in each(rows)), *also]
            for end in (one.low, one.high)
        ]
        most = f"{at_most(max(far))} points" + (f", {CORRECTED} too" if also else "")
        headline = f"{side}: no large change in {listed([str(name) for name in rows['feature']])}"
        text = f"Not clear, and from first to last at most {most}. {text}"
    else:
        headline = f"{side}: no clear trend in {len(rows)} of {of}"
        text += doubts([(row, _guards(table, row), _steps(row)) for row in each(rows)])
    text += voice.few(int(rows["n_documents"].min()), group)
    kind = "similarity" if found == "similar" else "open"
    return Finding(kind, found, headline, text, "trend", rows)


def uneven(table: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    """Say in which frames two sides changed differently since the first period.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`framing.change` returns it, with a column ``feature``.
    voice : Voice

    Yields
    ------
    Finding
        One a pair of sides with something clear, and one on all other pairs.
    """
    rows = table[(table["statistic"] == "difference in change") & table["p_value"].notna()]
    if rows.empty:
        return
    clear = rows[verdicts(rows) == "clear"].sort_values("q_value", kind="stable")
    clear = clear.drop_duplicates(["group", "reference", "feature"])  # the surest period
    tests, alike = count_of(len(rows), "test"), []
    for (group, reference), pair in rows.groupby(["group", "reference"], sort=False):
        sides = f"{voice.side(group)} and {voice.side(reference)}"
        found = clear[(clear["group"] == group) & (clear["reference"] == reference)]
        if found.empty:
            alike.append(sides)
            continue
        parts = [
            f"{row.feature} {points(row.estimate, signed=True)} over {row.period} "
            f"({points_interval(row.low, row.high, row.level)}; {probability('q', row.q_value)})"
            for row in each(found)
        ]
        headline = f"{sentence(sides)} changed differently: "
        headline += listed([str(name) for name in found["feature"]])
        text = (
            f"Change {voice.inside(group)} less that {voice.inside(reference)}, in percentage "
            f"points, where clear: {'; '.join(parts)}; {tests}."
        )
        text += voice.few(int(pair["n_documents"].min()), "the pair in the two periods")
        yield Finding("change", "clear", headline, text, "change", found)
    if alike:
        headline = f"No clear difference in change: {'; '.join(alike)}"
        text = f"None of these differences is clear among {tests}, which is not to say that none is"
        yield Finding("open", "open", headline, f"{text} there.", "change", rows.iloc[:0])
