"""Statements out of a table: what they say, how long a period is, and when they were known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..arrays import Dates, Floats
from ..checks import Mask
from ..errors import RequestError
from ..frames import Day
from ..tickers import plain_ticker
from .sheets import Badge, Sheet

FREQUENCIES = ("annual", "quarterly", "trailing")

SPELLINGS = {
    "ticker": ("symbol",),
    "period_end": ("period_ending", "fiscal_period_end", "fiscal_date_ending"),
    "filing_date": ("filed", "filing", "filed_date"),
    "frequency": ("period_type",),
    "ebit": (),
    "cash": ("cash_and_equivalents", "cash_and_cash_equivalents"),
    "debt": ("total_debt",),
    "short_term_debt": (),
    "long_term_debt": (),
    "minority_interest": ("noncontrolling_interest",),
    "shares_outstanding": ("shares",),
}

#: No company's figure is as large: in Indonesian rupiah the largest banks owe some 2e15.
LARGEST_AMOUNT = 1e17

#: The most shares of a company are some 4e11.
LARGEST_SHARES = 1e13

#: Other words for a frequency.
_WORDS = {"annual": ("a", "fy", "year", "yearly", "12m"), "quarterly": ("q", "quarter", "3m"),
          "trailing": ("ttm", "ltm", "t12m")}  # fmt: skip
_FREQUENCIES = {word: name for name, words in _WORDS.items() for word in (name, *words)}

#: Days between the ends of neighbouring periods: up to the first they are quarters, from the
#: second on fiscal years.
_QUARTERS_UP_TO, _YEARS_FROM = 120, 300


@dataclass(frozen=True)
class Statements:
    """Columns of a table of statements, each of length n; see `Fundamentals`."""

    tickers: tuple[str, ...]
    period_end: Dates
    known_from: Dates
    shares_on: Dates
    columns: dict[str, Floats]
    frequency: str
    badges: tuple[Badge, ...]


def statements_of(
    frame: pd.DataFrame,
    source: str,
    lag_days: int,
    filing_lag_days: int,
    frequency: str | None,
    today: Day | None = None,
) -> Statements:
    """Read a table of statements.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `read_fundamentals` states it.
    source : str
        Where the table came from, for messages.
    lag_days : int
        Days from a period's end until its statement is known, where there is no filing date.
    filing_lag_days : int
        Days from a filing until it is known.
    frequency : {"annual", "quarterly", "trailing"}, optional
        None takes the column, or the days between the periods.
    today : datetime64, datetime.date or str, optional
        The day of reading, after which no statement can be; None asks the clock.

    Returns
    -------
    Statements
        Numbers of shares that are not positive are NaN, and so is debt of which a part is
        negative; badges count them.

    Raises
    ------
    RequestError
        For a frequency that is unknown or cannot be told.
    BarsError
        With every fault of the table.
    """
    sheet = Sheet(frame, source, SPELLINGS, today)
    debts = ("debt",) if "debt" in sheet else ("short_term_debt", "long_term_debt")
    amounts = ("ebit", "cash", "minority_interest")
    sheet.require("ticker", "period_end", *amounts, "shares_outstanding", *debts)
    tickers = tuple(plain_ticker(cell) for cell in sheet.text("ticker"))
    ends = sheet.dates("period_end", past=True)

    def amount(name: str) -> Floats:
        return sheet.numbers(name, most=LARGEST_AMOUNT, unit="units of account currency")

    columns = {name: amount(name) for name in amounts}
    parts = np.array([amount(name) for name in debts])
    negative = (parts < 0).any(axis=0)
    columns["debt"] = np.where(negative, np.nan, parts.sum(axis=0))
    columns["shares_outstanding"] = sheet.numbers(
        "shares_outstanding", most=LARGEST_SHARES, unit="shares"
    )
    filed = (
        sheet.dates("filing_date", required=False, past=True)
        if "filing_date" in sheet
        else np.full(len(sheet), np.datetime64("NaT", "D"))
    )
    sheet.fault("filing_date is before the period's end", filed < ends)
    unfiled = np.isnat(filed)
    known = np.where(
        unfiled,
        ends + np.timedelta64(lag_days, "D"),
        filed + np.timedelta64(filing_lag_days, "D"),
    )
    _note_repeated(sheet, tickers, ends, known)
    if not len(sheet):
        sheet.faults.append("no statements")
    sheet.check()
    spelled = frequency or _written_frequency(sheet) or _told_frequency(sheet, tickers, ends)

    shares = columns["shares_outstanding"]
    wrong = shares <= 0
    columns["shares_outstanding"] = np.where(wrong, np.nan, shares)
    badges = (
        *_lag_badge(unfiled, lag_days),
        *_share_badge(int(wrong.sum())),
        *_debt_badge(int(negative.sum())),
    )
    return Statements(
        tickers, ends, known, np.where(unfiled, ends, filed), columns, spelled, badges
    )


def _note_repeated(sheet: Sheet, tickers: tuple[str, ...], ends: Dates, known: Dates) -> None:
    seen: dict[tuple[str, object, object], int] = {}
    for row, key in enumerate(zip(tickers, ends.tolist(), known.tolist(), strict=True)):
        first = seen.setdefault(key, row)
        if first != row:
            sheet.faults.append(
                f"{key[0]} has two statements of {key[1]}, in {sheet.place(first)} and "
                f"{sheet.place(row)}: give the restated one its filing_date, or keep one"
            )


def _written_frequency(sheet: Sheet) -> str | None:
    if "frequency" not in sheet:
        return None
    cells = sheet.text("frequency")
    sheet.check()
    found = [_FREQUENCIES.get(cell.casefold(), "") for cell in cells]
    sheet.fault(f"frequency is none of {', '.join(FREQUENCIES)}", [not each for each in found])
    sheet.check()
    other = next((row for row, each in enumerate(found) if each != found[0]), None)
    if other is not None:
        sheet.faults.append(
            f"both {found[0]} and {found[other]} statements, the first in {sheet.place(0)} and "
            f"{sheet.place(other)}: keep one kind"
        )
    sheet.check()
    return found[0]


def _told_frequency(sheet: Sheet, tickers: tuple[str, ...], ends: Dates) -> str:
    own: dict[str, set[int]] = {}
    for ticker, end in zip(tickers, ends.astype(np.int64).tolist(), strict=True):
        own.setdefault(ticker, set()).add(end)
    gaps = {ticker: np.diff(sorted(found)) for ticker, found in own.items() if len(found) > 1}
    if not gaps:
        raise RequestError(
            f"{sheet.source}: one period a company does not tell how long it is; give frequency "
            f"as one of {', '.join(FREQUENCIES)}"
        )
    typical = float(np.median(np.concatenate(list(gaps.values()))))
    told = _frequency_of(typical)
    if told is None:
        raise RequestError(
            f"{sheet.source}: periods end {typical:.0f} days apart, neither years nor quarters; "
            f"give frequency as one of {', '.join(FREQUENCIES)}"
        )
    for ticker, found in gaps.items():
        its_own = _frequency_of(float(np.median(found)))
        if its_own not in (None, told):
            sheet.faults.append(
                f"the periods of {ticker} look {its_own}, most others {told}: keep one kind"
            )
    sheet.check()
    return told


def _frequency_of(days: float) -> str | None:
    if days <= _QUARTERS_UP_TO:
        return "quarterly"
    return "annual" if days >= _YEARS_FROM else None


def _lag_badge(unfiled: Mask, lag_days: int) -> list[Badge]:
    n = int(unfiled.sum())
    if not n:
        return []
    some = "The" if n == len(unfiled) else f"{n} of {len(unfiled)}"
    why = f"{some} statements have no filing date; known {lag_days} days after their period's end."
    return [("warn", f"reporting lag of {lag_days} days", why)]


def _share_badge(n: int) -> list[Badge]:
    if not n:
        return []
    why = f"{n} statements give a number of shares that is not positive; it counts as not known."
    return [("warn", f"wrong share counts: {n}", why)]


def _debt_badge(n: int) -> list[Badge]:
    if not n:
        return []
    why = f"{n} statements give a debt below 0; it counts as not known."
    return [("warn", f"negative debts: {n}", why)]
