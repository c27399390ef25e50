"""Figures and verdicts in the form that readers see."""

import datetime
from typing import NamedTuple

import pytest

from btplaybook.runners.studies.registry import study_of
from btplaybook.runners.studies.study import FINDINGS, Figure
from btplaybook.runners.studies.verdicts import as_printed, held_against, printed, remark


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "%", "\N{EN DASH}"),
        (8.790709, "% a year", "8.79% a year"),
        (-13.96515, "%", "\N{MINUS SIGN}13.97%"),
        (-0.735008, "% a quarter", "\N{MINUS SIGN}0.74% a quarter"),
        (1.849408, ": 1", "1.85 : 1"),
        (1.63735, "bp", "1.64 bp"),
        (1314.5, "points", "1,314.50"),
        (-0.001, "points", "0.00"),
        (2008, "year", "2008"),
        ([2008, 2002, 2009], "year", "2008, 2002, 2009"),
        ((1.5, None), "%", "1.50%, \N{EN DASH}"),
        (222, "period", "222"),
        (155, "sets", "155"),
        (3, "days", "3"),
        (0.4859, "", "0"),
        (1234.5, "furlongs", "1,234.50 furlongs"),
        ([1, -2.5], "turns a year", "1.00 turns a year, \N{MINUS SIGN}2.50 turns a year"),
        ("slightly positive", "% a year", "slightly positive"),
    ],
)
def test_a_measured_figure(value, unit, text):
    assert printed(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (9.61, "% a year", "9.61% a year"),
        (-0.44, "% a year", "\N{MINUS SIGN}0.44% a year"),
        (-14.0, "%", "\N{MINUS SIGN}14%"),
        (66.7, "%", "66.7%"),
        (1.7, ": 1", "1.7 : 1"),
        (2.0, ": 1", "2 : 1"),
        (3.73, ": 1", "3.73 : 1"),
        (8, "period", "8"),
        (2.5, "furlongs", "2.5 furlongs"),
        ([2000, 2002, 2008], "year", "2000, 2002, 2008"),
        ("slightly positive", "% a year", "slightly positive"),
        (None, "%", "\N{EN DASH}"),
    ],
)
def test_a_published_figure_keeps_its_digits(value, unit, text):
    assert as_printed(value, unit) == text


class Window(NamedTuple):
    """Stands for the evidence: whether its bars can be held against the source."""

    says: bool
    study: object = study_of("robust-etf")

    def comparable(self, ticker):
        return self.says


def judged(measured, published=10.0, *, comparable=True, remark="", unit="%"):
    return held_against(
        Window(comparable), "graph_0.x", "SPY", "a figure", published, measured, unit,
        within=0.5, near=2.0, remark=remark,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("measured", "finding", "verdict"),
    [
        (10.0, "reproduced", "Reproduced."),
        (10.5, "reproduced", "Reproduced."),
        (9.5, "reproduced", "Reproduced."),
        (10.75, "near", "0.75% above the published figure."),
        (8.0, "near", "2.00% below the published figure."),
        (12.5, "differs", "Not reproduced: 2.50% above the published figure."),
        (-10.0, "differs", "Not reproduced: 20.00% below the published figure."),
        (None, "measured", "Does not exist."),
    ],
)
def test_the_distance_makes_the_verdict(measured, finding, verdict):
    figure = judged(measured)
    assert (figure.finding, figure.verdict) == (finding, verdict)
    assert (figure.published, figure.measured, figure.unit) == (10.0, measured, "%")
    assert judged(measured, remark="So it is.").verdict == f"{verdict} So it is."


@pytest.mark.parametrize(
    ("measured", "words"), [(-9.0, "1.00% above"), (-11.0, "1.00% below")], ids=["above", "below"]
)
def test_below_zero_above_is_still_above(measured, words):
    assert judged(measured, -10.0).verdict == f"{words} the published figure."


@pytest.mark.parametrize("measured", [10.0, 99.0])
def test_another_window_is_no_verdict(measured):
    figure = judged(measured, comparable=False, remark="So it is.")
    assert figure.finding == "not_comparable"
    assert figure.verdict == "Published of SPY, 1993-01-29 to 2013-09-30. So it is."
    assert figure.measured == measured


def test_a_period_differs_by_whole_bars():
    figure = judged(222, 8, unit="period")
    assert figure.verdict == "Not reproduced: 214 above the published figure."


@pytest.mark.parametrize(
    ("finding", "verdict", "rest"),
    [
        ("reproduced", "Reproduced.", ""),
        ("reproduced", "Reproduced: 2.28% a year.", "2.28% a year."),
        ("reproduced", "Reproduced. so it is.", "So it is."),
        ("differs", "Not reproduced: 3.55 below.", "3.55 below."),
        ("near", "0.82% a year below.", "0.82% a year below."),
        ("mirror", "It is the mirrored rule.", "It is the mirrored rule."),
        ("stand_in", "Published of a model.", "Published of a model."),
    ],
)
def test_a_remark_does_not_say_the_finding_twice(finding, verdict, rest):
    assert remark(Figure("a.b", "SPY", "a", 1.0, 1.0, "%", verdict, finding)) == rest


def test_every_finding_has_a_word_of_its_own():
    assert len(set(FINDINGS.values())) == len(FINDINGS)
    assert Figure("a.b", "SPY", "a", None, 1.0, "%", "A figure.").finding in FINDINGS
    assert isinstance(study_of("robust-etf").start, datetime.date)
