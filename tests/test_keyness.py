"""Keyness against the paper's formula, worked numbers, and what it must not find."""

import numpy as np
import pandas as pd
import pytest

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


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: fr.keyness(terms(), "region", prior=0), "prior must be positive; got 0"),
        (lambda: fr.keyness(terms(), "region", levels=["US"]), "keyness needs at least two"),
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
