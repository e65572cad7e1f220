"""Save a figure as SVG and PNG: the same figure, the same bytes."""

from __future__ import annotations

import os
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.figure import Figure

from framing.files import write_whole
from framing.plot.style import DPI

_RC: Any = {"svg.hashsalt": "framing", "svg.fonttype": "path", "svg.image_inline": True}


def save(figure: Figure, stem: str | os.PathLike[str], alt: str, title: str = "") -> list[Path]:
    """Write ``stem.svg`` and ``stem.png``.

    Letters are drawn as outlines, so that the figure looks the same everywhere; the SVG says in
    words what it shows. Files hold no date, no path and no name of a program. Each is written
    under another name first, so that no half a file is left behind.

    Parameters
    ----------
    figure : matplotlib Figure
    stem : path
        Without ``.svg``; the folder must be there.
    alt : str
        Alternative text.
    title : str
        Default the figure's own.

    Returns
    -------
    list of pathlib.Path
    """
    stem = Path(stem)
    written = []
    for ending, data in zip((".svg", ".png"), rendered(figure, alt, title), strict=True):
        path = stem.with_name(stem.name + ending)
        write_whole(path, data)
        written.append(path)
    return written


def rendered(figure: Figure, alt: str, title: str = "") -> tuple[bytes, bytes]:
    """Give the bytes that :func:`save` writes: SVG, and PNG."""
    title = title or _title(figure)
    return svg(figure, title, alt), _png(figure, title, alt)


def _title(figure: Figure) -> str:
    titles = [figure.get_suptitle(), *(ax.get_title(loc="left") for ax in figure.axes)]
    return next((text for text in titles if text), "")


def svg(figure: Figure, title: str, alt: str) -> bytes:
    """Write a figure as SVG that says in words what it shows."""
    held = BytesIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with mpl.rc_context(_RC):
        figure.savefig(held, format="svg", metadata=nothing)
    text = _renumber(held.getvalue().decode("utf-8").replace("\r\n", "\n"))
    head, _, rest = text.partition("<svg ")
    attributes, _, body = rest.partition(">")
    words = f" <title>{escape(title)}</title>\n <desc>{escape(alt)}</desc>"
    return f'{head}<svg role="img" {attributes}>\n{words}{body}'.encode()


def _renumber(text: str) -> str:
    """Name clip paths in order: older matplotlib derives their names from addresses in memory."""
    for i, name in enumerate(re.findall(r'<clipPath id="(\w+)"', text)):
        text = re.sub(rf"\b{name}\b", f"clip{i}", text)
    return text


def _png(figure: Figure, title: str, alt: str) -> bytes:
    held = BytesIO()
    words = {"Software": None, "Title": title, "Description": alt}
    with mpl.rc_context(_RC):
        figure.savefig(held, format="png", dpi=DPI, metadata=words)
    return held.getvalue()
