import pytest

from btplaybook.brokers.sizing import target_shares


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
