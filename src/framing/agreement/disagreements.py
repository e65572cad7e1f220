"""Disagreements: which segments and frames coders do not agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from framing.agreement.coded import checked
from framing.agreement.pairs import SCALES
from framing.columns import tidy
from framing.errors import one_of

if TYPE_CHECKING:
    from framing.coding import Sample
    from framing.corpus import Corpus


def disagreements(
    codes: pd.DataFrame,
    source: Corpus | Sample | None = None,
    *,
    scale: str = "nominal",
) -> pd.DataFrame:
    """List what coders disagree on, the worst first.

    Parameters
    ----------
    codes, scale
        As in :func:`framing.agreement`.
    source : Corpus or Sample, optional
        Where the segments come from: adds the address of each document, if it has one.

    Returns
    -------
    pandas.DataFrame
        A row a segment, frame and coder, where not all coders of a segment gave the same code:
        ``segment``, ``document``, ``frame``, ``coder``, ``code``, ``statistic`` ("disagreement"),
        ``estimate``, ``n_coders``, and ``url`` where it is known. First the segment with the most
        disagreement over all frames; within it, the frame with the most.

    Notes
    -----
    Disagreement is the part of pairs of codes that differ, or on the ordinal and interval scales
    their mean squared distance: in ranks among all codes of the frame, or as it is.

    Examples
    --------
    >>> codes = pd.DataFrame({"segment": [*"aabb"], "document": [*"aabb"], "coder": [*"xyxy"]})
    >>> disagreements(codes.assign(frame="rules", code=[1, 1, 1, 0]))[["segment", "coder", "code"]]
      segment coder  code
    0       b     x   1.0
    1       b     y   0.0
    """
    if scale not in SCALES:
        raise one_of("scale", scale, SCALES)
    table = checked(codes, "document")
    cells = [table["segment"], table["frame"]]
    if scale == "ordinal":
        points = table.groupby("frame")["code"].rank().to_frame()
    elif scale == "interval":
        points = table[["code"]]
    else:  # of a share of ones, twice the variance is the part of pairs that differ
        points = pd.get_dummies(table["code"], dtype=float) / np.sqrt(2)
    apart = 2 * points.groupby(cells).transform("var").sum(axis=1)
    table["estimate"] = apart.round(12)  # what differs by rounding is a tie
    table["n_coders"] = table.groupby(cells)["coder"].transform("size")
    once = table.drop_duplicates(["segment", "frame"]).groupby("segment")["estimate"].sum()
    worst = table["segment"].map(once).round(12)
    segment, frame, coder = (pd.factorize(table[name])[0] for name in ("segment", "frame", "coder"))
    keys = (coder, frame, -table["estimate"].to_numpy(), segment, -worst.to_numpy())
    order = np.lexsort(keys)
    table = table.iloc[order].query("estimate > 0").assign(statistic="disagreement")
    documents = getattr(getattr(source, "corpus", source), "documents", None)
    if documents is not None and "url" in documents:
        table["url"] = table["document"].map(documents.set_index("document")["url"])
    return tidy(table)
