"""What the lessons of the course share: a sentence that holds numbers, points, axes.

No measure needs these. They keep the first cell of a lesson short, and the lessons alike.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from framing.errors import InputError


def say(text: str) -> None:
    """Show a sentence with computed numbers, in Markdown; outside a notebook, print it.

    Examples
    --------
    >>> found, read = 3, 4
    >>> say(f"**{found / read:.0%}** of the openings")
    **75%** of the openings
    """
    shell = sys.modules.get("IPython")
    if shell is None or shell.get_ipython() is None:
        print(text)
        return
    show = import_module("IPython.display").display
    show({"text/markdown": text, "text/plain": text}, raw=True)


def points(difference: float) -> str:
    """Write a difference of shares in percentage points.

    Examples
    --------
    >>> points(-0.034), points(0.1), points(-0.001)
    ('-3', '+10', '+0')
    """
    return f"{round(100 * difference):+d}"


def axes(width: float, height: float, panels: int = 1, **how: Any) -> Any:
    """Make axes in the style of the library's figures; pyplot keeps that style from then on.

    Parameters
    ----------
    width, height : float
        Of the figure, in inches.
    panels : int, default 1
        How many, side by side.
    **how
        Passed to ``matplotlib.pyplot.subplots``, such as ``sharey=True``.

    Returns
    -------
    matplotlib Axes, or a row of them
        One where `panels` is 1.

    Examples
    --------
    >>> import matplotlib as mpl
    >>> with mpl.rc_context():  # so that this example leaves no style behind
    ...     left, right = axes(7, 2.5, panels=2, sharey=True)
    """
    import matplotlib.pyplot as plt

    from framing.plot.style import STYLE

    if panels < 1:
        raise InputError(f"panels must be 1 or more; got {panels}.")
    style: Any = {
        **STYLE,
        "figure.dpi": 150,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
    }
    plt.rcParams.update(style)
    _, made = plt.subplots(1, panels, figsize=(width, height), layout="constrained", **how)
    for ax in [made] if panels == 1 else made:
        ax.spines[["top", "right"]].set_visible(False)
    return made
