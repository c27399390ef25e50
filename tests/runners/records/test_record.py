"""A run.json of unknown origin is read within limits or refused in one line."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.errors import ParameterError
from btplaybook.runners.records import json_file
from btplaybook.runners.records.json_file import read_json
from btplaybook.runners.records.record import read_record
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.tables import bars_table

COMMANDS = [
    ("rerun", "x"),
    ("run", "x/run.json", "--out", "y"),
    ("compare", "x", "twin", "--out", "y"),
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory, simulated):
    """What a run left, without its page."""
    root = tmp_path_factory.mktemp("kept")
    simulated.frame().to_csv(root / "one.csv")
    result = run("sma-switch", simulated, period=8, strips=False)
    folder = root / "x"
    folder.mkdir()
    (folder / "run.json").write_text(result.to_json(), encoding="utf-8")
    result.daily.to_parquet(folder / "daily.parquet")
    bars_table(result.bars).to_parquet(folder / "bars.parquet")
    return root


@pytest.fixture
def folder(kept, tmp_path, monkeypatch):
    """Its copy, and a twin of it, in a folder to work in."""
    shutil.copytree(kept / "x", tmp_path / "x")
    shutil.copytree(kept / "x", tmp_path / "twin")
    monkeypatch.chdir(tmp_path)
    return Path("x")


def with_value(folder, path, text):
    """Put a JSON text in the place of a value of run.json."""
    plain = json.loads((folder / "run.json").read_bytes())
    parent = plain
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = "<here>"
    whole = json.dumps(plain, indent=2).replace('"<here>"', text)
    (folder / "run.json").write_text(whole, encoding="utf-8")


def one_line(ended, *words):
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("btplaybook: ")
    assert ended.err.count("\n") == 1
    assert len(ended.err) < 1100
    for word in words:
        assert word in ended.err


# -- JSON ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("7" * 400, "a whole number of more than 300 digits", id="400 digits"),
        pytest.param("-" + "7" * 5000, "a whole number of more than 300 digits", id="5000 digits"),
        pytest.param("1e400", "1e400 is too large a number", id="infinite"),
        pytest.param("NaN", "NaN is no number", id="NaN"),
        pytest.param("-Infinity", "-Infinity is no number", id="Infinity"),
        pytest.param("[" * 51 + "]" * 51, "more than 50 levels deep", id="deep"),
        pytest.param('{"a":' * 100_000 + "1" + "}" * 100_000, "recursion", id="deeper"),
        pytest.param('"\\ud800"', "surrogates not allowed", id="half a pair"),
        pytest.param('{"\\udfff": 1}', "surrogates not allowed", id="half a pair for a name"),
        pytest.param("", "Expecting value", id="nothing"),
    ],
)
@pytest.mark.parametrize("arguments", COMMANDS)
def test_what_is_no_plain_json_is_refused(command, folder, arguments, text, words):
    with_value(folder, ["metrics", "sharpe"], text)
    one_line(command(*arguments), "x/run.json is no JSON: ", words)


def test_a_file_that_is_too_large_is_refused_by_its_size(folder, monkeypatch):
    size = (folder / "run.json").stat().st_size
    monkeypatch.setattr(json_file, "MOST_BYTES", size)
    read_record(folder)
    monkeypatch.setattr(json_file, "MOST_BYTES", size - 1)
    with pytest.raises(ParameterError, match=rf"x/run.json: it is larger than {size - 1:,} bytes"):
        read_record(folder)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("x" * 10_000, "File name too long"),
        ("/".join(["x" * 200] * 100), "File name too long"),
        ("a\0b", "null"),
        ("x", "it is no file"),
        ("gone", "No such file or directory"),
        ("/dev/null", "it is no file"),
    ],
)
def test_a_path_that_leads_nowhere_is_told_shortly(folder, path, words):
    with pytest.raises(ParameterError, match=r"^cannot read ") as told:
        read_json(Path(path))
    assert words in str(told.value)
    assert len(str(told.value)) < 250
    assert "\0" not in str(told.value)


@pytest.mark.parametrize(
    "arguments",
    [("rerun", "{}"), ("run", "{}/run.json"), ("run", "{}.toml"), ("run", "{}.py:Class"),
     ("compare", "x", "{}")],
)  # fmt: skip
def test_a_path_of_ten_thousand_letters_is_one_line(command, folder, arguments):
    one_line(command(*(text.format("x" * 10_000) for text in arguments)))


# -- its parts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        (["schema"], "true", "its schema is True, not 1"),
        (["strategy"], "[]", "strategy is missing or of the wrong kind"),
        (["strategy"], '"a\\nb"', "strategy is missing or of the wrong kind"),
        (["params"], "[1]", "params is missing or of the wrong kind: it must be a table, got [1]"),
        (["versions", "numpy"], "5", "versions is missing or of the wrong kind"),
        (["data"], "[]", "each of data needs name, source"),
        (["data", 0, "rows"], "1e3", "rows is a whole number, not 1000.0"),
        (["data", 0, "rows"], "7" * 30, "rows is a whole number, not 777"),
        (["data", 0, "source"], '"a\\u0000b"', "source is text, not 'a\\x00b'"),
        (["window", "first"], '"2005-99-01"', "window needs first and last, two dates"),
        (["metrics", "cagr"], '"high"', "metrics.cagr is no number but 'high'"),
        (["metrics", "pnl", "price"], '"much"', "metrics.pnl is no number but"),
        (["trades"], "5", "trades is missing or of the wrong kind: it must be a table, got 5"),
        (["trades", "win_rate"], '"many"', "trades.win_rate is no number but 'many'"),
        (["relative"], "[]", "relative is missing or of the wrong kind: it must be a table"),
        (["holdings"], "{}", "holdings is missing or of the wrong kind: it must be a list of tab"),
        (["holdings"], "[1]", "holdings is missing or of the wrong kind: it must be a list of tab"),
        (["attribution"], "0", "attribution is missing or of the wrong kind: it must be a table"),
        (["benchmark"], "null", "benchmark is missing or of the wrong kind"),
        (["metrics", "a"], '{"b\\nc": 1}', "of more than one line"),
    ],
)
@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_part_of_the_wrong_kind_is_named(command, folder, arguments, path, text, words):
    with_value(folder, path, text)
    one_line(command(*arguments), "x/run.json is not the record of a run: ", words)


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        (["settings", "cash"], "[]", "cash must be a number, got []"),
        (["settings", "seed"], "1.5", "seed must be a whole number, got 1.5"),
        (["settings", "interest"], '{"cash": "x"}', "interest must be a rate"),
        (["settings", "borrow"], '"' + "x" * 10_000 + '"', "borrow must be"),
        (["params", "period"], "[8]", "period must be a whole number >= 1"),
        (["params", "period"], '{"a": 1}', "period must be a whole number >= 1"),
        (["settings", "end"], '"' + "x" * 10_000 + '"', "end must be a date like"),
        (["settings", "fill"], '"' + "x" * 10_000 + '"', "fill must be one of close"),
        (["params", "direction"], "[]", "direction must be one of trend, reversion"),
        (["data", 0, "source"], '"' + "x" * 10_000 + '.csv"', "File name too long"),
    ],
)
def test_a_value_that_no_run_takes_is_named(command, folder, path, text, words):
    with_value(folder, path, text)
    one_line(command("rerun", "x"), words)


def test_a_parameter_that_no_array_can_count_to_is_refused_from_everywhere(command, folder):
    with_value(folder, ["params", "period"], "9" * 299)
    one_line(command("rerun", "x"), "period must be a whole number from 1 to 1,000,000, got 999")
    ended = command("run", "sma-switch", "--sample", "simulated", "--set", "period=" + "9" * 299)
    one_line(ended, "--set period must be within 64 bits")
    with_value(folder, ["params", "period"], "9" * 6)
    one_line(command("rerun", "x"), "needs 999999 bars")


# -- its days --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda days: days.assign(equity="x"), "equity is no number"),
        (lambda days: days.assign(equity=np.nan), "equity is no number on some day"),
        (lambda days: days.assign(percent=np.inf), "percent is no number on some day"),
        (lambda days: days.reset_index(drop=True), "holds other days"),
        (lambda days: days.iloc[[0, 1, 3, 2, *range(4, len(days))]], "are not in order"),
        (lambda days: days.set_axis(days.index.strftime("%Y-%m-%d")), "holds no dates"),
        (lambda days: days.tz_localize("UTC"), "holds no dates"),
        (lambda days: days.assign(x=[[1]] * len(days)), "its column 'x' holds list"),
    ],
)
def test_a_table_that_holds_no_days_is_refused(command, folder, change, words):
    change(pd.read_parquet(folder / "daily.parquet")).to_parquet(folder / "daily.parquet")
    one_line(command("compare", "x", "twin", "--out", "y"), "x/daily.parquet", words)
