"""A broker for target weights: three times of fill, two ways to size an order."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

import backtrader as bt

from ..feeds.conventions import FILLS, SIZES_AT
from .errors import BrokerError
from .exact_broker import NO_BAR_LEFT, ExactBroker
from .ledger import Aim, Unfilled, instrument
from .sent_orders import target_sent
from .sizing import order_size, target_shares

MOMENTS = dict(zip(FILLS, ("close", "open", "close"), strict=True))
"""The moment of the day at which each fill is."""


class _Ticket(NamedTuple):
    """A target weight that waits for its fill."""

    decided_on: datetime.date
    owner: Any
    data: Any
    weight: float
    fill: str
    shares: float | None
    """Fixed at the decision, or None: sized at the fill."""


class PlaybookBroker(ExactBroker):
    """The exact account, for strategies that order target weights.

    Parameters
    ----------
    whole_shares : bool
        Round targets towards zero to whole shares.

    Notes
    -----
    All orders of one moment are sized from one account value, before the first of them fills; costs
    come on top. Where an instrument has no bar today, its order waits for its next one; a newer
    order for the same moment replaces it. The other parameters are those of `ExactBroker`.
    """

    params = (("whole_shares", False),)

    def init(self) -> None:
        """Open an empty account; backtrader calls this before every run."""
        super().init()
        self._tickets: list[_Ticket] = []

    def cannot(self, fill: str, size_at: str = "fill") -> str | None:
        """Return why orders cannot be filled and sized like this, or None where they can."""
        if fill not in FILLS:
            return f"fill must be one of {', '.join(FILLS)}, got {fill!r}"
        if size_at not in SIZES_AT:
            return f"size_at must be one of {', '.join(SIZES_AT)}, got {size_at!r}"
        return None

    def order_targets(
        self,
        owner: bt.Strategy,
        targets: Mapping[Any, float],
        *,
        fill: str = "close",
        size_at: str = "fill",
    ) -> None:
        """Order feeds to target weights of the account's value.

        Parameters
        ----------
        owner : Strategy
            Who is notified of the orders.
        targets : mapping of feed to float
            Signed weights; a feed that is not named keeps what it holds.
        fill : {"close", "next_open", "next_close"}
            At this bar's close, the next bar's open or the next bar's close.
        size_at : {"fill", "decision"}
            Shares from the account's value and the price at the fill, or at this bar's close.

        Raises
        ------
        BrokerError
            An unknown `fill` or `size_at`.
        RunStopped
            The targets' gross exposure passes `max_gross`.
        """
        if reason := self.cannot(fill, size_at):
            raise BrokerError(reason)
        if not targets:
            return
        self._weights.update(targets)
        self._check_order(
            self._weights, ", ".join(f"{instrument(d)} to {w:+.4g}" for d, w in targets.items())
        )
        for data, weight in targets.items():
            self._ledger.sent.append(target_sent(data, weight, fill, self._today))
            shares = self._shares(data, weight, self._value, data.close[0])
            fixed = shares if size_at == "decision" else None
            self._queue(_Ticket(self._today, owner, data, weight, fill, fixed))
        if fill == "close":
            self._fill_at("close")
            self._settle()

    def settle(self, owner: bt.Strategy, data: Any) -> None:
        """Close a position in a feed that has no bars any more, at its last close and with costs.

        Orders that wait for its next bar are recorded as unfilled.
        """
        waits = [ticket for ticket in self._tickets if ticket.data is data]
        self._ledger.unfilled += [_unfilled(ticket, "settled instead") for ticket in waits]
        self._tickets = [ticket for ticket in self._tickets if ticket.data is not data]
        self._weights[data] = 0.0
        if held := self.positions[data].size:
            self._trade(owner, data, -held, data.close[0], "settled", 0.0)
        self._settle()

    @property
    def unfilled(self) -> list[Unfilled]:
        """Orders that never filled, and those that still wait."""
        return super().unfilled + [_unfilled(ticket, NO_BAR_LEFT) for ticket in self._tickets]

    def _shares(self, data: Any, weight: float, value: float, price: float) -> float:
        return target_shares(weight, value, price, whole=self.p.whole_shares)

    def _queue(self, ticket: _Ticket) -> None:
        """Queue a ticket; it replaces an older one for the same feed and moment."""
        waiting = []
        for old in self._tickets:
            if old.data is ticket.data and MOMENTS[old.fill] == MOMENTS[ticket.fill]:
                self._ledger.unfilled.append(_unfilled(old, "replaced before it could fill"))
            else:
                waiting.append(old)
        self._tickets = [*waiting, ticket]

    def _fill_at(self, moment: str) -> None:
        """Fill the tickets that are due, all sized from one account value."""
        if not self._tickets:
            return
        due: list[_Ticket] = []
        later: list[_Ticket] = []
        for ticket in self._tickets:
            its_moment = MOMENTS[ticket.fill] == moment
            its_day = ticket.fill == "close" or ticket.decided_on < self._today
            now = its_moment and its_day and ticket.data in self._trading
            (due if now else later).append(ticket)
        self._tickets = later
        value = self._value_at(moment)
        for ticket in due:
            data = ticket.data
            price = data.open[0] if moment == "open" else data.close[0]
            shares = ticket.shares
            if shares is None:
                shares = self._shares(data, ticket.weight, value, price)
            size = order_size(self.positions[data].size, shares)
            if size:
                self._trade(ticket.owner, data, size, price, moment, ticket.weight)
            self._ledger.aims.append(
                Aim(self._today, moment, instrument(data), ticket.weight, price)
            )


def _unfilled(ticket: _Ticket, reason: str) -> Unfilled:
    return Unfilled(ticket.decided_on, instrument(ticket.data), ticket.weight, ticket.fill, reason)
