import base64
import hashlib
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from btplaybook.analyzers import statistics
from btplaybook.runners.pages.daily_returns import switches_per_year
from btplaybook.runners.pages.settings_rows import cost_words
from btplaybook.runners.pages.summary_rows import summary
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.runs.labels.formats import MINUS, NONE, number
from btplaybook.runners.runs.result import RunResult

NASTY = "</title><script>alert(1)</script> {{returns}} {% raw %} \"'&"


def daily_account(returns, market=None):
    """An account that starts at 1,000,000 on the first date and earns the returns after it."""
    returns = np.asarray(returns, dtype=float)
    dates = pd.bdate_range("2015-01-02", periods=len(returns) + 1, name="date")
    equity = 1e6 * np.concatenate(([1.0], np.cumprod(1.0 + returns)))
    sign = np.where(np.arange(len(dates)) // 50 % 2 == 0, 1, -1)
    columns = {
        "equity": equity,
        "cash": 0.0,
        "return": np.concatenate(([np.nan], returns)),
        "sign": sign,
        "percent": np.concatenate(([0.0], returns)),
        "price": np.diff(equity, prepend=1e6),
    }
    if market is not None:
        columns["benchmark_return"] = np.concatenate(([np.nan], market))
    return pd.DataFrame(columns, index=dates)


def run(n=300, **changes):
    returns = np.random.default_rng(8).normal(0.0003, 0.01, n)
    market = np.random.default_rng(9).normal(0.0003, 0.01, n)
    parts = {
        "strategy": "sma-switch",
        "title": "SMA switch",
        "rule": {
            "Rule": "Long above ``period`` closes, `fill` at <b>C_t</b>.\n\nShort below.",
            "Source": "A paper.",
        },
        "params": {"period": 200, "direction": "trend"},
        "settings": {
            "fill": "close",
            "size_at": "fill",
            "rebalance": "on_change",
            "every": "day",
            "per_share": 0.005,
            "borrow": 0.0,
            "interest": 0.0,
            "cash": 1e6,
            "max_gross": 2.5,
            "no_dividends": False,
            "risk_free_rate": 0.0,
        },
        "versions": {"btplaybook": "0.1.0"},
        "data": [
            {
                "name": "SPY",
                "source": "SPY.csv",
                "sha256": "0123456789ab" + "f" * 52,
                "first": "2014-01-02",
                "last": "2016-02-26",
                "rows": 540,
                "warnings": ["a gap on 2015-03-02"],
            }
        ],
        "window": ("2015-01-05", "2016-02-26"),
        "periods_per_year": 252,
        "metrics": {
            "total_return": statistics.total_return(returns),
            "sharpe": statistics.sharpe_ratio(returns, 252),
            "points": -255.38,
            "percent": float(returns.sum()),
            "win_rate": 0.5,
            "switches": 5,
            "ruined_on": None,
            "ex_dividend": {"long": 3, "short": 1, "flat": 0},
            "pnl": {"price": 5000.0, "commission": -12.5, "total": 4987.5, "residual": -1e-10},
        },
        "benchmark": {},
        "benchmark_name": "SPY",
        "unfilled": [
            {
                "date": "2016-02-26",
                "instrument": "SPY",
                "target": -1.0,
                "fill": "next_open",
                "reason": "no bar after it",
            }
        ],
        "badges": [SimpleNamespace(kind="warn", text="Idealised fill", why="trades at its close")],
        "daily": daily_account(returns, market),
        "trades": pd.DataFrame({"size": [1.0]}),
        "round_trips": pd.DataFrame(),
        "trade_figures": {},
        "decisions": pd.DataFrame(),
        "strips": None,
        "inputs": [],
        "sections": {},
        "sends_orders": False,
    }
    return RunResult(**{**parts, **changes})


class Page(HTMLParser):
    """The page's elements, visible text and attributes; `open` must end empty."""

    VOID = frozenset({"meta", "link", "br", "hr", "img"})

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open, self.text = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.text += data + " "


@pytest.fixture(scope="module")
def page():
    return tearsheet(run())


def test_what_was_run_is_on_the_page(page):
    text = " ".join(Page(page).text.split())
    for part in (
        "SMA switch",
        "2015-01-05 to 2016-02-26",
        "300 daily returns",
        "Short below.",
        "A paper.",
        "Idealised fill",
        "trades at its close",
        "0.0050",
        "market on close, idealised",
        "0123456789ab",
        "a gap on 2015-03-02",
        "no bar after it",
        f"{MINUS}255.38",
        "3 / 1 / 0",
        "4,987.50",
        "As quantstats prints it",
        "Residual",
    ):
        assert part in text, part
    assert 'title="SHA-256 0123456789ab' + "f" * 52 in page


def test_code_is_set_and_the_rest_escaped(page):
    assert "above <code>period</code> closes, <code>fill</code> at &lt;b&gt;C_t&lt;/b&gt;" in page


def test_the_page_is_well_formed_and_needs_nothing_else(page):
    parsed = Page(page)
    assert parsed.open == []
    assert parsed.tags.count("script") == 2  # the charts' numbers, and the page's own script
    for name, value in parsed.attributes:
        assert not name.startswith("on"), name
        if name in ("src", "href", "xlink:href"):
            assert value.startswith(("#", "data:")), value
    assert re.findall(r"https?://", page) == []
    assert "@import" not in page
    assert "url(" not in page
    assert len(page) < 900_000


def test_only_the_pages_own_script_may_run(page):
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page.split("Content-Security-Policy")[1][:300]
    assert len(script.encode()) <= 150_000
    for banned in ("fetch(", "XMLHttpRequest", "import(", "eval(", "WebSocket"):
        assert banned not in script


def test_identifiers_are_unique_and_resolve(page):
    identifiers = [value for name, value in Page(page).attributes if name == "id"]
    assert len(identifiers) == len(set(identifiers))
    assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', page)) <= set(identifiers)


def test_user_text_comes_out_literally():
    nasty = run(
        title=NASTY,
        strategy=NASTY,
        rule={"Rule": NASTY},
        params={NASTY: NASTY},
        benchmark_name=NASTY,
        versions={"btplaybook": NASTY},
        data=[{**run().data[0], "name": NASTY, "source": NASTY, "warnings": [NASTY]}],
        badges=[SimpleNamespace(kind=NASTY, text=NASTY, why=NASTY)],
        unfilled=[
            {**run().unfilled[0], "instrument": NASTY, "reason": NASTY, "target": NASTY},
            {**run().unfilled[0], "target": None},
        ],
    )
    page = tearsheet(nasty)
    parsed = Page(page)
    assert parsed.tags.count("script") == 2
    assert parsed.text.count(NASTY) >= 18
    assert page.count("<script") == 2
    assert "None" not in parsed.text  # an order of so many shares has no target


def test_equal_runs_give_equal_bytes_in_any_process(page):
    written = tearsheet(run()).encode()
    assert written == page.encode()
    program = (
        "import hashlib, runpy, sys; module = runpy.run_path(sys.argv[1]);"
        "print(hashlib.sha256(module['tearsheet'](module['run']()).encode()).hexdigest())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(Path(__file__))],
        env={**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == hashlib.sha256(written).hexdigest()


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        pytest.param(
            {"daily": daily_account(np.zeros(60)), "trades": pd.DataFrame(), "metrics": {}},
            "never traded",
            id="no trades",
        ),
        pytest.param({"daily": daily_account(np.zeros(60))}, "never changed", id="all zero"),
        pytest.param({"daily": daily_account([])}, "0 daily returns", id="one bar"),
        pytest.param({"daily": daily_account([0.01] * 3)}, "3 daily returns", id="too short"),
        pytest.param({"daily": daily_account([0.001] * 60)}, "the same", id="constant"),
        pytest.param(
            {"daily": daily_account([0.01, -1.2, *[0.0] * 40])}, "was ruined", id="ruined"
        ),
        pytest.param(
            {"daily": daily_account([0.01, -1.0, *[np.nan] * 40])}, "was ruined", id="to zero"
        ),
    ],
)
def test_runs_without_statistics_say_so(changes, phrase):
    page = tearsheet(run(**changes))
    text = Page(page).text
    assert phrase in text
    assert "No statistics." in text
    assert "As quantstats prints it" not in text
    assert "a gap on 2015-03-02" in text
    assert not re.search(r"\b(nan|inf|None)\b", text)


def test_several_instruments_have_no_points():
    daily = run().daily.drop(columns="percent")
    text = Page(tearsheet(run(daily=daily, metrics={"points": None, "percent": None}))).text
    assert "points" not in text
    assert "running sum of daily returns" in text


def test_without_a_benchmark_there_is_no_column_for_it():
    page = tearsheet(run(daily=run().daily.drop(columns="benchmark_return")))
    assert not re.search(r"<th[^>]*>Benchmark", page)
    assert "Jensen" not in page


def test_the_sharpe_ratio_comes_with_its_band():
    returns = run().daily["return"].iloc[1:].to_numpy()
    low, high = statistics.sharpe_band(returns, 252)
    (row,) = (r for group in summary(run()) for r in group if r.name == "Sharpe ratio")
    numbers = [float(text) for text in re.findall(r"-?\d+\.\d+", row.strategy.replace(MINUS, "-"))]
    assert numbers == pytest.approx([statistics.sharpe_ratio(returns, 252), low, high], abs=0.006)


def test_the_runs_own_figures_win():
    """What run.json says and what the page says must be one number."""
    (row,) = (
        r for group in summary(run(metrics={"cagr": 0.123})) for r in group if r.name == "CAGR"
    )
    assert row.strategy == "12.30%"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, NONE),
        (-0.001, "0.00"),
        (0.0, "0.00"),
        (-0.005001, f"{MINUS}0.01"),
        (1234567.891, "1,234,567.89"),
        (-1234.5, f"{MINUS}1,234.50"),
    ],
)
def test_number(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("sign", "expected"),
    [
        pytest.param([1, 1, -1, -1], {2020: 1}, id="one reversal"),
        pytest.param([0, 0, 1, 1], {2020: 0}, id="first entry"),
        pytest.param([1, 0, 1, 0], {2020: 0}, id="flat and back"),
        pytest.param([1, 0, 0, -1], {2020: 1}, id="reversal through flat"),
        pytest.param([0, 0, 0, 0], {2020: 0}, id="never held"),
    ],
)
def test_switches_per_year(sign, expected):
    dates = pd.bdate_range("2020-03-02", periods=len(sign))
    assert switches_per_year(pd.Series(sign, index=dates)) == expected


def test_switches_are_counted_in_their_year():
    sign = pd.Series([1, -1, -1, 1, -1], index=pd.bdate_range("2019-12-30", periods=5))
    assert switches_per_year(sign) == {2019: 1, 2020: 2}


def test_the_opening_day_has_no_year_of_its_own():
    sign = pd.Series([1, -1], index=pd.to_datetime(["2019-12-31", "2020-01-02"]))
    assert switches_per_year(sign) == {2020: 1}


@pytest.mark.parametrize(
    ("settings", "price_only", "text"),
    [
        ({"no_dividends": True}, [True], "ignored"),
        ({"no_dividends": False}, [True, True], "none in the data"),
        ({"no_dividends": False}, [True, False], "paid on what is held overnight"),
    ],
)
def test_dividends_in_words(settings, price_only, text):
    data = [{"price_only": flag} for flag in price_only]
    assert dict(cost_words(settings, data))["Dividends"] == text


@pytest.mark.parametrize(
    ("interest", "text"),
    [
        (0.0, "none"),
        (0.02, "2.00% a year"),
        ({"cash": 0.02, "debit": 0.0}, "cash 2.00% a year, debit none"),
        (
            {"first": "2007-01-02", "last": "2013-01-02", "sha256": "0123456789abcdef"},
            "daily rates 2007-01-02 to 2013-01-02 (0123456789ab)",
        ),
    ],
)
def test_interest_in_words(interest, text):
    assert dict(cost_words({"interest": interest}, []))["Interest on cash"] == text


def test_importing_draws_in_neither_matplotlib_nor_quantstats():
    program = (
        "import sys, btplaybook.runners.pages.tearsheet;"
        "print([name for name in ('matplotlib', 'quantstats', 'jinja2') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_a_page_is_drawn_without_a_drawing_library():
    program = (
        "import runpy, sys; module = runpy.run_path(sys.argv[1]);"
        "assert len(module['tearsheet'](module['run']())) > 100_000;"
        "print([name for name in ('matplotlib', 'seaborn', 'quantstats') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(Path(__file__))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "[]"


def relative_rows(result):
    return {row.name: row for row in summary(result)[1]}


def treynor_cells(text):
    """The strategy's cell of the page's Treynor ratio, and of quantstats' own."""
    return re.findall(r'"row">Treynor [Rr]atio.*?</th><td>(.*?)</td>', text, flags=re.S)


def test_over_a_beta_that_may_be_zero_the_treynor_ratio_is_a_dash():
    result = run()
    daily = result.daily
    ours = daily["return"].to_numpy()[1:]
    market = daily["benchmark_return"].to_numpy()[1:]
    slope = np.polyfit(market, ours, 1)[0]
    unrelated = daily.assign(**{"return": daily["return"] - slope * daily["benchmark_return"]})
    without = run(daily=unrelated)
    row = relative_rows(without)["Treynor ratio"]
    assert row.strategy == NONE
    assert row.note.endswith("which is within two standard errors of 0")
    assert relative_rows(without)["Jensen's alpha"].strategy != NONE
    assert treynor_cells(tearsheet(without))[0] == NONE
    related = run(daily=daily.assign(**{"return": daily["return"] + daily["benchmark_return"]}))
    assert relative_rows(related)["Treynor ratio"].strategy != NONE
    assert NONE not in treynor_cells(tearsheet(related))


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        pytest.param("cash", 0.0, id="cash"),
        pytest.param("SPY", 0.0, id="a benchmark that never moves"),
        pytest.param("SPY", 1e-4, id="the same gain every day"),
        pytest.param("cash", None, id="interest by the calendar"),
    ],
)
def test_over_cash_relative_figures_are_dashes(name, rate):
    result = run()
    daily = result.daily
    days = daily.index.to_series().diff().dt.days.to_numpy()
    interest = rate if rate is not None else 0.02 / 360 * days
    over_cash = run(daily=daily.assign(benchmark_return=interest), benchmark_name=name)
    rows = relative_rows(over_cash)
    assert [*rows] == ["Beta", "Jensen's alpha", "Information ratio", "Treynor ratio"]
    assert {row.strategy for row in rows.values()} == {NONE}
    assert {row.note for row in rows.values()} == {"the benchmark has no risk"}
    if rate is None:
        _check_page_over_cash(tearsheet(over_cash))


def _check_page_over_cash(page):
    assert treynor_cells(page) == [NONE]
    metrics = page[page.index('<div class="metrics">') : page.index('id="deviations"')]
    assert "Benchmark" not in metrics  # a heading would stand over no column
    assert "without the benchmark, which has no risk" in page


def test_months_before_the_first_decision_are_blank_on_the_page():
    result = run()
    daily = result.daily.copy()
    daily.iloc[1:60, daily.columns.get_loc("return")] = 0.0
    decided = pd.DataFrame({"date": [daily.index[59]], "instrument": "SPY", "weight": 1.0})
    decided["session"] = "close"
    shown = tearsheet(run(daily=daily, decisions=decided))
    table = shown[shown.index('<table class="months">') :]
    rows = re.findall(r"<tr>(.*?)</tr>", table[: table.index("</table>")], flags=re.S)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", rows[1])  # 2015
    assert cells[:2] == ["", ""]
    assert all(cells[3:12])
