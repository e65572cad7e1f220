"""The figures of a topic model: how each is drawn, what is written under it, and in its place."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from framing.analysis import Analysis
from framing.errors import InputError
from framing.gallery.captions import intervals, noun, say
from framing.gallery.drawing import PAGE
from framing.plot.effects import far_enough, plot_effects
from framing.plot.panels import small_multiples
from framing.plot.prevalence import plot_prevalence
from framing.plot.rows import ROW
from framing.plot.stability import plot_stability
from framing.plot.style import root
from framing.plot.topics import plot_topics
from framing.verdicts import verdicts
from framing.wording import count_of, listed, points, points_interval

SHOWN, PANELS = 25, 12
"""Topics that fit on a page as rows, and as panels."""
COLUMNS = 4
SAID = 5
"""Differences spelt out for whoever does not see them."""


def draw_topics(analysis: Analysis) -> Figure:
    """How much of the text each topic is, with its terms."""
    return root(plot_topics(analysis.tables["topics"], n=SHOWN))


def draw_topic_prevalence(analysis: Analysis) -> Figure:
    """Each topic on every side through time, a panel a topic, the largest first."""
    table, terms = analysis.tables["topic_prevalence"], analysis.tables["topics"]
    if "period" not in table:
        raise InputError("there is one period only; the table 'topic_prevalence' has its numbers.")
    order = _largest(terms)[:PANELS]
    table = table[table["topic"].isin(order)]
    table = table.sort_values("topic", key=lambda names: names.map(order.index), kind="stable")
    rows = -(-len(order) // COLUMNS)
    axes = small_multiples(
        plot_prevalence,
        table,
        "topic",
        columns=COLUMNS,
        share=False,
        title="Which topics came and went",
        height=0.9 + 1.85 * rows,
        terms=terms,
    )
    return root(axes[0, 0])


def draw_topic_differences(analysis: Analysis) -> Figure:
    """How far every two sides differ, topic by topic, a panel a pair."""
    table, terms = analysis.tables["topic_differences"], analysis.tables["topics"]
    table = _plain(table)
    if table.empty:
        raise InputError("there are no two sides to compare topics by.")
    reach = table["estimate"].abs().groupby(table["topic"], sort=False).max()
    order = list(reach.sort_values(ascending=False, kind="stable").index[:SHOWN])
    pairs, high = len(table[["group", "reference"]].drop_duplicates()), ROW * len(order) + 1.2
    if pairs > 3 * max(1, int(PAGE / high)):
        raise InputError(
            f"{pairs} pairs of sides do not fit on a page; the table 'topic_differences' has them "
            "all, and plot_effects draws some."
        )
    axes = small_multiples(
        plot_effects,
        table,
        ["group", "reference"],
        columns=3,
        title="Which topics divide the sides",
        height=0.5 + -(-pairs // 3) * high,
        terms=terms,
        order=order,
        far=far_enough(table[table["topic"].isin(order)]),
    )
    return root(axes[0, 0])


def draw_topic_stability(analysis: Analysis) -> Figure:
    """How far each topic comes back with other numbers of topics."""
    tables = analysis.tables
    return root(plot_stability(tables["topic_stability"], n=SHOWN, terms=tables["topics"]))


# --- captions --------------------------------------------------------------------------------


def caption_topics(analysis: Analysis) -> str:
    """Caption of the topics."""
    table = analysis.tables["topics"]
    return say(
        "How much of a document each topic is, every document counting once, with the terms that",
        "mark it: frequent in the topic, and hardly anywhere else (FREX).",
        intervals(table, analysis),
        "They take the topics as found. Names are numbers: what a topic is about, readers of its",
        f"{noun(analysis)}s must say. Not shown: whether other models would find it"
        + (f"; {count_of(len(table) - SHOWN, 'smaller topic')}." if len(table) > SHOWN else "."),
    )


def caption_topic_prevalence(analysis: Analysis) -> str:
    """Caption of predicted prevalence."""
    table = analysis.tables["topic_prevalence"]
    hidden = table["topic"].nunique() - PANELS
    sides = "on every side " if "group" in table else ""
    few = table.drop_duplicates(["group", "period"] if "group" in table else ["period"])
    return say(
        f"Predicted share of each topic {sides}by {analysis.plan.over}, the largest topics first;",
        "each panel has a scale of its own.",
        intervals(table, analysis),
        "Thin lines hold a whole curve as often as the level says." if _bands(table) else "",
        "In outline: too few documents for an interval." if few["low"].isna().any() else "",
        "Words above a panel mark the topic. Not shown: tests of change; see the table"
        + (f"; {count_of(hidden, 'smaller topic')}." if hidden > 0 else "."),
    )


def caption_topic_differences(analysis: Analysis) -> str:
    """Caption of the differences."""
    whole = analysis.tables["topic_differences"]
    table = _plain(whole)
    tests = int(table["p_value"].notna().sum())
    clear = int((verdicts(table) == "clear").sum())
    hidden = table["topic"].nunique() - SHOWN
    return say(
        "How much more of a document each topic is on one side than on another, in percentage",
        "points, all periods together; sides are compared at the same mix of periods.",
        intervals(table, analysis),
        f"Filled: clear (q < .05 among {count_of(tests, 'test')}), as {clear or 'none'}"
        f" {'is' if clear < 2 else 'are'}."
        if tests
        else "There are no tests.",
        _again(whole),
        "Beyond the scale a number stands at the edge."
        if far_enough(table) < table["estimate"].abs().max()
        else "",
        "Not shown: how the same topic is worded on each side"
        + (f"; {count_of(hidden, 'topic')} that differ less." if hidden > 0 else "."),
    )


def caption_topic_stability(analysis: Analysis) -> str:
    """Caption of the topics that come back."""
    again = _found_again(analysis)
    every, hidden = int((again["estimate"] == 1).sum()), len(again) - SHOWN
    refits = count_of(int(again["n_runs"].max()), "refit")
    return say(
        "How alike each topic is to the one that it is paired with in a model with fewer or more",
        f"topics: 1 is the same. Marks: the mean of {refits} (filled: found again in each, with a",
        "cosine of .8 or more); lines: the range of the refits, no interval. Found again in each:",
        f"{every or 'none'} of {count_of(len(again), 'topic')}.",
        "Not shown: other starts, and other documents"
        + (f"; {count_of(hidden, 'topic')} that come back less." if hidden > 0 else "."),
    )


def _found_again(analysis: Analysis) -> pd.DataFrame:
    """In how many refits each topic was found again."""
    table, names = analysis.tables["topic_stability"], analysis.tables["topics"]["topic"]
    return table[(table["statistic"] == "found_again") & table["topic"].isin(names)]


def _again(table: pd.DataFrame) -> str:
    """Say how many clear differences are clear where clusters vary."""
    keys = ["group", "reference", "topic"]
    plain = _plain(table)
    clear = plain[verdicts(plain) == "clear"].set_index(keys)
    told = []
    for statistic, rows in table.groupby("statistic", sort=False):
        if str(statistic).startswith("difference ") and len(clear):
            again = rows[verdicts(rows) == "clear"].set_index(keys)["estimate"]
            same = (again.reindex(clear.index) * clear["estimate"]).gt(0)
            told.append(f"{int(same.sum())} also {str(statistic).partition(' ')[2]}")
    return f"Of these, {listed(told)}." if told else ""


def _bands(table: pd.DataFrame) -> bool:
    return "band_low" in table and bool(table["band_low"].notna().any())


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Differences between sides, without clusters."""
    return table[table["statistic"] == "difference"]


def _largest(terms: pd.DataFrame) -> list[str]:
    order = terms.sort_values("estimate", ascending=False, kind="stable")
    return [str(name) for name in order["topic"]]


# --- alternative texts -----------------------------------------------------------------------


def alt_topics(analysis: Analysis) -> str:
    """Alternative text of the topics."""
    rows: Any = analysis.tables["topics"].sort_values("estimate", ascending=False, kind="stable")
    parts = [
        f"{row.topic} {points(row.estimate)}% ({row.terms})"
        for row in rows.head(SHOWN).itertuples()
    ]
    return f"Dots with intervals: share of each topic. {'; '.join(parts)}."


def alt_topic_prevalence(analysis: Analysis) -> str:
    """Alternative text of predicted prevalence."""
    table = analysis.tables["topic_prevalence"]
    table = table if "group" in table else table.assign(group="all")
    first, last = table["period"].iloc[0], table["period"].iloc[-1]
    told = []
    for topic in _largest(analysis.tables["topics"])[:PANELS]:
        rows = table[table["topic"] == topic]
        sides = []
        for group, curve in rows.groupby("group", sort=False):
            start, end = curve["estimate"].iloc[0], curve["estimate"].iloc[-1]
            sides.append(f"{group} {points(start)}% to {points(end)}%")
        told.append(f"{topic}: {', '.join(sides)}")
    return f"Lines, a panel a topic: share by side, {first} and {last}. {'; '.join(told)}."


def alt_topic_differences(analysis: Analysis) -> str:
    """Alternative text of the differences."""
    table = _plain(analysis.tables["topic_differences"])
    told = []
    for (group, reference), pair in table.groupby(["group", "reference"], sort=False):
        largest: Any = pair.sort_values("estimate", key=abs, ascending=False, kind="stable")
        clear = verdicts(largest) == "clear"
        parts = [
            f"{row.topic} {points(row.estimate, signed=True)}"
            f" ({points_interval(row.low, row.high, row.level)}{'; clear' if sure else ''})"
            for row, sure in zip(largest.head(SAID).itertuples(), clear, strict=False)
        ]
        told.append(f"{group} less {reference}: {', '.join(parts)}")
    text = "Dots with intervals, a panel a pair of sides: differences in percentage points"
    return f"{text}. {'; '.join(told)}."


def alt_topic_stability(analysis: Analysis) -> str:
    """Alternative text of the topics that come back."""
    table, again = analysis.tables["topic_stability"], _found_again(analysis)
    alike: Any = table[table["statistic"] == "similarity"].set_index("topic")["estimate"]
    rows: Any = again.assign(alike=again["topic"].map(alike))
    rows = rows.sort_values("alike", ascending=False, kind="stable").head(SHOWN)
    parts = [
        f"{row.topic} {row.alike:.2f}, found again in {round(row.estimate * row.n_runs)} of"
        f" {row.n_runs}"
        for row in rows.itertuples()
    ]
    return f"Dots with ranges: likeness of each topic to its partners. {'; '.join(parts)}."
