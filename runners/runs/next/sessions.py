"""From orders of bars to orders of sessions: which auction fills them, and on which day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ....feeds.bars import Bars
from ....feeds.next_bars import next_dates, next_session
from ....feeds.open_to_open import CLOSE, OPEN, close_of
from ..labels.bar_ends import common_end
from .orders import LIMIT, ON_CLOSE, ON_OPEN, STOP, Condition, Order


def ends_at(tables: Iterable[Bars]) -> str:
    """Return which price of a session the closes of tables are, as `common_end` names it."""
    return common_end(close_of(table.origin.notes) for table in tables)


def in_sessions(
    orders: Iterable[Order], tables: Sequence[Bars], as_of: datetime.date
) -> list[Order]:
    """Return orders as they are sent to an exchange.

    Parameters
    ----------
    orders : iterable of Order
        Their kind and day are those of bars: at the close of a bar is market-on-close on the bar's
        date, at the open of a bar market-on-open.
    tables : sequence of Bars
        The bars of every instrument.
    as_of : date
        The last bar.

    Returns
    -------
    list of Order
        Of bars that end at the open: the close of a bar is market-on-open, and the next bar's open
        is market-on-close in the session of the last bar. A weekly or monthly bar opens in the
        first session of its period. An instrument whose exchange is shut on a day trades on its
        next one.
    """
    by_name = {table.name: table for table in tables}
    return [_in_sessions(order, by_name, as_of) for order in orders]


def notes_on(orders: Iterable[Order], tables: Sequence[Bars]) -> list[str]:
    """Return what to do if the session in which an order of `in_sessions` was due is over."""
    at_open = {table.name for table in tables if close_of(table.origin.notes) == OPEN}
    due = {each.on for each in orders if each.instrument in at_open and each.order == ON_CLOSE}
    return [
        f"If the close of {day} has passed, the order is too late: run again with the next bar."
        for day in sorted(day for day in due if day)
    ]


def _in_sessions(order: Order, tables: dict[str, Bars], as_of: datetime.date) -> Order:
    table = tables[order.instrument]
    at_open = close_of(table.origin.notes) == OPEN
    order = replace(
        order,
        on=_day(order, table, as_of),
        conditions=tuple(_condition(each, tables) for each in order.conditions),
    )
    if order.order in (LIMIT, STOP):
        return replace(order, words=", ".join(filter(None, (order.words, _span(order, table)))))
    if not at_open:
        return order
    if order.order == ON_CLOSE:
        return replace(order, order=ON_OPEN)
    return replace(order, order=ON_CLOSE, on=table.dates[-1].item())


def _condition(each: Condition, tables: dict[str, Bars]) -> Condition:
    return each._replace(at=close_of(tables[each.of].origin.notes))


def _day(order: Order, table: Bars, as_of: datetime.date) -> datetime.date | None:
    """Return the day of an order's fill on the instrument's own calendar."""
    if order.on is None or order.on <= as_of:
        return order.on
    if order.order == ON_OPEN:
        return next_session(table, as_of)
    later = [day for day in next_dates(table).tolist() if day >= order.on]
    return later[0] if later else order.on


def _span(order: Order, table: Bars) -> str:
    """Return the time over which a limit or stop works, where it is not the day that is named."""
    last: datetime.date = table.dates[-1].item()
    if close_of(table.origin.notes) != CLOSE:
        return f"from the open of {last} to that of {order.on}"
    first = next_session(table, last)
    if table.frequency == "day" or order.on is None or first >= order.on:
        return ""
    return f"from {first} on"
