"""A dictionary coder: the terms of a codebook, with the same interface as what is learned."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from os import PathLike
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, check_non_negative

from framing.coders.coder import Coder, read_codebook
from framing.coders.decisions import Decisions
from framing.coders.hits import hit_scores, in_common, with_terms
from framing.coders.matrices import paired, read_codes, read_weights
from framing.coders.odds import check_threshold
from framing.corpus import Corpus
from framing.errors import InputError, InputWarning, one_of
from framing.features import Features
from framing.frames import Codebook, code
from framing.inference import Floats
from framing.lexicon import extraction
from framing.wording import listed

RULES = ("any", "rate")


class DictionaryCoder(Coder):
    """Code frames by the terms of a codebook.

    Parameters
    ----------
    codebook : Codebook, str or path
    rule : {"any", "rate"}
        "any": a frame is coded where one of its terms, or two of its weak terms, are; that is
        :func:`framing.code`, and nothing is learned. "rate": of these segments, those are coded in
        which its terms make up enough of the tokens, and how much is enough is learned from hand
        codes. In long segments single terms of most frames are found, whatever they are about.
    threshold : {"f1", "share"} or float
        With "rate", as in :class:`framing.coders.FrameClassifier`.
    names : sequence of str, optional
        The terms that the columns of a matrix count, where `X` is not Features or a DataFrame.

    Attributes
    ----------
    frames_ : list of str
        With "any" those of the codebook that have terms; with "rate" those coded by hand.
    codebook_ : Codebook
    decisions_ : Decisions
        With "rate": the log-odds of a frame are offset + slope · log(1 + hits per 1,000 tokens),
        without hits where a frame is not found; and thresholds.
    n_features_in_ : int
    feature_names_in_ : array of str

    Notes
    -----
    Features that know their corpus are looked up there, as by :func:`framing.code`.

    Examples
    --------
    >>> words = pd.DataFrame({"coffee": [2, 0], "export controls": [0, 1]})
    >>> coder = DictionaryCoder("critical-technology").fit(words)
    >>> coder.predict(words)[:, coder.frames_.index("protection")].tolist()
    [0, 1]
    """

    def __init__(
        self,
        codebook: Codebook | str | PathLike[str] = "critical-technology",
        *,
        rule: str = "any",
        threshold: str | float = "f1",
        names: Sequence[str] | None = None,
    ) -> None:
        self.codebook = codebook
        self.rule = rule
        self.threshold = threshold
        self.names = names

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Read the codebook and, with the rule "rate", learn how many hits are enough.

        Parameters
        ----------
        X : Features of terms, Corpus, DataFrame, array or sparse array, shape (n_segments, n_terms)
            Counts, with names of terms.
        y : Features of frames, DataFrame or array, shape (n_segments, n_frames), optional
            Hand codes, needed for the rule "rate". Columns of an array are the codebook's frames.
        sample_weight : array_like, shape (n_segments,), optional
        """
        if self.rule not in RULES:
            raise one_of("rule", self.rule, RULES)
        book = self.codebook_ = read_codebook(self.codebook)
        given, y = paired(self._named(X, reset=True), y)
        weight = read_weights(sample_weight, len(given))
        self.frames_ = with_terms(book)
        if self.rule == "any":
            return self
        check_threshold(self.threshold)
        if y is None:
            raise InputError("rule='rate' learns from hand codes; give them as y, or take 'any'.")
        codes, names = _columns(y, len(given), self.frames_)
        in_common(book, names)
        if lost := [name for name in names if name not in self.frames_]:
            raise InputError(
                f"codebook {book.name!r} has no terms for {listed(lost)}; leave such frames out "
                "(Features.select)."
            )
        self.frames_ = names
        scores = hit_scores(given, book, names)[:, :, None]
        self.decisions_ = Decisions.fit(scores, codes, weight, self.threshold, names, self._who)
        return self

    def predict(self, X: Any) -> NDArray[np.int64]:
        """Code segments: 0 or 1, shape (n_segments, n_frames)."""
        check_is_fitted(self)
        if self.rule == "rate":
            return np.asarray(self._chances(X) > self.decisions_.thresholds, dtype=np.int64)
        coded = code(self._named(X, reset=False), self.codebook_)
        return np.asarray(coded.matrix.toarray(), dtype=np.int64)

    @available_if(lambda self: self.rule == "rate")  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Floats:
        """Probability that each segment uses each frame, shape (n_segments, n_frames)."""
        check_is_fitted(self)
        return self._chances(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = False
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "frames_")

    def _chances(self, X: Any) -> Floats:
        scores = hit_scores(self._named(X, reset=False), self.codebook_, self.frames_)
        return self.decisions_.chances(scores[:, :, None])

    def _named(self, X: Any, *, reset: bool) -> Features:
        """Counts as Features: those given, those of a corpus, or a matrix with its names."""
        if isinstance(X, Corpus):
            what = f"codebook {self.codebook_.name!r}"
            return extraction(X, self.codebook_.patterns, what, tell=False)
        if isinstance(X, Features):
            if reset:
                self.n_features_in_ = len(X.names)
                self.feature_names_in_ = np.asarray(X.names, dtype=object)
            return X
        counts = self._counts(X, reset=reset)
        check_non_negative(counts, self._who)
        rows = pd.DataFrame({"document": range(counts.shape[0])})
        return Features(counts, self._terms(counts.shape[1]), rows, kind="term")

    def _terms(self, n: int) -> list[str]:
        """What the columns of a matrix count."""
        if self.names is not None:
            if len(self.names) != n:
                raise InputError(f"names has {len(self.names)} terms, but X has {n} columns.")
            return list(self.names)
        if hasattr(self, "feature_names_in_"):
            return list(self.feature_names_in_)
        warnings.warn(
            f"{self._who}: the columns of X have no names, so that no term can be found; give "
            "Features, a DataFrame, or names=.",
            InputWarning,
            stacklevel=4,
        )
        return [f"x{i}" for i in range(n)]


def _columns(y: Any, n_rows: int, frames: list[str]) -> tuple[Floats, list[str]]:
    """Codes, and the frames that they are of."""
    codes, names, labels = read_codes(y, n_rows)
    if labels is not None or (names is None and codes.shape[1] != len(frames)):
        raise InputError(
            "y must be Features of frames, a DataFrame with a column a frame, or an array with "
            f"{len(frames)} columns, the frames of the codebook."
        )
    return codes, frames if names is None else names
