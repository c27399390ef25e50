"""Many sets of the pivot rule at once: each one's positions bit for bit, each one's figures."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.runs.run import run
from btplaybook.search.errors import LedgerDomainError
from btplaybook.search.kernels.chosen import kernel_for
from btplaybook.search.kernels.general import GeneralEvaluator
from btplaybook.search.kernels.pivot.best import best_of
from btplaybook.search.kernels.pivot.space import published_space
from btplaybook.search.kernels.pivot_family import ARGUMENTS, PivotFamilyEvaluator
from btplaybook.search.ledger import Terms
from btplaybook.search.screen import Screen
from btplaybook.search.space import Space
from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.rule_line import RuleCall
from btplaybook.strategies.rule_strategy import RuleStrategy
from btplaybook.strategies.rules.pivot import pivot_side
from btplaybook.strategies.sma_switch import SmaSwitch

FIRST = np.datetime64("2020-01-06")


class Side(RuleStrategy):
    """The rule and nothing else."""

    params = (
        ("estimated", False), ("slow", 8), ("fast", 2), ("span", 5), ("angle", 60.0),
        ("regime", 0.5), ("bias", 0.0), ("band_long", 0.1), ("band_short", 0.2), ("window", 0),
        ("penalty", 20.0),
    )  # fmt: skip

    @classmethod
    def rule_call(cls, params):
        if params["slow"] <= params["fast"]:
            raise StrategyError(f"slow must be above fast, got {params['slow']}")
        return RuleCall(pivot_side, tuple(params[name] for name in ("estimated", *ARGUMENTS)))


FIXED = Space(
    {
        "slow": (8, 13), "fast": (1, 3), "span": (5, 20), "angle": (0.0, 45.0, 90.0),
        "regime": (-0.5, 0.0), "bias": (-0.1, 0.0, 0.30000000000000004, 0.3),
        "band_long": (0.0, 0.3), "band_short": (0.0, 0.1),
    }
)  # fmt: skip
ESTIMATED = Space(
    {
        "slow": (8, 13), "span": (5, 20), "window": (0, 60, 90), "penalty": (0.0, 20.0),
        "bias": (-0.01, 0.0, 0.01), "band_long": (0.0, 0.05), "band_short": (0.0, 0.05),
    }
)  # fmt: skip


def evaluator_of(close, opening=0, space=FIXED, strategy=Side, *, terms=None, **defaults):
    dates = FIRST + np.arange(close.size)
    volume, dividend = np.ones(close.size), np.zeros(close.size)
    dividend[7::13] = 0.001 * close.min()
    bars = Bars("X", dates, *[close] * 4, volume, dividend, calendar="24/7")
    return PivotFamilyEvaluator(
        strategy=strategy,
        defaults=dict(strategy.params._getpairs()) | defaults,
        space=space,
        bars=bars,
        opens_on=dates[opening].item(),
        terms=Terms() if terms is None else terms,
    )


def assert_positions_are_the_rules(evaluator, indices):
    screen = Screen.of(evaluator.bars, evaluator.opens_on, Terms(), rebalance="daily")
    for index, held in zip(indices, evaluator.positions(indices), strict=True):
        chosen = evaluator.space.set_at(int(index))
        call = evaluator.strategy.rule_call({**evaluator.defaults, **chosen})
        np.testing.assert_array_equal(held, screen.targets(call)[:, 0], err_msg=f"{chosen}")


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    n_bars=st.integers(3, 250),
    warm_up=st.floats(0, 1),
    tick=st.sampled_from([0.0, 0.01, 1.0]),
    estimated=st.booleans(),
)
def test_positions_are_those_of_the_rule(seed, n_bars, warm_up, tick, estimated):
    """Coarse ticks put scores on levels, and pause the price so that nothing moves."""
    rng = np.random.default_rng(seed)
    close = 20.0 + tick * np.abs(rng.integers(-2, 3, n_bars).cumsum())
    space = ESTIMATED if estimated else FIXED
    opening = int(warm_up * (n_bars - 2))
    evaluator = evaluator_of(close, opening, space, estimated=estimated)
    assert_positions_are_the_rules(evaluator, rng.integers(0, space.size, 12))


@pytest.fixture(scope="module")
def close():
    return np.round(50.0 * np.exp(0.02 * np.random.default_rng(2).standard_normal(400).cumsum()), 2)


@pytest.mark.parametrize("space", [FIXED, ESTIMATED], ids=["fixed", "estimated"])
def test_figures_are_those_of_the_general_kernel(close, space):
    evaluator = evaluator_of(close, 30, space, estimated=space is ESTIMATED)
    common = {name: getattr(evaluator, name) for name in ("strategy", "defaults", "bars", "terms")}
    slow = GeneralEvaluator(**common, space=space, opens_on=evaluator.opens_on, rebalance="daily")
    some = np.arange(0, space.size, 7)
    rows, theirs = evaluator(some), slow(some)
    np.testing.assert_allclose(rows[:, :-1], theirs[:, :-1], rtol=1e-9, atol=1e-11)
    np.testing.assert_array_equal(rows[:, -1], theirs[:, -1])
    np.testing.assert_allclose(evaluator.daily_returns(some), slow.daily_returns(some), atol=1e-12)


def test_on_real_prices(realdata):
    bars = read_bars(realdata / "etf" / "SPY.csv", end="2003-09-30")
    evaluator = PivotFamilyEvaluator(
        strategy=Side,
        defaults=dict(Side.params._getpairs()),
        space=Space({"slow": (20, 120), "fast": (1, 5), "angle": (15.0, 90.0), "bias": (0.0, 0.2)}),
        bars=bars,
        opens_on=bars.dates[200].item(),
        terms=Terms(),
    )
    assert_positions_are_the_rules(evaluator, np.arange(16))


def test_rows_do_not_depend_on_company_process_or_thread(close):
    evaluator = evaluator_of(close)
    indices = np.arange(0, FIXED.size, 5)
    rows = evaluator(indices)
    shuffled = np.random.default_rng(4).permutation(indices.size)
    copy = pickle.loads(pickle.dumps(evaluator))
    assert copy(indices[shuffled]).tobytes() == rows[shuffled].tobytes()
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(evaluator, np.array_split(indices, 7)))
    assert np.concatenate(parts).tobytes() == rows.tobytes()
    assert evaluator.positions(indices[:0]).shape == (0, 400)


def test_the_best_set_gains_as_much_bar_by_bar():
    """The embedded index: points and switches of the best set of 200 lines, and of a run."""
    bars = sample("sp500")
    bars = bars.between(bars.dates[-1500].item())
    space = published_space(4.0)
    points = np.append(np.diff(bars.close), 0.0)
    (best,) = best_of(bars.close, points, space, first=299, ends=[1499], n_lines=200)
    result = run(
        Side, bars, params=best.parameters, start=bars.dates[300].item(), fill="close",
        rebalance="daily", strips=False,
    )  # fmt: skip
    assert result.metrics["points"] == pytest.approx(best.gain, rel=1e-9)
    assert result.metrics["switches"] == best.switches


def test_a_search_takes_it(close):
    evaluator = evaluator_of(close, 30)
    found = kernel_for(
        strategy=Side, defaults=evaluator.defaults, space=FIXED, bars=evaluator.bars,
        opens_on=evaluator.opens_on, terms=Terms(), rebalance="daily", every="day",
        risk_free_rate=0.0,
    )  # fmt: skip
    assert isinstance(found, PivotFamilyEvaluator)


def test_refused(close):
    for space, words in (
        ({"estimated": (False, True)}, "not estimated"),
        ({"every": ("day", "week")}, "not every"),
    ):
        with pytest.raises(LedgerDomainError, match=words):
            evaluator_of(close, space=Space(space))
    with pytest.raises(LedgerDomainError, match="no pivot rule"):
        evaluator_of(close, space=Space({"slow": (5,)}), strategy=SmaSwitch, slow=3)
    with pytest.raises(LedgerDomainError, match="whole shares"):
        evaluator_of(close, terms=Terms(whole_shares=True))
    crossed = evaluator_of(close, space=Space({"slow": (3, 8), "fast": (2, 5)}))
    assert crossed.positions(np.array([0, 2, 3])).shape == (3, 400)
    with pytest.raises(StrategyError, match="slow must be above fast, got 3"):
        crossed.positions(np.arange(4))
