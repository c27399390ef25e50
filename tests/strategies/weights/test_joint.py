"""Variance and drawdown in one objective, against a grid of all weights and its two limits."""

import itertools

import numpy as np
import pytest

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.weights import (
    WeightsError,
    covariance,
    mean_drawdown,
    mean_variance,
    mean_variance_drawdown,
)

STEPS = 28
"""Steps of the grid from 0 to 1: 35,960 weightings of five names."""


def residuals_of(m, n_rows=252, seed=0):
    random = np.random.default_rng(seed)
    theme = random.normal(0.0, 0.004, (n_rows, 1)) * random.normal(0.0, 1.0, m)
    return theme + random.normal(0.0, 0.015, (n_rows, m)) * random.uniform(0.5, 2.0, m)


def conditional_drawdown(weights, residuals, tail=0.05):
    """Return the mean of the deepest share of the drawdowns, for many weightings at once."""
    wealth = np.cumsum(residuals @ weights.T, axis=0)
    top = np.maximum(np.maximum.accumulate(wealth, axis=0), 0.0)
    deepest = np.sort(top - wealth, axis=0)[::-1]
    share = tail * len(residuals)
    whole = int(share)
    return (deepest[:whole].sum(axis=0) + (share - whole) * deepest[whole]) / share


def objective(weights, expected, matrix, residuals, aversions):
    variance = np.einsum("gi,ij,gj->g", weights, matrix, weights)
    drawdown = conditional_drawdown(weights, residuals)
    return weights @ expected - aversions[0] * variance - aversions[1] * drawdown


@pytest.fixture(scope="module")
def grid():
    """All weightings of five names in steps of 1/28."""
    parts = itertools.combinations(range(1, STEPS + 5), 4)
    cuts = np.array([(0, *cut, STEPS + 5) for cut in parts])
    return (np.diff(cuts, axis=1) - 1) / STEPS


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("aversions", [(5.0, 0.3), (1.0, 2.0), (20.0, 0.05)])
@pytest.mark.parametrize("cap", [1.0, 0.3])
def test_no_weighting_of_the_grid_is_better(grid, seed, aversions, cap):
    expected = np.random.default_rng(seed).normal(0.0, 0.1, 5)
    residuals = residuals_of(5, seed=seed)
    matrix = covariance(residuals)
    found = mean_variance_drawdown(
        expected, matrix, residuals,
        risk_aversion=aversions[0], drawdown_aversion=aversions[1], cap=cap,
    )  # fmt: skip
    given = expected, matrix, residuals, aversions
    allowed = grid[(grid <= cap + 1e-12).all(axis=1)]
    best = allowed[np.argmax(objective(allowed, *given))]
    reached = objective(found[None], *given)[0]
    assert reached >= objective(best[None], *given)[0] - 1e-7
    # The grid's best lies within a few of its steps: the optimum is not somewhere else.
    assert np.abs(found - best).max() <= 3.0 / STEPS


def test_its_two_ends_are_the_two_single_objectives():
    expected = np.random.default_rng(1).normal(0.0, 0.1, 8)
    residuals = residuals_of(8, seed=1)
    matrix = covariance(residuals)
    given = expected, matrix, residuals
    nearly = mean_variance_drawdown(*given, risk_aversion=5.0, drawdown_aversion=1e-4, cap=0.5)
    alone = mean_variance(expected, matrix, risk_aversion=5.0, cap=0.5)
    assert nearly == pytest.approx(alone, abs=2e-3)
    nearly = mean_variance_drawdown(*given, risk_aversion=1e-5, drawdown_aversion=0.5, cap=0.5)
    alone = mean_drawdown(expected, residuals, drawdown_aversion=0.5, cap=0.5)
    assert nearly == pytest.approx(alone, abs=2e-3)


def test_it_honours_cap_turnover_and_beta_band():
    expected = np.random.default_rng(2).normal(0.0, 0.1, 12)
    residuals = residuals_of(12, seed=2)
    given = expected, covariance(residuals), residuals
    prices = {"risk_aversion": 5.0, "drawdown_aversion": 0.3, "cap": 0.2}
    betas = np.linspace(0.5, 1.5, 12)
    free = mean_variance_drawdown(*given, **prices)
    assert free.max() <= 0.2 + 1e-6
    assert free.sum() == pytest.approx(1.0, abs=1e-9)
    banded = mean_variance_drawdown(*given, **prices, betas=betas, beta_band=(0.98, 1.02))
    assert 0.98 - 1e-6 <= banded @ betas <= 1.02 + 1e-6
    previous = np.full(12, 1.0 / 12)
    kept = mean_variance_drawdown(*given, **prices, previous=previous, turnover_cost=10.0)
    assert kept == pytest.approx(previous, abs=1e-5)


@pytest.mark.parametrize("wrong", [{"risk_aversion": 0.0}, {"drawdown_aversion": -1.0}])
def test_prices_of_risk_must_be_above_zero(wrong):
    residuals = residuals_of(5)
    given = {"risk_aversion": 1.0, "drawdown_aversion": 1.0, "cap": 1.0} | wrong
    with pytest.raises(StrategyError, match=f"{next(iter(wrong))} must be > 0"):
        mean_variance_drawdown(np.zeros(5), covariance(residuals), residuals, **given)


def test_an_unknown_expected_return_is_no_zero():
    residuals = residuals_of(5)
    expected = np.array([0.1, np.nan, 0.0, 0.0, 0.0])
    with pytest.raises(WeightsError, match="1 of 5 expected returns are not known"):
        mean_variance_drawdown(
            expected, covariance(residuals), residuals,
            risk_aversion=1.0, drawdown_aversion=1.0, cap=1.0,
        )  # fmt: skip
