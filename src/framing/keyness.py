"""Keyness: the terms that set groups apart."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd

from framing.actors import ActorList
from framing.association import chi_squared, g_squared
from framing.cells import By, Cells, both, whole, with_q
from framing.columns import tidy
from framing.counting.tallies import sum_rows
from framing.errors import InputError, one_of
from framing.features import Features
from framing.groups import groups
from framing.inference import Floats, exchangeable
from framing.patterns import Pattern, matching
from framing.settings import Settings

MEASURES = ("log_odds", "log_ratio", "g2", "chi2")
AGAINST = ("rest", "pairs")


def keyness(
    features: Features,
    by: By,
    *,
    against: str = "rest",
    measure: str = "log_odds",
    prior: float = 0.1,
    background: Features | Mapping[str, float] | None = None,
    correction: str | None = None,
    **settings: Any,
) -> pd.DataFrame:
    """Find the terms that each group uses more, or less, than others.

    Parameters
    ----------
    features : Features
        Counts of terms; frames and topics work too.
    by : str or list of str
        Groups, two or more. Where groups are actors, the names of the actors are left out: they
        define the groups, so they would lead every list.
    against : {"rest", "pairs"}
        Set each group against the segments of all the others, or every two groups against each
        other. Of two groups, "rest" lists every difference from both sides and "pairs" from one.
    measure : {"log_odds", "log_ratio", "g2", "chi2"}
        How large a difference is. The test is the same for all of them.
    prior : float
        For log-odds: α₀ as a share of the tokens compared; larger pulls rare terms harder towards
        no difference.
    background : Features or mapping of str to float, optional
        Counts of terms in a larger corpus, to spread α₀ by; default the groups compared. A mapping
        must hold all terms of that corpus, since frequencies are parts of their sum.
    correction : {None, "yates", "williams"}
        Of g2 and chi2; see :mod:`framing.association`.
    **settings
        See :class:`framing.settings.Settings`.

    Returns
    -------
    pandas.DataFrame
        A row a comparison and term, by the lower end of the interval (so that a rare term cannot
        lead by luck), or the estimate where there is none: ``group``, ``reference`` ("rest", or a
        group), ``term``; ``n`` and ``n_reference`` (occurrences), ``df`` and ``df_reference``
        (documents that use it); ``statistic`` (the measure), ``estimate``, ``low``, ``high``
        (natural logarithms for log_odds; binary ones for log_ratio, unbounded where a side never
        uses the term; missing for g2 and chi2),
        ``p_value``, ``p_min``, ``test``, ``p_family``, ``q_value``, ``n_tests``.
        Like every comparison it also has ``level``, ``unit``, ``n_documents``, ``n_segments``,
        ``note`` and, with `cluster`, ``n_clusters``: see :data:`framing.COLUMNS`.

    Notes
    -----
    Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, eq. 15):
    ``δ_w = log[(y_i+α_w)/(n_i+α_0−y_i−α_w)] − log[(y_j+α_w)/(n_j+α_0−y_j−α_w)]``, i the group, j
    its reference, ``α_w = α_0 ·`` (frequency of w in the background). By default y are counts after
    every document was scaled to the same length; ``weights="segment"`` takes counts as they are.
    The paper's own variance takes tokens to be independent, which finds differences where there
    are none. Here intervals come from how documents differ, carried from the two shares to their
    log-odds and combined; like the estimate they are of the difference that the prior has reduced.
    Tests relabel documents: the statistic is the difference of the two
    shares over its margin of error (:class:`framing.inference.Studentised`), so that one test
    serves every measure. ``p_family`` compares it with the largest among all terms and groups of
    each relabelling (Westfall & Young 1993); with pairs, among all terms, times the number of
    pairs.

    References
    ----------
    Monroe, B. L., Colaresi, M. P. & Quinn, K. M. (2008). Fightin' words. *Political Analysis*,
    16(4), 372–403.
    Westfall, P. H. & Young, S. S. (1993). *Resampling-based multiple testing*. Wiley.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": range(12), "region": ["US", "EU"] * 6})
    >>> counts = Features([[4, 1], [1, 4]] * 6, ["chips", "rules"], rows, kind="term")
    >>> table = keyness(counts, by="region")
    >>> table.loc[table["term"] == "chips", ["group", "reference", "n", "df", "p_value"]].round(3)
      group reference   n  df  p_value
    0    US      rest  24   6    0.002
    3    EU      rest   6   6    0.002
    """
    for name, value, known in (("against", against, AGAINST), ("measure", measure, MEASURES)):
        if value not in known:
            raise one_of(name, value, known)
    if not prior > 0:
        raise InputError(f"prior must be positive; got {prior!r}.")
    chosen = Settings.of(settings)
    table = groups(features, by, actors=chosen.actors, levels=chosen.levels)
    k = table.shape[1]
    if k < 2:
        raise InputError(f"by={by!r} gives one group; keyness needs at least two.")
    if "actor" in ([by] if isinstance(by, str) else by) and "actor" not in features.segments:
        features = _without_names(features, chosen.actors)
    held = sum_rows(features.matrix, np.flatnonzero(table.to_numpy().any(axis=1)))
    if not held.any():
        raise InputError(f"none of the {features.kind}s occurs in the groups compared.")
    features = features.select([str(features.names[int(i)]) for i in np.flatnonzero(held)])
    if against == "rest":
        pairs = [(i, k + i) for i in range(k)]
        cells = Cells.of(features, by, chosen, table=_with_rests(table))
    else:
        pairs = list(combinations(range(k), 2))
        cells = Cells.of(features, by, chosen, table=table)
    for label, size in zip(table.columns, cells.size, strict=False):
        if size == 0:
            raise InputError(f"{_name(label)} holds no {features.kind}; leave it out (levels=).")
    frequency = None if background is None else _frequency(features, background)
    parts = []
    for (i, j), (tested, why) in zip(pairs, _tests(cells, pairs, k), strict=True):
        rows = _measured(cells, i, j, measure, prior, frequency, correction).assign(**tested)
        rows["note"] = [both(note, why) for note in rows["note"]]
        rows["reference"] = "rest" if against == "rest" else _name(table.columns[j])
        rows = rows[cells.share[[i, j]].sum(axis=0) > 0]
        lead = rows["low"].fillna(rows["estimate"]).to_numpy(dtype=float)
        rows = rows.iloc[np.lexsort((rows[features.kind], -lead))]
        parts.append(_named(rows, table.columns, i))
    found = with_q(pd.concat(parts, ignore_index=True))
    if against == "rest" and k == 2:  # each test stands in the table twice
        found["n_tests"] //= 2
    return tidy(found)


def _with_rests(table: pd.DataFrame) -> pd.DataFrame:
    """Add to every group what is in any other group, and not in it."""
    member = table.to_numpy() > 0
    rests = [np.delete(member, g, axis=1).any(axis=1) & ~member[:, g] for g in range(len(member.T))]
    for column, rest in zip(table.columns, rests, strict=True):
        if not rest.any():
            raise InputError(
                f"every segment belongs to {column!r}; there is no rest to compare with."
            )
    names = range(2 * len(rests))
    sides = pd.DataFrame(np.column_stack([member, *rests]), index=table.index, columns=names)
    return sides.rename_axis(columns="group")


def _tests(cells: Cells, pairs: list[tuple[int, int]], k: int) -> list[tuple[dict[str, Any], str]]:
    """Columns of the test of every comparison, and what is to be said of it."""
    groups_alone = list(range(k))
    if len(cells.index) > k and exchangeable(cells.sums, groups_alone):
        one, rest = np.eye(k), 1 - np.eye(k)
        null, why = cells.test(groups_alone, np.hstack([one, -one]), np.vstack([one, rest]))
        found, times = [(null, g, why) for g in groups_alone], 1
    else:
        tests = [cells.test([i, j], np.array([[1.0, -1.0]])) for i, j in pairs]
        found, times = [(null, 0, why) for null, why in tests], len(pairs)
    columns: list[tuple[dict[str, Any], str]] = []
    for null, row, why in found:
        if null is None:
            missing = dict.fromkeys(("p_value", "p_min", "p_family"), np.nan)
            columns.append(({**missing, "test": ""}, why))
            continue
        values = {"p_value": null.p_value[row], "p_min": null.p_min[row], "test": null.test}
        values["p_family"] = np.minimum(null.p_family[row] * times, 1)
        columns.append((values, cells.coarse(null)))
    return columns


def _measured(
    cells: Cells,
    i: int,
    j: int,
    measure: str,
    prior: float,
    frequency: Floats | None,
    correction: str | None,
) -> pd.DataFrame:
    """Rows of one comparison: counts, the measure and its interval."""
    n, ends = cells.size[:, None], (cells.share, cells.low, cells.high)
    y = [n * share for share in ends]
    note = cells.too_few([i, j])
    if measure in ("g2", "chi2"):
        function = g_squared if measure == "g2" else chi_squared
        value = function(y[0][i], n[i], y[0][j], n[j], correction)
        low = high = np.full(len(value), np.nan)
        note = f"no interval: {measure} grows with the corpus and estimates nothing"
    else:
        if measure == "log_ratio":
            scaled = [_log_share(one, n) for one in y]
        else:
            alpha_0 = prior * float(n[[i, j]].sum())
            pooled = y[0][[i, j]].sum(axis=0) / n[[i, j]].sum()
            alpha = alpha_0 * (pooled if frequency is None else frequency)
            # The prior has nothing to say where neither side uses a term, or both nothing else.
            others = np.where(pooled < 1 - 1e-12, np.maximum(alpha_0 - alpha, 0.0), 1.0)
            alpha = np.where(pooled > 0, alpha, 1.0)
            scaled = [_log_odds(one, n, alpha, others) for one in y]
        value, low, high = cells.combined([i, j], np.array([1.0, -1.0]), scaled)
        if measure == "log_ratio":  # a side that may never use a term sets no bound to the ratio
            low = np.where(cells.low[i] == 0, -np.inf, low)
            high = np.where(cells.low[j] == 0, np.inf, high)
    rows = pd.DataFrame({"estimate": value, "low": low, "high": high, "note": note})
    rows["n"], rows["n_reference"] = whole(cells.counts[i]), whole(cells.counts[j])
    rows["df"], rows["df_reference"] = cells.df[i], cells.df[j]
    return cells.label(rows.assign(statistic=measure), [i])


def _log_odds(y: Floats, n: Floats, alpha: Floats, others: Floats) -> Floats:
    """One side of :func:`framing.association.log_odds`, `others` the prior of all other terms."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(y + alpha) - np.log(np.maximum(n - y, 0.0) + others))


def _log_share(y: Floats, n: Floats) -> Floats:
    """One side of :func:`framing.association.log_ratio`."""
    return np.asarray(np.log2(np.where(y > 0, y, np.where(np.isnan(y), y, 0.5)) / n))


def _frequency(features: Features, background: Features | Mapping[str, float]) -> Floats:
    """Frequencies of the terms among all of a background; one it lacks counts half a time."""
    if isinstance(background, Features):
        whole_of = float(background.size.sum()) if background.size is not None else 0.0
        totals = background.matrix.sum(axis=0)
        background = dict(zip(background.names, map(float, totals), strict=True))
    else:
        whole_of = float(sum(background.values()))
    counts = np.array([float(background.get(str(name), 0.0)) for name in features.names])
    if not counts.any():
        raise InputError("background holds none of the terms compared; count it in the same way.")
    if not np.isfinite(counts).all() or (counts < 0).any():
        at = int(np.flatnonzero(~(counts >= 0) | np.isinf(counts))[0])
        raise InputError(f"background of {features.names[at]!r} must be a count; got {counts[at]}.")
    return np.asarray(np.maximum(counts, 0.5) / whole_of)


def _name(label: Any) -> str:
    return " in ".join(map(str, label)) if isinstance(label, tuple) else str(label)


def _named(rows: pd.DataFrame, columns: pd.Index, i: int) -> pd.DataFrame:
    """Say which group, or period, or both, the rows are of."""
    label = columns[i]
    if isinstance(label, tuple):
        return rows.assign(group=label[0], period=label[1])
    return rows.assign(**{"period" if columns.name == "period" else "group": str(label)})


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
