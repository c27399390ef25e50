"""One request to Yahoo through yfinance, and one clear line for each way in which it can fail."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import RequestError, SourceError, UnknownTickerError
from ..vendors.answer import Answer
from .addresses import CHART

if TYPE_CHECKING:
    from .session import YahooSession

#: Our name of each column, as in `Answer`, and yfinance's.
COLUMNS = {
    "open": "Open",
    "high": "High",
    "low": "Low",
    "close": "Close",
    "volume": "Volume",
    "dividend": "Dividends",
    "capital_gain": "Capital Gains",
    "split": "Stock Splits",
}

#: What a parser raises on an answer of an unexpected form.
MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,  # RecursionError, of JSON that is nested too deeply, and NotImplementedError
    TypeError,
    ValueError,
)


def ask(
    ticker: str,
    *,
    since: dt.date | None,
    folder: Path,
    session: YahooSession,
    seconds: float,
) -> Answer:
    """Ask Yahoo for the daily bars of a ticker, up to now.

    Parameters
    ----------
    ticker : str
        As Yahoo spells it, in capitals.
    since : datetime.date or None
        First date wanted; None for all there are.
    folder : pathlib.Path
        Where yfinance keeps its cookie and the exchange's time zone. The first folder that a
        process names counts.
    session : YahooSession
        What carries the requests.
    seconds : float
        Time that Yahoo gets for everything.

    Returns
    -------
    Answer
        With at least one row.

    Raises
    ------
    UnknownTickerError
        When Yahoo says that there is no such ticker.
    SourceError
        When Yahoo cannot be reached, is too slow, refuses, or answers what cannot be read.
    """
    span: dict[str, Any] = {"start": since} if since else {"period": "max"}
    with question(ticker, CHART, folder=folder, session=session, seconds=seconds) as asked:
        frame = asked.history(
            **span, interval="1d", auto_adjust=False, actions=True, keepna=True, timeout=seconds
        )
        answer = _answer(frame, asked.history_metadata)
    if answer.history.empty:
        raise SourceError("Yahoo's answer holds no prices")
    return answer


@contextmanager
def question(
    ticker: str, wanted: str, *, folder: Path, session: YahooSession, seconds: float
) -> Iterator[Any]:
    """Give yfinance's Ticker to a `with` block, and turn what it raises into one clear line.

    Parameters
    ----------
    ticker : str
        As Yahoo spells it, in capitals.
    wanted : str
        `CHART`, `SUMMARY` or `STATEMENTS`: what it will be asked for.
    folder, session, seconds
        As for `ask`.

    Raises
    ------
    UnknownTickerError
        When Yahoo says that there is no such ticker.
    SourceError
        When Yahoo cannot be reached, is too slow, refuses, or answers what cannot be read.
    """
    from curl_cffi.requests.exceptions import RequestException
    from peewee import PeeweeException  # yfinance's file of cookies

    with _quiet_yfinance(folder) as yfinance, session.limited_to(seconds, wanted):
        from yfinance.exceptions import YFException

        try:
            yield yfinance.Ticker(ticker, session=session)
        except (RequestError, SourceError):
            raise
        except (YFException, RequestException, PeeweeException, OSError, *MALFORMED) as error:
            if session.status == 404:
                raise UnknownTickerError(f"Yahoo knows no ticker {ticker!r}") from error
            raise SourceError(_words(error, session.status, seconds)) from error


def _words(error: Exception, status: int | None, seconds: float) -> str:
    """Say what went wrong; `status` is that of what was wanted, None where nothing came."""
    from curl_cffi.requests.exceptions import HTTPError, IncompleteRead, RequestException, Timeout
    from yfinance.exceptions import (
        YFDataException,
        YFPricesMissingError,
        YFRateLimitError,
        YFTzMissingError,
    )

    if status == 429 or isinstance(error, YFRateLimitError):
        return "Yahoo refuses for now: too many requests (429)"
    if status is not None and status >= 400:
        return f"Yahoo answers with an error (status {status})"
    if isinstance(error, Timeout):
        return f"Yahoo did not answer within {seconds:g} s"
    # yfinance looks elsewhere for what a chart without prices does not say, and gets an HTTPError.
    silent = isinstance(error, HTTPError) and not isinstance(error, IncompleteRead)
    if status == 200 and (silent or isinstance(error, YFPricesMissingError | YFTzMissingError)):
        return "Yahoo's answer holds no prices"
    if isinstance(error, RequestException):
        return f"Yahoo cannot be reached ({_curl_words(error)})"
    if isinstance(error, YFDataException):
        return "Yahoo answers that it is down"
    if isinstance(error, json.JSONDecodeError):
        return "Yahoo's answer is not JSON"
    text = str(error).strip().split("\n", 1)[0]
    return f"Yahoo's answer cannot be read ({type(error).__name__}: {text[:100]})"


def _answer(frame: pd.DataFrame, about: Any) -> Answer:
    dates = pd.DatetimeIndex(frame.index).tz_localize(None).normalize().as_unit("us")
    history = pd.DataFrame(
        {
            ours: frame[theirs].to_numpy(dtype=np.float64) if theirs in frame else 0.0
            for ours, theirs in COLUMNS.items()
        },
        index=dates.rename("date"),
    )
    history["split"] = history["split"].replace(0.0, 1.0)
    if not (np.isfinite(history["split"]) & (history["split"] > 0)).all():
        raise ValueError("a split that is no ratio")
    words = (about.get(key) for key in ("exchangeTimezoneName", "currency", "instrumentType"))
    return Answer(history, *(str(word or "") for word in words))


@contextmanager
def _quiet_yfinance(folder: Path) -> Iterator[Any]:
    """Import yfinance with exceptions instead of log lines; restore its settings afterwards.

    Its cache of answers is cleared first, because it would return an earlier failure again.
    """
    log = logging.getLogger("yfinance")
    level = log.level
    with warnings.catch_warnings():
        # On import yfinance adds a warning filter, which must not stay.
        import yfinance
        from yfinance.data import YfData

        warnings.filterwarnings("ignore", category=DeprecationWarning, module="yfinance")
        hidden = yfinance.config.debug.hide_exceptions
        yfinance.config.debug.hide_exceptions = False
        yfinance.set_tz_cache_location(str(folder))
        YfData.cache_get.cache_clear()
        log.setLevel(logging.CRITICAL + 1)
        try:
            yield yfinance
        finally:
            log.setLevel(level)
            yfinance.config.debug.hide_exceptions = hidden


def _curl_words(error: Exception) -> str:
    """Return what curl says went wrong, without its number and its address for reading more."""
    found = re.search(r"curl: \(\d+\) (.+?)\.? See https", str(error), flags=re.DOTALL)
    return " ".join(found[1].split()) if found else type(error).__name__
