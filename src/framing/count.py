"""Segments → terms: counts of words and phrases."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

import numpy as np
from scipy import sparse

from framing.actors import ActorList
from framing.corpus import Corpus, counts_to_features
from framing.errors import InputError, one_of
from framing.features import Features
from framing.frames import Codebook
from framing.patterns import Pattern
from framing.resources import bundled
from framing.tokens import is_acronym

_MEANINGFUL = frozenset(
    "bill call cry detail empty fill fire found full interest mill move part serious side "
    "sincere system third top".split()
)
_CONTRACTIONS = frozenset(
    f"{start}'{end}"
    for start in "i you he she it we they that there who what here let".split()
    for end in ("m", "re", "s", "ve", "ll", "d")
) | frozenset(
    f"{verb}n't"
    for verb in "are ca could did do does had has have is might must need sha should was were wo "
    "would".split()
)
_SPELT_LIKE_STOP_WORDS = frozenset({"US", "IT", "WHO"})


@cache
def english() -> frozenset[str]:
    """List English stop words.

    They are scikit-learn's, without the words that mean something in politics ("bill",
    "interest"), and with contractions.

    Examples
    --------
    >>> sorted({"the", "don't", "interest"} & english())
    ["don't", 'the']
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return (frozenset(ENGLISH_STOP_WORDS) - _MEANINGFUL) | _CONTRACTIONS


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
    from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder

    vocabulary = {word for tokens in corpus.words for word in tokens}
    fold = _folding(vocabulary)
    tokens = [[fold[word] for word in segment] for segment in corpus.words]
    finder = BigramCollocationFinder.from_documents(tokens)
    finder.apply_freq_filter(min_count)
    finder.apply_ngram_filter(lambda *pair: any(not _means_something(word) for word in pair))
    documents = defaultdict(set)
    for name, segment in zip(corpus.segments["document"], tokens, strict=True):
        for pair in pairwise(segment):
            documents[pair].add(name)
    scored = sorted(
        finder.score_ngrams(BigramAssocMeasures.likelihood_ratio), key=lambda s: (-s[1], s[0])
    )
    return [" ".join(pair) for pair, _ in scored if len(documents[pair]) >= min_documents][:most]


def count(
    corpus: Corpus,
    *,
    stop_words: str | Iterable[str] | None = "english",
    min_documents: int = 1,
    phrases: bool = True,
    stem: bool = False,
    numbers: bool = False,
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

    Returns
    -------
    Features
        Of kind "term", terms in sorted order.

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
    stop = _stop_words(stop_words)
    raw = corpus.extract(closed_list(corpus) if phrases and corpus.terms is None else ())
    words = {name for name in raw.names if " " not in name}
    fold = _folding(words)
    if stem:
        fold = _stemmed(fold, raw)
    rows = []
    bounds, columns, data = raw.matrix.indptr, raw.matrix.indices, raw.matrix.data
    names = list(raw.names)
    for start, end in pairwise(bounds):
        entries = {
            names[c]: int(n) for c, n in zip(columns[start:end], data[start:end], strict=True)
        }
        rows.append(_fold_segment(entries, fold, phrases))
    kept = [
        Counter({t: n for t, n in row.items() if n and _keep(t, stop, numbers)}) for row in rows
    ]
    counted = counts_to_features(kept, corpus)
    return _used_in(counted, min_documents)


def _stop_words(stop_words: str | Iterable[str] | None) -> frozenset[str]:
    if stop_words is None:
        return frozenset()
    if isinstance(stop_words, str):
        if stop_words != "english":
            raise one_of("stop_words", stop_words, ["english", None, "an iterable of words"])
        return english()
    return frozenset(stop_words)


def _folding(vocabulary: Iterable[str]) -> dict[str, str]:
    """Map every word to its folded form.

    A long word in capitals is an acronym only if it is never written otherwise.
    """
    words = set(vocabulary)
    spelt = {word.lower() for word in words if not is_acronym(word)}
    fold = {}
    for word in words:
        lower = word.lower()
        shouted = len(word) > 5 and lower in spelt
        function = lower in english() and word not in _SPELT_LIKE_STOP_WORDS
        fold[word] = word if is_acronym(word) and not shouted and not function else lower
    return fold


def _stemmed(fold: dict[str, str], raw: Features) -> dict[str, str]:
    """Replace each folded form by the commonest form with the same stem."""
    from nltk.stem.snowball import SnowballStemmer

    stem = SnowballStemmer("english").stem
    totals: Counter[str] = Counter()
    for name, n in zip(raw.names, np.asarray(raw.matrix.sum(axis=0)).ravel(), strict=True):
        if " " not in name:
            totals[fold[name]] += int(n)
    family = {form: form if is_acronym(form) else stem(form) for form in totals}
    best: dict[str, str] = {}
    for form in sorted(totals, key=lambda form: (-totals[form], form)):
        best.setdefault(family[form], form)
    return {word: best[family[form]] for word, form in fold.items()}


def _fold_segment(entries: dict[str, int], fold: dict[str, str], phrases: bool) -> Counter[str]:
    """Fold the words of one segment, and take out of them what its phrases hold."""
    left: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for name, n in entries.items():
        if " " not in name:
            left[fold[name]] += n
        elif phrases:
            whole[" ".join(fold[word] for word in name.split(" "))] += n
    for phrase in sorted(whole, key=lambda p: (-p.count(" "), p)):
        inside = Counter(phrase.split(" "))
        n = min(whole[phrase], *(left[word] // times for word, times in inside.items()))
        whole[phrase] = n
        for other in whole:
            if other != phrase and f" {other} " in f" {phrase} ":
                whole[other] = max(whole[other] - n, 0)
        for word, times in inside.items():
            left[word] -= n * times
    return left + whole


def _means_something(word: str) -> bool:
    return len(word) > 1 and word not in english() and any(letter.isalpha() for letter in word)


def _keep(term: str, stop: frozenset[str], numbers: bool) -> bool:
    if " " in term:
        return True
    if len(term) == 1 or term in stop:
        return False
    return numbers or "+" in term or any(letter.isalpha() for letter in term)


def _used_in(features: Features, min_documents: int) -> Features:
    documents = features.segments["document"]
    codes = documents.astype("category").cat.codes.to_numpy()
    gather = sparse.csr_array(
        (np.ones(len(codes)), (codes, np.arange(len(codes)))), shape=(codes.max() + 1, len(codes))
    )
    used = np.asarray(((gather @ features.matrix) > 0).sum(axis=0)).ravel()
    kept = [name for name, n in zip(features.names, used, strict=True) if n >= min_documents]
    if not kept:
        raise InputError(
            f"no term is used in {min_documents} documents; lower min_documents "
            f"(the corpus has {documents.nunique()})."
        )
    return features.select(kept)
