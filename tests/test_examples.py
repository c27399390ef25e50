"""The examples run as they say: a package that registers things, one file, a script."""

import datetime
import doctest
import importlib
import importlib.util
import io
import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import threading
from contextlib import redirect_stdout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import dropwhile
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

import btplaybook
from btplaybook.feeds.samples import sample
from btplaybook.feeds.simulated.sector import simulated_sector
from btplaybook.runners.command import cli
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.factor_tests.run import run_factor_test
from btplaybook.runners.pages import tearsheet
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.found import docstring
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches.run import run_search
from btplaybook.runners.studies.folder_of_bars import by_ticker, files_in
from btplaybook.runners.trials.ledger import TrialLedger
from btplaybook.strategies.errors import StrategyError

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
PARTS = ["", "Rule", "Timing", "Sizing", "Parameters", "Source", "Deviations"]


@pytest.fixture(scope="module")
def bars():
    whole = sample("simulated")
    return whole.between(None, whole.dates[399].item())


def python(*command, cwd=ROOT, path=None):
    environment = {**os.environ, **({"PYTHONPATH": str(path)} if path else {})}
    ended = subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def script(file, *arguments):
    """Return what a script prints; it is run in this process, as a process takes a second."""
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as printed:
        patch.setattr(sys, "argv", [str(file), *map(str, arguments)])
        runpy.run_path(str(file), run_name="__main__")
    return printed.getvalue()


# -- a package --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Where the package is installed, from a copy: a build leaves its folders in the sources."""
    folder = tmp_path_factory.mktemp("extra")
    sources = shutil.copytree(EXAMPLES / "playbook_extra", folder / "sources")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet")
    target = folder / "site"
    pip = ("-m", "pip", "--disable-pip-version-check", "install", *options, "--target", target)
    python(*pip, sources)
    return target


@pytest.fixture
def part_short(site, monkeypatch):
    """Return its strategy, in this process."""
    monkeypatch.syspath_prepend(site)
    return registry.resolve("sma-part-short")


def test_an_installed_package_is_listed(site):
    listed = python("-m", "btplaybook.runners", "list", path=site).splitlines()
    (line,) = [line for line in listed if line.startswith("sma-part-short ")]
    assert line.endswith(
        "Long on one side of the moving average, in cash or part short on the other."
    )
    assert any(line.startswith("sma-switch ") for line in listed)


def test_its_documentation_is_described(command):
    described = command("describe", "sma-part-short")
    assert "Faber, " in described
    settable = re.findall(r"^--set (\w+)=(.*)$", described, re.MULTILINE)
    assert ("short_share", "0.0") in settable
    assert ("period", "200") in settable


def test_its_strategy_is_documented_like_ours(part_short):
    parts = docstring.parts(part_short)
    assert list(parts) == PARTS
    assert part_short.title == "Sma part short"


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_it_takes_a_part_of_the_short_side(part_short, bars, share):
    switch = run("sma-switch", bars, period=8, strips=False).decisions
    mine = run(part_short, bars, period=8, short_share=share, strips=False)
    assert mine.strategy == "sma-part-short"
    expected = switch["weight"].where(switch["weight"] > 0, share * switch["weight"])
    assert mine.decisions["weight"].tolist() == expected.tolist()
    assert {1.0, -share} == set(expected)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), "half"], ids=str)
def test_a_part_outside_its_range_is_refused(part_short, bars, share):
    with pytest.raises(StrategyError, match="short_share must be a number from 0 to 1"):
        run(part_short, bars, short_share=share)


def test_it_knows_nothing_of_the_future(part_short, bars):
    audit(part_short, bars, cuts=2, params={"period": 8}, strips=False).check()


@pytest.fixture
def command(site, tmp_path, monkeypatch, capsys):
    """Call the command line in this process and an empty folder, with the package installed."""
    monkeypatch.syspath_prepend(site)
    monkeypatch.setattr(tearsheet, "tearsheet", lambda _: "<!DOCTYPE html>")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def call(*arguments, code=0):
        monkeypatch.setattr(sys, "argv", ["btplaybook", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        assert (ended.value.code or 0) == code, printed.err
        return printed.out if code == 0 else printed.err

    return call


def test_its_reader_is_used_wherever_a_file_of_bars_is_named(command, bars, tmp_path):
    two = pd.concat([bars.frame().assign(Symbol=name) for name in ("AAA", "BBB")])
    two.reset_index().to_feather("prices.feather")
    options = ("--set", "period=8", "--quick")
    command("run", "sma-switch", "--bars", "prices.feather#AAA", *options, "--out", "run")
    record = json.loads(Path("run/run.json").read_text())
    (data,) = record["data"]
    assert (data["name"], data["source"]) == ("AAA", "prices.feather#AAA")
    assert data["sha256"] == bars.vintage

    assert "the same bytes" in command("rerun", "run")
    two.assign(volume=two["volume"] + 1).reset_index().to_feather("prices.feather")
    assert "volume" in command("rerun", "run")

    plan = '[run]\nstrategy = "sma-switch"\n[bars]\nMINE = { file = "prices.feather#BBB" }\n'
    Path("plan.toml").write_text(plan)
    command("run", "plan.toml", *options, "--out", "planned")
    assert json.loads(Path("planned/run.json").read_text())["data"][0]["name"] == "MINE"

    searched = ("--space", "period=5..9", "--top", "1", "--out", "searched")
    command("search", "sma-switch", "--bars", "prices.feather#AAA", *searched)
    assert Path("searched/search.json").is_file()

    folder = tmp_path / "folder"
    folder.mkdir()
    bars.frame().reset_index().to_feather(folder / "SPY.feather")
    assert by_ticker(files_in(folder), ["SPY"]) == {"SPY": folder / "SPY.feather"}


class Quotes(ThreadingHTTPServer):
    """The vendor's server on 127.0.0.1: bars of SPY, and what it was asked."""

    def __init__(self, bars):
        super().__init__(("127.0.0.1", 0), Quote)
        self.bars = bars.frame().reset_index().astype({"date": str})
        self.asked = []


class Quote(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        parts = urlsplit(self.path)
        dates = parse_qs(parts.query)
        table = self.server.bars
        table = table[table["date"].between(dates.get("from", [""])[0], dates["to"][0])]
        known = parts.path == "/bars/SPY"
        content = table.to_json(orient="records").encode() if known else b""
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Print nothing."""


@pytest.fixture
def vendor(site, bars, monkeypatch):
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Quotes(bars)
    tiny = importlib.import_module("playbook_extra.tiny").Tiny
    monkeypatch.setattr(tiny, "address", f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_its_vendor_is_asked_cached_and_compared(command, vendor, bars):
    options = ("--set", "period=8", "--quick")
    command("run", "sma-switch", "--ticker", "tiny:SPY", *options, "--out", "run")
    assert len(vendor.asked) == 1
    (data,) = json.loads(Path("run/run.json").read_text())["data"]
    assert (data["name"], data["source"], data["sha256"]) == ("SPY", "tiny:SPY", bars.vintage)

    command("run", "sma-switch", "--ticker", "tiny:spy", *options, "--out", "again")
    assert Path("again/run.json").read_bytes() == Path("run/run.json").read_bytes()
    assert "the same bytes" in command("rerun", "run")
    assert len(vendor.asked) == 1  # both came from the cache

    vendor.bars.loc[395, "close"] += 0.01
    told = command("fetch", "tiny:SPY")
    (day,) = vendor.bars["date"][[395]]
    assert f"tiny:SPY: tiny has restated what it said before: 1 bar differ ({day}): close" in told
    assert "the version before is kept as" in told
    assert f"from={vendor.bars['date'][390]}" in vendor.asked[1]
    assert "SPY: 1 of 400 bars changed" in command("rerun", "run")

    vendor.shutdown()
    vendor.server_close()
    vendor.asked.clear()
    assert ", from the cache, " in (told := command("fetch", "tiny:SPY"))
    assert "tiny cannot be reached (URLError: " in told
    refused = command("run", "sma-switch", "--ticker", "tiny:QQQ", code=3)
    assert refused.startswith("btplaybook: tiny:QQQ: tiny cannot be reached (URLError: ")
    assert refused.endswith("; the cache has no bars of it\n")
    assert refused.count("\n") == 1


def test_what_its_vendor_does_not_know(command, vendor):
    refused = command("run", "sma-switch", "--ticker", "tiny:NONE", code=2)
    assert refused == "btplaybook: tiny knows no ticker 'NONE'\n"
    refused = command("run", "sma-switch", "--ticker", "tyni:SPY", code=2)
    assert refused.startswith(
        "btplaybook: no source of bars is called 'tyni'; did you mean 'tiny'?"
    )
    assert refused.count("\n") == 1


# -- a file -----------------------------------------------------------------------------------

MOMENTUM = f"{EXAMPLES / 'dual_momentum.py'}:DualMomentum"


def test_a_file_runs_by_its_path_as_it_says(command, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    source = (EXAMPLES / "dual_momentum.py").read_text(encoding="utf-8")
    (line,) = re.findall("^btplaybook (.*)$", source, re.MULTILINE)
    short = ("--end", "2000-06-30", "--out", tmp_path / "out")
    printed = command(*shlex.split(line), *short)
    assert printed.startswith("Dual momentum  1999-01-05 to 2000-06-30")
    assert (tmp_path / "out" / "tearsheet.html").is_file()


def test_dual_momentum_holds_what_a_table_says():
    """The oracle: pandas, a month at a time."""
    tables = [sample(name, end="2004-12-31") for name in ("sp500", "nasdaq")]
    found = run(MOMENTUM, tables, every="month", lookback=60, hurdle=0.02, strips=False).decisions
    closes = pd.DataFrame({table.name: table.frame()["close"] for table in tables})
    momenta = (closes / closes.shift(60) - 1).groupby(pd.Grouper(freq="ME")).tail(1).dropna()
    best = momenta.eq(momenta.max(axis=1), axis=0) & (momenta > 0.02)
    held = found.pivot(index="date", columns="instrument", values="weight")
    assert held[list(best)].to_numpy().tolist() == best.to_numpy(float).tolist()
    assert {(1.0, 0.0), (0.0, 1.0), (0.0, 0.0)} == set(map(tuple, best.to_numpy(float)))
    assert list(held.index) == list(momenta.index)


def test_a_feed_that_begins_late_is_not_looked_up_in_the_future():
    early = sample("sp500", end="2001-12-31")
    late = sample("nasdaq", start="2000-06-01", end="2001-12-31")
    found = run(MOMENTUM, [early, late], lookback=100, strips=False).decisions
    held = found[(found["instrument"] == "NASDAQ") & (found["weight"] != 0)]
    assert held["date"].min().date() >= late.dates[100].item()
    audit(MOMENTUM, [early, late], cuts=2, lookback=100, strips=False).check()


@pytest.mark.parametrize("lookback", [0, 2.5, "abc"], ids=str)
def test_a_look_back_out_of_range_is_refused(lookback):
    with pytest.raises(StrategyError, match="lookback must be a whole number >= 1"):
        run(MOMENTUM, sample("sp500", end="2000-12-29"), lookback=lookback)


# -- a stranger's script ----------------------------------------------------------------------


def test_a_stranger_s_script_is_reported_as_a_recorder_by_hand_reports_it(
    command, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    source = (EXAMPLES / "golden_cross.py").read_text(encoding="utf-8")
    assert "import btplaybook" not in source
    whole = sample("sp500", end="2001-12-31")
    columns = ("open", "high", "low", "close", "volume")
    prices = pd.DataFrame({name: getattr(whole, name) for name in columns}, whole.dates)
    prices.to_csv("SPY.csv")
    (line,) = re.findall("^btplaybook (.*)$", source, re.MULTILINE)
    parts = [part.replace("examples", str(EXAMPLES)) for part in line.split()]
    printed = command(parts[0], "--out", "here", *parts[1:])
    assert "Golden cross  1999-01-05 to 2001-12-31" in printed
    told = json.loads(Path("here/run.json").read_text(encoding="utf-8"))

    spec = importlib.util.spec_from_file_location("golden_cross", EXAMPLES / "golden_cross.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "golden_cross", module)
    spec.loader.exec_module(module)
    prices = pd.read_csv("SPY.csv", index_col=0, parse_dates=True)
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.PandasData(dataname=prices, name="SPY"))
    cerebro.addstrategy(module.GoldenCross)
    cerebro.addsizer(bt.sizers.PercentSizer, percents=95)
    cerebro.broker.setcash(100_000.0)
    cerebro.broker.setcommission(commission=0.001)
    cerebro.addanalyzer(btplaybook.Recorder)
    results = cerebro.run()
    by_hand = json.loads(btplaybook.recorded(results[0]).to_json())
    for each in (told, by_hand):
        del each["strategy"], each["code"]
    assert told == by_hand


# -- a file with a rule -----------------------------------------------------------------------

DONCHIAN = f"{EXAMPLES / 'donchian.py'}:DonchianBreakout"


def test_the_breakout_runs_and_is_searched_as_its_file_says(command, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("btplaybook.runners.pages.search.page.page", lambda _: "<!DOCTYPE html>")
    source = (EXAMPLES / "donchian.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 60
    lines = re.findall("^btplaybook (.*)$", source, re.MULTILINE)
    run_line, search_line = (shlex.split(line) for line in lines)
    short = ("--end", "2000-06-30", "--out", tmp_path / "out")
    printed = command(*run_line, *short)
    assert printed.startswith("Donchian breakout  1999-01-05 to 2000-06-30")
    printed = command(*search_line, *short, "--top", "2")
    assert "Donchian breakout: best of 41 sets" in printed
    assert "sets agree with their bar-by-bar runs" in printed


def breakouts(bars, entry, leave):
    """The oracle: pandas, a channel a column, and one pass over marks."""
    high, low, close = (pd.Series(column) for column in (bars.high, bars.low, bars.close))
    over, under = (
        close > high.shift().rolling(entry).max(),
        close < low.shift().rolling(entry).min(),
    )
    ends = {
        1.0: close < low.shift().rolling(leave).min(),
        -1.0: close > high.shift().rolling(leave).max(),
    }
    held, state = [], 0.0
    for t in range(len(close)):
        if t >= max(entry, leave):
            ended = state != 0.0 and ends[state][t]
            state = 1.0 if over[t] else -1.0 if under[t] else 0.0 if ended else state
        held.append(state)
    return held


@pytest.mark.parametrize(("entry", "leave"), [(20, 5), (10, 10), (3, 8)])
def test_the_breakout_holds_what_pandas_says(bars, entry, leave):
    params = {"entry": entry, "exit": leave}
    found = run(DONCHIAN, bars, params=params, strips=False).decisions
    expected = breakouts(bars, entry, leave)
    first = max(entry, leave)
    assert found["weight"].tolist() == expected[first:]
    assert found["date"].iloc[0].date() == bars.dates[first].item()
    assert not any(expected[:first])
    once_in = [*dropwhile(lambda weight: not weight, expected)]
    assert set(once_in) == ({1.0, -1.0, 0.0} if leave < entry else {1.0, -1.0})


def test_the_breakout_is_searched_by_the_general_kernel(bars):
    found = run_search(DONCHIAN, bars, "entry=5..20,exit=2..5", top=2, at_random=2)
    assert found.kernel == "GeneralEvaluator"
    assert found.confirmed == 4


def test_the_breakout_knows_nothing_of_the_future(bars):
    audit(DONCHIAN, bars, cuts=2, params={"entry": 10, "exit": 5}, strips=False).check()


@pytest.mark.parametrize("entry", [0, 2.5, True], ids=str)
def test_a_channel_out_of_range_is_refused(bars, entry):
    with pytest.raises(StrategyError, match="entry and exit must be whole numbers >= 1"):
        run(DONCHIAN, bars, entry=entry)


def test_the_breakout_needs_the_bars_of_its_longer_channel(bars):
    short = bars.between(None, bars.dates[54].item())
    with pytest.raises(ParameterError, match="needs 56 bars before it can decide"):
        run(DONCHIAN, short)


# -- a script ---------------------------------------------------------------------------------


def test_the_script_prints_its_table(bars, tmp_path):
    path = tmp_path / "mine.csv"
    bars.frame().to_csv(path)
    lines = script(EXAMPLES / "compare_periods.py", path).splitlines()
    assert lines[0].startswith("mine, 2005-01-03 to 2006-08-03: ")
    assert lines[2].split() == ["period", "close", "next_open", "next_close", "switches"]
    rows = {int(period): cells for period, *cells in map(str.split, lines[3:7])}
    assert list(rows) == [10, 50, 100, 200]
    settings = {"percent_fee": 0.0005, "fill": "next_open", "strips": False}
    result = run("sma-switch", bars, period=50, **settings)
    assert rows[50][1] == f"{result.metrics['total_return']:.1%}"
    assert lines[8].split() == ["held", f"{result.benchmark['total_return']:.1%}"]


# -- what the page on subclassing writes ------------------------------------------------------

PAGE = (ROOT / "docs" / "pages" / "subclassing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("name", ["HalfIn", "NewHighs", "FastReversion", "Mine"])
def test_a_strategy_of_the_page_passes_its_audit(name, tmp_path, bars):
    (code,) = [block for block in BLOCKS if f"class {name}(" in block]
    path = tmp_path / "page.py"
    path.write_text(code, encoding="utf-8")
    audit(f"{path}:{name}", bars, cuts=2, strips=False).check()


def test_new_highs_are_held_after_a_new_high(tmp_path, bars):
    (code,) = [block for block in BLOCKS if "class NewHighs(" in block]
    (tmp_path / "page.py").write_text(code, encoding="utf-8")
    found = run(f"{tmp_path / 'page.py'}:NewHighs", bars, lookback=20, strips=False).decisions
    closes = pd.Series(bars.close)
    expected = (closes > closes.shift().rolling(20).max()).to_numpy(float)
    assert np.array_equal(found["weight"], expected[20:])
    assert not expected[:20].any()
    assert 0 < expected.sum() < len(expected)


def test_new_highs_are_searched_by_their_rule(tmp_path, bars):
    (code,) = [block for block in BLOCKS if "class NewHighs(" in block]
    (tmp_path / "page.py").write_text(code, encoding="utf-8")
    found = run_search(
        f"{tmp_path / 'page.py'}:NewHighs", bars, "lookback=10..30", top=2, at_random=1
    )
    assert found.kernel == "GeneralEvaluator"
    assert found.confirmed == 3


def test_the_cerebro_of_the_page_runs(capsys):
    (code,) = [block for block in BLOCKS if "bt.Cerebro()" in block]
    exec(code, {})
    assert re.fullmatch(r"\d+, 2421 decisions\n", capsys.readouterr().out)


# -- sections and inputs ---------------------------------------------------------------------------


def test_a_section_measures_and_shows_the_holdings(tmp_path):
    printed = script(EXAMPLES / "holding_periods.py", tmp_path / "out")
    kept = json.loads((tmp_path / "out" / "run.json").read_text())["sections"]["holding_periods"]
    assert list(kept) == ["holdings", "median_days", "longest_days"]
    assert printed.split() == [
        word for name, value in kept.items() for word in (name, f"{value:g}")
    ]
    sign = pd.read_parquet(tmp_path / "out" / "daily.parquet")["sign"]
    starts = (sign != sign.shift()) & (sign != 0)
    lengths = (sign != 0).groupby(starts.cumsum()).sum()[1:]
    assert kept["holdings"] == len(lengths)
    assert kept["longest_days"] == lengths.max()
    assert kept["median_days"] == lengths.median()
    page = (tmp_path / "out" / "tearsheet.html").read_text(encoding="utf-8")
    assert "<h2>How long positions are held</h2>" in page
    assert f"{kept['longest_days']:,} days" in page


def test_a_series_beside_the_bars_is_audited():
    lines = script(EXAMPLES / "calm_markets.py").splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["total_return", "volatility", "max_drawdown"]
    assert lines[3].startswith("Look-ahead audit passed")


# -- costs of one's own -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiered():
    spec = importlib.util.spec_from_file_location("tiered_fee", EXAMPLES / "tiered_fee.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["tiered_fee"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["tiered_fee"]


@pytest.mark.parametrize(
    ("size", "price", "stamp_duty", "fee"),
    [
        pytest.param(+1_000, 50.0, 0.0, 3.50, id="first tier"),
        pytest.param(-50, 50.0, 0.0, 0.35, id="least fee"),
        pytest.param(+10, 2.0, 0.0, 0.20, id="at most 1 % of the value"),
        pytest.param(-400_000, 50.0, 0.0, 1050.0 + 200.0, id="into the second tier"),
        pytest.param(
            +25_000_000, 50.0, 0.0, 1050.0 + 5400.0 + 25_500.0 + 5000.0, id="into the fourth"
        ),
        pytest.param(+1_000, 50.0, 0.005, 3.50 + 250.0, id="stamp duty on a buy"),
        pytest.param(-1_000, 50.0, 0.005, 3.50, id="and none on a sale"),
    ],
)
def test_a_tiered_fee_of_one_order(tiered, size, price, stamp_duty, fee):
    costs = tiered.TieredFee(stamp_duty=stamp_duty).on(datetime.date(2024, 3, 1), "SPY")
    assert costs.commission(size, price) == pytest.approx(fee, rel=1e-12)


def test_the_month_begins_in_the_first_tier_again(tiered):
    costs = tiered.TieredFee()
    fees = [
        costs.on(day, "SPY").commission(300_000, 50.0)
        for day in (
            datetime.date(2024, 3, 1),
            datetime.date(2024, 3, 28),
            datetime.date(2024, 4, 1),
        )
    ]
    assert fees == pytest.approx([1050.0, 600.0, 1050.0], rel=1e-12)


def test_a_tiered_fee_charges_a_run_and_its_strips(tiered, bars):
    settings = {"period": 8, "whole_shares": True, "cash": 1e8}
    result = run("sma-switch", bars, costs=tiered.TieredFee(), **settings)
    costs, expected = tiered.TieredFee(), []
    for trade in result.trades.itertuples():
        charged = costs.on(trade.date.date(), trade.instrument)
        expected.append(charged.commission(trade.size, trade.price))
    assert result.trades["commission"].tolist() == expected
    assert any(
        fee < 0.0035 * abs(size) for fee, size in zip(expected, result.trades["size"], strict=False)
    )
    (rung,) = [row for row in result.strips["capital"]["rows"] if row["cash"] == 1e7]
    smaller = run("sma-switch", bars, costs=tiered.TieredFee(), strips=False,
                  **settings | {"cash": 1e7})  # fmt: skip
    assert rung["gain"] == pytest.approx(smaller.metrics["pnl"]["total"], rel=1e-9)
    assert result.settings["costs"]["class"] == "tiered_fee:TieredFee"
    assert list(result.settings["costs"]["parameters"]) == [
        "tiers",
        "min_fee",
        "most",
        "stamp_duty",
    ]


def test_the_script_of_the_fee_prints_its_table(bars, tmp_path):
    path = tmp_path / "mine.csv"
    bars.frame().to_csv(path)
    heading, free, tiers, duty = script(EXAMPLES / "tiered_fee.py", "--bars", path).splitlines()
    assert heading.split() == ["costs", "commission", "total", "return"]
    paid = [float(line.split()[-2].replace(",", "")) for line in (free, tiers, duty)]
    assert paid[0] == 0.0 < paid[1] < paid[2]


def test_the_docstring_of_the_fee(tiered):
    failed, tried = doctest.testmod(tiered)
    assert (failed, tried > 0) == (0, True)


@pytest.fixture(scope="module")
def own_sector_book():
    """The example's module, the book it makes on a small made-up sector, and the market."""
    file = EXAMPLES / "own_sector_book.py"
    bars, inputs = of_market(simulated_sector(3, n_stocks=30, years=3))
    params = {"start": "2006-10-02", "end": "2007-03-30", "cash": 1e7, "least_value": 10}
    spec = importlib.util.spec_from_file_location("own_sector_book", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, run(str(file), bars, inputs=inputs, strips=False, **params), (bars, inputs)


def test_a_factor_and_a_view_of_ones_own_decide_the_sector_book(own_sector_book):
    _, result, _ = own_sector_book
    decisions = result.sections["sector"].measured["decisions"]
    assert len(decisions) > 4
    for row in decisions:
        assert row["factors"][-1] == "calm"
        assert abs(row["target_beta"]) == 0.1
        assert row["beta"] == pytest.approx(row["target_beta"], abs=1e-6)


def test_the_factor_of_ones_own_is_tested_by_itself(own_sector_book, tmp_path):
    module, _, (bars, inputs) = own_sector_book
    found = run_factor_test(
        f"{EXAMPLES / 'own_sector_book.py'}:calm", bars, inputs=inputs,
        ledger=TrialLedger(tmp_path),
    )  # fmt: skip
    assert found.short_name == "calm"
    assert (
        found.words == "Prefer stocks whose residual returns have varied little over half a year."
    )
    # By hand: the newest cross-section's calmest stock has the largest value.
    residuals = np.array([[0.0, 0.0], [0.01, 0.03]] * 63)
    seen = SimpleNamespace(newest_residuals=lambda rows: residuals[-rows:])
    assert module.calm(seen) == pytest.approx(-residuals.std(axis=0, ddof=1))
