"""Labels of axes: round, inside, all different, and neither too few nor too many."""

from decimal import Decimal

import numpy as np
import pytest
from drawn import value
from hypothesis import assume, given
from hypothesis import strategies as st

from btplaybook.runners.pages.svg.axes import fitting
from btplaybook.runners.pages.svg.ticks import (
    FEWEST,
    STEPS,
    date_ticks,
    round_ticks,
    tick_texts,
)

RANGES = [
    (0.0, 1.0), (-1.0, 1.0), (0.0, 1e-6), (1e9, 1e9 + 1.0), (-0.0203, 0.0), (0.98, 1.02),
    (-3e11, 5e12), (17.0, 17.1), (-1e-9, 1e-9),
]  # fmt: skip


@st.composite
def ranges(draw):
    """Two ends that are apart by more than rounding, of any size and sign."""
    middle = draw(st.floats(-1e12, 1e12, allow_subnormal=False))
    wide = draw(st.floats(1e-7, 1e12))
    low, high = middle - wide / 2.0, middle + wide / 2.0
    assume(high - low > 1e-9 * max(abs(low), abs(high)))
    return low, high


def nominal(ticks):
    """The round number that is the distance of labels, which rounding may have changed a little."""
    measured = float(np.diff(ticks).mean())
    power = np.floor(np.log10(measured))
    known = [step * 10.0**exponent for step in STEPS for exponent in (power, power + 1)]
    found = min(known, key=lambda one: abs(one - measured))
    assert found == pytest.approx(measured, rel=1e-3)
    return found


@given(ranges(), st.integers(3, 8))
def test_round_ticks_are_round_inside_and_distinct(ends, most):
    low, high = ends
    found = round_ticks(low, high, most)
    slack = 1e-8 * (high - low)
    assert low - slack <= found[0] < found[-1] <= high + slack
    assert found == sorted(set(found))
    assert FEWEST <= len(found) <= max(most, 5)
    distance = nominal(found)
    assert np.diff(found) == pytest.approx(distance, rel=1e-3)
    places = np.array(found) / distance
    assert places == pytest.approx(np.rint(places), abs=1e-3)


@given(ranges())
def test_no_finer_round_distance_fits(ends):
    """Six are the most: with half of the distance or less, there would be seven or more."""
    found = round_ticks(*ends, 6)
    span = ends[1] - ends[0]
    distance = nominal(found)
    mantissa = distance / 10.0 ** np.floor(np.log10(distance) + 1e-9)
    finer = {5.0: 0.5, 2.5: 0.8, 2.0: 0.5, 1.0: 0.5}[round(mantissa, 1)]
    assert span / (finer * distance) + 1 > 6 - 1e-6


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_whole_ticks_are_whole(low, span):
    found = round_ticks(float(low), float(low + span), whole=True)
    assert all(one == int(one) for one in found)
    assert 2 <= len(found) <= 6
    assert found == sorted(set(found))


@given(ranges(), st.sampled_from(["", "%"]))
def test_texts_differ_and_give_each_label(ends, unit):
    found = round_ticks(*ends)
    texts = tick_texts(found, unit)
    assert len(set(texts)) == len(texts)
    close = 2e-3 * (found[1] - found[0])
    assert [value(text) for text in texts] == pytest.approx(found, abs=close, rel=1e-12)


@pytest.mark.parametrize(
    ("values", "unit", "texts"),
    [
        ([0.0, 0.5, 1.0], "%", ["0%", "50%", "100%"]),
        ([-0.025, 0.0, 0.025], "%", ["\N{MINUS SIGN}2.5%", "0.0%", "2.5%"]),
        ([1.0, 1.005], "", ["1.000", "1.005"]),
        ([50_000.0, 75_000.0], "", ["50,000", "75,000"]),
        ([0.0, 50_000.0, 100_000.0], "", ["0", "50k", "100k"]),
        ([0.0, 1e6, 2e6], "", ["0", "1M", "2M"]),
        ([1.25e9, 1.5e9], "", ["1.25bn", "1.50bn"]),
        ([1_000_000.0, 1_000_001.0], "", ["1,000,000", "1,000,001"]),
    ],
)
def test_texts_by_hand(values, unit, texts):
    assert tick_texts(values, unit) == texts


@given(st.integers(-30_000, 60_000), st.integers(0, 40_000), st.integers(3, 8))
def test_dates_start_years_months_or_days_inside(first, span, most):
    found = date_ticks(first, first + span, most)
    days = [day for day, _ in found]
    texts = [text for _, text in found]
    assert len(days) <= most
    assert days == sorted(set(days))
    assert all(first <= day <= first + span for day in days)
    assert len(set(texts)) == len(texts)
    dates = [np.datetime64(day, "D") for day in days]
    for date, text in zip(map(str, dates), texts, strict=True):
        year, month, day = date.split("-")
        if text.isdigit():
            assert (text, month, day) == (year, "01", "01")
        elif text[0].isdigit():
            assert text.split()[0] == str(int(day))
        else:
            assert text.endswith(year)
            assert day == "01"


@given(st.integers(-30_000, 60_000), st.integers(2, 40_000))
def test_an_axis_of_three_days_or_more_has_two_dates(first, span):
    assert 2 <= len(date_ticks(first, first + span)) <= 6


def test_one_day_alone_is_labelled():
    assert date_ticks(0, 0) == [(0, "1 Jan 1970")]


@given(st.integers(40, 400), st.integers(1, 12))
def test_labels_fit_side_by_side_or_are_the_fewest(width, length):
    asked = []

    def labels(most):
        asked.append(most)
        return [(float(n), "x" * length) for n in range(most)]

    found = fitting(labels, float(width))
    assert asked == list(range(6, len(found) - 1, -1))
    fits = len(found) * (length + 2) * 6.6 <= width
    assert fits or len(found) == FEWEST


def test_ticks_have_no_noise_of_arithmetic():
    for low, high in RANGES:
        for one in round_ticks(low, high):
            assert len(Decimal(repr(one)).normalize().as_tuple().digits) <= 12
