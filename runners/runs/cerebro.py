"""A strategy, its bars and its broker in one cerebro."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import backtrader as bt

from ...analyzers.daily_account import DailyAccount
from ...analyzers.daily_win_rate import DailyWinRate
from ...analyzers.ex_dividend_dates import ExDividendDates
from ...analyzers.switches import Switches
from ...analyzers.uncompounded_gain import UncompoundedGain
from ...analyzers.waterfall import Waterfall
from ...brokers.cost_model import AnyCosts
from ...brokers.errors import RunStopped
from ...brokers.exact_broker import ExactBroker
from ...brokers.order_broker import OrderBroker
from ...brokers.playbook_broker import PlaybookBroker
from ...feeds.bars import Bars
from ...feeds.bars_feed import BarsFeed
from . import registry
from .analyzers import Analyzer
from .found.user_files import failure
from .gate import Gate
from .inputs import Inputs
from .loop.fast_cerebro import FastCerebro
from .settings import Settings
from .stages import Days
from .traits import sends_orders

ANALYZERS = {
    "daily": DailyAccount,
    "uncompounded": UncompoundedGain,
    "win_rate": DailyWinRate,
    "switches": Switches,
    "ex_dividend": ExDividendDates,
    "waterfall": Waterfall,
}
"""The analyzers that a run's figures are taken from, by their names in a cerebro."""


class MadeOf(NamedTuple):
    """What a run is made of, for a strategy with a true `knows_its_run`, in ``cerebro.made_of``.

    Such a strategy runs others on the same bars before its own first bar.
    """

    tables: Sequence[Bars]
    """One for each feed, in order."""
    settings: Settings
    opens: datetime.date
    """Day at whose close the account opens."""
    inputs: Inputs | None
    costs: AnyCosts | None
    preload: bool
    feed: Any
    """The class of the feeds."""
    reached: Days | None = None
    """Called with each day of a run that it makes; None: nobody is told."""


def run_cerebro(
    kind: registry.Strategy,
    tables: Sequence[Bars],
    params: Mapping[str, Any],
    settings: Settings,
    opens: datetime.date,
    *,
    inputs: Inputs | None = None,
    costs: AnyCosts | None = None,
    preload: bool = True,
    analyzers: Mapping[str, Analyzer] = MappingProxyType({}),
    bars_late: int = 0,
    reached: Days | None = None,
) -> tuple[Any, ExactBroker]:
    """Set up a cerebro and run it; return the strategy that ran and its broker.

    `bars_late` delays every order of a strategy that sends its own. `reached` is called with each
    day, once the account has begun it.
    """
    cerebro = cerebro_of(
        kind, tables, params, settings, opens, inputs=inputs, costs=costs, preload=preload,
        bars_late=bars_late,
    )  # fmt: skip
    for name, analyzer in ANALYZERS.items():
        cerebro.addanalyzer(analyzer, _name=name)
    if analyzers:
        cerebro.addobserver(bt.observers.Broker)  # bt.analyzers.AnnualReturn reads its values
    for name, (guest, parameters) in analyzers.items():
        cerebro.addanalyzer(guest, _name=name, **parameters)
    if reached is not None:
        tell_days(cerebro.broker, reached)
        if hasattr(cerebro, "made_of"):
            cerebro.made_of = cerebro.made_of._replace(reached=reached)
    return strategy_that_ran(cerebro), cerebro.broker


def tell_days(broker: Any, reached: Days) -> None:
    """Let a broker call a function with each day, once the account has begun it."""
    begin = broker.next

    def begin_told() -> None:
        begin()
        reached(broker.newest_day)

    broker.next = begin_told


def strategy_that_ran(cerebro: bt.Cerebro) -> Any:
    """Run a cerebro of one strategy and return it.

    Raises
    ------
    RunStopped
        The strategy called ``sys.exit()``, which would end the command without a word.
    """
    try:
        (ran,) = cerebro.run()
    except SystemExit as error:
        days = [data.datetime.date(0) for data in cerebro.datas if len(data)]
        when = f"{max(days)}: " if days else ""
        raise RunStopped(f"{when}the strategy calls sys.exit(): {failure(error)}") from error
    return ran


def cerebro_of(
    kind: registry.Strategy,
    tables: Sequence[Bars],
    params: Mapping[str, Any],
    settings: Settings,
    opens: datetime.date,
    *,
    inputs: Inputs | None = None,
    costs: AnyCosts | None = None,
    preload: bool = True,
    bars_late: int = 0,
    feed: Any = BarsFeed,
) -> bt.Cerebro:
    """Return a cerebro with a strategy, its feeds and its broker, and without analyzers."""
    own_orders = sends_orders(kind)
    # The default observers are there for the code of a backtrader strategy that reads them.
    cerebro = FastCerebro(stdstats=own_orders, preload=preload, runonce=preload, loop=settings.loop)
    account: dict[str, Any] = {
        "cash": settings.cash,
        "costs": settings.costs if costs is None else costs,
        "financing": settings.financing,
        "max_gross": settings.max_gross,
        "account_from": opens,
    }
    if own_orders:
        cerebro.broker = OrderBroker(
            **account,
            market_fill=settings.fill,
            cash_check=settings.cash_check,
            bars_late=bars_late,
        )
        cerebro.addanalyzer(Gate, _name="gate", opens=opens, lengths=[*map(len, tables)])
        cerebro.addstrategy(kind, **params)
    else:
        cerebro.broker = PlaybookBroker(**account, whole_shares=settings.whole_shares)
        cerebro.addstrategy(
            kind,
            **params,
            fill=settings.fill,
            size_at=settings.size_at,
            rebalance=settings.rebalance,
            every=settings.every,
            account_from=opens,
            inputs=inputs if inputs or kind.reads else None,  # empty inputs report a missing one
        )
    for table in tables:
        cerebro.adddata(feed(bars=table), name=table.name)
    if getattr(kind, "knows_its_run", False):
        cerebro.made_of = MadeOf(tables, settings, opens, inputs, costs, preload, feed)
    return cerebro
