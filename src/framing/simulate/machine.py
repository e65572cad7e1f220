"""A machine coder that errs as often as it is told to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse

from framing.errors import InputError, one_of
from framing.features import Features
from framing.simulate.checks import check_count, is_number, per_group


def machine(
    frames: Features,
    sensitivity: float | Mapping[str, float] = 0.8,
    specificity: float | Mapping[str, float] = 0.95,
    *,
    by: str = "region",
    seed: int | np.random.SeedSequence = 0,
) -> Features:
    """Code again what is known, with errors.

    Parameters
    ----------
    frames : Features
        True codes, 0 or 1, such as the features of :func:`framing.simulate.frames`.
    sensitivity, specificity : float or {group: float}
        Chance to find a frame that is used, and not to find one that is not. Equal for all groups,
        or as the column `by` says.
    by : str
    seed : int or numpy.random.SeedSequence

    Returns
    -------
    Features
        Of the same segments and frames.

    Examples
    --------
    >>> from framing import simulate
    >>> truth = simulate.frames(20, seed=1).features
    >>> codes = machine(truth, sensitivity=1.0, specificity=1.0)
    >>> bool((codes.matrix != truth.matrix).sum() == 0)
    True
    """
    if frames.kind != "frame":
        raise InputError(f"machine codes frames; these are {frames.kind}s.")
    used = frames.matrix.toarray()
    if not np.isin(used, (0, 1)).all():
        raise InputError("frames must hold codes of 0 and 1.")
    found, left = (
        _chances(frames, by, name, given)
        for name, given in (("sensitivity", sensitivity), ("specificity", specificity))
    )
    if not isinstance(seed, np.random.SeedSequence):
        check_count("seed", seed, least=0)
        seed = np.random.SeedSequence([seed, *b"machine"])  # errors that no other draw goes with
    drawn = np.random.default_rng(seed).random(used.shape)
    codes = np.where(used == 1, drawn < found[:, None], drawn >= left[:, None])
    matrix = sparse.csr_array(codes.astype(np.int8))
    return Features(matrix, list(frames.names), frames.segments, kind="frame")


def _chances(
    frames: Features, by: str, name: str, given: float | Mapping[str, float]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Give each segment the chance of its group."""
    if isinstance(given, Mapping) and by not in frames.segments:
        raise one_of("by", by, frames.segments.columns)
    groups = frames.segments[by] if by in frames.segments else pd.Series("", frames.segments.index)
    names = sorted(groups.unique())
    chances = per_group(name, given, names)
    if not all(is_number(one) and 0 <= one <= 1 for one in chances):
        raise InputError(f"{name} must lie between 0 and 1; got {given!r}.")
    return groups.map(dict(zip(names, chances, strict=True))).to_numpy(dtype=float)
