"""Compiled loops of the structural topic model: the Laplace step, and sums over its results.

Each works on a block of rows and lets go of Python's lock, so that threads can share the blocks;
what a block gives does not depend on who takes it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

compiled = njit(cache=True, nogil=True, fastmath=True, error_model="numpy")

MOST_STEPS = 500
"""Most Newton steps for one document."""
AT_REST = 1e-3
"""Most that any one anchor still promises, beyond the mean of those used, to a term at rest; more
means that the gradient threw it from one wrong corner to another."""
STILL = 1e-20
"""Where the aim is not concave, a document is left there only if nothing at all is promised."""


@compiled
def laplace(
    first: int,
    last: int,
    starts: Any,
    terms: Any,
    counts: Any,
    beta: Any,
    level: Any,
    mu: Any,
    precision: Any,
    half_log_det: float,
    close: float,
    eta: Any,
    weight: Any,
    bound: Any,
    spread: Any,
    each: Any,
) -> int:
    """Find the mode of η for documents `first` to `last`, and the curvature there.

    η maximises ``Σ_v x_v log Σ_k θ_k β_kv − ½(η−μ)ᵀΣ⁻¹(η−μ)``, θ = softmax([η, 0]), by Newton
    steps on the exact Hessian, halved where they overshoot. Where the aim is not concave, a
    multiple of the identity is added for that step, so that a saddle is not taken for a mode.

    Parameters
    ----------
    starts, terms, counts
        Rows of counts, compressed.
    beta : array, shape (n_levels, n_terms, n_topics)
    level : array of int, shape (n_documents,)
    mu : array, shape (n_documents, n_topics − 1)
    precision : array, shape (n_topics − 1, n_topics − 1)
        Σ⁻¹; `half_log_det` is ½ log|Σ|.
    close : float
        A mode is found when Newton's step promises to raise the aim by less; infinity: η stays
        where it is.
    eta : array, shape (n_documents, n_topics − 1)
        Where to start; overwritten by the modes.
    weight : array, shape (n_documents, n_topics)
        Filled with exp([η, 0]), scaled to have 1 as its largest.
    bound : array, shape (n_documents,)
        Filled with the bound of each document.
    spread : array, shape (n_topics − 1, n_topics − 1)
        The inverse Hessians are added to it.
    each : array, shape (n_documents, n_topics − 1, n_topics − 1) or (0, 0, 0)
        Filled with them, where it has room.

    Returns
    -------
    int
        Documents whose Hessian at the end had to be made positive definite.
    """
    n_topics = beta.shape[2]
    free = n_topics - 1
    wide = 4 * ((n_topics + 3) // 4)
    longest = 0
    for d in range(first, last):
        longest = max(longest, starts[d + 1] - starts[d])
    words = np.zeros((wide, longest))  # β of the document's words, a row a topic
    cross = np.zeros((wide, wide))
    # each by itself: rows of one array would not be known to be contiguous, and loops be slower
    hessian, factor = np.zeros((free, free)), np.zeros((free, free))
    lower, inverse = np.zeros((free, free)), np.zeros((free, free))
    gradient, step, tried, pulled = np.empty(free), np.empty(free), np.empty(free), np.empty(free)
    e, tried_e = np.zeros(wide), np.zeros(wide)
    s, tried_s, powers, parts = (
        np.ones(longest),
        np.ones(longest),
        np.ones(longest),
        np.ones(longest),
    )
    r, w = np.ones(longest), np.ones(longest)
    repaired = 0
    for d in range(first, last):
        start, n = starts[d], starts[d + 1] - starts[d]
        x = counts[start : start + n]
        total = x.sum()
        for v in range(n):
            of_term = beta[level[d], terms[start + v]]
            for k in range(n_topics):
                words[k, v] = of_term[k]
        h, m, p = eta[d], mu[d], precision
        value = _aim(h, m, p, words, x, total, n, e, s, pulled, powers, parts)
        definite = True
        for _ in range(MOST_STEPS):
            sum_e = 0.0
            for k in range(n_topics):
                sum_e += e[k]
            for v in range(n):
                r[v] = x[v] / s[v]
                w[v] = r[v] / s[v]
            _weighted_cross(words, w, n, cross)
            for i in range(free):
                expected = 0.0
                for v in range(n):
                    expected += r[v] * words[i, v]
                expected *= e[i]
                theta = e[i] / sum_e
                gradient[i] = total * theta - expected + pulled[i]
                for j in range(i + 1):
                    from_words = e[i] * e[j] * cross[i, j]
                    from_theta = -total * theta * e[j] / sum_e
                    hessian[i, j] = from_words + from_theta + p[i, j]
                hessian[i, i] += total * theta - expected
            definite = _cholesky(hessian, factor)
            if not definite:
                _lift(hessian, inverse, factor)
            promise = _solve(factor, gradient, step)
            if promise < (2 * close if definite else STILL):
                break
            size, moved = 1.0, False
            while size > 1e-10:
                for i in range(free):
                    tried[i] = h[i] - size * step[i]
                there = _aim(
                    tried, m, p, words, x, total, n, tried_e, tried_s, pulled, powers, parts
                )
                if there <= value - 1e-4 * size * promise:
                    moved = True
                    break
                size *= 0.5
            if not moved:
                _pull(h, m, p, pulled)
                break
            value = there
            h[:] = tried[:free]
            e, tried_e = tried_e, e
            s, tried_s = tried_s, s
        if not definite:
            repaired += 1
            _dominate(hessian)
            _cholesky(hessian, factor)
        _invert(factor, lower, inverse)
        half = 0.0
        for i in range(free):
            half += np.log(factor[i, i])
        bound[d] = -value - half - half_log_det
        weight[d] = e[:n_topics]
        for i in range(free):
            for j in range(free):
                spread[i, j] += inverse[i, j]
        if each.shape[0] > 0:
            each[d] = inverse
    return repaired


@compiled
def _aim(
    h: Any,
    m: Any,
    p: Any,
    words: Any,
    x: Any,
    total: float,
    n: int,
    e: Any,
    s: Any,
    pulled: Any,
    powers: Any,
    parts: Any,
) -> float:
    """What η minimises; fills e = exp([η, 0] − max), s_v = Σ_k e_k β_kv, and Σ⁻¹(η − μ)."""
    free = len(m)
    top = 0.0
    for i in range(free):
        top = max(top, h[i])
    sum_e = np.exp(-top)
    e[free] = sum_e
    for i in range(free):
        e[i] = np.exp(h[i] - top)
        sum_e += e[i]
    s[:n] = 0.0
    for k in range(free + 1):
        ek, row = e[k], words[k]
        for v in range(n):
            s[v] += ek * row[v]
    value = total * np.log(sum_e) - _sum_of_logs(x, s, n, powers, parts)
    return float(value + 0.5 * _pull(h, m, p, pulled))


@compiled
def _sum_of_logs(x: Any, s: Any, n: int, powers: Any, parts: Any) -> float:
    """Σ_v x_v log s_v, many at a time: numpy's log takes one, and would be most of the work.

    s = 2^q f with f from √½ to √2, and log f = 2 artanh t, t = (f − 1)/(f + 1), by its series.
    """
    bits, fractions = s.view(np.int64), parts.view(np.int64)
    for v in range(n):
        q = (bits[v] - 0x3FE6A09E667F3BCD) >> 52
        powers[v] = q
        fractions[v] = bits[v] - (q << 52)
    total = 0.0
    for v in range(n):
        t = (parts[v] - 1.0) / (parts[v] + 1.0)
        u = t * t
        series = 1 / 15 + u * (1 / 17 + u / 19)
        series = 1 / 7 + u * (1 / 9 + u * (1 / 11 + u * (1 / 13 + u * series)))
        series = 1.0 + u * (1 / 3 + u * (1 / 5 + u * series))
        total += x[v] * (powers[v] * 0.6931471805599453 + 2 * t * series)
    return total


@compiled
def _pull(h: Any, m: Any, p: Any, pulled: Any) -> float:
    """Fill Σ⁻¹(η − μ), and return (η − μ)ᵀΣ⁻¹(η − μ)."""
    square = 0.0
    for i in range(len(m)):
        one = 0.0
        for j in range(len(m)):
            one += p[i, j] * (h[j] - m[j])
        pulled[i] = one
        square += one * (h[i] - m[i])
    return square


@compiled
def _weighted_cross(words: Any, w: Any, n: int, cross: Any) -> None:
    """Σ_v w_v β_iv β_jv, in tiles of 4 × 4 that stay in registers."""
    for i in range(0, words.shape[0], 4):
        a0, a1, a2, a3 = words[i], words[i + 1], words[i + 2], words[i + 3]
        for j in range(0, i + 4, 4):
            b0, b1, b2, b3 = words[j], words[j + 1], words[j + 2], words[j + 3]
            c00 = c01 = c02 = c03 = c10 = c11 = c12 = c13 = 0.0
            c20 = c21 = c22 = c23 = c30 = c31 = c32 = c33 = 0.0
            for v in range(n):
                x0, x1, x2, x3 = w[v] * a0[v], w[v] * a1[v], w[v] * a2[v], w[v] * a3[v]
                y0, y1, y2, y3 = b0[v], b1[v], b2[v], b3[v]
                c00 += x0 * y0
                c01 += x0 * y1
                c02 += x0 * y2
                c03 += x0 * y3
                c10 += x1 * y0
                c11 += x1 * y1
                c12 += x1 * y2
                c13 += x1 * y3
                c20 += x2 * y0
                c21 += x2 * y1
                c22 += x2 * y2
                c23 += x2 * y3
                c30 += x3 * y0
                c31 += x3 * y1
                c32 += x3 * y2
                c33 += x3 * y3
            cross[i, j], cross[i, j + 1], cross[i, j + 2], cross[i, j + 3] = c00, c01, c02, c03
            cross[i + 1, j], cross[i + 1, j + 1] = c10, c11
            cross[i + 1, j + 2], cross[i + 1, j + 3] = c12, c13
            cross[i + 2, j], cross[i + 2, j + 1] = c20, c21
            cross[i + 2, j + 2], cross[i + 2, j + 3] = c22, c23
            cross[i + 3, j], cross[i + 3, j + 1] = c30, c31
            cross[i + 3, j + 2], cross[i + 3, j + 3] = c32, c33


@compiled
def _cholesky(matrix: Any, factor: Any) -> bool:
    """Fill `factor` with L of LLᵀ; False, and unfinished, where there is none."""
    for i in range(matrix.shape[0]):
        for j in range(i + 1):
            one = matrix[i, j]
            for k in range(j):
                one -= factor[i, k] * factor[j, k]
            if i > j:
                factor[i, j] = one / factor[j, j]
            elif one > 1e-300:
                factor[i, i] = np.sqrt(one)
            else:
                return False
    return True


@compiled
def _solve(factor: Any, right: Any, out: Any) -> float:
    """Solve LLᵀ out = right; return rightᵀ out."""
    size = factor.shape[0]
    for i in range(size):
        one = right[i]
        for k in range(i):
            one -= factor[i, k] * out[k]
        out[i] = one / factor[i, i]
    promise = 0.0
    for i in range(size):
        promise += out[i] ** 2
    for i in range(size - 1, -1, -1):
        out[i] /= factor[i, i]
        for k in range(i):
            out[k] -= factor[i, k] * out[i]
    return promise


@compiled
def _invert(factor: Any, lower: Any, inverse: Any) -> None:
    """Fill `lower` with L⁻¹, and `inverse` with (LLᵀ)⁻¹."""
    size = factor.shape[0]
    for i in range(size):  # rows of L⁻¹, one after the other
        row = lower[i]
        row[:] = 0.0
        for k in range(i):
            part, above = factor[i, k], lower[k]
            for j in range(k + 1):
                row[j] -= part * above[j]
        scale = 1 / factor[i, i]
        for j in range(i):
            row[j] *= scale
        row[i] = scale
    for i in range(size):
        row = inverse[i]
        row[:] = 0.0
        for k in range(i, size):
            part, above = lower[k, i], lower[k]
            for j in range(i + 1):
                row[j] += part * above[j]
    for i in range(size):
        for j in range(i):
            inverse[j, i] = inverse[i, j]


@compiled
def _lift(matrix: Any, lifted: Any, factor: Any) -> None:
    """Factor ``matrix + τI``, of which the lower part is filled, with a τ that is just enough."""
    size = matrix.shape[0]
    tau = 0.0
    for i in range(size):
        tau += 1e-3 * abs(matrix[i, i]) / size
    while True:
        lifted[:] = matrix
        for i in range(size):
            lifted[i, i] += tau
        if _cholesky(lifted, factor):
            return
        tau *= 2


@compiled
def _dominate(matrix: Any) -> None:
    """Raise the diagonal of a matrix, of which the lower part is filled, to its row's sum."""
    size = matrix.shape[0]
    for i in range(size):
        others = 0.0
        for j in range(size):
            if j != i:
                others += abs(matrix[max(i, j), min(i, j)])
        matrix[i, i] = max(matrix[i, i], others) + 1e-10


@compiled
def expected_counts(
    first: int,
    last: int,
    starts: Any,
    documents: Any,
    counts: Any,
    beta: Any,
    level: Any,
    weight: Any,
    found: Any,
) -> None:
    """Add up, for terms `first` to `last`, how often each topic is expected to have used them.

    ``Σ_d x_dv θ_dk β_kv / Σ_l θ_dl β_lv``, apart for each level.

    Parameters
    ----------
    starts, documents, counts
        Columns of counts, compressed.
    beta, level, weight
        As in :func:`laplace`.
    found : array, shape (n_levels, n_terms, n_topics)
        Filled.
    """
    n_topics = beta.shape[2]
    for v in range(first, last):
        for a in range(beta.shape[0]):
            for k in range(n_topics):
                found[a, v, k] = 0.0
        for i in range(starts[v], starts[v + 1]):
            d = documents[i]
            a = level[d]
            total = 0.0
            for k in range(n_topics):
                total += beta[a, v, k] * weight[d, k]
            part = counts[i] / total
            for k in range(n_topics):
                found[a, v, k] += part * weight[d, k]
        for a in range(beta.shape[0]):
            for k in range(n_topics):
                found[a, v, k] *= beta[a, v, k]


@compiled
def cooccurrences(
    first: int,
    last: int,
    starts: Any,
    documents: Any,
    by_term: Any,
    row_starts: Any,
    terms: Any,
    by_document: Any,
    found: Any,
) -> None:
    """Fill rows `first` to `last` of H̃ᵀH̃, H̃ given by columns and by rows."""
    for i in range(first, last):
        row = found[i]
        row[:] = 0.0
        for at in range(starts[i], starts[i + 1]):
            d, h = documents[at], by_term[at]
            for other in range(row_starts[d], row_starts[d + 1]):
                row[terms[other]] += h * by_document[other]


@compiled
def exponentiated_gradient(
    first: int,
    last: int,
    products: Any,
    gram: Any,
    rate: float,
    close: float,
    most: int,
    found: Any,
    settled: Any,
) -> None:
    """Write words `first` to `last` as convex combinations of the anchors.

    ``c_k ∝ c_k exp(2 r ∇_k)``, ∇ = Xq − XXᵀc, until |∇| changes by less than `close`.

    Parameters
    ----------
    products : array, shape (n_terms, n_topics)
        Xq of every word.
    gram : array, shape (n_topics, n_topics)
        XXᵀ.
    found : array, shape (n_terms, n_topics)
        Filled with c.
    settled : array of bool, shape (n_terms,)
        Filled: whether |∇| came to rest.
    """
    n_topics = gram.shape[0]
    c, slope = np.empty(n_topics), np.empty(n_topics)
    for i in range(first, last):
        c[:] = 1 / n_topics
        before = np.inf
        settled[i] = False
        for _ in range(most):
            square, top = 0.0, -np.inf
            for k in range(n_topics):
                slope[k] = products[i, k]
            for j in range(n_topics):
                for k in range(n_topics):
                    slope[k] -= c[j] * gram[j, k]
            for k in range(n_topics):
                square += slope[k] ** 2
                top = max(top, slope[k])
            total = 0.0
            for k in range(n_topics):
                c[k] *= np.exp(2 * rate * (slope[k] - top))
                total += c[k]
            for k in range(n_topics):
                c[k] /= total
            now = np.sqrt(square)
            if abs(before - now) < close:
                settled[i] = True
                break
            before = now
        found[i] = c
        along, top = 0.0, -np.inf
        for k in range(n_topics):
            slope[k] = products[i, k]
            for j in range(n_topics):
                slope[k] -= c[j] * gram[j, k]
            along += c[k] * slope[k]
            top = max(top, slope[k])
        settled[i] = settled[i] and top - along < AT_REST
