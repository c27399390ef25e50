"""Haircut Sharpe ratios: the published example, and laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from btplaybook.search.errors import SearchError
from btplaybook.search.worth.haircut import Cut, autocorrelation_factor, haircut_sharpe_ratio
from btplaybook.search.worth.sharpe import sharpe_p_values, sharpe_ratios

EXAMPLE = {
    "annual_sharpe": 1.0,
    "n_periods": 120,
    "periods_per_year": 12,
    "n_tests": 100,
    "autocorrelation": 0.1,
}


def test_the_published_example():
    """Harvey and Liu (2015): ten years of months, 100 tests."""
    found = haircut_sharpe_ratio(**EXAMPLE)
    assert found.sharpe == pytest.approx(0.91225, abs=5e-6)
    assert found.p_value == pytest.approx(0.0046512, abs=5e-8)
    assert found.bonferroni.p_value == pytest.approx(0.46512, abs=5e-6)
    assert found.bonferroni.sharpe == pytest.approx(0.23173, abs=5e-6)
    assert found.bonferroni.haircut == pytest.approx(0.746, abs=5e-4)
    assert (found.holm, found.bhy, found.reason) == (None, None, None)


def test_with_the_model_of_published_factors_the_cuts_are_those_of_their_program():
    """Other tests as Harvey, Liu and Zhu draw them, at a correlation of 0.4: medians of 400.

    A share of 0.486 of the factors has mean 0, the others' monthly means are exponential with
    mean 0.55 %; returns have 15 % a year for 240 months. The steps of their program, followed
    apart from this package with 2,000 draws, give 0.409 (Holm) and 0.174 (BHY).
    """
    generator = np.random.default_rng(0)
    runs, tests, correlation = 400, 100, 0.4
    noise = math.sqrt(correlation) * generator.standard_normal((runs, 1))
    noise = noise + math.sqrt(1 - correlation) * generator.standard_normal((runs, tests))
    means = generator.exponential(0.0055413, (runs, tests))
    means *= generator.random((runs, tests)) > 0.48604
    t = np.abs(means * math.sqrt(240) / (0.15 / math.sqrt(12)) + noise)
    cuts = [haircut_sharpe_ratio(**EXAMPLE, other_p_values=row) for row in 2 * ndtr(-t)]
    holm = np.median([cut.holm.p_value for cut in cuts])
    bhy = np.median([cut.bhy.p_value for cut in cuts])
    assert holm == pytest.approx(0.409, abs=0.01)
    assert bhy == pytest.approx(0.174, abs=0.02)


def test_the_least_p_value_pays_in_full_to_holm():
    returns = np.random.default_rng(1).standard_normal((500, 40)) * 0.01
    returns[:, 7] += 0.0015
    sharpes = sharpe_ratios(returns)
    others = sharpe_p_values(np.delete(sharpes, 7), 500)
    found = haircut_sharpe_ratio(sharpes[7] * math.sqrt(252), 500, 252, 40, others)
    assert found.p_value == pytest.approx(sharpe_p_values(sharpes[7:8], 500)[0], rel=1e-9)
    assert found.holm.p_value == pytest.approx(found.bonferroni.p_value, rel=1e-12)
    assert found.holm.sharpe == pytest.approx(found.bonferroni.sharpe, rel=1e-9)
    assert found.bhy.p_value >= found.holm.p_value


@given(st.floats(0.05, 4.0), st.integers(30, 3000), st.floats(1.0, 1e6))
def test_a_cut_ratio_has_the_adjusted_p_value(annual, days, tests):
    cut = haircut_sharpe_ratio(annual, days, 252, tests).bonferroni
    assert 0.0 <= cut.sharpe <= annual * (1 + 1e-9)
    assert cut.haircut == pytest.approx(1 - cut.sharpe / annual, abs=1e-9)
    again = haircut_sharpe_ratio(max(cut.sharpe, 1e-12), days, 252, 1)
    assert again.p_value == pytest.approx(cut.p_value, rel=1e-6, abs=1e-9)


def test_one_test_cuts_nothing():
    found = haircut_sharpe_ratio(1.3, 500, 252, 1, [])
    expected = Cut(found.p_value, 1.3, 0.0)
    assert (found.bonferroni, found.holm, found.bhy) == (expected,) * 3


def test_hopeless_ratios_are_cut_to_nothing_and_enormous_ones_not_at_all():
    assert haircut_sharpe_ratio(0.3, 500, 252, 1000).bonferroni == Cut(1.0, 0.0, 1.0)
    assert haircut_sharpe_ratio(80.0, 5000, 252, 1000).bonferroni == Cut(0.0, 80.0, 0.0)


@pytest.mark.parametrize("annual", [0.0, -1.2])
def test_a_ratio_of_zero_or_less_has_nothing_to_cut(annual):
    found = haircut_sharpe_ratio(annual, 500, 252, 10, [0.2])
    assert found.reason == "a Sharpe ratio of 0 or less has nothing to cut"
    assert (found.bonferroni, found.holm, found.bhy) == (None, None, None)


def test_the_autocorrelation_factor_is_that_of_summed_returns():
    """The variance of a year's sum, from the matrix of all correlations."""
    for rho, periods in ((0.1, 12), (-0.4, 4), (0.9, 52), (0.5, 1)):
        lags = np.abs(np.subtract.outer(np.arange(periods), np.arange(periods)))
        expected = math.sqrt(periods / (rho**lags).sum())
        assert autocorrelation_factor(rho, periods) == pytest.approx(expected, rel=1e-12)
    assert autocorrelation_factor(0.0, 252) == 1.0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"annual_sharpe": math.nan}, "annual_sharpe must be finite, got nan"),
        ({"n_periods": 1}, "n_periods must be >= 2, got 1"),
        ({"periods_per_year": 0}, "periods_per_year must be >= 1, got 0"),
        ({"n_tests": 0}, "n_trials must be >= 1 and finite, got 0"),
        ({"autocorrelation": 1.0}, r"autocorrelation must be in \(-1, 1\), got 1.0"),
        ({"other_p_values": [0.1, math.nan]}, r"p_values must be in \[0, 1\], got nan at place 1"),
    ],
)
def test_what_is_out_of_range_is_named(changed, message):
    with pytest.raises(SearchError, match=message):
        haircut_sharpe_ratio(**{**EXAMPLE, **changed})
