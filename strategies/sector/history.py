"""The bars of a fund and of its stocks on the fund's sessions, up to today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Bools, Dates, Floats

GONE_AFTER = 5
"""Sessions without a bar after which a stock counts as having stopped trading."""


@dataclass(frozen=True, eq=False)
class Series:
    """What one feed has delivered so far, each of shape (n_bars,), oldest first."""

    dates: Dates
    close: Floats
    """Split-adjusted, account currency per share."""
    volume: Floats
    """Shares, in the units of the close; NaN or 0 where it is not known."""
    dividend: Floats
    """Cash per share on the ex-date, in the units of the close."""


@dataclass(frozen=True, eq=False)
class History:
    """Stocks beside their fund; rows are the fund's sessions, the last one is today.

    Attributes
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        Oldest first.
    close : ndarray of shape (n, m)
        Split-adjusted closes, the last known one on days without a bar; NaN before the first.
    returns : ndarray of shape (n, m)
        Daily total returns. On a day without a bar 0, and the whole move on the next bar; NaN up
        to a stock's first bar.
    traded : ndarray of bool, shape (n, m)
        Whether there was a bar.
    gone : ndarray of bool, shape (n, m)
        Whether there had been no bar for more than `GONE_AFTER` sessions.
    dollar_volume : ndarray of shape (n, m)
        Close times volume, 0 on days without a bar; NaN where the volume is not known.
    market : ndarray of shape (n,)
        The fund's daily total returns; NaN on its first bar.
    market_close : ndarray of shape (n,)
        The fund's closes, not adjusted for dividends.
    """

    dates: Dates
    close: Floats
    returns: Floats
    traded: Bools
    gone: Bools
    dollar_volume: Floats
    market: Floats
    market_close: Floats

    @cached_property
    def first_bar(self) -> NDArray[np.intp]:
        """Each stock's first row with a close, (m,); 0 for a stock without any."""
        rows: NDArray[np.intp] = np.argmax(~np.isnan(self.close), axis=0)
        return rows


def aligned(fund: Series, stocks: Sequence[Series]) -> History:
    """Return the stocks on the fund's sessions.

    Parameters
    ----------
    fund : Series
        Of shape (n,): its bars are the sessions.
    stocks : sequence of Series
        m of them; a bar on a day that is no session counts at the next one.

    Returns
    -------
    History
        Of n sessions and m stocks.
    """
    dates = fund.dates
    shape = (len(dates), len(stocks))
    close, returns = np.full(shape, np.nan), np.full(shape, np.nan)
    volume = np.zeros(shape)
    traded, gone = np.zeros((2, *shape), dtype=np.bool_)
    for column, stock in enumerate(stocks):
        n = len(stock.dates)
        if not n:
            continue
        turnover = stock.close * np.where(stock.volume > 0.0, stock.volume, np.nan)
        wealth = _wealth(stock)
        if np.array_equal(stock.dates, dates[-n:]):  # a bar on every session since the first
            rows = slice(len(dates) - n, None)
            close[rows, column], volume[rows, column] = stock.close, turnover
            returns[rows, column][1:] = wealth[1:] / wealth[:-1] - 1.0
            traded[rows, column] = True
            continue
        newest = np.searchsorted(stock.dates, dates, side="right") - 1
        listed, bar = newest >= 0, np.maximum(newest, 0)
        before = np.concatenate([[-1], newest[:-1]])
        close[listed, column] = stock.close[bar[listed]]
        returns[:, column] = np.where(
            before >= 0, wealth[bar] / wealth[np.maximum(before, 0)] - 1.0, np.nan
        )
        traded[:, column] = listed & (stock.dates[bar] == dates)
        silent = np.arange(len(dates)) - np.searchsorted(dates, stock.dates[bar])
        gone[:, column] = listed & (silent > GONE_AFTER)
        volume[:, column] = np.where(traded[:, column], turnover[bar], 0.0)
    wealth = _wealth(fund)
    market = np.concatenate([[np.nan], wealth[1:] / wealth[:-1] - 1.0])
    return History(dates, close, returns, traded, gone, volume, market, fund.close)


def _wealth(series: Series) -> Floats:
    """Return what one unit of money has grown to with dividends, (C_t + D_t) / C_{t-1} a bar."""
    growth = (series.close[1:] + series.dividend[1:]) / series.close[:-1]
    return np.concatenate([[1.0], np.cumprod(growth)])
