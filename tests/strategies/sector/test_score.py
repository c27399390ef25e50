"""Loadings, composite and score: by hand, against NumPy and SciPy, and their laws.

Laws: z-scores have mean 0 and deviation 1, and know neither scale nor level; an outlier is moved to
the quantile; ranks and scores know the order alone; a factor of weight 0 is not looked at; own
factors are further columns.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from scipy.stats.mstats import winsorize

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.score import composite, score_1_to_100, usable_factors, z_scores

NAN = math.nan

names = npst.arrays(
    np.float64,
    st.tuples(st.integers(1, 3), st.integers(1, 12)),
    elements=st.one_of(st.just(NAN), st.integers(-20, 20).map(float)),
)


# -- z-scores -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "z"),
    [
        pytest.param([1, 2, 3], [-math.sqrt(1.5), 0, math.sqrt(1.5)], id="three names"),
        pytest.param([1, NAN, 2, 3], [-math.sqrt(1.5), NAN, 0, math.sqrt(1.5)], id="a hole"),
        pytest.param([4, 4, 4], [0, 0, 0], id="names that do not differ"),
        pytest.param([0.3, 0.1 + 0.2, 0.3], [0, 0, 0], id="that differ by rounding"),
        pytest.param([1, 2, NAN], [NAN, NAN, NAN], id="two names"),
        pytest.param([NAN, NAN], [NAN, NAN], id="none"),
        pytest.param([], [], id="no columns"),
    ],
)
def test_z_scores_by_hand(x, z):
    np.testing.assert_allclose(z_scores(np.array(x, float), winsor=0.0), z, atol=1e-15)


def test_they_are_winsorised_at_numpys_quantiles():
    rng = np.random.default_rng(0)
    x = rng.standard_t(3, (5, 60))
    x[rng.random(x.shape) < 0.2] = np.nan
    low, high = np.nanquantile(x, [0.025, 0.975], axis=1, keepdims=True)
    moved = np.clip(x, low, high)
    expected = (moved - np.nanmean(moved, axis=1, keepdims=True)) / np.nanstd(
        moved, axis=1, keepdims=True
    )
    np.testing.assert_allclose(z_scores(x), expected, rtol=1e-10, atol=1e-12)
    one_each = np.asarray(winsorize(np.arange(40.0) ** 3, (0.025, 0.025)))
    found = z_scores(np.arange(40.0) ** 3, winsor=1 / 39)
    np.testing.assert_allclose(found, (one_each - one_each.mean()) / one_each.std(), rtol=1e-9)


def test_an_outlier_cannot_rule_the_date():
    x = np.arange(100.0)
    wild = np.append(x, 1e9)
    assert np.abs(z_scores(wild)).max() < 2.0
    assert z_scores(wild, winsor=0.0)[-1] == pytest.approx(10.0)


@given(x=names, scale=st.sampled_from([0.5, 3.0]), level=st.integers(-9, 9))
def test_z_scores_know_neither_scale_nor_level(x, scale, level):
    z = z_scores(x)
    np.testing.assert_allclose(z_scores(x * scale + level), z, atol=1e-9)
    known = ~np.isnan(z)
    for row in np.flatnonzero(known.any(axis=1)):
        one = z[row, known[row]]
        assert one.mean() == pytest.approx(0.0, abs=1e-12)
        assert one.std() == pytest.approx(1.0, rel=1e-12) or not one.any()


@pytest.mark.parametrize("winsor", [-0.1, 0.5, NAN])
def test_a_quantile_out_of_range(winsor):
    with pytest.raises(StrategyError, match=r"winsor must be in \[0, 0.5\)"):
        z_scores(np.arange(5.0), winsor=winsor)


def test_an_infinite_factor():
    with pytest.raises(ValueError, match="a factor is infinite"):
        z_scores(np.array([1.0, math.inf, 2.0]))


# -- factors that count -------------------------------------------------------------------------


def test_value_known_for_too_few_names_does_not_count():
    loadings = np.zeros((47, 2))
    loadings[29:, 0] = np.nan
    found = usable_factors(loadings, (30, 3))
    np.testing.assert_array_equal(found.columns, [False, True])
    np.testing.assert_array_equal(found.known, [29, 47])
    assert found.mark(["value", "momentum"]) == (
        "without value: known for 29 of the 30 names it needs"
    )
    loadings[29, 0] = 0.0
    full = usable_factors(loadings, (30, 3))
    assert full.columns.all()
    assert full.mark(["value", "momentum"]) == ""


def test_one_number_is_every_factors():
    loadings = np.where(np.arange(40)[:, None] < [30, 29, 40], 1.0, NAN)
    np.testing.assert_array_equal(usable_factors(loadings).columns, [True, False, True])


# -- composite ----------------------------------------------------------------------------------


def test_composite_by_hand():
    loadings = np.array([[1.0, 2.0], [NAN, 2.0], [-1.0, NAN], [NAN, NAN]])
    found = composite(loadings, np.array([0.5, 0.5]))
    np.testing.assert_array_equal(found.value, [1.5, 1.0, -0.5, NAN])
    np.testing.assert_array_equal(found.missing, [1, 1])


def test_a_factor_without_weight_is_not_looked_at():
    loadings = np.array([[1.0, 2.0], [NAN, 2.0], [5.0, NAN]])
    found = composite(loadings, np.array([0.0, 3.0]))
    np.testing.assert_array_equal(found.value, [2.0, 2.0, NAN])
    np.testing.assert_array_equal(found.missing, [0, 0])


def test_own_factors_are_further_columns():
    loadings = np.random.default_rng(0).standard_normal((4, 9, 3))
    weights = np.array([2.0, 1.0, 1.0])
    found = composite(loadings, weights)
    np.testing.assert_allclose(found.value, loadings @ [0.5, 0.25, 0.25], rtol=1e-12, atol=1e-15)
    assert found.missing.shape == (4, 3)


@pytest.mark.parametrize("weights", [[0.0, 0.0], [1.0, -0.1], [NAN, 1.0]])
def test_weights_out_of_range(weights):
    with pytest.raises(StrategyError, match="factor weights must be >= 0 and not all 0"):
        composite(np.zeros((3, 2)), np.array(weights))


def test_as_many_weights_as_factors():
    with pytest.raises(ValueError, match="weights for loadings"):
        composite(np.zeros((3, 2)), np.ones(3))


# -- ranks and the score ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "score"),
    [
        pytest.param([0.3, -1, 0.1, 7], [67, 1, 34, 100], id="four names"),
        pytest.param([0, 5, 5, NAN], [1, 75.25, 75.25, NAN], id="a tie and a hole"),
        pytest.param([2, 2], [50.5, 50.5], id="all alike"),
        pytest.param([NAN, 3], [NAN, 50.5], id="one name"),
        pytest.param([NAN], [NAN], id="none"),
    ],
)
def test_score_by_hand(value, score):
    np.testing.assert_allclose(score_1_to_100(np.array(value, float)), score)


def ranks_by_counting(values):
    """The oracle: how many are below, and half of how many are equal; NaN for NaN."""
    known = [value for value in values if value == value]
    return [
        sum(other < value for other in known) + (known.count(value) + 1) / 2
        if value == value
        else NAN
        for value in values
    ]


@given(x=names)
def test_scores_stretch_the_mean_ranks_to_the_last_bit(x):
    ranks = np.array([ranks_by_counting(row) for row in x.tolist()]).reshape(x.shape)
    count = (~np.isnan(x)).sum(axis=1, keepdims=True)
    stretched = 1.0 + 99.0 * (ranks - 1.0) / np.maximum(count - 1, 1)
    expected = np.where(count > 1, stretched, ranks + 49.5)
    np.testing.assert_array_equal(score_1_to_100(x), expected)


@given(x=names)
def test_scores_know_the_order_alone(x):
    score = score_1_to_100(x)
    np.testing.assert_array_equal(score_1_to_100(np.exp(x / 10)), score)
    np.testing.assert_allclose(score_1_to_100(-x), 101.0 - score)
    known = ~np.isnan(score)
    assert ((score[known] >= 1.0) & (score[known] <= 100.0)).all()
    np.testing.assert_array_equal(known, ~np.isnan(x))
