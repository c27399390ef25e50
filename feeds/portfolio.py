"""What somebody holds: shares of instruments, and money."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from .checks import Mask
from .companies.fund_rows import currency_of, kind_of_row
from .companies.sheets import Sheet, read_table
from .tables.text_tables import known_of
from .tickers import plain_ticker

_SPELLINGS = {
    "instrument": ("ticker", "symbol"),
    "shares": ("quantity", "qty", "position", "units"),
    "value": ("market_value", "current_value", "mkt_value", "mkt_val", "amount"),
}

MOST_SHARES = 1e12

_TOTAL = re.compile(r"(ACCOUNT |GRAND |PORTFOLIO |PENDING )?(TOTALS?|SUM|ACTIVITY)")


@dataclass(frozen=True)
class Portfolio:
    """Shares and money of an account.

    Attributes
    ----------
    shares : mapping of str to float
        Instrument, as `plain_ticker` spells it, to signed shares; negative is short.
    cash : float
        Account currency; negative is a debt.
    """

    shares: Mapping[str, float]
    cash: float

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, source: str = "frame") -> Portfolio:
        """Build from a table; see `read_portfolio`."""
        sheet = Sheet(frame, source, _SPELLINGS)
        sheet.require("instrument")
        if "value" not in sheet:
            sheet.require("shares")
        names = sheet.text("instrument", required=False)
        kinds = np.array([_kind(name) for name in names], dtype=object)
        amounts = {
            column: sheet.numbers(column, most=MOST_SHARES, unit="shares or money")
            if column in sheet
            else np.full(len(names), np.nan)
            for column in ("shares", "value")
        }
        sheet.check()
        counted, worth = amounts["shares"], amounts["value"]
        money = np.where(np.isnan(worth), counted, worth)
        sheet.fault("shares are missing", (kinds == "security") & np.isnan(counted))
        sheet.fault("the amount of money is missing", (kinds == "cash") & np.isnan(money))
        _check_currencies(sheet, names, (kinds == "cash") & np.isnan(worth))
        filled = ~(np.isnan(counted) & np.isnan(worth))
        sheet.fault("instrument is missing", (kinds == "none") & filled)
        sheet.check()
        shares: dict[str, float] = {}
        for name, size in zip(names, counted.tolist(), strict=True):
            if _kind(name) == "security":
                ticker = plain_ticker(name)
                shares[ticker] = shares.get(ticker, 0.0) + size
        return cls(shares, float(money[kinds == "cash"].sum()))


def read_portfolio(path: str | Path) -> Portfolio:
    """Read what somebody holds.

    Parameters
    ----------
    path : str or pathlib.Path
        A .csv, .csv.gz or .parquet file with a row for each position: instrument (or ticker,
        symbol) and shares (or quantity, position), negative where short. Several rows of one
        instrument add up. A row CASH (or USD, a money-market fund, as brokers write them) states
        money, as shares or as value. Rows of totals and empty rows are left out.

    Returns
    -------
    Portfolio
        Shares and money; no row CASH is no money.

    Raises
    ------
    RequestError
        For a file that is not there or of another kind.
    BarsError
        For a file that cannot be read, a missing column, or a cell that is no number.
    """
    return Portfolio.from_frame(
        read_table(path, "positions", known_of(_SPELLINGS)), source=str(path)
    )


def _check_currencies(sheet: Sheet, names: Sequence[str], unvalued: Mask) -> None:
    """Name money of a second currency without a value: a million yen is no million dollars."""
    codes = [
        (currency_of(name) if money else None) for name, money in zip(names, unvalued, strict=True)
    ]
    first = next(filter(None, codes), None)
    sheet.fault(
        f"money of another currency than {first}: state its value in the account's currency, in a "
        "column value, or leave it out",
        [code not in (None, first) for code in codes],
    )


def _kind(name: str) -> str:
    """Return what a row is: "security", "cash", "total" or "none"."""
    written = name.strip().strip("*").strip().upper()
    if not written or written in ("-", "--", "N/A"):
        return "none"
    if _TOTAL.fullmatch(written):
        return "total"
    return kind_of_row(written.partition(" & ")[0], "", 0.0)
