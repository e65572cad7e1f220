"""The lasso of prevalence: by hand, against another solver, and against R."""

import numpy as np
import pytest
from _stm import matrix, needs_stm
from sklearn.linear_model import MultiTaskElasticNet

from framing.errors import InputError
from framing.topics.fitting.lasso import lasso_prevalence

STEP = 1e-4 ** (1 / 99)
"""By what λ falls from one place in the path to the next."""


@pytest.fixture(scope="module")
def crossed():
    """A design of two covariates, ±1 and crossed, so that neither knows of the other."""
    first, second = np.tile([-1.0, 1.0], 100), np.repeat([-1.0, 1.0], 100)
    return np.column_stack([np.ones(200), first, second])


@pytest.fixture(scope="module")
def tangled():
    """Covariates of various scales that go together, and η of three topics."""
    rng = np.random.default_rng(5)
    common = rng.normal(size=(300, 1))
    X = (rng.normal(size=(300, 5)) + common) * [1, 10, 0.1, 1, 3] + [0, 5, 0, -2, 1]
    slopes = np.zeros((5, 3))
    slopes[[0, 1]] = [[1.0, -0.5, 0], [0.2, 0, 0.1]]
    eta = X @ slopes + rng.normal(size=(300, 3)) + [1, 2, 3]
    return np.column_stack([np.ones(300), X]), eta


# --- by hand -------------------------------------------------------------------------------------


def test_crossed_covariates_by_hand(crossed):
    # γ_j = b_j (1 − λ/|b_j|) for rows b = (.6, .8), of length 1, and (.0048, .0064), of length
    # .008. Outside of the design η has 2 · 200 squares. λ falls from 1, and leaves
    # 200 (λ² + .008² + 2) of them, until one λ takes off less than 1e-5 of what is left.
    b = np.array([[0.6, 0.8], [0.0048, 0.0064]])
    outside = crossed[:, 1] * crossed[:, 2]
    eta = [3.0, -1.0] + crossed[:, 1:] @ b + np.column_stack([outside, outside])
    gamma = lasso_prevalence(crossed, eta)
    squares = 200 * ((STEP ** np.arange(100)) ** 2 + 0.008**2 + 2)
    last = next(m for m in range(4, 100) if squares[m - 1] - squares[m] < 1e-5 * squares[m])
    assert 0.008 < STEP**last < 0.01  # the second has not entered by then
    np.testing.assert_allclose(gamma, [[3, -1], b[0] * (1 - STEP**last), [0, 0]], atol=1e-6)


def test_a_covariate_that_does_not_pay_stays_out(crossed):
    # All squares that x could take off are 200 · .05² · 2 = 1, less than its two coefficients cost.
    eta = 0.05 * crossed[:, [1, 1]]
    assert not lasso_prevalence(crossed, eta).any()
    # At a tenth of the price it enters, until 99.9 % are explained: 1 − γ/.05 = STEP^38 < √.001.
    gamma = lasso_prevalence(crossed, eta, penalty=0.1)
    assert STEP**38 < np.sqrt(0.001) < STEP**37
    np.testing.assert_allclose(gamma[1], 0.05 * (1 - STEP**38), rtol=1e-5)


def test_the_scale_of_a_covariate_does_not_matter(tangled):
    X, eta = tangled
    scale = np.array([1, 1, 0.01, 100, 1, 7])
    gamma = lasso_prevalence(X, eta)
    np.testing.assert_allclose(lasso_prevalence(X * scale, eta) * scale[:, None], gamma, atol=1e-6)


def test_constant_covariates_and_none():
    eta = np.arange(6.0).reshape(3, 2)
    np.testing.assert_allclose(lasso_prevalence(np.ones((3, 1)), eta), [[2, 3]])
    np.testing.assert_allclose(lasso_prevalence(np.ones((3, 2)), eta), [[2, 3], [0, 0]])
    x = np.array([[1.0, 0], [1, 1], [1, 2]])
    np.testing.assert_allclose(lasso_prevalence(x, np.ones((3, 2))), [[1, 1], [0, 0]])


def test_more_columns_than_rows():
    rng = np.random.default_rng(2)
    X = np.column_stack([np.ones(12), rng.normal(size=(12, 20))])
    eta = 5 * X[:, [1, 1]] + 0.1 * rng.normal(size=(12, 2))
    gamma = lasso_prevalence(X, eta)
    assert np.abs(gamma[1] - 5).max() < 1
    assert (gamma[1:] == 0).any()


# --- against another solver ----------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [1.0, 0.5])
def test_what_is_chosen_minimises_what_it_should(tangled, alpha):
    """λ is found from γ, and scikit-learn fits all rows there, without the detour by a factor."""
    X, eta = tangled
    gamma = lasso_prevalence(X, eta, alpha=alpha)
    assert 0 < (gamma[1:] != 0).all(axis=1).sum() <= 5
    scaled = (X[:, 1:] - X[:, 1:].mean(axis=0)) / X[:, 1:].std(axis=0)
    slopes = gamma[1:] * X[:, 1:].std(axis=0)[:, None]
    pull = scaled.T @ (eta - eta.mean(axis=0) - scaled @ slopes) / len(X)
    length = np.linalg.norm(slopes, axis=1)
    j = length.argmax()
    lam = np.linalg.norm(pull[j]) / (alpha + (1 - alpha) * length[j])
    other = MultiTaskElasticNet(alpha=lam, l1_ratio=alpha, tol=1e-12, max_iter=100_000)
    other.fit(scaled, eta)
    np.testing.assert_allclose(slopes, other.coef_.T, atol=1e-4)
    np.testing.assert_allclose(gamma[0] + X[:, 1:].mean(axis=0) @ gamma[1:], other.intercept_)


# --- against R -----------------------------------------------------------------------------------

# gadarian, K = 3, gamma.prior = "L1": documents, and means of R's eta, without and with treatment.
SIZES = (170, 171)
MEANS = ((-0.36827707795138787, -0.03253071667969745), (-0.3546112700499714, -0.016441485800301397))
# The first rows of R's gamma.
INTERCEPT, TREATMENT = (-0.361424134, -0.024462510), (0.00121081221, 0.00142579198)


def test_treatment_in_gadarian():
    # Nothing is worth its price there (8.2 squares in all), and R keeps the first that entered.
    # Treatment is that, by the difference of the means times 1 − STEP, were it all of the design; a
    # column of the spline pulls a little harder and sets λ, hence the margin of half a per cent.
    X = np.column_stack([np.ones(341), np.repeat([0.0, 1.0], SIZES)])
    eta = np.repeat(MEANS, SIZES, axis=0)
    found = lasso_prevalence(X, eta, keep_first=True)
    np.testing.assert_allclose(found[0], INTERCEPT, rtol=1e-7)
    np.testing.assert_allclose(found[1], TREATMENT, rtol=5e-3)
    np.testing.assert_allclose(found[1], (1 - STEP) * np.subtract(MEANS[1], MEANS[0]), rtol=1e-6)
    assert lasso_prevalence(X, eta)[1].tolist() == [0, 0]


@needs_stm
def test_all_covariates_in_gadarian():
    # The M-step of the last iteration used the eta that is stored. With the slip of stm; without
    # it, no covariate has a coefficient.
    folder = "gadarian/K3_prevL1"
    X, eta = matrix(f"{folder}/X.csv"), matrix(f"{folder}/eta.csv")
    theirs = matrix(f"{folder}/gamma.csv")
    np.testing.assert_allclose(lasso_prevalence(X, eta, keep_first=True), theirs, atol=1e-9)
    right = lasso_prevalence(X, eta)
    assert not right[1:].any()
    np.testing.assert_allclose(right[0], theirs[0], atol=1e-9)


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("X", "eta", "setting", "words"),
    [
        (np.ones((3, 1)), np.ones((4, 1)), {}, r"shapes are \(3, 1\) and \(4, 1\)"),
        (np.ones((3, 1)), np.ones(3), {}, "must be matrices"),
        (np.ones((3, 1)), np.full((3, 1), np.nan), {}, "some values are missing"),
        (np.zeros((3, 1)), np.ones((3, 1)), {}, "must be ones, for the intercept"),
        (np.ones((3, 1)), np.ones((3, 1)), {"alpha": 0}, "alpha must be above 0"),
        (np.ones((3, 1)), np.ones((3, 1)), {"penalty": -1}, "penalty must be a number from 0 on"),
    ],
)
def test_what_cannot_be_used(X, eta, setting, words):
    with pytest.raises(InputError, match=words):
        lasso_prevalence(X, eta, **setting)
