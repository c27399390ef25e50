"""The sentence at the top of a run's page: which clauses it has, and that of real runs."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from btplaybook.analyzers.relative_statistics import beta, jensen_alpha
from btplaybook.feeds.samples import sample
from btplaybook.runners.pages.clauses import BP
from btplaybook.runners.pages.market_figures import market_figures
from btplaybook.runners.pages.verdict import Verdict, verdict
from btplaybook.runners.runs.labels.badge_texts import badge
from btplaybook.runners.runs.labels.formats import MINUS
from btplaybook.runners.runs.returns_alone import report
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

NO_TRADES = {"trades": pd.DataFrame({"size": []})}
ALONE = {"settings": {"risk_free_rate": 0.0}, "strips": None} | NO_TRADES
SHARPE = "Sharpe 0.15, its 95% band includes 0"
GAIN = f"the gain is gone at 7.35{BP} of slippage an order"
SEARCHED = "its parameters were chosen on these bars, so the figures flatter"


def test_a_sentence_of_its_clauses():
    told = Verdict.of("made 24.5%", "", "Sharpe 0.15")
    assert told.parts == ("made 24.5%", "Sharpe 0.15")
    assert told.text == "Made 24.5%; Sharpe 0.15."


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({}, ("made 24.5%, holding SPY made 104%", SHARPE, GAIN)),
        ({"metrics": {"total_return": 1.1}, "told": {"over_held": 1.88}},
         ("made 110%, holding SPY made 104%", SHARPE,
          f"the lead over holding is gone at 1.88{BP} of slippage an order")),
        ({"benchmark_kind": "cash", "benchmark_name": "cash", "benchmark": {"total_return": 0.03}},
         ("made 24.5%, cash made 3%", SHARPE, GAIN)),
        ({"benchmark_kind": "mix", "benchmark_name": "60 % SPY, 40 % TLT"},
         ("made 24.5%, a mix (60 % SPY, 40 % TLT, monthly) made 104%", SHARPE, GAIN)),
        ({"benchmark_kind": "returns", "benchmark_name": "peers"},
         ("made 24.5%, peers made 104%", SHARPE, GAIN)),
        ({"benchmark_kind": "none", "benchmark_name": ""}, ("made 24.5%", SHARPE, GAIN)),
        ({"benchmark": {"total_return": None}}, ("made 24.5%", SHARPE, GAIN)),
        ({"metrics": {"total_return": -0.123}, "told": {"over_zero": "no gain", "close": -0.123}},
         ("lost 12.3%, holding SPY made 104%", SHARPE)),
        ({"metrics": {"total_return": 0.0}, "told": {"over_zero": "no gain", "close": 0.0}},
         ("made nothing, holding SPY made 104%", SHARPE)),
        ({"told": {"close": 0.245, "next_open": -0.05}},
         ("made 24.5%, holding SPY made 104%", SHARPE, GAIN,
          "filled at the next open it would have lost 5%")),
        ({"metrics": {"sharpe": None, "sharpe_band": None}},
         ("made 24.5%, holding SPY made 104%", GAIN)),
        ({"metrics": {"sharpe": float("nan"), "total_return": float("nan")}},
         ("what it made is not known",)),
        ({"n_days": 9}, ("made 24.5%, holding SPY made 104%", GAIN)),
        ({"n_days": 10}, ("made 24.5%, holding SPY made 104%", SHARPE, GAIN)),
        ({"n_days": 1, "metrics": {"total_return": 0.005}},
         ("made 0.5%, holding SPY made 104%", GAIN)),
        ({"strips": None}, ("made 24.5%, holding SPY made 104%", SHARPE)),
        ({"told": {"slippage_bps": 5.0, "over_zero": 4.0}},
         ("made 24.5%, holding SPY made 104%", SHARPE)),
        ({"told": {"over_zero": 7.38, "tolerance_bps": 0.25, "on_top": True}},
         ("made 24.5%, holding SPY made 104%", SHARPE,
          f"the gain is gone at about 7.4{BP} more an order")),
        ({"metrics": {"total_return": -1.2, "ruined_on": "2008-10-10"}},
         ("the account was ruined on 2008-10-10", "holding SPY made 104%")),
        (ALONE | {"metrics": {"total_return": -1.0, "ruined_on": "2008-10-10"}},
         ("the value fell to zero on 2008-10-10", "holding SPY made 104%")),
        (NO_TRADES | {"metrics": {"total_return": 0.0}},
         ("never traded: no order was filled", "holding SPY made 104%")),
        (NO_TRADES | {"metrics": {"total_return": 0.03}, "benchmark_kind": "none"},
         ("never traded: no order was filled, cash alone made 3%",)),
        (ALONE, ("made 24.5%, holding SPY made 104%", SHARPE)),
        ({"badges": [badge("no costs"), badge("best of a search", trials="299 sets")]},
         ("made 24.5%, holding SPY made 104%", SEARCHED, SHARPE, GAIN)),
        ({"badges": [badge("one of several sets", place=3, sets=12, rank="")]},
         ("made 24.5%, holding SPY made 104%",
          "its parameters are one of 12 sets that were tried", SHARPE, GAIN)),
        ({"metrics": {"ruined_on": "2008-10-10"},
          "badges": [badge("best of a search", trials="299 sets")]},
         ("the account was ruined on 2008-10-10", "holding SPY made 104%", SEARCHED)),
    ],
    ids=[
        "behind", "ahead", "cash", "mix", "returns", "no benchmark", "benchmark not known", "loss",
        "nothing made", "fill", "no variance", "not a number", "nine days", "ten days", "one day",
        "no strips", "own slippage", "own costs", "ruined", "series ruined", "never traded",
        "interest alone", "series", "searched", "one of several", "searched and ruined",
    ],
)  # fmt: skip
def test_clauses_of_a_result(made_up, changes, parts):
    assert verdict(made_up(**changes)).parts == parts


def test_strips_that_are_not_shown(made_up, without_strips):
    assert verdict(made_up(strips=without_strips)).parts[-1] == SHARPE


class Never(PlaybookStrategy):
    def target_weights(self):
        return None


SP500 = sample("sp500")
YEAR = sample("sp500", start="2018-01-02")


@pytest.mark.parametrize(
    ("strategy", "bars", "settings", "text"),
    [
        ("sma-switch", SP500, {},
         "Made 24.5%, holding S&P 500 made 104%; Sharpe 0.15, its 95% band includes 0; the gain is "
         f"gone at 7.35{BP} of slippage an order."),
        ("sma-switch", SP500, {"period": 8, "direction": "reversion", "slippage_bps": 1.0},
         "Made 379%, holding S&P 500 made 104%; Sharpe 0.50, its 95% band is above 0 (0.07 to "
         f"0.94); the lead over holding is gone at 5.1{BP} of slippage an order."),
        ("sma-switch", SP500, {"benchmark": "cash", "interest": 0.02, "strips": False},
         "Made 56.3%, cash made 50%; Sharpe 0.22, its 95% band includes 0."),
        ("sma-switch", SP500, {"period": 20, "cash": 1.0, "min_fee": 0.6},
         "The account was ruined on 1999-02-04; holding S&P 500 made 104%."),
        ("sma-switch", SP500, {"period": 20, "resample": "week", "strips": False},
         f"Lost 22.1%, holding S&P 500 made 94.9%; Sharpe {MINUS}0.01, its 95% band includes 0."),
        (Never, YEAR, {},
         "Never traded: no order was filled; holding S&P 500 lost 7.01%."),
        (Never, YEAR, {"interest": 0.02},
         "Never traded: no order was filled, cash alone made 2.04%; holding S&P 500 lost 7.01%."),
        (Never, YEAR, {"interest": 0.02, "benchmark": "cash"},
         "Never traded: no order was filled; cash made 2.04%."),
        ("sma-switch", SP500, {"start": "2018-12-31"},
         "Lost 0.849%, holding S&P 500 made 0.849%."),
    ],
    ids=["plain", "ahead", "cash", "ruined", "weekly", "never", "interest", "never, beside cash",
         "one day"],
)  # fmt: skip
def test_the_sentence_of_a_real_run(strategy, bars, settings, text):
    assert verdict(run(strategy, bars, **settings)).text == text


def test_the_sentence_of_returns_alone():
    days = pd.bdate_range("2024-01-02", periods=13)
    mine = pd.Series(np.resize([1.01, 1.0], 13).cumprod() * 100.0, days, name="mine")
    told = report(mine, kind="equity")
    assert verdict(told).text == (
        "Made 6.15%; Sharpe 15.20, its 95% band is above 0 (5.82 to 24.58)."
    )
    assert verdict(report(mine, "cash", kind="equity")).parts[0] == "made 6.15%, cash made nothing"


class Pair(PlaybookStrategy):
    """Long the first feed and short the second, by the same amount."""

    benchmark = "cash"

    def target_weights(self):
        return {self.datas[0]: 0.5, self.datas[1]: -0.5}


@pytest.fixture(scope="module")
def pair():
    feeds = [sample(name, start="2016-06-01") for name in ("nasdaq", "sp500")]
    return run(Pair, feeds, strips=False, rebalance="daily", interest=0.02)


def test_a_neutral_book_says_alpha_and_beta(pair):
    _, alpha, slope = market_figures(pair)
    made, sharpe, neutral = verdict(pair).parts
    assert made == "made 12.1%, cash made 5.38%"
    assert sharpe.startswith("Sharpe 1.")
    assert neutral == (
        f"alpha {100 * alpha.value:.3g}% a year with a standard error of "
        f"{100 * alpha.standard_error:.3g}%, beta {slope.value:.3f} to Nasdaq Composite"
    )


def test_alpha_is_over_cash_and_beta_to_what_is_held(pair):
    name, alpha, slope = market_figures(pair)
    ours = pair.returns.to_numpy()
    cash = pair.daily["benchmark_return"].to_numpy()[1:]
    held = pair.bars[0].frame()["close"].pct_change().reindex(pair.returns.index).to_numpy()
    assert name == "Nasdaq Composite"
    assert slope.value == pytest.approx(beta(ours, held), rel=1e-9)
    assert alpha.value == pytest.approx(jensen_alpha(ours - cash, held - cash, 252).alpha, rel=1e-9)
    assert alpha.value < jensen_alpha(ours, held, 252).alpha - 0.01


def test_where_they_do_not_exist_there_is_neither(pair):
    bare = dataclasses.replace(pair, relative=None)
    assert market_figures(bare) == ("Nasdaq Composite", None, None)
    assert len(verdict(bare).parts) == 2
