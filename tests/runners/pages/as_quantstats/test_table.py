"""The law of the table: every printed character is quantstats' own."""

import re
import subprocess
import sys
import warnings
from html import unescape

import numpy as np
import pandas as pd
import pytest
import quantstats.reports
from hypothesis import given, settings
from hypothesis import strategies as st

from btplaybook.runners.pages.as_quantstats.deviations import of_single_returns
from btplaybook.runners.pages.as_quantstats.reportable import reportable, why_no_body
from btplaybook.runners.pages.as_quantstats.table import quantstats_table
from btplaybook.runners.runs.labels.units import unit_of

FREQUENCIES = {252: "B", 365: "D", 52: "W-FRI", 12: "ME"}


RENAMED = {"CAGR\N{SMALL PERCENT SIGN}": "CAGR", "R^2": "R\N{SUPERSCRIPT TWO}"}


def rows_of(table: str) -> list[tuple[str, ...]]:
    """Return the cells of an HTML table's body, row by row; a separator row has one empty cell."""
    body = table[table.index("<tbody>") :]
    return [
        tuple(unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<td.*?</td>", row))
        for row in re.findall(r"<tr>.*?</tr>", body, flags=re.S)
    ]


def metric_groups(table: str, has_benchmark: bool) -> list[list[tuple[str, ...]]]:
    """Return rows of name, strategy and benchmark, in the groups that quantstats separates."""
    groups: list[list[tuple[str, ...]]] = [[]]
    for row in rows_of(table):
        if not any(row[1:]):
            groups.append([])
            continue
        name, *values = row
        # quantstats puts the benchmark first.
        values = values[::-1] if has_benchmark else values
        groups[-1].append((RENAMED.get(name, name), *values))
    return [group for group in groups if group]


def theirs(returns, benchmark, periods_per_year, rate=0.0):
    """The table of quantstats' report, without the pictures that cost a second each."""
    strategy, market = reportable(returns, benchmark)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = quantstats.reports.metrics(
            strategy, market, rf=rate, display=False, mode="full", sep=True, internal="True",
            periods_per_year=periods_per_year, prepare_returns=False, match_dates=False,
            benchmark_title="Benchmark", strategy_title="Strategy",
        )[2:]  # fmt: skip
    groups = metric_groups(quantstats.reports._html_table(table), market is not None)
    return of_single_returns(groups, unit_of(periods_per_year))


def dated(values, periods_per_year=252, first="2015-01-02"):
    index = pd.date_range(first, periods=len(values), freq=FREQUENCIES[periods_per_year])
    return pd.Series(np.asarray(values, dtype=float), index=index)


def noise(seed, count, drift=0.0004, size=0.01):
    return np.random.default_rng(seed).normal(drift, size, count)


def with_zeros(values):
    return np.where(np.arange(values.size) % 3 == 1, 0.0, values)


def late(values):
    return np.where(np.arange(values.size) < values.size // 2, 0.0, values)


SHAPES = {
    "usual": lambda count: noise(0, count),
    "losing": lambda count: noise(1, count, drift=-0.004),
    "zeros": lambda count: with_zeros(noise(2, count)),
    "late": lambda count: late(noise(3, count)),
    "round": lambda count: np.random.default_rng(4).integers(-5, 7, count) / 200,
    "wins only": lambda count: np.abs(noise(5, count)),
    "losses only": lambda count: -np.abs(noise(6, count)),
    "one win, the last": lambda count: np.eye(1, count, count - 1)[0] / 50,
    "one loss, the first": lambda count: -np.eye(1, count, 0)[0] / 50,
    "wild": lambda count: np.clip(noise(7, count, size=0.4), -0.9, 3.0),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_equals_quantstats_for_every_shape(shape):
    column, usual = dated(SHAPES[shape](260)), dated(noise(8, 260))
    assert quantstats_table(column, None, 252) == theirs(column, None, 252)
    assert quantstats_table(usual, column, 252, 0.03) == theirs(usual, column, 252, 0.03)


@pytest.mark.parametrize("rate", [0.0, 0.02, -0.01])
def test_equals_quantstats_for_every_rate(rate):
    both = [dated(part) for part in (with_zeros(noise(9, 300)), noise(10, 300))]
    assert quantstats_table(*both, 252, rate) == theirs(*both, 252, rate)


@pytest.mark.parametrize("count", [10, 130])
@pytest.mark.parametrize("periods_per_year", FREQUENCIES)
def test_equals_quantstats_for_every_frequency(periods_per_year, count):
    both = [dated(noise(seed, count), periods_per_year) for seed in (10, 11)]
    ours = quantstats_table(*both, periods_per_year, 0.02)
    assert ours == theirs(*both, periods_per_year, 0.02)
    assert ours != quantstats_table(*both[::-1], periods_per_year, 0.02)


def test_equals_quantstats_over_gaps_of_months():
    both = [dated(noise(seed, 900)) for seed in (12, 13)]
    both = [pd.concat([part.iloc[:100], part.iloc[180:450], part.iloc[800:]]) for part in both]
    assert quantstats_table(*both, 252) == theirs(*both, 252)


def test_equals_quantstats_when_both_are_the_same():
    column = dated(noise(14, 200))
    assert quantstats_table(column, column, 252) == theirs(column, column, 252)


def test_equals_quantstats_over_twenty_years_with_thousands():
    both = [dated(noise(seed, 5220, drift=0.0015)) for seed in (15, 16)]
    ours = quantstats_table(*both, 252, 0.01)
    assert "," in dict((row[0], row[1]) for row in ours[1])["Cumulative Return"]
    assert ours == theirs(*both, 252, 0.01)


@settings(max_examples=20)
@given(
    st.lists(st.integers(-9, 9), min_size=10, max_size=30),
    st.sampled_from([100, 400, 1000]),
    st.sampled_from(list(FREQUENCIES)),
    st.sampled_from([0.0, 0.05, -0.02]),
)
def test_equals_quantstats_where_sums_end_halfway(steps, unit, periods_per_year, rate):
    """Round numbers give figures halfway between two printed ones, and equal drawdowns."""
    column = dated(np.array(steps) / unit, periods_per_year)
    market = column[::-1].set_axis(column.index)
    if why_no_body(column) is None:
        ours = quantstats_table(column, market, periods_per_year, rate)
        assert ours == theirs(column, market, periods_per_year, rate)


def test_a_benchmark_like_prices_or_without_change_is_left_out():
    column = dated(noise(17, 50))
    alone = quantstats_table(column, None, 252)
    assert quantstats_table(column, dated(np.zeros(50)), 252) == alone
    assert quantstats_table(column, dated(np.linspace(0.0, 1.0, 50)), 252) == alone


def test_time_zones_and_hours_change_nothing():
    both = [dated(noise(seed, 60)) for seed in (18, 19)]
    hours = both[0].index.tz_localize("America/New_York") + pd.Timedelta(hours=16)
    stamped = [column.set_axis(hours) for column in both]
    assert quantstats_table(*stamped, 252) == quantstats_table(*both, 252)


def test_inputs_are_left_as_they_were():
    both = [dated(noise(seed, 60)) for seed in (20, 21)]
    before = [column.copy() for column in both]
    quantstats_table(*both, 252, 0.02)
    for column, copy in zip(both, before, strict=True):
        pd.testing.assert_series_equal(column, copy)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        pytest.param(lambda column: column.iloc[:9], "fewer than", id="too few"),
        pytest.param(lambda column: column[::-1], "oldest first", id="newest first"),
        pytest.param(lambda column: column.mask(column == column.iloc[4]), "gaps", id="gaps"),
    ],
)
def test_what_cannot_be_described_is_refused(change, word):
    column = change(dated(noise(22, 30)))
    with pytest.raises(ValueError, match=word):
        quantstats_table(column, None, 252)


def test_a_benchmark_of_other_dates_is_refused():
    column = dated(noise(23, 30))
    with pytest.raises(ValueError, match="dates"):
        quantstats_table(column, column.shift(freq="D"), 252)


def test_nothing_that_draws_or_fetches_is_imported():
    code = """
import sys, numpy, pandas
from btplaybook.analyzers.drawdowns import drawdowns
from btplaybook.runners.pages.as_quantstats.deviations import deviations
from btplaybook.runners.pages.as_quantstats.table import quantstats_table
dates = pandas.bdate_range("2015-01-02", periods=400)
column = pandas.Series(numpy.random.default_rng(5).normal(0.0, 0.01, 400), index=dates)
quantstats_table(column, -column, 252, 0.02), drawdowns(column)
print([name for name in ("quantstats", "seaborn", "matplotlib", "scipy", "yfinance")
       if name in sys.modules])
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (answer.stdout.strip(), answer.stderr) == ("[]", "")
