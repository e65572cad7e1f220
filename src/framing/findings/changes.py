"""Findings on change over time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from framing.findings.checks import ends, strength, survival
from framing.findings.voice import SHOWN, STRENGTHS, Finding, Voice, each
from framing.inference import adjust
from framing.trend import ordinal
from framing.verdicts import CLEAR
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
        As :func:`framing.compare.trend` returns it, with a column ``feature``; slopes whose
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
            yield _together(str(group), rows, of, found, voice)


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
    headline = f"{sentence(row.feature)} {moves} {inside(row.group, voice)}"
    if voice.only_these and len(shares) == 2:
        path = " and ".join(
            f"{percent(share.estimate)} in {share.period}" for share in each(shares)
        )
        headline = f"{sentence(row.feature)} {inside(row.group, voice)}: {path}"
    rows = table.loc[[row.Index, *_guards(table, row).index, *shares.index]]
    return Finding("change", found, headline, text, "trend", rows, check)


def _together(group: str, rows: pd.DataFrame, of: int, found: str, voice: Voice) -> Finding:
    """One finding for all slopes of a side that are small, or that are open."""
    parts = [
        f"{row.feature} {points(row.estimate, signed=True)} ({ends(row)})" for row in each(rows)
    ]
    side = sentence(voice.side(group))
    text = f"Change in percentage points a {voice.over}, with intervals: {'; '.join(parts)}."
    if found == "similar":
        most = at_most(max(_steps(row) * max(abs(row.low), abs(row.high)) for row in each(rows)))
        headline = f"{side}: no large change in {listed([str(name) for name in rows['feature']])}"
        text = f"Not clear, and from first to last at most {most} points. {text}"
    else:
        headline = f"{side}: no clear trend in {len(rows)} of {of}"
    text += voice.few(int(rows["n_documents"].min()), group)
    kind = "similarity" if found == "similar" else "open"
    return Finding(kind, found, headline, text, "trend", rows)


def inside(group: Any, voice: Voice) -> str:
    """Say of which side something is told."""
    return voice.side(group) if voice.by == "actor" else f"in {group}"


def divergences(table: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    """Say whether the mix of each side moved by more than the noise of sampling.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`framing.compare.shift` returns it, with a column ``feature``.
    voice : Voice
    """
    whole = table[table["statistic"] == "divergence"]
    whole = whole.assign(q_value=adjust(whole["p_value"].to_numpy(dtype=float)))
    family = int(whole["p_value"].notna().sum())
    for row in each(whole):
        rows = table[table["group"] == row.group]
        floor = float(rows.loc[rows["statistic"] == "null_mean", "estimate"].iloc[0])
        moved = f"{row.estimate:.3f} bits"
        headline = f"The mix of frames {inside(row.group, voice)}, {row.period}: "
        if np.isnan(row.p_value):
            headline += "change cannot be told from noise"
            text = f"the divergence is {moved}, but no test says how much of it is noise."
            yield Finding("open", "described", headline, voice.begin(text), "shift", rows.iloc[:1])
            continue
        text = (
            f"Jensen–Shannon divergence {moved}, where shuffling the dates of the documents gives "
            f"{floor:.3f} on average ({probability('p', row.p_value)}; "
            f"{probability('q', row.q_value)} among {count_of(family, 'side')})."
        )
        few = voice.few(int(row.n_documents), f"{row.group} in the two periods together")
        if row.q_value < CLEAR:
            parts = rows[(rows["statistic"] == "contribution") & (rows["q_value"] < CLEAR)]
            parts = parts.sort_values("estimate", ascending=False, kind="stable")
            if len(parts):
                names = [
                    f"{part.feature} ({probability('q', part.q_value)})" for part in each(parts)
                ]
                text += f" Beyond noise, it lies in {listed(names)}."
            headline += "more change than noise"
            yield Finding("change", "clear", headline, text + few, "shift", rows.iloc[:3])
        else:
            headline += "no more change than noise"
            text += " What changed, if anything did, is too little to see here."
            yield Finding("open", "open", headline, text + few, "shift", rows.iloc[:3])
