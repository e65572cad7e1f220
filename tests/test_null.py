"""Tallies of what chance gives, against sorting it all at once."""

import numpy as np
import pytest

from framing.inference.null import EXACT, Tally, gather

SLACK = 1e-9


def tallies(observed, drawn, cuts):
    return [Tally.of(observed, part, SLACK) for part in np.split(drawn, cuts, axis=2)]


def test_blocks_add_up_to_the_whole():
    rng = np.random.default_rng(0)
    observed, drawn = rng.random((2, 5)), rng.random((2, 5, 99))
    null = gather(observed, tallies(observed, drawn, [10, 64]), "permutation", SLACK)
    at_least = (drawn >= observed[..., None]).sum(axis=2)
    assert null.p_value == pytest.approx((1 + at_least) / 100)
    assert null.mean == pytest.approx(drawn.mean(axis=2))
    largest = drawn.max(axis=(0, 1))
    family = (largest >= observed[..., None]).sum(axis=2)
    assert null.p_family == pytest.approx((1 + family) / 100)
    totals = (drawn.sum(axis=1) >= observed.sum(axis=1)[:, None]).sum(axis=1)
    assert null.p_total == pytest.approx((1 + totals) / 100)
    assert null.total_mean == pytest.approx(drawn.sum(axis=1).mean(axis=1))
    assert null.replicates == 99


def test_every_relabelling_counts_as_it_is():
    drawn = np.array([[[1.0, 2, 3, 3]]])
    null = gather(drawn[..., 3], tallies(drawn[..., 3], drawn, [2]), EXACT, SLACK)
    assert null.exact
    assert null.p_value.item() == null.p_min.item() == 0.5


def test_the_smallest_p_is_that_of_the_largest_value_that_came_up():
    # The largest, 7, came up three times in two blocks; 5 was observed.
    drawn = np.array([[[7.0, 1, 2, 7, 5, 7, 0, 0, 0]]])
    null = gather(np.array([[5.0]]), tallies(np.array([[5.0]]), drawn, [3]), "permutation", SLACK)
    assert null.p_min.item() == pytest.approx(3 / 10)
    assert null.p_value.item() == pytest.approx(5 / 10)


def test_no_p_is_smaller_than_the_smallest():
    # Observed beyond all that came up: its p is the smallest there is.
    drawn = np.array([[[7.0, 7, 2]]])
    null = gather(np.array([[9.0]]), tallies(np.array([[9.0]]), drawn, []), "permutation", SLACK)
    assert null.p_min.item() == null.p_value.item() == 0.25


def test_what_rounding_made_unequal_is_a_tie():
    observed = np.array([[0.3]])
    drawn = np.array([[[0.1 + 0.2, 0.3 - 1e-16, 0.2]]])
    null = gather(observed, tallies(observed, drawn, []), EXACT, SLACK)
    assert null.p_value.item() == pytest.approx(2 / 3)


def test_features_are_put_beside_one_another():
    rng = np.random.default_rng(1)
    observed, drawn = rng.random((1, 6)), rng.random((1, 6, 40))
    apart = [Tally.of(observed[:, s], drawn[:, s], SLACK) for s in (slice(0, 2), slice(2, 6))]
    one = gather(observed, [apart[0].beside(apart[1])], "permutation", SLACK)
    two = gather(observed, [Tally.of(observed, drawn, SLACK)], "permutation", SLACK)
    for name in ("p_value", "p_min", "p_family", "p_total", "mean"):
        assert getattr(one, name) == pytest.approx(getattr(two, name))


def test_what_is_missing_stays_missing_and_harms_no_other():
    observed = np.array([[np.nan, 0.5]])
    drawn = np.array([[[9.0, 9.0, 9.0], [0.1, 0.6, 0.2]]])
    null = gather(observed, tallies(observed, drawn, []), EXACT, SLACK)
    for name in ("p_value", "p_min", "p_family", "mean"):
        assert np.isnan(getattr(null, name)[0, 0])
    assert null.p_value[0, 1] == null.p_family[0, 1] == pytest.approx(1 / 3)
