"""The daily returns of trials are those of the account; each rule is taken once."""

import numpy as np
import pandas as pd
import pytest

from btplaybook.brokers.costs import Costs
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.runs import registry
from btplaybook.search.driver import search
from btplaybook.search.kernels.chosen import kernel_for
from btplaybook.search.ledger import Terms
from btplaybook.search.screen import Screen
from btplaybook.search.space import Space
from btplaybook.search.worth.trial_returns import distinct_trials, trial_returns
from btplaybook.strategies.sma_switch import SmaSwitch

SPACE = Space({"period": range(2, 80)})


@pytest.fixture(scope="module")
def bars() -> Bars:
    whole = sample("simulated")
    return whole.between(None, whole.dates[399].item())


def doubling(bars: Bars) -> Bars:
    """Bars whose price is multiplied by 2.5 in a day, which ruins whoever is short."""
    factor = np.where(np.arange(len(bars)) < 200, 1.0, 2.5)
    columns = {name: getattr(bars, name) * factor for name in ("open", "high", "low", "close")}
    return Bars("JUMP", bars.dates, **columns, volume=bars.volume, dividend=bars.dividend * factor)


@pytest.mark.parametrize("jump", [False, True])
@pytest.mark.parametrize(
    ("rebalance", "terms"),
    [
        ("daily", Terms()),
        ("on_change", Terms(costs=Costs(percent_fee=0.001), fill="next_open")),
    ],
)
def test_they_are_those_of_the_account(bars, rebalance, terms, jump):
    table = doubling(bars) if jump else bars
    opens = table.dates[80].item()
    defaults = registry.parameters(SmaSwitch)
    evaluator = kernel_for(
        strategy=SmaSwitch, defaults=defaults, space=SPACE, bars=table, opens_on=opens,
        terms=terms, rebalance=rebalance, every="day", risk_free_rate=0.0,
    )  # fmt: skip
    indices = np.array([5, 0, 77, *range(10, 75)])
    found = trial_returns(evaluator, indices, workers=2)
    screen = Screen.of(table, opens, terms, rebalance=rebalance)
    for place, index in enumerate(indices):
        call = SmaSwitch.rule_call({**defaults, **SPACE.set_at(int(index))})
        expected = screen.account(call).returns(terms.cash)
        np.testing.assert_allclose(found[:, place], expected, rtol=1e-6, atol=1e-9)
    assert found.shape == (319, 68)
    if jump:
        assert (found[-1] == 0.0).any()  # some are ruined, and earn nothing any more


def rows(**columns) -> pd.DataFrame:
    return pd.DataFrame({"index": np.arange(len(columns["excess"])), **columns})


def test_each_rule_is_taken_once_the_best_first():
    table = rows(
        excess=[0.1, 0.5, 0.5, np.nan, 0.9, np.inf],
        ruined=[-1, -1, -1, -1, 30, -1],
        positions_hash=[1.0, 2.0, 2.0, 3.0, 4.0, 5.0],
    )
    found = distinct_trials(table, "excess", 10)
    assert found.indices.tolist() == [1, 0, 3, 5, 4]
    assert found.of == 5


def test_of_too_many_rules_the_best_half_is_kept_and_others_at_random():
    table = rows(excess=np.arange(1000.0), positions_hash=np.arange(1000.0))
    found = distinct_trials(table, "excess", 101, seed=3)
    assert found.of == 1000
    assert found.indices[:51].tolist() == list(range(999, 948, -1))
    others = found.indices[51:]
    assert len(set(others.tolist())) == 50
    assert others.max() < 949
    again = distinct_trials(table, "excess", 101, seed=3)
    assert again.indices.tolist() == found.indices.tolist()
    assert distinct_trials(table, "excess", 101, seed=4).indices.tolist() != found.indices.tolist()


def test_a_search_gives_such_rows(bars):
    evaluator = kernel_for(
        strategy=SmaSwitch, defaults=registry.parameters(SmaSwitch), space=SPACE, bars=bars,
        opens_on=bars.dates[80].item(), terms=Terms(), rebalance="daily", every="day",
        risk_free_rate=0.0,
    )  # fmt: skip
    found = search(SPACE, evaluator, "sharpe", workers=1)
    trials = distinct_trials(found.rows(), "sharpe", 1000)
    assert trials.of == found.distinct
    assert trials.indices[0] == found.top["index"].iloc[0]
