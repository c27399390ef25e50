"""The median trial: what a set picked without hindsight came to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...search.driver import HELD
from ...search.evaluator import POSITIONS, RUINED
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
    rows = found.rows().drop_duplicates(POSITIONS)
    values = rows[found.objective].to_numpy(np.float64)
    ranked = np.isfinite(values) & ~(rows[RUINED].to_numpy() >= 0)
    rising = np.sort(np.where(ranked, values, -np.inf))
    middle = float(np.mean(rising[_middles(len(rising))]))
    value = middle if np.isfinite(middle) else None
    return Median(value, value, value, len(rising), distinct=True)


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
