"""What ``make bench`` measures: tasks, each with contenders that do the same work on the same data.

The first contender of a task is what the others are set against.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

from bench_keyness import KINDS
from bench_shares import YEARS
from clock import run
from topic_tables import DEBATES, Runs

ONE = Path(__file__).with_name("bench_one.py")
KEPT = Path(__file__).resolve().parents[1] / "build" / "compiled"
"""Compiled code of quick runs, which would spend most of their time on it."""


CALLS = {
    "plain": '`fr.count(…, tokenizer="plain")`',
    "default": "`fr.count(…, min_documents=2)`",
}
"""How :data:`bench_counting.PIPELINES` are called."""


class Contender(NamedTuple):
    """One row of the table; `once` is measured in the first round alone."""

    name: str
    run: Callable[[], dict[str, Any]]
    once: bool = False


class Task(NamedTuple):
    """A part of the table; results that tell `same` must agree, up to rounding."""

    name: str
    title: str
    contenders: list[Contender]
    same: str = ""


class Bench:
    """Where things are, and how much of them is taken."""

    def __init__(self, shared: Path, folder: Path, rounds: int, quick: bool, stm: str | None):
        self.folder, self.rounds, self.quick = folder, rounds, quick
        self.runs = Runs(shared, folder, rounds, stm, documents=1000 if quick else None)
        self.debates = {"path": str(shared / DEBATES), "every": 20 if quick else 1}
        if quick:
            self.runs.cache = KEPT
        self.replicates = 1000 if quick else 10_000
        self.posts = f"{1000 if quick else 5000:,} blog posts × 2,632 terms"

    def one(self, what: str, /, **given: Any) -> Any:
        """Measure in a process of its own."""
        print(" ".join([what, *(f"{k}={v}" for k, v in given.items())]), file=sys.stderr)
        return run([sys.executable, str(ONE), what, json.dumps(given)], self.runs.cache)

    @cached_property
    def words(self) -> str:
        """A file of words counted beforehand."""
        path = str(self.folder / "words.npz")
        self.one("bench_shares.prepare", out=path, **self.debates)
        return path

    def contender(self, name: str, what: str, /, **given: Any) -> Contender:
        return Contender(name, partial(self.one, what, **given))


def counting(bench: Bench) -> Task:
    """Count the same words."""
    text, given = bench.one("bench_counting.size", **bench.debates), bench.debates
    return Task(
        "counting",
        f"Counting words of two letters or more: {text['rows']:,} speeches, {text['size']:.0f} MB",
        [
            bench.contender(CALLS["plain"], "bench_counting.framing", pipeline="plain", **given),
            bench.contender("`CountVectorizer()`", "bench_counting.scikit_learn", **given),
            bench.contender("gensim, `Dictionary.doc2bow`", "bench_counting.gensim", **given),
        ],
        same="digest",
    )


def pipeline(bench: Bench) -> Task:
    """Count as we do by default."""
    given = bench.debates | {"pipeline": "default"}
    return Task(
        "pipeline",
        "The default pipeline, same speeches: acronyms, collocations, phrases, stop words",
        [bench.contender(CALLS["default"], "bench_counting.framing", **given)],
    )


def memory(bench: Bench) -> Task:
    """Count less text, so that what grows with it can be told from what is always there."""
    every, shown = bench.debates["every"], {2: "half", 4: "a quarter"}
    rows = [
        bench.contender(
            f"{call} of {shown[part]}",
            "bench_counting.framing",
            pipeline=name,
            **bench.debates | {"every": every * part},
        )
        for name, call in CALLS.items()
        for part in shown
    ]
    return Task("memory", "The same counts of fewer speeches", rows)


def reading(bench: Bench) -> Task:
    """Clean and split."""
    every = max(10, bench.debates["every"])
    call = "`Corpus.from_frame(…, clean=True)`"
    return Task(
        "reading",
        f"Reading: one speech in {every}, cleaned and split into paragraphs",
        [bench.contender(call, "bench_counting.reading", **bench.debates | {"every": every})],
    )


def keyness(bench: Bench) -> Task:
    """Loops against ours, scaled up to all permutations."""
    n = bench.replicates
    given = {"path": str(bench.runs.data), "permutations": n}
    names = {
        "sparse_products": "loop of sparse products, the same test",
        "dense_products": "loop of products with dense G, the same test",
        "plain_log_odds": "loop of sparse products, log-odds z",
        "pandas_groupby": "loop of pandas group-by, log-odds z",
    }
    loops = [
        bench.contender(f"{names[kind]} ({times})", "bench_keyness.loop", kind=kind, **given)
        for kind, times in KINDS.items()
    ]
    ours = bench.contender(f"`fr.keyness(…, replicates={n})`", "bench_keyness.framing", **given)
    title = f"{n:,} permutations of documents, three-group keyness: {bench.posts}"
    return Task("keyness", title, [ours, *loops])


def shares(bench: Bench) -> Task:
    """Ten words by country, and by group and year."""
    rows = []
    for by in (["country"], ["group", "year"]):
        given = {"path": bench.words, "by": by}
        rows += [
            bench.contender(f"`fr.emphasis(…, {by})`", "bench_shares.emphasis", **given),
            bench.contender(
                "1,000 bootstrap replicates of it",
                "bench_shares.resampled",
                **given,
                replicates=1000,
            ),
        ]
    alone = "`CountVectorizer(vocabulary=…)`: counting alone"
    rows.append(bench.contender(alone, "bench_shares.counted", **bench.debates))
    return Task("shares", "Shares of speeches that use ten words", rows)


def shift(bench: Bench) -> Task:
    """Two years, word by word."""
    first, last = YEARS
    ours, theirs = '`word_shift(p, q, "jsd")`', "shifterator, `JSDivergenceShift`"
    return Task(
        "shift",
        f"Jensen–Shannon divergence of {first} and {last}, by word: the estimate alone",
        [
            bench.contender(ours, "bench_shares.word_shift", path=bench.words),
            bench.contender(theirs, "bench_shares.shifterator", path=bench.words),
        ],
        same="bits",
    )


def tested_shift(bench: Bench) -> Task:
    """The same, by chance."""
    given = {"path": bench.words, "replicates": 1000}
    loop = "shifterator in a loop of 1,000 relabellings (5)"
    return Task(
        "tested shift",
        "The same with a test: 1,000 permutations of speeches",
        [
            bench.contender("`fr.shift(…, replicates=1000)`", "bench_shares.shift", **given),
            bench.contender(loop, "bench_shares.shifterator_loop", **given),
        ],
    )


def topics(bench: Bench) -> Task:
    """Fits of the structural topic model, as benchmarks/topics.py has them."""
    one, stm = bench.runs.one, bench.runs.stm
    rows = [
        Contender("`StructuralTopicModel`, two threads", partial(one, "ours", threads=2)),
        Contender("the same, one thread", partial(one, "ours", threads=1)),
        Contender("topica, as it is by default", partial(one, "topica")),
        Contender("topica, one thread", partial(one, "topica", threads=1)),
    ]
    if stm and not bench.quick:  # it takes minutes
        fit = partial(one, "stm", python=stm)
        rows.append(Contender("structural-topic-model (once)", fit, once=True))
    return Task("topics", f"Structural topic model: {bench.posts}, 20 topics, spectral start", rows)


def archived(bench: Bench) -> Task:
    """Index, count and code an archive; ours alone."""
    folder, articles = str(bench.folder / "archive"), 2000 if bench.quick else 20_000
    bench.one("bench_archive.prepare", folder=folder, articles=articles)
    rows = [
        bench.contender(shown, "bench_archive.step", folder=folder, name=name)
        for name, shown in {
            "index": "`index` the articles",
            "count": "`fr.count(…, min_documents=100)`",
            "code": '`fr.code(…, "critical-technology")`',
        }.items()
    ]
    return Task("archive", f"An archive on disk: {articles:,} made-up articles of 3 kB", rows)


TASKS: dict[str, Callable[[Bench], Task]] = {
    "counting": counting,
    "pipeline": pipeline,
    "memory": memory,
    "reading": reading,
    "keyness": keyness,
    "shares": shares,
    "shift": shift,
    "tested shift": tested_shift,
    "topics": topics,
    "archive": archived,
}
