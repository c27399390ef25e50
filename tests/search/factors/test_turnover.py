"""Turnover and costs: by hand, at their limits, and against alphalens' definition."""

import numpy as np
import pytest

from btplaybook.search.factors.quantiles import quantile_of
from btplaybook.search.factors.turnover import break_even_bp, net_of_costs, turnover

ROWS = np.array([0, 5, 10])


def test_by_hand():
    """Six names in thirds, rebalanced every 10 sessions: one of two on top is replaced."""
    values = np.array([[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], [1, 2, 3, 5, 4, 6]], dtype=float)
    found = turnover(values, ROWS, horizon=8, quantiles=3)
    assert (found.gap, found.n_pairs) == (10, 1)
    assert found.top == 0.5
    assert found.top_per_year == pytest.approx(0.5 * 25.2)
    # On top half of the value is sold and bought, at the bottom nothing.
    assert found.traded == pytest.approx(1.0 * 25.2)


@pytest.mark.parametrize(
    ("after", "top", "weighted"),
    [([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.0, 0.0), ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 1.0, 1.0)],
)
def test_an_unchanged_factor_trades_nothing_and_a_reversed_one_everything(after, top, weighted):
    values = np.array([range(1, 11), after], dtype=float)
    found = turnover(values, np.array([0, 5]), 5, 5)
    assert (found.top, found.weighted) == (top, pytest.approx(weighted, abs=1e-12))
    assert found.rank_autocorrelation == pytest.approx(1.0 - 2.0 * top, abs=1e-12)
    assert found.traded == pytest.approx(4.0 * top * 252 / 5)


def test_of_constant_quantiles_it_is_alphalens_share_of_new_names():
    """``quantile_turnover``: names in the quantile that were not, over its number of names."""
    rng = np.random.default_rng(0)
    rows, values = np.arange(0, 400, 5), rng.standard_normal((80, 30)).cumsum(axis=0)
    top = quantile_of(values, 5) == 4
    new = [(top[k] & ~top[k - 6]).sum() / top[k].sum() for k in range(6, 80)]
    assert turnover(values, rows, 30).top == pytest.approx(np.mean(new), rel=1e-12)


def test_a_name_that_is_no_longer_known_is_sold():
    values = np.array([[1, 2, 3, 4], [1, 2, 3, np.nan]], dtype=float)
    assert turnover(values, np.array([0, 5]), 5, 4).top == 1.0


def test_without_a_second_date_nothing_is_known():
    found = turnover(np.ones((1, 4)), np.array([3]), 30)
    assert found.n_pairs == 0
    assert np.isnan([found.top, found.weighted, found.traded, found.rank_autocorrelation]).all()


def test_at_the_break_even_cost_nothing_is_left():
    cost = break_even_bp(0.06, 15.0)
    assert cost == pytest.approx(40.0)
    assert net_of_costs(0.06, 15.0, cost) == pytest.approx(0.0, abs=1e-15)
    assert net_of_costs(0.06, 15.0, 0.0) == 0.06
    assert break_even_bp(0.06, 0.0) == np.inf
    assert np.isnan([break_even_bp(spread, 15.0) for spread in (-0.06, 0.0, np.nan)]).all()
