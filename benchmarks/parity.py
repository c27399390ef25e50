"""Print how the account differs from backtrader's broker: ``python benchmarks/parity.py``.

Plain backtrader strategies (the files in `tests/runners/runs/guests`) run twice on simulated bars
without dividends and costs: in a stock `bt.Cerebro`, and with `btplaybook.run`. An analyzer notes
every notification. The table says how far the two diaries are apart; `tests/runners/runs/
test_parity.py` asserts it.
"""

from __future__ import annotations

import datetime as dt
import functools
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import backtrader as bt
import numpy as np

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.analyzers import analyzers_from
from btplaybook.runners.runs.cerebro import run_cerebro
from btplaybook.runners.runs.settings import Settings
from btplaybook.runners.runs.window import opening_day

GUESTS = Path(__file__).parents[1] / "tests/runners/runs/guests"
N_BARS = 300
CASH = 100_000.0
TOLERANCE = 1e-9
COLUMNS = ("orders", "trades", "days", "seen")


@dataclass(frozen=True)
class Case:
    """One strategy of the comparison."""

    strategy: str
    """File and class, as on the command line."""
    params: Mapping[str, Any] = field(default_factory=dict)
    market: str = "one"
    """Its bars, see `market_of`."""

    @property
    def name(self) -> str:
        """The class, its parameters and its market."""
        params = [f"{name}={value}" for name, value in self.params.items()]
        return " ".join([self.strategy.split(":")[1], *params, self.market])

    @functools.cached_property
    def kind(self) -> type[bt.Strategy]:
        """The strategy's class, loaded from its file."""
        return registry.strategy_of(str(GUESTS / self.strategy))


OWN = (
    Case("order_types.py:MarketFlips"),
    Case("order_types.py:LimitsWithDeadline"),
    Case("order_types.py:StopEntries"),
    Case("order_types.py:TrailingExits"),
    Case("order_types.py:Brackets"),
    Case("order_types.py:OneCancelsOther"),
    Case("books.py:Targets"),
    Case("books.py:Targets", {"every": 5}, "pair"),
    Case("books.py:Sized", {"sizer": "percent"}),
    Case("books.py:Sized", {"sizer": "all-in-whole"}),
    Case("books.py:Sized", {"sizer": "reverser"}),
    Case("books.py:Sized", {"sizer": "own"}),
    Case("books.py:LateListings", market="late"),
    Case("books.py:LateListings", {"bids": False}, "gaps"),
    Case("books.py:Timers", market="pair"),
    Case("machines.py:Journal"),
    Case("machines.py:SignalBook"),
    Case("machines.py:Pyramid"),
    Case("machines.py:CloseAndDay"),
)
SAMPLES = (
    Case("sample_kinds.py:GoldenCross", {"fast": 10, "slow": 30}),
    Case("sample_kinds.py:BracketByHand"),
    Case("sample_kinds.py:MomentumRotation", market="late"),
    Case("sample_kinds.py:SmaSignal"),
    Case("sample_kinds.py:StopTrail"),
    Case("sample_kinds.py:ThreeLimits"),
    Case("sample_kinds.py:OrderTarget"),
    Case("sample_kinds.py:MacdTrend"),
    Case("sample_kinds.py:KalmanPair", market="pair"),
)
CASES = OWN + SAMPLES


HABITS = (
    Case("habits.py:Asks", market="pair"),
    Case("habits.py:Grandchild", market="pair"),
    Case("habits.py:LooseEnds"),
    Case("habits.py:Restless"),
    Case("habits.py:Early"),
    Case("habits.py:StopsTheRun"),
    Case("habits.py:Absent", market="gaps"),
    Case("habits.py:InParts"),
    Case("habits.py:AtRandom", {"seed": 1}, "one"),
    Case("habits.py:AtRandom", {"seed": 2}, "late"),
)
"""What people write and ask of the account; compared with fills at the next open."""


@dataclass(frozen=True)
class Difference:
    """A case that is meant to differ, and the first notification in which it does."""

    case: Case
    fill: str
    stock: tuple[str, int, str]
    """Date, number of the order and its status, by backtrader's broker."""
    ours: tuple[str, int, str]
    why: str


DIFFERENCES = (
    Difference(
        Case("hard_cases.py:OneTooLarge", market="pair"),
        "next_open",
        ("2005-01-18", 2, "Margin"),
        ("2005-01-18", 2, "Accepted"),
        "an order that cash does not cover takes the affordable ones of its bar along",
    ),
    Difference(
        Case("hard_cases.py:WholeFlips"),
        "next_open",
        ("2005-04-29", 9, "Partial"),
        ("2005-04-29", 9, "Margin"),
        "a reversal of which cash covers one half leaves the account flat; here it is refused",
    ),
    Difference(
        Case("books.py:Sized", {"sizer": "all-in"}),
        "next_open",
        ("2005-09-07", 7, "Margin"),
        ("2005-09-07", 7, "Accepted"),
        "cash that is 1e-11 short, by rounding, refuses an order",
    ),
    Difference(
        Case("hard_cases.py:Levered"),
        "next_open",
        ("2005-02-23", 3, "Accepted"),
        ("2005-02-23", 3, "Margin"),
        "leverage of a commission scheme lends cash to the check; here it only enlarges sizes",
    ),
    Difference(
        Case("hard_cases.py:LargeShort"),
        "next_open",
        ("2005-01-18", 3, "Margin"),
        ("2005-01-18", 3, "Accepted"),
        "stop and target of a short bracket count as if both were bought, and one is refused",
    ),
    Difference(
        Case("hard_cases.py:Untimely", market="gaps"),
        "next_open",
        ("2006-02-13", 69, "Completed"),
        ("2006-02-14", 67, "Completed"),
        "a limit or stop of a feed without a bar today fills inside its old bar",
    ),
    Difference(
        Case("habits.py:Absent", market="gaps"),
        "close",
        ("2005-01-18", 1, "Completed"),
        ("2005-01-18", 1, "Completed"),
        "a feed without a bar today fills at its old close; here at its next close",
    ),
    Difference(
        Case("order_types.py:Brackets"),
        "close",
        ("2005-02-01", 8, "Submitted"),
        ("2005-02-01", 8, "Submitted"),
        "children of an order filled at a close work from the second bar after it; here the first",
    ),
    Difference(
        Case("books.py:LateListings", market="late"),
        "close",
        ("2005-06-21", 36, "Completed"),
        ("2005-06-21", 38, "Completed"),
        "a limit that fills during the next bar comes before the fills of this close",
    ),
    Difference(
        Case("habits.py:LooseEnds"),
        "close",
        ("2005-01-06", 1, "Completed"),
        ("2005-01-06", 1, "Completed"),
        "a parent sent with its children fills at the old close at which it was made",
    ),
    Difference(
        Case("habits.py:Early"),
        "close",
        ("2005-01-04", 1, "Completed"),
        ("2005-01-05", 1, "Completed"),
        "an order made at the open is told of its fill at this bar's close before that close",
    ),
)


@functools.cache
def market_of(name: str) -> list[Bars]:
    """Return simulated bars.

    Parameters
    ----------
    name : {"one", "pair", "late", "gaps"}
        One feed; two; four, of which two are listed late; the same with missing bars in all but the
        first.
    """
    return [
        _cut(
            replace(simulated_bars(seed, dividends=False), name=f"S{seed}"),
            first=60 * max(seed - 1, 0),
            missing=0.04 if name == "gaps" and seed else 0.0,
            seed=seed,
        )
        for seed in range({"one": 1, "pair": 2, "late": 4, "gaps": 4}[name])
    ]


def _cut(bars: Bars, *, first: int, missing: float, seed: int) -> Bars:
    kept = np.random.default_rng(seed).random(len(bars)) >= missing
    kept[:first] = False
    kept[N_BARS - 1] = True
    kept[N_BARS:] = False
    names = ("dates", "open", "high", "low", "close", "volume", "dividend")
    columns: dict[str, Any] = {name: getattr(bars, name)[kept] for name in names}
    return replace(bars, **columns)


class Diary(bt.Analyzer):
    """Note every notification of a run, and the account as `next` sees it.

    The analysis holds the columns `orders`, `trades` and `days`: rows of texts and numbers, with
    the references of orders counted from the run's first; and `seen`, what the strategy noted in
    an attribute of that name.
    """

    def create_analysis(self) -> None:
        """Begin empty."""
        self.rets = {"orders": [], "trades": [], "days": [], "seen": []}

    def start(self) -> None:
        """Note the reference that the next order would have."""
        self.first_ref = next(bt.Order.refbasis)

    def notify_order(self, order: bt.Order) -> None:
        """Note an order as it is told."""
        done = order.executed
        self.rets["orders"].append((
            self._day(), order.ref - self.first_ref, order.getstatusname(), order.getordername(),
            order.data._name, order.size, order.created.price, order.created.pricelimit,
            done.dt, done.size, done.remsize, done.price, done.value, done.comm, done.pnl,
            order.alive(), order.isbuy(), order.triggered,
        ))  # fmt: skip

    def notify_trade(self, trade: bt.Trade) -> None:
        """Note a trade as it is told."""
        self.rets["trades"].append((
            self._day(), trade.data._name, trade.tradeid, trade.status, trade.size, trade.price,
            trade.value, trade.commission, trade.pnl, trade.pnlcomm, trade.baropen,
            trade.barclose, trade.barlen, trade.dtopen, trade.dtclose, trade.justopened,
        ))  # fmt: skip

    def notify_cashvalue(self, cash: float, value: float) -> None:
        """Note the account before the strategy acts."""
        broker = self.strategy.broker
        positions = [broker.getposition(data) for data in self.datas]
        self.rets["days"].append((
            self._day(), cash, value, broker.get_fundvalue(),
            *(position.size for position in positions),
            *(position.price if position.size else 0.0 for position in positions),
        ))  # fmt: skip

    def stop(self) -> None:
        """Keep what the strategy itself noted."""
        self.rets["seen"] = [
            each if isinstance(each, tuple) else (each,)
            for each in getattr(self.strategy, "seen", ())
        ]

    def _day(self) -> str:
        return str(self.strategy.datetime.date(0))


def stock(case: Case, *, fill: str = "next_open", preload: bool = True) -> dict[str, Any]:
    """Return the diary of a case in a stock cerebro, and the final value."""
    cerebro = bt.Cerebro(preload=preload, runonce=preload)
    cerebro.broker.set_cash(CASH)
    cerebro.broker.set_coc(fill == "close")
    for table in market_of(case.market):
        cerebro.adddata(BarsFeed(bars=table), name=table.name)
    cerebro.addstrategy(case.kind, **case.params)
    cerebro.addanalyzer(Diary, _name="diary")
    (ran,) = cerebro.run()
    return {**ran.analyzers.diary.get_analysis(), "value": cerebro.broker.getvalue()}


def ours(
    case: Case, *, fill: str = "next_open", preload: bool = True, **settings: Any
) -> dict[str, Any]:
    """Return the same of a run's cerebro."""
    chosen = Settings(fill=fill, cash=CASH, **{"max_gross": 1e9, "cash_check": True, **settings})
    bars = market_of(case.market)
    ran, broker = run_cerebro(
        case.kind,
        bars,
        case.params,
        chosen,
        opening_day(bars, chosen),
        preload=preload,
        analyzers=analyzers_from({"diary": Diary}, ()),
    )
    return {**ran.analyzers.diary.get_analysis(), "value": broker.ledger.days[-1].equity}


def first_difference(one: Sequence[Any], other: Sequence[Any]) -> str:
    """Return where two columns of diaries differ first, by more than `TOLERANCE`; empty if equal.

    Parameters
    ----------
    one, other : sequence of tuple
        Rows of texts and numbers.
    """
    for row, (left, right) in enumerate(zip(one, other, strict=False)):
        if len(left) != len(right) or not all(map(_equal, left, right)):
            return f"row {row}: {left} against {right}"
    return "" if len(one) == len(other) else f"{len(one)} rows against {len(other)}"


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, str | bool | dt.datetime) or left is None or right is None:
        return bool(left == right)
    return bool(abs(left - right) <= TOLERANCE * max(1.0, abs(left), abs(right)))


def differences(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> list[str]:
    """Return where two diaries differ first, for each of their columns that do."""
    found = {name: first_difference(theirs[name], mine[name]) for name in COLUMNS}
    return [f"{name}, {where}" for name, where in found.items() if where]


def first_told(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """Return date, number and status of the first order's notification in which two differ."""
    pairs = zip(theirs["orders"], mine["orders"], strict=False)
    return next([a[:3], b[:3]] for a, b in pairs if not all(map(_equal, a, b)))


def largest(one: Sequence[Any], other: Sequence[Any], column: int) -> float:
    """Return the largest relative difference of one column of numbers."""
    left, right = (np.array([row[column] for row in rows]) for rows in (one, other))
    return float(np.max(np.abs(left - right) / np.abs(left)))


def compared(case: Case) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Return a case three times: as it is, bar by bar, and with fills at the close."""
    theirs = stock(case)
    return [
        ("next_open", theirs, ours(case)),
        ("bar by bar", theirs, ours(case, preload=False)),
        ("close", stock(case, fill="close"), ours(case, fill="close")),
    ]


def main() -> None:
    """Print the tables, and exit with 1 if a case differs that should not."""
    known = {(one.case.name, one.fill) for one in DIFFERENCES}
    print(f"{'strategy':34} orders  fills      cash     value  differs")
    unknown = 0
    for case in CASES:
        runs = compared(case)
        _, theirs, mine = runs[0]
        fills = sum(row[2] == "Completed" for row in theirs["orders"])
        sent = len({row[1] for row in theirs["orders"]})
        cash, value = (largest(theirs["days"], mine["days"], column) for column in (1, 2))
        found = {name: differences(left, right) for name, left, right in runs}
        words = ", ".join(name for name, where in found.items() if where) or "nowhere"
        print(f"{case.name:34} {sent:6} {fills:6} {cash:9.1e} {value:9.1e}  {words}")
        for name, where in found.items():
            if where and (case.name, name) not in known:
                unknown += 1
                print(*(f"    {each}" for each in where), sep="\n")
    print("\nmeant to differ, as backtrader's broker does it:")
    for one in DIFFERENCES:
        print(f"{one.case.name:34} {one.fill:10} {one.why}")
    sys.exit(bool(unknown))


if __name__ == "__main__":
    main()
