"""S1 to S4 bar by bar: their decisions are the rule's, and their equity is the plain product."""

import dataclasses
import datetime

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.run import run
from btplaybook.strategies.errors import StrategyError, StrategyStopped
from btplaybook.strategies.rules.sign_rule import sign_positions
from btplaybook.strategies.sign.sign_rule import SignRule
from btplaybook.strategies.sign.sign_s1 import SignS1
from btplaybook.strategies.sign.sign_s2 import SignS2
from btplaybook.strategies.sign.sign_s3 import SignS3
from btplaybook.strategies.sign.sign_s4 import SignS4

CHOSEN = {
    SignS1: {"d": 2},
    SignS2: {"d": 1, "M": 4},
    SignS3: {"d": 3, "R": 3, "fallback": 0.5, "sizing": "forecast"},
    SignS4: {"d": 0, "M": 3, "R": 4, "fallback": 1},
}
ARGUMENTS = {
    SignS1: (2, 1, 0, False, 2.0, False),
    SignS2: (1, 4, 0, False, 2.0, False),
    SignS3: (3, 1, 3, True, 0.5, True),
    SignS4: (0, 3, 4, True, 1.0, False),
}
"""What the rule is to be called with for the parameters above."""

EVERY_RULE = pytest.mark.parametrize("kind", CHOSEN, ids=lambda kind: kind.__name__)
MODES = [{}, {"runonce": False}, {"runonce": False, "preload": False}]


@pytest.fixture(scope="module")
def bars():
    """200 simulated bars with three dividends among them."""
    table = simulated_bars(3)
    return table.between(None, str(table.dates[199]))


@pytest.fixture(scope="module")
def price_only(bars):
    return dataclasses.replace(bars, dividend=np.zeros(len(bars)), price_only=True)


def held_by_the_rule(kind, bars):
    return sign_positions(bars.close, bars.dividend, *ARGUMENTS[kind])


def cerebro_of(kind, *feeds, cerebro=None, **params):
    engine = bt.Cerebro(stdstats=False, **(cerebro or {}))
    engine.broker = PlaybookBroker(cash=1e6)
    for feed in feeds:
        engine.adddata(feed)
    engine.addstrategy(kind, **CHOSEN[kind], **params)
    return engine


def decided(ran):
    return {decision.date: decision.weights[0] for decision in ran.decisions}


def positions_by_date(kind, bars):
    held = held_by_the_rule(kind, bars)
    pairs = zip(bars.dates.tolist(), held.tolist(), strict=True)
    return {date: weight for date, weight in pairs if weight == weight}


# -- decisions ----------------------------------------------------------------------------------


@EVERY_RULE
@pytest.mark.parametrize("cerebro", MODES, ids=str)
def test_decisions_are_the_rule_in_every_mode(bars, kind, cerebro):
    (ran,) = cerebro_of(kind, BarsFeed(bars=bars), cerebro=cerebro).run()
    expected = positions_by_date(kind, bars)
    assert decided(ran) == expected
    assert len(set(expected.values())) > 1


@EVERY_RULE
def test_the_first_decision_takes_the_bars_that_are_needed(bars, kind):
    delay, window, memory, *_ = ARGUMENTS[kind]
    (ran,) = cerebro_of(kind, BarsFeed(bars=bars)).run()
    assert ran.bars_needed() == delay + window + memory + 1
    assert ran.decisions[0].date == bars.dates[ran.bars_needed() - 1].item()


@EVERY_RULE
def test_too_few_bars_are_a_mistake(bars, kind):
    needed = sum(ARGUMENTS[kind][:3]) + 1
    short = bars.between(None, str(bars.dates[needed - 2]))
    with pytest.raises(ParameterError, match=f"needs {needed} bars before it can decide"):
        run(kind, short, **CHOSEN[kind])


@EVERY_RULE
@pytest.mark.parametrize("cerebro", MODES, ids=str)
def test_a_feed_without_dividends_pays_none(price_only, kind, cerebro):
    feed = bt.feeds.PandasData(dataname=price_only.frame())
    (ran,) = cerebro_of(kind, feed, cerebro=cerebro).run()
    assert decided(ran) == positions_by_date(kind, price_only)


@EVERY_RULE
def test_resampled_bars_come_without_their_dividends(bars, price_only, kind):
    found = []
    for table in (bars, price_only):
        engine = cerebro_of(kind)
        engine.broker = bt.brokers.BackBroker()  # ours refuses a feed that lost its dividends
        engine.broker.pays_dividends = True  # what it drops is the point here
        engine.broker.set_coc(True)
        engine.broker.setcommission(commission=0.0, leverage=1e6)
        engine.resampledata(BarsFeed(bars=table), timeframe=bt.TimeFrame.Weeks)
        (ran,) = engine.run()
        found.append(decided(ran))
    assert len(found[0]) > 20
    assert found[0] == found[1]


def test_a_dividend_enters_the_sign():
    table = simulated_bars(3)
    with_dividends, without = (
        run(SignS1, table, d=0, no_dividends=flag, strips=False).decisions["weight"].to_numpy()
        for flag in (False, True)
    )
    returns = table.close[1:] / table.close[:-1] - 1.0
    paid = table.dividend[1:] / table.close[:-1]
    turned = (returns < 0) & (returns + paid >= 0)
    assert turned.any()
    assert ((with_dividends != without) == turned).all()


@EVERY_RULE
def test_nothing_is_known_too_early(bars, kind):
    table = bars.between(None, str(bars.dates[119]))
    audit(kind, table, cuts=4, params=CHOSEN[kind], strips=False).check()


def test_a_price_that_is_none_stops_the_run(price_only):
    frame = price_only.frame()
    frame.iloc[50, frame.columns.get_loc("close")] = np.nan
    engine = cerebro_of(SignS1, bt.feeds.PandasData(dataname=frame))
    with pytest.raises(StrategyStopped, match=f"{price_only.dates[50]}: the target weight of data"):
        engine.run()


# -- equity -------------------------------------------------------------------------------------


@EVERY_RULE
def test_daily_equity_is_the_product(bars, kind):
    result = run(kind, bars, params=CHOSEN[kind], strips=False)
    assert result.settings["rebalance"] == "daily"
    weights = np.nan_to_num(held_by_the_rule(kind, bars))
    expected = np.cumprod(1.0 + weights[:-1] * bars.total_returns[1:])
    equity = result.equity.to_numpy()[1:] / result.settings["cash"]
    assert equity == pytest.approx(expected, rel=1e-9)


def last_sessions(bars, every):
    """Return which bars are the last of their week or month; of the unfinished one none is."""
    days = pd.DatetimeIndex(bars.dates)
    period = days.to_period({"week": "W", "month": "M"}[every])
    last = np.append(period[1:] != period[:-1], False)
    assert days[-1] < period[-1].end_time.normalize() - datetime.timedelta(days=2)
    return last


@EVERY_RULE
@pytest.mark.parametrize("every", ["week", "month"])
def test_a_period_is_decided_at_its_end_and_marked_every_day(bars, kind, every):
    table = bars.between(None, str(bars.dates[-1 if every == "month" else -3]))
    result = run(kind, table, params=CHOSEN[kind], every=every, strips=False)
    held = held_by_the_rule(kind, table)
    deciding = last_sessions(table, every) & ~np.isnan(held)
    made = result.decisions.set_index("date")["weight"]
    assert made.index.tolist() == pd.DatetimeIndex(table.dates[deciding]).tolist()
    assert made.tolist() == held[deciding].tolist()
    in_force = pd.Series(np.where(deciding, held, np.nan)).ffill().fillna(0.0).to_numpy()
    expected = np.cumprod(1.0 + in_force[:-1] * table.total_returns[1:])
    equity = result.equity.to_numpy()[1:] / result.settings["cash"]
    assert len(equity) == len(table) - 1
    assert equity == pytest.approx(expected, rel=1e-9)


def test_oihs_best_set_bar_by_bar(realdata):
    bars = read_bars(realdata / "etf" / "OIH.csv", start="2021-01-01")
    for fallback, points in ((2, 63.0), (1, 38.7), (0, 13.5)):
        result = run(
            SignS4,
            bars,
            params={"d": 5, "M": 13, "R": 2, "fallback": fallback},
            start="2022-01-01",
            end="2024-08-20",
            strips=False,
        )
        over = result.metrics["total_return"] - result.benchmark["total_return"]
        assert 100 * over == pytest.approx(points, abs=0.05)
    assert 100 * result.benchmark["total_return"] == pytest.approx(62.9, abs=0.05)


def test_oihs_best_set_filled_a_day_later(realdata):
    bars = read_bars(realdata / "etf" / "OIH.csv", start="2021-01-01", end="2024-08-20")
    params = {"d": 5, "M": 13, "R": 2}
    late = run(SignS4, bars, params=params, start="2022-01-01", fill="next_close", strips=False)
    over = late.metrics["total_return"] - late.benchmark["total_return"]
    assert 100 * over == pytest.approx(-49, abs=0.5)


# -- parameters ---------------------------------------------------------------------------------


def with_defaults(kind, params):
    return dict(kind.params._getitems()) | params


@EVERY_RULE
def test_parameters_become_the_rules_arguments(kind):
    call = kind.rule_call(with_defaults(kind, CHOSEN[kind]))
    needed = sum(ARGUMENTS[kind][:3]) + 1
    assert call == (sign_positions, ARGUMENTS[kind], ("close", "dividend"), needed)


@pytest.mark.parametrize(
    ("one", "other"), [((SignS1, {}), (SignS2, {"M": 1})), ((SignS3, {}), (SignS4, {"M": 1}))]
)
def test_the_sum_of_one_return_is_the_return(one, other):
    first, second = (
        kind.rule_call(with_defaults(kind, {"d": 3, **params})) for kind, params in (one, other)
    )
    assert first == second


@pytest.mark.parametrize(
    ("kind", "params", "words"),
    [
        (SignS1, {"d": -1}, "d must be a whole number >= 0, got -1"),
        (SignS1, {"d": 1.0}, "d must be a whole number >= 0, got 1.0"),
        (SignS1, {"d": True}, "d must be a whole number >= 0, got True"),
        (SignS2, {"M": 0}, "M must be a whole number >= 1, got 0"),
        (SignS2, {"d": "a"}, "d must be a whole number >= 0, got 'a'"),
        (SignS3, {"R": 1}, "R must be a whole number >= 2, got 1"),
        (SignS3, {"d": -1}, "d must be a whole number >= 0, got -1"),
        (SignS4, {"M": 0}, "M must be a whole number >= 1, got 0"),
        (SignS4, {"R": None}, "R must be a whole number >= 2, got None"),
        (SignS4, {"fallback": -0.5}, r"fallback must be in \[0, 1e\+06\], got -0.5"),
        (SignS4, {"fallback": float("nan")}, r"fallback must be in \[0, 1e\+06\], got nan"),
        (SignS4, {"fallback": float("inf")}, r"fallback must be in \[0, 1e\+06\], got inf"),
        (SignS4, {"fallback": "two"}, r"fallback must be in \[0, 1e\+06\], got 'two'"),
        (SignS4, {"fallback": True}, r"fallback must be in \[0, 1e\+06\], got True"),
        (SignS4, {"sizing": "half"}, "sizing must be one of sign, forecast, got 'half'"),
    ],
    ids=str,
)
def test_parameters_out_of_range_are_named(bars, kind, params, words):
    with pytest.raises(StrategyError, match=words):
        run(kind, bars, **params)


@pytest.mark.parametrize(
    ("kind", "name"), [(SignS1, "M"), (SignS2, "R"), (SignS3, "M"), (SignS1, "fallback")]
)
def test_what_a_rule_does_not_read_it_does_not_take(bars, kind, name):
    with pytest.raises(ParameterError, match=repr(name)):
        run(kind, bars, **{name: 2})


def test_one_feed_is_traded(bars):
    with pytest.raises(StrategyError, match="Sign rule S1 trades one feed; 2 given"):
        run(SignS1, {"A": bars, "B": bars})


def test_titles_and_those_of_subclasses():
    class MySign(SignS4):
        pass

    titles = [kind.title for kind in (*CHOSEN, MySign)]
    assert titles == [f"Sign rule S{k}" for k in (1, 2, 3, 4)] + ["My sign"]


def test_what_they_share_is_no_rule_by_itself():
    with pytest.raises(NotImplementedError, match="SignRule has no rule_call"):
        SignRule.rule_call({})
