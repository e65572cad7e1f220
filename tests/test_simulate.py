"""Planted truth: what is drawn has the mean, the spread and the clustering asked for."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import framing as fr
from framing import InputError, simulate
from framing.simulate import sample_size
from framing.simulate.levels import log_gamma, log_gamma_quantile

TWO = {"US": 12, "EU": 9}
SECURITY = {"EU": {"security": 1.0}}


def document_shares(planted):
    """Share of every document, and what its first segment says of it."""
    features = planted.features
    codes, first = np.unique(features.segments["document"], return_index=True)
    gather = (features.segments["document"].to_numpy()[None, :] == codes[:, None]).astype(float)
    return (gather @ features.matrix.toarray()) / (gather @ features.size)[:, None], first


def group_means(planted):
    """Mean of the documents of every group and period, by plain arithmetic."""
    shares, first = document_shares(planted)
    rows = planted.features.segments.iloc[first]
    groups = rows[planted.by].to_numpy()[:, None] == np.array(planted.groups)
    periods = rows["year"].astype(str).to_numpy()[:, None] == np.array(planted.periods)
    member = (groups[:, :, None] & periods[:, None, :]).astype(float)
    return np.einsum("dgt,df->gtf", member / member.sum(axis=0), shares)


DESIGNS = {
    "lengths": (simulate.frames, {"segments": {"US": 3, "EU": (12, 9)}, "effects": SECURITY}),
    "alike": (simulate.frames, {"icc": {"US": 0.0, "EU": 0.7}, "effects": SECURITY}),
    "outlets": (
        simulate.frames,
        {"outlets": {"US": 2, "EU": 4}, "outlet_icc": 0.3, "dominance": 1.5},
    ),
    "crossed": (
        simulate.frames,
        {"outlets": 3, "outlet_icc": 0.4, "crossed": True, "effects": SECURITY},
    ),
    "change": (
        simulate.frames,
        {"periods": [2021, 2022, 2024], "change": SECURITY, "outlets": 2, "outlet_icc": 0.2},
    ),
    "terms": (
        simulate.terms,
        {"vocabulary": 8, "length": (20, 15), "segments": 3, "effects": {"EU": {"t003": 1.0}}},
    ),
    "bursty": (
        simulate.terms,
        {"vocabulary": 8, "length": 15, "icc": 0.5, "outlets": 3, "outlet_icc": 0.3},
    ),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_the_mean_over_many_corpora_is_the_truth(name):
    draw, design = DESIGNS[name]
    drawn = [draw(TWO, seed=seed, **design) for seed in range(100)]
    found = np.array([group_means(planted) for planted in drawn])
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found))
    assert (np.abs(found.mean(axis=0) - drawn[0].share) < 4 * error + 1e-12).all()


@pytest.mark.parametrize("name", DESIGNS)
def test_the_library_estimates_what_is_planted(name):
    # The means above are those of the library, so the library is without bias.
    draw, design = DESIGNS[name]
    planted = draw(TWO, seed=3, **design)
    table = fr.emphasis(planted.features, ["region", "year"], replicates=100)
    joined = table.merge(planted.shares(by_period=True), on=["group", "period", table.columns[2]])
    kind = planted.features.kind
    assert len(joined) == planted.share.size
    by_hand = group_means(planted)
    at = [names.get_indexer for names in map(pd.Index, (planted.groups, planted.periods))]
    feature = pd.Index(planted.features.names).get_indexer(joined[kind])
    expected = by_hand[at[0](joined["group"]), at[1](joined["period"]), feature]
    assert joined["estimate_x"].to_numpy() == pytest.approx(expected)
    assert (joined["n_documents_x"] == joined["n_documents_y"]).all()


def test_differences_join_contrasts():
    planted = simulate.frames({"b": 8, "a": 8, "c": 8}, effects={"a": {"security": 0.5}})
    table = fr.contrast(planted.features, planted.by, replicates=100)
    joined = table.merge(planted.differences(), on=["group", "reference", "frame"])
    assert len(joined) == len(table) == 9


def test_truth_by_hand():
    # Odds of 3/7 doubled are 6/7, a share of 6/13; documents of 2021 and 2022 are 3 and 2.
    planted = simulate.frames(
        {"US": 5, "EU": 10},
        {"security": 0.3},
        periods=[2021, 2022],
        change={"US": {"security": np.log(2)}},
    )
    assert planted.n_documents.tolist() == [[3, 2], [5, 5]]
    shares = planted.shares()
    assert shares["estimate"].tolist() == pytest.approx([(3 * 0.3 + 2 * 6 / 13) / 5, 0.3])
    assert shares["n_documents"].tolist() == [5, 10]
    by_period = planted.differences(by_period=True).query("group == 'US'")
    assert by_period["estimate"].tolist() == pytest.approx([0, 6 / 13 - 0.3])
    odds = planted.differences(log_odds=True, by_period=True).query("group == 'US'")
    assert odds["estimate"].tolist() == pytest.approx([0, np.log(2)])
    slopes = planted.slopes()
    assert slopes["period"].tolist() == ["2021–2022"] * 2
    assert slopes["estimate"].tolist() == pytest.approx([6 / 13 - 0.3, 0])


def test_the_rest_is_all_other_documents_together():
    planted = simulate.frames(
        {"US": 5, "EU": 10, "JP": 30}, {"security": 0.5}, effects={"JP": {"security": np.log(4)}}
    )
    rest = planted.differences("rest")
    assert rest["reference"].tolist() == ["rest"] * 3
    # JP has 0.8. Rest of the US: (10 · 0.5 + 30 · 0.8)/40; of the EU: (5 · 0.5 + 30 · 0.8)/35.
    assert rest["estimate"].tolist() == pytest.approx([0.5 - 0.725, 0.5 - 26.5 / 35, 0.3])


def test_slopes_count_the_years_of_a_gap():
    planted = simulate.frames(
        {"US": 9}, {"security": 0.3}, periods=[2020, 2021, 2024], change={"US": {"security": 0.1}}
    )
    expected = stats.linregress([2020, 2021, 2024], planted.share[0, :, 0]).slope
    assert planted.slopes()["estimate"].tolist() == pytest.approx([expected])
    odds = np.log(planted.share / (1 - planted.share))[0, :, 0]
    assert np.diff(odds).tolist() == pytest.approx([0.1, 0.3])


def test_planted_terms_move_by_what_is_asked_and_the_others_make_room():
    # a: odds 1 → 2, share 2/3; b and c share the rest 3 : 2.
    planted = simulate.terms(
        {"US": 4, "EU": 4}, {"a": 5, "b": 3, "c": 2}, effects={"EU": {"a": np.log(2)}}
    )
    assert planted.share[0, 0].tolist() == pytest.approx([0.5, 0.3, 0.2])
    assert planted.share[1, 0].tolist() == pytest.approx([2 / 3, 0.2, 0.4 / 3])


def test_frequencies_follow_zipf():
    share = simulate.terms(1, 4).share[0, 0]
    assert share.tolist() == pytest.approx(np.array([12, 6, 4, 3]) / 25)


@pytest.mark.parametrize(("icc", "outlet_icc"), [(0.0, 0.0), (0.3, 0.0), (0.0, 0.2), (0.3, 0.2)])
def test_segments_are_as_alike_as_asked(icc, outlet_icc):
    # Pairs of segments of one document, and of two documents of one outlet; 4000 outlets of two
    # documents of two segments.
    planted = simulate.frames(
        {"US": 8000},
        {"security": 0.3},
        segments=2,
        icc=icc,
        outlets=4000,
        outlet_icc=outlet_icc,
    )
    use = (planted.features.matrix.toarray().reshape(4000, 2, 2) - 0.3) / np.sqrt(0.21)
    inside = (use[:, :, 0] * use[:, :, 1]).mean()
    across = (use[:, 0, 0] * use[:, 1, 0]).mean()
    assert inside == pytest.approx(outlet_icc + icc * (1 - outlet_icc), abs=0.04)
    assert across == pytest.approx(outlet_icc, abs=0.05)


@pytest.mark.parametrize("icc", [0.0, 0.05, 0.5])
def test_counts_of_terms_are_dirichlet_multinomial(icc):
    planted = simulate.terms({"US": 6000}, {"a": 5, "b": 3, "c": 2}, length=20, icc=icc)
    p = np.array([0.5, 0.3, 0.2])
    expected = 20 * (np.diag(p) - np.outer(p, p)) * (1 + 19 * icc)
    found = np.cov(planted.features.matrix.toarray().T)
    assert found == pytest.approx(expected, rel=0.08, abs=0.05)


def test_groups_share_the_leaning_of_crossed_outlets():
    def spread(crossed):
        drawn = (
            simulate.frames(
                {"US": 12, "EU": 12},
                {"security": 0.4},
                outlets=4,
                outlet_icc=0.3,
                crossed=crossed,
                icc=0.0,
                seed=seed,
            )
            for seed in range(100)
        )
        return np.std([np.diff(group_means(one)[:, 0, 0])[0] for one in drawn])

    # Own outlets: √(2 · 0.24 · 0.3 / 4 + noise); shared ones leave only the noise of segments.
    noise = 2 * 0.24 * 0.7 / 120
    assert spread(False) == pytest.approx(np.sqrt(2 * 0.24 * 0.3 / 4 + noise), rel=0.2)
    assert spread(True) == pytest.approx(np.sqrt(noise), rel=0.2)


def test_outlets_are_named_and_nested():
    rows = simulate.frames({"US": 7, "EU": 5}, outlets={"US": 3, "EU": 2}, segments=1).features
    owners = rows.segments.groupby("outlet")["region"].unique()
    assert {name: list(of) for name, of in owners.items()} == {
        "EU outlet 1": ["EU"],
        "EU outlet 2": ["EU"],
        "US outlet 1": ["US"],
        "US outlet 2": ["US"],
        "US outlet 3": ["US"],
    }
    assert rows.segments["outlet"].value_counts().to_dict()["US outlet 1"] == 3
    crossed = simulate.frames({"US": 7, "EU": 5}, outlets=2, crossed=True).features.segments
    assert (crossed.groupby("outlet")["region"].nunique() == 2).all()
    assert "outlet" not in simulate.frames(2).features.segments


@pytest.mark.parametrize("draw", [simulate.frames, simulate.terms])
@pytest.mark.parametrize("icc", [0.001, 0.99, 0.9999])
def test_extreme_correlations_give_numbers(draw, icc):
    planted = draw({"US": 30}, icc=icc, outlets=5, outlet_icc=icc)
    shares, _ = document_shares(planted)
    assert np.isfinite(shares).all()
    if planted.features.kind == "term":
        assert shares.sum(axis=1) == pytest.approx(np.ones(30))


def test_logarithms_of_gamma_variables_do_not_underflow():
    p, shape = np.array([0.1, 0.5, 0.9]), np.array([0.3, 2.0, 40.0])
    expected = np.log(stats.gamma.ppf(p, shape))
    assert log_gamma_quantile(p, shape) == pytest.approx(expected)
    # Both forms agree where the quantile is small but can still be written: near 1e-240.
    shape = np.full(2, 0.001)
    p = np.array([0.5755, 0.3])
    assert np.log(stats.gamma.ppf(p[0], 0.001)) == pytest.approx(
        log_gamma_quantile(p, shape)[0], rel=1e-9
    )
    assert log_gamma_quantile(p, shape)[1] == pytest.approx(np.log(0.3) * 1000, rel=1e-3)
    rng = np.random.default_rng(1)
    drawn = log_gamma(np.full(20_000, 0.7), rng)
    assert stats.kstest(np.exp(drawn), stats.gamma(0.7).cdf).pvalue > 0.01
    assert np.isfinite(log_gamma(np.full(1000, 1e-5), rng)).all()


def test_lengths_have_the_mean_and_spread_asked_for():
    planted = simulate.frames({"US": 4000, "EU": 4000}, segments={"US": 2.5, "EU": (8, 6)}, icc=0.0)
    lengths = planted.features.segments.groupby(["region", "document"]).size()
    assert lengths.min() == 1
    assert lengths["US"].mean() == pytest.approx(2.5, abs=0.03)
    assert lengths["EU"].mean() == pytest.approx(8, abs=0.4)
    assert lengths["EU"].std() == pytest.approx(6, rel=0.06)


def test_tokens_are_dealt_out_to_segments():
    planted = simulate.terms({"US": 3}, 5, length=11, segments=4)
    assert planted.features.size.tolist() == [3, 3, 3, 2] * 3
    assert len(simulate.terms({"US": 2}, 5, length=3, segments=9).features) == 6


@pytest.mark.parametrize(
    ("periods", "by"),
    [
        ([2021, 2023], "year"),
        (["2021Q4", "2022Q1"], "quarter"),
        (["2024-02", "2024-03"], "month"),
    ],
)
def test_dates_lie_in_their_period(periods, by):
    planted = simulate.frames({"US": 40}, periods=periods, segments=1)
    table = fr.groups(planted.features, by)
    assert table.sum().to_dict() == dict.fromkeys(map(str, periods), 20)
    rows = planted.features.segments
    assert (rows["date"].dt.year == rows["year"]).all()


def test_same_seed_same_corpus():
    def bytes_of(seed):
        features = simulate.terms(5, 20, outlets=2, outlet_icc=0.1, seed=seed).features
        return features.matrix.toarray().tobytes() + features.segments.to_csv().encode()

    assert bytes_of(1) == bytes_of(1) != bytes_of(2)
    assert bytes_of(np.random.SeedSequence(1)) == bytes_of(1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"documents": -3}, "documents of 'US' must be a whole number from 1 on; got -3"),
        ({"documents": {"US": 2.5}}, "documents of 'US' must be a whole number from 1 on; got 2.5"),
        ({"documents": {}}, "documents is empty"),
        ({"shares": {}}, "shares is empty"),
        ({"shares": {"security": 1.0}}, "'security' must lie between 0 and 1; got 1.0"),
        ({"icc": 1.0}, "icc must be a number from 0 to below 1; got 1.0"),
        ({"icc": -0.1}, "icc must be a number from 0 to below 1; got -0.1"),
        ({"icc": {"US": 0.1}}, "icc has nothing for 'EU'"),
        ({"outlets": 3, "outlet_icc": 1}, "outlet_icc must be a number from 0 to below 1"),
        ({"outlet_icc": 0.1}, "outlet_icc needs outlets"),
        ({"outlets": 60}, "60 outlets of 'US', but 50 documents"),
        ({"outlets": 0}, "outlets of 'US' must be a whole number from 1 on; got 0"),
        ({"outlets": {"US": 1}, "crossed": True}, "crossed=True needs outlets as one number"),
        ({"outlets": {"US": 1, "UK": 1}}, "a group of outlets must be one of 'US', 'EU', 'JP'"),
        (
            {"effects": {"UK": {"security": 1}}},
            "a group of effects must be one of 'US', 'EU', 'JP'",
        ),
        ({"effects": {"US": 0.7}}, "effects of 'US' must name features; got 0.7"),
        ({"effects": {"US": {"war": 1}}}, "a feature of effects must be one of 'economic'"),
        ({"effects": {"US": {"values": "x"}}}, "effects of 'values' must be a number; got 'x'"),
        ({"effects": {"US": {"values": 99}}}, "'values' in 'US' rounds to 0 or 1"),
        ({"change": SECURITY}, "change needs two periods or more"),
        ({"periods": []}, "got none"),
        ({"periods": 2021}, "periods must be a list; got 2021"),
        ({"periods": [2022, 2021]}, "each once and in order; got 2022, 2021"),
        ({"periods": [2021, "2022Q1"]}, "all years, all quarters or all months"),
        ({"periods": ["spring"]}, "'spring' is no year"),
        ({"documents": 1, "periods": [2021, 2022]}, "1 documents of 'US' cannot cover 2 periods"),
        ({"segments": 0}, r"segments must be a number from 1 on, or \(mean, sd\); got 0"),
        ({"segments": (5, -1)}, r"segments must be a number from 1 on, or \(mean, sd\)"),
        ({"dominance": -1}, "dominance must be a number from 0 on; got -1"),
        ({"by": "date"}, "by must be a name other than"),
        ({"outlet": 3}, "a setting must be one of 'periods'"),
        ({"seed": -1}, "seed must be a whole number from 0 on; got -1"),
    ],
)
def test_nonsense_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        simulate.frames(**call)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"vocabulary": 1}, "vocabulary must be a whole number from 2 on; got 1"),
        ({"vocabulary": {"a": 1}}, "vocabulary needs two terms or more"),
        ({"vocabulary": {"a": 1, "b": 0}}, "'b' needs a frequency above 0; got 0"),
        (
            {"vocabulary": 3, "effects": {"EU": {"t001": 9.0, "t002": 9.0}}},
            "the terms planted in 'EU' leave no share to the others",
        ),
        (
            {"vocabulary": 2, "effects": {"EU": {"t001": -9.0, "t002": -9.0}}},
            "the terms planted in 'EU' leave no share to the others",
        ),
        ({"length": 0}, "length must be a number from 1 on"),
    ],
)
def test_nonsense_about_terms_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        simulate.terms(**call)


def test_truth_of_one_group_or_period():
    planted = simulate.frames({"US": 3})
    with pytest.raises(InputError, match="one group only"):
        planted.differences()
    with pytest.raises(InputError, match="one period only"):
        planted.slopes()
    with pytest.raises(InputError, match="reference must be one of 'each', 'rest'; got 'US'"):
        simulate.frames(3).differences("US")


def test_power_is_that_of_the_normal_approximation():
    # Variance of a document's share p(1 − p)(1 + 9 · 0.2)/10: with 50 a side the standard error is
    # √((0.21 + 0.2475) · 0.28 / 50) = 0.0506, the power Φ(0.15/0.0506 − 1.96) = 0.84.
    table = simulate.power(documents=[50], corpora=40, replicates=100).set_index("statistic")
    assert abs(table.loc["power", "estimate"] - 0.84) < 0.15
    assert table.loc["power", "low"] < 0.84 < table.loc["power", "high"]
    assert table.loc["width", "estimate"] == pytest.approx(2 * 1.98 * 0.0506, rel=0.08)
    assert (table["n_per_group"] == 50).all()
    assert (table["note"] == "").all()
    assert table.loc["power", "estimate"] <= table.loc["power_p", "estimate"]


def test_power_of_a_term_and_of_clusters():
    table = simulate.power(
        (0.01, 0.02), [8], length=(200, 100), icc=0.01, outlets=2, corpora=3, replicates=100
    )
    assert list(table["statistic"]) == ["power", "power_p", "power_interval", "width"]
    assert table["estimate"].between(0, 1).all()


def test_what_one_number_of_documents_finds_does_not_depend_on_the_others(capsys):
    settings = {"corpora": 4, "replicates": 100}
    both = simulate.power(documents=[6, 12], **settings)
    alone = simulate.power(documents=[12], **settings)
    pd.testing.assert_frame_equal(
        both.query("n_per_group == 12").reset_index(drop=True), alone, check_exact=True
    )
    assert capsys.readouterr().err == ""


def test_power_says_why_a_difference_cannot_be_found(monkeypatch):
    # Two corpora, of which the second has no interval.
    answers = iter(
        [
            {"low": 0.1, "high": 0.3, "p_value": 0.01, "note": ""},
            {"low": np.nan, "high": np.nan, "p_value": 0.04, "note": "too few"},
        ]
    )
    monkeypatch.setattr(sample_size, "contrast", lambda *_, **__: pd.DataFrame([next(answers)]))
    table = simulate.power(documents=[5], corpora=2).set_index("statistic")
    assert table["estimate"].tolist() == pytest.approx([0.5, 1.0, 0.5, 0.2])
    missing = "too few (1 of 2 corpora)"
    assert table["note"].tolist() == [missing, "", missing, missing]
    # Wilson's limits for 1 of 2: ½ ± z/(1 + z²/2) · √(⅛ + z²/16), z² = 3.8415.
    assert table.loc["power", ["low", "high"]].tolist() == pytest.approx(
        [0.09453, 0.90547], abs=1e-5
    )


def test_power_can_be_interrupted(monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(sample_size, "contrast", stop)
    with pytest.raises(KeyboardInterrupt):
        simulate.power(documents=[6])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"shares": (0.3,)}, "shares must be two numbers between 0 and 1"),
        ({"shares": (0.3, 1.2)}, "shares must lie between 0 and 1; got 1.2"),
        ({"documents": []}, "documents is empty"),
        ({"documents": [0]}, "documents must be a whole number from 1 on; got 0"),
        ({"documents": [10.5]}, "documents must be a whole number from 1 on; got 10.5"),
        ({"corpora": 1}, "corpora must be a whole number from 2 on; got 1"),
        ({"documents": [10], "outlets": 20}, "20 outlets of 'first', but 10 documents"),
        ({"seed": "a"}, "seed must be a whole number from 0 on; got 'a'"),
        ({"documents": [6], "colour": 1}, "a setting must be one of"),
    ],
)
def test_nonsense_about_power_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        simulate.power(**call)
