"""The best objective alone is that of the whole search."""

import math

import numpy as np
import pytest

from btplaybook.search.best_value import best_value
from btplaybook.search.driver import search
from btplaybook.search.space import Space


class Sums:
    """The sum of the digits of a set, or NaN; sets above `ruined_from` are ruined."""

    columns = ("gain", "ruined")

    def __init__(self, ruined_from=math.inf, known=True):
        self.ruined_from, self.known = ruined_from, known

    def __call__(self, indices):
        gains = np.array([sum(map(int, str(index))) for index in indices], float)
        ruined = np.where(indices >= self.ruined_from, 3.0, -1.0)
        return np.column_stack([gains if self.known else np.full(len(indices), np.nan), ruined])


SPACE = Space({"a": range(40), "b": range(50)})


@pytest.mark.parametrize("sample", [None, 7, 900])
@pytest.mark.parametrize("ruined_from", [math.inf, 500])
@pytest.mark.parametrize("where", ["", "a > b"])
def test_it_is_that_of_the_search(sample, ruined_from, where):
    space = Space.parse("a=0..39,b=0..49", [where] if where else [])
    sample = min(sample, space.count) if sample else None
    found = search(space, Sums(ruined_from), "gain", sample=sample, seed=3)
    best = best_value(space, Sums(ruined_from), "gain", sample=sample, seed=3)
    assert best == found.top["gain"].iloc[0]


@pytest.mark.parametrize("evaluator", [Sums(ruined_from=0), Sums(known=False)])
def test_it_is_nan_where_no_set_has_one(evaluator):
    assert math.isnan(best_value(SPACE, evaluator, "gain"))
