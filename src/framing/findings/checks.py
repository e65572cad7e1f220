"""What becomes of a difference or a change when it is looked at more carefully.

Each comparison by itself is judged by :mod:`framing.verdicts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from framing.analysis import CORRECTED
from framing.findings.voice import each
from framing.verdicts import direction, one_way, verdict
from framing.wording import count_of, listed, points, points_interval, probability

NEARLY = 0.75
"""From this part of a difference on, what is left of it in a check is called about as large."""


def strength(row: Any, guards: pd.DataFrame, scale: float = 1.0) -> str:
    """Choose the strength of a tested difference or slope, given its guarded versions.

    Parameters
    ----------
    row : object
        With ``estimate``, ``low``, ``high`` and ``q_value``.
    guards : pandas.DataFrame
        The same in other comparisons, as where documents are compared within topics. What is not
        large by the codes of a machine must be so when they are corrected, too.
    scale : float
        What a slope is multiplied by before its size is judged: the periods from first to last.

    Returns
    -------
    str
        A key of :data:`framing.findings.STRENGTHS`.
    """
    alone = verdict(row.low, row.high, row.q_value, scale)
    if alone == "unknown":
        return "open"
    held = [holds(guard, row) for guard in each(guards)]
    if alone == "clear" and held:
        return "robust" if all(held) else "partly" if any(held) else "fragile"
    if any(held) and alone != "clear":
        return "guarded"
    return "open" if alone == "similar" and _doubted(guards, scale) else alone


def corrected(guards: pd.DataFrame) -> list[Any]:
    """Take the guard that hand codes correct, if there is one."""
    return [one for one in each(guards) if one.statistic.endswith(f" {CORRECTED}")]


def _doubted(guards: pd.DataFrame, scale: float) -> list[Any]:
    """Take the guard that hand codes correct, if it may be large."""
    return [
        one
        for one in corrected(guards)
        if verdict(one.low, one.high, one.q_value, scale) != "similar"
    ]


def doubts(rows: Iterable[tuple[Any, pd.DataFrame, float]]) -> str:
    """Name differences or slopes that are not large by a machine's codes, but corrected may be.

    Parameters
    ----------
    rows : iterable of (row, guards, scale)
        As :func:`strength` takes them.

    Returns
    -------
    str
        A sentence to be appended; empty if there are none.
    """
    parts = [
        f"{row.feature} {points(one.estimate, signed=True)} ({ends(one)})"
        for row, guards, scale in rows
        if verdict(row.low, row.high, row.q_value, scale) == "similar"
        for one in _doubted(guards, scale)
    ]
    if not parts:
        return ""
    return f" Not large by the machine’s codes, but perhaps {CORRECTED}: {'; '.join(parts)}."


def holds(guard: Any, row: Any) -> bool:
    """Whether a guard is clear in the same direction."""
    return one_way([direction(guard), np.sign(row.estimate)])


def survival(found: str, row: Any, guards: pd.DataFrame, unit: str = "points") -> str:
    """Say what becomes of a difference or slope when it is looked at more carefully.

    Parameters
    ----------
    found : str
        What :func:`strength` says of it.
    row : object
        With ``estimate`` and ``n_documents``.
    guards : pandas.DataFrame
        The same in other comparisons.
    unit : str
        Of the numbers: "points", or "points a year", whose sign is kept.

    Returns
    -------
    str
        Empty where there was no check.
    """
    word = _guard_words(row, unit, clear=found != "guarded")
    held = [word(guard) for guard in each(guards) if holds(guard, row)]
    lost = [word(guard) for guard in each(guards) if not holds(guard, row)]
    if found == "clear":
        return ""
    if found == "robust":
        return f"Clear, and it survives {listed(held)}."
    if found == "guarded":
        others = f"; not so {listed(lost)}" if lost else ""
        return f"Clear only {listed(held)}, not in the plain comparison{others}."
    if found == "partly":
        return f"Clear, and it survives {listed(held)}; not so {listed(lost)}."
    return f"Clear only in the plain comparison, not {listed(lost)}."


def _guard_words(row: Any, unit: str, *, clear: bool) -> Callable[[Any], str]:
    """Word a guard and its numbers; differences in the direction of the plain one."""
    sign = -1 if row.estimate < 0 and unit == "points" else 1

    def words(guard: Any) -> str:
        low, high = sorted([sign * guard.low, sign * guard.high])
        where = str(guard.statistic).partition(" ")[2]
        text = f"{where} ({points(sign * guard.estimate)} {unit}, "
        text += points_interval(low, high, guard.level)
        tested = not np.isnan(guard.q_value)
        text += f"; {probability('q', guard.q_value) if tested else 'not tested'}"
        if guard.n_documents < row.n_documents:
            text += f"; {count_of(int(guard.n_documents), 'document')}"
        nearly = NEARLY * abs(row.estimate) <= guard.estimate * np.sign(row.estimate)
        if nearly and clear and not holds(guard, row):
            text += "; about as large, but less certain"
        if guard.estimate * row.estimate < 0:
            text += "; the other way round"
        return text + ")"

    return words


def ends(row: Any) -> str:
    """Write an interval without a name, or why there is none."""
    if np.isnan(row.low):
        return row.note or "no interval"
    return f"{points(row.low)} to {points(row.high)}"
