"""XLSX: a table and a guide to it, written to the same bytes each time, and read within bounds."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import openpyxl
import pandas as pd
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from framing.coding.spreadsheet import CELL_CHARACTERS
from framing.errors import InputError

UNPACKED = 2**28
"""Most bytes that the parts of a workbook may have together."""

CODES, GUIDE = "codes", "codebook"
_PARTS = 1_000
_ROWS = 2**20
_COLUMNS = 1_000
_CELLS = 20_000_000
_LINKS = 65_530
_HEIGHT = 409.0
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_LINK = re.compile(r"https?://[^\s\"<>\\^`{|}]{1,2000}")
_DOCTYPE = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))


def workbook(
    table: pd.DataFrame,
    guide: pd.DataFrame,
    highest: Mapping[str, int],
    *,
    hidden: Collection[str] = (),
    title: str = "",
) -> bytes:
    """Lay a table out to be filled in.

    Parameters
    ----------
    table : pandas.DataFrame of str
        The sheet "codes". Web addresses in column ``url`` become links; nothing becomes a formula.
    guide : pandas.DataFrame of str
        The sheet "codebook": ``name``, ``label`` and ``definition`` of the columns to be filled
        in. It shows, too, when one of their cells is chosen.
    highest : {column: int}
        Columns that take whole numbers from 0 to this one.
    hidden : collection of str
        Columns that are there, but not seen.
    title : str

    Returns
    -------
    bytes
        The same for the same table, with the same versions of openpyxl and zlib.
    """
    book = openpyxl.Workbook()
    book.properties.title, book.properties.creator = title, "framing"
    sheet = book.active
    sheet.title = CODES
    widths = {"text": 64, "url": 40, "words": 24, "title": 22, "note": 20}
    _lay_out(sheet, table, {**widths, **dict.fromkeys(highest, 4.5)}, upright=highest)
    letters = {column: get_column_letter(i) for i, column in enumerate(table, start=1)}
    for about in guide.to_dict("records"):
        if about["name"] in highest and len(table):
            rule = _rule(about, highest[about["name"]])
            letter = letters[about["name"]]
            rule.add(f"{letter}2:{letter}{len(table) + 1}")
            sheet.add_data_validation(rule)
    for column in hidden:
        sheet.column_dimensions[letters[column]].hidden = True
    if "url" in letters:
        _link(sheet[letters["url"]][1:])
    _lay_out(book.create_sheet(GUIDE), guide, {"name": 20, "label": 28, "definition": 90})
    for page in book:
        _set_page(page, title)
    target = io.BytesIO()
    book.save(target)
    return _timeless(target.getvalue())


def read_workbook(path: Path) -> pd.DataFrame:
    """Read the sheet "codes" of a workbook, or its first, as text.

    Of a formula the value is taken that was last computed. Nothing outside the file is looked up.

    Returns
    -------
    pandas.DataFrame
        Columns by the first row; the index counts rows from there, which is row 1.

    Raises
    ------
    InputError
        When the file is no workbook, or unpacks to more than :data:`UNPACKED`.
    """
    if not path.is_file():
        raise InputError(f"there is no file {str(path)!r}; give the path of a sheet.")
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that are not kept
            _inspect(file, path)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = book[CODES] if CODES in book.sheetnames else book.worksheets[0]
            found = list(_rows(sheet, path))
    except InputError:
        raise
    except Exception as error:  # a parser of someone else's, given a file of someone else's
        raise InputError(
            f"{path} is not a sound XLSX file ({type(error).__name__}: {error}); save it again "
            "from your spreadsheet program."
        ) from error
    if not found or found[0][0] != 1:
        raise InputError(f"{path} is empty, or its first row is; it must name the columns.")
    header, rows = found[0][1], found[1:]
    for place, column in enumerate(header, start=1):
        if not column or column in header[: place - 1]:
            fault = f"column {column!r} stands twice" if column else f"column {place} has no name"
            raise InputError(f"{path}, row 1: {fault}; name every column once.")
    for number, cells in rows:
        if len(cells) > len(header):
            raise InputError(
                f"{path}, row {number}: {cells[-1][:40]!r} stands to the right of the last named "
                "column; name its column or delete it."
            )
    padded = [cells + [""] * (len(header) - len(cells)) for _, cells in rows]
    return pd.DataFrame(padded, columns=header, index=[number for number, _ in rows], dtype=str)


def _lay_out(
    sheet: Any, table: pd.DataFrame, widths: Mapping[str, float], upright: Collection[str] = ()
) -> None:
    """Write a table as text, with a header that stays in sight and rows as high as their text."""
    heights = dict.fromkeys(range(2, len(table) + 2), 1.0)
    for place, column in enumerate(table, start=1):
        head = sheet.cell(1, place)
        _put(head, str(column))
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="E8E8E8")
        turned = 90 if column in upright else 0
        head.alignment = Alignment(text_rotation=turned, wrap_text=not turned, vertical="bottom")
        width = widths.get(str(column), 11)
        sheet.column_dimensions[head.column_letter].width = width
        for row, value in enumerate(table[column], start=2):
            if value:
                _put(sheet.cell(row, place), value)
                lines = sum(1 + len(line) // (0.9 * width) for line in value.split("\n"))
                heights[row] = max(heights[row], lines)
    for row, lines in heights.items():
        sheet.row_dimensions[row].height = min(15 * lines + 3, _HEIGHT)
    if upright:
        sheet.row_dimensions[1].height = 6 * max(map(len, upright)) + 20
    sheet.freeze_panes = "A2"


def _set_page(sheet: Any, title: str) -> None:
    """Print as wide as a page, with the header on each."""
    sheet.oddHeader.left.text = title.replace("&", "&&")
    sheet.oddHeader.right.text = "&P / &N"
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.8, bottom=0.4)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.print_options.gridLines = True


def _put(cell: Any, value: str) -> None:
    """Write a text as a text, also where it begins like a formula or looks like a date."""
    cell.value = value
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True
    cell.alignment = _WRAPPED


def _rule(about: Mapping[Any, Any], highest: int) -> DataValidation:
    """Let a column take whole numbers, and show what it means."""
    choice = "0 or 1" if highest == 1 else f"0 to {highest}"
    return DataValidation(
        type="whole",
        operator="between",
        formula1="0",
        formula2=str(highest),
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Not a code",
        error=f"Write {choice}, or nothing.",
        showInputMessage=True,
        promptTitle=about["label"][:32],
        prompt=about["definition"][:255],
    )


def _link(cells: Collection[Any]) -> None:
    links = [cell for cell in cells if cell.value and _LINK.fullmatch(cell.value)]
    for cell in links[:_LINKS]:
        cell.hyperlink = cell.value
        cell.font = Font(color="0563C1", underline="single")


def _timeless(data: bytes) -> bytes:
    """Take the time of writing out of a workbook."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]{8}Z", b"1980-01-01T00:00:00Z", part)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            written.writestr(entry, part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _inspect(file: IO[bytes], path: Path) -> None:
    """Refuse a workbook that unpacks without bounds, before any of it is parsed."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)  # zipfile reads no part beyond its own
            if len(parts) > _PARTS or size > UNPACKED:
                raise InputError(
                    f"{path} unpacks to {size:,} bytes in {len(parts):,} parts, more than the "
                    f"{UNPACKED:,} in {_PARTS:,} allowed; is it the file you meant?"
                )
            for part in parts:
                data = archive.read(part)
                if any(mark in data for mark in _DOCTYPE):
                    raise InputError(
                        f"{path}: {part.filename!r} declares XML entities, which no spreadsheet "
                        "program writes; do not trust this file."
                    )
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        raise InputError(
            f"{path} is not an XLSX file ({error}); if it is an old .xls, or has a password, save "
            "it as XLSX without."
        ) from error


def _rows(sheet: Any, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of every row that has any."""
    sheet.reset_dimensions()  # what a sheet says of its size need not be so
    size = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        size += len(values)
        if len(values) > _COLUMNS or number > _ROWS or size > _CELLS:
            raise InputError(
                f"{path}, row {number}: more than the {_COLUMNS:,} columns, {_ROWS:,} rows or "
                f"{_CELLS:,} cells allowed; is it the sheet you meant?"
            )
        cells = ["" if value is None else str(value) for value in values]
        if any(len(cell) > CELL_CHARACTERS for cell in cells):
            raise InputError(
                f"{path}, row {number}: a cell has more than the {CELL_CHARACTERS:,} characters "
                "that spreadsheet programs allow."
            )
        cells = [cell.strip() for cell in cells]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells
