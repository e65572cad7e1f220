"""The findings of an analysis, and the cautions that go with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from framing.analysis import CORRECTED, Analysis
from framing.findings.changes import slopes, uneven
from framing.findings.differences import differences
from framing.findings.mixes import apart, moved
from framing.findings.voice import KINDS, Finding, Voice, each
from framing.verdicts import CLEAR, MARGIN, verdicts
from framing.wording import count_of, interval, listed, percent, points, sentence

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
        found += _emphasis(tables["emphasis"], tables.get("correction"), voice)
    if "emphasis" in tables and "contrast" in tables:
        found += differences(tables["contrast"], tables["emphasis"], voice)
    if "emphasis" in tables and "divergence" in tables:
        found += apart(tables["divergence"], tables["emphasis"], voice)
    if "trend" in tables:
        found += slopes(tables["trend"], voice)
    if "change" in tables:
        found += uneven(tables["change"], voice)
    if "shift" in tables:
        found += moved(tables["shift"], voice)
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
    n = {name: n_tested(analysis, name) for name in ("contrast", "trend")}
    told = [_reach(voice, analysis.tables.get("contrast"), n["contrast"])]
    if any(n.values()):
        told.append(
            f"“Clear” means q below {CLEAR:g} and an interval that leaves out nought: of all that "
            "is called clear, at most about one in twenty is expected to be chance. “Not large” "
            "means: not clear, and the whole interval lies "
            f"within ±{points(MARGIN)} percentage points. An interval speaks for one comparison by "
            "itself; among twenty, about one misses."
        )
    smallest, most = 1 / (analysis.plan.replicates + 1), max(n.values())
    if smallest * most > CLEAR:
        told.append(
            f"With {analysis.plan.replicates:,} random relabellings no p-value can be below "
            f"{smallest:.4f}, so a single difference among {most} tests could not come out as "
            "clear, however large. More replicates remove this limit."
        )
    if "correction" in analysis.tables:
        told.append(
            f"Frames are a machine’s codes, and it errs. “{sentence(CORRECTED)}” means: corrected "
            f"by what people coded in a sample of the {voice.segment}s. What is said without is "
            "of the machine’s codes alone."
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


def n_tested(analysis: Analysis, name: str) -> int:
    """Count the tests behind a table: plain differences, or slopes, that have a p-value."""
    if name not in analysis.tables:
        return 0
    table = analysis.tables[name]
    plain = table["statistic"].isin(["difference", "slope"])
    return int(table.loc[plain, "p_value"].notna().sum())


def _reach(voice: Voice, contrasts: pd.DataFrame | None, tested: int) -> str:
    if voice.only_these:
        return (
            f"There are only {count_of(voice.n_documents, 'document')}. Every number here "
            f"describes these documents and no others: the intervals come from how their "
            f"{voice.segment}s vary, nothing is tested, and nothing is called clear or unclear. "
            "Where the largest differences and changes are listed, they were picked for being "
            f"large. With so few documents a change between {voice.over}s is a change between "
            "single documents."
        )
    if contrasts is not None and tested:
        how = "by shuffling which side a document is on"
        plain = contrasts[contrasts["statistic"] == "difference"]
        if plain.get("test", pd.Series([""])).eq("wild bootstrap").any():
            how = (
                "by turning the signs of what documents add to them at random, because a document "
                "can be on several sides"
            )
        return f"{count_of(tested, 'difference')} between sides were tested {how}."
    if contrasts is None:
        return (
            "Sides are not compared with one another here. Intervals come from how documents vary."
        )
    return (
        "No test between sides was possible, because a document can belong to several of them; so "
        "no difference is called clear or unclear. Intervals come from how documents vary. The "
        "differences listed were picked for being large, and would likely be smaller in a second "
        "look."
    )


def _emphasis(
    table: pd.DataFrame, correction: pd.DataFrame | None, voice: Voice
) -> Iterator[Finding]:
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
        check = "" if correction is None else _corrected(correction, top)
        yield Finding("emphasis", "described", headline, text, "emphasis", top, check)


def _corrected(correction: pd.DataFrame, top: pd.DataFrame) -> str:
    """Say how large the shares of a side are when they are corrected."""
    rows = correction[correction["statistic"] == "corrected"].set_index(["group", "feature"])
    parts = [
        f"{row.feature} {percent(one.estimate)}, {interval(one.low, one.high, one.level)}"
        for row in each(top)
        for one in each(rows.loc[[(row.group, row.feature)]])
    ]
    return f"{sentence(CORRECTED)}: {'; '.join(parts)}."


def _words(table: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    tested = "p_value" in table and bool(table["p_value"].notna().any())
    for group, rows in table.groupby("group", sort=False):
        above = rows[(verdicts(rows) == "clear") if tested else rows["low"] > 0]
        above = above[above["estimate"] > 0]
        side, chance = sentence(voice.side(group)), 0.0
        number = f"{len(above):,} {'is' if len(above) == 1 else 'are'}" if len(above) else "none is"
        text = f"of {len(rows):,} words and phrases, {number} "
        if tested:
            tests = count_of(int(table["p_value"].notna().sum()), "test")
            text += (
                f"clearly used more here than elsewhere (q below {CLEAR:g} among {tests}, and the "
                "whole interval of the log-odds above nought)."
            )
        else:
            chance = (1 - float(rows["level"].iloc[0])) / 2 * int(rows["low"].notna().sum())
            text += (
                "used more here than elsewhere, with the whole interval of the log-odds above "
                f"nought; nothing is tested, and chance alone would let about {chance:.0f} through."
            )
        headline = f"{side}: no word stands out"
        if len(above):
            names = [f"{row.term} ({_uses(row)})" for row in each(above.head(WORDS))]
            text += f" In brackets, how often: {', '.join(names)}."
            headline = f"{side}: hardly more words than chance lets through"
        if len(above) > 2 * chance:
            headline = f"{side}: {listed([str(term) for term in above['term'].head(LEADING)])}"
        shown = above.head(WORDS)
        yield Finding("terms", "described", headline, voice.begin(text), "keyness", shown)


def _uses(row: Any) -> str:
    """Write how often a term is used, and in how many documents."""
    documents = f" in {count_of(int(row.df), 'document')}" if "df" in row._fields else ""
    return f"{int(row.n):,}{documents}"
