"""Pictures as data: invalid pictures are refused where they are made, all others are drawn."""

import doctest
import re

import numpy as np
import pandas as pd
import pytest
from drawn import Seen, charts_in, well_formed

from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.draw import DRAWN, draw
from btplaybook.runners.runs.sections import pictures
from btplaybook.runners.runs.sections.pictures import (
    BarsByYear,
    ByPeriod,
    Curves,
    DailyMarks,
    GroupedBars,
    Histogram,
    Movement,
    Picture,
    Scatter,
    Spread,
    checked_picture,
)

GAIN = pd.Series([0.0, 0.01, np.nan, 0.03], pd.bdate_range("2024-01-02", periods=4))
SETS = pd.Series([1.0, 3.0, 2.0], [5, 6, 7])
YEARS = {"a": {2010: 0.5, 2011: -0.25}, "b": {2010: 0.1, 2011: 0.2}}
NAMES = {"S1": {"SPY": 0.1, "QQQ": 0.2}}
MOVES = pd.DataFrame(
    {"gap_up": [0.1], "gap_down": [-0.1], "session_up": [0.4], "session_down": [-0.3]}, [2010]
)
BINS = pd.DataFrame({"low": [-1.0, 0.0], "high": [0.0, 2.0], "count": [3, 5]})

PICTURES = [
    Curves("p", "shown", {"gain": GAIN, "held": GAIN}, held="held"),
    DailyMarks("p", "shown", GAIN, 0.02),
    ByPeriod("p", "shown", {"sets": SETS}, {"sets": 6}, reference=2.0, ruined={"sets": [5]}),
    Movement("p", "shown", MOVES, "percent"),
    BarsByYear("p", "shown", YEARS),
    Scatter("p", "shown", [1.0, 2.0], [3.0, 4.0], ["a", "b"], "across", "up"),
    GroupedBars("p", "shown", NAMES, percent=True),
    Histogram("p", "shown", [0.1, 0.2, 9.0], [0.0, 0.5, 1.0]),
    Spread("p", "shown", BINS, {"best": 1.5}),
]


def test_every_kind_is_drawn():
    kinds = {type(picture) for picture in PICTURES}
    assert kinds == {*DRAWN} == {*Picture.__subclasses__()}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: type(picture).__name__)
def test_a_picture_becomes_one_element_of_its_name(picture):
    html = draw(picture)
    found = Seen(html)
    well_formed(html)
    assert html.startswith('<div class="chart" id="chart-p">')
    assert html.endswith("</div>")
    assert charts_in(html) == [html]
    assert html.count('class="plot"') == html.count('aria-label="shown"') == 1
    assert re.findall(r' id="([^"]+)"', html) == ["chart-p"]
    assert len(found.paths) > 1
    assert all(d for d, _ in found.paths)
    assert found.body
    assert draw(picture) == html


@pytest.mark.parametrize(
    "many",
    [
        Curves("p", "shown", {str(n): GAIN * n for n in range(12)}),
        ByPeriod("p", "shown", {str(n): SETS * n for n in range(12)}, {}),
        GroupedBars("p", "shown", {str(n): {"SPY": n} for n in range(12)}),
    ],
    ids=lambda picture: type(picture).__name__,
)
def test_more_series_than_colours_are_all_drawn(many):
    found = Seen(draw(many))
    assert [text for _, text in found.keys] == [str(n) for n in range(12)]
    assert found.head[1:] == [str(n) for n in range(12)]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Curves("", "l", {"a": GAIN}), "a picture's name is a letter, then"),
        (lambda: Curves('x" onload="', "l", {"a": GAIN}), "a picture's name is a letter, then"),
        (lambda: Curves("p", " ", {"a": GAIN}), "picture 'p' needs a label"),
        (lambda: Curves("p", "l", {}), "picture 'p' has nothing to draw"),
        (lambda: DailyMarks("p", "l", GAIN, 0.0), "limit must be > 0, got 0.0"),
        (lambda: DailyMarks("p", "l", GAIN, np.nan), "limit must be > 0, got nan"),
        (lambda: DailyMarks("p", "l", GAIN[:0], 1.0), "nothing to draw"),
        (lambda: ByPeriod("p", "l", {"a": SETS[:0]}, {}), "nothing to draw"),
        (lambda: Movement("p", "l", MOVES, "dollars"), "unit must be 'percent' or 'points'"),
        (lambda: BarsByYear("p", "l", {"a": {}}), "nothing to draw"),
        (lambda: BarsByYear("p", "l", {**YEARS, "c": {2010: 1.0}}), "the same keys"),
        (lambda: GroupedBars("p", "l", {**NAMES, "S2": {"QQQ": 1, "SPY": 2}}), "in one order"),
        (lambda: Scatter("p", "l", [1.0], [1.0, 2.0], ["a"], "x", "y"), "1 x, 2 y and 1 names"),
        (lambda: Histogram("p", "l", [1.0], [0.0]), "edges must rise"),
        (lambda: Histogram("p", "l", [1.0], [0.0, 2.0, 1.0]), "edges must rise"),
        (lambda: Spread("p", "l", BINS, dict.fromkeys("abcd", 1.0)), "at most three marks"),
        (lambda: Spread("p", "l", BINS[:0], {}), "nothing to draw"),
    ],
)
def test_what_cannot_be_drawn_is_refused_where_it_is_declared(make, words):
    with pytest.raises(ParameterError) as raised:
        make()
    assert words in str(raised.value)


def test_a_kind_of_ones_own_is_refused_with_the_way_out():
    class Own(Picture):
        pass

    with pytest.raises(ParameterError, match="no page draws a Own"):
        draw(Own("p", "shown"))
    del Own


def test_ready_svg_is_cut_to_its_element():
    element = '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>'
    text = f'<?xml version="1.0"?>\n<!-- by hand -->\n{element}\n'
    assert draw(checked_picture(text, "here")) == element
    assert checked_picture(PICTURES[0], "here") is PICTURES[0]


def test_the_examples_of_the_module_run():
    failed, tried = doctest.testmod(pictures)
    assert (failed, tried > 0) == (0, True)
