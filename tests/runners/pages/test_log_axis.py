"""A logarithmic axis has at least three labels over any range."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.runners.pages import plots
from btplaybook.runners.pages.log_axis import LEAST, MOST, labels, log_ticks

TEXT = "{http://www.w3.org/2000/svg}text"
DATES = pd.bdate_range("2010-01-04", periods=60)

RANGES = [
    (1.0, 1.02), (0.9, 1.1), (0.01, 100.0), (1.0, 1.0), (0.7, 0.7), (1.0, 1.0 + 1e-12),
    (1.0, 1.0000003), (0.98, 1.0), (0.99, 9.9), (1.1, 1.9), (1.0, 2.0), (1.0, 3.0), (2.1, 4.9),
    (5.5, 9.5), (0.5, 12.0), (1.0, 99.0), (1.0, 101.0), (1e-3, 1.0), (1.0, 1500.0), (1e-6, 1e6),
    (1e-12, 1e12), (999.0, 1001.0), (1.0, 1e7),
]  # fmt: skip


def y_labels(svg):
    """Texts of the labels beside the axis: numbers, of which those of years stand below."""
    texts = [(node.text or "").strip() for node in ElementTree.fromstring(svg).iter(TEXT)]
    return [text for text in texts if re.fullmatch(r"[\u2212-]?[\d.,]+(e[-+]\d+)?%?[kMGmµ]?", text)]


def moved(low, high):
    """Wealth from one end of a range to the other, and away again, in no special units."""
    between = np.exp(np.linspace(np.log(low), np.log(high), len(DATES)))
    return pd.Series(between, index=DATES)


def shown(svg):
    return [text for text in y_labels(svg) if not re.fullmatch(r"2010(-\d\d)?|\d\d", text)]


@pytest.mark.parametrize(("low", "high"), RANGES, ids=str)
@pytest.mark.parametrize("draw", [
    lambda wealth: plots.growth(wealth, None),
    lambda wealth: plots.growth(wealth, wealth ** 0.5),
    lambda wealth: plots.compared_growth({"a": wealth, "b": wealth}, None),
], ids=["alone", "beside a benchmark", "of several runs"])  # fmt: skip
def test_growth_has_three_labels_and_no_two_alike(draw, low, high):
    found = shown(draw(moved(low, high)))
    assert LEAST <= len(found) <= MOST
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("draw", [
    lambda gain: plots.uncompounded(gain, None),
    lambda gain: plots.compared_uncompounded({"a": gain}, gain),
], ids=["uncompounded", "of several runs"])  # fmt: skip
@pytest.mark.parametrize("reach", [0.0, 1e-5, 0.0203, 0.2, 1.7, 40.0])
def test_uncompounded_gain_has_three_labels_and_no_two_alike(draw, reach):
    found = shown(draw(pd.Series(np.linspace(0.0, reach, len(DATES)), index=DATES)))
    assert len(found) >= LEAST
    assert len(set(found)) == len(found)


@given(st.floats(-9.0, 9.0), st.floats(1e-7, 12.0))
def test_ticks_lie_inside_and_rise(start, decades):
    low, high = 10.0**start, 10.0 ** (start + decades)
    ticks = log_ticks(low, high)
    assert LEAST <= len(ticks) <= MOST
    assert low <= ticks[0] < ticks[-1] <= high
    assert ticks == sorted(set(ticks))
    texts = labels(ticks)
    assert len(set(texts)) == len(texts)
    values = [float(text.replace(",", "")) for text in texts]
    assert values == pytest.approx(ticks, rel=1e-5)


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
