"""A cluster's workers: what is sent to them outlives any of them, and no wait is without end."""

from __future__ import annotations

import time
from typing import Any, Self
from uuid import uuid4

import numpy as np

from framing.errors import InputError
from framing.inference.parcels import Parcel

PATIENCE = 60.0
"""Seconds without any worker after which work is given up."""
_LOOK = 2.0
"""Seconds between two looks at which workers there are."""
_FETCH = 600.0
"""Seconds that a result may take over the network."""


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
    needed = ("submit", "cancel", "nthreads")
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
        self._held: dict[str, Any] = {}
        self._threads: dict[str, int] = {}
        self._looked = self._bare = -np.inf

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        held, self._held = list(self._held.values()), {}
        if held and self.client.status == "running":
            self.client.cancel(held)

    def keep(self, value: Any, worker: str | None = None) -> Any:
        """Send a value; tasks that are given what this returns find a :class:`Parcel` of it."""
        return self.submit(_kept, Parcel(value, self.title), worker=worker)

    def submit(self, function: Any, *arguments: Any, worker: str | None = None) -> Any:
        """Have a function called, by that worker if it is there and free, or by another."""
        import dask

        where: dict[str, Any] = {}
        if worker is not None:
            where = {"workers": [worker], "allow_other_workers": True}
        key = f"framing-{self.title.replace(' ', '-')}-{uuid4().hex}"
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": 2**60}):
            future = self.client.submit(function, *arguments, key=key, pure=False, **where)
        self._held[key] = future
        return future

    def forget(self, future: Any) -> None:
        """Say that a result is not needed any more."""
        self._held.pop(future.key, None)

    def result(self, future: Any, what: str) -> Any:
        """Wait for what a task returns, a :class:`Parcel`, and open it.

        Parameters
        ----------
        what : str
            What is waited for, where it cannot be had.

        Raises
        ------
        RuntimeError
            If it cannot be had: the task takes its workers with it, or none are left.
        Exception
            What the task raised.
        """
        from distributed import CancelledError, KilledWorker, wait

        what = f"{what} ({self.title})"
        while True:
            try:
                wait([future], timeout=_LOOK)
                parcel = future.result(timeout=_FETCH)
                break
            except TimeoutError:
                if future.status == "error":  # it is the task's own
                    raise
                self._look(what)
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
        self.forget(future)
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

    def _look(self, what: str) -> None:
        """See which workers there are; give up where there have been none for a while."""
        try:
            self._threads = dict(sorted(self.client.nthreads().items()))
        except (OSError, TimeoutError) as error:
            raise RuntimeError(
                f"{what}: the scheduler of the cluster does not answer ({error}). Connect again, "
                "with distributed.Client(address), and repeat."
            ) from error
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


def _kept(parcel: Parcel) -> Parcel:
    return parcel
