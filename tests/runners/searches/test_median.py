"""The median trial: the middle of the ranking, from the sets and from the histogram.

Laws: equal positions count as one trial; ruined sets and sets without the figure rank last; the
exact value lies in the bin that the histogram gives.
"""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.runners.searches.median import Median, excess_of, median_of
from btplaybook.search import histogram

NAN = math.nan


def found(gains, ruined=(), hashes=None, *, kept=True):
    """A search's outcome as far as the median reads it; `ruined` are places."""
    gains = np.array(gains, float)
    fell = np.isin(np.arange(gains.size), list(ruined))
    rows = pd.DataFrame(
        {
            "gain": gains,
            "ruined": np.where(fell, 7.0, -1.0),
            "positions_hash": np.arange(gains.size) if hashes is None else hashes,
        }
    )
    counted = histogram.histogram(gains[np.isfinite(gains) & ~fell])
    return SimpleNamespace(
        objective="gain",
        evaluated=gains.size,
        histogram=histogram.table(counted),
        rows=(lambda: rows) if kept else None,
    )


@pytest.mark.parametrize(
    ("gains", "ruined", "hashes", "middle", "trials"),
    [
        pytest.param([3, 1, 2], (), None, 2.0, 3, id="odd"),
        pytest.param([4, 1, 2, 3], (), None, 2.5, 4, id="even"),
        pytest.param([5], (), None, 5.0, 1, id="one"),
        pytest.param([1, 1, 1, 5, 9], (), [1, 1, 1, 2, 3], 5.0, 3, id="three alike are one"),
        pytest.param([9, 1, 2, 3, 4], (0,), None, 2.0, 5, id="ruined after a gain ranks last"),
        pytest.param([NAN, 1, 2, 3, 4], (), None, 2.0, 5, id="no figure ranks last"),
        pytest.param([NAN, 9, 2], (1,), None, None, 3, id="the middle has no figure"),
        pytest.param([8, 9, 2, 3], (0, 1), None, None, 4, id="one of two in the middle is ruined"),
        pytest.param([-3, -1, -2], (), None, -2.0, 3, id="losses"),
    ],
)
def test_the_middle_of_the_ranking(gains, ruined, hashes, middle, trials):
    assert median_of(found(gains, ruined, hashes)) == Median(middle, middle, middle, trials, True)


@pytest.mark.parametrize(
    ("gains", "ruined", "low", "high"),
    [
        pytest.param([1.0, 2.0, 4.0], (), 2.0, 2.0 + 2 / 32, id="odd"),
        pytest.param([1, 2, 4, 8], (), 3.0, 3.0 + (2 + 4) / 64, id="even: between two bins"),
        pytest.param([-1.0, -2.0, -4.0], (), -2.0 - 2 / 32, -2.0, id="losses"),
        pytest.param([9.0, 1.0, 2.0, 4.0, 8.0], (0,), 2.0, 2.0 + 2 / 32, id="ruined ranks last"),
        pytest.param([1.0, 1.0, 1.0, 5.0, 9.0], (), 1.0, 1 + 1 / 32, id="every set counts"),
        pytest.param([0.0, 0.0, 1.0], (), -(2.0**-32), 2.0**-32, id="nothing gained"),
    ],
)
def test_the_bin_of_the_middle(gains, ruined, low, high):
    found_ = median_of(found(gains, ruined, kept=False))
    assert found_ == Median((low + high) / 2, low, high, len(gains), False)
    assert not found_.exact


@pytest.mark.parametrize(
    ("gains", "ruined"),
    [
        pytest.param([1.0, 2.0, 3.0], (0, 1), id="ruined"),
        pytest.param([NAN, NAN], (), id="no figure at all"),
        pytest.param([2.0**40, 2.0**41, 1.0], (), id="beyond the last bin"),
    ],
)
def test_a_middle_without_a_bin(gains, ruined):
    assert median_of(found(gains, ruined, kept=False)) == Median(
        None, None, None, len(gains), False
    )


@given(
    gains=st.lists(st.floats(-1e6, 1e6) | st.just(NAN), min_size=1, max_size=60),
    ruined=st.sets(st.integers(0, 59)),
)
def test_the_bin_holds_the_exact_middle(gains, ruined):
    exact = median_of(found(gains, ruined))
    rough = median_of(found(gains, ruined, kept=False))
    assert (exact.objective is None) == (rough.objective is None)
    if exact.objective is not None:
        assert rough.low <= exact.objective <= rough.high


@pytest.mark.parametrize("objective", ["excess", "excess_per_year"])
def test_the_median_excess_in_both_units(objective):
    """Held: 21 % in two years, 10 % a year. A set that makes 44 % makes 20 % a year."""
    held = {"total_return": 0.21, "cagr": 0.10}
    both = {"excess": 0.23, "excess_per_year": 0.10}
    rows = pd.DataFrame(
        {name: [value - 1e-3, value, value + 1e-3] for name, value in both.items()}
        | {"ruined": -1.0, "positions_hash": [1, 2, 3]}
    )
    kept = SimpleNamespace(objective=objective, evaluated=3, rows=lambda: rows)
    assert excess_of(kept, median_of(kept), held, 2.0) == pytest.approx(both, abs=1e-12)
    middle = Median(both[objective], 0.0, 1.0, 3, distinct=False)
    rough = SimpleNamespace(objective=objective, evaluated=3, rows=None)
    assert excess_of(rough, middle, held, 2.0) == pytest.approx(both, abs=1e-12)
    none = middle._replace(objective=None)
    assert excess_of(rough, none, held, 2.0) == dict.fromkeys(both)
    assert excess_of(SimpleNamespace(objective="sharpe"), middle, held, 2.0) == {}
