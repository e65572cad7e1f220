"""tf-idf: the terms that mark groups, weighed by how few documents use them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from framing.cells import By, Cells, Settings, whole
from framing.columns import tidy
from framing.features import Features


def tf_idf(features: Features, by: By, **settings: Any) -> pd.DataFrame:
    """Weigh the terms of each group by how few documents use them.

    Parameters
    ----------
    features : Features
        Counts of terms; frames and topics work too.
    by : str or list of str
        Groups or periods, each read as one text.
    **settings
        See :class:`framing.cells.Settings`.

    Returns
    -------
    pandas.DataFrame
        A row a group (and period) and term that it uses, heaviest first: ``group`` and/or
        ``period``, ``term``, ``n``, ``statistic`` ("tf_idf"), ``estimate``, ``low``, ``high``,
        ``level``, ``unit``, ``n_documents``, ``n_segments``, ``note``.

    Notes
    -----
    scikit-learn's convention: ``tf · (ln[(1+N)/(1+df)] + 1)``, N and df counted in *documents*,
    each group's vector divided by its Euclidean length. tf is the term's share of the group's
    tokens, every document counting once; ``weights="segment"`` gives scikit-learn's own numbers on
    the summed counts. Intervals are those of tf, the idf and the length held at what was observed.

    References
    ----------
    Spärck Jones, K. (1972). A statistical interpretation of term specificity and its application
    in retrieval. *Journal of Documentation*, 28(1), 11–21.
    """
    from sklearn.feature_extraction.text import TfidfTransformer

    cells = Cells.of(features, by, Settings.of(settings))
    documents = pd.factorize(features.segments["document"])[0]
    gather = sparse.csr_array((np.ones(len(documents)), (documents, np.arange(len(documents)))))
    idf = TfidfTransformer().fit(gather @ features.matrix).idf_
    weight = idf / np.linalg.norm(cells.share * idf, axis=1, keepdims=True)
    parts = []
    for c in range(len(cells.index)):
        rows = cells.rows(
            c,
            n=whole(cells.counts[c]),
            estimate=cells.share[c] * weight[c],
            low=cells.low[c] * weight[c],
            high=cells.high[c] * weight[c],
            statistic="tf_idf",
            note=cells.too_few([c]),
        )
        rows = rows[rows["n"] > 0]
        parts.append(rows.iloc[np.lexsort((rows[features.kind], -rows["estimate"]))])
    return tidy(pd.concat(parts, ignore_index=True))
