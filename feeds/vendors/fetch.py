"""Daily bars from a vendor through a cache: fetched once, extended, and compared.

The whole history of a ticker lies in a cache folder (see `vintages`). A fetch asks only for what is
newer and for the last `restatement.OVERLAP` known bars. Where those agree the new bars are
appended; after a split the known bars are rescaled first; where they do not agree the whole history
is fetched, the old version kept beside it, and the difference reported. Without a network the cache
is served, with its age.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from ..bars import Bars
from ..calendars import sessions
from ..checks import PRICES
from ..errors import RequestError, SourceError, UnknownTickerError
from .answer import Answer
from .names import YAHOO, check_ticker, typed
from .report import FetchReport
from .sources import Source, asked, title_of, zone_of
from .update import first_answer, today_at, updated
from .vintages import DamagedError, Held, Vintages

#: Kinds of instrument that trade in every session of their exchange.
TRADED_DAILY = ("EQUITY", "ETF", "INDEX", "MUTUALFUND")


@dataclass(frozen=True)
class Fetched:
    """Bars, and the report of how they were fetched."""

    bars: Bars
    report: FetchReport


def fetch(
    ticker: str,
    source: Source,
    *,
    name: str,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    dividends: bool = True,
    folder: str | Path | None = None,
    offline: bool = False,
    daily: bool = False,
    today: dt.date | None = None,
) -> Fetched:
    """Return the daily bars of a ticker, as new as a vendor has them.

    Parameters
    ----------
    ticker : str
        As the vendor spells it, in any case.
    source : Source
        What is asked.
    name : str
        The source's name: what stands before the colon of SOURCE:TICKER.
    start, end : str or datetime.date, optional
        First and last date wanted. The cache always holds the whole history; this cuts what is
        returned, and faults outside do not matter.
    dividends : bool
        False leaves the dividends unread; the bars are then `price_only`.
    folder : str or pathlib.Path, optional
        The cache; None for this user's. See `cache_folder`.
    offline : bool
        True serves the cache without asking the vendor, and writes nothing.
    daily : bool
        True does not ask again for a ticker that was asked for today and whose newest finished
        session is there.
    today : datetime.date, optional
        The date at the exchange; None takes it from the clock. A bar counts as finished, and is
        kept, from the next day on.

    Returns
    -------
    Fetched
        Bars with the source "NAME:TICKER", and the report, whose `words()` are for people. Bars
        of a vendor that states no dividends are `price_only`.

    Raises
    ------
    RequestError
        For a text that is no ticker, one that the vendor does not know and the cache has not, or
        dates that leave fewer than 2 bars.
    SourceError
        When the vendor gives no answer that can be used and the cache has no bars.
    CacheError
        When the cache cannot be written. It is then as it was.
    BarsError
        With every fault of the bars wanted; they are in the cache all the same.
    """
    title = title_of(source, name)
    store = Vintages(cache_folder(folder, name), check_ticker(ticker, title))
    shown = typed(name, store.ticker)
    if offline:
        held, damage = _read(store)
        if held is None:
            raise SourceError(f"{shown}: {damage or f'no bars in the cache {store.cache}'}")
        report = _served(shown, held, today, f"{title} was not asked", title)
    else:
        with store.locked():
            held, report = _brought_up_to_date(store, source, shown, title, today, daily)
    columns = [*PRICES, "volume", "dividend"]
    known = [column for column in columns if held.history[column].notna().any()]
    try:
        bars = Bars.from_frame(
            held.history[[*PRICES, *(column for column in known if column not in PRICES)]],
            store.ticker,
            source=f"{name}:{store.ticker}",
            dividends=dividends,
            start=start,
            end=end,
        )
    except RequestError as error:
        raise RequestError(f"{shown}: {error}") from error
    return Fetched(bars, report)


def cache_folder(folder: str | Path | None = None, name: str = YAHOO) -> Path:
    """Return the folder of a source's cache.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        A cache of all sources: the tickers of Yahoo lie in it, those of another source in its
        subfolder @NAME, which is no ticker. None takes this user's cache on this platform, in
        which each source has a folder of its name.
    name : str
        The source.
    """
    from platformdirs import user_cache_path

    if folder:
        return Path(folder) if name == YAHOO else Path(folder) / f"@{name}"
    return user_cache_path("btplaybook", appauthor=False) / name


def _brought_up_to_date(
    store: Vintages,
    source: Source,
    shown: str,
    title: str,
    today: dt.date | None,
    daily: bool,
) -> tuple[Held, FetchReport]:
    held, damage = _read(store)
    if held and daily:
        report = _served(shown, held, today, "", title)
        if not report.age_days and not report.late:
            return held, report

    def answered(since: dt.date | None) -> Answer:
        return asked(source, store.ticker, since, today_at(zone_of(source), today), title=title)

    try:
        update = (
            updated(held, today, answered, title) if held else first_answer(today, answered, title)
        )
    except UnknownTickerError as error:
        if held is None:
            raise
        return held, _served(shown, held, today, str(error), title)
    except SourceError as error:
        if held is None:
            raise SourceError(
                f"{shown}: {error}; {damage or 'the cache has no bars of it'}"
            ) from error
        return held, _served(shown, held, today, str(error), title)

    written = store.write(
        update.merged.history,
        fetched=str(update.today),
        scaled_through=update.scaled_through,
        about=update.about,
        before=held,
        why=update.why,
    )
    report = replace(
        _report(shown, written, update.today, title),
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


def _served(shown: str, held: Held, today: dt.date | None, reason: str, title: str) -> FetchReport:
    report = _report(shown, held, today_at(held.about.get("timezone", ""), today), title)
    return replace(report, reason=reason)


def _report(shown: str, held: Held, today: dt.date, title: str) -> FetchReport:
    current = held.current
    return FetchReport(
        ticker=shown,
        vendor=title,
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
