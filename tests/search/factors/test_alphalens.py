"""alphalens as an oracle: the figures that both have, on returns of one session."""

import warnings

import numpy as np
import pandas as pd
import pytest

from btplaybook.search.factors.information import information
from btplaybook.search.factors.labelled import labelled
from btplaybook.search.factors.quantiles import quantile_of, quantile_returns
from btplaybook.search.factors.turnover import turnover

N_SESSIONS, N_NAMES, QUANTILES = 320, 20, 5


@pytest.fixture(scope="module")
def performance():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, and those of what it imports
        return pytest.importorskip("alphalens.performance", reason="alphalens is not installed")


@pytest.fixture(scope="module")
def both(performance):
    """Return our cross-sections, and alphalens' table of the same factor and prices."""
    from alphalens.utils import get_clean_factor_and_forward_returns

    rng = np.random.default_rng(0)
    returns = 0.01 * rng.standard_t(5, (N_SESSIONS, N_NAMES))
    values = rng.standard_normal((N_SESSIONS, N_NAMES)).cumsum(axis=0)
    days = pd.bdate_range("2015-01-01", periods=N_SESSIONS)
    names = [f"S{k:02d}" for k in range(N_NAMES)]
    prices = pd.DataFrame(100 * np.cumprod(1 + returns, axis=0), days, names)
    factor = pd.DataFrame(values, days, names).stack()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = get_clean_factor_and_forward_returns(
            factor, prices, quantiles=QUANTILES, periods=(1,)
        )
    rows = np.arange(N_SESSIONS - 1)  # the last session has no return to come
    return labelled(values[:-1], returns, rows, 1), values[:-1], rows, table


def test_information_coefficients(both, performance):
    theirs = performance.factor_information_coefficient(both[3])["1D"]
    assert information(both[0]).ics == pytest.approx(theirs.to_numpy(), abs=1e-12)


def test_quantiles_and_what_they_earned(both, performance):
    dates, values, _, table = both
    theirs = table["factor_quantile"].unstack().to_numpy()
    assert (quantile_of(values, QUANTILES) + 1 == theirs).all()
    means, _ = performance.mean_return_by_quantile(table, by_date=True, demeaned=False)
    daily = means["1D"].unstack(level=0)
    ours = quantile_returns(dates, QUANTILES)
    for number, one in enumerate(ours.returns, 1):
        assert one.mean / 252 == pytest.approx(daily[number].mean(), abs=1e-12)
    spread, _ = performance.compute_mean_returns_spread(means, QUANTILES, 1)
    # Theirs is of half a unit on either side; ours of one.
    assert ours.by_date == pytest.approx(2.0 * spread["1D"].to_numpy(), abs=1e-12)


def test_turnover_and_autocorrelation_of_ranks(both, performance):
    _, values, rows, table = both
    for period in (1, 5):
        ours = turnover(values, rows, period, QUANTILES)
        theirs = performance.quantile_turnover(table["factor_quantile"], QUANTILES, period)
        assert ours.top == pytest.approx(theirs.dropna().mean(), abs=1e-12)
        ranks = performance.factor_rank_autocorrelation(table, period)
        assert ours.rank_autocorrelation == pytest.approx(ranks.dropna().mean(), abs=1e-12)
