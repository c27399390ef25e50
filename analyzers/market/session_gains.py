"""What a market gained overnight, within the day, and from close to close and open to open."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ...feeds.arrays import Floats
from ..statistics import Returns, cagr, total_return
from .inputs import checked_dividends, checked_prices, checked_values


@dataclass(frozen=True, eq=False)
class Gain:
    """The gain of one kind of session, held long every time, without costs.

    Attributes
    ----------
    returns : ndarray of shape (n_sessions,)
        Simple return of each session that exists, oldest first, read-only. The last one ends on
        the last bar, so a chart takes its dates from the end.
    periods_per_year : int
        Sessions in a year.
    """

    returns: Returns
    periods_per_year: int

    def __post_init__(self) -> None:
        """Lock a copy of the returns."""
        returns = self.returns.copy()
        returns.setflags(write=False)
        object.__setattr__(self, "returns", returns)

    @property
    def uncompounded(self) -> float:
        """Sum of the returns, the gain of one unit of money in each session; 0.0 without any."""
        return math.fsum(self.returns)

    @property
    def uncompounded_per_year(self) -> float | None:
        """Mean return times `periods_per_year`; None without a session."""
        n = self.returns.size
        return self.uncompounded / n * self.periods_per_year if n else None

    @property
    def compounded(self) -> float:
        """Product of all growth less 1, a fraction; 0.0 without a session."""
        return total_return(self.returns)

    @property
    def compounded_per_year(self) -> float | None:
        """``wealth ** (periods_per_year / n_sessions) - 1``; None without a session."""
        return cagr(self.returns, self.periods_per_year)

    @property
    def break_even(self) -> float | None:
        """Cost of a side, a fraction of its value, at which the compounded gain is gone.

        Buying at P (1 + s) and selling at Q (1 - s) in each session leaves nothing at
        s = tanh(mean(log(1 + r)) / 2). Negative where there is no gain to begin with; None without
        a session.
        """
        n = self.returns.size
        return math.tanh(math.fsum(np.log1p(self.returns)) / n / 2.0) if n else None


class Sessions(NamedTuple):
    """A gain for each kind of session; of n bars there are n intraday sessions, n - 1 others."""

    overnight: Gain
    """From the close to the next open."""
    intraday: Gain
    """From the open to the same day's close."""
    close_to_close: Gain
    """From the close to the next close."""
    open_to_open: Gain
    """From the open to the next open."""


class SessionGains(NamedTuple):
    """The gains by price alone and with dividends."""

    price: Sessions
    total: Sessions
    """With dividends. The intraday gain is that of `price`: a buyer at the ex-date's open gets
    none."""


def session_gains(
    open: ArrayLike,
    close: ArrayLike,
    dividend: ArrayLike,
    periods_per_year: int,
    *,
    first_close_only: bool = False,
) -> SessionGains:
    """Return what was gained in each kind of session.

    Parameters
    ----------
    open, close : array_like of float, shape (n_bars,)
        Prices above 0, oldest first, not dividend-adjusted.
    dividend : array_like of float, shape (n_bars,)
        Cash per share on the ex-date, 0 on other days; a position held into the ex-date's open
        earns it. That of the first bar is not counted.
    periods_per_year : int
        Sessions in a year: 252 for exchange days, 365 for a market that never closes.
    first_close_only : bool
        The first bar lies before the window and gives the close that the first night starts from;
        its own session and open count for nothing.

    Returns
    -------
    SessionGains
        ``price`` and ``total``, each with the four kinds. Every kind is averaged over its own
        number of sessions. A single bar has one intraday session and none of the others.

    Raises
    ------
    ValueError
        For no bars, different lengths, a price that is missing or not above 0, a dividend that is
        missing or negative, or periods below 1.

    References
    ----------
    "Developing A Robust ETF Trading Algorithm", Seeking Alpha, 1 November 2013, "Closing Price vs
    Opening Price", Graphs 6 and 7.
    """
    if periods_per_year < 1:
        raise ValueError(f"periods_per_year must be >= 1, got {periods_per_year}")
    opens = checked_prices("open", open)
    closes = checked_prices("close", close, opens.size)
    paid = checked_dividends("dividend", dividend, opens.size)[1:]
    first = 1 if first_close_only else 0
    intraday = Gain(closes[first:] / opens[first:] - 1.0, periods_per_year)

    def sessions(paid: Floats | float) -> Sessions:
        return Sessions(
            overnight=Gain((opens[1:] + paid) / closes[:-1] - 1.0, periods_per_year),
            intraday=intraday,
            close_to_close=Gain((closes[1:] + paid) / closes[:-1] - 1.0, periods_per_year),
            open_to_open=Gain(((opens[1:] + paid) / opens[:-1] - 1.0)[first:], periods_per_year),
        )

    return SessionGains(price=sessions(0.0), total=sessions(paid))


def uncompounded_points(positions: ArrayLike, prices: ArrayLike) -> float:
    """Return the gain of one share held as the positions say, price only, without costs.

    With closes for prices this is a close-to-close algorithm, with opens an open-to-open one.

    Parameters
    ----------
    positions : array_like of float, shape (n_bars,)
        Shares held from each price to the next: 1 long, -1 short, 0 flat. The last one gains
        nothing, since no price follows it.
    prices : array_like of float, shape (n_bars,)
        The prices at which positions change, above 0, oldest first.

    Returns
    -------
    float
        ``sum(positions[t] * (prices[t + 1] - prices[t]))`` in price units; 0.0 for a single bar.

    Raises
    ------
    ValueError
        For no bars, different lengths, a position that is missing, or a price that is missing or
        not above 0.

    References
    ----------
    "Developing A Robust ETF Trading Algorithm", Seeking Alpha, 1 November 2013, "Closing Price vs
    Opening Price".
    """
    values = checked_prices("prices", prices)
    held = checked_values("positions", positions, values.size)
    return math.fsum(held[:-1] * np.diff(values))
