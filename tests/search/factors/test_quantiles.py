"""Quantiles: tables by hand, alphalens' definitions in pandas, laws, and errors by session."""

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from btplaybook.search.errors import SearchError
from btplaybook.search.factors.labelled import labelled
from btplaybook.search.factors.quantiles import NONE, quantile_of, quantile_returns

HORIZON = 20
N = np.nan


@pytest.mark.parametrize(
    ("values", "quantiles", "expected"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]),
        ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5, [4, 4, 3, 3, 2, 2, 1, 1, 0, 0]),
        ([1, 2, 3, 4, 5, 6, 7], 3, [0, 0, 1, 1, 1, 2, 2]),
        ([1, N, 2, 3, N, 4], 2, [0, NONE, 0, 1, NONE, 1]),
        ([1, 2, 3], 2, [0, NONE, 1]),  # the middle one is in neither half
        ([1, 5, 5, 5, 9, 9], 3, [0, 1, 1, 1, 2, 2]),
        ([1, 2, 2, 3, 4, 4, 5, 6, 7, 8], 5, [0, 1, 1, 1, 2, 2, 3, 3, 4, 4]),  # tied at a border
        ([5, 5, 5, 5], 3, [1, 1, 1, 1]),
        ([5, 5, 5, 5], 2, [NONE] * 4),
        ([N, N], 3, [NONE, NONE]),
    ],
)
def test_by_hand(values, quantiles, expected):
    assert quantile_of(np.array([values], dtype=float), quantiles)[0].tolist() == expected


VALUES = arrays(np.float64, st.integers(1, 40), elements=st.integers(-8, 8).map(float))


@given(VALUES, st.integers(2, 10))
def test_reversed_values_have_reversed_quantiles(values, quantiles):
    there, here = quantile_of(values[None], quantiles)[0], quantile_of(-values[None], quantiles)[0]
    assert (here == np.where(there == NONE, NONE, quantiles - 1 - there)).all()


@given(VALUES, st.integers(2, 10))
def test_quantiles_rise_with_values_and_ties_stay_together(values, quantiles):
    found = quantile_of(values[None], quantiles)[0]
    order = np.argsort(values, kind="stable")
    placed = found[order][found[order] != NONE]
    assert (np.diff(placed) >= 0).all()
    assert pd.Series(found).groupby(values).nunique().eq(1).all()


@given(st.permutations(range(37)), st.integers(2, 12))
def test_without_ties_sizes_differ_by_one_at_most(values, quantiles):
    found = quantile_of(np.array([values], dtype=float), quantiles)[0]
    sizes = np.bincount(found[found != NONE], minlength=quantiles)
    assert np.ptp(sizes) <= 1
    assert (found == NONE).sum() <= 1


@given(st.permutations(range(40)), st.sampled_from([2, 4, 5, 8, 10]))
def test_where_names_divide_evenly_they_are_those_of_alphalens(values, quantiles):
    """``alphalens.utils.quantize_factor`` is ``pd.qcut(values, quantiles, labels=False) + 1``."""
    theirs = pd.qcut(np.array(values, dtype=float), quantiles, labels=False)
    assert quantile_of(np.array([values], dtype=float), quantiles)[0].tolist() == theirs.tolist()


def test_means_and_spread_are_those_of_pandas(noise):
    """``mean_return_by_quantile`` and ``compute_mean_returns_spread``, dates weighted equally."""
    values, residuals, rows = noise
    found = quantile_returns(labelled(*noise, HORIZON), 4)
    ahead = pd.DataFrame(residuals).rolling(HORIZON).sum().shift(-HORIZON).loc[rows]
    table = pd.DataFrame(
        {"factor": pd.DataFrame(values, index=rows).stack(), "ahead": ahead.stack()}
    ).dropna()
    ranks = table.groupby(level=0)["factor"].rank()
    share = (ranks - 0.5) / table.groupby(level=0)["factor"].transform("size")
    table, share = table[share != 0.5], share[share != 0.5]  # the middle one is in neither half
    numbers = np.where(share < 0.5, np.floor(4 * share), 3 - np.floor(4 * (1 - share)))
    theirs = table["ahead"].groupby([pd.Grouper(level=0), numbers]).mean().unstack()
    annual = 252 / HORIZON
    for number, one in enumerate(found.returns):
        assert one.mean == pytest.approx(annual * theirs[number].mean(), rel=1e-9)
    assert found.by_date == pytest.approx((theirs[3] - theirs[0]).to_numpy(), abs=1e-12)
    assert found.spread.mean == pytest.approx(annual * found.by_date.mean(), rel=1e-12)


def test_the_error_is_that_of_the_overlapping_portfolios_daily_return():
    """With dates at every session, what a session adds is the spread of all portfolios held."""
    rng = np.random.default_rng(3)
    n, m, horizon = 400, 12, 5
    residuals, rows = 0.01 * rng.standard_normal((n, m)), np.arange(n - 5)
    values = rng.standard_normal((rows.size, m))
    found = quantile_returns(labelled(values, residuals, rows, horizon), 3)
    member = quantile_of(values, 3)
    weights = (member == 2) / 4.0 - (member == 0) / 4.0
    daily = np.array(
        [
            sum(weights[r] @ residuals[t] for r in range(max(0, t - horizon), min(t, rows.size)))
            for t in range(1, n)
        ]
    )
    held = np.array([min(t, rows.size) - max(0, t - horizon) for t in range(1, n)])
    scores = daily - held * found.by_date.mean() / horizon
    assert scores.sum() == pytest.approx(0.0, abs=1e-9)
    width = found.spread.lag + 1
    total = scores @ scores + 2 * sum(
        (1 - k / width) * (scores[k:] @ scores[:-k]) for k in range(1, width)
    )
    assert found.spread.error == pytest.approx(np.sqrt(total) / rows.size * 252 / horizon, rel=1e-9)


@pytest.mark.parametrize(
    ("came", "expected"),
    [([0, 1, 2, 3], 1.0), ([3, 2, 1, 0], -1.0), ([0, 2, 1, 3], 0.8), ([1, 1, 1, 1], np.nan)],
)
def test_monotonicity_by_hand(came, expected):
    residuals = np.stack([np.zeros(12), np.repeat(came, 3) / 100])
    found = quantile_returns(labelled(np.arange(12.0)[None], residuals, np.array([0]), 1), 4)
    assert found.monotonicity == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_the_reversed_factor_earns_the_reversed_spread(noise):
    values, residuals, rows = noise
    there = quantile_returns(labelled(*noise, HORIZON))
    here = quantile_returns(labelled(-values, residuals, rows, HORIZON))
    assert here.spread.mean == pytest.approx(-there.spread.mean, rel=1e-12)
    assert here.spread.error == pytest.approx(there.spread.error, rel=1e-9)
    assert [one.mean for one in here.returns[::-1]] == pytest.approx(
        [one.mean for one in there.returns], rel=1e-12
    )


@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_scaling_all_returns_scales_what_is_earned(noise, factor):
    values, residuals, rows = noise
    there = quantile_returns(labelled(*noise, HORIZON)).spread
    here = quantile_returns(labelled(values, factor * residuals, rows, HORIZON)).spread
    assert here[:4] == pytest.approx([factor * each for each in there[:4]], rel=1e-9)
    assert here.p_value == pytest.approx(there.p_value, rel=1e-9)


@pytest.mark.parametrize("quantiles", [1, 21])
def test_a_number_out_of_range_is_refused(quantiles):
    with pytest.raises(SearchError, match=f"quantiles must be from 2 to 20, got {quantiles}"):
        quantile_of(np.zeros((1, 3)), quantiles)
