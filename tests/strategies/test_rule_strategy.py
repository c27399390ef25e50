"""What a strategy of one rule gets from its base: the bars it waits for, its weights, its feeds."""

import doctest

import numpy as np
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
