"""What was computed before, found again by what it was computed from."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from framing.cache import folder
from framing.cache.digests import Digests, Unknown
from framing.cache.packing import Unpackable, pack, unpack
from framing.cache.place import VARIABLE, user_folder
from framing.cache.rules import rules
from framing.errors import CacheWarning, InputWarning

LARGEST = 2**30
"""Most bytes of all results together."""
LEAST = 0.05
"""Seconds that a result must have taken to be kept."""

T = TypeVar("T")


class Cache:
    """Results of earlier work, for as long as one piece of work takes.

    Parameters
    ----------
    place : path, optional
        The folder; None keeps nothing and finds nothing.
    largest : int
        Most bytes of all results together; one of them may have a quarter.
    least : float, optional
        Seconds that a result must have taken to be kept; default :data:`LEAST`.

    Examples
    --------
    >>> import tempfile
    >>> def squares(n):
    ...     print("computing")
    ...     return [i**2 for i in range(n)]
    >>> with tempfile.TemporaryDirectory() as place:
    ...     for _ in range(2):
    ...         Cache(Path(place), least=0).found(["squares", 3], lambda: squares(3))
    computing
    [0, 1, 4]
    [0, 1, 4]
    """

    def __init__(
        self, place: Path | None = None, *, largest: int = LARGEST, least: float | None = None
    ) -> None:
        self._rules = None if place is None else rules()
        self._place = place
        self._largest = largest
        self._least = LEAST if least is None else least
        self._digests = Digests()
        self._warned = False

    @classmethod
    def of_user(cls, on: bool = True) -> Cache:
        """Take the user's folder (see :func:`framing.cache.user_folder`), or none."""
        return cls(user_folder() if on else None)

    @property
    def on(self) -> bool:
        """Whether anything is found or kept."""
        return self._rules is not None

    def kept(self, work: Callable[..., T], *given: Any, **settings: Any) -> T:
        """Call a function, or find what it gave for the same arguments before.

        Parameters
        ----------
        work : callable
            A function of a module, or a partial of one, that depends on nothing but its arguments.
        *given, **settings
            Its arguments.
        """
        return self.found([work, given, settings], lambda: work(*given, **settings))

    def found(self, of: Any, work: Callable[[], T], *, always: bool = False) -> T:
        """Do some work, or find what came of it before.

        Parameters
        ----------
        of : list or tuple
            What work it is, and everything that decides its result.
        work : callable
        always : bool
            Keep the result however soon it was there, as when most of the work was done before.

        Returns
        -------
        What `work` returns. Its warnings are given in either case.
        """
        key = self._key(of)
        if key is None:
            return work()
        held = self._read(key)
        if held is not None:
            for message in held[1]:
                warnings.warn(message, InputWarning, stacklevel=3)
            return cast(T, held[0])
        began = time.perf_counter()
        value, caught = _heard(work)
        told = [str(one.message) for one in caught if one.category is InputWarning]
        if len(told) == len(caught) and (always or time.perf_counter() - began >= self._least):
            self._write(key, value, told)
        return value

    def _key(self, of: Any) -> str | None:
        if self._rules is None:
            return None
        try:
            return self._digests.of([self._rules, of]).hex()
        except (Unknown, ValueError, AttributeError, RecursionError, MemoryError):
            return None  # metadata can hold anything

    def _read(self, key: str) -> Any:
        assert self._place is not None
        try:
            data = folder.read(self._place, key, self._largest)
            if data is None:
                return None
            try:
                value, told = unpack(data)
                return value, [str(one) for one in told]
            except Exception:  # however it is damaged, or whoever wrote it
                folder.drop(self._place, key)
        except OSError as error:
            self._warn("read", error)
        return None

    def _write(self, key: str, value: Any, told: list[str]) -> None:
        assert self._place is not None
        try:
            data = pack((value, told))
            if len(data) > self._largest / 4 or rules() != self._rules:
                return
            folder.write(self._place, key, data)
            folder.prune(self._place, self._largest)
        except (Unpackable, MemoryError):
            return
        except OSError as error:
            self._warn("kept", error)

    def _warn(self, what: str, error: OSError) -> None:
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"results of earlier runs cannot be {what} in {str(self._place)!r} "
                f"({error.strerror or error}); the work is done without them. Set {VARIABLE} to a "
                "folder that can be written, or to 'off'.",
                CacheWarning,
                stacklevel=5,
            )


def _heard(work: Callable[[], T]) -> tuple[T, list[warnings.WarningMessage]]:
    """Do some work; give its warnings, and give them on."""
    caught: list[warnings.WarningMessage] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            return work(), caught
    finally:
        for one in caught:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
