"""Parcels: values on their way to a cluster's workers and back, the same when they arrive."""

from __future__ import annotations

import io
import pickle
import threading
from functools import cache
from importlib.metadata import version
from sys import version_info
from typing import Any

import numpy as np

from framing.errors import InputError

_SAME = ("framing", "numpy", "scipy", "pandas", "numba")
"""Packages that this machine and the workers must have in the same versions."""


class Parcel:
    """A value that is pickled once, and opened once by each worker for all that need it.

    Functions may be in it, also those that were written in a notebook. Arrays come out as they
    went in, laid out alike in memory: on that the last digits of their sums may hang.

    Parameters
    ----------
    value : object
    what : str
        What it is called where it cannot be sent.

    Examples
    --------
    >>> turned = np.ones((2, 3, 4)).transpose(1, 0, 2)
    >>> sent = pickle.loads(pickle.dumps(Parcel(turned)))
    >>> sent.open().strides == turned.strides
    True
    """

    def __init__(self, value: Any, what: str = "this") -> None:
        try:
            self._data: Any = _pack(value)
        except Exception as error:  # of whatever object in it cannot be pickled
            raise InputError(
                f"{what} cannot be sent to the workers of a cluster: {error}. Leave open files, "
                "locks, clients and the like out of it, or leave out client=."
            ) from error
        self._value: Any = None
        self._size, self._versions = len(self._data), _versions()
        self._lock = threading.Lock()

    def open(self) -> Any:
        """Give the value, the same one to all that ask.

        Raises
        ------
        RuntimeError
            Where packages differ from those of whoever sent it.
        """
        with self._lock:
            if self._data is not None:
                _check(self._versions)
                self._value, self._data = pickle.loads(self._data), None
            return self._value

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        with self._lock:
            data = _pack(self._value) if self._data is None else self._data
        # out of band, so that those who pass it on need not copy it
        held = pickle.PickleBuffer(data) if int(protocol) >= 5 else bytes(data)
        return _arrived, (held, self._versions)

    def __sizeof__(self) -> int:
        return self._size


def _arrived(data: Any, versions: dict[str, str]) -> Parcel:
    parcel = Parcel.__new__(Parcel)
    parcel._data, parcel._value, parcel._size = data, None, memoryview(data).nbytes
    parcel._versions, parcel._lock = versions, threading.Lock()
    return parcel


def _pack(value: Any) -> bytes:
    import cloudpickle

    class Packer(cloudpickle.Pickler):  # type: ignore[misc]
        def reducer_override(self, obj: Any) -> Any:
            if type(obj) is np.ndarray and not (obj.flags.c_contiguous or obj.flags.f_contiguous):
                order = np.argsort([-abs(step) for step in obj.strides], kind="stable")
                return _laid_out, (np.ascontiguousarray(obj.transpose(order)), np.argsort(order))
            return super().reducer_override(obj)

    target = io.BytesIO()
    Packer(target, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return target.getvalue()


def _laid_out(array: np.ndarray[Any, Any], axes: Any) -> np.ndarray[Any, Any]:
    return array.transpose(axes)


@cache
def _versions() -> dict[str, str]:
    found = {name: version(name) for name in _SAME}
    return found | {"Python": f"{version_info.major}.{version_info.minor}"}


def _check(sent: dict[str, str]) -> None:
    for name, here in _versions().items():
        if sent[name] != here:
            raise RuntimeError(
                f"a worker of the cluster has another {name} than this machine ({here} here, "
                f"{sent[name]} there, or the other way round); install the same versions, or "
                "numbers would depend on where they are computed."
            )
