"""Where a frame, a term or a topic comes from: segments, sources and counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from framing.codebooks.evidence import evidence as looked_up
from framing.columns import tidy
from framing.errors import InputError, one_of
from framing.explorer.comparison import Comparison
from framing.features import Features
from framing.frames import Codebook
from framing.wording import listed

SHOWN = 10
"""Segments shown at first."""
_ABOUT = ("document", "segment", "date", "title", "url")


def evidence(
    comparison: Comparison, name: str, *, side: str | None = None, n: int | None = SHOWN
) -> pd.DataFrame:
    """List the segments that use a frame or a term, or have most of a topic.

    Parameters
    ----------
    comparison : Comparison
    name : str
        Of the frame, the term or the topic.
    side : str, optional
        Default all sides of the comparison.
    n : int, optional
        Segments listed, at most; None lists all.

    Returns
    -------
    pandas.DataFrame
        ``document``, ``segment``, ``date``, ``group`` (the sides it is of), ``terms`` (where a
        codebook found the frame: what it found, and how often), ``n`` (hits, or uses of the term;
        1 where people coded the frame), or ``statistic`` ("share") and ``estimate`` (of a topic);
        ``title``, ``url`` and ``text`` where they are at hand. Those with most come first, then by
        date.

    Raises
    ------
    InputError
        For a name or a side that the comparison does not have.
    """
    uses = _uses(comparison, name)
    keep = uses > 0
    if side is not None:
        if side not in comparison.sides:
            raise one_of("side", side, comparison.sides)
        keep &= comparison.members[side].to_numpy() > 0
    rows = comparison.features.segments
    table = rows[[column for column in _ABOUT if column in rows]].copy()
    table["group"] = _sides(comparison.members)
    if comparison.features.kind == "topic":
        table = table.assign(statistic="share", estimate=uses)
    elif (found := found_terms(comparison, name)) is not None:
        parts = dict(iter(found.groupby("segment", sort=False)))
        none = found.iloc[:0]
        here = [parts.get(segment, none) for segment in table["segment"]]
        table["terms"] = [_with_counts(part) for part in here]
        table["n"] = [int(part["n"].sum()) for part in here]
    else:
        table["n"] = uses.astype(int)
    most = "estimate" if comparison.features.kind == "topic" else "n"
    order = [column for column in (most, "date", "segment") if column in table]
    table = table[keep].sort_values(
        order, ascending=[column != most for column in order], kind="stable"
    )
    table = table if n is None else table.head(n)
    if comparison.corpus.has_texts:
        held = comparison.corpus.segments
        texts = pd.Series(held["text"].to_numpy(), index=held["segment"])
        table["text"] = texts.reindex(table["segment"]).to_numpy()
    return tidy(table)


def origin(comparison: Comparison, name: str) -> pd.DataFrame:
    """Count what stands behind a frame, a term or a topic, side by side.

    Returns
    -------
    pandas.DataFrame
        A row a side: ``group``, ``n`` (segments that use the frame, or occurrences of the term;
        missing for topics, which every segment has a part of), ``df`` (documents that use it),
        ``n_segments`` and ``n_documents`` (all of the side).

    Examples
    --------
    >>> from framing.corpus import Corpus
    >>> from framing.explorer.comparison import compare
    >>> rows = {"id": list("abc"), "region": ["US", "US", "EU"], "date": "2022"}
    >>> texts = ["Chips and chips.", "More chips, more rules.", "Rules on chips."]
    >>> corpus = Corpus.from_frame(pd.DataFrame(rows | {"text": texts}), clean=False)
    >>> origin(compare(corpus, "term", by="region"), "chips")[["group", "n", "df"]]
      group  n  df
    0    US  3   2
    1    EU  1   1
    """
    uses, documents = _uses(comparison, name), comparison.features.segments["document"].to_numpy()
    rows = []
    for side in comparison.sides:
        here = comparison.members[side].to_numpy() > 0
        row = {"group": side, "n_segments": int(here.sum())}
        row["n_documents"] = len(np.unique(documents[here]))
        if comparison.features.kind != "topic":
            row["n"] = int(uses[here].sum())
            row["df"] = len(np.unique(documents[here & (uses > 0)]))
        rows.append(row)
    return tidy(pd.DataFrame(rows))


def found_terms(comparison: Comparison, name: str) -> pd.DataFrame | None:
    """List what a codebook found a frame by, a row a segment and term.

    Returns
    -------
    pandas.DataFrame or None
        ``segment``, ``term``, ``n``; None where the frame was not found by a codebook.
    """
    coder = comparison.coder
    if comparison.features.kind != "frame" or not isinstance(coder, Codebook):
        return None
    alone = replace(coder, frames=tuple(one for one in coder.frames if one.name == name))
    _, (found,) = looked_up(comparison.features, alone)
    entries = found.n.tocoo()
    rows, columns = entries.coords
    table = pd.DataFrame(
        {
            "segment": comparison.features.segments["segment"].to_numpy()[rows],
            "term": np.array([str(one) for one in found.patterns], dtype=object)[columns],
            "n": entries.data.astype(int),
        }
    )
    return table[found.used[rows]].reset_index(drop=True)


def _with_counts(rows: pd.DataFrame) -> str:
    ordered = rows.sort_values(["n", "term"], ascending=[False, True], kind="stable")
    parts = zip(ordered["term"], ordered["n"], strict=True)
    return ", ".join(f"{term} ×{n}" if n > 1 else str(term) for term, n in parts)


def _uses(comparison: Comparison, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    features: Features = comparison.features
    if name not in features.names:
        some = [str(one) for one in list(features.names)[:12]]
        raise InputError(f"there is no {features.kind} {name!r}; there are {listed(some)}.")
    column = pd.Index(features.names).get_loc(name)
    matrix: Any = features.matrix
    return np.asarray(matrix[:, [column]].toarray()[:, 0], dtype=np.float64)


def _sides(members: pd.DataFrame) -> list[str]:
    return [
        ", ".join(str(side) for side, is_in in zip(members.columns, row, strict=True) if is_in)
        for row in members.to_numpy()
    ]
