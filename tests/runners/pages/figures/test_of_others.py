"""Figures of searches and comparisons."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.records.compare import compare
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.labels.colours import BENCHMARK, RUNS
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches.run import run_search
from btplaybook.runners.searches.winner import winner_run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

BARS = sample("sp500", end="2000-12-29")


@pytest.fixture(scope="module")
def one():
    """A search over one parameter."""
    return run_search("sma-switch", BARS, "period=10..40", top=3, at_random=0, slippage_bps=2)


@pytest.fixture(scope="module")
def two():
    """A search over two parameters."""
    space = "period=10..20,direction=trend|reversion"
    return run_search("sma-switch", BARS, space, top=3, at_random=0)


def line(axes, label):
    (found,) = [each for each in axes.lines if each.get_label() == label]
    return np.asarray(found.get_ydata(), dtype=float)


def test_a_search_over_one_parameter_draws_its_objective(one):
    figure = one.plot()
    assert figure.get_suptitle() == "SMA switch on S&P 500: excess over buy and hold by period"
    (axes,) = figure.axes
    np.testing.assert_allclose(line(axes, "excess over buy and hold"), one.found.marginals["best"])
    assert line(axes, "buy and hold")[0] == 0.0
    alone = one.plot("objective", benchmark=False).axes[0]
    assert "buy and hold" not in [each.get_label() for each in alone.lines]


def test_the_best_set_is_run_again_for_its_growth(one):
    best = int(one.found.top["period"].iloc[0])
    figure = one.plot("growth")
    assert figure.get_suptitle() == f"SMA switch on S&P 500: period {best}"
    upper, lower = figure.axes
    by_hand = run("sma-switch", BARS, period=best, slippage_bps=2, strips=False)
    equity = by_hand.equity.to_numpy()
    np.testing.assert_array_equal(line(upper, "SMA switch"), equity / equity[0])
    assert by_hand.metrics["total_return"] == pytest.approx(
        one.found.top["total_return"].iloc[0], rel=1e-9
    )
    assert len(lower.lines) == 3


def test_a_search_over_several_draws_the_growth_and_any_parameter_s_objective(two):
    assert len(two.plot().axes) == 2
    (axes,) = two.plot("objective", "period").axes
    rows = two.found.marginals[two.found.marginals["parameter"] == "period"]
    for kind in ("best", "mean", "worst"):
        np.testing.assert_allclose(line(axes, kind), rows[kind])
    (axes,) = two.plot(parameter="direction").axes
    assert [text.get_text() for text in axes.get_yticklabels()] == ["trend", "reversion"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"kind": "price"}, "draws objective, growth, got 'price'"),
        ({"kind": "objective"}, r"over one parameter \(period, direction\)$"),
        ({"parameter": "perod"}, r"\(period, direction\), got 'perod'; did you mean 'period'\?"),
        ({"kind": "growth", "parameter": "period"}, r"parameter is for plot\('objective'\)"),
        ({"kind": "objective", "parameter": "period", "log": True}, "log is for growth, and this"),
    ],
)
def test_a_bad_argument_of_a_search_is_one_line(two, asked, words):
    with pytest.raises(ParameterError, match=words) as caught:
        two.plot(**asked)
    assert "\n" not in str(caught.value)


class Reader(PlaybookStrategy):
    """It reads something beside its bars."""

    reads = ("mood",)
    params = (("level", 0.0),)

    def target_weights(self):
        mood = self.p.inputs["mood"].on(self.data.datetime.date(0))
        return float(mood is not None and mood > self.p.level)


def test_a_best_set_that_read_inputs_is_the_kept_run_or_none():
    mood = pd.Series(np.sin(np.arange(len(BARS))), pd.DatetimeIndex(BARS.dates))
    found = run_search(
        Reader, BARS, "level=0|0.5", inputs={"mood": mood}, top=1, at_random=0, workers=1
    )
    assert winner_run(found) is found.best
    without = dataclasses.replace(found, best=None)
    with pytest.raises(ParameterError, match=r"Reader reads inputs \(mood\), which the search"):
        winner_run(without)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """A comparison of two runs."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("btplaybook.runners.pages.tearsheet.tearsheet", lambda _: "<!DOCTYPE html>")
        for period in (20, 50):
            result = run("sma-switch", BARS, period=period, strips=False)
            write_run(result, folder / f"sma-{period}")
    return compare([folder / "sma-20", folder / "sma-50"])


def test_a_comparison_draws_the_growth_of_each(both):
    figure = both.plot()
    assert figure.get_suptitle() == "2 runs compared"
    upper, lower = figure.axes
    assert [each.get_label() for each in upper.lines] == ["A sma-20", "B sma-50", "SP500 held"]
    assert [each.get_color() for each in upper.lines] == [*RUNS[:2], BENCHMARK]
    for run_, drawn in zip(both.runs, upper.lines, strict=False):
        equity = run_.daily["equity"].to_numpy()
        np.testing.assert_allclose(drawn.get_ydata(), equity / equity[0], rtol=1e-12)
    assert len(lower.lines) == 4
    assert len(both.plot("drawdown", benchmark=False).axes[0].lines) == 3
    with pytest.raises(ParameterError, match="draws growth, drawdown, got 'months'"):
        both.plot("months")
