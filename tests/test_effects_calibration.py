"""Intervals of effects cover and tests hold their level, in a few simulated models.

benchmarks/calibration_topics.py has the same at length. The bounds leave room for chance; the
textbook variance, which these draws also show, breaks them.
"""

import numpy as np
import pytest
from _topics import fit, segments, shares

from framing.topics.composition.draws import with_last
from framing.topics.composition.effects import effects
from framing.topics.composition.predicted import prevalence

MODELS = 30


def models(n=MODELS, *, words=1.0, effect=0.0, icc=0.0, **design):
    """Draw n models of four topics whose effects are nought, or `effect` in η."""
    for seed in range(n):
        rng = np.random.default_rng([seed, 7])
        table = segments(rng, **design)
        yield fit(
            rng, table, shares(rng, table, effect=effect, icc=icc), words=words, iterations=25
        )


def rejected(drawn, **given):
    """How often a test of the side rejects at 5 %, and how often its interval leaves out nought."""
    tables = [effects(model, "~ side", **given) for model in drawn]
    rows = [table[table["coefficient"] == "side[T.B]"] for table in tables]
    p = np.concatenate([row["p_value"] for row in rows])
    apart = np.concatenate([(row["low"] > 0) | (row["high"] < 0) for row in rows])
    assert not np.isnan(p).any()
    return (p <= 0.05).mean(), apart.mean()


def test_independent_documents():
    drawn = list(models(per=100, words=3.0))
    ours, outside = rejected(drawn)
    assert ours <= 0.1
    assert outside == pytest.approx(ours)
    textbook, _ = rejected(drawn, variance="classical")
    assert textbook > 0.12


@pytest.mark.parametrize("outlets", [6, 12])
def test_sides_of_outlets(outlets):
    design = {"outlets": outlets, "per": 120 // outlets, "treatment": "outlet", "icc": 0.2}
    drawn = list(models(**design))
    ours, outside = rejected(drawn, cluster="outlet", test="t")
    assert ours <= 0.1
    assert outside == pytest.approx(ours)
    exact, _ = rejected(drawn, cluster="outlet")
    assert exact == 0 if outlets == 6 else exact <= 0.1
    if outlets == 6:
        textbook, _ = rejected(drawn, variance="classical")
        assert textbook > 0.15


def test_sides_within_outlets():
    ours, _ = rejected(models(outlets=12, per=10, icc=0.2), cluster="outlet")
    assert ours <= 0.1


@pytest.mark.parametrize("link", ["identity", "logit"])
def test_prevalence(link):
    rng = np.random.default_rng(0)
    table = segments(rng, per=100_000)
    theta = with_last(shares(rng, table, effect=0.7))
    truth = np.concatenate([theta[table["side"] == side].mean(axis=0) for side in "AB"])
    held = []
    for model in models(per=80, effect=0.7):
        found = prevalence(model, "~ side", by="side", link=link)
        held.append((found["low"] <= truth) & (truth <= found["high"]))
    assert 0.91 <= np.mean(held) <= 0.985
