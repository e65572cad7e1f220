"""Keyword in context: where a term stands, and how to get there."""

from __future__ import annotations

import pandas as pd

from framing.columns import tidy
from framing.corpus import Corpus
from framing.errors import InputError
from framing.patterns import Pattern, matching


def keyword_in_context(corpus: Corpus, term: str, *, window: int = 6) -> pd.DataFrame:
    """Show every use of a word or phrase.

    Parameters
    ----------
    corpus : Corpus
    term : str
        One to four words, ``*`` as in codebooks.
    window : int
        Words shown on either side.

    Returns
    -------
    pandas.DataFrame
        Where texts are at hand, a row a use: ``document``, ``segment``, ``date``, ``left``,
        ``keyword``, ``right``, and ``url`` if known. Where only features are, a row a segment that
        uses it, with ``n`` in place of the words.

    Raises
    ------
    InputError
        If only features are at hand and the phrase is not in their closed list.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "text": ["They fear economic coercion by others."]})
    >>> corpus = Corpus.from_frame(table, date=None, clean=False)
    >>> keyword_in_context(corpus, "coercion", window=2)[["left", "keyword", "right"]].iloc[
    ...     0
    ... ].tolist()
    ['fear economic', 'coercion', 'by others']
    """
    if window < 0:
        raise InputError(f"window must not be negative; got {window!r}.")
    pattern = Pattern.parse(term)
    rows = _uses(corpus, pattern, window) if corpus.has_words else _segments(corpus, pattern)
    places = corpus.documents.reindex(columns=["document", "date", "url"]).dropna(axis=1, how="all")
    found = rows.merge(places, on="document", how="left")
    return tidy(found)


def _uses(corpus: Corpus, pattern: Pattern, window: int) -> pd.DataFrame:
    rows = []
    for tokens, document, segment in zip(
        corpus.tokens,
        corpus.segments["document"],
        corpus.segments["segment"],
        strict=True,
    ):
        for start in range(len(tokens)):
            for length in range(1, len(pattern.parts) + 1):
                keyword = " ".join(tokens[start : start + length])
                if start + length <= len(tokens) and pattern.matches(keyword):
                    left = " ".join(tokens[max(0, start - window) : start])
                    right = " ".join(tokens[start + length : start + length + window])
                    rows.append((document, segment, left, keyword, right))
    return pd.DataFrame(rows, columns=["document", "segment", "left", "keyword", "right"])


def _segments(corpus: Corpus, pattern: Pattern) -> pd.DataFrame:
    terms = corpus.extract()
    found = matching([pattern], list(terms.names))
    if not found.any() and len(pattern.parts) > 1:
        raise InputError(
            f"{pattern} is not among the phrases counted in corpus {corpus.name!r}, and its texts "
            "are not at hand; look for one of its words instead."
        )
    n = terms.matrix[:, found.nonzero()[0]].sum(axis=1)
    return terms.segments.loc[n > 0, ["document", "segment"]].assign(n=n[n > 0])
