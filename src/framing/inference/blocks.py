"""Long work in blocks: on all cores or on a cluster, with progress, and the same on any of them."""

from __future__ import annotations

import os
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from framing.inference.dealing import SHARE, dealt

if TYPE_CHECKING:
    from tqdm.auto import tqdm as Bar

T = TypeVar("T")

BLOCK = 64
"""Replicates to a block. Each block has a seed of its own, so that results do not depend on which
core takes it, or on how many features there are."""
ROWS = 1 << 16
"""Rows of counts that are worked on at a time: copies of so many take little memory."""


def in_blocks(
    work: Callable[[Any], T],
    n: int | None,
    *,
    items: Iterable[Any] | None = None,
    title: str = "",
    unit: str = "block",
    client: Any = None,
    alone: bool = False,
) -> Iterator[T]:
    """Do ``work(0)``, ``work(1)``, … ``work(n − 1)`` on all cores; yield the results in order.

    A bar shows progress after a second, on a terminal or in JupyterLab. An interrupt stops the
    work at once, save for the blocks begun.

    Parameters
    ----------
    work : callable
        It must not write to anything outside of itself: on a cluster nobody would see it.
    n : int or None
        None, with `items`: nobody knows.
    items : iterable, optional
        n things that the work is done for, in place of their numbers; taken when they are needed.
    title, unit : str
        Of the bar.
    client : distributed.Client, optional
        The cluster whose workers do it, with the same results; default the threads of this machine.
    alone : bool
        Whether, on a cluster, each item needs a worker for itself (see :func:`in_turn`).

    Examples
    --------
    >>> list(in_blocks(lambda block: block**2, 4))
    [0, 1, 4, 9]
    """
    items = range(n or 0) if items is None else items
    if n == 1:
        yield from map(work, items)
        return
    dealer = (
        _threaded(work, items)
        if client is None
        else dealt(client, work, n, items, title=title or "work", unit=unit, alone=alone)
    )
    with progress(n, title, unit) as bar, closing(dealer):
        for result in dealer:
            yield result
            bar.update()


def in_turn(
    work: Callable[[Any], T], items: Sequence[Any], *, title: str, unit: str, client: Any = None
) -> Iterator[T]:
    """Do work that takes all cores by itself for one item after another; on a cluster, for several.

    There each has a worker's threads for itself, and its process, since what is warned of is the
    whole process's affair. numpy's own threads rest, here and there, so that results are the same.

    Parameters
    ----------
    work, title, unit, client
        As in :func:`in_blocks`.
    items : sequence

    Examples
    --------
    >>> list(in_turn(len, ["a", "bc"], title="words", unit="word"))
    [1, 2]
    """
    if client is not None and len(items) > 1:
        settings: Any = {"title": title, "unit": unit, "client": client, "alone": True}
        yield from in_blocks(work, len(items), items=items, **settings)
        return
    with threadpool_limits(1), progress(len(items), title, unit) as bar:
        for item in items:
            yield work(item)
            bar.update()


def progress(n: int | None, title: str, unit: str) -> Any:
    """Make a bar that shows after a second, on a terminal or in JupyterLab."""
    return tqdm(total=n, desc=title, unit=unit, disable=None, delay=1, leave=False)


def _threaded(work: Callable[[Any], T], items: Iterable[Any]) -> Generator[T, None, None]:
    waiting: deque[Future[T]] = deque()
    with (
        threadpool_limits(1),  # each core has a block of its own
        ThreadPoolExecutor(cores()) as pool,
    ):
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > 2 * cores():
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
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


def cut(ends: npt.NDArray[np.int64], most: int) -> list[tuple[int, int]]:
    """Cut runs that end at `ends`, from nought on, into blocks of whole runs, of about `most`.

    Examples
    --------
    >>> cut(np.array([0, 3, 4, 9]), 4)
    [(0, 2), (2, 3)]
    """
    starts = np.flatnonzero(np.diff(ends[:-1] // most, prepend=-1)).tolist()
    return list(pairwise([*starts, len(ends) - 1]))


def cores() -> int:
    """Count the cores that this process may use, or on a worker the task."""
    if (share := SHARE.get()) is not None:
        return share
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
