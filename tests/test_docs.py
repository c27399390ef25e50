"""What the documentation says is what is measured."""

import doctest
import importlib.util
import re
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest

from btplaybook.brokers import cost_eras, costs, financing
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.simulated.sector import simulated_sector
from btplaybook.runners.command import cli
from btplaybook.runners.factor_tests.run import run_factor_test
from btplaybook.runners.pages import tearsheet
from btplaybook.runners.plans import plan as plan_module
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.plans.plan import Plan
from btplaybook.runners.runs import dated_values, registry, settings
from btplaybook.runners.runs import run as run_module
from btplaybook.runners.runs.sections import section
from btplaybook.runners.studies import study
from btplaybook.strategies.rule_answer import compiled
from btplaybook.strategies.rules.sma_switch import sma_side

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "pages"
SMA = (PAGES / "sma_switch.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (trend|reversion) \| (\d+) \| (-?[\d.]+) \|$", SMA, re.MULTILINE)


@pytest.fixture(scope="module")
def spy(realdata):
    return read_bars(realdata / "etf" / "SPY.csv", end="2013-09-30")


@pytest.mark.parametrize(("direction", "period", "points"), ROWS)
def test_the_published_and_the_measured_points(spy, direction, period, points):
    result = run_module.run(
        "sma-switch", spy, direction=direction, period=int(period), strips=False
    )
    assert f"{result.metrics['points']:.2f}" == points


CODE = re.compile(r"^```python\n((?:(?!```).)*)^```\n\n```\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_best_periods_of_both_directions(spy):
    change = np.diff(spy.close)
    side = compiled(sma_side)
    points = {n: float(side(spy.close, n, False)[:-1] @ change) for n in range(2, 301)}
    assert max(points, key=points.get) == 222
    assert min(points, key=points.get) == 8  # the mirror's best
    adjusted = spy.adjusted_close
    assert -points[8] / (adjusted[-1] - adjusted[0]) == pytest.approx(1.85, abs=0.005)


def test_the_table_was_found():
    assert len(ROWS) == 4


def test_points_of_later_fills_and_of_holding(spy):
    for fill, words in (("next_open", "next open"), ("next_close", "next\nclose")):
        asked = {"direction": "reversion", "period": 8, "fill": fill, "strips": False}
        result = run_module.run("sma-switch", spy, **asked)
        points = f"{result.metrics['points']:.2f}"
        assert points in SMA
        assert words in SMA
    assert f"{result.benchmark['points']:.2f}" in SMA


ACCOUNT = (PAGES / "accounting.md").read_text(encoding="utf-8")


def test_the_cost_model_of_the_page_prints_what_it_says(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", ACCOUNT, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", ACCOUNT, re.DOTALL)
    exec(code, {"__name__": "page"})
    assert capsys.readouterr().out == printed


BUILT_BY_HAND = (
    costs, cost_eras, financing, settings, plan_module, dated_values, section, study,
)  # fmt: skip


@pytest.mark.parametrize("module", BUILT_BY_HAND, ids=lambda one: one.__name__)
def test_the_examples_of_classes_that_are_built_by_hand(module):
    failed, tried = doctest.testmod(module)
    assert (failed, tried > 0) == (0, True)


NIGHTS = (PAGES / "session_switch.md").read_text(encoding="utf-8")
SESSION_ROWS = re.findall(
    r"^\| (overnight|intraday) \| [-\d.]+ \| ([-\d.]+) \| ([-\d.]+) \| ([-\d.]+) \|$",
    NIGHTS,
    re.MULTILINE,
)


@pytest.mark.parametrize(("session", "uncompounded", "compounded", "with_dividends"), SESSION_ROWS)
def test_nights_and_days(spy, session, uncompounded, compounded, with_dividends):
    asked = {"session": session, "strips": False}
    bare = run_module.run("session-switch", spy, no_dividends=True, **asked)
    paid = run_module.run("session-switch", spy, **asked)
    a_year = bare.metrics["percent"] * 252 / len(bare.returns)
    measured = [a_year, bare.metrics["cagr"], paid.metrics["cagr"]]
    assert [f"{100 * rate:.2f}" for rate in measured] == [uncompounded, compounded, with_dividends]


def test_both_sessions_are_in_the_table():
    assert len(SESSION_ROWS) == 2


def test_the_example_in_the_docstring():
    failed, tried = doctest.testmod(run_module)
    assert tried > 0
    assert failed == 0


def test_the_files_of_a_run_are_listed():
    from btplaybook.runners.records.files import RUN as FILES

    start = (PAGES / "index.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([\w.]+)` \|", start, re.MULTILINE)) == set(FILES)


def test_the_example_of_the_sector_page_runs(tmp_path):
    page = (PAGES / "sector_long_short.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "calm.py").write_text(code, encoding="utf-8")
    loaded = of_market(simulated_sector(0, n_stocks=30, years=3))
    settings = {"inputs": loaded.inputs, "strips": False, "least_value": 5, "weighting": "equal"}
    result = run_module.run(f"{tmp_path / 'calm.py'}:Calm", loaded.bars, **settings)
    decided = result.sections["sector"].measured["decisions"]
    assert all(row["factors"][-1] == "calm" for row in decided)
    plain = run_module.run("sector-long-short", loaded.bars, **settings)
    assert result.equity.iloc[-1] != plain.equity.iloc[-1]
    held, all_of_them = (len(each.trades["instrument"].unique()) for each in (result, plain))
    assert held <= all_of_them


FACTOR_TEST = (PAGES / "factor_test.md").read_text(encoding="utf-8")
PREDICTED = re.findall(
    r"^\| (XL\w) \| (value|momentum) \| (\d+) \| (.+) \|$", FACTOR_TEST, re.MULTILINE
)


@pytest.mark.parametrize("factor", ["value", "momentum"])
def test_what_two_factors_predicted_in_a_sector(realdata, factor):
    folder = realdata / "sector"
    plan = Plan(
        "sector-long-short",
        settings={"end": "2020-12-11"},
        bars=(f"XLE={realdata / 'etf' / 'XLE.csv'}",),
        inputs={
            "panel": (str(folder / "energy.parquet"),),
            "membership": (str(folder / "sp500_membership.csv"),),
            "securities": (str(folder / "securities.csv"),),
            "fundamentals": (str(folder / "fundamentals_annual.csv"),),
        },
    )
    tables, inputs = plan.load_all()
    result = run_factor_test(factor, tables, inputs=inputs, end="2020-12-11")
    for horizon, found in result.horizons.items():
        (cells,) = (row[3] for row in PREDICTED if row[:3] == ("XLE", factor, str(horizon)))
        ic, spread = found.information.mean, found.quantiles.spread
        even = found.break_even_bp
        assert [cell.strip() for cell in cells.split("|")] == [
            f"{ic.mean:.3f}",
            f"{ic.lower:.3f} to {ic.upper:.3f}",
            f"{ic.p_value:.2f}",
            f"{ic.n_dates}",
            f"{ic.effective:.0f}",
            f"{100 * spread.mean:.1f}",
            f"{100 * spread.lower:.1f} to {100 * spread.upper:.1f}",
            f"{even:.0f}" if even > 0.0 else "",
        ]


def test_the_table_of_factors_was_found():
    assert len(PREDICTED) == 20


def test_the_factor_of_the_doors_page_can_be_tested(tmp_path):
    page = (PAGES / "doors.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(from btplaybook.strategies.*?)^```", page, re.M | re.S)
    (tmp_path / "calm.py").write_text(code, encoding="utf-8")
    tables, inputs = of_market(simulated_sector(0, n_stocks=30, years=3))
    result = run_factor_test(f"{tmp_path / 'calm.py'}:calm", tables, inputs=inputs)
    assert result.words == "Stocks whose residual returns varied least over a quarter."
    assert issubclass(
        registry.resolve(f"{tmp_path / 'calm.py'}:Calm"), registry.resolve("sector-long-short")
    )


SECTOR = (PAGES / "sector_long_short.md").read_text(encoding="utf-8")
BOOKS = re.findall(r"^\| (XL\w) \| (\d{4})-(\d{4}) \| (.+) \|$", SECTOR, re.MULTILINE)


@pytest.mark.parametrize(("first", "last", "cells"), [row[1:] for row in BOOKS if row[0] == "XLV"])
def test_what_the_sector_book_made(realdata, first, last, cells):
    folder = realdata / "sector"
    plan = Plan(
        "sector-long-short",
        settings={"start": f"{first}-01-02", "end": f"{last}-12-31", "cash": 1e7, "borrow": 0.005,
                  "whole_shares": True, "percent_fee": 0.0005},
        bars=(f"XLV={realdata / 'etf' / 'XLV.csv'}",),
        inputs={
            "panel": (str(folder / "health_care.parquet"),),
            "membership": (str(folder / "sp500_membership.csv"),),
            "securities": (str(folder / "securities.csv"),),
            "fundamentals": (str(folder / "fundamentals_annual.csv"),),
        },
        quick=True,
    )  # fmt: skip
    result = plan.run()
    book, made = result.sections["sector"].measured, result.metrics
    band = " to ".join(f"{end:.2f}" for end in made["sharpe_band"])
    assert cells.split(" | ") == [
        f"{100 * made['total_return']:.1f}",
        f"{made['sharpe']:.2f}",
        band,
        f"{book['neutrality']['realised']['beta']:.2f}",
        f"{book['skill']['mean']:.3f}",
        f"{100 * book['fallback']['share_of_days']:.0f}",
    ]
    assert abs(book["neutrality"]["realised"]["beta"]) < 0.1
    assert book["neutrality"]["largest_rounding"] < 0.002
    assert abs(made["pnl"]["residual"]) < 1e-6


def test_the_sector_table_was_found():
    assert len(BOOKS) == 6


def test_the_start_pages_example_writes_a_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(
        r"^```python\n(.*?)^```", (PAGES / "index.md").read_text(encoding="utf-8"), re.M | re.S
    )
    exec(code, {})
    assert (tmp_path / "out" / "sma-100" / "run.json").exists()


# -- examples --------------------------------------------------------------------------------------

EXAMPLES = [
    pytest.param(code, said, id=f"{page.name}-{number}")
    for page in sorted(PAGES.glob("*.md"))
    for number, (code, said) in enumerate(CODE.findall(page.read_text("utf-8")), 1)
]


@pytest.mark.parametrize(("code", "said"), EXAMPLES)
def test_an_example_prints_what_stands_below_it(code, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "example", "exec"), {})
    assert capsys.readouterr().out == said


def test_the_data_page_has_examples_of_every_kind():
    assert len(EXAMPLES) >= 4


def test_the_plan_of_the_data_page_is_read(tmp_path, monkeypatch):
    (plan,) = re.findall(
        r"^```toml\n(.*?)^```", (PAGES / "data.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    monkeypatch.chdir(tmp_path)
    days = np.busday_offset("2015-01-02", np.arange(80))
    rows = [(day, 100 + i % 7) for i, day in enumerate(days)]
    for name, form in (("spy.csv", "%Y-%m-%d"), ("dax.csv", "%d/%m/%Y")):
        lines = [
            f"{day.item().strftime(form)},{price},{price + 1},{price - 1},{price},1000"
            for day, price in rows
        ]
        Path(name).write_text("date,open,high,low,close,volume\n" + "\n".join(lines))
    Path("plan.toml").write_text(plan)
    from btplaybook.runners.plans.plan_file import read_plan

    spy, dax = read_plan("plan.toml").load()
    assert (spy.name, dax.name, dax.calendar) == ("SPY", "DAX", "XETR")
    assert (dax.dates == spy.dates).all()


def test_the_house_page_lists_the_rooms_that_there_are():
    root = PAGES.parents[1]
    listed = re.findall(
        r"^\| `([\w/]+)/` \|", (PAGES / "architecture.md").read_text("utf-8"), re.MULTILINE
    )
    folders = ("analyzers", "brokers", "feeds", "runners", "search", "strategies")
    tree = {
        file.parent.relative_to(root).as_posix()
        for folder in folders
        for file in (root / folder).rglob("*")
        if file.suffix in (".py", ".html") and file.name != "__main__.py"
    }
    assert len(listed) == len(set(listed))
    assert set(listed) == tree - {"runners"}


def test_the_index_links_every_page():
    index = (PAGES / "index.md").read_text("utf-8")
    for page in PAGES.glob("*.md"):
        assert page.name == "index.md" or f"({page.name}" in index, page.name


# -- strategies and gallery ------------------------------------------------------------------------

STRATEGIES = re.findall(
    r"^\| \[`([\w-]+)`\]\(([\w.]+)\) \| (.+) \| (.+) \| `btplaybook (.+)` \|$",
    (PAGES / "strategies.md").read_text("utf-8"),
    re.MULTILINE,
)


def test_every_strategy_is_in_the_table_and_has_a_page():
    assert [row[0] for row in STRATEGIES] == list(registry.registered())
    for name, page, *_ in STRATEGIES:
        assert f"`{name}`" in (PAGES / page).read_text("utf-8"), page


def test_the_readme_says_the_same_rules():
    readme = (ROOT / "README.md").read_text("utf-8")
    rules = re.findall(r"^\| `([\w-]+)` \| (.+) \| .+ \|$", readme, re.MULTILINE)
    assert rules == [(name, rule) for name, _, rule, *_ in STRATEGIES]


@pytest.mark.parametrize(("name", "command"), [(row[0], row[4]) for row in STRATEGIES])
def test_the_commands_of_the_table_run(name, command, tmp_path, monkeypatch):
    """Over their first two or three years, and without drawing."""
    monkeypatch.setattr(tearsheet, "tearsheet", lambda _: "<!DOCTYPE html>")
    end = {"sector-long-short": "2006-06-30", "session-switch": "2009-12-31"}.get(
        name, "2000-12-29"
    )
    monkeypatch.setattr(sys, "argv", ["btplaybook", *shlex.split(command), "--quick", "--end", end])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    assert (tmp_path / "out" / name / "run.json").exists()


@pytest.mark.parametrize("command", ["search", "walk-forward"])
def test_the_search_and_the_walk_forward_of_the_pivot_page_run(
    command, tmp_path, monkeypatch, capsys
):
    """Over their first seven years."""
    text = (ROOT / "docs" / "pages" / "pivot.md").read_text("utf-8")
    (line,) = re.findall(rf"^    btplaybook ({command} pivot .*)$", text, re.MULTILINE)
    monkeypatch.setattr(sys, "argv", ["btplaybook", *shlex.split(line), "--end", "2005-12-30"])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    sets = 18 if command == "search" else 9
    said = capsys.readouterr().out
    assert (f"{sets} sets" if command == "search" else f"{sets} sets at each of ") in said


@pytest.fixture(scope="module")
def gallery():
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs" / "gallery.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_gallery_has_a_command_for_each_page(gallery):
    text = (PAGES / "gallery.md").read_text("utf-8")
    found = gallery.rows(text)
    files = [row.file for row in found]
    assert files == re.findall(r"\((gallery/[\w-]+\.html)\)", text)
    assert len(set(files)) == len(files) == text.count("\n| [") >= 8
    assert all(row.command.startswith("btplaybook ") for row in found)


def test_the_gallery_copies_the_page_that_a_command_writes(gallery, tmp_path):
    wanted = [
        gallery.Row("a/later.html", "btplaybook compare out/sma-switch out/GoldenCross"),
        gallery.Row(
            "a/switch.html",
            "btplaybook run sma-switch --sample simulated --end 2006-06-30 --quick",
        ),
        gallery.Row(
            "a/golden.html",
            "btplaybook run examples/golden_cross.py --sample simulated --end 2006-06-30 --quick",
        ),
    ]
    gallery.build(wanted, tmp_path)
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [
        "golden.html", "later.html", "switch.html",
    ]  # fmt: skip
    assert "<title>SMA switch" in (tmp_path / "a" / "switch.html").read_text("utf-8")
    assert "GoldenCross" in (tmp_path / "a" / "later.html").read_text("utf-8")


def test_a_command_of_the_gallery_that_fails_is_named(gallery, tmp_path):
    with pytest.raises(SystemExit, match="btplaybook nosuch ended with 2"):
        gallery.build([gallery.Row("x.html", "btplaybook nosuch")], tmp_path)
