"""Parts: how much of the variance of estimates goes with each choice."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt

from framing.inference import Floats


def parts(estimates: Floats, options: npt.NDArray[np.intp]) -> Floats:
    """Part of the variance of estimates that goes with each choice alone.

    With every combination there once, it is the variance of the means of its options,

        part_c = Σ_o (m_co − m)² / O_c  /  Σ_s (y_s − m)² / S,

    m_co being the mean of the S / O_c estimates y_s with option o of choice c, and m that of all.
    Where some combinations are missing the choices are correlated, and the order in which they are
    allowed for matters: part_c is then what c adds to R² of the regression on indicators of the
    options, averaged over all orders (Lindeman, Merenda & Gold 1980, p. 119). Where none is missing
    both are the same.

    Parameters
    ----------
    estimates : array, shape (n_specifications,)
        None missing.
    options : array of int, shape (n_specifications, n_choices)
        Number of the option that each took.

    Returns
    -------
    array, shape (n_choices,)
        They add up to R²; missing if estimates do not vary.

    References
    ----------
    Lindeman, R. H., Merenda, P. F. & Gold, R. Z. (1980). *Introduction to bivariate and
    multivariate analysis*. Scott, Foresman.

    Examples
    --------
    The first choice moves estimates by 4, the second by 2, whatever the other is: 4² to 2².

    >>> parts(np.array([1.0, 3.0, 5.0, 7.0]), np.array([[0, 0], [0, 1], [1, 0], [1, 1]])).round(3)
    array([0.8, 0.2])
    """
    n_choices = options.shape[1]
    y = estimates - estimates.mean()
    whole = float(y @ y)
    if whole <= 1e-20 * max(1.0, float((estimates**2).sum())):
        return np.full(n_choices, np.nan)
    columns = [_indicators(options[:, choice]) for choice in range(n_choices)]
    varies = [choice for choice in range(n_choices) if columns[choice].shape[1]]

    @cache
    def explained(chosen: frozenset[int]) -> float:
        """R² of the regression on some choices."""
        if not chosen:
            return 0.0
        X = np.hstack([columns[choice] for choice in sorted(chosen)])
        gram = np.linalg.pinv(X.T @ X, hermitian=True)
        moved = X.T @ y
        return float(moved @ gram @ moved) / whole

    found, k = np.zeros(n_choices), len(varies)
    for choice in varies:
        others = [other for other in varies if other != choice]
        for size in range(k):
            weight = factorial(size) * factorial(k - size - 1) / factorial(k)
            for before in map(frozenset, combinations(others, size)):
                found[choice] += weight * (explained(before | {choice}) - explained(before))
    return found


def _indicators(options: npt.NDArray[np.intp]) -> Floats:
    """Centred indicators of all options but one."""
    X = (options[:, None] == np.unique(options)[1:]).astype(float)
    return np.asarray(X - X.mean(axis=0))
