"""A cluster's workers: what is sent to them outlives any of them, and no wait is without end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

import numpy as np

from framing.errors import InputError
from framing.inference.parcels import Parcel

PATIENCE = 60.0
"""Seconds without any worker after which work is given up."""
_LOOK = 2.0
"""Seconds between two looks at which workers there are."""
_FETCH = 10.0
"""Seconds that a result may take over the network, at first; twice as many the next time."""


def check_client(client: Any) -> None:
    """Refuse what is no client of a cluster, or can no longer be used.

    Parameters
    ----------
    client : distributed.Client or None
        None: this machine.

    Examples
    --------
    >>> check_client("tcp://10.0.0.1:8786")
    Traceback (most recent call last):
        ...
    framing.errors.InputError: client must be a distributed.Client; got a str. ...
    """
    if client is None:
        return
    needed = ("submit", "cancel", "nthreads", "processing")
    if isinstance(client, type) or not all(hasattr(client, name) for name in needed):
        given = client.__name__ if isinstance(client, type) else f"a {type(client).__name__}"
        raise InputError(
            f"client must be a distributed.Client; got {given}. Connect with "
            "distributed.Client(address), or leave it out to use this machine."
        )
    if getattr(client, "asynchronous", False):
        raise InputError(
            "client is asynchronous; make it without asynchronous=True, outside of coroutines."
        )
    if (status := getattr(client, "status", "running")) != "running":
        raise InputError(f"client is {status}; connect again, with distributed.Client(address).")


@dataclass(eq=False)
class Task:
    """What a worker is asked to do: a function of parcels that gives a parcel.

    Attributes
    ----------
    function : callable
    arguments : tuple
        Other tasks and what Dask delays, for what they give, and values.
    home : str or None
        The worker that does it if it is there and free.
    what : str
        What it is called where it cannot be done.
    future : distributed.Future
    """

    function: Callable[..., Parcel]
    arguments: tuple[Any, ...]
    home: str | None
    what: str
    future: Any = None

    @property
    def needs(self) -> list[Task]:
        """The tasks among its arguments."""
        return [one for one in self.arguments if isinstance(one, Task)]


class Cluster:
    """What one computation has on a cluster; all of it is dropped at the end.

    Whatever is sent is the result of a task. A task is done again where its result is lost with a
    worker; data that were scattered would be lost for good.

    Parameters
    ----------
    client : distributed.Client
    title : str
        What is computed.
    """

    def __init__(self, client: Any, title: str) -> None:
        check_client(client)
        self.client, self.title = client, title
        self._held: dict[Task, None] = {}  # in order
        self._threads: dict[str, int] = {}
        self._looked = self._bare = -np.inf
        self._idle: Task | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        held = [task.future for task in self._held if task.future is not None]
        self._held = {}
        if held and self.client.status == "running":
            self.client.cancel(held)

    def keep(self, value: Any, home: str | None = None) -> Task:
        """Send a value, for tasks that take it: each worker is sent it once, and opens it once."""
        return self.submit(_kept, value, home=home, what="what is needed")

    def submit(
        self, function: Callable[..., Parcel], *arguments: Any, home: str | None = None, what: str
    ) -> Task:
        """Ask for something to be done; see :class:`Task`."""
        task = Task(function, arguments, home, f"{what} ({self.title})")
        self._held[task] = None
        self._send(task)
        return task

    def forget(self, task: Task) -> None:
        """Say that something is not needed any more."""
        self._held.pop(task, None)
        task.future.release()

    def result(self, task: Task) -> Any:
        """Wait for what a task gives, and open it.

        Raises
        ------
        RuntimeError
            If it cannot be had: the task takes its workers with it, or none are left.
        Exception
            What the task raised.
        """
        from distributed import CancelledError, KilledWorker, wait

        what, fetch = task.what, _FETCH
        while True:
            try:
                if not task.future.done():
                    wait([task.future], timeout=_LOOK)
                parcel = task.future.result(timeout=fetch)
                break
            except TimeoutError:
                if task.future.status == "error":  # it is the task's own
                    raise
                fetch *= 1 + (task.future.status == "finished")
                self._look(what)
                self._rescue(task)
            except KilledWorker as error:
                raise RuntimeError(
                    f"{what} was begun on {error.allowed_failures + 1} workers of the cluster, "
                    "which were lost: it, or what ran beside it, needs more memory than a worker "
                    "has, or breaks it. Give workers more memory or fewer threads, or leave out "
                    "client=."
                ) from error
            except CancelledError as error:
                raise RuntimeError(
                    f"{what} was cancelled: the cluster was stopped, or started afresh. Connect "
                    "again, with distributed.Client(address), and repeat."
                ) from error
        self.forget(task)
        return parcel.open()

    def threads(self) -> dict[str, int]:
        """How many threads each worker has; looked up every other second."""
        if time.monotonic() - self._looked > _LOOK:
            self._look(self.title)
        return self._threads

    def some_threads(self) -> dict[str, int]:
        """The same, once there is a worker."""
        while not self.threads():
            time.sleep(0.1)
        return self._threads

    def _send(self, task: Task) -> None:
        import dask

        where: dict[str, Any] = {}
        if task.home is not None:
            where = {"workers": [task.home], "allow_other_workers": True}
        key = f"framing-{self.title.replace(' ', '-')}-{uuid4().hex}"
        sent = [self._sent(one, task.what) for one in task.arguments]
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": 2**60}):
            if any(map(dask.is_dask_collection, sent)):  # whose own results nobody is to keep
                whole = dask.delayed(task.function, pure=False)(*sent, dask_key_name=key)
                task.future = self.client.compute(whole, **where)
            else:
                task.future = self.client.submit(task.function, *sent, key=key, pure=False, **where)

    def _sent(self, argument: Any, what: str) -> Any:
        import dask

        if isinstance(argument, Task):
            return argument.future
        return argument if dask.is_dask_collection(argument) else Parcel(argument, what)

    def _look(self, what: str) -> None:
        """See which workers there are; give up where there have been none for a while."""
        self._threads = dict(sorted(self._told(self.client.nthreads, what).items()))
        self._looked = time.monotonic()
        if self._threads:
            self._bare = -np.inf
        elif self._bare < 0:
            self._bare = self._looked
        elif self._looked - self._bare > PATIENCE:
            raise RuntimeError(
                f"{what}: the cluster has had no worker for {PATIENCE:.0f} seconds. Start some, "
                "wait for them with client.wait_for_workers(1), and repeat."
            )

    def _told(self, question: Callable[[], Any], what: str) -> Any:
        """Ask the scheduler."""
        try:
            return question()
        except (OSError, TimeoutError) as error:
            raise RuntimeError(
                f"{what}: the scheduler of the cluster does not answer ({error}). Connect again, "
                "with distributed.Client(address), and repeat."
            ) from error

    def _rescue(self, waited_for: Task) -> None:
        """Ask again, of any worker, for what nobody does at two looks in a row.

        Where all workers are lost at once, the scheduler keeps what was meant for one of them for
        that one, and does not give it to those that come.
        """
        processing = self._told(self.client.processing, waited_for.what)
        running = {key for keys in processing.values() for key in keys}

        def stranded(task: Task) -> bool:
            if task.future.done() or task.future.key in running:
                return False
            gone = task.home is not None and task.home not in self._threads
            return gone or any(map(stranded, task.needs))

        if not self._threads or not stranded(waited_for):
            self._idle = None
        elif self._idle is not waited_for:
            self._idle = waited_for
        else:
            self._idle = None
            again: set[Task] = set()
            old = []
            for task in self._held:
                if stranded(task) or not again.isdisjoint(task.needs):
                    again.add(task)
                    old.append(task.future)
                    task.home = None
                    self._send(task)
            self.client.cancel(old)


def _kept(parcel: Parcel) -> Parcel:
    return parcel
