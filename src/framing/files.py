"""Files read within bounds: none outside its folder, none without end, faults named by place."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import os
import secrets
import zlib
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import BinaryIO, cast

from framing.errors import InputError

FILE_BYTES = 2**30
"""Most bytes read from a file (after decompression), and from the texts of a folder together."""

LINE_CHARACTERS = 2**25
"""Most characters in a line of a table or in one text, and most bytes in the file of a text."""

DOCUMENTS = 1_000_000
"""Most documents in a corpus."""

_CHUNK = 2**20


def inside(folder: Path, name: str, where: str) -> Path:
    """Join a name to a folder, and refuse whatever would leave it.

    Parameters
    ----------
    folder : Path
    name : str
        As it stands in a table or manifest.
    where : str
        Names the place of `name` in the error message.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If the name is absolute, climbs with ``..``, or is a symbolic link to somewhere else.

    Examples
    --------
    >>> inside(Path("corpus"), "texts/a.txt", "row 1").as_posix()
    'corpus/texts/a.txt'
    """
    windows = PureWindowsPath(name)
    climbs = ".." in windows.parts or bool(windows.drive) or bool(windows.root)
    if climbs or "\x00" in name or not (folder / name).resolve().is_relative_to(folder.resolve()):
        raise InputError(
            f"{where}: the path {name[:200]!r} leads out of the folder {str(folder)!r}; keep every "
            "file of a corpus inside its folder."
        )
    return folder / name


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """Read one text, not longer than :data:`LINE_CHARACTERS`; a byte-order mark is dropped.

    Line ends are kept, so that the SHA-256 of the text is that of a file in UTF-8. A gzipped text
    may not be longer when it is unpacked.
    """
    size = path.stat().st_size
    if size > LINE_CHARACTERS:
        raise InputError(
            f"{path} has {size:,} bytes, more than the {LINE_CHARACTERS:,} allowed for one text; "
            "is it the file you meant?"
        )
    pieces, length = [], 0
    for piece in chunks(path, encoding):
        pieces.append(piece)
        length += len(piece)
        if length > LINE_CHARACTERS:
            raise InputError(
                f"{path} unpacks to more than the {LINE_CHARACTERS:,} characters allowed for one "
                "text; is it the file you meant?"
            )
    return "".join(pieces)


def lines(path: Path, encoding: str = "utf-8", most: int | None = None) -> Iterator[str]:
    """Yield the lines of a file, plain or gzipped, with their line ends, in bounded memory.

    At most `most` bytes are read; default :data:`FILE_BYTES`.
    """
    rest, number = "", 1
    for chunk in chunks(path, encoding, most):
        *whole, rest = (rest + chunk).split("\n")
        for line in whole:
            yield line + "\n"
        number += len(whole)
        if len(rest) > LINE_CHARACTERS:
            raise InputError(
                f"{path}, line {number}: longer than the {LINE_CHARACTERS:,} characters allowed "
                "for one line; is the file what its name says, with one document a line?"
            )
    if rest:
        yield rest


def chunks(path: Path, encoding: str = "utf-8", most: int | None = None) -> Iterator[str]:
    """Yield the text of a file, plain or gzipped, piece by piece.

    Raises
    ------
    InputError
        For bytes that are not text in this encoding, a NUL byte, a damaged or cut-off gzip file,
        and more than `most` bytes; the byte at fault is named, counted from 0.
    """
    most = FILE_BYTES if most is None else most
    try:
        "".encode(encoding)
    except LookupError:
        raise InputError(
            f"encoding must be one Python knows, such as 'utf-8' or 'cp1252'; got {encoding!r}."
        ) from None
    decoder = codecs.getincrementaldecoder(encoding)()
    start = 0
    with _open(path) as stream:
        while True:
            data = _take(stream, path)
            before = start - len(decoder.getstate()[0])
            try:
                piece = decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{path}, byte {before + error.start}: not text in {encoding!r}; save the file "
                    "as UTF-8, or pass its encoding= (often 'cp1252' for files made on Windows)."
                ) from None
            if "\x00" in piece:
                at = before + len(piece[: piece.index("\x00")].encode(encoding))
                raise InputError(
                    f"{path}, byte {at}: a NUL byte, so this is not plain text in {encoding!r}; "
                    "convert the file to text, or pass its encoding= (perhaps 'utf-16')."
                )
            if piece:
                yield piece if before > 0 else piece.removeprefix("\ufeff")
            if not data:
                return
            start += len(data)
            if start > most:
                raise InputError(
                    f"{path} holds more than the {most:,} bytes allowed for one file; divide it."
                )


def digest(path: Path) -> str:
    """Hash the bytes of a file with SHA-256."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def gzipped(data: bytes) -> bytes:
    """Compress to bytes that depend on nothing but the data: no time, no file name.

    Examples
    --------
    >>> gzipped(b"")[:10].hex()
    '1f8b08000000000002ff'
    """
    target = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=0) as stream:
        stream.write(data)
    return target.getvalue()


def new_file(path: Path, holds: str, *, overwrite: bool) -> Path:
    """Refuse a path where somebody's work may be lost.

    Parameters
    ----------
    path : Path
    holds : str
        What a file there may hold: "codes".
    overwrite : bool
        Replace it nevertheless.
    """
    if path.exists() and not overwrite:
        raise InputError(
            f"{path} is there already and may hold {holds}; name another file, or pass "
            "overwrite=True to replace it."
        )
    return path


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file under another name first, so that it is there whole or as it was before."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _open(path: Path) -> BinaryIO:
    if not path.is_file():
        kind = "a folder" if path.is_dir() else "not a regular file" if path.exists() else "no file"
        raise InputError(f"{os.fspath(path)!r} is {kind}; give the path of a file to read.")
    return cast(BinaryIO, gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb"))


def _take(stream: BinaryIO, path: Path) -> bytes:
    try:
        return stream.read(_CHUNK)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        state = "is cut short" if isinstance(error, EOFError) else "is not a sound gzip file"
        raise InputError(f"{path} {state}; fetch or write it again.") from error
