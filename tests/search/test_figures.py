"""Every figure from arrays against the bar-by-bar run, against a plain ledger, and against laws."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from btplaybook.brokers.costs import Costs
from btplaybook.brokers.financing import Financing
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.runs.cerebro import run_cerebro
from btplaybook.runners.runs.replay import replay_of
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.settings import Settings
from btplaybook.runners.runs.window import opening_day, tables_of
from btplaybook.search.errors import LedgerDomainError
from btplaybook.search.figures import figures, switches
from btplaybook.search.ledger import Slot, Terms, account, orders_due
from btplaybook.search.market import Market
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.session_switch import SessionSwitch
from btplaybook.strategies.sma_switch import SmaSwitch

COSTS = {"per_share": 0.005, "min_fee": 1.0, "percent_fee": 0.0002, "slippage_bps": 3.0}
RATES = {"interest": {"cash": 0.03, "rebate": 0.01, "debit": 0.08}, "borrow": 0.02}
N_BARS = 300


class Moods(PlaybookStrategy):
    """One scripted weight after another; NaN is no decision."""

    params = (("weights", (1.0,)), ("held", 7))

    def target_weights(self):
        weight = self.p.weights[len(self) // self.p.held % len(self.p.weights)]
        return None if math.isnan(weight) else {self.data: weight}


class Twice(PlaybookStrategy):
    """Long or part long at the close, short or part long at the open."""

    sessions = ("close", "open")

    def target_weights(self, session):
        rises = self.data.close[0] > self.data.open[0]
        return {
            self.data: {"close": 1.0 if rises else 0.4, "open": -0.5 if rises else 0.4}[session]
        }


class Pair(PlaybookStrategy):
    """Two feeds that stand for no one index, or for one and its inverse, in changing parts."""

    params = (("one_index", False),)

    def target_weights(self):
        parts = [(0.5, 0.2), (0.1, 0.0), (0.0, 0.7), (-0.3, 0.3), (0.0, 0.0)][len(self) // 5 % 5]
        return {data: part for data, part in zip(self.datas, parts, strict=True) if len(data)}

    def index_sides(self):
        return dict(zip(self.datas, (1, -1), strict=True)) if self.p.one_index else None


@pytest.fixture(scope="module")
def simulated():
    whole = sample("simulated")
    return whole.between(None, whole.dates[N_BARS - 1].item())


@pytest.fixture(scope="module")
def inverse(simulated):
    """An inverse of the simulated index, listed later, with a dividend on its first day."""
    frame = simulated.frame().iloc[90:].copy()
    turned = 1e4 / frame[["open", "low", "high", "close"]]
    frame[["open", "high", "low", "close"]] = turned.to_numpy()
    frame["dividend"] = np.where(np.arange(len(frame)) % 40 == 0, 0.4, 0.0)
    return Bars.from_frame(frame, "INVERSE")


@pytest.fixture(scope="module")
def jump(simulated):
    """The simulated bars, three times as high from the hundredth on: the ruin of a short."""
    frame = simulated.frame()
    frame.loc[frame.index[100] :, ["open", "high", "low", "close"]] *= 3.0
    return Bars.from_frame(frame, "JUMP")


def from_the_run(kind, tables, params, settings):
    """Return the metrics of the bar-by-bar run, and those from its decisions alone."""
    result = run(kind, tables, params=params, strips=False, **settings)
    chosen = Settings(**settings)
    read = tables_of(tables, chosen)
    opens = opening_day(read, chosen)
    ran, broker = run_cerebro(kind, read, params, chosen, opens)
    replay = replay_of(ran, broker.ledger, read, chosen, opens)
    terms, replayed = replay.account()
    found = figures(
        replay.market,
        replay.targets,
        replayed,
        terms,
        sides=replay.sides,
        index=replay.index,
        opening=replay.opening,
        periods_per_year=replay.periods_per_year,
        risk_free_rate=replay.risk_free_rate,
    )
    return result, found


def assert_same(found, expected, account_size):
    """Every figure, in the same order and of the same kind; floats to 1e-9 of themselves."""
    assert [*found] == [*expected]
    assert [*found["pnl"]] == [*expected["pnl"]]
    residuals = found["pnl"].pop("residual"), expected["pnl"].pop("residual")
    assert max(map(abs, residuals)) < 1e-9 * account_size
    for table, truth in ((found, expected), (found["pnl"], expected["pnl"])):
        for key, value in truth.items():
            assert type(table[key]) is type(value), key
            if isinstance(value, str | None):
                assert table[key] == value, key
            elif key != "pnl":
                assert table[key] == pytest.approx(value, rel=1e-9, abs=1e-14), key


GRID = [
    pytest.param(
        {"fill": fill, "size_at": size_at, "rebalance": rebalance, **COSTS, **RATES},
        id=f"{fill}, sized at the {size_at}, {rebalance}",
    )
    for fill in ("close", "next_open", "next_close")
    for size_at in ("fill", "decision")
    for rebalance in ("on_change", "daily")
]


@pytest.mark.parametrize(
    "settings",
    [
        *GRID,
        pytest.param({}, id="as it is"),
        pytest.param({"no_dividends": True, "risk_free_rate": 0.03}, id="price only, risk free"),
        pytest.param({"fill": "next_open", "interest": 0.04}, id="one rate"),
        pytest.param({"whole_shares": True, "cash": 5e3, **COSTS, **RATES}, id="whole shares"),
        pytest.param(
            {"whole_shares": True, "cash": 5e3, "fill": "next_open", "size_at": "decision"},
            id="whole shares, next open",
        ),
        pytest.param({"start": "2005-06-01", "end": "2005-12-30", **COSTS}, id="window"),
        pytest.param({"start": "2005-06-01", "fill": "next_close", **RATES}, id="late window"),
        pytest.param({"every": "week", "rebalance": "daily", **COSTS}, id="weekly"),
        pytest.param({"every": "month", "fill": "next_open", **RATES}, id="monthly"),
    ],
)
def test_one_index(simulated, settings):
    result, found = from_the_run(SmaSwitch, [simulated], {"period": 12}, settings)
    assert result.metrics["switches"] > 3
    assert_same(found, result.metrics, result.equity.max())


@pytest.mark.parametrize("fill", ["close", "next_open", "next_close"])
@pytest.mark.parametrize(
    "weights",
    [
        pytest.param((1.0, 0.0, -0.5), id="with pauses"),
        pytest.param((math.nan, 2.0, math.nan, -2.0), id="geared, not every day"),
        pytest.param((0.0, 0.0, 0.3), id="one side"),
    ],
)
def test_other_weights(simulated, fill, weights):
    settings = {"fill": fill, **COSTS, **RATES}
    result, found = from_the_run(Moods, [simulated], {"weights": weights}, settings)
    assert_same(found, result.metrics, result.equity.max())


@pytest.mark.parametrize("size_at", ["fill", "decision"])
@pytest.mark.parametrize("fill", ["close", "next_open", "next_close"])
def test_a_ruined_account_whose_signals_go_on(jump, fill, size_at):
    params = {"weights": (-0.9, -1.0, 1.0), "held": 60}
    settings = {"fill": fill, "size_at": size_at, **COSTS, **RATES}
    result, found = from_the_run(Moods, [jump], params, settings)
    assert found["ruined_on"] == str(jump.dates[100])
    assert found["sharpe"] is found["cagr"] is None
    assert found["switches"] == (3 if fill == "close" else 2)  # the last is of the last bar
    assert_same(found, result.metrics, result.equity.max())


def test_ruin_by_a_fee_on_the_opening_day(simulated):
    result, found = from_the_run(
        Moods, [simulated], {"weights": (0.5, -0.5)}, {"cash": 10.0, "min_fee": 20.0}
    )
    assert found["ruined_on"] == str(simulated.dates[0])
    assert_same(found, result.metrics, 10.0)


@pytest.mark.parametrize("settings", [{}, {"size_at": "decision", **COSTS, **RATES}])
@pytest.mark.parametrize(
    ("kind", "params"),
    [
        pytest.param(SessionSwitch, {}, id="nights"),
        pytest.param(SessionSwitch, {"side": "short"}, id="short nights"),
        pytest.param(SessionSwitch, {"session": "intraday"}, id="days"),
        pytest.param(SessionSwitch, {"session": "intraday", "side": "short"}, id="short days"),
        pytest.param(Twice, {}, id="both"),
    ],
)
@pytest.mark.parametrize("rebalance", ["on_change", "daily"])
def test_who_acts_twice_a_day(simulated, kind, params, settings, rebalance):
    settings = {"rebalance": rebalance, "start": "2005-03-01", **settings}
    result, found = from_the_run(kind, [simulated], params, settings)
    assert_same(found, result.metrics, result.equity.max())


@pytest.mark.parametrize("fill", ["close", "next_open", "next_close"])
@pytest.mark.parametrize(
    ("kind", "params"),
    [
        pytest.param(SmaSwitch, {"period": 12, "short_via": "inverse"}, id="SMA switch"),
        pytest.param(Pair, {"one_index": True}, id="parts of an index and its inverse"),
        pytest.param(Pair, {}, id="no one index"),
    ],
)
def test_two_feeds(simulated, inverse, kind, params, fill):
    settings = {"fill": fill, "rebalance": "daily", **COSTS, **RATES}
    result, found = from_the_run(kind, [simulated, inverse], params, settings)
    assert (found["points"] is None) == (kind is Pair and not params)
    assert found["synthetic"] == (found["points"] is not None)
    assert_same(found, result.metrics, result.equity.max())


def test_rates_that_change(simulated):
    series = pd.Series(
        [0.01, 0.05, 0.02], pd.DatetimeIndex(["2004-12-31", "2005-04-01", "2005-08-15"])
    )
    settings = {"interest": series, "borrow": 2 * series, "fill": "next_open"}
    result, found = from_the_run(SmaSwitch, [simulated], {"period": 12}, settings)
    assert_same(found, result.metrics, result.equity.max())


def test_who_never_trades(simulated):
    result = run(Moods, simulated, params={"weights": (0.0,)}, strips=False)
    market = Market.of([simulated], simulated.dates[0].item())
    flat = np.zeros_like(market.closes)
    found = figures(
        market, flat, account(market, flat, flat != 0, Terms()), Terms(),
        sides=np.ones(1), periods_per_year=252,
    )  # fmt: skip
    assert found["win_rate"] is None
    assert_same(found, result.metrics, 1e6)


# -- a plain ledger --------------------------------------------------------------------------------


def plain_ledger(market, weights, *, at_open, fee=0.0, rate=0.0, borrow=0.0):
    """One feed: an order where the weight changes, sized at its fill. A row a day."""
    cash, held, ordered, rows = 1000.0, 0.0, 0.0, []
    opens, closes, paid = (a[:, 0] for a in (market.opens, market.closes, market.dividends))
    orders = np.append(0.0, weights[:-1]) if at_open else weights
    nights = np.append(0, np.diff(market.dates).astype(int)) / 360
    for t, close in enumerate(closes):
        price, was, short = opens[t] if at_open else close, held, max(-held, 0.0) * closes[t - 1]
        flows = [held * paid[t], -short * borrow * nights[t], (cash - short) * rate * nights[t], 0]
        cash += sum(flows)
        if orders[t] != ordered:
            held, ordered = orders[t] * (cash + was * price) / price, orders[t]
            flows[3] = -fee * abs(held - was) * price
            cash += flows[3] - (held - was) * price
        gain = was * (price - closes[t - 1]) + held * (close - price)
        rows.append((cash + held * close, was, held if at_open else 0.0, gain, *flows))
    return orders, np.array(rows).T


@pytest.mark.parametrize(
    ("at_open", "charges"),
    [
        pytest.param(False, {}, id="close, free"),
        pytest.param(True, {"fee": 0.002}, id="next open, commission"),
        pytest.param(False, {"rate": 0.04, "borrow": 0.03}, id="close, interest and borrow"),
    ],
)
def test_a_plain_ledger_comes_to_the_same(at_open, charges):
    market = random_market(5, n_bars=250, n_feeds=1)
    weights = np.repeat(np.random.default_rng(5).choice([-1.0, 0.0, 0.5, 1.0], 50), 5)
    orders, rows = plain_ledger(market, weights, at_open=at_open, **charges)
    equity, was, at_work, price, dividends, borrow, interest, commission = rows
    rate = charges.get("rate", 0.0)
    own = Terms(
        fill="next_open" if at_open else "close",
        costs=Costs(percent_fee=charges.get("fee", 0.0)),
        financing=Financing(rate, 0.0, rate, charges.get("borrow", 0.0)),
        cash=1000.0,
    )
    found = figures_of(market, weights[:, None], own, sides=np.ones(1), risk_free_rate=0.0)

    wealth = np.append(1000.0, equity[1:])
    returns = wealth[1:] / wealth[:-1] - 1.0
    held = returns[((was != 0.0) | (at_work != 0.0))[1:]]
    side, marks = np.sign(orders), market.opens[:, 0] if at_open else market.closes[:, 0]
    points = side[:-1] @ np.diff(marks) + side[-1] * (market.closes[-1, 0] - marks[-1])
    days = np.diff(market.closes[:, 0], prepend=0.0)
    inside = np.append(0.0, side[:-1]) * (days - (market.closes[:, 0] - marks))
    percent = (inside + side * (market.closes[:, 0] - marks))[1:] / market.closes[:-1, 0]
    reversals = np.diff(side[side != 0.0])
    over = np.sign(was[1:][market.dividends[1:, 0] > 0.0])
    near = {
        "total_return": equity[-1] / 1000.0 - 1.0,
        "cagr": (equity[-1] / 1000.0) ** (252 / 249) - 1.0,
        "volatility": returns.std(ddof=1) * 252**0.5,
        "sharpe": returns.mean() / returns.std(ddof=1) * 252**0.5,
        "sortino": returns.mean() / np.mean(np.minimum(returns, 0.0) ** 2) ** 0.5 * 252**0.5,
        "max_drawdown": (wealth / np.maximum.accumulate(wealth)).min() - 1.0,
        "points": points,
        "percent": percent.sum(),
        "win_rate": (held >= 0.0).mean(),
        "average_win": held[held >= 0.0].mean(),
        "average_loss": held[held < 0.0].mean(),
        "switches": (reversals != 0.0).sum(),
        "switches_per_year": (reversals != 0.0).sum() * 252 / 249,
    }
    assert {key: found[key] for key in near} == pytest.approx(near, rel=1e-9)
    assert found["ex_dividend"] == {
        "long": (over > 0).sum(), "short": (over < 0).sum(), "flat": (over == 0).sum(),
    }  # fmt: skip
    assert min(found["ex_dividend"].values()) > 0
    expected = {"price": price, "dividends": dividends, "borrow": borrow, "interest": interest,
                "commission": commission}  # fmt: skip
    for key, flow in expected.items():
        assert found["pnl"][key] == pytest.approx(flow.sum(), rel=1e-9, abs=1e-12), key
    assert found["pnl"]["total"] == pytest.approx(equity[-1] - 1000.0, rel=1e-9)
    assert (found["ruined_on"], found["synthetic"], found["pnl"]["slippage"]) == (None, False, 0.0)


@pytest.mark.parametrize(
    ("targets", "fill", "opening", "expected"),
    [
        pytest.param([0, 1, 1, -1, 1], "close", None, 2, id="the first entry is none"),
        pytest.param([1, 0, -1, 0, -1], "close", None, 1, id="a pause hides none"),
        pytest.param([1, 0, 1, 0.5, 2], "close", None, 0, id="back on the same side"),
        pytest.param([1, -1, 1, -1, 1], "next_open", None, 3, id="the last is not filled"),
        pytest.param([1, -1, 1, -1, 1], "close_after_next", None, 2, id="nor the last two"),
        pytest.param([1, 1, 1, 1, 1], "close", [-1, 0, 0, 0, -1], 2, id="twice a day"),
        pytest.param([0, 0, 0, 0, 0], "close", None, 0, id="never"),
    ],
)
def test_reversals(targets, fill, opening, expected):
    later = None if opening is None else np.array(opening, float)[:, None]
    column = np.array(targets, float)[:, None]
    assert switches(column, np.ones(1), fill, opening=later) == expected


def test_a_side_that_is_passed_on_the_way_counts():
    """0.3 of the index, then 0.1: with its inverse still at 0.2 the orders pass -0.1."""
    targets = np.array([[0.5, 0.2], [0.1, 0.0]])
    assert switches(targets, np.array([1.0, -1.0]), "close") == 2


# -- laws ------------------------------------------------------------------------------------------


def random_market(seed, n_bars=30, n_feeds=2, volatility=0.02):
    rng = np.random.default_rng(seed)
    shape = (n_bars, n_feeds)
    closes = 100 * np.exp(np.cumsum(volatility * rng.standard_normal(shape), axis=0))
    opens = closes * np.exp(0.5 * volatility * rng.standard_normal(shape))
    dividends = np.where(rng.random(shape) < 0.15, 0.01 * closes, 0.0)
    dates = np.datetime64("2020-01-06") + np.sort(rng.choice(3 * n_bars, n_bars, replace=False))
    return Market(dates, opens, closes, dividends, np.zeros(n_feeds, int))


def figures_of(market, targets, own, *, sides, opening=None, rebalance="on_change", **rest):
    """Return the figures of targets; those of two slots are both ordered every day."""
    due = orders_due(targets, rebalance) if opening is None else np.ones(targets.shape, bool)
    made = account(market, targets, due, own, opening=opening)
    return figures(
        market, targets, made, own, sides=sides, opening=opening, periods_per_year=252, **rest
    )


def random_targets(seed, shape, twice):
    rng = np.random.default_rng(seed)
    weights = rng.choice([-1.2, -0.5, 0.0, 0.5, 1.2], (2, *shape))
    return weights[0], Slot(weights[1], np.ones(shape, bool)) if twice else None


seeds = st.integers(0, 2**32 - 1)
moments = st.sampled_from(
    [("close", False), ("next_open", False), ("next_close", False), ("close", True)]
)
priced = st.fixed_dictionaries(
    {
        "size_at": st.sampled_from(["fill", "decision"]),
        "whole_shares": st.booleans(),
        "costs": st.just(Costs()) | st.just(Costs(0.01, 2.0, 0.001, 5.0, 0.001)),
        "financing": st.just(Financing()) | st.just(Financing(0.03, 0.01, 0.08, 0.02)),
    }
)


@given(seeds, moments, priced, st.sampled_from([0.02, 0.3]), st.integers(-8, 8))
def test_the_unit_of_money_does_not_matter(seed, moment, own, volatility, power):
    """Prices, fees and cash times a power of two: ratios are equal to the bit, money is scaled."""
    fill, twice = moment
    unit = 2.0**power
    market = random_market(seed, volatility=volatility)
    scaled = dataclasses.replace(
        market,
        **{name: unit * getattr(market, name) for name in ("opens", "closes", "dividends")},
    )
    fees = own["costs"]
    in_money = ("per_share", "min_fee", "spread")
    dear = dataclasses.replace(fees, **{name: unit * getattr(fees, name) for name in in_money})
    targets, opening = random_targets(seed, market.closes.shape, twice)
    sides = np.array([1.0, -1.0])
    first = figures_of(
        market, targets, Terms(fill=fill, cash=5e3, **own), sides=sides, opening=opening
    )
    second = figures_of(
        scaled,
        targets,
        Terms(fill=fill, cash=5e3 * unit, **own | {"costs": dear}),
        sides=sides,
        opening=opening,
    )
    assert second.pop("points") == unit * first.pop("points")
    assert second.pop("pnl") == {key: unit * value for key, value in first.pop("pnl").items()}
    assert second == first


@given(seeds, moments, priced)
def test_the_mirrored_signals(seed, moment, own):
    """Long for short: what was gained is lost, ex-dates change sides, reversals stay."""
    fill, twice = moment
    market = random_market(seed)
    targets, opening = random_targets(seed, market.closes.shape, twice)
    mirrored = None if opening is None else Slot(-opening.targets, opening.due)
    own = Terms(fill=fill, **own | {"whole_shares": False})
    sides = np.array([1.0, -1.0])
    first = figures_of(market, targets, own, sides=sides, opening=opening)
    second = figures_of(market, -targets, own, sides=sides, opening=mirrored)
    assume(first["ruined_on"] is second["ruined_on"] is None)
    assert second["points"] == -first["points"]
    assert second["percent"] == -first["percent"]
    assert second["switches"] == first["switches"]
    # By shares and feed: long of an index and of its inverse, the sum may lie on either side.
    by_feed, mirrored_by_feed = (
        figures_of(market, weights, own, sides=None, opening=slot)["ex_dividend"]
        for weights, slot in ((targets, opening), (-targets, mirrored))
    )
    never = (targets == 0.0).all(axis=0) & (opening is None or (opening.targets == 0.0).all(axis=0))
    assert mirrored_by_feed == {
        "long": by_feed["short"], "short": by_feed["long"], "flat": by_feed["flat"],
    }  # fmt: skip
    at_most = np.count_nonzero(market.dividends[1:, ~never])
    assert sum(by_feed.values()) <= at_most  # a feed that was never held overnight counts for none
    if own.fill == "close" and opening is None and (targets[0] != 0.0).all():
        assert sum(by_feed.values()) == at_most


@given(seeds, moments, priced, st.sampled_from([0.02, 0.3]))
def test_the_parts_add_up(seed, moment, own, volatility):
    fill, twice = moment
    market = random_market(seed, volatility=volatility)
    targets, opening = random_targets(seed, market.closes.shape, twice)
    due = orders_due(targets, "daily")
    own = Terms(fill=fill, **own)
    made = account(market, targets, due, own, opening=opening)
    found = figures(market, targets, made, own, sides=None, opening=opening, periods_per_year=252)
    assert abs(found["pnl"]["residual"]) < 1e-9 * max(made.equity.max(), own.cash)
    overnight = (made.held[:-1] * np.diff(market.closes, axis=0)).sum()
    if fill != "next_open" and not twice:
        assert made.price == pytest.approx(overnight, rel=1e-9, abs=1e-9 * made.equity.max())
        assert made.invested[1:].tolist() == (made.held[:-1] != 0.0).any(axis=1).tolist()


# -- what is refused -------------------------------------------------------------------------------


def changed(market, name, value):
    """Return the market with one number of its third day, second feed, replaced."""
    array = getattr(market, name).copy()
    array[2, 1] = value
    return dataclasses.replace(market, **{name: array})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        pytest.param("opens", math.nan, "an open is NaN", id="no open"),
        pytest.param("closes", 0.0, "a close is NaN, infinite or out of range", id="no close"),
        pytest.param("closes", math.inf, "a price is NaN, infinite", id="infinite"),
        pytest.param("dividends", -0.1, "a dividend is", id="negative dividend"),
        pytest.param("dividends", math.nan, "a dividend is NaN", id="NaN dividend"),
    ],
)
def test_prices_that_are_none_are_refused(name, value, words):
    market = random_market(0)
    flat = np.zeros_like(market.closes)
    made = account(market, flat, flat != 0.0, Terms())
    wrong = changed(market, name, value)
    with pytest.raises(LedgerDomainError, match=f"{market.dates[2]}: {words}"):
        figures(wrong, flat, made, Terms(), sides=None, periods_per_year=252)


@pytest.mark.parametrize("late", ["cash", "debit", "rebate", "borrow"])
def test_a_rate_that_begins_too_late_is_named(late):
    market = random_market(0)
    series = pd.Series([0.05], pd.DatetimeIndex([market.dates[9]]))
    own = Terms(financing=Financing(**{late: series}))
    side = 1.0 if late == "debit" else -1.0  # long of twice the account, its cash is negative
    targets = np.full_like(market.closes, side)
    with pytest.raises(LedgerDomainError, match=f"{market.dates[1]}: the rate for {late} is not"):
        figures_of(market, targets, own, sides=None)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param({"targets": np.ones((30, 1))}, r"targets must have .*\(30, 2\)", id="shape"),
        pytest.param({"targets": np.full((30, 2), math.nan)}, "targets: a weight is NaN", id="NaN"),
        pytest.param(
            {"opening": Slot(np.full((30, 2), math.inf), np.ones((30, 2), bool))},
            "opening.targets: a weight is NaN or infinite",
            id="infinite at the open",
        ),
        pytest.param({"sides": np.ones(1)}, "for each of 2 feeds", id="a side for one feed"),
        pytest.param({"sides": np.array([0.0, 1.0])}, "not 0 for the index", id="no index"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(wrong, words):
    market = random_market(0)
    flat = np.zeros_like(market.closes)
    asked = {
        "market": market,
        "targets": flat,
        "account": account(market, flat, flat != 0.0, Terms()),
        "terms": Terms(),
        "sides": np.array([1.0, -1.0]),
        "periods_per_year": 252,
    }
    assert figures(**asked)["total_return"] == 0.0
    with pytest.raises(LedgerDomainError, match=words):
        figures(**asked | wrong)


@pytest.mark.parametrize("fill", ["next_open", "next_close", "close_after_next"])
def test_two_slots_have_their_fills(fill):
    market = random_market(0)
    targets, opening = random_targets(0, market.closes.shape, twice=True)
    made = account(market, targets, opening.due, Terms(), opening=opening)
    with pytest.raises(LedgerDomainError, match=f"fill must be close, got '{fill}'"):
        figures(
            market, targets, made, Terms(fill=fill),
            sides=np.array([1.0, -1.0]), opening=opening, periods_per_year=252,
        )  # fmt: skip


def test_an_inverse_without_its_index_is_refused():
    """Its points would be the index's, which has no price yet."""
    market = dataclasses.replace(random_market(0), first_bars=np.array([4, 0]))
    targets = np.zeros_like(market.closes)
    targets[3:, 1] = 1.0
    own, sides = Terms(), np.array([1.0, -1.0])
    with pytest.raises(LedgerDomainError, match=f"no price before {market.dates[4]}"):
        figures_of(market, targets, own, sides=sides)
    targets[3] = 0.0
    assert figures_of(market, targets, own, sides=sides)["switches"] == 0


def test_what_passes_floating_point_is_refused():
    market = random_market(0, n_feeds=1)
    market.closes[5:] *= 1e200
    targets = np.ones_like(market.closes)
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(LedgerDomainError, match="volatility is inf: it is beyond floating point"),
    ):
        figures_of(market, targets, Terms(cash=1.0), sides=np.ones(1))
    with pytest.raises(LedgerDomainError, match="the account's value is inf"):
        figures_of(market, targets, Terms(cash=1e200), sides=np.ones(1))


def test_the_opening_day_alone_is_an_account_without_returns():
    whole = random_market(0)
    market = dataclasses.replace(
        whole,
        **{name: getattr(whole, name)[:1] for name in ("dates", "opens", "closes", "dividends")},
    )
    own = Terms(costs=Costs(percent_fee=0.001), cash=1e3)
    found = figures_of(market, np.array([[1.0, 0.0]]), own, sides=np.array([1.0, -1.0]))
    assert found["total_return"] == found["points"] == found["percent"] == found["switches"] == 0
    missing = ("cagr", "volatility", "sharpe", "sharpe_band", "sortino", "win_rate",
               "average_win", "average_loss", "switches_per_year", "ruined_on")  # fmt: skip
    assert {key: found[key] for key in missing} == dict.fromkeys(missing)
    assert found["pnl"]["commission"] == found["pnl"]["total"] == pytest.approx(-1.0)
