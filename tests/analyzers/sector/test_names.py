import datetime
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from btplaybook.analyzers.sector.names import concentration, weights_over_time

DAYS = [datetime.date(2024, 1, day) for day in (5, 12, 19)]


def diary(*weights):
    return [
        SimpleNamespace(date=day, weights=np.array(row, dtype=float))
        for day, row in zip(DAYS, weights, strict=False)
    ]


def test_by_hand():
    made = diary([0.5, 0.5, 0, 0], [0.8, 0, 0.1, 0.1], [0, 0, 0, 0])
    table = concentration(made)
    assert table["names"].tolist() == [2, 3, 0]
    assert table["largest"].tolist()[:2] == [0.5, 0.8]
    assert table["effective"].tolist()[:2] == pytest.approx([2, 1 / 0.66])
    assert table[["largest", "effective"]].iloc[2].isna().all()
    assert [str(day.date()) for day in table.index] == ["2024-01-05", "2024-01-12", "2024-01-19"]


def test_only_who_was_ever_held_has_a_column():
    table = weights_over_time(diary([0.5, 0, 0, 0.5], [0, 0, 0, 1]), ("A", "B", "C", "D"))
    assert list(table.columns) == ["A", "D"]
    assert table.to_numpy().tolist() == [[0.5, 0.5], [0, 1]]
    assert table.index.name == "date"


def test_nobody_and_nothing():
    assert weights_over_time(diary([0, 0]), ("A", "B")).shape == (1, 0)
    assert weights_over_time([], ("A", "B")).shape == (0, 0)
    assert concentration([]).shape == (0, 3)


@given(some.lists(some.floats(0.01, 1.0), min_size=1, max_size=40))
def test_the_effective_number_lies_between_one_and_all(parts):
    weights = np.array(parts) / sum(parts)
    row = concentration(diary(weights)).iloc[0]
    assert 1.0 - 1e-9 <= row["effective"] <= row["names"] + 1e-9
    equal = concentration(diary(np.full(len(parts), 1 / len(parts)))).iloc[0]
    assert equal["effective"] == pytest.approx(len(parts))
