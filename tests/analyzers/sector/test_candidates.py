import datetime
from types import SimpleNamespace

import numpy as np

from btplaybook.analyzers.sector.candidates import HELD, NOT_CHOSEN, OTHER, candidates, factor_use

# Of six stocks: 2 held, 1 passed over, 2 too cheap, 1 not listed; then 1, 3, 0, and 1 too small.
DIARY = [
    SimpleNamespace(
        date=datetime.date(2024, 1, 5),
        weights=np.array([0.5, 0.5, 0, 0, 0, 0]),
        universe=np.array([1, 1, 1, 0, 0, 0], dtype=bool),
        excluded={"too cheap": 2, "too small": 0, "never": 0},
        factors=("momentum",),
    ),
    SimpleNamespace(
        date=datetime.date(2024, 1, 12),
        weights=np.array([1.0, 0, 0, 0, 0, 0]),
        universe=np.array([1, 1, 1, 1, 0, 0], dtype=bool),
        excluded={"too cheap": 0, "too small": 1, "never": 0},
        factors=("value", "momentum"),
    ),
]


def test_every_stock_stands_somewhere():
    table = candidates(DIARY)
    assert list(table.columns) == [HELD, NOT_CHOSEN, "too cheap", "too small", OTHER]
    assert table.to_numpy().tolist() == [[2, 1, 2, 0, 1], [1, 3, 0, 1, 1]]
    assert table.sum(axis=1).tolist() == [6, 6]


def test_factors():
    factors = ("value", "momentum")
    assert factor_use(DIARY, factors) == {"value": 1, "momentum": 2}


def test_an_empty_diary():
    assert candidates([]).empty
    assert factor_use([], ("value",)) == {"value": 0}
