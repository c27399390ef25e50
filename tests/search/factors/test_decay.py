"""Decay: each horizon's figures are those of the horizon alone; half-lives by hand."""

import numpy as np
import pytest

from btplaybook.search.factors.decay import Faded, decay, half_life
from btplaybook.search.factors.estimate import unknown
from btplaybook.search.factors.information import information
from btplaybook.search.factors.labelled import labelled
from btplaybook.search.factors.quantiles import quantile_returns


def test_each_horizon_is_measured_as_if_alone(noise):
    found = decay(*noise, horizons=(20, 5))
    assert [each.horizon for each in found] == [5, 20]
    for each in found:
        dates = labelled(*noise, each.horizon)
        assert each.ic == information(dates).mean
        spread = quantile_returns(dates).spread
        assert each.spread_per_day.mean == pytest.approx(spread.mean / 252, rel=1e-12)


def test_a_horizon_longer_than_the_data_is_left_out(noise):
    assert [each.horizon for each in decay(*noise, horizons=(5, 700))] == [5]


def faded(horizon, mean, error=0.1):
    estimate = unknown("", mean)._replace(lower=mean - 2 * error, upper=mean + 2 * error)
    return Faded(horizon, estimate, estimate)


@pytest.mark.parametrize(
    ("spreads", "expected"),
    [
        ({1: 9.0, 5: 1.0, 10: 0.6, 15: 0.5, 20: 0.2}, 15),
        ({5: -1.0, 10: -0.6, 15: -0.4}, 15),
        ({5: 1.0, 10: -0.1}, 10),
        ({5: 1.0, 10: 0.9}, None),  # not halved
        ({5: 0.1, 10: 0.0}, None),  # nothing there that could fade
        ({10: 1.0, 15: 0.1}, None),
        ({}, None),
    ],
)
def test_half_life_by_hand(spreads, expected):
    assert half_life([faded(horizon, mean) for horizon, mean in spreads.items()]) == expected


def test_a_premium_on_a_fading_loading_fades():
    """Loadings with a half-life of 10 sessions, paid every day: a session of 30 earns less."""
    rng = np.random.default_rng(0)
    n, m, kept = 900, 30, 0.5 ** (1 / 10)
    loadings = np.zeros((n, m))
    for t in range(1, n):
        loadings[t] = kept * loadings[t - 1] + np.sqrt(1 - kept**2) * rng.standard_normal(m)
    residuals = 0.005 * rng.standard_normal((n, m))
    residuals[1:] += 0.002 * loadings[:-1]
    rows = np.arange(0, n, 5)
    found = decay(loadings[rows], residuals, rows, horizons=range(5, 61, 5))
    # What is left on average over h sessions, (1 - kept**h) / h, is half of that over 5 at 30.
    assert half_life(found) in (25, 30, 35)
