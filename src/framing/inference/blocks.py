"""Long work in blocks: on all cores, with progress, and the same whatever the number of cores."""

from __future__ import annotations

import os
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from tqdm.auto import tqdm as Bar

T = TypeVar("T")

BLOCK = 64
"""Replicates to a block. Each block has a seed of its own, so that results do not depend on which
core takes it, or on how many features there are."""


def in_blocks(work: Callable[[int], T], n: int, *, title: str = "") -> Iterator[T]:
    """Do ``work(0)``, ``work(1)``, … ``work(n − 1)`` on all cores; yield the results in order.

    A bar shows progress after a second, on a terminal or in JupyterLab. An interrupt stops the
    work at once, save for the blocks begun.

    Examples
    --------
    >>> list(in_blocks(lambda block: block**2, 4))
    [0, 1, 4, 9]
    """
    if n == 1:
        yield work(0)
        return
    waiting: deque[Future[T]] = deque()
    with (
        threadpool_limits(1),  # each core has a block of its own
        ThreadPoolExecutor(cores()) as pool,
        tqdm(total=n, desc=title, unit="block", disable=None, delay=1, leave=False) as bar,
    ):
        try:
            for block in range(n):
                waiting.append(pool.submit(work, block))
                if len(waiting) > 2 * cores():
                    yield waiting.popleft().result()
                    bar.update()
            while waiting:
                yield waiting.popleft().result()
                bar.update()
        finally:
            for future in waiting:
                future.cancel()


def tqdm(**options: Any) -> Bar[Any]:
    """Make a bar that shows progress, on a terminal or in JupyterLab; only now is tqdm loaded."""
    from tqdm.std import TqdmWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TqdmWarning)  # without ipywidgets there is no bar
        from tqdm.auto import tqdm as bar
    return bar(**options)


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def sizes(replicates: int) -> list[int]:
    """Replicates of each block.

    >>> sizes(300)
    [64, 64, 64, 64, 44]
    """
    full, rest = divmod(replicates, BLOCK)
    return [BLOCK] * full + [rest] * (rest > 0)
