"""Load the bars of tickers from vendors for a run."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...feeds.bars import Bars
from ...feeds.vendors.fetch import Fetched
from ...feeds.vendors.fetch import fetch as fetch_from
from ...feeds.vendors.names import YAHOO, source_and_ticker, typed
from ...feeds.vendors.names import check_ticker as check_any
from ...feeds.vendors.sources import source_named, title_of
from ...feeds.yahoo.fetch import check_ticker, fetch
from ..runs.stages import Progress, told_each

if TYPE_CHECKING:
    from ...feeds.yahoo.session import YahooSession


FETCHING = "fetching"
"""The stage of a command that asks vendors, ticker by ticker."""


def load_tickers(
    tickers: Sequence[str],
    *,
    say: Callable[[str], object],
    end: datetime.date | None = None,
    dividends: bool = True,
    folder: Path | None = None,
    today: datetime.date | None = None,
    session: YahooSession | None = None,
    progress: Progress | None = None,
) -> list[Bars]:
    """Return the bars of tickers, in the given order, for a run.

    A vendor is asked at most once a day for a ticker, so that runs of one day read the same bars.

    Parameters
    ----------
    tickers : sequence of str
        ``[SOURCE:]TICKER`` in the vendor's spelling; the source is Yahoo if none is given.
    say : callable
        Called with each message to the user; not called if the cache was up to date.
    end : datetime.date, optional
        Rows after this day are neither read nor checked.
    dividends : bool
        False: dividends are not read.
    folder, today, session
        As for `btplaybook.feeds.yahoo.fetch.fetch`; the session is used for requests to Yahoo only.
    progress : callable, optional
        Called with a `Stage` before each ticker.

    Raises
    ------
    RequestError, SourceError, CacheError, BarsError
        As for `btplaybook.feeds.vendors.fetch.fetch`, and for an unknown source.
    """
    tables = []
    names = [checked(text) for text in tickers]
    for name in told_each(progress, FETCHING, names):
        found = fetched(
            name,
            session,
            end=end,
            dividends=dividends,
            folder=folder,
            daily=True,
            today=today,
        )
        report = found.report
        if report.origin == "network" or report.reason:
            for line in report.words():
                say(line)
        tables.append(found.bars)
    return tables


def checked(text: str) -> str:
    """Return ``[SOURCE:]TICKER`` as it is shown; raise RequestError if it is invalid."""
    source, ticker = source_and_ticker(text)
    if source == YAHOO:
        return check_ticker(ticker)
    return typed(source, check_any(ticker, title_of(source_named(source), source)))


def fetched(text: str, session: YahooSession | None, **options: Any) -> Fetched:
    """Return the bars of ``[SOURCE:]TICKER`` from the source that it names, Yahoo by default.

    Parameters
    ----------
    text : str
        As `checked` returned it.
    session : YahooSession or None
        Used for requests to Yahoo only.
    **options : object
        As for `btplaybook.feeds.vendors.fetch.fetch`; its docstring lists the errors.
    """
    source, ticker = source_and_ticker(text)
    if source == YAHOO:
        return fetch(ticker, session=session, **options)
    return fetch_from(ticker, source_named(source), name=source, **options)
