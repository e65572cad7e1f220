"""Whether errors of a coder bias a comparison, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from framing.columns import KINDS
from framing.errors import InputError
from framing.trend import ordinal
from framing.verdicts import verdict
from framing.wording import at_most, count_of, listed, points, points_interval, probability

NEAR = 0.05
"""How near a bias should be known, for advice on how many segments to code."""

_STEPS = {4: "year", 6: "quarter", 7: "month"}


def bias_in_words(table: pd.DataFrame) -> list[str]:
    """Say whether errors of a coder bias a comparison, how far they may, or that it is not known.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.validation.bias` returns.

    Returns
    -------
    list of str
        Sentences, pair by pair of groups: biases that are clear, frames with no clear bias and how
        large it may be at most, and those of which the sample tells too little; then likewise what
        drifts over time. With neither pairs nor time, by how much shares are too high or too low.

    Notes
    -----
    A bias is clear as a difference is: q < .05, and the interval leaves out nought. The sample
    tells too little where it is not clear and the interval reaches further than 15 percentage
    points. Whether less than that is little enough depends on the differences that are compared, so
    the bound is given. Intervals shrink with the root of the number of segments, which tells how
    many would be needed.

    Examples
    --------
    >>> from framing import Features
    >>> from framing.validation import bias
    >>> rows = pd.DataFrame({"document": range(80), "region": ["EU", "US"] * 40})
    >>> hand = Features([[1]] * 40 + [[0]] * 40, ["rules"], rows, kind="frame")
    >>> machine = Features([[1]] * 38 + [[0]] * 42, ["rules"], rows, kind="frame")
    >>> bias_in_words(bias(machine, hand, by="region"))
    ['US against EU: no clear bias of rules (at most 15 percentage points).']
    """
    if "statistic" not in table or not table["statistic"].eq("net error").any():
        raise InputError("bias_in_words: give it the table that bias() returns.")
    kind = next(name for name in KINDS if name in table)
    table = table.rename(columns={kind: "feature"})
    pairs = table[table["statistic"] == "difference in net error"]
    slopes = table[table["statistic"] == "slope of net error"]
    said = [*_pairs(pairs), *_slopes(slopes)]
    return said or list(_levels(table[table["statistic"] == "net error"]))


def _pairs(table: pd.DataFrame) -> Iterator[str]:
    timed = ["period"] if table.get("period", pd.Series(dtype=object)).notna().any() else []
    for (group, reference, *period), rows in _by(table, ["group", "reference", *timed]):
        who = " in ".join([f"{group} against {reference}", *period])
        judged = _judged(rows, 1.0)
        for row in judged.pop("clear", []) + judged.get("untested", []):
            favoured, size = group if row.estimate > 0 else reference, _size(row, _test(row))
            yield f"{who}: errors of the coder favour {favoured} in {row.feature} by {size}."
        yield from _unclear(judged, who, "bias", 1.0)


def _slopes(table: pd.DataFrame) -> Iterator[str]:
    groups = ["group"] if "group" in table else []
    for (*group, period), rows in _by(table, [*groups, "period"]):
        who = ", ".join([*group, period])
        first, last = period.split("–")
        steps = ordinal(last) - ordinal(first)
        judged = _judged(rows, steps)
        for row in judged.pop("clear", []) + judged.get("untested", []):
            way, size = "raise" if row.estimate > 0 else "lower", _size(row, _test(row))
            each = f"more each {_STEPS[len(first)]}"
            yield f"{who}: errors of the coder {way} {row.feature} by {size}, {each}."
        yield from _unclear(judged, who, "drift", steps)


def _levels(table: pd.DataFrame) -> Iterator[str]:
    for row in _each(table):
        where = " in ".join(str(one) for one in (row.feature, getattr(row, "group", "")) if one)
        if pd.isna(row.low):
            yield f"{where}: nothing can be said ({row.note})."
        elif row.low <= 0 <= row.high:
            yield f"{where}: the coder's share is right to within {_bound(row)} percentage points."
        else:
            way = "high" if row.estimate > 0 else "low"
            yield f"{where}: the coder's share is too {way} by {_size(row)}."


def _by(table: pd.DataFrame, columns: list[str]) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    if len(table):
        for names, rows in table.groupby(columns, sort=False):
            yield tuple(map(str, names)), rows


def _judged(rows: pd.DataFrame, steps: float) -> dict[str, list[Any]]:
    """Rows by what may be said of them: see :func:`framing.verdicts.verdict`."""
    found: dict[str, list[Any]] = {}
    for row in _each(rows):
        found.setdefault(verdict(row.low, row.high, row.q_value, steps), []).append(row)
    return found


def _each(rows: pd.DataFrame) -> Iterator[Any]:
    yield from rows.itertuples()


def _unclear(judged: dict[str, list[Any]], who: str, what: str, steps: float) -> Iterator[str]:
    """One sentence for all frames of which the same is to be said."""
    if rows := judged.get("similar"):
        yield f"{who}: no clear {what} of {_bounds(rows, steps)}."
    if rows := judged.get("open"):
        half = steps * max(row.high - row.low for row in rows) / 2
        more = count_of(_rounded(rows[0].n_segments * (half / NEAR) ** 2), "segment")
        coded = count_of(rows[0].n_segments, "segment")
        few = f"{coded} coded by hand tell too little of {_bounds(rows, steps)}"
        yield f"{who}: {few}; about {more} would tell to within {points(NEAR)}."
    if rows := judged.get("unknown"):
        names = listed([str(row.feature) for row in rows])
        yield f"{who}: nothing can be said of {names} ({rows[0].note})."


def _size(row: Any, test: str = "") -> str:
    """How large an error is, with its interval, counted so that it is above nought."""
    sign = -1 if row.estimate < 0 else 1
    low, high = sorted([sign * row.low, sign * row.high])
    size = points(abs(row.estimate))
    unit = "percentage point" if size == "1" else "percentage points"
    return f"{size} {unit} ({points_interval(low, high, row.level)}{test})"


def _test(row: Any) -> str:
    return "; no test" if pd.isna(row.q_value) else f"; {probability('q', row.q_value)}"


def _bound(row: Any, steps: float = 1.0) -> str:
    return at_most(steps * max(abs(row.low), abs(row.high)))


def _bounds(rows: list[Any], steps: float) -> str:
    """Frames, with how large an error may be at most."""
    first = f"{rows[0].feature} (at most {_bound(rows[0], steps)} percentage points)"
    return listed([first, *(f"{row.feature} ({_bound(row, steps)})" for row in rows[1:])])


def _rounded(number: float) -> int:
    """Round to two figures."""
    return int(float(f"{number:.1e}"))
