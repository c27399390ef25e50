"""What a strategy did, day by day: the orders it sent, its decisions, the account's value."""

from __future__ import annotations

import contextlib
import datetime
import io
import traceback
from collections.abc import Sequence
from typing import Any, NamedTuple

import backtrader as bt

from ....brokers.ledger import Sent
from ....feeds.bars import Bars
from ....feeds.bars_feed import BarsFeed
from ..bars.unchanged import check_unchanged
from ..cerebro import cerebro_of, strategy_that_ran, tell_days
from ..inputs import Inputs
from ..loop.cursors import OnCursor
from ..prepared import Prepared
from ..stages import Days
from .bars_so_far import BarsSoFar
from .heard import Heard

READING = (bt.linebuffer.LineBuffer.__getitem__.__code__, OnCursor.__getitem__.__code__)
"""What reads an entry of a line, in backtrader's loop and in the fast one."""


class Stated(NamedTuple):
    """The target weight of one feed in one decision."""

    date: datetime.date
    session: str
    instrument: str
    weight: float


class Value(NamedTuple):
    """The account's value after a close."""

    date: datetime.date
    equity: float


class Trace(NamedTuple):
    """What a strategy did, oldest first."""

    sent: list[Sent]
    stated: list[Stated]
    values: list[Value]
    fills: list[datetime.date]
    """Days of the fills."""
    early: list[Sent]
    """The orders of `sent` that a timer sent before the account's day began, with its open."""
    failed: Exception | None
    """What ended the run, if anything did."""
    failed_on: datetime.date | None
    """The bar at which it ended; None before the first."""
    missing: str | None
    """The value whose reading ended it, where it was one of a feed: "close[1] of SPY"."""


class _Watch(bt.Analyzer):
    """Count the orders sent at each bar, so that those of `stop` stay out; end after a day."""

    params = (("until", None),)

    def start(self) -> None:
        self.sent = 0

    def prenext(self) -> None:
        self.sent = len(self.strategy.broker.ledger.sent)
        if self.p.until is not None and self.strategy.datetime.date(0) >= self.p.until:
            self.strategy.cerebro.runstop()

    nextstart = next = prenext


class _Unread(io.TextIOBase):
    """Where the words of a strategy go that is run some thirty times."""

    def write(self, text: str) -> int:
        return len(text)


def traced(
    run: Prepared,
    heard: Heard,
    *,
    tables: Sequence[Bars] | None = None,
    inputs: Inputs | None = None,
    until: datetime.date | None = None,
    one_by_one: bool = False,
    reached: Days | None = None,
) -> Trace:
    """Run a strategy and return what it did; an error ends the trace, and what it prints is lost.

    Parameters
    ----------
    run : Prepared
        The run.
    heard : Heard
        Listens to what the strategy opens.
    tables, inputs : optional
        Other bars and inputs than those of the run.
    until : date, optional
        The last day that is wanted: the run ends with it. Bars after it are loaded all the same.
    one_by_one : bool
        Deliver the bars one by one, from feeds that hold no later ones.
    reached : callable, optional
        Called with each day, once the account has begun it.
    """
    bars = run.tables if tables is None else tables
    cerebro = cerebro_of(
        run.kind,
        bars,
        run.params,
        run.settings,
        run.opens,
        inputs=run.inputs if inputs is None else inputs,
        costs=run.costs,
        preload=not one_by_one,
        feed=BarsSoFar if one_by_one else BarsFeed,
    )
    cerebro.addanalyzer(_Watch, _name="watch", until=until)
    begun = _count_at_the_open(cerebro.broker)
    if reached is not None:
        tell_days(cerebro.broker, reached)
    failed = None
    with heard, contextlib.redirect_stdout(_Unread()):
        try:
            ran = strategy_that_ran(cerebro)
        except Exception as error:  # whatever the strategy's own code raises
            failed = error
    if filler := _own_filler(cerebro.broker):
        heard.note("lets", f"its filler {filler} see the whole bar")
    if failed is None:
        check_unchanged(bars, cerebro.datas, cerebro.broker.ledger)
        run.check_bars_needed(ran)
        return _trace(run, ran, cerebro, begun, None)
    ran = next(iter(getattr(cerebro, "runningstrats", ())), None)
    return _trace(run, ran, cerebro, begun, failed)


def _own_filler(broker: Any) -> str | None:
    """Return the name of a user's filler, which says how much of an order fills in a bar."""
    filler = broker.p.filler
    if filler is None or type(filler).__module__ == bt.fillers.__name__:
        return None
    return str(getattr(filler, "__name__", type(filler).__name__))


def _count_at_the_open(broker: Any) -> dict[datetime.date, int]:
    """Return a mapping that fills with the number of orders sent when the account begins a day."""
    counted: dict[datetime.date, int] = {}
    begin = broker.next

    def begin_counted() -> None:
        sent = len(broker.ledger.sent)
        try:
            begin()
        finally:
            counted[broker.newest_day] = sent

    broker.next = begin_counted
    return counted


def _trace(
    run: Prepared,
    ran: Any,
    cerebro: Any,
    begun: dict[datetime.date, int],
    failed: Exception | None,
) -> Trace:
    if ran is None:
        return Trace([], [], [], [], [], failed, None, None)
    ledger = cerebro.broker.ledger
    sent = ledger.sent if failed else ledger.sent[: ran.analyzers.watch.sent]
    stated = [
        Stated(decision.date, decision.session, data._name, weight)
        for decision in getattr(ran, "decisions", ())
        if decision.date >= run.opens
        for data, weight in zip(ran.datas, decision.weights, strict=True)
    ]
    return Trace(
        list(sent),
        stated,
        [Value(day.date, day.equity) for day in ledger.days],
        [fill.date for fill in ledger.fills],
        [order for place, order in enumerate(sent) if place < begun.get(order.date, 0)],
        failed,
        ran.datetime.date(0) if failed and len(ran) else None,
        _missing(failed, ran.datas) if isinstance(failed, IndexError) else None,
    )


def _missing(error: IndexError, datas: Sequence[Any]) -> str | None:
    """Return the line of a feed, and how far ahead, that an IndexError comes from."""
    lines = {
        id(line): f"{data.getlinealiases()[place]}[{{}}] of {data._name}"
        for data in datas
        for place, line in enumerate(data.lines.itersize())
    }
    for frame, _ in traceback.walk_tb(error.__traceback__):
        inside = frame.f_locals
        if frame.f_code in READING:
            shown = lines.get(id(inside["self"]))
            if shown is not None:
                return shown.format(inside["ago"])
    return None
