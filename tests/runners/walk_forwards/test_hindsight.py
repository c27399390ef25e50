"""What hindsight would have chosen beside a walk-forward, and what its rules count as.

Laws: the four are compared on the same days, and each is that of its own bar-by-bar run; the best
and its worth are those of a search over the same window; every rule is counted once.
"""

import json

import pandas as pd
import pytest

from btplaybook.analyzers.return_figures import return_figures
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches.compared import compared
from btplaybook.runners.searches.median import median_set
from btplaybook.runners.searches.run import run_search
from btplaybook.runners.trials.ledger import TrialLedger
from btplaybook.runners.walk_forwards.run import run_walk_forward
from btplaybook.search.engines.threads import Threads

SPACE = "period=3..30:3"
HOW = {"fit": "6m", "refit": "2m", "strips": False, "percent_fee": 0.0005}


@pytest.fixture(autouse=True)
def ledger(tmp_path, monkeypatch) -> TrialLedger:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return TrialLedger()


@pytest.fixture(scope="module")
def found(simulated, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        return run_walk_forward("sma-switch", simulated, SPACE, **HOW, worth="quick")


@pytest.fixture(scope="module")
def searched(simulated, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        result = run_search("sma-switch", simulated, SPACE, top=1, at_random=0, percent_fee=0.0005,
                            worth="quick")  # fmt: skip
        assert result.forward is not None
        return result, TrialLedger().entries()


def test_the_worth_is_that_of_a_search_over_the_same_window(found, searched):
    searched, _ = searched
    plain, theirs = json.loads(found.to_json()), json.loads(searched.to_json())
    assert plain["worth"] == theirs["worth"]
    assert plain["ex_post"]["set"] == {"period": searched.found.top["period"].iloc[0]}
    assert plain["ex_post"]["objective"] == searched.found.top["excess"].iloc[0]
    assert plain["ex_post"]["window"] == theirs["window"]
    assert plain["ex_post"]["median"]["objective"] == theirs["median"]["objective"]


def test_each_of_the_four_is_that_of_its_own_run_on_the_same_days(found, simulated):
    rows = json.loads(found.to_json())["side_by_side"]
    assert [row["name"] for row in rows] == ["best", "median", "walk_forward", "held"]
    assert {(row["first"], row["last"]) for row in rows} == {found.window}
    held = simulated.total_returns[-len(found.stitched.returns) :]
    middle = median_period(found, simulated)
    expected = [
        run("sma-switch", simulated, strips=False, percent_fee=0.0005, period=period).returns
        for period in (found.hindsight.set["period"], middle)
    ]
    expected = [series.loc[found.window[0] :].to_numpy() for series in expected]
    rate = return_figures(held, 252, 0.0)["cagr"]
    series = [*expected, found.stitched.returns.to_numpy(), held]
    for row, returns in zip(rows, series, strict=True):
        figures = return_figures(returns, 252, 0.0)
        for name in ("total_return", "cagr", "volatility", "sharpe", "max_drawdown"):
            assert row[name] == pytest.approx(figures[name], rel=1e-9), (row["name"], name)
        assert row["excess_per_year"] == pytest.approx(figures["cagr"] - rate, abs=1e-12)


def median_period(found, bars):
    """Return the period in the middle of the ranking, the better of two, by runs."""
    totals, seen = {}, set()
    for period in range(3, 33, 3):
        ran = run("sma-switch", bars, strips=False, percent_fee=0.0005, period=period)
        decided = tuple(ran.decisions["weight"])
        if decided not in seen:
            totals[period] = ran.metrics["total_return"]
            seen.add(decided)
    ranked = sorted(totals, key=lambda period: -totals[period])
    return ranked[(len(ranked) - 1) // 2]


def test_its_rules_are_entered_once_each_and_shared_with_a_search(simulated, ledger):
    walked = run_walk_forward("sma-switch", simulated, SPACE, **HOW)
    (entry,) = ledger.entries()
    assert (entry.command, entry.strategy, entry.tried) == ("walk-forward", "sma-switch", 10)
    assert entry.distinct == walked.hindsight.distinct
    assert entry.space == "period=3..30 (10)"
    assert walked.hindsight.worth is None
    run_search("sma-switch", simulated, SPACE, top=1, at_random=0, percent_fee=0.0005)
    assert len(ledger.entries()) == 2
    assert ledger.ever([simulated], None).rules == entry.distinct  # the same rules


def test_a_search_enters_its_own_walk_forward_no_second_time(searched):
    assert [entry.command for entry in searched[1]] == ["search"]


def test_sets_that_are_run_bar_by_bar_are_counted_and_judged_only_if_asked(
    simulated, ledger, tmp_path
):
    (tmp_path / "mine.py").write_text("def over(result):\n    return result.metrics['sharpe']\n")
    how = {**HOW, "objective": f"{tmp_path / 'mine.py'}:over", "fit": "1y", "refit": "6m",
           "engine": Threads(1)}  # fmt: skip
    walked = run_walk_forward("sma-switch", simulated, "period=4|9|20", **how)
    assert walked.hindsight is None
    plain = json.loads(walked.to_json())
    assert (plain["ex_post"], plain["side_by_side"], plain["worth"]) == (None, None, None)
    (entry,) = ledger.entries()
    assert (entry.tried, entry.distinct) == (3, 3)
    judged = run_walk_forward("sma-switch", simulated, "period=4|9|20", **how, worth="quick")
    worth = json.loads(judged.to_json())["worth"]
    assert worth["placebo"] is None
    assert "run bar by bar" in worth["reasons"]["placebo"]
    best, median, forward, held = judged.hindsight.compared
    assert {each.first for each in (best, median, forward, held)} == {judged.window[0]}
    ranked = {
        period: run("sma-switch", simulated, strips=False, percent_fee=0.0005, period=period)
        for period in (4, 9, 20)
    }
    best_run, median_run, _ = sorted(ranked.values(), key=lambda ran: -ran.metrics["sharpe"])
    for column, ran in ((best, best_run), (median, median_run)):
        total = (1.0 + ran.returns.loc[judged.window[0] :]).prod() - 1.0
        assert column.figures["total_return"] == pytest.approx(total, rel=1e-9)


def test_a_median_that_cannot_be_run_again_has_the_days_of_the_search(found, simulated):
    whole = pd.Series(simulated.total_returns, pd.DatetimeIndex(simulated.dates))
    searched = run_search("sma-switch", simulated, SPACE, top=1, at_random=0).found
    _, median, _, _ = compared(searched, None, whole, lambda *_: None, found.stitched, 252, 0.0)
    rows = searched.rows().set_index("index")
    own = rows.loc[median_set(searched)]
    assert (median.first, median.last) == (str(simulated.dates[1]), str(simulated.dates[-1]))
    for name, value in median.figures.items():
        assert value == own[name]


def test_what_is_kept_back_is_seen_by_nothing(simulated, ledger):
    whole = run_walk_forward("sma-switch", simulated, SPACE, **HOW, holdout="3m")
    cut = run_walk_forward("sma-switch", simulated.between(None, whole.vault.end), SPACE, **HOW)
    assert whole.window[1] == str(whole.vault.end)
    assert whole.vault.last == str(simulated.dates[-1])
    ours, theirs = json.loads(whole.to_json()), json.loads(cut.to_json())
    assert ours.pop("holdout")["bars"] == whole.vault.bars
    for plain in (ours, theirs):
        plain["settings"].pop("end")
    assert ours == theirs


def test_an_unknown_level_and_too_long_a_hold_out_are_named(simulated):
    with pytest.raises(ParameterError, match="worth must be one of quick, full, none, got 'all'"):
        run_walk_forward("sma-switch", simulated, SPACE, **HOW, worth="all")
    with pytest.raises(ParameterError, match="nothing is left to search"):
        run_walk_forward("sma-switch", simulated, SPACE, **HOW, holdout="9y")
