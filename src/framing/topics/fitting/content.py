"""How sides word a topic: deviations of topics, of levels, and of levels within topics."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np
import pandas as pd
from scipy.special import softmax

from framing.columns import tidy
from framing.errors import InputError, InputWarning
from framing.inference import Floats
from framing.topics.diagnostics.labels import ALL
from framing.topics.fitting.poisson import MOST_PASSES, lasso_paths
from framing.topics.fitting.workers import Workers

SMALLEST = 1e-3
"""Deviations up to this size are not listed, as in R's ``labelTopics``."""
TOPIC, GROUP, BOTH = "topic deviation", "group deviation", "interaction"
"""What a deviation is of, in column "statistic"."""


@dataclass(frozen=True, eq=False)
class ContentTopics:
    """Topics as each level words them: ``β_ak ∝ exp(m + κ_k + κ_a + κ_ak)``.

    Attributes
    ----------
    beta : array, shape (n_levels, n_topics, n_terms)
        Rows sum to 1.
    kappa : array, shape (n_parameters, n_terms)
        Deviations, most of them nought: of topics, then of levels, then of all topics within the
        first level, within the second …
    intercept : array, shape (n_terms,)
        m, the logarithm of how often each term occurs.
    names : sequence of str
        Of the rows of κ.
    """

    beta: Floats
    kappa: Floats
    intercept: Floats
    names: Sequence[str]

    @property
    def interactions(self) -> bool:
        """Whether levels deviate within topics."""
        return len(self.kappa) > sum(self.beta.shape[:2])


def update_content(
    beta_ss: Floats,
    word_counts: Floats,
    *,
    interactions: bool = True,
    n_lambdas: int = 250,
    ratio: float = 1e-3,
    penalty: float = 2.0,
    tolerance: float = 1e-5,
    keep_first: bool = False,
    workers: Workers | None = None,
) -> ContentTopics:
    """Fit topics that levels word differently to expected counts.

    It is the M-step for topics of R stm's ``kappa.prior="L1"``, with R's settings.

    Parameters
    ----------
    beta_ss : array, shape (n_levels, n_topics, n_terms)
        How often each topic is expected to have used each term in documents of each level.
    word_counts : array, shape (n_terms,)
        How often each term occurs. One that never does has no part in any topic.
    interactions : bool
        Whether levels change each topic in its own way, or all alike.
    n_lambdas, ratio : int, float
        Length of the path of λ, and its end as a part of its start.
    penalty : float
        Price of one deviation, in deviance: 2 is Akaike's criterion.
    tolerance : float
        How little a pass may move deviations at the end, as a part of the null deviance. R's 1e-5
        is loose: the design has more columns than rows, so that deviations move on slowly along it;
        smaller values find others, of as good a fit, and take longer.
    keep_first : bool
        Where no deviation is worth its price, keep the first that entered the path, as R's stm
        does by a slip of indexing (1.3.7). Only for comparing with R.
    workers : Workers, optional
        Threads to share the work; default those of a new pool.

    Returns
    -------
    ContentTopics

    Raises
    ------
    InputError
        For counts that are negative or missing, or levels without words.

    Warns
    -----
    InputWarning
        Where the path of a term was cut off because one λ took too long.

    Notes
    -----
    The multinomial is fitted as one Poisson regression a term (Taddy 2015), so that terms need not
    wait for each other: for term v, with y_ak the expected counts and n_ak their sums over terms,

        ``Σ_ak (μ_ak − y_ak log μ_ak) + λ Σ |κ|``, ``log μ_ak = m_v + log n_ak + κ_k + κ_a + κ_ak``,

    where m is fixed at the logarithm of the term's share of all tokens. λ falls from where all κ
    are nought to `ratio` of that; it stops earlier where the last four explained less than
    a ten-thousandth of what all explain, where 99.9 % of the deviance are explained, or where
    the price of the deviations is 1.25 times the best criterion. The λ chosen has the
    least ``deviance + penalty · number of deviations``.

    References
    ----------
    Eisenstein, J., Ahmed, A. & Xing, E. (2011). Sparse additive generative models of text. *ICML*,
    1041–1048.

    Taddy, M. (2015). Distributed multinomial regression. *Annals of Applied Statistics*, 9,
    1394–1414.

    Examples
    --------
    Two sides, one topic; the first says "chip" twice as often as the other:

    >>> counts = np.array([[[60.0, 40.0]], [[30.0, 70.0]]])
    >>> found = update_content(counts, counts.sum(axis=(0, 1)), interactions=False)
    >>> found.beta[:, 0].round(2).tolist()
    [[0.6, 0.4], [0.3, 0.7]]
    """
    counts, word_counts = _checked(beta_ss, word_counts)
    if not isinstance(n_lambdas, Integral) or n_lambdas < 2:
        raise InputError(f"n_lambdas must be a whole number from 2 on; got {n_lambdas!r}.")
    for name, value in (("ratio", ratio), ("tolerance", tolerance)):
        if not isinstance(value, Real) or not 0 < value < 1:
            raise InputError(f"{name} must be between 0 and 1; got {value!r}.")
    if not isinstance(penalty, Real) or not 0 <= penalty < np.inf:
        raise InputError(f"penalty must be a number from 0 on; got {penalty!r}.")
    n_levels, n_topics, n_terms = counts.shape
    names = names_of(n_levels, n_topics, interactions)
    rows = np.ascontiguousarray(counts.reshape(-1, n_terms).T)
    exposure = np.ascontiguousarray(counts.sum(axis=2))
    share = word_counts / word_counts.sum()
    kappa, chosen = np.zeros((n_terms, len(names))), np.zeros(n_terms, dtype=np.int64)
    settings = (n_lambdas, float(ratio), float(penalty), float(tolerance), keep_first)
    arguments = (rows, exposure, share, *settings, kappa, chosen, np.empty((0, 0, 0)))
    if workers is None:
        with Workers() as pool:
            cut = sum(pool.blocks(lasso_paths, n_terms, *arguments))
    else:
        cut = sum(workers.blocks(lasso_paths, n_terms, *arguments))
    if cut:
        warnings.warn(
            f"the lasso of {cut} of {n_terms} terms stopped after {MOST_PASSES:,} passes for one "
            "value of λ; larger values only were considered. Raise tolerance.",
            InputWarning,
            stacklevel=2,
        )
    with np.errstate(divide="ignore"):
        intercept = np.log(share)
    return ContentTopics(
        worded(intercept, kappa.T, n_levels, n_topics), kappa.T.copy(), intercept, names
    )


def worded(intercept: Floats, kappa: Floats, n_levels: int, n_topics: int) -> Floats:
    """Turn deviations into topics: β, shape (n_levels, n_topics, n_terms).

    Examples
    --------
    >>> none = np.zeros((3, 2))
    >>> worded(np.log([0.25, 0.75]), none, 2, 1).round(2).tolist()
    [[[0.25, 0.75]], [[0.25, 0.75]]]
    """
    topics, levels, both = np.split(kappa, [n_topics, n_topics + n_levels])
    scale = intercept + topics + levels[:, None]
    if len(both):
        scale = scale + both.reshape(scale.shape)
    return np.asarray(softmax(scale, axis=2))


def names_of(n_levels: int, n_topics: int, interactions: bool) -> tuple[str, ...]:
    """Name the rows of κ.

    Examples
    --------
    >>> names_of(2, 1, True)
    ('topic 1', 'level 1', 'level 2', 'topic 1, level 1', 'topic 1, level 2')
    """
    topics = [f"topic {k + 1}" for k in range(n_topics)]
    levels = [f"level {a + 1}" for a in range(n_levels)]
    both = [f"{topic}, {level}" for level in levels for topic in topics]
    return (*topics, *levels, *(both if interactions else ()))


def deviations(
    content: ContentTopics,
    names: Sequence[str],
    topics: Sequence[str],
    levels: Sequence[str],
    n: int | None = 10,
) -> pd.DataFrame:
    """List the terms that a topic, a level, or a level within a topic has more of than expected.

    Parameters
    ----------
    content : ContentTopics
    names, topics, levels : sequence of str
        Of terms, topics and levels.
    n : int, optional
        At most so many terms each; None: all. Deviations up to 0.001 are left out.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``term``, ``topic``, ``statistic``: "topic deviation" (``group`` is "all"),
        "group deviation" (``topic`` is "all") or "interaction"; ``estimate``: κ, the largest first,
        ties in the order of the terms. exp(κ) is the factor by which the term is more frequent,
        but for the sum over terms.

    Notes
    -----
    The same as R's ``labelTopics`` gives for content models. Deviations of levels count on top of
    those of topics, and interactions on top of both: a term may be a side's by the sum of all three
    and yet stand in no list of it. Compare `beta` for that.

    Examples
    --------
    >>> counts = np.array([[[60.0, 40.0]], [[30.0, 70.0]]])
    >>> content = update_content(counts, counts.sum(axis=(0, 1)), interactions=False)
    >>> deviations(content, ["chip", "ally"], ["trade"], ["EU", "US"]).round(2)
      group  term topic        statistic  estimate
    0    EU  chip   all  group deviation      0.28
    1    US  ally   all  group deviation      0.23
    """
    n_levels, n_topics, n_terms = content.beta.shape
    for what, given, size in (
        ("names", names, n_terms),
        ("topics", topics, n_topics),
        ("levels", levels, n_levels),
    ):
        if len(given) != size:
            raise InputError(f"{what} must be {size}; got {len(given)}.")
    if n is not None and (not isinstance(n, Integral) or n < 1):
        raise InputError(f"n must be a whole number from 1 on, or None for all terms; got {n!r}.")
    rows = [(ALL, topic, TOPIC) for topic in topics] + [(level, ALL, GROUP) for level in levels]
    if content.interactions:
        rows += [(level, topic, BOTH) for level in levels for topic in topics]
    terms, parts = np.asarray(names, dtype=object), []
    for (group, topic, statistic), kappa in zip(rows, content.kappa, strict=True):
        order = np.argsort(-kappa, kind="stable")[:n]
        order = order[kappa[order] > SMALLEST]
        cells = {"term": terms[order], "estimate": kappa[order]}
        parts.append(pd.DataFrame(cells).assign(group=group, topic=topic, statistic=statistic))
    return tidy(pd.concat(parts, ignore_index=True))


def _checked(beta_ss: Floats, word_counts: Floats) -> tuple[Floats, Floats]:
    counts, totals = np.asarray(beta_ss, dtype=float), np.asarray(word_counts, dtype=float)
    if counts.ndim != 3:
        raise InputError(
            f"beta_ss must be levels × topics × terms; it has {counts.ndim} dimensions."
        )
    if totals.shape != counts.shape[2:]:
        raise InputError(
            f"word_counts must have one count for each of {counts.shape[2]} terms; "
            f"its shape is {totals.shape}."
        )
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        raise InputError("beta_ss must hold counts, from 0 on; some are negative or missing.")
    if not (np.isfinite(totals).all() and (totals >= 0).all()):
        raise InputError("word_counts must be counts, from 0 on; some are negative or missing.")
    if counts[:, :, totals == 0].any():
        raise InputError("beta_ss counts terms that word_counts says never occur.")
    if len(counts) < 2:
        raise InputError("beta_ss has one level; content needs two or more.")
    empty = np.flatnonzero(counts.sum(axis=(1, 2)) == 0)
    if len(empty):
        raise InputError(f"beta_ss has no words in level {empty[0] + 1} of {len(counts)}.")
    return counts, totals
