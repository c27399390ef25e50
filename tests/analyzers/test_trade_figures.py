"""Figures of round trips against sums by hand, and against backtesting.py's definitions."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.analyzers.trade_figures import AMOUNTS, trade_figures
from btplaybook.brokers.ledger import Fill

DAILY = pd.DataFrame({"equity": [1000.0, 1000, 1100, 900, 1000], "invested": [False, 1, 1, 0, 1]})
COUNTS = ("count", "open", "long", "short", "positions", "longest_losing_streak")


def table(*rows):
    """Rows of ``(position, side, net, return, days, is open)``, closed one a day."""
    names = ("position", "side", "net", "return", "days", "open")
    types = {"position": int, "side": int, "net": float, "return": float, "days": int, "open": bool}
    trips = pd.DataFrame(rows, columns=names).astype(types)
    dates = pd.date_range("2024-01-08", periods=len(trips))
    return trips.assign(
        bars=trips["days"] - 1.0,
        mae=-0.01 * trips["days"],
        mfe=0.02 * trips["days"],
        exit_date=dates.where(~trips["open"]),
        exit_moment=np.where(trips["open"], None, "close"),
    )


TRIPS = table(
    (1, 1, 30.0, 0.03, 2, False),
    (1, 1, 10.0, 0.02, 4, False),
    (2, -1, -5.0, -0.01, 1, False),
    (3, 1, -15.0, -0.02, 3, False),
    (4, 1, 0.0, 0.0, 1, False),
    (5, 1, -20.0, -0.05, 7, False),
    (6, -1, 500.0, 0.5, 9, True),
)


def test_figures_by_hand():
    fills = [Fill(None, "close", "A", size, 50.0, 50.0, 0, 0, 0, 0) for size in (10, -10)]
    figures = trade_figures(TRIPS, fills, DAILY, periods_per_year=2)
    assert figures == pytest.approx(
        {
            "count": 6, "open": 1, "long": 5, "short": 1,
            "positions": 5, "positions_win_rate": 1 / 5,
            "win_rate": 2 / 6,
            "average_win": 20.0, "median_win": 20.0,
            "average_loss": -40 / 3, "median_loss": -15.0,
            "expectancy": 0.0, "best": 30.0, "worst": -20.0,
            "average_win_return": 0.025, "median_win_return": 0.025,
            "average_loss_return": -0.08 / 3, "median_loss_return": -0.02,
            "expectancy_return": -0.03 / 6, "best_return": 0.03, "worst_return": -0.05,
            "payoff": 20 / (40 / 3), "profit_factor": 1.0,
            "average_bars": 2.0, "median_bars": 1.5, "average_days": 3.0, "median_days": 2.5,
            "longest_losing_streak": 2,
            "exposure": 3 / 4,
            "turnover": 1000 / 2 / 1000,
            "average_mae": -0.03, "average_mfe": 0.06, "worst_mae": -0.07,
        }
    )  # fmt: skip


def test_a_streak_is_in_the_order_of_the_exits_and_a_zero_ends_it():
    trips = table(*((n, 1, net, net, 1, False) for n, net in enumerate((-1, 5, -1, -1, 0, -1), 1)))
    assert trade_figures(trips, [], DAILY, 252)["longest_losing_streak"] == 2
    later = trips.assign(exit_date=trips["exit_date"].iloc[[0, 5, 1, 2, 3, 4]].to_numpy())
    assert trade_figures(later, [], DAILY, 252)["longest_losing_streak"] == 3
    one_day = trips.assign(exit_date=pd.Timestamp("2024-01-08"))
    opens = one_day.assign(exit_moment=["close", "open", "close", "close", "open", "close"])
    assert trade_figures(opens, [], DAILY, 252)["longest_losing_streak"] == 4


@pytest.mark.parametrize(
    ("rows", "absent"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param([(1, 1, 5.0, 0.1, 2, True)], None, id="only open"),
        pytest.param(
            [(1, 1, 5.0, 0.1, 2, False)],
            {"average_loss", "median_loss", "average_loss_return", "median_loss_return", "payoff",
             "profit_factor"},
            id="no losses",
        ),
        pytest.param(
            [(1, 1, -5.0, -0.1, 2, False)],
            {"average_win", "median_win", "average_win_return", "median_win_return", "payoff"},
            id="no wins",
        ),
    ],
)  # fmt: skip
def test_a_figure_that_does_not_exist_is_none(rows, absent):
    figures = trade_figures(table(*rows), [], DAILY, 252)
    if absent is None:
        absent = set(figures) - {*COUNTS, "exposure", "turnover"}
    assert {name for name, figure in figures.items() if figure is None} == absent
    assert all(type(figures[name]) is int for name in COUNTS)


def test_an_account_of_one_day_has_no_exposure_and_no_turnover():
    figures = trade_figures(table(), [], DAILY.head(1), 252)
    assert (figures["exposure"], figures["turnover"]) == (None, None)


NETS = st.lists(
    st.one_of(st.just(0.0), st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-3)), max_size=30
)


@given(NETS)
def test_laws(nets):
    """Counts and means give the total back; the profit factor is payoff times wins over losses."""
    trips = table(*((n, 1, net, net / 1e7, 1, False) for n, net in enumerate(nets, 1)))
    figures = trade_figures(trips, [], DAILY, 252)
    wins, losses = sum(net > 0 for net in nets), sum(net < 0 for net in nets)
    total = wins * (figures["average_win"] or 0) + losses * (figures["average_loss"] or 0)
    assert total == pytest.approx(math.fsum(nets), abs=1e-6)
    if nets:
        assert figures["expectancy"] * len(nets) == pytest.approx(math.fsum(nets), abs=1e-6)
        assert figures["win_rate"] == wins / len(nets) == figures["positions_win_rate"]
        assert figures["worst"] <= figures["expectancy"] <= figures["best"] or len(set(nets)) == 1
    if wins and losses:
        assert figures["profit_factor"] == pytest.approx(figures["payoff"] * wins / losses)
    flipped = trade_figures(trips.assign(net=-trips["net"]), [], DAILY, 252)
    assert flipped["average_win"] == (
        None if figures["average_loss"] is None else pytest.approx(-figures["average_loss"])
    )
    assert flipped["longest_losing_streak"] <= wins


@given(st.permutations(range(7)))
def test_the_order_of_the_rows_moves_nothing(order):
    moved = trade_figures(TRIPS.iloc[list(order)], [], DAILY, 252)
    assert moved == pytest.approx(trade_figures(TRIPS, [], DAILY, 252))


def test_inputs_come_out_unmutated():
    before = TRIPS.copy(deep=True), DAILY.copy(deep=True)
    trade_figures(TRIPS, [], DAILY, 252)
    pd.testing.assert_frame_equal(TRIPS, before[0])
    pd.testing.assert_frame_equal(DAILY, before[1])


def test_what_backtesting_py_defines_otherwise():
    """Its profit factor sums returns, its average trade is a geometric mean; the rest is ours."""
    figures = trade_figures(TRIPS, [], DAILY, 252)
    closed = TRIPS[~TRIPS["open"]]
    pl, returns = closed["net"], closed["return"]
    assert figures["win_rate"] == (pl > 0).mean()
    assert figures["best_return"] == returns.max()
    assert figures["worst_return"] == returns.min()
    assert figures["expectancy_return"] == pytest.approx(returns.mean())
    theirs = returns[returns > 0].sum() / abs(returns[returns < 0].sum())
    assert theirs == pytest.approx(0.05 / 0.08)
    assert figures["profit_factor"] == pytest.approx(pl[pl > 0].sum() / -pl[pl < 0].sum()) != theirs
    average_trade = math.exp(np.log1p(returns).mean()) - 1
    assert average_trade < figures["expectancy_return"]


def test_amounts_have_a_twin():
    figures = trade_figures(TRIPS, [], DAILY, 252)
    assert {f"{name}_return" for name in AMOUNTS} <= set(figures)
