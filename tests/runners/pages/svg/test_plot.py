"""A chart as HTML: its values are where they belong, texts are escaped, equal input equal bytes."""

import re

import numpy as np
import pandas as pd
import pytest
from drawn import Seen, boxes, subpaths, value, well_formed
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.runners.pages.svg.axes import NARROW, gutter_for
from btplaybook.runners.pages.svg.paths import HIGH, WIDE
from btplaybook.runners.pages.svg.plot import Plot

NASTY = '</text><script>alert("1")</script>'
DATES = pd.bdate_range("2010-01-04", periods=300)


def everything(text="a legend", name="all"):
    """A chart with each kind of mark, and with `text` wherever a text can be."""
    plot = Plot(name, text)
    x = np.arange(5.0)
    plot.band(1.0, 2.0, "pale", text)
    plot.area(x, 0.0, x, "accent", text)
    plot.bars(x, x, 0.5, "gain", text)
    plot.boxes(x, x + 1, x, x + 2, "loss", text)
    plot.line(x, x, "accent", text)
    plot.line(x, x + 1, "run2", text, step=True, dash=True)
    plot.stems(x, -x, "run3", text)
    plot.segments(x, x, x + 1, x, "ink")
    plot.points(x, x, "run4", text)
    plot.level(2.0, "muted", text)
    plot.upright(2.0, "muted", text, dash=True)
    plot.text(2.0, 2.0, text)
    plot.x_ticks = [(one, text) for one in x.tolist()]
    plot.y_ticks = [(one, text) for one in x.tolist()]
    plot.x_title = plot.y_title = text
    return plot


def test_each_mark_is_drawn_and_the_chart_is_well_formed():
    html = everything().html()
    found = Seen(html)
    well_formed(html)
    assert [shape for shape, _ in found.keys] == [
        "box", "box", "box", "box", "line", "dash", "line", "dot", "line", "dash",
    ]  # fmt: skip
    assert all(d for d, _ in found.paths)
    assert len(found.paths) == 1 + 11  # the grid, and one each
    assert found.elements[0] == ("div", {"class": "chart", "id": "chart-all"})
    assert len(found.head) == 1 + 4  # bars, both lines and stems


def test_every_text_is_escaped():
    for gutter in (0.0, 0.3):
        plot = everything(NASTY, NASTY)
        plot.gutter = gutter
        html = plot.html()
        found = Seen(html)
        assert "<script" not in html
        assert {tag for tag, _ in found.elements} == {
            "div", "p", "span", "i", "svg", "path", "text", "details", "summary", "table", "thead",
            "tbody", "tr", "th", "td",
        } | ({"title"} if gutter else set())  # fmt: skip
        assert [attributes["aria-label"] for _, attributes in found.elements
                if "aria-label" in attributes] == [NASTY]  # fmt: skip
        assert {text for _, text in found.keys} == {NASTY}
        assert found.texts.count(NASTY) >= 8


def test_equal_input_gives_equal_bytes():
    assert everything().html() == everything().html()
    plot = everything()
    assert plot.html() == plot.html()


def test_a_value_stands_where_its_label_stands():
    plot = Plot("p", "label", unit="%")
    plot.line([0, 10], [0.0, 1.0], "accent")
    plot.points([5], [0.4], "loss")
    found = Seen(plot.html())
    (d,) = found.lines("loss")
    ((x, y), _) = subpaths(d)[0]
    assert (x, y) == (WIDE / 2, pytest.approx(HIGH * (1 - 0.45 / 1.1), abs=1))
    (grid,) = (d for d, style in found.paths if not style)
    levels = [part[0][1] for part in subpaths(grid)]
    percents = [value(text) for text in found.texts if text.endswith("%")]
    assert percents == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert levels[2] == y


@given(st.lists(st.floats(-1e6, 1e6) | st.just(np.nan), min_size=1, max_size=40))
def test_a_line_is_read_back_from_its_path(values):
    plot = Plot("p", "label")
    plot.line(np.arange(len(values)), values, "accent")
    found = Seen(plot.html())
    known = [one for one in values if not np.isnan(one)]
    assert sum(len(set(part)) for d in found.lines("accent") for part in subpaths(d)) == len(known)
    if len(values) > 1 and len(set(known)) > 1:
        low, high = min(known), max(known)
        room = 0.05 * (high - low)
        for part in subpaths(found.lines("accent")[0]):
            for x, y in part:
                nearest = values[round(x / WIDE * (len(values) - 1))]
                read = low - room + (1 - y / HIGH) * (high - low + 2 * room)
                assert read == pytest.approx(nearest, abs=0.51 / HIGH * 1.1 * (high - low) + 1e-9)


def test_a_gap_breaks_a_line():
    plot = Plot("p", "label")
    plot.line(DATES[:5], [1.0, 2.0, np.nan, 2.0, 3.0], "accent")
    assert len(subpaths(Seen(plot.html()).lines("accent")[0])) == 2


def test_a_logarithmic_scale_leaves_out_what_is_not_positive():
    plot = Plot("p", "label", log=True)
    plot.line([0, 1, 2, 3, 4], [1.0, 2.0, 0.0, -5.0, 4.0], "accent")
    found = Seen(plot.html())
    assert [len(part) for part in subpaths(found.lines("accent")[0])] == [2, 2]
    upright = found.texts[: -len("01234")]
    assert [value(text) for text in upright] == [1.0, 1.5, 2.0, 3.0]


def test_the_table_holds_the_last_row_and_right_values():
    plot = Plot("p", "label", unit="%")
    plot.line(DATES, np.linspace(0.0, 0.299, 300), "accent", "gain")
    plot.line(DATES, np.full(300, np.nan), "loss", "nothing")
    found = Seen(plot.html())
    assert found.head == ["", "gain", "nothing"]
    assert found.body[-1] == [str(DATES[-1].date()), "29.90%", "\N{EN DASH}"]
    for date, shown in found.column("gain").items():
        assert value(shown) == pytest.approx(0.001 * DATES.get_loc(date), abs=1e-9)


@pytest.mark.parametrize(
    "dates",
    [
        DATES, DATES.tz_localize("America/New_York"), [*DATES], [one.date() for one in DATES],
        DATES.to_numpy(), DATES.to_series(),
    ],
    ids=["index", "with a zone", "timestamps", "dates", "array", "series"],
)  # fmt: skip
def test_dates_of_any_kind_are_days(dates):
    plot = Plot("p", "label")
    plot.line(dates, np.arange(300.0), "accent", "n")
    found = Seen(plot.html())
    for date, shown in found.column("n").items():
        assert value(shown) == DATES.get_loc(date)
    assert found.body[-1][0] == "2011-02-25"
    assert {"Jan 2011", "Jul 2010"} & {*found.texts}


def test_bars_beside_one_another_share_a_row():
    plot = Plot("p", "label")
    plot.bars([2010, 2011], [1.0, -2.0], 0.4, "accent", "ours", shift=-0.2)
    plot.bars([2010, 2011], [3.0, np.nan], 0.4, "benchmark", "theirs", shift=0.2)
    found = Seen(plot.html())
    assert found.body == [["2010", "1.00", "3.00"], ["2011", "-2.00".replace("-", "\N{MINUS SIGN}"),
                                                     "\N{EN DASH}"]]  # fmt: skip
    ours, theirs = boxes(found.fills("accent")[0]), boxes(found.fills("benchmark")[0])
    assert (len(ours), len(theirs)) == (2, 1)
    assert ours[0][1] == theirs[0][0]  # side by side
    assert ours[0][3] == ours[1][2]  # both stand on zero


def test_level_bars_count_downwards_in_a_gutter():
    plot = Plot("p", "label", unit="%", gutter=0.3)
    plot.rows_of_bars([0, 1], [0.5, -0.25], 0.6, "accent", "gain")
    plot.y_ticks = [(0.0, "first"), (1.0, "second")]
    plot.y_limits = (1.5, -0.5)
    found = Seen(plot.html())
    assert found.body == [["first", "50.00%"], ["second", "\N{MINUS SIGN}25.00%"]]
    upper, lower = boxes(found.fills("accent")[0])
    assert upper[3] < lower[2]
    assert upper[0] == lower[1]  # zero
    room = round(0.05 / 1.1 * WIDE)
    assert (lower[0], upper[1]) == (room, WIDE - room)
    assert any(text.endswith("%") for text in found.texts)


def test_higher_marks_are_drawn_later():
    plot = Plot("p", "label")
    plot.line([0, 1], [0, 1], "run1", "first", z=1)
    plot.line([0, 1], [1, 0], "run2", "second")
    found = Seen(plot.html())
    order = [style["stroke"] for _, style in found.paths if style]
    assert order == ["var(--run2)", "var(--run1)"]
    assert [text for _, text in found.keys] == ["first", "second"] == found.head[1:]


def test_a_band_ends_with_the_axis():
    plot = Plot("p", "label")
    plot.line([0, 10], [0, 1], "accent")
    plot.band([-5, 8], [5, 99], "pale")
    assert boxes(Seen(plot.html()).fills("pale")[0]) == [(0, 1000, 0, HIGH), (1600, WIDE, 0, HIGH)]


@given(st.lists(st.text("abcdefgh -", min_size=1, max_size=60), min_size=1, max_size=9))
def test_names_in_a_gutter_fit_a_phone_and_long_ones_have_titles(names):
    plot = Plot("p", "label", gutter=gutter_for(names))
    assert plot.gutter <= 0.36
    plot.rows_of_bars(np.arange(len(names)), np.ones(len(names)), 0.6, "accent")
    plot.y_ticks = [(float(place), name) for place, name in enumerate(names)]
    found = Seen(plot.html())
    titles = iter(found.titles)
    for name, shown in zip(names, found.texts, strict=False):
        assert len(shown) * 6 <= plot.gutter * NARROW
        if shown != name:
            assert shown.endswith("\N{HORIZONTAL ELLIPSIS}")
            assert name.startswith(shown[:-1])
            assert next(titles) == name
    assert [row[0] for row in found.body] == names


def test_labels_in_two_lines_make_the_chart_higher():
    plot = Plot("p", "label")
    plot.bars([0, 1], [1, 2], 0.5, "accent")
    one = Seen(plot.html())
    plot.x_ticks = [(0.0, "Daily\n261"), (1.0, "Weekly\n53")]
    two = Seen(plot.html())
    assert two.texts[-4:] == ["Daily", "261", "Weekly", "53"]
    heights = [
        int(next(attributes["height"] for tag, attributes in found.elements if tag == "svg"))
        for found in (one, two)
    ]
    assert heights[1] - heights[0] == 14


def test_labels_of_figures_stand_in_a_margin_and_those_below_stay_on_the_page():
    plot = Plot("p", "label", unit="%")
    plot.line([0, 100], [-1.0, 1.0], "accent")
    found = Seen(plot.html())
    outer = next(attributes for tag, attributes in found.elements if tag == "svg")
    margin = int(re.search(r"padding-left:(\d+)px;box-sizing:border-box", outer["style"])[1])
    longest = max(len(text) for text in found.texts if text.endswith("%"))
    assert 6.6 * longest < margin < 9 * longest + 9
    anchors = [attributes["text-anchor"] for tag, attributes in found.elements if tag == "text"]
    assert anchors == ["end"] * 5 + ["middle"] * 6  # "100" may stand out by half
    plot.x_ticks = [(0.0, "a long name at the start"), (100.0, "a long name at the end")]
    found = Seen(plot.html())
    anchors = [attributes["text-anchor"] for tag, attributes in found.elements if tag == "text"]
    assert anchors[-2:] == ["start", "end"]


def test_whole_axes_have_whole_labels():
    plot = Plot("p", "label")
    plot.bars([0, 1, 2], [0, 1, 2], 0.5, "accent", table=False)
    plot.y_whole = plot.x_whole = True
    assert Seen(plot.html()).texts == ["0", "1", "2"] * 2


def test_texts_of_ones_own_that_are_equal_are_not_used():
    plot = Plot("p", "label")
    plot.y_text = lambda value: f"{value:.0f}"
    plot.line([0, 1], [0.0, 0.01], "accent", table=False)
    labels = [text for text in Seen(plot.html()).texts if text.startswith("0.0")]
    assert len(set(labels)) == len(labels) >= 3
