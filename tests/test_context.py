"""Keyword in context, with texts and with features only."""

import pandas as pd
import pytest

import framing as fr

TABLE = pd.DataFrame(
    {
        "id": ["a", "b"],
        "date": ["2021-02", "2022"],
        "url": ["https://example.org/a", None],
        "text": [
            "Many fear economic coercion by larger neighbours. Economic Coercion, they say, grows "
            "where small states depend on one buyer or on one mine.",
            "Nothing of the kind is said in this one.",
        ],
    }
)


@pytest.fixture
def corpus():
    return fr.Corpus.from_frame(TABLE, clean=False)


def test_shows_each_use_with_its_neighbours(corpus):
    table = fr.keyword_in_context(corpus, "economic coercion", window=2)
    assert table[["left", "keyword", "right"]].to_numpy().tolist() == [
        ["Many fear", "economic coercion", "by larger"],
        ["larger neighbours", "Economic Coercion", "they say"],
    ]
    assert table["url"].tolist() == ["https://example.org/a"] * 2
    assert set(table) <= set(fr.COLUMNS)


def test_a_window_is_not_negative(corpus):
    with pytest.raises(fr.InputError, match="window must not be negative"):
        fr.keyword_in_context(corpus, "coercion", window=-1)


def test_wildcards_and_nothing_found(corpus):
    assert fr.keyword_in_context(corpus, "coerc*")["keyword"].tolist() == ["coercion", "Coercion"]
    assert len(fr.keyword_in_context(corpus, "quantum")) == 0


def test_features_give_segments_and_links(corpus, tmp_path):
    with pytest.warns(fr.InputWarning, match="left out"):
        corpus.write_features(tmp_path / "shared")
    table = fr.keyword_in_context(fr.read(tmp_path / "shared"), "coercion")
    assert table[["segment", "n"]].to_numpy().tolist() == [["a/000", 2]]
    assert "left" not in table


def test_a_phrase_outside_the_closed_list_is_named():
    with pytest.raises(fr.InputError, match="not among the phrases counted"):
        fr.keyword_in_context(fr.load("articles"), "teapots of porcelain")
