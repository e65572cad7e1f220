"""The files of a features folder: the manifest, the closed list, and documents in shards."""

from __future__ import annotations

import json
import re
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from framing.errors import InputError, InputWarning
from framing.extracted.chains import LONGEST_CHAIN
from framing.extracted.records import Paragraph, parse_object, parse_record
from framing.files import DOCUMENTS, digest, gzipped, inside, lines, read_text
from framing.tokens import TOKENIZER

SCHEMA = "framing-features/1"
MANIFEST, PHRASES = "features.json", "phrases.txt"

SHARD_BYTES = 1_800_000
"""A year whose gzip file would be larger is divided."""

PLAIN_BYTES = 1_000_000
"""Up to this size all documents lie in one file, not compressed."""

_DATA = re.compile(r"features(-(\d{4}|undated)(-\d+)?)?\.jsonl(\.gz)?")


@dataclass(frozen=True)
class Manifest:
    """What ``features.json`` says: the rules, and which files belong to it."""

    folder: Path
    name: str
    floor: int
    columns: tuple[str, ...]
    files: dict[str, int]

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest, and check that every file it lists is there and unchanged."""
        path = folder / MANIFEST
        if not path.is_file():
            raise InputError(f"{folder} has no {MANIFEST}; give a folder of extracted features.")
        inside(folder, MANIFEST, str(folder))
        value = parse_object(read_text(path), str(path))
        if value.get("schema") != SCHEMA:
            raise InputError(
                f"{path}: the schema is {value.get('schema')!r}; this version of framing reads "
                f"{SCHEMA!r}."
            )
        if value.get("tokenizer") != TOKENIZER:
            warnings.warn(
                f"{path}: words were divided by {value.get('tokenizer')!r}, here by {TOKENIZER!r}; "
                "counts may differ slightly from those of texts.",
                InputWarning,
                stacklevel=5,
            )
        name, floor, columns = (value.get(key) for key in ("name", "floor", "columns"))
        files = value.get("files")
        if (
            not isinstance(name, str)
            or not isinstance(floor, int)
            or not isinstance(columns, list)
            or not all(isinstance(column, str) for column in columns)
            or not isinstance(files, dict)
            or not all(isinstance(one, dict) for one in files.values())
            or PHRASES not in files
        ):
            raise InputError(
                f"{path}: 'name', 'floor', 'columns' or 'files' is missing or of another kind; "
                "fetch or write the features again."
            )
        for file, expected in files.items():
            _verify(folder, file, expected.get("sha256"))
        data = {file: one.get("documents") for file, one in files.items() if file != PHRASES}
        return cls(folder, name, floor, tuple(columns), data)

    def documents(
        self, listed: Callable[[str], bool]
    ) -> Iterator[tuple[dict[str, Any], list[Paragraph]]]:
        """Yield the metadata and paragraphs of every document, checked."""
        seen: set[str] = set()
        for file, expected in self.files.items():
            before = len(seen)
            for number, line in enumerate(lines(self.folder / file), start=1):
                where = f"{self.folder / file}, line {number}"
                head, paragraphs = parse_record(line, where, self.floor, listed)
                unknown = [key for key in head if key not in self.columns]
                if unknown or head["id"] in seen or len(seen) >= DOCUMENTS:
                    why = (
                        f"{unknown[0]!r} is not among the columns that {MANIFEST} lists"
                        if unknown
                        else f"document {head['id']!r} stands twice"
                        if head["id"] in seen
                        else f"more than the {DOCUMENTS:,} documents allowed"
                    )
                    raise InputError(f"{where}: {why}; fetch or write the features again.")
                seen.add(head["id"])
                yield head, paragraphs
            if len(seen) - before != expected:
                raise InputError(
                    f"{self.folder / file} has {len(seen) - before} documents, but {MANIFEST} says "
                    f"{expected!r}; fetch or write the features again."
                )
        if not seen:
            raise InputError(f"{self.folder / MANIFEST} lists no documents.")


def _verify(folder: Path, file: str, expected: object) -> None:
    path = inside(folder, file, str(folder / MANIFEST))
    if file != PHRASES and not _DATA.fullmatch(file):
        raise InputError(f"{folder / MANIFEST}: {file!r} is not the name of a file of features.")
    if not path.is_file():
        raise InputError(f"{path} is missing, though {MANIFEST} lists it; fetch it again.")
    if digest(path) != expected:
        raise InputError(
            f"{path} was changed after the features were written (its SHA-256 is not the one in "
            f"{MANIFEST}); fetch it again, or write the features anew from the texts."
        )


def write_shards(
    folder: Path, documents: Sequence[str], years: Sequence[str], about: Mapping[str, Any]
) -> None:
    """Write documents, one line of JSON each, and the manifest that lists their files.

    Parameters
    ----------
    folder : Path
        Holds the closed list already.
    documents : sequence of str
    years : sequence of str
        The year of each document; empty where it has none.
    about : mapping
        What else the manifest says.
    """
    files: dict[str, dict[str, Any]] = {}

    def put(name: str, data: bytes, **count: int) -> None:
        (folder / name).write_bytes(data)
        files[name] = {"sha256": digest(folder / name), **count}

    whole = [(line + "\n").encode() for line in documents]
    if sum(map(len, whole)) <= PLAIN_BYTES:
        put("features.jsonl", b"".join(whole), documents=len(whole))
    else:
        for year in sorted(set(years), key=lambda year: (not year, year)):
            of_year = [line for line, one in zip(whole, years, strict=True) if one == year]
            packed = _pack(of_year)
            for number, (data, count) in enumerate(packed, start=1):
                part = f"-{number:0{len(str(len(packed)))}d}" if len(packed) > 1 else ""
                put(f"features-{year or 'undated'}{part}.jsonl.gz", data, documents=count)
    files[PHRASES] = {"sha256": digest(folder / PHRASES)}
    value = {
        "schema": SCHEMA,
        "tokenizer": TOKENIZER,
        "segment": "paragraph",
        "longestChain": LONGEST_CHAIN,
        **about,
        "documents": len(whole),
        "files": files,
    }
    text = json.dumps(value, ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_bytes((text + "\n").encode())


def _pack(documents: list[bytes]) -> list[tuple[bytes, int]]:
    """Compress documents, halved until each part is small enough or one document."""
    data = gzipped(b"".join(documents))
    if len(data) <= SHARD_BYTES or len(documents) == 1:
        return [(data, len(documents))]
    ends = list(accumulate(map(len, documents)))
    middle = max(1, sum(end <= ends[-1] / 2 for end in ends))
    return _pack(documents[:middle]) + _pack(documents[middle:])


def publish(staged: Path, target: Path) -> None:
    """Put finished files in place; if that fails, what stood there before is put back."""
    if not target.exists():
        staged.rename(target)
        return
    placed: list[Path] = []
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as aside:
        moved = [(path, Path(aside, path.name)) for path in present(target)]
        try:
            for path, away in moved:
                path.rename(away)
            for path in sorted(staged.iterdir()):
                placed.append(path.rename(target / path.name))
        except BaseException:
            for path in placed:
                path.unlink()
            for path, away in moved:
                if away.exists():
                    away.rename(path)
            raise


def present(folder: Path) -> list[Path]:
    """List the files of features in a folder."""
    if not folder.is_dir():
        return []
    return [
        path
        for path in sorted(folder.iterdir())
        if path.name in (MANIFEST, PHRASES) or _DATA.fullmatch(path.name)
    ]
