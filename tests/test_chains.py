from __future__ import annotations

import re
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.extracted.chains import LONGEST_CHAIN, without_chains


@pytest.mark.parametrize(
    ("given_phrases", "kept"),
    [
        (["a b c d", "d e f g"], ["a b c d", "d e f g"]),  # seven words
        (["a b c d", "d e f g", "g h"], ["a b c d", "d e f g", "g h"]),  # eight
        (["a b c d", "d e f g", "g h i"], ["a b c d", "d e f g"]),  # nine
        (["g h i", "d e f g", "a b c d"], ["g h i", "d e f g"]),  # what comes later gives way
        (["a b c d", "c d e f", "e f g h", "g h i j"], ["a b c d", "c d e f", "e f g h"]),
        (["a b", "c d", "e f", "g h", "i j"], ["a b", "c d", "e f", "g h", "i j"]),
        (["A-b c d", "D e f g", "g h i j"], ["A-b c d", "D e f g"]),  # case, hyphens
        (["a b", "b a"], ["a b"]),  # round and round
        (["a a"], []),
        (["a b c", "b c", "a b"], ["a b c", "b c", "a b"]),  # inside one another
        (["a b", "A b", "a-b"], ["a b", "A b", "a-b"]),  # the same words
    ],
)
def test_by_hand(given_phrases: list[str], kept: list[str]) -> None:
    assert without_chains(given_phrases) == kept


words = st.sampled_from("abcdefg")
phrase = st.lists(words, min_size=2, max_size=4).map(" ".join)


def laid_end_to_end(phrases: list[str]) -> int:
    """Find the longest run by trying every order of three, with every overlap."""
    longest = max((len(one.split()) for one in phrases), default=0)
    for trio in permutations(phrases, min(3, len(phrases)) or 1):
        runs = [trio[0].split()]
        for one in trio[1:]:
            after = one.split()
            runs = [
                run + after[k:]
                for run in runs
                for k in range(1, len(after))
                if run[-k:] == after[:k]
            ]
        longest = max([longest, *map(len, runs)])
    return longest


@given(st.lists(phrase, max_size=8, unique=True))
def test_what_is_kept_does_not_run_together(phrases: list[str]) -> None:
    kept = without_chains(phrases)
    assert laid_end_to_end(kept) <= LONGEST_CHAIN
    assert without_chains(kept) == without_chains(kept[::-1])[::-1] == kept


@given(st.lists(phrase, max_size=8, unique=True))
def test_phrases_that_share_no_end_are_all_kept(phrases: list[str]) -> None:
    apart = [re.sub(r"\w", rf"\g<0>{i}", one) for i, one in enumerate(phrases)]
    apart = [one for one in apart if one.split()[0] != one.split()[-1] or " " not in one]
    closed = [one for one in apart if not _overlaps_itself(one.split())]
    assert without_chains(closed) == closed


def _overlaps_itself(parts: list[str]) -> bool:
    return any(parts[-k:] == parts[:k] for k in range(1, len(parts)))


def test_many_phrases_in_one_paragraph_take_no_time() -> None:
    phrases = [f"w{i} w{(i * 7 + j) % 3000}" for i in range(3000) for j in range(2)]
    assert 0 < len(without_chains(phrases)) < len(phrases)
