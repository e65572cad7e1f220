"""Findings on whole mixes of frames: how far sides lie apart, and how far each moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing.findings.voice import Finding, Voice, each
from framing.verdicts import verdict, verdicts
from framing.wording import count_of, listed, percent, probability, sentence

LEADING = 3
"""Frames named, at most, of what lies between two sides."""


def apart(table: pd.DataFrame, shares: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    """Say whether the mixes of the sides lie further apart than the noise of sampling.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`framing.divergence` returns it, with a column ``feature``.
    shares : pandas.DataFrame
        As :func:`framing.emphasis` returns it, with a column ``feature``: who uses a frame more.
    voice : Voice

    Yields
    ------
    Finding
        One, on all sides together and every two of them.
    """
    sets = [_Whole.of(rows) for _, rows in table.groupby(["group", "reference"], sort=False)]
    whole, pairs = sets[0], sets[1:] or sets
    names = dict.fromkeys(str(name) for one in pairs for name in one.sides)
    headline = f"The mixes of frames of {listed(list(names))}: "
    numbers = table[table["feature"].isna()]
    if np.isnan(whole.p_value):
        headline += "how far apart they are cannot be told from noise"
        text = (
            f"the divergence is {whole.found:.3f} bits, but no test says how much of it is noise."
        )
        yield Finding("open", "described", headline, voice.begin(text), "divergence", numbers)
        return
    tests = f"among {count_of(len(sets), 'test')}"
    text = f"{whole.in_words('which side the documents are on', tests)}."
    clear = [one for one in pairs if one.clear]
    if clear:
        told = "; ".join(_between(one, shares, voice, alone=len(pairs) == 1) for one in clear)
        text += f" {sentence(told)}."
    if len(pairs) > 1 and len(clear) < len(pairs):
        rest = [f"{one.pair} ({probability('q', one.q_value)})" for one in pairs if not one.clear]
        text += f" Not told from noise: {'; '.join(rest)}."
    if whole.clear or clear:
        headline += "further apart than noise"
        yield Finding("difference", "clear", headline, text, "divergence", numbers)
    else:
        headline += "no further apart than noise"
        yield Finding("open", "open", headline, text, "divergence", numbers)


def moved(table: pd.DataFrame, voice: Voice) -> Iterator[Finding]:
    """Say whether the mix of each side moved by more than the noise of sampling.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`framing.shift` returns it, with a column ``feature``.
    voice : Voice
    """
    named = "group" in table
    for _, rows in table.groupby("group" if named else "period", sort=False):
        whole, row = _Whole.of(rows), next(each(rows))
        side = voice.inside(row.group) if named else "of all documents"
        headline = f"The mix of frames {side}, {row.period}: "
        if np.isnan(whole.p_value):
            headline += "change cannot be told from noise"
            text = f"the divergence is {whole.found:.3f} bits, but no test says how much is noise."
            yield Finding("open", "described", headline, voice.begin(text), "shift", rows.iloc[:1])
            continue
        family = table.loc[table["statistic"] == "divergence", "p_value"].notna().sum()
        tests = f"among {count_of(int(family), 'side')}"
        text = f"{whole.in_words('the dates of the documents', tests)}."
        what = f"{row.group} in the two periods together" if named else "the corpus in both periods"
        few = voice.few(int(row.n_documents), what)
        if whole.clear:
            if len(whole.parts):
                parts = [f"{one.feature} ({_q(one)})" for one in each(whole.parts)]
                text += f" Beyond noise, it lies in {listed(parts)}."
            headline += "more change than noise"
            yield Finding("change", "clear", headline, text + few, "shift", rows.iloc[:3])
        else:
            headline += "no more change than noise"
            text += " What changed, if anything did, is too little to see here."
            yield Finding("open", "open", headline, text + few, "shift", rows.iloc[:3])


@dataclass(frozen=True)
class _Whole:
    """One divergence: found, by chance, the interval of what is left, and its clear parts."""

    sides: tuple[str, ...]
    found: float
    floor: float
    low: float
    high: float
    level: float
    p_value: float
    q_value: float
    parts: pd.DataFrame

    @classmethod
    def of(cls, rows: pd.DataFrame) -> _Whole:
        whole = rows[rows["feature"].isna()].drop_duplicates("statistic").set_index("statistic")
        columns = ["estimate", "low", "high", "level", "p_value", "q_value"]
        by = whole.reindex(index=["divergence", "null_mean", "excess"], columns=columns)
        (found, _, _, _, p, q), (floor, *_), (_, low, high, level, _, _) = by.to_numpy(dtype=float)
        parts = rows[rows["statistic"] == "contribution"]
        parts = parts[verdicts(parts) == "clear"]
        parts = parts.sort_values("estimate", ascending=False, kind="stable")
        sides = tuple(str(rows[key].iloc[0]) for key in ("group", "reference") if key in rows)
        return cls(sides, found, floor, low, high, level, p, q, parts)

    @property
    def clear(self) -> bool:
        return verdict(self.low, self.high, self.q_value) == "clear"

    @property
    def pair(self) -> str:
        return " and ".join(self.sides)

    def excess(self) -> str:
        """Write what is more than chance, with its interval; no less than nought."""
        text = f"{max(self.found - self.floor, 0.0):.3f} more than chance"
        if np.isnan(self.low):
            return text
        return f"{text} ({percent(self.level)} interval {self.low:.3f} to {self.high:.3f})"

    def in_words(self, shuffled: str, tests: str) -> str:
        """Write the divergence, what chance gives, and what is left."""
        return (
            f"Jensen–Shannon divergence {self.found:.3f} bits, where shuffling {shuffled} gives "
            f"{self.floor:.3f} on average: {self.excess()}; {probability('p', self.p_value)}; "
            f"{probability('q', self.q_value)} {tests}"
        )


def _q(row: object) -> str:
    return probability("q", float(row.q_value))  # type: ignore[attr-defined]


def _between(whole: _Whole, shares: pd.DataFrame, voice: Voice, *, alone: bool) -> str:
    """Say what lies between two sides, and on which side there is more of it."""
    wide = shares.pivot(index="feature", columns="group", values="estimate")
    mixes = wide / wide.sum()
    leading = [
        f"{row.feature} (more {voice.inside(more)}, {_q(row)})"
        for row in each(whole.parts.head(LEADING))
        for more in [mixes.loc[row.feature, list(whole.sides)].idxmax()]
    ]
    where = f"mostly {listed(leading)}" if leading else "in no single frame clearly"
    if alone:
        return where
    return f"{whole.pair}, {whole.excess()}, {_q(whole)}: {where}"
