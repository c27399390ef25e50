"""Planted look-ahead of every kind is caught, and honest strategies stay green."""

import datetime
import sys

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook.brokers.errors import RunStopped
from btplaybook.runners.errors import CheckFailed
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.run import run

cheats = sys.modules["audit_cheats"]
honest = sys.modules["audit_honest"]

NEED_TWO = (cheats.OtherFeedAhead, honest.RanksItsFeeds)
PARTIAL = (cheats.OnMondays, cheats.OnceAMonth)


def bars_for(kind, two_feeds):
    return two_feeds if kind in NEED_TWO else two_feeds[:1]


@pytest.mark.parametrize("kind", honest.HONEST, ids=lambda kind: kind.__name__)
def test_an_honest_strategy_stays_green(kind, short):
    found = audit(kind, bars_for(kind, short), cuts=2)
    assert found.words().startswith("Look-ahead audit passed")
    assert found.words().endswith("audited for data, not for selection")
    assert len(found.cuts) == 2  # it acted: there was something to get wrong
    assert found.unseen == ()


@pytest.mark.parametrize("kind", cheats.AHEAD, ids=lambda kind: kind.__name__)
def test_a_look_ahead_is_caught_and_named(kind, two_feeds, short):
    tables = bars_for(kind, two_feeds if kind in PARTIAL else short)
    found = audit(kind, tables, **({} if kind in PARTIAL else {"cuts": 1}))
    assert found.reason == "look-ahead"
    first = found.moved[0]
    with pytest.raises(CheckFailed, match="knows the future") as raised:
        found.check()
    assert raised.value.exit_code == 1
    assert str(first.date) in str(raised.value)
    assert any(table.name in first.what for table in tables)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("kind", cheats.NOT_REPRODUCIBLE, ids=lambda kind: kind.__name__)
def test_what_differs_in_a_second_run_is_never_called_look_ahead(kind, two_feeds):
    found = audit(kind, two_feeds[:1])
    assert (found.passed, found.reason, found.cuts) == (False, "not reproducible", [])
    assert {moved.how for moved in found.moved} == {"run again"}
    assert "is not reproducible. Run again with the same bars, the order of" in found.words()
    assert "SIM1" in found.words()
    assert "future" not in found.words()


def test_chance_that_two_runs_do_not_show_is_not_called_look_ahead(two_feeds):
    class Seldom(cheats.Cheat):
        """Acts otherwise from its fifth run on, as a draw may that decides one day in many."""

        runs = 0

        def start(self):
            type(self).runs += 1

        def wants(self):
            return len(self) % (3 + (type(self).runs > 4)) == 0

    found = audit(Seldom, two_feeds[:1])
    assert (found.reason, found.cuts) == ("not reproducible", [])


@pytest.mark.parametrize(
    ("kind", "line", "number"),
    [(cheats.WritesToItsFeed, "close", 49), (cheats.WritesAndRestores, "open", 50)],
)
@pytest.mark.parametrize("check", [run, audit])
def test_a_feed_that_is_written_to_stops_the_run(kind, line, number, check, two_feeds):
    table = two_feeds[0]
    was = float(getattr(table, line)[number])
    with pytest.raises(RunStopped) as raised:
        check(kind, [table])
    words = str(raised.value)
    assert words.startswith(f"{table.dates[number]}: the {line} of SIM1 was ")
    assert f"is {was:.10g} in its bars" in words


@pytest.fixture(scope="module")
def beside():
    days = pd.bdate_range("2005-01-03", "2006-12-29")
    return {"beside": pd.Series(np.random.default_rng(0).standard_normal(len(days)), days)}


@pytest.mark.parametrize("when", [*({"weekday": day} for day in range(5)), {"month_end": True}])
def test_a_partial_peek_at_inputs_is_caught_by_the_cuts(when, two_feeds, beside):
    found = audit(cheats.ReadsTomorrowsRow, two_feeds[:1], inputs=beside, params=when)
    assert found.reason == "look-ahead"
    assert {moved.how for moved in found.moved} <= {"truncated", "scrambled"}
    for moved in found.moved:
        day = moved.date.weekday(), np.busday_offset(moved.date, 1).item().month != moved.date.month
        assert day[0] == when.get("weekday", day[0])
        assert day[1] or "weekday" in when


def test_inputs_up_to_the_day_are_no_peek(two_feeds, beside):
    assert audit(cheats.ReadsTomorrowsRow, two_feeds[:1], inputs=beside, cuts=2).passed


def test_a_restated_value_before_its_filing_is_caught(two_feeds):
    """The strategy is honest: the source is not, with the later filing gone and made up."""
    early = cheats.restated_statements(cheats.RestatedEarly)
    found = audit(cheats.FollowsEbit, two_feeds[:1], inputs={"fundamentals": early})
    assert found.reason == "look-ahead"
    assert {moved.how for moved in found.moved} == {"truncated", "scrambled"}
    filed = early.known_from[: len(early.known_from) // 2]
    for moved in found.moved:  # between a filing and its correction
        after = (np.datetime64(moved.date) - filed).astype(int)
        assert ((after >= 0) & (after < 12)).any()


def test_restatements_from_their_filing_on_are_no_peek(two_feeds):
    books = cheats.restated_statements()
    found = audit(cheats.FollowsEbit, two_feeds[:1], inputs={"fundamentals": books})
    assert found.passed
    assert len(found.cuts) > 2


@pytest.mark.parametrize(("ahead", "reason"), [(1, "look-ahead"), (0, "")])
def test_a_country_of_tomorrow_is_caught(two_feeds, ahead, reason):
    inputs = {"sectors": cheats.moving_company()}
    params = {"ahead": ahead}
    found = audit(cheats.ReadsTomorrowsCountry, two_feeds[:1], inputs=inputs, params=params)
    assert (found.reason or "") == reason
    assert {moved.how for moved in found.moved} <= {"truncated", "scrambled"}


class Fills(bt.Strategy):
    """Buy at every bar, and let a filler say how much of it fills."""

    params = (("filler", None),)

    def __init__(self):
        self.broker.set_filler(self.p.filler or self.seeing)

    def seeing(self, order, _price, ago):
        rises = order.data.close[ago] > order.data.open[ago]
        return order.executed.remsize if rises == order.isbuy() else 0

    def next(self):
        for order in self.broker.get_orders_open():
            self.cancel(order)
        self.close() if self.position else self.buy(size=10)


def test_a_filler_of_its_own_is_told(two_feeds):
    """It sees the close of the bar at whose open an order fills."""
    found = audit(Fills, two_feeds[:1], cuts=1)
    assert found.passed
    assert found.unseen == ("lets its filler seeing see the whole bar",)
    of_backtrader = bt.fillers.FixedBarPerc(perc=10.0)
    assert audit(Fills, two_feeds[:1], cuts=1, params={"filler": of_backtrader}).unseen == ()


def test_a_file_that_was_not_handed_in_is_listed_and_no_verdict(two_feeds, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (table, _) = two_feeds
    rows = zip(table.dates[:-1], table.close[1:], strict=True)
    (tmp_path / cheats.FUTURE_FILE).write_text("\n".join(f"{day},{close}" for day, close in rows))
    found = audit(cheats.ReadsAFile, [table], cuts=1)
    assert found.passed
    assert found.unseen == ("reads future.csv",)
    assert "it reads future.csv, which the audit cannot cut" in found.words()
    assert found.badge().kind == "warn"
    assert found.plain()["unseen"] == ["reads future.csv"]


def test_the_day_feed_and_value_of_a_bar_that_is_not_there_are_named(two_feeds):
    class Careless(cheats.Cheat):
        def wants(self):
            return self.data.close[2] > self.data.close[0]

    found = audit(Careless, two_feeds[:1], cuts=1)
    assert [moved.how for moved in found.moved] == ["missing"]
    last = two_feeds[0].dates[-2].item()
    assert found.moved[0].date == last
    assert f"close[2] of SIM1 is read on {last}, a bar that is not there" in found.words()


def test_equal_orders_on_other_days_are_not_equal(two_feeds):
    class OneDayLater(cheats.Cheat):
        """Sends the same order a day later where it sees that the bars end early."""

        def next(self):
            if len(self) == 50 + (self.data.buflen() < 200):
                self.buy(size=1, exectype=1, price=0.01)

    found = audit(OneDayLater, two_feeds[:1], cuts=1)
    assert found.moved[0].what.startswith("the order of 2005-")
    assert isinstance(found.moved[0].date, datetime.date)
