"""Shift between two periods: by scipy, by hand, and over all groups."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import false_discovery_control

import framing as fr

NAMES = ["security", "rules", "values", "trade"]


def features(frames, *, kind="frame", **metadata):
    """Make one-segment documents unless `document` says otherwise."""
    matrix = np.asarray(frames, dtype=float).reshape(len(frames), -1)
    rows = pd.DataFrame({"document": [f"d{i:03d}" for i in range(len(matrix))], **metadata})
    names = [*NAMES, *(f"f{i}" for i in range(matrix.shape[1]))][: matrix.shape[1]]
    return fr.Features(matrix, names, rows, kind=kind)


def dated(years):
    return {"date": pd.to_datetime([f"{y}-01-01" for y in years]), "date_precision": "year"}


def of(table, statistic, **where):
    rows = table[table["statistic"] == statistic]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return rows


def test_shift_agrees_with_scipy_and_adds_up():
    first = [[1, 0, 0]] * 12 + [[0, 1, 0]] * 8
    last = [[0, 1, 0]] * 10 + [[0, 0, 1]] * 10
    frames = features(first + last, **dated([2021] * 20 + [2024] * 20))
    table = fr.shift(frames, "year", replicates=500).set_index("statistic")
    expected = jensenshannon([12, 8, 0], [0, 10, 10], base=2) ** 2
    assert table.loc["divergence", "estimate"] == pytest.approx(expected)
    assert table.loc["contribution", "estimate"].sum() == pytest.approx(expected)
    assert table.loc["contribution_null", "estimate"].sum() == pytest.approx(
        table.loc["null_mean", "estimate"]
    )
    assert table.loc["excess", "estimate"] == pytest.approx(
        expected - table.loc["null_mean", "estimate"]
    )
    assert table.loc["change", "estimate"].tolist() == pytest.approx([-0.6, 0.1, 0.5])
    assert table.loc["divergence", "p_value"] == pytest.approx(1 / 501)
    assert "partisanship" not in table.index


def test_one_period_is_no_shift():
    frames = features([[1], [0]], **dated([2021, 2021]))
    with pytest.raises(fr.InputError, match="only year 2021"):
        fr.shift(frames)
    both = features([[1], [0]], **dated([2021, 2022]))
    with pytest.raises(fr.InputError, match="last must be one of '2021', '2022'; got '2030'"):
        fr.shift(both, last="2030")


def test_q_values_of_a_shift_are_adjusted_over_all_groups():
    rng = np.random.default_rng(1)
    rows = {"region": ["A", "B"] * 40, **dated([2021] * 40 + [2022] * 40)}
    table = fr.shift(features(rng.random((80, 3)) < 0.4, **rows), "year", "region", replicates=200)
    for statistic in ("contribution", "divergence"):
        some = of(table, statistic)
        assert some["q_value"].tolist() == pytest.approx(
            false_discovery_control(some["p_value"]).tolist()
        )
        assert (some["n_tests"] == len(some)).all()
    assert table.loc[table["low"].isna(), "note"].str.len().gt(0).all()
