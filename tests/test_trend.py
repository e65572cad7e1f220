"""Slopes, changes and bands, on numbers worked by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import framing as fr
from framing.trend import ordinal


def features(frames, years, **metadata):
    matrix = np.asarray(frames, dtype=float).reshape(len(frames), -1)
    rows = pd.DataFrame({"document": [f"d{i:03d}" for i in range(len(matrix))], **metadata})
    rows["date"] = pd.to_datetime([f"{y}-01-01" for y in years])
    names = ["security", "rules", "values"][: matrix.shape[1]]
    return fr.Features(matrix, names, rows.assign(date_precision="year"), kind="frame")


def of_twenty(*counts):
    """A document a segment, twenty a cell; so many of them with the frame."""
    return [[i < count] for count in counts for i in range(20)]


@pytest.fixture
def sides():
    """A: 4, 8 and 12 of twenty in 2021, 2022 and 2024; B: 10, 9 and 8."""
    years = np.repeat([2021, 2022, 2024], 20).tolist() * 2
    return features(of_twenty(4, 8, 12, 10, 9, 8), years, region=["A"] * 60 + ["B"] * 60)


def wilson(count, level=0.95):
    """Wilson's interval of noughts and ones at n* = 19, with t on 19 degrees of freedom."""
    p, n = count / 20, 19
    t2 = stats.t.ppf((1 + level) / 2, 19) ** 2
    half = np.sqrt(t2 * (p * (1 - p) / n + t2 / (4 * n**2)))
    return (p + t2 / (2 * n) - half) / (1 + t2 / n), (p + t2 / (2 * n) + half) / (1 + t2 / n)


def mover(terms):
    """Value, low and high of Σ c p for independent (c, p, low, high)."""
    value = sum(c * p for c, p, _, _ in terms)
    down = sum((c * (p - low if c > 0 else high - p)) ** 2 for c, p, low, high in terms)
    up = sum((c * (high - p if c > 0 else p - low)) ** 2 for c, p, low, high in terms)
    return value, value - np.sqrt(down), value + np.sqrt(up)


def test_slopes_are_least_squares_on_the_shares(sides):
    table = fr.trend(sides, "region", replicates=500)
    slopes = table[table["statistic"] == "slope"].set_index("group")
    years = np.array([2021, 2022, 2024])
    c = (years - years.mean()) / ((years - years.mean()) ** 2).sum()
    for group, counts in (("A", [4, 8, 12]), ("B", [10, 9, 8])):
        shares = np.array(counts) / 20
        by_hand = mover([(w, k / 20, *wilson(k)) for w, k in zip(c, counts, strict=True)])
        assert slopes.loc[group, "estimate"] == pytest.approx(np.polyfit(years, shares, 1)[0])
        assert slopes.loc[group, ["estimate", "low", "high"]].tolist() == pytest.approx(by_hand)
    assert slopes["period"].tolist() == ["2021–2024", "2021–2024"]
    assert slopes.loc["A", "p_value"] < 0.03 < slopes.loc["B", "p_value"]
    assert slopes["n_tests"].tolist() == [2, 2]
    shares = table[table["statistic"] == "share"]
    assert shares["period"].tolist() == ["2021", "2022", "2024"] * 2
    assert shares["p_value"].isna().all()


def test_slopes_on_the_scale_of_log_odds(sides):
    def scaled(p):
        return np.log((20 * p + 0.5) / (20 - 20 * p + 0.5))

    years = np.array([2021, 2022, 2024])
    c = (years - years.mean()) / ((years - years.mean()) ** 2).sum()
    by_hand = mover(
        [(w, scaled(k / 20), *map(scaled, wilson(k))) for w, k in zip(c, (4, 8, 12), strict=True)]
    )
    table = fr.trend(sides, "region", scale="log_odds", replicates=200)
    slope = table[(table["statistic"] == "slope of log-odds") & (table["group"] == "A")].iloc[0]
    assert slope[["estimate", "low", "high"]].tolist() == pytest.approx(by_hand)
    # The test is of the slope of the shares, whatever the scale.
    plain = fr.trend(sides, "region", replicates=200)
    assert slope["p_value"] == plain[plain["statistic"] == "slope"]["p_value"].iloc[0]


def test_a_group_of_one_period_has_shares_and_no_slope(sides):
    early = sides.where((sides.segments["region"] == "A") | (sides.segments["date"] < "2022"))
    with pytest.warns(fr.InputWarning, match="B in 2022, B in 2024"):
        table = fr.trend(early, "region", replicates=100)
    assert table[table["statistic"] == "slope"]["group"].tolist() == ["A"]
    assert (table[table["group"] == "B"]["statistic"] == "share").all()


def test_one_document_a_year_still_has_a_test():
    # Five years, ever more: all 5! orders are taken, and few are as extreme, each with its mirror.
    frames = features(np.array([0.1, 0.2, 0.3, 0.4, 0.5]), range(2020, 2025))
    slope = fr.trend(frames).query("statistic == 'slope'").iloc[0]
    assert slope["test"] == "exact permutation"
    assert slope["p_min"] == pytest.approx(2 / 120)
    assert slope["p_value"] <= 4 / 120 + 1e-12
    assert slope["note"] == "only 1 document; an interval needs 6"


def test_changes_and_differences_in_change(sides):
    table = fr.change(sides, "region", replicates=500)
    assert table["statistic"].tolist() == ["change"] * 4 + ["difference in change"] * 2
    changes = table[table["statistic"] == "change"].set_index(["group", "period"])
    estimates = [0.2, 0.4, -0.05, -0.1]
    assert changes["estimate"].tolist() == pytest.approx(estimates)
    by_hand = mover([(1, 12 / 20, *wilson(12)), (-1, 4 / 20, *wilson(4))])
    found = changes.loc[("A", "2021–2024"), ["estimate", "low", "high"]]
    assert found.tolist() == pytest.approx(by_hand)
    gap = table[table["period"] == "2021–2024"].iloc[-1]
    four = [(1, 12), (-1, 4), (-1, 8), (1, 10)]
    by_hand = mover([(c, k / 20, *wilson(k)) for c, k in four])
    assert gap[["group", "reference"]].tolist() == ["A", "B"]
    assert gap[["estimate", "low", "high"]].tolist() == pytest.approx(by_hand)
    assert gap["p_value"] < 0.05
    assert (table["n_tests"] == [4, 4, 4, 4, 2, 2]).all()
    assert (table["test"] == "permutation").all()


def test_bands_hold_all_later_periods(sides):
    table = fr.change(sides, "region", replicates=1000)
    assert (table["band_low"] < table["low"]).all()
    assert (table["band_high"] > table["high"]).all()
    # One factor a curve, between that of one interval and Bonferroni's for two.
    factor = (table["estimate"] - table["band_low"]) / (table["estimate"] - table["low"])
    assert factor.groupby([table["group"], table["reference"].fillna("")]).nunique().max() <= 2
    assert factor.between(1, stats.norm.ppf(1 - 0.0125) / stats.norm.ppf(0.975) + 1e-9).all()


def test_periods_of_few_documents_are_left_out_of_the_band(sides):
    rows = sides.segments
    later = (rows["date"].dt.year == 2024) & (rows.groupby(["region", "date"]).cumcount() >= 3)
    table = fr.change(sides.where(~later), "region", replicates=200)
    few = table["period"] == "2021–2024"
    assert table.loc[few, ["low", "high", "band_low", "band_high"]].isna().all().all()
    assert (table.loc[few, "note"] == "only 3 documents; an interval needs 6").all()
    assert table.loc[few, "p_value"].notna().all()
    assert table.loc[~few, ["low", "high", "band_low", "band_high"]].notna().all().all()


def test_changes_are_counted_from_the_first_period_of_a_side_or_pair(sides):
    rows = sides.segments
    some = sides.where((rows["region"] == "A") | (rows["date"] > "2021-06-01"))
    with pytest.warns(fr.InputWarning, match="B in 2021"):
        table = fr.change(some, "region", replicates=100)
    found = table.assign(reference=table["reference"].fillna("")).groupby(["group", "reference"])
    assert found["period"].unique().map(list).to_dict() == {
        ("A", ""): ["2021–2022", "2021–2024"],
        ("B", ""): ["2022–2024"],
        ("A", "B"): ["2022–2024"],
    }
    named = fr.change(sides, "region", first=2022, replicates=100)
    assert set(named["period"]) == {"2022–2024"}


def test_outlets_that_publish_in_every_year_flip_signs():
    rng = np.random.default_rng(0)
    outlets, years = np.tile(np.arange(12), 20), np.repeat([2021, 2022], 120)
    values = rng.random((240, 1)) < np.where(years == 2021, 0.2, 0.6)[:, None]
    frames = features(values, years, outlet=outlets)
    for table in (
        fr.trend(frames, cluster="outlet", replicates=400).query("statistic == 'slope'"),
        fr.change(frames, cluster="outlet", replicates=400),
    ):
        row = table.iloc[0]
        assert row["estimate"] == pytest.approx(values[120:].mean() - values[:120].mean())
        assert (row["test"], row["unit"], row["n_clusters"]) == ("wild bootstrap", "outlet", 12)
        assert row["p_value"] < 0.02
        assert row["low"] > 0


def test_a_difference_in_change_is_found_one_time_in_twenty_where_there_is_none():
    rng = np.random.default_rng(1)
    years, region = np.tile(np.repeat([2021, 2022], 15), 2), np.repeat(["A", "B"], 30)
    rejected, held = [], []
    for seed in range(25):
        # Both sides rise by 0.2 from different levels.
        p = np.where(region == "A", 0.2, 0.5) + 0.2 * (years == 2022)
        frames = features(rng.random((60, 3)) < p[:, None], years, region=region)
        table = fr.change(frames, "region", replicates=199, seed=seed)
        gap = table[table["statistic"] == "difference in change"]
        rejected.extend(gap["p_value"] <= 0.05)
        held.extend((gap["low"] <= 0) & (gap["high"] >= 0))
    assert np.mean(rejected) <= 0.12
    assert np.mean(held) >= 0.89


def test_periods_are_counted_in_their_own_unit():
    assert ordinal("2022-01") - ordinal("2021-11") == 2
    assert ordinal("2023Q1") - ordinal("2021Q2") == 7


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda f: fr.trend(f, scale="odds"), "scale must be one of 'share', 'log_odds'; got"),
        (lambda f: fr.trend(f, over="decade"), "over must be one of 'year', 'quarter', 'month'"),
        (lambda f: fr.change(f, first="1999"), "first must be one of '2021', '2022', '2024'"),
        (lambda f: fr.change(f, first="2024"), "no side has documents in two years since 2024"),
        (lambda f: fr.change(f, over="decade"), "over must be one of 'year'"),
    ],
)
def test_says_what_is_wrong(sides, call, words):
    with pytest.raises(fr.InputError, match=words):
        call(sides)


def test_sides_without_a_common_period():
    frames = features(of_twenty(4, 8), [2021] * 20 + [2022] * 20, region=["A"] * 20 + ["B"] * 20)
    with (
        pytest.warns(fr.InputWarning, match="have no document"),
        pytest.raises(
            fr.InputError, match="no side has documents in two years; a change needs two"
        ),
    ):
        fr.change(frames, "region")
    with (
        pytest.warns(fr.InputWarning, match="have no document"),
        pytest.raises(fr.InputError, match="every group lies in one year"),
    ):
        fr.trend(frames, "region")
