"""What a topic model says, in plain words: which topics, which sides, which changes, how surely."""

from __future__ import annotations

from typing import Any

import pandas as pd

from framing.analysis import Analysis
from framing.findings.checks import holds
from framing.findings.voice import SMALL, Voice, each
from framing.verdicts import verdicts
from framing.wording import (
    MINUS,
    count_of,
    interval,
    listed,
    points,
    points_interval,
    probability,
    sentence,
)

LARGEST = 3
"""Topics that are named as the largest."""
TERMS = 3
"""Terms that stand for a topic."""
CLEAREST = 4
"""Differences of a pair, and changes of a side, that are spelt out."""


def no_topics(analysis: Analysis) -> str:
    """Say why there are no topics; empty if there are, or if none were asked for."""
    return analysis.skipped.get("topics", "")


def on_topics(analysis: Analysis) -> list[tuple[str, list[str]]]:
    """Say what the tables of a topic model show.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    list of (question, paragraphs)
        What the topics are, which sides differ, what changed, and how far that reaches. Empty where
        there is no topic model.
    """
    if "topics" not in analysis.tables:
        return []
    summary, voice = analysis.tables["topics"], Voice.of(analysis)
    names = {
        str(row.topic): f"{row.topic} ({', '.join(str(row.terms).split(', ')[:TERMS])})"
        for row in each(summary)
    }
    told = {"What are the topics?": [_largest(summary, names, analysis, voice)]}
    table, stability = (analysis.tables.get(f"topic_{n}") for n in ("differences", "stability"))
    if table is not None:
        sure = names if stability is None else _with_stability(names, stability)
        told["Which topics divide the sides?"] = _between(table, sure, voice)
        told["Which topics came or went?"] = _over_time(table, sure)
    if stability is not None:
        told["Which topics come back?"] = _again(stability, names)
    told["How far does this reach?"] = _reach(analysis)
    return [(question, answer) for question, answer in told.items() if answer]


def _largest(summary: pd.DataFrame, names: dict[str, str], analysis: Analysis, voice: Voice) -> str:
    """Which topics are the largest, and what a topic is."""
    first = summary.sort_values("estimate", ascending=False, kind="stable").head(LARGEST)
    parts = [
        f"{names[str(row.topic)]}, {percent_of(row)}, {interval(row.low, row.high, row.level)}"
        for row in each(first)
    ]
    row: Any = summary.iloc[0]
    documents, segments = int(row["n_documents"]), int(row["n_segments"])
    what = count_of(documents, "document")
    if segments != documents:
        what = f"{count_of(segments, voice.segment)} of {what}"
    fit = analysis.topic_fit
    stopped = "" if fit is None or fit.converged else " The fit had not come to rest."
    return (
        f"A structural topic model with {len(summary)} topics was fitted to {what}. A topic is a "
        "set of words that occur together, named here by those that mark it; each document is "
        f"a mix of topics. The largest, as parts of a document: {'; '.join(parts)}.{stopped}"
    )


def percent_of(row: Any) -> str:
    """Write a share with a decimal where it is small.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> percent_of(SimpleNamespace(estimate=0.123)), percent_of(SimpleNamespace(estimate=0.004))
    ('12%', '0.4%')
    """
    return f"{points(row.estimate)}%"


def _between(table: pd.DataFrame, names: dict[str, str], voice: Voice) -> list[str]:
    """Which topics differ clearly between every two sides, and what survives clusters."""
    plain = table[table["statistic"] == "difference"]
    guards = table[table["statistic"].astype(str).str.startswith("difference ")]
    tests = count_of(int(plain["p_value"].notna().sum()), "test")
    told = []
    for (group, reference), pair in plain.groupby(["group", "reference"], sort=False):
        sides = f"{voice.side(group)} and {voice.side(reference)}"
        if pair["p_value"].isna().all():
            told.append(f"{sentence(sides)} cannot be compared ({_why(pair)}).")
            continue
        clear = _clear(pair)
        text = f"{sentence(sides)}: clear in {len(clear) or 'none'} of {len(pair)}"
        parts = [_difference(row, names) for row in each(clear.head(CLEAREST))]
        if parts:
            most = ", most in " if len(clear) > CLEAREST else ", in "
            text += most + "; ".join(parts)
        told.append(text + f"{_survival(clear, guards)}.")
    if plain["p_value"].notna().any():
        told.append(
            f"Clear means q below .05 among {tests}, and an interval that leaves out nought; that "
            "a difference is not clear does not make the sides alike."
        )
    return told


def _clear(rows: pd.DataFrame) -> pd.DataFrame:
    """Those that are clear, the largest first."""
    clear = rows[verdicts(rows) == "clear"]
    return clear.sort_values("estimate", key=abs, ascending=False, kind="stable")


def _difference(row: Any, names: dict[str, str]) -> str:
    """One clear difference, told from the side that has more."""
    sign = 1 if row.estimate > 0 else -1
    more = row.group if sign > 0 else row.reference
    low, high = sorted([sign * row.low, sign * row.high])
    return (
        f"{names[str(row.topic)]}, {_points(sign * row.estimate)} more {_in(more)} "
        f"({points_interval(low, high, row.level)}; {probability('q', row.q_value)})"
    )


def _points(difference: float, *, signed: bool = False) -> str:
    """Write a difference with its unit."""
    text = points(difference, signed=signed)
    return f"{text} point{'' if text.lstrip('+' + MINUS) == '1' else 's'}"


def _in(group: object) -> str:
    return f"in {group}"


def _survival(clear: pd.DataFrame, guards: pd.DataFrame) -> str:
    """How many clear differences hold where clusters, and not documents, vary."""
    if clear.empty or guards.empty:
        return ""
    told = []
    for statistic, guard in guards.groupby("statistic", sort=False):
        keys = ["group", "reference", "topic"]
        again = guard.set_index(keys)
        kept = [
            holds(one, row)
            for row in each(clear)
            for one in each(again.loc[[tuple(getattr(row, key) for key in keys)]])
        ]
        told.append(f"{sum(kept)} of {len(clear)} also {str(statistic).partition(' ')[2]}")
    return f"; {listed(told)}"


def _over_time(table: pd.DataFrame, names: dict[str, str]) -> list[str]:
    """Which topics changed clearly from the first to the last period."""
    changes = table[table["statistic"] == "change"]
    if changes.empty:
        return []
    if changes["p_value"].isna().all():
        return [f"That could not be tested ({_why(changes)})."]
    span, tests = str(changes["period"].iloc[0]), int(changes["p_value"].notna().sum())
    clear = _clear(changes)
    parts = [_change(row, names) for row in each(clear.head(2 * CLEAREST))]
    text = f"From {span.replace('–', ' to ')}, {len(clear) or 'none'} of "
    text += f"{count_of(tests, 'change')} {'is' if len(clear) < 2 else 'are'} clear"
    text += f": {'; '.join(parts)}." if parts else ", which is not to say that nothing changed."
    untested = changes[changes["p_value"].isna()]
    if len(untested) and "group" in untested:
        sides = listed([str(group) for group in dict.fromkeys(untested["group"])])
        text += f" Not everything could be tested in {sides} ({_why(untested)})."
    return [text]


def _with_stability(names: dict[str, str], table: pd.DataFrame) -> dict[str, str]:
    """Say beside each topic whether other models find it again."""
    told = dict(names)
    for row in each(_found_again(table, names)):
        found = f"found again in {round(row.estimate * row.n_runs)} of {row.n_runs}"
        told[str(row.topic)] = f"{names[str(row.topic)][:-1]}; {found})"
    return told


def _found_again(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    return table[(table["statistic"] == "found_again") & table["topic"].isin(list(names))]


def _again(table: pd.DataFrame, names: dict[str, str]) -> list[str]:
    """Which topics models with other numbers of topics find again."""
    own = _found_again(table, names)
    runs = int(own["n_runs"].max())
    always, never = own[own["estimate"] == 1], own[own["estimate"] == 0]
    some = own.drop([*always.index, *never.index])
    parts = [
        f"{said}: {', '.join(names[str(topic)] for topic in rows['topic'])}"
        for said, rows in (("only in some", some), ("in none", never))
        if len(rows)
    ]
    times = {1: "once", 2: "twice"}.get(runs, f"{runs} times")
    text = (
        f"The model was fitted again {times}, with other numbers of topics near its own. "
        f"{len(always)} of {count_of(len(own), 'topic')} came back in each (cosine of .8 or more)"
    )
    if not parts:
        return [f"{text}."]
    return [
        f"{text}; {'; '.join(parts)}. What is said above of a topic that does not come back is a "
        "finding of this model only."
    ]


def _change(row: Any, names: dict[str, str]) -> str:
    where = f" {_in(row.group)}" if isinstance(getattr(row, "group", None), str) else ""
    return (
        f"{names[str(row.topic)]}{where}, {_points(row.estimate, signed=True)} "
        f"({points_interval(row.low, row.high, row.level)}; {probability('q', row.q_value)})"
    )


def _why(rows: pd.DataFrame) -> str:
    """Why there is no test: the first reason given."""
    notes = [str(note) for note in rows.get("note", []) if str(note)]
    if not notes:
        return "no reason is given"
    why = notes[0].removeprefix("no interval, no p-value: ").removeprefix("no interval: ")
    return why.replace("it rests on", "the number rests on")


def _reach(analysis: Analysis) -> list[str]:
    """What must be kept in mind."""
    told = [
        "Topics are not frames. A topic is what is spoken of, or the manner of it; one topic can "
        "be framed in opposite ways. Held against frames that people found, a structural topic "
        "model found topics and not frames in a broad corpus, and stayed some way from the frames "
        "even in a narrow one (Nicholls & Culpepper 2021). Read the documents behind a topic "
        "before you give it a name.",
        "The topics were found in the same texts in which they are compared here, and intervals "
        "take them as given. A stricter test finds them in one half of the documents and compares "
        "them in the other (Egami et al. 2022).",
        "Another number of topics, another start or a few other documents can give other topics. "
        "Let a claim rest on topics that come back.",
    ]
    few = _few(analysis)
    return [*told, few] if few else told


def _few(analysis: Analysis) -> str:
    """Name sides with few documents."""
    table = analysis.tables.get("topic_prevalence")
    if table is None or "group" not in table or "period" not in table:
        return ""
    cells = table.drop_duplicates(["group", "period"])
    sizes = cells.groupby("group", sort=False)["n_documents"].sum()
    parts = [f"{group} ({n:,})" for group, n in sizes.items() if n < SMALL]
    return f"Few documents stand behind {listed(parts)}." if parts else ""
