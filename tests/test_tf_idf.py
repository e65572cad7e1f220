"""tf-idf against scikit-learn, quanteda and sums by hand."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfTransformer

import framing as fr
from framing.tf_idf import IDF, TF, inverse_document_frequency, term_frequency

REFERENCE = Path(__file__).resolve().parents[1].parent / "shared/reference/quanteda"
TO_QUANTEDA = {
    **{"share": "prop", "count": "count", "share_of_max": "propmax", "logarithm": "logcount"},
    **{"log_average": "logave", "augmented": "augmented", "presence": "boolean"},
    **{"inverse": "inverse", "inverse_max": "inversemax", "probabilistic": "inverseprob"},
    **{"frequency": "count", "none": "unary"},
}

COUNTS = np.array([[3, 1, 0], [2, 0, 1], [0, 4, 1], [1, 2, 2]])
ROWS = pd.DataFrame({"document": list("abcd"), "region": ["US", "US", "EU", "EU"]})


def terms(matrix=COUNTS, names=("chips", "rules", "trade"), rows=ROWS):
    return fr.Features(matrix, names, rows, kind="term")


def many(seed=0):
    """Twelve documents a side, of unequal length; `chips` is a US word."""
    rng = np.random.default_rng(seed)
    length = rng.integers(40, 200, size=24)
    rate = np.where(np.arange(24)[:, None] < 12, [0.2, 0.1, 0.7], [0.02, 0.1, 0.88])
    matrix = np.array([rng.multinomial(n, p) for n, p in zip(length, rate, strict=True)])
    rows = pd.DataFrame(
        {"document": [f"d{i}" for i in range(24)], "region": ["US"] * 12 + ["EU"] * 12}
    )
    return terms(matrix, rows=rows)


def test_tf_idf_is_scikit_learns_on_the_summed_counts():
    table = fr.tf_idf(terms(), "region", weights="segment")
    idf = TfidfTransformer().fit(COUNTS)
    expected = idf.transform(np.array([COUNTS[:2].sum(axis=0), COUNTS[2:].sum(axis=0)])).toarray()
    wide = table.pivot(index="group", columns="term", values="estimate").fillna(0)
    assert wide.loc[["US", "EU"], ["chips", "rules", "trade"]].to_numpy() == pytest.approx(expected)


def test_tf_idf_lists_the_heaviest_first_with_intervals():
    table = fr.tf_idf(many(), "region", replicates=200)
    for _, group in table.groupby("group"):
        assert group["estimate"].is_monotonic_decreasing
        assert (group["low"] <= group["estimate"]).all()
        assert (group["estimate"] <= group["high"]).all()


def test_every_scheme_of_term_frequency_by_hand():
    y = [[8, 2, 0, 2], [0, 0, 0, 0]]
    expected = {
        "share": [8 / 12, 2 / 12, 0, 2 / 12],
        "count": [8, 2, 0, 2],
        "share_of_max": [1, 0.25, 0, 0.25],
        "logarithm": [4, 2, 0, 2],  # base 2
        "log_average": [4 / 3, 2 / 3, 0, 2 / 3],  # the mean of 8, 2, 2 is 4
        "augmented": [1, 0.625, 0, 0.625],
        "presence": [1, 1, 0, 1],
    }
    assert set(expected) == set(TF)
    for scheme, row in expected.items():
        assert term_frequency(y, scheme, base=2) == pytest.approx(np.array([row, [0] * 4]))


def test_every_scheme_of_document_frequency_by_hand():
    expected = {
        "smooth": np.log2([16, 8, 2, 1]) + 1,
        "inverse": [0, np.log2(15), np.log2(15 / 7), 0],
        "inverse_max": [0, np.log2(15), np.log2(15 / 7), 0],
        "probabilistic": [0, np.log2(14), np.log2(8 / 7), 0],
        "frequency": [0, 1, 7, 15],
        "none": [1, 1, 1, 1],
    }
    assert set(expected) == set(IDF)
    for scheme, row in expected.items():
        assert inverse_document_frequency([0, 1, 7, 15], 15, scheme, 2) == pytest.approx(row)


@pytest.mark.skipif(not REFERENCE.exists(), reason="R's tables of tf-idf are not here")
def test_all_35_schemes_of_quanteda_on_the_inaugural_addresses():
    table = pd.read_csv(REFERENCE / "tfidf_all.csv.gz", keep_default_na=False)
    counts = table.pivot(index="doc", columns="feature", values="w_count").fillna(0)
    cells = counts.index.get_indexer(table["doc"]), counts.columns.get_indexer(table["feature"])
    df, n = (counts > 0).sum().to_numpy(), len(counts)
    for tf, idf in product(TF, sorted(set(IDF) - {"smooth"})):
        weight = term_frequency(counts, tf, 10) * inverse_document_frequency(df, n, idf, 10)
        theirs = table[f"tfidf_{TO_QUANTEDA[tf]}_{TO_QUANTEDA[idf]}"].to_numpy()
        np.testing.assert_allclose(weight[cells], theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("idf", IDF)
@pytest.mark.parametrize("tf", TF)
def test_a_group_of_raw_counts_is_weighed_as_one_text(tf, idf):
    how = {"weights": "segment", "normalise": False, "replicates": 100}
    table = fr.tf_idf(terms(), "region", tf=tf, idf=idf, **how)
    wide = table.pivot(index="group", columns="term", values="estimate").fillna(0)
    summed = np.array([COUNTS[:2].sum(axis=0), COUNTS[2:].sum(axis=0)])
    expected = term_frequency(summed, tf) * inverse_document_frequency([3, 3, 3], 4, idf)
    assert wide.loc[["US", "EU"], ["chips", "rules", "trade"]].to_numpy() == pytest.approx(expected)


def test_normalised_vectors_have_length_one_or_are_nought():
    table = fr.tf_idf(many(), "region", replicates=200, tf="logarithm")
    assert table.groupby("group")["estimate"].apply(np.linalg.norm).to_numpy() == pytest.approx(1)
    # every term is in every document, so that ln(N/df) is nought
    table = fr.tf_idf(terms(np.ones((4, 3), dtype=int)), "region", idf="inverse")
    assert (table["estimate"] == 0).all()


@pytest.mark.parametrize("tf", sorted(set(TF) - {"presence"}))
def test_the_interval_of_the_share_is_carried_through_the_formula(tf):
    shares = fr.tf_idf(many(), "region", replicates=200, idf="none", normalise=False)
    table = fr.tf_idf(many(), "region", replicates=200, idf="none", normalise=False, tf=tf)
    assert (table["low"] < table["estimate"]).all()
    assert (table["estimate"] < table["high"]).all()
    both = table.merge(shares, on=["group", "term"], suffixes=("", "_share"))
    for _, group in both.groupby("group"):
        lows = group.sort_values("low_share")["low"]
        assert lows.is_monotonic_increasing
    if tf in ("count", "share_of_max"):
        ratio = both["estimate"] / both["estimate_share"]
        assert both["low"].to_numpy() == pytest.approx(both["low_share"] * ratio)
        assert both["high"].to_numpy() == pytest.approx(both["high_share"] * ratio)


def test_presence_has_no_interval_and_says_why():
    table = fr.tf_idf(many(), "region", replicates=200, tf="presence")
    assert table[["low", "high"]].isna().to_numpy().all()
    assert set(table["note"]) == {"presence does not vary with the share"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tf": "prop"}, "tf must be one of 'share', 'count'"),
        ({"idf": "log"}, "idf must be one of 'smooth', 'inverse'"),
        ({"base": 1}, "base must be more than 1; got 1"),
    ],
)
def test_says_what_is_wrong(settings, message):
    with pytest.raises(fr.InputError, match=message):
        fr.tf_idf(terms(), "region", **settings)
