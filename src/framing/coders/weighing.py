"""Counts weighed for a linear model: tf-idf, and optionally what is meant on average."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from framing.errors import InputError
from framing.inference import Floats, Integers


@dataclass(frozen=True, eq=False)
class Weighing:
    """How counts become the numbers that a linear model sees.

    Attributes
    ----------
    columns : array of int, shape (n_kept,)
        The terms kept.
    idf : array, shape (n_kept,)
    vectors : array, shape (n_kept, n_dimensions), optional
    centre : array, shape (n_dimensions,), optional
        The mean over segments.
    length : float
        Of the sum of vectors, on average.

    Notes
    -----
    A count y weighs ``log(1 + y) · idf``, with idf ``log[(1 + N)/(1 + df)] + 1`` over the N
    segments; each segment's weights are divided by their Euclidean length. With word vectors, the
    sum of the words' vectors, so weighed, less its mean over segments, and again of length 1, is
    set beside them.
    """

    columns: Integers
    idf: Floats
    vectors: Floats | None
    centre: Floats | None
    length: float = 1.0

    @classmethod
    def fit(
        cls, counts: sparse.csr_array, weight: Floats, min_df: float, vectors: Floats | None
    ) -> Weighing:
        """Choose terms, and find how rare they are."""
        columns, df = used_terms(counts, weight, min_df)
        idf = np.log((1 + weight.sum()) / (1 + df)) + 1
        made = cls(columns, idf, None if vectors is None else vectors[columns], None)
        if made.vectors is None:
            return made
        terms, share = made.terms(counts), weight / weight.sum()
        made = replace(made, centre=share @ (terms @ made.vectors))
        return replace(made, length=float(share @ made.meanings(terms)[1]))

    def terms(self, counts: sparse.csr_array) -> sparse.csr_array:
        """Weights of terms, each row of length 1 or, without any term, 0."""
        weighed = counts[:, self.columns].astype(np.float64)
        weighed.data = np.log1p(weighed.data) * self.idf[weighed.indices]
        length = np.sqrt(weighed.multiply(weighed).sum(axis=1))
        held = np.diff(weighed.indptr)
        weighed.data /= np.repeat(np.where(length > 0, length, 1.0), held)
        return weighed

    def meanings(self, terms: sparse.csr_array) -> tuple[Floats, Floats]:
        """Sums of vectors, each row of length 1, and the lengths they had."""
        assert self.vectors is not None
        assert self.centre is not None
        summed = terms @ self.vectors - self.centre
        length = np.linalg.norm(summed, axis=1)
        length = np.where(length > 0, length, 1.0)
        return summed / length[:, None], length

    def transform(self, counts: sparse.csr_array) -> sparse.csr_array:
        """What the linear model sees."""
        terms = self.terms(counts)
        if self.vectors is None:
            return terms
        meanings = sparse.csr_array(self.meanings(terms)[0])
        return sparse.csr_array(sparse.hstack([terms, meanings]))


def used_terms(counts: sparse.csr_array, weight: Floats, min_df: float) -> tuple[Integers, Floats]:
    """Find the terms used in enough segments, and in how many they are."""
    used = counts.copy()
    used.data = np.where(used.data > 0, 1.0, 0.0)
    df = weight @ used
    columns = np.flatnonzero(df >= min_df)
    if not len(columns):
        raise InputError(
            f"no term is used in {min_df:g} of the {counts.shape[0]} segments; lower min_df, or "
            "code more segments."
        )
    return columns, df[columns]


def fit_linear(
    seen: sparse.csr_array, codes: Floats, weight: Floats, C: float
) -> tuple[Floats, float]:
    """Logistic regression with a ridge penalty, frame and no frame weighing alike.

    Parameters
    ----------
    seen : sparse array, shape (n_segments, n_columns)
    codes : array, shape (n_segments,)
        A segment whose code lies between 0 and 1 counts in part as one, in part as the other.
    weight : array, shape (n_segments,)
    C : float
        Inverse strength of the penalty.

    Returns
    -------
    coefficients : array, shape (n_columns,)
    intercept : float
        All 0 where the codes do not vary.
    """
    found, total = float(weight @ codes), float(weight.sum())
    if found <= 0 or found >= total:
        return np.zeros(seen.shape[1]), 0.0
    with_, without = (np.flatnonzero(weight * part > 0) for part in (codes, 1 - codes))
    rows = np.concatenate([with_, without])
    counted = np.concatenate(
        [
            (weight * codes)[with_] * total / (2 * found),
            (weight * (1 - codes))[without] * total / (2 * (total - found)),
        ]
    )
    labels = np.repeat([1, 0], [len(with_), len(without)])
    model = LogisticRegression(C=C, solver="newton-cg", tol=1e-8, max_iter=1000)
    model.fit(seen[rows], labels, sample_weight=counted)
    return model.coef_[0], float(model.intercept_[0])
