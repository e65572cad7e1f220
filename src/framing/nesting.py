"""Nesting: documents in clusters and in strata, and what has to be left out of a comparison."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import InputError, InputWarning, one_of
from framing.features import Features
from framing.inference import Integers, Sums


def levels(features: Features, column: str | None, setting: str) -> Integers | None:
    """Number the levels of a column of metadata; every document must have one."""
    if column is None:
        return None
    if column not in features.segments:
        raise one_of(setting, column, features.segments.columns)
    values = features.segments[column]
    if values.isna().any():
        name = features.segments.loc[values.isna(), "document"].iloc[0]
        raise InputError(
            f"{setting}={column!r} is empty for document {name!r}; fill it or drop it."
        )
    return pd.factorize(values, sort=True)[0].astype(np.int64)


def clusters(features: Features, column: str | None, documents: Integers) -> Integers | None:
    """Number the clusters; each document must lie in one."""
    numbers = levels(features, column, "cluster")
    if numbers is None:
        return None
    spread = pd.Series(numbers).groupby(documents).nunique()
    if (spread > 1).any():
        at = int(np.flatnonzero(documents == spread.index[spread > 1][0])[0])
        name, values = features.segments["document"].iloc[at], features.segments[column]
        found = sorted(map(str, values[features.segments["document"] == name].unique()))
        raise InputError(
            f"cluster={column!r}: document {name!r} lies in {' and '.join(found[:2])}; "
            "a document must lie in one cluster."
        )
    return numbers


def tell_left_out(
    sums: Sums,
    index: list[tuple[str | None, str | None]],
    held: list[Integers],
    kept: list[Integers],
    documents: Integers,
    within: str,
    levels: npt.NDArray[Any],
) -> None:
    """Refuse a comparison without common levels; name the levels left out."""
    for cell, mix, rows in zip(index, sums.standard, held, strict=True):
        if len(rows) and not mix.any():
            name = " in ".join(part for part in cell if part is not None)
            raise InputError(
                f"within={within!r}: no level of it holds {name} and all that it is compared with; "
                "use fewer groups or periods, broader levels, or within=None."
            )
    n, left = (len(np.unique(documents[np.concatenate(rows)])) for rows in (held, kept))
    if left < n:
        lost = [np.setdiff1d(before, after) for before, after in zip(held, kept, strict=True)]
        listed = ", ".join(sorted({str(level) for level in levels[np.concatenate(lost)]}))
        timed = any(period is not None for _, period in index)
        warnings.warn(
            f"within={within!r}: {n - left} of {n} documents are left out, those of {listed}: not "
            f"every {'group has one in every period' if timed else 'group has one'} compared.",
            InputWarning,
            stacklevel=5,
        )
