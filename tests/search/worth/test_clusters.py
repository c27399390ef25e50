"""Clusters of sets: blocks with known answers, and what may not change them."""

import math

import numpy as np
import pytest

from btplaybook.search.errors import SearchError
from btplaybook.search.worth.clusters import Clusters, clusters


def blocks(n_blocks, size, correlation, days=500, seed=0):
    """Return sets in blocks: within one they share a factor, between two nothing."""
    generator = np.random.default_rng(seed)
    factors = np.repeat(generator.standard_normal((days, n_blocks)), size, axis=1)
    own = generator.standard_normal((days, n_blocks * size))
    return math.sqrt(correlation) * factors + math.sqrt(1 - correlation) * own


@pytest.mark.parametrize(
    ("returns", "number"),
    [
        pytest.param(blocks(10, 20, 0.9), 10, id="ten blocks"),
        pytest.param(blocks(1, 40, 0.9), 1, id="one block"),
        pytest.param(blocks(60, 1, 0.0), 60, id="independent"),
        pytest.param(blocks(7, 1, 0.0)[:, [0, 1, 2, 3, 4, 5, 6, 6, 0, 0]], 7, id="copies"),
        pytest.param(np.column_stack([blocks(1, 1, 0.0), -blocks(1, 1, 0.0)]), 2, id="mirrored"),
        pytest.param(blocks(1, 1, 0.0), 1, id="one set"),
    ],
)
def test_known_numbers(returns, number):
    found = clusters(returns)
    assert found == Clusters(returns.shape[1], returns.shape[1], number, number)


def test_complete_linkage_keeps_apart_what_average_linkage_joins():
    """A chain: each set is like its neighbours, the ends are not alike."""
    walk = np.random.default_rng(3).standard_normal((400, 60))
    chain = np.cumsum(walk, axis=1)[:, 5:]
    found = clusters(chain)
    assert 1 <= found.average < found.complete < 55


def test_every_two_sets_of_a_complete_cluster_are_alike():
    """Were any pair within a cluster below the cut, a higher number would be needed."""
    returns = blocks(4, 10, 0.6)
    correlations = np.corrcoef(returns.T)
    least = correlations.min()
    assert clusters(returns, correlation=least - 1e-9).complete == 1
    assert clusters(returns, correlation=correlations[0, 1:10].max() + 0.2).complete > 4


def test_a_higher_correlation_makes_more_clusters():
    returns = blocks(5, 12, 0.7)
    counts = [clusters(returns, correlation=rho) for rho in (-0.5, 0.0, 0.3, 0.6, 0.8, 0.99)]
    for linkage in ("average", "complete"):
        numbers = [getattr(count, linkage) for count in counts]
        assert numbers == sorted(numbers)
        assert numbers[-1] == 60


def test_scale_mean_and_order_change_nothing():
    returns = blocks(6, 9, 0.75)
    generator = np.random.default_rng(1)
    other = returns * generator.uniform(0.001, 10.0, 54) + generator.uniform(-1.0, 1.0, 54)
    assert clusters(other[:, generator.permutation(54)]) == clusters(returns)


def test_of_many_sets_a_sample_is_clustered():
    returns = blocks(8, 25, 0.9)
    found = clusters(returns, most=50, seed=4)
    assert (found.n_sets, found.n_clustered) == (200, 50)
    assert found == clusters(returns, most=50, seed=4)
    assert 1 < found.average <= 8


def test_sets_that_do_not_vary_are_left_out():
    returns = np.column_stack([np.zeros(500), blocks(3, 1, 0.0), np.full(500, 0.001)])
    assert clusters(returns) == Clusters(3, 3, 3, 3)
    assert clusters(np.zeros((50, 4))) is None


def test_two_days_have_no_correlations():
    assert clusters(np.random.default_rng(0).standard_normal((2, 5))) is None


def test_what_is_out_of_range_is_named():
    returns = blocks(2, 2, 0.5)
    with pytest.raises(SearchError, match=r"correlation must be in \(-1, 1\), got 1.0"):
        clusters(returns, correlation=1.0)
    with pytest.raises(SearchError, match="most must be >= 1 and seed >= 0, got 0 and 0"):
        clusters(returns, most=0)
    returns[3, 2] = np.nan
    with pytest.raises(SearchError, match="got nan on day 3 in set 2"):
        clusters(returns)
