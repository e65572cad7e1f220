"""Draws of θ: their centre, spread and covariance, against R and against what was asked for."""

import numpy as np
import pytest
from _stm import matrix, needs_stm
from scipy.special import softmax

from framing.errors import InputError, InputWarning
from framing.topics.composition.draws import ThetaDraws, global_covariance, theta_draws

ETA = np.array([[0.0, 1.0], [-1.0, 0.5], [2.0, -2.0]])
MU = np.array([[0.1, 0.8], [0.1, 0.8], [0.1, 0.8]])
SIGMA = np.array([[5.0, -1.0], [-1.0, 6.0]])


def log_ratios(theta):
    """η from θ = softmax([η, 0])."""
    return np.log(theta[..., :-1]) - np.log(theta[..., -1:])


def test_nothing_is_drawn_where_all_is_known():
    (theta,) = theta_draws(ETA, MU, SIGMA, uncertainty="none")
    np.testing.assert_allclose(theta, softmax(np.column_stack([ETA, np.zeros(3)]), axis=1))


def test_global_covariance_by_hand():
    # λ − μ: (−.1, .2), (−1.1, −.3), (1.9, −2.8); mean squares 4.83/3, 7.97/3; product −5.01/3
    apart = np.array([[4.83, -5.01], [-5.01, 7.97]]) / 3
    np.testing.assert_allclose(global_covariance(ETA, MU, SIGMA), SIGMA - apart)


@needs_stm
def test_global_covariance_as_in_r():
    # stm:::thetapost.global, Sigma before its Cholesky decomposition
    eta, mu, sigma = (matrix(f"gadarian/K3_prev/{name}.csv") for name in ("eta", "mu", "sigma"))
    expected = matrix("gadarian/effects/global_cov.csv")
    np.testing.assert_allclose(global_covariance(eta, mu.T, sigma), expected, atol=1e-12)


def test_global_draws_have_the_mode_and_covariance_asked_for():
    drawn = log_ratios(np.stack(list(theta_draws(ETA, MU, SIGMA, draws=6000, seed=3))))
    np.testing.assert_allclose(drawn.mean(axis=0), ETA, atol=0.1)
    asked = global_covariance(ETA, MU, SIGMA)
    for segment in range(3):
        np.testing.assert_allclose(np.cov(drawn[:, segment].T), asked, atol=0.25)


def test_local_draws_have_the_covariance_of_each_segment():
    own = np.array([[[0.5, 0.2], [0.2, 0.3]], [[2.0, -1.0], [-1.0, 1.0]], [[0.0, 0.0], [0.0, 1.0]]])
    given = {"uncertainty": "local", "covariances": own, "draws": 6000}
    drawn = log_ratios(np.stack(list(theta_draws(ETA, MU, SIGMA, **given))))
    for segment in range(3):
        np.testing.assert_allclose(np.cov(drawn[:, segment].T), own[segment], atol=0.25)


def test_draws_of_blocks_are_those_of_iteration():
    rng = np.random.default_rng(0)
    eta = rng.normal(size=(2500, 2))
    draws = ThetaDraws.of(eta, np.zeros((2500, 2)), 2 * np.eye(2), draws=3, seed=1)
    whole = np.stack(list(draws))
    for rows, drawn in draws.blocks():
        np.testing.assert_array_equal(drawn, whole[:, rows])
    np.testing.assert_allclose(whole.sum(axis=2), 1.0)


def test_the_seed_decides():
    first, again, other = (
        np.stack(list(theta_draws(ETA, MU, SIGMA, draws=2, seed=s))) for s in (4, 4, 5)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
    assert (first[0] != first[1]).all()


def test_modes_that_spread_further_than_sigma_are_told():
    with pytest.warns(InputWarning, match="in 1 of 2 directions; they are taken as known there"):
        found = global_covariance(ETA, MU, np.diag([1.0, 4.0]))
    assert np.linalg.eigvalsh(found)[0] > -1e-12


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"uncertainty": "Global"}, "uncertainty must be one of 'global', 'local', 'none'"),
        ({"draws": 1}, "draws must be a whole number from 2 on; got 1"),
        ({"uncertainty": "local"}, "needs the covariances of the segments"),
        (
            {"uncertainty": "local", "covariances": np.ones((3, 3, 3))},
            "expected one of 2 × 2 for each of 3 segments",
        ),
    ],
)
def test_bad_input(given, message):
    with pytest.raises(InputError, match=message):
        next(theta_draws(ETA, MU, SIGMA, **given))
