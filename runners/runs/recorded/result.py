"""The result of a cerebro of a user's own, from what its recorders kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ....analyzers import statistics
from ....analyzers.ex_dividend_dates import ex_dividend_dates
from ....analyzers.ledger_analyzer import Sides
from ....analyzers.switches import switch_dates
from ....analyzers.uncompounded_gain import uncompounded_gain
from ....brokers.ledger import Unfilled
from ....feeds.bars import Bars
from ....feeds.calendars import periods_per_year
from ....feeds.tidy.calendar_fit import infer_calendar
from ....feeds.tidy.spacing import frequency_of
from ...errors import ParameterError
from .. import metrics
from ..badges import price_badges, warning_badges
from ..benchmarks import Benchmark
from ..labels.badge_texts import badge, gravest_first
from ..labels.benchmark_names import NONE
from ..provenance import versions
from ..result import Badge, RunResult
from ..settings import Settings
from ..tables import daily_table, orders_table, trades_table
from .account import Account, account_of
from .recorder import REFUSED, Recorder
from .recording import Recording
from .tables import table_of

NO_STRIPS = "the account is that of a script, which is not run again at other fills and costs"


def recorded(ran: Any) -> RunResult:
    """Return the result of a cerebro that ran with a `Recorder`.

    Parameters
    ----------
    ran : strategy, Recorder or list of strategies
        What ``cerebro.run()`` returned, or its first strategy. Of the strategies of one cerebro any
        one stands for all, since they share the account; of an `optstrategy`, one set.

    Returns
    -------
    RunResult
        `tearsheet` makes its page and `write_run` its folder. Data, broker and costs are those of
        the cerebro; `settings` states them.

    Raises
    ------
    ParameterError
        There is no recorder, or the account cannot be measured.
    """
    return result_of(recordings_of(ran))


def recordings_of(ran: Any) -> list[Recording]:
    """Return the recordings of a cerebro that ran; see `recorded`."""
    if isinstance(ran, Recorder):
        ran = ran.strategy if ran.strategy is not None else [ran]
    strategies = list(ran) if isinstance(ran, Iterable) and not _is_strategy(ran) else [ran]
    if strategies and isinstance(strategies[0], list):
        raise ParameterError(
            f"cerebro.run() of an optstrategy returned {len(strategies)} sets: choose one, as in "
            "recorded(results[0])"
        )
    if len(strategies) == 1 and getattr(strategies[0], "cerebro", None) is not None:
        strategies = list(strategies[0].cerebro.runningstrats)
    found = [_recording(each) for each in strategies]
    if not found:
        raise ParameterError("nothing ran: cerebro.run() returned an empty list")
    return found


def _is_strategy(ran: Any) -> bool:
    return hasattr(ran, "analyzers") or isinstance(ran, Recorder)


def _recording(strategy: Any) -> Recording:
    each = [strategy] if isinstance(strategy, Recorder) else getattr(strategy, "analyzers", None)
    if each is None:
        raise ParameterError(
            f"a strategy that ran is needed, as cerebro.run() returns it, got {type(strategy).__name__}"
        )
    for analyzer in each:
        if isinstance(analyzer, Recorder):
            found = analyzer.get_analysis().get("recording")
            if isinstance(found, Recording):
                return found
            raise ParameterError("the recorder's cerebro has not run to its end")
    raise ParameterError(
        "the strategy ran without a Recorder: call cerebro.addanalyzer(btplaybook.Recorder) before "
        "cerebro.run()"
    )


def result_of(recordings: Sequence[Recording], badges: Sequence[Badge] = ()) -> RunResult:
    """Return the result of the strategies of one cerebro; `badges` are stated beside its own."""
    first = recordings[0]
    account = account_of(recordings)
    book, daily = account.book, account.daily
    seen = [table_of(feed) for feed in first.feeds]
    tables = [bars for bars, _ in seen if bars is not None]
    days = pd.DatetimeIndex(daily.index)
    periods = _periods_per_year(tables, days)
    sides = _sides(account)
    uncompounded = None if sides is None else uncompounded_gain(book, sides)
    analyses: dict[str, Any] = {
        "daily": {"daily": daily},
        "uncompounded": {"points": None, "percent": None, "synthetic": False},
        "win_rate": asdict(
            statistics.win_loss(daily["return"].to_numpy()[1:], daily["invested"].to_numpy()[1:])
        ),
        "switches": {"count": None if sides is None else len(switch_dates(book, sides))},
        "ex_dividend": ex_dividend_dates(book, sides),
        "waterfall": account.waterfall(),
    }
    ruined_on = book.ruined_on.isoformat() if book.ruined_on else None
    measured = metrics.of_run(analyses, ruined_on, periods, 0.0)
    compared = _compared(account, tables, periods)
    several = len(recordings) > 1
    params = [recording.params for recording in recordings]
    names = [recording.name for recording in recordings]
    unfilled = [order for recording in recordings for order in recording.unfilled]
    told = [
        *badges,
        *_badges(recordings, account, tables, unfilled, measured),
        *compared.badges,
    ]
    unknown = pd.Series(np.nan, days)
    table = daily_table(
        daily, uncompounded, unknown if compared.returns is None else compared.returns, gains=False
    )
    return RunResult(
        strategy=", ".join(names),
        code=first.code,
        title=" and ".join(dict.fromkeys(recording.title for recording in recordings)),
        rule={} if several else first.rule,
        params=dict(zip(_unique(names), params, strict=True)) if several else first.params,
        settings={**first.settings, "benchmark": compared.name or None},
        versions=versions(),
        data=[description for _, description in seen],
        window=(str(days[1].date()), str(days[-1].date())),
        periods_per_year=periods,
        metrics=measured,
        benchmark=compared.metrics,
        benchmark_name=compared.name,
        benchmark_kind="held" if compared.name else NONE,
        hold_return=compared.metrics.get("total_return"),
        unfilled=[_plain_unfilled(order) for order in unfilled],
        badges=gravest_first(told),
        daily=table if compared.name else table.drop(columns="benchmark_return"),
        trades=_trades(account, first),
        decisions=pd.DataFrame(
            {
                "date": pd.to_datetime([]),
                "instrument": pd.Series([], dtype=object),
                "weight": np.empty(0),
            }
        ),
        orders=orders_table([order for recording in recordings for order in recording.sent]),
        refused=_refused(unfilled),
        bars=tables,
        strips={"not_shown": NO_STRIPS, "fill": None, "cost": None, "capital": None},
    )


def _periods_per_year(tables: Sequence[Bars], days: pd.DatetimeIndex) -> int:
    dates = days.to_numpy(dtype="datetime64[D]")
    frequency, _ = frequency_of(dates)
    calendars = [table.calendar for table in tables] or [infer_calendar(dates)]
    return max(periods_per_year(calendar, frequency) for calendar in calendars)


def _sides(account: Account) -> Sides | None:
    """Return the single instrument that was ever held, or could be; None if there are several."""
    held = list(dict.fromkeys(fill.instrument for fill in account.book.fills))
    one = held or list(account.book.instruments)
    return {one[0]: 1} if len(one) == 1 else None


def _trades(account: Account, recording: Recording) -> pd.DataFrame:
    """Return one row per fill in shares or contracts."""
    table = trades_table(account.book.fills)
    if account.book is recording.ledger:
        return table
    mult = table["instrument"].map({feed.name: feed.mult for feed in recording.feeds})
    each = mult.astype(float)
    return table.assign(size=table["size"] / each, position=table["position"] / each)


def _plain_unfilled(order: Unfilled) -> dict[str, Any]:
    return {**order._asdict(), "date": order.date.isoformat(), "target": None}


def _unique(names: Sequence[str]) -> list[str]:
    return [
        name if names.count(name) == 1 else f"{name} {place + 1}"
        for place, name in enumerate(names)
    ]


def _refused(unfilled: Sequence[Unfilled]) -> int:
    return sum(order.reason in REFUSED.values() for order in unfilled)


@dataclass(frozen=True)
class _Compared:
    """The benchmark: the first feed that was traded, held; without a name there is none."""

    name: str = ""
    returns: pd.Series | None = None
    metrics: dict[str, Any] = field(default_factory=dict)
    badges: Sequence[Badge] = ()


def _compared(account: Account, tables: Sequence[Bars], periods: int) -> _Compared:
    traded = {fill.instrument for fill in account.book.fills}
    days = pd.DatetimeIndex(account.daily.index)
    settings = Settings(cash=account.book.starting_cash)
    for bars in sorted(tables, key=lambda table: table.name not in traded):
        benchmark = Benchmark("held", bars.name, bars.name, {bars: 1.0}, feeds=tuple(tables))
        try:
            returns, measured = benchmark.measured(days, settings, periods)
        except ParameterError:
            continue  # it begins late or ends early
        return _Compared(bars.name, returns, measured, benchmark.badges(days))
    return _Compared(badges=[badge("no benchmark")])


def _badges(
    recordings: Sequence[Recording],
    account: Account,
    tables: Sequence[Bars],
    unfilled: Sequence[Unfilled],
    measured: Mapping[str, Any],
) -> list[Badge]:
    """Return statements on the account of a script."""
    first, book, daily = recordings[0], account.book, account.daily
    found: list[Badge] = []
    if first.ledger is None:
        broker = str(first.settings["broker"]["class"]).rpartition(".")[2]
        found.append(badge("account of the script", broker=broker))
    if book.ruined_on:
        found.append(badge("ruined", day=book.ruined_on))
    if not book.fills:
        found.append(badge("no trades"))
    if count := _refused(unfilled):
        found.append(badge("orders refused", count=count))
    if first.cash_was_set:
        found.append(badge("cash was set"))
    if "deposits" in daily:
        days = int((daily["deposits"] != 0.0).sum())
        found.append(badge("cash was added", amount=f"{daily['deposits'].sum():,.2f}", days=days))
    if "other" in daily:
        found.append(badge("not explained", amount=f"{daily['other'].sum():,.2f}"))
    if first.ledger is None and (missed := _dividends_missed(account)):
        found.append(badge("dividends not paid", amount=f"{missed:,.2f}"))
    charged = measured["pnl"]["commission"] or measured["pnl"]["slippage"]
    if book.fills:
        found.append(badge("costs on" if charged else "no costs"))
    if any(fill.moment == "close" for fill in book.fills) and first.settings["broker"].get("coc"):
        found.append(badge("idealised fill"))
    return [*found, *warning_badges(tables), *price_badges(tables)]


def _dividends_missed(account: Account) -> float:
    """Return the dividends on what was held over the night, if the account was paid none."""
    owed = sum(event.held * event.dividend for event in account.book.ex_dates)
    return 0.0 if account.daily["dividends"].any() else owed
