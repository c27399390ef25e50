"""What companies have reported, as Yahoo states it today: the last few statements."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ..companies.fundamentals import Fundamentals
from ..companies.sheets import check_days
from ..errors import RequestError, UnknownTickerError
from ..tickers import plain_ticker
from ..vendors.fetch import cache_folder
from ..vendors.kept import Enquiry, Kept
from ..vendors.update import today_at
from .addresses import STATEMENTS
from .client import question
from .fetch import check_ticker
from .source import SECONDS
from .statement_badges import badges, currency_badge, silent_badge

if TYPE_CHECKING:
    from .session import YahooSession

#: Our frequencies and yfinance's.
FREQUENCIES = {"quarterly": "quarterly", "annual": "yearly"}

#: On which day shares may be taken to be counted.
COUNTED = ("period_end", "fetched")

#: Our name of each line and yfinance's.
LINES = {
    "ebit": "EBIT",
    "debt": "TotalDebt",
    "minority_interest": "MinorityInterest",
    "cash": "CashAndCashEquivalents",
    "shares_outstanding": "OrdinarySharesNumber",
}

#: Total equity with the minority's share, and the shareholders' alone.
WITH_MINORITY, WITHOUT = "TotalEquityGrossMinorityInterest", "StockholdersEquity"

INCOME = ["EBIT"]
BALANCE = [*(line for line in LINES.values() if line not in INCOME), WITH_MINORITY, WITHOUT]

_CURRENCY = re.compile(r'"currencyCode"\s*:\s*"([A-Za-z]{3})"')


def fetch_statements(
    tickers: Sequence[str],
    *,
    frequency: Literal["quarterly", "annual"] = "quarterly",
    lag_days: int = 90,
    shares_as_of: Literal["period_end", "fetched"] = "period_end",
    currency: str = "USD",
    folder: str | Path | None = None,
    offline: bool = False,
    today: dt.date | None = None,
    seconds: float = SECONDS,
    session: YahooSession | None = None,
) -> Fundamentals:
    """Return what companies have reported, as Yahoo states it today.

    Yahoo states five quarters or four years at most, without filing dates, and as they have been
    restated since. Five quarters make an EBIT of the trailing year at two period ends: nothing is
    known before the first of them. What is fetched is kept, a file a day:
    `statements/quarterly/XOM/2026-03-02.csv` in the cache, which `read_fundamentals` reads too.

    A line that Yahoo leaves out is not known, not zero. Minority interest is the one exception:
    where total equity is stated with it and without it, it is the difference.

    Parameters
    ----------
    tickers : sequence of str
        Companies, as Yahoo spells them, in any case.
    frequency : {"quarterly", "annual"}
        Which statements to ask for.
    lag_days : int
        Days, >= 0, from the end of a period until its statement is taken as known.
    shares_as_of : {"period_end", "fetched"}
        The day on which shares are taken to be counted, on which depends what splits they still
        lack. "period_end": as the balance sheet said at the time. "fetched": restated by Yahoo
        for all splits up to the day of fetching, as its prices are. Which of them Yahoo does is
        documented nowhere and has not been verified; where no company split its shares since its
        oldest statement both are the same. Compare the answer with a balance sheet as filed.
    currency : str
        Of the prices. A company that reports in another is left out, and a badge names it: its
        debt and cash cannot be added to its market value.
    folder : str or pathlib.Path, optional
        The cache; None for this user's, `cache_folder()`. Yahoo is asked once a day.
    offline : bool
        True serves the cache without asking Yahoo.
    today : datetime.date, optional
        The date in New York; None takes it from the clock. What was kept later is not looked at.
    seconds : float
        Time that Yahoo gets for each company, > 0. Once it has failed to answer it is not asked
        for the companies that follow.
    session : YahooSession, optional
        What carries the requests; None for this process's own.

    Returns
    -------
    Fundamentals
        Source "yahoo:statements ...". Badges say that they are not point in time, from when on an
        EBIT is known, how shares are counted, which companies are left out and why, and whether
        Yahoo was not reached and older answers are used.

    Raises
    ------
    RequestError
        For a text that is no ticker, a parameter out of range, or when no company is left.
    SourceError
        When Yahoo gives no answer that can be used and nothing is kept of a company.
    CacheError
        When the cache cannot be written.
    BarsError
        When a kept answer cannot be read.
    """
    for option, value, known in (
        ("frequency", frequency, tuple(FREQUENCIES)),
        ("shares_as_of", shares_as_of, COUNTED),
    ):
        if value not in known:
            raise RequestError(f"{option} must be one of {', '.join(known)}, got {value!r}")
    check_days("lag_days", lag_days)
    names = list(dict.fromkeys(check_ticker(ticker) for ticker in tickers))
    if not names:
        raise RequestError("statements of no company were asked for: name at least one ticker")
    cache, day = cache_folder(folder), today_at("America/New_York", today)
    enquiry = Enquiry(
        cache / "statements" / frequency, day, "Yahoo was not asked" if offline else ""
    )

    def ask(name: str) -> pd.DataFrame:
        from .session import shared_session

        connection = session or shared_session()
        return _asked(name, frequency, cache / ".py-yfinance", connection, seconds)

    answers: dict[str, Kept] = {}
    silent: list[str] = []
    for name in names:
        try:
            answers[name] = enquiry.table(name, partial(ask, name))
        except UnknownTickerError:
            silent.append(name)
    elsewhere = {
        name: code
        for name, kept in answers.items()
        if (code := _currency(kept.table)) not in ("", currency)
    }
    left_out = [*silent_badge(silent, frequency), *currency_badge(elsewhere, currency)]
    used = {name: kept for name, kept in answers.items() if name not in elsewhere}
    if not used:
        raise RequestError(f"no statements are left: {' '.join(why for _, _, why in left_out)}")
    found = Fundamentals.from_frame(
        pd.concat([kept.table for kept in used.values()], ignore_index=True),
        lag_days=lag_days,
        frequency=frequency,
        source=f"yahoo:statements {' '.join(used)}",
    )
    if shares_as_of == "fetched":
        days = {plain_ticker(name): kept.day for name, kept in used.items()}
        counted_on = np.array([days[name] for name in found.tickers], dtype="datetime64[D]")
        found = replace(found, counted_on=counted_on)
    return replace(found, noted=(*badges(found, list(used.values()), shares_as_of), *left_out))


def _asked(
    name: str, frequency: str, folder: Path, session: YahooSession, seconds: float
) -> pd.DataFrame:
    """Return ticker, period_end, `LINES` and currency, the oldest period first."""
    with question(name, STATEMENTS, folder=folder, session=session, seconds=seconds) as asked:
        income = _lines(asked.get_income_stmt, frequency, session)
        balance = _lines(asked.get_balance_sheet, frequency, session)
        stated = pd.concat([income.reindex(INCOME), balance.reindex(BALANCE)], sort=True).T
        codes = {code for answer in session.answers for code in _CURRENCY.findall(answer.text)}
        minority = stated["MinorityInterest"].fillna(stated[WITH_MINORITY] - stated[WITHOUT])
        table = pd.DataFrame(
            {
                "ticker": name,
                "period_end": pd.DatetimeIndex(stated.index).strftime("%Y-%m-%d"),
                **{ours: stated[theirs] for ours, theirs in LINES.items()},
                "minority_interest": minority,
                "currency": "/".join(sorted(codes)),
            }
        )
    table = table.dropna(subset=[*LINES], how="all")
    if table.empty:
        raise UnknownTickerError(f"Yahoo states no {frequency} statements of {name}")
    return table


def _lines(get: Callable[..., pd.DataFrame], frequency: str, session: YahooSession) -> pd.DataFrame:
    """Return one statement, a row a line and a column a period; empty where Yahoo has none."""
    from yfinance.exceptions import YFException

    try:
        return get(freq=FREQUENCIES[frequency]).astype(np.float64)
    except YFException as error:
        # Its subclasses say that Yahoo refuses, or is down.
        if type(error) is YFException and session.status == 200:
            return pd.DataFrame()
        raise


def _currency(table: pd.DataFrame) -> str:
    code = table["currency"].iloc[0]
    return "" if pd.isna(code) else str(code)
