"""A run made again weekly, monthly and quarterly: each row is the run with that `every`."""

import dataclasses

import numpy as np
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.runs.again.periods import by_period
from btplaybook.runners.runs.book.book import Book, Member
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

BARS = [
    dataclasses.replace(sample("simulated", seed=seed, end="2007-12-31"), name=name, title="")
    for seed, name in enumerate("AB")
]
COSTS = {"percent_fee": 0.001, "slippage_bps": 3.0}


class Ranked(PlaybookStrategy):
    """Holds what rose more over 20 bars."""

    params = (("every", "month"), ("rebalance", "on_decision"))

    def target_weights(self):
        if len(self.data) < 21:
            return None
        return {max(self.datas, key=lambda data: data.close[0] / data.close[-20]): 1.0}


class Breaks(Ranked):
    """The same, but it cannot decide weekly in April."""

    def target_weights(self):
        if self.datetime.date(0).month == 4 and self.p.every == "week":
            raise RuntimeError("no weeks in April")
        return super().target_weights()


@pytest.fixture(scope="module")
def ran():
    return run(Ranked, BARS, **COSTS)


def test_each_row_is_the_run_that_decides_so(ran):
    rows = ran.strips["every"]
    assert [(row["every"], row["run"]) for row in rows] == [
        ("week", False), ("month", True), ("quarter", False)
    ]  # fmt: skip
    for row in rows:
        other = run(Ranked, BARS, every=row["every"], strips=False, **COSTS)
        for figure in (
            "total_return",
            "cagr",
            "volatility",
            "sharpe",
            "sharpe_band",
            "max_drawdown",
        ):
            assert row[figure] == other.metrics[figure], figure
        traded = (other.trades["size"].abs() * other.trades["reference"]).sum()
        mean, years = other.equity.mean(), (len(other.equity) - 1) / 252
        assert row["turnover"] == pytest.approx(traded / 2 / mean / years)
        pnl = other.metrics["pnl"]
        assert row["costs"] == pytest.approx(-(pnl["commission"] + pnl["slippage"]) / mean / years)
        assert row["orders"] == len(other.trades)
    assert np.diff([row["turnover"] for row in rows]).max() < 0.0
    assert by_period(Ranked, BARS, **COSTS) == [{**row, "run": False} for row in rows]


def test_the_page_shows_them(ran):
    page = tearsheet(ran)
    assert "How often it decides" in page
    assert '<th scope="row">Quarter</th>' in page
    assert '<th scope="row">Month <small>as run</small></th>' in page


def test_of_a_book_the_members_decide_so():
    members = [
        Member(Ranked, BARS, name="ranked"),
        Member("sma-switch", BARS[0], {"period": 20}, name="daily"),
    ]
    result = Book(members).run(**COSTS)
    rows = result.strips["every"]
    assert [row["run"] for row in rows] == [False, True, False]
    slow = [dataclasses.replace(members[0], every="quarter"), members[1]]
    quarterly = Book(slow, rebalance="quarterly")
    found = quarterly.run(strips=False, **COSTS).metrics["total_return"]
    assert rows[2]["total_return"] == found
    mixed = Book([members[0], dataclasses.replace(members[0], every="week", name="weekly")])
    assert not any(row["run"] for row in mixed.run(**COSTS).strips["every"])
    daily = Book(slow, rebalance="daily").run(**COSTS).strips["every"]
    assert [row["run"] for row in daily] == [False, False, True]


def test_what_is_slow_to_decide_is_not_repeated_unless_it_is_asked_for():
    class Slow(Ranked):
        slow_to_decide = True

    assert "every" not in run(Slow, BARS).strips
    assert "every" not in Book([Member(Slow, BARS, name="slow")]).run().strips
    assert [row["every"] for row in by_period(Slow, BARS)] == ["week", "month", "quarter"]


def test_a_run_that_is_stopped_says_why():
    rows = run(Breaks, BARS).strips["every"]
    assert "no weeks in April" in rows[0]["stopped"]
    assert rows[0]["total_return"] is None
    assert rows[1]["stopped"] is None
    assert "stopped: " in tearsheet(run(Breaks, BARS))


def test_what_decides_daily_has_no_such_table():
    assert "every" not in run("sma-switch", BARS[0], period=20).strips
    with pytest.raises(ParameterError, match="periods must be of day, week, month, quarter, got"):
        by_period(Ranked, BARS, periods=("year",))
