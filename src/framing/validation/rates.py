"""How good a coder is: precision, recall and F1, with intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from framing.cells import By, Cells, both, whole
from framing.columns import tidy
from framing.features import Features
from framing.inference import combine, errors, related
from framing.settings import Settings
from framing.validation.aligned import align
from framing.validation.codes import Codes
from framing.validation.ratios import RATES, rates

AVERAGED = ("precision", "recall", "F1")
"""Rates that are averaged over frames."""

_UNDEFINED = {
    "precision": "the coder never found it",
    "recall": "people never found it",
    "F1": "nobody ever found it",
    "specificity": "people found it everywhere",
}


def evaluate(
    machine: Features, hand: Features, by: By | None = None, **settings: Any
) -> pd.DataFrame:
    """How well a machine coder finds what people found.

    Parameters
    ----------
    machine : Features
        Codes of a machine, 0 or 1, of kind "frame".
    hand : Features
        Codes of people for some of the same segments, of kind "frame": 0, 1, or between where they
        disagree. With a column ``probability`` in ``hand.segments``, as from
        :meth:`framing.Sample.labelled`, each segment counts 1/probability, so that the report
        speaks of the whole corpus and not of the sample.
    by : str or list of str, optional
        Groups to report on, as in :func:`framing.emphasis`; default all documents together.
    **settings
        As in :func:`framing.emphasis`, but for `weights`, which is "segment" unless given: every
        segment counts alike, as in most reports. With ``weights="document"`` every document counts
        once.

    Returns
    -------
    pandas.DataFrame
        A row a group (and period), frame and ``statistic``: "precision", "recall", "F1",
        "specificity", "accuracy"; ``estimate``, ``low``, ``high``; ``n``, the segments in which
        people found the frame. ``n_segments`` and ``n_documents`` are those behind the estimate:
        of recall, where people found the frame; of precision, where the machine did.
        Without a ``frame`` are averages over frames: "micro-F1" counts all codes together, so that
        frequent frames decide; "macro-F1" is the mean of the frames'; likewise for precision and
        recall.
        Like every comparison it also has ``level``, ``unit``, ``note`` and, with `cluster`,
        ``n_clusters``: see :data:`framing.COLUMNS`.

    Raises
    ------
    InputError
        For probabilities in place of codes, and codings without a segment or frame in common.

    Notes
    -----
    Let TP be the segments that both found, FP those that the machine alone found, FN those that
    people alone found, and TN the rest. Precision is TP/(TP+FP), recall TP/(TP+FN), F1
    2TP/(2TP+FP+FN), specificity TN/(TN+FP), accuracy (TP+TN)/(TP+FP+FN+TN). A hand code of ½ is
    half a positive and half a negative, so that what people disagree on, no coder can get wholly
    right. Each is a ratio of sums over documents, and has the interval of one: see
    :func:`framing.emphasis`. That of a macro average is recovered from those of the frames
    (:func:`framing.inference.combine`); a frame in too few documents for an interval may lie
    anywhere, and one for which the rate is not defined is left out, as the note says. Macro-F1 is
    the mean of F1, not the F1 of mean precision and mean recall (Opitz & Burst 2019).

    Accuracy is high for any rare frame, even if it is never found; the agreement of two codings
    beyond chance is told by :func:`framing.agreement`.

    The report holds for texts that the coder has not learned from. If the same hand codes were used
    to fit it, to choose its words or to set its thresholds, the rates are too good, and nothing in
    the codes shows that: code by cross-validation (:func:`framing.cross_code`) or keep some apart.

    References
    ----------
    Opitz, J. & Burst, S. (2019). Macro F1 and macro F1. arXiv:1911.03347.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": range(8)})
    >>> hand = Features([[1], [1], [1], [1], [0], [0], [0], [0]], ["rules"], rows, kind="frame")
    >>> machine = Features([[1], [1], [1], [0], [1], [0], [0], [0]], ["rules"], rows, kind="frame")
    >>> evaluate(machine, hand)[["frame", "statistic", "estimate", "n"]]
       frame    statistic  estimate  n
    0  rules    precision      0.75  4
    1  rules       recall      0.75  4
    2  rules           F1      0.75  4
    3  rules  specificity      0.75  4
    4  rules     accuracy      0.75  4
    """
    chosen = Settings.of({"weights": "segment", **settings})
    codes = Codes.of(align(machine, hand), by, chosen)
    each = {name: rates(codes, name) for name in RATES}
    micro = {name: _micro(codes, name) for name in AVERAGED}
    positives = codes.positives()
    index = each["recall"][0].index
    rows = []
    for cell in range(len(index)):
        for f, n in enumerate(positives[cell]):
            for name, cells in each.items():
                rows.append(_row(cells[f], cell, name).assign(n=n))
        if len(codes.names) > 1:
            total = positives[cell].sum()
            for name in AVERAGED:
                rows.append(_row(micro[name], cell, f"micro-{name}").assign(n=total, frame=None))
                rows.append(_macro(each[name], micro[name], cell, name).assign(n=total, frame=None))
    table = pd.concat(rows, ignore_index=True)
    table["n"] = whole(table["n"].to_numpy(dtype=float))
    return tidy(table.drop(columns="group") if by is None else table)


def _row(cells: Cells, cell: int, name: str) -> pd.DataFrame:
    """One rate of one frame in one cell."""
    share, low, high = cells.share[cell], cells.low[cell], cells.high[cell]
    note = cells.no_interval([cell], low).astype(object)
    if np.isnan(share).any():
        rate = name.removeprefix("micro-").removeprefix("macro-")
        note[:] = f"no {name}: {_UNDEFINED[rate]}"
    return cells.rows(cell, statistic=name, estimate=share, low=low, high=high, note=note)


def _micro(codes: Codes, name: str) -> Cells:
    """Cells of a rate with the codes of all frames taken together."""
    above, below = RATES[name](codes)
    return codes.cells(above.sum(axis=1, keepdims=True), below.sum(axis=1), ["all"])


def _macro(frames: list[Cells], micro: Cells, cell: int, name: str) -> pd.DataFrame:
    """The mean of a rate over frames, whose denominators differ, in the same documents.

    A frame in too few documents for an interval of its own may lie anywhere from 0 to 1.
    """
    known = [cells for cells in frames if not np.isnan(cells.share[cell, 0])]
    table = _row(micro, cell, f"macro-{name}")
    if not known:
        return table
    share, low, high = (
        np.stack([getattr(cells, end)[cell] for cells in known]) for end in ("share", "low", "high")
    )
    units = np.arange(len(micro.sums.denominators))
    z = np.stack([errors(cells.sums, cell, units, slice(None)) for cells in known])
    ends = share, np.nan_to_num(low, nan=0.0), np.nan_to_num(high, nan=1.0)
    value, least, most = combine(np.full(len(known), 1 / len(known)), *ends, related(z))
    table["estimate"] = value
    if not micro.too_few([cell]):
        table["low"], table["high"] = np.maximum(least, 0.0), np.minimum(most, 1.0)
    if len(known) < len(frames):
        left = f"mean of {len(known)} of {len(frames)} frames, the others having none"
        table["note"] = both(left, str(table["note"].iloc[0]))
    return table
