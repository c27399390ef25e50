"""Runs of several instruments: what they hold, whose their profit was, and their alpha and beta."""

import dataclasses
import json
import math

import backtrader as bt
import numpy as np
import pytest
import statsmodels.api as sm

from btplaybook.analyzers.round_trips import round_trips
from btplaybook.brokers.ledger import Day, Fill, Ledger
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import CheckFailed
from btplaybook.runners.runs.by_instrument import (
    attribution_of,
    check_sums,
    holdings_of,
    remarks_of,
)
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

COSTS = {"borrow": 0.02, "interest": 0.03, "percent_fee": 0.0005, "slippage_bps": 2.0}


class Pair(PlaybookStrategy):
    """Long and short by the month, against a hedge; the last feed is never held."""

    benchmark = "cash"
    params = (("every", "month"), ("rebalance", "on_decision"))

    def target_weights(self):
        one, other, hedge, _ = self.datas
        side = 1.0 if self.data.datetime.date(0).month % 2 else -1.0
        return {one: 0.4 * side, other: 0.3, hedge: -0.5}

    def remarks(self):
        one, _, hedge, left = self.datas
        return {
            one: {"score": np.float64(0.5), "rank": np.int64(3), "weight": "mine", "odd": object()},
            hedge: {"role": "hedge", "beta": math.nan},
            left: {"score": 1.0},
        }


@pytest.fixture(scope="module")
def feeds():
    tables = [sample("simulated", seed=seed) for seed in range(4)]
    cut = [table.between(None, table.dates[299].item()) for table in tables]
    return [dataclasses.replace(table, name=name) for table, name in zip(cut, "ABHZ", strict=True)]


@pytest.fixture(scope="module")
def result(feeds):
    return run(Pair, feeds, strips=False, **COSTS)


def test_weights_and_cash_sum_to_one(result):
    last = result.daily.iloc[-1]
    total = math.fsum(each["weight"] for each in result.holdings) + last["cash"] / last["equity"]
    assert total == pytest.approx(1.0, abs=1e-9)
    assert {each["instrument"]: each["side"] for each in result.holdings} == {
        "H": "short", "A": "long" if result.daily.index[-1].month % 2 == 0 else "short", "B": "long"
    }  # fmt: skip
    for each in result.holdings:
        bars = next(table for table in result.bars if table.name == each["instrument"])
        assert each["price"] == bars.close[-1]
        assert each["value"] == each["shares"] * each["price"]


def test_what_the_strategy_says_stands_beside_a_holding(result):
    by_name = {each["instrument"]: each for each in result.holdings}
    assert (by_name["A"]["score"], by_name["A"]["rank"]) == (0.5, 3)
    assert isinstance(by_name["A"]["weight"], float)  # a remark does not take the place of a figure
    assert "odd" not in by_name["A"]
    assert by_name["H"]["role"] == "hedge"
    assert "beta" not in by_name["H"]
    assert not {"score", "role"} & set(by_name["B"])


def test_names_and_sides_add_up_to_the_profit(result):
    split, pnl = result.attribution, result.metrics["pnl"]
    assert [each["instrument"] for each in split["by_name"]] == sorted(
        "ABH", key=lambda name: -by_name(split)[name]["total"]
    )
    assert list(split["by_side"]) == ["long", "short", "hedge"]
    for part in ("price", "dividends", "borrow", "commission", "slippage"):
        for rows in (split["by_name"], split["by_side"].values()):
            assert math.fsum(row[part] for row in rows) == pytest.approx(pnl[part], abs=1e-3), part
    totals = math.fsum(row["total"] for row in split["by_side"].values())
    assert totals + split["interest"] == pytest.approx(pnl["total"], abs=1e-3)
    assert split["interest"] == pytest.approx(pnl["interest"], abs=1e-3)
    assert pnl["interest"] > 0 > pnl["borrow"]
    assert [each["instrument"] for each in split["by_name"] if "role" in each] == ["H"]
    assert split["by_side"]["hedge"]["total"] == by_name(split)["H"]["total"]
    assert split["by_side"]["long"]["borrow"] == 0.0
    assert abs(split["residual"]) < 1e-3


def by_name(split):
    return {each["instrument"]: each for each in split["by_name"]}


def test_they_stand_in_run_json(result):
    plain = json.loads(result.to_json())
    assert plain["holdings"] == result.holdings
    assert plain["attribution"] == result.attribution
    assert plain["relative"] == result.relative


def test_a_run_of_one_instrument_has_none_of_them(feeds):
    plain = run("sma-switch", feeds[0], strips=False).plain()
    assert not {"holdings", "attribution", "relative"} & set(plain)


def test_figures_alone_leave_them_out(feeds):
    plain = run(Pair, feeds, figures_only=True).plain()
    assert not {"holdings", "attribution", "relative"} & set(plain)


class Idle(Pair):
    """Holds nothing."""

    def target_weights(self):
        return {}


def test_a_run_that_never_traded_holds_nothing(feeds):
    idle = run(Idle, feeds, strips=False)
    assert idle.holdings == []
    assert idle.attribution["by_name"] == []
    assert idle.relative["beta"] == pytest.approx(0.0, abs=1e-12)
    assert idle.relative["correlation"] is None
    assert idle.relative["alpha_t"] is None
    json.loads(idle.to_json())


class Orders(bt.Strategy):
    """A strategy of backtrader's own, whose `remarks` is no method."""

    remarks = ("mine",)

    def next(self):
        if len(self) == 5:
            self.buy(self.datas[1], size=100)
            self.sell(self.datas[2], size=50)


def test_a_strategy_that_sends_orders_has_them_too(feeds):
    result = run(Orders, feeds[:3], strips=False)
    assert {each["instrument"]: each["shares"] for each in result.holdings} == {"B": 100, "H": -50}
    assert list(result.attribution["by_side"]) == ["long", "short"]
    assert result.relative["to"] == "A"


# -- alpha and beta --------------------------------------------------------------------------------


def regressed(result, bars, riskless=0.0):
    """Alpha and beta by statsmodels itself, from the bars; `riskless` is a daily return."""
    total = (bars.close[1:] + bars.dividend[1:]) / bars.close[:-1] - 1.0
    ours, market = result.returns.to_numpy() - riskless, total[-len(result.returns) :] - riskless
    lags = math.floor(4.0 * (len(ours) / 100.0) ** (2.0 / 9.0))
    line = sm.OLS(ours, sm.add_constant(market)).fit(cov_type="HAC", cov_kwds={"maxlags": lags})
    return line, np.corrcoef(ours, market)[0, 1], np.std(line.resid, ddof=1)


def test_alpha_and_beta_are_those_of_a_regression(feeds):
    costs = COSTS | {"interest": 0.0}
    result = run(Pair, feeds, strips=False, risk_free_rate=0.02, **costs)
    line, correlation, rest = regressed(result, feeds[0], 1.02 ** (1.0 / 252) - 1.0)
    found = result.relative
    assert found["to"] == "A"  # compared with cash: the first feed
    assert found["alpha"] == pytest.approx(252 * line.params[0], rel=1e-9)
    assert found["alpha_error"] == pytest.approx(252 * line.bse[0], rel=1e-9)
    assert found["alpha_t"] == pytest.approx(line.tvalues[0], rel=1e-9)
    assert found["beta"] == pytest.approx(line.params[1], rel=1e-9)
    assert found["beta_error"] == pytest.approx(line.bse[1], rel=1e-9)
    assert found["correlation"] == pytest.approx(correlation, rel=1e-9)
    assert found["residual_volatility"] == pytest.approx(rest * math.sqrt(252), rel=1e-9)
    assert found["days"] == len(result.returns)


def test_interest_on_cash_is_no_alpha(feeds):
    result = run(Pair, feeds, strips=False, risk_free_rate=0.02, **COSTS)
    nights = result.daily.index.to_series().diff().dt.days.to_numpy()[1:]
    line, *_ = regressed(result, feeds[0], 0.03 * nights / 360.0)
    assert result.relative["alpha"] == pytest.approx(252 * line.params[0], rel=1e-9)
    assert result.relative["alpha_error"] == pytest.approx(252 * line.bse[0], rel=1e-9)
    held = run(Pair, feeds, strips=False, benchmark="A", **COSTS)
    assert held.relative["alpha"] > result.relative["alpha"] + 0.02


class Hedged(Pair):
    """Says what it is measured against."""

    def measured_against(self):
        return self.datas[2]


def test_a_strategy_says_what_it_is_measured_against(feeds):
    for benchmark in (None, "cash", "B"):
        result = run(Hedged, feeds, strips=False, benchmark=benchmark)
        assert result.relative["to"] == "H"
        line, *_ = regressed(result, feeds[2])
        assert result.relative["beta"] == pytest.approx(line.params[1], rel=1e-9)


def test_a_benchmark_with_risk_is_what_others_are_measured_against(feeds):
    result = run(Pair, feeds, strips=False, benchmark="B=0.5,Z=0.5")
    assert result.relative["to"] == "50 % B, 50 % Z"
    theirs = result.daily["benchmark_return"].to_numpy()[1:]
    slope = np.polyfit(theirs, result.returns.to_numpy(), 1)[0]
    assert result.relative["beta"] == pytest.approx(slope, rel=1e-9)


class Late(Hedged):
    """Starts before what it is measured against."""

    feeds_come_and_go = True

    def target_weights(self):
        return {self.datas[1]: 0.5}


def test_a_market_that_began_late_gives_no_beta(feeds):
    late = feeds[2].between(feeds[2].dates[100].item(), None)
    assert run(Late, [feeds[0], feeds[1], late, feeds[3]], strips=False).relative is None


def test_a_ruined_account_has_no_alpha(feeds):
    class Ruined(Pair):
        params = (("rebalance", "on_change"),)

        def target_weights(self):
            return {self.datas[0]: -2.4}

    rising = dataclasses.replace(feeds[0])
    factor = np.linspace(1.0, 3.0, len(rising.close))
    scaled = {name: getattr(rising, name) * factor for name in ("open", "high", "low", "close")}
    result = run(Ruined, [dataclasses.replace(rising, **scaled), *feeds[1:]], strips=False)
    assert result.metrics["ruined_on"]
    assert result.relative is None
    assert result.holdings == []


# -- its checks ------------------------------------------------------------------------------------


@pytest.fixture
def book():
    """A ledger of one purchase."""
    day = Ledger(("A", "B"), 1000.0)
    first, second = np.array(["2024-01-08", "2024-01-09"], dtype="datetime64[D]").astype(object)
    day.fills = [Fill(first, "close", "A", 10.0, 50.0, 50.0, 0.0, 0.0, 0.5, 10.0)]
    for date, close in ((first, 50.0), (second, 52.0)):
        worth = 500.0 + 10.0 * close
        held = (10.0, 0.0)
        day.days.append(Day(date, worth, 500.0, held, (close, 9.0), (close, 9.0), 0.0, 0.0, 0.0))
    return day


def parts_of(book, total=20.0):
    trips = round_trips(book)
    return holdings_of(book, trips, {}), attribution_of(book, trips, {}, {"total": total})


def test_what_adds_up_passes(book):
    check_sums(book, *parts_of(book))


def test_a_weight_that_is_missing_is_a_fault(book):
    book.days[-1] = book.days[-1]._replace(cash=490.0)
    with pytest.raises(CheckFailed, match=r"the holdings do not add up: 0\.0098"):
        check_sums(book, *parts_of(book))


def test_a_profit_that_is_nobodys_is_a_fault(book):
    with pytest.raises(CheckFailed, match="does not add up: 1 is nobody's"):
        check_sums(book, *parts_of(book, 21.0))


def test_what_belongs_to_no_instrument_is_a_line_of_its_own(book):
    split = attribution_of(book, round_trips(book), {}, {"total": 27.0, "other": 7.0})
    assert (split["other"], split["residual"]) == (7.0, 0.0)


def test_remarks_of_a_strategy_without_any():
    assert remarks_of(object()) == {}
