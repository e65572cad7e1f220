"""Threads that share blocks of compiled work, for as long as a model is fitted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Self

import numba.core.event as events
from threadpoolctl import threadpool_limits

from framing.inference.blocks import cores

BLOCKS = 64
"""Blocks that work is cut into, whatever the number of threads, so that sums come out the same."""


class Workers:
    """A pool of threads, which keeps numpy's own threads out of the way meanwhile.

    Products are small here, and numpy's threads would wait for the next one at full speed.

    Parameters
    ----------
    n_jobs : int, optional
        Threads; default one a core.

    Examples
    --------
    >>> from framing.topics.fitting.workers import Workers
    >>> with Workers(2) as workers:
    ...     workers.blocks(lambda first, last: last - first, 130)[:3]
    [2, 2, 2]
    """

    def __init__(self, n_jobs: int | None = None) -> None:
        self.pool = ThreadPoolExecutor(cores() if n_jobs is None else n_jobs)

    def __enter__(self) -> Self:
        self.limits = threadpool_limits(1)
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(cancel_futures=True)
        self.limits.restore_original_limits()

    def each(self, work: Callable[..., Any], parts: list[tuple[Any, ...]]) -> list[Any]:
        """Do the work for every tuple of arguments, and return the results in order."""
        waiting: list[Future[Any]] = []
        try:
            waiting = [self.pool.submit(work, *part) for part in parts]
            return [future.result() for future in waiting]
        except BaseException:
            for future in waiting:
                future.cancel()
            raise

    def blocks(self, work: Callable[..., Any], n: int, *settings: Any) -> list[Any]:
        """Do ``work(first, last, *settings)`` for blocks of n rows."""
        return self.each(work, [(*bounds, *settings) for bounds in blocks_of(n)])


def blocks_of(n: int) -> list[tuple[int, int]]:
    """Cut n rows into at most 64 blocks of nearly equal size.

    >>> blocks_of(3)
    [(0, 1), (1, 2), (2, 3)]
    """
    count = min(BLOCKS, n)
    return [(n * i // count, n * (i + 1) // count) for i in range(count)]


@contextmanager
def announced() -> Iterator[None]:
    """Say so when loops are compiled: it takes a while, and happens on the first run only."""

    class Said(events.Listener):
        said = False

        def on_start(self, event: Any) -> None:
            if not self.said:
                print("Compiling the model’s loops, once (up to a minute) …", file=sys.stderr)
                Said.said = True

        def on_end(self, event: Any) -> None:
            pass

    with events.install_listener("numba:compile", Said()):
        yield
