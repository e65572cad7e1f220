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


_AROUND = [(np.cos(a), np.sin(a)) for a in np.deg2rad(np.arange(0, 360, 22.5))]


_DISTANCES = (5.5, 8.5, 13, 18, 24, 31, 39, 48, 60)
"""From a point to its note, in points of 1/72 inch."""


def place(
    ax: Axes,
    notes: Sequence[Annotation],
    points: Floats,
    marks: Sequence[Bbox],
    texts: Sequence[Bbox],
    solid: Sequence[Bbox] = (),
) -> None:
    """Move each note beside its point, off what is there and off the notes placed before it.

    Notes are put outwards from the middle of the points. One that ends up far from its point gets a
    thin line to it, which crosses as little as can be had; one for which there is no room at all is
    taken away.

    Parameters
    ----------
    ax : Axes
    notes : sequence of Annotation
        Centred, with positions in points of 1/72 inch from what they annotate.
    points : array, shape (n, 2)
        What they annotate, in pixels.
    marks, texts : sequence of Bbox
        Where no note may lie, in pixels.
    solid : sequence of Bbox
        The marks that lines go around where they can.
    """
    scale = root(ax).dpi / 72
    marks, texts = list(marks), list(texts)
    middle = points.mean(axis=0) if len(points) else np.zeros(2)
    for note, point in zip(notes, points, strict=True):
        box = note.get_window_extent()
        ways = sorted(_AROUND, key=lambda way: -round(float(np.dot(way, point - middle)), 3))
        spots = [
            (distance, spot)
            for distance in _DISTANCES
            for spot in _around(point, box, distance * scale, ways)
            if _free(spot, [*marks, *texts], root(ax).bbox)
        ]
        if not spots:
            note.remove()
            continue
        others = [mark for mark in solid if not mark.contains(*point)]
        distance, spot = min(spots, key=lambda one: _crossed(point, one[1], [*texts, *others]))
        x, y = (spot.x0 + spot.x1) / 2 - point[0], (spot.y0 + spot.y1) / 2 - point[1]
        note.set_position((x / scale, y / scale))
        texts.append(spot.padded(0.5 * scale))
        if distance > _DISTANCES[0]:
            marks += around(_way(point, spot), scale)
            _line(ax, point, spot)


def around(points: Floats, radius: float) -> list[Bbox]:
    """Boxes around marks, in pixels."""
    return [Bbox.from_extents(x - radius, y - radius, x + radius, y + radius) for x, y in points]


def _around(
    point: Floats, box: BboxBase, distance: float, ways: Sequence[tuple[float, float]]
) -> list[Bbox]:
    """Where a box could lie at a distance from a point."""
    spots = []
    for dx, dy in ways:
        x = point[0] + dx * (distance + box.width / 2 * (abs(dx) > 0.1))
        y = point[1] + dy * (distance + box.height / 2)
        left, low = x - box.width / 2, y - box.height / 2
        spots.append(Bbox.from_bounds(left, low, box.width, box.height))
    return spots


def _free(spot: Bbox, taken: Sequence[Bbox], within: BboxBase) -> bool:
    inside = spot.x0 > 2 and spot.x1 < within.x1 - 2
    return inside and not any(spot.overlaps(other) for other in taken)


def _crossed(point: Floats, spot: Bbox, others: Sequence[Bbox]) -> int:
    """How many boxes the line from a point to its note would cross."""
    way = _way(point, spot)
    return sum(any(other.contains(x, y) for x, y in way) for other in others)


def _way(point: Floats, spot: Bbox) -> Floats:
    """Points on the way from a mark to its note."""
    end = np.clip(point, [spot.x0, spot.y0], [spot.x1, spot.y1])
    return point + np.linspace(0.15, 0.97, 17)[:, None] * (end - point)


def _line(ax: Axes, point: Floats, spot: Bbox) -> None:
    """Lead from a note to its point."""
    end = np.clip(point, [spot.x0, spot.y0], [spot.x1, spot.y1])
    ends = ax.transData.inverted().transform([point, end])
    line = Line2D(*ends.T, color="#9A9A9A", lw=0.5, zorder=1.5)
    line.set_in_layout(False)
    ax.add_artist(line)
