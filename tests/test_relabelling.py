"""Relabellings: how many there are, that none is missing, and that each is as likely."""

from itertools import permutations
from math import comb

import numpy as np
import pytest

from framing.inference import Relabelling

NOUGHT = np.zeros(6, dtype=int)


def labels(relabelling):
    return np.concatenate([relabelling.block(b) for b in range(len(relabelling.sizes))])


@pytest.mark.parametrize("counts", [(3, 3), (1, 5), (2, 2, 2), (6,)])
def test_every_distinct_relabelling_is_taken_once(counts):
    given = np.repeat(np.arange(len(counts)), counts)
    found = Relabelling(given, NOUGHT, replicates=100, seed=0)
    assert found.exact
    expected = sorted(set(permutations(given.tolist())))
    assert [tuple(row) for row in labels(found)] == expected
    assert found.replicates == len(expected)


def test_strata_multiply():
    # Pairs: each of 5 can be turned or not; 2⁵ = 32.
    pairs, given = np.repeat(np.arange(5), 2), np.tile([0, 1], 5)
    found = labels(Relabelling(given, pairs, replicates=32, seed=0))
    assert len({tuple(row) for row in found}) == len(found) == 32
    assert (found.reshape(32, 5, 2).sum(axis=2) == 1).all()


def test_many_are_drawn_within_strata():
    given, strata = np.tile([0, 0, 1, 2], 10), np.repeat([0, 1], 20)
    one = Relabelling(given, strata, replicates=500, seed=3)
    found = labels(one)
    assert (one.exact, found.shape) == (False, (500, 40))
    for stratum in (0, 1):
        inside = np.sort(found[:, strata == stratum], axis=1)
        assert (inside == np.sort(given[strata == stratum])).all()
    # A label of 0 falls to half of the units, whichever they are.
    assert (found == 0).mean(axis=0) == pytest.approx(0.5, abs=0.09)


def test_one_more_than_asked_for_is_too_many():
    given = np.repeat([0, 1], 3)
    assert Relabelling(given, NOUGHT, replicates=comb(6, 3), seed=0).exact
    assert not Relabelling(given, NOUGHT, replicates=comb(6, 3) - 1, seed=0).exact


def test_a_seed_draws_the_same_and_another_does_not():
    given, strata = np.repeat([0, 1], 30), np.zeros(60, dtype=int)
    one, same, other = (Relabelling(given, strata, 130, seed) for seed in (1, 1, 2))
    assert one.block(2).tobytes() == same.block(2).tobytes()
    assert one.block(0).tobytes() != other.block(0).tobytes()
    assert one.block(0).tobytes() != one.block(1).tobytes()


def test_blocks_do_not_depend_on_how_many_are_drawn():
    given, strata = np.repeat([0, 1], 30), np.zeros(60, dtype=int)
    few, many = (Relabelling(given, strata, n, seed=1) for n in (128, 640))
    assert (few.block(1) == many.block(1)).all()
