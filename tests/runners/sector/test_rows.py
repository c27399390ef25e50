import pytest

from btplaybook.runners.pages.sector.numbers import count, large, ranged, times, whole
from btplaybook.runners.pages.sector.rows import (
    fallback_rows,
    missing_rows,
    premium_rows,
    sides_rows,
)
from btplaybook.runners.runs.labels.formats import MINUS, NONE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, NONE),
        (0.0, "0"),
        (12_345.6, "12,346"),
        (1e6, "1.00 million"),
        (17_014_895.9, "17.0 million"),
        (104e6, "104 million"),
        (6.01e10, "60.1 billion"),
        (-2.5e6, f"{MINUS}2.50 million"),
    ],
)
def test_money_to_three_figures(value, text):
    assert large(value) == text


def test_ranges():
    assert ranged({"least": 16.0, "median": 29.5, "most": 30.0}, whole) == "29.5 (16 to 30)"
    assert ranged({"least": 30.0, "median": 30.0, "most": 30.0}, whole) == "30"
    assert ranged(dict.fromkeys(("least", "median", "most")), whole) == NONE


def test_counts():
    assert [count(n, "day") for n in (0, 1, 1200)] == ["0 days", "1 day", "1,200 days"]
    assert [times(n) for n in (0, 1, 2)] == ["never", "once", "2 times"]


def decisions(*names, **fields):
    return [{"date": name, **fields} for name in names]


def test_stretches_of_fallback():
    """January and February hang together; March was optimised; in May nobody was left."""
    listed = [
        {"date": "01", "method": "equal_variance", "reason": "mean is -0.1"},
        {"date": "02", "method": "equal_variance", "reason": "another"},
        {"date": "04", "method": "equal_variance", "reason": ""},
        {"date": "05", "method": "flat", "reason": "nobody"},
    ]
    book = {
        "decisions": decisions("01", "02", "03", "04", "05"),
        "fallback": {"list": listed},
    }
    assert fallback_rows(book) == [
        ("01", "02", "2", f"mean is {MINUS}0.1"),
        ("04", "04", "1", NONE),
        ("05", "05", "1", "nobody"),
    ]


def test_missing():
    book = {
        "decisions": [
            {"missing": {"value": 3, "momentum": 0, "value: no statement": 2}},
            {"missing": {"value": 1, "momentum": 0, "value: no shares": 1}},
        ]
    }
    assert missing_rows(book) == [
        ("value", "1", "3"),
        ("value: no statement", "0", "2"),
        ("value: no shares", "0", "1"),
    ]


def test_the_sides_by_hand():
    side = {"price": 50.0, "dividends": 5.0, "costs": -1.0, "total": 54.0}
    other = {"price": -45.0, "dividends": -4.0, "costs": 0.0, "total": -49.0}
    book = {
        "pnl": {
            "long": side,
            "hedge": other,
            "financing": {"borrow": -1.0, "interest": 2.0, "total": 1.0},
            "total": 6.0,
            "residual": 0.0,
        }
    }
    rows = {name: cells for name, *cells in sides_rows(book, 100.0)}
    assert rows["Price"] == ["50.00%", f"{MINUS}45.00%", "5.00%"]
    assert rows["Borrowed shares"] == ["", "", f"{MINUS}1.00%"]
    assert rows["Total"] == ["54.00%", f"{MINUS}49.00%", "6.00%"]


def test_premiums_of_a_factor_that_was_never_estimated():
    found = {"without_zero": 0, "intervals": 0}
    book = {
        "terms": ["value"],
        "horizons": [30, 60],
        "factors": {"value": 0},
        "premiums": {"value": {"30": found, "60": found}},
        "decisions": [{"premiums": {"value": None}}],
    }
    assert premium_rows(book) == [("value", "0 of 1", NONE, NONE, NONE)]
