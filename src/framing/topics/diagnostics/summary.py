"""Topics at a glance: how much of the text each is, and the terms that mark it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.cells import Cells
from framing.columns import tidy
from framing.settings import Settings
from framing.topics.diagnostics.labels import ALL, topic_terms

if TYPE_CHECKING:
    from framing.topics.model import TopicModel


def topic_summary(
    model: TopicModel, n: int = 7, statistic: str = "frex", **settings: Any
) -> pd.DataFrame:
    """How much of the text each topic is, with the terms that mark it.

    Parameters
    ----------
    model : TopicModel
        Fitted.
    n : int
        Terms named of each topic.
    statistic : {"frex", "probability", "lift", "score"}
        What marks a term: see :func:`framing.topics.topic_terms`.
    **settings
        See :class:`framing.settings.Settings`: `weights`, `cluster`, `unit`, `level`.

    Returns
    -------
    pandas.DataFrame
        A row a topic, in the model's order: ``topic``, ``terms`` (the most telling first),
        ``statistic`` ("share"), ``estimate``, ``low``, ``high``, ``level``, ``unit``,
        ``n_documents``, ``n_segments``, ``note`` and, with `cluster`, ``n_clusters``.

    Notes
    -----
    The share is the mean of θ over the segments used, every document counting once by default; its
    interval comes from how documents vary, as in :func:`framing.emphasis`, and takes the topics as
    they were found.

    Examples
    --------
    >>> from framing import Features
    >>> from framing.topics import NMF
    >>> rows = pd.DataFrame({"document": range(40)})
    >>> words = [[8, 6, 1, 1], [1, 1, 6, 8]] * 20
    >>> counts = Features(words, ["chip", "fab", "rule", "law"], rows, kind="term")
    >>> topic_summary(NMF(2).fit(counts), 2)[["topic", "terms", "estimate"]].round(2)
         topic      terms  estimate
    0  topic 1  law, rule      0.56
    1  topic 2  chip, fab      0.44
    """
    topics = model.topics()
    everything = pd.DataFrame({ALL: np.ones(len(topics.segments), dtype=np.int8)})
    everything = everything.rename_axis(columns="group")
    cells = Cells.of(topics, ALL, Settings.of(settings), table=everything)
    table = cells.shares().drop(columns=["group", "n", "df"])
    terms = topic_terms(model, n, statistic)
    if "group" in terms:
        terms = terms[terms["group"] == ALL]
    names = terms.groupby("topic", sort=False)["term"].agg(", ".join)
    return tidy(table.assign(terms=names.reindex(table["topic"]).to_numpy()))
