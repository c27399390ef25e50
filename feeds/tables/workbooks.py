"""The cells of an .xlsx workbook, within limits that hold before anything is expanded."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from itertools import islice
from pathlib import Path

from ..errors import BarsError
from .files import read_bytes, shown_path

#: A workbook is a zip of XML. A fund of 8,000 holdings takes 4 MB, and 450,000 tags and attributes.
LARGEST_WORKBOOK = 8 * 2**20
LARGEST_EXPANDED = 8 * 2**20
MOST_PARTS = 1_000
MOST_TAGS = 500_000
MOST_ROWS = 20_000
MOST_COLUMNS = 64

# What the text of cells is read from: neither styles nor drawings nor macros.
_PARTS = re.compile(
    r"\[Content_Types\]\.xml"
    r"|(.*/)?(_rels/[^/]*\.rels|workbook\.xml|sharedStrings\.xml|worksheets/[^/]+\.xml)"
)
#: Strings and sheets grow with the table. The others say where they are, in a few kilobytes.
_TABLES = re.compile(r"(.*/)?(sharedStrings\.xml|worksheets/[^/]+\.xml)")
_LARGEST_OTHER = 2**18

_CHUNK = 2**16


def first_sheet(path: str | Path) -> list[list[str]]:
    """Read the first sheet of a workbook.

    Parameters
    ----------
    path : str or pathlib.Path
        An .xlsx file.

    Returns
    -------
    list of list of str
        A row each, from row 1 of the sheet to its last that is not empty; all equally long, the
        text of a cell without blanks around it, an empty string for none. A cell with a formula
        has the value that was last worked out. Columns after the first 64 are left out.

    Raises
    ------
    RequestError
        For a file that is not there.
    BarsError
        For a file that is no workbook, one beyond a limit, which is named, and one whose XML
        declares entities.
    """
    shown = shown_path(path)
    content = read_bytes(path, limit=LARGEST_WORKBOOK)
    try:
        parts = _checked_parts(content)
    except BarsError as error:
        raise BarsError(f"{shown}: {error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        # RuntimeError: encrypted. NotImplementedError, one of its kind: another compression.
        raise BarsError(f"{shown}: not a readable workbook ({_line(error)})") from error
    try:
        rows = _rows(parts)
    except Exception as error:  # openpyxl passes on whatever a broken part makes Python raise
        raise BarsError(f"{shown}: not a readable workbook ({_line(error)})") from error
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) > MOST_ROWS:
        raise BarsError(f"{shown}: more than {MOST_ROWS:,} rows, the limit of a workbook")
    return rows


def _checked_parts(content: bytes) -> io.BytesIO:
    """Return the workbook with only the parts that are read, none of them compressed.

    What a zip says of the sizes of its parts may be wrong, so each is expanded in steps.
    """
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(kept, "w") as copy:
        names = book.namelist()
        if len(names) > MOST_PARTS:
            raise BarsError(f"{len(names):,} parts; a workbook may have {MOST_PARTS:,}")
        left, tags = LARGEST_EXPANDED, MOST_TAGS
        for name in dict.fromkeys(filter(_PARTS.fullmatch, names)):
            limit = left if _TABLES.fullmatch(name) else min(left, _LARGEST_OTHER)
            part = _expanded(book, name, limit)
            left -= len(part)
            tags -= part.count(b"<") + part.count(b"=")
            if tags < 0:
                raise BarsError(f"more than {MOST_TAGS:,} tags and attributes, a workbook's limit")
            if b"<!DOCTYPE" in part.replace(b"\0", b""):  # in UTF-16 too
                raise BarsError(f"{name!r} declares entities, which no workbook needs")
            copy.writestr(name, part)
    return kept


def _expanded(book: zipfile.ZipFile, name: str, limit: int) -> bytes:
    part = io.BytesIO()
    with book.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            part.write(chunk)
            if part.tell() > limit:
                raise BarsError(
                    f"{name!r} goes beyond {limit:,} bytes when expanded; the limit of a workbook "
                    f"is {LARGEST_EXPANDED:,}"
                )
    return part.getvalue()


def _rows(parts: io.BytesIO) -> list[list[str]]:
    import openpyxl  # 0.1 s, which who reads no workbook need not wait

    book = openpyxl.load_workbook(parts, read_only=True, data_only=True, keep_links=False)
    # Not by the size that the sheet states, which may be a million rows or wrong.
    cells = book.worksheets[0].iter_rows(
        min_row=1, max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True
    )
    return [
        ["" if cell is None else str(cell).strip() for cell in row]
        for row in islice(cells, MOST_ROWS + 1)
    ]


def _line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0] or type(error).__name__
