"""The repr of results in a notebook; a result's folder may be a text."""

import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.records.compare import compare
from btplaybook.runners.records.rerun import rerun
from btplaybook.runners.records.write import (
    write_comparison,
    write_run,
    write_search,
    write_study,
    write_walk_forward,
)
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches.run import run_search
from btplaybook.runners.studies.robust_etf import history, sweeps
from btplaybook.runners.studies.run import run_study
from btplaybook.runners.walk_forwards.run import run_walk_forward

pytestmark = pytest.mark.usefixtures("undrawn")

MOST = 12


@pytest.fixture(scope="module", autouse=True)
def empty_pages():
    """Write an empty page beside the figures: drawing takes seconds, and other tests see to it."""
    with pytest.MonkeyPatch.context() as patch:
        for page in (
            "tearsheet.tearsheet", "search.page.page", "walk_forward.page.page", "study.page",
            "compare.page",
        ):  # fmt: skip
            patch.setattr(f"btplaybook.runners.pages.{page}", lambda _: "<!DOCTYPE html>")
        yield


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs, and the folders that they were written to by name."""
    folder = tmp_path_factory.mktemp("runs")
    made = {}
    for period in (20, 50):
        made[f"{folder}/{period}"] = run(
            "sma-switch", sample("sp500"), start="2016-01-04", period=period
        )
    for name, result in made.items():
        write_run(result, name)
    return made


def test_a_run_shows_its_figures_beside_the_benchmark(runs):
    result = next(iter(runs.values()))
    lines = repr(result).splitlines()
    assert len(lines) <= MOST
    assert lines[0] == "RunResult: SMA switch, 2016-01-04 to 2018-12-31"
    assert lines[1].split() == ["run", "Hold", "S&P", "500"]
    row = next(line for line in lines if line.startswith("  Total return"))
    ours, theirs = (result.metrics["total_return"], result.benchmark["total_return"])
    minus = "\N{MINUS SIGN}"
    assert row.split()[2:] == [f"{100 * r:.2f}%".replace("-", minus) for r in (ours, theirs)]
    assert lines[-1] == f"{len(result.badges)} badges; write_run(result, folder) keeps it"


def test_a_comparison_and_a_rerun_take_text_and_stay_short(runs, tmp_path):
    comparison = compare(list(runs))
    lines = repr(comparison).splitlines()
    assert [line.split()[0] for line in lines[2:5]] == ["A", "B", "SP500"]
    assert len(lines) <= MOST
    assert lines[-1].endswith("; write_comparison(result, folder) keeps it")
    write_comparison(comparison, str(tmp_path / "both"))
    assert (tmp_path / "both" / "compare.html").exists()
    report = rerun(next(iter(runs)))
    assert repr(report).splitlines()[-1] == "the same bytes"
    assert len(repr(report).splitlines()) <= MOST


def test_a_search_shows_its_best_sets_and_buying_and_holding(tmp_path):
    fewer = {"top": 10, "at_random": 0}
    result = run_search("sma-switch", sample("sp500"), "period=10..40", start="2016-01-04", **fewer)
    lines = repr(result).splitlines()
    assert len(lines) <= MOST
    assert lines[-1].endswith("; write_search(result, folder) keeps it")
    assert lines[2].split()[0] == str(result.found.top["period"].iloc[0])
    assert lines[-2].split()[:3] == ["held", "0.00", "pp"]
    write_search(result, str(tmp_path / "search"))
    assert (tmp_path / "search" / "search.json").exists()


def test_a_study_shows_published_beside_measured(tmp_path, monkeypatch, few_pivots):
    few_pivots(monkeypatch)
    for module in (sweeps, history):
        monkeypatch.setattr(module, "PERIODS", range(2, 31))
    monkeypatch.setattr(sweeps, "CONFIRMED", 1)
    result = run_study("robust-etf")
    lines = repr(result).splitlines()
    assert len(lines) <= MOST
    assert lines[-1].endswith("; write_study(result, folder) keeps it")
    assert f"{len(result.published())} published figures" in lines[-1]
    write_study(result, str(tmp_path / "study"))
    assert (tmp_path / "study" / "study.json").exists()


def test_a_walk_forward_shows_its_account_beside_buying_and_holding(tmp_path):
    bars = sample("sp500", start="2016-01-04")
    result = run_walk_forward("sma-switch", bars, "period=10..14", fit="1y", shifted=False)
    lines = repr(result).splitlines()
    assert len(lines) <= MOST
    assert lines[0] == "WalkForwardResult: SMA switch, 2017-01-05 to 2018-12-31, 2 refits"
    row = next(line for line in lines if line.startswith("  Total return"))
    sides = (result.metrics["total_return"], result.held["total_return"])
    assert row.split()[2:] == [f"{100 * r:.2f}%".replace("-", "\N{MINUS SIGN}") for r in sides]
    assert lines[-1] == "write_walk_forward(result, folder) keeps it"
    write_walk_forward(result, str(tmp_path / "walked"))
    assert (tmp_path / "walked" / "walk_forward.json").read_text("utf-8") == result.to_json()
