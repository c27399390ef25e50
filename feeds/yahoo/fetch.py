"""Daily bars from Yahoo through the cache of `feeds.vendors.fetch`."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RequestError, SourceError, UnknownTickerError
from ..vendors import fetch as vendors
from ..vendors import names
from ..vendors.fetch import Fetched, cache_folder
from ..vendors.report import FetchReport
from .source import SECONDS, YahooSource

if TYPE_CHECKING:
    from .session import YahooSession

__all__ = ["FetchReport", "Fetched", "SourceError", "UnknownTickerError", "cache_folder", "fetch"]

_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")


def fetch(
    ticker: str,
    *,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    dividends: bool = True,
    folder: str | Path | None = None,
    offline: bool = False,
    daily: bool = False,
    today: dt.date | None = None,
    seconds: float = SECONDS,
    session: YahooSession | None = None,
) -> Fetched:
    """Return the daily bars of a ticker, as new as Yahoo has them.

    Prices are as Yahoo's: split-adjusted and not dividend-adjusted, with the cash dividend on its
    ex-date. Capital gains that a fund distributes are, as Yahoo does it, within the dividends.

    Parameters
    ----------
    ticker : str
        As Yahoo spells it, in any case: SPY, BRK-B, ^GSPC, BTC-USD, 7203.T.
    start, end, dividends, folder, offline, daily, today
        As for `feeds.vendors.fetch.fetch`.
    seconds : float
        Time that Yahoo gets to answer, > 0.
    session : YahooSession, optional
        What carries the requests, such as one with a proxy; None for this process's own.

    Returns
    -------
    Fetched
        Bars with the source "yahoo:TICKER", and the report, whose `words()` are for people.

    Raises
    ------
    RequestError, SourceError, CacheError, BarsError
        As for `feeds.vendors.fetch.fetch`.
    """
    name = check_ticker(ticker)
    cookies = cache_folder(folder) / ".py-yfinance"
    return vendors.fetch(
        name,
        YahooSource(cookies, session=session, seconds=seconds),
        name=names.YAHOO,
        start=start,
        end=end,
        dividends=dividends,
        folder=folder,
        offline=offline,
        daily=daily,
        today=today,
    )


def check_ticker(text: str) -> str:
    """Return a ticker in capitals; it is fit to be the name of a folder.

    Raises
    ------
    RequestError
        For anything else: a path, an ISIN, blanks, more than 20 characters.
    """
    name = names.check_ticker(text, YahooSource.title)
    if _ISIN.fullmatch(name):
        raise RequestError(f"{name} looks like an ISIN; give the ticker")
    return name
