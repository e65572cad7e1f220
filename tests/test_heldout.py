"""Tokens held out, against arithmetic by hand and against R."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from _stm import documents, find, needs_stm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from framing import Features
from framing.errors import InputError, InputWarning
from framing.topics import StructuralTopicModel
from framing.topics.diagnostics import heldout
from framing.topics.diagnostics.heldout import HeldOut, heldout_score, hold_out, segment_scores

THETA = np.array([[0.5, 0.5], [1.0, 0.0], [0.2, 0.8]])
BETA = np.array([[0.6, 0.4, 0.0], [0.2, 0.2, 0.6]])
MISSING = sparse.csr_array([[1, 3, 0], [0, 0, 0], [0, 1, 1]])


def model_of(theta=THETA, beta=BETA, **more):
    return SimpleNamespace(theta_=theta, beta_=beta, **more)


def held_of(missing=MISSING):
    return HeldOut(missing, missing)


def counts_of(seed, n=40, v=15, mean=1.5):
    return sparse.csr_array(np.random.default_rng(seed).poisson(mean, (n, v)))


# --- hiding --------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(st.integers(0, 10**6), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_what_is_hidden_and_what_is_left_add_up(seed, part, tokens):
    counts = counts_of(seed)
    try:
        held = hold_out(counts, part, tokens, seed=seed)
    except InputError:
        return  # too few tokens, for so small a share
    left, hidden = held.training.toarray(), held.missing.toarray()
    assert (left + hidden == counts.toarray()).all()
    assert (hidden >= 0).all()
    assert (left >= 0).all()
    assert (left.sum(axis=0)[counts.sum(axis=0) > 0] > 0).all()
    rows = hidden.sum(axis=1)
    assert (rows <= np.floor(tokens * counts.sum(axis=1))).all()
    assert (rows > 0).sum() <= max(1, int(part * 40))


def test_as_much_is_hidden_as_was_asked():
    counts = sparse.csr_array(np.full((50, 4), 5))
    held = hold_out(counts)
    rows = held.missing.sum(axis=1)
    assert sorted(set(rows)) == [0, 10]
    assert (rows > 0).sum() == 5
    assert repr(held) == "HeldOut(50 tokens of 5 segments hidden)"


def test_tokens_are_drawn_as_from_an_urn():
    # 40 of 50 tokens are of the first term: of 25 drawn, 20 on average, with the hypergeometric
    # variance 25 · .8 · .2 · 25 / 49.
    held = hold_out(np.tile([40, 10], (4000, 1)), 0.9)
    first = held.missing.toarray()[held.missing.sum(axis=1) > 0, 0]
    assert len(first) == 3600
    assert first.mean() == pytest.approx(20, abs=0.1)
    assert first.var() == pytest.approx(25 * 0.8 * 0.2 * 25 / 49, rel=0.1)


def test_the_same_seed_hides_the_same():
    counts = counts_of(1)
    one, same, other = (hold_out(counts, 0.5, seed=seed) for seed in (3, 3, 4))
    for a, b in ((one.missing, same.missing), (one.training, same.training)):
        assert a.indices.tobytes() == b.indices.tobytes()
        assert a.data.tobytes() == b.data.tobytes()
    assert (one.missing != other.missing).nnz


def test_no_term_is_hidden_altogether():
    counts = np.full((20, 3), 4)
    counts = np.column_stack([counts, np.eye(20, 20, dtype=int)])  # twenty terms that occur once
    held = hold_out(counts, 0.9, 0.9)
    assert held.missing.sum(axis=0)[3:].tolist() == [0] * 20


def test_segments_too_short_are_not_drawn():
    counts = np.array([[1, 0]] * 30 + [[3, 3]] * 2)
    held = hold_out(counts, 0.5)
    assert np.flatnonzero(held.missing.sum(axis=1)).tolist() == [30, 31]


def test_features_keep_their_segments():
    rows = pd.DataFrame({"document": np.arange(40), "side": ["US", "EU"] * 20})
    features = Features(counts_of(2), [f"t{i}" for i in range(15)], rows, kind="term")
    narrow = features.select([f"t{i}" for i in range(10)])
    held = hold_out(narrow, 0.5)
    assert isinstance(held.training, Features)
    assert held.training.segments["side"].tolist() == rows["side"].tolist()
    assert list(held.training.names) == list(narrow.names)
    assert (held.training.size == narrow.size - held.missing.sum(axis=1)).all()
    frame = pd.DataFrame(narrow.matrix.toarray(), columns=narrow.names)
    assert (hold_out(frame, 0.5).missing != held.missing).nnz == 0


def test_what_is_given_stays_as_it_is():
    counts = counts_of(3)
    before = counts.toarray()
    hold_out(counts, 0.9)
    assert (counts.toarray() == before).all()


@pytest.mark.parametrize(
    ("given", "settings", "message"),
    [
        (np.ones((3, 4)), {"documents": 0}, "documents must lie between 0 and 1; got 0"),
        (np.ones((3, 4)), {"tokens": 1.0}, "tokens must lie between 0 and 1; got 1.0"),
        (np.ones((3, 4)), {"seed": -1}, "seed must be a whole number from 0 on; got -1"),
        (np.eye(3), {}, "no segment has so many tokens that 0.5 of them are one; raise tokens="),
        (np.full((3, 4), 0.5), {}, "counts must be whole, not weights"),
        (-np.ones((3, 4)), {}, "counts hold a value that is negative, infinite or missing"),
        (np.full((3, 4), np.nan), {}, "counts hold a value that is negative"),
        (np.ones((1, 4)), {}, "every term that was drawn stands in one segment only"),
    ],
)
def test_bad_input(given, settings, message):
    with pytest.raises(InputError, match=message):
        hold_out(given, **settings)


def test_only_terms_are_hidden():
    features = Features(np.ones((3, 2)), ["a", "b"], pd.DataFrame({"document": range(3)}), "frame")
    with pytest.raises(InputError, match="counts of terms are hidden; these features are frames"):
        hold_out(features)


# --- scoring -------------------------------------------------------------------------------------


def test_score_by_hand():
    # θβ of the first segment: .4, .3, .3; of the last: .28, .24, .48.
    one, two = (np.log(0.4) + 3 * np.log(0.3)) / 4, (np.log(0.24) + np.log(0.48)) / 2
    scores = segment_scores(THETA, BETA, MISSING)
    assert scores == pytest.approx([one, np.nan, two], nan_ok=True)
    assert heldout_score(model_of(), held_of()) == pytest.approx((one + two) / 2)


def test_long_segments_do_not_weigh_more():
    longer = sparse.csr_array(MISSING * np.array([[100], [1], [1]]))
    assert heldout_score(model_of(), held_of(longer)) == (
        pytest.approx(heldout_score(model_of(), held_of()))
    )


def test_each_segment_of_a_content_model_has_its_own_terms():
    levels = np.stack([BETA, BETA[:, ::-1]])
    found = segment_scores(THETA, levels, MISSING, np.array([1, 0, 0]))
    assert found[0] == pytest.approx((np.log(0.3) + 3 * np.log(0.3)) / 4)
    assert found[2] == pytest.approx(segment_scores(THETA, BETA, MISSING)[2])
    model = model_of(beta=levels, level_of_=np.array([1, 0, 0]))
    assert heldout_score(model, held_of()) == pytest.approx(np.nanmean(found))


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.sampled_from([1, 7, 2**16]))
def test_scores_are_those_of_a_loop(seed, entries):
    rng = np.random.default_rng(seed)
    theta, beta = rng.dirichlet(np.ones(4), 20), rng.dirichlet(np.ones(9), 4)
    missing = counts_of(seed, 20, 9, 0.5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heldout, "ENTRIES", entries)
        found = segment_scores(theta, beta, missing)
    for i, row in enumerate(missing.toarray()):
        logs = [np.log(theta[i] @ beta[:, v]) for v, n in enumerate(row) for _ in range(n)]
        assert found[i] == pytest.approx(np.mean(logs) if logs else np.nan, nan_ok=True)


def test_an_impossible_token_makes_the_score_minus_infinity():
    theta = np.array([[1.0, 0.0]])
    missing = sparse.csr_array([[0, 1, 1]])
    assert heldout_score(model_of(theta), held_of(missing)) == -np.inf


def test_segments_that_the_model_did_not_use_are_counted_and_left_out():
    theta = THETA.copy()
    theta[0] = np.nan
    with pytest.warns(InputWarning, match="1 of 2 segments with hidden tokens were not used by"):
        found = heldout_score(model_of(theta), held_of())
    assert found == pytest.approx(segment_scores(THETA, BETA, MISSING)[2])
    theta[2] = np.nan
    with pytest.raises(InputError, match="used none of the segments with hidden tokens"):
        heldout_score(model_of(theta), held_of())


def test_another_models_counts_are_refused():
    with pytest.raises(InputError, match="held is 3 × 3, but the model was fitted to 2 segments"):
        heldout_score(model_of(THETA[:2]), held_of())
    with pytest.raises(InputError, match="not fitted; call fit first"):
        heldout_score(SimpleNamespace(), held_of())


# --- R stm 1.3.7 ---------------------------------------------------------------------------------

# searchK(documents, vocab, K, prevalence = ~ rating + s(day), heldout.seed = 2138) on poliblog5k.
R_SCORES = {10: -6.9602532518903, 20: -6.89756246514547}


@needs_stm
@pytest.mark.parametrize("n_topics", R_SCORES)
def test_held_out_likelihood_of_r(n_topics):
    counts, _, meta = documents("poliblog")
    entries = pd.read_csv(find("heldout/missing.csv"))
    at = (entries["doc"] - 1, entries["term"] - 1)
    missing = sparse.csr_array((entries["count"].astype(float), at), shape=counts.shape)
    training = sparse.csr_array(counts - missing)
    training.eliminate_zeros()
    model = StructuralTopicModel(n_topics, "~ rating + s(day)")
    model.fit(training, covariates=meta)
    # The two fits stop a little apart: their bounds differ by less than 1e-5 of their size.
    found = heldout_score(model, HeldOut(training, missing))
    assert found == pytest.approx(R_SCORES[n_topics], abs=5e-4)
