"""What becomes of a difference or a change when documents are compared more carefully.

Each comparison by itself is judged by :mod:`framing.verdicts`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

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
        The same in other comparisons, as where documents are compared within topics.
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
    return "guarded" if any(held) and alone != "clear" else alone


def holds(guard: Any, row: Any) -> bool:
    """Whether a guard is clear in the same direction."""
    return one_way([direction(guard), np.sign(row.estimate)])


def survival(found: str, row: Any, guards: pd.DataFrame, unit: str = "points") -> str:
    """Say what becomes of a difference or slope when documents are compared more carefully.

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
    return f"Clear only before we look {listed(lost)}."


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
