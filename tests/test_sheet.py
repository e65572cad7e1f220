"""Coding sheets: what they show, what they hide, and that no cell of a stranger runs."""

import csv
import re
import sys
import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import framing as fr
from framing.coding import draw, write_sheet
from framing.coding.sheet import passages
from framing.coding.spreadsheet import csv_text, guard, read_cells, unguard
from framing.frames import Codebook, Frame

openpyxl = pytest.importorskip("openpyxl", reason="needs the extra `xlsx`")

TABLE = pd.DataFrame(
    {
        "id": ["a", "12", "=c"],
        "date": ["2021-03", "2022", None],
        "title": ["Cranes", "=cmd|' /C calc'!A0", None],
        "region": ["EU", "JP", "US"],
        "url": ["https://example.org/a?b=1", "javascript:alert(1)", None],
        "text": [
            "The harbour buys cranes from two makers; -5 percent, they say.\nAnother line.",
            "@home they doubt it.",
            "+1 for the island of sensors.",
        ],
    }
)
CODEBOOK = Codebook(
    "harbours",
    "Frames of harbours",
    "2",
    "",
    (Frame("trade", "Trade", "Buying and selling.", ()), Frame("rules", "=Rules", "", ())),
)


@pytest.fixture(scope="module")
def sample():
    with pytest.warns(fr.InputWarning, match="no date"):
        corpus = fr.Corpus.from_frame(TABLE, clean=False)
    return draw(corpus, 4, weights="segment", seed=5)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


# --- what a sheet holds -----------------------------------------------------------------------


def test_csv_holds_the_sample_in_its_order(sample, tmp_path):
    write_sheet(sample, tmp_path / "ana.csv", CODEBOOK)
    assert (tmp_path / "ana.csv").read_bytes().startswith(b"\xef\xbb\xbfsegment,")
    header, *rows = rows_of(tmp_path / "ana.csv")
    assert header == "segment document title date text trade rules done note".split()
    names = [unguard(row[0], name=True) for row in rows]
    assert names == sample.segments["segment"].tolist()
    text = "The harbour buys cranes from two makers; '-5 percent, they say."
    assert ["a/000", "a", "Cranes", "2021-03", text] + [""] * 4 in rows
    other = ["'12/000", "'12", "'=cmd|' /C calc'!A0", "2022", "'@home they doubt it."]
    assert other + [""] * 4 in rows


def test_definitions_lie_beside_a_csv(sample, tmp_path):
    write_sheet(sample, tmp_path / "ana.csv", CODEBOOK, highest=3)
    guide = (tmp_path / "ana-codebook.txt").read_text("utf-8")
    assert guide.startswith("Frames of harbours, version 2\n\nWrite in a frame's column: 0 to 3.\n")
    assert "trade: Trade\n    Buying and selling.\n" in guide
    assert "done: Done\n    1 once you have judged every frame" in guide


def test_a_sheet_can_name_its_coder(sample, tmp_path):
    write_sheet(sample, tmp_path / "s.csv", CODEBOOK, "Ana")
    header, *rows = rows_of(tmp_path / "s.csv")
    assert header[:3] == ["segment", "document", "coder"]
    assert {row[2] for row in rows} == {"Ana"}


def test_sides_are_shown_only_if_asked_for(sample):
    assert list(passages(sample)) == ["segment", "document", "title", "date", "text"]
    assert list(passages(sample, [])) == ["segment", "document", "text"]
    shown = passages(sample, ["region"])
    assert shown.set_index("document")["region"].to_dict() == {"a": "EU", "12": "JP", "=c": "US"}
    with pytest.raises(fr.InputError, match=r"show must be one of .*'region'.*got 'side'"):
        passages(sample, ["side"])


def features(texts, **columns):
    """A corpus published without its texts, of one paragraph a document."""
    names = [f"d{i}" for i in range(len(texts))]
    table = pd.DataFrame({"id": names, "date": "2022", "text": texts, **columns})
    corpus = fr.Corpus.from_frame(table, clean=False)
    return fr.Corpus(
        corpus.name, corpus.documents, corpus.segments.drop(columns="text"), terms=corpus.extract()
    )


def test_features_alone_link_to_the_source_and_give_words_to_find_it_by(tmp_path):
    texts = ["tungsten And lenses and 2019", "lenses and mines and we", "we and mines"]
    corpus = features(
        [f"{texts[0]}\n{texts[1]}", texts[2]], url=["https://x.org/0", "https://x.org/1"]
    )
    sheet = passages(draw(corpus, 3, weights="segment", seed=1)).set_index("segment")
    # each word by how few segments use it, in whatever case: tungsten 1; lenses 2, mines 2; and 4
    assert sheet["words"].to_dict() == {
        "d0/000": "tungsten, lenses, And, and",
        "d0/001": "lenses, mines, and",
        "d1/000": "mines, and",
    }
    assert sheet["paragraph"].to_dict() == {"d0/000": "1", "d0/001": "2", "d1/000": "1"}
    assert sheet.loc["d1/000", "url"] == "https://x.org/1"
    assert "text" not in sheet


def test_neither_text_nor_link_is_said():
    links = ["https://x.org/0", None, " "]
    corpus = features(["lenses and mines", "we and mines", "we and mines again"], url=links)
    with pytest.warns(
        fr.InputWarning, match=r"neither text nor link .* 2 of 3 segments \(d\d, d\d\)"
    ):
        sheet = passages(draw(corpus, 3, seed=1))
    assert "date" in sheet
    with pytest.warns(fr.InputWarning, match="2 of 2 segments"):
        passages(draw(features(["lenses", "mines"]), 2, seed=1))


def test_features_that_know_no_corpus_are_enough(tmp_path):
    rows = pd.DataFrame({"document": ["a", "b"], "url": ["https://x.org/a", "https://x.org/b"]})
    source = fr.Features([[1], [0]], ["rules"], rows, kind="frame")
    sheet = passages(draw(source, 2, seed=0))
    assert list(sheet) == ["segment", "document", "url"]


# --- cells of strangers -----------------------------------------------------------------------

FORMULA = re.compile(r"(?:^|[;\t\r\n])\s*[=+\-@＝＋－＠]")


@given(st.text(alphabet=st.sampled_from("=+-@;,'\"\t\r\n 1/aé＝"), max_size=12), st.booleans())
def test_no_cell_starts_a_formula_and_every_cell_comes_back(cell, name):
    guarded = guard(cell, name=name)
    assert not FORMULA.search(guarded)
    assert unguard(guarded, name=name) == cell


@pytest.mark.parametrize("name", ["12/003", "2021-03-31/000", "1e5/001", "007", "3.10", "'5"])
def test_names_like_dates_and_numbers_stay_text(name):
    assert guard(name, name=True) == f"'{name}"
    assert guard(name) == name  # elsewhere a number is a number


def test_names_come_back_from_csv(tmp_path):
    path = tmp_path / "a.csv"
    names = ["12/003", "=a", "'=a", "'1", "plain", "x\ny", "\x07"]
    path.write_text(csv_text(["segment", "=n"], [[n, n] for n in names], ["segment"]), "utf-8")
    table = read_cells(path, ["segment"])
    assert list(table) == ["segment", "=n"]
    assert table["segment"].tolist() == [*names[:-1], "\ufffd"]
    assert table["=n"].tolist() == [*names[:-1], "\ufffd"]


def test_xlsx_holds_no_formula_and_links_only_to_the_web(tmp_path):
    links = TABLE.assign(
        date="2022",
        url=["https://example.org/a?b=1", "javascript:alert(1)", "https://example.org/a b"],
    )
    sample = draw(features(TABLE["text"].tolist(), url=links["url"]), 3, seed=5)
    write_sheet(sample, tmp_path / "s.xlsx", CODEBOOK)
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    texts = [cell for row in book["codes"].iter_rows(min_row=2) for cell in row if cell.value]
    assert all(cell.quotePrefix for cell in texts)  # so that it stays a text when it is edited
    linked = [(cell.value, cell.hyperlink.target) for cell in cells if cell.hyperlink]
    assert linked == [(links["url"][0], links["url"][0])]
    assert links["url"][1] in [cell.value for cell in cells]


def test_xlsx_is_laid_out_to_be_filled_in(sample, tmp_path):
    write_sheet(sample, tmp_path / "s.xlsx", CODEBOOK, highest=2)
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    assert book.sheetnames == ["codes", "codebook"]
    sheet = book["codes"]
    header, *rows = sheet.iter_rows(values_only=True)
    assert list(header) == "segment document title date text trade rules done note".split()
    assert [row[0] for row in rows] == sample.segments["segment"].tolist()
    assert "=cmd|' /C calc'!A0" in [row[2] for row in rows]
    assert sheet.freeze_panes == "A2"
    hidden = [name for name, column in sheet.column_dimensions.items() if column.hidden]
    assert hidden == ["A", "B"]  # names of documents often tell the side
    assert sheet["E2"].alignment.wrap_text
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert {place: (rule.type, rule.formula1, rule.formula2) for place, rule in rules.items()} == {
        "F2:F5": ("whole", "0", "2"),
        "G2:G5": ("whole", "0", "2"),
        "H2:H5": ("whole", "0", "1"),
    }
    assert (rules["F2:F5"].promptTitle, rules["F2:F5"].prompt) == ("Trade", "Buying and selling.")
    guide = list(book["codebook"].iter_rows(values_only=True))
    assert guide[:3] == [
        ("name", "label", "definition"),
        ("trade", "Trade", "Buying and selling."),
        ("rules", "=Rules", None),
    ]
    assert [row[0] for row in guide[3:]] == ["done", "note"]


def test_xlsx_shows_names_where_they_are_needed(sample, tmp_path):
    write_sheet(sample, tmp_path / "s.xlsx", CODEBOOK, show=["segment"])
    sheet = openpyxl.load_workbook(tmp_path / "s.xlsx")["codes"]
    assert [name for name, column in sheet.column_dimensions.items() if column.hidden] == ["B"]


def test_an_xlsx_knows_no_time(sample, tmp_path):
    write_sheet(sample, tmp_path / "a.xlsx", CODEBOOK)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    assert re.findall(r"\d{4}-[^<]*", core) == ["1980-01-01T00:00:00Z"] * 2
    write_sheet(sample, tmp_path / "b.xlsx", CODEBOOK)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_cell_too_long_for_spreadsheets_is_cut_and_said(tmp_path):
    table = TABLE[:1].assign(text="word " * 8_000)
    sample = draw(fr.Corpus.from_frame(table, clean=False), 1, seed=0)
    with pytest.warns(fr.InputWarning, match=r"1 of 1 segments .* are cut \(a/000\)"):
        write_sheet(sample, tmp_path / "s.csv", CODEBOOK)
    text = rows_of(tmp_path / "s.csv")[1][4]
    assert len(text) < 32_767
    assert text.endswith("[…]")


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sheet_that_is_there_is_not_replaced(sample, tmp_path, ending):
    path = tmp_path / f"s.{ending}"
    path.write_text("codes of a week")
    with pytest.raises(fr.InputError, match=r"is there already and may hold codes.*overwrite=True"):
        write_sheet(sample, path, CODEBOOK)
    assert path.read_text() == "codes of a week"
    write_sheet(sample, path, CODEBOOK, overwrite=True)
    assert path.stat().st_size > 100


def test_what_cannot_be_written_is_refused(sample, tmp_path):
    clash = Codebook("c", "", "", "", (Frame("note", "", "", ()),))
    with pytest.raises(fr.InputError, match="a frame is named 'note'"):
        write_sheet(sample, tmp_path / "s.csv", clash)
    with pytest.raises(fr.InputError, match=r"ending of a sheet must be one of '.csv', '.xlsx'"):
        write_sheet(sample, tmp_path / "s.ods", CODEBOOK)
    with pytest.raises(fr.InputError, match="highest must be"):
        write_sheet(sample, tmp_path / "s.csv", CODEBOOK, highest=0)
    side = Codebook("c", "", "", "", (Frame("region", "", "", ()),))
    with pytest.raises(fr.InputError, match="'region' is a frame of 'c'; leave it out of show="):
        write_sheet(sample, tmp_path / "s.csv", side, show=["region"])
    assert not list(tmp_path.iterdir())


def test_xlsx_without_openpyxl_says_what_to_install(sample, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    monkeypatch.delitem(sys.modules, "framing.coding.workbook", raising=False)
    with pytest.raises(fr.InputError, match=r"pip install framing\[xlsx\], or use CSV"):
        write_sheet(sample, tmp_path / "s.xlsx", CODEBOOK)
    write_sheet(sample, tmp_path / "s.csv", CODEBOOK)
