"""Topics of an analysis: when there are any, what the tables hold, and what the figures say."""

import re
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing import gallery
from framing.analysis import TOPICS, Plan, analyse
from framing.plan import Topics
from framing.topic_tables import FEWEST_DOCUMENTS, FEWEST_WORDS, Modelled

WORDS = {
    "chips": "chip fab wafer node silicon foundry".split(),
    "rules": "rule law court treaty norm standard".split(),
    "energy": "gas pipeline grid solar reactor fuel".split(),
}


def corpus(n=66, sides=("US", "EU", "JP"), years=(2021, 2022), words=40):
    """Documents made of the words of three topics, written here; the US speaks of chips most."""
    rng = np.random.default_rng(0)
    rows = []
    for i in range(n):
        side = sides[i % len(sides)]
        weights = rng.dirichlet([4.0, 1.0, 1.0] if side == "US" else [1.0, 2.0, 1.5])
        drawn = rng.choice(list(WORDS), size=words, p=weights)
        text = " the ".join(rng.choice(WORDS[topic]) for topic in drawn)  # no phrases
        date = f"{years[i // len(sides) % len(years)]}-0{1 + i % 9}-01"
        rows.append((f"d{i:03d}", date, side, f"outlet {i % 11}", f"{text}."))
    table = pd.DataFrame(rows, columns=["id", "date", "region", "outlet", "text"])
    return fr.Corpus.from_frame(table, clean=False)


def tables(made, plan=None, only=TOPICS):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fr.InputWarning)
        plan = plan or Plan("region", topics=Topics(3), replicates=100)
        return analyse(made, plan, only=only)


@pytest.fixture(scope="module")
def analysis():
    plan = Plan("region", topics=Topics(3), cluster="outlet", replicates=100)
    return tables(corpus(), plan)


def test_a_model_gives_its_tables(analysis):
    assert list(analysis.tables) == list(TOPICS)
    assert analysis.skipped == {}
    assert analysis.topic_model.prevalence == "~ region * s(year)"
    found = {frozenset(terms.split(", ")[:3]) for terms in analysis.tables["topics"]["terms"]}
    assert all(any(three <= set(words) for words in WORDS.values()) for three in found)


def test_sides_stand_in_their_usual_order_and_differences_with_them(analysis):
    table = analysis.tables["topic_differences"]
    assert list(dict.fromkeys(analysis.tables["topic_prevalence"]["group"])) == ["US", "EU", "JP"]
    plain = table[table["statistic"] == "difference"]
    pairs = list(dict.fromkeys(zip(plain["group"], plain["reference"], strict=True)))
    assert pairs == [("US", "EU"), ("US", "JP"), ("EU", "JP")]
    chips = next(row.topic for row in analysis.tables["topics"].itertuples() if "chip" in row.terms)
    us = plain[(plain["topic"] == chips) & (plain["group"] == "US")]
    assert (us["low"] > 0).all()
    assert (plain["low"] < plain["estimate"]).all()
    assert (plain["estimate"] < plain["high"]).all()


def test_differences_are_adjusted_together_and_taken_again_by_clusters(analysis):
    table = analysis.tables["topic_differences"]
    sizes = table.groupby("statistic", sort=False)["n_tests"].unique().str[0].to_dict()
    assert sizes == {"difference": 9, "difference by outlet": 9, "change": 9}
    assert set(table.loc[table["statistic"] == "change", "period"]) == {"2021–2022"}
    again = table[table["statistic"] == "difference by outlet"]
    plain = table[table["statistic"] == "difference"]
    assert again["estimate"].to_numpy() == pytest.approx(plain["estimate"].to_numpy())
    assert set(again["unit"]) == {"outlet"}


def test_the_same_corpus_gives_the_same_tables(analysis):
    again = tables(corpus(), analysis.plan)
    for name in TOPICS:
        pd.testing.assert_frame_equal(again.tables[name], analysis.tables[name], check_exact=True)


def test_a_model_is_fitted_only_where_it_is_wanted():
    made = tables(corpus(), only=["timeline"])
    assert list(made.tables) == ["timeline"]
    assert made.topic_model is None
    made = tables(corpus(12), Plan("region", topics=Topics(0), replicates=100))
    assert (made.tables, made.skipped) == ({}, {})


@pytest.mark.parametrize(
    ("n", "words", "reason"),
    [
        (12, 40, f"needs about {FEWEST_DOCUMENTS} documents and .*; this corpus has 12 documents"),
        (101, 9, f"and {FEWEST_WORDS:,} words that are not rare; this corpus has 909 words"),
    ],
)
def test_a_corpus_that_is_too_small_has_no_topics_unless_asked(n, words, reason):
    made = tables(corpus(n, words=words), Plan("region", replicates=100))
    assert made.tables == {}
    assert re.search(reason, made.skipped["topics"])
    assert Modelled(corpus(n, words=words), Plan("region", topics=Topics()), {}).why_not == ""


def test_hand_codes_alone_hold_no_words():
    made = tables(fr.load("openings"), Plan.of(fr.load("openings")))
    assert made.skipped == {
        "topics": "a topic model needs words, and this corpus holds none, only codes."
    }


@pytest.mark.parametrize(
    ("given", "formula", "made"),
    [
        ({"sides": ("US",)}, "~ s(year)", {"change"}),
        ({"years": (2021,)}, "~ region", {"difference"}),
        ({"sides": ("US",), "years": (2021,)}, None, set()),
    ],
)
def test_the_formula_is_as_rich_as_the_corpus(given, formula, made):
    found = tables(corpus(30, **given))
    assert found.topic_model.prevalence == formula
    assert {"topics", "topic_stability"} <= set(found.tables)
    rest = found.tables.get("topic_differences", pd.DataFrame({"statistic": []}))
    assert set(rest["statistic"]) == made
    if not made:
        assert "no two sides and no two periods" in found.skipped["topic_prevalence"]


def test_a_side_that_lacks_a_year_has_a_formula_without_interaction():
    made = corpus(45)
    alone = (made.documents["region"] == "JP").to_numpy()
    made.documents.loc[alone, "date"] = pd.Timestamp("2022-01-01")
    assert Modelled(made, Plan("region", topics=Topics(3)), {}).formula == "~ region + s(year)"


def test_a_formula_of_ones_own_is_used_and_its_faults_are_told():
    plan = Plan("region", topics=Topics(3, "~ region"), replicates=100)
    found = tables(corpus(30), plan)
    assert "period" not in found.tables["topic_prevalence"]
    wrong = tables(corpus(30), replace(plan, topics=Topics(3, "~ party")))
    assert "there is no column 'party'" in wrong.skipped["topics"]
    assert wrong.topic_model is None


def test_clusters_that_part_documents_are_told_and_the_rest_is_made():
    made = corpus(30)
    plan = Plan("region", topics=Topics(3, "~ region"), cluster="nothing", replicates=100)
    found = tables(made, plan)
    assert "nothing" in found.skipped["difference of topics by nothing"]
    assert set(found.tables["topic_differences"]["statistic"]) == {"difference"}


# --- figures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TOPICS)
def test_every_figure_is_drawn_and_says_what_it_shows(analysis, name):
    figure = gallery.entry(name)
    assert figure.draw(analysis).get_size_inches()[0] <= 7
    caption, alt = figure.caption(analysis), figure.alt(analysis)
    assert "Not shown: " in caption
    assert alt.endswith(".")
    assert re.search(r"\d", alt)
    for text in (caption, alt):
        assert "nan" not in text
        assert "  " not in text
    alone = {key: table for key, table in analysis.tables.items() if key in figure.needs}
    assert figure.caption(replace(analysis, tables=alone)) == caption
    assert figure.alt(replace(analysis, tables=alone)) == alt


def test_captions_count_what_is_clear(analysis):
    caption = gallery.entry("topic_differences").caption(analysis)
    told = re.search(
        r"clear \(q < .05 among 9 tests\), as (\d+) are. Of these, (\d+) also by", caption
    )
    assert told
    assert int(told[2]) <= int(told[1])


def test_one_side_or_one_period_is_not_drawn_and_says_so():
    one = tables(corpus(30, sides=("US",)))
    with pytest.raises(fr.InputError, match="there are no two sides to compare topics by"):
        gallery.entry("topic_differences").draw(one)
    now = tables(corpus(30, years=(2021,)))
    with pytest.raises(fr.InputError, match="there is one period only"):
        gallery.entry("topic_prevalence").draw(now)
