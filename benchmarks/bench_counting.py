"""Words of the UN debates, counted by us and by others; run by benchmarks/bench_one.py."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd
from clock import Ready, seconds
from scipy import sparse

PIPELINES: dict[str, dict[str, Any]] = {
    "plain": {"tokenizer": "plain", "stop_words": None, "phrases": False, "numbers": True},
    "default": {"min_documents": 2},
}

WARM = 160
"""Speeches that warm compiled code up: shorter texts than theirs are read without any."""


def speeches(path: str, every: int, columns: tuple[str, ...] = ("id", "text")) -> pd.DataFrame:
    """Read one speech in so many."""
    import pyarrow as pa

    table = pd.read_parquet(path, columns=list(columns)).iloc[::every].reset_index(drop=True)
    pa.default_memory_pool().release_unused()
    return table


def corpus_of(table: pd.DataFrame):
    """Make a corpus with one segment a document, its texts as they are."""
    from framing.corpus import Corpus

    documents = {"document": table["id"], "date": pd.NaT, "date_precision": "unknown"}
    segments = {"segment": table["id"] + "/000", "document": table["id"], "position": 0}
    segments |= {"n_tokens": 1, "text": table["text"]}
    return Corpus("un", pd.DataFrame(documents), pd.DataFrame(segments))


def same(matrix: Any, names: Any) -> dict[str, Any]:
    """Tell a matrix by its numbers and the names of its columns, whatever form they are in."""
    held = sparse.csr_array(matrix).astype(np.int64)
    held.sum_duplicates()
    digest = hashlib.sha256("\n".join(map(str, names)).encode())
    for part in (held.indptr, held.indices, held.data):
        digest.update(np.ascontiguousarray(part, dtype=np.int64).tobytes())
    size = {"rows": held.shape[0], "terms": held.shape[1], "tokens": int(held.sum())}
    return size | {"digest": digest.hexdigest()}


def framing(path: str, every: int, pipeline: str) -> Ready:
    import framing as fr

    table, how = speeches(path, every), PIPELINES[pipeline]
    small = corpus_of(table.iloc[:WARM].reset_index(drop=True))
    compiled = seconds(lambda: fr.count(small, **how))
    corpus, text = corpus_of(table), megabytes(table["text"])
    del table
    return Ready(
        lambda: fr.count(corpus, **how),
        lambda counts: same(counts.matrix, counts.names) | {"text": text},
        compiled=compiled,
    )


def scikit_learn(path: str, every: int) -> Ready:
    from sklearn.feature_extraction.text import CountVectorizer

    texts = speeches(path, every)["text"].tolist()
    CountVectorizer().fit_transform(texts[:WARM])
    counter = CountVectorizer()
    return Ready(
        lambda: counter.fit_transform(texts),
        lambda matrix: same(matrix, counter.get_feature_names_out()),
    )


def gensim(path: str, every: int) -> Ready:
    from gensim.corpora import Dictionary
    from gensim.utils import simple_preprocess

    texts = speeches(path, every)["text"].tolist()

    def work() -> tuple:
        words = Dictionary()
        return words, [words.doc2bow(simple_preprocess(text), allow_update=True) for text in texts]

    def tell(result: tuple) -> dict[str, int]:
        words, bags = result
        tokens = sum(n for bag in bags for _, n in bag)
        return {"rows": len(bags), "terms": len(words), "tokens": tokens}

    return Ready(work, tell)


def reading(path: str, every: int) -> Ready:
    """Clean speeches and split them into paragraphs."""
    import framing as fr

    table = speeches(path, every, ("id", "year", "country", "text"))
    read = {"date": None, "clean": True}
    compiled = seconds(lambda: fr.Corpus.from_frame(table.iloc[:WARM], **read))
    size = megabytes(table["text"])
    return Ready(
        lambda: fr.Corpus.from_frame(table, **read),
        lambda corpus: {"rows": len(corpus.documents), "size": size},
        compiled=compiled,
    )


def size(path: str, every: int) -> dict[str, float]:
    """Megabytes of text, in UTF-8."""
    texts = speeches(path, every)["text"]
    return {"rows": len(texts), "size": megabytes(texts)}


def megabytes(texts: pd.Series) -> float:
    """Tell how long texts are in UTF-8."""
    return sum(len(text.encode()) for text in texts) / 1e6
