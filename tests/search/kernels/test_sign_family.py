"""Many sets of a sign rule at once: each one's positions bit for bit, each one's figures."""

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
from btplaybook.search.kernels.sign_family import SignFamilyEvaluator
from btplaybook.search.ledger import Terms
from btplaybook.search.screen import Screen
from btplaybook.search.space import Space
from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sign.sign_s1 import SignS1
from btplaybook.strategies.sign.sign_s2 import SignS2
from btplaybook.strategies.sign.sign_s3 import SignS3
from btplaybook.strategies.sign.sign_s4 import SignS4
from btplaybook.strategies.sma_switch import SmaSwitch

FIRST = np.datetime64("2020-01-06")
LATER = Terms(fill="next_open")
SPACES = {
    SignS1: {"d": range(6)},
    SignS2: {"M": range(1, 9), "d": (0, 1, 4)},
    SignS3: {"d": (0, 1, 3), "R": range(2, 9)},
    SignS4: {"d": (1, 0, 5), "R": (2, 3, 8), "M": (1, 2, 7, 13)},
}


def random_bars(n_bars, seed, tick=0.25):
    """Prices on a coarse grid, so that returns and sums of them often are 0, and dividends."""
    rng = np.random.default_rng(seed)
    close = 20.0 + tick * np.abs(rng.integers(-2, 3, n_bars).cumsum())
    dividend = np.where(rng.random(n_bars) < 0.1, tick, 0.0)
    return bars_of(close, dividend)


def alternating_bars(n_bars, seed):
    """Returns of +10 %, -10 % and, by a dividend, 0: they or their sums are 0 but for rounding."""
    returns = np.random.default_rng(seed).choice([0.1, -0.1, 0.0], n_bars)
    close, dividend = [100.0], [0.0]
    for change in returns[1:]:
        paid = 0.0 if change else 0.3 * close[-1] / 7.0
        dividend.append(paid)
        close.append(close[-1] * (1.0 + change) - paid)
    return bars_of(np.array(close), np.array(dividend))


def bars_of(close, dividend):
    dates = FIRST + np.arange(close.size)
    return Bars("X", dates, *[close] * 4, np.ones(close.size), dividend, calendar="24/7")


def evaluator_of(strategy, bars, opening=0, space=None, *, terms=None, **settings):
    defaults = dict(strategy.params._getpairs())
    own = {name: settings.pop(name) for name in [*settings] if name in defaults}
    return SignFamilyEvaluator(
        strategy=strategy,
        defaults=defaults | {"rebalance": "daily"} | own,
        space=Space(SPACES[strategy] if space is None else space),
        bars=bars,
        opens_on=bars.dates[opening].item(),
        terms=Terms() if terms is None else terms,
        **settings,
    )


def assert_sets_are_screened(evaluator, indices):
    """Positions are the rule's, and figures those of `Screen.figures`."""
    screen = Screen.of(evaluator.bars, evaluator.opens_on, Terms(), rebalance="daily")
    positions = evaluator.positions(indices)
    for row, held, index in zip(evaluator(indices), positions, indices, strict=True):
        call = evaluator.strategy.rule_call({**evaluator.defaults, **evaluator.space.set_at(index)})
        np.testing.assert_array_equal(held, screen.targets(call)[:, 0], err_msg=f"{call.arguments}")
        figures = screen.figures(call)
        ruined = {str(day): bar for bar, day in enumerate(screen.market.dates)}
        expected = {name: figures[name] for name in COLUMNS if name in figures}
        expected["ruined"] = ruined.get(figures["ruined_on"], -1)
        found = {name: row[COLUMNS.index(name)] for name in expected}
        expected = {name: math.nan if v is None else v for name, v in expected.items()}
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-11, nan_ok=True)
        for name in ("switches", "ruined"):
            assert found[name] == expected[name]


@given(
    strategy=st.sampled_from([*SPACES]),
    seed=st.integers(0, 2**32 - 1),
    n_bars=st.integers(4, 90),
    warm_up=st.floats(0, 1),
    fallback=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    ticks=st.booleans(),
)
def test_positions_are_those_of_the_rule(strategy, seed, n_bars, warm_up, fallback, ticks):
    bars = random_bars(n_bars, seed) if ticks else alternating_bars(n_bars, seed)
    own = {"fallback": fallback} if strategy in (SignS3, SignS4) else {}
    evaluator = evaluator_of(strategy, bars, int(warm_up * (n_bars - 2)), **own)
    screen = Screen.of(bars, evaluator.opens_on, Terms(), rebalance="daily")
    found = evaluator.positions(np.arange(evaluator.space.size))
    for index, held in enumerate(found):
        call = strategy.rule_call({**evaluator.defaults, **evaluator.space.set_at(index)})
        np.testing.assert_array_equal(held, screen.targets(call)[:, 0], err_msg=f"{call.arguments}")


@pytest.mark.parametrize("strategy", [*SPACES])
def test_figures_are_those_of_the_screen(strategy):
    evaluator = evaluator_of(strategy, random_bars(300, 7), 25)
    assert_sets_are_screened(evaluator, np.arange(evaluator.space.size))


def test_on_real_prices(realdata):
    bars = read_bars(realdata / "etf" / "OIH.csv", start="2021-10-01", end="2024-08-20")
    evaluator = evaluator_of(
        SignS4, bars, 60, {"d": range(1, 6), "M": range(1, 15), "R": range(2, 22)}
    )
    assert_sets_are_screened(evaluator, np.arange(0, 1400, 47))


def test_by_hand():
    """d = 0 and M = 1: short after a loss, long else; the first z is that of the second bar."""
    close = np.array([10.0, 11.0, 10.0, 10.0, 9.0])
    (held,) = evaluator_of(SignS1, bars_of(close, 0.0 * close), 0, {"d": [0]}).positions(
        np.array([0])
    )
    assert held.tolist() == [0, 1, -1, 1, -1]


def test_rules_that_coincide_share_a_hash():
    """S2 with M = 1 is S1, S4 with M = 1 is S3: of 1,575 sets at most 1,470 differ."""
    bars = random_bars(700, 3, tick=0.01)
    d, window, memory = range(1, 6), range(1, 15), range(2, 22)
    spaces = {
        SignS1: {"d": d},
        SignS2: {"d": d, "M": window},
        SignS3: {"d": d, "R": memory},
        SignS4: {"d": d, "M": window, "R": memory},
    }
    hashes = {}
    for strategy, space in spaces.items():
        evaluator = evaluator_of(strategy, bars, 40, space)
        hashes[strategy] = set(evaluator(np.arange(evaluator.space.size))[:, -1].tolist())
    assert hashes[SignS1] <= hashes[SignS2]
    assert hashes[SignS3] <= hashes[SignS4]
    assert 5 < len(set.union(*hashes.values())) <= 1470


def test_rows_do_not_depend_on_company_process_or_thread():
    evaluator = evaluator_of(SignS4, random_bars(400, 11), 30)
    indices = np.arange(evaluator.space.size)
    rows = evaluator(indices)
    copy = pickle.loads(pickle.dumps(evaluator))
    shuffled = np.random.default_rng(0).permutation(indices)
    assert copy(shuffled).tobytes() == rows[shuffled].tobytes()
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(evaluator, np.array_split(indices, 7)))
    assert np.concatenate(parts).tobytes() == rows.tobytes()
    assert evaluator(indices[:0]).shape == (0, len(COLUMNS))


@pytest.mark.parametrize(
    ("strategy", "space", "settings", "error", "named"),
    [
        pytest.param(SignS4, {}, {"sizing": "forecast"}, LedgerDomainError, "sizing", id="sizing"),
        pytest.param(SignS4, {"fallback": [1.0]}, {}, LedgerDomainError, "fallback", id="fallback"),
        pytest.param(SignS1, {"d": [1], "M": [2]}, {}, LedgerDomainError, "not M", id="name"),
        pytest.param(SignS2, {"M": [2]}, {"every": "week"}, LedgerDomainError, "week", id="every"),
        pytest.param(SignS4, {"R": [2, 1]}, {}, StrategyError, "R must be", id="value"),
        pytest.param(SignS2, {}, {"terms": LATER}, LedgerDomainError, "fill", id="terms"),
    ],
)  # fmt: skip
def test_what_the_kernel_does_not_do_is_refused(strategy, space, settings, error, named):
    with pytest.raises(error, match=named):
        evaluator_of(strategy, random_bars(30, 0), 0, space or SPACES[strategy], **settings)


def test_another_rule_is_refused():
    with pytest.raises(LedgerDomainError, match="SmaSwitch is no sign rule"):
        SignFamilyEvaluator(
            strategy=SmaSwitch,
            defaults=dict(SmaSwitch.params._getpairs()) | {"d": 1},
            space=Space({"d": [1]}),
            bars=random_bars(30, 0),
            opens_on=FIRST.item(),
            terms=Terms(),
        )
