"""Agreement against published numbers, independent implementations, slow loops and simulation."""

from itertools import combinations

import krippendorff
import numpy as np
import pandas as pd
import pytest
from nltk.metrics.agreement import AnnotationTask
from sklearn.metrics import cohen_kappa_score

import framing as fr
from framing.agreement import ALL_FRAMES, agreement, disagreements
from framing.agreement.coded import Coded
from framing.agreement.intervals import Question, prior
from framing.agreement.pairs import STATISTICS, Pairs
from framing.coding import read_codes
from framing.errors import InputError

ALPHA, KAPPA, PERCENT = STATISTICS
SCALES = ("nominal", "ordinal", "interval")


def long(matrix, frame="rules", documents=None, coders="xyzuvw"):
    """Codes of a matrix, shape (n_coders, n_segments); missing where not coded."""
    matrix = np.asarray(matrix, dtype=float)
    n = matrix.shape[1]
    segments = [f"s{i:03d}" for i in range(n)]
    documents = segments if documents is None else documents
    parts = [
        pd.DataFrame({"segment": segments, "document": documents, "coder": coder, "code": row})
        for coder, row in zip(coders, matrix, strict=False)
    ]
    return pd.concat(parts, ignore_index=True).assign(frame=frame)


def wide(table, column="estimate"):
    return table.pivot(index="frame", columns="statistic", values=column)


def drawn(n=40, coders=4, codes=2, missing=0.3, seed=0):
    """Codes of coders who agree somewhat; some are missing."""
    rng = np.random.default_rng(seed)
    matrix = np.tile(rng.integers(codes, size=n).astype(float), (coders, 1))
    wrong = rng.random(matrix.shape) < 0.3
    matrix[wrong] = rng.integers(codes, size=wrong.sum())
    matrix[rng.random(matrix.shape) < missing] = np.nan
    return matrix


def climate(file="codes.csv"):
    return read_codes(fr.load("climate").folder / file)


# --- estimates -------------------------------------------------------------------------------

# Krippendorff (2011), section D: four observers, twelve units, missing values.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, np.nan, np.nan, np.nan],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, np.nan, 3],
    [np.nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, np.nan],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, np.nan],
]


@pytest.mark.parametrize(
    ("scale", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorffs_example(scale, published):
    row = agreement(long(OBSERVERS), scale=scale, replicates=100).iloc[0]
    assert row["statistic"] == ALPHA
    assert row["estimate"] == pytest.approx(published, abs=0.0005)
    assert row["n_segments"] == row["n_documents"] == 11  # the twelfth has one code only
    assert row["n_coders"] == 4


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("seed", range(4))
def test_alpha_is_that_of_the_package_krippendorff(scale, seed):
    matrix = drawn(coders=2 + seed, codes=2 if seed < 2 else 5, seed=seed)
    expected = krippendorff.alpha(matrix, level_of_measurement=scale)
    found = agreement(long(matrix), scale=scale, replicates=100)
    assert wide(found).loc["rules", ALPHA] == pytest.approx(expected)


@pytest.mark.parametrize(("scale", "weights"), [("nominal", None), ("ordinal", "quadratic")])
def test_kappa_is_that_of_scikit_learn(scale, weights):
    matrix = drawn(coders=2, codes=4, missing=0, seed=3) ** 2
    row = wide(agreement(long(matrix), scale=scale, replicates=100)).loc["rules"]
    assert row[KAPPA] == pytest.approx(cohen_kappa_score(*matrix.astype(int), weights=weights))


def test_kappa_of_the_interval_scale_weighs_distances():
    matrix = drawn(coders=2, codes=3, missing=0, seed=4) ** 3  # 0, 1, 8
    observed = np.mean((matrix[0] - matrix[1]) ** 2)
    expected = np.mean((matrix[0][:, None] - matrix[1]) ** 2)
    row = wide(agreement(long(matrix), scale="interval", replicates=100)).loc["rules"]
    assert row[KAPPA] == pytest.approx(1 - observed / expected)


def test_complete_codes_agree_as_nltk_says():
    matrix = drawn(coders=3, codes=3, missing=0, seed=5)
    rows = [(c, u, str(code)) for c, row in enumerate(matrix) for u, code in enumerate(row)]
    task = AnnotationTask(rows)
    found = wide(agreement(long(matrix), replicates=100)).loc["rules"]
    assert found[ALPHA] == pytest.approx(task.alpha())
    assert found[PERCENT] == pytest.approx(task.avg_Ao())
    pairs = agreement(long(matrix), against="pairs", replicates=100)
    kappas = pairs.loc[pairs["statistic"] == KAPPA, "estimate"]
    assert kappas.mean() == pytest.approx(task.kappa())


def test_by_hand():
    # x: 1 1 1 0, y: 1 0 1 0. Pairs 11, 10, 11, 00. Of eight codes five are 1 and three are 0.
    # α = 1 − (8 − 1) · 2 / (2 · 5 · 3) = 16/30; κ: ¾ observed, ¾·½ + ¼·½ = ½ by chance.
    table = agreement(long([[1, 1, 1, 0], [1, 0, 1, 0]]), replicates=100)
    found = table.set_index("statistic")["estimate"]
    assert found[ALPHA] == pytest.approx(16 / 30)
    assert found[KAPPA] == pytest.approx(0.5)
    assert found[PERCENT] == pytest.approx(0.75)


def test_all_frames_add_up_what_is_observed_and_what_is_expected():
    # once more the codes above, and x: 1 0 0 0, y: 1 0 0 1: three codes are 1, five are 0
    two = [long([[1, 1, 1, 0], [1, 0, 1, 0]]), long([[1, 0, 0, 0], [1, 0, 0, 1]], "values")]
    found = wide(agreement(pd.concat(two), replicates=100)).loc[ALL_FRAMES]
    assert found[ALPHA] == pytest.approx(1 - (2 + 2) / (30 / 7 + 30 / 7))
    # κ expects ½ of 4 segments to differ in the first, ¼·½ + ¾·½ = ½ in the second
    assert found[KAPPA] == pytest.approx(1 - (1 + 1) / (2 + 2))
    assert found[PERCENT] == pytest.approx(6 / 8)


def test_knowing_which_frames_are_common_is_no_agreement():
    rng = np.random.default_rng(0)
    frames = [(rng.random((2, 400)) < share).astype(float) for share in (0.05, 0.95)]
    table = agreement(pd.concat([long(frames[0], "rare"), long(frames[1], "common")]))
    found = wide(table).loc[ALL_FRAMES]
    assert abs(found[ALPHA]) < 0.08
    pooled = krippendorff.alpha(np.hstack(frames), level_of_measurement="nominal")
    assert pooled > 0.7  # what would be claimed otherwise


@pytest.mark.parametrize("against", ["pairs", "rest"])
def test_pairs_and_rest_by_a_slow_loop(against):
    matrix = drawn(coders=3, seed=6)
    table = agreement(long(matrix), against=against, replicates=100)
    for _, row in table[table["statistic"] != KAPPA].iterrows():
        i = "xyz".index(row["group"])
        others = [j for j in range(3) if j != i]
        if against == "pairs":
            others = ["xyz".index(row["reference"])]
        both = []  # (one code, another, weight): of a segment's m coders each has m − 1 others
        for unit in matrix.T:
            known = [j for j in others if not np.isnan(unit[j])]
            if not np.isnan(unit[i]):
                both += [(unit[i], unit[j], 1 / len(known)) for j in known]
        one, other, weight = np.array(both).T
        apart = (weight * (one != other)).sum()
        share = ((weight * one).sum() + (weight * other).sum()) / (2 * weight.sum())
        n = 2 * weight.sum()
        alpha = 1 - 2 * apart / (2 * share * (1 - share) * n * n / (n - 1))
        expected = {ALPHA: alpha, PERCENT: 1 - apart / weight.sum()}
        assert row["estimate"] == pytest.approx(expected[row["statistic"]])
    assert set(table["reference"]) == ({"rest"} if against == "rest" else {"y", "z"})


def test_a_pair_is_what_two_coders_alone_would_give():
    codes = long(drawn(coders=3, seed=7))
    pairs = agreement(codes, against="pairs", replicates=100)
    for one, other in combinations("xyz", 2):
        alone = agreement(codes[codes["coder"].isin([one, other])], replicates=100)
        rows = pairs[(pairs["group"] == one) & (pairs["reference"] == other)]
        assert rows["estimate"].tolist() == pytest.approx(alone["estimate"].tolist())


def test_kappa_is_of_two_coders():
    codes = long(drawn(coders=3))
    assert set(agreement(codes, replicates=100)["statistic"]) == {ALPHA, PERCENT}
    assert set(agreement(codes, against="rest", replicates=100)["statistic"]) == {ALPHA, PERCENT}


# --- what leaves agreement as it is ----------------------------------------------------------


@pytest.mark.parametrize("scale", SCALES)
def test_order_of_rows_and_coders_does_not_matter(scale):
    codes = long(drawn(codes=4, seed=8))
    mixed = codes.sample(frac=1, random_state=1)
    first, second = (
        agreement(one, scale=scale, replicates=100)["estimate"] for one in (codes, mixed)
    )
    assert first.tolist() == pytest.approx(second.tolist())


@pytest.mark.parametrize(
    ("scale", "change"),
    [
        ("nominal", lambda x: (x * 3) % 5),
        ("ordinal", lambda x: x**3),
        ("interval", lambda x: 7 - 2.5 * x),
    ],
)
def test_codes_may_be_renamed_as_their_scale_allows(scale, change):
    matrix = drawn(codes=5, seed=9)
    first, second = (
        agreement(long(one), scale=scale, replicates=100)["estimate"]
        for one in (matrix, change(matrix))
    )
    assert first.tolist() == pytest.approx(second.tolist())


def test_codes_not_given_and_segments_coded_once_change_nothing():
    codes = long(drawn(seed=10))
    lonely = pd.DataFrame(
        {"segment": "alone", "document": "alone", "coder": "x", "code": [1.0], "frame": "rules"}
    )
    more = pd.concat([codes.dropna(), lonely])
    for one in (codes.dropna(), more):
        pd.testing.assert_frame_equal(
            agreement(one, replicates=100)[["estimate", "n_segments", "n_coders"]],
            agreement(codes, replicates=100)[["estimate", "n_segments", "n_coders"]],
        )


# --- intervals -------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_table():
    codes = long(drawn())
    pd.testing.assert_frame_equal(agreement(codes), agreement(codes))
    other = agreement(codes, seed=1)
    assert (other["low"] != agreement(codes)["low"]).any()


@pytest.mark.parametrize("scale", SCALES)
def test_intervals_hold_the_estimate(scale):
    codes = pd.concat([long(drawn(codes=4, seed=seed), f"f{seed}") for seed in range(5)])
    for against in ("all", "pairs", "rest"):
        table = agreement(codes, scale=scale, against=against, replicates=200)
        assert (table["low"] <= table["estimate"]).all()
        assert (table["estimate"] <= table["high"]).all()
        assert (table["high"] <= 1).all()


def test_coders_who_never_disagree_may_still_do():
    matrix = np.tile([1, 0, 0, 1, 0, 0, 1, 0, 0, 0], (2, 1))
    table = agreement(long(matrix)).set_index("statistic")
    assert (table["estimate"] == 1).all()
    assert (table["high"] == 1).all()
    assert table["low"].between(0.3, 0.8).all()
    more = agreement(long(np.tile(matrix, 10))).set_index("statistic")
    assert (more["low"] > table["low"] + 0.1).all()


def test_a_frame_hardly_used_has_a_wide_interval():
    matrix = np.zeros((2, 100))
    matrix[:, 0] = 1
    row = agreement(long(matrix)).set_index("statistic").loc[ALPHA]
    assert row["estimate"] == 1
    assert row["low"] < 0.3


def test_segments_of_one_document_tell_less():
    rng = np.random.default_rng(0)
    good = np.repeat(rng.random(30) < 0.5, 8)  # coders agree in half of the documents
    truth = rng.integers(2, size=240)
    other = np.where(good, truth, rng.integers(2, size=240))
    codes = long([truth, other], documents=np.repeat([f"d{i}" for i in range(30)], 8))
    codes["piece"] = codes["segment"]
    clustered = agreement(codes)
    alone = agreement(codes, cluster="piece")
    assert ((clustered["high"] - clustered["low"]) > 1.2 * (alone["high"] - alone["low"])).all()
    assert set(clustered["unit"]) == {"document"}
    assert set(alone["unit"]) == {"piece"}
    assert set(alone["n_clusters"]) == {240}
    assert "n_clusters" not in clustered


def test_more_level_is_wider():
    codes = long(drawn())
    less, more = (agreement(codes, level=level) for level in (0.5, 0.95))
    assert (more["low"] < less["low"]).all()
    assert (more["high"] > less["high"]).all()
    assert set(more["level"]) == {0.95}


def test_the_prior_of_two_coders_is_jeffreys():
    coded = Coded.of(long([[1, 0, 1, 0], [1, 0, 0, 0]]), "document")
    pairs = Pairs.of(*coded.frames["rules"], coded.gather)
    draws = prior(pairs, np.random.default_rng(0), 20_000) / pairs.unit
    kinds = np.column_stack([draws[:, 0, 0], draws[:, 1, 1], draws[:, 0, 1] + draws[:, 1, 0]])
    assert kinds.mean(axis=0) == pytest.approx([0.5, 0.5, 0.5], rel=0.05)  # Gamma(½) each
    assert kinds.var(axis=0) == pytest.approx([0.5, 0.5, 0.5], rel=0.08)


def test_bias_is_that_of_weights_drawn_at_random():
    coded = Coded.of(long(drawn(n=60, coders=2, codes=3, missing=0)), "document")
    weights = np.random.default_rng(0).standard_exponential((40_000, 60))
    for scale in SCALES:
        pairs = Pairs.of(*coded.frames["rules"], coded.gather, scale)
        one = Question(ALPHA, [pairs])
        answers = one.answer([np.einsum("bu,uck->bck", weights, pairs.matrix)])
        assert one.bias() == pytest.approx(answers.mean() - float(one.answer()), abs=0.002)


def test_a_unit_lies_between_a_segment_and_a_document():
    truth = np.repeat(np.random.default_rng(0).integers(2, size=20), 5)  # documents of one kind
    documents = np.repeat([f"d{i}" for i in range(20)], 5)
    alike = Coded.of(long([truth, truth], documents=documents), "document")
    unlike = Coded.of(long(drawn(100, 2, missing=0), documents=documents), "document")
    whole, part = (Pairs.of(*one.frames["rules"], one.gather).unit for one in (alike, unlike))
    assert whole == pytest.approx(5, rel=0.06)
    assert 1 <= part < 2.5


@pytest.mark.parametrize(
    ("n", "segments", "share", "find"),
    [(20, 1, 0.2, 0.93), (50, 1, 0.05, 0.93), (20, 5, 0.2, 0.7), (50, 5, 0.5, 0.93)],
)
def test_intervals_cover(n, segments, share, find):
    # docs/calibration.md has the same at length; a percentile bootstrap covers 61 % in the first
    rng = np.random.default_rng(0)
    held = []
    spare = (1 + find) / 2
    both = share * find**2 + (1 - share) * (1 - spare) ** 2
    use = share * find + (1 - share) * (1 - spare)
    truth = {ALPHA: (both - use**2) / (use * (1 - use)), PERCENT: 1 - 2 * (use - both)}
    documents = np.repeat([f"d{i:02d}" for i in range(n)], segments)
    for seed in range(3):
        frames = []
        for k in range(40):
            mix = np.full(n, share)
            if segments > 1:
                mix = rng.beta(4 * share, 4 * (1 - share), n)
            there = rng.random(n * segments) < np.repeat(mix, segments)
            found = rng.random((2, n * segments)) < np.where(there, find, 1 - spare)
            frames.append(long(found, f"f{k}", documents))
        table = agreement(pd.concat(frames), replicates=300, seed=seed)
        table = table[(table["frame"] != ALL_FRAMES) & table["statistic"].isin(list(truth))]
        table = table[table["estimate"].notna()]
        right = table["statistic"].map(truth)
        held.append((table["low"] <= right) & (right <= table["high"]))
    assert 0.92 <= pd.concat(held).mean() <= 0.99


# --- where there is no answer ----------------------------------------------------------------


def test_a_frame_always_coded_alike_has_no_alpha():
    codes = pd.concat([long(np.zeros((2, 8)), "never"), long(np.ones((2, 8)), "always")])
    table = agreement(codes, replicates=100).set_index(["frame", "statistic"])
    for name, code in (("never", 0), ("always", 1)):
        for statistic in (ALPHA, KAPPA):
            row = table.loc[(name, statistic)]
            assert row[["estimate", "low", "high"]].isna().all()
            assert row["note"] == f"undefined: every code is {code}"
        assert table.loc[(name, PERCENT), "estimate"] == 1
    together = table.loc[(ALL_FRAMES, ALPHA)]
    assert np.isnan(together["estimate"])
    assert together["note"] == "undefined: every frame is always coded alike"


def test_a_frame_coded_by_one_coder_each_has_no_agreement():
    matrix = np.array([[1, 0, np.nan, np.nan], [np.nan, np.nan, 1, 0]])
    row = agreement(long(matrix), replicates=100).iloc[0]
    assert np.isnan(row["estimate"])
    assert row["note"] == "undefined: no segment is coded twice"
    assert row["n_segments"] == row["n_documents"] == row["n_coders"] == 0


def test_few_documents_have_no_interval():
    documents = np.repeat(["a", "b", "c", "d", "e"], 8)
    table = agreement(long(drawn(), documents=documents), replicates=100)
    assert table["estimate"].notna().all()
    assert table[["low", "high"]].isna().all(axis=None)
    assert set(table["note"]) == {"only 5 documents; an interval needs 6"}
    one = agreement(long(drawn(), documents=["a"] * 40), replicates=100)
    assert set(one["note"]) == {"only 1 document; an interval needs 6"}


def test_the_undefined_do_not_count_in_all_frames():
    codes = long(drawn())
    never = pd.concat([codes, long(np.zeros((2, 8)), "never")])
    first = agreement(codes, replicates=100).set_index("statistic")
    second = agreement(never, replicates=100)
    second = second[second["frame"] == ALL_FRAMES].set_index("statistic")
    assert second.loc[ALPHA, "estimate"] == pytest.approx(first.loc[ALPHA, "estimate"])
    assert second.loc[PERCENT, "estimate"] > first.loc[PERCENT, "estimate"]


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda c: c.drop(columns="document"),
            "codes have no column 'document'; see framing.read_codes",
        ),
        (lambda c: c.drop(columns="code"), "codes have no column 'code'"),
        (lambda c: c.assign(code="yes"), "column 'code' must hold numbers"),
        (lambda c: c.assign(code=np.inf), "segment 's000' by 'x' for frame 'rules' is not a fin"),
        (lambda c: c.assign(code=np.nan), "no code is given"),
        (lambda c: pd.concat([c, c]), "segment 's000' by 'x' for frame 'rules' stands twice"),
        (lambda c: c[c["coder"] == "x"], "codes are all of 'x'; agreement needs two coders"),
        (
            lambda c: c.assign(document=c["coder"]),
            "segment 's000' has no document, or several; give it one",
        ),
        (lambda c: c.assign(code=np.arange(len(c))), "have 80 different values, more than 30"),
        (lambda c: "codes.csv", "codes must be a table as read_codes returns; got str"),
    ],
)
def test_codes_that_cannot_be_used(change, said):
    codes = long(drawn(coders=2, missing=0))
    with pytest.raises(InputError, match=said):
        agreement(change(codes))


def test_choices_are_named():
    codes = long(drawn())
    with pytest.raises(InputError, match="against must be one of 'all', 'pairs', 'rest'"):
        agreement(codes, against="others")
    with pytest.raises(InputError, match="scale must be one of 'nominal', 'ordinal', 'interval'"):
        agreement(codes, scale="ratio")
    with pytest.raises(InputError, match="level must lie between 0 and 1"):
        agreement(codes, level=95)
    with pytest.raises(InputError, match="codes have no column 'outlet'"):
        agreement(codes, cluster="outlet")


def test_many_coders_are_not_compared_two_by_two():
    codes = long(drawn(coders=21), coders=[f"c{i}" for i in range(21)])
    with pytest.raises(InputError, match="21 coders are too many to compare two by two"):
        agreement(codes, against="pairs")
    assert agreement(codes, replicates=100)["n_coders"].eq(21).all()


# --- disagreements ---------------------------------------------------------------------------


def test_disagreements_the_worst_first():
    codes = pd.concat(
        [
            long([[1, 1, 0, 1], [1, 0, 0, 1], [1, 0, 0, 0]], "rules"),
            long([[0, 1, 0, 1], [0, 1, 1, 1], [0, 0, 1, 1]], "values"),
        ]
    )
    # s001 and s002 and s003 by frame: ⅔ + ⅔, ⅔, ⅔; all else is coded alike
    table = disagreements(codes)
    cells = table[["segment", "frame"]].drop_duplicates().to_numpy().tolist()
    assert cells == [["s001", "rules"], ["s001", "values"], ["s002", "values"], ["s003", "rules"]]
    assert table["estimate"].tolist() == pytest.approx([2 / 3] * 12)
    first = table.iloc[:3]
    assert first["coder"].tolist() == ["x", "y", "z"]
    assert first["code"].tolist() == [1, 0, 0]
    assert set(table["n_coders"]) == {3}
    assert set(table["statistic"]) == {"disagreement"}
    assert "url" not in table


@pytest.mark.parametrize(
    ("scale", "first", "second"), [("nominal", 1, 1), ("interval", 49, 4), ("ordinal", 9, 16)]
)
def test_disagreement_by_scale(scale, first, second):
    # ranks of 1 1 2 3 5 9 9 9 9 are 1½ 1½ 3 4 5 7½ 7½ 7½ 7½; 9 and 2 lie 4½ apart, 3 and 5 one
    codes = long([[9, 3, 1, 9, 9], [2, 5, 1, 9, np.nan]])
    found = disagreements(codes, scale=scale).drop_duplicates("segment").set_index("segment")
    expected = {"ordinal": (4.5**2, 1)}.get(scale, (first, second))
    assert found.loc[["s000", "s001"], "estimate"].tolist() == pytest.approx(expected)


def test_disagreements_link_to_the_source():
    corpus = fr.load("openings")
    names = corpus.segments["segment"].head(2).tolist()
    rows = {"segment": names * 2, "document": corpus.documents["document"].head(2).tolist() * 2}
    codes = pd.DataFrame(rows).assign(coder=["x", "x", "y", "y"], frame="rules", code=[1, 0, 0, 0])
    table = disagreements(codes, corpus)
    assert table["segment"].unique().tolist() == names[:1]
    assert set(table["url"]) == {corpus.documents["url"].iloc[0]}
    sample = fr.draw(corpus, 5, seed=1) if hasattr(fr, "draw") else corpus
    pd.testing.assert_frame_equal(disagreements(codes, sample), table)


def test_no_disagreement_is_an_empty_table():
    table = disagreements(long(np.ones((2, 5))))
    assert table.empty
    assert {"segment", "frame", "coder", "code"} <= set(table)


# --- four annotators of news on climate change -----------------------------------------------

# Share of articles answered alike by annotators 1 and 2, and 1 and 4, question by question, as the
# authors' repository reports it (phenixace/narrative-framing, 0611_lcad_iaa.txt; ar2 is re2, …).
REPORTED = {
    "re2": (0.70, 0.71),
    "re3": (0.95, 0.97),
    "re5": (0.62, 0.68),
    "re6": (0.74, 0.79),
    "re7": (0.88, 0.88),
    "co1": (0.79, 0.81),
    "co2": (0.71, 0.73),
    "co3": (0.69, 0.82),
    "co4": (0.74, 0.88),
    "ec1": (0.72, 0.75),
    "ec2": (0.86, 0.93),
    "ec3": (0.74, 0.72),
    "hi1": (0.52, 0.49),
    "hi2": (0.75, 0.70),
    "hi3": (0.69, 0.72),
    "hi4": (0.79, 0.87),
    "hi5": (0.83, 0.90),
    "mo1": (0.87, 0.91),
    "mo2": (0.93, 0.97),
    "mo3": (0.88, 0.93),
}


def test_percent_agreement_is_what_the_authors_report():
    table = agreement(climate("answers.csv"), against="pairs", replicates=100)
    table = table[table["statistic"] == PERCENT].set_index(["frame", "group", "reference"])
    for question, shares in REPORTED.items():
        for other, share in zip("24", shares, strict=True):
            found = table.loc[(question, "1", other)]
            assert found["estimate"] == pytest.approx(share, abs=0.0051)
            assert found["n_segments"] == {"2": 375, "4": 120}[other]


def test_the_published_labels_follow_from_the_answers():
    answers = pd.read_csv(fr.load("climate").folder / "answers.csv", dtype={"document": str})
    yes = answers.groupby("document")[[*answers][3:]].mean() > 0.5
    labels = fr.load("climate").frames
    labels = labels.set_axis(labels.index.str.removesuffix("/000")).dropna()
    assert len(labels) == 427
    yes = yes.loc[labels.index]
    made = {
        "conflict": yes[["co1", "co2", "co3"]].sum(axis=1) >= 2,
        "economic": yes[["ec1", "ec2", "ec3"]].sum(axis=1) >= 2,
        "human_interest": yes[["hi1", "hi2", "hi5"]].sum(axis=1) >= 2,
        "moral": yes[["mo1", "mo2"]].any(axis=1),
        "resolution": yes[["re2", "re6"]].all(axis=1),
    }
    for frame, found in made.items():
        assert (found == (labels[frame] == 1)).all(), frame


def test_alpha_of_the_climate_frames():
    codes = climate()
    table = agreement(codes)
    for frame, row in wide(table).drop(ALL_FRAMES).iterrows():
        matrix = codes[codes["frame"] == frame].pivot(
            index="coder", columns="segment", values="code"
        )
        expected = krippendorff.alpha(matrix.to_numpy(), level_of_measurement="nominal")
        assert row[ALPHA] == pytest.approx(expected)
        assert 0.3 < expected < 0.667
    assert table["low"].notna().all()
    assert set(table["n_segments"]) == {428}
    assert set(table["n_coders"]) == {4}


def test_an_outlet_is_a_cluster():
    outlets = fr.load("climate").documents.set_index("document")["outlet"]
    codes = climate()
    codes["outlet"] = codes["document"].map(outlets)
    table = agreement(codes, cluster="outlet", replicates=400)
    assert set(table["n_clusters"]) == {outlets.nunique()}
    assert set(table["n_documents"]) == {428}
    assert set(table["unit"]) == {"outlet"}


def test_who_stands_apart():
    codes = climate()
    codes.loc[codes["coder"] == "4", "code"] = 1 - codes["code"]
    table = agreement(codes, against="rest", replicates=100)
    alpha = table[(table["frame"] == ALL_FRAMES) & (table["statistic"] == ALPHA)]
    assert alpha.set_index("group")["estimate"].idxmin() == "4"
    assert set(alpha["reference"]) == {"rest"}
