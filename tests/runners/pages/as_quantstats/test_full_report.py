"""quantstats' own report: its table is ours, and it asks for nothing and keeps the process."""

import hashlib
import logging
import os
import re
import subprocess
import sys
import warnings
from html import unescape

import matplotlib
import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.pages.as_quantstats.deviations import of_single_returns
from btplaybook.runners.pages.as_quantstats.full_report import full_report
from btplaybook.runners.pages.as_quantstats.table import quantstats_table

DATES = pd.bdate_range("2015-01-02", periods=300)
RETURNS = pd.Series(np.random.default_rng(5).normal(0.0004, 0.01, 300), index=DATES)
MARKET = pd.Series(np.random.default_rng(6).normal(0.0003, 0.009, 300), index=DATES)
NASTY = "</title><script>alert(1)</script>{{metrics}}"

DIGEST = """
import hashlib, matplotlib, numpy as np, pandas as pd
from btplaybook.runners.pages.as_quantstats.full_report import full_report
matplotlib.rcParams["lines.linewidth"] = 9
dates = pd.bdate_range("2015-01-02", periods=300)
returns = pd.Series(np.random.default_rng(5).normal(0.0004, 0.01, 300), index=dates)
market = pd.Series(np.random.default_rng(6).normal(0.0003, 0.009, 300), index=dates)
title = "</title><script>alert(1)</script>{{metrics}}"
report = full_report(returns, market, 252, 0.02, title, "<b>SPY</b>")
print(hashlib.sha256(report.encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def report():
    return full_report(RETURNS, MARKET, 252, 0.02, NASTY, "<b>SPY</b>")


def printed(page):
    """The rows of the report's first table: the name, then its cells."""
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    rows = re.findall(r"<tr>(.*?)</tr>", table, flags=re.S)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, flags=re.S) for row in rows]
    return [[unescape(cell) for cell in row] for row in cells if row and "<hr>" not in row[0]]


def ours(*arguments):
    """The rows of our own table in the report's order: the benchmark first."""
    names = {"R²": "R^2", "CAGR": "CAGR\N{SMALL PERCENT SIGN}"}
    rows = [row for group in quantstats_table(*arguments) for row in group]
    return [[names.get(row[0], row[0]), *row[:0:-1]] for row in rows]


def test_its_table_is_ours(report):
    assert printed(report) == ours(RETURNS, MARKET, 252, 0.02)


def test_its_table_is_ours_without_a_benchmark(undrawn):
    weeks = RETURNS.set_axis(pd.date_range("2015-01-02", periods=300, freq="W-FRI"))
    page = full_report(weeks, None, 52)
    rows = [tuple(row) for row in printed(page)]
    (renamed,) = of_single_returns([rows], "week")
    assert [list(row) for row in renamed] == ours(weeks, None, 52)
    assert "Benchmark" not in page


def test_titles_are_escaped_and_filled_with_nothing(report):
    assert "<script" not in report
    assert "<b>" not in report
    assert report.count("&lt;script&gt;alert(1)") == 2  # the tab's title and the page's
    assert "Benchmark: &lt;b&gt;SPY&lt;/b&gt;" in report
    assert report.count("Prob. Sharpe Ratio") == 1


def test_it_asks_for_nothing(report):
    assert "default-src 'none'" in report
    assert not re.search(r"\son\w+=", report)
    assert set(re.findall(r'<(?!a\b)[^>]*\b(?:src|href)="(?!#)([^"]*)"', report)) == {"data:,"}
    assert re.findall(r'<a [^>]*href="([^"]*)"', report) == ["http://quantstats.io"]


def test_it_holds_every_picture_and_no_time_of_drawing(report):
    assert report.count("<svg") == 14
    assert "dc:date" not in report


def test_equal_in_another_process_with_another_look(report):
    environment = {**os.environ, "PYTHONHASHSEED": "99", "MPLBACKEND": "svg"}
    answer = subprocess.run(
        [sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == hashlib.sha256(report.encode()).hexdigest()
    assert answer.stderr == ""


def test_the_process_is_left_as_it_was():
    from matplotlib import pyplot

    mine = pyplot.figure()
    settings, figures = dict(matplotlib.rcParams), pyplot.get_fignums()
    filters, environment = list(warnings.filters), dict(os.environ)
    backend, returns = matplotlib.get_backend(), RETURNS.copy()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        full_report(RETURNS, MARKET, 252)
    assert [str(warning.message) for warning in caught] == []
    assert dict(matplotlib.rcParams) == {**settings, "backend": matplotlib.rcParams["backend"]}
    assert (matplotlib.get_backend(), pyplot.get_fignums()) == (backend, figures)
    assert list(warnings.filters) == filters
    assert dict(os.environ) == environment
    assert logging.getLogger("matplotlib.font_manager").filters == []
    pd.testing.assert_series_equal(RETURNS, returns)
    pyplot.close(mine)


def test_a_benchmark_without_risk_is_left_out(undrawn):
    assert "Correlation" not in full_report(RETURNS, MARKET * 0.0, 252)


@pytest.mark.parametrize(
    ("returns", "benchmark", "word"),
    [
        pytest.param(RETURNS.iloc[:9], None, "fewer than", id="too few"),
        pytest.param(RETURNS * 0.0, None, "never changed", id="nothing held"),
        pytest.param(RETURNS, MARKET.shift(freq="D"), "dates", id="other dates"),
    ],
)
def test_what_cannot_be_reported_is_refused(returns, benchmark, word):
    with pytest.raises(ValueError, match=word):
        full_report(returns, benchmark, 252)
