"""Time work on 1, 2 and 4 workers of a cluster beside the threads of this machine.

    python benchmarks/cluster.py [--quick] [--rounds 5] [--only texts keyness topics]

Workers are processes of one thread each, on this machine, so that no more of them than it has cores
can gain anything, and keep freed memory (docs/cluster.md). Data of 1, 2, 4 and 8 times a size; all
take turns, so that a slow minute of the machine strikes all. Whatever is computed must be the same
bytes everywhere.

Prints tables in Markdown: medians of wall seconds, and in brackets what a fit to them gives,
``a + b·data + c·data/workers``, with no more workers than cores, and none of a, b, c below nought.

A further kind of work is one more entry of `WORK`: a function that makes data of some size, and one
that does the work with a client, or without, and gives times and what must be the same.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import platform
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import archive
import dask
import numpy as np
import pandas as pd
from distributed import Client, LocalCluster
from scipy import sparse
from scipy.optimize import nnls

import framing as fr
from framing.errors import InputWarning
from framing.inference.blocks import cores
from framing.topics.fitting import em
from framing.topics.fitting.pooled import pooled_prevalence
from framing.topics.fitting.shards import Shards
from framing.topics.fitting.workers import Workers

WORKERS = (1, 2, 4)
SIZES = (1, 2, 4, 8)
TERMS, TOPICS, TOKENS = 2000, 50, 150
PARTS = 4
"""Files that texts lie in; a worker reads one at a time. Each must hold enough of them (a million
characters) to be read in compiled loops."""
STEPS = 6
"""Iterations of a fit, of which the median is taken but for the first."""


@dataclass(frozen=True)
class Work:
    """One kind of work.

    Attributes
    ----------
    title, unit : str
        What it is, and what data are counted in.
    least, quick : int
        How many of these make the smallest data, and the smallest of a quick run.
    make : callable
        From a number of them to data.
    run : callable
        (data, client or None) → seconds by name, and what must be the same everywhere.
    """

    title: str
    unit: str
    least: int
    quick: int
    make: Callable[[int], Any]
    run: Callable[[Any, Any], tuple[dict[str, float], bytes]]


def counts(n: int) -> sparse.csr_array:
    """Draw counts of documents that are mixes of topics."""
    rng = np.random.default_rng(n)
    topics = rng.dirichlet(np.full(TERMS, 0.05), TOPICS)
    drawn = [
        sparse.csr_array(rng.poisson(TOKENS * rng.dirichlet(np.full(TOPICS, 0.1), some) @ topics))
        for some in np.full(n // 250, 250)
    ]
    return sparse.csr_array(sparse.vstack(drawn, format="csr").astype(float))


def articles(n: int) -> tempfile.TemporaryDirectory[str]:
    """Write made-up articles of 3 kB to some files."""
    held = tempfile.TemporaryDirectory()
    folder = Path(held.name)
    archive.make(folder / "all", n)
    table = pd.read_parquet(folder / "all")
    (folder / "all").unlink()
    for part in range(PARTS):
        table[part * n // PARTS : (part + 1) * n // PARTS].to_parquet(folder / f"{part}.parquet")
    return held


def texts(folder: tempfile.TemporaryDirectory[str], client: Any) -> tuple[dict[str, float], bytes]:
    """Read, clean, count and code."""
    import dask.dataframe as dd

    marks = [time.perf_counter()]
    if client is None:
        corpus = fr.Corpus.from_frame(pd.read_parquet(folder.name), segment="document")
    else:
        frame = dd.read_parquet(f"{folder.name}/*.parquet")
        corpus = fr.Corpus.from_dask(frame, client, segment="document")
    words = len(corpus.tokens.types)
    marks.append(time.perf_counter())
    counts = fr.count(corpus, min_documents=2, cache=False)
    marks.append(time.perf_counter())
    frames = fr.code(corpus, "critical-technology")
    marks.append(time.perf_counter())
    held = [np.array([words]), *(part for one in (counts, frames) for part in _parts(one))]
    names = "reading and cleaning", "counting terms", "coding frames"
    same = b"".join(np.ascontiguousarray(part, dtype=float).tobytes() for part in held)
    return dict(zip(names, np.diff(marks).tolist(), strict=True)), same


def _parts(features: fr.Features) -> tuple[np.ndarray, ...]:
    matrix = sparse.csr_array(features.matrix)
    return matrix.data, matrix.indices, matrix.indptr


def three_sides(n: int) -> fr.Features:
    rows = pd.DataFrame({"document": range(n), "side": np.array(["A", "B", "C"])[np.arange(n) % 3]})
    return fr.Features(counts(n), [f"w{i}" for i in range(TERMS)], rows, kind="term")


def keyness(features: fr.Features, client: Any) -> tuple[dict[str, float], bytes]:
    start = time.perf_counter()
    table = fr.keyness(features, "side", replicates=2000, client=client)
    spent = time.perf_counter() - start
    return {"all": spent}, pd.util.hash_pandas_object(table).to_numpy().tobytes()


def beginning(n: int) -> tuple[em.Documents, np.ndarray, np.ndarray]:
    drawn = np.random.default_rng(0).dirichlet(np.full(TERMS, 0.1), TOPICS) + 1e-6
    beta = np.ascontiguousarray((drawn / drawn.sum(axis=1, keepdims=True)).T)[None]
    return em.Documents.of(counts(n)), beta, np.column_stack([np.ones(n), np.arange(n) % 2])


def iterations(data: Any, client: Any) -> tuple[dict[str, float], bytes]:
    documents, beta, design = data
    plain, spent, whole = em.e_step, [], []

    def timed(*given: Any, **settings: Any) -> em.Posterior:
        start = time.perf_counter()
        found = plain(*given, **settings)
        spent.append(time.perf_counter() - start)
        return found

    em.e_step = timed
    try:
        start = time.perf_counter()
        with Workers() as workers, Shards.on(client, documents, design) as shards:
            given = documents, beta, design, pooled_prevalence, None, 0.0, workers, shards
            for state in islice(em.iterate(*given), STEPS):
                whole.append(time.perf_counter() - start)
                same = state.posterior.eta.tobytes() + state.beta.tobytes()
                start = time.perf_counter()
    finally:
        em.e_step = plain
    seconds = {
        "the first iteration, with sending": whole[0],
        "a later E-step": statistics.median(spent[1:]),
        "a later iteration": statistics.median(whole[1:]),
    }
    return seconds, same


WORK = {
    "texts": Work(
        "Made-up articles of 3 kB, documents as segments", "articles", 1500, 1500, articles, texts
    ),
    "keyness": Work(
        f"2,000 permutations of keyness, three sides × {TERMS:,} terms", "documents",
        2000, 500, three_sides, keyness,
    ),
    "topics": Work(
        f"Structural topic model, {TOPICS} topics × {TERMS:,} terms", "documents",
        2000, 500, beginning, iterations,
    ),
}  # fmt: skip


def fitted(seconds: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Fit a + b·data + c·data/workers to times by size and number of workers."""
    keys = list(seconds)
    x = np.array([[1, size, size / min(n, cores())] for size, n in keys], dtype=float)
    y = np.array([seconds[key] for key in keys])
    found, _ = nnls(x / y[:, None], np.ones(len(y)))  # of relative errors
    print("a, b, c: " + ", ".join(f"{one:.3f}" for one in found) + " seconds\n")
    return dict(zip(keys, x @ found, strict=True))


def measure(work: Work, clients: dict[int, Any], rounds: int, quick: bool) -> None:
    """Time one kind of work and print its tables."""
    least = work.quick if quick else work.least
    taken: dict[str, dict[tuple[int, int], list[float]]] = {}
    for size in SIZES:
        data, same = work.make(size * least), set()
        for _ in range(rounds):
            for n, client in clients.items():
                seconds, result = work.run(data, client)
                same.add(hashlib.sha256(result).hexdigest())
                for name, spent in seconds.items():
                    taken.setdefault(name, {}).setdefault((size, n), []).append(spent)
        assert len(same) == 1, "results differ"
    for name, times in taken.items():
        medians = {key: statistics.median(some) for key, some in times.items()}
        print(f"\n### {work.title}: {name}\n")
        some = {key: spent for key, spent in medians.items() if key[1] and spent > 0}
        guess = fitted(some) if len(some) > 3 else {}
        heads = [f"{n} worker{'s' * (n > 1)}" for n in clients if n]
        print(f"| {work.unit} | threads here | {' | '.join(heads)} |")
        print("|" + "---:|" * (len(clients) + 1))
        for size in SIZES:
            cells = [
                f"{medians[size, n]:.2f}"
                + (f" ({guess[size, n]:.2f})" if (size, n) in guess else "")
                for n in clients
            ]
            print(f"| {size * least:,} | {' | '.join(cells)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="small data, two rounds")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(WORK), default=list(WORK))
    given = parser.parse_args()
    warnings.simplefilter("ignore", InputWarning)
    packages = [f"{name} {version(name)}" for name in ("framing", "distributed", "numpy", "numba")]
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(
        f"{', '.join(packages)}, Python {platform.python_version()}; {cores()} cores, load {load}"
    )
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), 1)
    with dask.config.set({"distributed.nanny.pre-spawn-environ": threads}), ExitStack() as stack:
        clients: dict[int, Any] = {0: None}
        for n in WORKERS:
            settings = {"n_workers": n, "threads_per_worker": 1, "dashboard_address": ":0"}
            here = stack.enter_context(LocalCluster(**settings, silence_logs=logging.ERROR))
            clients[n] = stack.enter_context(Client(here))
        for name in given.only:
            work = WORK[name]
            for client in clients.values():  # imports, and loops from the cache
                work.run(work.make(work.quick), client)
            measure(work, clients, 2 if given.quick else given.rounds, given.quick)


if __name__ == "__main__":
    main()
