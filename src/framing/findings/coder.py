"""How far a machine coder can be trusted, in plain words: from the tables that hand codes give."""

from __future__ import annotations

from typing import Any

import pandas as pd

from framing.agreement import ALL_FRAMES
from framing.analysis import CODER, Analysis
from framing.findings.corrected import fate, kept, moved
from framing.findings.voice import Voice, each
from framing.verdicts import verdicts
from framing.wording import (
    at_most,
    count_of,
    interval,
    listed,
    percent,
    points,
    points_interval,
    probability,
)

RELIABLE = 0.8
"""From this α on, codes can be relied on (Krippendorff 2004)."""

RARE = 10
"""A frame that people found in fewer segments is too rare for a sample to tell much of it."""

NAMED = 3
"""Frames named as best and as worst, at most, where there are many."""


def trust(analysis: Analysis) -> list[tuple[str, str]]:
    """Say how far the machine coder of an analysis can be trusted.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    list of (question, answer)
        As far as there are tables: who coded, whether they agree, what the machine finds, whom its
        errors favour, whether they drift, what correction moves, and what becomes of the
        differences that are clear. Empty where there are no hand codes.
    """
    tables = _tables(analysis)
    if not set(CODER) & set(tables):
        return []
    voice = Voice.of(analysis)
    told = {}
    if "evaluation" in tables:
        told["What was coded by hand?"] = _coded(tables["evaluation"], voice)
    if "agreement" in tables:
        told["Do people agree?"] = _agreement(tables["agreement"], _who(analysis))
    if "evaluation" in tables:
        told["What does the machine find?"] = _rates(tables["evaluation"])
    if "bias" in tables:
        told["Does it err more on one side?"] = _favoured(tables["bias"])
        told["Does it err more as time goes by?"] = _drift(tables["bias"], voice)
    if "correction" in tables:
        told["What does correction change?"] = moved(tables["correction"])
    if "contrast" in tables:
        told["Which differences between sides hold?"] = kept(tables["contrast"], voice)
    return [(question, answer) for question, answer in told.items() if answer]


def in_short(analysis: Analysis) -> list[str]:
    """Say in two sentences what hand codes make of a machine's codes.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    list of str
        Empty where there are no hand codes.
    """
    tables = _tables(analysis)
    if "evaluation" not in tables:
        return []
    segments = count_of(n_labelled(tables["evaluation"]), Voice.of(analysis).segment)
    told = [f"{segments} coded by hand show how far the machine’s codes can be trusted."]
    if "contrast" in tables and (fates := fate(tables["contrast"])):
        told.append(fates)
    pairs = between_sides(tables["bias"]) if "bias" in tables else pd.DataFrame()
    if len(pairs) and pairs["q_value"].notna().any():
        clear = int((verdicts(pairs) == "clear").sum())
        most = at_most(float(pairs[["low", "high"]].abs().to_numpy().max()))
        told.append(
            f"Its errors clearly favour a side in {clear} of {count_of(len(pairs), 'comparison')}."
            if clear
            else f"No side is clearly favoured by its errors, which could still come to {most} "
            "points."
        )
    return told


def n_labelled(rates: pd.DataFrame) -> int:
    """Count the segments coded by hand, all sides together: those whose accuracy is told."""
    whole = rates[rates["group"].isna() & (rates["statistic"] == "accuracy")]
    return int(whole["n_segments"].iloc[0])


def between_sides(table: pd.DataFrame) -> pd.DataFrame:
    """Take the differences in net error between two sides, all periods together."""
    rows = table[table["statistic"] == "difference in net error"]
    return rows[rows["period"].isna()] if "period" in rows else rows


def _tables(analysis: Analysis) -> dict[str, pd.DataFrame]:
    """The tables that tell of the coder, as far as they are there."""
    return {
        name: analysis.tables[name].rename(columns={analysis.frames.kind: "feature"})
        for name in (*CODER, "contrast")
        if name in analysis.tables
    }


def _coded(table: pd.DataFrame, voice: Voice) -> str:
    """How many segments, and in how many of them people found each frame."""
    sides = table[(table["statistic"] == "accuracy") & table["group"].notna()]
    sizes = ", ".join(
        f"{row.group} {row.n_segments:,}" for row in each(sides.drop_duplicates("group"))
    )
    text = f"{count_of(n_labelled(table), voice.segment)}, drawn at random ({sizes}). "
    recall = table[table["group"].isna() & (table["statistic"] == "recall")]
    found = recall.sort_values("n", ascending=False, kind="stable")
    usual, rare = found[found["n"] >= RARE], found[found["n"] < RARE]
    if len(usual):
        parts = [f"{row.feature} in {row.n:g}" for row in each(usual)]
        text += f"People found {listed(parts)}. "
    if len(rare):
        parts = [f"{row.feature} in {row.n:g}" for row in each(rare)]
        text += (
            f"The {'others' if len(usual) else 'frames'} are rare ({', '.join(parts)}), and of "
            "these the sample tells little more than that."
        )
    return text.strip()


def _who(analysis: Analysis) -> str:
    """How many people coded, and whose codes count."""
    coders = int(analysis.tables["agreement"]["n_coders"].max())
    settled = analysis.plan.coding is not None and analysis.plan.coding.settled is not None
    counts = "what was settled afterwards" if settled else "the majority"
    return f"{coders} coders worked alone; where they differ, {counts} counts as right. "


def _agreement(table: pd.DataFrame, who: str) -> str:
    """Whether people agree, and for which frames that is sure."""
    alpha = table[table["statistic"] == "krippendorff_alpha"]
    text, frames = who, alpha[alpha["feature"] != ALL_FRAMES]
    for row in each(alpha[alpha["feature"] == ALL_FRAMES].dropna(subset=["low"])):
        text += (
            f"Krippendorff’s α over all frames is {row.estimate:.2f} ({percent(row.level)} "
            f"interval {row.low:.2f} to {row.high:.2f}); 1 is perfect agreement, 0 what chance "
            "gives. "
        )
    good, bad = frames["low"] >= RELIABLE, frames["high"] < RELIABLE
    blank = frames["low"].isna()
    text += f"With the whole interval at {RELIABLE:g}, the usual bar, or above: "
    text += f"{_names(frames[good]) or 'no frame'}."
    if bad.any():
        text += f" Below it: {_alphas(frames[bad])}."
    if (rest := ~(good | bad | blank)).any():
        text += f" Not sure: {_alphas(frames[rest])}."
    if blank.any():
        text += f" Not known: {_names(frames[blank])} ({frames.loc[blank, 'note'].iloc[0]})."
    return text


def _rates(table: pd.DataFrame) -> str:
    """How much the machine finds, how much of that is right, and where it does best and worst."""
    whole = table[table["group"].isna()]
    text = ""
    pooled = {row.statistic: row for row in each(whole[whole["feature"].isna()])}
    if pooled:
        recall, precision = pooled["micro-recall"], pooled["micro-precision"]
        text = (
            f"Of what people found, all frames together, it finds {_share(recall)}; of what it "
            f"codes, {_share(precision)} is right. "
        )
    frames = whole[(whole["statistic"] == "F1") & whole["feature"].notna()]
    known = frames.dropna(subset=["low"]).sort_values("estimate", ascending=False, kind="stable")
    several = len(known) > 2 * NAMED
    best, worst = (known.head(NAMED), known.tail(NAMED)) if several else (known, known.iloc[:0])
    if len(known):
        text += f"F1, which weighs both, is {'highest for ' if several else ''}{_scores(best)}"
        text += f", and lowest for {_scores(worst)}." if several else "."
    if len(blank := frames[frames["low"].isna()]):
        text += f" Too rare to tell: {_names(blank)}."
    sides = table[(table["statistic"] == "micro-F1") & table["group"].notna()]
    parts = [
        f"{row.group} {row.estimate:.2f} ({row.low:.2f} to {row.high:.2f})"
        for row in each(sides.dropna(subset=["low"]))
    ]
    return text + (f" F1 by side: {', '.join(parts)}." if parts else "")


def _favoured(table: pd.DataFrame) -> str:
    """Whom the machine's errors favour."""
    pairs = between_sides(table)
    if pairs.empty:
        return "There are no two sides to compare."
    clear = pairs[verdicts(pairs) == "clear"]
    largest = pairs.loc[pairs["estimate"].abs().sort_values(kind="stable").index[-1:]]
    if len(clear):
        text = f"Clearly so in {len(clear)} of {count_of(len(pairs), 'comparison')}: "
        text += f"{_favours(clear)}."
    elif tests := int(pairs["q_value"].notna().sum()):
        text = f"Not clearly in any of {count_of(tests, 'comparison')}, which is not to say that "
        text += f"it does not. Largest: {_favours(largest)}."
    else:
        text = f"That could not be tested. Largest: {_favours(largest)}."
    return text


def _drift(table: pd.DataFrame, voice: Voice) -> str:
    """Whether errors grow or shrink over time."""
    slopes = table[table["statistic"] == "slope of net error"]
    if slopes.empty:
        return ""
    judged = verdicts(slopes)
    clear, known = slopes[judged == "clear"], slopes[slopes["low"].notna()]
    parts = [
        f"{row.feature} in {row.group}, {points(row.estimate, signed=True)} points a {voice.over} "
        f"({points_interval(row.low, row.high, row.level)})"
        for row in each(clear)
    ]
    text = f"Clearly so: {'; '.join(parts)}. " if parts else ""
    if len(known) > len(clear):
        most = at_most(float(known.drop(clear.index)[["low", "high"]].abs().to_numpy().max()))
        text += f"{'Otherwise not' if parts else 'Not'} clearly, but drift of up to {most} points "
        text += f"a {voice.over} could go unseen."
    sides = [
        str(name) for name in dict.fromkeys(slopes["group"]) if name not in set(known["group"])
    ]
    if sides:
        text += f" Of {listed(sides)} nothing can be said: too few documents of a {voice.over} "
        text += "were coded by hand."
    return text.strip()


def _favours(rows: pd.DataFrame) -> str:
    """Say whom errors favour, and by how much."""
    parts = []
    for row in each(rows):
        sign = 1 if row.estimate > 0 else -1
        more, less = (row.group, row.reference)[::sign]
        low, high = sorted([sign * row.low, sign * row.high])
        size = points_interval(low, high, row.level)
        test = f"; {probability('q', row.q_value)}" if pd.notna(row.q_value) else ""
        parts.append(
            f"{row.feature}, where errors raise {more} over {less} by "
            f"{points(abs(row.estimate))} points ({size}{test})"
        )
    return "; ".join(parts)


def _names(rows: pd.DataFrame) -> str:
    return listed([str(name) for name in rows["feature"]])


def _alphas(rows: pd.DataFrame) -> str:
    return ", ".join(
        f"{row.feature} {row.estimate:.2f} ({row.low:.2f} to {row.high:.2f})" for row in each(rows)
    )


def _scores(rows: pd.DataFrame) -> str:
    return listed([f"{row.feature} ({row.estimate:.2f})" for row in each(rows)])


def _share(row: Any) -> str:
    return f"{percent(row.estimate)} ({interval(row.low, row.high, row.level)})"
