"""Rolling figures against pandas' own windows."""

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.pages.rolling import rolling, rolling_beta


@pytest.fixture
def returns():
    return np.random.default_rng(4).normal(0.0004, 0.01, 400)


@pytest.mark.parametrize("rate", [0.0, 0.03])
def test_sharpe_and_volatility_are_those_of_each_window(returns, rate):
    sharpe, volatility = rolling(returns, 126, 252, rate)
    windows = pd.Series(returns).rolling(126)
    deviation = windows.std(ddof=1)
    daily = (1 + rate) ** (1 / 252) - 1
    np.testing.assert_allclose(volatility, deviation * np.sqrt(252), rtol=1e-9)
    np.testing.assert_allclose(
        sharpe, (windows.mean() - daily) / deviation * np.sqrt(252), rtol=1e-9
    )
    assert np.isnan(sharpe[:125]).all()
    assert np.isfinite(sharpe[125:]).all()


def test_beta_is_that_of_each_window(returns):
    market = np.random.default_rng(5).normal(0.0, 0.01, 400)
    ours = 0.7 * market + returns
    frame = pd.DataFrame({"ours": ours, "market": market})
    covariance = frame["ours"].rolling(126).cov(frame["market"])
    expected = covariance / frame["market"].rolling(126).var()
    np.testing.assert_allclose(rolling_beta(ours, market, 126), expected, rtol=1e-7)


def test_what_does_not_vary_has_no_ratio():
    flat = np.zeros(300)
    sharpe, volatility = rolling(flat, 126, 252)
    assert np.isnan(sharpe).all()
    assert (volatility[125:] == 0.0).all()
    assert np.isnan(rolling_beta(np.ones(300), flat, 126)).all()


def test_a_figure_reads_nothing_newer_than_its_day(returns):
    longer = np.append(returns, 0.5)
    for now, later in zip(rolling(returns, 126, 252), rolling(longer, 126, 252), strict=True):
        np.testing.assert_array_equal(now, later[:-1])
