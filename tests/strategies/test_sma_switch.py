import backtrader as bt
import numpy as np
import pytest

from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.rules.sma_switch import sma_side
from btplaybook.strategies.sma_switch import SmaSwitch


def run(*bars: Bars, cerebro: dict | None = None, **params):
    engine = bt.Cerebro(stdstats=False, **(cerebro or {}))
    engine.broker = PlaybookBroker(cash=1e6)
    for table in bars:
        engine.adddata(BarsFeed(bars=table), name=table.name)
    engine.addstrategy(SmaSwitch, **params)
    (ran,) = engine.run()
    return ran


@pytest.fixture(scope="module")
def bars():
    table = simulated_bars(3)
    return table.between(None, str(table.dates[299]))


def inverse_of(bars, first=0):
    """Return bars that move against others, from bar `first` on."""
    returns = np.concatenate([[0.0], bars.close[1:] / bars.close[:-1] - 1.0])
    close = 50 * np.cumprod(1.0 - returns)
    columns = dict.fromkeys(("open", "high", "low", "close"), close[first:])
    n = len(close) - first
    return Bars("INV", bars.dates[first:], volume=np.ones(n), dividend=np.zeros(n), **columns)


@pytest.mark.parametrize(
    "cerebro", [{}, {"runonce": False}, {"runonce": False, "preload": False}], ids=str
)
@pytest.mark.parametrize("direction", ["trend", "reversion"])
def test_decisions_are_the_rule_in_every_mode(bars, cerebro, direction):
    ran = run(bars, cerebro=cerebro, period=7, direction=direction)
    sides = sma_side(bars.close, 7, direction == "reversion")
    decided = {decision.date: decision.weights[0] for decision in ran.decisions}
    expected = {date.item(): side for date, side in zip(bars.dates, sides, strict=True) if side}
    assert decided == expected


def test_exactbars_keeps_too_few_bars_and_says_so(bars):
    with pytest.raises(StrategyError, match="without exactbars"):
        run(bars, cerebro={"exactbars": 1}, period=7)


def test_the_inverse_is_bought_where_the_index_would_be_shorted(bars):
    inverse = inverse_of(bars)
    ran = run(bars, inverse, period=7, short_via="inverse")
    sides = sma_side(bars.close, 7, False)
    weights = {side: {1: (1.0, 0.0), -1: (0.0, 1.0)}[side] for side in (1, -1)}
    expected = [weights[int(side)] for side in sides if side]
    assert [decision.weights for decision in ran.decisions] == expected
    assert all(w >= 0 for day in ran.broker.ledger.days for w in day.holdings)


def test_the_inverse_is_waited_for(bars):
    ran = run(bars, inverse_of(bars, first=100), period=7, short_via="inverse")
    assert ran.decisions[0].date == bars.dates[100].item()


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"period": 0}, "period must be a whole number >= 1, got 0"),
        ({"period": 2.5}, "period must be a whole number >= 1, got 2.5"),
        ({"period": "abc"}, "period must be a whole number >= 1, got 'abc'"),
        ({"period": True}, "got True"),
        ({"direction": "up"}, "direction must be one of trend, reversion, got 'up'"),
        ({"short_via": "put"}, "short_via must be one of short, inverse, got 'put'"),
        ({"short_via": "inverse"}, "trades 2 feed"),
        ({"fill": "at_once"}, "fill must be one of close, next_open, next_close"),
        ({"size_at": "later"}, "size_at must be one of fill, decision"),
        ({"rebalance": "never"}, "rebalance must be one of on_change, daily"),
        ({"every": "year"}, "every must be one of day, week, month"),
    ],
    ids=str,
)
def test_parameters_out_of_range_are_named(bars, params, words):
    with pytest.raises(StrategyError, match=words.replace("(", r"\(")):
        run(bars, **params)


def test_two_feeds_need_the_inverse(bars):
    with pytest.raises(StrategyError, match=r"trades 1 feed\(s\), the index alone; 2 given"):
        run(bars, inverse_of(bars))


def test_a_misspelt_parameter_is_a_type_error(bars):
    with pytest.raises(TypeError, match="perod"):
        run(bars, perod=8)
