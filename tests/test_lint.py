"""What lint finds in codebooks, and how patterns overlap."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing.codebooks.lint import lint
from framing.codebooks.overlap import can_stand_in, covers, spellings, stands_in
from framing.corpus import Corpus
from framing.errors import InputError
from framing.features import Features
from framing.frames import Codebook, Frame
from framing.patterns import Pattern
from framing.resources import LARGEST, bundled


def corpus_of(*texts: str) -> Corpus:
    table = pd.DataFrame({"id": [f"d{i}" for i in range(len(texts))], "text": texts})
    return Corpus.from_frame(table, date=None, segment="document", clean=False, name="small")


def write(folder: Path, body: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(body, encoding="utf-8")
    return path


def frame(body: str, name: str = "f", definition: str = 'definition = "Told."') -> str:
    return f'[[frame]]\nname = "{name}"\n{definition}\n{body}\n'


def book(folder: Path, *frames: str) -> Path:
    return write(folder, 'name = "mine"\n' + "".join(frames))


def said(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    return [*table[["severity", "finding", "term"]].itertuples(index=False, name=None)]


# --- files that are refused ------------------------------------------------------------------

BAD = {
    'name = "x': "unreadable",
    'name = "x"': "no frames",
    frame('terms = ["b"]'): "bad value",  # the file has no name
    'name = "x"\nframe = 3': "bad value",
    'name = "x"\nframe = [3]': "bad value",
    'name = " "\n' + frame('terms = ["b"]'): "bad value",
    'name = "x"\ntitle = 3\n' + frame('terms = ["b"]'): "bad value",
    'name = "x"\ncolour = 1\n' + frame('terms = ["b"]'): "unknown key",
    'name = "x"\n' + frame('term = ["b"]\nterms = ["b"]'): "unknown key",
    'name = "x"\n[[frame]]\ndefinition = "d"\nterms = ["b"]': "bad value",
    'name = "x"\n' + frame('terms = "b"'): "bad value",
    'name = "x"\n' + frame('terms = ["b"]\nweak = [1]'): "bad value",
    'name = "x"\n' + frame('label = 3\nterms = ["b"]'): "bad value",
    'name = "x"\n' + frame('terms = ["b"]', definition="definition = 3"): "bad value",
    'name = "x"\n' + frame('terms = ["*"]'): "bad term",
    'name = "x"\n' + frame('terms = ["b"]\nexclude = ["a b c d e"]'): "bad term",
    'name = "x"\n' + frame('terms = ["B", "b"]'): "twice",
    'name = "x"\n' + frame('case_sensitive = ["B", "B"]'): "twice",
    'name = "x"\n' + frame('terms = ["b"]') * 2: "twice",
    'name = "x"\n' + frame('weak = ["b"]'): "no terms",
    'name = "x"\n' + frame(""): "no terms",
    "#" * (LARGEST + 1): "unreadable",
}


@pytest.mark.parametrize(("body", "finding"), BAD.items(), ids=range(len(BAD)))
def test_what_is_refused_is_an_error(tmp_path: Path, body: str, finding: str) -> None:
    path = write(tmp_path, body)
    with pytest.raises(InputError):
        Codebook.load(path)
    table = lint(path)
    errors = table[table["severity"] == "error"]
    assert list(errors["finding"]) == [finding]
    assert errors["note"].str.len().min() > 15


GOOD = [
    'name = "x"\n' + frame('terms = ["b"]'),
    'name = "x"\n' + frame("terms = []"),
    'name = "x"\n' + frame('weak = ["b", "c"]'),
    'name = "x"\n' + frame('case_sensitive = ["B"]\nterms = ["b"]'),
    'name = "x"\n' + frame('terms = ["b"]\nweak = ["b"]'),
]


@pytest.mark.parametrize("body", GOOD)
def test_what_is_read_has_no_error(tmp_path: Path, body: str) -> None:
    path = write(tmp_path, body)
    Codebook.load(path)
    assert not (lint(path)["severity"] == "error").any()


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        "colour = 1\n",
        frame('terms = ["*", "a b c d e", "oak*", "oaks", "Oaks"]\nshade = 2'),
        "[[frame]]\nterms = []\n",
        frame('weak = ["elm"]', name="g", definition=""),
    )
    table = lint(path)
    assert list(table.columns) == ["term", "frame", "severity", "finding", "note"]
    assert said(table) == [
        ("error", "unknown key", ""),
        ("error", "unknown key", ""),
        ("error", "bad term", "*"),
        ("error", "bad term", "a b c d e"),
        ("error", "twice", "oaks"),
        ("error", "bad value", ""),
        ("error", "no terms", ""),
        ("warning", "no definition", ""),
        ("warning", "no definition", ""),
        ("warning", "short wildcard", "oak*"),
        ("warning", "lone weak term", "elm"),
        ("hint", "redundant", "oaks"),
    ]
    assert list(table["frame"])[:6] == ["", "f", "f", "f", "f", ""]
    notes = dict(zip(table["finding"], table["note"], strict=True))
    assert notes["bad value"].startswith("frame 2: 'name' is missing")
    assert "got 'shade'" in notes["unknown key"]


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(InputError, match=r"there is no file .*none\.toml"):
        lint("none.toml")
    with pytest.raises(InputError, match=r"codebook must be one of"):
        lint("none")


# --- questionable terms ----------------------------------------------------------------------

FINDINGS = [
    # a clean frame
    ('terms = ["drought*", "well"]\nweak = ["river", "rain"]\nexclude = ["well off"]', []),
    # redundant: another strong term is found wherever it is
    ('terms = ["chip*", "chips"]', [("hint", "redundant", "chips")]),
    ('terms = ["chip*", "chip"]\nweak = ["wood", "chipmaker"]',
     [("hint", "redundant", "chip"), ("hint", "redundant", "chipmaker")]),
    ('terms = ["rain"]\nweak = ["rain", "snow"]', [("hint", "redundant", "rain")]),
    ('terms = ["*security", "national security"]', [("hint", "redundant", "national security")]),
    ('terms = ["Rain"]\ncase_sensitive = ["Rain"]', [("hint", "redundant", "Rain")]),
    # but "national-security" is one word
    ('terms = ["security", "national security"]',
     [("hint", "nearly redundant", "national security")]),
    # and an exclusion may cancel the shorter one alone
    ('terms = ["secur*", "security reform"]\nexclude = ["social security"]',
     [("hint", "nearly redundant", "security reform")]),
    # capitals tell the two apart
    ('terms = ["rain"]\ncase_sensitive = ["Rain"]', [("hint", "redundant", "Rain")]),
    ('case_sensitive = ["Rain"]\nterms = ["rains"]', []),
    # weak terms that come as a pair
    ('weak = ["private sector", "sector"]', [("warning", "pair", "private sector")]),
    ('weak = ["death*", "deaths"]', [("warning", "pair", "deaths")]),
    ('terms = ["private sector"]\nweak = ["sector", "firms"]', []),
    ('terms = ["a"]\nweak = ["river"]', [("warning", "lone weak term", "river")]),
    # exclusions
    ('terms = ["war"]\nexclude = ["price cut"]', [("hint", "idle exclusion", "price cut")]),
    ('terms = ["war"]\nexclude = ["trade wars"]', [("hint", "idle exclusion", "trade wars")]),
    ('terms = ["secur*"]\nexclude = ["securities"]', []),
    ('terms = ["price war*"]\nexclude = ["price war*"]',
     [("warning", "cancelled", "price war*")]),
    ('terms = ["price wars"]\nweak = ["a", "b"]\nexclude = ["price war*"]',
     [("warning", "cancelled", "price wars")]),
    # capitals and wildcards
    ('case_sensitive = ["pla"]', [("warning", "no capitals", "pla")]),
    ('case_sensitive = ["5G", "2+2"]', []),
    ('terms = ["tax*"]', [("warning", "short wildcard", "tax*")]),
    ('terms = ["*ai"]', [("warning", "short wildcard", "*ai")]),
    ('terms = ["mine*", "K* program"]', []),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "expected"), FINDINGS)
def test_questionable_terms(
    tmp_path: Path, terms: str, expected: list[tuple[str, str, str]]
) -> None:
    path = book(tmp_path, frame(terms))
    assert said(lint(path)) == expected
    assert said(lint(Codebook.load(path))) == expected


def test_notes_say_what_to_do(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        frame('terms = ["secur*", "security reform"]\nexclude = ["social security"]'),
        frame('terms = ["food", "food-security"]', name="g"),
    )
    notes = lint(path).query("finding == 'nearly redundant'")["note"]
    assert list(notes) == [
        "'secur*' is found wherever it is, but for exclusions: leave it out unless that matters.",
        "'food' is found wherever it is, but for hyphenated spellings: leave it out unless that "
        "matters.",
    ]


def test_terms_of_several_frames_are_told_once(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        frame('terms = ["rain"]\nweak = ["snow", "hail"]'),
        frame('weak = ["rain", "snow"]', name="g"),
        frame('terms = ["rain"]', name="h"),
    )
    table = lint(path)
    assert said(table) == [("hint", "overlap", "rain"), ("hint", "overlap", "snow")]
    assert list(table["frame"]) == ["f", "f"]
    note = "strong here, and a term of g (weak), h (strong): frames that share terms go together."
    assert table["note"].iloc[0] == note


def test_a_codebook_without_definitions() -> None:
    bare = Frame("f", "", "", (Pattern.parse("rain"),))
    assert said(lint(Codebook("mine", "", "", "", (bare,)))) == [("warning", "no definition", "")]


# --- in a corpus -----------------------------------------------------------------------------


def test_terms_that_a_corpus_does_not_bear_out(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        frame(
            'terms = ["hail", "war", "oak*"]\nweak = ["rain", "snow fall"]\n'
            'exclude = ["trade war", "war of words"]'
        ),
    )
    corpus = corpus_of("A trade war, a trade war.", "Rain on oaks and oaken oaks.")
    table = lint(path, corpus)
    assert said(table) == [
        ("warning", "short wildcard", "oak*"),
        ("warning", "always excluded", "war"),
        ("hint", "never found", "hail"),
        ("hint", "short wildcard", "oak*"),
        ("hint", "never found", "snow fall"),
        ("hint", "never found", "war of words"),
    ]
    assert table["note"].iloc[3] == "matches 2 words here: oaks, oaken."
    assert said(lint(path, corpus.extract((Pattern.parse("trade war"),)))) == said(table)


def test_phrases_that_were_never_counted_are_told_without_a_warning(tmp_path: Path) -> None:
    path = book(tmp_path, frame('terms = ["rare earth*", "trade war", "tea"]'))
    corpus = corpus_of("Rare earths and tea.")
    listed = (Pattern.parse("trade war"),)
    published = replace(
        corpus,
        segments=corpus.segments.drop(columns="text"),
        terms=corpus.extract(listed),
        phrases=listed,
    )
    assert said(lint(path, published)) == [
        ("warning", "not counted", "rare earth*"),
        ("hint", "never found", "trade war"),
    ]


def test_features_of_another_kind_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path, frame('terms = ["tea"]'))
    topics = Features([[1]], ["t"], pd.DataFrame({"document": ["a"]}), kind="topic")
    with pytest.raises(InputError, match=r"is looked for in terms, but these features are topics"):
        lint(path, topics)


# --- the bundled codebooks -------------------------------------------------------------------


def test_bundled_codebooks_have_no_errors() -> None:
    known = {"deaths"}  # in policy-frames, beside "death*"
    for name in bundled("codebooks"):
        table = lint(name)
        assert not (table["severity"] == "error").any()
        assert set(table.loc[table["severity"] == "warning", "term"]) <= known


def test_news_frames_are_clean_and_counted_everywhere() -> None:
    assert said(lint("news-frames")) == [("hint", "nearly redundant", "faith based")]
    for name in ("articles", "leaders"):
        assert "not counted" not in set(lint("news-frames", fr.load(name))["finding"])


@pytest.mark.parametrize("name", ["critical-technology", "policy-frames", "news-frames"])
def test_without_redundant_terms_no_code_changes(name: str) -> None:
    whole = Codebook.load(name)
    table = lint(name)
    redundant = table[table["finding"] == "redundant"]
    frames = []
    for one in whole.frames:
        out = set(redundant.loc[redundant["frame"] == one.name, "term"])
        terms, weak = (
            tuple(term for term in given if str(term) not in out) for given in (one.terms, one.weak)
        )
        assert len(terms) + len(weak) == len(one.terms) + len(one.weak) - len(out)
        frames.append(replace(one, terms=terms, weak=weak))
    less = replace(whole, frames=tuple(frames))
    for corpus in ("leaders", "articles"):
        before, after = (fr.code(fr.load(corpus), book).matrix for book in (whole, less))
        assert (before != after).nnz == 0


# --- overlap, against trying every text ------------------------------------------------------

LETTERS = "ab"
PIECES = ["a", "b", "ab", "a*", "*b", "b*", "*a*"]
words = st.sampled_from(PIECES)
drawn_patterns = st.builds(
    lambda parts, case: Pattern(tuple(parts), case),
    st.lists(words, min_size=1, max_size=2),
    st.booleans(),
)


def texts(longest: int = 3) -> list[str]:
    """Every text of two to four pieces, joined by blanks or hyphens."""
    single = ["".join(one) for n in (1, 2) for one in product(LETTERS, repeat=n)]
    single += ["A", "aB"]
    out = []
    for n in range(1, longest + 1):
        for chosen in product(single if n < 3 else ["a", "b", "ab"], repeat=n):
            for joints in product(" -", repeat=n - 1):
                out.append(chosen[0] + "".join(map("".join, zip(joints, chosen[1:], strict=True))))
    return out


TEXTS = texts()


def inside(pattern: Pattern, name: str) -> bool:
    tokens = name.split(" ")
    runs = (tokens[i:j] for i in range(len(tokens)) for j in range(i + 1, len(tokens) + 1))
    return any(pattern.matches(" ".join(run)) for run in runs)


@settings(max_examples=200, deadline=None)
@given(one=drawn_patterns, other=drawn_patterns)
def test_overlap_holds_in_every_text(one: Pattern, other: Pattern) -> None:
    matched = [name for name in TEXTS if other.matches(name)]
    assert matched
    if covers(one, other):
        assert all(one.matches(name) for name in matched)
    if stands_in(one, other):
        assert all(inside(one, name) for name in matched)
    if any(inside(one, name) for name in matched):
        assert can_stand_in(one, other)


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [
        ("chip*", "chip", True),
        ("chip*", "chip-maker", False),  # "chip maker" is two words
        ("*chip*", "microchips", True),
        ("chip", "chip*", False),
        ("supply chain*", "supply chains", True),
        ("supply*", "supply chain", False),
    ],
)
def test_covering(one: str, other: str, holds: bool) -> None:
    assert covers(Pattern.parse(one), Pattern.parse(other)) == holds


def test_capitals_count_in_overlap() -> None:
    loose, strict = Pattern.parse("us"), Pattern.parse("US", case_sensitive=True)
    assert covers(loose, strict)
    assert not covers(strict, loose)
    assert can_stand_in(strict, loose)
    assert not can_stand_in(strict, Pattern.parse("us", case_sensitive=True))


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [
        ("war", "trade wars", False),
        ("war*", "trade wars", True),
        ("*wars", "trade wa*", True),
        ("trade war", "a trade war", True),
        ("trade-war", "trade wars", False),
        ("pre*", "*fix", True),
        ("prefix", "pre*", True),
        ("prefix", "suf*", False),
        ("trade deal", "deal trade", False),
    ],
)
def test_standing_in_by_chance(one: str, other: str, holds: bool) -> None:
    assert can_stand_in(Pattern.parse(one), Pattern.parse(other)) == holds


def test_spellings() -> None:
    found = spellings(Pattern.parse("open strategic autonomy"))
    assert [" ".join(words) for words in found] == [
        "open strategic autonomy",
        "open strategic-autonomy",
        "open-strategic autonomy",
        "open-strategic-autonomy",
    ]
    assert [len(words) for words in found] == [3, 2, 2, 1]
    assert np.all([Pattern.parse("open strategic autonomy").matches(" ".join(w)) for w in found])
