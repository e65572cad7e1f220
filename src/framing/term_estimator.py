"""What estimators have in common that take counts of terms, machine coders and topic models."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from framing.corpus import Corpus
from framing.errors import InputError, InputWarning
from framing.features import Features


class TermEstimator(BaseEstimator):  # type: ignore[misc]
    """An estimator that takes Features of terms in place of matrices of counts."""

    n_features_in_: int
    feature_names_in_: NDArray[Any]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    @property
    def _who(self) -> str:
        return type(self).__name__

    def _counts(
        self, X: Any, *, reset: bool, least: int = 1, fewest_terms: int = 1
    ) -> sparse.csr_array:
        """Counts of the terms that the estimator knows or, with `reset`, comes to know."""
        if isinstance(X, Corpus):
            raise InputError(
                f"{self._who} reads counts of terms, not a corpus; give it framing.count(corpus, "
                "…), counted like what it was fitted to."
            )
        if isinstance(X, Features) and X.kind != "term":
            raise InputError(f"{self._who} reads counts of terms; these features are {X.kind}s.")
        if isinstance(X, Features) and not reset and hasattr(self, "feature_names_in_"):
            return self._same_terms(X)
        matrix = X.matrix if isinstance(X, Features) else X
        counts = validate_data(
            self,
            matrix,
            reset=reset,
            accept_sparse="csr",
            dtype=np.float64,
            ensure_min_samples=least,
            ensure_min_features=fewest_terms if reset else 1,
        )
        if isinstance(X, Features) and reset:
            self.feature_names_in_ = np.asarray(X.names, dtype=object)
        found = sparse.csr_array(counts)
        if not found.has_canonical_format:
            found = found.copy()
            found.sum_duplicates()
        return found

    def _same_terms(self, X: Features) -> sparse.csr_array:
        """Put the columns of Features in the order of the terms that the estimator knows.

        Terms that it does not know are dropped, and those absent are 0. Warns where less than half
        of its terms are there.
        """
        place = pd.Index(X.names).get_indexer(pd.Index(self.feature_names_in_))
        known = np.flatnonzero(place >= 0)
        if 2 * len(known) < len(place):
            warnings.warn(
                f"{len(known)} of the {len(place)} terms that {self._who} was fitted to are among "
                "these counts; were they counted in the same way?",
                InputWarning,
                stacklevel=5,
            )
        entries = X.matrix[:, place[known]].tocoo()
        row, column = entries.coords
        shape = (len(X), len(place))
        return sparse.csr_array((entries.data.astype(float), (row, known[column])), shape=shape)
