"""What a strategy of one rule gets from its base: the bars it waits for, its weights, its feeds."""

import doctest

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.runs.run import run
from btplaybook.strategies import rule_strategy
from btplaybook.strategies.errors import StrategyError, StrategyStopped
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.rule_line import RuleCall
from btplaybook.strategies.rule_strategy import RuleStrategy


def days_of_three(close, hole):
    """1, 0 and -1 in turn from the third bar on; NaN before, and at bar `hole`."""
    positions = np.full(close.size, np.nan)
    for t in range(2, close.size):
        if t != hole:
            positions[t] = 1.0 - t % 3
    return positions


class InTurn(RuleStrategy):
    """One after the other."""

    params = (("hole", -1), ("needed", 3))

    @classmethod
    def rule_call(cls, params):
        return RuleCall(days_of_three, (params["hole"],), bars_needed=params["needed"])


class FlatIsUndecided(InTurn):
    """A rule whose 0 is no decision."""

    def rule_position(self):
        return super().rule_position() or None


class Half(InTurn):
    """Half of what the rule says."""

    def target_weights(self):
        position = self.rule_position()
        return None if position is None else {self.data: position / 2}


@pytest.fixture(scope="module")
def bars():
    whole = sample("simulated")
    return whole.between(None, whole.dates[11].item())


@pytest.mark.parametrize(
    ("kind", "first", "weights"),
    [
        (InTurn, 2, [-1, 1, 0, -1, 1, 0, -1, 1, 0, -1]),
        (FlatIsUndecided, 2, [-1, 1, 1, -1, 1, 1, -1, 1, 1, -1]),
        (Half, 2, [-0.5, 0.5, 0, -0.5, 0.5, 0, -0.5, 0.5, 0, -0.5]),
    ],
)
def test_the_rules_entries_are_the_weights(bars, kind, first, weights):
    found = run(kind, bars, strips=False).decisions
    assert found["weight"].tolist() == weights
    assert found["date"].iloc[0].date() == bars.dates[first].item()


@pytest.mark.parametrize("needed", [4, 7])
def test_nothing_is_decided_before_the_bars_that_are_needed(bars, needed):
    found = run(InTurn, bars, needed=needed, strips=False).decisions
    assert found["date"].iloc[0].date() == bars.dates[needed - 1].item()
    assert len(found) == len(bars) - needed + 1


@pytest.mark.parametrize(("params", "bar"), [({"hole": 6}, 6), ({"needed": 1}, 0)], ids=str)
def test_nan_from_then_on_stops_the_run(bars, params, bar):
    with pytest.raises(StrategyStopped, match=f"{bars.dates[bar]}: the target weight of .* is nan"):
        run(InTurn, bars, **params)


def test_another_number_of_feeds_is_refused_by_the_strategys_title(bars):
    with pytest.raises(StrategyError, match="In turn trades one feed; 2 given"):
        run(InTurn, {"A": bars, "B": bars})


def test_a_strategy_without_a_rule_says_so():
    class Empty(RuleStrategy):
        pass

    with pytest.raises(NotImplementedError, match=r"Empty has no rule_call\(\)"):
        Empty.rule_call({})
    assert PlaybookStrategy.rule_call({}) is None


def test_the_example_in_the_docstring():
    failed, tried = doctest.testmod(rule_strategy)
    assert tried > 0
    assert failed == 0


def whole(close):
    return np.ones(close.size, dtype=np.int64)


def single(close):
    return np.ones(close.size, dtype=np.float32)


def truth(close):
    return close > 0.0


def short(close):
    return np.ones(close.size - 1)


def flat(close):
    return np.ones((close.size, 2))


def number(close):
    return 1.0


def none(close):
    return None


def pandas_inside(close):
    return pd.Series(close).to_numpy()


def of_call(*call):
    class OfCall(RuleStrategy):
        @classmethod
        def rule_call(cls, params):
            return call[0] if len(call) == 1 and not callable(call[0]) else RuleCall(*call)

    return OfCall


@pytest.mark.parametrize("preload", [True, False], ids=["once", "one by one"])
@pytest.mark.parametrize("rule", [whole, single, truth])
def test_an_array_of_any_numbers_is_positions(rule, preload):
    bars = sample("simulated")
    held = run(of_call(rule, ()), bars, preload=preload, strips=False, no_dividends=True)
    assert held.metrics["total_return"] == pytest.approx(bars.close[-1] / bars.close[0] - 1.0)


@pytest.mark.parametrize("preload", [True, False], ids=["once", "one by one"])
@pytest.mark.parametrize(
    ("call", "words"),
    [
        ((short, ()), "rule short must return an array of one number a bar"),
        ((flat, ()), "got an array of shape"),
        ((number, ()), "rule number must return an array of one number a bar"),
        ((none, ()), "got NoneType"),
        ((pandas_inside, ()), "rule pandas_inside cannot be compiled by numba"),
        ((whole, (1,)), "does not take its 1 arrays and 1 arguments"),
        ((whole, 3), r"arguments must be a tuple, as \(20,\), got 3"),
        ((whole, (), "close"), r'arrays must be a tuple, as \("close",\)'),
        ((whole, (), ("closes",)), "the bars have no column 'closes'"),
        ((whole, (), ()), "arrays names no column"),
        ((whole, (), ("close",), 0), "bars_needed must be a whole number >= 1, got 0"),
        ((whole, (), ("close",), 1.5), "bars_needed must be a whole number >= 1, got 1.5"),
        ((whole, (), ("close",), None), "bars_needed must be a whole number >= 1, got None"),
        (("sma",), r"rule_call\(\) must return a RuleCall, got str"),
        ((None,), r"rule_call\(\) must return a RuleCall, got NoneType"),
    ],
)
def test_a_rule_that_cannot_be_read_says_why(call, words, preload):
    with pytest.raises(StrategyError, match=words) as caught:
        run(of_call(*call), sample("simulated"), preload=preload, strips=False)
    assert "\n" not in str(caught.value)


def test_an_init_that_leaves_the_rule_out_is_refused():
    class Forgot(RuleStrategy):
        def __init__(self):
            self.mine = 1

        @classmethod
        def rule_call(cls, params):
            return RuleCall(whole, ())

    with pytest.raises(StrategyError, match=r"must call super\(\).__init__\(\)"):
        run(Forgot, sample("simulated"), strips=False)
