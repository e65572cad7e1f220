"""Emphasis and contrast on numbers worked by hand, and what every comparison has in common."""

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.columns import COLUMNS


def features(frames, *, kind="frame", **metadata):
    """Make one-segment documents unless `document` says otherwise."""
    matrix = np.asarray(frames, dtype=float).reshape(len(frames), -1)
    rows = pd.DataFrame({"document": [f"d{i:03d}" for i in range(len(matrix))], **metadata})
    names = ["security", "rules", "values", "trade"][: matrix.shape[1]]
    return fr.Features(matrix, names, rows, kind=kind)


def dated(years):
    return {"date": pd.to_datetime([f"{y}-01-01" for y in years]), "date_precision": "year"}


@pytest.fixture
def sides():
    """Thirty documents a side; security in 20 of A and 10 of B, rules in 15 of both."""
    security = [1] * 20 + [0] * 10 + [1] * 10 + [0] * 20
    rules = ([1, 0] * 15) * 2
    return features(np.column_stack([security, rules]), region=["A"] * 30 + ["B"] * 30)


def test_emphasis_is_the_share_of_each_group(sides):
    table = fr.emphasis(sides, by="region", replicates=500)
    assert table["estimate"].tolist() == pytest.approx([2 / 3, 1 / 2, 1 / 3, 1 / 2])
    assert table["n"].tolist() == [20, 15, 10, 15]
    assert (table["n_documents"] == 30).all()
    assert (table["unit"] == "document").all()
    assert (table["low"] < table["estimate"]).all()
    assert (table["estimate"] < table["high"]).all()


def test_every_table_keeps_to_the_vocabulary(sides):
    years = features(
        sides.matrix.toarray(), region=["A", "B"] * 30, **dated([2021, 2021, 2022, 2022] * 15)
    )
    tables = [
        fr.emphasis(sides, "region", replicates=100),
        fr.contrast(sides, "region", replicates=100),
        fr.trend(years, "region", replicates=100),
        fr.shift(years, "year", "region", replicates=100),
        fr.keyness(sides, "region", replicates=100),
        fr.tf_idf(sides, "region", replicates=100),
    ]
    for table in tables:
        assert set(table) <= set(COLUMNS)
        assert {"estimate", "low", "high", "level", "unit", "note", "statistic"} <= set(table)
        assert list(table) == [name for name in COLUMNS if name in table]


def test_contrast_is_the_difference_with_p_and_q(sides):
    table = fr.contrast(sides, by="region", replicates=1000).set_index("frame")
    assert table.loc["security", "estimate"] == pytest.approx(1 / 3)
    assert table.loc["rules", "estimate"] == pytest.approx(0)
    assert table.loc["security", "p_value"] < 0.03
    assert table.loc["rules", "p_value"] > 0.9
    assert (table["q_value"] >= table["p_value"]).all()
    assert table.loc["security", ["group", "reference"]].tolist() == ["A", "B"]


def test_contrast_within_a_column_undoes_the_mix():
    # Security follows the topic alone; A writes on topic x three times as often as B.
    topic = ["x"] * 30 + ["y"] * 10 + ["x"] * 10 + ["y"] * 30
    frames = features([[t == "x"] for t in topic], region=["A"] * 40 + ["B"] * 40, topic=topic)
    plain = fr.contrast(frames, "region", replicates=200).iloc[0]
    within = fr.contrast(frames, "region", within="topic", replicates=200).iloc[0]
    assert plain["estimate"] == pytest.approx(0.5)
    assert plain["p_value"] < 0.01
    assert within["estimate"] == pytest.approx(0.0, abs=1e-12)
    assert within["p_value"] == 1.0


def test_trend_within_a_column_needs_common_levels_in_each_group_only():
    rows = {
        "region": ["A"] * 24 + ["B"] * 24,
        "topic": ["x"] * 24 + ["y"] * 24,
        **dated([2021, 2022] * 24),
    }
    frames = features([[i % 3 == 0] for i in range(48)], **rows)
    plain = fr.trend(frames, "region", replicates=100)
    within = fr.trend(frames, "region", within="topic", replicates=100)
    assert within["estimate"].tolist() == pytest.approx(plain["estimate"].tolist())
    with pytest.raises(fr.InputError, match="within='topic': no level of it holds A"):
        fr.contrast(frames, "region", within="topic")


def test_documents_outside_the_common_levels_are_counted():
    topic = (["x"] * 8 + ["y"] * 2) * 2
    topic[-1] = topic[-2] = "x"
    frames = features([[1]] * 20, region=["A"] * 10 + ["B"] * 10, topic=topic)
    with pytest.warns(
        fr.InputWarning,
        match="2 of 20 documents are left out, those of y: not every group has one compared",
    ):
        table = fr.contrast(frames, "region", within="topic", replicates=100)
    assert table["n_documents"].item() == 18


def test_few_documents_get_no_interval_and_a_reason():
    table = fr.emphasis(features([[1], [0], [1]], region=["A"] * 3), "region")
    assert table[["low", "high"]].isna().all().all()
    assert table["note"].tolist() == ["only 3 documents; an interval needs 6"]
    one = fr.emphasis(features([[1]], region=["A"]), "region")
    assert one["note"].tolist() == ["only 1 document; an interval needs 6"]


def test_resampling_segments_gives_intervals_but_no_p():
    names = np.repeat(["a", "b"], 20)
    frames = features([[i % 3 == 0] for i in range(40)], document=names, side=["A", "B"] * 20)
    table = fr.contrast(frames, "side", unit="segment", replicates=200)
    assert table["low"].notna().all()
    assert table["p_value"].isna().all()
    assert table["note"].tolist() == ["no p-value: the interval describes these documents only"]


def test_one_long_document_weighs_as_much_as_a_short_one():
    frames = features([[1]] * 9 + [[0]], document=["long"] * 9 + ["short"], side="A")
    assert fr.emphasis(frames, "side")["estimate"].item() == pytest.approx(0.5)
    assert fr.emphasis(frames, "side", weights="segment")["estimate"].item() == pytest.approx(0.9)


def test_same_seed_same_table(sides):
    one = fr.contrast(sides, "region", replicates=200, seed=3)
    pd.testing.assert_frame_equal(one, fr.contrast(sides, "region", replicates=200, seed=3))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda f: fr.emphasis(f, "country"), "by must be one of .*got 'country'"),
        (lambda f: fr.emphasis(f, "region", level=95), "level must lie between 0 and 1; got 95"),
        (lambda f: fr.emphasis(f, "region", replicates=9), "at least 100; got 9"),
        (lambda f: fr.emphasis(f, "region", unit="page"), "'document', 'segment'; got 'page'"),
        (lambda f: fr.emphasis(f, "region", weights="x"), "'document', 'segment'; got 'x'"),
        (lambda f: fr.emphasis(f, "region", within="topic"), "within must be one of"),
        (lambda f: fr.contrast(f, "region", levels=["A"]), "fewer than two groups"),
        (lambda f: fr.trend(f, "region", over="decade"), "over must be one of 'year'"),
    ],
)
def test_says_what_is_wrong(sides, call, words):
    with pytest.raises(fr.InputError, match=words):
        call(sides)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"replicate": 5}, "a setting must be one of .*got 'replicate'"),
        ({"seed": -1}, "seed must be a whole number from 0 on; got -1"),
        ({"replicates": 1e3}, "replicates must be at least 100; got 1000.0"),
        ({"level": "high"}, "level must lie between 0 and 1; got 'high'"),
    ],
)
def test_settings_are_checked(sides, settings, words):
    with pytest.raises(fr.InputError, match=words):
        fr.emphasis(sides, "region", **settings)


def test_a_group_without_terms_leaves_the_others_alone():
    counts = np.random.default_rng(0).poisson(3, (24, 3))
    counts[:12] = 0
    empty = features(counts, kind="term", region=["A"] * 12 + ["B"] * 12)
    shares = fr.emphasis(empty, "region", replicates=100).set_index("group")
    assert shares.loc["A", "estimate"].isna().all()
    assert shares.loc["B", ["estimate", "low", "high"]].notna().all().all()
    gaps = fr.contrast(empty, "region", replicates=100)
    assert gaps[["estimate", "p_value", "q_value"]].isna().all().all()


def test_rounding_error_is_a_tie():
    # Every document's share is a third, added up in different orders.
    names = np.repeat(np.arange(24), 3)
    rows = {"document": names, "region": np.where(names < 10, "A", "B")}
    frames = features([[i % 3 == names[i] % 3] for i in range(72)], **rows)
    assert fr.contrast(frames, "region", replicates=200)["p_value"].tolist() == [1.0]


def test_levels_inside_documents_flip_signs():
    names = np.repeat(np.arange(12), 2)
    rows = {"document": names, "region": np.where(names < 6, "A", "B"), "part": ["x", "y"] * 12}
    frames = features([[i % 3 == 0] for i in range(24)], **rows)
    table = fr.contrast(frames, "region", within="part", replicates=200)
    assert table["test"].tolist() == ["wild bootstrap"]
    assert table["p_value"].item() > 0.5


def test_documents_of_two_groups_are_counted_once():
    rows = pd.DataFrame({"document": list("abcdefgh"), "actor": "x"})
    rows = pd.concat([rows, rows.assign(actor="y")], ignore_index=True)
    frames = fr.Features([[1]] * 16, ["f"], rows, kind="frame")
    assert fr.contrast(frames, "actor", replicates=100)["n_documents"].item() == 8


def test_what_is_left_out_is_not_counted():
    topic = ["x"] * 6 + ["y"] * 6 + ["x"] * 6
    frames = features([[1]] * 18, region=["A"] * 12 + ["B"] * 6, topic=topic)
    with pytest.warns(fr.InputWarning, match="6 of 18 documents are left out, those of y"):
        table = fr.emphasis(frames, "region", within="topic", replicates=100)
    assert table[["n", "n_documents", "n_segments"]].to_numpy().tolist() == [[6, 6, 6], [6, 6, 6]]


def test_a_seed_draws_the_same_for_any_number_of_features():
    values = np.random.default_rng(2).random((30, 3)) < 0.4
    one = fr.emphasis(features(values[:, :1], region="A"), "region", replicates=300)
    three = fr.emphasis(features(values, region="A"), "region", replicates=300)
    assert one["low"].item() == pytest.approx(three["low"].iloc[0], rel=1e-12)
