"""The account: dividends and interest of a night, the costs of a fill, the value at a close."""

from __future__ import annotations

import datetime
import math
from typing import Any

import backtrader as bt

from .cost_model import Charge, own_copy
from .costs import Costs
from .errors import BrokerError, RunStopped
from .financing import Financing
from .lean.order_taking import OrderTaking
from .lean.orders import fill, new_order
from .ledger import Aim, Day, ExDate, Fill, Ledger, Unfilled, instrument
from .sent_orders import as_numbers, cancel_sent, order_sent
from .watched_feeds import WatchedFeeds

STOPPING = (bt.Order.Margin, bt.Order.Rejected, bt.Order.Partial)
"""States of an order that stop the run: after them the strategy would hold something else."""

NO_BAR_LEFT = "no bar left to fill it"
_ROUNDING = 1e-9


class ExactBroker(OrderTaking):
    """A backtrader broker with exact cash that writes every fill and every close into a ledger.

    A day has one order: dividends, borrow fees and interest on what was held overnight; then fills
    at the open; then fills at the close; then the record. Orders of so many shares (`buy`, `sell`)
    fill as in backtrader, except that a market order with ``fill="close"`` (or `set_coc`) is filled
    inside the bar that sends it.

    There is no cash check: cash may be negative (and pays the debit rate). What is limited is gross
    exposure, and only when an order is made: prices may carry it further. backtrader's commission
    schemes and slippage settings are not used.

    Parameters
    ----------
    costs : CostModel or DatedCostModel
        Commission, slippage and spread: `Costs`, or any object with its methods. Free by default. A
        run works on a deep copy.
    financing : Financing
        Interest on cash, rebate, debit and borrow rates; zero by default.
    max_gross : float
        Largest sum of absolute weights when an order is made, > 0 (2.5).
    account_from : date or None
        Day at whose close the account opens; nothing is accrued or recorded before. None: the
        first bar.

    Notes
    -----
    Slippage moves the price without regard to the bar's high and low. Equity <= 0 at a close is
    ruin: everything is closed there, nothing accrues any more and the account stays as it is.
    """

    pays_dividends = True
    """What a `BarsFeed` asks of its cerebro's broker."""

    params: Any = (
        ("checksubmit", False),
        ("costs", Costs()),
        ("financing", Financing()),
        ("max_gross", 2.5),
        ("account_from", None),
    )

    def init(self) -> None:
        """Open an empty account; backtrader calls this before every run."""
        super().init()
        if not self.p.max_gross > 0:
            raise BrokerError(f"max_gross must be > 0, got {self.p.max_gross!r}")
        self._ledger = Ledger((), self.p.cash)
        self._weights: dict[Any, float] = {}  # as ordered, to hold against max_gross
        self._feeds = WatchedFeeds(())  # those of the run, from its first bar on
        self._trading: dict[Any, None] = {}  # feeds with a bar today, in their order
        self._free = self.p.financing.free
        self._yesterday = self._today = datetime.date.min
        self._opened = self._held_overnight = False
        self._flows = (0.0, 0.0, 0.0)
        self._reference: float | None = None  # the market's price of the fill under way
        self._executing: Any = None  # the order of so many shares under way
        self._costs = own_copy(self.p.costs)
        self._charge: Charge | None = None  # what charges the fill under way

    @property
    def ledger(self) -> Ledger:
        """The account's book, today included."""
        return self._ledger

    @property
    def opened(self) -> bool:
        """Whether the account has opened; orders before are refused."""
        return self._opened

    @property
    def newest_day(self) -> datetime.date:
        """The day of the newest bar; a cheating timer is called before the account begins it."""
        cerebro = self.cerebro
        if self._ledger.instruments and not (cerebro.p.cheat_on_open or cerebro._timerscheat):
            return self._today  # without a look at every feed
        newest = max(data.datetime[0] for data in cerebro.datas if len(data))
        day: datetime.date = bt.num2date(newest).date()
        return day

    @property
    def unfilled(self) -> list[Unfilled]:
        """Orders that never filled, and those that still wait."""
        waiting = [*self.pending, *self.submitted]
        return self._ledger.unfilled + [unfilled_order(order, NO_BAR_LEFT) for order in waiting]

    # -- a day ----------------------------------------------------------------------------------

    def next(self) -> None:
        """Take the account from the last close to this one."""
        if not self._new_bars():
            return
        self._accrue()
        self._fill_at("open")
        if self.pending or self.submitted or self._toactivate or self._userhist:
            super().next()
        self._fill_at("close")
        self._settle()

    def _fill_at(self, moment: str) -> None:
        """Fill the orders that wait for today's open or close; a subclass has such orders."""

    def _new_bars(self) -> bool:
        """Note today's date and which feeds have a bar."""
        if not self._feeds.feeds:
            self._feeds = WatchedFeeds(self.cerebro.datas)
        if not self._feeds.new_bars():
            return False
        if not self._ledger.instruments:
            self._ledger.instruments = self._feeds.names
            self._ledger.starting_cash = self.cash
        self._trading = trading = self._feeds.trading
        self._yesterday, self._today = self._today, next(iter(trading)).datetime.date(0)
        self._flows = (0.0, 0.0, 0.0)
        self._held_overnight = self._opened
        self._opened = self.p.account_from is None or self._today >= self.p.account_from
        return True

    def _accrue(self) -> None:
        """Book dividends, borrow fees and interest on what was held overnight."""
        if not self._held_overnight:
            return
        interest = borrow = 0.0
        paid: list[float] = []
        if not self._free and not self._ledger.ruined_on:
            shorts = math.fsum(
                -position.size * data.close[-1 if data in self._trading else 0]
                for data, position in self.positions.items()
                if position.size < 0
            )
            nights = (self._today - self._yesterday).days
            interest, borrow = self.p.financing.overnight(
                self.cash, shorts, nights, self._yesterday
            )
        for data, line in self._feeds.dividends:
            if data not in self._trading or not line[0]:
                continue
            if not line[0] > 0:
                raise RunStopped(
                    f"{self._today}: {instrument(data)}: a dividend of {line[0]!r} cannot be paid; "
                    "a resampled feed loses its dividends: use every='week' on daily bars"
                )
            held = self.positions[data].size
            self._ledger.ex_dates.append(ExDate(self._today, instrument(data), line[0], held))
            paid.append(held * line[0])
        self._flows = (math.fsum(paid), borrow, interest)
        self.cash += math.fsum(self._flows)

    def _settle(self) -> None:
        """Value the account at the close and record the day; close all positions on ruin."""
        self._get_value()
        if not self._opened:
            return
        if self._value <= 0 and not self._ledger.ruined_on:
            self._ledger.ruined_on = self._today
            for data, position in self.positions.items():
                if position.size:
                    self._trade(None, data, -position.size, data.close[0], "close", 0.0)
            for order in list(self.pending):
                self.cancel(order, bracket=True)
            while self.submitted:
                order = self.submitted.popleft()
                order.cancel()
                self.notify(order)
            self._get_value()
        feeds, positions = self._feeds, self.positions
        held = tuple([positions[data].size for data in feeds.feeds])
        self._ledger.close_day(
            Day(
                self._today, self._value, self.cash, held, feeds.opens(), feeds.closes(),
                *self._flows,
            )
        )  # fmt: skip

    # -- a fill ---------------------------------------------------------------------------------

    def _trade(
        self, owner: Any, data: Any, size: float, price: float, moment: str, target: float
    ) -> None:
        """Make a backtrader order and fill it at once, at the market's `price`."""
        kind = bt.order.BuyOrder if size > 0 else bt.order.SellOrder
        order = new_order(kind, owner, data, abs(size), exectype=bt.Order.Market)
        order.info["target"], order.info["moment"] = target, moment
        self._ocoize(order, None)
        order.submit(self)
        order.accept(self)
        self.notify(order)
        self._fill_now(order, price)

    def _fill_now(self, order: bt.Order, price: float) -> None:
        self._execute(order, ago=0, price=self._slipped(order.data, order.size, price))

    def _execute(
        self,
        order: bt.Order,
        ago: int | None = None,
        price: float | None = None,
        cash: float | None = None,
        position: Any = None,
        dtcoc: float | None = None,
    ) -> float | None:
        """Fill an order: charge one commission, move the cash and record the fill."""
        if ago is None:
            return 0.0  # backtrader's rehearsal for its cash check; nothing here is limited by cash
        if price is None:
            return None
        reference = price if self._reference is None else self._reference
        charge = self._charge or Charge.of(self._costs, self._today, instrument(order.data))
        self._reference = self._charge = None
        size = order.executed.remsize
        if self.p.filler is not None:
            size = math.copysign(self.p.filler(order, price, ago), size)
        if not size:
            return None
        data = order.data
        commission = charge.commission(size, price) + self._scheme_commission(order, size, price)
        if not math.isfinite(commission):
            raise RunStopped(f"{self._today}: {called(order)}: its commission is {commission!r}")
        if not self._may_fill(order, size, price, commission):
            return None
        held = self.positions[data]
        entry = held.price
        after, average, opened, closed = held.update(size, price, data.datetime.datetime(0))
        self.cash -= size * price + commission
        to_open = commission * opened / size
        fill(
            order,
            data.datetime[0],
            size,
            price,
            closed,
            -closed * entry,
            commission - to_open,
            opened,
            opened * price,
            to_open,
            None,  # margin: shares have none
            closed * (entry - price),
            after,
            average,
        )
        order.addcomminfo(self.getcommissioninfo(data))
        self._record(order, size, price, reference, commission, after)
        self.notify(order)
        self._ococheck(order)
        return None

    def _scheme_commission(self, order: bt.Order, size: float, price: float) -> float:
        """Return what is charged beside `costs`; a subclass may honour commission schemes."""
        return 0.0

    def _may_fill(self, order: bt.Order, size: float, price: float, commission: float) -> bool:
        """Return whether an order may fill at `price`; a subclass may refuse it."""
        return True

    def _record(
        self,
        order: bt.Order,
        size: float,
        price: float,
        reference: float,
        commission: float,
        after: float,
    ) -> None:
        target, moment = order.info.get("target"), order.info.get("moment") or _moment(order)
        name = instrument(order.data)
        slippage = size * (price - reference) + 0.0  # a sale without slippage: 0.0, not -0.0
        weight = math.nan if target is None else target
        self._ledger.fills.append(
            Fill(
                self._today,
                moment,
                name,
                size,
                price,
                reference,
                commission,
                slippage,
                weight,
                after,
            )
        )
        if target is None:
            self._weights[order.data] = after * price / self._value
            side = float((after > 0) - (after < 0))
            self._ledger.aims.append(Aim(self._today, moment, name, side, reference))

    # -- backtrader's own orders, of so many shares ------------------------------------------------

    def buy(self, owner: Any, data: Any, size: Any, *prices: Any, **named: Any) -> bt.Order:
        """Take an order to buy; NumPy and decimal numbers become Python's."""
        size, prices, named = as_numbers(self._today, data, size, prices, named)
        return super().buy(owner, data, size, *prices, **named)

    def sell(self, owner: Any, data: Any, size: Any, *prices: Any, **named: Any) -> bt.Order:
        """Take an order to sell; NumPy and decimal numbers become Python's."""
        size, prices, named = as_numbers(self._today, data, size, prices, named)
        return super().sell(owner, data, size, *prices, **named)

    def submit(self, order: bt.Order, check: bool = True) -> bt.Order:
        """Record an order as the strategy sent it, and take it."""
        self._ledger.sent.append(order_sent(order, self.newest_day, self._fill_of(order)))
        last = super().submit(order, check=check)
        family = self._pchildren.get(getattr(order.parent, "ref", order.ref), ())
        for filled in [one for one in family if one.status == bt.Order.Completed]:
            self._bracketize(filled)  # filled at this close: its children wait for the next bar
        return last

    def cancel(self, order: bt.Order, bracket: bool = False) -> bool:
        """Cancel an order that waits; record it unless another order's end causes it."""
        if not isinstance(order, bt.order.OrderBase):
            return False  # as backtrader answers to None
        if not bracket:
            self._ledger.sent.append(cancel_sent(order, self.newest_day))
        return bool(super().cancel(order, bracket=bracket))

    def _fill_of(self, order: bt.Order) -> str:
        """Return where a market order fills; empty for another order."""
        if order.exectype != bt.Order.Market:
            return ""
        asked = order.info.get("fill") == "close" or (self.p.coc and order.info.get("coc", True))
        return "close" if asked else "next_open"

    def transmit(self, order: bt.Order, check: bool = True) -> bt.Order:
        """Take an order that a strategy sent with `buy` or `sell`.

        Raises
        ------
        RunStopped
            The order would carry gross exposure past `max_gross`.
        """
        if self._ledger.ruined_on:
            order.cancel()
            self.notify(order)
            return order
        self._check_sent(order)
        super().transmit(order, check=check)
        if self._fill_of(order) == "close":
            if order.data in self._trading:
                self._fill_at_this_close(order)
                self._settle()
            else:
                order.exectype = bt.Order.Close  # today's close is an old one: wait for the next
        return order

    def _check_sent(self, order: bt.Order) -> None:
        """Stop the run if an order of so many shares passes `max_gross`."""
        shares = self.positions[order.data].size + order.size
        weight = shares * order.created.pclose / self._value
        self._check_order({**self._weights, order.data: weight}, called(order))

    def _fill_at_this_close(self, order: bt.Order) -> None:
        """Fill a pending market order at the close of the bar that sent it."""
        self.pending.remove(order)
        order.addinfo(moment="close")
        self._fill_now(order, order.data.close[0])

    def _try_exec(self, order: bt.Order) -> None:
        self._executing = order
        if order.data in self._trading:  # without a bar today its prices are old ones
            super()._try_exec(order)

    def notify(self, order: bt.Order) -> None:
        """Tell the strategy; stop the run where an order was not filled as it was sent.

        Raises
        ------
        RunStopped
            The order was rejected, margin-called or partly filled.
        """
        if order.status in STOPPING:
            raise RunStopped(
                f"{self._today}: {instrument(order.data)}: order for {order.size:+g} shares: "
                f"{order.getstatusname().lower()}, {order.executed.size:+g} of them filled"
            )
        super().notify(order)

    def _check_order(self, weights: dict[Any, float], order: str) -> None:
        if not self._opened:
            raise RunStopped(f"{self._today}: {order}: the account opens on {self.p.account_from}")
        gross = math.fsum(abs(weight) for weight in weights.values())
        if gross > self.p.max_gross + _ROUNDING:
            raise RunStopped(
                f"{self._today}: {order}: rejected, gross exposure would be {gross:.4g} times the "
                f"account's value and max_gross is {self.p.max_gross:g}"
            )

    def _slip_up(self, pmax: float, price: float, doslip: bool = True, lim: bool = False) -> float:
        return self._slip(price, lim)

    def _slip_down(
        self, pmin: float, price: float, doslip: bool = True, lim: bool = False
    ) -> float:
        return self._slip(price, lim)

    def _slip(self, price: float, limit: bool) -> float:
        """Return the fill price by our own costs, not capped at the bar's range; a limit holds."""
        self._reference = price
        order = self._executing
        return price if limit else self._slipped(order.data, order.executed.remsize, price)

    def _slipped(self, data: Any, size: float, price: float) -> float:
        """Return the price an order pays when the market is at `price`; remember the market's."""
        self._reference = price
        self._charge = Charge.of(self._costs, self._today, instrument(data))
        return self._charge.price_paid(size, price)

    # -- value ----------------------------------------------------------------------------------

    def _value_at(self, moment: str) -> float:
        """Return the account's value with today's bars at their open or their close."""
        at_open = self._trading if moment == "open" else {}
        cash: float = self.cash
        return cash + math.fsum(
            [
                position.size * (data.open[0] if data in at_open else data.close[0])
                for data, position in self.positions.items()
                if position.size
            ]
        )

    def _get_value(self, datas: Any = None, lever: bool = False) -> float:
        if datas or self._cash_addition:
            return float(super()._get_value(datas, lever))
        self._value = self._valuelever = self._value_at("close")
        self._valuemkt = self._valuemktlever = self._value - self.cash
        self._fundval = self._value / self._fundshares
        return float(self._value)


def unfilled_order(order: bt.Order, reason: str) -> Unfilled:
    """Return the entry of an order of so many shares that never filled."""
    return Unfilled(
        bt.num2date(order.created.dt).date(),
        instrument(order.data),
        math.nan,
        f"{order.getordername()} {order.executed.remsize:+g} shares",
        reason,
    )


def called(order: bt.Order) -> str:
    """Return an order of so many shares in words."""
    return f"{instrument(order.data)}: order for {order.size:+g} shares"


def _moment(order: bt.Order) -> str:
    """Return when backtrader filled an order of so many shares."""
    return {bt.Order.Market: "open", bt.Order.Close: "close"}.get(order.exectype, "during")
