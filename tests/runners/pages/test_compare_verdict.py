"""The sentence at the top of a comparison of runs."""

from types import SimpleNamespace

import pytest

from btplaybook.runners.pages.compare_verdict import (
    against_clause,
    comparison_verdict,
    most_clause,
)
from btplaybook.runners.records.compare import compare
from btplaybook.runners.runs.run import run


@pytest.mark.parametrize(
    ("totals", "text"),
    [
        ([0.5, 1.31, -0.2], "of 3 runs, B made the most: 131%"),
        ([0.5, 0.5, -0.2], "of 3 runs, A and B made the most: 50%"),
        ([-0.5, -0.05, -0.2], "of 3 runs, B lost the least: 5%"),
        ([-0.5, 0.0, -0.2], "of 3 runs, B did best: made nothing"),
        ([0.5, 11.0, -0.2], "of 3 runs, B made the most: 12 times the stake"),
        ([0.5, None, 0.2], "of 3 runs, A made the most: 50%"),
        ([0.5, -1.2, 0.2], "of 3 runs, A made the most: 50%"),
        ([-1.0, -1.2, -3.0], "all 3 runs were ruined"),
        ([-1.0, -1.2], "both runs were ruined"),
        ([0.12, 0.12 + 1e-12], "both runs made 12%"),
        ([-0.12, -0.12, -0.12], "all 3 runs lost 12%"),
        ([None, None], "what the 2 runs made is not known"),
    ],
)
def test_who_made_the_most(totals, text):
    assert most_clause(list(zip("ABC", totals, strict=False))) == text


@pytest.mark.parametrize(
    ("rates", "text"),
    [
        ([0.05, 0.12], "of 2 runs over different windows, B made the most a year: 12%"),
        ([-0.05, -0.12], "of 2 runs over different windows, A lost the least a year: 5%"),
        ([0.05, 11.0], "of 2 runs over different windows, B made the most a year: 1,100%"),
        ([0.05, 0.05], "both runs made 5% a year"),
    ],
)
def test_rates_of_different_windows(rates, text):
    assert most_clause(list(zip("AB", rates, strict=True)), yearly=True) == text


@pytest.mark.parametrize(
    ("leads", "text"),
    [
        ([-0.1, -0.2, -0.3], "all did worse than holding"),
        ([-0.1, -0.2], "both did worse than holding"),
        ([0.1, 0.2, 0.3], "all did better than holding"),
        ([0.1, -0.2, 0.3], "2 of 3 did better than holding"),
        ([0.1, -0.2, 0.0], "1 of 3 did better than holding"),
        ([0.0, -0.2], "none did better than holding"),
        ([0.1, None], ""),
    ],
)
def test_how_many_did_better(leads, text):
    assert against_clause(leads, "holding") == text


def kept(result, folder):
    """Write what a comparison reads, without the page of the run."""
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(result.to_json(), encoding="utf-8")
    result.daily.to_parquet(folder / "daily.parquet")
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory, simulated):
    """Folders of runs by name."""
    root = tmp_path_factory.mktemp("runs")
    specs = {
        "trend": {"period": 8},
        "slow": {"period": 40},
        "later": {"period": 8, "start": "2005-06-01"},
        "cash": {"period": 8, "benchmark": "cash"},
        "slow_cash": {"period": 40, "benchmark": "cash"},
        "ruined": {"period": 8, "cash": 1.0, "min_fee": 0.6},
    }
    return {
        name: kept(run("sma-switch", simulated, strips=False, **spec), root / name)
        for name, spec in specs.items()
    }


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (("trend", "slow"),
         "Of 2 runs, slow made the most: 14.5%; both did better than holding SIMULATED, which lost "
         "38.7%."),
        (("trend", "slow", "ruined"),
         "Of 3 runs, slow made the most: 14.5%; 2 of 3 did better than holding SIMULATED, which "
         "lost 38.7%."),
        (("trend", "later"),
         "Of 2 runs over different windows, later lost the least a year: 2.12%; both did better "
         "than holding."),
        (("cash", "slow_cash"),
         "Of 2 runs, slow_cash made the most: 14.5%; 1 of 2 did better than cash, which made "
         "nothing."),
        (("trend", "cash"), "Both runs lost 10.7%."),
        (("later", "cash"),
         "Of 2 runs over different windows, later lost the least a year: 2.12%."),
    ],
    ids=["one benchmark", "ruined", "windows", "cash", "two benchmarks", "nothing in common"],
)  # fmt: skip
def test_the_sentence_of_runs(runs, names, text):
    assert comparison_verdict(compare([runs[name] for name in names])).text == text


def test_runs_without_figures(runs):
    comparison = compare([runs["trend"], runs["slow"]])
    absent = dict.fromkeys(("total_return", "over_buy_and_hold"))
    bare = SimpleNamespace(
        held=None,
        own_held=[],
        days=None,
        runs=[
            SimpleNamespace(name=one.name, record=one.record, figures=absent)
            for one in comparison.runs
        ],
    )
    assert comparison_verdict(bare).text == "What the 2 runs made is not known."
