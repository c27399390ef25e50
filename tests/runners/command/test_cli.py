"""The command line: output on stdout and stderr, files in the folder, and commands."""

import dataclasses
import gc
import io
import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from btplaybook.runners.command import cli
from btplaybook.runners.command.run_summary import print_summary
from btplaybook.runners.command.typed_plan import interest_from, params_from
from btplaybook.runners.garbage import IN_A_COMMAND
from btplaybook.runners.records.files import RUN as FILES
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.labels.figures import FIGURES, ON_SCREEN
from btplaybook.runners.runs.run import run

pytestmark = pytest.mark.usefixtures("undrawn")

OPTIONS = (
    "--bars", "--sample", "--ticker", "--start", "--end", "--set", "--fill", "--size-at",
    "--rebalance", "--every", "--per-share", "--min-fee", "--percent-fee", "--slippage-bps",
    "--spread", "--borrow", "--interest", "--no-dividends", "--max-gross", "--whole-shares",
    "--cash", "--benchmark", "--seed", "--out", "--json", "--open", "--debug",
)  # fmt: skip
"""The contract."""

SAMPLE = ("--sample", "simulated", "--end", "2006-06-30")
ARGUMENTS = ("run", "sma-switch", *SAMPLE, "--set", "period=8")


@pytest.fixture(scope="module")
def json_run(tmp_path_factory):
    """A run in a shell of its own, with --json and the default folder."""
    folder = tmp_path_factory.mktemp("json")
    program = (sys.executable, "-m", "btplaybook.runners", *ARGUMENTS, "--json")
    ended = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended, folder / "out" / "sma-switch"


# -- run -------------------------------------------------------------------------------------------


def test_json_stands_alone_on_stdout_and_equals_the_file(json_run):
    ended, folder = json_run
    assert ended.stdout == (folder / "run.json").read_text(encoding="utf-8")
    told = json.loads(ended.stdout)
    assert told["schema"] == 1
    assert told["strategy"] == "sma-switch"
    assert ended.stderr == ""


def test_the_default_folder_holds_every_file(json_run):
    _, folder = json_run
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    page = (folder / "tearsheet.html").read_text(encoding="utf-8")
    assert "<title>" in page
    assert "SMA switch" in page
    equity = pd.read_parquet(folder / "daily.parquet")["equity"]
    total = json.loads((folder / "run.json").read_text(encoding="utf-8"))["metrics"]["total_return"]
    assert equity.iloc[-1] / equity.iloc[0] - 1 == pytest.approx(total)


def test_the_json_has_the_keys_of_the_contract(json_run):
    told = json.loads(json_run[0].stdout)
    assert {"schema", "strategy", "params", "settings", "versions", "data", "metrics", "benchmark",
            "unfilled"} <= set(told)  # fmt: skip
    assert {"name", "source", "sha256", "first", "last", "rows", "warnings"} <= set(told["data"][0])
    metrics = {
        "total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown", "points",
        "percent", "win_rate", "average_win", "average_loss", "switches", "switches_per_year",
        "ruined_on", "ex_dividend", "pnl",
    }  # fmt: skip
    assert metrics <= set(told["metrics"])
    assert metrics <= set(told["benchmark"])
    assert set(told["metrics"]["ex_dividend"]) == {"long", "short", "flat"}
    assert set(told["metrics"]["pnl"]) == {
        "price", "dividends", "borrow", "interest", "commission", "slippage", "total", "residual",
    }  # fmt: skip


def test_words_go_to_a_chosen_folder_and_the_screen(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    opened = []
    monkeypatch.setattr(cli.typer, "launch", opened.append)
    ended = command(*ARGUMENTS, "--out", "here", "--open")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("SMA switch")
    assert ended.out.splitlines()[-1] == f"Page: {Path('here') / 'tearsheet.html'}"
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    assert sorted(path.name for path in (tmp_path / "here").iterdir()) == sorted(FILES)
    assert opened == [str(tmp_path / "here" / "tearsheet.html")]


def test_a_users_strategy_has_a_folder_of_its_name(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(
        "from btplaybook.strategies.sma_switch import SmaSwitch\n"
        "class Mine(SmaSwitch):\n    params = (('period', 8),)\n"
    )
    named = command("run", "mine.py:Mine", *SAMPLE, "--json")
    assert named.code == 0
    assert json.loads(named.out)["params"]["period"] == 8
    assert (tmp_path / "out" / "Mine" / "run.json").read_text(encoding="utf-8") == named.out


@pytest.mark.parametrize("text", ["cash=0.03,rebate=0.02,debit=0.05", " cash=0.03 , debit=0.05"])
def test_rates_of_interest_may_be_given_apart(text):
    assert interest_from(text)["cash"] == 0.03
    assert interest_from(text)["debit"] == 0.05


def test_values_of_parameters_are_numbers_where_they_look_like_it():
    pairs = ["period=8", "level=0.5", "on=True", "direction=trend", "note=a=b", "none=None"]
    assert params_from(pairs) == {
        "period": 8, "level": 0.5, "on": True, "direction": "trend", "note": "a=b", "none": None,
    }  # fmt: skip


# -- the summary -----------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [{}, {"fill": "next_open", "percent_fee": 0.0005}], ids=str)
def test_the_summary_fits_eighty_columns(simulated, settings):
    result = run("sma-switch", simulated, period=8, **settings)
    screen = io.StringIO()
    print_summary(result, Path("out/sma-switch"), Console(file=screen, width=80))
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("SMA switch  2005-01-04 to 2006-08-03")
    assert lines[-1] == f"Page: {Path('out/sma-switch/tearsheet.html')}"
    for label in (FIGURES[key].label for key in ON_SCREEN):
        assert sum(line.startswith(f"{label}  ") for line in lines) == 1
    assert any(badge.text in screen.getvalue() for badge in result.badges)


def test_the_summary_leaves_out_what_a_run_does_not_have(simulated):
    """A book of stocks has no side: no uncompounded gain and no switches, whatever cash has."""
    result = run("sma-switch", simulated, period=8)
    sides = ("points", "percent", "switches_per_year")
    without = {**result.metrics, **dict.fromkeys(sides), "sharpe": None}
    screen = io.StringIO()
    book = dataclasses.replace(result, metrics=without)
    print_summary(book, Path("out"), Console(file=screen, width=80))
    lines = screen.getvalue().splitlines()
    for key in ON_SCREEN:
        shown = sum(line.startswith(f"{FIGURES[key].label}  ") for line in lines)
        assert shown == (key not in sides)


def test_the_summary_does_not_break_the_path_of_the_page(simulated):
    result = run("sma-switch", simulated, period=8)
    screen = io.StringIO()
    folder = Path("a long folder") / ("x" * 90)
    print_summary(result, folder, Console(file=screen, width=80))
    assert screen.getvalue().splitlines()[-1] == f"Page: {folder / 'tearsheet.html'}"


def test_the_summary_counts_orders_that_never_filled(simulated):
    decided = run("sma-switch", simulated, period=8).trades["date"]
    late = run("sma-switch", simulated, period=8, fill="next_close", end=decided.iloc[-2].date())
    screen = io.StringIO()
    print_summary(late, Path("out"), Console(file=screen, width=80))
    assert len(late.unfilled) == 1
    assert "without a bar left" in screen.getvalue()


# -- everything else -------------------------------------------------------------------------------


def test_run_offers_the_options_of_the_contract(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    ended = command("run", "--help")
    assert ended.code == 0
    offered = re.findall(r"^ +(--[a-z-]+)", ended.out, re.MULTILINE)
    assert set(OPTIONS) <= set(offered)
    assert len(offered) == len(set(offered))


def test_help_names_the_commands_and_the_exit_codes(command):
    ended = command("--help")
    assert ended.code == 0
    assert all(re.search(rf"^  {name} ", ended.out, re.M) for name in ("run", "list", "describe"))
    for code, meaning in ((1, "red"), (2, "usage"), (3, "source"), (4, "data"), (5, "stopped")):
        assert re.search(rf"{code} [a-z\s]*{meaning}", ended.out)


def test_the_version_is_the_installed_one(command):
    ended = command("--version")
    assert (ended.code, ended.out, ended.err) == (0, f"{version('btplaybook')}\n", "")


def test_list_has_a_line_for_every_strategy(command):
    ended = command("list")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert [line.split()[0] for line in lines] == list(registry.registered())
    (switch,) = (line for line in lines if line.startswith("sma-switch"))
    assert switch.split(maxsplit=1)[1].startswith("Long on one side of the moving average")


@pytest.mark.parametrize("name", registry.registered())
def test_describe_prints_the_documentation_and_what_can_be_set(command, name):
    ended = command("describe", name)
    assert ended.code == 0
    assert ended.out.startswith(f"{name}: ")
    for heading in ("Rule", "Timing", "Sizing", "Source", "Deviations"):
        assert f"\n{heading}\n---" in ended.out
    settable = re.findall(r"^--set (\w+)=", ended.out, re.MULTILINE)
    assert settable == list(registry.parameters(registry.resolve(name)))


def test_an_interrupted_command_ends_with_130(command, monkeypatch):
    def interrupted(text):
        raise KeyboardInterrupt

    monkeypatch.setattr(registry, "resolve", interrupted)
    assert command("describe", "sma-switch").code == 130


def test_garbage_is_collected_rarely_while_a_command_works_and_only_then(command, monkeypatch):
    seen = []

    def resolved(text):
        seen.append(gc.get_threshold()[0])
        raise KeyboardInterrupt

    usual = gc.get_threshold()
    monkeypatch.setattr(registry, "resolve", resolved)
    command("describe", "sma-switch")
    assert seen == [IN_A_COMMAND]
    assert gc.get_threshold() == usual
