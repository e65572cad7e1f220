"""Emphasis of sides, and the contrast between them."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from framing.cells import By, with_q
from framing.columns import tidy
from framing.corrected import cells_of
from framing.errors import InputError
from framing.features import Features
from framing.settings import Settings


def emphasis(features: Features, by: By, **settings: Any) -> pd.DataFrame:
    """How much of what each group says uses each frame, topic or term.

    For frames and topics the estimate is a share of segments; for terms, of tokens. Every
    document counts once by default.

    Parameters
    ----------
    features : Features
    by : str or list of str
        ``"actor"``, ``"year"``, ``"quarter"``, ``"month"``, a metadata column, or a list of them.
    **settings
        See :class:`framing.settings.Settings`: `weights`, `within`, `cluster`, `unit`, `level`,
        `actors`, `levels`; `replicates` and `seed` are for tests, of which there are none here.

    Returns
    -------
    pandas.DataFrame
        A row a group (and period) and feature: ``period``, ``group``, the feature's kind, ``n``
        (segments that use it, or occurrences of a term), ``df`` (documents that use it),
        ``statistic`` ("share"), ``estimate``, ``low``, ``high``.
        Like every comparison it also has ``level``, ``unit``, ``n_documents``, ``n_segments``,
        ``note`` and, with `cluster`, ``n_clusters``: see :data:`framing.COLUMNS`.

    Notes
    -----
    ``share = Σ_d w_d x_d / Σ_d w_d`` over the documents d of the group, x_d the share within the
    document. The interval is Wilson's at the effective sample size that the variance between
    documents implies (:func:`framing.inference.variance`,
    :func:`framing.inference.score_interval`). With fewer than six documents, or clusters, it is
    missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": list("abcd"), "region": ["US", "US", "EU", "EU"]})
    >>> frames = Features([[1], [1], [0], [1]], ["security"], rows, kind="frame")
    >>> emphasis(frames, by="region")[["group", "frame", "estimate", "note"]]
      group     frame  estimate                                    note
    0    US  security       1.0  only 2 documents; an interval needs 6
    1    EU  security       0.5  only 2 documents; an interval needs 6
    """
    return tidy(cells_of(features, by, Settings.of(settings)).shares())


def contrast(features: Features, by: By, **settings: Any) -> pd.DataFrame:
    """How far the shares of every two groups differ, within each period if there are periods.

    Parameters
    ----------
    features, by, **settings
        As in :func:`emphasis`.

    Returns
    -------
    pandas.DataFrame
        A row a pair and feature: ``group``, ``reference``, (``period``), the feature's kind,
        ``statistic`` ("difference"), ``estimate`` (group minus reference), ``low``, ``high``;
        ``p_value``, ``p_min`` (the smallest that these data could give) and ``test``;
        ``q_value`` and ``n_tests`` (over the whole table).
        Like every comparison it also has ``level``, ``unit``, ``n_documents``, ``n_segments``,
        ``note`` and, with `cluster`, ``n_clusters``: see :data:`framing.COLUMNS`.

    Notes
    -----
    Intervals by :func:`framing.inference.combine`. Tests permute the labels of documents (or
    clusters) within the pair; where documents belong to several groups, as with actors, labels
    cannot change hands, and the signs of their errors do (:func:`framing.inference.wild_test`).
    Where segments vary, there is no test: the interval speaks of these documents only.
    """
    cells = cells_of(features, by, Settings.of(settings), compared="period")
    parts = []
    for i, j in combinations(range(len(cells.index)), 2):
        (group, period), (reference, other) = cells.index[i], cells.index[j]
        if period == other and group is not None:
            table = cells.linear([i, j], np.array([1.0, -1.0]), "difference")
            table["group"], table["reference"] = group, reference
            parts.append(table if period is None else table.assign(period=period))
    if not parts:
        raise InputError(f"by={by!r} gives fewer than two groups; there is nothing to contrast.")
    return tidy(with_q(pd.concat(parts, ignore_index=True)))
