"""Text into paragraphs, sentences and words, case kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

TOKENIZER = "framing-words/1"
"""Name and version of the rules in :func:`words`; recorded beside extracted features."""

_LETTER = r"[^\W\d_]"
_WORD = r"(?:[^\W_]|[\u0300-\u036f])+"
_DOTTED = rf"(?:(?:{_LETTER}\.){{2,}}|(?:{_LETTER}\.)+{_LETTER}(?!\w))"
_TOKEN = re.compile(
    rf"""
      (?P<skip> https?://\S+ | www\.\S+ | (?<![^\s@])[^\s@]+@[^\s@]+\.\w+ | \b[A-Z]{{1,3}}\$ )
    | (?P<token>
        {_LETTER}(?:&{_LETTER})+(?!\w)                         # R&D
      | \d+(?:\+\d+)+(?!\w)                                    # 2+2
      | \d+(?:[.,]\d+)+(?!\w)                                  # 1,000.5
      | (?:{_DOTTED}|{_WORD})(?:['-](?:{_DOTTED}|{_WORD}))*    # U.S., like-minded, don't
      )
    """,
    re.VERBOSE,
)
SAME = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u00ad": None,
        "\u200b": None,
        "\ufeff": None,
    }
)
BOUND = frozenset(
    "anti co counter cross de e ex extra indo inter intra mid mini multi non pan post pre pro "
    "quasi re self semi sub super trans un under vice".split()
)
_POSSESSIVE = re.compile(r"'(?:s|S)?$")


def words(text: str) -> list[str]:
    """Split text into words, case kept.

    Dots inside acronyms and possessive endings are dropped (``U.S.`` → ``US``, ``EU's`` → ``EU``);
    typographic quotes and dashes count as plain ones. A compound is one word (``like-minded``,
    ``2-nanometer``, ``COVID-19``) unless it joins a name or an acronym to something else
    (``US-Japan``, ``China-led``): then its parts are words, so that a name is never hidden.
    Web and mail addresses and currency marks (``US$``) are not words.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str

    Examples
    --------
    >>> words("The EU’s R&D on 2-nanometer chips: a Japan–U.S. 2+2 with like-minded partners")
    ['The', 'EU', 'R&D', 'on', '2-nanometer', 'chips', 'a', 'Japan', 'US', '2+2', 'with', \
'like-minded', 'partners']
    """
    return list(_words(text))


def has_words(text: str) -> bool:
    """Whether a text holds any word.

    Examples
    --------
    >>> has_words("– 2 –"), has_words("* * *")
    (True, False)
    """
    return any(next(_words(part), "") for part in (text[:500], text[500:]))


def _words(text: str) -> Iterator[str]:
    for match in _TOKEN.finditer(unicodedata.normalize("NFC", text).translate(SAME)):
        token = match["token"]
        if token is not None:
            yield from _simple(token)


def _simple(token: str) -> Iterable[str]:
    """Undo dots, possessives and compounds of names."""
    for part in _parts(token):
        word = _POSSESSIVE.sub("", part)
        if "." in word and not word[0].isdigit():
            word = word.replace(".", "")
        if word:
            yield word


def _parts(token: str) -> list[str]:
    parts = token.split("-")
    names_something = any(part[:1].isupper() for part in parts)
    bound = parts[0].lower() in BOUND or any(part.isdigit() or len(part) == 1 for part in parts)
    return parts if names_something and not bound else [token]


def is_acronym(word: str) -> bool:
    """Whether a word is written as an acronym: two or more capitals, no other letters but an s.

    Examples
    --------
    >>> [word for word in ("US", "us", "G7", "5G", "EVs", "R&D", "Act", "I") if is_acronym(word)]
    ['US', 'G7', '5G', 'EVs', 'R&D']
    """
    if word[1:2].islower():  # as most words are
        return False
    stem = word[:-1] if len(word) > 2 and word.endswith("s") else word
    capitals = sum(letter.isupper() for letter in stem)
    others = sum(letter.isalpha() and not letter.isupper() for letter in stem)
    return others == 0 and len(stem) >= 2 and capitals >= 1


def paragraphs(text: str) -> list[str]:
    r"""Split text into paragraphs: non-empty lines, or blocks where lines are hard-wrapped.

    A text is taken to be hard-wrapped when blank lines divide it into blocks and most lines inside
    a block stop without closing punctuation at a similar width.

    Examples
    --------
    >>> paragraphs("One.\n\n\nTwo.\nThree.")
    ['One.', 'Two.', 'Three.']
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    blocks = [
        [line.strip() for line in block.split("\n") if line.strip()]
        for block in re.split(r"\n[^\S\n]*\n", text)
    ]
    inner = [line for block in blocks for line in block[:-1]]
    unfinished = sum(len(line) >= 40 and line[-1] not in ".!?:;”\"'’)" for line in inner)
    wide = max((len(line) for line in inner), default=0) > 120
    if len(inner) >= 4 and not wide and unfinished > 0.6 * len(inner):
        return [" ".join(block) for block in blocks if block]
    return [line for block in blocks for line in block]


def sentence_splitter(texts: Iterable[str]) -> PunktSentenceTokenizer:
    """Train Punkt on the corpus itself, so that nothing is downloaded.

    References
    ----------
    Kiss, T. & Strunk, J. (2006). Unsupervised multilingual sentence boundary detection.
    *Computational Linguistics*, 32(4), 485–525.
    """
    from nltk.tokenize.punkt import PunktSentenceTokenizer, PunktTrainer

    trainer = PunktTrainer()
    trainer.INCLUDE_ALL_COLLOCS = True
    for text in texts:
        trainer.train(text, finalize=False)
    trainer.finalize_training()
    params = trainer.get_params()
    params.abbrev_types.update({"u.s", "dr", "mr", "mrs", "ms", "prof", "e.g", "i.e", "no", "st"})
    return PunktSentenceTokenizer(params)
