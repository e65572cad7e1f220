"""What all topic models share: scikit-learn's contract, tables, and NMF and LDA."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from _stm import cosines, planted
from sklearn.decomposition import NMF as SklearnNMF
from sklearn.decomposition import LatentDirichletAllocation
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from framing.columns import COLUMNS
from framing.corpus import Corpus
from framing.count import count
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.readers import load
from framing.topics import LDA, NMF, StructuralTopicModel

MODELS = [NMF(3), LDA(3), StructuralTopicModel(3)]


@pytest.mark.filterwarnings("ignore::framing.errors.InputWarning")
@parametrize_with_checks([NMF(2), LDA(2), StructuralTopicModel(2, init="random")])
def test_conformance(estimator, check):
    check(estimator)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_planted_topics_come_back(model):
    counts, beta, theta = planted(n=400, length=150)
    model.fit(counts)
    order = [int(np.argmax(cosines(model.beta_, np.tile(b, (3, 1))))) for b in beta]
    assert sorted(order) == [0, 1, 2]
    assert (cosines(model.beta_[order], beta) > 0.9).all()
    np.testing.assert_allclose(model.beta_.sum(axis=1), 1)
    np.testing.assert_allclose(model.theta_.sum(axis=1), 1)
    assert np.corrcoef(model.theta_[:, order[0]], theta[:, 0])[0, 1] > 0.9
    assert np.abs(model.transform(counts) - model.theta_).max() < 0.05
    assert model.topic_names_ == ["topic 1", "topic 2", "topic 3"]


def test_nmf_is_scikit_learn_s():
    counts, _, _ = planted()
    ours = NMF(3).fit(counts)
    weighed = TfidfTransformer().fit_transform(counts.matrix)
    theirs = SklearnNMF(3, init="nndsvda", max_iter=1000, random_state=0)
    factor = theirs.fit_transform(weighed)
    np.testing.assert_allclose(ours.components_, theirs.components_)
    sums = theirs.components_.sum(axis=1)
    shares = factor * sums
    np.testing.assert_allclose(ours.theta_, shares / shares.sum(axis=1, keepdims=True))


def test_nmf_of_counts_by_divergence():
    counts, beta, _ = planted(n=400, length=150)
    model = NMF(3, weights="count", loss="kullback-leibler").fit(counts)
    best = [cosines(model.beta_, np.tile(b, (3, 1))).max() for b in beta]
    assert min(best) > 0.9


def test_lda_is_scikit_learn_s():
    counts, _, _ = planted()
    ours = LDA(3, max_iter=20, tol=1e-9).fit(counts)
    theirs = LatentDirichletAllocation(
        3, max_iter=20, perp_tol=1e-9, evaluate_every=5, random_state=0
    ).fit(counts.matrix)
    np.testing.assert_allclose(ours.components_, theirs.components_)
    np.testing.assert_allclose(ours.transform(counts), theirs.transform(counts.matrix), rtol=1e-6)


def test_representatives_are_those_with_most():
    counts, _, _ = planted()
    model = StructuralTopicModel(3).fit(counts)
    table = model.representatives(n=2)
    assert set(table.columns) <= set(COLUMNS)
    for k, name in enumerate(model.topic_names_):
        rows = table[table["topic"] == name]
        assert rows["estimate"].tolist() == sorted(model.theta_[:, k])[:-3:-1]
        assert rows["document"].tolist() == np.argsort(-model.theta_[:, k])[:2].tolist()
    one = model.representatives(topics=2, n=1)
    assert one["topic"].tolist() == ["topic 2"]
    assert model.representatives(topics="topic 2", n=1).equals(one)
    with pytest.raises(InputError, match="topic must be one of 1, 2, 3"):
        model.representatives(topics=4)
    with pytest.raises(InputError, match="topic must be one of"):
        model.representatives(topics=["topic 9"])


def test_representatives_show_texts_where_they_are():
    words = ["chips fabs chips fabs foundry"] * 5 + ["rules laws rules laws courts"] * 5
    texts = [f"{text} {'and so on ' * i}" for i, text in enumerate(words)]
    frame = pd.DataFrame({"id": range(10), "text": texts, "url": [f"u{i}" for i in range(10)]})
    corpus = Corpus.from_frame(frame, date=None, clean=False)
    counts = count(corpus, min_documents=1)
    table = StructuralTopicModel(2, max_iter=20, tol=1e-3).fit(counts).representatives(n=1)
    assert {text.split()[0] for text in table["text"]} == {"chips", "rules"}
    assert set(table["text"]) <= set(texts) | {text.strip() for text in texts}
    assert table["url"].str.startswith("u").all()


def test_correlations_are_of_shares():
    counts, _, _ = planted()
    model = StructuralTopicModel(3).fit(counts)
    table = model.correlations()
    assert len(table) == 3
    row = table[(table["topic"] == "topic 1") & (table["reference"] == "topic 3")].iloc[0]
    expected = np.corrcoef(model.theta_[:, 0], model.theta_[:, 2])[0, 1]
    assert row["estimate"] == pytest.approx(expected)


def test_names_of_topics_sort_as_numbers():
    counts, _, _ = planted(n_topics=3)
    names = LDA(12, max_iter=2).fit(counts).topic_names_
    assert names == sorted(names)
    assert names[0] == "topic 01"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_empty_segments_are_counted_and_kept_in_place(model):
    counts, _, _ = planted(n=80)
    words = counts.matrix.toarray()
    words[5] = 0
    damaged = Features(words, list(counts.names), counts.segments, kind="term")
    with pytest.warns(InputWarning, match="1 of 80 segments hold none of the terms"):
        model.fit(damaged)
    assert np.isnan(model.theta_[5]).all()
    assert len(model.topics()) == 79
    assert 5 not in model.topics().segments["document"].tolist()
    assert np.isfinite(model.transform(counts)).all()


def test_nothing_of_any_topic_gives_equal_shares():
    model = NMF(2, weights="count").fit(
        np.array([[3, 2, 0, 0, 0], [0, 0, 1, 4, 1], [0, 0, 2, 3, 2]])
    )
    with pytest.warns(InputWarning, match="1 of 1 segments have nothing of any topic"):
        assert model.transform(np.zeros((1, 5))).tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (NMF(3, weights="idf"), "weights must be one of 'tf-idf', 'count'"),
        (NMF(3, loss="square"), "loss must be one of 'frobenius', 'kullback-leibler'"),
        (NMF(3, max_iter=0), "max_iter must be at least 1"),
        (LDA(1), "n_topics must be a whole number from 2 on"),
        (LDA(61), "n_topics=61 is more than the 60 terms"),
    ],
)
def test_settings_that_cannot_be_are_refused(model, message):
    with pytest.raises(InputError, match=message):
        model.fit(planted()[0])


def test_no_convergence_is_told():
    with pytest.warns(InputWarning, match="NMF: no convergence in 2 iterations; raise max_iter"):
        NMF(3, max_iter=2, tol=1e-12).fit(planted()[0])


def test_a_corpus_is_refused_with_advice():
    with pytest.raises(
        InputError, match=r"reads counts of terms, not a corpus; give it framing.count"
    ):
        LDA(2).fit(load("articles"))
