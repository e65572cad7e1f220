"""Sensitivity: what becomes of shares and differences when a term is left out of a codebook."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from framing.cells import By, Cells
from framing.codebooks.evidence import Book, evidence
from framing.columns import tidy
from framing.errors import InputError, one_of
from framing.features import Features
from framing.groups import groups
from framing.inference import Floats
from framing.settings import Settings

if TYPE_CHECKING:
    from framing.corpus import Corpus


def leave_terms_out(
    source: Corpus | Features,
    codebook: Book,
    by: By,
    *,
    reference: str | None = None,
    **settings: Any,
) -> pd.DataFrame:
    """Compute shares, and differences between groups, without each term of a codebook in turn.

    Parameters
    ----------
    source : Corpus or Features
    codebook : Codebook, str or path
    by : str or list of str
        As in :func:`framing.emphasis`.
    reference : str, optional
        Only differences from this group; default between every two groups.
    **settings
        See :class:`framing.settings.Settings`.

    Returns
    -------
    pandas.DataFrame
        For every frame, first what its codes say with all its terms (``term`` is empty), then a
        block without each term and each exclusion, those that change most segments first; terms
        that change no segment are not listed. A block has a row a group (``statistic`` "share")
        and a pair of groups ("difference", ``group`` minus ``reference``; within each period,
        where there are periods): ``frame``, ``term``, ``strength``, ``estimate``, ``low``,
        ``high``; ``decisive``, how many segments of these groups are coded otherwise; ``change``,
        the estimate less what it is with all terms; ``part``, of a share, the part that goes with
        the term; ``verdict``, of a difference: "same"; "sign turns"; "no longer leaves out nought"
        or "leaves out nought only then", of its interval; "no interval".

    Raises
    ------
    InputError
        As :func:`framing.code` does, and for a `reference` that is no group.

    Notes
    -----
    Strong terms and weak ones are counted once a segment. A segment loses the frame with a strong
    term if it has no other and not two weak ones, with a weak term if it has no strong one and
    just one other. Exclusions are left out by coding anew the segments that hold them.

    The largest ``part`` of a frame tells how far it rests on one word:
    ``table.groupby(["frame", "group"])["part"].max()``.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": list("abcd"), "region": ["US", "US", "EU", "EU"]})
    >>> names = ["export controls", "leak of"]
    >>> counts = Features([[1, 1], [0, 1], [1, 0], [0, 0]], names, rows, kind="term")
    >>> table = leave_terms_out(counts, "critical-technology", by="region")
    >>> table = table[table["frame"].eq("protection") & table["statistic"].eq("difference")]
    >>> table[["group", "reference", "term", "estimate", "change"]].head(3).reset_index(drop=True)
      group reference             term  estimate  change
    0    US        EU                        0.5     0.0
    1    US        EU  export control*       1.0     0.5
    2    US        EU          leak of       0.0    -0.5
    """
    counts, found = evidence(source, codebook)
    chosen = Settings.of(settings)
    corpus = source.corpus if isinstance(source, Features) else source
    bare = Features(sparse.csr_array((len(counts), 1)), ["none"], counts.segments, "frame", corpus)
    table = groups(bare, by, actors=chosen.actors, levels=chosen.levels)
    member = table.to_numpy() > 0
    parts = []
    for one in found:
        hinges = sparse.csc_array(one.hinges)
        decisive = hinges[np.flatnonzero(member.any(axis=1))].sum(axis=0)
        order = np.argsort(-decisive, kind="stable")
        order = order[decisive[order] > 0]
        codes = _without_each(one.used, hinges[:, order])
        names = [str(column) for column in range(codes.shape[1])]
        frames = Features(codes, names, counts.segments, "frame", corpus)
        cells = Cells.of(frames, by, chosen, compared="period", table=table)
        for which, block in [*_shares(cells), *_differences(cells, by, reference)]:
            rows = np.flatnonzero(member[:, which].any(axis=1))
            block["decisive"] = [0, *hinges[rows][:, order].sum(axis=0).astype(int)]
            block["term"] = ["", *(str(one.patterns[i]) for i in order)]
            block["strength"] = ["", *one.strengths[order]]
            parts.append(cells.label(block, which).assign(frame=one.frame.name))
    whole = pd.concat(parts)
    whole = whole.assign(place=pd.factorize(whole["frame"])[0], turn=whole.index)
    return tidy(whole.sort_values(["place", "turn"], kind="stable").drop(columns=["place", "turn"]))


def _without_each(used: NDArray[np.bool_], hinges: sparse.csc_array) -> sparse.csr_array:
    """Codes with all terms, then without each, shape (n_segments, 1 + n_terms)."""
    whole = sparse.csr_array(used[:, None].astype(float))
    turned = sparse.csr_array(hinges.astype(float))
    same = sparse.csr_array(whole @ sparse.csr_array(np.ones((1, turned.shape[1]))))
    return sparse.csr_array(sparse.hstack([whole, same + turned - 2 * same.multiply(turned)]))


def _shares(cells: Cells) -> Iterator[tuple[list[int], pd.DataFrame]]:
    for cell, (group, period) in enumerate(cells.index):
        ends = cells.share[cell], cells.low[cell], cells.high[cell]
        block = _block(cells, [cell], ends).assign(statistic="share", verdict="")
        whole = ends[0][0]
        block["part"] = (whole - block["estimate"]) / whole if whole > 0 else np.nan
        yield [cell], _named(block, group=group, period=period)


def _differences(
    cells: Cells, by: By, reference: str | None
) -> Iterator[tuple[list[int], pd.DataFrame]]:
    names = list(dict.fromkeys(group for group, _ in cells.index if group is not None))
    if reference is not None and not names:
        raise InputError(f"reference= needs groups, and by={by!r} has none.")
    if reference is not None and reference not in names:
        raise one_of("reference", reference, names)
    for i, j in combinations(range(len(cells.index)), 2):
        (group, period), (other, time) = cells.index[i], cells.index[j]
        if period != time or (reference is not None and reference not in (group, other)):
            continue
        if group == reference:
            i, j, group, other = j, i, other, group
        ends = cells.combined([i, j], np.array([1.0, -1.0]))
        rows = list(zip(*ends, strict=True))
        block = _block(cells, [i, j], ends).assign(statistic="difference", part=np.nan)
        block["verdict"] = [_verdict(rows[0], row) for row in rows]
        yield [i, j], _named(block, group=group, reference=other, period=period)


def _block(cells: Cells, which: list[int], ends: tuple[Floats, Floats, Floats]) -> pd.DataFrame:
    """Rows of one group or pair: with all terms, then without each."""
    estimate, low, high = ends
    table = pd.DataFrame({"estimate": estimate, "low": low, "high": high})
    return table.assign(change=estimate - estimate[0], note=cells.no_interval(which, low))


def _named(block: pd.DataFrame, **names: str | None) -> pd.DataFrame:
    return block.assign(**{key: name for key, name in names.items() if name is not None})


def _verdict(whole: tuple[float, float, float], without: tuple[float, float, float]) -> str:
    """Say what becomes of a difference (estimate, low, high)."""
    if np.isnan([*whole, *without]).any():
        return "no interval"
    before, after = (low > 0 or high < 0 for _, low, high in (whole, without))
    said = ["sign turns"] if whole[0] * without[0] < 0 else []
    if before != after:
        said.append("no longer leaves out nought" if before else "leaves out nought only then")
    return "; ".join(said) or "same"
