"""The table of months: compounded, shaded by size, blank without a position."""

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.pages.months import months


@pytest.fixture
def table(made_up):
    def of(returns, invested=None, market=None, start="2015-01-02"):
        dates = pd.bdate_range(start, periods=len(returns) + 1, name="date")
        columns = {"equity": 1.0, "return": np.append(np.nan, returns)}
        if invested is not None:
            columns["invested"] = np.append(False, invested)
        if market is not None:
            columns["benchmark_return"] = np.append(np.nan, market)
        return months(made_up(daily=pd.DataFrame(columns, dates)))

    return of


def test_months_and_years_compound(table):
    found = table(np.full(300, 0.001), market=np.full(300, -0.001))
    days = pd.bdate_range("2015-01-05", periods=300)
    january = (days < "2015-02-01").sum()
    first = found.years[0]
    assert first.name == "2015"
    assert first.months[0].text == f"{100 * (1.001**january - 1):.1f}"
    whole = (days < "2016-01-01").sum()
    assert first.total.text == f"{100 * (1.001**whole - 1):.1f}"
    assert first.benchmark == f"\N{MINUS SIGN}{100 * (1 - 0.999**whole):.1f}"
    assert found.compared


def test_a_month_without_a_position_is_blank_and_a_year_too(table):
    days = pd.bdate_range("2015-01-05", periods=520)
    invested = (days >= "2016-03-01") & (days < "2016-08-01")
    found = table(np.where(invested, 0.002, 0.0), invested)
    blank, traded = found.years[0], found.years[1]
    assert all(cell.text == "" for cell in blank.months)
    assert blank.total.text == ""
    texts = [cell.text for cell in traded.months]
    assert texts[:2] == ["", ""]
    assert all(texts[2:7])
    assert texts[7:] == [""] * 5


def test_shades_grow_with_the_return_and_part_gain_from_loss(table):
    month = pd.bdate_range("2015-01-05", periods=500).month
    returns = np.where(month % 2 == 0, 0.0002, -0.0002) * month
    cells = [cell for year in table(returns).years for cell in year.months if cell.text]
    assert {cell.shade[0] for cell in cells} == {"g", "l"}
    for cell in cells:
        gain = not cell.text.startswith("\N{MINUS SIGN}")
        assert cell.shade.startswith("g" if gain else "l")
    by_size = sorted(cells, key=lambda cell: abs(float(cell.text.replace("\N{MINUS SIGN}", "-"))))
    strengths = [int(cell.shade[1]) for cell in by_size]
    assert strengths == sorted(strengths)
    assert strengths[-1] == 5


def test_zero_has_no_shade(table):
    found = table(np.zeros(30))
    assert {cell.shade for cell in found.years[0].months} == {""}
    assert found.years[0].months[0].text == "0.0"


@pytest.mark.parametrize("returns", [[], [-1.0, 0.0], [0.1, np.nan]], ids=["none", "ruin", "gap"])
def test_without_returns_that_compound_there_is_no_table(table, returns):
    assert table(np.array(returns, dtype=float)) is None
