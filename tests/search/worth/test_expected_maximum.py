"""The expected maximum of normal numbers: published values, closed forms, skfolio, a simulation."""

import math
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.search.errors import SearchError
from btplaybook.search.worth.expected_maximum import exact_expected_maximum, expected_maximum

PUBLISHED = [(10, 1.5746), (100, 2.5306), (1000, 3.2551), (1e6, 4.8679), (2.5e9, 6.2354)]


@pytest.mark.parametrize(("trials", "value"), PUBLISHED)
def test_the_approximation(trials, value):
    assert expected_maximum(trials) == pytest.approx(value, abs=5e-5)


@pytest.mark.skipif(find_spec("skfolio") is None, reason="skfolio is not installed")
@pytest.mark.parametrize("trials", [1, 2, 2.5, 30, 1470, 1e6])
def test_the_approximation_is_that_of_skfolio(trials):
    from skfolio.measures import expected_max_sharpe_ratio

    assert expected_maximum(trials) == pytest.approx(
        expected_max_sharpe_ratio(trials, 1.0), rel=1e-9
    )


@pytest.mark.parametrize(
    ("trials", "value"),
    [
        pytest.param(1, 0.0, id="one"),
        pytest.param(2, 1 / math.sqrt(math.pi), id="two"),
        pytest.param(3, 1.5 / math.sqrt(math.pi), id="three"),
        pytest.param(4, 3 / math.sqrt(math.pi) * (0.5 + math.asin(1 / 3) / math.pi), id="four"),
    ],
)
def test_the_quadrature_meets_closed_forms(trials, value):
    assert exact_expected_maximum(trials) == pytest.approx(value, abs=1e-14)


@pytest.mark.parametrize(("trials", "value"), [(10, 1.538753), (100, 2.507594), (1000, 3.241436)])
def test_the_quadrature_meets_its_check_values(trials, value):
    assert exact_expected_maximum(trials) == pytest.approx(value, abs=5e-7)


def test_the_quadrature_is_what_a_simulation_shows():
    maxima = np.random.default_rng(0).standard_normal((20_000, 50)).max(axis=1)
    error = maxima.std() / math.sqrt(maxima.size)
    assert abs(maxima.mean() - exact_expected_maximum(50)) < 3 * error


@given(st.floats(1.0, 1e12), st.floats(1.0001, 3.0))
def test_more_trials_look_better(trials, factor):
    assert expected_maximum(trials * factor) >= expected_maximum(trials) >= 0.0
    assert exact_expected_maximum(trials * factor) > exact_expected_maximum(trials) >= 0.0


@pytest.mark.parametrize("trials", [1e3, 1e6, 2.5e9, 1e12])
def test_the_two_agree_where_trials_are_many(trials):
    assert expected_maximum(trials) == pytest.approx(exact_expected_maximum(trials), rel=0.005)


def test_the_most_trials_that_are_accepted_have_a_maximum():
    assert 21 < exact_expected_maximum(1e100) < expected_maximum(1e100) < 22


@pytest.mark.parametrize("trials", [0, 0.99, -3, math.nan, math.inf])
def test_there_is_at_least_one_trial(trials):
    for function in (expected_maximum, exact_expected_maximum):
        with pytest.raises(SearchError, match="n_trials must be >= 1 and finite, got"):
            function(trials)
