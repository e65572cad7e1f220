"""Time relabelling and resampling against plain loops, side by side in one run.

    python benchmarks/speed.py [--shared ../shared] [--rounds 3]

1. 10,000 document permutations of three-group keyness on poliblog5k (5,000 documents × 2,632
   terms), against loops of the same test: relabel, sum by group, score. Loops are timed on a part
   of the permutations and scaled up; ours is timed whole.
2. Shares of speeches that use ten words, by country and by year, in the UN debates 1946–2024, and
   1,000 bootstrap replicates of them, against the time it takes to count the words.

Prints tables in Markdown: medians, ratios of medians, and the peak memory of our own run.
"""

from __future__ import annotations

import argparse
import platform
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

import framing as fr
from framing.cells import Cells
from framing.inference import bootstrap
from framing.settings import Settings

PERMUTATIONS = 10_000
BLOGS = "reference/stm/poliblog"
DEBATES = "data/un-debates-1946-2024.parquet"
WORDS = (
    "security trade technology climate terrorism democracy sovereignty nuclear development rights"
).split()


def blogs(shared: Path) -> fr.Features:
    """Read the blog posts, dealt into three groups at random."""
    rows = pd.read_csv(shared / BLOGS / "docs.csv.gz")
    matrix = sparse.csr_array((rows["count"].astype(float), (rows["doc"] - 1, rows["term"] - 1)))
    names = (shared / BLOGS / "vocab.txt").read_text(encoding="utf-8").split()
    groups = np.random.default_rng(0).choice(["A", "B", "C"], matrix.shape[0])
    segments = pd.DataFrame({"document": range(matrix.shape[0]), "group": groups})
    return fr.Features(matrix, names, segments, kind="term")


class Loop:
    """The same test as :func:`framing.keyness`, one permutation at a time."""

    def __init__(self, features: fr.Features) -> None:
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


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def repeated(one: Callable[[np.random.Generator], object], times: int) -> float:
    """Time a loop, scaled up to all permutations."""
    rng = np.random.default_rng(1)
    one(rng)
    return seconds(lambda: [one(rng) for _ in range(times)]) * PERMUTATIONS / times


def permutations(shared: Path, rounds: int) -> None:
    """Print the first table."""
    features = blogs(shared)
    ours: list[float] = []
    for _ in range(rounds):
        ours.append(seconds(lambda: fr.keyness(features, "group", replicates=PERMUTATIONS, seed=1)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    loop = Loop(features)
    kinds = {
        "loop of sparse products, the same test": (loop.sparse_products, 100),
        "loop of products with dense G, the same test": (loop.dense_products, 100),
        "loop of sparse products, log-odds z": (loop.plain_log_odds, 100),
        "loop of pandas group-by, log-odds z": (loop.pandas_groupby, 8),
    }
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, (one, times) in kinds.items():
            found[name].append(repeated(one, times))
        ours.append(seconds(lambda: fr.keyness(features, "group", replicates=PERMUTATIONS, seed=1)))
    print(f"\n{PERMUTATIONS:,} permutations of three-group keyness, {features!r}\n")
    print("| | seconds, median | times ours |\n|---|---:|---:|")
    print(f"| `fr.keyness(…, replicates={PERMUTATIONS})` | {statistics.median(ours):.1f} | 1 |")
    for name, times_of in found.items():
        median = statistics.median(times_of)
        print(f"| {name} | {median:.1f} | {median / statistics.median(ours):.1f} |")
    print(f"\nPeak memory of our own run: {peak:.2f} GB.")


def debates(shared: Path, rounds: int) -> None:
    """Print the second table."""
    table = pd.read_parquet(shared / DEBATES)
    start = time.perf_counter()
    vectorizer = CountVectorizer(vocabulary=WORDS, token_pattern=r"(?u)\b\w+\b")
    matrix = vectorizer.fit_transform(table["text"])
    counting = time.perf_counter() - start
    rows = table[["country", "year", "group"]].assign(document=table["id"])
    uses = fr.Features((matrix > 0).astype(int), WORDS, rows, kind="frame")
    print(f"\nUN debates, {len(table):,} speeches: which use {len(WORDS)} words\n")
    print("| step | seconds, median |\n|---|---:|")
    print(f"| counting them with scikit-learn's CountVectorizer, once | {counting:.1f} |")
    for by in ("country", "year", ["group", "year"]):
        sums = Cells.of(uses, by, Settings()).sums
        steps = {
            f"`fr.emphasis(uses, {by!r})`": lambda by=by: fr.emphasis(uses, by),
            f"1,000 bootstrap replicates of it, {sums.n_cells} groups": lambda sums=sums: list(
                bootstrap(sums, lambda drawn: drawn.sum(axis=0), replicates=1000, seed=1)
            ),
        }
        for name, work in steps.items():
            median = statistics.median(seconds(work) for _ in range(rounds))
            print(f"| {name} | {median:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(f"framing {fr.__version__}, Python {platform.python_version()}, numpy {np.__version__}")
    permutations(given.shared, given.rounds)
    debates(given.shared, given.rounds)


if __name__ == "__main__":
    main()
