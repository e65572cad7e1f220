"""Hits: where each code comes from, and on how few terms a frame rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from framing.cells import By, Cells, label_cells
from framing.codebooks.evidence import Book, Evidence, evidence
from framing.columns import tidy
from framing.errors import one_of
from framing.features import Features
from framing.groups import groups
from framing.settings import Settings

if TYPE_CHECKING:
    from framing.corpus import Corpus

NO_FRAME = "(no frame)"
"""What stands for a frame where a segment uses none."""


def hits(source: Corpus | Features, codebook: Book, *, per: str = "segment") -> pd.DataFrame:
    """List which terms were found where, so that every code can be read at its source.

    Parameters
    ----------
    source : Corpus or Features
        As for :func:`framing.code`.
    codebook : Codebook, str or path
    per : {"segment", "term"}

    Returns
    -------
    pandas.DataFrame
        Per segment, a row a segment, frame and term that stands in it outside exclusions:
        ``document``, ``segment``, ``date``, ``frame``, ``term``, ``strength``, ``code`` (1 where
        the segment uses the frame: a weak term alone is not enough), ``n`` (times it stands
        there), ``decisive`` (1 where the segment would lose the frame without the term), and
        ``url`` where documents have one.

        Per term, a row a frame and term or exclusion, found or not: ``frame``, ``term``,
        ``strength``, ``n``, ``df`` (documents), ``n_segments``, ``decisive`` (segments that would
        be coded otherwise without it).

    Raises
    ------
    InputError
        As :func:`framing.code` does.

    Notes
    -----
    Where texts are at hand, :func:`framing.keyword_in_context` shows a term in its sentences.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": ["a", "b"]})
    >>> names = ["export controls", "leak of", "screening of foreign"]
    >>> counts = Features([[2, 0, 1], [0, 1, 0]], names, rows, kind="term")
    >>> found = hits(counts, "critical-technology")
    >>> found[["document", "frame", "term", "strength", "code", "n", "decisive"]]
      document       frame                  term strength  code  n  decisive
    0        a  protection       export control*   strong     1  2         0
    1        a  protection  screening of foreign   strong     1  1         0
    2        b  protection               leak of   strong     1  1         1
    """
    if per not in ("segment", "term"):
        raise one_of("per", per, ("segment", "term"))
    counts, found = evidence(source, codebook)
    if per == "term":
        return tidy(pd.concat([_per_term(one) for one in found], ignore_index=True))
    table = pd.concat([_per_segment(one) for one in found], ignore_index=True)
    table = table.sort_values("row", kind="stable")
    about = [name for name in ("document", "segment", "date", "url") if name in counts.segments]
    where = counts.segments[about].iloc[table["row"]].reset_index(drop=True)
    return tidy(where.join(table.drop(columns="row").reset_index(drop=True)))


def coverage(
    source: Corpus | Features, codebook: Book, by: By | None = None, **settings: Any
) -> pd.DataFrame:
    """How much of a corpus each frame covers, on how many terms it rests, and what has no frame.

    Parameters
    ----------
    source : Corpus or Features
    codebook : Codebook, str or path
    by : str or list of str, optional
        As in :func:`framing.emphasis`; default the whole corpus.
    **settings
        See :class:`framing.settings.Settings`.

    Returns
    -------
    pandas.DataFrame
        A row a frame (in each group or period), and one for segments without any frame, which is
        named "(no frame)": ``n`` (segments), ``df`` (documents), ``statistic`` ("share"),
        ``estimate``, ``low``, ``high`` and the rest as in :func:`framing.emphasis`; ``n_terms``
        (terms of the frame, weak ones too), ``n_found`` (of them, those that stand in some
        segment), ``term`` (the commonest in the segments that use the frame), ``concentration``
        (its part of all hits there: 1 where the frame rests on one word).

    Examples
    --------
    >>> rows = pd.DataFrame({"document": list("abc")})
    >>> names = ["export controls", "tea"]
    >>> counts = Features([[2, 0], [1, 1], [0, 1]], names, rows, kind="term")
    >>> table = coverage(counts, "critical-technology").set_index("frame")
    >>> table.loc[["protection", "(no frame)"], ["n", "estimate", "n_terms", "n_found"]].round(2)
                n  estimate  n_terms  n_found
    frame
    protection  2      0.67      204        1
    (no frame)  1      0.33        0        0
    """
    counts, found = evidence(source, codebook)
    used = np.column_stack([one.used for one in found])
    codes = sparse.csr_array(np.column_stack([used, ~used.any(axis=1)]).astype(float))
    names = [*(one.frame.name for one in found), NO_FRAME]
    corpus = source.corpus if isinstance(source, Features) else source
    frames = Features(codes, names, counts.segments, "frame", corpus)
    chosen = Settings.of(settings)
    table = (
        pd.DataFrame({"": np.ones(len(frames), dtype=int)}).rename_axis(columns="group")
        if by is None
        else groups(frames, by, actors=chosen.actors, levels=chosen.levels)
    )
    rests = []
    for (group, period), member in zip(
        label_cells(table.columns), table.to_numpy().T > 0, strict=True
    ):
        rows = pd.DataFrame([*(_rests_on(one, member) for one in found), _NOTHING])
        rests.append(rows.assign(group=group, period=period))
    shares = Cells.of(frames, by or "", chosen, table=table).shares()
    keys = [key for key in ("group", "period", "frame") if key in shares]
    result = shares.merge(pd.concat(rests)[[*keys, *_RESTS]], on=keys, how="left")
    return tidy(result.drop(columns="group") if by is None else result)


_RESTS = ["n_terms", "n_found", "term", "concentration"]
_NOTHING = {"frame": NO_FRAME, "n_terms": 0, "n_found": 0, "term": "", "concentration": np.nan}


def _per_segment(found: Evidence) -> pd.DataFrame:
    entries = found.n.tocoo()
    rows, columns = entries.coords
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    return pd.DataFrame(
        {
            "row": rows,
            "frame": found.frame.name,
            "term": np.array([str(one) for one in found.patterns], dtype=object)[columns],
            "strength": found.strengths[columns],
            "code": found.used[rows].astype(int),
            "n": entries.data[order].astype(int),
            "decisive": found.hinges.toarray()[rows, columns].astype(int),
        }
    )


def _per_term(found: Evidence) -> pd.DataFrame:
    n = sparse.csc_array(sparse.hstack([found.n, found.excluded]))
    documents = pd.factorize(found.counts.segments["document"])[0]
    held = [n.indices[start:end] for start, end in zip(n.indptr, n.indptr[1:], strict=False)]
    return pd.DataFrame(
        {
            "frame": found.frame.name,
            "term": [str(one) for one in found.patterns],
            "strength": found.strengths,
            "n": n.sum(axis=0).astype(int),
            "df": [len(np.unique(documents[rows])) for rows in held],
            "n_segments": [len(rows) for rows in held],
            "decisive": found.hinges.sum(axis=0).astype(int),
        }
    )


def _rests_on(found: Evidence, member: NDArray[np.bool_]) -> dict[str, Any]:
    """Count the terms of a frame that occur in a group, and how far one of them carries it."""
    here = found.n[np.flatnonzero(member & found.used)].sum(axis=0)
    anywhere = found.n[np.flatnonzero(member)].sum(axis=0)
    top = int(np.argmax(here)) if here.any() else None
    return {
        "frame": found.frame.name,
        "n_terms": len(anywhere),
        "n_found": int((anywhere > 0).sum()),
        "term": "" if top is None else str(found.patterns[top]),
        "concentration": np.nan if top is None else here[top] / here.sum(),
    }
