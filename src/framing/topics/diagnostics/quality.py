"""Quality: whether the terms of a topic come together, and whether they are its own.

Neither says that a topic means anything; people do (:mod:`framing.topics.intrusion`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import fsum
from numbers import Integral
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from framing.columns import tidy
from framing.errors import InputError, one_of
from framing.inference import Floats, Integers
from framing.topics.fitted import counts_of, level_shares, rows_of_levels, topics_of, used_of


def semantic_coherence(
    beta: Floats,
    counts: sparse.csr_array,
    m: int = 10,
    convention: str = "mimno",
    level_of: Integers | None = None,
) -> Floats:
    """How far the most probable terms of each topic occur in the same segments.

    Parameters
    ----------
    beta : array, shape (n_topics, n_terms), or (n_levels, n_topics, n_terms)
        Rows sum to 1.
    counts : sparse array, shape (n_segments, n_terms)
        Of the segments that the model was fitted to.
    m : int
        Terms of a topic.
    convention : {"mimno", "stm"}
        See the notes.
    level_of : array of int, shape (n_segments,)
        Level of each segment, for content models; −1 where it has none.

    Returns
    -------
    array, shape (n_topics,)
        The nearer to 0 from below, the more coherent; between models of the same segments, and
        with the same `m`. Missing (NaN) by "mimno" where one of the terms is in no segment.

    Notes
    -----
    D(v) is the number of segments with term v, D(v, w) of those with both. With a topic's terms
    v_1 … v_m from the most probable on, "mimno" is

        C = Σ_{i=2}^{m} Σ_{j<i} log [(D(v_i, v_j) + 1) / D(v_j)].

    "stm" is what R's stm computes: ``log [(D(v, w) + 0.01) / (D(w) + 0.01)]``, w being the one of
    the two terms that comes first when the terms of topic 1 are listed, then those of topic 2, and
    so on. So it changes when topics change places; it is here for comparison with R.

    For content models: terms of each level in the segments of the level, the mean over levels
    weighted by their segments, as in R.

    References
    ----------
    Mimno, D., Wallach, H., Talley, E., Leenders, M. & McCallum, A. (2011). Optimizing semantic
    coherence in topic models. *EMNLP*, 262–272, equation 1.

    Examples
    --------
    >>> counts = sparse.csr_array([[1, 1, 0], [2, 0, 1], [0, 3, 0]])
    >>> beta = np.array([[0.5, 0.3, 0.2], [0.1, 0.3, 0.6]])
    >>> semantic_coherence(beta, counts, m=2).round(3).tolist()  # log 2/2, log 1/1
    [0.0, 0.0]
    """
    if convention not in CONVENTIONS:
        raise one_of("convention", convention, CONVENTIONS)
    levels = _levels(beta, counts, level_of)
    found = [
        CONVENTIONS[convention](_together(top, part), top)
        for top, part in ((_most_probable(topics, m), part) for topics, part in levels)
    ]
    n = np.array([part.shape[0] for _, part in levels])
    return np.asarray(np.average(found, axis=0, weights=n))


def _mimno(pairs: Floats, top: Integers) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = np.diagonal(pairs, axis1=1, axis2=2)
        terms = np.log((pairs + 1) / np.where(alone > 0, alone, np.nan)[:, None, :])
    return np.asarray(np.tril(terms, -1).sum(axis=(1, 2)))


def _stm(pairs: Floats, top: Integers) -> Floats:
    listed, first = np.unique(top.ravel(), return_index=True)
    place = first[np.searchsorted(listed, top)]
    alone = np.diagonal(pairs, axis1=1, axis2=2)
    terms = np.log((pairs + 0.01) / (alone + 0.01)[:, None, :])
    return np.asarray((terms * (place[:, :, None] > place[:, None, :])).sum(axis=(1, 2)))


CONVENTIONS: Mapping[str, Callable[[Floats, Integers], Floats]] = MappingProxyType(
    {"mimno": _mimno, "stm": _stm}
)
"""Coherence from the segments shared by pairs of terms, and the terms; by name."""


def _together(top: Integers, counts: sparse.csr_array) -> Floats:
    """Count the segments that every two terms of a topic share, shape (n_topics, m, m)."""
    listed, place = np.unique(top, return_inverse=True)
    there = sparse.csr_array((counts[:, listed] > 0).astype(float))
    shared = (there.T @ there).toarray()
    place = place.reshape(top.shape)
    return np.asarray(shared[place[:, :, None], place[:, None, :]])


def exclusivity(
    beta: Floats, m: int = 10, weight: float = 0.7, level_weights: Floats | None = None
) -> Floats:
    """How far the most probable terms of each topic are its own.

    Parameters
    ----------
    beta : array, shape (n_topics, n_terms), or (n_levels, n_topics, n_terms)
        Rows sum to 1.
    m : int
        Terms of a topic.
    weight : float
        Of exclusivity against frequency, from 0 to 1.
    level_weights : array, shape (n_levels,), optional
        For content models; default alike.

    Returns
    -------
    array, shape (n_topics,)
        From 0 to `m`; more is more exclusive.

    Notes
    -----
    The sum over the topic's m most probable terms of ``1 / (w / E + (1 − w) / F)``, E and F the
    ranks, divided by their number, of ``β_kv / Σ_k β_kv`` and of β_kv within the topic. Here w
    weighs exclusivity, as in R stm's ``exclusivity``; in its ``labelTopics`` it weighs frequency,
    and counts enter (:func:`framing.topics.diagnostics.labels.frex`).

    R refuses content models. Here a topic is compared with the others within each level, and the
    mean is taken over levels.

    Examples
    --------
    >>> exclusivity(np.array([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]]), m=1).tolist()
    [1.0, 1.0]
    """
    from scipy.stats import rankdata

    if not 0 <= weight <= 1:
        raise InputError(f"weight must lie between 0 and 1; got {weight!r}.")
    levels = beta if beta.ndim == 3 else beta[None]
    found = []
    for topics in levels:
        # Rounded once, so that equal terms tie whatever the order of topics, as in R.
        whole = np.array([fsum(term) for term in topics.T.tolist()])
        own = np.divide(topics, whole, out=np.zeros_like(topics), where=whole > 0)
        exclusive, frequent = (rankdata(x, axis=1) / topics.shape[1] for x in (own, topics))
        scores = 1 / (weight / exclusive + (1 - weight) / frequent)
        found.append(np.take_along_axis(scores, _most_probable(topics, m), axis=1).sum(axis=1))
    return np.asarray(np.average(found, axis=0, weights=level_weights))


def topic_quality(
    model: Any,
    m: int = 10,
    *,
    convention: str = "mimno",
    weight: float = 0.7,
) -> pd.DataFrame:
    """Measure the coherence and the exclusivity of each topic.

    Parameters
    ----------
    model : TopicModel
        Fitted.
    m : int
        Most probable terms of a topic that are looked at.
    convention : {"mimno", "stm"}
        Of :func:`semantic_coherence`.
    weight : float
        Of exclusivity against frequency in :func:`exclusivity`.

    Returns
    -------
    pandas.DataFrame
        A row a topic and ``statistic`` ("semantic_coherence", "exclusivity"): ``topic``,
        ``statistic``, ``estimate``, ``note`` (why it is missing; empty otherwise).

    Notes
    -----
    Levels of content models are weighted by their segments.

    The two pull apart: few broad topics are coherent, many narrow ones exclusive. Look at them
    together, and read the topics.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> beta = np.array([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]])
    >>> counts = sparse.csr_array([[1, 1, 0], [2, 0, 1], [0, 3, 1]])
    >>> model = SimpleNamespace(beta_=beta, counts_=counts, used_=np.ones(3, dtype=bool))
    >>> model.topic_names_ = ["topic 1", "topic 2"]
    >>> topic_quality(model, m=2).round(2)
         topic           statistic  estimate note
    0  topic 1  semantic_coherence      0.00
    1  topic 1         exclusivity      1.67
    2  topic 2  semantic_coherence      0.00
    3  topic 2         exclusivity      1.67
    """
    beta, held, used = topics_of(model), counts_of(model), used_of(model)
    level, shares = None, None
    if beta.ndim == 3:
        level, shares = np.asarray(model.level_of_)[used], level_shares(model)
    measured = {
        "semantic_coherence": semantic_coherence(beta, held[used], m, convention, level),
        "exclusivity": exclusivity(beta, m, weight, shares),
    }
    table = pd.DataFrame(
        {
            "topic": np.repeat(np.asarray(model.topic_names_, dtype=object), len(measured)),
            "statistic": np.tile(np.asarray(list(measured), dtype=object), len(model.topic_names_)),
            "estimate": np.column_stack(list(measured.values())).ravel(),
        }
    )
    gap = f"one of its {m} most probable terms is in no segment"
    return tidy(table.assign(note=np.where(table["estimate"].isna(), gap, "")))


def _levels(
    beta: Floats, counts: sparse.csr_array, level_of: Integers | None
) -> list[tuple[Floats, sparse.csr_array]]:
    """Topics of each level that has segments, with the counts of these."""
    every = np.ones(counts.shape[0], dtype=bool)
    return [
        (topics, sparse.csr_array(counts[rows]))
        for rows, topics in rows_of_levels(beta, level_of, every)
        if len(rows)
    ]


def _most_probable(beta: Floats, m: int) -> Integers:
    """Columns of the terms of each topic, the most probable first; shape (n_topics, m)."""
    if not isinstance(m, Integral) or not 1 <= m <= beta.shape[-1]:
        raise InputError(
            f"m must be a whole number from 1 to {beta.shape[-1]}, the number of terms; got {m!r}."
        )
    return np.argsort(-beta, axis=1, kind="stable")[:, :m]
