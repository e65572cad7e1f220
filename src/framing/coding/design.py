"""Designs of samples: which segments are drawn in which order, and with what chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from framing.errors import InputError, one_of
from framing.inference import WEIGHTS

ALLOCATIONS = ("proportional", "equal")
_JOINED = " × "


def stratify(table: pd.DataFrame, columns: Sequence[str]) -> pd.Series[str]:
    """Name the stratum of every segment; "all" if there are none."""
    labels: pd.Series[str] | None = None
    for column in columns:
        if column not in table:
            raise one_of("strata", column, table.columns)
        if table[column].isna().any():
            name = table.loc[table[column].isna(), "document"].iloc[0]
            raise InputError(f"strata={column!r} is empty for document {name!r}; fill or drop it.")
        level = table[column].astype(str)
        labels = level if labels is None else labels + _JOINED + level
    return pd.Series("all", index=table.index) if labels is None else labels


def ordered(table: pd.DataFrame, strata: pd.Series[str], weights: str, seed: int) -> pd.DataFrame:
    """Put the segments of every stratum into a random order, of which a sample takes the first.

    Parameters
    ----------
    table : pandas.DataFrame
        ``document``, one row a segment.
    strata : Series of str
    weights : {"document", "segment"}
        Documents take turns, each giving one segment at random in each round, as long as it has
        any; or every segment comes at random.
    seed : int

    Returns
    -------
    pandas.DataFrame
        Indexed as `table`: ``stratum``, ``rank`` (from 1 in each stratum), ``round`` and ``size``
        (segments of the document in the stratum).
    """
    if weights not in WEIGHTS:
        raise one_of("weights", weights, WEIGHTS)
    rng = np.random.default_rng(seed)
    order = pd.DataFrame({"stratum": strata, "key": rng.random(len(table))})
    names = table["document"].unique()
    of_document = pd.Series(rng.random(len(names)), index=names)
    inside = order.groupby([strata, table["document"]], sort=False)["key"]
    order["round"] = inside.rank(method="first").astype(int)
    order["size"] = inside.transform("size")
    if weights == "segment":
        order["round"] = 1
    else:
        order["key"] = table["document"].map(of_document)
    order = order.sort_values(["round", "key"], kind="stable")
    order["rank"] = order.groupby("stratum").cumcount() + 1
    return order.loc[table.index, ["stratum", "rank", "round", "size"]]


def chances(order: pd.DataFrame, n: Mapping[str, int]) -> pd.Series[float]:
    """Chance of every segment to be among the first n of its stratum.

    Where documents take turns, and q of the D documents that have segments left come up in the last
    round r, it is ``[min(r − 1, N_d) + 1(N_d ≥ r) q/D] / N_d`` in a document of N_d segments.
    """
    chance = pd.Series(0.0, index=order.index)
    for stratum, rows in order.groupby("stratum"):
        first = n.get(str(stratum), 0)
        if not first:
            continue
        last = int(rows["round"].max() if first >= len(rows) else _round_of(rows, first))
        there = int((rows["round"] == last).sum())
        part = (first - int((rows["round"] < last).sum())) / there
        if (rows["round"] == 1).all():
            chance[rows.index] = part
            continue
        taken = np.minimum(last - 1, rows["size"]) + part * (rows["size"] >= last)
        chance[rows.index] = taken / rows["size"]
    return chance


def _round_of(rows: pd.DataFrame, rank: int) -> int:
    return int(rows.loc[rows["rank"] == rank, "round"].iloc[0])


def allocate(n: int, sizes: Mapping[str, int], allocation: object) -> dict[str, int]:
    """How many segments each stratum gives."""
    if isinstance(allocation, Mapping):
        return _as_told(n, sizes, allocation)
    if allocation not in ALLOCATIONS:
        raise one_of("allocation", allocation, ALLOCATIONS)
    if n < len(sizes):
        raise InputError(f"n={n} segments for {len(sizes)} strata; draw at least one of each.")
    most = np.array(list(sizes.values()))
    wanted = np.ones(len(sizes)) if allocation == "equal" else most.astype(float)
    parts = np.ones(len(sizes), dtype=int)
    for _ in range(n - len(sizes)):  # one by one to whom it falls behind most: Webster's rule
        behind = np.where(parts < most, wanted / (parts + 0.5), -1.0)
        parts[int(behind.argmax())] += 1
    return dict(zip(sizes, parts.tolist(), strict=True))


def _as_told(n: int, sizes: Mapping[str, int], allocation: Mapping[str, int]) -> dict[str, int]:
    for name in allocation:
        if name not in sizes:
            raise one_of("a stratum of allocation", name, sizes)
    parts = {name: int(allocation.get(name, 0)) for name in sizes}
    for name, part in parts.items():
        if not 1 <= part <= sizes[name]:
            raise InputError(
                f"allocation: {part} segments of stratum {name!r}; give 1 to {sizes[name]}."
            )
    if sum(parts.values()) != n:
        raise InputError(f"allocation adds up to {sum(parts.values())}, not to n={n}.")
    return parts
