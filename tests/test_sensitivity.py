"""What becomes of shares and differences when a term is left out."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.codebooks.hits import coverage
from framing.codebooks.sensitivity import _verdict, leave_terms_out
from framing.corpus import Corpus
from framing.errors import InputError
from framing.frames import Codebook, Frame, code
from framing.patterns import Pattern

TECHNOLOGY = "critical-technology"


def corpus_of(*texts: str, **columns: list[str]) -> Corpus:
    table = pd.DataFrame({"id": [f"d{i}" for i in range(len(texts))], "text": texts, **columns})
    date = "date" if "date" in columns else None
    return Corpus.from_frame(table, date=date, segment="document", clean=False, name="small")


def parse(*terms: str) -> tuple[Pattern, ...]:
    return tuple(Pattern.parse(term) for term in terms)


WATER = Frame("water", "", "", parse("drought*"), parse("river", "dry", "well"), parse("dry wit"))
BOOK = Codebook("mine", "", "", "", (WATER,))
TEXTS = (
    # A: 3 of 4 use the frame; B: 2 of 4
    *("Drought one.", "Drought two, a dry river.", "A dry river three.", "Nothing four."),
    *("Drought five.", "A dry river, a dry well six.", "River, dry wit seven.", "Nothing eight."),
)
SIDES = ["A"] * 4 + ["B"] * 4


def test_every_number_by_hand() -> None:
    table = leave_terms_out(corpus_of(*TEXTS, side=SIDES), BOOK, by="side")
    columns = ["term", "strength", "statistic", "group", "decisive", "estimate", "change", "part"]
    cells = table[columns].astype(object)
    rows = [tuple(row) for row in cells.where(cells.notna(), "-").to_numpy()]
    assert rows == [
        ("", "", "share", "A", 0, 0.75, 0.0, 0.0),
        ("", "", "share", "B", 0, 0.5, 0.0, 0.0),
        ("", "", "difference", "A", 0, 0.25, 0.0, "-"),
        ("drought*", "strong", "share", "A", 1, 0.5, -0.25, 1 / 3),  # d1 has two weak terms
        ("drought*", "strong", "share", "B", 1, 0.25, -0.25, 0.5),
        ("drought*", "strong", "difference", "A", 2, 0.25, 0.0, "-"),
        ("river", "weak", "share", "A", 1, 0.5, -0.25, 1 / 3),  # d5 keeps dry and well
        ("river", "weak", "share", "B", 0, 0.5, 0.0, 0.0),
        ("river", "weak", "difference", "A", 1, 0.0, -0.25, "-"),
        ("dry", "weak", "share", "A", 1, 0.5, -0.25, 1 / 3),
        ("dry", "weak", "share", "B", 0, 0.5, 0.0, 0.0),
        ("dry", "weak", "difference", "A", 1, 0.0, -0.25, "-"),
        ("dry wit", "exclusion", "share", "A", 0, 0.75, 0.0, 0.0),
        ("dry wit", "exclusion", "share", "B", 1, 0.75, 0.25, -0.5),  # d6 gains the frame
        ("dry wit", "exclusion", "difference", "A", 1, 0.0, -0.25, "-"),
    ]  # "well" changes nothing and is not listed
    differences = table["statistic"] == "difference"
    assert set(table.loc[differences, "reference"]) == {"B"}
    assert set(table.loc[differences, "verdict"]) == {"no interval"}
    assert set(table.loc[~differences, "verdict"]) == {""}
    assert set(table["note"]) == {"only 4 documents; an interval needs 6"}


@cache
def leaders() -> Corpus:
    return fr.load("leaders")


@cache
def whole() -> pd.DataFrame:
    return leave_terms_out(leaders(), TECHNOLOGY, by="region")


def without(frame: str, term: str, key: str) -> Codebook:
    """The bundled codebook, less one pattern."""
    book = Codebook.load(TECHNOLOGY)
    old = next(one for one in book.frames if one.name == frame)
    rest = tuple(one for one in getattr(old, key) if str(one) != term)
    assert len(rest) == len(getattr(old, key)) - 1
    new = replace(old, **{key: rest})
    return replace(book, frames=tuple(new if one is old else one for one in book.frames))


@pytest.mark.parametrize(
    ("frame", "term", "key"),
    [
        ("security", "nato", "terms"),
        ("values", "values", "weak"),
        ("protection", "sanction*", "terms"),
        ("dependence", "force or coercion", "exclude"),
    ],
)
def test_a_codebook_without_the_term_gives_the_same(frame: str, term: str, key: str) -> None:
    table = whole()
    rows = table[(table["frame"] == frame) & (table["term"] == term)]
    frames = code(leaders(), without(frame, term, key)).select([frame])
    numbers = ["estimate", "low", "high", "n_documents", "n_segments"]
    for statistic, again in (
        ("share", fr.emphasis(frames, by="region")),
        ("difference", fr.contrast(frames, by="region", replicates=100)),
    ):
        ours = rows[rows["statistic"] == statistic]
        np.testing.assert_allclose(ours[numbers], again[numbers], atol=1e-12)
        assert list(ours["group"]) == list(again["group"])
    before = code(leaders(), TECHNOLOGY).select([frame]).matrix.toarray()
    changed = (before != frames.matrix.toarray()).sum()
    share = rows[rows["statistic"] == "share"]
    assert changed == share["decisive"].sum() > 0


def test_changes_and_verdicts_follow_from_the_rows_themselves() -> None:
    table = whole()
    keys = ["frame", "statistic", "group", "reference"]
    full = table[table["term"] == ""].drop(columns="term")
    both = table.merge(full, on=keys, suffixes=("", "_full"))
    assert len(both) == len(table)
    np.testing.assert_allclose(both["change"], both["estimate"] - both["estimate_full"])
    share = both[both["statistic"] == "share"]
    expected = 1 - share["estimate"] / share["estimate_full"]
    np.testing.assert_allclose(share["part"], expected, atol=1e-12)
    apart, was = ((both[f"low{end}"] > 0) | (both[f"high{end}"] < 0) for end in ("", "_full"))
    said = both["verdict"]
    assert (said.str.contains("no longer") == (was & ~apart & (both["part"].isna()))).all()
    assert (said.str.contains("only then") == (apart & ~was & (both["part"].isna()))).all()
    turns = (both["estimate"] * both["estimate_full"] < 0) & both["part"].isna()
    assert (said.str.contains("sign turns") == turns).all()
    assert said.str.contains("no longer").sum() == 22
    assert said.str.contains("only then").sum() == 3


def test_terms_stand_in_order_of_how_many_segments_hinge_on_them() -> None:
    table = whole()
    shares = table[(table["statistic"] == "share") & (table["term"] != "")]
    totals = shares.groupby(["frame", "term"], sort=False)["decisive"].sum()
    for _, n in totals.groupby("frame", sort=False):
        assert n.is_monotonic_decreasing
        assert n.iloc[-1] > 0
    assert list(table["frame"].unique()) == list(Codebook.load(TECHNOLOGY).names)


def test_how_far_a_frame_rests_on_one_term() -> None:
    parts = whole().groupby(["frame", "group"])["part"].max()
    assert parts["security", "US"] == pytest.approx(0.214, abs=0.001)
    assert whole()["part"].max() <= 1


def test_the_numbers_told_in_the_docs() -> None:
    """docs/codebooks.md, "Putting a codebook to the test"."""
    table = whole()
    parts = table.set_index(["frame", "group", "term"])["part"].sort_index()
    assert round(parts["protection", "US", "sanction*"].dropna().item(), 2) == 0.59
    assert table.loc[table["frame"] == "cooperation", "part"].max() == pytest.approx(
        0.08, abs=0.005
    )
    lost = table[table["verdict"].str.contains("no longer") & (table["frame"] == "domestic")]
    assert set(zip(lost["group"], lost["reference"], strict=True)) == {("EU", "JP")}
    assert (len(lost), (lost["decisive"] == 1).sum()) == (20, 15)
    rests = coverage(leaders(), TECHNOLOGY).set_index("frame")
    assert round(rests.loc["(no frame)", "estimate"], 2) == 0.30
    assert list(rests.loc["protection", ["n_found", "n_terms", "term"]]) == [20, 204, "sanction*"]
    assert round(rests.loc["protection", "concentration"], 2) == 0.62


def test_a_reference_and_periods() -> None:
    dates = ["2021", "2021", "2022", "2022"] * 2
    corpus = corpus_of(*TEXTS, side=SIDES, date=dates)
    table = leave_terms_out(corpus, BOOK, by=["side", "year"], reference="A")
    pairs = table[table["statistic"] == "difference"]
    assert set(zip(pairs["group"], pairs["reference"], strict=True)) == {("B", "A")}
    assert set(pairs["period"]) == {"2021", "2022"}
    full = pairs[pairs["term"] == ""].set_index("period")["estimate"]
    assert full.to_dict() == {"2021": 0.0, "2022": -0.5}
    years = leave_terms_out(corpus, BOOK, by="year")
    assert set(years["statistic"]) == {"share"}
    with pytest.raises(InputError, match=r"reference must be one of 'A', 'B'; got 'C'"):
        leave_terms_out(corpus, BOOK, by="side", reference="C")
    with pytest.raises(InputError, match=r"reference= needs groups, and by='year' has none"):
        leave_terms_out(corpus, BOOK, by="year", reference="A")


def test_documents_of_several_groups_are_paired() -> None:
    corpus = leaders()
    few = Codebook("mine", "", "", "", Codebook.load(TECHNOLOGY).frames[:1])
    table = leave_terms_out(corpus, few, by="actor", levels=["US", "JP"])
    frames = code(corpus, few)
    again = fr.contrast(frames, by="actor", levels=["US", "JP"], replicates=100)
    ours = table[(table["statistic"] == "difference") & (table["term"] == "")]
    np.testing.assert_allclose(
        ours[["estimate", "low", "high"]], again[["estimate", "low", "high"]]
    )


def test_settings_are_those_of_the_engine() -> None:
    more = (*TEXTS, *(f"{text} Again." for text in TEXTS))
    table = leave_terms_out(
        corpus_of(*more, side=SIDES * 2), BOOK, by="side", level=0.9, weights="segment"
    )
    assert set(table["level"]) == {0.9}
    assert table["low"].notna().all()
    with pytest.raises(InputError, match=r"a setting must be one of .*; got 'colour'"):
        leave_terms_out(corpus_of(*TEXTS, side=SIDES), BOOK, by="side", colour="red")


@pytest.mark.parametrize(
    ("full", "less", "said"),
    [
        ((0.1, -0.1, 0.3), (0.2, -0.1, 0.5), "same"),
        ((0.1, 0.01, 0.3), (0.2, 0.1, 0.5), "same"),
        ((0.1, 0.01, 0.3), (0.05, -0.1, 0.2), "no longer leaves out nought"),
        ((-0.1, -0.3, 0.1), (-0.2, -0.3, -0.1), "leaves out nought only then"),
        ((0.1, -0.1, 0.3), (-0.1, -0.3, 0.1), "sign turns"),
        ((0.1, 0.05, 0.3), (-0.1, -0.3, 0.1), "sign turns; no longer leaves out nought"),
        ((0.0, -0.1, 0.1), (0.1, -0.1, 0.3), "same"),
        ((0.1, np.nan, np.nan), (0.1, 0.05, 0.3), "no interval"),
    ],
)
def test_verdicts(full: tuple[float, ...], less: tuple[float, ...], said: str) -> None:
    assert _verdict(full, less) == said
