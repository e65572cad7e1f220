"""How every figure looks: one colour, marker and line a side, quiet axes, text that can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

P = ParamSpec("P")
R = TypeVar("R")

FONT = "DejaVu Sans"
TEXT, SMALL, TITLE = 7.5, 7.0, 9.0
DPI = 220
DARK, GREY, PALE, BAND = "#222222", "#6B6B6B", "#DCDCDC", "#F3F3F3"

STYLE: Mapping[str, Any] = MappingProxyType(
    {
        "font.family": [FONT],  # comes with matplotlib, so that figures agree between machines
        "font.size": TEXT,
        "text.color": DARK,
        "axes.edgecolor": "#9A9A9A",
        "axes.facecolor": "none",
        "axes.linewidth": 0.6,
        "axes.labelcolor": DARK,
        "axes.labelsize": TEXT,
        "axes.titlelocation": "center",
        "axes.titlesize": TITLE,
        "axes.titleweight": "normal",
        "axes.unicode_minus": True,
        "figure.facecolor": "white",
        "grid.color": "#E4E4E4",
        "grid.linewidth": 0.6,
        "legend.frameon": False,
        "legend.fontsize": TEXT,
        "lines.linewidth": 1.4,
        "lines.markersize": 5.0,
        "text.parse_math": False,  # a "$" in a name is a dollar
        "text.usetex": False,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": TEXT,
    }
)

_RC: Any = dict(STYLE)


@dataclass(frozen=True)
class Look:
    """How one group is drawn: told apart by colour, by grey value, by marker and by line.

    Attributes
    ----------
    colour, ink : str
        Of marks, and of text, which needs more contrast.
    marker : str
    dashes : str or tuple
        A matplotlib line style.
    """

    colour: str
    ink: str
    marker: str
    dashes: Any


SIDES: Mapping[str, Look] = MappingProxyType(
    {
        "US": Look("#0B3C7D", "#0B3C7D", "o", "-"),
        "EU": Look("#CA8300", "#8A5A00", "s", (0, (4.5, 1.3))),
        "JP": Look("#BF3550", "#AD2743", "^", (0, (1.4, 1.1))),
    }
)
_ALSO = {
    "USA": "US",
    "United States": "US",
    "European Union": "EU",
    "Europe": "EU",
    "Japan": "JP",
}
_REST = (
    Look("#2A9D8F", "#1B6F65", "D", (0, (5, 1.2, 1.2, 1.2))),
    Look("#6A3D9A", "#6A3D9A", "v", (0, (2.6, 1.2))),
    Look("#6B6B6B", "#555555", "P", (0, (7, 1.4))),
    Look("#56A8DC", "#2B6C97", "X", (0, (4, 1, 1, 1, 1, 1))),
    Look("#7A4B2A", "#7A4B2A", "p", (0, (1, 2))),
    Look("#B5B000", "#6B6800", "<", (0, (3, 1, 1, 1))),
)
NEUTRAL = Look("#3D4A57", "#3D4A57", "o", "-")


def looks(groups: Iterable[object]) -> dict[str, Look]:
    """Give every group its look: US, EU and Japan always the same, others by their sorted names.

    Examples
    --------
    >>> looks(["China", "EU"])["EU"] == looks(["EU", "US"])["EU"] == SIDES["EU"]
    True
    """
    names = [str(group) for group in dict.fromkeys(groups)]
    known = {name: SIDES[_ALSO.get(name, name)] for name in names if _ALSO.get(name, name) in SIDES}
    others = sorted(set(names) - set(known))
    rest = {name: _REST[i % len(_REST)] for i, name in enumerate(others)}
    return {name: known.get(name) or rest[name] for name in names}


def styled(plot: Callable[P, R]) -> Callable[P, R]:
    """Draw in this style, and leave the global settings as they were."""

    @wraps(plot)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        put_own_font_first()
        with mpl.rc_context(_RC):
            return plot(*args, **kwargs)

    return drawn


def put_own_font_first() -> None:
    """Have matplotlib find the font that it comes with, not the system's of the same name.

    It keeps its list of fonts from run to run; one without its own fonts, as an installation that
    was replaced in the meantime leaves it, would be believed for ever.
    """
    own = Path(mpl.get_data_path(), "fonts", "ttf")
    if Path(fontManager.findfont(FONT)).parent == own:
        return
    known = len(fontManager.ttflist)
    for path in sorted(own.glob(FONT.replace(" ", "") + "*.ttf")):
        fontManager.addfont(path)
    fontManager.ttflist[:] = fontManager.ttflist[known:] + fontManager.ttflist[:known]


class Shown:
    """What a notebook shows at the end of a cell; nothing is registered with pyplot."""

    figure: Any

    def _repr_png_(self) -> bytes:
        held = BytesIO()
        root(self).savefig(held, format="png", dpi=150, metadata={"Software": None})
        return held.getvalue()


class Panel(Shown, Axes):
    """Axes of a figure of their own: a notebook shows them, and ``.figure.savefig`` saves them."""


class Sheet(Figure):
    """A figure of panels, around which words are written when all are there (`waits`)."""

    waits = False


def new_figure(width: float, height: float) -> Sheet:
    """Make a figure, in inches, that pyplot does not know of.

    With fewer dots an inch the widths of letters are rounded, and nothing fits as measured.
    """
    figure = Sheet(figsize=(width, height), dpi=DPI)
    FigureCanvasAgg(figure)
    figure.set_layout_engine("constrained", w_pad=0.05, h_pad=0.05)
    return figure


def root(ax: Any) -> Figure:
    """Find the whole figure that axes are part of."""
    figure = ax.figure.figure
    assert isinstance(figure, Figure)
    return figure


def new_axes(width: float, height: float) -> Panel:
    """Make axes in a figure of their own."""
    axes = new_figure(width, height).add_subplot(axes_class=Panel)
    assert isinstance(axes, Panel)
    return axes


def size(ax: Axes) -> tuple[float, float]:
    """Width and height of axes in points, once the layout has settled."""
    figure = root(ax)
    figure.draw_without_rendering()
    box = ax.get_window_extent()
    return float(box.width * 72 / figure.dpi), float(box.height * 72 / figure.dpi)
