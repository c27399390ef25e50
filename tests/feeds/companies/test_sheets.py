"""Cells of tables that are not bars: each that cannot be so is named, on one line."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import BarsError
from btplaybook.feeds.companies.fundamentals import Fundamentals
from btplaybook.feeds.companies.holdings import Holdings
from btplaybook.feeds.companies.membership import Membership
from btplaybook.feeds.companies.securities import SECTORS, Securities
from btplaybook.feeds.companies.sheets import Sheet, check_days
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.panel import Panel
from btplaybook.feeds.tables.cells import text_of

TODAY = "2026-03-02"
DAYS = ["2020-03-02", "2020-03-03", "2020-03-04"]
PRICES = dict.fromkeys(("open", "high", "low", "close", "volume"), [1.0] * 3)
STATEMENTS = pd.DataFrame(
    {"ticker": "A", "period_end": ["2018-12-31", "2019-12-31", "2020-12-31"], "ebit": 1.0,
     "filing_date": ["2019-02-01", "2020-02-01", "2021-02-01"], "cash": 1.0, "debt": 1.0,
     "minority_interest": 0.0, "shares_outstanding": 9.0}
)  # fmt: skip
TABLES = {
    "holdings": (
        lambda table: Holdings.from_frame(table, today=TODAY),
        pd.DataFrame({"date": DAYS, "etf": "E", "ticker": ["A", "B", "C"], "weight": 99.0}),
    ),
    "statements": (lambda table: Fundamentals.from_frame(table, today=TODAY), STATEMENTS),
    "membership": (
        Membership.from_frame,
        pd.DataFrame({"ticker": ["A", "B", "C"], "start_date": DAYS, "end_date": [None] * 3}),
    ),
    "securities": (
        Securities.from_frame,
        pd.DataFrame({"ticker": ["A", "B", "C"], "sector": SECTORS[0], "start_date": DAYS}),
    ),
    "panel": (Panel.from_frame, pd.DataFrame({"ticker": "A", "date": DAYS, **PRICES})),
}
TEXTS = [(kind, "ticker") for kind in TABLES] + [("holdings", "etf"), ("securities", "sector")]
DATES = [("holdings", "date"), ("statements", "period_end"), ("statements", "filing_date"),
         ("membership", "start_date"), ("membership", "end_date"),
         ("securities", "start_date")]  # fmt: skip
NUMBERS = [("holdings", "weight"), *(("statements", name) for name in (
    "ebit", "cash", "debt", "minority_interest", "shares_outstanding"))]  # fmt: skip


def fault(kind, column, cell):
    """Return the one message of a table whose second row has this cell."""
    read, table = TABLES[kind]
    cells = table[column].astype(object).tolist()
    cells[1] = cell
    with pytest.raises(BarsError) as raised:
        read(table.assign(**{column: pd.Series(cells, dtype=object)}))
    message = str(raised.value)
    assert all(len(line) < 300 for line in message.splitlines())
    return message


def test_the_tables_are_sound():
    for read, table in TABLES.values():
        read(table)


@pytest.mark.parametrize(("kind", "column"), TEXTS)
@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(["A", "B"], id="list"),
        pytest.param(np.array(["A"]), id="array"),
        pytest.param({"A": 1}, id="dict"),
        pytest.param(b"A", id="bytes"),
        pytest.param(True, id="truth"),
        pytest.param(1.5, id="fraction"),
        pytest.param(10**5000, id="5,000 digits"),
        pytest.param("A\0B", id="NUL"),
        pytest.param("\x1b[31m", id="control"),
        pytest.param("\ud800", id="half a character"),
        pytest.param("A" * 501, id="long"),
        pytest.param(dt.date(2020, 1, 1), id="date"),
    ],
)
def test_no_text(kind, column, cell):
    assert f"{column} is no text of up to 500 characters: " in fault(kind, column, cell)
    assert "in row 2" in fault(kind, column, cell)


@pytest.mark.parametrize(("kind", "column"), DATES)
@pytest.mark.parametrize(
    ("cell", "words"),
    [
        pytest.param([dt.date(2020, 1, 1)], "is no date", id="list"),
        pytest.param(True, "is no date", id="truth"),
        pytest.param(10**5000, "is no date", id="5,000 digits"),
        pytest.param("9" * 5000, "is no date", id="long"),
        pytest.param("2020-02-30", "is no date", id="no such day"),
        pytest.param(1e306, "is no date", id="number"),
        pytest.param("0001-01-01", "is before 1900-01-01: '0001-01-01' in row 2", id="old"),
    ],
)
def test_no_date(kind, column, cell, words):
    assert f"{column} {words}" in fault(kind, column, cell)


@pytest.mark.parametrize(("kind", "column"), NUMBERS)
@pytest.mark.parametrize(
    ("cell", "words"),
    [
        pytest.param(True, "is not a number: 'True' in row 2", id="truth"),
        pytest.param([1.0], "is not a number: '[1.0]' in row 2", id="list"),
        pytest.param(1j, "is not a number: '1j'", id="complex"),
        pytest.param("1_000", "is not a number: '1_000'", id="underscore"),
        pytest.param("many", "is not a number: 'many'", id="text"),
        pytest.param(np.inf, "is not a number: 'inf'", id="infinite"),
        pytest.param("-Infinity", "is not a number: '-Infinity'", id="infinite text"),
        pytest.param("1e400", "is not a number: '1e400'", id="beyond a double"),
        pytest.param("9" * 5000, "is not a number: '9999", id="5,000 digits of text"),
        pytest.param(10**5000, "is not a number: a very large int", id="5,000 digits"),
        pytest.param("1\0", "is not a number: '1", id="NUL"),
        pytest.param(1e306, "is beyond 1", id="1e306"),
        pytest.param(-1e20, "is beyond 1", id="-1e20"),
    ],
)
def test_no_number(kind, column, cell, words):
    assert f"{column} {words}" in fault(kind, column, cell)


def test_columns_of_truth_values_and_complex_numbers():
    read, table = TABLES["statements"]
    for column in ([True, False, True], [1j, 2j, 3j]):
        with pytest.raises(BarsError, match="ebit is not a number"):
            read(table.assign(ebit=column))


def test_bounds_are_named():
    assert fault("statements", "ebit", 2e17).endswith(
        "ebit is beyond 100,000,000,000,000,000 units of account currency: '2e+17' in row 2"
    )
    assert fault("statements", "shares_outstanding", 2e13).endswith(
        "shares_outstanding is beyond 10,000,000,000,000 shares: '20000000000000.0' in row 2"
    )
    assert fault("holdings", "weight", 1001).endswith(
        "weight is beyond 1,000 percent: '1001' in row 2"
    )
    assert fault("holdings", "weight", -1.01).endswith(
        "weight of a security is below -1 percent: '-1.01' in row 2"
    )


@pytest.mark.parametrize(
    ("kind", "column"),
    [("holdings", "date"), ("statements", "period_end"), ("statements", "filing_date")],
)
def test_what_is_dated_after_today_cannot_be_known(kind, column):
    words = f"{column} is after today (2026-03-02): '2026-03-04' in row 2"
    assert words in fault(kind, column, "2026-03-04")
    read, table = TABLES[kind]
    dated = table.assign(**{column: ["2018-12-31", "2019-12-31", "2026-03-03"]})
    if column != "period_end":  # tomorrow's date is today's further east
        read(dated)


def test_a_spell_may_end_long_after_today():
    Membership.from_frame(TABLES["membership"][1].assign(end_date="9999-12-31"))


def test_today_is_the_clock_s():
    read, table = Holdings.from_frame, TABLES["holdings"][1]
    with pytest.raises(BarsError, match=f"date is after today \\({dt.date.today()}\\)"):
        read(table.assign(date=str(dt.date.today() + dt.timedelta(days=2))))
    read(table.assign(date=[str(dt.date.today() - dt.timedelta(days=n)) for n in range(3)]))


def test_categories_numbers_and_periods_are_read():
    frame = pd.DataFrame(
        {"name": pd.Categorical(["a", " b\n"]), "number": pd.Categorical([1.5, 2.0]),
         "date": pd.PeriodIndex(["2020-01", "2020-02"], freq="M"), "code": [700, 5]}
    )  # fmt: skip
    sheet = Sheet(frame, "frame", {})
    assert sheet.text("name") == ["a", "b"]
    assert sheet.text("code") == ["700", "5"]
    assert sheet.numbers("number", most=9, unit="").tolist() == [1.5, 2.0]
    assert sheet.dates("date").astype(str).tolist() == ["2020-01-31", "2020-02-29"]
    sheet.check()


def test_many_unknown_sectors_are_counted():
    table = pd.DataFrame({"ticker": "A", "sector": [f"Sector {n}" for n in range(5000)]})
    with pytest.raises(BarsError) as raised:
        Securities.from_frame(table)
    lines = str(raised.value).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "frame: and 4990 more that are no GICS sector"


@pytest.mark.parametrize("value", [-1, 36_526, 10**24, 1.0, True, None, "5", np.nan])
def test_days(value):
    with pytest.raises(RequestError, match="lag must be a whole number of days from 0 to 36,525"):
        check_days("lag", value)


def test_cells():
    texts = [" x ", 7, np.int64(7), 700.0, "a\tb"]
    assert [text_of(cell) for cell in texts] == ["x", "7", "7", "700", "a b"]
