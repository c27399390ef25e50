"""The charts of a run's page: growth, years, switches, and profit by source."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from drawn import Seen, boxes, subpaths, value, well_formed

from btplaybook.runners.pages.charts.account import switches, waterfall, yearly_returns
from btplaybook.runners.pages.charts.growth import compared_uncompounded, uncompounded
from btplaybook.runners.pages.svg.log_ticks import LEAST, MOST
from btplaybook.runners.pages.svg.paths import HIGH
from btplaybook.runners.pages.svg.plot import RUNS
from btplaybook.runners.pages.timeline.charts import Line, TimeChart
from btplaybook.runners.pages.timeline.drawn import drawn

DATES = pd.bdate_range("2010-01-04", periods=600)
RETURNS = pd.Series(np.random.default_rng(3).normal(0.0005, 0.01, 600), index=DATES)
WEALTH = (1.0 + RETURNS).cumprod()
RUINED = WEALTH - 0.01 * np.arange(600)

CHARTS = {
    "uncompounded": lambda: uncompounded(RETURNS.cumsum(), RETURNS.cumsum() / 2),
    "compared sums": lambda: compared_uncompounded({"A": RETURNS.cumsum()}, None),
    "switches": lambda: switches({2010: 4, 2011: 0, 2012: 7}),
    "years": lambda: yearly_returns({2010: 0.1, 2011: -0.2}, {2010: 0.0, 2011: 0.1}),
    "waterfall": lambda: waterfall({"price": 100.0, "borrow": -20.0, "commission": -5.0}),
}

RANGES = [
    (1.0, 1.02), (0.9, 1.1), (0.01, 100.0), (1.0, 1.0), (0.7, 0.7), (1.0, 1.0 + 1e-12),
    (1.0, 1.0000003), (0.98, 1.0), (0.99, 9.9), (1.1, 1.9), (1.0, 2.0), (1.0, 3.0), (2.1, 4.9),
    (5.5, 9.5), (0.5, 12.0), (1.0, 99.0), (1.0, 101.0), (1e-3, 1.0), (1.0, 1500.0), (1e-6, 1e6),
    (1e-12, 1e12), (999.0, 1001.0), (1.0, 1e7),
]  # fmt: skip


@pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS.keys())
def test_a_chart_is_one_labelled_element_and_reproducible(draw):
    html = draw()
    found = Seen(html)
    well_formed(html)
    assert html.startswith('<div class="chart" id="chart-')
    assert html.count('class="plot"') == html.count("aria-label=") == 1
    assert all(d for d, _ in found.paths)
    assert found.body
    assert draw() == html


# -- growth ----------------------------------------------------------------------------------------


def moved(low, high):
    """Wealth from one end of a range to the other, in no special units."""
    between = np.exp(np.linspace(np.log(low), np.log(high), 60))
    return pd.Series(between, index=DATES[:60])


def labels(html):
    """Texts of the labels beside the axis, without the dates below."""
    return [text for text in Seen(html).texts if not text.endswith(" 2010")]


def grown(*runs):
    """Growth of 1 of runs as a page draws it, on a logarithmic scale."""
    days = runs[0].index.to_numpy().astype("datetime64[D]").astype(float)
    lines = [Line(f"run{n}", f"run {n}", "accent", run.to_numpy()) for n, run in enumerate(runs)]
    return drawn(TimeChart("growth", "Growth of 1", lines, 250, log=True), days)


@pytest.mark.parametrize(("low", "high"), RANGES, ids=str)
@pytest.mark.parametrize("draw", [
    grown,
    lambda wealth: grown(wealth, wealth ** 0.5),
], ids=["alone", "beside a benchmark"])  # fmt: skip
def test_growth_has_three_labels_and_no_two_alike(draw, low, high):
    found = labels(draw(moved(low, high)))
    assert LEAST <= len(found) <= MOST
    assert len(set(found)) == len(found)
    assert [value(text) for text in found] == sorted(value(text) for text in found)


@pytest.mark.parametrize("draw", [
    lambda gain: uncompounded(gain, None),
    lambda gain: compared_uncompounded({"a": gain}, gain),
], ids=["uncompounded", "of several runs"])  # fmt: skip
@pytest.mark.parametrize("reach", [0.0, 1e-5, 0.0203, 0.2, 1.7, 40.0])
def test_uncompounded_gain_has_three_labels_and_no_two_alike(draw, reach):
    found = labels(draw(pd.Series(np.linspace(0.0, reach, 60), index=DATES[:60])))
    assert len(set(found)) == len(found) >= 3
    assert all(text.endswith("%") for text in found)


def test_the_strategy_is_on_top_and_first_in_the_legend():
    found = Seen(CHARTS["uncompounded"]())
    lines = [style["stroke"] for _, style in found.paths if "stroke-width" in style]
    assert lines[-2:] == ["var(--benchmark)", f"var(--{RUNS[0]})"]
    assert found.keys == [("line", "Strategy"), ("line", "Benchmark")]
    assert found.head == ["", "Strategy", "Benchmark"]


def test_every_run_of_a_comparison_has_its_line():
    runs = {name: WEALTH ** (place / 4) for place, name in enumerate("ABCDEFGH", 1)}
    found = Seen(compared_uncompounded(runs, WEALTH))
    assert [text for _, text in found.keys] == [*runs, "held"]
    zero, *strokes = [style["stroke"] for _, style in found.paths if "stroke" in style]
    assert zero == "var(--muted)"
    assert strokes == ["var(--benchmark)", *(f"var(--{colour})" for colour in RUNS[::-1])]
    last = [value(text) for text in found.body[-1][1:]]
    ends = [float(wealth.iloc[-1]) for wealth in (*runs.values(), WEALTH)]
    assert last == pytest.approx(ends, abs=0.005)


# -- bars ------------------------------------------------------------------------------------------


def test_the_waterfall_ends_at_its_sum():
    """Bars of 300, -100 and their sum: 3 : 1 : 2 wide, the last from where the first starts."""
    found = Seen(waterfall({"price": 300.0, "commission": -100.0}))
    (gain,), (loss,), (total,) = (
        boxes(found.fills(colour)[0]) for colour in ("gain", "loss", "accent")
    )
    assert total[0] == gain[0]
    assert loss[:2] == (total[1], gain[1])
    assert (total[1] - total[0]) / (gain[1] - gain[0]) == pytest.approx(2 / 3, abs=2e-3)
    assert gain[2] < loss[2] < total[2]
    assert found.column("amount") == {
        "price": "300.00", "commission": "\N{MINUS SIGN}100.00", "total": "200.00",
    }  # fmt: skip


def test_a_loss_of_money_ends_left_of_zero():
    found = Seen(waterfall({"price": -300.0, "dividends": 100.0}))
    (total,) = boxes(found.fills("accent")[0])
    (gain,) = boxes(found.fills("gain")[0])
    (zero,) = (d for d in found.lines("muted") if "V1000" in d)
    assert total[1] == subpaths(zero)[0][0][0]
    assert gain[1] == total[0]


def test_switches_are_counted_from_zero_in_whole_numbers():
    found = Seen(switches({2010: 4, 2011: 0, 2012: 7}))
    (path,) = found.fills("accent")
    tall = [bottom - top for _, _, top, bottom in boxes(path)]
    assert tall == pytest.approx([4 / 7.56 * HIGH, 0, 7 / 7.56 * HIGH], abs=1)
    assert found.column("switches") == {"2010": "4", "2011": "0", "2012": "7"}
    assert all(text.isdigit() for text in found.texts)
    one = Seen(switches({2010: 1}))
    assert one.texts == ["0", "1", "2010"]


@pytest.mark.parametrize("count", [1, 2, 8, 9, 40])
def test_at_most_eight_years_are_written(count):
    for html in (
        switches({1980 + k: k for k in range(count)}),
        yearly_returns({1980 + k: 0.1 * k for k in range(count)}, None),
    ):
        years = [text for text in Seen(html).texts if len(text) == 4 and text.isdigit()]
        assert 1 <= len(years) <= 8
        assert years[0] == "1980"


def test_years_of_strategy_and_benchmark_are_side_by_side():
    found = Seen(yearly_returns({2010: 0.1, 2011: -0.2}, {2010: 0.05, 2011: 0.1}))
    assert found.body == [["2010", "10.00%", "5.00%"], ["2011", "\N{MINUS SIGN}20.00%", "10.00%"]]
    ours, market = (boxes(found.fills(colour)[0]) for colour in ("accent", "benchmark"))
    tall = [bottom - top for _, _, top, bottom in (*ours, *market)]
    assert tall == pytest.approx([tall[0], 2 * tall[0], tall[0] / 2, tall[0]], abs=2)
    assert [a[1] for a in ours] == pytest.approx([b[0] for b in market], abs=1)
    assert found.head == ["", "Strategy", "Benchmark"]


def test_drawing_imports_no_library_for_it():
    program = (
        "import sys, pandas as pd;"
        "from btplaybook.runners.pages import period_pictures as periods;"
        "from btplaybook.runners.pages.charts import account, growth;"
        "gain = pd.Series([1.0, 1.1, 0.9], pd.bdate_range('2024-01-02', periods=3));"
        "growth.uncompounded(gain, None);"
        "growth.compared_uncompounded({'a': gain}, gain);"
        "account.switches({2010: 1}); account.yearly_returns({2010: 0.1}, None);"
        "account.waterfall({'price': 1.0});"
        "periods.quantiles({'Monthly': gain}); periods.monthly_distribution(gain, gain);"
        "print([name for name in ('matplotlib', 'seaborn', 'quantstats') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
