"""Who publishes how many documents, when and where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import InputError, only
from framing.simulate.checks import check_count, is_count, is_number, per_group

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]

GROUPS = ("US", "EU", "JP")
"""The groups, where `documents` is one number."""


@dataclass(frozen=True)
class Design:
    """When and where documents are published; ``frames`` and ``terms`` take it by keyword.

    Parameters
    ----------
    periods : sequence of int or str
        Years (``2021``), quarters (``"2021Q3"``) or months (``"2021-07"``), in order. The documents
        of a group are dealt out evenly to them.
    outlets : int or {group: int}, optional
        How many outlets each group has; default none.
    outlet_icc : float or {group: float}
        Intra-class correlation of outlets, from 0 to below 1: how much two segments (or tokens)
        from different documents of one outlet correlate. Two of one document then correlate by
        ``outlet_icc + icc · (1 − outlet_icc)``.
    crossed : bool
        Whether groups share their outlets, as when groups are what articles are about: an outlet
        then leans the same way in each. By default every group has outlets of its own.
    dominance : float
        The k-th outlet publishes in proportion to 1/k^dominance, and at least one document; 0 deals
        documents out evenly.
    by : str
        What to call the column of groups.

    Examples
    --------
    >>> Design(periods=["2021Q1", "2021Q2"]).calendar.days.tolist()
    [90.0, 91.0]
    """

    periods: Sequence[int | str] = (2024,)
    outlets: int | Mapping[str, int] | None = None
    outlet_icc: float | Mapping[str, float] = 0.0
    crossed: bool = False
    dominance: float = 0.0
    by: str = "region"

    def __post_init__(self) -> None:
        taken = ("segment", "document", "outlet", "date", "year")
        if not isinstance(self.by, str) or self.by in taken:
            raise InputError(f"by must be a name other than {', '.join(taken)}; got {self.by!r}.")
        if self.crossed and not is_count(self.outlets):
            raise InputError("crossed=True needs outlets as one number, since groups share them.")
        if self.outlets is None and self.outlet_icc != 0:
            raise InputError("outlet_icc needs outlets; say how many each group has (outlets=).")
        if not is_number(self.dominance) or self.dominance < 0:
            raise InputError(f"dominance must be a number from 0 on; got {self.dominance!r}.")
        if isinstance(self.periods, (str, int)):
            raise InputError(f"periods must be a list; got {self.periods!r}.")

    @cached_property
    def calendar(self) -> Calendar:
        """The periods, read."""
        return read_periods(tuple(str(period) for period in self.periods))

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Design:
        """Take settings by name, and refuse a name that is none."""
        only(given, [one.name for one in fields(cls)])
        return cls(**given)


@dataclass(frozen=True, eq=False)
class Layout:
    """A design filled in.

    Attributes
    ----------
    groups : {name: number of documents}
    design : Design
    group, period, outlet : array of int, shape (n_documents,)
        Where each document belongs; outlets are numbered through, and all 0 if there are none.
    n_outlets : int
    """

    groups: dict[str, int]
    design: Design
    group: Integers
    period: Integers
    outlet: Integers
    n_outlets: int

    @classmethod
    def of(cls, documents: int | Mapping[str, int], settings: Mapping[str, Any]) -> Layout:
        """Deal documents out to outlets and periods."""
        design = Design.of(settings)
        given = documents if isinstance(documents, Mapping) else dict.fromkeys(GROUPS, documents)
        groups = {str(name): n for name, n in given.items()}
        if not groups:
            raise InputError("documents is empty; give the number of documents of each group.")
        n_periods = len(design.calendar.labels)
        for name, n in groups.items():
            check_count(f"documents of {name!r}", n)
            if n < n_periods:
                raise InputError(f"{n} documents of {name!r} cannot cover {n_periods} periods.")
        codes = np.repeat(np.arange(len(groups)), list(groups.values()))
        period = np.concatenate([np.arange(n) % n_periods for n in groups.values()])
        return cls(groups, design, codes, period, *_outlets(groups, design))

    @property
    def n_documents(self) -> Integers:
        """Documents of each group in each period, shape (n_groups, n_periods)."""
        n = np.zeros((len(self.groups), len(self.design.calendar.labels)), dtype=np.int64)
        np.add.at(n, (self.group, self.period), 1)
        return n

    def metadata(self, rows: Integers, rng: np.random.Generator) -> pd.DataFrame:
        """Describe segments, of which `rows` says whose each is; days are drawn."""
        names = list(self.groups)
        documents = [f"{name}-{i + 1:03d}" for name, n in self.groups.items() for i in range(n)]
        calendar = self.design.calendar
        days = np.floor(rng.random(len(documents)) * calendar.days[self.period])
        dates = calendar.starts[self.period] + days.astype("timedelta64[D]")
        owner, order = rows.tolist(), position(rows).tolist()
        table = {
            "segment": [f"{documents[d]}/{i:03d}" for d, i in zip(owner, order, strict=True)],
            "document": [documents[d] for d in owner],
            self.design.by: [names[g] for g in self.group[rows]],
        }
        if self.n_outlets:
            first = np.array([self.outlet[self.group == g].min() for g in range(len(names))])
            number = 1 + self.outlet - (0 if self.design.crossed else first[self.group])
            whose = [""] * len(names) if self.design.crossed else [f"{name} " for name in names]
            outlets = [f"{whose[g]}outlet {k}" for g, k in zip(self.group, number, strict=True)]
            table["outlet"] = [outlets[d] for d in owner]
        dated = {
            "date": dates.astype("datetime64[s]")[rows],
            "year": (dates.astype("datetime64[Y]").astype(np.int64) + 1970)[rows],
        }
        return pd.DataFrame(table | dated)


def _outlets(groups: dict[str, int], design: Design) -> tuple[Integers, int]:
    """Number the outlet of every document, and count outlets."""
    if design.outlets is None:
        return np.zeros(sum(groups.values()), dtype=np.int64), 0
    parts: list[Integers] = []
    first = total = 0
    for (name, n), k in zip(
        groups.items(), per_group("outlets", design.outlets, groups), strict=True
    ):
        check_count(f"outlets of {name!r}", k)
        if k > n:
            raise InputError(f"{k} outlets of {name!r}, but {n} documents; every outlet needs one.")
        parts.append(first + np.repeat(np.arange(k), deal(n, k, design.dominance)))
        total = first + k
        first = 0 if design.crossed else total
    return np.concatenate(parts), total


def deal(n: int, k: int, dominance: float = 0.0) -> Integers:
    """Deal n documents out to k outlets, at least one to each.

    Examples
    --------
    >>> deal(10, 3).tolist(), deal(23, 3, dominance=2).tolist()
    ([4, 3, 3], [16, 5, 2])
    """
    wanted = np.arange(1.0, k + 1) ** -dominance
    wanted = (n - k) * wanted / wanted.sum()
    dealt = np.floor(wanted + 1e-9)
    left = n - k - int(dealt.sum())
    dealt[np.argsort(dealt - wanted, kind="stable")[:left]] += 1
    return np.asarray(1 + dealt, dtype=np.int64)


def position(rows: Integers) -> Integers:
    """Count the segments of each document from 0; they stand together.

    >>> position(np.array([0, 0, 1, 2, 2])).tolist()
    [0, 1, 0, 0, 1]
    """
    _, first, many = np.unique(rows, return_index=True, return_counts=True)
    return np.asarray(np.arange(len(rows)) - np.repeat(first, many))


class Calendar(NamedTuple):
    """Periods; the first day and the number of days of each; how far each is from the first."""

    labels: tuple[str, ...]
    starts: npt.NDArray[np.datetime64]
    days: Floats
    steps: Floats


@lru_cache(maxsize=32)
def read_periods(periods: tuple[str, ...]) -> Calendar:
    """Read years, quarters or months.

    >>> read_periods(("2021", "2022", "2024")).steps.tolist()
    [0.0, 1.0, 3.0]
    """
    for period in periods:
        if not re.fullmatch(r"[12]\d{3}(Q[1-4]|-(0[1-9]|1[0-2]))?", period):
            raise InputError(
                f"periods: {period!r} is no year (2021), quarter (2021Q3) or month (2021-07)."
            )
    if len({len(period) for period in periods}) != 1 or list(periods) != sorted(set(periods)):
        raise InputError(
            "periods must be all years, all quarters or all months, each once and in order; "
            f"got {', '.join(periods) or 'none'}."
        )
    spans = [pd.Period(period) for period in periods]
    starts = np.array([span.start_time for span in spans], dtype="datetime64[D]")
    ends = np.array([span.end_time for span in spans], dtype="datetime64[D]")
    steps = np.array([span.ordinal - spans[0].ordinal for span in spans], dtype=float)
    return Calendar(periods, starts, (ends - starts).astype(float) + 1, steps)
