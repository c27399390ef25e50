"""Names and files with equals signs, spaces, hashes and letters of any script."""

import json
from pathlib import Path

import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.plans.plan_file import read_plan
from btplaybook.runners.records.compare import compare
from btplaybook.runners.records.rerun import rerun
from btplaybook.runners.runs.bars.sources import FileOfBars, file_of_bars, text_of_bars

pytestmark = pytest.mark.usefixtures("without_pages")

BARS = sample("sp500", start="2016-06-01", end="2017-06-30")
NAMES = ["Société Générale=A", "BRK B", "日経", "a=b=c", "BRK/B", "X#Y", "50 % = half"]
START = "2017-01-03"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    BARS.frame().to_csv("x.csv")
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_a_name_survives_run_rerun_compare_and_search(here, command, name):
    options = ["--bars", f"{name}=x.csv", "--start", START]
    ended = command("run", "sma-switch", *options, "--set", "period=20", "--quick", "--out", "out")
    assert ended.code == 0, ended.err
    report = rerun("out")
    assert report.same_bytes
    data = report.result.data[0]
    expected = {
        "name": name, "source": "x.csv", "sha256": BARS.vintage, "first": "2016-06-01",
        "last": "2017-06-30", "rows": len(BARS), "price_only": False,
    }  # fmt: skip
    assert {key: data[key] for key in expected} == expected
    kept = f"{name}=out/bars.parquet#{name}"
    again = ["--bars", kept, "--start", START, "--benchmark", name, "--set", "period=20", "--quick"]
    ended = command("run", "sma-switch", *again, "--out", "again")
    assert ended.code == 0, ended.err
    assert rerun("again").same_bytes
    assert compare(["out", "again"]).held.name == f"{name} held"


@pytest.mark.parametrize("name", NAMES[:2])
def test_a_name_survives_a_search(here, command, name):
    bars = ["--bars", f"{name}=x.csv", "--start", START]
    space = ["--space", "period=10|20", "--top", "1", "--out", "found"]
    ended = command("search", "sma-switch", *bars, *space)
    assert ended.code == 0, ended.err
    found = json.loads(Path("found/search.json").read_text(encoding="utf-8"))
    assert [data["name"] for data in found["data"]] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_survives_a_plan(here, name):
    Path("sub").mkdir()
    Path("x.csv").rename("sub/x.csv")
    Path("sub/plan.toml").write_text(
        f'[run]\nstrategy = "sma-switch"\nquick = true\nstart = "{START}"\n'
        f'benchmark = "{name}"\n[params]\nperiod = 20\n[bars]\n"{name}" = "x.csv"\n',
        encoding="utf-8",
    )
    result = read_plan("sub/plan.toml").run()
    assert [data["name"] for data in result.data] == [name] == [result.benchmark_name]


@pytest.mark.parametrize("file", ["a=b.csv", "dir=1/x.csv", "a#b.csv", "x.csv#y.csv", "日 経.csv"])
@pytest.mark.parametrize("name", ["", "N=M="])
def test_a_file_of_any_name_is_found(here, command, file, name):
    Path(file).parent.mkdir(exist_ok=True)
    Path("x.csv").rename("y.csv")
    BARS.frame().to_csv(file)
    options = ["--bars", f"{name}{file}", "--start", START, "--set", "period=20", "--quick"]
    ended = command("run", "sma-switch", *options, "--out", "out")
    assert ended.code == 0, ended.err
    report = rerun("out")
    assert report.same_bytes
    assert report.result.data[0]["source"] == file
    if name:
        assert report.result.data[0]["name"] == name[:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("B=x.csv", (None, "B=x.csv", None)),  # a file that is there
        ("A=B=x.csv", ("A=B", "x.csv", None)),
        ("A=./B=x.csv", ("A", "./B=x.csv", None)),
        ("A=gone=y.csv", ("A=gone", "y.csv", None)),
        ("A=/data/year=2020/gone.csv", ("A", "/data/year=2020/gone.csv", None)),
        ("/data/year=2020/gone.csv", (None, "/data/year=2020/gone.csv", None)),
        ("x.csv#T", (None, "x.csv", "T")),
        ("x.csv#T#U=V", (None, "x.csv", "T#U=V")),
        ("N=x.csv#T=U", ("N", "x.csv", "T=U")),
    ],
)
def test_the_longest_name_counts_whose_rest_is_a_file(here, text, expected):
    Path("B=x.csv").write_text("")
    name, path, ticker = expected
    assert file_of_bars(text) == FileOfBars(name, Path(path), ticker)


def test_a_name_and_a_file_are_put_together_so_that_they_come_apart(here):
    Path("B=x.csv").write_text("")
    for name, path in (("A", "B=x.csv"), ("A=B", "x.csv"), ("A", "x.csv"), ("A/B", "x.csv")):
        found = file_of_bars(text_of_bars(name, path))
        assert (found.name, found.path) == (name, Path(path))
