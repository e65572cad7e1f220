"""Compiled loops of the structural topic model: sums over documents and terms.

Each works on a block of rows and lets go of Python's lock, so that threads can share the blocks;
what a block gives does not depend on who takes it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

compiled = njit(cache=True, nogil=True, fastmath=True, error_model="numpy")

# What loops call is made part of them. Called, it would be rounded in one way by the process that
# compiled both, and in another by all those that read the loop from the cache.
within = njit(nogil=True, fastmath=True, error_model="numpy", forceinline=True)

AT_REST = 1e-3
"""Most that any one anchor still promises, beyond the mean of those used, to a term at rest; more
means that the gradient threw it from one wrong corner to another."""


@compiled
def weights(first: int, last: int, eta: Any, found: Any) -> None:
    """Fill rows `first` to `last` with exp([η, 0]), scaled to have 1 as their largest.

    Parameters
    ----------
    eta : array, shape (n_documents, n_topics − 1)
    found : array, shape (n_documents, n_topics)
    """
    free = eta.shape[1]
    for d in range(first, last):
        top = 0.0
        for k in range(free):
            top = max(top, eta[d, k])
        for k in range(free):
            found[d, k] = np.exp(eta[d, k] - top)
        found[d, free] = np.exp(-top)


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
    beta, level
        As in :func:`framing.topics.fitting.laplace.laplace`.
    weight : array, shape (n_documents, n_topics)
        As :func:`weights` gives it.
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
