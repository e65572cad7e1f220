"""The dictionary coder, and what coders have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.utils.estimator_checks import parametrize_with_checks

import framing
from framing.coders import DictionaryCoder, FrameClassifier
from framing.coders.hits import hit_scores
from framing.corpus import Corpus
from framing.count import count
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.frames import Codebook, code

TECHNOLOGY = Codebook.load("critical-technology")
# The checks expect as many columns of codes as they give, which is one.
ONE_FRAME = replace(TECHNOLOGY, frames=TECHNOLOGY.frames[:1])


@pytest.mark.filterwarnings("ignore::framing.errors.InputWarning")
@parametrize_with_checks([DictionaryCoder(ONE_FRAME)])
def test_conformance(estimator, check):
    check(estimator)


def book(**terms: str) -> Codebook:
    """A codebook with a few frames; ``weak`` terms after a bar."""
    frames = []
    for name, listed in terms.items():
        strong, _, weak = listed.partition("|")
        frames.append(
            replace(TECHNOLOGY.frames[0], name=name, terms=parsed(strong), weak=parsed(weak),
                    exclude=())
        )  # fmt: skip
    return replace(TECHNOLOGY, name="small", frames=tuple(frames))


def parsed(listed: str) -> Any:
    from framing.patterns import Pattern

    return tuple(Pattern.parse(term) for term in listed.split())


SMALL = book(arms="army missile | war troops", trade="tariff")
NAMES = ["army", "war", "troops", "tariff", "tea"]
ROWS = [
    [1, 0, 0, 0, 9],  # arms, one of ten
    [0, 1, 0, 1, 8],  # one weak term is not enough; trade
    [0, 1, 1, 0, 8],  # two weak terms are
    [4, 0, 0, 0, 6],
    [0, 0, 0, 0, 3],
    [0, 0, 0, 0, 0],
]
COUNTS = Features(ROWS, NAMES, pd.DataFrame({"document": range(6)}), kind="term")
FOUND = [[1, 0], [0, 1], [1, 0], [1, 0], [0, 0], [0, 0]]


def test_it_gives_what_code_gives():
    corpus = framing.load("articles")
    counts = count(corpus)
    expected = code(corpus, TECHNOLOGY)
    for source in (corpus, counts):
        coder = DictionaryCoder().fit(source)
        assert coder.frames_ == list(TECHNOLOGY.names)
        assert (coder.predict(source) == expected.matrix.toarray()).all()
        frames = code(source, coder)
        assert (frames.matrix != expected.matrix).sum() == 0
        assert list(frames.names) == list(expected.names)
        assert frames.segments["segment"].tolist() == expected.segments["segment"].tolist()


@pytest.mark.parametrize(
    "X",
    [
        COUNTS,
        pd.DataFrame(ROWS, columns=NAMES),
        np.array(ROWS),
        sparse.csr_matrix(ROWS),
        sparse.csc_array(ROWS),
    ],
    ids=["features", "frame", "array", "matrix", "columns"],
)
def test_counts_come_in_any_form(X):
    names = None if isinstance(X, Features | pd.DataFrame) else NAMES
    coder = DictionaryCoder(SMALL, names=names).fit(X)
    assert coder.predict(X).tolist() == FOUND
    assert coder.n_features_in_ == 5


def test_a_matrix_without_names_is_told():
    with pytest.warns(InputWarning, match="the columns of X have no names"):
        coder = DictionaryCoder(SMALL).fit(np.array(ROWS))
    with pytest.warns(InputWarning, match="the columns of X have no names"):
        assert coder.predict(np.array(ROWS)).sum() == 0


def test_hits_are_counted_where_the_frame_is_found():
    scores = hit_scores(COUNTS, SMALL, ["arms", "trade", "weather"])
    per_thousand = [[100, 0], [0, 100], [200, 0], [400, 0], [0, 0], [0, 0]]
    assert np.expm1(scores[:, :2]) == pytest.approx(np.array(per_thousand))
    assert (scores[:, 2] == 0).all()


def speeches(n: int = 80, seed: int = 0) -> tuple[Features, Features]:
    """Long segments: each holds some word of arms, and those about arms hold many."""
    rng = np.random.default_rng(seed)
    codes = (rng.random((n, 1)) < 0.3).astype(int)
    hits = 1 + rng.poisson(1 + 6 * codes)
    rest = rng.integers(150, 400, (n, 1))
    rows = pd.DataFrame({"document": range(n)})
    counts = Features(np.hstack([hits, rest]), ["army", "tea"], rows, kind="term")
    return counts, Features(codes, ["arms"], rows, kind="frame")


def test_in_long_segments_a_rate_is_learned():
    counts, codes = speeches()
    tried, truth = speeches(seed=1)
    assert DictionaryCoder(SMALL).fit(counts).predict(tried)[:, 0].all()
    coder = DictionaryCoder(SMALL, rule="rate").fit(counts, codes)
    assert coder.frames_ == ["arms"]
    found, true = coder.predict(tried), truth.matrix.toarray()
    assert 2 * (found * true).sum() / (found.sum() + true.sum()) > 0.75
    rate = tried.matrix.toarray()[:, 0] / tried.size
    order = np.argsort(rate)
    assert (np.diff(coder.predict_proba(tried)[order, 0]) >= 0).all()
    assert (np.diff(found[order, 0]) >= 0).all()


def test_a_rate_never_finds_what_the_codebook_does_not():
    codes = Features(np.array(FOUND) * [[1], [1], [0], [1], [0], [0]], ["arms", "trade"],
                     COUNTS.segments, kind="frame")  # fmt: skip
    coder = DictionaryCoder(SMALL, rule="rate", threshold=0.3).fit(COUNTS, codes)
    assert (coder.predict(COUNTS) <= np.array(FOUND)).all()


def test_a_rate_is_learned_from_arrays_and_corpora_too():
    counts, codes = speeches()
    y = np.hstack([codes.matrix.toarray(), np.zeros((80, 1))])
    dense = counts.matrix.toarray()
    with pytest.warns(InputWarning, match="DictionaryCoder: trade: all hand codes are alike"):
        coder = DictionaryCoder(SMALL, rule="rate", names=["army", "tea"]).fit(dense, y)
    whole = DictionaryCoder(SMALL, rule="rate").fit(counts, codes)
    assert coder.frames_ == ["arms", "trade"]
    assert coder.predict_proba(dense)[:, [0]] == pytest.approx(whole.predict_proba(counts))
    table = pd.DataFrame({"id": list("abcd"), "text": ["Army, army.", "Tea.", "Army tea.", "Tea!"]})
    corpus = Corpus.from_frame(table, date=None, clean=False, segment="document")
    rows = pd.DataFrame({"document": list("abcd"), "segment": corpus.table()["segment"]})
    hand = Features([[1], [0], [1], [0]], ["arms"], rows, kind="frame")
    small = DictionaryCoder(SMALL, rule="rate").fit(corpus, hand)
    assert small.predict(corpus).ravel().tolist() == [1, 0, 1, 0]


def test_probabilities_need_a_rate():
    assert not hasattr(DictionaryCoder(SMALL), "predict_proba")
    assert hasattr(DictionaryCoder(SMALL, rule="rate"), "predict_proba")
    with pytest.raises(InputError, match="DictionaryCoder gives no probabilities"):
        code(COUNTS, DictionaryCoder(SMALL).fit(COUNTS), probabilities=True)


def test_probabilities_need_a_coder():
    with pytest.raises(InputError, match="probabilities= needs a fitted machine coder"):
        code(COUNTS, SMALL, probabilities=True)


def test_a_fitted_coder_keeps_its_codebook(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n[[frame]]\nname = "arms"\nterms = ["army"]\n')
    dictionary = DictionaryCoder(path).fit(COUNTS)
    hand = Features(np.array(FOUND)[:, :1], ["arms"], COUNTS.segments, kind="frame")
    learned = FrameClassifier(path, cv=3, threshold=0.5).fit(COUNTS, hand)
    before = learned.predict_proba(COUNTS)
    path.write_text('name = "mine"\n[[frame]]\nname = "arms"\nterms = ["tea"]\n')
    assert dictionary.predict(COUNTS).ravel().tolist() == [1, 0, 0, 1, 0, 0]
    assert (learned.predict_proba(COUNTS) == before).all()


@pytest.mark.parametrize(
    ("how", "X", "y", "message"),
    [
        ({"rule": "most"}, COUNTS, None, "rule must be one of 'any', 'rate'; got 'most'"),
        ({"rule": "rate"}, COUNTS, None, "rule='rate' learns from hand codes"),
        ({"rule": "rate", "threshold": 2}, COUNTS, None, "threshold must lie between 0 and 1"),
        ({"names": ["a"]}, np.ones((3, 2)), None, "names has 1 terms, but X has 2 columns"),
        ({"rule": "rate"}, COUNTS, np.zeros((6, 3)), "an array with 2 columns"),
        ({"rule": "rate"}, COUNTS, np.zeros(6), "a DataFrame with a column a frame"),
        ({"rule": "rate"}, COUNTS, pd.DataFrame({"weather": [0] * 6}), "none of the frames coded"),
        ({"rule": "rate"}, COUNTS, pd.DataFrame({"arms": [0] * 6, "weather": [0] * 6}),
         "codebook 'small' has no terms for weather"),
        ({"codebook": "nowhere"}, COUNTS, None, "nowhere"),
    ],
)  # fmt: skip
def test_what_cannot_be_coded_is_refused(how, X, y, message):
    with pytest.raises(InputError, match=message):
        DictionaryCoder(**{"codebook": SMALL, **how}).fit(X, y)
