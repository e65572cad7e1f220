"""What all topic models have in common: what they take, and what can be asked of them."""

from __future__ import annotations

import warnings
from os import PathLike
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.base import TransformerMixin
from sklearn.utils.validation import check_is_fitted, check_non_negative

from framing.columns import tidy
from framing.corpus import Corpus
from framing.errors import InputError, InputWarning, one_of
from framing.features import Features
from framing.inference import Floats
from framing.term_estimator import TermEstimator


class TopicModel(TransformerMixin, TermEstimator):  # type: ignore[misc]
    """A model of topics: which terms go together, and how much of each segment a topic is.

    Attributes
    ----------
    beta_ : array, shape (n_topics, n_terms)
        How likely each term is in each topic; rows sum to 1. Content models have one such array
        for each level: shape (n_levels, n_topics, n_terms).
    theta_ : array, shape (n_segments, n_topics)
        Shares of the topics in the segments of the fit; rows sum to 1, or are missing (NaN) where
        a segment could not be used.
    used_ : array of bool, shape (n_segments,)
        Which segments were used: those with terms and every covariate.
    topic_names_ : list of str
    word_counts_ : array, shape (n_terms,)
        How often each term occurs in the segments used.
    counts_ : sparse array, shape (n_segments, n_terms)
    segments_ : pandas.DataFrame or None
        The segments with their metadata, where the model was fitted to Features.
    corpus_ : Corpus or None
    """

    n_topics: int | str
    beta_: Floats
    theta_: Floats
    used_: npt.NDArray[np.bool_]
    topic_names_: list[str]
    word_counts_: Floats
    counts_: sparse.csr_array
    segments_: pd.DataFrame | None
    corpus_: Corpus | None

    def topics(self, X: Any = None, **settings: Any) -> Features:
        """Give the shares of the topics as Features, for ``emphasis``, ``shift``, ``trend`` ….

        Parameters
        ----------
        X : Features of terms, DataFrame, array or sparse array, optional
            Segments; default those of the fit that were used.
        **settings
            Of ``transform``.

        Returns
        -------
        Features
            Of kind "topic".
        """
        check_is_fitted(self)
        if X is None:
            theta, segments, corpus = self.theta_[self.used_], self._used_segments(), self.corpus_
        else:
            theta = self.transform(X, **settings)
            segments = X.segments if isinstance(X, Features) else _numbered(len(theta))
            corpus = X.corpus if isinstance(X, Features) else None
        return Features(sparse.csr_array(theta), self.topic_names_, segments, "topic", corpus)

    def topic_terms(
        self,
        n: int = 10,
        statistics: tuple[str, ...] = ("probability", "frex", "lift", "score"),
    ) -> pd.DataFrame:
        """List the terms that mark each topic; see :func:`framing.topics.topic_terms`."""
        from framing.topics.diagnostics.labels import topic_terms

        return topic_terms(self, n, statistics)

    def representatives(self, topics: Any = None, n: int = 3) -> pd.DataFrame:
        """List the segments that have most of each topic.

        Parameters
        ----------
        topics : int, str or sequence of them, optional
            Numbers from 1, or names; default all.
        n : int
            Segments a topic.

        Returns
        -------
        pandas.DataFrame
            ``topic``, ``document``, ``segment``, ``date``, ``statistic`` ("share"), ``estimate``,
            and ``url`` and ``text`` where they are at hand.
        """
        check_is_fitted(self)
        segments, theta = self._used_segments(), self.theta_[self.used_]
        texts = None
        if self.corpus_ is not None and self.corpus_.has_texts:
            held = self.corpus_.segments
            texts = pd.Series(held["text"].to_numpy(), index=held["segment"])
        parts = []
        for topic in self.topic_numbers(topics):
            first = np.argsort(-theta[:, topic], kind="stable")[:n]
            rows = segments.iloc[first]
            shown = [name for name in ("document", "segment", "date", "url") if name in rows]
            part = rows[shown].assign(
                topic=self.topic_names_[topic], statistic="share", estimate=theta[first, topic]
            )
            if texts is not None:
                part["text"] = texts.reindex(part["segment"]).to_numpy()
            parts.append(part)
        return tidy(pd.concat(parts, ignore_index=True))

    def correlations(self) -> pd.DataFrame:
        """How far topics come together: the correlation of their shares over segments.

        Returns
        -------
        pandas.DataFrame
            A row a pair: ``topic``, ``reference`` (the other topic), ``statistic``
            ("correlation"), ``estimate``, ``n_segments``.

        Notes
        -----
        Shares sum to 1, so that topics that have nothing to do with each other correlate a little
        below nought. Segments of a document are not independent: the number is a description.
        """
        check_is_fitted(self)
        theta = self.theta_[self.used_]
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.atleast_2d(np.corrcoef(theta.T))
        first, second = np.triu_indices(len(self.topic_names_), 1)
        names = np.asarray(self.topic_names_, dtype=object)
        table = pd.DataFrame(
            {"topic": names[first], "reference": names[second], "estimate": found[first, second]}
        )
        return tidy(table.assign(statistic="correlation", n_segments=len(theta)))

    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write the fitted model to a file; see :func:`framing.topics.storage.save`."""
        from framing.topics.storage import save

        save(self, path, overwrite=overwrite)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Read a model that :meth:`save` wrote; see :func:`framing.topics.storage.load`."""
        from framing.topics.storage import load

        model = load(path)
        if not isinstance(model, cls):
            raise InputError(f"{path} holds a {type(model).__name__}, not a {cls.__name__}.")
        return model

    def topic_numbers(self, topics: Any = None) -> list[int]:
        """Find topics by number (from 1) or name; give their columns, from 0."""
        names = self.topic_names_
        if topics is None:
            return list(range(len(names)))
        asked = [topics] if isinstance(topics, (int, np.integer, str)) else list(topics)
        found = []
        for one in asked:
            if isinstance(one, str) and one in names:
                found.append(names.index(one))
            elif isinstance(one, (int, np.integer)) and 1 <= one <= len(names):
                found.append(int(one) - 1)
            else:
                raise one_of("topic", one, [*range(1, min(len(names), 3) + 1), "…", *names[:3]])
        return found

    @property
    def terms_(self) -> list[str]:
        """Names of the terms; x0, x1 … where the model was fitted to a matrix without names."""
        names = getattr(self, "feature_names_in_", None)
        return [f"x{i}" for i in range(self.n_features_in_)] if names is None else list(names)

    def _take(self, X: Any) -> sparse.csr_array:
        """Read what the model is to be fitted to, and remember it."""
        counts = self._counts(X, reset=True, least=2, fewest_terms=2)
        check_non_negative(counts, self._who)
        self.counts_ = counts
        self.segments_ = X.segments if isinstance(X, Features) else None
        self.corpus_ = X.corpus if isinstance(X, Features) else None
        self.used_ = np.asarray(counts.sum(axis=1) > 0)
        empty = int((~self.used_).sum())
        if empty == len(self.used_):
            raise InputError(f"{self._who}: no segment has any terms.")
        if empty:
            warnings.warn(
                f"{empty} of {len(self.used_)} segments hold none of the terms and are left out; "
                "their rows of theta_ are missing.",
                InputWarning,
                stacklevel=4,
            )
        return counts

    def _check_number(self, counts: sparse.csr_array) -> None:
        """Refuse a number of topics that so many segments and terms cannot bear."""
        n = self.n_topics
        if not isinstance(n, (int, np.integer)) or n < 2:
            raise InputError(f"n_topics must be a whole number from 2 on; got {n!r}.")
        for what, size in (("segments with terms", counts.shape[0]), ("terms", counts.shape[1])):
            if n > size:
                raise InputError(
                    f"n_topics={n} is more than the {size} {what}; ask for fewer topics."
                )

    def _name_topics(self) -> None:
        n = self.theta_.shape[1]
        self.topic_names_ = [f"topic {k:0{len(str(n))}d}" for k in range(1, n + 1)]

    def _used_segments(self) -> pd.DataFrame:
        if self.segments_ is None:
            return _numbered(len(self.used_))[self.used_].reset_index(drop=True)
        return self.segments_[self.used_].reset_index(drop=True)


def _numbered(n: int) -> pd.DataFrame:
    """Segments of a matrix: each is a document of its own."""
    return pd.DataFrame({"document": np.arange(n)})
