"""`btplaybook run SCRIPT.py`: the script runs as it is, and each of its cerebros is reported."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from btplaybook.runners.command import cli
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.plans.script_record import check_no_script

pytestmark = pytest.mark.usefixtures("without_pages")

HEAD = """
import sys, backtrader as bt, pandas as pd
import helper
from btplaybook import sample

class Steps(bt.Strategy):
    params = dict(size=10)

    def next(self):
        if len(self) % 7 == 0:
            self.close() if self.position else self.buy(size=self.p.size)

def cerebro():
    made = bt.Cerebro()
    bars = sample("simulated")
    names = ("open", "high", "low", "close")
    frame = pd.DataFrame({name: getattr(bars, name) for name in names}, bars.dates).iloc[:60]
    made.adddata(bt.feeds.PandasData(dataname=frame, name=helper.NAME))
    return made
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine").mkdir()
    Path("mine/helper.py").write_text("NAME = 'A & B'\n")
    return tmp_path


@pytest.fixture
def command(monkeypatch, capfd):
    """Call the command line in this process; what the script's process prints is caught too."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["btplaybook", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        return SimpleNamespace(code=int(ended.value.code or 0), out=out, err=err)

    return call


@pytest.fixture
def script():
    def written(body):
        Path("mine/twice.py").write_text(HEAD + body)
        return "mine/twice.py"

    return written


def test_two_cerebros_and_a_crash(command, script):
    file = script(
        """
for size in map(int, sys.argv[1:]):
    each = cerebro()
    each.addstrategy(Steps, size=size)
    each.run()
    each.plot()[0][0].savefig("x.png")
    print("ran", size, __name__)
raise KeyError("no such thing")
"""
    )
    done = command("run", file, "--quick", "--", "10", "20")
    assert done.code == 1
    folders = [Path("out/twice-1"), Path("out/twice-2")]
    told = [json.loads((folder / "run.json").read_text()) for folder in folders]
    assert [each["params"] for each in told] == [{"size": 10}, {"size": 20}]
    assert [each["strategy"] for each in told] == [f"{file}:Steps"] * 2
    assert [each["data"][0]["name"] for each in told] == ["A & B"] * 2
    first, second = (each["metrics"]["pnl"]["total"] for each in told)
    assert second == pytest.approx(2 * first)
    assert not Path("out/twice").exists()
    assert f"{file} ended with 1; 2 runs before that reported" in done.err
    assert done.out.startswith("ran 10 __main__\nran 20 __main__\n")
    assert 'raise KeyError("no such thing")' in done.err
    assert "runpy" not in done.err


def test_sets_and_words_beside_the_json(command, script):
    file = script(
        """
print("hello")
each = cerebro()
each.optstrategy(Steps, size=range(1, 9))
each.run(maxcpus=1)
each.plot()
each.plot()
"""
    )
    done = command("run", file, "--json", "--out", "here")
    assert done.code == 0
    sets = json.loads(done.out)
    assert len(sets) == 3
    total = [each["metrics"]["total_return"] for each in sets]
    assert total == sorted(total, reverse=True)
    assert {each["params"]["size"] for each in sets} > {1, 8}
    assert "set 8 of 8" in [badge["text"] for each in sets for badge in each["badges"]]
    assert done.err.startswith("hello\n")
    assert done.err.count("cerebro.plot() draws nothing here") == 1
    assert "ran 8 sets: the best, the median and the worst by total return are reported" in done.err
    assert json.loads(Path("here-3/run.json").read_text()) == sets[2]


OURS = """
from btplaybook import run
Other = Steps
run(Steps, sample("simulated", end="2005-04-01"), strips=False)
"""


WITHOUT_DATA = """
each = bt.Cerebro()
each.addstrategy(Steps)
each.run()
"""
HOLES = """
each = cerebro()
each.addstrategy(Steps)
each.datas[0].p.dataname.iloc[20:30, 3] = float("nan")
each.run()
"""


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        (WITHOUT_DATA, 2, "mine/twice.py ran a cerebro without data: add a feed"),
        (HOLES, 4, "the close of A"),
    ],
)
def test_one_line_says_what_is_wrong_with_the_data(command, script, lines, code, words):
    done = command("run", script(lines))
    assert done.code == code
    assert done.out == ""
    (line,) = done.err.splitlines()
    assert words in line


def test_a_script_that_runs_nothing(command, script):
    done = command("run", script(OURS))
    assert done.code == 2
    assert done.err.splitlines()[-1].endswith(
        "mine/twice.py ran no cerebro of its own; it holds Steps: say mine/twice.py:Steps with "
        "--bars FILE or --sample NAME"
    )
    assert not Path("out/twice").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--audit",), "leave out --audit; or say --bars FILE"),
        (("--set", "size=3", "--cash", "5"), "leave out --cash, --set; or"),
        (("--fill", "close"), "leave out --fill"),
    ],
)
def test_options_of_a_strategy_are_refused(command, script, options, words):
    done = command("run", script(""), *options)
    assert done.code == 2
    assert words in done.err


def test_a_file_that_is_not_there(command):
    done = command("run", "none.py")
    assert (done.code, done.err.strip()) == (2, "btplaybook: there is no file none.py")


def test_arguments_belong_to_scripts(command):
    done = command("run", "sma-switch", "--sample", "simulated", "--", "10")
    assert done.code == 2
    assert "unexpected extra argument" in done.err


def test_its_record_is_no_plan():
    plain = {"settings": {"broker": {}}, "code": {"file": "mine/twice.py", "sha256": "0"}}
    record = SimpleNamespace(plain=plain, file=Path("out/twice/run.json"))
    with pytest.raises(ParameterError, match="run it again: btplaybook run mine/twice"):
        check_no_script(record)
    with pytest.raises(ParameterError, match="run its cerebro again"):
        check_no_script(SimpleNamespace(plain={"settings": {"broker": {}}}, file=record.file))
