"""Baskets near a reference portfolio: by grid, by laws, and as a limit on optimal weights."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.tracking import tracking_error
from btplaybook.strategies.weights import (
    WeightsError,
    covariance,
    mean_drawdown,
    mean_variance,
    mean_variance_drawdown,
)
from btplaybook.strategies.weights.closest import closest, error_by_size, greedy_order, smallest
from btplaybook.strategies.weights.tracking import tracking_of


def market(m=12, n_rows=252, seed=0):
    """Return residual returns with two themes, and a reference that holds half of the names."""
    random = np.random.default_rng(seed)
    themes = random.normal(0.0, 0.006, (n_rows, 2)) @ random.normal(0.0, 1.0, (2, m))
    residuals = themes + random.normal(0.0, 0.01, (n_rows, m)) * random.uniform(0.5, 2.0, m)
    reference = np.where(np.arange(m) % 2, 0.0, random.uniform(0.5, 1.5, m))
    return residuals, reference / reference.sum()


def test_the_error_is_that_of_the_report():
    residuals, reference = market()
    weights = np.random.default_rng(1).dirichlet(np.ones(12))
    expected = np.std(residuals @ (weights - reference), ddof=1) * np.sqrt(252)
    found = tracking_of(residuals, reference, range(12)).error(weights)
    assert found == pytest.approx(expected, rel=1e-12)
    assert found == pytest.approx(tracking_error(weights, reference, residuals), rel=1e-12)


@pytest.mark.parametrize(("cap", "seed"), [(1.0, 0), (1.0, 1), (0.4, 2)])
def test_the_closest_of_four_names_is_that_of_a_grid(cap, seed):
    residuals, reference = market(seed=seed)
    tracking = tracking_of(residuals, reference, [0, 1, 5, 8])
    steps = 60
    cuts = np.array(
        [(0, *cut, steps + 4) for cut in itertools.combinations(range(1, steps + 4), 3)]
    )
    grid = (np.diff(cuts, axis=1) - 1) / steps
    grid = grid[(grid <= cap + 1e-12).all(axis=1)]
    errors = np.linalg.norm(grid @ tracking.moves.T - tracking.goal, axis=1)
    weights = closest(tracking, cap)
    assert tracking.error(weights) <= errors.min() + 1e-9
    assert np.abs(weights - grid[errors.argmin()]).max() <= 2.0 / steps


def test_a_basket_of_the_whole_reference_is_the_reference():
    residuals, reference = market()
    held = np.flatnonzero(reference)
    assert closest(tracking_of(residuals, reference, held)) == pytest.approx(
        reference[held], abs=1e-6
    )


@settings(max_examples=20, deadline=None)
@given(seed=some.integers(0, 10_000), m=some.integers(2, 9))
def test_error_by_size_is_the_closest_of_each_size(seed, m):
    residuals, reference = market(m, seed=seed)
    order = np.random.default_rng(seed).permutation(m)
    ranked = tracking_of(residuals, reference, order)
    found = error_by_size(ranked, range(1, m + 1))
    parts = [ranked.of(range(size)) for size in range(1, m + 1)]
    expected = [part.error(closest(part)) for part in parts]
    assert found == pytest.approx(expected, abs=1e-6)
    assert (np.diff(found) <= 1e-9).all()  # a larger basket is never farther


@pytest.mark.parametrize("limit", [0.02, 0.05, 0.08])
def test_the_smallest_basket_is_the_first_that_is_near_enough(limit):
    residuals, reference = market(20, seed=4)
    ranked = tracking_of(residuals, reference, np.arange(20)[::-1], limit)
    errors = error_by_size(ranked, range(1, 21))
    found = smallest(ranked)
    assert found.near
    assert found.size == int(np.argmax(errors <= limit)) + 1
    assert found.error == pytest.approx(errors[found.size - 1], abs=1e-6)


def test_a_cap_needs_at_least_as_many_names_as_fill_it():
    residuals, reference = market(20, seed=4)
    ranked = tracking_of(residuals, reference, range(20), 10.0)
    assert smallest(ranked).size == 1
    assert smallest(ranked, 0.3).size == 4


def test_a_ranking_that_is_never_near_enough_is_taken_whole():
    residuals, reference = market(20, seed=4)
    ranked = tracking_of(residuals, reference, range(1, 20, 2), 0.001)  # none that it holds
    found = smallest(ranked)
    assert (found.size, found.near) == (10, False)
    assert found.error > 0.001


def test_each_step_of_the_greedy_order_is_the_best_next_name():
    residuals, reference = market(9, seed=5)
    tracking = tracking_of(residuals, reference, range(9))
    order = greedy_order(tracking).tolist()
    assert sorted(order) == list(range(9))
    for size in (1, 3, 5):
        others = [name for name in range(9) if name not in order[: size - 1]]
        tried = [
            (part.error(closest(part)), name)
            for name in others
            for part in [tracking.of([*order[: size - 1], name])]
        ]
        assert min(tried)[0] == pytest.approx(
            error_by_size(tracking.of(order), [size])[0], abs=1e-6
        )
    assert greedy_order(tracking, 3).tolist() == order[:3]


def test_the_greedy_basket_is_seldom_the_best_and_never_better():
    residuals, reference = market(9, seed=6)
    tracking = tracking_of(residuals, reference, range(9))
    greedy = error_by_size(tracking.of(greedy_order(tracking)), range(1, 6))
    for size in range(1, 6):
        best = min(
            error_by_size(tracking.of(names), [size])[0]
            for names in itertools.combinations(range(9), size)
        )
        assert greedy[size - 1] >= best - 1e-9


class TestAsALimit:
    expected = np.random.default_rng(7).normal(0.0, 0.1, 12)

    def weigh(self, method, tracking, residuals):
        if method is mean_variance:
            given, prices = (covariance(residuals),), {"risk_aversion": 1.0}
        elif method is mean_drawdown:
            given, prices = (residuals,), {"drawdown_aversion": 0.1}
        else:
            given = covariance(residuals), residuals
            prices = {"risk_aversion": 1.0, "drawdown_aversion": 0.1}
        return method(self.expected, *given, **prices, cap=0.5, tracking=tracking)

    @pytest.mark.parametrize("method", [mean_variance, mean_drawdown, mean_variance_drawdown])
    def test_it_binds_and_is_kept(self, method):
        residuals, reference = market()
        far = tracking_of(residuals, reference, range(12), 1e3)
        free = self.weigh(method, None, residuals)
        assert self.weigh(method, far, residuals) == pytest.approx(free, abs=1e-4)
        limit = 0.5 * far.error(free)
        near = tracking_of(residuals, reference, range(12), limit)
        held = self.weigh(method, near, residuals)
        assert near.error(held) == pytest.approx(limit, abs=1e-6)
        assert held.max() <= 0.5 + 1e-6
        assert held @ self.expected < free @ self.expected

    def test_one_that_no_weights_keep_is_a_weights_error(self):
        residuals, reference = market()
        odd = tracking_of(residuals, reference, range(1, 12, 2), 1e-4)
        with pytest.raises(WeightsError, match="no weights were found"):
            mean_variance(
                self.expected[1::2], covariance(residuals[:, 1::2]),
                risk_aversion=1.0, cap=0.5, tracking=odd,
            )  # fmt: skip


@pytest.mark.parametrize("limit", [0.0, -0.1, np.nan])
def test_a_limit_must_be_above_zero(limit):
    residuals, reference = market()
    with pytest.raises(StrategyError, match="tracking_limit must be > 0"):
        tracking_of(residuals, reference, range(12), limit)


def test_rows_that_are_not_known_of_every_name_do_not_count():
    residuals, reference = market()
    holed = residuals.copy()
    holed[:100, 0] = np.nan
    found = tracking_of(holed, reference, range(12))
    assert found.moves == pytest.approx(tracking_of(residuals[100:], reference, range(12)).moves)
    holed[:200, 0] = np.nan
    with pytest.raises(WeightsError, match="52 of 252 sessions"):
        tracking_of(holed, reference, range(12))
    without = np.where(np.arange(12) == 0, 0.0, reference)
    assert len(tracking_of(holed, without, range(1, 12)).goal) == 252


def test_a_reference_that_is_not_known_is_said():
    residuals, _ = market()
    with pytest.raises(WeightsError, match="no portfolio of the factors"):
        tracking_of(residuals, np.full(12, np.nan), range(12))
