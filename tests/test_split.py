"""Discovery and estimation in documents apart: whole ones, frozen topics, and planted effects."""

import numpy as np
import pandas as pd
import pytest
from _stm import planted
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.topics import LDA, StructuralTopicModel
from framing.topics.composition.effects import effects
from framing.topics.refitting.alignment import Alignment
from framing.topics.refitting.split import Split, discover_and_estimate, parts_of

US = "region[T.US]"


@pytest.fixture(scope="module")
def corpus():
    return planted(400)[0]


@pytest.fixture(scope="module")
def split(corpus):
    return discover_and_estimate(StructuralTopicModel(3, "~ region"), corpus)


def of(table, coefficient=US):
    return table[table["coefficient"] == coefficient].reset_index(drop=True)


# --- parts ---------------------------------------------------------------------------------------


def segments(**columns):
    rows = pd.DataFrame(columns)
    return Features(np.ones((len(rows), 1)), ["t"], rows, kind="term")


@settings(max_examples=50)
@given(
    st.integers(0, 10**6),
    st.lists(st.integers(1, 4), min_size=12, max_size=40),
    st.floats(0.2, 0.8),
    st.integers(0, 1000),
)
def test_documents_stay_whole_and_strata_give_alike(seed, sizes, share, draw):
    rng = np.random.default_rng(seed)
    documents = np.repeat(np.arange(len(sizes)), sizes)
    side = rng.choice(["A", "B", "C"], len(sizes))
    X = segments(document=documents, side=side[documents])
    chosen = parts_of(X, share, stratify="side", seed=draw)
    table = X.segments.assign(chosen=chosen)
    assert table.groupby("document")["chosen"].nunique().max() == 1
    each = table.drop_duplicates("document").groupby("side")["chosen"]
    assert (abs(each.sum() - share * each.size()) <= 1 + 1e-9).all()
    assert abs(each.sum().sum() - share * len(sizes)) < 1


def test_every_document_is_as_likely_to_be_chosen():
    X = segments(document=range(20), side=["A"] * 5 + ["B"] * 15)
    chosen = np.mean([parts_of(X, 0.3, stratify="side", seed=seed) for seed in range(600)], axis=0)
    assert chosen == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 600))


def test_clusters_stay_whole():
    X = segments(document=range(40), outlet=[f"o{i % 8}" for i in range(40)])
    chosen = X.segments.assign(chosen=parts_of(X, cluster="outlet")).groupby("outlet")["chosen"]
    assert chosen.nunique().max() == 1
    assert chosen.first().sum() == 4


def test_the_same_seed_gives_the_same_parts():
    X = segments(document=range(40))
    assert (parts_of(X, seed=1) == parts_of(X, seed=1)).all()
    assert (parts_of(X, seed=1) != parts_of(X, seed=2)).any()


# --- topics --------------------------------------------------------------------------------------


def test_topics_are_found_in_one_part_and_effects_in_the_other(corpus, split):
    assert isinstance(split, Split)
    first = parts_of(corpus)
    assert split.discovery["document"].tolist() == np.flatnonzero(first).tolist()
    assert split.estimation["document"].tolist() == np.flatnonzero(~first).tolist()
    known = split.model.terms_
    alone = StructuralTopicModel(3, "~ region").fit(corpus.where(first).select(known))
    assert split.model.beta_.tobytes() == alone.beta_.tobytes()
    assert split.measured.beta_.tobytes() == alone.beta_.tobytes()
    pd.testing.assert_frame_equal(split.effects, effects(split.measured, "~ region"))
    assert split.effects["n_documents"].unique().tolist() == [200]
    assert len(split.topics) == 200
    assert split.topics.kind == "topic"
    assert split.topics.segments["document"].tolist() == split.estimation["document"].tolist()
    assert repr(split) == ("Split(3 topics found in 200 documents, measured in 200 documents)")


def test_a_planted_effect_is_found(split):
    table = of(split.effects)
    assert table["p_value"].min() < 1e-6
    _, beta, theta = planted(400)
    region = np.where(np.arange(400) % 2, "EU", "US")
    known = [int(name.removeprefix("term")) for name in split.model.terms_]
    partner = Alignment.of(beta[:, known], split.model.beta_).partner
    truth = theta[region == "US"].mean(axis=0) - theta[region == "EU"].mean(axis=0)
    assert table["estimate"].to_numpy()[partner] == pytest.approx(truth, abs=0.06)


def test_labels_of_the_discovery_part_do_not_enter(corpus, split):
    first = parts_of(corpus)
    region = corpus.segments["region"].where(~first, corpus.segments["region"].to_numpy()[::-1])
    other = Features(corpus.matrix, corpus.names, corpus.segments.assign(region=region), "term")
    model = split.model.on(corpus.where(~first))
    again = split.model.on(other.where(~first))
    assert model.theta_.tobytes() == again.theta_.tobytes()
    # γ of the discovery part, which the estimation part must not be drawn to, would
    split.model.gamma_, kept = split.model.gamma_ * 5, split.model.gamma_
    assert split.model.on(corpus.where(~first)).theta_.tobytes() == model.theta_.tobytes()
    split.model.gamma_ = kept


def test_with_the_average_prior_shares_are_a_function_of_the_words(corpus):
    found = discover_and_estimate(StructuralTopicModel(3, "~ region"), corpus, prior="average")
    estimation = corpus.where(~parts_of(corpus))
    words = found.model.transform(estimation)
    assert found.measured.theta_ == pytest.approx(words)
    turned = estimation.segments.assign(region=estimation.segments["region"].to_numpy()[::-1])
    other = Features(estimation.matrix, estimation.names, turned, kind="term")
    assert found.model.on(other, prior="average").theta_.tobytes() == (
        found.measured.theta_.tobytes()
    )
    assert found.measured.n_iter_ == 0
    fitted = discover_and_estimate(StructuralTopicModel(3, "~ region"), corpus)
    largest = of(fitted.effects)["estimate"].abs().idxmax()
    assert abs(of(found.effects)["estimate"][largest]) < abs(
        of(fitted.effects)["estimate"][largest]
    )


def test_gamma_and_sigma_are_those_of_a_fit_with_the_topics_held(corpus, split):
    estimation = corpus.where(~parts_of(corpus))
    laid = split.model.on(estimation)
    assert laid.converged_
    # at convergence γ is the regression of η, and Σ the spread about it with what is not known
    x = laid.design_.matrix
    ols = np.linalg.lstsq(x, laid.eta_, rcond=None)[0]
    assert laid.gamma_ == pytest.approx(ols, abs=0.02)
    error = laid.eta_ - laid.mu_
    spread = error.T @ error / len(error) + laid.covariances().mean(axis=0)
    assert laid.sigma_ == pytest.approx(spread, abs=0.01)


def test_topics_found_without_covariates_are_measured_with_them(corpus):
    split = discover_and_estimate(StructuralTopicModel(3), corpus, "~ region")
    assert split.model.design_ is None
    assert split.measured.design_.columns == ["Intercept", US]
    assert of(split.effects)["p_value"].min() < 1e-6


def test_frames_above_topics(split):
    frames = pd.DataFrame({"both": [1, 1, 0], "other": [0, 0, 1]})
    table = of(split.estimate(frames=frames))
    assert table["frame"].tolist() == ["both", "other"]
    assert table["estimate"].sum() == pytest.approx(0, abs=1e-9)
    topics = of(split.effects)["estimate"]
    assert table["estimate"][0] == pytest.approx(topics[0] + topics[1])


def test_clusters_vary_in_the_effects(corpus):
    rows = corpus.segments.assign(outlet=[f"o{i % 40:02d}" for i in range(400)])
    X = Features(corpus.matrix, corpus.names, rows, kind="term")
    split = discover_and_estimate(
        StructuralTopicModel(3, "~ region"), X, cluster="outlet", test="t"
    )
    assert not set(split.discovery["outlet"]) & set(split.estimation["outlet"])
    assert split.effects["n_clusters"].unique().tolist() == [20]
    assert split.effects["unit"].unique().tolist() == ["outlet"]


def test_content_models(corpus):
    model = StructuralTopicModel(3, "~ region", "~ region", max_iter=4)
    with pytest.warns(InputWarning, match="no convergence in 4"):
        split = discover_and_estimate(model, corpus)
    assert split.measured.beta_.shape[0] == 2
    assert split.measured.levels_ == split.model.levels_
    assert of(split.effects)["p_value"].min() < 1e-3


def test_other_models(corpus):
    split = discover_and_estimate(LDA(3, max_iter=5), corpus.where(np.arange(400) < 80), "~ region")
    assert split.measured.theta_.shape == (40, 3)
    assert split.model.theta_.shape == (40, 3)
    assert split.effects["n_documents"].unique().tolist() == [40]
    assert len(split.topics) == 40


def test_terms_of_the_estimation_part_alone_have_no_topic():
    X, _, _ = planted(60)
    rare = X.matrix.toarray()
    first = parts_of(X)
    rare[~first, 59], rare[first, 59] = 3, 0
    X = Features(rare, X.names, X.segments, kind="term")
    split = discover_and_estimate(StructuralTopicModel(2, "~ region"), X)
    assert "term59" not in split.model.terms_
    without = X.select([name for name in X.names if name != "term59"])
    again = discover_and_estimate(StructuralTopicModel(2, "~ region"), without)
    assert split.measured.theta_.tobytes() == again.measured.theta_.tobytes()


def test_the_model_given_stays_as_it_is(corpus):
    model = StructuralTopicModel(2, "~ region")
    discover_and_estimate(model, corpus)
    assert not hasattr(model, "beta_")


# --- a model over other segments -----------------------------------------------------------------


def test_laid_over_its_own_segments_a_model_stays_where_it_is(corpus):
    model = StructuralTopicModel(3, "~ region", tol=1e-7).fit(corpus)
    laid = model.on(corpus)
    assert np.abs(laid.theta_ - model.theta_).max() < 0.01
    assert laid.bound_[-1] == pytest.approx(model.bound_[-1], rel=1e-5)


def test_a_model_over_other_segments_can_be_saved(split, tmp_path):
    split.measured.save(tmp_path / "model.zip")
    loaded = StructuralTopicModel.load(tmp_path / "model.zip")
    pd.testing.assert_frame_equal(loaded.effects("~ region"), split.effects)


def test_terms_that_no_topic_has_say_nothing():
    words = np.random.default_rng(0).poisson([[5, 5, 1, 1, 0], [1, 1, 5, 5, 0]] * 20)
    with pytest.warns(InputWarning, match="1 of 5 terms occur in none"):
        model = StructuralTopicModel(2).fit(words)
    more = words + np.array([0, 0, 0, 0, 7])
    assert model.transform(more) == pytest.approx(model.transform(words))
    with pytest.warns(InputWarning, match="40 of 40 segments hold none of the model's terms"):
        model.transform(more * [0, 0, 0, 0, 1])


def test_levels_that_a_content_model_has_not_seen_are_refused(corpus):
    with pytest.warns(InputWarning, match="no convergence"):
        model = StructuralTopicModel(2, content="~ region", max_iter=2).fit(corpus)
    other = corpus.segments.assign(region=corpus.segments["region"].replace("US", "JP"))
    with pytest.raises(InputError, match="has not seen JP; it knows EU, US"):
        model.on(Features(corpus.matrix, corpus.names, other, kind="term"))
    with pytest.raises(InputError, match="prior must be one of 'fitted', 'average'; got 'none'"):
        model.on(corpus, prior="none")


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"share": 1.0}, "share must lie between 0 and 1; got 1.0"),
        ({"share": 1e-9}, "share=1e-09 leaves no document for one of the parts; there"),
        ({"seed": -1}, "seed must be a whole number from 0 on; got -1"),
        ({"prior": "covariates"}, "prior must be one of 'fitted', 'average'"),
        ({"cluster": "outlet"}, "cluster must be one of"),
        ({"stratify": "outlet"}, "stratify must be one of"),
        ({"covariates": None}, "covariates of a split are columns of X.segments; put them there"),
        ({"formula": "~ side"}, "no column 'side'"),
        ({"draw": 3}, "a setting must be one of"),
        ({"level": 3}, "level must lie between 0 and 1"),
    ],
)
def test_bad_settings(corpus, settings, message):
    with pytest.raises(InputError, match=message):
        discover_and_estimate(StructuralTopicModel(2, "~ region", max_iter=1), corpus, **settings)


def test_bad_input(corpus):
    with pytest.raises(InputError, match="a split needs Features, which know their documents; got"):
        discover_and_estimate(StructuralTopicModel(2), np.ones((4, 4)), "~ region")
    with pytest.raises(InputError, match="name a formula, such as '~ region'; the model has none"):
        discover_and_estimate(StructuralTopicModel(2), corpus)
    one = segments(document=["a", "a"])
    with pytest.raises(InputError, match="there is one of the documents; a split needs two"):
        parts_of(one)
    several = segments(document=["a", "a", "b"], side=["A", "B", "B"])
    with pytest.raises(
        InputError, match="cluster='side': document 'a' lies in several; a document"
    ):
        parts_of(several, cluster="side")
    gap = segments(document=["a", "b", "c"], side=["A", None, "B"])
    with pytest.raises(InputError, match="cluster='side' is empty in row 1; fill it, or drop"):
        parts_of(gap, cluster="side")
    with pytest.raises(InputError, match="stratify='side' is not the same in all segments of 'a'"):
        parts_of(several, stratify="side")
    with pytest.raises(InputError, match="n_topics=30 is more than the 15 segments"):
        discover_and_estimate(
            StructuralTopicModel(30, "~ region"), corpus.where(np.arange(400) < 30)
        )
