"""When a difference or a change is called clear: the one place where that is decided.

A verdict needs a test and an interval. A difference is *clear* when its q-value (p adjusted for
the number of tests) is below .05 and its interval leaves out nought (the test alone rejects too
often where one side has few short documents and the other many long ones); there is *no large
difference* when it is not clear and the whole interval lies within ±:data:`MARGIN`; anything else
*cannot be said*. Where no p-value exists numbers are described and no verdict is given. Changes are
judged likewise, by what the slope comes to from the first period to the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

CLEAR = 0.05
"""A q-value below this is called clear."""

MARGIN = 0.15
"""A difference of shares within ±15 percentage points is not called large. The margin is a choice:
about one document in seven. The whole interval of the table has to lie within it, which with 95 %
is stricter than the 90 % interval of the usual equivalence test."""


def verdict(low: float, high: float, q_value: float, scale: float = 1.0) -> str:
    """Tell what a test and an interval allow to be said.

    Parameters
    ----------
    low, high, q_value : float
    scale : float
        What a unit of the estimate amounts to in all: the number of steps, for a slope.

    Returns
    -------
    str
        "clear": q is below .05, and the interval leaves out nought. "similar": not clear, and the
        whole interval lies within the margin. "open": neither. "untested": no test was possible.
        "unknown": nor is there an interval.

    Examples
    --------
    >>> verdict(0.2, 0.4, 0.01), verdict(-0.1, 0.1, 0.9), verdict(-0.1, 0.9, 0.1)
    ('clear', 'similar', 'open')
    >>> verdict(-0.1, 0.1, 0.9, scale=3)
    'open'
    """
    if np.isnan(low) or np.isnan(high):
        return "unknown"
    if np.isnan(q_value):
        return "untested"
    if q_value < CLEAR and not low <= 0 <= high:
        return "clear"
    return "similar" if max(abs(scale * low), abs(scale * high)) <= MARGIN else "open"


def verdicts(table: pd.DataFrame, scale: float = 1.0) -> pd.Series:
    """Tell for each row of differences or changes what may be said: see :func:`verdict`.

    Parameters
    ----------
    table : pandas.DataFrame
        With ``low``, ``high`` and, where there were tests, ``q_value``.
    scale : float
        As in :func:`verdict`: a table of slopes over four years takes 3.

    Examples
    --------
    >>> rows = {"low": [0.2, -0.1, -0.1], "high": [0.4, 0.1, 0.9], "q_value": [0.01, 0.9, 0.1]}
    >>> verdicts(pd.DataFrame(rows)).tolist()
    ['clear', 'similar', 'open']
    >>> verdicts(pd.DataFrame(rows), scale=3).tolist()
    ['clear', 'open', 'open']
    """
    none = pd.Series(np.nan, index=table.index)
    columns = (table["low"], table["high"], table.get("q_value", none))
    rows = zip(*(column.to_numpy(dtype=float) for column in columns), strict=True)
    found = [verdict(low, high, q_value, scale) for low, high, q_value in rows]
    return pd.Series(found, index=table.index, dtype=object)


def direction(row: Any) -> int:
    """Which way a difference or change goes: 1 or -1, and 0 where it is not clear.

    Parameters
    ----------
    row : object
        With ``estimate``, ``low``, ``high`` and ``q_value``.
    """
    clear = verdict(row.low, row.high, row.q_value) == "clear"
    return int(np.sign(row.estimate)) if clear else 0


def one_way(directions: Iterable[float]) -> bool:
    """Whether all readings of a difference are clear and go the same way.

    Examples
    --------
    >>> one_way([1, 1]), one_way([1, -1]), one_way([1, 0]), one_way([])
    (True, False, False, False)
    """
    return set(directions) in ({1}, {-1})


def in_every_reading(table: pd.DataFrame, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    """Find the differences that are clear, the same way, in every reading that the table holds.

    Parameters
    ----------
    table : pandas.DataFrame
        Differences; a reading a ``statistic``: "difference", "difference within topic".
    keys : sequence of str
        The columns that tell one difference from another.

    Returns
    -------
    list of tuple
        Values of the keys, in the order of the table.

    Examples
    --------
    >>> rows = pd.DataFrame({"frame": ["rules", "rules", "values"], "estimate": 0.2, "low": 0.1})
    >>> rows = rows.assign(high=0.3, q_value=0.01, statistic=["plain", "within topic", "plain"])
    >>> in_every_reading(rows, ["frame"])
    [('rules',)]
    """
    found: dict[tuple[Any, ...], list[int]] = {}
    q_value = table.get("q_value", pd.Series(np.nan, index=table.index))
    rows = table.assign(q_value=q_value)
    names = rows[list(keys)].itertuples(index=False, name=None)
    for key, row in zip(names, rows.itertuples(), strict=True):
        found.setdefault(key, []).append(direction(row))
    readings = table["statistic"].nunique()
    return [key for key, all_of in found.items() if len(all_of) == readings and one_way(all_of)]
