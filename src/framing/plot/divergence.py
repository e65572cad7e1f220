"""Divergence: how far apart the sides are, and what lies between them, against chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from framing.plot.bars import Whole, bar, no_floor, parts_of
from framing.plot.check import check, notes
from framing.plot.rows import ROW, after, beside, lay, stack, zero
from framing.plot.style import DARK, GREY, NEUTRAL, Look, looks, new_axes, styled
from framing.plot.words import dress
from framing.wording import percent

PAIRS = 3
"""With more pairs of groups, only what sets all of them apart is spelt out."""


@dataclass(frozen=True)
class _Bar:
    """One row: what is drawn, and what stands beside it."""

    label: str
    numbers: tuple[float, float, float, float]
    clear: bool
    look: Look
    text: str
    ink: str


@styled
def plot_divergence(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    shares: pd.DataFrame | None = None,
    n: int = 5,
) -> Axes:
    """Draw how far the mixes of groups lie apart, all together and two by two, and what does it.

    The wide grey bar behind each is what relabelling the documents gives on average, the thin line
    the interval: of what is more than chance, for a whole divergence. A bar is solid where it is
    clear: q < .05, and the interval leaves out nought.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.divergence` returns. With periods each comparison has its section, and
        features are left out.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    shares : pandas.DataFrame, optional
        What :func:`framing.emphasis` returns for the same groups: bars of a pair then have the
        colour of the group that uses the feature more.
    n : int
        Features shown of each pair, the largest contributions first; where there are more than
        three pairs, of all groups together.

    Returns
    -------
    matplotlib.axes.Axes
    """
    columns = ("group", "reference", "estimate")
    kind = check(table, "plot_divergence", "divergence", columns, ("divergence",))
    sets = {
        (str(group), str(reference)): rows
        for (group, reference), rows in table.groupby(["group", "reference"], sort=False)
    }
    sections = _sections(sets, kind, _mixes(shares, kind), n)
    rows = stack([len(bars) for _, bars in sections], heading=len(sections) > 1)
    if ax is None:
        ax = new_axes(6.4, ROW * 1.2 * rows.height + 1.3)
    drawn = np.array([one.numbers for _, bars in sections for one in bars])
    far = 1.04 * max(float(np.nanmax(drawn)), 1e-6)
    for (_, bars), places in zip(sections, rows.places, strict=True):
        for one, place in zip(bars, places, strict=True):
            bar(ax, place, *one.numbers, one.look, solid=one.clear)
            end = float(np.nanmax(one.numbers))
            if one.look == NEUTRAL or end > 0.8 * far:
                beside(ax, place, one.text, colour=one.ink)
            else:
                after(ax, end, place, one.text, colour=one.ink)
    labels = [[one.label for one in bars] for _, bars in sections]
    lay(ax, rows, labels, [(head, DARK) for head, _ in sections])
    zero(ax)
    ax.set_xlim(0, far)
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    dress(
        ax,
        title="How far apart the sides are",
        subtitle=[no_floor(table)],
        xlabel="Jensen–Shannon divergence, bits",
        below=[_key(table), *_blank(table)],
    )
    return ax


def _sections(
    sets: Mapping[tuple[str, str], pd.DataFrame], kind: str, mixes: pd.DataFrame | None, n: int
) -> list[tuple[str, list[_Bar]]]:
    """Headings and bars: whole divergences first, then what each pair differs in."""
    if any("period" in rows for rows in sets.values()):
        return [
            (_name(names), [_whole(str(t), one) for t, one in rows.groupby("period", sort=False)])
            for names, rows in sets.items()
        ]
    pairs = [names for names in sets if names[0] != names[1]]
    spelt = pairs if len(pairs) <= PAIRS else [names for names in sets if names not in pairs]
    whole = [_whole(_name(names), rows) for names, rows in sets.items()]
    parts = [
        (f"What lies between {_name(names)}", _parts(sets[names], kind, names, mixes, n))
        for names in spelt
    ]
    return [(f"The whole mix of {kind}s", whole), *parts]


def _whole(label: str, rows: pd.DataFrame) -> _Bar:
    found = Whole.of(rows)
    assert found is not None
    text = ", ".join(part for part in (found.left(), found.test("q")) if part)
    numbers = (found.found, found.floor, found.low, found.high)
    return _Bar(label, numbers, found.clear, NEUTRAL, text, DARK if found.clear else GREY)


def _parts(
    rows: pd.DataFrame, kind: str, names: tuple[str, str], mixes: pd.DataFrame | None, n: int
) -> list[_Bar]:
    """Bars of the largest contributions, each in the colour of whoever uses it more, if known."""
    known = mixes is not None and set(names) <= set(mixes)
    look, bars = looks(names), []
    for name, row in parts_of(rows, kind, n).iterrows():
        found, floor, low, high = row[["contribution", "contribution_null", "low", "high"]]
        text, colour = "clear" if row["clear"] else "", NEUTRAL
        if known and mixes is not None:
            more = str(mixes.loc[[name], list(names)].idxmax(axis=1).iloc[0])
            text, colour = f"more in {more}", look[more]
        ink = colour.ink if row["clear"] else GREY
        bars.append(
            _Bar(str(name), (found, floor, low, high), bool(row["clear"]), colour, text, ink)
        )
    return bars


def _mixes(shares: pd.DataFrame | None, kind: str) -> pd.DataFrame | None:
    """Each feature's part of all that a group uses, a column a group."""
    if shares is None:
        return None
    check(shares, "plot_divergence", "emphasis", ("group", kind, "estimate"), ("share",))
    wide = shares.pivot(index=kind, columns="group", values="estimate")
    return wide / wide.sum()


def _name(names: tuple[str, str]) -> str:
    return "all together" if names[0] == names[1] else " and ".join(names)


def _blank(table: pd.DataFrame) -> list[str]:
    """Say which divergences have no interval, and why."""
    excess = table[table["statistic"] == "excess"]
    if "low" not in excess or excess["low"].isna().all():
        return notes(excess.drop(columns="group"))
    single = excess["group"] == excess["reference"]
    return notes(
        excess.assign(
            group=excess["group"].where(single, excess["group"] + "–" + excess["reference"])
        )
    )


def _key(table: pd.DataFrame) -> str:
    """Say what the parts of a bar are."""
    line = f"line: {percent(float(table['level'].iloc[0]))} interval" if "level" in table else ""
    line = line if "low" in table and table["low"].notna().any() else ""
    if not table.loc[table["statistic"] == "null_mean", "estimate"].notna().any():
        return line
    tests = table["p_value"].notna().groupby(table["statistic"]).sum()
    family = f"{tests['divergence']:,} tests of wholes"
    if "period" not in table:
        family += f", {tests.get('contribution', 0):,} of parts"
    parts = ["grey: by chance", line and f"{line} of what is more"]
    parts.append(f"solid: clear (q < .05; {family})")
    return "; ".join(part for part in parts if part)
