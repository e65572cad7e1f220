"""The language of terms shared by codebooks, actor lists and the closed list of phrases.

A pattern is one to four words. It is matched against the *names* of an extraction (words, and
phrases whose words are joined by one space), never against running text, so that codebooks and
actor lists work just as well where the texts themselves may not be shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from framing.errors import InputError
from framing.tokens import words

LONGEST = 4
"""Most words a pattern, and so a phrase, can have."""

_ALLOWED = re.compile(r"(?:[^\W_]|[\u0300-\u036f'’.&+,\-\u2010-\u2013])+")
_MALFORMED = re.compile(r"^[-'’,+&]|[-,+&]$|,(?!\d)")


@dataclass(frozen=True)
class Pattern:
    """A term of a codebook or actor list, ready to be matched.

    Make one with :meth:`parse`; two patterns are equal when they match the same names.

    Parameters
    ----------
    parts : tuple of str
        The words in order, hyphens undone, with ``*`` where a wildcard stands.
    case_sensitive : bool
        Whether capitals must agree.
    """

    parts: tuple[str, ...]
    case_sensitive: bool = False

    @classmethod
    def parse(cls, term: str, case_sensitive: bool = False) -> Pattern:
        """Read a pattern from the way it is written in a codebook.

        Parameters
        ----------
        term : str
            One to four words. ``*`` at the end or start of a word stands for any letters (none
            included). A hyphen and a space are the same: ``dual-use`` matches the word
            ``dual-use`` and the phrase ``dual use``. Dots in acronyms and possessive endings are
            dropped, as they are in texts.
        case_sensitive : bool, default False
            Whether capitals must agree: ``US`` is not ``us``.

        Returns
        -------
        Pattern

        Raises
        ------
        InputError
            When the term is empty, a lone ``*``, longer than four words, or holds a character
            that no word can hold.

        Examples
        --------
        >>> pattern = Pattern.parse("supply chain*")
        >>> [pattern.matches(name) for name in ("Supply Chains", "supply-chain", "chain")]
        [True, True, False]
        >>> Pattern.parse("U.S.", case_sensitive=True).matches("us")
        False
        """
        if not isinstance(term, str) or not term.split():
            raise InputError(f"pattern {term!r} is empty; write one to {LONGEST} words.")
        parts = tuple(part for chunk in term.split() for part in _parts(chunk, term))
        if len(parts) > LONGEST:
            raise InputError(
                f"pattern {term!r} has {len(parts)} words (hyphens count as spaces); "
                f"use at most {LONGEST}, for instance its most telling ones."
            )
        return cls(parts if case_sensitive else tuple(map(str.lower, parts)), case_sensitive)

    def __str__(self) -> str:
        return " ".join(self.parts)

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        source = "[ -]".join(re.escape(part).replace(r"\*", r"\S*") for part in self.parts)
        return re.compile(source, re.NOFLAG if self.case_sensitive else re.IGNORECASE)

    def matches(self, name: str) -> bool:
        """Whether the pattern matches the whole of a word or phrase."""
        return self._regex.fullmatch(name) is not None


def _parts(chunk: str, term: str) -> list[str]:
    """Split one blank-free piece of a term as a text would be, keeping its wildcards."""
    bare = chunk.removeprefix("*").removesuffix("*")
    if not bare:
        raise InputError(
            f"pattern {term!r} holds a '*' that stands alone; put it at the start or end of a word."
        )
    if "*" in bare:
        raise InputError(
            f"pattern {term!r} holds a '*' inside a word; only its start or end can have one."
        )
    if not _ALLOWED.fullmatch(bare) or _MALFORMED.search(bare):
        raise InputError(
            f"pattern {term!r} holds {chunk!r}, which is not a word; use letters, digits, "
            "hyphens, apostrophes, and '&', '+' or dots inside a word."
        )
    parts = [part for word in words(bare) for part in word.split("-")]
    if not parts:
        raise InputError(
            f"pattern {term!r} holds {chunk!r}, which texts are read without; "
            "leave it out (addresses and currency marks are not words)."
        )
    if chunk.startswith("*"):
        parts[0] = "*" + parts[0]
    if chunk.endswith("*"):
        parts[-1] += "*"
    return parts


class Matcher:
    """Many patterns at once, indexed by how the first word begins.

    Parameters
    ----------
    patterns : iterable of Pattern
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns = tuple(dict.fromkeys(patterns))
        self._whole: dict[str, list[Pattern]] = {}
        self._prefix: dict[str, list[Pattern]] = {}
        self._anywhere: list[Pattern] = []
        for pattern in self.patterns:
            first = pattern.parts[0].lower()
            if first.startswith("*"):
                self._anywhere.append(pattern)
            elif first.endswith("*"):
                self._prefix.setdefault(first[:-1], []).append(pattern)
            else:
                self._whole.setdefault(first, []).append(pattern)
        self._known: dict[str, tuple[Pattern, ...]] = {}

    def starting(self, word: str) -> tuple[Pattern, ...]:
        """List the patterns of several words that could begin with this word of a text."""
        if word not in self._known:
            found = (pattern for pattern in self._candidates(word) if len(pattern.parts) > 1)
            self._known[word] = tuple(found)
        return self._known[word]

    def matches(self, name: str) -> bool:
        """Whether some pattern matches the whole of a word or phrase."""
        first = name.split(" ", 1)[0]
        return any(pattern.matches(name) for pattern in self._candidates(first))

    def _candidates(self, word: str) -> Iterable[Pattern]:
        folded = word.lower()
        yield from self._whole.get(folded.split("-", 1)[0], ())
        for end in range(1, len(folded) + 1):
            yield from self._prefix.get(folded[:end], ())
        yield from self._anywhere


@lru_cache(maxsize=64)
def _matcher(patterns: tuple[Pattern, ...]) -> Matcher:
    return Matcher(patterns)


def phrases(tokens: Sequence[str], patterns: Matcher | Iterable[Pattern]) -> list[str]:
    """Find the phrases in a list of words that some pattern matches.

    Parameters
    ----------
    tokens : sequence of str
        Words in order, as :func:`framing.tokens.words` returns them.
    patterns : Matcher or iterable of Pattern
        Pass a Matcher where many texts are looked through: its index is then made once.

    Returns
    -------
    list of str
        Every occurrence, in order, as it stood: two to four words joined by a space. Occurrences
        may overlap and are found independently of each other; one stretch of words counts once,
        however many patterns match it. Single words are not listed: they are counted anyway.

    Examples
    --------
    >>> patterns = (Pattern.parse("supply chain*"), Pattern.parse("chain reaction"))
    >>> phrases(["Supply", "Chain", "reaction", "and", "supply-chain"], patterns)
    ['Supply Chain', 'Chain reaction']
    """
    matcher = patterns if isinstance(patterns, Matcher) else _matcher(tuple(patterns))
    found = []
    for start, word in enumerate(tokens):
        candidates = matcher.starting(word)
        if not candidates:
            continue
        longest = max(len(pattern.parts) for pattern in candidates)
        for stop in range(start + 2, min(start + longest, len(tokens)) + 1):
            phrase = " ".join(tokens[start:stop])
            if any(pattern.matches(phrase) for pattern in candidates):
                found.append(phrase)
    return found


def matching(patterns: Iterable[Pattern], names: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which names of an extraction some pattern matches.

    Parameters
    ----------
    patterns : iterable of Pattern
    names : sequence of str
        Words and phrases.

    Returns
    -------
    numpy.ndarray of bool, shape (len(names),)

    Examples
    --------
    >>> matching([Pattern.parse("de-risk*")], ["De-risking", "de risk", "risk"]).tolist()
    [True, True, False]
    """
    matcher = _matcher(tuple(patterns))
    return np.fromiter((matcher.matches(name) for name in names), dtype=bool, count=len(names))
