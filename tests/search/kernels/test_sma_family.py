"""Many moving averages at once: each one's positions bit for bit, each one's figures."""

import math
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.readers import read_bars
from btplaybook.search.errors import LedgerDomainError
from btplaybook.search.evaluator import COLUMNS
from btplaybook.search.kernels.sma_family import LONGEST, SmaFamilyEvaluator
from btplaybook.search.ledger import Terms
from btplaybook.search.screen import Screen
from btplaybook.search.space import Space
from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sign.sign_s1 import SignS1
from btplaybook.strategies.sma_switch import SmaSwitch

FIRST = np.datetime64("2020-01-06")
ONE = {"period": [5]}
WHOLE = Terms(whole_shares=True)


def bars_of(close):
    dates = FIRST + np.arange(close.size)
    volume, dividend = np.ones(close.size), np.zeros(close.size)
    dividend[7::13] = 0.001 * close.min()
    return Bars("X", dates, *[close] * 4, volume, dividend, calendar="24/7")


def evaluator_of(close, opening=0, space=None, strategy=SmaSwitch, *, terms=None, **defaults):
    bars = bars_of(close)
    return SmaFamilyEvaluator(
        strategy=strategy,
        defaults=dict(strategy.params._getpairs()) | defaults,
        space=Space(
            {"direction": ("trend", "reversion"), "period": range(1, 60)}
            if space is None
            else space
        ),
        bars=bars,
        opens_on=bars.dates[opening].item(),
        terms=Terms() if terms is None else terms,
    )


def assert_positions_are_the_rules(evaluator):
    screen = Screen.of(evaluator.bars, evaluator.opens_on, Terms(), rebalance="daily")
    found = evaluator.positions(np.arange(evaluator.space.size))
    for index, held in enumerate(found):
        chosen = evaluator.space.set_at(index)
        call = SmaSwitch.rule_call({**evaluator.defaults, **chosen})
        np.testing.assert_array_equal(held, screen.targets(call)[:, 0], err_msg=f"{chosen}")
    return found


@given(
    seed=st.integers(0, 2**32 - 1),
    n_bars=st.integers(3, 150),
    warm_up=st.floats(0, 1),
    tick=st.sampled_from([0.0, 4e-12, 0.01, 0.1, 1.0]),
)
def test_positions_are_those_of_the_rule(seed, n_bars, warm_up, tick):
    """Coarse ticks and constant prices put many closes on their average, the opening day's too.

    The finest ticks put them within a few times the rule's own tolerance.
    """
    steps = np.random.default_rng(seed).integers(-2, 3, n_bars)
    close = 10.0 + tick * np.abs(steps.cumsum())
    assert_positions_are_the_rules(evaluator_of(close, int(warm_up * (n_bars - 2))))


@pytest.mark.parametrize("sizes", [(1e9, 1.0), (1.0, 1e9)], ids=["falls", "rises"])
def test_prices_that_differ_by_a_billion_do_not_mislead_the_running_sum(sizes):
    """The running sum's rounding grows with all prices so far, the distance is of today's."""
    rng = np.random.default_rng(5)
    close = np.repeat(sizes, 200) * (10.0 + 0.01 * rng.integers(-1, 2, 400))
    found = assert_positions_are_the_rules(evaluator_of(close, 250))
    assert {-1, 1} <= set(found.ravel().tolist())


def test_by_hand():
    """A tie repeats the day before, also what was decided before the opening day."""
    close = np.array([10.0, 12.0, 12.0, 12.0, 11.0, 11.0])
    space = {"period": [2], "direction": ("trend", "reversion")}
    whole = evaluator_of(close, 0, space).positions(np.arange(2))
    assert whole.tolist() == [[0, 1, 1, 1, -1, -1], [0, -1, -1, -1, 1, 1]]
    late = evaluator_of(close, 3, space).positions(np.arange(2))
    assert late.tolist() == whole[:, 3:].tolist()


def assert_figures_are_the_screens(evaluator, indices):
    screen = Screen.of(evaluator.bars, evaluator.opens_on, Terms(), rebalance="daily")
    days = {str(day): bar for bar, day in enumerate(screen.market.dates)}
    for row, index in zip(evaluator(indices), indices, strict=True):
        call = SmaSwitch.rule_call({**evaluator.defaults, **evaluator.space.set_at(index)})
        figures = screen.figures(call)
        expected = {
            name: math.nan if figures[name] is None else figures[name]
            for name in COLUMNS
            if name in figures
        } | {"ruined": days.get(figures["ruined_on"], -1)}
        found = {name: row[COLUMNS.index(name)] for name in expected}
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-11, nan_ok=True)
        assert (found["switches"], found["ruined"]) == (expected["switches"], expected["ruined"])


def test_figures_are_those_of_the_screen():
    rng = np.random.default_rng(2)
    close = np.round(50.0 * np.exp(0.02 * rng.standard_normal(500).cumsum()), 2)
    close[250:] *= 2.5  # ruins who is short
    evaluator = evaluator_of(close, 30)
    indices = np.arange(0, evaluator.space.size, 3)
    assert_figures_are_the_screens(evaluator, indices)
    ruined = evaluator(indices)[:, COLUMNS.index("ruined")]
    assert set(ruined.tolist()) == {-1.0, 220.0}


def test_on_real_prices(realdata):
    """2-decimal closes of twenty years: closes on their average are among them."""
    bars = read_bars(realdata / "etf" / "SPY.csv", end="2013-09-30")
    evaluator = SmaFamilyEvaluator(
        strategy=SmaSwitch,
        defaults=dict(SmaSwitch.params._getpairs()),
        space=Space({"period": (2, 3, 5, 8, 21, 50, 200, 222, 300)}),
        bars=bars,
        opens_on=bars.dates[0].item(),
        terms=Terms(),
    )
    assert_positions_are_the_rules(evaluator)
    assert_figures_are_the_screens(evaluator, np.arange(evaluator.space.size))


def test_rows_do_not_depend_on_company_process_or_thread():
    rng = np.random.default_rng(4)
    evaluator = evaluator_of(np.round(50.0 * np.exp(0.02 * rng.standard_normal(400).cumsum()), 2))
    indices = np.arange(evaluator.space.size)
    rows = evaluator(indices)
    copy = pickle.loads(pickle.dumps(evaluator))
    shuffled = rng.permutation(indices)
    assert copy(shuffled).tobytes() == rows[shuffled].tobytes()
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(evaluator, np.array_split(indices, 7)))
    assert np.concatenate(parts).tobytes() == rows.tobytes()


@pytest.mark.parametrize(
    ("space", "settings", "error", "named"),
    [
        pytest.param({"short_via": ["short"]}, {}, LedgerDomainError, "not short_via", id="name"),
        pytest.param(ONE, {"short_via": "inverse"}, LedgerDomainError, "inverse", id="two feeds"),
        pytest.param(ONE, {"every": "month"}, LedgerDomainError, "month", id="every"),
        pytest.param({"period": [5, LONGEST + 1]}, {}, StrategyError, "1 to 1,000,000", id="long"),
        pytest.param({"period": [5, 0]}, {}, StrategyError, "period must be", id="value"),
        pytest.param({"direction": ["up"]}, {}, StrategyError, "direction", id="direction"),
        pytest.param(ONE, {"terms": WHOLE}, LedgerDomainError, "whole shares", id="terms"),
        pytest.param(ONE, {"strategy": SignS1}, LedgerDomainError, "no SMA switch", id="rule"),
    ],
)  # fmt: skip
def test_what_the_kernel_does_not_do_is_refused(space, settings, error, named):
    with pytest.raises(error, match=named):
        evaluator_of(10.0 + np.arange(30) % 7, 0, space, **settings)
