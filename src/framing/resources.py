"""Where the bundled corpora, codebooks and actor lists lie; TOML and JSON read with care."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any

from framing.errors import InputError, one_of
from framing.files import LINE_CHARACTERS

LARGEST = 1_000_000
"""Most bytes a codebook or actor list can have."""


def folder() -> Path:
    """Find the folder of bundled data: ``framing/data`` when installed, else the checkout's.

    Examples
    --------
    >>> folder().name in ("data", "corpus")
    True
    """
    installed = Path(__file__).with_name("data")
    return installed if installed.is_dir() else Path(__file__).resolve().parents[2] / "corpus"


def bundled(kind: str) -> list[str]:
    """Name the bundled files of a kind, ``codebooks`` or ``actors``.

    Examples
    --------
    >>> bundled("actors")
    ['us-eu-japan']
    """
    return sorted(path.stem for path in (folder() / kind).glob("*.toml"))


def find(kind: str, source: str | PathLike[str]) -> Path:
    """Turn the name of a bundled file, or a path, into the path of a file that is there."""
    path = Path(source)
    if isinstance(source, str) and source in bundled(kind):
        return folder() / kind / f"{source}.toml"
    if path.is_file():
        return path
    if path.suffix or len(path.parts) > 1:
        raise InputError(f"there is no file {str(path)!r}; give the path of a TOML file.")
    raise one_of({"codebooks": "codebook"}.get(kind, kind), source, bundled(kind))


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of bounded size; say which file is at fault."""
    size = path.stat().st_size
    if size > LARGEST:
        raise InputError(
            f"{path} has {size:,} bytes, more than {LARGEST:,}; is it the file you meant?"
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text; save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:  # a fault, a huge number, nested too deep
        raise InputError(f"{path} is not valid TOML: {error}.") from error


def read_record(path: Path, what: str, schema: str, keys: Iterable[str]) -> dict[str, Any]:
    """Read a JSON object of bounded size whose schema and keys are known.

    Parameters
    ----------
    path : Path
    what : str
        Names it in error messages: "a sample".
    schema : str
        What must stand under "schema".
    keys : iterable of str
    """
    if not path.is_file():
        raise InputError(f"there is no file {str(path)!r}; give the path of {what}.")
    if path.stat().st_size > LINE_CHARACTERS:
        raise InputError(f"{path} is too large for {what}; is it the file you meant?")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON: {error}.") from error
    record = known_keys(record, keys, str(path))
    if record.get("schema") != schema:
        raise InputError(f"{path}: 'schema' must be {schema!r}; got {record.get('schema')!r}.")
    return record


def known_keys(table: Any, allowed: Iterable[str], where: str) -> dict[str, Any]:
    """Refuse anything but a table whose keys are all known."""
    if not isinstance(table, dict):
        raise InputError(f"{where} must be a table; got {table!r}.")
    allowed = list(allowed)
    for key in table:
        if key not in allowed:
            raise one_of(f"{where}: a key", key, allowed)
    return table


def text(table: dict[str, Any], key: str, where: str, default: str | None = None) -> str:
    """Take a string that is not empty; without a default it must be there."""
    value = table.get(key, default)
    if value is None:
        raise InputError(f'{where}: {key!r} is missing; write {key} = "…".')
    if not isinstance(value, str) or (not value.strip() and key in table):
        raise InputError(f"{where}: {key!r} must be text; got {value!r}.")
    return value


def texts(table: dict[str, Any], key: str, where: str) -> list[str]:
    """Take a list of strings; absent is empty."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InputError(f'{where}: {key!r} must be a list of texts, like ["…", "…"].')
    return value


def tables(table: dict[str, Any], key: str, where: str) -> list[Any]:
    """Take a list of tables, written ``[[key]]``; absent is empty."""
    value = table.get(key, [])
    if not isinstance(value, list):
        raise InputError(f"{where}: write [[{key}]] for each {key}.")
    return value


def distinct(names: Iterable[str], what: str, where: str) -> None:
    """Refuse a name that stands twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"{where}: there are two {what}s named {name!r}; rename one.")
        seen.add(name)
