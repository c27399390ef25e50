"""Sharpe ratios with their errors: published values, skfolio, and a simulation."""

import math
from importlib.util import find_spec

import numpy as np
import pytest
from scipy import stats

from btplaybook.analyzers.statistics import sharpe_band
from btplaybook.search.errors import SearchError
from btplaybook.search.worth.sharpe import (
    Moments,
    moments,
    probabilistic_sharpe_ratio,
    sharpe_p_values,
    sharpe_ratios,
    sharpe_z,
    standard_error,
)


@pytest.fixture(scope="module")
def returns():
    return np.random.default_rng(7).standard_t(5, (300, 6)) * 0.01 + 0.0007


def test_moments_are_those_of_scipy(returns):
    series = returns[:, 0]
    found = moments(series)
    assert found.sharpe == pytest.approx(series.mean() / series.std(ddof=1), rel=1e-12)
    assert found.skewness == pytest.approx(stats.skew(series), rel=1e-10)
    assert found.kurtosis == pytest.approx(stats.kurtosis(series, fisher=False), rel=1e-12)
    assert found.n_periods == 300


def test_ratios_of_sets_are_those_of_their_columns(returns):
    expected = [moments(column).sharpe for column in returns.T]
    np.testing.assert_allclose(sharpe_ratios(returns), expected, rtol=1e-12)


def test_a_set_that_never_trades_has_no_ratio(returns):
    table = np.column_stack([returns[:, 0], np.zeros(300), np.full(300, 0.001)])
    assert np.isnan(sharpe_ratios(table)).tolist() == [False, True, True]
    assert np.isnan(sharpe_ratios(table[:1])).all()


@pytest.mark.parametrize(
    ("skewness", "kurtosis", "published"),
    [
        pytest.param(0.0, 3.0, 0.98167, id="normal"),
        pytest.param(-2.448, 10.164, 0.91336, id="skewed"),
    ],
)
def test_psr_2012(skewness, kurtosis, published):
    """Bailey and Lopez de Prado (2012): 24 months with a Sharpe ratio of 0.458 a month."""
    found = probabilistic_sharpe_ratio(Moments(0.458, skewness, kurtosis, 24))
    assert found == pytest.approx(published, abs=5e-6)


@pytest.mark.skipif(find_spec("skfolio") is None, reason="skfolio is not installed")
@pytest.mark.parametrize("benchmark", [0.0, 0.05])
def test_psr_is_that_of_skfolio(returns, benchmark):
    from skfolio.measures import probabilistic_sharpe_ratio as oracle

    ours = [probabilistic_sharpe_ratio(moments(column), benchmark) for column in returns.T]
    np.testing.assert_allclose(ours, oracle(returns, benchmark), rtol=1e-9)


def test_the_standard_error_is_that_of_the_band(returns):
    series = returns[:, 1]
    low, high = sharpe_band(series, 1, confidence=0.95)
    assert (high - low) / 2 == pytest.approx(1.959963985 * standard_error(moments(series)))


def test_the_standard_error_of_a_normal_law_is_lo_s():
    assert standard_error(Moments(0.3, 0.0, 3.0, 101)) == pytest.approx(
        math.sqrt((1 + 0.3**2 / 2) / 100), rel=1e-12
    )


def test_the_standard_error_is_how_ratios_scatter():
    """4,000 samples of a skewed law: mean 0.5, deviation 1, skewness 2, kurtosis 9."""
    draws = np.random.default_rng(1).exponential(size=(250, 4000)) - 0.5
    scatter = sharpe_ratios(draws).std()
    assert scatter == pytest.approx(standard_error(Moments(0.5, 2.0, 9.0, 250)), rel=0.05)


@pytest.mark.parametrize(
    "series",
    [
        pytest.param([], id="empty"),
        pytest.param([0.01], id="one day"),
        pytest.param([0.01, -0.02], id="two days"),
        pytest.param([0.0] * 50, id="flat"),
        pytest.param([0.1] * 50, id="constant"),
    ],
)
def test_without_spread_there_are_no_moments(series):
    assert moments(series) is None


def test_an_excess_kurtosis_is_refused():
    with pytest.raises(SearchError, match="not the excess"):
        standard_error(Moments(0.1, 0.0, 0.2, 100))
    with pytest.raises(SearchError, match="finite"):
        standard_error(Moments(math.nan, 0.0, 3.0, 100))
    with pytest.raises(SearchError, match="n_periods must be >= 2, got 1"):
        standard_error(Moments(0.1, 0.0, 3.0, 1))


def test_a_ratio_without_error_has_no_z():
    """Skewness 2 and kurtosis 5 are of a law of two values; at a ratio of 1 the bracket is 0."""
    certain = Moments(1.0, 2.0, 5.0, 100)
    assert standard_error(certain) == 0.0
    assert sharpe_z(certain) is None
    assert probabilistic_sharpe_ratio(certain) is None


def test_a_gap_is_refused():
    with pytest.raises(SearchError, match="day 1"):
        moments([0.0, np.nan, 0.1])


@pytest.mark.parametrize("alternative", ["two-sided", "greater"])
def test_p_values_are_those_of_the_t_test(returns, alternative):
    expected = stats.ttest_1samp(returns, 0.0, alternative=alternative).pvalue
    found = sharpe_p_values(sharpe_ratios(returns), 300, one_sided=alternative == "greater")
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_a_set_that_never_trades_finds_nothing():
    assert sharpe_p_values([np.nan, 0.0], 50).tolist() == [1.0, 1.0]
    assert sharpe_p_values([np.nan, 0.0], 50, one_sided=True).tolist() == [1.0, 0.5]
    with pytest.raises(SearchError, match="n_periods must be >= 2, got 1"):
        sharpe_p_values([0.1], 1)
