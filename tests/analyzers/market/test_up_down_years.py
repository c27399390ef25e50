import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from btplaybook.analyzers.market.up_down_years import YearsGain, gain_in_up_and_down_years
from btplaybook.feeds.readers import read_bars
from btplaybook.strategies.rules.sma_switch import sma_side

NOTHING = YearsGain((), 0.0, None, 0.0, None)


def by_year(*values, first=2000):
    return pd.Series(values, index=range(first, first + len(values)))


def test_by_hand():
    found = gain_in_up_and_down_years(
        by_year(0.25, 0.5, -0.125, 0.75, 1.0), by_year(0.5, -0.25, 0.25, 0.0, -0.5)
    )
    assert found.up == YearsGain((2000, 2002), 0.125, 0.0625, 0.75, 0.375)
    assert found.down == YearsGain((2001, 2004), 1.5, 0.75, -0.75, -0.375)
    assert found.unchanged == YearsGain((2003,), 0.75, 0.75, 0.0, 0.0)
    assert [kind.n_years for kind in found] == [2, 2, 1]


@pytest.mark.parametrize(
    ("market", "kind"),
    [
        pytest.param(0.1, "up", id="rose"),
        pytest.param(-0.1, "down", id="fell"),
        pytest.param(0.0, "unchanged", id="did neither"),
        pytest.param(0.1 + 0.2 - 0.3, "unchanged", id="rounding is no change"),
        pytest.param(1e-9, "up", id="a small rise is one"),
    ],
)
def test_a_year_is_of_one_kind(market, kind):
    found = gain_in_up_and_down_years(by_year(1.0), by_year(market))._asdict()
    assert found.pop(kind).years == (2000,)
    assert list(found.values()) == [NOTHING, NOTHING]


def test_no_year_at_all():
    empty = pd.Series(dtype=float)
    assert tuple(gain_in_up_and_down_years(empty, empty)) == (NOTHING,) * 3


def test_order_does_not_matter_and_inputs_stay():
    strategy, market = by_year(1.0, 2.0, 3.0), by_year(0.1, -0.1, 0.2)
    shuffled = market.iloc[[2, 0, 1]]
    copies = strategy.copy(), shuffled.copy()
    assert gain_in_up_and_down_years(strategy, shuffled) == gain_in_up_and_down_years(
        strategy, market
    )
    assert strategy.equals(copies[0])
    assert shuffled.equals(copies[1])


@pytest.mark.parametrize(
    ("strategy", "market", "words"),
    [
        (by_year(1.0, 2.0), by_year(1.0), "but market_by_year lacks 2001"),
        (by_year(1.0), by_year(1.0, 2.0, first=1999), "but strategy_by_year lacks 1999"),
        (by_year(np.nan), by_year(1.0), "strategy_by_year must be finite, got nan in 2000"),
        (by_year(1.0), pd.Series([1.0, 1.0], index=[2000, 2000]), "has the year 2000 twice"),
        ([1.0], by_year(1.0), "strategy_by_year must be a Series by year, got list"),
    ],
)
def test_what_is_refused(strategy, market, words):
    with pytest.raises(ValueError, match=words):
        gain_in_up_and_down_years(strategy, market)


@given(
    some.lists(
        some.tuples(some.floats(-1, 1), some.sampled_from([-0.2, -0.1, 0.0, 0.1, 0.3])), max_size=30
    )
)
def test_against_plain_pandas(rows):
    """The three kinds are all years; a mirrored market swaps up and down."""
    strategy, market = by_year(*(s for s, _ in rows)), by_year(*(m for _, m in rows))
    strategy, market = strategy.astype(float), market.astype(float)
    found = gain_in_up_and_down_years(strategy, market)
    assert sum(kind.n_years for kind in found) == len(rows)
    assert found.up.strategy == pytest.approx(strategy[market > 0].sum(), abs=1e-12)
    assert found.down.market == pytest.approx(market[market < 0].sum(), abs=1e-12)
    mirrored = gain_in_up_and_down_years(strategy, -market)
    assert (mirrored.up.years, mirrored.down.years) == (found.down.years, found.up.years)


def test_the_mirrored_rule_of_eight_days_lives_on_falling_years(realdata):
    spy = read_bars(realdata / "etf" / "SPY.csv", end="2013-09-30")
    moves = np.diff(spy.close) / spy.close[:-1]
    years = pd.DatetimeIndex(spy.dates[1:]).year
    gained = sma_side(spy.close, 8, True)[:-1] * moves
    found = gain_in_up_and_down_years(
        pd.Series(gained).groupby(years).sum(), pd.Series(moves).groupby(years).sum()
    )
    assert found.down.years == (1994, 2000, 2001, 2002, 2008)
    assert (found.up.n_years, found.unchanged.n_years) == (16, 0)
    assert found.up.strategy == pytest.approx(1.010, abs=0.0005)
    assert found.up.market == pytest.approx(2.568, abs=0.0005)
    assert found.down.strategy == pytest.approx(1.352, abs=0.0005)
    assert found.down.market == pytest.approx(-0.836, abs=0.0005)
