"""Intervals against scipy, published examples and algebra."""

import numpy as np
import pytest
from scipy import stats

from framing.inference import adjust, combine, effective_size, score_interval

MANY = 10**9


def test_wilson_agrees_with_scipy():
    expected = stats.binomtest(7, 40).proportion_ci(0.95, method="wilson")
    low, high = score_interval(np.array([7 / 40]), np.array([40.0]), np.array([MANY]), 0.95)
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_few_degrees_of_freedom_widen_by_t():
    # (p − π)² = t² π(1 − π)/n at both ends.
    share, n = np.array([0.3]), np.array([25.0])
    t2 = stats.t.ppf(0.95, 4) ** 2
    for end in score_interval(share, n, np.array([4]), 0.90):
        assert (share - end) ** 2 == pytest.approx(t2 * end * (1 - end) / n)


def test_difference_agrees_with_newcombe():
    # Newcombe (1998), Statistics in Medicine 17, 873–890, table II, example (a), method 10.
    share, n = np.array([[56 / 70], [48 / 80]]), np.array([[70.0], [80.0]])
    low, high = score_interval(share, n, np.full((2, 1), MANY), 0.95)
    independent = np.eye(2)[None]
    value, lower, upper = combine(np.array([1.0, -1.0]), share, low, high, independent)
    assert (value[0], lower[0], upper[0]) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_a_difference_in_change_adds_four_margins():
    # Independent parts p ± m, alike on both sides: the margin is √Σ (c m)².
    share = np.array([[0.5], [0.4], [0.3], [0.6]])
    margin = np.array([[0.1], [0.05], [0.02], [0.07]])
    c = np.array([1.0, -1.0, -1.0, 1.0])
    value, low, high = combine(c, share, share - margin, share + margin, np.eye(4)[None])
    half = np.sqrt((margin**2).sum())
    assert (value[0], low[0], high[0]) == pytest.approx((0.4, 0.4 - half, 0.4 + half))


def test_what_moves_together_differs_by_less():
    share, margin = np.array([[0.5], [0.5]]), 0.1
    for rho in (0.0, 0.5, 1.0):
        related = np.array([[[1.0, rho], [rho, 1.0]]])
        _, low, _ = combine(np.array([1.0, -1.0]), share, share - margin, share + margin, related)
        assert -low[0] == pytest.approx(margin * np.sqrt(2 - 2 * rho))


def test_shares_of_zero_and_one_keep_an_interval():
    share, none = np.array([0.0, 1.0]), np.zeros(2)
    size = effective_size(share, none, np.array([10, 10]), np.array([10, 10]))
    low, high = score_interval(share, size, np.array([10, 10]), 0.95)
    assert low[0] == 0
    assert high[1] == 1
    assert high[0] == pytest.approx(1 - low[1])
    assert 0.3 < high[0] < 0.4


def test_effective_sizes():
    share = np.array([0.2, 0.2, 0.2, 0.0])
    variance = np.array([0.016, 0.0001, 0.0, 0.0])
    # p(1−p)/v = 10; no more than 100; the number of units where nothing varies.
    found = effective_size(share, variance, np.array([12]), np.array([100]))
    assert found.tolist() == pytest.approx([10, 100, 12, 12])


def test_intervals_hold_their_estimates():
    rng = np.random.default_rng(0)
    share, n = rng.random(1000), rng.random(1000) * 200 + 0.5
    low, high = score_interval(share, n, rng.integers(1, 50, 1000), 0.95)
    assert ((low >= 0) & (low <= share) & (share <= high) & (high <= 1)).all()


def test_q_values_skip_what_is_missing():
    p = np.array([0.01, np.nan, 0.04, 0.03])
    expected = stats.false_discovery_control([0.01, 0.04, 0.03])
    assert adjust(p)[[0, 2, 3]] == pytest.approx(expected)
    assert np.isnan(adjust(p)[1])
    assert np.isnan(adjust(np.array([np.nan]))).all()
