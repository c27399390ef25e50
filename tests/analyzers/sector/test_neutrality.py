"""Ex-ante and realised betas: by hand, against NumPy's least squares, and of known books."""

import datetime
import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from btplaybook.analyzers.sector.neutrality import (
    ex_ante_betas,
    fund_returns,
    realised_beta,
    rolling_beta,
)
from btplaybook.brokers.ledger import ExDate

MON, TUE, WED = (datetime.date(2024, 1, day) for day in (8, 9, 10))


def decided(date, betas, target=0.0):
    return SimpleNamespace(date=date, betas=np.array(betas, dtype=float), target_beta=target)


def test_fund_returns_by_hand(book):
    returns = fund_returns(book, "FUND")
    assert math.isnan(returns.iloc[0])
    assert returns.tolist()[1:] == pytest.approx([51.5 / 50 - 1, 50 / 51 - 1])


def test_two_dividends_of_a_day_are_both_paid(book):
    book.ex_dates.append(ExDate(TUE, "FUND", 0.25, -18.0))
    assert fund_returns(book, "FUND").iloc[1] == pytest.approx(51.75 / 50 - 1)


def test_ex_ante_by_hand(book):
    """40 A at 10 and 30 B at 20 against 900; on Tuesday at 11, 19 and 918; then new betas."""
    diary = [decided(MON, [1.5, 0.5]), decided(WED, [1.0, 1.1], target=0.1)]
    table = ex_ante_betas(book, diary, ("A", "B"), "FUND")
    expected = [0.0, (660 + 285 - 918) / 997.9, (360 + 1.1 * 570 - 900) / 1054.9]
    assert table["ex_ante"].tolist() == pytest.approx(expected)
    assert table["target"].tolist() == [0.0, 0.0, 0.1]


def test_the_order_of_the_tickers_does_not_matter(book):
    one = ex_ante_betas(book, [decided(MON, [1.5, 0.5])], ("A", "B"), "FUND")
    other = ex_ante_betas(book, [decided(MON, [0.5, 1.5])], ("B", "A"), "FUND")
    assert one.equals(other)


def test_a_beta_that_is_not_known_is_a_gap_where_it_is_held(book):
    diary = [decided(MON, [1.5, math.nan])]
    assert ex_ante_betas(book, diary, ("A", "B"), "FUND")["ex_ante"].isna().all()
    flat = book.days[2]._replace(holdings=(-18.0, 30.0, 0.0))
    book.days[2] = flat
    known = ex_ante_betas(book, diary, ("A", "B"), "FUND")["ex_ante"].notna().tolist()
    assert known == [False, False, True]


def test_before_the_first_decision_only_the_fund_is_known(book):
    table = ex_ante_betas(book, [decided(WED, [1.0, 1.0])], ("A", "B"), "FUND")
    assert table["ex_ante"].isna().tolist() == [True, True, False]
    assert table["target"].isna().tolist() == [True, True, False]


def test_a_ruined_account_has_no_beta(book):
    book.days[2] = book.days[2]._replace(equity=-1.0)
    table = ex_ante_betas(book, [decided(MON, [1.0, 1.0])], ("A", "B"), "FUND")
    assert table["ex_ante"].isna().tolist() == [False, False, True]


@given(
    some.integers(2, 12),
    some.lists(
        some.tuples(some.floats(-0.1, 0.1), some.floats(-0.1, 0.1)), min_size=0, max_size=30
    ),
)
def test_a_rolling_beta_is_least_squares_of_its_window(window, rows):
    y, x = np.array(rows, dtype=float).reshape(-1, 2).T
    found = rolling_beta(y, x, window)
    assert found.shape == x.shape
    assert np.isnan(found[: window - 1]).all()
    for last in range(window - 1, x.size):
        seen = slice(last - window + 1, last + 1)
        spread = np.ptp(x[seen])
        if spread == 0.0:
            assert math.isnan(found[last])
        elif spread > 1e-4:
            design = np.column_stack((np.ones(window), x[seen]))
            slope = np.linalg.lstsq(design, y[seen], rcond=None)[0][1]
            assert found[last] == pytest.approx(slope, rel=1e-8, abs=1e-8)


def test_a_rolling_beta_knows_nothing_of_later_days():
    rng = np.random.default_rng(2)
    y, x = rng.normal(size=(2, 50))
    before = rolling_beta(y[:30], x[:30], 10)
    assert np.array_equal(rolling_beta(y, x, 10)[:30], before, equal_nan=True)


def test_a_window_has_two_days_at_least():
    with pytest.raises(ValueError, match="window must be >= 2, got 1"):
        rolling_beta(np.zeros(3), np.zeros(3), 1)


def test_the_realised_beta_is_numpys():
    rng = np.random.default_rng(3)
    x = rng.normal(scale=0.01, size=900)
    y = 0.2 * x + rng.normal(scale=0.004, size=900)
    found = realised_beta(y, x)
    assert found.beta == pytest.approx(np.polyfit(x, y, 1)[0], rel=1e-9)
    assert (found.days, found.lags) == (900, 6)
    # errors that are independent and of equal variance: the textbook's error is nearly right
    assert found.standard_error == pytest.approx(0.004 / 0.01 / math.sqrt(900), rel=0.1)
    assert abs(found.beta - 0.2) < 3 * found.standard_error


@pytest.mark.parametrize(
    ("returns", "market"),
    [
        pytest.param([], [], id="no day"),
        pytest.param([0.1, 0.2], [0.1, 0.0], id="two days"),
        pytest.param([0.1, 0.2, 0.1], [0.01] * 3, id="a market that stood still"),
    ],
)
def test_a_beta_that_does_not_exist(returns, market):
    assert realised_beta(np.array(returns), np.array(market)) is None


@pytest.mark.parametrize("measure", [realised_beta, lambda y, x: rolling_beta(y, x, 2)])
def test_bad_returns_are_refused(measure):
    with pytest.raises(ValueError, match="as many returns as the account, 3, got 2"):
        measure(np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match="must be finite, got nan at index 1"):
        measure(np.array([0.0, math.nan, 0.0]), np.zeros(3))
