"""The words around axes: titles, labels and remarks, broken to the width there is."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.text import Annotation, Text
from matplotlib.transforms import ScaledTranslation

from framing.plot.style import DARK, FONT, GREY, SMALL, STYLE, TEXT, TITLE, Sheet, root


class Words(Annotation):
    """The words around axes: a bold title, plain lines under it, a label and remarks below.

    Titles begin where the labels of the rows begin, and lines are broken where the axes end. The
    plain lines take no part in the layout, which would shrink the axes to make room for them.
    """

    def __init__(
        self,
        ax: Axes,
        title: str,
        lines: Sequence[str],
        label: str,
        remarks: Sequence[str],
        raised: float,
    ) -> None:
        super().__init__(
            "",
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, 5 + raised),
            textcoords="offset points",
            va="bottom",
            fontsize=TEXT,
            color=GREY,
            linespacing=1.3,
            family=FONT,
            annotation_clip=False,
            clip_on=False,
        )
        self.title, self.colour, self.size = title, DARK, TITLE
        self.lines = [line for line in lines if line]
        self.label, self.remarks = label, [line for line in remarks if line]
        self.set_in_layout(False)
        ax.add_artist(self)

    def settle(self, laid_out: bool = False) -> None:
        """Write everything where it belongs, now that the layout is known."""
        ax: Any = self.axes
        figure = root(ax)
        if isinstance(figure, Sheet) and figure.waits:
            return
        if not laid_out:
            figure.draw_without_rendering()
        box, scale = ax.get_window_extent(), figure.dpi / 72
        labels = ax.yaxis.get_tightbbox()
        found = [box.x0] + ([labels.x0] if labels is not None else [])
        left = min(found + [text.get_window_extent().x0 for text in ax.texts if text is not self])
        width = (box.x1 - left) / scale
        lines = "\n".join(wrap(line, width) for line in self.lines)
        self.set_text(lines)
        self.set_position(((left - box.x0) / scale, self.get_position()[1]))
        rise = (lines.count("\n") + 1 if lines else 0) * TEXT * 1.36
        room = width if len(figure.axes) > 1 else (figure.bbox.x1 - left) / scale
        title = ax.set_title(
            wrap(self.title, room, 1.12 * self.size),
            loc="left",
            fontsize=self.size,
            fontweight="bold",
            color=self.colour,
            family=FONT,
            parse_math=False,
            pad=self.get_position()[1] + rise + (2.5 if lines else 1),
        )
        start = ScaledTranslation((left - box.x0) / figure.dpi, 0, figure.dpi_scale_trans)
        title.set_transform(ax.transAxes + ax.titleOffsetTrans + start)
        below = width if len(figure.axes) == 1 else box.width / scale  # centred under the axes
        under = [self.label, *(wrap(line, below) for line in self.remarks)]
        ax.set_xlabel(
            "\n".join(line for line in under if line),
            fontsize=TEXT,
            color=DARK,
            family=FONT,
            linespacing=1.3,
        )


def quiet(ax: Axes, grid: Literal["x", "y", ""] = "x") -> None:
    """Take away what says nothing, and set small ticks and a light grid."""
    ax.spines[["top", "right", "left"]].set_visible(False)
    plain_text(ax.xaxis, ax.yaxis)
    ax.set_axisbelow(True)
    ax.tick_params(labelfontfamily=FONT, length=2.5, width=0.6, color="#9A9A9A")
    ax.tick_params(axis="x", labelsize=SMALL, labelcolor=DARK)
    ax.tick_params(axis="y", labelsize=TEXT, labelcolor=DARK, length=0)
    ax.grid(False)
    if grid:
        ax.grid(True, axis=grid, color=STYLE["grid.color"], linewidth=0.6)


def plain_text(*axes: Axis) -> None:
    """Write labels as they stand, whatever axes that somebody else made would do with a "$"."""
    for axis in axes:
        for text in axis.findobj(Text):
            text.set_parse_math(False)


def dress(
    ax: Axes,
    *,
    title: str = "",
    subtitle: Sequence[str] = (),
    xlabel: str = "",
    below: Sequence[str] = (),
    grid: Literal["x", "y", ""] = "x",
    raised: float = 0.0,
) -> None:
    """Quiet the axes and label them: a bold title, a plain subtitle, remarks below, a light grid.

    `raised` points are left free between the axes and the subtitle.
    """
    quiet(ax, grid)
    Words(ax, title, subtitle, xlabel, below, raised).settle()


def words_of(ax: Axes) -> Words:
    """Find the words that :func:`dress` put around axes."""
    return next(artist for artist in ax.get_children() if isinstance(artist, Words))


def ends(ax: Axes, left: str, right: str, colours: tuple[str, str] = (DARK, DARK)) -> None:
    """Say over the axes which way is which; :func:`dress` leaves room for it with raised=12."""
    left, right = (textwrap.shorten(text, 16, placeholder="…") for text in (left, right))
    sides = ((0.0, f"← {left}", "left"), (1.0, f"{right} →", "right"))
    for (x, text, align), colour in zip(sides, colours, strict=True):
        ax.annotate(
            text,
            (x, 1),
            xycoords="axes fraction",
            xytext=(0, 4),
            textcoords="offset points",
            ha=align,
            va="bottom",
            fontsize=SMALL,
            color=colour,
            family=FONT,
        )


def wrap(text: str, width: float, size: float = TEXT) -> str:
    r"""Break a line that would be longer than `width` points.

    Examples
    --------
    >>> wrap("to be or not to be", 60)
    'to be or not\nto be'
    """
    return textwrap.fill(text, max(int(width / (0.54 * size)), 12))
