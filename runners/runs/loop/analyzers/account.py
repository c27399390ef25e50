"""What a broker's account was at each bar of a strategy."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .....brokers.errors import RunStopped
from .....brokers.lean_broker import LeanBroker
from .worth import Held, worth_of

PLAIN = (float, int)
"""Numbers that NumPy computes with as Python does; `numpy.float64` gives other types."""


class Worth(NamedTuple):
    """An account bar by bar, each list of length n_bars, in the types that backtrader has."""

    cash: list[Any]
    values: list[Any]
    """Value of the account after the fills of the bar, at the bar's closes."""
    fund_values: list[Any]
    """Value of one share of the account."""
    shares: list[Any]


class Account:
    """Notes what the account is worth as analyzers are told it, in few steps.

    A lean broker's account changes at fills: those are noted, and the values are computed after
    the run, with the same bits. Any other broker is asked at every bar.
    """

    def __init__(self, broker: Any) -> None:
        self._broker = broker
        self._late = True  # the values are computed after the run
        self._seen: int | None = None
        self._changes: list[tuple[int, Any, Any]] = []  # bar, cash, shares of the account
        self._held: dict[Any, Held] = {}
        self._noted: list[tuple[Any, Any, Any, Any]] = []

    def note(self, bar: int) -> None:
        """Note the account at a bar, after the strategy's `next`, when analyzers act."""
        broker = self._broker
        if self._late and broker.__class__ is LeanBroker:
            if broker.changes == self._seen or self._note_change(bar):
                return
        self._late = False
        self._noted.append(
            (broker.getcash(), broker.getvalue(), broker.fundvalue, broker.fundshares)
        )

    def _note_change(self, bar: int) -> bool:
        """Note what is held from a bar on; return whether its value can be computed later."""
        broker = self._broker
        cash, shares = broker.cash, broker._fundshares
        if broker.cash_was_set:
            raise RunStopped(
                "the cash is set in the middle of the run, which the fast loop cannot follow: "
                "run with --loop stock"
            )
        if not (broker.p.shortcash and _plain(cash) and _plain(shares) and shares):
            return False
        found = []
        for data, position in broker.positions.items():
            terms = broker.getcommissioninfo(data).p
            row = (position.size, position.price, terms.mult, terms.leverage)
            if not (all(map(_plain, row)) and terms.leverage):
                return False
            found.append((data, row))
        for data, row in found:
            held = self._held.get(data)
            if held is None:
                held = self._held[data] = Held(len(self._changes), [])
            held.rows.append(row)
        self._changes.append((bar, cash, shares))
        self._seen = broker.changes
        return True

    def worth(self, moments: np.ndarray) -> Worth:
        """Return the account at bars with these dates, shape (n_bars,)."""
        late = len(moments) - len(self._noted)
        changes = [change for change in self._changes if change[0] < late]
        cash, values, fund_values, shares = worth_of(changes, self._held, moments[:late])
        for noted in self._noted:
            cash.append(noted[0])
            values.append(noted[1])
            fund_values.append(noted[2])
            shares.append(noted[3])
        return Worth(cash, values, fund_values, shares)


def _plain(number: Any) -> bool:
    return type(number) in PLAIN
