"""The table below a chart: right values, the last row always, no more rows than can be read."""

import numpy as np
import pytest
from drawn import Seen
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.runners.pages.svg.figures_table import MOST, Series, figures_table
from btplaybook.runners.runs.labels.formats import NONE


def series(name, x, y):
    return Series(name, np.asarray(x, float), np.asarray(y, float), lambda value: f"<{value:.3f}>")


@given(st.integers(1, 500), st.lists(st.integers(0, 499), max_size=3))
def test_rows_are_even_hold_the_last_and_the_kept_and_have_right_values(n, kept):
    x = np.arange(n)
    y = np.random.default_rng(n).normal(size=n)
    kept = [place for place in kept if place < n]
    text = figures_table("all of it", [series("a", x, y)], dated=False, kept=kept)
    found = Seen(text)
    assert found.head == ["", "a"]
    places = [int(row[0]) for row in found.body]
    assert places == sorted(set(places))
    assert places[-1] == n - 1
    assert set(kept) <= set(places)
    assert len(places) <= MOST + len(kept)
    assert len(places) == n or "1 row in" in text
    for place, cell in found.body:
        assert cell == f"<{y[int(place)]:.3f}>"
    distances = set(np.diff([place for place in places if place not in kept]))
    assert kept or len(distances) <= 1


def test_series_of_different_places_share_the_rows():
    table = figures_table(
        "two", [series("a", [1, 2], [0.5, np.nan]), series("b", [2, 3], [7, np.inf])], dated=False
    )
    assert Seen(table).body == [["1", "<0.500>", NONE], ["2", NONE, "<7.000>"], ["3", NONE, NONE]]


@pytest.mark.parametrize(
    ("x", "dated", "named", "text"),
    [
        (14612, True, (), "2010-01-03"),
        (14612.9, True, (), "2010-01-03"),
        (-1, True, (), "1969-12-31"),
        (2010, False, (), "2010"),
        (1234567, False, (), "1234567"),
        (0.25, False, (), "0.25"),
        (1, False, [(1.0, "Daily")], "Daily"),
    ],
)
def test_rows_are_named(x, dated, named, text):
    table = figures_table("one", [series("a", [x], [1])], dated=dated, named=named)
    assert Seen(table).body == [[text, "<1.000>"]]


def test_of_rows_with_names_none_is_left_out():
    names = [(float(place), f"name {place}") for place in range(100)]
    table = figures_table("n", [series("a", range(100), range(100))], dated=False, named=names)
    assert [row[0] for row in Seen(table).body] == [name for _, name in names]


def test_without_series_there_is_no_table():
    assert figures_table("nothing", [], dated=False) == ""
