"""Segments → terms: counts of words and phrases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from framing.actors import ActorList
from framing.corpus import Corpus
from framing.counting.collocated import Pairs, written
from framing.counting.folding import folded, kept, means_something, stemmed, stop_list
from framing.counting.numbered import Tokens
from framing.counting.overlaps import take_out
from framing.counting.phrases import count_phrases
from framing.counting.tallies import tally, used_in
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
    forms, form_of = _numbered(tokens.fold)
    meant = np.array([means_something(form) for form in forms])
    documents = pd.factorize(corpus.segments["document"])[0]
    pairs = Pairs(tokens, form_of, meant, documents)
    return written(pairs.strongest(most, min_count, min_documents), forms)


def count(
    corpus: Corpus,
    *,
    stop_words: str | Iterable[str] | None = "english",
    min_documents: int = 1,
    phrases: bool = True,
    stem: bool = False,
    numbers: bool = False,
    tokenizer: str = "framing",
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
    stop = stop_list(stop_words)
    if tokenizer not in RULES:
        raise one_of("tokenizer", tokenizer, RULES)
    if tokenizer == "plain":
        if phrases or corpus.terms is not None:
            what = "phrases=False" if phrases else "a corpus with texts"
            raise InputError(f"tokenizer='plain' knows words alone; give {what}.")
        raw = _Raw.of_tokens(tokenise(corpus.texts, "plain"))
        fold = {word: word.lower() for word in raw.types}
    elif corpus.terms is not None:
        raw = _Raw.of_features(corpus.terms, phrases)
        fold = folded(raw.types)
    else:
        raw = _Raw.of_tokens(corpus.tokens, closed_list(corpus) if phrases else ())
        fold = corpus.tokens.fold
    if stem:
        fold = stemmed(fold, raw.totals())
    matrix, terms = _separate(raw, fold)
    wanted = np.array([kept(term, stop, numbers) for term in terms])
    matrix = matrix[:, np.flatnonzero(wanted)]
    often = used_in(matrix, pd.factorize(corpus.segments["document"])[0]) >= max(min_documents, 1)
    if not often.any():
        raise InputError(
            f"no term is used in {min_documents} documents; lower min_documents "
            f"(the corpus has {corpus.segments['document'].nunique()})."
        )
    return Features(
        matrix if often.all() else matrix[:, np.flatnonzero(often)],
        [terms[i] for i in np.flatnonzero(wanted)[often].tolist()],
        corpus.table(),
        kind="term",
        corpus=corpus,
        size=matrix.sum(axis=1).astype(float),
    )


@dataclass(frozen=True, eq=False)
class _Raw:
    """Counts of words and phrases as they are written.

    Attributes
    ----------
    types : sequence of str
    words : Tokens, or csr_array of shape (n_segments, n_types)
    names : sequence of str
        The phrases.
    phrases : csr_array, shape (n_segments, n_phrases)
    """

    types: Sequence[str]
    words: Tokens | sparse.csr_array
    names: Sequence[str]
    phrases: sparse.csr_array

    @classmethod
    def of_tokens(cls, tokens: Tokens, patterns: Iterable[Pattern] = ()) -> _Raw:
        phrases, names = count_phrases(tokens, patterns)
        return cls(tokens.types, tokens, names, phrases)

    @classmethod
    def of_features(cls, terms: Features, phrases: bool) -> _Raw:
        several = np.array([" " in name for name in terms.names])
        words, whole = terms.where_named(~several), terms.where_named(several & phrases)
        return cls(list(words.names), words.matrix, list(whole.names), whole.matrix)

    def totals(self) -> list[int]:
        """How often each type occurs."""
        if isinstance(self.words, Tokens):
            return list(self.words.totals)
        return list(self.words.sum(axis=0))

    def regrouped(self, which: npt.NDArray[np.int32], n: int) -> sparse.csr_array:
        """Counts of n forms, `which` saying which of them each type is."""
        if isinstance(self.words, Tokens):
            return tally(self.words, n, which)
        return sparse.csr_array(self.words @ _indicator(which, n))


def _separate(raw: _Raw, fold: Mapping[str, str]) -> tuple[sparse.csr_array, list[str]]:
    """Fold words and phrases, and take out of words what phrases hold."""
    forms, form_of = _numbered(fold)
    words = raw.regrouped(form_of, len(forms))
    if not raw.names:
        return words, forms
    whole = {name: " ".join(fold[word] for word in name.split(" ")) for name in raw.names}
    names, name_of = _numbered(whole)
    left, phrases = words.tocsc(), (raw.phrases @ _indicator(name_of, len(names))).tocsc()
    take_out(left, phrases, names, {form: i for i, form in enumerate(forms)})
    matrix = sparse.hstack([left, phrases], format="csc").tocsr()
    matrix.eliminate_zeros()
    return matrix, [*forms, *names]


def _numbered(target: Mapping[str, str]) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Sort what words become, and tell which of them each word is."""
    names = sorted(set(target.values()))
    number = {name: i for i, name in enumerate(names)}
    return names, np.array([number[one] for one in target.values()], dtype=np.int32)


def _indicator(which: npt.NDArray[np.int32], n: int) -> sparse.csr_array:
    ones = np.ones(len(which), dtype=np.int32)
    return sparse.csr_array((ones, which, np.arange(len(which) + 1)), shape=(len(which), n))
