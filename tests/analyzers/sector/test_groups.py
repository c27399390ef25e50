"""Groups of the universe and of the basket, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from btplaybook.analyzers.sector.groups import by_group, market_values


def decided(universe, weights, countries=(), caps=None):
    return SimpleNamespace(
        universe=np.array(universe, bool), weights=np.array(weights, float), countries=countries,
        market_caps=None if caps is None else np.array(caps, float),
    )  # fmt: skip


def test_two_decisions():
    """A stock that is not in the universe counts nowhere; Ireland has none at the first."""
    diary = [
        decided([1, 1, 1, 0], [0.5, 0.3, 0.2, 0.0], ("US", "US", "", "CH")),
        decided([1, 0, 1, 1], [0.6, 0.0, 0.0, 0.4], ("US", "US", "", "IE")),
    ]
    assert by_group(diary, "countries") == [
        {"group": "US", "least": 1, "most": 2, "mean_weight": pytest.approx(0.7),
         "largest_weight": 0.8},
        {"group": "IE", "least": 0, "most": 1, "mean_weight": 0.2, "largest_weight": 0.4},
        {"group": "not known", "least": 1, "most": 1, "mean_weight": 0.1, "largest_weight": 0.2},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "diary",
    [
        pytest.param([], id="no-decision"),
        pytest.param([decided([1, 1], [0.5, 0.5])], id="no-groups"),
        pytest.param([decided([1, 1], [0.5, 0.5], ("", ""))], id="none-known"),
        pytest.param([decided([0, 0], [0.0, 0.0], ("US", "US"))], id="no-universe"),
    ],
)
def test_nothing_known(diary):
    assert by_group(diary, "countries") == []


def test_market_values_of_the_last_universe():
    diary = [
        decided([1, 1, 1], [1, 0, 0], caps=[1.0, 2.0, 9.0]),
        decided([1, 1, 0], [1, 0, 0], caps=[4.0, np.nan, 8.0]),
        decided([0, 0, 0], [0, 0, 0], caps=[1.0, 1.0, 1.0]),
    ]
    assert market_values(diary) == {"least": 4.0, "median": 4.0, "most": 4.0, "unknown": 1}
    assert market_values(diary[:1]) == {"least": 1.0, "median": 2.0, "most": 9.0, "unknown": 0}


@pytest.mark.parametrize("caps", [None, [np.nan, np.nan]])
def test_no_market_value_known(caps):
    found = market_values([decided([1, 1], [0.5, 0.5], caps=caps)])
    assert found == {"least": None, "median": None, "most": None, "unknown": 0}
