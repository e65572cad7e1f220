"""Summary: what a multiverse agrees on, and which choice moves it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from framing.columns import tidy
from framing.multiverse.parts import parts
from framing.multiverse.specifications import Specifications
from framing.wording import count_of

TOGETHER = "(together)"
"""In place of a choice: what choices do in combination only."""


def multiverse_summary(table: pd.DataFrame) -> pd.DataFrame:
    """Sum up a multiverse: its middle and ends, how far it agrees, and which choice moves it.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.multiverse` returns.

    Returns
    -------
    pandas.DataFrame
        By ``statistic``:

        * "median": of the estimates, with the ``least`` and the ``most`` of them;
        * "same_sign": share of specifications that have the sign of the median;
        * "clear", "clear_against": share that is clear (p < .05, and an interval without nought)
          with that sign, and with the other;
        * "part": of the variance of estimates, the part that goes with each ``choice`` by itself,
          and the part that choices have "(together)" only;
        * "mean": of the estimates with each ``option``, and the ``least`` and ``most`` of them.

        Each with ``n_specifications``, those that it rests on, and ``note``. There are no
        intervals: specifications are not a sample of anything.

    Notes
    -----
    With an estimate of every combination, the part of choice c is the variance of the means of its
    options, over that of all estimates:

        part_c = Σ_o (m_co − m)² / O_c  /  Σ_s (y_s − m)² / S.

    Where some are missing, it is what c adds to R² of the regression of estimates on all options,
    averaged over the orders in which choices can be added; the two agree where none is. Parts
    depend on the options listed: a choice whose options are nearly the same moves nothing.

    Examples
    --------
    >>> rows = {"specification": [1, 1, 2, 2, 3, 3, 4, 4], "choice": ["a", "b"] * 4}
    >>> rows |= {"option": ["x", "x", "x", "y", "y", "x", "y", "y"]}
    >>> rows |= {"estimate": [1.0, 1, 3, 3, 5, 5, 7, 7], "low": 0.5, "high": 9.0}
    >>> table = pd.DataFrame(rows | {"p_value": 0.01, "note": ""})
    >>> multiverse_summary(table)[["choice", "option", "statistic", "estimate"]]
           choice option      statistic  estimate
    0                            median       4.0
    1                         same_sign       1.0
    2                             clear       1.0
    3                     clear_against       0.0
    4           a                  part       0.8
    5           b                  part       0.2
    6  (together)                  part       0.0
    7           a      x           mean       2.0
    8           a      y           mean       6.0
    9           b      x           mean       3.0
    10          b      y           mean       5.0
    """
    read = Specifications.of(table, "multiverse_summary")
    known = read.known
    estimates = read.answers["estimate"].to_numpy(dtype=float)[known]
    taken, clear = read.taken[known], read.clear[known]
    lost = len(known) - len(estimates)
    note = f"{count_of(lost, 'specification')} without an estimate" if lost else ""
    rows: list[dict[str, Any]] = [_spread(estimates) | {"statistic": "median"}]
    sign = np.sign(rows[0]["estimate"])
    same = float((np.sign(estimates) == sign).mean()) if sign else np.nan
    said = "" if sign else "the median is nought, or there is none"
    rows.append({"statistic": "same_sign", "estimate": same, "note": said})
    for statistic, way in (("clear", sign), ("clear_against", -sign)):
        judged = bool(sign) and read.tested
        why = said or ("" if read.tested else "no p-value in any specification")
        share = float((clear == way).mean()) if judged else np.nan
        rows.append({"statistic": statistic, "estimate": share, "note": why})
    found = parts(estimates, taken) if len(estimates) else np.full(taken.shape[1], np.nan)
    alike = "estimates do not vary" if np.isnan(found).any() else ""
    left = max(1 - float(found.sum()), 0.0)
    for choice, part in [*zip(read.options, found, strict=True), (TOGETHER, left)]:
        value = float(np.round(part, 12))
        rows.append({"statistic": "part", "choice": choice, "estimate": value, "note": alike})
    if alike:
        rows[-1]["estimate"] = np.nan
    for column, (choice, options) in enumerate(read.options.items()):
        for place, option in enumerate(options):
            some = estimates[taken[:, column] == place]
            middle = float(some.mean()) if len(some) else np.nan
            about = {"statistic": "mean", "choice": choice, "option": option}
            rows.append(_spread(some) | about | {"estimate": middle})
    whole = pd.DataFrame(rows).fillna({"choice": "", "option": "", "note": ""})
    whole["n_specifications"] = whole["n_specifications"].fillna(len(estimates)).astype(int)
    whole["note"] = [
        "; ".join(filter(None, (own, note if statistic != "mean" else "")))
        for own, statistic in zip(whole["note"], whole["statistic"], strict=True)
    ]
    return tidy(whole)


def _spread(estimates: Any) -> dict[str, Any]:
    """Middle and ends of some estimates."""
    if not len(estimates):
        return {"estimate": np.nan, "least": np.nan, "most": np.nan, "n_specifications": 0}
    return {
        "estimate": float(np.median(estimates)),
        "least": float(estimates.min()),
        "most": float(estimates.max()),
        "n_specifications": len(estimates),
    }
