"""Dates carry their precision."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from framing import InputError
from framing.dates import format_date, parse_date


@pytest.mark.parametrize(
    ("value", "day", "precision"),
    [
        ("2024", "2024-01-01", "year"),
        (2024, "2024-01-01", "year"),
        (2024.0, "2024-01-01", "year"),
        ("2024-06", "2024-06-01", "month"),
        ("2024-06-30", "2024-06-30", "day"),
        ("2024-06-30T10:00:00Z", "2024-06-30", "day"),
        ("2024-06-30 10:00", "2024-06-30", "day"),
        ("2024-06-30T10:00:00.123+09:00", "2024-06-30", "day"),
        (dt.date(2024, 6, 30), "2024-06-30", "day"),
        (pd.Timestamp("2024-06-30 12:00"), "2024-06-30", "day"),
    ],
)
def test_reads_what_is_known(value, day, precision):
    assert parse_date(value, "here") == (pd.Timestamp(day), precision)


@pytest.mark.parametrize("value", [None, "", "  ", np.nan, pd.NaT])
def test_a_missing_date_is_unknown(value):
    assert parse_date(value, "here") == (None, "unknown")


@pytest.mark.parametrize(
    "value",
    [
        "12/03/2021",
        "2021-13",
        "2021-02-30",
        "soon",
        20210101,
        "2024-06-01 or perhaps later",
        "2024-06-01T99:99",
        "2024-06-01T",
        "2024-06-01T10:00 or so",
        "2024-06T10:00",
    ],
)
def test_anything_else_is_refused_with_its_place(value):
    with pytest.raises(InputError, match=r"row 3, column 'date': .*YYYY-MM-DD, YYYY-MM or YYYY"):
        parse_date(value, "row 3, column 'date'")


@pytest.mark.parametrize("text", ["2024", "2024-06", "2024-06-30", ""])
def test_writes_no_more_than_is_known(text):
    assert format_date(*parse_date(text, "here")) == text
