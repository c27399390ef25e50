"""Which company a ticker is to the SEC: its CIK."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from ..companies.sheets import Sheet, read_table
from ..errors import BarsError
from ..tables.files import read_bytes, shown_path
from ..tables.text_tables import known_of
from ..tickers import plain_ticker

#: The SEC's own table of tickers, https://www.sec.gov/files/company_tickers.json.
OF_THE_SEC = "company_tickers.json"

#: A table of the user's own: ticker, cik.
OF_THE_USER = "tickers.csv"

LARGEST_CIK = 9_999_999_999

_SPELLINGS = {"ticker": ("symbol",), "cik": ("cik_str", "cik_number", "central_index_key")}


def ciks_of(folder: Path, securities: str | Path | None = None) -> dict[str, int]:
    """Return ticker to CIK, as `plain_ticker` spells it.

    Parameters
    ----------
    folder : pathlib.Path
        Its `tickers.csv` and `company_tickers.json` are read, where they are there.
    securities : str or pathlib.Path, optional
        A table of securities; its column cik, where it has one, overrides both, and `tickers.csv`
        the SEC's table, which knows tickers of today alone.

    Returns
    -------
    dict of str to int
        Empty where there is none of the three.

    Raises
    ------
    RequestError, BarsError
        For a table that cannot be read, a CIK that is no whole number, and a ticker with two.
    """
    found: dict[str, int] = {}
    if (file := folder / OF_THE_SEC).is_file():
        found.update(_of_the_sec(file))
    if (file := folder / OF_THE_USER).is_file():
        found.update(table_of_ciks(file, required=True))
    if securities is not None:
        found.update(table_of_ciks(securities))
    return found


def table_of_ciks(path: str | Path, *, required: bool = False) -> dict[str, int]:
    """Return ticker to CIK out of a table's columns ticker and cik; a row without a CIK is left.

    Parameters
    ----------
    path : str or pathlib.Path
        A text or Parquet file.
    required : bool
        Raise BarsError for a table without the column; else it gives no CIK.
    """
    sheet = Sheet(read_table(path, "CIKs", known_of(_SPELLINGS)), str(path), _SPELLINGS)
    if required:
        sheet.require("ticker", "cik")
    if "cik" not in sheet:
        return {}
    sheet.require("ticker")
    numbers = sheet.numbers("cik", most=LARGEST_CIK, unit="")
    sheet.wrong("cik is no whole number above 0", sheet.column("cik"), _not_whole(numbers))
    names = [plain_ticker(cell) for cell in sheet.text("ticker")]
    found: dict[str, int] = {}
    for row, (name, number) in enumerate(zip(names, numbers.tolist(), strict=True)):
        if np.isfinite(number) and found.setdefault(name, int(number)) != int(number):
            sheet.faults.append(
                f"{name} has two CIKs, {found[name]} and {number:.0f} ({sheet.place(row)}): "
                "keep that of the company whose statements count"
            )
    sheet.check()
    return found


def _not_whole(numbers: Any) -> Any:
    return np.isfinite(numbers) & ((numbers <= 0) | (numbers != np.floor(numbers)))


def _of_the_sec(file: Path) -> dict[str, int]:
    try:
        whole = json.loads(read_bytes(file))
        rows = whole.values() if isinstance(whole, dict) else whole
        return {plain_ticker(row["ticker"]): _cik(row["cik_str"]) for row in rows}
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as error:
        raise BarsError(
            f"{shown_path(file)}: not the SEC's table of tickers ('cik_str' and 'ticker' of each); "
            "fetch it again, or leave it out and give tickers.csv"
        ) from error


def _cik(written: object) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", str(written)):
        raise ValueError(f"no CIK: {written!r}")
    return int(str(written))
