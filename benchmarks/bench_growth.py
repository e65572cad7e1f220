"""How costs grow: made-up corpora, one of whose sizes is doubled while the others stay.

`series` runs in a process of its own (bench_one.py) and goes through the sizes once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from bench_counting import PIPELINES, corpus_of, speeches
from clock import Ready, timed
from scipy import sparse

Work = Callable[[], object]


class Measure(NamedTuple):
    """What is done, to what sizes, and which sizes are doubled in turn."""

    title: str
    make: Callable[..., Work]
    sizes: dict[str, int]
    grown: dict[str, tuple[int, ...]]


def series(name: str, grown: str, sizes: Sequence[int], folder: str) -> list[dict]:
    """Do the work once at each size; the smallest comes first, unmeasured, to warm up.

    `folder` keeps texts for the rounds that follow.
    """
    measure = MEASURES[name]
    found = []
    for i, n in enumerate([sizes[0], *sizes]):
        work = measure.make(Path(folder), **measure.sizes | {grown: n})
        measured = timed(Ready(work))
        if i:
            found.append(measured | {"n": n})
    return found


# --- made-up corpora --------------------------------------------------------------------------


def zipf(n: int) -> np.ndarray:
    """Chances of n words, as languages have them."""
    chance = 1 / (np.arange(n) + 2.7)
    return chance / chance.sum()


def lexicon(n: int, rng: np.random.Generator) -> np.ndarray:
    """Make up n different words; short ones come first."""
    sounds = ["".join(pair) for pair in product("bdfgklmnprstv", "aeiou")]
    made: list[str] = []
    for length in range(1, 5):
        some = product(rng.permutation(sounds), repeat=length)
        made += ["".join(parts) for parts, _ in zip(some, range(n - len(made)), strict=False)]
    return np.array(made, dtype=object)


def texts(folder: Path, documents: int, vocabulary: int, length: int = 400) -> pd.DataFrame:
    """Write documents of so many words, or read them where they are written."""
    path = folder / f"texts-{documents}-{vocabulary}.parquet"
    if not path.exists():
        rng = np.random.default_rng(1)
        words, below = lexicon(vocabulary, rng), zipf(vocabulary).cumsum()
        drawn = (np.searchsorted(below[:-1], rng.random(length)) for _ in range(documents))
        text = [" ".join(words[one]) for one in drawn]
        table = pd.DataFrame({"id": [f"d{i}" for i in range(documents)], "text": text})
        table.to_parquet(path)
    return speeches(str(path), every=1)


def terms(documents: int, vocabulary: int, groups: int, length: int = 200):
    """Count made-up words, of documents dealt into groups."""
    from framing.features import Features

    rng = np.random.default_rng(1)
    drawn = rng.choice(vocabulary, documents * length, p=zipf(vocabulary))
    at = np.repeat(np.arange(documents), length), drawn
    matrix = sparse.csr_array((np.ones(len(drawn)), at), shape=(documents, vocabulary))
    matrix.sum_duplicates()
    rows = {"document": range(documents), "group": rng.permutation(documents) % groups}
    rows["group"] = [f"g{group:03d}" for group in rows["group"]]
    return Features(matrix, [f"w{v}" for v in range(vocabulary)], pd.DataFrame(rows), kind="term")


def frames(documents: int, groups: int, n_frames: int = 15, segments: int = 5):
    """Code made-up segments with frames, each in a fifth of them."""
    from framing.features import Features

    rng = np.random.default_rng(1)
    n = documents * segments
    rows = pd.DataFrame({"document": np.repeat(np.arange(documents), segments)})
    group = rng.permutation(documents) % groups
    rows["group"] = [f"g{g:03d}" for g in group[rows["document"]]]
    matrix = sparse.csr_array((rng.random((n, n_frames)) < 0.2).astype(np.int64))
    return Features(matrix, [f"f{i}" for i in range(n_frames)], rows, kind="frame")


# --- what is done -----------------------------------------------------------------------------


def counting(folder: Path, documents: int, vocabulary: int, pipeline: str) -> Work:
    import framing as fr

    corpus, how = corpus_of(texts(folder, documents, vocabulary)), PIPELINES[pipeline]
    return lambda: fr.count(corpus, **how)


def keyness(_: Path, documents: int, vocabulary: int, groups: int, replicates: int) -> Work:
    import framing as fr

    features = terms(documents, vocabulary, groups)
    return lambda: fr.keyness(features, "group", replicates=replicates, seed=1)


def contrast(_: Path, documents: int, groups: int, replicates: int) -> Work:
    import framing as fr

    features = frames(documents, groups)
    return lambda: fr.contrast(features, "group", replicates=replicates, seed=1)


def blogs(out: str, documents: int, vocabulary: int, topics: int = 20, length: int = 150) -> dict:
    """Write made-up counts in the form of benchmarks/topic_tables.py: topics, two covariates."""
    rng = np.random.default_rng(1)
    beta = rng.dirichlet(np.full(vocabulary, 0.05), topics) + zipf(vocabulary)
    day, rating = np.arange(documents) % 365, rng.permutation(documents) % 2
    mean = rng.normal(size=(3, topics))
    at = np.column_stack([np.ones(documents), rating, day / 365])
    eta = at @ mean + rng.normal(size=(documents, topics))
    theta = np.exp(eta)
    share = (theta / theta.sum(axis=1, keepdims=True)) @ (beta / beta.sum(axis=1, keepdims=True))
    counts = sparse.csr_array(rng.poisson(length * share).astype(float))
    parts = {"data": counts.data, "indices": counts.indices, "indptr": counts.indptr}
    words = np.array([f"w{v}" for v in range(vocabulary)])
    rest = {"rating": np.where(rating, "a", "b"), "day": day.astype(float), "design": at}
    np.savez(out, shape=counts.shape, names=words, **parts, **rest)
    return {"tokens": counts.sum()}


STM = Measure(
    "structural topic model",
    blogs,
    {"documents": 2000, "vocabulary": 2000, "topics": 20},
    {
        "documents": (1000, 2000, 4000, 8000),
        "vocabulary": (1000, 2000, 4000, 8000),
        "topics": (10, 20, 40, 80),
    },
)
"""Fitted by benchmarks/topic_fits.py, of which `blogs` writes the data."""

TEXTS = {
    "documents": (8000, 16_000, 32_000, 64_000),
    "vocabulary": (20_000, 40_000, 80_000, 160_000),
}
MEASURES = {
    "plain": Measure(
        "`fr.count`, plain words",
        partial(counting, pipeline="plain"),
        {"documents": 16_000, "vocabulary": 40_000},
        TEXTS,
    ),
    "default": Measure(
        "`fr.count`, by default",
        partial(counting, pipeline="default"),
        {"documents": 16_000, "vocabulary": 40_000},
        TEXTS,
    ),
    "contrast": Measure(
        "`fr.contrast` of 15 frames",
        contrast,
        {"documents": 8000, "groups": 3, "replicates": 1000},
        {
            "documents": (4000, 8000, 16_000, 32_000),
            "groups": (2, 4, 8, 16),
            "replicates": (500, 1000, 2000, 4000),
        },
    ),
    "keyness": Measure(
        "`fr.keyness`",
        keyness,
        {"documents": 4000, "vocabulary": 2000, "groups": 3, "replicates": 500},
        {
            "documents": (2000, 4000, 8000, 16_000),
            "vocabulary": (1000, 2000, 4000, 8000),
            "groups": (2, 4, 8, 16),
            "replicates": (250, 500, 1000, 2000),
        },
    ),
}
