"""What a value holds, as a digest: any change is another, and nothing else is."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from _kept import changed, corpus_of, digest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

import framing as fr
from framing.analysis import Plan
from framing.cache.digests import Digests, Unknown
from framing.patterns import Pattern

FRAME = pd.DataFrame({"document": ["a", "b"], "n": [1, 2]})
DIFFERENT = [
    None, True, 1, 1.0, "1", b"1", [], (), {}, set(), ["1"], ("1",), ["1", ""], ["", "1"], ["11"],
    {"a": 1}, {"a": 2}, {"b": 1}, ["a", 1], {"a"}, 0, False, 0.0, -0.0, float("nan"), float("inf"),
    "chips", "Chips", "chip s", ["chips", "trade"], ["chipst", "rade"], [["chips"], ["trade"]],
    [["chips", "trade"]], np.int64(1), np.array([1]), np.array([1], np.int32), np.array([[1]]),
    np.array([1.0]), np.array(["1"], dtype=object), np.array(["2021"], "datetime64[Y]"),
    sparse.csr_array([[1, 0]]), sparse.csr_array([[0, 1]]), sparse.csr_array([[1, 0, 0]]),
    FRAME, FRAME.iloc[::-1], FRAME.rename(columns={"n": "m"}), FRAME.astype({"n": float}),
    FRAME.assign(n=[1, 3]), FRAME.assign(document=["a", "c"]), FRAME.set_index("document"),
    FRAME[["n", "document"]], FRAME.astype({"document": "category"}), FRAME.iloc[:1], FRAME["n"],
    FRAME.assign(document=["a", None]), FRAME.rename_axis(index="x"), FRAME["n"].rename("m"),
    pd.Index(["a"]), pd.Index(["a"], name="x"), pd.RangeIndex(2), pd.RangeIndex(3),
    pd.Timestamp("2021"), pd.Timestamp("2021", tz="UTC"), pd.NaT, pd.NA,
    Pattern.parse("chips"), Pattern.parse("chips", True), Pattern.parse("chip*"),
    Plan("region"), Plan("region", seed=1), fr.emphasis, fr.contrast,
    partial(fr.emphasis, by="region"), partial(fr.emphasis, by="topic"),
]  # fmt: skip


def test_different_values_have_different_digests():
    assert len({digest(one) for one in DIFFERENT}) == len(DIFFERENT)
    assert [digest(one) for one in DIFFERENT] == [digest(one) for one in DIFFERENT]


@given(st.lists(st.lists(st.text(max_size=3), max_size=3), max_size=4), st.data())
def test_texts_are_never_run_together(texts, data):
    other = data.draw(st.lists(st.lists(st.text(max_size=3), max_size=3), max_size=4))
    assert (digest(texts) == digest(other)) == (texts == other)


@pytest.mark.parametrize("value", [object(), lambda: 1, Path("a"), [Path("a")], DIFFERENT.append])
def test_what_cannot_be_told_has_no_digest(value):
    with pytest.raises(Unknown):
        digest(value)


def test_a_corpus_is_what_it_holds_and_not_where_it_lies():
    corpus = corpus_of()
    text = corpus.segments.loc[3, "text"]
    assert digest(corpus) == digest(corpus_of()) == digest(replace(corpus, folder=Path("x")))
    others = [
        replace(corpus, name="other"),
        changed(corpus, "text", 3, text.replace("a", "e", 1)),
        changed(corpus, "document", 0, "0-1"),
        changed(corpus, "region", 0, "EU", "documents"),
        changed(corpus, "weight", 0, np.nextafter(0.0, 1), "documents"),
        replace(corpus, segments=corpus.segments.iloc[::-1].reset_index(drop=True)),
        replace(corpus, phrases=(Pattern.parse("supply chain"),)),
        replace(corpus, terms=corpus.extract()),
        replace(corpus, frames=pd.DataFrame({"a": 1}, index=corpus.segments["segment"])),
        replace(corpus, mentions=pd.DataFrame({"US": 1}, index=corpus.segments["segment"])),
    ]
    assert len({digest(one) for one in [corpus, *others]}) == len(others) + 1


def test_features_that_know_a_corpus_that_holds_them_have_a_digest():
    corpus = fr.load("articles")
    assert corpus.terms is not None
    assert digest(corpus) == digest(fr.load("articles"))
    counts = fr.count(corpus)
    assert digest(counts) == digest(fr.count(fr.load("articles")))
    assert digest(counts) != digest(replace(counts, corpus=None))
    met = Digests()
    met.of(counts)  # whoever is met first
    assert met.of(corpus) == digest(corpus)


def test_words_in_memory_and_in_a_folder_have_a_digest(tmp_path):
    for name, text in {"a": "Chips matter.", "b": "Chips mattered."}.items():
        (tmp_path / f"{name}.jsonl").write_text(
            f'{{"id": "x", "date": "2021", "text": "{text}"}}\n'
        )
    a, b = (fr.index(tmp_path / f"{name}.jsonl", tmp_path / name) for name in "ab")
    assert digest(a.tokens) == digest(fr.read(tmp_path / "a").tokens)
    assert digest(a.tokens) != digest(b.tokens)
