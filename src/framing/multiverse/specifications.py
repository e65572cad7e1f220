"""Specifications: the table of a multiverse, read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import InputError
from framing.verdicts import verdicts
from framing.wording import percent, points

NEEDED = ("specification", "choice", "option", "estimate", "low", "high", "p_value", "note")


@dataclass(frozen=True, eq=False)
class Specifications:
    """One row a specification, and what each of them took.

    Attributes
    ----------
    answers : pandas.DataFrame
        By number of the specification.
    options : dict of list of str
        The options of each choice, in the order given.
    taken : array of int, shape (n_specifications, n_choices)
        Number of the option that each took.
    """

    answers: pd.DataFrame
    options: dict[str, list[str]]
    taken: npt.NDArray[np.intp]

    @classmethod
    def of(cls, table: pd.DataFrame, what: str) -> Specifications:
        """Read what :func:`framing.multiverse` returned, perhaps less some specifications."""
        right = f"{what}: give it the table that multiverse() returns"
        if not isinstance(table, pd.DataFrame):
            raise InputError(f"{right}; got a {type(table).__name__}.")
        missing = [name for name in NEEDED if name not in table]
        if missing:
            raise InputError(f"{right}; this one has no column {missing[0]!r}.")
        if not len(table):
            raise InputError(f"{right}; this one has no rows.")
        if table.duplicated(["specification", "choice"]).any():
            raise InputError(f"{right}; in this one some specifications stand twice.")
        wide = table.pivot(index="specification", columns="choice", values="option")
        if wide.isna().any(axis=None):
            number = wide.index[wide.isna().any(axis=1)][0]
            raise InputError(f"{right}; in this one specification {number} lacks a choice.")
        first = table.sort_values("specification", kind="stable")
        options = {
            str(choice): list(dict.fromkeys(part["option"].astype(str)))
            for choice, part in first.groupby("choice", sort=False)
        }
        taken = np.column_stack(
            [pd.Categorical(wide[choice], names).codes for choice, names in options.items()]
        ).astype(np.intp)
        answers = first.drop_duplicates("specification").set_index("specification")
        return cls(answers.drop(columns=["choice", "option"]), options, taken)

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Which specifications have an estimate."""
        return self.answers["estimate"].notna().to_numpy()

    @property
    def tested(self) -> bool:
        """Whether any specification has a p-value."""
        return bool(self.answers["p_value"].notna().any())

    @property
    def clear(self) -> npt.NDArray[np.intp]:
        """Which way each is clear (p < .05, and an interval without nought): 1, -1, or 0."""
        judged = verdicts(self.answers.assign(q_value=self.answers["p_value"])) == "clear"
        sign = np.sign(self.answers["estimate"].fillna(0).to_numpy(dtype=float))
        return np.where(judged, sign, 0).astype(np.intp)

    @property
    def lost(self) -> list[str]:
        """Why the specifications without an estimate have none."""
        return [str(note) for note in self.answers.loc[~self.known, "note"]]

    @property
    def written(self) -> Callable[[float], str]:
        """How an estimate is put into words."""
        names: Any = self.answers.get("statistic", pd.Series(dtype=object)).dropna()
        name = str(names.iloc[0]) if len(names) else ""
        if name.startswith("share"):
            return percent
        if name.startswith(("difference", "change")):
            return lambda value: points(value, signed=True)
        return lambda value: f"{value:+.2g}".replace("-", "−")
