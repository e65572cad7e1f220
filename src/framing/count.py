"""Segments → terms: counts of words and phrases."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from framing.actors import ActorList
from framing.cache import Cache
from framing.corpus import Corpus
from framing.counting.collocated import Pairs, spelt
from framing.counting.folding import folded, kept, means_something, stemmed, stop_list
from framing.counting.numbered import Integers, Tokens
from framing.counting.phrases import count_phrases
from framing.counting.terms import Written, numbered
from framing.counting.tokenised import RULES, tokenise
from framing.errors import InputError, one_of
from framing.features import Features
from framing.frames import Codebook
from framing.patterns import Pattern
from framing.resources import bundled


def closed_list(corpus: Corpus) -> tuple[Pattern, ...]:
    """List the phrases that are counted in a corpus.

    A corpus published as features brings its own list. For texts it is the phrases of the bundled
    codebooks and actor lists and the :func:`collocations` of the corpus itself.

    Returns
    -------
    tuple of Pattern
    """
    if corpus.phrases is not None:
        return corpus.phrases
    lists: list[Codebook | ActorList] = [
        *(ActorList.load(name) for name in bundled("actors")),
        *(Codebook.load(name) for name in bundled("codebooks")),
    ]
    named = [pattern for one in lists for pattern in one.patterns if len(pattern.parts) > 1]
    learnt = [Pattern.parse(phrase) for phrase in collocations(corpus)]
    return tuple(dict.fromkeys([*named, *learnt]))


def collocations(
    corpus: Corpus, *, most: int = 200, min_count: int = 3, min_documents: int = 2
) -> list[str]:
    """Find pairs of words that stand together more often than chance would have it.

    Parameters
    ----------
    corpus : Corpus
        With texts.
    most : int
        At most so many, the strongest first by the likelihood ratio (Dunning 1993).
    min_count, min_documents : int
        How often, and in how many documents, a pair must be attested.

    Returns
    -------
    list of str
        Lower-cased pairs, acronyms kept, without stop words and numbers.

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
    *Computational Linguistics*, 19(1), 61–74.
    """
    tokens = corpus.tokens
    forms, form_of = numbered(tokens.fold)
    meant = np.array([means_something(form) for form in forms])
    documents = pd.factorize(corpus.segments["document"])[0]
    pairs = Pairs(tokens, form_of, meant, documents)
    return spelt(pairs.strongest(most, min_count, min_documents), forms)


def count(
    corpus: Corpus,
    *,
    stop_words: str | Iterable[str] | None = "english",
    min_documents: int = 1,
    phrases: bool = True,
    stem: bool = False,
    numbers: bool = False,
    tokenizer: str = "framing",
    cache: bool = True,
) -> Features:
    """Count terms in every segment.

    Case is folded except in acronyms, so that ``US`` is never ``us``. An occurrence of a phrase
    counts for the phrase and no longer for its words, longer phrases first; where phrases overlap,
    words are never counted below zero.

    Parameters
    ----------
    corpus : Corpus
    stop_words : "english", iterable of str or None
        Words left out; acronyms spelt like one (``US``, ``IT``, ``WHO``) stay.
    min_documents : int
        Terms found in fewer documents are left out.
    phrases : bool
        Count the phrases of :func:`closed_list` as terms of their own.
    stem : bool
        Put words with one Snowball stem together, shown by their commonest full form.
    numbers : bool
        Keep tokens without a letter; such as ``2+2`` stay in any case.
    tokenizer : {"framing", "plain"}
        ``"plain"``: two or more letters, digits and underscores on end, in lower case, as
        scikit-learn's CountVectorizer takes them, without acronyms and phrases.
    cache : bool
        Take the counts from :mod:`framing.cache` if the same texts were counted in the same way
        before, and keep them there.

    Returns
    -------
    Features
        Of kind "term": words, then phrases, each in sorted order.

    Raises
    ------
    InputError
        If the corpus holds no terms, or no term is left.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     {"id": ["a"], "text": ["Chips for us; chips from the U.S. and Japan."]}
    ... )
    >>> counts = count(Corpus.from_frame(table, date=None, clean=False))
    >>> counts.to_frame()[["term", "n"]].to_dict("list")
    {'term': ['US', 'chips', 'japan'], 'n': [1, 2, 1]}
    """
    if tokenizer not in RULES:
        raise one_of("tokenizer", tokenizer, RULES)
    if tokenizer == "plain" and (phrases or corpus.terms is not None):
        what = "phrases=False" if phrases else "a corpus with texts"
        raise InputError(f"tokenizer='plain' knows words alone; give {what}.")
    if stop_words is not None and not isinstance(stop_words, str):
        stop_words = frozenset(stop_words)
    settings = (stop_words, min_documents, phrases, stem, numbers, tokenizer)
    matrix, terms, size = Cache.of_user(cache).found(
        ["terms", *_held(corpus), *settings], partial(_counted, corpus, *settings)
    )
    return Features(matrix, terms, corpus.table(), kind="term", corpus=corpus, size=size)


def _held(corpus: Corpus) -> list[Any]:
    """What of a corpus is counted: words, which document each segment is of, and phrases."""
    stored = corpus.terms
    words: Any = corpus.indexed if stored is None else [stored.matrix, list(stored.names)]
    documents = pd.factorize(corpus.segments["document"])[0]
    return [corpus.texts if words is None else words, documents, corpus.phrases]


def _counted(
    corpus: Corpus,
    stop_words: str | Iterable[str] | None,
    min_documents: int,
    phrases: bool,
    stem: bool,
    numbers: bool,
    tokenizer: str,
) -> tuple[sparse.csr_array, list[str], Integers]:
    """Count terms; give the matrix, its names, and the terms of every segment."""
    stop = stop_list(stop_words)
    if tokenizer == "plain":
        written = _of_tokens(tokenise(corpus.texts, "plain"))
        fold = {word: word.lower() for word in written.types}
    elif corpus.terms is not None:
        written = _of_features(corpus.terms, phrases)
        fold = folded(written.types)
    else:
        written = _of_tokens(corpus.tokens, closed_list(corpus) if phrases else ())
        fold = corpus.tokens.fold
    if stem:
        fold = stemmed(fold, written.totals())
    matrix, terms, size = written.terms(
        fold,
        lambda term: kept(term, stop, numbers),
        pd.factorize(corpus.segments["document"])[0],
        max(min_documents, 1),
    )
    if not terms:
        raise InputError(
            f"no term is used in {min_documents} documents; lower min_documents "
            f"(the corpus has {corpus.segments['document'].nunique()})."
        )
    return matrix, terms, size.astype(float)


def _of_tokens(tokens: Tokens, patterns: Iterable[Pattern] = ()) -> Written:
    phrases, names = count_phrases(tokens, patterns)
    return Written(tokens.types, tokens, names, phrases)


def _of_features(terms: Features, phrases: bool) -> Written:
    several = np.array([" " in name for name in terms.names])
    words, whole = terms.where_named(~several), terms.where_named(several & phrases)
    return Written(list(words.names), words.matrix, list(whole.names), whole.matrix)
