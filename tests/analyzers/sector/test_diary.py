import datetime
from types import SimpleNamespace

import pandas as pd
import pytest

from btplaybook.analyzers.sector.diary import dates_of, in_force, of_the_account

DAYS = [datetime.date(2024, 1, day) for day in (5, 12, 19)]
DIARY = [SimpleNamespace(date=day) for day in DAYS]


@pytest.mark.parametrize(
    ("opens", "count"),
    [
        pytest.param(DAYS[0], 3, id="opened on a decision"),
        pytest.param(datetime.date(2024, 1, 8), 3, id="opened with the one before"),
        pytest.param(DAYS[1], 2, id="older ones do not count"),
        pytest.param(datetime.date(2024, 1, 15), 2, id="one before and one since"),
        pytest.param(datetime.date(2024, 1, 2), 3, id="none before"),
        pytest.param(datetime.date(2024, 2, 1), 1, id="none since"),
    ],
)
def test_the_decisions_of_an_account(opens, count):
    assert of_the_account(DIARY, opens) == DIARY[-count:]


def test_an_empty_diary():
    assert of_the_account([], DAYS[0]) == []
    assert len(dates_of([])) == 0
    dates = pd.DatetimeIndex(DAYS)
    assert in_force(dates, [], on_its_day=True).tolist() == [-1, -1, -1]


def test_which_decision_is_in_force():
    dates = pd.DatetimeIndex(["2024-01-04", "2024-01-05", "2024-01-08", "2024-01-12", "2024-02-01"])
    assert in_force(dates, DIARY, on_its_day=True).tolist() == [-1, 0, 0, 1, 2]
    assert in_force(dates, DIARY, on_its_day=False).tolist() == [-1, -1, 0, 0, 2]
