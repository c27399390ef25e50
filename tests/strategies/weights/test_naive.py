"""Weights by volatility: tables by hand, and what must hold of any."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some
from hypothesis.extra import numpy as npst

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.weights import WeightsError, equal, equal_variance, inverse_variance

volatilities = npst.arrays(np.float64, some.integers(1, 40), elements=some.floats(0.01, 5.0))
both = some.sampled_from([equal_variance, inverse_variance])


@pytest.mark.parametrize(
    ("rule", "volatility", "cap", "weights"),
    [
        pytest.param(equal_variance, [0.1, 0.2], 1.0, [2 / 3, 1 / 3], id="half the risk, double"),
        pytest.param(inverse_variance, [0.1, 0.2], 1.0, [0.8, 0.2], id="inverse variance: 4 to 1"),
        pytest.param(equal_variance, [0.3], 1.0, [1.0], id="one name"),
        pytest.param(equal_variance, [0.1, 0.2, 0.2], 0.4, [0.4, 0.3, 0.3], id="capped"),
        pytest.param(
            # 8 : 4 : 2 : 1 of 15; the first is cut to 0.4, and 4/7 of 0.6 is 0.343: no further cut.
            equal_variance,
            [0.125, 0.25, 0.5, 1.0],
            0.4,
            [0.4, 2.4 / 7, 1.2 / 7, 0.6 / 7],
            id="what is cut goes to the others in proportion",
        ),
        pytest.param(
            equal_variance, [0.125, 0.25, 0.5, 1.0], 0.3, [0.3, 0.3, 0.8 / 3, 0.4 / 3], id="twice"
        ),
        pytest.param(inverse_variance, [1e-90, 1.0, 1.0], 0.5, [0.5, 0.25, 0.25], id="far apart"),
        pytest.param(equal_variance, [0.1, 0.5, 0.9], 1 / 3, [1 / 3] * 3, id="a cap just filled"),
    ],
)
def test_by_hand(rule, volatility, cap, weights):
    assert rule(np.array(volatility), cap) == pytest.approx(weights, abs=1e-12)


@pytest.mark.parametrize("m", [1, 3, 30])
def test_equal(m):
    assert equal(m, 1.0).tolist() == [1 / m] * m
    assert equal(m, 1 / m).tolist() == [1 / m] * m


@given(both, volatilities, some.floats(0.02, 1.0), some.randoms())
def test_laws(rule, volatility, cap, random):
    """Sum 1, none above the cap, the calmer never less, no unit of risk and no order of names."""
    m = volatility.size
    assume(m * cap >= 1.0)
    weights = rule(volatility, cap)
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert 0.0 < weights.min() <= weights.max() <= cap + 1e-12
    assert (np.diff(weights[np.argsort(volatility)]) <= 1e-12).all()
    assert rule(volatility * 16.0, cap) == pytest.approx(weights, abs=1e-12)
    order = random.sample(range(m), m)
    assert rule(volatility[order], cap) == pytest.approx(weights[order], abs=1e-12)


@given(volatilities)
def test_without_a_cap_each_position_has_the_same_variance(volatility):
    risks = equal_variance(volatility, 1.0) * volatility
    assert risks == pytest.approx(np.full(risks.size, risks[0]), rel=1e-12)


@given(volatilities, some.integers(0, 1000))
def test_inverse_variance_is_the_least_variance_of_uncorrelated_names(volatility, seed):
    weights = inverse_variance(volatility, 1.0)
    others = np.random.default_rng(seed).dirichlet(np.ones(volatility.size), 20)
    least = ((weights * volatility) ** 2).sum()
    assert (((others * volatility) ** 2).sum(axis=1) >= least * (1 - 1e-12)).all()


@pytest.mark.parametrize("rule", [equal_variance, inverse_variance])
@pytest.mark.parametrize(
    ("volatility", "cap", "error", "words"),
    [
        ([0.1, 0.0], 1.0, WeightsError, "the volatility of 1 of 2 names is not above 0"),
        ([0.1, -0.1], 1.0, WeightsError, "the volatility of 1 of 2 names is not above 0"),
        ([0.1, np.nan], 1.0, WeightsError, "1 of 2 volatilities are not known"),
        ([0.1, np.inf], 1.0, WeightsError, "1 of 2 volatilities are not known"),
        ([], 1.0, WeightsError, "no name to weigh"),
        ([0.1, 0.1], 0.4, WeightsError, "2 names with at most 0.4 each .* must be at least 0.5"),
        ([0.1, 0.1], 0.0, StrategyError, "cap must be above 0 and at most 1, got 0.0"),
        ([0.1, 0.1], np.nan, StrategyError, "cap must be above 0 and at most 1, got nan"),
    ],
    ids=str,
)
def test_refuses(rule, volatility, cap, error, words):
    with pytest.raises(error, match=words):
        rule(np.array(volatility, float), cap)


def test_errors_say_that_a_run_was_stopped():
    with pytest.raises(WeightsError) as caught:
        equal(3, 0.3)
    assert caught.value.exit_code == 5
