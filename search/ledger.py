"""The account of `PlaybookBroker` without the event loop: arrays in, equity of every day out.

docs/pages/accounting.md says what the account does; this is the same day, in the same order, to
1e-9. Every call computes cash, shares and costs afresh, so that a thousand settings of one strategy
take a thousand passes over its arrays.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..brokers.cost_model import AnyCosts, Charge, own_copy
from ..brokers.costs import Costs
from ..brokers.errors import RunStopped
from ..brokers.financing import DAYS_A_YEAR, Financing, Rate
from ..feeds.arrays import Floats
from ..feeds.conventions import SIZES_AT
from .errors import LedgerDomainError
from .market import Market
from .quiet_bars import walked_in_python
from .walk import compiled_walk, walk

FILLS = {
    "close": (0, "close"),
    "next_open": (1, "open"),
    "next_close": (1, "close"),
    "close_after_next": (2, "close"),
}
"""Bars between a decision and its fill, and the moment of the fill. "close_after_next" exists here
only: it fills one day later than any order of the bar-by-bar run."""

FREE = Costs()
NO_RATES = Financing()
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Terms:
    """How orders are filled, sized, charged and financed; as `PlaybookBroker` takes them.

    Parameters
    ----------
    fill : {"close", "next_open", "next_close", "close_after_next"}
        See `FILLS`.
    size_at : {"fill", "decision"}
        Shares from the account's value and the price at the fill, or at the deciding bar's close.
    whole_shares : bool
        Round targets towards zero to whole shares.
    costs : CostModel or DatedCostModel
        `Costs` is compiled; another object with its methods is asked in plain Python, which takes
        some hundred times longer.
    financing, max_gross, cash
        As for the broker.
    """

    fill: str = "close"
    size_at: str = "fill"
    whole_shares: bool = False
    costs: AnyCosts = FREE
    financing: Financing = NO_RATES
    max_gross: float = 2.5
    cash: float = 1_000_000.0

    def __post_init__(self) -> None:
        for name, allowed in (("fill", tuple(FILLS)), ("size_at", SIZES_AT)):
            if getattr(self, name) not in allowed:
                raise LedgerDomainError(
                    f"{name} must be one of {', '.join(allowed)}, got {getattr(self, name)!r}"
                )


class Slot(NamedTuple):
    """Targets and orders of one moment of the day."""

    targets: Floats
    """Weights in force after each bar's decision, shape (n_bars, n_feeds); no NaN."""
    due: NDArray[np.bool_]
    """Which of them are ordered at that bar, same shape."""


class Account(NamedTuple):
    """The account that follows from targets."""

    equity: Floats
    """Account value after each close, shape (n_bars,)."""
    ruined: int | None
    """Row of the close at which the account was ruined."""
    commission: float
    """Account currency, >= 0."""
    slippage: float
    """Account currency, half the spread included; >= 0 where the costs are `Costs`."""
    orders: int
    """How many orders were filled, those that closed a ruined account included."""
    held: Floats
    """Signed shares after each close, shape (n_bars, n_feeds)."""
    invested: NDArray[np.bool_]
    """Whether anything was held at some time of the day before its close, shape (n_bars,)."""
    price: float
    """Gain in account currency from holdings and changes of prices alone; never from the cash."""
    dividends: float
    """Account currency: received on longs less paid on shorts."""
    borrow: float
    """Account currency, <= 0 at rates >= 0."""
    interest: float
    """Account currency: earned less paid."""

    def returns(self, cash: float) -> Floats:
        """Return the daily returns that count, of shape (n_bars - 1,).

        The first one starts from `cash`, so that it bears the costs of the opening day; after ruin
        they are 0.
        """
        before = np.concatenate([[cash], self.equity[1:-1]])[: self.equity.size - 1]
        with np.errstate(divide="ignore", invalid="ignore"):
            returns: Floats = self.equity[1:] / before - 1.0
        if self.ruined is not None:
            returns[self.ruined :] = 0.0
        return returns


def orders_due(targets: Floats, rebalance: str) -> NDArray[np.bool_]:
    """Return at which bars a target is ordered.

    Parameters
    ----------
    targets : ndarray of shape (n_bars, n_feeds)
        Weights in force after each bar's decision, oldest first; 0 before the first one.
    rebalance : {"on_change", "daily"}
        Order where a feed's target changes, or back to every target that is not 0 at every bar.

    Returns
    -------
    ndarray of bool, shape (n_bars, n_feeds)
    """
    before = np.vstack([np.zeros_like(targets[:1]), targets[:-1]])
    due: NDArray[np.bool_] = targets != before
    return due | (targets != 0.0) if rebalance == "daily" else due


def account(
    market: Market,
    targets: Floats,
    due: NDArray[np.bool_],
    terms: Terms,
    *,
    opening: Slot | None = None,
) -> Account:
    """Return the account that follows from targets, day by day.

    Parameters
    ----------
    market : Market
        Prices, from the day on which the account opens.
    targets : ndarray of shape (n_bars, n_feeds)
        Weights in force after each bar's decision; no NaN.
    due : ndarray of bool, shape (n_bars, n_feeds)
        Which of them are ordered at that bar, as `orders_due` says.
    terms : Terms
        Fill, size, costs and rates.
    opening : Slot or None
        Targets and orders for the next open, of a strategy that trades at the close and at the
        open. They are decided at a bar after its orders at the close have filled (size_at
        "decision": from the account's value then) and fill at the next bar's open. `terms.fill`
        must be "close".

    Returns
    -------
    Account
        Equity is NaN from the first day on whose rate of interest is not known.

    Raises
    ------
    RunStopped
        The targets' gross exposure passes `max_gross` where an order is made; a fill at a price of
        0 or less; costs of your own raise, or give no price or commission.
    LedgerDomainError
        A target that is NaN or infinite, or for an instrument before its first bar;
        a second slot with another fill than "close".
    """
    _check(market, targets, due, terms)
    second: tuple[Floats, NDArray[np.bool_]] | tuple[()] = ()
    if opening is not None:
        _check_fill(terms.fill)
        _check(market, opening.targets, opening.due, terms)
        second = (
            np.ascontiguousarray(opening.targets, dtype=np.float64),
            np.ascontiguousarray(opening.due),
        )
    delay, moment = FILLS[terms.fill]
    financing = terms.financing
    years = np.diff(market.dates, prepend=market.dates[:1]).astype(np.float64) / DAYS_A_YEAR
    arguments = (
        market.opens,
        market.closes,
        market.dividends,
        years,
        known_rates(financing.cash, market.dates),
        known_rates(financing.debit, market.dates),
        known_rates(financing.rebate, market.dates),
        known_rates(financing.borrow, market.dates),
        np.ascontiguousarray(targets, dtype=np.float64),
        np.ascontiguousarray(due),
        delay,
        moment == "open",
        terms.size_at == "fill",
        terms.whole_shares,
    )
    costs = terms.costs
    if type(costs) is Costs:
        priced = (
            *arguments,
            float(costs.per_share),
            float(costs.min_fee),
            float(costs.percent_fee),
            costs.slippage_bps * 1e-4,
            0.5 * costs.spread,
            float(terms.cash),
        )
        found = None if second else walked_in_python(*priced)
        equity, held, invested, ruined, book = found or compiled_walk()(*priced, *second)
    else:
        slots = second or (None, None)
        equity, held, invested, ruined, book = walk(
            *arguments,
            per_share=0.0,
            min_fee=0.0,
            percent_fee=0.0,
            slip=0.0,
            half_spread=0.0,
            cash=float(terms.cash),
            opening_targets=slots[0],
            opening_due=slots[1],
            charge=_charge_by(costs, market),
        )
    _, commission, slippage, orders, *flows, refused = book.tolist()
    if refused:
        row, column = divmod(int(refused) - 1, market.closes.shape[1])
        raise RunStopped(
            f"{market.dates[row]}: {market.name_of(column)}: a fill at a price of 0 or less: "
            "slippage and half the spread are more than the market's price"
        )
    return Account(
        equity,
        None if ruined < 0 else ruined,
        commission,
        slippage,
        int(orders),
        held,
        invested,
        *flows,
    )


def _charge_by(
    costs: AnyCosts, market: Market
) -> Callable[[int, int, float, float], tuple[float, float]]:
    """Return the function that gives `walk` the price and the commission of an order."""
    own = own_copy(costs)
    days: list[datetime.date] = market.dates.tolist()

    def charge(row: int, column: int, size: float, price: float) -> tuple[float, float]:
        order = Charge.of(own, days[row], market.name_of(column))
        paid = order.price_paid(float(size), float(price))
        return paid, order.commission(float(size), paid)

    return charge


def known_rates(rate: Rate, dates: NDArray[np.datetime64]) -> Floats:
    """Return the annual rate of the night before each date: the newest known on the date before.

    Returns
    -------
    ndarray of shape (n_bars,)
        NaN where a series has not begun; the first entry is of no night and 0.
    """
    rates = np.zeros(dates.size)
    if isinstance(rate, pd.Series):
        rows = rate.index.searchsorted(pd.DatetimeIndex(dates[:-1]), side="right") - 1
        rates[1:] = np.where(rows < 0, np.nan, rate.to_numpy(np.float64)[rows])
    else:
        rates[1:] = rate
    return rates


def daily_points(
    market: Market,
    targets: Floats,
    sides: Floats,
    fill: str,
    index: int = 0,
    *,
    opening: Floats | None = None,
) -> Floats:
    """Return the uncompounded gain of each day, one share of the index, from its prices alone.

    Parameters
    ----------
    market : Market
        Prices.
    targets : ndarray of shape (n_bars, n_feeds)
        Weights in force after each bar's decision.
    sides : ndarray of shape (n_feeds,)
        +1 for the index, -1 for its inverse, 0 for any other feed.
    fill : str
        See `FILLS`. Sizes and costs do not enter.
    index : int
        Column of the index.
    opening : ndarray of shape (n_bars, n_feeds) or None
        The targets of the next open, of a strategy that trades at the close and at the open;
        `fill` must be "close".

    Returns
    -------
    ndarray of shape (n_bars,)
        In units of the index's price; the sum is the gain.

    Raises
    ------
    LedgerDomainError
        A second slot with another fill than "close".
    """
    delay, moment = FILLS[fill]
    closes = market.closes[:, index]
    prices = market.opens[:, index] if moment == "open" else closes
    decided = np.sign(targets @ sides)
    after = np.concatenate([np.zeros(delay), decided])[: decided.size]
    before = np.concatenate([[0.0], after[:-1]])
    if opening is not None:
        _check_fill(fill)
        prices = market.opens[:, index]
        after = np.concatenate([[0.0], np.sign(opening @ sides)[:-1]])
    overnight = prices - np.concatenate([closes[:1], closes[:-1]])
    points: Floats = before * overnight + after * (closes - prices)
    return points


def _check_fill(fill: str) -> None:
    if fill != "close":
        raise LedgerDomainError(
            f"with orders for the close and for the next open fill must be close, got {fill!r}"
        )


def _check(market: Market, targets: Floats, due: NDArray[np.bool_], terms: Terms) -> None:
    if not np.isfinite(targets).all():
        raise LedgerDomainError("a target weight is NaN or infinite")
    for column, row in enumerate(market.first_bars):
        if row and targets[:row, column].any():
            raise LedgerDomainError(
                f"a target for feed {column} before its first bar, {market.dates[row]}"
            )
    gross = np.where(due.any(axis=1), np.abs(targets).sum(axis=1), 0.0)
    row = int(gross.argmax())
    if gross[row] > terms.max_gross + _ROUNDING:
        raise RunStopped(
            f"{market.dates[row]}: rejected, gross exposure would be {gross[row]:.4g} times the "
            f"account's value and max_gross is {terms.max_gross:g}"
        )
