"""The words behind the decisions of a linear model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from framing.coders.linear import Linear
from framing.columns import tidy
from framing.inference import Floats


def contributions(
    model: Linear,
    slopes: Floats,
    counts: sparse.csr_array,
    hits: Floats | None,
    *,
    segments: Sequence[Any],
    frames: Sequence[str],
    terms: Sequence[str],
    codebook: str,
    n: int | None,
) -> pd.DataFrame:
    """How far each term of each segment raises the log-odds of each frame.

    Parameters
    ----------
    model : Linear
    slopes : array, shape (n_frames, n_scores)
        By how much the log-odds rise with the score of the words and, if any, with that of hits.
    counts : sparse array, shape (n_segments, n_terms)
    hits : array, shape (n_segments, n_frames), optional
    segments, frames, terms : sequence
        Names.
    codebook : str
        What the row of hits is called.
    n : int, optional
        At most so many a segment and frame.

    Returns
    -------
    pandas.DataFrame
        See :meth:`framing.FrameClassifier.explain`.

    Notes
    -----
    A term of weight x in a segment contributes ``a·x·(c + v·m/ℓ)``: a the slope, c its coefficient,
    v its word vector, m the coefficients of meanings, ℓ the length of the sum of vectors.
    """
    weighing = model.weighing
    weighed = weighing.terms(counts)
    direct, meant = _split(model)
    lengths = np.ones(len(segments))
    if weighing.vectors is not None:
        lengths = weighing.meanings(weighed)[1]
    parts = []
    for row, segment in enumerate(segments):
        start, end = weighed.indptr[row : row + 2]
        place, value = weighed.indices[start:end], weighed.data[start:end]
        raised = (direct[:, place] + meant[:, place] / lengths[row]) * value * slopes[:, :1]
        names = [terms[int(weighing.columns[i])] for i in place]
        if hits is not None:
            raised = np.column_stack([raised, slopes[:, 1] * hits[row]])
            names.append(codebook)
        for f, frame in enumerate(frames):
            table = pd.DataFrame({"term": names, "estimate": raised[f]})
            table = _heaviest(table[table["estimate"] != 0], n)
            parts.append(table.assign(segment=segment, frame=frame, statistic="contribution"))
    return tidy(pd.concat(parts, ignore_index=True))


def word_weights(
    model: Linear, slopes: Floats, frames: Sequence[str], terms: Sequence[str], n: int
) -> pd.DataFrame:
    """List the terms with the largest and the smallest weights in each frame."""
    direct, meant = _split(model)
    weights = (direct + meant / model.weighing.length) * model.weighing.idf * slopes[:, None]
    names = [terms[int(i)] for i in model.weighing.columns]
    parts = []
    for f, frame in enumerate(frames):
        table = pd.DataFrame({"term": names, "estimate": weights[f]})
        for sign in (1, -1):
            side = _heaviest(table[sign * table["estimate"] > 0], n)
            parts.append(side.assign(frame=frame, statistic="weight"))
    return tidy(pd.concat(parts, ignore_index=True))


def _split(model: Linear) -> tuple[Floats, Floats]:
    """Coefficients of each term itself, and those that it has through its vector."""
    n, vectors = len(model.weighing.columns), model.weighing.vectors
    direct, meaning = model.coefficients[:, :n], model.coefficients[:, n:]
    return direct, np.zeros_like(direct) if vectors is None else meaning @ vectors.T


def _heaviest(table: pd.DataFrame, n: int | None) -> pd.DataFrame:
    """The rows that weigh most, equal ones in the order of the alphabet."""
    order = np.lexsort((table["term"], -table["estimate"].abs()))
    return table.iloc[order[:n]]
