"""Market views: the rules that they come from, and the words that state them."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra import numpy as npst

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.rules.sign_rule import sign_positions
from btplaybook.strategies.rules.sma_switch import sma_side
from btplaybook.strategies.sector.views import ACCEPTED, Constant, FromSignRule, FromSma, view_of

closes_ = npst.arrays(
    np.float64, some.integers(1, 60), elements=some.integers(80, 120).map(lambda tick: tick / 8)
)


def market_of(close, dividend=0.0):
    """Return total returns, the first of which does not exist."""
    return np.concatenate([[np.nan], (close[1:] + dividend) / close[:-1] - 1.0])


def test_constant():
    view = Constant(-0.1)
    assert view(np.empty(0), np.empty(0)) == -0.1
    assert view.bars == 1
    assert Constant()(np.ones(3), np.zeros(3)) == 0.0


@given(closes_, some.integers(1, 20), some.sampled_from(["trend", "reversion"]))
def test_the_sma_view_is_the_rules_last_side(close, period, direction):
    """Ties, of which there are many, reach back: the view looks as far as it has to."""
    view = FromSma(period, direction, 0.1)
    side = sma_side(close, period, direction == "reversion")[-1]
    assert view(close, market_of(close)) == 0.1 * side
    assert view.bars == period


def test_a_long_tie_keeps_the_side():
    close = np.concatenate([[10.0, 11.0], np.full(200, 11.0)])
    assert FromSma(2)(close, market_of(close)) == 0.2
    assert FromSma(2)(close[1:], market_of(close[1:])) == 0.0


@given(
    closes_,
    some.integers(0, 5),
    some.integers(1, 6),
    some.one_of(some.just(0), some.integers(2, 6)),
    some.sampled_from([0.0, 0.5, 1.0, 2.0]),
    some.sampled_from(["sign", "forecast"]),
)
def test_the_sign_view_is_the_rules_last_position(close, d, window, memory, fallback, sizing):
    dividend = np.zeros(close.size)
    dividend[1:] = 0.125
    position = sign_positions(
        close, dividend, d, window, memory, memory > 0, fallback, sizing == "forecast"
    )[-1]
    view = FromSignRule(d, window, memory, fallback, sizing, 0.15)
    found = view(close, market_of(close, 0.125))
    assert found == (0.0 if np.isnan(position) else 0.15 * position)
    assert np.isnan(position) == (close.size < view.bars)


@given(closes_, some.integers(1, 59))
def test_a_view_needs_the_newest_bars_alone(close, n_newest):
    """It is the same on fewer bars as soon as it is not 0."""
    market = market_of(close)
    for view in (FromSma(5), FromSignRule(1, 3), FromSignRule(1, 2, 4)):
        fewer = view(close[-n_newest:], market[-n_newest:])
        if fewer:
            assert fewer == view(close, market)


@pytest.mark.parametrize(
    ("stated", "view"),
    [
        ("0", Constant(0.0)),
        (" 0.1 ", Constant(0.1)),
        ("-0.2", Constant(-0.2)),
        (0.1, Constant(0.1)),
        (0, Constant(0.0)),
        ("sma:200", FromSma(200)),
        ("sma:8:reversion", FromSma(8, "reversion")),
        ("sma:50:trend:0.1", FromSma(50, "trend", 0.1)),
        ("sma:50:0.05", FromSma(50, size=0.05)),
        ("sign:d=5,M=13,R=2", FromSignRule(5, 13, 2)),
        ("sign:d=0", FromSignRule(0)),
        (
            "sign:d=1, M=2, R=3, fallback=1, sizing=forecast, size=0.1",
            FromSignRule(1, 2, 3, 1.0, "forecast", 0.1),
        ),
    ],
    ids=str,
)
def test_words(stated, view):
    assert view_of(stated) == view
    assert pickle.loads(pickle.dumps(view)) == view


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("", "'' is no number"),
        ("bullish", "'bullish' is no number"),
        ("0.3", r"a target beta must be in \[-0.2, 0.2\], got 0.3"),
        ("nan", r"a target beta must be in \[-0.2, 0.2\], got nan"),
        (True, r"a target beta must be in \[-0.2, 0.2\], got True"),
        ("sma", "'' is no whole number"),
        ("sma:", "'' is no whole number"),
        ("sma:8.5", "'8.5' is no whole number"),
        ("sma:0", "period must be a whole number >= 1, got 0"),
        ("sma:8:up", "'up' is no number"),
        ("sma:8:trend:0.1:2", "'0.1:2' is no number"),
        ("sma:8:trend:-0.1", r"size must be in \[0, 0.2\], got -0.1"),
        ("sma:8:trend:0.21", r"size must be in \[0, 0.2\], got 0.21"),
        ("sign:", "'' is none of d, M, R, fallback, sizing, size"),
        ("sign:M=3", "d is missing"),
        ("sign:d", "'' is no whole number"),
        ("sign:d=1,d=2", "d is given twice"),
        ("sign:d=1,m=2", "'m' is none of d, M, R, fallback, sizing, size"),
        ("sign:d=-1", "d must be a whole number >= 0, got -1"),
        ("sign:d=1,M=0", "M must be a whole number >= 1, got 0"),
        ("sign:d=1,R=1", "R must be a whole number >= 2, got 1"),
        ("sign:d=1,fallback=-1", r"fallback must be in \[0, 1e\+06\], got -1.0"),
        ("sign:d=1,fallback=inf", r"fallback must be in \[0, 1e\+06\], got inf"),
        ("sign:d=1,sizing=half", "sizing must be one of sign, forecast, got 'half'"),
        ("sign:d=1,size=1", r"size must be in \[0, 0.2\], got 1.0"),
    ],
    ids=str,
)
def test_words_that_are_refused(stated, words):
    with pytest.raises(StrategyError, match=words) as caught:
        view_of(stated)
    assert str(caught.value).startswith(f"view {stated!r}: ")
    assert str(caught.value).endswith(f"; accepted: {ACCEPTED}")


def test_what_is_made_without_words_is_checked_too():
    with pytest.raises(StrategyError, match="period must be a whole number >= 1, got True"):
        FromSma(True)
    with pytest.raises(StrategyError, match="direction must be one of trend, reversion, got 'up'"):
        FromSma(8, "up")
    with pytest.raises(StrategyError, match="R must be a whole number >= 2, got -1"):
        FromSignRule(1, 1, -1)
