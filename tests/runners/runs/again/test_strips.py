"""A row of a strip whose strategy decides again is a run of its own, to the last bit."""

import html
import json
import os
import re

import backtrader as bt
import pytest

from btplaybook.brokers.costs import Costs
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.pages import strips
from btplaybook.runners.pages import tearsheet as page_module
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.again import outcomes
from btplaybook.runners.runs.cerebro import run_cerebro
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.settings import Settings
from btplaybook.search.errors import SearchStopped
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

CODE = '''
import os, signal
import backtrader as bt

class Dips(bt.Strategy):
    """Bids 1 % below the close, and sells what it holds when it has lost."""

    params = (("die", 0),)

    def next(self):
        if self.p.die not in (0, os.getpid()):
            os.kill(os.getpid(), signal.SIGKILL)
        if not self.position:
            size = int(self.broker.getvalue() * 0.9 / self.data.close[0])
            self.buy(exectype=bt.Order.Limit, price=0.99 * self.data.close[0], size=size,
                     valid=self.datetime.date(0))
            self.buy(size=size // 2)
        elif self.data.close[0] < self.position.price:
            self.close()
'''
OWN = {"slippage_bps": 3.0, "per_share": 0.01}


class Fixed(bt.Strategy):
    """Buys 300 shares, whatever they cost."""

    def next(self):
        if not self.position:
            self.buy(size=300)
        elif len(self) % 20 == 0:
            self.close()


class Meddler(PlaybookStrategy):
    """Also buys a share of its own every day."""

    def target_weights(self):
        self.buy(size=1)
        return {self.data: 0.5}


@pytest.fixture(scope="module")
def bars() -> Bars:
    whole = sample("simulated")
    return whole.between(None, whole.dates[199].item())


@pytest.fixture(scope="module")
def dips(tmp_path_factory):
    file = tmp_path_factory.mktemp("mine") / "dips.py"
    file.write_text(CODE)
    return f"{file}:Dips"


@pytest.fixture(scope="module")
def whole(bars, dips):
    return run(dips, bars, **OWN)


def row_of(rows, **named):
    (row,) = (row for row in rows if named.items() <= row.items())
    return row


def same(row, result):
    pnl = result.metrics["pnl"]
    measured = {**result.metrics, "gain": pnl["total"], "commission": -pnl["commission"]}
    return all(row[name] == measured[name] for name in row.keys() & measured.keys())


@pytest.mark.parametrize("fill", ["close", "next_open", "next_close"])
def test_a_fill_is_a_run(bars, dips, whole, fill):
    row = row_of(whole.strips["fill"], fill=fill)
    assert same(row, run(dips, bars, fill=fill, strips=False, **OWN))
    assert row["run"] == (fill == "next_open")
    assert whole.strips["decided_again"] is True


def test_one_bar_late_delays_every_order(bars, dips, whole):
    row = row_of(whole.strips["fill"], fill="one_bar_late")
    settings = Settings(fill="next_open", **OWN)
    opens = bars.dates[0].item()
    _, broker = run_cerebro(registry.loaded_class(dips), [bars], {}, settings, opens, bars_late=1)
    equity = [day.equity for day in broker.ledger.days]
    assert row["gain"] == equity[-1] - 1e6
    first = broker.ledger.fills[0].date
    assert first == whole.trades["date"].iloc[0].date() + (first - bars.dates[1].item())
    assert first > whole.trades["date"].iloc[0].date()


@pytest.mark.parametrize("bps", [0.0, 1.0, 2.0, 3.0, 5.0, 10.0])
def test_a_cost_is_a_run(bars, dips, whole, bps):
    row = row_of(whole.strips["cost"]["rows"], slippage_bps=bps)
    assert same(row, run(dips, bars, strips=False, **OWN | {"slippage_bps": bps}))
    assert row["run"] == (bps == 3.0)


@pytest.mark.parametrize("cash", [1e4, 1e5, 1e6, 1e7])
def test_an_account_is_a_run(bars, dips, whole, cash):
    row = row_of(whole.strips["capital"]["rows"], cash=cash)
    result = run(dips, bars, strips=False, cash=cash, min_fee=1.0, **OWN)
    assert same(row, result)
    assert row["orders"] == len(result.trades)


def test_costs_of_ones_own_are_moved(bars, dips):
    class Fee(Costs):
        def commission(self, size, price):
            return 7.0

    moved = run(dips, bars, costs=Fee()).strips["cost"]
    plain = run(dips, bars, costs=Fee(slippage_bps=5.0), strips=False)
    assert moved["on_top"] is True
    row = row_of(moved["rows"], slippage_bps=5.0)
    assert row["gain"] == pytest.approx(plain.metrics["pnl"]["total"], rel=1e-12)


@pytest.fixture
def in_processes(monkeypatch):
    monkeypatch.setattr(outcomes, "WORTH_PROCESSES", 0.0)
    monkeypatch.setattr(outcomes, "cores", lambda: 2)


def test_in_processes_the_rows_are_the_same(bars, dips, whole, in_processes, monkeypatch):
    kinds = []
    calls = outcomes.Calls
    monkeypatch.setattr(outcomes, "Calls", lambda *given: kinds.append(given) or calls(*given))
    assert run(dips, bars, **OWN).to_json() == whole.to_json()
    assert [workers for _, workers in kinds] == [2]


def test_a_worker_that_dies_is_an_error_in_one_line(bars, dips, in_processes):
    with pytest.raises(SearchStopped, match=r"a worker process died .*\(--quick\)$") as died:
        run(dips, bars, die=os.getpid())
    assert "\n" not in str(died.value)


def test_who_cannot_be_imported_runs_here(bars, in_processes, monkeypatch):
    class Local(Fixed):
        pass

    monkeypatch.setattr(outcomes, "Calls", None)  # to start processes would raise
    assert run(Local, bars).strips["fill"][0]["stopped"] is None


def test_a_row_that_is_stopped_says_why(bars, monkeypatch):
    monkeypatch.setattr(page_module, "why_no_body", lambda returns: "Left out.")
    result = run(Fixed, bars, cash=1e5, max_gross=2.0)
    stopped = row_of(result.strips["capital"]["rows"], cash=1e4)
    assert {stopped[name] for name in ("total_return", "gain", "commission", "orders")} == {None}
    assert re.search(r"SIMULATED.*gross exposure would be .* max_gross is 2", stopped["stopped"])
    assert row_of(result.strips["capital"]["rows"], cash=1e5)["stopped"] is None
    json.loads(result.to_json())
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", tearsheet(result))).split())
    assert f"10,000 stopped: {stopped['stopped']}" in text
    assert "in which the strategy decided again" in text
    assert "One bar late" in text
    assert "replayed" not in text


def test_what_cannot_be_replayed_runs_again(bars):
    result = run(Meddler, bars, max_gross=9.0)
    assert "orders of its own" in result.strips["replay_not_possible"]
    row = row_of(result.strips["fill"], fill="next_close", size_at="decision")
    late = run(Meddler, bars, fill="next_close", size_at="decision", max_gross=9.0, strips=False)
    assert same(row, late)
    assert row["points"] == late.metrics["points"]
    row = row_of(result.strips["capital"]["rows"], cash=1e4)
    small = run(
        Meddler, bars, cash=1e4, whole_shares=True, min_fee=1.0, max_gross=9.0, strips=False
    )
    assert same(row, small)
    assert [title for title, _ in strips.strip_tables(result)["fill"].groups] == [
        "Sized at the fill",
        "Sized at the decision",
    ]


def test_the_gain_is_gone_at_the_break_even():
    class Busy(Fixed):
        def next(self):
            self.order_target_percent(target=0.9 if len(self) % 4 < 2 else 0.0)

    bars = sample("nasdaq", end="1999-09-30")
    result = run(Busy, bars)
    found = result.strips["cost"]["break_even"]
    assert found["tolerance_bps"] == 0.25
    bps = found["over_zero"]["slippage_bps"]
    cheaper, dearer = (
        run(Busy, bars, slippage_bps=bps + step, strips=False).metrics["total_return"]
        for step in (-0.25, 0.25)
    )
    assert cheaper > 0.0 > dearer
