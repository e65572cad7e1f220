"""Hits, coverage, and the evidence they rest on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing.codebooks.evidence import Evidence
from framing.codebooks.hits import NO_FRAME, coverage, hits
from framing.corpus import Corpus
from framing.errors import InputError
from framing.features import Features
from framing.frames import Codebook, Frame, code
from framing.patterns import Pattern


def frame_of(name: str, terms: str = "", weak: str = "", exclude: str = "") -> Frame:
    """A frame; terms are separated by commas."""
    parts = (
        tuple(Pattern.parse(term) for term in given.split(",") if term)
        for given in (terms, weak, exclude)
    )
    return Frame(name, name, "Invented.", *parts)


def book_of(*frames: Frame, version: str = "1") -> Codebook:
    return Codebook("mine", "", version, "", frames)


def corpus_of(*texts: str, **columns: list[str]) -> Corpus:
    table = pd.DataFrame({"id": [f"d{i}" for i in range(len(texts))], "text": texts, **columns})
    return Corpus.from_frame(table, date=None, segment="document", clean=False, name="small")


WATER = frame_of("water", "drought*,water shortage", "water,river*,dry", "water music,river cruise")
WORK = frame_of("work", "jobs")
BOOK = book_of(WATER, WORK, frame_of("other"))
TEXTS = (
    "Drought and drought again: the river is dry.",  # strong twice, weak twice
    "The drought costs jobs.",  # strong once, work once
    "A dry river.",  # two weak ones
    "Water, water everywhere.",  # one weak term, twice
    "Water music on a dry river cruise.",  # one weak one: the others are excluded
    "A water shortage after the water music.",  # strong phrase, and water once outside
    "Nothing.",
)
# document, frame, term, strength, code, n, decisive: counted by hand
HITS = [
    ("d0", "water", "drought*", "strong", 1, 2, 0),
    ("d0", "water", "river*", "weak", 1, 1, 0),
    ("d0", "water", "dry", "weak", 1, 1, 0),
    ("d1", "water", "drought*", "strong", 1, 1, 1),
    ("d1", "work", "jobs", "strong", 1, 1, 1),
    ("d2", "water", "river*", "weak", 1, 1, 1),
    ("d2", "water", "dry", "weak", 1, 1, 1),
    ("d3", "water", "water", "weak", 0, 2, 0),
    ("d4", "water", "dry", "weak", 0, 1, 0),
    ("d5", "water", "water shortage", "strong", 1, 1, 1),
    ("d5", "water", "water", "weak", 1, 1, 0),
]


def test_every_hit_is_listed() -> None:
    table = hits(corpus_of(*TEXTS), BOOK)
    columns = ["document", "frame", "term", "strength", "code", "n", "decisive"]
    assert [*table[columns].itertuples(index=False, name=None)] == HITS
    assert list(table["segment"]) == [f"{document}/000" for document in table["document"]]


def test_terms_are_summed_up_with_those_never_found_and_exclusions() -> None:
    table = hits(corpus_of(*TEXTS), BOOK, per="term").set_index(["frame", "term"])
    assert list(table.columns) == ["strength", "n", "df", "decisive", "n_segments"]
    by_hand = {
        ("water", "drought*"): ["strong", 3, 2, 1, 2],
        ("water", "water shortage"): ["strong", 1, 1, 1, 1],
        ("water", "water"): ["weak", 3, 2, 0, 2],
        ("water", "river*"): ["weak", 2, 2, 1, 2],
        ("water", "dry"): ["weak", 3, 3, 1, 3],
        ("water", "water music"): ["exclusion", 2, 2, 1, 2],  # d4 would have water, dry
        ("water", "river cruise"): ["exclusion", 1, 1, 1, 1],
        ("work", "jobs"): ["strong", 1, 1, 1, 1],
    }
    assert {key: list(row) for key, row in zip(table.index, table.to_numpy(), strict=True)} == (
        by_hand
    )


def test_dates_and_links_come_along_and_only_where_there_are_any() -> None:
    rows = pd.DataFrame({"document": ["a"], "url": ["https://example.org/a"]})
    rows["date"] = pd.to_datetime(["2023-05-01"])
    table = hits(Features([[1]], ["jobs"], rows, kind="term"), BOOK)
    assert list(table.columns[:3]) == ["document", "segment", "date"]
    assert list(table["url"]) == ["https://example.org/a"]
    assert not {"url", "date"} & set(hits(Features([[1]], ["jobs"], rows[["document"]],
                                                   kind="term"), BOOK))  # fmt: skip


def test_hits_are_empty_where_nothing_is_found() -> None:
    table = hits(corpus_of("Nothing."), BOOK)
    assert len(table) == 0
    assert {"document", "frame", "term", "n"} <= set(table)


def test_per_must_be_known() -> None:
    with pytest.raises(InputError, match=r"per must be one of 'segment', 'term'; got 'page'"):
        hits(corpus_of("Nothing."), BOOK, per="page")


@pytest.mark.parametrize("name", ["leaders", "statements", "articles"])
def test_hits_add_up_to_the_codes(name: str) -> None:
    corpus = fr.load(name)
    frames = code(corpus, "news-frames")
    table = hits(corpus, "news-frames")
    used = table[table["code"] == 1].groupby(["segment", "frame"], sort=False).size()
    assert len(used) == frames.matrix.nnz
    strong = table[table["strength"] == "strong"]
    assert (strong["code"] == 1).all()
    lone = table[table["code"] == 0]
    assert (lone["strength"] == "weak").all()
    assert not lone.duplicated(["segment", "frame"]).any()
    assert ("url" in table) == (name != "leaders")
    terms = hits(corpus, "news-frames", per="term")
    terms = terms[terms["strength"] != "exclusion"]
    assert terms["n"].sum() == table["n"].sum()
    assert terms["n_segments"].sum() == len(table)
    assert terms["decisive"].sum() == table["decisive"].sum()


# --- coverage --------------------------------------------------------------------------------


def test_coverage_by_hand() -> None:
    table = coverage(corpus_of(*TEXTS), BOOK).set_index("frame")
    assert list(table.index) == ["water", "work", NO_FRAME]
    assert list(table["n"]) == [4, 1, 3]  # d0 d1 d2 d5; d1; d3 d4 d6
    assert table["estimate"].tolist() == pytest.approx([4 / 7, 1 / 7, 3 / 7])
    assert list(table["n_terms"]) == [5, 1, 0]
    assert list(table["n_found"]) == [5, 1, 0]
    assert list(table["term"]) == ["drought*", "jobs", ""]
    # hits in d0 d1 d2 d5: drought 3, river 2, dry 2, shortage 1, water 1
    assert table["concentration"].tolist()[:2] == pytest.approx([3 / 9, 1.0])
    assert np.isnan(table["concentration"].iloc[2])


def test_coverage_by_group_and_intervals_of_the_engine() -> None:
    sides = ["A"] * 4 + ["B"] * 3
    corpus = corpus_of(*TEXTS, side=sides)
    table = coverage(corpus, BOOK, by="side").set_index(["group", "frame"])
    assert list(table.loc["A", "n"]) == [3, 1, 1]
    assert list(table.loc["B", "n"]) == [1, 0, 2]
    assert list(table.loc["B", "n_found"]) == [3, 0, 0]  # dry in d4; water, water shortage in d5
    assert table.loc[("B", "work"), "term"] == ""
    assert np.isnan(table.loc[("B", "work"), "concentration"])


def test_coverage_agrees_with_emphasis() -> None:
    corpus = fr.load("leaders")
    ours = coverage(corpus, "news-frames", by="region", weights="segment")
    ours = ours[ours["frame"] != NO_FRAME].reset_index(drop=True)
    theirs = fr.emphasis(code(corpus, "news-frames"), by="region", weights="segment")
    pd.testing.assert_frame_equal(ours[list(theirs)], theirs)
    whole = coverage(corpus, "news-frames")
    assert "group" not in whole
    bare = code(corpus, "news-frames").matrix.sum(axis=1) == 0
    assert whole.loc[whole["frame"] == NO_FRAME, "n"].item() == bare.sum()


def test_coverage_over_time_keeps_periods() -> None:
    table = coverage(fr.load("leaders"), "news-frames", by="year")
    assert list(table["period"].unique()) == ["2021", "2022", "2023", "2024"]
    assert len(table) == 4 * 6


# --- what hinges on a term -------------------------------------------------------------------

WORDS = ["a", "b", "c", "d", "a b", "b c", "a b c", "c d", "b b"]
patterns = st.lists(st.sampled_from(WORDS).map(Pattern.parse), unique=True, max_size=4)


@settings(max_examples=60, deadline=None)
@given(terms=patterns, weak=patterns, exclude=patterns, seed=st.integers(0, 10_000))
def test_what_hinges_is_what_coding_again_without_the_pattern_changes(
    terms: list[Pattern], weak: list[Pattern], exclude: list[Pattern], seed: int
) -> None:
    if not terms and not weak:
        return
    rng = np.random.default_rng(seed)
    drawn = [rng.choice(list("abcd"), size=rng.integers(1, 7)) for _ in range(12)]
    texts = [" ".join([*words, f"end{i}"]) for i, words in enumerate(drawn)]
    frame = Frame("f", "", "", tuple(terms), tuple(weak), tuple(exclude))
    found = Evidence(frame, corpus_of(*texts).extract(frame.terms + frame.weak + frame.exclude))
    hinges = found.hinges.toarray()
    assert hinges.shape == (12, len(found.patterns))
    for column, (pattern, strength) in enumerate(zip(found.patterns, found.strengths, strict=True)):
        key = {"strong": "terms", "weak": "weak", "exclusion": "exclude"}[strength]
        rest = tuple(one for one in getattr(frame, key) if one != pattern)
        again = replace(frame, **{key: rest}).used(found.counts)
        assert (hinges[:, column] == (again != found.used)).all()
