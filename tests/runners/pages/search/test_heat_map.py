"""Heat maps: one pixel per cell, the state of its sets, and the same numbers as text."""

import base64
import io
import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from btplaybook.runners.pages.search.maps.cells import Cells
from btplaybook.runners.pages.search.maps.colours import (
    ABOVE,
    BELOW,
    EMPTY,
    NO_FIGURE,
    RUINED,
    ZERO,
    Scale,
    png,
)
from btplaybook.runners.pages.search.maps.heat_map import heat_map
from btplaybook.runners.pages.search.maps.words import Words
from btplaybook.runners.runs.labels.formats import NONE
from btplaybook.search.found import Pair

NAN = np.nan


def pair_of(best, sets, ruined, undefined, rows=None, columns=None, names=("a", "b")):
    """A pair from nested lists."""
    best = np.array(best, float)
    index = pd.Index(rows or list(range(best.shape[0])), name=names[0])
    across = pd.Index(columns or list(range(best.shape[1])), name=names[1])

    def table(values):
        return pd.DataFrame(np.array(values), index, across)

    sets, ruined, undefined = (np.array(one, int) for one in (sets, ruined, undefined))
    count = table(sets - ruined - undefined)
    return Pair(
        table(best), table(best), count, table(sets), table(ruined), table(undefined)
    )  # fmt: skip


STATES = pair_of(
    best=[[1.0, 0.0, -0.5, NAN], [NAN, NAN, 0.5, 0.5]],
    sets=[[4, 4, 4, 0], [4, 4, 4, 4]],
    ruined=[[0, 0, 1, 0], [4, 1, 0, 1]],
    undefined=[[0, 0, 0, 0], [0, 3, 2, 1]],
    rows=["x", "y"],
    columns=[10, 20, 30, 40],
)


def drawn(pair, *, best=None, room=200_000, **told):
    words = Words("excess", lambda value: f"{100 * value:.0f}%", **told)
    return heat_map(
        "map", "a label of some length", Cells.of(pair, pair.best), words, unit="%", best=best,
        room=room,
    )  # fmt: skip


def pixels(svg):
    """The image as a browser has it, decoded by another library."""
    (data,) = re.findall(r'href="data:image/png;base64,([^"]+)"', svg)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))


def named(colour):
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def titles(svg):
    return re.findall(r"<title>(.*?)</title>", svg)


def legend(svg):
    return re.findall(r'<span><svg class="mark".*?</svg>(.*?)</span>', svg)


def texts(svg):
    """The texts of the picture: values across, the name, values down, name, bar of colours."""
    return re.findall(r"<text[^>]*>([^<]+)</text>", svg)


def test_a_cell_is_a_pixel_that_no_browser_blends_with_the_next():
    svg = drawn(STATES)
    assert pixels(svg).tolist() == [
        [
            named(ABOVE), named(ZERO),
            np.rint((np.array(named(ZERO)) + named(BELOW)) / 2).tolist(), named(EMPTY),
        ],
        [named(RUINED), named(NO_FIGURE), *[pixels(svg)[1, 2].tolist()] * 2],
    ]  # fmt: skip
    (image,) = re.findall(r"<image .*?/>", svg)
    assert "image-rendering:pixelated" in image
    assert 'preserveAspectRatio="none"' in image
    assert len({RUINED, NO_FIGURE, EMPTY, ZERO, ABOVE, BELOW}) == 6


def test_the_image_is_the_pixels():
    grid = np.random.default_rng(0).integers(0, 256, (7, 5, 3), dtype=np.uint8)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(png(grid)))), grid)
    assert png(grid) == png(grid.copy())


def test_each_cell_says_what_became_of_its_sets():
    assert titles(drawn(STATES, kind="mean", empty="ruled out")) == [
        "b 10, a x: mean excess 100%, 4 sets",
        "b 20, a x: mean excess 0%, 4 sets",
        "b 30, a x: mean excess -50%, 1 of 4 sets ruined",
        "b 40, a x: ruled out",
        "b 10, a y: 4 of 4 sets ruined",
        "b 20, a y: no excess, 1 of 4 sets ruined, 3 of 4 sets without excess",
        "b 30, a y: mean excess 50%, 2 of 4 sets without excess",
        "b 40, a y: mean excess 50%, 1 of 4 sets ruined, 1 of 4 sets without excess",
    ]


def test_the_legend_counts_every_ruined_and_undefined_set():
    assert legend(drawn(STATES, best=(0, 0), empty="ruled out")) == [
        "best set",
        "all ruined: 4 sets in 1 cell",
        "some ruined: 3 sets in 3 cells",
        "no excess: 3 sets in 1 cell",
        "some without excess: 3 sets in 2 cells",
        "ruled out: 1 cell",
    ]
    told = [re.search(r"(.*): (\d+) set", text) for text in legend(drawn(STATES))]
    told = {found[1]: int(found[2]) for found in told if found}
    assert sum(n for what, n in told.items() if "ruined" in what) == STATES.ruined.to_numpy().sum()
    assert sum(n for what, n in told.items() if "excess" in what) == (
        STATES.undefined.to_numpy().sum()
    )


def test_one_set_a_cell_is_told_without_counts():
    pair = pair_of([[0.5, NAN, NAN]] * 2, [[1, 1, 1]] * 2, [[0, 1, 0]] * 2, [[0, 0, 1]] * 2)
    assert titles(drawn(pair))[:3] == ["b 0, a 1: 50%", "b 1, a 1: ruined", "b 2, a 1: no excess"]
    assert legend(drawn(pair)) == ["ruined: 2 sets", "no excess: 2 sets"]


def test_every_set_ruined():
    pair = pair_of([[NAN] * 3] * 2, [[2] * 3] * 2, [[2] * 3] * 2, [[0] * 3] * 2)
    svg = drawn(pair)
    assert (pixels(svg) == named(RUINED)).all()
    assert legend(svg) == ["all ruined: 12 sets in 6 cells"]
    assert "linearGradient" not in svg  # no figure, no bar of colours


def test_numbers_rise_to_the_right_and_up_whatever_their_order_and_distance():
    pair = pair_of(
        [[3.0, 1.0, 2.0], [6.0, 4.0, 5.0]], [[1] * 3] * 2, [[0] * 3] * 2, [[0] * 3] * 2,
        rows=[1, 50], columns=[200, 2, 9],
    )  # fmt: skip
    svg = drawn(pair)
    assert [re.search(r"(b \d+, a \d+): (\d)00%", one).groups() for one in titles(svg)] == [
        ("b 2, a 50", "4"), ("b 9, a 50", "5"), ("b 200, a 50", "6"),
        ("b 2, a 1", "1"), ("b 9, a 1", "2"), ("b 200, a 1", "3"),
    ]  # fmt: skip
    assert texts(svg)[:4] == ["2", "9", "200", "b"]
    down = re.findall(r'<text x="0" dx="-5" y="([\d.]+)"[^>]*>([^<]+)', svg)
    assert [text for _, text in sorted(down, key=lambda one: float(one[0]))] == ["50", "1"]
    reds = pixels(svg)[..., 0].ravel()
    assert list(np.argsort(-reds.astype(int))) == [3, 4, 5, 0, 1, 2]  # bluer with the figure


def test_the_side_with_more_values_lies_across():
    tall = pair_of(np.ones((5, 2)), np.ones((5, 2)), np.zeros((5, 2)), np.zeros((5, 2)))
    assert pixels(drawn(tall)).shape == (2, 5, 3)


@pytest.mark.parametrize(("rows", "columns"), [(2, 900), (60, 600), (199, 200)])
def test_many_hundred_values_make_a_small_picture(rows, columns):
    values = np.linspace(-1, 1, rows * columns).reshape(rows, columns)
    ruined = np.zeros((rows, columns), int)
    ruined[0, ::100] = 1
    values[0, ::100] = NAN
    pair = pair_of(values, np.ones((rows, columns)), ruined, np.zeros((rows, columns)))
    svg = drawn(pair, best=(rows - 1, columns - 1))
    assert pixels(svg).shape == (rows, columns, 3)
    assert len(svg) < 250_000
    across = re.findall(r'<text x="[^"]*" y="14" text-anchor="middle">(\d+)<', svg)
    assert 3 <= len(across) <= 20
    fell = [title for title in titles(svg) if title.endswith("ruined")]
    assert len(fell) == ruined.sum()


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([-2.0, 6.6], id="both signs"),
        pytest.param([0.5, 0.53], id="close together, far from zero"),
        pytest.param([-1.0, -0.75], id="losses alone"),
        pytest.param([0.0, 0.0], id="nothing"),
        pytest.param([0.3, 0.3], id="all alike"),
        pytest.param([1e-7, 2e5], id="far apart"),
    ],
)
def test_the_bar_of_colours_has_three_labels_or_more(values):
    for rows in (2, 9):
        shape = (rows, 2)
        pair = pair_of([values] * rows, np.ones(shape), np.zeros(shape), np.zeros(shape))
        svg = drawn(pair)
        bar = svg[svg.index("linearGradient") :]
        labels = [text for text in texts(bar) if text.endswith("%")]
        assert len(labels) >= 3
        assert len({*labels}) == len(labels)


def test_figures_far_from_zero_and_close_together_use_all_colours():
    near = np.array([0.50, 0.515, 0.53])
    assert Scale.of(near).shares(near) == pytest.approx([0.0, 0.5, 1.0])
    wide = np.array([-0.2, 0.0, 0.4])
    assert Scale.of(wide).shares(wide) == pytest.approx([-0.5, 0.0, 1.0])
    losses = np.array([-1.0, -0.75])
    assert Scale.of(losses).shares(losses) == pytest.approx([-1.0, 0.0])


def test_names_are_texts():
    pair = pair_of([[1.0]], [[1]], [[0]], [[0]], rows=["<b>&"], columns=["x"])
    assert "<b>" not in drawn(pair)
    assert "&lt;b&gt;&amp;" in drawn(pair)


# -- what a script reads ---------------------------------------------------------------------------


def data_of(svg):
    """The map's data, as a browser hands it to a script."""
    found = []

    class Attributes(HTMLParser):
        def handle_starttag(self, tag, attributes):
            found.extend(value for name, value in attributes if name == "data-map")

    Attributes().feed(svg)
    (text,) = found
    return json.loads(text)


def told(plain):
    """What each cell holds, in the way that the data describe."""
    if "texts" in plain:
        return [text for row in plain["texts"] for text in row]
    packed, states = plain["packed"], plain["states"]
    kind = {"f32": "<f4", "u16": "<u2", "u8": "u1"}[packed["type"]]
    cells = np.frombuffer(base64.b64decode(packed["data"]), kind)
    found = []
    for n in cells.tolist():
        if kind == "<f4":
            state = 0 if n == np.inf else 1 if n == -np.inf else 2 if np.isnan(n) else None
            figure = n
        else:
            state = n if n < 3 else None
            most = np.iinfo(kind).max
            figure = packed["low"] + (n - 3) / (most - 3) * (packed["high"] - packed["low"])
        if state is not None:
            found.append(states[state])
        else:
            text = f"{plain['factor'] * figure:.{plain['digits']}f}{plain['unit']}"
            found.append(plain["before"] + text)
    for place, text in plain.get("noted", {}).items():
        found[int(place)] = text
    return found


def test_a_script_is_told_what_the_titles_say():
    svg = drawn(STATES, kind="mean", empty="ruled out")
    plain = data_of(svg)
    assert plain["across"] == {"name": "b", "values": ["10", "20", "30", "40"]}
    assert plain["down"] == {"name": "a", "values": ["x", "y"]}
    assert told(plain) == [title.partition(": ")[2] for title in titles(svg)]


def test_the_place_of_the_cells_is_that_of_the_image():
    svg = drawn(STATES)
    left, top, width, height = map(float, re.search(r'data-frame="([^"]+)"', svg)[1].split())
    whole = float(re.search(r"style=\"height:([\d.]+)px", svg)[1])
    x, y, wide, high = re.search(
        r'<svg x="([\d.]+)%" y="([\d.]+)" width="([\d.]+)%" height="([\d.]+)" viewBox', svg
    ).groups()
    assert (float(x), float(wide)) == pytest.approx((100 * left, 100 * width), abs=0.01)
    assert (float(y), float(high)) == pytest.approx((top * whole, height * whole), abs=0.01)
    assert left + width == pytest.approx(1.0)


PLACES = np.arange(4000).reshape(40, 100)
LARGE = pair_of(
    np.where(PLACES % 7 == 6, NAN, np.linspace(-1, 9, 4000).reshape(40, 100)),
    np.where(PLACES % 11, 1, 0),
    PLACES % 7 == 6,
    np.zeros((40, 100)),
)
LARGE.best[LARGE.sets == 0] = NAN
LARGE.ruined[LARGE.sets == 0] = 0


@pytest.mark.parametrize(
    ("room", "kind", "digits", "near"),
    [
        (30_000, "f32", 0, 0.0051), (12_500, "u16", 0, 0.0051), (5_000, "u8", 0, 0.026),
    ],
)  # fmt: skip
def test_a_large_map_is_packed_as_exactly_as_fits(room, kind, digits, near):
    svg = drawn(LARGE, room=room)
    plain = data_of(svg)
    assert (plain["packed"]["type"], plain["digits"]) == (kind, digits)
    assert len(json.dumps(plain, separators=(",", ":"))) <= max(room, 7_000)
    cells = Cells.of(LARGE, LARGE.best)
    for text, value, sets, ruined in zip(
        told(plain), cells.values.ravel(), cells.sets.ravel(), cells.ruined.ravel(), strict=True
    ):
        if not sets:
            assert text == "no set"
        elif ruined:
            assert text == "ruined"
        else:
            assert float(text.rstrip("%")) / 100 == pytest.approx(value, abs=near)


def test_single_cells_of_a_large_map_keep_their_counts():
    sets, ruined = np.full((30, 30), 4), np.zeros((30, 30), int)
    ruined[3, 4] = 1
    pair = pair_of(np.full((30, 30), 0.5), sets, ruined, np.zeros((30, 30), int))
    plain = data_of(drawn(pair, kind="mean", room=8_000))
    assert plain["packed"]["type"] == "f32"
    found = told(plain)
    assert found[0] == "mean excess 50%"
    assert [text for text in found if "ruined" in text] == ["mean excess 50%, 1 of 4 sets ruined"]


def test_no_name_ends_the_data_early():
    pair = pair_of([[1.0]], [[1]], [[0]], [[0]], rows=["'><b>&amp;\""], columns=["x"])
    assert data_of(drawn(pair))["down"]["values"] == ["'><b>&amp;\""]


# -- the table -------------------------------------------------------------------------------------


def table(svg):
    return [re.findall(r"<t[hd][^>]*>([^<]*)", row) for row in svg.split("<tr>")[1:]]


def test_a_small_map_has_a_table_of_its_figures():
    assert table(drawn(STATES)) == [
        ["a \\ b", "10", "20", "30", "40"],
        ["x", "100%", "0%", "-50%", ""],
        ["y", "ruined", NONE, "50%", "50%"],
    ]
    twenty, more = (
        pair_of(np.ones((2, n)), np.ones((2, n)), np.zeros((2, n)), np.zeros((2, n)))
        for n in (20, 21)
    )
    assert len(table(drawn(twenty))) == 3
    assert table(drawn(more)) == []


def test_a_cell_without_sets_shows_the_page():
    image = Image.open(io.BytesIO(base64.b64decode(
        re.search(r'href="data:image/png;base64,([^"]+)"', drawn(STATES))[1]
    ))).convert("RGBA")  # fmt: skip
    assert (np.asarray(image)[..., 3] == 0).tolist() == [[False] * 3 + [True], [False] * 4]
