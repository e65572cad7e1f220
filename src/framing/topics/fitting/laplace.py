"""The compiled Laplace step: the mode of η for each document, and the curvature there.

It works on a block of documents and lets go of Python's lock, so that threads can share the
blocks; what a block gives does not depend on who takes it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from framing.topics.fitting.kernels import compiled, within

MOST_STEPS = 500
"""Most Newton steps for one document."""
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
    # Sizes are padded to multiples of four: with topics of weight nought, for which the Hessian has
    # ones on its diagonal, and with terms that do not occur.
    wide = 4 * ((n_topics + 3) // 4)
    longest = 4
    for d in range(first, last):
        longest = max(longest, starts[d + 1] - starts[d] + 3)
    words = np.zeros((wide, longest))  # β of the document's words, a row a topic
    cross, p = np.zeros((wide, wide)), np.zeros((wide, wide))
    p[:free, :free], ones = precision, np.ones(wide)
    # each by itself: rows of one array would not be known to be contiguous, and loops be slower
    hessian, factor = np.eye(wide), np.zeros((wide, wide))
    upper, inverse = np.zeros((wide, wide)), np.zeros((wide, wide))
    inverses = np.zeros((wide, wide))
    h, tried, m = np.zeros(wide), np.zeros(wide), np.zeros(wide)
    gradient, step = np.zeros(wide), np.zeros(wide)
    away, pulled = np.zeros(wide), np.zeros(wide)
    e, tried_e = np.zeros(wide), np.zeros(wide)
    x, w = np.zeros(longest), np.ones(longest)
    s, tried_s = np.ones(longest), np.ones(longest)
    logs = np.ones(longest), np.ones(longest)
    repaired = 0
    for d in range(first, last):
        start, n = starts[d], starts[d + 1] - starts[d]
        of_level = beta[level[d]]
        total = 0.0
        for v in range(n):
            x[v] = counts[start + v]
            total += x[v]
            of_term = of_level[terms[start + v]]
            for k in range(n_topics):
                words[k, v] = of_term[k]
        while n % 4:
            x[n] = 0.0
            for k in range(n_topics):
                words[k, n] = 1.0
            n += 1
        for i in range(free):
            h[i], m[i] = eta[d, i], mu[d, i]
        value = _aim(h, m, p, words, x, total, n, n_topics, e, s, away, pulled, *logs)
        definite = True
        for _ in range(MOST_STEPS):
            for v in range(n):
                w[v] = x[v] / s[v] / s[v]
            _weighted_cross(words, w, n, cross)
            _derivatives(e, free, total, cross, p, pulled, gradient, hessian)
            definite = _cholesky(hessian, ones, factor)
            if not definite:
                _lift(hessian, free, ones, inverse, factor)
            promise = _solve(factor, gradient, step)
            if promise < (2 * close if definite else STILL):
                break
            size, moved = 1.0, False
            while size > 1e-10:
                for i in range(free):
                    tried[i] = h[i] - size * step[i]
                there = _aim(
                    tried, m, p, words, x, total, n, n_topics, tried_e, tried_s, away, pulled, *logs
                )
                if there <= value - 1e-4 * size * promise:
                    moved = True
                    break
                size *= 0.5
            if not moved:
                break
            value = there
            h, tried = tried, h
            e, tried_e = tried_e, e
            s, tried_s = tried_s, s
        if not definite:
            repaired += 1
            _dominate(hessian, free)
            _cholesky(hessian, ones, factor)
        _invert(factor, ones, upper, inverse)
        half = 0.0
        for i in range(free):
            half -= np.log(factor[i, i])
        bound[d] = -value - half - half_log_det
        for i in range(free):
            eta[d, i] = h[i]
        for i in range(wide):
            for j in range(wide):
                inverses[i, j] += inverse[i, j]
        if each.shape[0] > 0:
            for i in range(free):
                for j in range(i + 1):
                    each[d, i, j] = each[d, j, i] = inverse[i, j]
    for i in range(free):
        for j in range(i + 1):
            spread[i, j] += inverses[i, j]
            if j < i:
                spread[j, i] += inverses[i, j]
    return repaired


@within
def _aim(
    h: Any,
    m: Any,
    p: Any,
    words: Any,
    x: Any,
    total: float,
    n: int,
    n_topics: int,
    e: Any,
    s: Any,
    away: Any,
    pulled: Any,
    powers: Any,
    parts: Any,
) -> float:
    """What η minimises; fills e = exp([η, 0] − max), s_v = Σ_k e_k β_kv, and Σ⁻¹(η − μ)."""
    top = 0.0
    for i in range(n_topics):
        top = max(top, h[i])
    sum_e = 0.0
    for i in range(n_topics):
        e[i] = np.exp(h[i] - top)
        sum_e += e[i]
    s[:n] = 0.0
    for k in range(0, len(e), 4):
        e0, e1, e2, e3 = e[k], e[k + 1], e[k + 2], e[k + 3]
        r0, r1, r2, r3 = words[k], words[k + 1], words[k + 2], words[k + 3]
        for v in range(n):
            s[v] += e0 * r0[v] + e1 * r1[v] + e2 * r2[v] + e3 * r3[v]
    value = total * np.log(sum_e) - _sum_of_logs(x, s, n, powers, parts)
    return float(value + 0.5 * _pull(h, m, p, away, pulled))


@within
def _derivatives(
    e: Any,
    free: int,
    total: float,
    cross: Any,
    p: Any,
    pulled: Any,
    gradient: Any,
    hessian: Any,
) -> None:
    """Fill the gradient and the Hessian of the aim, from Σ_v x_v β_iv β_jv / s_v²."""
    sum_e = 0.0
    for k in range(free + 1):
        sum_e += e[k]
    for i in range(free):
        expected = 0.0  # tokens of topic i
        for j in range(len(e)):
            both = e[i] * e[j]
            from_words = both * cross[i, j]
            expected += from_words
            hessian[i, j] = from_words - both * total / sum_e / sum_e + p[i, j]
        for j in range(free, len(e)):
            hessian[i, j] = 0.0
        excess = total * e[i] / sum_e - expected
        gradient[i] = excess + pulled[i]
        hessian[i, i] += excess


@within
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


@within
def _pull(h: Any, m: Any, p: Any, away: Any, pulled: Any) -> float:
    """Fill Σ⁻¹(η − μ), and return (η − μ)ᵀΣ⁻¹(η − μ)."""
    size = len(m)
    for i in range(size):
        away[i] = h[i] - m[i]
    square = 0.0
    for j in range(0, size, 4):
        c0 = c1 = c2 = c3 = 0.0
        for i in range(size):
            c0 += away[i] * p[i, j]
            c1 += away[i] * p[i, j + 1]
            c2 += away[i] * p[i, j + 2]
            c3 += away[i] * p[i, j + 3]
        pulled[j], pulled[j + 1], pulled[j + 2], pulled[j + 3] = c0, c1, c2, c3
    for i in range(size):
        square += pulled[i] * away[i]
    return square


@within
def _tile(a: Any, i: int, w: Any, b: Any, j: int, first: int, last: int, out: Any) -> None:
    """Fill 4 × 4 of `out` with Σ_v w_v a_iv b_jv, from column first to last, kept in registers."""
    a0, a1, a2, a3 = a[i], a[i + 1], a[i + 2], a[i + 3]
    b0, b1, b2, b3 = b[j], b[j + 1], b[j + 2], b[j + 3]
    c00 = c01 = c02 = c03 = c10 = c11 = c12 = c13 = 0.0
    c20 = c21 = c22 = c23 = c30 = c31 = c32 = c33 = 0.0
    for v in range(first, last):
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
    out[i, j], out[i, j + 1], out[i, j + 2], out[i, j + 3] = c00, c01, c02, c03
    out[i + 1, j], out[i + 1, j + 1], out[i + 1, j + 2], out[i + 1, j + 3] = c10, c11, c12, c13
    out[i + 2, j], out[i + 2, j + 1], out[i + 2, j + 2], out[i + 2, j + 3] = c20, c21, c22, c23
    out[i + 3, j], out[i + 3, j + 1], out[i + 3, j + 2], out[i + 3, j + 3] = c30, c31, c32, c33


@within
def _weighted_cross(words: Any, w: Any, n: int, cross: Any) -> None:
    """Σ_v w_v β_iv β_jv."""
    size = words.shape[0]
    for i in range(0, size, 4):
        for j in range(0, i + 4, 4):
            _tile(words, i, w, words, j, 0, n, cross)
    for i in range(size):
        for j in range(i):
            cross[j, i] = cross[i, j]


@within
def _cholesky(matrix: Any, ones: Any, factor: Any) -> bool:
    """Fill the lower part of `factor` with L of LLᵀ, and 1/L_ii on its diagonal.

    Returns
    -------
    bool
        False, and unfinished, where there is none.
    """
    size = matrix.shape[0]
    for j in range(0, size, 4):
        _tile(factor, j, ones, factor, j, 0, j, factor)
        for i in range(j, j + 4):
            for k in range(j, i + 1):
                one = matrix[i, k] - factor[i, k]
                for q in range(j, k):
                    one -= factor[i, q] * factor[k, q]
                if k < i:
                    factor[i, k] = one * factor[k, k]
                elif one > 1e-300:
                    factor[i, i] = 1 / np.sqrt(one)
                else:
                    return False
        r0, r1, r2, r3 = factor[j], factor[j + 1], factor[j + 2], factor[j + 3]
        d0, d1, d2, d3 = r0[j], r1[j + 1], r2[j + 2], r3[j + 3]
        l10, l20, l21 = r1[j], r2[j], r2[j + 1]
        l30, l31, l32 = r3[j], r3[j + 1], r3[j + 2]
        for top in range(j + 4, size, 4):
            _tile(factor, top, ones, factor, j, 0, j, factor)
            for i in range(top, top + 4):
                row, target = factor[i], matrix[i]
                c0 = (target[j] - row[j]) * d0
                c1 = (target[j + 1] - row[j + 1] - l10 * c0) * d1
                c2 = (target[j + 2] - row[j + 2] - l20 * c0 - l21 * c1) * d2
                c3 = (target[j + 3] - row[j + 3] - l30 * c0 - l31 * c1 - l32 * c2) * d3
                row[j], row[j + 1], row[j + 2], row[j + 3] = c0, c1, c2, c3
    return True


@within
def _solve(factor: Any, right: Any, out: Any) -> float:
    """Solve LLᵀ out = right; return rightᵀ out."""
    size = factor.shape[0]
    promise = 0.0
    for i in range(size):
        one = right[i]
        for k in range(i):
            one -= factor[i, k] * out[k]
        out[i] = one * factor[i, i]
        promise += out[i] ** 2
    for i in range(size - 1, -1, -1):
        one = out[i] * factor[i, i]
        out[i] = one
        for k in range(i):
            out[k] -= factor[i, k] * one
    return promise


@within
def _invert(factor: Any, ones: Any, upper: Any, inverse: Any) -> None:
    """Fill `upper` with W = L⁻ᵀ, and the lower part of `inverse` with WWᵀ = (LLᵀ)⁻¹."""
    size = factor.shape[0]
    for first in range(0, size, 4):
        for top in range(0, first + 4, 4):
            _tile(upper, top, ones, factor, first, top, first, upper)
            for i in range(top, top + 4):
                for j in range(first, first + 4):
                    one = -upper[i, j]
                    if i == j:
                        one = 1.0
                    for k in range(first, j):
                        one -= upper[i, k] * factor[j, k]
                    upper[i, j] = one * factor[j, j]
    for i in range(0, size, 4):
        for j in range(0, i + 4, 4):
            _tile(upper, i, ones, upper, j, i, size, inverse)


@within
def _lift(matrix: Any, free: int, ones: Any, lifted: Any, factor: Any) -> None:
    """Factor ``matrix + τI`` with a τ that is just enough."""
    tau = 0.0
    for i in range(free):
        tau += 1e-3 * abs(matrix[i, i]) / free
    while True:
        lifted[:] = matrix
        for i in range(free):
            lifted[i, i] += tau
        if _cholesky(lifted, ones, factor):
            return
        tau *= 2


@within
def _dominate(matrix: Any, free: int) -> None:
    """Raise the diagonal of a matrix to the sum of its row."""
    for i in range(free):
        others = 0.0
        for j in range(free):
            if j != i:
                others += abs(matrix[i, j])
        matrix[i, i] = max(matrix[i, i], others) + 1e-10
