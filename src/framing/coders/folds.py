"""Folds: whole groups of segments dealt out so that each fold has about as much of everything."""

from __future__ import annotations

import numpy as np

from framing.inference import Floats, Integers


def deal(groups: Integers, amounts: Floats, folds: int, seed: int) -> Integers:
    """Deal groups into folds.

    Parameters
    ----------
    groups : array of int, shape (n_segments,)
        Numbered from 0.
    amounts : array, shape (n_segments, n_amounts)
        What each fold should have as much of: segments, and segments that use a frame.
    folds : int
    seed : int

    Returns
    -------
    array of int, shape (n_segments,)
        The fold of each segment.

    Notes
    -----
    Groups are taken from the largest to the smallest, equal ones in random order. Each goes to the
    fold that adds least to the sum of squares of all amounts, as parts of their totals: the fold
    that has least of what the group brings.

    Examples
    --------
    >>> deal(np.array([0, 0, 1, 2, 3]), np.ones((5, 1)), 2, seed=0).tolist()
    [0, 0, 1, 1, 0]
    """
    parts = np.zeros((int(groups.max()) + 1, amounts.shape[1]))
    np.add.at(parts, groups, amounts)
    totals = parts.sum(axis=0)
    parts = parts / np.where(totals > 0, totals, 1.0)
    order = np.random.default_rng(seed).permutation(len(parts))
    order = order[np.argsort(-parts[order].max(axis=1), kind="stable")]
    held = np.zeros((folds, amounts.shape[1]))
    fold = np.zeros(len(parts), dtype=np.int64)
    for group in order:
        fold[group] = int(np.argmin(held @ parts[group]))
        held[fold[group]] += parts[group]
    return fold[groups]
