"""The command `search`: what it prints, and one line for each fault."""

import errno
import json
import os
import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from filelock import FileLock

from btplaybook.runners.command import cli, output, shown_progress
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.searches.evaluators import _ends
from btplaybook.runners.searches.run import run_search
from btplaybook.search import store as stores
from btplaybook.search.space import Space

pytestmark = pytest.mark.usefixtures("undrawn", "without_pages")

WINDOW = ("--sample", "simulated", "--end", "2005-09-30")
PERIODS = ("search", "sma-switch", *WINDOW, "--space", "period=5..12")


def row(case, arguments, code, *words):
    return pytest.param(arguments, code, words, id=case)


SMA = "sma-switch --sample simulated --end 2006-08-03"
S4 = "sign-s4 --sample simulated --end 2006-08-03"
GOOD = f"{SMA} --space period=5..12"

ROWS = [
    # values out of range
    row("R beyond the history", f"{S4} --space R=2..500", 2,
        "R = 500: sign-s4 would never decide", "400 bars up to 2006-08-03"),
    row("period beyond the history", f"{SMA} --space period=390..401", 2,
        "period = 401: sma-switch would never decide"),
    row("M = 0", f"{S4} --space M=0..3", 2, "M must be a whole number >= 1, got 0"),
    row("half a bar", f"{SMA} --space 'period=2.5|3'", 2, "period must be a whole number", "2.5"),
    row("unknown text", f"{SMA} --space 'direction=trend|up'", 2,
        "direction must be one of trend, reversion", "'up'"),
    # the space
    row("no space", SMA, 2, "Missing option '--space'"),
    row("empty space", f"{SMA} --space ''", 2, "'' is not of the form name=1..5"),
    row("range that runs down", f"{SMA} --space d=5..1", 2, "d: '5..1' is an empty range"),
    row("range in words", f"{SMA} --space period=a..b", 2, "period: 'a..b' is not a range"),
    row("step of 0", f"{SMA} --space period=2..9:0", 2, "step of '2..9:0' must be > 0"),
    row("value twice", f"{SMA} --space 'period=5|5'", 2, "period: 5 is there twice"),
    row("parameter twice", f"{SMA} --space period=2..9,period=3", 2, "'period' is there twice"),
    row("unknown parameter", f"{SMA} --space perod=2..9", 2,
        "no parameter 'perod'", "did you mean 'period'?"),
    row("setting as parameter", f"{SMA} --space 'fill=close|next_open'", 2, "no parameter 'fill'"),
    row("set and in the space", f"{GOOD} --set period=8", 2,
        "period: set by --set and by the space"),
    row("unknown --set", f"{GOOD} --set directon=trend", 2, "did you mean 'direction'?"),
    row("constraint that nothing satisfies", f"{GOOD} --where 'period > 12'", 2,
        "no set satisfies 'period > 12'"),
    row("constraint of an unknown name", f"{GOOD} --where 'perid > 9'", 2,
        "unknown name 'perid'", "did you mean 'period'?"),
    row("constraint that is none", f"{GOOD} --where 'period >'", 2, "'period >' is not"),
    row("too many sets", f"{S4} --space d=1..60000,M=1..60000,R=1..60000,fallback=1..60000", 2,
        "at most 2**62"),
    # the search
    row("unknown objective", f"{GOOD} --objective sharp", 2,
        "no objective 'sharp'", "did you mean 'sharpe'?"),
    row("no objective at all", f"{GOOD} --objective ruined", 2, "no objective 'ruined'", "known:"),
    row("unknown engine", f"{GOOD} --engine thread", 2, "no engine 'thread'",
        "did you mean 'threads'?"),
    row("no such engine", f"{GOOD} --engine gpu", 2, "known: threads, processes, dask"),
    row("scheduler of threads", f"{GOOD} --scheduler tcp://127.0.0.1:9", 2, "engine 'dask'"),
    row("no set at random", f"{GOOD} --random 0", 2, "--random must be >= 1, got 0"),
    row("more at random than there are", f"{GOOD} --random 9", 2, "9 from a space of 8 sets"),
    row("no best", f"{GOOD} --top 0", 2, "top must be >= 1, got 0"),
    row("no workers", f"{GOOD} --workers 0", 2, "workers must be >= 1, got 0"),
    row("negative seed", f"{GOOD} --seed -1", 2, "seed", "-1"),
    # the rest
    row("unknown strategy", f"sma-swich {GOOD[10:]}", 2, "did you mean 'sma-switch'?"),
    row("no bars", "sma-switch --space period=5..12", 2, "no bars", "--sample sp500"),
    row("window longer than the bars", f"{GOOD} --start 1990-01-02", 2, "move --start"),
    row("over the gross limit", f"{GOOD} --max-gross 0.5", 5, "max_gross is 0.5"),
    row("file in the place of the folder", f"{GOOD} --out taken", 2, "cannot write to taken"),
    row("file in the place of one above", f"{GOOD} --out taken/a/b", 2, "taken is a file"),
    row("file in the place of the store", f"{GOOD} --store taken", 5, "taken cannot be written"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "words"), ROWS)
def test_one_line_says_what_is_wrong(command, tmp_path, monkeypatch, arguments, code, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("a file where a folder should be\n")
    ended = command("search", *shlex.split(arguments))
    assert (ended.code, ended.out) == (code, ""), ended.err
    assert ended.err.startswith("btplaybook: ")
    assert ended.err.count("\n") == 1
    for fragment in words:
        assert fragment in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.usefixtures("one_confirmed")
def test_a_value_that_the_constraints_rule_out_is_not_held_against_the_space(command, tmp_path):
    ended = command(*PERIODS[:-1], "period=2..500", "--where", "period < 20", "--where",
                    "period > 4", "--out", tmp_path, "--json")  # fmt: skip
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["trials"]["evaluated"] == 15


def test_the_ends_of_a_parameter_are_those_beside_the_first_allowed_set():
    space = Space({"d": range(200), "M": range(200), "R": range(200)}, ["d > 190", "M > 7"])
    first = space.set_at(space.first)
    assert [_ends(space, name, first) for name in space.names] == [[191, 199], [8, 199], [0, 199]]


@pytest.mark.usefixtures("one_confirmed")
@pytest.mark.parametrize("rebalance", ["on_change", "daily"])
def test_values_that_no_searched_set_has_are_not_asked_of_the_strategy(
    command, tmp_path, rebalance
):
    """Set 0 has a period that the strategy refuses, and is ruled out."""
    ended = command(*PERIODS[:-1], "period=0..12", "--where", "period > 4", "--rebalance",
                    rebalance, "--out", tmp_path, "--json")  # fmt: skip
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)["found"]
    assert sorted(found["top"]["period"]) == [*range(5, 13)]


@pytest.mark.parametrize("rebalance", ["on_change", "daily"])
def test_a_set_ruled_out_may_ask_for_what_the_kernels_do_not_do(simulated, rebalance):
    space = Space({"short_via": ("inverse", "short"), "period": (5, 6)}, ["short_via == 'short'"])
    result = run_search("sma-switch", simulated, space, top=4, at_random=0, rebalance=rebalance)
    assert result.kernel == "GeneralEvaluator"
    assert result.found.evaluated == 2


def test_an_unreachable_scheduler_is_told_of_in_a_line(command, tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="dask is not installed")
    monkeypatch.setattr("btplaybook.search.engines.dask.PATIENCE", 0.2)
    monkeypatch.chdir(tmp_path)
    ended = command(*PERIODS, "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.count("\n") == 1
    assert "the dask scheduler at tcp://127.0.0.1:9 does not answer" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("one_confirmed")
def test_a_store_of_other_bars_is_refused(command, tmp_path):
    kept = ("--store", tmp_path / "store", "--out", tmp_path / "out")
    assert command(*PERIODS, *kept).code == 0
    other = [word if word != WINDOW[-1] else "2005-09-29" for word in PERIODS]
    ended = command(*other, *kept)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert "holds another search: settings.end is" in ended.err
    assert "use another folder" in ended.err
    nasdaq = ["nasdaq" if word == "simulated" else word for word in PERIODS]
    ended = command(*nasdaq, *kept)
    assert ended.code == 2
    assert "holds another search: bars.NASDAQ is (absent) there and " in ended.err


def test_a_store_in_use_is_refused(command, tmp_path):
    (tmp_path / "store").mkdir()
    with FileLock(tmp_path / "store" / stores.LOCK):
        ended = command(*PERIODS, "--store", tmp_path / "store", "--out", tmp_path / "out")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"btplaybook: {tmp_path / 'store'}: another search is writing there\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("one_confirmed")
def test_a_full_disk_costs_nothing_of_what_was_there(command, tmp_path, monkeypatch):
    many = ("search", "sign-s4", *WINDOW[:3], "2005-06-30", "--space", "d=1..5,M=1..14,R=2..21",
            "--top", 1, "--workers", 1, "--store", tmp_path / "store", "--out")  # fmt: skip
    whole, written = os.fsync, []

    def full(file):
        written.append(file)
        if len(written) > 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        whole(file)

    with monkeypatch.context() as patch:
        patch.setattr(stores.os, "fsync", full)
        ended = command(*many, tmp_path / "full")
    assert (ended.code, ended.out) == (5, "")
    assert ended.err.splitlines()[-1].startswith("btplaybook: ")
    assert "store cannot be written: No space left on device" in ended.err
    assert not (tmp_path / "full").exists()
    assert not list((tmp_path / "store").rglob("*.writing"))
    resumed = command(*many, tmp_path / "resumed")
    assert resumed.code == 0, resumed.err
    fresh = command(*many[:-3], "--out", tmp_path / "fresh")
    assert fresh.code == 0
    same = [(tmp_path / one / "search.json").read_bytes() for one in ("resumed", "fresh")]
    assert same[0] == same[1]


def test_a_read_only_folder_is_refused_before_the_search(command, tmp_path, monkeypatch):
    monkeypatch.setattr(output.os, "access", lambda path, mode: False)
    ended = command(*PERIODS, "--out", tmp_path / "out")
    assert (ended.code, ended.out) == (2, "")
    assert f"cannot write to {tmp_path / 'out'}: {tmp_path} is read-only" in ended.err


def test_a_file_in_the_place_of_the_best_run_is_refused_before_the_search(command, tmp_path):
    (tmp_path / "best").write_text("mine")
    ended = command(*PERIODS, "--out", tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (f"btplaybook: cannot write to {tmp_path / 'best'}: best is a file\n")


IN_MAIN = """
from btplaybook.feeds.samples import sample
from btplaybook.runners.searches.run import run_search
from btplaybook.strategies.sma_switch import SmaSwitch


class Mine(SmaSwitch):
    params = (("period", 8),)


bars = sample("simulated")
bars = bars.between(None, bars.dates[399].item())
try:
    run_search(Mine, bars, "period=5..8", engine="processes", workers=1)
except ValueError as error:
    print(error.exit_code, error)
print(run_search(Mine, bars, "period=5..8", worth="none").confirmed)
"""


def test_a_strategy_in_main_goes_to_threads_only(tmp_path):
    program = (sys.executable, "-c", IN_MAIN)
    ended = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    refused, confirmed = ended.stdout.splitlines()
    assert refused.startswith("2 Mine is defined in __main__")
    assert "move it into a module" in refused
    assert "engine='threads'" in refused
    assert confirmed == "4"


def test_a_strategy_in_main_without_a_rule_is_refused(tmp_path, momentum):
    text = Path(momentum.rpartition(":")[0]).read_text(encoding="utf-8")
    program = text + IN_MAIN.split("\n\n\n")[0] + (
        "\nimport sys\nbars = sample('simulated')\n"
        "try:\n    run_search(Momentum, bars, 'lookback=5..6')\n"
        "except ValueError as error:\n    print(error.exit_code, error)\n"
    )  # fmt: skip
    ended = subprocess.run(
        (sys.executable, "-c", program), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("2 Momentum is defined in __main__, where other processes")
    assert "move it into a module" in ended.stdout
    assert ended.stdout.count("\n") == 1


# -- what it prints --------------------------------------------------------------------------------


def test_json_stands_alone_on_stdout(tmp_path):
    program = (sys.executable, "-m", "btplaybook.runners", *PERIODS, "--json")
    ended = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    folder = tmp_path / "out" / "search-sma-switch"
    assert ended.stdout == (folder / "search.json").read_text(encoding="utf-8")
    assert sorted(path.name for path in folder.iterdir()) == [
        ".manifest.json",
        "best",
        "search.html",
        "search.json",
    ]
    assert json.loads(ended.stdout)["trials"]["evaluated"] == 8
    assert ended.stderr == ""


@pytest.mark.usefixtures("one_confirmed")
def test_beside_json_there_is_no_progress(command, tmp_path, monkeypatch):
    monkeypatch.setattr(shown_progress, "ShownProgress", None)
    ended = command(
        "search", "sma-switch", *WINDOW, "--space", "period=5..16", "--json", "--out", tmp_path
    )
    assert ended.code == 0
    assert json.loads(ended.out)["trials"]["evaluated"] == 12
    assert ended.err == ""


def test_the_table_says_of_how_many_it_is_the_best(command, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    opened = []
    monkeypatch.setattr(cli.typer, "launch", opened.append)
    ended = command(*PERIODS, "--objective", "sharpe", "--out", tmp_path, "--open")
    assert ended.code == 0
    heading, above, columns, *rows = ended.out.splitlines()
    assert heading == "SMA switch: best of 8 sets (8 distinct)"
    assert above.split() == ["Excess", "over", "buy"]
    assert re.split(r"  +", columns) == [
        "period", "Sharpe ratio", "and hold", "Total return", "Maximum drawdown", "Switches",
    ]  # fmt: skip
    assert len(rows) == 8 + 3
    sharpe = [float(line.split()[1].replace("\N{MINUS SIGN}", "-")) for line in rows[:8]]
    assert sharpe == sorted(sharpe, reverse=True)
    found = json.loads((tmp_path / "search.json").read_text(encoding="utf-8"))
    ours = [
        sharpe[0], sum(sorted(found["found"]["top"]["sharpe"])[3:5]) / 2,
        found["benchmark"]["sharpe"],
    ]  # fmt: skip
    best, median, held = (f"{value:.2f}".replace("-", "\N{MINUS SIGN}") for value in ours)
    assert rows[-3:] == [
        f"Sharpe ratio: best {best}, median trial {median}, buy and hold {held}.",
        "8 sets agree with their bar-by-bar runs.", f"Page: {tmp_path / 'search.html'}",
    ]  # fmt: skip
    assert max(map(len, ended.out.splitlines()[:-1])) <= 80
    assert opened == [str((tmp_path / "search.html").resolve())]


@pytest.mark.usefixtures("one_confirmed")
def test_sets_without_a_figure_and_ruined_ones_are_told(command, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    some = ("--objective", "average_loss", "--out", tmp_path)
    ended = command(*PERIODS[:-1], "period=1|5|6", *some)
    assert ended.code == 0, ended.err
    assert "\n1 set without average losing day, ranked behind the others.\n" in ended.out
    assert "ranked last" not in ended.out
    ended = command(*PERIODS[:-1], "period=5..7", "--cash", 1, "--min-fee", 0.6, *some)
    assert ended.code == 0, ended.err
    assert "\nAverage losing day: best ruined, median trial \N{EN DASH}, buy and hold" in ended.out
    assert "\n3 sets ruined, ranked last.\n" in ended.out
    heading, *rows = (re.split(r"  +", line.strip()) for line in ended.out.splitlines()[1:5])
    assert heading[:3] == ["period", "Average losing day", "Ruined"]
    assert [row[2] for row in rows] == ["ruined"] * 3
    assert "ranked behind" not in ended.out


@pytest.mark.usefixtures("one_confirmed")
def test_a_figure_of_which_more_is_not_better_is_said_to_be_one(command, tmp_path):
    ended = command(*PERIODS, "--objective", "switches", "--json", "--out", tmp_path)
    assert ended.code == 0
    line = "ranked by switches, the largest first, although more of it is not better\n"
    assert ended.err == line
    assert command(*PERIODS, "--objective", "win_rate", "--json", "--out", tmp_path).err == ""


def test_a_users_strategy_is_searched_from_its_file(command, tmp_path, monkeypatch, momentum):
    monkeypatch.chdir(tmp_path)
    ended = command("search", momentum, *WINDOW, "--space", "lookback=5|20",
                    "--workers", 1, "--json")  # fmt: skip
    assert ended.code == 0, ended.err
    assert (tmp_path / "out" / "search-Momentum" / "search.json").read_text() == ended.out
    assert "has no rule that arrays can be read from" in ended.err
    assert json.loads(ended.out)["confirmed"] == 0


# -- docs/pages/search.md --------------------------------------------------------------------------

PAGES = Path(__file__).resolve().parents[3] / "docs" / "pages"


def test_the_documented_search_prints_what_is_documented(command, tmp_path, monkeypatch):
    text = (PAGES / "search.md").read_text(encoding="utf-8")
    asked, printed, *_ = re.findall(r"(?:^    .*\n)+", text, re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    ended = command(*shlex.split(asked)[1:])
    assert ended.code == 0, ended.err
    told = [line.rstrip() for line in ended.out.splitlines()]
    assert told == textwrap.dedent(printed).splitlines()


def test_the_documented_values_are_those_of_the_space():
    text = (PAGES / "search.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+=\d[\w.:]+)` \| ([^|]+) \|$", text, re.MULTILINE)
    assert len(rows) == 3
    for space, values in rows:
        (found,) = Space.parse(space).values
        told = [float(word) for word in re.findall(r"[\d.]*\d", values)]
        if "..." in values:
            assert [found[0], found[1], found[-1]] == told
        else:
            assert list(found) == told


@pytest.mark.usefixtures("one_confirmed")
def test_the_documented_keys_are_those_of_the_json(command, tmp_path):
    text = (PAGES / "search.md").read_text(encoding="utf-8")
    told = re.search(r"`search.json` has all of it: (.*?)\n\n?Neither", text, re.DOTALL)[1]
    ended = command(*PERIODS, "--json", "--out", tmp_path)
    found = json.loads(ended.out)
    outer, inner = re.sub(r"\(.*?\)", "", told), re.search(r"\((.*?)\)", told)[1]
    assert {*re.findall(r"`(\w+)`", outer)} <= {*found}
    assert {*re.findall(r"`(\w+)`", inner)} == {*found["trials"]}


def test_values_that_together_ask_for_too_many_bars_are_refused(simulated):
    with pytest.raises(ParameterError, match=r"d = 150, M = 150, R = 150: sign-s4 would never"):
        run_search("sign-s4", simulated, "d=1|150,M=1|150,R=2|150", top=1, at_random=0)


@pytest.mark.usefixtures("one_confirmed")
def test_a_smallest_period_that_never_trades_is_legal(simulated):
    found = run_search("sma-switch", simulated, "period=1..4", top=4, at_random=0).found
    assert found.evaluated == 4
