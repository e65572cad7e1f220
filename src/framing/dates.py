"""Dates that say how precisely they are known."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from framing.errors import InputError

PRECISIONS = ("day", "month", "year", "unknown")
_ZONE = r"(?:Z|UTC|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)"
_TIME = rf"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?: ?{_ZONE})?"
_PARTIAL = re.compile(rf"^([12]\d{{3}})(?:-(\d{{2}})(?:-(\d{{2}})(?:[T ]{_TIME})?)?)?$")
_HOW = "write it as YYYY-MM-DD, YYYY-MM or YYYY"


def parse_date(value: Any, where: str) -> tuple[pd.Timestamp | None, str]:
    """Read a date and its precision; a year is never invented.

    Parameters
    ----------
    value : object
        ``YYYY-MM-DD``, ``YYYY-MM``, ``YYYY``, a date object, or nothing. A time after the day
        (``T10:30``, ``10:30:00+09:00``) is read over.
    where : str
        Names the cell in the error message.

    Returns
    -------
    (pandas.Timestamp or None, {"day", "month", "year", "unknown"})
        The first day of the time meant, and how much of it is known.

    Examples
    --------
    >>> parse_date("2024-06", "row 1")
    (Timestamp('2024-06-01 00:00:00'), 'month')
    >>> parse_date("", "row 2")
    (None, 'unknown')
    """
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None, "unknown"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = (value.isoformat() if hasattr(value, "isoformat") else str(value)).strip()
    if not text:
        return None, "unknown"
    match = _PARTIAL.match(text)
    if match is None:
        raise InputError(f"{where}: cannot read the date {text[:40]!r}; {_HOW}.")
    year, month, day = match.groups()
    try:
        date = pd.Timestamp(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise InputError(f"{where}: there is no such date as {text[:40]!r}; {_HOW}.") from None
    return date, "day" if day else "month" if month else "year"


def format_date(date: pd.Timestamp | None, precision: str) -> str:
    """Write a date no more precisely than it is known.

    Examples
    --------
    >>> format_date(pd.Timestamp("2024-06-01"), "month")
    '2024-06'
    """
    length = {"day": 10, "month": 7, "year": 4, "unknown": 0}[precision]
    return "" if date is None or pd.isna(date) else date.isoformat()[:length]
