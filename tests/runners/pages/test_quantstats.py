import hashlib
import logging
import os
import re
import subprocess
import sys
import warnings

import matplotlib
import numpy as np
import pandas as pd
import pytest

from btplaybook.analyzers import statistics
from btplaybook.runners.pages import quantstats as qb
from btplaybook.runners.pages.as_quantstats.deviations import DEVIATIONS
from btplaybook.runners.pages.as_quantstats.reportable import MINIMUM_RETURNS

DATES = pd.bdate_range("2015-01-02", periods=400)
RETURNS = pd.Series(np.random.default_rng(5).normal(0.0004, 0.01, 400), index=DATES)
MARKET = pd.Series(np.random.default_rng(6).normal(0.0003, 0.009, 400), index=DATES)

DIGEST = """
import hashlib, numpy as np, pandas as pd
from btplaybook.runners.pages.quantstats import quantstats_body
dates = pd.bdate_range("2015-01-02", periods=400)
returns = pd.Series(np.random.default_rng(5).normal(0.0004, 0.01, 400), index=dates)
market = pd.Series(np.random.default_rng(6).normal(0.0003, 0.009, 400), index=dates)
print(hashlib.sha256(repr(quantstats_body(returns, market, 252)).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def body():
    return qb.quantstats_body(RETURNS, MARKET, 252)


def rows(body):
    return {row[0]: row[1:] for group in body.metrics for row in group}


def test_columns_are_strategy_then_benchmark(body):
    for column, series in enumerate((RETURNS, MARKET)):
        total = statistics.total_return(series.to_numpy())
        ratio = statistics.sharpe_ratio(series.to_numpy(), 252)
        assert rows(body)["Cumulative Return"][column] == f"{100 * total:.2f}%"
        assert float(rows(body)["Sharpe"][column]) == pytest.approx(ratio, abs=0.006)


def test_years_are_compounded_with_and_without_benchmark(body):
    alone = qb.quantstats_body(RETURNS, None, 252)
    expected = [
        f"{100 * statistics.total_return(part.to_numpy()):.2f}"
        for _, part in RETURNS.groupby(RETURNS.index.year)
    ]
    assert [row[1] for row in body.years] == expected
    assert [row[1] for row in alone.years] == expected
    assert {len(row) for row in alone.years} == {2}


def test_every_picture_is_there_but_those_of_the_benchmark(body):
    assert list(body.charts) == list(qb.CHARTS)
    alone = qb.quantstats_body(RETURNS, None, 252)
    assert set(qb.CHARTS) - set(alone.charts) == {"vol_returns", "rolling_beta"}
    assert all(len(row) == 2 for group in alone.metrics for row in group)


def test_leading_days_without_a_position_are_kept(body):
    late = RETURNS.copy()
    late.iloc[:200] = 0.0
    growth = statistics.cagr(late.to_numpy(), 252)
    assert rows(qb.quantstats_body(late, MARKET, 252))["CAGR"][0] == f"{100 * growth:.2f}%"


def test_time_zones_and_hours_move_no_benchmark(body):
    stamped = RETURNS.index.tz_localize("America/New_York") + pd.Timedelta(hours=16)
    moved = qb.quantstats_body(RETURNS.set_axis(stamped), MARKET.set_axis(stamped), 252)
    assert rows(moved)["Beta"] == rows(body)["Beta"]


def test_a_drawdown_that_lasts_has_no_end():
    falling = pd.Series([0.01, -0.02, 0.03, -0.3] + [0.001, -0.001] * 20, index=DATES[:44])
    drawdowns = qb.quantstats_body(falling, None, 252).drawdowns
    assert drawdowns[0][1] == ""
    rising = pd.concat([falling, pd.Series([1.0], index=DATES[44:45])])
    assert all(end for _, end, *_ in qb.quantstats_body(rising, None, 252).drawdowns)


def test_marked_rows_exist(body):
    """A row that quantstats renames would lose its mark without a word."""
    assert set(DEVIATIONS) <= set(rows(body))


def test_a_negative_rate_is_ignored_and_said(body):
    negative = rows(qb.quantstats_body(RETURNS, MARKET, 252, -0.05))
    assert negative["Sharpe"] == rows(body)["Sharpe"]
    assert negative["Sortino"] == rows(body)["Sortino"]
    assert {"Sharpe", "Sortino"} <= set(qb.deviations(-0.05))
    assert not {"Sharpe", "Sortino"} & set(qb.deviations(0.0))


@pytest.mark.parametrize(
    ("values", "word"),
    [
        pytest.param([], "0 daily returns", id="empty"),
        pytest.param([0.1], "1 daily return;", id="one day"),
        pytest.param([0.1, -0.1] * 4, "fewer than", id="too short"),
        pytest.param([0.0] * 50, "never changed", id="all zero"),
        pytest.param([0.001] * 50, "the same", id="constant"),
        pytest.param([0.01, -1.0, *[0.0] * 20], "ruined", id="ruined"),
        pytest.param([0.01, np.nan, *[0.02] * 20], "gaps", id="gaps"),
        pytest.param([0.0, 1.5, *[0.001] * 20], "doubled", id="taken for prices"),
    ],
)
def test_what_quantstats_cannot_describe(values, word):
    returns = pd.Series(values, index=DATES[: len(values)], dtype=float)
    assert word in qb.why_no_body(returns)
    with pytest.raises(ValueError, match=word):
        qb.quantstats_body(returns, None, 252)


def test_the_shortest_series_works():
    short = RETURNS.iloc[:MINIMUM_RETURNS]
    assert qb.quantstats_body(short, MARKET.iloc[:MINIMUM_RETURNS], 252).metrics


def test_a_constant_benchmark_is_left_out():
    flat = pd.Series(0.0, index=DATES)
    assert {len(row) for row in qb.quantstats_body(RETURNS, flat, 252).years} == {2}


@pytest.mark.parametrize(
    ("benchmark", "word"),
    [
        pytest.param(MARKET.iloc[1:], "dates", id="other dates"),
        pytest.param(MARKET.where(MARKET.index != DATES[7]), "gaps", id="gaps"),
    ],
)
def test_bad_benchmarks(benchmark, word):
    with pytest.raises(ValueError, match=word):
        qb.quantstats_body(RETURNS, benchmark, 252)


def test_the_process_is_left_as_it_was():
    settings = dict(matplotlib.rcParams)
    filters, environment = list(warnings.filters), dict(os.environ)
    backend, returns = matplotlib.get_backend(), RETURNS.copy()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        qb.quantstats_body(RETURNS, MARKET, 252)
    assert [str(warning.message) for warning in caught] == []
    assert dict(matplotlib.rcParams) == {**settings, "backend": matplotlib.rcParams["backend"]}
    assert matplotlib.get_backend() == backend
    assert list(warnings.filters) == filters
    assert dict(os.environ) == environment
    assert logging.getLogger("matplotlib.font_manager").filters == []
    pd.testing.assert_series_equal(RETURNS, returns)


def test_equal_in_another_process(body):
    environment = {**os.environ, "PYTHONHASHSEED": "99", "MPLBACKEND": "svg"}
    answer = subprocess.run(
        [sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == hashlib.sha256(repr(body).encode()).hexdigest()
    assert answer.stderr == ""


def labels_of(svg):
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    return [text for text in texts if re.fullmatch(r"[\u2212-]?[\d.]+%?", text)]


@pytest.mark.parametrize("scale", [0.02, 1.0])
def test_labels_of_one_axis_differ(scale):
    """A calm book moves within a percent, which quantstats would label 0%, 0%, -0%."""
    body = qb.quantstats_body(scale * RETURNS, scale * MARKET, 252)
    for name in ("vol_returns", "dd_plot", "dd_periods", "rolling_vol", "monthly_dist"):
        found = [label for label in labels_of(body.charts[name]) if not label.startswith("20")]
        assert len(found) == len(set(found)) >= 3, name


def test_quantstats_formatters_are_put_back(body):
    from quantstats._plotting import core

    assert core._FuncFormatter.__name__ == "FuncFormatter"
    assert core._FormatStrFormatter.__name__ == "FormatStrFormatter"


def test_periods_before_the_first_decision_are_blank():
    late = RETURNS.copy()
    late.loc[:"2016-02-10"] = 0.0
    begun = qb.quantstats_body(late, MARKET, 252, begins=pd.Timestamp("2016-02-10"))
    assert begun.years[0][:2] == ("2015", "")
    assert begun.years[0][2] not in ("", "0.00")
    assert begun.years[1][1] not in ("", "0.00")
    cells = labels_of(begun.charts["monthly_heatmap"])
    assert "0.00" not in cells
    zeros = labels_of(qb.quantstats_body(late, MARKET, 252).charts["monthly_heatmap"])
    assert zeros.count("0.00") == 13
