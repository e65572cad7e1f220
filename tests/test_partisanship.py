"""Partisanship against a literal reading of the paper, and what it is by chance."""

import numpy as np
import pandas as pd
import pytest

import framing as fr

NAMES = ["security", "rules", "values", "trade"]
PARTISANSHIP = ("partisanship", "partisanship_leave_out")


def features(frames, *, kind="frame", **metadata):
    """Make one-segment documents unless `document` says otherwise."""
    matrix = np.asarray(frames, dtype=float).reshape(len(frames), -1)
    rows = pd.DataFrame({"document": [f"d{i:03d}" for i in range(len(matrix))], **metadata})
    names = [*NAMES, *(f"f{i}" for i in range(matrix.shape[1]))][: matrix.shape[1]]
    return fr.Features(matrix, names, rows, kind=kind)


def terms(rates, per_side, length=60, seed=0):
    """Documents of unequal length; a row of rates a side."""
    rng = np.random.default_rng(seed)
    side = np.repeat(np.arange(len(rates)), per_side)
    counts = [rng.multinomial(rng.integers(length // 2, length * 2), rates[s]) for s in side]
    return features(np.array(counts), kind="term", region=[f"g{s}" for s in side])


def of(table, statistic, **where):
    rows = table[table["statistic"] == statistic]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return rows


def partisanship(counts, side):
    """Gentzkow, Shapiro & Taddy (2019), section 4: leave-out estimator, token by token."""
    q = counts / counts.sum(axis=1, keepdims=True)
    groups = np.unique(side)
    plug_in, leave_out = [], []
    for g in groups:
        for found, leave in ((plug_in, False), (leave_out, True)):
            of_group = []
            for i in np.flatnonzero(side == g):
                share = {}
                for h in groups:
                    some = side == h
                    if leave and h == g:
                        some = some & (np.arange(len(side)) != i)
                    share[h] = q[some].mean(axis=0)
                total = sum(share.values())
                of_group.append(
                    sum(
                        q[i, j] * (share[g][j] / total[j] if total[j] > 0 else 1 / len(groups))
                        for j in range(counts.shape[1])
                    )
                )
            found.append(np.mean(of_group))
    return np.mean(plug_in), np.mean(leave_out)


@pytest.mark.parametrize("k", [2, 3])
def test_partisanship_by_a_slow_loop(k):
    rates = np.random.default_rng(k).dirichlet(np.ones(6), k)
    some = terms(rates, 7, length=12, seed=k)
    side = some.segments["region"].to_numpy()
    table = fr.divergence(some, "region", replicates=100)
    plug_in, leave_out = partisanship(some.matrix.toarray(), side)
    group = "all" if k == 3 else "g0"
    found = {name: of(table, name, group=group)["estimate"].item() for name in PARTISANSHIP}
    assert found == pytest.approx(dict(zip(PARTISANSHIP, (plug_in, leave_out), strict=True)))


@pytest.mark.parametrize("k", [2, 3])
def test_without_a_difference_leaving_out_removes_the_bias(k):
    rates = np.tile(np.random.default_rng(0).dirichlet(np.ones(40)), (k, 1))
    found = []
    for seed in range(25):
        table = fr.divergence(terms(rates, 8, length=30, seed=seed), "region", replicates=100)
        group = "all" if k == 3 else "g0"
        found.append([of(table, name, group=group)["estimate"].item() for name in PARTISANSHIP])
    plug_in, leave_out = np.mean(found, axis=0)
    error = np.std(found, axis=0)[1] / np.sqrt(len(found))
    assert abs(leave_out - 1 / k) < 4 * error + 0.002
    assert plug_in > 1 / k + 0.02
