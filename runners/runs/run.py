"""Run one strategy over one window, bar by bar."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ...analyzers.round_trips import round_trips
from ...analyzers.trade_figures import trade_figures
from ...brokers.cost_model import AnyCosts
from ...brokers.exact_broker import ExactBroker
from ...feeds.bars import Bars
from ...feeds.reading import Reading
from ...strategies.base.computed_once import computed_once
from ..errors import CheckFailed
from ..garbage import collected_rarely
from . import metrics, registry, told_params
from .again.periods import period_rows
from .again.rerun import Rerun
from .again.strips import strips_for
from .analyzers import Analyzers, analyses_of, analyzers_from
from .badges import badges, data_badges, order_badges
from .bars.any_bars import AnyBars
from .bars.closes_alone import check_fills
from .bars.unchanged import check_unchanged
from .benchmarks import CASH, Benchmark, benchmark_of
from .by_instrument import attribution_of, check_sums, holdings_of, remarks_of
from .cerebro import ANALYZERS, run_cerebro
from .found import docstring
from .idle import with_idle_days
from .inputs import Inputs
from .labels.badge_texts import gravest_first
from .lines.asked import laid, lines_of
from .own_costs import told as told_costs
from .prepared import prepared
from .provenance import described, versions
from .relative import market_of, relative
from .result import Badge, RunResult
from .sections.asked import measured_by, sections_from
from .sections.badges import badges_of
from .settings import Settings
from .stages import Progress, days_of, part
from .tables import daily_table, decisions_table, orders_table, trades_table
from .traits import traits_of
from .trips_in_sessions import in_sessions
from .window import periods_per_year

RESIDUAL = 1e-9
"""Largest residual of the profit and loss, as a fraction of the account's highest value."""


@computed_once()
@collected_rarely()
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
    progress: Progress | None = None,
    **settings: Any,
) -> RunResult:
    """Run a strategy bar by bar and measure the result.

    Parameters
    ----------
    strategy : class, str or Path
        A `PlaybookStrategy`, any other backtrader strategy, or a name as on the command line: a
        registered name, ``module:Class``, ``path/file.py:Class``, or a file of one strategy.
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
        Also replay the decisions at other fills, costs and account sizes (a strategy that sends its
        own orders is run again for each); run a strategy that decides by the week, month or quarter
        again with the other two; and run the strategy again for sections that compare it
        with variants of itself, such as a sector book with its gate off.
    figures_only : bool
        Compute neither strips nor sections, and ask for no lines (`plot_lines`).
    aligned : bool
        End the run with the feed that ends first. False keeps feeds that end at different days; the
        audit uses it.
    progress : callable, optional
        Function that is called with a `Stage` as the run goes on: at each day, and for each run
        that the strips and sections need.
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
    given = prepared(
        kind, bars, inputs=inputs, costs=costs, params=params, reading=reading, aligned=aligned,
        settings=settings,
    )  # fmt: skip
    traits = traits_of(kind)
    tables, chosen, opens = given.tables, given.settings, given.opens
    benchmark = benchmark_of(tables, chosen, traits.benchmark, benchmark_reading or given.reading)

    asked = sections_from(traits.sections, sections)
    more = analyzers_from(analyzers, ANALYZERS)
    wired: dict[str, Any] = {"inputs": given.inputs, "costs": given.costs}
    ran, broker = run_cerebro(
        kind, tables, given.params, chosen, opens, preload=preload, analyzers=more,
        reached=days_of(progress, "", tables), **wired,
    )  # fmt: skip
    part(progress, "measuring")
    given.check_bars_needed(ran)
    check_unchanged(tables, ran.cerebro.datas, broker.ledger)
    check_fills(kind, tables, chosen, broker.ledger.fills)
    strips = strips and not figures_only
    result = _result(
        kind, ran, broker, tables, benchmark, chosen, opens, given.inputs, given.lengths,
        given.costs,
    )  # fmt: skip
    result = dataclasses.replace(result, analyses=analyses_of(ran, more))
    if len(tables) > 1 and not figures_only:
        result = _of_several(result, ran, broker.ledger)
    if strips:
        rerun = Rerun(kind, tables, given.params, chosen, opens, **wired)
        held: Any = result.benchmark["total_return"] if benchmark.held else result.hold_return
        found = strips_for(rerun, ran, broker, held, progress)
        if rows := period_rows(rerun, ran, broker, progress):
            found = {**found, "every": rows}
        result = dataclasses.replace(result, strips=found)
    if not figures_only:
        dates = {table.name: table.dates for table in tables}
        lines = laid(lines_of(ran, dates), dates, result.daily.index[0])
        result = dataclasses.replace(result, lines=lines)
    if figures_only or not asked:
        return with_idle_days(result, ran)

    def again(changes: Mapping[str, Any]) -> pd.Series:
        name = "again, " + ", ".join(f"{name}={value}" for name, value in changes.items())
        reached = days_of(progress, name, tables)
        _, other = run_cerebro(
            kind, tables, given.params | dict(changes), chosen, opens, reached=reached, **wired
        )
        return pd.Series({pd.Timestamp(day.date): day.equity for day in other.ledger.days})

    measured = measured_by(
        asked,
        ran,
        broker.ledger,
        tables,
        result.daily,
        again=again if strips else None,
        risk_free_rate=chosen.risk_free_rate,
    )
    told = gravest_first([*result.badges, *badges_of(measured)])
    result = dataclasses.replace(result, sections=measured, badges=told)
    return with_idle_days(result, ran)


def _result(
    kind: registry.Strategy,
    ran: Any,
    broker: ExactBroker,
    tables: Sequence[Bars],
    compared: Benchmark,
    settings: Settings,
    opens: datetime.date,
    inputs: Inputs,
    lengths: Sequence[Badge],
    costs: AnyCosts | None,
) -> RunResult:
    """Build the result of a run, and check that the profit and loss adds up."""
    analyses = {name: getattr(ran.analyzers, name).get_analysis() for name in ANALYZERS}
    book = broker.ledger
    traits = traits_of(kind)
    daily = analyses["daily"]["daily"]
    _check_residual(analyses["waterfall"]["residual"], max(daily["equity"].max(), settings.cash))
    periods = periods_per_year(tables)
    ruined_on = book.ruined_on.isoformat() if book.ruined_on else None
    uncompounded = analyses["uncompounded"]
    if traits.sends_orders:  # sizes of its own: a gain of one share or of its sides says little
        uncompounded |= {"points": None, "percent": None}
    trips = in_sessions(round_trips(book, tables), tables)
    measured = metrics.of_run(analyses, ruined_on, periods, settings.risk_free_rate)
    benchmark_returns, benchmark = compared.measured(daily.index, settings, periods)
    first, *_ = tables
    hold_return = benchmark["total_return"]
    if compared.held is not first:
        held = (daily.index, settings.cash, periods, settings.risk_free_rate)
        hold_return = metrics.buy_and_hold(first, *held)[1]["total_return"]
    told = data_badges(tables, inputs, settings.every, opens, lengths)
    told += compared.badges(daily.index)
    unfilled = broker.unfilled
    told += order_badges(unfilled)
    refused: int = getattr(broker, "refused", 0)
    return RunResult(
        strategy=registry.name_of(kind),
        code=registry.code_of(kind),
        title=traits.title,
        rule=docstring.parts(kind),
        params={name: told_params.told(getattr(ran.p, name)) for name in registry.parameters(kind)},
        settings=settings.plain()
        | {"benchmark": compared.setting}
        | ({} if costs is None else {"costs": told_costs(costs)}),
        versions=versions(),
        loop=ran.cerebro.loop_told(),
        data=[described(table) for table in tables],
        window=(str(daily.index[1].date()), str(daily.index[-1].date())),
        periods_per_year=periods,
        metrics=measured,
        benchmark=benchmark,
        benchmark_name=compared.name,
        benchmark_kind=compared.kind,
        benchmark_data=compared.data(),
        hold_return=hold_return,
        unfilled=[_plain_unfilled(order) for order in unfilled],
        inputs=inputs.described(),
        badges=badges(
            settings,
            [*tables, *compared.others],
            measured,
            len(book.fills),
            told,
            costs,
            refused=refused,
        ),
        daily=daily_table(
            daily, uncompounded["daily"], benchmark_returns, gains=not traits.sends_orders
        ),
        trades=trades_table(book.fills),
        round_trips=trips,
        trade_figures=trade_figures(trips, book.fills, daily, periods),
        decisions=decisions_table(ran, opens),
        orders=orders_table(book.sent),
        refused=refused,
        sends_orders=traits.sends_orders,
        bars=list(tables),
    )


def _of_several(result: RunResult, ran: Any, book: Any) -> RunResult:
    """Return a result with holdings, attribution, alpha and beta; check that they add up."""
    remarks = remarks_of(ran)
    held = holdings_of(book, result.round_trips, remarks)
    split = attribution_of(book, result.round_trips, remarks, result.metrics["pnl"])
    check_sums(book, held, split)
    beside, kind = result.daily["benchmark_return"], result.benchmark_kind
    market = market_of(ran, result.bars, kind, result.benchmark_name, beside)
    rate, cash = float(result.settings["risk_free_rate"]), beside if kind == CASH else None
    return dataclasses.replace(
        result,
        relative=relative(result.returns, market, result.periods_per_year, rate, cash),
        holdings=held,
        attribution=split,
    )


def _check_residual(residual: float, scale: float) -> None:
    if not abs(residual) <= RESIDUAL * scale:
        raise CheckFailed(
            f"the account does not add up: {residual:.6g} of the profit and loss is unexplained"
        )


def _plain_unfilled(order: Any) -> dict[str, Any]:
    target = None if order.target != order.target else order.target
    return {**order._asdict(), "date": order.date.isoformat(), "target": target}
