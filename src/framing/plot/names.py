"""Names of sides behind the ends of their curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.text import Annotation

from framing.plot.labels import spread
from framing.plot.style import FONT, SMALL, Look, root


class _EndName(Annotation):
    """One of several names to the right of axes, which keep apart however high these become."""

    def __init__(self, ax: Axes, final: Sequence[tuple[float, str, Look]], which: int) -> None:
        at, text, look = final[which]
        super().__init__(
            text,
            (1, at),
            xycoords=ax.get_yaxis_transform(),
            xytext=(2, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            fontweight="bold",
            color=look.ink,
            family=FONT,
            annotation_clip=False,
            clip_on=False,
        )
        self._ends, self._which = [end for end, _, _ in final], which
        ax.add_artist(self)

    def update_positions(self, renderer: RendererBase) -> None:
        ax: Any = self.axes
        low, high = ax.get_ylim()
        height = max(ax.bbox.height * 72 / root(ax).dpi, 1.0)
        gap = (high - low) * min(1.25 * SMALL / height, 1 / len(self._ends))
        places = spread(self._ends, gap, low + gap / 2, high - gap / 2)
        self.xy = (1, float(places[self._which]))
        super().update_positions(renderer)


def name_ends(ax: Axes, final: Sequence[tuple[float, str, Look]]) -> None:
    """Write each side's name behind its curve, apart from one another.

    Parameters
    ----------
    ax : Axes
    final : sequence of (y, name, look)
        Where each curve ends.
    """
    for which in range(len(final)):
        _EndName(ax, final, which)
