"""What coders are given: counts of terms and codes of frames, as Features or as matrices."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.utils import assert_all_finite
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_array, check_consistent_length, column_or_1d

from framing.corpus import Corpus
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.inference import Floats, Integers


def check_terms(X: object, who: str) -> None:
    """Refuse a corpus, and Features that are not counts of terms."""
    if isinstance(X, Corpus):
        raise InputError(
            f"{who} reads counts of terms, not a corpus; give it framing.count(corpus, …), counted "
            "as what it was fitted to."
        )
    if isinstance(X, Features) and X.kind != "term":
        raise InputError(f"{who} reads counts of terms; these features are {X.kind}s.")


def same_terms(given: Features, names: Sequence[str], who: str) -> sparse.csr_array:
    """Put the columns of counts in the order of the terms that a coder knows.

    Terms that it does not know are dropped, and those absent are 0. Warns where less than half of
    the coder's terms are there.
    """
    place = pd.Index(given.names).get_indexer(pd.Index(names))
    known = np.flatnonzero(place >= 0)
    if 2 * len(known) < len(names):
        warnings.warn(
            f"{len(known)} of the {len(names)} terms that {who} was fitted to are among these "
            "counts; were they counted in the same way?",
            InputWarning,
            stacklevel=4,
        )
    entries = given.matrix[:, place[known]].tocoo()
    row, column = entries.coords
    shape = (len(given), len(names))
    return sparse.csr_array((entries.data.astype(float), (row, known[column])), shape=shape)


def as_features(X: Any, who: str) -> Features | Corpus:
    """Give counts that have names the form of Features."""
    if isinstance(X, Features | Corpus):
        return X
    if isinstance(X, pd.DataFrame):
        rows = pd.DataFrame({"document": range(len(X))})
        return Features(X.to_numpy(dtype=float), list(X.columns), rows, kind="term")
    raise InputError(
        f"{who} looks for the terms of a codebook, and the columns of a matrix have no names; give "
        "Features of terms or a DataFrame."
    )


def paired(X: Any, y: Any) -> tuple[Any, Any]:
    """Bring Features of terms to the segments of Features of frames, by name."""
    if not (isinstance(X, Features) and isinstance(y, Features)):
        return X, y
    rows = rows_of(X, y)
    if len(rows) == len(X) and (rows == np.arange(len(X))).all():
        return X, y
    assert X.size is not None
    taken = Features(X.matrix[rows], X.names, X.segments.iloc[rows], X.kind, X.corpus, X.size[rows])
    return taken, y


def rows_of(features: Features, coded: Features) -> Integers:
    """Which segments were coded, in the order of the codes."""
    place = pd.Index(features.segments["segment"]).get_indexer(coded.segments["segment"])
    if (place < 0).any():
        lost = coded.segments["segment"].iloc[int(np.argmin(place))]
        raise InputError(
            f"segment {lost!r} has codes but is not among the counts; count the corpus that was "
            "coded, with the same segment=."
        )
    return np.asarray(place, dtype=np.int64)


def read_codes(y: Any, n_rows: int) -> tuple[Floats, list[str] | None, Any]:
    """Read codes of frames.

    Parameters
    ----------
    y : Features, DataFrame or array_like
        Of shape (n_segments, n_frames): 0, 1, or between where people disagree. Or of shape
        (n_segments,), with one of two labels; an array with one column is read as that too, with
        scikit-learn's warning.
    n_rows : int
        How many segments there are.

    Returns
    -------
    codes : array, shape (n_segments, n_frames)
    names : list of str, or None where frames have none
    labels : array, shape (n_labels,), or None
        The labels, where `y` has one dimension; the second is the code 1.
    """
    if isinstance(y, Features):
        if y.kind != "frame":
            raise InputError(f"codes must be Features of frames; these are {y.kind}s.")
        return _within(y.matrix.toarray().astype(float), list(map(str, y.names)), n_rows)
    if y is None:
        raise InputError("requires y to be passed, but the target y is None: give codes of frames.")
    if isinstance(y, pd.DataFrame):
        return _within(_numbers(y), [str(name) for name in y.columns], n_rows)
    y = y.toarray() if sparse.issparse(y) else y if isinstance(y, pd.Series) else np.asarray(y)
    if y.ndim < 2 or y.shape[1] == 1:
        return _labels(y, n_rows)
    return _within(_numbers(y), None, n_rows)


def _numbers(y: Any) -> Floats:
    return np.asarray(check_array(y, dtype=np.float64, input_name="y", ensure_min_samples=0))


def _within(
    codes: Floats, names: list[str] | None, n_rows: int
) -> tuple[Floats, list[str] | None, None]:
    check_consistent_length(np.empty(n_rows), codes)
    if (codes < 0).any() or (codes > 1).any():
        row, column = np.argwhere((codes < 0) | (codes > 1))[0]
        frame = names[column] if names else f"in column {column}"
        raise InputError(
            f"codes must be 0 or 1, or between where people disagree; frame {frame} is "
            f"{codes[row, column]:g} in row {row}. Give one column a frame."
        )
    return codes, names, None


def _labels(y: Any, n_rows: int) -> tuple[Floats, list[str] | None, Any]:
    """Read one label a segment; scikit-learn's words where there are more than two."""
    flat = column_or_1d(y, warn=True)
    check_consistent_length(np.empty(n_rows), flat)
    assert_all_finite(flat, input_name="y")
    check_classification_targets(flat)
    labels, codes = np.unique(flat, return_inverse=True)
    if len(labels) > 2:
        raise InputError(
            "Only binary classification is supported. The type of the target is "
            f"{type_of_target(flat)}. Give one column a frame, each 0 or 1."
        )
    name = getattr(y, "name", None)
    return codes.astype(float)[:, None], None if name is None else [str(name)], labels


def read_groups(groups: Any, X: Any, n_rows: int) -> Integers:
    """Number the groups of segments: as given, or the documents of Features, or each its own."""
    if groups is None:
        if not isinstance(X, Features):
            return np.arange(n_rows)
        groups = X.segments["document"]
    check_consistent_length(np.empty(n_rows), groups)
    numbers = pd.factorize(np.asarray(groups), sort=True)[0]
    if (numbers < 0).any():
        row = int(np.argmin(numbers))
        raise InputError(f"groups is empty in row {row}; say which group each segment is of.")
    return numbers.astype(np.int64)
