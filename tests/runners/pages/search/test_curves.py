"""A figure by one parameter: lines end at ruin, texts get bars, axes have three labels or more."""

import re
from html import unescape

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.pages.search.curves import Levels, Near, by_value
from btplaybook.runners.pages.svg.plot import RUNS

NAN = np.nan


def rows_of(values, best, sets=None, ruined=None, undefined=None):
    """Rows of a marginal; the mean is half the best, the worst is less it."""
    best = np.array(best, float)
    fell = np.isnan(best).astype(int) if ruined is None else np.array(ruined)
    return pd.DataFrame(
        {
            "value": pd.Series(values, dtype=object),
            "sets": [1] * len(values) if sets is None else sets,
            "ruined": fell,
            "undefined": np.zeros(len(values), int) if undefined is None else undefined,
            "count": (~np.isnan(best)).astype(int),
            "best": best,
            "mean": best / 2,
            "worst": -best,
        }
    )


def drawn(rows, held=None, near=None, unit="%"):
    return by_value(
        "one", "a label of some length", "period", rows, words="excess", unit=unit,
        levels=Levels(held, near),
    )  # fmt: skip


def paths(svg, style):
    """The paths of which the style begins so."""
    return re.findall(rf'<path d="([^"]*)" style="{re.escape(style)}', svg)


def strokes(svg, colour):
    """Lines of the chart in a colour: how many pieces each has."""
    return [path.count("M") for path in paths(svg, f"stroke:var(--{colour});stroke-width:1.5")]


def texts(svg):
    """What the legend and the labels say."""
    found = re.findall(r"<(?:text|span)[^>]*>(?:<i [^>]*></i>)?([^<]+)</(?:text|span)>", svg)
    return [unescape(text) for text in found]


def test_a_line_ends_where_a_set_was_ruined():
    whole = drawn(rows_of([2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 3, 2, 1]))
    broken = drawn(rows_of([2, 3, 4, 5, 6, 7, 8], [1, 2, 3, NAN, 3, 2, 1]))
    assert strokes(whole, RUNS[0]) == [1]
    assert strokes(broken, RUNS[0]) == [2]
    assert "ruined: 1 of 7 sets" in texts(broken)
    assert not [text for text in texts(whole) if "ruined" in text]


def test_sets_without_a_figure_and_ruined_ones_are_told_apart():
    rows = rows_of([1, 2, 3, 4], [NAN, NAN, 3, 2], ruined=[1, 0, 0, 0], undefined=[0, 1, 0, 0])
    assert {"ruined: 1 of 4 sets", "no excess: 1 of 4 sets"} <= {*texts(drawn(rows))}


def test_one_set_a_value_is_one_line_and_more_are_best_mean_and_worst():
    one = drawn(rows_of([2, 3, 4, 5], [1, 2, 3, 1]))
    more = drawn(rows_of([2, 3, 4, 5], [1, 2, 3, 1], sets=[2, 2, 2, 2], ruined=[1, 0, 1, 0]))
    assert "excess" in texts(one)
    assert not {"best", "mean", "worst"} & {*texts(one)}
    assert {"best", "mean", "worst", "ruined: 2 of 8 sets"} <= {*texts(more)}
    assert [strokes(more, colour) for colour in RUNS[:3]] == [[1]] * 3


def test_the_best_its_neighbours_and_buy_and_hold_are_marked():
    near = Near(value=8, low=6, high=10, median=0.5)
    svg = drawn(rows_of([6, 7, 8, 9, 10], [0.1, 0.5, 2.0, 0.4, 0.6]), held=0.25, near=near)
    assert {"best: 8", "buy and hold", "its neighbours' median"} <= {*texts(svg)}
    assert "buy and hold" not in texts(drawn(rows_of([6, 7], [1, 2])))


def test_values_are_drawn_in_the_order_of_their_size():
    mixed = drawn(rows_of([200, 2, 9, 35], [4, 1, 2, 3]))
    assert mixed == drawn(rows_of([2, 9, 35, 200], [1, 2, 3, 4]))


@pytest.mark.parametrize(
    "best",
    [
        pytest.param([0.1, 0.1, 0.1], id="flat"),
        pytest.param([0.0, 0.0, 0.0], id="zero"),
        pytest.param([1e-6, 2e-6, 3e-6], id="tiny"),
        pytest.param([-5.3, 1.4, 6e4], id="huge"),
        pytest.param([-0.99, -0.98, -0.97], id="losses"),
    ],
)
@pytest.mark.parametrize("values", [[2, 3, 4], ["x", "y", "z"]], ids=["numbers", "texts"])
def test_an_axis_of_figures_has_three_labels_or_more(values, best):
    svg = drawn(rows_of(values, best))
    labels = [text for text in texts(svg) if text.endswith("%")]
    assert len(labels) >= 3
    assert len({*labels}) == len(labels)


def test_texts_have_bars_and_a_ruined_one_has_none():
    near = Near(value="y", low="x", high="y", median=None)
    rows = rows_of(["x", "y", "z"], [1.0, 2.0, NAN])
    svg = drawn(rows, held=0.5, near=near)
    assert "ruined" in texts(svg)
    bars = {colour: paths(svg, f"fill:var(--{colour})") for colour in ("accent", "benchmark")}
    wide = {
        colour: [int(length) for path in found for length in re.findall(r"M\d+ \d+h(\d+)v", path)]
        for colour, found in bars.items()
    }
    (best,), (other,) = wide["accent"], wide["benchmark"]  # and none for the ruined one
    assert other == pytest.approx(best / 2, abs=1)
    assert best > 500


def test_figures_far_from_zero_are_not_flattened_by_it():
    near = [text for text in texts(drawn(rows_of([1, 2, 3], [0.50, 0.52, 0.53]))) if "%" in text]
    assert "0%" not in near
    assert min(float(text.rstrip("%")) for text in near) >= 49.0
    assert "0%" in texts(drawn(rows_of([1, 2, 3], [0.1, 0.52, 0.53])))
    assert "0%" in texts(drawn(rows_of(["x", "y"], [0.52, 0.53])))  # bars begin at zero


def test_truth_values_are_no_numbers():
    assert {"True", "False"} <= {*texts(drawn(rows_of([True, False], [1.0, 2.0])))}


def test_bars_say_how_many_of_several_sets_were_ruined():
    rows = rows_of(["x", "y"], [1.0, 2.0], sets=[9, 9], ruined=[4, 0])
    assert "4 of 9 ruined" in texts(drawn(rows))


def test_a_figure_between_two_gaps_is_a_dot():
    many = list(range(100))
    best = [NAN] * 100
    best[50] = 1.0
    dots = "stroke:var(--run1);stroke-width:4.5;stroke-linecap:round"
    (alone,) = paths(drawn(rows_of(many, best)), dots)
    assert alone.count("h0") == 1
    whole = [1.0] * 100
    whole[50] = NAN
    assert paths(drawn(rows_of(many, whole)), dots) == []


RUINED = {"sets": [4] * 5, "ruined": [4, 2, 0, 1, 0]}


def test_the_strip_of_ruined_sets_stands_at_the_foot_and_has_no_gaps():
    """Its height is the share of a value's sets; in thousandths of the plot, downwards."""
    (strip,) = paths(drawn(rows_of([1, 2, 3, 4, 5], [1, 2, 3, 2, 1], **RUINED)), "fill:var(--ink)")
    start, steps = strip.split("l")
    moves = [int(n) for n in re.findall(r"-?\d+", steps)]
    heights = 1000 - (int(start.split()[1]) + np.cumsum(moves[1::2]))
    assert (heights.min(), heights.max()) == (0, 90)
    assert {90, 45, 22} <= {*heights.tolist()}
    across = int(start[1:].split()[0]) + np.cumsum(moves[::2])
    assert across.max() - across.min() > 1500


def test_at_uneven_values_each_ruined_share_is_a_bar():
    (strip,) = paths(
        drawn(rows_of([1, 2, 4, 40, 41], [1, 2, 3, 2, 1], **RUINED)), "fill:var(--ink)"
    )
    bars = re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", strip)
    assert [1000 - int(top) for _, top, _, _ in bars] == pytest.approx([90, 45, 22], abs=1)
    assert [int(top) + int(tall) for _, top, _, tall in bars] == [1000] * 3
    assert min(int(wide) for _, _, wide, _ in bars) >= 8


def test_each_value_stands_below_and_needs_no_second_table():
    assert "<table" not in drawn(rows_of([2, 3, 4], [1, 2, 3]))


def test_long_names_are_cut_and_escaped():
    svg = drawn(rows_of(["<b>&", "a" * 60], [1.0, 2.0]))
    assert "<b>" not in svg
    assert "<b>&" in texts(svg)
    assert max(len(text) for text in texts(svg) if text.startswith("aa")) < 30
