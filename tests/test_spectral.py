"""The spectral start, and what it is made of."""

from __future__ import annotations

import numpy as np
import pytest
from _stm import cosines, features, matrix, needs_stm, planted, table
from scipy import optimize, sparse

from framing.errors import InputError, InputWarning
from framing.topics.fitting.simplex import nearest
from framing.topics.fitting.spectral import (
    cooccurrence,
    greedy_anchors,
    random_start,
    spectral_start,
)
from framing.topics.fitting.workers import Workers, blocks_of


@pytest.fixture(scope="module")
def workers():
    with Workers(2) as pool:
        yield pool


def test_cooccurrence_is_the_chance_of_two_tokens_of_a_document(workers):
    # document 1 has a a b, document 2 has b c; document 3, of one token, has no pairs
    counts = sparse.csr_array(np.array([[2, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=float))
    expected = [[2 / 6, 2 / 6, 0], [2 / 6, 0, 1 / 2], [0, 1 / 2, 0]]
    np.testing.assert_allclose(cooccurrence(counts, workers), expected, atol=1e-15)


def test_anchors_are_the_corners():
    corners = np.eye(3)
    inside = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])
    anchors, products = greedy_anchors(np.vstack([inside, corners]), 3)
    assert sorted(anchors) == [2, 3, 4]
    np.testing.assert_allclose(products, np.vstack([inside, corners])[:, anchors - 2])


def test_too_few_directions_are_told():
    with pytest.raises(InputError, match=r"only 2 directions of their own, too few .* 3 topics"):
        greedy_anchors(np.array([[1.0, 0], [0, 1.0], [0.5, 0.5], [0.25, 0.75]]), 3)


def test_the_nearest_point_is_that_of_another_solver():
    rng = np.random.default_rng(0)
    corners = rng.normal(size=(5, 4))
    points = rng.normal(size=(40, 4))
    found = nearest(points @ corners.T, corners @ corners.T)
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1)
    for point, weights in zip(points, found, strict=True):
        # min |corners' c - point| with c >= 0 and a heavy row that asks for a sum of 1
        heavy = np.vstack([corners.T, np.full(5, 1e5)])
        expected, _ = optimize.nnls(heavy, np.append(point, 1e5))
        np.testing.assert_allclose(weights, expected, atol=1e-5)


def test_gradient_and_exact_recovery_agree_and_find_the_topics(workers):
    corpus, beta, _ = planted(n=2000, length=200)
    counts = sparse.csr_array(corpus.matrix.astype(float))
    close, anchors = spectral_start(counts, 3, workers)
    exact, _ = spectral_start(counts, 3, workers, recovery="exact")
    np.testing.assert_allclose(close, exact, atol=0.02)
    owners = beta[:, anchors].argmax(axis=0)  # whose anchor each is
    assert sorted(owners) == [0, 1, 2]
    assert (cosines(close, beta[owners]) > 0.98).all()


def test_terms_beyond_the_most_frequent_get_a_small_part(workers, monkeypatch):
    monkeypatch.setattr("framing.topics.fitting.spectral.MOST_TERMS", 40)
    corpus, _, _ = planted()
    counts = sparse.csr_array(corpus.matrix.astype(float))
    beta, _ = spectral_start(counts, 3, workers)
    frequency = counts.sum(axis=0)
    rare = np.argsort(-frequency, kind="stable")[40:]
    np.testing.assert_allclose(beta.sum(axis=1), 1)
    np.testing.assert_allclose(beta[:, rare], 0.001 / 60 / (1 + 0.001 * 20 / 60))


def test_too_few_terms_are_told(workers):
    counts = sparse.csr_array(np.array([[1.0, 1, 0], [2, 2, 0], [0, 0, 1]]))
    with pytest.raises(InputError, match="only 2 terms stand beside others"):
        spectral_start(counts, 3, workers)


def test_auto_takes_the_corners_it_sees(workers):
    corpus, _, _ = planted(n=400, n_terms=80)
    counts = sparse.csr_array(corpus.matrix.astype(float))
    with pytest.warns(InputWarning, match="'auto' took .* topics .seed 3.; another seed"):
        beta, anchors = spectral_start(counts, None, workers, seed=3)
    with pytest.warns(InputWarning, match="another seed"):
        again, _ = spectral_start(counts, None, workers, seed=3)
    assert 4 <= len(anchors) <= 80
    assert beta.shape == (len(anchors), 80)
    np.testing.assert_array_equal(beta, again)


def test_a_random_start_depends_on_the_seed_alone():
    one, two, other = random_start(3, 50, 1), random_start(3, 50, 1), random_start(3, 50, 2)
    np.testing.assert_array_equal(one, two)
    assert not np.allclose(one, other)
    np.testing.assert_allclose(one.sum(axis=1), 1)


def test_blocks_hold_every_row_once():
    for n in (1, 5, 64, 65, 1000):
        bounds = blocks_of(n)
        assert len(bounds) <= 64
        assert [row for first, last in bounds for row in range(first, last)] == list(range(n))


# --- beside R: stm::stm.control's spectral start, K = 3 and 20 -------------------------------


@needs_stm
@pytest.mark.parametrize(("name", "folder"), [("gadarian", "init"), ("poliblog", "init_K20")])
def test_anchors_are_r_s(name, folder, workers):
    counts = sparse.csr_array(features(name).matrix.astype(float))
    together = cooccurrence(counts, workers)
    sums = matrix(f"{name}/{folder}/gram_rowsums.csv").ravel()
    np.testing.assert_allclose(together.sum(axis=1), sums, rtol=1e-9)
    expected = (table(f"{name}/{folder}/anchors.csv")["term_index"] - 1).tolist()
    _, anchors = spectral_start(counts, len(expected), workers)
    assert anchors.tolist() == expected


@needs_stm
def test_topics_to_start_from_are_r_s(workers):
    counts = sparse.csr_array(features("poliblog").matrix.astype(float))
    beta, _ = spectral_start(counts, 20, workers)
    np.testing.assert_allclose(beta, matrix("poliblog/init_K20/beta_init.csv"), atol=1e-12)


@needs_stm
def test_where_r_s_gradient_jumps_about_the_answer_is_exact(workers):
    # On gadarian hardly a term comes to rest within 500 steps of R's gradient, and a rounding error
    # of 1e-15 grows to 1 on the way: R's start is one of many. Ours is the nearest point.
    counts = sparse.csr_array(features("gadarian").matrix.astype(float))
    found, anchors = spectral_start(counts, 3, workers)
    exact, _ = spectral_start(counts, 3, workers, recovery="exact")
    np.testing.assert_allclose(found, exact, atol=1e-12)

    together = cooccurrence(counts, workers)
    rows = together / together.sum(axis=1, keepdims=True)
    frequency = counts.sum(axis=0) / counts.sum()

    def distance(beta: np.ndarray) -> np.ndarray:
        scale = np.linalg.lstsq((beta / frequency).T, np.ones(len(frequency)), rcond=None)[0]
        weights = (beta / frequency).T * scale
        return np.linalg.norm(rows - weights @ rows[anchors], axis=1)

    others = np.setdiff1d(np.arange(len(frequency)), anchors)
    theirs = distance(matrix("gadarian/init/beta_init.csv"))[others]
    assert (distance(found)[others] <= theirs + 1e-9).all()
    assert np.median(theirs / distance(found)[others]) > 1.5
