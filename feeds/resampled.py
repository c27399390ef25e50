"""Weekly and monthly bars out of shorter ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .arrays import Dates
from .bars_like import BarsLike, SomeBars
from .calendars import is_over, last_of_period, period_ends, period_number
from .conventions import PERIODS
from .errors import RequestError
from .open_to_open import EVERY, open_to_open

_ADVERBS = {"day": "daily", "week": "weekly", "month": "monthly"}


def resampled(bars: SomeBars, every: str) -> SomeBars:
    """Make weekly or monthly bars out of shorter ones.

    Parameters
    ----------
    bars : Bars
        Daily or weekly bars.
    every : {"week", "month", "open"}
        What a bar of the result spans: an ISO week, or a month; "open": from one session's open to
        the next one's, see `open_to_open`. A weekly bar belongs to the month
        in which its week's last session falls.

    Returns
    -------
    Bars
        Open of the first bar of each period, highest high, lowest low, close of the last, volume
        and dividends summed (NaN stays NaN). The date is that of the last session with a bar.
        Name, source, calendar and `price_only` are kept; `frequency` is `every`. Bars that span
        `every` already come back unchanged.

        A last period that is not over, by the calendar, is left out, and `origin.notes` says so. A
        first period that the bars enter in its middle is kept: its close is a true one.

    Raises
    ------
    RequestError
        For another `every`, bars that span more than it, or fewer than 2 periods.
    CalendarError
        When the calendar does not reach the last bar.

    Notes
    -----
    The dividends of a period are taken as paid at its close. A holder gets each of them, but
    without the interest, or the gain of a reinvestment, from the ex-date to the period's end, and
    with the position of the last period's close: a switch within the period is not seen.
    """
    if every == EVERY:
        return open_to_open(bars)
    if every not in PERIODS:
        raise RequestError(f"bars are resampled to a week or a month, got {every!r}")
    if PERIODS.index(every) < PERIODS.index(bars.frequency):
        raise RequestError(
            f"{bars.name}: {_ADVERBS[bars.frequency]} bars hold no {_ADVERBS[every]} ones"
        )
    if every == bars.frequency:
        return bars
    dates = _known_dates(bars)
    number = period_number(dates, every)
    starts = np.flatnonzero(np.concatenate(([True], number[1:] != number[:-1])))
    stops = np.concatenate((starts[1:], [len(bars)]))
    notes = [f"{_ADVERBS[every]} bars out of {len(bars)} {_ADVERBS[bars.frequency]} ones"]
    if not _is_over(bars, every):
        notes.append(f"the last {every}, with bars to {bars.dates[-1]}, is not over: left out")
        starts, stops = starts[:-1], stops[:-1]
    if len(starts) < 2:
        raise RequestError(
            f"{bars.name}: {len(bars)} {_ADVERBS[bars.frequency]} bars, from {bars.dates[0]} to "
            f"{bars.dates[-1]}, make {len(starts)} whole {every}s, at least 2 are needed"
        )
    stop = int(stops[-1])
    return replace(
        bars,
        dates=dates[stops - 1],
        open=bars.open[starts],
        high=np.maximum.reduceat(bars.high[:stop], starts),
        low=np.minimum.reduceat(bars.low[:stop], starts),
        close=bars.close[stops - 1],
        volume=np.add.reduceat(bars.volume[:stop], starts),
        dividend=np.add.reduceat(bars.dividend[:stop], starts),
        frequency=every,
        origin=replace(bars.origin, notes=(*bars.origin.notes, *notes)),
    )


def _known_dates(bars: BarsLike) -> Dates:
    """Return the day at whose close each bar is known."""
    return period_ends(bars.calendar, bars.dates, bars.frequency)


def _is_over(bars: BarsLike, every: str) -> bool:
    if bars.frequency == "week":
        return bool(last_of_period(bars.calendar, bars.dates[-1:], every, "week")[0])
    return is_over(bars.calendar, bars.dates[-1], every)
