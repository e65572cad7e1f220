"""The generated parts of a data card, each between a "begin" and an "end" comment."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd


def fill(card: str, blocks: Mapping[str, str]) -> str:
    """Put the generated parts into a card; every part has its place, and every place its part."""
    places = re.findall(r"<!-- ([\w-]+): begin -->", card)
    if sorted(places) != sorted(blocks):
        raise SystemExit(f"the card has places for {sorted(places)}, the data for {sorted(blocks)}")
    for name, text in blocks.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, rest = card.split(begin, 1)
        after = rest.split(end, 1)[1]
        card = f"{before}{begin}\n{text}\n{end}{after}"
    return card


def markdown(table: pd.DataFrame, corner: str = "") -> str:
    """Write a table in Markdown: its index in the first column, then its columns."""
    right = [table[name].map(_is_figure).all() for name in table]
    rows = [
        [corner or "what", *map(str, table.columns)],
        ["---", *("---:" if number else "---" for number in right)],
    ]
    rows += [
        [str(label), *map(str, row)]
        for label, row in zip(table.index, table.itertuples(index=False), strict=True)
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _is_figure(value: object) -> bool:
    return bool(re.fullmatch(r"[-+−]?[\d.,]+( %)?", str(value)))


def crossed(rows: pd.Series, columns: pd.Series, corner: str) -> str:
    """Count documents by two columns, with totals."""
    table = pd.crosstab(rows, columns, margins=True, margins_name="all")
    return markdown(table, corner)


def listed(counts: Mapping[str, int], what: str, number: str = "n") -> str:
    """Write named counts in Markdown."""
    return markdown(pd.DataFrame({number: counts}), what)
