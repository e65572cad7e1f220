"""Ternary: whose theme each frame is, among exactly three groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from mpltern.ternary import TernaryAxes

from framing.errors import InputError
from framing.plot.check import check, notes, once, untested
from framing.plot.labels import around, place
from framing.plot.style import (
    DARK,
    FONT,
    GREY,
    SMALL,
    STYLE,
    TEXT,
    TITLE,
    Shown,
    looks,
    new_figure,
    root,
    styled,
)
from framing.plot.words import plain_text, wrap
from framing.verdicts import verdicts

Floats = npt.NDArray[np.float64]
TERMS_NAMED = 10


class TernaryPanel(Shown, TernaryAxes):  # type: ignore[misc]
    """Ternary axes of a figure of their own; see :class:`framing.plot.style.Panel`."""


@styled
def plot_ternary(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    contrasts: pd.DataFrame | None = None,
    terms: pd.DataFrame | None = None,
) -> Axes:
    """Place frames between three groups by their share of the groups' estimates.

    A frame in a corner is used by one group only; one in the middle, by all alike. It is drawn in
    outline where the groups cannot be told apart: where none of its contrasts is clear or, without
    tests, where the three intervals share a value.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`framing.emphasis` returns for three groups.
    ax : matplotlib Axes, optional
        Made with ``projection="ternary"``; default: axes of a figure of their own.
    contrasts : pandas.DataFrame, optional
        What :func:`framing.contrast` returns for the same groups.
    terms : pandas.DataFrame, optional
        What :func:`framing.emphasis` returns for terms: drawn as small points, named where there
        is room.

    Returns
    -------
    mpltern axes
    """
    kind, names, mix = _mixes(table, "plot_ternary")
    groups = list(dict.fromkeys(table["group"]))
    if ax is None:
        figure = new_figure(4.6, 4.35)
        ax = figure.add_subplot(axes_class=TernaryPanel, ternary_sum=1.0)
    if not isinstance(ax, TernaryAxes):
        raise InputError(
            "plot_ternary: ax has no ternary projection; make it with "
            "plt.subplots(subplot_kw={'projection': 'ternary'})."
        )
    return _draw(ax, table, kind, names, mix, groups, contrasts, terms)


def _draw(
    ax: Any,
    table: pd.DataFrame,
    kind: str,
    names: list[str],
    mix: Floats,
    groups: list[str],
    contrasts: pd.DataFrame | None,
    terms: pd.DataFrame | None,
) -> Axes:
    plain_text(ax.taxis, ax.laxis, ax.raxis)
    corners = _frame(ax, groups)
    apart = _apart(table, kind, names, contrasts)
    sides = looks(groups)
    term_names: list[str] = []
    term_mix, named = np.zeros((0, 3)), []
    if terms is not None:
        what, term_names, term_mix = _mixes(terms, "plot_ternary")
        distinct = np.flatnonzero(_apart(terms, what, term_names, None))
        far = np.abs(term_mix[distinct] - 1 / 3).sum(axis=1)
        named = list(distinct[np.argsort(-far, kind="stable")][:TERMS_NAMED])
        ax.scatter(*term_mix.T, s=7, color="#B4B4B4", lw=0, zorder=2, clip_on=False)
    for point, clear in zip(mix, apart, strict=True):
        leader = groups[int(point.argmax())]
        colour = sides[str(leader)].colour if clear else GREY
        ax.plot(
            *[[share] for share in point],
            marker=sides[str(leader)].marker if clear else "o",
            ms=6 if clear else 5.5,
            mfc=colour if clear else "white",
            mec=colour,
            mew=1.2,
            ls="none",
            zorder=4,
            clip_on=False,
        )
    labels = [
        _text(ax, point, name, DARK, "bold" if clear else "normal", TEXT)
        for name, point, clear in zip(names, mix, apart, strict=True)
    ]
    labels += [_text(ax, term_mix[i], term_names[i], GREY, "normal", SMALL) for i in named]
    _explain(ax, table, contrasts, kind, None if terms is None else len(named))
    root(ax).draw_without_rendering()
    every = ax.transProjection.transform(np.vstack([mix, term_mix]))
    pixels, scale = ax.transData.transform(every), root(ax).dpi / 72
    solid = around(pixels[: len(names)], 3.5 * scale)
    marks = solid + around(pixels[len(names) :], 1.5 * scale)
    ticks = [label for axis in (ax.taxis, ax.laxis, ax.raxis) for label in axis.get_ticklabels()]
    taken = [text.get_window_extent() for text in [*ticks, *corners]]
    annotated = pixels[[*range(len(names)), *(len(names) + i for i in named)]]
    place(ax, labels, annotated, marks, taken, solid)
    return ax  # type: ignore[no-any-return]


def _mixes(table: pd.DataFrame, plot: str) -> tuple[str, list[str], Floats]:
    """Shares of the three groups' estimates, shape (n_frames, 3); unused frames are left out."""
    kind = check(table, plot, "emphasis", ("group", "estimate"), ("share",))
    groups = list(dict.fromkeys(table["group"]))
    if len(groups) != 3:
        raise InputError(
            f"{plot}: a triangle shows three groups, and the table has {len(groups)} "
            f"({', '.join(map(str, groups))}); choose three with levels=, or use plot_emphasis."
        )
    once(table, ["group", kind], plot, "compare groups without periods")
    wide = table.pivot(index=kind, columns="group", values="estimate")
    wide = wide.loc[list(dict.fromkeys(table[kind])), groups]
    wide = wide[(wide.sum(axis=1) > 0) & wide.notna().all(axis=1)]
    values = wide.to_numpy(dtype=float)
    return kind, [str(name) for name in wide.index], values / values.sum(axis=1, keepdims=True)


def _apart(
    table: pd.DataFrame, kind: str, names: list[str], contrasts: pd.DataFrame | None
) -> list[bool]:
    """Whether the groups can be told apart in each frame."""
    if contrasts is not None and not untested(contrasts):
        check(contrasts, "plot_ternary", "contrast", ("group", "reference", kind, "low", "high"))
        plain = contrasts
        if "statistic" in contrasts:
            plain = contrasts[contrasts["statistic"] == "difference"]
        clear = set(plain.loc[verdicts(plain) == "clear", kind].astype(str))
        return [name in clear for name in names]
    ends: Any = table.groupby(kind).agg({"low": "max", "high": "min"}) if "low" in table else None
    if ends is None:
        return [False] * len(names)
    ends.index = ends.index.astype(str)
    return [bool(ends.loc[name, "low"] > ends.loc[name, "high"]) for name in names]


def _frame(ax: Any, groups: list[str]) -> list[Annotation]:
    """Draw the triangle: a corner a group, quiet lines each 20 %, a cross in the middle."""
    sides = looks(groups)
    ticks = [0.2, 0.4, 0.6, 0.8]
    for axis, group in zip((ax.taxis, ax.laxis, ax.raxis), groups, strict=True):
        axis.set_ticks(ticks, [f"{round(100 * tick)}%" for tick in ticks])
        axis.set_tick_params(
            labelsize=SMALL, labelcolor=sides[str(group)].ink, length=2.5, width=0.6,
            labelfontfamily=FONT, color="#9A9A9A", grid_color=STYLE["grid.color"],
            grid_linewidth=0.6,
        )  # fmt: skip
    ax.grid(True)
    for spine in ax.spines.values():
        spine.set_linewidth(0.6)
        spine.set_edgecolor("#9A9A9A")
    ax.plot([1 / 3], [1 / 3], [1 / 3], marker="+", ms=9, mec=GREY, mew=0.9, zorder=1)
    corners = (((1, 0, 0), (0, 7), "center", "bottom"), ((0, 1, 0), (-7, -3), "right", "top"),
               ((0, 0, 1), (7, -3), "left", "top"))  # fmt: skip
    notes = [
        _text(
            ax, np.array(corner), str(group), sides[str(group)].ink, "bold", TITLE,
            offset=offset, ha=ha, va=va,
        )
        for group, (corner, offset, ha, va) in zip(groups, corners, strict=True)
    ]  # fmt: skip
    for note in notes:
        note.set_in_layout(True)
    return notes


def _text(
    ax: Any, point: Floats, text: str, colour: str, weight: str, size: float,
    offset: tuple[float, float] = (0, 0), ha: str = "center", va: str = "center",
) -> Annotation:  # fmt: skip
    """Write beside a point of the triangle."""
    note = Annotation(
        text, ax.transProjection.transform(np.atleast_2d(point))[0], xytext=offset,
        textcoords="offset points", ha=ha, va=va, fontsize=size, fontweight=weight, color=colour,
        family=FONT, annotation_clip=False, clip_on=False, zorder=5,
    )  # fmt: skip
    note.set_in_layout(False)
    ax.add_artist(note)
    return note


def _explain(
    ax: Any,
    table: pd.DataFrame,
    contrasts: pd.DataFrame | None,
    kind: str,
    terms: int | None,
) -> None:
    """Write the title and how to read the triangle; `terms` is how many are named."""
    why = untested(contrasts) if contrasts is not None else ""
    tested = contrasts is not None and not why
    of_terms = {
        None: "",
        0: "small points: frequent terms; the three intervals of each share a value",
    }
    lines = [
        "place: share of the three sides’ emphasis; cross: the same on all three",
        f"in outline: {'no contrast is clear' if tested else 'the three intervals share a value'}",
        of_terms.get(
            terms, "small points: frequent terms, named where the three intervals share no value"
        ),
        why,
        *notes(table),
    ]
    title, text = f"Whose theme each {kind} is", "\n".join(wrap(x, 320) for x in lines if x)
    bold: dict[str, Any] = {"fontsize": TITLE, "fontweight": "bold", "color": DARK, "family": FONT}
    plain: dict[str, Any] = {"fontsize": TEXT, "color": DARK, "family": FONT, "linespacing": 1.3}
    if isinstance(ax, TernaryPanel):
        root(ax).suptitle(title, x=0.01, ha="left", **bold)
        root(ax).supxlabel(text, **plain)
    else:
        ax.set_title(title, pad=20, parse_math=False, **bold)
        note = Annotation(
            text, (0.5, 0), xycoords="axes fraction", xytext=(0, -30), ha="center", va="top",
            textcoords="offset points", annotation_clip=False, clip_on=False, **plain,
        )  # fmt: skip
        ax.add_artist(note)
