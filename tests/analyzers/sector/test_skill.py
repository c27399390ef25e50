import datetime
import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from btplaybook.analyzers.sector.skill import Skill, fallbacks, in_fallback, overlap, skill

START = datetime.date(2024, 1, 1)


def realised(ics, every=21, horizon=30):
    """Forecasts made every so many days, each known so many days later."""
    days = [START + datetime.timedelta(days=every * place) for place in range(len(ics))]
    ahead = datetime.timedelta(days=horizon)
    return [
        SimpleNamespace(made_on=day, known_on=day + ahead, ic=ic)
        for day, ic in zip(days, ics, strict=True)
    ]


def test_by_hand():
    """Deviations 0, 0.2, -0.2: 0.08 + 2 x 1/2 x (-0.04) = 0.04; error sqrt(0.04) / 3."""
    found = skill(realised([0.1, 0.3, -0.1, math.nan], every=30))
    assert (found.judged, found.unjudged, found.lags) == (3, 1, 1)
    assert found.mean == pytest.approx(0.1)
    assert found.standard_error == pytest.approx(0.2 / 3)
    assert found.t_statistic == pytest.approx(0.1 / (0.2 / 3))
    assert found.above_zero == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("ics", "expected"),
    [
        pytest.param([], Skill(0, 0, None, None, None, None), id="none"),
        pytest.param([math.nan] * 2, Skill(0, 2, None, None, None, None), id="none judged"),
        pytest.param([0.5, -0.5], Skill(2, 0, 0.0, None, None, 0.5), id="two"),
        pytest.param([0.25] * 4, Skill(4, 0, 0.25, None, None, 1.0), id="all alike"),
    ],
)
def test_figures_that_do_not_exist(ics, expected):
    assert skill(realised(ics)) == expected


@pytest.mark.parametrize(
    ("every", "shared"),
    [
        pytest.param(30, 0, id="end to end"),
        pytest.param(31, 0, id="apart"),
        pytest.param(21, 1, id="monthly"),
        pytest.param(5, 5, id="weekly"),
        pytest.param(1, 9, id="daily, as many as there are"),
    ],
)
def test_overlap(every, shared):
    assert overlap(realised([0.1] * 10, every=every)) == shared


def test_overlapping_forecasts_of_no_skill_seldom_look_like_skill():
    """Each coefficient shares 29 of 30 days with the next, as forecasts made daily do."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(60):
        ics = np.convolve(rng.normal(size=429), np.full(30, 0.1), "valid")
        found.append(skill(realised(ics.tolist(), every=1)))
    assert {one.lags for one in found} == {58}
    assert sum(abs(one.t_statistic) > 2.0 for one in found) <= 9


DAYS = pd.bdate_range("2024-01-08", periods=5)
DECISIONS = [
    SimpleNamespace(date=DAYS[0].date(), method="equal_variance", reason="poor"),
    SimpleNamespace(date=DAYS[2].date(), method="mean_variance", reason=""),
    SimpleNamespace(date=DAYS[3].date(), method="flat", reason="nobody"),
]


def test_days_in_fallback():
    """The weights of a day are those that were decided before it."""
    found = in_fallback(DAYS, DECISIONS, "mean_variance")
    assert found.tolist() == [False, True, True, False, True]
    assert in_fallback(DAYS, [], "mean_variance").tolist() == [False] * 5


def test_fallbacks_say_why():
    dates = [(one.date, one.reason) for one in fallbacks(DECISIONS, "mean_variance")]
    assert dates == [(DAYS[0].date(), "poor"), (DAYS[3].date(), "nobody")]
    assert [one.method for one in fallbacks(DECISIONS, "equal_variance")] == [
        "mean_variance",
        "flat",
    ]
