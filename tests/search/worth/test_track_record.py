"""Lengths of histories: published values, and what simulated histories show."""

import math

import numpy as np
import pytest

from btplaybook.search.errors import SearchError
from btplaybook.search.worth.expected_maximum import expected_maximum
from btplaybook.search.worth.sharpe import Moments, probabilistic_sharpe_ratio
from btplaybook.search.worth.track_record import (
    minimum_backtest_length,
    minimum_track_record_length,
    power_of_test,
    years_to_tell_apart,
)


def of_a_year(sharpe, periods, skewness=0.0, kurtosis=3.0, years=1.0):
    """Return moments of one period, of an annual Sharpe ratio."""
    return Moments(sharpe / math.sqrt(periods), skewness, kurtosis, round(periods * years))


@pytest.mark.parametrize(
    ("periods", "skewness", "kurtosis", "years"),
    [
        pytest.param(252, 0.0, 3.0, 2.731, id="daily"),
        pytest.param(52, 0.0, 3.0, 2.829, id="weekly"),
        pytest.param(12, 0.0, 3.0, 3.240, id="monthly"),
        pytest.param(12, -0.72, 5.78, 4.991, id="monthly, skewed"),
    ],
)
def test_min_trl_2012(periods, skewness, kurtosis, years):
    """Bailey and Lopez de Prado (2012): an annual ratio of 2 above one of 1, at 95 %."""
    found = minimum_track_record_length(
        of_a_year(2.0, periods, skewness, kurtosis), 1.0 / math.sqrt(periods)
    )
    assert found / periods == pytest.approx(years, abs=5e-4)


def test_a_ratio_of_one_half_takes_eleven_years():
    assert minimum_track_record_length(of_a_year(0.5, 252)) / 252 == pytest.approx(10.8, abs=0.05)


def test_at_its_minimum_length_a_track_record_is_just_significant():
    law = Moments(0.3, -1.0, 6.0, 2)
    length = minimum_track_record_length(law, 0.1, confidence=0.9)
    whole = law._replace(n_periods=length)
    assert probabilistic_sharpe_ratio(whole, 0.1) == pytest.approx(0.9, abs=1e-12)


def test_min_btl_2014():
    """Five years let 45 trials find an annual ratio of 1."""
    assert minimum_backtest_length(45) == pytest.approx(4.998, abs=5e-4)
    assert minimum_backtest_length(1) == 0.0


def test_min_btl_scales_with_the_square_of_the_ratio():
    assert minimum_backtest_length(300, 2.0) == pytest.approx(minimum_backtest_length(300) / 4)
    years = minimum_backtest_length(300, 0.7)
    assert expected_maximum(300) / math.sqrt(years) == pytest.approx(0.7, rel=1e-12)


def test_two_years_show_an_edge_of_one_half_in_one_case_of_six():
    """F(0.5 sqrt(2) - 1.645) = F(-0.938) = 0.174."""
    assert power_of_test(of_a_year(0.5, 252, years=2)) == pytest.approx(0.174, abs=5e-4)


def test_the_power_is_how_often_simulated_histories_are_significant():
    """Student's t of 50,000 histories of 504 normal returns, drawn from its own law."""
    generator = np.random.default_rng(0)
    sharpe, periods, runs = 0.5 / math.sqrt(252), 504, 50_000
    means = sharpe + generator.standard_normal(runs) / math.sqrt(periods)
    deviations = np.sqrt(generator.chisquare(periods - 1, runs) / (periods - 1))
    measured = means / deviations
    significant = measured > 1.6449 * np.sqrt((1 + measured**2 / 2) / (periods - 1))
    expected = power_of_test(Moments(sharpe, 0.0, 3.0, periods))
    assert significant.mean() == pytest.approx(expected, abs=0.005)


def test_no_edge_is_found_as_often_as_the_level_says():
    assert power_of_test(of_a_year(0.0, 252), confidence=0.9) == pytest.approx(0.1, abs=1e-12)


@pytest.mark.parametrize("power", [0.5, 0.8, 0.95])
def test_power_and_length_are_inverse(power):
    law = Moments(0.08, -0.5, 5.0, 2)
    length = minimum_track_record_length(law, 0.01, power=power)
    found = power_of_test(law._replace(n_periods=length), 0.01)
    assert found == pytest.approx(power, abs=1e-12)


@pytest.mark.parametrize("sharpe", [0.05, 0.0, -1.0])
def test_no_length_shows_an_edge_that_is_not_there(sharpe):
    assert minimum_track_record_length(Moments(sharpe, 0.0, 3.0, 100), 0.05) is None


def test_years_to_tell_apart():
    """A difference of 2 % a year with 5 % deviation: (1.645 x 0.05 / 0.02)**2 years."""
    mean, deviation = 0.02 / 252, 0.05 / math.sqrt(252)
    years = years_to_tell_apart(mean, deviation, 252)
    assert years == pytest.approx((1.6448536 * 2.5) ** 2, rel=1e-6)
    assert years_to_tell_apart(-mean, deviation, 252) == years
    surer = years_to_tell_apart(mean, deviation, 252, power=0.8)
    assert surer / years == pytest.approx(((1.6448536 + 0.8416212) / 1.6448536) ** 2, rel=1e-6)


def test_equal_means_are_never_told_apart_and_a_constant_difference_at_once():
    assert years_to_tell_apart(0.0, 0.01, 252) is None
    assert years_to_tell_apart(0.0, 0.0, 252) is None
    assert years_to_tell_apart(0.001, 0.0, 252) == 0.0


@pytest.mark.parametrize("outside", [0.49, 1.0, math.nan])
def test_confidence_and_power_have_a_range(outside):
    law = Moments(0.1, 0.0, 3.0, 100)
    for name in ("confidence", "power"):
        with pytest.raises(SearchError, match=rf"{name} must be in \[0.5, 1\), got {outside}"):
            minimum_track_record_length(law, **{name: outside})
        with pytest.raises(SearchError, match=name):
            years_to_tell_apart(0.1, 0.1, 252, **{name: outside})
    with pytest.raises(SearchError, match="confidence"):
        power_of_test(law, confidence=outside)


def test_what_is_no_number_is_named():
    with pytest.raises(SearchError, match=r"got nan and 0\.1"):
        years_to_tell_apart(math.nan, 0.1, 252)
    with pytest.raises(SearchError, match=r"deviation >= 0 and finite, got 0\.1 and -1"):
        years_to_tell_apart(0.1, -1, 252)
    with pytest.raises(SearchError, match="periods_per_year must be above 0 and finite, got 0"):
        years_to_tell_apart(0.1, 0.1, 0)
    with pytest.raises(SearchError, match="annual_sharpe must be above 0 and finite, got 0"):
        minimum_backtest_length(10, 0.0)
    with pytest.raises(SearchError, match="no standard error"):
        power_of_test(Moments(1.0, 2.0, 5.0, 100))
