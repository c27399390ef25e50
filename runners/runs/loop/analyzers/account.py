"""What a broker's account was at each bar of a strategy."""

from __future__ import annotations

from typing import Any

import numpy as np

from .....brokers.errors import RunStopped
from .....brokers.lean.broker import LeanBroker
from .worth import Change, Held, Worth, worth_of

PLAIN = (float, int)
"""Numbers that NumPy computes with as Python does; `numpy.float64` gives other types."""


class Account:
    """Notes what the account is worth as analyzers are told it, in few steps.

    A lean broker's account changes at fills: those are noted, and the values are computed after
    the run, with the same bits. Any other broker is asked at every bar.
    """

    def __init__(self, broker: Any) -> None:
        self._broker = broker
        self._late = True  # the values are computed after the run
        self._seen: int | None = None
        self._changes: list[Change] = []
        self._held: dict[Any, Held] = {}
        self._noted: list[tuple[Any, Any, Any, Any]] = []

    def note(self, bar: int) -> None:
        """Note the account at a bar, after the strategy's `next`, when analyzers act."""
        broker = self._broker
        if (
            self._late
            and broker.__class__ is LeanBroker
            and (broker.changes == self._seen or self._note_change(bar))
        ):
            return
        self._late = False
        self._noted.append(
            (broker.getcash(), broker.getvalue(), broker.fundvalue, broker.fundshares)
        )

    def _note_change(self, bar: int) -> bool:
        """Note what is held from a bar on; return whether its value can be computed later."""
        broker, number = self._broker, len(self._changes)
        cash, shares = broker.cash, broker._fundshares
        if broker.was_set:
            raise RunStopped(
                "cash or a commission is set in the middle of the run, which the fast loop cannot "
                "follow with analyzers: run with --loop stock"
            )
        if type(cash) not in PLAIN or type(shares) not in PLAIN or not shares:
            return False
        if not broker.p.shortcash:
            return False
        for data, position in broker.positions.items():
            terms = broker.getcommissioninfo(data).p
            size, price, multiplier, leverage = row = (
                position.size, position.price, terms.mult, terms.leverage,
            )  # fmt: skip
            if (
                type(size) not in PLAIN
                or type(price) not in PLAIN
                or type(multiplier) not in PLAIN
                or type(leverage) not in PLAIN
                or not leverage
            ):
                return False
            if data not in self._held:
                self._held[data] = Held(number, [])
            self._held[data].rows.append(row)
        self._changes.append((bar, cash, shares))
        self._seen = broker.changes
        return True

    def worth(self, moments: np.ndarray) -> Worth:
        """Return the account at bars with these dates, shape (n_bars,)."""
        late = len(moments) - len(self._noted)
        changes = [change for change in self._changes if change[0] < late]
        return worth_of(changes, self._held, moments[:late], self._noted)
