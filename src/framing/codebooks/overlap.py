"""Overlap of patterns: whether one matches whatever another does, without looking at any text.

A phrase may be hyphenated anywhere in a text, and a hyphenated word is one word. So a pattern is
compared in all its *spellings*: ``supply chain*`` as the two words ``supply``, ``chain*`` and as
the one word ``supply-chain*``.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from framing.patterns import Pattern

_ANYTHING = "\uf8ff"  # stands for what a wildcard holds: no literal has this letter


@lru_cache(maxsize=4096)
def spellings(pattern: Pattern) -> tuple[tuple[str, ...], ...]:
    """List the ways to spell a pattern, as words; the plainest first.

    Examples
    --------
    >>> spellings(Pattern.parse("supply chain*"))
    (('supply', 'chain*'), ('supply-chain*',))
    """
    first, *rest = pattern.parts
    return tuple(
        tuple((first + "".join(map("".join, zip(joints, rest, strict=True)))).split(" "))
        for joints in product(" -", repeat=len(rest))
    )


@lru_cache(maxsize=65536)
def covers(one: Pattern, other: Pattern) -> bool:
    """Whether `one` matches every name that `other` matches.

    Examples
    --------
    >>> covers(Pattern.parse("chip*"), Pattern.parse("chips"))
    True
    >>> covers(Pattern.parse("chips"), Pattern.parse("chip*"))
    False
    """
    return all(_matches(one, other, words) for words in spellings(other))


def stands_in(one: Pattern, other: Pattern, *, hyphens: bool = True) -> bool:
    """Whether `one` is found wherever `other` is: it matches it, or a part of it.

    Parameters
    ----------
    one, other : Pattern
    hyphens : bool
        However `other` is spelt; else only where its words are separate.

    Examples
    --------
    >>> word, phrase = Pattern.parse("security"), Pattern.parse("national security")
    >>> stands_in(word, phrase), stands_in(word, phrase, hyphens=False)
    (False, True)
    """
    chosen = spellings(other) if hyphens else spellings(other)[:1]
    return all(any(_matches(one, other, run) for run in _runs(words)) for words in chosen)


@lru_cache(maxsize=65536)
def can_stand_in(one: Pattern, other: Pattern) -> bool:
    """Whether `one` can match some part of what `other` matches.

    Examples
    --------
    >>> can_stand_in(Pattern.parse("secur*"), Pattern.parse("*security deposit"))
    True
    """
    fold = not (one.case_sensitive and other.case_sensitive)
    runs = {" ".join(run) for words in spellings(other) for run in _runs(words)}
    names = {" ".join(words) for words in spellings(one)}
    return any(
        _meet(*(text.lower() if fold else text for text in pair)) for pair in product(names, runs)
    )


def _runs(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    ends = range(1, len(words) + 1)
    return [words[start:end] for end in ends for start in range(end)]


def _matches(one: Pattern, other: Pattern, words: tuple[str, ...]) -> bool:
    """Whether `one` matches these words of `other`, whatever its wildcards and capitals are."""
    text = " ".join(words)
    if one.case_sensitive and not other.case_sensitive and text.lower() != text.upper():
        return False
    return one.matches(text.replace("*", _ANYTHING))


@lru_cache(maxsize=65536)
def _meet(a: str, b: str) -> bool:
    """Whether some text fits both; ``*`` stands for any letters but blanks."""
    seen: set[tuple[int, int]] = set()
    todo = [(0, 0)]
    while todo:
        i, j = todo.pop()
        if (i, j) in seen:
            continue
        seen.add((i, j))
        if i == len(a) and j == len(b):
            return True
        x, y = a[i : i + 1], b[j : j + 1]
        if x == "*":
            todo += [(i + 1, j)] + [(i, j + 1)] * (y not in ("", " "))
        elif y == "*":
            todo += [(i, j + 1)] + [(i + 1, j)] * (x not in ("", " "))
        elif x and x == y:
            todo.append((i + 1, j + 1))
    return False
