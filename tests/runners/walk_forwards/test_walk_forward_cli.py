"""The command `walk-forward`: what it prints and writes, and one line for each fault."""

import json
import re
import shlex
import textwrap
from pathlib import Path

import pytest

from btplaybook.runners.records.files import RUN

pytestmark = pytest.mark.usefixtures("without_pages")

SMA = "sma-switch --sample simulated --end 2006-08-03"
GOOD = f"{SMA} --space period=5..12 --fit 9m --refit 4m"


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    return tmp_path_factory.mktemp("walked")


def test_the_path_and_the_account_are_printed(command, walked):
    ended = command("walk-forward", *shlex.split(GOOD), "--out", walked)
    assert ended.code == 0, ended.err
    plain = json.loads((walked / "walk_forward.json").read_text("utf-8"))
    lines = ended.out.splitlines()
    assert lines[0] == "SMA switch, walk-forward  2005-10-04 to 2006-08-03"
    assert lines[1] == (
        "3 refits, every 4m, on 9m each, by excess over buy and hold: 8 sets at each of 3 refits "
        f"(24 fits), {plain['trials']['distinct']} distinct"
    )
    rows = [line.split() for line in lines if line[:4] in ("2005", "2006")]
    assert [row[:2] for row in rows] == [
        [each["refit"], str(each["set"]["period"])] for each in plain["path"]
    ]
    assert "The account agrees with its bar-by-bar run." in lines
    assert lines[-1] == f"Page: {walked / 'walk_forward.html'}"
    page = (walked / "walk_forward.html").read_text("utf-8")
    assert 'href="stitched/tearsheet.html"' in page
    assert {path.name for path in (walked / "stitched").iterdir()} == set(RUN)
    run = json.loads((walked / "stitched" / "run.json").read_text("utf-8"))
    assert run["metrics"] == plain["metrics"]
    assert run["strategy"] == "sma-switch"
    assert "walk-forward, refits: 3" in [badge["text"] for badge in run["badges"]]


def test_json_alone_is_printed_and_equals_the_file(command, tmp_path):
    ended = command("walk-forward", *shlex.split(GOOD), "--no-shifts", "--anchored", "--out",
                    tmp_path, "--json")  # fmt: skip
    assert ended.code == 0, ended.err
    assert ended.out == (tmp_path / "walk_forward.json").read_text("utf-8")
    plain = json.loads(ended.out)
    assert plain["refit_shift"] is None
    assert {each["fit_opens"] for each in plain["path"]} == {"2005-01-03"}


@pytest.mark.parametrize("arguments", [["rerun"], ["run"]])
def test_the_account_is_not_run_again_as_if_it_had_one_set(command, walked, arguments):
    if not (walked / "stitched").exists():
        command("walk-forward", *shlex.split(GOOD), "--out", walked)
    at = walked / "stitched" / ("run.json" if arguments == ["run"] else "")
    ended = command(*arguments, at)
    assert ended.code == 2
    assert "btplaybook walk-forward sma-switch" in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (f"{GOOD} --fit 30y", ("fit 30y", "0 refits fit into the 400 bars", "fit 1y leaves 2")),
        (f"{GOOD} --refit 0y", ("refit must be a length such as 5y", "'0y'")),
        (f"{GOOD} --fit long", ("fit must be a length", "'long'")),
        (f"{GOOD} --objective sharp", ("did you mean 'sharpe'?",)),
        (f"{GOOD} --random 0", ("--random must be >= 1, got 0",)),
        (f"{GOOD} --random 9", ("9 from a space of 8 sets",)),
        (f"{GOOD} --engine gpu", ("no engine 'gpu'",)),
        (f"{GOOD} --set period=3", ("period: set by --set and by the space",)),
        (f"{SMA} --space period=390 --fit 6m", ("would never decide", "bars up to 2005-07-05")),
        (f"{GOOD} --out taken", ("cannot write to taken",)),
        (f"{SMA}", ("Missing option '--space'",)),
        ("own.py --sample simulated --space n=1..2", ("sends its own orders",)),
    ],
)
def test_one_line_says_what_is_wrong(command, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    Path("taken").write_text("a file where a folder should be\n")
    Path("own.py").write_text(
        "import backtrader as bt\n\n\nclass Own(bt.Strategy):\n    params = (('n', 1),)\n"
    )
    ended = command("walk-forward", *shlex.split(arguments))
    assert (ended.code, ended.out) == (2, ""), ended.err
    assert ended.err.startswith("btplaybook: ")
    assert ended.err.count("\n") == 1
    for fragment in words:
        assert fragment in ended.err
    assert not Path("out").exists()


# -- docs/pages/walk-forward.md --------------------------------------------------------------------

PAGE = (Path(__file__).resolve().parents[3] / "docs/pages/walk-forward.md").read_text("utf-8")


def test_the_documented_walk_forward_prints_what_is_documented(command, tmp_path, monkeypatch):
    asked, printed, *_ = re.findall(r"(?:^    .*\n)+", PAGE, re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    ended = command(*shlex.split(asked)[1:])
    assert ended.code == 0, ended.err
    told = [line.rstrip() for line in ended.out.splitlines()]
    assert told == textwrap.dedent(printed).splitlines()

    plain = json.loads(Path("out/walk-forward-sma-switch/walk_forward.json").read_text("utf-8"))
    rows = re.findall(
        r"^\| (`[^|]+) \| (.+) \|$", PAGE.split("key of walk_forward")[1], re.MULTILINE
    )
    of = {name: set(re.findall(r"`(\w+)`", said)) for name, said in rows}
    keys = {key for name in of for key in re.findall(r"`(\w+)`", name)}
    described = {"schema", "strategy", "params", "settings", "data", "kernel", "versions"}
    assert keys - {"holdout"} | described == set(plain)
    assert of["`side_by_side`"] >= set(plain["side_by_side"][0])
    assert of["`ex_post`"] >= set(plain["ex_post"])
    assert of["`path`"] == set(plain["path"][0])
    assert of["`trials`"] == set(plain["trials"])
    assert plain["efficiency"] is None or isinstance(plain["efficiency"], float)
    assert of["`efficiency_of`"] == set(plain["efficiency_of"])
    assert of["`refit_shift`"] == set(plain["refit_shift"][0])

    # "In 9 of the 16 years the choice did worse than holding."
    worse, years = map(int, re.search(r"In (\d+) of the (\d+) years", PAGE).groups())
    path = plain["path"]
    assert (worse, years) == (sum(e["out_of_sample_excess_per_year"] < 0 for e in path), len(path))
