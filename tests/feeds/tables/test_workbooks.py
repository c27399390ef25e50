"""Workbooks: the cells of a sound one, and one line for each that is broken or a bomb."""

import io
import zipfile

import openpyxl
import pytest

from btplaybook.feeds.bars import BarsError
from btplaybook.feeds.companies.spdr_workbook import read_spdr_workbook
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.tables import workbooks
from btplaybook.feeds.tables.workbooks import first_sheet

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture
def sound(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Name", None, " padded "])
    book.active.append([])
    book.active.append([1, 2.5, True])
    book.save(tmp_path / "sound.xlsx")
    return tmp_path / "sound.xlsx"


def changed(file, parts, leave_out=()):
    """Write a workbook again with other parts; None is told by `leave_out`."""
    with zipfile.ZipFile(file) as book:
        content = {name: book.read(name) for name in book.namelist() if name not in leave_out}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in (content | parts).items():
            book.writestr(name, part)
    return file


def sheet(rows, dimension=""):
    return f"<worksheet {NAMESPACE}>{dimension}<sheetData>{rows}</sheetData></worksheet>"


def test_cells(sound):
    rows = first_sheet(sound)
    assert [row[:3] for row in rows] == [
        ["Name", "", "padded"], ["", "", ""], ["1", "2.5", "True"]]  # fmt: skip
    assert {len(row) for row in rows} == {64}


def test_stated_sizes_are_not_believed(sound):
    dimension = '<dimension ref="A1:XFD1048576"/>'
    cell = '<row r="{0}"><c r="{1}{0}"><v>7</v></c></row>'
    last = cell.format(1048576, "XFD")
    changed(sound, {SHEET: sheet(cell.format(1, "A") + last, dimension)})
    rows = first_sheet(sound)
    assert len(rows) == 1
    assert rows[0][0] == "7"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        pytest.param({SHEET: "<worksheet"}, "not a readable workbook", id="cut XML"),
        pytest.param({SHEET: sheet('<row r="x"/>')}, "not a readable workbook", id="ValueError"),
        pytest.param({SHEET: sheet('<row><c t="s"><v>9</v></c></row>')},
                     "not a readable workbook", id="IndexError"),
        pytest.param({SHEET: sheet("<row><c><v>" + "9" * 5000 + "</v></c></row>")},
                     "not a readable workbook", id="5,000 digits"),
        pytest.param({"xl/workbook.xml": "<a/>"}, "not a readable workbook", id="no workbook"),
        pytest.param({"[Content_Types].xml": "\0"}, "not a readable workbook", id="no types"),
        pytest.param({SHEET: '<!DOCTYPE a [<!ENTITY b "c">]>' + sheet("")},
                     "declares entities", id="entities"),
        pytest.param({SHEET: ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a>').encode(
            "utf-16")}, "declares entities", id="entities in UTF-16"),
        pytest.param({SHEET: sheet(" " * 2**24)}, "limit of a workbook is 8,388,608", id="bomb"),
        pytest.param({"xl/sharedStrings.xml": " " * 2**24}, "limit of a workbook", id="strings"),
        pytest.param({"xl/workbook.xml": " " * 2**20}, "goes beyond 262,144 bytes", id="other"),
        pytest.param({SHEET: sheet("<row/>" * 500_001)}, "more than 500,000 tags", id="tags"),
        pytest.param({SHEET: sheet("<row><c><v>1</v></c></row>" * 20_001)},
                     "more than 20,000 rows, the limit", id="rows"),
        pytest.param({f"{n}.bin": "" for n in range(1001)}, "a workbook may have 1,000",
                     id="parts"),
    ],
)  # fmt: skip
def test_broken_workbooks(sound, parts, words):
    changed(sound, parts)
    for read in (first_sheet, read_spdr_workbook):
        with pytest.raises(BarsError) as raised:
            read(sound)
        message = str(raised.value)
        assert message.startswith(str(sound))
        assert words in message
        assert len(message.splitlines()) == 1


def test_missing_parts(sound):
    whole = sound.read_bytes()
    with zipfile.ZipFile(sound) as book:
        names = [name for name in book.namelist() if workbooks._PARTS.fullmatch(name)]
    assert SHEET in names
    for name in names:
        sound.write_bytes(whole)
        changed(sound, {}, leave_out=(name,))
        if name == "_rels/.rels":  # openpyxl finds the workbook by its type
            assert first_sheet(sound)
            continue
        with pytest.raises(BarsError, match="not a readable workbook"):
            first_sheet(sound)


def _flag(content, bit):
    """Set a bit in the flags of every part, in the zip's directory."""
    at = content.index(b"PK\1\2")
    while at >= 0:
        content = content[: at + 8] + bytes([content[at + 8] | bit]) + content[at + 9 :]
        at = content.find(b"PK\1\2", at + 4)
    return content


def _overwritten(content, name):
    at = content.index(name.encode()) + len(name) + 10
    return content[:at] + b"\xff" * 20 + content[at + 20 :]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: b"no zip", id="text"),
        pytest.param(lambda content: content[: len(content) // 2], id="cut off"),
        pytest.param(lambda content: content.replace(b"PK\1\2", b"PK\1\3"), id="directory"),
        pytest.param(lambda content: _flag(content, 1), id="encrypted"),
        pytest.param(lambda content: _overwritten(content, SHEET), id="damaged"),
    ],
)
def test_no_workbooks(sound, damage):
    sound.write_bytes(damage(sound.read_bytes()))
    with pytest.raises(BarsError, match="not a readable workbook"):
        first_sheet(sound)


def test_sizes_that_lie_are_found_while_expanding(sound, monkeypatch):
    """A part may say that it is small: what counts is what comes out."""
    changed(sound, {SHEET: sheet("<row/>" * 10_000)})
    monkeypatch.setattr(workbooks, "LARGEST_EXPANDED", 20_000)
    content = sound.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        size = book.getinfo(SHEET).file_size
    sound.write_bytes(content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    with pytest.raises(BarsError):
        first_sheet(sound)
    sound.write_bytes(content)
    with pytest.raises(BarsError, match="the limit of a workbook is 20,000"):
        first_sheet(sound)


def test_no_file(tmp_path):
    with pytest.raises(RequestError, match="no such file"):
        first_sheet(tmp_path / "absent.xlsx")
