"""Dealing: blocks of work given out to the workers of a cluster, and what happens there."""

from __future__ import annotations

import threading
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

from framing.errors import InputWarning
from framing.inference.cluster import Cluster, Task
from framing.inference.parcels import Parcel

T = TypeVar("T")

SHARE: ContextVar[int | None] = ContextVar("share", default=None)
"""How many cores the work that is being done here may use; None: all."""


def dealt(
    client: Any,
    work: Callable[[Any], T],
    n: int | None,
    items: Iterable[Any],
    *,
    title: str,
    unit: str,
    alone: bool,
) -> Generator[T, None, None]:
    """Do the work for every item on the workers of a cluster; yield the results in order.

    The work, with all that it holds, is sent to each worker once. Items are handed out as results
    are taken, so that few of them wait at a time.

    Parameters
    ----------
    client : distributed.Client
    work : callable
    n : int or None
    items : iterable
    title, unit : str
    alone : bool
        Whether an item takes all threads of a worker, and its process for itself, rather than one
        thread. What it warns of is then said here.
    """
    waiting: deque[Task] = deque()
    total = "" if n is None else f" of {n}"

    def take() -> T:
        value, said = cluster.result(waiting.popleft())
        for one in said:
            warnings.warn_explicit(*one)
        return value  # type: ignore[no-any-return]

    with Cluster(client, title) as cluster:
        kept = cluster.keep(work)
        for number, item in enumerate(items, start=1):
            threads = cluster.threads()
            room = dict.fromkeys(threads, 1) if alone else threads
            busy = [task.home for task in waiting if not task.future.done()]
            home = min(room, key=lambda one: busy.count(one) / room[one], default=None)
            share = threads[home] if alone and home is not None else 1
            given, what = (item, share, alone), f"{unit} {number}{total}"
            waiting.append(cluster.submit(_done, kept, given, home=home, what=what))
            if len(waiting) > 2 * max(1, sum(room.values())):
                yield take()
        while waiting:
            yield take()


def _done(work: Parcel, given: Parcel) -> Parcel:
    """Do the work for one item, on a worker."""
    item, share, alone = given.open()
    with PROCESS.for_itself() if alone else PROCESS.shared() as said:
        token = SHARE.set(share)
        try:
            value = work.open()(item)
        finally:
            SHARE.reset(token)
    kept = [(one.message, one.category, one.filename, one.lineno) for one in said]
    return Parcel((value, kept), "a result")


class _Process:
    """What all work in one process shares: numpy's threads, and where Python's warnings go."""

    def __init__(self) -> None:
        self._count, self._warnings = threading.Lock(), threading.Lock()
        self._running = 0
        self._limits: Any = None

    @contextmanager
    def shared(self) -> Iterator[list[warnings.WarningMessage]]:
        """Keep numpy's own threads out of the way for as long as any work is done."""
        with self._count:
            self._running += 1
            if self._running == 1:
                self._limits = threadpool_limits(1)
        try:
            yield []
        finally:
            with self._count:
                self._running -= 1
                if self._running == 0:
                    self._limits.restore_original_limits()

    @contextmanager
    def for_itself(self) -> Iterator[list[warnings.WarningMessage]]:
        """Besides, list what is warned of, and keep out others that do."""
        with self._warnings, warnings.catch_warnings(record=True) as said, self.shared():
            warnings.simplefilter("always", InputWarning)
            yield said


PROCESS = _Process()
