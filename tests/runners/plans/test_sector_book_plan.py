"""Sector books in one TOML file: funds, panels of their stocks, and samples."""

import json
from pathlib import Path

import pandas as pd
import pytest

from btplaybook.feeds.errors import BarsError
from btplaybook.feeds.panel import read_panel
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.plans.input_files import read_inputs
from btplaybook.runners.plans.plan_file import read_plan
from btplaybook.runners.runs.book.book import Book, Member
from btplaybook.runners.runs.keywords import fund_among

ROOT = Path(__file__).resolve().parents[3]
END = "2006-02-28"

PLAN = f"""
[run]
end = {END}
quick = true
holdings = "held.csv"

[[member]]
name = "first"
strategy = "sector-long-short"
panel = "s.parquet"
bars = "SECTOR.csv"

[[member]]
name = "second"
strategy = "sector-long-short"
bars = "BSECTOR.csv"
panel = "b.parquet"
"""


def frame_of(tables):
    return pd.concat([table.frame().rename_axis("date").assign(ticker=table.name).reset_index()
                      for table in tables])  # fmt: skip


@pytest.fixture(scope="module")
def markets(sector_of):
    first = sector_of(4, n_stocks=30, years=3)
    return [first, sector_of(11, n_stocks=30, years=3, prefix="B")]


@pytest.fixture(scope="module")
def folder(markets, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sectors")
    held = []
    for market, name in zip(markets, "sb", strict=True):
        market.etf.frame().to_csv(folder / f"{market.etf.name}.csv")
        frame_of(market.panel.bars).to_parquet(folder / f"{name}.parquet")
        held += [
            (each.day, market.etf.name, ticker, 100 * weight)
            for each in market.holdings.snapshots
            for ticker, weight in each.weights.items()
        ]
    table = pd.DataFrame(held, columns=["date", "etf", "ticker", "weight"])
    table.to_csv(folder / "held.csv", index=False)
    (folder / "book.toml").write_text(PLAN, "utf-8")
    return folder


def test_a_member_trades_its_fund_and_the_stocks_of_its_panel(
    folder, markets, command, without_pages
):
    out = folder / "out"
    ended = command("run", folder / "book.toml", "--json", "--out", out)
    assert ended.code == 0, ended.err
    plain = json.loads(ended.out)
    members = {each["name"]: each["instruments"] for each in plain["params"]["members"]}
    for name, market in zip(("first", "second"), markets, strict=True):
        begun = [t.name for t in market.bars if str(t.dates[1]) <= END]
        assert members[name] == begun
        assert len(begun) < len(market.bars)
    assert [entry["name"] for entry in plain["inputs"]] == ["split_factors", "holdings"]
    assert "the same bytes" in command("rerun", out).out
    files = {
        "panel": [str(folder / f"{each}.parquet") for each in "sb"],
        "holdings": [str(folder / "held.csv")],
    }
    read = read_inputs(files, end=pd.Timestamp(END).date())
    by_name = {table.name: table for table in read.bars}
    own = []
    for name, (fund, *stocks) in members.items():
        bars = [folder / f"{fund}.csv", *(by_name[stock] for stock in stocks)]
        own.append(Member("sector-long-short", bars, name=name))
    result = Book(own).run(end=END, inputs=read.inputs, strips=False)
    assert result.metrics["total_return"] == plain["metrics"]["total_return"]


def test_members_without_a_panel_share_that_of_the_run(folder):
    text = PLAN.replace('panel = "s.parquet"\n', "").replace('panel = "b.parquet"\n', "")
    text = text.replace("[run]", '[run]\npanel = ["s.parquet", "b.parquet"]')
    (folder / "shared.toml").write_text(text, "utf-8")
    plan = read_plan(folder / "shared.toml")
    panels = [f"panel:{folder / name}.parquet" for name in "sb"]
    assert [each["instruments"] for each in plan.params["members"]] == [
        ["SECTOR", *panels], ["BSECTOR", *panels]
    ]  # fmt: skip
    apart, shared = read_plan(folder / "book.toml").run(), plan.run()
    assert shared.metrics["total_return"] == apart.metrics["total_return"]


def test_a_stock_of_two_panels_is_one_feed_or_an_error_that_names_it(folder, markets):
    shared = markets[0].panel.bars[3]
    both = [*markets[1].panel.bars, shared]
    frame_of(both).to_parquet(folder / "both.parquet")
    text = PLAN.replace("b.parquet", "both.parquet")
    (folder / "both.toml").write_text(text, "utf-8")
    loaded = read_plan(folder / "both.toml").load_all()
    assert [table.name for table in loaded.bars].count(shared.name) == 1
    panel = loaded.inputs["split_factors"]
    assert shared.name in panel.tickers_from(str(folder / "both.parquet"))
    table = frame_of(both)
    table.loc[table["ticker"] == shared.name, ["open", "high", "low", "close"]] *= 2.0
    table.to_parquet(folder / "both.parquet")
    with pytest.raises(BarsError, match=rf"both\.parquet: the bars of {shared.name} differ from"):
        read_plan(folder / "both.toml").load_all()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"b.parquet"', '"c.parquet"', "the panel are not at"),
        ('panel = "b.parquet"', "panel = 3", "[[member]] second: panel must be a text, or a list"),
        ('panel = "b.parquet"', "params = {lag_days = 30}", "lag_days (first 90, second 30)"),
        ('bars = "BSECTOR.csv"\n', "params = {lag_days = 30}\n", "first 90, second 30"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(folder, old, new, words):
    text = PLAN.replace(old, new)
    (folder / "wrong.toml").write_text(text, "utf-8")
    with pytest.raises(ParameterError) as caught:
        read_plan(folder / "wrong.toml").load_all()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_fund_may_be_named_for_its_holdings(folder):
    text = PLAN.replace('"held.csv"', '["SECTOR=held.csv", "yahoo:XLV"]')
    (folder / "named.toml").write_text(text, "utf-8")
    plan = read_plan(folder / "named.toml")
    assert plan.inputs["holdings"] == (f"SECTOR={folder / 'held.csv'}", "yahoo:XLV")
    (folder / "named.toml").write_text(PLAN.replace("held.csv", "SECTOR=no.csv"), "utf-8")
    with pytest.raises(ParameterError, match="the holdings are not at"):
        read_plan(folder / "named.toml").load_all()


def test_two_samples_are_two_sectors(tmp_path, command, without_pages):
    text = (ROOT / "examples" / "sectors_book.toml").read_text("utf-8")
    (tmp_path / "book.toml").write_text(
        text.replace("[run]", f"[run]\nquick = true\nend = {END}"), "utf-8"
    )
    ended = command("run", tmp_path / "book.toml", "--json", "--out", tmp_path / "out")
    assert ended.code == 0, ended.err
    plain = json.loads(ended.out)
    told = {each["name"]: each["instruments"] for each in plain["params"]["members"]}
    assert told["first sector"][:2] == ["SECTOR", "S01"]
    assert told["second sector"][:2] == ["BSECTOR", "BS01"]
    assert plain["settings"]["benchmark"] == "cash"
    assert "the same bytes" in command("rerun", tmp_path / "out").out


NO_FUND = "there is no fund: give its bars, --bars NAME=FILE, or name a stock of the panel"


@pytest.mark.parametrize(
    "asked",
    [
        ["run", "sector-long-short"], ["next", "sector-long-short"],
        ["audit", "sector-long-short"], ["search", "sector-long-short", "--space", "names=5|8"],
        ["factor-test", "momentum"],
    ],
    ids=lambda asked: asked[0],
)  # fmt: skip
def test_no_stock_becomes_the_fund_for_its_name(folder, command, asked):
    """A panel alone has no first feed: its stocks stand in the order of the alphabet."""
    ended = command(*asked, "--panel", folder / "s.parquet")
    assert ended.code == 2
    assert ended.err.splitlines()[-1].startswith(f"btplaybook: {NO_FUND}")


def test_a_stock_that_is_named_stands_for_the_fund(folder, markets):
    stocks = list(read_panel(folder / "s.parquet").bars)
    assert fund_among({"etf": stocks[1].name}, stocks) == stocks[1].name
    assert fund_among({}, [markets[0].etf, *stocks]) == markets[0].etf.name
    with pytest.raises(ParameterError, match=NO_FUND):
        fund_among({"etf": ""}, stocks)


def test_a_member_with_a_panel_alone_has_no_fund(folder):
    lines = [line for line in PLAN.splitlines() if not line.startswith('bars = "B')]
    (folder / "none.toml").write_text("\n".join(lines), "utf-8")
    with pytest.raises(ParameterError, match="member 'second': there is no fund: give its bars"):
        read_plan(folder / "none.toml").run()


def test_a_fund_that_is_in_its_panel_too_is_named(folder, markets, command):
    panel = folder / "with_fund.parquet"
    frame_of(markets[0].bars).to_parquet(panel)
    ended = command("run", "sector-long-short", "--bars", folder / "SECTOR.csv", "--panel", panel)
    assert ended.code == 2
    second = 2 + sorted(table.name for table in markets[0].bars).index("SECTOR")
    assert (
        f"'SECTOR' is that of table 1 ({folder / 'SECTOR.csv'}) and table {second} (the panel "
        in (ended.err)
    )
    assert f"{panel}): take it out of the panel, or name one otherwise" in ended.err
