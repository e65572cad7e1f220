"""Machine codes with known errors, corrected by a sample of known chances: do intervals hold?"""

from __future__ import annotations

from typing import Any

import numpy as np
from calibration_frames import Answers, Hits, by_share, draw, judge, with_truth

import framing as fr
from framing.simulate import machine

CODERS: dict[str, tuple[Any, Any]] = {
    "perfect": (1.0, 1.0),
    "nearly perfect": (0.97, 0.995),
    "good": (0.85, 0.95),
    "fair": (0.6, 0.85),
    "useless": (0.5, 0.5),
    "contrary": (0.2, 0.2),
    "good, but fair on B": ({"A": 0.85, "B": 0.6}, {"A": 0.95, "B": 0.85}),
    "perfect, but useless on B": ({"A": 1.0, "B": 0.5}, {"A": 1.0, "B": 0.5}),
}
"""Chance to find a frame that is there, and not to find one that is not."""


def corrected(
    seed: int,
    coder: str,
    coded: int,
    weights: str = "document",
    drawn: str = "evenly",
    chances: bool = False,
    **design: Any,
) -> Answers:
    """Shares and differences of two sides, and how wide intervals are beside the sample's alone."""
    one = draw(seed=seed, each=12, **design)
    sensitivity, specificity = CODERS[coder]
    codes = machine(one.features, sensitivity, specificity, seed=seed)
    labelled = sampled(one.features, codes, seed, coded, drawn, weights)
    given: dict[str, Any] = {"labelled": labelled, "weights": weights}
    if chances:
        codes = blurred(codes, seed)
    shares = with_truth(judge(fr.emphasis, seed, codes, "region", **given), one.shares())
    alone = judge(fr.emphasis, seed, codes, "region", **given, power=0.0)
    differences = with_truth(judge(fr.contrast, seed, codes, "region", **given), one.differences())
    plain = with_truth(judge(fr.contrast, seed, codes, "region", weights=weights), 0.0)
    width = (shares["high"] - shares["low"]) / (alone["high"] - alone["low"])
    wide = {
        f"shares, width {block}": Hits("number", width[shares["block"] == block])
        for block in sorted(set(shares["block"]), key=float, reverse=True)
    }
    return (
        by_share(shares, "covers", prefix="shares, ")
        | wide
        | by_share(differences, "covers", "rejects", prefix="differences, ")
        | by_share(plain, "rejects", prefix="differences, uncorrected ")
    )


def sampled(
    truth: fr.Features, codes: fr.Features, seed: int, coded: int, drawn: str, weights: str
) -> fr.Features:
    """A sample drawn evenly from documents, from segments, or three in four of what codes find."""
    rich = np.asarray(codes.matrix[:, :12].sum(axis=1)) > codes.matrix[:, :12].sum(axis=1).mean()
    rows = truth.segments.assign(rich=rich)
    source = fr.Features(truth.matrix, list(truth.names), rows, kind="frame")
    how: dict[str, Any] = {"strata": "region", "allocation": "equal", "weights": weights}
    if drawn == "segments":
        how["weights"] = "segment"
    if drawn == "mostly rich":
        some = min(3 * coded // 4, int(rich.sum()))
        how = {"strata": "rich", "allocation": {"True": some, "False": coded - some}}
    return fr.draw(source, coded, **how, seed=seed).labelled(source)


def blurred(codes: fr.Features, seed: int) -> fr.Features:
    """Probabilities about as good as codes: high where they find a frame, and low elsewhere."""
    rng = np.random.default_rng(seed)
    found = codes.matrix.toarray() > 0
    chance = np.where(found, rng.beta(4, 1.5, found.shape), rng.beta(1, 6, found.shape))
    return fr.Features(chance, list(codes.names), codes.segments, kind="frame")


def by_years(seed: int, coder: str, coded: int, documents: int) -> Answers:
    """Slopes and changes over four years of one side."""
    one = draw({"A": documents}, seed, each=12, periods=[2021, 2022, 2023, 2024])
    codes = machine(one.features, *CODERS[coder], seed=seed)
    sample = fr.draw(one.features, coded, strata="year", allocation="equal", seed=seed)
    given = {"labelled": sample.labelled(one.features)}
    slopes = judge(fr.trend, seed, codes, "region", **given).query("statistic == 'slope'")
    change = judge(fr.change, seed, codes, "region", **given)
    both = with_truth(slopes, 0.0), with_truth(change, 0.0)
    answers = by_share(both[0], "covers", "rejects", prefix="slopes, ")
    answers |= by_share(both[1], "covers", "rejects", prefix="changes, ")
    assert np.isfinite(change["estimate"]).all()
    return answers
