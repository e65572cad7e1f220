"""Predicted prevalence: means of groups where the formula can tell them, and what it adds."""

import numpy as np
import pandas as pd
import pytest
from test_effects import SHARE, SIDE, known, uncertain

from framing.errors import InputError, InputWarning
from framing.topics.composition.effects import effects
from framing.topics.composition.predicted import prevalence, prevalence_differences

pytestmark = pytest.mark.filterwarnings("ignore:the model was fitted without")
NONE = {"uncertainty": "none"}
LINKS = pytest.mark.parametrize("link", ["identity", "logit"])


def dated(n=60, seed=0, **design):
    """Simulated segments with dates from 2021 to 2024."""
    model = uncertain(seed, per=n, **design)
    days = np.random.default_rng(seed).integers(0, 4 * 365, len(model.segments_))
    model.segments_["date"] = pd.Timestamp("2021-01-01") + pd.to_timedelta(days, unit="D")
    return model


def curve(table, group, topic="topic 1"):
    return table[(table["group"] == group) & (table["topic"] == topic)].set_index("period")


@LINKS
def test_sides_are_predicted_as_their_means(link):
    table = prevalence(known(SHARE, side=SIDE), "~ side", by="side", link=link, **NONE)
    first = table[table["topic"] == "topic 1"]
    assert first["group"].tolist() == ["A", "B", "C"]
    assert first["estimate"].tolist() == pytest.approx([0.3, 0.6, 0.225])
    assert first["n_documents"].tolist() == [4, 4, 2]
    assert first["error"].iloc[0] == pytest.approx(SHARE[:4].std(ddof=1) / 2)
    assert (first["statistic"] == "prevalence").all()


@LINKS
def test_without_sides_the_mean_is_predicted(link):
    table = prevalence(known(SHARE, side=SIDE), "~ side", link=link, **NONE)
    assert table["estimate"].tolist() == pytest.approx([SHARE.mean(), 1 - SHARE.mean()])
    assert "group" not in table


@LINKS
def test_saturated_periods_are_predicted_as_their_means(link):
    rng = np.random.default_rng(0)
    year, side = rng.permuted(np.tile([2021, 2022, 2023], 20)), np.tile(list("AB"), 30)
    share = rng.beta(2, 5, 60)
    model = known(share, side=side, year=year)
    table = prevalence(model, "~ side * C(year)", by="side", over="year", link=link, **NONE)
    for group in "AB":
        for period, row in curve(table, group).iterrows():
            here = (side == group) & (year == int(period))
            assert row["estimate"] == pytest.approx(share[here].mean())
            assert row["n_documents"] == here.sum()
            assert row["band_low"] < row["low"] < row["estimate"]
            assert row["estimate"] < row["high"] < row["band_high"]


@LINKS
def test_other_covariates_are_as_they_are(link):
    rng = np.random.default_rng(1)
    side, length = np.tile(list("AB"), 30), rng.normal(size=60)
    length[side == "B"] += 1  # longer on that side
    share = 1 / (1 + np.exp(1 - length - (side == "B") + rng.normal(size=60)))
    model = known(share, side=side, length=length)
    found = effects(model, "~ side + length", link=link, **NONE)
    a, b, slope = found.loc[found["topic"] == "topic 1", "estimate"]
    rows = a + np.array([[0], [b]]) + slope * length
    expected = (rows if link == "identity" else 1 / (1 + np.exp(-rows))).mean(axis=1)
    table = prevalence(model, "~ side + length", by="side", link=link, **NONE)
    assert table.loc[table["topic"] == "topic 1", "estimate"].tolist() == pytest.approx(expected)


def test_documents_count_once_in_averages():
    model = known(SHARE, side=SIDE, length=np.arange(10.0))
    model.segments_["document"] = [0, 0, 0, 1, 2, 3, 4, 5, 6, 7]
    found = effects(model, "~ side + length", **NONE)
    a, _, _, slope = found.loc[found["topic"] == "topic 1", "estimate"]
    mean = np.mean([1.0, *range(3, 10)])  # the first document is the mean of its three segments
    table = prevalence(model, "~ side + length", by="side", link="identity", **NONE)
    assert table["estimate"].iloc[0] == pytest.approx(a + slope * mean)


def test_nothing_leaves_0_to_1_with_a_logit():
    rng = np.random.default_rng(3)
    year = np.tile(np.arange(2000, 2020), 10).astype(float)
    share = np.clip(0.02 * rng.gamma(0.3, size=200) + 0.3 * (year > 2017), 1e-4, 1)
    model = known(share, year=year)
    bounded = prevalence(model, "~ s(year)", over="year", **NONE)
    assert bounded[["estimate", "low", "high", "band_low", "band_high"]].min(axis=None) > 0
    assert bounded[["estimate", "low", "high", "band_low", "band_high"]].max(axis=None) < 1
    straight = prevalence(model, "~ s(year)", over="year", link="identity", **NONE)
    assert straight["low"].min() < 0


def test_dates_are_followed_by_year_quarter_and_month():
    model = dated(200)
    formula = "~ side * s(date, df=3)"
    years = prevalence(model, formula, by="side", over="year")
    quarters = prevalence(model, formula, by="side", over="quarter")
    months = prevalence(model, formula, by="side", over="month")
    assert curve(years, "A").index.tolist() == ["2021", "2022", "2023", "2024"]
    assert quarters["period"].unique()[:2].tolist() == ["2021Q1", "2021Q2"]
    assert months["period"].iloc[0] == "2021-01"
    dates = model.segments_["date"].dt
    held = (model.segments_["side"] == "A") & (dates.year == 2022) & (dates.quarter == 2)
    assert curve(quarters, "A").loc["2022Q2", "n_documents"] == held.sum()
    middle = curve(quarters, "A").loc[["2022Q2", "2022Q3"], "estimate"]
    assert curve(years, "A").loc["2022", "estimate"] == pytest.approx(middle.mean(), abs=0.005)


def test_a_number_with_many_values_is_followed_in_steps():
    model = uncertain(per=100)
    model.segments_["day"] = np.random.default_rng(0).uniform(0, 365, 100)
    table = prevalence(model, "~ side + s(day, df=3)", by="side", over="day")
    assert table["period"].nunique() == 25
    assert table["n_documents"].sum() == 25 * 4 * 100


def test_periods_without_documents_are_told():
    model = dated()
    early = (model.segments_["side"] == "B") & (model.segments_["date"].dt.year == 2021)
    model.used_[early] = False
    model.design_.matrix = model.design_.matrix[~early]
    table = prevalence(model, "~ side * s(date, df=3)", by="side", over="year")
    row = curve(table, "B").loc["2021"]
    assert (row["n_documents"], row["note"]) == (
        0,
        "no document here: what the formula makes of the others",
    )
    assert not table.loc[table["n_documents"] > 0, "note"].str.contains("no document").any()


def test_bands_are_between_intervals_and_bonferroni():
    args = "~ side * s(date, df=3)", "side", "month"
    table = prevalence(dated(300), *args, link="identity")
    wider = (table["band_high"] - table["estimate"]) / (table["high"] - table["estimate"])
    assert wider.dropna().between(1.15, 1.45).all()  # of 48 independent months: 1.66; of one: 1
    one = prevalence(dated(100), "~ side + date", by="side", over="year")
    assert (one["band_low"] <= one["low"]).all()


@LINKS
def test_differences_are_those_of_predictions(link):
    model = dated()
    args = "~ side * s(date, df=3)", "side", "year"
    predicted = prevalence(model, *args, link=link)
    found = prevalence_differences(model, *args, link=link)
    a, b = curve(predicted, "A")["estimate"], curve(predicted, "B")["estimate"]
    apart = found[(found["statistic"] == "difference") & (found["topic"] == "topic 1")]
    assert apart["period"].tolist() == ["2021–2024", *a.index]
    assert apart["estimate"].iloc[1:].tolist() == pytest.approx((a - b).tolist())
    changed = found[(found["statistic"] == "change") & (found["topic"] == "topic 1")]
    rise = changed[changed["group"] == "B"].set_index("period")["estimate"]
    assert rise["2021–2023"] == pytest.approx(b["2023"] - b["2021"])
    more = found[found["statistic"] == "difference in change"].query("topic == 'topic 1'")
    assert more.set_index("period")["estimate"]["2021–2024"] == pytest.approx(
        (a["2024"] - a["2021"]) - (b["2024"] - b["2021"])
    )
    assert list(found.groupby("statistic")["n_tests"].first()) == [24, 20, 12]


def test_the_difference_of_sides_is_their_coefficient():
    model = uncertain(per=60)
    single = effects(model, "~ side").query("coefficient == 'side[T.B]'")
    apart = prevalence_differences(model, "~ side", by="side", link="identity")
    columns = ["estimate", "error", "low", "high", "p_value", "degrees", "q_value"]
    flipped = apart.assign(estimate=-apart["estimate"], low=-apart["high"], high=-apart["low"])
    np.testing.assert_allclose(flipped[columns], single[columns])


def test_every_pair_of_sides_is_compared():
    apart = prevalence_differences(known(SHARE, side=SIDE), "~ side", by="side", **NONE)
    first = apart[apart["topic"] == "topic 1"]
    pairs = list(zip(first["group"], first["reference"], strict=True))
    assert pairs == [("A", "B"), ("A", "C"), ("B", "C")]
    assert first["estimate"].tolist() == pytest.approx([-0.3, 0.075, 0.375])


@LINKS
def test_sides_of_clusters_are_dealt_out(link):
    model = uncertain(outlets=12, per=6, treatment="outlet")
    apart = prevalence_differences(model, "~ side", by="side", cluster="outlet", link=link)
    assert apart["test"].unique() == ["exact permutation"]
    assert apart["p_min"].min() == pytest.approx(2 / 924)
    plain = prevalence_differences(model, "~ side", by="side", cluster="outlet", link="identity")
    assert apart["p_value"].tolist() == plain["p_value"].tolist()


def test_what_the_formula_makes_nought_is_not_listed():
    args = "~ side + date", "side", "year"
    found = prevalence_differences(dated(), *args, link="identity")
    assert set(found["statistic"]) == {"difference", "change"}


@pytest.mark.parametrize(
    ("formula", "by", "over", "message"),
    [
        ("~ side", "region", None, "by must be one of 'side'; got 'region'"),
        ("~ side", "side", "day", "over must be one of 'side'; got 'day'"),
        ("~ side", "side", "year", "the formula '~ side' has no date"),
        ("~ side", "side", "side", "by and over both name 'side'"),
        ("~ length", "length", None, "by='length' is a number with 60 values; name it as over="),
    ],
)
def test_bad_input(formula, by, over, message):
    model = uncertain(per=60)
    model.segments_["length"] = np.arange(60.0)
    with pytest.raises(InputError, match=message):
        prevalence(model, formula, by, over)


def test_nothing_to_compare():
    model = uncertain(per=60)
    with pytest.raises(InputError, match="name the sides as by=, or a time as over="):
        prevalence_differences(model, "~ side")
    model.segments_["one"] = "x"
    with pytest.raises(InputError, match="there is one side and one period only"):
        prevalence_differences(model, "~ one", by="one")


def test_a_level_with_one_document_has_no_interval():
    with pytest.warns(InputWarning, match="levels with a single row"):
        table = prevalence(known(SHARE[:9], side=SIDE[:9]), "~ side", by="side", **NONE)
    lone = table[table["group"] == "C"]
    assert lone["low"].isna().all()
    assert lone["note"].unique() == ["no interval: it rests on document '8' alone"]
