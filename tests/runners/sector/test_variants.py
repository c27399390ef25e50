import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.runs.sector.variants import variant_figures, variant_returns, variants_of

DATES = pd.bdate_range("2024-01-01", periods=4)


def equity(*values):
    return pd.Series(values, index=DATES)


def test_by_hand():
    """The opening day's costs are in the first return."""
    table = variant_returns({"run": equity(99.0, 110.0, 99.0, 108.9)}, DATES, 100.0)
    assert table["run"].tolist() == pytest.approx([0.1, -0.1, 0.1])
    fund = pd.Series([0.02, -0.02, 0.02], index=DATES[1:])
    (figures,) = variant_figures(table, fund, 252, 0.0).values()
    assert figures["total_return"] == pytest.approx(0.089)
    assert figures["max_drawdown"] == pytest.approx(-0.1)
    assert figures["beta"] == pytest.approx(5.0)
    assert figures["excess"] == pytest.approx(0.089 - (1.02 * 0.98 * 1.02 - 1))
    daily = np.array([0.1, -0.1, 0.1])
    assert figures["sharpe"] == pytest.approx(daily.mean() / daily.std(ddof=1) * math.sqrt(252))


def test_the_order_is_kept():
    both = {"run": equity(1, 1, 1, 1), "another": equity(1, 2, 1, 2)}
    assert list(variant_returns(both, DATES, 1.0)) == ["run", "another"]


def test_after_ruin_nothing_is_earned():
    table = variant_returns({"ruined": equity(100.0, -5.0, -5.0, -5.0)}, DATES, 100.0)
    assert table["ruined"].tolist() == pytest.approx([-1.05, 0.0, 0.0])
    fund = pd.Series(0.0, index=DATES[1:])
    assert variant_figures(table, fund, 252, 0.0)["ruined"]["sharpe"] is None


def test_other_bars_are_refused():
    with pytest.raises(ValueError, match="'short' has no value on 2024-01-04"):
        variant_returns({"short": equity(1, 1, 1, 1).iloc[:3]}, DATES, 1.0)


def test_none():
    table = variant_returns({}, DATES, 1.0)
    assert table.shape == (3, 0)
    assert variant_figures(table, pd.Series(0.0, index=DATES[1:]), 252, 0.0) == {}


@pytest.mark.parametrize(
    ("weighting", "gate", "expected"),
    [
        ("mean_variance", True,
         {"gate on": {}, "gate off": {"gate": False},
          "never optimised": {"weighting": "equal_variance"}}),
        ("mean_drawdown", False,
         {"gate off": {}, "gate on": {"gate": True},
          "never optimised": {"weighting": "equal_variance"}}),
        ("inverse_variance", True, {"inverse variance": {}}),
    ],
)  # fmt: skip
def test_the_run_comes_first_and_the_others_are_run(weighting, gate, expected):
    found = variants_of(SimpleNamespace(weighting=weighting, gate=gate))
    assert found == expected
    assert list(found) == list(expected)
