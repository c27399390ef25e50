"""The result of a cerebro of a user's own, from what its recorders kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ....analyzers import statistics
from ....analyzers.ex_dividend_dates import ex_dividend_dates
from ....analyzers.ledger_analyzer import Sides
from ....analyzers.round_trips import round_trips
from ....analyzers.switches import switch_dates
from ....analyzers.trade_figures import trade_figures
from ....analyzers.uncompounded_gain import uncompounded_gain
from ....brokers.ledger import Unfilled
from ....feeds.bars import Bars
from ....feeds.calendars import periods_per_year
from ....feeds.tidy.calendar_fit import infer_calendar
from ....feeds.tidy.spacing import frequency_of
from ...errors import ParameterError
from .. import metrics
from ..by_instrument import attribution_of, holdings_of
from ..labels.badge_texts import gravest_first
from ..labels.benchmark_names import NONE
from ..lines.asked import Lines, laid
from ..provenance import versions
from ..relative import Market, relative
from ..result import Badge, RunResult
from ..tables import daily_table, orders_table, trades_table
from ..trips_in_sessions import in_sessions
from .account import Account, account_of
from .badges import account_badges, refused
from .compared import compared_with
from .ran import recordings_of
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


def result_of(recordings: Sequence[Recording], badges: Sequence[Badge] = ()) -> RunResult:
    """Return the result of the strategies of one cerebro; `badges` are stated beside its own."""
    first = recordings[0]
    for recording in recordings:
        if recording.lines_fault:
            raise ParameterError(recording.lines_fault)
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
        "win_rate": dataclasses.asdict(
            statistics.win_loss(daily["return"].to_numpy()[1:], daily["invested"].to_numpy()[1:])
        ),
        "switches": {"count": None if sides is None else len(switch_dates(book, sides))},
        "ex_dividend": ex_dividend_dates(book, sides),
        "waterfall": account.waterfall(),
    }
    ruined_on = book.ruined_on.isoformat() if book.ruined_on else None
    measured = metrics.of_run(analyses, ruined_on, periods, 0.0)
    trips = in_sessions(round_trips(_as_paid(book, first), tables), tables)
    compared = compared_with(account, tables, periods)
    several = len(recordings) > 1
    params = [recording.params for recording in recordings]
    names = [recording.name for recording in recordings]
    unfilled = [order for recording in recordings for order in recording.unfilled]
    told = [
        *badges,
        *account_badges(recordings, account, tables, unfilled, measured),
        *compared.badges,
    ]
    beside = pd.Series(np.nan, days) if compared.returns is None else compared.returns
    table = daily_table(daily, uncompounded, beside, gains=False)
    parts: dict[str, Any] = {}
    if len(first.feeds) > 1:
        parts = {
            "relative": relative(table["return"].iloc[1:], Market(compared.name, beside), periods),
            "holdings": _holdings(account, first, trips),
            "attribution": attribution_of(book, trips, {}, measured["pnl"]),
        }
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
        round_trips=trips,
        trade_figures=trade_figures(trips, book.fills, daily, periods),
        decisions=pd.DataFrame(
            {
                "date": pd.to_datetime([]),
                "instrument": pd.Series([], dtype=object),
                "weight": np.empty(0),
            }
        ),
        orders=orders_table([order for recording in recordings for order in recording.sent]),
        refused=refused(unfilled),
        sends_orders=True,
        bars=tables,
        lines=_lines(recordings, days[0]),
        strips={"not_shown": NO_STRIPS, "fill": None, "cost": None, "capital": None},
        **parts,
    )


def _as_paid(book: Any, recording: Recording) -> Any:
    """Return a ledger with the ex-dates on which the broker paid; not every broker does."""
    if book is recording.ledger:
        return book
    paid = {day.date for day in book.days if day.dividends}
    return dataclasses.replace(book, ex_dates=[ex for ex in book.ex_dates if ex.date in paid])


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


def _lines(recordings: Sequence[Recording], first: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Return the lines of all strategies by feed; of one label a later one has a number."""
    found: Lines = {}
    for recording in recordings:
        for feed, lines in recording.lines.items():
            known = found.setdefault(feed, {})
            for label, values in lines.items():
                name, again = label, 2
                while name in known:
                    name, again = f"{label} ({again})", again + 1
                known[name] = values
    return laid(found, {feed.name: feed.dates() for feed in recordings[0].feeds}, first)


def _trades(account: Account, recording: Recording) -> pd.DataFrame:
    """Return one row per fill in shares or contracts."""
    table = trades_table(account.book.fills)
    each = table["instrument"].map(_money_per_point(account, recording)).astype(float)
    return table.assign(size=table["size"] / each, position=table["position"] / each)


def _holdings(account: Account, recording: Recording, trips: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what is held after the last close, in shares or contracts."""
    each = _money_per_point(account, recording)
    return [
        held | {"shares": held["shares"] / each[held["instrument"]]}
        for held in holdings_of(account.book, trips, {})
    ]


def _money_per_point(account: Account, recording: Recording) -> dict[str, float]:
    """Return what the sizes of an account's ledger are multiplied with, by instrument."""
    own = account.book is recording.ledger
    return {feed.name: 1.0 if own else float(feed.mult) for feed in recording.feeds}


def _plain_unfilled(order: Unfilled) -> dict[str, Any]:
    return {**order._asdict(), "date": order.date.isoformat(), "target": None}


def _unique(names: Sequence[str]) -> list[str]:
    return [
        name if names.count(name) == 1 else f"{name} {place + 1}"
        for place, name in enumerate(names)
    ]
