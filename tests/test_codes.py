"""Codes come back as they were written, and what was not written is never invented."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing.coding import draw, read_codes, workbook, write_sheet
from framing.frames import Codebook, Frame

openpyxl = pytest.importorskip("openpyxl", reason="needs the extra `xlsx`")

CODEBOOK = Codebook(
    "harbours", "", "", "", (Frame("trade", "Trade", "", ()), Frame("rules", "Rules", "", ()))
)
TABLE = pd.DataFrame(
    {
        "id": ["a", "007", "2021-03"],
        "region": ["EU", "JP", "US"],
        "text": ["Cranes for the port.\nAnd ropes.", "They doubt it.", "An island of sensors."],
    }
)
SAMPLE = draw(
    fr.Corpus.from_frame(TABLE, date=None, clean=False), 4, weights="segment", seed=5
)  # fmt: skip


def file(folder, text, name="ana.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def cells(codes):
    """Codes as {segment: [trade, rules]}, NaN as None."""
    wide = codes.pivot(index="segment", columns="frame", values="code")[["trade", "rules"]]
    return {
        name: [None if np.isnan(one) else one for one in row]
        for name, row in zip(wide.index, wide.to_numpy(), strict=True)
    }


# --- what is read -----------------------------------------------------------------------------

PLAIN = "segment,document,trade,rules\na/000,a,1,0\na/001,a,,\n007/000,007,,1\n"


def test_a_long_table_of_what_was_coded(tmp_path):
    codes = read_codes(file(tmp_path, PLAIN))
    assert set(codes) <= set(fr.COLUMNS)
    found = codes[["segment", "document", "coder", "frame", "code"]].to_numpy().tolist()
    assert found[:3] == [
        ["a/000", "a", "ana", "trade", 1.0],
        ["a/000", "a", "ana", "rules", 0.0],
        ["007/000", "007", "ana", "trade", pytest.approx(np.nan, nan_ok=True)],
    ]
    assert cells(codes) == {"a/000": [1, 0], "007/000": [None, 1]}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "segment,document,trade,rules\na/000,a, 1 ,0.0\n"),
        ("a.csv", "\ufeffsegment,document,trade,rules\r\na/000,a,1.,00\r\n,,,\r\n"),
        ("a.csv", "segment;document;trade;rules\na/000;a;1,0;0\n;;;\n"),
        ("a.tsv", "segment\tdocument\ttrade\trules\na/000\ta\t\xa01\t0\n"),
        ("a.CSV", '"rules","document","trade","segment"\n"0","a","1","a/000"\n'),
    ],
)
def test_the_habits_of_spreadsheet_programs(tmp_path, name, text):
    assert cells(read_codes(file(tmp_path, text, name))) == {"a/000": [1, 0]}


def test_other_encodings_are_named(tmp_path):
    path = file(
        tmp_path, "segment,document,trade,rules,note\na/000,a,1,0,Über\n", encoding="cp1252"
    )
    with pytest.raises(fr.InputError, match="encoding="):
        read_codes(path)
    assert cells(read_codes(path, encoding="cp1252")) == {"a/000": [1, 0]}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sheet_comes_back_filled_in(tmp_path, ending):
    path = tmp_path / f"ben.{ending}"
    write_sheet(SAMPLE, path, CODEBOOK, show=["region"])
    truth = {
        name: [float(i % 2), float(i > 1)] for i, name in enumerate(SAMPLE.segments["segment"])
    }
    if ending == "csv":
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    else:
        table = pd.read_excel(path, dtype=str, keep_default_na=False)
    for row, (trade, rules) in enumerate(truth.values()):
        table.loc[row, ["trade", "rules"]] = [str(int(trade)), f"{rules}"]
    table = table.iloc[::-1]
    if ending == "csv":
        table.to_csv(path, index=False)
    else:
        numbers = table.assign(trade=table["trade"].astype(int), rules=table["rules"].astype(float))
        numbers.to_excel(path, index=False, sheet_name="codes")
    codes = read_codes(path, sample=SAMPLE, codebook=CODEBOOK)
    assert cells(codes) == truth
    documents = codes.drop_duplicates("segment").set_index("segment")["document"]
    assert documents["007/000"] == "007"
    labelled = SAMPLE.labelled(codes)
    assert labelled.matrix.toarray().tolist() == list(truth.values())


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_any_codes_come_back(tmp_path_factory, data):
    names = data.draw(
        st.lists(st.text("=+-@'/0a;", min_size=1, max_size=6), unique=True, min_size=1)
    )
    rows = pd.DataFrame({"segment": names, "document": names})
    source = fr.Features(np.ones((len(rows), 1)), ["x"], rows, kind="frame")
    sample = draw(source, len(rows), seed=0)
    path = tmp_path_factory.mktemp("any") / "a.csv"
    with pytest.warns(fr.InputWarning, match="neither text nor link"):
        write_sheet(sample, path, CODEBOOK)
    digits = st.sampled_from(["0", "1"])
    codes = data.draw(st.lists(st.tuples(digits, digits), min_size=len(rows), max_size=len(rows)))
    lines = path.read_text("utf-8").splitlines()
    filled = [f"{line[:-3]}{a},{b},," for line, (a, b) in zip(lines[1:], codes, strict=True)]
    path.write_text("\n".join([lines[0], *filled]), "utf-8")
    found = cells(read_codes(path, sample=sample, codebook=CODEBOOK))
    drawn = sample.segments["segment"]
    assert found == {name: [int(a), int(b)] for name, (a, b) in zip(drawn, codes, strict=True)}


def test_which_columns_are_frames(tmp_path):
    path = file(tmp_path, "segment,document,title,region,trade,note\na/000,a,T,EU,1,x\n")
    with pytest.raises(fr.InputError, match="column 'region': 'EU' is not a code"):
        read_codes(path)
    assert read_codes(path, sample=SAMPLE)["frame"].tolist() == ["trade"]
    one = Codebook("one", "", "", "", (CODEBOOK.frames[0],))
    assert read_codes(path, sample=SAMPLE, codebook=one)["frame"].tolist() == ["trade"]
    with pytest.warns(fr.InputWarning, match="no frame of the codebook: columns region"):
        assert read_codes(path, codebook=one)["frame"].tolist() == ["trade"]


def test_ranks(tmp_path):
    path = file(tmp_path, "segment,document,trade,rules\na/000,a,3,0\n")
    assert cells(read_codes(path, highest=3)) == {"a/000": [3, 0]}
    with pytest.raises(fr.InputError, match="'3' is not a code; write 0, 1 or nothing"):
        read_codes(path)
    with pytest.raises(fr.InputError, match="'3' is not a code; write 0 to 2 or nothing"):
        read_codes(path, highest=2)


# --- what an empty cell means -----------------------------------------------------------------

ONES = (
    "segment,document,trade,rules,done\n"
    "a/000,a,1,,\n"  # some code
    "a/001,a,,,1\n"  # read, and nothing found
    "007/000,007,,,\n"  # not read, or nothing found: nobody knows
    "2021-03/000,2021-03,,1,0\n"  # begun
    "b/000,b,1,,1\n"
)


@pytest.mark.filterwarnings("ignore:.*(begun|no code)")
@pytest.mark.parametrize(("blank", "first"), [("missing", [1, None]), ("zero", [1, 0])])
def test_blank_cells(tmp_path, blank, first):
    codes = read_codes(file(tmp_path, ONES), blank=blank)
    assert cells(codes) == {"a/000": first, "a/001": [0, 0], "b/000": [1, 0]}


def test_what_is_left_out_is_said(tmp_path):
    path = file(tmp_path, ONES)
    with pytest.warns(fr.InputWarning, match=r"1 segments are begun but not done.*\(2021-03/000\)"):
        read_codes(path)
    with (
        pytest.warns(fr.InputWarning, match="begun"),
        pytest.warns(
            fr.InputWarning, match=r"1 segments before the last coded one have no code.*\(007/000\)"
        ),
    ):
        read_codes(path, blank="zero")


# --- several coders ---------------------------------------------------------------------------


def test_one_file_a_coder(tmp_path):
    paths = [file(tmp_path, PLAIN), file(tmp_path, PLAIN, "ben.csv")]
    codes = read_codes(paths)
    assert list(dict.fromkeys(codes["coder"])) == ["ana", "ben"]
    assert len(codes) == 8
    assert set(read_codes(paths, coder=["A", "B"])["coder"]) == {"A", "B"}
    assert set(read_codes(paths[0], coder="A")["coder"]) == {"A"}
    assert codes.groupby("coder").size().to_dict() == {"ana": 4, "ben": 4}


def test_coders_in_one_file(tmp_path):
    text = "segment,document,coder,trade,rules\na/000,a,Ana,1,0\na/000,a,Ben,0,0\n"
    path = file(tmp_path, text)
    assert read_codes(path)["coder"].tolist() == ["Ana", "Ana", "Ben", "Ben"]
    with pytest.raises(fr.InputError, match="row 3, column 'segment': 'a/000' stands in row 2"):
        read_codes(path, coder="Ana")
    unnamed = file(tmp_path, text.replace("Ana", "").replace("Ben,0,0", ",,"))
    with pytest.raises(fr.InputError, match="row 3, column 'segment'"):
        read_codes(unnamed)
    half = file(tmp_path, text.replace("Ana", ""))
    with pytest.raises(fr.InputError, match=r"row 2 \(segment 'a/000'\), column 'coder' is empty"):
        read_codes(half)


def test_the_same_coder_twice(tmp_path):
    (tmp_path / "other").mkdir()
    paths = [file(tmp_path, PLAIN), file(tmp_path / "other", PLAIN)]
    with pytest.raises(fr.InputError, match=r"ana.csv and .*other.*both hold codes of .*'a/000'"):
        read_codes(paths)
    more = file(tmp_path / "other", PLAIN.replace("a/00", "c/00").replace("007", "d"), "ana.csv")
    assert len(read_codes([paths[0], more])) == 8  # in two parts


def test_frames_must_be_the_same_in_every_file(tmp_path):
    other = file(tmp_path, PLAIN.replace("rules", "rule"), "ben.csv")
    with pytest.raises(fr.InputError, match=r"ben\.csv, row 1: no column for frame 'rules'"):
        read_codes([file(tmp_path, PLAIN), other])


# --- faults, by the words of their messages ---------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PLAIN.replace("1,0", "1,2"), "row 2 (segment 'a/000'), column 'rules': '2' is not a code"),
        (
            PLAIN.replace(",,1", ",x,1"),
            "row 4 (segment '007/000'), column 'trade': 'x' is not a code",
        ),
        (PLAIN.replace("1,0", "1,-1"), "'-1' is not a code; write 0, 1 or nothing"),
        (PLAIN.replace("1,0", "0.5,0"), "'0.5' is not a code"),
        (PLAIN.replace("a/001", "a/009"), "row 3, column 'segment': 'a/009' is not in the sample"),
        (
            PLAIN.replace("a/001", "a/000"),
            "row 3, column 'segment': 'a/000' stands in row 2 already",
        ),
        (
            PLAIN.replace("a/001,a", "a/001,b"),
            "row 3 (segment 'a/001'), column 'document': 'b' is not",
        ),
        (PLAIN.replace("a/001", ""), "row 3, column 'segment' is empty"),
        (
            PLAIN.replace("rules", "rule"),
            "row 1: no column for frame 'rules'; the columns are segment",
        ),
        (PLAIN.replace("segment", "id"), "row 1: no column 'segment'"),
        (PLAIN.replace("1,0", ",").replace(",,1", ",,"), "no row is coded"),
        ("segment,document,trade,rules\n", "no row is coded"),
        ("", "is empty"),
        (PLAIN.replace("a,1,0", "a,1"), "line 2: 3 cells where the header has 4"),
        (PLAIN.replace("document", "trade"), "column 'trade' stands twice"),
    ],
)
def test_a_fault_is_named_by_file_row_and_column(tmp_path, text, words):
    path = file(tmp_path, text)
    with pytest.raises(fr.InputError) as caught:
        read_codes(path, sample=SAMPLE, codebook=CODEBOOK)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_faults_without_a_sample(tmp_path):
    with pytest.raises(fr.InputError, match=r"no column 'document'; add one, or pass sample="):
        read_codes(file(tmp_path, "segment,trade\na,1\n"))
    with pytest.raises(fr.InputError, match=r"column 'document' is empty"):
        read_codes(file(tmp_path, "segment,document,trade\na,,1\n"))
    with pytest.raises(fr.InputError, match="no column is a frame"):
        read_codes(file(tmp_path, "segment,document\na,a\n"))


def test_faults_of_the_call(tmp_path):
    path = file(tmp_path, PLAIN)
    with pytest.raises(fr.InputError, match="blank must be one of 'missing', 'zero'; got 'no'"):
        read_codes(path, blank="no")
    with pytest.raises(fr.InputError, match="coder has 2 names for 1 files"):
        read_codes(path, coder=["a", "b"])
    with pytest.raises(fr.InputError, match="highest must be"):
        read_codes(path, highest=0)
    with pytest.raises(fr.InputError, match="paths is empty"):
        read_codes([])
    with pytest.raises(fr.InputError, match=r"sheets end in \.csv, \.tsv, \.xlsx"):
        read_codes(file(tmp_path, PLAIN, "a.xls"))
    with pytest.raises(fr.InputError, match="no file"):
        read_codes(tmp_path / "none.csv")
    with pytest.raises(fr.InputError, match="no file"):
        read_codes(tmp_path / "none.xlsx")


# --- workbooks --------------------------------------------------------------------------------


def book(folder, rows, title="codes"):
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    made.save(folder / "ana.xlsx")
    return folder / "ana.xlsx"


HEAD = ["segment", "document", "trade", "rules"]


def test_a_workbook_by_any_title_with_empty_rows_and_columns(tmp_path):
    rows = [[*HEAD, None], ["a/000", "a", 1, 0.0], [None] * 4, ["b/000", "b", None, "1 "]]
    assert cells(read_codes(book(tmp_path, rows, "Sheet1"))) == {
        "a/000": [1, 0],
        "b/000": [None, 1],
    }


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([HEAD, [None], ["a/000", "a", 1, "x"]], "row 3 (segment 'a/000'), column 'rules': 'x'"),
        ([HEAD, ["a/000", "a", 1, 0, "y"]], "row 2: 'y' stands to the right of the last named"),
        ([["segment", None, "trade"], ["a"]], "row 1: column 2 has no name"),
        ([["segment", "trade", "trade"], ["a"]], "row 1: column 'trade' stands twice"),
        ([[None], HEAD], "its first row is"),
        ([HEAD, ["a/000", "a", True, 0]], "column 'trade': 'True' is not a code"),
        ([HEAD, ["a" * 40_000, "a", 1, 0]], "32,767 characters"),
        ([HEAD * 300], "more than the 1,000 columns"),
    ],
)
def test_a_fault_in_a_workbook(tmp_path, rows, words):
    path = book(tmp_path, rows)
    if "32,767" in words:  # openpyxl cuts what it writes, and leaves what it reads
        put(path, "xl/worksheets/sheet1.xml", lambda part: part.replace(b"aaa", b"aaaa"))
    with pytest.raises(fr.InputError) as caught:
        read_codes(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def put(path, name, change):
    """Change a part of a workbook."""
    with zipfile.ZipFile(path) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    parts[name] = change(parts.get(name, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part, data in parts.items():
            new.writestr(part, data)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = book(tmp_path, [HEAD, ["a/000", "a", 1, 0]])
    monkeypatch.setattr(workbook, "UNPACKED", 10**6)
    put(path, "xl/media/image1.png", lambda _: b"\0" * 10**6)
    assert path.stat().st_size < 20_000
    monkeypatch.setattr(zipfile.ZipFile, "read", None)  # nothing may be
    with pytest.raises(fr.InputError, match=r"unpacks to 1,0\d\d,\d\d\d bytes in .* parts"):
        read_codes(path)


def test_too_many_parts(tmp_path):
    path = book(tmp_path, [HEAD])
    with zipfile.ZipFile(path, "a") as parts:
        for number in range(1_001):
            parts.writestr(f"{number}", b"")
    with pytest.raises(fr.InputError, match=r"in 1,0\d\d parts"):
        read_codes(path)


@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path, code):
    path = book(tmp_path, [HEAD, ["a/000", "a", 1, 0]])
    laughs = f'<?xml version="1.0" encoding="{code}"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    put(path, "xl/sharedStrings.xml", lambda _: laughs.encode(code))
    with pytest.raises(fr.InputError, match=r"'xl/sharedStrings.xml' declares XML entities"):
        read_codes(path)


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0 an old workbook", PLAIN.encode()],
)
def test_what_is_no_workbook(tmp_path, data):
    path = tmp_path / "ana.xlsx"
    path.write_bytes(data)
    with pytest.raises(fr.InputError, match=r"is not an XLSX file .* old \.xls, or has a password"):
        read_codes(path)


def test_a_damaged_workbook(tmp_path):
    path = book(tmp_path, [HEAD, ["a/000", "a", 1, 0]])
    put(path, "xl/workbook.xml", lambda _: b"<workbook>")
    with pytest.raises(fr.InputError, match="is not a sound XLSX file"):
        read_codes(path)
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    path.write_bytes(empty.getvalue())
    with pytest.raises(fr.InputError, match="is not a sound XLSX file"):
        read_codes(path)


@pytest.mark.parametrize("row", [b"2000000", b"99999999999"])
def test_a_row_far_away_is_not_waited_for(tmp_path, row, monkeypatch):
    monkeypatch.setattr(workbook, "_ROWS", 10_000)
    path = book(tmp_path, [HEAD, ["a/000", "a", 1, 0]])
    put(path, "xl/worksheets/sheet1.xml", lambda part: part.replace(b'r="2"', b'r="' + row + b'"'))
    with pytest.raises(fr.InputError, match=r"row 10001: more than .* 10,000 rows"):
        read_codes(path)


def test_cells_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_CELLS", 10)
    path = book(tmp_path, [HEAD])
    put(path, "xl/worksheets/sheet1.xml", lambda part: part.replace(b"</sheetData>", EMPTY))
    with pytest.raises(fr.InputError, match=r"row 3: more than .* or 10 cells allowed"):
        read_codes(path)


EMPTY = b'<row r="2"><c r="D2"/></row><row r="3"><c r="D3"/></row></sheetData>'


def test_formulas_are_not_computed(tmp_path):
    path = book(tmp_path, [HEAD, ["a/000", "a", 1, "='file:///etc/[hosts]x'!A1"]])
    assert cells(read_codes(path)) == {"a/000": [1, None]}  # no program has computed it yet
