"""A gap is named, never dropped."""

import numpy as np
import pytest

from btplaybook.search.errors import SearchError
from btplaybook.search.worth.series import checked_series, checked_sets


@pytest.mark.parametrize("gap", [np.nan, np.inf, -np.inf])
def test_a_gap_is_named_by_its_place(gap):
    table = np.zeros((4, 3))
    table[2, 1] = gap
    with pytest.raises(SearchError, match=f"got {gap} on day 2 in set 1"):
        checked_sets(table)
    with pytest.raises(SearchError, match=f"winner: {gap} at day 2 of 4, counted from 0"):
        checked_series(table[:, 1], "winner")


@pytest.mark.parametrize("shape", [(), (3,), (3, 0), (2, 2, 2)])
def test_sets_are_a_table(shape):
    with pytest.raises(SearchError, match="must have the shape"):
        checked_sets(np.zeros(shape))


def test_a_series_is_one_column_and_may_be_of_integers():
    with pytest.raises(SearchError, match=r"must have the shape \(n_days,\), got \(3, 1\)"):
        checked_series(np.zeros((3, 1)))
    assert checked_series([0, 1]).dtype == np.float64
