"""Calibration: whether frames are there as often as a coder's probabilities say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from framing.cells import Cells, whole
from framing.coders.matrices import rows_of
from framing.columns import tidy
from framing.errors import InputError
from framing.features import Features
from framing.inference import Floats
from framing.settings import Settings


def calibration_curve(
    probabilities: Features, hand: Features, bins: int | Sequence[float] = 5, **settings: Any
) -> pd.DataFrame:
    """How often people found a frame where a coder was so and so sure of it.

    Parameters
    ----------
    probabilities : Features
        Of kind "frame", from a coder that has not seen the hand codes: :func:`framing.cross_code`
        with ``probabilities=True``.
    hand : Features
        Hand codes of some of the same segments. With a column ``probability`` each counts
        1/probability.
    bins : int or sequence of float
        How many bins of about as many segments, or the edges of bins between 0 and 1.
    **settings
        As in :func:`framing.emphasis`, but for `weights`, which is "segment" unless given.

    Returns
    -------
    pandas.DataFrame
        A row a frame and bin that holds segments, in order: ``frame``, ``statistic`` ("share"),
        ``predicted`` (the mean probability), ``estimate`` (the share coded by hand), ``low``,
        ``high``, ``n`` (segments with the frame); ``level``, ``unit``, ``n_documents``,
        ``n_segments``, ``note``.

    Raises
    ------
    InputError
        For hand codes of segments or frames without probabilities, and bins that are none.

    Notes
    -----
    A calibrated coder has ``predicted`` inside most intervals. These are of shares, as in
    :func:`framing.emphasis`, with documents as units.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": range(4)})
    >>> chances = Features([[0.1], [0.2], [0.7], [0.8]], ["rules"], rows, kind="frame")
    >>> hand = Features([[0], [0], [1], [0]], ["rules"], rows, kind="frame")
    >>> calibration_curve(chances, hand, bins=2)[["frame", "predicted", "estimate"]]
       frame  predicted  estimate
    0  rules       0.15       0.0
    1  rules       0.75       0.5
    """
    for what, one in (("probabilities", probabilities), ("hand", hand)):
        if not isinstance(one, Features) or one.kind != "frame":
            raise InputError(f"{what} must be Features of frames.")
    if lost := [str(name) for name in hand.names if name not in probabilities.names]:
        raise InputError(f"hand: frame {lost[0]!r} has no probabilities; code it, or leave it out.")
    chosen = Settings.of({"weights": "segment", **settings})
    rows = rows_of(probabilities, hand)
    names = [str(name) for name in hand.names]
    chances = probabilities.select(names).matrix[rows].toarray().astype(float)
    codes = hand.matrix.toarray().astype(float)
    for what, values in (("probabilities", chances), ("hand", codes)):
        if (values > 1).any():
            raise InputError(f"{what} must lie between 0 and 1; got {values.max():g}.")
    parts = [
        _curve(hand, name, chances[:, f], codes[:, f], _edges(chances[:, f], bins), chosen)
        for f, name in enumerate(names)
    ]
    return tidy(pd.concat(parts, ignore_index=True))


def _curve(
    hand: Features, name: str, chances: Floats, codes: Floats, edges: Floats, settings: Settings
) -> pd.DataFrame:
    """The bins of one frame."""
    numbers = np.clip(np.searchsorted(edges, chances, side="right") - 1, 0, len(edges) - 2)
    held, which = np.unique(numbers, return_inverse=True)
    member = (which[:, None] == np.arange(len(held))).astype(np.int8)
    table = pd.DataFrame(member, columns=pd.Index([str(k) for k in held], name="group"))
    weight = np.ones(len(codes))
    if "probability" in hand.segments:
        weight = 1 / hand.segments["probability"].to_numpy(dtype=float)
        weight /= weight.min()

    def cells(values: Floats) -> Cells:
        matrix = sparse.csr_array((values * weight)[:, None])
        one = replace(hand, matrix=matrix, names=[name], size=weight)
        return Cells.of(one, "bin", settings, table=table)

    found, predicted = cells(codes), cells(chances)
    shares = found.shares().drop(columns=["group", "df"])
    counted = whole(np.array([codes[which == k].sum() for k in range(len(held))]))
    return shares.assign(predicted=predicted.share[:, 0], n=counted)


def _edges(chances: Floats, bins: int | Sequence[float]) -> Floats:
    if isinstance(bins, Integral) and not isinstance(bins, bool):
        if bins < 1:
            raise InputError(f"bins must be at least 1; got {bins}.")
        inner = np.unique(np.quantile(chances, np.linspace(0, 1, int(bins) + 1)[1:-1]))
        return np.concatenate([[-np.inf], inner, [np.inf]])
    edges = np.asarray(bins, dtype=float)
    if edges.ndim != 1 or len(edges) < 2 or not (np.diff(edges) > 0).all():
        raise InputError("bins must be a number of bins, or edges that rise, such as [0, 0.5, 1].")
    if edges[0] > 0 or edges[-1] < 1:
        raise InputError("bins must begin with 0 and end with 1, so that every segment has one.")
    return edges
