"""Sessions are scored once, judged once, and keep their numbers while the arrays drop old rows."""

import datetime

import numpy as np
import pytest

from btplaybook.strategies.sector.past import Past
from btplaybook.strategies.sector.scoring import Scored

N = 12
DATES = np.datetime64("2024-01-01") + np.arange(60)


def scored(session):
    loadings = np.full((N, 1), float(session))
    universe = np.ones(N, dtype=bool)
    return Scored(universe, loadings, np.array([True]), {}, loadings[:, 0], loadings[:, 0])


def test_every_fifth_session_is_scored_once():
    asked = []
    past = Past(5)

    def score(session):
        asked.append(session)
        return scored(session)

    past.score(11, 3, score)
    past.score(11, 3, score)
    past.score(21, 8, score)
    assert asked == [5, 10, 15, 20]


@pytest.mark.parametrize(
    ("horizon", "window", "sessions"),
    [(5, 100, [0, 5, 10, 15]), (6, 100, [0, 5, 10]), (5, 10, [10, 15]), (21, 100, [])],
)
def test_only_sessions_whose_horizon_is_over_and_that_lie_in_the_window(horizon, window, sessions):
    past = Past(5)
    past.score(20, 0, scored)
    found, loadings = past.ended(20, horizon, window, lambda session: session.loadings)
    assert found.tolist() == sessions
    assert [terms[0, 0] for terms in loadings] == sessions


def test_a_forecast_is_judged_on_the_day_its_horizon_ends():
    rng = np.random.default_rng(0)
    forecast = np.arange(float(N))
    residuals = rng.normal(0, 1e-6, (60, N))
    residuals[11] += forecast  # the day after
    past = Past(5)
    past.remember(10, datetime.date(2024, 1, 11), forecast)
    assert past.judge(39, 30, residuals[:40], DATES[:40]) == []
    (made,) = past.judge(40, 30, residuals[:41], DATES[:41])
    assert made[:3] == (datetime.date(2024, 1, 11), datetime.date(2024, 2, 10), pytest.approx(1.0))
    assert np.isnan(made.other_ic)
    assert past.judge(59, 30, residuals, DATES) == [made]


def test_the_other_reading_is_judged_beside_it():
    residuals = np.zeros((60, N))
    residuals[11] = np.arange(float(N))
    past = Past(5)
    past.remember(10, datetime.date(2024, 1, 11), residuals[11], -residuals[11])
    (made,) = past.judge(40, 30, residuals[:41], DATES[:41])
    assert (made.ic, made.other_ic) == (pytest.approx(1.0), pytest.approx(-1.0))


def test_each_horizon_is_judged_by_itself():
    rng = np.random.default_rng(2)
    forecast, residuals = rng.normal(size=N), rng.normal(size=(60, N))
    past, alone = Past(5), Past(5)
    for one in (past, alone):
        one.remember(10, datetime.date(2024, 1, 11), forecast)
    (near,) = past.judge(50, 20, residuals[:51], DATES[:51])
    assert past.judge(49, 40, residuals[:50], DATES[:50]) == []
    (far,) = past.judge(50, 40, residuals[:51], DATES[:51])
    assert [far] == alone.judge(50, 40, residuals[:51], DATES[:51])
    assert (near.made_on, far.made_on) == (datetime.date(2024, 1, 11),) * 2
    assert (far.known_on - near.known_on).days == 20
    assert near.ic != far.ic
    assert past.realised == {20: [near], 40: [far]}


def test_what_came_is_found_again_in_arrays_that_have_dropped_their_oldest_rows():
    rng = np.random.default_rng(1)
    forecast, residuals = rng.normal(size=N), rng.normal(size=(60, N))
    whole, short = Past(5), Past(5)
    for past in (whole, short):
        past.remember(20, datetime.date(2024, 1, 21), forecast)
    assert whole.judge(59, 30, residuals, DATES) == short.judge(59, 30, residuals[15:], DATES[15:])
