"""What coders are given: counts of terms and codes of frames, as Features or as matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.utils import assert_all_finite
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_array, check_consistent_length, column_or_1d

from framing.corpus import Corpus
from framing.errors import InputError, one_of
from framing.features import Features
from framing.inference import Floats, Integers


def as_features(X: Any, who: str) -> Features | Corpus:
    """Give counts that have names the form of Features."""
    if isinstance(X, Features | Corpus):
        return X
    if isinstance(X, pd.DataFrame):
        rows = pd.DataFrame({"document": range(len(X))})
        counts = sparse.csr_array(X.to_numpy(dtype=float))
        return Features(counts, list(X.columns), rows, kind="term")
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
    about = X.segments.iloc[rows]
    return replace(X, matrix=X.matrix[rows], segments=about, size=X.size[rows]), y


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
    if not isinstance(y, pd.Series):
        y = np.asarray(y.toarray() if hasattr(y, "toarray") else y)
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
    """Number the groups of segments: as given, a column, or documents; in a matrix each its own."""
    if groups is None:
        if not isinstance(X, Features):
            return np.arange(n_rows)
        groups = "document"
    if isinstance(groups, str):
        if not isinstance(X, Features) or groups not in X.segments:
            columns = X.segments.columns if isinstance(X, Features) else ["an array of groups"]
            raise one_of("groups", groups, columns)
        groups = X.segments[groups]
    check_consistent_length(np.empty(n_rows), groups)
    numbers = pd.factorize(np.asarray(groups), sort=True)[0]
    if (numbers < 0).any():
        row = int(np.argmin(numbers))
        raise InputError(f"groups is empty in row {row}; say which group each segment is of.")
    return numbers.astype(np.int64)


def read_weights(given: Any, n: int) -> Floats:
    """Read the weights of segments; by default they count alike."""
    if given is None:
        return np.ones(n)
    weight = column_or_1d(np.asarray(given, dtype=float))
    check_consistent_length(np.empty(n), weight)
    if not np.isfinite(weight).all() or (weight < 0).any() or not (weight > 0).any():
        raise InputError("sample_weight must be finite, with no weight negative and not all zero.")
    return np.asarray(weight)


def chosen(X: Any, segments: Sequence[Any] | None) -> tuple[list[Any], npt.NDArray[np.bool_]]:
    """Names of all segments, and which are wanted."""
    names = X.segments["segment"].tolist() if isinstance(X, Features) else list(range(X.shape[0]))
    if segments is None:
        return names, np.ones(len(names), dtype=bool)
    known = set(names)
    for name in segments:
        if name not in known:
            raise InputError(f"no segment {name!r} among these; see Features.segments.")
    return names, np.isin(np.asarray(names, dtype=object), list(segments))


def rows_where(X: Any, rows: npt.NDArray[np.bool_]) -> Any:
    """Keep segments."""
    if isinstance(X, Features):
        return X.where(rows)
    kept = np.flatnonzero(rows)
    return X.iloc[kept] if isinstance(X, pd.DataFrame) else X[kept]
