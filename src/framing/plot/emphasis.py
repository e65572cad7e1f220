"""Emphasis: how much each side uses each frame."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from framing.plot.check import base, behind, cannot, check, notes, once, untested
from framing.plot.rows import ROW, beside, lay, mark, stack
from framing.plot.style import BAND, DARK, FONT, GREY, SMALL, looks, new_axes, styled
from framing.plot.words import dress
from framing.verdicts import verdicts

LONGEST = 24
"""Where naming the clear differences of a row takes more letters, they are counted."""


@styled
def plot_emphasis(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    contrasts: pd.DataFrame | None = None,
    n: int = 25,
) -> Axes:
    """Draw the share of every frame on every side, the widest differences on top.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.emphasis` returns, by groups without periods.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    contrasts : pandas.DataFrame, optional
        What :func:`framing.contrast` returns for the same groups. Differences that are clear
        (q < .05) are then written beside each row.
    n : int
        Frames shown, at most.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from framing import Features, emphasis
    >>> rows = pd.DataFrame({"document": range(40), "region": ["US", "EU"] * 20})
    >>> frames = Features(np.eye(40, 2), ["rules", "values"], rows, kind="frame")
    >>> ax = plot_emphasis(emphasis(frames, by="region"))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['rules', 'values']
    """
    kind = check(table, "plot_emphasis", "emphasis", ("group", "estimate"), ("share",))
    once(table, ["group", kind], "plot_emphasis", "compare groups without periods, or plot_trend")
    wide = table.pivot(index=kind, columns="group", values="estimate")
    order = list(dict.fromkeys(table[kind]))
    reach = (wide.min(axis=1) - wide.max(axis=1)).loc[order].sort_values(kind="stable")
    shown = list(reach.index[:n])
    look = looks(table["group"])
    groups = list(look)
    step = min(0.27, 0.8 / len(groups))
    if ax is None:
        tall = ROW * max(2.1, len(groups) * 0.72) * len(shown)
        ax = new_axes(5.6 if contrasts is not None else 4.9, tall + 0.95)

    places = stack([len(shown)], heading=False)
    lay(ax, places, [shown], [])
    for i in range(0, len(shown), 2):
        ax.axhspan(i - 0.5, i + 0.5, color=BAND, lw=0, zorder=0)
    rows = table.set_index([kind, "group"])
    most = float(np.nanmax(table[[c for c in ("estimate", "high") if c in table]].to_numpy(float)))
    for i, name in enumerate(shown):
        for g, group in enumerate(groups):
            if (name, group) not in rows.index:
                continue
            row = rows.loc[(name, group)]
            y = i + (g - (len(groups) - 1) / 2) * step
            low, high = (float(row.get(end, np.nan)) for end in ("low", "high"))
            mark(ax, float(row["estimate"]), low, high, y, look[group], size=4.2)
            if i == 0:
                start, end = (np.nanmin([row["estimate"], low]), np.nanmax([row["estimate"], high]))
                _name(ax, start, end, y, group, look[group].ink, most)
    ax.set_xlim(-0.02 * most, min(1.02, 1.1 * most))
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=None if most < 0.05 else 0))
    verdict = _clear(ax, contrasts, kind, shown) if contrasts is not None else ""
    dress(
        ax,
        title="What each side puts forward",
        subtitle=[behind(table), verdict],
        xlabel=f"share of {base(table, kind)}",
        below=notes(table),
    )
    return ax


def _name(
    ax: Axes, start: float, end: float, y: float, group: str, colour: str, most: float
) -> None:
    """Write a side's name behind its interval, or before it where there is no room behind."""
    before = end + 0.02 * most * len(group) > 1.1 * most
    ax.annotate(
        group,
        (start if before else end, y),
        xytext=(-5 if before else 5, 0),
        textcoords="offset points",
        ha="right" if before else "left",
        va="center",
        fontsize=SMALL,
        fontweight="bold",
        color=colour,
        family=FONT,
    )


def _clear(ax: Axes, contrasts: pd.DataFrame, kind: str, shown: list[str]) -> str:
    """Write the clear differences beside each row, or say why there were no tests."""
    check(contrasts, "plot_emphasis", "contrast", ("group", "reference", kind, "low", "high"))
    plain = contrasts
    if "statistic" in contrasts:
        plain = contrasts[contrasts["statistic"] == "difference"]
    verdict = verdicts(plain)
    if why := untested(plain):
        return why
    beside(ax, -0.85, "clear differences", colour=DARK, bold=True)
    for i, name in enumerate(shown):
        here = plain[(plain[kind] == name) & (verdict == "clear")]
        beats: dict[str, list[str]] = {}
        for row in here.itertuples():
            more, less = str(row.group), str(row.reference)
            if float(row.estimate) < 0:  # type: ignore[arg-type]
                more, less = less, more
            beats.setdefault(more, []).append(less)
        merged: dict[tuple[str, ...], list[str]] = {}
        for more, lesser in beats.items():
            merged.setdefault(tuple(lesser), []).append(more)
        text = "; ".join(f"{', '.join(m)} > {', '.join(lesser)}" for lesser, m in merged.items())
        if len(text) > LONGEST:
            text = f"{len(here)} of {len(plain[plain[kind] == name])} pairs"
        beside(ax, i, text or "none", colour=DARK if text else GREY)
    return cannot(plain)
