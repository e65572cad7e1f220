"""What decides a result besides what is given: the library, its packages, the machine."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from framing.facade import BEGAN
from framing.resources import folder

_HARDWARE = ("NUMBA_DISABLE_JIT", "NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES", "OPENBLAS_CORETYPE")
"""Variables of the environment that choose other machine code."""

State = tuple[tuple[str, int, int], ...]


def rules() -> str | None:
    """Sum up what decides results, as a digest.

    Returns
    -------
    str or None
        None if source files cannot be read, or are newer than this process: what it runs is then
        not what they say.
    """
    try:
        state = _state()
        if max(changed for _, changed, _ in state) > BEGAN:
            return None
        return _digest(state)
    except OSError:
        return None


def _state() -> State:
    """When the files that rules stand in were last changed, and their sizes."""
    found = []
    for path in _files():
        status = os.stat(path)
        changed = max(status.st_mtime_ns, status.st_ctime_ns)
        found.append((path, changed, status.st_size))
    return tuple(found)


@cache
def _files() -> list[str]:
    """Name the files that rules stand in: source, codebooks, lists of actors."""
    source = sorted(Path(__file__).parents[1].rglob("*.py"))
    if not source:
        raise FileNotFoundError("the source is not at hand")
    lists = [path for kind in ("actors", "codebooks") for path in (folder() / kind).glob("*.toml")]
    return [str(path) for path in (*source, *sorted(lists))]


@lru_cache(maxsize=1)
def _digest(state: State) -> str:
    seen = hashlib.sha256(repr(_surroundings()).encode())
    for path, _, _ in state:
        data = Path(path).read_bytes()
        seen.update(f"{Path(path).name} {len(data)}\n".encode() + data)
    return seen.hexdigest()


@cache
def _surroundings() -> list[str]:
    """Versions of packages, and whatever may move the last digit of a number."""
    from importlib.metadata import requires

    needs = [
        re.split(r"[^\w.-]", one)[0] for one in requires("framing") or [] if "extra" not in one
    ]
    extensions = np.show_config(mode="dicts").get("SIMD Extensions", {})
    return [
        *(f"{name} {_version(name)}" for name in sorted({"framing", "pyarrow", *needs})),
        f"python {platform.python_version()} {sys.platform} {platform.machine()}",
        f"processor {extensions.get('baseline')} {extensions.get('found')}",
        *(f"{name} {os.environ.get(name)}" for name in _HARDWARE),
    ]


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
