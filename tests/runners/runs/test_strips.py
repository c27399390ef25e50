"""Each row of a strip equals a run with that change; the page shows it."""

import html
import json
import re

import numpy as np
import pandas as pd
import pytest
from scripts import without_script

from btplaybook.brokers.financing import Financing
from btplaybook.feeds.samples import sample
from btplaybook.runners.pages import strips as strip_words
from btplaybook.runners.pages import tearsheet as page_module
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.runs.again import strips as again
from btplaybook.runners.runs.cerebro import run_cerebro
from btplaybook.runners.runs.labels.formats import number
from btplaybook.runners.runs.replay import replay_of
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.settings import Settings
from btplaybook.runners.runs.strips import break_even
from btplaybook.search.errors import LedgerDomainError
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.sma_switch import SmaSwitch

COSTS = {"per_share": 0.005, "min_fee": 1.0, "slippage_bps": 3.0, "borrow": 0.01}
NASTY = "</title><script>alert(1)</script>"


class Never(PlaybookStrategy):
    """Wants nothing."""

    def target_weights(self):
        return {}


class Half(PlaybookStrategy):
    """Keeps half of the account in each of two feeds that have a bar."""

    def target_weights(self):
        return {data: 0.5 for data in self.datas if len(data)}


class Trims(PlaybookStrategy):
    """Half and minus 40 % at each month's end; the short is changed in the middle of a week."""

    params = (("every", "month"), ("rebalance", "on_decision"))

    def target_weights(self):
        return dict(zip(self.datas, (0.5, -0.4), strict=True))

    def between_decisions(self):
        return {self.data1: -0.3} if self.datetime.date(0).day == 14 else None


class Moody(PlaybookStrategy):
    """Turns as soon as it has a loss, which depends on where its orders were filled."""

    def target_weights(self):
        held = self.position
        loses = held.size * (self.data.close[0] - held.price) < 0
        side = 1.0 if held.size >= 0 else -1.0
        return {self.data: -side if loses else side}


class Meddler(PlaybookStrategy):
    """Also buys a share of its own every day."""

    def target_weights(self):
        self.buy(size=1)
        return {self.data: 0.5}


class Twice(PlaybookStrategy):
    """Changes sides on rising and falling days, at the close and again at the next open.

    `waits` names the session that decides nothing on the first `silent` days.
    """

    sessions = ("close", "open")
    params = (("waits", ""), ("silent", 0))

    def target_weights(self, session):
        if session == self.p.waits and len(self) <= self.p.silent:
            return None
        rises = self.data.close[0] > self.data.open[0]
        held = {"close": 1.0 if rises else 0.4, "open": -0.5 if rises else 0.4}[session]
        return {data: held / len(self.datas) for data in self.datas if len(data)}


class Geared(PlaybookStrategy):
    """Three times the account."""

    def target_weights(self):
        return {self.data: 3.0}


class Silent(PlaybookStrategy):
    """Decides nothing and buys a share on its own."""

    def target_weights(self):
        if not self.position:
            self.buy(size=1)


@pytest.fixture(autouse=True)
def no_statistics(monkeypatch):
    """Leave quantstats' part out of every page: it takes two seconds and is not looked at here."""
    monkeypatch.setattr(page_module, "why_no_body", lambda returns: "Left out.")


def switch(simulated, **settings):
    return run("sma-switch", simulated, params={"period": 12}, **settings)


@pytest.fixture(scope="module")
def costly(simulated):
    return switch(simulated, fill="next_open", size_at="decision", **COSTS)


def figures(result, names):
    return {name: result.metrics[name] for name in names}


@pytest.mark.parametrize("size_at", ["fill", "decision"])
@pytest.mark.parametrize("fill", ["close", "next_open", "next_close"])
def test_a_fill_is_as_if_it_had_been_run(simulated, costly, fill, size_at):
    names = ("points", "total_return", "cagr", "sharpe")
    run_so = switch(simulated, fill=fill, size_at=size_at, strips=False, **COSTS)
    (row,) = (r for r in costly.strips["fill"] if (r["fill"], r["size_at"]) == (fill, size_at))
    assert {name: row[name] for name in names} == pytest.approx(figures(run_so, names), rel=1e-9)
    assert row["gain"] == pytest.approx(run_so.metrics["pnl"]["total"], rel=1e-9)
    assert row["run"] == ((fill, size_at) == ("next_open", "decision"))


def test_one_day_later_is_the_decisions_shifted(simulated):
    """Without a warm-up before the window both begin alike: flat."""

    class Shifted(SmaSwitch):
        def target_weights(self):
            decided = super().target_weights()
            today, self.waiting = getattr(self, "waiting", None), decided
            return today

    later = run(Shifted, simulated, period=12, fill="next_close", strips=False)
    rows = switch(simulated).strips["fill"]
    (row,) = (r for r in rows if (r["fill"], r["size_at"]) == ("close_after_next", "fill"))
    assert row["points"] == pytest.approx(later.metrics["points"], rel=1e-9)
    assert row["total_return"] == pytest.approx(later.metrics["total_return"], rel=1e-9)


def test_decisions_are_replayed_and_not_decided_again(simulated):
    """Run at the next open, this strategy decides otherwise than at the close."""
    result = run(Moody, simulated, fill="close")
    again = run(Moody, simulated, fill="next_open", strips=False)
    sides = result.decisions["weight"].to_numpy()[:-1]
    marks = np.append(simulated.open[1:], simulated.close[-1])
    points = {row["fill"]: row["points"] for row in result.strips["fill"]}
    assert points["next_open"] == pytest.approx(sides @ np.diff(marks), rel=1e-9)
    assert abs(points["next_open"] - again.metrics["points"]) > 1.0


@pytest.mark.parametrize("bps", [0.0, 1.0, 2.0, 3.0, 5.0, 10.0])
def test_a_cost_is_as_if_it_had_been_run(simulated, costly, bps):
    run_so = switch(
        simulated, fill="next_open", size_at="decision", strips=False,
        **COSTS | {"slippage_bps": bps},
    )  # fmt: skip
    (row,) = (r for r in costly.strips["cost"]["rows"] if r["slippage_bps"] == bps)
    assert row["total_return"] == pytest.approx(run_so.metrics["total_return"], rel=1e-9)
    assert row["gain"] == pytest.approx(run_so.metrics["pnl"]["total"], rel=1e-9)
    assert row["run"] == (bps == 3.0)


@pytest.mark.parametrize(
    ("excess", "bps", "why"),
    [
        pytest.param(lambda bps: 7.5 - bps, 7.5, None, id="between two levels"),
        pytest.param(lambda bps: 5.0 - bps, 5.0, None, id="at a level"),
        pytest.param(lambda bps: 0.004 - bps, 0.0, None, id="at once"),
        pytest.param(lambda bps: 998.0 - bps, 998.0, None, id="at the end"),
        pytest.param(lambda bps: (3.0 - bps) * (8.0 - bps), 3.0, None, id="the first of two"),
        pytest.param(lambda bps: -bps, None, "no gain", id="nothing to lose"),
        pytest.param(lambda bps: -1.0, None, "no gain", id="lost already"),
        pytest.param(lambda bps: 1.0, None, "beyond", id="never"),
    ],
)
def test_break_even(excess, bps, why):
    found = break_even(excess)
    assert found["why"] == why
    assert found["slippage_bps"] == (None if bps is None else pytest.approx(bps, abs=0.01))


@pytest.mark.parametrize("key", ["over_zero", "over_buy_and_hold"])
def test_the_gain_changes_sides_at_the_break_even(key):
    """Each break-even lies between two runs 0.02 bp apart."""
    nasdaq = sample("nasdaq", end="2003-12-31")
    result = run("sma-switch", nasdaq, period=12, per_share=0.01)
    bps = result.strips["cost"]["break_even"][key]["slippage_bps"]
    goal = 0.0 if key == "over_zero" else result.benchmark["total_return"]
    cheaper, dearer = (
        run("sma-switch", nasdaq, period=12, per_share=0.01, slippage_bps=bps + step)
        for step in (-0.01, 0.01)
    )
    assert cheaper.metrics["total_return"] > goal > dearer.metrics["total_return"]


@pytest.mark.parametrize("cash", [1e4, 1e5, 1e6, 1e7])
@pytest.mark.parametrize(("given", "used"), [(0.0, 1.0), (5.0, 5.0)])
def test_an_account_is_as_if_it_had_been_run(simulated, cash, given, used):
    costs = {"per_share": 0.01, "slippage_bps": 2.0}
    ladder = switch(simulated, min_fee=given, **costs).strips["capital"]
    run_so = switch(simulated, min_fee=used, cash=cash, whole_shares=True, strips=False, **costs)
    (row,) = (r for r in ladder["rows"] if r["cash"] == cash)
    assert (ladder["min_fee"], ladder["illustrative"]) == (used, given == 0.0)
    assert row["total_return"] == pytest.approx(run_so.metrics["total_return"], rel=1e-9)
    assert row["commission"] == pytest.approx(-run_so.metrics["pnl"]["commission"], rel=1e-9)
    assert row["orders"] == len(run_so.trades)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"start": "2005-06-01", "end": "2006-03-01"}, id="window"),
        pytest.param({"every": "week", "fill": "next_open"}, id="weekly"),
        pytest.param({"every": "month", "rebalance": "daily"}, id="monthly, relevelled"),
        pytest.param({"interest": {"cash": 0.03, "debit": 0.08}, "borrow": 0.02}, id="rates"),
        pytest.param({"whole_shares": True, "cash": 5000.0, "min_fee": 2.0}, id="small"),
        pytest.param(
            {"fill": "next_close", "size_at": "decision", "rebalance": "daily"}, id="late"
        ),
    ],
)
def test_the_row_that_was_run_is_the_run(simulated, settings):
    result = switch(simulated, **settings)
    names = ("points", "total_return", "cagr", "sharpe")
    (row,) = (r for r in result.strips["fill"] if r["run"])
    assert {name: row[name] for name in names} == pytest.approx(figures(result, names), rel=1e-9)
    (level,) = (r for r in result.strips["cost"]["rows"] if r["run"])
    assert level["total_return"] == pytest.approx(result.metrics["total_return"], rel=1e-9)


def test_two_feeds_of_which_one_is_listed_later(simulated):
    other = sample("simulated", seed=7).between(
        simulated.dates[150].item(), simulated.dates[-1].item()
    )
    result = run(
        "sma-switch",
        {"A": simulated, "B": other},
        params={"period": 12, "short_via": "inverse"},
        rebalance="daily",
    )
    (row,) = (r for r in result.strips["fill"] if r["run"])
    assert row["points"] == pytest.approx(result.metrics["points"], rel=1e-9)
    assert row["total_return"] == pytest.approx(result.metrics["total_return"], rel=1e-9)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="as it is"),
        pytest.param({"rebalance": "daily", "size_at": "decision"}, id="relevelled, at decision"),
        pytest.param({"start": "2005-06-01", "end": "2006-03-01"}, id="window"),
        pytest.param({"every": "week"}, id="weekly"),
        pytest.param({"interest": {"cash": 0.03, "debit": 0.08}, "borrow": 0.02}, id="rates"),
        pytest.param({"whole_shares": True, "cash": 5000.0, "size_at": "decision"}, id="small"),
        pytest.param({"waits": "open", "silent": 30}, id="the open begins later"),
        pytest.param({"waits": "close", "silent": 30, "rebalance": "daily"}, id="the close does"),
        pytest.param({"waits": "open", "silent": 10**6, "rebalance": "daily"}, id="closes alone"),
        pytest.param({"waits": "close", "silent": 10**6}, id="opens alone"),
        pytest.param({"waits": "close", "silent": 30, "start": "2005-02-01"}, id="in the warm-up"),
    ],
)
def test_who_acts_twice_a_day_has_costs_and_capital(simulated, settings):
    costs = {"per_share": 0.005, "min_fee": 1.0, "slippage_bps": 0.5}
    result = run(Twice, simulated, **costs | settings)
    assert result.strips["not_shown"] is None
    levels = {row["slippage_bps"]: row for row in result.strips["cost"]["rows"]}
    (own,) = (row for row in levels.values() if row["run"])
    assert own["total_return"] == pytest.approx(result.metrics["total_return"], rel=1e-9)
    dearer = run(Twice, simulated, strips=False, **costs | settings | {"slippage_bps": 2.0})
    assert levels[2.0]["gain"] == pytest.approx(dearer.metrics["pnl"]["total"], rel=1e-9)
    on_ladder = {"cash": 1e4, "whole_shares": True}
    small = run(Twice, simulated, strips=False, **costs | settings | on_ladder)
    (row,) = (row for row in result.strips["capital"]["rows"] if row["cash"] == 1e4)
    assert row["total_return"] == pytest.approx(small.metrics["total_return"], rel=1e-9)
    assert row["commission"] == pytest.approx(-small.metrics["pnl"]["commission"], rel=1e-9)
    assert row["orders"] == len(small.trades)


@pytest.mark.parametrize("waits", ["", "open", "close"])
def test_points_of_who_acts_twice_a_day(simulated, waits):
    settings, opens = Settings(), simulated.dates[0].item()
    params = {"waits": waits, "silent": 30}
    ran, broker = run_cerebro(Twice, [simulated], params, settings, opens)
    replay = replay_of(ran, broker.ledger, [simulated], settings, opens)
    measured = run(Twice, simulated, params=params, strips=False).metrics["points"]
    assert replay.points("close") == pytest.approx(measured, rel=1e-9)


def test_twice_a_day_in_two_feeds_of_which_one_is_listed_later(simulated):
    other = sample("simulated", seed=7).between(
        simulated.dates[150].item(), simulated.dates[-1].item()
    )
    result = run(Twice, {"A": simulated, "B": other}, percent_fee=0.0001)
    (own,) = (row for row in result.strips["cost"]["rows"] if row["run"])
    assert own["total_return"] == pytest.approx(result.metrics["total_return"], rel=1e-9)


def test_twice_a_day_the_gain_changes_sides_at_the_break_even(simulated):
    class Nights(Twice):
        def target_weights(self, session):
            return {self.data: 1.0 if session == "close" else 0.0}

    frame = simulated.frame()
    frame[["open", "high"]] *= 1.002  # every night gains: 10 bp an order
    bars = type(simulated).from_frame(frame, "A", dividends=False)
    bps = run(Nights, bars).strips["cost"]["break_even"]["over_zero"]["slippage_bps"]
    cheaper, dearer = (run(Nights, bars, slippage_bps=bps + step) for step in (-0.01, 0.01))
    assert cheaper.metrics["total_return"] > 0.0 > dearer.metrics["total_return"]


def test_the_page_says_that_the_fills_are_the_rule(simulated):
    result = run(Twice, simulated, slippage_bps=3.0)
    why = "the strategy acts at the close and at the next open: its fills are the rule itself"
    assert (result.strips["fill"], result.strips["fill_not_shown"]) == (None, why)
    assert [*strip_words.strip_tables(result)] == ["cost", "capital"]
    page = tearsheet(result)
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    for part in (f"Fill Not shown: {why}. Cost", "3 bp as run", "Whole shares and at least 1.00"):
        assert part in text, part
    assert "Close after next" not in page
    assert "by fill; dashed" not in page


def test_the_runs_own_limit_holds(simulated):
    result = run(Geared, simulated, max_gross=3.0, rebalance="daily")
    assert result.strips["not_shown"] is None


def test_several_instruments_have_no_points(simulated):
    result = run(Half, {"A": simulated, "B": simulated}, rebalance="daily")
    assert {row["points"] for row in result.strips["fill"]} == {None}
    assert strip_words.strip_tables(result)["fill"].columns[0] == "Total return"
    (table,) = re.findall(r"<h3>Fill</h3>.*?</table>", tearsheet(result), re.S)
    assert '<th scope="col">Total return</th>' in table
    assert "points" not in table


def test_what_a_strategy_changes_between_its_decisions_is_replayed(simulated):
    """The replay is held against the run day by day; a target it missed would not be shown."""
    result = run(Trims, {"A": simulated, "B": simulated}, slippage_bps=2.0)
    days = result.trades[result.trades["instrument"] == "B"]["date"].dt.day
    assert (days == 14).any()
    assert (result.trades["instrument"] == "A").sum() == 19  # the ends of the months
    assert result.strips["not_shown"] is None


def test_the_fills_of_the_published_rule(spy):
    """The figures of an independent computation: 255.4, 253.8 and 319.4 points."""
    result = run("sma-switch", spy, period=8, direction="reversion")
    points = {row["fill"]: row["points"] for row in result.strips["fill"]}
    assert points["close"] == pytest.approx(255.4, abs=0.05)
    assert points["next_open"] == pytest.approx(253.8, abs=0.05)
    assert points["next_close"] == pytest.approx(319.4, abs=0.05)


@pytest.mark.parametrize(
    ("strategy", "gap", "words"),
    [
        pytest.param(Never, False, "never traded", id="no trades"),
        pytest.param(Meddler, False, "orders of its own", id="other orders"),
        pytest.param(Silent, False, "orders of its own", id="no decisions"),
        pytest.param(Half, True, "B has no bar on some day that A trade on", id="gap"),
    ],
)
def test_what_can_neither_be_replayed_nor_run_again_is_not_shown(
    simulated, strategy, gap, words, monkeypatch
):
    monkeypatch.setattr(again, "MOST_AGAIN", 399)
    feeds = simulated
    if gap:
        frame = simulated.frame()
        whole = type(simulated).from_frame
        feeds = [whole(frame, "A"), whole(frame.drop(frame.index[77]), "B")]
    result = run(strategy, feeds, max_gross=1e9)
    assert words in result.strips["not_shown"]
    assert [result.strips[key] for key in ("fill", "cost", "capital")] == [None] * 3
    assert result.strips["fill_not_shown"] is None
    page = tearsheet(result)
    assert f"Not shown: {result.strips['not_shown']}." in page
    assert "Close after next" not in page


def test_an_unknown_rate_is_not_shown(simulated):
    """The rate of debit begins too late for an account that comes to need it."""
    settings, opens = Settings(), simulated.dates[0].item()
    ran, broker = run_cerebro(SmaSwitch, [simulated], {"period": 12}, settings, opens)
    replay = replay_of(ran, broker.ledger, [simulated], settings, opens)
    late = pd.Series([0.05], index=pd.DatetimeIndex([simulated.dates[-1]]))
    with pytest.raises(LedgerDomainError, match="rate of interest is not known"):
        replay.account(financing=Financing(debit=late))


def test_left_out_they_are_null(simulated):
    result = switch(simulated, strips=False)
    assert json.loads(result.to_json())["strips"] is None
    assert "What the result hangs on" not in tearsheet(result)


def test_equal_runs_have_equal_strips(simulated, costly):
    again = switch(simulated, fill="next_open", size_at="decision", **COSTS)
    assert again.to_json() == costly.to_json()
    assert json.loads(costly.to_json())["strips"] == costly.strips


def test_the_page_says_what_is_changed(costly):
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", tearsheet(costly))).split())
    (row,) = (r for r in costly.strips["fill"] if r["run"])
    for part in (
        "What the result hangs on",
        f"Next open as run {number(row['points'])}",
        "Slippage in basis points of the value of every order, in place of the run's own",
        "3 bp as run",
        "The lead over simulated prices held is gone at",
        "Whole shares and at least 1.00 an order;",
    ):
        assert part in text, part
    assert not re.search(r"\b(nan|inf|None)\b", text)


def test_ruin_is_marked():
    """A short that trebles is worth less than nothing; the page says when, in every table."""
    frame = sample("simulated").frame().iloc[:40].copy()
    columns = ["open", "high", "low", "close"]
    frame.loc[frame.index[20] :, columns] *= 3.0

    class Short(PlaybookStrategy):
        def target_weights(self):
            return {self.data: -1.0}

    result = run(Short, type(sample("simulated")).from_frame(frame, "A", dividends=False))
    day = frame.index[20].date()
    assert {row["ruined_on"] for row in result.strips["fill"]} == {str(day)}
    assert tearsheet(result).count(f"ruined {day}") == 8 + 5 + 4


def test_a_name_comes_out_literally(simulated):
    page = tearsheet(run("sma-switch", {NASTY: simulated}, period=12))
    assert "<script" not in without_script(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; held is gone at" in page
