"""The mean over overlapping dates: its parts, its limits, and the law of its p-value."""

import numpy as np
import pytest
from scipy.stats import t as student

from btplaybook.search.factors.estimate import degrees_of_freedom, mean_of_dates, p_value
from btplaybook.strategies.sector.newey_west import critical_value


def test_of_labels_of_one_session_it_is_newey_wests_mean():
    rng = np.random.default_rng(0)
    x = rng.standard_normal(400) + 0.1
    found = mean_of_dates(x, x - x.mean(), 1)
    width = found.lag + 1
    e = x - x.mean()
    long_run = e @ e + 2 * sum((1 - k / width) * (e[k:] @ e[:-k]) for k in range(1, width))
    assert found.mean == pytest.approx(x.mean(), rel=1e-12)
    assert found.error == pytest.approx(np.sqrt(long_run) / 400, rel=1e-12)
    assert found.upper - found.mean == pytest.approx(found.critical * found.error, rel=1e-12)
    assert found.effective == pytest.approx(x.var(ddof=1) / found.error**2, rel=1e-12)


@pytest.mark.parametrize("b", [0.02, 0.05, 0.1])
def test_the_p_value_is_5_percent_at_the_end_of_the_interval(b):
    critical = critical_value(int(1000 * b), 1000)
    assert p_value(critical, critical) == pytest.approx(0.05, abs=1e-9)
    assert p_value(-critical, critical) == p_value(critical, critical)
    assert p_value(0.0, critical) == 1.0


@pytest.mark.parametrize("b", [0.02, 0.05, 0.1])
@pytest.mark.parametrize(
    ("quantile", "published"),
    [
        (0.90, (1.2816, 1.3040, 0.5135, -0.3386)),
        (0.95, (1.6449, 2.1859, 0.3142, -0.3427)),
        (0.99, (2.3263, 4.1618, 0.5368, -0.9060)),
    ],
)
def test_students_law_is_close_to_the_other_published_quantiles(b, quantile, published):
    """Kiefer and Vogelsang (2005), table 1, Bartlett's kernel: the law matches at 97.5 % alone."""
    limit = sum(c * b**k for k, c in enumerate(published))
    degrees = degrees_of_freedom(critical_value(round(1e4 * b), 10_000))
    assert student.ppf(quantile, degrees) == pytest.approx(limit, rel=0.04)


def test_the_error_of_independent_dates_says_that_they_are_independent():
    rng = np.random.default_rng(1)
    ratios = []
    for _ in range(200):
        x = rng.standard_normal(300)
        ratios.append(mean_of_dates(x, x - x.mean(), 1).effective / 300)
    assert 0.9 < np.median(ratios) < 1.3


@pytest.mark.parametrize(
    ("n", "horizon", "reason"),
    [
        (0, 1, "no date has the figure"),
        (125, 1, "labels cover 125 sessions, 126 are needed"),
        (199, 100, "labels cover 199 sessions, 200 are needed"),
    ],
)
def test_too_short_a_history_has_a_mean_at_most(n, horizon, reason):
    x = np.arange(float(n))
    found = mean_of_dates(x, x - x.mean() if n else x, horizon)
    assert found.reason == reason
    assert np.isnan([found.error, found.p_value, found.effective]).all()
    assert np.isnan(found.mean) == (n == 0)


def test_a_figure_that_never_varies_has_no_error():
    found = mean_of_dates(np.full(300, 0.5), np.zeros(300), 1)
    assert (found.mean, found.reason) == (0.5, "the figure is the same on all dates")


def test_another_unit_changes_neither_p_nor_t():
    x = np.random.default_rng(2).standard_normal(300)
    found = mean_of_dates(x, x - x.mean(), 1)
    other = found.scaled(252.0)
    assert other.mean / other.error == pytest.approx(found.mean / found.error, rel=1e-12)
    assert other[4:] == found[4:]
