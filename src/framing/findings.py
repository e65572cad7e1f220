"""What the tables say, in plain words: generated from the numbers, never written by hand.

:mod:`framing.verdicts` says when a difference is called clear, and how large is large.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from framing.analysis import Analysis
from framing.inference import adjust
from framing.verdicts import MARGIN, SHOWN, differences
from framing.voice import KINDS, STRENGTHS, Finding, Voice, each
from framing.wording import (
    CLEAR,
    count_of,
    interval,
    listed,
    percent,
    points,
    points_interval,
    probability,
    sentence,
)

__all__ = ["KINDS", "MARGIN", "STRENGTHS", "Finding", "cautions", "findings"]

LEADING, WORDS = 3, 8
"""Frames named for each side, and words."""


def findings(analysis: Analysis) -> list[Finding]:
    """Say what the tables of an analysis show.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    list of Finding
        In the order of :data:`KINDS`; within a kind the clearest and largest first.
    """
    voice = Voice.of(analysis)
    kind = analysis.frames.kind
    tables = {
        name: table.rename(columns={kind: "feature"}) for name, table in analysis.tables.items()
    }
    found: list[Finding] = []
    if "emphasis" in tables:
        found += _emphasis(tables["emphasis"], voice)
    if "emphasis" in tables and "contrast" in tables:
        found += differences(tables["contrast"], tables["emphasis"], voice)
    if "trend" in tables:
        found += _slopes(tables["trend"], voice)
    if "shift" in tables:
        found += _divergences(tables["shift"], voice)
    if "term" in tables.get("keyness", ()):
        found += _words(tables["keyness"], voice)
    return sorted(found, key=lambda finding: list(KINDS).index(finding.kind))


def cautions(analysis: Analysis) -> list[str]:
    """Say how far the findings of an analysis reach.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    list of str
        Sentences that hold for all findings together.
    """
    voice = Voice.of(analysis)
    contrasts = analysis.tables.get("contrast")
    tested = 0
    if contrasts is not None:
        plain = contrasts["statistic"] == "difference"
        tested = int(contrasts.loc[plain, "p_value"].notna().sum())
    told = [_reach(voice, tested)]
    smallest = 1 / (analysis.plan.replicates + 1)
    if smallest * tested > CLEAR:
        told.append(
            f"With {analysis.plan.replicates:,} random relabellings no p-value can be below "
            f"{smallest:.4f}, so a single difference among {tested} tests could not come out as "
            "clear, however large. More replicates remove this limit."
        )
    if voice.segment != "document":
        told.append(
            f"A share is the part of the {voice.segment}s, averaged so that every document counts "
            "once. The counts in brackets are plain counts and need not give the same percentage."
        )
    told.append(
        "The numbers say how often something is written in the documents of this corpus. They do "
        "not say why, nor what a government or a public thinks; and they stand for other documents "
        "only as far as these were chosen to."
    )
    return told


def _reach(voice: Voice, tested: int) -> str:
    if voice.only_these:
        return (
            f"There are only {count_of(voice.n_documents, 'document')}. Every number here "
            f"describes these documents and no others: the intervals resample their "
            f"{voice.segment}s, nothing is tested, and nothing is called clear or unclear. Where "
            "the largest differences and changes are listed, they were picked for being large. "
            f"With so few documents a change between {voice.over}s is a difference between single "
            "documents."
        )
    if not tested:
        return (
            "No test between sides was possible, because a document can belong to several of "
            "them; so no difference is called clear or unclear. The intervals resample documents. "
            "The differences listed were picked for being large, and would likely be smaller in a "
            "second look."
        )
    return (
        f"{count_of(tested, 'difference')} between sides were tested by shuffling which side a "
        f"document is on. “Clear” means q below {CLEAR:g}: of the differences called clear, about "
        "one in twenty is expected to be chance. “No large difference” means: not clear, and "
        f"the whole interval lies within ±{points(MARGIN)} percentage points. An interval speaks "
        "for one comparison by itself; among twenty, about one misses."
    )


def _emphasis(table: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    for group, rows in table.groupby("group", sort=False):
        top = rows.sort_values("estimate", ascending=False, kind="stable").head(LEADING)
        parts = [
            f"{row.feature} {voice.share(row)}, {interval(row.low, row.high, row.level)}"
            for row in each(top)
        ]
        text = f"{voice.begin('; '.join(parts))}."
        if not voice.only_these:
            text += voice.few(int(top["n_documents"].iloc[0]), str(group))
        names = listed([str(name) for name in top["feature"]])
        headline = f"{sentence(voice.side(group))}: {names}"
        yield Finding("emphasis", "described", headline, text, "emphasis", top)


def _slopes(table: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    slopes = table[table["statistic"] == "slope"]
    largest = slopes["estimate"].abs().sort_values(ascending=False, kind="stable").index
    slopes = slopes.loc[largest]
    tested = slopes["p_value"].notna()
    family = int(tested.sum())
    clear = (slopes["q_value"] < CLEAR) & slopes["low"].notna()
    for row in each(slopes[clear]):
        tests = f"; {probability('q', row.q_value)}, {count_of(family, 'test')}"
        yield _slope(row, "clear", tests, table, voice)
    for row in each(slopes[~tested].head(SHOWN)):
        yield _slope(row, "described", "", table, voice)
    for group, rows in slopes[tested & ~clear].sort_index().groupby("group", sort=False):
        parts = [
            f"{row.feature} {points(row.estimate, signed=True)} "
            f"({points(row.low)} to {points(row.high)})"
            if not np.isnan(row.low)
            else f"{row.feature} ({row.note or 'no interval'})"
            for row in each(rows)
        ]
        of = int((slopes["group"] == group).sum())
        headline = f"{sentence(voice.side(group))}: no clear trend in {len(rows)} of {of}"
        text = f"Change in percentage points a {voice.over}, with intervals: {'; '.join(parts)}."
        text += voice.few(int(rows["n_documents"].min()), str(group))
        yield Finding("open", "open", headline, text, "trend", rows)


def _slope(row: Any, strength: str, tests: str, table: pd.DataFrame, voice: Voice) -> Finding:
    first, last = row.period.split("–")
    same = (table["group"] == row.group) & (table["feature"] == row.feature)
    ends = table[same & table["period"].isin([first, last]) & (table["statistic"] == "share")]
    moves = "rises" if row.estimate > 0 else "falls"
    path = " to ".join(f"{voice.share(end)} in {end.period}" for end in each(ends))
    text = (
        f"{voice.side(row.group)}, from {path}: on average {points(row.estimate, signed=True)} "
        f"percentage points a {voice.over} over {row.period} "
        f"({points_interval(row.low, row.high, row.level)}{tests})."
    )
    text = voice.begin(text)
    if not voice.only_these and len(ends):
        fewest = ends.sort_values("n_documents", kind="stable").iloc[0]
        text += voice.few(int(fewest["n_documents"]), f"{row.group} in {fewest['period']}")
    headline = f"{sentence(row.feature)} {moves} {_inside(row.group, voice)}"
    if voice.only_these and len(ends) == 2:
        path = " and ".join(f"{percent(end.estimate)} in {end.period}" for end in each(ends))
        headline = f"{sentence(row.feature)} {_inside(row.group, voice)}: {path}"
    return Finding("change", strength, headline, text, "trend", table.loc[[row.Index, *ends.index]])


def _inside(group: Any, voice: Voice) -> str:
    return voice.side(group) if voice.by == "actor" else f"in {group}"


def _divergences(table: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    """Say whether the mix of a side moved by more than the noise of sampling."""
    whole = table[table["statistic"] == "divergence"]
    whole = whole.assign(q_value=adjust(whole["p_value"].to_numpy(dtype=float)))
    family = int(whole["p_value"].notna().sum())
    for row in each(whole):
        rows = table[table["group"] == row.group]
        floor = float(rows.loc[rows["statistic"] == "null_mean", "estimate"].iloc[0])
        moved = f"{row.estimate:.3f} bits"
        headline = f"The mix of frames {_inside(row.group, voice)}, {row.period}: "
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


def _words(table: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    for group, rows in table.groupby("group", sort=False):
        level = float(rows["level"].iloc[0])
        above = rows[rows["low"] > 0]
        if above.empty:
            text = voice.begin(
                f"of {len(rows):,} words and phrases, none is used more here than elsewhere with "
                "the whole interval of the log-odds above zero."
            )
            headline = f"{sentence(voice.side(group))}: no word stands out"
            yield Finding("terms", "described", headline, text, "keyness", above)
            continue
        chance = (1 - level) / 2 * int(rows["low"].notna().sum())
        names = [f"{row.term} ({int(row.n)})" for row in each(above.head(WORDS))]
        text = voice.begin(
            f"of {len(rows):,} words and phrases, {len(above):,} are used more here than "
            "elsewhere, with the whole interval of the log-odds above zero; chance alone would "
            f"let about {chance:.0f} through. In brackets, how often: {', '.join(names)}."
        )
        headline = f"{sentence(voice.side(group))}: "
        headline += listed([str(term) for term in above["term"].head(LEADING)])
        yield Finding("terms", "described", headline, text, "keyness", above.head(WORDS))
