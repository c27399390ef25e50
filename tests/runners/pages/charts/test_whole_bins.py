"""Laws of the bars of a histogram of sets: whole bins, none lost, none too narrow."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.runners.pages.charts.distributions import BARS, whole_bins


def bins_of(*rows):
    return pd.DataFrame(rows, columns=["low", "high", "count"])


@pytest.mark.parametrize(
    ("bins", "edges", "counts"),
    [
        pytest.param([(0, 1, 3), (1, 48, 5)], [0, 1, 48], [3, 5], id="wide enough"),
        pytest.param([(0, 0.5, 3), (0.5, 0.75, 1), (0.75, 2, 2), (2, 48, 5)], [0, 2, 48], [6, 5],
                     id="narrow ones are put together"),
        pytest.param([(0, 0.5, 3), (20, 48, 5)], [0, 1, 20, 48], [3, 0, 5], id="an empty space"),
        pytest.param([(0, 20, 3), (47.5, 48, 5)], [0, 20, 47, 48], [3, 0, 5],
                     id="the last begins in the empty space"),
        pytest.param([(0, 47.5, 3), (47.5, 48, 5)], [0, 48], [8], id="the last joins"),
        pytest.param([(0, 20, 2), (20, 47.25, 3), (47.5, 48, 5)], [0, 20, 48], [2, 8],
                     id="the last joins across a small space"),
    ],
)  # fmt: skip
def test_a_bar_holds_whole_bins(bins, edges, counts):
    assert BARS == 48
    found = whole_bins(bins_of(*bins))
    assert found[0].tolist() == pytest.approx(edges, abs=1e-12)
    assert found[1].tolist() == counts


@given(
    st.lists(
        st.tuples(st.floats(0.0, 5.0), st.floats(1e-3, 5.0), st.integers(1, 9)),
        min_size=2,
        max_size=60,
    )
)
def test_no_bin_is_cut_and_no_set_is_lost(gaps):
    """Counts are whole, each bin lies in one bar, and no filled bar is narrower than its share."""
    low, rows = -7.0, []
    for gap, width, count in gaps:
        rows.append((low + gap, low + gap + width, count))
        low = rows[-1][1]
    edges, counts = whole_bins(bins_of(*rows))
    assert (edges[0], edges[-1]) == (rows[0][0], rows[-1][1])
    assert (np.diff(edges) > 0).all()
    assert counts.dtype.kind == "i"
    assert counts.sum() == sum(row[2] for row in rows)
    for begin, end, expected in zip(edges[:-1], edges[1:], counts, strict=True):
        inside = [n for first, last, n in rows if begin <= first and last <= end]
        assert sum(inside) == expected
    assert (np.diff(edges)[counts > 0] >= (edges[-1] - edges[0]) / BARS * (1 - 1e-9)).all()
