"""Look at a table before it is drawn, and say which function makes the right one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from framing.columns import KINDS
from framing.errors import InputError
from framing.wording import count_of, listed


def check(
    table: pd.DataFrame,
    plot: str,
    maker: str,
    columns: Sequence[str],
    statistic: Sequence[str] = (),
    *,
    feature: bool = True,
) -> str:
    """Refuse a table that the plot cannot draw; return the kind of feature that it is about.

    Parameters
    ----------
    table : pandas.DataFrame
    plot, maker : str
        The plotting function, and the one whose result it draws.
    columns : sequence of str
        What the table must hold.
    statistic : sequence of str
        What the column ``statistic`` must hold at least one of.
    feature : bool
        Whether a column "frame", "term", "topic" or "feature" is needed.
    """
    right = f"give it the table that {maker}() returns"
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"{plot}: got a {type(table).__name__}; {right}.")
    kind = next((name for name in KINDS if name in table), "")
    wanted = [*columns, *(["statistic"] if statistic else [])]
    missing = [name for name in wanted if name not in table]
    if missing:
        raise InputError(f"{plot}: the table has no column {missing[0]!r}; {right}.")
    if feature and not kind:
        raise InputError(f"{plot}: the table has no column {listed_or(KINDS)}; {right}.")
    if len(table) == 0:
        raise InputError(f"{plot}: the table has no rows; {right}.")
    if statistic and not table["statistic"].isin(statistic).any():
        found = table["statistic"].iloc[0]
        raise InputError(
            f"{plot}: column 'statistic' holds {found!r}, not {listed_or(statistic)}; {right}."
        )
    return kind


def once(table: pd.DataFrame, columns: Sequence[str], plot: str, hint: str) -> None:
    """Refuse a table that says two things of the same mark."""
    twice = table.duplicated(list(columns))
    if twice.any():
        row = table.loc[twice, list(columns)].iloc[0]
        raise InputError(f"{plot}: there are several rows for {', '.join(map(str, row))}; {hint}.")


def notes(table: pd.DataFrame, by: str = "group") -> list[str]:
    """Say in words which groups have no interval, and why.

    Examples
    --------
    >>> rows = {"group": ["JP"], "low": [float("nan")], "note": ["only 2 documents; p cannot be"]}
    >>> notes(pd.DataFrame(rows))
    ['JP: no interval, only 2 documents']
    """
    blank = table[table["low"].isna()] if "low" in table else table.iloc[:0]
    reasons: dict[str, list[str]] = {}
    for _, row in blank.iterrows():
        reason = _blank(str(row["note"]) if "note" in table else "")
        names = reasons.setdefault(reason, [])
        name = str(row[by]) if by in table else ""
        if name and name not in names:
            names.append(name)
    return [
        f"{listed(names)}: no interval, {reason}" if names else f"no interval, {reason}"
        for reason, names in reasons.items()
    ]


def _blank(note: str) -> str:
    """The part of a note that says why an interval is missing."""
    parts = [part for part in note.split("; ") if part and not part.startswith(("no p", "p "))]
    if not parts:
        return "too few for one"
    return parts[0].removeprefix("no interval, no p-value: ").removeprefix("no interval: ")


def notes_by_period(table: pd.DataFrame) -> list[str]:
    """Say in words that some periods have no interval.

    Examples
    --------
    >>> rows = {"low": [float("nan")] * 2, "note": ["only 2 documents; an", "only 5 documents; an"]}
    >>> notes_by_period(pd.DataFrame(rows))
    ['in outline: no interval, for 2 to 5 documents are too few']
    """
    blank = table[table["low"].isna()]
    said = blank["note"].astype(str).str.extract(r"^only (\d+) ([a-z]+?)s?(?: of .*?)?(?:;|$)")
    few = said.dropna()
    if not len(blank):
        return []
    if not len(few):
        return ["in outline: no interval"]
    numbers = few[0].astype(int)
    low, high, unit = int(numbers.min()), int(numbers.max()), str(few[1].iloc[0])
    many = count_of(low, unit) if low == high else f"{low} to {count_of(high, unit)}"
    return [f"in outline: no interval, for {many} {'is' if high == 1 else 'are'} too few"]


def base(table: pd.DataFrame, kind: str) -> str:
    """Say what shares are shares of.

    Examples
    --------
    >>> base(pd.DataFrame({"n_documents": [20], "n_segments": [90]}), "frame")
    'segments'
    """
    if kind == "term":
        return "words counted"
    if {"n_documents", "n_segments"} <= set(table) and (
        table["n_documents"] == table["n_segments"]
    ).all():
        return "documents"
    return "segments"


def behind(table: pd.DataFrame, by: str = "group") -> str:
    """Say how much stands behind each group.

    Examples
    --------
    >>> behind(pd.DataFrame({"group": ["US", "EU"], "n_documents": [9, 2], "n_segments": [9, 2]}))
    'documents: US 9, EU 2'
    >>> behind(pd.DataFrame({"group": ["US"], "n_documents": [5], "n_segments": [54]}))
    'US: 54 segments of 5 documents'
    """
    if not {by, "n_documents", "n_segments"} <= set(table):
        return ""
    first = table.drop_duplicates(by)
    whole = (first["n_documents"] == first["n_segments"]).all()
    if len(first) == 1:
        documents = count_of(int(first["n_documents"].iloc[0]), "document")
        segments = count_of(int(first["n_segments"].iloc[0]), "segment")
        return f"{first[by].iloc[0]}: " + (documents if whole else f"{segments} of {documents}")
    if whole:
        each = zip(first[by], first["n_documents"], strict=True)
        return "documents: " + ", ".join(f"{name} {n:,}" for name, n in each)
    three = zip(first[by], first["n_segments"], first["n_documents"], strict=True)
    return "segments (of documents): " + ", ".join(f"{name} {s:,} ({d:,})" for name, s, d in three)


def untested(table: pd.DataFrame) -> str:
    """Say that there were no tests, and why; empty if there were.

    Examples
    --------
    >>> untested(pd.DataFrame({"p_value": [float("nan")], "note": ["no p-value: sides overlap"]}))
    'no tests: sides overlap'
    """
    if "p_value" not in table or table["p_value"].notna().any():
        return ""
    found = _said(table, r"(?<!no interval, )no p-value: ([^;]+)").dropna()
    return f"no tests: {found.iloc[0]}" if len(found) else "no tests"


def cannot(table: pd.DataFrame) -> str:
    """Say why nothing could come out as clear: no tests, or too few ways to deal out labels.

    Examples
    --------
    >>> note = "p cannot be below 0.1: labels can be dealt out in 20 ways only"
    >>> cannot(pd.DataFrame({"p_value": [0.3], "note": [note]}))
    'p cannot be below 0.1, so nothing can be clear'
    """
    tested = table[table["p_value"].notna()] if "p_value" in table else table.iloc[:0]
    least = _said(tested, r"p cannot be below ([\d.e-]+)")
    if not least.notna().any():
        return untested(table)
    some = "nothing can be clear" if least.notna().all() else "not every comparison can be clear"
    return f"p cannot be below {least.dropna().iloc[0]}, so {some}"


def _said(table: pd.DataFrame, pattern: str) -> pd.Series[Any]:
    """What the notes say, row by row; missing where they do not."""
    notes = table.get("note", pd.Series("", index=table.index))
    said: pd.Series[Any] = notes.astype(str).str.extract(pattern, expand=False)
    return said


def listed_or(names: Sequence[str]) -> str:
    """Join names with "or".

    Examples
    --------
    >>> listed_or(["frame", "term"])
    "'frame' or 'term'"
    """
    quoted = [repr(name) for name in names]
    return " or ".join(part for part in (", ".join(quoted[:-1]), quoted[-1]) if part)
