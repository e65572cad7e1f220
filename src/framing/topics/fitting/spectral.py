"""The spectral start: anchor words, found in how terms occur together, and topics made from them.

Arora, S., Ge, R., Halpern, Y., Mimno, D., Moitra, A., Sontag, D., Wu, Y. & Zhu, M. (2013). A
practical algorithm for topic modeling with provable guarantees. *ICML*, 280–288.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy import sparse

from framing.errors import InputError, InputWarning
from framing.inference import Floats, Integers
from framing.topics.fitting import kernels
from framing.topics.fitting.simplex import corner, settle
from framing.topics.fitting.workers import Workers

MOST_TERMS = 10_000
"""So many of the most frequent terms enter; the others get a small part of every topic."""
RATE, CLOSE, STEPS = 50.0, 1e-7, 500
"""Of the exponentiated gradient: how fast it moves, when it stops, and after how many steps."""
_SMALL = 1e-3
"""The part of a topic that all terms together would get that did not enter."""


def spectral_start(
    counts: sparse.csr_array,
    n_topics: int | None,
    workers: Workers,
    *,
    recovery: str = "gradient",
    seed: int = 0,
) -> tuple[Floats, Integers]:
    """Find topics from how terms occur together in documents.

    Parameters
    ----------
    counts : sparse array, shape (n_documents, n_terms)
    n_topics : int or None
        None: as many as there are corners, see :func:`corners`.
    recovery : {"gradient", "exact"}
        How a term is written as a convex combination of anchors: by exponentiated gradient, as
        R's stm does by default, or exactly, by quadratic programming. The gradient takes steps of
        a fixed size, and where terms are few they can be so large that it jumps about without
        end; what R has after 500 steps then hangs on how numbers are rounded. Terms for which it
        does not come to rest are solved for exactly.
    seed : int
        Used with ``n_topics=None`` alone.

    Returns
    -------
    beta : array, shape (n_topics, n_terms)
        Rows sum to 1.
    anchors : array of int, shape (n_topics,)
        The columns of the anchor terms, in the order in which they were found.

    Raises
    ------
    InputError
        Where fewer terms occur together with others than there are topics.
    """
    frequency = np.asarray(counts.sum(axis=0), dtype=float)
    chosen = np.sort(np.argsort(-frequency, kind="stable")[:MOST_TERMS])
    together = cooccurrence(sparse.csr_array(counts[:, chosen]), workers)
    sums = together.sum(axis=1)
    if not (sums > 0).all():
        chosen, together = chosen[sums > 0], together[np.ix_(sums > 0, sums > 0)]
        sums = sums[sums > 0]
    if len(chosen) < (n_topics or 3):
        raise InputError(
            f"only {len(chosen)} terms stand beside others in a document, too few for a spectral "
            f"start with {n_topics or 3} topics; ask for fewer, or use init='random'."
        )
    together /= sums[:, None]
    if n_topics is None:
        anchors = corners(together, seed)
        products = together @ together[anchors].T
    else:
        anchors, products = greedy_anchors(together, n_topics)
    products = np.ascontiguousarray(products)
    gram = products[anchors]
    weights, settled = corner(products, gram), np.zeros(len(chosen), dtype=bool)
    if recovery == "gradient":
        settings = (products, gram, RATE, CLOSE, STEPS, weights, settled)
        workers.blocks(kernels.exponentiated_gradient, len(chosen), *settings)
    workers.blocks(settle, len(chosen), products, gram, settled, weights)
    weights[anchors] = np.eye(len(anchors))
    part = (weights * frequency[chosen, None]).T
    beta = np.full((len(anchors), counts.shape[1]), _SMALL / counts.shape[1])
    beta[:, chosen] = part / part.sum(axis=1, keepdims=True)
    beta /= beta.sum(axis=1, keepdims=True)
    return beta, chosen[anchors]


def cooccurrence(counts: sparse.csr_array, workers: Workers) -> Floats:
    """How often two tokens, drawn from one document, are of two given terms; unnormalised.

    ``Q = H̃ᵀH̃ − diag(Ĥ)`` with ``H̃_d = x_d / √(n_d (n_d − 1))`` and ``Ĥ = Σ_d x_d/(n_d (n_d − 1))``.
    Documents of fewer than two tokens say nothing, and have no part.

    Returns
    -------
    array, shape (n_terms, n_terms)
    """
    length = np.asarray(counts.sum(axis=1), dtype=float)
    counts = counts[np.flatnonzero(length >= 2)]
    length = length[length >= 2]
    pairs = sparse.diags_array(1 / np.sqrt(length * (length - 1)))
    rows = sparse.csr_array(pairs @ counts)
    columns = sparse.csc_array(rows)
    found = np.empty((counts.shape[1], counts.shape[1]))
    index: Any = [part.astype(np.int64) for part in (columns.indptr, columns.indices)]
    across: Any = [part.astype(np.int64) for part in (rows.indptr, rows.indices)]
    workers.blocks(
        kernels.cooccurrences, len(found), *index, columns.data, *across, rows.data, found
    )
    own = np.asarray((pairs @ rows).sum(axis=0))
    found[np.diag_indices_from(found)] -= own
    return np.maximum(found, 0.0, out=found)


def greedy_anchors(rows: Floats, n_topics: int) -> tuple[Integers, Floats]:
    """Choose rows that span the most: each next one is furthest from those before it.

    Gram–Schmidt with pivots on the norms that are left.

    Parameters
    ----------
    rows : array, shape (n_terms, n_terms)

    Returns
    -------
    anchors : array of int, shape (n_topics,)
    products : array, shape (n_terms, n_topics)
        Of every row with every anchor.
    """
    left = np.einsum("ij,ij->i", rows, rows)
    scale = left.max()
    anchors: list[int] = []
    along = np.zeros((len(rows), n_topics))  # coordinates of the rows on the basis found so far
    products = np.empty((len(rows), n_topics))
    for k in range(n_topics):
        anchor = int(np.argmax(left))
        if left[anchor] <= 1e-12 * scale:
            raise InputError(
                f"the terms have only {k} directions of their own, too few for a spectral start "
                f"with {n_topics} topics; ask for at most {k}, or use init='random'."
            )
        anchors.append(anchor)
        products[:, k] = rows @ rows[anchor]
        shared = along[:, :k] @ along[anchor, :k]
        along[:, k] = (products[:, k] - shared) / np.sqrt(left[anchor])
        left = left - along[:, k] ** 2
        left[anchors] = 0.0
    return np.array(anchors), products


def corners(rows: Floats, seed: int) -> Integers:
    """Choose as many anchors as the terms have corners, seen in three dimensions.

    The terms are laid out by t-SNE, on their first 50 principal components, and the corners of
    their convex hull are taken for anchors (Lee & Mimno 2014). Another seed gives another number:
    it is a place to start from, not an estimate of how many topics there are.

    References
    ----------
    Lee, M. & Mimno, D. (2014). Low-dimensional embeddings for interpretable anchor-based topic
    inference. *EMNLP*, 1319–1328.
    """
    from scipy.spatial import ConvexHull
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    n = len(rows)
    if n < 20:
        raise InputError(f"n_topics='auto' needs 20 terms or more; there are {n}. Name a number.")
    axes = PCA(min(50, n - 1), svd_solver="full" if n < 200 else "randomized", random_state=seed)
    layout = TSNE(3, perplexity=min(30.0, (n - 1) / 4), init="pca", random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        places = layout.fit_transform(axes.fit_transform(rows))
    found = np.sort(ConvexHull(places.astype(float)).vertices)
    warnings.warn(
        f"n_topics='auto' took {len(found)} topics (seed {seed}); another seed gives another "
        "number, so compare a few with framing.topics.search_topics.",
        InputWarning,
        stacklevel=4,
    )
    return np.asarray(found, dtype=np.int64)


def random_start(n_topics: int, n_terms: int, seed: int) -> Floats:
    """Draw topics: rows of Gamma(0.1) numbers, scaled to sum to 1.

    Returns
    -------
    array, shape (n_topics, n_terms)
    """
    drawn = np.random.default_rng(seed).gamma(0.1, size=(n_topics, n_terms)) + 1e-12
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))
