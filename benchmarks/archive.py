"""Count, code and compare more articles than memory holds, with a time and a memory for each step.

    python benchmarks/archive.py FOLDER [--articles 1000000] [--segment document]

Articles are made up, about 3 kB each: words by Zipf's law, the commonest being English stop words,
and terms of the codebook by side and year.
Every step runs in a process of its own, whose wall time and peak memory are printed as Markdown.
The first try to index is killed half-way; the second goes on. FOLDER is left as it is in the end.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

GROUPS, YEARS, OUTLETS = ("US", "EU", "JP"), (2021, 2022, 2023, 2024), 60
BATCH, WORDS, VOCABULARY, PARAGRAPHS = 5000, 470, 60_000, 8
BYTES = 2500  # of an article, or a little more


def make(path: Path, n: int) -> None:
    """Write made-up articles."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from framing.counting.folding import english
    from framing.frames import Codebook

    rng = np.random.default_rng(1)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    lengths = np.clip(rng.poisson(5, VOCABULARY), 2, 12)
    words = ["".join(rng.choice(letters, length)) for length in lengths]
    terms = [
        " ".join(part.replace("*", "") for part in term.parts)
        for frame in Codebook.load("critical-technology").frames
        for term in frame.terms
    ]
    words = np.array([*sorted(english()), *words, *terms], dtype=object)
    words = np.delete(words, np.arange(VOCABULARY, len(words) - len(terms)))
    chance = np.append(1 / (np.arange(VOCABULARY) + 2.7), np.full(len(terms), 0.0))
    chance /= chance.sum()
    schema = pa.schema([(name, pa.string()) for name in ("id", "date", "region", "outlet", "text")])
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, n, BATCH):
            size = min(BATCH, n - start)
            side, year = rng.integers(0, 3, size), rng.integers(0, 4, size)
            outlet = side * (OUTLETS // 3) + rng.integers(0, OUTLETS // 3, size)
            drawn = rng.choice(VOCABULARY, (size, WORDS), p=chance[:VOCABULARY])
            share = 0.01 + 0.004 * side + 0.002 * year  # of codebook terms, by side and year
            coded = rng.random((size, WORDS)) < share[:, None]
            drawn[coded] = VOCABULARY + rng.integers(0, len(terms), coded.sum())
            texts = [
                "\n".join(" ".join(words[part]) + "." for part in np.array_split(row, PARAGRAPHS))
                for row in drawn
            ]
            columns = [
                [f"a{start + i:07d}" for i in range(size)],
                [f"{YEARS[y]}-{1 + i % 12:02d}-{1 + i % 28:02d}" for i, y in enumerate(year)],
                [GROUPS[s] for s in side],
                [f"outlet{o:02d}" for o in outlet],
                texts,
            ]
            writer.write_table(pa.table(columns, schema=schema))


def index(folder: Path, segment: str) -> str:
    from framing.indexed import index

    corpus = index(folder / "articles.parquet", folder / "index", segment=segment, clean=False)
    return f"{len(corpus.segments):,} segments"


def count(folder: Path, _: str) -> str:
    import framing as fr

    counts = fr.count(fr.read(folder / "index"), min_documents=100, cache=False)
    return f"{counts.matrix.nnz:,} counts of {len(counts.names):,} terms"


def code(folder: Path, _: str) -> str:
    import framing as fr

    frames = fr.code(fr.read(folder / "index"), "critical-technology")
    return f"{frames.matrix.nnz:,} frames used"


def compare(folder: Path, _: str) -> str:
    import framing as fr

    frames = fr.code(fr.read(folder / "index"), "critical-technology")
    table = fr.emphasis(frames, by=["region", "year"])
    contrast = fr.contrast(frames, by="region", replicates=1000)
    return f"{len(table)} shares, {len(contrast)} differences, 1,000 permutations"


def keyness(folder: Path, _: str) -> str:
    import framing as fr

    counts = fr.count(fr.read(folder / "index"), min_documents=1000, cache=False)
    table = fr.keyness(counts, "region", cluster="outlet", replicates=1000)
    return f"{len(table):,} rows, clusters of outlets"


STEPS: dict[str, Callable[[Path, str], str]] = {
    "index": index,
    "count": count,
    "code": code,
    "code, and compare the frames": compare,
    "count, and compare the terms": keyness,
}


def measured(step: str, folder: Path, segment: str, results: multiprocessing.Queue) -> None:
    start = time.perf_counter()
    said = STEPS[step](folder, segment)
    used = resource.getrusage(resource.RUSAGE_SELF)
    results.put((said, time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss))


def run(step: str, folder: Path, segment: str) -> tuple[str, float, float, int]:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    process = context.Process(target=measured, args=(step, folder, segment, results))
    process.start()
    found = results.get()
    process.join()
    return found


def interrupted(folder: Path, segment: str, articles: int) -> int:
    """Kill the first try to index when half the parts are there; tell how many stay."""
    from framing.indexed.sources import BATCH as CHARACTERS

    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    process = context.Process(target=measured, args=("index", folder, segment, results))
    process.start()
    half = articles * BYTES // CHARACTERS // 2
    while len(done := list((folder / "index" / "parts").glob("[0-9]*"))) < half:
        if not process.is_alive():
            raise SystemExit("the first try to index ended before it could be killed")
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    return len(done)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--segment", choices=("document", "paragraph"), default="document")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    path = given.folder / "articles.parquet"
    if not path.exists():
        make(path, given.articles)
    kept = interrupted(given.folder, given.segment, given.articles)
    print(f"{given.articles:,} articles; killed after {kept} parts, then:\n", flush=True)
    print("| step | result | wall, s | CPU, s | peak memory, GB |\n|---|---|---:|---:|---:|")
    for step in STEPS:
        said, wall, cpu, peak = run(step, given.folder, given.segment)
        print(f"| {step} | {said} | {wall:.0f} | {cpu:.0f} | {peak / 1e6:.2f} |", flush=True)


if __name__ == "__main__":
    main()
