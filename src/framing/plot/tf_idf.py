"""TF-IDF: the terms that mark each period."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from framing.plot.check import behind, check, notes
from framing.plot.rows import ROW, lay, mark, stack
from framing.plot.style import NEUTRAL, Look, looks, new_axes, styled
from framing.plot.words import dress


@styled
def plot_tf_idf(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    n: int = 10,
    everywhere: frozenset[str] | None = None,
) -> Axes:
    """Draw the heaviest terms of each period (or group).

    A mark is filled where the term leads in this period alone, hollow where it is among the
    heaviest of another one too; all are filled where that holds of every term.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.tf_idf` returns. Several periods have a section each; see
        :func:`framing.plot.small_multiples` for panels.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    n : int
        Terms shown of each period.
    everywhere : frozenset of str, optional
        Terms drawn hollow; default those that lead in several of the sections drawn. See
        :func:`repeated`.

    Returns
    -------
    matplotlib.axes.Axes
    """
    kind = check(table, "plot_tf_idf", "tf_idf", ("estimate", "low", "high"), ("tf_idf",))
    by = "period" if "period" in table else "group"
    if everywhere is None:
        everywhere = repeated(table, n)
    if everywhere >= set(table[kind]):
        everywhere = frozenset()
    names = list(dict.fromkeys(table[by]))
    parts = [_first(table[table[by] == name], kind, n) for name in names]
    rows = stack([len(part) for part in parts], heading=len(names) > 1)
    if ax is None:
        ax = new_axes(4.2, ROW * rows.height + 1.2)

    look: dict[str, Look] = looks(names) if by == "group" else dict.fromkeys(names, NEUTRAL)
    for name, part, places in zip(names, parts, rows.places, strict=True):
        for (_, row), place in zip(part.iterrows(), places, strict=True):
            x, low, high = (float(row[end]) for end in ("estimate", "low", "high"))
            ax.plot(
                [0, x], [place, place], color="#C9CED3", lw=3.2, solid_capstyle="butt", zorder=1
            )
            mark(ax, x, low, high, place, look[name], filled=row[kind] not in everywhere)
    lay(ax, rows, [list(part[kind]) for part in parts], [(str(m), look[m].ink) for m in names])
    ax.set_xlim(left=0)
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
    dress(
        ax,
        title=f"The {kind}s that mark each {'year' if _years(names) else by}",
        subtitle=[behind(table, by)],
        xlabel="tf-idf weight",
        below=notes(table, by),
    )
    return ax


def repeated(table: pd.DataFrame, n: int) -> frozenset[str]:
    """Terms among the `n` heaviest of more than one period.

    Examples
    --------
    >>> rows = {"period": ["2021", "2022"], "term": ["chips"] * 2, "estimate": [0.4, 0.3]}
    >>> sorted(repeated(pd.DataFrame(rows), 1))
    ['chips']
    """
    kind = check(table, "plot_tf_idf", "tf_idf", ("estimate",))
    by = "period" if "period" in table else "group"
    leading = pd.concat([_first(part, kind, n) for _, part in table.groupby(by, sort=False)])
    often = leading[kind].value_counts()
    return frozenset(often.index[often > 1])


def _first(part: pd.DataFrame, kind: str, n: int) -> pd.DataFrame:
    heavy = -part["estimate"].to_numpy(dtype=float)
    return part.iloc[np.lexsort((part[kind].astype(str), heavy))].head(n)


def _years(names: list[str]) -> bool:
    return all(len(str(name)) == 4 and str(name).isdigit() for name in names)
