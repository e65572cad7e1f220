"""The figures of a machine coder: how each is drawn, what is written under it, and in its place."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from framing.agreement import ALL_FRAMES
from framing.analysis import Analysis
from framing.errors import InputError
from framing.gallery.captions import intervals, kind_of, noun, say
from framing.gallery.drawing import FRAMES
from framing.plot.agreement import RELIABLE, TENTATIVE, plot_agreement
from framing.plot.check import notes, untested
from framing.plot.confusion import plot_confusion
from framing.plot.correction import plot_correction
from framing.plot.style import root
from framing.verdicts import verdicts
from framing.wording import count_of, listed, percent

AGREED = 20
"""Frames whose agreement fits on a page."""

RARE = 10
"""Frames that people found in fewer segments are named as rare."""


def draw_agreement(analysis: Analysis) -> Figure:
    """How far coders agree on each frame, and on all together."""
    table = analysis.tables["agreement"]
    number = table["frame"].nunique()
    if number > AGREED:
        raise InputError(
            f"{number} frames do not fit on a page; the table 'agreement' has them all, and "
            "plot_agreement draws some."
        )
    return root(plot_agreement(table))


def draw_confusion(analysis: Analysis) -> Figure:
    """What the machine finds, misses and codes too much, by side."""
    return root(plot_confusion(analysis.tables["bias"], n=FRAMES))


def draw_correction(analysis: Analysis) -> Figure:
    """Shares as the machine codes them, and corrected."""
    return root(plot_correction(analysis.tables["correction"], n=FRAMES))


# --- captions --------------------------------------------------------------------------------


def caption_agreement(analysis: Analysis) -> str:
    """Caption of the agreement."""
    table = analysis.tables["agreement"]
    alpha = _alphas(analysis)
    sure, below = alpha["low"] >= RELIABLE, alpha["high"] < RELIABLE
    counted = table.sort_values("n_segments", kind="stable").iloc[-1]
    unknown = alpha.index[alpha["estimate"].isna()]
    least = table.loc[table["statistic"] == "percent_agreement", "estimate"].min()
    return say(
        f"Krippendorff’s α of {count_of(int(counted['n_coders']), 'coder')} for each frame, the",
        f"surest first: 1 is perfect agreement, 0 what chance gives. From {RELIABLE:g} on codes",
        f"are called reliable, from {TENTATIVE:g} on good for tentative conclusions.",
        f"Lines: {percent(float(table['level'].iloc[0]))} intervals, from how documents vary.",
        f"{count_of(int(counted['n_segments']), noun(analysis))} of",
        f"{count_of(int(counted['n_documents']), 'document')} were coded twice or more.",
        f"The whole interval lies at {RELIABLE:g} or above in {int(sure.sum()) or 'none'} of",
        f"{count_of(len(alpha), 'frame')}, below it in {int(below.sum()) or 'none'}; otherwise the",
        "sample does not tell.",
        "Long lines are of frames hardly ever found, of which even an α of 1 tells little."
        if (alpha["low"] < TENTATIVE).any() and (alpha["estimate"] > RELIABLE).any()
        else "",
        f"No α for {listed(list(unknown))}, always coded alike." if len(unknown) else "",
        f"Diamonds: the part coded alike, {percent(least)} or more in every frame, which counts"
        " what chance gives: to leave a rare frame out is easy to agree on.",
        f"Not shown: on which {noun(analysis)}s coders differ.",
    )


def caption_confusion(analysis: Analysis) -> str:
    """Caption of the confusion by side."""
    table = _all_time(analysis.tables["bias"])
    kind, pairs = kind_of(table), table[table["statistic"] == "difference in net error"]
    clear, why = int((verdicts(pairs) == "clear").sum()), untested(pairs)
    found = table[table["statistic"] == "found"].groupby(kind, sort=False)["n"].sum()
    rare = found[found < RARE].sort_values(ascending=False, kind="stable")
    hidden = len(found) - FRAMES
    return say(
        f"To the right, the share of {noun(analysis)}s in which people found each {kind}, shaded",
        "as far as the machine found it too; to the left, hatched, what the machine alone coded.",
        "Marks: the machine’s share, with the interval of its error: where that reaches the end of",
        "the bar, what it misses and what it codes too much cancel as far as can be told.",
        intervals(table, analysis),
        _behind(table[table["statistic"] == "found"], "n_segments", analysis),
        f"No side is said to be favoured, for there are {why}."
        if why
        else f"Right: whom errors favour clearly (q < .05), as in {clear or 'none'} of"
        f" {count_of(len(pairs), 'comparison')}; “none clearly” does not mean that errors are"
        " alike."
        if len(pairs)
        else "",
        f"Found by people in fewer than {RARE} {noun(analysis)}s, so that little can be told:"
        f" {listed([f'{name} ({n:g})' for name, n in rare.items()])}."
        if len(rare)
        else "",
        _without(table[table["statistic"] == "net error"]),
        "Not shown: errors by year"
        + (f"; {count_of(hidden, kind)} found less often." if hidden > 0 else "."),
    )


def caption_correction(analysis: Analysis) -> str:
    """Caption of the corrected shares."""
    table = analysis.tables["correction"]
    kind = kind_of(table)
    wide = table.pivot(index=["group", kind], columns="statistic")
    machine = wide["estimate"]["machine"]
    low, high = wide["low"]["corrected"], wide["high"]["corrected"]
    outside = int(((machine < low) | (machine > high)).sum())
    width = float(((high - low) / (wide["high"]["hand"] - wide["low"]["hand"])).median())
    hidden = table[kind].nunique() - FRAMES
    return say(
        f"The share of {noun(analysis)}s that use each {kind}. Hollow: the machine’s codes, taken",
        "at their word. Bands: the hand-coded sample alone. Filled, with lines: both together.",
        intervals(table, analysis, "Bands and lines"),
        _behind(table[table["statistic"] == "corrected"], "n_labelled", analysis),
        f"Hollow marks outside their line mislead, as {outside or 'none'} of {len(wide)}"
        f" {'does' if outside < 2 else 'do'}.",
        f"With the machine’s codes, intervals are {percent(width)} as wide as without, at the"
        " median."
        if width < 1
        else "",
        _without(table[table["statistic"] == "corrected"]),
        f"{kind.capitalize()}s that correction moves furthest come first. Not shown: differences",
        "between sides, whose intervals do not follow from these"
        + (f"; {count_of(hidden, kind)} that it moves less." if hidden > 0 else "."),
    )


def _alphas(analysis: Analysis, *, together: bool = False) -> pd.DataFrame:
    """Krippendorff's α by frame, the surest first, and of all frames last if they are wanted."""
    table = analysis.tables["agreement"]
    alpha = table[table["statistic"] == "krippendorff_alpha"].set_index("frame")
    order = alpha.sort_values(["low", "estimate"], ascending=False, kind="stable").index
    frames = [name for name in order if name != ALL_FRAMES]
    return alpha.loc[[*frames, *([ALL_FRAMES] if together and ALL_FRAMES in order else [])]]


def _behind(table: pd.DataFrame, column: str, analysis: Analysis) -> str:
    """Say how many segments were coded by hand."""
    table = table if "group" in table else table.assign(group="all")
    parts = [
        f"{row['group']} {count_of(int(row[column]), noun(analysis))}"
        for _, row in table.drop_duplicates("group").iterrows()
    ]
    return f"Coded by hand: {', '.join(parts)}."


def _without(table: pd.DataFrame) -> str:
    """Say which sides have no interval, and why."""
    said = "; ".join(notes(table))
    return f"{said}." if said else ""


def _all_time(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["period"].isna()] if "period" in table else table


# --- alternative texts -----------------------------------------------------------------------


def alt_agreement(analysis: Analysis) -> str:
    """Alternative text of the agreement."""
    rows: Any = _alphas(analysis, together=True).iterrows()
    parts = [
        f"{name} {row['estimate']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        if not pd.isna(row["low"])
        else f"{name} without an interval ({row['note']})"
        for name, row in rows
    ]
    return f"Dots with intervals: Krippendorff’s α of each frame. {'; '.join(parts)}."


def alt_confusion(analysis: Analysis) -> str:
    """Alternative text of the confusion by side."""
    table = _all_time(analysis.tables["bias"])
    kind, parts = kind_of(table), ["coded", "missed", "over-coded"]
    wide = _wide(table, ["found", "missed", "over-coded"])
    wide["coded"] = wide["found"] + wide["missed"]
    usual = wide["coded"].groupby(level=0).mean().sort_values(ascending=False, kind="stable")
    text = f"Bars, a row a {kind} and side: share of {noun(analysis)}s that people coded, that the"
    text += " machine missed, and that it coded alone"
    return f"{text}. {_rows(wide[parts], list(usual.index))}."


def alt_correction(analysis: Analysis) -> str:
    """Alternative text of the corrected shares."""
    table = analysis.tables["correction"]
    kind, parts = kind_of(table), ["machine", "corrected"]
    wide = _wide(table, parts)
    moved = (wide["corrected"] - wide["machine"]).abs().groupby(level=0).max()
    order = moved.sort_values(ascending=False, kind="stable").index
    text = f"Marks with intervals, a row a {kind} and side: share by the machine’s codes, and"
    return f"{text} corrected by hand codes. {_rows(wide, list(order))}."


def _wide(table: pd.DataFrame, statistics: list[str]) -> pd.DataFrame:
    """Estimates, a row a frame and side in the table's order, and a column a statistic."""
    kind = kind_of(table)
    rows = table[table["statistic"].isin(statistics)]
    rows = rows if "group" in rows else rows.assign(group="all")
    wide: Any = rows.pivot(index=[kind, "group"], columns="statistic", values="estimate")
    order = rows[[kind, "group"]].drop_duplicates()
    kept: pd.DataFrame = wide.loc[list(order.itertuples(index=False, name=None)), statistics]
    return kept


def _rows(wide: pd.DataFrame, order: list[str]) -> str:
    """Write shares frame by frame, and side by side: "rules: US 5%, 3%, EU 4%, 4%"."""
    frames = []
    for name in order[:FRAMES]:
        sides: Any = wide.loc[name].dropna().iterrows()
        told = [f"{group} {', '.join(percent(share) for share in row)}" for group, row in sides]
        frames.append(f"{name}: {', '.join(told)}")
    return "; ".join(frames)
