"""Two versions of a codebook on the same corpus."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

import framing as fr
from framing.codebooks.evidence import in_counts
from framing.codebooks.versions import _can_change, _edits, _shares, compare_codebooks
from framing.corpus import Corpus
from framing.errors import InputError
from framing.features import Features
from framing.frames import Codebook, Frame, code
from framing.patterns import Pattern
from framing.settings import Settings


def corpus_of(*texts: str) -> Corpus:
    table = pd.DataFrame({"id": [f"d{i}" for i in range(len(texts))], "text": texts})
    return Corpus.from_frame(table, date=None, segment="document", clean=False, name="small")


def parse(*terms: str) -> tuple[Pattern, ...]:
    return tuple(Pattern.parse(term) for term in terms)


def book_of(*frames: Frame, version: str = "1") -> Codebook:
    return Codebook("mine", "", version, "", frames)


OLD = book_of(
    Frame("water", "", "", parse("drought*", "flood*"), parse("river", "well"), parse("well off")),
    Frame("work", "", "", parse("jobs")),
    Frame("gone", "", "", parse("nothing")),
    Frame("hand", "", "", ()),
)
NEW = book_of(
    Frame("water", "", "", parse("drought*", "river"), parse("flood*", "well", "dry"),
          parse("drought of ideas")),
    Frame("work", "", "", parse("jobs")),
    Frame("fresh", "", "", parse("day", "nothing")),
    Frame("hand", "", "", ()),
)  # fmt: skip
TEXTS = (
    # old, new
    "Drought and jobs.",  # 1 1
    "Flood by day.",  # 1 0: flood made weak
    "A flood in a well.",  # 1 1: flood, and two weak ones
    "A river.",  # 0 1: river made strong
    "A drought of ideas.",  # 1 0: exclusion added
    "A dry river, well off.",  # 0 1: river; well off no longer excluded
    "A dry well.",  # 0 1: dry added
    "Nothing more.",  # 0 0
)


def test_codes_of_two_versions_by_hand() -> None:
    table = compare_codebooks(OLD, NEW, corpus_of(*TEXTS)).set_index("frame")
    assert list(table.index) == ["water", "work", "gone", "fresh"]
    water = table.loc["water"]
    assert list(water[["n_reference", "n", "gained", "lost"]]) == [4, 5, 3, 2]
    assert water["agreement"] == 3 / 8
    # by chance they agree in (4·5 + 4·3)/64 = 1/2
    assert water["kappa"] == pytest.approx((3 / 8 - 1 / 2) / (1 - 1 / 2))
    assert list(water[["before", "after", "estimate"]]) == [4 / 8, 5 / 8, 1 / 8]
    assert water["statistic"] == "difference"
    assert (water["n_documents"], water["n_segments"]) == (8, 8)
    assert water["low"] < -0.2
    assert water["high"] > 0.4
    work = table.loc["work"]
    assert list(work[["n", "gained", "lost", "agreement", "kappa"]]) == [1, 0, 0, 1, 1]
    assert list(work[["low", "high"]]) == [0, 0]  # not one edit
    assert work["note"] == ""
    assert table.loc["gone", "note"] == "only the old codebook finds this frame"
    assert table.loc["fresh", "note"] == "only the new codebook finds this frame"
    assert table.loc["gone", "n_reference"] == 1
    assert table.loc["fresh", "n"] == 2
    assert table.loc["gone", ["n", "gained", "kappa", "after"]].isna().all()


def test_edits_by_hand() -> None:
    table = compare_codebooks(OLD, NEW, corpus_of(*TEXTS), per="term")
    columns = ["term", "strength", "edit", "n_segments", "gained", "lost", "decisive"]
    assert [tuple(row) for row in table[columns].to_numpy()] == [
        ("flood*", "weak", "made weak", 2, 0, 1, 1),
        ("river", "strong", "made strong", 2, 2, 0, 1),  # d5 has well and dry as well
        ("dry", "weak", "added", 2, 2, 0, 1),  # d5 has river
        ("well off", "exclusion", "removed", 1, 1, 0, 0),
        ("drought of ideas", "exclusion", "added", 1, 0, 1, 1),
    ]
    assert set(table["frame"]) == {"water"}


def test_a_codebook_agrees_with_itself() -> None:
    corpus = fr.load("articles")
    table = compare_codebooks("news-frames", "news-frames", corpus)
    assert (table["agreement"] == 1).all()
    assert list(table["kappa"].dropna()) == [1.0] * 4  # no segment has a human interest
    assert (table["estimate"] == 0).all()
    assert (table["note"] == "only 5 documents; an interval needs 6").all()
    assert len(compare_codebooks("news-frames", "news-frames", corpus, per="term")) == 0


def test_kappa_is_missing_where_there_is_one_code_only() -> None:
    table = compare_codebooks(OLD, NEW, corpus_of("Stones.", "Sand."))
    assert table["kappa"].isna().all()
    assert table["agreement"].dropna().eq(1).all()


def test_bundled_corpora_against_coding_twice() -> None:
    corpus = fr.load("leaders")
    table = compare_codebooks("policy-frames", "critical-technology", corpus).set_index("frame")
    old, new = (
        code(corpus, name).select(["security"]) for name in ("policy-frames", "critical-technology")
    )
    a, b = (frames.matrix.toarray()[:, 0] for frames in (old, new))
    row = table.loc["security"]
    assert row["kappa"] == pytest.approx(cohen_kappa_score(a, b))
    assert row["gained"] == ((b == 1) & (a == 0)).sum()
    assert row["agreement"] == (a == b).mean()
    share = fr.emphasis(new, by="language")["estimate"].item()
    assert row["after"] == pytest.approx(share)
    assert row["low"] < row["estimate"] < row["high"]
    assert row["estimate"] == pytest.approx(row["after"] - row["before"])
    both = [name for name in table.index if table.loc[name, "note"] == ""]
    assert both == ["security"]


def test_the_interval_pairs_documents() -> None:
    """Taken for independent, the two shares would give an interval several times as wide."""
    corpus = fr.load("leaders")
    book = Codebook.load("critical-technology")
    first = book.frames[0]
    fewer = replace(first, terms=tuple(term for term in first.terms if str(term) != "nato"))
    new = replace(book, frames=(fewer,))
    row = compare_codebooks(book, new, corpus).iloc[0]
    table = fr.emphasis(code(corpus, new), by="language")
    apart = (table["high"] - table["low"]).item() * np.sqrt(2)
    assert (row["high"] - row["low"]) < apart / 3
    assert row["high"] < 0


def test_frames_in_common_are_needed() -> None:
    other = book_of(Frame("else", "", "", parse("tea")))
    with pytest.raises(InputError, match=r"codebooks 'mine' and 'mine' have no frame in common"):
        compare_codebooks(OLD, other, corpus_of("Tea."))
    with pytest.raises(InputError, match=r"per must be one of 'frame', 'term'; got 'word'"):
        compare_codebooks(OLD, NEW, corpus_of("Tea."), per="word")


def test_settings_are_those_of_the_engine() -> None:
    table = compare_codebooks(OLD, NEW, corpus_of(*TEXTS), level=0.5)
    wide = compare_codebooks(OLD, NEW, corpus_of(*TEXTS))
    assert table["level"].iloc[0] == 0.5
    assert (table["high"] - table["low"])[0] < (wide["high"] - wide["low"])[0]


WORDS = ["a", "b", "c", "d", "a b", "b c", "a b c", "c d"]
patterns = st.lists(st.sampled_from(WORDS).map(Pattern.parse), unique=True, max_size=4).map(tuple)
frames = st.builds(
    Frame, st.just("f"), st.just(""), st.just(""), patterns, patterns, patterns
).filter(lambda frame: frame.terms or frame.weak)


@settings(max_examples=25, deadline=None)
@given(old=frames, new=frames, seed=st.integers(0, 10_000))
def test_every_change_of_code_is_put_down_to_an_edit(old: Frame, new: Frame, seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = [rng.choice(list("abcd"), size=rng.integers(1, 7)) for _ in range(3)]
    corpus = corpus_of(*(" ".join([*words, f"end{i}"]) for i, words in enumerate(drawn)))
    counts = corpus.extract(tuple(Pattern.parse(word) for word in WORDS))
    for row in range(len(counts)):
        one = counts.where(np.arange(len(counts)) == row)
        before, after = (in_counts(one, book_of(frame))[0] for frame in (old, new))
        edits = list(_edits(before, after, one))
        gained, lost = sum(edit[5] for edit in edits), sum(edit[6] for edit in edits)
        assert (gained > 0) == bool(after.used[0] and not before.used[0])
        assert (lost > 0) == bool(before.used[0] and not after.used[0])


WIDER = Frame("f", "", "", parse("a", "b"))
NARROW = Frame("f", "", "", parse("a"))
OTHER = Frame("f", "", "", parse("b"))


@pytest.mark.parametrize(
    ("frames", "gain", "loss", "most"),
    [((NARROW, OTHER), 0.10, 0.02, 0.99), ((NARROW, WIDER), 0.02, 0.0, 0.985)],
)
def test_intervals_cover_the_difference(
    frames: tuple[Frame, Frame], gain: float, loss: float, most: float
) -> None:
    """Some segments are gained, some lost, more in some documents than in others."""
    rng = np.random.default_rng(4)
    replicates, base = 500, 0.3
    document = np.repeat(np.arange(60), rng.integers(4, 13, 60))

    def happens(rate: float) -> np.ndarray:
        chance = rng.beta(8 * rate, 8 * (1 - rate), (60, replicates)) if rate else np.zeros((60, 1))
        return rng.random((len(document), replicates)) < chance[document]

    old = happens(base)
    new = (old & ~happens(loss / base)) | (~old & happens(gain / (1 - base)))
    names = [str(i) for i in range(replicates)]
    segments = pd.DataFrame({"document": document.astype(str)})
    counts = Features(np.zeros((len(document), 1)), ["x"], segments)
    versions = [
        {name: _Coded(codes, frame) for name, codes in zip(names, used.T, strict=True)}
        for used, frame in zip((old, new), frames, strict=True)
    ]
    table = _shares(versions, names, counts, Settings())
    covered = (table["low"] <= gain - loss) & (gain - loss <= table["high"])
    assert 0.93 <= covered.mean() <= most
    assert table["estimate"].mean() == pytest.approx(gain - loss, abs=0.003)


class _Coded:
    def __init__(self, used: np.ndarray, frame: Frame) -> None:
        self.used, self.frame = used, frame


def test_what_cannot_change_is_known_to_be_nought() -> None:
    """Nothing changes in ten documents: how much could in others depends on the edits."""
    texts = [f"A {i}" for i in range(10)]
    ends = {}
    for name, new in {"same": NARROW, "wider": WIDER, "other": Frame("f", "", "", parse("b"),
                      parse("a", "c"))}.items():  # fmt: skip
        corpus = corpus_of(*(text.replace("A", "x") for text in texts))
        row = compare_codebooks(book_of(NARROW), book_of(new), corpus).iloc[0]
        ends[name] = row["low"], row["high"]
    assert ends["same"] == (0, 0)
    assert ends["wider"][0] == 0
    assert ends["wider"][1] == pytest.approx(0.3385, abs=1e-3)  # Wilson, none of 10, t with 9
    assert ends["other"] == pytest.approx((-ends["wider"][1], ends["wider"][1]))


@pytest.mark.parametrize(
    ("old", "new", "can"),
    [
        (Frame("f", "", "", parse("a")), Frame("f", "", "", parse("a")), (False, False)),
        (Frame("f", "", "", parse("a")), Frame("f", "", "", parse("a", "b")), (True, False)),
        (Frame("f", "", "", parse("a", "b")), Frame("f", "", "", parse("a")), (False, True)),
        (Frame("f", "", "", (), parse("a", "b")), Frame("f", "", "", parse("a"), parse("b")),
         (True, False)),
        (Frame("f", "", "", parse("a", "b")), Frame("f", "", "", parse("a"), parse("b")),
         (False, True)),
        (Frame("f", "", "", parse("a"), (), parse("b a")), Frame("f", "", "", parse("a")),
         (True, False)),
        (Frame("f", "", "", parse("a")), Frame("f", "", "", parse("a"), (), parse("b a")),
         (False, True)),
    ],
)  # fmt: skip
def test_which_way_edits_can_change_codes(old: Frame, new: Frame, can: tuple[bool, bool]) -> None:
    assert _can_change(old, new) == can
