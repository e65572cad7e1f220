"""How numbers and lists are put into words, the same everywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence

from framing.verdicts import CLEAR

MINUS = "−"


def percent(share: float) -> str:
    """Write a share as a whole percentage; what is not quite none or all is not rounded to it.

    Examples
    --------
    >>> percent(0.4149), percent(0.002), percent(0.0), percent(0.998)
    ('41%', 'under 1%', '0%', 'over 99%')
    """
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 < share < 1:
        return "over 99%"
    return f"{_half_up(100 * share):.0f}%"


def points(difference: float, *, signed: bool = False) -> str:
    """Write a difference of shares in percentage points; under one point, with a decimal.

    Examples
    --------
    >>> points(0.134), points(-0.061), points(0.004), points(0.031, signed=True)
    ('13', '−6', '0.4', '+3')
    """
    value = 100 * difference
    digits = 0 if abs(value) >= 0.95 or abs(value) < 0.05 else 1
    text = f"{_half_up(abs(value), digits):.{digits}f}"
    if float(text) == 0:
        return "0"
    return (MINUS if value < 0 else "+" if signed else "") + text


def at_most(difference: float) -> str:
    """Write a bound in percentage points, rounded up.

    Examples
    --------
    >>> at_most(0.143), at_most(-0.15)
    ('15', '15')
    """
    return f"{math.ceil(round(100 * abs(difference), 6))}"


def interval(low: float, high: float, level: float) -> str:
    """Write an interval of shares.

    Examples
    --------
    >>> interval(0.343, 0.482, 0.95)
    '95% interval 34% to 48%'
    >>> interval(math.nan, math.nan, 0.95)
    'too few for an interval'
    """
    if math.isnan(low) or math.isnan(high):
        return "too few for an interval"
    return f"{percent(level)} interval {percent(low)} to {percent(high)}"


def points_interval(low: float, high: float, level: float) -> str:
    """Write an interval of percentage points.

    Examples
    --------
    >>> points_interval(-0.013, 0.25, 0.95)
    '95% interval −1 to 25'
    """
    if math.isnan(low) or math.isnan(high):
        return "too few for an interval"
    return f"{percent(level)} interval {points(low)} to {points(high)}"


def probability(name: str, value: float) -> str:
    """Write a p- or q-value so that rounding never hides on which side of the line it lies.

    Examples
    --------
    >>> probability("q", 0.00049), probability("q", 0.0074), probability("q", 0.126)
    ('q < 0.001', 'q = 0.007', 'q = 0.13')
    >>> probability("q", 0.0499), probability("q", 0.0501), probability("q", 0.9999)
    ('q just below 0.05', 'q just above 0.05', 'q > 0.99')
    """
    if value < 0.001:
        return f"{name} < 0.001"
    if value > 0.99:
        return f"{name} > 0.99"
    text = f"{value:.{2 if value >= 0.095 else 3}f}"
    if float(text) == CLEAR:
        return f"{name} just {'below' if value < CLEAR else 'above'} {CLEAR:g}"
    return f"{name} = {text}"


def count_of(number: int, noun: str) -> str:
    """Count a noun.

    Examples
    --------
    >>> count_of(1, "document"), count_of(1200, "document")
    ('1 document', '1,200 documents')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """Join names as in a sentence.

    Examples
    --------
    >>> listed([]), listed(["US"]), listed(["US", "EU"]), listed(["US", "EU", "JP"])
    ('', 'US', 'US and EU', 'US, EU and JP')
    """
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def sentence(text: str) -> str:
    """Begin with a capital, unless the first word is an acronym or holds one already."""
    return text[:1].upper() + text[1:]


def _half_up(value: float, digits: int = 0) -> float:
    """Round halves away from zero, as readers do by hand, despite binary fractions."""
    return math.copysign(math.floor(abs(value) * 10**digits + 0.5 + 1e-9) / 10**digits, value)
