"""Stocks that leave the simulated market because they fell, and what becomes of the rest."""

import numpy as np
import pytest

from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.simulated.falls import LAST_MOVE
from btplaybook.feeds.simulated.sector import simulated_sector

BELOW = 0.3


@pytest.fixture(scope="module")
def whole():
    return simulated_sector(2, n_stocks=30, years=4)


@pytest.fixture(scope="module")
def market():
    return simulated_sector(2, n_stocks=30, years=4, delist_below=BELOW)


@pytest.fixture(scope="module")
def fallen(whole, market):
    """Tickers that the falls alone took out."""
    return sorted(market.truth.delisted.keys() - whole.truth.delisted.keys())


def total_returns(bars):
    return (bars.close[1:] + bars.dividend[1:]) / bars.close[:-1] - 1


def test_those_that_leave_had_fallen_against_the_fund(whole, market, fallen):
    """By hand, from the bars of the market without falls."""
    assert len(fallen) > 3
    fund = total_returns(whole.etf)
    for ticker in fallen:
        (bars,) = [one for one in whole.panel.bars if one.name == ticker]
        last = np.searchsorted(bars.dates, market.truth.delisted[ticker])
        session = np.searchsorted(whole.etf.dates, market.truth.delisted[ticker])
        year = total_returns(bars)[last - 1 - 252 : last - 1]
        against = np.prod(1 + year) / np.prod(1 + fund[session - 1 - 252 : session - 1])
        assert against - 1 < -BELOW
        assert (session - 1) % 63 == 0


def test_who_stays_had_not(whole, market):
    for bars in whole.panel.bars:
        if bars.name in market.truth.delisted or len(bars.close) < len(whole.etf.close):
            continue
        wealth = np.cumprod(1 + np.insert(total_returns(bars), 0, 0.0))
        fund = np.cumprod(1 + np.insert(total_returns(whole.etf), 0, 0.0))
        ratio = wealth / fund
        asked = np.arange(252, len(ratio) - 1, 63)
        assert (ratio[asked] / ratio[asked - 252] - 1 >= -BELOW - 1e-4).all()


def test_the_last_day_loses_thirty_percent_and_then_there_are_no_bars(market, fallen):
    for ticker in fallen:
        (bars,) = [one for one in market.panel.bars if one.name == ticker]
        assert bars.dates[-1] == market.truth.delisted[ticker]
        assert total_returns(bars)[-1] == pytest.approx(LAST_MOVE, abs=1e-3)


def test_the_fund_is_still_its_basket(market):
    """Snapshot to next session: the held weights times what the stocks earned."""
    fund = total_returns(market.etf)
    columns = {bars.name: bars for bars in market.panel.bars}
    for day in market.etf.dates[[130, 400, 700, 900]]:
        held = market.holdings.weights_on(day, "SECTOR")
        published = max(one.day for one in market.holdings.snapshots if one.day <= day)
        row = int(np.searchsorted(market.etf.dates, published))
        total = sum(held.values())
        earned = 0.0
        for ticker, weight in held.items():
            bars = columns[ticker]
            place = int(np.searchsorted(bars.dates, published))
            earned += weight / total * total_returns(bars)[place]
        assert earned == pytest.approx(fund[row], abs=2e-5)


def test_without_the_option_no_number_changes(whole):
    again = simulated_sector(2, n_stocks=30, years=4, delist_below=0.99)
    assert again.truth.delisted == whole.truth.delisted
    np.testing.assert_array_equal(again.etf.close, whole.etf.close)
    assert again.panel.sha256 == whole.panel.sha256


@pytest.mark.parametrize("below", [0.0, 1.0, -0.3])
def test_a_loss_lies_between_0_and_1(below):
    with pytest.raises(RequestError, match="delist_below must be a loss between 0 and 1"):
        simulated_sector(0, delist_below=below)
