"""tf-idf against scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfTransformer

import framing as fr

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
