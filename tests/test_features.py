"""The matrix of features and its rows."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from framing import Features, InputError

ROWS = pd.DataFrame({"document": ["a", "a", "b"], "region": ["US", "US", "EU"]})


def features(matrix=((1, 0), (0, 2), (3, 1)), names=("x", "y"), rows=ROWS, **options):
    return Features(matrix, names, rows, **options)


def test_names_segments_within_documents():
    assert features().segments["segment"].tolist() == ["a/000", "a/001", "b/000"]


def test_lists_what_is_there():
    table = features(kind="term").to_frame()
    assert table.columns.tolist() == ["segment", "document", "term", "n"]
    assert table["n"].tolist() == [1, 2, 3, 1]


def test_selects_and_filters_without_touching_the_original():
    whole = features()
    assert whole.select(["y"]).matrix.toarray().ravel().tolist() == [0, 2, 1]
    kept = whole.where(ROWS["region"] == "EU")
    assert kept.segments["segment"].tolist() == ["b/000"]
    assert len(whole) == 3


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"matrix": [[1, 2]]}, "matrix is 1 × 2, but there are 3 segments and 2 names"),
        ({"names": ["x", "x"]}, "names holds 'x' twice"),
        ({"rows": ROWS.drop(columns="document")}, "no column 'document'"),
        ({"rows": ROWS.assign(document=[None, "a", "b"])}, "row 0 of segments has no document"),
        ({"rows": ROWS.assign(segment="s")}, "column 'segment' holds 's' twice"),
        ({"matrix": [[1, 0], [0, -2], [3, 1]]}, "negative, infinite or missing"),
        ({"matrix": [[1, 0], [0, np.nan], [3, 1]]}, "negative, infinite or missing"),
        ({"kind": "word"}, "kind must be one of 'feature', 'term', 'frame', 'topic'; got 'word'"),
    ],
)
def test_says_what_is_wrong(broken, words):
    with pytest.raises(InputError, match=words):
        features(**broken)


def test_unknown_names_and_misshapen_masks_are_refused():
    with pytest.raises(InputError, match="no feature named 'z'"):
        features().select(["z"])
    with pytest.raises(InputError, match="3 booleans"):
        features().where([True])


def test_shares_do_not_depend_on_which_columns_were_kept():
    counts = features([[1, 9], [0, 2], [3, 1]], kind="term")
    assert counts.size.tolist() == [10, 2, 4]
    assert counts.select(["x"]).size.tolist() == [10, 2, 4]
    assert counts.where([True, False, True]).size.tolist() == [10, 4]
    assert features(kind="frame").size.tolist() == [1, 1, 1]
    with pytest.raises(InputError, match="size must be 3 numbers, one a segment"):
        features(size=[1, 2])


def test_the_given_matrix_stays_as_it_was():
    given = sparse.csr_array(np.array([[1, 0], [0, 2], [3, 1]]))
    given.data[0] = 0
    features(given)
    assert given.nnz == 4
