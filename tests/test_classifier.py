"""The classifier of frames, and what it is made of."""

from __future__ import annotations

import importlib.util
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from framing.coders import FrameClassifier
from framing.coders.odds import MOST, cut, fit_odds
from framing.coders.vectors import vectors_of
from framing.coders.weighing import Weighing, fit_linear
from framing.columns import COLUMNS
from framing.corpus import Corpus
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.frames import code

OLD = tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 7)


def known_faults(_: Any) -> dict[str, str]:
    """Checks of old releases that no classifier of two classes can pass.

    They take the first label for the negative one, after shuffling the labels of one side only.
    """
    kinds = ("dense", "sparse")
    return {
        f"check_sample_weight_equivalence_on_{kind}_data": "labels are exchanged by the check"
        for kind in kinds
        if OLD
    }


@pytest.mark.filterwarnings("ignore::framing.errors.InputWarning")
@parametrize_with_checks([FrameClassifier()], expected_failed_checks=known_faults)
def test_conformance(estimator, check):
    check(estimator)


# --- a corpus with words that go with frames -------------------------------------------------

TERMS = ["tariff", "jobs", "missile", "army", "the", "river", "chair", "green", "old", "tall"]


def planted(n: int = 120, seed: int = 0) -> tuple[Features, Features]:
    """Segments, four a document, of which some speak of trade and some of arms."""
    rng = np.random.default_rng(seed)
    codes = (rng.random((n, 2)) < [0.4, 0.2]).astype(int)
    rate = np.full((n, len(TERMS)), 0.7)
    rate[:, :2] = 0.2 + 1.5 * codes[:, [0]]
    rate[:, 2:4] = 0.1 + 1.5 * codes[:, [1]]
    rows = pd.DataFrame({"document": [f"d{i // 4:02d}" for i in range(n)]})
    rows["outlet"] = [f"o{i // 20}" for i in range(n)]
    counts = Features(rng.poisson(rate), TERMS, rows, kind="term")
    return counts, Features(codes, ["economic", "security"], counts.segments, kind="frame")


COUNTS, CODES = planted()
FITTED = FrameClassifier().fit(COUNTS, CODES)


def f1(found: Any, true: Any) -> float:
    return float(2 * (found * true).sum() / (found.sum() + true.sum()))


def test_it_learns_what_words_go_with_frames():
    counts, codes = planted(seed=1)
    found, true = FITTED.predict(counts), codes.matrix.toarray()
    assert all(f1(found[:, f], true[:, f]) > 0.7 for f in range(2))
    best = FITTED.terms(2)
    best = best[best["estimate"] > 0].groupby("frame")["term"].apply(set)
    assert best["economic"] == {"tariff", "jobs"}
    assert best["security"] == {"missile", "army"}


def test_matrices_and_features_give_the_same():
    y = CODES.matrix.toarray()
    grouped = pd.factorize(COUNTS.segments["document"])[0]
    chances = FITTED.predict_proba(COUNTS)
    dense = COUNTS.matrix.toarray().astype(float)
    for X in (dense, sparse.csr_matrix(dense), sparse.csc_array(dense), pd.DataFrame(dense)):
        coder = FrameClassifier().fit(X, y, groups=grouped)
        assert coder.predict_proba(X) == pytest.approx(chances, abs=1e-9)
        assert coder.frames_ == ["frame 0", "frame 1"]
    table = pd.DataFrame(y, columns=["economic", "security"])
    assert FrameClassifier().fit(dense, table).frames_ == ["economic", "security"]
    assert FITTED.frames_ == ["economic", "security"]
    assert list(FITTED.feature_names_in_) == TERMS


def test_it_works_in_cross_validation_of_scikit_learn():
    y = CODES.matrix.toarray()
    scores = cross_val_score(FrameClassifier(), COUNTS.matrix, y, scoring="f1_macro", cv=3)
    assert (scores > 0.7).all()


def test_terms_are_found_by_name():
    order = np.random.default_rng(0).permutation(len(TERMS))
    extra = sparse.csr_array(np.ones((len(COUNTS), 1)))
    shuffled = sparse.hstack([COUNTS.matrix[:, order], extra])
    names = [TERMS[i] for i in order] + ["unheard"]
    other = Features(shuffled, names, COUNTS.segments, kind="term")
    assert FITTED.predict_proba(other) == pytest.approx(FITTED.predict_proba(COUNTS))
    few = COUNTS.select(TERMS[:6])
    absent = COUNTS.matrix.toarray()
    absent[:, 6:] = 0
    with np.errstate(all="raise"):
        assert FITTED.predict_proba(few) == pytest.approx(
            FITTED.predict_proba(Features(absent, TERMS, COUNTS.segments, kind="term"))
        )


def test_few_known_terms_are_told():
    with pytest.warns(InputWarning, match="4 of the 10 terms that FrameClassifier was fitted to"):
        FITTED.predict(COUNTS.select(TERMS[:4]))


def test_segments_are_matched_by_name():
    rows = np.random.default_rng(1).permutation(len(CODES))[:100]
    part = Features(CODES.matrix[rows], CODES.names, CODES.segments.iloc[rows], kind="frame")
    taken = Features(COUNTS.matrix[rows], TERMS, COUNTS.segments.iloc[rows], kind="term")
    whole = FrameClassifier().fit(COUNTS, part).predict_proba(COUNTS)
    assert whole == pytest.approx(FrameClassifier().fit(taken, part).predict_proba(COUNTS))


def test_weights_are_repetitions():
    weight = np.random.default_rng(2).integers(0, 4, len(COUNTS))
    y = CODES.matrix.toarray()
    fold = np.arange(len(y)) % 3
    twice = np.repeat(np.arange(len(y)), weight)

    def splits(folds: Any) -> list[tuple[Any, Any]]:
        return [(np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in range(3)]

    weighed = FrameClassifier(cv=splits(fold))
    weighed.fit(COUNTS.matrix, y, sample_weight=weight)
    repeated = FrameClassifier(cv=splits(fold[twice])).fit(COUNTS.matrix[twice], y[twice])
    assert weighed.predict_proba(COUNTS.matrix) == pytest.approx(
        repeated.predict_proba(COUNTS.matrix), rel=1e-6
    )


def test_codes_between_count_in_part():
    y = CODES.matrix.toarray()[:, 0].astype(float)
    seen = sparse.csr_array(COUNTS.matrix.astype(float))
    y[:10] = 0.25
    in_part, _ = fit_linear(seen, y, np.ones(len(y)), C=1.0)
    rows = np.concatenate([np.repeat(np.arange(10), 4), np.arange(10, len(y))])
    labels = np.concatenate([np.tile([1, 0, 0, 0], 10), y[10:]])
    weight = np.concatenate([np.full(40, 0.25), np.ones(len(y) - 10)])
    divided, _ = fit_linear(seen[rows], labels, weight, C=1.0)
    assert in_part == pytest.approx(divided, abs=1e-6)


# --- groups ------------------------------------------------------------------------------------


def by_document() -> tuple[Features, Features]:
    """Documents with a word and a code of their own, so that segments tell on each other."""
    n = 30
    codes = np.repeat(np.random.default_rng(5).random(n) < 0.5, 4).astype(int)[:, None]
    words = np.hstack([np.repeat(np.eye(n, dtype=int), 4, axis=0), np.ones((4 * n, 1), dtype=int)])
    rows = pd.DataFrame({"document": np.repeat(range(n), 4), "half": np.arange(4 * n) % 2})
    counts = Features(words, [f"w{i}" for i in range(n + 1)], rows, kind="term")
    return counts, Features(codes, ["rules"], counts.segments, kind="frame")


def spread(coder: FrameClassifier, counts: Features) -> float:
    return float(coder.predict_proba(counts).std())


def test_segments_of_a_document_do_not_vouch_for_each_other():
    counts, codes = by_document()
    with pytest.warns(InputWarning, match="FrameClassifier: rules: coded in all segments or in"):
        whole = FrameClassifier().fit(counts, codes)
    assert spread(whole, counts) < 0.05
    torn = FrameClassifier().fit(counts, codes, groups="half")
    assert spread(torn, counts) > 0.3


def test_groups_are_named_by_column_or_given():
    given_ = FrameClassifier().fit(COUNTS, CODES, groups=COUNTS.segments["outlet"].to_numpy())
    named = FrameClassifier().fit(COUNTS, CODES, groups="outlet")
    assert (given_.predict_proba(COUNTS) == named.predict_proba(COUNTS)).all()
    assert (named.predict_proba(COUNTS) != FITTED.predict_proba(COUNTS)).any()


def test_noise_gives_the_share_as_probability():
    rng = np.random.default_rng(11)
    rows = pd.DataFrame({"document": range(200)})
    counts = Features(
        rng.poisson(0.5, (200, 300)), [f"w{i}" for i in range(300)], rows, kind="term"
    )
    codes = Features((rng.random((200, 1)) < 0.3).astype(int), ["rules"], rows, kind="frame")
    coder = FrameClassifier()
    coder.fit(counts, codes)
    chances = coder.predict_proba(counts)
    assert chances.mean() == pytest.approx(codes.matrix.mean(), abs=0.08)
    assert spread(coder, counts) < 0.12
    assert coder.predict(counts).mean() <= 3 * codes.matrix.mean()


# --- what it is made of, against independent implementations ----------------------------------


def test_weights_are_those_of_scikit_learn():
    counts = sparse.csr_array(COUNTS.matrix.astype(float))
    weighing = Weighing.fit(counts, np.ones(counts.shape[0]), 2, None)
    theirs = TfidfTransformer().fit_transform(np.log1p(counts))
    assert weighing.transform(counts).toarray() == pytest.approx(theirs.toarray())


def test_coefficients_are_those_of_scikit_learn():
    seen = sparse.csr_array(COUNTS.matrix.astype(float))
    y = CODES.matrix.toarray()[:, 1].astype(float)
    coefficients, intercept = fit_linear(seen, y, np.ones(len(y)), C=0.5)
    theirs = LogisticRegression(C=0.5, class_weight="balanced", tol=1e-10, max_iter=5000)
    theirs.fit(COUNTS.matrix.toarray(), y)
    assert coefficients == pytest.approx(theirs.coef_[0], abs=1e-5)
    assert intercept == pytest.approx(theirs.intercept_[0], abs=1e-5)


def test_odds_are_a_logistic_regression_on_the_targets_of_platt():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(300, 2))
    y = (rng.random(300) < expit(scores @ [1.0, 2.0] - 1)).astype(float)
    weight = rng.random(300) + 0.5
    found = float(weight @ y)
    target = np.where(y == 1, (found + 1) / (found + 2), 1 / (weight.sum() - found + 2))
    twice, labels = np.vstack([scores, scores]), np.repeat([1, 0], 300)
    theirs = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000).fit(
        twice, labels, sample_weight=np.concatenate([weight * target, weight * (1 - target)])
    )
    slopes, offset = fit_odds(scores, y, weight)
    assert slopes == pytest.approx(theirs.coef_[0], rel=1e-5)
    assert offset == pytest.approx(theirs.intercept_[0], rel=1e-5)


def test_a_score_that_misleads_has_no_say():
    y = np.repeat([0.0, 1.0], 50)
    misleading = -y + np.random.default_rng(0).normal(0, 0.5, 100)
    slopes, offset = fit_odds(misleading[:, None], y, np.ones(100))
    assert slopes == pytest.approx([0.0], abs=1e-6)
    assert expit(offset) == pytest.approx(0.5, abs=1e-6)


chances_of = st.lists(st.integers(1, 99), min_size=2, max_size=9).map(lambda p: np.array(p) / 100)


@settings(max_examples=60, deadline=None)
@given(chances_of)
def test_no_other_set_of_segments_has_a_higher_f1_to_be_expected(chances):
    n = len(chances)
    everyone = np.ones(n)
    chosen = chances > cut("f1", chances, everyone, everyone)  # 2 n may be coded: no limit

    def expected(segments: list[int]) -> float:
        return float(2 * chances[segments].sum() / (chances.sum() + len(segments)))

    subsets = (list(s) for k in range(1, n + 1) for s in combinations(range(n), k))
    best = max(expected(s) for s in subsets)
    assert expected(np.flatnonzero(chosen).tolist()) == pytest.approx(best)


@settings(max_examples=100, deadline=None)
@given(chances_of, st.data())
def test_f1_codes_at_most_twice_as_many_as_people(chances, data):
    codes = np.array(data.draw(st.lists(st.integers(0, 1), min_size=len(chances),
                                        max_size=len(chances))))  # fmt: skip
    coded = chances > cut("f1", chances, codes, np.ones(len(codes)))
    assert coded.sum() <= MOST * codes.sum()


@settings(max_examples=100, deadline=None)
@given(chances_of, st.data())
def test_share_codes_as_many_as_people_as_far_as_ties_allow(chances, data):
    codes = np.array(data.draw(st.lists(st.integers(0, 1), min_size=len(chances),
                                        max_size=len(chances))))  # fmt: skip
    coded = chances > cut("share", chances, codes, np.ones(len(codes)))
    possible = [(chances > c).sum() for c in [0, *chances]]
    least = min(abs(n - codes.sum()) for n in possible)
    assert abs(coded.sum() - codes.sum()) == least


def test_a_number_is_the_threshold_of_all_frames():
    coder = FrameClassifier(threshold=0.7).fit(COUNTS, CODES)
    assert coder.decisions_.thresholds.tolist() == [0.7, 0.7]
    assert (coder.predict(COUNTS) == (coder.predict_proba(COUNTS) > 0.7)).all()


# --- frames that cannot be learned ------------------------------------------------------------


@pytest.mark.parametrize("always", [0, 1])
def test_frames_that_do_not_vary_are_coded_as_they_are(always):
    codes = np.column_stack([CODES.matrix.toarray()[:, 0], np.full(len(CODES), always)])
    hand = Features(codes, ["economic", "steady"], CODES.segments, kind="frame")
    with pytest.warns(InputWarning, match="FrameClassifier: steady: all hand codes are alike"):
        coder = FrameClassifier().fit(COUNTS, hand)
    assert (coder.predict(COUNTS)[:, 1] == always).all()
    assert (coder.predict(COUNTS)[:, 0] == FITTED.predict(COUNTS)[:, 0]).mean() > 0.95


# --- words behind decisions -------------------------------------------------------------------


def rebuilt(coder: FrameClassifier, counts: Features) -> Any:
    """Log-odds as baseline and contributions of words, added up."""
    table = coder.explain(counts, n=None)
    summed = table.pivot_table(
        index="segment", columns="frame", values="estimate", aggfunc="sum", fill_value=0.0
    ).reindex(index=counts.segments["segment"], columns=coder.frames_, fill_value=0.0)
    model, decisions = coder.model_, coder.decisions_
    base = np.tile(model.intercepts, (len(counts), 1))
    if model.weighing.vectors is not None:
        terms = model.weighing.terms(counts.matrix)
        length = model.weighing.meanings(terms)[1]
        meaning = model.coefficients[:, len(model.weighing.columns) :]
        base = base - (model.weighing.centre @ meaning.T) / length[:, None]
    return summed.to_numpy() + base * decisions.slopes[:, 0] + decisions.offsets


VECTORS = pd.DataFrame(
    np.random.default_rng(4).normal(size=(len(TERMS), 3)), index=TERMS, columns=list("xyz")
)


@pytest.mark.parametrize("how", [{}, {"vectors": VECTORS}, {"codebook": "policy-frames"}])
def test_contributions_add_up_to_the_decision(how):
    coder = FrameClassifier(**how).fit(COUNTS, CODES)
    assert expit(rebuilt(coder, COUNTS)) == pytest.approx(coder.predict_proba(COUNTS))


def test_explanations_are_tidy_and_name_the_words():
    segment = COUNTS.segments["segment"].iloc[7]
    table = FITTED.explain(COUNTS, segments=[segment], n=2)
    assert list(table.columns) == ["segment", "term", "frame", "statistic", "estimate"]
    assert set(table.columns) <= set(COLUMNS)
    assert set(table["segment"]) == {segment}
    assert table.groupby("frame").size().max() == 2
    held = {TERMS[j] for j in np.flatnonzero(COUNTS.matrix[[7]].toarray())}
    assert set(table["term"]) <= held
    every = FITTED.explain(COUNTS, segments=[segment], n=None)
    assert every["estimate"].abs().max() == table["estimate"].abs().max()
    by_row = (
        FrameClassifier()
        .fit(COUNTS.matrix, CODES.matrix.toarray())
        .explain(COUNTS.matrix, segments=[7], n=1)
    )
    assert set(by_row["segment"]) == {7}
    assert by_row["term"].str.match(r"x\d").all()


def test_unknown_segments_cannot_be_explained():
    with pytest.raises(InputError, match="no segment 'nowhere' among these"):
        FITTED.explain(COUNTS, segments=["nowhere"])


# --- codebooks and word vectors ---------------------------------------------------------------


def rare_words(seed: int, n: int) -> tuple[Features, Features]:
    """Segments that speak of arms, each with a word of its own that a codebook knows."""
    words = ["army", "armies", "military", "missile", "missiles", "troops", "weapons", "warfare"]
    rng = np.random.default_rng(seed)
    codes = (rng.random((n, 1)) < 0.4).astype(int)
    marks = np.eye(len(words), dtype=int)[rng.integers(0, len(words), n)] * codes
    noise = rng.poisson(0.4, (n, 40))
    rows = pd.DataFrame({"document": [f"{seed}-{i}" for i in range(n)]})
    names = [*words, *(f"w{i}" for i in range(40))]
    counts = Features(np.hstack([marks, noise]), names, rows, kind="term")
    return counts, Features(codes, ["security"], counts.segments, kind="frame")


def test_a_codebook_tells_what_few_hand_codes_cannot():
    learned, tried = rare_words(1, 40), rare_words(2, 200)
    true = tried[1].matrix.toarray()
    alone = FrameClassifier().fit(*learned).predict(tried[0])
    helped = FrameClassifier("critical-technology").fit(*learned)
    assert f1(helped.predict(tried[0]), true) > f1(alone, true) + 0.1
    assert f1(helped.predict(tried[0]), true) > 0.9
    rows = helped.explain(*[tried[0]], n=None)["term"]
    assert "hits of critical-technology" in set(rows)


def test_words_of_like_meaning_speak_for_each_other():
    rng = np.random.default_rng(6)
    names = [f"arms{i}" for i in range(30)] + [f"w{i}" for i in range(30)]
    vectors = pd.DataFrame(rng.normal(0, 0.3, (60, 5)), index=names)
    vectors.iloc[:30, 0] = 3.0

    def segments(n: int) -> tuple[Features, Any]:
        codes = (rng.random((n, 1)) < 0.4).astype(int)
        marks = np.eye(30, dtype=int)[rng.integers(0, 30, n)] * codes
        rows = pd.DataFrame({"document": range(n)})
        words = np.hstack([marks, rng.poisson(0.3, (n, 30))])
        return Features(words, names, rows, kind="term"), codes

    counts, codes = segments(80)
    hand = Features(codes, ["security"], counts.segments, kind="frame")
    tried, true = segments(300)
    alone = FrameClassifier(min_df=1).fit(counts, hand)
    helped = FrameClassifier(min_df=1, vectors=vectors).fit(counts, hand)
    assert f1(helped.predict(tried), true) > f1(alone.predict(tried), true) + 0.1


def test_words_without_vectors_are_told():
    with pytest.warns(InputWarning, match="only 1 of 3 terms have a vector"):
        found = vectors_of(VECTORS, ["Tariff", "unheard", "unseen"])
    assert found[0].tolist() == VECTORS.loc["tariff"].tolist()
    assert found[1:].tolist() == [[0.0] * 3] * 2


@pytest.mark.skipif(
    importlib.util.find_spec("wordllama") is None, reason="the extra 'embeddings' is not installed"
)
def test_vectors_of_the_package_know_what_words_mean():
    words = ["tariff", "customs duty", "missile"]
    v = vectors_of("wordllama", words)
    assert v.shape == (3, 256)
    near = v / np.linalg.norm(v, axis=1, keepdims=True)
    assert near[0] @ near[1] > near[0] @ near[2]
    coder = FrameClassifier(vectors="wordllama").fit(COUNTS, CODES)
    assert f1(coder.predict(COUNTS), CODES.matrix.toarray()) > 0.8


@pytest.mark.skipif(
    importlib.util.find_spec("wordllama") is not None, reason="the extra 'embeddings' is installed"
)
def test_without_the_package_the_message_says_what_to_install():
    with pytest.raises(InputError, match=r"pip install 'framing\[embeddings\]'"):
        FrameClassifier(vectors="wordllama").fit(COUNTS, CODES)


# --- codes of a corpus, and errors ------------------------------------------------------------


def test_code_takes_a_fitted_coder():
    frames = code(COUNTS, FITTED)
    assert frames.kind == "frame"
    assert list(frames.names) == ["economic", "security"]
    assert frames.segments.equals(COUNTS.segments)
    assert (frames.matrix.toarray() == FITTED.predict(COUNTS)).all()
    chances = code(COUNTS, FITTED, probabilities=True)
    assert chances.matrix.toarray() == pytest.approx(FITTED.predict_proba(COUNTS))


def test_labels_are_no_frames():
    labels = np.where(CODES.matrix.toarray()[:, 0] == 1, "trade", "other")
    coder = FrameClassifier().fit(COUNTS, labels)
    assert set(coder.predict(COUNTS)) == {"trade", "other"}
    assert coder.predict_proba(COUNTS).sum(axis=1) == pytest.approx(1)
    assert (coder.predict(COUNTS) == labels).mean() > 0.8
    with pytest.raises(InputError, match="was fitted to labels; fit it to a column of codes"):
        code(COUNTS, coder)


def small_corpus() -> Corpus:
    table = pd.DataFrame({"id": ["a"], "text": ["Tariffs cost jobs."]})
    return Corpus.from_frame(table, date=None, clean=False)


@pytest.mark.parametrize(
    ("how", "X", "y", "message"),
    [
        ({}, small_corpus(), CODES, "reads counts of terms, not a corpus"),
        ({}, CODES, CODES, "reads counts of terms; these features are frames"),
        ({}, COUNTS, COUNTS, "codes must be Features of frames; these are terms"),
        ({}, COUNTS.matrix, np.full((120, 2), 2), "frame in column 0 is 2 in row 0"),
        ({}, COUNTS.matrix, np.arange(120) % 3, "Only binary classification is supported"),
        ({"threshold": "best"}, COUNTS, CODES, "threshold must be one of 'f1', 'share'"),
        ({"threshold": 1.0}, COUNTS, CODES, "threshold must lie between 0 and 1; got 1.0"),
        ({"cv": 1}, COUNTS, CODES, "cv must be a whole number from 2 on; got 1"),
        ({"cv": [([0], [1])]}, COUNTS, CODES, "cv must put every segment into one test fold"),
        ({"min_df": 500}, COUNTS, CODES, "no term is used in 500 of the 120 segments"),
        ({"vectors": "word2vec"}, COUNTS, CODES, "vectors must be one of 'wordllama'"),
        ({"vectors": VECTORS.to_numpy()}, COUNTS, CODES, "vectors must be a DataFrame"),
        ({"vectors": VECTORS * np.nan}, COUNTS, CODES, "vectors hold a value that is missing"),
        ({"vectors": pd.concat([VECTORS] * 2)}, COUNTS, CODES, "the word 'tariff' has two rows"),
        ({"vectors": VECTORS}, COUNTS.matrix, CODES.matrix, "vectors= needs the names of terms"),
        ({"codebook": "policy-frames"}, COUNTS.matrix,
         pd.DataFrame(CODES.matrix.toarray(), columns=CODES.names), "have no names"),
        ({"codebook": "news-frames"}, COUNTS, CODES.select(["security"]), "none of the frames"),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_from_is_refused(how, X, y, message):
    with pytest.raises(InputError, match=message):
        FrameClassifier(**how).fit(X, y)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"groups": "author"}, "groups must be one of 'segment', 'document', 'outlet'"),
        ({"groups": [None] * 120}, "groups is empty in row 0"),
        ({"groups": np.zeros(120)}, "all 120 segments are of one group"),
        ({"sample_weight": np.zeros(120)}, "sample_weight must be finite"),
        ({"sample_weight": -np.ones(120)}, "no weight negative"),
    ],
)
def test_groups_and_weights_that_are_none_are_refused(extra, message):
    with pytest.raises(InputError, match=message):
        FrameClassifier().fit(COUNTS, CODES, **extra)


def test_codes_of_unknown_segments_are_refused():
    with pytest.raises(InputError, match="segment 'd00/000' has codes but is not among the counts"):
        FrameClassifier().fit(COUNTS.where(np.arange(120) > 3), CODES)
