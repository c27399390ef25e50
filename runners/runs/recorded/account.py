"""A recorded account as a ledger, day by day, and what its parts leave unexplained."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ....analyzers.daily_account import FLOWS, daily_account
from ....analyzers.ledger_analyzer import Book
from ....brokers.ledger import Aim, Day, ExDate, Fill, Ledger
from ....feeds.arrays import Floats
from ....feeds.errors import BarsError
from ...errors import ParameterError
from .recording import Execution, Moment, Recording

ROUNDING = 1e-9
"""Largest part of a day's profit that rounding explains, as a fraction of the highest value."""


@dataclass(frozen=True)
class Account:
    """A recorded account.

    Attributes
    ----------
    book : Ledger
        As a broker of this package would have kept it. Sizes are multiplied with the money per
        point of a contract, so that a size times a change of price is money.
    daily : DataFrame
        As `daily_account` returns it. ``other`` is what the parts leave unexplained, and
        ``deposits`` is cash that was added, where there is some; with deposits, ``return`` is that
        of a fund's share.
    """

    book: Book
    daily: pd.DataFrame

    def waterfall(self) -> dict[str, float]:
        """Return profit and loss by origin, as `waterfall` does; deposits are no profit."""
        other = [name for name in ("other",) if name in self.daily]
        parts = {name: math.fsum(self.daily[name]) for name in (*FLOWS, *other)}
        added = math.fsum(self.daily["deposits"]) if "deposits" in self.daily else 0.0
        total = self.book.days[-1].equity - self.book.starting_cash - added
        return {**parts, "total": total, "residual": total - math.fsum(parts.values())}


def account_of(recordings: Sequence[Recording]) -> Account:
    """Return the account of the strategies of one cerebro, which share it.

    The value of a day is the broker's after the day's last bar. What backtrader fills at a close
    and books at the next bar (cheat on close) counts on the day of the close, with its costs.

    Raises
    ------
    ParameterError
        The bars run backwards, there are fewer than two days, or a day's value is no number.
    BarsError
        A day's value is no number, since a close is none.
    """
    first = recordings[0]
    if first.ledger is not None:
        return Account(first.ledger, daily_account(first.ledger))
    ends = _last_bars(first)
    executions = sorted(
        (each for recording in recordings for each in recording.executions),
        key=lambda each: each.bar,
    )
    days, fills = _days(first, ends, executions)
    book = Ledger(tuple(feed.name for feed in first.feeds), first.starting_cash, days, fills)
    book.aims = [_aim(fill) for fill in fills]
    book.ex_dates = _ex_dates(first, book)
    book.ruined_on = next((day.date for day in days if day.equity <= 0.0), None)
    return _explained(book, first, _deposits(first, ends), _fund_values(first, ends, days))


def _last_bars(recording: Recording) -> dict[datetime.date, int]:
    """Return date to the place of its last bar, oldest first."""
    moments = recording.moments
    ends = {moment.time.date(): bar for bar, moment in enumerate(moments)}
    if list(ends) != sorted(ends):
        raise ParameterError(
            f"{recording.name}: the bars run backwards in time: give them to the feed oldest first"
        )
    if len(ends) < 2:
        raise ParameterError(f"{recording.name}: ran on {len(ends)} day, and a report needs two")
    for day, bar in ends.items():
        if not math.isfinite(moments[bar].value):
            sizes, closes = moments[bar].sizes, moments[bar].closes
            unknown = {
                feed.name: size
                for feed, size, close in zip(recording.feeds, sizes, closes, strict=True)
                if not math.isfinite(close)
            }
            # No position times a close that is none is no number either.
            unknown = {name: size for name, size in unknown.items() if size} or unknown
            worth = f"{recording.name}: the account is worth {moments[bar].value} on {day}"
            if unknown:
                raise BarsError(f"{worth}: the close of {', '.join(unknown)} is none")
            raise ParameterError(worth)
    return ends


def _days(
    recording: Recording, ends: dict[datetime.date, int], executions: Sequence[Execution]
) -> tuple[list[Day], list[Fill]]:
    moments, feeds = recording.moments, recording.feeds
    dates = [moment.time.date() for moment in moments]
    starts = {date: bar for bar, date in reversed(list(enumerate(dates)))}
    late: dict[datetime.date, list[tuple[int, Execution]]] = {}
    held = [0.0] * len(feeds)
    fills: list[Fill] = []
    for each in executions:
        feed, date = feeds[each.feed], dates[each.bar]
        if each.date < date and each.bar:  # at a close, and booked at the bar after it
            date = dates[each.bar - 1]
            late.setdefault(date, []).append((each.bar - 1, each))
        held[each.feed] += each.size
        units = each.size * feed.mult
        fills.append(
            Fill(
                date,
                each.moment,
                feed.name,
                units,
                each.price,
                each.reference,
                each.commission,
                units * (each.price - each.reference),
                math.nan,
                held[each.feed] * feed.mult,
            )
        )
    days = []
    for date, bar in ends.items():
        moment = moments[bar]
        value, cash, sizes = moment.value, moment.cash, list(moment.sizes)
        for before, each in late.get(date, ()):
            close = moments[before].closes[each.feed]
            mult = feeds[each.feed].mult
            value += each.size * mult * (close - each.price) - each.commission
            cash -= each.size * mult * each.price + each.commission
            sizes[each.feed] += each.size
        days.append(
            Day(
                date,
                value,
                cash,
                tuple(size * feed.mult for size, feed in zip(sizes, feeds, strict=True)),
                moments[starts[date]].opens,
                moment.closes,
                0.0,
                0.0,
                0.0,
            )
        )
    return days, sorted(fills, key=lambda fill: fill.date)


def _aim(fill: Fill) -> Aim:
    side = float(np.sign(fill.position))
    return Aim(fill.date, fill.moment, fill.instrument, side, fill.reference)


def _ex_dates(recording: Recording, book: Ledger) -> list[ExDate]:
    """Return the ex-dates within the account's days, oldest first."""
    place = {day.date: t for t, day in enumerate(book.days)}
    found = []
    for k, feed in enumerate(recording.feeds):
        for time, (*_, dividend) in feed.rows:
            t = place.get(time.date())
            if t and dividend > 0.0:
                held = book.days[t - 1].holdings[k]
                found.append(ExDate(time.date(), feed.name, dividend, held))
    return sorted(found, key=lambda event: event.date)


def _deposits(recording: Recording, ends: dict[datetime.date, int]) -> Floats:
    """Return the cash that was added to the account on each day, of any sign."""
    moments = recording.moments
    shares = np.array([recording.fund_shares, *(moment.fund_shares for moment in moments)])
    worth = np.array([_first_fund_value(recording), *(m.fund_value for m in moments[:-1])])
    added = np.diff(shares)
    flows = np.where(np.abs(added) > ROUNDING * np.abs(shares[1:]), added * worth, 0.0)
    bars = list(ends.values())
    return np.add.reduceat(flows, [0, *(bar + 1 for bar in bars[:-1])])


def _first_fund_value(recording: Recording) -> float:
    return recording.starting_cash / recording.fund_shares


def _fund_values(
    recording: Recording, ends: dict[datetime.date, int], days: Sequence[Day]
) -> Floats:
    """Return the value of a fund's share after each day."""
    moments = [recording.moments[bar] for bar in ends.values()]
    return np.array([_fund_value(moment, day) for moment, day in zip(moments, days, strict=True)])


def _fund_value(moment: Moment, day: Day) -> float:
    return moment.fund_value * (day.equity / moment.value) if moment.value else moment.fund_value


def _explained(book: Ledger, recording: Recording, deposits: Floats, fund: Floats) -> Account:
    """Name what price, commission and slippage leave unexplained of each day's profit."""
    daily = daily_account(book)
    equity = daily["equity"].to_numpy()
    gains = np.diff(equity, prepend=book.starting_cash) - deposits
    scale = ROUNDING * np.abs(equity).max()
    rest = gains - daily[list(FLOWS)].sum(axis=1).to_numpy()
    rest[np.abs(rest) <= scale] = 0.0
    owed = np.zeros(len(equity))
    place = {day.date: t for t, day in enumerate(book.days)}
    for event in book.ex_dates:
        owed[place[event.date]] += event.held * event.dividend
    paid = np.where((owed != 0.0) & (np.abs(rest - owed) <= scale), owed, 0.0)
    rest -= paid
    rest[np.abs(rest) <= scale] = 0.0
    as_interest = any(feed.interest for feed in recording.feeds) and not paid.any()
    interest = rest if as_interest else np.zeros(len(rest))
    book.days[:] = [
        day._replace(dividends=float(dividends), interest=float(booked))
        for day, dividends, booked in zip(book.days, paid, interest, strict=True)
    ]
    daily = daily_account(book)
    if rest.any() and not as_interest:
        daily["other"] = rest
    if deposits.any():
        daily["deposits"] = deposits
        base = np.concatenate(([math.nan], [_first_fund_value(recording)], fund[1:-1]))[: len(fund)]
        daily["return"] = np.where(np.isnan(base), math.nan, fund / base - 1.0)
    return Account(book, daily)
