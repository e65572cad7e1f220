"""Frames with a known truth: whether intervals held it, and whether tests found what is not there.

Every function draws one corpus of a design and answers by column of a table. A corpus holds many
frames of the same true share, so that one corpus gives many answers.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import framing as fr
from framing.change_points import change_points
from framing.simulate import Planted, frames

LEVEL = 0.95
REPLICATES = 399
SHARES = (0.05, 0.2, 0.5)


class Hits(NamedTuple):
    """Answers of one corpus: of what kind they are, and 1, 0 or, where refused, missing."""

    kind: str
    values: Any


Answers = dict[str, Hits]


def covers(low: Any, high: Any, truth: Any, kind: str = "covers") -> Hits:
    """Whether intervals hold the truth; "covers nought" where it is the least it can be."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    inside = (low <= truth + 1e-12) & (truth - 1e-12 <= high)
    return Hits(kind, np.where(np.isnan(low), np.nan, inside))


def rejects(p: Any, test: str = "") -> Hits:
    """Whether tests at 5 % reject; "exact" where every relabelling was taken."""
    p = np.asarray(p, float)
    kind = "exact" if test.startswith("exact") else "rejects"
    return Hits(kind, np.where(np.isnan(p), np.nan, p <= 1 - LEVEL + 1e-9))


def judge(function: Callable[..., pd.DataFrame], seed: int, *args: Any, **given: Any) -> Any:
    """Call the library; what it warns of is in its notes too. Every corpus has its own draws."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fr.InputWarning)
        return function(*args, **{"replicates": REPLICATES, "seed": seed % 2**31, **given})


def draw(
    documents: Mapping[str, int],
    seed: int,
    *,
    each: int = 30,
    effect: float = 0.0,
    change: float = 0.0,
    **design: Any,
) -> Planted:
    """Draw `each` frames of every share; the last side's log-odds are raised by `effect`."""
    given = {f"{share} #{i}": share for share in SHARES for i in range(each)}
    last = list(documents)[-1]
    effects = {last: dict.fromkeys(given, effect)} if effect else None
    moved = {side: dict.fromkeys(given, change) for side in documents} if change else None
    design = {"segments": (8, 5), **design}
    return frames(documents, given, effects=effects, change=moved, seed=seed, **design)


def with_truth(table: pd.DataFrame, truth: pd.DataFrame | float, kind: str = "frame") -> Any:
    """Put the truth beside the estimates, and the true share as it was without effects."""
    table = table.assign(block=table[kind].str.split(" ").str[0])
    if not isinstance(truth, pd.DataFrame):
        return table.assign(truth=truth)
    keys = [name for name in ("period", "group", "reference", kind) if name in truth]
    known = truth[[*keys, "estimate"]].rename(columns={"estimate": "truth"})
    return table.merge(known, on=keys, how="left", validate="many_to_one")


def by_share(table: pd.DataFrame, *what: str, prefix: str = "", kind: str = "covers") -> Answers:
    """Answer for every true share; `what` is "covers", "rejects", or both."""
    answers = {}
    for name in what:
        for block in sorted(set(table["block"]) - {"other"}, key=float, reverse=True):
            rows = table[table["block"] == block]
            answers[f"{prefix}{name} {block}"] = (
                covers(rows["low"], rows["high"], rows["truth"].to_numpy(), kind)
                if name == "covers"
                else rejects(rows["p_value"], rows["test"].iloc[0])
            )
    return answers


# --- shares and differences -----------------------------------------------------------------------


def shares(seed: int, documents: int, segments: Any, icc: float) -> Answers:
    """Intervals of shares in one group."""
    one = draw({"A": documents}, seed, segments=segments, icc=icc)
    return by_share(
        with_truth(judge(fr.emphasis, seed, one.features, "region"), one.shares()), "covers"
    )


def differences(seed: int, effect: float = 0.0, **design: Any) -> Answers:
    """Intervals, and tests where nothing differs, of two groups."""
    one = draw(seed=seed, effect=effect, **design)
    table = with_truth(judge(fr.contrast, seed, one.features, "region"), one.differences())
    return by_share(table, *(["covers"] if effect else ["covers", "rejects"]))


def within_topics(seed: int, documents: int, icc: float) -> Answers:
    """Side A writes three quarters on topic 1, B on topic 2, where all frames are commoner."""
    many, few = 3 * documents // 4, documents // 4
    given = {f"{share} #{i}": share for share in SHARES for i in range(30)}
    effects = {name: dict.fromkeys(given, 0.7) for name in ("A2", "B2")}
    cells = {"A1": many, "A2": few, "B1": few, "B2": many}
    design = {"effects": effects, "icc": icc, "segments": (8, 5), "by": "cell"}
    features = frames(cells, given, seed=seed, **design).features
    features.segments["side"] = features.segments["cell"].str[0]
    features.segments["topic"] = features.segments["cell"].str[1]
    plain = with_truth(judge(fr.contrast, seed, features, "side"), 0.0)
    within = with_truth(judge(fr.contrast, seed, features, "side", within="topic"), 0.0)
    both = by_share(within, "covers", "rejects", prefix="within ")
    return both | by_share(plain, "rejects", prefix="plain ")


def clusters(seed: int, clusters: int, crossed: bool, dominance: float = 0.0) -> Answers:
    """Outlets that lean (intra-class correlation .1), ten documents each in the mean."""
    held, n = (clusters, 5 * clusters) if crossed else (clusters // 2, 5 * clusters)
    design = {"outlets": held, "outlet_icc": 0.1, "crossed": crossed, "dominance": dominance}
    one = draw({"A": n, "B": n}, seed, icc=0.1, **design)
    answers = {}
    for prefix, cluster in (("", "outlet"), ("without ", None)):
        table = judge(fr.contrast, seed, one.features, "region", cluster=cluster)
        table = with_truth(table, one.differences())
        answers |= by_share(table, "covers", "rejects", prefix=prefix)
    return answers


def overlapping(seed: int, documents: int, icc: float, effect: float = 0.0) -> Answers:
    """Documents speak of both sides, as where groups are actors; a third of them of one only.

    What the simulation calls an outlet, which leans alike on both sides, is a document here.
    """
    sides = {"A": 3 * documents, "B": 3 * documents}
    shared = {"outlets": documents, "outlet_icc": icc, "crossed": True}
    one = draw(sides, seed, effect=effect, segments=(3, 2), icc=0.0, **shared)
    rows = one.features.segments
    rows["document"] = rows["outlet"]
    number = rows["outlet"].str.split(" ").str[-1].astype(int)
    only = {0: "A", 1: "B"}
    kept = (number % 6).map(only).fillna(rows["region"]) == rows["region"]
    table = judge(fr.contrast, seed, one.features.where(kept.to_numpy()), "region")
    table = with_truth(table, one.differences())
    return by_share(table, *(["covers"] if effect else ["covers", "rejects"]))


def discoveries(seed: int, documents: int, icc: float) -> Answers:
    """Sixty frames, of which a third differ: how many of those called different do not."""
    given = {f"frame {i}": 0.2 for i in range(60)}
    moved = {f"frame {i}": 0.8 for i in range(20)}
    sides = {"A": documents, "B": documents}
    one = frames(sides, given, effects={"B": moved}, segments=(8, 5), icc=icc, seed=seed)
    table = judge(fr.contrast, seed, one.features, "region", replicates=1999)
    found, true = (table["q_value"] <= 0.05).to_numpy(), table["frame"].isin(moved).to_numpy()
    false = float((found & ~true).sum()) / max(int(found.sum()), 1)
    return {"false discoveries": Hits("at most", [false]), "found": Hits("share", found[true])}


# --- time -----------------------------------------------------------------------------------------


def _years(periods: int) -> list[int]:
    return list(range(2001, 2001 + periods))


def slopes(
    seed: int, periods: int, documents: int, icc: float, change: float = 0.0, **outlets: Any
) -> Answers:
    """`documents` in each period, whose log-odds rise by `change` from one to the next."""
    sides = {"A": documents * periods}
    one = draw(sides, seed, change=change, periods=_years(periods), icc=icc, **outlets)
    answers = {}
    for scale in ("share", "log_odds"):
        cluster = "outlet" if outlets else None
        table = judge(fr.trend, seed, one.features, "region", scale=scale, cluster=cluster)
        table = table[table["statistic"].str.startswith("slope")]
        table = with_truth(table, one.slopes() if scale == "share" else change)
        answers |= by_share(table, "covers", prefix="" if scale == "share" else "log-odds ")
    return answers if change else answers | by_share(table, "rejects")


def changes(seed: int, periods: int, documents: int, icc: float, **outlets: Any) -> Answers:
    """`documents` of either side in each period; neither side moves."""
    sides = {"A": documents * periods, "B": documents * periods}
    one = draw(sides, seed, each=20, periods=_years(periods), icc=icc, **outlets)
    cluster = "outlet" if outlets else None
    table = with_truth(judge(fr.change, seed, one.features, "region", cluster=cluster), 0.0)
    answers = {}
    for statistic, rows in table.groupby("statistic", sort=False):
        prefix = f"{statistic}, "
        curves = rows.groupby(["group", "frame", "block"], sort=False, as_index=False)
        bands = curves.agg(low=("band_low", "max"), high=("band_high", "min")).assign(truth=0.0)
        answers |= by_share(rows, "covers", prefix=prefix)
        answers |= by_share(bands, "covers", prefix=f"{prefix}band ")
        answers |= by_share(rows, "rejects", prefix=prefix)
    return answers


def breaks(seed: int, periods: int, documents: int, icc: float) -> Answers:
    """A long series in which nothing breaks."""
    sides = {"A": documents * periods}
    one = draw(sides, seed, each=10, periods=_years(periods), icc=icc)
    table = judge(change_points, seed, one.features, replicates=199)
    table = table[table["statistic"] == "changes"]
    mix = table[table["frame"].isna()]
    alone = with_truth(table[table["frame"].notna()], np.nan).assign(test="")
    return {"rejects mix": rejects(mix["p_value"])} | by_share(alone, "rejects")
