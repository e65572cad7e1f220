"""Topics that levels word differently: by hand, against another solver, and against R."""

import json
from functools import cache, partial

import numpy as np
import pandas as pd
import pytest
from _stm import documents, find, matrix, needs_stm
from scipy.optimize import minimize

from framing.errors import InputError, InputWarning
from framing.topics.fitting.content import (
    ContentTopics,
    deviations,
    names_of,
    update_content,
    worded,
)
from framing.topics.fitting.em import Documents, expected_counts, iterate
from framing.topics.fitting.poisson import lasso_paths
from framing.topics.fitting.pooled import pooled_prevalence
from framing.topics.fitting.workers import Workers

R_STM = partial(update_content, keep_first=True)
"""R's stm 1.3.7, its slip included."""


def path_of(counts, exposure, rate, interactions=True, n_lambdas=50, ratio=1e-3, tolerance=1e-16):
    """The whole path of one word: λ, and κ with a row a λ, without the rows after its end."""
    n_levels, n_topics = exposure.shape
    p = len(names_of(n_levels, n_topics, interactions))
    kappa, chosen, paths = np.zeros((1, p)), np.zeros(1, dtype=int), np.empty((1, n_lambdas, p))
    settings = (n_lambdas, ratio, 2.0, tolerance, False)
    rows = np.ascontiguousarray(counts.reshape(1, -1))
    cut = lasso_paths(0, 1, rows, exposure, np.array([rate]), *settings, kappa, chosen, paths)
    assert cut == 0
    design = design_of(n_levels, n_topics, interactions)
    first = np.abs(design.T @ (counts - rate * exposure).ravel()).max()
    path = paths[0][~np.isnan(paths[0, :, 0])]
    np.testing.assert_array_equal(path[chosen[0]], kappa[0])
    return first * ratio ** (np.arange(len(path)) / (n_lambdas - 1)), path


def design_of(n_levels, n_topics, interactions):
    """The design written out: columns are topics, levels, and topics within levels."""
    topic, level = np.eye(n_topics), np.eye(n_levels)
    columns = [np.tile(topic, (n_levels, 1)), np.repeat(level, n_topics, axis=0)]
    return np.hstack([*columns, *([np.eye(n_levels * n_topics)] if interactions else [])])


@pytest.fixture(scope="module")
def word():
    """Counts of a word by three levels and four topics, exposures, and its rate."""
    rng = np.random.default_rng(3)
    exposure = rng.gamma(2.0, 500.0, size=(3, 4))
    counts = rng.gamma(0.5, 20.0, size=(3, 4))
    return counts, exposure, counts.sum() / exposure.sum()


# --- by hand -------------------------------------------------------------------------------------


def test_two_levels_by_hand():
    # One topic; 60 and 30 of 100 words each, 45 expected of both. The topic has nothing to explain
    # (60 + 30 − 45 − 45 = 0); each level does: 45 e^κ = y ∓ λ, from λ = 15 down.
    lambdas, path = path_of(np.array([[60.0], [30]]), np.full((2, 1), 100.0), 0.45, False)
    assert lambdas[0] == 15
    np.testing.assert_allclose(path[:, 0], 0, atol=1e-9)
    np.testing.assert_allclose(path[:, 1], np.log((60 - lambdas) / 45), atol=1e-7)
    np.testing.assert_allclose(path[:, 2], np.log((30 + lambdas) / 45), atol=1e-7)
    # The path ends where 99.9 % of the deviance are explained, near λ = 15/√1000 ≈ .5.
    assert 0.3 < lambdas[-1] < 0.6


def test_a_topic_of_both_levels_by_hand():
    # 40 of 100 words in both levels of topic 1, 20 expected; topic 2 as expected. Topic 1 as a
    # whole gains 40 per unit of κ, its two interactions and the two levels 20 each: topic 1 alone
    # enters, by 20 e^κ · 2 = 80 − λ.
    counts, exposure = np.array([[40.0, 20], [40, 20]]), np.full((2, 2), 100.0)
    lambdas, path = path_of(counts, exposure, 0.2)
    assert lambdas[0] == 40
    np.testing.assert_allclose(path[:, 0], np.log((80 - lambdas) / 40), atol=1e-7)
    np.testing.assert_allclose(path[:, 1:], 0, atol=1e-9)


def test_what_is_not_worth_its_price_is_left_out():
    # Deviances: 2 (46 log(46/45) + 44 log(44/45)) = .044 for the first word, less than one
    # deviation costs; 2 (60 log(60/45) + 30 log(30/45)) = 10.2 for the second, less 2 · 2.
    counts = np.array([[[46.0, 60, 894]], [[44, 30, 926]]])
    found = update_content(counts, np.array([90, 90, 1820]), interactions=False)
    assert not found.kappa[:, 0].any()
    assert (found.kappa[:, 1] != 0).tolist() == [False, True, True]
    dear = update_content(counts, np.array([90, 90, 1820]), interactions=False, penalty=6)
    assert not dear.kappa.any()


def test_the_slip_of_stm_keeps_the_first_that_entered():
    # λ falls from 1 to .001^(1/249) of it; both levels enter, the first is kept: 45 e^κ = 46 − λ.
    counts = np.array([[[46.0, 954]], [[44, 956]]])
    found = R_STM(counts, np.array([90, 1910]), interactions=False, tolerance=1e-12)
    second = np.log((46 - 0.001 ** (1 / 249)) / 45)
    np.testing.assert_allclose(found.kappa[:, 0], [0, second, 0], atol=1e-8)


def test_topics_are_made_from_deviations_by_hand():
    m = np.log([0.5, 0.3, 0.2])
    kappa = np.zeros((2 + 2 + 4, 3))
    kappa[0, 0], kappa[3, 1], kappa[4, 2] = np.log([2, 3, 4])  # topic 1; level 2; topic 1, level 1
    unscaled = np.array([[[1.0, 0.3, 0.8], [0.5, 0.3, 0.2]], [[1.0, 0.9, 0.2], [0.5, 0.9, 0.2]]])
    expected = unscaled / unscaled.sum(axis=2, keepdims=True)
    np.testing.assert_allclose(worded(m, kappa, 2, 2), expected)


# --- against another solver ----------------------------------------------------------------------


@pytest.mark.parametrize("interactions", [True, False])
def test_the_path_minimises_what_it_should(word, interactions):
    counts, exposure, rate = word
    lambdas, path = path_of(*word, interactions)
    design, y, base = design_of(3, 4, interactions), counts.ravel(), rate * exposure.ravel()

    def aim(kappa, lam):
        linear = design @ kappa
        return (base * np.exp(linear) - y * linear).sum() + lam * np.abs(kappa).sum()

    def halves(both, lam):  # κ as the difference of two that are not negative
        up, down = np.split(both, 2)
        rate_now = base * np.exp(design @ (up - down))
        slope = design.T @ (rate_now - y)
        value = (rate_now - y * (design @ (up - down))).sum() + lam * both.sum()
        return value, np.concatenate([slope + lam, lam - slope])

    for at in (1, 3, 8, 20, len(path) - 1):
        lam, kappa = lambdas[at], path[at]
        slope = design.T @ (y - base * np.exp(design @ kappa))
        assert np.abs(slope).max() <= lam + 1e-6
        signs = np.sign(kappa)[kappa != 0]
        np.testing.assert_allclose(slope[kappa != 0], lam * signs, atol=1e-6)
        start, bounds = np.zeros(2 * len(kappa)), [(0, None)] * (2 * len(kappa))
        settings = {"maxiter": 10_000, "maxfun": 100_000, "ftol": 1e-15, "gtol": 1e-9}
        other = minimize(
            halves, start, (lam,), "L-BFGS-B", jac=True, bounds=bounds, options=settings
        )
        up, down = np.split(other.x, 2)
        assert aim(kappa, lam) <= aim(up - down, lam) + 1e-9 * abs(aim(kappa, lam))
        # κ itself need not be unique where columns add up; what it says of the counts is
        np.testing.assert_allclose(design @ kappa, design @ (up - down), atol=2e-4)


def test_the_tolerance_of_r_is_near_the_end(word):
    design = design_of(3, 4, True)
    _, exact = path_of(*word)
    _, loose = path_of(*word, tolerance=1e-5)
    n = min(len(exact), len(loose))
    np.testing.assert_allclose(loose[:n] @ design.T, exact[:n] @ design.T, atol=0.15)


# --- properties ----------------------------------------------------------------------------------


@cache
def sides(seed=0, n_levels=2, n_topics=3, n_terms=80):
    rng = np.random.default_rng(seed)
    beta = rng.dirichlet(np.full(n_terms, 0.3), size=n_topics)
    said = beta * np.exp(0.5 * rng.normal(size=(n_levels, 1, n_terms)))
    return rng.poisson(3000 * said).astype(float) + 1e-3


def test_rows_sum_to_one_and_deviations_make_them():
    counts = sides()
    found = update_content(counts, counts.sum(axis=(0, 1)))
    assert isinstance(found, ContentTopics)
    assert found.beta.shape == counts.shape
    assert found.kappa.shape == (len(found.names), 80) == (3 + 2 + 6, 80)
    np.testing.assert_allclose(found.beta.sum(axis=2), 1)
    np.testing.assert_allclose(found.beta, worded(found.intercept, found.kappa, 2, 3))
    np.testing.assert_allclose(np.exp(found.intercept).sum(), 1)
    assert 0.1 < (found.kappa == 0).mean() < 0.9


def test_topics_are_near_the_counts():
    counts = sides()
    found = update_content(counts, counts.sum(axis=(0, 1)))
    shares = counts / counts.sum(axis=2, keepdims=True)
    assert np.abs(found.beta - shares).sum(axis=2).max() < 0.1


def test_words_do_not_wait_for_each_other_nor_threads():
    counts = sides()
    totals, order = counts.sum(axis=(0, 1)), np.random.default_rng(1).permutation(80)
    found = update_content(counts, totals)
    moved = update_content(np.ascontiguousarray(counts[:, :, order]), totals[order])
    np.testing.assert_allclose(moved.kappa, found.kappa[:, order], atol=1e-12)
    for threads in (1, 3):
        with Workers(threads) as workers:
            again = update_content(counts, totals, workers=workers)
        assert again.kappa.tobytes() == found.kappa.tobytes()


def test_without_interactions_levels_change_all_topics_alike():
    counts = sides()
    found = update_content(counts, counts.sum(axis=(0, 1)), interactions=False)
    assert not found.interactions
    ratio = np.log(found.beta[1] / found.beta[0])
    ratio -= ratio[:, :1]
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[0], ratio.shape), atol=1e-12)


def test_a_term_that_never_occurs_has_no_part():
    counts = sides()
    wider = np.concatenate([counts, np.zeros((2, 3, 1))], axis=2)
    found = update_content(wider, wider.sum(axis=(0, 1)))
    assert not found.beta[:, :, -1].any()
    assert not found.kappa[:, -1].any()
    alone = update_content(counts, counts.sum(axis=(0, 1)))
    np.testing.assert_allclose(found.beta[:, :, :-1], alone.beta)


def test_a_topic_that_a_level_never_uses():
    counts = sides().copy()
    counts[1, 2] = 0
    found = update_content(counts, counts.sum(axis=(0, 1)))
    assert np.isfinite(found.beta).all()


# --- the list of deviations ----------------------------------------------------------------------


def test_deviations_are_listed_by_size():
    kappa = np.zeros((2 + 2 + 4, 3))
    kappa[0], kappa[3], kappa[4] = [0.5, -1, 2], [0.002, 0.002, 0.0009], [0, 0, 0.3]
    content = ContentTopics(np.ones((2, 2, 3)) / 3, kappa, np.zeros(3), names_of(2, 2, True))
    table = deviations(content, ["a", "b", "c"], ["t1", "t2"], ["EU", "US"])
    expected = [
        ("all", "c", "t1", "topic deviation", 2.0),
        ("all", "a", "t1", "topic deviation", 0.5),
        ("US", "a", "all", "group deviation", 0.002),
        ("US", "b", "all", "group deviation", 0.002),
        ("EU", "c", "t1", "interaction", 0.3),
    ]
    columns = ["group", "term", "topic", "statistic", "estimate"]
    pd.testing.assert_frame_equal(table, pd.DataFrame(expected, columns=columns), check_dtype=False)
    assert len(deviations(content, ["a", "b", "c"], ["t1", "t2"], ["EU", "US"], n=1)) == 3


@needs_stm
@pytest.mark.parametrize("fit", ["gadarian/K3_content", "poliblog/K20_content_iter2"])
def test_deviations_are_those_of_label_topics(fit):
    # labelTopics(fit, n = 20)
    terms = find(f"{fit.split('/')[0]}/vocab.txt").read_text(encoding="utf-8").splitlines()
    levels = find(f"{fit}/y_levels.txt").read_text(encoding="utf-8").splitlines()
    kappa, m = matrix(f"{fit}/kappa_params.csv"), matrix(f"{fit}/kappa_m.csv")[0]
    k = (len(kappa) - 2) // 3
    beta = worded(m, kappa, 2, k)
    for a in (0, 1):
        np.testing.assert_allclose(
            np.log(beta[a]), matrix(f"{fit}/logbeta_{a + 1}.csv"), atol=1e-10
        )
    content = ContentTopics(beta, kappa, m, names_of(2, k, True))
    topics = [f"topic {i}" for i in range(k)]
    table = deviations(content, terms, topics, levels, 20)
    theirs = json.loads(find(f"{fit}/labelTopics.json").read_text(encoding="utf-8"))
    pairs = [("all", topic) for topic in topics] + [(level, "all") for level in levels]
    pairs += [(level, topic) for level in levels for topic in topics]
    listed = theirs["topics"] + theirs["covariate"] + theirs["interaction"]
    for (group, topic), words in zip(pairs, listed, strict=True):
        ours = table[(table["group"] == group) & (table["topic"] == topic)]
        assert ours["term"].tolist() == [word for word in words if word]


# --- against R -----------------------------------------------------------------------------------

# The word "recount" in poliblog5k by topic, in conservative blogs and then in liberal ones, and all
# words, as expected in the second iteration of stm(K = 20, prevalence = ~ rating + s(day),
# content = ~ rating, init.type = "Spectral"). Computed from R's eta; six digits, which is what the
# margin for κ allows for.
RECOUNT = """
0.0408785 0.0925157 0.680852 0.109451 8.53275 0.945223 53.3779 1.11451 0.838546 0.0137345
0.0847696 0.171976 0.604521 0.467967 0.607915 0.0603373 0.542199 0.0952755 0.459636 0.159093
0.270228 0.686831 0.670736 0.0616986 1.55714 0.169383 73.4875 0.0308111 0.022516 0.190636
0.121345 0.12334 0.459436 0.307072 0.397853 0.0700162 0.786801 1.06309 0.147026 0.376586
"""
ALL_WORDS = """
8467.99 25820.3 37376.5 12008.3 27621.9 52480.2 7782.54 39204.4 13608.5 31302.5
32108.6 38046.3 29947.6 10988.3 24517.5 19522.5 19639.6 25781 29935 20315.4
15889.1 31819.1 42739.3 12847.6 18155.6 29699.8 11921.2 12444.7 18043.3 45444.4
28944.4 35127.7 18230.9 28287 36760.5 15928.7 19174.9 26614.4 35743.5 15454
"""
# What is not nought in its column of R's kappa$params, counted from 0.
KAPPA = {4: 1.516050, 6: 5.729128, 20: -1.911886, 21: -2.087527, 26: 0.952200, 48: 0.061543}


def test_one_word_of_poliblog():
    recount, everything = (
        np.array(text.split(), dtype=float).reshape(2, 20) for text in (RECOUNT, ALL_WORDS)
    )
    counts = np.stack([recount, everything - recount], axis=2)
    kappa = update_content(counts, np.array([150, 1_005_745 - 150])).kappa[:, 0]
    assert np.flatnonzero(kappa).tolist() == list(KAPPA)
    np.testing.assert_allclose(kappa[list(KAPPA)], list(KAPPA.values()), atol=1e-5)


@needs_stm
def test_two_iterations_of_poliblog():
    # The first E-step of stm does not know of levels, so that R's η is that of the model without
    # content after one iteration; the second η is stored. Given these, nothing is left open: κ has
    # agreed within 3e-14, and the margin is for processors that round exp otherwise.
    counts, _, meta = documents("poliblog")
    level = pd.Categorical(meta["rating"]).codes.astype(np.int64)
    documents_ = Documents.of(counts, level)
    beta = np.stack([matrix("poliblog/init_K20/beta_init.csv")] * 2)
    with Workers() as workers:
        for fit in ("K20_prev_iter1", "K20_content_iter2"):
            eta = matrix(f"poliblog/{fit}/eta.csv")
            weight = np.exp(np.column_stack([eta, np.zeros(len(eta))]))
            tall = np.ascontiguousarray(beta.transpose(0, 2, 1))
            expected = expected_counts(documents_, tall, weight, workers).transpose(0, 2, 1)
            found = R_STM(expected, counts.sum(axis=0), workers=workers)
            right = update_content(expected, counts.sum(axis=0), workers=workers)
            beta = found.beta
    folder = "poliblog/K20_content_iter2"
    np.testing.assert_allclose(found.intercept, matrix(f"{folder}/kappa_m.csv")[0], atol=1e-12)
    theirs = matrix(f"{folder}/kappa_params.csv")
    np.testing.assert_array_equal(found.kappa != 0, theirs != 0)
    np.testing.assert_allclose(found.kappa, theirs, atol=1e-9)
    for a in (0, 1):
        logbeta = matrix(f"{folder}/logbeta_{a + 1}.csv")
        np.testing.assert_allclose(np.log(beta[a]), logbeta, atol=1e-9)
        # without the slip: 79 of 2,632 words have no deviation at all
        assert np.abs(right.beta[a] - np.exp(logbeta)).sum(axis=1).max() < 1e-4
    assert (right.kappa == 0).all(axis=0).sum() == 79


@needs_stm
def test_a_whole_fit_of_gadarian():
    # stm(K = 3, prevalence = ~ treatment + s(pid_rep), content = ~ treatment, seed 2138): 11
    # iterations from the spectral start. Ours ends each search for η nearer to the mode than R's,
    # which moves the bound by some 1e-6 of its size. Which λ is chosen can flip on as little, hence
    # the margin for the share of words that have the very deviations of R.
    counts, _, meta = documents("gadarian")
    level = meta["treatment"].to_numpy(dtype=np.int64)
    start = np.broadcast_to(matrix("gadarian/init/beta_init.csv").T, (2, 462, 3)).copy()
    folder, totals = "gadarian/K3_content", counts.sum(axis=0)
    bounds = matrix(f"{folder}/bound.csv")[:, 0]
    arguments = (Documents.of(counts, level), start, matrix(f"{folder}/X.csv"), pooled_prevalence)
    with Workers() as workers:
        reworded = partial(R_STM, word_counts=totals, workers=workers)
        states = iterate(*arguments, reworded, 0.0, workers)
        state = [next(states) for _ in bounds][-1]
        right = partial(update_content, word_counts=totals, workers=workers)
        states = iterate(*arguments, right, 0.0, workers)
        plain = [next(states) for _ in bounds][-1]
    np.testing.assert_allclose(state.bounds, bounds, rtol=5e-6)
    theirs = matrix(f"{folder}/kappa_params.csv")
    same = ((state.content.kappa != 0) == (theirs != 0)).all(axis=0)
    assert same.mean() >= 0.98
    assert np.abs(state.content.kappa - theirs)[:, same].max() < 0.05
    beta = np.exp([matrix(f"{folder}/logbeta_{a + 1}.csv") for a in (0, 1)])
    assert np.abs(state.content.beta - beta).sum(axis=2).max() < 2e-3
    # Without the slip, which on this corpus adds a deviation to every second word:
    np.testing.assert_allclose(plain.bounds, bounds, rtol=3e-4)
    assert np.abs(plain.content.beta - beta).sum(axis=2).max() < 0.05


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "totals", "words"),
    [
        (np.ones((2, 3)), np.ones(3), "has 2 dimensions"),
        (np.ones((2, 1, 3)), np.ones(2), "one count for each of 3 terms"),
        (-np.ones((2, 1, 3)), np.ones(3), "some are negative or missing"),
        (np.full((2, 1, 3), np.nan), np.ones(3), "some are negative or missing"),
        (np.ones((2, 1, 3)), np.array([1, -1, 1]), "word_counts must be counts"),
        (np.ones((2, 1, 3)), np.array([1, 0, 1]), "word_counts says never occur"),
        (np.ones((1, 1, 3)), np.ones(3), "has one level"),
        (np.array([[[1.0, 1]], [[0, 0]]]), np.ones(2), "no words in level 2 of 2"),
    ],
)
def test_counts_that_cannot_be_used(counts, totals, words):
    with pytest.raises(InputError, match=words):
        update_content(counts, totals)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"n_lambdas": 1}, "n_lambdas must be a whole number from 2 on"),
        ({"ratio": 1}, "ratio must be between 0 and 1"),
        ({"tolerance": 0}, "tolerance must be between 0 and 1"),
        ({"penalty": -1}, "penalty must be a number from 0 on"),
    ],
)
def test_settings_that_cannot_be_used(setting, words):
    with pytest.raises(InputError, match=words):
        update_content(np.ones((2, 1, 3)), np.ones(3), **setting)


def test_a_path_that_is_cut_off_is_told():
    counts = sides()
    with pytest.warns(InputWarning, match="of 80 terms stopped after 10,000 passes"):
        update_content(counts, counts.sum(axis=(0, 1)), tolerance=1e-300)


def test_deviations_that_cannot_be_listed():
    content = ContentTopics(np.ones((2, 1, 2)) / 2, np.zeros((3, 2)), np.zeros(2), ())
    with pytest.raises(InputError, match="names must be 2; got 1"):
        deviations(content, ["a"], ["t"], ["EU", "US"])
    with pytest.raises(InputError, match="n must be a whole number from 1 on"):
        deviations(content, ["a", "b"], ["t"], ["EU", "US"], n=0)
