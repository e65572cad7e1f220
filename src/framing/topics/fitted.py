"""What measures of a fitted model take from it: its topics, its counts, and its levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.errors import InputError
from framing.inference import Floats, Integers


def topics_of(model: Any) -> Floats:
    """Take β of a fitted model, with an axis for levels if it has any."""
    if not hasattr(model, "beta_"):
        raise InputError(f"{type(model).__name__} is not fitted; call fit first.")
    return np.asarray(model.beta_, dtype=float)


def counts_of(model: Any) -> sparse.csr_array:
    """Take the counts that a model was fitted to, shape (n_segments, n_terms)."""
    return sparse.csr_array(model.counts_)


def used_of(model: Any) -> npt.NDArray[np.bool_]:
    """Which segments the model used."""
    return np.asarray(model.used_, dtype=bool)


def marginal(beta: Floats, shares: Floats) -> Floats:
    """Average a content model's topics over its levels.

    Parameters
    ----------
    beta : array, shape (n_levels, n_topics, n_terms)
    shares : array, shape (n_levels,)
        Weights; sum to 1.

    Returns
    -------
    array, shape (n_topics, n_terms)
    """
    return np.asarray(np.tensordot(shares, beta, 1))


def level_shares(model: Any) -> Floats:
    """Part of a content model's segments that each level has, shape (n_levels,)."""
    level = np.asarray(model.level_of_)[used_of(model)]
    return np.asarray(np.bincount(level, minlength=len(model.beta_)) / len(level))


def rows_of_levels(
    beta: Floats, level_of: Integers | None, used: npt.NDArray[np.bool_]
) -> Iterator[tuple[Integers, Floats]]:
    """Rows of each level, and its topics."""
    if beta.ndim == 2:
        yield np.flatnonzero(used), beta
        return
    if level_of is None:
        raise InputError("level_of= is needed for the topics of a content model.")
    for a, topics in enumerate(beta):
        yield np.flatnonzero(used & (np.asarray(level_of) == a)), topics
