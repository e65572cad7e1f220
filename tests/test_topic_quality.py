"""Quality of topics against arithmetic by hand, naive loops and R."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from _stm import find, fitted, needs_stm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.stats import chi2, rankdata

from framing.errors import InputError
from framing.topics.diagnostics import residuals
from framing.topics.diagnostics.quality import (
    CONVENTIONS,
    exclusivity,
    semantic_coherence,
    topic_quality,
)
from framing.topics.diagnostics.residuals import dispersion, residual_dispersion

# Segments with each pair of terms: D(0, 1) = 2, D(0, 2) = 1, D(1, 2) = 1; D = 3, 2, 2, 1.
COUNTS = sparse.csr_array([[1, 2, 0, 0], [1, 1, 1, 0], [5, 0, 0, 1], [0, 0, 1, 0]])
BETA = np.array([[0.5, 0.3, 0.2, 0.0], [0.1, 0.2, 0.3, 0.4]])


def model_of(**more):
    about = {
        "beta_": BETA,
        "theta_": np.array([[0.9, 0.1], [0.5, 0.5], [0.8, 0.2], [0.3, 0.7]]),
        "counts_": COUNTS,
        "used_": np.ones(4, dtype=bool),
        "terms_": ["state", "chip", "trade", "port"],
        "topic_names_": ["topic 1", "topic 2"],
    }
    return SimpleNamespace(**about | more)


def random(seed, n=30, k=3, v=12):
    rng = np.random.default_rng(seed)
    theta, beta = rng.dirichlet(np.ones(k), n), rng.dirichlet(np.full(v, 0.3), k)
    counts = sparse.csr_array(rng.poisson(20 * theta @ beta).astype(float))
    return theta, beta, counts


# --- semantic coherence --------------------------------------------------------------------------


def test_coherence_of_mimno_by_hand():
    # Topic 1: terms 0, 1, 2. log (2+1)/3 + log (1+1)/3 + log (1+1)/2
    # Topic 2: terms 3, 2, 1. log (0+1)/1 + log (0+1)/1 + log (1+1)/2
    found = semantic_coherence(BETA, COUNTS, 3)
    assert found == pytest.approx([np.log(2 / 3), 0])


def test_coherence_of_stm_by_hand():
    # Terms as they are first listed: 0, 1, 2, then 3. So in topic 2, 1 comes before 2 before 3.
    found = semantic_coherence(BETA, COUNTS, 3, "stm")
    one = np.log(2.01 / 3.01) + np.log(1.01 / 3.01) + np.log(1.01 / 2.01)
    two = np.log(1.01 / 2.01) + np.log(0.01 / 2.01) + np.log(0.01 / 2.01)
    assert found == pytest.approx([one, two])


def test_coherence_of_stm_depends_on_the_order_of_topics_and_that_of_mimno_does_not():
    _, beta, counts = random(1)
    for convention, same in (("mimno", True), ("stm", False)):
        found = semantic_coherence(beta, counts, 6, convention)
        turned = semantic_coherence(beta[::-1], counts, 6, convention)[::-1]
        assert np.allclose(found, turned) == same


def test_how_often_a_term_occurs_in_a_segment_does_not_matter():
    assert semantic_coherence(BETA, COUNTS, 3).tolist() == (
        semantic_coherence(BETA, sparse.csr_array(COUNTS > 0), 3).tolist()
    )


def test_a_term_in_no_segment_leaves_no_coherence_of_mimno():
    counts = COUNTS[:2]
    assert np.isnan(semantic_coherence(BETA, counts, 3)).tolist() == [False, True]
    table = topic_quality(model_of(counts_=counts, used_=np.ones(2, dtype=bool)), 3)
    missing = table[table["estimate"].isna()]
    assert missing["topic"].tolist() == ["topic 2"]
    assert missing["note"].tolist() == ["one of its 3 most probable terms is in no segment"]
    assert (table.loc[table["estimate"].notna(), "note"] == "").all()


def test_coherence_of_a_content_model_is_that_of_the_levels_weighted_by_segments():
    levels, level_of = np.stack([BETA, BETA[:, ::-1]]), np.array([0, 0, 1, 0])
    expected = 0.75 * semantic_coherence(BETA, COUNTS[[0, 1, 3]], 2, "stm")
    expected = expected + 0.25 * semantic_coherence(BETA[:, ::-1], COUNTS[[2]], 2, "stm")
    found = semantic_coherence(levels, COUNTS, 2, "stm", level_of)
    assert found == pytest.approx(expected)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(2, 12))
def test_coherence_of_mimno_is_that_of_a_loop(seed, m):
    _, beta, counts = random(seed)
    x = counts.toarray() > 0
    found = semantic_coherence(beta, counts, m)
    for k, topic in enumerate(beta):
        top = np.argsort(-topic, kind="stable")[:m]
        total = 0.0
        for i in range(1, m):
            for j in range(i):
                alone = x[:, top[j]].sum()
                both = (x[:, top[i]] & x[:, top[j]]).sum()
                total += np.log((both + 1) / alone) if alone else np.nan
        assert found[k] == pytest.approx(total, nan_ok=True)


# --- exclusivity ---------------------------------------------------------------------------------


def test_exclusivity_by_hand():
    # Topic 1: β/Σβ = 5/6, 3/5, 2/5, 0, ranks 4, 3, 2, 1; those of β are the same.
    assert exclusivity(BETA, 2) == pytest.approx([1 + 0.75, 1 + 0.75])
    # Frequency ranks of topic 1 stay 4, 3, 2, 1; exclusivity is now .5, .6, .4, 0.
    beta = np.array([[0.5, 0.3, 0.2, 0.0], [0.5, 0.2, 0.3, 0.0]])
    one = 1 / (0.7 / 0.75 + 0.3 / 1) + 1 / (0.7 / 1 + 0.3 / 0.75)
    assert exclusivity(beta, 2)[0] == pytest.approx(one)


def test_the_weight_of_exclusivity_is_on_exclusivity():
    _, beta, _ = random(2)
    own = rankdata(beta / beta.sum(axis=0), axis=1) / 12
    top = np.argsort(-beta, axis=1)[:, :4]
    expected = np.take_along_axis(own, top, 1).sum(axis=1)
    assert exclusivity(beta, 4, weight=1) == pytest.approx(expected)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 12), st.floats(0, 1))
def test_exclusivity_lies_between_nought_and_the_number_of_terms(seed, m, weight):
    _, beta, _ = random(seed)
    found = exclusivity(beta, m, weight)
    assert ((found > 0) & (found <= m + 1e-9)).all()
    assert exclusivity(beta[::-1], m, weight)[::-1] == pytest.approx(found)


def test_exclusivity_of_a_content_model_is_a_mean_over_levels():
    other = BETA[:, [0, 2, 1, 3]]
    found = exclusivity(np.stack([BETA, other]), 2, level_weights=np.array([0.75, 0.25]))
    assert found == pytest.approx(0.75 * exclusivity(BETA, 2) + 0.25 * exclusivity(other, 2))


# --- the table -----------------------------------------------------------------------------------


def test_topic_quality_has_two_rows_a_topic():
    table = topic_quality(model_of(), 3)
    assert list(table) == ["topic", "statistic", "estimate", "note"]
    assert table["statistic"].tolist() == ["semantic_coherence", "exclusivity"] * 2
    assert table["estimate"][::2].to_numpy() == pytest.approx([np.log(2 / 3), 0])
    assert table["estimate"][1::2].to_numpy() == pytest.approx(exclusivity(BETA, 3))


def test_segments_not_used_do_not_count():
    unused = model_of(used_=np.array([True, True, False, True]))
    found = topic_quality(unused, 2).loc[0, "estimate"]
    assert found == pytest.approx(semantic_coherence(BETA, COUNTS[[0, 1, 3]], 2)[0])


def test_content_models_have_quality_too():
    levels = np.stack([BETA, BETA])
    model = model_of(beta_=levels, level_of_=np.array([0, 1, -1, 1]), used_=[1, 1, 0, 1])
    table = topic_quality(model, 2, convention="stm")
    assert table.loc[1, "estimate"] == pytest.approx(exclusivity(BETA, 2)[0])
    parts = [semantic_coherence(BETA, COUNTS[rows], 2, "stm")[0] for rows in ([0], [1, 3])]
    assert table.loc[0, "estimate"] == pytest.approx(parts[0] / 3 + 2 * parts[1] / 3)


def test_bad_input():
    with pytest.raises(InputError, match="convention must be one of 'mimno', 'stm'; got 'umass'"):
        semantic_coherence(BETA, COUNTS, 2, "umass")
    with pytest.raises(InputError, match="m must be a whole number from 1 to 4, the number of ter"):
        semantic_coherence(BETA, COUNTS)
    with pytest.raises(InputError, match="m must be a whole number"):
        exclusivity(BETA, 0)
    with pytest.raises(InputError, match="weight must lie between 0 and 1; got -1"):
        exclusivity(BETA, 2, -1)
    with pytest.raises(InputError, match="level_of= is needed for the topics of a content model"):
        semantic_coherence(np.stack([BETA, BETA]), COUNTS, 2)
    with pytest.raises(InputError, match="not fitted; call fit first"):
        topic_quality(SimpleNamespace())


# --- residual dispersion -------------------------------------------------------------------------


def by_definition(theta, beta, counts):
    x, q = counts.toarray(), theta @ beta
    n = x.sum(axis=1, keepdims=True)
    d = ((x - n * q) ** 2 / (n * q * (1 - q))).sum()
    (rows, terms), k = x.shape, len(beta)
    return d, (n * q > 0.01).sum() - terms - rows * (k - 1) - k * (terms - 1)


def test_dispersion_is_that_of_its_definition(monkeypatch):
    theta, beta, counts = random(3, n=200, k=2)
    d, degrees = by_definition(theta, beta, counts)
    found = dispersion(theta, beta, counts)
    assert found == pytest.approx((d / degrees, degrees, chi2.sf(d, degrees)))
    monkeypatch.setattr(residuals, "ENTRIES", 100)  # blocks of eight segments
    assert dispersion(theta, beta, counts) == pytest.approx(found)


def test_dispersion_is_one_where_the_model_holds_and_more_where_terms_come_in_bursts():
    rng = np.random.default_rng(4)
    theta, beta = rng.dirichlet(np.ones(2), 3000), rng.dirichlet(np.ones(40), 2)
    counts = rng.multinomial(200, theta @ beta)
    fine = dispersion(theta, beta, sparse.csr_array(counts))
    # Each of the 120,000 cells has the variance expected of it.
    assert fine.estimate * fine.degrees == pytest.approx(120_000, rel=0.02)
    bursts = dispersion(theta, beta, sparse.csr_array(3 * counts))
    assert bursts.estimate == pytest.approx(3 * fine.estimate, rel=0.05)
    assert bursts.p_value == 0


def test_dispersion_of_a_content_model_takes_each_segments_own_terms():
    theta, beta, counts = random(5, n=200, k=2)
    other, level_of = beta[:, ::-1], np.arange(200) % 2
    levels = np.stack([beta, other])
    halves = [
        by_definition(theta[level_of == a], levels[a], counts[level_of == a]) for a in range(2)
    ]
    found = dispersion(theta, levels, counts, level_of)
    assert found.estimate * found.degrees == pytest.approx(halves[0][0] + halves[1][0])
    assert found.degrees == halves[0][1] + halves[1][1] + 12 + 2 * 11


def test_negative_degrees_of_freedom_leave_no_estimate():
    one = {"theta_": np.array([[0.9, 0.1]]), "counts_": COUNTS[[0]], "used_": np.array([True])}
    table = residual_dispersion(model_of(**one))
    columns = ["statistic", "estimate", "p_value", "degrees", "n_segments", "note"]
    assert sorted(table) == sorted(columns)
    row = table.iloc[0]
    assert (row["statistic"], row["n_segments"]) == ("residual_dispersion", 1)
    assert row[["estimate", "p_value"]].isna().all()
    assert row["degrees"] == -7  # 4 cells − 4 terms − 1 · 1 − 2 · 3
    assert row["note"].startswith("the degrees of freedom are negative (-7): the model has more")


def test_segments_without_shares_are_left_out():
    theta, beta, counts = random(6, n=200, k=2)
    expected = dispersion(theta[10:], beta, counts[10:])
    theta[:10] = np.nan
    found = dispersion(theta, beta, counts)
    assert found == pytest.approx(expected)


def test_an_impossible_term_leaves_no_estimate():
    theta, beta, counts = random(7, n=200, k=2)
    beta[:, 0] = 0
    model = model_of(
        beta_=beta / beta.sum(axis=1, keepdims=True),
        theta_=theta,
        counts_=counts + sparse.csr_array(np.eye(200, 12)),
        used_=np.ones(200, dtype=bool),
    )
    row = residual_dispersion(model).iloc[0]
    assert row["degrees"] > 0
    assert np.isnan(row["estimate"])
    assert row["note"] == "the model holds a term that occurs to be impossible, or certain"


# --- R stm 1.3.7 ---------------------------------------------------------------------------------

# gadarian, K = 3: segments with each pair of the ten most probable terms of topic 1, and
# semanticCoherence(fit, documents, M = 10)[1].
R_PAIRS = [
    [117, 33, 17, 20, 26, 14, 9, 10, 7, 11],
    [33, 64, 22, 13, 12, 7, 9, 11, 10, 9],
    [17, 22, 52, 14, 11, 5, 10, 7, 5, 8],
    [20, 13, 14, 38, 16, 4, 7, 9, 6, 3],
    [26, 12, 11, 16, 49, 8, 6, 7, 9, 5],
    [14, 7, 5, 4, 8, 28, 7, 3, 3, 3],
    [9, 9, 10, 7, 6, 7, 31, 4, 7, 8],
    [10, 11, 7, 9, 7, 3, 4, 31, 5, 6],
    [7, 10, 5, 6, 9, 3, 7, 5, 22, 3],
    [11, 9, 8, 3, 5, 3, 8, 6, 3, 23],
]
R_COHERENCE = -84.8065964300942


def test_coherence_of_stm_in_r():
    found = CONVENTIONS["stm"](np.array([R_PAIRS]), np.arange(10)[None])
    assert found == pytest.approx([R_COHERENCE], rel=1e-12)


@needs_stm
@pytest.mark.parametrize(
    ("data", "fit"),
    [
        ("gadarian", "K3_prev"),
        ("gadarian", "K3_ctm"),
        ("gadarian", "K3_prevL1"),
        ("gadarian", "K3_content"),
        ("poliblog", "K20_prev"),
    ],
)
def test_quality_in_r(data, fit):
    # semanticCoherence(fit, documents, M = 10) and exclusivity(fit, M = 10, frexw = .7)
    model = fitted(data, fit)
    theirs = pd.read_csv(find(f"{data}/{fit}/quality.csv"))
    ours = topic_quality(model, convention="stm").pivot(
        index="topic", columns="statistic", values="estimate"
    )
    ours = ours.loc[model.topic_names_]
    np.testing.assert_allclose(ours["semantic_coherence"], theirs["semcoh"], rtol=1e-10)
    if fit == "K3_content":  # R: "Exclusivity calculation only designed for models without content"
        assert theirs["exclusivity"].isna().all()
        assert ours["exclusivity"].between(7, 10).all()
    else:
        np.testing.assert_allclose(ours["exclusivity"], theirs["exclusivity"], rtol=1e-12)


@needs_stm
@pytest.mark.parametrize(("data", "fit"), [("gadarian", "K3_prev"), ("poliblog", "K20_prev")])
def test_dispersion_in_r(data, fit):
    # checkResiduals(fit, documents)
    theirs = json.loads(find(f"{data}/{fit}/residuals.json").read_text())
    row = residual_dispersion(fitted(data, fit)).iloc[0]
    assert row["degrees"] == theirs["df"]
    assert row["estimate"] == pytest.approx(theirs["dispersion"], rel=1e-10)
    assert row["p_value"] == theirs["pvalue"]
    assert row["note"] == ""
