"""What is seen of a comparison: a table, the same to be read, a figure and its words.

Each view is a function of a :class:`framing.explorer.comparison.Comparison`, and needs no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from framing.columns import KINDS
from framing.explorer.comparison import Comparison
from framing.findings import findings
from framing.gallery import entry
from framing.plot.trend import parts
from framing.verdicts import verdicts
from framing.wording import count_of, percent, points, points_interval, probability, sentence

TERMS = 15
"""Terms of each side in a table to be read."""
SAID = 4
"""Findings spelt out."""
TITLES = {
    "emphasis": "What each side puts forward",
    "keyness": "What sets each side apart",
    "trend": "What each side came to say more, or less",
    "tf_idf": "What marks each year",
}
_WORDS = {
    "clear": "clear",
    "similar": "no large difference",
    "open": "cannot be said",
    "untested": "not tested",
    "unknown": "too few",
    "fragile": "clear",
}
_CHANGES = _WORDS | {"similar": "no large change"}


def table(comparison: Comparison) -> pd.DataFrame:
    """Give the table that the figure draws, as the measure returned it.

    Returns
    -------
    pandas.DataFrame
        See :func:`framing.emphasis`, :func:`framing.keyness`, :func:`framing.trend` or
        :func:`framing.tf_idf`.
    """
    return comparison.tables[comparison.main]


def title(comparison: Comparison) -> str:
    """Say what the figure shows."""
    return TITLES[comparison.main]


def figure(comparison: Comparison) -> Figure:
    """Draw the table."""
    return entry(comparison.main).draw(comparison.analysis)


def caption(comparison: Comparison) -> str:
    """Say under the figure what to see in it, and what is not shown."""
    text = entry(comparison.main).caption(comparison.analysis)
    if comparison.features.kind == "topic":
        text += " Intervals take the topics as they were found; framing.topics.effects does not."
    return text


def alternative(comparison: Comparison) -> str:
    """Say in place of the figure what it shows to whoever does not see it."""
    return entry(comparison.main).alt(comparison.analysis)


def sentences(comparison: Comparison, n: int = SAID) -> list[str]:
    """Put the table into words, the clearest first.

    Returns
    -------
    list of str
        Differences between sides, changes, or marking words; where there are none, what each side
        puts forward most. Of topics, differences alone.
    """
    if comparison.features.kind == "topic":
        return _topics_apart(comparison)[:n]
    found = [one for one in findings(comparison.analysis) if one.strength != "open"]
    judged = [one for one in found if one.kind != "emphasis"] or found
    return [f"{one.headline}. {one.text}" for one in judged[:n]]


def reading(comparison: Comparison) -> pd.DataFrame:
    """Write the table for reading: a row a frame, term or topic, numbers in words.

    Returns
    -------
    pandas.DataFrame
        Of text. The first column, named like the level ("frame"), says what the row is of.
        Shares by side with the differences that are clear; or the terms of each side with their
        odds; or shares by side and year with the change from first to last; or the terms that mark
        each year.
    """
    shapes = {"emphasis": _shares, "keyness": _odds, "trend": _changes, "tf_idf": _marks}
    return shapes[comparison.main](comparison)


def names(comparison: Comparison) -> list[str]:
    """Name the frames, terms or topics in the table to be read, in order."""
    return list(dict.fromkeys(reading(comparison).iloc[:, 0]))


def _shares(comparison: Comparison) -> pd.DataFrame:
    shares, kind = table(comparison), _kind(table(comparison))
    rows = []
    for name, part in shares.groupby(kind, sort=False):
        cells = {str(row["group"]): _share(row) for _, row in part.iterrows()}
        rows.append({kind: str(name)} | cells)
    made = pd.DataFrame(rows)
    if "contrast" in comparison.tables:
        made["clear differences"] = _clear(comparison.tables["contrast"], kind, list(made[kind]))
    return made


def _share(row: pd.Series[Any]) -> str:
    if np.isnan(row["low"]) or np.isnan(row["high"]):
        return f"{percent(row['estimate'])} (too few for an interval)"
    return f"{percent(row['estimate'])} ({percent(row['low'])} to {percent(row['high'])})"


def _clear(contrasts: pd.DataFrame, kind: str, order: Sequence[str]) -> list[str]:
    judged: Any = contrasts.assign(verdict=verdicts(contrasts))
    said: dict[str, list[str]] = {}
    for row in judged[judged["verdict"] == "clear"].to_dict("records"):
        more, less = row["group"], row["reference"]
        text = f"{more} > {less}" if row["estimate"] > 0 else f"{less} > {more}"
        said.setdefault(str(row[kind]), []).append(text)
    tested = (judged["verdict"] != "untested") & (judged["verdict"] != "unknown")
    known = set(judged.loc[tested, kind].astype(str))
    none = {name: ["none" if name in known else "not tested"] for name in order}
    return [", ".join(said.get(name, none[name])) for name in order]


def _odds(comparison: Comparison) -> pd.DataFrame:
    terms = table(comparison)
    kind = _kind(terms)
    first = terms.assign(verdict=verdicts(terms)).groupby("group", sort=False).head(TERMS)
    rows = [
        {
            kind: str(row[kind]),
            "side": str(row["group"]),
            "odds against the rest": _times(row),
            "uses": f"{int(row['n']):,}",
            "documents": f"{int(row['df']):,}",
            "verdict": _WORDS[row["verdict"]],
            "q": "–" if np.isnan(row["q_value"]) else probability("q", row["q_value"]),
        }
        for row in first.to_dict("records")
    ]
    return pd.DataFrame(rows)


def _times(row: Any) -> str:
    value, low, high = (np.exp(row[name]) for name in ("estimate", "low", "high"))
    if np.isnan(low) or np.isnan(high):
        return f"×{value:.2g} (too few for an interval)"
    return f"×{value:.2g} ({low:.2g} to {high:.2g})"


def _marks(comparison: Comparison) -> pd.DataFrame:
    terms = table(comparison)
    first = terms.groupby("period", sort=False).head(TERMS).to_dict("records")
    rows = [
        {
            "term": str(row["term"]),
            "year": str(row["period"]),
            "tf-idf": f"{row['estimate']:.3f}",
            "uses": f"{int(row['n']):,}",
        }
        for row in first
    ]
    return pd.DataFrame(rows)


def _topics_apart(comparison: Comparison) -> list[str]:
    """Put the differences of topics into words that are clear, the largest first."""
    if "contrast" not in comparison.tables:
        return []
    contrasts: Any = comparison.tables["contrast"]
    clear = contrasts[verdicts(contrasts) == "clear"]
    order = clear["estimate"].abs().sort_values(ascending=False, kind="stable").index
    shares = table(comparison).set_index(["topic", "group"])["estimate"]
    lines = []
    for row in clear.loc[order].to_dict("records"):
        sides = sorted((row["group"], row["reference"]), key=lambda one: -shares[row["topic"], one])
        ends = f"{points_interval(row['low'], row['high'], row['level'])}"
        lines.append(
            f"{sentence(row['topic'])}. {sides[0]} {percent(shares[row['topic'], sides[0]])}, "
            f"{sides[1]} {percent(shares[row['topic'], sides[1]])}: {row['group']} less "
            f"{row['reference']} {points(row['estimate'], signed=True)} percentage points ({ends}; "
            f"{probability('q', row['q_value'])}, {count_of(int(row['n_tests']), 'test')})."
        )
    return lines


def _changes(comparison: Comparison) -> pd.DataFrame:
    kind = _kind(table(comparison))
    shares, slopes = parts(table(comparison), kind)
    years = sorted(shares["period"].astype(str).unique())
    changed = {(row[kind], row["group"]): row for row in slopes.to_dict("records")}
    rows = []
    for (name, group), part in shares.groupby([kind, "group"], sort=False):
        by_year = {str(row["period"]): percent(row["estimate"]) for _, row in part.iterrows()}
        cells = {year: by_year.get(year, "no documents") for year in years}
        slope = changed.get((name, group))
        change = "one year only" if slope is None else points(slope["estimate"], signed=True)
        if slope is not None and not np.isnan(slope["low"]):
            change += f" ({points(slope['low'])} to {points(slope['high'])})"
        said = "–" if slope is None else _CHANGES[slope["verdict"]]
        rows.append(
            {kind: str(name), "side": str(group), **cells, "change in points": change,
             "verdict": said}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _kind(of: pd.DataFrame) -> str:
    return next(name for name in KINDS if name in of)
