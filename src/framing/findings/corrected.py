"""What hand codes change of what a machine's codes say."""

from __future__ import annotations

from typing import Any

import pandas as pd

from framing.analysis import CORRECTED
from framing.findings.voice import Voice, each
from framing.verdicts import CLEAR, direction
from framing.wording import count_of, interval, listed, percent, points, points_interval

_KEYS = ["group", "reference", "feature"]


def moved(table: pd.DataFrame) -> str:
    """Say which shares of a machine hand codes contradict.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`framing.correction` returns it, with a column ``feature``.

    Returns
    -------
    str
    """
    wide = table.pivot(index=["group", "feature"], columns="statistic")
    machine, found = wide["estimate"]["machine"], wide["estimate"]["corrected"]
    low, high = wide["low"]["corrected"], wide["high"]["corrected"]
    if low.isna().all():
        return "Too few documents were coded by hand for an interval."
    outside = (machine < low) | (machine > high)
    order = (machine - found).abs()[outside].sort_values(ascending=False, kind="stable").index
    level = float(table["level"].iloc[0])
    parts = [
        f"{name} in {group}, {percent(machine[group, name])} by its codes and "
        f"{percent(found[group, name])} corrected "
        f"({interval(low[group, name], high[group, name], level)})"
        for group, name in order
    ]
    text = f"The machine’s share lies outside the corrected interval in {len(parts) or 'none'} of "
    text += count_of(len(wide), "share")
    return f"{text}: {'; '.join(parts)}." if parts else f"{text}."


def kept(table: pd.DataFrame, voice: Voice) -> str:
    """Say what becomes of the differences that are clear by a machine's codes.

    Parameters
    ----------
    table : pandas.DataFrame
        Contrasts, plain and corrected, with a column ``feature``.
    voice : Voice

    Returns
    -------
    str
        Empty where nothing was corrected or tested.
    """
    if (found := _directions(table)) is None:
        return ""
    before, after = found
    clear = before.ne(0)
    n = int(clear.sum())
    text = f"By the machine’s codes {n or 'none'} of {count_of(len(before), 'difference')} "
    text += f"{'is' if n < 2 else 'are'} clear (q < {CLEAR:g})."
    fates = {
        "Clear after correction too": clear & after.eq(before),
        "No longer clear": clear & after.eq(0),
        "Clear the other way round": clear & after.eq(-before),
        "Clear only after correction": ~clear & after.ne(0),
    }
    plain, corrected = _rows(table, "difference"), _rows(table, f"difference {CORRECTED}")
    for fate, chosen in fates.items():
        if chosen.any():
            keys = before.index[chosen]
            parts = [_both(plain.loc[key], corrected.loc[key], voice) for key in keys]
            text += f" {fate}: {'; '.join(parts)}."
    if fates["No longer clear"].any():
        text += " That a difference is no longer clear can mean that it is smaller than the "
        text += "machine says, or only that hand codes are too few to tell."
    return text


def fate(table: pd.DataFrame) -> str:
    """Count the differences that stay, and become, clear when they are corrected.

    Parameters
    ----------
    table : pandas.DataFrame
        Contrasts, plain and corrected, with a column ``feature``.

    Returns
    -------
    str
        Empty where nothing was corrected or tested.
    """
    if (found := _directions(table)) is None:
        return ""
    before, after = found
    clear = before.ne(0)
    n, stay = int(clear.sum()), int((clear & after.eq(before)).sum())
    turned, new = int((clear & after.eq(-before)).sum()), int((~clear & after.ne(0)).sum())
    text = f"Of {count_of(len(before), 'difference')} between sides, {n or 'none'} "
    text += f"{'is' if n < 2 else 'are'} clear by its codes; corrected, "
    parts = [f"{stay or 'none'} of them {'stays' if stay < 2 else 'stay'} clear"] if n else []
    parts += [f"{turned} {'is' if turned == 1 else 'are'} clear the other way round"] * (turned > 0)
    parts.append(f"{new or 'no'} {'other ' if n else ''}{'becomes' if new < 2 else 'become'} so")
    return text + listed(parts) + "."


def _rows(table: pd.DataFrame, statistic: str) -> pd.DataFrame:
    return table[table["statistic"] == statistic].set_index(_KEYS, drop=False)


def _directions(table: pd.DataFrame) -> tuple[pd.Series[int], pd.Series[int]] | None:
    """Which way each difference is clear, plain and corrected; None if either was not tested."""
    found = []
    for statistic in ("difference", f"difference {CORRECTED}"):
        rows = _rows(table, statistic)
        if not rows["q_value"].notna().any():
            return None
        found.append(pd.Series([direction(row) for row in each(rows)], index=rows.index))
    return found[0], found[1].reindex(found[0].index, fill_value=0)


def _both(plain: Any, corrected: Any, voice: Voice) -> str:
    """A difference before and after correction, counted from the side that has more."""
    sign = -1 if (plain if direction(plain) else corrected)["estimate"] < 0 else 1
    more, less = (plain["group"], plain["reference"])[::sign]
    low, high = sorted([sign * corrected["low"], sign * corrected["high"]])
    return (
        f"{plain['feature']}, more {voice.inside(more)} than {voice.inside(less)} "
        f"({points(sign * plain['estimate'])} points; corrected "
        f"{points(sign * corrected['estimate'])}, "
        f"{points_interval(low, high, corrected['level'])})"
    )
