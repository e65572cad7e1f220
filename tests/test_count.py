"""Counts worked by hand, and against scikit-learn."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer

import framing as fr
from framing.counting.folding import english
from framing.patterns import Pattern


def corpus(*texts, **options):
    table = pd.DataFrame({"id": [f"d{i}" for i in range(len(texts))], "text": texts})
    return fr.Corpus.from_frame(table, date=None, clean=False, **options)


def counted(*texts, **options):
    table = fr.count(corpus(*texts), **options).to_frame()
    return table.groupby("term")["n"].sum().to_dict()


def test_acronyms_keep_their_case_and_other_words_lose_it():
    assert counted("The US told us that IT and WHO it is. Chips and chips, THE lot.") == {
        "US": 1,
        "IT": 1,
        "WHO": 1,
        "told": 1,
        "chips": 2,
        "lot": 1,
    }


def test_capitals_are_an_acronym_only_if_never_written_otherwise():
    assert counted("SUBSIDY RULES. A subsidy. UNESCO.")["subsidy"] == 2
    assert counted("SUBSIDY RULES. A subsidy. UNESCO.")["UNESCO"] == 1
    assert counted("The CHIPS Act and chips.", stop_words=None, phrases=False) == {
        "the": 1,
        "CHIPS": 1,
        "act": 1,
        "and": 1,
        "chips": 1,
    }


def test_a_phrase_takes_its_words_with_it():
    found = counted("Supply chains matter. Supply chains break, and supply falls.")
    assert found["supply chains"] == 2
    assert found["supply"] == 1
    assert "chains" not in found


def test_longer_phrases_come_first():
    texts = corpus("Supply chain shocks in one supply chain and another chain.")
    patterns = tuple(map(Pattern.parse, ["supply chain", "supply chain shock*"]))
    published = replace(texts, terms=texts.extract(patterns), phrases=patterns)
    found = fr.count(published).to_frame().set_index("term")["n"]
    assert found.to_dict() == {"chain": 1, "supply chain": 1, "supply chain shocks": 1}


def test_words_never_fall_below_zero():
    matrix = fr.count(corpus("Economic security strategy, national economic security.")).matrix
    assert matrix.min() >= 0


def test_without_phrases_tokens_are_those_of_scikit_learn():
    texts = ["Chips and rules, rules and trade", "trade in chips makes rules"]
    ours = fr.count(corpus(*texts), stop_words=None, phrases=False)
    vectorizer = CountVectorizer()
    theirs = vectorizer.fit_transform(texts).toarray()
    assert list(ours.names) == list(vectorizer.get_feature_names_out())
    assert (ours.matrix.toarray() == theirs).all()


def test_terms_of_too_few_documents_are_left_out():
    assert set(counted("Chips trade", "chips rules", min_documents=2)) == {"chips"}
    with pytest.raises(fr.InputError, match="no term is used in 2 documents; lower min_documents"):
        counted("Chips trade", min_documents=2)


def test_stems_are_shown_by_their_commonest_form():
    assert counted("subsidies, subsidies and a subsidy", stem=True) == {"subsidies": 3}


def test_numbers_are_left_out_unless_asked():
    assert set(counted("the 2+2 met in 2021 on 5G")) == {"2+2", "met", "5G"}
    assert "2021" in counted("the 2+2 met in 2021 on 5G", numbers=True)


def test_own_stop_words():
    assert counted("the chips", stop_words=["chips"]) == {"the": 1}
    with pytest.raises(fr.InputError, match="stop_words must be one of 'english'"):
        counted("the chips", stop_words="german")


def test_stop_words_spare_words_of_politics():
    assert {"the", "don't", "we're", "us"} <= english()
    assert english().isdisjoint({"bill", "interest", "system", "US"})


def test_collocations_need_two_documents():
    lines = "Quantum widgets help. We like quantum widgets. They want quantum widgets. "
    assert fr.collocations(corpus(lines, lines + "Yes.")) == ["quantum widgets"]
    assert fr.collocations(corpus(lines, "Something else altogether is written here.")) == []
    assert counted(lines, lines + "Yes.")["quantum widgets"] == 6


def test_rows_keep_their_segments_and_metadata():
    table = pd.DataFrame(
        {"id": ["a", "b"], "text": ["One chip.\nTwo chips.", "Rules"], "region": ["US", "EU"]}
    )
    counts = fr.count(fr.Corpus.from_frame(table, date=None, clean=False))
    assert counts.segments[["segment", "document", "region"]].to_numpy().tolist() == [
        ["a/000", "a", "US"],
        ["a/001", "a", "US"],
        ["b/000", "b", "EU"],
    ]
    assert np.asarray(counts.matrix.sum(axis=1)).ravel().tolist() == [1, 1, 1]


def test_hand_codes_have_no_terms():
    with pytest.raises(fr.InputError, match="corpus 'openings' holds hand codes, not texts"):
        fr.count(fr.load("openings"))


def test_names_with_a_single_letter_stay_one_term():
    found = counted("Japan runs the “K Program” for research. The K Program grows.")
    assert found["k program"] == 2


def test_a_phrase_inside_a_longer_one_is_not_counted_again():
    texts = corpus("Supply chain shocks hit the supply of any chain.")
    patterns = tuple(map(Pattern.parse, ["supply chain", "supply chain shock*"]))
    published = replace(texts, terms=texts.extract(patterns), phrases=patterns)
    found = fr.count(published).to_frame().set_index("term")["n"]
    assert found.to_dict() == {"chain": 1, "hit": 1, "supply": 1, "supply chain shocks": 1}
