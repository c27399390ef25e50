"""Blended momentum: by hand, against a plain walk over days and look-backs, and its laws.

Laws: what comes later changes nothing; a scale of all residuals changes nothing; mirrored residuals
mirror it; a permutation of stocks permutes; rows that are asked for are those of the whole.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.momentum import momentum
from btplaybook.strategies.sector.score import z_scores

SHORT = (3, 5, 8)


def residuals(seed, n=40, m=12):
    found = np.random.default_rng(seed).standard_normal((n, m)) * 0.02
    found[:15, 0] = np.nan
    found[25, 1] = np.nan
    return found


def test_by_hand():
    # Sums over two days are 3, 1, -1 (z: root of 3/2, 0, the same below); days up are 1, 2, 0 of 2.
    days = np.array([[4.0, 0.5, -0.5], [-1.0, 0.5, -0.5]])
    z = math.sqrt(1.5)
    # winsorised at 2.5 % of three names both ends move by the same part: the z-scores stay
    np.testing.assert_allclose(momentum(days, (2,))[1], [z / 2, z / 2, -z], atol=1e-15)
    assert np.isnan(momentum(days, (2,))[0]).all()


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_mean_of_six_z_scores(seed):
    days = residuals(seed)
    found = momentum(days, SHORT)
    for t in range(len(days)):
        known = [t >= 7 and not np.isnan(days[t - 7 : t + 1, stock]).any() for stock in range(12)]
        six = []
        for lookback in SHORT:
            window = days[max(0, t - lookback + 1) : t + 1]
            six.append(z_scores(np.where(known, window.sum(axis=0), np.nan)))
            six.append(z_scores(np.where(known, (window > 0).mean(axis=0), np.nan)))
        np.testing.assert_allclose(found[t], np.mean(six, axis=0), rtol=1e-9, atol=1e-12)


def test_it_waits_for_the_longest_look_back():
    days = residuals(0, n=120)
    known = ~np.isnan(momentum(days))
    assert known[89:, 2:].all()
    assert not known[:89].any()
    assert known[104:, 0].all()  # listed at row 15
    assert not known[:104, 0].any()
    assert known[115:, 1].all()  # silent at row 25
    assert not known[:115, 1].any()


@given(seed=st.integers(0, 99), cut=st.integers(1, 39))
def test_what_comes_later_changes_nothing(seed, cut):
    days = residuals(seed)
    whole = momentum(days, SHORT)
    np.testing.assert_array_equal(momentum(days[:cut], SHORT), whole[:cut])
    other = days.copy()
    other[cut:] = -7.0 * days[cut:][::-1]
    np.testing.assert_array_equal(momentum(other, SHORT)[:cut], whole[:cut])


@given(seed=st.integers(0, 99), scale=st.floats(0.1, 10.0))
def test_scale_mirror_and_permutation(seed, scale):
    days = residuals(seed)
    found = momentum(days, SHORT)
    np.testing.assert_allclose(momentum(days * scale, SHORT), found, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(momentum(-days, SHORT), -found, rtol=1e-8, atol=1e-9)
    order = np.random.default_rng(seed).permutation(12)
    np.testing.assert_allclose(momentum(days[:, order], SHORT), found[:, order], atol=1e-12)


@pytest.mark.parametrize("rows", [[39], [10, 25, 39], [3], []])
def test_rows_that_are_asked_for(rows):
    days = residuals(4)
    rows = np.array(rows, dtype=int)
    found = momentum(days, SHORT, rows=rows)
    assert found.shape == (rows.size, 12)
    np.testing.assert_allclose(found, momentum(days, SHORT)[rows], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("lookbacks", [(), (30, 0)])
def test_lookbacks_out_of_range(lookbacks):
    with pytest.raises(StrategyError, match="lookbacks must be one or more sessions"):
        momentum(np.zeros((5, 3)), lookbacks)
