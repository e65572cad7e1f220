"""The fast way of counting against plain Python, scikit-learn and NLTK."""

import random
from collections import deque
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import _counts
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

import framing as fr
from framing.counting import overlaps, scanner, terms, tokenised
from framing.counting.characters import UNSETTLED, kinds
from framing.counting.collocated import Pairs
from framing.counting.folding import means_something
from framing.counting.numbered import HeldTokens
from framing.counting.phrases import count_phrases
from framing.counting.tallies import tally, used_in, used_in_blocks
from framing.counting.tokenised import of_words, tokenise
from framing.counting.vocabulary import Vocabulary
from framing.patterns import Pattern, matching, phrases
from framing.tokens import words

DEBATES = Path(__file__).resolve().parents[2] / "shared/data/un-debates-1946-2024.parquet"
PIECES = (
    *"aAbBsSxUEz019 .'-&+,@$_:/\n\t",
    *"²٣éÉßΣİıſKǅ①½中か",
    *"’–‐\u00ad\u200b\u0301\u0308\uac00\u11a8\u3099\u2003\u0000\U0002f800😀𝒜",
    *("http://", "https://", "www.", " U.S.", " R&D ", "2+2", "1,000.5", "Anti-", "co-", "'s"),
    *("’S", "a@b.c", " x@y.zz ", "US$", "A$", "Japan–U.S. ", "G7", "the "),
)
odd_text = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
WORDS = "supply Supply chain chains Chain-linked dual-use export control EU the of de-risk".split()
some_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12)
PATTERNS = (
    *map(Pattern.parse, ["supply chain*", "chain of", "dual use export*", "*risk the EU"]),
    Pattern.parse("the EU the EU"),
    Pattern.parse("Supply Chain", case_sensitive=True),
)


@pytest.fixture
def compiled(monkeypatch):
    """Let the compiled loops read short texts too, in batches of a few."""
    monkeypatch.setattr(tokenised, "SMALL", 0)
    monkeypatch.setattr(tokenised, "BATCH", 64)


def corpus(texts, documents=None, **options):
    names = [f"d{i}" for i in range(len(texts))] if documents is None else documents
    table = pd.DataFrame({"id": names, "text": texts})
    return fr.Corpus.from_frame(table, date=None, clean=False, segment="document", **options)


@settings(max_examples=300, deadline=None)
@given(st.lists(odd_text, max_size=8))
def test_compiled_loops_find_the_words_that_the_rules_describe(texts):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokenised, "SMALL", 0)
        patch.setattr(tokenised, "BATCH", 30)
        found = tokenise(texts)
    assert list(found) == [words(text) for text in texts]
    assert found.types == sorted(found.types)


@settings(max_examples=200, deadline=None)
@given(st.lists(odd_text, min_size=1, max_size=6))
def test_plain_words_are_those_of_count_vectorizer(texts):
    texts = [*texts, "one more"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokenised, "SMALL", 0)
        found = tokenise(texts, "plain")
    analyse = CountVectorizer().build_analyzer()
    assert [[word.lower() for word in text] for text in found] == [*map(analyse, texts)]


def test_characters_are_told_apart_as_python_does():
    import re
    import unicodedata

    table = kinds()
    for point in random.Random(1).sample(range(0x110000), 3000):
        one = chr(point)
        assert bool(table[point] & scanner.WORD) == bool(re.match(r"\w", one)), hex(point)
        assert bool(table[point] & scanner.SPACE) == bool(re.match(r"\s", one)), hex(point)
        assert bool(table[point] & scanner.DIGIT) == bool(re.match(r"\d", one)), hex(point)
        if point < 0x20000:
            assert bool(table[point] & scanner.UPPER) == one.isupper(), hex(point)
        if not table[point] & UNSETTLED:
            assert unicodedata.normalize("NFC", f"a{one}e{one}") == f"a{one}e{one}", hex(point)


@pytest.mark.parametrize("kind", ["str", "string[pyarrow]", object])
def test_texts_in_one_piece_are_the_same_however_they_are_held(kind):
    if kind == "string[pyarrow]":
        pytest.importorskip("pyarrow", reason="framing[parquet] is not installed")
    texts = ["Chips", "", "für 中", "’s", "", "𝒜 b"]
    held = pd.concat([pd.Series(texts[:2], dtype=kind), pd.Series(texts[2:], dtype=kind)])
    for first in range(6):
        for last in range(first, 7):
            data, bounds = tokenised._utf8(held.iloc[first:last])
            ends = bounds.tolist()
            found = [data[a:b].tobytes().decode() for a, b in pairwise(ends)]
            assert found == texts[first:last]
            assert ends[0] == 0


def test_texts_longer_than_a_piece_are_cut_between_words(compiled):
    word = "ab" * 40_000
    long = " ".join(["chips of the U.S.", word] * 20) + f" {word * 9} end@of.mail"
    assert list(tokenise([long, "short"])) == [words(long), ["short"]]


def test_a_vocabulary_that_outgrows_its_table_keeps_its_numbers(compiled):
    texts = [
        " ".join(f"w{i}x" for i in range(start, start + 9000)) for start in range(0, 90_000, 4500)
    ]
    assert list(tokenise(texts)) == [text.split() for text in texts]


@pytest.mark.parametrize("n_cores", [1, 3])
def test_the_number_of_cores_changes_nothing(compiled, monkeypatch, n_cores):
    texts = [f"word{i % 7} Chip{i} and the U.S. again" for i in range(200)]
    before = tokenise(texts)
    monkeypatch.setattr(tokenised, "cores", lambda: n_cores)
    monkeypatch.setattr("framing.inference.blocks.cores", lambda: n_cores)
    after = tokenise(texts)
    assert after.types == before.types
    assert (after.ids == before.ids).all()
    assert (after.ends == before.ends).all()


@pytest.mark.skipif(not DEBATES.exists(), reason="the speeches of the UN debates are not here")
def test_real_texts_give_the_same_words(compiled):
    texts = pd.read_parquet(DEBATES, columns=["text"])["text"].iloc[::250].tolist()
    assert list(tokenise(texts)) == [words(text) for text in texts]


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=12).map(sorted),
    st.integers(1, 4),
    st.randoms(),
)
def test_documents_that_lie_in_several_blocks_are_counted_once(documents, size, rng):
    matrix = sparse.csr_array([[rng.randint(0, 1) for _ in range(3)] for _ in documents])
    which = pd.factorize(np.array(documents))[0]
    blocks = deque(matrix[i : i + size] for i in range(0, len(documents), size))
    assert used_in_blocks(blocks, which, 3).tolist() == used_in(matrix, which).tolist()


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(-1, 6), max_size=30), min_size=1, max_size=9))
def test_tallies_are_those_of_a_loop(rows):
    ends = np.cumsum([0, *map(len, rows)])
    items = np.array([one for row in rows for one in row], dtype=np.int32)
    expected = [[row.count(one) for one in range(7)] for row in rows]
    found = tally(HeldTokens((), items, ends), 7)
    assert found.toarray().tolist() == expected
    assert found.has_canonical_format
    held = HeldTokens((), np.maximum(items, 0), ends)
    mapped = tally(held, 2, np.array([0, 1, -1, 0, 1, -1, 0]))
    which = {0: 0, 1: 1, 3: 0, 4: 1, 6: 0}
    kept = [[which.get(max(one, 0)) for one in row] for row in rows]
    assert mapped.toarray().tolist() == [[row.count(0), row.count(1)] for row in kept]


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.randoms())
def test_documents_that_use_a_term_are_counted_wherever_their_segments_are(documents, rng):
    matrix = np.array([[rng.randint(0, 1) for _ in range(3)] for _ in documents])
    which = pd.factorize(np.array(documents))[0]
    held = pd.DataFrame(matrix).groupby(which).max().sum().tolist()
    assert used_in(sparse.csr_array(matrix), which).tolist() == held


@settings(deadline=None)
@given(st.lists(some_words, min_size=1, max_size=6))
def test_the_automaton_finds_what_the_matcher_finds(texts):
    tokens = of_words(texts)
    found, names = count_phrases(tokens, PATTERNS)
    assert names == sorted(set(names))
    for row, text in enumerate(texts):
        expected = pd.Series(phrases(text, PATTERNS), dtype=object).value_counts().to_dict()
        counted = found[[row]].toarray()[0]
        assert {names[i]: n for i, n in enumerate(counted.tolist()) if n} == expected


@settings(deadline=None)
@given(st.lists(st.sampled_from([*WORDS, "CHAINS", "Ωmega", "re-export"]), unique=True))
def test_a_vocabulary_matches_as_patterns_do(types):
    patterns = [Pattern.parse(one) for one in ("chain*", "*risk", "EU", "*port*", "dual use")]
    for one in (*patterns, Pattern.parse("Supply", case_sensitive=True)):
        expected = np.flatnonzero(matching([one], types)).tolist()
        assert sorted(Vocabulary(types).matching(one)) == expected


@settings(deadline=None)
@given(st.lists(some_words, min_size=1, max_size=5))
def test_phrases_take_their_words_as_they_do_one_by_one(texts):
    compare_with_plain_python(texts)


def test_compiled_loops_take_phrases_out_as_well(monkeypatch):
    monkeypatch.setattr(terms, "FEW", 0)
    rng = random.Random(2)
    compare_with_plain_python([rng.choices(WORDS, k=30) for _ in range(30)])


def test_many_phrases_are_many_also_where_no_block_holds_many(monkeypatch):
    used = []
    monkeypatch.setattr(terms, "FEW", 20)
    monkeypatch.setattr("framing.counting.numbered.BLOCK", 20)
    monkeypatch.setattr(overlaps, "_compiled", lambda: lambda *given: used.append(len(given)))
    fr.count(corpus([f"supply chain and supply chain {i}" for i in range(30)]))
    assert len(used) > 2


def compare_with_plain_python(texts):
    joined = [*(" ".join(text) for text in texts), "Elsewhere"]
    made = corpus([f"{text} end{i}" for i, text in enumerate(joined)])
    published = replace(made, terms=made.extract(PATTERNS), phrases=PATTERNS)
    found = fr.count(published, stop_words=None, numbers=True).to_frame()
    for row, counter in enumerate(_counts.counts(made.texts, PATTERNS, numbers=True)):
        mine = found[found["document"] == f"d{row}"]
        assert dict(zip(mine["term"], mine["n"], strict=True)) == dict(counter)


def test_counting_is_the_same_in_plain_python(compiled):
    rng = random.Random(3)
    lexicon = [*WORDS, "China", "US", "us", "IT", "it", "SUBSIDY", "subsidy", "2+2", "1,000", "A"]
    texts = [" ".join(rng.choices(lexicon, k=60)) for _ in range(40)]
    made = corpus(texts)
    counts = fr.count(made, stop_words=["of"])
    expected = _counts.counts(texts, fr.closed_list(made), stop=frozenset(["of"]))
    rows = counts.to_frame().groupby("document", sort=False)
    found = [dict(zip(rows["term"], rows["n"], strict=True)) for _, rows in rows]
    assert found == [dict(counter) for counter in expected]
    assert counts.size.tolist() == [float(counter.total()) for counter in expected]


def test_plain_counts_are_those_of_count_vectorizer():
    texts = ["Chips, chips & rules_1 a b2", "The ΣΑΣ İstanbul chips’ RULES"]
    ours = fr.count(corpus(texts), tokenizer="plain", stop_words=None, phrases=False, numbers=True)
    vectorizer = CountVectorizer()
    theirs = vectorizer.fit_transform(texts)
    assert list(ours.names) == list(vectorizer.get_feature_names_out())
    assert (ours.matrix.toarray() == theirs.toarray()).all()


def test_plain_words_have_no_phrases():
    with pytest.raises(fr.InputError, match="'plain' knows words alone; give phrases=False"):
        fr.count(corpus(["Chips matter"]), tokenizer="plain")
    with pytest.raises(fr.InputError, match="give a corpus with texts"):
        fr.count(fr.load("articles"), tokenizer="plain", phrases=False)
    with pytest.raises(fr.InputError, match="tokenizer must be one of 'framing', 'plain'"):
        fr.count(corpus(["Chips matter"]), tokenizer="words", phrases=False)


def test_collocations_are_those_of_nltk():
    rng = random.Random(5)
    lexicon = "rare earth supply chain chip trade the of policy NATO 27 export control".split()
    texts = [" ".join(rng.choices(lexicon, weights=range(1, 14), k=50)) for _ in range(30)]
    texts += ["rare earth supply chain"] * 2 + ["export control export control"]
    made = corpus([f"{text} end{i}" for i, text in enumerate(texts)])
    ours = fr.collocations(made, most=20)
    fold = made.tokens.fold
    tokens = [[fold[word] for word in text] for text in made.tokens]
    finder = BigramCollocationFinder.from_documents(tokens)
    finder.apply_freq_filter(3)
    finder.apply_ngram_filter(lambda *pair: not all(map(means_something, pair)))
    totals, n = finder.word_fd, finder.word_fd.N()
    ratio = BigramAssocMeasures.likelihood_ratio
    scored = {
        pair: ratio(times, (totals[pair[0]], totals[pair[1]]), n)
        for pair, times in finder.ngram_fd.items()
        if times * n > totals[pair[0]] * totals[pair[1]]  # together more often than by chance
    }
    best = sorted(scored, key=lambda pair: (-round(scored[pair], 9), pair))
    shared_by = {pair: sum(pair in pairwise(text) for text in tokens) for pair in best}
    expected = [" ".join(pair) for pair in best if shared_by[pair] >= 2]
    assert ours == expected[:20]
    assert len(expected) >= 5


def test_pairs_are_the_same_when_they_are_counted_in_shares(monkeypatch):
    rng = random.Random(6)
    made = corpus([" ".join(rng.choices(WORDS, k=40)) for _ in range(20)])
    before = fr.collocations(made, min_count=2)
    monkeypatch.setattr("framing.counting.collocated.MOST", 60)
    assert fr.collocations(made, min_count=2) == before
    assert len(before) > 10


def test_pairs_are_not_joined_across_segments_and_need_several_documents():
    tokens = HeldTokens(["a", "b"], np.array([0, 1, 0, 1, 1, 0]), np.array([0, 2, 2, 4, 6]))
    forms, meant = np.array([0, 1]), np.array([True, True])
    one = Pairs(tokens, forms, meant, np.array([0, 0, 0, 1]))
    assert [part.tolist() for part in one._counted(meant, meant, 1)] == [[1, 2], [2, 1]]
    assert one.strongest(5, 1, 1) == [(0, 1)]  # the other pair is rarer than by chance
    assert one.strongest(5, 1, 2) == []
    assert one.strongest(5, 2, 1) == [(0, 1)]
    two = Pairs(tokens, forms, meant, np.array([0, 1, 2, 1]))
    assert two.strongest(5, 2, 2) == [(0, 1)]


def test_scores_that_differ_by_rounding_alone_are_ties(monkeypatch):
    texts = [f"supply chain beta rules {n}" for n in range(3)]
    expected = fr.collocations(corpus(texts))

    def shaken(counts, *rest):
        return np.full(len(counts), 5.0) + 1e-12 * np.arange(len(counts))

    monkeypatch.setattr("framing.counting.collocated.g_squared", shaken)
    found = fr.collocations(corpus(texts))
    assert found == sorted(found) == sorted(expected)
    assert len(found) == 3
