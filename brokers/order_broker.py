"""A broker for strategies that send backtrader's own orders of so many shares."""

from __future__ import annotations

import datetime
import math
from typing import Any

import backtrader as bt

from ..feeds.conventions import FILLS
from .cost_model import Charge
from .costs import Costs
from .errors import BrokerError, RunStopped
from .exact_broker import NO_BAR_LEFT, ExactBroker, called, unfilled_order
from .lean.order_taking import OrderTaking
from .ledger import Unfilled, instrument

NOT_COVERED = "cash does not cover it"
PARENT_GONE = "its parent order was refused, or has ended"
NO_PRICE = "its price is NaN, which no bar reaches"
NO_BAR_YET = "sent before the first bar, by prices that were not there"


class OrderBroker(ExactBroker):
    """The exact account, for strategies that send backtrader's own orders.

    Orders of every type are accepted, notified, filled, expired and cancelled as by backtrader's
    broker; the account around them is that of `ExactBroker`. `getcash` is the cash and `getvalue`
    the value at the newest close, as the sizers of backtrader expect.

    Parameters
    ----------
    market_fill : {"next_open", "close", "next_close"}
        Where market orders fill: at the next bar's open, as in backtrader; at the close of the bar
        that sends them, once all code of the strategy for that bar has run; or at the next close.
    bars_late : int
        Bars that every order needs to reach the market, >= 0 and on top of `market_fill`.
    cash_check : bool
        Refuse an order that cash does not cover, with backtrader's status Margin. Each order is
        checked alone, when the broker takes it and when it fills; a refused order does not
        touch the others. An order that only reduces a position is never refused.

    Raises
    ------
    BrokerError
        A parameter out of range; or a market order for the bar's close in a cerebro of one's own,
        where nobody calls `end_of_bar`.
    RunStopped
        Without `cash_check`: an order that enlarges a position carries gross exposure past
        `max_gross`.

    Notes
    -----
    A commission that the strategy sets itself with `setcommission` is charged beside `costs`.
    backtrader's broker fills the closing half of a reversal whose opening half cash does not cover;
    here such an order is refused whole.
    """

    params: Any = (
        ("checksubmit", True),  # orders are taken at the next bar, and notified as by backtrader
        ("market_fill", "next_open"),
        ("bars_late", 0),
        ("cash_check", False),
    )

    def init(self) -> None:
        """Open an empty account; backtrader calls this before every run."""
        super().init()
        if self.p.market_fill not in FILLS:
            raise BrokerError(
                f"market_fill must be one of {', '.join(FILLS)}, got {self.p.market_fill!r}"
            )
        if not (isinstance(self.p.bars_late, int) and self.p.bars_late >= 0):
            raise BrokerError(f"bars_late must be a whole number >= 0, got {self.p.bars_late!r}")
        self._bars_at_sending: dict[int, int] = {}
        self._sent_on: dict[int, datetime.date] = {}
        self._cash_set: float | None = None
        self._told_of_ends = False

    @property
    def unfilled(self) -> list[Unfilled]:
        """Orders that never filled, and those that still wait."""
        return self._ledger.unfilled + [
            unfilled_order(order, self._why_unfilled(order))._replace(date=self._sent_on[order.ref])
            for order in (*self.pending, *self.submitted)
        ]

    def _why_unfilled(self, order: bt.Order) -> str:
        if not self._bars_at_sending[order.ref]:
            return NO_BAR_YET
        return NO_PRICE if math.isnan(order.created.price) else NO_BAR_LEFT

    @property
    def refused(self) -> int:
        """Number of orders that cash did not cover."""
        return sum(order.reason == NOT_COVERED for order in self._ledger.unfilled)

    def end_of_bar(self) -> None:
        """Fill the market orders that are for this bar's close.

        The run calls this once the strategy has finished the bar.
        """
        self._check_cash()
        if self.p.coc:
            raise BrokerError(
                "the strategy calls set_coc(True), by which market orders fill at the close that "
                "sends them: leave the call out, and say --fill close"
            )
        self._told_of_ends = True
        if not (self.submitted or self.pending):
            return
        waiting = [
            order for order in (*self.submitted, *self.pending) if self._fill_of(order) == "close"
        ]
        if not waiting:
            return
        self.check_submitted()
        for order in waiting:
            if order not in self.pending or not order.active():
                continue
            if self._bars_since(order) < self.p.bars_late:
                continue
            if order.data in self._trading:
                self._fill_at_this_close(order)
                if order.status == bt.Order.Completed:
                    self._bracketize(order)
            else:
                order.exectype = bt.Order.Close  # today's close is an old one: wait for the next
        self._settle()

    def next(self) -> None:
        """Take the account from the last close to this one."""
        self._check_cash()
        if not self._told_of_ends and self._ledger.days:
            self._check_ends()
        super().next()

    def _check_ends(self) -> None:
        """Raise if an order waits for the end of a bar, and nobody tells of it."""
        if any(self._fill_of(order) == "close" for order in (*self.submitted, *self.pending)):
            raise BrokerError(
                "market orders for the bar's close fill once the bar has ended, which a cerebro "
                "does not tell its broker: run the strategy with btplaybook.run and fill='close', "
                "or leave out market_fill='close' and set_coc"
            )

    def set_cash(self, cash: float) -> None:
        """Set the cash with which a run begins.

        Raises
        ------
        BrokerError
            At the next bar, if a run is under way.
        """
        super().set_cash(cash)
        self._cash_set = cash

    setcash = set_cash

    def add_cash(self, cash: float) -> None:
        """Refuse to move cash into or out of the account.

        Raises
        ------
        RunStopped
            Always.
        """
        raise RunStopped(
            f"the strategy moves {cash:g} into or out of the account (add_cash): returns with "
            "deposits are not computed"
        )

    def _check_cash(self) -> None:
        """Refuse cash that was set since the run began."""
        if self._cash_set is not None:
            raise BrokerError(
                f"the strategy sets the cash of the account to {self._cash_set:g}: say --cash "
                "instead"
            )

    def _check_settings(self, data: Any) -> None:
        """Refuse settings of backtrader's broker that this account would not honour."""
        if self.p.slip_perc or self.p.slip_fixed:
            raise BrokerError(
                "the strategy sets backtrader's slippage, which is capped at the bar's range: "
                "leave it out, and say --slippage-bps"
            )
        if not self.p.shortcash:
            raise BrokerError(
                "the strategy calls set_shortcash(False), by which a short sale costs its value: "
                "this account is paid for it, leave the call out"
            )
        scheme = self.getcommissioninfo(data)
        if not scheme.stocklike or scheme.p.mult != 1.0 or scheme.p.interest:
            raise BrokerError(
                f"the strategy sets a commission scheme of {instrument(data)} with margin, "
                "mult or interest, as for futures: this account holds shares"
            )

    def submit(self, order: bt.Order, check: bool = True) -> bt.Order:
        """Record an order as the strategy sent it, and take it."""
        self._check_settings(order.data)
        if order.exectype == bt.Order.Historical:
            raise RunStopped(
                f"{self.newest_day}: {called(order)}: orders of type Historical fill at a price of "
                "their own, and this account fills at market prices"
            )
        self._bars_at_sending[order.ref] = len(order.data)
        self._sent_on[order.ref] = self.newest_day
        return super().submit(order, check=check)

    def transmit(self, order: bt.Order, check: bool = True) -> bt.Order:
        """Take an order that a strategy sent with `buy` or `sell`."""
        if self._ledger.ruined_on:
            order.cancel()
            self.notify(order)
            return order
        self._check_order({}, called(order))
        if self._fill_of(order) == "next_close":
            order.exectype = bt.Order.Close
        return super(ExactBroker, self).transmit(order, check=check)

    def check_submitted(self) -> None:
        """Accept the orders that were sent since the last bar; refuse what cash does not cover."""
        cash: float = self.cash
        held: dict[Any, float] = {}
        while self.submitted:
            order = self.submitted.popleft()
            if self._take_children(order) is None:
                continue
            position = held.get(order.data, self.positions[order.data].size)
            if self.p.cash_check and order.parent is None:
                price = order.created.price
                after = cash - order.size * price - self._expected_commission(order, price)
                if self._short_of(after) and _enlarges(position, order.size):
                    self._refuse(order)
                    continue
                cash = after
                held[order.data] = position + order.size
            self.submit_accept(order)

    def notify(self, order: bt.Order) -> None:
        """Tell the strategy; record an order that is rejected with its parent."""
        if order.status == bt.Order.Rejected:
            self._ledger.unfilled.append(unfilled_order(order, PARENT_GONE))
        OrderTaking.notify(self, order)

    def _fill_of(self, order: bt.Order) -> str:
        if order.exectype != bt.Order.Market:
            return ""
        if self.p.coc or order.info.get("fill") == "close":
            return "close" if order.info.get("coc", True) else "next_open"
        return str(self.p.market_fill)

    def _bars_since(self, order: bt.Order) -> int:
        """Return how many bars of its feed have begun since an order was sent."""
        return len(order.data) - self._bars_at_sending[order.ref]

    def _try_exec(self, order: bt.Order) -> None:
        if self.p.bars_late and self._bars_since(order) <= self.p.bars_late:
            return
        if self._fill_of(order) == "close":
            return  # it waits for this bar's close: see end_of_bar
        super()._try_exec(order)

    def _may_fill(self, order: bt.Order, size: float, price: float, commission: float) -> bool:
        """Refuse what cash does not cover, or stop the run past `max_gross`."""
        position = self.positions[order.data].size
        if self._ledger.ruined_on or not _enlarges(position, size):
            return True
        if self.p.cash_check:
            if self._short_of(self.cash - size * price - commission):
                self._refuse(order)
                return False
            return True
        self._check_gross(order, position + size, price)
        return True

    def _check_gross(self, order: bt.Order, position: float, price: float) -> None:
        """Stop the run if the account would hold more than `max_gross` after a fill."""
        worth = {
            data: held.size * (data.open[0] if data in self._trading else data.close[0])
            for data, held in self.positions.items()
            if held.size
        }
        value = self.cash + math.fsum(worth.values())
        worth[order.data] = position * price
        gross = math.fsum(map(abs, worth.values())) / value if value > 0 else math.inf
        if gross > self.p.max_gross + 1e-9:
            raise RunStopped(
                f"{self._today}: {called(order)}: gross exposure would be {gross:.4g} times the "
                f"account's value and max_gross is {self.p.max_gross:g}: raise it, or refuse what "
                "cash does not cover (--cash-check)"
            )

    def _refuse(self, order: bt.Order) -> None:
        """Refuse an order, and cancel what hangs on it."""
        self._ledger.unfilled.append(unfilled_order(order, NOT_COVERED))
        order.margin()
        self.notify(order)
        self._ococheck(order)
        self._bracketize(order, cancel=True)

    def _short_of(self, cash: float) -> bool:
        """Return whether cash is below zero by more than rounding."""
        return bool(cash < -1e-9 * max(abs(self._value), abs(self.cash)))

    def _expected_commission(self, order: bt.Order, price: float) -> float:
        """Return the commission of an order before it fills; 0 if it depends on earlier fills."""
        charge = Charge.of(self._costs, self._today, instrument(order.data))
        known = charge.commission(order.size, price) if type(self._costs) is Costs else 0.0
        return known + self._scheme_commission(order, order.size, price)

    def _scheme_commission(self, order: bt.Order, size: float, price: float) -> float:
        """Return what a commission scheme charges that the strategy set itself."""
        return float(self.getcommissioninfo(order.data).getcommission(size, price))


def _enlarges(position: float, size: float) -> bool:
    """Return whether an order makes a position larger, or turns it over."""
    turned = position * (position + size) < 0
    return bool(abs(position + size) > abs(position) or turned)
