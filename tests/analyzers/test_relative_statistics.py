import math

import numpy as np
import pytest

from btplaybook.analyzers import relative_statistics as rs


@pytest.fixture(scope="module")
def market():
    return np.random.default_rng(1).normal(0.0004, 0.01, 400)


@pytest.fixture(scope="module")
def strategy(market):
    return 0.0002 + 0.6 * market + np.random.default_rng(2).normal(0.0, 0.005, 400)


def test_beta_of_an_exact_line(market):
    assert rs.beta(0.001 - 1.5 * market, market) == pytest.approx(-1.5, rel=1e-12)


def test_alpha_of_an_exact_line(market):
    answer = rs.jensen_alpha(0.001 + 0.5 * market, market, 252)
    assert answer.alpha == pytest.approx(0.252, rel=1e-9)
    assert answer.standard_error == pytest.approx(0.0, abs=1e-9)


def test_alpha_deducts_the_risk_free_rate(strategy, market):
    periodic = 1.05 ** (1 / 252) - 1.0
    slope = rs.beta(strategy, market)
    expected = (strategy.mean() - periodic) - slope * (market.mean() - periodic)
    answer = rs.jensen_alpha(strategy, market, 252, 0.05)
    assert answer.alpha == pytest.approx(252 * expected, rel=1e-9)


def test_newey_west_by_its_formula(strategy, market):
    """Bartlett weights on the scores' autocovariances, written out."""
    answer = rs.jensen_alpha(strategy, market, 252)
    design = np.column_stack((np.ones(400), market))
    bread = np.linalg.inv(design.T @ design)
    scores = design * (strategy - design @ (bread @ design.T @ strategy))[:, None]
    meat = scores.T @ scores
    assert answer.lags == math.floor(4 * 4 ** (2 / 9))
    for lag in range(1, answer.lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (answer.lags + 1)) * (cross + cross.T)
    error = 252 * math.sqrt((bread @ meat @ bread)[0, 0])
    assert answer.standard_error == pytest.approx(error, rel=1e-9)
    assert answer.t_statistic == pytest.approx(answer.alpha / error, rel=1e-9)


@pytest.mark.parametrize(("n", "lags"), [(20, 2), (100, 4), (273, 5), (2263, 8)])
def test_the_lags_follow_the_number_of_returns(n, lags):
    rng = np.random.default_rng(n)
    market = rng.normal(0.0, 0.01, n)
    returns = 0.5 * market + rng.normal(0.0, 0.01, n)
    assert rs.jensen_alpha(returns, market, 252).lags == lags
    assert rs.beta_with_error(returns, market).lags == lags


def test_information_ratio_by_hand():
    # Active returns -0.01, 0.01, 0.03 as in the Sharpe ratio's table.
    market = np.array([0.02, -0.01, 0.0])
    returns = market + np.array([-0.01, 0.01, 0.03])
    assert rs.information_ratio(returns, market, 4) == pytest.approx(1.0, rel=1e-9)


def test_treynor_by_hand():
    market = np.array([0.01, -0.01, 0.03])
    assert rs.treynor_ratio(2.0 * market, market, 4) == pytest.approx(0.04, rel=1e-9)


@pytest.mark.parametrize(
    ("returns", "benchmark"),
    [
        pytest.param([], [], id="empty"),
        pytest.param([0.1], [0.1], id="one return"),
        pytest.param([0.1, 0.2, -0.1], [0.01] * 3, id="benchmark does not vary"),
        pytest.param([0.1, -1.0, 0.0], [0.1, 0.2, 0.3], id="ruined"),
    ],
)
@pytest.mark.parametrize("figure", [rs.jensen_alpha, rs.treynor_ratio])
def test_what_does_not_exist_is_none(figure, returns, benchmark):
    assert figure(np.array(returns), np.array(benchmark), 252) is None


def test_no_active_return_no_ratio(market):
    assert rs.information_ratio(market, market, 252) is None
    assert rs.information_ratio(market + 0.001, market, 252) is None


def test_beta_has_newey_wests_error(market):
    """The error by the sandwich formula, written out."""
    noise = np.random.default_rng(1).normal(0.0, 0.01, market.size)
    returns = 0.3 * market + noise
    found = rs.beta_with_error(returns, market)
    assert found.beta == pytest.approx(rs.beta(returns, market), rel=1e-9)
    x = market - market.mean()
    scores = x * (returns - returns.mean() - found.beta * x)
    total = scores @ scores
    for lag in range(1, found.lags + 1):
        total += 2 * (1 - lag / (found.lags + 1)) * (scores[lag:] @ scores[:-lag])
    assert found.standard_error == pytest.approx(np.sqrt(total) / (x @ x), rel=1e-9)
    assert found.away_from_zero


@pytest.mark.parametrize("seed", range(10, 14))
def test_over_a_beta_that_may_be_zero_there_is_no_treynor_ratio(market, seed):
    noise = np.random.default_rng(seed).normal(0.0005, 0.01, market.size)
    unrelated = noise - rs.beta(noise, market) * market
    slope = rs.beta_with_error(unrelated, market)
    edge = 2.0 * slope.standard_error
    for share, exists in ((0.0, False), (0.9, False), (-0.9, False), (1.2, True), (-1.2, True)):
        ratio = rs.treynor_ratio(unrelated + share * edge * market, market, 252)
        assert (ratio is not None) == exists
    returns = unrelated + 1.2 * edge * market
    mean = returns.mean() * 252
    assert rs.treynor_ratio(returns, market, 252) == pytest.approx(mean / (1.2 * edge), rel=1e-6)


@pytest.mark.parametrize("cash", [0.0, 1e-4])
def test_over_cash_that_does_not_vary_nothing_relative_exists(market, cash):
    flat = np.full(market.size, cash)
    assert rs.beta(market, flat) is None
    assert rs.beta_with_error(market, flat) is None
    assert rs.jensen_alpha(market, flat, 252) is None
    assert rs.information_ratio(market, flat, 252) is None
    assert rs.treynor_ratio(market, flat, 252) is None


def test_lengths_must_agree(market):
    with pytest.raises(ValueError, match="as many returns"):
        rs.beta(market[1:], market)
