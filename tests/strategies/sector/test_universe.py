"""Who can be chosen, one reason at a time and in order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra import numpy as npst

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.beta import trailing_betas
from btplaybook.strategies.sector.filters import Filters, KnownGroups
from btplaybook.strategies.sector.residuals import residual_returns
from btplaybook.strategies.sector.universe import (
    LEAST_HISTORY,
    REASONS,
    _median_known,
    core,
    eligible,
)
from btplaybook.strategies.weights.optimal import LEAST_ROWS


def inputs(m):
    """Return what m stocks without a fault look like."""
    return {
        "price": np.full(m, 50.0),
        "dollar_volume": np.full((60, m), 20e6),
        "sessions": np.full(m, 1000),
        "trades": np.ones(m, bool),
        "member": np.ones(m, bool),
        "of_sector": np.ones(m, bool),
        "held": np.ones(m, bool),
    }


def with_groups(table, m, *, countries, sub_industries, caps):
    """Keep to two countries, two sub-industries and a range of sizes; some stocks are of others."""
    values = np.full(m, 1e10)
    values[list(caps)] = list(caps.values())
    table["groups"] = KnownGroups(
        tuple(countries.get(place, ("US", "IE")[place % 2]) for place in range(m)),
        tuple(sub_industries.get(place, "Drugs, generic") for place in range(m)),
        values,
    )
    table["filters"] = Filters("us; IE", "Biotechnology;Drugs, Generic", 1e9, 5e10)


def test_each_reason_on_a_stock_of_its_own():
    m = len(REASONS) + 1
    table = inputs(m)
    table["member"][0] = False
    table["of_sector"][1] = False
    table["held"][2] = False
    with_groups(
        table, m, countries={3: "", 4: "CH"}, sub_industries={5: "", 6: "Drugs"},
        caps={12: np.nan, 13: 9e8, 14: 6e10},
    )  # fmt: skip
    table["trades"][7] = False
    table["sessions"][8] = LEAST_HISTORY - 1
    table["price"][9] = np.nan
    table["price"][10] = 4.99
    table["dollar_volume"][:, 11] = 9.99e6
    found = eligible(np.ones(m, bool), **table)
    assert found.reasons == (*REASONS, "")
    assert found.mask.tolist() == [False] * len(REASONS) + [True]
    assert found.excluded == dict.fromkeys(REASONS, 1)
    assert list(found.excluded) == list(REASONS)
    assert not found.volume_unknown.any()


def test_on_its_floors_a_stock_is_in():
    table = inputs(1)
    table |= {
        "price": np.array([5.0]),
        "dollar_volume": np.full((60, 1), 10e6),
        "sessions": np.array([LEAST_HISTORY]),
    }
    assert eligible(np.ones(1, bool), **table).mask.all()


def test_at_its_limits_a_market_value_is_in():
    table = inputs(2) | {"groups": KnownGroups(market_caps=np.array([1e9, 5e10]))}
    for limits in ((1e9, 5e10), (0.0, 5e10), (1e9, 0.0)):
        filters = Filters(least_market_cap=limits[0], most_market_cap=limits[1])
        assert eligible(np.ones(2, bool), **table, filters=filters).mask.all()
    found = eligible(np.ones(2, bool), **table, filters=Filters(most_market_cap=2e9))
    assert found.reasons == ("", "market value above the ceiling")


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(country="US"), "'US' is wanted, and no groups"),
        (Filters(sub_industry="Drugs"), "'Drugs' is wanted, and no groups"),
        (Filters(least_market_cap=1.0), "no market values are given"),
        (Filters(most_market_cap=-1.0), "most_market_cap must be >= 0, got -1.0"),
        (Filters(least_market_cap=np.nan), "least_market_cap must be >= 0, got nan"),
    ],
    ids=str,
)
def test_a_filter_without_what_it_reads_is_refused(filters, words):
    with pytest.raises(StrategyError, match=words):
        eligible(np.ones(2, bool), **inputs(2), filters=filters)


def test_floors_can_be_moved():
    floors = {"least_price": 50.01, "least_dollar_volume": 21e6, "least_history": 1001}
    for name, reason in zip(floors, (10, 11, 8), strict=True):
        found = eligible(np.ones(2, bool), **inputs(2), **{name: floors[name]})
        assert found.reasons == (REASONS[reason],) * 2


def test_the_volume_floor_is_for_the_median():
    """One busy day does not make a stock liquid, nor does one quiet day make it illiquid."""
    table = inputs(2)
    table["dollar_volume"] = np.full((60, 2), [[1e6, 11e6]])
    table["dollar_volume"][0] = [1e12, 0.0]
    found = eligible(np.ones(2, bool), **table)
    assert found.reasons == ("volume below the floor", "")


@pytest.mark.parametrize(
    ("n_unknown", "unknown"), [(0, False), (29, False), (30, True), (60, True)]
)
def test_a_volume_that_is_not_known_keeps_nobody_out(n_unknown, unknown):
    table = inputs(2)
    table["dollar_volume"][:n_unknown, 0] = np.nan
    table["dollar_volume"][n_unknown:, 0] = 1e6
    found = eligible(np.ones(2, bool), **table)
    assert found.volume_unknown.tolist() == [unknown, False]
    assert found.mask.tolist() == [unknown, True]


def test_who_is_out_for_another_reason_is_not_flagged():
    table = inputs(2)
    table["dollar_volume"][:] = np.nan
    table["price"][0] = 1.0
    assert eligible(np.ones(2, bool), **table).volume_unknown.tolist() == [False, True]


def test_sources_that_are_not_there_keep_nobody_out():
    table = inputs(3) | {"member": None, "of_sector": None, "held": None}
    found = eligible(np.array([True, False, True]), **table)
    assert found.mask.tolist() == [True, False, True]
    assert found.reasons == ("", "", "")
    assert sum(found.excluded.values()) == 0


flags = npst.arrays(np.bool_, 6)


@given(flags, flags, flags, flags, flags, npst.arrays(np.float64, 6, elements=some.floats(1, 9)))
def test_everybody_is_in_or_counted_once(candidates, member, of_sector, held, trades, price):
    table = inputs(6) | {"member": member, "of_sector": of_sector, "held": held}
    table |= {"trades": trades, "price": price}
    found = eligible(candidates, **table)
    assert found.mask.sum() + sum(found.excluded.values()) == candidates.sum()
    assert [not reason for reason in found.reasons] == (found.mask | ~candidates).tolist()
    order = np.arange(6)[::-1]
    turned = eligible(
        candidates[order],
        **{name: values[..., order] for name, values in table.items()},
    )
    assert turned.mask[order].tolist() == found.mask.tolist()


@pytest.mark.parametrize("name", ["least_price", "least_dollar_volume", "least_history"])
@pytest.mark.parametrize("floor", [-1, np.nan, np.inf])
def test_a_floor_that_is_none_is_refused(name, floor):
    with pytest.raises(StrategyError, match=f"{name} must be >= 0, got {floor}"):
        eligible(np.ones(2, bool), **inputs(2), **{name: floor})


def test_the_least_history_makes_a_covariance():
    """A stock that is just old enough has as many residual returns as a covariance takes."""
    random = np.random.default_rng(0)
    market = random.normal(0.0, 0.01, LEAST_HISTORY)
    returns = market[:, None] + random.normal(0.0, 0.01, (LEAST_HISTORY, 1))
    market[0] = returns[0] = np.nan  # the first bar has none
    betas = trailing_betas(returns, market).betas
    residuals = residual_returns(returns, market, betas)
    assert (~np.isnan(residuals)).sum() == LEAST_ROWS


@pytest.mark.parametrize(
    ("weights", "n", "chosen"),
    [
        pytest.param([0.1, 0.3, 0.2, 0.4], 2, [0, 1, 1, 0], id="the fourth cannot be chosen"),
        pytest.param([0.2, 0.1, 0.2, 0.4], 1, [1, 0, 0, 0], id="of equals the first"),
        pytest.param([np.nan, 0.3, np.nan, 0.4], 2, [0, 1, 0, 0], id="a weight not known"),
        pytest.param([0.1, 0.3, 0.2, 0.4], None, [1, 1, 1, 0], id="all"),
        pytest.param([np.nan] * 4, None, [1, 1, 1, 0], id="all, without holdings"),
        pytest.param([0.1, 0.3, 0.2, 0.4], 9, [1, 1, 1, 0], id="more than there are"),
    ],
)
def test_core(weights, n, chosen):
    mask = np.array([True, True, True, False])
    found = core(mask, np.array(weights), n)
    assert found.tolist() == [bool(flag) for flag in chosen]
    assert found is not mask


def test_core_refuses():
    with pytest.raises(StrategyError, match="the core must be 1 name or more, got 0"):
        core(np.ones(2, bool), np.ones(2), 0)
    with pytest.raises(StrategyError, match="of none is the weight known: give holdings"):
        core(np.ones(2, bool), np.full(2, np.nan), 1)
    assert not core(np.zeros(2, bool), np.full(2, np.nan), 1).any()


@given(
    npst.arrays(
        np.float64,
        some.tuples(some.integers(1, 12), some.integers(1, 5)),
        elements=some.one_of(some.just(np.nan), some.floats(0.0, 1e12)),
    )
)
def test_the_median_volume_is_that_of_the_known_sessions(rows):
    median, unknown = _median_known(rows)
    np.testing.assert_array_equal(unknown, 2 * (~np.isnan(rows)).sum(axis=0) <= len(rows))
    assert np.isnan(median[unknown]).all()
    np.testing.assert_array_equal(median[~unknown], np.nanmedian(rows[:, ~unknown], axis=0))
