"""One document of extracted features: metadata and counted paragraphs, as one line of JSON."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd

from framing.dates import format_date
from framing.errors import InputError
from framing.extracted.chains import LONGEST_CHAIN, without_chains
from framing.patterns import LONGEST, Pattern

if TYPE_CHECKING:
    from framing.corpus import Corpus

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "document": "id",
        "title": "title",
        "author": "creator",
        "date": "datePublished",
        "date_basis": "dateBasis",
        "outlet": "isPartOf",
        "publisher": "publisher",
        "kind": "docType",
        "language": "language",
        "url": "url",
        "sha256": "sourceSHA256",
    }
)
"""Columns of ``Corpus.documents`` and what the format calls them; others keep their own names."""

COLUMNS: Mapping[str, str] = MappingProxyType({name: column for column, name in NAMES.items()})
"""The same, from the format's names to the library's."""

PRECISION = "date_precision"
"""The one column that is not written: a date is written as precisely as it is known."""

LONGEST_VALUE = 300
"""Most characters in a value of metadata: what is longer may be prose."""

_COUNTED = frozenset(("wordCount", "paragraphCount", "features"))


@dataclass
class Paragraph:
    """One or more paragraphs of a document, counted together."""

    seq: int
    merged: list[int] = field(default_factory=list)
    unigrams: Counter[str] = field(default_factory=Counter)
    phrases: Counter[str] = field(default_factory=Counter)

    @property
    def size(self) -> int:
        """The number of words."""
        return self.unigrams.total()

    def absorb(self, other: Paragraph) -> None:
        """Add the counts of a paragraph that follows."""
        self.merged += [other.seq, *other.merged]
        self.unigrams += other.unigrams
        self.phrases += other.phrases

    def record(self) -> dict[str, Any]:
        """Write as the format has it; ``merged`` lists further paragraphs counted with ``seq``."""
        head = {"seq": self.seq, **({"merged": self.merged} if self.merged else {})}
        return head | {
            "tokenCount": self.size,
            "unigramCount": dict(sorted(self.unigrams.items())),
            "phraseCount": dict(sorted(self.phrases.items())),
        }


def count_paragraphs(
    corpus: Corpus, patterns: tuple[Pattern, ...], floor: int
) -> dict[str, list[Paragraph]]:
    """Count the paragraphs of every document that is long enough, short ones merged."""
    found: dict[str, list[Paragraph]] = {}
    counts = corpus.extract(patterns)
    names = list(counts.names)
    rows = corpus.segments[["document", "position"]].itertuples(index=False)
    for row, (name, position) in enumerate(rows):
        part = slice(counts.matrix.indptr[row], counts.matrix.indptr[row + 1])
        columns, n = counts.matrix.indices[part].tolist(), counts.matrix.data[part].tolist()
        held = {names[column]: times for column, times in zip(columns, n, strict=True)}
        words = Counter({one: times for one, times in held.items() if " " not in one})
        whole = Counter({one: times for one, times in held.items() if " " in one})
        found.setdefault(name, []).append(Paragraph(int(position), [], words, whole))
    merged = {name: merge(paragraphs, floor) for name, paragraphs in found.items()}
    return {name: paragraphs for name, paragraphs in merged.items() if paragraphs}


def merge(paragraphs: Iterable[Paragraph], floor: int) -> list[Paragraph]:
    """Merge paragraphs under the floor with the next, the last with the one before.

    Examples
    --------
    >>> sizes = [3, 1, 2, 4, 1]
    >>> parts = [Paragraph(i, [], Counter({"word": n})) for i, n in enumerate(sizes)]
    >>> [(part.seq, part.merged, part.size) for part in merge(parts, floor=3)]
    [(0, [], 3), (1, [2], 3), (3, [4], 5)]
    """
    done: list[Paragraph] = []
    short: Paragraph | None = None
    for paragraph in paragraphs:
        if short is None:
            short = paragraph
        else:
            short.absorb(paragraph)
        if short.size >= floor:
            done.append(short)
            short = None
    if short is not None and done:
        done[-1].absorb(short)
    return done


def metadata(documents: pd.DataFrame) -> list[dict[str, Any]]:
    """Put the metadata of every document under the format's names; what is missing is left out.

    Raises
    ------
    InputError
        For a value that is too long to be metadata or is neither text, number nor truth value,
        and for a column whose name the format uses for something else.
    """
    for column in documents:
        if not isinstance(column, str) or (
            column not in NAMES and (column in COLUMNS or column in _COUNTED)
        ):
            raise InputError(
                f"column {column!r} has a name that the feature format uses for something else; "
                "rename it."
            )
    columns = [column for column in map(str, documents) if column != PRECISION]
    records = []
    for row in documents.to_dict("records"):
        row["date"] = format_date(row["date"], row[PRECISION]) or None
        where = f"document {row['document']!r}, column"
        values = {NAMES.get(one, one): _plain(row[one], f"{where} {one!r}") for one in columns}
        records.append({name: value for name, value in values.items() if value is not None})
    return records


def to_line(head: dict[str, Any], paragraphs: list[Paragraph]) -> str:
    """Write a document as one line of JSON."""
    record = head | {
        "wordCount": sum(paragraph.size for paragraph in paragraphs),
        "paragraphCount": len(paragraphs),
        "features": {"paragraphs": [paragraph.record() for paragraph in paragraphs]},
    }
    return json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def document_frame(heads: list[dict[str, Any]], columns: Iterable[str]) -> pd.DataFrame:
    """Put metadata back under the library's names, one row a document."""
    return pd.DataFrame(
        {COLUMNS.get(name, name): pd.Series([head.get(name) for head in heads]) for name in columns}
    )


def parse_record(
    line: str, where: str, floor: int, listed: Callable[[str], bool]
) -> tuple[dict[str, Any], list[Paragraph]]:
    """Read one document, and check that its sums agree and the rules were kept.

    Parameters
    ----------
    line : str
    where : str
        File and line, for messages.
    floor : int
        Fewest words of a paragraph.
    listed : callable
        Whether a phrase is in the closed list.

    Returns
    -------
    (dict, list of Paragraph)
        Metadata under the format's names, and counts.
    """
    record = parse_object(line, where)
    name = record.get("id")
    if not isinstance(name, str) or not name.strip():
        _fail(where, "it has no 'id'")
    where = f"{where}, document {name!r}"
    features = record.get("features")
    entries = features.get("paragraphs") if isinstance(features, dict) else None
    if not isinstance(entries, list) or not entries:
        _fail(where, "it has no features.paragraphs")
    paragraphs = [_paragraph(entry, where, floor, listed) for entry in entries]
    order = [seq for paragraph in paragraphs for seq in (paragraph.seq, *paragraph.merged)]
    if order != sorted(set(order)):
        _fail(where, "its paragraphs are not in order")
    for key, count in (
        ("wordCount", sum(paragraph.size for paragraph in paragraphs)),
        ("paragraphCount", len(paragraphs)),
    ):
        if record.get(key) != count:
            _fail(where, f"{key} is {record.get(key)!r}, but its paragraphs give {count}")
    head = {key: value for key, value in record.items() if key not in _COUNTED}
    return {
        key: _plain(value, f"{where}, column {key!r}") for key, value in head.items()
    }, paragraphs


def parse_object(line: str, where: str) -> dict[str, Any]:
    """Read one JSON object; nothing else is accepted, nor numbers that JSON does not have."""

    def refuse(name: str) -> NoReturn:
        raise ValueError(f"{name} is not a number in JSON")

    try:
        value = json.loads(line, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{where}: not valid JSON ({error}); write one object a line, or fetch the file again."
        ) from error
    if not isinstance(value, dict):
        raise InputError(f"{where}: a JSON object was expected; got {line[:40].strip()!r}.")
    return value


def _paragraph(entry: Any, where: str, floor: int, listed: Callable[[str], bool]) -> Paragraph:
    if not isinstance(entry, dict) or not _is_count(entry.get("seq"), least=0):
        _fail(where, "a paragraph has no 'seq'")
    seq, merged = entry["seq"], entry.get("merged", [])
    where = f"{where}, paragraph {seq}"
    if not isinstance(merged, list) or not all(_is_count(one, least=0) for one in merged):
        _fail(where, "'merged' is not a list of positions")
    paragraph = Paragraph(seq, merged, *(_counts(entry, key, where) for key in _COUNTS))
    if entry.get("tokenCount") != paragraph.size:
        given = entry.get("tokenCount")
        _fail(where, f"tokenCount is {given!r}, but unigramCount sums to {paragraph.size}")
    if paragraph.size < floor:
        _fail(where, f"it has {paragraph.size} words, fewer than the floor of {floor}")
    if any(not word or " " in word for word in paragraph.unigrams):
        _fail(where, "unigramCount holds something that is not one word")
    for phrase, n in paragraph.phrases.items():
        parts = phrase.split(" ")
        if not 2 <= len(parts) <= LONGEST or not listed(phrase):
            _fail(where, f"the phrase {phrase[:80]!r} is not in the closed list")
        if any(paragraph.unigrams[part] < n for part in parts):
            _fail(where, f"{phrase!r} is counted more often than one of its words")
    if len(without_chains(paragraph.phrases)) < len(paragraph.phrases):
        _fail(where, f"its phrases run together to more than {LONGEST_CHAIN} words")
    return paragraph


_COUNTS = ("unigramCount", "phraseCount")


def _counts(entry: dict[str, Any], key: str, where: str) -> Counter[str]:
    value = entry.get(key)
    if not isinstance(value, dict) or not all(_is_count(n, least=1) for n in value.values()):
        _fail(where, f"{key} is not an object of counts")
    return Counter(value)


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _plain(value: Any, where: str) -> str | int | float | bool | None:
    """Take text, a number or a truth value; None for what is missing."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, str):
        if len(value) > LONGEST_VALUE:
            raise InputError(
                f"{where}: a value has {len(value)} characters, more than the {LONGEST_VALUE} of "
                "metadata; it may be prose, which features must not hold: drop or shorten it."
            )
        if re.search("[\ud800-\udfff]", value):
            raise InputError(f"{where}: half a character (a lone surrogate); mend the text.")
        return value
    if isinstance(value, float):
        if math.isinf(value):
            raise InputError(f"{where}: a value is infinite; give a number or nothing.")
        return None if math.isnan(value) else value
    if isinstance(value, (bool, int)):
        return value
    raise InputError(
        f"{where}: a value is a {type(value).__name__}; give text, a number, or true or false."
    )


def _fail(where: str, what: str) -> NoReturn:
    raise InputError(f"{where}: {what}; fetch or write the features again.")
