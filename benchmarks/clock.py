"""Time and memory of a piece of work, and processes that take it on; needs Python alone.

Peak memory is the kernel's: the mark of the most that the process held (VmHWM) is taken back to
what it holds now when the clock starts (``/proc/self/clear_refs``), and read when it stops. What
the C library holds in reserve is given back first, so that it does not hide what the work takes.
Elsewhere than on Linux it is the most since the process began.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
STATUS = Path("/proc/self/status")


class Clock:
    """Wall time, CPU time (all threads, user and system) and peak memory in MB, from here on."""

    def __init__(self) -> None:
        gc.collect()
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
        self.before = held("VmRSS")
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        return {"wall": wall, "cpu": cpu, "memory": held("VmHWM"), "before": self.before}


def held(name: str) -> float:
    """Memory of this process in MB: "VmRSS" now, "VmHWM" at most."""
    if STATUS.exists():
        found = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text())
        return int(found[1]) * 1024 / 1e6 if found else float("nan")
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


class Ready(NamedTuple):
    """Work to be timed, what is told of its result afterwards, and how much of the whole it is."""

    work: Callable[[], Any]
    tell: Callable[[Any], dict] = lambda result: {}
    part: float = 1.0
    compiled: float = 0.0


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def timed(ready: Ready) -> dict[str, Any]:
    """Do the work by the clock; scale its times up to the whole."""
    clock = Clock()
    result = ready.work()
    found: dict[str, Any] = clock.read()
    for name in ("wall", "cpu"):
        found[name] /= ready.part
    return found | {"compiled": ready.compiled} | ready.tell(result)


def run(command: list[str], cache: Path) -> Any:
    """Run a process that prints what it measured as JSON; raise with its complaint if it fails.

    Compiled code is kept in `cache`, so that a run begins without any and later processes read it.
    """
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}\nexit {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def complaint(error: RuntimeError) -> str:
    """Take the line that tells why a process failed."""
    *rest, last = [line for line in str(error).splitlines() if line.strip()]
    return (rest[-1] if len(rest) > 1 else last)[:120]
