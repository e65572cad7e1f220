"""CR2 variances and their degrees of freedom, against the matrices of the papers written out."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from framing.topics.composition.sandwich import Leverage


def data(sizes, seed=0, columns=3, rare=False):
    rng = np.random.default_rng(seed)
    units = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    x = np.column_stack([np.ones(len(units)), rng.normal(size=(len(units), columns - 1))])
    x[:, 1] = (units < 2) if rare else x[:, 1]
    return x, rng.normal(size=(len(units), 2)), units


def written_out(x, units):
    """(I − H), and A_u X_u (X'X)⁻¹ for every unit, as matrices of rows (Bell & McCaffrey 2002)."""
    bread = np.linalg.inv(x.T @ x)
    left = np.eye(len(x)) - x @ bread @ x.T
    sides = []
    for unit in range(units.max() + 1):
        rows = np.flatnonzero(units == unit)
        adjusted = np.linalg.inv(np.real(sqrtm(left[np.ix_(rows, rows)])))
        sides.append(left[:, rows] @ adjusted @ x[rows] @ bread)
    return bread, sides


CASES = [([1] * 9, 0), ([3, 2, 5, 4, 1, 6], 1), ([2, 2, 2, 2, 7], 2)]


@pytest.mark.parametrize(("sizes", "seed"), CASES)
def test_scores_add_up_to_the_cr2_variance(sizes, seed):
    x, y, units = data(sizes, seed)
    found = Leverage.of(x, units)
    beta = found.coefficients(y)
    np.testing.assert_allclose(beta, np.linalg.lstsq(x, y, rcond=None)[0])
    bread, sides = written_out(x, units)
    residuals = y - x @ beta
    scores = found.scores(residuals)
    for outcome in range(2):
        each = [side.T @ residuals[:, outcome] for side in sides]  # (I − H) e = e
        np.testing.assert_allclose(scores[:, :, outcome], each, atol=1e-10)
    plain = found.scores(residuals, adjusted=False)
    np.testing.assert_allclose(plain.sum(axis=0), 0, atol=1e-10)
    expected = [bread @ x[units == u].T @ residuals[units == u] for u in range(len(sizes))]
    np.testing.assert_allclose(plain, expected, atol=1e-10)


@pytest.mark.parametrize(("sizes", "seed"), CASES)
def test_degrees_are_satterthwaites(sizes, seed):
    x, _, units = data(sizes, seed)
    _, sides = written_out(x, units)
    contrasts = np.array([[0.0, 1.0, 0.0], [1.0, -1.0, 0.5]])
    for contrast, degrees in zip(contrasts, Leverage.of(x, units).degrees(contrasts), strict=True):
        across = np.stack([side @ contrast for side in sides])
        psi = across @ across.T
        assert degrees == pytest.approx(np.trace(psi) ** 2 / np.trace(psi @ psi))


def test_degrees_of_two_equal_samples_are_those_of_welch():
    x = np.column_stack([np.ones(12), np.repeat([0.0, 1.0], 6)])
    found = Leverage.of(x, np.arange(12))
    assert found.degrees(np.array([[0.0, 1.0], [1.0, 0.0]])) == pytest.approx([10, 5])


def test_joint_degrees_are_hotellings():
    x, _, units = data([3, 2, 5, 4, 1, 6, 2, 3], 3)
    found = Leverage.of(x, units)
    bread, sides = written_out(x, units)
    contrasts = np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 2.0]])
    half = np.linalg.inv(np.real(sqrtm(contrasts @ bread @ contrasts.T)))
    across = [side @ contrasts.T @ half for side in sides]
    total = 0.0
    for s in range(2):
        for t in range(2):
            for one in across:
                for other in across:
                    total += (one[:, s] @ other[:, s]) * (one[:, t] @ other[:, t])
                    total += (one[:, s] @ other[:, t]) * (one[:, t] @ other[:, s])
    assert found.joint_degrees(contrasts) == pytest.approx(6 / total)
    single = np.array([[0.0, 0.0, 1.0]])
    assert found.joint_degrees(single) == pytest.approx(found.degrees(single)[0])


def test_a_unit_without_which_nothing_is_known_is_found():
    x, y, units = data([1] * 9)
    x[:, 1] = units == 4
    found = Leverage.of(x, units)
    contrasts = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert found.alone(contrasts).tolist() == [4, -1]
    assert np.isfinite(found.scores(y - x @ found.coefficients(y))).all()


def test_parts_of_units_in_a_mean_are_their_sizes():
    units = np.array([0, 0, 0, 1, 2, 2])
    found = Leverage.of(np.ones((6, 1)), units)
    assert found.bearing(np.ones(1)) == pytest.approx([1 / 2, 1 / 6, 1 / 3])
