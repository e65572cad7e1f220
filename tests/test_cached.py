"""Counts, tables and reports found again: the same, and only where they are of the same."""

import shutil
import zlib
from dataclasses import replace
from types import FunctionType

import pandas as pd
import pytest
from _kept import OTHERS, SAYINGS, changed, corpus_of, digest, files, table_of

import framing as fr
from framing import analysis as analyses
from framing import gallery
from framing.analysis import Plan, analyse
from framing.cache import VARIABLE
from framing.cache import cache as module
from framing.cache.packing import pack
from framing.cli import main
from framing.errors import InputError
from framing.patterns import Pattern
from framing.plan import Topics
from framing.report import write_report

# --- counts -----------------------------------------------------------------------------------

SETTINGS = [
    {}, {"stop_words": None}, {"stop_words": ["the"]}, {"min_documents": 2}, {"phrases": False},
    {"stem": True}, {"numbers": True}, {"tokenizer": "plain", "phrases": False},
]  # fmt: skip


def alike(one, two):
    for part in ("indptr", "indices", "data"):
        mine, theirs = getattr(one.matrix, part), getattr(two.matrix, part)
        assert mine.dtype == theirs.dtype
        assert (mine == theirs).all()
    assert list(one.names) == list(two.names)
    assert one.size.tobytes() == two.size.tobytes()
    pd.testing.assert_frame_equal(one.segments, two.segments, check_exact=True)


def test_counts_are_kept_by_every_setting(kept):
    for n, settings in enumerate(SETTINGS, start=1):
        first, second = (fr.count(corpus_of(), **settings) for _ in range(2))
        alike(first, second)
        alike(first, fr.count(corpus_of(), cache=False, **settings))
        assert len(files(kept)) == n
    fr.count(corpus_of(), stop_words=iter(["the"]))
    fr.count(corpus_of(), stop_words=("the", "the"))
    assert len(files(kept)) == len(SETTINGS)


def test_counts_know_their_corpus_and_its_metadata(kept):
    corpus = corpus_of()
    fr.count(corpus)
    other = replace(corpus, documents=corpus.documents.assign(region="all"), name="other")
    counts = fr.count(other)
    assert len(files(kept)) == 1
    assert counts.corpus is other
    assert set(counts.segments["region"]) == {"all"}


def test_counts_of_other_texts_are_others(kept):
    corpus = corpus_of()
    text = corpus.segments.loc[3, "text"]
    others = [
        corpus,
        changed(corpus, "text", 3, text.replace("a", "e", 1)),
        changed(corpus, "text", 3, text + " "),
        changed(corpus, "document", 0, "0-1"),
        replace(corpus, segments=corpus.segments.iloc[::-1].reset_index(drop=True)),
        corpus_of(segment="document"),
        replace(corpus, phrases=(Pattern.parse("supply chain"),)),
        replace(corpus, terms=corpus.extract(), phrases=()),
    ]
    for n, one in enumerate(others, start=1):
        alike(fr.count(one), fr.count(one, cache=False))
        alike(fr.count(one), fr.count(one, cache=False))
        assert len(files(kept)) == n


def test_a_corpus_changed_in_place_is_counted_anew(kept):
    corpus = corpus_of()
    fr.count(corpus, phrases=False)
    again = replace(corpus)
    again.segments.loc[0, "text"] = "Quantum widgets."
    alike(fr.count(again, phrases=False), fr.count(again, phrases=False, cache=False))
    assert "quantum" in fr.count(again, phrases=False).names


def test_without_the_flag_or_the_variable_nothing_is_kept(kept, monkeypatch):
    fr.count(corpus_of(), cache=False)
    monkeypatch.setenv(VARIABLE, "off")
    fr.count(corpus_of())
    assert files(kept) == []


def test_mistakes_are_told_each_time(kept):
    for _ in range(2):
        with pytest.raises(InputError, match="no term is used in 99 documents"):
            fr.count(corpus_of(), min_documents=99)
        with pytest.raises(InputError, match="stop_words must be one of 'english'"):
            fr.count(corpus_of(), stop_words="german")
    assert files(kept) == []


# --- reading ----------------------------------------------------------------------------------


@pytest.mark.parametrize("segment", ["paragraph", "sentence", "document"])
def test_a_table_is_read_the_same(kept, tmp_path, segment):
    path = tmp_path / "speeches.csv"
    table = table_of()
    table.loc[0, "text"] += "\n(Applause.)\nFor immediate release"
    table.to_csv(path, index=False)
    first, second = (fr.read(path, segment=segment) for _ in range(2))
    plain = fr.read(path, segment=segment, cache=False)
    assert len(first.removed) > 0
    for name in ("documents", "segments", "removed"):
        for other in (second, plain):
            one, two = getattr(first, name), getattr(other, name)
            pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert len(files(kept)) == (3 if segment == "sentence" else 2)
    text = "(Applause.)"
    assert all(text.encode() not in path.read_bytes() for path in kept.iterdir())


def test_no_running_text_is_kept(kept, monkeypatch, tmp_path):
    held = []

    def packed(value):
        held.append(zlib.decompress(data := pack(value)))
        return data

    monkeypatch.setattr(module, "pack", packed)
    monkeypatch.setattr(gallery, "FIGURES", gallery.FIGURES[:2])
    path = tmp_path / "speeches.csv"
    table_of().to_csv(path, index=False)
    write_report(fr.read(path), tmp_path / "out", plan=PLAN)
    assert len(held) > 20
    for said in (*SAYINGS.values(), *OTHERS):
        run = " ".join(said.split()[:5]).encode()
        assert not [one for one in held if run in one]


# --- tables and reports -----------------------------------------------------------------------

PLAN = Plan("region", replicates=100, topics=Topics(n_topics=3, min_documents=1))
TABLES = {"keyness", "emphasis", "contrast", "trend", "shift", "tf_idf", "terms", "topics"}
MEASURES = ("keyness", "emphasis", "contrast", "divergence", "trend", "change", "shift")


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A first report, and what was kept of it."""
    home = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(home / "kept"))
        patch.setattr(module, "LEAST", 0.0)
        write_report(corpus_of(), home / "report", plan=PLAN)
    return home


@pytest.fixture
def filled(first, kept):
    """A folder of the test's own that holds what was kept of a first report."""
    shutil.copytree(first / "kept", kept)
    return kept


def alike_in_all(one, two):
    assert list(one.tables) == list(two.tables)
    assert one.skipped == two.skipped
    assert one.topic_fit == two.topic_fit
    alike(one.frames, two.frames)
    alike(one.counts, two.counts)
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, two.tables[name], check_exact=True)


def test_a_second_report_has_the_same_bytes(first, filled, tmp_path):
    before = files(filled)
    second = write_report(corpus_of(), tmp_path / "second", plan=PLAN).parent
    plain = write_report(corpus_of(), tmp_path / "plain", plan=PLAN, cache=False).parent
    assert contents(first / "report") == contents(second) == contents(plain)
    assert files(filled) == before
    assert len(before) > 30


def test_tables_are_found_again(filled, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("computed again")

    for name in MEASURES:
        measure = getattr(analyses, name)
        other = FunctionType(refuse.__code__, {})
        other.__module__, other.__qualname__ = measure.__module__, measure.__qualname__
        monkeypatch.setattr(analyses, name, other)
    monkeypatch.setattr("framing.topics.structural.StructuralTopicModel.fit", refuse)
    found = analyse(corpus_of(), PLAN)
    assert set(found.tables) >= TABLES
    monkeypatch.undo()
    alike_in_all(found, analyse(corpus_of(), PLAN, cache=False))


def test_whatever_happens_to_what_is_kept(filled):
    for n, path in enumerate(filled.iterdir()):
        data = path.read_bytes()
        path.write_bytes((data[:-1], data[:100], b"", data + b"x", data[::-1])[n % 5])
    before = files(filled)
    found, plain = (analyse(corpus_of(), PLAN, cache=cache) for cache in (True, False))
    alike_in_all(found, plain)
    assert files(filled) == before


def test_the_topic_model_is_there_when_it_is_asked_for(filled):
    found, plain = (
        analyse(corpus_of(), PLAN, only=["topics"], cache=cache) for cache in (True, False)
    )
    assert "model" not in vars(found.modelled)
    assert found.topic_model.beta_.tobytes() == plain.topic_model.beta_.tobytes()


@pytest.mark.parametrize(
    "changes",
    [
        {"replicates": 200}, {"seed": 1}, {"over": "quarter"}, {"codebook": "policy-frames"},
        {"within": "outlet", "cluster": "outlet"}, {"topics": Topics(4, min_documents=1)},
    ],
)  # fmt: skip
def test_another_plan_has_tables_of_its_own(filled, changes):
    before = len(files(filled))
    plan = replace(PLAN, **changes)
    found, plain = (analyse(corpus_of(), plan, cache=cache) for cache in (True, False))
    alike_in_all(found, plain)
    assert len(files(filled)) > before


def test_other_documents_have_tables_of_their_own(kept):
    corpus, plan = corpus_of(), replace(PLAN, topics=Topics(n_topics=0))
    text = corpus.segments.loc[3, "text"]
    others = [
        corpus,
        changed(corpus, "text", 3, text.replace("a", "e", 1)),
        changed(corpus, "region", 0, "EU", "documents"),
        changed(corpus, "date", 0, pd.Timestamp("2022-02-01"), "documents"),
    ]
    for one in others:
        before = len(files(kept))
        alike_in_all(analyse(one, plan), analyse(one, plan, cache=False))
        assert len(files(kept)) > before


def test_a_figure_sees_only_what_makes_its_key():
    done = analyse(corpus_of(), PLAN)
    for figure in gallery.FIGURES:
        if figure.table in done.tables:
            seen = figure.seen(done)
            assert figure.caption(seen) == figure.caption(done)
            assert figure.alt(seen) == figure.alt(done)
            assert digest(seen) == digest(figure.seen(replace(done, counts=None)))
            other = {figure.table: done.tables[figure.table].iloc[1:]}
            assert digest(seen) != digest(figure.seen(replace(done, tables=done.tables | other)))


# --- the command ------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path, monkeypatch):
    """A report of a table, without figures: they take most of the time."""
    monkeypatch.setattr(gallery, "FIGURES", ())
    path = tmp_path / "speeches.csv"
    table_of().to_csv(path, index=False)

    def run(out, *options):
        arguments = ["report", str(path), "--replicates", "100", "--out", str(tmp_path / out)]
        assert main([*arguments, *options]) == 0
        return contents(tmp_path / out)

    return run


def test_the_command_keeps_results_and_may_be_told_not_to(kept, command):
    plain = command("plain", "--no-cache")
    assert files(kept) == []
    one = command("one")
    found = files(kept)
    assert len(found) > 10
    assert plain == one == command("two")
    assert files(kept) == found


def test_a_report_does_not_tell_of_the_cache(kept, command, capsys):
    kept.write_text("in the way")
    warned = command("warned")
    (line,) = [one for one in capsys.readouterr().err.splitlines() if "earlier runs" in one]
    assert line.startswith("framing: warning: results of earlier runs cannot be read in ")
    assert warned == command("plain", "--no-cache")
    assert "earlier runs" not in capsys.readouterr().err


def test_help_says_how_to_do_without(capsys):
    with pytest.raises(SystemExit):
        main(["report", "--help"])
    said = capsys.readouterr().out
    assert "--no-cache" in said
    assert "FRAMING_CACHE=off" in said
