"""The engine, against numbers by hand, by scipy, and by simulation."""

import numpy as np
import pytest
from scipy import sparse, stats

from framing import InputError
from framing.inference import (
    adjust,
    bootstrap,
    combine,
    correlate,
    effective_size,
    estimate,
    p_value,
    percentile_interval,
    permute,
    score_interval,
    sum_units,
)


def sums(values, groups, documents, **options):
    values = np.asarray(values, dtype=float).reshape(len(documents), -1)
    groups = np.asarray(groups, dtype=float).reshape(len(documents), -1)
    size = options.pop("size", np.ones(len(documents)))
    return sum_units(sparse.csr_array(values), size, groups, np.asarray(documents), **options)


def test_every_document_counts_once_unless_asked():
    # Document 0: 1 of 4 segments; document 1: 1 of 1. By document (¼ + 1)/2; by segment 2/5.
    values, documents = [1, 0, 0, 0, 1], [0, 0, 0, 0, 1]
    assert estimate(sums(values, np.ones(5), documents))[0, 0] == pytest.approx(0.625)
    pooled = sums(values, np.ones(5), documents, weights="segment")
    assert estimate(pooled)[0, 0] == pytest.approx(0.4)


def test_standardises_to_the_common_mix_of_strata():
    # Group A: 3 of stratum 0 (all yes), 1 of stratum 1 (no). Group B: 1 (yes) and 3 (no).
    values = [1, 1, 1, 0, 1, 0, 0, 0]
    groups = np.repeat(np.eye(2), 4, axis=0)
    strata = np.array([0, 0, 0, 1, 0, 1, 1, 1])
    plain = estimate(sums(values, groups, range(8)))
    within = estimate(sums(values, groups, range(8), strata=strata))
    assert plain.ravel().tolist() == [0.75, 0.25]
    assert within.ravel().tolist() == [0.5, 0.5]


def test_what_lies_outside_the_common_strata_is_left_out():
    # Stratum 2 has group A alone: its two units count for nothing.
    values = [1, 0, 0, 0, 1, 1]
    groups = [[1, 0], [0, 1], [1, 0], [0, 1], [1, 0], [1, 0]]
    one = sums(values, groups, range(6), strata=np.array([0, 0, 1, 1, 2, 2]))
    assert estimate(one).ravel().tolist() == [0.5, 0.0]
    assert one.n_units.tolist() == [2, 2]
    assert one.resampled_within.tolist() == [0, 1, 0, 1, -1, -1]
    assert one.standard.tolist() == [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0]]


def test_only_groups_compared_need_the_same_strata():
    values, groups = [1, 0, 1, 0], np.eye(4)
    apart = np.array([0, 0, 1, 1])
    one = sums(values, groups, range(4), strata=apart, compared=apart)
    assert estimate(one).ravel().tolist() == values
    assert np.isnan(estimate(sums(values, groups, range(4), strata=apart))).all()


def test_bootstrap_variance_is_that_of_a_mean():
    values = np.arange(20.0)
    drawn = bootstrap(sums(values / 20, np.ones(20), range(20)), 20_000, seed=1)[:, 0, 0]
    assert drawn.mean() == pytest.approx(values.mean() / 20, rel=0.01)
    assert drawn.std() == pytest.approx(values.std() / 20 / np.sqrt(20), rel=0.03)


def test_segments_of_one_document_are_resampled_together():
    # Ten documents of 50 like segments hold ten pieces of information, not 500.
    values = np.repeat([1, 0] * 5, 50)
    documents = np.repeat(np.arange(10), 50)
    clustered = bootstrap(sums(values, np.ones(500), documents), 2000, seed=1).std()
    naive = bootstrap(sums(values, np.ones(500), documents, unit="segment"), 2000, seed=1).std()
    assert clustered == pytest.approx(0.5 / np.sqrt(10), rel=0.1)
    assert naive == pytest.approx(0)  # within each document nothing varies


def test_same_seed_same_bytes():
    one = sums(np.arange(12) % 2, np.ones(12), range(12))
    assert bootstrap(one, 300, seed=7).tobytes() == bootstrap(one, 300, seed=7).tobytes()
    assert bootstrap(one, 300, seed=7).tobytes() != bootstrap(one, 300, seed=8).tobytes()


def test_wilson_agrees_with_scipy():
    expected = stats.binomtest(7, 40).proportion_ci(0.95, method="wilson")
    low, high = score_interval(np.array([7 / 40]), np.array([40.0]), np.array([10**9]), 0.95)
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_difference_agrees_with_newcombe():
    # Newcombe (1998), Statistics in Medicine 17, 873–890, table II, example (a), method 10.
    share, n = np.array([[56 / 70], [48 / 80]]), np.array([[70.0], [80.0]])
    low, high = score_interval(share, n, np.full((2, 1), 10**9), 0.95)
    independent = np.eye(2)[None]
    value, lower, upper = combine(np.array([1.0, -1.0]), share, low, high, independent)
    assert (value[0], lower[0], upper[0]) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_shares_of_zero_and_one_keep_an_interval():
    share = np.array([0.0, 1.0])
    size = effective_size(share, np.tile(share, (100, 1)), np.array([10, 10]), np.array([10, 10]))
    low, high = score_interval(share, size, np.array([10, 10]), 0.95)
    assert low[0] == 0
    assert high[1] == 1
    assert high[0] == pytest.approx(1 - low[1])
    assert 0.3 < high[0] < 0.4


def test_permutation_p_agrees_with_scipy():
    rng = np.random.default_rng(0)
    values = rng.random(30)
    groups = np.repeat(np.eye(2), 15, axis=0)
    one = sums(values, groups, range(30))
    observed = abs(np.diff(estimate(one)[:, 0])[0])
    null = permute(one, [0, 1], 5000, seed=3)
    ours = p_value(np.array(observed), np.abs(null[:, 0, 0] - null[:, 1, 0]))
    theirs = stats.permutation_test(
        (values[:15], values[15:]),
        lambda a, b, axis: np.abs(a.mean(axis=axis) - b.mean(axis=axis)),
        alternative="greater",
        vectorized=True,
        n_resamples=5000,
    ).pvalue
    assert float(ours) == pytest.approx(theirs, abs=0.02)


def test_labels_stay_inside_their_strata():
    # All variation lies between strata: permuting within them changes nothing.
    values = [1, 1, 0, 0]
    groups = [[1, 0], [0, 1], [1, 0], [0, 1]]
    null = permute(sums(values, groups, range(4), strata=np.array([0, 0, 1, 1])), [0, 1], 50, 0)
    assert np.ptp(null) == 0


def test_documents_in_two_groups_cannot_be_relabelled():
    with pytest.raises(InputError, match="labels cannot be permuted"):
        permute(sums([1, 0], [[1, 1], [0, 1]], [0, 1]), [0, 1], 10, 0)


def test_percentiles_widen_for_few_units():
    drawn = np.random.default_rng(0).normal(size=(20_000, 1))
    wide = percentile_interval(drawn, np.array([5]), 0.95)
    plain = percentile_interval(drawn, np.array([100_000]), 0.95)
    assert plain[1][0] == pytest.approx(1.96, abs=0.06)
    assert wide[1][0] == pytest.approx(stats.t.ppf(0.975, 4) * np.sqrt(5 / 4), abs=0.15)


def test_correlation_of_parts():
    drawn = np.random.default_rng(0).normal(size=(5000, 2, 1))
    drawn[:, 1] = drawn[:, 0] * 0.6 + drawn[:, 1] * 0.8
    assert correlate(drawn)[0, 0, 1] == pytest.approx(0.6, abs=0.03)


def test_q_values_skip_what_is_missing():
    p = np.array([0.01, np.nan, 0.04, 0.03])
    expected = stats.false_discovery_control([0.01, 0.04, 0.03])
    assert adjust(p)[[0, 2, 3]] == pytest.approx(expected)
    assert np.isnan(adjust(p)[1])


@pytest.mark.parametrize(("n", "p"), [(8, 0.2), (20, 0.05), (50, 0.5)])
def test_intervals_cover_clustered_shares(n, p):
    """Documents of 1–19 segments whose own share varies (intra-class correlation 0.2)."""
    rng = np.random.default_rng(n)
    hits = 0
    for seed in range(300):
        length = rng.integers(1, 20, size=n)
        documents = np.repeat(np.arange(n), length)
        own = rng.beta(4 * p, 4 * (1 - p), size=n)
        values = rng.random(len(documents)) < own[documents]
        one = sums(values, np.ones(len(documents)), documents)
        share, drawn = estimate(one), bootstrap(one, 200, seed)
        units = one.n_units[:, None]
        size = effective_size(share, drawn, units, one.n_segments[:, None])
        low, high = score_interval(share, size, units, 0.95)
        hits += bool(low[0, 0] <= p <= high[0, 0])
    assert 0.91 <= hits / 300 <= 0.995


def test_a_null_difference_is_rejected_one_time_in_twenty():
    rng = np.random.default_rng(5)
    groups = np.repeat(np.eye(2), 20, axis=0)
    rejected = 0
    for seed in range(400):
        one = sums(rng.random(40), groups, range(40))
        null = permute(one, [0, 1], 199, seed)
        observed = np.abs(np.diff(estimate(one)[:, 0]))[0]
        rejected += p_value(np.array(observed), np.abs(null[:, 0, 0] - null[:, 1, 0])) <= 0.05
    assert 0.025 <= rejected / 400 <= 0.085
