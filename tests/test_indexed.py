"""Corpora that lie in an index: the same numbers, and nothing lost when reading is cut short."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from filelock import FileLock

import framing as fr
from framing.indexed import folder as index_folder
from framing.indexed import parts, sources

pytest.importorskip("pyarrow", reason="an index is kept in Parquet tables")
SIDES = ("US", "EU", "JP")


def articles(n=60):
    """Made-up articles of three paragraphs, one of them residue."""
    rng = np.random.default_rng(4)
    words = np.array("chips trade export control supply chain the of U.S. security ally".split())
    return pd.DataFrame(
        {
            "id": [f"a{i:03d}" for i in range(n)],
            "date": [f"202{1 + i % 4}-0{1 + i % 9}-11" for i in range(n)],
            "region": [SIDES[i % 3] for i in range(n)],
            "text": [
                "Share this article\n"
                + "\n".join(" ".join(rng.choice(words, 30)) + f" case {i}." for _ in range(2))
                for i in range(n)
            ],
        }
    )


@pytest.fixture
def small(monkeypatch):
    """Batches of a few articles."""
    monkeypatch.setattr(sources, "BATCH", 2000)
    monkeypatch.setattr(sources, "PIECE", 4)


@pytest.fixture(params=["parquet", "jsonl", "jsonl.gz"])
def source(request, tmp_path, small):
    path = tmp_path / f"articles.{request.param}"
    if request.param == "parquet":
        articles().to_parquet(path)
    else:
        articles().to_json(path, orient="records", lines=True, force_ascii=False)
    return path


def same(one, other):
    assert list(one.names) == list(other.names)
    assert (one.matrix != other.matrix).nnz == 0
    assert (one.size == other.size).all()


@pytest.mark.parametrize("segment", ["paragraph", "document"])
@pytest.mark.parametrize("clean", [True, False])
def test_an_index_gives_the_numbers_of_the_texts(source, tmp_path, segment, clean):
    held = fr.Corpus.from_frame(articles(), segment=segment, clean=clean)
    kept = fr.index(source, tmp_path / "index", segment=segment, clean=clean)
    assert not (tmp_path / "index/parts").exists()
    bare = held.segments.drop(columns="text")
    pd.testing.assert_frame_equal(kept.segments, bare, check_dtype=False)
    pd.testing.assert_frame_equal(kept.documents, held.documents, check_dtype=False)
    same(fr.count(kept, min_documents=2), fr.count(held, min_documents=2))
    same(fr.count(kept, stem=True, numbers=True), fr.count(held, stem=True, numbers=True))
    one, other = (fr.code(corpus, "critical-technology") for corpus in (kept, held))
    same(one, other)
    pd.testing.assert_frame_equal(fr.mentions(kept), fr.mentions(held))
    tables = [fr.contrast(frames, by="region", replicates=200) for frames in (one, other)]
    pd.testing.assert_frame_equal(*tables)
    found = [fr.keyword_in_context(corpus, "supply chain") for corpus in (kept, held)]
    pd.testing.assert_frame_equal(*found, check_dtype=False)


def test_an_index_is_opened_again_without_its_source(source, tmp_path):
    before = fr.index(source, tmp_path / "index")
    source.unlink()
    after = fr.read(tmp_path / "index")
    same(fr.count(after), fr.count(before))
    assert after.name == "index"
    assert "words" in repr(after)


def test_several_files_make_one_index(tmp_path, small):
    whole = articles()
    halves = [tmp_path / "one.parquet", tmp_path / "two.jsonl"]
    whole.iloc[:25].to_parquet(halves[0])
    whole.iloc[25:].to_json(halves[1], orient="records", lines=True)
    corpus = fr.index(halves, tmp_path / "index", clean=False)
    same(fr.count(corpus), fr.count(fr.Corpus.from_frame(whole, clean=False)))


@pytest.mark.parametrize("source", ["jsonl"], indirect=True)
def test_the_second_call_reads_nothing_again(source, tmp_path, monkeypatch):
    fr.index(source, tmp_path / "index")
    monkeypatch.setattr(parts.Part, "of", None)
    assert len(fr.index(source, tmp_path / "index").documents) == 60


def test_reading_goes_on_where_it_was_interrupted(source, tmp_path, monkeypatch):
    read, numbers = parts.Part.of, []

    def interrupted(batch, reading):
        numbers.append(batch.number)
        if len(numbers) == 3:
            raise KeyboardInterrupt
        return read(batch, reading)

    monkeypatch.setattr(parts.Part, "of", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fr.index(source, tmp_path / "index")
    with pytest.raises(fr.InputError, match=r"was not finished; call framing\.index again"):
        fr.read(tmp_path / "index")
    corpus = fr.index(source, tmp_path / "index")
    assert numbers[:4] == [0, 1, 2, 2]
    assert sorted(set(numbers)) == list(range(max(numbers) + 1))
    same(fr.count(corpus), fr.count(fr.Corpus.from_frame(articles())))


def test_a_killed_process_leaves_what_it_finished(tmp_path, small):
    path = tmp_path / "articles.jsonl"
    articles().to_json(path, orient="records", lines=True)
    script = """if True:
        import os, signal, sys
        import framing as fr
        from framing.indexed import parts, sources

        sources.BATCH, sources.PIECE, write = 2000, 4, parts.Part.write

        def killed(part, folder):
            if folder.name.endswith("3"):
                os.kill(os.getpid(), signal.SIGKILL)
            write(part, folder)

        parts.Part.write = killed
        fr.index(sys.argv[1], sys.argv[2])
    """
    done = subprocess.run([sys.executable, "-c", script, str(path), str(tmp_path / "index")])
    assert done.returncode == -signal.SIGKILL
    finished = sorted(one.name for one in (tmp_path / "index/parts").glob("0*"))
    assert finished == ["0000-000000", "0000-000001", "0000-000002"]
    assert not (tmp_path / "index/documents.parquet").exists()
    corpus = fr.index(path, tmp_path / "index")
    same(fr.count(corpus), fr.count(fr.Corpus.from_frame(articles())))


def test_a_damaged_row_group_in_the_middle_is_named_and_the_rest_kept(tmp_path, small):
    path = tmp_path / "articles.parquet"
    articles().to_parquet(path, row_group_size=20, compression="none")
    whole = path.read_bytes()
    middle = whole.find(b"case 30.")
    path.write_bytes(whole[: middle - 900] + bytes(range(90)) * 10 + whole[middle:])
    with pytest.raises(fr.InputError, match=r"articles.parquet.*(row|sound|half a character|utf)"):
        fr.index(path, tmp_path / "index")
    with pytest.raises(fr.InputError, match="was not finished"):
        fr.read(tmp_path / "index")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "x", "date": "2023", "text": "half', r"line 31"),
        ('{"id": "x", "date": "2023", "text": ["a"]}', r"line 31: 'text' holds a list"),
        ('{"id": "a001", "date": "2023", "text": "again"}', r"the id 'a001' stands twice"),
        ('{"id": "x", "date": "not a day", "text": "some words"}', r"rows from \d+ to \d+.*'date'"),
    ],
)
def test_a_bad_line_in_the_middle_is_named(tmp_path, small, line, said):
    lines = articles().to_json(orient="records", lines=True).splitlines()
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join([*lines[:30], line, *lines[30:]]), "utf-8")
    with pytest.raises(fr.InputError, match=said):
        fr.index(path, tmp_path / "index")
    with pytest.raises(fr.InputError, match="was not finished"):
        fr.read(tmp_path / "index")


def test_one_enormous_document_is_named(tmp_path, monkeypatch):
    path = tmp_path / "articles.jsonl"
    row = {"id": "huge", "date": "2023", "text": "word " * 2000}
    path.write_text('{"id": "a", "date": "2023", "text": "Chips."}\n' + json.dumps(row), "utf-8")
    monkeypatch.setattr("framing.files.LINE_CHARACTERS", 5000)
    with pytest.raises(fr.InputError, match=r"articles.jsonl, line 2: longer than the 5,000"):
        fr.index(path, tmp_path / "index")
    monkeypatch.setattr("framing.indexed.sources.LONGEST", 5000)
    pd.DataFrame([row]).to_parquet(tmp_path / "articles.parquet")
    with pytest.raises(
        fr.InputError, match=r"articles.parquet, row 1: a text of 10,000 characters"
    ):
        fr.index(tmp_path / "articles.parquet", tmp_path / "other")


def test_a_file_that_changes_meanwhile_is_refused(source, tmp_path, monkeypatch):
    read = parts.Part.of

    def changing(batch, reading):
        os.utime(source, ns=(1, 1))
        return read(batch, reading)

    monkeypatch.setattr(parts.Part, "of", changing)
    with pytest.raises(fr.InputError, match="changed while it was read"):
        fr.index(source, tmp_path / "index")
    monkeypatch.setattr(parts.Part, "of", read)
    with pytest.raises(fr.InputError, match="an index of other sources"):
        fr.index(source, tmp_path / "index")
    assert len(fr.index(source, tmp_path / "index", overwrite=True).documents) == 60


@pytest.mark.parametrize("source", ["parquet"], indirect=True)
@pytest.mark.parametrize("step", ["words", "table", "rename"])
def test_a_full_disk_leaves_nothing_half_written(source, tmp_path, monkeypatch, step):
    full = OSError(28, "No space left on device")

    def fail(*_, **__):
        raise full

    with pytest.MonkeyPatch.context() as patch:
        if step == "words":
            patch.setattr(parts, "write_types", fail)
        elif step == "table":
            patch.setattr(pd.DataFrame, "to_parquet", fail)
        else:
            patch.setattr(index_folder, "write_types", fail)
        with pytest.raises(fr.InputError, match=r"No space left on device.*make room, and call"):
            fr.index(source, tmp_path / "index")
    assert not list((tmp_path / "index/parts").glob(".*"))
    corpus = fr.index(source, tmp_path / "index")
    same(fr.count(corpus), fr.count(fr.Corpus.from_frame(articles())))


@pytest.mark.parametrize("source", ["jsonl"], indirect=True)
def test_two_processes_do_not_write_one_index(source, tmp_path):
    (tmp_path / "index").mkdir()
    with FileLock(tmp_path / "index/.lock"), pytest.raises(fr.InputError, match="another process"):
        fr.index(source, tmp_path / "index")
    assert len(fr.index(source, tmp_path / "index").documents) == 60


@pytest.mark.parametrize("source", ["parquet"], indirect=True)
@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("words.i32", lambda data: data[:-4], "does not hold the"),
        ("words.i32", lambda data: b"\xff\xff\xff\x7f" + data[4:], "is damaged near word"),
        ("types.txt", lambda data: data[5:] + data[:5], "its words are not in order"),
        ("documents.parquet", lambda data: data[:50], "is not a sound Parquet file"),
        ("index.json", lambda data: b"{}", "is no index of this version"),
        ("segments.parquet", None, "segments.parquet"),
    ],
)
def test_a_damaged_index_gives_no_number(source, tmp_path, file, change, said):
    fr.index(source, tmp_path / "index")
    path = tmp_path / "index" / file
    if change is None:
        path.unlink()
    else:
        path.write_bytes(change(path.read_bytes()))
    with pytest.raises(fr.InputError, match=said):
        list(fr.read(tmp_path / "index").tokens)


@pytest.mark.parametrize("source", ["jsonl"], indirect=True)
def test_other_settings_need_another_folder(source, tmp_path):
    fr.index(source, tmp_path / "index")
    with pytest.raises(fr.InputError, match="an index of other reading"):
        fr.index(source, tmp_path / "index", clean=False)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("mine", "utf-8")
    with pytest.raises(fr.InputError, match=r"holds other files \(notes.txt\)"):
        fr.index(source, tmp_path / "full")
    with pytest.raises(fr.InputError, match="is a file; name a folder"):
        fr.index(source, source)
    with pytest.raises(fr.InputError, match="segment must be one of 'paragraph', 'document'"):
        fr.index(source, tmp_path / "other", segment="sentence")
    with pytest.raises(fr.InputError, match="files that can be indexed end in"):
        fr.index(__file__, tmp_path / "other")
    with pytest.raises(fr.InputError, match="no column 'body' for text="):
        fr.index(source, tmp_path / "another", text="body")


def test_texts_without_words_are_told_of(tmp_path, small):
    table = articles(12)
    table["text"] = ["* * *"] * 8 + table["text"].tolist()[8:]
    table.to_parquet(tmp_path / "articles.parquet")
    with pytest.warns(fr.InputWarning, match="no document has any words|are empty"):
        corpus = fr.index(tmp_path / "articles.parquet", tmp_path / "index")
    assert len(corpus.documents) == 4


@pytest.mark.filterwarnings("ignore:.*no document has any words")
def test_a_column_without_words_is_refused(tmp_path):
    articles(3).assign(text="...").to_parquet(tmp_path / "nothing.parquet")
    with pytest.raises(fr.InputError, match="no document has any words; is text= the column"):
        fr.index(tmp_path / "nothing.parquet", tmp_path / "other")


@pytest.mark.parametrize("source", ["jsonl"], indirect=True)
def test_an_index_has_no_texts_to_quote_or_to_cut(source, tmp_path):
    corpus = fr.index(source, tmp_path / "index")
    with pytest.raises(fr.InputError, match="holds an index of words, not texts"):
        _ = corpus.texts
    cut = replace(corpus, segments=corpus.segments.head(3))
    with pytest.raises(fr.InputError, match="but its index"):
        fr.count(cut)
    assert Path(corpus.folder) == tmp_path / "index"
