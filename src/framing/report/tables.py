"""Tables as files and on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd

from framing.card import segment_name
from framing.corpus import Corpus
from framing.dates import format_date

ROWS = 12
"""Rows of a table shown on the page."""

TITLES = {
    "timeline": "Documents by side and period",
    "emphasis": "How often each side uses each frame",
    "contrast": "Differences between sides",
    "divergence": "How far apart the sides are",
    "trend": "Slopes, and shares by period",
    "change": "Whether the sides changed alike, and how each changed",
    "shift": "How far the mix of frames moved, and what moved it",
    "keyness": "What sets each side apart",
    "tf_idf": "What sets each period apart",
    "terms": "How often each side uses the most frequent terms",
    "agreement": "How far people agree on each frame",
    "evaluation": "How well the machine finds what people found",
    "bias": "What the machine misses and codes too much",
    "correction": "Shares by machine, by hand, and corrected",
    "topics": "What the topics are",
    "topic_prevalence": "Predicted prevalence of topics, by side and period",
    "topic_differences": "Differences of topics between sides, and changes",
    "topic_stability": "Which topics models with other numbers of topics find again",
    "documents": "The documents",
}
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_SHOWN = ("title", "publisher", "outlet", "author", "kind", "region", "url")


def write_csv(table: pd.DataFrame, path: Path) -> None:
    r"""Write a table the same way everywhere: UTF-8, ``\n``, ten significant digits.

    Texts that a spreadsheet would run as a formula are written with an apostrophe before them.
    """
    safe = table.copy()
    for name in safe.select_dtypes(include=["object", "string"]):
        safe[name] = [_harmless(value) for value in safe[name]]
    text = safe.to_csv(index=False, float_format="%.10g", lineterminator="\n")
    path.write_bytes(text.encode("utf-8", errors="replace"))


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def documents_table(corpus: Corpus) -> pd.DataFrame:
    """List the documents: names, dates no more precise than they are known, size, metadata."""
    documents = corpus.documents
    segments = corpus.segments.groupby("document", sort=False)["n_tokens"].agg(["size", "sum"])
    dates = zip(documents["date"], documents["date_precision"], strict=True)
    table = documents.assign(date=[format_date(*one) for one in dates])
    sizes = segments.reindex(documents["document"], fill_value=0)
    if segment_name(corpus.segments) != "document":
        table["segments"] = sizes["size"].to_numpy()
    if sizes["sum"].any():
        table["words"] = sizes["sum"].to_numpy()
    return table


@dataclass(frozen=True)
class Shown:
    """The first rows of a table, as they stand on the page.

    Attributes
    ----------
    name, title : str
    columns : list of (name, whether numeric)
    rows : list of list of str
    n_rows : int
        Rows of the whole table.
    same : str
        Columns left out because every row holds the same, and what they hold.
    """

    name: str
    title: str
    columns: list[tuple[str, bool]]
    rows: list[list[str]]
    n_rows: int
    same: str


def shown(name: str, table: pd.DataFrame) -> Shown:
    """Choose what of a table is shown: its first rows, of every group or period if it has any."""
    first = table
    side = next((column for column in ("group", "period") if column in table), None)
    if side is not None and len(table) > ROWS:
        groups = max(table[side].nunique(dropna=False), 1)
        first = table.groupby(side, sort=False, dropna=False).head(ceil(ROWS / groups))
    first = first.head(ROWS)
    same = {
        column: str(table[column].iloc[0])
        for column in table
        if len(table) > 1 and _is_same(table[column])
    }
    kept = [
        column
        for column in table
        if column not in same and not set(_cells(first[column])) <= {"", "–"}
    ]
    numeric = [pd.api.types.is_numeric_dtype(table[column]) for column in kept]
    return Shown(
        name,
        TITLES.get(name, name),
        [(str(column), flag) for column, flag in zip(kept, numeric, strict=True)],
        [list(row) for row in zip(*(_cells(first[column]) for column in kept), strict=True)],
        len(table),
        ", ".join(
            f"{column} {value}" for column, value in same.items() if value not in ("", "nan")
        ),
    )


def _is_same(column: pd.Series[Any]) -> bool:
    """Whether every row reads the same; long columns seldom do, and mostly their ends tell."""
    return all(len(set(some.astype(str))) == 1 for some in (column.iloc[[0, -1]], column))


def shown_documents(table: pd.DataFrame, by: str) -> Shown:
    """The first documents, with what a reader needs to find them."""
    named = dict.fromkeys(["document", "date", by, *_SHOWN, "segments", "words"])
    kept = [name for name in named if name in table and (table[name].astype(str) != "").any()]
    return shown("documents", table[kept])


def _cells(column: pd.Series[Any]) -> list[str]:
    """Write a column for reading.

    Examples
    --------
    >>> _cells(pd.Series([0.0499, -0.2, 0.0001, float("nan")]))
    ['0.050', '−0.200', '< 0.001', '–']
    >>> _cells(pd.Series([12345.0, 3.0])), _cells(pd.Series(["a", None]))
    (['12,345', '3'], ['a', '–'])
    """
    known = column.dropna()
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return ["–" if pd.isna(value) else str(value) for value in column]
    if (known == known.round()).all():
        return ["–" if pd.isna(value) else f"{value:,.0f}" for value in column]
    return ["–" if pd.isna(value) else _decimal(value) for value in column]


def _decimal(value: float) -> str:
    if 0 < abs(value) < 0.0005:
        return "< 0.001" if value > 0 else "> −0.001"
    return f"{value:.3f}".replace("-", "−")
