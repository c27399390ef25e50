"""The feeds of a fund and its stocks, and what an account holds of them now."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from ...feeds.arrays import Floats
from ..base.ranges import written
from ..errors import StrategyError, feed_name
from ..sector.checks import check_daily
from ..sector.diary import Settled
from ..sector.hedge import Book
from ..sector.history import GONE_AFTER

MAX_GROSS = 2.5
"""Limit on gross exposure where a broker has none of its own."""

SHOWN = 6


class SectorAccount:
    """The account of a strategy that trades a fund and its stocks.

    Parameters
    ----------
    strategy : Strategy
        The strategy that trades.
    etf : str
        The fund's feed; empty takes the first.

    Attributes
    ----------
    fund : feed
        The fund.
    stocks : list of feed
        All others, in the alphabetical order of their names.
    tickers : tuple of str
        Their names.
    fund_name : str
        The fund's name.

    Raises
    ------
    StrategyError
        No feed has the fund's name, there are fewer than 2 stocks, or bars are not daily.
    """

    def __init__(self, strategy: Any, etf: str) -> None:
        self._strategy = strategy
        self.fund = _fund(strategy.datas, etf)
        self.stocks = sorted((d for d in strategy.datas if d is not self.fund), key=feed_name)
        self.tickers = tuple(feed_name(data) for data in self.stocks)
        self.fund_name = feed_name(self.fund)
        if len(self.stocks) < 2:
            raise StrategyError(
                f"a basket needs stocks beside the fund {feed_name(self.fund)}: give --panel FILE, "
                "or --bars for each"
            )
        check_daily({feed_name(data): getattr(data, "frequency", "day") for data in strategy.datas})
        self._to_begin = list(range(len(self.stocks)))

    @cached_property
    def _closes(self) -> list[Any]:
        return [data.lines.close for data in self.stocks]

    @cached_property
    def _days(self) -> list[Any]:
        return [data.lines.datetime for data in self.stocks]

    @property
    def today(self) -> datetime.date:
        """Date of the newest bar."""
        date: datetime.date = self._strategy.datetime.date(0)
        return date

    @property
    def value(self) -> float:
        """What the account is worth."""
        return float(self._strategy.broker.getvalue())

    @property
    def max_gross(self) -> float:
        """The broker's limit on gross exposure."""
        return float(getattr(self._strategy.broker.p, "max_gross", MAX_GROSS))

    @property
    def whole_shares(self) -> bool:
        """Whether the broker rounds to whole shares."""
        return bool(getattr(self._strategy.broker.p, "whole_shares", False))

    def closes(self) -> Floats:
        """Return the stocks' last closes, (m,); NaN before a first bar."""
        if self._to_begin:
            self._to_begin = [place for place in self._to_begin if not len(self.stocks[place])]
        waiting = self._to_begin
        if not waiting:
            return np.array([line[0] for line in self._closes])
        return np.array(
            [np.nan if place in waiting else line[0] for place, line in enumerate(self._closes)]
        )

    def first_day(self, column: int) -> np.datetime64 | None:
        """Return the day of a stock's first bar; None before it."""
        data = self.stocks[column]
        return np.datetime64(data.datetime.date(1 - len(data)), "D") if len(data) else None

    def fund_trades(self) -> bool:
        """Whether the fund has a bar today."""
        return bool(len(self.fund)) and self.fund.datetime.date(0) == self.today

    def held(self) -> tuple[Floats, float]:
        """Return what the stocks, (m,), and the fund are worth as fractions of the account."""
        position, value = self._strategy.broker.getposition, self.value
        shares = np.array([position(data).size for data in self.stocks])
        stocks = np.where(shares != 0.0, shares * self.closes(), 0.0) / value
        return stocks, position(self.fund).size * self.fund.close[0] / value

    def stuck(self) -> Floats:
        """Return what is held of stocks that have no bar today and cannot be sold, (m,)."""
        trades = [bool(len(data)) and data.datetime.date(0) == self.today for data in self.stocks]
        return np.where(trades, 0.0, self.held()[0])

    def vanished(self) -> dict[Any, Settled]:
        """Return the held stocks that have had no bar for more than `GONE_AFTER` sessions."""
        if len(self.fund) <= GONE_AFTER:
            return {}
        oldest, position = self.fund.datetime.date(-GONE_AFTER), self._strategy.broker.getposition
        near = self.fund.datetime[-GONE_AFTER] + 1.0  # a newer bar is not older, whatever its time
        silent = [place for place, line in enumerate(self._days) if len(line) and line[0] < near]
        return {
            data: Settled(self.today, self.tickers[place], data.datetime.date(0), data.close[0])
            for place in silent
            if position(data := self.stocks[place]).size and data.datetime.date(0) < oldest
        }

    def costs_of(self, book: Book) -> float:
        """Return what ordering a book will cost, where the broker says what orders cost."""
        costs = getattr(self._strategy.broker.p, "costs", None)
        if costs is None or costs.free:
            return 0.0
        total = 0.0
        for data, weight in self.targets(book).items():
            price = data.close[0] if len(data) else np.nan
            size = (weight * self.value / price if weight else 0.0) - (
                self._strategy.getposition(data).size
            )
            if size:
                paid = costs.slipped(size, price)
                total += costs.commission(size, paid) + abs(size) * abs(paid - price)
        return total

    def targets(self, book: Book) -> Mapping[Any, float]:
        """Return a book as feed to weight."""
        stocks = zip(self.stocks, book.weights.tolist(), strict=True)
        return {self.fund: book.hedge, **dict(stocks)}


def _fund(feeds: Iterable[Any], etf: str) -> Any:
    feeds = list(feeds)
    if not etf:
        return feeds[0]
    for data in feeds:
        if feed_name(data) == etf:
            return data
    names = ", ".join(feed_name(data) for data in feeds[:SHOWN])
    more = f" and {len(feeds) - SHOWN} more" if len(feeds) > SHOWN else ""
    raise StrategyError(
        f"etf {written(etf)} is no feed: the feeds are {names}{more}; give --bars NAME=FILE"
    )
