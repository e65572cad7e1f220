"""Keyness: the terms that set groups apart."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd

from framing.actors import ActorList
from framing.cells import By, Cells, Settings, whole
from framing.columns import tidy
from framing.errors import InputError
from framing.features import Features
from framing.groups import groups
from framing.inference import Floats, combine, correlate
from framing.patterns import Pattern, matching


def keyness(features: Features, by: By, *, prior: float = 0.1, **settings: Any) -> pd.DataFrame:
    """Find the terms that each group uses more, or less, than the rest.

    Parameters
    ----------
    features : Features
        Counts of terms; frames and topics work too.
    by : str or list of str
        Groups; each is set against the segments of all the others. Where groups are actors, the
        names of the actors are left out: they define the groups, so they would lead every list.
    prior : float
        α₀ as a share of the tokens compared; larger pulls rare terms harder towards no difference.
    **settings
        See :class:`framing.cells.Settings`.

    Returns
    -------
    pandas.DataFrame
        A row a group and term, by the lower end of the interval (so that a rare term cannot lead
        by luck): ``group``, ``reference`` ("rest"), ``term``, ``n`` (occurrences in the group),
        ``statistic`` ("log_odds"), ``estimate``, ``low``, ``high`` (natural logarithms),
        ``level``, ``unit``, ``n_documents``, ``n_segments``, ``note``.

    Notes
    -----
    Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, eq. 15):
    ``δ_w = log[(y_i+α_w)/(n_i+α_0−y_i−α_w)] − log[(y_j+α_w)/(n_j+α_0−y_j−α_w)]``, i the group, j
    the rest, ``α_w = α_0 ·`` (frequency of w in both). By default y are counts after every document
    was scaled to the same length. The paper's own variance takes tokens to be independent, which
    finds differences where there are none; here the interval comes from resampling documents: the
    score intervals of the two shares, carried to the log-odds and combined
    (:func:`framing.inference.combine`).

    References
    ----------
    Monroe, B. L., Colaresi, M. P. & Quinn, K. M. (2008). Fightin' words. *Political Analysis*,
    16(4), 372–403.
    """
    if prior <= 0:
        raise InputError(f"prior must be positive; got {prior!r}.")
    chosen = Settings.of(settings)
    table = groups(features, by, actors=chosen.actors, levels=chosen.levels)
    if table.shape[1] < 2:
        raise InputError(f"by={by!r} gives one group; keyness needs at least two.")
    if "actor" in ([by] if isinstance(by, str) else by) and "actor" not in features.segments:
        features = _without_names(features, chosen.actors)
    parts = [_against_rest(features, table, column, prior, chosen) for column in table.columns]
    return tidy(pd.concat(parts, ignore_index=True))


def _against_rest(
    features: Features, table: pd.DataFrame, column: Any, prior: float, settings: Settings
) -> pd.DataFrame:
    inside = table[column].to_numpy() > 0
    rest = table.drop(columns=[column]).to_numpy().any(axis=1) & ~inside
    if not rest.any():
        raise InputError(f"every segment belongs to {column!r}; there is no rest to compare with.")
    sides = pd.DataFrame({"group": inside, "rest": rest}, index=features.segments["segment"])
    sides = sides.rename_axis(columns="group")
    compared = features.where(inside | rest)
    used = np.flatnonzero(compared.matrix.sum(axis=0))
    compared = compared.select(list(np.asarray(compared.names)[used]))
    cells = Cells.of(compared, "group", settings, table=sides[inside | rest])
    size = cells.size
    odds = _log_odds(cells.share, size, prior)
    value, low, high = combine(
        np.array([1.0, -1.0]),
        odds(cells.share),
        odds(cells.low),
        odds(cells.high),
        correlate(cells.replicates),
    )
    group, period = column if isinstance(column, tuple) else (column, None)
    if table.columns.name == "period":
        group, period = None, column
    rows = cells.label(
        pd.DataFrame({"estimate": value, "low": low, "high": high, "n": whole(cells.counts[0])}),
        [0],
        group,
        period,
    ).assign(reference="rest", statistic="log_odds", note=cells.too_few([0, 1]))
    lead = np.where(np.isnan(low), value, low)
    kept = np.flatnonzero(cells.share.sum(axis=0))
    rows, lead = rows.iloc[kept], lead[kept]
    return rows.iloc[np.lexsort((rows[features.kind], -lead))]


def _log_odds(share: Floats, size: Floats, prior: float) -> Callable[[Floats], Floats]:
    """Smoothed log-odds of a share (2, n_terms) among `size` tokens or segments (2,)."""
    alpha_0 = prior * size.sum()
    alpha = alpha_0 * (share * size[:, None]).sum(axis=0) / size.sum()
    n = size[:, None]

    def odds(p: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(n * p + alpha) - np.log(n + alpha_0 - n * p - alpha))

    return odds


def _without_names(features: Features, actors: ActorList | str | PathLike[str]) -> Features:
    """Leave out terms that hold the name of an actor, however its case was folded."""
    listed = actors if isinstance(actors, ActorList) else ActorList.load(actors)
    named = [Pattern(tuple(part.lower() for part in pattern.parts)) for pattern in listed.patterns]
    names = list(features.names)
    words = sorted({word for name in names for word in name.split(" ")})
    of_actors = {word for word, found in zip(words, matching(named, words), strict=True) if found}
    whole = matching(named, names)
    return features.select(
        [
            name
            for name, found in zip(names, whole, strict=True)
            if not found and of_actors.isdisjoint(name.split(" "))
        ]
    )
