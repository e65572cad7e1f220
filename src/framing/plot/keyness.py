"""Keyness: what sets the words of each side apart from the rest, or from those of another side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from framing.plot.check import behind, cannot, check, notes, untested
from framing.plot.rows import ROW, beside, lay, mark, stack, zero
from framing.plot.style import DARK, SMALL, looks, new_axes, styled
from framing.plot.words import dress
from framing.verdicts import direction
from framing.wording import count_of

MEASURES = {
    "log_odds": "odds of the {kind}, against {other} (×2: twice the odds)",
    "log_ratio": "share of the {kind}, against {other} (×2: twice the share)",
    "g2": "G², against {other}: it grows with the corpus",
    "chi2": "χ², against {other}: it grows with the corpus",
}
"""What is drawn, and how its scale is labelled."""

WITHOUT_INTERVAL = ("g2", "chi2")
_FRACTIONS = {-3: "×⅛", -2: "×¼", -1: "×½"}


@styled
def plot_keyness(table: pd.DataFrame, ax: Axes | None = None, *, n: int = 12) -> Axes:
    """Draw the terms that each group uses more than the rest, the surest on top.

    A mark is filled where the difference is clear (:mod:`framing.verdicts`): q < .05, and the whole
    interval above "equal". Where there are no tests the interval alone decides, and for G² and χ²,
    which have none, q alone; the figure says so. Beside each term stands how often the group uses
    it, and in how many documents. Where two groups are set against each other, the surest terms of
    both are drawn, in the colour of the group that uses them more.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.keyness` returns. With several groups, or pairs of them, each has its
        section; see :func:`framing.plot.small_multiples` for panels.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    n : int
        Terms shown of each section.

    Returns
    -------
    matplotlib.axes.Axes
    """
    columns = ("estimate", "low", "high", "n")
    kind = check(table, "plot_keyness", "keyness", columns, tuple(MEASURES))
    measure, by = str(table["statistic"].iloc[0]), "group" if "group" in table else "period"
    pairs = "reference" in table and not (table["reference"] == "rest").any()
    marked = table.assign(way=_ways(table, measure))
    keys = [key for key in ("group", "period", "reference") if key in table]
    sections = [part for _, part in marked.groupby(keys, sort=False)] if keys else [marked]
    parts = [_both_ends(part, kind, n) if pairs else _first(part, kind, n) for part in sections]
    rows = stack([len(part) for part in parts], heading=len(sections) > 1)
    if ax is None:
        ax = new_axes(4.6, ROW * rows.height + 1.2)

    look = looks([*table.get(by, [""]), *(table["reference"] if pairs else [])])
    for part, places in zip(parts, rows.places, strict=True):
        for (_, row), place in zip(part.iterrows(), places, strict=True):
            x, low, high = (_scaled(row[name], measure) for name in ("estimate", "low", "high"))
            if measure in WITHOUT_INTERVAL:
                ax.plot([0, x], [place, place], color="#C9CED3", lw=3.2, solid_capstyle="butt")
                low = high = x
            more = row["reference"] if pairs and x < 0 else row.get(by, "")
            filled = row["way"] != 0 if pairs else row["way"] > 0
            mark(ax, x, low, high, place, look[str(more)], filled=bool(filled))
    heads = [_head(part, keys, pairs) for part in parts]
    inks = [
        DARK if pairs else look[str(part[by].iloc[0])].ink if by in part else DARK for part in parts
    ]
    lay(ax, rows, [list(part[kind]) for part in parts], list(zip(heads, inks, strict=True)))
    _counts(ax, parts, rows.places)
    zero(ax)
    _scale(ax, pd.concat(parts), measure)
    dress(
        ax,
        title=f"The {kind}s that set each side apart",
        subtitle=[_sides(parts, by) if pairs else behind(table, by), _number(marked, pairs)],
        xlabel=MEASURES[measure].format(kind=kind, other="each other" if pairs else "the rest"),
        below=[
            _rule(table, measure, pairs),
            *(notes(table, by) if measure not in WITHOUT_INTERVAL else []),
        ],
        raised=9.0,
    )
    return ax


def _ways(table: pd.DataFrame, measure: str) -> list[int]:
    """Which way each difference clearly goes, by whatever there is to judge it; 0 if neither."""
    if measure in WITHOUT_INTERVAL:
        table = table.assign(low=table["estimate"], high=table["estimate"])
    if _without_tests(table):
        table = table.assign(q_value=np.nan if measure in WITHOUT_INTERVAL else 0.0)
    return [direction(row) for row in table.itertuples()]


def _without_tests(table: pd.DataFrame) -> str:
    return untested(table) if "p_value" in table else "no tests"


def _number(marked: pd.DataFrame, pairs: bool) -> str:
    """Say how many differences are clear, of how many tested."""
    clear = int((marked["way"] != 0).sum() if pairs else (marked["way"] > 0).sum())
    if _without_tests(marked):
        return f"{clear:,} of {len(marked):,} filled"
    return f"{clear:,} of {int(marked['p_value'].notna().sum()):,} clear"


def _rule(table: pd.DataFrame, measure: str, pairs: bool) -> str:
    """Say what filled means."""
    interval = f"the whole interval {'off' if pairs else 'above'} ×1"
    why, bare = _without_tests(table), measure in WITHOUT_INTERVAL
    if why:
        return why if bare else f"filled: {interval}; {why}"
    n_tests = table["n_tests"].max() if "n_tests" in table else table["p_value"].notna().sum()
    rule = f"filled: q < .05, {count_of(int(n_tests), 'test')}"
    parts = [rule if bare else f"{rule}, and {interval}", cannot(table)]
    return "; ".join(part for part in parts if part)


def _first(part: pd.DataFrame, kind: str, n: int) -> pd.DataFrame:
    lead = part["low"].fillna(part["estimate"]).to_numpy(dtype=float)
    return part.iloc[np.lexsort((part[kind].astype(str), -lead))].head(n)


def _both_ends(part: pd.DataFrame, kind: str, n: int) -> pd.DataFrame:
    """The surest terms of the group, then those of its reference, each with its own counts."""
    turned = part.assign(low=-part["high"], high=-part["low"], estimate=-part["estimate"])
    lead = _first(part[part["estimate"] > 0], kind, n - n // 2)
    other = part.loc[_first(turned[turned["estimate"] > 0], kind, n // 2).index[::-1]]
    if "n_reference" in part:
        other = other.assign(n=other["n_reference"], df=other["df_reference"])
    return pd.concat([lead, other])


def _head(part: pd.DataFrame, keys: list[str], pairs: bool) -> str:
    names = [str(part[key].iloc[0]) for key in keys if key != "reference"]
    return ", ".join(names) + (f" against {part['reference'].iloc[0]}" if pairs else "")


def _sides(parts: list[pd.DataFrame], by: str) -> str:
    """Which side lies where, if there is one pair; where there are several, their headings say."""
    if len(parts) > 1:
        return ""
    row = parts[0].iloc[0]
    return f"to the right: more in {row[by]}; to the left: more in {row['reference']}"


def _counts(ax: Axes, parts: list[pd.DataFrame], places: tuple[tuple[float, ...], ...]) -> None:
    """Write beside each term how often it is used, and in how many documents if that differs."""
    shown = pd.concat(parts)
    texts, header = [f"{int(n):,}" for n in shown["n"]], "uses"
    if "df" in shown and (shown["n"] == shown["df"]).all():
        header = "docs"
    elif "df" in shown:
        texts = [f"{n} in {int(df):,}" for n, df in zip(texts, shown["df"], strict=True)]
        header = "uses in docs"
    end = 6 + 0.62 * SMALL * max(map(len, texts), default=0)
    at = [place for section in places for place in section]
    for text, place in zip(texts, at, strict=True):
        beside(ax, place, text, end=end)
    beside(ax, places[0][0] - 1.1, header, end=max(end, 24.0))


def _scaled(value: float, measure: str) -> float:
    """Log-odds in doublings; the others as they are."""
    return float(value) / np.log(2) if measure == "log_odds" else float(value)


class _Doublings(MaxNLocator):
    """Whole doublings, somewhat closer together than matplotlib's own choice."""

    def __call__(self) -> Any:
        self.set_params(nbins=max(2, int(1.8 * self.axis.get_tick_space())))  # type: ignore[union-attr]
        return super().__call__()


def _scale(ax: Axes, shown: pd.DataFrame, measure: str) -> None:
    """Mark the scale: in doublings, or plainly."""
    ends = np.vectorize(_scaled)(shown[["low", "high", "estimate"]].to_numpy(dtype=float), measure)
    low, high = np.nanmin(ends), np.nanmax(ends)
    if measure in WITHOUT_INTERVAL:
        room = 0.06 * max(high, -low)
        ax.set_xlim(min(low - room, 0.0), max(high + room, 0.0))
        ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{abs(x):g}"))
        return
    ax.set_xlim(min(low - 0.2, -0.5), max(high + 0.2, 1.0))
    ax.xaxis.set_major_locator(_Doublings(integer=True, steps=[1, 2, 4, 10]))

    def words(x: float, _: object) -> str:
        d = round(x)
        return _FRACTIONS.get(d, f"×{2**d}" if d >= 0 else f"×1/{2**-d}")

    ax.xaxis.set_major_formatter(FuncFormatter(words))
