"""Weeks, months, quarters and years: each is counted by its own calendar."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
from drawn import Seen, boxes, subpaths, value
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.runners.pages import period_pictures, periods

TEXT = "{http://www.w3.org/2000/svg}text"


def drawn(n=900, first="2014-12-29", seed=0, freq="B"):
    dates = pd.date_range(first, periods=n, freq=freq)
    return pd.Series(np.random.default_rng(seed).normal(0.0003, 0.01, n), index=dates)


def texts(svg):
    return [(node.text or "").strip() for node in ElementTree.fromstring(svg).iter(TEXT)]


def key(date, unit):
    """The period of a date, by Python's own calendar."""
    return {
        "W": tuple(date.isocalendar())[:2],
        "M": (date.year, date.month),
        "Q": (date.year, (date.month + 2) // 3),
        "Y": date.year,
    }[unit]


@given(st.integers(1, 400), st.integers(0, 2000), st.sampled_from("WMQY"))
def test_every_period_counts_whatever_day_it_ends_on(n, shift, unit):
    first = pd.Timestamp("2009-01-01") + pd.Timedelta(days=shift)
    returns = drawn(n, first)
    expected = {}
    for date, one in returns.items():
        expected[key(date, unit)] = expected.get(key(date, unit), 1.0) * (1.0 + one)
    found = periods.compounded(returns, unit)
    assert found.to_numpy() == pytest.approx(np.array([*expected.values()]) - 1.0, abs=1e-12)
    assert np.prod(1.0 + found) == pytest.approx(np.prod(1.0 + returns), rel=1e-12)


def test_months_that_end_on_a_weekend_are_in_the_picture():
    """2015 has four months and two quarters whose last day is no session."""
    returns = drawn(261, "2015-01-01")
    groups = periods.by_unit(returns, 252)
    assert {name: len(values) for name, values in groups.items()} == {
        "Daily": 261, "Weekly": 53, "Monthly": 12, "Quarterly": 4, "Yearly": 1,
    }  # fmt: skip
    found = Seen(period_pictures.quantiles(groups))
    for name, values in groups.items():
        assert found.texts[found.texts.index(name) + 1] == str(len(values))
        assert found.column("returns")[name] == str(len(values))
        assert value(found.column("median")[name]) == pytest.approx(values.median(), abs=6e-5)


def test_boxes_hold_the_middle_half_and_every_return_beyond_the_whiskers_is_a_dot():
    """The quartiles are 2 and 6 %, so that whiskers reach from -4 to 12 % at most."""
    calm = pd.Series([*np.arange(9) / 100])
    wild = pd.Series([0.0, *[0.02] * 3, *[0.04] * 3, *[0.06] * 3, 0.11, 0.20])
    found = Seen(period_pictures.quantiles({"calm": calm, "wild": wild}))
    (zero,), (dots,) = found.lines("muted"), found.lines("accent")
    level = subpaths(zero)[0][0][1]
    (((_, top), _),) = subpaths(dots)

    def read(path, end):
        return [0.20 * (level - part[end][1]) / (level - top) for part in subpaths(path)]

    box = boxes(found.fills("benchmark")[0])
    quartiles = [0.20 * (level - edge) / (level - top) for one in box for edge in one[:1:-1]]
    low, high = np.quantile(wild, [0.25, 0.75])
    assert quartiles == pytest.approx([0.02, 0.06, low, high], abs=3e-4)
    lower, upper, median, *caps = found.lines("ink")
    assert read(median, 0) == read(median, 1) == pytest.approx([0.04, 0.04], abs=3e-4)
    assert read(lower, 0) == read(caps[0], 0) == pytest.approx([0.0, 0.0], abs=3e-4)
    assert read(upper, 1) == read(caps[1], 0) == pytest.approx([0.08, 0.11], abs=3e-4)
    assert found.column("highest") == {"calm": "8.00%", "wild": "20.00%"}


@pytest.mark.parametrize(
    ("periods_per_year", "names"),
    [
        (365, ["Daily", "Weekly", "Monthly", "Quarterly", "Yearly"]),
        (52, ["Weekly", "Monthly", "Quarterly", "Yearly"]),
        (12, ["Monthly", "Quarterly", "Yearly"]),
    ],
)
def test_periods_no_longer_than_a_return_are_left_out(periods_per_year, names):
    returns = drawn(60)
    groups = periods.by_unit(returns, periods_per_year)
    assert [*groups] == names
    pd.testing.assert_series_equal(groups[names[0]], returns)


def test_months_outside_of_the_window_are_blank():
    returns = drawn(300, "2015-03-10")
    table = periods.table_of_months(returns)
    assert table.loc[2015, ["Jan", "Feb"]].isna().all()
    assert table.loc[2016, ["Jun", "Jul", "Dec"]].isna().all()
    march = np.prod(1.0 + returns.loc["2015-03"]) - 1.0
    assert table.loc[2015, "Mar"] == pytest.approx(march, abs=1e-12)
    assert int(table.notna().to_numpy().sum()) == 15


def test_labels_of_months_are_no_whole_percents_that_are_cut():
    """Returns within 1 %: a cut to whole percents would label all of the axis 0 %."""
    months = pd.Series(np.linspace(-0.009, 0.009, 40))
    shown = Seen(period_pictures.monthly_distribution(months, None)).texts
    labels = [text for text in shown if text.endswith("%")]
    assert len(set(labels)) == len(labels) >= 3
    alike = Seen(period_pictures.monthly_distribution(pd.Series([0.01, 0.01]), None))
    assert any(text.endswith("%") for text in alike.texts)


@pytest.mark.parametrize("with_benchmark", [True, False])
def test_every_month_is_in_a_bar(with_benchmark):
    months = pd.Series(np.random.default_rng(2).normal(0.0, 0.03, 57))
    market = pd.Series(np.random.default_rng(3).normal(0.0, 0.03, 57)) if with_benchmark else None
    html = period_pictures.monthly_distribution(months, market)
    found = Seen(html)
    names = ["Strategy", "Benchmark"][: 1 + with_benchmark]
    assert found.head == ["", *names]
    assert [text for _, text in found.keys[:-1]] == names
    for name, colour in zip(names, ("accent", "benchmark"), strict=False):
        counts = np.array([value(text) for text in found.column(name).values()])
        assert counts.sum() == 57
        (path,) = found.fills(colour)
        tall = np.array([bottom - top for _, _, top, bottom in boxes(path)])
        assert tall == pytest.approx(counts * tall.max() / counts.max(), abs=1)
    (mean,) = found.lines("ink")
    assert 0 < subpaths(mean)[0][0][0] < 2000
    assert value(found.keys[-1][1].split()[-1]) == pytest.approx(months.mean(), abs=6e-5)
    assert period_pictures.monthly_distribution(months, market) == html
