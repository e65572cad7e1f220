"""How prevalence depends on few covariates: a lasso of all topics at once."""

from __future__ import annotations

from numbers import Real

import numpy as np
from sklearn.linear_model import enet_path

from framing.errors import InputError
from framing.inference import Floats

N_LAMBDAS, RATIO, RATIO_WIDE = 100, 1e-4, 1e-2
"""Length of the path, and its last λ over its first; the third where columns outnumber rows."""
_SHORTEST, _GAIN, _FULL = 5, 1e-5, 0.999
"""From the fifth λ on, a path ends where one λ takes off less than a hundred-thousandth of the
error left, or where 99.9 % of the variance are explained."""
_CLOSE, _STEPS = 1e-10, 100_000


def lasso_prevalence(
    X: Floats, eta: Floats, *, alpha: float = 1.0, penalty: float = 2.0, keep_first: bool = False
) -> Floats:
    """Regress η on a design by a lasso that lets a covariate in for all topics or for none.

    It is R stm's ``gamma.prior="L1"``, with R's settings.

    Parameters
    ----------
    X : array, shape (n, p)
        Ones first.
    eta : array, shape (n, m)
    alpha : float
        1 is the lasso; smaller values mix in a quadratic penalty (elastic net).
    penalty : float
        Price of one coefficient, in squares of η.
    keep_first : bool
        Where no covariate is worth its price, keep the first that entered the path, as R's stm
        does by a slip of indexing (1.3.7). Only for comparing with R.

    Returns
    -------
    gamma : array, shape (p, m)

    Raises
    ------
    InputError
        For a first column that is not ones, rows that do not match, or settings out of range.

    Notes
    -----
    With columns scaled to variance 1, γ_j the row of covariate j, and λ falling from where all γ_j
    are nought,

        ``|η − γ₀ − Xγ|² / 2n + λ Σ_j (α |γ_j| + (1 − α) |γ_j|² / 2)``.

    The λ chosen has the least ``|η − γ₀ − Xγ|² + penalty · number of coefficients``. As in R the
    sum of squares is not divided by the variance of η: a coefficient must take off 2 whatever the
    spread of η, and where η hardly varies nothing enters.

    The path is scikit-learn's, on the triangular factor of the design, which has the same sums of
    squares as all its rows.

    References
    ----------
    Simon, N., Friedman, J. & Hastie, T. (2013). A blockwise descent algorithm for group-penalized
    multiresponse and multinomial regression. arXiv:1311.6529.

    Examples
    --------
    The first covariate moves η; the second does not, and stays out:

    >>> x, other = np.tile([-1.0, 1.0], 50), np.repeat([-1.0, 1.0], 50)
    >>> X = np.column_stack([np.ones(100), x, other])
    >>> lasso_prevalence(X, 3 + 2 * x[:, None]).round(2).ravel().tolist()
    [3.0, 1.94, 0.0]
    """
    X, eta = _checked(X, eta)
    if not isinstance(alpha, Real) or not 0 < alpha <= 1:
        raise InputError(f"alpha must be above 0 and at most 1; got {alpha!r}.")
    if not isinstance(penalty, Real) or not 0 <= penalty < np.inf:
        raise InputError(f"penalty must be a number from 0 on; got {penalty!r}.")
    (n, p), m = X.shape, eta.shape[1]
    mean, spread, level = X.mean(axis=0), X.std(axis=0), eta.mean(axis=0)
    gamma = np.zeros((p, m))
    gamma[0] = level
    varies = np.flatnonzero(spread > 1e-12 * np.abs(X).max(axis=0))
    if not len(varies):
        return gamma
    triangle, rotated, rest = _reduced((X - mean)[:, varies] / spread[varies], eta - level)
    pull = np.sqrt(((triangle.T @ rotated) ** 2).sum(axis=1)).max() / n
    if pull == 0:
        return gamma
    ratio = RATIO_WIDE if n < p - 1 else RATIO
    lambdas = pull / max(alpha, 1e-3) * ratio ** (np.arange(N_LAMBDAS) / (N_LAMBDAS - 1))
    _, path, _ = enet_path(
        np.asfortranarray(triangle),
        np.asfortranarray(rotated),
        l1_ratio=alpha,
        alphas=lambdas * n / len(triangle),  # scikit-learn divides by the rows that it is given
        tol=_CLOSE,
        max_iter=_STEPS,
    )
    path = path.transpose(2, 1, 0)
    path[0] = 0.0  # λ at which all are nought, but for rounding
    error = rest + ((rotated - triangle @ path) ** 2).sum(axis=(1, 2))
    last = _end(error)
    cost = error[:last] + penalty * (path[:last] != 0).sum(axis=(1, 2))
    chosen = int(cost.argmin())
    slopes = path[chosen] / spread[varies, None]
    gamma[varies] = slopes
    gamma[0] -= mean[varies] @ slopes
    if keep_first and chosen == 0:
        for k in range(m):
            for at, j in np.argwhere(path[:last, :, k])[:1]:
                gamma[varies[j], k] = path[at, j, k] / spread[varies[j]]
    return gamma


def _reduced(X: Floats, y: Floats) -> tuple[Floats, Floats, float]:
    """R and Qᵀy of X = QR, and the squares of y that lie outside of X."""
    if len(X) <= X.shape[1]:
        return X, y, 0.0
    q, r = np.linalg.qr(X)
    rotated = q.T @ y
    return r, rotated, max(float((y**2).sum() - (rotated**2).sum()), 0.0)


def _end(error: Floats) -> int:
    """How many λ a path has, given the squares that each leaves.

    Examples
    --------
    >>> _end(np.array([9.0, 8, 7, 6, 5, 4.99999, 3]))
    6
    >>> _end(np.array([9.0, 0.001, 8, 7, 6, 0.001, 0]))
    6
    """
    for at in range(_SHORTEST - 1, len(error)):
        gain = error[at - 1] - error[at]
        if gain < _GAIN * error[at] or error[at] < (1 - _FULL) * error[0]:
            return at + 1
    return len(error)


def _checked(X: Floats, eta: Floats) -> tuple[Floats, Floats]:
    X, eta = np.asarray(X, dtype=float), np.asarray(eta, dtype=float)
    if X.ndim != 2 or eta.ndim != 2 or len(X) != len(eta) or not len(X):
        raise InputError(
            f"X and eta must be matrices with as many rows as each other; their shapes are "
            f"{X.shape} and {eta.shape}."
        )
    if not (np.isfinite(X).all() and np.isfinite(eta).all()):
        raise InputError("X and eta must be finite; some values are missing.")
    if not (X[:, 0] == 1).all():
        raise InputError("the first column of X must be ones, for the intercept.")
    return X, eta
