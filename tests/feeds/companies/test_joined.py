"""Tables of one kind are joined: each answers as it did alone."""

import dataclasses

import numpy as np
import pytest

from btplaybook.feeds.companies.joined import joined
from btplaybook.feeds.errors import BarsError
from btplaybook.feeds.simulated.sector import simulated_sector

MARKETS = [
    simulated_sector(0, n_stocks=30, years=3),
    simulated_sector(1, n_stocks=30, years=3, prefix="B"),
]
DAY = MARKETS[0].etf.dates[500]


def tables(name):
    return [getattr(market, name) for market in MARKETS]


def test_each_table_answers_as_it_did_alone():
    holdings, members, sectors, books = (
        joined(tables(name)) for name in ("holdings", "membership", "sectors", "fundamentals")
    )
    first, second = (table.members_on(DAY) for table in tables("membership"))
    assert members.members_on(DAY) == first | second
    for market in MARKETS:
        names, fund = market.panel.tickers, market.etf.name
        assert holdings.weights_on(DAY, fund) == market.holdings.weights_on(DAY, fund)
        assert sectors.sectors_on(DAY).items() >= market.sectors.sectors_on(DAY).items()
        known = market.fundamentals.known_on(DAY, names)
        np.testing.assert_array_equal(books.known_on(DAY, names), known)
    assert holdings.source == "simulated sector, seed 0, simulated sector, seed 1"
    (one, _) = tables("holdings")
    assert joined([one]) is one


def test_what_cannot_be_joined_is_named():
    first, second = tables("holdings")
    other = dataclasses.replace(second, stale_after=7)
    with pytest.raises(BarsError, match="tables cannot be joined: stale_after is 100 and 7"):
        joined([first, other])
    with pytest.raises(BarsError, match="two different snapshots of SECTOR"):
        joined([first, first])
