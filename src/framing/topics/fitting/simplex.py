"""The point of a simplex that is nearest to another: a small quadratic programme, exactly."""

from __future__ import annotations

import numpy as np

from framing.inference import Floats, Integers


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
    found = [_nearest(product, gram) for product in products]
    return np.array(found).reshape(products.shape)


def _nearest(product: Floats, gram: Floats) -> Floats:
    n = len(product)
    scale = 1e-12 * max(1.0, float(np.abs(gram).max()), float(np.abs(product).max()))
    weights = np.zeros(n)
    free = [int(np.argmin(np.diag(gram) - 2 * product))]
    weights[free] = 1.0
    for _ in range(10 * n + 10):
        wanted, price = _on_face(product, gram, np.array(free))
        if (wanted >= 0).all():
            weights[:] = 0.0
            weights[free] = wanted
            gain = product - gram @ weights - price
            gain[free] = -np.inf
            enters = int(np.argmax(gain))
            if gain[enters] <= scale:
                break
            free = sorted([*free, enters])
            continue
        now = weights[free]
        falls = wanted < 0
        step = float((now[falls] / (now[falls] - wanted[falls])).min())
        weights[free] = np.maximum(now + step * (wanted - now), 0.0)
        stays = (weights[free] > 1e-15) | ~falls
        weights[[k for k, stay in zip(free, stays, strict=True) if not stay]] = 0.0
        free = [k for k, stay in zip(free, stays, strict=True) if stay]
    return np.asarray(weights / weights.sum())


def _on_face(product: Floats, gram: Floats, free: Integers) -> tuple[Floats, float]:
    """Best weights of the anchors that are free, of either sign, and the price of their sum."""
    size = len(free)
    system = np.ones((size + 1, size + 1))
    system[:size, :size], system[size, size] = gram[np.ix_(free, free)], 0.0
    right = np.append(product[free], 1.0)
    solved = np.linalg.lstsq(system, right, rcond=None)[0]
    return solved[:size], float(solved[size])
