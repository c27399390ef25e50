"""Orders that a run has already decided: those of its last close, and those that wait."""

from __future__ import annotations

import datetime

from ....brokers.ledger import Ledger
from .orders import ON_CLOSE, Order


def filled_on(ledger: Ledger, day: datetime.date) -> list[Order]:
    """Return what an account traded at the close of a day."""
    return [
        Order(
            instrument=fill.instrument,
            size=fill.size,
            held=fill.position - fill.size,
            weight=None if fill.target != fill.target else fill.target,
            order=ON_CLOSE,
            on=day,
            price=fill.price,
        )
        for fill in ledger.fills
        if fill.date == day and fill.moment == "close"
    ]
