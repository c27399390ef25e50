"""Laws of a book's account, against ledgers of a few lines that share no code with it."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.closes import bars_of_closes
from btplaybook.feeds.reading import Reading
from btplaybook.runners.runs.book.book import Book, Member
from btplaybook.runners.runs.run import run

from members import Always, Drawn, Rotating, drawn  # isort: skip

DAILY = {"rebalance": "daily"}


def closes_of(*tables):
    return np.column_stack([table.close for table in tables])


def gains_of(*tables):
    closes = closes_of(*tables)
    return closes[1:] / closes[:-1] - 1.0


def weights_of(table, seed, hold=9):
    return np.array([drawn(seed, day, hold) for day in table.dates.tolist()])


def held(result):
    return result.decisions.pivot_table(index="date", columns="instrument", values="weight")


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("sma-switch", {"period": 20}),
        (Drawn, {"seed": 5}),
        (Rotating, {"seed": 5}),
    ],
    ids=["on change", "guest", "monthly on decision"],
)
@pytest.mark.parametrize("fill", ["close", "next_open", "next_close"])
def test_one_member_of_weight_1_is_its_own_run(abc, kind, params, fill):
    settings = {"fill": fill, "percent_fee": 0.001, "min_fee": 1.0, "start": "2005-03-01"}
    own = run(kind, abc["A"], params=params, strips=False, **settings)
    book = Book([Member(kind, abc["A"], params, weight=1.0)], weights="fixed")
    result = book.run(strips=False, **settings)
    assert len(own.trades) > 2
    np.testing.assert_array_equal(result.equity, own.equity)
    pd.testing.assert_frame_equal(result.trades, own.trades)


def test_one_member_brought_back_daily_is_its_own_run_so(abc):
    own = run("sma-switch", abc["A"], period=20, rebalance="daily", strips=False)
    result = Book([Member("sma-switch", abc["A"], {"period": 20})], **DAILY).run(strips=False)
    np.testing.assert_array_equal(result.equity, own.equity)


@pytest.mark.parametrize("rebalance", ["daily", "monthly", "band"])
def test_two_equal_members_of_half_are_one(abc, rebalance):
    one = Book([Member(Drawn, abc["A"])], rebalance=rebalance).run(strips=False)
    two = Book([Member(Drawn, abc["A"])] * 2, rebalance=rebalance).run(strips=False)
    np.testing.assert_array_equal(two.equity, one.equity)
    assert len(two.trades) == len(one.trades)


@pytest.mark.parametrize("rebalance", ["daily", "monthly", "band"])
def test_opposite_members_net_to_nothing(abc, rebalance):
    sides = [
        Member("sma-switch", abc["A"], {"period": 10, "direction": direction}, weight=0.5)
        for direction in ("trend", "reversion")
    ]
    result = Book(sides, weights="fixed", rebalance=rebalance).run(strips=False, min_fee=5.0)
    assert result.trades.empty
    assert result.orders.empty
    assert (result.equity == 1_000_000.0).all()
    trend, reversion = result.sections["book"].measured["members"]
    assert trend["contribution"]["return"] == pytest.approx(-reversion["contribution"]["return"])
    assert abs(trend["contribution"]["return"]) > 0.01


def test_equal_weights_brought_back_daily_gain_the_mean_of_the_members(abc):
    tables = list(abc.values())
    members = [Member(Drawn, each, {"seed": n}) for n, each in enumerate(tables)]
    result = Book(members, **DAILY).run(strips=False)
    weights = np.column_stack([weights_of(each, n) for n, each in enumerate(tables)])
    expected = (weights[:-1] * gains_of(*tables)).mean(axis=1)
    np.testing.assert_allclose(result.returns, expected, atol=1e-12)


@pytest.mark.parametrize(
    ("rebalance", "letter"), [("weekly", "W"), ("monthly", "M"), ("quarterly", "Q")]
)
def test_ends_of_periods_against_a_ledger_of_shares(abc, rebalance, letter):
    """The ends bring all back; between, only the instrument whose target changes is traded."""
    tables = [abc["A"], abc["B"]]
    members = [Member(Drawn, each, {"seed": n}) for n, each in enumerate(tables)]
    result = Book(members, rebalance=rebalance).run(strips=False)
    closes, dates = closes_of(*tables), tables[0].dates
    weights = 0.5 * np.column_stack([weights_of(each, n) for n, each in enumerate(tables)])
    period = pd.DatetimeIndex(dates).to_period(letter)
    shares, cash, equity = np.zeros(2), 1e6, []
    for t, price in enumerate(closes):
        value = cash + shares @ price
        ends = t + 1 < len(dates) and period[t + 1] != period[t]
        changed = (weights[t] != weights[t - 1]) if t else weights[t] != 0.0
        wanted = np.where(changed | ends, weights[t] * value / price, shares)
        cash -= (wanted - shares) @ price
        shares = wanted
        equity.append(cash + shares @ price)
    np.testing.assert_allclose(result.equity, equity, rtol=1e-12)


def test_a_band_brings_back_where_a_member_has_drifted_further(abc):
    tables = [abc["A"], abc["B"]]
    book = Book([Member(Always, each) for each in tables], rebalance="band", band=0.02)
    result = book.run(strips=False)
    weights, expected = np.array([0.5, 0.5]), []
    for t, gain in enumerate(gains_of(*tables), 1):
        weights = weights * (1.0 + gain) / (1.0 + weights @ gain)
        if np.abs(weights - 0.5).max() > 0.02:
            weights = np.array([0.5, 0.5])
            expected.append(tables[0].dates[t])
    traded = result.trades["date"].unique()[1:]
    assert len(expected) > 2
    np.testing.assert_array_equal(traded.to_numpy().astype("datetime64[D]"), expected)


def test_inverse_volatility_looks_at_the_last_days_with_a_position(abc):
    tables = [abc["A"], abc["B"]]
    members = [Member(Drawn, each, {"seed": n}) for n, each in enumerate(tables)]
    book = Book(members, weights="inverse-volatility", window=20, **DAILY)
    result = book.run(strips=False)
    weights = np.column_stack([weights_of(each, n) for n, each in enumerate(tables)])
    gains = gains_of(*tables)
    expected = np.zeros_like(weights)
    for t in range(len(weights)):
        risk = np.full(2, np.nan)
        for m in range(2):
            over = [weights[s, m] * gains[s, m] for s in range(t) if weights[s, m]]
            if len(over) >= 20:
                risk[m] = np.std(over[-20:], ddof=1)
        known = ~np.isnan(risk)
        if known.any():
            expected[t, known] = weights[t, known] / risk[known] / (1.0 / risk[known]).sum()
    assert (expected != 0.0).all(axis=1).sum() > 20
    np.testing.assert_allclose(held(result), expected, atol=1e-12)


def test_a_member_that_has_not_decided_leaves_its_part_to_others_or_in_cash(abc):
    late = dataclasses.replace(abc["B"].between(abc["B"].dates[50].item(), None), name="late")
    members = [Member(Always, abc["A"]), Member(Always, late)]
    shared = held(Book(members).run(strips=False))
    assert (shared["A"].to_numpy() == np.where(np.arange(210) < 50, 1.0, 0.5)).all()
    fixed = [dataclasses.replace(each, weight=0.5) for each in members]
    kept = held(Book(fixed, weights="fixed").run(strips=False))
    assert (kept["A"] == 0.5).all()
    assert (kept["late"].to_numpy() == np.where(np.arange(210) < 50, 0.0, 0.5)).all()


def test_the_order_of_the_members_changes_no_figure(abc):
    members = [
        Member(Drawn, [abc["A"], abc["B"]], {"seed": 1}),
        Member(Drawn, abc["C"], {"seed": 2}),
        Member("sma-switch", abc["B"], {"period": 9}),
        Member(Drawn, abc["A"], {"seed": 3}),
    ]
    settings = {"strips": False, "slippage_bps": 3.0, "min_fee": 1.0}
    late = dataclasses.replace(abc["B"].between(abc["B"].dates[30].item(), None), name="late")
    members.insert(0, Member(Drawn, late, {"seed": 4}))
    named = [dataclasses.replace(each, name=str(n)) for n, each in enumerate(members)]
    one = Book(named, weights="inverse-volatility", window=15).run(**settings)
    other = Book(named[::-1], weights="inverse-volatility", window=15).run(**settings)
    np.testing.assert_array_equal(one.equity, other.equity)
    figures = [each.sections["book"].measured for each in (one, other)]
    assert figures[0]["members"] == figures[1]["members"][::-1]


def test_two_members_on_one_instrument_send_one_order(abc):
    members = [Member(Always, abc["A"], {"weight": w}, weight=0.5) for w in (1.0, -0.4)]
    result = Book(members, weights="fixed").run(strips=False, min_fee=7.0)
    assert result.trades["date"].is_unique
    assert result.trades["size"][0] * abc["A"].close[0] == pytest.approx(0.3 * 1e6)
    assert result.metrics["pnl"]["commission"] == -7.0 * len(result.trades)


def test_the_gross_limit_scales_all_weights_by_one_factor(abc):
    members = [Member(Drawn, each, {"seed": n}) for n, each in enumerate(abc.values())]
    free = held(Book(members, **DAILY).run(strips=False)).to_numpy()
    bound = held(Book(members, max_gross=0.4, **DAILY).run(strips=False)).to_numpy()
    gross = np.abs(free).sum(axis=1)
    factor = np.where(gross > 0.4, 0.4 / np.where(gross > 0.0, gross, 1.0), 1.0)
    assert (factor < 1.0).any()
    assert (factor == 1.0).any()
    np.testing.assert_allclose(bound, free * factor[:, None], atol=1e-15)


def test_calendars_that_differ_run_over_the_days_of_both(abc):
    days = pd.date_range("2005-01-03", periods=300)
    rng = np.random.default_rng(7)
    coin = pd.Series(100.0 * np.exp(np.cumsum(0.02 * rng.standard_normal(300))), days, name="coin")
    table = bars_of_closes(coin, reading=Reading(calendar="24/7"))
    result = Book([Member(Always, abc["A"]), Member(Always, table)], **DAILY).run(strips=False)
    weekend = result.daily.index.day_of_week == 5
    gains = table.close[1:] / table.close[:-1] - 1.0
    by_day = pd.Series(gains, pd.DatetimeIndex(table.dates[1:]))
    got = result.daily["return"][weekend][:5]
    # On a Saturday the account moves with the coin alone, from its weight after Friday's close.
    np.testing.assert_allclose(got, 0.5 * by_day[got.index], atol=1e-12)
