"""A folder written whole or not at all, and never over what someone else made."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

from framing.errors import InputError
from framing.files import digest

MANIFEST = "report.json"
SCHEMA = "framing-report/1"
_LARGEST = 50_000_000


def check(out: str | PathLike[str], *, overwrite: bool) -> Path:
    """Refuse a target that exists, unless it is a report that may be replaced.

    Parameters
    ----------
    out : path
    overwrite : bool
        Replace a folder that holds a report of this library and nothing else. An empty folder is
        always taken.

    Returns
    -------
    pathlib.Path
        Absolute, links resolved.

    Raises
    ------
    InputError
        The message names the file that stands in the way.
    """
    target = Path(out).resolve()
    if target.exists() and not target.is_dir():
        raise InputError(f"{str(out)!r} is a file; name a folder for the report.")
    nearest = next(parent for parent in target.parents if parent.exists())
    if not nearest.is_dir():
        raise InputError(f"{str(nearest)!r} is a file, so no folder can be made in it.")
    if not os.access(nearest, os.W_OK):
        raise InputError(f"cannot write in {str(nearest)!r}; name a folder where you may.")
    if not target.exists() or not any(target.iterdir()):
        return target
    ours = _written(target)
    if ours is None:
        raise InputError(
            f"{str(out)!r} exists and is not a report of this library, so it is left alone; "
            "name another folder."
        )
    if not overwrite:
        raise InputError(
            f"{str(out)!r} holds a report already; pass --overwrite (overwrite=True) to replace "
            "it, or name another folder."
        )
    others = [path for path in sorted(target.rglob("*")) if not _known(path, target, ours)]
    if others:
        raise InputError(
            f"{str(out)!r} also holds {others[0].relative_to(target).as_posix()!r}, which is not "
            "part of the report; move it elsewhere, or name another folder."
        )
    return target


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give a folder beside the target to write in; it takes the target's place at the end.

    Whatever goes wrong before, Ctrl-C included, the folder vanishes and the target stays as it was.
    """
    made = next(parent for parent in target.parents if parent.exists())
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.parent / f".{target.name}-{secrets.token_hex(4)}"
    try:
        new.mkdir()
        yield new
        _exchange(new, target)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        _remove_empty(target.parent, made)


def _exchange(new: Path, target: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    old = target.parent / f"{new.name}-old"
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old)


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove folders that were made for a report that did not come about."""
    while folder != top and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _written(folder: Path) -> dict[str, Any] | None:
    """The files a report says it is made of; None if there is no report."""
    path = folder / MANIFEST
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
        return None
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        return None
    files = manifest.get("files")
    return files if isinstance(files, dict) else None


def _known(path: Path, folder: Path, files: dict[str, Any]) -> bool:
    name = path.relative_to(folder).as_posix()
    if path.is_symlink():
        return False
    if path.is_dir():
        return any(file.startswith(f"{name}/") for file in files)
    return name == MANIFEST or name in files


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by name."""
    return {
        path.relative_to(folder).as_posix(): digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
