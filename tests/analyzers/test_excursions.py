"""Excursions of round trips over five bars, by hand, and against a loop over bars.

day    0    1    2    3    4
open  100  102   96  101  104
high  103  106   99  108  105
low    99   95   94  100   97
close 101   97   98  105   99
"""

import datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.analyzers.excursions import excursions

MON = datetime.date(2024, 1, 8)
BARS = SimpleNamespace(
    name="A",
    dates=np.arange("2024-01-08", "2024-01-13", dtype="datetime64[D]"),
    open=np.array([100.0, 102, 96, 101, 104]),
    high=np.array([103.0, 106, 99, 108, 105]),
    low=np.array([99.0, 95, 94, 100, 97]),
    close=np.array([101.0, 97, 98, 105, 99]),
)


def trip(entry, exit_, side=1, instrument="A"):
    """One row: an entry of (day, moment, price) and an exit of the same, or None while open."""
    still = exit_ is None
    return {
        "instrument": instrument,
        "side": side,
        "entry_date": pd.Timestamp(MON) + pd.Timedelta(days=entry[0]),
        "entry_moment": entry[1],
        "entry_price": float(entry[2]),
        "exit_date": pd.NaT if still else pd.Timestamp(MON) + pd.Timedelta(days=exit_[0]),
        "exit_moment": None if still else exit_[1],
        "exit_price": 99.0 if still else float(exit_[2]),
        "open": still,
    }


def measured(*trips, bars=(BARS,)):
    return [
        tuple(map(float, row)) for row in zip(*excursions(pd.DataFrame(trips), bars), strict=True)
    ]


@pytest.mark.parametrize(
    ("entry", "exit_", "bars", "lowest", "highest"),
    [
        pytest.param((0, "close", 101), (1, "close", 97), 1, 95, 106, id="the entry's bar is over"),
        pytest.param((0, "open", 100), (1, "close", 97), 1, 95, 106, id="both bars whole"),
        pytest.param((0, "open", 100), (0, "close", 101), 0, 99, 103, id="one bar, whole"),
        pytest.param((0, "close", 101), (1, "open", 102), 1, 101, 102, id="a night"),
        pytest.param((1, "close", 97), (3, "open", 101), 2, 94, 101, id="out before the high"),
        pytest.param((1, "close", 97), (3, "during", 104), 2, 94, 104, id="a limit inside the bar"),
        pytest.param((0, "during", 102), (2, "open", 96), 2, 95, 106, id="in inside the bar"),
        pytest.param((0, "during", 99.5), (1, "open", 102), 1, 99.5, 102, id="its close counts"),
        pytest.param(
            (1, "open", 102), (1, "during", 96), 0, 96, 102, id="stopped on its first bar"
        ),
        pytest.param(
            (1, "during", 96), (1, "close", 97), 0, 96, 97, id="in late, out at the close"
        ),
        pytest.param((2, "close", 98), None, 2, 97, 108, id="still open"),
        pytest.param((4, "close", 99), None, 0, 99, 99, id="bought at the last close"),
        pytest.param((1, "close", 97), (9, "settled", 99), 3, 94, 108, id="closed without a bar"),
        pytest.param((0, "close", 101), (1, "close", 110), 1, 95, 110, id="the price paid counts"),
    ],
)
def test_what_counts_as_seen_while_held(entry, exit_, bars, lowest, highest):
    price = entry[2]
    ((held, mae, mfe),) = measured(trip(entry, exit_))
    assert held == bars
    assert mae == pytest.approx(min(lowest / price - 1, 0), abs=1e-12)
    assert mfe == pytest.approx(max(highest / price - 1, 0), abs=1e-12)
    ((_, against, favour),) = measured(trip(entry, exit_, side=-1))
    assert against == pytest.approx(min(1 - highest / price, 0), abs=1e-12)
    assert favour == pytest.approx(max(1 - lowest / price, 0), abs=1e-12)


def test_an_instrument_without_bars_has_none():
    rows = measured(trip((0, "close", 101), None), trip((0, "close", 101), None, instrument="B"))
    assert not np.isnan(rows[0]).any()
    assert np.isnan(rows[1]).all()


def test_no_round_trips():
    columns = list(trip((0, "close", 101), None))
    assert [len(part) for part in excursions(pd.DataFrame(columns=columns), [BARS])] == [0, 0, 0]


def test_highs_and_lows_that_are_not_known_are_left_to_the_closes():
    without = SimpleNamespace(
        **{**vars(BARS), "high": np.full(5, np.nan), "low": np.full(5, np.nan)}
    )
    ((_, mae, mfe),) = measured(trip((0, "close", 101), (1, "close", 97)), bars=[without])
    assert (mae, mfe) == pytest.approx((97 / 101 - 1, 102 / 101 - 1))


@given(st.integers(0, 2**32 - 1))
def test_long_ranges_are_those_of_a_loop(seed):
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 60))
    low = random.uniform(50, 100, n)
    high = low + random.uniform(0, 50, n)
    middle = (low + high) / 2
    bars = SimpleNamespace(
        name="A", open=middle, high=high, low=low, close=middle,
        dates=np.datetime64("2024-01-08") + np.arange(n),
    )  # fmt: skip
    spans = [sorted(random.choice(n, 2, replace=False)) for _ in range(8)]
    trips = [trip((a, "close", middle[a]), (b, "close", middle[b])) for a, b in spans]
    expected = [
        (b - a, min(low[a + 1 : b + 1].min() / middle[a], middle[b] / middle[a], 1) - 1,
         max(high[a + 1 : b + 1].max() / middle[a], 1) - 1)
        for a, b in spans
    ]  # fmt: skip
    for found, wanted in zip(measured(*trips, bars=[bars]), expected, strict=True):
        assert found == pytest.approx(wanted, abs=1e-12)


def test_the_future_does_not_move_what_has_ended():
    cut = SimpleNamespace(**{k: v if k == "name" else v[:4] for k, v in vars(BARS).items()})
    ended = trip((1, "close", 97), (3, "open", 101))
    assert measured(ended) == measured(ended, bars=[cut])
