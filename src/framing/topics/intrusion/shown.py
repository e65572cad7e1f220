"""What people are shown of a model: the words of its topics, and segments to read."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from framing.coding.sample import Sample
from framing.coding.sheet import passages
from framing.corpus import some
from framing.dates import format_date
from framing.errors import InputError, InputWarning, one_of
from framing.features import Features
from framing.inference import Floats, Integers
from framing.topics.fitted import counts_of, level_shares, marginal, topics_of, used_of

if TYPE_CHECKING:
    from framing.topics.model import TopicModel

MOST_TERMS = 12
"""Most terms by which a segment is shown."""


def words_of(model: TopicModel) -> tuple[Floats, list[str], tuple[str, ...]]:
    """Take from a fitted model what its topics consist of.

    Returns
    -------
    beta : array, shape (n_topics, n_terms)
        Of a content model: the mean over its levels, weighted by their segments.
    terms : list of str
    topics : tuple of str
    """
    beta = topics_of(model)
    beta = marginal(beta, level_shares(model)) if beta.ndim == 3 else beta
    return beta, [str(name) for name in model.terms_], tuple(map(str, model.topic_names_))


def reading(model: TopicModel, features: Features, sample: Sample) -> pd.DataFrame:
    """List what there is to read of each segment of a sample of a model's segments.

    Parameters
    ----------
    model : TopicModel
    features : Features
        Its topics, a row a segment that was used.
    sample : Sample
        Drawn from them.

    Returns
    -------
    pandas.DataFrame of str
        ``segment``, ``document``, ``title`` and ``date`` where known; ``text`` where it is at hand,
        else ``paragraph``, ``words``, the most frequent terms of the segment, of which those that
        stand in fewer others come first, and ``url``.
    """
    if sample.corpus is not None and sample.corpus.has_texts:
        return passages(sample)
    rows = pd.Index(features.segments["segment"]).get_indexer(sample.segments["segment"])
    about = features.segments.iloc[rows]
    table = about[["segment", "document"]].copy()
    if "title" in about:
        table["title"] = about["title"]
    if "date" in about and "date_precision" in about:
        dates = zip(about["date"], about["date_precision"], strict=True)
        table["date"] = [format_date(date, precision) for date, precision in dates]
    if "position" in about and (about["position"] > 0).any():
        table["paragraph"] = about["position"] + 1
    table["words"] = _frequent(model, np.flatnonzero(used_of(model))[rows])
    if "url" in about:
        table["url"] = about["url"]
    shown: pd.DataFrame = table.astype(object).where(table.notna(), "").astype(str)
    return shown.reset_index(drop=True)


def small(order: Integers, n_top: int) -> Integers:
    """Which topics of a segment can intrude: the smallest half, but for its largest."""
    return order[max(n_top, len(order) // 2) :]


def with_topics(features: Features, n_top: int, min_share: float) -> Features:
    """Keep the segments of which so many topics are larger than those that may intrude."""
    if not 0 <= min_share < 1:
        raise InputError(f"min_share must be from 0 to below 1; got {min_share!r}.")
    ranked = -np.sort(-features.matrix.toarray(), axis=1)
    least = ranked[:, n_top - 1]
    keep = (least > small(ranked.T, n_top)[0]) & (least >= min_share)
    if not keep.any():
        raise InputError(f"no segment has {n_top} topics that are large enough; lower n_top.")
    if not keep.all():
        warnings.warn(
            f"{(~keep).sum()} of {len(keep)} segments do not have {n_top} topics that are larger "
            "than an intruder and large enough, and are left out.",
            InputWarning,
            stacklevel=3,
        )
    return features.where(keep)


def labelled(
    labels: Mapping[str, str] | Sequence[str] | None, topics: Sequence[str]
) -> list[str] | None:
    """Put the names that topics were given into their order."""
    if labels is None:
        return None
    if isinstance(labels, Mapping):
        for name in labels:
            if name not in topics:
                raise one_of("a topic of labels", name, topics)
        missing = [name for name in topics if name not in labels]
        if missing:
            raise InputError(f"labels lack {some(missing)}; give every topic one.")
        return [str(labels[name]) for name in topics]
    given = [labels] if isinstance(labels, str) else [str(one) for one in labels]
    if len(given) != len(topics):
        raise InputError(f"labels has {len(given)} names for {len(topics)} topics; give one each.")
    return given


def _frequent(model: TopicModel, rows: Integers) -> list[str]:
    """Name the most frequent terms of segments."""
    counts, names = counts_of(model), [str(name) for name in model.terms_]
    used, counts = np.bincount(counts.indices, minlength=len(names)), counts[rows]
    found = []
    for i in range(len(rows)):
        here = slice(counts.indptr[i], counts.indptr[i + 1])
        terms = zip(counts.indices[here].tolist(), counts.data[here].tolist(), strict=True)
        ranked = sorted((-n, used[v], names[v]) for v, n in terms)
        found.append(", ".join(name for _, _, name in ranked[:MOST_TERMS]))
    return found
