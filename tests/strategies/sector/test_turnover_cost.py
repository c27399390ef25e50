"""The cost of a turnover against expected returns a year, by hand."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from btplaybook.strategies.sector_long_short import SectorLongShort
from btplaybook.strategies.weights.optimal import mean_drawdown, mean_variance

HALVES = np.array([0.5, 0.5])
CALM = 1e-6 * np.random.default_rng(0).standard_normal((300, 2))
"""Daily residuals with next to no risk, so that only gain and cost count."""


def moved(weights):
    """Return whether all was put into the first name; else nothing was traded."""
    if weights == pytest.approx([1.0, 0.0], abs=1e-3):
        return True
    assert weights == pytest.approx(HALVES, abs=1e-3)
    return False


@pytest.mark.parametrize("method", ["mean_variance", "mean_drawdown"])
@pytest.mark.parametrize(
    ("every", "edge", "pays"),
    [
        # From halves to all in one name: a turnover of 1, which gains half the edge a year.
        # A trade costs 0.1 %: 1.2 % a year of 12 decisions, 5.2 % of 52, 25.2 % of 252,
        # 0.4 % of 4.
        pytest.param("quarter", 0.0075, False, id="quarter: 0.375 % for 0.4 %"),
        pytest.param("quarter", 0.0085, True, id="quarter: 0.425 % for 0.4 %"),
        pytest.param("month", 0.023, False, id="month: 1.15 % for 1.2 %"),
        pytest.param("month", 0.025, True, id="month: 1.25 % for 1.2 %"),
        pytest.param("week", 0.102, False, id="week: 5.1 % for 5.2 %"),
        pytest.param("week", 0.106, True, id="week: 5.3 % for 5.2 %"),
        pytest.param("day", 0.500, False, id="day: 25.0 % for 25.2 %"),
        pytest.param("day", 0.508, True, id="day: 25.4 % for 25.2 %"),
    ],
)
def test_a_turnover_must_earn_in_a_year_what_its_decisions_cost(method, every, edge, pays):
    params = SimpleNamespace(
        turnover_cost=0.001, every=every, beta_band=0.0, weighting=method,
        drawdown_aversion=1.0, risk_aversion=10.0, tracking_limit=0.0, floor=0.0,
        sub_industry_cap=0.0,
    )  # fmt: skip
    account = SimpleNamespace(held=lambda: (1.3 * HALVES, -1.2))
    book = SimpleNamespace(p=params, account=account)
    book._limits_of_groups = partial(SectorLongShort._limits_of_groups, book)
    chosen, expected = np.array([True, True]), np.array([edge, 0.0])
    weights = SectorLongShort.optimal(book, chosen, expected, CALM, np.ones(2), 1.0)
    assert moved(weights) == pays


@pytest.mark.parametrize(("cost", "pays"), [(0.0101, False), (0.0099, True)])
def test_expected_returns_and_the_cost_are_both_per_year(cost, pays):
    """An edge of 2 % a year gains 1 % for a turnover of 1."""
    options = {"cap": 1.0, "previous": HALVES, "turnover_cost": cost}
    expected = np.array([0.02, 0.0])
    by_variance = mean_variance(expected, 1e-9 * np.eye(2), risk_aversion=1.0, **options)
    assert moved(by_variance) == pays
    assert moved(mean_drawdown(expected, CALM, drawdown_aversion=0.5, **options)) == pays
