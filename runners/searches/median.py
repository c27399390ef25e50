"""The median trial: the result of a parameter set that was picked without hindsight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...search.driver import HELD
from ...search.evaluator import DIFFERENCES, POSITIONS, RUINED
from ...search.found import Found
from ...search.worth.trial_returns import distinct_trials


class Median(NamedTuple):
    """The objective of the set in the middle of the ranking."""

    objective: float | None
    """None if the set in the middle was ruined or has no objective."""
    low: float | None
    """Lower bound: the objective itself if it is exact, else the lower edge of its bin."""
    high: float | None
    trials: int
    """Number of ranked sets, including ruined ones and those without an objective."""
    distinct: bool
    """True: equal position series were counted once; False: every set was counted."""

    @property
    def exact(self) -> bool:
        """Whether it was computed from the sets, not from their histogram."""
        return self.low == self.high


def median_of(found: Found) -> Median:
    """Return the median trial of a search.

    Up to `search.driver.HELD` sets it is exact, and equal position series count as one trial. For
    more sets it is the middle of a bin of the histogram, in which every set counts; a bin is at
    most 3 % of the value wide. The result does not depend on a store or the rows that it keeps.

    Parameters
    ----------
    found : Found
        The outcome of a search whose evaluator returns ruin and hashes of positions.

    Returns
    -------
    Median
        For an even number of sets, the mean of the two in the middle. As in any ranking here, sets
        without an objective and ruined sets come last.
    """
    if found.rows is None or found.evaluated > HELD:
        return _of_bins(found)
    value, trials = _of_rows(found.rows(), found.objective)
    return Median(value, value, value, trials, distinct=True)


def median_set(found: Found) -> int | None:
    """Return the number of the set in the middle of the ranking, the better of two.

    Sets with equal positions count once. None where the rows of the sets are not kept, or where the
    set in the middle was ruined or has no objective.
    """
    if found.rows is None or found.evaluated > HELD:
        return None
    rows = found.rows()
    trials = distinct_trials(rows.dropna(subset=[POSITIONS]), found.objective, len(rows))
    if not trials.of:
        return None
    middle = int(trials.indices[(trials.of - 1) // 2])
    row = rows[rows["index"] == middle].iloc[0]
    known = np.isfinite(row[found.objective]) and row[RUINED] < 0
    return middle if known else None


def excess_of(
    found: Found, median: Median, held: Mapping[str, float | None], years: float
) -> dict[str, float | None]:
    """Return the median trial's excess in total and per year; empty if the search ranks by neither.

    All sets have the same days, so that one excess follows from the other and both give the same
    ranking.

    Parameters
    ----------
    found : Found
        As for `median_of`.
    median : Median
        The result of `median_of`.
    held : mapping
        ``total_return`` and ``cagr`` of buying and holding.
    years : float
        Length of the window in years of the bars, > 0.

    Returns
    -------
    dict
        ``excess`` and ``excess_per_year``, fractions; None for an excess that does not exist. They
        are as exact as the median itself.
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
    """Return the median of one figure over distinct positions, and the number of such positions.

    A set whose run was stopped has none: it is no trial.
    """
    distinct = rows.dropna(subset=[POSITIONS]).drop_duplicates(POSITIONS)
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
    if not np.isfinite([low, high]).all():  # the histogram has no edge beyond 2**32
        return Median(None, None, None, found.evaluated, distinct=False)
    return Median((low + high) / 2.0, low, high, found.evaluated, distinct=False)


def _middles(count: int) -> list[int]:
    """Return the two middle places of a sorted list; for an odd count both are the same."""
    return [(count - 1) // 2, count // 2]
