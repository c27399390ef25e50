"""The account against a plain ledger: forty lines of NumPy that know nothing of backtrader."""

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from btplaybook.brokers.costs import Costs
from btplaybook.brokers.financing import Financing


def plain_ledger(opens, closes, dividends, dates, weights, *, fill, size_at, rebalance, whole,
                 per_share, min_fee, percent_fee, slippage_bps, spread, cash_rate, rebate, debit,
                 borrow, cash):  # fmt: skip
    """Return (equity after each close, day of ruin or None); arrays of shape (n_bars, n_feeds)."""
    shares = np.zeros(closes.shape[1])
    asked = np.zeros(closes.shape[1])
    equity, waiting, ruined = [], [], None

    def trade(orders, price):
        nonlocal cash
        worth = max(cash + shares @ price, 0.0)
        for k, weight, fixed in orders:
            wanted = weight * worth / price[k] if fixed is None else fixed
            if whole:
                wanted = np.sign(wanted) * np.floor(abs(wanted) + 1e-9)
            size = wanted - shares[k]
            if abs(size) <= 1e-12 * abs(wanted):  # rounding is no order
                continue
            paid = price[k] * (1 + np.sign(size) * slippage_bps / 1e4) + np.sign(size) * spread / 2
            fee = max(per_share * abs(size) + percent_fee * abs(size) * paid, min_fee)
            cash -= size * paid + fee
            shares[k] = wanted

    def check_ruin(t):
        nonlocal ruined
        if ruined is None and cash + shares @ closes[t] <= 0:
            ruined = t
            trade([(k, 0.0, None) for k in range(len(shares)) if shares[k]], closes[t])

    for t in range(len(closes)):
        if t and ruined is None:
            years = (dates[t] - dates[t - 1]).days / 360
            short = -np.minimum(shares, 0) @ closes[t - 1]
            free = cash - short
            cash += years * (free * (cash_rate if free > 0 else debit) + short * (rebate - borrow))
            cash += shares @ dividends[t]
        if waiting:
            trade(waiting, opens[t] if fill == "next_open" else closes[t])
        check_ruin(t)
        worth = max(cash + shares @ closes[t], 0.0)
        due = [k for k, w in enumerate(weights[t])
               if w != asked[k] or (rebalance == "daily" and w)]  # fmt: skip
        asked = weights[t]
        waiting = [
            (k, asked[k], asked[k] * worth / closes[t, k] if size_at == "decision" else None)
            for k in due
        ]
        if fill == "close":
            trade(waiting, closes[t])
            waiting = []
            check_ruin(t)
        equity.append(cash + shares @ closes[t])
    return np.array(equity), ruined


FEES = ("per_share", "min_fee", "percent_fee", "slippage_bps", "spread")
rates = st.floats(0, 0.2)
scenarios = st.fixed_dictionaries(
    {
        "fill": st.sampled_from(["close", "next_open", "next_close"]),
        "size_at": st.sampled_from(["fill", "decision"]),
        "rebalance": st.sampled_from(["on_change", "daily"]),
        "whole": st.booleans(),
        "per_share": st.sampled_from([0.0, 0.005, 0.02]),
        "min_fee": st.sampled_from([0.0, 1.0, 20.0]),
        "percent_fee": st.sampled_from([0.0, 0.0005, 0.003]),
        "slippage_bps": st.sampled_from([0.0, 2.0, 25.0]),
        "spread": st.sampled_from([0.0, 0.01, 0.125]),
        "cash_rate": rates,
        "rebate": rates,
        "debit": rates,
        "borrow": rates,
        "cash": st.sampled_from([1_000_000.0, 10_000.0, 2_500.0]),
    }
)


EXAMPLES = max(400, settings.default.max_examples)


@settings(max_examples=EXAMPLES)
@given(
    settings_=scenarios,
    seed=st.integers(0, 2**32 - 1),
    n_bars=st.integers(2, 40),
    n_feeds=st.integers(1, 3),
    volatility=st.sampled_from([0.002, 0.02, 0.3]),
)
def test_equity_of_every_day_is_the_plain_ledgers(
    make_bars, run_account, settings_, seed, n_bars, n_feeds, volatility
):
    rng = np.random.default_rng(seed)
    steps = np.exp(volatility * rng.standard_normal((n_bars, n_feeds, 2)))
    path = 100 * np.cumprod(steps.reshape(n_bars, n_feeds, 2).prod(axis=2), axis=0)
    least = 0.01 + settings_["spread"]  # so that half the spread never takes all of a price
    closes = np.round(path, 2) + least
    opens = np.round(closes * np.exp(volatility * rng.standard_normal(closes.shape)), 2) + least
    dividends = np.where(rng.random(closes.shape) < 0.1, 0.01 * closes.min(), 0.0)
    days = np.sort(rng.choice(3 * n_bars, n_bars, replace=False))
    dates = [datetime.date(2020, 1, 6) + datetime.timedelta(int(d)) for d in days]
    choices = [-0.8, -0.5, 0.0, 0.5, 0.8] if n_feeds > 1 else [-1.0, 0.0, 0.4, 1.0, 2.0]
    keep = rng.random((n_bars, 1)) < 0.5
    weights = rng.choice(choices, (n_bars, n_feeds))
    for t in range(1, n_bars):
        weights[t] = np.where(keep[t], weights[t - 1], weights[t])

    expected, ruined = plain_ledger(opens, closes, dividends, dates, weights, **settings_)

    s = settings_
    broker = run_account(
        [
            make_bars(opens[:, k], closes[:, k], dividends[:, k], name=f"I{k}", dates=dates)
            for k in range(n_feeds)
        ],
        weights,
        cash=s["cash"],
        fill=s["fill"],
        size_at=s["size_at"],
        rebalance=s["rebalance"],
        whole_shares=s["whole"],
        costs=Costs(*(s[name] for name in FEES)),
        financing=Financing(s["cash_rate"], s["rebate"], s["debit"], s["borrow"]),
    )
    equity = [day.equity for day in broker.ledger.days]
    np.testing.assert_allclose(equity, expected, rtol=1e-9, atol=1e-9 * s["cash"])
    assert broker.ledger.ruined_on == (None if ruined is None else dates[ruined])


@pytest.mark.parametrize("fill", ["close", "next_open", "next_close"])
def test_a_whole_flip_is_one_order_without_a_margin_call(make_bars, run_account, fill):
    rng = np.random.default_rng(1)
    closes = 100 * np.exp(np.cumsum(0.01 * rng.standard_normal(500)))
    bars = make_bars(closes * 1.001, closes)
    flips = np.where(np.arange(500) % 2, -1.0, 1.0)
    broker = run_account([bars], flips, fill=fill, rebalance="daily", costs=Costs(min_fee=1.0))
    fills = broker.ledger.fills
    assert len(fills) == 500 - (fill != "close")
    assert all(abs(f.commission - 1.0) < 1e-12 for f in fills)
    assert [np.sign(f.position) for f in fills] == list(flips[: len(fills)])
