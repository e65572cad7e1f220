"""A grid of small panels: a row a side or pair, a column a frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from framing.plot.style import DARK, FONT, TEXT, TITLE, Panel, new_figure, root
from framing.plot.words import quiet, wrap

TOPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Where the scale of shares may have a tick."""


def grid(
    rows: Sequence[tuple[str, str]], columns: Sequence[str], width: float
) -> npt.NDArray[np.object_]:
    """Make empty panels, with names over the columns and beside the rows.

    Parameters
    ----------
    rows : sequence of (name, colour)
    columns : sequence of str
    width : float
        Of the figure, in inches.

    Returns
    -------
    array of matplotlib.axes.Axes
        Rows × columns.
    """
    figure = new_figure(width, 1.05 + 1.02 * len(rows))
    figure.set_layout_engine(
        "constrained", w_pad=0.02, h_pad=0.03, wspace=0.02, hspace=0.02, rect=(0, 0, 0.99, 1)
    )
    axes = np.full((len(rows), len(columns)), None, dtype=object)
    crowded = max(map(len, columns)) * 0.6 * TEXT > 66 * width / len(columns)
    for r, (name, colour) in enumerate(rows):
        for c, column in enumerate(columns):
            at = r * len(columns) + c + 1
            axes[r, c] = ax = figure.add_subplot(len(rows), len(columns), at, axes_class=Panel)
            quiet(ax, "y")
            ax.tick_params(labelbottom=r == len(rows) - 1, labelleft=c == 0)
            if r == 0:
                raised = 10 if c % 2 and crowded else 0
                ax.set_title(column, fontsize=TEXT, color=DARK, family=FONT, pad=4 + raised)
        axes[r, 0].set_ylabel(
            name, rotation=0, ha="right", va="center", color=colour, fontsize=TITLE,
            fontweight="bold", family=FONT, labelpad=4,
        )  # fmt: skip
    return axes


def explain(axes: npt.NDArray[np.object_], title: str, remarks: Sequence[str]) -> None:
    """Write the title over a grid, and how to read it below."""
    figure = root(axes[0, 0])
    figure.suptitle(
        title, x=0.01, ha="left", fontsize=TITLE, fontweight="bold", color=DARK, family=FONT
    )
    width = 72 * float(figure.get_figwidth()) - 12
    text = "\n".join(wrap(line, width) for line in remarks if line)
    figure.supxlabel(text, fontsize=TEXT, color=DARK, family=FONT, linespacing=1.3)
