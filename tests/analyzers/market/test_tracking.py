import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from btplaybook.analyzers.market.tracking import (
    slippage,
    slippage_by_quarter,
    slippage_by_year,
    tracking,
)
from btplaybook.feeds.readers import read_bars

# Index: +10 %, -10 %, +1 % and 2 % of dividend. Inverse: -12 %, +10 %, -2 % and 1 % of dividend.
TABLE = {
    "dates": ["2008-12-30", "2008-12-31", "2009-01-02", "2009-04-01"],
    "index_close": [100.0, 110.0, 99.0, 99.99],
    "inverse_close": [100.0, 88.0, 96.8, 94.864],
    "index_dividend": [9.0, 0.0, 0.0, 1.98],
    "inverse_dividend": [0.0, 0.0, 0.0, 0.968],
}


def test_by_hand():
    daily = tracking(**TABLE)
    assert [str(day.date()) for day in daily.index] == TABLE["dates"][1:]
    assert daily.index.name == "date"
    expected = {
        "price": [-0.02, 0.0, -0.01],
        "total": [-0.02, 0.0, 0.02],
        "price_cumulative": [-0.02, -0.02, -0.03],
        "total_cumulative": [-0.02, -0.02, 0.0],
    }
    assert list(daily.columns) == list(expected)
    for column, values in expected.items():
        assert daily[column].to_numpy() == pytest.approx(values, abs=1e-12)


def test_by_quarter_and_year():
    daily = tracking(**TABLE)
    quarters = slippage_by_quarter(daily)
    assert [str(quarter) for quarter in quarters.index] == ["2008Q4", "2009Q1", "2009Q2"]
    assert quarters["price"].to_numpy() == pytest.approx([-0.02, 0.0, -0.01], abs=1e-12)
    years = slippage_by_year(daily)
    assert list(years.index) == [2008, 2009]
    assert (quarters.index.name, years.index.name) == ("quarter", "year")
    assert years["price"].to_numpy() == pytest.approx([-0.02, -0.01], abs=1e-12)
    assert years["total"].to_numpy() == pytest.approx([-0.02, 0.02], abs=1e-12)


@pytest.mark.parametrize(
    ("start", "end", "sessions", "price", "total"),
    [
        pytest.param(None, None, 3, -0.03, 0.0, id="all"),
        pytest.param("2009-01-01", None, 2, -0.01, 0.02, id="from a holiday"),
        pytest.param(None, datetime.date(2008, 12, 31), 1, -0.02, -0.02, id="to a day, included"),
        pytest.param("2009-01-02", "2009-03-31", 1, 0.0, 0.0, id="no slippage"),
    ],
)
def test_slippage_between_dates(start, end, sessions, price, total):
    found = slippage(tracking(**TABLE), start, end, periods_per_year=12)
    assert found.sessions == sessions
    assert (found.price, found.total) == pytest.approx((price, total), abs=1e-12)
    assert found.price_per_quarter == pytest.approx(price * 3 / sessions, abs=1e-12)
    assert found.price_per_year == pytest.approx(price * 12 / sessions, abs=1e-12)
    assert found.total_per_quarter == pytest.approx(total * 3 / sessions, abs=1e-12)
    assert found.total_per_year == pytest.approx(total * 12 / sessions, abs=1e-12)
    if price:
        assert found.dividends_share == pytest.approx(1 - total / price, abs=1e-9)
    else:
        assert found.dividends_share is None


def test_slippage_says_what_it_counted():
    found = slippage(tracking(**TABLE), "2009-01-01")
    assert (found.first, found.last) == (datetime.date(2009, 1, 2), datetime.date(2009, 4, 1))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            {"start": "2010-01-01", "end": "2010-06-30"},
            "no session from 2010-01-01 to 2010-06-30: the table has 2008-12-31 to 2009-04-01",
        ),
        ({"start": "2009-02-01", "end": "2009-01-01"}, "no session from 2009-02-01 to 2009-01-01"),
        ({"periods_per_year": 0}, "periods_per_year must be >= 1, got 0"),
    ],
    ids=str,
)
def test_slippage_refuses(asked, words):
    with pytest.raises(ValueError, match=words):
        slippage(tracking(**TABLE), **asked)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dates": []}, "dates must not be empty"),
        ({name: values[:1] for name, values in TABLE.items()}, "two bars or more, got 1"),
        ({"inverse_close": [1.0]}, "inverse_close must have one value a bar, 4, got 1"),
        ({"index_close": [1.0, np.nan, 1.0, 1.0]}, "index_close must be finite, got nan"),
        ({"inverse_close": [1.0, 0.0, 1.0, 1.0]}, "inverse_close must be above 0, got 0.0"),
        ({"inverse_dividend": [0.0, np.nan, 0.0, 0.0]}, "inverse_dividend must be finite"),
        ({"index_dividend": [0.0, -1.0, 0.0, 0.0]}, "index_dividend must be 0 or more, got -1.0"),
    ],
    ids=str,
)
def test_what_is_refused(changed, words):
    with pytest.raises(ValueError, match=words):
        tracking(**TABLE | changed)


def pair(seed=0, n=400):
    """Return the inputs of a random index and of an inverse that follows it with noise."""
    random = np.random.default_rng(seed)
    moves = random.normal(0.0, 0.01, n)
    return {
        "dates": pd.bdate_range("2010-11-01", periods=n),
        "index_close": 100.0 * np.cumprod(1.0 + moves),
        "inverse_close": 50.0 * np.cumprod(1.0 - moves + random.normal(-1e-4, 1e-3, n)),
        "index_dividend": np.where(random.random(n) < 0.02, 0.5, 0.0),
        "inverse_dividend": np.where(random.random(n) < 0.01, 0.1, 0.0),
    }


def test_inputs_stay():
    table = pair()
    before = {name: np.array(values) for name, values in table.items()}
    daily = tracking(**table)
    copy = daily.copy()
    slippage(daily, "2011-01-01")
    slippage_by_quarter(daily)
    slippage_by_year(daily)
    assert all(np.array_equal(before[name], values) for name, values in table.items())
    pd.testing.assert_frame_equal(daily, copy)


def test_against_plain_pandas():
    table = pair()
    bars = pd.DataFrame(table).set_index("dates")
    price = bars.index_close.pct_change() + bars.inverse_close.pct_change()
    paid = bars.index_dividend / bars.index_close.shift()
    total = price + paid + bars.inverse_dividend / bars.inverse_close.shift()
    daily = tracking(**table)
    assert daily["price"].to_numpy() == pytest.approx(price.dropna(), abs=1e-12)
    assert daily["total"].to_numpy() == pytest.approx(total.dropna(), abs=1e-12)
    assert daily["total_cumulative"].iloc[-1] == pytest.approx(total.sum(), abs=1e-9)
    assert slippage_by_year(daily)["total"].to_numpy() == pytest.approx(
        total.resample("YE").sum().to_numpy(), abs=1e-9
    )


@given(seed=some.integers(0, 1000))
def test_laws(seed):
    """Neither side comes first; an exact inverse is 0; quarters and years add up to the whole."""
    table = pair(seed, 120)
    daily = tracking(**table)
    swapped = {
        name.replace("index", "?").replace("inverse", "index").replace("?", "inverse"): values
        for name, values in table.items()
    }
    assert np.allclose(tracking(**swapped), daily, rtol=0, atol=1e-12)
    whole = slippage(daily)
    for sums in (slippage_by_quarter(daily), slippage_by_year(daily)):
        assert sums["price"].sum() == pytest.approx(whole.price, abs=1e-9)
        assert sums["total"].sum() == pytest.approx(whole.total, abs=1e-9)
    closes = table["index_close"]
    moves = np.diff(closes) / closes[:-1]
    exact = np.concatenate(([20.0], 20.0 * np.cumprod(1.0 - moves)))
    nothing = np.zeros(closes.size)
    perfect = tracking(table["dates"], closes, exact, nothing, nothing)
    assert np.abs(perfect).to_numpy().max() < 1e-12
    assert slippage(perfect).dividends_share is None


@pytest.fixture(scope="module")
def spy_and_sh(realdata):
    sh = read_bars(realdata / "etf" / "SH.csv", end="2013-09-30")
    spy = read_bars(realdata / "etf" / "SPY.csv", start="2006-06-21", end="2013-09-30")
    assert np.array_equal(spy.dates, sh.dates)
    return tracking(spy.dates, spy.close, sh.close, spy.dividend, sh.dividend)


def test_sh_slipped_as_published(spy_and_sh):
    """Published: over 14 % in 57 months, 0.75 % a quarter, 2/3 the dividend, 1 % a year."""
    found = slippage(spy_and_sh, "2009-01-01", "2013-09-30")
    assert (found.first, found.last) == (datetime.date(2009, 1, 2), datetime.date(2013, 9, 30))
    assert found.sessions == 1194
    assert 100 * found.price == pytest.approx(-13.97, abs=0.005)
    assert 100 * found.total == pytest.approx(-4.03, abs=0.005)
    assert 100 * found.price_per_quarter == pytest.approx(-0.737, abs=0.0005)
    assert 100 * found.total_per_year == pytest.approx(-0.851, abs=0.0005)
    assert found.dividends_share == pytest.approx(0.711, abs=0.0005)
    # The source divides by the calendar: 57 months are 19 quarters.
    assert 100 * found.price / 19 == pytest.approx(-0.735, abs=0.0005)
    assert found.price_per_quarter == pytest.approx(found.price / 19, rel=0.01)
    # Its "little over 14 %" is the sum without the first session of January 2009.
    assert 100 * slippage(spy_and_sh, "2009-01-05", "2013-09-30").price == pytest.approx(
        -14.12, abs=0.005
    )


def test_sh_paid_for_more_than_it_slipped_before_2009(spy_and_sh):
    """Its price slipped for the distribution of December 2008; with dividends the pair gained."""
    found = slippage(spy_and_sh, end="2008-12-31")
    assert 100 * found.price == pytest.approx(-8.08, abs=0.005)
    assert 100 * found.total == pytest.approx(17.51, abs=0.005)
    assert found.dividends_share > 1.0
