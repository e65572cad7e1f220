"""Divergence of two, three and more mixes: by hand, by scipy and by plain loops."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

import framing as fr

NAMES = ["security", "rules", "values", "trade"]


def features(frames, *, kind="frame", **metadata):
    """Make one-segment documents unless `document` says otherwise."""
    matrix = np.asarray(frames, dtype=float).reshape(len(frames), -1)
    rows = pd.DataFrame({"document": [f"d{i:03d}" for i in range(len(matrix))], **metadata})
    names = [*NAMES, *(f"f{i}" for i in range(matrix.shape[1]))][: matrix.shape[1]]
    return fr.Features(matrix, names, rows, kind=kind)


def dated(years):
    return {"date": pd.to_datetime([f"{y}-01-01" for y in years]), "date_precision": "year"}


def of(table, statistic, **where):
    rows = table[table["statistic"] == statistic]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return rows


@pytest.fixture
def three():
    """Three sides of ten documents with one frame each: 6, 3, 1; 2, 7, 1; 3, 3, 4."""
    counts = [[6, 3, 1], [2, 7, 1], [3, 3, 4]]
    frames = np.concatenate([np.repeat(np.eye(3), n, axis=0) for n in counts])
    return features(frames, region=np.repeat(["US", "EU", "JP"], 10))


def test_divergence_of_three_is_the_entropy_of_the_mean_less_the_mean_entropy(three):
    p = np.array([[6, 3, 1], [2, 7, 1], [3, 3, 4]]) / 10
    table = fr.divergence(three, "region", replicates=200)
    by_hand = entropy(p.mean(axis=0), base=2) - entropy(p, axis=1, base=2).mean()
    assert of(table, "divergence", group="all")["estimate"].item() == pytest.approx(by_hand)
    for i, j, pair in ((0, 1, ("US", "EU")), (0, 2, ("US", "JP")), (1, 2, ("EU", "JP"))):
        one = of(table, "divergence", group=pair[0], reference=pair[1])["estimate"].item()
        assert one == pytest.approx(jensenshannon(p[i], p[j], base=2) ** 2)
    parts = of(table, "contribution").groupby(["group", "reference"])["estimate"]
    whole = of(table, "divergence").set_index(["group", "reference"])["estimate"]
    assert parts.sum().to_dict() == pytest.approx(whole.to_dict())
    assert (of(table, "contribution")["estimate"] >= 0).all()
    assert (of(table, "divergence")["n_tests"] == 4).all()
    assert (of(table, "contribution")["n_tests"] == 12).all()


def test_what_chance_gives_is_taken_off(three):
    table = fr.divergence(three, "region", replicates=300)
    for pair in of(table, "divergence")[["group", "reference"]].to_dict("records"):
        one = {name: of(table, name, **pair) for name in table["statistic"].unique()}
        floor = one["null_mean"]["estimate"].item()
        assert one["contribution_null"]["estimate"].sum() == pytest.approx(floor)
        excess = one["divergence"]["estimate"].item() - floor
        assert one["excess"]["estimate"].item() == pytest.approx(excess)
        low, high = one["excess"][["low", "high"]].to_numpy()[0]
        assert 0 <= low <= max(excess, 0) <= high


def test_the_null_of_a_divergence_by_a_plain_loop():
    # Three against three: 20 relabellings.
    mixes = np.array([[3, 1], [2, 2], [4, 0], [1, 3], [0, 4], [2, 3]], dtype=float)
    table = fr.divergence(features(mixes, kind="term", region=list("AAABBB")), "region")
    own = mixes / mixes.sum(axis=1, keepdims=True)
    drawn = []
    for chosen in combinations(range(6), 3):
        mine = np.isin(np.arange(6), chosen)
        drawn.append(jensenshannon(own[mine].mean(axis=0), own[~mine].mean(axis=0), base=2) ** 2)
    assert len(drawn) == 20
    row = of(table, "divergence").iloc[0]
    assert row["test"] == "exact permutation"
    assert row["p_value"] == pytest.approx((np.array(drawn) >= row["estimate"] - 1e-12).mean())
    assert of(table, "null_mean")["estimate"].item() == pytest.approx(np.mean(drawn))


def test_rare_terms_of_many_sides_have_a_null():
    rng = np.random.default_rng(0)
    for n_terms in (30, 300):
        counts = rng.poisson(0.15, (60, n_terms))
        counts[:, 0] += 1
        sides = features(counts, kind="term", region=["A", "B", "C"] * 20)
        table = fr.divergence(sides, "region", replicates=200)
        assert of(table, "null_mean")["estimate"].between(0, 1).all()
        assert of(table, "contribution_null")["estimate"].between(0, 1).all()
        assert of(table, "divergence")["p_value"].between(0.01, 1).all()


def test_groups_may_weigh_by_their_documents(three):
    some = three.where([i < 16 or i >= 20 for i in range(30)])  # 10, 6 and 10 documents
    table = fr.divergence(some, "region", mixing="size", replicates=100)
    p = np.array([[6, 3, 1], [2, 4, 0], [3, 3, 4]])
    n = p.sum(axis=1)
    p = p / n[:, None]
    pi = n / n.sum()
    by_hand = entropy(pi @ p, base=2) - pi @ entropy(p, axis=1, base=2)
    assert of(table, "divergence", group="all")["estimate"].item() == pytest.approx(by_hand)
    equal = fr.divergence(some, "region", replicates=100)
    assert of(equal, "divergence", group="all")["estimate"].item() != pytest.approx(by_hand)


def test_the_base_of_the_logarithm_scales_everything_but_p(three):
    bits = fr.divergence(three, "region", replicates=100)
    nats = fr.divergence(three, "region", base=np.e, replicates=100)
    scaled = ~bits["statistic"].str.startswith("partisanship")
    for column in ("estimate", "low", "high"):
        expected = bits.loc[scaled, column] * np.log(2)
        assert nats.loc[scaled, column].tolist() == pytest.approx(expected.tolist(), nan_ok=True)
    assert nats["p_value"].equals(bits["p_value"])
    assert nats.loc[~scaled, "estimate"].equals(bits.loc[~scaled, "estimate"])


def test_sides_are_compared_within_each_period():
    rng = np.random.default_rng(0)
    frames = features(
        rng.random((48, 2)) < 0.5, region=["A", "B"] * 24, **dated(np.repeat([2021, 2022], 24))
    )
    table = fr.divergence(frames, ["region", "year"], replicates=100)
    whole = of(table, "divergence")
    assert whole[["period", "group", "reference"]].to_numpy().tolist() == [
        ["2021", "A", "B"],
        ["2022", "A", "B"],
    ]
    first = fr.divergence(
        frames.where(frames.segments["date"].dt.year == 2021), "region", replicates=100
    )
    assert whole["estimate"].iloc[0] == pytest.approx(of(first, "divergence")["estimate"].item())


def test_sides_that_share_nothing():
    frames = features(np.repeat(np.eye(2), 8, axis=0), region=np.repeat(["A", "B"], 8))
    table = fr.divergence(frames, "region", replicates=200).set_index("statistic")
    assert table.loc["divergence", "estimate"] == pytest.approx(1)
    assert table.loc["partisanship_leave_out", "estimate"] == pytest.approx(1)


def test_where_nothing_differs_the_divergence_is_its_noise():
    rng = np.random.default_rng(0)
    excess, rejected, missed = [], [], []
    for seed in range(60):
        frames = features(rng.random((40, 4)) < 0.3, region=["A", "B"] * 20)
        table = fr.divergence(frames, "region", replicates=100, seed=seed).set_index("statistic")
        excess.append(table.loc["excess", "estimate"])
        missed.append(table.loc["excess", "low"] > 0)
        rejected.append(table.loc["divergence", "p_value"] <= 0.05)
    assert abs(np.mean(excess)) < 0.006
    assert np.mean(rejected) <= 0.12
    assert np.mean(missed) <= 0.1


def test_actors_in_the_same_documents_have_no_permutation():
    rows = pd.DataFrame({"document": np.tile(range(12), 2), "actor": np.repeat(["x", "y"], 12)})
    rng = np.random.default_rng(0)
    frames = fr.Features(rng.random((24, 3)) < 0.5, NAMES[:3], rows, kind="frame")
    table = fr.divergence(frames, "actor", replicates=100)
    assert table["p_value"].isna().all()
    assert of(table, "divergence")["note"].str.contains("documents belong to several groups").all()
    assert of(table, "excess")["high"].notna().all()


def test_where_documents_do_not_vary_the_table_says_so():
    same = fr.divergence(features(np.ones((24, 2)), region=["A", "B"] * 12), "region")
    excess = of(same, "excess").iloc[0]
    assert excess["estimate"] == 0
    assert excess["note"] == "no interval: documents do not vary"


def test_a_group_without_any_frame():
    frames = np.ones((24, 2))
    frames[::2] = 0
    table = fr.divergence(features(frames, region=["A", "B"] * 12), "region", replicates=100)
    assert of(table, "divergence")["estimate"].isna().all()
    assert of(table, "divergence")["note"].str.contains("a group holds nothing to compare").all()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"mixing": "tokens"}, "mixing must be one of 'equal', 'size'; got 'tokens'"),
        ({"base": 1}, "base must be above 1; got 1"),
        ({"levels": ["US"]}, "fewer than two groups; nothing can diverge"),
    ],
)
def test_says_what_is_wrong(three, settings, words):
    with pytest.raises(fr.InputError, match=words):
        fr.divergence(three, "region", **settings)
