"""Mixes: their divergence by scipy, and whether its intervals hold the truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.stats import entropy

import framing as fr
from framing.cells import Cells
from framing.mixes import (
    _noncentral,
    contributions,
    noncentral_interval,
    noncentral_interval_of_sum,
    signed_root_interval,
)
from framing.settings import Settings

RATES = np.array([[0.4, 0.3, 0.2, 0.1], [0.25, 0.3, 0.3, 0.15], [0.2, 0.4, 0.1, 0.3]])


def mixes(rates, per_side, seed):
    """Documents of 30–120 words whose own rates vary, a row of rates a side."""
    rng = np.random.default_rng(seed)
    side = np.repeat(np.arange(len(rates)), per_side)
    own = [rng.dirichlet(rates[s] * 20) for s in side]
    counts = [rng.multinomial(rng.integers(30, 120), p) for p in own]
    rows = pd.DataFrame({"document": range(len(side)), "region": [f"g{s}" for s in side]})
    features = fr.Features(np.array(counts), list("abcd"), rows, kind="term")
    return Cells.of(features, "region", Settings()).mixes()


def covered(low, high, truth):
    return (low <= truth + 1e-12) & (high >= truth - 1e-12)


@pytest.mark.parametrize("rates", [RATES[:2], RATES, np.tile(RATES[0], (2, 1)), RATES[[0, 0, 0]]])
def test_intervals_hold_the_true_divergence(rates):
    k = len(rates)
    weights = np.full(k, 1 / k)
    truth = contributions(rates, weights)
    whole, parts = [], []
    for seed in range(100):
        cells = mixes(rates, 25, seed)
        each = signed_root_interval if k == 2 else noncentral_interval
        parts.append(covered(*each(cells, list(range(k)), weights), truth))
        low, high = noncentral_interval_of_sum(cells, list(range(k)), weights)
        whole.append(covered(low, high, truth.sum()))
    assert np.mean(whole) >= 0.89
    assert np.mean(parts) >= 0.91


def test_intervals_narrow_as_documents_grow():
    found = []
    for n in (20, 320):
        low, high = noncentral_interval_of_sum(mixes(RATES, n, 1), [0, 1, 2], np.full(3, 1 / 3))
        found.append(high - low)
    # Far from nought the divergence is as a mean: sixteen times the documents, a quarter.
    assert found[1] / found[0] == pytest.approx(1 / 4, abs=0.12)


def test_bounds_of_a_scaled_chi_squared_are_scipys():
    # χ² with scale 1 and 3 degrees of freedom: at the bounds of λ, x lies at either tail.
    x = np.array([12.0, 1.0, 0.01])
    low, high = _noncentral(x, np.full(3, 3.0), np.full(3, 6.0), 0.95)
    assert low[1] == low[2] == high[2] == 0
    assert stats.ncx2.cdf(x[0], 3, low[0]) == pytest.approx(0.975)
    assert stats.ncx2.cdf(x[:2], 3, high[:2]) == pytest.approx(0.025)


def test_jensen_shannon_adds_up():
    rng = np.random.default_rng(0)
    mixes = rng.random((4, 5))
    pi = np.array([0.1, 0.2, 0.3, 0.4])
    p = mixes / mixes.sum(axis=1, keepdims=True)
    by_hand = entropy(pi @ p, base=2) - pi @ entropy(p, axis=1, base=2)
    assert fr.jensen_shannon(*mixes, weights=pi).sum() == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("mixes", "weights", "words"),
    [
        ([[1, 2]], None, "at least two mixes"),
        ([[1, 2], [2, 1]], [0.5, 0.6], "weights must be 2 numbers that add up to 1"),
        ([[1, 2], [2, 1]], [1.0], "weights must be 2 numbers"),
        ([[-1, 2], [2, 1]], None, "mix 1 must hold counts or shares that are not negative"),
        ([[1, 2], [0, 0]], None, "mix 2 must hold counts or shares .* and some above 0"),
        ([[1, np.nan], [2, 1]], None, "mix 1 must hold"),
    ],
)
def test_jensen_shannon_says_what_is_wrong(mixes, weights, words):
    with pytest.raises(fr.InputError, match=words):
        fr.jensen_shannon(*mixes, weights=weights)
