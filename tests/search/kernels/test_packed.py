"""Accounts at +1, 0 or -1, levelled daily and free of costs, against the ledger and its figures."""

import datetime
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from btplaybook.brokers.costs import Costs
from btplaybook.brokers.financing import Financing
from btplaybook.feeds.bars import Bars
from btplaybook.search.errors import LedgerDomainError
from btplaybook.search.evaluator import COLUMNS
from btplaybook.search.figures import figures
from btplaybook.search.kernels.frictionless import Frictionless
from btplaybook.search.kernels.packed import LANES, TILE
from btplaybook.search.kernels.position_hash import position_hashes
from btplaybook.search.ledger import Terms, account, orders_due

FREE = Terms()
FIRST = np.datetime64("2020-01-06")
EXACT = ("win_rate", "switches", "ruined", "positions_hash")


def bars_of(closes, dividends=None):
    closes = np.array(closes, float)
    dividends = np.zeros(closes.size) if dividends is None else np.array(dividends, float)
    dates = FIRST + np.arange(closes.size)
    volume = np.ones(closes.size)
    return Bars("X", dates, *[closes] * 4, volume, dividends, calendar="24/7")


def market_of(closes, dividends=None, **settings):
    return Frictionless.of(bars_of(closes, dividends), FIRST.item(), FREE, **settings)


def ledger_row(market, positions):
    """The row by the ledger, bar after bar, and by the figures of run.json."""
    targets = positions[:, None].astype(float)
    came_to = account(market.market, targets, orders_due(targets, "daily"), FREE)
    found = figures(
        market.market,
        targets,
        came_to,
        FREE,
        sides=np.ones(1),
        periods_per_year=market.periods_per_year,
        risk_free_rate=market.risk_free_rate,
    )
    closes, dividends = market.market.closes[:, 0], market.market.dividends[:, 0]
    held = np.prod((closes[1:] + dividends[1:]) / closes[:-1]) - 1.0
    found |= {
        "ruined": -1 if came_to.ruined is None else came_to.ruined,
        "excess": found["total_return"] - held,
        "excess_per_year": None
        if found["cagr"] is None
        else found["cagr"] - ((1.0 + held) ** (market.periods_per_year / (closes.size - 1)) - 1.0),
        "positions_hash": position_hashes(positions[None].astype(float))[0],
    }
    return [math.nan if found[name] is None else found[name] for name in COLUMNS]


def assert_same(rows, expected, price):
    """1e-9 of a figure, or 1e-12 of what cancelled; counts, ratios of counts and hashes exactly."""
    for column, name in enumerate(COLUMNS):
        near = 0.0 if name in EXACT else 1e-12 * (price if name == "points" else 1.0)
        if name == "excess_per_year":  # of few days a rate per year is enormous
            rates = expected[:, COLUMNS.index("cagr")]
            near = 1e-9 * np.nanmax([1.0, *np.abs(rates), *np.abs(rates - expected[:, column])])
        np.testing.assert_allclose(
            rows[:, column],
            expected[:, column],
            rtol=0.0 if name in EXACT else 1e-9,
            atol=near,
            err_msg=name,
        )


@settings(max_examples=max(300, settings.default.max_examples))
@given(
    seed=st.integers(0, 2**32 - 1),
    n_bars=st.integers(2, 2 * TILE + 5),
    n_sets=st.sampled_from([1, 3, LANES, LANES + 1]),
    volatility=st.sampled_from([0.0, 0.002, 0.02, 0.4]),
    odds=st.sampled_from([(0.5, 0.0, 0.5), (0.4, 0.2, 0.4), (0.0, 0.9, 0.1), (0.0, 1.0, 0.0)]),
    drift=st.sampled_from([0.0, 0.01]),
    risk_free_rate=st.sampled_from([0.0, 0.03]),
)
def test_every_figure_is_that_of_the_ledger(
    seed, n_bars, n_sets, volatility, odds, drift, risk_free_rate
):
    """Ruin, pauses, nothing held, no variance, prices in ticks and dividends: all at once."""
    rng = np.random.default_rng(seed)
    steps = drift + volatility * rng.standard_normal(n_bars)
    closes = 0.01 + np.round(100.0 * np.exp(steps.cumsum()), 2)
    dividends = np.where(rng.random(n_bars) < 0.1, 0.01 * closes, 0.0)
    dividends[1:] = np.minimum(dividends[1:], closes[:-1] / 2)
    ratios = (closes[1:] + dividends[1:]) / closes[:-1]
    assume((np.abs(ratios - 2.0) > 1e-9).all())  # a price that doubles is refused
    market = market_of(closes, dividends, risk_free_rate=risk_free_rate)
    positions = rng.choice(np.array([-1, 0, 1], np.int8), size=(n_sets, n_bars), p=odds)
    once, place = np.unique(positions, axis=0, return_inverse=True)
    expected = np.array([ledger_row(market, row) for row in once])[place]
    assert_same(market.rows(positions), expected, float(closes.max()))


@pytest.mark.parametrize(
    ("closes", "dividends", "positions", "expected"),
    [
        pytest.param(
            [100, 110, 99],
            None,
            [1, -1, -1],
            {"total_return": 0.21, "max_drawdown": 0.0, "points": 21.0, "percent": 0.2,
             "win_rate": 1.0, "average_win": 0.1, "average_loss": math.nan, "switches": 1,
             "ruined": -1, "excess": 0.22, "excess_per_year": 1.21**182.5 - 0.99**182.5},
            id="long, then short",
        ),
        pytest.param(
            [100, 98, 98],
            [0, 2, 0],
            [-1, 0, 1],
            {"total_return": 0.0, "points": 2.0, "percent": 0.02, "win_rate": 1.0,
             "average_win": 0.0, "switches": 1, "volatility": 0.0, "sharpe": math.nan,
             "excess": 0.0},
            id="a short pays the dividend, and a pause does not hide a reversal",
        ),
        pytest.param(
            [100, 90, 200, 190, 180],
            None,
            [1, -1, -1, 1, 1],
            {"total_return": 0.9 * (2.0 - 200 / 90) - 1.0, "cagr": math.nan, "sharpe": math.nan,
             "max_drawdown": -1.0, "points": -10.0 - 110.0 + 10.0 - 10.0, "switches": 2,
             "win_rate": 0.0, "average_loss": (-0.1 + 1 - 200 / 90) / 2, "ruined": 2},
            id="a short is ruined, and its signals go on",
        ),
        pytest.param(
            [100, 101, 102],
            None,
            [0, 0, 1],
            {"total_return": 0.0, "win_rate": math.nan, "average_win": math.nan, "switches": 0,
             "volatility": 0.0, "excess": -0.02},
            id="the last decision gains nothing any more",
        ),
    ],
)  # fmt: skip
def test_by_hand(closes, dividends, positions, expected):
    (row,) = market_of(closes, dividends).rows(np.array([positions], np.int8))
    found = dict(zip(COLUMNS, row.tolist(), strict=True))
    assert {name: found[name] for name in expected} == pytest.approx(
        expected, rel=1e-12, abs=1e-12, nan_ok=True
    )


def test_returns_that_hardly_vary_are_measured_as_the_run_measures_them():
    """The difference of two sums would have a variance of rounding alone."""
    market = market_of(100.0 * 1.01 ** np.arange(400))
    positions = np.ones((1, 400), np.int8)
    (row,) = market.rows(positions)
    assert row[COLUMNS.index("volatility")] == 0.0
    assert math.isnan(row[COLUMNS.index("sharpe")])
    growth = 1.01 + 1e-6 * np.random.default_rng(0).standard_normal(400)
    market = market_of(100.0 * growth.cumprod())
    expected = np.array([ledger_row(market, positions[0])])
    assert_same(market.rows(positions), expected, 1e4)


def test_size_at_the_decision_is_the_same_account():
    """The deciding bar's close is where it fills."""
    closes = 100.0 * np.exp(0.02 * np.random.default_rng(3).standard_normal(80).cumsum())
    decided = Terms(size_at="decision")
    market = Frictionless.of(bars_of(closes), FIRST.item(), decided)
    targets = np.random.default_rng(4).choice([-1.0, 0.0, 1.0], (80, 1))
    came_to = account(market.market, targets, orders_due(targets, "daily"), decided)
    total = market.rows(targets.T.astype(np.int8))[0, 0]
    assert total == pytest.approx(came_to.equity[-1] / decided.cash - 1.0, rel=1e-9)


def test_a_row_does_not_depend_on_its_neighbours():
    rng = np.random.default_rng(1)
    market = market_of(100.0 * np.exp(0.01 * rng.standard_normal(300).cumsum()))
    positions = rng.choice(np.array([-1, 0, 1], np.int8), size=(2 * LANES + 7, 300))
    alone = np.concatenate([market.rows(positions[k : k + 1]) for k in range(len(positions))])
    assert market.rows(positions).tobytes() == alone.tobytes()
    assert market.rows(positions[::-1]).tobytes() == alone[::-1].tobytes()


def test_equal_positions_and_only_they_share_a_hash():
    closes = 100.0 + np.arange(12) % 5
    positions = np.array(np.meshgrid(*[[-1, 1]] * 12), np.int8).reshape(12, -1).T
    hashes = market_of(closes).rows(np.concatenate([positions, positions]))[:, -1]
    assert np.unique(hashes).size == 2**12
    np.testing.assert_array_equal(hashes[: 2**12], hashes[2**12 :])


class OfItsOwn:
    """Says that it is free, and has a tick."""

    free = True

    def commission(self, size, price):
        return 0.0

    def slipped(self, size, price):
        return price + 0.01 * np.sign(size)


@pytest.mark.parametrize(
    ("terms", "rebalance", "named"),
    [
        pytest.param(FREE, "on_change", "rebalance on_change", id="shares kept"),
        pytest.param(Terms(fill="next_open"), "daily", "fill next_open", id="fill"),
        pytest.param(Terms(whole_shares=True), "daily", "whole shares", id="whole shares"),
        pytest.param(Terms(costs=Costs(percent_fee=0.001)), "daily", "costs", id="costs"),
        pytest.param(Terms(costs=OfItsOwn()), "daily", "costs", id="an object"),
        pytest.param(Terms(financing=Financing(borrow=0.01)), "daily", "rates", id="rates"),
        pytest.param(Terms(max_gross=0.9), "daily", "max_gross 0.9", id="max_gross"),
    ],
)
def test_other_terms_are_refused(terms, rebalance, named):
    with pytest.raises(LedgerDomainError, match=named):
        Frictionless.of(bars_of([100, 101, 102]), FIRST.item(), terms, rebalance)


@pytest.mark.parametrize(
    ("closes", "opens_on", "named"),
    [
        pytest.param([100, 70, 140, 141], 0, "2020-01-08: the price doubles", id="doubles"),
        pytest.param(100.0 * 3.0 ** (np.arange(2000) % 2), 0, "floating point", id="beyond floats"),
        pytest.param([100, 101, 102], 2, "two bars", id="one bar"),
    ],
)
def test_prices_that_rounding_would_decide_are_refused(closes, opens_on, named):
    opening = FIRST.item() + datetime.timedelta(days=opens_on)
    with pytest.raises(LedgerDomainError, match=named):
        Frictionless.of(bars_of(closes), opening, FREE)
