"""How closely an inverse ETF follows the inverse of its index, and what the slippage is made of."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ...feeds.arrays import Floats
from ..statistics import ROUNDING
from .inputs import checked_dates, checked_dividends, checked_prices

_DAILY = ["price", "total"]


def tracking(
    dates: ArrayLike | pd.Index,
    index_close: ArrayLike,
    inverse_close: ArrayLike,
    index_dividend: ArrayLike,
    inverse_dividend: ArrayLike,
) -> pd.DataFrame:
    """Return what an index ETF and its inverse return together each day: 0 is perfect tracking.

    Parameters
    ----------
    dates : array_like of datetime64, shape (n_bars,)
        The sessions that both have, oldest first, each once.
    index_close, inverse_close : array_like of float, shape (n_bars,)
        Closing prices above 0, not dividend-adjusted.
    index_dividend, inverse_dividend : array_like of float, shape (n_bars,)
        Cash per share on the ex-date, 0 on other days.

    Returns
    -------
    DataFrame
        Index ``date``, oldest first, n_bars - 1 rows: the first bar gives its close only. Columns,
        fractions:

        - ``price``: the index's simple price return plus the inverse's;
        - ``total``: the same with the dividends of both;
        - ``price_cumulative``, ``total_cumulative``: running sums, not compounded.

    Raises
    ------
    ValueError
        For fewer than two bars, different lengths, dates out of order, a close that is missing or
        not above 0, or a dividend that is missing or negative.

    References
    ----------
    "Developing A Robust ETF Trading Algorithm", Seeking Alpha, 1 November 2013, Graph 1.
    """
    index = checked_dates(dates)
    n_bars = len(index)
    if n_bars < 2:
        raise ValueError(f"tracking needs two bars or more, got {n_bars}")
    of_index = checked_prices("index_close", index_close, n_bars)
    of_inverse = checked_prices("inverse_close", inverse_close, n_bars)
    paid_index = checked_dividends("index_dividend", index_dividend, n_bars)
    paid_inverse = checked_dividends("inverse_dividend", inverse_dividend, n_bars)
    none = np.zeros(n_bars)
    price = _returns(of_index, none) + _returns(of_inverse, none)
    total = _returns(of_index, paid_index) + _returns(of_inverse, paid_inverse)
    return pd.DataFrame(
        {
            "price": price,
            "total": total,
            "price_cumulative": np.cumsum(price),
            "total_cumulative": np.cumsum(total),
        },
        index=index[1:],
    )


def _returns(close: Floats, dividend: Floats) -> Floats:
    returns: Floats = (close[1:] + dividend[1:]) / close[:-1] - 1.0
    return returns


def slippage_by_quarter(daily: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of each calendar quarter; negative where the pair lost.

    Parameters
    ----------
    daily : DataFrame
        As `tracking` returns it.

    Returns
    -------
    DataFrame
        Index ``quarter`` (periods), columns ``price`` and ``total``, fractions. A quarter that the
        days cover in part has the sum of that part.
    """
    return daily[_DAILY].groupby(_days(daily).to_period("Q").rename("quarter")).sum()


def slippage_by_year(daily: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of each calendar year, as `slippage_by_quarter` does, with index ``year``."""
    return daily[_DAILY].groupby(_days(daily).year.astype(np.int64).rename("year")).sum()


@dataclass(frozen=True)
class Slippage:
    """What an index ETF and its inverse returned together between two dates.

    Attributes
    ----------
    first, last : date
        Sessions of the first and of the last difference that counts.
    sessions : int
        Differences that count.
    price, total : float
        Their sums, fractions, by price alone and with the dividends of both.
    price_per_quarter, price_per_year, total_per_quarter, total_per_year : float
        The mean of a session times the sessions of a quarter or a year.
    dividends_share : float or None
        The part of the price's slippage that dividends account for, ``1 - total / price``; above 1
        where the pair gained with dividends; None where the prices did not slip by more
        than rounding explains.
    """

    first: datetime.date
    last: datetime.date
    sessions: int
    price: float
    total: float
    price_per_quarter: float
    price_per_year: float
    total_per_quarter: float
    total_per_year: float
    dividends_share: float | None


def slippage(
    daily: pd.DataFrame,
    start: datetime.date | str | None = None,
    end: datetime.date | str | None = None,
    periods_per_year: int = 252,
) -> Slippage:
    """Return the slippage between two dates.

    Parameters
    ----------
    daily : DataFrame
        As `tracking` returns it.
    start, end : date or str, optional
        First and last day whose difference counts, both included; None is the table's own.
    periods_per_year : int
        Sessions in a year; a quarter has a fourth of them.

    Returns
    -------
    Slippage
        The sums and the rates. Rates go by the number of sessions, not by the calendar, so that
        any window can be compared; over whole quarters the two differ by less than a hundredth of
        the rate.

    Raises
    ------
    ValueError
        For periods below 1, or dates between which there is no session.
    """
    if periods_per_year < 1:
        raise ValueError(f"periods_per_year must be >= 1, got {periods_per_year}")
    days = _days(daily)
    since = days[0] if start is None else pd.Timestamp(start)
    until = days[-1] if end is None else pd.Timestamp(end)
    window = daily[(days >= since) & (days <= until)]
    if window.empty:
        raise ValueError(
            f"there is no session from {since.date()} to {until.date()}: the table has "
            f"{days[0].date()} to {days[-1].date()}"
        )
    price, total = math.fsum(window["price"]), math.fsum(window["total"])
    years = len(window) / periods_per_year
    counted = _days(window)
    return Slippage(
        first=counted[0].date(),
        last=counted[-1].date(),
        sessions=len(window),
        price=price,
        total=total,
        price_per_quarter=price / years / 4.0,
        price_per_year=price / years,
        total_per_quarter=total / years / 4.0,
        total_per_year=total / years,
        dividends_share=(1.0 - total / price if abs(price) > ROUNDING * len(window) else None),
    )


def _days(daily: pd.DataFrame) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(daily.index)
