"""Draws of worthless sets: against closed forms, and against searches that were simulated."""

import math

import numpy as np
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.search.errors import SearchError
from btplaybook.search.worth.deflated import deflated_sharpe_ratio
from btplaybook.search.worth.deflated_null import deflated_null, null_quantile
from btplaybook.search.worth.expected_maximum import exact_expected_maximum
from btplaybook.search.worth.sharpe import Moments
from btplaybook.search.worth.worthless_trials import (
    WorthlessTrials,
    effective_number,
    maximum_p_value,
    worthless_trials,
)


def alike(n_sets, correlation, days, seed):
    """Return sets of which each two have the same correlation."""
    generator = np.random.default_rng(seed)
    own = generator.standard_normal((days, n_sets))
    common = generator.standard_normal((days, 1))
    return math.sqrt(correlation) * common + math.sqrt(1 - correlation) * own


@pytest.fixture(scope="module")
def independent():
    return worthless_trials(alike(60, 0.0, 1000, 0), n_draws=4000)


def test_draws_of_independent_sets_are_those_of_normal_numbers(independent):
    assert independent.n_sets == 60
    error = independent.largest.std() / math.sqrt(4000)
    assert abs(independent.largest.mean() - exact_expected_maximum(60)) < 4 * error
    assert (independent.deviations**2).mean() == pytest.approx(1.0, abs=0.02)
    assert effective_number(independent) == pytest.approx(60, rel=0.1)


def test_copies_are_one_set():
    copies = np.repeat(alike(1, 0.0, 300, 1), 25, axis=1)
    found = worthless_trials(copies)
    assert found.deviations.max() < 1e-6
    assert abs(found.largest.mean()) < 0.1
    assert effective_number(found) == pytest.approx(1.0, abs=0.15)
    assert worthless_trials(copies[:, :1]).deviations.max() == 0.0
    assert effective_number(worthless_trials(copies[:, :1])) == 1.0


def test_of_sets_that_are_alike_the_maximum_has_a_closed_form():
    """sqrt(1 - rho) times the expected maximum of independent ones; variances by 1 - rho, too."""
    found = worthless_trials(alike(40, 0.6, 1500, 2), n_draws=3000)
    expected = math.sqrt(0.4) * exact_expected_maximum(40)
    assert found.largest.mean() == pytest.approx(expected, abs=0.06)
    assert (found.deviations**2).mean() == pytest.approx(0.4, abs=0.02)
    number = effective_number(found)
    assert number == pytest.approx(7.2, abs=0.7)  # of which the expected maximum is `expected`
    assert exact_expected_maximum(number) == pytest.approx(found.largest.mean(), abs=1e-5)


def test_blocks_of_columns_are_one_table():
    """More sets than are taken at once: the deviation and maximum of all."""
    returns = alike(1203, 0.3, 50, 3)
    found = worthless_trials(returns, n_draws=20)
    standardised = (returns - returns.mean(axis=0)) / returns.std(axis=0, ddof=1)
    noise = np.random.default_rng(0).standard_normal((20, 50)) / 7.0
    ratios = noise @ standardised
    np.testing.assert_allclose(found.largest, ratios.max(axis=1), rtol=1e-12)
    np.testing.assert_allclose(found.deviations, ratios.std(axis=1, ddof=1), rtol=1e-10)


def test_sets_that_do_not_vary_are_left_out():
    returns = alike(3, 0.0, 100, 4)
    wider = np.column_stack([np.zeros(100), returns, np.full(100, 0.01)])
    first, second = worthless_trials(returns), worthless_trials(wider)
    assert second.n_sets == 3
    np.testing.assert_allclose(first.largest, second.largest, rtol=1e-12)


def test_without_spread_or_days_there_are_no_draws():
    assert worthless_trials(np.zeros((100, 5))) is None
    assert worthless_trials(alike(4, 0.0, 2, 5)) is None


def test_seeds_repeat():
    returns = alike(5, 0.2, 60, 6)
    first, again, other = (worthless_trials(returns, seed=seed) for seed in (1, 1, 2))
    assert (first.largest == again.largest).all()
    assert (first.largest != other.largest).all()


def test_p_values_of_the_best_are_never_zero():
    trials = WorthlessTrials(2, np.array([0.0, 1.0, 2.0]), np.ones(3))
    assert [maximum_p_value(trials, z) for z in (-1.0, 1.0, 3.0)] == [1.0, 0.75, 0.25]


def test_the_two_nulls_agree_where_sets_are_independent(independent):
    winner = Moments(0.05, 0.0, 3.0, 2000)
    drawn = deflated_sharpe_ratio(winner, 1 / 1999, 60, independent)
    known = deflated_sharpe_ratio(winner, 1 / 1999, 60)
    assert (drawn.null, known.null) == ("correlated", "independent")
    assert (drawn.value, drawn.benchmark) == (known.value, known.benchmark)
    assert drawn.null_median == pytest.approx(known.null_median, abs=0.02)
    assert drawn.null_quantile == pytest.approx(known.null_quantile, abs=0.02)
    assert drawn.null_p == pytest.approx(known.null_p, abs=0.03)
    assert drawn.maximum_p == pytest.approx(known.sidak_p, abs=0.03)
    assert known.maximum_p is None


@pytest.mark.parametrize("n_trials", [50, 7.5])
def test_figures_of_worthless_winners_among_correlated_sets_are_p_values(n_trials):
    """1,500 searches of 50 sets with correlation 0.6 over 250 days, from the sets of another."""
    runs, n_sets, days, correlation = 1500, 50, 250, 0.6
    draws = worthless_trials(alike(n_sets, correlation, 2000, 7), n_draws=2000)
    sharpes = alike(n_sets, correlation, runs, 8) / math.sqrt(days - 1)
    found = [
        deflated_sharpe_ratio(
            Moments(row.max(), 0.0, 3.0, days), row.var(ddof=1), n_trials, draws
        )
        for row in sharpes
    ]  # fmt: skip
    for name in ("null_p", "maximum_p"):
        shares = np.histogram([getattr(one, name) for one in found], 10, (0.0, 1.0))[0] / runs
        np.testing.assert_allclose(shares, 0.1, atol=0.04)
    # Taken as independent, worthless winners look rare far too often.
    quantile = null_quantile(deflated_null(n_trials, days), 0.95)
    assert np.mean([one.value > quantile for one in found]) > 0.1


def test_what_is_out_of_range_is_named():
    returns = alike(3, 0.0, 20, 9)
    with pytest.raises(SearchError, match="n_draws must be >= 1 and seed >= 0, got 0 and 0"):
        worthless_trials(returns, n_draws=0)
    with pytest.raises(SearchError, match="got 5 and -1"):
        worthless_trials(returns, n_draws=5, seed=-1)
    returns[4, 1] = np.inf
    with pytest.raises(SearchError, match="got inf on day 4 in set 1"):
        worthless_trials(returns)


def test_a_grid_of_moving_averages_is_few_trials_and_its_ratios_vary_widely():
    """299 rules on the S&P 500: long above the average of n closes, else short."""
    closes = sample("sp500").close
    changes = closes[1:] / closes[:-1] - 1.0
    sums = np.concatenate([[0.0], np.cumsum(closes)])
    rules = []
    for n in range(2, 301):
        average = (sums[301:] - sums[301 - n : -n]) / n
        rules.append(np.where(closes[300:] >= average, 1.0, -1.0)[:-1] * changes[300:])
    trials = worthless_trials(np.column_stack(rules))
    assert trials.n_sets == 299
    assert 5.5 < effective_number(trials) < 9.0
    winner = Moments(0.02, 0.0, 3.0, changes.size - 300)
    distinct = deflated_sharpe_ratio(winner, 1e-4, 299, trials)
    effective = deflated_sharpe_ratio(winner, 1e-4, effective_number(trials), trials)
    assert 0.84 < distinct.null_quantile < 0.93
    assert 0.65 < effective.null_median < 0.85
    assert effective.null_quantile > 0.94
