"""The search over numbers of topics, against its parts and against R."""

import numpy as np
import pandas as pd
import pytest
from _stm import documents, find, needs_stm, planted
from scipy import sparse, stats

from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.topics import NMF, StructuralTopicModel
from framing.topics.diagnostics.heldout import HeldOut, heldout_score, hold_out, segment_scores
from framing.topics.diagnostics.quality import topic_quality
from framing.topics.diagnostics.residuals import residual_dispersion
from framing.topics.refitting import search as module
from framing.topics.refitting.search import search_topics


@pytest.fixture(scope="module")
def corpus():
    found, _, _ = planted(n_terms=30)
    return found


@pytest.fixture(scope="module")
def table(corpus):
    return search_topics(corpus, (4, 2, 3), StructuralTopicModel(9, "~ region"))


def value(table, n_topics, statistic, column="estimate"):
    rows = table[(table["n_topics"] == n_topics) & (table["statistic"] == statistic)]
    assert len(rows) == 1
    return rows[column].iloc[0]


def test_it_says_what_the_parts_say(corpus, table):
    held = hold_out(corpus)
    model = StructuralTopicModel(3, "~ region").fit(held.training)
    quality = topic_quality(model).groupby("statistic")["estimate"].mean()
    assert value(table, 3, "heldout_score") == heldout_score(model, held)
    assert value(table, 3, "semantic_coherence") == pytest.approx(quality["semantic_coherence"])
    assert value(table, 3, "exclusivity") == pytest.approx(quality["exclusivity"])
    dispersion = residual_dispersion(model)["estimate"].iloc[0]
    assert value(table, 3, "residual_dispersion") == dispersion
    assert value(table, 3, "bound") == model.bound_.max()
    assert value(table, 3, "corrected_bound") == pytest.approx(model.bound_.max() + np.log(6))
    assert value(table, 3, "iterations") == model.n_iter_
    assert table["n_topics"].unique().tolist() == [2, 3, 4]
    assert (table["note"] == "").all()


def test_the_gain_compares_the_same_tokens(corpus, table):
    held = hold_out(corpus)
    scores = []
    for k in (2, 3):
        model = StructuralTopicModel(k, "~ region").fit(held.training)
        scores.append(segment_scores(model.theta_, model.beta_, held.missing))
    gain = scores[1] - scores[0]
    gain = gain[~np.isnan(gain)]
    half = stats.t.ppf(0.975, len(gain) - 1) * gain.std(ddof=1) / np.sqrt(len(gain))
    assert value(table, 3, "heldout_gain") == pytest.approx(gain.mean())
    assert value(table, 3, "heldout_gain", "low") == pytest.approx(gain.mean() - half)
    assert value(table, 3, "heldout_gain", "high") == pytest.approx(gain.mean() + half)
    assert value(table, 3, "heldout_gain", "reference") == "2 topics"
    assert "heldout_gain" not in set(table.loc[table["n_topics"] == 2, "statistic"])
    width = value(table, 3, "heldout_score", "high") - value(table, 3, "heldout_score", "low")
    assert 2 * half < width


def test_scores_rise_up_to_the_number_that_was_planted(table):
    assert value(table, 3, "heldout_gain", "low") > 0
    assert value(table, 4, "heldout_gain", "low") < 0.01


def test_gains_vary_by_document(corpus):
    rows = corpus.segments.assign(document=np.arange(200) // 50)
    few = Features(corpus.matrix, corpus.names, rows, kind="term")
    table = search_topics(few, (2, 3))
    assert np.isnan(value(table, 3, "heldout_gain", "low"))
    assert value(table, 3, "heldout_gain", "note") == (
        "no interval: only 4 documents; 6 are needed"
    )
    assert value(table, 3, "heldout_gain", "unit") == "document"


def test_without_held_out_tokens_all_is_fitted(corpus):
    table = search_topics(corpus, 3, heldout=False)
    assert table["statistic"].tolist() == [
        *("semantic_coherence", "exclusivity", "residual_dispersion"),
        *("bound", "corrected_bound", "iterations"),
    ]
    assert value(table, 3, "bound") == StructuralTopicModel(3).fit(corpus).bound_.max()


def test_other_models_have_no_bound(corpus):
    table = search_topics(corpus, (2, 3), NMF())
    assert set(table["statistic"]) == {
        *("heldout_score", "heldout_gain", "semantic_coherence", "exclusivity"),
        "residual_dispersion",
    }


def test_what_every_fit_would_warn_of_is_said_once(corpus):
    rows = corpus.matrix.toarray()
    rows[:3] = 0
    with pytest.warns(InputWarning) as caught:
        search_topics(rows, (2, 3), heldout=False)
    assert [str(one.message)[:40] for one in caught] == ["3 of 200 segments hold none of the terms"]


def test_the_model_given_stays_as_it_is(corpus):
    model = StructuralTopicModel(9)
    search_topics(corpus, 2, model)
    assert model.n_topics == 9
    assert not hasattr(model, "beta_")


def test_content_models(corpus):
    table = search_topics(corpus, 2, StructuralTopicModel(content="~ region", max_iter=3))
    assert np.isfinite(value(table, 2, "heldout_score"))
    assert value(table, 2, "bound", "note") == "no convergence in 3 iterations"


def test_a_number_that_cannot_be_fitted_is_told_and_the_others_are_kept():
    rows = np.random.default_rng(0).poisson(np.eye(3).repeat(20, 0) * 4 + 1)
    table = search_topics(rows, (2, 3, 50), m=2)
    assert np.isfinite(value(table, 3, "heldout_score"))
    lost = table[table["n_topics"] == 50]
    assert lost["estimate"].isna().all()
    assert lost["note"].iloc[1].startswith("no fit: n_topics=50 is more than the 3 terms")


def test_an_interrupt_keeps_what_is_done(corpus, monkeypatch):
    measured, calls = module._measured, []

    def interrupted(*given):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return measured(*given)

    monkeypatch.setattr(module, "_measured", interrupted)
    with pytest.warns(InputWarning, match="stopped by hand after 2 of 3 fits; the result is of th"):
        table = search_topics(corpus, (2, 3, 4))
    assert table["n_topics"].unique().tolist() == [2, 3]
    calls[:] = [1, 1]
    with pytest.raises(KeyboardInterrupt):
        search_topics(corpus, (2, 3, 4))


def test_a_fit_that_was_stopped_is_not_measured(corpus, monkeypatch):
    def fit(model, X, **how):
        model.converged_, model.n_iter_ = False, 1
        return model

    monkeypatch.setattr(StructuralTopicModel, "fit", fit)
    with pytest.raises(KeyboardInterrupt):
        search_topics(corpus, (2, 3))


def test_the_same_seed_gives_the_same_bytes(corpus):
    one, same, other = (search_topics(corpus, 2, seed=seed) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(one, same, check_exact=True)
    assert value(one, 2, "heldout_score") != value(other, 2, "heldout_score")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_topics": (1, 2)}, "n_topics must be whole numbers from 2 on; got 1"),
        ({"n_topics": (2.5,)}, "n_topics must be whole numbers from 2 on; got 2.5"),
        ({"n_topics": ()}, "n_topics is empty; name the numbers of topics to try"),
        ({"m": 31}, "m must be a whole number from 1 to 30, the terms; got 31"),
        ({"seed": -1}, "seed must be a whole number from 0 on"),
    ],
)
def test_bad_input(corpus, settings, message):
    with pytest.raises(InputError, match=message):
        search_topics(corpus, **settings)


# --- R stm 1.3.7 ---------------------------------------------------------------------------------

# searchK(documents, vocab, K, prevalence = ~ rating + s(day), heldout.seed = 2138) on poliblog5k.
R = {
    "heldout_score": (-6.9602532518903, 5e-4),
    "residual_dispersion": (1.62460593624523, 5e-4),
    "bound": (-6649543.15225793, 66.5),
    "corrected_bound": (-6649528.04784536, 66.5),
    "iterations": (18, 2),
    # One term among a hundred that changes places moves them so much: between iterations 18 and 20
    # coherence goes from −59.5 to −60.9, and exclusivity from 9.44 to 9.45.
    "semantic_coherence": (-60.9249210826055, 2.5),
    "exclusivity": (9.46468334360095, 0.05),
}


@needs_stm
def test_search_of_r():
    counts, _, meta = documents("poliblog")
    entries = pd.read_csv(find("heldout/missing.csv"))
    at = (entries["doc"] - 1, entries["term"] - 1)
    missing = sparse.csr_array((entries["count"].astype(float), at), shape=counts.shape)
    training = sparse.csr_array(counts - missing)
    training.eliminate_zeros()
    table = search_topics(
        counts,
        10,
        StructuralTopicModel(prevalence="~ rating + s(day)"),
        heldout=HeldOut(training, missing),
        convention="stm",
        covariates=meta,
    )
    for statistic, (number, within) in R.items():
        assert value(table, 10, statistic) == pytest.approx(number, abs=within)
