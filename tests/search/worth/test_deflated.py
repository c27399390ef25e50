"""The deflated Sharpe ratio and its null distribution: published values, skfolio, simulations."""

import math
from importlib.util import find_spec

import numpy as np
import pytest

from btplaybook.search.errors import SearchError
from btplaybook.search.worth.deflated import Deflated, deflated_sharpe_ratio
from btplaybook.search.worth.deflated_null import deflated_null, null_probability, null_quantile
from btplaybook.search.worth.expected_maximum import expected_maximum
from btplaybook.search.worth.normal import normal_cdf, normal_quantile
from btplaybook.search.worth.sharpe import (
    Moments,
    moments,
    probabilistic_sharpe_ratio,
    sharpe_ratios,
)

DAYS = 250
WINNER = Moments(2.5 / math.sqrt(DAYS), -3.0, 10.0, 1250)
VARIANCE = 0.5 / DAYS


@pytest.mark.parametrize(
    ("winner", "trials", "published"),
    [
        pytest.param(WINNER, 100, 0.900397, id="100 trials"),
        pytest.param(WINNER, 46, 0.950502, id="46 trials"),
        pytest.param(WINNER._replace(skewness=0.0, kurtosis=3.0), 88, 0.950491, id="normal"),
    ],
)
def test_dsr_2014(winner, trials, published):
    """Bailey and Lopez de Prado (2014), their numerical example."""
    assert deflated_sharpe_ratio(winner, VARIANCE, trials).value == pytest.approx(
        published, abs=5e-7
    )


def test_the_benchmark_of_2014():
    assert deflated_sharpe_ratio(WINNER, VARIANCE, 100).benchmark == pytest.approx(
        0.113172, abs=5e-7
    )


@pytest.mark.skipif(find_spec("skfolio") is None, reason="skfolio is not installed")
def test_dsr_is_that_of_skfolio():
    from skfolio.measures import deflated_sharpe_ratio as oracle

    returns = np.random.default_rng(2).standard_t(4, (400, 30)) * 0.01
    sharpes = sharpe_ratios(returns)
    best = returns[:, sharpes.argmax()]
    ours = deflated_sharpe_ratio(moments(best), sharpes.var(ddof=1), 30)
    assert ours.value == pytest.approx(oracle(best, sharpes), rel=1e-9)


def simulated(trials, runs, seed):
    """Return deflated ratios of worthless trials with very many periods each."""
    sharpes = np.random.default_rng(seed).standard_normal((runs, trials))
    z = sharpes.max(axis=1) - sharpes.std(axis=1, ddof=1) * expected_maximum(trials)
    return np.array([normal_cdf(value) for value in z.tolist()])


@pytest.mark.parametrize(
    ("trials", "runs", "tolerance"), [(2, 40_000, 0.015), (20, 40_000, 0.004), (100, 20_000, 0.005)]
)
def test_the_null_distribution_is_what_a_simulation_shows(trials, runs, tolerance):
    law = deflated_null(trials, 10_000)
    found = np.quantile(simulated(trials, runs, 1), [0.5, 0.95])
    expected = [null_quantile(law, 0.5), null_quantile(law, 0.95)]
    np.testing.assert_allclose(found, expected, atol=tolerance)


@pytest.mark.parametrize(
    ("trials", "median", "high"), [(20, 0.487, 0.743), (100, 0.478, 0.729)], ids=["20", "100"]
)
def test_the_null_distribution_agrees_with_three_hundred_searches(trials, median, high):
    """Quantiles of 300 simulated searches, to three of their standard errors."""
    law = deflated_null(trials, 1000)
    for probability, measured in ((0.5, median), (0.95, high)):
        below = null_probability(law, normal_quantile(measured))
        error = math.sqrt(probability * (1 - probability) / 300)
        assert abs(below - probability) < 3 * error


def test_short_histories_have_higher_ratios_under_the_null():
    """2,000 searches of 20 sets over 24 days, with the winner's own moments."""
    trials, periods, runs = 20, 24, 2000
    returns = np.random.default_rng(3).standard_normal((periods, runs * trials))
    sharpes = sharpe_ratios(returns).reshape(runs, trials)
    benchmarks = sharpes.std(axis=1, ddof=1) * expected_maximum(trials)
    places = sharpes.argmax(axis=1) + np.arange(runs) * trials
    found = [
        probabilistic_sharpe_ratio(moments(returns[:, place]), benchmark)
        for place, benchmark in zip(places, benchmarks, strict=True)
    ]
    law = deflated_null(trials, periods)
    expected = [null_quantile(law, 0.5), null_quantile(law, 0.95)]
    np.testing.assert_allclose(np.quantile(found, [0.5, 0.95]), expected, atol=0.015)
    assert expected[1] > null_quantile(deflated_null(trials, 1000), 0.95) + 0.01


def test_figures_of_worthless_winners_are_p_values():
    """1,500 searches of 50 sets over 250 days: each tenth of [0, 1] gets its share of both."""
    trials, periods, runs = 50, 250, 1500
    sharpes = np.random.default_rng(4).standard_t(periods - 1, (runs, trials)) / math.sqrt(periods)
    found = [
        deflated_sharpe_ratio(Moments(row.max(), 0.0, 3.0, periods), row.var(ddof=1), trials)
        for row in sharpes
    ]
    for name in ("null_p", "sidak_p"):
        shares = np.histogram([getattr(one, name) for one in found], 10, (0.0, 1.0))[0] / runs
        np.testing.assert_allclose(shares, 0.1, atol=0.03)


def test_a_deflated_ratio_far_below_0_95_is_rare_already():
    law = deflated_null(100, 1000)
    assert null_quantile(law, 0.95) == pytest.approx(0.757, abs=0.003)
    assert 1 - null_probability(law, normal_quantile(0.95)) < 0.001


@pytest.mark.parametrize("trials", [1, 1.3, 2, 7.5, 100, 1e6, 2.5e9, 1e12])
@pytest.mark.parametrize("periods", [6, 24, 5000])
def test_the_null_distribution_is_one(trials, periods):
    law = deflated_null(trials, periods)
    chances = [null_probability(law, z) for z in np.linspace(-6.0, 6.0, 49)]
    assert (np.diff(chances) >= -1e-12).all()
    assert 0.0 <= chances[0] < 0.01
    assert 0.99 < chances[-1] <= 1.0
    for probability in (0.05, 0.5, 0.95):
        z = normal_quantile(null_quantile(law, probability))
        assert null_probability(law, z) == pytest.approx(probability, abs=1e-4)


def test_one_trial_is_the_plain_test():
    found = deflated_sharpe_ratio(WINNER, None, 1)
    plain = probabilistic_sharpe_ratio(WINNER)
    assert (found.value, found.benchmark) == (plain, 0.0)
    assert found.null_quantile == pytest.approx(0.95, abs=1e-8)
    assert found.null_p == pytest.approx(1 - plain, abs=1e-12)
    assert found.sidak_p == pytest.approx(1 - plain, rel=1e-6)


@pytest.mark.parametrize(
    ("winner", "variance", "reason"),
    [
        pytest.param(None, VARIANCE, "fewer than three returns, or they do not vary", id="flat"),
        pytest.param(WINNER._replace(n_periods=2), VARIANCE, "fewer than 6 returns", id="two days"),
        pytest.param(WINNER, 0.0, "do not differ", id="equal trials"),
        pytest.param(Moments(1.0, 2.0, 5.0, 100), VARIANCE, "no standard error", id="no error"),
    ],
)
def test_no_value_has_a_reason(winner, variance, reason):
    found = deflated_sharpe_ratio(winner, variance, 100)
    assert reason in found.reason
    assert found == Deflated(reason=found.reason)


@pytest.mark.parametrize("variance", [None, -0.1, math.nan, math.inf])
def test_a_variance_that_is_none_is_refused(variance):
    with pytest.raises(SearchError, match="trial_variance must be >= 0 and finite, got"):
        deflated_sharpe_ratio(WINNER, variance, 100)


def test_what_the_null_distribution_cannot_take():
    with pytest.raises(SearchError, match="n_periods must be >= 6, got 5"):
        deflated_null(10, 5)
    with pytest.raises(SearchError, match="n_trials must be >= 1"):
        deflated_null(0.5, 100)


def test_a_clear_winner_is_clear():
    """An annual Sharpe ratio of 3 over 20 years among 100 sets."""
    found = deflated_sharpe_ratio(Moments(3 / math.sqrt(252), 0.0, 3.0, 5040), 1 / 5039, 100)
    assert found.value > 0.999999
    assert found.null_p < 1e-4
    assert found.sidak_p < 1e-30


@pytest.mark.parametrize("trials", [1e5, 1e6, 2.5e9])
def test_of_very_many_trials_only_the_maximum_varies(trials):
    """Then the variance is known, and the quantile that of the maximum of normal numbers."""
    maximum = -normal_quantile(-math.expm1(math.log(0.95) / trials))
    expected = normal_cdf(maximum - expected_maximum(trials))
    assert null_quantile(deflated_null(trials, 10**7), 0.95) == pytest.approx(expected, abs=0.001)
