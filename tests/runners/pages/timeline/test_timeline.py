"""Time charts: what is drawn, what the script is given, and that both are the same numbers."""

import base64
import json

import numpy as np
import pytest

from btplaybook.runners.pages.html import TEMPLATES
from btplaybook.runners.pages.timeline.charts import Feed, Line, Overlay, TimeChart
from btplaybook.runners.pages.timeline.data import packed
from btplaybook.runners.pages.timeline.drawn import MOST_MARKS, drawn, period_ends, table

NASTY = "</script><script>alert(1)</script>"


@pytest.fixture
def days():
    return np.arange(16_000.0, 16_000.0 + 400.0)


@pytest.fixture
def growth(days):
    return Line("strategy", "Strategy", "accent", np.linspace(1.0, 2.0, len(days)))


def floats(text):
    return np.frombuffer(base64.b64decode(text), "<f4")


def test_the_script_gets_every_value_of_every_line(days, growth):
    holes = np.where(np.arange(len(days)) < 50, np.nan, np.arange(len(days), dtype=float))
    chart = TimeChart("growth", "Growth", [growth, Line("sma", "SMA", "run2", holes)], 200)
    data = json.loads(packed([chart], days, [growth]))
    stored = np.frombuffer(base64.b64decode(data["days"]), "<i4")
    np.testing.assert_array_equal(stored, days)
    np.testing.assert_allclose(floats(data["series"]["strategy"]), growth.values, rtol=1e-7)
    np.testing.assert_array_equal(np.isnan(floats(data["series"]["sma"])), np.isnan(holes))
    assert data["charts"]["growth"]["lines"][0]["label"] == "Strategy"
    assert data["growth"] == [{"key": "strategy", "label": "Strategy"}]


def test_no_text_ends_the_element_that_holds_the_numbers(days, growth):
    chart = TimeChart("growth", NASTY, [growth._replace(label=NASTY)], 200)
    text = packed([chart], days, [growth._replace(label=NASTY)])
    assert "<" not in text
    assert json.loads(text)["growth"][0]["label"] == NASTY
    html = drawn(chart, days)
    assert "<script" not in html
    assert "&lt;script" in html


def test_equal_charts_give_equal_text(days, growth):
    chart = TimeChart("growth", "Growth", [growth], 200, overlay=Overlay({"gain": [(0, 9)]}))
    assert drawn(chart, days) == drawn(chart, days)
    assert packed([chart], days, [growth]) == packed([chart], days, [growth])


def test_the_legend_holds_the_last_values(days, growth):
    chart = TimeChart("drawdown", "Drawdown", [growth], 100, unit="%")
    assert "<b>200.00%</b>" in drawn(chart, days)
    ended = growth._replace(values=np.where(days < days[100], 1.5, np.nan))
    assert "<b>1.50</b>" in drawn(TimeChart("a", "b", [ended], 100), days)
    never = growth._replace(values=np.full(len(days), np.nan))
    assert "<b>\N{EN DASH}</b>" in drawn(TimeChart("a", "b", [never], 100), days)


def test_a_hidden_line_is_given_and_not_drawn(days, growth):
    hidden = Line("excess", "Excess", "run2", growth.values, hidden=True)
    html = drawn(TimeChart("growth", "Growth", [growth, hidden], 200), days)
    assert html.count("var(--accent)") == 2  # swatch and line
    assert html.count("var(--run2)") == 1  # swatch alone


def test_shaded_spans_and_marks_lie_where_they_belong(days, growth):
    overlay = Overlay(
        {"gain": [(100, 200)], "loss": []}, {"loss": [(200, 1.5)]}, [("long", "gain", "box")]
    )
    html = drawn(TimeChart("price", "Price", [growth], 200, overlay=overlay), days)
    left, right = round(2000 * 100 / 399), round(2000 * 200 / 399)
    assert f"M{left} 0h{right - left}v1000" in html
    assert f"M{right} " in html
    assert ">long</span>" in html


@pytest.mark.parametrize(("count", "shown"), [(MOST_MARKS, True), (MOST_MARKS + 1, False)])
def test_marks_that_would_hide_the_line_are_left_to_a_narrower_window(days, growth, count, shown):
    marks = [(place, 1.5) for place in range(count)]
    chart = TimeChart("price", "Price", [growth], 200, overlay=Overlay(marks={"loss": marks}))
    assert ("var(--loss)" in drawn(chart, days)) == shown
    data = json.loads(packed([chart], days, [growth]))
    assert len(data["charts"]["price"]["marks"]["loss"]) == count


def test_the_script_leaves_out_as_many_marks():
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    assert f"MOST_MARKS = {MOST_MARKS};" in script


def test_a_picker_shows_its_first_instrument(days, growth):
    feeds = [
        Feed("SPY", "SPY's closes", [growth]),
        Feed("QQQ", "QQQ's closes", [growth._replace(key="q", colour="run2")]),
    ]
    chart = TimeChart("price", "SPY's closes", feeds[0].lines, 200, feeds=feeds)
    assert "var(--run2)" not in drawn(chart, days)
    data = json.loads(packed([chart], days, [growth]))
    assert [feed["name"] for feed in data["charts"]["price"]["feeds"]] == ["SPY", "QQQ"]
    assert set(data["series"]) == {"strategy", "q"}


@pytest.mark.parametrize(("count", "months"), [(400, 1), (2_000, 1), (5_000, 3), (12_000, 12)])
def test_the_table_has_the_ends_of_months_quarters_or_years(count, months):
    days = np.arange(10_000.0, 10_000.0 + count)
    ends = period_ends(days)
    assert ends[-1] == count - 1
    dates = days.astype(int).astype("datetime64[D]")
    for end in ends[:-1]:
        ended, began = dates[end], dates[end + 1]
        assert ended.astype("datetime64[M]") != began.astype("datetime64[M]")
        assert began.astype("datetime64[M]").astype(int) % months == 0
    assert len(ends) <= 66


def test_the_table_names_its_columns_and_days(days, growth):
    html = table([TimeChart("growth", "Growth", [growth], 200)], days, "growth")
    assert '<th scope="col">Strategy</th>' in html
    assert "<td>2.00</td>" in html
    assert 'class="figures"' in html


@pytest.mark.parametrize(("near", "shown"), [(0, True), (400, True), (399, False)])
def test_a_line_that_would_be_a_block_waits_for_a_narrower_window(days, growth, near, shown):
    line = Line("net", "Net", "run2", growth.values, "step", near=near)
    html = drawn(TimeChart("position", "Position", [growth, line], 200), days)
    assert ("stroke:var(--run2)" in html) == shown
    assert ("class=off" in html) != shown
    data = json.loads(packed([TimeChart("p", "P", [growth, line], 200)], days, [growth]))
    assert data["charts"]["p"]["lines"][1].get("near", 0) == near
    assert "window_.to - window_.from < line.near" in (TEMPLATES / "page.js").read_text("utf-8")
