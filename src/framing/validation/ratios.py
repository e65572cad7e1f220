"""What is told of a coder, as ratios of sums over documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from framing.cells import Cells
from framing.inference import Floats, combine, errors, related
from framing.validation.codes import Codes

Ratio: TypeAlias = Callable[[Codes], tuple[Floats, Floats]]
"""From codes to what is summed above and below the line, a column a frame."""

RATES: Mapping[str, Ratio] = MappingProxyType(
    {
        "precision": lambda c: (c.found, c.found + c.overcoded),
        "recall": lambda c: (c.found, c.found + c.missed),
        "F1": lambda c: (2 * c.found, 2 * c.found + c.overcoded + c.missed),
        "specificity": lambda c: (c.left, c.left + c.overcoded),
        "accuracy": lambda c: (c.found + c.left, np.ones_like(c.found)),
    }
)
"""How good a coder is; each of them from 0 to 1, and 1 is best."""

PARTS: Mapping[str, Callable[[Codes], Floats]] = MappingProxyType(
    {
        "found": lambda c: c.found,
        "missed": lambda c: c.missed,
        "over-coded": lambda c: c.overcoded,
        "net error": lambda c: (1 + c.machine - c.hand) / 2,
    }
)
"""Shares of segments. Net error lies between −1 and 1, and stands here as (1 + error)/2."""


def rates(codes: Codes, statistic: str) -> list[Cells]:
    """Sum a rate: cells of every frame, since each has its own denominator."""
    above, below = RATES[statistic](codes)
    return [codes.cells(above[:, [f]], below[:, f], [name]) for f, name in enumerate(codes.names)]


def parts(codes: Codes, compared: str | None = None) -> dict[str, Cells]:
    """Sum all parts: cells of all frames, by the name of the part."""
    one = np.ones(len(codes.weight))
    made = {
        name: codes.cells(part(codes), one, codes.names, compared, capped=name != "net error")
        for name, part in PARTS.items()
    }
    made["net error"] = _narrower(made["net error"], made["over-coded"], made["missed"])
    return made


def _narrower(net: Cells, over: Cells, missed: Cells) -> Cells:
    """Intervals of the net error from those of both kinds of error, where these are narrower.

    A mean of errors that are mostly nought, and here and there −1 or 1, tells little of how it
    varies, and nothing where there are none. Then over-coded less missed is bounded better.
    """
    low, high = net.low.copy(), net.high.copy()
    units = np.arange(len(net.sums.denominators))
    for cell in range(len(net.index)):
        z = np.stack([errors(kind.sums, cell, units, slice(None)) for kind in (over, missed)])
        share, least, most = (
            np.stack([getattr(kind, end)[cell] for kind in (over, missed)])
            for end in ("share", "low", "high")
        )
        _, least, most = combine(np.array([1.0, -1.0]), share, least, most, related(z))
        better = most - least < 2 * (high[cell] - low[cell])
        low[cell] = np.where(better, (1 + least) / 2, low[cell])
        high[cell] = np.where(better, (1 + most) / 2, high[cell])
    return replace(net, low=low, high=high)
