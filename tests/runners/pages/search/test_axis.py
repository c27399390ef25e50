"""Axes of the pictures of a search: sorted values and at least three round labels."""

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given

from btplaybook.runners.pages.search.axis import written
from btplaybook.runners.pages.svg.ticks import round_ticks, tick_texts
from btplaybook.runners.runs.labels.formats import POINTS
from btplaybook.runners.searches.values import in_order, is_even, is_numeric


@pytest.mark.parametrize(
    ("values", "ordered"),
    [
        pytest.param([200, 2, 35.5, 9], [2, 9, 35.5, 200], id="numbers rise"),
        pytest.param(["trend", "reversion", "a"], ["trend", "reversion", "a"], id="texts stay"),
        pytest.param([True, False], [True, False], id="truth values are no numbers"),
    ],
)
def test_the_order_of_values(values, ordered):
    assert [values[place] for place in in_order(values)] == ordered
    assert is_numeric(values) is (ordered[0] == 2)


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_an_axis_has_three_labels_or_more_and_all_differ(low, span):
    high = low + span
    assume(high - low > 1e-9 * max(abs(low), abs(high)))
    found = round_ticks(low, high)
    assert 3 <= len(found) <= 12
    assert found == sorted(found)
    slack = 1e-6 * (high - low)
    assert low - slack <= found[0] <= found[-1] <= high + slack
    for unit in ("%", ""):
        assert len({*tick_texts(found, unit)}) == len(found)


@pytest.mark.parametrize(
    ("values", "unit", "texts"),
    [
        ([-1.0, 0.0, 1.0], "%", ["\N{MINUS SIGN}100%", "0%", "100%"]),
        ([0.0, 0.0025, 0.005], "%", ["0.00%", "0.25%", "0.50%"]),
        ([0.0, 2000.0, 4000.0], "", ["0", "2,000", "4,000"]),
        ([0.0, 0.5, 1.0], POINTS, [f"0{POINTS}", f"50{POINTS}", f"100{POINTS}"]),
        ([0.5, 0.75, 1.0], "", ["0.50", "0.75", "1.00"]),
    ],
)
def test_labels_have_the_decimals_that_they_need(values, unit, texts):
    assert tick_texts(values, unit) == texts


@pytest.mark.parametrize(
    ("values", "most", "shown"),
    [
        pytest.param([2, 3, 5, 200], 10, [2, 3, 5, 200], id="all that fit"),
        pytest.param(range(2, 61), 8, [10, 20, 30, 40, 50, 60], id="round ones of a range"),
        pytest.param(range(2, 22, 3), 4, [2, 8, 14, 20], id="every second where none is round"),
        pytest.param([1, 2, 3, 50, 60, 400], 3, [1, 3, 60], id="every second of uneven ones"),
        pytest.param(list("abcdefg"), 3, ["a", "d", "g"], id="every third text"),
    ],
)
def test_the_values_that_are_written(values, most, shown):
    values = list(values)
    assert [values[place] for place in written(values, most)] == shown


@given(st.integers(1, 900), st.integers(1, 40), st.integers(1, 7))
def test_never_more_are_written_than_fit(count, most, step):
    places = written(list(range(3, 3 + count * step, step)), most)
    assert 1 <= len(places) <= most
    assert len({*places}) == len(places)
    assert {*places} <= {*range(count)}


def test_an_even_step():
    assert is_even([0.1, 0.2, 0.30000000000000004])
    assert not is_even([2, 3, 5])
    assert is_even([7])
