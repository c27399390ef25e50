"""What the statistics of trials are judged over: holding, or what cash is taken to earn."""

import numpy as np
import pytest

from btplaybook.search.worth.bands import bands
from btplaybook.search.worth.of_trials import trial_statistics, winner_statistics

DAYS, RATE = 120, 0.0004


@pytest.fixture(scope="module")
def returns() -> np.ndarray:
    return np.random.default_rng(3).normal(0.0, 0.01, (DAYS, 6))


def judged(returns, **changes):
    settings = {"over_held": False, "of": 6, "periods_per_year": 252, "replicates": 50,
                "null_samples": 2, **changes}  # fmt: skip
    table = returns.astype(np.float32)
    return trial_statistics(table, returns[:, 0], np.zeros(len(returns)), **settings)


def test_what_is_judged_over_cash_is_judged_over_the_risk_free_rate(returns):
    """Cash that earns the rate is no rule that beats cash."""
    with_rate, less = judged(returns, risk_free=RATE), judged(returns - RATE)
    assert with_rate.check.consistent == less.check.consistent
    assert with_rate.deflated.value == pytest.approx(less.deflated.value, rel=1e-5)
    assert with_rate.haircut.sharpe == pytest.approx(less.haircut.sharpe)
    raw = judged(returns)
    assert with_rate.check.adjusted[1].sum() > raw.check.adjusted[1].sum()
    assert with_rate.deflated.value < raw.deflated.value
    assert with_rate.bands.mean_excess == raw.bands.mean_excess  # the mean return stays what it is


def test_the_band_of_the_sharpe_ratio_holds_its_risk_free_rate(returns):
    own = returns[:, 0]
    net = (own.mean() - RATE) / own.std(ddof=1) * 252**0.5
    found = bands(own, None, 252, n_replicates=200, risk_free=RATE)
    assert found.sharpe.estimate == pytest.approx(net)
    shifted = bands(own - RATE, None, 252, n_replicates=200)
    assert found.sharpe.low == pytest.approx(shifted.sharpe.low)
    assert found.max_drawdown == bands(own, None, 252, n_replicates=200).max_drawdown


@pytest.mark.parametrize(("periods", "unit"), [(252, "day"), (365, "day"), (52, "week"),
                                               (12, "month")])  # fmt: skip
def test_the_unit_is_what_one_return_spans(returns, periods, unit):
    found = winner_statistics(
        returns[:, 0], returns[:, 1], over_held=True, of=1, periods_per_year=periods
    )
    assert found.unit == unit
