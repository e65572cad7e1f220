"""Shares and shifts of words in the UN debates, ours and others'; see bench_one.py.

`prepare` counts the words once, by scikit-learn, and keeps the counts in a file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bench_counting import WARM, speeches
from clock import Ready, seconds
from scipy import sparse

WORDS = (
    "security trade technology climate terrorism democracy sovereignty nuclear development rights"
).split()
YEARS = (1993, 2023)
PATTERN = r"(?u)\b\w+\b"


def prepare(path: str, every: int, out: str) -> dict[str, int]:
    """Count ten words in all speeches, and all words in those of two years."""
    from sklearn.feature_extraction.text import CountVectorizer

    table = speeches(path, every, ("id", "country", "year", "group", "text"))
    ten = CountVectorizer(vocabulary=WORDS, token_pattern=PATTERN).fit_transform(table["text"])
    some = table[table["year"].isin(YEARS)]
    counter = CountVectorizer()
    words = sparse.csr_array(counter.fit_transform(some["text"]))
    names = counter.get_feature_names_out().astype(str)
    arrays = {name: table[name].to_numpy(str) for name in ("id", "country", "group")}
    arrays |= {f"some_{name}": some[name].to_numpy() for name in ("year",)}
    parts = {"data": words.data, "indices": words.indices, "indptr": words.indptr}
    np.savez(out, ten=ten.toarray(), year=table["year"], names=names, **arrays, **parts)
    return {"rows": len(some), "terms": len(names)}


# --- shares -----------------------------------------------------------------------------------


def counted(path: str, every: int) -> Ready:
    from sklearn.feature_extraction.text import CountVectorizer

    texts = speeches(path, every)["text"].tolist()
    counter = CountVectorizer(vocabulary=WORDS, token_pattern=PATTERN)
    counter.fit_transform(texts[:WARM])
    return Ready(lambda: counter.fit_transform(texts))


def uses(path: str):
    """Which speeches use the ten words."""
    from framing.features import Features

    with np.load(path) as held:
        rows = {name: held[name] for name in ("country", "group", "year")}
        rows = pd.DataFrame(rows | {"document": held["id"]})
        return Features((held["ten"] > 0).astype(int), WORDS, rows, kind="frame")


def emphasis(path: str, by: list[str]) -> Ready:
    import framing as fr

    features = uses(path)
    fr.emphasis(features.where(np.arange(len(features)) < 300), by)
    return Ready(lambda: fr.emphasis(features, by), lambda table: {"rows": len(table)})


def resampled(path: str, by: list[str], replicates: int) -> Ready:
    from framing.cells import Cells
    from framing.inference import bootstrap
    from framing.settings import Settings

    sums = Cells.of(uses(path), by, Settings()).sums

    def work(n: int) -> list:
        return list(bootstrap(sums, lambda drawn: drawn.sum(axis=0), replicates=n, seed=1))

    compiled = seconds(lambda: work(64))
    return Ready(lambda: work(replicates), lambda _: {"groups": sums.n_cells}, compiled=compiled)


# --- shifts -----------------------------------------------------------------------------------


def words(path: str):
    """Counts of all words in the speeches of two years."""
    from framing.features import Features

    with np.load(path) as held:
        year, names = held["some_year"], held["names"].tolist()
        parts = held["data"], held["indices"], held["indptr"]
        matrix = sparse.csr_array(parts, shape=(len(year), len(names)))
    dates = pd.to_datetime([f"{y}-09-20" for y in year])
    rows = pd.DataFrame({"document": range(len(year)), "date": dates, "date_precision": "day"})
    return Features(matrix, names, rows.assign(year=year), kind="term")


def totals(features: Any, years: np.ndarray) -> list[np.ndarray]:
    """Sum the counts of either year."""
    return [features.matrix[np.flatnonzero(years == year)].sum(axis=0) for year in YEARS]


def word_shift(path: str, times: int = 100) -> Ready:
    from framing.word_shift import word_shift as one

    features = words(path)
    p, q = totals(features, features.segments["year"].to_numpy())
    one(p, q, "jsd")
    return Ready(
        lambda: [one(p, q, "jsd") for _ in range(times)][-1],
        lambda scores: {"bits": float(scores.sum()), "terms": len(scores)},
        part=times,
    )


def shift(path: str, replicates: int) -> Ready:
    import framing as fr

    features = words(path)
    how = {"weights": "segment", "seed": 1}
    small = features.select(features.names[:2000])
    compiled = seconds(lambda: fr.shift(small, replicates=200, **how))

    def tell(table: pd.DataFrame) -> dict[str, float]:
        row = table[(table["statistic"] == "divergence") & table["term"].isna()].iloc[0]
        return {"bits": row["estimate"], "p": row["p_value"], "rows": len(table)}

    work = lambda: fr.shift(features, replicates=replicates, **how)  # noqa: E731
    return Ready(work, tell, compiled=compiled)


def their_shift():
    """Give shifterator's divergence, which scores the words of two mappings when it is made."""
    import collections
    import collections.abc

    collections.Mapping = collections.abc.Mapping  # shifterator 0.3.0 is older than Python 3.10
    import shifterator

    return shifterator.JSDivergenceShift


def shifterator(path: str) -> Ready:
    features, one = words(path), their_shift()
    p, q = mappings(features, features.segments["year"].to_numpy())
    one(dict(list(p.items())[:99]), dict(list(q.items())[:99]))
    return Ready(
        lambda: one(p, q), lambda found: {"bits": float(found.diff), "terms": len(found.types)}
    )


def shifterator_loop(path: str, replicates: int, times: int = 5) -> Ready:
    """Ask whether the speeches of two years differ, by relabelling them so many times."""
    features, one, rng = words(path), their_shift(), np.random.default_rng(1)
    years = features.segments["year"].to_numpy()

    def work() -> list:
        return [one(*mappings(features, rng.permutation(years))) for _ in range(times)]

    return Ready(work, part=times / replicates)


def mappings(features: Any, years: np.ndarray) -> list[dict[str, int]]:
    """Words that are used in either year, with their counts."""
    names = np.asarray(features.names)
    return [
        dict(zip(names[one > 0].tolist(), one[one > 0].tolist(), strict=True))
        for one in totals(features, years)
    ]
