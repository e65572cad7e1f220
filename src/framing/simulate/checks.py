"""What may be asked of a simulation, checked before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np

from framing.errors import InputError, one_of


def is_count(value: object, least: int = 1) -> bool:
    """Whether a value is a whole number, and large enough.

    >>> is_count(3), is_count(0), is_count(2.0), is_count(True)
    (True, False, False, False)
    """
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least


def is_number(value: Any) -> bool:
    """Whether a value is a finite number.

    >>> is_number(0.5), is_number(float("nan")), is_number("1")
    (True, False, False)
    """
    return (
        isinstance(value, Real) and not isinstance(value, bool) and bool(np.isfinite(float(value)))
    )


def check_count(what: str, value: object, least: int = 1) -> None:
    """Refuse what is no whole number, or too small a one."""
    if not is_count(value, least):
        raise InputError(f"{what} must be a whole number from {least} on; got {value!r}.")


def check_share(what: str, value: object) -> None:
    """Refuse what does not lie between 0 and 1, both excluded."""
    if not is_number(value) or not 0 < value < 1:  # type: ignore[operator]
        raise InputError(f"{what} must lie between 0 and 1; got {value!r}.")


def place(what: str, name: str, names: Sequence[str]) -> int:
    """Find a name, or say which there are."""
    if name not in names:
        raise one_of(what, name, names)
    return list(names).index(name)


def per_group(what: str, given: Any, groups: Iterable[str]) -> list[Any]:
    """Take one value for all groups, or one for each.

    >>> (
    ...     per_group("outlets", 3, ["US", "EU"]),
    ...     per_group("outlets", {"EU": 1, "US": 2}, ["US", "EU"]),
    ... )
    ([3, 3], [2, 1])
    """
    names = list(groups)
    if not isinstance(given, Mapping):
        return [given] * len(names)
    for name in given:
        place(f"a group of {what}", name, names)
    for name in names:
        if name not in given:
            raise InputError(f"{what} has nothing for {name!r}; give every group a value.")
    return [given[name] for name in names]


def generator(seed: int | np.random.SeedSequence) -> np.random.Generator:
    """Make the source of all that is drawn."""
    if not isinstance(seed, np.random.SeedSequence):
        check_count("seed", seed, least=0)
    return np.random.default_rng(seed)
