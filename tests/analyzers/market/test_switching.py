from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from btplaybook.analyzers.market.calendar_years import full_years
from btplaybook.analyzers.market.movement import yearly_movement
from btplaybook.analyzers.market.switching import (
    commission_per_share,
    correlation_with_movement,
    switches_by_year,
)
from btplaybook.feeds.readers import read_bars
from btplaybook.strategies.rules.sma_switch import sma_side

DATES = ["1999-12-29", "1999-12-30", "1999-12-31", "2000-01-03", "2000-01-04", "2000-01-05"]


@pytest.mark.parametrize(
    ("sides", "counts"),
    [
        pytest.param([0, 0, 0, 0, 0, 0], (0, 0), id="never in the market"),
        pytest.param([0, 1, 1, 1, 1, 1], (0, 0), id="the first entry is none"),
        pytest.param([1, -1, 1, -1, 1, -1], (2, 3), id="every day"),
        pytest.param([1, 1, 1, -1, -1, -1], (0, 1), id="over the year's end"),
        pytest.param([1, 0, 0, 0, -1, -1], (0, 1), id="a pause hides no reversal"),
        pytest.param([1, 0, 1, 0, 1, 0], (0, 0), id="back on the same side"),
        pytest.param([0.2, 0.9, -0.1, -2.0, 3.0, 0.0], (1, 1), id="sizes do not matter"),
    ],
)
def test_switches_by_hand(sides, counts):
    found = switches_by_year(DATES, sides)
    assert found.to_dict() == dict(zip((1999, 2000), counts, strict=True))
    assert (found.name, found.index.name, found.dtype) == ("switches", "year", np.int64)


def test_a_single_bar():
    assert switches_by_year(DATES[:1], [1]).to_dict() == {1999: 0}


@pytest.mark.parametrize(
    ("dates", "sides", "words"),
    [
        ([], [], "dates must not be empty"),
        (DATES, [1], "sides must have one value a bar, 6, got 1"),
        (DATES[:2], [np.nan, 1], "sides must be finite, got nan at index 0"),
        (DATES[1::-1], [1, 1], "dates must be oldest first"),
    ],
)
def test_switches_refused(dates, sides, words):
    with pytest.raises(ValueError, match=words):
        switches_by_year(dates, sides)


@given(some.lists(some.sampled_from([-1, 0, 1]), min_size=1, max_size=80))
def test_switches_against_a_plain_loop(sides):
    """As many as sign changes among the sides taken; the mirror has the same."""
    dates = pd.bdate_range("1999-12-01", periods=len(sides))
    taken = [side for side in sides if side]
    changes = sum(a != b for a, b in pairwise(taken))
    found = switches_by_year(dates, sides)
    assert found.sum() == changes
    assert found.equals(switches_by_year(dates, [-side for side in sides]))


YEARS = range(2000, 2004)


def by_year(*values):
    return pd.Series(values, index=range(2000, 2000 + len(values)))


@pytest.mark.parametrize(
    ("switches", "movement", "years", "expected"),
    [
        pytest.param(by_year(1, 2, 3, 4), by_year(0.1, 0.2, 0.3, 0.4), YEARS, 1.0, id="together"),
        pytest.param(by_year(1, 2, 3), by_year(3.0, 2.0, 1.0), YEARS, -1.0, id="against"),
        # Deviations -1, 0, 1 and -4/3, 5/3, -1/3: 1 / sqrt(2 x 42/9).
        pytest.param(by_year(1, 2, 3), by_year(0.0, 3.0, 1.0), YEARS, (3 / 28) ** 0.5, id="partly"),
        pytest.param(by_year(1, 2, 3, 9), by_year(1.0, 2.0, 3.0, 0.0), YEARS[:3], 1.0, id="cut"),
        pytest.param(by_year(1, 2, 3, 9), by_year(1.0, 2.0, 3.0), YEARS, 1.0, id="common years"),
        pytest.param(by_year(1, 2, 3), by_year(1.0, 2.0), YEARS, None, id="two years"),
        pytest.param(by_year(1, 2, 3), by_year(1.0, 2.0, 3.0), [], None, id="no full year"),
        pytest.param(by_year(2, 2, 2), by_year(1.0, 2.0, 3.0), YEARS, None, id="no variance"),
        pytest.param(by_year(1, 2, 3), by_year(0.3, 0.1 + 0.2, 0.3), YEARS, None, id="rounding"),
    ],
)
def test_correlation(switches, movement, years, expected):
    before = switches.copy(), movement.copy()
    answer = correlation_with_movement(switches, movement, years)
    assert answer is None if expected is None else answer == pytest.approx(expected, abs=1e-12)
    assert switches.equals(before[0])
    assert movement.equals(before[1])


@pytest.mark.parametrize(
    ("switches", "movement", "words"),
    [
        (by_year(1, 2, 3), by_year(1.0, np.nan, 3.0), "movement must be finite, got nan in 2001"),
        (by_year(1, 2, 3), by_year(1.0, 2.0, 3.0).to_frame(), "must be a Series by year"),
    ],
)
def test_correlation_refuses(switches, movement, words):
    with pytest.raises(ValueError, match=words):
        correlation_with_movement(switches, movement, YEARS)


@given(seed=some.integers(0, 1000))
def test_correlation_is_numpys(seed):
    random = np.random.default_rng(seed)
    switches, movement = by_year(*random.integers(0, 90, 12)), by_year(*random.random(12))
    answer = correlation_with_movement(switches, movement, switches.index)
    assert answer == pytest.approx(np.corrcoef(switches, movement)[0, 1], abs=1e-9)


@pytest.mark.parametrize(
    ("switches", "per_share", "expected"),
    [
        pytest.param(81, 0.005, 0.81, id="the source's year"),
        pytest.param(0, 0.005, 0.0, id="none"),
        pytest.param(81, 0.0, 0.0, id="free"),
    ],
)
def test_commission(switches, per_share, expected):
    assert commission_per_share(switches, per_share) == pytest.approx(expected, abs=1e-12)


def test_commission_by_year():
    switches = by_year(10, 20)
    assert commission_per_share(switches, 0.005).to_dict() == pytest.approx({2000: 0.1, 2001: 0.2})
    assert switches.to_dict() == {2000: 10, 2001: 20}


@pytest.mark.parametrize(
    ("switches", "per_share", "words"),
    [
        (-1, 0.005, "switches must be >= 0, got -1"),
        (by_year(1.0, np.nan), 0.005, "switches must be >= 0, got nan"),
        (1, -0.005, "per_share must be >= 0 and finite, got -0.005"),
        (1, float("nan"), "per_share must be >= 0 and finite, got nan"),
    ],
)
def test_commission_refuses(switches, per_share, words):
    with pytest.raises(ValueError, match=words):
        commission_per_share(switches, per_share)


def test_spy_switches_more_when_it_moves_more(realdata):
    """The rule of eight days, for the source's own model is not published."""
    spy = read_bars(realdata / "etf" / "SPY.csv", end="2013-09-30")
    switches = switches_by_year(spy.dates, sma_side(spy.close, 8, True))
    assert switches.sum() == 1055
    assert switches.idxmax() == 2008
    assert full_years(spy.dates) == list(range(1994, 2013))
    movement = yearly_movement(spy.dates, spy.open, spy.close)
    for unit, expected in (("percent", 0.486), ("points", 0.409)):
        answer = correlation_with_movement(switches, movement[unit, "total"], full_years(spy.dates))
        assert answer == pytest.approx(expected, abs=0.0005)
