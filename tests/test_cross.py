"""Cross-coding and calibration curves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from framing.coders import (
    DictionaryCoder,
    FrameClassifier,
    calibration_curve,
    cross_code,
)
from framing.coders.coder import Coder
from framing.coders.folds import deal
from framing.columns import COLUMNS
from framing.compare import emphasis
from framing.errors import InputError
from framing.features import Features

# Six documents of two segments; the first segments of four of them are coded by hand.
ROWS = pd.DataFrame(
    {
        "segment": [f"{d}/{i}" for d in "abcdef" for i in range(2)],
        "document": [d for d in "abcdef" for _ in range(2)],
        "outlet": list("xxxxyyyyzzzz"),
    }
)
COUNTS = Features(np.eye(12, dtype=int), [f"w{i}" for i in range(12)], ROWS, kind="term")
CODED = [0, 2, 4, 6]


def labelled(codes: Any = ((1,), (0,), (1,), (0,)), rows: list[int] = CODED) -> Features:
    names = ["rules", "values"][: np.shape(codes)[1]]
    return Features(np.array(codes), names, ROWS.iloc[rows], kind="frame")


def dense(features: Features) -> Any:
    return features.matrix.toarray()


class Memory(Coder):
    """Codes 1 where it has learned from the document; tells how many segments it learned from."""

    def __init__(self, column: str = "document") -> None:
        self.column = column

    def fit(self, X: Features, y: Features, sample_weight: Any = None) -> Memory:
        self.frames_ = list(y.names)
        self.seen_ = set(y.segments[self.column])
        self.weight_ = sample_weight
        return self

    def predict(self, X: Features) -> Any:
        seen = X.segments[self.column].isin(self.seen_).to_numpy(dtype=int)
        return np.tile(seen[:, None], len(self.frames_))

    def predict_proba(self, X: Features) -> Any:
        return np.full((len(X), len(self.frames_)), len(self.seen_) / 10)


@pytest.mark.parametrize("folds", [2, 3, 4, 50])
def test_no_document_is_coded_by_a_model_that_learned_from_it(folds):
    found = cross_code(COUNTS, labelled(), Memory(), folds=folds)
    assert dense(found).sum() == 0
    assert found.kind == "frame"
    assert found.segments.equals(ROWS)


def test_nor_is_any_outlet():
    found = cross_code(COUNTS, labelled(), Memory("outlet"), groups="outlet", folds=2)
    assert dense(found).sum() == 0
    # by documents, models have seen other articles of outlets x and y, and none of outlet z
    found = cross_code(COUNTS, labelled(), Memory("outlet"), folds=4)
    assert dense(found).ravel().tolist() == [1] * 8 + [0] * 4


def test_documents_without_hand_codes_have_the_mean_of_the_models():
    codes = [[1], [0], [1], [0], [1]]
    hand = labelled(codes, [0, 2, 4, 6, 8])
    found = cross_code(COUNTS, hand, Memory(), folds=2, probabilities=True)
    # folds of three and of two documents: models learned from two, and from three
    own = dense(found).ravel()[:10]
    assert sorted(own.tolist()) == [0.2] * 6 + [0.3] * 4
    assert dense(found).ravel()[10:] == pytest.approx([0.25, 0.25])


def test_the_seed_deals_the_folds_and_nothing_else_does():
    def codes(seed: int) -> Any:
        return dense(cross_code(COUNTS, labelled(), Memory("outlet"), folds=2, seed=seed))

    assert (codes(0) == codes(0)).all()
    assert any((codes(0) != codes(seed)).any() for seed in range(1, 6))


def test_the_coder_given_is_left_as_it_is():
    coder = Memory()
    cross_code(COUNTS, labelled(), coder)
    assert not hasattr(coder, "seen_")


def test_samples_may_be_weighed_back():
    weights = []

    class Weighed(Memory):
        def fit(self, X: Features, y: Features, sample_weight: Any = None) -> Memory:
            weights.append((tuple(y.segments["probability"]), sample_weight))
            return super().fit(X, y)

    about = ROWS.iloc[CODED].assign(probability=[0.5, 0.5, 0.1, 0.1])
    hand = Features(np.ones((4, 1)), ["rules"], about, kind="frame")
    cross_code(COUNTS, hand, Weighed(), folds=4, weighted=True)
    assert len(weights) == 4
    for chances, weight in weights:
        assert weight.mean() == pytest.approx(1)
        assert weight * np.array(chances) == pytest.approx(weight[0] * chances[0])


def test_classifiers_of_scikit_learn_are_coders_too():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"document": range(60)})
    codes = np.tile([[1, 0], [0, 1], [1, 1]], (20, 1))
    words = np.hstack([5 * codes, rng.integers(1, 3, (60, 4))])
    counts = Features(words, list("abcdef"), rows, kind="term")
    hand = Features(codes, ["rules", "values"], rows, kind="frame")
    nearest = KNeighborsClassifier(3)  # gives a list of probabilities, one a frame
    for probabilities in (False, True):
        found = cross_code(counts, hand, nearest, probabilities=probabilities)
        assert dense(found) == pytest.approx(codes)
    one = hand.select(["values"])
    line = make_pipeline(TfidfTransformer(), LogisticRegression(C=100))
    assert dense(cross_code(counts, one, line)) == pytest.approx(codes[:, 1:])
    chances = dense(cross_code(counts, one, line, probabilities=True))
    assert ((chances > 0.5) == codes[:, 1:]).all()
    assert ((chances > 0) & (chances < 1)).all()


def test_frames_of_a_dictionary_are_matched_by_name():
    rows = pd.DataFrame({"document": range(6)})
    counts = Features(np.tile([[2, 0], [0, 1]], (3, 1)), ["espionage", "tea"], rows, kind="term")
    hand = Features(np.zeros((6, 2)), ["values", "security"], rows, kind="frame")
    found = cross_code(counts, hand, DictionaryCoder())
    assert list(found.names) == ["values", "security"]
    assert dense(found)[:, 1].tolist() == [1, 0] * 3
    other = Features(np.zeros((6, 1)), ["weather"], rows, kind="frame")
    with pytest.raises(InputError, match="DictionaryCoder does not code frame 'weather'"):
        cross_code(counts, other, DictionaryCoder())


class ByHeart(BaseEstimator):
    """Knows documents that it has learned from by heart, and guesses the others by one word."""

    def fit(self, X: Any, y: Any) -> ByHeart:
        marks = X[:, :-1].toarray().T
        self.known_, told = marks.sum(axis=1), marks @ y
        self.code_ = 2 * told > self.known_
        return self

    def predict(self, X: Any) -> Any:
        marks, word = X[:, :-1].toarray(), X[:, [-1]].toarray().ravel()
        known = marks @ (self.known_ > 0) > 0
        return np.where(known, marks @ self.code_ > 0, word > 0).astype(int)


def test_shares_corrected_by_the_sample_that_taught_the_coder_hold():
    rng = np.random.default_rng(3)
    document = np.repeat(np.arange(40), rng.integers(1, 7, 40))
    level = rng.beta(0.4, 0.8, 40)[document]
    y = (rng.random(len(document)) < level).astype(int)
    word = rng.random(len(y)) < 0.3 + 0.3 * y
    rows = pd.DataFrame({"document": document, "segment": [f"s{i}" for i in range(len(y))]})
    words = np.column_stack([np.eye(40, dtype=int)[document], word])
    counts = Features(words, [f"w{i}" for i in range(41)], rows, kind="term")
    coder, error = ByHeart(), {"crossed": [], "learned": [], "mixed": []}
    for seed in range(120):
        sample = np.sort(rng.choice(len(y), 40, replace=False))
        hand = Features(y[sample][:, None], ["rules"], rows.iloc[sample], kind="frame")
        crossed = dense(cross_code(counts, hand, coder, seed=seed)).ravel()
        learned = clone(coder).fit(counts.matrix[sample], y[sample]).predict(counts.matrix)
        # out of fold for what is coded by hand, but not for the rest of the same documents
        mixed = learned.astype(float)
        mixed[sample] = crossed[sample]
        for name, m in (("crossed", crossed), ("learned", learned), ("mixed", mixed)):
            error[name].append(m.mean() + (y - m)[sample].mean() - y.mean())
    z = {name: np.mean(e) / np.std(e) * np.sqrt(len(e)) for name, e in error.items()}
    assert abs(z["crossed"]) < 3
    assert abs(z["learned"]) > 6
    assert abs(z["mixed"]) > 6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": "counts"}, "source and labelled must be Features"),
        ({"labelled": COUNTS}, "labelled must hold codes of frames; these are terms"),
        ({"coder": DictionaryCoder(), "probabilities": True}, "has no predict_proba; leave out"),
        ({"folds": 1}, "folds must be a whole number from 2 on; got 1"),
        ({"folds": True}, "folds must be a whole number from 2 on; got True"),
        ({"seed": -1}, "seed must be a whole number from 0 on; got -1"),
        ({"groups": "author"}, "groups must be one of 'segment', 'document', 'outlet'"),
        ({"labelled": labelled([[1], [0]], [0, 1])}, "all hand codes are of one group"),
        ({"weighted": True}, "labelled has no column 'probability'"),
        ({"labelled": labelled([[0.5], [0], [1], [0]]), "coder": DummyClassifier()}, "between 0"),
    ],
)
def test_what_cannot_be_cross_coded_is_refused(change, message):
    given = {"source": COUNTS, "labelled": labelled(), "coder": Memory(), **change}
    with pytest.raises(InputError, match=message):
        cross_code(**given)


def test_hand_codes_of_unknown_segments_are_refused():
    strange = Features([[1]], ["rules"], pd.DataFrame({"document": ["q"]}), kind="frame")
    with pytest.raises(InputError, match="segment 'q/000' has codes but is not among the counts"):
        cross_code(COUNTS, strange, Memory())


def test_folds_keep_groups_whole_and_are_alike():
    rng = np.random.default_rng(1)
    groups = rng.integers(0, 40, 500)
    groups = np.unique(groups, return_inverse=True)[1]
    amounts = np.column_stack([np.ones(500), rng.random((500, 3)) < [0.5, 0.2, 0.04]])
    fold = deal(groups, amounts, 5, seed=0)
    assert all(len(set(fold[groups == g])) == 1 for g in range(groups.max() + 1))
    held = np.stack([amounts[fold == k].sum(axis=0) for k in range(5)])
    assert np.ptp(held[:, 0]) <= 40
    assert (held[:, 3] >= 1).all()
    assert (deal(groups, amounts, 5, seed=0) == fold).all()
    assert (deal(groups, amounts, 5, seed=1) != fold).any()


# --- calibration ------------------------------------------------------------------------------


def chances_and_codes() -> tuple[Features, Features]:
    rows = pd.DataFrame({"document": [f"d{i}" for i in range(40)]})
    p = np.repeat([0.1, 0.2, 0.6, 0.9], 10)[:, None]
    y = np.concatenate([np.arange(10) < k for k in (1, 2, 8, 9)]).astype(int)[:, None]
    return (
        Features(p, ["rules"], rows, kind="frame"),
        Features(y, ["rules"], rows, kind="frame"),
    )


def test_curve_sets_what_was_found_beside_what_was_predicted():
    table = calibration_curve(*chances_and_codes(), bins=[0, 0.15, 0.5, 0.8, 1])
    assert table["predicted"].tolist() == pytest.approx([0.1, 0.2, 0.6, 0.9])
    assert table["estimate"].tolist() == pytest.approx([0.1, 0.2, 0.8, 0.9])
    assert table["n"].tolist() == [1, 2, 8, 9]
    assert table["n_segments"].tolist() == [10] * 4
    assert set(table.columns) <= set(COLUMNS)
    assert (table["low"] < table["estimate"]).all()
    assert (table["estimate"] < table["high"]).all()


def test_intervals_are_those_of_shares():
    chances, hand = chances_and_codes()
    table = calibration_curve(chances, hand, bins=[0, 0.5, 1], level=0.9)
    third = emphasis(
        Features(hand.matrix, ["rules"], hand.segments.assign(sure=["no"] * 20 + ["yes"] * 20),
                 kind="frame"),
        by="sure", weights="segment", level=0.9,
    )  # fmt: skip
    for end in ("estimate", "low", "high"):
        assert table[end].to_numpy() == pytest.approx(third[end].to_numpy())


def test_bins_hold_about_as_many_segments_and_ties_stay_together():
    chances, hand = chances_and_codes()
    assert calibration_curve(chances, hand, bins=2)["n_segments"].tolist() == [20, 20]
    assert calibration_curve(chances, hand, bins=3)["n_segments"].sum() == 40
    flat = Features(np.full((40, 1), 0.3), ["rules"], hand.segments, kind="frame")
    assert calibration_curve(flat, hand, bins=5)["n_segments"].tolist() == [40]


def test_segments_count_for_those_that_they_stand_for():
    rows = pd.DataFrame({"document": ["a", "b"], "probability": [0.5, 0.1]})
    hand = Features([[1], [0]], ["rules"], rows, kind="frame")
    chances = Features([[0.9], [0.3]], ["rules"], rows, kind="frame")
    table = calibration_curve(chances, hand, bins=1)
    assert table["estimate"].item() == pytest.approx(2 / 12)
    assert table["predicted"].item() == pytest.approx((2 * 0.9 + 10 * 0.3) / 12)


def test_probabilities_of_the_classifier_hold_for_documents_that_it_has_not_seen():
    rng = np.random.default_rng(8)
    rows = pd.DataFrame({"document": range(600)})
    codes = rng.random((600, 1)) < 0.25
    rate = np.where(codes, [[0.9, 0.5, 1.0]], [[0.3, 0.4, 1.0]])
    words = np.hstack([rng.poisson(rate), rng.poisson(0.5, (600, 60))])
    counts = Features(words, [f"w{i}" for i in range(63)], rows, kind="term")
    hand = Features(codes.astype(int), ["rules"], rows, kind="frame")
    chances = cross_code(counts, hand, FrameClassifier(), probabilities=True)
    table = calibration_curve(chances, hand, bins=4)
    assert ((table["low"] <= table["predicted"]) & (table["predicted"] <= table["high"])).all()
    assert table["predicted"].iloc[-1] > 2 * table["predicted"].iloc[0]


@pytest.mark.parametrize(
    ("bins", "message"),
    [
        (0, "bins must be at least 1; got 0"),
        ([0.5, 0.2], "edges that rise"),
        ([0.2, 1], "bins must begin with 0 and end with 1"),
    ],
)
def test_bins_that_are_none_are_refused(bins, message):
    with pytest.raises(InputError, match=message):
        calibration_curve(*chances_and_codes(), bins=bins)


def test_codings_that_do_not_fit_are_refused():
    chances, hand = chances_and_codes()
    with pytest.raises(InputError, match="probabilities must be Features of frames"):
        calibration_curve(COUNTS, hand)
    other = Features(hand.matrix, ["values"], hand.segments, kind="frame")
    with pytest.raises(InputError, match="hand: frame 'values' has no probabilities"):
        calibration_curve(chances, other)
    counted = Features(2 * hand.matrix, ["rules"], hand.segments, kind="frame")
    with pytest.raises(InputError, match="hand must lie between 0 and 1; got 2"):
        calibration_curve(chances, counted)
