"""Alignment: which topic of one model is which of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from framing.columns import tidy
from framing.errors import InputError
from framing.inference import Floats, Integers
from framing.topics.fitted import level_shares, marginal, topics_of


@dataclass(frozen=True, eq=False)
class Alignment:
    """Topics of one model, each with its partner in another.

    Attributes
    ----------
    partner : array of int, shape (n_topics,)
        Which topic of the other model; −1 where none is left.
    similarity : array, shape (n_topics,)
        Cosine with the partner; missing (NaN) where there is none.
    cosines : array, shape (n_topics, n_others)
        Of every topic with every topic of the other model.

    Examples
    --------
    >>> one = np.array([[0.8, 0.2, 0.0], [0.0, 0.3, 0.7]])
    >>> found = Alignment.of(one, one[::-1])
    >>> found.partner.tolist(), found.similarity.round(6).tolist()
    ([1, 0], [1.0, 1.0])
    """

    partner: Integers
    similarity: Floats
    cosines: Floats

    @classmethod
    def of(cls, beta: Floats, other: Floats) -> Alignment:
        """Pair topics so that the sum of their cosines is as large as it can be.

        Parameters
        ----------
        beta : array, shape (n_topics, n_terms)
        other : array, shape (n_others, n_terms)
            The same terms.
        """
        lengths = np.linalg.norm(beta, axis=1)[:, None] * np.linalg.norm(other, axis=1)
        products = beta @ other.T
        cosines = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
        rows, columns = linear_sum_assignment(-cosines)
        partner, similarity = np.full(len(beta), -1), np.full(len(beta), np.nan)
        partner[rows], similarity[rows] = columns, np.minimum(cosines[rows, columns], 1.0)
        return cls(partner, similarity, cosines)


def align_topics(model: Any, other: Any) -> pd.DataFrame:
    """Find which topic of another model each topic of a model is.

    Parameters
    ----------
    model, other : TopicModel
        Fitted, to the same terms or to others; the numbers of topics may differ.

    Returns
    -------
    pandas.DataFrame
        A row a topic of `model`: ``topic``, ``reference`` (its partner in `other`),
        ``statistic`` ("cosine"), ``estimate`` (from 0, no term in common, to 1), ``note``. Where
        `other` has fewer topics some have no partner: estimate is missing, and the note says so.

    Raises
    ------
    InputError
        Where the models have no term in common.

    Notes
    -----
    Topics come in no order, so that two fits must be aligned before they are compared. Pairs are
    one to one, and maximise the sum of the cosines of β (Kuhn 1955): a topic may have a partner
    that it does not resemble, because the one that it does is another's. Terms are matched by name;
    a term that a model does not know has no part in its topics. Content models are averaged over
    their levels.

    References
    ----------
    Kuhn, H. W. (1955). The Hungarian method for the assignment problem. *Naval Research Logistics
    Quarterly*, 2, 83–97.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> one = SimpleNamespace(beta_=np.array([[0.8, 0.2], [0.1, 0.9]]), terms_=["chip", "law"])
    >>> other = SimpleNamespace(beta_=np.array([[0.9, 0.1], [0.2, 0.8]]), terms_=["law", "chip"])
    >>> one.topic_names_ = other.topic_names_ = ["topic 1", "topic 2"]
    >>> align_topics(one, other)[["topic", "reference", "estimate"]].round(2)
         topic reference  estimate
    0  topic 1   topic 2       1.0
    1  topic 2   topic 1       1.0
    """
    found = Alignment.of(*on_common_terms(model, other))
    names = [*other.topic_names_, None]  # −1 is the last
    alone = f"no partner: the other model has {len(other.topic_names_)} topics"
    table = pd.DataFrame(
        {
            "topic": list(model.topic_names_),
            "reference": [names[k] for k in found.partner],
            "estimate": found.similarity,
            "note": np.where(found.partner < 0, alone, ""),
        }
    )
    return tidy(table.assign(statistic="cosine"))


def on_common_terms(model: Any, other: Any) -> tuple[Floats, Floats]:
    """Topics of two models over the terms of both, each term in one column.

    Returns
    -------
    beta, other : array, shape (n_topics, n_terms), (n_others, n_terms)
        Rows sum to 1; a term that a model does not know is 0.
    """
    first, second = averaged(model), averaged(other)
    terms, others = pd.Index(model.terms_), pd.Index(other.terms_)
    if terms.equals(others):
        return first, second
    both = terms.union(others, sort=False)
    if len(both) == len(terms) + len(others):
        raise InputError(
            "the two models have no term in common; were their counts made in the same way?"
        )
    return _spread(first, terms, both), _spread(second, others, both)


def averaged(model: Any) -> Floats:
    """Topics of a model, shape (n_topics, n_terms); of a content model, the mean of its levels."""
    beta = topics_of(model)
    return beta if beta.ndim == 2 else marginal(beta, level_shares(model))


def shared_terms(beta: Floats, other: Floats, partner: Sequence[int] | Integers, n: int) -> Floats:
    """Part of the most probable terms that a topic shares with its partner (Jaccard).

    Parameters
    ----------
    beta, other : array, shape (n_topics, n_terms), (n_others, n_terms)
    partner : array of int, shape (n_topics,)
        As in :class:`Alignment`.
    n : int
        Terms of each.

    Returns
    -------
    array, shape (n_topics,)
        ``|A ∩ B| / |A ∪ B|``; missing (NaN) where there is no partner.

    Examples
    --------
    >>> beta = np.array([[0.4, 0.3, 0.2, 0.1]])
    >>> shared_terms(beta, np.array([[0.4, 0.1, 0.2, 0.3]]), [0], 2).round(3).tolist()
    [0.333]
    """
    first = np.argsort(-beta, axis=1, kind="stable")[:, :n]
    second = np.argsort(-other, axis=1, kind="stable")[:, :n]
    found = np.full(len(beta), np.nan)
    for k, of in enumerate(partner):
        if of >= 0:
            common = len(np.intersect1d(first[k], second[of]))
            found[k] = common / (2 * first.shape[1] - common)
    return found


def _spread(beta: Floats, terms: pd.Index, both: pd.Index) -> Floats:
    whole = np.zeros((len(beta), len(both)))
    whole[:, both.get_indexer(terms)] = beta
    return whole
