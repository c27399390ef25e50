import datetime
import math
from types import SimpleNamespace

import numpy as np
import pytest

from btplaybook.analyzers.sector.premiums import premiums_over_time, without_zero

NONE = [math.nan] * 3
# Horizon by factor: estimate, low, high.
DIARY = [
    SimpleNamespace(date=datetime.date(2024, 1, day), premium_intervals=np.array(intervals))
    for day, intervals in (
        (5, [[NONE, [0.2, 0.1, 0.3]], [NONE, [0.1, -0.1, 0.3]]]),
        (12, [[[0.5, 0.0, 1.0], [0.0, -0.1, 0.1]], [NONE, [-0.3, -0.5, -0.1]]]),
    )
]


def test_by_hand():
    table = premiums_over_time(DIARY, ("value", "momentum"), (30, 60))
    assert table["momentum"][30]["estimate"].tolist() == [0.2, 0.0]
    assert table["momentum"][60].to_numpy().tolist() == [[0.1, -0.1, 0.3], [-0.3, -0.5, -0.1]]
    assert table["value"][30]["high"].tolist() == pytest.approx([math.nan, 1.0], nan_ok=True)
    assert table["value"][60].isna().to_numpy().all()


@pytest.mark.parametrize(
    ("term", "horizon", "expected"),
    [
        pytest.param("momentum", 30, (1, 2), id="one above"),
        pytest.param("momentum", 60, (1, 2), id="one below"),
        pytest.param("value", 30, (0, 1), id="an end on 0 does not leave it out"),
        pytest.param("value", 60, (0, 0), id="never estimated"),
    ],
)
def test_intervals_that_leave_zero_out(term, horizon, expected):
    table = premiums_over_time(DIARY, ("value", "momentum"), (30, 60))
    assert without_zero(table, term, horizon) == expected


def test_an_empty_diary():
    table = premiums_over_time([], ("value", "momentum"), (30, 60))
    assert table.shape == (0, 12)
    assert without_zero(table, "value", 30) == (0, 0)
