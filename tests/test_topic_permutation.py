"""The permutation test of a covariate: by hand, exact, with planted effects and with none."""

import numpy as np
import pandas as pd
import pytest
from _stm import planted
from scipy import stats

from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.topics import NMF, StructuralTopicModel
from framing.topics.fitting.design import Design
from framing.topics.refitting import labelled
from framing.topics.refitting.labelled import Blind, Labelled, Refitted
from framing.topics.refitting.permutation import covariate_test


def small(n=30, effect=2.0, seed=0, levels=2, length=40, n_terms=20):
    """Documents of sides A, B, C …; topic 0 is more of A, if there is an effect."""
    rng = np.random.default_rng(seed)
    beta = rng.dirichlet(np.full(n_terms, 0.2), 2)
    side = np.array(list("ABCD"))[np.arange(n) % levels]
    eta = rng.normal(size=n) * 0.7 + effect * (side == "A")
    share = 1 / (1 + np.exp(-eta))
    theta = np.column_stack([share, 1 - share])
    counts = np.stack([rng.multinomial(length, one @ beta) for one in theta])
    rows = pd.DataFrame({"document": range(n), "side": side, "year": 2020 + np.arange(n) // 2 % 5})
    return Features(counts, [f"t{v}" for v in range(n_terms)], rows, kind="term")


def fitted(corpus, formula="~ side", **settings):
    return StructuralTopicModel(2, formula, **settings).fit(corpus.select(used(corpus)))


def used(corpus):
    return [name for name, n in zip(corpus.names, corpus.matrix.sum(axis=0), strict=True) if n]


@pytest.fixture(scope="module")
def corpus():
    return small()


@pytest.fixture(scope="module")
def model(corpus):
    return fitted(corpus)


# --- the statistic -------------------------------------------------------------------------------


def test_f_of_two_sides_is_that_of_the_analysis_of_variance(corpus, model):
    of = Labelled.of(model, "side", None, None, None, None, None)
    theta = model.theta_
    a = (corpus.segments["side"] == "A").to_numpy()
    expected = [stats.f_oneway(theta[a, k], theta[~a, k]).statistic for k in range(2)]
    assert of.f(theta, model.design_.matrix) == pytest.approx(expected)


def test_f_of_three_levels_beside_a_curve():
    corpus = small(60, levels=3)
    model = fitted(corpus, "~ side + s(year)")
    of = Labelled.of(model, "side", None, None, None, None, None)
    assert [of.design.columns[c] for c in of.tested] == ["side[T.B]", "side[T.C]"]
    x, y = model.design_.matrix, model.theta_[:, 0]
    rss = [
        ((y - z @ np.linalg.lstsq(z, y, rcond=None)[0]) ** 2).sum()
        for z in (np.delete(x, of.tested, axis=1), x)
    ]
    expected = (rss[0] - rss[1]) / 2 / (rss[1] / (60 - x.shape[1]))
    assert of.f(model.theta_, x)[0] == pytest.approx(expected)


def test_interactions_belong_to_both_variables():
    model = fitted(small(60), "~ side * year")
    for variable, columns in (
        ("side", "side[T.B] side[T.B]:year"),
        ("year", "year side[T.B]:year"),
    ):
        of = Labelled.of(model, variable, None, None, None, None, None)
        assert {of.design.columns[c] for c in of.tested} == set(columns.split())


@pytest.mark.parametrize("formula", ["~ side + s(year)", "~ side * year", "~ side * s(year, df=2)"])
@pytest.mark.parametrize("variable", ["side", "year"])
def test_the_design_of_other_labels_is_that_of_the_formula(formula, variable):
    model = fitted(small(60, levels=3), formula)
    of = Labelled.of(model, variable, None, None, None, None, None)
    codes = np.random.default_rng(0).permutation(of.codes)
    x = of.design.transform(of.relabelled(codes).table)
    np.testing.assert_allclose(of.columns(codes), x[:, of.tested], atol=1e-12)
    np.testing.assert_allclose(of.columns(of.codes), of.design.matrix[:, of.tested], atol=1e-12)
    blind = Blind(model, of)
    assert blind(codes) == pytest.approx(of.f(blind.theta, x))
    assert blind.observed == pytest.approx(of.f(blind.theta, of.design.matrix))


def test_labels_that_other_columns_determine_count_against_the_effect():
    corpus = small(12)
    twin = np.where(np.arange(12) < 6, "x", "y")
    rows = corpus.segments.assign(twin=twin)
    model = fitted(Features(corpus.matrix, corpus.names, rows, kind="term"), "~ side + twin")
    of = Labelled.of(model, "side", None, None, None, None, None)
    assert Blind(model, of)((twin == "y").astype(int)).min() > 1e100


def test_documents_count_once(corpus):
    # the first document in three segments, with a third of the weight each
    rows = np.r_[0, 0, np.arange(30)]
    many = Features(
        corpus.matrix[rows],
        corpus.names,
        corpus.segments.iloc[rows].drop(columns="segment"),
        kind="term",
    )
    model = fitted(many)
    of = Labelled.of(model, "side", None, None, None, None, None)
    theta = np.tile(np.linspace(0.1, 0.9, 30)[:, None], 2)[rows]
    once = Labelled.of(fitted(corpus), "side", None, None, None, None, None)
    spare = (32 - 2) / (30 - 2)  # degrees of freedom count rows
    assert of.f(theta, of.design.matrix) == (
        pytest.approx(once.f(theta[2:], once.design.matrix) * spare)
    )


# --- refits --------------------------------------------------------------------------------------


def test_a_refit_is_what_the_model_would_be_with_other_labels(corpus, model):
    # so that p is exact: what is observed is one of the values under all labels
    of = Labelled.of(model, "side", None, None, None, None, None)
    statistic = Refitted(model, of)
    assert statistic(of.codes) == pytest.approx(statistic.observed, abs=0)
    codes = np.random.default_rng(1).permutation(of.codes)
    other = corpus.segments.assign(side=np.array(["A", "B"])[codes])
    told = fitted(Features(corpus.matrix, corpus.names, other, kind="term"))
    again = Refitted(told, Labelled.of(told, "side", None, None, None, None, None))
    assert statistic(codes) == pytest.approx(again.observed, rel=1e-9)


def test_an_effect_is_found_with_refits_and_without(model):
    for refit in (True, False):
        table = covariate_test(model, "side", refit=refit, replicates=19)
        assert table["p_value"].tolist() == [0.05, 0.05]
        assert table["p_family"].tolist() == [0.05, 0.05]
        assert (table["p_min"] == 0.05).all()
        assert (table["test"] == "permutation").all()
        assert (table["coefficient"] == "side").all()
        assert table["n_documents"].tolist() == [30, 30]
        assert ("n_runs" in table) == refit
        assert (table["note"] == "").all()


def test_p_counts_the_relabellings_that_reach_as_far():
    model = fitted(small(20, effect=0.7, seed=5))
    table = covariate_test(model, "side", refit=False, replicates=99)
    of = Labelled.of(model, "side", None, None, None, None, None)
    statistic = Blind(model, of)
    from framing.inference import Relabelling

    drawn = np.concatenate([Relabelling(of.codes, of.strata, 99, 0).block(b) for b in (0, 1)])
    f = np.stack([statistic(codes) for codes in drawn])
    count = (f >= statistic.observed * (1 - 1e-9)).sum(axis=0)
    assert table["p_value"].tolist() == pytest.approx((1 + count) / 100)
    middle = np.median(np.vstack([statistic.observed, f]), axis=0)
    f, observed = f / middle, statistic.observed / middle
    most = (f.max(axis=1)[:, None] >= observed * (1 - 1e-9)).sum(axis=0)
    assert table["p_family"].tolist() == pytest.approx((1 + most) / 100)
    assert 0.01 < table["p_value"][0] < 1


def test_without_refits_topics_know_no_labels(corpus, model):
    of = Labelled.of(model, "side", None, None, None, None, None)
    blind = Blind(model, of)
    plain = StructuralTopicModel(2).fit(corpus.select(used(corpus)))
    assert blind.theta.tobytes() == plain.theta_.tobytes()
    other = corpus.segments.assign(side=np.random.default_rng(0).permutation(list("AB") * 15))
    told = fitted(Features(corpus.matrix, corpus.names, other, kind="term"))
    again = Blind(told, Labelled.of(told, "side", None, None, None, None, None))
    assert np.sort(again.theta).tobytes() == np.sort(blind.theta).tobytes()
    assert again(of.codes) == pytest.approx(blind.observed)


def test_without_an_effect_p_is_uniform():
    # of 30 corpora p ≤ .2 in 6 ± 2.6 · 2.2, and p ≤ .5 in 15 ± 2.6 · 2.7
    found = [
        covariate_test(
            fitted(small(20, 0.0, seed, n_terms=10), max_iter=20, tol=1e-4),
            "side",
            refit=False,
            replicates=99,
            seed=seed,
        )["p_value"][0]
        for seed in range(30)
    ]
    assert 1 <= sum(p <= 0.2 for p in found) <= 12
    assert 8 <= sum(p <= 0.5 for p in found) <= 22


def test_few_clusters_have_few_labels():
    corpus = small(60)
    outlet = np.where(corpus.segments["side"] == "A", "a", "b")
    outlet = [f"{name}{i // 2 % 3}" for i, name in enumerate(outlet)]
    model = fitted(
        Features(corpus.matrix, corpus.names, corpus.segments.assign(outlet=outlet), "term")
    )
    table = covariate_test(model, "side", cluster="outlet")
    assert (table["test"] == "exact permutation").all()
    assert table["n_runs"].tolist() == [20, 20]
    assert table["p_value"].tolist() == [0.1, 0.1]  # A and B change places: the same F
    assert table["p_min"].tolist() == [0.1, 0.1]
    assert table["n_clusters"].tolist() == [6, 6]
    assert table["note"][0] == "p cannot be below 0.1: 20 relabellings only"
    assert table["unit"][0] == "outlet"


def test_values_change_hands_within_strata_only(model, monkeypatch):
    of = Labelled.of(model, "side", None, None, None, "year", None)
    assert of.strata.tolist() == [i // 2 % 5 for i in range(30)]
    seen = []
    monkeypatch.setattr(Blind, "__call__", lambda self, codes: seen.append(codes) or np.ones(2))
    covariate_test(model, "side", refit=False, within="year", replicates=9)
    for codes in seen:
        for year in range(5):
            assert sorted(codes[of.strata == year]) == sorted(of.codes[of.strata == year])


def test_numbers_are_dealt_out_too():
    table = covariate_test(fitted(small(40), "~ s(year)"), "year", refit=False, replicates=99)
    assert table["n_coefficients"].tolist() == [4, 4]
    assert (table["p_value"] > 0.01).all()


def test_year_is_made_of_the_date(corpus):
    rows = corpus.segments.drop(columns="year")
    rows["date"] = pd.to_datetime("2020-06-01") + pd.to_timedelta(400 * (np.arange(30) % 4), "D")
    model = fitted(Features(corpus.matrix, corpus.names, rows, kind="term"), "~ side + year")
    assert len(covariate_test(model, "year", replicates=3)) == 2


def test_models_without_labels_are_not_fitted_again(corpus, monkeypatch):
    model = NMF(2).fit(corpus)
    monkeypatch.setattr(labelled, "refit", None)
    table = covariate_test(model, "side", formula="~ side", replicates=19)
    assert "n_runs" not in table
    assert table["p_value"].max() == 0.05


def test_content_models(corpus):
    model = StructuralTopicModel(2, "~ side", "~ side", max_iter=3)
    with pytest.warns(InputWarning, match="no convergence"):
        model.fit(corpus.select(used(corpus)))
    with pytest.warns(InputWarning, match="4 of 4 refits did not converge"):
        covariate_test(model, "side", replicates=3)
    assert len(covariate_test(model, "side", refit=False, replicates=9)) == 2


def test_a_topic_that_turns_into_another_is_told(corpus):
    noise = np.random.default_rng(3).poisson(1.0, (30, 20))
    model = fitted(Features(noise, corpus.names, corpus.segments, kind="term"), init="random")
    statistic = Refitted(model, Labelled.of(model, "side", None, None, None, None, None))
    statistic.cosines = [np.array([0.3, 0.9])]
    assert statistic.notes() == [
        "under other labels it is mostly another topic (mean cosine 0.30)",
        "",
    ]


def test_refits_that_cannot_be_made_count_against_the_effect(model, monkeypatch):
    refit, calls = labelled.refit, []

    def failing(*given, **how):
        calls.append(1)
        if len(calls) in (3, 5):
            raise InputError("collinear")
        return refit(*given, **how)

    monkeypatch.setattr(labelled, "refit", failing)
    with pytest.warns(InputWarning, match="2 refits could not be made, and count against the eff"):
        table = covariate_test(model, "side", replicates=19)
    assert table["p_value"].tolist() == [0.15, 0.15]


def test_an_interrupt_keeps_the_relabellings_done(model, monkeypatch):
    refit, calls = labelled.refit, []

    def interrupted(*given, **how):
        calls.append(1)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return refit(*given, **how)

    monkeypatch.setattr(labelled, "refit", interrupted)
    with pytest.warns(InputWarning, match="stopped by hand after 4 of 19 refits"):
        table = covariate_test(model, "side", replicates=19)
    assert table["n_runs"].tolist() == [4, 4]
    assert table["p_value"].tolist() == [0.2, 0.2]


def test_the_same_seed_gives_the_same_bytes(model):
    one, same = (covariate_test(model, "side", replicates=5, seed=2) for _ in range(2))
    pd.testing.assert_frame_equal(one, same, check_exact=True)


def test_segments_without_the_covariate_are_left_out(corpus):
    rows = corpus.segments.assign(side=corpus.segments["side"].where(np.arange(30) > 3))
    with pytest.warns(InputWarning, match="4 of 30 rows lack a covariate"):
        model = fitted(Features(corpus.matrix, corpus.names, rows, kind="term"))
    table = covariate_test(model, "side", refit=False, replicates=9)
    assert table["n_segments"].tolist() == [26, 26]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"variable": "outlet"}, "variable must be one of 'side'; got 'outlet'"),
        ({"variable": "side", "formula": "~ outlet"}, "no column 'outlet'"),
        ({"variable": "side", "replicates": 0}, "replicates must be a whole number from 1 on"),
        ({"variable": "side", "seed": -1}, "seed must be a whole number from 0 on"),
        ({"variable": "side", "cluster": "year"}, "'side' is not the same in all segments of '20"),
        ({"variable": "side", "cluster": "outlet"}, "cluster must be one of"),
        ({"variable": "side", "within": "outlet"}, "within must be one of"),
        ({"variable": "side", "within": "document"}, "the same for all within 'document'; there"),
    ],
)
def test_bad_settings(model, given, message):
    with pytest.raises(InputError, match=message):
        covariate_test(model, **given)


def test_bad_models(corpus):
    counts = corpus.select(used(corpus))
    plain = StructuralTopicModel(2).fit(counts)
    with pytest.raises(InputError, match="the model has no formula of its own; pass formula='~ si"):
        covariate_test(plain, "side")
    bare = StructuralTopicModel(2).fit(counts.matrix)
    with pytest.raises(InputError, match="a matrix has no covariates; pass covariates="):
        covariate_test(bare, "side", formula="~ side")
    table = covariate_test(bare, "side", formula="~ side", covariates=corpus.segments, replicates=9)
    assert (table["p_value"] == 0.1).all()


def test_planted_topics_one_of_which_has_an_effect():
    corpus, _, _ = planted(120, length=60)
    model = StructuralTopicModel(3, "~ region + year").fit(corpus.select(used(corpus)))
    table = covariate_test(model, "region", replicates=19)
    assert table["p_family"].min() == 0.05
    assert covariate_test(model, "year", refit=False, replicates=99)["p_family"].min() > 0.05


def test_a_design_has_columns_for_what_is_tested():
    rows = pd.DataFrame({"side": list("ABC") * 4, "year": np.arange(12) % 5})
    design = Design.fit("~ side + s(year, df=3)", rows)
    values = pd.Index(["A", "B", "C"])
    assert labelled._columns_of(design, "side", values).tolist() == [1, 2]
