"""Labels: the terms that mark each topic, by four statistics.

A topic's most probable terms are often common everywhere. The other statistics weigh how far a
term is the topic's own: FREX by ranks, lift by a ratio, score by both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Integral
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logsumexp

from framing.columns import tidy
from framing.errors import InputError, one_of
from framing.inference import Floats, Integers
from framing.topics.fitted import level_shares, marginal, topics_of

ALL = "all"
"""What stands in column "group" for a content model's topics, its levels taken together."""

FLOOR = -1000.0
"""Logarithm of a probability of nought, as in R's stm."""


def probability(beta: Floats) -> Floats:
    """How probable each term is in each topic: β itself.

    Parameters
    ----------
    beta : array, shape (n_topics, n_terms)
        Rows sum to 1.

    Returns
    -------
    array, shape (n_topics, n_terms)
    """
    return _topics(beta)


def frex(beta: Floats, counts: Floats, weight: float = 0.5) -> Floats:
    """Score terms that are both frequent in a topic and exclusive to it.

    Parameters
    ----------
    beta : array, shape (n_topics, n_terms)
        Rows sum to 1.
    counts : array, shape (n_terms,)
        How often each term occurs.
    weight : float
        Of frequency, from 0 (exclusivity alone) to 1.

    Returns
    -------
    array, shape (n_topics, n_terms)
        From 0 to 1.

    Notes
    -----
    ``FREX = 1 / (w / F + (1 − w) / E)``: the harmonic mean of the ranks, divided by their number,
    of β_kv (F) and of e_kv (E) among the terms of topic k; ties have their mean rank. Exclusivity
    is ``e_kv = β_kv / Σ_k β_kv``, drawn towards 1/K where a term is too rare to tell (James–Stein):
    ``λ/K + (1 − λ) e_kv``, ``λ_v = Σ_k e_kv(1 − e_kv) / [(n_v − 1) Σ_k (e_kv − 1/K)²]``, at most 1,
    and 1 where the count n_v is at most 1. It is that of R stm's ``labelTopics``; stm's
    ``exclusivity`` puts its weight on E and does not shrink
    (:func:`framing.topics.diagnostics.quality.exclusivity`).

    References
    ----------
    Bischof, J. & Airoldi, E. (2012). Summarizing topical content with word frequency and
    exclusivity. *ICML*.

    Hausser, J. & Strimmer, K. (2009). Entropy inference and the James–Stein estimator. *Journal of
    Machine Learning Research*, 10, 1469–1484.

    Examples
    --------
    >>> beta = np.array([[0.5, 0.4, 0.1], [0.5, 0.1, 0.4]])
    >>> frex(beta, np.array([20, 10, 10])).round(2).tolist()
    [[0.8, 0.8, 0.33], [0.8, 0.33, 0.8]]
    """
    from scipy.stats import rankdata

    beta, counts = _with_counts(beta, counts)
    if not 0 <= weight <= 1:
        raise InputError(f"weight must lie between 0 and 1; got {weight!r}.")
    n_topics, n_terms = beta.shape
    log_beta = log_of(beta)
    own = np.exp(log_beta - logsumexp(log_beta, axis=0))
    apart, noise = ((own - 1 / n_topics) ** 2).sum(axis=0), (own * (1 - own)).sum(axis=0)
    shrinkage = np.ones(n_terms)
    told = (counts > 1) & (apart > 0)
    shrinkage[told] = np.minimum(noise[told] / ((counts[told] - 1) * apart[told]), 1)
    exclusive = rankdata(shrinkage / n_topics + (1 - shrinkage) * own, axis=1) / n_terms
    frequent = rankdata(beta, axis=1) / n_terms
    return np.asarray(1 / (weight / frequent + (1 - weight) / exclusive))


def lift(beta: Floats, counts: Floats) -> Floats:
    """How much more probable a term is in a topic than in all segments, as a logarithm.

    Parameters
    ----------
    beta : array, shape (n_topics, n_terms)
        Rows sum to 1.
    counts : array, shape (n_terms,)
        How often each term occurs.

    Returns
    -------
    array, shape (n_topics, n_terms)
        ``log β_kv − log(n_v / n)``; missing (NaN) where a term never occurs.

    Notes
    -----
    All terms that are of one topic alone have the same lift, whatever their count: the list begins
    with rare terms.

    Examples
    --------
    >>> lift(np.array([[0.8, 0.2], [0.2, 0.8]]), np.array([10, 10])).round(2).tolist()
    [[0.47, -0.92], [-0.92, 0.47]]
    """
    beta, counts = _with_counts(beta, counts)
    share = np.full(len(counts), np.nan)
    share[counts > 0] = np.log(counts[counts > 0] / counts.sum())
    return np.asarray(log_of(beta) - share)


def score(beta: Floats) -> Floats:
    """How probable a term is in a topic, times how much more so than in the mean topic.

    Parameters
    ----------
    beta : array, shape (n_topics, n_terms)
        Rows sum to 1.

    Returns
    -------
    array, shape (n_topics, n_terms)
        ``β_kv (log β_kv − mean_k log β_kv)``.

    References
    ----------
    Blei, D. & Lafferty, J. (2009). Topic models. In *Text mining: classification, clustering, and
    applications*.

    Examples
    --------
    >>> score(np.array([[0.8, 0.2], [0.2, 0.8]])).round(2).tolist()
    [[0.55, -0.14], [-0.14, 0.55]]
    """
    beta = _topics(beta)
    log_beta = log_of(beta)
    return np.asarray(beta * (log_beta - log_beta.mean(axis=0)))


STATISTICS: Mapping[str, Callable[[Floats, Floats, float], Floats]] = MappingProxyType(
    {
        "probability": lambda beta, counts, weight: probability(beta),
        "frex": frex,
        "lift": lambda beta, counts, weight: lift(beta, counts),
        "score": lambda beta, counts, weight: score(beta),
    }
)
"""What marks a term, by name, from β, counts and the weight of FREX."""


def topic_terms(
    model: Any,
    n: int | None = 10,
    statistics: str | Sequence[str] = tuple(STATISTICS),
    *,
    frex_weight: float = 0.5,
) -> pd.DataFrame:
    """List the terms that mark each topic.

    Parameters
    ----------
    model : TopicModel
        Fitted.
    n : int, optional
        At most so many terms a topic and statistic; None: all.
    statistics : {"probability", "frex", "lift", "score"} or sequence of them
        See :func:`probability`, :func:`frex`, :func:`lift` and :func:`score`.
    frex_weight : float
        Weight of frequency in FREX.

    Returns
    -------
    pandas.DataFrame
        ``topic``, ``term``, ``statistic``, ``estimate``, the first terms first. Of content models
        also ``group``: first "all", the mean of the levels, then each level.

    Notes
    -----
    Terms that score alike, to eleven digits, stand in the order of their probability, and then of
    the columns of the model. Lift needs this: on small corpora many terms are of one topic alone
    and tie, and R's stm puts them in the order of errors of rounding.

    In content models ``p(v | k) = Σ_a w_a β_akv``, w_a the part of the segments that level a has,
    as in R's ``sageLabels``. For a level, β_a takes the place of β; counts are those of all
    segments. R's ``labelTopics`` lists the largest deviations κ in place of these.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> beta = np.array([[0.6, 0.3, 0.1], [0.6, 0.1, 0.3]])
    >>> model = SimpleNamespace(beta_=beta, word_counts_=np.array([60, 20, 20]))
    >>> model.terms_, model.topic_names_ = ["state", "chip", "trade"], ["topic 1", "topic 2"]
    >>> topic_terms(model, 1, ["probability", "lift"]).round(2)
        term    topic    statistic  estimate
    0  state  topic 1  probability      0.60
    1   chip  topic 1         lift      0.41
    2  state  topic 2  probability      0.60
    3  trade  topic 2         lift      0.41
    """
    beta = topics_of(model)
    if n is not None and (not isinstance(n, Integral) or n < 1):
        raise InputError(f"n must be a whole number from 1 on, or None for all terms; got {n!r}.")
    asked = [statistics] if isinstance(statistics, str) else list(statistics)
    for name in asked:
        if name not in STATISTICS:
            raise one_of("statistics", name, STATISTICS)
    groups = [(ALL, beta)]
    if beta.ndim == 3:
        groups = [(ALL, marginal(beta, level_shares(model)))]
        groups += zip(map(str, model.levels_), beta, strict=True)
    terms, parts = np.asarray(model.terms_, dtype=object), []
    for group, topics in groups:
        found = {
            name: STATISTICS[name](topics, np.asarray(model.word_counts_), frex_weight)
            for name in asked
        }
        for k, topic in enumerate(model.topic_names_):
            for name, values in found.items():
                first = ranked(values[k], topics[k])[:n]
                cells = {"term": terms[first], "estimate": values[k][first]}
                parts.append(pd.DataFrame(cells).assign(group=group, topic=topic, statistic=name))
    table = pd.concat(parts, ignore_index=True)
    return tidy(table if beta.ndim == 3 else table.drop(columns="group"))


def ranked(estimate: Floats, probable: Floats) -> Integers:
    """Put terms in order: the highest first, ties by how probable they are, then by column.

    Parameters
    ----------
    estimate : array, shape (n_terms,)
        Missing (NaN) where a term has no place.
    probable : array, shape (n_terms,)

    Returns
    -------
    array of int
        Columns of the terms that have an estimate.

    Examples
    --------
    >>> ranked(np.array([1.0, 2.0, np.nan, 2.0]), np.array([0.1, 0.2, 0.3, 0.4])).tolist()
    [3, 1, 0]
    """
    placed = np.flatnonzero(~np.isnan(estimate))
    order = np.lexsort((-_even(probable[placed]), -_even(estimate[placed])))
    return np.asarray(placed[order])


def log_of(beta: Floats) -> Floats:
    """Take logarithms, with a floor for nought."""
    floor = np.full(beta.shape, FLOOR)
    return np.asarray(np.log(beta, out=floor, where=beta > 0))


def _even(values: Floats) -> Floats:
    """Round off differences that are but errors of rounding."""
    return np.asarray(np.round(values / (abs(values.max(initial=0)) or 1), 11), dtype=float)


def _topics(beta: Floats) -> Floats:
    beta = np.asarray(beta, dtype=float)
    if beta.ndim != 2:
        raise InputError(
            f"beta must be topics × terms; it has {beta.ndim} dimensions. Of a content model give "
            "one level, or `marginal`."
        )
    return beta


def _with_counts(beta: Floats, counts: Floats) -> tuple[Floats, Floats]:
    beta, counts = _topics(beta), np.asarray(counts, dtype=float)
    if counts.shape != (beta.shape[1],):
        raise InputError(
            f"counts must be {beta.shape[1]} numbers, one a term of beta; got {counts.shape}."
        )
    return beta, counts
