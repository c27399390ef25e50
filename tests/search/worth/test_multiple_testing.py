"""Adjusted p-values: statsmodels, the paper's example, and laws."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from btplaybook.search.errors import SearchError
from btplaybook.search.worth.multiple_testing import (
    benjamini_hochberg,
    benjamini_yekutieli,
    bonferroni,
    holm,
    sidak,
)

ORACLES = [(holm, "holm"), (benjamini_hochberg, "fdr_bh"), (benjamini_yekutieli, "fdr_by")]
SIX = [0.005, 0.009, 0.0128, 0.0135, 0.045, 0.06]
"""Of Harvey and Liu (2015), section on multiple testing."""


@pytest.mark.parametrize(("ours", "method"), ORACLES)
@pytest.mark.parametrize("power", [1, 4])
def test_adjusted_p_values_are_those_of_statsmodels(ours, method, power):
    from statsmodels.stats.multitest import multipletests

    values = np.random.default_rng(5).random(400) ** power
    values[:20] = values[20:40]  # ties
    np.testing.assert_allclose(ours(values), multipletests(values, method=method)[1], rtol=1e-12)


def test_the_paper_s_six_tests():
    """At 5 % Bonferroni finds one, Holm two, Benjamini-Yekutieli four."""
    assert sum(bonferroni(p, 6) <= 0.05 for p in SIX) == 1
    assert (holm(SIX) <= 0.05).sum() == 2
    assert (benjamini_yekutieli(SIX) <= 0.05).sum() == 4


@given(arrays(float, st.integers(0, 30), elements=st.floats(0.0, 1.0)), st.randoms())
def test_laws(values, random):
    steps = (values, benjamini_hochberg(values), benjamini_yekutieli(values))
    for smaller, larger in pairwise(steps):
        assert (smaller <= larger * (1 + 1e-12)).all()
    assert (benjamini_hochberg(values) <= holm(values) * (1 + 1e-12)).all()
    assert (holm(values) <= np.minimum(1.0, values * values.size)).all()
    order = np.array(random.sample(range(values.size), values.size), dtype=int)
    for adjusted in (holm, benjamini_hochberg, benjamini_yekutieli):
        np.testing.assert_array_equal(adjusted(values)[order], adjusted(values[order]))


@given(st.floats(0.0, 1.0), st.floats(1.0, 1e9))
def test_sidak_is_just_below_bonferroni(p_value, tests):
    assert p_value * (1 - 1e-12) <= sidak(p_value, tests) <= bonferroni(p_value, tests) + 1e-12


def test_sidak_of_small_p_values_keeps_its_digits():
    assert sidak(1e-20, 1000) == pytest.approx(1e-17, rel=1e-12)
    assert sidak(0.05, 1) == pytest.approx(0.05, rel=1e-12)
    assert sidak(1.0, 5) == 1.0


@pytest.mark.parametrize("function", [holm, benjamini_hochberg, benjamini_yekutieli])
def test_no_test_and_one_test(function):
    assert function([]).size == 0
    assert function([0.03]).tolist() == [0.03]


@pytest.mark.parametrize("function", [holm, benjamini_hochberg, benjamini_yekutieli])
def test_what_is_no_p_value_is_named(function):
    with pytest.raises(SearchError, match=r"p_values must be in \[0, 1\], got 1.5 at place 1"):
        function([0.1, 1.5])
    with pytest.raises(SearchError, match=r"p_values must be in \[0, 1\], got nan at place 0"):
        function([np.nan, 0.1])
    with pytest.raises(SearchError, match=r"must have the shape \(n_tests,\), got \(1, 2\)"):
        function([[0.1, 0.2]])
    for single in (bonferroni, sidak):
        with pytest.raises(SearchError, match=r"p_value must be in \[0, 1\], got nan"):
            single(np.nan, 3)
        with pytest.raises(SearchError, match="n_trials must be >= 1"):
            single(0.5, 0)
