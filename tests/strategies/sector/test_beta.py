"""Trailing betas: by hand, against NumPy's least squares and statsmodels, and their laws.

Laws: what comes later changes no row; a constant added to every return changes nothing; the market
leveraged k times halves the beta k times; a permutation of stocks permutes. Shrinkage: a sure beta
stays, a doubtful one goes to the mean.
"""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.beta import trailing_betas, vasicek

NAN = math.nan


def panel(seed, n=80, m=4):
    """Return stocks of betas 0.5 .. 1.5 with some holes, and their market."""
    rng = np.random.default_rng(seed)
    market = rng.standard_normal(n) * 0.01
    returns = np.linspace(0.5, 1.5, m) * market[:, None] + rng.standard_normal((n, m)) * 0.015
    returns[rng.random((n, m)) < 0.1] = np.nan
    returns[: n // 4, 0] = np.nan  # listed late
    return returns, market


def test_by_hand():
    # y = 1 + 2 x but for the last pair; sums over (0, 1, 2) and then (1, 2, 3)
    market = np.array([0.0, 1.0, 2.0, 3.0])
    returns = np.array([[1.0], [3.0], [5.0], [10.0]])
    found = trailing_betas(returns, market, window=3, least=3)
    np.testing.assert_allclose(found.betas[:, 0], [NAN, NAN, 2.0, 3.5])
    # residuals of (3, 5, 10) on 6 + 3.5 (x - 2): 0.5, -1, 0.5; s^2 = 1.5, sum of squares of x is 2
    np.testing.assert_allclose(found.errors[:, 0], [NAN, NAN, 0.0, math.sqrt(0.75)], atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_each_window_is_least_squares(seed):
    returns, market = panel(seed)
    window, least = 40, 20
    found = trailing_betas(returns, market, window=window, least=least)
    n_estimates = 0
    for t in range(len(market)):
        rows = slice(max(0, t - window + 1), t + 1)
        for stock in range(returns.shape[1]):
            known = ~np.isnan(returns[rows, stock])
            if known.sum() < least:
                assert np.isnan(found.betas[t, stock])
                assert np.isnan(found.errors[t, stock])
                continue
            x, y = market[rows][known], returns[rows, stock][known]
            fit = sm.OLS(y, sm.add_constant(x)).fit()
            assert found.betas[t, stock] == pytest.approx(np.polyfit(x, y, 1)[0], rel=1e-8)
            assert found.errors[t, stock] == pytest.approx(fit.bse[1], rel=1e-8)
            n_estimates += 1
    assert n_estimates > 150


@given(seed=st.integers(0, 99), cut=st.integers(1, 79))
def test_what_comes_later_changes_nothing(seed, cut):
    returns, market = panel(seed)
    whole = trailing_betas(returns, market, window=30, least=10)
    part = trailing_betas(returns[:cut], market[:cut], window=30, least=10)
    wild = returns.copy()
    wild[cut:] = np.where(np.isnan(wild[cut:]), 9.0, np.nan)
    other = trailing_betas(wild, np.append(market[:cut], -3.0 * market[cut:]), window=30, least=10)
    for full, *others in zip(whole, part, other, strict=True):
        for one in others:
            np.testing.assert_array_equal(one[:cut], full[:cut])


@given(seed=st.integers(0, 99), shift=st.floats(-0.01, 0.01), times=st.floats(0.5, 3.0))
def test_shifts_and_scales(seed, shift, times):
    returns, market = panel(seed)
    found = trailing_betas(returns, market, window=30, least=10)
    shifted = trailing_betas(returns + shift, market - 2 * shift, window=30, least=10)
    scaled = trailing_betas(returns, market * times, window=30, least=10)
    for one, moved, stretched in zip(found, shifted, scaled, strict=True):
        np.testing.assert_allclose(moved, one, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(stretched * times, one, rtol=1e-9, atol=1e-12)


def test_a_permutation_of_stocks_permutes():
    returns, market = panel(5)
    order = [2, 0, 3, 1]
    found = trailing_betas(returns, market, window=30, least=10)
    permuted = trailing_betas(returns[:, order], market, window=30, least=10)
    np.testing.assert_array_equal(permuted.betas, found.betas[:, order])
    np.testing.assert_array_equal(permuted.errors, found.errors[:, order])


@pytest.mark.parametrize("level", [0.0, 0.001, 0.1])
def test_a_market_that_does_not_vary_gives_no_beta(level):
    rng = np.random.default_rng(0)
    market = np.full(60, level)
    market[:10] = rng.standard_normal(10) * 0.01
    returns = rng.standard_normal((60, 2)) * 0.01
    betas = trailing_betas(returns, market, window=20, least=10).betas
    assert not np.isnan(betas[15]).any()
    assert np.isnan(betas[29:]).all()


def test_a_stock_that_does_not_move_has_beta_zero():
    market = np.random.default_rng(0).standard_normal(30) * 0.01
    found = trailing_betas(np.zeros((30, 1)), market, window=20, least=10)
    assert found.betas[-1, 0] == 0.0
    assert found.errors[-1, 0] == 0.0


def test_a_hole_in_the_market_is_in_no_pair():
    returns, market = panel(1)
    market[50] = np.nan
    without = np.delete(np.arange(80), 50)
    found = trailing_betas(returns, market, window=60, least=10)
    compared = trailing_betas(returns[without], market[without], window=59, least=10)
    np.testing.assert_allclose(found.betas[-1], compared.betas[-1], rtol=1e-10)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"window": 2, "least": 2}, "window must be >= 3, got 2"),
        ({"window": 20, "least": 21}, "least must be from 3 to the window's 20, got 21"),
        ({"window": 20, "least": 2}, "least must be from 3 to the window's 20, got 2"),
    ],
)
def test_settings_out_of_range(settings, words):
    with pytest.raises(StrategyError, match=words):
        trailing_betas(np.zeros((30, 1)), np.zeros(30), **settings)


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"do not fit: \(30, 1\) and \(29,\)"):
        trailing_betas(np.zeros((30, 1)), np.zeros(29))


@pytest.mark.parametrize(
    ("betas", "errors", "shrunk"),
    [
        # mean 1, variance 0.25; weights 0.25 / (0.25 + error^2)
        pytest.param([0.5, 1.0, 1.5], [0.5, 0.5, 0.0], [0.75, 1.0, 1.5], id="by hand"),
        pytest.param([0.5, NAN, 1.5], [0.0, NAN, 1.0], [0.5, NAN, 1.0 + 0.5 / 3], id="a hole"),
        pytest.param([0.7, NAN, NAN], [9.0, NAN, NAN], [0.7, NAN, NAN], id="one beta"),
        pytest.param([1.2, 1.2], [0.1, 0.0], [1.2, 1.2], id="all alike"),
        pytest.param([NAN, NAN], [NAN, NAN], [NAN, NAN], id="none"),
    ],
)
def test_vasicek(betas, errors, shrunk):
    np.testing.assert_allclose(vasicek(np.array(betas), np.array(errors)), shrunk, rtol=1e-14)


def test_vasicek_shrinks_everybody_to_the_mean_of_those_who_count():
    betas, errors = np.array([0.5, 1.0, 1.5, 9.0]), np.array([0.5, 0.5, 0.0, 0.5])
    among = np.array([True, True, True, False])
    # mean 1, variance 0.25, weight 0.5 for the stranger as well
    np.testing.assert_allclose(vasicek(betas, errors, among), [0.75, 1.0, 1.5, 5.0], rtol=1e-14)
    few = np.array([True, False, False, False])
    np.testing.assert_array_equal(vasicek(betas, errors, few), betas)


@given(seed=st.integers(0, 99))
def test_shrinkage_lies_between_the_beta_and_the_mean(seed):
    rng = np.random.default_rng(seed)
    betas, errors = 1.0 + 0.4 * rng.standard_normal((3, 20)), rng.random((3, 20))
    shrunk = vasicek(betas, errors)
    mean = betas.mean(axis=1, keepdims=True)
    assert (np.abs(shrunk - mean) <= np.abs(betas - mean) + 1e-15).all()
    assert ((shrunk - mean) * (betas - mean) >= -1e-15).all()
    np.testing.assert_allclose(vasicek(betas[1], errors[1]), shrunk[1])
    np.testing.assert_allclose(vasicek(betas, np.zeros_like(errors)), betas, rtol=1e-12)
