"""Runs on weekly and monthly bars: account, number of years and window."""

import math

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.resampled import resampled
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.records.record import read_record
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.tables import bars_table
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

CASH = 1_000_000.0
ACCOUNT = 1e-9  # relative: some thousand sums and products of values near CASH
PERIOD = 8
DAY = np.timedelta64(1, "D")


@pytest.fixture(scope="module")
def weeks() -> Bars:
    return resampled(sample("sp500"), "week")


def of_spy(realdata, rule, code):
    """Return real SPY in periods, grouped by pandas alone; the unfinished last one is cut off."""
    frame = pd.read_csv(realdata / "etf" / "SPY.csv", parse_dates=["date"]).set_index("date")
    grouped = frame.assign(date=frame.index).groupby(frame.index.strftime(code), sort=False)
    table = grouped.agg({"close": "last", "dividend": "sum", "date": "last"}).set_index("date")
    return table.iloc[:-1] if rule == "month" else table  # SPY's file ends on Friday 2026-05-01


@pytest.mark.parametrize(
    ("every", "code", "periods"), [("week", "%G-%V", 52), ("month", "%Y-%m", 12)]
)
def test_real_prices_follow_a_ledger_in_numpy(realdata, every, code, periods):
    table = of_spy(realdata, every, code)
    close, dividend = table["close"].to_numpy(), table["dividend"].to_numpy()
    average = table["close"].rolling(PERIOD).mean().to_numpy()
    side, cash, shares, equity = 0.0, CASH, 0.0, []
    for t in range(len(close)):
        cash += shares * dividend[t]
        wanted = side if np.isnan(average[t]) else np.sign(close[t] - average[t]) or side
        if wanted != side:
            worth = cash + shares * close[t]
            side, shares = wanted, wanted * worth / close[t]
            cash = worth - shares * close[t]
        equity.append(cash + shares * close[t])
    held = (close[1:] + dividend[1:]) / close[:-1]

    bars = resampled(read_bars(realdata / "etf" / "SPY.csv"), every)
    result = run("sma-switch", bars, period=PERIOD, strips=False)
    np.testing.assert_allclose(result.equity, equity, rtol=ACCOUNT)
    assert result.periods_per_year == periods
    years = len(held) / periods
    returns = np.diff(equity) / equity[:-1]
    assert result.metrics["cagr"] == pytest.approx((equity[-1] / CASH) ** (1 / years) - 1)
    assert result.metrics["volatility"] == pytest.approx(
        returns.std(ddof=1) * math.sqrt(periods), rel=ACCOUNT
    )
    assert result.benchmark["total_return"] == pytest.approx(held.prod() - 1, rel=ACCOUNT)
    assert result.benchmark["cagr"] == pytest.approx(held.prod() ** (1 / years) - 1, rel=ACCOUNT)


def test_years_of_52_weeks_are_nearly_those_of_252_days(realdata):
    daily = read_bars(realdata / "etf" / "SPY.csv")
    found = {
        every: run("sma-switch", resampled(daily, every), period=PERIOD, figures_only=True)
        for every in ("day", "week")
    }
    # 1,735 weeks are 33.37 years of 52, 8,370 days 33.21 years of 252: the calendar says 33.25.
    cagr = {every: result.benchmark["cagr"] for every, result in found.items()}
    assert cagr == pytest.approx({"day": 0.107641, "week": 0.107129}, abs=1e-6)


@pytest.mark.parametrize(
    ("every", "settings"),
    [
        pytest.param("week", {"start": "1999-06-09"}, id="wednesday-before-the-second-friday"),
        pytest.param("week", {"start": "{before}"}, id="wednesday-before-the-first-friday"),
        pytest.param("week", {"end": "{after}"}, id="wednesday-after-the-last-friday"),
        pytest.param("month", {"start": "{before}"}, id="first-month"),
        pytest.param("month", {"end": "{after}"}, id="unfinished-month"),
    ],
)
def test_a_window_may_begin_and_end_within_a_period(every, settings):
    bars = resampled(sample("sp500").between("1999-06-01", "2000-12-29"), every)
    dates = {"before": bars.dates[0] - 2 * DAY, "after": bars.dates[-1] + 5 * DAY}
    window = {key: value.format(**dates) for key, value in settings.items()}
    result = run("sma-switch", bars, period=PERIOD, figures_only=True, **window)
    assert result.window[1] == str(bars.dates[-1])


@pytest.mark.parametrize(
    ("every", "option", "days", "words"),
    [
        pytest.param("week", "start", -7, "lies 1 weeks outside", id="a-week-early"),
        pytest.param("week", "end", 14, "lies 2 weeks outside", id="two-weeks-late"),
        pytest.param("month", "end", 62, "lies 2 months outside", id="two-months-late"),
    ],
)
def test_a_window_beyond_the_bars_is_refused_in_their_own_periods(every, option, days, words):
    bars = resampled(sample("sp500").between("1999-06-01", "2000-12-29"), every)
    edge = (bars.dates[0] if option == "start" else bars.dates[-1]) + days * DAY
    with pytest.raises(ParameterError, match=words):
        run("sma-switch", bars, period=PERIOD, figures_only=True, **{option: str(edge)})


class FollowsTheWeek(PlaybookStrategy):
    """Long the second feed after a week in which the first one rose, else short."""

    benchmark = "cash"

    def target_weights(self):
        first, second = self.datas
        if not len(first) or not len(second):
            return None
        return {first: 0.0, second: 1.0 if first.close[0] > first.open[0] else -1.0}


@pytest.mark.parametrize(("every", "dated"), [("week", "Mondays"), ("month", "an earlier day")])
def test_no_feed_knows_a_period_before_the_other(every, dated):
    """A vendor dates the week of Friday's close on its Monday, at which the other feed trades."""
    ended = resampled(sample("sp500").between("2010-01-04", "2014-12-31"), every).frame()
    month = ended.index.to_period("M").start_time
    begun = ended.set_axis(
        ended.index - pd.to_timedelta(ended.index.day_of_week, "D") if every == "week" else month
    )

    def told(first, second):
        feeds = {"A": first, "B": second}
        return run(FollowsTheWeek, feeds, fill="next_open", start="2010-03-15", strips=False)

    apart, together = told(begun, ended), told(ended, ended)
    assert any(f"dated on {dated}" in note for note in apart.bars[0].origin.notes)
    assert apart.metrics == together.metrics
    assert (apart.daily.index == together.daily.index).all()


def test_weeks_beside_days_are_refused(weeks):
    with pytest.raises(ParameterError, match=r"DAYS of a day, WEEKS of a week: resample them"):
        run("sma-switch", {"DAYS": sample("sp500"), "WEEKS": weeks})


def test_weekly_bars_may_decide_by_the_month(weeks):
    result = run("sma-switch", weeks, period=PERIOD, every="month", figures_only=True)
    decided = pd.DatetimeIndex(result.decisions["date"])
    assert decided.to_period("M").is_unique
    assert set(decided) <= set(pd.DatetimeIndex(weeks.dates))
    assert len(decided) > 0.95 * (len(weeks) - PERIOD) * 12 / 52


def test_a_record_keeps_what_its_bars_span(weeks, tmp_path):
    result = run("sma-switch", weeks, period=PERIOD, figures_only=True)
    (tmp_path / "run.json").write_text(result.to_json())
    bars_table(result.bars).to_parquet(tmp_path / "bars.parquet")
    record = read_record(tmp_path)
    assert [(each["calendar"], each["frequency"]) for each in record.plain["data"]] == [
        ("XNYS", "week")
    ]
    (kept,) = record.bars()
    assert kept.frequency == "week"
    assert kept.vintage == weeks.vintage
