"""A classifier of frames: learned from segments coded by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import (
    check_is_fitted,
    check_non_negative,
)

from framing.coders.coder import Coder, read_codebook
from framing.coders.decisions import Decisions
from framing.coders.explanation import contributions, word_weights
from framing.coders.hits import hit_scores, in_common
from framing.coders.linear import Linear, out_of_fold, splits_of
from framing.coders.matrices import (
    as_features,
    chosen,
    paired,
    read_codes,
    read_groups,
    read_weights,
    rows_where,
)
from framing.coders.odds import check_threshold
from framing.coders.vectors import vectors_of
from framing.coders.weighing import used_terms
from framing.errors import InputError
from framing.frames import Codebook
from framing.inference import Floats


class FrameClassifier(ClassifierMixin, Coder):  # type: ignore[misc]
    """Learn from hand codes which words go with each frame, and code other segments.

    Parameters
    ----------
    codebook : Codebook, str or path, optional
        How often a segment uses the codebook's terms for a frame bears on its code too, as far as
        that helped with the hand codes. Frames are matched by name.
    vectors : DataFrame or "wordllama", optional
        Word vectors, a row a word: words that mean alike then speak for each other.
        ``"wordllama"`` are those of the package of that name (``pip install framing[embeddings]``).
    C : float
        Inverse strength of the ridge penalty.
    min_df : float
        Terms used in fewer of the coded segments are left out.
    threshold : {"f1", "share"} or float
        Above which probability a frame is coded. "f1": that which maximises the F1 to be expected;
        frames that are hard to tell are then coded more often than they are there, but not more
        than twice as often as by hand. "share": that with which as many segments are coded as were
        by hand. Or the same number for all frames.
    cv : int, or iterable of (train, test)
        Folds in which probabilities and thresholds are learned.
    random_state : int
        Deals segments into folds.

    Attributes
    ----------
    frames_ : list of str
    decisions_ : Decisions
        ``slopes``, shape (n_frames, n_scores): how far the log-odds of a frame rise with the score
        of the words and, with `codebook`, with that of its terms; ``offsets`` and ``thresholds``,
        shape (n_frames,).
    codebook_ : Codebook
        With `codebook`.
    model_ : Linear
        The model of the words.
    classes_ : array
        The frames; or, where ``y`` has one dimension, its labels.
    n_features_in_ : int
    feature_names_in_ : array of str
        The terms, where they have names.

    Notes
    -----
    1. A count y weighs ``log(1 + y) · idf``; rows have length 1.
    2. A ridge logistic regression a frame gives scores; frame and no frame weigh alike, so that a
       rare frame has a say.
    3. The same is done in `cv` folds. The scores of segments that a model has not seen, and the
       codebook's (log of 1 + hits per 1,000 tokens where it finds the frame), make log-odds
       (:func:`framing.coders.odds.fit_odds`).
    4. On the same probabilities thresholds are set (:func:`framing.coders.odds.cut`). "f1" is half
       of the largest F1 to be expected (Lipton, Elkan & Naryanaswamy 2014).

    Folds keep groups whole: documents, if ``X`` are Features. A frame that all or none of the
    segments have is coded so everywhere, with a warning. A code between 0 and 1 counts in part as
    one, in part as the other.

    References
    ----------
    Lipton, Z. C., Elkan, C. & Naryanaswamy, B. (2014). Optimal thresholding of classifiers to
    maximize F1 measure. *ECML PKDD*, 225–239.
    Platt, J. (2000). Probabilities for SV machines. In *Advances in Large Margin Classifiers*,
    61–74. MIT Press.

    Examples
    --------
    >>> from framing import Features
    >>> rows = pd.DataFrame({"document": range(8)})
    >>> words = [[1, 0], [2, 0], [1, 0], [3, 1], [0, 1], [0, 2], [0, 1], [0, 1]]
    >>> counts = Features(words, ["tariff", "river"], rows, kind="term")
    >>> codes = Features([[1]] * 4 + [[0]] * 4, ["economic"], rows, kind="frame")
    >>> coder = FrameClassifier().fit(counts, codes)
    >>> coder.predict(counts).ravel().tolist()
    [1, 1, 1, 1, 0, 0, 0, 0]
    >>> coder.terms(n=1)[["frame", "term"]].to_numpy().tolist()
    [['economic', 'tariff'], ['economic', 'river']]
    """

    def __init__(
        self,
        codebook: Codebook | str | PathLike[str] | None = None,
        *,
        vectors: pd.DataFrame | str | None = None,
        C: float = 1.0,
        min_df: float = 2,
        threshold: str | float = "f1",
        cv: int | Iterable[tuple[Sequence[int], Sequence[int]]] = 5,
        random_state: int = 0,
    ) -> None:
        self.codebook = codebook
        self.vectors = vectors
        self.C = C
        self.min_df = min_df
        self.threshold = threshold
        self.cv = cv
        self.random_state = random_state

    def fit(self, X: Any, y: Any, groups: Any = None, sample_weight: Any = None) -> Self:
        """Learn from segments coded by hand.

        Parameters
        ----------
        X : Features of terms, DataFrame, array or sparse array, shape (n_segments, n_terms)
            Counts, not negative. Features may hold more segments than `y` does.
        y : Features of frames, DataFrame or array, shape (n_segments, n_frames), or (n_segments,)
            Codes from 0 to 1, a column a frame. An array with one dimension, or one column, holds
            one of two labels a segment: the likelier is predicted then, whatever `threshold`.
        groups : array_like, shape (n_segments,), or the name of a column of ``X.segments``
            Segments of a group share a fold. Default: documents, or where `X` is a matrix, none.
        sample_weight : array_like, shape (n_segments,), optional
        """
        check_threshold(self.threshold)
        X, y = paired(X, y)
        counts = self._counts(X, reset=True, least=2)
        n = counts.shape[0]
        codes, names, labels = read_codes(y, n)
        check_non_negative(counts, self._who)
        weight = read_weights(sample_weight, n)
        self.frames_ = names or [f"frame {i}" for i in range(codes.shape[1])]
        self.classes_ = np.asarray(self.frames_) if labels is None else labels
        self._flat = labels is not None

        if self.codebook is not None:
            self.codebook_ = read_codebook(self.codebook)
            in_common(self.codebook_, self.frames_)
        kept, _ = used_terms(counts, weight, self.min_df)
        narrow = counts[:, kept]
        how: dict[str, Any] = {"C": self.C, "min_df": self.min_df, "vectors": self._vectors(kept)}
        splits = splits_of(self.cv, read_groups(groups, X, n), codes, self.random_state)
        scores = self._joined(out_of_fold(narrow, codes, weight, splits, **how), self._hits(X))
        rule = 0.5 if self._flat else self.threshold
        self.decisions_ = Decisions.fit(scores, codes, weight, rule, self.frames_, self._who)
        self.model_ = Linear.fit(narrow, codes, weight, **how).renumbered(kept)
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.classifier_tags.multi_label = True
        return tags

    def predict_proba(self, X: Any) -> Floats:
        """Probability that each segment uses each frame, shape (n_segments, n_frames).

        Where the codes had one dimension, of each of the two labels, shape (n_segments, 2).
        """
        chances = self._chances(X)
        return np.hstack([1 - chances, chances]) if self._flat else chances

    def predict(self, X: Any) -> NDArray[Any]:
        """Code segments: 0 or 1, shape (n_segments, n_frames), or one of two labels each."""
        chances = self._chances(X)
        coded = (chances > self.decisions_.thresholds).astype(np.int64)
        return np.asarray(self.classes_[coded.ravel()]) if self._flat else coded

    def explain(
        self, X: Any, segments: Sequence[Any] | None = None, n: int | None = 10
    ) -> pd.DataFrame:
        """List the words behind each decision.

        Parameters
        ----------
        X : as in :meth:`fit`
        segments : sequence, optional
            Names of segments of Features, or numbers of rows of a matrix. Default all.
        n : int, optional
            At most so many words a segment and frame, those that bear most; None: all.

        Returns
        -------
        pandas.DataFrame
            A row a segment, frame and term of the segment: ``segment``, ``frame``, ``term``,
            ``statistic`` ("contribution"), ``estimate``: how far the term raises the log-odds of
            the frame. All contributions and a baseline add up to the log-odds. Hits of a codebook
            have one row, named after it.
        """
        check_is_fitted(self)
        names, rows = chosen(X, segments)
        part = rows_where(X, rows)
        counts = self._counts(part, reset=False)
        return contributions(
            self.model_,
            self.decisions_.slopes,
            counts,
            self._hits(part),
            segments=[name for name, used in zip(names, rows, strict=True) if used],
            frames=self.frames_,
            terms=self._names,
            codebook="" if self.codebook is None else f"hits of {self.codebook_.name}",
            n=n,
        )

    def terms(self, n: int = 10) -> pd.DataFrame:
        """List the words that speak most for and against each frame.

        Parameters
        ----------
        n : int
            At most so many for, and so many against.

        Returns
        -------
        pandas.DataFrame
            ``frame``, ``term``, ``statistic`` ("weight"), ``estimate``: how far a term raises the
            log-odds of the frame, for one unit of its share in the weighed counts of a segment.
        """
        check_is_fitted(self)
        return word_weights(self.model_, self.decisions_.slopes[:, 0], self.frames_, self._names, n)

    @property
    def _names(self) -> list[str]:
        names = getattr(self, "feature_names_in_", None)
        return [f"x{i}" for i in range(self.n_features_in_)] if names is None else list(names)

    def _vectors(self, kept: NDArray[np.int64]) -> Floats | None:
        if self.vectors is None:
            return None
        if not hasattr(self, "feature_names_in_"):
            raise InputError("vectors= needs the names of terms; give Features or a DataFrame.")
        return vectors_of(self.vectors, [str(self.feature_names_in_[i]) for i in kept])

    def _hits(self, X: Any) -> Floats | None:
        if self.codebook is None:
            return None
        return hit_scores(as_features(X, self._who), self.codebook_, self.frames_)

    def _joined(self, words: Floats, hits: Floats | None) -> Floats:
        """Scores of words and of hits, shape (n_segments, n_frames, n_scores)."""
        return words[:, :, None] if hits is None else np.stack([words, hits], axis=2)

    def _chances(self, X: Any) -> Floats:
        check_is_fitted(self)
        counts = self._counts(X, reset=False)
        check_non_negative(counts, self._who)
        scores = self._joined(self.model_.scores(counts), self._hits(X))
        return self.decisions_.chances(scores)
