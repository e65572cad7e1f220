"""Confusion: what a coder found, missed and coded too much, on every side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from framing.plot.check import base, behind, cannot, check, notes, once, untested
from framing.plot.correction import key, name_beyond, name_sides, pale, share_axis
from framing.plot.rows import ROW, beside, lay, stack, zero
from framing.plot.style import BAND, DARK, GREY, NEUTRAL, Look, looks, new_axes, styled
from framing.plot.words import dress, ends
from framing.verdicts import verdict
from framing.wording import percent

PARTS = ("found", "missed", "over-coded", "net error")
HATCH = "//////"


@styled
def plot_confusion(table: pd.DataFrame, ax: Axes | None = None, *, n: int = 25) -> Axes:
    """Draw what a coder found, missed and coded too much, frame by frame and side by side.

    A bar to the right is the share that people coded: shaded what the coder found of it, white what
    it missed. To the left, hatched, is what it coded too much. The mark is the coder's own share:
    off the end of the bar by the net error, whose interval is the line (as far as shares go). Where
    that reaches the end of the bar, errors cancel as far as can be told.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.bias` returns, by groups or without. Rows by period are left out.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    n : int
        Frames shown, at most; those that people coded most often come first.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from framing import Features
    >>> from framing.validation import bias
    >>> rows = pd.DataFrame({"document": range(80), "region": ["EU", "US"] * 40})
    >>> hand = Features(np.eye(80, 2), ["rules", "values"], rows, kind="frame")
    >>> machine = Features(np.eye(80, 2, 1), ["rules", "values"], rows, kind="frame")
    >>> ax = plot_confusion(bias(machine, hand, by="region", replicates=100))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['rules', 'values']
    """
    kind = check(table, "plot_confusion", "bias", ("estimate", "low", "high"), PARTS)
    table = table if "group" in table else table.assign(group="")
    plain = table[table["period"].isna()] if "period" in table else table
    levels = plain[plain["statistic"].isin(PARTS)]
    check(levels, "plot_confusion", "bias", ("estimate",), PARTS)
    once(levels, ["group", kind, "statistic"], "plot_confusion", "give one table")
    wide = levels.pivot(index=[kind, "group"], columns="statistic", values="estimate")
    coded = (wide["found"] + wide["missed"]).rename("coded")
    order = list(dict.fromkeys(levels[kind]))
    usual = coded.groupby(level=kind).mean().loc[order].sort_values(ascending=False, kind="stable")
    shown = list(usual.index[:n])
    groups = [str(group) for group in dict.fromkeys(levels["group"])]
    look = looks(groups) if groups != [""] else {"": NEUTRAL}
    differences = plain[plain["statistic"] == "difference in net error"]
    step = min(0.36, 0.8 / len(groups))
    if ax is None:
        tall = ROW * max(2.1, len(groups) * 0.72) * len(shown)
        ax = new_axes(5.6 if len(differences) else 4.9, tall + 1.2)

    lay(ax, stack([len(shown)], heading=False), [shown], [])
    for i in range(0, len(shown), 2):
        ax.axhspan(i - 0.5, i + 0.5, color=BAND, lw=0, zorder=0)
    net = levels[levels["statistic"] == "net error"].set_index([kind, "group"])
    reach, first = [], []
    for i, name in enumerate(shown):
        for g, group in enumerate(groups):
            if (name, group) not in wide.index or np.isnan(coded[name, group]):
                continue
            y = i + (g - (len(groups) - 1) / 2) * step
            row = wide.loc[(name, group)]
            error = net.loc[(name, group), ["low", "high"]].to_numpy(dtype=float)
            reach.append(_bar(ax, y, row, error, 0.8 * step, look[group]))
            if i == 0 and group:
                first.append((reach[-1][1], y, group, look[group].ink))
    left, right = (np.array(reach).T[0].min(), np.array(reach).T[1].max())
    margin = 0.03 * (right - left)
    ax.set_xlim(left - margin, name_beyond(first, left - margin, right + margin))
    name_sides(ax, first)
    zero(ax)
    share_axis(ax)
    remark = _favoured(ax, differences, kind, shown)
    level = [percent(float(net["level"].iloc[0]))] if "level" in net else []
    dress(
        ax,
        title="What the coder found, missed and coded too much",
        subtitle=[behind(net.reset_index()).removeprefix(": "), remark],
        xlabel=f"share of {base(net, kind)}",
        below=notes(net.reset_index()),
        raised=25.0,
    )
    ends(ax, "coded too much", "coded by people")
    key(ax, _handles(level), raised=11.0)
    return ax


def _bar(
    ax: Axes, y: float, row: pd.Series[Any], error: Any, height: float, look: Look
) -> tuple[float, float]:
    """Draw one bar with the coder's share; return how far it reaches to both sides."""
    found, missed, over = (float(row[part]) for part in PARTS[:3])
    edge: Any = {"height": height, "edgecolor": look.colour, "lw": 0.8, "zorder": 2}
    ax.barh(y, -over, color="white", hatch=HATCH, **edge)
    ax.barh(y, missed, left=found, color="white", **edge)
    ax.barh(y, found, color=pale(look, 0.4), **edge)
    low, high = np.clip(found + missed + error, 0.0, 1.0)
    ax.plot([low, high], [y, y], color=look.ink, lw=1.1, solid_capstyle="butt", zorder=4)
    fill = "white" if np.isnan(low) else look.ink
    style: Any = {"mec": look.ink, "mfc": fill, "ls": "none", "zorder": 5}
    ax.plot([found + over], [y], marker=look.marker, ms=3.8, **style)
    far = [found + missed, found + over, *(end for end in (low, high) if not np.isnan(end))]
    return min(-over, *far), max(far)


def _favoured(ax: Axes, differences: pd.DataFrame, kind: str, shown: list[str]) -> str:
    """Write beside each row whom errors favour clearly, or say why there were no tests."""
    if not len(differences):
        return ""
    if why := untested(differences):
        return why
    beside(ax, -0.85, "errors favour", colour=DARK, bold=True)
    for i, name in enumerate(shown):
        beaten: dict[str, list[str]] = {}
        found = set()
        for row in _rows(differences[differences[kind] == name]):
            found.add(judged := verdict(row.low, row.high, row.q_value))
            if judged == "clear":
                more, less = (row.group, row.reference)[:: 1 if row.estimate > 0 else -1]
                beaten.setdefault(str(less), []).append(str(more))
        text = "; ".join(f"{', '.join(more)} > {less}" for less, more in beaten.items())
        nobody = "too few to say" if found == {"unknown"} else "none clearly"
        beside(ax, i, text or nobody, colour=DARK if text else GREY)
    return cannot(differences)


def _rows(table: pd.DataFrame) -> Any:
    return table.itertuples()


def _handles(level: list[str]) -> dict[str, Any]:
    """What the parts of a bar mean."""
    edge: Any = {"edgecolor": NEUTRAL.colour, "lw": 0.8}
    line = Line2D([], [], marker="o", color=NEUTRAL.ink, lw=1.1, ms=3.8)
    return {
        "found": Patch(facecolor=pale(NEUTRAL, 0.4), **edge),
        "missed": Patch(facecolor="white", **edge),
        "over-coded": Patch(facecolor="white", hatch=HATCH, **edge),
        " ".join(["coder's share,", *level, "interval of its error"]): line,
    }
