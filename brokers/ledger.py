"""The ledger of an account: every fill, every ex-date, and the holdings after each close."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Fill(NamedTuple):
    """One filled order."""

    date: datetime.date
    moment: str
    """"open" or "close"; "during" for a limit or stop order inside the bar."""
    instrument: str
    size: float
    """Signed shares."""
    price: float
    """What was paid, slippage and half the spread included."""
    reference: float
    """The market's price at that moment."""
    commission: float
    """Account currency, >= 0."""
    slippage: float
    """Account currency, half the spread included: size x (price - reference). >= 0, unless costs of
    your own fill better than the market's price."""
    target: float
    """The weight that the order was to reach; NaN for an order of so many shares."""
    position: float
    """Signed shares held afterwards."""


class ExDate(NamedTuple):
    """One ex-dividend date of an instrument."""

    date: datetime.date
    instrument: str
    dividend: float
    """Cash per share."""
    held: float
    """Signed shares held over the night before."""


class Aim(NamedTuple):
    """A target weight that came into force: by a fill, or because it was already met."""

    date: datetime.date
    moment: str
    instrument: str
    weight: float
    reference: float


class Unfilled(NamedTuple):
    """An order that was never filled."""

    date: datetime.date
    """Day of the decision."""
    instrument: str
    target: float
    fill: str
    reason: str


class Sent(NamedTuple):
    """One order, or the cancellation of one, as the strategy sent it."""

    date: datetime.date
    instrument: str
    kind: str
    """backtrader's name of the order type, "Market" or "StopTrail"; "Cancel"; or "Target"."""
    size: float
    """Signed shares; NaN for a target weight."""
    target: float
    """The weight to reach; NaN for an order of so many shares."""
    fill: str
    """Where it may fill: "close", "next_open" or "next_close"; empty for other kinds."""
    price: float
    """Of a limit or stop; NaN where there is none."""
    limit: float
    """The limit of a stop-limit order; NaN where there is none."""
    trail: float
    """Distance of a trailing stop: an amount, or a fraction below 1; NaN where there is none."""
    valid: str
    """Day up to which it is valid, as ISO text; empty where it has no end."""


class Day(NamedTuple):
    """The account after the last fill of a close."""

    date: datetime.date
    equity: float
    cash: float
    holdings: tuple[float, ...]
    """Signed shares, in the order of `Ledger.instruments`."""
    opens: tuple[float, ...]
    closes: tuple[float, ...]
    """Last known opens and closes in the same order; NaN before an instrument's first bar."""
    dividends: float
    borrow: float
    interest: float


@dataclass
class Ledger:
    """What happened, oldest first; the only place that analyzers read.

    Attributes
    ----------
    instruments : tuple of str
        Names of the feeds, in their order.
    starting_cash : float
        Account currency on the day the account was opened, before its first fill.
    """

    instruments: tuple[str, ...]
    starting_cash: float
    days: list[Day] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    aims: list[Aim] = field(default_factory=list)
    ex_dates: list[ExDate] = field(default_factory=list)
    unfilled: list[Unfilled] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    ruined_on: datetime.date | None = None

    def close_day(self, day: Day) -> None:
        """Write the account after a close; a second call on one date replaces the first."""
        if self.days and self.days[-1].date == day.date:
            self.days[-1] = day
        else:
            self.days.append(day)


def instrument(data: Any) -> str:
    """Return the name of a feed, as the ledger writes it."""
    return str(data._name or f"data{data._id - 1}")
