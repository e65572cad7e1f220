"""Bootstraps: means of draws, bands of several, and signs turned round."""

import os
import sys
import tracemalloc

import numpy as np
import pytest
from scipy import sparse, stats

from framing.inference import band_factor, bootstrap, estimate, sum_units, variance, wild_test
from framing.inference.bootstrap import WEBB

PAIR = np.array([[1.0, -1.0]])


def sums(values, groups, documents=None, **options):
    values = np.asarray(values, dtype=float)
    values = values.reshape(len(values), -1)
    documents = np.arange(len(values)) if documents is None else np.asarray(documents)
    groups = np.asarray(groups, dtype=float).reshape(len(values), -1)
    return sum_units(sparse.csr_array(values), np.ones(len(values)), groups, documents, **options)


def draws(one, replicates=300, seed=0):
    return np.concatenate(list(bootstrap(one, lambda x: x, replicates=replicates, seed=seed)))


def both_sides(a, b):
    """Documents that lie in both groups, one segment in each."""
    values = np.concatenate([a, b])
    groups = np.repeat(np.eye(2), len(a), axis=0)
    return sums(values, groups, np.tile(np.arange(len(a)), 2))


def test_draws_vary_as_the_variance_says():
    values = np.arange(20.0) / 20
    found = draws(sums(values, np.ones(20)), 20_000)[:, 0, 0]
    assert found.mean() == pytest.approx(values.mean(), rel=0.01)
    assert found.std() == pytest.approx(values.std() / np.sqrt(20), rel=0.03)


def test_documents_are_drawn_within_their_group():
    one = sums(np.repeat([0, 1], 6), np.repeat(np.eye(2), 6, axis=0))
    assert (draws(one)[:, :, 0] == [0, 1]).all()


def test_documents_of_one_cluster_are_drawn_together():
    outlets = np.repeat(np.arange(5), 8)
    one = sums(outlets == 0, np.ones(40), clusters=outlets)
    assert set(np.round(draws(one).ravel() * 5).tolist()) <= set(range(6))
    assert draws(one, 5000).var() == pytest.approx(variance(one)[0][0, 0] * 4 / 5, rel=0.1)


def test_same_seed_same_bytes_on_any_number_of_cores(monkeypatch):
    one = sums(np.arange(12) % 2, np.ones(12))
    found = draws(one, seed=7).tobytes()
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    assert draws(one, seed=7).tobytes() == found
    assert draws(one, seed=8).tobytes() != found


def band(one, coefficients, replicates=4000):
    cells = list(range(coefficients.shape[1]))
    return band_factor(one, cells, coefficients, level=0.95, replicates=replicates, seed=0)


def test_a_band_of_one_is_the_interval():
    one = sums(np.random.default_rng(0).random((40, 3)), np.repeat(np.eye(2), 20, axis=0))
    assert band(one, PAIR).tolist() == [1, 1, 1]


def test_bands_lie_between_the_interval_and_bonferronis():
    rng = np.random.default_rng(1)
    one = sums(rng.random((300, 2)), np.repeat(np.eye(6), 50, axis=0))
    apart = np.hstack([np.zeros((5, 1)), np.eye(5)])
    changes = np.hstack([-np.ones((5, 1)), np.eye(5)])
    largest = stats.norm.ppf(1 - 0.025 / 5) / stats.norm.ppf(0.975)
    sidak = stats.norm.ppf((1 + 0.95 ** (1 / 5)) / 2) / stats.norm.ppf(0.975)
    assert band(one, apart) == pytest.approx(sidak, abs=0.05)
    # Changes from a common start are related, and need less.
    assert (band(one, changes) < sidak).all()
    assert ((band(one, changes) > 1) & (band(one, apart) < largest + 0.05)).all()
    # The same combination five times is one.
    assert band(one, np.repeat(changes[:1], 5, axis=0)) == pytest.approx(1)


def test_bands_are_the_same_however_features_are_blocked(monkeypatch):
    rng = np.random.default_rng(2)
    one = sums(rng.random((30, 7)), np.repeat(np.eye(3), 10, axis=0))
    changes = np.array([[-1.0, 1, 0], [-1, 0, 1]])
    whole = band(one, changes, 200)
    monkeypatch.setattr(sys.modules["framing.inference.variance"], "_HELD", 800)
    assert band(one, changes, 200).tolist() == whole.tolist()


def test_a_feature_that_never_varies_has_no_band_to_widen():
    one = sums(np.ones((30, 1)), np.repeat(np.eye(3), 10, axis=0))
    assert band(one, np.array([[-1.0, 1, 0], [-1, 0, 1]]), 200).tolist() == [1]


def test_turning_signs_of_paired_documents():
    # Every document lies in both groups: its score is its difference d, and θ̂ their mean.
    rng = np.random.default_rng(3)
    a, b = rng.random((25, 4)), rng.random((25, 4)) * np.array([0.5, 1.0, 0.9, 0.7])
    d = a - b
    null = wild_test(both_sides(a, b), [0, 1], PAIR, replicates=8000, seed=0)
    assert null.test == "wild bootstrap"
    assert null.observed[0] == pytest.approx(np.abs(d.sum(axis=0)) / np.sqrt((d**2).sum(axis=0)))
    signs = rng.choice([-1, 1], (8000, 25))
    flipped = np.abs(signs @ d) / np.sqrt((d**2).sum(axis=0))
    assert null.p_value[0] == pytest.approx((flipped >= null.observed[0]).mean(axis=0), abs=0.03)


def test_wild_p_by_a_plain_loop():
    """Overlapping groups, unequal; two tests; scores computed with θ = 0 by hand."""
    rng = np.random.default_rng(4)
    n = 30
    groups = rng.random((n, 3)) < 0.6
    groups[~groups.any(axis=1), 0] = True
    values = rng.random((n, 2))
    one = sums(values, groups)
    c = np.array([[1.0, -1, 0], [0, 1, -1]])
    null = wild_test(one, [0, 1, 2], c, replicates=150, seed=5)
    share, held = estimate(one), groups.sum(axis=0)
    z = np.zeros((2, n, 2))
    for t in range(2):
        theta = c[t] @ share
        pull = (c[t] / held) / (c[t] ** 2 / held).sum()
        for g in range(3):
            moved = share[g] - pull[g] * theta
            z[t] += c[t, g] * groups[:, [g]] * (values - moved) / held[g]
        # At the moved shares θ is nought.
        assert c[t] @ (share - np.outer(pull, theta)) == pytest.approx(0)
    observed = np.abs(z.sum(axis=1)) / np.sqrt((z**2).sum(axis=1))
    drawn = []
    for block, size in enumerate([64, 64, 22]):
        generator = np.random.default_rng([5, block])
        weights = generator.choice(WEBB, (size, n)) * generator.choice([-1.0, 1.0], (size, n))
        for w in weights:
            y = w[None, :, None] * z
            drawn.append(np.abs(y.sum(axis=1)) / np.sqrt((y**2).sum(axis=1)))
    drawn = np.array(drawn)
    assert null.observed == pytest.approx(observed)
    assert null.p_value == pytest.approx((1 + (drawn >= observed).sum(axis=0)) / 151)
    largest = drawn.max(axis=(1, 2))
    assert null.p_family == pytest.approx(
        (1 + (largest[:, None, None] >= observed).sum(axis=0)) / 151
    )


def test_equal_shares_of_overlapping_clusters_are_rejected_one_time_in_twenty():
    """Twelve outlets, each on both sides, with shares of their own."""
    rng = np.random.default_rng(6)
    outlets = np.repeat(np.arange(12), 10)
    values = rng.random((120, 500)) < rng.beta(2, 3, (12, 500))[outlets]
    groups = np.eye(2)[(rng.random(120) < 0.5).astype(int)]
    one = sums(values, groups, clusters=outlets)
    null = wild_test(one, [0, 1], PAIR, replicates=499, seed=0)
    assert 0.02 <= (null.p_value <= 0.05).mean() <= 0.08


def test_documents_that_agree_give_no_small_p_by_rounding():
    one = both_sides(np.full((9, 1), 1 / 3), np.full((9, 1), 1 / 3))
    assert wild_test(one, [0, 1], PAIR, replicates=200, seed=0).p_value.tolist() == [[1.0]]


def test_wild_tests_hold_few_features_at_a_time(monkeypatch):
    rng = np.random.default_rng(7)
    wide = sparse.random_array((400, 6000), density=0.01, format="csr", random_state=rng)
    one = sum_units(wide, np.ones(400), rng.random((400, 2)) < 0.7, np.arange(400))
    monkeypatch.setattr(sys.modules["framing.inference.variance"], "_HELD", 100_000)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    tracemalloc.start()
    try:
        null = wild_test(one, [0, 1], PAIR, replicates=128, seed=0)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert np.isfinite(null.p_value).all()
    assert peak < 15e6  # all scores at once: 400 × 6,000 numbers, 19 MB
