"""A table of sets, the best of them, and whether it stands on a plateau."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.search.ledger import Terms
from btplaybook.search.screen import Screen
from btplaybook.search.sweep import COLUMNS, best_of, plateau, ranked, sweep
from btplaybook.strategies.sma_switch import SmaSwitch

N_BARS = 120


@pytest.fixture(scope="module")
def bars():
    whole = sample("simulated")
    return whole.between(None, whole.dates[N_BARS - 1].item()).without_dividends()


@pytest.fixture(scope="module")
def screen(bars):
    return Screen.of(bars, bars.dates[0].item(), Terms())


def sets(*periods, direction="trend"):
    return [{"period": period, "direction": direction} for period in periods]


# -- the table -------------------------------------------------------------------------------------


def test_a_row_a_set_in_the_order_given(screen):
    asked = sets(30, 5, 12)
    table = sweep(screen, asked, SmaSwitch.rule_call)
    assert [*table.columns] == ["period", "direction", *COLUMNS]
    assert table[["period", "direction"]].to_dict("records") == asked
    for one, (_, row) in zip(asked, table.iterrows(), strict=True):
        figures = screen.figures(SmaSwitch.rule_call(one))
        for name in COLUMNS:
            assert row[name] == figures[name] or (pd.isna(row[name]) and figures[name] is None)
    numbers = table.drop(columns=["direction", "ruined_on"])
    assert all(dtype.kind in "if" for dtype in numbers.dtypes)


def test_points_are_those_of_one_share(screen, bars):
    table = sweep(screen, sets(3, 8, 21), SmaSwitch.rule_call).set_index("period")
    close = pd.Series(bars.close)
    for period in (3, 8, 21):
        mean = close.rolling(period).mean()
        side = np.sign(close - mean).where((close - mean).abs() > 1e-9).ffill().fillna(0.0)
        assert table["points"][period] == pytest.approx(
            float((side.shift() * close.diff()).sum()), rel=1e-9
        )


def test_what_does_not_exist_is_nan(screen):
    row = sweep(screen, sets(N_BARS + 1), SmaSwitch.rule_call).iloc[0]
    assert row["points"] == 0.0
    assert math.isnan(row["win_rate"])
    assert row["ruined_on"] is None


def test_no_sets_make_an_empty_table(screen):
    assert sweep(screen, [], SmaSwitch.rule_call).empty


@pytest.fixture(scope="module")
def jump(bars):
    """The same bars, three times as high from the sixtieth on: the ruin of whoever is short."""
    frame = bars.frame()
    frame.loc[frame.index[60] :, ["open", "high", "low", "close"]] *= 3.0
    return Bars.from_frame(frame, "JUMP")


def test_ruined_sets_come_last_whatever_they_gained(jump):
    screen = Screen.of(jump, jump.dates[0].item(), Terms())
    table = pd.concat(
        sweep(screen, sets(3, 8, 15, direction=direction), SmaSwitch.rule_call)
        for direction in ("trend", "reversion")
    )
    ruined = table["ruined_on"].notna()
    assert 0 < ruined.sum() < len(table)
    assert set(table.loc[ruined, "ruined_on"]) == {str(jump.dates[60])}
    order = ranked(table, "total_return")
    alive = order["ruined_on"].isna().to_numpy()
    assert not (np.diff(alive.astype(int)) > 0).any()
    assert order["total_return"][alive].is_monotonic_decreasing
    assert order["total_return"][~alive].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("values", "ruined", "order"),
    [
        ([1.0, 3.0, 2.0], [None, None, None], "bca"),
        ([1.0, 9.0, 2.0], [None, "2008-10-10", None], "cab"),
        ([1.0, 9.0, 8.0], [None, "2008-10-10", "2001-01-01"], "abc"),
        ([1.0, math.nan, 2.0], [None, None, None], "cab"),
        ([math.nan, 9.0, 2.0], [None, "2008-10-10", None], "cab"),
        ([2.0, 2.0, 3.0], [None, None, None], "cab"),
    ],
    ids=["falling", "ruined winner", "ruined among them", "NaN", "NaN before ruin", "equal"],
)
def test_ranked_by_hand(values, ruined, order):
    table = pd.DataFrame({"name": [*"abc"], "gain": values, "ruined_on": ruined}, dtype=object)
    assert "".join(ranked(table, "gain")["name"]) == order


# -- the best and its neighbours -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "best"),
    [([1.0, 3.0, 2.0], 3), ([3.0, 1.0, 3.0], 2), ([math.nan, -2.0, -1.0], 4)],
    ids=["middle", "first of equal ones", "NaN never wins"],
)
def test_best_of(values, best):
    assert best_of(pd.Series(values, [2, 3, 4])) == best


def by_period(pairs, rest, first=2, last=20):
    """Return a series that is `rest` but for some periods."""
    values = pd.Series(rest, range(first, last + 1), dtype=float)
    values.loc[[*pairs]] = [*pairs.values()]
    return values


PLATEAUS = [
    # winner, its value, width, neighbours, their median, their worst, share
    ("spike", by_period({10: 100.0}, 1.0), (10, 100.0, 2, 4, 1.0, 1.0, 0.01)),
    ("plateau", by_period({8: 10.0, 9: 10.0, 10: 11.0, 11: 9.0, 12: 10.0}, 1.0),
     (10, 11.0, 2, 4, 10.0, 9.0, 10 / 11)),
    ("falls on both sides", by_period({9: 4.0, 10: 8.0, 11: 2.0}, -6.0),
     (10, 8.0, 2, 4, -2.0, -6.0, -0.25)),
    ("first", by_period({2: 5.0, 3: 3.0, 4: 1.0}, 0.0), (2, 5.0, 2, 2, 2.0, 1.0, 0.4)),
    ("last", by_period({20: 5.0, 19: 4.0, 17: -1.0}, 1.0), (20, 5.0, 4, 4, 1.0, -1.0, 0.2)),
    ("a fifth of a long one", by_period({50: 2.0}, 1.0, last=80),
     (50, 2.0, 10, 20, 1.0, 1.0, 0.5)),
    ("negative winner", by_period({10: -1.0}, -4.0), (10, -1.0, 2, 4, -4.0, -4.0, None)),
    ("nothing gained", by_period({10: 0.0}, -4.0), (10, 0.0, 2, 4, -4.0, -4.0, None)),
    ("equal ones", by_period({7: 3.0, 12: 3.0}, 1.0), (7, 3.0, 2, 4, 1.0, 1.0, 1 / 3)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "expected"), [row[1:] for row in PLATEAUS], ids=[row[0] for row in PLATEAUS]
)
def test_a_plateau_by_hand(values, expected):
    *found, share = plateau(values)
    *wanted, wanted_share = expected
    assert found == wanted
    assert share == (None if wanted_share is None else pytest.approx(wanted_share, rel=1e-12))


def test_the_reach_is_chosen():
    values = by_period({10: 2.0, 6: 0.0}, 1.0)
    assert plateau(values, reach=0.3).neighbours == 6
    assert plateau(values, reach=0.4).neighbours_worst == 0.0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (pd.Series([1.0, math.nan, 2.0], [2, 3, 4]), "without NaN"),
        (pd.Series([1.0], [2]), "two or more values"),
        (pd.Series([], [], dtype=float), "two or more values"),
        (pd.Series([1.0, 2.0], [3, 2]), "rising"),
        (pd.Series([1.0, 2.0, 2.0], [2, 3, 3]), "rising"),
        (pd.Series([1.0, 2.0], [2, 50]), "no set within 10 of the best, 50"),
    ],
    ids=["NaN", "one", "none", "falling", "twice", "no neighbour"],
)
def test_what_is_no_sweep_is_refused(values, words):
    with pytest.raises(ValueError, match=words):
        plateau(values)


@given(st.lists(st.integers(-1000, 1000), min_size=5, max_size=60))
def test_the_neighbours_are_those_beside_the_winner(values):
    found = plateau(pd.Series(values, range(2, 2 + len(values)), dtype=float))
    best = values.index(max(values)) + 2
    width = max(2, round(best / 5))
    beside = [
        value
        for n, value in enumerate(values, 2)
        if n != best and best - width <= n <= best + width
    ]
    assert (found.best, found.value, found.reach) == (best, max(values), width)
    assert (found.neighbours, found.neighbours_worst) == (len(beside), min(beside))
    assert found.neighbours_median == pytest.approx(float(np.median(beside)), rel=1e-12)
    assert found.neighbours_worst <= found.neighbours_median <= found.value
    assert (found.share is None) == (max(values) <= 0)
