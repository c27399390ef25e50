"""Comparisons of runs: differences, best runs, and a self-contained page."""

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.reading import OPTIONS
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.compare import page
from btplaybook.runners.pages.compare_charts import days_and_lines
from btplaybook.runners.pages.compare_verdict import comparison_verdict
from btplaybook.runners.pages.svg.plot import RUNS
from btplaybook.runners.records import compare as comparing
from btplaybook.runners.records.compare import compare
from btplaybook.runners.records.compared_figures import TABLE
from btplaybook.runners.records.differences import shown
from btplaybook.runners.records.inputs_of_runs import flat
from btplaybook.runners.records.manifest import MANIFEST
from btplaybook.runners.records.write import write_comparison
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.tables import bars_table

NASTY = "</title><script>alert(1)</script> {{ runs }} \"'&"
SPECS = {
    "trend": {"period": 8},
    "reversion": {"period": 8, "direction": "reversion", "per_share": 0.01},
    "later": {"period": 8, "start": "2005-06-01"},
    "slow": {"period": 40, "interest": {"cash": 0.03, "rebate": 0.01, "debit": 0.05}},
    "ruined": {"period": 8, "cash": 1.0, "min_fee": 0.6},
}


def kept(result, folder):
    """Write what a comparison reads, without the page of the run, which takes seconds."""
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(result.to_json(), encoding="utf-8")
    bars_table(result.bars).to_parquet(folder / "bars.parquet")
    result.daily.to_parquet(folder / "daily.parquet")
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory, simulated):
    """A folder of each of the specs."""
    root = tmp_path_factory.mktemp("runs")
    return {
        name: kept(run("sma-switch", simulated, strips=False, **spec), root / name)
        for name, spec in SPECS.items()
    }


@pytest.fixture
def copies(runs, tmp_path):
    """Copy runs to a folder of the test's own, and edit their run.json."""

    def copy(name, change=lambda plain: None, *, to=None):
        folder = tmp_path / (to or name)
        shutil.copytree(runs[name], folder)
        file = folder / "run.json"
        plain = json.loads(file.read_text(encoding="utf-8"))
        change(plain)
        file.write_text(json.dumps(plain), encoding="utf-8")
        return folder

    return copy


def differing(comparison):
    return {row.name: row.values for row in comparison.differences}


def headings(comparison):
    return [heading for heading, _ in comparison.cautions]


def test_each_run_has_a_colour_of_its_own():
    assert len(set(RUNS)) == comparing.MOST


# -- what differs ----------------------------------------------------------------------------------


def test_differences_come_group_by_group(runs):
    found = compare([runs["trend"], runs["reversion"], runs["slow"]])
    assert [(row.group, row.name, row.values) for row in found.differences] == [
        ("params", "period", (8, 8, 40)),
        ("params", "direction", ("trend", "reversion", "trend")),
        ("settings", "per_share", (0.0, 0.01, 0.0)),
        ("settings", "interest", (0.0, 0.0, {"cash": 0.03, "rebate": 0.01, "debit": 0.05})),
    ]
    assert headings(found) == ["Other fills or costs"]
    assert "differ in per share, interest: " in found.cautions[0][1]
    common = dict(found.common)
    assert (common["strategy"], common["fill"], common["cash"]) == ("sma-switch", "close", 1e6)
    assert not set(common) & {row.name for row in found.differences}


def test_equal_runs_have_no_differences_and_no_best(runs, copies):
    found = compare([runs["trend"], copies("trend", to="twin")])
    assert (found.differences, found.best, found.cautions) == ([], {}, [])
    assert "Nothing: strategy, window" in page(found)


def test_other_windows_are_warned_about_and_totals_have_no_best(runs):
    found = compare([runs["trend"], runs["later"]])
    assert headings(found) == ["The windows differ"]
    assert "A: 2005-01-04 to 2006-08-03; B: 2005-06-01 to 2006-08-03" in found.cautions[0][1]
    assert differing(found)["start"] == (None, "2005-06-01")
    grows = {row.key for _, rows in TABLE for row in rows if row.grows}
    assert grows >= {"total_return", "max_drawdown", "points"}
    assert not grows & set(found.best)
    assert {"cagr", "volatility"} <= set(found.best)
    assert found.held is None


def test_restated_bars_are_warned_about(runs, copies):
    def restated(plain):
        plain["data"][0]["sha256"] = "0" * 64

    found = compare([runs["trend"], copies("trend", restated, to="twin")])
    assert headings(found) == ["SIMULATED is not the same"]
    assert "A and B" in found.cautions[0][1]
    assert differing(found)["vintage"][1] == "0" * 12


def test_other_instruments_are_warned_about_and_points_have_no_best(runs, copies):
    other = copies("reversion", lambda plain: plain["data"][0].update(name="QQQ"))
    found = compare([runs["trend"], other])
    assert headings(found) == ["Different instruments", "Other fills or costs"]
    assert "A: SIMULATED; B: QQQ" in found.cautions[0][1]
    assert "points" not in found.best
    assert "percent" in found.best


def test_other_versions_and_ruin_are_warned_about(runs, copies):
    other = copies("trend", lambda plain: plain["versions"].update(numpy="1.0"), to="twin")
    found = compare([runs["trend"], other, runs["ruined"]])
    assert headings(found) == ["C was ruined", "Other fills or costs", "Different versions"]
    assert differing(found)["numpy"][1] == "1.0"


def test_a_run_in_sample_is_named(runs, copies):
    chosen = {"kind": "warn", "text": "in sample", "why": "The best of 9 sets."}
    other = copies("trend", lambda plain: plain["badges"].append(chosen), to="best")
    found = compare([runs["trend"], other])
    assert headings(found) == ["B is in sample"]
    assert "chosen on these bars" in found.cautions[0][1]


def test_a_second_feed_and_a_missing_parameter_are_differences(runs, copies):
    def two(plain):
        plain["data"].append(plain["data"][0] | {"name": "SH"})
        del plain["params"]["short_via"]

    found = differing(compare([runs["trend"], copies("trend", two, to="twin")]))
    assert found["bars 2"] == (None, "SH")
    assert found["short_via"] == ("short", None)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "\N{EN DASH}"), (True, "yes"), (False, "no"), (8, "8"), (1e6, "1,000,000"),
     (0.0005, "0.0005"), ("close", "close"), ([1, 2.5], "1, 2.5"),
     ({"cash": 0.03, "debit": None}, "cash 0.03, debit \N{EN DASH}")],
)  # fmt: skip
def test_values_are_printed(value, text):
    assert shown(value) == text


# -- which is best ---------------------------------------------------------------------------------

EITHER = {
    "sharpe_band", "switches", "switches_per_year",
    *(f"trades.{key}" for key in ("count", "positions", "average_bars", "exposure", "turnover")),
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "values", "best"),
    [
        ("total_return", (0.1, 0.3, 0.2), ["B"]),
        ("cagr", (-0.1, -0.3, -0.2), ["A"]),
        ("volatility", (0.1, 0.3, 0.2), ["A"]),
        ("max_drawdown", (-0.1, -0.3, -0.2), ["A"]),
        ("average_loss", (-0.03, -0.01, -0.02), ["B"]),
        ("sharpe", (None, 0.5, 0.4), ["B"]),
        ("sortino", (0.5, 0.5, 0.4), ["A", "B"]),
        ("win_rate", (0.5, 0.5, 0.5), None),
        ("points", (None, None, 3.0), None),
        ("switches", (1, 2, 3), None),
    ],
)
def test_the_best_knows_the_direction(runs, copies, key, values, best):
    folders = [
        copies("trend", lambda plain, value=value: plain["metrics"].update({key: value}), to=name)
        for name, value in zip("xyz", values, strict=True)
    ]
    assert compare(folders).best.get(key) == best


def test_every_figure_has_a_direction_or_has_none_for_a_reason():
    figures = [row for _, rows in TABLE for row in rows]
    without = {row.key for row in figures if row.best is None}
    assert {key for key in without if not key.startswith("pnl.")} == EITHER
    assert [row.key for row in figures if row.best is min] == ["volatility"]


def test_the_figures_are_those_of_the_runs(runs):
    found = compare([runs["trend"], runs["reversion"]])
    for one, name in zip(found.runs, ("trend", "reversion"), strict=True):
        plain = json.loads((runs[name] / "run.json").read_text(encoding="utf-8"))
        metrics, market = plain["metrics"], plain["benchmark"]
        assert one.figures["sharpe"] == metrics["sharpe"]
        assert one.figures["pnl.price"] == metrics["pnl"]["price"] / 1e6
        over = metrics["total_return"] - market["total_return"]
        assert one.figures["over_buy_and_hold"] == over
    assert found.held.figures["total_return"] == market["total_return"]
    assert found.held.figures["over_buy_and_hold"] is None


# -- names and faults ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (("a/x", "a/y"), ["x", "y"]),
        (("a/x", "b/x"), ["a/x", "b/x"]),
        (("x", "x/x"), None),
    ],
)
def test_names_are_as_short_as_they_can_be(tmp_path, monkeypatch, paths, names):
    monkeypatch.chdir(tmp_path)
    found = comparing._short_names([Path(path) for path in paths])
    assert found == (names or [f"{tmp_path.name}/x", "x/x"])


def test_one_folder_twice_is_refused(runs):
    with pytest.raises(ParameterError, match="is named twice"):
        compare([runs["trend"], runs["trend"] / ".." / "trend"])


@pytest.mark.parametrize("n", [0, 1, 9])
def test_too_few_and_too_many_are_refused(runs, n):
    with pytest.raises(ParameterError, match=f"2 to 8 runs can be compared, got {n}"):
        compare([runs["trend"] / str(number) for number in range(n)])


def test_a_folder_without_a_run_is_named(runs, tmp_path):
    with pytest.raises(ParameterError, match=r"cannot read .*run\.json: No such file"):
        compare([runs["trend"], tmp_path])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda days: None, "no such file", id="absent"),
        pytest.param(lambda days: days.drop(columns="equity"), "no days with equity", id="columns"),
        pytest.param(lambda days: days.iloc[:1], "no days with equity", id="one day"),
        pytest.param(lambda days: days.iloc[:-1], "holds other days than run.json", id="days"),
    ],
)
def test_days_that_are_not_the_runs_are_refused(runs, copies, change, words):
    folder = copies("trend", to="twin")
    days = change(pd.read_parquet(folder / "daily.parquet"))
    (folder / "daily.parquet").unlink()
    if days is not None:
        days.to_parquet(folder / "daily.parquet")
    with pytest.raises(ParameterError, match=words):
        compare([runs["trend"], folder])


def test_a_file_that_is_no_table_is_refused(runs, copies):
    folder = copies("trend", to="twin")
    (folder / "daily.parquet").write_bytes(bytes(range(256)))
    with pytest.raises(ParameterError, match=r"cannot read .*daily\.parquet"):
        compare([runs["trend"], folder])


def test_a_figure_that_is_none_is_named(runs, copies):
    folder = copies("trend", lambda plain: plain["metrics"].update(sharpe="high"), to="twin")
    with pytest.raises(ParameterError, match=r"metrics\.sharpe is no number but 'high'"):
        compare([runs["trend"], folder])


# -- the page --------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The page's elements, attributes and visible text; `open` must end empty."""

    VOID = frozenset({"meta", "link"})

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open, self.text = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if self.open and self.open[-1] not in ("style", "title", "script"):
            self.text += text


def test_the_page_says_what_differs_before_the_figures(runs):
    found = Page(page(compare([runs["trend"], runs["reversion"]])))
    assert found.open == []
    body = page(compare([runs["trend"], runs["reversion"]]))
    order = [body.index(f"<h2>{words}") for words in ("What differs", "Side by side", "Without")]
    assert order == sorted(order)
    assert "sma-switch: 2 runs side by side" in found.text
    assert "SIMULATED held" in found.text
    assert found.tags.count("figure") == 3  # growth, drawdown, uncompounded


def test_the_page_needs_nothing_but_itself(runs):
    found = Page(page(compare(list(runs.values()))))
    assert found.tags.count("script") == 2  # the charts' numbers, and the page's own script
    ids = [value for name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids)) > 0
    addresses = [value for name, value in found.attributes if name in ("src", "href", "xlink:href")]
    assert all(value.startswith(("#", "data:")) for value in addresses)
    assert "@import" not in page(compare(list(runs.values())))


def test_the_best_are_marked(runs):
    comparison = compare([runs["trend"], runs["reversion"], runs["slow"]])
    marked = re.findall(r'class="best" data-name="(\w)"', page(comparison))
    assert marked == [
        key for _, rows in TABLE for row in rows for key in comparison.best.get(row.key, [])
    ]
    assert len(marked) > 8


def test_texts_are_escaped(runs, copies):
    def nasty(plain):
        plain.update(strategy=NASTY, params={NASTY: NASTY}, versions={NASTY: NASTY})
        plain["data"][0].update(name=NASTY, source=NASTY)
        plain["benchmark"]["name"] = NASTY

    folders = [copies("trend", nasty, to="<b>one"), copies("reversion", nasty, to="<b>two")]
    text = page(compare([*folders, runs["slow"]]))
    assert text.count("<script") == 2
    assert "<script>alert" not in text
    assert "<b>one" not in text
    assert "{{ runs }}" in Page(page(compare(folders))).text


def test_a_ruined_run_is_drawn_as_far_as_it_lives(runs):
    comparison = compare([runs["trend"], runs["ruined"]])
    assert comparison.runs[1].daily["equity"].min() <= 0
    assert "was ruined" in page(comparison)


def test_equal_folders_give_equal_bytes_in_any_process(runs, tmp_path):
    folders = [runs["trend"], runs["reversion"]]
    write_comparison(compare(folders), tmp_path / "one")
    code = (
        "import sys; from pathlib import Path; from btplaybook import compare, write_comparison;"
        "write_comparison(compare([Path(path) for path in sys.argv[2:]]), Path(sys.argv[1]))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "two"), *map(str, folders)],
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    for name in ("compare.html", "compare.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_several_instruments_have_uncompounded_gains_of_the_account(runs, tmp_path):
    for name in ("trend", "reversion"):
        folder = shutil.copytree(runs[name], tmp_path / name)
        days = pd.read_parquet(folder / "daily.parquet").drop(columns=["percent", "points"])
        days.to_parquet(folder / "daily.parquet")
    text = page(compare([tmp_path / "trend", tmp_path / "reversion"]))
    assert Page(text).tags.count("figure") == 3


def test_the_json_holds_the_figures_and_what_differs(runs):
    told = json.loads(compare([runs["trend"], runs["later"]]).to_json())
    assert told["schema"] == 1
    assert [one["key"] for one in told["runs"]] == ["A", "B"]
    assert [one["name"] for one in told["runs"]] == ["trend", "later"]
    assert told["cautions"][0].startswith("The windows differ. A: 2005-01-04")
    assert {"group", "name", "values"} == set(told["differences"][0])
    assert set(told["best"]) <= set(told["runs"][0]["figures"])


# -- the command -----------------------------------------------------------------------------------


def test_the_command_writes_page_and_json(command, runs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = command("compare", runs["trend"], runs["reversion"])
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[-1] == f"Page: {Path('out', 'compare', 'compare.html')}"
    assert lines[0] == "A  trend: sma-switch"
    assert "direction: A trend; B reversion" in lines
    assert lines[-2].startswith("Of 2 runs, ")
    found = tmp_path / "out" / "compare"
    assert sorted(path.name for path in found.iterdir()) == [
        MANIFEST, "compare.html", "compare.json",
    ]  # fmt: skip
    again = command("compare", runs["trend"], runs["reversion"], "--json", "--out", "there")
    assert again.out == (tmp_path / "there" / "compare.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((), "Missing argument"), (("one",), "2 to 8 runs"), (("one", "two"), "cannot read one")],
)
def test_the_command_names_what_is_wrong(command, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    ended = command("compare", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(command, runs, tmp_path):
    (tmp_path / "taken").touch()
    ended = command("compare", runs["trend"], runs["slow"], "--out", tmp_path / "taken")
    assert (ended.code, ended.out) == (2, "")
    assert "cannot write to" in ended.err


def test_runs_of_the_same_bars_share_their_benchmark(runs, copies):
    name = compare([runs["trend"], runs["slow"]]).held.name
    assert name == "SIMULATED held"
    other = copies("slow", lambda plain: plain["benchmark"].update(name="QQQ"))
    assert compare([runs["trend"], other]).held is None


def test_nothing_is_changed_by_comparing(runs):
    folders = [runs["trend"], runs["slow"]]
    before = {path: path.read_bytes() for folder in folders for path in folder.iterdir()}
    comparison = compare(folders)
    page(comparison)
    assert {path: path.read_bytes() for path in before} == before
    assert np.isnan(comparison.runs[0].daily["return"].iloc[0])
    assert dataclasses.replace(comparison).plain() == comparison.plain()


@pytest.fixture(scope="module")
def at_both(tmp_path_factory, simulated):
    """One strategy on daily bars, and on the same bars from one open to the next."""
    root = tmp_path_factory.mktemp("both")
    return [
        kept(
            run("sma-switch", simulated, period=8, strips=False, **reading),
            root / name,
        )
        for name, reading in (("at-close", {}), ("at-open", {"resample": "open"}))
    ]


def test_how_bars_were_read_is_a_difference(at_both):
    """Every option of reading that a run had is listed with what it stands for in the others."""
    rows = differing(compare(at_both))
    assert rows["resample"] == (None, "open")
    assert "drop bad rows" not in rows
    assert "The same in all" in page(compare(at_both))
    assert '<th scope="row">resample</th>' in page(compare(at_both))


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_no_option_of_reading_is_left_out(name, copies):
    """Whatever the option, a run that had it differs in a row of data."""
    told = {"split": ["2020-08-31=4"], "drop_bad_rows": True, "keep_all_rows": True}.get(name, "x")
    other = copies("trend", lambda plain: plain["data"][0].update(reading={name: told}))
    found = compare([copies("trend", to="plain"), other]).differences
    assert [(row.group, row.values[1]) for row in found] == [("data", told)]


def test_windows_that_differ_by_a_bar_are_cut_to_the_common_days(at_both):
    """Totals and curves are those of the common days, by hand from the tables of days."""
    found = compare(at_both)
    first, last = found.days
    assert [run.daily.index[1].date() for run in found.runs] == [first, first]
    assert {run.daily.index[-1].date() for run in found.runs} == {last}
    (heading,) = [one for one in headings(found) if one.startswith(("Cut", "The windows"))]
    assert heading == "Cut to the common days"
    text = dict(found.cautions)[heading]
    whole = pd.read_parquet(at_both[0] / "daily.parquet")
    assert f"A without 1 of its {len(whole) - 1:,} bars" in text
    for one, folder in zip(found.runs, at_both, strict=True):
        daily = pd.read_parquet(folder / "daily.parquet")
        days = (daily.index > pd.Timestamp(one.daily.index[0])) & (
            daily.index <= pd.Timestamp(last)
        )
        total = float((1.0 + daily.loc[days, "return"]).prod() - 1.0)
        theirs = float((1.0 + daily.loc[days, "benchmark_return"]).prod() - 1.0)
        assert one.figures["total_return"] == pytest.approx(total, rel=1e-9)
        assert one.figures["over_buy_and_hold"] == pytest.approx(total - theirs, rel=1e-9)
    _, lines = days_and_lines(found.runs, found.benchmarks)
    for line, one in zip(lines, [*found.runs, *found.benchmarks], strict=True):
        assert line.values[-1] == pytest.approx(1.0 + one.figures["total_return"], rel=1e-9)
    assert "total_return" in found.best
    assert "switches" not in found.best
    html = page(found)
    assert f"{first} to {last}" in html
    for held in found.own_held:
        assert held.name in html
    assert [held.name for held in found.own_held] == [
        f"{found.runs[0].record.plain['data'][0]['name']} held ({key})" for key in "AB"
    ]
    assert "than holding " in comparison_verdict(found).text
    assert json.loads(found.to_json())["days"] == [str(first), str(last)]


def test_the_benchmark_stays_where_a_window_is_a_day_shorter(runs, tmp_path, simulated):
    """The same bars from a day later on: one benchmark, over the days of both."""
    start = str(simulated.dates[2])
    later = kept(run("sma-switch", simulated, strips=False, period=8, start=start), tmp_path / "l")
    found = compare([runs["trend"], later])
    assert found.own_held == []
    market = found.runs[0].daily["benchmark_return"].iloc[1:]
    total = float((1.0 + market).prod() - 1.0)
    assert found.held.figures["total_return"] == pytest.approx(total, rel=1e-9)
    assert f"{simulated.name}, which" in comparison_verdict(found).text


def test_windows_with_little_in_common_are_not_cut(runs, tmp_path, simulated):
    """Where a tenth of a run or more would be left out nothing is cut."""
    start = str(simulated.dates[len(simulated) // 2])
    later = kept(run("sma-switch", simulated, strips=False, period=8, start=start), tmp_path / "l")
    found = compare([runs["trend"], later])
    assert found.days is None
    assert "The windows differ" in headings(found)


def test_members_of_books_are_told_one_by_one():
    """A member's values have rows of their own, and what is the same in all has none."""
    member = {"name": "slow", "strategy": "sma-switch", "params": {"period": 200}, "weight": None}
    other = {**member, "params": {"period": 100}}
    told = [flat({"members": [each], "book": {"weights": "equal"}}) for each in (member, other)]
    assert told[0] == {
        "members": ["slow"],
        "slow: strategy": "sma-switch",
        "slow: weight": None,
        "slow: period": 200,
        "book weights": "equal",
    }
    assert [key for key in told[0] if told[0][key] != told[1][key]] == ["slow: period"]
