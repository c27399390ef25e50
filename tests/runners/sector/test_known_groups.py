"""Names in filters that no stock ever has: refused in one line, in runs, books and factor tests."""

import pandas as pd
import pytest

from btplaybook.feeds.companies.securities import Securities
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.factor_tests.run import run_factor_test
from btplaybook.runners.runs.book.book import Book, Member
from btplaybook.runners.runs.inputs import inputs_of_market
from btplaybook.runners.runs.known_groups import check_groups
from btplaybook.runners.runs.next.tomorrow import tomorrow
from btplaybook.runners.runs.run import run

COUNTRIES = "; did you mean 'Ireland'. known: CH, GB, IE, US"
REFUSED = [
    ({"country": "US; Irlend"}, f"no stock is ever of country 'Irlend' .*{COUNTRIES}"),
    ({"country": "Narnia"}, "country 'Narnia' in the table of securities; known: CH, GB, IE, US"),
    ({"country": "US, IE"}, "'US, IE' .*; a ';' separates names: country='US;IE'. known: CH"),
    ({"country": "US|IE"}, "a ';' separates names: country='US;IE'. known"),
    ({"country": "US,Narnia"}, "country 'US,Narnia' in the table of securities[^=]* known: CH"),
    ({"sub_industry": "Biotechnolgy"}, "did you mean 'Biotechnology'. known: Application"),
    ({"sector": "Helth Care"}, "of sector 'Helth Care' .*did you mean 'Health Care'"),
]


@pytest.fixture(scope="module")
def market(sector_of):
    return sector_of(3, n_stocks=40, years=3)


@pytest.mark.parametrize(("params", "words"), REFUSED, ids=str)
def test_an_unknown_name_is_refused_in_one_line(market, params, words):
    inputs = inputs_of_market(market)
    book = Book([Member("sector-long-short", market.bars, params)])
    asked = [
        lambda: run("sector-long-short", market.bars, inputs=inputs, params=params),
        lambda: tomorrow("sector-long-short", market.bars, inputs=inputs, params=params),
        lambda: run_factor_test("momentum", market.bars, inputs=inputs, params=params),
        lambda: book.run(inputs=inputs),
    ]
    for each in asked:
        with pytest.raises(ParameterError, match=words) as raised:
            each()
        assert raised.value.exit_code == 2
        assert len(str(raised.value).splitlines()) == 1


def test_a_name_of_some_days_alone_is_known():
    """Who moves abroad has both countries: the earlier one is no slip of the pen."""
    frame = {
        "ticker": ["A", "A", "B"], "sector": ["Energy"] * 3,
        "country": ["USA", "Ireland", "United Kingdom"],
        "start_date": ["2001-01-02", "2010-01-04", "2001-01-02"],
        "end_date": ["2010-01-04", "", ""],
    }  # fmt: skip
    table = Securities.from_frame(pd.DataFrame(frame))
    assert table.names_ever("country") == ("Ireland", "USA", "United Kingdom")
    assert table.names_ever("sub_industry") is None
    check_groups(table, {"country": "us; IE; gb", "sector": "energy", "sub_industry": "Drilling"})
    with pytest.raises(ParameterError, match=r"'CH'.*known: Ireland, USA, United Kingdom"):
        check_groups(table, {"country": "CH"})


def test_a_source_that_does_not_list_its_names_is_not_asked():
    check_groups(object(), {"country": "Narnia"})
