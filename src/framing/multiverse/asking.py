"""Asking: the same question put under one combination of choices, and what comes back."""

from __future__ import annotations

import inspect
import pickle
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from framing.columns import COLUMNS, KINDS
from framing.errors import InputError, InputWarning
from framing.inference.blocks import in_turn
from framing.multiverse.choices import Choices
from framing.wording import count_of

ALWAYS = {"estimate": np.nan, "low": np.nan, "high": np.nan, "p_value": np.nan, "note": ""}
"""What every answer holds."""
FAILED = "failed: "
OURS = ("specification", "choice", "option")


@dataclass(frozen=True, eq=False)
class Question:
    """A question that can be put under any combination of choices.

    Attributes
    ----------
    ask : callable
        (data, where there are any; choices, and perhaps a seed, by name) → a row.
    row : mapping
        Which row of what it returns is the answer: values of columns.
    seed : int or None
        Handed on where `ask` takes one.
    """

    ask: Callable[..., Any]
    row: Mapping[str, Any]
    seed: int | None

    @classmethod
    def of(
        cls,
        ask: Callable[..., Any],
        choices: Choices,
        data: object,
        row: Mapping[str, Any] | None,
        seed: int,
    ) -> Question:
        """Check that `ask` takes the choices."""
        if not callable(ask):
            raise InputError(f"ask must be a function of the choices; got {ask!r}.")
        if not isinstance(seed, Integral) or seed < 0:
            raise InputError(f"seed must be a whole number from 0 on; got {seed!r}.")
        if not isinstance(row or {}, Mapping):
            raise InputError(f"row must be a mapping such as {{'frame': 'rules'}}; got {row!r}.")
        given = () if data is None else (data,)
        named = dict.fromkeys(choices.names)
        signature = inspect.signature(ask)
        handed = "seed" in signature.parameters and "seed" not in named
        try:
            signature.bind(*given, **named, **({"seed": seed} if handed else {}))
        except TypeError as error:
            first = "data, then " if given else ""
            raise InputError(
                f"ask cannot take the choices: {error}. It is called with {first}"
                f"{', '.join(f'{name}=' for name in named)}."
            ) from None
        return cls(ask, row or {}, int(seed) if handed else None)

    def put(self, data: object, options: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
        """Ask, and read the answer; also the exception, if it could not be answered.

        What the library warns of while it answers becomes part of the note.
        """
        given = () if data is None else (data,)
        extra = {} if self.seed is None else {"seed": self.seed}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", InputWarning)
            try:
                answer, error = self.ask(*given, **options, **extra), None
            except Exception as reason:  # a specification that cannot be had is a finding
                answer, error = None, reason
        said = [str(one.message) for one in caught if issubclass(one.category, InputWarning)]
        for one in caught:
            if not issubclass(one.category, InputWarning):
                warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
        if error is None:
            found = self._read(answer)
            if found is not None:
                notes = [str(found["note"]), *said]
                return found | {"note": "; ".join(dict.fromkeys(filter(None, notes)))}, None
            wanted = ", ".join(f"{name}={value!r}" for name, value in self.row.items())
            error = InputError(f"no row with {wanted}" if wanted else "an empty table")
        kind = "" if isinstance(error, InputError) else f"{type(error).__name__}: "
        return ALWAYS | {"note": f"{FAILED}{kind}{error}"}, error

    def _read(self, answer: Any) -> dict[str, Any] | None:
        """Take the one row that answers; None if there is none."""
        if isinstance(answer, pd.Series):
            answer = answer.to_dict()
        if isinstance(answer, Mapping):
            answer = pd.DataFrame([dict(answer)])
        if not isinstance(answer, pd.DataFrame):
            raise InputError(
                f"ask returned a {type(answer).__name__}; it must return a table, as fr.contrast "
                "does, or one row of it."
            )
        table = answer
        for name, value in self.row.items():
            if name not in table:
                raise InputError(
                    f"row= names {name!r}, which is no column of what ask returned; its columns "
                    f"are {', '.join(map(str, table.columns))}."
                )
            table = table[table[name] == value]
        if len(table) > 1:
            raise InputError(_several(table))
        unknown = [name for name in table if name not in COLUMNS or name in OURS]
        if unknown:
            raise InputError(
                f"ask returned a column {unknown[0]!r}, which results cannot have; fr.COLUMNS "
                "lists those that they can."
            )
        if "estimate" not in table:
            raise InputError("ask returned no column 'estimate'.")
        if not len(table):
            return None
        row = {str(name): value for name, value in table.iloc[0].items()}
        if not isinstance(row["estimate"], Real):
            raise InputError(f"ask returned the estimate {row['estimate']!r}; it must be a number.")
        return ALWAYS | row


def _several(table: pd.DataFrame) -> str:
    """Say how to tell several rows apart."""
    telling = ["group", "reference", "period", *KINDS, "statistic", "coder", "coefficient"]
    differ = [name for name in telling if name in table and len(table[name].unique()) > 1]
    said = f", which differ in {' and '.join(map(repr, differ))}" if differ else ""
    example = {name: table[name].iloc[0] for name in differ} or {"frame": "…"}
    return (
        f"ask returned {count_of(len(table), 'row')}{said}; say which one answers, as in "
        f"row={example!r}, or return one."
    )


def answers(
    question: Question,
    choices: Choices,
    data: object,
    which: Sequence[tuple[int, ...]],
    client: Any = None,
) -> list[tuple[dict[str, Any], Any]]:
    """Put the question under the combinations named, until interrupted.

    Parameters
    ----------
    client : distributed.Client, optional
        See :func:`framing.inference.blocks.in_turn`.

    Raises
    ------
    KeyboardInterrupt
        If nothing was answered yet.
    """
    found: list[tuple[dict[str, Any], Any]] = []
    sent = client is not None

    def work(one: tuple[int, ...]) -> tuple[dict[str, Any], Any]:
        answer, error = question.put(data, choices.options(one))
        return answer, _portable(error) if sent else error

    try:
        for answer in in_turn(work, which, title="multiverse", unit="specification", client=client):
            found.append(answer)
    except KeyboardInterrupt:
        if not found:
            raise
    return found


def _portable(error: Any) -> Any:
    """Give an exception that can be sent, the same if it can be."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # its class may ask for anything
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
