"""What weights have to keep to, before a solver runs and after it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from pypfopt import EfficientFrontier
from scipy.optimize import linprog

from btplaybook.strategies.weights import WeightsError
from btplaybook.strategies.weights import solving as weights_module
from btplaybook.strategies.weights.limits import Limits, fillable_cap
from btplaybook.strategies.weights.optimal import mean_variance


@pytest.mark.parametrize(
    ("m", "cap", "found"),
    [(30, 0.05, 0.05), (30, 1 / 30, 1 / 30), (1, 1.0, 1.0), (3, 0.3333333333, 1 / 3)],
    ids=["room to spare", "just filled", "one name", "short by a rounding"],
)
def test_a_cap_that_can_be_filled(m, cap, found):
    assert fillable_cap(m, cap) == found


def test_the_solvers_dust_is_swept():
    solution = np.array([0.6 + 1e-9, 0.4, 5e-9, -1e-9])
    found = Limits(4, 0.6).honoured(solution)
    assert found[2:].tolist() == [0.0, 0.0]
    assert found.sum() == pytest.approx(1.0, abs=1e-15)
    assert found[:2] == pytest.approx([0.6, 0.4], abs=1e-8)


@pytest.mark.parametrize(
    ("solution", "words"),
    [
        ([0.6, 0.41, -0.01], "miss a weight of 0 by 0.01"),
        ([0.5, 0.4, 0.0], "miss the sum of 1 by 0.1"),
        ([0.7, 0.2, 0.1], "miss the cap by 0.1"),
        ([0.6, 0.2, 0.2], "miss the beta band by 0.1"),
        ([0.2, 0.2, 0.6], "miss the beta band by 0.1"),
        ([np.nan, 0.4, 0.6], "miss a weight of 0 by nan"),
    ],
    ids=str,
)
def test_weights_that_miss_a_limit_are_refused(solution, words):
    limits = Limits(3, 0.6, betas=np.array([0.5, 1.0, 1.5]), beta_band=(0.9, 1.1))
    with pytest.raises(WeightsError, match=words):
        limits.honoured(np.array(solution))


@given(
    some.lists(some.floats(-2.0, 3.0), min_size=1, max_size=15),
    some.floats(0.07, 1.0),
    some.floats(-2.0, 3.0),
    some.floats(0.0, 1.0),
)
def test_a_band_is_refused_where_no_weights_reach_it(betas, cap, low, width):
    """Two linear programs say what can be reached."""
    m = len(betas)
    cap = max(cap, 1 / m)
    bounds, ones = [(0.0, cap)] * m, np.ones((1, m))
    betas = np.array(betas)
    least = linprog(betas, A_eq=ones, b_eq=[1.0], bounds=bounds).fun
    most = -linprog(-betas, A_eq=ones, b_eq=[1.0], bounds=bounds).fun
    if low + width < least - 1e-6 or low > most + 1e-6:
        with pytest.raises(WeightsError, match="no weights have a beta in"):
            Limits(m, cap, betas=betas, beta_band=(low, low + width))
    elif low + width > least + 1e-6 and low < most - 1e-6:
        assert Limits(m, cap, betas=betas, beta_band=(low, low + width)).cap == cap


def test_a_solver_that_stops_short_is_a_weights_error(monkeypatch):
    options = {"eps_abs": 1e-10, "eps_rel": 1e-10, "max_iter": 5}
    monkeypatch.setitem(weights_module.QUADRATIC, "solver_options", options)
    expected = np.random.default_rng(0).normal(0.0, 0.1, 20)
    with pytest.raises(WeightsError, match="no weights were found: the solver stopped short"):
        mean_variance(expected, 0.04 * np.eye(20), risk_aversion=0.1, cap=0.1)


def test_an_infeasible_problem_is_a_weights_error():
    frontier = EfficientFrontier(np.zeros(3), np.eye(3), solver="OSQP")
    frontier.add_constraint(lambda w: w <= 0.3)
    with (
        pytest.raises(WeightsError, match="no weights were found: Solver status: infeasible"),
        weights_module.failing_as_weights_error(),
    ):
        frontier.min_volatility()


def test_a_problem_that_is_not_convex_is_a_weights_error():
    frontier = EfficientFrontier(np.zeros(3), -np.eye(3), solver="OSQP")
    with (
        pytest.raises(WeightsError, match="no weights were found: "),
        weights_module.failing_as_weights_error(),
    ):
        frontier.min_volatility()
