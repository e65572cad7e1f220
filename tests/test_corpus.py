from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing.corpus import Corpus, sha256
from framing.errors import InputError, InputWarning
from framing.patterns import Pattern
from framing.tokens import words

HARBOUR = (
    "The harbour town met the U.S. envoy. He spoke of chips, and Dr. Voss listened.\n\nIt rained."
)
COPPER = "Copper prices rose again in the hills. Nobody in town could say why they did."


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["harbour", "copper"],
            "date": ["2021-03-04", "2022"],
            "region": ["US", "EU"],
            "text": [HARBOUR, COPPER],
        }
    )


def test_documents(table: pd.DataFrame) -> None:
    corpus = Corpus.from_frame(table, name="towns")
    assert list(corpus.documents) == ["document", "date", "date_precision", "region", "sha256"]
    assert corpus.documents["document"].tolist() == ["harbour", "copper"]
    assert corpus.documents["date"].tolist() == [
        pd.Timestamp("2021-03-04"),
        pd.Timestamp("2022-01-01"),
    ]
    assert corpus.documents["date_precision"].tolist() == ["day", "year"]
    assert corpus.name == "towns"
    assert repr(corpus) == "Corpus('towns', 2 documents, 3 segments, texts)"


def test_the_hash_is_that_of_the_text(table: pd.DataFrame) -> None:
    expected = [hashlib.sha256(text.encode()).hexdigest() for text in table["text"]]
    assert Corpus.from_frame(table).documents["sha256"].tolist() == expected


def test_paragraphs(table: pd.DataFrame) -> None:
    segments = Corpus.from_frame(table, clean=False).segments
    assert segments.to_dict("list") == {
        "segment": ["harbour/000", "harbour/001", "copper/000"],
        "document": ["harbour", "harbour", "copper"],
        "position": [0, 1, 0],
        "n_tokens": [15, 2, 15],
        "text": [*HARBOUR.split("\n\n"), COPPER],
    }


def test_sentences_keep_the_position_of_their_paragraph(table: pd.DataFrame) -> None:
    segments = Corpus.from_frame(table, clean=False, segment="sentence").segments
    assert segments[["segment", "position", "text"]].to_numpy().tolist() == [
        ["harbour/000", 0, "The harbour town met the U.S. envoy."],
        ["harbour/001", 0, "He spoke of chips, and Dr. Voss listened."],
        ["harbour/002", 1, "It rained."],
        ["copper/000", 0, "Copper prices rose again in the hills."],
        ["copper/001", 0, "Nobody in town could say why they did."],
    ]


def test_whole_documents(table: pd.DataFrame) -> None:
    segments = Corpus.from_frame(table, clean=False, segment="document").segments
    assert segments["segment"].tolist() == ["harbour/000", "copper/000"]
    assert segments["n_tokens"].tolist() == [17, 15]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text("ab A.\n'-", max_size=60), min_size=1, max_size=4))
def test_no_word_is_lost_between_segments(texts: list[str]) -> None:
    texts = [f"{text}\n\nword" for text in texts]
    frame = pd.DataFrame({"id": range(len(texts)), "text": texts})
    with pytest.warns(InputWarning) if len(set(texts)) < len(texts) else _nothing():
        corpora = [
            Corpus.from_frame(frame, date=None, clean=False, segment=segment)
            for segment in ("paragraph", "document")
        ]
    expected = [sum(len(words(line)) for line in text.split("\n")) for text in texts]
    for corpus in corpora:
        assert (
            corpus.segments.groupby("document", sort=False)["n_tokens"].sum().tolist() == expected
        )


class _nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *error: object) -> None: ...


def test_what_cleaning_took_out_is_listed() -> None:
    text = f"Advertisement\n{COPPER}\n* * *\nThe mine closed in May, and the buses stopped running."
    frame = pd.DataFrame({"id": ["a"], "text": [text]})
    corpus = Corpus.from_frame(frame, date=None)
    assert list(corpus.removed) == ["document", "position", "reason", "text"]
    assert corpus.removed["position"].tolist() == [0, 2]
    assert corpus.removed["text"].tolist() == ["Advertisement", "* * *"]
    assert all(corpus.removed["reason"])
    assert corpus.segments["position"].tolist() == [1, 3]
    assert corpus.segments["segment"].tolist() == ["a/001", "a/003"]
    whole = Corpus.from_frame(frame, date=None, clean=False)
    assert whole.removed["reason"].tolist() == ["no words"]


def test_extract_counts_words_as_written_and_phrases() -> None:
    text = "Supply chains and the supply chain: the U.S. and us."
    corpus = Corpus.from_frame(pd.DataFrame({"id": ["a"], "text": [text]}), date=None, clean=False)
    counts = corpus.extract([Pattern.parse("supply chain*")]).to_frame()
    assert dict(zip(counts["term"], counts["n"], strict=True)) == {
        "Supply": 1, "US": 1, "and": 2, "chain": 1, "chains": 1, "supply": 1, "the": 2, "us": 1,
        "Supply chains": 1, "supply chain": 1,
    }  # fmt: skip


def test_stored_counts_know_the_corpus_they_are_asked_of(table: pd.DataFrame) -> None:
    corpus = Corpus.from_frame(table)
    stored = replace(corpus, terms=corpus.extract(), segments=corpus.segments.drop(columns="text"))
    renamed = replace(stored, name="other")
    assert renamed.extract().corpus is renamed
    np.testing.assert_array_equal(
        renamed.extract([Pattern.parse("harbour town")]).matrix.toarray(),
        corpus.extract().matrix.toarray(),
    )


def test_without_texts_there_are_no_words_in_order(table: pd.DataFrame) -> None:
    corpus = Corpus.from_frame(table)
    bare = replace(corpus, segments=corpus.segments.drop(columns="text"))
    assert not bare.has_texts
    with pytest.raises(InputError, match="holds hand codes, not texts; read a folder"):
        _ = bare.tokens
    with pytest.raises(InputError, match="holds hand codes, not texts"):
        bare.extract()


def test_table_joins_metadata_to_segments(table: pd.DataFrame) -> None:
    joined = Corpus.from_frame(table, clean=False).table()
    assert "text" not in joined
    assert joined["region"].tolist() == ["US", "US", "EU"]


def test_metadata_are_kept_and_numbers_may_name_documents() -> None:
    frame = pd.DataFrame({"no": [1, 2], "words": [3.5, None], "body": ["One.", "Two."]})
    corpus = Corpus.from_frame(frame, text="body", id="no", date=None, clean=False)
    assert corpus.documents["document"].tolist() == ["1", "2"]
    assert corpus.documents["words"].tolist()[0] == 3.5
    assert corpus.documents["date"].isna().all()


@pytest.mark.parametrize(
    "columns",
    [
        {"text": "id"},
        {"id": "text"},
        {"date": "text"},
        {"date": "id"},
        {"text": "id", "date": None},
    ],
)
def test_one_column_cannot_be_two_things(table: pd.DataFrame, columns: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"must be different columns"):
        Corpus.from_frame(table, **columns)


def test_columns_may_be_numbered() -> None:
    frame = pd.DataFrame([["a", "2023", "Copper and cables."]])
    corpus = Corpus.from_frame(frame, text=2, id=0, date=1, clean=False)  # type: ignore[arg-type]
    assert corpus.documents["date"].dt.year.tolist() == [2023]
    assert corpus.segments["text"].tolist() == ["Copper and cables."]


def test_a_missing_text_is_an_empty_document() -> None:
    frame = pd.DataFrame({"id": ["a", "b", "c"], "text": ["One.", None, float("nan")]})
    with pytest.warns(InputWarning, match="2 of 3 documents are empty"):
        corpus = Corpus.from_frame(frame, date=None, clean=False)
    assert corpus.documents["document"].tolist() == ["a"]


@given(st.text())
def test_sha256(text: str) -> None:
    assert sha256(text) == hashlib.sha256(text.encode()).hexdigest()


def test_copies_are_named() -> None:
    frame = pd.DataFrame({"id": list("abc"), "text": ["One.", "Two.", "One."]})
    with pytest.warns(InputWarning, match=r"1 documents repeat another's text to the letter \(c\)"):
        fr.Corpus.from_frame(frame, date=None, clean=False)
