"""What may be said, on tables made by hand: the wording follows from the numbers."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from framing.analysis import Analysis, Plan
from framing.corpus import Corpus
from framing.features import Features
from framing.findings import cautions, findings
from framing.findings.checks import strength, survival
from framing.verdicts import MARGIN


def analysis_of(
    *, by="region", n_documents=12, per_document=1, unit="document", replicates=2000, **tables
):
    """An analysis whose tables are given; only the shape of its segments matters."""
    documents = [f"d{i:02d}" for i in range(n_documents)]
    rows = pd.DataFrame(
        {"document": np.repeat(documents, per_document)}
        | {"position": list(range(per_document)) * n_documents}
    )
    frames = Features(np.ones((len(rows), 1)), ["security"], rows, kind="frame")
    table = pd.DataFrame({"id": documents, "text": ["Invented words."] * n_documents})
    table["text"] += [f" Number {i}." for i in range(n_documents)]
    corpus = Corpus.from_frame(table, date=None, clean=False)
    plan = Plan(by, replicates=replicates)
    return Analysis(corpus, plan, frames, None, unit, tables)


def shares(*rows, n_documents=100):
    """Emphasis: (group, frame, n, estimate)."""
    table = pd.DataFrame(rows, columns=["group", "frame", "n", "estimate"])
    return table.assign(
        statistic="share", low=table["estimate"] - 0.1, high=table["estimate"] + 0.1, level=0.95,
        unit="document", n_documents=n_documents, n_segments=n_documents, note="",
    )  # fmt: skip


def contrasts(*rows, p=None, n_documents=200, statistic="difference", note=""):
    """Contrasts: (group, reference, frame, estimate, low, high, q)."""
    names = ["group", "reference", "frame", "estimate", "low", "high", "q_value"]
    table = pd.DataFrame(rows, columns=names)
    table["p_value"] = table["q_value"] if p is None else p
    return table.assign(
        statistic=statistic, level=0.95, unit="document", n_documents=n_documents,
        n_segments=n_documents, note=note,
    )  # fmt: skip


SHARES = shares(("US", "security", 40, 0.40), ("EU", "security", 20, 0.20))
CLEAR = ("US", "EU", "security", 0.20, 0.08, 0.31, 0.002)


def the(kind, found):
    (one,) = [finding for finding in found if finding.kind == kind]
    return one


def test_a_clear_difference_gives_shares_interval_q_and_the_size_of_the_family():
    one = the("difference", findings(analysis_of(emphasis=SHARES, contrast=contrasts(CLEAR))))
    assert one.strength == "clear"
    assert one.headline == "Security: US more than EU"
    assert one.text == (
        "US 40% (40 of 100 documents), EU 20% (20 of 100 documents): a difference of 20 "
        "percentage points (95% interval 8 to 31; q = 0.002, 1 test)."
    )
    assert one.check == ""


def test_the_larger_side_comes_first_whichever_way_the_table_subtracts():
    turned = contrasts(("EU", "US", "security", -0.20, -0.31, -0.08, 0.002))
    one = the("difference", findings(analysis_of(emphasis=SHARES, contrast=turned)))
    assert one.headline == "Security: US more than EU"
    assert "a difference of 20 percentage points (95% interval 8 to 31;" in one.text


GUARD = "difference within topic"


@pytest.mark.parametrize(
    ("guard", "expected", "check"),
    [
        (
            (0.15, 0.05, 0.25, 0.01),
            "robust",
            "Clear, and it survives within topic (15 points, 95% interval 5 to 25; q = 0.010).",
        ),
        (
            (0.05, -0.06, 0.16, 0.4),
            "fragile",
            "Clear only in the plain comparison, not within topic (5 points, 95% interval −6 to "
            "16; q = 0.40).",
        ),
        (
            (0.12, -0.06, 0.30, 0.2),
            "fragile",
            "Clear only in the plain comparison, not within topic (12 points, 95% interval −6 to "
            "30; q = 0.20).",
        ),
        (
            (-0.15, -0.25, -0.05, 0.01),
            "fragile",
            "Clear only in the plain comparison, not within topic (−15 points, 95% interval −25 "
            "to −5; q = 0.010; the other way round).",
        ),
    ],
)  # fmt: skip
def test_a_guard_upholds_a_difference_only_if_it_is_clear_in_the_same_direction(
    guard, expected, check
):
    guarded = contrasts(("US", "EU", "security", *guard), statistic=GUARD)
    table = pd.concat([contrasts(CLEAR), guarded], ignore_index=True)
    one = the("difference", findings(analysis_of(emphasis=SHARES, contrast=table)))
    assert (one.strength, one.check) == (expected, check)
    assert one.numbers["statistic"].tolist() == ["difference", GUARD]


def test_a_difference_that_survives_one_check_of_two_says_which():
    tables = [
        contrasts(CLEAR),
        contrasts(("US", "EU", "security", 0.15, 0.05, 0.25, 0.01), statistic=GUARD),
        contrasts(("US", "EU", "security", 0.05, -0.1, 0.15, 0.7), statistic="difference in b"),
    ]
    table = pd.concat(tables, ignore_index=True)
    one = the("difference", findings(analysis_of(emphasis=SHARES, contrast=table)))
    assert one.strength == "partly"
    assert one.check == (
        "Clear, and it survives within topic (15 points, 95% interval 5 to 25; q = 0.010); not "
        "so in b (5 points, 95% interval −10 to 15; q = 0.70)."
    )


def test_a_subset_says_how_few_documents_it_has():
    few = contrasts(
        ("US", "EU", "security", 0.3, -0.1, 0.6, 0.5), statistic="difference in the shared lists",
        n_documents=22,
    )  # fmt: skip
    table = pd.concat([contrasts(CLEAR), few], ignore_index=True)
    one = the("difference", findings(analysis_of(emphasis=SHARES, contrast=table)))
    assert one.check == (
        "Clear only in the plain comparison, not in the shared lists (30 points, 95% interval −10 "
        "to 60; q = 0.50; 22 documents; about as large, but less certain)."
    )


def test_a_difference_clear_only_under_a_guard_is_not_passed_over():
    plain = contrasts(("US", "EU", "security", 0.10, -0.02, 0.22, 0.3))
    guarded = contrasts(("US", "EU", "security", 0.17, 0.05, 0.27, 0.02), statistic=GUARD)
    table = pd.concat([plain, guarded], ignore_index=True)
    one = the("difference", findings(analysis_of(emphasis=SHARES, contrast=table)))
    assert one.strength == "guarded"
    assert one.check.endswith("q = 0.020), not in the plain comparison.")


@pytest.mark.parametrize(
    ("low", "high", "q", "expected"),
    [
        (-0.10, 0.12, 0.9, "similar"),
        (-MARGIN, MARGIN, 0.9, "similar"),
        (-0.10, 0.1501, 0.9, "open"),
        (-0.30, 0.12, 0.9, "open"),
        (0.01, 0.12, 0.04, "clear"),
        (0.01, 0.12, 0.05, "similar"),
        (np.nan, np.nan, 0.001, "open"),
    ],
)
def test_verdicts_at_their_boundaries(low, high, q, expected):
    row = contrasts(("US", "EU", "security", 0.05, low, high, q)).iloc[0]
    assert strength(row, pd.DataFrame()) == expected


def test_no_large_difference_is_bounded_by_the_interval_rounded_up():
    alike = contrasts(("US", "EU", "security", 0.01, -0.102, 0.093, 0.9))
    one = the("similarity", findings(analysis_of(emphasis=SHARES, contrast=alike)))
    assert one.headline == "Security: US and EU probably differ by no more than 11 points"
    assert one.text.endswith(
        "Not a clear difference; the interval leaves room for 11 points at most."
    )


def test_wide_intervals_are_listed_by_pair_and_called_open():
    wide = contrasts(("US", "EU", "security", 0.05, -0.2, 0.3, 0.7))
    one = the("open", findings(analysis_of(emphasis=SHARES, contrast=wide)))
    assert one.headline == "US and EU: 1 comparison left open"
    assert one.text.endswith("in percentage points with intervals: security +5 (−20 to 30).")


def test_small_samples_are_said_to_be_small():
    few = shares(("US", "security", 8, 0.4), ("EU", "security", 4, 0.2), n_documents=20)
    found = findings(analysis_of(emphasis=few, contrast=contrasts(CLEAR)))
    assert the("difference", found).text.endswith("A small sample: US has only 20 documents.")


def no_test(why):
    return contrasts((*CLEAR[:6], np.nan), note=why)


def test_without_p_values_nothing_is_called_clear_or_unclear():
    overlapping = analysis_of(
        by="actor", emphasis=SHARES,
        contrast=no_test("no p-value: documents belong to several groups"),
    )  # fmt: skip
    one = the("difference", findings(overlapping))
    assert one.strength == "described"
    assert one.headline == "Security: more where US is mentioned than where EU is"
    assert one.text == (
        "Where US is mentioned 40% (40 of 100 documents), where EU is mentioned 20% (20 of 100 "
        "documents): a difference of 20 percentage points (95% interval 8 to 31)."
    )
    assert "no difference is called clear or unclear" in cautions(overlapping)[0]


def test_a_handful_of_documents_is_described_and_nothing_more():
    five = analysis_of(
        by="actor", n_documents=5, per_document=4, unit="segment", emphasis=SHARES,
        contrast=no_test("no p-value: the interval describes these documents only"),
    )  # fmt: skip
    found = findings(five)
    assert {one.strength for one in found} == {"described"}
    assert all(one.text.startswith("In these 5 documents, ") for one in found)
    assert cautions(five)[0].startswith(
        "There are only 5 documents. Every number here describes these documents and no others"
    )
    assert not any("clear" in one.headline + one.text for one in found)


def slopes(estimate, low, high, q, per_year=((2021, 10, 0.20), (2022, 25, 0.50))):
    ends = pd.DataFrame(per_year, columns=["period", "n", "estimate"]).assign(
        statistic="share", n_documents=50, n_segments=50, period=lambda t: t["period"].astype(str)
    )
    slope = pd.DataFrame(
        {"period": ["2021–2022"], "statistic": "slope", "estimate": estimate, "low": low}
        | {"high": high, "p_value": q, "q_value": q, "n_documents": 100, "n_segments": 100}
    )
    table = pd.concat([ends, slope], ignore_index=True)
    return table.assign(group="US", frame="security", level=0.95, unit="document", note="")


def test_a_clear_slope_tells_where_it_starts_and_ends():
    one = the("change", findings(analysis_of(trend=slopes(0.30, 0.12, 0.47, 0.004))))
    assert one.headline == "Security rises in US"
    assert one.text == (
        "US, from 20% (10 of 50 documents) in 2021 to 50% (25 of 50 documents) in 2022: on average "
        "+30 percentage points a year over 2021–2022 (95% interval 12 to 47; q = 0.004, 1 test)."
    )


def test_a_slope_is_checked_as_a_difference_is():
    plain = slopes(0.30, 0.12, 0.47, 0.004)
    again = plain[plain["statistic"] == "slope"].assign(
        statistic="slope within topic", estimate=0.28, low=0.1, high=0.45, q_value=0.01
    )
    table = pd.concat([plain, again], ignore_index=True)
    one = the("change", findings(analysis_of(trend=table)))
    assert one.strength == "robust"
    assert one.check == (
        "Clear, and it survives within topic (28 points a year, 95% interval 10 to 45; q = 0.010)."
    )


def test_a_small_change_is_bounded_over_all_periods():
    table = slopes(0.02, -0.06, 0.07, 0.6)
    one = the("similarity", findings(analysis_of(trend=table)))
    assert one.headline == "US: no large change in security"
    assert one.text.startswith("Not clear, and from first to last at most 7 points.")
    longer = table.assign(period=table["period"].str.replace("2022", "2024"))
    assert the("open", findings(analysis_of(trend=longer)))  # three years: up to 21 points


def test_an_unclear_slope_is_left_open():
    one = the("open", findings(analysis_of(trend=slopes(0.05, -0.12, 0.2, 0.4))))
    assert one.headline == "US: no clear trend in 1 of 1"
    assert one.text == (
        "Change in percentage points a year, with intervals: security +5 (−12 to 20)."
    )


def test_few_documents_give_no_direction_in_the_headline():
    found = analysis_of(
        n_documents=5, per_document=4, unit="segment", trend=slopes(0.3, 0.12, 0.47, np.nan)
    )
    assert the("change", findings(found)).headline == "Security in US: 20% in 2021 and 50% in 2022"


def shifts(observed, floor, p, part_q, low=0.01):
    rows = [
        (None, "divergence", observed, np.nan, np.nan, p),
        (None, "null_mean", floor, np.nan, np.nan, np.nan),
        (None, "excess", observed - floor, low, 0.11, np.nan),
        ("security", "contribution", observed, 0.02, 0.09, part_q),
    ]
    names = ["frame", "statistic", "estimate", "low", "high", "q_value"]
    table = pd.DataFrame(rows, columns=names)
    table["p_value"] = table["q_value"]
    return table.assign(
        group="US", period="2021–2022", n_documents=80, n_segments=80, level=0.95, note=""
    )


def test_a_shift_above_its_noise_floor_names_what_moved():
    one = the("change", findings(analysis_of(shift=shifts(0.07, 0.02, 0.001, 0.01))))
    assert one.headline == "The mix of frames in US, 2021–2022: more change than noise"
    assert one.text == (
        "Jensen–Shannon divergence 0.070 bits, where shuffling the dates of the documents gives "
        "0.020 on average: 0.050 more than chance (95% interval 0.010 to 0.110); p = 0.001; "
        "q = 0.001 among 1 side. Beyond noise, it lies in security (q = 0.010)."
    )


def test_a_shift_within_its_noise_floor_is_left_open():
    one = the("open", findings(analysis_of(shift=shifts(0.04, 0.05, 0.5, 0.5, low=0.0))))
    assert one.headline.endswith("no more change than noise")
    assert ": 0.000 more than chance (95% interval 0.000 to 0.110);" in one.text


def test_a_shift_is_clear_only_if_its_interval_leaves_out_nought():
    one = the("open", findings(analysis_of(shift=shifts(0.07, 0.02, 0.001, 0.01, low=0.0))))
    assert one.strength == "open"


MIXES = shares(
    ("US", "security", 40, 0.4), ("US", "rules", 40, 0.4),
    ("EU", "security", 20, 0.2), ("EU", "rules", 60, 0.6),
    ("JP", "security", 40, 0.4), ("JP", "rules", 40, 0.4),
)  # fmt: skip


def divergences(*sets):
    """Each: (group, reference, p = q of the whole and of security)."""
    tables = [
        shifts(0.07, 0.02, p, p).drop(columns="period").assign(group=group, reference=reference)
        for group, reference, p in sets
    ]
    return pd.concat(tables, ignore_index=True)


def test_sides_apart_are_told_two_by_two_with_what_lies_between_them():
    table = divergences(("all", "all", 0.001), ("US", "EU", 0.001), ("US", "JP", 0.4))
    one = the("difference", findings(analysis_of(divergence=table, emphasis=MIXES)))
    assert (one.strength, one.table) == ("clear", "divergence")
    assert one.headline == "The mixes of frames of US, EU and JP: further apart than noise"
    assert one.text == (
        "Jensen–Shannon divergence 0.070 bits, where shuffling which side the documents are on "
        "gives 0.020 on average: 0.050 more than chance (95% interval 0.010 to 0.110); p = 0.001; "
        "q = 0.001 among 3 tests. US and EU, 0.050 more than chance (95% interval 0.010 to 0.110), "
        "q = 0.001: mostly security (more in US, q = 0.001). Not told from noise: US and JP "
        "(q = 0.40)."
    )


def test_two_sides_alone_are_told_once():
    table = divergences(("US", "EU", 0.001))
    one = the("difference", findings(analysis_of(divergence=table, emphasis=MIXES)))
    assert one.headline == "The mixes of frames of US and EU: further apart than noise"
    assert one.text.endswith("among 1 test. Mostly security (more in US, q = 0.001).")


def test_sides_no_further_apart_than_noise_are_left_open():
    table = divergences(("all", "all", 0.3), ("US", "EU", 0.4), ("US", "JP", 0.5))
    one = next(
        one
        for one in findings(analysis_of(divergence=table, emphasis=MIXES))
        if one.table == "divergence"
    )
    assert (one.kind, one.strength) == ("open", "open")
    assert one.headline.endswith("no further apart than noise")
    assert one.text.endswith("Not told from noise: US and EU (q = 0.40); US and JP (q = 0.50).")


def test_without_tests_a_distance_is_described():
    table = divergences(("US", "EU", np.nan))
    one = the("open", findings(analysis_of(divergence=table, emphasis=MIXES)))
    assert one.strength == "described"
    assert one.text == ("The divergence is 0.070 bits, but no test says how much of it is noise.")


def differences_in_change(*rows):
    """(reference, frame, period, estimate, low, high, q), of US less the reference."""
    names = ["reference", "frame", "period", "estimate", "low", "high", "q_value"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(
        group="US", statistic="difference in change", p_value=table["q_value"], level=0.95,
        n_documents=90, n_segments=90, note="",
    )  # fmt: skip


def test_sides_that_changed_differently_are_named_with_the_surest_period():
    table = differences_in_change(
        ("EU", "security", "2021–2022", 0.3, 0.1, 0.5, 0.03),
        ("EU", "security", "2021–2023", 0.4, 0.2, 0.6, 0.01),
        ("EU", "rules", "2021–2023", 0.4, -0.1, 0.6, 0.01),
        ("JP", "rules", "2021–2023", 0.1, -0.1, 0.3, 0.4),
    )
    changed, alike = findings(analysis_of(change=table))
    assert (changed.kind, changed.strength) == ("change", "clear")
    assert changed.headline == "US and EU changed differently: security"
    assert changed.text == (
        "Change in US less that in EU, in percentage points, where clear: security +40 over "
        "2021–2023 (95% interval 20 to 60; q = 0.010); 4 tests."
    )
    assert alike.headline == "No clear difference in change: US and JP"
    assert alike.kind == "open"


def test_untested_differences_in_change_are_passed_over():
    table = differences_in_change(("EU", "rules", "2021–2023", 0.4, 0.2, 0.6, np.nan))
    assert findings(analysis_of(change=table)) == []


def test_too_few_replicates_are_said_to_limit_what_can_be_clear():
    many = contrasts(*[("US", "EU", f"f{i}", 0.1, -0.1, 0.3, 0.5) for i in range(30)])
    assert not any("More replicates" in one for one in cautions(analysis_of(contrast=many)))
    short = cautions(analysis_of(contrast=many, replicates=100))
    assert any("no p-value can be below 0.0099" in one for one in short)


def test_one_side_alone_is_not_said_to_overlap_with_another():
    told = cautions(analysis_of(emphasis=SHARES, trend=slopes(0.30, 0.12, 0.47, 0.004)))
    assert told[0] == (
        "Sides are not compared with one another here. Intervals come from how documents vary."
    )
    assert told[1].startswith("“Clear” means q below 0.05")


def test_words_are_named_with_how_many_chance_lets_through():
    terms = [f"word{i}" for i in range(40)]
    table = pd.DataFrame({"term": terms, "n": 3, "estimate": 1.0, "low": [0.2, 0.1] + [-1.0] * 38})
    table = table.assign(group="US", high=2.0, level=0.95, n_documents=40, n_segments=40)
    one = the("terms", findings(analysis_of(keyness=table)))
    assert one.headline == "US: hardly more words than chance lets through"
    assert "of 40 words and phrases, 2 are used more here" in one.text.lower()
    assert "nothing is tested, and chance alone would let about 1 through" in one.text
    many = analysis_of(keyness=table.assign(low=0.1))
    assert the("terms", findings(many)).headline == "US: word0, word1 and word2"


def test_tested_words_are_clear_by_q_and_interval():
    table = pd.DataFrame({"term": ["sure", "wide", "late"], "low": [0.3, -0.2, 0.2]})
    table = table.assign(n=1200, df=30, estimate=1.0, high=2.0, q_value=[0.01, 0.01, 0.2])
    table = table.assign(group="US", p_value=table["q_value"], level=0.95)
    one = the("terms", findings(analysis_of(keyness=table)))
    assert one.headline == "US: sure"
    assert one.text == (
        "Of 3 words and phrases, 1 is clearly used more here than elsewhere (q below 0.05 among 3 "
        "tests, and the whole interval of the log-odds above nought). In brackets, how often: sure "
        "(1,200 in 30 documents)."
    )
    none = the("terms", findings(analysis_of(keyness=table.assign(q_value=0.5))))
    assert none.headline == "US: no word stands out"
    assert "none is clearly used more" in none.text


def test_tests_by_signs_are_not_called_shuffling():
    table = contrasts(CLEAR).assign(test="wild bootstrap")
    told = cautions(analysis_of(by="actor", emphasis=SHARES, contrast=table))[0]
    assert told.startswith("1 difference between sides")
    assert "turning the signs" in told
    assert "shuffling" not in told


def test_no_cause_and_no_bare_significance_is_claimed():
    table = contrasts(CLEAR, ("US", "EU", "rules", 0.01, -0.1, 0.1, 0.9))
    both = pd.concat([SHARES, SHARES.assign(frame="rules")], ignore_index=True)
    full = analysis_of(
        emphasis=both, contrast=table, trend=slopes(0.3, 0.1, 0.5, 0.01),
        shift=shifts(0.07, 0.02, 0.001, 0.01), divergence=divergences(("US", "EU", 0.001)),
        change=differences_in_change(("EU", "rules", "2021–2023", 0.4, 0.2, 0.6, 0.01)),
    )  # fmt: skip
    said = " ".join(one.headline + one.text + one.check for one in findings(full))
    for word in ("significan", "because", "cause", "due to", "leads to", "effect", "impact"):
        assert word not in said.lower()


def test_a_difference_clear_only_in_a_check_names_the_check_that_turns_it_round():
    row = SimpleNamespace(estimate=0.14, q_value=0.2, n_documents=100)
    guards = pd.DataFrame(
        {
            "statistic": ["difference within topic", "difference in the shared lists"],
            "estimate": [0.17, -0.08],
            "low": [0.05, -0.3],
            "high": [0.27, 0.15],
            "level": 0.95,
            "q_value": [0.016, 0.9],
            "n_documents": 100,
        }
    )
    said = survival("guarded", row, guards)
    assert said.startswith("Clear only within topic (17 points")
    assert said.endswith(
        "not so in the shared lists (−8 points, 95% interval −30 to 15; "
        "q = 0.90; the other way round)."
    )
