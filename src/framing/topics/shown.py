"""What people are shown of a model: the words of its topics, and segments to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from framing.coding.sample import Sample
from framing.coding.sheet import passages
from framing.corpus import some
from framing.dates import format_date
from framing.errors import InputError, one_of
from framing.features import Features
from framing.inference import Floats

MOST_TERMS = 12
"""Most terms by which a segment is shown."""


def words_of(model: Any) -> tuple[Floats, list[str], tuple[str, ...]]:
    """Take from a fitted model what its topics consist of.

    Returns
    -------
    beta : array, shape (n_topics, n_terms)
        Of a content model: the mean over its levels, weighted by their segments.
    terms : list of str
    topics : tuple of str
    """
    if not hasattr(model, "beta_"):
        raise InputError(f"{type(model).__name__} is not fitted; call fit first.")
    beta = np.asarray(model.beta_, dtype=float)
    if beta.ndim == 3:
        level = np.asarray(model.level_of_)[np.asarray(model.used_, dtype=bool)]
        weight = np.bincount(level, minlength=len(beta)) / len(level)
        beta = np.tensordot(weight, beta, 1)
    names = tuple(str(name) for name in model.topic_names_)
    return beta, [str(name) for name in model.feature_names_in_], names


def reading(model: Any, features: Features, sample: Sample) -> pd.DataFrame:
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
        ``segment``, ``document``, ``title`` and ``date`` where known; ``words``, the most frequent
        terms of the segment, those that stand in fewer others first; ``text`` where it is at hand,
        else ``paragraph`` and ``url``.
    """
    rows = pd.Index(features.segments["segment"]).get_indexer(sample.segments["segment"])
    words = _frequent(model, np.flatnonzero(np.asarray(model.used_, dtype=bool))[rows])
    if sample.corpus is not None and sample.corpus.has_texts:
        table = passages(sample)
        table.insert(list(table).index("text"), "words", words)
        return table
    about = features.segments.iloc[rows]
    table = about[["segment", "document"]].copy()
    if "title" in about:
        table["title"] = about["title"]
    if "date" in about and "date_precision" in about:
        dates = zip(about["date"], about["date_precision"], strict=True)
        table["date"] = [format_date(date, precision) for date, precision in dates]
    if "position" in about and (about["position"] > 0).any():
        table["paragraph"] = about["position"] + 1
    table["words"] = words
    if "url" in about:
        table["url"] = about["url"]
    shown: pd.DataFrame = table.astype(object).where(table.notna(), "").astype(str)
    return shown.reset_index(drop=True)


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


def _frequent(model: Any, rows: Any) -> list[str]:
    """Name the most frequent terms of segments."""
    names = [str(name) for name in model.feature_names_in_]
    used = np.bincount(model.counts_.indices, minlength=len(names))
    counts = model.counts_[rows]
    found = []
    for i in range(len(rows)):
        here = slice(counts.indptr[i], counts.indptr[i + 1])
        terms = zip(counts.indices[here].tolist(), counts.data[here].tolist(), strict=True)
        ranked = sorted((-n, used[v], names[v]) for v, n in terms)
        found.append(", ".join(name for _, _, name in ranked[:MOST_TERMS]))
    return found
