"""The stationary bootstrap: arch's draws, its laws, and its exact variance."""

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap

from btplaybook.search.errors import SearchError
from btplaybook.search.worth.bootstrap import bootstrap_variances, day_counts, drawn_days


@pytest.mark.parametrize(("n", "length"), [(1, 3), (2, 1), (61, 7), (250, 1), (250, 1000)])
def test_draws_the_days_that_arch_draws(n: int, length: int) -> None:
    theirs = StationaryBootstrap(length, np.arange(n), seed=11).bootstrap(20)
    ours = drawn_days(n, length, 20, 11)
    for (drawn,), days in ((pair[0], days) for pair, days in zip(theirs, ours, strict=True)):
        np.testing.assert_array_equal(days, drawn)


def test_counts_are_of_the_drawn_days() -> None:
    counts = day_counts(40, 5.5, 30, 2)
    assert counts.shape == (30, 40)
    assert counts.dtype == np.uint16
    for row, days in zip(counts, drawn_days(40, 5.5, 30, 2), strict=True):
        assert row.tolist() == [np.count_nonzero(days == day) for day in range(40)]


def test_more_replicates_begin_with_the_same_ones_and_another_seed_has_others() -> None:
    few, many = day_counts(50, 4, 10, 3), day_counts(50, 4, 25, 3)
    np.testing.assert_array_equal(few, many[:10])
    assert (day_counts(50, 4, 10, 4) != few).any()


def test_a_replicate_may_have_another_length_than_the_sample() -> None:
    counts = day_counts(30, 3, 8, 0, n_draws=12)
    assert counts.sum(axis=1).tolist() == [12] * 8
    assert day_counts(3, 1, 1, 0, n_draws=70_000).dtype == np.uint32


def test_blocks_have_their_mean_length_and_days_equal_chances() -> None:
    days = np.array(list(drawn_days(100, 8.0, 2000, 1)))
    breaks = np.mean(np.diff(days, axis=1) % 100 != 1)
    # One in eight days begins a block, and one in 100 of those happens to follow the last one.
    assert breaks == pytest.approx(0.125 * 0.99, rel=0.02)
    drawn = day_counts(100, 8.0, 2000, 1).mean(axis=0)
    assert drawn == pytest.approx(np.ones(100), abs=0.3)


def test_variances_equal_hansens_sum_over_lags() -> None:
    sets = np.random.default_rng(5).standard_normal((61, 4)).cumsum(axis=0)
    deviations = sets - sets.mean(axis=0)
    for n in (60, 61):
        x, q = deviations[:n] - deviations[:n].mean(axis=0), 1.0 - 1.0 / 6.5
        expected = np.sum(x * x, axis=0) / n
        for lag in range(1, n):
            kappa = (1 - lag / n) * q**lag + lag / n * q ** (n - lag)
            expected += 2 * kappa * np.sum(x[lag:] * x[: n - lag], axis=0) / n
        np.testing.assert_allclose(bootstrap_variances(x, 6.5), expected, rtol=1e-12)


def test_variances_are_those_that_replicates_show() -> None:
    x = np.random.default_rng(6).standard_normal((40, 3)).cumsum(axis=0)
    x -= x.mean(axis=0)
    means = day_counts(40, 5, 8_000, 0).astype(float) @ x / 40
    # The relative standard error of a variance of 8,000 draws is 1.6 %.
    assert 40 * means.var(axis=0) == pytest.approx(bootstrap_variances(x, 5), rel=0.06)


def test_variance_of_independent_days_is_the_variance() -> None:
    x = np.random.default_rng(8).standard_normal((33, 2))
    x -= x.mean(axis=0)
    np.testing.assert_allclose(bootstrap_variances(x, 1.0), x.var(axis=0), rtol=1e-12)
    assert bootstrap_variances(np.zeros((10, 1)), 3.0).tolist() == [0.0]


@pytest.mark.parametrize(
    ("n", "length", "replicates"), [(0, 1, 1), (5, 0.5, 1), (5, 1, 0), (5, float("nan"), 1)]
)
def test_numbers_out_of_range_are_refused(n: int, length: float, replicates: int) -> None:
    with pytest.raises(SearchError, match="a bootstrap needs a day"):
        day_counts(n, length, replicates, 0)
