"""A panel that a page could not show as it was meant is refused in a line."""

import re

import pandas as pd
import pytest

from btplaybook import Chart, Panel, Table
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.panels import panels_of
from btplaybook.runners.runs.sections.asked import Shown
from btplaybook.runners.runs.sections.pictures import Curves, DailyMarks

DAYS = pd.date_range("2024-01-02", periods=2)
CURVES = Curves("gain", "Gain", {"gain": pd.Series([0.0, 0.1], DAYS)})
ROW = ("Days", "12")


class Answers:
    """A section whose panel is given."""

    def __init__(self, panel):
        self.given = panel

    def panel(self, measured):
        return self.given


def shown(panel):
    return panels_of({"mine": Shown(Answers(panel), {})})


@pytest.mark.parametrize(
    ("panel", "words"),
    [
        (3, "panel() must return a Panel, several, or None; got int"),
        (Panel, "panel() must return a Panel, several, or None; got type"),
        ({"title": "x"}, "panel() must return a Panel, several, or None; got dict"),
        (Panel(None), "a panel needs a title, got None"),
        (Panel(" "), "a panel needs a title, got ' '"),
        (Panel("T", html=3), "html must be text, got 3"),
        (Panel("T", words="hello"), "words must be a list or tuple, got 'hello'"),
        (Panel("T", words=None), "words must be a list or tuple, got None"),
        (Panel("T", words=["\ud800"]), r"no UTF-8 can hold '\ud800'"),
        (Panel("T", rows=["ab"]), "rows: a row must be a list or tuple, got 'ab'"),
        (Panel("T", rows={"a": 1}), "rows must be a list or tuple, got {'a': 1}"),
        (Panel("T", rows=pd.DataFrame({"a": [1]})), "rows must be a list or tuple"),
        (Panel("T", rows=[()]), "rows: a row holds a name and its figures, got ()"),
        (
            Panel("T", rows=[("a", float("nan"))]),
            "rows must hold texts and finite numbers, got nan",
        ),
        (Panel("T", rows=[("a", None)]), "rows must hold texts and finite numbers, got None"),
        (Panel("T", charts=["<svg/>"]), "charts must hold Charts, got '<svg/>'"),
        (Panel("T", charts=Chart("c", CURVES)), "charts must be a list or tuple"),
        (Panel("T", charts=[Chart("c", CURVES)] * 2), "picture 'gain' stands on the page already"),
        (Panel("T", tables=[pd.DataFrame()]), "tables must hold Tables"),
        (Panel("T", tables=Table("t", ("a", "b"), [ROW])), "tables must be a list or tuple"),
        (Panel("T", tables=[Table("t", "ab", [ROW])]), "columns must be a list or tuple, got 'ab'"),
        (
            Panel("T", tables=[Table("t", (), [ROW])]),
            "a row has its name and 0 cells, one",
        ),
        (Panel("T", tables=[Table("t", ("a", "b"), [ROW])]), "a row has its name and 2 cells"),
    ],
)
def test_what_a_page_cannot_show_is_refused(panel, words):
    with pytest.raises(ParameterError) as caught:
        shown(panel)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_numbers_and_ragged_rows_are_shown():
    assert shown([Panel("T", ("words",), rows=[("a", 1.5), ROW])])[0].rows == [("a", 1.5), ROW]


@pytest.mark.parametrize(
    "values",
    [[1, 2], pd.Series([1.0, 2.0]), pd.Series(["a", "b"], DAYS), pd.DataFrame({"a": 1.0}, DAYS)],
    ids=["list", "no dates", "texts", "frame"],
)
def test_a_line_that_is_not_numbers_by_date_is_refused(values):
    for make in (
        lambda: Curves("c", "l", {"a": values}),
        lambda: DailyMarks("m", "l", values, 1.0),
    ):
        with pytest.raises(ParameterError, match=re.escape("must be a Series of numbers by date")):
            make()
