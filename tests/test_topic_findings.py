"""What is said of topics, on tables made by hand: the wording follows from the numbers."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from framing.analysis import Analysis, Plan
from framing.corpus import Corpus
from framing.features import Features
from framing.findings import no_topics, on_topics

NAMES = ["topic 1", "topic 2"]


def analysis_of(skipped=None, converged=True, **tables):
    documents = [f"d{i:02d}" for i in range(12)]
    rows = pd.DataFrame({"document": documents, "position": 0})
    frames = Features(np.ones((12, 1)), ["security"], rows, kind="frame")
    table = pd.DataFrame({"id": documents, "text": [f"Invented words {i}." for i in range(12)]})
    corpus = Corpus.from_frame(table, date=None, clean=False)
    modelled = SimpleNamespace(fit=SimpleNamespace(converged=converged))
    made = {"topics": SUMMARY} | tables if skipped is None else tables
    plan = Plan("region")
    return Analysis(corpus, plan, frames, None, "document", made, skipped or {}, modelled)


SUMMARY = pd.DataFrame(
    {
        "topic": NAMES, "terms": ["chip, fab, wafer, node", "rule, law, court, norm"],
        "estimate": [0.004, 0.6], "low": [0.002, 0.5], "high": [0.006, 0.7],
        "level": 0.95, "n_documents": 12, "n_segments": 12,
    }
)  # fmt: skip


def differences(*rows, statistic="difference", **columns):
    """Rows of (group, reference, topic, estimate, low, high, q)."""
    names = ["group", "reference", "topic", "estimate", "low", "high", "q_value"]
    table = pd.DataFrame(rows, columns=names).assign(statistic=statistic, level=0.95, note="")
    return table.assign(p_value=table["q_value"], period=np.nan).assign(**columns)


CLEAR = ("US", "EU", "topic 1", -0.1, -0.14, -0.06, 0.001)
OPEN = ("US", "EU", "topic 2", 0.01, -0.03, 0.05, 0.6)


def told(question, **tables):
    return dict(on_topics(analysis_of(**tables)))[question]


def test_the_largest_topics_are_named_by_their_terms():
    (text,) = told("What are the topics?")
    assert "with 2 topics was fitted to 12 documents." in text
    assert text.endswith(
        "topic 2 (rule, law, court), 60%, 95% interval 50% to 70%; topic 1 (chip, fab, wafer), "
        "0.4%, 95% interval under 1% to 1%."
    )
    assert "not come to rest" not in text
    (text,) = dict(on_topics(analysis_of(converged=False)))["What are the topics?"]
    assert text.endswith("The fit had not come to rest.")


def test_a_clear_difference_is_told_from_the_side_with_more():
    pair, rule = told("Which topics divide the sides?", topic_differences=differences(CLEAR, OPEN))
    assert pair == (
        "US and EU: clear in 1 of 2, in topic 1 (chip, fab, wafer), 10 points more in EU (95% "
        "interval 6 to 14; q = 0.001)."
    )
    assert "among 2 tests" in rule


def test_nothing_clear_is_not_called_alike():
    pair, rule = told("Which topics divide the sides?", topic_differences=differences(OPEN))
    assert pair == "US and EU: clear in none of 1."
    assert "does not make the sides alike" in rule


@pytest.mark.parametrize(
    ("again", "kept"),
    [
        ((-0.1, -0.18, -0.02, 0.03), "1 of 1"),
        ((-0.1, -0.22, 0.02, 0.2), "0 of 1"),
        ((0.1, 0.02, 0.18, 0.03), "0 of 1"),
    ],
)
def test_how_many_differences_survive_clusters_is_told(again, kept):
    guard = differences((*CLEAR[:3], *again), statistic="difference by outlet")
    table = pd.concat([differences(CLEAR), guard], ignore_index=True)
    pair = told("Which topics divide the sides?", topic_differences=table)[0]
    assert pair.endswith(f"; {kept} also by outlet.")


def test_sides_that_cannot_be_compared_say_why():
    note = "no interval, no p-value: it rests on document 'x' alone"
    blank = (*CLEAR[:4], np.nan, np.nan, np.nan)
    (text,) = told(
        "Which topics divide the sides?", topic_differences=differences(blank, note=note)
    )
    assert text == "US and EU cannot be compared (the number rests on document 'x' alone)."


def test_changes_are_told_side_by_side():
    rows = [("US", None, "topic 1", 0.01, 0.004, 0.016, 0.01), ("EU", *OPEN[1:])]
    table = differences(*rows, statistic="change", period="2021–2024")
    (text,) = told("Which topics came or went?", topic_differences=table)
    assert text == (
        "From 2021 to 2024, 1 of 2 changes is clear: topic 1 (chip, fab, wafer) in US, +1 point "
        "(95% interval 0.4 to 2; q = 0.010)."
    )
    none = differences(rows[1], statistic="change", period="2021–2024")
    (text,) = told("Which topics came or went?", topic_differences=none)
    assert "none of 1 change is clear, which is not to say that nothing changed." in text


def stability(*parts):
    rows = {"topic": NAMES, "statistic": "found_again", "estimate": parts, "n_runs": 2}
    return pd.DataFrame(rows)


def test_stability_stands_beside_every_claim():
    tables = {"topic_differences": differences(CLEAR), "topic_stability": stability(0.5, 1.0)}
    (text,) = told("Which topics come back?", **tables)
    assert "was fitted again twice" in text
    assert "1 of 2 topics came back in each" in text
    assert "only in some: topic 1 (chip, fab, wafer)." in text
    pair = told("Which topics divide the sides?", **tables)[0]
    assert "topic 1 (chip, fab, wafer; found again in 1 of 2), 10 points" in pair
    (text,) = told("Which topics come back?", topic_stability=stability(1.0, 1.0))
    assert text.endswith("2 of 2 topics came back in each (cosine of .8 or more).")


def test_topics_are_not_called_frames_and_few_documents_are_named():
    cells = pd.DataFrame({"group": ["US", "JP"], "period": "2021", "n_documents": [40, 7]})
    lines = told("How far does this reach?", topic_prevalence=cells.assign(topic="topic 1"))
    assert "Topics are not frames." in lines[0]
    assert "(Nicholls & Culpepper 2021)" in lines[0]
    assert "(Egami et al. 2022)" in lines[1]
    assert lines[-1] == "Few documents stand behind JP (7)."


def test_without_a_model_the_reason_is_all_there_is():
    analysis = analysis_of(skipped={"topics": "too small."})
    assert on_topics(analysis) == []
    assert no_topics(analysis) == "too small."
    assert no_topics(analysis_of()) == ""
