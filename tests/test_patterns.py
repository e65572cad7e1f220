"""The language of terms: what a pattern matches, finds and refuses."""

from __future__ import annotations

import time

import pytest

from framing.errors import InputError
from framing.patterns import Pattern, matching, phrases
from framing.tokens import words


@pytest.mark.parametrize(
    ("term", "name", "expected"),
    [
        ("chip", "Chip", True),
        ("chip", "chips", False),
        ("chip*", "chip", True),
        ("chip*", "chip-related", True),
        ("*econom*", "geoeconomics", True),
        ("*conductor", "semiconductor", True),
        ("*conductor", "semiconductors", False),
        ("dual-use", "dual-use", True),
        ("dual-use", "Dual use", True),
        ("dual use", "dual-use", True),
        ("supply chain*", "supply-chain", True),
        ("supply chain*", "Supply Chains", True),
        ("supply chain*", "chain", False),
        ("risk*", "de-risking", False),
        ("secur* of supply", "security of supply", True),
        ("secur* of supply", "security of the supply", False),
        ("R&D", "R&D", True),
        ("2+2", "2+2", True),
        ("EU’s", "EU", True),
        ("COVID-19", "COVID-19", True),
        ("US-Japan", "US Japan", True),
        ("Chips Act", "CHIPS Act", True),
    ],
)
def test_match_ignoring_case(term: str, name: str, expected: bool) -> None:
    assert Pattern.parse(term).matches(name) is expected


@pytest.mark.parametrize(
    ("term", "name", "expected"),
    [
        ("US", "US", True),
        ("U.S.", "US", True),
        ("US", "us", False),
        ("IT", "it", False),
        ("WHO", "who", False),
        ("White House", "white house", False),
        ("European*", "Europeans", True),
    ],
)
def test_match_minding_case(term: str, name: str, expected: bool) -> None:
    assert Pattern.parse(term, case_sensitive=True).matches(name) is expected


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("*", "stands alone"),
        ("supply *", "stands alone"),
        ("**", "stands alone"),
        ("ch*p", "inside a word"),
        ("chips/acts", "'chips/acts', which is not a word"),
        ("chips, acts", "'chips,', which is not a word"),
        ("US-*", "'US-*', which is not a word"),
        ("snake_case", "is not a word"),
        ("US$", "is not a word"),
        ("one two three four five", "has 5 words"),
        ("state-of-the-art chips", "has 5 words"),
    ],
)
def test_bad_patterns_are_named(term: str, said: str) -> None:
    with pytest.raises(InputError, match=r"^pattern ") as error:
        Pattern.parse(term)
    assert repr(term) in str(error.value)
    assert said in str(error.value)


def test_equal_patterns_are_one() -> None:
    assert Pattern.parse("Dual-Use") == Pattern.parse("dual use")
    assert Pattern.parse("US") != Pattern.parse("US", case_sensitive=True)
    assert str(Pattern.parse("Supply Chain*")) == "supply chain*"


def test_phrases_are_found_as_they_stood_and_may_overlap() -> None:
    terms = ("national security", "security policy", "national security policy", "chip*")
    patterns = [Pattern.parse(term) for term in terms]
    text = "A National Security policy; national-security chips. National security."
    assert phrases(words(text), patterns) == [
        "National Security",
        "National Security policy",
        "Security policy",
        "National security",
    ]


def test_a_compound_can_be_part_of_a_phrase() -> None:
    patterns = [Pattern.parse("supply chain resilience")]
    assert phrases(words("our supply-chain resilience"), patterns) == ["supply-chain resilience"]
    assert phrases(words("our supply-chain-resilience"), patterns) == []


def test_one_stretch_of_words_counts_once() -> None:
    patterns = [Pattern.parse("supply chain*"), Pattern.parse("supply chains")]
    assert phrases(["supply", "chains"], patterns) == ["supply chains"]


def test_nothing_in_nothing_out() -> None:
    assert phrases([], [Pattern.parse("supply chain")]) == []
    assert phrases(["supply", "chain"], []) == []
    assert matching([], ["supply"]).tolist() == [False]
    assert matching([Pattern.parse("supply")], []).tolist() == []


def test_hundreds_of_patterns_are_fast_on_a_hundred_thousand_words() -> None:
    patterns = tuple(Pattern.parse(f"word{i}* chain{i}") for i in range(600))
    tokens = [f"word{i % 997}" if i % 2 else f"chain{i % 991}" for i in range(100_000)]
    start = time.perf_counter()
    phrases(tokens, patterns)
    assert time.perf_counter() - start < 60
