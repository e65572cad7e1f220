"""Results as bytes, and back: the same to the bit."""

import json
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from framing.cache.packing import Unpackable, pack, unpack

WHOLE = st.integers(-(2**62), 2**62)
NUMBER = st.floats(allow_nan=True, allow_infinity=True)
TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
PLAIN = (
    st.none() | st.booleans() | st.integers() | NUMBER | st.text(max_size=5) | st.binary(max_size=9)
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


def same(one, two):
    """The same to the bit: kinds, order in memory and signs of nought included."""
    assert type(one) is type(two)
    if isinstance(one, float):
        assert np.float64(one).tobytes() == np.float64(two).tobytes() or (one != one and two != two)
    elif isinstance(one, (list, tuple)):
        assert len(one) == len(two)
        for a, b in zip(one, two, strict=True):
            same(a, b)
    elif isinstance(one, dict):
        same(list(one.items()), list(two.items()))
    else:
        assert one == two


@given(VALUES)
def test_plain_values_come_back_as_they_were(value):
    same(value, unpack(pack(value)))


def columns(n):
    return st.fixed_dictionaries(
        {
            "text": st.lists(TEXT, min_size=n, max_size=n).map(lambda v: pd.Series(v, dtype="str")),
            "gaps": st.lists(st.none() | TEXT, min_size=n, max_size=n).map(
                lambda v: pd.Series(v, dtype="str")
            ),
            "whole": st.lists(WHOLE, min_size=n, max_size=n).map(lambda v: np.array(v, np.int64)),
            "number": st.lists(NUMBER, min_size=n, max_size=n).map(lambda v: np.array(v, float)),
            "flag": st.lists(st.booleans(), min_size=n, max_size=n).map(
                lambda v: np.array(v, bool)
            ),
            "cells": st.lists(
                st.none() | st.booleans() | NUMBER | TEXT | WHOLE, min_size=n, max_size=n
            ).map(lambda v: pd.Series(v, dtype=object)),
            "date": st.lists(st.integers(0, 10**9), min_size=n, max_size=n).map(
                lambda v: np.array(v, "datetime64[s]")
            ),
            "kind": st.lists(st.sampled_from(["a", "b", None]), min_size=n, max_size=n).map(
                lambda v: pd.Categorical(v, ["b", "a", "c"], ordered=True)
            ),
        }
    )


@settings(deadline=None)
@given(st.integers(0, 5).flatmap(columns), st.sampled_from([None, "segment"]), st.booleans())
def test_tables_come_back_as_they_were(held, name, named):
    table = pd.DataFrame(held)
    if named:
        index = [f"row {i}" for i in range(len(table))]
        table = table.set_axis(pd.Index(index, name=name, dtype="str"), axis=0)
        table.columns.name = "frame"
    again = unpack(pack(table))
    pd.testing.assert_frame_equal(
        table, again, check_exact=True, check_index_type="exact", check_column_type="exact"
    )
    assert list(again.dtypes) == list(table.dtypes)
    assert type(again.index) is type(table.index)
    assert again["number"].to_numpy().tobytes() == table["number"].to_numpy().tobytes()
    same(list(table["cells"]), list(again["cells"]))


@pytest.mark.parametrize(
    "dtype", ["int8", "int32", "int64", "float32", "float64", "bool", "<M8[s]"]
)
def test_arrays_come_back_as_they_lay_in_memory(dtype):
    for shape in ((0,), (), (3,), (2, 3), (2, 0)):
        for order in "CF":
            array = np.asarray(np.arange(np.prod(shape)).reshape(shape), dtype, order=order)
            again = unpack(pack(array))
            assert (again.dtype, again.shape) == (array.dtype, array.shape)
            assert again.flags.c_contiguous == array.flags.c_contiguous
            assert again.flags.f_contiguous == array.flags.f_contiguous
            assert again.tobytes("A") == array.tobytes("A")
            assert again.flags.writeable


def test_counts_come_back_as_they_were():
    matrix = sparse.csr_array(np.array([[0, 2, 0], [1, 0, 3]], dtype=np.int32))
    again = unpack(pack(matrix))
    assert (again != matrix).nnz == 0
    assert again.shape == matrix.shape
    assert [again.data.dtype, again.indices.dtype] == [matrix.data.dtype, matrix.indices.dtype]


@pytest.mark.parametrize(
    "value",
    [
        object(), {1: "a"}, np.array([None]), Path("a"), pd.Timestamp("2021"), {1, 2},
        pd.DataFrame({"a": pd.array([1, None], dtype="Int64")}),
        pd.DataFrame({"a": [[1]]}), pd.DataFrame({"a": [pd.Timestamp("2021")]}, dtype=object),
        pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])), np.float64(1.0),
    ],
)  # fmt: skip
def test_what_might_not_come_back_is_not_packed(value):
    with pytest.raises(Unpackable):
        pack(value)


def test_more_than_can_be_read_is_not_packed(monkeypatch):
    monkeypatch.setattr("framing.cache.packing.FILE_BYTES", 1000)
    with pytest.raises(Unpackable):
        pack(np.zeros(1000))
    bomb = pack(np.zeros(100))
    monkeypatch.setattr("framing.cache.packing.FILE_BYTES", 100)
    with pytest.raises(ValueError, match="too large"):
        unpack(bomb)


def test_nothing_is_unpickled():
    head = json.dumps([{"array": 0}, [["|O", [1], "C"]]]).encode()
    body = zlib.compress(len(head).to_bytes(8, "little") + head + bytes(8))
    with pytest.raises(ValueError, match=r"\|O"):
        unpack(body)
