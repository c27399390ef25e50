"""Plans from files: allowed keys, their meaning, and the message for each fault."""

import dataclasses
import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.reading import OPTIONS
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.plans.plan import Plan
from btplaybook.runners.plans.plan_file import is_plan, read_plan
from btplaybook.runners.plans.toml_tables import KEYS, TABLES
from btplaybook.runners.plans.toml_values import value_of
from btplaybook.runners.runs.bars.sources import FileOfBars, file_of_bars, load
from btplaybook.runners.runs.declared import INPUTS, SETTINGS
from btplaybook.runners.runs.result import RunResult
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.tables import bars_table

pytestmark = pytest.mark.usefixtures("undrawn")

END = "2006-06-30"


@pytest.fixture
def here(tmp_path, monkeypatch, simulated):
    """The current folder, with bars of one and of two instruments below it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prices").mkdir()
    simulated.frame().to_csv("prices/one.csv")
    frame = simulated.frame()
    both = [frame.assign(ticker="UP"), (frame * 2).assign(ticker="DOWN")]
    for table in both[1:]:
        table["volume"] /= 2
    pd.concat(both).to_csv("prices/two.csv")
    return tmp_path


def written(text, name="plan.toml"):
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")
    return name


def kept(result: RunResult, folder="kept"):
    """Write what a rerun reads, without the page, which takes seconds."""
    Path(folder).mkdir(parents=True)
    Path(folder, "run.json").write_text(result.to_json(), encoding="utf-8")
    bars_table(result.bars).to_parquet(Path(folder, "bars.parquet"))
    return str(Path(folder, "run.json"))


# -- what a plan says ------------------------------------------------------------------------------

WHOLE = """
[run]
strategy = "sma-switch"
start = 2005-06-01
end = "2006-06-30"
fill = "next_open"
size-at = "decision"
whole_shares = true
cash = 50_000
seed = 3
quick = true
quantstats = true
out = "results"

[params]
period = 8
direction = "reversion"

[bars]
UP = "../prices/two.csv#UP"
DOWN = "/prices/down.csv"

[costs]
per_share = 0.005
interest = {cash = 0.03, rebate = 0, debit = 0.05}
"""


def test_a_plan_means_what_its_options_mean(here):
    plan = read_plan(written(WHOLE, "plans/whole.toml"))
    assert plan == Plan(
        strategy="sma-switch",
        params={"period": 8, "direction": "reversion"},
        settings={
            "start": date(2005, 6, 1), "end": "2006-06-30", "fill": "next_open",
            "size_at": "decision", "whole_shares": True, "cash": 50_000.0, "seed": 3,
            "per_share": 0.005, "interest": {"cash": 0.03, "rebate": 0.0, "debit": 0.05},
        },
        bars=("UP=plans/../prices/two.csv#UP", "DOWN=/prices/down.csv"),
        quick=True,
        quantstats=True,
        out=Path("plans/results"),
        file=Path("plans/whole.toml"),
    )  # fmt: skip
    assert isinstance(plan.settings["cash"], float)
    assert isinstance(plan.settings["seed"], int)


@pytest.mark.parametrize(
    ("line", "samples", "tickers"),
    [
        ('sample = "sp500"', ("sp500",), ()),
        ('sample = ["sp500", "nasdaq"]', ("sp500", "nasdaq"), ()),
        ('ticker = "SPY"', (), ("SPY",)),
        ('ticker = ["SPY", "SH"]', (), ("SPY", "SH")),
    ],
)
def test_samples_and_tickers_are_one_or_several(here, line, samples, tickers):
    plan = read_plan(written(f'[run]\nstrategy = "sma-switch"\n{line}\n'))
    assert (plan.samples, plan.tickers, plan.bars) == (samples, tickers, ())


def test_every_key_of_a_plan_has_one_table_and_a_kind():
    run_keys, costs = set(TABLES["run"]), set(TABLES["costs"])
    others = {"strategy", "out", "sample", "ticker", "quick", "quantstats", *INPUTS, *OPTIONS}
    assert run_keys | costs == set(SETTINGS) | others
    assert not run_keys & costs
    assert run_keys | costs == set(KEYS) - {"bars"}
    for key in run_keys | costs:
        with pytest.raises(ParameterError, match=r"^here must be .+, got object"):
            value_of("here", KEYS[key].kind, type("X", (), {"__repr__": lambda _: "object"})())


@pytest.mark.parametrize(
    ("text", "expected"),
    [("plan.toml", True), ("PLAN.TOML", True), ("out/run.json", True), ("sma-switch", False),
     ("mine.py:Mine", False), ("package.toml:Class", False)],
)  # fmt: skip
def test_a_plan_is_told_by_its_ending(text, expected):
    assert is_plan(text) is expected


def test_a_strategy_of_a_file_stands_beside_the_plan(here):
    code = (
        "from btplaybook.strategies.sma_switch import SmaSwitch\nclass Mine(SmaSwitch):\n    pass\n"
    )
    written(code, "plans/mine.py")
    plan = read_plan(written('[run]\nstrategy = "mine.py:Mine"\n', "plans/p.toml"))
    assert plan.strategy == "plans/mine.py:Mine"


def test_a_plan_runs_as_its_options_do(here):
    told = read_plan(
        written(
            f'[run]\nstrategy = "sma-switch"\nend = {END}\ncash = 10000\n'
            '[params]\nperiod = 8\n[bars]\nONE = "prices/one.csv"\n[costs]\nmin_fee = 1\n'
        )
    ).run()
    (bars,) = load(["ONE=prices/one.csv"], [], end=date.fromisoformat(END))
    typed = run("sma-switch", bars, params={"period": 8}, end=END, cash=10_000.0, min_fee=1.0)
    assert told.to_json() == typed.to_json()
    assert told.strips is not None


# -- a run.json is a plan --------------------------------------------------------------------------

AGAIN = {
    "sample": Plan("sma-switch", {"period": 20}, {"end": "1999-12-31"}, samples=("sp500",)),
    "two samples": Plan("sma-switch", {"period": 20, "short_via": "inverse"},
                        {"end": "1999-12-31"}, samples=("sp500", "nasdaq")),
    "simulated with a seed": Plan("sma-switch", {"period": 20}, {"seed": 3, "end": END},
                                  samples=("simulated",)),
    "file": Plan("sma-switch", {"period": 8}, bars=("prices/one.csv",)),
    "one of many": Plan("sma-switch", {"period": 8}, bars=("prices/two.csv",), tickers=("up",)),
    "two of many": Plan("sma-switch", {"period": 8, "short_via": "inverse"},
                        {"benchmark": "DOWN"},
                        bars=("UP=prices/two.csv#UP", "DOWN=prices/two.csv#DOWN")),
    "settings": Plan("sma-switch", {"period": 8, "direction": "reversion"},
                     {"start": "2005-06-01", "end": END, "fill": "next_open",
                      "size_at": "decision", "rebalance": "daily", "every": "week",
                      "per_share": 0.01, "min_fee": 1.0, "percent_fee": 0.0001,
                      "slippage_bps": 1.0, "spread": 0.02, "borrow": 0.01,
                      "interest": {"cash": 0.03, "rebate": 0.02, "debit": 0.05},
                      "no_dividends": True, "max_gross": 3.0, "whole_shares": True,
                      "cash": 50_000.0, "risk_free_rate": 0.01},
                     bars=("ONE=prices/one.csv",)),
    "whole numbers from Python": Plan("sma-switch", {"period": 8}, {"cash": 1000, "min_fee": 1},
                                      bars=("ONE=prices/one.csv",)),
    "with strips": Plan("sma-switch", {"period": 8}, {"end": "2005-12-30"},
                        bars=("ONE=prices/one.csv",), quick=False),
}  # fmt: skip


@pytest.mark.parametrize("case", AGAIN)
def test_a_run_json_gives_its_own_bytes_again(here, case):
    first = dataclasses.replace(AGAIN[case], quick=case != "with strips").run()
    again = read_plan(kept(first)).run()
    assert again.to_json() == first.to_json()


def test_a_python_run_on_a_sample_gives_its_bytes_again(here):
    first = run("sma-switch", sample("sp500"), period=20, end="1999-12-31", strips=False)
    assert first.data[0]["source"] == "sample:sp500"
    assert read_plan(kept(first)).run().to_json() == first.to_json()


def test_tickers_of_yahoo_are_asked_for_again(here, simulated, monkeypatch):
    bars = dataclasses.replace(simulated, name="SPY", source="yahoo:SPY")
    file = kept(run("sma-switch", bars, period=8, strips=False))
    plan = read_plan(file)
    assert (plan.tickers, plan.bars, plan.samples) == (("SPY",), (), ())
    asked = []

    def load_tickers(tickers, **options):
        asked.append((tickers, options["dividends"]))
        options["say"]("from the cache")
        return [bars]

    monkeypatch.setattr("btplaybook.runners.plans.tickers.load_tickers", load_tickers)
    said = []
    assert plan.run(said.append).to_json() == Path(file).read_text(encoding="utf-8")
    assert (asked, said) == ([(("SPY",), True)], ["from the cache"])


def changed(file, **parts):
    plain = json.loads(Path(file).read_text(encoding="utf-8"))
    Path(file).write_text(json.dumps(plain | parts), encoding="utf-8")
    return file


def test_bars_that_moved_are_named_and_those_kept_can_be_read(here):
    first = dataclasses.replace(AGAIN["file"], quick=True).run()
    plan = read_plan(kept(first))
    Path("prices/one.csv").rename("prices/gone.csv")
    with pytest.raises(ParameterError) as raised:
        plan.load()
    words = str(raised.value)
    assert words.startswith("kept/run.json: the bars of one are not at prices/one.csv, looked for")
    (offered,) = [part for part in words.split("'") if "#" in part]
    other = plan.overridden(Plan("", bars=(offered,)), {"bars"})
    assert other.run().metrics == first.metrics


def test_bars_put_together_in_python_are_told(here, simulated):
    plan = read_plan(kept(run("sma-switch", Bars.from_frame(simulated.frame(), "X"), period=8)))
    with pytest.raises(ParameterError, match=r"bars of X came from 'frame', in Python; .* --bars"):
        plan.load()


def test_a_sample_under_another_name_is_told(here, simulated):
    other = dataclasses.replace(simulated, name="OTHER")
    plan = read_plan(kept(run("sma-switch", other, period=8, strips=False)))
    with pytest.raises(ParameterError, match=r"OTHER came from 'sample:simulated, seed 0'"):
        plan.load()


# -- options over a plan ---------------------------------------------------------------------------

BASE = Plan("sma-switch", {"period": 8, "direction": "trend"}, {"fill": "next_open", "seed": 1},
            bars=("A=a.csv",), tickers=("T",), out=Path("x"), file=Path("p.toml"))  # fmt: skip


@pytest.mark.parametrize(
    ("options", "given", "changes"),
    [
        pytest.param(Plan("p.toml", settings={"fill": "close", "seed": 0}), set(), {}, id="none"),
        pytest.param(Plan("p.toml", settings={"fill": "close", "seed": 0}), {"fill"},
                     {"settings": {"fill": "close", "seed": 1}}, id="a typed default"),
        pytest.param(Plan("p.toml", {"period": 9}), {"set_"},
                     {"params": {"period": 9, "direction": "trend"}}, id="one parameter"),
        pytest.param(Plan("p.toml", bars=("b.csv",)), {"bars"},
                     {"bars": ("b.csv",), "tickers": (), "file": None}, id="bars"),
        pytest.param(Plan("p.toml", samples=("sp500",)), {"sample"},
                     {"bars": (), "samples": ("sp500",), "tickers": (), "file": None},
                     id="a sample for bars"),
        pytest.param(Plan("p.toml", tickers=("U",)), {"ticker"}, {"tickers": ("U",)}, id="ticker"),
        pytest.param(Plan("p.toml", quick=True), {"quick"}, {"quick": True}, id="quick"),
        pytest.param(Plan("p.toml", quantstats=True), {"quantstats"}, {"quantstats": True},
                     id="quantstats"),
        pytest.param(Plan("p.toml", out=Path("y")), {"out"}, {"out": Path("y")}, id="out"),
    ],
)  # fmt: skip
def test_what_is_typed_goes_before_the_plan(options, given, changes):
    assert BASE.overridden(options, given) == dataclasses.replace(BASE, **changes)


def test_other_bars_have_themselves_for_a_benchmark(here):
    first = dataclasses.replace(AGAIN["file"], quick=True).run()
    plan = read_plan(kept(first)).overridden(Plan("", bars=("B=prices/one.csv",)), {"bars"})
    assert plan.run().benchmark_name == "B"


# -- what is wrong with a plan ---------------------------------------------------------------------

OK = '[run]\nstrategy = "sma-switch"\n'


def bad(case, text, *words):
    return pytest.param(text, words, id=case)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        bad("no TOML", "[run\n", "is no TOML", "line 1"),
        bad("key twice", OK + "seed = 1\nseed = 2\n", "is no TOML"),
        bad("empty", "", "[run] needs a strategy"),
        bad("no strategy", "[run]\nseed = 1\n", "[run] needs a strategy"),
        bad("unknown strategy", '[run]\nstrategy = "sma-swich"\n', "did you mean 'sma-switch'?"),
        bad("unknown table", OK + "[param]\n", "no table [param]", "did you mean 'params'?"),
        bad("table far off", OK + "[zzz]\n", "no table [zzz]",
            "known: bars, book, costs, member, params, run"),
        bad("unknown key", OK + 'fil = "close"\n', "[run] fil:", "did you mean 'fill'?"),
        bad("unknown cost", OK + "[costs]\nslipage_bps = 1\n",
            "[costs] slipage_bps:", "did you mean 'slippage_bps'?"),
        bad("cost among options", OK + "per_share = 1\n", "[run] per_share", "belongs to [costs]"),
        bad("option among costs", OK + "[costs]\ncash = 1\n", "[costs] cash", "belongs to [run]"),
        bad("key outside", 'strategy = "sma-switch"\n', "outside of a table", "belongs to [run]"),
        bad("stranger outside", "colour = 1\n", "colour", "outside of a table", "run, params"),
        bad("table that is a value", "bars = 3\n", "bars is a table", "write [bars]"),
        bad("list of tables", '[[run]]\nstrategy = "x"\n', "run is a table", "write [run]"),
        bad("dash and underscore", OK + 'size_at = "fill"\nsize-at = "fill"\n', "size-at",
            "with a dash and without"),
        bad("unknown parameter", OK + "[params]\nperod = 8\n",
            "[params] perod", "did you mean 'period'?"),
        bad("parameter that is a date", OK + "[params]\nperiod = 2020-01-01\n",
            "[params] period", "text, a number, true or false"),
        bad("parameter that is a table", OK + "[params.period]\nn = 8\n", "[params] period"),
        bad("number in quotes", OK + 'cash = "1000"\n', "[run] cash must be a number", "'1000'"),
        bad("number that is true", OK + "[costs]\nmin_fee = true\n",
            "[costs] min_fee must be a number", "True"),
        bad("number too large", OK + f"cash = 1{'0' * 400}\n", "[run] cash", "300 digits"),
        bad("infinite cash", OK + "cash = inf\n", "cash must be a number > 0", "inf"),
        bad("seed with a point", OK + "seed = 1.5\n", "[run] seed must be a whole number", "1.5"),
        bad("flag in words", OK + 'whole_shares = "yes"\n',
            "[run] whole_shares must be true or false", "'yes'"),
        bad("date that is a time", OK + "start = 07:30:00\n", "[run] start must be a date"),
        bad("date that is none", OK + 'start = "soon"\n', "start must be a date", "'soon'"),
        bad("text that is a number", OK + "fill = 1\n", "[run] fill must be text, got 1"),
        bad("empty text", OK + 'out = ""\n', "[run] out must be text, got ''"),
        bad("unknown fill", OK + 'fill = "open"\n', "fill must be one of close", "'open'"),
        bad("sample that is no text", OK + "sample = [1]\n", "[run] sample", "list of texts"),
        bad("fee in percent", OK + "[costs]\npercent_fee = 5\n", "percent_fee must be >= 0"),
        bad("unknown rate", OK + "[costs.interest]\nlend = 0.01\n",
            "cash, rebate and debit", "lend"),
        bad("rate in words", OK + '[costs]\ninterest = {cash = "3 %"}\n', "[costs] interest",
            "a rate like 0.03"),
        bad("bars that are no name", OK + "[bars]\nSPY = 1\n", "[bars] SPY", "name of a file"),
        bad("20,000 dotted keys", OK + ".".join(["a"] * 20_000) + " = 1\n",
            "more than 300 dots in line 3, the limit of a plan"),
        bad("300 dotted keys", OK + ".".join(["a"] * 300) + " = 1\n", "[run] a: there is no"),
        bad("a long plan", OK + "# comment\n" * 20_000, "larger than 200,000 bytes, the limit"),
        bad("deep list", OK + "[params]\nperiod = " + "[" * 50_000 + "\n", "is no TOML"),
        bad("deep tables", OK + "[params]\nperiod = " + "{a=" * 5_000 + "\n", "is no TOML"),
        bad("5,000 digits", OK + f"seed = {'9' * 5000}\n", "is no TOML"),
        bad("4,000 hexadecimal digits", OK + f"seed = 0x{'f' * 4000}\n", "seed must be a whole"),
        bad("4,000 digits of a parameter", OK + f"[params]\nperiod = 0x{'f' * 4000}\n",
            "[params] period must be within 64 bits", "a very large int"),
        bad("NaN parameter", OK + "[params]\nperiod = nan\n", "[params] period must be a finite"),
        bad("tables in a list", OK + "[[params.period]]\nn = 1\n", "[params] period must be text"),
        bad("date with an offset", OK + "start = 10000-01-01T00:00:00+25:00\n", "is no TOML"),
        bad("NUL", OK + "fill = \"a\\u0000\"\n", "[run] fill must be text", "x00"),
        bad("NUL in a name", OK + "[bars]\nSPY = \"a\\u0000.csv\"\n", "name of a file", "x00"),
        bad("raw NUL", OK + "\0", "is no TOML"),
        bad("half a character", OK + "fill = \"\\ud800\"\n", "is no TOML"),
        bad("key of two lines", OK + "\"a\\nb\" = 1\n", "[run] 'a", "there is no such key"),
        bad("long key", OK + "k" * 5000 + " = 1\n", "there is no such key", "(5,002 characters)"),
        bad("key of another script", OK + "\"старт\" = 1\n", "no such key"),
        bad("long table", "[" + "t" * 5000 + "]\n", "there is no table", "(5,002 characters)"),
        bad("long text", OK + f"[params]\ndirection = '{'x' * 5000}'\n", "at most 1,000"),
        bad("long list", OK + f"[params]\nperiod = [{'1,' * 5000}]\n", "more than 1,000 values"),
        bad("bars without a name", OK + '[bars]\n"" = "x.csv"\n', "[bars] ", "may not be empty"),
    ],
)  # fmt: skip
def test_one_line_names_file_and_key(here, text, words):
    with pytest.raises(ParameterError) as raised:
        read_plan(written(text, "plans/p.toml"))
    said = str(raised.value)
    assert said.startswith("plans/p.toml")
    assert "\n" not in said
    for fragment in words:
        assert fragment in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"\xff\xfe\x00", "is no TOML", id="binary"),
        pytest.param(None, "cannot read", id="absent"),
    ],
)
def test_a_file_that_is_no_plan_is_told(here, content, words):
    if content is not None:
        Path("p.toml").write_bytes(content)
    with pytest.raises(ParameterError, match=words):
        read_plan("p.toml")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        pytest.param({"schema": 2}, "its schema is 2, not 1", id="schema"),
        pytest.param({"settings": []}, "settings is missing or of the wrong kind", id="settings"),
        pytest.param({"data": []}, "each of data needs name, source", id="no bars"),
        pytest.param({"data": [{"name": "X"}]}, "each of data needs name, source", id="bars"),
        pytest.param({"settings": {"cash": None}}, "cash must be a number, got None", id="null"),
        pytest.param({"data": [{"name": 1, "source": 2, "sha256": 3, "first": 4, "last": 5,
                                "rows": 6}]}, "each of data needs", id="numbers for texts"),
        pytest.param({"window": {}}, "window needs first and last", id="window"),
        pytest.param({"settings": {"fil": "close"}}, "did you mean 'fill'", id="unknown setting"),
        pytest.param({"settings": {"cash": "much"}}, "cash must be a number", id="wrong kind"),
        pytest.param({"settings": {"borrow": {"first": "", "last": "", "sha256": ""}}},
                     "borrow was a series of rates", id="series"),
        pytest.param({"params": {"perod": 1}}, "did you mean 'period'", id="parameter"),
        pytest.param({"strategy": "gone"}, "no strategy is called 'gone'", id="strategy"),
        pytest.param({"metrics": float("nan")}, "NaN is no number", id="not a number"),
        pytest.param({"data": [
            {"name": "SP500", "source": "sample:sp500", "sha256": "", "first": "", "last": "",
             "rows": 2},
            {"name": "X", "source": "x.csv", "sha256": "", "first": "", "last": "", "rows": 2},
        ]}, "behind those of another kind", id="order"),
        pytest.param({"data": [
            {"name": "S", "source": "sample:simulated, seed 4", "sha256": "", "first": "",
             "last": "", "rows": 2},
        ]}, "seed 4 in a run of seed 0", id="seed"),
    ],
)  # fmt: skip
def test_a_json_that_is_no_record_is_told(here, simulated, parts, words):
    file = kept(run("sma-switch", simulated, period=8, strips=False))
    with pytest.raises(ParameterError, match=r"^kept/run\.json") as raised:
        read_plan(changed(file, **parts))
    assert words in str(raised.value)


def test_several_tickers_need_files_that_say_which(here):
    plan = Plan("sma-switch", bars=("prices/two.csv",), tickers=("UP", "DOWN"))
    with pytest.raises(ParameterError, match="say FILE#TICKER for each feed"):
        plan.load()


# -- files of bars ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.csv", (None, Path("a.csv"), None)),
        ("SPY=a.csv", ("SPY", Path("a.csv"), None)),
        ("SPY=x/a.csv.gz#SPY", ("SPY", Path("x/a.csv.gz"), "SPY")),
        ("a.parquet#BRK.B", (None, Path("a.parquet"), "BRK.B")),
        ("n#1/a.csv", (None, Path("n#1/a.csv"), None)),
        ("x=1/a.csv", ("x", Path("1/a.csv"), None)),
        ("x/y=1/a.csv", (None, Path("x/y=1/a.csv"), None)),
    ],
)
def test_a_file_of_bars_is_taken_apart(text, expected):
    assert file_of_bars(text) == FileOfBars(*expected)


def test_a_ticker_may_be_named_once(here):
    (bars,) = load(["prices/two.csv#DOWN"], [])
    assert (bars.name, bars.source) == ("DOWN", "prices/two.csv#DOWN")
    with pytest.raises(ParameterError, match="names its ticker, and --ticker names UP as well"):
        load(["prices/two.csv#DOWN"], [], ticker="UP")


# -- the command -----------------------------------------------------------------------------------


def test_the_command_line_goes_before_the_plan(command, here, monkeypatch):
    monkeypatch.setattr(
        "btplaybook.runners.records.write.write_run",
        lambda result, folder: Path(folder).mkdir(parents=True),
    )
    file = written(
        f'[run]\nstrategy = "sma-switch"\nend = {END}\nfill = "next_open"\nout = "there"\n'
        '[params]\nperiod = 8\n[bars]\nONE = "../prices/one.csv"\n[costs]\nper_share = 0.01\n',
        "plans/p.toml",
    )
    ended = command("run", file, "--quick", "--json", "--per-share", 0, "--set", "period=9")
    assert (ended.code, ended.err) == (0, "")
    told = json.loads(ended.out)
    assert told["params"]["period"] == 9
    assert told["settings"]["per_share"] == 0.0
    assert (told["settings"]["fill"], told["settings"]["end"]) == ("next_open", END)
    assert told["data"][0]["source"] == "plans/../prices/one.csv"
    assert told["strips"] is None
    assert Path("plans/there").is_dir()


@pytest.mark.parametrize(
    ("name", "words"),
    [("absent.toml", "cannot read absent.toml"), ("absent.json", "cannot read absent.json")],
)
def test_the_command_line_names_a_plan_that_is_not_there(command, here, name, words):
    ended = command("run", name)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"btplaybook: {words}")
