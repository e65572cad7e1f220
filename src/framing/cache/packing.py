"""Results as bytes, and back: tables, arrays and plain values, to the bit, without pickle."""

from __future__ import annotations

import json
import math
import zlib
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype
from scipy import sparse

from framing.files import FILE_BYTES

_NUMBERS = "biufmM"
_PLAIN = (str, bool, int, float, type(None))
_LENGTH = 8


class Unpackable(TypeError):
    """A value of a kind that is not kept."""


def pack(value: Any) -> bytes:
    """Write a value.

    Parameters
    ----------
    value : plain value, bytes, array of numbers, csr_array or DataFrame
        Or a list, tuple or dict of these.

    Raises
    ------
    Unpackable
        For anything else, and for more than :data:`framing.files.FILE_BYTES` bytes.

    Examples
    --------
    >>> unpack(pack({"n": 2, "names": ["chips", "trade"], "shares": (0.5, None)}))
    {'n': 2, 'names': ['chips', 'trade'], 'shares': (0.5, None)}
    """
    arrays: list[np.ndarray[Any, Any]] = []
    what = _described(value, arrays)
    held = [[one.dtype.str, one.shape, _order(one)] for one in arrays]
    head = json.dumps([what, held]).encode("ascii")
    if len(head) + sum(one.nbytes for one in arrays) > FILE_BYTES:
        raise Unpackable("it is too large")
    packer = zlib.compressobj(1)
    parts = [len(head).to_bytes(_LENGTH, "little"), head]
    parts += [one.tobytes(_order(one)) for one in arrays]
    return b"".join([*map(packer.compress, parts), packer.flush()])


def unpack(data: bytes) -> Any:
    """Read what :func:`pack` wrote; whatever is wrong with it raises some error."""
    opened = zlib.decompressobj()
    body = opened.decompress(data, FILE_BYTES + _LENGTH)
    if not opened.eof or opened.unused_data:
        raise ValueError("cut short, too long or too large")
    start = _LENGTH + int.from_bytes(body[:_LENGTH], "little")
    what, held = json.loads(body[_LENGTH:start])
    arrays = []
    for code, shape, order in held:
        kind, n = np.dtype(code), math.prod(shape)
        if kind.kind not in _NUMBERS:
            raise ValueError(f"an array of {code}")
        flat = np.frombuffer(body, kind, n, start)
        arrays.append(flat.reshape(shape, order=order).copy(order=order))
        start += flat.nbytes
    if start != len(body):
        raise ValueError("more than it says")
    return _value(what, arrays)


def _order(array: np.ndarray[Any, Any]) -> Any:
    """How an array lies in memory, which decides the last digits of what is computed from it."""
    return "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"


def _described(value: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:
    """Describe a value in what JSON has; arrays go into a list and leave their number."""
    kind = type(value)
    if kind in (bool, int, float, str) or value is None:
        return value
    if kind is bytes:
        return {"bytes": _described(np.frombuffer(value, np.uint8), arrays)}
    if kind is dict and all(type(key) is str for key in value):
        return {"dict": [[key, _described(one, arrays)] for key, one in value.items()]}
    if kind in (list, tuple):
        return {kind.__name__: [_described(one, arrays) for one in value]}
    if kind is np.ndarray and value.dtype.kind in _NUMBERS:
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if kind is sparse.csr_array:
        parts = (value.data, value.indices, value.indptr)
        return {"csr": [value.shape, *(_described(part, arrays) for part in parts)]}
    if kind is pd.DataFrame and not value.attrs:
        columns = [_column(value.iloc[:, i], arrays) for i in range(value.shape[1])]
        return {"table": [_index(value.index, arrays), _index(value.columns, arrays), columns]}
    raise Unpackable(f"a {kind.__name__}")


def _index(index: pd.Index[Any], arrays: list[np.ndarray[Any, Any]]) -> Any:
    if type(index.name) not in (str, int, type(None)) or isinstance(index, pd.MultiIndex):
        raise Unpackable(f"an index {index.name!r}")
    if isinstance(index, pd.RangeIndex):
        return [index.name, [index.start, index.stop, index.step]]
    return [index.name, _column(index, arrays)]


def _column(values: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        codes = np.asarray(values.array.codes)
        parts = (_index(dtype.categories, arrays), _described(codes, arrays))
        return {"categories": [*parts, bool(dtype.ordered)]}
    if isinstance(dtype, pd.StringDtype):
        cells = [None if cell is dtype.na_value or cell != cell else cell for cell in values]
        return {"text": [cells, dtype.storage, dtype.na_value is pd.NA]}
    if isinstance(dtype, np.dtype) and dtype.kind in _NUMBERS:
        return _described(values.to_numpy(), arrays)
    if is_object_dtype(dtype) and all(type(cell) in _PLAIN for cell in values):
        return {"cells": list(values)}
    raise Unpackable(f"a column of {dtype}")


def _value(what: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:
    if not isinstance(what, dict):
        return what
    ((kind, held),) = what.items()
    if kind == "bytes":
        return _value(held, arrays).tobytes()
    if kind == "dict":
        return {key: _value(one, arrays) for key, one in held}
    if kind == "list":
        return [_value(one, arrays) for one in held]
    if kind == "tuple":
        return tuple(_value(one, arrays) for one in held)
    if kind == "array":
        return arrays[held]
    if kind == "csr":
        shape, *parts = held
        matrix = sparse.csr_array(tuple(_value(one, arrays) for one in parts), shape=tuple(shape))
        matrix.check_format(full_check=True)
        return matrix
    if kind == "table":
        rows, names, columns = held
        index = _indexed(rows, arrays)
        filled = [pd.Series(*_filled(column, arrays)).set_axis(index) for column in columns]
        table = pd.DataFrame(dict(enumerate(filled)), index)
        return table.set_axis(_indexed(names, arrays), axis=1)
    raise ValueError(f"a {kind}")


def _indexed(what: Any, arrays: list[np.ndarray[Any, Any]]) -> pd.Index[Any]:
    name, held = what
    if isinstance(held, list):
        start, stop, step = held
        return pd.RangeIndex(start, stop, step, name=name)
    values, _, dtype = _filled(held, arrays)
    index: pd.Index[Any] = pd.Index(values, dtype, name=name)
    return index


def _filled(what: Any, arrays: list[np.ndarray[Any, Any]]) -> tuple[Any, None, Any]:
    """Values, no index, and the dtype where pandas would infer another."""
    ((kind, held),) = what.items()
    if kind == "array":
        return arrays[held], None, None
    if kind == "cells":
        cells = np.empty(len(held), dtype=object)
        cells[:] = held
        return cells, None, object
    if kind == "text":
        cells, storage, missing = held
        dtype: Any = pd.StringDtype(storage) if missing else pd.StringDtype(storage, np.nan)
        return pd.array(cells, dtype=dtype), None, None
    if kind == "categories":
        categories, codes, ordered = held
        whole = pd.CategoricalDtype(_indexed(categories, arrays), ordered)
        return pd.Categorical.from_codes(_value(codes, arrays), dtype=whole), None, None
    raise ValueError(f"a column of {kind}")
