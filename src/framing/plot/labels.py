"""Put labels where they do not overlap, always in the same places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox, BboxBase

from framing.plot.style import root

Floats = npt.NDArray[np.float64]


def spread(
    positions: Sequence[float], gap: float, low: float = -np.inf, high: float = np.inf
) -> Floats:
    """Move positions as little as possible so that they lie at least `gap` apart.

    Least squares by pooling neighbours that are too close; then shifted into [low, high].

    Examples
    --------
    >>> spread([1.0, 1.2, 5.0], gap=1.0).tolist()
    [0.6, 1.6, 5.0]
    """
    given = np.asarray(positions, dtype=float)
    order = np.argsort(given, kind="stable")
    blocks: list[tuple[float, int]] = []
    for rank, value in enumerate(given[order]):
        blocks.append((value - rank * gap, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, m), (b, n) = blocks[-2:]
            blocks[-2:] = [((a * m + b * n) / (m + n), m + n)]
    placed = np.repeat([value for value, _ in blocks], [n for _, n in blocks])
    placed = placed + gap * np.arange(len(given))
    if len(placed):
        placed = placed - max(placed[-1] - high, 0.0)
        placed = placed + max(low - placed[0], 0.0)
    out = np.empty(len(given))
    out[order] = placed
    return out


_AROUND = [(np.cos(a), np.sin(a)) for a in np.deg2rad([0, 180, 45, 315, 135, 225, 90, 270])]


def place(
    ax: Axes, notes: Sequence[Annotation], points: Floats, taken: Sequence[Bbox], reach: float = 3.5
) -> None:
    """Move each note beside its point, off what is there and off the notes placed before it.

    Notes are put outwards from the middle of the points, so that their lines seldom cross. One that
    ends up far from its point gets a thin line to it; one for which there is no room is taken
    away.

    Parameters
    ----------
    ax : Axes
    notes : sequence of Annotation
        Centred, with positions in points of 1/72 inch from what they annotate.
    points : array, shape (n, 2)
        What they annotate, in pixels.
    taken : sequence of Bbox
        Where no note may lie, in pixels.
    reach : float
        Radius of the marks, in points.
    """
    figure = root(ax)
    scale = figure.dpi / 72
    taken = list(taken)
    middle = points.mean(axis=0) if len(points) else np.zeros(2)
    for note, point in zip(notes, points, strict=True):
        ways = sorted(_AROUND, key=lambda way: -round(float(np.dot(way, point - middle)), 3))
        box = note.get_window_extent()
        for distance in (reach + 2, reach + 5, 13, 18, 24, 31, 39):
            spot = _free(point, box.width, box.height, distance * scale, ways, taken, figure.bbox)
            if spot is not None:
                break
        else:
            note.remove()
            continue
        x, y = (spot.x0 + spot.x1) / 2 - point[0], (spot.y0 + spot.y1) / 2 - point[1]
        note.set_position((x / scale, y / scale))
        taken.append(spot.padded(0.5 * scale))
        if distance > reach + 2:
            _line(ax, note, point, spot)


def around(points: Floats, radius: float) -> list[Bbox]:
    """Boxes around marks, in pixels."""
    return [Bbox.from_extents(x - radius, y - radius, x + radius, y + radius) for x, y in points]


def _free(
    point: Floats,
    width: float,
    height: float,
    distance: float,
    ways: Sequence[tuple[float, float]],
    taken: Sequence[Bbox],
    within: BboxBase,
) -> Bbox | None:
    for dx, dy in ways:
        x = point[0] + dx * (distance + width / 2 * (abs(dx) > 0.1))
        y = point[1] + dy * (distance + height / 2)
        box = Bbox.from_bounds(x - width / 2, y - height / 2, width, height)
        inside = box.x0 > 2 and box.x1 < within.x1 - 2
        if inside and not any(box.overlaps(other) for other in taken):
            return box
    return None


def _line(ax: Axes, note: Annotation, point: Floats, spot: Bbox) -> None:
    """Lead from a note to its point."""
    end = np.clip(point, [spot.x0, spot.y0], [spot.x1, spot.y1])
    ends = ax.transData.inverted().transform([point, end])
    line = Line2D(*ends.T, color="#9A9A9A", lw=0.5, zorder=1.5)
    line.set_in_layout(False)
    ax.add_artist(line)
