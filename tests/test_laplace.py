"""The Laplace step: modes, curvatures and bounds, against another optimiser and against R."""

from __future__ import annotations

import numpy as np
import pytest
from _stm import documents, matrix, needs_stm
from scipy import optimize, sparse

from framing.topics.fitting import kernels, laplace, simplex
from framing.topics.fitting.em import Documents, e_step, expected_counts
from framing.topics.fitting.pooled import pooled_prevalence
from framing.topics.fitting.workers import Workers


def problem(n: int = 30, k: int = 4, v: int = 25, levels: int = 1, seed: int = 0) -> dict:
    rng = np.random.default_rng(seed)
    beta = rng.dirichlet(np.full(v, 0.2), size=(levels, k)) + 1e-9
    draw = rng.normal(size=(k - 1, k - 1))
    counts = sparse.csr_array(rng.poisson(1.0, size=(n, v)).astype(float))
    return {
        "counts": counts,
        "beta": np.ascontiguousarray((beta / beta.sum(axis=2, keepdims=True)).transpose(0, 2, 1)),
        "level": np.arange(n) % levels,
        "mu": rng.normal(size=(n, k - 1)),
        "sigma": draw @ draw.T + np.eye(k - 1),
    }


def solve(p: dict, threads: int = 2, **settings):
    with Workers(threads) as workers:
        docs = Documents.of(p["counts"], p["level"])
        return e_step(docs, p["beta"], p["mu"], p["sigma"], p["mu"], workers, **settings)


def aim(eta: np.ndarray, p: dict, d: int) -> float:
    """What the mode minimises, in numpy."""
    theta = np.exp(np.append(eta, 0.0))
    theta /= theta.sum()
    x = p["counts"][[d]].toarray().ravel()
    error = eta - p["mu"][d]
    words = np.log(p["beta"][p["level"][d]] @ theta)
    return 0.5 * error @ np.linalg.solve(p["sigma"], error) - (x * words)[x > 0].sum()


@pytest.mark.parametrize("levels", [1, 3])
def test_modes_are_those_of_another_optimiser(levels):
    p = problem(levels=levels)
    found = solve(p, close=1e-12)
    for d in range(len(found.eta)):
        start = found.eta[d] + 1e-3
        other = optimize.minimize(aim, start, (p, d), method="BFGS", options={"gtol": 1e-9})
        np.testing.assert_allclose(found.eta[d], other.x, atol=1e-5)


def test_curvature_and_bound_are_by_finite_differences():
    p = problem(n=5)
    found = solve(p, close=1e-14, covariances=True)
    step = 1e-4
    for d in range(5):
        eta, free = found.eta[d], len(found.eta[d])
        hessian = np.empty((free, free))
        for i in range(free):
            for j in range(free):
                a, b = np.eye(free)[i] * step, np.eye(free)[j] * step
                square = aim(eta + a + b, p, d) - aim(eta + a - b, p, d)
                square += aim(eta - a - b, p, d) - aim(eta - a + b, p, d)
                hessian[i, j] = square / (4 * step**2)
        np.testing.assert_allclose(np.linalg.inv(found.covariances[d]), hessian, rtol=1e-4)
        # Σ_v x log(θβ) − ½log|H| − ½(λ−μ)ᵀΣ⁻¹(λ−μ) − ½log|Σ|
        logs = np.linalg.slogdet(hessian)[1] + np.linalg.slogdet(p["sigma"])[1]
        assert found.bound[d] == pytest.approx(-aim(eta, p, d) - 0.5 * logs, abs=1e-5)
    np.testing.assert_allclose(found.spread, found.covariances.sum(axis=0), rtol=1e-12)


def test_a_document_is_the_same_whoever_takes_it():
    p = problem(n=300)
    one, four = solve(p, threads=1), solve(p, threads=4)
    for name in ("eta", "weight", "bound", "spread"):
        assert getattr(one, name).tobytes() == getattr(four, name).tobytes()


def test_saddles_are_left():
    # from η = 0 with a wide prior, Newton's steps meet saddles; what is found must be a mode
    p = problem(n=300, k=6, v=30)
    p |= {"mu": np.zeros((300, 5)), "sigma": 20 * np.eye(5)}
    found = solve(p, close=1e-10, covariances=True)
    assert (np.linalg.eigvalsh(found.covariances)[:, 0] > 0).all()
    assert np.linalg.eigvalsh(found.covariances).max() < 1e4
    rng = np.random.default_rng(1)
    for d in range(300):
        here = aim(found.eta[d], p, d)
        around = found.eta[d] + 0.01 * rng.normal(size=(20, 5))
        assert min(aim(eta, p, d) for eta in around) > here - 1e-9


def test_expected_counts_share_every_token():
    p = problem(levels=2)
    found = solve(p)
    with Workers(2) as workers:
        docs = Documents.of(p["counts"], p["level"])
        counts = expected_counts(docs, p["beta"], found.weight, workers)
    x = p["counts"].toarray()
    for a in range(2):
        rows = p["level"] == a
        np.testing.assert_allclose(counts[a].sum(axis=1), x[rows].sum(axis=0))
        parts = found.theta[rows][:, None, :] * p["beta"][a][None]
        parts /= parts.sum(axis=2, keepdims=True)
        np.testing.assert_allclose(counts[a], (x[rows][:, :, None] * parts).sum(axis=0))


def test_logarithms_are_numpy_s():
    rng = np.random.default_rng(0)
    s = np.exp(rng.uniform(-700, 700, 1000))
    s[:4] = 1.0, 0.5, np.sqrt(0.5), 1 + 1e-12
    x = rng.random(1000)
    work = np.empty((2, 1000))
    found = laplace._sum_of_logs(x, s, 1000, *work)
    assert found == pytest.approx((x * np.log(s)).sum(), rel=1e-13)


@pytest.mark.parametrize("size", [4, 8, 20])
def test_a_step_promises_what_it_would_gain(size):
    rng = np.random.default_rng(0)
    root, right, step = rng.normal(size=(size, 2 * size)), rng.normal(size=size), np.empty(size)
    hessian, factor, ones = root @ root.T, np.zeros((size, size)), np.ones(size)
    assert laplace._cholesky(hessian, ones, factor)
    promise = laplace._solve(factor, right, step)
    np.testing.assert_allclose(step, np.linalg.solve(hessian, right))
    assert promise == pytest.approx(right @ step)
    lower = np.tril(factor, -1) + np.diag(1 / np.diag(factor))
    np.testing.assert_allclose(lower, np.linalg.cholesky(hessian))
    upper, inverse = np.zeros((2, size, size))
    laplace._invert(factor, ones, upper, inverse)
    np.testing.assert_allclose(np.tril(inverse), np.tril(np.linalg.inv(hessian)))


def test_what_is_not_definite_has_no_factor():
    hessian, factor = np.diag([1.0, 2, 3, 4, 5, -6, 7, 8]), np.zeros((8, 8))
    assert not laplace._cholesky(hessian, np.ones(8), factor)


def test_prevalence_shrinks_but_for_the_intercept():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(60, 2))
    design = np.column_stack([np.ones(60), rng.normal(size=(60, 5))])
    gamma = pooled_prevalence(design, 5 + noise)
    plain = np.linalg.lstsq(design, 5 + noise, rcond=None)[0]
    assert (np.abs(gamma[1:]).sum(axis=0) < 0.75 * np.abs(plain[1:]).sum(axis=0)).all()
    np.testing.assert_allclose(gamma[0], plain[0], atol=0.05)


def test_one_document_is_r_s():
    # stm 1.3.7, one more E-step at the parameters of
    # stm(docs, vocab, K = 3, prevalence = ~ treatment + s(pid_rep), data = gadarian), document 132
    counts = sparse.csr_array(np.array([[1.0, 1, 1, 2, 2, 1, 1, 1, 1]]))
    beta = [
        [8.318662938e-81, 1.034344789e-03, 2.222378423e-94, 1.564643652e-34, 0.1334265839678996,
         4.184794329e-56, 4.036514374e-25, 1.237006937e-62, 1.018509583e-36],
        [0.0218657689247177, 0.0192229204884680, 0.0075689200124023, 2.771298997e-26,
         0.0232253206798117, 0.0117738755748480, 5.248262868e-71, 0.0142968489123154,
         2.264848316e-13],
        [2.591089266e-61, 2.299170697e-35, 2.535904458e-72, 0.1052346840264189, 3.151876384e-20,
         1.559047878e-68, 0.0016703918099432, 1.387923674e-58, 0.0300670525787519],
    ]  # fmt: skip
    p = {
        "counts": counts,
        "beta": np.ascontiguousarray(np.array(beta).T)[None],
        "level": np.zeros(1, dtype=int),
        "mu": np.array([[-0.0129020028370801, -0.5625074567871158]]),
        "sigma": np.array(
            [[0.5901125783116615, 0.1536241377655151], [0.1536241377655151, 0.9884116874234756]]
        ),
    }
    found = solve(p, close=1e-12)
    np.testing.assert_allclose(found.eta[0], [-0.44558561670, 0.15610131270], atol=2e-3)
    assert found.bound[0] == pytest.approx(-52.06338245872737, abs=1e-4)


# --- beside R (stm 1.3.7): one more E-step at the final parameters of K3_prev and K20_prev ------


@needs_stm
@pytest.mark.parametrize(("data", "fit"), [("gadarian", "K3_prev"), ("poliblog", "K20_prev")])
def test_an_e_step_is_r_s(data, fit):
    counts, _, _ = documents(data)
    folder = f"{data}/{fit}"
    beta = np.exp(matrix(f"{folder}/logbeta_1.csv"))
    mu, sigma = matrix(f"{folder}/mu.csv").T, matrix(f"{folder}/sigma.csv")
    with Workers() as workers:
        docs = Documents.of(counts)
        tall = np.ascontiguousarray(beta.T)[None]
        found = e_step(docs, tall, mu, sigma, matrix(f"{folder}/eta.csv"), workers)
        expected = expected_counts(docs, tall, found.weight, workers)
    bound = matrix(f"{folder}/estep_bound.csv").ravel()
    np.testing.assert_allclose(found.bound, bound, rtol=1e-4)  # of every document
    assert found.bound.sum() == pytest.approx(bound.sum(), rel=1e-7)
    # R stops when its aim changes by 1e-8 of itself, about 1e-5; we, at 1e-6. A few documents are
    # so flat at their mode that their curvature depends on that.
    spread = matrix(f"{folder}/estep_sigma_ss.csv")
    assert np.abs(found.spread - spread).max() < 0.005 * np.abs(spread).max()
    if data == "gadarian":
        np.testing.assert_allclose(found.eta, matrix(f"{folder}/estep_lambda.csv"), atol=6e-3)
        theirs = matrix(f"{folder}/estep_beta_ss.csv")
        np.testing.assert_allclose(expected[0].T, theirs, atol=0.02)


@needs_stm
@pytest.mark.parametrize(
    "folder",
    [
        *("gadarian/K3_prev", "gadarian/iter1", "gadarian/iter5"),
        *("poliblog/K20_prev", "poliblog/K20_prev_iter1"),
    ],
)
def test_prevalence_is_r_s(folder):
    found = pooled_prevalence(matrix(f"{folder}/X.csv"), matrix(f"{folder}/eta.csv"))
    np.testing.assert_allclose(found, matrix(f"{folder}/gamma.csv"), atol=1e-11)


def test_what_loops_call_is_part_of_them():
    # else a process that compiles them rounds otherwise than one that reads them from the cache
    called = 0
    for module in (kernels, laplace, simplex):
        for function in vars(module).values():
            plain = getattr(function, "py_func", None)
            for name in plain.__code__.co_names if plain else ():
                other = plain.__globals__.get(name)
                if hasattr(other, "py_func"):
                    assert other.targetoptions.get("forceinline"), name
                    called += 1
    assert called > 10
