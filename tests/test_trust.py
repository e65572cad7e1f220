"""What is said of a machine coder, on tables made by hand: the wording follows from the numbers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from framing.analysis import Analysis, Plan
from framing.corpus import Corpus
from framing.features import Features
from framing.findings import cautions, findings, in_short, trust
from framing.plan import Coding

WHO = "2 coders worked alone; where they differ, the majority counts as right. "
ALL = (
    "Krippendorff’s α over all frames is 0.90 (95% interval 0.85 to 0.95); 1 is perfect agreement,"
)


def analysis_of(settled=None, **tables):
    """An analysis whose tables are given; each of its 12 documents is one segment."""
    names = [f"d{i:02d}" for i in range(12)]
    rows = pd.DataFrame({"document": names, "position": 0})
    frames = Features(np.ones((12, 1)), ["security"], rows, kind="frame")
    texts = pd.DataFrame({"id": names, "text": [f"Invented words {i}." for i in range(12)]})
    corpus = Corpus.from_frame(texts, date=None, clean=False)
    coding = Coding(Path("sample.json"), (Path("a.csv"), Path("b.csv")), settled)
    plan = Plan("region", replicates=2000, coding=coding)
    return Analysis(corpus, plan, frames, None, "document", tables)


def answer(question, analysis):
    return dict(trust(analysis))[question]


def numbered(rows, names, **other):
    """A table with an interval of ±0.1 where none is given."""
    table = pd.DataFrame(rows, columns=names).assign(level=0.95, note="", **other)
    if "low" not in table:
        table = table.assign(low=table["estimate"] - 0.1, high=table["estimate"] + 0.1)
    return table


def alphas(*rows):
    """Agreement: (frame, estimate, low, high), and all frames together."""
    rows = [*rows, ("all frames", 0.9, 0.85, 0.95)]
    names = ["frame", "estimate", "low", "high"]
    return numbered(rows, names, statistic="krippendorff_alpha", n_coders=2)


def rates(f1, found=20, sides=("US", "EU")):
    """Evaluation: F1 of frames, each found in so many of 40 segments, on all sides and on each."""
    rows = []
    for group in (np.nan, *sides):
        for frame, estimate in f1.items():
            n = found if isinstance(found, int) else found[frame]
            rows += [(group, frame, name, estimate, n) for name in ("recall", "F1", "accuracy")]
        for name, estimate in (("recall", 0.7), ("precision", 0.6), ("F1", 0.65)):
            rows.append((group, None, f"micro-{name}", estimate, 40))
    table = numbered(rows, ["group", "frame", "statistic", "estimate", "n"])
    return table.assign(n_segments=np.where(table["group"].isna(), 40, 20))


def errors(*pairs, slopes=()):
    """Bias: differences in net error, (group, reference, frame, estimate, low, high, q)."""
    names = ["group", "reference", "frame", "estimate", "low", "high", "q_value"]
    table = numbered(pairs, names, statistic="difference in net error", period=None)
    names = ["group", "frame", "estimate", "low", "high", "q_value"]
    drift = numbered(slopes, names, statistic="slope of net error", period="2021–2024")
    table = pd.concat([table, drift], ignore_index=True) if len(drift) else table
    return table.assign(p_value=table["q_value"])


def contrasts(plain, corrected):
    """Contrasts, plain and with hand codes: (group, reference, frame, estimate, low, high, q)."""
    names = ["group", "reference", "frame", "estimate", "low", "high", "q_value"]
    tables = [
        numbered(plain, names, statistic="difference"),
        numbered(corrected, names, statistic="difference with hand codes"),
    ]
    tables = [table for table in tables if len(table)] or tables[:1]
    table = pd.concat(tables, ignore_index=True).assign(n_documents=12, n_segments=12)
    return table.assign(p_value=table["q_value"])


CLEAR = ("US", "EU", "security", 0.20, 0.08, 0.31, 0.002)
SMALL = ("US", "EU", "security", 0.02, -0.05, 0.09, 0.8)
WIDE = ("US", "EU", "security", 0.12, -0.02, 0.25, 0.2)
TURNED = ("US", "EU", "security", -0.20, -0.31, -0.08, 0.002)
SHARES = numbered(
    [("US", "security", 6, 0.5), ("EU", "security", 4, 0.3)],
    ["group", "frame", "n", "estimate"],
    statistic="share", unit="document", n_documents=12, n_segments=12,
)  # fmt: skip


def test_without_hand_codes_nothing_is_said():
    plain = analysis_of(emphasis=SHARES, contrast=contrasts([CLEAR], []))
    assert trust(plain) == []
    assert in_short(plain) == []
    assert not any("hand codes" in text for text in cautions(plain))
    assert all("hand codes" not in one.text + one.check for one in findings(plain))


def test_the_sample_is_counted_and_rare_frames_are_named():
    table = rates({"security": 0.8, "rules": 0.5}, {"security": 25, "rules": 9})
    assert answer("What was coded by hand?", analysis_of(evaluation=table)) == (
        "40 documents, drawn at random (US 20, EU 20). People found security in 25. The others are "
        "rare (rules in 9), and of these the sample tells little more than that."
    )
    every = rates({"security": 0.8}, 3)
    text = answer("What was coded by hand?", analysis_of(evaluation=every))
    assert text.endswith("The frames are rare (security in 3), and of these the sample tells "
                         "little more than that.")  # fmt: skip


def test_agreement_is_sorted_by_what_its_interval_allows():
    table = alphas(
        ("security", 0.92, 0.80, 0.97),
        ("rules", 0.85, 0.79, 0.91),
        ("values", 0.5, 0.3, 0.79),
        ("trade", np.nan, np.nan, np.nan),
    )
    table.loc[table["frame"] == "trade", "note"] = "undefined: all alike"
    assert answer("Do people agree?", analysis_of(agreement=table)) == (
        f"{WHO}{ALL} 0 what chance gives. With the whole interval at 0.8, the usual bar, or above: "
        "security. Below it: values 0.50 (0.30 to 0.79). Not sure: rules 0.85 (0.79 to 0.91). Not "
        "known: trade (undefined: all alike)."
    )
    settled = analysis_of(Path("c.csv"), agreement=table)
    assert "what was settled afterwards counts as right" in answer("Do people agree?", settled)


def test_the_machine_is_told_by_what_it_finds_and_by_its_best_and_worst_frames():
    few = analysis_of(evaluation=rates({"security": 0.8, "rules": 0.5}))
    assert answer("What does the machine find?", few) == (
        "Of what people found, all frames together, it finds 70% (95% interval 60% to 80%); of "
        "what it codes, 60% (95% interval 50% to 70%) is right. F1, which weighs both, is security "
        "(0.80) and rules (0.50). F1 by side: US 0.65 (0.55 to 0.75), EU 0.65 (0.55 to 0.75)."
    )
    table = rates({name: 0.9 - i / 10 for i, name in enumerate("abcdefgh")})
    table.loc[(table["frame"] == "a"), ["low", "high"]] = np.nan
    text = answer("What does the machine find?", analysis_of(evaluation=table))
    assert "is highest for b (0.80), c (0.70) and d (0.60), and lowest for f (0.40)" in text
    assert "Too rare to tell: a." in text


def test_whom_errors_favour_is_said_only_where_it_is_clear():
    clear = errors(
        ("US", "EU", "security", -0.12, -0.2, -0.04, 0.01), (*SMALL[:2], "rules", *SMALL[3:])
    )
    assert answer("Does it err more on one side?", analysis_of(bias=clear)) == (
        "Clearly so in 1 of 2 comparisons: security, where errors raise EU over US by 12 points "
        "(95% interval 4 to 20; q = 0.010)."
    )
    unclear = errors(WIDE, (*SMALL[:2], "rules", *SMALL[3:]))
    assert answer("Does it err more on one side?", analysis_of(bias=unclear)) == (
        "Not clearly in any of 2 comparisons, which is not to say that it does not. Largest: "
        "security, where errors raise US over EU by 12 points (95% interval −2 to 25; q = 0.20)."
    )
    untested = errors((*WIDE[:6], np.nan))
    assert answer("Does it err more on one side?", analysis_of(bias=untested)).startswith(
        "That could not be tested. Largest: security, where errors raise US over EU by 12 points "
    )
    alone = answer("Does it err more on one side?", analysis_of(bias=errors()))
    assert alone == "There are no two sides to compare."


def test_drift_that_could_go_unseen_is_bounded():
    slopes = [
        ("US", "security", 0.06, 0.02, 0.10, 0.01),
        ("US", "rules", 0.01, -0.08, 0.10, 0.9),
        ("JP", "security", 0.01, np.nan, np.nan, np.nan),
    ]
    question = "Does it err more as time goes by?"
    assert answer(question, analysis_of(bias=errors(WIDE, slopes=slopes))) == (
        "Clearly so: security in US, +6 points a year (95% interval 2 to 10). Otherwise not "
        "clearly, but drift of up to 10 points a year could go unseen. Of JP nothing can be said: "
        "too few documents of a year were coded by hand."
    )
    text = answer(question, analysis_of(bias=errors(WIDE, slopes=slopes[1:2])))
    assert text == "Not clearly, but drift of up to 10 points a year could go unseen."
    assert question not in dict(trust(analysis_of(bias=errors(WIDE))))


def correction(machine, corrected, low, high):
    rows = [
        ("US", "security", "machine", machine, machine - 0.05, machine + 0.05),
        ("US", "security", "hand", corrected, low - 0.05, high + 0.05),
        ("US", "security", "corrected", corrected, low, high),
    ]
    names = ["group", "frame", "statistic", "estimate", "low", "high"]
    return numbered(rows, names, n_labelled=20)


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (0.30, "in 1 of 1 share: security in US, 30% by its codes and 42% corrected (95% interval "
               "33% to 52%)."),
        (0.35, "in none of 1 share."),
    ],
)  # fmt: skip
def test_shares_that_correction_contradicts_are_named(machine, words):
    table = correction(machine, 0.42, 0.33, 0.52)
    text = answer("What does correction change?", analysis_of(correction=table))
    assert text == f"The machine’s share lies outside the corrected interval {words}"


def test_without_an_interval_correction_contradicts_nothing():
    table = correction(0.30, 0.42, np.nan, np.nan)
    text = answer("What does correction change?", analysis_of(correction=table))
    assert text == "Too few documents were coded by hand for an interval."


HELD = "Which differences between sides hold?"


@pytest.mark.parametrize(
    ("plain", "corrected", "words", "short"),
    [
        (
            CLEAR, ("US", "EU", "security", 0.15, 0.05, 0.25, 0.01),
            "1 of 1 difference is clear (q < 0.05). Clear after correction too: security, more in "
            "US than in EU (20 points; corrected 15, 95% interval 5 to 25).",
            "1 is clear by its codes; corrected, 1 of them stays clear and no other becomes so.",
        ),
        (
            TURNED, ("US", "EU", "security", -0.05, -0.15, 0.05, 0.4),
            "1 of 1 difference is clear (q < 0.05). No longer clear: security, more in EU than in "
            "US (20 points; corrected 5, 95% interval −5 to 15). That a difference is no longer "
            "clear can mean that it is smaller than the machine says, or only that hand codes are "
            "too few to tell.",
            "1 is clear by its codes; corrected, none of them stays clear and no other becomes so.",
        ),
        (
            CLEAR, TURNED,
            "1 of 1 difference is clear (q < 0.05). Clear the other way round: security, more in "
            "US than in EU (20 points; corrected −20, 95% interval −31 to −8).",
            "1 is clear by its codes; corrected, none of them stays clear, 1 is clear the other "
            "way round and no other becomes so.",
        ),
        (
            SMALL, TURNED,
            "none of 1 difference is clear (q < 0.05). Clear only after correction: security, more "
            "in EU than in US (−2 points; corrected 20, 95% interval 8 to 31).",
            "none is clear by its codes; corrected, 1 becomes so.",
        ),
    ],
)  # fmt: skip
def test_what_becomes_of_differences_when_they_are_corrected(plain, corrected, words, short):
    analysis = analysis_of(
        contrast=contrasts([plain], [corrected]), evaluation=rates({"security": 0.8})
    )
    assert answer(HELD, analysis) == f"By the machine’s codes {words}"
    assert in_short(analysis) == [
        "40 documents coded by hand show how far the machine’s codes can be trusted.",
        f"Of 1 difference between sides, {short}",
    ]


def test_untested_differences_have_no_fate():
    rows = [(*CLEAR[:6], np.nan)]
    analysis = analysis_of(contrast=contrasts(rows, rows), evaluation=rates({"security": 0.8}))
    assert HELD not in dict(trust(analysis))
    assert len(in_short(analysis)) == 1


def test_in_short_errors_favour_a_side_or_may_by_so_much():
    table = rates({"security": 0.8})
    told = in_short(analysis_of(evaluation=table, bias=errors(WIDE)))
    assert told[1:] == [
        "No side is clearly favoured by its errors, which could still come to 25 points."
    ]
    told = in_short(analysis_of(evaluation=table, bias=errors(CLEAR, WIDE)))
    assert told[1:] == ["Its errors clearly favour a side in 1 of 2 comparisons."]


# --- hand codes in the findings --------------------------------------------------------------


def found(plain, corrected):
    tables = {"emphasis": SHARES, "contrast": contrasts([plain], [corrected])}
    (one,) = [one for one in findings(analysis_of(**tables)) if one.table == "contrast"]
    return one


def test_a_difference_that_hand_codes_do_not_bear_out_is_not_called_clear_without_more():
    one = found(CLEAR, WIDE)
    assert one.strength == "fragile"
    assert one.check == (
        "Clear only in the plain comparison, not with hand codes (12 points, 95% interval −2 to "
        "25; q = 0.20)."
    )


def test_no_large_difference_must_be_small_with_hand_codes_too():
    one = found(SMALL, ("US", "EU", "security", -0.01, -0.12, 0.10, 0.9))
    assert one.strength == "similar"
    assert one.headline == "Security: US and EU probably differ by no more than 12 points"
    assert "the interval leaves room for 9 points at most" in one.text
    assert one.check == "Nor is it large with hand codes (−1 point, 95% interval −12 to 10)."
    doubted = found(SMALL, ("US", "EU", "security", -0.16, -0.29, -0.03, 0.2))
    assert doubted.strength == "open"
    assert doubted.text.endswith(
        "security +2 (−5 to 9). Not large by the machine’s codes, but perhaps with hand codes: "
        "security −16 (−29 to −3)."
    )


@pytest.mark.parametrize(
    ("low", "high", "strength", "words"),
    [
        (-0.04, 0.03, "similar", "from first to last at most 12 points, with hand codes too."),
        (-0.06, 0.03, "open", "but perhaps with hand codes: security +1 (−6 to 3)."),
        (np.nan, np.nan, "open", "but perhaps with hand codes: security +1 (too few)."),
    ],
)
def test_no_large_change_must_be_small_with_hand_codes_too(low, high, strength, words):
    names = ["statistic", "period", "estimate", "low", "high", "q_value", "note"]
    rows = [
        ("slope", "2021–2024", 0.01, -0.02, 0.03, 0.6, ""),
        ("slope with hand codes", "2021–2024", 0.01, low, high, 0.6, "too few"),
    ]
    table = pd.DataFrame(rows, columns=names).assign(
        group="US", frame="security", level=0.95, n_documents=40, n_segments=40, p_value=0.6
    )
    (one,) = findings(analysis_of(trend=table))
    assert one.strength == strength
    assert words in one.text


def test_what_each_side_puts_forward_is_told_with_hand_codes_beside_it():
    both = pd.concat(
        [correction(0.5, 0.42, 0.33, 0.52), correction(0.3, 0.2, 0.1, 0.3).assign(group="EU")]
    )
    analysis = analysis_of(emphasis=SHARES, correction=both)
    us, eu = (one for one in findings(analysis) if one.kind == "emphasis")
    assert us.check == "With hand codes: security 42%, 95% interval 33% to 52%."
    assert eu.check == "With hand codes: security 20%, 95% interval 10% to 30%."
    assert any(
        "What is said without is of the machine’s codes alone." in one for one in cautions(analysis)
    )


def test_questions_are_asked_in_the_order_of_the_work():
    analysis = analysis_of(
        agreement=alphas(("security", 0.92, 0.8, 0.97)),
        evaluation=rates({"security": 0.8}),
        bias=errors(WIDE, slopes=[("US", "security", 0.01, -0.08, 0.10, 0.9)]),
        correction=correction(0.3, 0.42, 0.33, 0.52),
        contrast=contrasts([CLEAR], [WIDE]),
    )
    assert [question.partition("?")[0].split()[-1] for question, _ in trust(analysis)] == [
        "hand", "agree", "find", "side", "by", "change", "hold",
    ]  # fmt: skip
    assert (
        len(trust(replace(analysis, tables=analysis.tables | {"contrast": contrasts([CLEAR], [])})))
        == 6
    )
