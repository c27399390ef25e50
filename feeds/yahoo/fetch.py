"""Daily bars from Yahoo that stay what they were: fetched once, appended to, and compared.

The whole history of a ticker lies in a cache folder (see `vintages`). A fetch asks only for what is
newer and for the last `restatement.OVERLAP` known bars. Where those agree the new bars are
appended; after a split the known bars are rescaled first; where they do not agree the whole history
is fetched, the old version kept beside it, and the difference reported. Without a network the cache
is served, with its age.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..bars import Bars
from ..calendars import sessions
from ..checks import PRICES
from ..errors import RequestError, SourceError, UnknownTickerError
from .client import Answer, ask
from .report import FetchReport
from .update import first_answer, today_at, updated
from .vintages import DamagedError, Held, Vintages

if TYPE_CHECKING:
    from .session import YahooSession

__all__ = ["FetchReport", "Fetched", "SourceError", "UnknownTickerError", "cache_folder", "fetch"]

#: Seconds that Yahoo gets to answer one question. With the import of yfinance, an error is there
#: within ten.
SECONDS = 7.0

#: Yahoo's kinds of instrument that trade in every session of their exchange.
TRADED_DAILY = ("EQUITY", "ETF", "INDEX", "MUTUALFUND")

_TICKER = re.compile(r"[A-Z0-9^][A-Z0-9.&^=_-]{0,19}")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")


@dataclass(frozen=True)
class Fetched:
    """Bars, and how they were come by."""

    bars: Bars
    report: FetchReport


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
    start, end : str or datetime.date, optional
        First and last date wanted. The cache always holds the whole history; this cuts what is
        returned, and faults outside do not matter.
    dividends : bool
        False leaves the dividends unread; the bars are then `price_only`.
    folder : str or pathlib.Path, optional
        The cache; None for this user's, `cache_folder()`.
    offline : bool
        True serves the cache without asking Yahoo, and writes nothing.
    daily : bool
        True does not ask Yahoo again for a ticker that it was asked for today and whose newest
        finished session is there.
    today : datetime.date, optional
        The date at the exchange; None takes it from the clock. A bar counts as finished, and is
        kept, from the next day on.
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
    RequestError
        For a text that is no ticker, one that Yahoo does not know and the cache has not, or dates
        that leave fewer than 2 bars.
    SourceError
        When Yahoo gives no answer that can be used and the cache has no bars.
    CacheError
        When the cache cannot be written. It is then as it was.
    BarsError
        With every fault of the bars wanted; they are in the cache all the same.
    """
    name = check_ticker(ticker)
    store = Vintages(cache_folder(folder), name)
    if offline:
        held, damage = _read(store)
        if held is None:
            raise SourceError(f"{name}: {damage or f'no bars in the cache {store.cache}'}")
        report = _served(name, held, today, "Yahoo was not asked")
    else:
        with store.locked():
            held, report = _brought_up_to_date(store, today, daily, seconds, session)
    try:
        bars = Bars.from_frame(
            held.history[[*PRICES, "volume", "dividend"]],
            name,
            source=f"yahoo:{name}",
            dividends=dividends,
            start=start,
            end=end,
        )
    except RequestError as error:
        raise RequestError(f"{name}: {error}") from error
    return Fetched(bars, report)


def cache_folder(folder: str | Path | None = None) -> Path:
    """Return the cache's folder: the one given, or this user's on this platform."""
    from platformdirs import user_cache_path

    return Path(folder) if folder else user_cache_path("btplaybook", appauthor=False) / "yahoo"


def check_ticker(text: str) -> str:
    """Return a ticker in capitals; it is fit to be the name of a folder.

    Raises
    ------
    RequestError
        For anything else: a path, an ISIN, blanks, more than 20 characters.
    """
    name = text.strip().upper()
    if not text.isascii() or not _TICKER.fullmatch(name) or name.endswith("."):
        shown = text if len(text) <= 30 else text[:30] + "..."
        raise RequestError(
            f"{shown!r} is no ticker: 1 to 20 letters, digits and . & ^ = _ - as Yahoo spells them"
        )
    if _ISIN.fullmatch(name):
        raise RequestError(f"{name} looks like an ISIN; give the ticker")
    return name


def _brought_up_to_date(
    store: Vintages,
    today: dt.date | None,
    daily: bool,
    seconds: float,
    session: YahooSession | None,
) -> tuple[Held, FetchReport]:
    from .session import shared_session

    name, connection = store.ticker, session or shared_session()
    held, damage = _read(store)
    if held and daily:
        report = _served(name, held, today, "")
        if not report.age_days and not report.late:
            return held, report

    def answered(since: dt.date | None) -> Answer:
        folder = store.cache / ".py-yfinance"
        return ask(name, since=since, folder=folder, session=connection, seconds=seconds)

    try:
        update = updated(held, today, answered) if held else first_answer(today, answered)
    except UnknownTickerError as error:
        if held is None:
            raise
        return held, _served(name, held, today, str(error))
    except SourceError as error:
        if held is None:
            raise SourceError(
                f"{name}: {error}; {damage or 'the cache has no bars of it'}"
            ) from error
        return held, _served(name, held, today, str(error))

    written = store.write(
        update.merged.history,
        fetched=str(update.today),
        scaled_through=update.scaled_through,
        about=update.about,
        before=held,
        why=update.why,
    )
    report = replace(
        _report(name, written, update.today),
        origin="network",
        appended=update.merged.appended,
        split=update.merged.ratio,
        waiting=update.merged.waiting,
        restated=update.restated,
        kept=held.current.file if held and update.why else "",
        unfinished=update.bars.unfinished,
        incomplete=update.bars.incomplete,
        empty=update.bars.empty,
        lacking=update.merged.lacking,
        damage=damage,
    )
    return written, report


def _read(store: Vintages) -> tuple[Held | None, str]:
    """Return what is held, and what is wrong with it."""
    try:
        return store.read(), ""
    except DamagedError as error:
        return None, f"the cache is damaged ({error})"


def _served(name: str, held: Held, today: dt.date | None, reason: str) -> FetchReport:
    report = _report(name, held, today_at(held.about.get("timezone", ""), today))
    return replace(report, reason=reason)


def _report(name: str, held: Held, today: dt.date) -> FetchReport:
    current = held.current
    return FetchReport(
        ticker=name,
        origin="cache",
        fetched=current.fetched,
        age_days=max((today - dt.date.fromisoformat(current.fetched)).days, 0),
        first=current.first,
        last=current.last,
        rows=current.rows,
        sha256=current.sha256,
        late=_late(held, today),
        capital_gains=int((held.history["capital_gain"] > 0).sum()),
    )


def _late(held: Held, today: dt.date) -> int:
    """Count the finished sessions after the last bar, where the calendar is known."""
    traded = held.about.get("kind") in TRADED_DAILY
    if not traded or held.about.get("timezone") != "America/New_York":
        return 0
    after = dt.date.fromisoformat(held.current.last) + dt.timedelta(days=1)
    return len(sessions("XNYS", after, today - dt.timedelta(days=1)))
