"""Intrusion tasks: whether people can tell what a topic holds together from what it does not.

Where words make sense together an intruder is seen. :func:`word_intrusion` and
:func:`word_set_intrusion` ask whether topics are coherent, :func:`topic_intrusion` whether a text
is about the topics that the model finds in it; :func:`framing.topics.score_intrusion` scores the
answers.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from framing.coding.sample import draw
from framing.corpus import some
from framing.errors import InputError, InputWarning
from framing.inference import Floats, Integers
from framing.topics.intrusion.shown import labelled, reading, small, with_topics, words_of
from framing.topics.intrusion.tasks import Tasks, gathered, shuffled
from framing.wording import count_of

if TYPE_CHECKING:
    from framing.topics.model import TopicModel

SETS, SET_WORDS = 3, 4
"""Sets of words of one topic, and words in each (Ying, Montgomery & Stewart 2022: R4WSI)."""


def word_intrusion(
    model: TopicModel, n_words: int = 5, *, per_topic: int = 1, seed: int = 0
) -> Tasks:
    """Make tasks in which one word is not of the topic that the others are of.

    Parameters
    ----------
    model : TopicModel
        Fitted.
    n_words : int
        Words of the topic in a task; the intruder comes on top.
    per_topic : int
        Tasks a topic. The first shows its `n_words` most probable words, the second the next, and
        so on, so that nobody knows a word again.
    seed : int
        Of the intruders and of every order.

    Returns
    -------
    Tasks

    Raises
    ------
    InputError
        For a model with one topic, too few words, or a topic whose most probable words are those
        of every other topic.

    Notes
    -----
    The intruder is drawn from the `n_words` most probable words of the other topics, so that it is
    not known by being rare, among those no more probable in this topic than the median word, so
    that it is not of this topic too. Where there is none, the least probable is taken, and said.
    In a content model the words of a topic are those of all levels, weighted by their segments.

    References
    ----------
    Chang, J., Boyd-Graber, J., Gerrish, S., Wang, C. & Blei, D. (2009). Reading tea leaves: how
    humans interpret topic models. *NIPS* 22.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> names, beta = ["port", "ship", "tulip", "rose"], np.array([[5, 5, 0, 0], [0, 0, 5, 5]]) / 10
    >>> model = SimpleNamespace(beta_=beta, terms_=names, topic_names_=["sea", "garden"])
    >>> tasks = word_intrusion(model, n_words=2, seed=1)
    >>> tasks.table
         task option 1 option 2 option 3
    0  task 1    tulip     port     ship
    1  task 2     rose     port    tulip
    """
    beta, names, topics = words_of(model)
    n_words, per_topic = _whole("n_words", n_words, 2), _whole("per_topic", per_topic)
    rng = _generator(seed)
    _check_size(beta, n_words * per_topic + 1, 2)
    order = np.argsort(-beta, axis=1, kind="stable")
    tasks, doubtful = [], []
    for k, ranked in enumerate(order):
        pool, is_doubtful = _strangers(beta[k], order, k, n_words, per_topic, topics)
        doubtful += [topics[k]] * is_doubtful
        intruders = rng.permutation(pool)
        for i in range(per_topic):
            shown = [names[v] for v in ranked[i * n_words : (i + 1) * n_words]]
            intruder = intruders[i % len(intruders)]
            home = max((j for j in range(len(beta)) if j != k), key=lambda j: beta[j, intruder])
            tasks.append(shuffled([*shown, names[intruder]], topics[k], topics[home], rng))
    if doubtful:
        warnings.warn(
            f"every word that is frequent in another topic is frequent in {some(doubtful)} too "
            f"({len(doubtful)} of {len(beta)} topics): their intruders may be of the topic, and "
            "hard to tell for that reason.",
            InputWarning,
            stacklevel=2,
        )
    return gathered("word intrusion", seed, topics, [tasks[i] for i in rng.permutation(len(tasks))])


def word_set_intrusion(
    model: TopicModel, *, top: int = 20, per_topic: int = 1, seed: int = 0
) -> Tasks:
    """Make tasks in which one set of words is of another topic than three others (R4WSI).

    Parameters
    ----------
    model : TopicModel
        Fitted.
    top : int
        Words are drawn from so many of the most probable of a topic.
    per_topic : int
        Tasks a topic. They may have words in common: who answers several of one topic may know
        the topic again.
    seed : int
        Of the words and of every order.

    Returns
    -------
    Tasks

    Raises
    ------
    InputError
        For a model with one topic, fewer than twelve words, or topics without four words of their
        own.

    Notes
    -----
    Twelve words of the topic are drawn without replacement, with chances in proportion to their
    probability, and dealt into three sets of four. The intruder is four words of another topic,
    drawn likewise from those of its `top` words that are not among this topic's. More of a topic is
    seen than its five most probable words, which is why the authors prefer this task.

    References
    ----------
    Ying, L., Montgomery, J. M. & Stewart, B. M. (2022). Topics, concepts, and measurement: a
    crowdsourced procedure for validating topics as measures. *Political Analysis*, 30, 570–589.
    """
    beta, names, topics = words_of(model)
    top, per_topic = _whole("top", top, SETS * SET_WORDS), _whole("per_topic", per_topic)
    rng = _generator(seed)
    _check_size(beta, SETS * SET_WORDS + SET_WORDS, 2)
    order = np.argsort(-beta, axis=1, kind="stable")[:, :top]
    tasks = []
    for k in range(len(beta)):
        own = {j: order[j][~np.isin(order[j], order[k])] for j in range(len(beta)) if j != k}
        others = [j for j, words in own.items() if (beta[j, words] > 0).sum() >= SET_WORDS]
        if not others or (beta[k, order[k]] > 0).sum() < SETS * SET_WORDS:
            raise InputError(
                f"{topics[k]}: there are not {SETS * SET_WORDS} words of its own, and {SET_WORDS} "
                f"of another topic that are not among its {top} most probable; use word_intrusion, "
                "or fewer topics."
            )
        for _ in range(per_topic):
            words = _drawn(beta[k], order[k], SETS * SET_WORDS, rng).reshape(SETS, SET_WORDS)
            home = others[rng.integers(len(others))]
            intruder = _drawn(beta[home], own[home], SET_WORDS, rng)
            options = [", ".join(names[v] for v in one) for one in [*words, intruder]]
            tasks.append(shuffled(options, topics[k], topics[home], rng))
    return gathered(
        "word set intrusion", seed, topics, [tasks[i] for i in rng.permutation(len(tasks))]
    )


def topic_intrusion(
    model: TopicModel,
    n: int = 20,
    *,
    n_words: int = 8,
    n_top: int = 3,
    min_share: float = 0.0,
    labels: Mapping[str, str] | Sequence[str] | None = None,
    seed: int = 0,
) -> Tasks:
    """Make tasks in which one topic is not of the text that the others describe.

    Parameters
    ----------
    model : TopicModel
        Fitted to Features.
    n : int
        Segments, drawn at random so that every document gives one before any gives two.
    n_words : int
        Words that a topic is shown by: its most probable.
    n_top : int
        Topics of the segment in a task: its largest.
    min_share : float
        Least share of each of these; segments without so many are left out. Where segments are
        short, third topics are often next to nothing, and nobody could tell them from an intruder.
    labels : {topic: label} or sequence of str, optional
        Show topics by these names that you gave them instead: then the labels are put to the test.
    seed : int
        Of the segments, the intruders and every order.

    Returns
    -------
    Tasks
        Its table holds the segment's ``text`` where it is at hand, and else its ``url``, the
        number of the ``paragraph`` (from 1) and ``words``, its most frequent terms.

    Raises
    ------
    InputError
        For a model with too few topics, or more segments than there are.

    Notes
    -----
    The intruder is drawn from the half of the topics that are smallest in the segment, as far as
    they are not among its `n_top` largest.

    References
    ----------
    Chang et al. (2009), as in :func:`word_intrusion`. With eight words it is the T8WSI, and with
    labels the label intrusion, of Ying, Montgomery & Stewart (2022).
    """
    beta, names, topics = words_of(model)
    n_words, n_top = _whole("n_words", n_words), _whole("n_top", n_top)
    _check_size(beta, n_words, n_top + 1)
    rng = _generator(seed)
    ranked = np.argsort(-beta, axis=1, kind="stable")[:, :n_words]
    shown = labelled(labels, topics) or [", ".join(names[v] for v in row) for row in ranked]
    if len(set(shown)) < len(shown):
        twice = next(one for one in shown if shown.count(one) > 1)
        raise InputError(f"two topics are both shown as {twice!r}; give other labels, or n_words.")
    features = with_topics(model.topics(), n_top, min_share)
    sample = draw(features, n, seed=seed)
    rows = pd.Index(features.segments["segment"]).get_indexer(sample.segments["segment"])
    tasks = []
    for shares in features.matrix[rows].toarray():
        order = np.argsort(-shares, kind="stable")
        low = small(order, n_top)
        chosen = [*order[:n_top], low[rng.integers(len(low))]]
        task = shuffled([shown[k] for k in chosen], topics[chosen[0]], topics[chosen[-1]], rng)
        by_option = dict(zip(shown, shares.tolist(), strict=True))
        tasks.append(task | {"shares": [min(by_option[one], 1.0) for one in task["options"]]})
    return gathered("topic intrusion", seed, topics, tasks, reading(model, features, sample))


def _strangers(
    probability: Floats,
    order: Integers,
    k: int,
    n_words: int,
    per_topic: int,
    topics: Sequence[str],
) -> tuple[Integers, bool]:
    """Find words that are frequent in other topics and not in topic k; or the least frequent."""
    frequent = np.unique(np.delete(order, k, axis=0)[:, :n_words])
    others = frequent[~np.isin(frequent, order[k, : n_words * per_topic])]
    if not len(others):
        raise InputError(
            f"{topics[k]} has the same {n_words} most probable words as every other topic, so "
            "that none can be an intruder; use fewer topics."
        )
    pool = others[probability[others] <= np.median(probability)]
    if len(pool):
        return pool, False
    return others[[probability[others].argmin()]], True


def _drawn(probability: Floats, words: Integers, n: int, rng: np.random.Generator) -> Integers:
    weight = probability[words]
    return rng.choice(words, n, replace=False, p=weight / weight.sum())


def _whole(name: str, value: object, least: int = 1) -> int:
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise InputError(f"{name} must be a whole number from {least} on; got {value!r}.")
    return int(value)


def _generator(seed: object) -> np.random.Generator:
    return np.random.default_rng([_whole("seed", seed, 0), 1])  # another stream than `draw` has


def _check_size(beta: Floats, n_words: int, n_topics: int) -> None:
    if len(beta) < n_topics:
        raise InputError(f"the model has {count_of(len(beta), 'topic')}; a task needs {n_topics}.")
    if beta.shape[1] < n_words:
        raise InputError(
            f"the model has {count_of(beta.shape[1], 'term')}; these tasks need {n_words}."
        )
