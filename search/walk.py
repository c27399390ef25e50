"""The accounting kernel: one day after another, compiled by numba or as plain Python.

Both give the same figures.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ..brokers.sizing import ROUNDING
from ..feeds.compiling import compiled
from ..feeds.conventions import FORGIVEN


def walk(
    opens: Any,
    closes: Any,
    dividends: Any,
    years: Any,
    cash_rate: Any,
    debit_rate: Any,
    rebate_rate: Any,
    borrow_rate: Any,
    targets: Any,
    due: Any,
    delay: int,
    at_open: bool,
    sized_at_fill: bool,
    whole: bool,
    per_share: float,
    min_fee: float,
    percent_fee: float,
    slip: float,
    half_spread: float,
    cash: float,
    opening_targets: Any = None,
    opening_due: Any = None,
    charge: Any = None,
    quiet: Any = None,
) -> tuple[Any, Any, Any, int, Any]:
    """Return the account after each close.

    Parameters
    ----------
    opens, closes, dividends, targets, due
        Arrays of shape (n_bars, n_feeds), oldest first, as `search.ledger.account` takes them.
    years, cash_rate, debit_rate, rebate_rate, borrow_rate
        Arrays of shape (n_bars,): the night before each bar in years, and its annual rates.
    delay : int
        Bars from a decision to its fill, at the open if `at_open`, else at the close; >= 0, and
        >= 1 at the open.
    sized_at_fill : bool
        False: shares are settled at the deciding bar's close.
    whole : bool
        Whole shares.
    per_share, min_fee, percent_fee, slip, half_spread
        Costs of an order; slippage as a fraction of the price, half the spread in account currency
        per share.
    cash : float
        At the opening.
    opening_targets, opening_due
        A second slot, as `targets` and `due`; both or neither. It is decided after a bar's fills at
        the close and filled at the next open; `delay` must be 0. With None the code for it is not
        compiled.
    charge : callable or None
        In place of the costs above: takes bar, feed, signed shares and the market's price, and
        returns the price paid and the commission. With one `walk` runs as plain Python only.
    quiet : callable or None
        Tells of a bar, with shares and the arrays that are returned, whether it fills the bar in
        itself; see `search.quiet_bars`. With one `walk` runs as plain Python only.

    Returns
    -------
    equity : ndarray of shape (n_bars,)
        After each close.
    held : ndarray of shape (n_bars, n_feeds)
        Signed shares after each close.
    invested : ndarray of bool, shape (n_bars,)
        Whether anything was held at some time of the day before its close.
    ruined : int
        Row of the ruin, -1 for none.
    book : ndarray of shape (9,)
        At the end: cash, commission, slippage and the number of orders, then the sums of price,
        dividends, borrow and interest; last, where the first order filled at a price of 0 or less:
        1 + bar x n_feeds + feed, and 0 for nowhere. Price is holdings times changes of prices and
        never read off the cash.
    """
    n_bars, n_feeds = closes.shape
    equity = np.zeros(n_bars)
    held = np.zeros((n_bars, n_feeds))
    invested = np.zeros(n_bars, dtype=np.bool_)
    shares = np.zeros(n_feeds)
    fixed = np.zeros((n_bars, n_feeds))  # shares that were settled at the decision
    opening_fixed = np.zeros(n_feeds)  # the second slot's, of the bar before
    book = np.zeros(9)  # as it is returned
    book[0] = cash

    def value_at(prices: Any) -> float:
        value: float = book[0]
        for k in range(n_feeds):
            value += shares[k] * prices[k]
        return value

    def target_shares(weight: float, value: float, price: float) -> float:
        wanted: float = weight * max(value, 0.0) / price
        if whole:
            wanted = np.sign(wanted) * np.floor(abs(wanted) + FORGIVEN)
        return wanted

    def trade(t: int, k: int, wanted: float, price: float, close: float) -> None:
        size = wanted - shares[k]
        if abs(size) <= ROUNDING * abs(wanted):
            return
        traded = abs(size)
        if charge is None:
            paid = price * (1.0 + slip) + half_spread
            if size < 0.0:
                paid = price * (1.0 - slip) - half_spread
            commission = max(per_share * traded + percent_fee * traded * paid, min_fee)
        else:
            paid, commission = charge(t, k, size, price)
        if paid <= 0.0 and not book[8]:
            book[8] = 1 + t * n_feeds + k
        book[0] -= size * paid + commission
        book[1] += commission
        book[2] += size * (paid - price)
        book[3] += 1.0
        book[4] += size * (close - price)
        shares[k] = wanted

    ruined = -1
    for t in range(n_bars):
        if quiet is not None and quiet(t, shares, book, equity, held, invested):
            continue
        if t > 0 and ruined < 0:
            short = 0.0
            paid_out = 0.0
            for k in range(n_feeds):
                invested[t] |= shares[k] != 0.0
                short -= min(shares[k], 0.0) * closes[t - 1, k]
                paid_out += shares[k] * dividends[t, k]
                book[4] += shares[k] * (closes[t, k] - closes[t - 1, k])
            free = book[0] - short
            rate = cash_rate[t] if free > 0.0 else debit_rate[t]
            night = free * rate + short * (rebate_rate[t] - borrow_rate[t])
            book[0] += night * years[t] + paid_out
            book[5] += paid_out
            book[6] -= short * borrow_rate[t] * years[t]
            book[7] += (free * rate + short * rebate_rate[t]) * years[t]

        if opening_due is not None and t > 0 and ruined < 0:
            value = value_at(opens[t])
            for k in range(n_feeds):
                if opening_due[t - 1, k]:
                    wanted = opening_fixed[k]
                    if sized_at_fill:
                        wanted = target_shares(opening_targets[t - 1, k], value, opens[t, k])
                    trade(t, k, wanted, opens[t, k], closes[t, k])

        # Older orders at the open, older orders at the close, this bar's orders at the close.
        for stage in range(3):
            prices = opens[t] if stage == 0 else closes[t]
            its_turn = stage == (0 if at_open else 1) if delay else stage == 2
            decided = t - delay
            if its_turn and decided >= 0 and ruined < 0:
                value = value_at(prices)
                for k in range(n_feeds):
                    if due[decided, k]:
                        wanted = fixed[decided, k]
                        if sized_at_fill:
                            wanted = target_shares(targets[decided, k], value, prices[k])
                        trade(t, k, wanted, prices[k], closes[t, k])
            if stage == 0:
                for k in range(n_feeds):
                    invested[t] |= shares[k] != 0.0
            if stage > 0 and ruined < 0 and value_at(prices) <= 0.0:
                ruined = t
                for k in range(n_feeds):
                    trade(t, k, 0.0, prices[k], closes[t, k])
            if stage == 1 and not sized_at_fill:
                value = value_at(prices)
                for k in range(n_feeds):
                    fixed[t, k] = target_shares(targets[t, k], value, prices[k])
        equity[t] = value_at(closes[t])
        for k in range(n_feeds):  # of a row numba compiles twice as long
            held[t, k] = shares[k]
        if opening_due is not None:
            for k in range(n_feeds):
                opening_fixed[k] = target_shares(opening_targets[t, k], equity[t], closes[t, k])
    return equity, held, invested, ruined, book


@cache
def compiled_walk() -> Any:
    """Return `walk` compiled."""
    return compiled(walk)
