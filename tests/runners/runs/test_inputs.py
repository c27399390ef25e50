"""Inputs of a strategy: from options, plans and samples to the run, and back from run.json."""

import json

import numpy as np
import pandas as pd
import pytest
from filings import CASH, MINORITY, OPERATING, Company
from typer.testing import CliRunner

from btplaybook.feeds.errors import RequestError
from btplaybook.runners.command.cli import app
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.plans.input_files import files_of, of_market, read_inputs
from btplaybook.runners.plans.plan import Plan
from btplaybook.runners.plans.plan_file import read_plan
from btplaybook.runners.records.rerun import rerun
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.inputs import Inputs
from btplaybook.runners.runs.run import run

pytestmark = pytest.mark.usefixtures("undrawn")

START, END = "2006-07-03", "2006-11-30"
PARAMS = {"least_value": 5}
DAY = np.timedelta64(1, "D")


@pytest.fixture(scope="module")
def market(sector_of):
    return sector_of(2, n_stocks=30, years=3)


@pytest.fixture(scope="module")
def files(market, tmp_path_factory):
    """The simulated sector as the files that a user would have."""
    folder = tmp_path_factory.mktemp("sector")
    market.etf.frame().to_csv(folder / "fund.csv")
    rows = []
    for bars, factor in zip(market.panel.bars, market.panel.factors, strict=True):
        frame = bars.frame()
        for column in ("open", "high", "low", "close", "dividend"):
            frame[column] *= factor
        frame["volume"] /= factor
        rows.append(frame.assign(ticker=bars.name, split_factor=factor).reset_index())
    pd.concat(rows).to_parquet(folder / "panel.parquet")
    held = [
        (str(snapshot.day), "SECTOR", ticker, 100.0 * weight)
        for snapshot in market.holdings.snapshots
        for ticker, weight in {**snapshot.weights, **snapshot.cash}.items()
    ]
    columns = ["date", "etf", "ticker", "weight"]
    pd.DataFrame(held, columns=columns).to_csv(folder / "holdings.csv", index=False)
    books = market.fundamentals
    table = pd.DataFrame(
        books.values, columns=["ebit", "debt", "minority_interest", "cash", "shares_outstanding"]
    ).assign(
        ticker=books.tickers,
        period_end=books.period_end,
        filing_date=books.known_from - np.timedelta64(1, "D"),
        frequency="quarterly",
    )
    table.to_csv(folder / "books.csv", index=False)
    return folder


def options(files):
    return {
        "bars": (f"SECTOR={files / 'fund.csv'}",),
        "inputs": {
            "panel": (str(files / "panel.parquet"),),
            "holdings": (str(files / "holdings.csv"),),
            "fundamentals": (str(files / "books.csv"),),
        },
    }


@pytest.fixture(scope="module")
def result(files):
    window = {"start": START, "end": END}
    return Plan("sector-long-short", PARAMS, window, quick=True, **options(files)).run()


def test_files_give_the_run_that_the_tables_give(result, market):
    """Raw prices divided by their factors are the adjusted ones up to rounding."""
    loaded = of_market(market)
    inputs = {
        "split_factors": market.panel,
        "holdings": market.holdings,
        "fundamentals": market.fundamentals,
    }
    other = run(
        "sector-long-short", loaded.bars, inputs=inputs, params=PARAMS, start=START, end=END,
        strips=False,
    )  # fmt: skip
    assert result.metrics["total_return"] == pytest.approx(other.metrics["total_return"], rel=0.02)
    assert set(result.trades["instrument"]) == set(other.trades["instrument"])


def test_run_json_keeps_where_the_inputs_came_from(result, files):
    plain = json.loads(result.to_json())
    kept = {entry["name"]: entry for entry in plain["inputs"]}
    assert set(kept) == {"split_factors", "holdings", "fundamentals"}
    assert kept["holdings"]["source"] == str(files / "holdings.csv")
    assert all(len(entry["sha256"]) == 64 for entry in kept.values())
    assert plain["data"][1]["source"] == f"panel:{files / 'panel.parquet'}#S01"


def test_a_run_again_has_the_same_bytes(result, tmp_path):
    (tmp_path / "run.json").write_text(result.to_json(), encoding="utf-8")
    again = rerun(tmp_path)
    assert again.same_bytes
    assert again.figures == []


def test_another_statement_is_another_input_and_is_named(result, files, tmp_path):
    (tmp_path / "run.json").write_text(result.to_json(), encoding="utf-8")
    books = files / "books.csv"
    written = books.read_bytes()
    try:
        frame = pd.read_csv(books)
        frame["ebit"] *= np.where(frame["ticker"] == "S05", 9.0, 1.0)
        frame.to_csv(books, index=False)
        again = rerun(tmp_path)
    finally:
        books.write_bytes(written)
    assert "inputs" in again.parts
    assert again.figures


def test_a_plan_names_its_inputs_from_its_own_folder(result, files):
    plan = files / "plan.toml"
    plan.write_text(
        f"""[run]
strategy = "sector-long-short"
start = {START}
end = {END}
quick = true
panel = "panel.parquet"
holdings = ["holdings.csv"]
fundamentals = "books.csv"
[params]
least_value = 5
[bars]
SECTOR = "fund.csv"
"""
    )
    assert read_plan(plan).run().to_json() == result.to_json()


def test_a_plans_file_that_is_not_there(files):
    plan = files / "lost.toml"
    plan.write_text('[run]\nstrategy = "sector-long-short"\nmembership = "lost.csv"\n')
    with pytest.raises(ParameterError, match=r"the membership are not at .*lost\.csv"):
        read_plan(plan).load_all()


def test_the_sample_carries_its_inputs_and_runs_again(tmp_path):
    done = CliRunner().invoke(
        app,
        ["run", "sector-long-short", "--sample", "simulated-sector", "--end", "2006-06-30",
         "--quick", "--out", str(tmp_path), "--json"],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    plain = json.loads((tmp_path / "run.json").read_text())
    assert len(plain["data"]) > 50
    assert "simulated" in [badge["text"] for badge in plain["badges"]]
    assert {entry["source"] for entry in plain["inputs"]} == {"sample:simulated-sector, seed 0"}
    assert rerun(tmp_path).same_bytes


@pytest.mark.parametrize("name", ["fundamentals", "membership", "securities"])
def test_one_file_of_each_but_holdings(name):
    with pytest.raises(ParameterError, match=f"--{name} takes one file, got a.csv, b.csv"):
        read_inputs({name: ("a.csv", "b.csv")})


def test_yahoo_is_asked_for_what_a_file_does_not_tell(monkeypatch, market, files):
    """The fetchers themselves are tested with the real client against a local server."""
    asked = []

    def holdings(etf):
        asked.append(etf)
        return market.holdings

    def statements(tickers, **settings):
        asked.append((tuple(tickers), settings))
        return market.fundamentals

    monkeypatch.setattr("btplaybook.feeds.yahoo.holdings.fetch_holdings", holdings)
    monkeypatch.setattr("btplaybook.feeds.yahoo.statements.fetch_statements", statements)
    given = {
        "panel": (str(files / "panel.parquet"),),
        "holdings": ("yahoo:SECTOR",),
        "fundamentals": ("yahoo:annual",),
    }
    loaded = Plan(
        "sector-long-short", {"lag_days": 60}, bars=options(files)["bars"], inputs=given
    ).load_all()
    assert asked == [
        "SECTOR",
        (market.panel.tickers, {"frequency": "annual", "lag_days": 60}),
    ]
    assert files_of(loaded.inputs.described()) == given


@pytest.fixture(scope="module")
def facts(market, files):
    """The statements of the simulated sector as the SEC's files: quarters, covers, corrections."""
    folder, books = files / "facts", market.fundamentals
    folder.mkdir()
    for cik, ticker in enumerate(sorted(set(books.tickers)), start=1):
        company = Company(cik, ticker)
        rows = [row for row, each in enumerate(books.tickers) if each == ticker]
        ends = sorted({books.period_end[row] for row in rows})
        for row in sorted(rows, key=lambda row: books.known_from[row]):
            end, filed = books.period_end[row], str(books.known_from[row] - DAY)
            place = ends.index(end)
            start = ends[place - 1] + DAY if place else end - 90 * DAY
            ebit, debt, minority, cash, shares = books.values[row].tolist()
            company.file(
                filed, "10-Q", cover=None if np.isnan(shares) else (filed, shares),
                spans=[(OPERATING, str(start), str(end), ebit)],
                days=[(tag, str(end), value) for tag, value in (
                    ("LongTermDebt", debt), (MINORITY, minority), (CASH, cash))],
                accession=f"{filed}-{end}",
            )  # fmt: skip
        company.write(folder, [ticker])
    return folder


def test_statements_as_filed_are_those_of_a_table_of_filings(facts, market, files):
    """Written as the SEC's files and read back, on every tenth day of three years."""
    tickers = market.panel.tickers
    read = read_inputs({"fundamentals": (f"sec:{facts}",)}, stocks=tickers).inputs["fundamentals"]
    for day in market.etf.dates[::10]:
        np.testing.assert_array_equal(
            read.known_on(day, tickers), market.fundamentals.known_on(day, tickers), str(day)
        )
        np.testing.assert_array_equal(
            read.shares_on(day, tickers)[~np.isnan(read.known_on(day, tickers)[:, 4])],
            market.fundamentals.shares_on(day, tickers)[
                ~np.isnan(read.known_on(day, tickers)[:, 4])
            ],
        )


@pytest.fixture(scope="module")
def filed(facts, files, tmp_path_factory):
    """A plan beside the folder: its paths are looked for from there."""
    plan = files / "filed.toml"
    plan.write_text(
        f"""[run]
strategy = "sector-long-short"
start = {START}
end = {END}
quick = true
panel = "panel.parquet"
holdings = ["holdings.csv"]
fundamentals = "sec:facts"
[params]
least_value = 5
[bars]
SECTOR = "fund.csv"
"""
    )
    return read_plan(plan)


def test_a_run_on_statements_as_filed_is_that_on_the_table(filed, result, tmp_path):
    done = filed.run()
    assert done.metrics == result.metrics
    kept = {entry["name"]: entry for entry in json.loads(done.to_json())["inputs"]}
    assert kept["fundamentals"]["source"].startswith("sec:")
    texts = [text for _, text, _ in kept["fundamentals"]["badges"]]
    assert "statements as filed" in texts
    (tmp_path / "run.json").write_text(done.to_json(), encoding="utf-8")
    assert rerun(tmp_path).same_bytes


def test_statements_as_filed_pass_the_audit(filed):
    loaded = filed.load_all()
    found = audit(
        "sector-long-short", loaded.bars, inputs=loaded.inputs, params=filed.params, start=START,
        end=END, cuts=1,
    )  # fmt: skip
    assert found.passed


def test_a_folder_that_is_not_there_is_one_line(files):
    plan = files / "lost.toml"
    plan.write_text('[run]\nstrategy = "sector-long-short"\nfundamentals = "sec:nowhere"\n')
    with pytest.raises(ParameterError, match=r"the fundamentals are not at .*nowhere"):
        read_plan(plan).load_all()
    with pytest.raises(RequestError, match="nowhere: no such folder"):
        read_inputs({"fundamentals": ("sec:nowhere",)}, stocks=["AAA"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"holdings": ("yahoo:XLV", "a.csv")}, "--holdings yahoo:ETF stands alone"),
        ({"fundamentals": ("yahoo:daily",)}, "yahoo:quarterly or yahoo:annual, got 'yahoo:daily'"),
        ({"fundamentals": ("yahoo:annual",)}, "there are no stocks to ask Yahoo about"),
    ],
)
def test_what_yahoo_cannot_be_asked(given, words):
    with pytest.raises(ParameterError, match=words):
        read_inputs(given)


def test_a_strategy_that_reads_none(market):
    with pytest.raises(ParameterError, match="sma-switch reads no holdings: leave --holdings out"):
        run("sma-switch", market.etf, inputs=of_market(market).inputs)


def test_holdings_of_another_fund_are_named(market):
    loaded = of_market(market)
    with pytest.raises(RequestError, match=r"no holdings of 'S01'; .*SECTOR"):
        run("sector-long-short", loaded.bars, inputs=loaded.inputs, etf="S01")


def test_holdings_dated_after_the_run_are_refused(market, files):
    late = files / "late.csv"
    pd.DataFrame(
        {"date": "2026-01-02", "etf": "SECTOR", "ticker": ["S01", "S02"], "weight": [60.0, 40.0]}
    ).to_csv(late, index=False)
    plan = Plan("sector-long-short", bars=options(files)["bars"], inputs={
        "panel": (str(files / "panel.parquet"),), "holdings": (str(late),)})  # fmt: skip
    with pytest.raises(RequestError, match="the first snapshot of SECTOR is 2026-01-02, after"):
        plan.run()


def test_two_sources_of_one_input(files):
    plan = Plan(
        "sector-long-short",
        samples=("simulated-sector",),
        inputs={"holdings": (str(files / "holdings.csv"),)},
    )
    with pytest.raises(ParameterError, match="two sources of holdings: sample:simulated-sector"):
        plan.load_all()


def test_without_inputs_nothing_is_described():
    assert Inputs.of(None).described() == []
