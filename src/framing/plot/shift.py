"""Shift: what moved between two periods, against what sampling alone would move."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from framing.plot.check import check
from framing.plot.rows import ROW, lay, stack
from framing.plot.style import DARK, NEUTRAL, Look, looks, new_axes, styled
from framing.plot.words import dress, ends
from framing.verdicts import CLEAR
from framing.wording import probability

PARTS = ("contribution", "contribution_null", "change")
FLOOR = "#CFCFCF"


@styled
def plot_shift(table: pd.DataFrame, ax: Axes | None = None, *, n: int = 12) -> Axes:
    """Draw what each frame adds to the divergence between two periods, with its noise floor.

    Bars to the right grew, bars to the left shrank; the wide grey bar behind each is what
    reshuffling the documents between the periods gives on average. A bar is solid where it stands
    out from that (q < .05). Where no such floor can be had, thin lines show the interval instead,
    which leans upwards.

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
    parts = [_wide(one, kind, n) for one in tables]
    rows = stack([len(part) for part in parts], heading=len(groups) > 1)
    if ax is None:
        ax = new_axes(4.6, ROW * 1.2 * rows.height + 1.3)

    look = looks(groups) if groups != [""] else {"": NEUTRAL}
    for group, part, places in zip(groups, parts, rows.places, strict=True):
        for (_, row), place in zip(part.iterrows(), places, strict=True):
            _bar(ax, row, place, look[str(group)])
    heads = [
        (f"{group}: {_verdict(one)}", look[str(group)].ink)
        for group, one in zip(groups, tables, strict=True)
    ]
    lay(ax, rows, [list(part.index) for part in parts], heads)
    ax.axvline(0, color=DARK, lw=0.7, zorder=4)
    shown = pd.concat(parts)
    shown["high"] = shown["high"].where(shown["contribution_null"].isna())
    reach = shown[["contribution", "contribution_null", "high"]].to_numpy(dtype=float)
    far = 1.12 * max(np.nanmax(reach), 1e-6)
    ax.set_xlim(-far, far)
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], symmetric=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{abs(x):g}"))
    why = _no_floor(table)
    first, last = str(table["period"].iloc[0]).split("–")
    ends(ax, "less", "more")
    dress(
        ax,
        title=f"What moved between {first} and {last}",
        subtitle=[_verdict(table)] if len(groups) == 1 else [],
        xlabel="part of the divergence, bits" + ("" if why else " (grey: expected by chance)"),
        below=[why],
        raised=12.0,
    )
    return ax


def _wide(table: pd.DataFrame, kind: str, n: int) -> pd.DataFrame:
    rows = table[table["statistic"].isin(PARTS)]
    wide = rows.pivot(index=kind, columns="statistic", values="estimate")
    tested = rows[rows["statistic"] == "contribution"].set_index(kind)
    for name in ("low", "high", "q_value"):
        wide[name] = tested.get(name, np.nan)
    order = np.lexsort((wide.index.astype(str), -wide["contribution"].to_numpy(dtype=float)))
    return wide.iloc[order].head(n)


def _bar(ax: Axes, row: pd.Series, place: float, look: Look) -> None:
    sign = -1.0 if row["change"] < 0 else 1.0
    floor = float(row["contribution_null"])
    if not np.isnan(floor):
        ax.barh(place, sign * floor, height=0.84, color=FLOOR, lw=0, zorder=1)
    solid = bool(row["q_value"] < CLEAR)
    ax.barh(
        place,
        sign * float(row["contribution"]),
        height=0.42,
        color=look.colour if solid else "white",
        edgecolor=look.colour,
        hatch=None if solid else "//////",
        lw=1.0,
        zorder=2,
    )
    if np.isnan(floor) and not np.isnan(row["low"]):
        ax.plot(
            [sign * row["low"], sign * row["high"]], [place, place], color=DARK, lw=0.8, zorder=3
        )


def _verdict(table: pd.DataFrame) -> str:
    total: Any = table.drop_duplicates("statistic").set_index("statistic")
    if "divergence" not in total.index:
        return ""
    found, p = float(total.loc["divergence", "estimate"]), total.loc["divergence", "p_value"]
    floor = float(total.loc["null_mean", "estimate"])
    if np.isnan(floor):
        return f"{found:.3f} bits; noise floor unknown"
    return f"{found:.3f} bits, {floor:.3f} by chance; {probability('p', float(p))}"


def _no_floor(table: pd.DataFrame) -> str:
    blank = table[(table["statistic"] == "null_mean") & table["estimate"].isna()]
    why = next((str(note) for note in blank.get("note", []) if note), "")
    return f"no noise floor: {why.removeprefix('no p-value: ')}" if len(blank) else ""
