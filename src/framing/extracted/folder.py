"""Features folders: written whole or not at all, and verified when they are read."""

from __future__ import annotations

import secrets
import shutil
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from framing.corpus import SEGMENTS, Corpus, counts_to_features, document_table, some
from framing.errors import InputError, InputWarning, one_of
from framing.extracted.chains import without_chains
from framing.extracted.records import (
    NAMES,
    PRECISION,
    Paragraph,
    count_paragraphs,
    document_frame,
    metadata,
    to_line,
)
from framing.extracted.shards import PHRASES, Manifest, present, publish, write_shards
from framing.files import read_text
from framing.patterns import Matcher, Pattern


def write_features(
    corpus: Corpus,
    folder: str | PathLike[str],
    *,
    overwrite: bool = False,
    floor: int = 20,
    closed_list: Iterable[Pattern] | None = None,
) -> None:
    """Write what may be shared of a corpus: metadata and counts, never its texts.

    Parameters
    ----------
    corpus : Corpus
        With texts, read in paragraphs.
    folder : path
        Made if it is not there. Other files in it are left alone.
    overwrite : bool
        Replace features that are there already.
    floor : int
        Paragraphs with fewer words are merged with the next, the last with the one before;
        documents with fewer are left out, and a warning counts them.
    closed_list : iterable of Pattern, optional
        Phrases to count, the most needed first; default :func:`framing.closed_list`.

    Raises
    ------
    InputError
        If there are no texts, a value of metadata could be prose or cannot be written, or there
        are features already. Nothing is left behind then.

    Notes
    -----
    Documents come back in their order where all lie in one file, else ordered by year. The same
    corpus gives the same bytes, as long as Python's zlib is the same.

    Examples
    --------
    >>> import tempfile
    >>> table = pd.DataFrame({"id": ["a"], "date": ["2023"], "text": ["Chips matter to us all."]})
    >>> corpus = Corpus.from_frame(table, clean=False)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_features(corpus, folder, floor=4, closed_list=[Pattern.parse("chips matter")])
    ...     read_features(folder).extract().to_frame()["term"].tolist()
    ['Chips', 'all', 'matter', 'to', 'us', 'Chips matter']
    """
    target = Path(folder)
    _check_target(target, overwrite)
    _check_source(corpus)
    if closed_list is None:
        from framing.count import closed_list as default

        closed_list = default(corpus)
    patterns = tuple(dict.fromkeys(one for one in closed_list if len(one.parts) > 1))
    absent = [parent for parent in target.parents if not parent.exists()]
    staged = target.parent / f".{target.name}-{secrets.token_hex(4)}"
    try:
        staged.mkdir(parents=True)
        _write(corpus, staged, patterns, floor)
        publish(staged, target)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
        for parent in absent:
            with suppress(OSError):  # it holds the features, unless something failed
                parent.rmdir()


def read_features(
    folder: str | PathLike[str], *, segment: str = "paragraph", name: str | None = None
) -> Corpus:
    """Read a corpus that was published without its texts.

    Parameters
    ----------
    folder : path
    segment : {"paragraph", "document"}
        Sentences need texts.
    name : str, optional
        Default the name in the manifest.

    Returns
    -------
    Corpus
        Its ``terms`` are the counts, its ``phrases`` the closed list.

    Raises
    ------
    InputError
        If a file is missing, was changed, or breaks a rule of the format; file, line and document
        are named.
    """
    return read_with_positions(Path(folder), segment, name)[0]


def read_with_positions(
    folder: Path, segment: str, name: str | None
) -> tuple[Corpus, pd.DataFrame]:
    """Read features, and tell which segment each paragraph of the texts was counted in.

    Returns
    -------
    (Corpus, pandas.DataFrame)
        The table has columns ``document``, ``position`` and ``segment``.
    """
    if segment not in SEGMENTS:
        raise one_of("segment", segment, SEGMENTS)
    if segment == "sentence":
        raise InputError(
            f"{folder} holds extracted features, which have no sentences; use "
            "segment='paragraph' or 'document', or put the texts into its folder texts/."
        )
    manifest = Manifest.read(folder)
    patterns = _read_phrases(folder / PHRASES)
    listed = cache(Matcher(patterns).matches)
    heads: list[dict[str, Any]] = []
    rows: list[tuple[str, str, int, int]] = []
    counts: list[Counter[str]] = []
    positions: list[tuple[str, int, str]] = []
    for head, paragraphs in manifest.documents(listed):
        heads.append(head)
        if segment == "document":
            whole = Paragraph(0)
            for paragraph in paragraphs:
                whole.absorb(paragraph)
            paragraphs = [whole]
        for paragraph in paragraphs:
            label = f"{head['id']}/{paragraph.seq:03d}"
            rows.append((label, str(head["id"]), paragraph.seq, paragraph.size))
            counts.append(paragraph.unigrams + paragraph.phrases)
            seqs = dict.fromkeys((paragraph.seq, *paragraph.merged))
            positions += [(head["id"], seq, label) for seq in seqs]
    segments = pd.DataFrame(rows, columns=["segment", "document", "position", "n_tokens"])
    corpus = Corpus(
        name or manifest.name,
        _document_table(heads, manifest.columns, str(folder)),
        segments,
        phrases=patterns,
        folder=folder,
    )
    terms = counts_to_features(counts, corpus)
    # counted once the segments were known; Corpus.extract gives it the corpus it is asked of
    object.__setattr__(corpus, "terms", terms)
    return corpus, pd.DataFrame(positions, columns=["document", "position", "segment"])


def _write(corpus: Corpus, folder: Path, patterns: tuple[Pattern, ...], floor: int) -> None:
    """Write all files of features into an empty folder."""
    heads = metadata(corpus.documents)
    counted = count_paragraphs(corpus, patterns, floor)
    short = [head["id"] for head in heads if head["id"] not in counted]
    if not counted:
        raise InputError(f"corpus {corpus.name!r}: no document has the {floor} words of floor=.")
    if short:
        warnings.warn(
            f"corpus {corpus.name!r}: {len(short)} of {len(heads)} documents have fewer than "
            f"{floor} words and are left out of the features ({some(short)}).",
            InputWarning,
            stacklevel=3,
        )
    heads = [head for head in heads if head["id"] in counted]
    rank = _rank(patterns)
    left_out = sum(
        _break_chains(paragraph, rank) for found in counted.values() for paragraph in found
    )
    (folder / PHRASES).write_text(
        "".join(f"{'=' * one.case_sensitive}{one}\n" for one in patterns), "utf-8", newline="\n"
    )
    write_shards(
        folder,
        [to_line(head, counted[head["id"]]) for head in heads],
        [head.get(NAMES["date"], "")[:4] for head in heads],
        {
            "name": corpus.name,
            "floor": floor,
            "columns": [NAMES.get(c, c) for c in map(str, corpus.documents) if c != PRECISION],
            "paragraphs": sum(map(len, counted.values())),
            "phrasesLeftOut": left_out,
        },
    )


def _rank(patterns: tuple[Pattern, ...]) -> Callable[[str], tuple[int, str]]:
    """Order phrases as the closed list has them."""
    matcher, place = Matcher(patterns), {one: i for i, one in enumerate(patterns)}

    @cache
    def rank(phrase: str) -> tuple[int, str]:
        candidates = matcher.starting(phrase.split(" ", 1)[0])
        return min(place[one] for one in candidates if one.matches(phrase)), phrase

    return rank


def _break_chains(paragraph: Paragraph, rank: Callable[[str], tuple[int, str]]) -> int:
    """Drop phrases that would run together; tell how many occurrences went."""
    kept = set(without_chains(sorted(paragraph.phrases, key=rank)))
    before = paragraph.phrases.total()
    paragraph.phrases = Counter({one: n for one, n in paragraph.phrases.items() if one in kept})
    return before - paragraph.phrases.total()


def _read_phrases(path: Path) -> tuple[Pattern, ...]:
    found = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        try:
            found.append(Pattern.parse(line.removeprefix("="), line.startswith("=")))
        except InputError as error:
            raise InputError(f"{path}, line {number}: {error}") from error
    return tuple(found)


def _document_table(heads: list[dict[str, Any]], columns: Iterable[str], where: str) -> Any:
    frame = document_frame(heads, columns)
    hashes = frame.pop("sha256") if "sha256" in frame else None
    dated = "date" in frame and frame["date"].notna().any()
    if not dated:
        frame = frame.drop(columns="date", errors="ignore")
    table = document_table(frame, "document", "date" if dated else None, where)
    return table if hashes is None else table.assign(sha256=hashes)


def _check_source(corpus: Corpus) -> None:
    if not corpus.has_texts:
        raise InputError(
            f"corpus {corpus.name!r} has no texts to count; if it holds extracted features, "
            "copy their folder instead."
        )
    segments = corpus.segments
    sentences = segments.duplicated(["document", "position"]).any()
    if sentences or segments["text"].str.contains("\n", regex=False).any():
        raise InputError(
            f"corpus {corpus.name!r} is not in paragraphs; read it with segment='paragraph' to "
            "write its features."
        )


def _check_target(target: Path, overwrite: bool) -> None:
    if target.exists() and not target.is_dir():
        raise InputError(f"{target} is a file; name a folder to write features to.")
    if (target / "documents.csv").exists():
        raise InputError(
            f"{target} has a documents.csv; features hold the metadata themselves, so write them "
            "to another folder."
        )
    if not overwrite and present(target):
        raise InputError(
            f"{target} holds features already; pass overwrite=True (in a shell, --overwrite) to "
            "replace them, or name another folder."
        )
