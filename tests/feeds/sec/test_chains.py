"""A year out of filed spans: by hand, and against a plain sum of days."""

import datetime as dt
import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.sec import chains, covers, rounding
from btplaybook.feeds.sec.chains import year_to


def days(text):
    """Return the spans of lines "FIRST LAST VALUE", and of a lone date its number."""
    number = lambda each: (dt.date.fromisoformat(each) - dt.date(1970, 1, 1)).days  # noqa: E731
    if isinstance(text, str):
        return number(text)
    return {(number(first), number(last)): [(0, value)] for first, last, value in text}


CASES = {
    "year itself": ([("2018-01-01", "2018-12-31", 100)], "2018-12-31", 100),
    "year to date": ([("2018-01-01", "2018-12-31", 100), ("2018-01-01", "2018-06-30", 45),
                      ("2019-01-01", "2019-06-30", 64)], "2019-06-30", 119),
    "four quarters": ([("2018-04-01", "2018-06-30", 1), ("2018-07-01", "2018-09-30", 2),
                       ("2018-10-01", "2018-12-31", 4), ("2019-01-01", "2019-03-31", 8)],
                      "2019-03-31", 15),
    "the last quarter is the year less nine months":
        ([("2018-04-01", "2018-06-30", 1), ("2018-07-01", "2018-09-30", 2),
          ("2018-01-01", "2018-12-31", 100), ("2018-01-01", "2018-09-30", 60),
          ("2019-01-01", "2019-03-31", 8)], "2019-03-31", 51),
    "the second quarter is six months less three":
        ([("2018-07-01", "2018-09-30", 2), ("2018-10-01", "2018-12-31", 4),
          ("2019-01-01", "2019-03-31", 8), ("2019-01-01", "2019-06-30", 24)], "2019-06-30", 30),
    "a quarter is missing": ([("2018-04-01", "2018-06-30", 1), ("2018-10-01", "2018-12-31", 4),
                              ("2019-01-01", "2019-03-31", 8)], "2019-03-31", None),
    "nothing ends there": ([("2018-01-01", "2018-12-31", 100)], "2019-03-31", None),
    "nothing": ([], "2019-03-31", None),
    # Saturdays nearest the end of September: 53 weeks, then a quarter of 13 against one of 14.
    "53 weeks": ([("2016-09-25", "2017-09-30", 371)], "2017-09-30", 371),
    "after 53 weeks": ([("2016-09-25", "2017-09-30", 371), ("2016-09-25", "2016-12-31", 98),
                        ("2017-10-01", "2017-12-30", 91)], "2017-12-30", 364),
    # The fiscal year moves from June to December: six months stand between.
    "new fiscal year": ([("2017-07-01", "2018-06-30", 100), ("2017-07-01", "2017-12-31", 40),
                         ("2018-07-01", "2018-12-31", 70)], "2018-12-31", 130),
    "quarter after it": ([("2017-07-01", "2018-06-30", 100), ("2017-07-01", "2018-03-31", 65),
                          ("2018-07-01", "2018-12-31", 70), ("2019-01-01", "2019-03-31", 30)],
                         "2019-03-31", 135),
    "what comes later has no part": ([("2018-01-01", "2019-03-31", 110),
                                      ("2019-01-01", "2019-03-31", 5)], "2018-12-31", None),
    "a day is missing": ([("2018-01-01", "2018-12-31", 100), ("2018-01-02", "2018-03-31", 20),
                          ("2019-01-01", "2019-03-31", 30)], "2019-03-31", None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_by_hand(case):
    spans, end, expected = CASES[case]
    assert year_to(days(spans), days(end)) == expected


CUTS = [0, 90, 181, 273, 365, 455, 546, 638, 730, 820, 911, 1003, 1095]
"""First days of the quarters of three years."""


@given(st.data(), st.integers(0, 9999))
def test_whatever_chain_it_takes_it_is_the_sum_of_the_days(data, seed):
    """An oracle that knows every day: spans of any quarters, added up."""
    daily = np.random.default_rng(seed).integers(-50, 50, CUTS[-1]).astype(float)
    pairs = [(a, b) for a in range(13) for b in range(a + 1, min(a + 5, 13))]
    chosen = data.draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=20, unique=True))
    spans = {(CUTS[a], CUTS[b] - 1): [(0, daily[CUTS[a] : CUTS[b]].sum())] for a, b in chosen}
    end = data.draw(st.sampled_from([cut - 1 for cut in CUTS[4:]]))
    found = year_to(spans, end)
    begin = CUTS[CUTS.index(end + 1) - 4]
    reached, before = {end + 1}, -1
    while len(reached) > before:
        before = len(reached)
        for first, last in spans:
            if last <= end and {first, last + 1} & reached:
                reached |= {first, last + 1}
    if found is None:
        assert begin not in reached or len(spans) > 8
    else:
        assert begin in reached
        assert found == daily[begin : end + 1].sum()


def test_the_shortest_chain_counts():
    """A restated year beats a sum of quarters that were not restated."""
    spans = days([("2018-01-01", "2018-12-31", 90), *[
        (first, last, 25) for first, last in (
            ("2018-01-01", "2018-03-31"), ("2018-04-01", "2018-06-30"),
            ("2018-07-01", "2018-09-30"), ("2018-10-01", "2018-12-31"))
    ]])  # fmt: skip
    assert year_to(spans, days("2018-12-31")) == 90


YEAR, FIRST, AGO, NEXT = (1, 365), (1, 181), (1, 90), (366, 455)


@pytest.mark.parametrize(
    ("filed", "end", "expected"),
    [
        pytest.param({YEAR: [(400, 100)], AGO: [(120, 20), (460, 26)], NEXT: [(460, 30)]}, 455,
                     110, id="the quarter is recast, the year not yet"),
        pytest.param({YEAR: [(400, 100), (500, 106)], AGO: [(120, 20), (460, 26)],
                      NEXT: [(460, 30)]}, 455, 110, id="then the year is, too"),
        pytest.param({YEAR: [(400, 100)], AGO: [(460, 26)], NEXT: [(460, 30)]}, 455, 104,
                     id="stated once, later"),
        pytest.param({YEAR: [(400, 100)], AGO: [(120, 20)], NEXT: [(460, 30), (480, 33)]}, 455,
                     113, id="what is added counts as it was filed last"),
        pytest.param({YEAR: [(400, 100), (480, 90)]}, 365, 90, id="the year itself"),
        # Half a year less its first quarter, which was restated after the half was filed.
        pytest.param({FIRST: [(210, 50)], AGO: [(120, 20), (460, 26)], (182, 273): [(300, 7)],
                      (274, 365): [(400, 8)], NEXT: [(460, 30)]}, 455, 75, id="second quarter"),
    ],
)  # fmt: skip
def test_what_is_taken_off_is_as_old_as_what_it_is_taken_off(filed, end, expected):
    assert year_to(filed, end) == expected


@pytest.mark.parametrize(
    ("filed", "end", "expected"),
    [
        pytest.param({YEAR: [(400, 100)], (0, 365): [(500, 90)]}, 365, 90, id="longer-by-a-day"),
        pytest.param({YEAR: [(400, 100)], (2, 365): [(500, 90)]}, 365, 90, id="shorter"),
        pytest.param({YEAR: [(500, 90)], (2, 365): [(400, 100)]}, 365, 90, id="was-shorter"),
        pytest.param({YEAR: [(400, 100)], (1, 364): [(500, 90)]}, 365, 90, id="last-day"),
        pytest.param({YEAR: [(400, 100)], (2, 365): [(500, 90)], AGO: [(120, 20)],
                      NEXT: [(460, 30)]}, 455, 100, id="in-a-chain"),
        pytest.param({YEAR: [(400, 100)], AGO: [(120, 20)], (2, 90): [(390, 25), (460, 26)],
                      NEXT: [(460, 30)]}, 455, 105, id="taken-off-as-old-as-the-year"),
        pytest.param({YEAR: [(400, 100)], AGO: [(120, 20)], (4, 90): [(390, 25)],
                      NEXT: [(460, 30)]}, 455, 110, id="three-days-are-another-period"),
        pytest.param({YEAR: [(400, 100)], (1, 366): [(500, 90)]}, 365, 100, id="ends-later"),
    ],
)  # fmt: skip
def test_of_nearly_the_same_days_the_newest_filing_counts(filed, end, expected):
    for order in (list(filed), list(reversed(filed))):
        assert year_to({span: filed[span] for span in order}, end) == expected


@pytest.mark.parametrize("module", [chains, covers, rounding])
def test_the_example_runs(module):
    failed, tried = doctest.testmod(module)
    assert (failed, tried > 0) == (0, True)
