"""Update the cache of several tickers and report on each."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...feeds.bars import Bars, BarsError
from ...feeds.errors import RequestError, SourceError
from ...feeds.vendors.fetch import cache_folder
from ..plans.tickers import FETCHING, checked, fetched
from ..runs.stages import Progress, told_each

if TYPE_CHECKING:
    from ...feeds.yahoo.session import YahooSession

Say = Callable[[str], object]


def fetch_all(
    tickers: Sequence[str],
    *,
    say: Say,
    complain: Say | None = None,
    start: datetime.date | None = None,
    end: datetime.date | None = None,
    folder: Path | None = None,
    today: datetime.date | None = None,
    session: YahooSession | None = None,
    progress: Progress | None = None,
) -> tuple[dict[str, Any], int]:
    """Update the cache of several tickers and report what happened to each.

    If one ticker fails, the others are still fetched.

    Parameters
    ----------
    tickers : sequence of str
        ``[SOURCE:]TICKER`` in the vendor's spelling; the source is Yahoo if none is given. A ticker
        that is named twice is fetched once.
    say : callable
        Called with each message to the user.
    complain : callable, optional
        Called with the error of a ticker that failed; None: `say` is called instead.
    start, end : datetime.date, optional
        Window whose bars are checked; the cache holds the whole history.
    folder : pathlib.Path, optional
        Folder of the cache; None: the user's cache folder.
    today, session
        As for `btplaybook.feeds.yahoo.fetch.fetch`; the session is used for requests to Yahoo only.
    progress : callable, optional
        Called with a `Stage` before each ticker.

    Returns
    -------
    report : dict
        Keys `schema`, `cache` and `tickers`. `tickers` lists one dict per ticker, in order:
        `ticker` and either the fields of `FetchReport` with `bars` (first, last, rows, sha256,
        warnings of the window), or `error` and `exit_code`.
    code : int
        0, or the exit code of the first ticker that failed.

    Raises
    ------
    RequestError
        For a text that is no ticker, or an unknown source, before anything is fetched.
    CacheError
        When the cache cannot be written.
    """
    names = list(dict.fromkeys(checked(text) for text in tickers))
    rows: list[dict[str, Any]] = []
    codes = []
    for name in told_each(progress, FETCHING, names):
        try:
            found = fetched(name, session, start=start, end=end, folder=folder, today=today)
        except (BarsError, RequestError, SourceError) as error:
            (complain or say)(str(error))
            rows.append({"ticker": name, "error": str(error), "exit_code": error.exit_code})
            codes.append(error.exit_code)
            continue
        for line in found.report.words():
            say(line)
        rows.append({**found.report.plain(), "bars": _described(found.bars)})
    say(f"cache: {cache_folder(folder)}")
    report = {"schema": 1, "cache": str(cache_folder(folder)), "tickers": rows}
    return report, next(iter(codes), 0)


def _described(bars: Bars) -> dict[str, Any]:
    return {
        "first": str(bars.dates[0]),
        "last": str(bars.dates[-1]),
        "rows": len(bars),
        "sha256": bars.vintage,
        "warnings": list(bars.warnings),
    }
