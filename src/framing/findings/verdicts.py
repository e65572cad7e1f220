"""When a difference or a change is called clear, and what becomes of it under closer looks.

A verdict needs a test and an interval. A difference is *clear* when its q-value (p adjusted for
the number of tests) is below .05; there is *no large difference* when it is not clear and the
whole interval lies within ±:data:`MARGIN`; anything else *cannot be said*. Where no p-value exists
numbers are described and no verdict is given. Changes are judged likewise, by what the slope
comes to from the first period to the last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from framing.findings.voice import each
from framing.wording import CLEAR, count_of, listed, points, points_interval, probability

MARGIN = 0.15
"""A difference of shares within ±15 percentage points is not called large. The margin is a choice:
about one document in seven. The whole interval of the table has to lie within it, which with 95 %
is stricter than the 90 % interval of the usual equivalence test."""


NEARLY = 0.75
"""From this part of a difference on, what is left of it in a check is called about as large."""


def verdict(row: Any, guards: pd.DataFrame, scale: float = 1.0) -> str:
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
        A key of :data:`STRENGTHS`.
    """
    if np.isnan(row.low) or np.isnan(row.high):
        return "open"
    held = [holds(guard, row) for guard in each(guards)]
    if row.q_value < CLEAR:
        if not held:
            return "clear"
        return "robust" if all(held) else "partly" if any(held) else "fragile"
    if any(held):
        return "guarded"
    return "similar" if scale * max(abs(row.low), abs(row.high)) <= MARGIN else "open"


def holds(guard: Any, row: Any) -> bool:
    """Whether a guard is clear in the same direction."""
    return bool(guard.q_value < CLEAR and np.sign(guard.estimate) == np.sign(row.estimate))


def survival(strength: str, row: Any, guards: pd.DataFrame, unit: str = "points") -> str:
    """Say what becomes of a difference or slope when documents are compared more carefully.

    Parameters
    ----------
    strength : str
        What :func:`verdict` says of it.
    row : object
        With ``estimate``, ``q_value`` and ``n_documents``.
    guards : pandas.DataFrame
        The same in other comparisons.
    unit : str
        Of the numbers: "points", or "points a year", whose sign is kept.

    Returns
    -------
    str
        Empty where there was no check.
    """
    word = _guard_words(row, unit)
    held = [word(guard) for guard in each(guards) if holds(guard, row)]
    lost = [word(guard) for guard in each(guards) if not holds(guard, row)]
    if strength == "clear":
        return ""
    if strength == "robust":
        return f"Clear, and it survives {listed(held)}."
    if strength == "guarded":
        others = f"; not so {listed(lost)}" if lost else ""
        return f"Clear only {listed(held)}, not in the plain comparison{others}."
    if strength == "partly":
        return f"Clear, and it survives {listed(held)}; not so {listed(lost)}."
    return f"Clear only before we look {listed(lost)}."


def _guard_words(row: Any, unit: str) -> Callable[[Any], str]:
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
        if nearly and row.q_value < CLEAR and not holds(guard, row):
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
