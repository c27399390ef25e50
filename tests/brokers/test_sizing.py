import pytest

from btplaybook.brokers.sizing import order_size, target_shares


@pytest.mark.parametrize(
    ("weight", "value", "price", "whole", "shares"),
    [
        pytest.param(1.0, 1000.0, 30.0, False, 100 / 3, id="fractions"),
        pytest.param(1.0, 1000.0, 30.0, True, 33.0, id="whole, long"),
        pytest.param(-1.0, 1000.0, 30.0, True, -33.0, id="whole, short, towards zero"),
        pytest.param(0.3, 1.0, 0.1, True, 3.0, id="2.9999999999999996 is 3"),
        pytest.param(0.0, 1000.0, 30.0, True, 0.0, id="nothing"),
        pytest.param(1.0, -5.0, 30.0, False, 0.0, id="no value, no shares"),
        pytest.param(-1.0, -5.0, 30.0, False, 0.0, id="no value, no short either"),
    ],
)
def test_target_shares(weight, value, price, whole, shares):
    assert target_shares(weight, value, price, whole=whole) == pytest.approx(shares, rel=1e-12)


@pytest.mark.parametrize(
    ("held", "shares", "size"),
    [
        pytest.param(0.0, 10.0, 10.0, id="opened"),
        pytest.param(10.0, -5.0, -15.0, id="turned"),
        pytest.param(1e-13, 0.0, -1e-13, id="nothing is left of what is closed"),
        pytest.param(1e6 * (1 + 1e-15), 1e6, 0.0, id="rounding is no order"),
        pytest.param(1e6, 1e6 + 1e-3, 1e-3, id="a thousandth of a share is one"),
    ],
)
def test_order_size(held, shares, size):
    assert order_size(held, shares) == pytest.approx(size, rel=1e-6)
