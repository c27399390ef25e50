"""Stocks on their fund's sessions: gaps, late listings and ends, and nothing of tomorrow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.strategies.sector.history import GONE_AFTER, Series, aligned

DAYS = np.datetime64("2024-01-01") + np.arange(12)


def series(places, close=None, volume=100.0, dividend=None):
    places = np.asarray(places, dtype=int)
    n = len(places)
    return Series(
        DAYS[places],
        np.full(n, 10.0) if close is None else np.asarray(close, dtype=float),
        np.full(n, volume),
        np.zeros(n) if dividend is None else np.asarray(dividend, dtype=float),
    )


FUND = series(range(6), [100, 101, 102, 103, 104, 105])


def test_a_stock_with_every_bar():
    stock = series(range(6), [10, 11, 11, 12, 12, 12], dividend=[0, 0, 1, 0, 0, 0])
    history = aligned(FUND, [stock])
    assert np.isnan(history.returns[0, 0])
    assert history.returns[1:, 0] == pytest.approx([0.1, 1 / 11, 1 / 11, 0, 0], abs=1e-12)
    assert history.market[1:] == pytest.approx(FUND.close[1:] / FUND.close[:-1] - 1, rel=1e-12)
    assert np.isnan(history.market[0])
    assert history.traded.all()
    assert history.dollar_volume[1, 0] == 1100.0


def test_a_gap_is_no_move_and_the_next_bar_has_all_of_it():
    history = aligned(FUND, [series([0, 1, 4, 5], [10, 10, 15, 15], dividend=[0, 0, 1, 0])])
    assert history.returns[1:, 0] == pytest.approx([0, 0, 0, 0.6, 0], abs=1e-12)
    assert history.close[:, 0].tolist() == [10, 10, 10, 10, 15, 15]
    assert history.traded[:, 0].tolist() == [True, True, False, False, True, True]
    assert history.dollar_volume[2, 0] == 0.0


def test_a_late_listing_has_no_past():
    history = aligned(FUND, [series([3, 4, 5], [10, 11, 11])])
    assert np.isnan(history.close[:3, 0]).all()
    assert np.isnan(history.returns[:4, 0]).all()
    assert history.returns[4, 0] == pytest.approx(0.1)
    assert not history.traded[:3, 0].any()


def test_a_stock_that_ended_is_gone_after_some_sessions():
    fund = series(range(12))
    history = aligned(fund, [series([0, 1, 2])])
    first_gone = int(history.gone[:, 0].argmax())
    assert first_gone == 2 + GONE_AFTER + 1
    assert history.gone[first_gone:, 0].all()


def test_a_stock_without_bars_yet():
    history = aligned(FUND, [series([])])
    assert np.isnan(history.close).all()
    assert not history.traded.any()
    assert not history.gone.any()


def test_unknown_volume_stays_unknown():
    history = aligned(FUND, [series(range(6), volume=0.0)])
    assert np.isnan(history.dollar_volume).all()


def test_a_bar_on_a_day_that_is_no_session_counts_at_the_next_one():
    fund = series([0, 1, 3, 4])
    history = aligned(fund, [series([0, 1, 2, 3, 4], [10, 10, 12, 12, 12])])
    assert history.returns[1:, 0] == pytest.approx([0, 0.2, 0])


@given(st.integers(2, 11), st.integers(0, 99))
def test_what_comes_later_changes_nothing_before(known, seed):
    rng = np.random.default_rng(seed)
    close = 10 * np.exp(rng.normal(0, 0.1, 12))
    whole = aligned(series(range(12), close), [series(range(12), close[::-1])])
    cut = aligned(series(range(known), close[:known]), [series(range(known), close[::-1][:known])])
    np.testing.assert_array_equal(cut.returns, whole.returns[:known])
    np.testing.assert_array_equal(cut.close, whole.close[:known])
