"""A multiverse in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from framing.multiverse.specifications import Specifications
from framing.multiverse.summary import TOGETHER, multiverse_summary
from framing.wording import count_of, listed, percent

SAID = 3
"""Choices named, at most."""


def multiverse_in_words(table: pd.DataFrame) -> list[str]:
    """Say what a multiverse agrees on, for a caption or for whoever does not see the figure.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.multiverse` returns.

    Returns
    -------
    list of str
        Sentences.

    Examples
    --------
    >>> rows = {"specification": [1, 1, 2, 2], "choice": ["a", "b"] * 2, "option": list("xxxy")}
    >>> rows |= {"estimate": [0.1, 0.1, 0.3, 0.3], "low": [-0.1, -0.1, 0.2, 0.2], "high": 0.5}
    >>> rows |= {"p_value": [0.2, 0.2, 0.01, 0.01], "statistic": "difference", "note": ""}
    >>> for sentence in multiverse_in_words(pd.DataFrame(rows)):
    ...     print(sentence)
    2 specifications of 2 choices.
    Estimates run from +10 to +30 percentage points, with the median at +20.
    All have the sign of the median; 1 is clear with that sign, and none with the other.
    Of the variance of estimates, 100% goes with 'b' by itself.
    """
    read = Specifications.of(table, "multiverse_in_words")
    summary = multiverse_summary(table).set_index("statistic")
    said = [
        f"{count_of(len(read.known), 'specification')} of {count_of(len(read.options), 'choice')}."
    ]
    if read.lost:
        reasons = list(dict.fromkeys(read.lost))
        more = f" (and {count_of(len(reasons) - 1, 'other reason')})" if len(reasons) > 1 else ""
        said.append(f"{len(read.lost)} without an estimate: {reasons[0].rstrip('.')}{more}.")
    middle: Any = summary.loc["median"]
    if not middle["n_specifications"]:
        return said
    write = read.written
    points = " percentage points" if write(0.1) == "+10" else ""
    said.append(
        f"Estimates run from {write(middle['least'])} to {write(middle['most'])}{points}, with the "
        f"median at {write(middle['estimate'])}."
    )
    said.append(_agreement(read, summary))
    parts = summary.loc[["part"]].set_index("choice")["estimate"]
    together = float(parts[TOGETHER])
    alone = parts.drop(TOGETHER)[parts >= 0.005].sort_values(ascending=False, kind="stable")
    if len(alone):
        parts_of = [(percent(part), str(name).replace("_", " ")) for name, part in alone.items()]
        named = [f"{part} with {name!r}" for part, name in parts_of[:SAID]]
        named[0] = named[0].replace("with", "goes with", 1)
        said.append(f"Of the variance of estimates, {listed(named)} by itself.")
    if together >= 0.005:
        said.append(f"Choices make {percent(together)} of it in combination only.")
    return said


def _agreement(read: Specifications, summary: pd.DataFrame) -> str:
    """Say how many specifications agree with the median."""
    n = int(read.known.sum())
    shares: Any = summary["estimate"]
    same, clear, against = (shares[name] for name in ("same_sign", "clear", "clear_against"))
    if np.isnan(same):
        return "The median is nought, so that no sign is that of the median."
    text = "All have" if same == 1 else f"{round(same * n)} of {n} have"
    text += " the sign of the median"
    if not read.tested:
        return f"{text}; none was tested."
    with_it, other = round(clear * n), round(against * n)
    return (
        f"{text}; {_number(with_it, n)} clear with that sign, and {_number(other, n, verb=False)} "
        "with the other."
    )


def _number(number: int, n: int, *, verb: bool = True) -> str:
    """Write how many.

    Examples
    --------
    >>> _number(0, 5), _number(1, 5), _number(5, 5), _number(3, 5, verb=False)
    ('none is', '1 is', 'all are', '3')
    """
    text = {0: "none", n: "all"}.get(number, str(number))
    return f"{text} {'is' if number < 2 else 'are'}" if verb else text
