"""Codes of several coders: checked, and as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from framing.agreement.pairs import Booleans
from framing.errors import InputError
from framing.inference import Floats, Integers

CODES = 30
"""Most different codes of a frame."""


def checked(codes: pd.DataFrame, cluster: str = "document") -> pd.DataFrame:
    """Keep the codes that were given, and refuse those that contradict each other."""
    if not isinstance(codes, pd.DataFrame):
        raise InputError(
            f"codes must be a table as read_codes returns; got {type(codes).__name__}."
        )
    for column in dict.fromkeys(("segment", "document", "coder", "frame", "code", cluster)):
        if column not in codes:
            raise InputError(f"codes have no column {column!r}; see framing.read_codes.")
    if not pd.api.types.is_numeric_dtype(codes["code"]):
        raise InputError("codes: column 'code' must hold numbers: 1 and 0, or ranks.")
    table = codes[codes["code"].notna()].reset_index(drop=True).astype({"code": float})
    if table.empty:
        raise InputError("codes: no code is given.")
    endless = ~np.isfinite(table["code"].to_numpy())
    twice = table.duplicated(["segment", "coder", "frame"])
    for wrong, what in ((endless, "is not a finite number"), (twice, "stands twice")):
        if np.any(wrong):
            row = table[wrong].iloc[0]
            raise InputError(
                f"codes: the code of segment {row['segment']!r} by {row['coder']!r} for frame "
                f"{row['frame']!r} {what}; keep one number for each."
            )
    for column in dict.fromkeys(("document", cluster)):
        held = table[["segment", column]].drop_duplicates()
        torn = held["segment"].duplicated() | held[column].isna()
        if torn.any():
            name = held.loc[torn, "segment"].iloc[0]
            raise InputError(f"codes: segment {name!r} has no {column}, or several; give it one.")
    return table


@dataclass(frozen=True, eq=False)
class Coded:
    """Codes as arrays.

    Attributes
    ----------
    coders : list of str
    documents : array of int, shape (n_segments,)
    gather : sparse array of 0/1, shape (n_clusters, n_segments)
        Clusters, each of one document or of several.
    clustered : bool
        Whether clusters are not documents.
    frames : dict of str to (array of bool, shape (n_segments, n_coders, k); array, shape (k,))
        Who gave which code, and the codes in order.
    """

    coders: list[str]
    documents: Integers
    gather: sparse.csr_array
    clustered: bool
    frames: dict[str, tuple[Booleans, Floats]]

    @classmethod
    def of(cls, codes: pd.DataFrame, cluster: str) -> Coded:
        """Take codes as :func:`framing.read_codes` returns them."""
        table = checked(codes, cluster)
        coder, coders = pd.factorize(table["coder"])
        if len(coders) < 2:
            raise InputError(f"codes are all of {coders[0]!r}; agreement needs two coders.")
        segment, segments = pd.factorize(table["segment"])
        once = table.drop_duplicates("segment")
        documents, held = (pd.factorize(once[name])[0] for name in ("document", cluster))
        gather = sparse.csr_array((np.ones(len(held)), (held, np.arange(len(held)))))
        frames: dict[str, tuple[Booleans, Floats]] = {}
        for frame, place in table.groupby("frame", sort=False).indices.items():
            values, which = np.unique(table["code"].to_numpy()[place], return_inverse=True)
            if len(values) > CODES:
                raise InputError(
                    f"codes of frame {frame!r} have {len(values)} different values, more than "
                    f"{CODES}; round them."
                )
            if len(values) == 1:
                values = np.append(values, values[0] + 1)  # what nobody said, but could have
            given = np.zeros((len(segments), len(coders), len(values)), dtype=bool)
            given[segment[place], coder[place], which] = True
            frames[str(frame)] = given, values
        names = [str(name) for name in coders]
        return cls(names, documents, gather, cluster != "document", frames)
