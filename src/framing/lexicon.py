"""Lists of terms with exceptions: what codebooks and actor lists are made of."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.patterns import Pattern, matching
from framing.resources import texts

if TYPE_CHECKING:
    from framing.corpus import Corpus


@dataclass(frozen=True)
class Lexicon:
    """Terms to be found, and longer phrases that cancel the terms inside them.

    Parameters
    ----------
    terms : tuple of Pattern
    exclude : tuple of Pattern
        Each occurrence of an excluded phrase takes away the occurrences of terms inside it: with
        the term ``security`` and the exclusion ``security deposit``, a paragraph that speaks of
        "security" once, in "security deposit", does not hold the term. An excluded single word
        (``securities`` beside the term ``secur*``) is never counted.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"document": ["a", "b"]})
    >>> counts = Features([[1, 1], [2, 1]], ["security", "security deposit"], rows, kind="term")
    >>> terms, exclude = (Pattern.parse("security"),), (Pattern.parse("security deposit"),)
    >>> Lexicon(terms, exclude).found(counts).tolist()
    [[False], [True]]
    """

    terms: tuple[Pattern, ...]
    exclude: tuple[Pattern, ...] = ()

    def found(self, extraction: Features) -> NDArray[np.bool_]:
        """Tell which segments hold which terms.

        Parameters
        ----------
        extraction : Features
            Counts of words and phrases, case kept.

        Returns
        -------
        numpy.ndarray of bool, shape (n_segments, n_terms)
        """
        counts = self.counted(extraction)
        found = np.zeros(counts.shape, dtype=bool)
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        found[rows, counts.indices] = counts.data > 0
        return found

    def counted(self, extraction: Features) -> sparse.csr_array:
        """Count every term where no exclusion takes it away, shape (n_segments, n_terms)."""
        names = list(extraction.names)
        excluded = matching(self.exclude, names)
        wanted = np.flatnonzero(matching(self.terms, names) & ~excluded)
        counts = extraction.matrix[:, wanted].astype(np.float64)
        if excluded.any():
            out = np.flatnonzero(excluded)
            inside = _inside([names[i] for i in wanted], [names[i] for i in out])
            counts = counts - extraction.matrix[:, out] @ inside
        matches = [[term.matches(names[i]) for term in self.terms] for i in wanted]
        incidence = np.array(matches, dtype=np.float64).reshape(len(wanted), len(self.terms))
        return sparse.csr_array(counts.maximum(0) @ sparse.csr_array(incidence))


def _inside(terms: Sequence[str], excluded: Sequence[str]) -> sparse.csr_array:
    """Count how often each term stands inside each excluded phrase.

    Where one excluded phrase holds another, only the inner one counts: the outer one's
    occurrences are among its own.
    """
    split = [phrase.split(" ") for phrase in excluded]
    entries = np.zeros((len(excluded), len(terms)))
    for column, term in enumerate(terms):
        parts = term.split(" ")
        holders = [row for row, phrase in enumerate(split) if _times(parts, phrase)]
        for row in holders:
            inner = (split[other] for other in holders if other != row)
            if not any(_times(phrase, split[row]) for phrase in inner):
                entries[row, column] = _times(parts, split[row])
    return sparse.csr_array(entries)


def _times(part: list[str], whole: list[str]) -> int:
    starts = range(len(whole) - len(part) + 1)
    return sum(whole[start : start + len(part)] == part for start in starts)


def parse_terms(
    table: dict[str, Any], key: str, where: str, case_sensitive: bool = False
) -> tuple[Pattern, ...]:
    """Read the patterns under a key; an error names the file, the entry and the key."""
    found = []
    for term in texts(table, key, where):
        try:
            found.append(Pattern.parse(term, case_sensitive))
        except InputError as error:
            raise InputError(f"{where}: in {key!r}, {error}") from error
    twice = [str(one) for i, one in enumerate(found) if one in found[:i]]
    if twice:
        raise InputError(f"{where}: {key!r} holds {twice[0]!r} twice; delete one.")
    return tuple(found)


def extraction(
    source: Corpus | Features, patterns: Iterable[Pattern], what: str, *, tell: bool = True
) -> Features:
    """Get the case-kept counts in which a codebook or an actor list is looked for.

    Parameters
    ----------
    source : Corpus or Features
        Features that know their corpus are looked up there, so that pruning or folding their
        vocabulary changes nothing; others are matched on their own names.
    patterns : iterable of Pattern
        The phrases needed.
    what : str
        What the patterns belong to, for messages.
    tell : bool
        Warn of phrases that the corpus was never searched for.

    Returns
    -------
    Features
        With the rows of `source`, and only the columns that some pattern matches.
    """
    wanted = tuple(dict.fromkeys(patterns))
    corpus = source.corpus if isinstance(source, Features) else source
    if corpus is None:
        assert isinstance(source, Features)
        if source.kind != "term":
            raise InputError(
                f"{what} is looked for in terms, but these features are {source.kind}s and do "
                "not know their corpus; give the corpus or counts of its terms."
            )
        return narrow(source, wanted)
    if not corpus.has_words and corpus.terms is None:
        raise InputError(
            f"corpus {corpus.name!r} holds hand codes but no terms, so {what} cannot be looked "
            "for in it; use its hand codes, or a corpus with texts or counts."
        )
    if tell:
        _warn_of_absent(corpus, wanted, what)
    return same_rows(corpus.extract(wanted, matched=True), source)


def narrow(features: Features, patterns: Iterable[Pattern]) -> Features:
    """Keep the words and phrases that some pattern matches."""
    return features.where_named(matching(patterns, list(features.names)))


def same_rows(features: Features, source: Corpus | Features) -> Features:
    """Take the rows of `features` for the segments of `source`, in their order."""
    if not isinstance(source, Features):
        return features
    wanted, given = source.segments["segment"], features.segments["segment"]
    if list(wanted) == list(given):
        return features
    position = {name: row for row, name in enumerate(given)}
    lost = [name for name in wanted if name not in position]
    if lost:
        raise InputError(
            f"segment {lost[0]!r} is not in corpus {getattr(source.corpus, 'name', '')!r}; "
            "keep the names of segments when features are changed by hand."
        )
    rows = [position[name] for name in wanted]
    return Features(
        features.matrix[rows], features.names, source.segments, features.kind, features.corpus
    )


def uncounted(corpus: Corpus, patterns: Iterable[Pattern]) -> list[Pattern]:
    """List the phrases that a corpus published without its texts was never searched for."""
    if corpus.has_words or corpus.phrases is None:
        return []
    listed = set(corpus.phrases)
    return [
        pattern
        for pattern in patterns
        if len(pattern.parts) > 1
        and not {pattern, Pattern(tuple(map(str.lower, pattern.parts)))} & listed
    ]


def _warn_of_absent(corpus: Corpus, patterns: Sequence[Pattern], what: str) -> None:
    absent = [str(pattern) for pattern in uncounted(corpus, patterns)]
    needed = sum(len(pattern.parts) > 1 for pattern in patterns)
    if absent:
        more = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
        warnings.warn(
            f"corpus {corpus.name!r} is published without texts, and {len(absent)} of the {needed} "
            f"phrases of {what} are not in its closed list, so they cannot be found there: "
            f"{', '.join(absent[:3])}{more}.",
            InputWarning,
            stacklevel=4,
        )
