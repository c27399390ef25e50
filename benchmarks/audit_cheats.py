"""Strategies with a planted look-ahead, one of each kind, for the audit to catch.

Each deals with the last bar, where there is none to read, so that a plain run does not fail.
"""

# ruff: noqa: D101, D102  the names of the classes say what they do

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd

from btplaybook.feeds.companies.fundamentals import Fundamentals
from btplaybook.feeds.companies.securities import Securities
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

FUTURE_FILE = "future.csv"
"""The file that `ReadsAFile` reads in the current folder."""


class Cheat(bt.Strategy):
    """Holds one share while `wants` says so."""

    def wants(self) -> bool:
        """Return whether to be in the market."""
        raise NotImplementedError

    def next(self) -> None:
        """Enter or leave."""
        wanted = bool(self.wants())
        if wanted != bool(self.position):
            self.buy(size=1) if wanted else self.sell(size=1)

    def tomorrow(self, data: Any = None, line: str = "close") -> float:
        """Return the next bar's value, or the newest where there is no next bar."""
        data = data or self.data
        last = len(data) == data.buflen()
        return getattr(data, line)[0 if last else 1]

    def rises(self) -> bool:
        """Return whether the next close is higher."""
        return self.tomorrow() > self.data.close[0]


class NextClose(Cheat):
    def wants(self) -> bool:
        return self.rises()


class NextCloseByGet(Cheat):
    def wants(self) -> bool:
        values = self.data.close.get(ago=1, size=2)
        return len(values) == 2 and values[1] > values[0]


class NextOpenGap(Cheat):
    def wants(self) -> bool:
        try:
            return self.data.open[1] > self.data.close[0]
        except IndexError:
            return False


class CloseArray(Cheat):
    def wants(self) -> bool:
        closes = self.data.close.array
        return closes[min(len(self) + 4, len(closes) - 1)] > self.data.close[0]


class TableOfTheFeed(Cheat):
    def wants(self) -> bool:
        closes = self.data.p.bars.close
        return closes[min(len(self), len(closes) - 1)] > self.data.close[0]


class NameOfTheData(Cheat):
    def wants(self) -> bool:
        table = self.data.p.dataname or self.data.bars
        return table.close[min(len(self), len(table) - 1)] > self.data.close[0]


class ColumnsOfTheFeed(Cheat):
    def wants(self) -> bool:
        closes = self.data._columns[4]
        return closes[min(len(self), len(closes) - 1)] > self.data.close[0]


class WholeZScore(Cheat):
    def __init__(self) -> None:
        closes = self.data.p.bars.close
        self.mean, self.deviation = (np.mean(closes), np.std(closes)) if len(closes) else (0.0, 1.0)

    def wants(self) -> bool:
        return (self.data.close[0] - self.mean) / self.deviation < 0.0


class WholeDeviation(Cheat):
    def wants(self) -> bool:
        moves = np.diff(np.log(np.array(self.data.close.array)))
        today = np.log(self.data.close[0] / self.data.close[-1]) if len(self) > 1 else 0.0
        return abs(today) < 0.7 * (np.std(moves) if len(moves) else 0.0)


class HighestOfAll(Cheat):
    def start(self) -> None:
        self.highest = max(self.data.high.array, default=0.0)

    def wants(self) -> bool:
        return self.data.close[0] < 0.9 * self.highest


class ShiftedBackwards(Cheat):
    def __init__(self) -> None:
        table = self.data.p.bars
        closes = pd.Series(table.close, index=table.dates.tolist(), dtype=float)
        self.signal = closes.shift(-1) > closes

    def wants(self) -> bool:
        return self.signal.get(self.data.datetime.date(0), False)


class OnMondays(Cheat):
    def wants(self) -> bool:
        if self.data.datetime.date(0).weekday() == 0:
            return self.rises()
        return self.data.close[0] > self.data.close[-1]


class OnceAMonth(Cheat):
    def __init__(self) -> None:
        self.month = 0

    def wants(self) -> bool:
        month = self.data.datetime.date(0).month
        first, self.month = month != self.month, month
        return self.rises() if first else bool(self.position)


class OnTheLastDay(Cheat):
    def wants(self) -> bool:
        return len(self) < self.data.buflen() and self.data.close[0] > self.data.close[-1]


class KnowsTheLastDate(Cheat):
    def wants(self) -> bool:
        left = self.data.datetime.array[-1] - self.data.datetime[0]
        return left > 30


class StopBelowTomorrowsLow(Cheat):
    def next(self) -> None:
        if not self.position:
            self.buy(size=1)
            self.sell(size=1, exectype=bt.Order.Stop, price=0.999 * self.tomorrow(line="low"))


class LimitAtTomorrowsHigh(Cheat):
    def next(self) -> None:
        if not self.position:
            self.buy(size=1)
        else:
            self.sell(size=1, exectype=bt.Order.Limit, price=self.tomorrow(line="high"))


class ValidWhileItFalls(Cheat):
    def next(self) -> None:
        if not self.position:
            days = 1 if self.rises() else 4
            day = self.data.datetime.datetime(0) + pd.Timedelta(days=days).to_pytimedelta()
            self.buy(size=1, exectype=bt.Order.Limit, price=0.5 * self.data.close[0], valid=day)


class CancelsIfItRises(Cheat):
    def __init__(self) -> None:
        self.order = None

    def next(self) -> None:
        if self.order is None or not self.order.alive():
            self.order = self.buy(size=1, exectype=bt.Order.Limit, price=0.5 * self.data.close[0])
        elif self.rises():
            self.cancel(self.order)


class SizedByTomorrow(Cheat):
    def next(self) -> None:
        if not self.position:
            self.buy(size=round(1000 * self.tomorrow() / self.data.close[0]))
        else:
            self.close()


class OrdersThatNeverFill(Cheat):
    """Decides nothing and owns nothing: only the orders themselves tell."""

    def next(self) -> None:
        if self.rises():
            self.buy(size=1, exectype=bt.Order.Limit, price=0.01)


class TrailsByTomorrow(Cheat):
    def next(self) -> None:
        if not self.position:
            self.buy(size=1)
            width = 0.05 if self.rises() else 0.01
            self.sell(size=1, exectype=bt.Order.StopTrail, trailpercent=width)


class CountsAllBars(Cheat):
    def wants(self) -> bool:
        return len(self) > self.data.buflen() / 2


class CountsTheArray(Cheat):
    def wants(self) -> bool:
        return len(self) % 20 < len(self.data.close.array) / 50


class AheadInOnce(bt.Indicator):
    """Tells tomorrow's close where all bars are known, and today's where they are not."""

    lines = ("ahead",)

    def next(self) -> None:
        self.lines.ahead[0] = self.data.close[0]

    def once(self, start: int, end: int) -> None:
        source, told = self.data.close.array, self.lines.ahead.array
        for place in range(start, end):
            told[place] = source[min(place + 1, end - 1)]


class IndicatorAhead(Cheat):
    def __init__(self) -> None:
        self.known = AheadInOnce(self.data)

    def wants(self) -> bool:
        return self.known.ahead[0] > self.data.close[0]


class LineForwards(Cheat):
    def __init__(self) -> None:
        self.known = self.data.close(1) > self.data.close

    def wants(self) -> bool:
        return self.known[0] > 0


class OtherFeedAhead(Cheat):
    def wants(self) -> bool:
        return self.tomorrow(self.data1) > self.data1.close[0]


class NextDividend(PlaybookStrategy):
    def target_weights(self) -> dict[Any, float]:
        last = len(self.data) == self.data.buflen()
        return {self.data: 0.0 if last else float(self.data.dividend[1] > 0)}


class WeighedByTheLast(PlaybookStrategy):
    def target_weights(self) -> dict[Any, float]:
        closes = self.data.close.array
        return {self.data: min(1.0, 0.5 * closes[-1] / closes[0])}


class ReadsTomorrowsRow(PlaybookStrategy):
    """Asks a series beside the bars for tomorrow's value, on one weekday or day of the month."""

    reads = ("beside",)
    params = (("weekday", -1), ("month_end", False))

    def target_weights(self) -> dict[Any, float]:
        today = self.data.datetime.date(0)
        after = np.busday_offset(today, 1).item()
        when = today.weekday() == self.p.weekday or (
            self.p.month_end and after.month != today.month
        )
        value = self.p.inputs["beside"].on(after if when else today)
        return {self.data: 1.0 if value > 0 else -1.0}


class FollowsEbit(PlaybookStrategy):
    """Long where the newest statement tells of a profit, short where of a loss: honest itself."""

    reads = ("fundamentals",)

    def target_weights(self) -> dict[Any, float]:
        today = np.datetime64(self.data.datetime.date(0), "D")
        ebit = self.p.inputs["fundamentals"].known_on(today, ["AAA"])[0, 0]
        return {self.data: float(np.sign(np.nan_to_num(ebit)))}


class ReadsTomorrowsCountry(PlaybookStrategy):
    """Asks which country the company is of, today or a day too early."""

    reads = ("sectors",)
    params = (("ahead", 1),)

    def target_weights(self) -> dict[Any, float]:
        day = np.datetime64(self.data.datetime.date(0), "D") + np.timedelta64(self.p.ahead, "D")
        known = self.p.inputs["sectors"].countries_on(day) or {}
        return {self.data: 1.0 if known.get("AAA") == "US" else -1.0}


def moving_company() -> Securities:
    """Return a company that is of another country from each day of 2005 and 2006 on, or not."""
    days = np.arange("2005-01-03", "2006-12-29", dtype="datetime64[D]")
    home = np.random.default_rng(0).random(len(days)) < 0.5
    table = pd.DataFrame({"ticker": "AAA", "sector": "Energy", "start_date": days})
    table["end_date"] = [*days[1:], None]
    table["country"] = np.where(home, "US", "IE")
    return Securities.from_frame(table)


class RestatedEarly(Fundamentals):
    """Tells of each period what was filed of it last, from its first filing on."""

    def known_on(self, day: Any, tickers: Any) -> Any:
        found = super().known_on(day, tickers)
        for row, ticker in enumerate(tickers):
            own = np.flatnonzero([each == ticker for each in self.tickers])
            known = own[self.known_from[own] <= day]
            if len(known):
                newest = own[self.period_end[own] == self.period_end[known].max()]
                found[row] = self.values[newest[np.argmax(self.known_from[newest])]]
        return found


def restated_statements(kind: type[Fundamentals] = Fundamentals) -> Fundamentals:
    """Return statements of each month of 2005, corrected to a loss or a profit 12 days later."""
    firsts = np.arange("2004-12", "2006-12", dtype="datetime64[M]").astype("datetime64[D]")
    ends = firsts - np.timedelta64(1, "D")
    profit = np.where(np.random.default_rng(0).random(len(ends)) < 0.5, 1.0, -1.0)
    filed = ends + np.timedelta64(8, "D")
    table = pd.DataFrame(
        {
            "ticker": "AAA",
            "period_end": np.concatenate([ends, ends]),
            "filing_date": np.concatenate([filed, filed + np.timedelta64(12, "D")]),
            "ebit": np.concatenate([profit, -profit]),
            **dict.fromkeys(("cash", "debt", "minority_interest"), 0.0),
            "shares_outstanding": 1.0,
        }
    )
    return kind.from_frame(table, frequency="trailing")


REMEMBERED: dict[Any, float] = {}


class RemembersARun(Cheat):
    def wants(self) -> bool:
        today = self.data.datetime.date(0)
        REMEMBERED[today] = self.data.close[0]
        later = [value for day, value in REMEMBERED.items() if day > today]
        return bool(later) and later[0] > self.data.close[0]


class CountsItsRuns(Cheat):
    runs = 0

    def start(self) -> None:
        type(self).runs += 1

    def wants(self) -> bool:
        return (len(self) + type(self).runs) % 3 == 0


class Unseeded(Cheat):
    def __init__(self) -> None:
        self.random = np.random.default_rng()

    def wants(self) -> bool:
        return self.random.random() < 0.5


class ReadsTheClock(Cheat):
    def wants(self) -> bool:
        return time.perf_counter_ns() // 1000 % 2 == 0


class WritesToItsFeed(Cheat):
    def next(self) -> None:
        if len(self) == 50:
            self.data.close[0] *= 1.5
        super().next()

    def wants(self) -> bool:
        return len(self) % 10 < 5


class WritesAndRestores(Cheat):
    """Sells at a high of its own making, and puts the bar right again."""

    def next(self) -> None:
        if len(self) == 50 and len(self) < self.data.buflen():
            self.was = self.data.open[1]
            self.data.open[1] = 2.0 * self.was
            self.buy(size=1)
        elif len(self) == 51:
            self.data.open[0] = self.was


class ReadsAFile(Cheat):
    """Reads tomorrow's closes from a file: the audit cannot cut it, and lists it."""

    def __init__(self) -> None:
        rows = (line.split(",") for line in Path(FUTURE_FILE).read_text().split())
        self.next_close = {day: float(close) for day, close in rows}

    def wants(self) -> bool:
        today = self.data.datetime.date(0).isoformat()
        return self.next_close.get(today, 0.0) > self.data.close[0]


AHEAD = (
    NextClose, NextCloseByGet, NextOpenGap, CloseArray, TableOfTheFeed, NameOfTheData,
    ColumnsOfTheFeed, WholeZScore, WholeDeviation, HighestOfAll, ShiftedBackwards, OnMondays,
    OnceAMonth, OnTheLastDay, KnowsTheLastDate, StopBelowTomorrowsLow, LimitAtTomorrowsHigh,
    ValidWhileItFalls, CancelsIfItRises, SizedByTomorrow, OrdersThatNeverFill, TrailsByTomorrow,
    CountsAllBars, CountsTheArray, IndicatorAhead, LineForwards, OtherFeedAhead, NextDividend,
    WeighedByTheLast,
)  # fmt: skip
"""Those that know the future."""

NOT_REPRODUCIBLE = (RemembersARun, CountsItsRuns, Unseeded, ReadsTheClock)
WRITING = (WritesToItsFeed, WritesAndRestores)
