"""What a column of numbers is taken for, and what is refused because it cannot be told."""

import numpy as np
import pytest

from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.return_series.kinds import kind_of

RETURNS = np.random.default_rng(0).normal(4e-4, 0.01, 250)
WEALTH = np.cumprod(1.0 + RETURNS)


def kind(values, label="0", per_cent=False, periods=252):
    return kind_of(np.array(values), label, per_cent=per_cent, periods_per_year=periods).kind


@pytest.mark.parametrize(
    ("values", "label", "per_cent", "wanted"),
    [
        pytest.param(RETURNS, "0", False, "returns", id="fractions"),
        pytest.param(100 * RETURNS, "0", True, "percent", id="per cent signs"),
        pytest.param(100 * RETURNS, "Return (%)", False, "percent", id="a label of per cent"),
        pytest.param(RETURNS, "pct_change", False, "returns", id="pandas' word for fractions"),
        pytest.param(1e5 * WEALTH, "0", False, "equity", id="money"),
        pytest.param(WEALTH, "0", False, "equity", id="growth of 1"),
        pytest.param(100.0 + np.zeros(50), "0", False, "equity", id="a value that never moves"),
        pytest.param(np.abs(RETURNS), "daily_return", False, "returns", id="never a loss, so said"),
        pytest.param(
            np.linspace(1e5, -10.0, 50), "equity", False, "equity", id="equity to below 0"
        ),
        pytest.param(np.zeros(30), "ret", False, "returns", id="zeros called returns"),
        pytest.param(np.full(30, 1e-3), "return", False, "returns", id="a constant called returns"),
        pytest.param(RETURNS, "catalog_returns", False, "returns", id="no log"),
        pytest.param(np.append(RETURNS, 1.5), "0", False, "returns", id="a very good day"),
        pytest.param(
            np.abs(RETURNS[:1]).tolist() + RETURNS.tolist(),
            "Close",
            False,
            "returns",
            id="returns that kept the name of the prices",
        ),
        pytest.param(RETURNS[:12], "Portfolio", False, "returns", id="twelve returns"),
        pytest.param([100.0, 60.0, -5.0, 3.0], "Account", False, "equity", id="equity at its end"),
    ],
)
def test_kind(values, label, per_cent, wanted):
    assert kind(values, label, per_cent) == wanted


@pytest.mark.parametrize(
    ("values", "label", "words"),
    [
        pytest.param(100 * RETURNS, "0", "in per cent", id="1.2 for 1.2 %"),
        pytest.param(30 * RETURNS, "0", "in per cent", id="0.36 for a calm 0.36 %"),
        pytest.param(9 * RETURNS, "SHY", "in per cent", id="0.09 for the 0.09 % of short bonds"),
        pytest.param(
            np.tile(1e-3 + 0.5 * np.abs(RETURNS), 2),
            "bills_return",
            "1 grows to",
            id="bills in per cent",
        ),
        pytest.param(100 * RETURNS, "returns", "in per cent", id="though called returns"),
        pytest.param(1000 * RETURNS, "0", "or money", id="money won and lost"),
        pytest.param(RETURNS.cumsum() - 0.05, "0", "running total", id="a running sum"),
        pytest.param(1.0 + RETURNS, "0", "growth factors", id="1 + r"),
        pytest.param(np.abs(RETURNS), "0", "without a loss", id="never a loss"),
        pytest.param(WEALTH / np.maximum.accumulate(WEALTH) - 1, "0", "drawdowns", id="drawdowns"),
        pytest.param(1e5 * WEALTH, "returns", "holds levels", id="equity called returns"),
        pytest.param(np.zeros(30), "0", "no number is negative", id="nothing but zeros"),
        pytest.param([0.01, -1.0, 0.02], "0", "the least is -1", id="all lost in a day"),
    ],
)
def test_what_cannot_be_told_names_the_option(values, label, words):
    with pytest.raises(RequestError, match=words) as refused:
        kind(values, label)
    message = str(refused.value)
    assert "--kind returns" in message
    assert "--kind equity" in message
    assert "\n" not in message


def test_monthly_returns_may_be_larger():
    monthly = np.random.default_rng(1).normal(0.01, 0.12, 60)
    assert kind(monthly, periods=12) == "returns"


@pytest.mark.parametrize("label", ["log_return", "Log Returns", "logret", "spy_ln_return"])
def test_log_returns_are_no_simple_ones(label):
    with pytest.raises(RequestError, match=r"exp\(r\) - 1, or say --kind returns") as refused:
        kind(RETURNS, label)
    assert "\n" not in str(refused.value)


def test_all_gains_that_hang_together_are_told_so():
    with pytest.raises(RequestError, match="told: numbers that hang together"):
        kind(np.linspace(0.01, 0.1, 30), "return")
