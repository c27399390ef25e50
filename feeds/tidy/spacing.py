"""How far apart a table's bars are: daily, weekly or monthly, or a mixture, which is a fault."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..arrays import Dates
from ..calendars import period_number
from ..checks import on_dates

Days = npt.NDArray[np.int64]

#: Days from bar to bar, fewest and most, of each frequency.
SPACING = {"day": (0, 4), "week": (5, 9), "month": (25, 35)}

#: Least number of weekly or monthly steps in a row that count as a change of spacing; thin trading
#: and halts give fewer.
RUN = {"week": 8, "month": 6}

#: Least number of bars from which the spacing is judged; below it only equal steps count.
FEW = 5

_ADVERBS = {"day": "daily", "week": "weekly", "month": "monthly"}


def frequency_of(dates: Dates) -> tuple[str, list[str]]:
    """Tell what a table's bars span, by the median of the days from bar to bar.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        Dates of the bars, in any order. NaT, and a date that stands there again, do not count.

    Returns
    -------
    str
        "day" for a median of at most 4 days, "week" for 5 to 9, "month" for 25 to 35. Fewer than
        5 bars are daily unless there are 3 and every step is that of a week, or of a month.
    list of str
        Faults: a median that is none of these; weekly bars of which two lie in one ISO week, and
        monthly ones in one month; among daily bars at least 8 weekly steps on end, among daily or
        weekly ones 6 monthly steps. A hole is none, nor are single long steps.
    """
    written = np.asarray(dates, dtype="datetime64[D]")
    days: Dates = np.unique(written[~np.isnat(written)])
    steps: Days = np.diff(days).astype(np.int64)
    if len(days) < FEW:
        return _of_few(steps), []
    median = float(np.median(steps))
    frequency = _of_step(median)
    if frequency is None:
        return "day", [
            f"half of the bars are {median:g} days apart or more: bars must be daily, weekly or "
            "monthly"
        ]
    return frequency, _crowded(days, frequency) + _sparse(days, steps, frequency)


def _of_step(days: float) -> str | None:
    whole = int(days)
    return next((name for name, (low, high) in SPACING.items() if low <= whole <= high), None)


def _of_few(steps: Days) -> str:
    found = {_of_step(int(step)) for step in steps}
    return str(*found) if len(steps) > 1 and len(found) == 1 and None not in found else "day"


def _crowded(days: Dates, frequency: str) -> list[str]:
    """Name the weekly bars that share a week, the monthly ones that share a month."""
    number = period_number(days, frequency)
    again = days[1:][number[1:] == number[:-1]]
    if frequency == "day" or not len(again):
        return []
    return [
        f"{_ADVERBS[frequency]} bars, by their median spacing, but more than one in the "
        f"{frequency} of {on_dates(again)}: the table mixes spacings"
    ]


def _sparse(days: Dates, steps: Days, frequency: str) -> list[str]:
    """Name the stretches in which bars lie further apart than in the rest of the table."""
    faults = []
    for kind, least in RUN.items():
        low, high = SPACING[kind]
        if not _longer(kind, frequency):
            continue
        within = np.concatenate(([0], (low <= steps) & (steps <= high), [0])).astype(np.int8)
        starts, stops = (np.flatnonzero(np.diff(within) == change) for change in (1, -1))
        faults += [
            f"{_ADVERBS[frequency]} bars, by their median spacing, but {_ADVERBS[kind]} ones "
            f"from {days[start]} to {days[stop]}: the table mixes spacings"
            for start, stop in zip(starts, stops, strict=True)
            if stop - start >= least
        ]
    return faults


def _longer(kind: str, frequency: str) -> bool:
    return list(SPACING).index(kind) > list(SPACING).index(frequency)
