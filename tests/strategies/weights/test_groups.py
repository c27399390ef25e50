"""Caps of groups and floors: by hand, and against linear programs."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some
from scipy.optimize import linprog

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.weights import (
    WeightsError,
    equal,
    equal_variance,
    inverse_variance,
    least_group_cap,
    mean_drawdown,
    mean_variance,
)
from btplaybook.strategies.weights.groups import filled_in_order, in_proportion, members
from btplaybook.strategies.weights.limits import Limits


@pytest.mark.parametrize(
    ("groups", "cap", "floor", "least"),
    [
        pytest.param("aabb", 1.0, 0.0, 0.5, id="two groups: half each"),
        pytest.param("aaab", 0.4, 0.0, 0.6, id="one name can hold 0.4 at most"),
        pytest.param("abc", 1.0, 0.0, 1 / 3, id="three"),
        pytest.param("aa--", 0.5, 0.0, 0.0, id="the others can hold everything"),
        pytest.param("aa--", 0.3, 0.0, 0.4, id="the others can hold 0.6"),
        pytest.param("aaab-", 0.5, 0.2, 0.6, id="three floors"),
        pytest.param("----", 0.25, 0.0, 0.0, id="no groups"),
        pytest.param("aaaa", 0.25, 0.0, 1.0, id="one group"),
    ],
)
def test_the_least_cap_by_hand(groups, cap, floor, least):
    named = [group.strip("-") for group in groups]
    assert least_group_cap(named, cap, floor) == pytest.approx(least, abs=1e-12)


@pytest.mark.parametrize(
    ("volatility", "limits", "weights"),
    [
        # 4 : 4 : 1 : 1 of 10; the first two share 0.5, the others have the rest in proportion.
        pytest.param([0.25, 0.25, 1, 1], {"groups": "aabb", "group_cap": 0.5}, [0.25] * 4,
                     id="a group cut"),
        pytest.param([0.125, 0.25, 1, 1], {"groups": "aab-", "group_cap": 0.6},
                     [0.4, 0.2, 0.2, 0.2], id="in proportion within it"),
        pytest.param([0.25, 0.5, 1, 1], {"floor": 0.2}, [0.4, 0.2, 0.2, 0.2], id="floors"),
        pytest.param([0.1, 1, 1, 1], {"cap": 0.5, "floor": 0.1}, [0.5, 1 / 6, 1 / 6, 1 / 6],
                     id="cap and floor"),
        pytest.param([1, 1, 1, 1], {"groups": "aaab", "group_cap": 0.6, "cap": 0.4},
                     [0.2, 0.2, 0.2, 0.4], id="a cap just filled"),
    ],
)  # fmt: skip
def test_plain_weights_by_hand(volatility, limits, weights):
    limits = {"cap": 1.0, **limits}
    if "groups" in limits:
        limits["groups"] = [group.strip("-") for group in limits["groups"]]
    found = equal_variance(np.array(volatility, float), limits.pop("cap"), **limits)
    assert found == pytest.approx(weights, abs=1e-12)


def test_equal_weights_under_a_cap_of_groups():
    found = equal(5, 1.0, groups=["a", "a", "a", "b", ""], group_cap=0.3)
    assert found == pytest.approx([0.1, 0.1, 0.1, 0.3, 0.4], abs=1e-12)


@some.composite
def limits_of(draw):
    """Limits that leave room, and the groups as they are drawn."""
    m = draw(some.integers(1, 12))
    groups = draw(some.lists(some.sampled_from(["", "a", "b", "c"]), min_size=m, max_size=m))
    cap = draw(some.floats(1 / m, 1.0))
    floor = draw(some.floats(0.0, 1.0)) * min(cap, 1 / m)
    least = least_group_cap(groups, cap, floor)
    group_cap = min(max(least + draw(some.floats(0.0, 1.0)) * (1 - least), 1e-6), 1.0)
    assume(group_cap >= least)
    return m, groups, cap, floor, group_cap


def program(limits, values):
    """Return the largest mean that a linear program finds."""
    m, groups, cap, floor, group_cap = limits
    rows = [np.isin(np.arange(m), places).astype(float) for places in members(groups).values()]
    found = linprog(
        -values, A_ub=np.array(rows) if rows else None, b_ub=[group_cap] * len(rows) or None,
        A_eq=np.ones((1, m)), b_eq=[1.0], bounds=[(floor, cap)] * m,
    )  # fmt: skip
    return None if found.status else -found.fun


@given(limits_of(), some.integers(0, 999))
def test_filled_in_order_is_the_best_of_a_linear_program(limits, seed):
    m, groups, cap, floor, group_cap = limits
    values = np.random.default_rng(seed).normal(0.0, 1.0, m)
    best = program(limits, values)
    assume(best is not None)  # within the solver's tolerance of having no room
    found = filled_in_order(np.argsort(-values), cap, floor, groups, group_cap)
    assert found.sum() == pytest.approx(1.0, abs=1e-9)
    assert found @ values == pytest.approx(best, abs=1e-6)


@given(limits_of(), some.floats(1e-4, 1e-2))
def test_below_the_least_cap_there_is_no_room(limits, less):
    m, groups, cap, floor, _ = limits
    least = least_group_cap(groups, cap, floor)
    assume(less < least)
    assert program((m, groups, cap, floor, least - less), np.zeros(m)) is None
    with pytest.raises(WeightsError, match="the cap must be at least"):
        Limits(m, cap, floor=floor, groups=groups, group_cap=least - less)


@given(limits_of(), some.integers(0, 999))
def test_in_proportion_as_far_as_the_limits_allow(limits, seed):
    m, groups, cap, floor, group_cap = limits
    shares = np.exp(np.random.default_rng(seed).normal(0.0, 1.0, m))
    found = in_proportion(shares, cap, floor, groups, group_cap)
    assert found.sum() == pytest.approx(1.0, abs=1e-9)
    assert floor - 1e-12 <= found.min() <= found.max() <= cap + 1e-12
    free = (found > floor + 1e-9) & (found < cap - 1e-9)
    full = np.zeros(m, dtype=bool)
    for places in members(groups).values():
        assert found[places].sum() <= group_cap + 1e-9
        full[places] = found[places].sum() >= group_cap - 1e-7
    factors = found / shares
    if (free & ~full).any():
        factor = factors[free & ~full]
        assert np.ptp(factor) <= 1e-7 * factor.max()
        assert (factors[free & full] <= factor.max() * (1 + 1e-6)).all()
    order = np.random.default_rng(seed).permutation(m)
    turned = in_proportion(shares[order], cap, floor, [groups[k] for k in order], group_cap)
    assert turned == pytest.approx(found[order], abs=1e-9)


@pytest.mark.parametrize("rule", [equal_variance, inverse_variance])
def test_limits_that_do_not_bind_change_nothing(rule):
    volatility = np.array([0.1, 0.15, 0.2, 0.3])
    plain = rule(volatility, 1.0)
    bound = rule(volatility, 1.0, floor=1e-6, groups=["a", "a", "b", ""], group_cap=0.99)
    assert bound == pytest.approx(plain, abs=1e-12)


def residuals():
    return np.random.default_rng(0).normal(0.0, 0.01, (252, 6))


GROUPS = ["a", "a", "a", "b", "b", ""]


def optimal(how, expected, **limits):
    if how == "mean_variance":
        return mean_variance(expected, 0.04 * np.eye(6), risk_aversion=1.0, **limits)
    return mean_drawdown(expected, residuals(), drawdown_aversion=0.1, **limits)


@pytest.mark.parametrize("how", ["mean_variance", "mean_drawdown"])
def test_optimal_weights_keep_floors_and_caps_of_groups(how):
    expected = np.array([0.5, 0.4, 0.3, 0.05, 0.04, 0.0])
    free = optimal(how, expected, cap=0.5)
    assert free[:3].sum() > 0.9
    assert free.min() < 0.03
    bound = optimal(how, expected, cap=0.5, floor=0.03, groups=GROUPS, group_cap=0.4)
    assert bound.sum() == pytest.approx(1.0, abs=1e-9)
    assert bound[:3].sum() == pytest.approx(0.4, abs=1e-6)
    assert bound[3:5].sum() == pytest.approx(0.4, abs=1e-6)
    assert bound.min() == pytest.approx(0.03, abs=1e-6)


@pytest.mark.parametrize("how", ["mean_variance", "mean_drawdown"])
def test_limits_of_groups_that_do_not_bind_change_no_optimum(how):
    expected = np.array([0.02, 0.03, 0.01, 0.02, 0.025, 0.015])
    free = optimal(how, expected, cap=0.5)
    loose = optimal(how, expected, cap=0.5, groups=GROUPS, group_cap=1.0)
    assert loose == pytest.approx(free, abs=1e-5)


def test_a_band_takes_floors_and_groups_into_account():
    betas = np.array([2.0, 1.5, 1.0, 0.5])
    Limits(4, 1.0, betas=betas, beta_band=(1.9, 2.0))
    for limits in ({"floor": 0.1}, {"groups": ["a", "a", "b", "b"], "group_cap": 0.5}):
        with pytest.raises(WeightsError, match="no weights have a beta in"):
            Limits(4, 1.0, betas=betas, beta_band=(1.9, 2.0), **limits)
    # 0.7 of the first and the floors of the others: 1.7 at most.
    assert Limits(4, 1.0, betas=betas, beta_band=(1.69, 2.0), floor=0.1).floor == 0.1


@pytest.mark.parametrize(
    ("limits", "error", "words"),
    [
        ({"floor": 0.3}, WeightsError, "4 names with at least 0.3 each .* must be at most 0.25"),
        ({"floor": 0.6}, StrategyError, "floor must be from 0 to the cap, got 0.6"),
        ({"floor": -0.1}, StrategyError, "floor must be from 0 to the cap, got -0.1"),
        ({"floor": np.nan}, StrategyError, "floor must be from 0 to the cap, got nan"),
        ({"group_cap": 1.1}, StrategyError, "group_cap must be from 0 to 1, got 1.1"),
        ({"group_cap": 0.5}, StrategyError, "a group_cap needs groups"),
        ({"group_cap": 0.5, "groups": ["a"]}, ValueError, "must have the length 4, got 1"),
        ({"group_cap": 0.4, "groups": list("aabb")}, WeightsError,
         "2 groups with at most 0.4 each leave no room .* the cap must be at least 0.5"),
    ],
    ids=str,
)  # fmt: skip
def test_limits_that_cannot_be_kept_are_refused(limits, error, words):
    with pytest.raises(error, match=words):
        Limits(4, 0.5, **limits)


@pytest.mark.parametrize(
    ("solution", "words"),
    [([0.5, 0.3, 0.15, 0.05], "miss the floor by 0.05"), ([0.4, 0.3, 0.2, 0.1], "the cap of a by")],
)
def test_a_solution_that_misses_one_is_refused(solution, words):
    limits = Limits(4, 0.5, floor=0.1, groups=["a", "a", "b", ""], group_cap=0.6)
    with pytest.raises(WeightsError, match=words):
        limits.honoured(np.array(solution))
