"""Each kind of picture shows the values that it was given, in its table and in its marks."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from drawn import Seen, boxes, subpaths, value

from btplaybook.runners.pages.draw import draw
from btplaybook.runners.pages.svg.paths import HIGH, WIDE
from btplaybook.runners.pages.svg.plot import RUNS
from btplaybook.runners.runs.labels.formats import NONE
from btplaybook.runners.runs.sections.pictures import (
    BarsByYear,
    ByPeriod,
    Curves,
    DailyMarks,
    GroupedBars,
    Histogram,
    Movement,
    Scatter,
    Spread,
)

DAYS = pd.date_range("2024-01-02", periods=5)
GAIN = pd.Series([0.0, 0.01, np.nan, 0.03, -0.02], DAYS)
NASTY = "</text><script>alert(1)</script>"


def chart(picture):
    return Seen(draw(picture))


def heights(path):
    """Signed heights of bars that stand on one line, which is the edge that most share."""
    found = boxes(path)
    edges = [edge for box in found for edge in box[2:]]
    zero = max(sorted(set(edges)), key=edges.count)
    return [zero - top if bottom == zero else zero - bottom for *_, top, bottom in found]


# -- over time -------------------------------------------------------------------------------------


def test_curves_show_every_value_and_break_at_gaps():
    found = chart(Curves("p", "shown", {"rule": GAIN, "held": 2 * GAIN}, held="held"))
    assert found.head == ["", "rule", "held"]
    assert found.column("rule") == dict(
        zip(map(str, DAYS.date), ["0.00%", "1.00%", NONE, "3.00%", "\N{MINUS SIGN}2.00%"],
            strict=True)
    )  # fmt: skip
    (ours,), (market,) = found.lines("run1"), found.lines("benchmark")
    assert [len(part) for part in subpaths(ours)] == [2, 2]
    scale = [y for part in subpaths(market) for _, y in part]
    # 0, 2, 6 and -4 % lie 2, 4 and 10 units apart.
    zero, two, six, four = scale
    assert (zero - six) / (zero - two) == pytest.approx(3, abs=0.02)
    assert (four - zero) / (zero - two) == pytest.approx(2, abs=0.02)


def test_the_first_curve_is_drawn_on_top_and_colours_come_in_order():
    found = chart(Curves("p", "shown", {str(n): GAIN * n for n in range(10)}, percent=False))
    drawn = [style["stroke"] for _, style in found.paths if "run" in style.get("stroke", "")]
    colours = [f"var(--{RUNS[n % 8]})" for n in range(10)]
    assert drawn == colours[::-1]
    assert found.colours == [RUNS[n % 8] for n in range(10)]
    assert [text for _, text in found.keys] == [str(n) for n in range(10)]


@pytest.mark.parametrize("reach", [0.0, 1e-5, 0.0203, 0.2, 1.7, 40.0])
@pytest.mark.parametrize("percent", [True, False])
def test_curves_have_three_labels_or_more_and_no_two_alike(reach, percent):
    gain = pd.Series(np.linspace(0.0, reach, 60), pd.bdate_range("2010-01-04", periods=60))
    found = chart(Curves("p", "shown", {"a": gain}, percent=percent))
    labels = [text for text in found.texts if not text.endswith("2010")]
    assert len(set(labels)) == len(labels) >= 3
    assert percent == all(text.endswith("%") for text in labels)


def test_days_beyond_the_limit_are_cut_off_and_the_table_has_them_whole():
    found = chart(DailyMarks("p", "shown", GAIN, 0.02))
    (path,) = found.lines("accent")
    ends = {part[0][0]: (part[0][1], part[1][1]) for part in subpaths(path)}
    middle = HIGH / 2
    assert ends == {
        0: (middle, middle),
        WIDE / 4: (middle / 2, middle),
        3 * WIDE / 4: (0, middle),  # 3 % is cut at 2 %
        WIDE: (middle, HIGH),
    }
    assert found.column("shown")["2024-01-05"] == "3.00%"


# -- sweeps and points -----------------------------------------------------------------------------

SETS = pd.Series([1.0, 3.0, 2.0, -1.0, np.nan], [5, 6, 7, 8, 9])


def test_the_best_set_is_marked_and_named():
    found = chart(ByPeriod("p", "shown", {"sets": SETS}, {"sets": 6}, reference=2.0))
    line, dot = found.lines("run1")
    ((at, _),) = subpaths(dot)
    assert at == subpaths(line)[0][1]
    assert at[0] == WIDE / 4
    assert found.texts.count("6") == 2  # beside the dot and below the axis
    (level,) = found.lines("ink")
    (((start, height), (end, _)),) = subpaths(level)
    assert (start, end) == (0, WIDE)
    assert height == subpaths(line)[0][2][1]
    assert found.texts[-1] == "bars in the average"


def test_ruined_sets_have_a_mark_each_below_the_curves():
    found = chart(ByPeriod("p", "shown", {"sets": SETS}, {}, ruined={"sets": [5, 9]}))
    line, ticks = found.lines("run1")
    lowest = max(y for part in subpaths(line) for _, y in part)
    parts = subpaths(ticks)
    assert [part[0][0] for part in parts] == [0, WIDE]
    assert all(y > lowest for part in parts for _, y in part)
    assert all(0 < part[0][1] - part[1][1] < 60 for part in parts)


def test_the_best_of_many_sets_is_in_the_table():
    many = pd.Series(np.arange(299.0), range(2, 301))
    found = chart(ByPeriod("p", "shown", {"sets": many}, {"sets": 8}))
    assert found.column("sets")["8"] == "6.00"
    assert all(text == str(int(text)) for text in found.texts if text.isdigit())


def test_sets_without_a_figure_make_a_chart_without_a_line():
    nothing = pd.Series([np.nan, np.nan], [1, 2])
    found = chart(ByPeriod("p", "shown", {"sets": nothing}, {"sets": 1}))
    assert found.lines("run1") == []
    assert found.column("sets") == {"1": NONE, "2": NONE}


def test_points_stand_at_their_figures_with_their_names_beside_them():
    names = ["a", NASTY, "nowhere"]
    found = chart(Scatter("p", "shown", [1.0, 2.0, np.nan], [3.0, 4.0, 5.0], names, "x", "y"))
    (path,) = found.lines("accent")
    (low, _), (high, _) = subpaths(path)
    assert low[0] < high[0]
    assert low[1] > high[1]
    assert {"a", NASTY, "x", "y"} <= {*found.texts}
    assert "nowhere" not in found.texts
    assert found.column("x") == {"a": "1.00", NASTY: "2.00", "nowhere": NONE}
    assert found.column("y")["nowhere"] == "5.00"


# -- bars ------------------------------------------------------------------------------------------

YEARS = {"a": {2010: 0.5, 2011: -0.25, 2012: np.nan}, "b": {2010: 0.1, 2011: 0.2, 2012: 0.4}}


def test_bars_by_year_stand_side_by_side_and_are_as_high_as_their_values():
    found = chart(BarsByYear("p", "shown", YEARS, percent=True))
    (first,), (second,) = found.fills("accent"), found.fills("benchmark")
    ours, theirs = heights(first), heights(second)
    assert ours[0] / theirs[0] == pytest.approx(5, rel=0.02)
    assert ours[1] / ours[0] == pytest.approx(-0.5, rel=0.02)
    assert len(ours) == 2
    assert boxes(first)[0][1] == pytest.approx(boxes(second)[0][0], abs=1)
    assert found.body == [
        ["2010", "50.00%", "10.00%"], ["2011", "\N{MINUS SIGN}25.00%", "20.00%"],
        ["2012", NONE, "40.00%"],
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 8, 9, 40])
def test_at_most_eight_years_are_written(count):
    found = chart(BarsByYear("p", "shown", {"a": {1980 + k: float(k) for k in range(count)}}))
    years = [text for text in found.texts if len(text) == 4 and text.isdigit()]
    assert 1 <= len(years) <= 8
    assert years[0] == "1980"
    assert found.keys == []
    assert found.head == ["", "a"]


def test_movement_stacks_gaps_on_sessions():
    columns = ["gap_up", "gap_down", "session_up", "session_down"]
    table = pd.DataFrame([[0.1, -0.2, 0.4, -0.3]], index=[2010], columns=columns)
    found = chart(Movement("p", "shown", table, "percent"))
    assert [text for _, text in found.keys] == [
        "open to close, up", "gap, up", "open to close, down", "gap, down",
    ]  # fmt: skip
    (session, gap), (down, gap_down) = (
        [boxes(path)[0] for path in found.fills(colour)] for colour in ("gain", "loss")
    )
    assert session[2] == gap[3]  # the gap's foot is the session's head
    assert down[3] == gap_down[2]
    assert session[3] == down[2]
    tall = [box[3] - box[2] for box in (session, gap, down, gap_down)]
    assert tall == pytest.approx([4 * tall[1], tall[1], 3 * tall[1], 2 * tall[1]], abs=3)
    assert found.body == [["2010", "40.00%", "10.00%", "\N{MINUS SIGN}30.00%",
                           "\N{MINUS SIGN}20.00%"]]  # fmt: skip


@pytest.mark.parametrize("long", [False, True], ids=["upright", "level"])
def test_grouped_bars_of_short_names_stand_and_of_long_ones_lie(long):
    tickers = [f"{'a rather long name ' * long}{n}" for n in range(5)]
    series = {"S1": dict.fromkeys(tickers, 0.1), "S2": dict.fromkeys(tickers, -0.2)}
    found = chart(GroupedBars("p", "shown", series, percent=True))
    (first,), (second,) = found.fills("run1"), found.fills("run2")
    assert len(boxes(first)) == len(boxes(second)) == 5
    side = slice(0, 2) if long else slice(2, 4)
    sizes = [abs(np.diff(box[side])[0]) for path in (first, second) for box in boxes(path)]
    assert sizes == pytest.approx([sizes[0]] * 5 + [2 * sizes[0]] * 5, abs=2)
    assert found.body == [[name, "10.00%", "\N{MINUS SIGN}20.00%"] for name in tickers]


# -- distributions ---------------------------------------------------------------------------------


def test_a_histogram_has_the_share_of_each_bar_and_all_values_beyond():
    found = chart(Histogram("p", "shown", [0.1, 0.2, 0.7, 9.0], [0.0, 0.5, 1.0]))
    assert found.column("share") == {"0.0 to 0.5": "50.00%", "0.5 to 1.0": "50.00%"}
    found = chart(Histogram("p", "shown", [-9.0, 0.2, 0.4, 0.7], [0.0, 0.5, 1.0]))
    (path,) = found.fills("accent")
    low, high = heights(path)
    assert low == pytest.approx(3 * high, abs=2)
    assert found.column("share") == {"0.0 to 0.5": "75.00%", "0.5 to 1.0": "25.00%"}


def test_a_histogram_of_no_values_has_flat_bars():
    found = chart(Histogram("p", "shown", [], [0.0, 0.5, 1.0]))
    assert [*found.column("share").values()] == ["0.00%", "0.00%"]


def test_many_sets_are_one_shape_whose_area_is_their_number():
    bins = pd.DataFrame(
        {"low": [-1.0, 0.0, 3.0, -np.inf], "high": [0.0, 2.0, 4.0, -2.0], "count": [3, 5, 8, 9]}
    )
    found = chart(Spread("p", "shown", bins, {"best": 3.5, NASTY: 0.0, "third": 1.0}))
    (path,) = found.fills("benchmark")
    (shape,) = subpaths(path)
    assert shape[0] == shape[-1]
    x, y = np.array(shape).T
    area = abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2.0
    tall = {
        left: HIGH - top
        for (left, top), (right, _) in pairwise(shape)
        if right > left and top < HIGH
    }
    # Heights of bars from -1, 0 and 3: 3 sets over 1, 5 over 2, 8 over 1; nothing from 2 to 3.
    assert [*tall] == [0, WIDE / 5, 4 * WIDE / 5]
    assert [*tall.values()] == pytest.approx(np.array([3, 2.5, 8]) / 8 * HIGH / 1.05, abs=1)
    assert area == pytest.approx((3 + 5 + 8) / 8 * HIGH / 1.05 * WIDE / 5, rel=1e-3)
    assert [*found.column("sets").values()] == ["3", "5", "0", "8"]
    marks = {colour: subpaths(found.lines(colour)[0])[0][0][0] for colour in
             ("accent", "ink", "loss")}  # fmt: skip
    assert marks == {"accent": 0.9 * WIDE, "ink": 0.2 * WIDE, "loss": 0.4 * WIDE}
    assert [text for _, text in found.keys] == ["best", NASTY, "third"]


def test_labels_of_a_distribution_are_in_its_unit():
    bins = pd.DataFrame({"low": [-0.01, 0.0], "high": [0.0, 0.02], "count": [3, 5]})
    found = chart(Spread("p", "shown", bins, {}, unit="%"))
    assert all(text.endswith("%") for text in found.texts)
    assert [value(text) for text in found.texts] == [-0.01, 0.0, 0.01, 0.02]
    assert [*found.column("sets")] == ["\N{MINUS SIGN}1% to 0%", "0% to 2%"]


# -- all -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "picture",
    [
        Curves("p", NASTY, {NASTY: GAIN}), DailyMarks("p", NASTY, GAIN, 0.1),
        ByPeriod("p", NASTY, {NASTY: SETS}, {NASTY: 5}, axis=NASTY),
        BarsByYear("p", NASTY, {NASTY: {2010: 1.0}, "b": {2010: 1.0}}),
        Scatter("p", NASTY, [1.0], [1.0], [NASTY], NASTY, NASTY),
        GroupedBars("p", NASTY, {NASTY: {NASTY: 1.0}}),
        Histogram("p", NASTY, [1.0], [0.0, 2.0]),
    ],
    ids=lambda picture: type(picture).__name__,
)  # fmt: skip
def test_every_text_is_escaped(picture):
    html = draw(picture)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    Seen(html)


def test_drawing_imports_no_library_for_it():
    """A page of charts alone is fast: these libraries take seconds to import."""
    program = (
        "import sys, pandas as pd;"
        "from btplaybook.runners.pages.draw import DRAWN, draw;"
        "from btplaybook.runners.runs.sections.pictures import *;"
        "days = pd.bdate_range('2024-01-02', periods=3);"
        "gain = pd.Series([0.0, 1.0, 2.0], days);"
        "moves = ['gap_up', 'gap_down', 'session_up', 'session_down'];"
        "bins = pd.DataFrame({'low': [0.0, 1.0], 'high': [1.0, 2.0], 'count': [1, 2]});"
        "kinds = [Curves('p', 'l', {'a': gain}), DailyMarks('p', 'l', gain, 1.0),"
        "ByPeriod('p', 'l', {'a': pd.Series([1.0, 2.0], [1, 2])}, {'a': 1}),"
        "Movement('p', 'l', pd.DataFrame([[1.0] * 4], [2010], moves), 'points'),"
        "BarsByYear('p', 'l', {'a': {2010: 1.0}}),"
        "Scatter('p', 'l', [1.0], [1.0], ['a'], 'x', 'y'),"
        "GroupedBars('p', 'l', {'a': {'b': 1.0}}), Histogram('p', 'l', [1.0], [0.0, 2.0]),"
        "Spread('p', 'l', bins, {})];"
        "assert {type(one) for one in kinds} == {*DRAWN};"
        "assert all('<svg' in draw(one) for one in kinds);"
        "print([name for name in ('matplotlib', 'seaborn', 'quantstats') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
