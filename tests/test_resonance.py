"""Novelty, transience and resonance against numbers by hand, a slow loop and random order."""

import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import entropy

from framing.errors import InputError
from framing.features import Features
from framing.resonance import FEWEST, resonance


def features(matrix, dates, **columns):
    rows = pd.DataFrame({"document": [f"d{i:03d}" for i in range(len(matrix))], "date": dates})
    names = [f"w{i}" for i in range(np.shape(matrix)[1])]
    return Features(matrix, names, rows.assign(**columns), kind="term")


def days(*numbers):
    return pd.Timestamp("2021-01-01") + pd.to_timedelta(numbers, unit="D")


def wide(table, column="estimate"):
    return table.pivot(index="document", columns="statistic", values=column)


def corpus(n=60, terms=8, seed=0, spread=3):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.gamma(0.7, 3, size=(n, terms))) + np.eye(terms)[np.arange(n) % terms]
    return features(counts.astype(int), days(*np.sort(rng.integers(0, n // spread, n))))


def slow(given, window, unit, smoothing):
    """The definition, pair by pair; dates in days."""
    counts = given.matrix.toarray().astype(float)
    shares = counts / counts.sum(axis=1, keepdims=True)
    mixes = (shares + smoothing * shares.mean(axis=0)) / (1 + smoothing)
    day = (pd.to_datetime(given.segments["date"]) - pd.Timestamp("2021-01-01")).dt.days.to_numpy()

    def mean(j, others):
        return np.mean([entropy(mixes[j], mixes[i], base=2) for i in others]) if others else np.nan

    def nearest(gaps):  # whole days until there are enough
        held = []
        for gap in sorted({g for g in gaps.values() if g > 0}):
            if len(held) < window:
                held += [i for i, g in gaps.items() if g == gap]
        return held if len(held) >= window else []

    found = []
    for j in range(len(day)):
        sides = []
        for sign in (1, -1):
            gaps = {i: sign * (day[j] - day[i]) for i in range(len(day))}
            if unit == "documents":
                sides.append(mean(j, nearest(gaps)))
            else:
                left = day[j] - window < day.min() if sign == 1 else day[j] + window > day.max()
                near = [] if left else [i for i, g in gaps.items() if 1 <= g <= window]
                sides.append(mean(j, near))
        others = mean(j, [i for i in range(len(day)) if i != j])
        found.append([*sides, sides[0] - sides[1], others])
    return np.array(found)


# --- numbers ---------------------------------------------------------------------------------


def test_by_hand():
    # shares (1, 0), (½, ½), (0, 1); all together (½, ½). With λ = 1 the mixes are
    # (¾, ¼), (½, ½), (¼, ¾), and KLD((½, ½) ‖ (¾, ¼)) = ½ log₂(⅔) + ½ log₂ 2 = 0.2075.
    given = features([[4, 0], [1, 1], [0, 9]], days(0, 1, 2))
    table = wide(resonance(given, 1, smoothing=1)).loc["d001"]
    assert table["novelty"] == pytest.approx(0.5 * np.log2(2 / 3) + 0.5)
    assert table["novelty"] == table["transience"] == table["expected"]
    assert table["resonance"] == 0


@pytest.mark.parametrize("unit", ["days", "documents"])
@pytest.mark.parametrize("smoothing", [0.01, 0.5])
def test_agrees_with_the_definition_pair_by_pair(unit, smoothing):
    given = corpus()
    table = wide(resonance(given, 4, unit, smoothing=smoothing))
    expected = slow(given, 4, unit, smoothing)
    found = table[["novelty", "transience", "resonance", "expected"]].to_numpy()
    np.testing.assert_allclose(found, expected, atol=1e-10)
    assert 20 < np.isfinite(expected[:, 2]).sum() < 60


def test_blocks_change_nothing(monkeypatch):
    whole = resonance(corpus(), 4)
    monkeypatch.setattr(sys.modules["framing.resonance"], "_BLOCK", 100)
    pd.testing.assert_frame_equal(whole, resonance(corpus(), 4), atol=1e-12)


def test_rows_in_any_order_give_the_same():
    given = corpus()
    order = np.random.default_rng(1).permutation(len(given))
    again = Features(
        given.matrix[order], given.names, given.segments.iloc[order].drop(columns="segment"), "term"
    )
    one, two = (wide(resonance(f, 5, "documents")) for f in (given, again))
    pd.testing.assert_frame_equal(one, two, atol=1e-12)


def test_time_backwards_exchanges_novelty_and_transience():
    given = corpus()
    dates = pd.to_datetime(given.segments["date"])
    mirrored = given.segments.assign(date=dates.max() - (dates - dates.min()))
    again = wide(resonance(Features(given.matrix, given.names, mirrored, "term"), 4))
    table = wide(resonance(given, 4))
    np.testing.assert_allclose(table["novelty"], again["transience"], atol=1e-12)
    np.testing.assert_allclose(table["resonance"], -again["resonance"], atol=1e-12)


def test_segments_are_added_up():
    rows = pd.DataFrame({"document": list("aabc"), "date": days(0, 0, 1, 2)})
    split = Features([[1, 0], [3, 2], [1, 1], [0, 5]], ["x", "y"], rows, kind="term")
    whole = Features([[4, 2], [1, 1], [0, 5]], ["x", "y"], rows.iloc[1:], kind="term")
    pd.testing.assert_frame_equal(resonance(split, 1), resonance(whole, 1))


# --- windows ---------------------------------------------------------------------------------


def test_documents_of_one_day_are_neither_before_nor_after():
    given = features(np.eye(5, dtype=int) + 1, days(0, 1, 1, 1, 2))
    table = wide(resonance(given, 1), "n_documents")
    assert table.loc["d002", ["novelty", "transience"]].tolist() == [1, 1]


def test_a_window_of_documents_takes_whole_days():
    given = features(np.eye(6, dtype=int) + 1, days(0, 0, 0, 1, 2, 3))
    table = wide(resonance(given, 2, "documents"), "n_documents")
    assert table.loc["d003", ["novelty", "transience"]].tolist() == [3, 2]


@pytest.mark.parametrize(
    ("unit", "dates", "before"),
    [("months", ["2021-01", "2021-02", "2021-03"], 1), ("years", ["2020", "2021", "2022"], 1)],
)
def test_coarser_units_take_coarser_dates(unit, dates, before):
    given = features(np.eye(3, dtype=int), dates, date_precision=unit.removesuffix("s"))
    assert wide(resonance(given, 1, unit), "n_documents").loc["d001", "novelty"] == before
    notes = resonance(given, 1, "days")["note"].unique()
    assert notes.tolist() == [f"dated to the {unit.removesuffix('s')} only"]


def test_groups_have_windows_of_their_own():
    given = corpus(60)
    sides = np.tile(["US", "EU"], 30)
    both = Features(given.matrix, given.names, given.segments.assign(side=sides), "term")
    table = resonance(both, 3, by="side")
    alone = resonance(both.where(sides == "EU"), 3)
    columns = ["document", "statistic", "estimate", "p_value", "n_documents", "note"]
    assert list(table["group"].unique()) == ["US", "EU"]
    eu = table[table["group"] == "EU"].reset_index(drop=True)
    pd.testing.assert_frame_equal(eu[columns], alone[columns])


# --- what is missing -------------------------------------------------------------------------


def test_whatever_is_missing_has_a_reason():
    counts = np.ones((8, 2), dtype=int)
    counts[3] = 0
    dates = [*days(0, 1, 2, 3, 4, 30, 60), pd.NaT]
    table = resonance(features(counts, dates), 2)
    assert (table.loc[table["estimate"].isna() | table["p_value"].isna(), "note"] != "").all()
    note = wide(table, "note")
    assert note.loc["d000", "novelty"] == "the window begins before the first document"
    assert note.loc["d006", "transience"] == "the window ends after the last document"
    assert note.loc["d005", "novelty"] == "no document in the window before"
    assert note.loc["d004", "transience"] == "no document in the window after"
    assert note.loc["d005", "resonance"] == "no document in the window before"
    assert note.loc["d003", "novelty"] == "holds none of the features"
    assert note.loc["d007", "expected"] == "no date"
    assert wide(table, "n_documents").loc["d004", "novelty"] == 1  # d003 is empty


def test_too_few_for_a_p_value():
    table = resonance(features(np.eye(12, dtype=int), days(*range(12))), 2)
    row = table[(table["document"] == "d005") & (table["statistic"] == "resonance")].iloc[0]
    assert row["note"] == f"no p-value: a window of 2; it needs {FEWEST} documents"
    assert row["n_documents"] == 4


def test_one_document_and_none():
    for counts in ([[1, 2]], [[0, 0]]):
        table = resonance(features(counts, days(0)), 1)
        assert table["estimate"].isna().all()
        assert (table["note"] != "").all()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"unit": "weeks"}, "unit must be one of 'days', 'months', 'years', 'documents'"),
        ({"window": 0}, "window must be a whole number of days from 1 on; got 0"),
        ({"window": 1.5, "unit": "documents"}, "whole number of documents from 1 on; got 1.5"),
        ({"smoothing": 0}, "smoothing must be positive; got 0"),
        ({"by": "year"}, "by='year' is a unit of time"),
    ],
)
def test_what_is_refused(settings, said):
    with pytest.raises(InputError, match=said):
        resonance(corpus(), **settings)


def test_dates_are_needed():
    given = Features([[1]], ["x"], pd.DataFrame({"document": ["a"]}))
    with pytest.raises(InputError, match="resonance needs dates"):
        resonance(given)


# --- chance ----------------------------------------------------------------------------------


def shuffled(given, rng):
    dates = given.segments["date"].to_numpy()[rng.permutation(len(given))]
    return Features(given.matrix, given.names, given.segments.assign(date=dates), "term")


def test_expected_is_the_mean_over_random_orders_and_p_is_uniform():
    rng = np.random.default_rng(3)
    lengths = np.where(np.arange(80) % 2, 8, 200)  # short documents and long ones
    given = features(
        rng.poisson(lengths[:, None] * rng.dirichlet(np.ones(12), 80)) + 1, days(*range(80))
    )
    runs = [resonance(shuffled(given, rng), 8, "documents") for _ in range(60)]
    all_runs = pd.concat(runs)
    means = wide(all_runs.groupby(["document", "statistic"], as_index=False)["estimate"].mean())
    expected = wide(runs[0])["expected"]
    np.testing.assert_allclose(means["novelty"], expected, rtol=0.25)
    assert abs((means["novelty"] - expected).mean()) < 0.01 * expected.mean()
    assert abs(means["resonance"].mean()) < 0.01 * expected.mean()
    assert means["novelty"][::2].mean() > 1.2 * means["novelty"][1::2].mean()  # why it is there
    for statistic in ("novelty", "transience", "resonance"):
        p = all_runs.loc[all_runs["statistic"] == statistic, "p_value"].dropna()
        assert 0.035 < (p < 0.05).mean() < 0.065


def test_what_is_new_and_stays_is_found():
    rng = np.random.default_rng(0)
    old, new = np.array([9, 9, 1, 1, 1]), np.array([2, 2, 9, 9, 1])
    mixes = np.array([old] * 40 + [new] * 40)
    mixes[20] = [1, 1, 1, 1, 30]  # new and forgotten
    table = resonance(features(rng.poisson(4 * mixes) + 1, days(*range(80))), 10, "documents")
    estimate, q = wide(table), wide(table, "q_value")
    assert estimate["resonance"].idxmax() in {"d039", "d040", "d041"}
    assert q["resonance"].min() < 0.001
    assert estimate["novelty"].idxmax() == "d020"
    assert q.loc["d020", "resonance"] > 0.05
    assert table["n_tests"].max() == 70
