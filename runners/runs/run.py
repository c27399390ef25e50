"""Run one strategy over one window, bar by bar."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import backtrader as bt
import pandas as pd

from ...analyzers.daily_account import DailyAccount
from ...analyzers.daily_win_rate import DailyWinRate
from ...analyzers.ex_dividend_dates import ExDividendDates
from ...analyzers.switches import Switches
from ...analyzers.uncompounded_gain import UncompoundedGain
from ...analyzers.waterfall import Waterfall
from ...brokers.cost_model import AnyCosts
from ...brokers.playbook_broker import PlaybookBroker
from ...feeds.bars import Bars
from ...feeds.bars_feed import BarsFeed
from ...feeds.quoting import did_you_mean, shown
from ...feeds.reading import Reading
from ..errors import CheckFailed, ParameterError
from . import metrics, registry
from .analyzers import Analyzer, Analyzers, analyses_of, analyzers_from
from .badges import badges, data_badges
from .bars.any_bars import AnyBars, reading_in
from .bars.closes_alone import check_fills, check_opens
from .bars.lengths import late_badges, same_end
from .benchmarks import Benchmark, benchmark_of
from .found import docstring
from .inputs import Inputs, check_read
from .own_costs import costs_in
from .own_costs import told as told_costs
from .provenance import described, versions
from .result import Badge, RunResult
from .sections.asked import measured_by, sections_from
from .settings import CHOICES, Settings
from .strips import strips_of
from .tables import daily_table, decisions_table, trades_table
from .window import opening_day, periods_per_year, tables_of

ANALYZERS = {
    "daily": DailyAccount,
    "uncompounded": UncompoundedGain,
    "win_rate": DailyWinRate,
    "switches": Switches,
    "ex_dividend": ExDividendDates,
    "waterfall": Waterfall,
}
RESIDUAL = 1e-9
"""Largest residual of the profit and loss, as a fraction of the account's highest value."""


def run(
    strategy: registry.Strategy | str | Path,
    bars: AnyBars,
    *,
    inputs: Mapping[str, Any] | None = None,
    costs: AnyCosts | None = None,
    params: Mapping[str, Any] | None = None,
    reading: Reading | None = None,
    benchmark_reading: Reading | None = None,
    sections: Iterable[Any] = (),
    analyzers: Analyzers = (),
    preload: bool = True,
    strips: bool = True,
    figures_only: bool = False,
    aligned: bool = True,
    **settings: Any,
) -> RunResult:
    """Run a strategy bar by bar and measure the result.

    Parameters
    ----------
    strategy : class, str or Path
        A `PlaybookStrategy`, or a name as on the command line: a registered name, ``module:Class``,
        ``path/file.py:Class``, or a file of one strategy.
    bars : Bars, DataFrame, Series, str or Path, or a sequence or mapping of them
        One table for each feed, in the strategy's order. A path names a CSV or Parquet file; a
        frame with several tickers gives one table for each, in its order; a Series holds closing
        prices only. A mapping gives names to the tables.
    inputs : mapping of str to Input, Series or DataFrame, optional
        The strategy's other inputs, by the names in its `reads`. A Series or DataFrame indexed by
        date is wrapped in `DatedValues`; any other object has the attributes of `Input`.
    costs : Costs, CostModel or DatedCostModel, optional
        Costs of an order: any object with the methods of `Costs`. The fields of `Costs` may also be
        given as keywords.
    params : mapping, optional
        The strategy's parameters; they may also be given as keywords.
    reading : Reading, optional
        Options for reading files and frames that do not state them; they may also be given as
        keywords.
    benchmark_reading : Reading, optional
        The same for the benchmark's files; default: `reading`.
    sections : iterable of Section, class or str
        Sections to measure in addition to those that the strategy declares; a text is a registered
        name. See `Section`.
    analyzers : mapping of str to class, or iterable of classes
        backtrader analyzers to add; a pair ``(class, {"parameter": value})`` sets parameters. Their
        analyses are in `RunResult.analyses`; a section reads them from ``ran.analyzers``.
    preload : bool
        False delivers the bars one by one and computes indicators bar by bar. This is slower, with
        the same result; the audit uses it.
    strips : bool
        Also replay the decisions at other fills, costs and account sizes, and run the strategy
        again for sections that compare it with variants of itself, such as a sector book with its
        gate off.
    figures_only : bool
        Compute neither strips nor sections.
    aligned : bool
        End the run with the feed that ends first. False keeps feeds that end at different days; the
        audit uses it.
    **settings
        Fields of `Settings` and `Reading`, and parameters of the strategy.

    Returns
    -------
    RunResult
        Figures and tables; `RunResult.write` puts them and the tearsheet into a folder.

    Raises
    ------
    ParameterError
        A name is unknown, a value is out of range, or the bars do not cover the window.
    StrategyError, BrokerError
        A parameter or cost is out of range.
    RunStopped, StrategyStopped
        An order or a decision stopped the run.
    CheckFailed
        The parts of the profit and loss do not add up to the total.

    Examples
    --------
    >>> from btplaybook.feeds.samples import sample
    >>> from btplaybook.runners.runs.run import run
    >>> result = run("sma-switch", sample("sp500"), period=100, fill="next_open")
    >>> result.metrics["switches"]
    261
    """
    kind = registry.strategy_of(strategy)
    settings, own_costs = costs_in(costs, settings)
    read, settings = reading_in(kind, reading, settings)
    chosen, given = settings_and_params(kind, settings)
    given |= dict(params or {})
    check_names(kind, given)
    tables = tables_of(bars, chosen, read)
    inputs = Inputs.of(inputs)
    check_read(kind, inputs, fund_of(given, tables), tables[0].dates[-1].item())
    lengths: list[Badge] = []
    if aligned:
        tables, lengths = same_end(kind, tables, chosen)
    opens = opening_day(tables, chosen)
    lengths += late_badges(kind, tables, opens)
    benchmark = benchmark_of(tables, chosen, kind.benchmark, benchmark_reading or read)
    check_opens(kind, tables, chosen)

    asked = sections_from(kind.sections, sections)
    more = analyzers_from(analyzers, ANALYZERS)
    wired: dict[str, Any] = {"inputs": inputs, "costs": own_costs}
    ran, broker = run_cerebro(
        kind, tables, given, chosen, opens, preload=preload, analyzers=more, **wired
    )
    if len(tables[0]) < ran.bars_needed():
        raise ParameterError(
            f"{registry.name_of(kind)} needs {ran.bars_needed()} bars before it can decide, and "
            f"{tables[0].name} has {len(tables[0])} up to {tables[0].dates[-1]}"
        )
    check_fills(kind, tables, chosen, broker.ledger.fills)
    strips = strips and not figures_only
    result = _result(
        kind, ran, broker, tables, benchmark, chosen, opens, inputs, lengths, own_costs,
        strips=strips,
    )  # fmt: skip
    result = dataclasses.replace(result, analyses=analyses_of(ran, more))
    if figures_only or not asked:
        return result

    def again(changes: Mapping[str, Any]) -> pd.Series:
        _, other = run_cerebro(kind, tables, given | dict(changes), chosen, opens, **wired)
        return pd.Series({pd.Timestamp(day.date): day.equity for day in other.ledger.days})

    shown = measured_by(
        asked,
        ran,
        broker.ledger,
        tables,
        result.daily,
        again=again if strips else None,
        risk_free_rate=chosen.risk_free_rate,
    )
    return dataclasses.replace(result, sections=shown)


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
) -> tuple[Any, PlaybookBroker]:
    """Set up a cerebro and run it; return the strategy that ran and its broker."""
    cerebro = bt.Cerebro(stdstats=False, preload=preload, runonce=preload)
    cerebro.broker = PlaybookBroker(
        cash=settings.cash,
        costs=settings.costs if costs is None else costs,
        financing=settings.financing,
        whole_shares=settings.whole_shares,
        max_gross=settings.max_gross,
        account_from=opens,
    )
    feed: Any = BarsFeed  # typed Any: the parameters are taken by its metaclass
    for table in tables:
        cerebro.adddata(feed(bars=table), name=table.name)
    for name, analyzer in ANALYZERS.items():
        cerebro.addanalyzer(analyzer, _name=name)
    if analyzers:
        cerebro.addobserver(bt.observers.Broker)  # bt.analyzers.AnnualReturn reads its values
    for name, (guest, parameters) in analyzers.items():
        cerebro.addanalyzer(guest, _name=name, **parameters)
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
    (ran,) = cerebro.run()
    return ran, cerebro.broker


def _result(
    kind: registry.Strategy,
    ran: Any,
    broker: PlaybookBroker,
    tables: Sequence[Bars],
    compared: Benchmark,
    settings: Settings,
    opens: datetime.date,
    inputs: Inputs,
    lengths: Sequence[Badge],
    costs: AnyCosts | None,
    *,
    strips: bool,
) -> RunResult:
    """Build the result of a run, and check that the profit and loss adds up."""
    analyses = {name: getattr(ran.analyzers, name).get_analysis() for name in ANALYZERS}
    book = broker.ledger
    daily = analyses["daily"]["daily"]
    _check_residual(analyses["waterfall"]["residual"], max(daily["equity"].max(), settings.cash))
    periods = periods_per_year(tables)
    ruined_on = book.ruined_on.isoformat() if book.ruined_on else None
    measured = metrics.of_run(analyses, ruined_on, periods, settings.risk_free_rate)
    benchmark_returns, benchmark = compared.measured(daily.index, settings, periods)
    first, *_ = tables
    hold_return = benchmark["total_return"]
    if compared.held is not first:
        held = (daily.index, settings.cash, periods, settings.risk_free_rate)
        hold_return = metrics.buy_and_hold(first, *held)[1]["total_return"]
    told = data_badges(tables, inputs, settings.every, opens, lengths)
    told += compared.badges(daily.index)
    return RunResult(
        strategy=registry.name_of(kind),
        code=registry.code_of(kind),
        title=ran.title,
        rule=docstring.parts(kind),
        params={name: getattr(ran.p, name) for name in registry.parameters(kind)},
        settings=settings.plain()
        | {"benchmark": compared.setting}
        | ({} if costs is None else {"costs": told_costs(costs)}),
        versions=versions(),
        data=[described(table) for table in tables],
        window=(str(daily.index[1].date()), str(daily.index[-1].date())),
        periods_per_year=periods,
        metrics=measured,
        benchmark=benchmark,
        benchmark_name=compared.name,
        benchmark_kind=compared.kind,
        benchmark_data=compared.data(),
        hold_return=hold_return,
        unfilled=[_plain_unfilled(order) for order in broker.unfilled],
        inputs=inputs.described(),
        badges=badges(
            settings, [*tables, *compared.others], measured, len(book.fills), told, costs
        ),
        daily=daily_table(daily, analyses["uncompounded"]["daily"], benchmark_returns),
        trades=trades_table(book.fills),
        decisions=decisions_table(ran, opens),
        bars=list(tables),
        strips=strips_of(
            ran,
            book,
            tables,
            settings,
            opens,
            benchmark["total_return"] if compared.held else hold_return,
            costs,
        )
        if strips
        else None,
    )


# -- what goes in ---------------------------------------------------------------------------------


def settings_and_params(
    kind: registry.Strategy, keywords: Mapping[str, Any]
) -> tuple[Settings, dict[str, Any]]:
    """Split keywords into the settings and the strategy's parameters."""
    known = {field.name for field in dataclasses.fields(Settings)}
    own = {key: value for key, value in keywords.items() if key not in known}
    unknown = sorted(set(own) - set(registry.parameters(kind)))
    if unknown:
        near = did_you_mean(unknown[0], known | set(registry.parameters(kind)), or_known=True)
        raise ParameterError(f"there is no setting or parameter {unknown[0]!r}{near}")
    # The caller's value overrides the strategy's own setting.
    declared = {name: getattr(kind.params, name) for name in CHOICES}
    given = {key: value for key, value in keywords.items() if key in known}
    return Settings(**(declared | given)), own


def fund_of(params: Mapping[str, Any], tables: Sequence[Bars]) -> str:
    """Return the name of the fund whose holdings are read: the parameter etf, else the first feed.

    The strategy itself refuses a value of `etf` that is no name.
    """
    etf = params.get("etf")
    return etf if isinstance(etf, str) and etf else tables[0].name


def check_names(kind: registry.Strategy, params: Mapping[str, Any]) -> None:
    """Raise if a parameter is not one of the strategy's."""
    known = registry.parameters(kind)
    for name in params:
        if name not in known:
            near = did_you_mean(name, known, or_known=True)
            raise ParameterError(f"{registry.name_of(kind)} has no parameter {shown(name)}{near}")


# -- what comes out -------------------------------------------------------------------------------


def _check_residual(residual: float, scale: float) -> None:
    if not abs(residual) <= RESIDUAL * scale:
        raise CheckFailed(
            f"the account does not add up: {residual:.6g} of the profit and loss is unexplained"
        )


def _plain_unfilled(order: Any) -> dict[str, Any]:
    target = None if order.target != order.target else order.target
    return {**order._asdict(), "date": order.date.isoformat(), "target": target}
