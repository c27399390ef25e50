"""The median trial: what a set picked without hindsight came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...search.driver import HELD
from ...search.evaluator import DIFFERENCES, POSITIONS, RUINED
from ...search.found import Found


class Median(NamedTuple):
    """The objective of the set in the middle of the ranking."""

    objective: float | None
    """None: the one in the middle was ruined, or has no objective."""
    low: float | None
    """No less than this: the objective itself where it is exact, else the edge of a bin."""
    high: float | None
    trials: int
    """Sets that it is the middle of, the ruined and those without an objective among them."""
    distinct: bool
    """Equal positions counted once; False: every set counted."""

    @property
    def exact(self) -> bool:
        """Whether it was read from the sets, and not from a histogram of them."""
        return self.low == self.high


def median_of(found: Found) -> Median:
    """Return the median trial of a search.

    Up to `search.driver.HELD` sets it is exact, and equal positions are one trial. Beyond, it is
    read from the histogram, in which every set counts: the middle of its bin, which is 3 % of the
    value wide at most. A store moves nothing, whatever rows it keeps.

    Parameters
    ----------
    found : Found
        Of an evaluator that tells ruin and hashes of positions.

    Returns
    -------
    Median
        Of an even number of sets the mean of the two in the middle. As everywhere in the ranking,
        sets without an objective and ruined ones come last.
    """
    if found.rows is None or found.evaluated > HELD:
        return _of_bins(found)
    value, trials = _of_rows(found.rows(), found.objective)
    return Median(value, value, value, trials, distinct=True)


def excess_of(
    found: Found, median: Median, held: Mapping[str, float | None], years: float
) -> dict[str, float | None]:
    """Return the median trial's excess in total and per year; empty where neither ranks.

    All sets have the same days, so that one follows from the other and ranks the sets alike.

    Parameters
    ----------
    found : Found
        As for `median_of`.
    median : Median
        What it returned.
    held : mapping
        ``total_return`` and ``cagr`` of buying and holding.
    years : float
        Length of the window in years of the bars, > 0.

    Returns
    -------
    dict
        ``excess`` and ``excess_per_year``, fractions; None where it does not exist. As exact as
        the median itself.
    """
    if found.objective not in DIFFERENCES:
        return {}
    if found.rows is not None and found.evaluated <= HELD:
        rows = found.rows()
        return {name: _of_rows(rows, name)[0] for name in DIFFERENCES}
    total, rate = held["total_return"], held["cagr"]
    if median.objective is None or total is None or rate is None:
        return dict.fromkeys(DIFFERENCES)
    (other,) = DIFFERENCES.keys() - {found.objective}
    if found.objective == "excess":
        found_in = (1.0 + total + median.objective) ** (1.0 / years) - (1.0 + rate)
    else:
        found_in = (1.0 + rate + median.objective) ** years - (1.0 + total)
    both = {found.objective: median.objective, other: found_in}
    return {name: both[name] for name in DIFFERENCES}


def _of_rows(rows: pd.DataFrame, name: str) -> tuple[float | None, int]:
    """Return the middle of one figure over distinct positions, and of how many it is that."""
    distinct = rows.drop_duplicates(POSITIONS)
    values = distinct[name].to_numpy(np.float64)
    ranked = np.isfinite(values) & ~(distinct[RUINED].to_numpy() >= 0)
    rising = np.sort(np.where(ranked, values, -np.inf))
    middle = float(np.mean(rising[_middles(len(rising))]))
    return middle if np.isfinite(middle) else None, len(rising)


def _of_bins(found: Found) -> Median:
    bins, count = found.histogram, found.histogram["count"].to_numpy()
    below = found.evaluated - int(count.sum())
    middles = _middles(found.evaluated)
    if middles[0] < below:
        return Median(None, None, None, found.evaluated, distinct=False)
    places = np.searchsorted(below + np.cumsum(count), middles, side="right")
    low, high = (float(np.mean(bins[edge].to_numpy()[places])) for edge in ("low", "high"))
    if not np.isfinite([low, high]).all():  # beyond 2**32 the histogram knows no more
        return Median(None, None, None, found.evaluated, distinct=False)
    return Median((low + high) / 2.0, low, high, found.evaluated, distinct=False)


def _middles(count: int) -> list[int]:
    """Return the places in the middle of so many: twice the same of an odd number."""
    return [(count - 1) // 2, count // 2]
