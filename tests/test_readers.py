from __future__ import annotations

import gzip
import pickle
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from framing.corpus import Corpus
from framing.errors import InputError, InputWarning
from framing.files import lines
from framing.readers import load, read
from framing.readers.table import separated

TALKS = {
    "a": "The harbour town met an envoy, who spoke of chips.\n\nIt rained on the quay all day.",
    "b": "Copper prices rose again in the hills, and nobody in town could say why they did.",
}
TABLE = pd.DataFrame(
    {
        "id": list(TALKS),
        "date": ["2021-03-04", "2022"],
        "region": ["US", "EU"],
        "rank": [1, 2],
        "text": list(TALKS.values()),
    }
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with documents.csv and texts/."""
    home = tmp_path / "talks"
    (home / "texts").mkdir(parents=True)
    TABLE.drop(columns="text").to_csv(home / "documents.csv", index=False)
    for name, text in TALKS.items():
        (home / "texts" / f"{name}.txt").write_text(text)
    return home


def same(corpus: Corpus, other: Corpus) -> None:
    assert_frame_equal(corpus.documents, other.documents)
    assert_frame_equal(corpus.segments, other.segments)


# --- the same documents from every format ------------------------------------------------


def test_a_folder(folder: Path) -> None:
    corpus = read(folder)
    same(corpus, Corpus.from_frame(TABLE))
    assert corpus.name == "talks"
    assert corpus.folder == folder


def test_a_folder_whose_files_lie_elsewhere_in_it(folder: Path) -> None:
    table = pd.read_csv(folder / "documents.csv").assign(file=["texts/a.txt", "other b.txt"])
    table.to_csv(folder / "documents.csv", index=False)
    (folder / "texts" / "b.txt").rename(folder / "other b.txt")
    same(read(folder), Corpus.from_frame(TABLE))


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "tsv", "jsonl", "jsonl.gz", "parquet", "CSV"])
def test_a_table(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"talks.{ending}"
    match ending.split(".")[0].lower():
        case "csv":
            TABLE.to_csv(path, index=False)
        case "tsv":
            TABLE.to_csv(path, index=False, sep="\t")
        case "jsonl":
            TABLE.to_json(path, orient="records", lines=True)
        case "parquet":
            TABLE.to_parquet(path)
    corpus = read(path)
    same(corpus, Corpus.from_frame(TABLE))
    assert corpus.name == "talks"


def test_a_table_divided_by_semicolons_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "talks.csv"
    TABLE.to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    same(read(path), Corpus.from_frame(TABLE))


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    path = tmp_path / "talks.csv"
    TABLE.rename(columns={"id": "no", "date": "day", "text": "body"}).to_csv(path, index=False)
    same(read(path, id="no", date="day", text="body"), Corpus.from_frame(TABLE))
    assert read(path, id="no", date=None, text="body").documents["day"].tolist() == [
        "2021-03-04",
        "2022",
    ]


def test_a_table_may_be_read_as_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "talks.csv"
    TABLE.to_csv(path, index=False, encoding="utf-16")
    same(read(path, encoding="utf-16"), Corpus.from_frame(TABLE))


def test_the_hash_is_that_of_the_file(folder: Path) -> None:
    """With any line ends: ``sha256sum texts/a.txt`` must give what is recorded."""
    import hashlib

    data = TALKS["a"].replace("\n", "\r\n").encode()
    (folder / "texts" / "a.txt").write_bytes(data)
    assert read(folder).documents["sha256"][0] == hashlib.sha256(data).hexdigest()


def test_options_reach_the_corpus(folder: Path) -> None:
    assert len(read(folder, segment="document").segments) == 2
    assert len(read(folder, segment="sentence", clean=False).segments) == 3
    assert read(folder, name="speeches").name == "speeches"


def test_text_files_alone(folder: Path) -> None:
    (folder / "documents.csv").unlink()
    (folder / "texts" / ".hidden.txt").write_text("Not read.")
    with pytest.warns(InputWarning, match="2 texts have no dates"):
        corpus = read(folder)
    assert corpus.segments["text"].tolist() == Corpus.from_frame(TABLE).segments["text"].tolist()


# --- cells -------------------------------------------------------------------------------


def test_cells_become_what_their_column_is(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "id,whole,number,truth,text,zip,gap\n007,1,1.5,true,1a,01234,1\n008,-2,2,False,,5,\n"
    )
    frame = separated(path, "utf-8", {"id"})
    assert frame["id"].tolist() == ["007", "008"]
    assert frame["whole"].tolist() == [1, -2]
    assert frame["number"].tolist() == [1.5, 2.0]
    assert frame["truth"].tolist() == [True, False]
    assert frame["text"].isna().tolist() == [False, True]
    assert frame["zip"].tolist() == ["01234", "5"]
    assert frame["gap"].iloc[0] == 1
    assert frame["gap"].isna().tolist() == [False, True]


@given(
    st.lists(
        st.tuples(*[st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)] * 2),
        min_size=1,
    )
)
def test_separated_values_round_trip(rows: list[tuple[str, str]]) -> None:
    import csv
    import tempfile

    with tempfile.TemporaryDirectory() as home:
        path = Path(home, "t.csv")
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([("one", "two"), *rows])
        frame = separated(path, "utf-8", None)
    assert list(frame.itertuples(index=False, name=None)) == rows


@given(st.text(st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"])))
def test_lines_are_those_of_the_text(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as home:
        path, packed = Path(home, "t"), Path(home, "t.gz")
        path.write_bytes(text.encode())
        packed.write_bytes(gzip.compress(text.encode()))
        found = list(lines(path))
        assert found == list(lines(packed))
    assert "".join(found) == text
    assert all("\n" not in line[:-1] for line in found)


def test_reading_a_table_leaves_the_limit_of_csv_alone(tmp_path: Path) -> None:
    import csv

    before = csv.field_size_limit()
    path = tmp_path / "long.csv"
    pd.DataFrame({"id": ["a"], "text": ["copper " * 100_000]}).to_csv(path, index=False)
    assert read(path, date=None, clean=False).segments["n_tokens"].tolist() == [100_000]
    assert csv.field_size_limit() == before


# --- hand codes --------------------------------------------------------------------------

FRAMES = "document,position,costs,safety\na,0,1,0\na,1,0,\nb,0,0,1\n"


def test_hand_codes_beside_texts(folder: Path) -> None:
    (folder / "frames.csv").write_text(FRAMES)
    (folder / "actors.csv").write_text("document,position,US\nb,0,1\n")
    corpus = read(folder)
    assert corpus.frames is not None
    assert corpus.frames.index.tolist() == ["a/000", "a/001", "b/000"]
    assert corpus.frames["costs"].tolist() == [1, 0, 0]
    assert corpus.frames["safety"].isna().tolist() == [False, True, False]
    assert corpus.mentions is not None
    assert corpus.mentions["US"].isna().tolist() == [True, True, False]


def test_a_document_has_the_codes_of_its_paragraphs(folder: Path) -> None:
    (folder / "frames.csv").write_text(FRAMES)
    corpus = read(folder, segment="document")
    assert corpus.frames is not None
    assert corpus.frames.to_dict("index") == {
        "a/000": {"costs": 1, "safety": 0},
        "b/000": {"costs": 0, "safety": 1},
    }


def test_sentences_have_no_codes(folder: Path) -> None:
    (folder / "frames.csv").write_text(FRAMES)
    with pytest.warns(InputWarning, match="codes are of paragraphs, so sentences have none"):
        assert read(folder, segment="sentence").frames is None


def test_codes_of_documents_need_documents(folder: Path) -> None:
    (folder / "frames.csv").write_text("document,costs\na,1\nb,0\n")
    with pytest.warns(InputWarning, match=r"codes are of documents.*segment='document'"):
        assert read(folder).frames is None
    assert read(folder, segment="document").frames is not None


def test_codes_without_a_place_are_counted(folder: Path) -> None:
    (folder / "frames.csv").write_text(FRAMES + "a,7,1,0\na,8,0,0\nc,0,1,0\n")
    with pytest.warns(InputWarning) as caught:
        read(folder)
    messages = [str(one.message) for one in caught]
    assert any("1 documents with codes are not in the corpus (c)" in one for one in messages)
    assert any("1 paragraphs with codes are not in the corpus (a/7)" in one for one in messages)


def test_hand_codes_alone(folder: Path) -> None:
    shutil.rmtree(folder / "texts")
    (folder / "frames.csv").write_text(FRAMES)
    corpus = read(folder)
    assert not corpus.has_texts
    assert corpus.terms is None
    assert corpus.segments["segment"].tolist() == ["a/000", "a/001", "b/000"]
    assert corpus.segments["n_tokens"].isna().all()
    assert corpus.documents["region"].tolist() == ["US", "EU"]
    assert read(folder, segment="document").segments["segment"].tolist() == ["a/000", "b/000"]
    with pytest.raises(InputError, match="without texts, so there are no sentences"):
        read(folder, segment="sentence")


def test_hand_codes_of_documents_alone(folder: Path) -> None:
    shutil.rmtree(folder / "texts")
    (folder / "frames.csv").write_text("document,costs\nb,0\n")
    (folder / "actors.csv").write_text("document,US\nb,1\n")
    with pytest.warns(InputWarning, match=r"1 of 2 documents have no hand codes \(a\)"):
        corpus = read(folder)
    assert corpus.segments["segment"].tolist() == ["b/000"]
    assert corpus.frames is not None
    assert corpus.frames["costs"].tolist() == [0]
    (folder / "frames.csv").write_text("document,costs\nz,0\n")
    (folder / "actors.csv").unlink()
    with pytest.raises(InputError, match=r"no document of documents\.csv has hand codes"):
        read(folder)


# --- extracted features beside texts -----------------------------------------------------


@pytest.fixture
def published(folder: Path, tmp_path: Path) -> Path:
    """Features, with the texts they were counted in beside them."""
    home = tmp_path / "published"
    read(folder).write_features(home, floor=5)
    shutil.copytree(folder / "texts", home / "texts")
    return home


def test_texts_beside_features_are_read(published: Path, folder: Path) -> None:
    (published / "frames.csv").write_text(FRAMES)
    corpus = read(published)
    same(corpus, read(folder))
    assert corpus.name == "talks"
    assert corpus.phrases is not None
    assert corpus.frames is not None
    assert corpus.terms is None
    (published / "frames.csv").unlink()
    assert len(read(published, segment="sentence", clean=False).segments) == 3


@pytest.mark.parametrize("fault", ["changed", "missing"])
def test_texts_that_are_not_those_counted_are_left_aside(published: Path, fault: str) -> None:
    path = published / "texts" / "b.txt"
    path.unlink() if fault == "missing" else path.write_text(TALKS["b"] + " ")
    with pytest.warns(InputWarning, match=r"1 of 2 texts are missing or are not those.*: b\.txt"):
        corpus = read(published)
    assert not corpus.has_texts
    assert corpus.terms is not None
    with (
        pytest.warns(InputWarning, match="The texts are left aside"),
        pytest.raises(InputError, match="extracted features, which have no sentences"),
    ):
        read(published, segment="sentence")


def test_features_alone(published: Path) -> None:
    shutil.rmtree(published / "texts")
    assert not read(published).has_texts
    with pytest.raises(InputError, match="which have no sentences"):
        read(published, segment="sentence")


def test_hand_codes_of_merged_paragraphs_are_joined(folder: Path, tmp_path: Path) -> None:
    read(folder).write_features(tmp_path / "merged", floor=10)
    (tmp_path / "merged" / "frames.csv").write_text("document,position,costs\na,0,0\na,1,1\n")
    corpus = read(tmp_path / "merged")
    assert corpus.segments["segment"].tolist() == ["a/000", "b/000"]
    assert corpus.frames is not None
    assert corpus.frames["costs"].iloc[0] == 1
    assert corpus.frames["costs"].isna().tolist() == [False, True]


# --- bundled -----------------------------------------------------------------------------


def test_load_reads_from_the_folder_of_bundled_data(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("framing.readers.bundled_folder", lambda: folder.parent)
    same(load("talks"), read(folder))
    assert len(load("talks", segment="document").segments) == 2


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "tsv", "jsonl", "parquet"])
def test_a_pickle_is_never_opened(tmp_path: Path, ending: str) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.mkdir, (tmp_path / "sprung",))

    path = tmp_path / f"talks.{ending}"
    data = pickle.dumps(Trap())
    path.write_bytes(gzip.compress(data) if ending.endswith("gz") else data)
    with pytest.raises(InputError):
        read(path)
    assert not (tmp_path / "sprung").exists()
