"""Bars of tickers from vendors, for a run."""

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

if TYPE_CHECKING:
    from ...feeds.yahoo.session import YahooSession


def load_tickers(
    tickers: Sequence[str],
    *,
    say: Callable[[str], object],
    end: datetime.date | None = None,
    dividends: bool = True,
    folder: Path | None = None,
    today: datetime.date | None = None,
    session: YahooSession | None = None,
) -> list[Bars]:
    """Return the bars of tickers, in their order, for a run.

    A vendor is not asked twice a day for the same ticker, so that runs after one another see the
    same bars.

    Parameters
    ----------
    tickers : sequence of str
        ``[SOURCE:]TICKER``, of Yahoo without a source, as the vendor spells it.
    say : callable
        Takes each line for people; not called where the cache was as new as can be.
    end : datetime.date, optional
        Nothing after it is read, faults included.
    dividends : bool
        False: dividends are not read either.
    folder, today, session
        As for `btplaybook.feeds.yahoo.fetch.fetch`; the session carries requests to Yahoo alone.

    Raises
    ------
    RequestError, SourceError, CacheError, BarsError
        As for `btplaybook.feeds.vendors.fetch.fetch`, and for an unknown source.
    """
    tables = []
    for name in [checked(text) for text in tickers]:
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
    """Return ``[SOURCE:]TICKER`` as it is shown; RequestError where one of them is none."""
    source, ticker = source_and_ticker(text)
    if source == YAHOO:
        return check_ticker(ticker)
    return typed(source, check_any(ticker, title_of(source_named(source), source)))


def fetched(text: str, session: YahooSession | None, **options: Any) -> Fetched:
    """Return the bars of ``[SOURCE:]TICKER`` from Yahoo, or from the source that the text names.

    Parameters
    ----------
    text : str
        As `checked` returned it.
    session : YahooSession or None
        Carries requests to Yahoo alone.
    **options : object
        As for `btplaybook.feeds.vendors.fetch.fetch`, which lists the errors too.
    """
    source, ticker = source_and_ticker(text)
    if source == YAHOO:
        return fetch(ticker, session=session, **options)
    return fetch_from(ticker, source_named(source), name=source, **options)
