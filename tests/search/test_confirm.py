"""What was screened must be what was run; if not, the message says where."""

import math

import numpy as np
import pandas as pd
import pytest

from btplaybook.search.confirm import confirm
from btplaybook.search.errors import Mismatch

DATES = np.busday_offset("2020-01-06", np.arange(5))  # Monday to Friday
LATER = DATES + np.timedelta64(7, "D")
EQUITY = np.array([1e6, 1.01e6, 0.99e6, 1.02e6, 1.05e6])
FIGURES = {
    "points": 12.5, "switches": 3.0, "win_rate": None, "ruined_on": None,
    "sharpe_band": [0.1, 0.9], "ex_dividend": {"long": 1, "short": 2}, "pnl": {"price": 5e4},
}  # fmt: skip


def ran(values=EQUITY, dates=DATES):
    return pd.Series(values, pd.DatetimeIndex(dates), dtype=float)


def check(equity=EQUITY, account=None, measured=(), figures=FIGURES):
    confirm(
        "SPY SMA 8",
        DATES,
        np.asarray(equity),
        figures,
        ran() if account is None else account,
        {**FIGURES, "volatility": 0.2, **dict(measured)},
        1e6,
    )


def message(**asked):
    with pytest.raises(Mismatch) as refused:
        check(**asked)
    assert refused.value.exit_code == 1
    words = str(refused.value)
    assert words.startswith("SPY SMA 8: ")
    assert "\n" not in words
    return words.removeprefix("SPY SMA 8: ")


def changed(row, value):
    equity = EQUITY.copy()
    equity[row] = value
    return equity


def test_equal_accounts_pass():
    check()


@pytest.mark.parametrize(("name", "own"), [("excess", "total_return"), ("excess_per_year", "cagr")])
def test_a_difference_counts_against_what_it_was_taken_from(name, own):
    """A rate per year of a few days may be 1e8, and two of them cancel to rounding alone."""
    check(figures={name: 3e-2}, measured={name: 0.0, own: 1e8})
    words = message(figures={name: 3e-2}, measured={name: 0.0, own: 1e7})
    assert words == f"{name} is 0.03 by the arrays and 0.0 bar by bar"
    message(figures={name: 2e-9}, measured={name: 0.0, own: None})


def test_rounding_is_no_difference():
    check(equity=EQUITY * (1 + 5e-10), measured={"points": 12.5 * (1 + 5e-10), "switches": 3})


def test_differences_count_against_the_larger_of_cash_and_the_highest_equity():
    # Where little is left of the account, rounding of what it had is still rounding.
    poor = changed(3, 1e-3)
    check(equity=poor + np.array([0, 0, 0, 9e-4, 0]), account=ran(poor))
    rich = changed(3, 1e12)
    check(equity=rich + np.array([0, 0, 900.0, 0, 0]), account=ran(rich))
    assert "2020-01-08" in message(
        equity=EQUITY + np.array([0, 0, 900.0, 0, 0]), account=ran(EQUITY)
    )


@pytest.mark.parametrize("row", range(5))
def test_a_wrong_day_is_named_with_both_values(row):
    wrong = changed(row, EQUITY[row] + 0.01)
    assert message(equity=wrong) == (
        f"equity of {DATES[row]} is {float(wrong[row])!r} by the arrays and "
        f"{float(EQUITY[row])!r} bar by bar"
    )


def test_the_first_wrong_day_is_named():
    wrong = changed(1, 5.0)
    wrong[3] = 7.0
    assert message(equity=wrong).startswith("equity of 2020-01-07 is 5.0")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf], ids=str)
def test_what_is_no_number_never_passes(value):
    lost = changed(2, value)
    assert message(equity=lost) == (
        f"equity of 2020-01-08 is {value} by the arrays and 990000.0 bar by bar"
    )
    assert message(account=ran(lost)) == (
        f"equity of 2020-01-08 is 990000.0 by the arrays and {value} bar by bar"
    )
    assert "2020-01-08" in message(equity=lost, account=ran(lost))


@pytest.mark.parametrize(
    ("name", "measured"),
    [
        ("points", 12.500001),
        ("points", None),
        ("points", math.nan),
        ("switches", 4),
        ("win_rate", 0.5),
        ("ruined_on", "2020-01-08"),
        ("sharpe_band", [0.1, 0.91]),
        ("sharpe_band", [0.1]),
        ("sharpe_band", None),
        ("ex_dividend", {"long": 1, "short": 3}),
        ("ex_dividend", {"long": 1}),
        ("pnl", {"price": 5e4 + 0.01}),
    ],
    ids=str,
)
def test_a_wrong_figure_is_named_with_both_values(name, measured):
    assert message(measured={name: measured}) == (
        f"{name} is {FIGURES[name]!r} by the arrays and {measured!r} bar by bar"
    )


def test_a_number_is_not_none_the_other_way_round_either():
    words = message(figures={"win_rate": 0.5}, measured={"win_rate": None})
    assert words == "win_rate is 0.5 by the arrays and None bar by bar"


def test_profit_is_compared_in_account_currency():
    check(measured={"pnl": {"price": 5e4 + 1e-4}})


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (DATES[:4], "5 days by the arrays and 4 bar by bar, 2020-01-10 by the arrays alone"),
        ([*DATES, "2020-01-13"], "5 days by the arrays and 6 bar by bar, 2020-01-13 by the run"),
        (LATER, "5 days by the arrays and 5 bar by bar, 2020-01-06 by the arrays alone"),
        ([*DATES[:4], "2020-01-11"], "and 5 bar by bar, 2020-01-10 by the arrays alone"),
        (DATES[::-1], "5 days by the arrays and 5 bar by bar in another order"),
    ],
    ids=["one less", "one more", "a week later", "another last", "backwards"],
)
def test_different_days_are_named(dates, words):
    assert words in message(account=ran([1.0] * len(dates), pd.DatetimeIndex(dates)))
