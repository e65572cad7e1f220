"""Residual dispersion: whether counts vary more than a model of topics expects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import chdtrc

from framing.columns import tidy
from framing.inference import Floats, Integers
from framing.topics.fitted import counts_of, rows_of_levels, topics_of, used_of

SEEN = 0.01
"""A count is a cell of the residual dispersion where more than this is expected (Taddy 2012)."""

ENTRIES = 2**21
"""Most numbers in a dense block of segments × terms."""


def residual_dispersion(model: Any) -> pd.DataFrame:
    """Test whether counts vary more about a model's expectation than a multinomial does.

    Parameters
    ----------
    model : TopicModel
        Fitted.

    Returns
    -------
    pandas.DataFrame
        One row: ``statistic`` ("residual_dispersion"), ``estimate`` (1 where the model holds),
        ``p_value``, ``degrees``, ``n_segments``, ``note``. See :func:`dispersion`.

    Notes
    -----
    Words come in bursts, so that the estimate is above 1, and p tiny, for any number of topics of
    real texts: compare it between numbers of topics.
    """
    beta, held, used = topics_of(model), counts_of(model), used_of(model)
    level = np.asarray(model.level_of_) if beta.ndim == 3 else None
    found = dispersion(np.asarray(model.theta_), beta, held, level)
    note = ""
    if found.degrees <= 0:
        note = (
            f"the degrees of freedom are negative ({found.degrees:,}): the model has more "
            "parameters than there are counts to expect"
        )
    elif np.isnan(found.estimate):
        note = "the model holds a term that occurs to be impossible, or certain"
    cells = {"estimate": found.estimate, "p_value": found.p_value, "degrees": found.degrees}
    row = {"statistic": "residual_dispersion", "n_segments": int(used.sum()), "note": note}
    return tidy(pd.DataFrame([cells | row]))


class Dispersion(NamedTuple):
    """How far counts are from what a model expects."""

    estimate: float
    """D / df: 1 where the model holds; missing where df is not positive."""
    degrees: int
    """Degrees of freedom, df."""
    p_value: float
    """Of D among χ² of df, were the model right."""


def dispersion(
    theta: Floats,
    beta: Floats,
    counts: sparse.csr_array,
    level_of: Integers | None = None,
) -> Dispersion:
    """Compare the variance of counts about a model's expectation with the multinomial's.

    Parameters
    ----------
    theta : array, shape (n_segments, n_topics)
        Rows of NaN are left out.
    beta : array, shape (n_topics, n_terms), or (n_levels, n_topics, n_terms)
    counts : sparse array, shape (n_segments, n_terms)
    level_of : array of int, shape (n_segments,)
        Level of each segment, for content models.

    Returns
    -------
    Dispersion
        More than 1: too few topics, or terms that come in bursts.

    Notes
    -----
    With q = θβ, and m_d the number of tokens of segment d, D sums ``(x_dv − m_d q_dv)² / [m_d q_dv
    (1 − q_dv)]`` over all segments and terms, and ``df = N̂ − V − n(K − 1) − K(V − 1)``, where N̂ is
    the number of cells with m_d q_dv > 0.01. On small corpora there are more parameters than such
    cells, df is negative, and there is no estimate. It is R stm's ``checkResiduals``.

    Dense numbers are made for a block of segments at a time.

    References
    ----------
    Taddy, M. (2012). On estimation and selection for topic models. *AISTATS*, 1184–1193.
    """
    used = ~np.isnan(theta).any(axis=1) & (counts.sum(axis=1) > 0)
    total, cells, n = 0.0, 0, 0
    for rows, topics in rows_of_levels(beta, level_of, used):
        for block in _blocks(rows, counts.shape[1]):
            part = sparse.csr_array(counts[block])
            more, of = _residuals(part, theta[block] @ topics)
            total, cells, n = total + more, cells + of, n + len(block)
    n_topics, n_terms = beta.shape[-2:]
    degrees = cells - n_terms - n * (n_topics - 1) - n_topics * (n_terms - 1)
    if degrees <= 0 or not np.isfinite(total):
        return Dispersion(np.nan, degrees, np.nan)
    return Dispersion(total / degrees, degrees, float(chdtrc(degrees, total)))


def _residuals(counts: sparse.csr_array, q: Floats) -> tuple[float, int]:
    """Sum the squared residuals of some segments, and count the cells where any is expected."""
    n = np.asarray(counts.sum(axis=1), dtype=float)
    x, row = counts.data, np.repeat(np.arange(len(n)), np.diff(counts.indptr))
    here = q[row, counts.indices]
    with np.errstate(divide="ignore", invalid="ignore"):
        # (x − nq)² = (nq)² + x (x − 2nq): the first part is in every cell, the second where x > 0
        found = (x * (x - 2 * n[row] * here) / (n[row] * here * (1 - here))).sum()
        cells = int(np.count_nonzero(q > (SEEN / n)[:, None]))
        np.divide(q, 1 - q, out=q)
    return float(found + n @ q.sum(axis=1)), cells


def _blocks(rows: Integers, width: int) -> Iterator[Integers]:
    """Split rows so that a dense block has at most `ENTRIES` numbers."""
    step = max(1, ENTRIES // width)
    for start in range(0, len(rows), step):
        yield rows[start : start + step]
