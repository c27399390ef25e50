"""All biases from one sort, against the sum over all bars for each of them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from btplaybook.search.errors import SearchError
from btplaybook.search.kernels.pivot.scores import Forces
from btplaybook.search.kernels.pivot.sorted_scan import sorted_scan
from btplaybook.search.kernels.pivot.space import Line
from btplaybook.strategies.rule_answer import compiled
from btplaybook.strategies.rules.pivot import SEEN, pivot_side


def losers(weights):
    return -np.sign(weights).astype(np.int8)


def assert_figures(found, k, sides, weights, first, end):
    """Compare one entry with its sides, bit for bit."""
    held = sides[first : end + 1]
    terms = held[:-1] * weights[first:end]
    assert found.gain[k] == math.fsum(terms)
    assert found.losses[k] == (terms < 0.0).sum()
    assert found.switches[k] == (held[1:] * held[:-1] == -1).sum()
    assert found.idle == (held[:-1] == 0.0).sum()


@settings(max_examples=80)
@given(
    seed=st.integers(0, 2**32 - 1),
    n_bars=st.integers(2, 120),
    steps=st.sampled_from([2, 5, 1000, 2**52]),
    missing=st.sampled_from([0.0, 0.3]),
    size=st.sampled_from([1.0, 1e-7]),
    first=st.floats(0.0, 0.99),
)
def test_every_bias_is_exact(seed, n_bars, steps, missing, size, first):
    """Coarse steps give equal scores; weights of twelve sizes leave much for the second float."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(-steps, steps, n_bars) / steps * size + rng.choice([0.0, 3.0])
    scores[rng.random(n_bars) < missing] = np.nan
    weights = rng.standard_normal(n_bars) * 10.0 ** rng.integers(-6, 6, n_bars)
    end = n_bars - 1
    begin = min(int(first * n_bars), end - 1)
    if np.isnan(scores[: end + 1]).all():
        with pytest.raises(SearchError, match="no score"):
            sorted_scan(scores, weights, losers(weights), begin, end)
        return
    found = sorted_scan(scores, weights, losers(weights), begin, end)
    counted = np.append(before(scores, begin), scores[begin + 1 :])
    values = np.unique(counted[~np.isnan(counted)])[::-1]
    assert found.gain.size == values.size + 1
    for k, bias in enumerate(found.bias):
        signs = np.full(n_bars, np.nan)
        known = ~np.isnan(scores)
        above = scores >= values[k - 1] if k else np.zeros(n_bars, bool)
        signs[known] = np.where(above[known], 1.0, -1.0)
        if bias == bias:
            np.testing.assert_array_equal(
                np.sign(scores[known] + bias)[begin:], signs[known][begin:]
            )
        assert_figures(found, k, carried(signs), weights, begin, end)
    assert found.gain[found.best] == found.gain[~np.isnan(found.bias)].max()


def before(scores, begin):
    """Return the last score up to a bar, or nothing."""
    earlier = scores[: begin + 1]
    return earlier[~np.isnan(earlier)][-1:]


def carried(signs):
    """Return signs with the last one kept where there is none; 0 before the first."""
    sides, held = np.zeros(signs.size), 0.0
    for t, sign in enumerate(signs):
        held = held if np.isnan(sign) else sign
        sides[t] = held
    return sides


def test_the_rule_with_the_bias_holds_the_same_sides():
    """Twenty of a line's biases through the rule itself, the first decision in its warm-up."""
    rng = np.random.default_rng(2)
    close = np.round(50.0 * np.exp(0.01 * rng.standard_normal(400).cumsum()), 2)
    weights = np.append(np.diff(close), 0.0)
    line = Line(20, 2, 10, 0.5, 60.0)
    found = sorted_scan(Forces(close).scores(line), weights, losers(weights), 12, 399)
    assert found.idle > 0
    for k in rng.choice(np.flatnonzero(~np.isnan(found.bias)), 20):
        seen = np.empty((401, SEEN))
        arguments = (20, 2, 10, 60.0, 0.5, float(found.bias[k]), 0.0, 0.0, 0, 0.0)
        sides = compiled(pivot_side)(close, False, *arguments, seen)
        assert_figures(found, k, sides, weights, 12, 399)


def test_neighbouring_floats_have_no_bias_between_them():
    scores = np.array([1.0, np.nextafter(1.0, 2.0), -1.0])
    found = sorted_scan(scores, np.array([-5.0, 7.0, 0.0]), np.zeros(3, np.int8), 0, 2)
    assert np.isnan(found.bias).tolist() == [False, True, False, False]
    assert found.gain.tolist() == [-2.0, 12.0, 2.0, 2.0]
    assert found.best == 2


def test_refused():
    scores, none = np.zeros(3), np.zeros(3, np.int8)
    with pytest.raises(SearchError, match="more than 104 bits"):
        sorted_scan(scores, np.array([1.0, 1.1e-30, 0.0]), none, 0, 2)
    with pytest.raises(SearchError, match="first decision 2, end 2"):
        sorted_scan(scores, scores, none, 2, 2)
    with pytest.raises(SearchError, match="not finite"):
        sorted_scan(scores, np.array([1.0, np.inf, 0.0]), none, 0, 2)
