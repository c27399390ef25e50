"""A caller's own costs: figures, strips, page, record, audit and search."""

import dataclasses
import html
import json
import re

import pytest

from btplaybook.brokers.cost_eras import eras, us_tick
from btplaybook.brokers.costs import Costs
from btplaybook.brokers.errors import BrokerError, RunStopped
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages import tearsheet as page_module
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.records.compare import compare
from btplaybook.runners.records.rerun import rerun
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs import replay
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.cerebro import run_cerebro
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.settings import Settings
from btplaybook.runners.searches.run import run_search
from btplaybook.search.errors import LedgerDomainError
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.sma_switch import SmaSwitch

pytestmark = pytest.mark.usefixtures("undrawn")

FEES = {"per_share": 0.005, "min_fee": 1.0, "percent_fee": 0.0002, "spread": 0.02}


class LikeCosts:
    """Computes what `Costs` computes, and is no subclass of it."""

    free = False

    def __init__(self, costs):
        self.costs = costs

    def commission(self, size, price):
        return self.costs.commission(size, price)

    def slipped(self, size, price):
        return self.costs.slipped(size, price)


@dataclasses.dataclass(frozen=True)
class PerOrder:
    """A fee an order."""

    fee: float = 7.5
    free = False

    def commission(self, size, price):
        return self.fee

    def slipped(self, size, price):
        return price


@dataclasses.dataclass
class Counting:
    """The first orders are dear, the later ones free."""

    dear: int = 4
    seen: int = dataclasses.field(default=0, init=False)
    free = False

    def commission(self, size, price):
        self.seen += 1
        return 100.0 if self.seen <= self.dear else 0.0

    def slipped(self, size, price):
        return price


class Nights(PlaybookStrategy):
    """Long over night on rising days, short on falling ones; flat by day."""

    sessions = ("close", "open")

    def target_weights(self, session):
        rises = self.data.close[0] > self.data.open[0]
        return {self.data: (1.0 if rises else -1.0) if session == "close" else 0.0}


@pytest.fixture(autouse=True)
def no_statistics(monkeypatch):
    """Leave quantstats' part out of every page: it takes two seconds and is not looked at here."""
    monkeypatch.setattr(page_module, "why_no_body", lambda returns: "Left out.")


def words_of(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize(
    ("strategy", "settings"),
    [
        pytest.param("sma-switch", {"period": 12}, id="on change"),
        pytest.param("sma-switch", {"period": 12, "rebalance": "daily"}, id="daily"),
        pytest.param("sma-switch", {"period": 12, "fill": "next_open"}, id="next open"),
        pytest.param(
            "sma-switch",
            {"period": 12, "size_at": "decision", "fill": "next_close", "whole_shares": True},
            id="whole shares",
        ),
        pytest.param(Nights, {}, id="twice a day"),
        pytest.param("sma-switch", {"period": 12, "borrow": 0.02, "interest": 0.03}, id="rates"),
    ],
)
def test_what_computes_the_same_gives_the_same_bits(simulated, strategy, settings):
    """Flips are one order with one least fee; the strips replay the object itself."""
    bars = simulated.between(None, simulated.dates[199].item())
    mine = run(strategy, bars, costs=LikeCosts(Costs(**FEES)), **settings)
    theirs = run(strategy, bars, **FEES, **settings)
    assert mine.metrics == theirs.metrics
    assert mine.daily.equals(theirs.daily)
    assert mine.trades.equals(theirs.trades)
    assert mine.strips["not_shown"] is None
    assert mine.strips["fill"] == theirs.strips["fill"]
    assert mine.strips["cost"] == theirs.strips["cost"] | {"on_top": True}
    assert mine.strips["capital"] == theirs.strips["capital"] | {"min_fee": None}
    assert mine.metrics["pnl"]["commission"] < 0 > mine.metrics["pnl"]["slippage"]


@pytest.mark.parametrize("slippage_bps", [0.0, 4.0])
def test_what_computes_the_same_slips_the_same(simulated, slippage_bps):
    """In the run; the levels of the cost strip take the place of the slippage of `Costs` alone."""
    fees = {**FEES, "slippage_bps": slippage_bps}
    mine = run("sma-switch", simulated, period=12, costs=LikeCosts(Costs(**fees)))
    theirs = run("sma-switch", simulated, period=12, **fees)
    assert mine.metrics == theirs.metrics
    assert mine.trades.equals(theirs.trades)
    assert mine.strips["fill"] == theirs.strips["fill"]


def test_the_parts_of_the_profit_add_up(simulated):
    costs = LikeCosts(Costs(**FEES, slippage_bps=3.0))
    pnl = run("sma-switch", simulated, period=12, costs=costs, borrow=0.02).metrics["pnl"]
    assert pnl["commission"] < 0 > pnl["slippage"]
    assert pnl["residual"] == pytest.approx(0.0, abs=1e-9 * 1e6)


def test_costs_itself_is_its_fields(simulated):
    """Nothing of it is told apart: the record runs again from the command line."""
    given = run("sma-switch", simulated, period=12, costs=Costs(**FEES))
    apart = run("sma-switch", simulated, period=12, **FEES)
    assert given.to_json() == apart.to_json()
    assert "costs" not in given.settings
    free = run("sma-switch", simulated, period=12, costs=Costs(), strips=False)
    assert free.to_json() == run("sma-switch", simulated, period=12, strips=False).to_json()


def test_the_levels_of_slippage_come_on_top(simulated):
    """At 10 bp more an own fee with a spread is `Costs` with that fee, spread and 10 bp."""
    mine = run("sma-switch", simulated, period=12, costs=LikeCosts(Costs(**FEES)))
    (row,) = (row for row in mine.strips["cost"]["rows"] if row["slippage_bps"] == 10.0)
    dear = LikeCosts(Costs(**FEES, slippage_bps=10.0))
    dearer = run("sma-switch", simulated, period=12, costs=dear, strips=False)
    assert row["total_return"] == pytest.approx(dearer.metrics["total_return"], rel=1e-9)
    (own,) = (row for row in mine.strips["cost"]["rows"] if row["run"])
    assert own["slippage_bps"] == 0.0
    assert own["gain"] == pytest.approx(mine.metrics["pnl"]["total"], rel=1e-9)


def test_what_an_object_counts_begins_again_in_every_replay(simulated):
    """Four dear orders at every fill, at every level and on every rung; the object is untouched."""
    mine = Counting()
    result = run("sma-switch", simulated, period=12, costs=mine)
    assert result.metrics["pnl"]["commission"] == -400.0
    assert result.strips["not_shown"] is None
    assert {row["commission"] for row in result.strips["capital"]["rows"]} == {400.0}
    assert mine == Counting()
    assert result.settings["costs"] == {
        "class": f"{Counting.__module__}:Counting",
        "parameters": {"dear": 4},
    }


def test_the_record_names_the_object(simulated, tmp_path):
    result = run("sma-switch", simulated, period=12, costs=PerOrder(3.0), strips=False)
    assert result.settings["costs"] == {
        "class": f"{PerOrder.__module__}:PerOrder",
        "parameters": {"fee": 3.0},
    }
    plain = run("sma-switch", simulated, period=12, costs=LikeCosts(Costs()), strips=False)
    assert plain.settings["costs"] == {"class": f"{LikeCosts.__module__}:LikeCosts"}
    ticks = run("sma-switch", simulated, period=12, costs=us_tick(min_fee=1.0), strips=False)
    assert json.loads(ticks.to_json())["settings"]["costs"]["parameters"]["table"][1] == [
        "1997-06-24", {"min_fee": 1.0, "spread": 0.0625},
    ]  # fmt: skip


def test_an_earlier_run_with_costs_of_its_own_is_not_run_again(tmp_path):
    for name, fee in (("a", 3.0), ("b", 30.0)):
        result = run("sma-switch", sample("sp500"), period=200, costs=PerOrder(fee), strips=False)
        write_run(result, tmp_path / name)
    says = r"was run with costs of its own, .*:PerOrder; run it again from Python"
    with pytest.raises(ParameterError, match=says) as refused:
        rerun(tmp_path / "a")
    assert refused.value.exit_code == 2
    (found,) = (one for one in compare([tmp_path / "a", tmp_path / "b"]).differences
                if one.name == "costs")  # fmt: skip
    assert [value["parameters"]["fee"] for value in found.values] == [3.0, 30.0]


def test_the_page_names_the_object(simulated):
    result = run("sma-switch", simulated, period=12, costs=PerOrder(2.5))
    named = f"{PerOrder.__module__}:PerOrder"
    (badge,) = (badge for badge in result.badges if badge.text == "costs on")
    assert named in badge.why
    words = words_of(tearsheet(result))
    assert f"charged by {named} (fee 2.5)" in words
    assert "Per share none" not in words
    assert "on top of the run's own" in words
    assert "Whole shares; all else as in the run" in words


def test_a_free_object_has_the_badge_of_no_costs(simulated):
    nothing = PerOrder(0.0)
    object.__setattr__(nothing, "free", True)
    result = run("sma-switch", simulated, period=12, costs=nothing, strips=False)
    assert "no costs" in {badge.text for badge in result.badges}
    assert "costs on" not in {badge.text for badge in result.badges}


def test_the_audit_charges_by_it_too(simulated):
    assert audit("sma-switch", simulated, cuts=2, period=12, costs=Counting()).passed
    with pytest.raises(RunStopped, match="no costs are known"):
        audit("sma-switch", simulated, cuts=2, period=12, costs=eras({"2100-01-01": Costs()}))


def test_a_replay_that_the_costs_stop_is_not_shown(simulated):
    """At the run's fills the eras are known; a day later the last order lies past a fault."""

    class Closing:
        free = False

        def __init__(self, last):
            self.last = last

        def on(self, date, instrument):
            if date > self.last:
                raise KeyError("no fee of that day")
            return Costs()

    bars = simulated.between(None, simulated.dates[370].item())
    last = run("sma-switch", bars, period=40, strips=False).trades["date"].max().date()
    assert last < bars.dates[-3].item()
    result = run("sma-switch", bars, period=40, costs=Closing(last))
    assert "a replay was stopped: " in result.strips["replay_not_possible"]
    assert "raised KeyError: 'no fee of that day'" in result.strips["replay_not_possible"]


def test_a_replay_under_other_costs_says_from_which_day_on(simulated):
    """The strategy sent no order of its own, and the reason does not say that it did."""
    settings, opens = Settings(), simulated.dates[0].item()
    ran, broker = run_cerebro(SmaSwitch, [simulated], {"period": 12}, settings, opens)
    first = broker.ledger.fills[0].date
    says = f"decisions alone: on {first} the replay of the decisions is worth another sum"
    with pytest.raises(LedgerDomainError, match=says):
        replay.replay_of(ran, broker.ledger, [simulated], settings, opens, PerOrder())


def test_many_bars_are_not_replayed_in_python(simulated, monkeypatch):
    monkeypatch.setattr(replay, "MOST_IN_PYTHON", 399)
    why = run("sma-switch", simulated, period=12, costs=PerOrder()).strips["replay_not_possible"]
    assert why == (
        f"costs of your own ({PerOrder.__module__}:PerOrder) are replayed in plain Python, and 400 "
        "bars would take minutes"
    )
    assert run("sma-switch", simulated, period=12, **FEES).strips["not_shown"] is None


@pytest.mark.parametrize(
    ("costs", "settings", "error", "says"),
    [
        (PerOrder(), {"per_share": 0.01}, ParameterError, "per_share beside it would charge"),
        (Costs(min_fee=1), {"min_fee": 1.0}, ParameterError, "min_fee beside it would charge"),
        (0.01, {}, BrokerError, "costs must be an object with free, commission"),
        (PerOrder, {}, BrokerError, "the class PerOrder has no free"),
    ],
)
def test_costs_that_cannot_be(simulated, costs, settings, error, says):
    with pytest.raises(error, match=says) as refused:
        run("sma-switch", simulated, period=12, costs=costs, **settings)
    assert refused.value.exit_code == 2


def test_a_search_takes_costs_itself_alone(simulated):
    with pytest.raises(ParameterError, match=r"only Costs itself can be searched, got .*:PerOrder"):
        run_search("sma-switch", simulated, "period=8..12", costs=PerOrder())
    kept = {"top": 2, "at_random": 1}
    given = run_search("sma-switch", simulated, "period=8..12", costs=Costs(**FEES), **kept)
    apart = run_search("sma-switch", simulated, "period=8..12", **FEES, **kept)
    assert given.to_json() == apart.to_json()


def test_costs_that_say_free_and_charge_get_no_badge_for_it():
    class Lies(LikeCosts):
        free = True

    result = run("sma-switch", sample("simulated"), strips=False, costs=Lies(Costs(min_fee=1.0)))
    assert {"costs on", "no costs"} & {badge.text for badge in result.badges} == {"costs on"}
