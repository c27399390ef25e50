import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.runners.runs.run import run
from btplaybook.strategies.errors import StrategyError

SESSIONS = ("overnight", "intraday")


@pytest.fixture(scope="module")
def bars():
    table = simulated_bars(5)
    return table.between(None, str(table.dates[299]))


@pytest.fixture(scope="module")
def spy(realdata):
    return read_bars(realdata / "etf" / "SPY.csv", end="2013-09-30")


def growth(bars, session, side):
    """Return the product that the account should be: of O_{t+1} / C_t or of C_t / O_t."""
    held = bars.open[1:] / bars.close[:-1]
    if session == "intraday":
        held = bars.close[1:] / bars.open[1:]
    sign = 1.0 if side == "long" else -1.0
    return np.cumprod(1.0 + sign * (held - 1.0))


@pytest.mark.parametrize("side", ["long", "short"])
@pytest.mark.parametrize("session", SESSIONS)
def test_without_costs_and_dividends_equity_is_the_product(bars, session, side):
    result = run(
        "session-switch", bars, session=session, side=side, no_dividends=True, strips=False
    )
    equity = result.equity.to_numpy()[1:] / result.settings["cash"]
    assert equity == pytest.approx(growth(bars, session, side), rel=1e-9)


@pytest.mark.parametrize("session", SESSIONS)
def test_every_fill_stands_at_its_open_or_close(bars, session):
    result = run("session-switch", bars, session=session, percent_fee=0.001, strips=False)
    prices = bars.frame()
    for fill in result.trades.itertuples():
        assert fill.price == prices.at[fill.date, fill.moment]
        assert (fill.target == 1.0) == (fill.moment == {"overnight": "close"}.get(session, "open"))
    assert abs(len(result.trades) - 2 * (len(bars) - 1)) <= 1


def test_costs_are_paid_twice_a_day(bars):
    fee = 0.0005
    result = run(
        "session-switch", bars, session="intraday", percent_fee=fee, no_dividends=True, strips=False
    )
    # bought at O for V: costs fee x V on top; sold at C: fee x V x C / O
    held = bars.close[1:] / bars.open[1:]
    expected = np.cumprod(held - fee * (1.0 + held))
    equity = result.equity.to_numpy()[1:] / result.settings["cash"]
    assert equity == pytest.approx(expected, rel=1e-9)


def test_the_overnight_holder_is_long_on_every_ex_date(bars):
    ex_dates = int((bars.dividend[1:] > 0).sum())
    assert ex_dates > 2
    long = run("session-switch", bars, strips=False).metrics["ex_dividend"]
    short = run("session-switch", bars, side="short", strips=False).metrics["ex_dividend"]
    within = run("session-switch", bars, session="intraday", strips=False).metrics["ex_dividend"]
    assert long == {"long": ex_dates, "short": 0, "flat": 0}
    assert short == {"long": 0, "short": ex_dates, "flat": 0}
    assert within == {"long": 0, "short": 0, "flat": ex_dates}


def test_both_sessions_together_are_the_index(bars):
    points = [
        run("session-switch", bars, session=s, strips=False).metrics["points"] for s in SESSIONS
    ]
    assert sum(points) == pytest.approx(bars.close[-1] - bars.close[0], abs=1e-9)


@pytest.mark.parametrize("session", SESSIONS)
def test_every_day_counts_as_one_with_a_position(bars, session):
    assert (
        run("session-switch", bars, session=session, strips=False).daily["invested"].iloc[1:].all()
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"session": "lunch"}, "session must be one of overnight, intraday, got 'lunch'"),
        ({"side": "both"}, "side must be one of long, short, got 'both'"),
        ({"fill": "next_open"}, "it acts at the close and at the next open"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(bars, given, words):
    with pytest.raises(StrategyError, match=words):
        run("session-switch", bars, **given)


def test_one_feed_is_traded(bars):
    with pytest.raises(StrategyError, match="trades one feed; 2 given"):
        run("session-switch", {"A": bars, "B": bars})


def a_year(result):
    return 100 * result.metrics["percent"] * 252 / len(result.returns)


def test_the_published_figures_on_spy(spy):
    nights = run("session-switch", spy, no_dividends=True, strips=False)
    days = run("session-switch", spy, session="intraday", no_dividends=True, strips=False)
    with_dividends = run("session-switch", spy, strips=False)
    assert a_year(nights) == pytest.approx(8.79, abs=0.005)
    assert 100 * nights.metrics["cagr"] == pytest.approx(8.60, abs=0.005)
    assert a_year(days) == pytest.approx(-0.41, abs=0.005)
    assert 100 * with_dividends.metrics["cagr"] == pytest.approx(10.64, abs=0.005)


def test_five_wrong_opens_are_worth_little(spy, realdata):
    wrong = pd.read_csv(realdata / "SPY_suspect_opens.csv", parse_dates=["date"])
    frame = spy.frame()
    right = wrong.set_index("date")["open_lean"].reindex(frame.index)
    frame["open"] = right.fillna(frame["open"])
    frame["high"] = frame[["high", "open"]].max(axis=1)
    frame["low"] = frame[["low", "open"]].min(axis=1)
    bars = Bars.from_frame(frame, "SPY")
    mended = run("session-switch", bars, no_dividends=True, strips=False)
    assert a_year(mended) == pytest.approx(8.739, abs=0.0005)
