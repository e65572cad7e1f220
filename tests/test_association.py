"""Measures of association against quanteda, scipy and sums by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from framing.association import chi_squared, g_squared, log_odds, log_odds_variance, log_ratio
from framing.errors import InputError

KEYNESS = Path(__file__).resolve().parents[1].parent / "shared/reference/quanteda/keyness.csv.gz"
CORRECTIONS = (None, "yates", "williams")

# R 4.2.2, quanteda 4.3.1, quanteda.textstats 0.97.3:
#   d <- dfm(tokens(data_corpus_inaugural, remove_punct = TRUE))
#   textstat_keyness(d, target = docvars(d, "Year") > 1945, measure = …, correction = …)
# A row a correction (none, yates, williams); a column a term: america, states, elsewhere, the
# dollar sign, space, 21st.
N, N_REFERENCE = 40_330, 100_241
Y, Y_REFERENCE = np.array([[166, 38, 2, 0, 5, 4], [54, 305, 5, 4, 1, 0]])
CHI2 = """
235.533027889755 -52.126824779333 -4.82098366629842e-5 -1.60936733024536 8.75709327855 9.94236077124
235.533027889755 -52.126824779333 -4.82098366629842e-5 -.512496350111345 6.28977055296 6.76224143086
236.226754627004 -52.225300229949 -5.26725177728991e-5 -1.60936733024536 9.70282282954 9.94236077124
"""
LR = """
206.222689886184 -62.448580765124 -.00032939166312683 -2.70541023550878 7.75636214968 9.98950077646
206.222689886184 -62.448580765124 -.00032939166312683 -.601699413802209 5.50448792768 6.06476732119
205.617076038475 -62.330828409386 -.000301483941701067 -2.70541023550878 7.00035320032 9.98950077646
"""
CHI2, LR = (np.array(numbers.split(), dtype=float).reshape(3, 6) for numbers in (CHI2, LR))
SMOOTHING = 2e-9 * (N + N_REFERENCE)  # quanteda takes ln(O/E + 1e-9)


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_chi_squared_is_quantedas(correction):
    theirs = CHI2[CORRECTIONS.index(correction)]
    if correction == "williams":  # quanteda multiplies by q
        theirs = CHI2[0] ** 2 / theirs
    ours = chi_squared(Y, N, Y_REFERENCE, N_REFERENCE, correction)
    assert ours == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_g_squared_is_quantedas_up_to_its_smoothing(correction):
    theirs = LR[CORRECTIONS.index(correction)]
    difference = np.sign(theirs) * (theirs - g_squared(Y, N, Y_REFERENCE, N_REFERENCE, correction))
    assert (difference > 0).all()
    assert (difference < SMOOTHING * 1.0001).all()


@pytest.mark.skipif(not KEYNESS.exists(), reason="R's whole table of keyness is not here")
def test_every_term_of_the_inaugural_addresses_agrees_with_quanteda():
    table = pd.read_csv(KEYNESS, keep_default_na=False, na_values=["NA"])
    for (measure, correction), rows in table.groupby(["measure", "correction"]):
        if measure not in ("chi2", "lr"):
            continue
        assert rows["n_target"].sum() == N
        chosen = {"none": None, "default": "yates"}.get(correction, correction)
        counts = (rows["n_target"], N, rows["n_reference"], N_REFERENCE)
        theirs = rows["stat"].to_numpy()
        if measure == "lr":
            difference = np.sign(theirs) * (theirs - g_squared(*counts, chosen))
            assert difference.min() > 0
            assert difference.max() < SMOOTHING * 1.0001
        else:
            if chosen == "williams":
                theirs = chi_squared(*counts) ** 2 / theirs
            np.testing.assert_allclose(chi_squared(*counts, chosen), theirs, rtol=1e-8)


@pytest.mark.parametrize("table", [[[12, 5], [88, 195]], [[2, 3], [40, 9]], [[3.5, 1.25], [9, 20]]])
def test_without_correction_scipy_finds_the_same(table):
    counts = (table[0][0], sum(row[0] for row in table), table[0][1], sum(row[1] for row in table))
    for function, power in ((chi_squared, "pearson"), (g_squared, "log-likelihood")):
        theirs = chi2_contingency(table, correction=False, lambda_=power).statistic
        assert abs(float(function(*counts))) == pytest.approx(theirs)


def test_yates_is_scipys_where_the_rule_asks_for_it():
    # the term is expected 4.5 times on either side
    theirs = chi2_contingency([[1, 8], [11, 4]], correction=True).statistic
    assert chi_squared(1, 12, 8, 12, "yates") == pytest.approx(-theirs)
    assert chi_squared(100, 300, 60, 300, "yates") == chi_squared(100, 300, 60, 300)


def test_yates_spares_tables_that_are_within_a_half_of_their_expectation():
    assert chi_squared(1, 10, 2, 18, "yates") == chi_squared(1, 10, 2, 18)
    assert g_squared(1, 10, 2, 18, "yates") == g_squared(1, 10, 2, 18)


def test_williams_lowers_and_leaves_tables_with_an_empty_cell():
    # q = 1 + (200/100 + 200/100 − 1)(200/40 + 200/160 − 1)/1200
    q = 1 + 3 * 5.25 / 1200
    assert chi_squared(30, 100, 10, 100, "williams") == pytest.approx(12.5 / q)
    assert g_squared(30, 100, 10, 100, "williams") == pytest.approx(g_squared(30, 100, 10, 100) / q)
    assert g_squared(4, 100, 0, 100, "williams") == g_squared(4, 100, 0, 100)


@pytest.mark.parametrize("function", [chi_squared, g_squared])
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_swapping_target_and_reference_swaps_the_sign(function, correction):
    rng = np.random.default_rng(0)
    y, z = rng.integers(0, 30, size=(2, 4, 50))
    n, m = 200, 340
    assert function(y, n, z, m, correction) == pytest.approx(-function(z, m, y, n, correction))
    assert function(y, n, y, n, correction) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("function", [chi_squared, g_squared])
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_a_term_in_neither_and_a_term_that_is_all_there_is_are_nought(function, correction):
    assert function([0, 7], 7, [0, 9], 9, correction) == pytest.approx([0, 0])


def test_groups_and_resampled_corpora_go_in_front():
    y = np.array([[3.0, 7.0, 90.0], [8.0, 2.0, 190.0]])
    n = y.sum(axis=1, keepdims=True)
    rest, n_rest = y[::-1], n[::-1]
    for function in (chi_squared, g_squared, log_ratio):
        together = function(y, n, rest, n_rest)
        assert together.shape == (2, 3)
        for i in range(2):
            apart = function(y[i], n[i, 0], rest[i], n_rest[i, 0])
            assert together[i] == pytest.approx(apart)


def test_log_ratio_counts_doublings_and_reads_only_nought_as_a_half():
    assert log_ratio([4, 0.25, 1, 0], 100, [1, 1, 0, 1], 200) == pytest.approx(
        [3, -1, np.log2((1 / 100) / (0.5 / 200)), np.log2((0.5 / 100) / (1 / 200))]
    )


def test_log_odds_by_hand():
    # (8 + 2)/(90 + 20 − 10) = 1/10 against (3 + 2)/(35 + 20 − 5) = 1/10; then 3/7 against 1/9
    assert log_odds(8, 90, 3, 35, 2, 20) == pytest.approx(0)
    assert log_odds(2, 5, 0, 5, 1, 5) == pytest.approx(np.log((3 / 7) / (1 / 9)))
    assert log_odds_variance(2, 0, 1) == pytest.approx(1 / 3 + 1)


def test_log_odds_without_a_prior():
    values = log_odds([0, 3, 0], 10, [3, 0, 0], 10, 0, 0)
    assert values.tolist() == [-np.inf, np.inf, 0]
    assert log_odds_variance([0, 3], [3, 3], 0).tolist() == [np.inf, 2 / 3]


def test_a_larger_prior_pulls_towards_nought():
    steps = [log_odds(9, 100, 2, 100, 0.1 * a, a) for a in (0.1, 1, 10, 100, 1000)]
    assert (np.diff(np.abs(steps)) < 0).all()


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ((5, 4, 1, 10), "y must lie between nought and n, the tokens of all terms"),
        ((5, 10, -1, 10), "y_reference must lie between nought and n_reference"),
        ((0, 0, 1, 10), "n must be more than nought; got 0.0"),
        ((1, 10, 0, 0), "n_reference must be more than nought"),
        ((np.nan, 10, 0, 5), "y must lie between"),
    ],
)
@pytest.mark.parametrize("function", [chi_squared, g_squared, log_ratio])
def test_impossible_counts_are_named(function, counts, message):
    with pytest.raises(InputError, match=message):
        function(*counts)


def test_an_unknown_correction_and_an_impossible_prior_are_refused():
    with pytest.raises(InputError, match="correction must be one of None, 'yates', 'williams'"):
        chi_squared(1, 2, 1, 2, "yate")
    with pytest.raises(InputError, match="alpha must lie between 0 and alpha_0"):
        log_odds(1, 2, 1, 2, 3, 2)
