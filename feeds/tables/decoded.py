"""The text of a file whose encoding nobody states."""

from __future__ import annotations

import codecs

from ..errors import BarsError

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

#: How other kinds of files begin, which are met under the name of a table.
_OTHERS = {
    b"PK\x03\x04": "an Excel workbook or another zip file; save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV",
    b"\x1f\x8b": "compressed; its name must end in .gz",
    b"PAR1": "a Parquet file; its name must end in .parquet",
    b"%PDF": "a PDF file",
}


def decoded(content: bytes) -> str:
    """Return the text of bytes.

    Parameters
    ----------
    content : bytes
        UTF-8, UTF-16 with its byte order mark, or what Windows writes in Western Europe (cp1252).

    Returns
    -------
    str
        Without a byte order mark.

    Raises
    ------
    BarsError
        The bytes are no text: NUL, or a file of another kind.
    """
    for beginning, words in _OTHERS.items():
        if content.startswith(beginning):
            raise BarsError(f"no text: it is {words}")
    marked = next((each for mark, each in _MARKS.items() if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if "\0" in text:
            break
        if text.lstrip()[:9].lower().startswith(("<!doctype", "<html")):
            raise BarsError("no table: it is an HTML page")
        return text.rstrip("\x1a")  # how DOS ended a text
    raise BarsError("no text: its bytes are neither UTF-8, UTF-16 nor cp1252")
