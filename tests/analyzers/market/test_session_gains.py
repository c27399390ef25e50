import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from btplaybook.analyzers.market.session_gains import Gain, session_gains, uncompounded_points
from btplaybook.feeds.readers import read_bars

KINDS = ("overnight", "intraday", "close_to_close", "open_to_open")

# Nights: 110 to 121, 99 to 88. Days: 100 to 110, 121 to 99, 88 to 132. Dividend 11 on the last day;
# that of the first day accrues to nobody.
OPEN = [100.0, 121.0, 88.0]
CLOSE = [110.0, 99.0, 132.0]
DIVIDEND = [50.0, 0.0, 11.0]
PRICE = {
    "overnight": (0.1, -1 / 9),
    "intraday": (0.1, -2 / 11, 0.5),
    "close_to_close": (-0.1, 1 / 3),
    "open_to_open": (0.21, -3 / 11),
}
TOTAL = PRICE | {
    "overnight": (0.1, 0.0),
    "close_to_close": (-0.1, 4 / 9),
    "open_to_open": (0.21, -2 / 11),
}
# Sum, mean x 2, product - 1, product ** (2 / n) - 1; n is 2, but 3 within the day.
FIGURES = {
    "overnight": (-1 / 90, -1 / 90, 1.1 * 8 / 9 - 1, 1.1 * 8 / 9 - 1),
    "intraday": (0.6 - 2 / 11, (0.6 - 2 / 11) * 2 / 3, 0.35, 1.35 ** (2 / 3) - 1),
    "close_to_close": (1 / 3 - 0.1, 1 / 3 - 0.1, 0.2, 0.2),
    "open_to_open": (0.21 - 3 / 11, 0.21 - 3 / 11, -0.12, -0.12),
}


@pytest.mark.parametrize("kind", KINDS)
def test_returns_by_hand(kind):
    gains = session_gains(OPEN, CLOSE, DIVIDEND, 2)
    assert getattr(gains.price, kind).returns == pytest.approx(PRICE[kind], abs=1e-12)
    assert getattr(gains.total, kind).returns == pytest.approx(TOTAL[kind], abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_figures_by_hand(kind):
    gain = getattr(session_gains(OPEN, CLOSE, DIVIDEND, 2).price, kind)
    figures = (
        gain.uncompounded,
        gain.uncompounded_per_year,
        gain.compounded,
        gain.compounded_per_year,
    )
    assert figures == pytest.approx(FIGURES[kind], abs=1e-12)


def test_within_the_day_there_is_no_dividend():
    gains = session_gains(OPEN, CLOSE, DIVIDEND, 2)
    assert gains.total.intraday is gains.price.intraday


def test_a_single_bar_has_one_intraday_session():
    gains = session_gains([100.0], [110.0], [1.0], 252)
    assert gains.price.intraday.compounded == pytest.approx(0.1, rel=1e-12)
    for sessions in gains:
        for kind in ("overnight", "close_to_close", "open_to_open"):
            gain = getattr(sessions, kind)
            assert gain.returns.size == 0
            assert (gain.uncompounded, gain.compounded) == (0.0, 0.0)
            assert gain.uncompounded_per_year is None
            assert gain.compounded_per_year is None


def test_a_gain_cannot_be_changed_and_leaves_what_it_was_given():
    returns = np.array([0.1, 0.2])
    gain = Gain(returns, 252)
    with pytest.raises(ValueError, match="read-only"):
        gain.returns[0] = 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        gain.periods_per_year = 365
    returns[0] = 0.5
    assert gain.uncompounded == pytest.approx(0.3, abs=1e-12)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"open": []}, "open must not be empty"),
        ({"close": CLOSE[:2]}, "close must have one value a bar, 3, got 2"),
        ({"dividend": [0.0]}, "dividend must have one value a bar, 3, got 1"),
        ({"open": [1.0, np.nan, 1.0]}, "open must be finite, got nan at index 1"),
        ({"close": [1.0, 1.0, 0.0]}, "close must be above 0, got 0.0 at index 2"),
        ({"dividend": [0.0, np.nan, 0.0]}, "dividend must be finite, got nan at index 1"),
        ({"dividend": [0.0, -1.0, 0.0]}, "dividend must be 0 or more, got -1.0 at index 1"),
        ({"periods_per_year": 0}, "periods_per_year must be >= 1, got 0"),
    ],
    ids=str,
)
def test_what_is_refused(changed, words):
    table = {"open": OPEN, "close": CLOSE, "dividend": DIVIDEND, "periods_per_year": 252}
    with pytest.raises(ValueError, match=words):
        session_gains(**table | changed)


def prices(n=400, seed=0):
    """Return opens, closes and dividends of a random walk."""
    random = np.random.default_rng(seed)
    path = 100.0 * np.exp(np.cumsum(random.normal(0.0, 0.01, 2 * n)))
    return path[::2].copy(), path[1::2].copy(), np.where(random.random(n) < 0.02, 0.4, 0.0)


def test_inputs_stay():
    given_ = prices()
    before = [values.copy() for values in given_]
    session_gains(*given_, 252)
    uncompounded_points(given_[2], given_[0])
    assert all(np.array_equal(a, b) for a, b in zip(before, given_, strict=True))


def test_against_plain_pandas():
    opens, closes, dividends = prices()
    bars = pd.DataFrame({"o": opens, "c": closes, "d": dividends})
    expected = {
        "overnight": (bars.o + bars.d) / bars.c.shift(),
        "intraday": bars.c / bars.o,
        "close_to_close": (bars.c + bars.d) / bars.c.shift(),
        "open_to_open": (bars.o + bars.d) / bars.o.shift(),
    }
    total = session_gains(opens, closes, dividends, 252).total
    for kind, growth in expected.items():
        gain, growth = getattr(total, kind), growth.dropna()
        assert gain.uncompounded_per_year == pytest.approx((growth - 1).mean() * 252, abs=1e-12)
        per_year = growth.prod() ** (252 / len(growth)) - 1
        assert gain.compounded_per_year == pytest.approx(per_year, abs=1e-9)


@given(seed=some.integers(0, 1000), scale=some.floats(0.01, 100.0))
def test_laws(seed, scale):
    """Night times day is close to close; scaling prices and dividends changes no return."""
    opens, closes, dividends = prices(50, seed)
    gains = session_gains(opens, closes, dividends, 252)
    night, day, whole, _ = (gain.returns for gain in gains.price)
    assert (1 + night) * (1 + day[1:]) == pytest.approx(1 + whole, rel=1e-12)
    scaled = session_gains(scale * opens, scale * closes, scale * dividends, 252)
    for ours, others in zip(gains.total, scaled.total, strict=True):
        assert others.returns == pytest.approx(ours.returns, abs=1e-12)
    for with_dividends, without in zip(gains.total, gains.price, strict=True):
        assert (with_dividends.returns >= without.returns).all()


@pytest.mark.parametrize(
    ("positions", "points"),
    [
        pytest.param([1, 1, 1], 32.0, id="held"),
        pytest.param([-1, -1, -1], -32.0, id="short"),
        pytest.param([0, 0, 1], 0.0, id="the last position gains nothing"),
        pytest.param([-1, 1, 0], 54.0, id="switched"),
        pytest.param([0.5, 2.0, 0.0], 80.5, id="parts and multiples"),
    ],
)
def test_points_by_hand(positions, points):
    # 110 to 99 is -11, 99 to 142 is +43.
    gained = uncompounded_points(positions, [110.0, 99.0, 142.0])
    assert gained == pytest.approx(points, abs=1e-12)


def test_points_of_a_single_bar():
    assert uncompounded_points([1.0], [100.0]) == 0.0


@pytest.mark.parametrize(
    ("positions", "prices_", "words"),
    [
        ([], [], "prices must not be empty"),
        ([1.0], [1.0, 2.0], "positions must have one value a bar, 2, got 1"),
        ([np.nan, 1.0], [1.0, 2.0], "positions must be finite, got nan at index 0"),
        ([1.0, 1.0], [1.0, np.nan], "prices must be finite, got nan at index 1"),
        ([1.0, 1.0], [1.0, -2.0], "prices must be above 0, got -2.0 at index 1"),
    ],
)
def test_points_refused(positions, prices_, words):
    with pytest.raises(ValueError, match=words):
        uncompounded_points(positions, prices_)


@given(seed=some.integers(0, 1000))
def test_points_mirror(seed):
    """Opposite positions gain the opposite, and a position held all along the price's change."""
    _, closes, _ = prices(60, seed)
    positions = np.random.default_rng(seed).integers(-1, 2, closes.size)
    gained = uncompounded_points(positions, closes)
    assert uncompounded_points(-positions, closes) == -gained
    held = uncompounded_points(np.ones(closes.size), closes)
    assert held == pytest.approx(closes[-1] - closes[0], abs=1e-9)


@pytest.fixture(scope="module")
def spy(realdata):
    return read_bars(realdata / "etf" / "SPY.csv", end="2013-09-30")


# Percent a year, uncompounded and compounded.
SPY_PER_YEAR = {
    ("price", "overnight"): (8.791, 8.602),
    ("price", "intraday"): (-0.411, -1.746),
    ("price", "close_to_close"): (8.384, 6.709),
    ("price", "open_to_open"): (8.396, 6.689),
    ("total", "overnight"): (10.646, 10.636),
    ("total", "close_to_close"): (10.239, 8.712),
    ("total", "open_to_open"): (10.251, 8.687),
}


@pytest.mark.parametrize(("of", "kind"), SPY_PER_YEAR, ids=str)
def test_spy(spy, of, kind):
    gains = session_gains(spy.open, spy.close, spy.dividend, 252)
    gain = getattr(getattr(gains, of), kind)
    assert gain.returns.size == (5206 if kind == "intraday" else 5205)
    per_year = (100 * gain.uncompounded_per_year, 100 * gain.compounded_per_year)
    assert per_year == pytest.approx(SPY_PER_YEAR[of, kind], abs=0.0005)


def test_three_wrong_opens_cost_half_a_tenth_of_a_percent(spy, realdata):
    """8.739 % by sessions; by calendar years, and with those gaps left out or closed, 8.73 %."""
    right = pd.read_csv(realdata / "SPY_suspect_opens.csv", parse_dates=["date"])
    right = right.set_index("date")["open_lean"].reindex(pd.DatetimeIndex(spy.dates)).to_numpy()
    wrong = np.flatnonzero(~np.isnan(right))
    assert wrong.size == 3
    opens = np.where(np.isnan(right), spy.open, right)
    mended = session_gains(opens, spy.close, spy.dividend, 252)
    overnight = mended.price.overnight
    assert 100 * overnight.uncompounded_per_year == pytest.approx(8.739, abs=0.0005)
    assert 100 * overnight.compounded_per_year == pytest.approx(8.553, abs=0.0005)
    assert 100 * mended.total.overnight.compounded_per_year == pytest.approx(10.586, abs=0.0005)
    assert 100 * mended.price.intraday.uncompounded_per_year == pytest.approx(-0.361, abs=0.0005)

    years = float((spy.dates[-1] - spy.dates[0]) / np.timedelta64(1, "D")) / 365.2425
    assert 100 * overnight.uncompounded / years == pytest.approx(8.733, abs=0.0005)
    left_out = np.delete(overnight.returns, wrong - 1)
    assert 25_200 * left_out.mean() == pytest.approx(8.731, abs=0.0005)
    closed = opens.copy()
    closed[wrong] = spy.close[wrong - 1]
    gain = session_gains(closed, spy.close, spy.dividend, 252).price.overnight
    assert 100 * gain.uncompounded_per_year == pytest.approx(8.726, abs=0.0005)


def test_gold_gains_in_both_sessions(realdata):
    """Graph 7: gold's days gain slightly, its nights most of it."""
    gold = read_bars(realdata / "etf" / "GLD.csv", end="2013-09-30")
    gains = session_gains(gold.open, gold.close, gold.dividend, 252).price
    assert 100 * gains.overnight.uncompounded_per_year == pytest.approx(11.789, abs=0.0005)
    assert 100 * gains.intraday.uncompounded_per_year == pytest.approx(2.285, abs=0.0005)


def test_at_the_break_even_nothing_is_left():
    gain = session_gains([10.0, 11.0, 12.5], [10.5, 12.0, 12.0], [0.0, 0.0, 0.0], 252).price
    for sessions in (gain.overnight, gain.intraday):
        cost = sessions.break_even
        left = np.prod((1.0 + sessions.returns) * (1.0 - cost) / (1.0 + cost))
        assert left == pytest.approx(1.0, rel=1e-12)
    assert gain.overnight.break_even > 0
    assert session_gains([10.0], [9.0], [0.0], 252).price.overnight.break_even is None
    assert session_gains([10.0], [9.0], [0.0], 252).price.intraday.break_even < 0


def test_a_bar_before_the_window_gives_its_close_only():
    opens, closes, paid = [10.0, 11.0, 12.5], [10.5, 12.0, 12.0], [0.0, 0.0, 0.0]
    gains = session_gains(opens, closes, paid, 252, first_close_only=True).price
    assert gains.overnight.returns == pytest.approx([11.0 / 10.5 - 1.0, 12.5 / 12.0 - 1.0])
    assert gains.intraday.returns == pytest.approx([12.0 / 11.0 - 1.0, 12.0 / 12.5 - 1.0])
    assert gains.close_to_close.returns.size == 2
    assert gains.open_to_open.returns == pytest.approx([12.5 / 11.0 - 1.0])
