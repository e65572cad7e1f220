"""The best partition of a series against every partition there is, and against ruptures."""

from itertools import combinations

import numpy as np
import pytest

from framing.partition import levels_of, partition, support


def series(seed, periods=11, features=2):
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(periods, features))
    y[periods // 2 :] += rng.choice([0, 3])
    return y, rng.integers(1, 9, periods)


def noise(y, n):
    steps = [(y[t] - y[t - 1]) ** 2 / (1 / n[t] + 1 / n[t - 1]) for t in range(1, len(y))]
    return np.mean(steps, axis=0)


def squares(y, n, cuts):
    """What least squares leaves unexplained, in units of the noise."""
    left = 0.0
    for a, b in zip((0, *cuts), (*cuts, len(y)), strict=True):
        mean = np.average(y[a:b], axis=0, weights=n[a:b])
        left += (n[a:b, None] * (y[a:b] - mean) ** 2 / noise(y, n)).sum()
    return left


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("shortest", [1, 3])
def test_finds_the_best_of_all_partitions(seed, shortest):
    y, n = series(seed)
    cost, t = 5.0, len(y)
    every = {
        cuts: squares(y, n, cuts) + cost * len(cuts)
        for k in range(t)
        for cuts in combinations(range(1, t), k)
        if all(b - a >= shortest for a, b in zip((0, *cuts), (*cuts, t), strict=True))
    }
    gain, change = partition(y[None], n, cost, shortest)
    best = min(every, key=every.__getitem__)
    assert tuple(np.flatnonzero(change[0])) == best
    with_one = min(value for cuts, value in every.items() if cuts)
    assert gain[0] == pytest.approx(every[()] - with_one)


@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_ruptures_where_periods_weigh_the_same(seed):
    ruptures = pytest.importorskip("ruptures", reason="ruptures has no release for this Python")
    rng = np.random.default_rng(seed)
    y = np.repeat(rng.normal(size=5), 12)[:, None] + 0.5 * rng.normal(size=(60, 1))
    cost, shortest = 6.0, 3
    one = np.ones(60, dtype=int)
    price = float(cost * noise(y, one)[0])
    search = ruptures.Pelt(model="l2", min_size=shortest, jump=1).fit(y)
    found = np.flatnonzero(partition(y[None], one, cost, shortest)[1][0])
    assert [*found, 60] == search.predict(pen=price)


def test_series_are_searched_side_by_side():
    two = [series(seed, features=1) for seed in (1, 2)]
    n = two[0][1]
    together = partition(np.stack([y for y, _ in two]), n, 5.0, 2)
    for i, (y, _) in enumerate(two):
        gain, change = partition(y[None], n, 5.0, 2)
        assert together[0][i] == pytest.approx(gain[0])
        assert (together[1][i] == change[0]).all()


def test_what_never_varies_has_no_gain():
    gain, change = partition(np.full((1, 12, 1), 0.3), np.ones(12, dtype=int), 5.0, 3)
    assert gain[0] == -np.inf
    assert not change.any()


def test_scale_and_level_do_not_matter():
    y, n = series(3)
    first, again = partition(y[None], n, 5.0, 2), partition(0.5 + 0.001 * y[None], n, 5.0, 2)
    assert first[0][0] == pytest.approx(again[0][0])
    assert (first[1] == again[1]).all()


def test_levels_by_hand():
    at = np.array([False, False, True])
    levels = levels_of(np.array([[0.1], [0.4], [0.9]]), np.array([2, 1, 5]), at)
    np.testing.assert_allclose(levels[:, 0], [0.2, 0.2, 0.9])


def test_support_is_whole_for_a_wide_step_and_less_for_a_small_one():
    rng = np.random.default_rng(0)
    n, at = np.full(30, 4), np.arange(30) == 15
    residual = rng.normal(0, 0.05, (30, 1))

    def of(step):
        level = np.where(np.arange(30) < 15, 0.2, 0.2 + step)[:, None]
        return support(residual, level, n, at, 6.8, 3, 200, np.random.default_rng(1))[0]

    assert of(1.0) == 1
    assert of(0.05) < 0.7
    assert len(support(residual, residual, n, at & False, 6.8, 3, 200, rng)) == 0
