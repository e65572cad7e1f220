"""How many documents each side has in each period."""

from __future__ import annotations

from os import PathLike

import numpy as np
import pandas as pd

from framing.actors import ActorList
from framing.cells import By
from framing.columns import tidy
from framing.corpus import Corpus
from framing.features import Features
from framing.groups import groups


def timeline(
    source: Corpus | Features,
    by: By,
    over: str = "year",
    *,
    actors: ActorList | str | PathLike[str] = "us-eu-japan",
) -> pd.DataFrame:
    """Count documents and segments by group and period, empty combinations included.

    Parameters
    ----------
    source : Corpus or Features
    by : str or list of str
    over : {"year", "quarter", "month"}
    actors : ActorList, str or path
        Actor list, where groups are actors.

    Returns
    -------
    pandas.DataFrame
        A row a group and period: ``period``, ``group``, ``n_documents``, ``n_segments``. A document
        counts in every group that any of its segments belongs to.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": ["a", "b"], "region": ["US", "EU"], "year": [2021, 2022]})
    >>> timeline(Features([[1], [1]], ["trade"], rows), by="region")["n_documents"].tolist()
    [1, 0, 0, 1]
    """
    sides = groups(source, by, actors=actors)
    periods = groups(source, over)
    rows = source.segments if isinstance(source, Features) else source.table()
    documents = pd.factorize(rows["document"])[0]
    parts = []
    for group in sides:
        for period in periods:
            here = (sides[group].to_numpy() > 0) & (periods[period].to_numpy() > 0)
            parts.append((group, period, len(np.unique(documents[here])), int(here.sum())))
    return tidy(pd.DataFrame(parts, columns=["group", "period", "n_documents", "n_segments"]))
