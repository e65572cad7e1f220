"""Coders with a known agreement: whether intervals of α, κ and percent agreement held it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from calibration_frames import LEVEL, SHARES, Answers, Hits, covers, judge
from scipy import stats

from framing.agreement.table import ALL_FRAMES, agreement

RESAMPLES = 999
TAILS = (1 - LEVEL) / 2, (1 + LEVEL) / 2
KINDS = {"good": [(0.93, 0.98)] * 4, "poor": [(0.65, 0.88)] * 4}
KINDS["unlike"] = [(0.95, 0.85), (0.7, 0.99), (0.9, 0.95), (0.8, 0.97)]
"""How often coders find a frame that is there, and pass over one that is not."""
SLIP = {"good": 0.15, "poor": 0.55}
"""How often they miss a rank, by one."""
HARD = np.array([0.5, 1.5])
"""Half of the documents are as much harder, or easier, to code than the mean."""
NAMES = {
    "krippendorff_alpha": "Krippendorff's α",
    "cohen_kappa": "Cohen's κ",
    "percent_agreement": "percent agreement",
}


class Coded(NamedTuple):
    """Codes, and by kind of frame the probability that two coders say c and k: (pairs, k, k)."""

    codes: pd.DataFrame
    pairs: dict[str, np.ndarray]


def draw(
    seed: int,
    documents: int,
    segments: int,
    kind: str,
    *,
    coders: int = 2,
    coded: float = 1.0,
    ranks: int = 0,
    icc: float = 0.2,
    each: int = 20,
) -> Coded:
    """Draw frames that coders of a kind code, each coder a part of the segments.

    Parameters
    ----------
    ranks : int
        So many ranks that are used alike; default frames, found or not, of every true share.
    icc : float
        How much alike segments of a document are in what they hold.
    """
    rng = np.random.default_rng(seed)
    uses = {f"{share:g}": np.array([1 - share, share]) for share in SHARES}
    if ranks:
        uses = {"ranks": np.full(ranks, 1 / ranks)}
    misses = _slips(SLIP[kind], ranks, coders) if ranks else _errors(KINDS[kind][:coders])
    mixing = 1 / icc - 1
    document = np.repeat([f"d{i:03d}" for i in range(documents)], segments)
    segment = [f"{name}/{i % segments}" for i, name in enumerate(document)]
    parts, pairs = [], {}
    for name, use in uses.items():
        for i in range(each):
            mix = np.tile(use, (documents, 1))
            if segments > 1:
                mix = rng.dirichlet(use * mixing, documents)
            truth = _pick(rng, np.repeat(mix, segments, axis=0))
            hard = np.repeat(rng.choice(HARD, documents), segments)[:, None]
            for coder, wrong in enumerate(misses):
                right = np.eye(len(use))[truth]
                code = _pick(rng, right + hard * (wrong[truth] - right)).astype(float)
                code[rng.random(len(code)) >= coded] = np.nan
                rows = {"segment": segment, "document": document, "coder": f"c{coder}"}
                parts.append(pd.DataFrame({**rows, "frame": f"{name} #{i}", "code": code}))
        pairs[name] = np.array([_together(use, *two) for two in combinations(misses, 2)])
    return Coded(pd.concat(parts, ignore_index=True), pairs)


def _errors(coders: Sequence[tuple[float, float]]) -> list[np.ndarray]:
    return [np.array([[spare, 1 - spare], [1 - find, find]]) for find, spare in coders]


def _slips(slip: float, ranks: int, n: int) -> list[np.ndarray]:
    move = slip / 2 * (np.eye(ranks, k=1) + np.eye(ranks, k=-1))
    return [move + np.diag(1 - move.sum(axis=1))] * n


def _pick(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    return (rng.random((len(shares), 1)) > np.cumsum(shares, axis=1)[:, :-1]).sum(axis=1)


def _together(use: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How likely two coders say c and k, over easy and hard documents."""
    right = np.eye(len(use))
    mixed = [[right + x * (wrong - right) for wrong in (one, other)] for x in HARD]
    return np.asarray(np.mean([a.T @ np.diag(use) @ b for a, b in mixed], axis=0))


def truth(pairs: np.ndarray, statistic: str, scale: str) -> tuple[float, float]:
    """Disagreement in the population, and what is expected by chance, summed over pairs."""
    k = pairs.shape[1]
    both = pairs + pairs.transpose(0, 2, 1)
    use = both.sum(axis=(0, 2)) / both.sum()
    at = np.arange(k, dtype=float)
    if scale == "ordinal" and statistic == "krippendorff_alpha":
        at = np.cumsum(use) - use / 2
    far = 1 - np.eye(k) if scale == "nominal" else (at[:, None] - at) ** 2
    if statistic == "percent_agreement":
        return float((pairs * (1 - np.eye(k))).sum()), float(pairs.sum())
    observed = float((pairs * far).sum())
    if statistic == "krippendorff_alpha":
        return observed, float(len(pairs) * use @ far @ use)
    return observed, float(sum(one.sum(axis=1) @ far @ one.sum(axis=0) for one in pairs))


def coverage(seed: int, scale: str = "nominal", **design: Any) -> Answers:
    """Intervals of single frames, by true share."""
    one = draw(seed, **design)
    table = judge(agreement, seed, one.codes, scale=scale)
    kind = table["frame"].str.split(" #").str[0]
    answers = {}
    for statistic, name in NAMES.items():
        for which, pairs in one.pairs.items():
            rows = table[(kind == which) & (table["statistic"] == statistic)]
            observed, expected = truth(pairs, statistic, scale)
            if len(rows):  # κ is of two coders
                answers[f"{name}, covers {which}"] = covers(
                    rows["low"], rows["high"], 1 - observed / expected
                )
    return answers


def all_frames(seed: int, **design: Any) -> Answers:
    """Intervals of six frames together."""
    one = draw(seed, each=2, **design)
    table = judge(agreement, seed, one.codes)
    answers = {}
    for statistic, name in NAMES.items():
        row = table[(table["frame"] == ALL_FRAMES) & (table["statistic"] == statistic)]
        each = [truth(pairs, statistic, "nominal") for pairs in one.pairs.values()]
        observed, expected = np.sum(each, axis=0)
        answers[f"covers {name}"] = covers(row["low"], row["high"], 1 - observed / expected)
    return answers


# --- what was not kept ----------------------------------------------------------------------------


def bootstraps(seed: int, **design: Any) -> Answers:
    """Percentile, BCa and bootstrap-t of α for frames found or not by two coders, and ours."""
    one = draw(seed, **design)
    rng = np.random.default_rng(seed)
    table = judge(agreement, seed, one.codes)
    table = table[table["statistic"] == "krippendorff_alpha"].set_index("frame")
    wide = one.codes.pivot(index=["frame", "document", "segment"], columns="coder", values="code")
    found: dict[str, list[float]] = {}
    for frame, codes in wide.groupby(level="frame"):
        share = str(frame).split(" ")[0]
        observed, expected = truth(one.pairs[share], "krippendorff_alpha", "nominal")
        sums = codes.sum(axis=1).groupby(level="document")  # 0, 1 or 2 coders find it
        kinds = np.column_stack([sums.agg(lambda x, n=n: (x == n).sum()) for n in (2, 1, 0)])
        ends = {f"theirs: {name}": some for name, some in _intervals(kinds, rng).items()}
        ends["ours"] = tuple(table.loc[frame, ["low", "high"]].astype(float))
        for name, (low, high) in ends.items():
            held = low <= 1 - observed / expected <= high
            known = not np.isnan(table.loc[frame, "estimate"])
            found.setdefault(f"{name} {share}", []).append(held if known else np.nan)
    return {name: Hits("covers", values) for name, values in found.items()}


def _alpha(kinds: np.ndarray) -> np.ndarray:
    """α of segments in which both coders find a frame, one does, none does."""
    both, one, none = np.moveaxis(kinds, -1, 0)
    n1, n0 = 2 * both + one, 2 * none + one
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(1 - (n1 + n0 - 1) * one / (n1 * n0))


def _intervals(kinds: np.ndarray, rng: np.random.Generator) -> dict[str, tuple[float, float]]:
    n = len(kinds)
    weights = rng.multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
    theta, drawn = float(_alpha(kinds.sum(axis=0))), _alpha(weights @ kinds)
    known = drawn[~np.isnan(drawn)]
    if np.isnan(theta) or not len(known):
        nothing = np.nan, np.nan
        return dict.fromkeys(("percentile", "BCa", "bootstrap-t"), nothing)
    left = _alpha(kinds.sum(axis=0) - kinds)
    left = np.nanmean(left) - left[~np.isnan(left)]
    bend = (left**3).sum() / max(6 * (left**2).sum() ** 1.5, 1e-300)
    below = (known < theta).mean() + (known == theta).mean() / 2
    z = stats.norm.ppf(np.clip(below, 1e-4, 1 - 1e-4))
    z_tails = z + stats.norm.ppf(TAILS)
    bca = stats.norm.cdf(z + z_tails / (1 - bend * z_tails))
    return {
        "percentile": tuple(np.quantile(known, TAILS)),
        "BCa": tuple(np.quantile(known, np.clip(bca, 0, 1))),
        "bootstrap-t": _bootstrap_t(kinds, weights, theta, drawn),
    }


def _bootstrap_t(
    kinds: np.ndarray, weights: np.ndarray, theta: float, drawn: np.ndarray
) -> tuple[float, float]:
    """On the scale log(1 − α), with the variance of its linearisation."""
    both, one, none = kinds.T.astype(float)
    x = np.column_stack([one, 2 * both + one, 2 * none + one, 2 * kinds.sum(axis=1)])

    def spread(w: np.ndarray) -> np.ndarray:
        total = w @ x
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.array([1, -1, -1, 1]) / (total - [0, 0, 0, 1])
            return np.asarray(np.sqrt(np.einsum("bu,bu->b", w, (slope @ x.T) ** 2)))

    se = float(spread(np.ones((1, len(kinds))))[0])
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (np.log(1 - drawn) - np.log(1 - theta)) / spread(weights)
    t = t[np.isfinite(t)]
    if not len(t) or not np.isfinite(se):
        return theta, theta
    few, many = np.quantile(t, TAILS)
    return 1 - (1 - theta) * np.exp(-few * se), 1 - (1 - theta) * np.exp(-many * se)
