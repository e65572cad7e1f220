"""Machine coders with known error rates: whether their reports hold, and whether bias is found."""

from __future__ import annotations

import warnings
from typing import Any

import calibration_frames as frames
import numpy as np
import pandas as pd
from calibration_frames import Answers, Hits, covers, rejects

import framing as fr
from framing.simulate import machine

SENSITIVITY, SPECIFICITY = 0.8, 0.95


def report(
    seed: int, documents: int, coded: int, weights: str = "segment", allocation: str = ""
) -> Answers:
    """Precision, recall and F1 of a coder, from a sample of segments coded by hand.

    With `allocation` "equal" a fifth of the corpus is a stratum that gives half of the sample.
    """
    sides = {"A": documents // 5, "B": documents - documents // 5}
    one = frames.draw(sides, seed, each=3, icc=0.1)
    coder, hand = coded_twice(one.features, seed, coded, SENSITIVITY, SPECIFICITY, allocation)
    table = frames.judge(fr.evaluate, seed, coder, hand, weights=weights)
    named = table[table["frame"].notna()]
    block = named["frame"].str.split(" ").str[0]
    answers: Answers = {}
    for statistic in ("precision", "recall", "F1", "specificity", "accuracy"):
        for share in frames.SHARES:
            rows = named[(named["statistic"] == statistic) & (block == str(share))]
            truth = rates(np.array([share]))[statistic]
            answers[f"{statistic}, covers {share}"] = covers(rows["low"], rows["high"], truth)
    shares = np.repeat(frames.SHARES, 3)
    for statistic in ("precision", "recall", "F1"):
        for way in ("micro", "macro"):
            rows = table[table["statistic"] == f"{way}-{statistic}"]
            truth = rates(shares, way)[statistic]
            answers[f"averages, {way}-{statistic}"] = covers(rows["low"], rows["high"], truth)
    return answers


def errors(seed: int, coded: int | None = None, allocation: str = "", **design: Any) -> Answers:
    """Net errors on two sides, on which the coder is as good: nothing differs."""
    return compared(seed, coded, SENSITIVITY, SPECIFICITY, design, allocation)


def worse(seed: int, coded: int, recall: float, **design: Any) -> Answers:
    """Net errors where the coder finds less on side B: how often that comes to light."""
    sensitivity = {"A": SENSITIVITY, "B": recall}
    return compared(seed, coded, sensitivity, SPECIFICITY, design, worse=True)


def drift(seed: int, documents: int, coded: int, periods: int) -> Answers:
    """Slopes of the net error of a coder that is as good in every year."""
    years = list(range(2001, 2001 + periods))
    one = frames.draw({"A": documents}, seed, each=10, periods=years, icc=0.1)
    coder, hand = coded_twice(one.features, seed, coded, SENSITIVITY, SPECIFICITY)
    table = frames.judge(fr.bias, seed, coder, hand, over="year")
    rows = table[table["statistic"] == "slope of net error"]
    return frames.by_share(frames.with_truth(rows, 0.0), "covers", "rejects")


def compared(
    seed: int,
    coded: int | None,
    sensitivity: Any,
    specificity: Any,
    design: dict[str, Any],
    allocation: str = "",
    *,
    worse: bool = False,
) -> Answers:
    """Compare errors between sides A and B, all segments being coded by hand, or some."""
    one = frames.draw(seed=seed, each=10, icc=0.1, **design)
    coder, hand = coded_twice(one.features, seed, coded, sensitivity, specificity, allocation)
    table = frames.judge(fr.bias, seed, coder, hand, "region")
    table = table.assign(block=table["frame"].str.split(" ").str[0])
    answers: Answers = {}
    for what in ("net error", "missed"):
        for share in frames.SHARES:
            mine = table[table["block"] == str(share)]
            truth = {
                side: expected(share, side, sensitivity, specificity)[what] for side in ("A", "B")
            }
            for side in ("A", "B"):
                rows = mine[(mine["statistic"] == what) & (mine["group"] == side)]
                if what == "net error" and not worse:
                    name = f"{what} of {side}, covers {share}"
                    answers[name] = covers(rows["low"], rows["high"], truth[side])
            rows = mine[mine["statistic"] == f"difference in {what}"]
            apart = truth["A"] - truth["B"]
            name = f"difference in {what}, "
            answers[f"{name}covers {share}"] = covers(rows["low"], rows["high"], apart)
            test = rejects(rows["p_value"], rows["test"].iloc[0])
            if worse:
                answers[f"{name}finds {share}"] = Hits("share", test.values)
                continue
            answers[f"{name}rejects {share}"] = test
            if what == "net error":  # what is called clear must be left out by the interval too
                outside = (rows["low"] > 0) | (rows["high"] < 0)
                answers[f"{name}clear {share}"] = Hits("at most", test.values * outside)
    return answers


def coded_twice(
    truth: fr.Features,
    seed: int,
    coded: int | None,
    sensitivity: Any,
    specificity: Any,
    allocation: str = "",
) -> tuple[fr.Features, fr.Features]:
    """Codes of a machine for all segments, and true codes of a random sample of them, or all."""
    coder = machine(truth, sensitivity, specificity, seed=seed % 2**31)
    if coded is None:
        return coder, truth
    strata = {"strata": "region", "allocation": allocation} if allocation else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fr.InputWarning)
        sample = fr.draw(truth, coded, seed=seed % 2**31, **strata)
        return coder, sample.labelled(truth)


def expected(share: float, side: str, sensitivity: Any, specificity: Any) -> dict[str, float]:
    """Net error, and the share missed, of a frame that so large a share of segments uses."""
    found = sensitivity[side] if isinstance(sensitivity, dict) else sensitivity
    missed, over = share * (1 - found), (1 - share) * (1 - specificity)
    return {"missed": missed, "net error": over - missed}


def rates(shares: Any, way: str = "macro") -> dict[str, float]:
    """What the rates of frames with such shares are, on average."""
    tp, fn = shares * SENSITIVITY, shares * (1 - SENSITIVITY)
    tn, fp = (1 - shares) * SPECIFICITY, (1 - shares) * (1 - SPECIFICITY)
    if way == "micro":
        tp, fn, tn, fp = tp.sum(), fn.sum(), tn.sum(), fp.sum()
    found = pd.Series(
        {
            "precision": np.mean(tp / (tp + fp)),
            "recall": np.mean(tp / (tp + fn)),
            "F1": np.mean(2 * tp / (2 * tp + fp + fn)),
            "specificity": np.mean(tn / (tn + fp)),
            "accuracy": np.mean((tp + tn) / (tp + fp + tn + fn)),
        }
    )
    return {str(name): float(value) for name, value in found.items()}
