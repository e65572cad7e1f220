"""Topics of two models paired: by hand, against all pairings, and with planted topics."""

from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest
from _stm import planted
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.errors import InputError
from framing.topics import StructuralTopicModel
from framing.topics.refitting.alignment import Alignment, align_topics, averaged, shared_terms

BETA = np.array([[0.6, 0.4, 0.0], [0.0, 0.6, 0.8 / 2]])


def model_of(beta, terms=("state", "chip", "trade"), **more):
    names = [f"topic {k}" for k in range(1, np.shape(beta)[-2] + 1)]
    about = {"beta_": np.asarray(beta), "terms_": list(terms), "topic_names_": names}
    return SimpleNamespace(**about | more)


def test_cosines_by_hand():
    found = Alignment.of(np.array([[0.6, 0.8]]), np.array([[0.8, 0.6], [0.0, 1.0]]))
    assert found.cosines.tolist() == pytest.approx(np.array([[0.96, 0.8]]))
    assert found.partner.tolist() == [0]
    assert found.similarity.tolist() == pytest.approx([0.96])


def test_pairs_are_the_best_together_and_not_one_by_one():
    # Topic 0 is most like topic 0 (.98), but so is topic 1 (.97), which is like no other.
    one = np.array([[0.7, 0.3, 0.0], [0.5, 0.5, 0.0]])
    other = np.array([[0.6, 0.4, 0.0], [0.9, 0.0, 0.1]])
    found = Alignment.of(one, other)
    assert found.cosines[0].argmax() == 0
    assert found.partner.tolist() == [1, 0]


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_no_pairing_is_better(seed):
    rng = np.random.default_rng(seed)
    one, other = rng.dirichlet(np.full(6, 0.5), 4), rng.dirichlet(np.full(6, 0.5), 4)
    found = Alignment.of(one, other)
    every = [sum(found.cosines[range(4), order]) for order in permutations(range(4))]
    assert found.similarity.sum() == pytest.approx(max(every))
    assert sorted(found.partner) == [0, 1, 2, 3]


def test_with_fewer_topics_some_have_no_partner():
    found = Alignment.of(np.eye(3), np.eye(3)[[2]])
    assert found.partner.tolist() == [-1, -1, 0]
    assert np.isnan(found.similarity).tolist() == [True, True, False]
    more = Alignment.of(np.eye(3)[[2]], np.eye(3))
    assert more.partner.tolist() == [2]


def test_terms_are_matched_by_name():
    turned = model_of(BETA[:, ::-1], ["trade", "chip", "state"])
    table = align_topics(model_of(BETA), turned)
    assert list(table.columns) == ["reference", "topic", "statistic", "estimate", "note"]
    assert table["reference"].tolist() == ["topic 1", "topic 2"]
    assert table["estimate"].tolist() == pytest.approx([1, 1])
    assert (table["statistic"] == "cosine").all()


def test_a_term_that_one_model_does_not_know_has_no_part_in_its_topics():
    known = model_of([[0.6, 0.8], [0.0, 1.0]], ["state", "chip"])
    wider = model_of([[0.6, 0.0, 0.8], [0.0, 1.0, 0.0]], ["state", "chip", "trade"])
    # (.6, .8, 0) · (.6, 0, .8) = .36
    assert align_topics(known, wider)["estimate"].tolist() == pytest.approx([0.36, 1.0])


def test_topics_without_a_partner_are_told():
    table = align_topics(model_of(np.eye(3)), model_of(np.eye(3)[:2]))
    assert table["reference"].tolist()[:2] == ["topic 1", "topic 2"]
    assert table["reference"].isna().tolist() == [False, False, True]
    assert np.isnan(table["estimate"][2])
    assert table["note"].tolist() == ["", "", "no partner: the other model has 2 topics"]


def test_models_without_a_term_in_common_are_refused():
    with pytest.raises(InputError, match="no term in common; were their counts made in the same"):
        align_topics(model_of(BETA), model_of(BETA, ["a", "b", "c"]))
    with pytest.raises(InputError, match="not fitted; call fit first"):
        align_topics(model_of(BETA), SimpleNamespace())


def test_content_models_are_averaged_over_their_levels():
    levels = np.stack([BETA, BETA[:, ::-1]])
    about = {"level_of_": np.array([0, 0, 0, 1]), "used_": np.ones(4, dtype=bool)}
    model = model_of(levels, **about)
    assert averaged(model) == pytest.approx(0.75 * BETA + 0.25 * BETA[:, ::-1])
    assert align_topics(model, model)["estimate"].tolist() == pytest.approx([1, 1])


def test_shared_terms_by_hand():
    beta = np.array([[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.25, 0.25]])
    # {0,1,2} and {0,1,2}; {3,2,1} and {0,1,2}: two of four; no partner.
    found = shared_terms(beta, beta[:1], [0, 0, -1], 3)
    assert found == pytest.approx([1, 0.5, np.nan], nan_ok=True)


def test_two_fits_of_planted_topics_are_paired():
    corpus, beta, _ = planted()
    one = StructuralTopicModel(3).fit(corpus)
    names = list(corpus.names)
    other = StructuralTopicModel(3).fit(corpus.select(names[::-1]))
    table = align_topics(one, other)
    assert table["estimate"].min() > 0.999
    truth = Alignment.of(one.beta_, beta)
    assert truth.similarity.min() > 0.97
