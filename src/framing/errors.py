"""What the library says when something is wrong, worded in one place."""

from __future__ import annotations

from collections.abc import Iterable


class InputError(ValueError):
    """Something given to the library cannot be used.

    The message names the file, row or column at fault, what was expected and what to do.
    """


class NoWords(InputError):
    """There are texts, but no words in them."""


class InputWarning(UserWarning):
    """Something was left out or changed; the message counts it and says why."""


class CacheWarning(UserWarning):
    """Results of earlier runs could not be read or kept; the work is done without them."""


def one_of(what: str, given: object, allowed: Iterable[object]) -> InputError:
    """Word the error for a value that is not among those allowed.

    Examples
    --------
    >>> print(one_of("unit", "page", ["document", "segment"]))
    unit must be one of 'document', 'segment'; got 'page'.
    """
    choices = ", ".join(repr(choice) for choice in allowed)
    return InputError(f"{what} must be one of {choices}; got {given!r}.")


def only(names: Iterable[str], allowed: Iterable[str], what: str = "a setting") -> None:
    """Refuse the first name that is not among those allowed.

    Examples
    --------
    >>> only(["seed"], ["level", "seed"])
    """
    known = list(allowed)
    for name in names:
        if name not in known:
            raise one_of(what, name, known)
