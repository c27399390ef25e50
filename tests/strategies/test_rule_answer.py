"""What a rule answers in Python and compiled: the same bits, and numba where it is worth it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from btplaybook.feeds.samples import sample
from btplaybook.runners.runs import registry
from btplaybook.strategies import rule_answer
from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.rule_answer import PLAIN_BARS, compiled, positions_of
from btplaybook.strategies.rules.pivot import pivot_side
from btplaybook.strategies.rules.sign_rule import sign_positions
from btplaybook.strategies.rules.sma_switch import sma_side

RULES = (sma_side, sign_positions, pivot_side)
closes = npst.arrays(
    np.float64,
    st.integers(1, 80),
    elements=st.one_of(
        st.integers(1, 400).map(lambda cents: cents / 100), st.floats(1e-6, 1e9), st.just(np.nan)
    ),
)


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(rule_answer, "_computed", type(rule_answer._computed)())


def bits(rule, *arguments):
    """Return the bytes of both answers."""
    with np.errstate(all="ignore"):
        return rule(*arguments).tobytes(), compiled(rule)(*arguments).tobytes()


def test_every_rule_of_a_registered_strategy_is_compared_here():
    kinds = map(registry.resolve, registry.registered())
    calls = (kind.rule_call(registry.parameters(kind)) for kind in kinds)
    assert {call.rule for call in calls if call} == {*RULES}


@given(closes, st.integers(1, 30), st.booleans())
def test_the_average_has_the_same_bits(close, period, reversion):
    plain, numbas = bits(sma_side, close, period, reversion)
    assert plain == numbas


@given(
    closes,
    st.data(),
    st.integers(0, 4),
    st.integers(1, 20),
    st.integers(1, 20),
    st.booleans(),
    st.sampled_from([0.0, 0.5, 2.0]),
    st.booleans(),
)
def test_the_sign_rules_have_the_same_bits(
    close, data, delay, window, memory, estimated, fallback, clipped
):
    dividend = data.draw(npst.arrays(np.float64, close.size, elements=st.sampled_from([0.0, 0.25])))
    arguments = (delay, window, memory, estimated, fallback, clipped)
    plain, numbas = bits(sign_positions, close, dividend, *arguments)
    assert plain == numbas


@given(
    closes, st.booleans(), st.integers(2, 12), st.integers(1, 20), st.floats(0.0, 90.0),
    st.sampled_from([0.0, 0.5, -1.0]), st.sampled_from([0.0, 0.25]), st.sampled_from([0, 60]),
)  # fmt: skip
def test_the_pivot_has_the_same_bits(close, estimated, slow, span, angle, regime, band, window):
    arguments = (estimated, slow, 1, span, angle, regime, 0.01, band, 0.0, window, 20.0)
    plain, numbas = bits(pivot_side, close, *arguments)
    assert plain == numbas


@pytest.mark.parametrize("estimated", [False, True])
def test_twenty_years_of_pivots_have_the_same_bits(estimated):
    arguments = (estimated, 100, 5, 40, 50.0, 0.5, 0.0, 0.0, 0.0, 0, 20.0)
    plain, numbas = bits(pivot_side, np.array(sample("sp500").close), *arguments)
    assert plain == numbas


@pytest.mark.parametrize("period", [1, 8, 200, 5000])
def test_twenty_years_have_the_same_bits(period):
    plain, numbas = bits(sma_side, np.array(sample("sp500").close), period, True)
    assert plain == numbas


def test_numba_answers_from_so_many_bars_on(monkeypatch):
    asked = []
    monkeypatch.setattr(rule_answer, "compiled", lambda rule: asked.append(rule) or rule)
    close = np.linspace(1.0, 2.0, PLAIN_BARS // 2)
    for _ in range(2):
        positions_of(sma_side, [close], (2, False))
    assert not asked
    positions_of(sma_side, [close], (2, False))
    assert asked == [sma_side]


def test_a_users_rule_is_always_compiled(monkeypatch):
    asked = []
    monkeypatch.setattr(rule_answer, "compiled", lambda rule: asked.append(rule) or rule)

    def theirs(close):
        return close

    positions_of(theirs, [np.ones(3)], ())
    assert asked == [theirs]


def test_a_division_by_zero_is_the_compiled_rules():
    close = np.array([1.0, 0.0, 1.0])
    with pytest.raises(ZeroDivisionError):
        positions_of(sign_positions, [close, np.zeros(3)], (0, 1, 0, False, 1.0, False))


def test_wrong_arguments_are_said_in_one_way():
    with pytest.raises(StrategyError, match="does not take its 1 arrays and 1 arguments"):
        positions_of(sma_side, [np.ones(3)], (2,))
