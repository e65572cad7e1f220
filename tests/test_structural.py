"""The structural topic model as a user meets it, and beside R's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from _stm import cosines, features, matrix, needs_stm, planted
from scipy import sparse

import framing.topics.structural as structural
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.topics import StructuralTopicModel

quiet = pytest.mark.filterwarnings("ignore::framing.errors.InputWarning")


@pytest.fixture(scope="module")
def known():
    counts, beta, theta = planted(n=600, length=150)
    return counts, beta, theta, StructuralTopicModel(3, "~ region").fit(counts)


def matched(model, beta):
    """Which fitted topic is each planted one."""
    return np.array([int(np.argmax(cosines(model.beta_, np.tile(b, (3, 1))))) for b in beta])


def test_planted_topics_come_back(known):
    counts, beta, theta, model = known
    order = matched(model, beta)
    assert sorted(order) == [0, 1, 2]
    assert (cosines(model.beta_[order], beta) > 0.99).all()
    assert np.abs(model.theta_[:, order] - theta).mean() < 0.05
    # topic 0 is more of the US: Xγ on the log-odds of topic 0 against topic 2
    mu = np.column_stack([model.mu_, np.zeros(len(theta))])[:, order]
    contrast = mu[:, 0] - mu[:, 2]
    us = (counts.segments["region"] == "US").to_numpy()
    assert contrast[us].mean() - contrast[~us].mean() == pytest.approx(2.0, abs=0.4)


def test_what_is_fitted_has_the_shapes_told(known):
    counts, _, _, model = known
    n, v = counts.matrix.shape
    assert model.beta_.shape == (3, v)
    assert model.theta_.shape == (n, 3)
    assert model.eta_.shape == model.mu_.shape == (n, 2)
    assert model.gamma_.shape == (2, 2)
    assert model.sigma_.shape == (2, 2)
    assert model.bound_.shape == (model.n_iter_,)
    assert model.converged_
    np.testing.assert_allclose(model.beta_.sum(axis=1), 1)
    np.testing.assert_allclose(model.theta_.sum(axis=1), 1)
    assert (np.diff(model.bound_)[5:] > 0).all()
    rise = np.diff(model.bound_[-2:])[0] / abs(model.bound_[-2])
    assert abs(rise) < model.tol
    softmax = np.exp(np.column_stack([model.eta_, np.zeros(n)]))
    np.testing.assert_allclose(model.theta_, softmax / softmax.sum(axis=1, keepdims=True))
    assert model.design_.columns == ["Intercept", "region[T.US]"]
    assert len(model.anchors_) == 3
    assert set(model.anchors_) <= set(counts.names)


@pytest.mark.parametrize("settings", [{}, {"init": "random"}, {"content": "~ region"}])
def test_the_same_bytes_whatever_the_threads(settings):
    counts, _, _ = planted()
    found = [
        StructuralTopicModel(3, "~ region", n_jobs=n, max_iter=30, tol=1e-4, **settings).fit(counts)
        for n in (1, 3, 3)
    ]
    for name in ("beta_", "theta_", "gamma_", "sigma_", "bound_"):
        assert len({getattr(model, name).tobytes() for model in found}) == 1


def test_topics_work_where_features_do(known):
    from framing import emphasis, shift, trend

    _, beta, _, model = known
    topics = model.topics()
    assert topics.kind == "topic"
    assert list(topics.names) == ["topic 1", "topic 2", "topic 3"]
    shares = emphasis(topics, by="region").set_index(["topic", "group"])["estimate"]
    first = f"topic {matched(model, beta)[0] + 1}"
    assert shares[first, "US"] > shares[first, "EU"] + 0.2
    assert shares.groupby("group").sum().round(9).eq(1).all()
    assert not trend(topics, by="region").empty
    assert not shift(topics, by="region", replicates=100).empty


def test_segments_that_cannot_be_used_stay_in_their_rows():
    counts, _, _ = planted(n=80)
    words = counts.matrix.toarray()
    words[3] = 0
    rows = counts.segments.assign(
        region=counts.segments["region"].where(counts.segments.index != 7)
    )
    damaged = Features(words, list(counts.names), rows, kind="term")
    with pytest.warns(InputWarning) as told:
        model = StructuralTopicModel(3, "~ region").fit(damaged)
    said = " ".join(str(warning.message) for warning in told)
    assert "1 of 80 segments hold none of the terms and are left out" in said
    assert "1 of 79 rows lack a covariate ('region' 1) and are left out" in said
    assert np.flatnonzero(~model.used_).tolist() == [3, 7]
    assert np.isnan(model.theta_[[3, 7]]).all()
    assert np.isfinite(model.theta_[model.used_]).all()
    assert len(model.topics()) == 78
    rest = np.setdiff1d(np.arange(80), [3, 7])
    alone = Features(words[rest], list(counts.names), rows.iloc[rest], kind="term")
    again = StructuralTopicModel(3, "~ region").fit(alone)
    np.testing.assert_allclose(model.theta_[rest], again.theta_)


def test_other_segments_are_placed_among_the_topics(known):
    counts, _, _, model = known
    again = model.transform(counts, prior="covariates")
    assert np.abs(again - model.theta_).max() < 0.01
    few = counts.where(np.arange(len(counts)) < 5)
    for prior in ("average", "covariates", "none"):
        found = model.transform(few, prior=prior)
        np.testing.assert_allclose(found.sum(axis=1), 1)
        assert np.abs(found - model.theta_[:5]).max() < 0.12
    wider = Features(
        np.column_stack([few.matrix.toarray(), np.ones(5)]),
        [*few.names, "unheard"],
        few.segments,
        kind="term",
    )
    np.testing.assert_allclose(model.transform(wider), model.transform(few))


def test_an_empty_segment_gets_what_was_expected(known):
    counts, _, _, model = known
    empty = Features(np.zeros((1, 60)), list(counts.names), counts.segments[:1], kind="term")
    with pytest.warns(InputWarning, match="1 of 1 segments hold none of the model's terms"):
        found = model.transform(empty)
    mean = np.append(model.mu_.mean(axis=0), 0.0)
    np.testing.assert_allclose(found[0], np.exp(mean) / np.exp(mean).sum(), atol=1e-6)


def test_an_interrupt_keeps_the_last_iteration(monkeypatch):
    counts, _, _ = planted()
    true = structural.iterate

    def interrupted(*settings):
        for number, state in enumerate(true(*settings), start=1):
            if number == 4:
                raise KeyboardInterrupt
            yield state

    monkeypatch.setattr(structural, "iterate", interrupted)
    with pytest.warns(InputWarning, match="stopped by hand after 3 iterations"):
        model = StructuralTopicModel(3).fit(counts)
    assert model.n_iter_ == 3
    assert not model.converged_
    assert np.isfinite(model.transform(counts)).all()


def test_no_convergence_is_told():
    counts, _, _ = planted()
    with pytest.warns(InputWarning, match=r"no convergence in 2 iterations: the bound still moves"):
        model = StructuralTopicModel(3, max_iter=2).fit(counts)
    assert not model.converged_


def test_covariates_can_come_beside_a_matrix(known):
    counts, _, _, model = known
    other = StructuralTopicModel(3, "~ region").fit(counts.matrix, covariates=counts.segments)
    np.testing.assert_allclose(other.theta_, model.theta_)
    assert other.terms_[:2] == ["x0", "x1"]
    frame = pd.DataFrame(counts.matrix.toarray(), columns=list(counts.names))
    named = StructuralTopicModel(3, "~ region").fit(frame, covariates=counts.segments)
    assert named.terms_ == list(counts.names)


def test_wording_by_side_is_found():
    rng = np.random.default_rng(0)
    counts, beta, theta = planted(n=800, length=150)
    us = (counts.segments["region"] == "US").to_numpy()
    other = beta.copy()
    other[0, [40, 41]] = other[0, [41, 40]] + np.array([0.2, 0.0])
    other /= other.sum(axis=1, keepdims=True)
    words = [
        rng.multinomial(150, share @ (other if side else beta))
        for share, side in zip(theta, us, strict=True)
    ]
    corpus = Features(np.array(words), list(counts.names), counts.segments, kind="term")
    model = StructuralTopicModel(3, "~ region", "~ region").fit(corpus)
    assert model.levels_ == ["EU", "US"]
    assert model.beta_.shape == (2, 3, 60)
    np.testing.assert_allclose(model.beta_.sum(axis=2), 1)
    topic = int(np.argmax(cosines(model.beta_[0], np.tile(beta[0], (3, 1)))))
    gap = model.beta_[1, topic] - model.beta_[0, topic]
    assert np.argmax(gap) == 40
    assert gap[40] > 0.05
    assert np.abs(model.transform(corpus) - model.theta_).mean() < 0.05
    with pytest.raises(InputError, match="row 0: 'region' is 'UK', which the model has not seen"):
        model.transform(corpus, covariates=corpus.segments.assign(region="UK"))
    bare = StructuralTopicModel(3, content="~ region", max_iter=1)
    bare.fit(corpus.matrix, covariates=corpus.segments)
    with pytest.raises(InputError, match="a model with content needs covariates="):
        bare.transform(corpus.matrix)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_topics": 0}, "n_topics must be a whole number from 2 on; got 0"),
        ({"n_topics": 2.5}, "n_topics must be a whole number"),
        ({"n_topics": 61}, "n_topics=61 is more than the 60 terms"),
        ({"n_topics": 100}, "n_topics=100 is more than the 80 segments with terms"),
        ({"init": "lda"}, "init must be one of 'spectral', 'random'"),
        ({"recovery": "fast"}, "recovery must be one of 'gradient', 'exact'"),
        ({"prevalence_prior": "ridge"}, "prevalence_prior must be one of 'pooled', 'l1'"),
        ({"sigma_shrinkage": 2}, "sigma_shrinkage must lie between 0 and 1"),
        ({"max_iter": 0}, "max_iter must be at least 1"),
        ({"n_topics": "auto", "init": "random"}, "'auto' needs init='spectral'"),
        ({"prevalence": "~ side"}, "no column 'side' for the formula"),
        ({"prevalence": "~ region + same"}, "'same' is determined|same is determined"),
        ({"content": "~ same"}, "all segments have one level, 'x'; leave content out"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, message):
    counts, _, _ = planted(n=80)
    rows = counts.segments.assign(same="x", other=counts.segments["region"])
    if "same" in str(settings.get("prevalence")):
        rows["same"] = (rows["region"] == "US").astype(float)
    corpus = Features(counts.matrix, list(counts.names), rows, kind="term")
    with pytest.raises(InputError, match=message):
        StructuralTopicModel(**{"n_topics": 3} | settings).fit(corpus)


def test_what_cannot_be_fitted_is_refused():
    counts, beta, _ = planted(n=80)
    with pytest.raises(InputError, match="a matrix has no covariates for the formula"):
        StructuralTopicModel(3, "~ region").fit(counts.matrix)
    with pytest.raises(InputError, match="covariates has 3 rows, but there are 80 segments"):
        StructuralTopicModel(3, "~ region").fit(counts.matrix, covariates=counts.segments[:3])
    with pytest.raises(InputError, match="no segment has any terms"):
        StructuralTopicModel(3).fit(np.zeros((5, 6)))
    with pytest.raises(InputError, match="start must be 3 × 60 numbers"):
        StructuralTopicModel(3).fit(counts, start=beta[:2])
    with pytest.raises(InputError, match="these features are frames"):
        StructuralTopicModel(3).fit(
            Features(counts.matrix > 0, counts.names, counts.segments, "frame")
        )
    with pytest.raises(ValueError, match=r"[Nn]egative"):
        StructuralTopicModel(2).fit(-np.ones((5, 6)))


def test_terms_that_no_segment_has_are_told():
    counts, _, _ = planted(n=80)
    words = sparse.csr_array(sparse.hstack([counts.matrix, sparse.csr_array((80, 2))]))
    with pytest.warns(InputWarning, match="2 of 62 terms occur in none of the segments used"):
        model = StructuralTopicModel(3).fit(words)
    np.testing.assert_allclose(model.beta_[:, 60:], 0)
    np.testing.assert_allclose(model.beta_.sum(axis=1), 1)


# --- beside R: stm 1.3.7 ------------------------------------------------------------------------


@needs_stm
@quiet
@pytest.mark.parametrize(("iterations", "close"), [(1, 2e-6), (2, 1e-5), (5, 1e-5)])
def test_gadarian_after_some_iterations_is_r_s(iterations, close):
    # Both start from R's topics, since R's spectral start is one of many there (test_spectral).
    # R's BFGS stops where its aim changes by 1e-8 of itself, which leaves η open by some 1e-3.
    model = StructuralTopicModel(3, "~ treatment + s(pid_rep)", max_iter=iterations)
    model.fit(features("gadarian"), start=matrix("gadarian/init/beta_init.csv"))
    folder = f"gadarian/iter{iterations}"
    np.testing.assert_allclose(model.bound_, matrix(f"{folder}/bound.csv").ravel(), rtol=3e-6)
    np.testing.assert_allclose(model.beta_, np.exp(matrix(f"{folder}/logbeta_1.csv")), atol=close)
    np.testing.assert_allclose(model.theta_, matrix(f"{folder}/theta.csv"), atol=2e-3)
    np.testing.assert_allclose(model.gamma_, matrix(f"{folder}/gamma.csv"), atol=5e-4)
    np.testing.assert_allclose(model.sigma_, matrix(f"{folder}/sigma.csv"), atol=2e-3)


@needs_stm
@quiet
@pytest.mark.parametrize("iterations", [1, 2])
def test_poliblog_after_some_iterations_is_r_s(iterations):
    # Cold, at η = 0 with Σ = 20·I, the aim has several modes; a few documents go to another than
    # R's, and 20 topics of 5,000 documents feel that a little. Most are the same.
    model = StructuralTopicModel(20, "~ rating + s(day)", max_iter=iterations)
    model.fit(features("poliblog"))
    folder = f"poliblog/K20_prev_iter{iterations}"
    np.testing.assert_allclose(model.bound_, matrix(f"{folder}/bound.csv").ravel(), rtol=1e-4)
    theta = matrix(f"{folder}/theta.csv")
    apart = np.abs(model.theta_ - theta).max(axis=1)
    assert np.median(apart) < 5e-3
    assert (apart < 0.05).mean() > 0.9
    np.testing.assert_allclose(model.beta_, np.exp(matrix(f"{folder}/logbeta_1.csv")), atol=6e-4)
    np.testing.assert_allclose(model.gamma_, matrix(f"{folder}/gamma.csv"), atol=0.25)
    sigma = matrix(f"{folder}/sigma.csv")
    assert np.median(np.abs(model.sigma_ - sigma)) < 0.02 * np.abs(sigma).max()


@pytest.fixture(scope="module")
def poliblog():
    return StructuralTopicModel(20, "~ rating + s(day)").fit(features("poliblog"))


@needs_stm
def test_poliblog_converges_to_r_s(poliblog):
    model = poliblog
    assert model.converged_
    assert model.bound_[-1] >= -6_935_743.562 * (1 + 1e-5)
    theirs = np.exp(matrix("poliblog/K20_prev/logbeta_1.csv"))
    found = cosines(model.beta_, theirs)
    assert found.mean() >= 0.999
    assert found.min() >= 0.99
    np.testing.assert_allclose(
        model.theta_.mean(axis=0), matrix("poliblog/K20_prev/theta.csv").mean(axis=0), atol=2e-3
    )


@needs_stm
def test_new_documents_are_r_s(poliblog):
    # stm::fitNewDocuments of the first 500, prevalencePrior = "Average"
    few = features("poliblog").where(np.arange(5000) < 500)
    theirs = matrix("poliblog/K20_prev/fitNew500_average_theta.csv")
    apart = np.abs(poliblog.transform(few) - theirs).max(axis=1)
    assert np.median(apart) < 0.02


@needs_stm
@quiet
@pytest.mark.parametrize(
    ("prior", "name", "close"),
    [("average", "average", 2e-3), ("covariates", "covariate", 1e-3), ("none", "none", 1e-3)],
)
def test_new_documents_with_r_s_parameters_are_r_s(prior, name, close):
    model = StructuralTopicModel(3, "~ treatment + s(pid_rep)", max_iter=1)
    model.fit(features("gadarian"))
    folder = "gadarian/K3_prev"
    model.beta_ = np.exp(matrix(f"{folder}/logbeta_1.csv"))
    model.eta_, model.mu_ = matrix(f"{folder}/eta.csv"), matrix(f"{folder}/mu.csv").T
    model.sigma_, model.gamma_ = matrix(f"{folder}/sigma.csv"), matrix(f"{folder}/gamma.csv")
    found = model.transform(features("gadarian"), prior=prior)
    np.testing.assert_allclose(found, matrix(f"{folder}/fitNew_{name}_theta.csv"), atol=close)
    # stm:::thetaPosterior(type = "Local"): the inverse Hessians at the modes
    local = model.covariances()
    rows = np.column_stack([local[:, 0, 0], local[:, 0, 1], local[:, 1, 1]])
    theirs = matrix("gadarian/effects/local_nu_11_12_22.csv")
    np.testing.assert_allclose(rows, theirs, rtol=1e-6)


@needs_stm
@quiet
@pytest.mark.parametrize(
    ("fit", "settings", "bound"),
    [
        ("K3_prev", {"prevalence": "~ treatment + s(pid_rep)"}, -18_537.142),
        ("K3_ctm", {}, -18_935.479),
        ("K3_prevL1", {"prevalence": "~ treatment + s(pid_rep)", "prevalence_prior": "l1"}, None),
        ("K3_content", {"prevalence": "~ treatment + s(pid_rep)", "content": "~ treatment"}, None),
    ],
)
def test_gadarian_converges_to_no_worse_than_r(fit, settings, bound):
    theirs = matrix(f"gadarian/{fit}/bound.csv").ravel()
    if bound is not None:
        assert theirs[-1] == pytest.approx(bound, abs=1e-3)
    model = StructuralTopicModel(3, **settings)
    model.fit(features("gadarian"), start=matrix("gadarian/init/beta_init.csv"))
    assert model.bound_[-1] >= theirs[-1] * (1 + 1e-3)
    log_beta = matrix(f"gadarian/{fit}/logbeta_1.csv")
    beta = model.beta_ if model.beta_.ndim == 2 else model.beta_[0]
    # R's K3_prev creeps on and had not converged after 500 iterations; the others had
    assert cosines(beta, np.exp(log_beta)).min() > (0.8 if fit == "K3_prev" else 0.95)
