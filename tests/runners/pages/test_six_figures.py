"""The six figures at the top of a run's page: which they are, their texts and their kinds."""

from types import SimpleNamespace

import pandas as pd
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.pages.sector.page import page_of
from btplaybook.runners.pages.six_figures import Large, six_figures
from btplaybook.runners.pages.strips import strip_tables
from btplaybook.runners.pages.summary_rows import summary
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.runs.labels.badge_texts import badge
from btplaybook.runners.runs.labels.formats import MINUS, NONE, POINTS
from btplaybook.runners.runs.returns_alone import report
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

DIRECTIONAL = ["Total return", "CAGR", "Sharpe ratio", "Maximum drawdown", "Volatility"]
NO_TRADES = {"trades": pd.DataFrame({"size": []})}
SEARCHED = {"badges": [badge("best of a search", trials="299 sets")]}
AHEAD = {"metrics": {"total_return": 1.1}}
BAND = {"metrics": {"total_return": 1.1, "sharpe": 0.9, "sharpe_band": [0.2, 1.6]}}


def kinds(result):
    return {one.name: one.kind for one in six_figures(result) if one.kind}


def test_the_texts_of_a_directional_run(made_up):
    assert six_figures(made_up()) == [
        Large("Total return", "24.50%", "104.00%"),
        Large("CAGR", "1.10%", "3.60%"),
        Large("Sharpe ratio", "0.15", "0.28", f"{MINUS}0.29 to 0.59"),
        Large("Maximum drawdown", f"{MINUS}31.60%", f"{MINUS}56.80%"),
        Large("Volatility", "15.10%", "19.10%"),
        Large("Gain gone at", "7.35 bp", "", "slippage an order"),
    ]


@pytest.mark.parametrize(
    ("changes", "sixth"),
    [
        ({"told": {"over_zero": "no gain"}},
         Large("Gain gone at", NONE, "", "no gain at 0 bp", "bad")),
        ({"told": {"over_zero": "beyond"}},
         Large("Gain gone at", "more than 999 bp", "", "slippage an order")),
        ({"told": {"over_zero": "stopped"}},
         Large("Gain gone at", NONE, "", "not found: a run on the way was stopped")),
        ({"told": {"on_top": True}}, Large("Gain gone at", "7.35 bp", "", "more an order")),
        ({"strips": None, "trade_figures": {"exposure": 0.5}},
         Large("Time in the market", "50.00%", "", "bars with a position")),
        ({"strips": None, "trade_figures": {"exposure": None}},
         Large("Winning days", "52.20%", "53.20%")),
        ({"strips": None, "periods_per_year": 52},
         Large("Winning weeks", "52.20%", "53.20%")),
        ({"strips": None, "settings": {}},
         Large("Winning days", "52.20%", "53.20%")),
        (NO_TRADES | {"trade_figures": {"exposure": 0.0}},
         Large("Time in the market", "0.00%", "", "bars with a position")),
    ],
    ids=[
        "no gain", "beyond", "stopped", "own costs", "no strips", "no exposure", "weeks", "returns",
        "no trades",
    ],
)  # fmt: skip
def test_the_sixth_figure(made_up, changes, sixth):
    figures = six_figures(made_up(**changes))
    assert [one.name for one in figures[:5]] == DIRECTIONAL
    assert figures[5] == sixth


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        (AHEAD, {"Total return": "good", "CAGR": "good"}),
        (BAND, {"Total return": "good", "CAGR": "good", "Sharpe ratio": "good"}),
        (BAND | {"n_days": 9}, {"Total return": "good", "CAGR": "good"}),
        (BAND | SEARCHED, {}),
        (AHEAD | {"benchmark_kind": "none", "benchmark": {"total_return": None}}, {}),
        ({"metrics": {"total_return": 0.0}}, {}),
        ({"metrics": {"total_return": -0.1, "sharpe": -0.9, "sharpe_band": [-1.6, -0.2]}},
         {"Total return": "bad", "CAGR": "bad", "Sharpe ratio": "bad"}),
        ({"metrics": {"total_return": -0.1}} | SEARCHED, {"Total return": "bad", "CAGR": "bad"}),
        (BAND | NO_TRADES, {}),
    ],
    ids=[
        "behind", "ahead", "above 0", "nine days", "searched", "no benchmark", "nothing made",
        "loss", "searched loss", "no trades",
    ],
)  # fmt: skip
def test_what_speaks_for_or_against_it(made_up, changes, expected):
    assert kinds(made_up(**changes)) == expected


def test_of_a_ruined_account_what_exists(made_up):
    figures = {"total_return": -1.2, "ruined_on": "2008-10-10", "max_drawdown": -1.0}
    absent = dict.fromkeys(("cagr", "sharpe", "sharpe_band"))
    ruined = six_figures(made_up(figures | absent, told={"over_zero": "no gain"}))
    assert [one.value for one in ruined] == [
        f"{MINUS}120.00%", NONE, NONE, f"{MINUS}100.00%", "15.10%", NONE,
    ]  # fmt: skip
    assert [one.kind for one in ruined] == ["bad", "", "", "", "", "bad"]
    assert [one.note for one in ruined[:3]] == ["ruined on 2008-10-10", "", ""]


def test_without_a_benchmark_nothing_is_beside(made_up):
    alone = made_up(benchmark_kind="none", benchmark_name="", benchmark={"total_return": None})
    alone.benchmark.clear()
    assert {one.beside for one in six_figures(alone)} == {""}


def test_figures_that_are_no_numbers_are_dashes(made_up):
    unknown = dict.fromkeys(("total_return", "cagr", "volatility", "sharpe"), float("nan"))
    figures = six_figures(made_up(unknown))
    assert [one.value for one in figures[:5]] == [NONE, NONE, NONE, f"{MINUS}31.60%", NONE]
    assert figures[2].note == ""


def test_returns_alone():
    days = pd.bdate_range("2024-01-02", periods=13)
    mine = pd.Series([100.0, *[101.0, 99.0] * 6], days, name="mine")
    figures = six_figures(report(mine, kind="equity"))
    assert [one.name for one in figures] == [*DIRECTIONAL, "Winning days"]
    assert [figures[0].value, figures[5].value] == [f"{MINUS}1.00%", "50.00%"]
    monthly = mine.set_axis(pd.date_range("2023-01-31", periods=13, freq="ME"))
    assert six_figures(report(monthly, kind="equity"))[5].name == "Winning months"


SP500 = sample("sp500", start="2010-01-04")


@pytest.fixture(scope="module", params=[{}, {"benchmark": "cash"}, {"cash": 1.0, "min_fee": 0.6}])
def ran(request):
    return run("sma-switch", SP500, period=20, **request.param)


def test_texts_are_those_of_the_summary_and_the_strips(ran):
    rows = {row.name: row for group in summary(ran) for row in group}
    *figures, gone = six_figures(ran)
    assert [one.name for one in figures] == DIRECTIONAL
    for one in figures:
        row = rows[one.name]
        assert row.strategy.startswith(one.value)
        assert row.benchmark.startswith(one.beside)
        if one.name != "Sharpe ratio":
            assert (one.value, one.beside) == (row.strategy, row.benchmark)
    assert rows["CAGR"].note == "compound annual growth rate"  # what the six leave out stands here
    assert rows["Volatility"].note == "per year"
    assert rows["Winning days"].note == "of those with a position; zero counts as a win"
    told = dict(strip_tables(ran)["cost"].facts)["The gain is gone at"]
    assert told in (gone.value, gone.note)


class Pair(PlaybookStrategy):
    """Long the first feed and short the second, by the same amount."""

    benchmark = "cash"

    def target_weights(self):
        return {self.datas[0]: 0.5, self.datas[1]: -0.5}


def test_a_neutral_book():
    feeds = [sample(name, start="2016-06-01") for name in ("nasdaq", "sp500")]
    pair = run(Pair, feeds, strips=False, rebalance="daily", interest=0.02)
    assert six_figures(pair) == [
        Large("Jensen's alpha", "1.18%", "", "per year over cash, standard error 1.37%"),
        Large("Beta", "0.121", "", "to Nasdaq Composite, standard error 0.011"),
        Large("Sharpe ratio", "1.60", NONE, "0.33 to 2.87", "good"),
        Large("Maximum drawdown", f"{MINUS}2.76%", "0.00%"),
        Large("Total return over cash", f"6.76{POINTS}", "", "12.14%, cash 5.38%", "good"),
        Large("Volatility", "2.80%", "0.08%"),
    ]


@pytest.mark.usefixtures("undrawn")
def test_a_sector_book_has_the_figures_of_its_panel(sector_of):
    market = of_market(sector_of(2, n_stocks=30, years=3))
    book = run(
        "sector-long-short", market.bars, inputs=market.inputs, params={"least_value": 5},
        start="2006-07-03", strips=False,
    )  # fmt: skip
    _, beta, *_, skill = six_figures(book)
    groups = page_of(book.sections["sector"].measured.kept.book)["rows"]
    panel = {row.name: row for group in groups for row in group}
    assert beta.value == panel["Beta realised"].strategy
    assert beta.note == f"to SECTOR, {panel['Beta realised'].note}"
    assert skill.value == panel[skill.name].strategy
    assert skill.note == panel[skill.name].note
    assert skill.kind == ""


@pytest.mark.parametrize(
    ("skill", "expected"),
    [
        ({"mean": 0.05, "t_statistic": 2.5, "judged": 1},
         Large("Mean information coefficient", "0.050", "", "t 2.5, 1 forecast", "good")),
        ({"mean": -0.05, "t_statistic": -2.5, "judged": 40},
         Large("Mean information coefficient", f"{MINUS}0.050", "", f"t {MINUS}2.5, 40 forecasts",
               "bad")),
        ({"mean": 0.05, "t_statistic": None, "judged": 2},
         Large("Mean information coefficient", "0.050", "", "2 forecasts")),
        ({"mean": None, "judged": 0}, Large("Volatility", "15.10%", "19.10%")),
        (None, Large("Volatility", "15.10%", "19.10%")),
        (0.3, Large("Volatility", "15.10%", "19.10%")),
    ],
    ids=["skill", "the wrong way", "few", "none judged", "not measured", "another's section"],
)  # fmt: skip
def test_the_skill_of_forecasts(made_up, skill, expected):
    measured = {"neutrality": {"mean_target": 0.0}, "skill": skill}
    book = made_up(
        benchmark_kind="cash", benchmark_name="cash",
        sections={"sector": SimpleNamespace(measured=measured)},
    )  # fmt: skip
    assert six_figures(book)[5] == expected
