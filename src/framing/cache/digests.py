"""What a value holds, as a digest: the same for the same content, wherever it came from."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import struct
from collections.abc import Callable, Sequence
from functools import cache, partial
from types import FunctionType
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from framing.counting.numbered import Tokens

_TIMES = (pd.Timestamp, pd.Timedelta, datetime.datetime, datetime.date, type(pd.NaT))
_SOME = 4096
"""Texts that are joined at a time."""


class Unknown(TypeError):
    """A value of a kind whose content cannot be told."""


class Digests:
    """Digests of values; those of a corpus, or of features, are found once.

    While it is in use nothing that it has met may change.

    Examples
    --------
    >>> one, two = Digests(), Digests()
    >>> one.of(["chips", 2, float("nan")]) == two.of(["chips", 2, float("nan")])
    True
    >>> one.of(["chips", "trade"]) == one.of(["chipst", "rade"])
    False
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, bytes]] = {}
        self._open: list[Any] = []

    def of(self, value: Any) -> bytes:
        """Digest a value.

        Raises
        ------
        Unknown
            For what is neither plain, nor an array, a table or a class of data.
        """
        parts: list[Any] = []
        self._spell(value, parts)
        seen = hashlib.sha256()
        for part in parts:
            seen.update(part)
        return seen.digest()

    def _spell(self, value: Any, out: list[Any]) -> None:
        """Write a value as bytes that no other value is written as.

        Each begins with its kind, and what could be of any length with its length.
        """
        kind = type(value)
        if kind is str:
            _put(out, "str", value.encode("utf-8", "surrogatepass"))
        elif value is None or value is pd.NA or kind in (bool, int):
            _put(out, kind.__name__, repr(value).encode())
        elif kind is float:
            _put(out, "float", struct.pack("<d", value))
        elif kind is bytes:
            _put(out, "bytes", value)
        elif kind in (list, tuple):
            self._several(kind.__name__, value, out)
        elif kind is dict:
            self._several("dict", [part for item in value.items() for part in item], out)
        elif kind in (set, frozenset):
            self._several("set", sorted(self.of(one) for one in value), out)
        elif isinstance(value, (np.ndarray, np.generic)):
            self._array(np.asarray(value), out)
        elif isinstance(value, sparse.csr_array):
            parts = (value.shape, value.indptr, value.indices, value.data)
            self._several("csr", parts, out)
        elif isinstance(value, pd.DataFrame):
            columns = [value.iloc[:, i] for i in range(value.shape[1])]
            self._several("table", [value.columns, value.index, *columns], out)
        elif isinstance(value, (pd.Series, pd.Index)):
            self._column(value, out)
        elif isinstance(value, _TIMES):
            _put(out, kind.__name__, repr(value).encode())
        elif isinstance(value, partial):
            self._several("call", [value.func, value.args, value.keywords], out)
        elif isinstance(value, Tokens):
            self._once(value, self._tokens, out)
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            compared = kind.__dataclass_params__.eq
            if compared:
                self._fields(value, out)
            else:
                self._once(value, self._fields, out)
        elif isinstance(value, FunctionType) and "<" not in value.__qualname__:
            _put(out, "function", f"{value.__module__}.{value.__qualname__}".encode())
        else:
            raise Unknown(f"a {kind.__name__}")

    def _once(self, value: Any, spell: Callable[[Any, list[Any]], None], out: list[Any]) -> None:
        """Write the digest of a large object; inside itself, how many objects up it stands."""
        for up, one in enumerate(reversed(self._open)):
            if one is value:
                return _put(out, "again", str(up).encode())
        known = self._known.get(id(value))
        if known is None:
            parts: list[Any] = []
            self._open.append(value)
            try:
                spell(value, parts)
            finally:
                self._open.pop()
            seen = hashlib.sha256()
            for part in parts:
                seen.update(part)
            known = value, seen.digest()
            self._known[id(value)] = known  # held, so that no other takes its id
        return _put(out, "object", known[1])

    def _fields(self, value: Any, out: list[Any]) -> None:
        """Write a class of data; fields whose metadata say ``content=False`` do not count."""
        what: Any = type(value)
        kind, names = _form(what)
        self._several(kind, [getattr(value, name) for name in names], out)

    def _several(self, kind: str, values: Sequence[Any], out: list[Any]) -> None:
        if values and all(type(one) is str for one in values):
            return _texts(kind, values, out)
        _put(out, kind, str(len(values)).encode())
        for one in values:
            self._spell(one, out)

    def _array(self, values: np.ndarray[Any, Any], out: list[Any]) -> None:
        about = f"{values.dtype.str} {values.shape}"
        if values.dtype.hasobject:
            return self._several(about, values.ravel().tolist(), out)
        return _put(out, about, np.ascontiguousarray(values).reshape(-1).view(np.uint8))

    def _column(self, values: pd.Series[Any] | pd.Index[Any], out: list[Any]) -> None:
        kind = f"{'index' if isinstance(values, pd.Index) else 'column'} {values.dtype}"
        names: Any = list(values.names) if isinstance(values, pd.Index) else values.name
        held: Any = values.array
        parts: list[Any]
        if isinstance(values, pd.RangeIndex):
            kind, parts = "range", [values.start, values.stop, values.step]
        elif isinstance(values.dtype, pd.CategoricalDtype):
            parts = [held.categories, held.codes, bool(held.ordered)]
        elif isinstance(values.dtype, np.dtype) and values.dtype.kind in "biufmM":
            parts = [values.to_numpy()]
        else:
            parts = [values.tolist()]
        self._several(kind, [names, *parts], out)

    def _tokens(self, tokens: Tokens, out: list[Any]) -> None:
        def words(first: int, ends: Any, ids: Any) -> bytes:
            return Digests().of(ids)

        blocks = list(tokens.each(words, title="looking at words"))
        self._several("tokens", [list(tokens.types), tokens.ends, blocks], out)


@cache
def _form(kind: Any) -> tuple[str, list[str]]:
    """Name of a class of data, with its fields, and the names of those that count."""
    names = [f.name for f in dataclasses.fields(kind) if f.metadata.get("content", True)]
    return f"{kind.__module__}.{kind.__qualname__} {' '.join(names)}", names


def _put(out: list[Any], kind: str, data: Any) -> None:
    out += [f"{kind} {len(data)}\n".encode("utf-8", "surrogatepass"), data]


def _texts(kind: str, values: Sequence[str], out: list[Any]) -> None:
    """Write many texts at once: how long each is, then all of them."""
    lengths = np.fromiter(map(len, values), dtype="<i8", count=len(values))
    _put(out, f"texts {kind}", lengths.view(np.uint8))
    out.append(_joined(values))


def _joined(values: Sequence[str]) -> bytes:
    """Digest texts, some at a time, so that they are not in memory twice."""
    seen = hashlib.sha256()
    for start in range(0, len(values), _SOME):
        some = values[start : start + _SOME]
        seen.update("".join(some).encode("utf-8", "surrogatepass"))
    return seen.digest()
