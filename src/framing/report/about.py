"""What a page says of what was analysed: documents, frames, topics, and the software."""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import metadata
from typing import Any

from framing.analysis import Analysis
from framing.columns import COLUMNS
from framing.errors import InputError
from framing.frames import Codebook
from framing.resources import bundled


def panel(analysis: Analysis) -> dict[str, Any]:
    """Documents by side and period, crossed."""
    timeline = analysis.tables.get("timeline")
    if timeline is None:
        return {"periods": [], "panel": []}
    crossed = timeline.pivot(index="group", columns="period", values="n_documents")
    order = timeline["group"].drop_duplicates()
    rows = crossed.loc[order].fillna(0).astype(int)
    panel = [(str(group), list(row)) for group, row in zip(order, rows.to_numpy(), strict=True)]
    return {"periods": [str(period) for period in rows.columns], "panel": panel}


def definitions(analysis: Analysis) -> list[tuple[str, str]]:
    """What the frames mean: from the codebook used, or a bundled one that has all of them."""
    names = [str(name) for name in analysis.frames.names]
    chosen = analysis.plan.codebook
    for source in [chosen] if chosen else bundled("codebooks"):
        try:
            codebook = Codebook.load(source)
        except InputError:
            continue
        if set(names) <= set(codebook.names):
            meaning = {frame.name: frame.definition for frame in codebook.frames}
            return [(name, meaning[name]) for name in names]
    return []


def topic_model(analysis: Analysis) -> dict[str, Any]:
    """What the page says of how topics were found; empty where there are none."""
    return {} if analysis.topic_fit is None else asdict(analysis.topic_fit)


def columns(analysis: Analysis) -> dict[str, str]:
    """The vocabulary, as far as the tables of this report use it."""
    used = {column for table in analysis.tables.values() for column in table}
    return {name: meaning for name, meaning in COLUMNS.items() if name in used}


def software() -> dict[str, str]:
    """How to cite the library, from the metadata of the installed package."""
    about = metadata("framing")
    keys = {"name": "Name", "version": "Version", "summary": "Summary", "authors": "Author"}
    return {name: about[key] for name, key in keys.items()}
