"""Labels of topics against arithmetic by hand and against R."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
import scipy
from _stm import STM, fitted, needs_stm, table
from hypothesis import given
from hypothesis import strategies as st

from framing.errors import InputError
from framing.topics.diagnostics.labels import (
    frex,
    level_shares,
    lift,
    marginal,
    probability,
    ranked,
    score,
    topic_terms,
)

BETA = np.array([[0.5, 0.3, 0.2, 0.0], [0.1, 0.3, 0.2, 0.4]])
COUNTS = np.array([31, 30, 20, 19])
LABELS = {"probability": "prob", "frex": "frex", "lift": "lift", "score": "score"}


def model_of(beta=BETA, **more):
    beta = np.asarray(beta)
    about = {
        "beta_": beta,
        "word_counts_": COUNTS,
        "terms_": ["state", "chip", "trade", "port"],
        "topic_names_": ["topic 1", "topic 2"],
    }
    return SimpleNamespace(**about | more)


@st.composite
def topics(draw):
    k, v = draw(st.integers(2, 5)), draw(st.integers(2, 8))
    whole = st.integers(0, 20)
    weight = np.array(draw(st.lists(whole, min_size=k * v, max_size=k * v)), float).reshape(k, v)
    counts = np.array(draw(st.lists(whole, min_size=v, max_size=v)))
    weight[:, 0] += 1
    return weight / weight.sum(axis=1, keepdims=True), counts


def test_lift_is_the_logarithm_of_a_ratio():
    expected = np.log(BETA[1] / (COUNTS / 100))
    assert lift(BETA, COUNTS)[1] == pytest.approx(expected)


def test_score_is_probability_times_how_much_above_the_mean_topic():
    # log .5 − (log .5 + log .1) / 2 = log √5
    assert score(BETA)[:, 0] == pytest.approx([0.5 * np.log(5) / 2, -0.1 * np.log(5) / 2])
    assert score(BETA)[:, 1].tolist() == [0, 0]


def test_score_of_a_term_that_a_topic_lacks_is_finite():
    assert score(BETA)[:, 3] == pytest.approx([0, 0.4 * (np.log(0.4) + 1000) / 2])


def test_frex_by_hand():
    # Exclusivity of topic 1: 5/6, 1/2, 1/2, 0. By James and Stein, for the first term,
    # λ = 2 (5/6)(1/6) / [30 · 2 (1/3)²] = 1/24; for the last, nothing is uncertain.
    # So the order is unchanged: ranks 4, 2.5, 2.5, 1; those of frequency 4, 3, 2, 1.
    by_hand = [1, 1 / (0.5 / 0.75 + 0.5 / 0.625), 1 / (0.5 / 0.5 + 0.5 / 0.625), 0.25]
    assert frex(BETA, COUNTS)[0] == pytest.approx(by_hand)


def test_frex_draws_rare_terms_towards_even_shares():
    # The first term is of topic 1 by 4/5, the second by 3/4; but the first occurs twice:
    # λ = 2 · .16 / (1 · 2 · .09) > 1, so that its exclusivity is 1/2.
    beta = np.array([[0.4, 0.6], [0.1, 0.2]])
    beta = np.column_stack([beta, [0.0, 0.7]])
    often, rarely = (frex(beta, np.array([n, 1000, 1000]), weight=0)[0] for n in (1000, 2))
    assert often == pytest.approx([1, 2 / 3, 1 / 3])
    assert rarely == pytest.approx([2 / 3, 1, 1 / 3])


def test_the_weight_of_frex_is_on_frequency():
    ranks = np.array([4, 3, 2, 1]) / 4
    assert frex(BETA, COUNTS, weight=1)[0] == pytest.approx(ranks)
    assert frex(BETA, COUNTS, weight=0)[0] == pytest.approx(np.array([4, 2.5, 2.5, 1]) / 4)


@given(topics(), st.floats(0, 1))
def test_frex_lies_between_the_lowest_rank_and_one(given, weight):
    beta, counts = given
    found = frex(beta, counts, weight)
    assert (found >= 1 / beta.shape[1] - 1e-12).all()
    assert (found <= 1 + 1e-12).all()


@given(topics())
def test_statistics_follow_their_topics(given):
    beta, counts = given
    order = np.arange(len(beta))[::-1]
    for name in (frex, lift):
        np.testing.assert_allclose(name(beta[order], counts), name(beta, counts)[order], rtol=1e-9)
    np.testing.assert_allclose(score(beta[order]), score(beta)[order], rtol=1e-9, atol=1e-9)


def test_a_term_that_never_occurs_has_no_lift():
    counts = np.array([31, 30, 20, 0])
    assert np.isnan(lift(BETA, counts)[:, 3]).all()
    listed = topic_terms(model_of(word_counts_=counts), None, "lift")
    assert "port" not in set(listed["term"])
    assert len(listed) == 6


def test_ties_go_by_probability_then_by_column():
    assert ranked(np.array([1, 1 + 1e-13, 1, 2]), np.array([0.2, 0.3, 0.3, 0.0])).tolist() == [
        3,
        1,
        2,
        0,
    ]


def test_topic_terms_lists_the_best_first():
    found = topic_terms(model_of(), 2, ["probability", "score"])
    assert list(found) == ["term", "topic", "statistic", "estimate"]
    first = found[found["topic"] == "topic 1"]
    assert first["term"].tolist() == ["state", "chip", "state", "chip"]
    assert first["estimate"].tolist() == pytest.approx([0.5, 0.3, 0.5 * np.log(5) / 2, 0])


def test_content_models_have_their_mean_and_their_levels():
    levels = np.stack([BETA, BETA[:, ::-1]])
    model = model_of(
        levels, levels_=["EU", "US"], level_of_=np.array([0, 1, 1, 1, -1]), used_=[1, 1, 1, 1, 0]
    )
    assert level_shares(model).tolist() == [0.25, 0.75]
    mean = marginal(levels, np.array([0.25, 0.75]))
    assert mean[0] == pytest.approx([0.125, 0.225, 0.275, 0.375])
    found = topic_terms(model, 1, "probability")
    assert found["group"].tolist() == ["all", "all", "EU", "EU", "US", "US"]
    assert found["term"].tolist() == ["port", "state", "state", "port", "port", "state"]
    assert found["estimate"][0] == pytest.approx(0.375)


def test_bad_input():
    with pytest.raises(InputError, match="statistics must be one of 'probability', 'frex'"):
        topic_terms(model_of(), statistics=["tf-idf"])
    with pytest.raises(InputError, match="n must be a whole number from 1 on, or None"):
        topic_terms(model_of(), 0)
    with pytest.raises(InputError, match="not fitted; call fit first"):
        topic_terms(SimpleNamespace())
    with pytest.raises(InputError, match="weight must lie between 0 and 1; got 2"):
        frex(BETA, COUNTS, 2)
    with pytest.raises(InputError, match="counts must be 4 numbers, one a term"):
        lift(BETA, COUNTS[:3])
    with pytest.raises(InputError, match="beta must be topics × terms; it has 3 dimensions"):
        probability(BETA[None])


# --- R stm 1.3.7 ---------------------------------------------------------------------------------

# labelTopics(fit, n = 6)$score and $lift of topic 1, with the numbers of `fit` behind them.
R_SCORE = ["legal", "think", "countri", "immigr", "will", "mani"]  # gadarian, K = 3
R_LOG_BETA = [
    [-3.036949, -3.018257, -2.689753, -2.014204, -3.369655, -3.749145],
    [-161.395933, -162.547895, -84.707216, -3.762512, -76.857001, -81.617814],
    [-116.136694, -54.917764, -49.497293, -44.903704, -85.805789, -117.684655],
]
R_LIFT = ["legisl", "surveil", "detaine", "interrog", "judici", "detent"]  # poliblog, K = 20
R_LIFT_LOG_BETA = [-4.092888987, -5.822003387, -5.164363853, -5.339499055, -6.009005114]
R_LIFT_LOG_BETA += [-5.999725992]
R_COUNTS, R_TOKENS = [727, 129, 249, 209, 107, 108], 1_005_745


def test_order_of_score_in_r():
    found = score(np.exp(R_LOG_BETA))[0]
    assert [R_SCORE[i] for i in np.argsort(-found)] == R_SCORE


def test_order_of_lift_in_r():
    counts = np.array([*R_COUNTS, R_TOKENS - sum(R_COUNTS)])
    found = lift(np.exp([[*R_LIFT_LOG_BETA, -1]]), counts)[0, :6]
    assert [R_LIFT[i] for i in np.argsort(-found)] == R_LIFT


FITS = [
    ("gadarian", "K3_prev"),
    ("gadarian", "K3_ctm"),
    ("gadarian", "K3_prevL1"),
    ("poliblog", "K20_prev"),
]


OLD_SCIPY = tuple(map(int, scipy.__version__.split(".")[:2])) < (1, 15)
"""Its logsumexp rounds otherwise than R's, so that a few terms do not tie in exclusivity."""


@needs_stm
@pytest.mark.parametrize(("data", "fit"), FITS)
def test_labels_of_r(data, fit):
    # labelTopics(fit, n = 20, frexweight = .5)
    model = fitted(data, fit)
    terms = np.array(model.terms_)
    values = {
        "probability": probability(model.beta_),
        "frex": frex(model.beta_, model.word_counts_),
        "lift": lift(model.beta_, model.word_counts_),
        "score": score(model.beta_),
    }
    listed = topic_terms(model, 20)
    for name, estimate in values.items():
        if name == "frex" and data == "gadarian" and OLD_SCIPY:
            continue
        ours = np.take_along_axis(
            estimate, np.argsort(-estimate, axis=1, kind="stable")[:, :20], axis=1
        )
        theirs = table(f"{data}/{fit}/labels_{LABELS[name]}.csv").to_numpy()
        place = np.array([[model.terms_.index(term) for term in row] for row in theirs])
        # The same estimates at every place: what differs is the order of ties alone.
        np.testing.assert_allclose(np.take_along_axis(estimate, place, 1), ours, rtol=1e-11)
        shown = listed.loc[listed["statistic"] == name, "estimate"].to_numpy().reshape(ours.shape)
        np.testing.assert_allclose(shown, ours, rtol=1e-10)
        if name != "lift":
            order = np.argsort(-estimate, axis=1, kind="stable")[:, :20]
            assert (terms[order] == theirs).all()


@needs_stm
def test_labels_of_a_content_model_of_r():
    # sageLabels(fit, n = 20); R leaves ties in FREX in the order of columns.
    model = fitted("gadarian", "K3_content")
    names = {"Highest Prob": "probability", "FREX": "frex", "Lift": "lift", "Score": "score"}
    listed = topic_terms(model, 20).groupby(["topic", "group", "statistic"])["term"].agg(list)
    text = (STM / "gadarian/K3_content/sageLabels.txt").read_text()
    compared, tied = 0, []
    for part in re.split(r"^Topic ", text, flags=re.MULTILINE)[1:]:
        group = "all"
        for line in part.splitlines():
            if found := re.match(r"\s+Covariate (\d)", line):
                group = found[1]
            elif found := re.match(r"\s+Marginal (.+?): (.*)", line):
                theirs = [term.strip() for term in found[2].split(",")]
                ours = listed[f"topic {part[0]}", group, names[found[1]]][: len(theirs)]
                compared += 1
                if ours != theirs:
                    tied.append((part[0], group, found[1]))
                assert set(ours) == set(theirs)
    assert compared == 3 * 3 * 4
    assert tied == [("2", "all", "FREX")]
