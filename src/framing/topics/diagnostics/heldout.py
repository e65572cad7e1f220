"""Held-out likelihood: how well a model foretells words that were hidden from it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.inference import Floats, Integers
from framing.topics.fitted import rows_of_levels, topics_of
from framing.wording import count_of

ENTRIES = 2**16
"""Most hidden entries whose probabilities are found at a time."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Counts to fit a model to, and the tokens hidden from it.

    Parameters
    ----------
    training : Features or sparse array, shape (n_segments, n_terms)
        All segments and terms, less the tokens hidden; Features if they were given.
    missing : sparse array, shape (n_segments, n_terms)
        The tokens hidden; with `training` it adds up to what was given.
    """

    training: Features | sparse.csr_array
    missing: sparse.csr_array

    def __repr__(self) -> str:
        tokens, rows = int(self.missing.sum()), int((np.diff(self.missing.indptr) > 0).sum())
        return f"HeldOut({count_of(tokens, 'token')} of {count_of(rows, 'segment')} hidden)"


def hold_out(
    features: Any, documents: float = 0.1, tokens: float = 0.5, *, seed: int = 0
) -> HeldOut:
    """Hide some of the tokens of some of the segments.

    Parameters
    ----------
    features : Features of terms, DataFrame, array or sparse array, shape (n_segments, n_terms)
        Whole counts.
    documents : float
        Part of the segments, which are a model's documents, in which tokens are hidden.
    tokens : float
        Part of the tokens of each that is hidden, rounded down.
    seed : int

    Returns
    -------
    HeldOut
        Fit a model to its ``training``, then :func:`heldout_score` it.

    Raises
    ------
    InputError
        For counts that are not whole, shares outside (0, 1), and where nothing can be hidden.

    Notes
    -----
    Segments are drawn among those with so many tokens that one at least is hidden; their tokens are
    drawn without replacement. A term all of whose tokens would be hidden keeps them: no model can
    foretell a term that it has not met. (R stm's ``make.heldout`` strikes such terms out.)

    References
    ----------
    Asuncion, A., Welling, M., Smyth, P. & Teh, Y. W. (2009). On smoothing and inference for topic
    models. *UAI*, 27–34.

    Examples
    --------
    >>> held = hold_out(np.full((20, 3), 2), documents=0.2)
    >>> held
    HeldOut(12 tokens of 4 segments hidden)
    >>> int(held.training.sum())
    108
    """
    for name, share in (("documents", documents), ("tokens", tokens)):
        if not isinstance(share, Real) or not 0 < share < 1:
            raise InputError(f"{name} must lie between 0 and 1; got {share!r}.")
    if not isinstance(seed, Integral) or seed < 0:
        raise InputError(f"seed must be a whole number from 0 on; got {seed!r}.")
    counts = _whole(features)
    hidden = np.floor(tokens * counts.sum(axis=1)).astype(np.int64)
    eligible = np.flatnonzero(hidden)
    if not len(eligible):
        raise InputError(
            f"no segment has so many tokens that {tokens:g} of them are one; raise tokens=, or use "
            "longer segments."
        )
    rng = np.random.default_rng(seed)
    size = min(max(1, int(documents * counts.shape[0])), len(eligible))
    drawn = counts.copy()
    drawn.data[:] = 0
    for i in np.sort(rng.choice(eligible, size, replace=False)):
        here = slice(counts.indptr[i], counts.indptr[i + 1])
        bag = np.repeat(np.arange(here.start, here.stop), counts.data[here])
        np.add.at(drawn.data, rng.permutation(bag)[: hidden[i]], 1)
    lost = (counts.sum(axis=0) == drawn.sum(axis=0))[drawn.indices]
    drawn.data[lost] = 0
    training = sparse.csr_array(counts - drawn)
    for part in (drawn, training):
        part.eliminate_zeros()
    if not drawn.nnz:
        raise InputError("every term that was drawn stands in one segment only; hide fewer tokens.")
    missing, training = drawn.astype(float), training.astype(float)
    if not isinstance(features, Features):
        return HeldOut(training, missing)
    assert features.size is not None
    size_left = features.size - missing.sum(axis=1)
    return HeldOut(replace(features, matrix=training, size=size_left), missing)


def heldout_score(model: Any, held: HeldOut) -> float:
    """Score a model by the tokens that were hidden from it.

    Parameters
    ----------
    model : TopicModel
        Fitted to ``held.training``.
    held : HeldOut

    Returns
    -------
    float
        Mean over segments of the mean log-probability of their hidden tokens, as in R stm's
        ``eval.heldout``; nearer 0 is better, and ``exp(−score)`` is a perplexity. −inf where a
        hidden token has no probability at all.

    Warns
    -----
    InputWarning
        Where segments with hidden tokens were not used by the model; they are left out.

    Notes
    -----
    See :func:`segment_scores`. Scores of models compare on the same `held` only; the difference
    between two has the noise of the draw, so compare over some seeds.

    References
    ----------
    Wallach, H., Murray, I., Salakhutdinov, R. & Mimno, D. (2009). Evaluation methods for topic
    models. *ICML*, 1105–1112.
    """
    beta = topics_of(model)
    theta = np.asarray(model.theta_, dtype=float)
    if held.missing.shape != (len(theta), beta.shape[-1]):
        raise InputError(
            f"held is {held.missing.shape[0]} × {held.missing.shape[1]}, but the model was fitted "
            f"to {len(theta)} segments × {beta.shape[-1]} terms; fit it to held.training."
        )
    level = np.asarray(model.level_of_) if beta.ndim == 3 else None
    scores = segment_scores(theta, beta, held.missing, level)
    scored, hidden = ~np.isnan(scores), np.diff(held.missing.indptr) > 0
    if not scored.any():
        raise InputError("the model used none of the segments with hidden tokens.")
    if scored.sum() < hidden.sum():
        warnings.warn(
            f"{hidden.sum() - scored.sum()} of {hidden.sum()} segments with hidden tokens were not "
            "used by the model, and are not scored.",
            InputWarning,
            stacklevel=2,
        )
    return float(scores[scored].mean())


def segment_scores(
    theta: Floats,
    beta: Floats,
    missing: sparse.csr_array,
    level_of: Integers | None = None,
) -> Floats:
    """Mean log-probability of the hidden tokens of each segment.

    Parameters
    ----------
    theta : array, shape (n_segments, n_topics)
    beta : array, shape (n_topics, n_terms), or (n_levels, n_topics, n_terms)
    missing : sparse array, shape (n_segments, n_terms)
        Tokens hidden.
    level_of : array of int, shape (n_segments,)
        Level of each segment, for content models: each has the β of its level.

    Returns
    -------
    array, shape (n_segments,)
        ``Σ_v x_v log Σ_k θ_k β_kv / Σ_v x_v``; missing (NaN) where nothing is hidden, or the
        segment has no θ.

    Examples
    --------
    >>> theta, beta = np.array([[0.5, 0.5]]), np.array([[0.8, 0.2], [0.4, 0.6]])
    >>> segment_scores(theta, beta, sparse.csr_array([[1, 3]])).round(4)  # (log .6 + 3 log .4) / 4
    array([-0.8149])
    """
    tokens = np.asarray(missing.sum(axis=1), dtype=float)
    scores = np.full(len(theta), np.nan)
    used = (tokens > 0) & ~np.isnan(theta).any(axis=1)
    for rows, topics in rows_of_levels(beta, level_of, used):
        if not len(rows):
            continue
        part = sparse.csr_array(missing[rows]).tocoo()
        row, term = part.coords
        probability = np.empty(part.nnz)
        for start in range(0, part.nnz, ENTRIES):
            here = slice(start, start + ENTRIES)
            probability[here] = (theta[rows[row[here]]] * topics[:, term[here]].T).sum(axis=1)
        with np.errstate(divide="ignore"):
            logs = part.data * np.log(probability)
        scores[rows] = np.bincount(row, logs, minlength=len(rows)) / tokens[rows]
    return scores


def _whole(features: Any) -> sparse.csr_array:
    """Read counts, and refuse any that is not a whole number."""
    if isinstance(features, Features):
        if features.kind != "term":
            raise InputError(f"counts of terms are hidden; these features are {features.kind}s.")
        features = features.matrix
    elif isinstance(features, pd.DataFrame):
        features = features.to_numpy()
    counts = sparse.csr_array(features, copy=True)
    counts.sum_duplicates()
    counts.eliminate_zeros()
    if not np.isfinite(counts.data).all() or (counts.data < 0).any():
        raise InputError("counts hold a value that is negative, infinite or missing.")
    if (counts.data != np.floor(counts.data)).any():
        raise InputError("tokens are hidden one by one: counts must be whole, not weights.")
    return sparse.csr_array(counts.astype(np.int64))
