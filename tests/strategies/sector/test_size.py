"""Market values, and what the book knows of its stocks' countries and sub-industries."""

import datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from filings import example

from btplaybook.feeds.companies.fundamentals import Fundamentals
from btplaybook.feeds.companies.securities import Securities
from btplaybook.feeds.sec.folder import read_facts
from btplaybook.strategies.sector.size import market_caps
from btplaybook.strategies.sector_account.known import SectorKnown

DAY = np.datetime64("2020-03-02", "D")


def test_price_times_shares_where_both_are_known():
    found = market_caps(np.array([10.0, np.nan, 5.0, 5.0]), np.array([3.0, 3.0, np.nan, 0.0]))
    np.testing.assert_array_equal(found, [30.0, np.nan, np.nan, np.nan])


class Splits:
    """AAA was split 2:1 on 15 February 2020."""

    def split_factors(self, day, tickers):
        before = day < np.datetime64("2020-02-15", "D")
        return np.array([2.0 if before and ticker == "AAA" else 1.0 for ticker in tickers])


def known(**inputs):
    account = SimpleNamespace(
        fund_name="XLE", tickers=("AAA", "BBB"), first_day=lambda column: None
    )
    return SectorKnown(inputs, account, "Energy")


def test_market_values_take_shares_in_the_units_of_the_day():
    statement = {
        "ticker": ["AAA"], "period_end": ["2019-12-31"], "filing_date": ["2020-02-10"],
        "ebit": [1.0], "cash": [0.0], "debt": [0.0], "minority_interest": [0.0],
        "shares_outstanding": [100.0],
    }  # fmt: skip
    books = Fundamentals.from_frame(pd.DataFrame(statement), frequency="annual")
    history = SimpleNamespace(
        dates=np.array([np.datetime64("2020-02-12"), DAY]), close=np.array([[7.0, 1.0]] * 2)
    )
    read = known(split_factors=Splits(), fundamentals=books)
    # Quoted at 14 before the split of 100 shares into 200, and at 7 after it.
    for row in (0, 1):
        np.testing.assert_array_equal(read.market_caps(history, row), [1400.0, np.nan])
    assert np.isnan(known().market_caps(history, 1)).all()


def test_shares_of_a_cover_are_counted_on_its_own_day(tmp_path):
    """101,500 on the cover of 7 June, split 2:1 on 15 July, 203,000 on the next cover."""
    example().write(tmp_path, ["AAA"])
    read = known(split_factors=SplitInJuly(), fundamentals=read_facts(tmp_path, ["AAA"]))
    for day, shares in (("2019-07-12", 101_500), ("2019-08-15", 203_000), ("2019-10-01", 203_000)):
        assert read.statements(np.datetime64(day))[0, 4] == shares


class SplitInJuly:
    """All were split 2:1 on 15 July 2019."""

    def split_factors(self, day, tickers):
        return np.full(len(tickers), 2.0 if day < np.datetime64("2019-07-15", "D") else 1.0)


@pytest.mark.parametrize(
    ("columns", "countries", "groups"),
    [
        pytest.param({"country": ["US"], "sub_industry": ["Drilling"]}, ("US", ""),
                     ("Drilling", ""), id="both"),
        pytest.param({"country": ["US"]}, ("US", ""), ("", ""), id="no-sub-industries"),
        pytest.param({}, ("", ""), ("", ""), id="neither"),
    ],
)  # fmt: skip
def test_groups_of_the_stocks(columns, countries, groups):
    table = pd.DataFrame({"ticker": ["AAA"], "sector": ["Energy"], **columns})
    read = known(sectors=Securities.from_frame(table))
    assert (read.countries(DAY), read.sub_industries(DAY)) == (countries, groups)


def test_sectors_of_the_users_own_may_know_no_groups():
    own = SimpleNamespace(sectors_on=lambda day: {"AAA": "Energy"})
    assert known(sectors=own).countries(DAY) == ("", "")
    assert known().sub_industries(datetime.date(2020, 3, 2)) == ("", "")
