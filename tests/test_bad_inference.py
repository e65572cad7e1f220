"""What comparisons say of data that cannot bear them: clear words, and nothing missing in silence.

No Python warning is let through either: pytest turns them into errors.
"""

import warnings
from contextlib import nullcontext
from itertools import product

import numpy as np
import pandas as pd
import pytest

import framing as fr

WITH_INTERVAL = "estimate low high"
WITH_TEST = "estimate low high p_value q_value"
HAS = {
    "share": WITH_INTERVAL,
    "tf_idf": WITH_INTERVAL,
    "excess": WITH_INTERVAL,
    "null_mean": "estimate",
    "contribution_null": "estimate",
    "partisanship": "estimate",
    "partisanship_leave_out": "estimate",
    "divergence": "estimate p_value q_value",
    "contribution": WITH_TEST,
    "difference": WITH_TEST,
    "slope": WITH_TEST,
    "slope of log-odds": WITH_TEST,
    "difference in change": WITH_TEST + " band_low band_high",
    "log_odds": WITH_TEST + " p_family",
    "log_ratio": WITH_TEST + " p_family",
    "g2": "estimate p_value q_value p_family",
    "chi2": "estimate p_value q_value p_family",
}
"""What rows of every statistic give, and may lack only with a note."""

CALLS = {
    "emphasis": lambda f, **how: fr.emphasis(f, "region", **how),
    "contrast": lambda f, **how: fr.contrast(f, "region", **how),
    "keyness": lambda f, **how: fr.keyness(f, "region", **how),
    "pairs": lambda f, **how: fr.keyness(f, "region", against="pairs", measure="log_ratio", **how),
    "g2": lambda f, **how: fr.keyness(f, "region", measure="g2", correction="williams", **how),
    "divergence": lambda f, **how: fr.divergence(f, "region", **how),
    "by_year": lambda f, **how: fr.divergence(f, ["region", "year"], mixing="size", **how),
    "trend": lambda f, **how: fr.trend(f, "region", scale="log_odds", **how),
    "change": lambda f, **how: fr.change(f, "region", **how),
    "shift": lambda f, **how: fr.shift(f, "year", "region", **how),
    "tf_idf": lambda f, **how: fr.tf_idf(f, "region", **how),
}


def says_why_it_is_missing(table):
    """Whether every number that a row should have is there, or its note is not empty."""
    assert table["note"].notna().all()
    silent = table["note"] == ""
    for statistic, rows in table.groupby("statistic"):
        columns = HAS.get(str(statistic), WITH_INTERVAL)
        if statistic == "change" and "band_low" in table:
            columns = HAS["difference in change"]
        for column in columns.split():
            missing = rows[column].isna() & silent[rows.index]
            assert not missing.any(), f"{column} of {statistic} is missing without a note"


def sides(n=36, kind="frame", **metadata):
    """Three regions, eight outlets across them, two topics, three years."""
    rng = np.random.default_rng(0)
    at = np.arange(n)
    rows = {
        "document": [f"d{i:02d}" for i in at],
        "region": np.array(["A", "B", "C"])[at % 3],
        "outlet": [f"o{i % 8}" for i in at],
        "topic": np.where(at % 5 < 2, "x", "y"),
        "date": pd.to_datetime([f"{2021 + 3 * i // n}-01-01" for i in at]),
    }
    matrix = metadata.pop("matrix", rng.random((n, 3)) < 0.4)
    matrix = np.asarray(matrix, dtype=float).reshape(n, -1)
    names = ["security", "rules", "values"][: matrix.shape[1]]
    return fr.Features(matrix, names, pd.DataFrame({**rows, **metadata}), kind=kind)


def with_empty(every, n=36):
    matrix = np.random.default_rng(1).random((n, 3)) < 0.6
    matrix[::every] = 0
    return matrix


def one_each(n):
    return np.random.default_rng(2).random((n, 3)) < 0.6


CASES = {
    "as it should be": (sides(), {}),
    "counts": (sides(kind="term", matrix=with_empty(40) * 3), {}),
    "by segments": (sides(), {"weights": "segment"}),
    "every document alike": (sides(matrix=np.tile([1, 1, 0], (36, 1))), {}),
    "always everything": (sides(matrix=np.ones((36, 3))), {}),
    "never anything": (sides(matrix=np.zeros((36, 3))), {}),
    "no term at all": (sides(kind="term", matrix=np.zeros((36, 3))), {}),
    "one feature": (sides(matrix=one_each(36)[:, 0]), {}),
    "one term": (sides(kind="term", matrix=np.ones(36)), {}),
    "empty documents": (sides(kind="term", matrix=with_empty(5)), {}),
    "an empty group": (sides(matrix=with_empty(3)), {}),
    "a group without terms": (sides(kind="term", matrix=with_empty(3)), {}),
    "one group": (sides(region="A"), {}),
    "one document a group": (sides(3), {}),
    "one document a group and year": (sides(9, matrix=one_each(9)), {}),
    "as many groups as documents": (sides(9, region=[f"g{i}" for i in range(9)]), {}),
    "one document against the rest": (sides(region=["B"] + ["A"] * 35), {}),
    "six clusters and two": (
        sides(region=["A", "A", "B"] * 12, outlet=[f"{i % 18 % 7}{i % 3 // 2}" for i in range(36)]),
        {"cluster": "outlet"},
    ),
    "clusters cross groups": (sides(), {"cluster": "outlet"}),
    "the cluster is the group": (sides(), {"cluster": "region"}),
    "two clusters": (sides(outlet=["o1", "o2"] * 18), {"cluster": "outlet"}),
    "within topics": (sides(), {"within": "topic"}),
    "within pairs": (sides(topic=np.repeat(range(12), 3)), {"within": "topic"}),
    "segments vary": (sides(document=np.repeat(range(6), 6)), {"unit": "segment"}),
    "documents in several groups": (sides(document=np.tile(range(12), 3)), {}),
}


KEYNESS, TIME = ["keyness", "pairs", "g2"], ["trend", "change", "shift"]
REFUSED = {
    *product(["never anything", "no term at all", "a group without terms"], KEYNESS),
    *product(["one group"], [*KEYNESS, "contrast", "divergence", "by_year"]),
    *product(["one document a group"], [*TIME, "by_year"]),
    *product(["as many groups as documents", "within pairs"], TIME),
}


@pytest.mark.filterwarnings("ignore::framing.InputWarning")
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("case", CASES)
def test_nothing_is_missing_without_a_note(case, call):
    features, how = CASES[case]
    refused = pytest.raises(fr.InputError) if (case, call) in REFUSED else nullcontext()
    with refused:
        table = CALLS[call](features, replicates=100, **how)
        says_why_it_is_missing(table)
        if "p_min" in table:
            assert not (table["p_min"] > table["p_value"] + 1e-9).any()


def test_a_table_that_is_silent_is_caught():
    table = pd.DataFrame({"statistic": ["share"], "estimate": [0.5], "low": [np.nan], "high": [1]})
    with pytest.raises(AssertionError, match="low of share is missing without a note"):
        says_why_it_is_missing(table.assign(note=""))
    says_why_it_is_missing(table.assign(note="only 1 document"))


@pytest.mark.filterwarnings("ignore::framing.InputWarning")
@pytest.mark.parametrize(
    ("case", "call", "words"),
    [
        ("one group", "contrast", "'region' gives fewer than two groups; there is nothing to con"),
        ("one group", "keyness", "'region' gives one group; keyness needs at least two"),
        ("one group", "divergence", "fewer than two groups; nothing can diverge"),
        ("one document a group", "trend", "every group lies in one year; a trend needs two"),
        (
            "one document a group",
            "change",
            "no side has documents in two years; a change needs two",
        ),
        ("one document a group", "shift", r"only year 2021 \(A\), 2022 \(B\), 2023 \(C\)"),
        ("never anything", "keyness", "none of the frames occurs in the groups compared"),
        ("a group without terms", "pairs", "A holds no term; leave it out"),
    ],
)
def test_says_what_cannot_be_compared(case, call, words):
    features, how = CASES[case]
    with pytest.raises(fr.InputError, match=words):
        CALLS[call](features, replicates=100, **how)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("one document a group", "p cannot be below 1: labels can be dealt out in 2 ways only"),
        ("the cluster is the group", "only 1 cluster of 'region'; an interval needs 6"),
        (
            "two clusters",
            "clusters of 'outlet' lie in several groups or levels, and only 2 clusters",
        ),
        ("clusters cross groups", ""),
        ("segments vary", "the interval describes these documents only"),
    ],
)
def test_contrasts_say_why_p_is_missing_or_large(case, words):
    features, how = CASES[case]
    table = fr.contrast(features, "region", replicates=100, **how)
    assert table["note"].str.contains(words, regex=False).all()


def test_a_test_is_exact_where_relabellings_are_few():
    six = sides(6, region=["A"] * 3 + ["B"] * 3, matrix=one_each(6))
    table = fr.contrast(six, "region")
    assert (table["test"] == "exact permutation").all()
    assert (table["p_value"] * 20 == (table["p_value"] * 20).round()).all()
    # 20 ways in all, and for every one its mirror: no p below 2/20.
    assert table["note"].str.contains("labels can be dealt out in 20 ways only").all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"outlet": None}, "cluster='outlet' is empty for document 'd00'; fill it or drop it"),
        (
            {"document": ["d0"] * 2 + [f"d{i}" for i in range(34)]},
            "cluster='outlet': document 'd0' lies in o0 and o1",
        ),
    ],
)
def test_clusters_hold_whole_documents(change, words):
    with pytest.raises(fr.InputError, match=words):
        fr.emphasis(sides(**change), "region", cluster="outlet")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"cluster": "paper"}, "cluster must be one of .*got 'paper'"),
        ({"within": "theme"}, "within must be one of .*got 'theme'"),
        ({"cluster": "outlet", "unit": "segment"}, "cluster= needs whole documents"),
        ({"replicates": 99}, "replicates must be at least 100; got 99"),
        ({"replicates": 150.0}, "replicates must be at least 100; got 150.0"),
        ({"level": 1}, "level must lie between 0 and 1; got 1"),
        ({"seed": 1.5}, "seed must be a whole number from 0 on; got 1.5"),
        ({"unit": "outlet"}, "unit must be one of 'document', 'segment'; got 'outlet'"),
        ({"weights": "tokens"}, "weights must be one of 'document', 'segment'; got 'tokens'"),
        ({"levels": ["A", "D"]}, "a level of 'region' must be one of 'A', 'B', 'C'; got 'D'"),
        ({"levels": "A"}, "levels must be a list of groups of 'region'; got 'A'"),
        ({"permutations": 5}, "a setting must be one of .*got 'permutations'"),
    ],
)
def test_settings_say_what_is_wrong(how, words):
    with pytest.raises(fr.InputError, match=words):
        fr.contrast(sides(), "region", **how)


def test_counts_of_frames_are_refused():
    matrix = np.zeros((36, 3))
    matrix[4, 1] = 2
    with pytest.raises(fr.InputError, match="frame 'rules' is 2 in segment 'd04/000', which is 1"):
        fr.emphasis(sides(matrix=matrix), "region")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fr.emphasis(sides(matrix=matrix / 2), "region")


def test_missing_levels_are_counted_and_left_out():
    with pytest.warns(fr.InputWarning, match="12 of 36 documents have no region"):
        table = fr.contrast(sides(region=[None, "A", "B"] * 12), "region", replicates=100)
    assert (table["n_documents"] == 24).all()
