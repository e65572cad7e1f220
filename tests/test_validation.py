"""Reports on a coder: numbers worked by hand, scikit-learn's, and what must hold of any codes."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import t as student
from sklearn.metrics import precision_recall_fscore_support, precision_score

import framing as fr
from framing.coding import draw
from framing.columns import COLUMNS
from framing.simulate import frames, machine
from framing.validation import bias, bias_in_words, evaluate


def codes(matrix, *, document=None, names=None, **metadata):
    """Frames, one document a segment unless `document` says otherwise."""
    matrix = np.asarray(matrix, dtype=float).reshape(len(matrix), -1)
    names = names or ["rules", "values", "trade"][: matrix.shape[1]]
    document = [f"d{i:03d}" for i in range(len(matrix))] if document is None else document
    return fr.Features(
        matrix, names, pd.DataFrame({"document": document, **metadata}), kind="frame"
    )


def pick(table, **wanted):
    """The one row of a table that holds what is wanted."""
    for column, value in wanted.items():
        table = table[table[column].isna() if value is None else table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def counted(tp, fp, fn, tn):
    """A machine and people, who agree and differ so often."""
    hand = codes([1] * tp + [0] * fp + [1] * fn + [0] * tn)
    return codes([1] * tp + [1] * fp + [0] * fn + [0] * tn), hand


@pytest.fixture(scope="module")
def planted():
    """Three frames on two sides in three years, a coder, and a sample coded by hand."""
    truth = frames(
        {"EU": 60, "US": 90},
        {"rules": 0.3, "values": 0.1, "trade": 0.5},
        periods=[2021, 2022, 2023],
        segments=(4, 2),
        seed=1,
    ).features
    coder = machine(truth, sensitivity={"EU": 0.9, "US": 0.6}, specificity=0.95, seed=2)
    sample = draw(coder, 200, strata="region", allocation="equal", seed=3, weights="segment")
    return coder, truth, sample.labelled(truth)


# --- rates ----------------------------------------------------------------------------------------


def test_rates_by_hand():
    table = evaluate(*counted(tp=3, fp=1, fn=2, tn=4)).set_index("statistic")
    expected = {"precision": 3 / 4, "recall": 3 / 5, "F1": 6 / 9}
    expected |= {"specificity": 4 / 5, "accuracy": 7 / 10}
    assert table["estimate"].to_dict() == pytest.approx(expected)
    assert table["n_segments"].to_dict() == {
        "precision": 4, "recall": 5, "F1": 6, "specificity": 5, "accuracy": 10,
    }  # fmt: skip
    assert (table["n"] == 5).all()


def test_the_interval_is_wilsons_for_documents_of_one_segment():
    row = pick(evaluate(*counted(tp=40, fp=5, fn=10, tn=45)), statistic="recall")
    share, size, quantile = 40 / 50, 49, student.ppf(0.975, 49)

    def score(limit):
        return (share - limit) ** 2 - quantile**2 * limit * (1 - limit) / size

    assert row["low"] == pytest.approx(brentq(score, 1e-9, share), abs=1e-9)
    assert row["high"] == pytest.approx(brentq(score, share, 1 - 1e-9), abs=1e-9)


def test_rates_are_those_of_scikit_learn(planted):
    coder, truth, _ = planted
    y, m = (one.matrix.toarray() for one in (truth, coder))
    table = evaluate(coder, truth)
    three = precision_recall_fscore_support(y, m, average=None)
    for name, values in zip(("precision", "recall", "F1"), three, strict=False):
        for average in ("micro", "macro"):
            together = precision_recall_fscore_support(y, m, average=average)
            place = ("precision", "recall", "F1").index(name)
            row = pick(table, statistic=f"{average}-{name}")
            assert row["estimate"] == pytest.approx(together[place])
            assert pd.isna(row["frame"])
            assert row["n"] == y.sum()
            assert row["low"] < row["estimate"] < row["high"]
        for frame, value in zip(coder.names, values, strict=True):
            assert pick(table, statistic=name, frame=frame)["estimate"] == pytest.approx(value)
    for f, frame in enumerate(coder.names):
        row = pick(table, statistic="specificity", frame=frame)
        backwards = precision_recall_fscore_support(1 - y[:, f], 1 - m[:, f], average="binary")
        assert row["estimate"] == pytest.approx(backwards[1])
        accuracy = pick(table, statistic="accuracy", frame=frame)["estimate"]
        assert accuracy == pytest.approx((y[:, f] == m[:, f]).mean())


def test_a_sample_speaks_for_the_corpus(planted):
    coder, truth, labelled = planted
    rows = pd.Index(coder.segments["segment"]).get_indexer(labelled.segments["segment"])
    stands_for = 1 / labelled.segments["probability"].to_numpy()
    assert len(set(stands_for.round(6))) == 2
    table = evaluate(coder, labelled)
    for f, frame in enumerate(coder.names):
        expected = precision_score(
            truth.matrix[rows].toarray()[:, f],
            coder.matrix[rows].toarray()[:, f],
            sample_weight=stands_for,
        )
        row = pick(table, statistic="precision", frame=frame)
        assert row["estimate"] == pytest.approx(expected)
    plain = labelled.segments.drop(columns="probability")
    unweighted = evaluate(coder, fr.Features(labelled.matrix, labelled.names, plain, kind="frame"))
    assert not np.allclose(unweighted["estimate"], table["estimate"])


def test_segments_of_unlike_weight_tell_less():
    # Twenty found of twenty, ten of which stand for ten each: as 110²/1010 = 11.98 that count alike
    coder = codes([1] * 20)
    hand = codes([1] * 20, probability=[1.0] * 10 + [0.1] * 10)
    row = pick(evaluate(coder, hand), statistic="recall")
    size, squared = 110**2 / 1010, student.ppf(0.975, 19) ** 2
    assert row["low"] == pytest.approx(size / (size + squared))
    even = pick(evaluate(coder, codes([1] * 20)), statistic="recall")
    assert even["low"] == pytest.approx(20 / (20 + squared))


def test_probabilities_that_are_equal_change_nothing(planted):
    coder, _, labelled = planted
    even = fr.Features(
        labelled.matrix, labelled.names, labelled.segments.assign(probability=0.3), kind="frame"
    )
    bare = fr.Features(
        labelled.matrix, labelled.names, labelled.segments.drop(columns="probability"), kind="frame"
    )
    pd.testing.assert_frame_equal(evaluate(coder, even), evaluate(coder, bare))


def test_a_tie_is_half_of_each():
    hand, coder = codes([1, 1, 0.5, 0.5, 0, 0]), codes([1, 0, 1, 0, 1, 0])
    # TP 1.5, FP 1.5, FN 1.5, TN 1.5
    table = evaluate(coder, hand).set_index("statistic")["estimate"]
    assert (table == 0.5).all()
    # found, over-coded and missed alike; a coder that agrees wherever people do is not perfect
    sure = evaluate(codes([1, 1, 1, 0, 0, 0]), hand).set_index("statistic")["estimate"]
    assert sure["recall"] == pytest.approx(2.5 / 3)
    assert sure["precision"] == pytest.approx(2.5 / 3)


def test_every_document_counts_once_if_asked():
    # one document of four segments, all missed; four of one segment, all found
    document = ["long"] * 4 + list("abcd")
    hand = codes([1] * 8, document=document)
    coder = codes([0] * 4 + [1] * 4, document=document)
    by_segment = pick(evaluate(coder, hand), statistic="recall")
    by_document = pick(evaluate(coder, hand, weights="document"), statistic="recall")
    assert by_segment["estimate"] == pytest.approx(4 / 8)
    assert by_document["estimate"] == pytest.approx(4 / 5)


def test_a_document_counts_once_however_few_of_its_segments_are_coded():
    document = ["long"] * 4 + ["a", "b"]
    coder = codes([0] * 4 + [1, 1], document=document)
    hand = codes([1] * 6, document=document).where([True, False, False, False, True, True])
    hand.segments["probability"] = [0.25, 1.0, 1.0]
    once = pick(evaluate(coder, hand, weights="document"), statistic="recall")
    each = pick(evaluate(coder, hand), statistic="recall")
    assert once["estimate"] == pytest.approx(2 / 3)
    assert each["estimate"] == pytest.approx(2 / 6)
    assert once["n_segments"] == 3


def test_groups_and_periods(planted):
    coder, truth, _ = planted
    y, m = truth.matrix.toarray(), coder.matrix.toarray()
    here = (truth.segments["region"] == "EU").to_numpy()
    row = pick(evaluate(coder, truth, "region"), group="EU", statistic="recall", frame="rules")
    assert row["estimate"] == pytest.approx(m[here, 0][y[here, 0] == 1].mean())
    assert row["n"] == y[here, 0].sum()
    timed = evaluate(coder, truth, ["region", "year"])
    assert set(timed["period"]) == {"2021", "2022", "2023"}
    assert list(timed) == [name for name in COLUMNS if name in timed]


def test_the_order_of_segments_does_not_matter(planted):
    coder, _, labelled = planted
    order = np.random.default_rng(0).permutation(len(labelled))
    shuffled = fr.Features(
        labelled.matrix[order], labelled.names, labelled.segments.iloc[order], kind="frame"
    )
    for function in (evaluate, bias):
        one, two = (
            function(coder, hand, "region", replicates=100) for hand in (labelled, shuffled)
        )
        pd.testing.assert_frame_equal(one, two, rtol=1e-9)


def test_clusters_and_segments_vary_when_asked(planted):
    coder, truth, _ = planted
    truth.segments["outlet"] = truth.segments["document"].str[-1]
    coder.segments["outlet"] = truth.segments["outlet"]
    table = evaluate(coder, truth, cluster="outlet")
    assert (table["unit"] == "outlet").all()
    assert table["n_clusters"].max() == 10
    inside = evaluate(coder, truth, unit="segment")
    assert (inside["unit"] == "segment").all()
    assert inside["low"].notna().all()


def test_a_rate_that_is_not_defined_says_why():
    rules, values = [1] * 8 + [0] * 8, [0] * 16
    hand, coder = codes(np.c_[rules, values]), codes(np.c_[rules, values])
    table = evaluate(coder, hand)
    recall = pick(table, statistic="recall", frame="values")
    assert np.isnan(recall["estimate"])
    assert recall["note"] == "no recall: people never found it"
    precision = pick(table, statistic="precision", frame="values")
    assert precision["note"] == "no precision: the coder never found it"
    mean = pick(table, statistic="macro-F1")
    assert mean["estimate"] == 1.0
    assert mean["note"] == "mean of 1 of 2 frames, the others having none"
    nothing = evaluate(codes([0] * 8), codes([0] * 8))
    assert pick(nothing, statistic="F1")["note"] == "no F1: nobody ever found it"
    assert pick(nothing, statistic="specificity")["estimate"] == 1.0
    assert "no interval" not in pick(nothing, statistic="specificity")["note"]


def test_few_documents_give_no_interval():
    table = evaluate(*counted(tp=4, fp=0, fn=1, tn=20))
    recall = pick(table, statistic="recall")
    assert np.isnan(recall["low"])
    assert recall["note"] == "only 5 documents; an interval needs 6"
    assert pick(table, statistic="specificity")["low"] > 0.8


def test_a_frame_without_an_interval_of_its_own_leaves_the_mean_one():
    often, seldom = [1] * 20 + [0] * 20, [1] * 3 + [0] * 37
    hand = codes(np.c_[often, seldom])
    coder = codes(np.c_[[1] * 16 + [0] * 24, [1] * 2 + [0] * 38])
    table = evaluate(coder, hand)
    assert np.isnan(pick(table, statistic="recall", frame="values")["low"])
    alone = pick(table, statistic="recall", frame="rules")
    mean = pick(table, statistic="macro-recall")
    # anywhere from 0 to 1: MOVER of ½(16/20) and ½(2/3), which rest on documents in common
    assert mean["estimate"] == pytest.approx((16 / 20 + 2 / 3) / 2)
    assert mean["high"] - mean["low"] > (alone["high"] - alone["low"]) / 2
    assert mean["estimate"] - mean["low"] >= (2 / 3) / 2 - 1e-9


def test_the_interval_of_a_mean_allows_for_frames_that_go_together():
    rng = np.random.default_rng(5)
    hand = rng.random(120) < 0.5
    coder = np.where(rng.random(120) < 0.8, hand, ~hand)
    apart = np.c_[hand, rng.permutation(hand)]
    other = np.where(rng.random(120) < 0.8, apart[:, 1], ~apart[:, 1])
    same = evaluate(codes(np.c_[coder, coder]), codes(np.c_[hand, hand]))
    unlike = evaluate(codes(np.c_[coder, other]), codes(apart))
    one, alone = pick(same, statistic="macro-recall"), pick(same, statistic="recall", frame="rules")
    assert one[["low", "high"]].tolist() == pytest.approx(alone[["low", "high"]].tolist())
    two = pick(unlike, statistic="macro-recall")
    assert two["high"] - two["low"] < 0.85 * (one["high"] - one["low"])


# --- bias -----------------------------------------------------------------------------------------


def test_parts_by_hand():
    coder, hand = counted(tp=3, fp=2, fn=1, tn=4)
    table = bias(coder, hand).set_index("statistic")["estimate"]
    assert table.to_dict() == pytest.approx(
        {"found": 0.3, "missed": 0.1, "over-coded": 0.2, "net error": 0.1}
    )


def test_net_error_without_errors_is_bounded_as_no_error_in_so_many():
    n = 30
    coder, hand = counted(tp=n // 2, fp=0, fn=0, tn=n // 2)
    row = pick(bias(coder, hand), statistic="net error")
    quantile = student.ppf(0.975, n - 1) ** 2
    assert row["estimate"] == 0.0
    assert [row["low"], row["high"]] == pytest.approx(
        [-quantile / (n + quantile), quantile / (n + quantile)]
    )


def test_net_error_with_many_errors_has_students_interval():
    # errors of +1 (30), −1 (10) and 0 (60): mean .2, variance (40 − 4)/99
    coder, hand = counted(tp=30, fp=30, fn=10, tn=30)
    row = pick(bias(coder, hand), statistic="net error")
    half = student.ppf(0.975, 99) * np.sqrt((40 - 100 * 0.2**2) / 99 / 100)
    assert row["estimate"] == pytest.approx(0.2)
    assert row["high"] - row["low"] == pytest.approx(2 * half, rel=0.03)


@pytest.mark.parametrize("weights", ["document", "segment"])
def test_net_error_is_the_machines_share_less_peoples(planted, weights):
    coder, truth, _ = planted
    table = bias(coder, truth, "region", weights=weights, replicates=100)
    both = [fr.emphasis(one, "region", weights=weights) for one in (coder, truth)]
    levels = table[table["statistic"] == "net error"]
    assert levels["estimate"].to_numpy() == pytest.approx(
        (both[0]["estimate"] - both[1]["estimate"]).to_numpy(), abs=1e-12
    )
    apart = [fr.contrast(one, "region", weights=weights, replicates=100) for one in (coder, truth)]
    differences = table[table["statistic"] == "difference in net error"]
    assert differences["estimate"].to_numpy() == pytest.approx(
        (apart[0]["estimate"] - apart[1]["estimate"]).to_numpy(), abs=1e-12
    )


@pytest.mark.parametrize("weights", ["document", "segment"])
def test_groups_may_overlap(weights):
    coder = fr.code(fr.load("articles"), "critical-technology")
    hand = machine(coder, 0.7, 0.9, seed=4)
    hand = fr.Features(hand.matrix, hand.names, coder.segments, kind="frame", corpus=coder.corpus)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fr.InputWarning)
        table = bias(coder, hand, "actor", weights=weights, replicates=100)
        both = [fr.emphasis(one, "actor", weights=weights) for one in (coder, hand)]
    levels = table[table["statistic"] == "net error"]
    assert levels["group"].tolist() == both[0]["group"].tolist()
    assert levels["estimate"].to_numpy() == pytest.approx(
        (both[0]["estimate"] - both[1]["estimate"]).to_numpy(), abs=1e-9
    )
    pairs = table[table["statistic"] == "difference in net error"]
    assert (pairs["n_segments"] <= len(hand)).all()
    assert pairs["note"].str.contains("lie in several groups").all()
    assert pairs["p_value"].isna().all()


def test_a_difference_is_tested_by_dealing_labels_out():
    # All of one side missed, none of the other: of 20 ways to deal out labels, 2 are as far apart.
    coder = codes([0, 0, 0, 1, 1, 1], region=["A"] * 3 + ["B"] * 3)
    row = pick(bias(coder, codes([1] * 6), "region"), statistic="difference in net error")
    assert row["estimate"] == -1.0
    assert row["p_value"] == pytest.approx(0.1)
    assert row["test"] == "exact permutation"


def test_equal_errors_make_no_difference():
    coder = codes([1, 0, 1, 0] * 6, region=["A", "A", "B", "B"] * 6)
    hand = codes([1, 1, 1, 1] * 6, region=["A", "A", "B", "B"] * 6)
    table = bias(coder, hand, "region", replicates=200)
    pairs = table[table["statistic"].str.startswith("difference")]
    assert (pairs["estimate"] == 0).all()
    assert (pairs["p_value"] == 1).all()
    assert pairs["statistic"].tolist() == [
        "difference in missed", "difference in over-coded", "difference in net error",
    ]  # fmt: skip


def test_a_difference_counts_from_the_group_to_the_reference(planted):
    coder, truth, _ = planted
    one, two = (
        bias(coder, truth, "region", levels=levels, replicates=200)
        for levels in (["EU", "US"], ["US", "EU"])
    )
    for name in ("missed", "over-coded", "net error"):
        a, b = (t[t["statistic"] == f"difference in {name}"] for t in (one, two))
        assert a["estimate"].to_numpy() == pytest.approx(-b["estimate"].to_numpy(), abs=1e-12)
        assert a["low"].to_numpy() == pytest.approx(-b["high"].to_numpy(), abs=1e-9)


def test_drift_by_hand():
    # Of 8 segments a year the coder misses 0, 2 and 4: the net error falls by ¼ a year.
    years = np.repeat([2021, 2022, 2023], 8)
    found = [1] * 8 + [1] * 6 + [0] * 2 + [1] * 4 + [0] * 4
    coder = codes(found, date=pd.to_datetime(years.astype(str)), date_precision="year")
    hand = codes([1] * 24)
    table = bias(coder, hand, over="year", replicates=500)
    slope = pick(table, statistic="slope of net error")
    assert slope["estimate"] == pytest.approx(-0.25)
    assert slope["period"] == "2021–2023"
    assert pick(table, statistic="slope of missed")["estimate"] == pytest.approx(0.25)
    assert pick(table, statistic="slope of over-coded")["estimate"] == 0.0
    timed = table[(table["statistic"] == "net error") & (table["period"].str.len() == 4)]
    assert timed["estimate"].tolist() == pytest.approx([0.0, -0.25, -0.5])
    assert "group" not in table


def test_tables_keep_to_the_vocabulary(planted):
    coder, _, labelled = planted
    table = bias(coder, labelled, "region", "year", replicates=100)
    assert list(table) == [name for name in COLUMNS if name in table]
    tests = table[table["p_value"].notna()]
    assert (tests["q_value"] >= tests["p_value"] - 1e-12).all()
    slopes, pairs = (tests[tests["statistic"].str.startswith(x)] for x in ("slope", "difference"))
    assert set(slopes["n_tests"]) == {6}
    assert set(pairs["n_tests"]) == {3}
    same = bias(coder, labelled, "region", "year", replicates=100)
    pd.testing.assert_frame_equal(table, same)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_parts_add_up_to_what_each_coded(data):
    n = data.draw(st.integers(8, 30))
    column = st.lists(st.sampled_from([0.0, 1.0]), min_size=n, max_size=n)
    coder, hand = data.draw(column), data.draw(column)
    weight = data.draw(st.lists(st.floats(0.05, 1), min_size=n, max_size=n))
    truth = codes(hand, probability=weight)
    table = bias(codes(coder), truth, weights="segment").set_index("statistic")
    part, stands_for = table["estimate"], 1 / np.array(weight)
    assert part["found"] + part["missed"] == pytest.approx(np.average(hand, weights=stands_for))
    assert part["found"] + part["over-coded"] == pytest.approx(
        np.average(coder, weights=stands_for)
    )
    assert part["net error"] == pytest.approx(part["over-coded"] - part["missed"], abs=1e-9)
    assert (table["low"] <= part + 1e-9).all()
    assert (part <= table["high"] + 1e-9).all()
    assert (table["low"] >= -1).all()
    assert (table["high"] <= 1).all()


def test_a_coder_that_is_as_good_on_both_sides_is_seldom_accused():
    rejected = []
    for seed in range(4):
        truth = frames({"A": 60, "B": 60}, {f"f{i}": 0.3 for i in range(40)}, seed=seed).features
        coder = machine(truth, 0.8, 0.95, seed=seed)
        hand = draw(truth, 120, seed=seed).labelled(truth)
        table = bias(coder, hand, "region", replicates=199)
        tests = table[table["statistic"] == "difference in net error"]
        rejected += list(tests["p_value"] <= 0.05)
    assert 0.015 < np.mean(rejected) < 0.095  # 160 tests: .05 ± 2.5 standard errors


# --- sentences ------------------------------------------------------------------------------------


def sided(recall, n=100):
    """A coder with such a recall on sides A and B, of n segments each, half of them positive."""
    region = ["A"] * n + ["B"] * n
    hand = [1] * (n // 2) + [0] * (n // 2)
    found = [
        [1] * round(r * n / 2) + [0] * (n - round(r * n / 2)) for r in (recall["A"], recall["B"])
    ]
    return codes(found[0] + found[1], region=region), codes(hand * 2, region=region)


def test_a_clear_bias_names_whom_it_favours():
    said = bias_in_words(bias(*sided({"A": 0.5, "B": 1.0}), "region", replicates=2000))
    assert said == [
        "A against B: errors of the coder favour B in rules by 25 percentage points "
        "(95% interval 15 to 34; q < 0.001)."
    ]
    other = bias_in_words(bias(*sided({"A": 1.0, "B": 0.5}), "region", replicates=2000))[0]
    assert "favour A in rules by 25 percentage points (95% interval 15 to 34" in other


def test_a_small_bias_is_bounded():
    coder, hand = sided({"A": 0.98, "B": 0.98}, n=200)
    assert bias_in_words(bias(coder, hand, "region", replicates=2000)) == [
        "A against B: no clear bias of rules (at most 3 percentage points)."
    ]


def test_a_sample_that_is_too_small_says_how_many_would_do():
    coder, hand = sided({"A": 0.6, "B": 0.8}, n=20)
    table = bias(coder, hand, "region", replicates=2000)
    row = pick(table, statistic="difference in net error")
    most = int(np.ceil(100 * max(-row["low"], row["high"])))
    half = (row["high"] - row["low"]) / 2
    said = bias_in_words(table)
    assert said[0].startswith(
        f"A against B: 40 segments coded by hand tell too little of rules (at most {most} "
    )
    n = int(said[0].split("about ")[1].split(" ")[0].replace(",", ""))
    assert n == pytest.approx(40 * (half / 0.05) ** 2, rel=0.05)


def test_without_a_test_or_an_interval_it_says_so():
    coder, hand = sided({"A": 0.5, "B": 1.0})
    names = [f"{side}{i}" for side in "AB" for i in range(4) for _ in range(25)]
    coder = codes(coder.matrix.toarray(), document=names, region=coder.segments["region"])
    hand = codes(hand.matrix.toarray(), document=names, region=hand.segments["region"])
    inside = bias_in_words(bias(coder, hand, "region", unit="segment"))
    assert inside == [
        "A against B: errors of the coder favour B in rules by 25 percentage points "
        "(95% interval 16 to 35; no test)."
    ]
    few = bias_in_words(bias(coder, hand, "region", replicates=2000))
    assert few == [
        "A against B: nothing can be said of rules (only 4 documents; an interval needs 6)."
    ]


def test_drift_in_words():
    years = np.repeat([2021, 2022, 2023], 60)
    found = [1] * 60 + [1] * 40 + [0] * 20 + [1] * 20 + [0] * 40
    coder = codes(found, date=pd.to_datetime(years.astype(str)), date_precision="year")
    said = bias_in_words(bias(coder, codes([1] * 180), over="year"))
    assert len(said) == 1
    assert said[0].startswith(
        "2021–2023: errors of the coder lower rules by 33 percentage points (95% interval"
    )
    assert said[0].endswith("q < 0.001), more each year.")


def test_levels_in_words():
    coder, hand = counted(tp=30, fp=30, fn=0, tn=60)
    assert bias_in_words(bias(coder, hand))[0].startswith(
        "rules: the coder's share is too high by 25 percentage points (95% interval"
    )
    fair = bias_in_words(bias(*counted(tp=60, fp=2, fn=2, tn=60)))
    assert fair == ["rules: the coder's share is right to within 4 percentage points."]
    few = bias_in_words(bias(*counted(tp=2, fp=1, fn=0, tn=1)))
    assert few == ["rules: nothing can be said (only 4 documents; an interval needs 6)."]


def test_words_need_the_right_table():
    with pytest.raises(fr.InputError, match=r"give it the table that bias\(\) returns"):
        bias_in_words(evaluate(*counted(3, 1, 2, 4)))


# --- what is refused, and what is left out --------------------------------------------------------


def test_probabilities_are_refused():
    coder, hand = codes([0.2, 0.9, 1.0]), codes([0, 1, 1])
    with pytest.raises(
        fr.InputError,
        match=r"machine: frame 'rules' is 0\.2 in segment 'd000/000'; codes must be 0 or 1; use "
        r"predict\(\) of a coder, or put probabilities above a threshold",
    ):
        evaluate(coder, hand)


def test_hand_codes_above_one_are_refused():
    with pytest.raises(fr.InputError, match="hand: frame 'rules' is 2 in segment 'd001/000'"):
        evaluate(codes([0, 1]), codes([0, 2]))


def test_terms_are_refused():
    rows = pd.DataFrame({"document": ["a", "b"]})
    counts = fr.Features([[1], [2]], ["rules"], rows, kind="term")
    with pytest.raises(fr.InputError, match="hand must be Features of frames"):
        evaluate(codes([0, 1]), counts)
    with pytest.raises(fr.InputError, match="machine must be Features of frames"):
        bias([[0, 1]], codes([0, 1]))


def test_what_only_one_has_is_left_out_and_counted():
    coder = codes(np.eye(8, 2), names=["rules", "trade"])
    hand = codes(np.ones((10, 2)), names=["rules", "values"])
    with pytest.warns(fr.InputWarning) as said:
        table = evaluate(coder, hand)
    assert [str(one.message) for one in said] == [
        "1 frame coded by machine only (trade); left out.",
        "1 frame coded by hand only (values); left out.",
        "2 of 10 segments coded by hand are not coded by machine (d008/000); left out.",
    ]
    assert set(table["frame"]) == {"rules"}
    assert pick(table, statistic="accuracy")["n_segments"] == 8


def test_nothing_in_common_is_refused():
    with pytest.raises(fr.InputError, match="no frame in common: rules against values"):
        evaluate(codes([0, 1]), codes([0, 1], names=["values"]))
    with pytest.raises(fr.InputError, match=r"no segment coded by hand \('x/000', …\) is coded by"):
        evaluate(codes([0, 1]), codes([0, 1], document=["x", "y"]))


@pytest.mark.parametrize("wrong", [0.0, 1.5, np.nan])
def test_a_probability_that_is_none_is_refused(wrong):
    hand = codes([0, 1], probability=[0.5, wrong])
    with pytest.raises(fr.InputError, match=r"'probability' is .* for segment 'd001/000'"):
        evaluate(codes([0, 1]), hand)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m, y: evaluate(m, y, "country"), "by must be one of"),
        (lambda m, y: evaluate(m, y, leve=0.9), "a setting must be one of"),
        (lambda m, y: bias(m, y, "region", over="decade"), "over must be one of 'year'"),
        (lambda m, y: bias(m, y, over="month"), "needs dates"),
        (lambda m, y: bias(m, y, labelled=y), "labelled= and power= correct shares"),
    ],
)
def test_says_what_is_wrong(call, words):
    coder, hand = sided({"A": 0.5, "B": 1.0}, n=20)
    with pytest.raises(fr.InputError, match=words):
        call(coder, hand)


def test_drift_needs_two_periods():
    coder = codes([1] * 8, date=pd.to_datetime(["2021"] * 8), date_precision="year")
    with pytest.raises(fr.InputError, match="no group has hand codes in two years"):
        bias(coder, codes([1] * 8), over="year")


def test_a_side_in_which_people_found_nothing_has_no_recall():
    rows = pd.DataFrame({"document": range(24), "region": ["EU", "US"] * 12})
    codes = np.tile([[1, 1], [0, 0]], (12, 1))
    hand = fr.Features(codes, ["rules", "values"], rows, kind="frame")
    table = fr.evaluate(hand, hand, by="region")
    us = table[(table["group"] == "US") & table["statistic"].isin(["recall", "macro-recall"])]
    assert us["estimate"].isna().all()
    assert us["note"].str.contains("people never found it").all()
