"""Choices: what an analyst has to decide, and every combination of decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, TypeAlias

from framing.errors import InputError
from framing.wording import count_of

Given: TypeAlias = Mapping[str, Sequence[Any] | Mapping[str, Any]]


@dataclass(frozen=True)
class Choices:
    """Every choice with its options.

    Attributes
    ----------
    names : tuple of str
        One a choice.
    labels : tuple of tuple of str
        The options of each, in words.
    values : tuple of tuple
        The options of each, as they are handed on.

    Examples
    --------
    >>> choices = Choices.of({"within": [None, "topic"], "list": {"shared": 5}}, most=10)
    >>> choices.labels
    (('none', 'topic'), ('shared',))
    >>> [choices.options(which) for which in choices.combinations()]
    [{'within': None, 'list': 5}, {'within': 'topic', 'list': 5}]
    """

    names: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    values: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, given: Given, most: int) -> Choices:
        """Check what was given, and name the options."""
        if not isinstance(given, Mapping) or not given:
            raise InputError(
                "choices names nothing to choose; give a mapping such as "
                "{'within': [None, 'topic']}, a name and its options each."
            )
        labels, values = [], []
        for name, options in given.items():
            if not isinstance(name, str):
                raise InputError(f"choices: a choice is named by a word; got {name!r}.")
            pairs = _options(name, options)
            labels.append(tuple(label for label, _ in pairs))
            values.append(tuple(value for _, value in pairs))
        number = prod(map(len, values))
        if number > most:
            sizes = " × ".join(str(len(options)) for options in values)
            raise InputError(
                f"choices make {count_of(number, 'specification')} ({sizes}), more than "
                f"most={most:,}; leave out options that nobody would defend, or raise most."
            )
        return cls(tuple(given), tuple(labels), tuple(values))

    def combinations(self) -> Iterator[tuple[int, ...]]:
        """Every combination, by the places of its options; that of all first ones comes first."""
        return product(*(range(len(options)) for options in self.values))

    def options(self, which: tuple[int, ...]) -> dict[str, Any]:
        """What one combination hands on."""
        chosen = zip(self.names, self.values, which, strict=True)
        return {name: values[place] for name, values, place in chosen}

    def words(self, which: tuple[int, ...]) -> list[str]:
        """One combination in words, a label a choice."""
        return [labels[place] for labels, place in zip(self.labels, which, strict=True)]


def _options(name: str, given: Any) -> list[tuple[str, Any]]:
    """Options of one choice, with their labels."""
    where = f"choices[{name!r}]"
    if isinstance(given, str):
        raise InputError(f"{where} is the text {given!r}; give a list of options.")
    if isinstance(given, Mapping):
        pairs = [(str(label), value) for label, value in given.items()]
    else:
        try:
            pairs = [(_label(value, where), value) for value in given]
        except TypeError:
            raise InputError(f"{where} is {given!r}; give a list of options.") from None
    if not pairs:
        raise InputError(f"{where} has no options; give one or more.")
    labels = [label for label, _ in pairs]
    for label in labels:
        if labels.count(label) > 1:
            raise InputError(f"{where} holds {label!r} twice; every option needs its own name.")
    return pairs


def _label(value: Any, where: str) -> str:
    """Name an option that speaks for itself.

    Examples
    --------
    >>> [_label(value, "") for value in (None, True, 5, "topic", ["US", "EU"])]
    ['none', 'yes', '5', 'topic', 'US + EU']
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list | tuple) and value and all(isinstance(one, str) for one in value):
        return " + ".join(value)
    raise InputError(
        f"{where} holds a {type(value).__name__}, which has no short name; give a mapping "
        "{'name': option, …} in place of the list."
    )
