"""Terms and mixes with a known truth: keyness, divergence, shift; see `calibration_frames`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from calibration_frames import Answers, Hits, by_share, covers, judge, rejects, with_truth
from scipy.special import expit, logit

import framing as fr
from framing.simulate import Planted, frames, terms

TERMS: Mapping[str, int] = {"0.01": 10, "0.001": 40, "0.0001": 100}
"""Terms by true share, and how many of each. The rest of the tokens are one term, "other"."""


def draw(
    documents: Mapping[str, int],
    seed: int,
    *,
    several: Mapping[str, int] = TERMS,
    planted: int = 0,
    effect: float = 1.0,
    **design: Any,
) -> Planted:
    """Draw terms; the last side uses the first `planted` of every share more.

    "other" makes room for these, so that the shares of all further terms are exactly equal.
    """
    given = {f"{share} #{i}": float(share) for share, k in several.items() for i in range(k)}
    rest = 1 - sum(given.values())
    moved = {name: effect for name in given if int(name.split("#")[1]) < planted}
    gain = sum(expit(logit(given[name]) + effect) - given[name] for name in moved)
    effects = {list(documents)[-1]: moved | {"other #0": float(logit(rest - gain) - logit(rest))}}
    design = {"length": (300, 200), **design}
    vocabulary = {**given, "other #0": rest}
    return terms(documents, vocabulary, effects=effects if moved else None, seed=seed, **design)


def shares(seed: int, documents: int, icc: float) -> Answers:
    """Intervals of shares of tokens."""
    one = draw({"A": documents}, seed, icc=icc)
    table = judge(fr.emphasis, seed, one.features, "region")
    return by_share(with_truth(table, one.shares(), "term"), "covers")


def keyness(seed: int, against: str = "rest", **design: Any) -> Answers:
    """Intervals and tests of terms that no side uses more."""
    one = draw(seed=seed, **design)
    tables = [
        judge(fr.keyness, seed, one.features, "region", against=against, measure=measure)
        for measure in ("log_odds", "log_ratio")
    ]
    odds, ratio = (with_truth(table, 0.0, "term") for table in tables)
    answers = by_share(odds, "covers") | by_share(ratio, "covers", prefix="log-ratio ")
    return answers | by_share(odds, "rejects")


def planted_keyness(seed: int, **design: Any) -> Answers:
    """Intervals of terms that the last side uses 2.7 times as often as either of the others."""
    one = draw(seed=seed, several={"0.01": 10, "0.001": 100}, planted=5, **design)
    documents = np.array(list(design["documents"].values()), dtype=float)
    p, q = one.share[-1, 0], np.average(one.share[:-1, 0], axis=0, weights=documents[:-1])
    n = np.array([documents[-1], documents[:-1].sum()])
    alpha, part = np.average([p, q], axis=0, weights=n), 0.1 * n.sum() / n
    i, j = p + part[0] * alpha, q + part[1] * alpha
    reduced = np.log(i / (1 + part[0] - i)) - np.log(j / (1 + part[1] - j))
    tables = {
        measure: judge(fr.keyness, seed, one.features, "region", measure=measure)
        for measure in ("log_odds", "log_ratio")
    }
    answers = {}
    for measure, prefix, truth in (
        ("log_odds", "", reduced),
        ("log_odds", "whole ", logit(p) - logit(q)),
        ("log_ratio", "log-ratio ", np.log2(p / q)),
    ):
        table = tables[measure]
        table = with_truth(table[table["group"] == one.groups[-1]], 0.0, "term")
        table["truth"] = table["term"].map(dict(zip(one.features.names, truth, strict=True)))
        answers |= by_share(table[table["truth"] > 0.3], "covers", prefix=prefix)
    return answers


FAMILY = {"0.01": 10, "0.003": 40}


def families(seed: int, against: str = "rest", **design: Any) -> Answers:
    """Whether any of fifty terms is called different where none is, and where twenty are."""
    none = draw(seed=seed, several=FAMILY, **design)
    table = judge(fr.keyness, seed, none.features, "region", against=against)
    some = draw(seed=seed + 1, several=FAMILY, planted=10, **design)
    moved = judge(fr.keyness, seed, some.features, "region", against=against, replicates=999)
    other = moved["term"] == "other #0"
    true = other | (moved["term"].str.split("#").str[1].astype(int) < 10)
    found = moved["q_value"] <= 0.05
    false = float((found & ~true).sum()) / max(int(found.sum()), 1)
    return {
        "p_family": rejects([table["p_family"].min()]),
        "any q": Hits("at most", [float((table["q_value"] <= 0.05).any())]),
        "false discoveries": Hits("at most", [false]),
        "found": Hits("share", found[true & ~other]),
    }


# --- mixes ----------------------------------------------------------------------------------------


def _mixes(kind: str, sides: Mapping[str, int], seed: int, effect: float) -> Planted:
    if kind == "terms":
        several = {"0.01": 10, "0.001": 40}
        return draw(sides, seed, several=several, planted=5 if effect else 0, icc=0.003)
    given = {f"{share} #{i}": share for share in (0.05, 0.2, 0.5) for i in range(3)}
    moved = {name: effect for name in given if name.endswith("#0")}
    effects = {list(sides)[-1]: moved} if effect else None
    return frames(sides, given, effects=effects, segments=(8, 5), icc=0.2, seed=seed)


def divergence(seed: int, kind: str, groups: int, documents: int, effect: float) -> Answers:
    """Everything in the table of divergences, of all groups together."""
    one = _mixes(kind, dict.fromkeys("ABC"[:groups], documents), seed, effect)
    name = one.features.kind
    table = judge(fr.divergence, seed, one.features, "region", replicates=199)
    table = table[table["group"] == ("all" if groups > 2 else "A")]
    rows = dict(list(table.groupby("statistic")))
    mix = one.share[:, 0] / one.share[:, 0].sum(axis=1, keepdims=True)
    parts = dict(zip(one.features.names, fr.jensen_shannon(*mix), strict=True))
    whole, excess = rows["divergence"], rows["excess"]
    part = with_truth(rows["contribution"], 0.0, name)
    part["truth"] = part[name].map(parts)
    nought = "covers" if effect else "covers nought"
    answers = {"covers excess": covers(excess["low"], excess["high"], sum(parts.values()), nought)}
    part = part[part["truth"] > 1e-9] if effect else part
    answers |= by_share(part, "covers", kind="covers" if groups == 2 else nought)
    if not effect:
        answers["rejects"] = rejects(whole["p_value"], whole["test"].iloc[0])
        answers |= by_share(part, "rejects")
    return answers


def partisanship(seed: int, kind: str, documents: int, effect: float) -> Answers:
    """By how much estimates are off, in thousandths."""
    one = _mixes(kind, {"A": documents, "B": documents}, seed, effect)
    table = judge(fr.divergence, seed, one.features, "region", replicates=100)
    found = table[table[one.features.kind].isna()].set_index("statistic")["estimate"]
    mix = one.share[:, 0] / one.share[:, 0].sum(axis=1, keepdims=True)
    lean = float((mix**2 / mix.sum(axis=0)).sum() / 2)
    far = float(fr.jensen_shannon(*mix).sum())
    return {
        "true partisanship": Hits("number", [1000 * lean]),
        "plug-in": Hits("number", [1000 * (found["partisanship"] - lean)]),
        "leave-out": Hits("number", [1000 * (found["partisanship_leave_out"] - lean)]),
        "true divergence": Hits("number", [1000 * far]),
        "divergence": Hits("number", [1000 * (found["divergence"] - far)]),
        "excess": Hits("number", [1000 * (found["excess"] - far)]),
    }


def shift(seed: int, documents: int, icc: float) -> Answers:
    """Two years of one side, between which nothing moves."""
    several = {"0.01": 10, "0.001": 40}
    one = draw({"A": 2 * documents}, seed, several=several, icc=icc, periods=[2001, 2002])
    table = judge(fr.shift, seed, one.features)
    rows = dict(list(table.groupby("statistic")))
    whole, excess = rows["divergence"], rows["excess"]
    answers = {
        "rejects": rejects(whole["p_value"], whole["test"].iloc[0]),
        "covers excess": covers(excess["low"], excess["high"], 0.0, "covers nought"),
    }
    part = with_truth(rows["contribution"], 0.0, "term")
    moved = with_truth(rows["change"], 0.0, "term")
    return answers | by_share(part, "rejects") | by_share(moved, "covers", prefix="change ")
