"""Persistence of quarters: blocks by hand, no return in two of them, and planted persistence."""

import numpy as np
import pytest

from btplaybook.search.factors.information import information
from btplaybook.search.factors.labelled import labelled
from btplaybook.search.factors.persistence import QUARTER, persistence

STEP = 7  # nine dates a quarter


def market(n_quarters, ics, seed=0):
    """A factor whose premium in each quarter is given, on one session a date."""
    rng = np.random.default_rng(seed)
    n, m = n_quarters * QUARTER + 1, 30
    rows = np.arange(0, n - 1, STEP)
    values = rng.standard_normal((rows.size, m))
    residuals = 0.01 * rng.standard_normal((n, m))
    for place, row in enumerate(rows):
        residuals[row + 1] += 0.02 * ics[row // QUARTER] * values[place]
    return values, residuals, rows


def test_quarters_are_the_means_of_their_dates(noise):
    values, residuals, rows = noise
    found = persistence(values, residuals, rows, 5)
    dates = information(labelled(values, residuals, rows, 5))
    for first, mean in zip(found.first_rows, found.quarters, strict=True):
        inside = (dates.rows >= first) & (dates.rows < first + QUARTER)
        assert mean == pytest.approx(dates.ics[inside].mean(), rel=1e-12)
    assert np.diff(found.first_rows).tolist() == [QUARTER] * (len(found.quarters) - 1)
    assert len(found.quarters) == (dates.rows[-1] + 5 - dates.rows[0]) // QUARTER
    assert "pairs of quarters, 12 are needed" in found.reason


def test_correlation_and_slope_are_numpys():
    rng = np.random.default_rng(0)
    found = persistence(*market(30, rng.standard_normal(30)), STEP)
    x, y = found.quarters[:-1], found.quarters[1:]
    assert found.n_pairs == 29
    assert found.correlation == pytest.approx(np.corrcoef(x, y)[0, 1], rel=1e-9)
    assert found.slope == pytest.approx(np.polyfit(x, y, 1)[0], rel=1e-9)
    assert found.lower < found.correlation < found.upper


def test_planted_persistence_is_found_and_its_absence_too():
    rng = np.random.default_rng(1)
    slow = np.zeros(48)
    for quarter in range(1, 48):
        slow[quarter] = 0.9 * slow[quarter - 1] + 0.5 * rng.standard_normal()
    persists = persistence(*market(48, slow), STEP)
    assert persists.lower > 0.2
    nothing = persistence(*market(48, rng.standard_normal(48)), STEP)
    assert nothing.lower < 0.0 < nothing.upper


def test_the_band_depends_on_the_seed_alone():
    given = market(20, np.zeros(20))
    one, again, other = (persistence(*given, STEP, seed=seed) for seed in (0, 0, 1))
    assert one[2:] == again[2:]
    assert (one.correlation, one.lower) != (other.correlation, other.lower)


def test_a_quarter_with_few_dates_is_not_counted():
    values, residuals, rows = market(20, np.zeros(20))
    values = values.copy()
    values[(rows >= 3 * QUARTER) & (rows < 4 * QUARTER - 2 * STEP)] = np.nan
    found = persistence(values, residuals, rows, STEP)
    assert np.flatnonzero(np.isnan(found.quarters)).tolist() == [3]
    assert found.n_pairs == 17


def test_without_dates_there_is_nothing():
    found = persistence(np.full((3, 12), np.nan), np.zeros((30, 12)), np.array([0, 5, 10]), 5)
    assert (len(found.quarters), found.n_pairs) == (0, 0)
