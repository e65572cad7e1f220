"""Keyness of blog posts with document permutations, ours and in loops; see bench_one.py.

A loop relabels, sums by group and scores, one permutation at a time. It is timed on a part of the
permutations and scaled up; ours is timed whole.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from clock import Ready, seconds
from scipy import sparse
from topic_fits import Data

KINDS = {
    "sparse_products": 100,
    "dense_products": 100,
    "plain_log_odds": 100,
    "pandas_groupby": 8,
}
"""How many permutations of each are timed."""


def blogs(path: str):
    """Read the blog posts, dealt into three groups at random."""
    from framing.features import Features

    data = Data(path)
    groups = np.random.default_rng(0).choice(["A", "B", "C"], data.counts.shape[0])
    segments = pd.DataFrame({"document": range(len(groups)), "group": groups})
    return Features(sparse.csr_array(data.counts), data.names, segments, kind="term")


def framing(path: str, permutations: int) -> Ready:
    import framing as fr

    features = blogs(path)
    small = features.where(np.arange(len(features)) < 200)
    compiled = seconds(lambda: fr.keyness(small, "group", replicates=200))
    return Ready(
        lambda: fr.keyness(features, "group", replicates=permutations, seed=1),
        lambda table: {"rows": len(table)},
        compiled=compiled,
    )


def loop(path: str, permutations: int, kind: str) -> Ready:
    one, rng, times = getattr(Loop(blogs(path)), kind), np.random.default_rng(1), KINDS[kind]
    one(rng)
    return Ready(lambda: [one(rng) for _ in range(times)][-1], part=times / permutations)


class Loop:
    """The same test as :func:`framing.keyness`, one permutation at a time."""

    def __init__(self, features) -> None:
        matrix = features.matrix.astype(float)
        self.x = sparse.csr_array(sparse.diags_array(1 / features.size) @ matrix)
        self.squares = self.x.multiply(self.x).tocsr()
        self.labels = pd.factorize(features.segments["group"])[0]
        self.n = np.bincount(self.labels)[:, None].astype(float)
        self.sums = self.x.sum(axis=0), self.squares.sum(axis=0)
        self.table = pd.DataFrame(matrix.toarray(), columns=list(features.names))

    def score(self, sums: np.ndarray, squares: np.ndarray) -> np.ndarray:
        """|difference from the rest| over its margin of error, (3, n_terms)."""
        n, rest = self.n, self.n.sum() - self.n
        parts = []
        for total, square, size in (
            (sums, squares, n),
            (self.sums[0] - sums, self.sums[1] - squares, rest),
        ):
            share = total / size
            spread = (square / size - share**2) / (size - 1)
            with np.errstate(divide="ignore", invalid="ignore"):
                effective = np.where(spread > 0, share * (1 - share) / spread, size)
            z = 1.96**2 / effective
            k, h = z * (share - 0.5), np.sqrt(z * (share * (1 - share) + z / 4))
            parts.append((share, (h + k) / (1 + z), (h - k) / (1 + z)))
        (p, p_down, p_up), (q, q_down, q_up) = parts
        falls = p > q
        return np.abs(p - q) / np.hypot(
            np.where(falls, p_down, p_up), np.where(falls, q_up, q_down)
        )

    def sparse_products(self, rng: np.random.Generator) -> np.ndarray:
        """Gᵀ·X with both sparse."""
        labels = rng.permutation(self.labels)
        entries = np.ones(len(labels)), (labels, np.arange(len(labels)))
        g = sparse.csr_array(entries, shape=(3, len(labels)))
        return self.score((g @ self.x).toarray(), (g @ self.squares).toarray())

    def dense_products(self, rng: np.random.Generator) -> np.ndarray:
        """Gᵀ·X with G dense."""
        g = np.eye(3)[rng.permutation(self.labels)].T
        return self.score(g @ self.x, g @ self.squares)

    def plain_log_odds(self, rng: np.random.Generator) -> np.ndarray:
        """Gᵀ·X with both sparse, and the paper's z: half the products of the test."""
        labels = rng.permutation(self.labels)
        entries = np.ones(len(labels)), (labels, np.arange(len(labels)))
        y = (sparse.csr_array(entries, shape=(3, len(labels))) @ self.x).toarray()
        rest, alpha = self.sums[0] - y, 0.1 * self.sums[0]
        n, m, alpha_0 = self.n, self.n.sum() - self.n, alpha.sum()
        delta = np.log((y + alpha) / (n + alpha_0 - y - alpha))
        delta -= np.log((rest + alpha) / (m + alpha_0 - rest - alpha))
        return np.abs(delta) / np.sqrt(1 / (y + alpha) + 1 / (rest + alpha))

    def pandas_groupby(self, rng: np.random.Generator) -> np.ndarray:
        """A group-by of the whole table, and the paper's z."""
        y = self.table.groupby(rng.permutation(self.labels)).sum().to_numpy()
        n, rest = y.sum(axis=1, keepdims=True), y.sum(axis=0) - y
        alpha = 0.1 * y.sum(axis=0)
        delta = np.log((y + alpha) / (n - y)) - np.log((rest + alpha) / (n.sum() - n - rest))
        return np.abs(delta) / np.sqrt(1 / (y + alpha) + 1 / (rest + alpha))
