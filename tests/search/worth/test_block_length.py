"""The automatic block length against arch, and where there is none to estimate."""

import numpy as np
import pytest
from arch.bootstrap import optimal_block_length

from btplaybook.search.errors import SearchError
from btplaybook.search.worth.block_length import block_length, common_block_length


def autoregressive(n: int, kept: float, seed: int = 0) -> np.ndarray:
    series = np.random.default_rng(seed).standard_normal(n)
    for day in range(1, n):
        series[day] += kept * series[day - 1]
    return 0.01 * series


@pytest.mark.parametrize("kept", [-0.5, 0.0, 0.3, 0.9, 0.99])
@pytest.mark.parametrize("n", [16, 17, 50, 333, 1500])
def test_equals_arch(n: int, kept: float) -> None:
    series = autoregressive(n, kept)
    expected = optimal_block_length(series)["stationary"].iloc[0]
    assert block_length(series) == pytest.approx(max(1.0, expected), rel=1e-12)


def test_grows_with_dependence_and_never_beyond_its_bound() -> None:
    lengths = [block_length(autoregressive(900, kept)) for kept in (0.1, 0.5, 0.9)]
    assert lengths == sorted(lengths)
    assert block_length(np.linspace(-0.01, 0.01, 900)) < 90.0  # 3 sqrt(900)
    assert block_length(np.tile([0.01, 0.01, -0.01, -0.01], 225)) == 90.0


def test_scale_and_level_do_not_matter() -> None:
    series = autoregressive(400, 0.4)
    assert block_length(2.0 * series + 0.25) == pytest.approx(block_length(series), rel=1e-9)


@pytest.mark.parametrize(
    "series",
    [np.full(100, 0.01), np.zeros(100), np.array([0.1, -0.1]), np.array([0.1])],
    ids=["constant", "zero", "two days", "one day"],
)
def test_where_nothing_can_be_estimated_days_are_independent(series: np.ndarray) -> None:
    assert block_length(series) == 1.0


def test_perfectly_alternating_returns_have_a_length() -> None:
    assert 1.0 <= block_length(np.tile([0.01, -0.01], 50)) <= 30.0


def test_of_many_sets_the_median_counts() -> None:
    sets = np.column_stack([autoregressive(300, kept, seed=7) for kept in (0.0, 0.4, 0.8)])
    own = [block_length(column) for column in sets.T]
    assert common_block_length(sets) == pytest.approx(np.median(own))
    assert common_block_length(sets[:, :1]) == own[0]
    assert common_block_length(np.repeat(sets[:, :1], 450, axis=1)) == own[0]


def test_a_gap_is_refused() -> None:
    series = autoregressive(50, 0.0)
    series[7] = np.nan
    with pytest.raises(SearchError, match="got nan on day 7 in set 0"):
        block_length(series)
    with pytest.raises(SearchError, match="must have the shape"):
        block_length(np.empty(0))
    with pytest.raises(SearchError, match="of one series, got the shape"):
        block_length(np.zeros((20, 2)))
