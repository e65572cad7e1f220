"""What is written under each figure: generated from the tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from framing.analysis import Analysis
from framing.card import segment_name
from framing.columns import KINDS
from framing.gallery.drawing import (
    DIVERGENCE_FRAMES,
    FRAMES,
    KEYNESS_TERMS,
    SHIFT_FRAMES,
    TF_IDF_TERMS,
    choices,
)
from framing.plot.check import untested
from framing.plot.contrast import reading_name
from framing.plot.divergence import PAIRS
from framing.plot.trend import parts
from framing.verdicts import MARGIN, in_every_reading, verdicts
from framing.wording import count_of, listed, percent, points, sentence


def timeline(analysis: Analysis) -> str:
    """Caption of the timeline."""
    table: Any = analysis.tables["timeline"]
    least = table.loc[table["n_documents"].idxmin()]
    actors = analysis.plan.by == "actor"
    what = "mentioning each side" if actors else f"of each {analysis.plan.by}"
    return say(
        f"Documents {what}, by {analysis.plan.over}: {count_of(_documents(analysis), 'document')}.",
        "A document counts on every side that it mentions, so sides add up to more."
        if actors
        else "",
        f"Fewest: {least['group']} in {least['period']}, {least['n_documents'] or 'none'}.",
        "Not shown: how the documents were chosen, which decides what they stand for.",
    )


def keyness(analysis: Analysis) -> str:
    """Caption of keyness."""
    table = analysis.tables["keyness"]
    kind, why = kind_of(table), untested(table)
    above, tests = table[table["low"] > 0], count_of(int(table["p_value"].notna().sum()), "test")
    clear = int((verdicts(above) == "clear").sum())
    return say(
        f"The {KEYNESS_TERMS} {kind}s of each side that most surely set it apart from the other",
        "sides together. Marks: ratio of odds, shrunk by a prior (×2: twice the odds).",
        _how(table, analysis),
        f"Filled: the whole interval lies above ×1, as in {len(above):,} of {len(table):,}"
        f" comparisons; this is not adjusted for their number, for there are {why}."
        if why
        else f"Filled: clear (q < .05 among {tests}, and the whole interval above ×1), as"
        f" {f'{clear:,}' if clear else 'none'} {'is' if clear < 2 else 'are'}.",
        f"Right: how often the side uses each {kind}"
        + ("." if (table["n"] == table["df"]).all() else ", and in how many documents."),
        "The names of the sides are left out: they define the sides."
        if kind == "term" and analysis.plan.by == "actor"
        else "",
        f"Not shown: {kind}s that a side uses less."
        if table[kind].nunique() > KEYNESS_TERMS
        else "Not shown: how common each is; see the shares.",
    )


def emphasis(analysis: Analysis) -> str:
    """Caption of emphasis."""
    table = analysis.tables["emphasis"]
    kind, contrasts = kind_of(table), analysis.tables.get("contrast")
    clear = ""
    if contrasts is not None and not untested(contrasts):
        plain = contrasts[contrasts["statistic"] == "difference"]
        found = int((verdicts(plain) == "clear").sum())
        clear = (
            f"Right: the {found} of {len(plain)} differences that are clear (q < .05, adjusted "
            "together); “none” does not mean that the sides agree."
        )
    hidden = table[kind].nunique() - FRAMES
    return say(
        f"{sentence(share_of(analysis, kind))}, the widest differences on top.",
        _how(table, analysis),
        "Every document counts once on each side, however long."
        if noun(analysis) != "document"
        else "",
        clear,
        f"Not shown: what is said of a {kind}, for or against"
        + (f"; {count_of(hidden, kind)} with smaller differences." if hidden > 0 else "."),
    )


def ternary(analysis: Analysis) -> str:
    """Caption of the triangle."""
    table = analysis.tables["emphasis"]
    kind, contrasts = kind_of(table), analysis.tables.get("contrast")
    tested = contrasts is not None and not untested(contrasts)
    return say(
        f"Each {kind} lies between three sides by its share of their three estimates: in a corner",
        "if one side alone uses it, at the cross if all use it alike.",
        "In outline:",
        "no difference between sides is clear (q < .05),"
        if tested
        else "the three intervals share a value,",
        "so its place may be chance.",
        "Small points: the most frequent terms, named where the three intervals share no value."
        if "terms" in analysis.tables
        else "",
        _sizes(analysis),
        f"Not shown: how often a {kind} is used, and intervals.",
    )


def trend(analysis: Analysis) -> str:
    """Caption of the trends."""
    table = analysis.tables["trend"]
    kind = kind_of(table)
    shares, slopes = parts(table, kind)
    judged = "No slope is tested."
    if len(slopes) and not untested(slopes):
        n = slopes["verdict"].value_counts()
        fragile, clear = n.get("fragile", 0), n.get("clear", 0) + n.get("fragile", 0)
        again = [name for name in table["statistic"].unique() if str(name).startswith("slope ")]
        how = listed([str(name).removeprefix("slope ") for name in again])
        judged = say(
            f"In colour: the {clear} of {len(slopes)} slopes that are clear (q < .05)"
            + (f", dashed if not so {how} too ({fragile})." if again else "."),
            f"Thin, with “=”: not clear, and within ±{points(MARGIN)} points"
            f" ({n.get('similar', 0)}).",
            f"Grey: cannot be said ({n.get('open', 0)}).",
        )
    return say(
        f"{sentence(share_of(analysis, kind))}, by {analysis.plan.over}. Over each",
        "panel: the change from first to last by the fitted straight line, in percentage points,",
        "and its interval.",
        _how(shares, analysis, "Bands"),
        judged,
        "Not shown: rise and fall in between, which a straight line misses.",
    )


def shift(analysis: Analysis) -> str:
    """Caption of the shift."""
    table = analysis.tables["shift"]
    kind, (first, last) = kind_of(table), str(table["period"].iloc[0]).split("–")
    floor = table.loc[table["statistic"] == "null_mean", "estimate"].notna().any()
    groups: Any = analysis.tables["timeline"]["group"].unique() if "group" in table else []
    absent = [str(group) for group in groups if group not in set(table["group"])]
    hidden = table[kind].nunique() - SHIFT_FRAMES
    return say(
        f"The part of each {kind} in the Jensen–Shannon divergence between the mixes of {first}",
        f"and {last}, in bits: to the right if it grew, to the left if it shrank.",
        f"Grey: the part that {_shufflings(table, analysis)} of documents between them"
        " give on average. Solid: clear (q < .05, and the interval leaves out nought). Over each"
        " panel: the whole divergence, what chance gives, and the excess with its interval. A"
        " divergence no larger than what chance gives is no sign of change."
        if floor
        else f"There are {_why(table)}; so no noise floor: a divergence is above nought even"
        " if nothing changed.",
        _how(table, analysis),
        "A line that begins at nought leaves the direction open.",
        f"{listed(absent)}: in one {analysis.plan.over} only, so there is nothing to compare."
        if absent
        else "",
        f"Not shown: the {analysis.plan.over}s in between"
        + (f"; {count_of(hidden, kind)} with smaller parts." if hidden > 0 else "."),
    )


def tf_idf(analysis: Analysis) -> str:
    """Caption of tf-idf."""
    table, over = analysis.tables["tf_idf"], analysis.plan.over
    kind = kind_of(table)
    return say(
        f"The {TF_IDF_TERMS} heaviest {kind}s of each {over} by tf-idf: frequent in it, and in few",
        "documents of the corpus.",
        f"Filled: among the heaviest of that {over} alone."
        if table[kind].nunique() > TF_IDF_TERMS
        else "",
        _how(table, analysis),
        "The weight of rarity is held at what was observed.",
        f"Most documents share the {kind}s, so this is little more than how often each is used."
        if kind != "term"
        else "",
        "Not shown: the sides, which are pooled; the one with most documents weighs most.",
    )


def contrast(analysis: Analysis) -> str:
    """Caption of the contrasts."""
    table = choices(analysis.tables["contrast"])
    kind, why = kind_of(table), untested(table)
    names = [reading_name(name) for name in table["statistic"].unique()]
    shaded = _holding(table, kind) if len(names) > 1 else []
    return say(
        f"Differences between two sides in the share of each {kind}, in percentage points",
        f"({listed(names)}).",
        _how(table, analysis),
        f"Nothing is filled, for there are {why}."
        if why
        else "Filled: clear (q < .05, adjusted within each reading). Pale band: within"
        f" ±{points(MARGIN)} points.",
        f"Shaded: clear in every reading ({'; '.join(shaded) or 'none'})."
        if len(names) > 1 and not why
        else "",
        "The documents are read in one way only, so this does not show whether differences come"
        " from their choice."
        if len(names) == 1
        else "Not shown: documents that were never collected.",
    )


def divergence(analysis: Analysis) -> str:
    """Caption of the divergences between sides."""
    table = analysis.tables["divergence"]
    kind, whole = kind_of(table), table[table["statistic"] == "divergence"]
    pairs = len(whole) - (len(whole) > 1)
    floor = table.loc[table["statistic"] == "null_mean", "estimate"].notna().any()
    hidden = table[kind].nunique() - DIVERGENCE_FRAMES
    return say(
        f"Jensen–Shannon divergence, in bits, between the sides’ mixes of {kind}s, all sides",
        f"weighing the same; and the {kind}s that add most to it"
        + (", two by two." if pairs <= PAIRS else ", among all of them."),
        f"Grey: what {_shufflings(table, analysis)} of documents between the sides give on"
        " average; a divergence no larger is no sign of a difference. Excess: what is found less"
        " what chance gives. Solid: clear (q < .05, and the interval leaves out nought)."
        if floor
        else f"There are {_why(table)}; so no noise floor: a divergence is above nought even"
        " if sides do not differ.",
        _how(table, analysis),
        "Those of whole divergences are of the excess." if floor else "",
        f"Not shown: what is said of a {kind}, for or against"
        + (f"; {kind}s that add less." if hidden > 0 else "."),
    )


def change(analysis: Analysis) -> str:
    """Caption of the differences in change."""
    table = analysis.tables["change"]
    kind, rows = kind_of(table), table[table["statistic"] == "difference in change"]
    start, why = str(table["period"].iloc[0]).partition("–")[0], untested(rows)
    clear = int((verdicts(rows) == "clear").sum())
    return say(
        f"How much more the share of each {kind} rose on one side than on another since {start},",
        "in percentage points: above the line, the first side rose more, or fell less.",
        _how(table, analysis, "Bands"),
        "Paler: the band that holds a whole curve." if rows["band_low"].notna().any() else "",
        f"Nothing is filled, for there are {why}."
        if why
        else "In the colour of the side that rose more: clear (q < .05, and the interval leaves out"
        f" nought), as {clear or 'none'} of {len(rows)} differences {'is' if clear < 2 else 'are'};"
        " the surest is written over its panel. Grey: cannot be said.",
        "Not shown: the shares themselves; see what each side came to say.",
    )


# --- what several say ------------------------------------------------------------------------


def kind_of(table: pd.DataFrame) -> str:
    """Tell what the table is about: frames, terms, topics."""
    return next(name for name in KINDS if name in table)


def noun(analysis: Analysis) -> str:
    """Name a segment: "document", "paragraph", "sentence"."""
    return segment_name(analysis.frames.segments)


def share_of(analysis: Analysis, kind: str) -> str:
    """Say what shares are shares of: segments use frames, and are partly of a topic."""
    shares = {
        "topic": f"share of each topic in a {noun(analysis)}, on average",
        "term": "share of each term among the words counted",
    }
    return shares.get(kind, f"share of {noun(analysis)}s that use each {kind}")


def say(*sentences: str) -> str:
    """Join sentences, and parts of them, leaving out empty ones."""
    return " ".join(sentence for sentence in sentences if sentence)


def _how(table: pd.DataFrame, analysis: Analysis, drawn: str = "Lines") -> str:
    """Say what intervals are, and how much stands behind them."""
    return f"{intervals(table, analysis, drawn)} {_sizes(analysis)}"


def intervals(table: pd.DataFrame, analysis: Analysis, drawn: str = "Lines") -> str:
    """Say what intervals are."""
    if analysis.unit == "segment":
        how = f"{noun(analysis)}s vary within documents, so they describe these documents only"
    else:
        unit = str(table["unit"].iloc[0]) if "unit" in table else "document"
        how = f"{unit}s vary, not words"
    level = percent(float(table["level"].iloc[0]))
    return f"{drawn}: {level} intervals, from how {how}."


def _why(table: pd.DataFrame) -> str:
    """Say why divergences were not tested."""
    return untested(table[table["statistic"] == "divergence"])


def _shufflings(table: pd.DataFrame, analysis: Analysis) -> str:
    """How often labels were dealt out."""
    exact = table.get("test", pd.Series("", index=table.index)).eq("exact permutation").any()
    return "all possible reshufflings" if exact else f"{analysis.plan.replicates:,} reshufflings"


def _sizes(analysis: Analysis) -> str:
    """Say how much stands behind each side."""
    table = analysis.tables.get("emphasis")
    if table is None or "group" not in table:
        return f"{count_of(_documents(analysis), 'document')}."
    sides = []
    for _, row in table.drop_duplicates("group").iterrows():
        text = f"{row['group']} {count_of(int(row['n_documents']), 'document')}"
        if noun(analysis) != "document":
            text += f" ({count_of(int(row['n_segments']), noun(analysis))})"
        sides.append(text)
    return f"{', '.join(sides)}."


def _holding(table: pd.DataFrame, kind: str) -> list[str]:
    """Name the differences that are clear in every reading."""
    held = in_every_reading(table, ["group", "reference", kind])
    return [f"{name}, {group} against {reference}" for group, reference, name in held]


def _documents(analysis: Analysis) -> int:
    return int(analysis.frames.segments["document"].nunique())
