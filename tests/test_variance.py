"""Variances in closed form, against the bootstrap, survey formulas and simulation."""

import numpy as np
import pytest
from scipy import sparse, stats

from framing.inference import (
    bootstrap,
    combine,
    correlation,
    effective_size,
    estimate,
    influence,
    score_interval,
    sum_units,
    variance,
)


def sums(values, groups, documents, **options):
    values = np.asarray(values, dtype=float).reshape(len(documents), -1)
    groups = np.asarray(groups, dtype=float).reshape(len(documents), -1)
    size = options.pop("size", np.ones(len(documents)))
    return sum_units(sparse.csr_array(values), size, groups, np.asarray(documents), **options)


def drawn(one, replicates=20_000, seed=1):
    return np.concatenate(list(bootstrap(one, lambda x: x, replicates=replicates, seed=seed)))


def test_variance_of_a_mean_is_that_of_the_textbook():
    values = np.random.default_rng(0).random(20)
    found, degrees = variance(sums(values, np.ones(20), range(20)))
    assert found[0, 0] == pytest.approx(values.var(ddof=1) / 20)
    # Satterthwaite: 2n / (κ − (n−3)/(n−1)), κ = scipy.stats.kurtosis(fisher=False)
    kurtosis = stats.kurtosis(values, fisher=False)
    assert degrees[0, 0] == pytest.approx(min(19, 40 / (kurtosis - 17 / 19)))


def test_variance_of_a_ratio_is_that_of_survey_samples():
    # Cochran (1977, eq. 6.13), by hand: x = 1, 3, 2 of d = 2, 4, 6 tokens; R = ½,
    # residuals x − R d = 0, 1, −1; v = n/(n−1) · Σ e² / (Σ d)² = 3/2 · 2/144.
    size = np.array([2.0, 4.0, 6.0])
    found, _ = variance(sums([1, 3, 2], np.ones(3), range(3), size=size, weights="segment"))
    assert found[0, 0] == pytest.approx(3 / 144)


def test_degrees_of_freedom_follow_the_kurtosis():
    # One document in 100 differs: κ of 99 noughts and a half is that of noughts and ones.
    values = np.zeros(100)
    values[0] = 0.5
    p = 0.01
    kurtosis = (1 - 3 * p * (1 - p)) / (p * (1 - p))
    _, degrees = variance(sums(values, np.ones(100), range(100)))
    assert degrees[0, 0] == pytest.approx(200 / (kurtosis - 97 / 99))


def test_a_share_of_noughts_and_ones_determines_its_variance():
    for values in (np.arange(100) < 1, np.arange(100) % 2):
        assert variance(sums(values, np.ones(100), range(100)))[1].item() == 99


def test_variance_is_the_bootstraps():
    rng = np.random.default_rng(2)
    length = rng.integers(1, 8, 40)
    documents = np.repeat(np.arange(40), length)
    values = rng.random((len(documents), 2)) < rng.random(40)[documents, None]
    for weights in ("document", "segment"):
        one = sums(values, np.ones(len(documents)), documents, weights=weights)
        found = variance(one)[0][0]
        assert found == pytest.approx(drawn(one)[:, 0].var(axis=0) * 40 / 39, rel=0.06)


def test_variance_is_that_of_scipys_bootstrap():
    values = np.random.default_rng(3).random(30) ** 3
    theirs = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=20_000,
        method="percentile",
        random_state=np.random.default_rng(0),
    ).standard_error
    found, _ = variance(sums(values, np.ones(30), range(30)))
    assert found[0, 0] == pytest.approx(theirs**2 * 30 / 29, rel=0.05)


def test_clusters_vary_and_not_their_documents():
    # Four outlets of five documents that agree: as many pieces of information as outlets.
    outlets = np.repeat(np.arange(4), 5)
    values = np.array([1, 0, 1, 1])[outlets]
    found, degrees = variance(sums(values, np.ones(20), range(20), clusters=outlets))
    assert found[0, 0] == pytest.approx(np.var([1, 0, 1, 1], ddof=1) / 4)
    assert degrees[0, 0] <= 3


def test_strata_have_variances_of_their_own():
    # Π_s by hand: both groups have 2 and 4 documents, so π = 1/3, 2/3 and
    # v = Σ π_s² s_s²/n_s, s² the sample variance within the stratum.
    values = np.array([0.2, 0.6, 0.1, 0.5, 0.9, 0.7])
    both = np.concatenate([values, values[::-1]])
    strata = np.array([0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0])
    one = sums(both, np.repeat(np.eye(2), 6, axis=0), range(12), strata=strata)
    by_hand = values[:2].var(ddof=1) / 2 / 9 + values[2:].var(ddof=1) / 4 * 4 / 9
    found, degrees = variance(one)
    assert found[0, 0] == pytest.approx(by_hand)
    assert degrees[0, 0] <= 6 - 2


def test_a_stratum_of_one_document_varies_as_if_strata_were_one():
    # Pairs: each topic has one document of each side.
    rng = np.random.default_rng(0)
    values, pairs = rng.random(20), np.repeat(np.arange(10), 2)
    groups = np.tile(np.eye(2), (10, 1))
    within, _ = variance(sums(values, groups, range(20), strata=pairs))
    plain, _ = variance(sums(values, groups, range(20)))
    assert within == pytest.approx(plain * 9 / 10)


def test_where_documents_agree_there_is_no_variance_whatever_the_rounding():
    one = sums(np.full((7, 1), 1 / 3), np.ones(7), range(7), size=np.full(7, 0.7))
    assert variance(one)[0].tolist() == [[0.0]]


def test_segments_vary_inside_their_documents():
    values = np.repeat([1, 0] * 5, 50)
    documents = np.repeat(np.arange(10), 50)
    by_document, _ = variance(sums(values, np.ones(500), documents))
    by_segment, _ = variance(sums(values, np.ones(500), documents, unit="segment"))
    assert by_document[0, 0] == pytest.approx(0.25 / 9)
    assert by_segment[0, 0] == pytest.approx(0)
    # Two documents of 4 segments with 2 of the frame: each has variance (4/3)·¼/4, halved twice.
    two = sums([1, 1, 0, 0] * 2, np.ones(8), np.repeat([0, 1], 4), unit="segment")
    assert variance(two)[0][0, 0] == pytest.approx(2 * (4 / 3 * 0.25 / 4) / 4)


def test_influences_add_up_to_nought():
    rng = np.random.default_rng(4)
    one = sums(rng.random((12, 3)), np.ones(12), range(12), strata=np.arange(12) % 3)
    assert influence(one, 0, np.arange(12), slice(None)).sum(axis=0) == pytest.approx(0)


def test_cells_with_the_same_documents_are_correlated_as_in_the_bootstrap():
    rng = np.random.default_rng(5)
    documents = np.repeat(np.arange(60), 4)
    groups = rng.random((240, 2)) < 0.6
    values = rng.random((240, 2)) < rng.random(60)[documents, None]
    one = sums(values, groups, documents)
    found = correlation(one, [0, 1])
    replicates = drawn(one)
    for f in range(2):
        theirs = np.corrcoef(replicates[:, 0, f], replicates[:, 1, f])
        assert found[f] == pytest.approx(theirs, abs=0.04)
    assert found[:, 0, 1].min() > 0.2


def test_cells_without_common_documents_are_not_correlated():
    one = sums(np.arange(6) / 6, np.eye(3)[np.arange(6) % 3], range(6))
    assert correlation(one, [0, 2]).tolist() == [np.eye(2).tolist()]


# In the simulations every feature is a corpus of its own.


@pytest.mark.parametrize(("n", "p"), [(8, 0.2), (20, 0.05), (50, 0.5)])
def test_intervals_cover_clustered_shares(n, p):
    """Documents of 1–19 segments whose own share varies (intra-class correlation 0.2)."""
    rng, hits = np.random.default_rng(n), []
    for _ in range(20):
        documents = np.repeat(np.arange(n), rng.integers(1, 20, size=n))
        own = rng.beta(4 * p, 4 * (1 - p), size=(n, 100))
        values = rng.random((len(documents), 100)) < own[documents]
        one = sums(values, np.ones(len(documents)), documents)
        found, degrees = variance(one)
        size = effective_size(estimate(one), found, n, one.n_segments[:, None])
        low, high = score_interval(estimate(one), size, degrees, 0.95)
        hits.append((low <= p) & (p <= high))
    assert 0.92 <= np.mean(hits) <= 0.995


@pytest.mark.parametrize("largest", [1, 2, 6])
def test_intervals_cover_differences_within_small_strata(largest):
    """Twenty strata, each with 1 to `largest` documents of either side."""
    rng, hits = np.random.default_rng(largest), []
    for _ in range(4):
        held = rng.integers(1, largest + 1, (2, 20))
        strata = np.concatenate([np.repeat(np.arange(20), n) for n in held])
        groups = np.eye(2)[np.repeat([0, 1], held.sum(axis=1))]
        values = rng.random((len(strata), 500)) < rng.beta(2, 2, (20, 500))[strata]
        one = sums(values, groups, range(len(strata)), strata=strata)
        found, degrees = variance(one)
        n, share = one.n_units[:, None], estimate(one)
        ends = score_interval(share, effective_size(share, found, n, n), degrees, 0.95)
        _, low, high = combine(np.array([1.0, -1.0]), share, *ends, correlation(one, [0, 1]))
        hits.append((low <= 0) & (high >= 0))
    assert 0.94 <= np.mean(hits) <= 0.995
