"""Change points: what is found where something was planted, and where nothing was."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import jensenshannon

from framing import emphasis
from framing.change_points import PERIODS, change_points
from framing.errors import InputError, InputWarning
from framing.features import Features


def corpus(rng, years=30, documents=8, jump=0.0, last=99, shock=0.0, features=2):
    """Over-dispersed documents of 1–23 segments; the first frame is higher from 1968 on."""
    year = np.repeat(np.arange(years), documents)
    shocks = rng.normal(0, shock, (years, features))[year]
    share = np.linspace(0.2, 0.4, features) + shocks
    share[:, 0] += jump * ((year >= 18) & (year < last))
    share = np.clip(share, 0.01, 0.99)
    segments = rng.integers(1, 24, len(year))
    drawn = rng.binomial(segments[:, None], rng.beta(4 * share, 4 * (1 - share)))
    rows = pd.DataFrame({"document": np.arange(len(year)), "year": 1950 + year})
    names = [f"f{i}" for i in range(features)]
    return Features(drawn, names, rows, kind="frame", size=segments)


def of(table, statistic, feature="f0"):
    return table[(table["statistic"] == statistic) & (table["frame"] == feature)]


# --- what is found ---------------------------------------------------------------------------


def test_a_planted_break():
    table = change_points(corpus(np.random.default_rng(0), jump=0.3), replicates=200)
    (_, row), (_, support) = *of(table, "change").iterrows(), *of(table, "support").iterrows()
    assert row["period"] == support["period"] == "1968"
    assert 0.2 < row["estimate"] < 0.4
    assert support["estimate"] > 0.8
    whole = of(table, "changes").iloc[0]
    assert whole[["period", "estimate", "n_documents"]].tolist() == ["1950–1979", 1, 240]
    assert whole["p_value"] == pytest.approx(1 / 201)
    assert of(table, "level")["period"].tolist() == ["1950–1967", "1968–1979"]
    low, high = of(table, "level")["estimate"]
    assert row["estimate"] == pytest.approx(high - low)


def test_levels_are_means_over_documents():
    given = corpus(np.random.default_rng(0), jump=0.3)
    table = change_points(given, replicates=100)
    used = given.matrix.toarray()[:, 0] / given.size
    year = given.segments["year"]
    levels = of(table, "level")["estimate"].tolist()
    assert levels == pytest.approx([used[year < 1968].mean(), used[year >= 1968].mean()])


def test_the_mix_breaks_too():
    table = change_points(corpus(np.random.default_rng(0), jump=0.3), replicates=200)
    mix = table[table["frame"].isna()]
    assert mix["statistic"].tolist() == ["changes", "divergence", "support"]
    shares = table[table["statistic"] == "share"].pivot(
        index="period", columns="frame", values="estimate"
    )
    before, after = shares[:"1967"].mean(), shares["1968":].mean()
    divergence = jensenshannon(before, after, base=2) ** 2
    assert mix["estimate"].iloc[1] == pytest.approx(divergence)


def test_shares_are_those_of_emphasis():
    given = corpus(np.random.default_rng(1), years=12, documents=7)
    sides = np.where(np.arange(len(given)) % 3, "US", "EU")
    rows = given.segments.assign(side=sides)
    given = Features(given.matrix, given.names, rows, "frame", size=given.size)
    shares = change_points(given, by="side", replicates=100).query("statistic == 'share'")
    expected = emphasis(given, by=["side", "year"], replicates=100)
    keys = ["group", "period", "frame"]
    both = shares.merge(expected, on=keys, suffixes=("", "_expected"), validate="1:1")
    assert len(both) == len(shares) == len(expected)
    np.testing.assert_allclose(both["estimate"], both["estimate_expected"])
    assert (both["n_documents"] == both["n_documents_expected"]).all()


def test_an_episode_has_two_changes():
    table = change_points(corpus(np.random.default_rng(2), jump=0.35, last=24), replicates=200)
    np.testing.assert_allclose(of(table, "change")["period"].astype(int), [1968, 1974], atol=1)
    assert of(table, "change")["estimate"].prod() < 0
    assert of(table, "changes")["p_value"].iloc[0] < 0.01


def test_one_document_a_year():
    table = change_points(corpus(np.random.default_rng(3), 40, 1, jump=0.6), replicates=200)
    assert of(table, "change")["period"].iloc[0] in {"1967", "1968", "1969"}
    assert of(table, "changes")["p_value"].iloc[0] < 0.05


def test_a_higher_price_finds_fewer():
    given = corpus(np.random.default_rng(5), jump=0.1, shock=0.05)
    found = [
        change_points(given, replicates=100, penalty=penalty).query("statistic == 'changes'")
        for penalty in (0.3, 1.0, 30.0)
    ]
    counts = [table["estimate"].sum() for table in found]
    assert counts[0] > counts[1] >= counts[2] == 0


def test_same_seed_same_table_whatever_the_blocks(monkeypatch):
    given = corpus(np.random.default_rng(0), jump=0.2)
    first = change_points(given, replicates=100, seed=4)
    pd.testing.assert_frame_equal(first, change_points(given, replicates=100, seed=4))
    monkeypatch.setattr("framing.partition._BLOCK", 700)
    pd.testing.assert_frame_equal(first, change_points(given, replicates=100, seed=4))


def test_many_features_are_kept_sparse_and_give_the_same():
    given = corpus(np.random.default_rng(0), years=12, documents=4, jump=0.3, features=2)
    padded = np.hstack([given.matrix.toarray(), np.zeros((len(given), 250))])
    names = [*given.names, *(f"none{i}" for i in range(250))]
    many = Features(padded, names, given.segments, "frame", size=given.size)
    one, two = (change_points(f, replicates=100).query("frame == 'f0'") for f in (given, many))
    same = ["period", "statistic", "estimate"]
    pd.testing.assert_frame_equal(
        one.query("statistic != 'support'")[same].reset_index(drop=True),
        two.query("statistic != 'support'")[same].reset_index(drop=True),
    )


# --- where nothing was planted ---------------------------------------------------------------


@pytest.mark.parametrize("shock", [0.0, 0.08])
@pytest.mark.parametrize("documents", [1, 6])
def test_five_percent_of_series_without_a_break_are_rejected(documents, shock):
    rng = np.random.default_rng(documents)
    given = [corpus(rng, 24, documents, shock=shock, features=40) for _ in range(5)]
    p_value = pd.concat(
        [change_points(one, replicates=199).query("statistic == 'changes'") for one in given]
    )["p_value"]
    rejected = (p_value <= 0.05).mean()  # of 200 and more: standard error 1.5 points
    assert 0.01 <= rejected <= 0.09


def test_q_values_are_for_features_and_for_mixes():
    given = corpus(np.random.default_rng(6), 12, 4, jump=0.3)
    sides = given.segments.assign(side=np.tile(["EU", "US"], len(given) // 2))
    table = change_points(
        Features(given.matrix, given.names, sides, "frame", size=given.size), by="side",
        replicates=100,
    )  # fmt: skip
    tested = table[table["statistic"] == "changes"]
    assert tested.loc[tested["frame"].notna(), "n_tests"].tolist() == [4] * 4
    assert tested.loc[tested["frame"].isna(), "n_tests"].tolist() == [2] * 2
    assert (tested["q_value"] >= tested["p_value"]).all()
    assert set(table["unit"]) == {"document"}


# --- what is missing or refused --------------------------------------------------------------


def test_a_short_series_is_refused():
    given = corpus(np.random.default_rng(0), years=PERIODS - 1)
    with pytest.raises(InputError, match=r"has 9 years .* need 10; use a finer unit .*shift\(\)"):
        change_points(given)
    with pytest.raises(InputError, match="change points need 16"):
        change_points(corpus(np.random.default_rng(0), years=12), shortest=8)


def test_a_short_group_is_named():
    given = corpus(np.random.default_rng(0), years=12, documents=4)
    side = np.where((given.segments["year"] < 1953) & (given.segments.index % 2), "JP", "US")
    both = Features(given.matrix, given.names, given.segments.assign(side=side), "frame")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        table = change_points(both, by="side", replicates=100)
    short = table[(table["group"] == "JP") & (table["statistic"] == "changes")]
    assert short["note"].tolist() == ["only 3 years; change points need 10"] * 2
    assert short[["estimate", "p_value"]].isna().all(axis=None)


def test_a_share_that_never_changes_has_no_p():
    given = corpus(np.random.default_rng(0), years=12, documents=4)
    still = np.column_stack([given.matrix.toarray()[:, 0], np.zeros(len(given))])
    table = change_points(Features(still, ["f0", "never"], given.segments, "frame"), replicates=100)
    row = of(table, "changes", "never").iloc[0]
    assert row["note"] == "no p-value: the share is the same in every period"
    assert row["estimate"] == 0
    assert np.isnan(row["p_value"])


def test_a_level_without_any_feature_has_no_divergence():
    given = corpus(np.random.default_rng(0), years=12, documents=4)
    late = np.column_stack([given.segments["year"] >= given.segments["year"].min() + 6] * 2)
    table = change_points(Features(late, ["a", "b"], given.segments, "frame"), replicates=100)
    (row,) = table[table["statistic"] == "divergence"].itertuples()
    assert np.isnan(row.estimate)
    assert row.note.startswith("no divergence: one level holds none of the features")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"over": "decade"}, "over must be one of 'year', 'quarter', 'month'; got 'decade'"),
        ({"shortest": 0}, "shortest must be a whole number from 1 on; got 0"),
        ({"replicates": 10}, "replicates must be a whole number from 100 on; got 10"),
        ({"penalty": 0}, "penalty must be positive; got 0"),
    ],
)
def test_settings_are_checked(settings, said):
    with pytest.raises(InputError, match=said):
        change_points(corpus(np.random.default_rng(0), years=12), **settings)
