"""A desk loses nothing: what a coder said is in the file, and comes back from it."""

import errno
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing.coding import code_by_hand, desk, draw, read_codes, write_sheet
from framing.coding.desk import Desk, Mark
from framing.frames import Codebook, Frame


def codebook(*names):
    return Codebook("harbours", "", "", "", tuple(Frame(name, name, "", ()) for name in names))


TWO = codebook("trade", "rules")
ROWS = pd.DataFrame({"document": ["=a", "12", "c", "d"], "url": "https://example.org/"})
SOURCE = fr.Features(np.ones((4, 1)), ["x"], ROWS, kind="frame")
SAMPLE = draw(SOURCE, 3, seed=2)
NAMES = SAMPLE.segments["segment"].tolist()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ana.csv"


def lines(path):
    return path.read_text("utf-8-sig").splitlines()


def at(path, sample=SAMPLE, frames=TWO, coder="Ana"):
    return Desk(sample, frames, coder, path)


# --- the file ---------------------------------------------------------------------------------


def test_the_file_is_there_at_once_and_holds_every_change(path):
    one = at(path)
    assert lines(path)[0] == "segment,document,coder,trade,rules,done,note"
    assert [line.split(",", 2)[2] for line in lines(path)[1:]] == ["Ana,,,0,"] * 3
    assert one.update({1: Mark("01")}) == desk.Saved(True, "ana.csv")
    assert lines(path)[2].endswith(",Ana,,1,0,")
    one.update({1: Mark("01", True, "=sure"), 0: Mark("00", True)})
    assert [line.split(",", 3)[3] for line in lines(path)[1:]] == ["0,0,1,", "0,1,1,'=sure", ",,0,"]
    assert repr(one) == f"Desk('Ana', 2 of 3 segments coded, {str(path)!r})"


def test_only_what_is_done_is_read_as_coded(path):
    at(path).update({0: Mark("11"), 1: Mark("00", True), 2: Mark("00", note="look again")})
    with pytest.warns(fr.InputWarning, match="1 segments are begun but not done"):
        codes = read_codes(path, sample=SAMPLE, codebook=TWO)
    assert codes["segment"].tolist() == [NAMES[1]] * 2
    assert codes["code"].tolist() == [0, 0]
    assert codes["coder"].tolist() == ["Ana"] * 2


def test_coding_goes_on_where_it_stopped(path):
    marks = {0: Mark("10", True), 2: Mark("11", False, "draft: all on, not done")}
    at(path).update(marks)
    again = at(path)
    assert again.marks == marks
    assert again.next() == 1


WRITTEN = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
NOTES = st.text(WRITTEN | st.sampled_from("=+-@'\n\";,"), max_size=12).map(str.strip)
MARKS = st.builds(Mark, st.text("01", min_size=2, max_size=2), st.booleans(), NOTES)


@settings(max_examples=40, deadline=None)
@given(marks=st.dictionaries(st.integers(0, 2), MARKS))
def test_any_marks_come_back(tmp_path_factory, marks):
    path = tmp_path_factory.mktemp("any") / "a.csv"
    at(path).update(marks)
    assert at(path).marks == {place: mark for place, mark in marks.items() if mark != Mark("00")}


def test_the_next_segment_goes_round(path):
    one = at(path)
    assert [one.next(place) for place in (-1, 0, 1, 2)] == [0, 1, 2, 0]
    one.update({0: Mark("00", True), 1: Mark("00")})
    assert [one.next(place) for place in (-1, 0, 1, 2)] == [1, 1, 2, 1]
    one.update({place: Mark("00", True) for place in range(3)})
    assert [one.next(place) for place in (-1, 1, 2)] == [0, 1, 2]


# --- trouble ----------------------------------------------------------------------------------


def test_what_another_program_wrote_is_left_alone(path):
    one = at(path)
    one.update({0: Mark("10", True)})
    theirs = path.read_bytes().replace(b"Ana,1,0,1", b"Ana,1,1,1")
    path.write_bytes(theirs)
    saved = one.update({0: Mark("10", True), 1: Mark("01", True)})
    assert saved.ok
    assert saved.file == "ana-apart.csv"
    assert "'ana.csv' was changed by another program and is left as it is" in saved.message
    assert path.read_bytes() == theirs
    apart = path.with_name("ana-apart.csv")
    assert at(apart).marks == {0: Mark("10", True), 1: Mark("01", True)}
    apart.write_bytes(apart.read_bytes() + b"\n")
    assert one.update({2: Mark("00", True)}).file == "ana-apart-apart.csv"
    path.with_name("ana-apart-2.csv").touch()
    two = at(path)
    path.write_bytes(theirs + b"\n")
    assert two.update({}).file == "ana-apart-3.csv"


def test_two_desks_at_one_file_do_not_undo_each_other(path):
    first, second = at(path), at(path)
    first.update({0: Mark("10", True)})
    assert second.update({1: Mark("01", True)}).file == "ana-apart.csv"
    assert first.update({0: Mark("10", True), 2: Mark("11", True)}).file == "ana.csv"


def test_a_file_that_was_deleted_is_written_again(path):
    one = at(path)
    path.unlink()
    assert one.update({0: Mark("10", True)}) == desk.Saved(True, "ana.csv")
    assert at(path).marks == {0: Mark("10", True)}


def test_a_full_disk_is_said_and_nothing_is_lost(path, monkeypatch):
    one = at(path)
    before = path.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(desk, "write_whole", full)
    saved = one.update({0: Mark("10", True)})
    assert not saved.ok
    assert "Not saved in" in saved.message
    assert "No space left on device. Your codes are still here" in saved.message
    assert path.read_bytes() == before
    monkeypatch.undo()
    assert one.save() == desk.Saved(True, "ana.csv")
    assert at(path).marks == {0: Mark("10", True)}


def test_a_folder_that_goes_and_comes_back(tmp_path):
    folder = tmp_path / "share"
    folder.mkdir()
    one = at(folder / "ana.csv")
    folder.rename(tmp_path / "away")
    assert not one.update({0: Mark("10", True)}).ok
    (tmp_path / "away").rename(folder)
    assert one.update({0: Mark("10", True), 1: Mark("01", True)}) == desk.Saved(True, "ana.csv")


@pytest.mark.parametrize(
    "marks",
    [
        {3: Mark("00")},
        {-1: Mark("00")},
        {0: Mark("0")},
        {0: Mark("02")},
        {0: Mark("00", note="x" * 10_001)},
    ],
)
def test_what_makes_no_sense_is_not_saved(path, marks):
    one = at(path)
    before = path.read_bytes()
    saved = one.update(marks)
    assert not saved.ok
    assert "is not sound" in saved.message
    assert (one.marks, path.read_bytes()) == ({}, before)


# --- files that belong elsewhere --------------------------------------------------------------


def test_another_coder(path):
    at(path)
    with pytest.raises(fr.InputError, match=r"ana\.csv, row 2, belongs to another coder, 'Ana'"):
        at(path, coder="Ben")


def test_another_codebook(path):
    at(path)
    with pytest.raises(fr.InputError, match=r"another codebook .* it lacks trust and it has trade"):
        at(path, frames=codebook("trust", "rules"))
    with pytest.raises(fr.InputError, match=r"of the columns it lacks trust\. Name another file"):
        at(path, frames=codebook("trade", "rules", "trust"))


def test_another_sample(path):
    at(path)
    other = draw(SOURCE, 1, seed=7)
    with pytest.raises(fr.InputError, match=r"belongs to another sample: segment '.*' is not in"):
        at(path, sample=other)


def test_a_sample_that_grew_keeps_its_codes(path):
    at(path).update({1: Mark("01", True)})
    more = draw(SOURCE, 4, seed=2)
    place = more.segments["segment"].tolist().index(NAMES[1])
    assert at(path, sample=more).marks == {place: Mark("01", True)}


def test_a_sheet_is_no_file_of_a_desk(path):
    write_sheet(SAMPLE, path, TWO, "Ana")
    before = path.read_bytes()
    with pytest.raises(fr.InputError, match=r"or is no file of a desk.*it has url"):
        at(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Ana,,,0", "Ana,x,,0", r"row 2, column 'trade': 'x' is not 1, 0 or blank"),
        ("Ana,,,0", "Ana,,,2", r"row 2, column 'done': '2' is not"),
        ("", "", r"row 5: the segment stands twice"),
    ],
)
def test_a_fault_in_the_file_is_named(path, old, new, words):
    at(path)
    text = path.read_text("utf-8")
    path.write_text(text.replace(old, new, 1) if old else text + lines(path)[1], "utf-8")
    with pytest.raises(fr.InputError, match=words):
        at(path)


def test_a_desk_can_be_opened_after_a_spreadsheet_program(path):
    at(path).update({0: Mark("10", True, "sure")})
    path.write_text(path.read_text("utf-8-sig").replace(",", ";").replace("1;0;1", "1,0;0;1"))
    assert at(path).marks == {0: Mark("10", True, "sure")}


def test_faults_of_the_call(path, tmp_path):
    for coder in ("", " Ana"):
        with pytest.raises(fr.InputError, match="coder must be a name"):
            at(path, coder=coder)
    with pytest.raises(fr.InputError, match=r"must end in \.csv"):
        at(tmp_path / "ana.xlsx")
    with pytest.raises(fr.InputError, match=r"Not saved in .*No such file or directory"):
        at(tmp_path / "none" / "ana.csv")


def test_without_anywidget_it_is_said_what_to_install(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "framing.coding.widget", raising=False)
    with pytest.raises(fr.InputError, match=r"pip install framing\[lab\], or use write_sheet"):
        code_by_hand(SAMPLE, TWO, "Ana", path)
    assert not path.exists()
