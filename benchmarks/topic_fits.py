"""One fit of a structural topic model, in a process of its own; run by benchmarks/topics.py.

    python topic_fits.py WHAT DATA [KEY=VALUE ...]

Prints what it measured as JSON. Needs numpy and scipy, and whatever it measures, so that another
interpreter can run it. What comes before a clock starts is not timed: imports, reading, the form
in which the software wants its counts, and the compilation of ours.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

import numpy as np
from clock import Clock
from scipy import sparse

FORMULA, TOPICS = "~ rating + s(day)", 20


class Data:
    """Counts, terms, covariates and R's design matrix, as benchmarks/topics.py wrote them."""

    def __init__(self, path: str) -> None:
        with np.load(path, allow_pickle=False) as file:
            parts = file["data"], file["indices"], file["indptr"]
            self.counts = sparse.csr_matrix(parts, shape=tuple(file["shape"]))
            self.names = [str(name) for name in file["names"]]
            self.rating, self.day, self.design = file["rating"], file["day"], file["design"]

    def features(self, n: int | None = None, part: float = 1.0):
        """Give framing's Features: `n` documents at random, and each token by chance."""
        import pandas as pd

        from framing.features import Features

        rng = np.random.default_rng(1)
        rows = np.sort(rng.permutation(self.counts.shape[0])[:n])
        counts = sparse.csr_array(self.counts[rows])
        if part < 1:
            counts.data = rng.binomial(counts.data.astype(int), part).astype(float)
            counts.eliminate_zeros()
        table = pd.DataFrame({"rating": self.rating[rows], "day": self.day[rows]})
        return Features(counts, self.names, table.assign(document=rows), kind="term")


# --- fits ------------------------------------------------------------------------------------


def ours(data: Data, threads: int = 2, beta: str = "") -> dict:
    from framing.topics import StructuralTopicModel

    features = data.features()
    compiled = compile_ours()
    clock = Clock()
    model = StructuralTopicModel(TOPICS, FORMULA, n_jobs=threads).fit(features)
    found = clock.read() | {"bound": float(model.bound_[-1]), "iterations": model.n_iter_}
    save(beta, model.beta_)
    return found | {"converged": model.converged_, "compiled": compiled}


def topica(data: Data, threads: int = 0, terms: str = "theirs", beta: str = "") -> dict:
    import topica

    words = np.array(data.names, dtype=object)
    rows = (data.counts[[d]] for d in range(data.counts.shape[0]))
    texts = [words[np.repeat(row.indices, row.data.astype(int))].tolist() for row in rows]
    order = {"vocabulary": data.names} if terms == "ours" else {}
    corpus = topica.Corpus.from_documents(texts, **order)
    del texts
    model = topica.STM(TOPICS, init="spectral")
    clock = Clock()
    model.fit(corpus, data.design[:, 1:], num_threads=threads or None)
    found = clock.read() | {"bound": model.bound, "iterations": len(model.bound_history)}
    place = {name: v for v, name in enumerate(model.vocabulary)}
    save(beta, np.asarray(model.topic_word)[:, [place[name] for name in data.names]])
    return found | {"converged": model.converged}


def stm(data: Data, beta: str = "") -> dict:
    from stm import StructuralTopicModel

    model = StructuralTopicModel(TOPICS, init="spectral")
    clock = Clock()
    model.fit(data.counts, prevalence=data.design)
    found = clock.read() | {"bound": float(model.bound_[-1]), "iterations": model.n_iter_}
    save(beta, model.components_)
    return found | {"converged": bool(model.converged_)}


def compile_ours() -> float:
    """Fit a small model, so that the loops are compiled, or read from the cache; give seconds."""
    from framing.topics import StructuralTopicModel

    words = np.random.default_rng(0).poisson([[8, 6, 1, 1], [1, 1, 6, 8]] * 20)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of iterations that are too few
        StructuralTopicModel(2, max_iter=2).fit(words)
    return time.perf_counter() - start


def save(path: str, beta: np.ndarray) -> None:
    if path:
        np.save(path, np.asarray(beta, dtype=float))


# --- what a fit is made of -------------------------------------------------------------------


def steps(
    data: Data,
    documents: int = 5000,
    topics: int = TOPICS,
    part: float = 1.0,
    threads: int = 1,
    iterations: int = 20,
) -> dict:
    """Seconds of the spectral start, and of each step of so many iterations, wall and CPU."""
    from framing.topics.fitting import em, spectral
    from framing.topics.fitting.design import Design
    from framing.topics.fitting.pooled import pooled_prevalence
    from framing.topics.fitting.workers import Workers

    features = data.features(documents, part)
    compile_ours()
    spent: dict[str, np.ndarray] = {}

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        start = np.array([time.perf_counter(), time.process_time()])
        yield
        now = np.array([time.perf_counter(), time.process_time()])
        spent[name] = spent.get(name, 0) + now - start

    def timing(name: str, function: Callable) -> Callable:
        def timed_one(*given, **settings):
            with timed(name):
                return function(*given, **settings)

        return timed_one

    for module, name in (
        (spectral, "cooccurrence"),
        (spectral, "greedy_anchors"),
        (em, "e_step"),
        (em, "expected_counts"),
    ):
        setattr(module, name, timing(name, getattr(module, name)))
    counts = sparse.csr_array(features.matrix)
    counts = counts[:, np.flatnonzero(counts.sum(axis=0))]
    clock = Clock()
    with Workers(threads) as workers:
        with timed("spectral start"):
            beta, _ = spectral.spectral_start(counts, topics, workers)
        with timed("design"):
            design = Design.fit(FORMULA, features.segments).matrix
        with timed("iterations"):
            regress = timing("pooled_prevalence", pooled_prevalence)
            settings = np.ascontiguousarray(beta.T)[None], design, regress, None, 0.0, workers
            states = em.iterate(em.Documents.of(counts), *settings)
            for _ in islice(states, iterations):
                pass
    found = {name: {"wall": both[0], "cpu": both[1]} for name, both in spent.items()}
    size = {"documents": counts.shape[0], "tokens": counts.sum(), "entries": counts.nnz}
    return clock.read() | found | size | {"terms": counts.shape[1], "topics": topics}


def effects(data: Data, times: int = 3) -> dict:
    """Seconds of effects on 20 topics, 25 draws; the fit is not timed."""
    from framing.topics import StructuralTopicModel

    model = StructuralTopicModel(TOPICS, FORMULA).fit(data.features())
    found: dict[str, list] = {"classical": [], "robust": []}
    for _ in range(times):
        for variance, seconds in found.items():
            clock = Clock()
            model.effects(FORMULA, draws=25, variance=variance)
            seconds.append(clock.read())
    return found


def debates(path: str, fewest: int = 60) -> dict:
    """Fit 50 topics to the UN debates, of which scikit-learn counts the words."""
    import pandas as pd
    from sklearn.feature_extraction.text import CountVectorizer

    from framing.features import Features
    from framing.topics import StructuralTopicModel

    table = pd.read_parquet(path)
    counter = CountVectorizer(stop_words="english", min_df=fewest)
    counts = sparse.csr_array(counter.fit_transform(table.pop("text")), dtype=float)
    segments = pd.DataFrame({"document": range(len(table)), "year": table["year"].astype(float)})
    features = Features(counts, list(counter.get_feature_names_out()), segments, kind="term")
    compile_ours()
    clock = Clock()
    model = StructuralTopicModel(50, "~ s(year)").fit(features)
    found = clock.read() | {"iterations": model.n_iter_, "converged": model.converged_}
    size = {"documents": counts.shape[0], "terms": counts.shape[1], "tokens": counts.sum()}
    return found | size | {"few": fewest}


def main() -> None:
    what, data, *given = sys.argv[1:]
    settings = dict(one.split("=", 1) for one in given)
    numbers = {"threads", "documents", "topics", "iterations", "times", "fewest"}
    for name, value in settings.items():
        if name in numbers:
            settings[name] = int(value)
        elif name == "part":
            settings[name] = float(value)
    work = {"ours": ours, "topica": topica, "stm": stm, "steps": steps, "effects": effects}
    found = work[what](Data(data), **settings) if what in work else debates(data, **settings)
    print(json.dumps(found, default=float))


if __name__ == "__main__":
    main()
