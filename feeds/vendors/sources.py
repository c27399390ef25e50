"""Sources of bars: what a vendor must offer, and those that installed packages register."""

from __future__ import annotations

import datetime as dt
import inspect
from importlib.metadata import EntryPoint
from typing import Protocol
from zoneinfo import ZoneInfo

import pandas as pd

from ..bars import Bars
from ..entry_points import described, loaded, one_line, points_of
from ..errors import RequestError, SourceError
from ..quoting import cut, did_you_mean, shown
from .answer import Answer, answer_of_bars, answer_of_frame
from .names import YAHOO, is_source_name

#: Entry-point group of sources. The name of an entry point is what stands before the colon of
#: SOURCE:TICKER; the value is a `Source`, or a class that makes one without an argument.
GROUP = "btplaybook.sources"


class Source(Protocol):
    """A vendor of daily bars.

    It may have two attributes more. `timezone` is the IANA zone of its exchange, such as
    "America/New_York": a bar of today's date there is unfinished and not kept; without it the
    date in UTC counts. `title` is what messages call the vendor; without it they take its name.
    """

    def fetch(
        self, ticker: str, start: dt.date | None, end: dt.date
    ) -> pd.DataFrame | Bars | Answer:
        """Return the daily bars of a ticker.

        Parameters
        ----------
        ticker : str
            In capitals: 1 to 20 letters, digits and . & ^ = _ -
        start : datetime.date or None
            First date wanted; None for all there are. Earlier bars do no harm. It is a known
            bar's date, so that the answer overlaps with what is in the cache.
        end : datetime.date
            Last date wanted: today at the exchange.

        Returns
        -------
        pandas.DataFrame, Bars or Answer
            Prices and volumes are adjusted for splits, and prices not for dividends. For the
            columns of a frame see `answer_of_frame`. Bars do not tell their splits: after one the
            whole history is fetched again and reported as restated.

        Raises
        ------
        UnknownTickerError
            The vendor was reached and has no such ticker.
        SourceError
            The vendor cannot be reached. Any other exception counts as one.
        """
        ...


def registered() -> dict[str, EntryPoint]:
    """Return the sources of installed packages by name, in alphabetical order.

    Yahoo is not among them, and nobody can take its name. Of two distributions with one name,
    that whose own name comes first counts. Names that `is_source_name` refuses are left out.
    """
    found: dict[str, EntryPoint] = {}
    for point in points_of(GROUP):
        found.setdefault(point.name.lower(), point)
    return {name: found[name] for name in sorted(found) if is_source_name(name) and name != YAHOO}


def source_named(name: str) -> Source:
    """Return the source that a package registers under a name.

    Raises
    ------
    RequestError
        There is none, it cannot be imported or built, or it has no method `fetch`.
    """
    points = registered()
    if name not in points:
        known = [YAHOO, *points]
        raise RequestError(
            f"no source of bars is called {shown(name)}{did_you_mean(name, known)} (known: "
            f"{', '.join(known)}; a package registers one under {GROUP})"
        )
    point = points[name]
    found = loaded(point)
    if inspect.isclass(found):
        try:
            found = found()
        except (Exception, SystemExit) as error:  # whatever its author wrote
            raise RequestError(f"{described(point)} cannot be built: {one_line(error)}") from error
    if not callable(getattr(found, "fetch", None)):
        raise RequestError(f"{described(point)} ({point.value}) has no method fetch")
    try:
        ZoneInfo(zone_of(found) or "UTC")
    except (KeyError, ValueError, OSError) as error:  # a name that is not there is a KeyError
        raise RequestError(f"{described(point)}: timezone {zone_of(found)!r} is none") from error
    source: Source = found
    return source


def zone_of(source: Source) -> str:
    """Return the zone of a source's exchange; empty where it names none."""
    return str(getattr(source, "timezone", ""))


def title_of(source: Source, name: str) -> str:
    """Return what messages call a source."""
    return str(getattr(source, "title", name))


def asked(
    source: Source, ticker: str, start: dt.date | None, end: dt.date, *, title: str
) -> Answer:
    """Ask a source, and say in one line what goes wrong.

    Raises
    ------
    RequestError, UnknownTickerError
        As the source raises them.
    SourceError
        For everything else that it raises, and for an answer that cannot be used; the message
        begins with `title`.
    """
    try:
        found = source.fetch(ticker, start, end)
    except (RequestError, SourceError):
        raise
    except OSError as error:
        raise SourceError(cut(f"{title} cannot be reached ({one_line(error)})")) from error
    except (Exception, SystemExit) as error:  # whatever its author wrote
        raise SourceError(cut(f"{title} failed ({one_line(error)})")) from error
    zone = zone_of(source)
    try:
        answer = _answer_of(found, zone)
    except (RequestError, SourceError, ValueError, TypeError) as error:
        words = " ".join(str(error).split())
        raise SourceError(cut(f"{title}'s answer cannot be used: {words}")) from error
    if answer.history.empty:
        raise SourceError(f"{title}'s answer holds no prices")
    return answer


def _answer_of(found: object, zone: str) -> Answer:
    if isinstance(found, Answer):
        return found
    if isinstance(found, Bars):
        return answer_of_bars(found, zone)
    if not isinstance(found, pd.DataFrame):
        raise TypeError(f"it is {type(found).__name__}, not a DataFrame or Bars")
    if found.empty:
        raise SourceError("it holds no prices")
    return answer_of_frame(found, zone)
