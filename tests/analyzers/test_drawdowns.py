"""Laws of the table of drawdowns: it equals a walk over exact fractions, day by day."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from btplaybook.analyzers.drawdowns import drawdowns
from btplaybook.analyzers.statistics import max_drawdown

OPENED = pd.Timestamp("2020-01-01")


def dated(percents, gaps=None):
    days = np.cumsum(gaps or [1] * len(percents))
    dates = [OPENED + pd.Timedelta(days=int(day)) for day in days]
    return pd.Series([percent / 100 for percent in percents], index=dates, dtype=float)


def walked(percents, dates):
    """Walk day by day: start, trough, end, depth and days, in exact fractions."""
    wealth = peak = Fraction(1)
    top, found, current = OPENED, [], None
    for percent, date in zip(percents, dates, strict=True):
        wealth *= 1 + Fraction(percent, 100)
        if wealth >= peak:
            if current:
                found.append((*current[:2], date, current[2], (date - current[0]).days))
            peak, top, current = wealth, date, None
        elif current is None or wealth / peak - 1 < current[2]:
            current = (top, date, wealth / peak - 1)
    if current:
        found.append((*current[:2], None, current[2], (dates[-1] - current[0]).days))
    return sorted(found, key=lambda each: each[3])


@given(
    st.lists(
        st.tuples(
            st.sampled_from([-50, -20, -10, 0, 10, 25, 100]) | st.integers(-30, 30),
            st.integers(1, 40),
        ),
        max_size=40,
    )
)
@example([(-50, 1), (100, 3), (-50, 2)])  # back to the peak exactly, and open at the end
@example([(10, 1), (0, 1), (-10, 1), (-10, 2), (0, 1), (25, 1)])
def test_equals_the_walk_in_fractions(days):
    percents, gaps = [day[0] for day in days], [day[1] for day in days]
    returns = dated(percents, gaps)
    found = drawdowns(returns, OPENED)
    expected = walked(percents, list(returns.index))
    assert [each[:3] + each[4:] for each in found] == [each[:3] + each[4:] for each in expected]
    assert [each.depth for each in found] == pytest.approx([float(each[3]) for each in expected])
    deepest = min((each.depth for each in found), default=0.0)
    assert deepest == pytest.approx(max_drawdown(returns.to_numpy()), abs=1e-12)


def test_without_the_opening_day_the_first_return_starts():
    (only,) = drawdowns(dated([-10, 5]))
    assert only.start == only.trough == OPENED + pd.Timedelta(days=1)
    assert (only.end, only.days) == (None, 1)


def test_a_ruined_account_stays_down():
    (only,) = drawdowns(dated([10, -150, 40]), OPENED)
    assert (only.depth, only.end, only.days) == (-1.0, None, 2)
    assert only.trough == OPENED + pd.Timedelta(days=2)


def test_rounding_alone_is_no_drawdown():
    returns = dated([10] * 300)
    returns.iloc[1::2] = 1 / 1.1 - 1
    assert {each.days for each in drawdowns(returns.iloc[:-1], OPENED)} == {2}
    assert drawdowns(dated([0, 10, 0, 5]), OPENED) == []


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_gaps_are_refused(bad):
    with pytest.raises(ValueError, match="index 1"):
        drawdowns(dated([1, 100 * bad]), OPENED)
