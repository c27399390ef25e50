"""The general kernel against the ledger and its figures, on random markets and settings."""

import math
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from btplaybook.brokers.costs import Costs
from btplaybook.brokers.errors import RunStopped
from btplaybook.brokers.financing import Financing
from btplaybook.feeds.samples import sample
from btplaybook.runners.runs.metrics import buy_and_hold as run_buy_and_hold
from btplaybook.search.errors import LedgerDomainError
from btplaybook.search.evaluator import COLUMNS
from btplaybook.search.figures import figures
from btplaybook.search.kernels.excess import buy_and_hold
from btplaybook.search.kernels.general import GeneralEvaluator, account_rows
from btplaybook.search.kernels.lanes import LANES, TILE
from btplaybook.search.kernels.position_hash import (
    bar_codes,
    finished,
    multipliers,
    position_hashes,
)
from btplaybook.search.ledger import Terms, account, orders_due
from btplaybook.search.market import Market
from btplaybook.search.screen import Screen
from btplaybook.strategies.session_switch import SessionSwitch
from btplaybook.strategies.sign.sign_s4 import SignS4
from btplaybook.strategies.sma_switch import SmaSwitch

DEAR = Costs(per_share=0.005, min_fee=1.0, percent_fee=0.0002, slippage_bps=3.0, spread=0.01)
RATED = Financing(cash=0.03, rebate=0.01, debit=0.08, borrow=0.02)


class Listed:
    """A space: a list of sets."""

    def __init__(self, sets):
        self.sets = sets

    def set_at(self, index):
        return self.sets[index]


def market_of(opens, closes, dividends, dates=None):
    n_bars = len(closes)
    dates = np.datetime64("2020-01-06") + np.arange(n_bars) if dates is None else dates
    columns = (np.array(values, float)[:, None] for values in (opens, closes, dividends))
    return Market(np.array(dates, "datetime64[D]"), *columns, np.array([0]))


def expected_row(market, positions, terms, rebalance, periods_per_year=252, risk_free_rate=0.0):
    """The same row by `search.figures`, and the hash by NumPy."""
    targets = positions[:, None]
    came_to = account(market, targets, orders_due(targets, rebalance), terms)
    found = figures(
        market,
        targets,
        came_to,
        terms,
        sides=np.ones(1),
        periods_per_year=periods_per_year,
        risk_free_rate=risk_free_rate,
    )
    ratios = (market.closes[1:] + market.dividends[1:]) / market.closes[:-1]
    values = {
        **found,
        "ruined": -1 if came_to.ruined is None else came_to.ruined,
        "excess": found["total_return"] - (ratios.prod() - 1.0),
        "excess_per_year": None
        if found["cagr"] is None
        else found["cagr"] - (ratios.prod() ** (periods_per_year / ratios.size) - 1.0),
        "positions_hash": numpy_hash(positions),
    }
    return np.array([math.nan if values[name] is None else values[name] for name in COLUMNS], float)


def numpy_hash(positions):
    total = 0
    factors = multipliers(positions.size).tolist()
    for factor, word in zip(factors, (positions + 0.0).view(np.uint64).tolist(), strict=True):
        total += (word ^ word >> 52) * factor
    total %= 2**64
    mixed = (total ^ total >> 32) * 0x9E3779B97F4A7C15 % 2**64
    return (mixed ^ mixed >> 32) >> 12


def assert_same(rows, expected, price=1.0):
    """Equal to 1e-9 of themselves; figures that cancel to nearly 0, to 1e-12 of what cancelled."""
    exact = [COLUMNS.index(name) for name in ("win_rate", "switches", "ruined", "positions_hash")]
    np.testing.assert_array_equal(rows[..., exact], expected[..., exact])
    tolerance = np.full(len(COLUMNS), 1e-12)
    tolerance[COLUMNS.index("points")] *= price
    tolerance = np.broadcast_to(tolerance, expected.shape).copy()
    rate, over = (expected[..., COLUMNS.index(name)] for name in ("cagr", "excess_per_year"))
    scale = 1.0 + np.abs(rate) + np.abs(rate - over)  # of few days a rate per year is enormous
    tolerance[..., COLUMNS.index("excess_per_year")] = 1e-9 * scale
    apart = np.abs(rows - expected) <= 1e-9 * np.abs(expected) + tolerance
    good = apart | (np.isnan(rows) & np.isnan(expected))
    assert good.all(), [
        (COLUMNS[column], *where, rows[(*where, column)], expected[(*where, column)])
        for *where, column in np.argwhere(~good)
    ]


rates = st.floats(-0.05, 0.2) | st.just("series")
terms_of = st.fixed_dictionaries(
    {
        "fill": st.sampled_from(["close", "next_open", "next_close", "close_after_next"]),
        "size_at": st.sampled_from(["fill", "decision"]),
        "whole_shares": st.booleans(),
        "costs": st.just(Costs())
        | st.builds(
            Costs,
            st.sampled_from([0.0, 0.005, 0.02]),
            st.sampled_from([0.0, 1.0, 20.0]),
            st.sampled_from([0.0, 0.0005, 0.003]),
            st.sampled_from([0.0, 2.0, 25.0]),
            st.sampled_from([0.0, 0.01, 0.125]),
        ),
        "rates": st.just((0.0,) * 4) | st.tuples(rates, rates, rates, rates),
        "cash": st.sampled_from([1_000_000.0, 10_000.0, 50.0]),
    }
)


@settings(max_examples=max(500, settings.default.max_examples))
@given(
    chosen=terms_of,
    rebalance=st.sampled_from(["on_change", "daily"]),
    seed=st.integers(0, 2**32 - 1),
    n_bars=st.integers(1, 140) | st.sampled_from([TILE - 1, TILE, TILE + 1, 2 * TILE + 2]),
    n_sets=st.sampled_from([1, 3, LANES + 1]),
    volatility=st.sampled_from([0.0, 0.002, 0.02, 0.3]),
    risk_free_rate=st.sampled_from([0.0, 0.03]),
)
def test_every_figure_is_that_of_the_ledger(
    chosen, rebalance, seed, n_bars, n_sets, volatility, risk_free_rate
):
    """Ruin on any day, the first one too, pauses, partial weights, prices in ticks: all at once."""
    rng = np.random.default_rng(seed)
    least = 0.01 + chosen["costs"].spread  # so that half the spread never takes all of a price
    closes = least + np.round(100 * np.exp(volatility * rng.standard_normal(n_bars).cumsum()), 2)
    opens = least + np.round(closes * np.exp(volatility * rng.standard_normal(n_bars)), 2)
    dividends = np.where(rng.random(n_bars) < 0.1, 0.01 * closes, 0.0)
    days = np.sort(rng.choice(3 * n_bars, n_bars, replace=False))
    market = market_of(opens, closes, dividends, np.datetime64("2020-01-06") + days)
    choices = [[-1.0, 1.0], [-1.0, -0.0, 0.0, 1.0], [-2.4, -1.0, 0.0, 0.3, 1.0, 2.5]]
    positions = rng.choice(choices[seed % 3], (n_sets, n_bars))
    for t in np.flatnonzero(rng.random(n_bars) < 0.6)[1:]:
        positions[:, t] = positions[:, t - 1]
    series = pd.Series(rng.uniform(0, 0.2, n_bars), index=pd.DatetimeIndex(market.dates))
    terms = Terms(
        **{key: value for key, value in chosen.items() if key != "rates"},
        financing=Financing(*(series if rate == "series" else rate for rate in chosen["rates"])),
    )
    kept = {"periods_per_year": 365, "risk_free_rate": risk_free_rate}

    rows = account_rows(market, positions, terms, rebalance, **kept)

    compared = range(n_sets) if n_sets < LANES else (0, 17, LANES - 1, LANES)
    expected = [expected_row(market, positions[k], terms, rebalance, **kept) for k in compared]
    assert_same(rows[[*compared]], np.array(expected), price=n_bars * closes.max())


def test_a_day_that_ruins_by_hand():
    """Short 100 % from 100: at 200 the account is worth nothing, and all later days count 0."""
    market = market_of([100, 100, 200, 50], [100, 110, 200, 50], [0, 0, 0, 0])
    row = account_rows(market, -np.ones((1, 4)), Terms(), "on_change", periods_per_year=252)[0]
    found = dict(zip(COLUMNS, row, strict=True))
    assert found["ruined"] == 2
    assert found["total_return"] == pytest.approx(-1.0)
    assert math.isnan(found["cagr"])
    assert math.isnan(found["sharpe"])
    assert found["max_drawdown"] == -1.0
    assert found["points"] == pytest.approx(50.0)
    assert found["percent"] == pytest.approx(-0.1 - 90 / 110 + 150 / 200)
    assert found["win_rate"] == 0.0
    assert found["average_loss"] == pytest.approx((-0.1 - 1.0) / 2)
    assert found["excess"] == pytest.approx(-0.5)
    assert math.isnan(found["excess_per_year"])  # a ruined account has no growth rate


def test_costs_of_the_opening_day_can_ruin():
    market = market_of([100.0] * 3, [100.0] * 3, [0.0] * 3)
    terms = Terms(cash=10.0, costs=Costs(min_fee=20.0))
    rows = account_rows(market, np.ones((1, 3)), terms, "on_change", periods_per_year=252)
    assert rows[0, COLUMNS.index("ruined")] == 0
    assert_same(rows, expected_row(market, np.ones(3), terms, "on_change")[None])


def test_a_spread_far_below_the_mean_is_not_lost():
    """Returns of 1 % a day that differ by 1e-7 of themselves: naive sums of squares see noise."""
    rng = np.random.default_rng(4)
    closes = 100 * np.cumprod(1.01 + 1e-9 * rng.standard_normal(2000))
    market = market_of(closes, closes, np.zeros(2000))
    rows = account_rows(market, np.ones((1, 2000)), Terms(), "on_change", periods_per_year=252)
    expected = expected_row(market, np.ones(2000), Terms(), "on_change")
    for name in ("volatility", "sharpe"):
        column = COLUMNS.index(name)
        assert rows[0, column] == pytest.approx(expected[column], rel=1e-9, abs=0.0), name


def test_cash_that_earns_the_same_every_day_has_no_spread():
    closes = np.linspace(100, 110, 300)
    market = market_of(closes, closes, np.zeros(300))
    terms = Terms(financing=Financing(cash=0.05))
    row = account_rows(market, np.zeros((1, 300)), terms, "daily", periods_per_year=252)[0]
    assert row[COLUMNS.index("volatility")] == 0.0
    assert math.isnan(row[COLUMNS.index("sharpe")])


def test_a_set_does_not_depend_on_its_neighbours():
    rng = np.random.default_rng(5)
    closes = 100 * np.cumprod(1 + 0.02 * rng.standard_normal(150))
    market = market_of(closes, closes, np.zeros(150))
    positions = rng.choice([-1.0, 0.0, 0.7], (2 * LANES + 3, 150))
    terms = Terms(costs=DEAR, financing=RATED)
    kept = {"periods_per_year": 252}
    together = account_rows(market, positions, terms, "on_change", **kept)
    alone = [account_rows(market, one[None], terms, "on_change", **kept)[0] for one in positions]
    assert together.tobytes() == np.array(alone).tobytes()


def test_positions_may_lie_in_memory_as_they_like():
    rng = np.random.default_rng(7)
    closes = 100 * np.cumprod(1 + 0.02 * rng.standard_normal(40))
    market = market_of(closes, closes, np.zeros(40))
    positions = rng.choice([-1.0, 0.0, 1.0], (5, 40))
    kept = {"periods_per_year": 252}
    rows = account_rows(market, positions, Terms(), "daily", **kept)
    for same in (np.asfortranarray(positions), positions.astype(np.int8)):
        assert account_rows(market, same, Terms(), "daily", **kept).tobytes() == rows.tobytes()


@pytest.mark.parametrize(
    ("weight", "error", "says"),
    [
        pytest.param(-2.6, RunStopped, "max_gross", id="gross"),
        pytest.param(np.inf, LedgerDomainError, "infinite", id="infinite"),
        pytest.param(np.nan, LedgerDomainError, "NaN", id="NaN"),
    ],
)
def test_one_weight_among_many_sets_is_refused(weight, error, says):
    closes = np.linspace(100, 110, TILE + 2)
    market = market_of(closes, closes, np.zeros(TILE + 2))
    positions = np.ones((LANES + 2, TILE + 2))
    positions[-1, -1] = weight
    with pytest.raises(error, match=says):
        account_rows(market, positions, Terms(), "on_change", periods_per_year=252)


def test_one_sale_among_many_sets_that_the_spread_leaves_nothing_of():
    closes = np.full(TILE + 2, 5.0)
    closes[-1] = 1.0
    market = market_of(closes, closes, np.zeros(TILE + 2))
    positions = np.full((LANES + 2, TILE + 2), 0.5)
    terms = Terms(costs=Costs(spread=2.0))
    kept = {"periods_per_year": 252}
    held = account_rows(market, positions, terms, "on_change", **kept)
    assert_same(held[[0]], expected_row(market, positions[0], terms, "on_change")[None])
    positions[-1, -1] = 0.0
    with pytest.raises(RunStopped, match=f"{market.dates[-1]}: feed 0: a fill at a price of 0"):
        account_rows(market, positions, terms, "on_change", **kept)


def test_buy_and_hold_is_that_of_the_run():
    bars = sample("sp500")
    series, metrics = run_buy_and_hold(bars, pd.DatetimeIndex(bars.dates), 1e6, 252, 0.0)
    assert len(series) == len(bars)
    held = buy_and_hold(bars.close, bars.dividend, 252)
    assert held == pytest.approx({name: metrics[name] for name in held}, rel=1e-12)
    assert list(held) == ["total_return", "cagr"]


@pytest.mark.parametrize("periods_per_year", [252, 365, 52, 12])
def test_the_excess_per_year_is_of_growth_rates_over_the_same_days(periods_per_year):
    """Held: 100 to 144 with a dividend of 6 of 120. Flat after the first of two periods: 1.2."""
    market = market_of([100, 120, 144], [100, 120, 144], [0, 0, 6])
    rows = account_rows(
        market, np.array([[1.0, 0.0, 0.0], [1.0, 1.0, 1.0]]), Terms(), "daily",
        periods_per_year=periods_per_year,
    )  # fmt: skip
    excess, per_year = (rows[:, COLUMNS.index(name)] for name in ("excess", "excess_per_year"))
    assert excess == pytest.approx([1.2 - 1.2 * 1.25, 0.0], rel=1e-12, abs=1e-12)
    held = 1.5 ** (periods_per_year / 2)
    assert per_year == pytest.approx(
        [1.2 ** (periods_per_year / 2) - held, 0.0], rel=1e-12, abs=1e-12 * held
    )


def test_equal_positions_alone_share_a_hash():
    """Every series of seven positions out of three, and one changed late in a long one."""
    grid = np.stack(np.meshgrid(*[[-1.0, 0.0, 1.0]] * 7), axis=-1).reshape(-1, 7)
    hashes = position_hashes(grid)
    assert len(set(hashes.tolist())) == len(grid)
    assert (hashes == np.floor(hashes)).all()
    assert hashes.max() < 2**52
    assert position_hashes(np.where(grid == 0.0, -0.0, grid)).tolist() == hashes.tolist()
    long = np.ones((2, 5000))
    long[1, -1] = -1.0
    assert len(set(position_hashes(long).tolist())) == 2


def test_the_hash_is_a_sum_of_codes():
    positions = np.random.default_rng(6).choice([-1.0, 0.0, 1.0], 90)
    codes = {weight: bar_codes(weight, 90) for weight in (-1.0, 0.0, 1.0)}
    total = np.zeros(1, np.uint64)
    for t, position in enumerate(positions):
        total += codes[position][t]
    assert finished(total)[0] == position_hashes(positions[None])[0] == numpy_hash(positions)


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        pytest.param({"positions": np.full((1, 5), 3.0)}, RunStopped, "max_gross", id="gross"),
        pytest.param({"positions": np.full((1, 5), np.nan)}, LedgerDomainError, "NaN", id="NaN"),
        pytest.param({"positions": np.ones((1, 4))}, LedgerDomainError, "shape", id="shape"),
        pytest.param({"rebalance": "weekly"}, LedgerDomainError, "rebalance", id="rebalance"),
        pytest.param({"costs": object()}, LedgerDomainError, "Costs alone, got", id="an object"),
        pytest.param({"feeds": 2}, LedgerDomainError, "one feed", id="two feeds"),
        pytest.param({"close": np.nan}, LedgerDomainError, "2020-01-09", id="no price"),
        pytest.param(
            {"financing": Financing(debit=pd.Series([0.1], pd.DatetimeIndex(["2020-01-08"])))},
            LedgerDomainError,
            "rate for debit",
            id="a rate that is not known",
        ),
    ],
)
def test_outside_its_domain_it_refuses(changes, error, says):
    closes = np.array([100.0, 101.0, 102.0, changes.get("close", 103.0), 104.0])
    market = market_of(closes, closes, np.zeros(5))
    if changes.get("feeds"):
        pair = [np.hstack([a, a]) for a in (market.opens, market.closes, market.dividends)]
        market = Market(market.dates, *pair, np.array([0, 0]))
    terms = Terms(financing=changes.get("financing", Financing()), costs=changes.get("costs", DEAR))
    with pytest.raises(error, match=says):
        account_rows(
            market,
            changes.get("positions", np.ones((1, 5))),
            terms,
            changes.get("rebalance", "on_change"),
            periods_per_year=252,
        )


@pytest.fixture(scope="module")
def bars():
    whole = sample("simulated")
    return whole.between(None, whole.dates[400].item())


def evaluator(bars, sets, strategy=SmaSwitch, **changes):
    defaults = dict(strategy.params._getpairs())
    return GeneralEvaluator(
        **{
            "strategy": strategy,
            "defaults": defaults,
            "space": Listed(sets),
            "bars": bars,
            "opens_on": bars.dates[60].item(),
            "terms": Terms(costs=DEAR, financing=RATED),
            **changes,
        }
    )


@pytest.mark.parametrize("every", ["day", "week", "month", "quarter"])
@pytest.mark.parametrize(
    ("strategy", "sets", "rebalance"),
    [
        pytest.param(SmaSwitch, [{"period": p} for p in range(2, 50)], "on_change", id="sma"),
        pytest.param(SignS4, [{"M": m, "R": 5} for m in range(1, 15)], "daily", id="S4"),
    ],
)
def test_an_evaluator_judges_as_the_screen(bars, strategy, sets, rebalance, every):
    judge = evaluator(bars, sets, strategy, rebalance=rebalance, every=every)
    indices = np.array([3, 1, 11, 3])
    rows = judge(indices)
    screen = Screen.of(bars, judge.opens_on, judge.terms, rebalance=rebalance, every=every)
    for row, index in zip(rows, indices, strict=True):
        found = screen.figures(strategy.rule_call({**judge.defaults, **sets[index]}))
        for name in COLUMNS[:11]:
            assert row[COLUMNS.index(name)] == pytest.approx(found[name], rel=1e-9), name
    assert rows[0].tobytes() == rows[3].tobytes()


def test_an_evaluator_travels_and_gives_the_same_bytes(bars):
    judge = evaluator(bars, [{"period": p} for p in range(2, 200)])
    every = np.arange(198)
    rows = judge(every)
    shipped = pickle.loads(pickle.dumps(evaluator(bars, [{"period": p} for p in range(2, 200)])))
    with ThreadPoolExecutor(2) as pool:
        parts = [*pool.map(shipped, np.array_split(every, 7))]
    assert np.concatenate(parts).tobytes() == rows.tobytes()
    assert judge(every[:0]).shape == (0, len(COLUMNS))


@pytest.mark.parametrize(
    ("strategy", "sets", "says"),
    [
        pytest.param(SessionSwitch, [{}], "twice a bar", id="two sessions"),
        pytest.param(SmaSwitch, [{"short_via": "inverse"}], "one feed", id="two feeds"),
        pytest.param(SmaSwitch, [{"fill": "close"}], "fill cannot be a set's", id="a set's fill"),
    ],
)
def test_an_evaluator_refuses_what_is_outside(bars, strategy, sets, says):
    with pytest.raises(LedgerDomainError, match=says):
        evaluator(bars, sets, strategy)


def test_bars_are_read_from_the_opening_day_on(bars):
    """What the market did before it opened moves no figure."""
    judge = evaluator(bars, [{"period": 5}])
    cut = evaluator(bars.between(bars.dates[50].item()), [{"period": 5}], opens_on=judge.opens_on)
    assert judge(np.array([0])).tobytes() == cut(np.array([0])).tobytes()
