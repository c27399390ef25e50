"""The charts of a sector book show the tables that they were given."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from drawn import Seen, boxes, subpaths, value
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from btplaybook.analyzers.sector.candidates import HELD, NOT_CHOSEN
from btplaybook.runners.pages.sector import name_pictures, pictures
from btplaybook.runners.pages.svg.paths import HIGH, WIDE
from btplaybook.runners.runs.labels.formats import NONE

DAYS = pd.date_range("2020-01-01", periods=4)
LAST = DAYS[-1] + pd.Timedelta(days=1)
MINUS = "\N{MINUS SIGN}"


def decided(**columns):
    return pd.DataFrame({"until": [*DAYS[1:], LAST], **columns}, index=DAYS)


# -- names -----------------------------------------------------------------------------------------


def test_weights_are_cells_from_decision_to_decision_darker_where_larger():
    table = pd.DataFrame(
        {"small": [0.0, 0.01, 0.01, 0.0], "large": [0.09, 0.09, 0.01, 0.03]}, index=DAYS
    )
    found = Seen(name_pictures.weights(table, LAST))
    assert [text for _, text in found.keys] == [
        "0% to 2%", "2% to 4%", "4% to 6%", "6% to 8%", "8% to 10%",
    ]  # fmt: skip
    cells = {
        style.get("fill-opacity", "1"): boxes(d)
        for d, style in found.paths
        if style.get("fill") == "var(--accent)"
    }
    palest, paler, darkest = cells
    assert float(palest) < float(paler) < float(darkest) == 1.0
    day = WIDE / 4
    sides = {shade: sorted(box[:2] for box in found) for shade, found in cells.items()}
    assert sides == {palest: [(day, 3 * day), (2 * day, 3 * day)], paler: [(3 * day, WIDE)],
                     "1": [(0, 2 * day)]}  # fmt: skip
    upper = [box for box in cells["1"] + cells[paler]]
    assert all(box[3] < HIGH / 2 for box in upper)  # the larger holding is on top
    assert found.texts[:2] == ["large", "small"]
    assert found.body == [
        ["large", "4", "5.50%", "9.00%", "3.00%"], ["small", "2", "1.00%", "1.00%", "0.00%"],
    ]  # fmt: skip


def test_a_stock_that_was_never_held_has_an_empty_row():
    table = pd.DataFrame({"held": [0.5] * 4, "never": [0.0] * 4}, index=DAYS)
    found = Seen(name_pictures.weights(table, LAST))
    assert found.body[1] == ["never", "0", NONE, "0.00%", "0.00%"]
    assert sum(len(boxes(d)) for d in found.fills("accent")) == 1


@given(arrays.arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 6))))
def test_stretches_cover_each_cell_once(inside):
    covered = np.zeros(inside.shape, dtype=int)
    for stock, first, end in zip(*name_pictures.stretches(inside), strict=True):
        assert first == 0 or not inside[first - 1, stock]
        assert end == len(inside) or not inside[end, stock]
        covered[first:end, stock] += 1
    assert (covered == inside).all()


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=9))
def test_every_weight_has_a_shade(values):
    edges = name_pictures.shades(np.array([values]))
    assert edges[0] == 0.0
    assert edges[-1] >= max(values) * (1 - 1e-12)
    assert 3 <= len(edges) <= name_pictures.MOST_EDGES + 1


def test_candidates_are_stacked_to_the_number_of_stocks():
    table = pd.DataFrame(
        {HELD: [2, 3, 3, 3], NOT_CHOSEN: [8, 6, 6, 6], "too <cheap>": [0, 1, 1, 1], "never": 0},
        index=DAYS,
    )
    found = Seen(name_pictures.candidates(table, LAST))
    assert [text for _, text in found.keys] == [HELD, NOT_CHOSEN, "too <cheap>"]
    held, others = found.fills("accent")
    (cheap,) = found.fills("run2")
    heads = [{y for _, y in subpaths(d)[0]} for d in (held, others, cheap)]
    assert heads == [
        {HIGH, 0.8 * HIGH, 0.7 * HIGH}, {0.8 * HIGH, 0.7 * HIGH, 0.0, 0.1 * HIGH},
        {0.0, 0.1 * HIGH},
    ]  # fmt: skip
    assert found.body[0] == ["2020-01-01", "2", "8", "0"]
    assert found.body[-1] == ["2020-01-04", "3", "6", "1"]


def test_more_reasons_than_colours_are_all_drawn():
    names = [f"reason {n}" for n in range(20)]
    table = pd.DataFrame({HELD: [1] * 4, **{name: [1] * 4 for name in names}}, index=DAYS)
    found = Seen(name_pictures.candidates(table, LAST))
    assert [text for _, text in found.keys] == [HELD, *names]
    assert len({(d, tuple(style.items())) for d, style in found.paths if "fill" in style}) == 21


def test_breadth_and_tracking_error_stand_on_zero_as_steps():
    table = decided(names=[3, 4, 4, 2], effective=[2.5, 3.5, 3.0, 2.0],
                    tracking_error=[0.02, np.nan, 0.04, 0.04])  # fmt: skip
    found = Seen(name_pictures.breadth(table))
    (names,) = found.lines("accent")
    assert [x for x, _ in subpaths(names)[0]] == [
        0, 500, 500, 1000, 1000, 1500, 1500, 2000, 2000,
    ]  # fmt: skip
    assert found.column("names held")["2020-01-04"] == "2"
    assert found.column("effective number")["2020-01-02"] == "3.50"
    assert "0" in found.texts
    found = Seen(name_pictures.tracking_error(table))
    assert "0%" in found.texts
    assert [*found.body[0]] == ["2020-01-01", "2.00%"]
    assert len(subpaths(found.lines("accent")[0])) == 2


# -- figures ---------------------------------------------------------------------------------------


def test_beta_stands_in_its_band_around_the_target():
    beta = pd.DataFrame(
        {
            "ex_ante": [0.01, 0.02, np.nan, 0.0],
            "target": 0.0,
            "realised_63": np.nan,
            "realised_252": [np.nan, 0.1, 0.2, 0.1],
        },
        index=DAYS,
    )
    found = Seen(pictures.neutrality(beta, 0.05))
    assert [text for _, text in found.keys] == [
        "left untrimmed", "target", "realised, 252 days", "ex ante",
    ]  # fmt: skip
    ((left, right, top, bottom),) = boxes(found.fills("pale")[0])
    assert (left, right) == (0, WIDE)
    (target,) = found.lines("muted")
    assert subpaths(target)[0][0][1] == pytest.approx((top + bottom) / 2, abs=1)
    assert found.column("ex ante")["2020-01-03"] == NONE
    assert found.column("realised, 252 days")["2020-01-03"] == "0.20"
    assert Seen(pictures.neutrality(beta, 0.0)).fills("pale") == []


def test_both_sides_are_summed_and_divided_by_the_cash():
    sides = pd.DataFrame(
        {f"{side}_{part}": [10.0, 20.0, 0.0, -5.0] for side in ("long", "hedge")
         for part in ("price", "dividends", "costs")}
        | {"borrow": -1.0, "interest": 0.5, "total": [1.0, 2.0, 3.0, 4.0]},
        index=DAYS,
    )  # fmt: skip
    found = Seen(pictures.two_sides(sides, 1000.0))
    assert found.body[-1] == ["2020-01-04", "1.00%", "7.50%", "7.50%", f"{MINUS}0.20%"]
    assert found.head[1:] == ["account", "long book", "hedge", "borrow and interest"]
    strokes = [style["stroke"] for _, style in found.paths if "stroke" in style]
    assert strokes[-1] == "var(--accent)"


def test_forecasts_are_bars_by_their_sign_before_the_shade_of_fallbacks():
    ics = pd.Series([0.2, -0.1, 0.0], DAYS[1:])
    table = decided(fallback=[True, True, False, True], mean_ic=[np.nan, 0.1, 0.2, 0.3])
    found = Seen(pictures.skill(ics, table, 0.05))
    (good,), (bad,) = found.fills("accent"), found.fills("loss")
    assert len(boxes(good)) == 1
    assert len(boxes(bad)) == 2
    shade = boxes(found.fills("pale")[0])
    assert [(top, bottom) for *_, top, bottom in shade] == [(0, HIGH)] * 2
    (first, last) = (box[:2] for box in shade)
    assert first[0] == 0
    assert last[1] == pytest.approx(WIDE, abs=1)
    assert first[1] == pytest.approx(WIDE / 2, abs=1)
    assert found.column("rank correlation") == {
        "2020-01-01": NONE, "2020-01-02": "0.20", "2020-01-03": f"{MINUS}0.10",
        "2020-01-04": "0.00", "2020-01-05": NONE,
    }  # fmt: skip
    assert [text for _, text in found.keys] == [
        "weighted without forecasts", "mean that the gate judged", "threshold",
    ]  # fmt: skip


def test_premiums_have_their_interval():
    columns = pd.MultiIndex.from_product(
        [[30, 60], ["estimate", "low", "high"]], names=["horizon", "figure"]
    )
    table = pd.DataFrame([[0.0, -0.1, 0.1, 0.05, 0.0, 0.1]] * 4, index=DAYS, columns=columns)
    found = Seen(pictures.premium("sector-premium-0", table, "<value>", LAST))
    assert found.head == ["", "30 sessions ahead", "from", "to", "60 sessions ahead", "from", "to"]
    assert found.body[0] == ["2020-01-01", "0.00%", f"{MINUS}10.00%", "10.00%", "5.00%", "0.00%",
                             "10.00%"]  # fmt: skip
    (wide,), (narrow,) = (boxes(found.fills(colour)[0]) for colour in ("run1", "run2"))
    assert wide[3] - wide[2] == pytest.approx(2 * (narrow[3] - narrow[2]), abs=2)
    assert wide[1] < WIDE / 5  # the axis is 30 days long at least


def test_room_is_a_dot_at_each_decision_beside_the_account():
    table = pd.DataFrame({"account": [1e6, np.nan, 4e6, 2e6]}, index=DAYS)
    equity = pd.Series([1.5e6, 1.6e6, 1.7e6, 1.8e6], DAYS)
    found = Seen(pictures.capacity(table, equity, "1%"))
    (dots,) = found.lines("accent")
    low, high, middle = (part[0][1] for part in subpaths(dots))
    assert middle == pytest.approx((low + high) / 2, abs=1)  # equal ratios, equal distances
    assert found.column("this account")["2020-01-03"] == "1.70 million"
    assert [*found.column("account at 1% of a day's volume")] == [
        "2020-01-01", "2020-01-03", "2020-01-04",
    ]  # fmt: skip
    labels = [text for text in found.texts if text.endswith("M")]
    assert len(set(labels)) == len(labels) >= 3
    assert [value(text) for text in labels] == sorted(map(value, labels))


def test_variants_are_summed_and_compared_with_the_fund():
    returns = pd.DataFrame({"as run": [0.0, 0.1, 0.1, 0.1], "<other>": 0.0}, index=DAYS)
    fund = pd.Series([0.0, 0.05, 0.05, 0.0], DAYS)
    alone, excess = (Seen(pictures.variants(returns, one)) for one in (None, fund))
    assert alone.body[-1] == ["2020-01-04", "30.00%", "0.00%"]
    assert excess.body[-1] == ["2020-01-04", "20.00%", f"{MINUS}10.00%"]
    assert [text for _, text in alone.keys] == ["as run", "<other>"]
    strokes = [style["stroke"] for _, style in alone.paths if "stroke" in style]
    assert strokes[-1] == "var(--run1)"


def test_drawing_imports_no_library_for_it():
    program = (
        "import sys, numpy as np, pandas as pd;"
        "from btplaybook.runners.pages.sector import name_pictures, pictures;"
        "days = pd.date_range('2020-01-01', periods=3);"
        "table = pd.DataFrame(np.eye(3), index=days, columns=list('ABC'));"
        "name_pictures.weights(table, days[-1]); name_pictures.candidates(table, days[-1]);"
        "pictures.variants(table, None);"
        "pictures.capacity(pd.DataFrame({'account': [1.0] * 3}, days), table['A'], '1%');"
        "print([name for name in ('matplotlib', 'seaborn', 'quantstats') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
