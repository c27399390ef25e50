"""How neutral a hedged book was: the beta it was built for, and the beta that it had."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...feeds.arrays import Floats
from ..ledger_analyzer import Book
from ..relative_statistics import beta_with_error
from ..statistics import Returns, checked_returns
from .diary import Decisions, in_force


class Realised(NamedTuple):
    """The slope of an account's returns on its fund's."""

    beta: float
    standard_error: float
    """Newey-West's."""
    lags: int
    days: int


def ledger_dates(book: Book) -> pd.DatetimeIndex:
    """Return the account's days, the one on which it opened first."""
    return pd.DatetimeIndex([day.date for day in book.days], name="date")


def fund_returns(book: Book, fund: str) -> pd.Series:
    """Return the fund's simple total returns on the account's days.

    Parameters
    ----------
    book : Book
        The ledger.
    fund : str
        Name of its instrument.

    Returns
    -------
    Series
        Close and dividend over the close before, less 1; NaN on the day the account opened. A day
        without a bar of the fund is a day without a return.
    """
    column = book.instruments.index(fund)
    close = np.array([day.closes[column] for day in book.days], dtype=float)
    paid = dict.fromkeys((day.date for day in book.days), 0.0)
    for ex_date in book.ex_dates:
        if ex_date.instrument == fund:
            paid[ex_date.date] += ex_date.dividend
    returns = np.full(close.shape, np.nan)
    returns[1:] = (close + np.array([*paid.values()]))[1:] / close[:-1] - 1.0
    return pd.Series(returns, index=ledger_dates(book))


def ex_ante_betas(
    book: Book, decisions: Decisions, tickers: Sequence[str], fund: str
) -> pd.DataFrame:
    """Return the book's ex-ante beta after each close, from the betas of the last decision.

    Parameters
    ----------
    book : Book
        The ledger.
    decisions : sequence of decisions
        `date`, `betas` of the tickers, and `target_beta`; oldest first.
    tickers : sequence of str
        The stocks, in the order of the decisions' arrays.
    fund : str
        Name of the fund, whose beta is 1.

    Returns
    -------
    DataFrame
        Index ``date``, one row a day of the account:

        - ``ex_ante``: sum of position values x betas over equity. NaN where something is held whose
          beta is not known, and after ruin;
        - ``target``: that of the last decision; NaN before the first.
    """
    dates = ledger_dates(book)
    held = np.array([day.holdings for day in book.days], dtype=float)
    closes = np.array([day.closes for day in book.days], dtype=float)
    equity = np.array([day.equity for day in book.days], dtype=float)
    place = {name: column for column, name in enumerate(book.instruments)}
    # One row more than there are decisions: before the first, -1, nothing is known but the fund.
    betas = np.full((len(decisions) + 1, len(book.instruments)), np.nan)
    targets = np.full(len(decisions) + 1, np.nan)
    for row, decided in enumerate(decisions):
        betas[row, [place[ticker] for ticker in tickers]] = decided.betas
        targets[row] = decided.target_beta
    betas[:, place[fund]] = 1.0
    rows = in_force(dates, decisions, on_its_day=True)
    ever = (held != 0.0).any(axis=0)  # so that what was never held changes no rounding
    worth = (held * closes * betas[rows])[:, ever]
    exposure = np.where(held[:, ever] != 0.0, worth, 0.0).sum(axis=1)
    ex_ante = exposure / np.where(equity > 0.0, equity, np.nan)
    return pd.DataFrame({"ex_ante": ex_ante, "target": targets[rows]}, index=dates)


def rolling_beta(returns: Returns, market: Returns, window: int) -> Floats:
    """Return the slope of returns on a market's over each trailing window.

    Parameters
    ----------
    returns, market : ndarray of shape (n,)
        Simple returns of the same days, oldest first.
    window : int
        Days, >= 2.

    Returns
    -------
    ndarray of shape (n,)
        Row t is the least-squares slope, with an intercept, over rows t - window + 1 .. t; NaN
        before there are so many rows, and where the market did not vary.

    Raises
    ------
    ValueError
        For a window below 2, a return that is not finite, or arrays of different shape.
    """
    if window < 2:
        raise ValueError(f"window must be >= 2, got {window}")
    y, x = _paired(returns, market)
    slopes = np.full(x.shape, np.nan)
    if x.size < window:
        return slopes
    seen = np.lib.stride_tricks.sliding_window_view(x, window)
    centred = seen - seen.mean(axis=1, keepdims=True)
    earned = np.lib.stride_tricks.sliding_window_view(y, window)
    variation = (centred * centred).sum(axis=1)
    varies = (np.ptp(seen, axis=1) > 0.0) & (variation > 0.0)  # the square of 1e-200 is 0
    found = np.full(variation.shape, np.nan)
    np.divide((centred * earned).sum(axis=1), variation, out=found, where=varies)
    slopes[window - 1 :] = found
    return slopes


def realised_beta(returns: Returns, market: Returns) -> Realised | None:
    """Return the slope of returns on a market's over all of their days.

    Parameters
    ----------
    returns, market : ndarray of shape (n,)
        Simple returns of the same days, oldest first.

    Returns
    -------
    Realised or None
        None for fewer than three days, or a market that did not vary.

    Raises
    ------
    ValueError
        For a return that is not finite, or arrays of different shape.
    """
    y, x = _paired(returns, market)
    slope = beta_with_error(y, x)
    if slope is None:
        return None
    return Realised(slope.beta, slope.standard_error, slope.lags, x.size)


def _paired(returns: Returns, market: Returns) -> tuple[Returns, Returns]:
    y, x = checked_returns(returns), checked_returns(market)
    if y.shape != x.shape:
        raise ValueError(f"market must have as many returns as the account, {y.size}, got {x.size}")
    return y, x
