"""Sums over documents and clusters: shares by hand, and who varies."""

import numpy as np
import pytest
from scipy import sparse

from framing import InputError
from framing.inference import estimate, shares, sum_units
from framing.inference import sums as module
from framing.inference.sums import rows_of


def sums(values, groups, documents, **options):
    values = np.asarray(values, dtype=float).reshape(len(documents), -1)
    groups = np.asarray(groups, dtype=float).reshape(len(documents), -1)
    size = options.pop("size", np.ones(len(documents)))
    return sum_units(sparse.csr_array(values), size, groups, np.asarray(documents), **options)


def test_every_document_counts_once_unless_asked():
    # Document 0: 1 of 4 segments; document 1: 1 of 1. By document (¼ + 1)/2; by segment 2/5.
    values, documents = [1, 0, 0, 0, 1], [0, 0, 0, 0, 1]
    assert estimate(sums(values, np.ones(5), documents))[0, 0] == pytest.approx(0.625)
    pooled = sums(values, np.ones(5), documents, weights="segment")
    assert estimate(pooled)[0, 0] == pytest.approx(0.4)


def test_rates_are_divided_by_tokens():
    # 3 of 10 tokens and 1 of 20: by document (0.3 + 0.05)/2, by token 4/30.
    one = sums([3, 1], np.ones(2), [0, 1], size=np.array([10.0, 20.0]))
    assert estimate(one)[0, 0] == pytest.approx(0.175)
    pooled = sums([3, 1], np.ones(2), [0, 1], size=np.array([10.0, 20.0]), weights="segment")
    assert estimate(pooled)[0, 0] == pytest.approx(4 / 30)


def test_a_document_counts_once_in_each_of_its_cells():
    # Document 0 has 1 of 2 segments in A and 0 of 1 in B; document 1 has 1 of 1 in B.
    groups = [[1, 0], [1, 0], [0, 1], [0, 1]]
    one = sums([1, 0, 0, 1], groups, [0, 0, 0, 1])
    assert estimate(one).ravel().tolist() == [0.5, 0.5]
    assert one.n_units.tolist() == [1, 2]
    assert not one.partitions()
    assert one.partitions([0])


def test_clusters_add_up_their_documents():
    # Shares are those of documents; only what varies by chance is another.
    values, documents = [1, 0, 0, 1, 1, 0], [0, 0, 1, 2, 2, 3]
    plain = sums(values, np.ones(6), documents)
    clustered = sums(values, np.ones(6), documents, clusters=np.array([0, 0, 0, 1, 1, 1]))
    assert estimate(clustered) == pytest.approx(estimate(plain))
    assert (plain.n_units[0], clustered.n_units[0]) == (4, 2)
    assert clustered.denominators.ravel().tolist() == [2, 2]


@pytest.mark.parametrize("most", [1, 2, 7])
def test_sums_are_the_same_however_few_rows_are_taken_at_a_time(monkeypatch, most):
    rng = np.random.default_rng(5)
    documents, groups = rng.integers(0, 9, 40), rng.integers(0, 2, (40, 3))
    values, strata = rng.poisson(0.4, (40, 6)), rng.integers(0, 2, 40)
    how = {"size": rng.integers(1, 9, 40).astype(float), "strata": strata}
    whole = sums(values, groups, documents, **dict(how))
    weight = np.array([1 / how["size"][documents == d].sum() for d in documents])
    plain = sums(values, np.ones((40, 1)), documents, size=how["size"])
    expected = [(weight[:, None] * values)[documents == d].sum(axis=0) for d in range(9)]
    assert plain.numerators[0][0].toarray() == pytest.approx(np.array(expected))
    monkeypatch.setattr(module, "ROWS", most)
    again = sums(values, groups, documents, **dict(how))
    for one, two in zip(whole.numerators, again.numerators, strict=True):
        for mine, theirs in zip(one, two, strict=True):
            assert mine.toarray().tobytes() == theirs.toarray().tobytes()
    assert whole.denominators.tobytes() == again.denominators.tobytes()


def test_standardises_to_the_common_mix_of_strata():
    # Group A: 3 of stratum 0 (all yes), 1 of stratum 1 (no). Group B: 1 (yes) and 3 (no).
    values = [1, 1, 1, 0, 1, 0, 0, 0]
    groups = np.repeat(np.eye(2), 4, axis=0)
    strata = np.array([0, 0, 0, 1, 0, 1, 1, 1])
    plain = estimate(sums(values, groups, range(8)))
    within = estimate(sums(values, groups, range(8), strata=strata))
    assert plain.ravel().tolist() == [0.75, 0.25]
    assert within.ravel().tolist() == [0.5, 0.5]


def test_what_lies_outside_the_common_strata_is_left_out():
    # Stratum 2 has group A alone: its two units count for nothing.
    values = [1, 0, 0, 0, 1, 1]
    groups = [[1, 0], [0, 1], [1, 0], [0, 1], [1, 0], [1, 0]]
    one = sums(values, groups, range(6), strata=np.array([0, 0, 1, 1, 2, 2]))
    assert estimate(one).ravel().tolist() == [0.5, 0.0]
    assert one.n_units.tolist() == one.n_documents.tolist() == one.n_segments.tolist() == [2, 2]
    assert one.resampled_within.tolist() == [0, 1, 0, 1, -1, -1]
    assert one.standard.tolist() == [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0]]


def test_only_groups_compared_need_the_same_strata():
    values, groups = [1, 0, 1, 0], np.eye(4)
    apart = np.array([0, 0, 1, 1])
    one = sums(values, groups, range(4), strata=apart, compared=apart)
    assert estimate(one).ravel().tolist() == values
    assert np.isnan(estimate(sums(values, groups, range(4), strata=apart))).all()


def test_mixes_add_up_to_one():
    # A document without any feature says nothing about the mix.
    values = [[1, 1, 0], [0, 1, 0], [0, 0, 0], [1, 0, 1]]
    one = sums(values, [[1, 0], [1, 0], [1, 0], [0, 1]], range(4)).mixes()
    assert estimate(one) == pytest.approx(np.array([[1 / 3, 2 / 3, 0], [0.5, 0, 0.5]]))
    assert one.n_units.tolist() == [2, 1]


def test_mixes_need_features_of_every_cell_in_a_stratum():
    # Group B says nothing of the two frames in stratum 1, so that only stratum 0 is compared.
    values = [[1, 0], [0, 1], [1, 0], [1, 0], [0, 1], [0, 0]]
    groups, strata = np.tile(np.eye(2), (3, 1))[[0, 1, 0, 1, 0, 1]], np.array([0, 0, 0, 0, 1, 1])
    plain = sums(values, groups, range(6), strata=strata)
    assert plain.standard == pytest.approx(np.array([[2 / 3, 1 / 3]] * 2))
    mix = plain.mixes()
    assert mix.standard.tolist() == [[1, 0], [1, 0]]
    assert estimate(mix).tolist() == [[1, 0], [0.5, 0.5]]
    assert mix.n_units.tolist() == [2, 2]


def test_weighted_shares_are_products():
    rng = np.random.default_rng(0)
    values, groups = rng.random((9, 2)), np.eye(3)[np.arange(9) % 3]
    size, weights = rng.integers(1, 5, 9).astype(float), rng.random((4, 9))
    one = sums(values, groups, range(9), size=size, weights="segment")
    for w, drawn in zip(weights, shares(one, weights), strict=True):
        assert drawn == pytest.approx((groups.T * w @ values) / (groups.T * w @ size)[:, None])


def test_a_cell_without_units_has_no_share():
    one = sums([1, 1], [[1, 0], [1, 0]], [0, 1])
    assert np.isnan(estimate(one)[1, 0])
    assert one.n_units.tolist() == [2, 0]


def test_cells_may_be_taken_with_some_features():
    rng = np.random.default_rng(1)
    one = sums(rng.random((8, 5)), (rng.random((8, 3)) < 0.6), range(8))
    some = one.take([2, 0], slice(1, 4))
    assert estimate(some) == pytest.approx(estimate(one)[[2, 0], 1:4])
    assert some.n_units.tolist() == one.n_units[[2, 0]].tolist()


def test_rows_are_those_of_a_sparse_matrix_too():
    groups = np.array([[1, 0], [1, 1], [0, 0]])
    for cells in (groups, sparse.csc_array(groups)):
        assert [rows.tolist() for rows in rows_of(cells)] == [[0, 1], [1]]


@pytest.mark.parametrize("name", ["unit", "weights"])
def test_says_what_is_wrong(name):
    with pytest.raises(InputError, match=f"{name} must be one of 'document', 'segment'; got 'x'"):
        sums([1], [1], [0], **{name: "x"})
