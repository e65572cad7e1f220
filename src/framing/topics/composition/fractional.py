"""Fractional logit: regressions of shares whose predictions are shares."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, xlog1py, xlogy

from framing.inference import Floats

_STEPS = 60
_FAR = 30.0  # log-odds that no share of a real text has


def fractional_logit(x: Floats, y: Floats, weights: Floats) -> Floats:
    """Fit ``E[y] = 1 / (1 + exp(−xβ))`` by quasi-likelihood.

    Parameters
    ----------
    x : array, shape (n_rows, n_columns)
    y : array, shape (n_rows,)
        Shares, 0 to 1.
    weights : array, shape (n_rows,)

    Returns
    -------
    array, shape (n_columns,)
        Missing where the shares are all 0, or all 1, in some part of the design.

    References
    ----------
    Papke, L. E. & Wooldridge, J. M. (1996). Econometric methods for fractional response variables.
    *Journal of Applied Econometrics*, 11, 619–632.

    Examples
    --------
    >>> x, y = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.1, 0.3, 0.5])
    >>> beta = fractional_logit(x, y, np.ones(3))
    >>> expit(x @ beta).round(6).tolist()
    [0.2, 0.2, 0.5]
    """
    mean = float(np.average(y, weights=weights))
    beta = np.zeros(x.shape[1])
    if not 0 < mean < 1:
        return np.full_like(beta, np.nan)
    beta[0] = np.log(mean / (1 - mean))
    reached = _likelihood(x, y, weights, beta)
    for _ in range(_STEPS):
        fitted = expit(x @ beta)
        spread = weights * fitted * (1 - fitted)
        slope = x.T @ (weights * (y - fitted))
        step = np.linalg.lstsq(x.T @ (spread[:, None] * x), slope, rcond=None)[0]
        size = 1.0
        while (value := _likelihood(x, y, weights, beta + size * step)) < reached and size > 1e-6:
            size /= 2
        beta, gained, reached = beta + size * step, value - reached, value
        if np.abs(step).max() < 1e-9 or abs(gained) < 1e-14 * abs(reached):
            break
    apart = np.abs(x @ beta)[weights > 0].max()
    return beta if apart < _FAR else np.full_like(beta, np.nan)


def _likelihood(x: Floats, y: Floats, weights: Floats, beta: Floats) -> float:
    fitted = np.clip(expit(x @ beta), 1e-300, 1 - 1e-16)
    return float(weights @ (xlogy(y, fitted) + xlog1py(1 - y, -fitted)))
