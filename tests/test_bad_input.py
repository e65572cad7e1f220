"""What the library says to input that cannot be used; each fault by the words of its message."""

from __future__ import annotations

import gzip
import json
import os
import time
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import framing as fr
from framing import files
from framing.card import Card
from framing.errors import InputError, InputWarning
from framing.readers import load, read
from framing.report.report import _inputs
from framing.resources import read_toml

TEXT = "Ministers met in the harbour town and spoke of chips, cables and the price of copper."


def folder_of(tmp_path: Path, table: str, **texts: str | bytes) -> Path:
    """Make a folder with documents.csv and texts/."""
    folder = tmp_path / "mine"
    (folder / "texts").mkdir(parents=True)
    (folder / "documents.csv").write_text(table, encoding="utf-8")
    for name, text in texts.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / "texts" / f"{name}.txt").write_bytes(data)
    return folder


def says(path: Path, *words: str, **options: Any) -> None:
    """Check that reading fails, and that the message holds the words."""
    with pytest.raises(InputError) as caught:
        read(path, **options)
    for word in words:
        assert word in str(caught.value)


# --- folders -----------------------------------------------------------------------------


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    says(tmp_path / "nothing", "there is no file or folder", "nothing")


def test_an_empty_folder(tmp_path: Path) -> None:
    says(tmp_path, "holds nothing to read", "documents.csv", "features.json", ".txt")


def test_a_missing_text(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\nb,2023\n", a=TEXT)
    says(folder, "documents.csv, row 2, document 'b'", "no file 'texts/b.txt'", "1 of 2")


def test_a_text_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n")
    os.mkfifo(folder / "texts" / "a.txt")
    says(folder, "row 1, document 'a'", "there is no file")


def test_texts_that_the_table_does_not_list_are_counted(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n", a=TEXT, b="Not listed.")
    with pytest.warns(InputWarning, match=r"does not list 1 of the files in texts/ \(b\.txt\)"):
        read(folder)


def test_texts_without_a_table_say_how_to_add_one(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(TEXT)
    (tmp_path / "a.txt").write_text("Copper again, and cables.")
    with pytest.warns(InputWarning, match=r"no documents\.csv.*2 texts have no dates.*columns id"):
        corpus = read(tmp_path)
    assert corpus.documents["document"].tolist() == ["a", "b"]
    assert corpus.documents["date_precision"].tolist() == ["unknown", "unknown"]


def test_features_beside_a_table_of_documents(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n", a=TEXT)
    (folder / "features.json").write_text("{}")
    says(folder, "both documents.csv and features.json", "two homes")


# --- documents ---------------------------------------------------------------------------


def test_a_document_without_a_date_is_counted(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\nb,\n", a=TEXT, b="Copper and cables again.")
    with pytest.warns(InputWarning, match=r"1 of 2 documents have no date \(b\)"):
        corpus = read(folder)
    assert corpus.documents["date"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("spring 2023", "cannot read the date 'spring 2023'; write it as YYYY-MM-DD"),
        ("2023-02-30", "there is no such date as '2023-02-30'"),
        ("05/06/2023", "cannot read the date '05/06/2023'"),
    ],
)
def test_an_unreadable_date(tmp_path: Path, date: str, words: str) -> None:
    folder = folder_of(tmp_path, f"id,date\na,2023\nb,{date}\n", a=TEXT, b="Copper.")
    says(folder, "documents.csv, row 2, column 'date'", words)


def test_two_documents_of_one_name(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\nb,2023\na,2024\n", a=TEXT, b="Copper.")
    says(folder, "documents.csv, row 3: the id 'a' stands twice")


def test_a_document_without_a_name(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n ,2024\n", a=TEXT)
    says(folder, "documents.csv, row 2: column 'id' is empty")


def test_no_documents(tmp_path: Path) -> None:
    says(folder_of(tmp_path, "id,date\n"), "documents.csv: there are no documents")


def test_an_empty_document_is_counted_and_left_out(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\nb,2023\nc,2024\n", a=TEXT, b="", c=" \n—\n")
    with pytest.warns(InputWarning, match=r"2 of 3 documents are empty and left out \(b, c\)"):
        corpus = read(folder)
    assert corpus.documents["document"].tolist() == ["a"]


def test_only_empty_documents(tmp_path: Path) -> None:
    says(folder_of(tmp_path, "id,date\na,2023\n", a=""), "no document has any words")


def test_one_document_is_a_corpus(tmp_path: Path) -> None:
    corpus = read(folder_of(tmp_path, "id,date\na,2023\n", a=TEXT))
    assert len(corpus.documents) == len(corpus.segments) == 1


def test_documents_of_which_cleaning_leaves_nothing_are_counted(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\nb,2023\n", a=TEXT, b="Advertisement")
    with pytest.warns(InputWarning, match=r"cleaning left nothing of 1 documents \(b\)"):
        assert len(read(folder).removed) == 1
    only = folder_of(tmp_path / "only", "id,date\nb,2023\n", b="Advertisement")
    says(only, "cleaning left no text in any document")


def test_a_copy_is_counted(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\nb,2023\n", a=TEXT, b=TEXT)
    with pytest.warns(InputWarning, match=r"1 documents repeat another's text.*\(b\)"):
        read(folder)


# --- bytes -------------------------------------------------------------------------------


def test_another_encoding(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n", a="Caf\xe9 and copper".encode("cp1252"))
    says(folder, "a.txt, byte 3: not text in 'utf-8'", "save the file as UTF-8", "cp1252")
    corpus = read(folder, encoding="cp1252", clean=False)
    assert corpus.segments["text"].tolist() == ["Café and copper"]


def test_the_byte_at_fault_is_counted_from_the_start_of_a_large_file(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n", a=b"\xc3\xa9" * 600_001 + b"\x93 copper")
    says(folder, "byte 1200002: not text")


@pytest.mark.parametrize("encoding", ["klingon", "zlib"])
def test_an_unknown_encoding(tmp_path: Path, encoding: str) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n", a=TEXT)
    says(folder, "encoding must be one Python knows", repr(encoding), encoding=encoding)


def test_a_nul_byte(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n", a="Caf\xe9\0".encode())
    says(folder, "a.txt, byte 5: a NUL byte, so this is not plain text", "utf-16")


def test_text_that_is_not_text() -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "text": [TEXT, 7]})
    with pytest.raises(InputError, match=r"corpus, row 2 \(b\): the text is a int; give strings"):
        fr.Corpus.from_frame(frame, date=None)


@pytest.mark.parametrize(
    ("text", "words"), [("a\0b", "holds a NUL byte"), ("a \ud800 b", "holds half a character")]
)
def test_text_that_is_broken(text: str, words: str) -> None:
    frame = pd.DataFrame({"id": ["a"], "text": pd.Series([text], dtype=object)})
    with pytest.raises(InputError, match=rf"row 1 \(a\): the text {words}"):
        fr.Corpus.from_frame(frame, date=None)


# --- paths -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../secret.txt", "texts/../../secret.txt", "/etc/hostname", "..\\secret.txt", "C:\\x"]
)
def test_a_path_that_leaves_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_text("not yours")
    folder = folder_of(tmp_path, f"id,date,file\na,2023,{name}\n")
    says(folder, "documents.csv, row 1, document 'a'", "leads out of the folder", repr(name))


def test_an_id_that_leaves_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("not yours")
    says(folder_of(tmp_path, "id,date\n../../secret,2023\n"), "leads out of the folder")


@pytest.mark.parametrize("linked", ["texts/a.txt", "documents.csv", "frames.csv"])
def test_a_link_that_leaves_the_folder(tmp_path: Path, linked: str) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n", a=TEXT)
    secret = tmp_path / "secret"
    secret.write_text("id,date\nsecret,2023\n")
    (folder / linked).unlink(missing_ok=True)
    (folder / linked).symlink_to(secret)
    says(folder, "leads out of the folder")


def test_a_data_card_that_is_a_link_stays_out_of_the_report(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n", a=TEXT)
    (tmp_path / "secret").write_text("not yours")
    (folder / "README.md").symlink_to(tmp_path / "secret")
    corpus = read(folder)
    with pytest.raises(InputError, match=r"'README\.md' leads out of the folder"):
        Card.of(corpus)


@pytest.mark.parametrize("linked", ["README.md", "report.toml"])
def test_the_inputs_of_a_report_lie_in_its_folder(tmp_path: Path, linked: str) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n", a=TEXT)
    (tmp_path / "secret").write_text("not yours")
    (folder / linked).symlink_to(tmp_path / "secret")
    with pytest.raises(InputError, match=f"'{linked}' leads out of the folder"):
        _inputs(read(folder))


def test_a_link_in_a_folder_without_a_table(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (tmp_path / "secret").write_text("not yours")
    (folder / "a.txt").symlink_to(tmp_path / "secret")
    says(folder, "leads out of the folder", "'a.txt'")


# --- sizes -------------------------------------------------------------------------------


def quickly(call: Callable[[], None], most_bytes: float) -> None:
    """Check that a call takes seconds at most, and little memory."""
    start = time.perf_counter()
    tracemalloc.start()
    try:
        call()
        assert tracemalloc.get_traced_memory()[1] < most_bytes
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - start < 120


def test_a_text_of_200_megabytes(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n", a=TEXT)
    os.truncate(folder / "texts" / "a.txt", 200_000_000)
    quickly(lambda: says(folder, "a.txt has 200,000,000 bytes, more than"), 5e6)


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_line_of_200_megabytes(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"long.{ending}.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(b"id,date,text\na,2023," if ending == "csv" else b'{"id": "a", "text": "')
        for _ in range(200):
            stream.write(b"copper and " * 90_910)
    line = 2 if ending == "csv" else 1
    quickly(lambda: says(path, f"line {line}: longer than the 33,554,432 characters"), 1.5e8)


def test_a_cell_whose_quote_is_never_closed(tmp_path: Path) -> None:
    path = tmp_path / "open.csv"
    path.write_text('id,date,text\na,2023,"copper\n' + "cables\n" * 1000)
    says(path, "line 1002: not sound CSV", "is a quote not closed?")


def test_a_file_that_unpacks_to_more_than_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "FILE_BYTES", 5_000_000)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"id,date,text\n" + b"a,2023,copper\n" * 1_000_000))
    assert path.stat().st_size < 100_000
    says(path, "holds more than the 5,000,000 bytes allowed")


def test_texts_that_are_too_much_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framing.readers.folder.FILE_BYTES", 100)
    folder = folder_of(tmp_path, "id,date\na,2023\nb,2023\n", a=TEXT, b="Copper and cables.")
    says(folder, "bytes together, more than the 100 allowed")


def test_a_text_that_unpacks_to_more_than_is_allowed(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date,file\na,2023,texts/a.gz\n")
    with gzip.open(folder / "texts" / "a.gz", "wb", compresslevel=1) as stream:
        for _ in range(200):
            stream.write(b"copper and " * 90_910)
    assert (folder / "texts" / "a.gz").stat().st_size < 2_000_000
    quickly(lambda: says(folder, "a.gz unpacks to more than the 33,554,432 characters"), 1.5e8)


def test_texts_that_unpack_to_too_much_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("framing.readers.folder.FILE_BYTES", 5000)
    folder = folder_of(tmp_path, "id,date,file\na,2023,texts/a.gz\nb,2023,texts/b.gz\n")
    for name in "ab":
        (folder / "texts" / f"{name}.gz").write_bytes(
            gzip.compress(b"copper " * 400 + name.encode())
        )
    says(folder, "unpack to more than 5,000 characters together")


def test_a_gzipped_text_is_read(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date,file\na,2023,texts/a.gz\n")
    (folder / "texts" / "a.gz").write_bytes(gzip.compress(TEXT.encode()))
    assert read(folder, clean=False).segments["text"].tolist() == [TEXT]


def test_a_plan_nested_too_deep(tmp_path: Path) -> None:
    path = tmp_path / "report.toml"
    path.write_text("a = " + "[" * 5000 + "]" * 5000)
    with pytest.raises(InputError, match=r"report\.toml is not valid TOML"):
        read_toml(path)


def test_a_header_of_many_columns(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    names = ",".join(f"c{i}" for i in range(20_000))
    path.write_text(f"{names}\n{'1,' * 19_999}1\n")
    says(path, "no column 'text'", "c0, c1, c2", "and 19980 more")
    wide = tmp_path / "twice.csv"
    wide.write_text(f"{names},c7\n")
    says(wide, "line 1: column 'c7' stands twice")


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_too_many_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    monkeypatch.setattr("framing.readers.table.DOCUMENTS", 2)
    frame = pd.DataFrame({"id": list("abc"), "date": "2023", "text": ["one", "two", "three"]})
    path = tmp_path / f"many.{ending}"
    if ending == "csv":
        frame.to_csv(path, index=False)
    elif ending == "jsonl":
        frame.to_json(path, orient="records", lines=True)
    else:
        frame.to_parquet(path)
    says(path, "more than the 2 documents allowed")


# --- tables ------------------------------------------------------------------------------


def test_a_line_that_is_not_json(tmp_path: Path) -> None:
    path = tmp_path / "talks.jsonl"
    path.write_text('{"id": "a", "date": "2023", "text": "Copper."}\n{"id": "b", \n')
    says(path, "talks.jsonl, line 2: not valid JSON", "one object a line")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[1, 2]", "a JSON object was expected; got '[1, 2]'"),
        ('{"id": "a", "text": NaN}', "NaN is not a number in JSON"),
        ("[" * 200_000, "not valid JSON"),
        ('{"id": "a", "date": "2023", "text": "x", "tags": ["y"]}', "'tags' holds a list"),
        ('{"id": "a", "date": "2023", "text": ["x"]}', "'text' holds a list"),
    ],
)
def test_json_of_another_kind(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "talks.jsonl"
    path.write_text(line + "\n")
    says(path, "line 1", words)


def test_a_gzip_file_cut_short(tmp_path: Path) -> None:
    whole = gzip.compress(os.urandom(4096).hex().encode())
    path = tmp_path / "talks.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    says(path, "talks.csv.gz is cut short; fetch or write it again")


def test_a_gzip_file_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "talks.csv.gz"
    path.write_text("id,date,text\n")
    says(path, "is not a sound gzip file")


def test_ragged_rows(tmp_path: Path) -> None:
    path = tmp_path / "talks.csv"
    path.write_text("id,date,text\na,2023,Copper.\nb,2023,Copper, and cables.\n")
    says(path, "talks.csv, line 3: 4 cells where the header has 3", "put quotes round")


@pytest.mark.parametrize("missing", ["id", "date", "text"])
def test_a_missing_column(tmp_path: Path, missing: str) -> None:
    frame = pd.DataFrame({"id": ["a"], "date": ["2023"], "text": [TEXT]}).drop(columns=missing)
    path = tmp_path / "talks.csv"
    frame.to_csv(path, index=False)
    says(path, f"no column '{missing}' for {missing}=; the columns are {', '.join(frame)}")


def test_a_missing_column_of_a_folder(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "name,date\na,2023\n", a=TEXT)
    says(folder, "documents.csv: no column 'id'; the columns are name, date")
    folder = folder_of(tmp_path / "other", "id,year\na,2023\n", a=TEXT)
    says(folder, "no column 'date'", "pass date=None if there are no dates")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "is empty; its first line must name the columns"),
        (",id,text\n", "line 1: column 1 has no name; name it (pandas writes"),
        ("id,text,id\n", "line 1: column 'id' stands twice"),
    ],
)
def test_a_header_that_cannot_be_used(tmp_path: Path, header: str, words: str) -> None:
    path = tmp_path / "talks.csv"
    path.write_text(header)
    says(path, words)


def test_a_column_with_a_name_of_the_library(tmp_path: Path) -> None:
    path = tmp_path / "talks.csv"
    path.write_text("id,date,segment,text\na,2023,x,Copper.\n")
    says(path, "column 'segment' has a name the library uses; rename it")


def test_a_parquet_file_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "talks.parquet"
    path.write_text("PAR1")
    says(path, "is not a sound Parquet file")


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    path = tmp_path / "talks.parquet"
    path.write_text("PAR1")
    says(path, "needs pyarrow; pip install framing[parquet]")


@pytest.mark.parametrize(
    ("name", "words"), [("talks.pkl", "files that can be read end in .csv"), ("a.txt", "folder")]
)
def test_another_kind_of_file(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_text(TEXT)
    says(tmp_path / name, words)


# --- hand codes --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ("document,position,costs\na,0,2\n", "row 1, column 'costs': '2' is not a code"),
        ("document,position,costs\na,x,1\n", "column 'position': 'x' is not a whole number"),
        ("document,position,costs\na,0,1\na,0,1\n", "row 2: paragraph 0 of 'a' stands twice"),
        ("document,costs\na,1\na,1\n", "row 2: the document 'a' stands twice"),
        ("document,position\na,0\n", "has no codes"),
        ("position,costs\n0,1\n", "no column 'document'; the columns are position, costs"),
    ],
)
def test_codes_that_cannot_be_used(tmp_path: Path, codes: str, words: str) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\n", a=TEXT)
    (folder / "frames.csv").write_text(codes)
    says(folder, "frames.csv", words)


# --- options -----------------------------------------------------------------------------


def test_an_unknown_segment(tmp_path: Path) -> None:
    words = "segment must be one of 'paragraph', 'sentence', 'document'; got 'page'"
    says(folder_of(tmp_path, "id,date\na,2023\n", a=TEXT), words, segment="page")
    with pytest.raises(InputError, match="segment must be one of"):
        fr.Corpus.from_frame(pd.DataFrame({"id": ["a"], "text": ["b"]}), segment="page")


@pytest.mark.parametrize("name", ["articels", "../corpus", ""])
def test_an_unknown_bundled_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for one in ("speeches", "articles", "not-a-corpus"):
        (tmp_path / one).mkdir()
    (tmp_path / "speeches" / "features.json").write_text("{}")
    (tmp_path / "articles" / "documents.csv").write_text("id,date\n")
    monkeypatch.setattr("framing.readers.bundled_folder", lambda: tmp_path)
    with pytest.raises(InputError) as caught:
        load(name)
    assert str(caught.value) == f"name must be one of 'articles', 'speeches'; got {name!r}."


# --- extracted features ------------------------------------------------------------------


def test_features_that_were_changed(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["a"], "date": ["2023"], "text": [TEXT]})
    corpus = fr.Corpus.from_frame(frame)
    corpus.write_features(tmp_path / "out", floor=5)
    path = tmp_path / "out" / "features.jsonl"
    path.write_text(path.read_text().replace('"copper":1', '"copper":2'))
    says(tmp_path / "out", "features.jsonl was changed after", "SHA-256", "fetch it again")


def test_features_of_another_schema(tmp_path: Path) -> None:
    (tmp_path / "features.json").write_text(json.dumps({"schema": "framing-features/9"}))
    says(tmp_path, "the schema is 'framing-features/9'; this version", "'framing-features/1'")


def test_no_warning_for_good_input(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "id,date\na,2023\nb,2024-05\n", a=TEXT, b="Cables and copper.")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(folder)
