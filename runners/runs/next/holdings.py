"""What a run holds after its last bar: weights, since when, and the profit so far."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ....analyzers.holdings import opening_fills
from ....brokers.ledger import Fill, Ledger
from ....feeds.bars import Bars
from ....feeds.fill_days import fill_days
from ..labels.formats import counted, percent

SHOWN = 3
"""Holdings that a line names; more of them make a table."""


class Holding(NamedTuple):
    """A position that is open after the last close."""

    instrument: str
    shares: float
    """Signed."""
    price: float
    """The last close."""
    weight: float
    """Signed fraction of the account's value."""
    since: datetime.date | None
    """Day of the fill that opened it on this side."""
    entry: float
    """Average price paid, account currency."""
    remarks: Mapping[str, Any]
    """What else the strategy says of it."""

    @property
    def profit(self) -> float:
        """Gain since the entry, account currency; dividends and costs do not count."""
        return self.shares * (self.price - self.entry)

    @property
    def gain(self) -> float:
        """Gain since the entry as a fraction of what was paid."""
        side = 1.0 if self.shares > 0 else -1.0
        return side * (self.price / self.entry - 1.0)

    def plain(self) -> dict[str, Any]:
        """Return the holding as JSON values."""
        return {
            "instrument": self.instrument,
            "shares": self.shares,
            "price": self.price,
            "value": self.shares * self.price,
            "weight": self.weight,
            "since": self.since.isoformat() if self.since else None,
            "entry": self.entry,
            "profit": self.profit,
            "gain": self.gain,
            **self.remarks,
        }


def holdings_of(
    ledger: Ledger,
    entries: Mapping[str, float],
    remarks: Mapping[str, Mapping[str, Any]],
    tables: Sequence[Bars] = (),
) -> list[Holding]:
    """Return what an account holds, the largest weights first.

    Parameters
    ----------
    ledger : Ledger
        The account's book.
    entries : mapping of str to float
        Instrument to the average price of its position.
    remarks : mapping of str to mapping
        Instrument to what the strategy says of it.
    tables : sequence of Bars
        The bars, which tell the session of a fill; without them it is the bar's date.
    """
    if not ledger.days:
        return []
    day = ledger.days[-1]
    since = _since(ledger, tables)
    found = [
        Holding(
            name,
            shares,
            price,
            shares * price / day.equity if day.equity > 0 else 0.0,
            since.get(name),
            entries.get(name, price),
            remarks.get(name, {}),
        )
        for name, shares, price in zip(ledger.instruments, day.holdings, day.closes, strict=True)
        if shares
    ]
    return sorted(found, key=lambda each: (-abs(each.weight), each.instrument))


def position_words(holdings: Sequence[Holding]) -> str:
    """Return what is held as a sentence; of more than `SHOWN` positions their sums."""
    if not holdings:
        return "nothing held."
    if len(holdings) > SHOWN:
        long = sum(each.weight for each in holdings if each.weight > 0)
        short = sum(each.weight for each in holdings if each.weight < 0)
        return (
            f"{counted(len(holdings), 'position')}, long {percent(long, 1)}, "
            f"short {percent(-short, 1)}."
        )
    return "; ".join(map(_holding, holdings)) + "."


def _holding(each: Holding) -> str:
    side = "long" if each.shares > 0 else "short"
    since = f" since {each.since}" if each.since else ""
    gain = f"{'gained' if each.gain >= 0 else 'lost'} {percent(abs(each.gain), 1)} in price"
    return f"{side} {weight_text(abs(each.weight))} in {each.instrument}{since}, {gain}"


def weight_text(weight: float) -> str:
    """Return a weight in percent, with a decimal only where there is one."""
    digits = 0 if abs(100.0 * weight - round(100.0 * weight)) < 0.05 else 1
    return percent(weight, digits)


def _since(ledger: Ledger, tables: Sequence[Bars]) -> dict[str, datetime.date]:
    """Return for each instrument the day of the fill that brought it to its present side."""
    by_name = {table.name: table for table in tables}
    return {
        name: _session(fill, by_name[name]) if name in by_name else fill.date
        for name, fill in opening_fills(ledger.fills).items()
    }


def _session(fill: Fill, table: Bars) -> datetime.date:
    days, _ = fill_days(table, [np.datetime64(fill.date, "D")], [fill.moment])
    session: datetime.date = days[0].item()
    return session
