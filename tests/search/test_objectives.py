"""Derived objectives: against sums over the days, and what happens without such days."""

import math

import numpy as np
import pytest

from btplaybook.analyzers import statistics
from btplaybook.search.evaluator import COLUMNS
from btplaybook.search.objectives import DERIVED, WithObjective, derived, kernel_of, ranked_by

RETURNS = np.array([0.02, -0.01, 0.0, 0.03, -0.02, 0.0, -0.015])
HELD = np.array([True, True, True, True, True, False, True])


def figures(returns, held):
    won = statistics.win_loss(returns, held)
    return {
        "cagr": statistics.cagr(returns, 252),
        "max_drawdown": statistics.max_drawdown(returns),
        "win_rate": won.win_rate,
        "average_win": won.average_win,
        "average_loss": won.average_loss,
        "ruined_on": None,
        "pnl": {},
    }


def test_of_a_week_with_wins_and_losses():
    wealth = np.cumprod(1.0 + RETURNS)
    deepest = 1.0 - (wealth / np.maximum.accumulate(np.append(1.0, wealth))[1:]).min()
    found = derived(figures(RETURNS, HELD))
    assert found["calmar"] == pytest.approx((wealth[-1] ** (252 / 7) - 1) / deepest, rel=1e-12)
    assert found["profit_factor"] == pytest.approx(0.05 / 0.045, rel=1e-12)


@pytest.mark.parametrize(
    ("returns", "profit_factor"),
    [
        pytest.param([0.01, 0.02], None, id="no loss"),
        pytest.param([-0.01, -0.02], 0.0, id="no win"),
        pytest.param([0.0, 0.0], None, id="no change"),
        pytest.param([], None, id="no day"),
    ],
)
def test_where_there_is_none(returns, profit_factor):
    returns = np.array(returns)
    found = derived(figures(returns, np.ones(returns.size, bool)))
    assert found["profit_factor"] == profit_factor
    if not (returns < 0).any():
        assert found["calmar"] is None


class Fixed:
    """An evaluator of the same figures for every set."""

    columns = COLUMNS

    def __call__(self, indices):
        row = [dict(figures(RETURNS, HELD)).get(name) for name in COLUMNS]
        return np.array([[math.nan if value is None else value for value in row]] * len(indices))


@pytest.mark.parametrize("objective", DERIVED)
def test_it_is_the_last_column(objective):
    evaluator = ranked_by(Fixed(), objective)
    rows = evaluator(np.array([3, 4]))
    assert evaluator.columns == (*COLUMNS, objective)
    assert rows.shape == (2, len(COLUMNS) + 1)
    assert rows[:, -1] == pytest.approx([derived(figures(RETURNS, HELD))[objective]] * 2)
    assert kernel_of(evaluator) == "Fixed"


def test_other_objectives_leave_the_evaluator_as_it_is():
    plain = Fixed()
    assert ranked_by(plain, "sharpe") is plain
    twice = ranked_by(WithObjective(plain, "calmar"), "calmar")
    assert twice.columns == (*COLUMNS, "calmar")
