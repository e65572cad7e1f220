"""The multiverse: what is asked, what comes back, and what moves it."""

import warnings
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import framing as fr
from framing.columns import COLUMNS
from framing.errors import InputError, InputWarning
from framing.multiverse import (
    Specifications,
    multiverse,
    multiverse_in_words,
    multiverse_summary,
    multiverse_test,
)
from framing.multiverse.joint import relabelled
from framing.multiverse.parts import parts

CHOICES = {"a": ["x", "y"], "b": {"low": 0, "high": 2}, "c": [None, 3]}


def add(a, b, c):
    """1, and 4 for y, 2 for high; 3 says nothing."""
    estimate = 1.0 + 4 * (a == "y") + b
    return {"statistic": "difference", "estimate": estimate, "low": 0.5, "high": 9, "p_value": 0.01}


def sides(n=12, frame="rules"):
    rows = pd.DataFrame({"document": range(n), "region": ["US", "EU"] * (n // 2)})
    return fr.Features([[1, 0], [0, 1]] * (n // 2), [frame, "other"], rows, kind="frame")


def contrast(frames, **how):
    return fr.contrast(frames, by="region", replicates=100, **how)


# --- what is asked -----------------------------------------------------------------------------


def test_every_combination_is_asked_once_and_the_first_options_come_first():
    table = multiverse(add, CHOICES)
    assert set(table) <= set(COLUMNS)
    assert len(table) == 8 * 3
    wide = table.pivot(index="specification", columns="choice", values="option")
    expected = list(product(["x", "y"], ["low", "high"], ["none", "3"]))
    assert list(wide[["a", "b", "c"]].itertuples(index=False, name=None)) == expected
    one = table.drop_duplicates("specification")
    assert one["specification"].tolist() == list(range(1, 9))
    assert one["estimate"].tolist() == [1, 1, 3, 3, 5, 5, 7, 7]
    assert table.groupby(["choice", "option"])["estimate"].mean()["a", "y"] == 6


def test_any_measure_of_the_library_answers_unchanged():
    def ask(frames, weights, level):
        return contrast(frames, weights=weights, level=level)

    frames = sides()
    choices = {"weights": ["document", "segment"], "level": [0.95, 0.9]}
    table = multiverse(ask, choices, frames, row={"frame": "rules"})
    own = fr.contrast(frames, by="region", replicates=100, level=0.9, weights="segment")
    row = table[table["specification"] == 4].iloc[0]
    for name in ("estimate", "low", "high", "p_value", "level", "n_documents", "frame", "test"):
        assert row[name] == own.iloc[0][name], name


def test_a_series_and_a_mapping_are_rows_too():
    as_row = multiverse(lambda a: pd.Series({"estimate": a}), {"a": [1.0, 2.0]})
    assert as_row["estimate"].tolist() == [1, 2]
    assert as_row[["low", "high", "p_value"]].isna().all(axis=None)
    assert (as_row["note"] == "").all()


def test_the_seed_is_handed_on_the_same_to_all():
    seen = []

    def ask(a, seed):
        seen.append(seed)
        return {"estimate": float(a)}

    multiverse(ask, {"a": [1, 2, 3]}, seed=7)
    assert seen == [7, 7, 7]
    multiverse(lambda a, seed: {"estimate": float(seed)}, {"a": [1], "seed": [4, 5]})


def test_options_are_named_by_themselves_or_by_a_mapping():
    table = multiverse(
        lambda drop: {"estimate": float(len(drop or ()))},
        {"drop": [None, "abc", ["US", "EU"]]},
    )
    assert table["option"].tolist() == ["none", "abc", "US + EU"]
    with pytest.raises(InputError, match=r"choices\['book'\] holds a object, .* a mapping"):
        multiverse(lambda book: 1, {"book": [object()]})


# --- what goes wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({}, "choices names nothing to choose"),
        (["a"], "choices names nothing to choose"),
        ({1: ["x"]}, "a choice is named by a word; got 1"),
        ({"a": []}, r"choices\['a'\] has no options"),
        ({"a": "xy"}, r"choices\['a'\] is the text 'xy'; give a list"),
        ({"a": 3}, r"choices\['a'\] is 3; give a list"),
        ({"a": ["x", "x"]}, r"choices\['a'\] holds 'x' twice"),
        ({"a": [1, "1"]}, r"choices\['a'\] holds '1' twice"),
        ({"a": ["x"], "bb": [1]}, r"ask cannot take the choices: .*'bb'.* called with a=, bb="),
    ],
)
def test_choices_that_are_none_are_refused(choices, message):
    with pytest.raises(InputError, match=message):
        multiverse(lambda a: {"estimate": 1.0}, choices)


def test_too_many_specifications_are_refused_before_any_is_asked():
    choices = {f"c{i}": list(range(10)) for i in range(4)}
    message = r"10,000 specifications \(10 × 10 × 10 × 10\), more than most=5,000"
    with pytest.raises(InputError, match=message):
        multiverse(lambda **_: pytest.fail("asked"), choices)
    assert len(multiverse(add, CHOICES, most=8)) == 24
    with pytest.raises(InputError, match="more than most=7"):
        multiverse(add, CHOICES, most=7)


def test_several_rows_need_to_be_told_apart():
    def ask(frames, weights):
        return contrast(frames, weights=weights)

    message = r"ask returned 2 rows, which differ in 'frame'; .* row=\{'frame': 'rules'\}"
    with pytest.raises(InputError, match=message):
        multiverse(ask, {"weights": ["document"]}, sides())
    with pytest.raises(InputError, match="row= names 'frme', which is no column"):
        multiverse(ask, {"weights": ["document"]}, sides(), row={"frme": "rules"})
    with pytest.raises(InputError, match=r"every specification failed.*no row with frame='rulez'"):
        multiverse(ask, {"weights": ["document"]}, sides(), row={"frame": "rulez"})


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (3.0, "ask returned a float; it must return a table"),
        ({"low": 1.0}, "no column 'estimate'"),
        ({"estimate": "much"}, "the estimate 'much'; it must be a number"),
        ({"estimate": 1.0, "colour": "red"}, "a column 'colour', which results cannot have"),
        ({"estimate": 1.0, "choice": "a"}, "a column 'choice', which results cannot have"),
    ],
)
def test_what_ask_returns_is_checked(answer, message):
    with pytest.raises(InputError, match=message):
        multiverse(lambda a: answer, {"a": [1]})


def test_ask_row_and_seed_are_checked():
    with pytest.raises(InputError, match="ask must be a function"):
        multiverse(3, {"a": [1]})
    with pytest.raises(InputError, match="row must be a mapping"):
        multiverse(add, CHOICES, row="rules")
    with pytest.raises(InputError, match="seed must be a whole number"):
        multiverse(add, CHOICES, seed=-1)
    with pytest.raises(InputError, match="called with data, then a="):
        multiverse(add, CHOICES, sides())


def test_a_specification_that_fails_is_kept_with_its_reason():
    def ask(a, b):
        if b == "bad" and a == 1:
            raise InputError("no such column.")
        if b == "bad":
            raise KeyError("list")
        return {"estimate": float(a), "statistic": "difference"}

    table = multiverse(ask, {"a": [1, 2], "b": ["good", "bad"]})
    one = table.drop_duplicates("specification").set_index("specification")
    assert one["estimate"].fillna(-1).tolist() == [1, -1, 2, -1]
    assert one["note"].tolist() == ["", "failed: no such column.", "", "failed: KeyError: 'list'"]
    summary = multiverse_summary(table).set_index("statistic")
    assert summary.loc["median", "n_specifications"] == 2
    assert summary.loc["median", "note"] == "2 specifications without an estimate"
    said = multiverse_in_words(table)
    assert said[1] == "2 without an estimate: failed: no such column (and 1 other reason)."


def test_if_all_fail_the_reason_is_raised():
    def ask(a):
        raise ZeroDivisionError("by nought")

    with pytest.raises(InputError, match=r"every specification failed; one of them .* by nought"):
        multiverse(ask, {"a": [1, 2]})


def test_what_the_library_warns_of_becomes_a_note_and_other_warnings_pass():
    def ask(a):
        warnings.warn("two documents are left out", InputWarning, stacklevel=2)
        if a == 2:
            warnings.warn("old", DeprecationWarning, stacklevel=2)
        return {"estimate": float(a), "note": "as asked"}

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        table = multiverse(ask, {"a": [1, 2]})
    assert table["note"].tolist() == ["as asked; two documents are left out"] * 2
    assert [str(one.message) for one in caught] == ["old"]


def test_an_interrupt_keeps_what_was_asked():
    asked = []

    def ask(a):
        if len(asked) == 5:
            raise KeyboardInterrupt
        asked.append(a)
        return {"estimate": float(a)}

    with pytest.warns(InputWarning, match="stopped by hand after 5 of 20 specifications"):
        table = multiverse(ask, {"a": list(range(20))})
    assert len(table) == 20
    known = table[table["estimate"].notna()]
    assert known["option"].astype(int).tolist() == sorted(asked)
    assert asked != sorted(asked)  # a sample, not the first
    assert (table.loc[table["estimate"].isna(), "note"] == "not asked: stopped by hand").all()

    def never(a):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        multiverse(never, {"a": [1, 2]})


# --- which choice moves it ---------------------------------------------------------------------


def test_parts_by_hand():
    """Means of a: 2 and 6; of b: 3 and 5; of c: 4 and 4. Variances 4, 1 and 0 of 5."""
    summary = multiverse_summary(multiverse(add, CHOICES))
    part = summary[summary["statistic"] == "part"].set_index("choice")["estimate"]
    assert part.to_dict() == pytest.approx({"a": 0.8, "b": 0.2, "c": 0.0, "(together)": 0.0})
    mean = summary[summary["statistic"] == "mean"].set_index(["choice", "option"])
    assert mean["estimate"].to_dict() == {
        ("a", "x"): 2, ("a", "y"): 6, ("b", "low"): 3, ("b", "high"): 5, ("c", "none"): 4,
        ("c", "3"): 4,
    }  # fmt: skip
    assert mean.loc[("a", "y"), ["least", "most"]].tolist() == [5, 7]
    assert (mean["n_specifications"] == 4).all()


def test_what_choices_do_together_only_is_told_apart():
    """1 where both are 1, else 0: variance 3/16, of which each choice has (1/4)²."""
    y, options = np.array([0.0, 0, 0, 1]), np.array(list(product([0, 1], [0, 1])))
    assert parts(y, options) == pytest.approx([1 / 3, 1 / 3])
    table = multiverse(lambda a, b: {"estimate": float(a * b)}, {"a": [0, 1], "b": [0, 1]})
    part = multiverse_summary(table).set_index("choice").loc["(together)", "estimate"]
    assert part == pytest.approx(1 / 3)


def test_parts_average_over_orders_where_combinations_are_missing():
    """y = 1, 3, 5 at (0,0), (0,1), (1,0), by least squares 1 + 4a + 2b.

    S = 8. Alone a explains 6 (means 2, 2, 5: squares 1, 1, 4) and b nought (means 3, 3); both
    explain 8. So a has (6 + 8)/2 and b (0 + 2)/2.
    """
    found = parts(np.array([1.0, 3.0, 5.0]), np.array([[0, 0], [0, 1], [1, 0]]))
    assert found == pytest.approx([7 / 8, 1 / 8])


def test_parts_are_those_of_the_formula_in_any_complete_design():
    rng = np.random.default_rng(4)
    options = np.array(list(product(range(3), range(2), range(4))))
    y = rng.normal(size=len(options))
    by_formula = [
        np.var([y[options[:, c] == o].mean() for o in np.unique(options[:, c])]) / y.var()
        for c in range(3)
    ]
    assert parts(y, options) == pytest.approx(by_formula)
    some = rng.permutation(len(y))[:18]
    uneven = parts(y[some], options[some])
    X = np.hstack([options[some, c][:, None] == np.arange(k) for c, k in enumerate((3, 2, 4))])
    X = np.hstack([np.ones((18, 1)), X.astype(float)])
    rest = y[some] - X @ np.linalg.lstsq(X, y[some], rcond=None)[0]
    assert uneven.sum() == pytest.approx(1 - rest.var() / y[some].var())
    assert (uneven > 0).all()


def test_estimates_that_do_not_vary_have_no_parts():
    table = multiverse(lambda a: {"estimate": 0.3}, {"a": [1, 2]})
    part = multiverse_summary(table).query("statistic == 'part'")
    assert part["estimate"].isna().all()
    assert (part["note"] == "estimates do not vary").all()
    assert multiverse_in_words(table)[-1] == "All have the sign of the median; none was tested."


# --- how far it agrees -------------------------------------------------------------------------


def judged(estimates, p_values, half=0.1):
    estimates = np.array(estimates)
    rows = {"specification": range(1, len(estimates) + 1), "choice": "a"}
    rows |= {"option": [f"o{i}" for i in range(len(estimates))], "statistic": "difference"}
    rows |= {"estimate": estimates, "low": estimates - half, "high": estimates + half}
    return pd.DataFrame(rows | {"p_value": p_values, "level": 0.95, "note": ""})


def test_signs_and_clear_ones_by_hand():
    """Clear needs p < .05 and an interval without nought; the median of five is 0.2."""
    table = judged([0.4, 0.3, 0.2, -0.05, -0.2], [0.01, 0.2, 0.04, 0.01, 0.01])
    summary = multiverse_summary(table).set_index("statistic")
    assert summary.loc["median", ["estimate", "least", "most"]].tolist() == [0.2, -0.2, 0.4]
    assert summary.loc["same_sign", "estimate"] == pytest.approx(3 / 5)
    assert summary.loc["clear", "estimate"] == pytest.approx(2 / 5)
    assert summary.loc["clear_against", "estimate"] == pytest.approx(1 / 5)
    assert multiverse_in_words(table) == [
        "5 specifications of 1 choice.",
        "Estimates run from −20 to +40 percentage points, with the median at +20.",
        "3 of 5 have the sign of the median; 2 are clear with that sign, and 1 with the other.",
        "Of the variance of estimates, 100% goes with 'a' by itself.",
    ]


def test_a_median_of_nought_has_no_sign():
    summary = multiverse_summary(judged([-0.3, 0.0, 0.3], 0.01)).set_index("statistic")
    for name in ("same_sign", "clear", "clear_against"):
        assert np.isnan(summary.loc[name, "estimate"])
        assert summary.loc[name, "note"] == "the median is nought, or there is none"


def test_only_the_table_of_a_multiverse_is_summed_up():
    table = multiverse(add, CHOICES)
    for wrong, message in [
        ([1], "got a list"),
        (table.drop(columns="choice"), "no column 'choice'"),
        (table.iloc[:0], "no rows"),
        (pd.concat([table, table]), "stand twice"),
        (table.iloc[1:], "specification 1 lacks a choice"),
    ]:
        with pytest.raises(InputError, match=message):
            multiverse_summary(wrong)


def test_some_specifications_can_be_taken_away():
    table = multiverse(add, CHOICES)
    some = table[table["specification"].isin([2, 5, 7])]
    read = Specifications.of(some, "here")
    assert read.options == {"a": ["x", "y"], "b": ["low", "high"], "c": ["3", "none"]}
    assert read.taken.tolist() == [[0, 0, 0], [1, 0, 1], [1, 1, 1]]


# --- the joint test ----------------------------------------------------------------------------


def ask_two(frames, weights):
    return contrast(frames, weights=weights)


TWO = {"weights": ["document", "segment"]}


def test_the_joint_test_by_all_relabellings():
    """Six outlets, three a side, 20 ways to deal; only the mirror image is as far apart."""
    rows = pd.DataFrame({"document": range(12), "region": ["US"] * 6 + ["EU"] * 6})
    rows["outlet"] = np.arange(12) // 2
    frames = fr.Features([[1]] * 6 + [[0]] * 6, ["rules"], rows, kind="frame")
    how = {"cluster": "outlet", "replicates": 1000}
    table = multiverse_test(ask_two, TWO, frames, "region", **how).set_index("statistic")
    median = table.loc["median"]
    assert median["estimate"] == 1
    assert median["test"] == "exact permutation"
    assert median["p_value"] == pytest.approx(2 / 20)
    assert median["p_min"] == pytest.approx(1 / 20)
    assert median["unit"] == "outlet"
    assert table.loc["clear", ["estimate", "p_value"]].tolist() == pytest.approx([1, 2 / 20])


def test_labels_change_hands_within_strata_pairs_and_clusters_only():
    seen = []

    def ask(frames, weights):
        seen.append(frames.segments.set_index("document")["region"])
        return ask_two(frames, weights).iloc[[0]]

    rows = pd.DataFrame({"document": range(18), "region": ["US", "EU", "JP"] * 6})
    rows["topic"], rows["outlet"] = ["ai"] * 9 + ["chips"] * 9, list("abc") * 6
    marks = np.random.default_rng(0).integers(0, 2, (18, 1))
    frames = fr.Features(marks, ["rules"], rows, kind="frame")
    own = frames.segments.set_index("document")["region"]
    levels, one = ["US", "EU"], {"weights": ["document"]}
    how = {"levels": levels, "within": "topic", "replicates": 19}
    multiverse_test(ask, one, frames, "region", **how)
    assert len(seen) == 20
    assert seen[0].equals(own)
    for labels in seen[1:]:
        assert labels[own == "JP"].eq("JP").all()
        assert labels[:9].value_counts().to_dict() == {"US": 3, "EU": 3, "JP": 3}
    assert not any(labels.equals(own) for labels in seen[1:])
    seen.clear()
    multiverse_test(ask, one, frames, "region", cluster="outlet")
    ways = {tuple(labels[:3]) for labels in seen}
    assert len(ways) == 6
    assert all(labels.tolist() == labels[:3].tolist() * 6 for labels in seen)


def test_codes_made_anew_from_the_corpus_see_the_new_labels():
    table = pd.DataFrame({"id": list("ab"), "text": ["An export ban.", "A trade war."]})
    corpus = fr.Corpus.from_frame(table.assign(region=["US", "EU"]), date=None, clean=False)
    counts, new = fr.count(corpus), pd.Series({"a": "EU", "b": "US"})
    codebook = "critical-technology"
    for data in (corpus, counts, fr.code(corpus, codebook)):
        dealt = relabelled(data, "region", new, "document")
        coded = fr.code(dealt, codebook).segments if data is not counts else dealt.segments
        assert coded["region"].tolist() == ["EU", "US"]
    assert corpus.documents["region"].tolist() == ["US", "EU"]


def test_what_cannot_be_dealt_out_is_refused():
    frames = sides()
    for data, how, message in [
        (pd.DataFrame(), {}, "data must be a Corpus or Features"),
        (frames, {"by": "side"}, "by='side': no such column"),
        (frames, {"within": "topic"}, "within='topic': no such column"),
        (frames, {"levels": ["US", "JP"]}, "a level must be one of 'EU', 'US'; got 'JP'"),
        (frames, {"levels": ["US"]}, "nothing to exchange"),
        (frames, {"replicates": 0}, "replicates must be a whole number from 1 on"),
        (
            replace(frames, segments=frames.segments.assign(document=0)),
            {},
            "document 0 has several labels in 'region'",
        ),
    ]:
        with pytest.raises(InputError, match=message):
            multiverse_test(ask_two, TWO, data, **({"by": "region"} | how))


def test_if_all_fail_the_joint_test_says_why():
    def ask(frames, weights):
        raise InputError("there are no chips")

    with pytest.raises(InputError, match=r"every specification failed; .*: there are no chips"):
        multiverse_test(ask, TWO, sides(), "region")


def test_without_intervals_there_is_no_p():
    def ask(frames, a):
        return {"estimate": float(frames.matrix.sum())}

    table = multiverse_test(ask, {"a": [1, 2]}, sides(), "region", replicates=9)
    assert table["p_value"].isna().all()
    assert (table["note"] == "no interval in any specification").all()


def test_an_interrupt_keeps_the_relabellings_done():
    asked = []

    def ask(frames, weights):
        if len(asked) == 6:
            raise KeyboardInterrupt
        asked.append(weights)
        return ask_two(frames, weights).iloc[[0]]

    with pytest.warns(InputWarning, match="stopped by hand after 2 of 50 relabellings"):
        table = multiverse_test(ask, TWO, sides(), "region", replicates=50)
    assert table["p_min"].tolist() == pytest.approx([1 / 3, 1 / 3])


def quick(frames, within, half):
    """A difference of means with a t-interval, of half the documents or all."""
    x, side = frames.matrix.toarray()[:: half + 1, 0], frames.segments["region"].to_numpy()
    parts = [x[side[:: half + 1] == name] for name in ("US", "EU")]
    gap = parts[0].mean() - parts[1].mean()
    error = np.sqrt(sum(part.var(ddof=1) / len(part) for part in parts)) + 1e-9
    p_value = 2 * stats.norm.sf(abs(gap) / error)
    return {"estimate": gap, "low": gap - 2 * error, "high": gap + 2 * error, "p_value": p_value}


def test_the_joint_test_errs_as_often_as_it_promises():
    """100 corpora without a difference: at 20 %, 20 ± 3 · 4 rejections."""
    rejected, every = np.zeros(2), {"within": ["a"], "half": [0, 1]}
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"document": range(40), "region": ["US"] * 10 + ["EU"] * 30})
    for seed in range(100):
        shuffled = rows.assign(region=rng.permutation(rows["region"]))
        marks = rng.integers(0, 2, (40, 1))
        nothing = fr.Features(marks, ["rules"], shuffled, kind="frame")
        table = multiverse_test(quick, every, nothing, "region", replicates=9, seed=seed)
        rejected += (table["p_value"] <= 0.2).to_numpy()
    assert 8 <= rejected[0] <= 32
    assert rejected[1] <= 32
