"""Keyness: what sets the words of each side apart from the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from framing.plot.check import behind, check, notes
from framing.plot.rows import ROW, beside, lay, mark, stack, zero
from framing.plot.style import GREY, looks, new_axes, styled
from framing.plot.words import dress

_FRACTIONS = {-3: "×⅛", -2: "×¼", -1: "×½"}


@styled
def plot_keyness(table: pd.DataFrame, ax: Axes | None = None, *, n: int = 12) -> Axes:
    """Draw the terms that each group uses more than the rest, the surest on top.

    A mark is filled where the whole interval lies above "equal".

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.keyness` returns. With several groups each has its section; see
        :func:`framing.plot.small_multiples` for panels.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    n : int
        Terms shown of each group, by the lower end of their intervals.

    Returns
    -------
    matplotlib.axes.Axes
    """
    columns = ("estimate", "low", "high", "n")
    kind = check(table, "plot_keyness", "keyness", columns, ("log_odds",))
    by = "group" if "group" in table else "period"
    groups = list(dict.fromkeys(table[by])) if by in table else [""]
    parts = [_first(table[table[by] == g] if by in table else table, kind, n) for g in groups]
    rows = stack([len(part) for part in parts], heading=len(groups) > 1)
    if ax is None:
        ax = new_axes(4.6, ROW * rows.height + 1.2)

    look = looks(groups)
    for group, part, places in zip(groups, parts, rows.places, strict=True):
        for (_, row), place in zip(part.iterrows(), places, strict=True):
            x, low, high = (float(row[name]) / np.log(2) for name in ("estimate", "low", "high"))
            mark(ax, x, low, high, place, look[str(group)], filled=low > 0)
            beside(ax, place, f"{int(row['n']):,}")
    lay(
        ax, rows, [list(part[kind]) for part in parts], [(str(g), look[str(g)].ink) for g in groups]
    )
    beside(ax, rows.places[0][0] - 1.1, "uses", colour=GREY)
    zero(ax)
    _multiples(ax, pd.concat(parts))
    sure = table[table["low"] > 0]
    dress(
        ax,
        title=f"The {kind}s that set each side apart",
        subtitle=[behind(table, by), f"{len(sure):,} of {len(table):,} wholly above ×1"],
        xlabel=f"odds of the {kind}, against the rest (×2: twice the odds)",
        below=notes(table, by),
    )
    return ax


def _first(part: pd.DataFrame, kind: str, n: int) -> pd.DataFrame:
    lead = part["low"].fillna(part["estimate"]).to_numpy(dtype=float)
    return part.iloc[np.lexsort((part[kind].astype(str), -lead))].head(n)


class _Doublings(MaxNLocator):
    """Whole doublings, somewhat closer together than matplotlib's own choice."""

    def __call__(self) -> Any:
        self.set_params(nbins=max(2, int(1.8 * self.axis.get_tick_space())))  # type: ignore[union-attr]
        return super().__call__()


def _multiples(ax: Axes, shown: pd.DataFrame) -> None:
    """Mark the scale, log-odds to base 2, in doublings."""
    ends = shown[["low", "high", "estimate"]].to_numpy(dtype=float) / np.log(2)
    ax.set_xlim(min(np.nanmin(ends) - 0.2, -0.5), max(np.nanmax(ends) + 0.2, 1.0))
    ax.xaxis.set_major_locator(_Doublings(integer=True, steps=[1, 2, 4, 10]))

    def words(x: float, _: object) -> str:
        d = round(x)
        return _FRACTIONS.get(d, f"×{2**d}" if d >= 0 else f"×1/{2**-d}")

    ax.xaxis.set_major_formatter(FuncFormatter(words))
