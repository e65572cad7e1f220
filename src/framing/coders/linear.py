"""A linear model of each frame on weighed counts, and its scores on segments it has not seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np
from scipy import sparse

from framing.coders.folds import deal
from framing.coders.weighing import Weighing, fit_linear
from framing.errors import InputError
from framing.inference import Floats, Integers

Splits = list[tuple[Integers, Integers]]


@dataclass(frozen=True, eq=False)
class Linear:
    """Weighed counts, and for each frame a logistic regression on them.

    Attributes
    ----------
    weighing : Weighing
    coefficients : array, shape (n_frames, n_columns)
        Of the terms kept, then of the dimensions of word vectors.
    intercepts : array, shape (n_frames,)
    """

    weighing: Weighing
    coefficients: Floats
    intercepts: Floats

    @classmethod
    def fit(
        cls,
        counts: sparse.csr_array,
        codes: Floats,
        weight: Floats,
        *,
        C: float,
        min_df: float,
        vectors: Floats | None,
    ) -> Linear:
        """Fit all frames to the same weighed counts."""
        weighing = Weighing.fit(counts, weight, min_df, vectors)
        seen = weighing.transform(counts)
        fitted = [fit_linear(seen, column, weight, C) for column in codes.T]
        coefficients, intercepts = zip(*fitted, strict=True)
        return cls(weighing, np.stack(coefficients), np.array(intercepts))

    def scores(self, counts: sparse.csr_array) -> Floats:
        """Score segments, shape (n_segments, n_frames); nought is as likely as not."""
        return np.asarray(self.weighing.transform(counts) @ self.coefficients.T + self.intercepts)

    def renumbered(self, columns: Integers) -> Linear:
        """Say which columns of a wider matrix the counts were."""
        weighing = replace(self.weighing, columns=columns[self.weighing.columns])
        return replace(self, weighing=weighing)


def out_of_fold(
    counts: sparse.csr_array, codes: Floats, weight: Floats, splits: Splits, **how: Any
) -> Floats:
    """Score each segment by a model that has not seen it, shape (n_segments, n_frames)."""
    scores = np.zeros_like(codes)
    for train, test in splits:
        model = Linear.fit(counts[train], codes[train], weight[train], **how)
        scores[test] = model.scores(counts[test])
    return scores


def splits_of(
    cv: int | Iterable[tuple[Sequence[int], Sequence[int]]],
    groups: Integers,
    codes: Floats,
    seed: int,
) -> Splits:
    """Divide segments into folds by their groups, or take the folds that are given."""
    n = len(groups)
    if not isinstance(cv, Integral):
        given = [(np.asarray(train), np.asarray(test)) for train, test in cv]  # type: ignore[union-attr]
        tested = np.concatenate([test for _, test in given]) if given else np.array([], dtype=int)
        if sorted(tested.tolist()) != list(range(n)):
            raise InputError("cv must put every segment into one test fold; give a number instead.")
        return given
    if isinstance(cv, bool) or cv < 2:
        raise InputError(f"cv must be a whole number from 2 on; got {cv!r}.")
    folds = min(int(cv), int(groups.max()) + 1)
    if folds < 2:
        raise InputError(
            f"all {n} segments are of one group, so that none can be held out; code segments of "
            "several documents."
        )
    fold = deal(groups, np.column_stack([np.ones(n), codes]), folds, seed)
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(folds)]
