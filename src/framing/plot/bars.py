"""Bars of divergence, in bits: what was found, what chance gives, and where the truth may lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from framing.plot.check import cannot
from framing.plot.style import DARK, Look
from framing.verdicts import verdict, verdicts
from framing.wording import probability

FLOOR = "#CFCFCF"


@dataclass(frozen=True)
class Whole:
    """A divergence: found, by chance, and what is left, with its interval.

    Attributes
    ----------
    found, floor, excess, low, high, p_value, q_value : float
        Missing where the table does not say.
    """

    found: float
    floor: float
    excess: float
    low: float
    high: float
    p_value: float
    q_value: float

    @classmethod
    def of(cls, table: pd.DataFrame) -> Whole | None:
        """Take it from the rows of one comparison; None if they hold no divergence."""
        rows = table.drop_duplicates("statistic").set_index("statistic")
        if "divergence" not in rows.index:
            return None
        columns = ["estimate", "low", "high", "p_value", "q_value"]
        rows = rows.reindex(index=["divergence", "null_mean", "excess"], columns=columns)
        found, floor, excess = rows.to_numpy(dtype=float)
        return cls(found[0], floor[0], found[0] - floor[0], *excess[1:3], *found[3:])

    @property
    def clear(self) -> bool:
        """Whether it is more than chance gives: see :mod:`framing.verdicts`."""
        return verdict(self.low, self.high, self.q_value) == "clear"

    def test(self, name: str) -> str:
        """Write "p" or "q"; empty if there is none."""
        value = self.p_value if name == "p" else self.q_value
        return "" if np.isnan(value) else probability(name, value)

    def left(self) -> str:
        """Say what is left after chance, with its interval.

        Examples
        --------
        >>> Whole(0.069, 0.019, 0.05, 0.02, 0.1, 0.0004, 0.001).left()
        'excess 0.050 (0.020 to 0.100)'
        """
        between = f"{bits(self.low)} to {bits(self.high)}" if self.high > 0 else ""
        if np.isnan(self.excess):
            return f"excess {between or bits(self.high)}"
        return f"excess {bits(self.excess)}" + (f" ({between})" if between else "")

    def in_words(self) -> list[str]:
        """Say what was found, and what of it is left after chance.

        Examples
        --------
        >>> Whole(0.069, 0.019, 0.05, 0.02, 0.1, 0.0004, 0.001).in_words()
        ['0.069 bits, 0.019 by chance; p < 0.001', 'excess 0.050 (0.020 to 0.100)']
        """
        chance = "" if np.isnan(self.floor) else f", {bits(self.floor)} by chance"
        found = f"{bits(self.found)} bits{chance}"
        return ["; ".join(part for part in (found, self.test("p")) if part), self.left()]


def bits(value: float) -> str:
    """Write a divergence; one below nought, which no true divergence can be, as nought.

    Examples
    --------
    >>> bits(0.0304), bits(-0.001), bits(0.0002)
    ('0.030', '0', 'under 0.001')
    """
    if np.isnan(value):
        return "unknown"
    if value <= 0:
        return "0"
    return f"{value:.3f}" if value >= 0.0005 else "under 0.001"


def parts_of(table: pd.DataFrame, kind: str, n: int) -> pd.DataFrame:
    """The largest contributions of one comparison, a row a feature.

    Returns
    -------
    pandas.DataFrame
        By feature: ``contribution``, ``contribution_null``, ``change`` where there is one,
        ``low``, ``high`` and ``clear``.
    """
    names = ("contribution", "contribution_null", "change")
    rows = table[table["statistic"].isin(names)]
    wide = rows.pivot(index=kind, columns="statistic", values="estimate")
    tested = rows[rows["statistic"] == "contribution"].set_index(kind)
    tested = tested.reindex(columns=["low", "high", "q_value"]).astype(float)
    wide[["low", "high"]] = tested[["low", "high"]]
    wide["clear"] = verdicts(tested) == "clear"
    order = np.lexsort((wide.index.astype(str), -wide["contribution"].to_numpy(dtype=float)))
    return wide.iloc[order].head(n)


def bar(
    ax: Axes,
    place: float,
    found: float,
    floor: float,
    low: float,
    high: float,
    look: Look,
    *,
    solid: bool,
    sign: float = 1.0,
) -> None:
    """Draw a bar before its noise floor, solid where it is clear, with its interval as a line."""
    if not np.isnan(floor):
        ax.barh(place, sign * floor, height=0.84, color=FLOOR, lw=0, zorder=1)
    ax.barh(
        place,
        sign * found,
        height=0.42,
        color=look.colour if solid else "white",
        edgecolor=look.colour,
        hatch=None if solid else "//////",
        lw=1.0,
        zorder=2,
    )
    if not np.isnan(low):
        line: Any = {"lw": 0.8, "zorder": 3, "solid_capstyle": "butt"}
        ax.plot([sign * low, sign * high], [place, place], color=DARK, **line)
        if solid and low < found:
            ax.plot([sign * low, sign * found], [place, place], color="white", **line)


def no_floor(table: pd.DataFrame) -> str:
    """Say why there is no noise floor, or why nothing could stand out from it; empty otherwise."""
    return cannot(table[table["statistic"] == "divergence"]).replace("no tests", "no noise floor")
