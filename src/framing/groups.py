"""Who speaks, who is spoken of, and when: the matrix G of segments × groups."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.actors import Actor, ActorList, OfficeHolder, mentions
from framing.errors import InputError, InputWarning, one_of
from framing.features import Features

if TYPE_CHECKING:
    from framing.corpus import Corpus

__all__ = ["TIMES", "Actor", "ActorList", "OfficeHolder", "groups", "mentions"]

TIMES = ("year", "quarter", "month")
"""What a document's date can be grouped into."""

_NOT_GROUPS = frozenset("segment position n_tokens text date date_precision sha256".split())
_JOINED = " × "


def groups(
    source: Corpus | Features,
    by: str | Sequence[str],
    *,
    actors: ActorList | str | PathLike[str] = "us-eu-japan",
    levels: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Put segments into groups.

    Parameters
    ----------
    source : Corpus or Features
    by : str or list of str
        Columns of metadata (``"region"``); ``"actor"``, for the actors a segment mentions; or one
        of ``"year"``, ``"quarter"`` and ``"month"``, for the date of its document. A list combines
        them: several columns are crossed, and time comes last.
    actors : ActorList, str or path
        Who is looked for when `by` holds ``"actor"``. The actors compared are the groups; others
        of the list only when `levels` names them.
    levels : sequence of str, optional
        The groups to keep, in this order; not for time.

    Returns
    -------
    pandas.DataFrame
        0/1, one row a segment of `source` in order (index ``segment``). Columns are groups (index
        named ``group``), periods (named ``period``, like ``2021``, ``2021Q3``, ``2021-07``), or
        both (levels ``group`` and ``period``). A segment may be in several groups, as when it
        mentions two actors, or in none. Names of compared actors keep their order in any
        column; other groups are sorted.

    Raises
    ------
    InputError
        For an unknown column or level, a level without documents, and two units of time.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": ["a", "b"], "region": ["EU", "US"]})
    >>> rows["date"] = pd.to_datetime(["2021-03-01", "2022-07-01"])
    >>> features = Features([[1], [2]], ["trade"], rows)
    >>> groups(features, "region")
    group    US  EU
    segment
    a/000     0   1
    b/000     1   0
    >>> groups(features, "quarter").sum().to_dict()
    {'2021Q1': 1, '2022Q3': 1}
    """
    wanted = [by] if isinstance(by, str) else list(by)
    if not wanted:
        raise InputError("by is empty; name a column, 'actor' or a unit of time.")
    if len(set(wanted)) < len(wanted):
        raise InputError(f"by names {max(wanted, key=wanted.count)!r} twice; name it once.")
    segments = source.segments if isinstance(source, Features) else source.table()
    times = [name for name in wanted if name in TIMES]
    if len(times) > 1:
        raise InputError(f"by holds {' and '.join(map(repr, times))}; use one unit of time.")
    sides = [name for name in wanted if name not in TIMES]
    if levels is not None and not sides:
        raise InputError(f"levels does not apply to {times[0]!r}; filter the corpus by date.")
    for name in sides:
        _check(name, segments)
    found = actors if isinstance(actors, ActorList) else ActorList.load(actors)
    index = pd.Index(segments["segment"], name="segment")
    tables = [_side(source, segments, name, found, levels) for name in sides]
    if tables:
        table = _keep(_cross(tables), levels, sides)
        if times:
            table = _panel(table, _periods(segments, times[0]))
    else:
        table = _periods(segments, times[0]).rename_axis(columns="period")
    return table.set_axis(index, axis=0).astype(np.int8)


def _check(name: str, segments: pd.DataFrame) -> None:
    allowed = [str(column) for column in segments if column not in _NOT_GROUPS]
    if name != "actor" and name not in allowed:
        raise one_of("by", name, list(dict.fromkeys([*allowed, "actor", *TIMES])))


def _side(
    source: Corpus | Features,
    segments: pd.DataFrame,
    name: str,
    actors: ActorList,
    levels: Sequence[str] | None,
) -> pd.DataFrame:
    """Indicators of one column of metadata, or of the actors mentioned."""
    if name == "actor" and "actor" not in segments:
        table = mentions(source, actors)
        found = [str(column) for column in table]
        shown = [name for name in actors.compared if name in found] or found
        return table[shown if levels is None else list(dict.fromkeys([*shown, *found]))]
    column = segments[name]
    values = pd.Series(_names(column), index=segments.index)
    _warn_of_missing(segments, values.isna(), f"have no {name}")
    known = pd.unique(column.dropna())
    order = list(dict.fromkeys(_names(pd.Series(sorted(known, key=_sort_key), dtype=object))))
    if set(order) <= set(actors.names):
        order = [level for level in actors.names if level in order]
    codes = pd.Categorical(values, categories=order).codes
    return pd.DataFrame({level: codes == i for i, level in enumerate(order)})


def _names(column: pd.Series[Any]) -> list[str | None]:
    """Levels as text; whole numbers that a missing value made floats lose their point."""
    return [
        None
        if pd.isna(value)
        else str(int(value) if isinstance(value, float) and value.is_integer() else value)
        for value in column
    ]


def _sort_key(value: object) -> tuple[bool, float, str]:
    number = isinstance(value, (int, float, np.integer, np.floating))
    return (not number, float(value) if number else 0.0, str(value))  # type: ignore[arg-type]


def _cross(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Segments in one group of every table, the names joined; only combinations that occur."""
    table = tables[0].astype(bool).reset_index(drop=True)
    for other in tables[1:]:
        right = other.astype(bool).reset_index(drop=True)
        joined = {f"{one}{_JOINED}{two}": table[one] & right[two] for one in table for two in right}
        table = pd.DataFrame({name: rows for name, rows in joined.items() if rows.any()})
    return table.rename_axis(columns="group")


def _keep(table: pd.DataFrame, levels: Sequence[str] | None, sides: Sequence[str]) -> pd.DataFrame:
    """Restrict and order the groups; none may be empty."""
    what = _JOINED.join(sides)
    if levels is not None:
        if isinstance(levels, str) or not list(levels):
            raise InputError(f"levels must be a list of groups of {what!r}; got {levels!r}.")
        for level in levels:
            if level not in table:
                raise one_of(f"a level of {what!r}", level, table.columns)
        table = table[list(dict.fromkeys(levels))]
    empty = [str(column) for column in table if not table[column].any()]
    if len(empty) == table.shape[1]:
        raise InputError(
            f"no segment belongs to any group of {what!r} ({', '.join(empty)}); "
            "compare by a column of metadata instead (by=)."
        )
    if empty and levels is not None:
        raise InputError(f"no document belongs to {empty[0]!r} of {what!r}; drop it from levels.")
    if empty:
        warnings.warn(
            f"{len(empty)} of {table.shape[1]} groups of {what!r} have no document and are left "
            f"out: {', '.join(empty)}.",
            InputWarning,
            stacklevel=3,
        )
        table = table.drop(columns=empty)
    return table


def _periods(segments: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Indicators of the periods that documents are dated to."""
    if "date" not in segments:
        if unit not in segments:
            raise InputError(f"by={unit!r} needs dates, and the documents have none.")
        labels = pd.Series(_names(segments[unit]), index=segments.index)
        _warn_of_missing(segments, labels.isna(), f"have no {unit}")
    else:
        dates = pd.to_datetime(segments["date"])
        precision = segments.get("date_precision", pd.Series("day", index=segments.index))
        dated = dates.notna() & (precision != "unknown")
        fine = dated & ((precision != "year") | (unit == "year"))
        labels = pd.Series(_labels(dates, unit), index=segments.index).where(fine)
        _warn_of_missing(segments, ~dated, "have no date")
        _warn_of_missing(segments, dated & ~fine, f"are dated to the year only, not to a {unit}")
    order = sorted(label for label in labels.dropna().unique())
    if not order:
        raise InputError(f"by={unit!r}: no document has a date that tells its {unit}.")
    return pd.DataFrame({label: (labels == label).to_numpy() for label in order})


def _labels(dates: pd.Series[Any], unit: str) -> list[str]:
    if unit == "month":
        return list(dates.dt.strftime("%Y-%m"))
    year = dates.dt.strftime("%Y")
    return list(
        year if unit == "year" else year + "Q" + dates.dt.quarter.astype("Int64").astype(str)
    )


def _panel(table: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Cross groups with periods; combinations without documents are left out and named."""
    cells = {(one, two): table[one] & periods[two] for one in table for two in periods}
    empty = [f"{one} in {two}" for (one, two), rows in cells.items() if not rows.any()]
    if len(empty) == len(cells):
        raise InputError("no document is both in a group and in a period.")
    if empty:
        more = f" and {len(empty) - 3} more" if len(empty) > 3 else ""
        warnings.warn(
            f"{len(empty)} of {len(cells)} combinations of group and period have no document and "
            f"are left out: {', '.join(empty[:3])}{more}.",
            InputWarning,
            stacklevel=3,
        )
    panel = {cell: rows for cell, rows in cells.items() if rows.any()}
    columns = pd.MultiIndex.from_tuples(list(panel), names=["group", "period"])
    return pd.DataFrame(panel).set_axis(columns, axis=1)


def _warn_of_missing(segments: pd.DataFrame, missing: pd.Series[bool], why: str) -> None:
    if not missing.any():
        return
    names = segments.loc[missing.to_numpy(), "document"].unique()
    total = segments["document"].nunique()
    listed = ", ".join(map(str, names[:3])) + (", …" if len(names) > 3 else "")
    warnings.warn(
        f"{len(names)} of {total} documents {why} ({listed}); they are in no group.",
        InputWarning,
        stacklevel=4,
    )
