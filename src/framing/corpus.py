"""Corpus: documents, and the segments they are made of."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from framing.counting.numbered import Tokens
from framing.counting.phrases import count_phrases
from framing.counting.tallies import tally
from framing.counting.tokenised import tokenise
from framing.dates import parse_date
from framing.errors import InputError, InputWarning, NoWords, one_of
from framing.features import Features
from framing.patterns import Pattern, matching
from framing.tokens import has_words, paragraphs, sentence_splitter

if TYPE_CHECKING:
    from os import PathLike

SEGMENTS = ("paragraph", "sentence", "document")
REMOVED = ["document", "position", "reason", "text"]
_OURS = frozenset(
    ("document", "date", "date_precision", "sha256", "segment", "position", "n_tokens")
)


@dataclass(frozen=True, eq=False)
class Corpus:
    """Documents and their segments, as texts or as extracted features.

    Make one with :func:`framing.load`, :func:`framing.read` or :meth:`Corpus.from_frame`.

    Attributes
    ----------
    name : str
        A short name, used in titles.
    documents : pandas.DataFrame
        One row a document: ``document``, ``date`` (first day of the time meant),
        ``date_precision`` ("day", "month", "year", "unknown"), and metadata.
    segments : pandas.DataFrame
        One row a segment: ``segment``, ``document``, ``position`` (from 0, counting what cleaning
        removed), ``n_tokens``, and ``text`` where texts are at hand.
    terms : Features or None
        Stored case-kept counts, where the corpus was published without its texts.
    phrases : tuple of Pattern or None
        The closed list of phrases counted in `terms`.
    frames, mentions : pandas.DataFrame or None
        Hand codes by segment (the index): 1 or 0, missing where not coded; a column a frame that
        it uses, or an actor that it mentions.
    removed : pandas.DataFrame
        What cleaning took out: ``document``, ``position``, ``reason``, ``text``.
    folder : pathlib.Path or None
        Where it was read from.
    indexed : Tokens or None
        The words, where they were numbered before (:func:`framing.index`), without texts.
    """

    name: str
    documents: pd.DataFrame
    segments: pd.DataFrame
    terms: Features | None = field(default=None, repr=False)
    phrases: tuple[Pattern, ...] | None = field(default=None, repr=False)
    frames: pd.DataFrame | None = field(default=None, repr=False)
    mentions: pd.DataFrame | None = field(default=None, repr=False)
    removed: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=REMOVED), repr=False)
    folder: Path | None = None
    indexed: Tokens | None = field(default=None, repr=False)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        text: str = "text",
        id: str = "id",
        date: str | None = "date",
        *,
        segment: str = "paragraph",
        clean: bool = True,
        name: str = "corpus",
    ) -> Corpus:
        """Make a corpus from a table with one row a document.

        Parameters
        ----------
        frame : pandas.DataFrame
        text, id, date : str
            Columns that hold the text, a distinct name, and the date (None: no dates). Every other
            column becomes metadata.
        segment : {"paragraph", "sentence", "document"}
        clean : bool
            Take out web residue; see :mod:`framing.clean` and ``Corpus.removed``.
        name : str

        Returns
        -------
        Corpus

        Raises
        ------
        InputError
            For a missing column, a repeated id or an unreadable date; the row is named.

        Examples
        --------
        >>> table = pd.DataFrame({"id": ["a"], "date": ["2023-05"], "text": ["Chips matter."]})
        >>> corpus = Corpus.from_frame(table, clean=False)
        >>> corpus.segments
          segment document  position  n_tokens           text
        0   a/000        a         0         2  Chips matter.
        """
        return build(frame, text, id, date, segment=segment, clean=clean, name=name, where=name)

    @classmethod
    def from_dask(cls, frame: Any, client: Any, **options: Any) -> Corpus:
        """Make a corpus of a Dask DataFrame, read and counted by the workers of a cluster.

        See :func:`framing.spread.from_dask` for the parameters.
        """
        from framing.spread import from_dask

        return from_dask(frame, client, **options)

    def __repr__(self) -> str:
        counts = "counts" if self.terms is not None else "hand codes"
        holds = "texts" if self.has_texts else "words" if self.indexed is not None else counts
        sizes = f"{len(self.documents)} documents, {len(self.segments)} segments"
        return f"Corpus({self.name!r}, {sizes}, {holds})"

    @property
    def has_texts(self) -> bool:
        """Whether the texts themselves are at hand, or only what was counted in them."""
        return "text" in self.segments

    @property
    def has_words(self) -> bool:
        """Whether words are at hand in their order."""
        return self.has_texts or self.indexed is not None

    def table(self) -> pd.DataFrame:
        """Segments with the metadata of their documents, without texts."""
        bare = self.segments.drop(columns="text", errors="ignore")
        extra = self.documents.columns.difference(bare.columns, sort=False)
        held = self.documents.set_index("document")[list(extra)].reindex(bare["document"])
        return bare.join(held.set_axis(bare.index))

    @cached_property
    def tokens(self) -> Tokens:
        """The words of every segment, case kept, as numbers; only where texts or an index are."""
        if self.indexed is None:
            return tokenise(self.texts)
        if len(self.indexed) != len(self.segments):
            raise InputError(
                f"corpus {self.name!r} has {len(self.segments):,} segments, but its index "
                f"{len(self.indexed):,}; choose segments of counts (Features.where)."
            )
        return self.indexed

    @property
    def texts(self) -> pd.Series[str]:
        """The text of every segment."""
        if not self.has_texts:
            held = "hand codes" if self.terms is None else "counts"
            held = held if self.indexed is None else "an index of words"
            raise InputError(
                f"corpus {self.name!r} holds {held}, not texts; read a folder that has texts/ "
                "for what needs words."
            )
        return self.segments["text"]

    def extract(self, patterns: Iterable[Pattern] = (), *, matched: bool = False) -> Features:
        """Count words as they are written, and the phrases that the patterns find.

        Where texts are not at hand, the stored counts with the closed list of phrases.

        Parameters
        ----------
        patterns : iterable of Pattern
        matched : bool
            Keep only the words and phrases that some pattern matches. Sizes are of all.

        Returns
        -------
        Features
            Of kind "term": words, then phrases (joined by spaces), each in sorted order.
        """
        patterns = tuple(patterns)
        if self.terms is not None:
            stored = replace(self.terms, corpus=self)
            return stored.where_named(matching(patterns, stored.names)) if matched else stored
        phrases, names = count_phrases(self.tokens, patterns)
        types = self.tokens.types
        keep = np.ones(len(types), dtype=bool)
        if matched:
            keep = self.tokens.vocabulary.matched(patterns)
        column = np.where(keep, np.cumsum(keep) - 1, -1).astype(np.int32)
        words = tally(self.tokens, int(keep.sum()), column)
        return Features(
            sparse.hstack([words, phrases], format="csr"),
            [*(word for word, kept in zip(types, keep, strict=True) if kept), *names],
            self.table(),
            kind="term",
            corpus=self,
            size=(self.tokens.lengths + phrases.sum(axis=1)).astype(float),
        )

    def write_features(
        self,
        folder: str | PathLike[str],
        *,
        overwrite: bool = False,
        floor: int = 20,
        closed_list: Iterable[Pattern] | None = None,
    ) -> None:
        """Write what may be shared: metadata and counts a paragraph, never the texts.

        See :func:`framing.extracted.write_features` for the format and the rules. Give the phrases
        of your own codebook as `closed_list`, or nobody can find them in the features:
        ``[*codebook.patterns, *framing.closed_list(corpus)]``.
        """
        from framing.extracted import write_features

        write_features(self, folder, overwrite=overwrite, floor=floor, closed_list=closed_list)


def build(
    frame: pd.DataFrame,
    text: str,
    id: str,
    date: str | None,
    *,
    segment: str,
    clean: bool,
    name: str,
    where: str,
) -> Corpus:
    """Make a corpus as :meth:`Corpus.from_frame` does; `where` names the table in messages."""
    if segment not in SEGMENTS:
        raise one_of("segment", segment, SEGMENTS)
    for what, column in (("text", text), ("id", id), ("date", date)):
        if column is not None and column not in frame:
            hint = "; pass date=None if there are no dates" if what == "date" else ""
            raise InputError(
                f"{where}: no column {column!r} for {what}=; the columns are "
                f"{some(list(frame.columns), 20)}{hint}."
            )
    given = [column for column in (text, id, date) if column is not None]
    if len(set(given)) < len(given):
        raise InputError(
            f"{where}: text={text!r}, id={id!r} and date={date!r} must be different columns; pass "
            "date=None if there are no dates."
        )
    documents = document_table(frame.drop(columns=text), id, date, where)
    texts = _texts(frame[text], documents["document"], where)
    documents, texts = _without_empty(documents, texts, where)
    documents = documents.assign(sha256=[sha256(one) for one in texts])
    _warn_of_copies(documents, where)
    segments, removed = _segment(documents["document"], texts, segment, clean)
    return Corpus(name, documents, segments, removed=removed)


def sha256(text: str) -> str:
    """Hash a source text, so that whoever holds it can verify the features.

    Examples
    --------
    >>> sha256("")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def counts_to_features(counts: Sequence[Counter[str]], corpus: Corpus) -> Features:
    """Stack one counter a segment into a matrix, words first, then phrases, sorted."""
    names = sorted(set().union(*counts), key=lambda name: (" " in name, name))
    column = {name: i for i, name in enumerate(names)}
    sizes = [len(counter) for counter in counts]
    rows = np.repeat(np.arange(len(counts)), sizes)
    columns = np.fromiter((column[n] for c in counts for n in c), dtype=np.int64, count=sum(sizes))
    data = np.fromiter((v for c in counts for v in c.values()), dtype=np.int32, count=sum(sizes))
    matrix = sparse.csr_array((data, (rows, columns)), shape=(len(counts), len(names)))
    return Features(matrix, names, corpus.table(), kind="term", corpus=corpus)


def document_table(frame: pd.DataFrame, id: str, date: str | None, where: str) -> pd.DataFrame:
    """Check the names and dates of documents; ``document`` and ``date`` come first."""
    if len(frame) == 0:
        raise InputError(f"{where}: there are no documents; give one row a document.")
    names = document_names(frame[id], where)
    dates = [
        parse_date(value, f"{where}, row {row}, column {date!r}")
        for row, value in enumerate(
            frame[date] if date is not None else [None] * len(frame), start=1
        )
    ]
    undated = [str(name) for name, (day, _) in zip(names, dates, strict=True) if day is None]
    if date is not None and undated:
        warnings.warn(
            f"{where}: {len(undated)} of {len(frame)} documents have no date ({some(undated)}); "
            "they stay out of every comparison over time.",
            InputWarning,
            stacklevel=4,
        )
    head = {
        "document": names,
        "date": pd.Series([day for day, _ in dates], dtype="datetime64[s]").to_numpy(),
        "date_precision": [precision for _, precision in dates],
    }
    rest = frame.drop(columns=[id, *([date] if date is not None else [])]).reset_index(drop=True)
    clash = [column for column in rest if column in _OURS]
    if clash:
        raise InputError(f"{where}: column {clash[0]!r} has a name the library uses; rename it.")
    return pd.DataFrame(head).join(rest)


def document_names(column: pd.Series[Any], where: str) -> list[str]:
    """Check that every document has a name of its own."""
    names = column.astype("string").str.strip()
    blank = names.isna() | (names == "")
    if blank.any():
        raise InputError(
            f"{where}, row {_row(blank)}: column {column.name!r} is empty; name the document."
        )
    if names.duplicated().any():
        row = _row(names.duplicated())
        raise InputError(
            f"{where}, row {row}: the {column.name} {names.iloc[row - 1]!r} stands twice; "
            "give every document its own."
        )
    return [str(name) for name in names]


def some(names: Sequence[Any], most: int = 3) -> str:
    """Name a few of many.

    Examples
    --------
    >>> some(["a", "b", "c", "d"])
    'a, b, c and 1 more'
    """
    listed = ", ".join(str(name) for name in names[:most])
    return listed + (f" and {len(names) - most} more" if len(names) > most else "")


def _row(mask: pd.Series[bool]) -> int:
    return int(np.flatnonzero(mask.to_numpy())[0]) + 1


def _texts(column: pd.Series[Any], documents: pd.Series[str], where: str) -> list[str]:
    texts = []
    for row, (name, text) in enumerate(zip(documents, column, strict=True), start=1):
        if text is not None and not isinstance(text, str) and not pd.isna(text):
            raise InputError(
                f"{where}, row {row} ({name}): the text is a {type(text).__name__}; give strings."
            )
        text = text if isinstance(text, str) else ""
        if "\x00" in text:
            raise InputError(
                f"{where}, row {row} ({name}): the text holds a NUL byte, so it is not plain text; "
                "convert it first."
            )
        if re.search("[\ud800-\udfff]", text):
            raise InputError(
                f"{where}, row {row} ({name}): the text holds half a character (a lone surrogate), "
                "left by a faulty conversion; read it again from its source."
            )
        texts.append(text)
    return texts


def _without_empty(
    documents: pd.DataFrame, texts: list[str], where: str
) -> tuple[pd.DataFrame, list[str]]:
    full = np.array([has_words(text) for text in texts])
    if full.all():
        return documents, texts
    names = documents.loc[~full, "document"].tolist()
    if not full.any():
        raise NoWords(f"{where}: no document has any words.")
    warnings.warn(
        f"{where}: {len(names)} of {len(texts)} documents are empty and left out ({some(names)}).",
        InputWarning,
        stacklevel=4,
    )
    kept = [text for text, keep in zip(texts, full, strict=True) if keep]
    return documents[full].reset_index(drop=True), kept


def check_together(documents: pd.DataFrame, where: str) -> None:
    """Check documents that were read in parts: ids must differ, and texts should."""
    if documents["document"].duplicated().any():
        twice = documents.loc[documents["document"].duplicated(), "document"].iloc[0]
        raise InputError(
            f"{where}: the id {twice!r} stands twice in what was read; give every document its own."
        )
    _warn_of_copies(documents, where)


def _warn_of_copies(documents: pd.DataFrame, where: str) -> None:
    copies = documents.loc[documents["sha256"].duplicated(), "document"].tolist()
    if copies:
        warnings.warn(
            f"{where}: {len(copies)} documents repeat another's text to the letter "
            f"({some(copies)}); drop them, or they count twice.",
            InputWarning,
            stacklevel=4,
        )


def _segment(
    documents: Iterable[str], texts: Sequence[str], segment: str, clean: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split texts into segments; list what was removed as residue."""
    rows = [
        row
        for name, text in zip(documents, texts, strict=True)
        for row in _lines(name, text, clean)
    ]
    frame = pd.DataFrame(rows, columns=["document", "position", "reason", "line", "text"])
    frame["n_tokens"] = tokenise(frame["text"]).lengths
    wordless = (frame["n_tokens"] == 0).to_numpy()
    removed = frame[wordless].drop(columns=["text", "n_tokens"]).rename(columns={"line": "text"})
    removed["reason"] = removed["reason"].where(removed["reason"] != "", "no words")
    frame = frame.loc[~wordless, ["document", "position", "n_tokens", "text"]]
    if frame.empty:
        raise NoWords("cleaning left no text in any document; read it with clean=False.")
    left = set(frame["document"])
    bare = [name for name in dict.fromkeys(removed["document"]) if name not in left]
    if bare:
        warnings.warn(
            f"cleaning left nothing of {len(bare)} documents ({some(bare)}); read with clean=False "
            "if that is wrong.",
            InputWarning,
            stacklevel=5,
        )
    if segment == "sentence":
        split = sentence_splitter(frame["text"]).tokenize
        frame = frame.assign(text=[split(body) for body in frame["text"]]).explode("text")
        frame["n_tokens"] = tokenise(frame["text"]).lengths
        frame = frame[frame["n_tokens"] > 0]
    if segment == "document":
        whole = frame.groupby("document", sort=False)
        frame = whole.agg({"n_tokens": "sum", "text": "\n".join}).reset_index()
        frame.insert(1, "position", 0)
    frame = frame.reset_index(drop=True)
    order = frame.groupby("document", sort=False).cumcount()
    number = order if segment == "sentence" else frame["position"]
    frame.insert(0, "segment", frame["document"] + "/" + number.astype(str).str.zfill(3))
    return frame, removed.reset_index(drop=True)


def _lines(name: str, text: str, clean: bool) -> Iterator[tuple[str, int, str, str, str]]:
    """Go through the paragraphs of a document: position, reason to remove it, line and body."""
    from framing.clean import residue, strip_marks

    lines = paragraphs(text)
    reasons = residue(lines) if clean else [""] * len(lines)
    for position, (line, reason) in enumerate(zip(lines, reasons, strict=True)):
        yield name, position, reason, line, "" if reason else strip_marks(line) if clean else line
