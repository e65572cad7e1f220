"""Codebooks and coding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from framing.corpus import Corpus
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.frames import Codebook, code
from framing.patterns import Pattern
from framing.resources import LARGEST, bundled

TECHNOLOGY = "critical-technology"
POLICY_FRAMES = (
    "economic capacity morality fairness legality policy crime security health quality_of_life "
    "culture public_opinion political external other"
).split()

# Invented paragraphs, and the frames a reader would give them.
PARAGRAPHS = [
    ("The river flooded the market square, and the bakery stayed shut for two days.", ""),
    ("Generals warned that the new radar could be copied and turned on our own troops in a war, "
     "and that espionage is on the rise.", "security"),
    ("One country refines nearly all of the magnets we buy. Such dependence invites economic "
     "coercion.", "dependence"),
    ("After the shortage of last winter, ministers want to diversify where wafers come from and "
     "to build up stockpiles.", "resilience"),
    ("Whoever falls behind in this race for faster computers will not catch up: "
     "competitiveness is decided now.", "competition"),
    ("The cabinet approved a subsidy of four billion for a foundry and for research and "
     "development in photonics.", "investment"),
    ("Export controls on lithography were widened, and the screening of investments from abroad "
     "is to stop the theft of trade secrets.", "protection"),
    ("At their third dialogue the two governments issued a joint statement and agreed to deepen "
     "cooperation with like-minded partners.", "cooperation"),
    ("Negotiators in Geneva drew up standards for base stations; a regulation on data flows is to "
     "follow.", "rules"),
    ("Democracies cannot leave the tools of surveillance to authoritarian states: human rights are "
     "at stake.", "values"),
    ("With elections near, both parties court workers who fear for their jobs.", "domestic"),
    ("Allies promised each other to keep supply chains secure and to strengthen them.",
     "resilience cooperation"),
    ("Subsidies alone will not restore leadership in memory chips; rivals spend more.",
     "investment competition"),
    ("He paid the security deposit, and the Cold War museum gave him a leaflet on fair "
     "competition.", ""),
    # Words alone mislead: no exclusion list ends.
    ("The choir sang about a mine of gold and dependent hearts.", "resilience dependence"),
]  # fmt: skip


def corpus_of(*texts: str, name: str = "small") -> Corpus:
    table = pd.DataFrame({"id": [f"d{i}" for i in range(len(texts))], "text": texts})
    return Corpus.from_frame(table, date=None, segment="document", clean=False, name=name)


def counts_of(names: list[str], *rows: list[int]) -> Features:
    segments = pd.DataFrame({"document": [f"d{i}" for i in range(len(rows))]})
    return Features(np.array(rows), names, segments, kind="term")


def write(folder: Path, body: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(body, encoding="utf-8")
    return path


def book(folder: Path, frame: str) -> Codebook:
    return Codebook.load(write(folder, f'name = "mine"\n[[frame]]\nname = "f"\n{frame}'))


def used(features: Features) -> list[list[str]]:
    dense = features.matrix.toarray()
    return [[str(features.names[j]) for j in np.flatnonzero(row)] for row in dense]


@pytest.mark.parametrize(("text", "expected"), PARAGRAPHS)
def test_invented_paragraphs_are_coded_as_a_reader_would(text: str, expected: str) -> None:
    assert used(code(corpus_of(text), TECHNOLOGY)) == [
        [name for name in Codebook.load(TECHNOLOGY).names if name in expected.split()]
    ]


def test_bundled_codebooks() -> None:
    assert bundled("codebooks") == [TECHNOLOGY, "news-frames", "policy-frames"]
    assert Codebook.load(TECHNOLOGY).names == (
        *("security", "dependence", "resilience", "competition", "investment"),
        *("protection", "cooperation", "rules", "values", "domestic"),
    )
    assert list(Codebook.load("policy-frames").names) == POLICY_FRAMES
    for name in bundled("codebooks"):
        table = Codebook.load(name).to_frame()
        assert list(table.columns) == ["frame", "label", "definition", "terms"]
        assert (table["definition"].str.len() > 20).all()


def test_frames_for_hand_coding_only_are_left_out() -> None:
    frames = code(corpus_of("Courts ruled on the tax."), "policy-frames")
    assert list(frames.names) == POLICY_FRAMES[:-1]
    assert used(frames) == [["economic", "legality"]]


def test_excluded_phrases_cancel_the_terms_inside_them(tmp_path: Path) -> None:
    codebook = book(tmp_path, 'terms = ["secur*"]\nexclude = ["security deposit", "securities"]')
    texts = ["A security deposit.", "Security: a security deposit.", "Securities.", "Secure."]
    assert used(code(corpus_of(*texts), codebook)) == [[], ["f"], [], ["f"]]


def test_nested_exclusions_cancel_once(tmp_path: Path) -> None:
    codebook = book(tmp_path, 'terms = ["war"]\nexclude = ["trade war", "a trade war"]')
    assert used(code(corpus_of("A trade war and war", "a trade war"), codebook)) == [["f"], []]


def test_an_exclusion_cancels_phrases_inside_it_too(tmp_path: Path) -> None:
    codebook = book(
        tmp_path, 'terms = ["national security"]\nexclude = ["national security advis*"]'
    )
    texts = ["The National Security Adviser spoke.", "National security matters."]
    assert used(code(corpus_of(*texts), codebook)) == [[], ["f"]]


def test_two_different_weak_terms_are_needed(tmp_path: Path) -> None:
    codebook = book(tmp_path, 'terms = ["coercion"]\nweak = ["rely on", "vulnerab*", "China"]')
    texts = ["They rely on it and rely on her.", "They rely on China.", "Coercion!", "Vulnerable."]
    assert used(code(corpus_of(*texts), codebook)) == [[], ["f"], ["f"], []]


def test_case_counts_where_it_is_asked_for(tmp_path: Path) -> None:
    codebook = book(tmp_path, 'terms = ["trade"]\ncase_sensitive = ["WHO", "IT"]')
    texts = ["Who did it?", "The WHO did.", "TRADE", "IT sells."]
    assert used(code(corpus_of(*texts), codebook)) == [[], ["f"], ["f"], ["f"]]


def test_the_codebook_names_its_patterns(tmp_path: Path) -> None:
    codebook = book(
        tmp_path, 'terms = ["rare earth*", "mine"]\nweak = ["a", "b"]\nexclude = ["rare earth day"]'
    )
    assert list(map(str, codebook.patterns)) == ["rare earth*", "mine", "a", "b", "rare earth day"]


def test_pruning_features_does_not_change_frames() -> None:
    corpus = corpus_of("Export controls and subsidies.", "Nothing here.")
    whole = corpus.extract()
    pruned = whole.select(["Nothing"])
    assert pruned.corpus is corpus
    assert used(code(pruned, TECHNOLOGY)) == [["investment", "protection"], []]
    last = pruned.where([False, True])
    assert used(code(last, TECHNOLOGY)) == [[]]
    assert list(code(last, TECHNOLOGY).segments["document"]) == ["d1"]


def test_features_without_a_corpus_are_matched_on_their_names() -> None:
    features = counts_of(["export controls", "tea"], [1, 0], [0, 2])
    assert used(code(features, TECHNOLOGY)) == [["protection"], []]
    frames = code(features, TECHNOLOGY)
    assert frames.kind == "frame"
    with pytest.raises(InputError, match=r"these features are frames and do not know their corpus"):
        code(frames, TECHNOLOGY)


def test_rows_renamed_by_hand_are_refused() -> None:
    features = corpus_of("Tea.").extract()
    renamed = replace(features, segments=features.segments.assign(segment=["elsewhere"]))
    with pytest.raises(InputError, match=r"segment 'elsewhere' is not in corpus 'small'"):
        code(renamed, TECHNOLOGY)


def hand_coded(codes: dict[str, list[float]]) -> Corpus:
    corpus = corpus_of("One.", "Two.", "Three.")
    frame = pd.DataFrame(codes, index=pd.Index(corpus.segments["segment"], name="segment"))
    bare = corpus.segments.drop(columns="text")
    return replace(corpus, segments=bare, frames=frame)


def test_hand_codes_are_given_when_no_codebook_is() -> None:
    corpus = hand_coded({"security": [1, 0, 0], "values": [0, 0, 1]})
    frames = code(corpus)
    assert used(frames) == [["security"], [], ["values"]]
    assert (frames.kind, frames.corpus) == ("frame", corpus)


def test_segments_without_hand_codes_are_left_out_and_counted() -> None:
    corpus = hand_coded({"security": [1, 0, np.nan], "values": [0, 0, 1]})
    with pytest.warns(InputWarning, match=r"1 of 3 segments lack hand codes and are left out"):
        frames = code(corpus)
    assert used(frames) == [["security"], []]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ({"security": [1, 2, 0]}, r"segment 'd1/000': hand codes must be 0, 1 or missing"),
        ({"security": [np.nan] * 3}, r"no segment has a hand code for every frame"),
    ],
)
def test_bad_hand_codes_are_refused(codes: dict[str, list[float]], said: str) -> None:
    with pytest.raises(InputError, match=said):
        code(hand_coded(codes))


def test_without_a_codebook_there_must_be_hand_codes() -> None:
    said = r"has no hand codes; name a codebook: 'critical-technology', 'news-frames', 'policy-"
    with pytest.raises(InputError, match=r"corpus 'small' " + said):
        code(corpus_of("Tea."))
    with pytest.raises(InputError, match=r"these features have no hand codes"):
        code(counts_of(["tea"], [1]))


def test_a_codebook_needs_terms() -> None:
    with pytest.raises(InputError, match=r"holds hand codes but no terms, so codebook 'critical-"):
        code(hand_coded({"security": [1, 0, 0]}), TECHNOLOGY)


def test_phrases_that_were_never_counted_are_told(tmp_path: Path) -> None:
    codebook = book(tmp_path, 'terms = ["rare earth*", "Supply Chain", "trade war", "tea"]')
    corpus = corpus_of("Rare earths and tea.")
    listed = (Pattern.parse("supply chain"), Pattern.parse("trade war", case_sensitive=True))
    published = replace(
        corpus,
        segments=corpus.segments.drop(columns="text"),
        terms=corpus.extract(listed),
        phrases=listed,
    )
    said = r"2 of the 3 phrases of codebook 'mine' are not in .* list.*: rare earth\*, trade war\."
    with pytest.warns(InputWarning, match=said):
        assert used(code(published, codebook)) == [["f"]]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("name = ", r"mine\.toml is not valid TOML"),
        ('name = "x"', r"mine\.toml has no frames; write \[\[frame\]\] for each"),
        ('[[frame]]\nname = "a"\nterms = ["b"]', r"mine\.toml: 'name' is missing"),
        ('name = "x"\nframe = 3', r"write \[\[frame\]\] for each frame"),
        ('name = "x"\nframe = [3]', r"frame 1 must be a table; got 3"),
        ('name = "x"\ncolour = 1', r"mine\.toml: a key must be one of 'name', .*; got 'colour'"),
        ('name = "x"\n[[frame]]\nterms = ["b"]', r"frame 1: 'name' is missing"),
        ('name = "x"\n[[frame]]\nname = "a"\nterm = ["b"]', r"frame 1 \(a\): a key must .*'term'"),
        ('name = "x"\n[[frame]]\nname = "a"\nterms = "b"', r"\(a\): 'terms' must be a list"),
        ('name = "x"\n[[frame]]\nname = "a"\nterms = ["*"]', r"frame 1 \(a\): in 'terms', pattern"),
        ('name = "x"\n[[frame]]\nname = "a"\nweak = ["b"]', r"\(a\) has nothing to be recognised"),
        (
            'name = "x"\n[[frame]]\nname = "a"\nterms = ["B", "b"]',
            r"\(a\): 'terms' holds 'b' twice; delete one",
        ),
        (
            'name = "x"' + '\n[[frame]]\nname = "a"\nterms = ["b"]' * 2,
            r"mine\.toml: there are two frames named 'a'; rename one",
        ),
        ('name = "x"\n[[frame]]\nname = "a"\nlabel = 3\nterms = ["b"]', r"'label' must be text"),
    ],
)
def test_bad_codebooks_are_told_where(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Codebook.load(write(tmp_path, body))


def test_codebooks_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"codebook must be one of 'critical-technology', 'news-"):
        Codebook.load("technology")
    with pytest.raises(InputError, match=r"there is no file .*none\.toml"):
        Codebook.load(tmp_path / "none.toml")


def test_files_too_large_or_not_text_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "#" * (LARGEST + 1))
    with pytest.raises(InputError, match=r"has 1,000,001 bytes, more than 1,000,000"):
        Codebook.load(path)
    path.write_bytes(b"name = '\xff'")
    with pytest.raises(InputError, match=r"is not UTF-8 text"):
        Codebook.load(path)
