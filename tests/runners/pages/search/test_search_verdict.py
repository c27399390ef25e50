"""The sentence and the six figures at the top of a search's page."""

import dataclasses

import numpy as np
import pytest

from btplaybook.runners.pages.search import verdict as words
from btplaybook.runners.pages.search.six_figures import search_figures, sets_note
from btplaybook.runners.pages.search.verdict import HINDSIGHT, search_verdict
from btplaybook.runners.pages.six_figures import Large
from btplaybook.runners.runs.labels.figures import figure_of
from btplaybook.runners.runs.labels.formats import MINUS, NONE, POINTS
from btplaybook.runners.searches.median import Median
from btplaybook.runners.searches.run import run_search
from btplaybook.runners.searches.side_by_side import side_by_side
from btplaybook.runners.searches.stopped import Stopped

SPY = "holding SPY"


@pytest.fixture(scope="module")
def result(simulated):
    """A search of 26 periods on 400 simulated days."""
    return run_search("sma-switch", simulated, "period=5..30", top=3, at_random=2)


def changed(result, *, best=None, median=None, objective=None, held=None, **counts):
    """The same search with other figures of its best set, its median trial and of holding."""
    top = result.found.top.copy()
    for name, value in (best or {}).items():
        top.loc[top.index[0], name] = value
    found = dataclasses.replace(result.found, top=top, objective=objective or "excess", **counts)
    middle = result.median if median is None else Median(**(result.median._asdict() | median))
    return dataclasses.replace(
        result, found=found, median=middle, held=result.held | (held or {}),
        median_excess={"excess": middle.objective},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sets", "total", "theirs", "text"),
    [
        (299, 1.31, 1.04, "the best of 299 sets made 131%, holding SPY made 104%"),
        (1000, -0.05, 1.04, "the best of 1,000 sets lost 5%, holding SPY made 104%"),
        (299, 11.0, 1.04,
         "the best of 299 sets grew to 12 times the stake, holding SPY to 2.04 times"),
        (299, 1.31, None, "the best of 299 sets made 131%"),
        (1, 1.31, 1.04, "the only set made 131%, holding SPY made 104%"),
    ],
)  # fmt: skip
def test_the_best_set(sets, total, theirs, text):
    assert words.best_clause(sets, total, theirs, SPY) == text


@pytest.mark.parametrize(
    ("name", "sets", "value", "theirs", "text"),
    [
        ("sharpe", 299, 0.57, 0.66,
         "by Sharpe ratio the best of 299 sets has 0.57, holding SPY has 0.66"),
        ("points", 299, -12.0, None,
         f"by uncompounded gain in points the best of 299 sets has {MINUS}12.00"),
        ("volatility", 299, 0.21, 0.2,
         "by volatility the first of 299 sets has 21.00%, holding SPY has 20.00%"),
        ("my_own", 299, 0.5, None, "by my own the best of 299 sets has 0.50"),
        ("sharpe", 1, 0.57, None, "by Sharpe ratio the only set has 0.57"),
    ],
)  # fmt: skip
def test_the_best_set_by_another_figure(name, sets, value, theirs, text):
    assert words.best_figure_clause(sets, figure_of(name), value, theirs, SPY) == text


@pytest.mark.parametrize(
    ("sets", "ruined", "text"),
    [
        (299, True, "all 299 sets were ruined"),
        (1, True, "the only set was ruined"),
        (299, False, "no Sharpe ratio exists for any of 299 sets"),
        (1, False, "no Sharpe ratio exists for the only set"),
    ],
)
def test_no_best_set(sets, ruined, text):
    assert words.no_best_clause(sets, figure_of("sharpe"), ruined=ruined) == text


@pytest.mark.parametrize(
    ("total", "exact", "text"),
    [
        (0.12, True, "the median set made 12%"),
        (0.12, False, "the median set made about 12%"),
        (-0.12, False, "the median set lost about 12%"),
        (11.0, False, "the median set grew to about 12 times the stake"),
        (0.0, False, "the median set made nothing"),
        (None, True, "the median set was ruined, or its result does not exist"),
    ],
)
def test_the_median_set(total, exact, text):
    assert words.median_clause(total, exact=exact) == text


@pytest.mark.parametrize(
    ("value", "exact", "text"),
    [
        (0.12, True, "the median set has 0.12"),
        (-0.12, False, f"the median set has about {MINUS}0.12"),
        (None, True, "the median set was ruined, or has no Sharpe ratio"),
    ],
)
def test_the_median_set_by_another_figure(value, exact, text):
    assert words.median_figure_clause(figure_of("sharpe"), value, exact=exact) == text


@pytest.mark.parametrize(
    ("confirmed", "sets", "text"),
    [
        (40, 299, "40 sets were confirmed bar by bar"),
        (1, 299, "1 set was confirmed bar by bar"),
        (0, 299, "each was run bar by bar"),
        (0, 1, "it was run bar by bar"),
    ],
)
def test_what_was_confirmed(confirmed, sets, text):
    assert words.confirmed_clause(confirmed, sets) == text


BEST = {"best": {"total_return": 1.31, "excess": 0.27, "sharpe": 0.5, "ruined": -1}}
HELD = {"held": {"total_return": 1.04, "sharpe": 0.66, "volatility": 0.2}}
MEDIAN = {"median": {"objective": -0.92, "low": -0.92, "high": -0.92}}
MADE = "the best of 26 sets made 131%, holding simulated prices made 104%"
CONFIRMED = "5 sets were confirmed bar by bar"


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({}, (MADE, "the median set made 12%", CONFIRMED, HINDSIGHT)),
        ({"median": {"objective": -0.92, "low": -0.95, "high": -0.89}},
         (MADE, "the median set made about 12%", CONFIRMED, HINDSIGHT)),
        ({"median": {"objective": None, "low": None, "high": None}},
         (MADE, "the median set was ruined, or its result does not exist", CONFIRMED, HINDSIGHT)),
        ({"objective": "total_return", "median": {"objective": 0.05, "low": 0.05, "high": 0.05}},
         (MADE, "the median set made 5%", CONFIRMED, HINDSIGHT)),
        ({"objective": "sharpe", "median": {"objective": 0.05, "low": 0.05, "high": 0.05}},
         ("by Sharpe ratio the best of 26 sets has 0.50, holding simulated prices has 0.66",
          "the median set has 0.05", CONFIRMED, HINDSIGHT)),
        ({"objective": "volatility", "best": {"volatility": 0.21},
          "median": {"objective": 0.2, "low": 0.2, "high": 0.2}},
         ("by volatility the first of 26 sets has 21.00%, holding simulated prices has 20.00%",
          "the median set has 20.00%", CONFIRMED)),
        ({"best": {"ruined": 100}}, ("all 26 sets were ruined", CONFIRMED)),
        ({"objective": "sharpe", "best": {"sharpe": np.nan}},
         ("no Sharpe ratio exists for any of 26 sets", CONFIRMED)),
        ({"evaluated": 1},
         ("the only set made 131%, holding simulated prices made 104%", CONFIRMED)),
    ],
    ids=[
        "excess", "about", "no median", "total return", "sharpe", "volatility", "ruined",
        "undefined", "one set",
    ],
)  # fmt: skip
def test_clauses_of_a_search(result, changes, parts):
    assert search_verdict(changed(result, **(BEST | HELD | MEDIAN | changes))).parts == parts


def test_the_sentence_of_a_real_search(result):
    best, held = result.found.top.iloc[0], result.held["total_return"]
    median = held + result.median.objective
    assert median == pytest.approx(np.median(result.found.rows()["total_return"]))
    assert search_verdict(result).text == (
        f"The best of 26 sets {words.outcomes(best['total_return'], held)[0]}, holding simulated "
        f"prices {words.outcome(held)}; the median set {words.outcome(median)}; 5 sets were "
        "confirmed bar by bar; the best was chosen on these bars, so its figures flatter."
    )


def test_a_search_that_is_made_of_runs(result):
    told = search_verdict(dataclasses.replace(result, confirmed=0))
    assert told.parts[2:] == ("each was run bar by bar", HINDSIGHT)


def test_the_six_figures_are_those_of_the_page(result):
    sides = side_by_side(result)
    best, median, held, sets, distinct, without = search_figures(result)
    assert [one.value for one in (best, median, held)] == [side.figure for side in sides]
    assert [one.name for one in (best, median, held)] == ["Best", "Median trial", "Buy and hold"]
    noun = "excess over buy and hold"
    period = result.found.top["period"].iloc[0]
    assert best.note == (
        f"{noun}; {sides[0].other} per year; period {period}; chosen of 26 sets with hindsight"
    )
    assert median.note == f"{noun}; {sides[1].other} per year; middle of 26 distinct"
    assert held.note == f"{noun}; 0.00{POINTS} per year; over the same days"
    assert sets == Large("Sets", "26", "", "all of the space")
    assert distinct == Large("Distinct", "26", "", "series of positions")
    assert without == Large("Without a result", "0")


@pytest.mark.parametrize(
    ("objective", "value", "kind"),
    [
        ("excess", 0.1, "good"),
        ("excess", -0.1, "bad"),
        ("excess", 0.0, ""),
        ("excess", None, ""),
        ("total_return", -0.1, "bad"),
        ("sharpe", 0.1, ""),
    ],
)
def test_the_median_speaks_and_the_best_does_not(result, objective, value, kind):
    median = {"objective": value, "low": value, "high": value}
    best, middle, *_ = search_figures(changed(result, **BEST, objective=objective, median=median))
    assert (best.kind, middle.kind) == ("", kind)


@pytest.mark.parametrize(
    ("counts", "stopped", "without"),
    [
        ({"ruined": 3, "undefined": 0}, 0, Large("Without a result", "3", "", "3 ruined", "bad")),
        ({"ruined": 0, "undefined": 2}, 0,
         Large("Without a result", "2", "", "2 without a figure")),
        ({"ruined": 1, "undefined": 5}, 3,
         Large("Without a result", "6", "", "1 ruined, 3 stopped, 2 without a figure", "bad")),
    ],
    ids=["ruined", "undefined", "all"],
)  # fmt: skip
def test_sets_without_a_result(result, counts, stopped, without):
    told = changed(result, **counts)
    if stopped:
        told = dataclasses.replace(told, stopped=Stopped(stopped, {"period": 5}, "a reason"))
    assert search_figures(told)[5] == without


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"distinct": None}, Large("Distinct", NONE, "", "not counted")),
        ({"distinct": 1470, "distinct_is_estimate": True},
         Large("Distinct", "about 1,470", "", "series of positions")),
    ],
    ids=["not counted", "estimate"],
)  # fmt: skip
def test_distinct_sets(result, counts, expected):
    assert search_figures(changed(result, **counts))[4] == expected


@pytest.mark.parametrize(
    ("sets", "evaluated", "note"),
    [(299, 299, "all of the space"), (5600, 20, "drawn of 5,600"), (None, 20, "drawn at random")],
)
def test_what_the_sets_are_of(sets, evaluated, note):
    assert sets_note(sets, evaluated) == note
