"""Checks of a table of bars: faults, which stop a run, and warnings, which do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .arrays import Dates, Floats
from .calendars import CalendarError, missing_bars, strange_bars

Mask = npt.NDArray[np.bool_]

PRICES = ("open", "high", "low", "close")

#: Relative amount by which the high may lie below the close, or the low above the open. Vendors
#: that scale prices for splits in single precision, or print six decimals, leave dust of this
#: size; a wrong price is further off than a ten thousandth of a cent on a dollar.
PRICE_DUST = 1e-6

#: Largest price, and largest ratio of high to close and of close to low. Beyond them a price is
#: an error of the vendor.
LARGEST_PRICE, FAR_OFF = 1e12, 100

#: Largest volume of a bar, in shares or coins; no instrument has traded more in a day.
LARGEST_VOLUME = 1e18

#: Share of a year's bars on which the open may equal the previous close by chance, and how many
#: weekly or monthly ones, of which a year holds few.
STALE_OPENS = 0.05
STALE_LONGER_BARS = 5
LARGE_RETURN = 0.5

#: Share of bars with a dividend beyond which it is no quarterly or monthly payer of daily bars, and
#: share of bars that repeat the one before beyond which they are filled.
OFTEN, REPEATED = 0.5, 0.02

LARGE_DIVIDEND = 0.2

_SHOWN_DATES = 3


def bar_faults(dates: Dates, columns: Mapping[str, Floats]) -> list[str]:
    """List every fault of a table of bars, one line each.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        The bars' dates, as they stand in the table.
    columns : mapping of str to ndarray of float64, shape (n,)
        Any of open, high, low, close, volume and dividend. A check that needs an absent column
        is left out.

    Returns
    -------
    list of str
        Empty when the bars are sound. A high or low may miss the open or close by `PRICE_DUST`,
        relative. NaN fails exactly one check, the one that names it.
    """
    faults = [] if len(dates) >= 2 else [f"at least 2 bars are needed, found {len(dates)}"]
    for fault, mask in faulty_rows(dates, columns):
        if mask.any():
            faults.append(f"{fault} on {on_dates(dates[mask])}")
    return faults


def faulty_rows(dates: Dates, columns: Mapping[str, Floats]) -> Iterator[tuple[str, Mask]]:
    """Yield each check of `bar_faults` with the rows, shape (n,), that fail it."""
    repeated = np.zeros(len(dates), dtype=np.bool_)
    if not (dates[1:] > dates[:-1]).all():  # rising dates need no sort; a missing one is not rising
        repeated[:] = True
        repeated[np.unique(dates, return_index=True)[1]] = False
    yield "more than one bar a day (bars must be daily, one instrument at a time)", repeated
    yield "date is missing", np.isnat(dates)
    yield "date is before one that stands above it", dates < np.maximum.accumulate(dates)

    for name in PRICES:
        if name in columns:
            price = columns[name]
            yield f"{name} is missing or not finite", ~np.isfinite(price)
            yield f"{name} is not positive", price <= 0
            yield (
                f"{name} is above {LARGEST_PRICE:.0e}",
                np.isfinite(price) & (price > LARGEST_PRICE),
            )
    high, low = columns.get("high"), columns.get("low")
    for name in ("open", "close"):
        inside = columns.get(name)
        if inside is not None and high is not None:
            yield f"high is below the {name}", high < inside * (1 - PRICE_DUST)
        if inside is not None and low is not None:
            yield f"low is above the {name}", low > inside * (1 + PRICE_DUST)
    if high is not None and low is not None:
        yield "high is below the low", high < low * (1 - PRICE_DUST)
    close = columns.get("close")
    if close is not None and high is not None:
        far = np.isfinite(high) & (close > 0) & (high > close * FAR_OFF)
        yield f"high is over {FAR_OFF} times the close", far
    if close is not None and low is not None:
        yield f"low is below the close / {FAR_OFF}", (low > 0) & (low < close / FAR_OFF)
    if "volume" in columns and not np.isnan(columns["volume"]).all():  # all NaN: not known
        volume = columns["volume"]
        yield "volume is missing or not finite", ~np.isfinite(volume)
        yield "volume is negative", volume < 0
        yield (
            f"volume is above {LARGEST_VOLUME:.0e}",
            np.isfinite(volume) & (volume > LARGEST_VOLUME),
        )
    if "dividend" in columns:
        yield from _faulty_dividends(columns)


def _faulty_dividends(columns: Mapping[str, Floats]) -> Iterator[tuple[str, Mask]]:
    dividend = columns["dividend"]
    unknown = ~np.isfinite(dividend)
    yield "dividend is missing or not finite (--no-dividends ignores the column)", unknown
    yield "dividend is negative", dividend < 0
    if "close" in columns and len(dividend):
        # Back-adjustment multiplies by 1 - dividend / previous close, which must stay positive.
        previous = np.concatenate(([np.inf], columns["close"][:-1]))
        eaten = (dividend > 0) & (previous > 0) & (dividend >= previous)
        yield "dividend is not below the previous close", eaten


def bar_warnings(
    dates: Dates, columns: Mapping[str, Floats], calendar: str, frequency: str = "day"
) -> list[str]:
    """List what is legal but odd in a table of sound bars, one line each.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        The bars' dates, oldest first.
    columns : mapping of str to ndarray of float64, shape (n,)
        open, close and dividend, without faults.
    calendar : str
        The calendar whose sessions are compared with the dates.
    frequency : {"day", "week", "month"}
        What a bar spans. Weekly bars are compared with the weeks that have a session, monthly
        ones with the months.

    Returns
    -------
    list of str
        Opens that equal the previous close on more than 5 % of a year's bars, or that all equal
        their own close; price returns beyond 50 % either way, dividends above 20 % of the previous
        close, sessions without a bar, and bars on days that are no session.
    """
    previous = columns["close"][:-1]
    closes_only = bool((columns["open"] == columns["close"]).all())
    odd = (
        ["open equals the close on every bar: closes alone are known"]
        if closes_only
        else _stale_opens(dates[1:], columns["open"][1:] == previous, frequency)
    )
    jump = np.abs(columns["close"][1:] / previous - 1) > LARGE_RETURN
    if jump.any():
        odd.append(f"return beyond {LARGE_RETURN:.0%} on {on_dates(dates[1:][jump])}")
    paid = columns["dividend"] > 0
    if len(dates) >= 20 and paid.mean() > OFTEN:
        odd.append(
            f"dividends on {paid.sum()} of {len(dates)} bars: a column that is carried forward "
            "pays each of them"
        )
    repeated = _repeated(columns)
    if len(dates) >= 20 and repeated.mean() > REPEATED:
        odd.append(
            f"{repeated.sum()} bars repeat the prices of the bar before them: "
            f"{on_dates(dates[repeated])}; days without trade may have been filled"
        )
    large = columns["dividend"][1:] > LARGE_DIVIDEND * previous
    if large.any():
        odd.append(
            f"dividend above {LARGE_DIVIDEND:.0%} of the price on {on_dates(dates[1:][large])}"
        )
    return odd + _session_warnings(dates, calendar, frequency)


def _repeated(columns: Mapping[str, Floats]) -> Mask:
    """Tell which bars repeat every price of the bar before; bars of closes alone do not count."""
    same: Mask = np.zeros(len(columns["close"]), dtype=np.bool_)
    prices = [columns[name] for name in PRICES if name in columns]
    moved = np.any([price != columns["close"] for price in prices], axis=0)
    same[1:] = np.all([price[1:] == price[:-1] for price in prices], axis=0) & moved[1:]
    return same


def _stale_opens(dates: Dates, stale: Mask, frequency: str) -> list[str]:
    least = 1 if frequency == "day" else STALE_LONGER_BARS
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    of_year = {int(year): stale[years == year] for year in np.unique(years)}
    shares = {year: float(found.mean()) for year, found in of_year.items()}
    flagged = [
        year
        for year, found in of_year.items()
        if shares[year] > STALE_OPENS and found.sum() >= least
    ]
    spans = []
    for run in _consecutive(flagged):
        low, high = (f"{bound(shares[year] for year in run):.1%}" for bound in (min, max))
        span = str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}"
        spans.append(f"{span} ({low if low == high else f'{low} to {high}'} of {frequency}s)")
    return [f"open equals the previous close in {', '.join(spans)}"] if spans else []


def _consecutive(years: list[int]) -> Iterator[list[int]]:
    breaks = [i for i, (year, following) in enumerate(pairwise(years), 1) if following > year + 1]
    bounds = [0, *breaks, len(years)]
    return (years[start:stop] for start, stop in pairwise(bounds) if stop > start)


def _session_warnings(dates: Dates, calendar: str, frequency: str) -> list[str]:
    try:
        absent = missing_bars(calendar, dates, frequency)
        strange = strange_bars(calendar, dates, frequency)
    except CalendarError as error:
        return [f"sessions were not compared: {error}"]
    odd = []
    if len(absent):
        what = f"{calendar} sessions" if frequency == "day" else f"{frequency}s"
        odd.append(f"no bar for {len(absent)} {what}: {on_dates(absent)}")
    if len(strange):
        where = (
            f"on {len(strange)} days that are no {calendar} session"
            if frequency == "day"
            else f"in {len(strange)} {frequency}s without a {calendar} session"
        )
        odd.append(f"bars {where}: {on_dates(strange)}")
    return odd


def on_dates(dates: Dates, most: int = _SHOWN_DATES) -> str:
    """Write the first few dates, and how many there are when that is not all."""
    shown = ", ".join(str(date) for date in dates[:most])
    more = len(dates) - most
    return shown if more <= 0 else f"{shown} and {more} more"
