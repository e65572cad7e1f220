"""Permutation tests against scipy, enumeration by hand, plain loops and simulation."""

import os
import tracemalloc
from itertools import combinations

import numpy as np
import pytest
from scipy import sparse, stats

from framing import InputError
from framing.inference import (
    Studentised,
    combine,
    effective_size,
    estimate,
    permutation_test,
    score_interval,
    sum_units,
    variance,
)

PAIR = np.array([[1.0, -1.0]])
MANY = 10**9


def sums(values, groups, documents=None, **options):
    values = np.asarray(values, dtype=float)
    values = values.reshape(len(values), -1)
    groups = np.asarray(groups, dtype=float)
    documents = np.arange(len(values)) if documents is None else np.asarray(documents)
    size = options.pop("size", np.ones(len(values)))
    return sum_units(sparse.csr_array(values), size, groups, documents, **options)


def sides(*counts):
    return np.eye(len(counts))[np.repeat(np.arange(len(counts)), counts)]


class Welch:
    """|difference| over its standard error, which is what scipy computes below."""

    needs_sizes = True

    def __call__(self, shares, sizes):
        variances = shares * (1 - shares) / sizes
        return np.abs(shares[0] - shares[1])[None] / np.sqrt(variances.sum(axis=0))


def margin_of_error(one, coefficients):
    """|θ| over the half of its interval that faces nought, from the intervals themselves."""
    n = one.n_units[:, None]
    share, spread = estimate(one), variance(one)[0]
    size = np.where(spread > 0, effective_size(share, spread, n, MANY), n)
    level = 2 * stats.norm.cdf(1.96) - 1
    low, high = score_interval(share, size, np.full(share.shape, MANY), level)
    k = len(coefficients)
    related = np.broadcast_to(np.eye(k), (share.shape[1], k, k))
    value, lower, upper = combine(coefficients, share, low, high, related)
    margin = np.where(value > 0, value - lower, upper - value)
    return np.where(np.abs(value) > 1e-12, np.abs(value) / margin, 0.0)


@pytest.mark.parametrize("counts", [(4, 4), (3, 6), (2, 8)])
def test_exact_p_is_scipys_for_welchs_t(counts):
    values = np.random.default_rng(sum(counts)).random(sum(counts))
    null = permutation_test(
        sums(values, sides(*counts)), [0, 1], Welch(), replicates=10_000, seed=0
    )
    theirs = stats.permutation_test(
        (values[: counts[0]], values[counts[0] :]),
        lambda a, b, axis: np.abs(stats.ttest_ind(a, b, equal_var=False, axis=axis).statistic),
        alternative="greater",
        vectorized=True,
        n_resamples=np.inf,
    )
    assert null.test == "exact permutation"
    assert null.replicates == len(theirs.null_distribution)
    assert null.observed[0, 0] == pytest.approx(theirs.statistic)
    assert null.p_value[0, 0] == pytest.approx(theirs.pvalue)


def test_drawn_p_is_scipys_for_welchs_t():
    values = np.random.default_rng(1).random(30) ** 2
    null = permutation_test(sums(values, sides(12, 18)), [0, 1], Welch(), replicates=4000, seed=0)
    theirs = stats.permutation_test(
        (values[:12], values[12:]),
        lambda a, b, axis: np.abs(stats.ttest_ind(a, b, equal_var=False, axis=axis).statistic),
        alternative="greater",
        vectorized=True,
        n_resamples=4000,
        random_state=np.random.default_rng(0),
    )
    assert null.test == "permutation"
    assert null.p_value[0, 0] == pytest.approx(theirs.pvalue, abs=0.03)


def test_the_statistic_is_that_of_the_interval():
    rng = np.random.default_rng(2)
    documents = np.repeat(np.arange(40), rng.integers(1, 6, 40))
    values = rng.random((len(documents), 6)) < [0, 0.1, 0.3, 0.5, 0.9, 1]
    one = sums(values, sides(15, 25)[documents], documents, weights="segment")
    null = permutation_test(one, [0, 1], Studentised(PAIR), replicates=100, seed=0)
    assert null.observed[0] == pytest.approx(margin_of_error(one, PAIR[0]))


def test_three_against_three_by_hand():
    # 20 ways to deal out the labels; the split observed and its mirror are the furthest apart.
    null = permutation_test(
        sums([0.1, 0.2, 0.3, 0.7, 0.8, 0.9], sides(3, 3)),
        [0, 1],
        Studentised(PAIR),
        replicates=1000,
        seed=0,
    )
    assert (null.exact, null.replicates) == (True, 20)
    assert null.p_value[0, 0] == null.p_min[0, 0] == pytest.approx(0.1)


@pytest.mark.parametrize("shares", [(0, 1), (1 / 3, 2 / 3), (0.1, 0.7), (0, 1 / 7)])
def test_sides_that_each_agree_are_as_far_apart_as_their_mirror(shares):
    one = sums(np.repeat(shares, 3), sides(3, 3))
    null = permutation_test(one, [0, 1], Studentised(PAIR), replicates=1000, seed=0)
    assert null.p_value[0, 0] == pytest.approx(0.1)


def test_every_p_by_a_plain_loop():
    """Two sides of unequal documents, several features: p, p_min, p_family, enumerated."""
    rng = np.random.default_rng(3)
    values, size = rng.integers(0, 3, (8, 4)).astype(float), rng.integers(3, 9, 8).astype(float)
    one = sums(values, sides(3, 5), size=size, weights="segment")
    null = permutation_test(one, [0, 1], Studentised(PAIR), replicates=1000, seed=0)
    drawn = []
    for chosen in combinations(range(8), 3):
        first = np.isin(np.arange(8), chosen)
        moved = sums(values, np.column_stack([first, ~first]), size=size, weights="segment")
        drawn.append(margin_of_error(moved, PAIR[0]))
    drawn = np.array(drawn)
    observed = margin_of_error(one, PAIR[0])
    assert null.replicates == len(drawn) == 56
    assert null.observed[0] == pytest.approx(observed)
    assert null.p_value[0] == pytest.approx((drawn >= observed - 1e-9).mean(axis=0))
    assert null.p_min[0] == pytest.approx((drawn >= drawn.max(axis=0) - 1e-9).mean(axis=0))
    largest = drawn.max(axis=1)
    assert null.p_family[0] == pytest.approx((largest[:, None] >= observed - 1e-9).mean(axis=0))


def test_each_group_against_the_pooled_rest():
    """Rests are pooled documents: the same as two groups, one of them the rest."""
    rng = np.random.default_rng(4)
    values = rng.random((9, 3))
    against = np.hstack([np.eye(3), -np.eye(3)])
    pool = np.vstack([np.eye(3), 1 - np.eye(3)])
    one = sums(values, sides(3, 3, 3))
    null = permutation_test(
        one, [0, 1, 2], Studentised(against), replicates=2000, seed=0, pool=pool
    )
    assert null.replicates == 1680  # 9! / (3! 3! 3!)
    for g in range(3):
        mine = np.repeat(np.arange(3), 3) == g
        two = sums(values, np.column_stack([mine, ~mine]))
        alone = permutation_test(two, [0, 1], Studentised(PAIR), replicates=2000, seed=0)
        assert null.observed[g] == pytest.approx(alone.observed[0])
        assert null.p_value[g] == pytest.approx(alone.p_value[0])
    assert (null.p_family >= null.p_value).all()


def test_labels_stay_inside_their_strata():
    # All variation lies between strata: permuting within them changes nothing.
    strata = np.array([0, 0, 1, 1])
    one = sums([1, 1, 0, 0], np.tile(np.eye(2), (2, 1)), strata=strata)
    null = permutation_test(one, [0, 1], Studentised(PAIR), replicates=100, seed=0)
    assert (null.replicates, null.observed.item(), null.p_value.item()) == (4, 0.0, 1.0)


def test_pairs_are_tested_by_turning_them_round():
    # One document of each side in every stratum: 2¹⁰ signs of ten differences.
    rng = np.random.default_rng(5)
    values = (rng.random((10, 2)) + np.array([0, 0.3])) / 2
    one = sums(values.ravel(), np.tile(np.eye(2), (10, 1)), strata=np.repeat(np.arange(10), 2))
    null = permutation_test(one, [0, 1], Studentised(PAIR), replicates=2000, seed=0)
    theirs = stats.permutation_test(
        (values[:, 0], values[:, 1]),
        lambda a, b, axis: np.abs(np.mean(a - b, axis=axis)),
        permutation_type="samples",
        alternative="greater",
        vectorized=True,
        n_resamples=np.inf,
    )
    assert null.replicates == 1024
    assert null.p_value[0, 0] == pytest.approx(theirs.pvalue)


def test_one_document_against_many():
    # Ten labellings, of which the observed is the furthest.
    null = permutation_test(
        sums([0.9, *np.linspace(0, 0.4, 9)], sides(1, 9)),
        [0, 1],
        Studentised(PAIR),
        replicates=100,
        seed=0,
    )
    assert null.p_value[0, 0] == pytest.approx(0.1)


def test_clusters_change_labels_as_a_whole():
    # Six outlets of four documents; their means are all that counts: C(6, 3) = 20.
    outlets = np.repeat(np.arange(6), 4)
    values = np.random.default_rng(6).random(24) / 5 + np.repeat([0.1, 0.7], 12)
    groups = np.repeat(np.eye(2), 12, axis=0)
    by_document = permutation_test(
        sums(values, groups), [0, 1], Studentised(PAIR), replicates=999, seed=0
    )
    one = sums(values, groups, clusters=outlets)
    clustered = permutation_test(one, [0, 1], Studentised(PAIR), replicates=999, seed=0)
    assert by_document.p_value[0, 0] == pytest.approx(0.001)
    assert clustered.replicates == 20
    assert clustered.p_value[0, 0] == pytest.approx(0.1)


def test_single_precision_gives_the_same_p():
    rng = np.random.default_rng(7)
    rate = np.full(150, 0.01)
    counts = rng.poisson(rate * rng.gamma(0.5, 2, (60, 150)) * 200).astype(float)
    size = counts.sum(axis=1) + 50
    few = sums(counts, sides(20, 25, 15), size=size)
    wide = sums(np.hstack([counts, counts]), sides(20, 25, 15), size=size)
    c = np.array([[1.0, -1, 0], [0, 1, -1]])
    double = permutation_test(few, [0, 1, 2], Studentised(c), replicates=500, seed=0)
    single = permutation_test(wide, [0, 1, 2], Studentised(c), replicates=500, seed=0)
    assert wide.n_features > 200 >= few.n_features
    for name, within in (("observed", 1e-4), ("p_value", 2 / 501), ("p_family", 2 / 501)):
        for half in (slice(0, 150), slice(150, 300)):
            both = getattr(double, name), getattr(single, name)[:, half]
            assert both[1] == pytest.approx(both[0], abs=within, rel=1e-4), name


def test_rounding_leaves_nothing_below_nought():
    """Shares of thirds and sevenths: what the last side is left with must not be negative."""
    rng = np.random.default_rng(8)
    counts = rng.poisson(0.2, (40, 30)).astype(float)
    one = sums(counts, sides(13, 13, 14), size=counts.sum(axis=1) + 1)
    least = []

    class Least:
        needs_sizes = False

        def __call__(self, shares, sizes):
            least.append(shares.min())
            return shares[:1]

    permutation_test(one, [0, 1, 2], Least(), replicates=300, seed=0)
    assert min(least) == 0.0


@pytest.mark.parametrize("cores", [1, 3])
def test_cores_and_other_features_change_no_byte(monkeypatch, cores):
    rng = np.random.default_rng(9)
    values = rng.random((30, 8))
    values[:, 5] = values[:, 1]
    test = Studentised(PAIR)
    one = permutation_test(sums(values, sides(14, 16)), [0, 1], test, replicates=400, seed=2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    same = permutation_test(sums(values, sides(14, 16)), [0, 1], test, replicates=400, seed=2)
    other = permutation_test(sums(values, sides(14, 16)), [0, 1], test, replicates=400, seed=3)
    for name in ("p_value", "p_family", "mean"):
        assert getattr(one, name).tobytes() == getattr(same, name).tobytes()
    assert one.p_value.tobytes() != other.p_value.tobytes()
    alone = permutation_test(
        sums(values[:, :3], sides(14, 16)), [0, 1], test, replicates=400, seed=2
    )
    assert alone.p_value.tolist() == one.p_value[:, :3].tolist()
    assert one.p_value[0, 5] == one.p_value[0, 1]


def test_documents_in_two_groups_cannot_be_relabelled():
    with pytest.raises(InputError, match="labels cannot be permuted"):
        permutation_test(
            sums([1, 0], [[1, 1], [0, 1]]), [0, 1], Studentised(PAIR), replicates=10, seed=0
        )


@pytest.mark.parametrize("counts", [(20, 20), (8, 40)])
def test_equal_shares_are_rejected_one_time_in_twenty(counts):
    """Also where the smaller side has the longer documents, and so the smaller variance."""
    rng = np.random.default_rng(10)
    length = np.where(np.arange(sum(counts)) < counts[0], 12, 2)
    own = rng.beta(2, 3, (sum(counts), 400))
    values = rng.binomial(length[:, None], own) / length[:, None]
    test = Studentised(PAIR)
    null = permutation_test(sums(values, sides(*counts)), [0, 1], test, replicates=499, seed=0)
    assert 0.02 <= (null.p_value <= 0.05).mean() <= 0.085


def test_memory_does_not_grow_with_replicates(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    rng = np.random.default_rng(11)
    wide = sparse.random_array((300, 8000), density=0.01, format="csr", random_state=rng)
    one = sum_units(wide, np.ones(300), sides(150, 150), np.arange(300))
    tracemalloc.start()

    def peak(replicates):
        tracemalloc.reset_peak()
        permutation_test(one, [0, 1], Studentised(PAIR), replicates=replicates, seed=0)
        return tracemalloc.get_traced_memory()[1]

    try:
        few, many = peak(64 * 4), peak(64 * 16)
    finally:
        tracemalloc.stop()
    # All 1,024 replicates of 8,000 features at once: 33 MB for every array of them.
    assert many - few < 5e6
    assert many < 60e6
