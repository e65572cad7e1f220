"""Effects: how far prevalence depends on a covariate, or differs between sides, topic by topic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from framing.errors import InputError
from framing.plot.check import cannot, check, notes, once
from framing.plot.rows import ROW, lay, mark, stack, zero
from framing.plot.style import DARK, FONT, NEUTRAL, SMALL, Look, looks, new_axes, styled
from framing.plot.topics import named
from framing.plot.words import dress, ends
from framing.verdicts import verdicts
from framing.wording import MINUS, listed, percent, points

_CURVE = re.compile(r"\b(?:s|bs|poly)\(")


@styled
def plot_effects(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    n: int = 25,
    terms: pd.DataFrame | None = None,
    order: Sequence[str] | None = None,
    far: float | None = None,
) -> Axes:
    """Draw how far the prevalence of every topic differs between sides, or goes with a covariate.

    Filled marks are clear (q < .05, and the interval leaves out nought).

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.topics.prevalence_differences` or :func:`framing.topics.effects`
        returns. Every pair of sides, or coefficient, has its section; see
        :func:`framing.plot.small_multiples` for panels. Intercepts, and coefficients of curves,
        which mean nothing one by one, are left out.
    ax : matplotlib Axes, optional
        Default: axes of a figure of their own.
    n : int
        Topics (or frames) shown, at most.
    terms : pandas.DataFrame, optional
        What :func:`framing.topics.topic_summary` returns: terms stand beside the topics.
    order : sequence of str, optional
        Topics from top to bottom; default the largest effects first.
    far : float, optional
        Where the scale ends; see :func:`far_enough`. What lies beyond is written at the edge.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> rows = {"topic": ["topic 1", "topic 2"], "coefficient": "side[T.EU]"}
    >>> rows |= {"statistic": "coefficient", "estimate": [0.02, -0.3], "low": [-0.1, -0.4]}
    >>> ax = plot_effects(pd.DataFrame(rows).assign(high=[0.14, -0.2], q_value=[0.6, 0.01]))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['topic 2', 'topic 1']
    """
    kind = check(table, "plot_effects", "effects", ("estimate", "low", "high"))
    keys = ["group", "reference"] if "reference" in table else ["coefficient"]
    check(table, "plot_effects", "effects", keys)
    drawn = _differences(table) if "reference" in table else _plain(table)
    once(drawn, [*keys, kind], "plot_effects", "keep one period and statistic")
    if order is None:
        reach = drawn["estimate"].abs().groupby(drawn[kind], sort=False).max()
        order = list(reach.sort_values(ascending=False, kind="stable").index)
    order = list(order)[:n]
    edge = far is not None
    far = far_enough(drawn) if far is None else far
    edge = edge or bool((drawn["estimate"].abs() > far).any())
    sections = [(tuple(map(str, name)), part) for name, part in drawn.groupby(keys, sort=False)]
    log = "statistic" in drawn and str(drawn["statistic"].iloc[0]).startswith("log-odds")
    write = _number if log else _points
    places = stack([len(order)] * len(sections), heading=len(sections) > 1)
    if ax is None:
        ax = new_axes(5.6 if terms is not None else 4.6, ROW * places.height + 1.2)

    for (_, part), rows in zip(sections, places.places, strict=True):
        found = part.assign(verdict=verdicts(part)).set_index(kind)
        for name, y in zip(order, rows, strict=True):
            if name not in found.index:
                continue
            row: Any = found.loc[name]
            x, low, high = (float(row[end]) for end in ("estimate", "low", "high"))
            look = _look(row, keys)
            clear = row["verdict"] == "clear"
            if abs(x) <= far:
                mark(ax, x, low, high, y, look, filled=clear, size=4.2)
            else:
                between = "" if np.isnan(low) else f" ({write(low)} to {write(high)})"
                _at_edge(ax, x, y, f"{write(x)}{between}", look, bold=clear)
    heads = [_head(name) for name, _ in sections]
    labels = [named(str(name), terms, kind) for name in order]
    lay(ax, places, [labels] * len(sections), [(head, DARK) for head in heads])
    zero(ax)
    ax.set_xlim(-far, far)
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], symmetric=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: write(x)))
    pair = keys == ["group", "reference"]
    dress(
        ax,
        title="How far prevalence differs" if pair else "What prevalence goes with",
        subtitle=["" if len(sections) > 1 or pair else heads[0], cannot(drawn)],
        xlabel="difference of log-odds" if log else "difference of shares, percentage points",
        below=[
            _lines(drawn, edge=edge),
            *_no_intervals(drawn, keys, kind),
            _left_out(table, drawn),
        ],
        raised=12.0 if len(sections) == 1 else 0.0,
    )
    if len(sections) == 1:
        _ends(ax, sections[0][0] if pair else ())
    return ax


def far_enough(table: pd.DataFrame) -> float:
    """Where a scale ends that shows most topics well: three times the median reach, at most.

    Examples
    --------
    >>> rows = {"topic": list("abcd"), "estimate": [0.1, 0.1, 0.2, 3.0]}
    >>> round(far_enough(pd.DataFrame(rows).assign(low=0.0, high=0.1)), 3)
    0.21
    """
    kind = check(table, "plot_effects", "effects", ("estimate", "low", "high"))
    reach = table[["estimate", "low", "high"]].abs().max(axis=1).groupby(table[kind]).max()
    return 1.05 * float(reach[reach <= 3 * reach.median()].max())


def coefficient_name(column: str) -> str:
    """Write a column of a design as it is read.

    Examples
    --------
    >>> coefficient_name("region[T.US]"), coefficient_name("region[T.US]:year")
    ('region: US', 'region: US × year')
    """
    parts = re.split(r":(?![^\[]*\])", column)
    return " × ".join(re.sub(r"\[(?:T\.)?(.*)\]$", r": \1", part) for part in parts)


def _differences(table: pd.DataFrame) -> pd.DataFrame:
    """Differences between sides, of all periods together if they are there."""
    check(table, "plot_effects", "prevalence_differences", (), ("difference",))
    plain = table[table["statistic"] == "difference"]
    if "period" not in plain:
        return plain
    whole = plain["period"].isna() | plain["period"].astype(str).str.contains("–")
    return plain[whole] if whole.any() else plain


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Coefficients that mean something one by one."""
    names = table["coefficient"].astype(str)
    curves = pd.Series([bool(_CURVE.search(name)) for name in names], index=table.index)
    kept = table[~curves & (names != "Intercept")]
    if kept.empty:
        raise InputError(
            "plot_effects: the table holds intercepts and curves only, whose coefficients mean "
            "nothing one by one; plot_prevalence draws what they predict."
        )
    return kept


def _no_intervals(drawn: pd.DataFrame, keys: list[str], kind: str) -> list[str]:
    """Say what has no interval: whole sections, with the first reason, then single topics."""
    blank = drawn[drawn["low"].isna()]
    if blank.empty:
        return []
    sizes: Any = drawn.groupby(keys).size()
    lines: list[str] = []
    for name, part in blank.groupby(keys, sort=False):
        if len(part) == sizes[name]:
            head = _head(tuple(map(str, name)))
            lines += notes(part.head(1).assign(section=head), "section")
        else:
            lines += notes(part.head(1).assign(names=listed(list(part[kind]))), "names")
    return list(dict.fromkeys(lines))


def _left_out(table: pd.DataFrame, drawn: pd.DataFrame) -> str:
    """Say that curves are not drawn."""
    if "coefficient" not in table or "reference" in table:
        return ""
    rest = set(table["coefficient"]) - set(drawn["coefficient"]) - {"Intercept"}
    return "not drawn: coefficients of curves (see plot_prevalence)" if rest else ""


def _look(row: Any, keys: list[str]) -> Look:
    """The side with more, where sides are compared and it is clear."""
    if len(keys) == 1 or row["verdict"] != "clear":
        return NEUTRAL
    more = str(row["group" if row["estimate"] > 0 else "reference"])
    return looks([str(row["group"]), str(row["reference"])])[more]


def _head(name: tuple[str, ...]) -> str:
    return f"{name[0]} against {name[1]}" if len(name) == 2 else coefficient_name(str(name[0]))


def _lines(drawn: pd.DataFrame, *, edge: bool) -> str:
    """Say what lines and filled marks are, and bold numbers at the edge."""
    if drawn["low"].isna().all():
        return ""
    level = f"{percent(float(drawn['level'].iloc[0]))} " if "level" in drawn else ""
    said = f"lines: {level}intervals"
    tested = "q_value" in drawn and drawn["q_value"].notna().any()
    marked = "filled, or bold at the edge" if edge else "filled"
    return said + (f"; {marked}: clear (q < .05)" if tested else "")


def _ends(ax: Axes, pair: tuple[str, ...]) -> None:
    """Say over the axes which way is which."""
    if not pair:
        ends(ax, "less", "more")
        return
    look = looks(pair)
    more = "more" if len("".join(pair)) <= 12 else ""
    group, reference = pair
    inks = look[reference].ink, look[group].ink
    ends(ax, f"{reference} {more}", f"{group} {more}", inks)


def _at_edge(ax: Axes, x: float, y: float, text: str, look: Look, *, bold: bool) -> None:
    """Point to where a number lies that is beyond the scale, and write it."""
    right = x > 0
    written = ax.annotate(
        f"{text} →" if right else f"← {text}",
        (float(right), y),
        xycoords=ax.get_yaxis_transform(),
        xytext=(-2 if right else 2, 0),
        textcoords="offset points",
        ha="right" if right else "left",
        va="center",
        fontsize=SMALL,
        color=look.ink,
        fontweight="bold" if bold else "normal",
        family=FONT,
    )
    written.set_path_effects([withStroke(linewidth=2, foreground="white")])


def _points(x: float) -> str:
    return points(x, signed=True)


def _number(x: float) -> str:
    return f"{x:+.3g}".replace("-", MINUS) if abs(x) > 1e-9 else "0"
