"""Keyness against the paper's formula, worked numbers, and what it must not find."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, false_discovery_control

import framing as fr
from framing.association import chi_squared, g_squared, log_ratio

COUNTS = np.array([[3, 1, 0], [2, 0, 1], [0, 4, 1], [1, 2, 2]])
ROWS = pd.DataFrame({"document": list("abcd"), "region": ["US", "US", "EU", "EU"]})
ORDER = ["US", "EU", "JP"]


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


def test_log_odds_follow_monroe_colaresi_and_quinn():
    table = fr.keyness(terms(), "region", prior=0.1, weights="segment")
    y, rest = COUNTS[:2].sum(axis=0), COUNTS[2:].sum(axis=0)
    alpha_0 = 0.1 * COUNTS.sum()
    alpha = alpha_0 * COUNTS.sum(axis=0) / COUNTS.sum()
    delta = np.log((y + alpha) / (y.sum() + alpha_0 - y - alpha)) - np.log(
        (rest + alpha) / (rest.sum() + alpha_0 - rest - alpha)
    )
    ours = table[table["group"] == "US"].set_index("term")["estimate"]
    assert ours[["chips", "rules", "trade"]].tolist() == pytest.approx(delta.tolist())


def test_groups_and_rest_mirror_each_other():
    table = fr.keyness(many(), "region", replicates=300).set_index(["group", "term"])
    for term in ("chips", "rules", "trade"):
        us, eu = table.loc[("US", term)], table.loc[("EU", term)]
        assert us["estimate"] == pytest.approx(-eu["estimate"])
        assert us["low"] < us["estimate"] < us["high"]
    assert table.loc[("US", "chips"), "low"] > 0
    assert table.loc["US"].index[0] == "chips"


def test_a_word_repeated_in_one_document_does_not_set_a_side_apart():
    matrix = np.full((24, 2), 20)
    matrix[0, 0] = 90  # one US document dwells on the word
    rows = many().segments[["document", "region"]]
    table = fr.keyness(terms(matrix, ("chips", "rules"), rows), "region", replicates=500)
    chips = table.set_index(["group", "term"]).loc[("US", "chips")]
    assert chips["estimate"] > 0 > chips["low"]


def test_terms_of_documents_in_no_group_are_left_out():
    rows = ROWS.assign(region=["US", "EU", None, None])
    counts = terms([[3, 1, 0], [0, 2, 0], [0, 0, 5], [1, 1, 1]], rows=rows)
    with pytest.warns(fr.InputWarning, match="2 of 4 documents have no region"):
        table = fr.keyness(counts, "region")
    assert set(table["term"]) == {"chips", "rules"}
    assert np.isfinite(table["estimate"]).all()


def test_names_of_actors_do_not_lead_the_list_of_actors():
    text = "Tokyo and Japan plan new chips. " * 3
    other = "Brussels and the European Union write new rules. " * 3
    table = pd.DataFrame({"id": ["a", "b"], "text": [text, other]})
    counts = fr.count(fr.Corpus.from_frame(table, date=None, clean=False))
    actors = fr.ActorList.load("us-eu-japan")
    table = fr.keyness(counts, "actor", actors=actors, levels=["EU", "JP"], replicates=100)
    found = set(table["term"])
    assert {"chips", "rules"} <= found
    assert found.isdisjoint({"japan", "tokyo", "brussels", "european union", "european"})


def three(seed=0):
    """Eight documents a side, of three; `chips` is a US word, `rules` an EU one."""
    rng = np.random.default_rng(seed)
    rates = [[0.4, 0.1, 0.5], [0.1, 0.4, 0.5], [0.2, 0.2, 0.6]]
    matrix = [rng.multinomial(rng.integers(30, 90), p) for p in rates for _ in range(8)]
    rows = pd.DataFrame({"document": range(24), "region": np.repeat(["US", "EU", "JP"], 8)})
    return terms(np.array(matrix), rows=rows)


def by_hand(y, y_reference, alpha, alpha_0):
    """Log-odds ratio of counts, eq. 15 of the paper."""
    n, m = y.sum(), y_reference.sum()
    first = np.log((y + alpha) / (n + alpha_0 - y - alpha))
    return first - np.log((y_reference + alpha) / (m + alpha_0 - y_reference - alpha))


def scaled(counts):
    """Counts of a side in which every document has the same length, the total kept."""
    shares = (counts / counts.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares * counts.sum()


@pytest.mark.parametrize("against", ["rest", "pairs"])
def test_three_groups_against_the_rest_and_two_by_two(against):
    counts = three()
    table = fr.keyness(counts, "region", against=against, replicates=200)
    sides = {name: counts.matrix.toarray()[8 * i : 8 * i + 8] for i, name in enumerate(ORDER)}
    pairs = table[["group", "reference"]].drop_duplicates().to_numpy().tolist()
    expected = {"rest": [[g, "rest"] for g in ORDER], "pairs": [["US", "EU"], ["US", "JP"]]}
    assert pairs == expected[against] + ([["EU", "JP"]] if against == "pairs" else [])
    for group, reference in pairs:
        rest = [sides[g] for g in ORDER if (g != group if reference == "rest" else g == reference)]
        y, y_reference = scaled(sides[group]), scaled(np.concatenate(rest))
        alpha_0 = 0.1 * (y + y_reference).sum()
        alpha = alpha_0 * (y + y_reference) / (y + y_reference).sum()
        rows = table[(table["group"] == group) & (table["reference"] == reference)]
        rows = rows.set_index("term").loc[list(counts.names)]
        assert rows["estimate"].tolist() == pytest.approx(
            by_hand(y, y_reference, alpha, alpha_0).tolist()
        )
        assert rows["n"].tolist() == sides[group].sum(axis=0).tolist()
        assert rows["n_reference"].tolist() == np.concatenate(rest).sum(axis=0).tolist()
        assert rows["df"].tolist() == (sides[group] > 0).sum(axis=0).tolist()
        assert rows["df_reference"].tolist() == (np.concatenate(rest) > 0).sum(axis=0).tolist()


def test_p_q_and_the_size_of_the_family():
    table = fr.keyness(three(), "region", replicates=999)
    assert (table["test"] == "permutation").all()
    assert (table["n_tests"] == 9).all()
    assert table["p_min"].tolist() == pytest.approx([0.001] * 9)
    assert table["q_value"].tolist() == pytest.approx(false_discovery_control(table["p_value"]))
    assert ((table["p_family"] >= table["p_value"]) & (table["p_family"] <= 1)).all()
    lead = table.set_index(["group", "term"]).loc[("US", "chips")]
    assert (lead["p_value"], lead["p_family"]) == (0.001, 0.001)
    assert lead["low"] > 0


def test_pairs_are_tested_as_contrasts_are():
    # Three against three: 20 relabellings, of which the contrast of two groups tests each alone.
    counts = many().where(np.isin(np.arange(24), [0, 1, 2, 12, 13, 14]))
    table = fr.keyness(counts, "region", against="pairs", replicates=100).set_index("term")
    alone = fr.contrast(counts, "region", replicates=100).set_index("term")
    assert table["p_value"].to_dict() == alone["p_value"].to_dict()
    assert (table["test"] == "exact permutation").all()
    assert (table["p_min"] >= 0.1 - 1e-12).all()
    assert (table["p_family"] >= table["p_value"]).all()
    words = "only 3 documents; an interval needs 6; p cannot be below 0.1: labels can be dealt out"
    assert table["note"].str.startswith(words).all()


def test_family_wise_p_of_pairs_counts_the_pairs():
    pairs = fr.keyness(three(), "region", against="pairs", replicates=500)
    two = three().where(three().segments["region"] != "JP")
    alone = fr.keyness(two, "region", against="pairs", replicates=500).set_index("term")
    some = pairs[(pairs["group"] == "US") & (pairs["reference"] == "EU")].set_index("term")
    expected = (alone["p_family"] * 3).clip(upper=1)
    assert some["p_family"].to_dict() == pytest.approx(expected.to_dict())


@pytest.mark.parametrize("correction", [None, "yates", "williams"])
@pytest.mark.parametrize(("measure", "function"), [("g2", g_squared), ("chi2", chi_squared)])
def test_token_measures_are_those_of_association(measure, function, correction):
    how = {"weights": "segment", "replicates": 100, "measure": measure, "correction": correction}
    table = fr.keyness(three(), "region", **how)
    counts = three().matrix.toarray().reshape(3, 8, 3).sum(axis=1)
    for g, name in enumerate(ORDER):
        y, rest = counts[g], np.delete(counts, g, axis=0).sum(axis=0)
        found = table[table["group"] == name].set_index("term")["estimate"]
        expected = function(y, y.sum(), rest, rest.sum(), correction)
        assert found[["chips", "rules", "trade"]].tolist() == pytest.approx(expected.tolist())
    assert table["low"].isna().all()
    assert set(table["note"]) == {
        f"no interval: {measure} grows with the corpus and estimates nothing"
    }


def test_chi_squared_is_scipys():
    table = fr.keyness(terms(), "region", measure="chi2", weights="segment", replicates=100)
    chips = table[(table["group"] == "US") & (table["term"] == "chips")]["estimate"].item()
    y, rest = COUNTS[:2].sum(axis=0), COUNTS[2:].sum(axis=0)
    square = [[y[0], y.sum() - y[0]], [rest[0], rest.sum() - rest[0]]]
    assert chips == pytest.approx(chi2_contingency(square, correction=False).statistic)


def test_log_ratios_are_unbounded_where_a_side_may_never_use_a_term():
    table = fr.keyness(many(), "region", measure="log_ratio", weights="segment", replicates=100)
    counts = many().matrix.toarray().reshape(2, 12, 3).sum(axis=1)
    us = table[table["group"] == "US"].set_index("term").loc[["chips", "rules", "trade"]]
    expected = log_ratio(counts[0], counts[0].sum(), counts[1], counts[1].sum())
    assert us["estimate"].tolist() == pytest.approx(expected.tolist())
    assert ((us["low"] < us["estimate"]) & (us["estimate"] < us["high"])).all()
    never = np.column_stack([[0] * 12 + [3] * 12, np.full(24, 50)])
    some = terms(never, ("chips", "rules"), many().segments[["document", "region"]])
    row = fr.keyness(some, "region", measure="log_ratio", replicates=100).set_index(
        ["group", "term"]
    )
    assert row.loc[("US", "chips"), "low"] == -np.inf
    assert row.loc[("EU", "chips"), "high"] == np.inf
    assert np.isfinite(row.loc[("US", "chips"), ["estimate", "high"]].astype(float)).all()


@pytest.mark.parametrize("as_features", [False, True])
def test_a_background_spreads_the_prior(as_features):
    background = {"chips": 10, "rules": 30, "elsewhere": 1000}
    if as_features:
        rows = pd.DataFrame({"document": ["x", "y"]})
        background = fr.Features(
            [[4, 20, 500], [6, 10, 500]], ["chips", "rules", "elsewhere"], rows, kind="term"
        )
    how = {"weights": "segment", "prior": 0.5, "replicates": 100}
    table = fr.keyness(terms(), "region", background=background, **how)
    y, rest = COUNTS[:2].sum(axis=0), COUNTS[2:].sum(axis=0)
    alpha_0 = 0.5 * COUNTS.sum()
    spread = np.array([10, 30, 0.5])  # a term that the background lacks counts half
    us = table[table["group"] == "US"].set_index("term")["estimate"]
    assert us[["chips", "rules", "trade"]].tolist() == pytest.approx(
        by_hand(y, rest, alpha_0 * spread / 1040, alpha_0).tolist()  # of all 1,040 tokens
    )


def test_groups_that_share_documents_flip_signs():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"document": np.tile(range(30), 2), "actor": np.repeat(["x", "y"], 30)})
    rates = np.where(rows["actor"].eq("x").to_numpy()[:, None], [0.3, 0.7], [0.15, 0.85])
    counts = np.array([rng.multinomial(40, p) for p in rates])
    for against in ("rest", "pairs"):
        table = fr.keyness(
            terms(counts, ("chips", "rules"), rows), "actor", against=against, replicates=400
        )
        assert (table["test"] == "wild bootstrap").all()
        assert (table["p_value"] < 0.02).all()
        assert (table["n_documents"] == 30).all()


def test_words_in_bursts_are_not_found_too_often():
    """No difference; tokens of a term come in bursts, as they do."""
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"document": range(40), "region": ["US", "EU"] * 20})
    counts = rng.poisson(3 * rng.gamma(0.3, 1 / 0.3, (40, 300)))
    how = {"measure": "g2", "weights": "segment", "replicates": 300}
    table = fr.keyness(terms(counts, [f"t{i}" for i in range(300)], rows), "region", **how)
    us = table[table["group"] == "US"]
    assert (us["estimate"].abs() > 3.84).mean() > 0.15  # what tokens would say
    assert 0.01 <= (us["p_value"] <= 0.05).mean() <= 0.09
    assert us["p_family"].min() > 0.05


def test_what_everybody_always_uses_sets_nobody_apart():
    rows = many().segments[["document", "region"]]
    for measure in ("log_odds", "log_ratio", "g2", "chi2"):
        table = fr.keyness(
            terms(np.full((24, 1), 7), ("chips",), rows), "region", measure=measure, replicates=100
        )
        assert table["estimate"].tolist() == pytest.approx([0, 0], abs=1e-12)
        assert table["p_value"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: fr.keyness(terms(), "region", prior=0), "prior must be positive; got 0"),
        (lambda: fr.keyness(terms(), "region", levels=["US"]), "keyness needs at least two"),
        (lambda: fr.keyness(terms(), "region", against="all"), "against must be one of 'rest'"),
        (lambda: fr.keyness(terms(), "region", measure="pmi"), "measure must be one of 'log_odds'"),
        (
            lambda: fr.keyness(terms(), "region", measure="g2", correction="bates"),
            "correction must be one of None, 'yates', 'williams'; got 'bates'",
        ),
        (lambda: fr.keyness(terms(), "region", background={"x": 1}), "background holds none of"),
        (
            lambda: fr.keyness(terms(), "region", background={"chips": -1}),
            "background of 'chips' must be a count; got -1",
        ),
        (lambda: fr.keyness(terms(COUNTS * 0), "region"), "none of the terms occurs"),
        (
            lambda: fr.keyness(terms([[0] * 3, [0] * 3, [1] * 3, [2] * 3]), "region"),
            "US holds no term; leave it out",
        ),
    ],
)
def test_says_what_is_wrong(call, words):
    with pytest.raises(fr.InputError, match=words):
        call()


def test_a_column_may_have_any_name():
    rows = ROWS.rename(columns={"region": "side"})
    plain = fr.keyness(terms(), "region", replicates=100)
    renamed = fr.keyness(terms(rows=rows), "side", replicates=100)
    assert renamed["estimate"].tolist() == plain["estimate"].tolist()
