"""backtrader's own broker in fewer steps, with the same bits."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import backtrader as bt
from backtrader.comminfo import CommInfoBase

from .orders import fill
from .positions import after_fill, lean, plain
from .value import LeanValue

BackBroker, Order = bt.brokers.BackBroker, bt.Order

OF_THE_RUN = (
    "_stale", "_cash_at_end", "_positions_at_end", "_families", "moment", "changes", "was_set"
)  # fmt: skip
"""What a lean broker knows beside what backtrader's does."""


class LeanBroker(LeanValue):
    """A `BackBroker` that leaves out what changes nothing for shares.

    That is the value of the account at bars at which nobody reads it, interest at a rate of zero,
    and the daily cash of futures.

    Notes
    -----
    `lend` gives the class to a broker that is exactly a `BackBroker`, for an account that holds
    shares alone; `take_back` ends that, also when the strategy sets another commission scheme.
    """

    moment = -math.inf
    """backtrader's date of the newest bar, told by the run."""

    # -- a bar ----------------------------------------------------------------------------------

    def next(self) -> None:
        """Take the account to the newest bar."""
        while self._toactivate:
            self._toactivate.popleft().activate()
        if self.submitted and self.p.checksubmit:
            self.check_submitted()
        self.cash -= 0.0  # interest: whole cash becomes a float
        if self.pending:
            self._try_pending()
        if self._cash_addition or not self.p.shortcash:
            self._get_value()
        else:
            self._stale = True
            self._cash_at_end, self._positions_at_end = self.cash, len(self.positions)

    def _try_pending(self) -> None:
        """Offer each waiting order the newest bar, in their order."""
        pending = self.pending
        pending.append(None)  # other orders' ends may take some out meanwhile
        while (order := pending.popleft()) is not None:
            if order.expire():
                self.notify(order)
                self._ococheck(order)
                self._bracketize(order, cancel=True)
            elif not order.active():
                pending.append(order)
            else:
                self._try_exec(order)
                if order.alive():
                    pending.append(order)
                elif order.status == Order.Completed:
                    self._bracketize(order)

    # -- orders ---------------------------------------------------------------------------------

    def submit(self, order: Any, check: bool = True) -> Any:
        """Take an order; a child waits for the last of its bracket."""
        if order.params.parent is not None or not order.params.transmit:
            return super().submit(order, check)
        self._pchildren[order.ref].append(order)
        return self.transmit(order, check)

    def transmit(self, order: Any, check: bool = True) -> Any:
        """Queue an order for the check at the next bar, or for its fill."""
        if not (check and self.p.checksubmit):
            self.submit_accept(order)
            return order
        _mark(order, Order.Submitted)
        self.submitted.append(order)
        self.orders.append(order)
        self.notify(order)
        return order

    def submit_accept(self, order: Any) -> None:
        """Let an order wait for its fill."""
        order.pannotated = None
        _mark(order, Order.Accepted)
        self.pending.append(order)
        self.notify(order)

    def check_submitted(self) -> None:
        """Accept the orders that cash covers at the price at which they were sent."""
        cash = self.cash
        held: dict[Any, Any] = {}
        while self.submitted:
            order = self.submitted.popleft()
            if order.params.parent is not None and self._take_children(order) is None:
                continue
            data = order.params.data
            if data not in held:
                held[data] = Held(self.positions[data])
            cash = self._execute(order, cash=cash, position=held[data])
            if cash >= 0.0:
                self.submit_accept(order)
                continue
            order.margin()
            self.notify(order)
            self._ococheck(order)
            self._bracketize(order, cancel=True)

    def _try_exec(self, order: Any) -> None:
        """Offer one order the newest bar of its feed."""
        if order.exectype != Order.Market:
            super()._try_exec(order)
            return
        data, settings = order.params.data, self.p
        sent_at = None
        if settings.coc and order.info.get("coc", True):
            sent_at, price = order.created.dt, order.created.pclose
        elif settings.coo or data.datetime[0] > order.created.dt:
            price = data.open[0]
        else:
            return
        if settings.slip_open:
            if order.ordtype == Order.Buy:
                price = self._slip_up(data.high[0], price)
            else:
                price = self._slip_down(data.low[0], price)
        self._execute(order, 0, price, dtcoc=sent_at)

    def _execute(
        self,
        order: Any,
        ago: int | None = None,
        price: Any = None,
        cash: Any = None,
        position: Any = None,
        dtcoc: float | None = None,
    ) -> Any:
        """Fill an order, or with ``ago=None`` return the cash that filling it would leave."""
        data = order.params.data
        scheme = self.getcommissioninfo(data)
        if ago is not None:
            self.changes += 1
        if data._compensate is not None or self.p.filler is not None:
            if ago is not None:
                held = data if data._compensate is None else data._compensate
                self.positions[held].before_fill(self.moment)
                return super()._execute(order, ago, price, cash, position, dtcoc)
            rehearsal = bt.Position(position.size, position.price)
            left = super()._execute(order, cash=cash, position=rehearsal)
            position.size, position.price = rehearsal.size, rehearsal.price
            return left
        if ago is not None and price is None:
            return None
        rehearsed = ago is None
        size = order.executed.remsize
        if rehearsed:
            price = order.created.price
            if self.p.coo and order.exectype == Order.Market:
                price = data.open[0]
            entry = price
            position.size, position.price, opened, closed = after_fill(
                position.size, position.price, size, price
            )
            profit = 0
        else:
            position = self.positions[data]
            position.before_fill(self.moment)
            entry = position.price
            held, average, opened, closed = after_fill(position.size, entry, size, price)
            profit = scheme.profitandloss(-closed, entry, price)
            cash = self.cash
        closed_value = closed_fee = 0.0
        if closed:
            closed_value = back = self._worth(scheme, -closed, closed, entry)
            if closed_value > 0:
                back /= scheme.get_leverage()
            cash += back + profit * scheme.stocklike
            closed_fee = scheme.getcommission(closed, price)
            cash -= closed_fee
            if not rehearsed:
                self.cash = cash
        wanted, opened_value, opened_fee = opened, 0.0, 0.0
        if opened:
            opened_value = spent = self._worth(scheme, opened, opened, price)
            if opened_value > 0:
                spent /= scheme.get_leverage()
            cash -= spent
            opened_fee = scheme.getcommission(opened, price)
            cash -= opened_fee
            if cash < 0.0:
                opened, opened_value, opened_fee = 0, 0.0, 0.0
            elif not rehearsed:
                position.adjbase = price
                self.cash = cash
        if rehearsed:
            return cash
        filled = closed + opened
        if filled:
            scheme.confirmexec(filled, price)
            position.update(filled, price, data.datetime.datetime())
            if closed and self.p.int2pnl:
                closed_fee += self.d_credit.pop(data, 0.0)
            fill(
                order, dtcoc or data.datetime[ago], filled, price, closed, closed_value, closed_fee,
                opened, opened_value, opened_fee, scheme.margin, profit, held, average,
            )  # fmt: skip
            order.comminfo = scheme
            self.notify(order)
            self._ococheck(order)
        if wanted and not opened:
            order.margin()
            self.notify(order)
            self._ococheck(order)
            self._bracketize(order, cancel=True)
        return None

    def _worth(self, scheme: Any, signed: float, size: float, price: float) -> Any:
        if self.p.shortcash:
            return scheme.getvaluesize(signed, price)
        return scheme.getoperationcost(size, price)

    def setcommission(self, *scheme: Any, **named: Any) -> None:
        """Set a commission scheme."""
        self._value_now()
        super().setcommission(*scheme, **named)
        self._check_schemes()

    def addcommissioninfo(self, comminfo: Any, name: Any = None) -> None:
        """Set a commission scheme."""
        self._value_now()
        super().addcommissioninfo(comminfo, name)
        self._check_schemes()

    def _check_schemes(self) -> None:
        self.changes += 1
        self.was_set = True
        if not _holds_shares_alone(self):
            take_back(self)


class Held:
    """What a position would be after orders that have not filled yet."""

    __slots__ = ("price", "size")

    def __init__(self, position: Any) -> None:
        self.size, self.price = position.size, position.price


def lend(broker: Any) -> bool:
    """Give the class to a broker for the length of a run; return whether it could have it."""
    if type(broker) is not BackBroker or not _holds_shares_alone(broker):
        return False
    broker.__class__ = LeanBroker
    broker.positions = lean(broker.positions)
    return True


def take_back(broker: Any) -> None:
    """Make a broker what it was, with all that backtrader would have written."""
    if type(broker) is LeanBroker:
        broker._value_now()
        broker.__class__ = BackBroker
        broker.positions = plain(broker.positions)
    for name in OF_THE_RUN:
        broker.__dict__.pop(name, None)


def _mark(order: Any, status: int) -> None:
    """Mark an order as taken by no broker in particular, as backtrader's broker does."""
    order.status = status
    order.broker = None
    order.plen = len(order.params.data.lines.lines[0])


def _holds_shares_alone(broker: Any) -> bool:
    """Return whether time costs an account nothing, and what it does is not told beforehand."""
    return not (broker._userhist or broker._fundhist) and all(
        scheme._stocklike and not scheme._creditrate and _values_as_ever(scheme.__class__)
        for scheme in broker.comminfo.values()
    )


@cache
def _values_as_ever(kind: Any) -> bool:
    """Return whether a class of schemes changes no more than the commission."""
    return all(
        getattr(kind, name) is getattr(CommInfoBase, name)
        for name in (
            "stocklike", "cashadjust", "get_credit_interest", "_get_credit_interest",
            "getvaluesize", "getoperationcost", "profitandloss", "get_leverage",
        )
    )  # fmt: skip
