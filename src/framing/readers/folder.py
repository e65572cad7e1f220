"""Folders: documents and their texts, extracted features, hand codes."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import pandas as pd

from framing.corpus import Corpus, build, document_names, document_table, sha256, some
from framing.dates import format_date
from framing.errors import InputError, InputWarning
from framing.extracted.folder import read_with_positions
from framing.extracted.shards import MANIFEST
from framing.files import DOCUMENTS, FILE_BYTES, inside, read_text
from framing.readers.codes import CODES, attach, coded_segments, read_codes
from framing.readers.table import separated

DOCUMENTS_TABLE = "documents.csv"
TEXTS = "texts"


def read_folder(
    folder: Path,
    segment: str,
    clean: bool,
    name: str | None,
    encoding: str,
    id: str,
    date: str | None,
    cache: bool,
) -> Corpus:
    """Read a corpus from a folder, by what it holds; see :func:`framing.read`."""
    has_table = (folder / DOCUMENTS_TABLE).exists()
    if (folder / MANIFEST).exists():
        if has_table:
            raise InputError(
                f"{folder} holds both {DOCUMENTS_TABLE} and {MANIFEST}, so there would be two "
                "homes for metadata; keep the features in a folder of their own."
            )
        return _features(folder, segment, clean, name, encoding, cache)
    title = name or folder.resolve().name
    codes = {file: read_codes(folder, file, encoding, id) for file in CODES}
    coded = [table for table in codes.values() if table is not None]
    frame = _documents(folder, encoding, id, date) if has_table else None
    if frame is not None and coded and "file" not in frame and not (folder / TEXTS).is_dir():
        documents = document_table(frame, id, date, str(folder / DOCUMENTS_TABLE))
        segments = coded_segments(coded, documents["document"], segment, str(folder))
        corpus = Corpus(title, documents, segments, folder=folder)
    else:
        if frame is None:
            frame, id, date = _bare(folder, encoding), "id", None
            where = str(folder)
        else:
            frame = _with_texts(frame, folder, encoding, id)
            where = str(folder / DOCUMENTS_TABLE)
        built = build(
            frame,
            "text",
            id,
            date,
            segment=segment,
            clean=clean,
            name=title,
            where=where,
            cache=cache,
        )
        corpus = replace(built, folder=folder)
    return attach(corpus, codes, segment, _positions(corpus))


def _documents(folder: Path, encoding: str, id: str, date: str | None) -> pd.DataFrame:
    path = inside(folder, DOCUMENTS_TABLE, str(folder))
    frame = separated(path, encoding, {id, "file", *([date] if date else [])})
    for column in (id, *([date] if date else [])):
        if column not in frame:
            hint = "; pass date=None if there are no dates" if column == date else ""
            raise InputError(
                f"{path}: no column {column!r}; the columns are {some(list(frame), 20)}{hint}."
            )
    document_names(frame[id], str(path))
    return frame


def _with_texts(frame: pd.DataFrame, folder: Path, encoding: str, id: str) -> pd.DataFrame:
    """Add the texts that a table of documents names."""
    path = folder / DOCUMENTS_TABLE
    names = document_names(frame[id], str(path))
    given = frame["file"] if "file" in frame else [""] * len(frame)
    files = [file.strip() or f"{TEXTS}/{name}.txt" for name, file in zip(names, given, strict=True)]
    found = [
        inside(folder, file, f"{path}, row {row}, document {name!r}")
        for row, (name, file) in enumerate(zip(names, files, strict=True), start=1)
    ]
    missing = [row for row, file in enumerate(found, start=1) if not file.is_file()]
    if missing:
        row = missing[0]
        raise InputError(
            f"{path}, row {row}, document {names[row - 1]!r}: there is no file "
            f"{files[row - 1]!r} ({len(missing)} of {len(found)} are missing); add it to {folder}, "
            "or take out the row."
        )
    unused = {file.resolve() for file in (folder / TEXTS).glob("*.txt")}
    unused -= {file.resolve() for file in found}
    if unused:
        warnings.warn(
            f"{path} does not list {len(unused)} of the files in {TEXTS}/ "
            f"({some(sorted(file.name for file in unused))}); they are not read.",
            InputWarning,
            stacklevel=5,
        )
    return frame.drop(columns="file", errors="ignore").assign(text=_read_all(found, encoding))


def _bare(folder: Path, encoding: str) -> pd.DataFrame:
    """Take text files without a table of documents."""
    files = list((folder / TEXTS).glob("*.txt")) or list(folder.glob("*.txt"))
    files = sorted(path for path in files if not path.name.startswith("."))
    if not files:
        raise InputError(
            f"{folder} holds nothing to read: neither {DOCUMENTS_TABLE} with texts or hand codes, "
            f"nor {MANIFEST}, nor .txt files."
        )
    if len(files) > DOCUMENTS:
        raise InputError(f"{folder} has more than the {DOCUMENTS:,} documents allowed; divide it.")
    for path in files:
        inside(folder, str(path.relative_to(folder)), str(folder))
    warnings.warn(
        f"{folder} has no {DOCUMENTS_TABLE}, so its {len(files)} texts have no dates and nothing "
        f"to compare by; add one with the columns id (the file's name without .txt), date, and "
        "what else is known.",
        InputWarning,
        stacklevel=4,
    )
    return pd.DataFrame(
        {"id": [path.stem for path in files], "text": _read_all(files, encoding)}, dtype=object
    )


def _read_all(files: list[Path], encoding: str) -> list[str]:
    size = sum(path.stat().st_size for path in files)
    if size > FILE_BYTES:
        raise InputError(
            f"the texts in {files[0].parent} have {size:,} bytes together, more than the "
            f"{FILE_BYTES:,} allowed; divide the corpus."
        )
    texts, length = [], 0
    for path in files:
        texts.append(read_text(path, encoding))
        length += len(texts[-1])
        if length > FILE_BYTES:
            raise InputError(
                f"the texts in {files[0].parent} unpack to more than {FILE_BYTES:,} characters "
                "together; divide the corpus."
            )
    return texts


def _features(
    folder: Path, segment: str, clean: bool, name: str | None, encoding: str, cache: bool
) -> Corpus:
    """Read extracted features, and the texts they were counted in if these are there."""
    codes = {
        file: read_codes(folder, file, encoding, "id") for file in ("frames.csv", "actors.csv")
    }
    wanted = "paragraph" if segment == "sentence" and (folder / TEXTS).is_dir() else segment
    corpus, positions = read_with_positions(folder, wanted, name)
    texts = _same_texts(corpus, folder, encoding)
    if texts is None:
        if wanted != segment:
            read_with_positions(folder, segment, name)  # says that sentences need texts
        return attach(corpus, codes, segment, positions)
    frame = corpus.documents.drop(columns="sha256").assign(text=texts)
    frame["date"] = list(map(format_date, frame["date"], frame.pop("date_precision")))
    built = build(
        frame,
        "text",
        "document",
        "date" if frame["date"].any() else None,
        segment=segment,
        clean=clean,
        name=corpus.name,
        where=str(folder),
        cache=cache,
    )
    built = replace(built, phrases=corpus.phrases, folder=folder)
    return attach(built, codes, segment, _positions(built))


def _same_texts(corpus: Corpus, folder: Path, encoding: str) -> list[str] | None:
    """Read the texts that were counted; None, with a warning, unless all are there unchanged."""
    names = list(corpus.documents["document"])
    files = [inside(folder, f"{TEXTS}/{name}.txt", str(folder / MANIFEST)) for name in names]
    there = [path for path in files if path.is_file()]
    if not there or "sha256" not in corpus.documents:
        return None
    texts = dict(zip(there, _read_all(there, encoding), strict=True))
    recorded = dict(zip(files, corpus.documents["sha256"], strict=True))
    changed = [path for path, text in texts.items() if sha256(text) != recorded[path]]
    bad = [*changed, *(path for path in files if path not in texts)]
    if not bad:
        return list(texts.values())
    warnings.warn(
        f"{folder}: {len(bad)} of {len(files)} texts are missing or are not those that were "
        f"counted (by their SHA-256): {some([path.name for path in bad])}. The texts are left "
        "aside and the counts used.",
        InputWarning,
        stacklevel=5,
    )
    return None


def _positions(corpus: Corpus) -> pd.DataFrame:
    return corpus.segments[["document", "position", "segment"]]
