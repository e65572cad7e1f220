"""The folder of kept results: files that appear whole, never change, and go when room is short."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import time
from pathlib import Path

from framing.files import write_whole

_MAGIC = b"framing kept result 1\n"
_ENDING = ".kept"
_RESULT = re.compile(r"[0-9a-f]{64}\.kept")
_DRAFT = re.compile(r"\.[0-9a-f]{64}\.kept\.[0-9a-f]+")

AFTER = 0.9
"""How much is left when room has been made, as a part of the most bytes allowed."""
_ABANDONED = 3600
"""Seconds after which nobody is writing a draft any more."""


def read(folder: Path, key: str, most: int) -> bytes | None:
    """Read what is kept under a key.

    Parameters
    ----------
    folder : pathlib.Path
    key : str
        64 hexadecimal digits.
    most : int
        A larger file is not ours.

    Returns
    -------
    bytes or None
        None if nothing is kept. What is damaged is deleted.

    Raises
    ------
    OSError
        If something is there and cannot be read.
    """
    path = folder / f"{key}{_ENDING}"
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            path.unlink()
            return None
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    head = len(_MAGIC) + hashlib.sha256().digest_size
    body = data[head:]
    if data[:head] != _MAGIC + _seal(key, body):
        path.unlink(missing_ok=True)
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # used last
    return body


def write(folder: Path, key: str, body: bytes) -> None:
    """Keep bytes under a key; the folder is made, for the user alone, if it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(folder / f"{key}{_ENDING}", _MAGIC + _seal(key, body) + body)


def drop(folder: Path, key: str) -> None:
    """Delete what is kept under a key."""
    (folder / f"{key}{_ENDING}").unlink(missing_ok=True)


def prune(folder: Path, most: int) -> None:
    """Delete the results that were not used for longest, if all have more than `most` bytes.

    Files that this module did not write are left alone. Another process may do the same at the same
    time: both go through the same files in the same order, and stop at the same place.
    """
    abandoned = time.time() - _ABANDONED
    found: list[tuple[float, str, int]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            draft = _DRAFT.fullmatch(entry.name) is not None
            if not draft and _RESULT.fullmatch(entry.name) is None:
                continue
            with contextlib.suppress(OSError):  # gone meanwhile, or not to be deleted
                status = entry.stat(follow_symlinks=False)
                if not draft:
                    found.append((status.st_mtime, entry.path, status.st_size))
                elif status.st_mtime < abandoned:
                    os.unlink(entry.path)
    size = sum(one[2] for one in found)
    if size <= most:
        return
    for _, path, length in sorted(found):
        if size <= AFTER * most:
            return
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
        except OSError:  # in use, on Windows
            continue
        size -= length


def _seal(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode("ascii") + body).digest()
