"""Wrong input on the command line gives one clear line and its exit code."""

import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.command import cli

pytestmark = pytest.mark.usefixtures("undrawn")

N_BARS = 60  # on weekdays from Monday 2020-01-06 to Friday 2020-03-27


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """A folder of files, all but good.csv and two.csv with one fault, which their names tell."""
    folder = tmp_path_factory.mktemp("inputs")
    close = 100.0 + np.arange(N_BARS) % 7
    good = pd.DataFrame(
        {
            "date": np.busday_offset("2020-01-06", np.arange(N_BARS)).astype(str),
            "open": close - 0.5,
            "high": close + 1.0,
            "low": close - 1.0,
            "close": close,
            "volume": 1000.0,
            "dividend": 0.0,
        }
    )

    def write(name, **cells):
        table = good.astype(object)
        for column, (row, value) in cells.items():
            table.loc[row, column] = value
        table.to_csv(folder / name, index=False)

    write("good.csv")
    write("nan_price.csv", close=(10, None))
    write("text_price.csv", close=(10, "n/a?"))
    write("twice.csv", date=(10, good["date"][9]))
    write("low_high.csv", high=(10, close[10] - 0.25))
    write("nan_dividend.csv", dividend=(10, None))
    write("two_faults.csv", volume=(12, -5.0), dividend=(10, -1.0))
    good.drop(columns="low").to_csv(folder / "no_low.csv", index=False)
    tickers = [good.assign(ticker=ticker) for ticker in ("SPY", "QQQ")]
    pd.concat(tickers).to_csv(folder / "two.csv", index=False)
    (folder / "empty.csv").touch()
    (folder / "binary.csv").write_bytes(bytes(range(256)))
    (folder / "binary.parquet").write_bytes(bytes(range(256)))
    (folder / "prices.doc").write_text("date,close\n")
    (folder / "taken").write_text("a file where a folder should be\n")
    (folder / "folder.csv").mkdir()

    base = "from btplaybook.strategies.playbook_strategy import PlaybookStrategy\n"
    strategies = {
        "syntax.py": "class Broken(:\n",
        "no_import.py": "import no_such_library\n",
        "none.py": base + "answer = 42\n",
        "mine.py": base + "class Mine(PlaybookStrategy):\n    pass\n",
        "plain.py": "import backtrader as bt\nclass Plain(bt.Indicator):\n    pass\n",
        "nan.py": base + "class Nan(PlaybookStrategy):\n"
        "    def target_weights(self):\n        return {self.data: float('nan')}\n",
    }
    for name, text in strategies.items():
        (folder / name).write_text(text)
    return folder


def row(case, arguments, code, *words):
    return pytest.param(arguments, code, words, id=case)


GOOD = "sma-switch --bars good.csv"
SHORT = f"{GOOD} --set period=5"

ROWS = [
    # the strategy
    row("no strategy", "", 2, "Missing argument"),
    row("unknown strategy", "sma-swich --bars good.csv", 2,
        "no strategy is called 'sma-swich'", "did you mean 'sma-switch'?"),
    row("nothing near", "xyz --bars good.csv", 2, "'xyz'", "known: pivot, sector-long-short"),
    row("unknown module", "nowhere:Mine --bars good.csv", 2,
        "module 'nowhere' cannot be imported", "No module named 'nowhere'"),
    row("unknown class", "btplaybook.strategies.sma_switch:SmaSwich --bars good.csv", 2,
        "btplaybook.strategies.sma_switch has no class 'SmaSwich'", "did you mean 'SmaSwitch'?"),
    row("no such strategy file", "his.py:Mine --bars good.csv", 2, "there is no file his.py"),
    row("strategy file without the class", "mine.py:Min --bars good.csv", 2,
        "mine.py has no class 'Min'", "did you mean 'Mine'?"),
    row("strategy file without any", "none.py:Mine --bars good.csv", 2,
        "none.py has no class 'Mine'", "nor any other backtrader strategy"),
    row("file without a strategy", "none.py --bars good.csv", 2,
        "none.py holds no backtrader strategy"),
    row("syntax error", "syntax.py:Broken --bars good.csv", 2,
        "syntax.py cannot be imported", "invalid syntax", "line 1"),
    row("import that fails", "no_import.py:Mine --bars good.csv", 2,
        "no_import.py cannot be imported", "No module named 'no_such_library'"),
    row("no strategy", "plain.py:Plain --bars good.csv", 2,
        "plain.py:Plain is no backtrader strategy", "subclass bt.Strategy"),
    # its parameters
    row("unknown parameter", f"{GOOD} --set perod=8", 2,
        "sma-switch has no parameter 'perod'", "did you mean 'period'?"),
    row("parameter without a value", f"{GOOD} --set period", 2,
        "--set takes KEY=VALUE", "'period'"),
    row("value without a parameter", f"{GOOD} --set =8", 2, "--set takes KEY=VALUE", "'=8'"),
    row("period in words", f"{GOOD} --set period=abc", 2,
        "period must be a whole number >= 1", "'abc'"),
    row("period 0", f"{GOOD} --set period=0", 2, "period must be a whole number >= 1", "got 0"),
    row("half a bar", f"{GOOD} --set period=2.5", 2, "period must be a whole number", "2.5"),
    row("unknown direction", f"{GOOD} --set direction=up", 2,
        "direction must be one of trend, reversion", "'up'"),
    row("setting as parameter", f"{GOOD} --set fill=close", 2, "no parameter 'fill'", "period"),
    row("inverse without its feed", f"{GOOD} --set short_via=inverse", 2,
        "short_via='inverse'", "2 feed(s)", "1 given"),
    row("a feed too many", f"{GOOD} --bars OTHER=good.csv", 2, "1 feed(s)", "2 given"),
    row("period longer than the data", f"{GOOD} --set period=61", 2,
        "needs 61 bars", "good has 60 up to 2020-03-27"),
    row("period longer than the window", f"{GOOD} --set period=9 --end 2020-01-15", 2,
        "needs 9 bars", "good has 8 up to 2020-01-15"),
    # the options
    row("unknown option", f"{GOOD} --slipage-bps 5", 2, "--slipage-bps", "--slippage-bps"),
    row("option without its value", "sma-switch --bars", 2, "--bars", "requires an argument"),
    row("word too many", f"{GOOD} again", 2, "unexpected extra argument", "again"),
    row("unknown fill", f"{GOOD} --fill at_close", 2,
        "fill must be one of close, next_open, next_close", "'at_close'"),
    row("unknown size", f"{GOOD} --size-at order", 2, "size_at must be one of fill, decision"),
    row("unknown rebalance", f"{GOOD} --rebalance never", 2,
        "rebalance must be one of on_change, daily", "'never'"),
    row("unknown period", f"{GOOD} --every year", 2, "every must be one of day, week, month"),
    row("no cash", f"{GOOD} --cash 0", 2, "cash must be a number > 0", "got 0.0"),
    row("cash in words", f"{GOOD} --cash much", 2, "Invalid value for '--cash'"),
    row("fee in percent", f"{GOOD} --percent-fee 0.5", 2,
        "percent_fee must be >= 0 and < 0.1", "0.0005 is 5 basis points", "got 0.5"),
    row("negative slippage", f"{GOOD} --slippage-bps -1", 2, "slippage_bps must be >= 0", "-1.0"),
    row("fee that is no number", f"{GOOD} --per-share nan", 2, "per_share must be >= 0", "got nan"),
    row("interest in words", f"{GOOD} --interest abc", 2,
        "--interest takes a rate like 0.03", "'abc'"),
    row("interest in percent", f"{GOOD} --interest 5", 2, "decimal fraction", "0.05 is 5 %"),
    row("unknown interest", f"{GOOD} --interest cash=0.03,lend=0.02", 2,
        "cash, rebate and debit", "got lend"),
    row("borrow in percent", f"{GOOD} --borrow 3", 2, "borrow rate", "0.05 is 5 %"),
    row("risk-free rate in percent", f"{GOOD} --risk-free-rate 5", 2,
        "risk_free_rate must be a fraction a year", "0.05 is 5 %"),
    row("no gross exposure", f"{GOOD} --max-gross 0", 2, "max_gross must be a number > 0"),
    row("negative seed", f"{SHORT} --seed -1", 2, "seed must be a whole number >= 0", "-1"),
    row("unknown benchmark", f"{SHORT} --benchmark god", 2,
        "no bars are called 'god'", "did you mean 'good'?"),
    # which bars
    row("no bars", "sma-switch", 2, "no bars", "--bars FILE", "--sample sp500"),
    row("unknown sample", "sma-switch --sample sp50", 2,
        "unknown sample 'sp50'", "did you mean 'sp500'?"),
    row("no such file", "sma-switch --bars SPY=spy.csv", 2, "spy.csv", "no such file"),
    row("name without a file", "sma-switch --bars SPY=", 2, "FILE or NAME=FILE", "'SPY='"),
    row("folder for a file", "sma-switch --bars folder.csv", 2, "folder.csv is a folder", ".csv"),
    row("unknown kind of file", "sma-switch --bars prices.doc", 2,
        "prices.doc", ".csv, .csv.gz, .parquet"),
    row("two feeds of one name", f"{GOOD} --bars good.csv", 2, "name of its own",
        "'good' is that of table 1 (good.csv) and table 2 (good.csv)", "leave one of them out"),
    row("several tickers", "sma-switch --bars two.csv", 2, "two.csv", "ticker", "QQQ, SPY"),
    row("unknown ticker", "sma-switch --bars two.csv --ticker SPX", 2,
        "unknown ticker 'SPX'", "did you mean 'SPY'?"),
    row("start that is no date", f"{GOOD} --start soon", 2,
        "start must be a date like 2013-09-30", "'soon'"),
    row("start that is more than a date", f"{GOOD} --start 2020-02-10x", 2, "start must be a date"),
    row("end that is no day", f"{GOOD} --end 2020-02-30", 2, "end must be a date", "'2020-02-30'"),
    row("start after end", f"{GOOD} --start 2020-03-10 --end 2020-02-10", 2,
        "start 2020-03-10 must lie before end 2020-02-10"),
    row("start before the first bar", f"{GOOD} --start 2019-12-30", 2,
        "4 sessions outside good's bars", "2020-01-06 to 2020-03-27", "move --start"),
    row("start after the last bar", f"{GOOD} --start 2020-04-01", 2,
        "start 2020-04-01 lies after good's last bar, 2020-03-27"),
    row("end after the last bar", f"{GOOD} --end 2020-04-01", 2,
        "3 sessions outside good's bars", "2020-01-06 to 2020-03-27", "move --end"),
    row("end before the first bar", f"{GOOD} --end 2019-12-30", 2,
        "good.csv", "2019-12-30", "bars from 2020-01-06 to 2020-03-27"),
    # absurd values
    row("cash NaN", f"{SHORT} --cash nan", 2, "cash must be a number > 0", "nan"),
    row("cash 1e400", f"{SHORT} --cash 1e400", 2, "cash must be a number > 0", "at most 1e+15"),
    row("endless gross", f"{SHORT} --max-gross 1e308", 2, "max_gross", "at most 1e+09"),
    row("interest NaN", f"{SHORT} --interest nan", 2, "cash rate", "nan"),
    row("interest of 5,000 digits", f"{SHORT} --interest {'9' * 5000}", 2, "cash rate", "inf"),
    row("interest that is text", f"{SHORT} --interest {'x' * 5000}", 2,
        "--interest takes a rate", "(5,002 characters)"),
    row("fee of 1e308", f"{SHORT} --per-share 1e308", 2, "per_share must be >= 0 and < 1e+09"),
    row("start of 5,000 characters", f"{SHORT} --start {'9' * 5000}", 2,
        "start must be a date", "(5,002 characters)"),
    row("start in a million years", f"{SHORT} --start 1000000-01-01", 2, "start must be a date"),
    row("seed beyond 64 bits", f"{SHORT} --seed {10**24}", 2, "seed must be", "2**63"),
    row("signs without end", f"{SHORT} --set period={'-' * 5000}1", 2,
        "--set period", "at most 1,000"),
    row("period of 10^24", f"{SHORT} --set period={10**24}", 2, "--set period", "64 bits"),
    row("period of 10^9", f"{SHORT} --set period={10**9}", 2,
        "period must be a whole number from 1 to 1,000,000", "1000000000"),
    row("infinite parameter", f"{SHORT} --set period=1e400", 2, "--set period", "finite"),
    row("name of 5,000 characters", f"{SHORT} --set {'k' * 5000}=1", 2, "no parameter", "5,002"),
    row("strategy of 5,000 characters", f"{'s' * 5000} --bars good.csv", 2, "no strategy"),
    row("file of 5,000 characters", f"{'s' * 5000}.py:A --bars good.csv", 2, "there is no file"),
    row("plan of 5,000 characters", f"{'s' * 5000}.toml --bars good.csv", 2, "name too long"),
    # bad data
    row("empty file", "sma-switch --bars empty.csv", 4, "empty.csv", "not a readable CSV file"),
    row("binary file", "sma-switch --bars binary.csv", 4, "binary.csv", "not a readable CSV file"),
    row("binary Parquet", "sma-switch --bars binary.parquet", 4,
        "binary.parquet", "not a readable Parquet file"),
    row("missing column", "sma-switch --bars no_low.csv", 4, "no_low.csv", "no column low"),
    row("missing price", "sma-switch --bars nan_price.csv", 4,
        "nan_price.csv", "close is missing", "2020-01-20"),
    row("price that is text", "sma-switch --bars text_price.csv", 4,
        "text_price.csv", "close is not a number", "'n/a?' in line 12"),
    row("date twice", "sma-switch --bars twice.csv", 4,
        "twice.csv", "more than one bar a day", "2020-01-17"),
    row("high below close", "sma-switch --bars low_high.csv", 4,
        "low_high.csv", "high is below the close", "2020-01-20"),
    row("missing dividend", "sma-switch --bars nan_dividend.csv", 4,
        "nan_dividend.csv", "dividend is missing", "--no-dividends", "2020-01-20"),
    # a run that was stopped, and a place that cannot be written to
    row("over the gross limit", f"{SHORT} --max-gross 0.5", 5,
        "2020-01-10", "good to +1", "rejected", "max_gross is 0.5"),
    row("weight that is no number", "nan.py:Nan --bars good.csv", 5,
        "2020-01-06", "target weight of good is nan"),
    row("audit of too few days", f"{SHORT} --start 2020-03-23 --audit", 2,
        "5 days after the first decision are too few for 8 cuts"),
    row("file in the place of the folder", f"{SHORT} --out taken", 2,
        "cannot write to taken", "File exists"),
    row("file in the place of a folder above", f"{SHORT} --out taken/deeper", 2,
        "cannot write to taken/deeper", "Not a directory"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "words"), ROWS)
def test_one_line_says_what_is_wrong(command, inputs, monkeypatch, arguments, code, words):
    monkeypatch.chdir(inputs)
    ended = command("run", *shlex.split(arguments))
    assert ended.code == code
    assert ended.out == ""
    assert ended.err.startswith("btplaybook: ")
    assert ended.err.count("\n") == 1
    assert ended.err.endswith("\n")
    assert len(ended.err) < 1100
    for fragment in words:
        assert fragment in ended.err
    assert not (inputs / "out").exists()
    assert (inputs / "taken").is_file()


def test_every_fault_of_the_data_has_a_line(command, inputs, monkeypatch):
    monkeypatch.chdir(inputs)
    ended = command("run", "sma-switch", "--bars", "two_faults.csv")
    assert (ended.code, ended.out) == (4, "")
    volume, dividend = ended.err.splitlines()
    assert "two_faults.csv): volume is negative on 2020-01-22" in volume
    assert "two_faults.csv): dividend is negative on 2020-01-20" in dividend


@pytest.mark.parametrize(
    ("bars", "code", "words"),
    [("spy.csv", 2, "no such file"), ("twice.csv", 4, "more than one bar a day")],
)
def test_a_shell_sees_the_same(inputs: Path, bars, code, words):
    program = (sys.executable, "-m", "btplaybook.runners", "run", "sma-switch", "--bars", bars)
    ended = subprocess.run(program, cwd=inputs, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert ended.stderr.count("\n") == 1
    assert words in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("rum", "Did you mean 'run'?"),
        ("--versio", "--version"),
        ("describe sma-swich", "did you mean 'sma-switch'?"),
        ("describe", "Missing argument"),
    ],
)
def test_other_commands_do_the_same(command, arguments, words):
    ended = command(*arguments.split())
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert words in ended.err


def test_debug_shows_the_traceback(inputs, monkeypatch):
    monkeypatch.chdir(inputs)
    monkeypatch.setattr(sys, "argv", ["btplaybook", "run", "xyz", "--debug"])
    with pytest.raises(ValueError, match="no strategy is called 'xyz'"):
        cli.main()


def test_a_bug_shows_its_traceback(inputs, monkeypatch):
    monkeypatch.chdir(inputs)
    monkeypatch.setattr(sys, "argv", ["btplaybook", "run", "mine.py:Mine", "--bars", "good.csv"])
    with pytest.raises(NotImplementedError, match="Mine has no target_weights"):
        cli.main()


def test_unknown_dividends_can_be_ignored(command, inputs, monkeypatch, tmp_path, without_pages):
    monkeypatch.chdir(inputs)
    arguments = "sma-switch --bars nan_dividend.csv --no-dividends --set period=5 --json"
    ended = command("run", *arguments.split(), "--out", tmp_path / "out")
    assert ended.code == 0
    assert '"price_only": true' in ended.out
