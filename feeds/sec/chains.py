"""A year's sum out of the spans that were filed."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping

#: Days that a fiscal year may have: 52 and 53 weeks, and some days for those that move its end.
YEAR = (350, 380)

#: Most spans that are added or taken off for one year.
LONGEST = 8

#: Days before the year's end within which these spans lie: the year, that before it, and a change
#: of the fiscal year.
OLDEST = 1_100


def year_to(spans: Mapping[tuple[int, int], float], end: int) -> float | None:
    """Return the sum of a fiscal year from sums of spans of days, exactly.

    Spans are added and taken off so that what is left is a year, each day of it once: the year
    itself; or the last fiscal year plus this year to date less that of a year before; or four
    quarters; or whatever else was filed. Of all chains the one with the fewest spans counts, and of
    those the one with the fewest days. Spans that end after the year are not looked at.

    Parameters
    ----------
    spans : mapping of (int, int) to float
        First and last day of each span, to its sum.
    end : int
        Last day of the year.

    Returns
    -------
    float or None
        None where no chain of up to `LONGEST` spans makes a year: a quarter is missing.

    Examples
    --------
    A year of days 1 to 365, of which 1 to 90 are known; and the 90 days that follow:

    >>> year_to({(1, 365): 40.0, (1, 90): 7.0, (366, 455): 9.0}, 455)
    42.0
    """
    # A span is a step from its first day to the day after its last. Along a way from the day after
    # the year back to its first day, steps back are added and steps forward taken off.
    steps: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (first, last), value in spans.items():
        if end - OLDEST <= first and last <= end:
            steps[last + 1].append((first, value))
            steps[first].append((last + 1, -value))
    waiting: list[tuple[int, int, int, tuple[float, ...]]] = [(0, 0, end + 1, ())]
    done = set()
    while waiting:
        used, days, place, values = heapq.heappop(waiting)
        if place in done:
            continue
        done.add(place)
        if YEAR[0] <= end + 1 - place <= YEAR[1]:
            return math.fsum(values)
        for other, value in steps[place] if used < LONGEST else ():
            if other not in done:
                far = days + abs(other - place)
                heapq.heappush(waiting, (used + 1, far, other, (*values, value)))
    return None
