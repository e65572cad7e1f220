"""Words, acronyms, paragraphs and sentences: the traps of this domain."""

import pytest

from framing.tokens import is_acronym, paragraphs, sentence_splitter, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. told us.", ["The", "US", "told", "us"]),
        ("the U.S. and the U.K.", ["the", "US", "and", "the", "UK"]),
        ("R&D, S&T and M&As", ["R&D", "S&T", "and", "M", "As"]),
        ("a 5G network, G7 talks, a 2+2", ["a", "5G", "network", "G7", "talks", "a", "2+2"]),
        ("US-Japan ties", ["US", "Japan", "ties"]),
        ("Japan–U.S. ties", ["Japan", "US", "ties"]),
        ("U.S.-led and China-led", ["US", "led", "and", "China", "led"]),
        ("Brussels-Tokyo-Washington", ["Brussels", "Tokyo", "Washington"]),
        ("the EU's, EU’s and companies' plans", ["the", "EU", "EU", "and", "companies", "plans"]),
        ("the “K Program”", ["the", "K", "Program"]),
        ("a 2-nanometer, like-minded", ["a", "2-nanometer", "like-minded"]),
        ("COVID-19 and Indo-Pacific", ["COVID-19", "and", "Indo-Pacific"]),
        ("don’t", ["don't"]),
        ("US$588 billion and $1,000.50", ["588", "billion", "and", "1,000.50"]),
        ("see https://example.org/US and a@b.eu", ["see", "and"]),
        ("(a@b.eu), c.d@e-f.org;", []),
        ("naïve cafe\u0301", ["naïve", "café"]),
        ("then-Prime Minister", ["then", "Prime", "Minister"]),
        ("半導体 policy", ["半導体", "policy"]),
        ("zero\u200bwidth soft\u00adhyphen", ["zerowidth", "softhyphen"]),
        ("", []),
        ("… — !", []),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


def test_acronyms_are_told_from_words():
    assert [w for w in ("US", "us", "Us", "IT", "EVs", "5G", "I", "Ws") if is_acronym(w)] == [
        "US",
        "IT",
        "EVs",
        "5G",
    ]


def test_lines_are_paragraphs():
    assert paragraphs("A first one.\r\nA second.\n\n\n  A third. ") == [
        "A first one.",
        "A second.",
        "A third.",
    ]


def test_hard_wrapped_lines_are_joined():
    block = "\n".join(["a line of the same width that simply goes on"] * 4)
    assert len(paragraphs(f"{block}\n\n{block}")) == 2


def test_sentences_need_no_download_and_know_titles():
    splitter = sentence_splitter(
        ["Dr. Sato spoke first. Ms. Braun agreed. The U.S. did too. All left."]
    )
    assert splitter.tokenize("Dr. Sato met Ms. Braun. They spoke.") == [
        "Dr. Sato met Ms. Braun.",
        "They spoke.",
    ]
