import pytest

from btplaybook.brokers.costs import Costs
from btplaybook.brokers.errors import BrokerError


@pytest.mark.parametrize(
    ("costs", "size", "price", "commission"),
    [
        pytest.param(Costs(), 100, 50.0, 0.0, id="free"),
        pytest.param(Costs(per_share=0.005), -1000, 50.0, 5.0, id="a share, sold"),
        pytest.param(Costs(percent_fee=0.0005), 100, 50.0, 2.5, id="of the value"),
        pytest.param(Costs(0.005, 1.0, 0.0005), 1000, 50.0, 30.0, id="both add up"),
        pytest.param(Costs(per_share=0.005, min_fee=1.0), 10, 50.0, 1.0, id="the least applies"),
        pytest.param(Costs(min_fee=1.0), 0, 50.0, 0.0, id="no order, no fee"),
    ],
)
def test_commission(costs, size, price, commission):
    assert costs.commission(size, price) == pytest.approx(commission, rel=1e-12)


def test_slippage_goes_against_the_order():
    costs = Costs(slippage_bps=5)
    assert costs.slipped(+1, 100.0) == pytest.approx(100.05, rel=1e-12)
    assert costs.slipped(-1, 100.0) == pytest.approx(99.95, rel=1e-12)


@pytest.mark.parametrize(
    ("costs", "bought", "sold"),
    [
        pytest.param(Costs(spread=0.25), 100.125, 99.875, id="an eighth on either side"),
        pytest.param(
            Costs(slippage_bps=5, spread=0.02), 100.05 + 0.01, 99.95 - 0.01, id="after slippage"
        ),
    ],
)
def test_a_buy_pays_half_the_spread_and_a_sale_gives_it(costs, bought, sold):
    assert costs.slipped(+300, 100.0) == pytest.approx(bought, rel=1e-12)
    assert costs.slipped(-300, 100.0) == pytest.approx(sold, rel=1e-12)


@pytest.mark.parametrize("field", ["per_share", "min_fee", "percent_fee", "slippage_bps", "spread"])
def test_any_one_cost_is_not_free(field):
    assert Costs().free
    assert not Costs(**{field: 0.01}).free


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("per_share", -0.1),
        ("min_fee", float("nan")),
        ("min_fee", float("inf")),
        ("percent_fee", 0.1),
        ("slippage_bps", 1000),
        ("spread", -0.01),
        ("spread", float("nan")),
    ],
)
def test_a_value_out_of_range_is_named(name, value):
    with pytest.raises(BrokerError, match=f"{name} must be >= 0 and <"):
        Costs(**{name: value})
