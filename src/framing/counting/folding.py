"""What becomes of words: case, stems and stop words, decided for a whole vocabulary at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from framing.errors import one_of
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


def stop_list(stop_words: str | Iterable[str] | None) -> frozenset[str]:
    """Read what :func:`framing.count` takes as ``stop_words=``."""
    if stop_words is None:
        return frozenset()
    if isinstance(stop_words, str):
        if stop_words != "english":
            raise one_of("stop_words", stop_words, ["english", None, "an iterable of words"])
        return english()
    return frozenset(stop_words)


def folded(types: Iterable[str]) -> dict[str, str]:
    """Map every word of a vocabulary to its folded form.

    A long word in capitals is an acronym only if it is never written otherwise.

    Examples
    --------
    >>> folded(["Chips", "US", "us", "THE"])
    {'Chips': 'chips', 'US': 'US', 'us': 'us', 'THE': 'the'}
    """
    words = list(types)
    acronyms = {word for word in words if not word.islower() and is_acronym(word)}
    spelt = {word.lower() for word in words if word not in acronyms}
    fold = {}
    for word in words:
        lower = word.lower()
        if word in acronyms:
            shouted = len(word) > 5 and lower in spelt
            function = lower in english() and word not in _SPELT_LIKE_STOP_WORDS
            fold[word] = lower if shouted or function else word
        else:
            fold[word] = lower
    return fold


def stemmed(fold: Mapping[str, str], totals: Iterable[int]) -> dict[str, str]:
    """Replace each folded form by the commonest form with the same stem.

    Parameters
    ----------
    fold : mapping of str to str
        What :func:`folded` made of the vocabulary.
    totals : iterable of int
        How often each word of the vocabulary occurs, in the order of `fold`.
    """
    from nltk.stem.snowball import SnowballStemmer

    stem = SnowballStemmer("english").stem
    occurs: dict[str, int] = {}
    for form, n in zip(fold.values(), totals, strict=True):
        occurs[form] = occurs.get(form, 0) + n
    family = {form: form if is_acronym(form) else stem(form) for form in occurs}
    best: dict[str, str] = {}
    for form in sorted(occurs, key=lambda form: (-occurs[form], form)):
        best.setdefault(family[form], form)
    return {word: best[family[form]] for word, form in fold.items()}


def means_something(word: str) -> bool:
    """Whether a word can be part of a collocation: no stop word, number or lone letter."""
    return len(word) > 1 and word not in english() and _has_letters(word)


def kept(term: str, stop: frozenset[str], numbers: bool) -> bool:
    """Whether a term is counted at all."""
    if " " in term:
        return True
    if len(term) == 1 or term in stop:
        return False
    return numbers or "+" in term or _has_letters(term)


def _has_letters(word: str) -> bool:
    return word.isalpha() or any(letter.isalpha() for letter in word)
