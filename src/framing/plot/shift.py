"""Shift: what moved between two periods, against what sampling alone would move."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from framing.plot.bars import Whole, bar, no_floor, parts_of
from framing.plot.check import check
from framing.plot.rows import ROW, lay, stack
from framing.plot.style import DARK, NEUTRAL, looks, new_axes, styled
from framing.plot.words import dress, ends


@styled
def plot_shift(table: pd.DataFrame, ax: Axes | None = None, *, n: int = 12) -> Axes:
    """Draw what each frame adds to the divergence between two periods, with its noise floor.

    Bars to the right grew, bars to the left shrank; the wide grey bar behind each is what
    reshuffling the documents between the periods gives on average, the thin line over it the
    interval. A bar is solid where it is clear: q < .05, and the interval leaves out nought.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.shift` returns. With several groups each has its section; see
        :func:`framing.plot.small_multiples` for panels.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    n : int
        Frames shown of each group, the largest contributions first.

    Returns
    -------
    matplotlib.axes.Axes
    """
    kind = check(table, "plot_shift", "shift", ("estimate", "period"), ("contribution",))
    groups = list(dict.fromkeys(table["group"])) if "group" in table else [""]
    tables = [table[table["group"] == group] if group else table for group in groups]
    parts = [parts_of(one, kind, n) for one in tables]
    rows = stack([len(part) for part in parts], heading=len(groups) > 1)
    if ax is None:
        ax = new_axes(4.6, ROW * 1.2 * rows.height + 1.3)

    look = looks(groups) if groups != [""] else {"": NEUTRAL}
    for group, part, places in zip(groups, parts, rows.places, strict=True):
        for (_, row), place in zip(part.iterrows(), places, strict=True):
            sign = -1.0 if row["change"] < 0 else 1.0
            found, floor, low, high = row[["contribution", "contribution_null", "low", "high"]]
            bar(ax, place, found, floor, low, high, look[group], solid=row["clear"], sign=sign)
    wholes = [Whole.of(one) for one in tables]
    words = [whole.in_words() if whole else [] for whole in wholes]
    heads = [
        (f"{group}: {'; '.join(said[1:])}", look[str(group)].ink)
        for group, said in zip(groups, words, strict=True)
    ]
    lay(ax, rows, [list(part.index) for part in parts], heads)
    ax.axvline(0, color=DARK, lw=0.7, zorder=4)
    reach = pd.concat(parts)[["contribution", "contribution_null", "high"]].to_numpy(dtype=float)
    far = 1.06 * max(np.nanmax(reach), 1e-6)
    ax.set_xlim(-far, far)
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], symmetric=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{abs(x):g}"))
    first, last = str(table["period"].iloc[0]).split("–")
    ends(ax, "less", "more")
    floor_known = any(whole and not np.isnan(whole.floor) for whole in wholes)
    dress(
        ax,
        title=f"What moved between {first} and {last}",
        subtitle=words[0] if len(groups) == 1 else [],
        xlabel="part of the divergence, bits" + (" (grey: by chance)" if floor_known else ""),
        below=[no_floor(table)],
        raised=12.0,
    )
    return ax
