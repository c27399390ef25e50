"""Paths lead through the points that they were made from, as far as a screen can tell."""

import numpy as np
import pytest
from drawn import boxes, subpaths
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from btplaybook.runners.pages.svg import paths
from btplaybook.runners.pages.svg.paths import COLUMNS, HIGH, WIDE
from btplaybook.runners.pages.svg.plot import Plot


@st.composite
def points(draw, most=60):
    """Rising x on the grid, and y that may be NaN."""
    n = draw(st.integers(1, most))
    x = np.sort(draw(arrays.arrays(float, n, elements=st.floats(0, WIDE))))
    y = draw(arrays.arrays(float, n, elements=st.floats(0, HIGH) | st.just(np.nan)))
    return x, y


def runs(x, y):
    """Points between gaps, on the grid, by hand."""
    found = [[]]
    for a, b in zip(x, y, strict=True):
        if np.isnan(b):
            found.append([])
        else:
            found[-1].append((round(a), round(b)))
    return [run for run in found if run]


@given(points())
def test_a_line_leads_through_its_points_and_is_broken_at_gaps(given_points):
    x, y = given_points
    # A point alone is a line of no length, which shows as a dot.
    expected = [run * 2 if len(run) == 1 else run for run in runs(x, y)]
    assert subpaths(paths.line_path(x, y)) == expected


def test_nothing_known_makes_no_path():
    nothing = np.full(3, np.nan)
    x = np.arange(3.0)
    assert paths.line_path(x, nothing) == paths.area_path(x, nothing, nothing) == ""
    assert paths.stems_path(x, nothing, nothing) == paths.dots_path(x, nothing) == ""


@given(points())
def test_an_area_goes_along_the_upper_line_and_back_along_the_lower(given_points):
    x, high = given_points
    low = np.full_like(high, HIGH)
    parts = subpaths(paths.area_path(x, low, high))
    for run, part in zip(runs(x, high), parts, strict=True):
        back = [(a, HIGH) for a, _ in reversed(run)]
        assert part == [*run, *back, run[0]]


@given(points())
def test_steps_keep_each_value_until_the_next(given_points):
    x, y = given_points
    across, up = paths.step_points(x, y)
    corners = [(x[0], y[0])]
    for place in range(1, len(x)):
        corners += [(x[place], y[place - 1]), (x[place], y[place])]
    assert np.array_equal(np.column_stack([across, up]), np.array(corners), equal_nan=True)


@given(points())
def test_boxes_have_their_edges_and_are_never_invisible(given_points):
    left, height = (np.nan_to_num(one) for one in given_points)
    right = left + 3.2 * (np.arange(len(left)) % 2)
    found = boxes(paths.box_path(left, right, np.full_like(left, HIGH), height))
    for box, a, b, top in zip(found, left, right, height, strict=True):
        assert box == (round(a), max(round(b), round(a) + 1), round(top), HIGH)


@given(points())
def test_dots_stand_at_their_points_once(given_points):
    parts = subpaths(paths.dots_path(*given_points))
    assert all(a == b for a, b in parts)
    found = [a for a, _ in parts]
    assert len(set(found)) == len(found)
    assert set(found) == {point for run in runs(*given_points) for point in run}


@given(points())
def test_stems_cover_what_single_lines_cover(given_points):
    x, y = given_points
    expected = {}
    for a, b in zip(x, y, strict=True):
        if not np.isnan(b):
            low, high = expected.get(round(a), (500.0, 500.0))
            expected[round(a)] = (min(low, b), max(high, b))
    found = {}
    for (a, low), (b, high) in subpaths(paths.stems_path(x, np.full_like(y, 500.0), y)):
        assert a == b
        found[a] = (low, high)
    assert found == {a: (round(low), round(high)) for a, (low, high) in expected.items()}


@pytest.mark.parametrize("unknown", range(4))
def test_a_segment_with_an_unknown_end_is_left_out(unknown):
    ends = np.array([[1.0, 2.0], [4.0, 5.0], [1.0, 2.0], [3.0, 4.0]])
    ends[unknown, 0] = np.nan
    assert paths.segments_path(*ends) == "M2 2L5 4"


def test_segments_join_their_ends():
    start, end = np.array([3.0, np.nan]), np.array([9.0, 1.0])
    path = paths.segments_path(np.array([1.0, 2.0]), np.array([4.0, 5.0]), start, end)
    assert subpaths(path) == [[(1, 3), (4, 9)]]


@st.composite
def many_points(draw):
    n = draw(st.integers(1, 3 * 2 * COLUMNS))
    seed = draw(st.integers(0, 2**32 - 1))
    drawn = np.random.default_rng(seed)
    crowded = draw(st.booleans())
    x = drawn.uniform(0, WIDE / 9 if crowded else WIDE, n)
    y = np.rint(drawn.normal(500, 200, n)) if draw(st.booleans()) else drawn.normal(500, 200, n)
    return np.sort(x), y


@given(many_points())
def test_reduced_points_keep_the_ends_and_extremes_of_each_column(given_points):
    """The oracle looks at each column by itself."""
    x, y = given_points
    across, up = paths.reduced(x, y)
    if len(x) <= 2 * COLUMNS:
        assert across is x
        assert up is y
        return
    column = (x // (WIDE / COLUMNS)).astype(int)
    kept = (across // (WIDE / COLUMNS)).astype(int)
    assert set(kept) == set(column)
    given_pairs = set(zip(x, y, strict=True))
    assert all(pair in given_pairs for pair in zip(across, up, strict=True))
    assert (np.diff(across) >= 0).all()
    for one in np.unique(column):
        inside, still = y[column == one], up[kept == one]
        assert len(still) <= 4
        assert (still[0], still[-1]) == (inside[0], inside[-1])
        assert (still.min(), still.max()) == (inside.min(), inside.max())


@pytest.mark.parametrize("n", [2 * COLUMNS + 1, 50_000])
def test_a_long_line_is_a_small_path(n):
    y = np.random.default_rng(1).uniform(0, HIGH, n)
    path = paths.line_path(np.linspace(0, WIDE, n), y)
    assert sum(map(len, subpaths(path))) <= 4 * (COLUMNS + 1)
    assert len(path) < 40_000


@st.composite
def rough_points(draw):
    """Two pairs of coordinates of up to 40 points, any of which may be NaN or infinite."""
    n = draw(st.integers(1, 40))
    rough = st.floats(0, HIGH) | st.sampled_from([np.nan, np.inf, -np.inf])
    return draw(arrays.arrays(float, (4, n), elements=rough))


@pytest.mark.filterwarnings("error")
@given(rough_points())
def test_what_has_no_place_is_in_no_path(given_points):
    """Infinity is a gap as NaN is, in either direction: the rest is drawn as without it."""
    a, b, c, d = given_points
    known = np.isfinite(given_points).all(axis=0)
    pairs = np.isfinite(given_points[:2]).all(axis=0)
    three = np.isfinite(given_points[:3]).all(axis=0)
    assert paths.box_path(a, b, c, d) == paths.box_path(*given_points[:, known])
    assert paths.segments_path(a, b, c, d) == paths.segments_path(*given_points[:, known])
    assert paths.dots_path(a, b) == paths.dots_path(a[pairs], b[pairs])
    assert paths.stems_path(a, b, c) == paths.stems_path(*given_points[:3, three])
    nan = np.where(np.isfinite(given_points), given_points, np.nan)
    order = np.argsort(nan[0], kind="stable")
    x, low, high = nan[:3, order]
    assert paths.line_path(a[order], b[order]) == paths.line_path(x, np.where(np.isnan(x), x, low))
    area = paths.area_path(a[order], b[order], c[order])
    assert area == paths.area_path(x, np.where(np.isnan(x), x, low), high)
    assert "9223372036854775808" not in area


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_level_without_a_place_is_not_drawn(value):
    drawn, without = Plot("returns", "return"), Plot("returns", "return")
    for plot in (drawn, without):
        plot.line([0.0, 1.0], [1.0, 2.0], "accent")
    drawn.level(value)
    drawn.upright(value)
    drawn.text(value, 1.0, "beside")
    drawn.text(0.5, value, "beside")
    assert drawn.svg() == without.svg()
