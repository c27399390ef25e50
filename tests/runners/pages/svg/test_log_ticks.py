"""A logarithmic axis has at least three labels over any range, and at most nine."""

import pytest
from drawn import value
from hypothesis import example, given
from hypothesis import strategies as st

from btplaybook.runners.pages.svg.log_ticks import LEAST, MOST, labels, log_ticks


@given(st.floats(-9.0, 9.0), st.floats(1e-7, 12.0))
@example(-1.9999999999999982, 0.25)
def test_ticks_lie_inside_and_rise(start, decades):
    low, high = 10.0**start, 10.0 ** (start + decades)
    ticks = log_ticks(low, high)
    assert LEAST <= len(ticks) <= MOST
    assert low <= ticks[0] < ticks[-1] <= high
    assert ticks == sorted(set(ticks))
    texts = labels(ticks)
    assert len(set(texts)) == len(texts)
    assert [value(text) for text in texts] == pytest.approx(ticks, rel=1e-5)


@pytest.mark.parametrize(
    ("ticks", "texts"),
    [
        ([1.0, 1.5, 2.0], ["1", "1.5", "2"]),
        ([1e3, 1e4], ["1,000", "10,000"]),
        ([1.0, 1e3, 2.5e5, 1e6, 3e9], ["1", "1k", "250k", "1M", "3bn"]),
        ([1e11, 1e12, 1e13], ["100bn", "1e+12", "1e+13"]),
    ],
)
def test_texts_by_hand(ticks, texts):
    assert labels(ticks) == texts


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.95, 2.2, [1.0, 1.5, 2.0]),
        (0.9, 60.0, [1.0, 3.0, 10.0, 30.0]),
        (0.5, 5000.0, [1.0, 10.0, 100.0, 1000.0]),
        (0.9995, 1.0205, [1.0, 1.005, 1.01, 1.015, 1.02]),
    ],
)
def test_ticks_by_hand(low, high, expected):
    assert log_ticks(low, high) == pytest.approx(expected)
