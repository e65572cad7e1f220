"""Effects on topics: least squares by hand, R's estimateEffect, and what may not be guessed."""

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from _stm import STM, find, matrix, needs_stm
from _topics import fit, segments, shares
from scipy.stats import ttest_ind

from framing.errors import InputError, InputWarning
from framing.topics import NMF
from framing.topics.composition.effects import effect_tests, effects
from framing.topics.frames.mapping import TopicFrame, TopicFrames

SHARE = np.array([0.2, 0.3, 0.4, 0.3, 0.6, 0.5, 0.7, 0.6, 0.1, 0.35])
SIDE = list("AAAABBBBCC")


def known(share, **columns):
    """A model whose shares are taken as known, of a topic and the rest."""
    share = np.asarray(share, dtype=float)
    theta = np.column_stack([share, 1 - share]) if share.ndim == 1 else share
    table = pd.DataFrame({"document": np.arange(len(theta)), **columns})
    names = [f"topic {k + 1}" for k in range(theta.shape[1])]
    used = ~np.isnan(theta).any(axis=1)
    return SimpleNamespace(theta_=theta, used_=used, topic_names_=names, segments_=table)


def uncertain(seed=0, **design):
    """A model of simulated segments; see tests/_topics.py."""
    rng = np.random.default_rng(seed)
    drawn = {key: design.pop(key) for key in ("effect", "icc", "n_topics") if key in design}
    prior = design.pop("prior", "side")
    table = segments(rng, **design)
    return fit(rng, table, shares(rng, table, **drawn), prior=prior)


def from_r(data, folder):
    """R's fitted model, with the attributes of ours."""
    meta = pd.read_csv(find(f"{data}/meta.csv"))
    read = {name: matrix(f"{data}/{folder}/{name}.csv") for name in ("eta", "mu", "theta", "sigma")}
    return SimpleNamespace(
        eta_=read["eta"],
        mu_=read["mu"].T,
        theta_=read["theta"],
        sigma_=read["sigma"],
        used_=np.ones(len(meta), dtype=bool),
        topic_names_=[f"topic {k + 1:02d}" for k in range(read["theta"].shape[1])],
        segments_=meta,
        design_=SimpleNamespace(matrix=matrix(f"{data}/{folder}/X.csv")),
        covariances=lambda: symmetric(matrix(f"{data}/effects/local_nu_11_12_22.csv")),
    )


def symmetric(entries):
    """2 × 2 matrices from their entries 11, 12, 22."""
    return entries[:, [0, 1, 1, 2]].reshape(-1, 2, 2)


def pick(table, coefficient, topic="topic 1"):
    (row,) = table[(table["coefficient"] == coefficient) & (table["topic"] == topic)].itertuples()
    return row


# --- against R ----------------------------------------------------------------------------

FORMULAS = {
    "gadarian": ("K3_prev", "~ treatment + s(pid_rep)"),
    "poliblog": ("K20_prev", "~ rating + s(day)"),
}


@needs_stm
@pytest.mark.parametrize("data", FORMULAS)
def test_known_shares_are_regressed_as_in_r(data):
    # estimateEffect(…, uncertainty = "None") without its simulation: summary(lm(theta ~ …))
    folder, formula = FORMULAS[data]
    given = {"uncertainty": "none", "variance": "classical"}
    found = effects(from_r(data, folder), formula, **given).sort_values("topic", kind="stable")
    expected = pd.read_csv(STM / data / "effects/ols_none.csv")
    np.testing.assert_allclose(found["estimate"], expected["est"], atol=1e-8)
    np.testing.assert_allclose(found["error"], expected["se"], atol=1e-8)


@needs_stm
@pytest.mark.parametrize(
    ("data", "uncertainty", "alike", "tolerance"),
    [
        ("gadarian", "global", 0.999, 0.03),
        ("gadarian", "local", 0.998, 0.07),
        ("poliblog", "global", 0.999, 0.065),
    ],
)
def test_composition_is_that_of_r(data, uncertainty, alike, tolerance):
    # estimateEffect(…, uncertainty, nsims = 25): means over 20, 5 and 5 seeds. With so few seeds
    # R's numbers are not exact: five local ones correlate with one another at .997–.999, and each
    # standard error is known to 1–2 %; the mean of their ratios to ours is known better.
    folder, formula = FORMULAS[data]
    given = {"uncertainty": uncertainty, "variance": "classical", "draws": 250}
    found = effects(from_r(data, folder), formula, **given).sort_values("topic", kind="stable")
    table = pd.read_csv(STM / data / "effects/effects.csv")
    table = table[table["uncertainty"].str.lower() == uncertainty]
    expected = table.groupby(["topic", "term"], sort=False)[["est", "se"]].mean()
    assert np.corrcoef(found["estimate"], expected["est"])[0, 1] > alike
    ratio = found["error"].to_numpy() / expected["se"].to_numpy()
    assert abs(ratio.mean() - 1) < 0.02
    assert np.abs(ratio - 1).max() < tolerance


# --- by hand ------------------------------------------------------------------------------


def test_textbook_variance_by_hand():
    model = known(SHARE[:8], side=SIDE[:8])
    row = pick(effects(model, "~ side", uncertainty="none", variance="classical"), "side[T.B]")
    # means .3 and .6; squares within .02 and .02, so s² = .04/6, and error √(s²(1/4 + 1/4))
    assert row.estimate == pytest.approx(0.3)
    assert row.error == pytest.approx(np.sqrt(0.04 / 6 / 2))
    assert (row.degrees, row.unit) == (6, "segment")
    assert row.p_value == pytest.approx(ttest_ind(SHARE[:4], SHARE[4:8]).pvalue)


def test_robust_variance_of_two_samples_is_that_of_welch():
    share = np.array([0.2, 0.3, 0.4, 0.3, 0.6, 0.1, 0.9])
    row = pick(
        effects(known(share, side=list("AAAABBB")), "~ side", uncertainty="none"), "side[T.B]"
    )
    a, b = share[:4], share[4:]
    assert row.error == pytest.approx(np.sqrt(a.var(ddof=1) / 4 + b.var(ddof=1) / 3))
    assert row.unit == "document"


def test_segments_of_a_document_count_as_one():
    once = known(SHARE[:8], side=SIDE[:8])
    often = known(SHARE[:8], side=SIDE[:8])
    repeated = np.repeat(np.arange(8), [1, 5, 2, 3, 1, 1, 9, 2])
    often.theta_, often.used_ = often.theta_[repeated], np.ones(24, dtype=bool)
    often.segments_ = often.segments_.iloc[repeated].reset_index(drop=True)
    columns = ["estimate", "error", "low", "high", "p_value", "degrees"]
    found = [effects(model, "~ side", uncertainty="none")[columns] for model in (once, often)]
    np.testing.assert_allclose(*found)
    by_size = effects(often, "~ side", uncertainty="none", weights="segment")
    mean = np.average(SHARE[4:8], weights=[1, 1, 9, 2]) - np.average(
        SHARE[:4], weights=[1, 5, 2, 3]
    )
    assert pick(by_size, "side[T.B]").estimate == pytest.approx(mean)
    assert by_size["n_segments"].unique() == [24]
    assert by_size["n_documents"].unique() == [8]


def test_clusters_are_dealt_out_in_every_way():
    rng = np.random.default_rng(1)
    outlet = np.repeat(np.arange(6), 5)
    share = np.clip(0.4 + 0.05 * outlet + rng.normal(0, 0.05, 30), 0.01, 0.99)
    side = np.where(outlet < 3, "A", "B")
    model = known(share, side=side, outlet=[f"o{i}" for i in outlet])
    table = effects(model, "~ side", uncertainty="none", cluster="outlet")
    row = pick(table, "side[T.B]")
    means = share.reshape(6, 5).mean(axis=1)

    def apart(chosen):
        inside = np.isin(np.arange(6), chosen)
        return abs(means[inside].mean() - means[~inside].mean())

    ways = [apart(chosen) for chosen in combinations(range(6), 3)]
    assert row.p_value == np.mean(np.array(ways) >= apart((0, 1, 2)) - 1e-12) == 0.1
    assert (row.test, row.p_min, row.n_clusters) == ("exact permutation", 0.1, 6)
    assert row.note == "p cannot be below 0.1: labels can be dealt out in 20 ways only"
    assert row.degrees == pytest.approx(4)
    # CR2 of two sides of three equal clusters is the two-sample variance of their means
    spread = means[:3].var(ddof=1) / 3 + means[3:].var(ddof=1) / 3
    assert row.error == pytest.approx(np.sqrt(spread))
    assert np.isnan(pick(table, "Intercept").low)
    assert "only about 2.0 degrees of freedom" in pick(table, "Intercept").note


def test_only_the_clusters_of_two_levels_are_dealt_out():
    outlet = np.repeat(np.arange(9), 4)
    share = np.clip(np.random.default_rng(2).beta(4, 6, 36) + 0.1 * (outlet >= 6), 0, 1)
    model = known(share, side=np.repeat(list("ABC"), 12), outlet=outlet)
    row = pick(effects(model, "~ side", uncertainty="none", cluster="outlet"), "side[T.C]")
    means = share.reshape(9, 4).mean(axis=1)[[0, 1, 2, 6, 7, 8]]

    def studentised(chosen):
        inside = np.isin(np.arange(6), chosen)
        one, other = means[inside], means[~inside]
        return abs(one.mean() - other.mean()) / np.sqrt(one.var() + other.var())

    ways = np.array([studentised(chosen) for chosen in combinations(range(6), 3)])
    assert row.p_value == pytest.approx(np.mean(ways >= studentised((3, 4, 5)) - 1e-9))
    joint = effect_tests(model, "~ side", uncertainty="none", cluster="outlet")
    assert joint["test"].unique() == ["exact permutation"]
    assert joint["p_min"].iloc[0] == pytest.approx(6 / 1680)


def test_other_covariates_do_not_keep_clusters_from_being_dealt_out():
    model = uncertain(outlets=8, per=10, treatment="outlet")
    model.segments_["length"] = np.random.default_rng(0).normal(size=80)
    with pytest.warns(InputWarning, match="fitted without length: it draws"):
        table = effects(model, "~ side + length", cluster="outlet")
    assert pick(table, "side[T.B]").test == "exact permutation"
    assert pick(table, "length").test == "t"
    assert table.loc[table["test"] == "exact permutation", "p_min"].min() == pytest.approx(2 / 70)


def test_tests_can_be_chosen():
    model = uncertain(outlets=12, per=10, treatment="outlet")
    found = {
        test: pick(effects(model, "~ side", cluster="outlet", test=test), "side[T.B]")
        for test in ("auto", "t", "wild bootstrap")
    }
    assert [row.test for row in found.values()] == ["exact permutation", "t", "wild bootstrap"]
    p = [row.p_value for row in found.values()]
    assert max(p) - min(p) < 0.1
    few = uncertain(outlets=7, per=10)
    row = pick(effects(few, "~ side", cluster="outlet", test="wild bootstrap"), "side[T.B]")
    assert np.isnan(row.p_value)
    assert row.note.startswith("no p-value: only about 7 outlets bear on it")


def test_a_factor_is_tested_as_a_whole():
    model = known(SHARE, side=SIDE, year=np.arange(10))
    given = {"uncertainty": "none", "variance": "classical"}
    table = effect_tests(model, "~ side + year", **given)
    side, year = (table[table["coefficient"] == name].iloc[0] for name in ("side", "year"))
    # statsmodels: anova_lm(ols("share ~ side + year"), typ=3), written out
    x = np.column_stack([np.ones(10), np.arange(10)])
    b = np.array([[one == "B", one == "C"] for one in SIDE], dtype=float)

    def left(x):
        return ((SHARE - x @ np.linalg.lstsq(x, SHARE, rcond=None)[0]) ** 2).sum()

    full = left(np.column_stack([x, b]))
    assert side["estimate"] == pytest.approx((left(x) - full) / 2 / (full / 6))
    assert (side["n_coefficients"], side["degrees"], side["test"]) == (2, 6, "F")
    assert (year["n_coefficients"], year["degrees"]) == (1, 6)
    t = pick(effects(model, "~ side + year", **given), "year")
    assert year["estimate"] == pytest.approx((t.estimate / t.error) ** 2)
    assert year["p_value"] == pytest.approx(t.p_value)


def test_a_test_of_one_coefficient_is_its_t_test():
    model = uncertain(per=60)
    joint = effect_tests(model, "~ side").set_index("topic")
    single = effects(model, "~ side").query("coefficient == 'side[T.B]'").set_index("topic")
    assert joint["estimate"].to_numpy() == pytest.approx(
        (single["estimate"] / single["error"]) ** 2
    )
    assert joint["p_value"].to_numpy() == pytest.approx(single["p_value"].to_numpy())


def test_q_is_over_the_topics_of_a_coefficient():
    table = effects(uncertain(per=60), "~ side")
    for _, rows in table.groupby("coefficient"):
        p = rows["p_value"].to_numpy()
        order = np.argsort(p)
        adjusted = np.minimum.accumulate((p[order] * 4 / np.arange(1, 5))[::-1])[::-1]
        assert rows["q_value"].to_numpy()[order] == pytest.approx(np.minimum(adjusted, 1))
        assert (rows["n_tests"] == 4).all()


# --- properties ---------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"variance": "classical"}, {"uncertainty": "local"}])
def test_frames_are_sums_of_topics_inside_each_draw(given):
    model = uncertain(per=50)
    one = TopicFrames((TopicFrame("first", "", (1, 2)), TopicFrame("rest", "", (3, 4))))
    all_of = TopicFrames((TopicFrame("all", "", (1, 2, 3, 4)),))
    topics = effects(model, "~ side", **given)
    frames = effects(model, "~ side", frames=one, **given)
    assert list(frames["frame"].unique()) == ["first", "rest"]
    for (_, by_topic), (_, by_frame) in zip(
        topics.groupby("coefficient"), frames.groupby("coefficient"), strict=True
    ):
        values = by_topic["estimate"].to_numpy()
        assert by_frame["estimate"].to_numpy() == pytest.approx(
            [values[:2].sum(), values[2:].sum()]
        )
        # what is not in the one is in the other
        assert np.ptp(by_frame["error"]) < 1e-9
    whole = effects(model, "~ side", frames=all_of, **given)
    assert whole["error"].to_numpy() == pytest.approx([0, 0], abs=1e-7)
    matrix = pd.DataFrame({"first": [1, 1, 0, 0], "rest": [0, 0, 1, 1]})
    pd.testing.assert_frame_equal(effects(model, "~ side", frames=matrix, **given), frames)


def test_words_that_leave_nothing_open_leave_nothing_to_correct():
    rng = np.random.default_rng(0)
    table = segments(rng, per=60)
    model = fit(rng, table, shares(rng, table), words=1e-6)
    columns = ["estimate", "error", "degrees"]
    drawn, taken = effects(model, "~ side"), effects(model, "~ side", uncertainty="none")
    np.testing.assert_allclose(drawn[columns], taken[columns], rtol=2e-3, atol=1e-4)


def test_open_words_make_errors_larger_than_the_textbook_has_them():
    model = uncertain(per=300)
    robust, classical = (
        pick(effects(model, "~ side", variance=one), "side[T.B]") for one in ("robust", "classical")
    )
    assert robust.error > 1.05 * classical.error
    assert robust.estimate == pytest.approx(classical.estimate)


def test_the_seed_decides():
    model = uncertain(outlets=12, per=8)
    given = {"cluster": "outlet", "test": "wild bootstrap"}
    first, again, other = (effects(model, "~ side", seed=seed, **given) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert (first["estimate"] != other["estimate"]).all()
    np.testing.assert_allclose(first["estimate"], other["estimate"], atol=0.05)


def test_levels_of_a_logit_are_log_odds_of_means():
    table = effects(known(SHARE[:8], side=SIDE[:8]), "~ side", uncertainty="none", link="logit")
    intercept, b = pick(table, "Intercept"), pick(table, "side[T.B]")
    assert intercept.estimate == pytest.approx(np.log(0.3 / 0.7))
    assert b.estimate == pytest.approx(np.log(0.6 / 0.4) - np.log(0.3 / 0.7))
    # delta method on Welch's variances: errors of the means over m(1 − m)
    a, b_error = np.sqrt(0.02 / 3 / 4) / 0.21, np.sqrt(0.02 / 3 / 4) / 0.24
    assert intercept.error == pytest.approx(a)
    assert b.error == pytest.approx(np.hypot(a, b_error))
    assert b.statistic == "log-odds coefficient"


# --- bad input ----------------------------------------------------------------------------


def test_rows_without_covariates_stay_aligned():
    side = pd.Series(SIDE, dtype=object)
    side[[0, 5]] = None
    share = SHARE.copy()
    share[9] = np.nan
    kept = [1, 2, 3, 4, 6, 7, 8]
    with pytest.warns(InputWarning) as told:
        table = effects(known(share, side=side), "~ side", uncertainty="none")
    assert "2 of 9 rows lack a covariate ('side' 2)" in str(told[0].message)
    assert pick(table, "side[T.B]").estimate == pytest.approx(
        SHARE[[4, 6, 7]].mean() - SHARE[[1, 2, 3]].mean()
    )
    assert table["n_documents"].unique() == [len(kept)]


def test_what_rests_on_one_document_has_no_interval():
    with pytest.warns(InputWarning, match="levels with a single row"):
        table = effects(known(SHARE[:9], side=SIDE[:9]), "~ side", uncertainty="none")
    lone, other = pick(table, "side[T.C]"), pick(table, "side[T.B]")
    assert np.isnan([lone.low, lone.high, lone.p_value]).all()
    assert lone.note == "no interval, no p-value: it rests on document '8' alone"
    assert lone.estimate == pytest.approx(0.1 - 0.3)
    assert np.isfinite(other.low)


def test_fewer_than_six_clusters_have_no_interval():
    model = uncertain(outlets=5, per=10)
    table = effects(model, "~ side", cluster="outlet")
    assert table["low"].isna().all()
    few = "no interval, no p-value: only 5 clusters of 'outlet'; an interval needs 6"
    assert table["note"].unique() == [few]


def test_collinear_columns_are_named():
    model = known(SHARE, side=SIDE, twin=[2 * (one == "B") for one in SIDE])
    with pytest.raises(InputError, match=r"'~ side \+ twin'.*twin is determined"):
        effects(model, "~ side + twin", uncertainty="none")
    constant = known(SHARE, side=["A"] * 10, year=np.full(10, 2021))
    with pytest.raises(InputError, match="year is determined"):
        effects(constant, "~ year", uncertainty="none")


def test_a_model_without_uncertainty_says_so():
    rows = pd.DataFrame({"document": range(12), "side": list("AB") * 6})
    counts = np.random.default_rng(0).poisson(2, (12, 6))
    model = NMF(2).fit(counts)
    with pytest.raises(InputError, match="pass uncertainty='none', or fit a StructuralTopicModel"):
        effects(model, "~ side", covariates=rows)
    with pytest.raises(InputError, match="fitted to a matrix, which has no covariates"):
        effects(model, "~ side", uncertainty="none")
    with pytest.raises(InputError, match=r"covariates has 11 rows, but .* 12 segments"):
        effects(model, "~ side", uncertainty="none", covariates=rows[:11])
    assert len(effects(model, "~ side", uncertainty="none", covariates=rows)) == 4


def test_covariates_that_the_model_does_not_know_are_told():
    with pytest.warns(InputWarning, match=r"fitted without side\[T.B\]: .* effects towards nought"):
        effects(uncertain(per=40, prior=None), "~ side")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"variance": "clasical"}, "variance must be one of 'robust', 'classical'"),
        ({"link": "probit"}, "link must be one of 'identity', 'logit'"),
        ({"variance": "classical", "link": "logit"}, "leave out cluster= and link="),
        ({"variance": "classical", "test": "wild bootstrap"}, "turns signs of units"),
        ({"level": 95}, "level must lie between 0 and 1; got 95"),
        ({"replicates": 10}, "replicates must be a whole number from 100 on"),
        ({"clusters": "outlet"}, "a setting must be one of 'frames'"),
        ({"cluster": "paper"}, "cluster must be one of"),
        ({"frames": [[1, 0]]}, "frames must be TopicFrames, the path of one, or 4 rows"),
        ({"frames": [[1, 0]] * 4}, "frame 2 has no topic"),
    ],
)
def test_bad_settings(given, message):
    with pytest.raises(InputError, match=message):
        effects(uncertain(per=20), "~ side", **given)


def test_clusters_must_hold_whole_documents():
    model = known(SHARE, side=SIDE, outlet=[*"xxxxxyyyy", None])
    with pytest.raises(InputError, match="cluster='outlet' is empty for document '9'"):
        effects(model, "~ side", uncertainty="none", cluster="outlet")
    model.segments_["document"] = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    model.segments_["outlet"] = list("xyxxxxxxxx")
    with pytest.raises(InputError, match="document '0' lies in several"):
        effects(model, "~ side", uncertainty="none", cluster="outlet")


def test_more_coefficients_than_segments_are_refused():
    with pytest.raises(InputError, match="has 3 coefficients, and there are 3 segments"):
        effects(known(SHARE[:3], a=[1, 2, 4], b=[1, 0, 0]), "~ a + b", uncertainty="none")
