import pandas as pd
import pytest

from btplaybook.runners.pages.years import Year, years

DATES = pd.to_datetime(["2019-12-31", "2020-01-02", "2020-06-30", "2021-01-04"])
RETURNS = pd.Series([0.1, 0.2, -0.5, 0.25], index=DATES)
MARKET = pd.Series([-0.1, 0.0, 0.5, 0.1], index=DATES)


def test_years_are_compounded_beside_the_benchmark():
    found = years(RETURNS, MARKET)
    assert [row.year for row in found] == [2019, 2020, 2021]
    assert [row.strategy for row in found] == pytest.approx([0.1, 1.2 * 0.5 - 1, 0.25])
    assert [row.benchmark for row in found] == pytest.approx([-0.1, 0.5, 0.1])


def test_without_a_benchmark_its_cells_are_empty():
    assert [row.benchmark for row in years(RETURNS)] == [None] * 3


def test_a_year_before_the_first_decision_is_empty():
    first, second, _ = years(RETURNS, MARKET, begins=pd.Timestamp("2020-01-02"))
    assert first == Year(2019, None, pytest.approx(-0.1))
    assert second.strategy == pytest.approx(-0.4)


def test_other_dates_are_refused():
    with pytest.raises(ValueError, match="dates"):
        years(RETURNS, MARKET.iloc[1:])
