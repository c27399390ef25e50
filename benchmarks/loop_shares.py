"""Print what a bar and an order of the fast loop cost, in microseconds of CPU.

Each figure is the difference of two runs that differ in one thing; medians of five.
"""

from __future__ import annotations

import json

import backtrader as bt
from loop_markets import one, switch
from loop_speed import run, seconds

from btplaybook.feeds.bars import Bars
from btplaybook.runners.runs.cerebro import cerebro_of
from btplaybook.runners.runs.loop.fast_cerebro import FastCerebro
from btplaybook.runners.runs.settings import Settings
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.sma_switch import SmaSwitch

FEW, MANY = 5_220, 52_200


class Nothing(bt.Strategy):
    """Is asked at every bar, and reads nothing."""

    def next(self) -> None:
        """Do nothing."""


class Reads(bt.Strategy):
    """Reads the close."""

    def next(self) -> None:
        """Read one price."""
        _ = self.data.close[0]


class Dated(bt.Strategy):
    """Reads the date."""

    def next(self) -> None:
        """Read the date."""
        _ = self.data.datetime.date(0)


class Holds(bt.Strategy):
    """Reads its position."""

    def next(self) -> None:
        """Read the position."""
        _ = self.position.size


class Values(bt.Strategy):
    """Reads the account's value."""

    def next(self) -> None:
        """Read the value."""
        self.broker.getvalue()


class Flat(PlaybookStrategy):
    """Holds nothing."""

    def target_weights(self) -> float:
        """Return 0."""
        return 0.0


class Long(PlaybookStrategy):
    """Holds one instrument throughout."""

    def target_weights(self) -> float:
        """Return 1."""
        return 1.0


def playbook(kind: type[PlaybookStrategy], bars: Bars, **params: object) -> None:
    """Run a strategy that states weights in the exact account, without measuring the result."""
    cerebro_of(kind, [bars], params, Settings(), bars.dates[0].item()).run()


def main() -> None:
    """Measure, and print JSON."""
    tables = {bars: [one(bars)] for bars in (FEW, MANY)}
    known = {
        bars: Bars.from_frame(each[0].assign(dividend=0.0), "index", calendar="24/7")
        for bars, each in tables.items()
    }
    tasks = {
        (kind, bars): lambda kind=kind, bars=bars: run(FastCerebro, tables[bars], kind)
        for kind in (Nothing, Reads, Dated, Holds, Values)
        for bars in (FEW, MANY)
    }
    tasks |= {
        (kind, bars): lambda kind=kind, bars=bars: playbook(kind, known[bars])
        for kind in (Flat, Long)
        for bars in (FEW, MANY)
    }
    tasks["switch"] = lambda: run(FastCerebro, tables[FEW], switch(bt))
    tasks["playbook switch"] = lambda: playbook(SmaSwitch, known[FEW], period=8)
    took = seconds(tasks)

    def bar(kind: type) -> float:
        return 1e6 * (took[kind, MANY] - took[kind, FEW]) / (MANY - FEW)

    base = bar(Nothing)
    told = {
        "a bar of a strategy that does nothing": base,
        "a price read": bar(Reads) - base,
        "a date read": bar(Dated) - base,
        "a position read": bar(Holds) - base,
        "the account's value read": bar(Values) - base,
        "a bar of a strategy that states weights, nothing held": bar(Flat),
        "the same, one instrument held": bar(Long),
        "set-up and end of a run, ms": 1e3 * took[Nothing, FEW] - 1e-3 * base * FEW,
    }
    closes = tables[FEW][0]["close"]
    above = (closes > closes.rolling(8).mean()).iloc[7:]
    flips = int((above != above.shift()).sum())
    told["an order, from the decision to the trade it ends"] = (
        1e6 * (took["switch"] - took[Holds, FEW]) / flips
    )
    told["the same in the exact account"] = (
        1e6 * (took["playbook switch"] - took[Long, FEW]) / flips
    )
    print(json.dumps({name: round(each, 2) for name, each in told.items()}, indent=2))


if __name__ == "__main__":
    main()
