"""A study on small folders: the bars that it uses, those it leaves out, and bad input."""

import dataclasses
import datetime
import json
import math
import shlex
import shutil
import types

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.command import cli
from btplaybook.runners.records.write import write_study
from btplaybook.runners.studies.registry import loaded, registered, study_of
from btplaybook.runners.studies.run import run_study
from btplaybook.runners.studies.study import FINDINGS, Evidence, NotCarried

pytestmark = pytest.mark.usefixtures("undrawn")

START, END = datetime.date(2008, 3, 3), datetime.date(2010, 6, 30)
WINDOW = ("--start", str(START), "--end", str(END))


@pytest.fixture(scope="module")
def folder(tmp_path_factory, table, write):
    """SPY and SH whole, QQQ too late for the window, DIA beside it; IWM, TLT and GLD not there."""
    root = tmp_path_factory.mktemp("bars")
    write(root / "etf" / "SPY.csv", table(0))
    write(root / "etf" / "usa" / "sh.parquet", table(1))
    write(root / "QQQ.csv.gz", table(2, "2009-01-05"))
    write(root / "dia.csv", table(3, "2005-01-03", "2006-12-29"))
    (root / "README.md").write_text("no bars\n")
    return root


@pytest.fixture(scope="module")
def said():
    return []


@pytest.fixture(scope="module")
def result(quick_module, folder, said):
    return run_study("robust-etf", folder, start=START, end=END, say=said.append)


@pytest.fixture(scope="module")
def told(result):
    return json.loads(result.to_json())


def numbers_in(plain):
    if isinstance(plain, dict):
        plain = list(plain.values())
    if isinstance(plain, list):
        return [number for one in plain for number in numbers_in(one)]
    return [plain] if isinstance(plain, float) else []


# -- which bars ------------------------------------------------------------------------------------


def test_tickers_without_bars_are_named_and_skipped(result, told, said):
    assert [*told["missing"]] == ["IWM", "DIA", "TLT", "GLD"]
    for ticker in ("IWM", "TLT", "GLD"):
        why = f"no {ticker}.csv or {ticker}.parquet in the data folder"
        assert told["missing"][ticker] == why
        assert f"{ticker}: {why}, skipped" in said
    assert told["tickers"] == ["SPY", "QQQ"]
    assert result.evidence.main == "SPY"


def test_a_ticker_outside_the_window_is_missing(told, said):
    assert told["missing"]["DIA"] == (
        "DIA: 0 bars from 2008-03-03 to 2010-06-30, at least 2 are needed; "
        "there are bars from 2005-01-03 to 2006-12-29"
    )
    assert any(line.startswith("DIA: ") and line.endswith("skipped") for line in said)


def test_a_ticker_shorter_than_the_window_is_used_and_told(told):
    assert told["shorter_than_window"] == {"QQQ": "from 2009-01-05"}
    points = [row for row in told["figures"] if row["id"] == "graph_2.trend_8_points"]
    assert [row["ticker"] for row in points] == ["SPY", "QQQ"]


def test_an_inverse_that_is_not_there_is_no_complaint(told):
    # SPY's SH is read although nobody named it; QQQ's PSQ and DIA's DOG are not there.
    assert [row["name"] for row in told["data"]] == ["SPY", "QQQ", "SH"]
    assert not {"SH", "PSQ", "DOG"} & {*told["missing"]}


def test_bars_are_known_by_their_file_and_content(told, folder):
    spy, qqq, sh = told["data"]
    assert [row["source"] for row in told["data"]] == ["SPY.csv", "QQQ.csv.gz", "sh.parquet"]
    assert (spy["first"], spy["last"]) == ("2007-06-01", "2010-06-30")
    assert qqq["first"] == "2009-01-05"
    assert len({row["sha256"] for row in told["data"]}) == 3
    assert str(folder) not in json.dumps(told)
    assert sh["rows"] == spy["rows"]


def test_the_account_opens_at_the_close_before_the_window(result):
    window = result.evidence.window("SPY")
    assert str(window.dates[0]) == "2008-02-29"
    assert str(window.dates[-1]) == "2010-06-30"
    assert str(result.evidence.of("SPY").dates[0]) == "2007-06-01"


def test_tickers_may_be_chosen(quick, folder):
    chosen = run_study("robust-etf", folder, tickers=[" qqq", "QQQ", "xyz"], start=START, end=END)
    assert chosen.evidence.tickers == ("QQQ",)
    assert [*chosen.missing] == ["XYZ"]
    assert {figure.ticker for figure in chosen.figures()} == {"QQQ"}
    assert not any(figure.finding == "reproduced" for figure in chosen.figures())


def test_dividends_may_be_left_out(quick, folder):
    without = run_study(
        "robust-etf", folder, tickers=["SPY"], start=START, end=END, dividends=False
    )
    held = {f.id: f.measured for f in without.figures() if f.id.startswith("graph_2.held")}
    assert held["graph_2.held_adjusted"] == held["graph_2.held_price"]
    assert all(bars.price_only for bars in without.evidence.bars.values())


# -- study.json ------------------------------------------------------------------------------------


def test_the_json_has_the_keys_of_the_contract(told):
    assert {"schema", "study", "window", "data", "figures", "missing", "not_carried"} <= set(told)
    assert (told["schema"], told["study"], told["seed"]) == (1, "robust-etf", 0)
    assert told["window"] == {"first": str(START), "last": str(END), "as_published": False}
    assert told["sample"] is None
    assert {"name", "source", "sha256", "first", "last", "rows", "warnings"} <= set(told["data"][0])
    assert len(told["figures"]) > 50
    for row in told["figures"]:
        assert {"id", "ticker", "published", "measured", "unit", "verdict", "finding"} <= set(row)
        assert row["verdict"]
        assert row["finding"] in FINDINGS
        assert row["ticker"] in ("SPY", "QQQ", "book")
    named = [(row["id"], row["ticker"]) for row in told["figures"]]
    assert len(set(named)) == len(named)


def test_every_number_is_one(result, told):
    assert "NaN" not in result.to_json()
    assert all(math.isfinite(number) for number in numbers_in(told))


def test_every_chapter_is_carried_or_says_why(result, told):
    chapters = {chapter.id for chapter in study_of("robust-etf").chapters}
    left_out = {row["id"]: row["why"] for row in told["not_carried"]}
    assert {chapter.id for chapter, _ in result.chapters} == chapters
    assert [*left_out] == ["graph_4", "graph_7"]
    assert "too few to fit on 3 and go on" in left_out["graph_4"]
    assert left_out["graph_7"] == "there are no bars of GLD"
    carried = {row["id"].split(".")[0] for row in told["figures"]}
    assert carried == chapters - {*left_out, "worth"}  # whose figures stand in `worth`


def test_another_window_is_held_against_nothing(told):
    rows = [row for row in told["figures"] if row["published"] is not None]
    measured = [row for row in rows if row["measured"] is not None]
    assert {row["finding"] for row in measured} == {"not_comparable", "stand_in"}


def test_a_second_run_has_equal_bytes_wherever_the_folder_lies(quick, result, folder, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(folder, moved)
    again = run_study("robust-etf", moved, start=START, end=END)
    assert again.to_json() == result.to_json()
    write_study(again, tmp_path / "a")
    write_study(result, tmp_path / "b")
    for name in ("study.html", "study.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [
        ".manifest.json",
        "study.html",
        "study.json",
    ]


def test_neither_later_bars_nor_the_seed_change_a_figure(
    quick, result, folder, tmp_path, table, write
):
    longer = tmp_path / "longer"
    shutil.copytree(folder, longer)
    write(longer / "etf" / "SPY.csv", table(0, last="2012-12-31"))
    again = run_study("robust-etf", longer, start=START, end=END, seed=1)
    # The seed draws the sets that are confirmed.
    assert again.plain() == result.plain() | {"seed": 1}


# -- the command -----------------------------------------------------------------------------------


def test_json_stands_alone_on_stdout_and_equals_the_file(command, quick, folder, tmp_path, result):
    ended = command(
        "study", "robust-etf", "--data", folder, *WINDOW, "--out", tmp_path / "out", "--json"
    )
    assert ended.code == 0
    assert ended.out == (tmp_path / "out" / "study.json").read_text(encoding="utf-8")
    assert ended.out == result.to_json()
    assert "IWM: no IWM.csv" in ended.err
    assert "Graph 7: nights against days, gold: not carried" in ended.err
    assert "so far" not in ended.err


def test_words_go_to_the_default_folder_and_the_screen(
    command, quick, folder, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    opened = []
    monkeypatch.setattr(cli.typer, "launch", opened.append)
    ended = command(
        "study", "robust-etf", "--data", folder, "--tickers", "QQQ", *WINDOW, "--open",
    )  # fmt: skip
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].startswith("Developing A Robust ETF Trading Algorithm")
    assert lines[-1] == "Page: out/robust-etf/study.html"
    assert max(map(len, lines)) <= 80
    assert "Not carried: Graph 1" in ended.out
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert opened == [str(tmp_path / "out" / "robust-etf" / "study.html")]


def test_brackets_in_names_are_no_markup(command, quick, tmp_path, table, write):
    write(tmp_path / "[bars]" / "[RED].csv", table(0))
    out = tmp_path / "[/b]"
    ended = command(
        "study", "robust-etf", "--data", tmp_path / "[bars]", "--tickers", "[red]", *WINDOW,
        "--out", out,
    )  # fmt: skip
    assert ended.code == 0
    assert "[RED]" in ended.out
    assert ended.out.splitlines()[-1] == f"Page: {out / 'study.html'}"


def test_the_list_names_every_study(command):
    ended = command("study", "--list")
    assert (ended.code, ended.err) == (0, "")
    studies, left_out = loaded()
    assert left_out == []
    assert [study.name for study in studies.values()] == [*registered()]
    assert {"robust-etf", "summer-speculations"} <= {*studies}
    for study in studies.values():
        assert study.name in ended.out
        assert f"{study.start} to {study.end}" in ended.out
        assert ", ".join(study.tickers) in ended.out


# -- bad input -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def inputs(tmp_path_factory, table, write):
    """Folders with one fault each, which their names tell, and a good one."""
    root = tmp_path_factory.mktemp("inputs")
    good = table(0, "2008-01-02", "2009-12-31")
    write(root / "good" / "SPY.csv", good)
    write(root / "twice" / "SPY.csv", good)
    write(root / "twice" / "old" / "spy.parquet", good)
    bad = good.astype({"high": object})
    rose = good.index[good["close"] > good["open"]][3]
    bad.loc[rose, "high"] = (good["open"][rose] + good["close"][rose]) / 2
    write(root / "bad" / "SPY.csv", bad)
    bad.loc[rose, "high"] = "n/a?"
    write(root / "text" / "SPY.csv", bad)
    (root / "empty").mkdir()
    (root / "prose").mkdir()
    (root / "prose" / "SPY.txt").touch()
    (root / "garbage").mkdir()
    (root / "garbage" / "SPY.parquet").write_bytes(bytes(range(256)))
    for name, text in {
        "no_column": "day,open\n2009-01-02,100\n",
        "no_date": "date,open_lean\n2009-01-02,100\n01/05/2009,100\n",
        "no_price": "date,open_lean\n2009-01-02,abc\n",
        "no_file": "",
    }.items():
        write(root / name / "SPY.csv", good)
        (root / name / "SPY_suspect_opens.csv").write_text(text)
    (root / "taken").write_text("a file where a folder should be\n")
    return root


def row(case, arguments, code, *words):
    return pytest.param(arguments, code, words, id=case)


STUDY = "robust-etf"
GOOD = f"{STUDY} --data good --start 2008-06-02 --end 2009-06-30"

ROWS = [
    row("no study", "", 2, "name a study", "study --list"),
    row("unknown study", "robust-ef", 2,
        "there is no study 'robust-ef'", "did you mean 'robust-etf'?"),
    row("unknown option", f"{STUDY} --dat good", 2, "--dat", "--data"),
    row("no such folder", f"{STUDY} --data nowhere", 2, "nowhere does not exist", "--data"),
    row("a file", f"{STUDY} --data good/SPY.csv", 2, "good/SPY.csv is a file", "folder"),
    row("empty folder", f"{STUDY} --data empty", 2, "--data empty: no .csv", "embedded sample"),
    row("no bars in it", f"{STUDY} --data prose", 2, "--data prose: no .csv"),
    row("twice", f"{STUDY} --data twice", 2,
        "SPY stands twice", "twice/SPY.csv", "twice/old/spy.parquet", "remove one"),
    row("tickers of no folder", f"{STUDY} --tickers SPY", 2, "--tickers", "give --data DIR too"),
    row("no ticker", f"{STUDY} --data good --tickers ''", 2, "--tickers takes names with commas"),
    row("empty ticker", f"{STUDY} --data good --tickers SPY,,QQQ", 2, "names with commas between"),
    row("none of the tickers", f"{STUDY} --data good --tickers TLT,GLD", 2,
        "bars of none of TLT, GLD", "no TLT.csv or TLT.parquet"),
    row("outside the window", f"{GOOD} --start 2011-01-03 --end 2012-01-03", 2,
        "bars of none of", "SPY: 0 bars from 2011-01-03", "bars from 2008-01-02 to 2009-12-31"),
    row("before the window", f"{GOOD} --start 2001-01-03 --end 2002-01-03", 2,
        "bars of none of", "SPY", "bars from 2008-01-02 to 2009-12-31"),
    row("start after end", f"{GOOD} --start 2009-07-01", 2,
        "start 2009-07-01 must lie before end 2009-06-30"),
    row("one day", f"{GOOD} --start 2009-06-30", 2, "start 2009-06-30 must lie before end"),
    row("start after the source's end", f"{STUDY} --data good --start 2014-01-02", 2,
        "start 2014-01-02 must lie before end 2013-09-30"),
    row("start that is no date", f"{GOOD} --start soon", 2, "start must be a date", "'soon'"),
    row("end that is no day", f"{GOOD} --end 2009-02-30", 2, "end must be a date", "'2009-02-30'"),
    row("negative seed", f"{GOOD} --seed -1", 2, "seed must be a whole number >= 0", "-1"),
    row("bad row", f"{STUDY} --data bad", 4, "SPY.csv", "high is below the close on 2008-01-"),
    row("text for a price", f"{STUDY} --data text", 4, "SPY.csv", "high is not a number",
        "'n/a?' in line "),
    row("binary", f"{STUDY} --data garbage", 4, "SPY.parquet", "not a readable Parquet file"),
]  # fmt: skip


def one_line(ended, code, words):
    assert ended.code == code
    assert ended.out == ""
    line = ended.err.splitlines()[-1]
    assert line.startswith("btplaybook: ")
    for fragment in words:
        assert fragment in line


@pytest.mark.parametrize(("arguments", "code", "words"), ROWS)
def test_one_line_says_what_is_wrong(command, inputs, monkeypatch, arguments, code, words):
    monkeypatch.chdir(inputs)
    ended = command("study", *shlex.split(arguments))
    one_line(ended, code, words)
    assert ended.err.count("\n") == 1
    assert not (inputs / "out").exists()


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("no_column", ("no column 'date'", "day, open")),
        ("no_date", ("line 3", "a date like 2013-09-30", "'01/05/2009'")),
        ("no_price", ("line 2", "'abc'")),
        ("no_file", ("not a readable CSV file",)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_of_wrong_opens_may_be_wrong_itself(
    command, quick, inputs, monkeypatch, folder, words
):
    monkeypatch.chdir(inputs)
    ended = command("study", *GOOD.replace("--data good", f"--data {folder}").split())
    one_line(ended, 4, (f"{folder}/SPY_suspect_opens.csv", *words))


def test_a_place_that_cannot_be_written_to(command, quick, inputs, monkeypatch):
    monkeypatch.chdir(inputs)
    one_line(command("study", *GOOD.split(), "--out", "taken"), 2, ("cannot write to taken",))
    assert (inputs / "taken").is_file()


def test_a_check_that_fails_stops_the_study(command, quick, inputs, monkeypatch):
    from btplaybook.runners.studies.robust_etf import sweeps

    run = sweeps.run

    def wrong(*arguments, **settings):
        ran = run(*arguments, **settings)
        equity = ran.equity.where(ran.equity.index != "2008-06-06", ran.equity + 1.0)
        return types.SimpleNamespace(equity=equity, metrics=ran.metrics)

    monkeypatch.setattr(sweeps, "run", wrong)
    monkeypatch.chdir(inputs)
    ended = command("study", *GOOD.split(), "--out", "out")
    one_line(ended, 1, ("SPY SMA", "equity of 2008-06-06 is", "by the arrays", "bar by bar"))
    assert not (inputs / "out").exists()


# -- bars that are odd, but bars -------------------------------------------------------------------


def odd(table, case):
    bars = table(0, "2008-01-02", "2009-12-31")
    prices = ["open", "high", "low", "close"]
    if case == "flat":
        bars[prices], bars["dividend"] = 100.0, 0.0
    if case == "nothing gained":
        first, last = (bars.index[bars["date"] == day][0] for day in ("2008-05-30", "2009-06-30"))
        bars["dividend"] = 0.0
        bars.loc[last, "close"] = bars.loc[first, "close"]
        bars.loc[last, "low"] = bars.loc[last, prices].min()
        bars.loc[last, "high"] = bars.loc[last, prices].max()
    if case == "few bars":
        bars = bars[bars["date"] >= "2009-06-25"]
    return bars


@pytest.mark.parametrize("case", ["flat", "nothing gained", "few bars"])
def test_odd_bars_leave_figures_out(quick, tmp_path, table, write, case):
    write(tmp_path / "SPY.csv", odd(table, case))
    result = run_study(
        "robust-etf", tmp_path, start=datetime.date(2008, 6, 2), end=datetime.date(2009, 6, 30)
    )
    factor = next(figure for figure in result.figures() if figure.id == "graph_2.factor")
    assert factor.measured is None
    assert factor.verdict == "Does not exist."
    assert all(math.isfinite(number) for number in numbers_in(json.loads(result.to_json())))
    write_study(result, tmp_path / "out")
    assert ">nan" not in (tmp_path / "out" / "study.html").read_text(encoding="utf-8").lower()


def test_an_inverse_is_measured_where_the_window_reaches_its_months(quick, tmp_path, table, write):
    write(tmp_path / "SPY.csv", table(0))
    write(tmp_path / "SH.csv", table(1))
    early = run_study(
        "robust-etf", tmp_path, start=datetime.date(2007, 9, 4), end=datetime.date(2008, 10, 31)
    )
    why = {chapter.id: why for chapter, why in early.not_carried()}["graph_1"]
    assert why == (
        "the window does not reach into 2009-01-01 to 2013-09-30, which the source measures"
    )


# -- evidence --------------------------------------------------------------------------------------


@pytest.fixture
def evidence(table):
    from btplaybook.feeds.bars import Bars

    study = study_of("robust-etf")
    bars = {
        name: Bars.from_frame(table(0, "2005-01-03", last), name)
        for name, last in (("SPY", "2013-09-30"), ("QQQ", "2013-09-30"), ("OLD", "2010-01-04"))
    }
    return Evidence(
        study, bars, ("SPY", "QQQ", "OLD"), study.start, study.end, {}, 0, lambda line: None
    )


def test_only_the_sources_window_and_ticker_are_comparable(evidence):
    assert evidence.as_published
    # These bars begin twelve years after the window does.
    assert evidence.shortened("SPY") == "from 2005-01-03"
    assert not evidence.comparable("SPY")
    whole = dataclasses.replace(
        evidence, study=dataclasses.replace(evidence.study, start=datetime.date(2005, 1, 3))
    )
    assert not whole.comparable("SPY")  # the window is not the study's
    whole = dataclasses.replace(whole, start=datetime.date(2005, 1, 3))
    assert whole.comparable("SPY")
    assert not whole.comparable("QQQ")
    assert whole.shortened("OLD") == "to 2010-01-04"
    assert not dataclasses.replace(whole, end=datetime.date(2013, 9, 27)).comparable("SPY")


def test_a_weekend_is_not_short(evidence):
    near = dataclasses.replace(evidence, start=datetime.date(2004, 12, 31))
    assert near.shortened("SPY") is None
    assert dataclasses.replace(evidence, start=datetime.date(2004, 12, 24)).shortened("SPY")


def test_what_is_slow_is_computed_once(evidence):
    calls = []

    def slow():
        calls.append(1)
        return np.ones(3)

    assert evidence.once("key", slow) is evidence.once("key", slow)
    evidence.once("other", slow)
    assert len(calls) == 2


def test_a_ticker_without_bars_cannot_carry(evidence):
    with pytest.raises(NotCarried, match="there are no bars of IWM"):
        evidence.of("IWM")
    late = dataclasses.replace(evidence, start=datetime.date(2011, 1, 3))
    with pytest.raises(NotCarried, match="2011-01-03"):
        late.window("OLD")
    assert pd.DatetimeIndex(late.window("SPY").dates)[0] == pd.Timestamp("2010-12-31")
