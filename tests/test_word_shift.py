"""Word shifts by hand, and against scipy."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

import framing as fr
from framing.errors import InputError
from framing.word_shift import MEASURES, word_shift

FIRST, SECOND = np.array([2, 1, 1, 0]), np.array([1, 1, 0, 2])  # quarters
P, Q = FIRST / 4, SECOND / 4


def test_every_measure_by_hand():
    assert word_shift(FIRST, SECOND, "proportion").tolist() == [-0.25, 0, -0.25, 0.5]
    # −p log₂ p is ½ for a half and for a quarter
    assert word_shift(FIRST, SECOND, "entropy").tolist() == [0, 0, -0.5, 0.5]
    # order 2: −p²
    assert word_shift(FIRST, SECOND, "entropy", alpha=2).tolist() == [3 / 16, 0, 1 / 16, -0.25]
    assert word_shift([2, 1, 1], [1, 1, 2], "kld").tolist() == [-0.25, 0, 0.5]
    # m = 3/8, 1/4, 1/8, 1/4
    half = [0.25 * np.log2(4 / 3) + 0.125 * np.log2(2 / 3), 0, 0.125, 0.25]
    assert word_shift(FIRST, SECOND, "jsd") == pytest.approx(half)


def test_contributions_add_up_to_what_scipy_finds():
    assert word_shift(P, Q, "proportion").sum() == 0
    for base in (2, 10):
        shift = word_shift(P, Q, "entropy", base=base).sum()
        assert shift == pytest.approx(entropy(Q, base=base) - entropy(P, base=base))
        divergence = word_shift(Q, P + 1, "kld", base=base).sum()
        assert divergence == pytest.approx(entropy(P + 1, Q, base=base))
        divergence = word_shift(P + 1, Q, "kld", base=base).sum()
        assert divergence == pytest.approx(entropy(Q, P + 1, base=base))
        assert word_shift(P, Q, base=base).sum() == pytest.approx(jensenshannon(P, Q, base) ** 2)


def test_jsd_is_never_negative_and_ours_at_equal_weights():
    rng = np.random.default_rng(0)
    first, second = rng.dirichlet(np.ones(30), size=(2, 5))
    assert word_shift(first, second) == pytest.approx(fr.jensen_shannon(first, second))
    uneven = word_shift(first, second, weights=(0.9, 0.1))
    assert (uneven >= 0).all()
    mixed = 0.9 * first + 0.1 * second
    total = entropy(mixed, axis=1) - 0.9 * entropy(first, axis=1) - 0.1 * entropy(second, axis=1)
    assert uneven.sum(axis=1) == pytest.approx(total / np.log(2))


@pytest.mark.parametrize("measure", ["entropy", "jsd"])
def test_a_reference_moves_contributions_and_keeps_their_sum(measure):
    plain = word_shift(P, Q, measure)
    moved = word_shift(P, Q, measure, reference=1.5)
    assert moved - plain == pytest.approx(-1.5 * (Q - P))
    assert moved.sum() == pytest.approx(plain.sum())


def test_the_general_form_of_the_paper():
    p_1, p_2 = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.2, 0.6])
    for alpha, score in ((1, lambda p: -np.log2(p)), (0.5, lambda p: 2 * p**-0.5)):
        phi_1, phi_2 = score(p_1), score(p_2)
        paper = (p_2 - p_1) * ((phi_1 + phi_2) / 2 - 0.7) + (p_1 + p_2) / 2 * (phi_2 - phi_1)
        ours = word_shift(p_1, p_2, "entropy", alpha=alpha, reference=0.7)
        assert ours == pytest.approx(paper)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_same_mix_twice_shifts_nothing(measure):
    assert word_shift([3, 2, 0], [6, 4, 0], measure) == pytest.approx([0, 0, 0])


def test_a_term_new_to_the_second_mix_makes_kld_infinite():
    assert word_shift([1, 0], [1, 1], "kld")[1] == np.inf


@pytest.mark.parametrize(
    ("mixes", "settings", "message"),
    [
        (([0, 0], [1, 2]), {}, "first must hold counts or shares that are not negative"),
        (([1, 2], [1, -1]), {}, "second must hold"),
        (([1, 2], [2, 1]), {"measure": "js"}, "measure must be one of 'proportion'"),
        (([1, 2], [2, 1]), {"base": 1}, "base must be more than 1"),
        (([1, 2], [2, 1]), {"alpha": 0}, "alpha must be positive"),
        (([1, 2], [2, 1]), {"weights": (1, 0)}, "weights must be positive and add up to 1"),
    ],
)
def test_says_what_is_wrong(mixes, settings, message):
    with pytest.raises(InputError, match=message):
        word_shift(*mixes, **settings)
