"""A book in a TOML file: how it is read, run, kept and run again; one line for each fault."""

import json
import re
from pathlib import Path

import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.plans.plan_file import read_plan
from btplaybook.runners.runs.book.book import Book, Member

ROOT = Path(__file__).resolve().parents[3]

BOOK = """
[run]
end = 2006-06-30
quick = true
rebalance = "daily"

[costs]
slippage-bps = 2

[bars]
X = "x.csv"

[book]
weights = "fixed"
rebalance = "band"
band = 0.03
max-gross = 0.9

[[member]]
name = "x fast"
strategy = "sma-switch"
bars = "X"
weight = 0.25
params = {period = 10}

[[member]]
strategy = "own.py"
bars = ["X", "y.csv"]
weight = 0.25
rebalance = "on_change"

[[member]]
strategy = "sma-switch"
sample = "simulated"
weight = 0.5
"""

OWN = '''
from btplaybook.strategies.playbook_strategy import PlaybookStrategy


class Own(PlaybookStrategy):
    """Long the first feed, short the second."""

    def target_weights(self):
        return {self.data0: 0.5, self.data1: -0.5}
'''


@pytest.fixture
def folder(tmp_path):
    for seed, name in enumerate(("x", "y"), 3):
        bars = sample("simulated", seed=seed).between(None, sample("simulated").dates[399].item())
        bars.frame().to_csv(tmp_path / f"{name}.csv")
    (tmp_path / "own.py").write_text(OWN, "utf-8")
    (tmp_path / "book.toml").write_text(BOOK, "utf-8")
    return tmp_path


def test_members_are_read_with_all_that_a_run_needs(folder):
    plan = read_plan(folder / "book.toml")
    assert (plan.strategy, plan.samples) == ("book", ("simulated",))
    assert [text.partition("=")[0] for text in plan.bars] == ["X", "y"]
    assert plan.settings == {
        "end": plan.settings["end"], "slippage_bps": 2.0, "fill": "close"
    }  # fmt: skip
    assert plan.params["book"] == {
        "weights": "fixed", "rebalance": "band", "band": 0.03, "max_gross": 0.9
    }  # fmt: skip
    told = {each["name"]: each for each in plan.params["members"]}
    assert told["own.py X y"]["instruments"] == ["X", "y"]
    assert told["own.py X y"]["rebalance"] == "on_change"
    assert told["x fast"]["rebalance"] == "daily"
    assert told["sma-switch SIMULATED"]["weight"] == 0.5


def test_toml_record_and_python_give_one_account(folder, command, without_pages):
    ended = command("run", folder / "book.toml", "--json", "--out", folder / "out")
    assert ended.code == 0, ended.err
    plain = json.loads(ended.out)
    parts = [*plain["book"]["members"], plain["book"]["costs"]]
    risk = sum(each["contribution"]["risk"] for each in parts)
    assert risk == pytest.approx(plain["metrics"]["volatility"])
    again = command("rerun", folder / "out")
    assert "the same bytes" in again.out, again.err
    x, y = f"X={folder / 'x.csv'}", str(folder / "y.csv")
    members = [
        Member("sma-switch", x, {"period": 10}, weight=0.25),
        Member(folder / "own.py", [x, y], weight=0.25, rebalance="on_change"),
        Member("sma-switch", sample("simulated"), weight=0.5),
    ]
    book = Book(members, weights="fixed", rebalance="band", band=0.03, max_gross=0.9)
    result = book.run(end="2006-06-30", rebalance="daily", slippage_bps=2.0, strips=False)
    assert result.metrics["total_return"] == plain["metrics"]["total_return"]


def test_what_is_typed_of_members_holds_for_all_of_them(folder, command, without_pages):
    ended = command(
        "run", folder / "book.toml", "--every", "month", "--rebalance", "on_decision",
        "--json", "--out", folder / "out",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)["params"]["members"]
    assert {(each["every"], each["rebalance"]) for each in told} == {("month", "on_decision")}


def test_the_file_of_a_member_must_be_the_one_that_ran(folder, command, without_pages):
    assert command("run", folder / "book.toml", "--out", folder / "out").code == 0
    (folder / "own.py").write_text(OWN.replace("-0.5", "-0.4"), "utf-8")
    refused = command("rerun", folder / "out")
    assert "own.py, which is not the file that ran" in refused.err
    assert refused.code != 0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[[member]]", "[member]", "a book needs members: write [[member]], in two pairs"),
        (
            '"fixed"',
            '"equall"',
            "[book] weights must be one of equal, inverse-volatility, equal-risk, fixed",
        ),
        ("band = 0.03", "bnd = 0.03", "[book] bnd: there is no such key; did you mean 'band'?"),
        ("weight = 0.5", "wait = 0.5", "[[member]] 3: there is no key 'wait'; did you mean"),
        (
            "weight = 0.5",
            'membership = "m.csv"',
            "[[member]] 3: there is no key 'membership'; it is of all members: say it in [run]",
        ),
        ("weight = 0.5", "percent_fee = 0.1", "of all members: say it in [costs]"),
        ("weight = 0.5", "weight = 0.4", "the weights of the members must sum to 1, got 0.9"),
        ('"simulated"', '"us20"', "the sample us20 holds many instruments: name one, as us20#NAME"),
        ('bars = "X"', 'bars = "Z"', "bars 'Z' is no file of bars (CSV or Parquet) and no name in"),
        ('bars = "X"\n', "", "member 'x fast' names no instrument: say bars, ticker or sample"),
        ('sample = "simulated"', 'ticker = "SPY"', "are tickers (SPY) and files or samples (X, y)"),
        ('strategy = "own.py"', "", "[[member]] 2: strategy must be a text, got None"),
        ("[run]", '[run]\nstrategy = "sma-switch"', "a book has a strategy in each [[member]]"),
        ("[run]", "[params]\nperiod = 5\n[run]", "those of a member of a book stand in its"),
        ("[[member]]", "[[members]]", "there is no table [[members]]; did you mean 'member'?"),
        ("[book]", "[bok]", "there is no table [bok]; did you mean 'book'?"),
    ],
)
def test_a_fault_is_told_in_one_line_with_the_file(folder, old, new, words):
    text = BOOK.replace(old, new)
    if new == "[member]":  # two such tables would be no TOML
        text = BOOK.partition("[[member]]")[0] + "[member]\nstrategy = 'sma-switch'\n"
    (folder / "book.toml").write_text(text, "utf-8")
    with pytest.raises(ParameterError) as caught:
        read_plan(folder / "book.toml")
    told = str(caught.value)
    assert words in told
    assert told.startswith(str(folder / "book.toml"))
    assert "\n" not in told


def test_a_member_named_by_its_file_alone_is_trusted_by_its_hash_too(
    folder, command, without_pages
):
    assert command("run", folder / "book.toml", "--out", folder / "out").code == 0
    (folder / "out" / ".manifest.json").unlink()
    record = folder / "out" / "run.json"
    record.write_text(record.read_text("utf-8").replace("own.py:Own", "own.py"), "utf-8")
    (folder / "own.py").write_text("raise SystemExit('executed')", "utf-8")
    refused = command("rerun", folder / "out")
    assert "own.py, which is not the file that ran" in refused.err
    assert "executed" not in refused.err


def test_the_plan_of_the_page_is_the_example_and_runs(command, tmp_path, without_pages):
    page = (ROOT / "docs" / "pages" / "book.md").read_text("utf-8")
    example = (ROOT / "examples" / "book.toml").read_text("utf-8")
    (plan,) = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert example.endswith(plan)
    (tmp_path / "book.toml").write_text(plan, "utf-8")
    ended = command(
        "run", tmp_path / "book.toml", "--quick", "--end", "2005-12-30", "--out", tmp_path / "out"
    )
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("Member "))
    assert [line.split("  ")[0] for line in lines[at + 1 : at + 6]] == [
        "slow trend", "fast reversion", "nasdaq trend", "Costs and interest", "Book"
    ]  # fmt: skip


def test_the_diversified_book_runs_on_files_too(tmp_path):
    text = (ROOT / "examples" / "diversified_book.toml").read_text("utf-8")
    tickers = re.findall(r'^ticker = "(\w+)"$', text, re.MULTILINE)
    assert tickers == ["SPY", "QQQ", "IWM", "DIA", "GLD", "TLT"]
    assert read_plan(ROOT / "examples" / "diversified_book.toml").tickers == tuple(tickers)
    for seed, name in enumerate(tickers):
        bars = sample("simulated", seed=seed).between("2005-01-01", "2007-06-29")
        late = bars.between("2005-06-01", None) if name == "GLD" else bars
        late.frame().to_csv(tmp_path / f"{name}.csv")
    on_files = re.sub(r'^ticker = "(\w+)"$', r'bars = "\1.csv"', text, flags=re.MULTILINE)
    on_files = on_files.replace("2005-01-03", "2006-01-03").replace("2013-09-30", "2007-06-29")
    (tmp_path / "book.toml").write_text(on_files.replace("[run]", "[run]\nquick = true"), "utf-8")
    result = read_plan(tmp_path / "book.toml").run()
    book = result.sections["book"].measured
    assert len(book["members"]) == len(tickers)
    firsts = {each["instruments"][0]: each["first_decision"] for each in book["members"]}
    assert firsts["GLD"] > firsts["SPY"]
    weights = result.decisions.groupby("date")["weight"].apply(lambda w: w.abs().sum())
    assert weights.iloc[-1] == pytest.approx(1.0)


def test_the_book_of_pivots_runs_on_the_samples(tmp_path):
    text = (ROOT / "examples" / "pivot_book.toml").read_text("utf-8")
    (tmp_path / "book.toml").write_text(
        text.replace("[run]", "[run]\nquick = true\nend = 2005-06-30"), "utf-8"
    )
    book = read_plan(tmp_path / "book.toml").run().sections["book"].measured
    fixed = {each["name"]: each["params"]["mode"] for each in book["members"]}
    assert fixed == {"S&P 500": "estimated", "Nasdaq": "estimated", "Nasdaq, reversion": "fixed"}
    assert all(each["days_long"] + each["days_short"] > 300 for each in book["members"])


@pytest.mark.parametrize("what", ["run", "next", "audit"])
def test_what_a_member_complains_of_names_the_file(what, command, tmp_path, without_pages):
    """Errors that come while members run, and not from reading the file."""
    file = tmp_path / "mine.toml"
    file.write_text(
        '[run]\nmax-gross = 0.5\nend = 2000-06-30\n[book]\n[[member]]\nname = "big"\n'
        'strategy = "sma-switch"\nsample = "sp500"\nparams = { period = 9 }\n'
    )
    ended = (
        command(what, file, "--out", tmp_path / "out") if what != "audit" else command(what, file)
    )
    assert ended.code == 5
    assert f"{file}: member 'big': " in ended.err
    assert "max-gross of [run]" in ended.err
