"""EBIT over enterprise value: by hand, every reason for having none, and its law.

Law: an enterprise and its price in another currency have the same ratio; so has a stock after a
split, when both its price and its shares know of it.
"""

import math

import numpy as np
import pytest

from btplaybook.strategies.sector.value import REASONS, ebit_to_ev

NAN = math.nan
GOOD = (60.0, 300.0, 20.0, 120.0, 10.0, 100.0)  # EV = 1,000 + 300 + 20 - 120 = 1,200


def ratio(*figures):
    return ebit_to_ev(*(np.array([figure]) for figure in figures))


def test_by_hand():
    found = ratio(*GOOD)
    assert found.ratio[0] == pytest.approx(0.05, rel=1e-15)
    assert found.reasons == ("",)
    assert found.missing == {}


def test_a_loss_is_a_ratio_too():
    assert ratio(-60.0, *GOOD[1:]).ratio[0] == pytest.approx(-0.05, rel=1e-15)


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        ((NAN, NAN, NAN, NAN, NAN, 100.0), "no statement"),
        ((NAN, NAN, NAN, NAN, 10.0, 100.0), "no statement"),
        ((60.0, NAN, 20.0, 120.0, 10.0, 100.0), "incomplete statement"),
        ((NAN, 300.0, 20.0, 120.0, 10.0, 100.0), "incomplete statement"),
        ((60.0, 300.0, 20.0, 120.0, NAN, 100.0), "no shares"),
        ((60.0, 300.0, 20.0, 120.0, 0.0, 100.0), "no shares"),
        ((60.0, 300.0, 20.0, 120.0, 10.0, NAN), "no price"),
        ((60.0, 0.0, 0.0, 1000.0, 10.0, 100.0), "EV <= 0"),
        ((60.0, 0.0, 0.0, 1500.0, 10.0, 100.0), "EV <= 0"),
        ((NAN, 0.0, 0.0, 1500.0, NAN, NAN), "incomplete statement"),
    ],
)
def test_why_there_is_none(figures, reason):
    found = ratio(*figures)
    assert np.isnan(found.ratio[0])
    assert found.reasons == (reason,)
    assert found.missing == {reason: 1}


def test_reasons_are_counted_in_one_order():
    names = np.array([GOOD, (*GOOD[:3], 1e9, *GOOD[4:]), (*GOOD[:4], NAN, 5.0), (NAN,) * 6])
    found = ebit_to_ev(*np.vstack([names, names[1]]).T)
    assert list(found.missing.items()) == [("no statement", 1), ("no shares", 1), ("EV <= 0", 2)]
    assert [*found.missing] == [why for why in REASONS if why in found.missing]
    np.testing.assert_array_equal(np.isnan(found.ratio), [False, True, True, True, True])


def test_currency_and_split():
    ebit, debt, minority, cash, shares, price = GOOD
    found = ratio(*GOOD).ratio[0]
    assert ratio(ebit * 7, debt * 7, minority * 7, cash * 7, shares, price * 7).ratio[
        0
    ] == pytest.approx(found, rel=1e-15)
    assert ratio(ebit, debt, minority, cash, shares * 2, price / 2).ratio[0] == found
