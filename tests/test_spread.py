"""A corpus on a cluster: the same numbers, also where a worker is lost while they are counted."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.errors import InputError, InputWarning
from framing.indexed import sources

pytest.importorskip("distributed", reason="framing[cluster] is not installed")
pytest.importorskip("dask.dataframe", reason="Dask DataFrames need pyarrow")

import dask
import dask.dataframe as dd
from distributed import Client, LocalCluster

PARTITIONS = 5


@pytest.fixture(scope="module")
def client():
    """Two workers, which are started again where they are lost."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 2}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as here,
        Client(here) as client,
    ):
        yield client


def speeches(n=40):
    """Made-up speeches of two paragraphs."""
    rng = np.random.default_rng(8)
    words = np.array("Chips chips US us export control supply chain rare earth the of ally".split())
    paragraphs = [[" ".join(rng.choice(words, 25)) + "." for _ in range(2)] for _ in range(n)]
    return pd.DataFrame(
        {
            "id": [f"s{i:02d}" for i in range(n)],
            "date": [f"202{1 + i % 4}-03-0{1 + i % 9}" for i in range(n)],
            "region": [("US", "EU")[i % 2] for i in range(n)],
            "text": [f"{one}\n{two} End {i}." for i, (one, two) in enumerate(paragraphs)],
        }
    )


@pytest.fixture(scope="module")
def held():
    return fr.Corpus.from_frame(speeches())


@pytest.fixture(scope="module")
def spread(client):
    frame = dd.from_pandas(speeches(), npartitions=PARTITIONS, sort=False)
    return fr.Corpus.from_dask(frame, client)


def same(one, other):
    assert list(one.names) == list(other.names)
    assert (one.matrix != other.matrix).nnz == 0
    assert (one.size == other.size).all()


def test_metadata_are_here_and_words_on_the_workers(held, spread, client):
    kept = [key for key, workers in client.who_has().items() if workers]
    assert len(kept) >= PARTITIONS
    assert all(str(key).startswith("framing-") for key in kept), "texts stay in memory"
    bare = held.segments.drop(columns="text")
    pd.testing.assert_frame_equal(spread.segments, bare, check_dtype=False)
    pd.testing.assert_frame_equal(spread.documents, held.documents, check_dtype=False)
    assert list(spread.tokens) == list(held.tokens)
    with pytest.raises(InputError, match="holds an index of words, not texts"):
        _ = spread.texts


@pytest.mark.parametrize("options", [{}, {"stem": True}, {"min_documents": 4, "phrases": False}])
def test_terms_are_the_same(held, spread, options):
    same(fr.count(held, **options), fr.count(spread, **options))


def test_collocations_and_the_uses_of_a_word_are_the_same(held, spread):
    assert fr.collocations(spread, min_count=2) == fr.collocations(held, min_count=2)
    found = [fr.keyword_in_context(one, "rare earth") for one in (held, spread)]
    pd.testing.assert_frame_equal(*found, check_dtype=False)


def test_frames_mentions_and_comparisons_are_the_same(held, spread, client):
    one, other = (fr.code(corpus, "critical-technology") for corpus in (held, spread))
    same(one, other)
    pd.testing.assert_frame_equal(fr.mentions(held), fr.mentions(spread))
    here = fr.contrast(one, by="region", replicates=200)
    there = fr.contrast(other, by="region", replicates=200, client=client)
    pd.testing.assert_frame_equal(here, there)


def test_a_worker_lost_while_counting_changes_nothing(held, spread, tmp_path):
    mark = Path(tmp_path, "killed")

    def once(first, ends, ids):
        if first > 0 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return np.bincount(ids, minlength=5).tolist()

    n_types = len(spread.tokens.types)
    totals = np.zeros(n_types, dtype=int)
    for part in spread.tokens.each(once, title="counting"):
        totals[: len(part)] += part
    assert mark.exists()
    assert totals.tolist() == held.tokens.totals.tolist()
    same(fr.count(held), fr.count(spread))  # what that worker held was read again


def test_work_given_up_half_way_leaves_nothing(spread, client):
    for _ in spread.tokens.each(lambda first, ends, ids: first, title="looking"):
        break
    same(fr.count(spread), fr.count(spread))


def test_an_index_is_read_by_the_workers(client, held, tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "BATCH", 1500)
    monkeypatch.setattr(sources, "PIECE", 4)
    speeches().to_json(tmp_path / "speeches.jsonl", orient="records", lines=True)
    corpus = fr.index(tmp_path / "speeches.jsonl", tmp_path / "index", client=client)
    assert list(corpus.tokens) == list(held.tokens)
    same(fr.count(corpus), fr.count(held))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"date": "someday"}, r"partition \d.*row \d.*'date'"),
        ({"id": "s01"}, r"the (id|document).*'s01' stands twice"),
        ({"text": "..."}, "no document has any words; is text= the column"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*no document has any words")
def test_mistakes_are_named(client, change, said):
    table = speeches(10).assign(**change)
    with pytest.raises(InputError, match=said):
        fr.Corpus.from_dask(dd.from_pandas(table, npartitions=2, sort=False), client)


def test_documents_that_stand_in_two_partitions_are_refused(client):
    frame = dd.from_pandas(pd.concat([speeches(4)] * 2), npartitions=2, sort=False)
    with pytest.raises(InputError, match=r"the id 's00' stands twice in what was read"):
        fr.Corpus.from_dask(frame, client)


def test_other_things_are_refused(client):
    frame = dd.from_pandas(speeches(4), npartitions=2, sort=False)
    with pytest.raises(InputError, match="frame must be a Dask DataFrame; got a DataFrame"):
        fr.Corpus.from_dask(speeches(4), client)
    with pytest.raises(InputError, match=r"client must be a distributed\.Client; got a str"):
        fr.Corpus.from_dask(frame, "tcp://nowhere:1")
    with pytest.raises(InputError, match="there is no column 'body'"):
        fr.Corpus.from_dask(frame, client, text="body")
    with pytest.raises(InputError, match="segment must be one of 'paragraph', 'document'"):
        fr.Corpus.from_dask(frame, client, segment="sentence")


def test_empty_texts_are_told_of(client):
    table = speeches(8)
    table.loc[:3, "text"] = "* * *"
    frame = dd.from_pandas(table, npartitions=2, sort=False)
    with pytest.warns(InputWarning, match="no document has any words"):
        corpus = fr.Corpus.from_dask(frame, client)
    assert len(corpus.documents) == 4
    assert len(fr.count(corpus)) == 8
