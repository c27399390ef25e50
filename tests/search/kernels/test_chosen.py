"""Which kernel a search gets: the fastest that is exact, with the same figures as the slowest."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from btplaybook.brokers.costs import Costs
from btplaybook.feeds.samples import sample
from btplaybook.runners.runs import registry
from btplaybook.search.kernels.chosen import kernel_for
from btplaybook.search.kernels.general import GeneralEvaluator
from btplaybook.search.kernels.sign_family import SignFamilyEvaluator
from btplaybook.search.kernels.sma_family import SmaFamilyEvaluator
from btplaybook.search.ledger import Terms
from btplaybook.search.space import Space
from btplaybook.strategies.sign.sign_s4 import SignS4
from btplaybook.strategies.sma_switch import SmaSwitch

PERIODS = Space({"period": range(2, 60), "direction": ("trend", "reversion")})
SIGNS = Space({"d": range(3), "M": range(1, 6), "R": (2, 9, 30)})
PAID = Terms(costs=Costs(percent_fee=0.001, slippage_bps=2.0), fill="next_open")


@pytest.fixture(scope="module")
def bars():
    whole = sample("simulated")
    return whole.between(None, whole.dates[399].item())


def chosen(bars, strategy, space, **changes):
    settings = {
        "terms": Terms(), "rebalance": "daily", "every": "day", "risk_free_rate": 0.0, **changes,
    }  # fmt: skip
    return kernel_for(
        strategy=strategy, defaults=registry.parameters(strategy), space=space, bars=bars,
        opens_on=bars.dates[60].item(), **settings,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("strategy", "space", "family"),
    [(SmaSwitch, PERIODS, SmaFamilyEvaluator), (SignS4, SIGNS, SignFamilyEvaluator)],
    ids=["sma", "sign"],
)
@pytest.mark.parametrize(
    "changes",
    [{"rebalance": "on_change"}, {"terms": PAID}, {"terms": replace(PAID, whole_shares=True)}],
    ids=["on change", "paid", "whole shares"],
)
def test_a_familys_positions_give_the_rules_figures(bars, strategy, space, family, changes):
    quick = chosen(bars, strategy, space, **changes)
    assert isinstance(quick, GeneralEvaluator)
    assert isinstance(quick.sides, family)
    slow = replace(quick, sides=None)
    every = np.arange(space.size)
    np.testing.assert_array_equal(quick(every), slow(every))
    some = every[::7]
    np.testing.assert_array_equal(quick.daily_returns(some), slow.daily_returns(some))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(quick))(some), quick(some))


def test_a_family_is_taken_where_it_is_exact(bars):
    assert isinstance(chosen(bars, SmaSwitch, PERIODS), SmaFamilyEvaluator)
    assert isinstance(chosen(bars, SignS4, SIGNS), SignFamilyEvaluator)
    weekly = chosen(bars, SmaSwitch, PERIODS, every="week")
    assert isinstance(weekly, GeneralEvaluator)
    assert weekly.sides is None  # on other days the last decision stands: the rule is asked


@pytest.mark.parametrize(
    ("strategy", "space"), [(SmaSwitch, PERIODS), (SignS4, SIGNS)], ids=["sma", "sign"]
)
@pytest.mark.parametrize(
    "changes",
    [{}, {"terms": PAID}, {"every": "week"}],
    ids=["family", "paid", "weekly"],
)
def test_the_kernel_on_other_bars_is_the_one_that_would_be_made_anew(
    bars, strategy, space, changes
):
    """Also to and from bars whose price doubles, on which no family is exact."""
    whole = sample("simulated")
    columns = {name: getattr(bars, name).copy() for name in ("open", "high", "low", "close")}
    for column in columns.values():
        column[300:] *= 2.0 * bars.close[299] / bars.close[300]
    doubled = replace(bars, **columns, dividend=np.zeros(len(bars)))
    before, some = None, np.arange(0, space.size, 11)
    for table in (
        bars,
        whole.between(whole.dates[0].item(), bars.dates[390].item()),
        doubled,
        bars,
    ):
        before = chosen(table, strategy, space, like=before, **changes)
        anew = chosen(table, strategy, space, **changes)
        assert type(before) is type(anew)
        assert type(getattr(before, "sides", None)) is type(getattr(anew, "sides", None))
        np.testing.assert_array_equal(before(some), anew(some))
    if not changes:
        assert isinstance(chosen(doubled, strategy, space), GeneralEvaluator)
