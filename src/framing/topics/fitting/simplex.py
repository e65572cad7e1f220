"""The point of a simplex that is nearest to another: a small quadratic programme, exactly."""

from __future__ import annotations

from typing import Any

import numpy as np

from framing.inference import Floats
from framing.topics.fitting.kernels import compiled, within

FAR = 1e-4
"""Anchors of less weight are left out at first; those that belong there come back."""


def nearest(products: Floats, gram: Floats) -> Floats:
    """Write points as the nearest convex combinations of anchors, ``min |Xᵀc − q|²``.

    An active set grows by the anchor that promises most, and shrinks where a weight would turn
    negative (Lawson & Hanson 1974, with the sum of the weights held at 1).

    Parameters
    ----------
    products : array, shape (n_points, n_anchors)
        Xq of every point.
    gram : array, shape (n_anchors, n_anchors)
        XXᵀ.

    Returns
    -------
    array, shape (n_points, n_anchors)
        Weights, at least 0, rows sum to 1.

    References
    ----------
    Lawson, C. L. & Hanson, R. J. (1974). *Solving least squares problems*. Prentice-Hall.

    Examples
    --------
    >>> corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> point = np.array([[2.0, 2.0]])
    >>> nearest(point @ corners.T, corners @ corners.T).round(6).tolist()
    [[0.0, 0.5, 0.5]]
    """
    products, gram = (np.ascontiguousarray(part, dtype=float) for part in (products, gram))
    weights = corner(products, gram)
    settle(0, len(weights), products, gram, np.zeros(len(weights), dtype=bool), weights)
    return weights


def corner(products: Floats, gram: Floats) -> Floats:
    """Give each point the nearest single anchor."""
    weights = np.zeros(products.shape)
    weights[np.arange(len(weights)), np.argmin(np.diag(gram) - 2 * products, axis=1)] = 1.0
    return weights


@compiled
def settle(first: int, last: int, products: Any, gram: Any, settled: Any, weights: Any) -> None:
    """Find the weights of points `first` to `last` that are not settled, from those that they have.

    Parameters
    ----------
    products, gram
        As in :func:`nearest`.
    settled : array of bool, shape (n_points,)
    weights : array, shape (n_points, n_anchors)
        At least 0, rows sum to 1; overwritten.
    """
    n = len(gram)
    free, inside = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.bool_)
    for i in range(first, last):
        if settled[i]:
            continue
        product, c = products[i], weights[i]
        scale = 1e-12 * max(1.0, np.abs(gram).max(), np.abs(product).max())
        size, total = 0, 0.0
        for k in range(n):
            inside[k] = c[k] > FAR
            if inside[k]:
                free[size] = k
                size += 1
                total += c[k]
            else:
                c[k] = 0.0
        c /= total
        for _ in range(10 * n + 10):
            wanted = _on_face(product, gram, free[:size])
            if wanted[:size].min() >= 0:
                for a in range(size):
                    c[free[a]] = wanted[a]
                enters, most = -1, scale
                for k in range(n):
                    gain = product[k] - wanted[size]
                    for a in range(size):
                        gain -= gram[k, free[a]] * wanted[a]
                    if gain > most and not inside[k]:
                        enters, most = k, gain
                if enters < 0:
                    break
                free[size], inside[enters] = enters, True
                size += 1
                continue
            step = 1.0
            for a in range(size):
                if wanted[a] < 0:
                    step = min(step, c[free[a]] / (c[free[a]] - wanted[a]))
            stay = 0
            for a in range(size):
                k = free[a]
                c[k] = max(c[k] + step * (wanted[a] - c[k]), 0.0)
                if wanted[a] < 0 and c[k] <= 1e-15:
                    c[k], inside[k] = 0.0, False
                else:
                    free[stay] = k
                    stay += 1
            size = stay
        c /= c.sum()


@within
def _on_face(product: Any, gram: Any, free: Any) -> Any:
    """Best weights of the anchors that are free, of either sign; last, the price of their sum."""
    size = len(free)
    system, right = np.ones((size + 1, size + 1)), np.ones(size + 1)
    system[size, size] = 0.0
    for a in range(size):
        right[a] = product[free[a]]
        for b in range(size):
            system[a, b] = gram[free[a], free[b]]
    return np.linalg.lstsq(system, right)[0]
