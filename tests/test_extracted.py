from __future__ import annotations

import gzip
import hashlib
import json
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from framing.corpus import Corpus
from framing.errors import InputError, InputWarning
from framing.extracted import read_features, shards, write_features
from framing.extracted.records import NAMES
from framing.patterns import Pattern

COPPER = "Copper prices rose, and the Harbour Board blamed the price of copper cables."
QUAY = "It rained."
BOARD = "The Harbour Board met again."
PATTERNS = (Pattern.parse("harbour board"), Pattern.parse("copper cable*", True))


def corpus_of(*texts: str, **metadata: list[Any]) -> Corpus:
    names = [f"d{i}" for i in range(len(texts))]
    frame = pd.DataFrame({"id": names, "text": texts} | metadata)
    date = "date" if "date" in metadata else None
    return Corpus.from_frame(frame, date=date, clean=False, name="towns")


def written(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "features.jsonl").read_text().splitlines()]


# --- what is written ---------------------------------------------------------------------


def test_the_format_by_hand(tmp_path: Path) -> None:
    corpus = corpus_of(
        f"{QUAY}\n{COPPER}\n{BOARD}\n{QUAY}",
        date=["2023-05"],
        title=["On the quay"],
        outlet=["The Gull"],
        region=["US"],
    )
    write_features(corpus, tmp_path / "out", floor=5, closed_list=PATTERNS)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "features.json",
        "features.jsonl",
        "phrases.txt",
    ]
    assert (tmp_path / "out" / "phrases.txt").read_text() == "harbour board\n=copper cable*\n"
    assert written(tmp_path / "out") == [
        {
            "id": "d0",
            "datePublished": "2023-05",
            "title": "On the quay",
            "isPartOf": "The Gull",
            "region": "US",
            "sourceSHA256": corpus.documents["sha256"][0],
            "wordCount": 22,
            "paragraphCount": 2,
            "features": {
                "paragraphs": [
                    {
                        "seq": 0,
                        "merged": [1],
                        "tokenCount": 15,
                        "unigramCount": {
                            "Board": 1, "Copper": 1, "Harbour": 1, "It": 1, "and": 1, "blamed": 1,
                            "cables": 1, "copper": 1, "of": 1, "price": 1, "prices": 1,
                            "rained": 1, "rose": 1, "the": 2,
                        },
                        "phraseCount": {"Harbour Board": 1, "copper cables": 1},
                    },
                    {
                        "seq": 2,
                        "merged": [3],
                        "tokenCount": 7,
                        "unigramCount": {
                            "Board": 1, "Harbour": 1, "It": 1, "The": 1, "again": 1, "met": 1,
                            "rained": 1,
                        },
                        "phraseCount": {"Harbour Board": 1},
                    },
                ]
            },
        }
    ]  # fmt: skip
    manifest = json.loads((tmp_path / "out" / "features.json").read_text())
    files = manifest.pop("files")
    assert manifest == {
        "schema": "framing-features/1",
        "tokenizer": "framing-words/1",
        "segment": "paragraph",
        "longestChain": 8,
        "documents": 1,
        "name": "towns",
        "floor": 5,
        "columns": ["id", "datePublished", "title", "isPartOf", "region", "sourceSHA256"],
        "paragraphs": 2,
        "phrasesLeftOut": 0,
    }
    for name, about in files.items():
        data = (tmp_path / "out" / name).read_bytes()
        assert about["sha256"] == hashlib.sha256(data).hexdigest()
    assert files["features.jsonl"]["documents"] == 1


def test_words_are_sorted(tmp_path: Path) -> None:
    write_features(corpus_of(COPPER), tmp_path / "out", floor=5, closed_list=())
    counts = written(tmp_path / "out")[0]["features"]["paragraphs"][0]["unigramCount"]
    assert list(counts) == sorted(counts)


def test_short_documents_are_left_out_and_counted(tmp_path: Path) -> None:
    corpus = corpus_of(COPPER, f"{QUAY}\n{QUAY}")
    with pytest.warns(InputWarning, match=r"1 of 2 documents have fewer than 5 words.*\(d1\)"):
        write_features(corpus, tmp_path / "out", floor=5, closed_list=())
    assert read_features(tmp_path / "out").documents["document"].tolist() == ["d0"]
    with pytest.raises(InputError, match="no document has the 20 words"):
        write_features(corpus_of(COPPER), tmp_path / "other", closed_list=())
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_phrases_that_would_run_together_give_way(tmp_path: Path) -> None:
    text = "a b c d e f g h i j"
    patterns = [Pattern.parse(one) for one in ("d e f g", "g h i j", "a b c d", "j")]
    write_features(corpus_of(text), tmp_path / "out", floor=5, closed_list=patterns)
    assert written(tmp_path / "out")[0]["features"]["paragraphs"][0]["phraseCount"] == {
        "d e f g": 1,
        "g h i j": 1,
    }
    assert json.loads((tmp_path / "out" / "features.json").read_text())["phrasesLeftOut"] == 1


def test_the_default_closed_list_holds_the_collocations_of_the_corpus(tmp_path: Path) -> None:
    texts = [f"The lighthouse keeper saw copper cables, no. {i}, and supply chains." for i in "123"]
    corpus_of(*texts).write_features(tmp_path / "out", floor=5)
    corpus = read_features(tmp_path / "out")
    assert {"copper cables", "lighthouse keeper", "supply chains"} <= set(corpus.extract().names)


def test_a_corpus_counts_the_phrases_that_are_named(tmp_path: Path) -> None:
    corpus_of(COPPER).write_features(tmp_path / "out", floor=5, closed_list=PATTERNS[:1])
    corpus = read_features(tmp_path / "out")
    assert corpus.phrases == PATTERNS[:1]
    assert [name for name in corpus.extract().names if " " in name] == ["Harbour Board"]


def test_no_text_is_written(tmp_path: Path) -> None:
    write_features(corpus_of(COPPER), tmp_path / "out", floor=5, closed_list=PATTERNS)
    everything = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    for start in range(len(COPPER.split()) - 2):
        assert " ".join(COPPER.split()[start : start + 3]).encode() not in everything


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"summary": ["x" * 301]}, "document 'd0', column 'summary': a value has 301 characters"),
        ({"title": ["x" * 301]}, "it may be prose"),
        ({"seen": [pd.Timestamp("2021-01-01")]}, "column 'seen': a value is a Timestamp"),
        ({"tags": [["a"]]}, "column 'tags': a value is a list; give text, a number"),
        ({"score": [float("inf")]}, "column 'score': a value is infinite"),
        ({"note": pd.Series(["\ud800"], dtype=object)}, "half a character"),
        ({"creator": ["me"]}, "column 'creator' has a name that the feature format uses"),
        ({"features": [1]}, "column 'features' has a name"),
        ({7: [1]}, "column 7 has a name"),
    ],
)
def test_metadata_that_cannot_be_published(
    tmp_path: Path, metadata: dict[Any, Any], words: str
) -> None:
    corpus = corpus_of(COPPER, **{str(k): v for k, v in metadata.items() if k != 7})
    if 7 in metadata:
        corpus = replace(
            corpus, documents=corpus.documents.assign(**{"x": 1}).rename({"x": 7}, axis=1)
        )
    with pytest.raises(InputError) as caught:
        write_features(corpus, tmp_path / "out", floor=5, closed_list=())
    assert words in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_only_paragraphs_with_texts_can_be_written(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["a"], "text": [f"{COPPER} {BOARD}\n{COPPER}"]})
    for segment in ("sentence", "document"):
        corpus = Corpus.from_frame(frame, date=None, clean=False, segment=segment)
        with pytest.raises(InputError, match="read it with segment='paragraph'"):
            write_features(corpus, tmp_path / "out", closed_list=())
    corpus = Corpus.from_frame(frame, date=None, clean=False)
    write_features(corpus, tmp_path / "out", floor=5, closed_list=())
    with pytest.raises(InputError, match=r"has no texts to count; .* copy their folder"):
        write_features(read_features(tmp_path / "out"), tmp_path / "again")


# --- where it is written -----------------------------------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_corpus_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_features(corpus_of(COPPER, BOARD), tmp_path / name, floor=5, closed_list=PATTERNS)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_features_are_replaced_only_if_asked(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "texts").mkdir(parents=True)
    (out / "texts" / "d0.txt").write_text(COPPER)
    (out / "features-2020.jsonl.gz").write_bytes(b"old")
    with pytest.raises(InputError, match=r"holds features already; pass overwrite=True"):
        write_features(corpus_of(BOARD), out, floor=5, closed_list=())
    write_features(corpus_of(BOARD), out, floor=5, closed_list=(), overwrite=True)
    assert sorted(contents(out)) == ["d0.txt", "features.json", "features.jsonl", "phrases.txt"]
    assert read_features(out).segments["n_tokens"].tolist() == [5]
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_of_documents_gets_no_features(tmp_path: Path) -> None:
    (tmp_path / "documents.csv").write_text("id\n")
    with pytest.raises(InputError, match=r"has a documents\.csv.*another folder"):
        write_features(corpus_of(COPPER), tmp_path, floor=5)
    with pytest.raises(InputError, match="is a file; name a folder"):
        write_features(corpus_of(COPPER), tmp_path / "documents.csv", floor=5)


@pytest.mark.parametrize("step", range(8))
def test_an_interrupted_write_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    out = tmp_path / "out"
    write_features(corpus_of(COPPER), out, floor=5, closed_list=PATTERNS)
    before = contents(out)
    calls = Counter[str]()

    def interrupted(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            calls["all"] += 1
            if calls["all"] == step + 1:
                raise KeyboardInterrupt
            return method(*arguments)

        return call

    monkeypatch.setattr(Path, "write_bytes", interrupted(Path.write_bytes))
    monkeypatch.setattr(Path, "rename", interrupted(Path.rename))
    with pytest.raises(KeyboardInterrupt):
        write_features(corpus_of(BOARD), out, floor=5, closed_list=(), overwrite=True)
    monkeypatch.undo()
    assert contents(tmp_path) == before
    assert list(tmp_path.iterdir()) == [out]


def test_an_interrupted_first_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("framing.extracted.folder.publish", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_features(corpus_of(COPPER), tmp_path / "out", floor=5, closed_list=())
    assert not list(tmp_path.iterdir())


def test_a_write_that_fails_leaves_no_folders_above(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(InputError, match="words of floor="):
        write_features(corpus_of(COPPER), tmp_path / "mine/x/y", floor=10_000, closed_list=())
    assert not list((tmp_path / "mine").iterdir())
    write_features(corpus_of(COPPER), tmp_path / "mine/x/y", floor=5, closed_list=())
    assert [path.name for path in (tmp_path / "mine/x").iterdir()] == ["y"]


def noise(seed: int, n: int) -> str:
    draw = random.Random(seed)
    return " ".join("".join(draw.choices("abcdefghij", k=8)) for _ in range(n))


def test_a_large_corpus_is_divided_by_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "PLAIN_BYTES", 1000)
    monkeypatch.setattr(shards, "SHARD_BYTES", 2000)
    dates = ["2022-01", "2021", "2022-03", None, "2022"]
    with pytest.warns(InputWarning, match="1 of 5 documents have no date"):
        corpus = corpus_of(*(noise(i, 200) for i in range(5)), date=dates)
    write_features(corpus, tmp_path / "out", closed_list=())
    names = sorted(path.name for path in (tmp_path / "out").glob("*.gz"))
    assert names == [
        "features-2021.jsonl.gz",
        "features-2022-1.jsonl.gz",
        "features-2022-2.jsonl.gz",
        "features-2022-3.jsonl.gz",
        "features-undated.jsonl.gz",
    ]
    for name in names:
        assert (tmp_path / "out" / name).read_bytes()[:10].hex() == "1f8b08000000000002ff"
    with pytest.warns(InputWarning, match="1 of 5 documents have no date"):
        again = read_features(tmp_path / "out")
    assert again.documents["document"].tolist() == ["d1", "d0", "d2", "d4", "d3"]
    assert again.segments["n_tokens"].sum() == 1000


def test_real_bounds_of_the_files() -> None:
    assert shards.PLAIN_BYTES < 1_100_000
    assert shards.SHARD_BYTES < 2_000_000


# --- what is read back -------------------------------------------------------------------

word = st.sampled_from("the The US us U.S. chips Chips EU's trade-offs a of naïve R&D 2+2".split())
closed = st.sampled_from(["chips us", "trade offs", "export control", "harbour board*"])
line = st.lists(word | closed, min_size=4, max_size=12).map(" ".join)
text = st.lists(line, min_size=1, max_size=4).map("\n".join)
LISTED = tuple(
    Pattern.parse(one, case)
    for one, case in [
        ("chips us", False), ("trade offs", False), ("export control*", False),
        ("harbour board", True),
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.lists(text, min_size=1, max_size=4, unique=True))
def test_reading_gives_the_counts_of_the_texts(texts: list[str]) -> None:
    corpus = corpus_of(*texts)
    with tempfile.TemporaryDirectory() as home:
        write_features(corpus, Path(home, "out"), floor=4, closed_list=LISTED)
        again = read_features(Path(home, "out"))
    counted, stored = corpus.extract(LISTED), again.extract()
    assert list(counted.names) == list(stored.names)
    np.testing.assert_array_equal(counted.matrix.toarray(), stored.matrix.toarray())
    assert_frame_equal(counted.segments, stored.segments)
    assert_frame_equal(corpus.segments.drop(columns="text"), again.segments)
    assert_frame_equal(corpus.documents, again.documents)
    assert again.phrases == LISTED
    assert again.name == "towns"


@settings(deadline=None, max_examples=40)
@given(st.lists(text, min_size=1, max_size=3, unique=True), st.integers(1, 30))
def test_merging_loses_no_word(texts: list[str], floor: int) -> None:
    corpus = corpus_of(*[f"{one}\n{noise(1, 30)}" for one in texts])
    with tempfile.TemporaryDirectory() as home:
        write_features(corpus, Path(home, "out"), floor=floor, closed_list=LISTED)
        again = read_features(Path(home, "out"))
        whole = read_features(Path(home, "out"), segment="document")
    assert again.segments["n_tokens"].min() >= floor
    total = corpus.segments.groupby("document", sort=False)["n_tokens"].sum()
    for one in (again, whole):
        assert one.segments.groupby("document", sort=False)["n_tokens"].sum().equals(total)
    assert whole.segments["segment"].tolist() == [f"d{i}/000" for i in range(len(texts))]
    counted = corpus.extract(LISTED).to_frame().groupby(["document", "term"])["n"].sum()
    assert whole.extract().to_frame().groupby(["document", "term"])["n"].sum().equals(counted)


def test_metadata_come_back_as_they_were(tmp_path: Path) -> None:
    corpus = corpus_of(
        COPPER,
        f"{COPPER} {BOARD}",
        f"{BOARD} {COPPER}",
        date=["2021-03-04", "2022-05", "2023"],
        date_basis=["printed", "url", "inferred"],
        title=["One", None, "Drei „Häfen“"],
        author=["A. Gull", "B. Tern", None],
        outlet=["The Gull", "The Gull", "The Tern"],
        kind=["news", "news", "brief"],
        language=["en", "en", "de"],
        publisher=["P", "P", "P"],
        url=["https://example.org/1", None, None],
        region=["US", "EU", "JP"],
        rank=[1, 2, 3],
        share=[0.1, 1.0, float("nan")],
        translated=[True, False, False],
        nothing=[None, None, None],
    )
    write_features(corpus, tmp_path / "out", floor=5, closed_list=())
    again = read_features(tmp_path / "out")
    assert_frame_equal(again.documents, corpus.documents)
    names = set(written(tmp_path / "out")[0])
    assert names >= set(NAMES.values()) | {"region", "rank", "share", "translated"}
    assert again.documents["date_precision"].tolist() == ["day", "month", "year"]


def test_sentences_need_texts(tmp_path: Path) -> None:
    write_features(corpus_of(COPPER), tmp_path / "out", floor=5, closed_list=())
    with pytest.raises(InputError, match=r"which have no sentences.*folder texts/"):
        read_features(tmp_path / "out", segment="sentence")
    with pytest.raises(InputError, match="segment must be one of"):
        read_features(tmp_path / "out", segment="page")
    with pytest.raises(InputError, match=r"has no features\.json"):
        read_features(tmp_path)


# --- what is refused ---------------------------------------------------------------------


def first(record: dict[str, Any]) -> dict[str, Any]:
    return record["features"]["paragraphs"][0]


FAULTS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "no id": (lambda r: r.pop("id"), "line 1: it has no 'id'"),
    "no paragraphs": (lambda r: r.pop("features"), "document 'd0': it has no features.paragraphs"),
    "long value": (lambda r: r.update(region="x" * 301), "column 'region': a value has 301"),
    "nested value": (lambda r: r.update(region={"a": 1}), "column 'region': a value is a dict"),
    "unknown column": (lambda r: r.update(body="x"), "'body' is not among the columns"),
    "word count": (lambda r: r.update(wordCount=99), "wordCount is 99, but its paragraphs give 18"),
    "paragraphs": (lambda r: r.update(paragraphCount=3), "paragraphCount is 3, but"),
    "order": (lambda r: first(r).update(seq=1), "its paragraphs are not in order"),
    "merged": (lambda r: first(r).update(merged=[1]), "its paragraphs are not in order"),
    "merged kind": (lambda r: first(r).update(merged="x"), "'merged' is not a list of positions"),
    "no seq": (lambda r: first(r).pop("seq"), "a paragraph has no 'seq'"),
    "token count": (
        lambda r: first(r).update(tokenCount=14),
        "paragraph 0: tokenCount is 14, but unigramCount sums to 13",
    ),
    "no counts": (
        lambda r: first(r).pop("unigramCount"),
        "unigramCount is not an object of counts",
    ),
    "zero": (lambda r: first(r)["unigramCount"].update(rose=0), "is not an object of counts"),
    "truth": (lambda r: first(r)["unigramCount"].update(rose=True), "is not an object of counts"),
    "sentence": (
        lambda r: (
            first(r)["unigramCount"].update({"rose": 0 + 1, "it rose": 1})
            or first(r).update(tokenCount=14)
            or r.update(wordCount=19)
        ),
        "unigramCount holds something that is not one word",
    ),
    "floor": (
        lambda r: (
            first(r).update(tokenCount=1, unigramCount={"rose": 1}, phraseCount={})
            or r.update(wordCount=6)
        ),
        "it has 1 words, fewer than the floor of 5",
    ),
    "phrase": (
        lambda r: first(r)["phraseCount"].update({"rose and": 1}),
        "the phrase 'rose and' is not in the closed list",
    ),
    "long phrase": (
        lambda r: first(r)["phraseCount"].update({"Harbour Board of the price": 1}),
        "is not in the closed list",
    ),
    "case": (
        lambda r: first(r)["phraseCount"].update({"Copper cables": 1}),
        "the phrase 'Copper cables' is not in the closed list",
    ),
    "phrase count": (
        lambda r: first(r)["phraseCount"].update({"Harbour Board": 2}),
        "'Harbour Board' is counted more often than one of its words",
    ),
    "chain": (
        lambda r: first(r)["phraseCount"].update({"rose of": 1, "of rose": 1}),
        "its phrases run together to more than 8 words",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_breaks_a_rule_is_refused(tmp_path: Path, fault: str) -> None:
    change, words = FAULTS[fault]
    patterns = [*PATTERNS, Pattern.parse("rose of"), Pattern.parse("of rose")]
    corpus = corpus_of(f"{COPPER}\n{BOARD}", COPPER, region=["US", "EU"])
    write_features(corpus, tmp_path, floor=5, closed_list=patterns)
    records = written(tmp_path)
    change(records[0])
    rewrite(tmp_path, "features.jsonl", "".join(json.dumps(one) + "\n" for one in records))
    with pytest.raises(InputError) as caught:
        read_features(tmp_path)
    assert words in str(caught.value)
    assert "features.jsonl, line 1" in str(caught.value)


def rewrite(folder: Path, name: str, text: str) -> None:
    """Change a file, and the manifest so that it agrees."""
    data = gzip.compress(text.encode()) if name.endswith(".gz") else text.encode()
    (folder / name).write_bytes(data)
    manifest = json.loads((folder / "features.json").read_text())
    manifest["files"][name]["sha256"] = hashlib.sha256(data).hexdigest()
    (folder / "features.json").write_text(json.dumps(manifest))


def test_documents_that_are_missing_or_stand_twice(tmp_path: Path) -> None:
    write_features(corpus_of(COPPER, BOARD), tmp_path, floor=5, closed_list=())
    lines = (tmp_path / "features.jsonl").read_text().splitlines(keepends=True)
    rewrite(tmp_path, "features.jsonl", lines[0])
    with pytest.raises(InputError, match=r"has 1 documents, but features\.json says 2"):
        read_features(tmp_path)
    rewrite(tmp_path, "features.jsonl", lines[0] * 2)
    with pytest.raises(InputError, match="line 2: document 'd0' stands twice"):
        read_features(tmp_path)


def test_a_closed_list_that_cannot_be_read(tmp_path: Path) -> None:
    write_features(corpus_of(COPPER), tmp_path, floor=5, closed_list=PATTERNS)
    rewrite(tmp_path, "phrases.txt", "harbour board\na b c d e\n")
    with pytest.raises(InputError, match=r"phrases\.txt, line 2: pattern 'a b c d e' has 5 words"):
        read_features(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m["files"].update({"../x.jsonl": {}}), "leads out of the folder"),
        (lambda m: m["files"].update({"notes.txt": {}}), "'notes.txt' is not the name of a file"),
        (lambda m: m["files"].update({"features-2021.jsonl": {}}), "is missing, though"),
        (lambda m: m.pop("floor"), "'floor', 'columns' or 'files' is missing"),
        (lambda m: m["files"].pop("phrases.txt"), "'files' is missing or of another kind"),
        (lambda m: m.update(schema=2), "the schema is 2"),
        (lambda m: m["files"].pop("features.jsonl"), "lists no documents"),
    ],
)
def test_a_manifest_that_cannot_be_used(
    tmp_path: Path, change: Callable[[dict[str, Any]], Any], words: str
) -> None:
    write_features(corpus_of(COPPER), tmp_path / "out", floor=5, closed_list=PATTERNS)
    path = tmp_path / "out" / "features.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))
    with pytest.raises(InputError) as caught:
        read_features(tmp_path / "out")
    assert words in str(caught.value)


def test_another_tokenizer_is_warned_of(tmp_path: Path) -> None:
    write_features(corpus_of(COPPER), tmp_path, floor=5, closed_list=())
    path = tmp_path / "features.json"
    path.write_text(path.read_text().replace("framing-words/1", "framing-words/0"))
    with pytest.warns(InputWarning, match="words were divided by 'framing-words/0'"):
        read_features(tmp_path)
