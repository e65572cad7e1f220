"""What is said in place of each figure to whoever does not see it: the main numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from framing.analysis import Analysis
from framing.gallery.captions import kind_of, share_of
from framing.gallery.drawing import FRAMES
from framing.plot.check import untested
from framing.plot.trend import parts
from framing.verdicts import verdicts
from framing.wording import percent, points, points_interval, probability

SAID = 5
"""Terms, differences and changes spelt out."""


def timeline(analysis: Analysis) -> str:
    """Alternative text of the timeline."""
    sides = [
        f"{group}: "
        + ", ".join(f"{row['period']} {row['n_documents']}" for _, row in part.iterrows())
        for group, part in analysis.tables["timeline"].groupby("group", sort=False)
    ]
    return _list(f"Bars: number of documents by side and {analysis.plan.over}", sides)


def keyness(analysis: Analysis) -> str:
    """Alternative text of keyness."""
    table = analysis.tables["keyness"]
    kind, sides, above = kind_of(table), [], table["low"] > 0
    sure = "whole interval above" if untested(table) else "clear"
    table = table.assign(sure=above if untested(table) else above & (verdicts(table) == "clear"))
    for group, part in table.groupby("group", sort=False):
        first = [
            f"{row[kind]} ×{np.exp(row['estimate']):.2g}" + (f" ({sure})" if row["sure"] else "")
            for _, row in part.head(SAID).iterrows()
        ]
        sides.append(f"{group}: {', '.join(first)}")
    return _list(f"Dots with intervals: odds of {kind}s against the rest, a panel a side", sides)


def emphasis(analysis: Analysis) -> str:
    """Alternative text of emphasis."""
    wide = _wide(analysis)
    reach = (wide.max(axis=1) - wide.min(axis=1)).sort_values(ascending=False, kind="stable")
    text = f"Dots with intervals: {share_of(analysis, str(wide.index.name))}, by side"
    return _list(text, _shares(wide.loc[reach.index[:FRAMES]]))


def ternary(analysis: Analysis) -> str:
    """Alternative text of the triangle."""
    wide = _wide(analysis)
    wide = wide[wide.sum(axis=1) > 0]
    text = "A triangle with a side in each corner; shares of the three sides’ emphasis"
    return _list(text, _shares(wide.div(wide.sum(axis=1), axis=0)))


def trend(analysis: Analysis) -> str:
    """Alternative text of the trends."""
    table = analysis.tables["trend"]
    kind = kind_of(table)
    slopes = parts(table, kind)[1]
    slopes = slopes.assign(
        clear=slopes["verdict"].isin(["clear", "fragile"]), size=slopes["estimate"].abs()
    )
    slopes = slopes.sort_values(["clear", "size"], ascending=False, kind="stable")
    clear = int(slopes["clear"].sum())
    first = [
        f"{row['group']} {row[kind]} {points(row['estimate'], signed=True)} "
        f"({points_interval(row['low'], row['high'], row['level'])}"
        + (", not in every reading)" if row["verdict"] == "fragile" else ")")
        for _, row in slopes.head(max(SAID, clear)).iterrows()
    ]
    judged = "none is tested" if untested(slopes) else f"{clear} of {len(slopes)} are clear"
    text = f"Lines with bands, a row a side and a column a {kind}; changes from first to last in"
    return _list(f"{text} percentage points, of which {judged}; clear and large ones first", first)


def shift(analysis: Analysis) -> str:
    """Alternative text of the shift."""
    table = analysis.tables["shift"]
    kind, sides = kind_of(table), []
    table = table if "group" in table else table.assign(group="all")
    for group, part in table.groupby("group", sort=False):
        text = f"{group} {_divergence(part, kind, 'p')}"
        change = part[part["statistic"] == "change"].set_index(kind)["estimate"]
        added = part[part["statistic"] == "contribution"].set_index(kind)["estimate"]
        first = added.sort_values(ascending=False, kind="stable").index[:3]
        moved = [f"{'less' if change[name] < 0 else 'more'} {name}" for name in first]
        sides.append(f"{text}: {', '.join(moved)}")
    period = table["period"].iloc[0]
    return _list(f"Bars: what each {kind} adds to the shift {period}, a panel a side", sides)


def tf_idf(analysis: Analysis) -> str:
    """Alternative text of tf-idf."""
    table = analysis.tables["tf_idf"]
    kind = kind_of(table)
    periods = [
        f"{period}: {', '.join(map(str, part.head(SAID)[kind]))}"
        for period, part in table.groupby("period", sort=False)
    ]
    return _list(f"Dots with intervals: tf-idf of {kind}s, a panel a {analysis.plan.over}", periods)


def contrast(analysis: Analysis) -> str:
    """Alternative text of the contrasts."""
    table = analysis.tables["contrast"]
    kind = kind_of(table)
    plain = table[table["statistic"] == "difference"]
    order = plain["estimate"].abs().sort_values(ascending=False, kind="stable").index
    first = []
    for _, row in plain.loc[order].head(SAID).iterrows():
        numbers = points_interval(row["low"], row["high"], row["level"])
        if not np.isnan(row["q_value"]):
            numbers += f", {probability('q', row['q_value'])}"
        pair = f"{row[kind]}, {row['group']} against {row['reference']}"
        first.append(f"{pair}: {points(row['estimate'], signed=True)} ({numbers})")
    text = "Dots with intervals: differences in percentage points, a panel a pair of sides"
    return _list(f"{text}; the largest", first)


def divergence(analysis: Analysis) -> str:
    """Alternative text of the divergences between sides."""
    table = analysis.tables["divergence"]
    kind, sets = kind_of(table), []
    for (group, reference), part in table.groupby(["group", "reference"], sort=False):
        name = "all sides" if group == reference else f"{group} and {reference}"
        text = f"{name} {_divergence(part, kind, 'q')}"
        if group != reference:
            added = part[part["statistic"] == "contribution"].set_index(kind)["estimate"]
            first = added.sort_values(ascending=False, kind="stable").index[:3]
            text += f": {', '.join(map(str, first))}"
        sets.append(text)
    return _list(f"Bars: how far apart the sides’ mixes of {kind}s are, and what adds most", sets)


def change(analysis: Analysis) -> str:
    """Alternative text of the differences in change."""
    table = analysis.tables["change"]
    kind, rows = kind_of(table), table[table["statistic"] == "difference in change"]
    rows = rows.assign(clear=verdicts(rows) == "clear", size=rows["estimate"].abs())
    rows = rows.sort_values(["clear", "size"], ascending=False, kind="stable")
    clear = int(rows["clear"].sum())
    first = [
        f"{row['group']} less {row['reference']}, {row[kind]} {row['period']} "
        f"{points(row['estimate'], signed=True)} "
        f"({points_interval(row['low'], row['high'], row['level'])})"
        for _, row in rows.head(max(SAID, clear)).iterrows()
    ]
    judged = "none is tested" if untested(rows) else f"{clear} of {len(rows)} are clear"
    text = (
        f"Lines with bands, a row a pair of sides and a column a {kind}; differences in change in"
    )
    return _list(f"{text} percentage points, of which {judged}; clear and large ones first", first)


def _divergence(part: pd.DataFrame, kind: str, test: str) -> str:
    """Say how large a divergence is, what chance gives, and what a test says."""
    total: Any = part[part[kind].isna()].set_index("statistic")
    text = f"{total.loc['divergence', 'estimate']:.3f} bits"
    if np.isnan(total.loc["null_mean", "estimate"]):
        return text
    value = float(total.loc["divergence", f"{test}_value"])
    text += f", {total.loc['null_mean', 'estimate']:.3f} expected by chance"
    return f"{text}, {probability(test, value)}"


def _wide(analysis: Analysis) -> pd.DataFrame:
    """Shares, a row a frame and a column a side, in the table's order."""
    table = analysis.tables["emphasis"]
    kind = kind_of(table)
    wide = table.pivot(index=kind, columns="group", values="estimate")
    return wide.loc[list(table[kind].unique()), list(table["group"].unique())]


def _shares(wide: pd.DataFrame) -> list[str]:
    return [
        f"{name}: " + ", ".join(f"{group} {percent(share)}" for group, share in row.items())
        for name, row in wide.iterrows()
    ]


def _list(text: str, parts: list[str]) -> str:
    return f"{text}. {'; '.join(parts)}."
